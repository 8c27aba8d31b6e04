"""Deux moteurs pour chaque essai de base : SQLite en fichier et un vrai PostgreSQL, au schéma migré.

- `moteur` : une base neuve par essai, copiée d'un modèle ; on y valide ce qu'on veut.
- `session` : une session du système dans une transaction défaite à la fin ; la plus rapide.
- `ouvrir(acteur)` : des sessions successives sur `moteur`, validées à la sortie du bloc.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.orm import Session

from migrations.commande import migrer
from models import journal, perimetre
from models.contexte import Acteur, agir_comme, en_ecriture, systeme
from models.moteur import regler
from tests import factories, postgresql

SYSTEME = systeme("essais")
Ouvrir = Callable[..., AbstractContextManager[Session]]

perimetre.installer()
journal.installer()


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Un contenu de fichier ne nomme pas un essai : une archive y mettrait l'heure, et deux processus ne seraient plus d'accord."""
    return argname if isinstance(val, bytes) else None


def moteur_d_essai(adresse: URL) -> Engine:
    """Le moteur de production, sans attendre le disque : ce qui est perdu avec la machine n'est qu'un essai."""
    moteur = regler(create_engine(adresse))
    if moteur.dialect.name == "sqlite":
        event.listen(moteur, "connect", lambda connexion, _: connexion.execute("PRAGMA synchronous=OFF").close())
    return moteur


class Modele:
    """Une base migrée, aux nomenclatures minimales, dont chaque essai reçoit une copie."""

    def __init__(self, racine: URL, dossier: Path) -> None:
        self.racine = racine
        self.dossier = dossier
        self._rang = itertools.count(1)
        self.sqlite = racine.get_backend_name() == "sqlite"
        self.adresse = self._neuve("modele", None)
        moteur = moteur_d_essai(self.adresse)
        migrer(moteur)
        with agir_comme(SYSTEME), Session(moteur) as session, session.begin():
            factories.nomenclatures(session)
        moteur.dispose()

    def _neuve(self, nom: str, modele: str | None) -> URL:
        if self.sqlite:
            chemin = self.dossier / f"{nom}.db"
            if modele:
                shutil.copyfile(self.dossier / f"{modele}.db", chemin)
            return self.racine.set(database=str(chemin))
        self._administrer(f"CREATE DATABASE {nom}" + (f" TEMPLATE {modele}" if modele else ""))
        return self.racine.set(database=nom)

    def _administrer(self, instruction: str) -> None:
        moteur = create_engine(self.racine, isolation_level="AUTOCOMMIT")
        with moteur.connect() as connexion:
            connexion.exec_driver_sql(instruction)
        moteur.dispose()

    @contextmanager
    def copie(self, *, vide: bool = False) -> Iterator[URL]:
        """Une base neuve, copie du modèle ou sans aucune table, ôtée à la sortie."""
        nom = f"essai{next(self._rang)}"
        adresse = self._neuve(nom, None if vide else "modele")
        try:
            yield adresse
        finally:
            if self.sqlite:
                for fichier in self.dossier.glob(f"{nom}.db*"):
                    fichier.unlink()
            else:
                self._administrer(f"DROP DATABASE {nom} WITH (FORCE)")


@pytest.fixture(scope="session")
def serveur_postgresql() -> Iterator[URL]:
    """Un serveur par processus d'essais ; s'il ne peut pas démarrer, l'essai échoue et dit pourquoi."""
    with postgresql.serveur() as adresse:
        yield adresse


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def modele(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Modele:
    """La base modèle de chaque moteur."""
    if request.param == "sqlite":
        return Modele(URL.create("sqlite"), tmp_path_factory.mktemp("bases"))
    return Modele(request.getfixturevalue("serveur_postgresql"), tmp_path_factory.mktemp("bases"))


@pytest.fixture
def adresse_base(modele: Modele) -> Iterator[URL]:
    """L'adresse d'une base neuve, au schéma courant."""
    with modele.copie() as adresse:
        yield adresse


@pytest.fixture
def adresse_vide(modele: Modele) -> Iterator[URL]:
    """L'adresse d'une base sans aucune table."""
    with modele.copie(vide=True) as adresse:
        yield adresse


@pytest.fixture
def moteur(adresse_base: URL) -> Iterator[Engine]:
    """Un moteur sur une base neuve ; ce qu'on y valide ne sert qu'à cet essai."""
    moteur = moteur_d_essai(adresse_base)
    yield moteur
    moteur.dispose()


@pytest.fixture
def ouvrir(moteur: Engine) -> Ouvrir:
    """Ouvre une session au nom d'un acteur (le système par défaut), validée à la sortie du bloc."""

    @contextmanager
    def ouvre(acteur: Acteur | None = SYSTEME, **reglages: Any) -> Iterator[Session]:
        with agir_comme(acteur), en_ecriture(), Session(moteur, **reglages) as session, session.begin():
            yield session

    return ouvre


@pytest.fixture(scope="session")
def moteur_commun(modele: Modele) -> Iterator[Engine]:
    with modele.copie() as adresse:
        moteur = moteur_d_essai(adresse)
        yield moteur
        moteur.dispose()


@pytest.fixture
def session(moteur_commun: Engine) -> Iterator[Session]:
    """Une session du système ; tout ce qu'elle écrit est défait à la fin, même validé."""
    with agir_comme(SYSTEME), moteur_commun.connect() as connexion:
        transaction = connexion.begin()
        with Session(connexion, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


# Les fixtures `application` et `client` se posent ici, sur `adresse_base` :
# create_app({"TESTING": True, "SECRET_KEY": …, "DATABASE_URL": adresse_base.render_as_string(hide_password=False)}).
