"""Une base de mesure : SQLite dans un fichier temporaire, ou un serveur PostgreSQL à soi, arrêté à la fin."""

from __future__ import annotations

import datetime as dt
import getpass
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from migrations.commande import migrer
from models import Centre, Habilitation, Organisme, journal, perimetre
from models.contexte import agir_comme, en_ecriture, systeme
from models.moteur import regler, url_normalisee
from models.normalisation import normaliser
from rules.nomenclatures import EtatHabilitation
from seed.certifications import charger_certifications
from seed.demonstration import demonstration
from seed.nomenclatures import charger_nomenclatures

NOMS = ["Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau", "Laurent", "Simon", "Michel", "Lefèvre", "Leroy", "Roux"]
PRENOMS = ["Jean", "Marie", "Pierre", "Anne", "Zoé", "Noël", "Luc", "Inès", "Théo", "Léa", "Maël", "Aïcha", "François", "Élise"]


def _port_libre() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])

def _commande(dossier: Path, *args: str) -> None:
    racine = getpass.getuser() == "root"
    prefixe = ["runuser", "-u", "postgres", "--"] if racine else []
    subprocess.run([*prefixe, *args], check=True, stdout=subprocess.DEVNULL, cwd=dossier)

@contextmanager
def serveur_postgresql() -> Iterator[str]:
    """Un serveur PostgreSQL jetable, réglages durables par défaut ; rend son URL."""
    binaires = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaires:
        raise SystemExit("PostgreSQL manque : apt-get install postgresql")
    bin_ = binaires[-1]
    dossier = Path(tempfile.mkdtemp(prefix="bench-pg-"))
    if getpass.getuser() == "root":
        shutil.chown(dossier, "postgres")
    port = _port_libre()
    try:
        _commande(dossier, str(bin_ / "initdb"), "-D", str(dossier / "data"), "-A", "trust", "-U", "postgres",
                  "--locale=C.UTF-8", "-E", "UTF8")
        _commande(dossier, str(bin_ / "pg_ctl"), "-D", str(dossier / "data"), "-w", "-l", str(dossier / "log"), "-o",
                  f"-p {port} -k {dossier} -c listen_addresses=127.0.0.1 -c shared_buffers=512MB", "start")
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        _commande(dossier, str(bin_ / "pg_ctl"), "-D", str(dossier / "data"), "-m", "immediate", "stop")
        shutil.rmtree(dossier, ignore_errors=True)

@contextmanager
def base(moteur: str) -> Iterator[str]:
    """L'URL d'une base vide du moteur demandé (`sqlite` ou `postgresql`)."""
    if moteur == "postgresql":
        with serveur_postgresql() as url:
            yield url
        return
    with tempfile.TemporaryDirectory(prefix="bench-sqlite-") as dossier:
        yield f"sqlite:///{dossier}/bench.db"

def preparer(url: str, *, avec_demonstration: bool = False) -> tuple[Engine, int, dict[str, str]]:
    """Migre, charge les nomenclatures et un centre `68` avec son organisme ; rend moteur, centre, mots de passe."""
    perimetre.installer()
    journal.installer()
    moteur = regler(create_engine(url_normalisee(url)))
    migrer(moteur)
    with agir_comme(systeme("bench")), en_ecriture(), Session(moteur) as session:
        charger_nomenclatures(session)
        charger_certifications(session)
        if avec_demonstration:
            comptes = demonstration(session).mots_de_passe
            session.commit()
            centre = session.query(Centre).filter_by(code="68").one()
            return moteur, centre.id, comptes

        centre = Centre(code="68", nom="UIMM Alsace (mesure)")
        organisme = Organisme(nom="Organisme de mesure", siret="99000000100018", recherche=normaliser("Organisme de mesure"))
        session.add_all([centre, organisme])
        session.flush()
        session.add(Habilitation(organisme=organisme, centre=centre, reprise=True, etat=EtatHabilitation.ACCORDEE,
                                 demande_le=dt.date(2024, 1, 1), du=dt.date(2025, 1, 1)))
        session.commit()
        return moteur, centre.id, {}
