"""D'une version de référentiel en base aux faits que jugent les règles (partie 1, chapitre 1)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from models import BlocCompetences, Competence, Referentiel, ReferentielBloc
from rules.referentiel import BlocDeVersion, CompetenceDeVersion, VersionFacts

# Une version entière, en cinq requêtes quel que soit le nombre de blocs et de compétences.
VERSION_ENTIERE: tuple[ORMOption, ...] = (
    joinedload(Referentiel.certification),
    selectinload(Referentiel.competences).selectinload(Competence.modalites),
    selectinload(Referentiel.blocs).joinedload(ReferentielBloc.bloc).selectinload(BlocCompetences.competences)
    .selectinload(Competence.modalites),
)


def version_facts(session: Session, referentiel_id: int) -> VersionFacts:
    """Les faits d'une version telle qu'elle est écrite ; ce qui n'est pas encore écrit l'est d'abord."""
    session.flush()
    version = session.scalars(
        select(Referentiel).where(Referentiel.id == referentiel_id).options(*VERSION_ENTIERE)
        .execution_options(populate_existing=True)
    ).one()
    return VersionFacts(
        famille=version.certification.famille, etat=version.etat, missions=version.missions,
        environnement=version.environnement, interactions=version.interactions,
        conditions_admissibilite=version.conditions_admissibilite, niveau=version.certification.niveau,
        blocs=tuple(
            BlocDeVersion(
                f"b{place.bloc_id}", place.bloc.identifiant if place.bloc.numero else f"Bloc {place.ordre}",
                place.bloc.libelle, tuple(_competence(c, f"bloc {place.ordre}") for c in place.bloc.competences),
            )
            for place in version.blocs
        ),
        competences=tuple(_competence(c, "") for c in version.competences),
    )


def _competence(c: Competence, place: str) -> CompetenceDeVersion:
    return CompetenceDeVersion(
        f"c{c.id}", f"Compétence {c.ordre}" + (f" du {place}" if place else ""), c.libelle, c.conditions,
        (c.criteres_methodes, c.criteres_moyens, c.criteres_liens, c.criteres_contraintes), c.resultats_attendus,
        len(c.modalites),
    )
