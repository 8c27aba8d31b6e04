"""Le moteur de base : SQLite embarqué réglé pour ne rien perdre, ou PostgreSQL, par un seul réglage."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from models.contexte import ecriture_annoncee

ATTENTE_VERROU_MS = 15_000


def url_normalisee(url: str) -> str:
    """`postgres://` et `postgresql://` désignent le pilote psycopg ; le reste est rendu tel quel."""
    for prefixe in ("postgres://", "postgresql://"):
        if url.startswith(prefixe):
            return "postgresql+psycopg://" + url.removeprefix(prefixe)
    return url


def _regle_sqlite(connexion: Any, _enregistrement: Any) -> None:
    if not isinstance(connexion, sqlite3.Connection):
        return
    connexion.isolation_level = None  # les transactions sont ouvertes par _commence, pas par le pilote
    curseur = connexion.cursor()
    curseur.execute("PRAGMA foreign_keys=ON")
    # Sans lui, INSERT OR REPLACE ôterait une ligne figée sans que les déclencheurs de retrait le voient.
    curseur.execute("PRAGMA recursive_triggers=ON")
    curseur.execute(f"PRAGMA busy_timeout={ATTENTE_VERROU_MS}")
    curseur.execute("PRAGMA journal_mode=WAL")
    curseur.execute("PRAGMA synchronous=FULL")
    curseur.execute("PRAGMA cache_size=-65536")
    curseur.execute("PRAGMA temp_store=MEMORY")
    curseur.close()


def _commence(connexion: Connection) -> None:
    if connexion.dialect.name == "sqlite":
        connexion.exec_driver_sql("BEGIN IMMEDIATE" if ecriture_annoncee() else "BEGIN")


def regler(moteur: Engine) -> Engine:
    """Pose les réglages du moteur : clés étrangères, WAL, synchronisation complète, verrou d'écriture."""
    if moteur.dialect.name == "sqlite":
        event.listen(moteur, "connect", _regle_sqlite)
        event.listen(moteur, "begin", _commence)
    return moteur
