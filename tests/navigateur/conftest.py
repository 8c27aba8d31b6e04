"""Un vrai navigateur sur une vraie console : SQLite, un port libre, Chromium de la distribution."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from admin_views.commandes_travaux import reglages
from admin_views.extensions import db
from app import create_app
from migrations.commande import migrer
from models.contexte import agir_comme, en_ecriture
from models.moteur import regler
from seed.comptes import COMPTES
from seed.demonstration import demonstration
from tests.conftest import SYSTEME
from travaux import executer, reprendre
from travaux.file import en_file

MOT_DE_PASSE = "cuivre-lampe-rivage-pluie"
IMAGES = os.environ.get("IMAGES")


@pytest.fixture(scope="session")
def base_navigateur(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chemin = tmp_path_factory.mktemp("navigateur") / "modele.db"
    moteur = regler(create_engine(f"sqlite:///{chemin}"))
    migrer(moteur)
    with agir_comme(SYSTEME), en_ecriture(), Session(moteur) as session, session.begin():
        demonstration(session, mots_de_passe=dict.fromkeys(COMPTES, MOT_DE_PASSE))
    moteur.dispose()
    return chemin


def travailler(app: Flask, fini: threading.Event) -> None:
    """Mène les travaux de cette console comme l'exécutant, dans un fil : un processus de plus par essai coûterait trop."""
    with app.app_context():
        while not fini.wait(0.2):
            reprendre(db.engine)
            for cle in en_file(db.engine):
                executer(db.engine, cle, reglages())


@contextmanager
def servir(base: Path) -> Iterator[str]:
    """L'adresse d'une console qui tourne sur cette base, le temps du bloc."""
    app: Flask = create_app({
        "DATABASE_URL": f"sqlite:///{base}", "SECRET_KEY": "navigateur", "TRUSTED_HOSTS": None,
    })
    serveur = make_server("127.0.0.1", 0, app, threaded=True)
    fil = threading.Thread(target=serveur.serve_forever, daemon=True)
    fil.start()
    fini = threading.Event()
    executant = threading.Thread(target=travailler, args=(app, fini), daemon=True)
    executant.start()
    yield f"http://127.0.0.1:{serveur.server_port}"
    fini.set()
    executant.join()
    serveur.shutdown()
    fil.join()
    serveur.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def console(base_navigateur: Path, tmp_path: Path) -> Iterator[str]:
    """L'adresse d'une console qui tourne, sur sa propre copie de la démonstration."""
    copie = tmp_path / "base.db"
    shutil.copyfile(base_navigateur, copie)
    with servir(copie) as adresse:
        yield adresse


@pytest.fixture(scope="session")
def navigateur() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.fail("Chromium manque : apt-get install chromium")
    with sync_playwright() as p:
        navigateur = p.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync"],
        )
        yield navigateur
        navigateur.close()


@pytest.fixture
def contexte(navigateur: Browser) -> Iterator[BrowserContext]:
    contexte = navigateur.new_context(viewport={"width": 1366, "height": 850}, locale="fr-FR", accept_downloads=True)
    yield contexte
    contexte.close()


@pytest.fixture
def page(contexte: BrowserContext) -> Iterator[Page]:
    """Une page qui refuse toute erreur de script ou de politique de contenu."""
    page = contexte.new_page()
    erreurs: list[str] = []
    page.on("pageerror", lambda e: erreurs.append(str(e)))
    page.on("console", lambda m: erreurs.append(m.text) if m.type == "error" and "status of 4" not in m.text else None)
    yield page
    assert not erreurs, erreurs


def entrer(page: Page, console: str, identifiant: str) -> None:
    page.goto(f"{console}/connexion")
    page.get_by_label("Identifiant").fill(identifiant)
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"{console}/")


def importer_un_fichier(page: Page, console: str, fichier: Path) -> None:
    """Dépose un fichier, garde les colonnes reconnues, et attend que toutes ses lignes soient vérifiées."""
    page.goto(f"{console}/imports/")
    page.get_by_label("Fichier CSV").set_input_files(fichier)
    page.get_by_role("button", name="Envoyer le fichier").click()
    page.get_by_role("button", name="Vérifier toutes les lignes").click()
    expect(page.get_by_role("heading", name="Ligne par ligne")).to_be_visible(timeout=30_000)


def confirmer(page: Page, bouton: str | re.Pattern[str]) -> None:
    """Clique un bouton qui demande confirmation, puis confirme."""
    page.get_by_role("button", name=bouton).first.click()
    confirmer_le_dialogue(page)


def confirmer_le_dialogue(page: Page) -> None:
    """Confirme ce que la page demande."""
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^(Confirmer|Continuer|Oui)")).click()


def image(page: Page, nom: str) -> None:
    """Garde une image de la page quand la variable IMAGES nomme un dossier."""
    if IMAGES:
        page.screenshot(path=str(Path(IMAGES) / f"{nom}.png"), full_page=True)
