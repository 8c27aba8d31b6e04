"""Une connexion DB-API à la base de mesure, et ce qu'elle dit avant l'import."""

from __future__ import annotations

import datetime as dt
import sqlite3
from typing import Any

from bench.pairs.regles import Reference

TRACE = ("created_at", "updated_at", "version")


def est_sqlite(url: str) -> bool:
    """Vrai pour une base SQLite."""
    return url.startswith("sqlite")


def ouvrir(url: str) -> Any:
    """Une connexion aux mêmes réglages que la console."""
    if not est_sqlite(url):
        import psycopg  # noqa: PLC0415

        return psycopg.connect(url)
    base = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    base.executescript("PRAGMA journal_mode=wal; PRAGMA synchronous=full; PRAGMA cache_size=-65536; PRAGMA foreign_keys=on;"
                       "PRAGMA temp_store=memory; PRAGMA recursive_triggers=on")
    return base


def trace(url: str) -> tuple[Any, Any, int]:
    """Les valeurs de `TRACE`."""
    instant = dt.datetime.now(dt.UTC)
    maintenant = f"{instant:%Y-%m-%d %H:%M:%S.%f}" if est_sqlite(url) else instant
    return maintenant, maintenant, 1


def reference(base: Any, centre: int) -> Reference:
    """Certifications, versions, codes NACE."""
    def lire(requete: str) -> list[Any]:
        return list(base.execute(requete).fetchall())

    certifications = {
        f"{famille} {annee} {numero:04d}": i
        for i, famille, annee, numero in lire("SELECT id, famille, annee, numero FROM certification WHERE annee IS NOT NULL")
    }
    versions = dict(lire("SELECT certification_id, id FROM referentiel WHERE etat = 'valide'"))
    return Reference(centre, certifications, versions, frozenset(c for (c,) in lire("SELECT code FROM nace")))
