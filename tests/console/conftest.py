"""La console entière sur la branche de démonstration, par moteur ; des clients déjà connectés."""

from __future__ import annotations

import html
import io
import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_views.commandes_travaux import reglages
from admin_views.extensions import db
from app import create_app
from migrations.commande import migrer
from models import Travail
from models.contexte import agir_comme, en_ecriture
from rules.nomenclatures import EtatTravail
from seed.comptes import COMPTES
from seed.demonstration import demonstration
from tests.conftest import SYSTEME, Modele, moteur_d_essai
from travaux import executer

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


def mener_les_travaux(app: Flask) -> list[Travail]:
    """Fait ce qui attend, comme l'exécutant le ferait ; rend les travaux menés."""
    with app.app_context(), agir_comme(SYSTEME):
        cles = list(db.session.scalars(select(Travail.id).where(Travail.etat == EtatTravail.EN_ATTENTE).order_by(Travail.id)))
        db.session.rollback()
    with app.app_context():
        for cle in cles:
            executer(db.engine, cle, reglages())
    with app.app_context(), agir_comme(SYSTEME):
        return list(db.session.scalars(select(Travail).where(Travail.id.in_(cles)).order_by(Travail.id)))


def colonnes_proposees(page: str) -> dict[str, str]:
    """Ce que l'écran des colonnes propose pour chacune, tel qu'on l'enverrait sans rien changer."""
    return {
        nom: (re.search(r'value="([^"]*)" selected', choix) or [None, ""])[1]
        for nom, choix in re.findall(r'<select id="\w+" name="(colonne_\d+)".*?>(.*?)</select>', page, re.DOTALL)
    }


def verifier_un_fichier(app: Flask, client: FlaskClient, contenu: bytes, nom: str, genre: str = "inscriptions",
                        **reponses: str) -> tuple[int, str]:
    """Dépose un fichier, accepte ses colonnes (ou donne des réponses), le fait vérifier ; rend son numéro et la page."""
    depot = client.post("/imports/", data={
        "csrf_token": jeton(client, "/compte"), "genre": genre, "fichier": (io.BytesIO(contenu), nom),
    })
    assert depot.status_code == 303, depot.get_data(as_text=True)
    adresse = depot.headers["Location"]
    numero = int(re.search(r"/imports/(\d+)/format", adresse)[1])
    page = client.get(adresse).get_data(as_text=True)
    client.post(adresse, data={"csrf_token": jeton(client, "/compte")} | colonnes_proposees(page) | reponses)
    mener_les_travaux(app)
    return numero, html.unescape(client.get(f"/imports/{numero}/").get_data(as_text=True))


def confirmer_un_fichier(app: Flask, client: FlaskClient, numero: int, *, lignes_valides: bool = False) -> tuple[int, str]:
    """Confirme un fichier vérifié ; rend le numéro de l'import fait et sa page."""
    client.post(f"/imports/{numero}/confirmer",
                data={"csrf_token": jeton(client, "/compte")} | ({"lignes_valides": "1"} if lignes_valides else {}))
    faits = mener_les_travaux(app)
    fait = (faits[-1].resultat or {}).get("importation", numero) if faits else numero
    return fait, html.unescape(client.get(f"/imports/{fait}/").get_data(as_text=True))


@pytest.fixture
def client(application: Flask) -> Client:
    """Un client connecté au compte demandé."""
    return lambda identifiant: connecter(application, identifiant)


@pytest.fixture
def client_neuf(application_neuve: Flask) -> Client:
    return lambda identifiant: connecter(application_neuve, identifiant)
