"""Attribution des certifications et certificats (partie 2, chapitre 3, § 3.B)."""

from __future__ import annotations

import datetime as dt

from rules.faits import AttribuantFacts, AttributionFacts
from rules.nomenclatures import Decision, Famille
from rules.noyau import rule
from rules.parametres import CONSERVATION_ACQUIS, CONSERVATION_ACQUIS_RNCP, meme_jour


@rule("ATT-01", field="certificat", source="Partie 2, chap. 3, § 3.B ; annexes 7 à 11")
def decision_admis_d_un_pv_signe(a: AttributionFacts) -> str | None:
    """Un certificat n'existe que pour une décision « admis » d'un procès-verbal signé ; un seul original."""
    if not a.pv_signe:
        return "Le procès-verbal n'est pas signé : aucun certificat ne peut être fait."
    if a.decision is not Decision.ADMIS:
        return "Le candidat n'est pas admis : aucun certificat ne peut être fait."
    if a.deja_delivre:
        return "L'original existe déjà : un duplicata certifié conforme peut être édité."
    return None


@rule("JUR-14", field="certificat", source="Partie 2, chap. 4")
def celui_qui_peut_attribuer(a: AttribuantFacts) -> str | None:
    """Le centre attribue ; quand sa capacité lui est retirée, le GTP le fait provisoirement à sa place, et lui seul."""
    if a.par_le_gtp and a.capacite_retiree_le is None:
        return "Ce centre a sa capacité d'attribuer : c'est lui qui attribue ses certificats."
    if not a.par_le_gtp and a.capacite_retiree_le is not None:
        return (f"La CPNEFP a retiré à ce centre sa capacité d'attribuer le {a.capacite_retiree_le:%d/%m/%Y} : "
                "le GTP attribue provisoirement à sa place.")
    return None


def rang_au_pv(nom_naissance: str, prenoms: str) -> tuple[str, str]:
    """La clé qui range les candidats d'un procès-verbal (annexe 14), et les numéros des certificats qui en viennent."""
    return (nom_naissance.casefold(), prenoms)


def certificats_dus(a: AttributionFacts) -> tuple[Famille, ...]:
    """Les certificats qu'ouvre une décision (ATT-01, ATT-02) : le sien, et le CQPI quand il correspond.

    Une inscription qui ne vise que des blocs n'ouvre pas le certificat de la certification entière.
    """
    if a.decision is not Decision.ADMIS or not a.pv_signe or not a.cible_entiere:
        return ()
    if a.famille is Famille.CQPM and a.cqpi_correspondant:
        return (Famille.CQPM, Famille.CQPI)
    return (a.famille,)


def acquis_jusqu_au(date_jury: dt.date, *, rncp: bool) -> dt.date:
    """Le dernier jour où ce qu'un non-admis a acquis se conserve : 5 ans au RNCP, 24 mois sinon (ATT-04).

    Source : partie 2, chapitre 3, § 4.B. Compté de la date du jury, au même jour du calendrier.
    """
    duree = CONSERVATION_ACQUIS_RNCP if rncp else CONSERVATION_ACQUIS
    return meme_jour(date_jury, duree.au(date_jury) // 12)


ATTRIBUTION = (decision_admis_d_un_pv_signe,)
ATTRIBUANT = (celui_qui_peut_attribuer,)
