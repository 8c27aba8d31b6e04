"""Les envois : préparer, prendre, noter ce qu'il en advient ; jamais deux fois par accident (choix de la console).

Un envoi se prend sous verrou, s'écrit « en cours » avant que le message parte, et ne se reprend que par un geste. Un
processus tué entre les deux laisse un envoi « en cours », qui devient « peut-être parti » passé un délai.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from models import (
    Convocation,
    DemandeDesignation,
    Envoi,
    InformationCommission,
    Inscription,
    Jury,
    Presentation,
    Siege,
    SyndicatTerritorial,
)
from models.base import PARIS, maintenant
from models.verrou import verrouiller
from rules import controle
from rules.collecte_convocation import a_l_heure
from rules.convocation import ENVOI_PAR_COURRIEL, RELANCE, EnvoiFacts
from rules.nomenclatures import EtatEnvoi, EtatJury, MoyenEnvoi, NatureEnvoi
from rules.noyau import evaluate

Ligne = DemandeDesignation | Convocation | InformationCommission | Presentation
_COLONNES = {
    DemandeDesignation: "demande_designation", Convocation: "convocation", InformationCommission: "information",
    Presentation: "presentation",
}
ABANDON = dt.timedelta(minutes=15)
"""Passé ce délai, un envoi resté « en cours » s'est interrompu."""


@dataclass(frozen=True, slots=True)
class Resultat:
    """Ce qu'a dit le serveur : parti, refusé, ou coupé sans réponse (`incertain`) ; l'erreur en français, sans donnée."""

    parti: bool
    incertain: bool = False
    erreur: str = ""


def preparer(
    session: Session, jury: Jury, nature: NatureEnvoi, ligne: Ligne, moyen: MoyenEnvoi, le: dt.date
) -> Envoi:
    """Prépare l'envoi d'une ligne ; à la main, il est noté parti le jour dit. La clé refuse d'en préparer deux."""
    destinataire, adresse = _a_qui(session, jury, nature, ligne)
    envoi = Envoi(
        centre_id=jury.centre_id, jury_id=jury.id, nature=nature, cle_envoi=f"{nature.value}:{ligne.id}",
        destinataire=destinataire[:300], adresse=adresse, objet=_objet(nature, jury),
        message_id=f"<{nature.value}.{ligne.id}.{secrets.token_hex(12)}@certifications>",
    )
    setattr(envoi, _COLONNES[type(ligne)], ligne)
    if moyen is not MoyenEnvoi.COURRIEL:
        envoi.etat, envoi.envoye_le = EtatEnvoi.A_LA_MAIN, _midi(le)
    session.add(envoi)
    session.flush()
    return envoi


def preparer_les_lettres(session: Session, jury: Jury, presentations: Sequence[tuple[int, bool]], le: dt.date) -> list[Envoi]:
    """Prépare les lettres de la décision d'un jury clos : `(présentation, à l'entreprise)` ; celles qui le sont restent.

    :raises controle.Refus: le procès-verbal n'est pas signé.
    """
    verrouiller(session, jury)
    if jury.etat is not EtatJury.CLOS:
        raise controle.Refus(controle.composition_incomplete("Les lettres s'envoient une fois le procès-verbal signé."))
    deja = set(session.scalars(select(Envoi.cle_envoi).where(Envoi.jury_id == jury.id)))
    connues = {p.id: p for p in session.scalars(
        select(Presentation).where(Presentation.id.in_([i for i, _ in presentations]), Presentation.jury_id == jury.id)
        .options(joinedload(Presentation.inscription).options(joinedload(Inscription.candidat), joinedload(Inscription.entreprise)))
    )}
    prepares = []
    for presentation_id, entreprise in presentations:
        nature = NatureEnvoi.LETTRE_ENTREPRISE if entreprise else NatureEnvoi.LETTRE_CANDIDAT
        if f"{nature.value}:{presentation_id}" not in deja:
            prepares.append(preparer(session, jury, nature, connues[presentation_id], MoyenEnvoi.COURRIEL, le))
    return prepares


def prendre(session: Session, envoi: Envoi) -> bool:
    """Prend un envoi pour le faire partir ; faux s'il n'est plus à envoyer, un autre l'a pris. À valider avant d'envoyer.

    :raises controle.Refus: ce qu'il dit ne vaut plus, ou le destinataire n'a pas d'adresse.
    """
    verrouiller(session, envoi)
    if envoi.etat is not EtatEnvoi.A_ENVOYER:
        return False
    if not envoi.adresse:
        envoi.adresse = _a_qui(session, envoi.jury, envoi.nature, _ligne(envoi))[1]
    controle.exiger(evaluate(ENVOI_PAR_COURRIEL, _facts(envoi)))
    envoi.etat, envoi.tente_le, envoi.erreur = EtatEnvoi.EN_COURS, maintenant(), ""
    envoi.tentatives += 1
    session.flush()
    return True


def noter(session: Session, envoi: Envoi, resultat: Resultat, *, nom_fichier: str = "", sha256: str | None = None) -> None:
    """Note ce qu'il est advenu d'un envoi pris."""
    verrouiller(session, envoi)
    if envoi.etat is not EtatEnvoi.EN_COURS:
        return
    envoi.nom_fichier, envoi.sha256 = nom_fichier, sha256
    if resultat.parti:
        envoi.etat, envoi.envoye_le, envoi.erreur = EtatEnvoi.ENVOYE, maintenant(), ""
    else:
        envoi.etat = EtatEnvoi.INCERTAIN if resultat.incertain else EtatEnvoi.ECHEC
        envoi.erreur = resultat.erreur[:300] or "L'envoi a échoué."
    session.flush()


def relancer(session: Session, envoi: Envoi) -> None:
    """Remet à envoyer ce qui a échoué, ou dont on ne sait s'il est parti ; l'adresse est relue sur la fiche."""
    verrouiller(session, envoi)
    controle.exiger(evaluate(RELANCE, _facts(envoi)))
    envoi.adresse = _a_qui(session, envoi.jury, envoi.nature, _ligne(envoi))[1]
    envoi.etat, envoi.erreur = EtatEnvoi.A_ENVOYER, ""
    session.flush()


def noter_a_la_main(session: Session, envoi: Envoi, le: dt.date) -> None:
    """Note qu'un envoi est parti imprimé."""
    verrouiller(session, envoi)
    controle.exiger(evaluate(RELANCE, _facts(envoi)))
    envoi.etat, envoi.envoye_le, envoi.erreur = EtatEnvoi.A_LA_MAIN, _midi(le), ""
    session.flush()


def abandonner(session: Session, lignes: Sequence[Ligne]) -> None:
    """Abandonne les envois encore en attente de ces lignes : ce qu'ils disent ne vaut plus."""
    if not lignes:
        return
    colonnes = (Envoi.demande_designation_id, Envoi.convocation_id, Envoi.information_id)
    genres = (DemandeDesignation, Convocation, InformationCommission)
    conditions = [
        colonne.in_([x.id for x in lignes if isinstance(x, genre)]) for colonne, genre in zip(colonnes, genres, strict=True)
    ]
    for envoi in session.scalars(select(Envoi).where(
        or_(*conditions), Envoi.etat.in_((EtatEnvoi.A_ENVOYER, EtatEnvoi.ECHEC, EtatEnvoi.INCERTAIN))
    )):
        envoi.etat = EtatEnvoi.ABANDONNE
    session.flush()


def abandonner_le_jury(session: Session, jury: Jury) -> None:
    """Abandonne tout ce qui attend encore de partir d'un jury annulé."""
    attendent = (EtatEnvoi.A_ENVOYER, EtatEnvoi.ECHEC, EtatEnvoi.INCERTAIN)
    for envoi in session.scalars(select(Envoi).where(Envoi.jury_id == jury.id, Envoi.etat.in_(attendent))):
        envoi.etat = EtatEnvoi.ABANDONNE
    session.flush()


def rendre_caduc(session: Session, jury: Jury, jour: dt.date) -> int:
    """Ce qui était dit à une autre date, ou en un autre lieu, redevient à faire ; combien d'actes en sont défaits.

    Rien ne s'efface : les demandes et convocations caduques restent lisibles, leurs envois en attente sont abandonnés.
    """
    defaites: list[DemandeDesignation | Convocation] = [
        d for d in session.scalars(select(DemandeDesignation).where(
            DemandeDesignation.jury_id == jury.id, DemandeDesignation.caduque_le.is_(None)
        )) if d.date_dite != jury.date_jury
    ]
    defaites += [
        c for c in session.scalars(select(Convocation).where(
            Convocation.jury_id == jury.id, Convocation.caduque_le.is_(None)
        )) if not a_l_heure(c, jury)
    ]
    for ligne in defaites:
        ligne.caduque_le = jour
    abandonner(session, defaites)
    session.flush()
    return len(defaites)


def interrompus(session: Session, instant: dt.datetime | None = None) -> int:
    """Les envois restés « en cours » : nul ne sait s'ils sont partis ; ils ne repartent que par un geste."""
    avant = (instant or maintenant()) - ABANDON
    perdus = list(session.scalars(select(Envoi).where(Envoi.etat == EtatEnvoi.EN_COURS, Envoi.tente_le < avant)))
    for envoi in perdus:
        envoi.etat = EtatEnvoi.INCERTAIN
        envoi.erreur = "L'envoi s'est interrompu : le message est peut-être parti. Vérifiez avant de renvoyer."
    session.flush()
    return len(perdus)


def _facts(envoi: Envoi) -> EnvoiFacts:
    dit = envoi.demande_designation or envoi.convocation
    caduc = (dit is not None and dit.caduque_le is not None) or envoi.jury.etat is EtatJury.ANNULE
    return EnvoiFacts(envoi.etat, envoi.adresse, caduc)


def _ligne(envoi: Envoi) -> Ligne:
    return cast("Ligne", envoi.demande_designation or envoi.convocation or envoi.information or envoi.presentation)


def _midi(le: dt.date) -> dt.datetime:
    """Midi à Paris : un jour noté à la main n'a pas d'heure, et reste le même jour partout."""
    return dt.datetime.combine(le, dt.time(12), PARIS)


def _a_qui(session: Session, jury: Jury, nature: NatureEnvoi, ligne: Ligne) -> tuple[str, str]:
    """Le destinataire et son adresse électronique, tels que les fiches les disent."""
    if isinstance(ligne, DemandeDesignation):
        return ligne.syndicat.nom, _territoriale(session, jury.centre_id, ligne.syndicat_id)
    if isinstance(ligne, InformationCommission):
        return f"Secrétariat de la {ligne.commission.nom}", ligne.commission.courriel
    if isinstance(ligne, Convocation):
        siege: Siege = ligne.siege
        if nature is NatureEnvoi.COPIE_CONVOCATION and siege.syndicat is not None:
            return siege.syndicat.nom, _territoriale(session, jury.centre_id, siege.syndicat.id)
        return str(siege.personne), siege.personne.courriel
    inscription = ligne.inscription
    if nature is NatureEnvoi.LETTRE_ENTREPRISE and inscription.entreprise is not None:
        return inscription.entreprise.raison_sociale, inscription.entreprise.courriel or ""
    return str(inscription.candidat), inscription.candidat.courriel


def _territoriale(session: Session, centre_id: int, syndicat_id: int) -> str:
    return session.scalar(
        select(SyndicatTerritorial.courriel)
        .where(SyndicatTerritorial.centre_id == centre_id, SyndicatTerritorial.syndicat_id == syndicat_id)
    ) or ""


def _objet(nature: NatureEnvoi, jury: Jury) -> str:
    quoi = {
        NatureEnvoi.DESIGNATION: "Demande de désignation",
        NatureEnvoi.CONVOCATION: "Convocation",
        NatureEnvoi.COPIE_CONVOCATION: "Copie de convocation",
        NatureEnvoi.INFORMATION: "Membres et calendrier",
        NatureEnvoi.LETTRE_CANDIDAT: "Décision",
        NatureEnvoi.LETTRE_ENTREPRISE: "Décision",
    }[nature]
    return f"{quoi} : jury paritaire de délibération du {jury.date_jury:%d/%m/%Y}"
