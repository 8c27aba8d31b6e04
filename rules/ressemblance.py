"""Deux titres se ressemblent-ils ? Pour que le GTP voie les voisins d'une certification demandée (REF-13)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

# Les mots qui ne distinguent pas deux titres : liaisons, et ceux que tous portent.
_VIDES = frozenset({
    "a", "au", "aux", "avec", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par", "pour", "sur",
    "un", "une", "h", "f", "industriel", "industrielle", "metallurgie", "cqpm", "ccpm", "cqpi", "ccpi",
})
# « opérateur(trice) », « technicien / technicienne », « soudeur-euse » : la marque du féminin s'ôte.
_PARENTHESES = re.compile(r"\([^)]*\)")
_FEMININS = (("trice", "teur"), ("euse", "eur"), ("enne", "en"), ("iere", "ier"), ("elle", "el"), ("ive", "if"), ("ee", "e"))
SEUIL = 0.6


def racines(titre: str) -> frozenset[str]:
    """Les mots d'un titre qui le distinguent : sans accents, sans mots vides, au masculin singulier."""
    decompose = unicodedata.normalize("NFKD", _PARENTHESES.sub(" ", titre).casefold().replace("œ", "oe").replace("æ", "ae"))
    nu = "".join(c for c in decompose if not unicodedata.combining(c))
    mots = [_au_singulier(m) for m in re.findall(r"[a-z0-9]+", nu)]
    gardes = {_au_masculin(m) for m in mots if m not in _VIDES}
    return frozenset(gardes - {"trice", "euse", "enne", "iere", "ere", "rice", "e", "ne", "s"})


def _au_singulier(mot: str) -> str:
    if len(mot) > 4 and mot.endswith("aux"):
        return mot[:-3] + "al"
    return mot[:-1] if len(mot) > 3 and mot[-1] in "sx" else mot


def _au_masculin(mot: str) -> str:
    for feminin, masculin in _FEMININS:
        if len(mot) > len(feminin) + 2 and mot.endswith(feminin):
            return mot[: -len(feminin)] + masculin
    return mot


def ressemblance(un: str, autre: str) -> float:
    """De 0 (rien en commun) à 1 (le même titre aux accents, au genre, au nombre et à l'ordre des mots près).

    La part des mots communs, ou la ressemblance des lettres quand une faute de frappe les sépare.
    """
    a, b = racines(un), racines(autre)
    if not a or not b:
        return 0.0
    communs = len(a & b)
    mots = 2 * communs / (len(a) + len(b))
    if min(len(a), len(b)) > 1 and communs == min(len(a), len(b)):
        # L'un dit tout ce que dit l'autre, et le précise : « soudeur » et « soudeur sur acier » non, à deux mots oui.
        mots = max(mots, 0.8)
    lettres = SequenceMatcher(None, " ".join(sorted(a)), " ".join(sorted(b)), autojunk=False).ratio()
    return max(mots, lettres if lettres > 0.85 else 0.0)


def voisins(titre: str, liste: Iterable[tuple[str, str]]) -> list[tuple[float, str, str]]:
    """Les certifications dont le titre ressemble à celui-ci, la plus proche d'abord.

    :param liste: identifiant et titre de chaque certification de la liste.
    :returns: ressemblance (0 à 1), identifiant, titre.
    """
    notes = [(ressemblance(titre, autre), identifiant, autre) for identifiant, autre in liste]
    return sorted((n for n in notes if n[0] >= SEUIL), key=lambda n: (-n[0], n[1]))
