"""Ce que l'année a compté : jurys, candidats présentés et admis, délais, actions correctives, décisions (SUI-03).

Des totaux, jamais une personne. Le compte rendu du GTP à la CPNEFP (glossaire, « GTP ») et l'écran disent les mêmes.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

SEUIL_DE_DETAIL = 5
"""Sous cet effectif, un document public ne dit pas combien sont admis : ce serait le dire de quelqu'un (décision 022)."""
MOIS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")


@dataclass(frozen=True, slots=True)
class Groupe:
    """Des présentations qui ont tout en commun : certification, région, voie, financement, origine, mois ; et combien."""

    certification: str
    region: str
    voie: str
    financement: str
    origine: str
    mois: int
    presentes: int
    admis: int


@dataclass(frozen=True, slots=True)
class Part:
    """Les présentés et les admis d'une certification, d'une région ou d'un mois."""

    libelle: str
    presentes: int
    admis: int

    @property
    def taux(self) -> float | None:
        """La part d'admis, entre 0 et 1 ; rien quand personne n'a été présenté."""
        return self.admis / self.presentes if self.presentes else None

    @property
    def en_clair(self) -> str:
        """Le taux tel qu'il s'écrit : « 83 % »."""
        return "" if self.taux is None else f"{self.taux * 100:.0f}\N{NO-BREAK SPACE}%"

    @property
    def detaillable(self) -> bool:
        """Vrai si le nombre d'admis peut se publier sans désigner personne."""
        return self.presentes == 0 or self.presentes >= SEUIL_DE_DETAIL


@dataclass(frozen=True, slots=True)
class Statistiques:
    """L'année civile `annee`, telle que l'acteur peut la lire.

    `parts` : par axe (« Certification », « Région »…), les parts de l'année, les plus nombreuses d'abord.
    `delais` : jours entre chaque jury et la transmission de son dossier.
    """

    annee: int
    jurys: int
    presentes: int
    admis: int
    parts: dict[str, tuple[Part, ...]]
    certificats: tuple[tuple[str, int], ...]
    delais: tuple[int, ...]
    a_temps: int
    en_retard: int
    non_transmis: int
    controles: int
    non_conformes: int
    actions: int
    actions_menees: int
    actions_en_retard: int
    retraits: int
    habilitations: int
    habilitations_retirees: int
    seances: int
    decisions: tuple[tuple[str, int], ...]

    @property
    def ensemble(self) -> Part:
        """Toute l'année."""
        return Part("Ensemble", self.presentes, self.admis)

    @property
    def delai_median(self) -> int | None:
        """Le délai de transmission que la moitié des dossiers n'a pas dépassé, en jours."""
        if not self.delais:
            return None
        return sorted(self.delais)[(len(self.delais) - 1) // 2]


AXES: tuple[tuple[str, str], ...] = (
    ("Certification", "certification"), ("Région", "region"), ("Voie d'accès", "voie"), ("Financement", "financement"),
    ("Origine", "origine"),
)


def parts(groupes: Iterable[Groupe]) -> dict[str, tuple[Part, ...]]:
    """Les totaux par axe, les plus nombreux d'abord ; et les douze mois, dans l'ordre, même vides."""
    groupes = tuple(groupes)
    rendus = {titre: _totaliser(groupes, champ) for titre, champ in AXES}
    par_mois = {p.libelle: p for p in _totaliser(groupes, "mois")}
    rendus["Mois"] = tuple(
        Part(nom, p.presentes, p.admis) if (p := par_mois.get(str(rang))) else Part(nom, 0, 0) for rang, nom in enumerate(MOIS, 1)
    )
    return rendus


def _totaliser(groupes: Iterable[Groupe], champ: str) -> tuple[Part, ...]:
    presentes: dict[str, int] = defaultdict(int)
    admis: dict[str, int] = defaultdict(int)
    for g in groupes:
        nom = str(getattr(g, champ))
        presentes[nom] += g.presentes
        admis[nom] += g.admis
    return tuple(Part(nom, presentes[nom], admis[nom]) for nom in sorted(presentes, key=lambda n: (-presentes[n], n)))


def delais(jurys: Iterable[tuple[dt.date, dt.date | None]]) -> tuple[int, ...]:
    """Les jours entre chaque jury et la transmission de son dossier, pour ceux qui l'ont été."""
    return tuple((transmis - date_jury).days for date_jury, transmis in jurys if transmis is not None)
