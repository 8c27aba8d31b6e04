"""Rendre un fichier tel qu'il se réimporte : CSV en flux, ou classeur dont toutes les cellules sont du texte."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
EXTENSIONS = frozenset(_TYPES)
_LOT = 500


def type_mime(extension: str) -> str:
    """Le type d'un fichier rendu, par son extension."""
    return _TYPES[extension]


def jour_ecrit(jour: dt.date | None) -> str:
    """Une date telle que l'import la relit ; rien s'il n'y en a pas."""
    return "" if jour is None else f"{jour:%d/%m/%Y}"


class _Tampon:
    """Ce qu'on écrit de CSV, rendu par morceaux."""

    def __init__(self) -> None:
        self.morceaux: list[str] = []

    def write(self, texte: str) -> int:
        self.morceaux.append(texte)
        return len(texte)

    def vider(self) -> str:
        texte = "".join(self.morceaux)
        self.morceaux.clear()
        return texte


def en_csv(lignes: Iterable[Sequence[str]]) -> Iterator[str]:
    """Les lignes en CSV (`;`, UTF-8 avec sa marque, que les tableurs reconnaissent), par morceaux."""
    tampon = _Tampon()
    ecrivain = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    yield "\ufeff"
    for rang, ligne in enumerate(lignes, 1):
        ecrivain.writerow(ligne)
        if rang % _LOT == 0:
            yield tampon.vider()
    yield tampon.vider()


def en_classeur(lignes: Iterable[Sequence[str]], titre: str, sortie: IO[bytes]) -> None:
    """Les lignes en classeur XLSX d'une feuille, écrit dans `sortie` ; aucune cellule n'y devient nombre ni formule."""
    from openpyxl import Workbook  # noqa: PLC0415 — ne sert qu'à qui exporte un classeur
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    classeur = Workbook(write_only=True)
    feuille: Any = classeur.create_sheet(titre)
    for ligne in lignes:
        cellules = []
        for texte in ligne:
            cellule = WriteOnlyCell(feuille, texte or None)
            if texte:
                cellule.data_type = "s"
            cellules.append(cellule)
        feuille.append(cellules)
    classeur.save(sortie)
