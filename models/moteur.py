"""Le moteur de base : SQLite embarqué réglé pour ne rien perdre, ou PostgreSQL, par un seul réglage."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as SaTimeoutError

from models.contexte import ecriture_annoncee

ATTENTE_VERROU_MS = 15_000
_CACHE_KIO = 65_536
_PETIT_CACHE_KIO = 16_384
_OCCUPEE = re.compile(r"database is locked|database table is locked|could not connect|connection .*(closed|refused)"
                      r"|server closed|terminating connection|disk is full|no space left|deadlock|lock timeout|starting up|shutting down"
                      r"|too many clients|reset by peer|connection is lost|no such file", re.IGNORECASE)

_sans_attendre: ContextVar[bool] = ContextVar("sans_attendre", default=False)


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
    curseur.execute(f"PRAGMA cache_size=-{_CACHE_KIO}")
    curseur.execute("PRAGMA temp_store=MEMORY")
    curseur.close()


def _commence(connexion: Connection) -> None:
    if connexion.dialect.name != "sqlite":
        return
    if _sans_attendre.get():
        connexion.exec_driver_sql("PRAGMA busy_timeout=0")
        try:
            connexion.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connexion.exec_driver_sql(f"PRAGMA busy_timeout={ATTENTE_VERROU_MS}")
    else:
        connexion.exec_driver_sql("BEGIN IMMEDIATE" if ecriture_annoncee() else "BEGIN")


@contextmanager
def sans_attendre() -> Iterator[None]:
    """Les transactions ouvertes dans ce bloc écrivent tout de suite ou échouent : elles n'attendent pas leur tour.

    Sert à ce qui peut se dire plus tard, comme l'avancement d'un travail (`base_occupee` reconnaît l'échec).
    """
    jeton = _sans_attendre.set(True)
    try:
        yield
    finally:
        _sans_attendre.reset(jeton)


@contextmanager
def petit_cache(connexion: Connection) -> Iterator[None]:
    """SQLite garde moins de pages le temps d'une longue écriture : la mémoire d'un import ne suit pas la base."""
    if connexion.dialect.name != "sqlite":
        yield
        return
    connexion.exec_driver_sql(f"PRAGMA cache_size=-{_PETIT_CACHE_KIO}")
    try:
        yield
    finally:
        connexion.exec_driver_sql(f"PRAGMA cache_size=-{_CACHE_KIO}")


def regler(moteur: Engine) -> Engine:
    """Pose les réglages du moteur : clés étrangères, WAL, synchronisation complète, verrou d'écriture."""
    if moteur.dialect.name == "sqlite":
        event.listen(moteur, "connect", _regle_sqlite)
        event.listen(moteur, "begin", _commence)
    return moteur


def base_occupee(erreur: BaseException) -> bool:
    """Vrai si la base est verrouillée ou injoignable : réessayer a un sens."""
    if isinstance(erreur, SaTimeoutError):
        return True
    if not isinstance(erreur, DBAPIError):
        return False
    etat = getattr(erreur.orig, "sqlstate", None) or ""
    return (
        erreur.connection_invalidated
        or etat.startswith(("08", "53", "57P0", "40001", "40P01"))
        or (isinstance(erreur, OperationalError) and _OCCUPEE.search(str(erreur.orig)) is not None)
    )
