"""Le serveur d'essai : il dit ce qui manque, et s'arrête quoi qu'il arrive."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests import postgresql


def test_sans_postgresql_on_dit_quoi_installer(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(postgresql.PostgresqlManque, match="apt-get install postgresql"):
        postgresql.dossier_des_programmes(tmp_path)


def test_la_version_la_plus_recente(tmp_path):
    for version in ("9.6", "15", "100"):
        programmes = tmp_path / version / "bin"
        programmes.mkdir(parents=True)
        (programmes / "initdb").touch()
    assert postgresql.dossier_des_programmes(tmp_path) == tmp_path / "100" / "bin"


def test_le_serveur_s_arrete_meme_en_cas_d_erreur():
    vues = []
    with pytest.raises(RuntimeError, match="en plein essai"), postgresql.serveur() as adresse:
        vues.append(adresse.query["host"])
        psycopg.connect(host=vues[0], user="postgres", dbname="postgres").close()
        raise RuntimeError("en plein essai")
    assert not Path(vues[0]).exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=vues[0], user="postgres", dbname="postgres")
