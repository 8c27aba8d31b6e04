"""Les certifications et référentiels de la démonstration : textes écrits pour l'exemple."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    BlocCompetences,
    Certification,
    Competence,
    Equivalence,
    ModaliteEvaluation,
    Referentiel,
    ReferentielBloc,
)
from models.normalisation import normaliser
from rules import actes_referentiel
from rules.nomenclatures import Famille
from seed.fichiers import declaration

DATE_INVENTEE = "démonstration : date inventée"
ENREGISTREES_DU = dt.date(2024, 1, 1)
ENREGISTREES_AU = dt.date(2029, 12, 31)
_AVERTISSEMENT = "Référentiel de démonstration, écrit pour l'exemple. "


def ouvrir_certifications(session: Session, aujourdhui: dt.date) -> None:
    """Donne une version validée à trois CQPM réels, et crée un CCPM et un CQPI de démonstration.

    Les enregistrements au RNCP reçoivent des dates inventées, dites telles par leur source ; l'un des CQPM correspond
    au CQPI (I).
    """
    textes = declaration("referentiels")
    modalites = {m.code: m for m in session.scalars(select(ModaliteEvaluation))}
    blocs = {b["numero"]: _bloc(b, modalites) for b in textes["bloc"]}
    par_numero: dict[int, Certification] = {}
    for cqpm in textes["cqpm"]:
        certification = session.scalars(
            select(Certification).where(Certification.famille == Famille.CQPM, Certification.numero == cqpm["numero"])
        ).one()
        par_numero[cqpm["numero"]] = certification
        for enregistrement in certification.enregistrements:
            enregistrement.du = ENREGISTREES_DU
            # Au-delà de 2029 la démonstration reste jouable : la date est inventée de toute façon.
            enregistrement.au = max(ENREGISTREES_AU, aujourdhui + dt.timedelta(days=730))
            enregistrement.source = DATE_INVENTEE
        certification.versions.append(
            _version(
                cqpm, environnement=cqpm["environnement"], interactions=cqpm["interactions"],
                blocs=[ReferentielBloc(bloc=blocs[n], ordre=rang) for rang, n in enumerate(cqpm["blocs"], 1)],
            )
        )
    ccpm, cqpi = (_certification(textes[f.value.lower()], f) for f in (Famille.CCPM, Famille.CQPI))
    ccpm.versions.append(
        _version(
            textes["ccpm"],
            competences=[_competence(c, rang, modalites) for rang, c in enumerate(textes["ccpm"]["competence"], 1)],
        )
    )
    par_numero[textes["cqpi"]["cqpm"]].equivalences.append(Equivalence(interbranches=cqpi, du=ENREGISTREES_DU))
    session.add_all([*blocs.values(), ccpm, cqpi])
    session.flush()
    for certification in (*par_numero.values(), ccpm):
        for version in certification.versions:
            actes_referentiel.soumettre(session, version)
            actes_referentiel.valider(session, version, ENREGISTREES_DU)
    revision = textes["revision"]
    _reviser(session, par_numero[revision["cqpm"]], revision, modalites, aujourdhui)


def _reviser(
    session: Session, certification: Certification, texte: dict[str, Any], modalites: dict[str, ModaliteEvaluation],
    jour: dt.date,
) -> None:
    """Une seconde version en vigueur du jour même : qui est déjà inscrit reste sur la première (REF-09)."""
    version = actes_referentiel.creer_version(session, certification)
    version.missions = _AVERTISSEMENT + texte["missions"]
    ancien = next(place.bloc for place in version.blocs if place.bloc.numero == texte["bloc"])
    bloc = actes_referentiel.remplacer_bloc(session, version, ancien)
    bloc.libelle = texte["libelle"]
    bloc.competences[0].criteres_methodes = texte["critere"]
    bloc.competences.append(_competence(texte["competence"], len(bloc.competences) + 1, modalites))
    actes_referentiel.soumettre(session, version)
    actes_referentiel.valider(session, version, jour)


def _certification(texte: dict[str, Any], famille: Famille) -> Certification:
    return Certification(
        famille=famille, annee=texte["annee"], numero=texte["numero"], titre=texte["titre"],
        date_creation=texte["creee_le"], source="démonstration : certification inventée",
        recherche=normaliser(texte["titre"]), demonstration=True,
    )


def _version(texte: dict[str, Any], **colonnes: Any) -> Referentiel:
    return Referentiel(
        numero=1,
        missions=_AVERTISSEMENT + texte["missions"],
        conditions_admissibilite="Toutes les compétences professionnelles sont acquises et validées par le jury.",
        **colonnes,
    )


def _bloc(texte: dict[str, Any], modalites: dict[str, ModaliteEvaluation]) -> BlocCompetences:
    return BlocCompetences(
        numero=texte["numero"], libelle=texte["libelle"],
        competences=[_competence(c, rang, modalites) for rang, c in enumerate(texte["competence"], 1)],
    )


def _competence(texte: dict[str, Any], ordre: int, modalites: dict[str, ModaliteEvaluation]) -> Competence:
    return Competence(
        ordre=ordre, libelle=texte["libelle"], connaissances=texte["connaissances"], conditions=texte["conditions"],
        criteres_methodes=texte["methodes"], criteres_moyens=texte["moyens"], criteres_liens=texte["liens"],
        criteres_contraintes=texte["contraintes"], resultats_attendus=texte["resultats"],
        modalites=[modalites[m] for m in texte["modalites"]],
    )
