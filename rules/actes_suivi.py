"""Transmettre un dossier de jury au GTP, le contrôler, suivre les actions, retirer et rendre la capacité d'un centre.

Partie 2, chap. 3, § 5, et chap. 4. Un acte refusé lève `controle.Refus` et n'écrit rien.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import ActionCorrective, Centre, Jury, Piece, ProcesVerbal, RetraitCapacite, Transmission
from models.verrou import verrouiller
from rules import controle
from rules.nomenclatures import EtatJury, NaturePiece
from rules.noyau import Gravite, Violation, evaluate
from rules.transmission import (
    CONTROLE,
    RETRAIT,
    TRANSMISSION,
    ActionFacts,
    ControleFacts,
    RetraitFacts,
    TransmissionFacts,
)


@dataclass(frozen=True, slots=True)
class ActionDemandee:
    """Une action corrective telle que le GTP la demande."""

    libelle: str
    terme: dt.date | None


def dossier_de_transmission(session: Session, jury: Jury) -> Transmission:
    """Le dossier de transmission d'un jury, ouvert s'il ne l'est pas ; le jury est signé.

    :raises Refus: TRA-02 tant que le procès-verbal n'est pas signé.
    """
    verrouiller(session, jury)
    if jury.etat is not EtatJury.CLOS:
        raise controle.Refus(_refus("TRA-02", "pieces", "Le procès-verbal n'est pas signé : rien n'est encore à transmettre.",
                                    "Partie 2, chap. 3, § 5"))
    transmission = session.scalar(select(Transmission).where(Transmission.jury_id == jury.id))
    if transmission is None:
        transmission = Transmission(jury=jury, centre_id=jury.centre_id)
        session.add(transmission)
        session.flush()
    return transmission


def faits_de_transmission(session: Session, jury: Jury, jour: dt.date, *, lettre_prete: bool) -> TransmissionFacts:
    """Ce qu'on sait du dossier d'un jury ce jour-là ; `lettre_prete` vient de qui sait imprimer."""
    transmission = session.scalar(select(Transmission).where(Transmission.jury_id == jury.id))
    emargement = transmission is not None and session.scalar(
        select(exists().where(Piece.transmission_id == transmission.id, Piece.nature == NaturePiece.EMARGEMENT))
    )
    non_signe = session.scalar(
        select(exists().where(ProcesVerbal.jury_id == jury.id, ProcesVerbal.signe_le.is_(None)))
    )
    deja = transmission.transmise_le if transmission is not None else None
    return TransmissionFacts(
        date_jury=jury.date_jury, le=deja or jour, proces_verbal_signe=jury.etat is EtatJury.CLOS and not non_signe,
        emargement_joint=bool(emargement), lettre_prete=lettre_prete, deja_transmise=deja is not None,
    )


def transmettre(session: Session, jury: Jury, jour: dt.date, *, lettre_prete: bool) -> tuple[Violation, ...]:
    """Transmet au GTP le dossier complet d'un jury ; ses pièces ne changent plus. Rend l'alerte d'un retard (TRA-01).

    :raises Refus: TRA-02, une des trois pièces manque, ou le dossier est déjà transmis.
    """
    transmission = dossier_de_transmission(session, jury)
    verrouiller(session, transmission)
    faits = faits_de_transmission(session, jury, jour, lettre_prete=lettre_prete)
    constats = controle.exiger(evaluate(TRANSMISSION, faits))
    transmission.transmise_le = jour
    session.flush()
    return constats


def controler_transmission(
    session: Session, transmission: Transmission, jour: dt.date, *, conforme: bool, observations: str = "",
    actions: Sequence[ActionDemandee] = (),
) -> None:
    """Note le contrôle du GTP : conforme, ou des actions correctives à mener, chacune avant son terme (SUI-01)."""
    verrouiller(session, transmission)
    if transmission.controlee_le is not None:
        raise controle.Refus(_refus("SUI-01", "conforme", f"Ce dossier a déjà été contrôlé le {transmission.controlee_le:%d/%m/%Y}."))
    faits = tuple(ActionFacts(a.libelle, a.terme) for a in actions)
    controle.exiger(evaluate(CONTROLE, ControleFacts(transmission.transmise_le, jour, conforme, faits)))
    for action in actions:
        transmission.actions.append(
            ActionCorrective(centre_id=transmission.centre_id, libelle=action.libelle.strip(), terme=action.terme)
        )
    transmission.controlee_le, transmission.conforme, transmission.observations = jour, conforme, observations.strip()
    session.flush()


def realiser(session: Session, action: ActionCorrective, jour: dt.date, compte_rendu: str) -> None:
    """Le centre dit ce qu'il a fait d'une action corrective ; une fois dit, cela ne change plus (SUI-01)."""
    verrouiller(session, action)
    if action.realisee_le is not None:
        raise controle.Refus(_refus("SUI-01", "compte_rendu", "Cette action est déjà notée comme menée."))
    if not compte_rendu.strip():
        raise controle.Refus(_refus("SUI-01", "compte_rendu", "Dites en quelques mots ce qui a été fait."))
    action.realisee_le, action.compte_rendu = jour, compte_rendu.strip()
    session.flush()


def retirer_capacite(session: Session, centre: Centre, jour: dt.date | None, motif: str) -> RetraitCapacite:
    """Note le retrait décidé par la CPNEFP de la capacité d'attribuer d'un centre (SUI-02)."""
    verrouiller(session, centre)
    actions = tuple(
        ActionFacts(a.libelle, a.terme, a.realisee_le)
        for a in session.scalars(select(ActionCorrective).where(ActionCorrective.centre_id == centre.id))
    )
    deja = session.scalar(
        select(exists().where(RetraitCapacite.centre_id == centre.id, RetraitCapacite.rendu_le.is_(None)))
    )
    controle.exiger(evaluate(RETRAIT, RetraitFacts(jour, motif, actions, bool(deja))))
    retrait = RetraitCapacite(centre=centre, retire_le=jour, motif=motif.strip())
    session.add(retrait)
    session.flush()
    return retrait


def rendre_capacite(session: Session, retrait: RetraitCapacite, jour: dt.date) -> None:
    """Note que la CPNEFP rend à un centre sa capacité d'attribuer (SUI-02)."""
    verrouiller(session, retrait)
    if retrait.rendu_le is not None:
        raise controle.Refus(_refus("SUI-02", "rendu_le", "Cette capacité est déjà rendue."))
    if jour < retrait.retire_le:
        raise controle.Refus(_refus("SUI-02", "rendu_le", "La capacité ne peut être rendue avant d'être retirée."))
    retrait.rendu_le = jour
    session.flush()


def _refus(code: str, champ: str, message: str, source: str = "Partie 2, chap. 4") -> tuple[Violation, ...]:
    return (Violation(code, Gravite.BLOQUE, champ, message, source),)
