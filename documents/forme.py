"""La forme commune des documents : leur déclaration, les dates, les noms de fichier, la coupe des mots longs."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from documents.moteur import Contexte, largeur

F = TypeVar("F")
T = TypeVar("T")

MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
LIGNES_PAR_TABLE = 30
"""Au-delà, le temps de mise en page d'une table croît plus vite que ses lignes ; rien ne s'en voit sur la page."""


@dataclass(frozen=True, slots=True)
class Declaration(Generic[F]):
    """Un document du dispositif.

    `contexte` ne donne au gabarit que des chaînes prêtes à imprimer, d'un seul exemplaire : un lot s'assemble ensuite.
    `pages` : combien en a le document, quand un débordement le changerait.
    `vivants` : les noms du contexte propres à chaque exemplaire, quand le reste se met en page une fois (`documents.gabarit`).
    """

    code: str
    intitule: str
    annexe: str
    gabarit: str
    verifier: Callable[[F], None]
    contexte: Callable[[Sequence[F]], Contexte]
    titre: Callable[[F], str]
    date: Callable[[F], dt.date]
    fichier: Callable[[F], tuple[str, str]]
    pages: int | None = None
    vivants: frozenset[str] = frozenset()


def date_en_lettres(date: dt.date) -> str:
    """« jj mois AAAA » des annexes : 1er mars 2026, 12 mars 2026."""
    jour = "1er" if date.day == 1 else str(date.day)
    return f"{jour} {MOIS[date.month - 1]} {date.year}"


def tables(lignes: Sequence[T]) -> list[Sequence[T]]:
    """Les lignes d'un tableau, en tables assez courtes pour se mettre en page vite."""
    return [lignes[debut : debut + LIGNES_PAR_TABLE] for debut in range(0, len(lignes), LIGNES_PAR_TABLE)]


def coupe(texte: str, millimetres: float, corps: float) -> str:
    """Ouvre après ses traits d'union un mot plus large que sa colonne, que le moteur couperait n'importe où.

    L'espace ajoutée tombe toujours en fin de ligne : les deux morceaux ne tiennent jamais sur la même.
    """
    place = millimetres * 72 / 25.4 - 8
    return " ".join(morceau for mot in texte.split(" ") for morceau in _morceaux(mot, place, corps))


def _morceaux(mot: str, place: float, corps: float) -> list[str]:
    if "-" not in mot or largeur(mot, "SourceSans3-Semibold", corps) <= place:
        return [mot]
    morceaux = [""]
    for syllabe in re.findall(r"[^-]*-|[^-]+", mot):
        if morceaux[-1] and largeur(morceaux[-1] + syllabe, "SourceSans3-Semibold", corps) > place:
            morceaux.append("")
        morceaux[-1] += syllabe
    return morceaux


_SANS_DECOMPOSITION = str.maketrans(
    {"Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d"}
    | {"ß": "ss", "ẞ": "SS", "ı": "i", "Þ": "TH", "þ": "th", "Ð": "D", "ð": "d", "Ħ": "H", "ħ": "h", "Ŧ": "T", "ŧ": "t"}
)


def ascii_plat(texte: str) -> str:
    """Lettres et chiffres ASCII, le reste en traits d'union ; 60 caractères au plus."""
    mots = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", texte).translate(_SANS_DECOMPOSITION))
    plat = unicodedata.normalize("NFKD", mots).encode("ascii", "ignore").decode()
    return plat.strip("-")[:60].rstrip("-") or "sans-nom"
