"""Amener une base à la version courante du schéma."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

_ICI = Path(__file__).parent


def configuration() -> Config:
    """La configuration d'Alembic, sans fichier `alembic.ini`."""
    config = Config()
    config.set_main_option("script_location", str(_ICI))
    config.set_main_option("path_separator", "os")
    return config


def migrer(moteur: Engine, cible: str = "head") -> None:
    """Applique les migrations manquantes dans une seule transaction : tout, ou rien."""
    config = configuration()
    with moteur.begin() as connexion:
        config.attributes["connexion"] = connexion
        command.upgrade(config, cible)


def version(moteur: Engine) -> str | None:
    """La version du schéma de cette base ; vide pour une base neuve."""
    with moteur.connect() as connexion:
        return MigrationContext.configure(connexion).get_current_revision()


def derniere() -> str | None:
    """La dernière version connue du code."""
    return ScriptDirectory.from_config(configuration()).get_current_head()
