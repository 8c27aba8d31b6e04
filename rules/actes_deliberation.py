"""Les gestes de la séance : liens de vote, émargement de son appareil, président remplacé (partie 2, chapitre 3 ; décision 020)."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Jury, LienVote, Personne, Siege
from models.base import aujourd_hui, maintenant
from models.contexte import Acteur
from models.verrou import verrouiller
from rules import controle
from rules.actes import verifier_composition
from rules.collecte import jury_facts
from rules.faits import LienFacts, SiegeFacts
from rules.nomenclatures import EtatJury, Role

_OCTETS_DU_JETON = 20


@dataclass(frozen=True, slots=True)
class SiegeOuvert:
    """Le siège qu'un lien vivant ouvre, et la séance où il est."""

    lien_id: int
    siege_id: int
    jury_id: int
    centre_id: int
    nom: str
    president: bool
    voix: bool
    present: bool
    etat: EtatJury
    date_jury: dt.date
    lieu: str

    @property
    def acteur(self) -> Acteur:
        """Au nom de qui l'appareil agit : ce siège, et lui seul."""
        return Acteur(self.nom, None, Role.JURE, self.centre_id, self.jury_id, self.siege_id)

    @property
    def acteur_d_ecriture(self) -> Acteur:
        """Le même, quand son geste écrit son siège, au-delà de ce qu'écrit un juré ; le journal garde son nom."""
        return replace(self.acteur, national=True)


def empreinte(jeton: str) -> str:
    """Ce que la base garde d'un jeton."""
    return hashlib.sha256(jeton.encode("utf-8", "replace")).hexdigest()


def ouvrir_lien(session: Session, siege: Siege) -> str:
    """Donne à un membre qui a une voix un lien neuf, et révoque le précédent ; le jeton ne se relira pas.

    :return: le jeton à mettre dans l'adresse ; la base n'en garde que l'empreinte.
    """
    verrouiller(session, siege)
    _exiger_un_lien(siege)
    revoquer_lien(session, siege)
    jeton = secrets.token_urlsafe(_OCTETS_DU_JETON)
    session.add(LienVote(siege_id=siege.id, jury_id=siege.jury_id, centre_id=siege.centre_id, empreinte=empreinte(jeton)))
    session.flush()
    return jeton


def _exiger_un_lien(siege: Siege) -> None:
    faits = SiegeFacts(siege.id, str(siege.personne), siege.delegation, voix=siege.voix, present=siege.present)
    controle.exiger(controle.lien(LienFacts(faits, siege.jury.etat)))


def revoquer_lien(session: Session, siege: Siege) -> bool:
    """Révoque le lien vivant d'un siège ; faux s'il n'en avait pas."""
    lien = session.scalar(select(LienVote).where(LienVote.siege_id == siege.id, LienVote.revoque_le.is_(None)))
    if lien is None:
        return False
    lien.revoque_le = maintenant()
    session.flush()
    return True


def siege_du_lien(session: Session, jeton: str) -> SiegeOuvert | None:
    """Le siège qu'ouvre ce jeton ; rien s'il est inconnu, révoqué, ou si sa séance est finie."""
    li, si, ju, pe = (m.__table__.c for m in (LienVote, Siege, Jury, Personne))
    r = session.connection().execute(
        select(li.id, li.siege_id, li.jury_id, li.centre_id, pe.prenoms, pe.nom, si.president, si.voix, si.present, ju.etat,
               ju.date_jury, ju.lieu)
        .join(Siege.__table__, si.id == li.siege_id).join(Personne.__table__, pe.id == si.personne_id)
        .join(Jury.__table__, ju.id == li.jury_id)
        .where(li.empreinte == empreinte(jeton), li.revoque_le.is_(None),
               ju.etat.in_((EtatJury.PREPARATION, EtatJury.OUVERT)))
    ).one_or_none()
    if r is None:
        return None
    return SiegeOuvert(r.id, r.siege_id, r.jury_id, r.centre_id, f"{r.prenoms} {r.nom}", r.president, r.voix, r.present, r.etat,
                       r.date_jury, r.lieu)


def emarger(session: Session, siege: Siege, lien_id: int, jour: dt.date | None = None) -> None:
    """Le membre dit sa présence de son appareil, le jour du jury ; il vote dès que la délibération est ouverte.

    :param jour: le jour où il le dit, à Paris ; aujourd'hui par défaut.
    """
    jury = siege.jury
    verrouiller(session, jury)
    verrouiller(session, siege)
    faits = SiegeFacts(siege.id, str(siege.personne), siege.delegation, voix=siege.voix, present=siege.present)
    controle.exiger(controle.emargement(LienFacts(faits, jury.etat, jury.date_jury, jour or aujourd_hui())))
    lien = session.get_one(LienVote, lien_id)
    if siege.present and lien.emarge_le is not None:
        return
    siege.present = True
    lien.emarge_le = maintenant()
    verifier_composition(session, jury)


def designer_president(session: Session, jury: Jury, siege: Siege) -> None:
    """Le centre désigne un autre président, présent, tant que rien n'est signé (JUR-06) : l'absent rend la présidence."""
    verrouiller(session, jury)
    faits = jury_facts(session, jury.id)
    if faits is None:
        raise LookupError(jury.id)
    prevus = replace(faits, sieges=tuple(replace(s, president=s.id == siege.id) for s in faits.sieges))
    controle.exiger((*controle.composition(prevus), *(controle.presidence(prevus) if faits.etat is EtatJury.OUVERT else ())))
    for ancien in jury.sieges:
        if ancien.president and ancien.id != siege.id:
            ancien.president = False
    session.flush()
    siege.president = True
    verifier_composition(session, jury)
