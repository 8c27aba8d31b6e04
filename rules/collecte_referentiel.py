"""D'une version de référentiel en base aux faits que jugent les règles (partie 1, chapitre 1)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
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
    return faits_de(version, emplois_ailleurs(session, version))


def emplois_ailleurs(session: Session, version: Referentiel) -> dict[int, int]:
    """Pour chaque bloc de la version, combien d'autres versions l'emploient."""
    ici, la = ReferentielBloc.__table__.alias(), ReferentielBloc.__table__.alias()
    lignes = session.connection().execute(
        select(ici.c.bloc_id, func.count(la.c.id))
        .join(la, (la.c.bloc_id == ici.c.bloc_id) & (la.c.referentiel_id != ici.c.referentiel_id))
        .where(ici.c.referentiel_id == version.id).group_by(ici.c.bloc_id)
    )
    return dict(lignes.all())


def faits_de(version: Referentiel, emplois: Mapping[int, int]) -> VersionFacts:
    """Les faits d'une version déjà lue."""
    return VersionFacts(
        famille=version.certification.famille, etat=version.etat, missions=version.missions,
        environnement=version.environnement, interactions=version.interactions,
        conditions_admissibilite=version.conditions_admissibilite, niveau=version.certification.niveau,
        blocs=tuple(bloc_facts(place.bloc, emplois.get(place.bloc_id, 0)) for place in version.blocs),
        competences=tuple(_competence(c) for c in version.competences),
    )


def bloc_facts(bloc: BlocCompetences, emplois: int) -> BlocDeVersion:
    """Les faits d'un bloc, tel qu'une version l'emploierait."""
    return BlocDeVersion(
        f"b{bloc.id}", bloc.libelle, tuple(_competence(c) for c in bloc.competences), bloc.numero, emplois
    )


def _competence(c: Competence) -> CompetenceDeVersion:
    return CompetenceDeVersion(
        f"c{c.id}", c.libelle, c.connaissances, c.conditions, c.criteres_methodes, c.criteres_moyens,
        c.criteres_liens, c.criteres_contraintes, c.resultats_attendus, tuple(sorted(m.code for m in c.modalites)),
    )
