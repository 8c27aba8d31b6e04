"""Attribution des certifications et certificats (partie 2, chapitre 3, § 3.B)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.faits import AttribuantFacts, AttributionFacts
from rules.nomenclatures import Decision, Famille
from rules.noyau import Constat, rule
from rules.parametres import CONSERVATION_ACQUIS, CONSERVATION_ACQUIS_RNCP, meme_jour


@rule("ATT-01", field="certificat", source="Partie 2, chap. 3, § 3.B ; annexes 7 à 11")
def decision_admis_d_un_pv_signe(a: AttributionFacts) -> str | None:
    """Un certificat n'existe que pour une décision « admis » d'un procès-verbal signé ; un seul original."""
    if not a.pv_signe:
        return "Le procès-verbal n'est pas signé : aucun certificat ne peut être fait."
    if not certificats_dus(a):
        return "Le candidat n'est pas admis et n'a acquis aucun bloc : aucun certificat ne peut être fait."
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


@dataclass(frozen=True, slots=True)
class RemiseFacts:
    """La remise d'un certificat : à qui et quand ; `jour` est le jour où on la note."""

    date_jury: dt.date
    remis_le: dt.date | None
    a: str
    jour: dt.date
    deja_remis: bool = False
    annule: bool = False


@dataclass(frozen=True, slots=True)
class DuplicataFacts:
    """Un duplicata demandé : pourquoi, et si l'original a ses octets conservés."""

    motif: str
    original_conserve: bool
    annule: bool = False


@rule("ATT-07", field="remis_le", source="Partie 2, chap. 5")
def remis_apres_le_jury(r: RemiseFacts) -> tuple[Constat, ...]:
    """Un original se remet une fois, à quelqu'un, entre le jour du jury et aujourd'hui."""
    constats = []
    if r.annule:
        constats.append(Constat("remis_le", "Ce certificat est annulé : c'est celui qui le remplace qui se remet."))
    if r.deja_remis:
        constats.append(Constat("remis_le", "La remise de ce certificat est déjà notée."))
    if r.remis_le is None or not r.date_jury <= r.remis_le <= r.jour:
        constats.append(Constat("remis_le", f"Donnez une date de remise entre le {r.date_jury:%d/%m/%Y} et aujourd'hui."))
    if not r.a.strip():
        constats.append(Constat("a", "Dites à qui le certificat est remis."))
    return tuple(constats)


@rule("ATT-06", field="motif", source="Partie 2, chap. 5")
def duplicata_motive(d: DuplicataFacts) -> tuple[Constat, ...]:
    """En cas de perte de l'original : un duplicata certifié conforme, de même contenu, avec son motif."""
    constats = []
    if d.annule:
        constats.append(Constat("certificat", "Ce certificat est annulé : il n'en est plus délivré de duplicata."))
    if not d.motif.strip():
        constats.append(Constat("motif", "Donnez le motif du duplicata (perte, vol, destruction)."))
    if not d.original_conserve:
        constats.append(Constat("certificat", "L'original n'est pas encore conservé : imprimez-le une première fois."))
    return tuple(constats)


def rang_au_pv(nom_naissance: str, prenoms: str) -> tuple[str, str]:
    """La clé qui range les candidats d'un procès-verbal (annexe 14), et les numéros des certificats qui en viennent."""
    return (nom_naissance.casefold(), prenoms)


@dataclass(frozen=True, slots=True)
class CertificatDu:
    """Un certificat qu'ouvre une décision : sa famille, et le bloc certifié quand ce n'en est qu'un."""

    famille: Famille
    bloc_id: int | None = None


def certificats_dus(a: AttributionFacts) -> tuple[CertificatDu, ...]:
    """Les certificats qu'ouvre une décision signée, dans l'ordre où ils prennent leur numéro (ATT-01 à ATT-03).

    Admis : la certification, et le CQPI quand il correspond ; ou chaque bloc visé. Non admis : chaque bloc acquis d'un
    CQPM enregistré au RNCP (partie 2, chap. 3, § 3.B et § 4.B).
    """
    if not a.pv_signe or a.decision is None:
        return ()
    if a.decision is Decision.ADMIS:
        if a.blocs_vises:
            return tuple(CertificatDu(a.famille, bloc) for bloc in a.blocs_vises)
        if a.famille is Famille.CQPM and a.cqpi_correspondant:
            return (CertificatDu(Famille.CQPM), CertificatDu(Famille.CQPI))
        return (CertificatDu(a.famille),)
    if a.famille is not Famille.CQPM or not a.rncp:
        return ()
    return tuple(CertificatDu(a.famille, bloc) for bloc in a.blocs_acquis)


def acquis_jusqu_au(date_jury: dt.date, *, rncp: bool) -> dt.date:
    """Le dernier jour où ce qu'un non-admis a acquis se conserve : 5 ans au RNCP, 24 mois sinon (ATT-04).

    Source : partie 2, chapitre 3, § 4.B. Compté de la date du jury, au même jour du calendrier.
    """
    duree = CONSERVATION_ACQUIS_RNCP if rncp else CONSERVATION_ACQUIS
    return meme_jour(date_jury, duree.au(date_jury) // 12)


ATTRIBUTION = (decision_admis_d_un_pv_signe,)
ATTRIBUANT = (celui_qui_peut_attribuer,)
REMISE = (remis_apres_le_jury,)
DUPLICATA = (duplicata_motive,)
