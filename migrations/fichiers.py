"""Jouer une migration écrite en SQL, un fichier par moteur ; les instructions y sont séparées par `;;`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

_VERSIONS = Path(__file__).with_name("versions")


def jouer(connexion: Connection, revision: str) -> None:
    """Joue `versions/<revision>_<moteur>.sql` sur cette connexion, dans sa transaction."""
    fichier = _VERSIONS / f"{revision}_{connexion.dialect.name}.sql"
    for instruction in fichier.read_text("utf-8").split(";;"):
        if instruction.strip():
            connexion.exec_driver_sql(instruction.strip(), execution_options={"no_parameters": True})
