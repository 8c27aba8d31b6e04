"""D'une version de référentiel aux faits de son document (annexes 1 et 2)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from documents.referentiels import ReferentielFaits
from models import Certification, Equivalence, ModaliteEvaluation, Referentiel
from models.base import aujourd_hui
from rules.collecte_referentiel import version_facts


def referentiel(session: Session, referentiel_id: int) -> ReferentielFaits | None:
    """Les faits d'une version, ou rien si elle n'existe pas ; l'identifiant est celui du jour de la décision."""
    version = session.scalars(
        select(Referentiel).where(Referentiel.id == referentiel_id).options(
            joinedload(Referentiel.certification).options(
                selectinload(Certification.enregistrements),
                selectinload(Certification.equivalences).joinedload(Equivalence.interbranches),
            )
        )
    ).one_or_none()
    if version is None:
        return None
    certification, jour = version.certification, version.valide_le or aujourd_hui()
    identifiant, titre, demonstration = certification.identifiant_le(jour), certification.titre, certification.demonstration
    numero, valide_le = version.numero, version.valide_le
    return ReferentielFaits(
        version_facts(session, referentiel_id), identifiant, titre, numero, valide_le, aujourd_hui(),
        {m.code: m.libelle for m in session.scalars(select(ModaliteEvaluation))}, demonstration,
    )
