"""Qui tient un travail : un verrou que le système rend de lui-même quand son exécutant meurt, même d'un kill -9.

Sur PostgreSQL, un verrou consultatif d'une connexion réservée ; sur SQLite, un verrou du système sur un fichier posé
à côté de la base. Aucun délai à deviner : un travail tenu n'est jamais pris deux fois, un travail lâché se reprend aussitôt.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

_CLASSE = 20_201_028


@contextmanager
def tenir(moteur: Engine, travail_id: int) -> Iterator[bool]:
    """Tient un travail le temps du bloc ; rend faux si un autre exécutant, vivant, le tient."""
    tenue = _sur_postgresql if moteur.dialect.name == "postgresql" else _sur_fichier
    with tenue(moteur, travail_id) as tenu:
        yield tenu


@contextmanager
def _sur_postgresql(moteur: Engine, travail_id: int) -> Iterator[bool]:
    parametres = {"classe": _CLASSE, "travail": travail_id}
    with moteur.connect().execution_options(isolation_level="AUTOCOMMIT") as connexion:
        tenu = bool(connexion.scalar(text("SELECT pg_try_advisory_lock(:classe, :travail)"), parametres))
        try:
            yield tenu
        finally:
            if tenu and not connexion.invalidated:
                connexion.execute(text("SELECT pg_advisory_unlock(:classe, :travail)"), parametres)


@contextmanager
def _sur_fichier(moteur: Engine, travail_id: int) -> Iterator[bool]:
    chemin = Path(f"{moteur.url.database}-travail-{travail_id}")
    while True:
        descripteur = os.open(chemin, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descripteur)
            yield False
            return
        # Qui tenait ce fichier a pu l'ôter entre-temps : le verrou ne vaudrait que sur un fichier disparu.
        if chemin.exists() and chemin.stat().st_ino == os.fstat(descripteur).st_ino:
            break
        os.close(descripteur)
    try:
        yield True
    finally:
        chemin.unlink(missing_ok=True)
        os.close(descripteur)
