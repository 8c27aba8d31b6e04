"""Lecture des fichiers de données versionnés avec le code (UTF-8, `;`, en-tête)."""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

_DONNEES = Path(__file__).parent / "donnees"


def lire(nom: str) -> list[dict[str, str]]:
    """Les lignes de `seed/donnees/<nom>.csv`, par nom de colonne."""
    with (_DONNEES / f"{nom}.csv").open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux, delimiter=";", strict=True))


def date_ou_rien(iso: str) -> dt.date | None:
    """`2017-12-21` → la date ; vide → rien."""
    return dt.date.fromisoformat(iso) if iso else None


def declaration(nom: str) -> dict[str, Any]:
    """Le contenu de `seed/donnees/demonstration/<nom>.toml`."""
    return tomllib.loads((_DONNEES / "demonstration" / f"{nom}.toml").read_text("utf-8"))


def octets(nom: str) -> bytes:
    """Un fichier de `seed/donnees/demonstration/`, tel quel."""
    return (_DONNEES / "demonstration" / nom).read_bytes()
