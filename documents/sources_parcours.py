"""Des lignes aux faits des documents d'un parcours certifiant ; les requêtes passent par le territoire de l'acteur."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from documents.faits_parcours import (
    AttestationFaits,
    DomaineImprime,
    FicheFaits,
    ModuleImprime,
    ParcoursImprime,
    ProgrammeFaits,
)
from models import AttributionParcours, Parcours
from rules.nomenclatures import ResultatParcours


def fiche(session: Session, parcours_id: int, jour: dt.date) -> FicheFaits | None:
    """La fiche d'un parcours, telle que la base la tient ce jour ; rien s'il n'est pas de ce territoire."""
    p = _parcours(session, parcours_id)
    if p is None:
        return None
    domaines = tuple(
        DomaineImprime(d.domaine, d.competences, d.contenus, d.minutes, d.intervenants) for d in p.domaines
    )
    return FicheFaits(_imprime(p, jour), p.public_vise, p.attestation, domaines)


def programme(session: Session, parcours_id: int, jour: dt.date) -> ProgrammeFaits | None:
    """Le programme de formation d'un parcours ; rien s'il n'est pas de ce territoire."""
    p = _parcours(session, parcours_id)
    if p is None:
        return None
    modules = tuple(
        ModuleImprime(m.phase, m.module, m.objectifs, m.minutes, m.nature.value, m.organisme) for m in p.modules
    )
    return ProgrammeFaits(_imprime(p, jour), modules)


def attestation(session: Session, attribution_id: int, jour: dt.date) -> AttestationFaits | None:
    """L'attestation d'une attribution ; rien si elle n'est pas de ce territoire."""
    a = session.scalar(select(AttributionParcours).where(AttributionParcours.id == attribution_id))
    p = _parcours(session, a.parcours_id) if a is not None else None
    if a is None or p is None:
        return None
    return AttestationFaits(
        parcours=_imprime(p, jour), numero=a.numero, nom=a.nom, prenoms=a.prenoms, date_naissance=a.date_naissance,
        attestation=p.attestation, acquis=tuple((d.domaine, d.competences) for d in p.domaines),
        organisme=a.organisme_evaluation, evalue_le=a.evalue_le, attribue_le=a.attribue_le, emploi=a.emploi,
        cotation=a.cotation, attribuee=a.resultat is ResultatParcours.ATTRIBUEE, annulee=a.annulee_le is not None,
    )


def _parcours(session: Session, parcours_id: int) -> Parcours | None:
    return session.scalar(
        select(Parcours)
        .where(Parcours.id == parcours_id)
        .options(
            joinedload(Parcours.centre), joinedload(Parcours.certification), selectinload(Parcours.domaines),
            selectinload(Parcours.modules),
        )
    )


def _imprime(p: Parcours, jour: dt.date) -> ParcoursImprime:
    identifiant = p.certification.base_identifiant if p.valide_le is not None and p.certification is not None else ""
    return ParcoursImprime(
        societe=p.societe, adresse=p.adresse, intitule=p.intitule, minutes=p.minutes, mois=p.mois, version=p.numero,
        etat=p.etat.libelle, au=p.valide_le or jour, identifiant=identifiant, valide_le=p.valide_le,
        demonstration=p.centre.demonstration,
    )


SOURCES: dict[str, Callable[[Session, int, dt.date], object | None]] = {
    "fiche-ppc": fiche,
    "programme": programme,
    "attestation-ppc": attestation,
}
"""Ce qui s'imprime d'un parcours (par sa clé), ou d'une attribution (attestation-ppc)."""
