"""Sauvegarder pendant qu'on écrit, restaurer entier, et refuser ce qui n'est pas sain, sur les deux moteurs."""

from __future__ import annotations

import datetime as dt
import json
import threading
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, insert, select, text

from migrations.sauvegarde import SauvegardeImpossible, compter, lire_manifeste, restaurer, sauvegarder
from models import Journal
from models.journal import entree
from models.moteur import regler
from tests.models.monde import peupler

INSTANT = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


@pytest.fixture
def pleine(moteur, ouvrir):
    with ouvrir() as session:
        peupler(session)
    return moteur


@pytest.fixture
def ailleurs(modele, adresse_vide: URL) -> URL:
    """Une base sans table du même moteur, où restaurer."""
    return adresse_vide


def test_ce_qui_est_restaure_est_entier(pleine, ailleurs: URL, tmp_path: Path):
    fichier = sauvegarder(pleine, tmp_path, INSTANT)
    assert lire_manifeste(fichier)["moteur"] == pleine.dialect.name
    assert fichier.stat().st_mode & 0o077 == 0
    comptes = restaurer(ailleurs, fichier)
    assert comptes == compter(pleine)
    restauree = regler(create_engine(ailleurs))
    try:
        with restauree.connect() as ici, pleine.connect() as la:
            for table in ("candidat", "archive", "journal", "purge_ligne"):
                lire = text(f"SELECT * FROM {table} ORDER BY id")
                assert [tuple(r) for r in ici.execute(lire)] == [tuple(r) for r in la.execute(lire)]
            # Les déclencheurs sont là : une base restaurée garde ce qui est figé.
            with pytest.raises(Exception, match="gel_certificat_retrait"):
                ici.execute(text("DELETE FROM certificat"))
    finally:
        restauree.dispose()


def test_on_sauvegarde_pendant_qu_on_ecrit(pleine, ailleurs: URL, tmp_path: Path, ouvrir):
    """Un écrivain ajoute deux entrées à la fois : la sauvegarde les a toutes deux, ou aucune."""
    fini = threading.Event()
    ecrites = []

    def ecrire() -> None:
        while not fini.is_set():
            with ouvrir() as session:
                session.execute(insert(Journal), [entree("essai", "paire", len(ecrites)) for _ in range(2)])
            ecrites.append(1)

    fil = threading.Thread(target=ecrire)
    fil.start()
    try:
        while len(ecrites) < 3:
            fini.wait(0.01)
        fichier = sauvegarder(pleine, tmp_path, INSTANT)
    finally:
        fini.set()
        fil.join()
    restaurer(ailleurs, fichier)
    restauree = regler(create_engine(ailleurs))
    try:
        with restauree.connect() as connexion:
            paires = connexion.execute(select(Journal.objet_id).where(Journal.objet == "paire")).scalars().all()
    finally:
        restauree.dispose()
    assert len(paires) >= 6
    assert all(paires.count(n) == 2 for n in set(paires))


def test_ce_qui_n_est_pas_sain_n_est_pas_restaure(pleine, ailleurs: URL, tmp_path: Path):
    fichier = sauvegarder(pleine, tmp_path, INSTANT)
    with pytest.raises(SauvegardeImpossible, match="déjà ce nom"):
        sauvegarder(pleine, tmp_path, INSTANT)
    with pytest.raises(SauvegardeImpossible, match="déjà des tables"):
        restaurer(pleine.url, fichier)
    octets = bytearray(fichier.read_bytes())
    octets[len(octets) // 2] ^= 0xFF
    altere = tmp_path / f"altere{fichier.suffix}"
    altere.write_bytes(octets)
    altere.with_suffix(".json").write_text(fichier.with_suffix(".json").read_text())
    with pytest.raises(SauvegardeImpossible, match="a changé"):
        restaurer(ailleurs, altere)
    fichier.with_suffix(".json").unlink()
    with pytest.raises(SauvegardeImpossible, match="manifeste"):
        restaurer(ailleurs, fichier)


def test_remplacer_une_base_pleine(pleine, tmp_path: Path, ouvrir):
    fichier = sauvegarder(pleine, tmp_path, INSTANT)
    avant = compter(pleine)
    with ouvrir() as session:
        session.execute(insert(Journal), [entree("essai", "apres", 1)])
    pleine.dispose()
    assert restaurer(pleine.url, fichier, remplacer=True) == avant
    assert not list(tmp_path.glob("*.en-cours"))


def test_le_manifeste_ne_nomme_personne(pleine, tmp_path: Path):
    ecrit = json.dumps(lire_manifeste(sauvegarder(pleine, tmp_path, INSTANT)))
    assert "Dupont" not in ecrit
