"""Deux fiches qui se ressemblent : pures comparaisons de noms, de prénoms et de dates (INS-13, choix de la console).

On compare des formes normalisées, sans accents ni casse. Une ressemblance n'est jamais une certitude : la personne
qui inscrit décide, et deux fiches séparées à tort se réunissent (voir `rules.actes_candidat`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

Mots = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IdentiteFacts:
    """Une personne telle qu'on la compare : ses noms (naissance, puis usage s'il y en a un), chacun en mots sans particule."""

    noms: tuple[Mots, ...]
    prenoms: Mots
    date_naissance: dt.date
    ville: str


@lru_cache(maxsize=16384)
def distance(a: str, b: str, borne: int) -> int:
    """Nombre de fautes entre deux mots (lettre ajoutée, ôtée, changée, deux voisines inversées) ; `borne + 1` au-delà."""
    if abs(len(a) - len(b)) > borne:
        return borne + 1
    avant, courante = [0] * (len(b) + 1), list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        suivante = [i]
        for j, y in enumerate(b, 1):
            cout = min(courante[j] + 1, suivante[j - 1] + 1, courante[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cout = min(cout, avant[j - 2] + 1)
            suivante.append(cout)
        if min(suivante) > borne:
            return borne + 1
        avant, courante = courante, suivante
    return min(courante[-1], borne + 1)


def _faute_de_frappe(a: str, b: str) -> bool:
    """Une faute dans un mot de quatre lettres, tel qu'écrit d'un côté ou de l'autre ; deux s'ils en ont huit."""
    borne = (max(len(a), len(b)) >= 4) + (min(len(a), len(b)) >= 8)
    return bool(borne) and a != b and distance(a, b, borne) <= borne


def _noms(a: Mots, b: Mots) -> str | None:
    """Comment un nom en rappelle un autre : rien s'ils diffèrent, « » s'ils sont les mêmes."""
    if "".join(a) == "".join(b):
        return ""
    if set(a) <= set(b) or set(b) <= set(a):
        return "nom composé écrit en partie"
    return "nom à une faute de frappe près" if _faute_de_frappe("".join(a), "".join(b)) else None


def _prenoms(a: Mots, b: Mots) -> str | None:
    """Comment des prénoms en rappellent d'autres ; le premier seul compte quand l'une des fiches n'en porte qu'un."""
    if "".join(a) == "".join(b):
        return ""
    court, long = sorted((a, b), key=len)
    if court == long[: len(court)]:
        return "prénoms donnés en partie"
    return "prénom à une faute de frappe près" if _faute_de_frappe("".join(a), "".join(b)) or (
        len(court) < len(long) and _faute_de_frappe(court[0], long[0])) else None


def _personnes(a: IdentiteFacts, b: IdentiteFacts) -> tuple[str, ...] | None:
    """Ce qui rapproche deux noms complets, sans les dates ; rien s'ils ne se ressemblent pas."""
    prenoms = _prenoms(a.prenoms, b.prenoms)
    if prenoms is not None:
        for rang_a, nom_a in enumerate(a.noms):
            for rang_b, nom_b in enumerate(b.noms):
                nom = _noms(nom_a, nom_b)
                if nom is not None:
                    return tuple(filter(None, (nom, "nom d'usage" if rang_a or rang_b else "", prenoms)))
    for nom_a in a.noms:
        for nom_b in b.noms:
            croises = _noms(nom_a, b.prenoms), _prenoms(a.prenoms, nom_b)
            if None not in croises:
                return ("nom et prénoms inversés", *(c for c in croises if c))
    return None


def _dates(a: dt.date, b: dt.date) -> str | None:
    """Comment une date en rappelle une autre : la même, un chiffre près, jour et mois inversés."""
    if a == b:
        return ""
    if (a.year, a.month, a.day) == (b.year, b.day, b.month):
        return "jour et mois de naissance inversés"
    chiffres = zip(a.isoformat(), b.isoformat(), strict=True)
    return "date de naissance à un chiffre près" if sum(x != y for x, y in chiffres) == 1 else None


def ressemblance(a: IdentiteFacts, b: IdentiteFacts) -> tuple[str, ...] | None:
    """Pourquoi deux fiches peuvent être une seule personne ; rien quand elles ne se ressemblent pas assez.

    Nées le même jour, un nom proche suffit, ou le même prénom dans la même ville (nom de mariage inconnu). D'une date
    voisine, il faut le même nom et la même ville : sans elle, deux homonymes seraient montrés à tort.
    """
    dates, meme_ville = _dates(a.date_naissance, b.date_naissance), a.ville == b.ville
    if dates is None or (dates and not meme_ville):
        return None
    personnes = _personnes(a, b)
    if personnes is None:
        return ("même prénom, même date et même ville de naissance",) if (
            not dates and meme_ville and a.prenoms[:1] == b.prenoms[:1]) else None
    if dates:
        return None if any("frappe" in p for p in personnes) else (*personnes, dates)
    return personnes or (("nom et prénoms écrits autrement",) if meme_ville else ("ville de naissance différente",))
