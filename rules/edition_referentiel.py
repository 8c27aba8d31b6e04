"""Les gestes de l'éditeur d'un référentiel : ajouter, ordonner, retirer ; de la version saisie à la version saisie.

Rien n'est lu ni écrit en base : la page envoie la saisie entière, le geste en rend une autre. Une clé `b12` ou `c34`
désigne ce qui est en base, `n1` ou `m1` ce qui vient d'être ajouté.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import TypeVar

from rules.referentiel import BlocDeVersion, CompetenceDeVersion, VersionFacts

T = TypeVar("T", BlocDeVersion, CompetenceDeVersion)


def cle_neuve(version: VersionFacts, lettre: str) -> str:
    """Une clé que la saisie n'emploie pas : `n` pour un bloc, `m` pour une compétence."""
    prises = {b.cle for b in version.blocs} | {c.cle for _, c in version.reperes()}
    return next(f"{lettre}{n}" for n in count(1) if f"{lettre}{n}" not in prises)


def ajouter_bloc(version: VersionFacts) -> VersionFacts:
    """Un bloc neuf à la fin, avec une première compétence à écrire."""
    bloc = BlocDeVersion(cle_neuve(version, "n"), competences=(CompetenceDeVersion(cle_neuve(version, "m")),))
    return replace(version, blocs=(*version.blocs, bloc))


def ajouter_competence(version: VersionFacts, bloc: str) -> VersionFacts:
    """Une compétence neuve à la fin d'un bloc, ou du CCPM quand aucun bloc n'est nommé."""
    neuve = CompetenceDeVersion(cle_neuve(version, "m"))
    if not bloc:
        return replace(version, competences=(*version.competences, neuve))
    return _dans_le_bloc(version, bloc, lambda b: replace(b, competences=(*b.competences, neuve)))


def employer(version: VersionFacts, bloc: BlocDeVersion) -> VersionFacts:
    """Un bloc existant, à la fin."""
    return replace(version, blocs=(*version.blocs, bloc))


def detacher(version: VersionFacts, cle: str) -> VersionFacts:
    """Un bloc employé par d'autres versions devient, dans ce projet, un nouveau bloc qu'on peut modifier."""
    return _dans_le_bloc(version, cle, lambda b: replace(b, nouveau=True))


def deplacer(version: VersionFacts, cle: str, pas: int) -> VersionFacts:
    """Monte (-1) ou descend (1) un bloc dans la version, une compétence dans son bloc."""
    return replace(
        version, competences=_deplacee(version.competences, cle, pas),
        blocs=tuple(
            replace(b, competences=_deplacee(b.competences, cle, pas)) for b in _deplacee(version.blocs, cle, pas)
        ),
    )


def retirer(version: VersionFacts, cle: str) -> VersionFacts:
    """Retire un bloc ou une compétence de la version."""
    return replace(
        version, competences=_sans(version.competences, cle),
        blocs=tuple(replace(b, competences=_sans(b.competences, cle)) for b in _sans(version.blocs, cle)),
    )


def _dans_le_bloc(version: VersionFacts, cle: str, geste: Callable[[BlocDeVersion], BlocDeVersion]) -> VersionFacts:
    return replace(version, blocs=tuple(geste(b) if b.cle == cle else b for b in version.blocs))


def _sans(suite: Sequence[T], cle: str) -> tuple[T, ...]:
    return tuple(x for x in suite if x.cle != cle)


def _deplacee(suite: Sequence[T], cle: str, pas: int) -> tuple[T, ...]:
    rang = next((i for i, x in enumerate(suite) if x.cle == cle), None)
    if rang is None or not 0 <= rang + pas < len(suite):
        return tuple(suite)
    melee = list(suite)
    melee[rang], melee[rang + pas] = melee[rang + pas], melee[rang]
    return tuple(melee)
