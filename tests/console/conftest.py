"""La console entière sur la branche de démonstration, par moteur ; des clients déjà connectés."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from admin_views.extensions import db
from app import create_app
from migrations.commande import migrer
from models.contexte import agir_comme, en_ecriture
from seed.comptes import COMPTES
from seed.demonstration import demonstration
from tests.conftest import SYSTEME, Modele, moteur_d_essai

_rang = itertools.count(1)
MOT_DE_PASSE = "cuivre-lampe-rivage-pluie"
Client = Callable[[str], FlaskClient]


@pytest.fixture(scope="session")
def modele_demonstration(modele: Modele) -> tuple[Modele, str]:
    """La branche de démonstration, faite une fois par moteur ; chaque console en reçoit une copie."""
    nom = f"demonstration{next(_rang)}"
    moteur = moteur_d_essai(modele._neuve(nom, None))
    migrer(moteur)
    with agir_comme(SYSTEME), en_ecriture(), Session(moteur) as session, session.begin():
        demonstration(session, mots_de_passe=dict.fromkeys(COMPTES, MOT_DE_PASSE))
    moteur.dispose()
    return modele, nom


@contextmanager
def application_sur(demonstration: tuple[Modele, str], dossier: Path, **reglages: Any) -> Iterator[Flask]:
    modele, nom = demonstration
    adresse = modele._neuve(f"console{next(_rang)}", nom)
    app = create_app({
        "DATABASE_URL": adresse.render_as_string(hide_password=False), "SECRET_KEY": "essais", "TRUSTED_HOSTS": None,
        "INSTANCE": str(dossier),
    } | reglages)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def application(modele_demonstration: tuple[Modele, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """La console sur une démonstration commune à tout le module : n'y écris rien qu'un autre essai lise."""
    with application_sur(modele_demonstration, tmp_path_factory.mktemp("instance")) as app:
        yield app


@pytest.fixture
def application_neuve(modele_demonstration: tuple[Modele, str], tmp_path: Path) -> Iterator[Flask]:
    """La console sur une démonstration à soi."""
    with application_sur(modele_demonstration, tmp_path) as app:
        yield app


def jeton(client: FlaskClient, adresse: str = "/connexion") -> str:
    """Le jeton de formulaire de la session du client."""
    page = client.get(adresse).get_data(as_text=True)
    trouve = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page) or re.search(r'data-jeton="([^"]+)"', page)
    assert trouve, f"aucun jeton sur {adresse}"
    return trouve.group(1)


def connecter(app: Flask, identifiant: str, mot_de_passe: str = MOT_DE_PASSE) -> FlaskClient:
    client = app.test_client()
    reponse = client.post("/connexion", data={
        "identifiant": identifiant, "mot_de_passe": mot_de_passe, "csrf_token": jeton(client),
    })
    assert reponse.status_code == 303, reponse.get_data(as_text=True)
    return client


@pytest.fixture
def client(application: Flask) -> Client:
    """Un client connecté au compte demandé."""
    return lambda identifiant: connecter(application, identifiant)


@pytest.fixture
def client_neuf(application_neuve: Flask) -> Client:
    return lambda identifiant: connecter(application_neuve, identifiant)
