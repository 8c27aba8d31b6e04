"""Recevoir un export de France compétences : le lire, le comparer, garder ce qu'il propose (rien n'est pris)."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from imports.fichier import LIMITES, Limites
from imports.francecompetences import Lecture, lire_fiches
from imports.moteur import empreinte
from models import Enregistrement, Reception
from rules.actes_enregistrement import Comparaison, concerne
from rules.nomenclatures import NatureReception


def codes_connus(session: Session) -> set[str]:
    """Les codes que la branche tient."""
    return set(session.scalars(select(Enregistrement.code)))


def lire(chemin: Path, connus: Collection[str], *, nom: str | None = None, limites: Limites = LIMITES) -> Lecture:
    """Les fiches de la branche dans un export, en flux ; aucune base n'est tenue le temps de la lecture.

    :raises FichierRefuse: le fichier ne se lit pas en entier.
    """
    return lire_fiches(chemin, lambda fiche: concerne(fiche, connus), nom=nom, limites=limites)


def comparer(session: Session, chemin: Path, lecture: Lecture, *, nom: str | None = None) -> Reception:
    """Compare une lecture aux enregistrements de la branche et garde ce qu'elle propose ; l'appelant valide."""
    comparaison = Comparaison(session)
    lues = {f.code for f in lecture.fiches}
    # Un export ne porte qu'un répertoire : une fiche de l'autre n'y manque pas.
    repertoires = {code.rstrip("0123456789") for code in lues}
    reception = Reception(
        nature=NatureReception.FRANCE_COMPETENCES, nom_fichier=(nom or chemin.name)[-200:], empreinte=empreinte(chemin),
        lues=lecture.lues,
        resume={
            "retenues": len(lecture.fiches),
            "absentes": sorted(c for c in comparaison.enregistrements if c not in lues and c.rstrip("0123456789") in repertoires),
            "propositions": [p.en_dict() for p in comparaison.propositions(lecture.fiches)],
        },
    )
    session.add(reception)
    session.flush()
    return reception
