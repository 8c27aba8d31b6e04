"""Deux versions d'un référentiel côte à côte : ce qui est ajouté, retiré, modifié, mot à mot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TypeVar

from rules.nomenclatures import Famille
from rules.referentiel import BlocDeVersion, CompetenceDeVersion, VersionFacts

T = TypeVar("T", BlocDeVersion, CompetenceDeVersion)
# En deçà, deux libellés ne parlent plus de la même chose : l'un est retiré, l'autre ajouté.
RESSEMBLANCE = 0.6
_TEXTES = (
    ("libelle", "Compétence professionnelle"), ("connaissances", "Connaissances associées"),
    ("conditions", "Conditions de réalisation"), ("methodes", "Critères : méthodes utilisées"),
    ("moyens", "Critères : moyens utilisés"), ("liens", "Critères : liens professionnels et relationnels"),
    ("contraintes", "Critères : contraintes du milieu et de l'environnement de travail"),
    ("resultats", "Résultats attendus"),
)


class Changement(StrEnum):
    """Ce qu'est devenu un texte d'une version à l'autre."""

    IDENTIQUE = "identique"
    AJOUTE = "ajouté"
    RETIRE = "retiré"
    MODIFIE = "modifié"


@dataclass(frozen=True, slots=True)
class Morceau:
    """Une suite de mots, et si elle diffère de l'autre version."""

    texte: str
    change: bool


@dataclass(frozen=True, slots=True)
class Ligne:
    """Un texte du référentiel dans les deux versions, en morceaux."""

    nom: str
    changement: Changement
    avant: tuple[Morceau, ...]
    apres: tuple[Morceau, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Une partie du référentiel : ses textes, ligne à ligne ; `niveau` est son rang dans les titres."""

    titre: str
    changement: Changement
    lignes: tuple[Ligne, ...]
    niveau: int = 2


def comparer(avant: VersionFacts, apres: VersionFacts, modalites: dict[str, str]) -> list[Section]:
    """Les sections des deux versions dans l'ordre de la seconde, ce qu'elle retire à la fin de chaque partie.

    :param modalites: code → libellé des modalités d'évaluation.
    """
    sections = [_section("Activités", 2, [
        ligne("Mission et activités", avant.missions, apres.missions),
        ligne("Environnement de travail", avant.environnement, apres.environnement),
        ligne("Interactions dans l'environnement de travail", avant.interactions, apres.interactions),
        *([ligne("Niveau", _nombre(avant.niveau), _nombre(apres.niveau))] if apres.famille is Famille.CQPM else []),
    ])]
    paires = apparier(avant.blocs, apres.blocs)
    communs = [(ancien, nouveau) for ancien, nouveau in paires if ancien and nouveau]
    rangs = [avant.blocs.index(ancien) for ancien, _ in communs]
    if rangs != sorted(rangs):
        ordres = ([avant.blocs[r] for r in sorted(rangs)], [nouveau for _, nouveau in communs])
        sections.append(_section("Ordre des blocs", 2, [
            ligne("Ordre des blocs communs", *("\n".join(b.identifiant or b.libelle for b in ordre) for ordre in ordres))
        ]))
    for ancien, nouveau in paires:
        bloc = nouveau or ancien
        titre = f"{(bloc and bloc.identifiant) or 'Bloc à numéroter'} – {bloc.libelle if bloc else ''}"
        sections.append(_section(titre, 2, [
            ligne("Numéro", ancien.identifiant if ancien else "", nouveau.identifiant if nouveau else ""),
            ligne("Libellé du bloc", ancien.libelle if ancien else "", nouveau.libelle if nouveau else ""),
        ], ancien is None, nouveau is None))
        sections += _competences(ancien.competences if ancien else (), nouveau.competences if nouveau else (), modalites)
    sections += _competences(avant.competences, apres.competences, modalites)
    sections.append(_section("Conditions d'admissibilité", 2, [
        ligne("Conditions d'admissibilité", avant.conditions_admissibilite, apres.conditions_admissibilite)
    ]))
    return sections


def _competences(
    avant: Sequence[CompetenceDeVersion], apres: Sequence[CompetenceDeVersion], modalites: dict[str, str]
) -> list[Section]:
    sections = []
    for ancienne, nouvelle in apparier(avant, apres):
        lignes = [
            ligne(nom, getattr(ancienne, champ) if ancienne else "", getattr(nouvelle, champ) if nouvelle else "")
            for champ, nom in _TEXTES
        ]
        permises = [
            ", ".join(modalites.get(m, m) for m in c.modalites) if c else "" for c in (ancienne, nouvelle)
        ]
        rang = list(apres).index(nouvelle) + 1 if nouvelle else list(avant).index(ancienne) + 1 if ancienne else 0
        sections.append(_section(
            f"Compétence {rang}", 3, [*lignes, ligne("Modalités d'évaluation", *permises)],
            ancienne is None, nouvelle is None,
        ))
    return sections


def apparier(avant: Sequence[T], apres: Sequence[T]) -> list[tuple[T | None, T | None]]:
    """Chaque élément de la seconde version et celui de la première dont il vient ; les retirés à la fin.

    Même clé en base, sinon le libellé le plus ressemblant parmi ceux qui restent.
    """
    restants: list[T] = list(avant)
    par_cle = {a.cle: a for a in avant}
    paires: list[tuple[T | None, T | None]] = []
    communs = {n.cle for n in apres} & set(par_cle)
    for nouveau in apres:
        ancien = par_cle.get(nouveau.cle)
        if ancien is None:
            libres = [a for a in restants if a.cle not in communs]
            proche = max(libres, key=lambda a: _ressemblance(a.libelle, nouveau.libelle), default=None)
            if proche is not None and _ressemblance(proche.libelle, nouveau.libelle) >= RESSEMBLANCE:
                ancien = proche
        if ancien is not None:
            restants.remove(ancien)
        paires.append((ancien, nouveau))
    paires.extend((a, None) for a in restants)
    return paires


def _ressemblance(un: str, autre: str) -> float:
    return SequenceMatcher(None, un.lower(), autre.lower(), autojunk=False).ratio()


def ligne(nom: str, avant: str, apres: str) -> Ligne:
    """Un texte des deux versions, découpé là où les mots diffèrent."""
    if avant == apres:
        return Ligne(nom, Changement.IDENTIQUE, _entier(avant, change=False), _entier(apres, change=False))
    if not avant.strip():
        return Ligne(nom, Changement.AJOUTE, (), _entier(apres, change=True))
    if not apres.strip():
        return Ligne(nom, Changement.RETIRE, _entier(avant, change=True), ())
    gauche, droite = (re.findall(r"\s+|\w+|[^\w\s]", t) for t in (avant, apres))
    morceaux: tuple[list[Morceau], list[Morceau]] = ([], [])
    for genre, i1, i2, j1, j2 in SequenceMatcher(None, gauche, droite, autojunk=False).get_opcodes():
        for cote, mots in zip(morceaux, (gauche[i1:i2], droite[j1:j2]), strict=True):
            if mots:
                cote.append(Morceau("".join(mots), genre != "equal"))
    return Ligne(nom, Changement.MODIFIE, tuple(morceaux[0]), tuple(morceaux[1]))


def _entier(texte: str, *, change: bool) -> tuple[Morceau, ...]:
    return (Morceau(texte, change),) if texte else ()


def _nombre(valeur: int | None) -> str:
    return "" if valeur is None else str(valeur)


def _section(
    titre: str, niveau: int, lignes: Sequence[Ligne], ajoutee: bool = False, retiree: bool = False
) -> Section:
    if ajoutee or retiree:
        changement = Changement.AJOUTE if ajoutee else Changement.RETIRE
    else:
        identique = all(x.changement is Changement.IDENTIQUE for x in lignes)
        changement = Changement.IDENTIQUE if identique else Changement.MODIFIE
    return Section(titre, changement, tuple(x for x in lignes if x.avant or x.apres), niveau)
