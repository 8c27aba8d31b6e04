"""Un serveur PostgreSQL rien que pour les essais : dossier temporaire, prise locale, sans port ni trace."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL

ATTENTE_S = 60
REGLAGES = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "80",
}


class PostgresqlManque(RuntimeError):
    """PostgreSQL n'est pas installé : les essais le disent au lieu de se taire."""


def dossier_des_programmes(racine: Path = Path("/usr/lib/postgresql")) -> Path:
    """Le dossier de `initdb` et `postgres`, dans la version la plus récente installée."""
    versions = sorted(
        racine.glob("*/bin/initdb"),
        key=lambda p: [int(x) for x in p.parts[-3].split(".") if x.isdigit()],
    )
    if versions:
        return versions[-1].parent
    if dans_le_chemin := shutil.which("initdb"):
        return Path(dans_le_chemin).resolve().parent
    raise PostgresqlManque(
        "PostgreSQL manque : les essais passent aussi sur un vrai serveur. Installez-le (Debian, Ubuntu : "
        "« sudo apt-get install postgresql »), ou mettez le dossier de initdb dans PATH."
    )


@contextmanager
def serveur() -> Iterator[URL]:
    """Démarre un serveur et rend l'adresse de sa base `postgres` ; l'arrête à la sortie, erreur ou non."""
    programmes = dossier_des_programmes()
    # Chemin court : une prise Unix n'admet qu'une centaine de caractères.
    dossier = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    compte: dict[str, str | int] = {}
    if os.geteuid() == 0:
        # PostgreSQL refuse de tourner sous root.
        postgres = pwd.getpwnam("postgres")
        os.chown(dossier, postgres.pw_uid, postgres.pw_gid)
        compte = {"user": postgres.pw_uid, "group": postgres.pw_gid}
    processus: subprocess.Popen[bytes] | None = None
    try:
        subprocess.run(
            [programmes / "initdb", "-D", dossier / "base", "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync"],
            check=True, capture_output=True, cwd=dossier, **compte,
        )
        options = [x for nom, valeur in REGLAGES.items() for x in ("-c", f"{nom}={valeur}")]
        with (dossier / "serveur.log").open("wb") as journal:
            processus = subprocess.Popen(
                [programmes / "postgres", "-D", dossier / "base", "-k", dossier, *options],
                stdout=journal, stderr=subprocess.STDOUT, cwd=dossier, **compte,
            )
        adresse = URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(dossier)})
        _attendre(processus, dossier)
        yield adresse
    finally:
        if processus is not None:
            processus.send_signal(signal.SIGINT)
            try:
                processus.wait(20)
            except subprocess.TimeoutExpired:
                processus.kill()
                processus.wait()
        shutil.rmtree(dossier, ignore_errors=True)


def _attendre(processus: subprocess.Popen[bytes], dossier: Path) -> None:
    limite = time.monotonic() + ATTENTE_S
    while True:
        try:
            psycopg.connect(host=str(dossier), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            if processus.poll() is not None or time.monotonic() > limite:
                raise RuntimeError("PostgreSQL ne démarre pas :\n" + (dossier / "serveur.log").read_text()) from None
            time.sleep(0.05)
        else:
            return
