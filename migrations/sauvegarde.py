"""Sauvegarder une base pendant qu'elle sert, et la restaurer entière : jamais par une copie de fichier.

SQLite : `VACUUM INTO`, d'une transaction de lecture. PostgreSQL : `pg_dump` et `pg_restore`. À côté de la sauvegarde, un
manifeste dit son empreinte et le nombre de lignes de chaque table : ce qui est restauré s'y compare.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from models.moteur import regler

_MORCEAU = 1 << 20


class SauvegardeImpossible(RuntimeError):
    """Ni sauvegardé, ni restauré : le message dit pourquoi, sans donnée de la base."""


def _empreinte(fichier: Path) -> str:
    condense = hashlib.sha256()
    with fichier.open("rb") as flux:
        while morceau := flux.read(_MORCEAU):
            condense.update(morceau)
    return condense.hexdigest()


def compter(moteur: Engine) -> dict[str, int]:
    """Le nombre de lignes de chaque table, dans une seule transaction de lecture."""
    with moteur.connect() as connexion:
        prepare = connexion.dialect.identifier_preparer
        return {
            table: int(connexion.execute(text(f"SELECT count(*) FROM {prepare.quote(table)}")).scalar_one())  # noqa: S608
            for table in sorted(inspect(connexion).get_table_names())
        }


def _postgresql(programme: str, url: URL, *arguments: str) -> None:
    """Appelle un programme de PostgreSQL ; le mot de passe passe par l'environnement, jamais par la ligne de commande."""
    chemin = shutil.which(programme) or next(
        (str(p) for p in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{programme}"), reverse=True)), None
    )
    if chemin is None:
        raise SauvegardeImpossible(f"Le programme « {programme} » de PostgreSQL manque sur ce poste.")
    adresse = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    env = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    fait = subprocess.run([chemin, *arguments, f"--dbname={adresse}"], env=env, capture_output=True, check=False)  # noqa: S603
    if fait.returncode:
        raise SauvegardeImpossible(f"« {programme} » a échoué (code {fait.returncode}).")


def sauvegarder(moteur: Engine, dossier: Path, instant: dt.datetime) -> Path:
    """Sauvegarde la base dans un dossier et rend le fichier ; un fichier qui paraît est entier.

    :raises SauvegardeImpossible: le dossier ne s'écrit pas, le programme manque, ou la copie n'est pas saine.
    """
    dossier.mkdir(parents=True, exist_ok=True)
    sqlite = moteur.dialect.name == "sqlite"
    fichier = dossier / f"sauvegarde_{instant:%Y-%m-%d_%H%M%S}.{'db' if sqlite else 'dump'}"
    if fichier.exists():
        raise SauvegardeImpossible(f"Une sauvegarde porte déjà ce nom : {fichier.name}.")
    neuve = fichier.with_suffix(".en-cours")
    neuve.unlink(missing_ok=True)
    try:
        if sqlite:
            _vider_dans(moteur, neuve)
            comptes = _verifier_sqlite(neuve)
        else:
            _postgresql("pg_dump", moteur.url, "--format=custom", f"--file={neuve}")
            comptes = None
        neuve.chmod(0o600)
        manifeste = {
            "fichier": fichier.name, "moteur": moteur.dialect.name, "faite_le": instant.isoformat(), "sha256": _empreinte(neuve),
            "taille": neuve.stat().st_size, "tables": comptes,
        }
        fichier.with_suffix(".json").write_text(json.dumps(manifeste, ensure_ascii=False, indent=1), encoding="utf-8")
        neuve.replace(fichier)
    finally:
        neuve.unlink(missing_ok=True)
    return fichier


def _vider_dans(moteur: Engine, neuve: Path) -> None:
    source = moteur.url.database
    if not source or source == ":memory:":
        raise SauvegardeImpossible("Une base en mémoire ne se sauvegarde pas.")
    with sqlite3.connect(source, timeout=60, isolation_level=None) as connexion:
        connexion.execute("VACUUM INTO ?", (str(neuve),))
    connexion.close()


def _verifier_sqlite(fichier: Path) -> dict[str, int]:
    """Intégrité, clés étrangères, et le compte de chaque table."""
    moteur = create_engine(URL.create("sqlite", database=str(fichier)))
    try:
        with moteur.connect() as connexion:
            saine = (
                connexion.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
                and connexion.exec_driver_sql("PRAGMA foreign_key_check").first() is None
            )
        comptes = compter(moteur)
    except DBAPIError as erreur:
        raise SauvegardeImpossible("Ce fichier n'est pas une base qui se lit.") from erreur
    finally:
        moteur.dispose()
    if not saine:
        raise SauvegardeImpossible("La copie n'est pas saine : elle a été écartée.")
    return comptes


def lire_manifeste(fichier: Path) -> dict[str, Any]:
    """Le manifeste d'une sauvegarde, dont l'empreinte est celle du fichier.

    :raises SauvegardeImpossible: il manque, ou la sauvegarde a changé depuis.
    """
    try:
        manifeste: dict[str, Any] = json.loads(fichier.with_suffix(".json").read_text("utf-8"))
        attendue = manifeste["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as erreur:
        raise SauvegardeImpossible("Le manifeste de cette sauvegarde manque ou ne se lit pas.") from erreur
    if _empreinte(fichier) != attendue:
        raise SauvegardeImpossible("Cette sauvegarde a changé depuis qu'elle a été faite : elle n'est pas restaurée.")
    return manifeste


def restaurer(url: URL, fichier: Path, *, remplacer: bool = False) -> dict[str, int]:
    """Met la base à l'état d'une sauvegarde, vérifiée avant et après ; rend le compte de chaque table.

    Sur SQLite, la base en place n'est remplacée qu'une fois la copie vérifiée ; sur PostgreSQL, en une transaction.

    :raises SauvegardeImpossible: la sauvegarde n'est pas saine, d'un autre moteur, ou la base a déjà des tables.
    """
    manifeste = lire_manifeste(fichier)
    if manifeste.get("moteur") != url.get_backend_name():
        raise SauvegardeImpossible("Cette sauvegarde est celle d'un autre moteur de base.")
    moteur = regler(create_engine(url))
    try:
        pleine = (not _est_sqlite(url) or Path(str(url.database)).exists()) and bool(inspect(moteur).get_table_names())
        if pleine and not remplacer:
            raise SauvegardeImpossible("La base a déjà des tables : dites --remplacer pour les remplacer.")
        moteur.dispose()
        if _est_sqlite(url):
            _poser_sqlite(Path(str(url.database)), fichier)
        else:
            _postgresql("pg_restore", url, "--single-transaction", "--no-owner", "--exit-on-error",
                        *(("--clean", "--if-exists") if pleine else ()), str(fichier))
        comptes = compter(moteur)
    finally:
        moteur.dispose()
    if manifeste.get("tables") not in (None, comptes):
        raise SauvegardeImpossible("La base restaurée n'a pas les lignes que dit le manifeste.")
    return comptes


def _est_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _poser_sqlite(cible: Path, fichier: Path) -> None:
    neuve = cible.with_name(cible.name + ".restauree")
    shutil.copyfile(fichier, neuve)
    try:
        _verifier_sqlite(neuve)
        # Le journal d'écriture de l'ancienne base ne doit pas se rejouer sur la nouvelle.
        for reste in ("-wal", "-shm"):
            cible.with_name(cible.name + reste).unlink(missing_ok=True)
        neuve.replace(cible)
    finally:
        neuve.unlink(missing_ok=True)
