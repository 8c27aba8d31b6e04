"""Amener une base à la version courante du schéma."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

_ICI = Path(__file__).parent


def configuration() -> Config:
    """La configuration d'Alembic, sans fichier `alembic.ini`."""
    config = Config()
    config.set_main_option("script_location", str(_ICI))
    config.set_main_option("path_separator", "os")
    return config


class BaseIncoherente(Exception):
    """Après migration, une clé étrangère ne désigne plus rien : rien n'est validé."""


@contextmanager
def _transaction(moteur: Engine) -> Iterator[Connection]:
    """Une transaction où SQLite laisse refaire une table que d'autres désignent ; les clés sont revérifiées à la fin."""
    with moteur.connect() as connexion:
        if connexion.dialect.name != "sqlite":
            with connexion.begin():
                yield connexion
            return
        # Hors transaction, sans quoi SQLite ignore ces réglages.
        pilote = connexion.connection.cursor()
        pilote.execute("PRAGMA foreign_keys=OFF")
        pilote.execute("PRAGMA legacy_alter_table=ON")
        try:
            with connexion.begin():
                yield connexion
                if connexion.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise BaseIncoherente
        finally:
            pilote.execute("PRAGMA legacy_alter_table=OFF")
            pilote.execute("PRAGMA foreign_keys=ON")
            pilote.close()


def migrer(moteur: Engine, cible: str = "head") -> None:
    """Applique les migrations manquantes dans une seule transaction : tout, ou rien.

    :raises BaseIncoherente: si une clé étrangère ne désigne plus rien ; la base reste à sa version.
    """
    config = configuration()
    with _transaction(moteur) as connexion:
        config.attributes["connexion"] = connexion
        command.upgrade(config, cible)


def version(moteur: Engine) -> str | None:
    """La version du schéma de cette base ; vide pour une base neuve."""
    with moteur.connect() as connexion:
        return MigrationContext.configure(connexion).get_current_revision()


def derniere() -> str | None:
    """La dernière version connue du code."""
    return ScriptDirectory.from_config(configuration()).get_current_head()
