"""Une base SQLite neuve par module, au schéma courant ; les écouteurs posés comme au démarrage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from migrations.commande import migrer
from models import journal, perimetre
from models.contexte import agir_comme, en_ecriture, systeme
from models.moteur import regler
from seed.certifications import charger_certifications
from seed.nomenclatures import charger_nomenclatures

Ouvrir = Callable[[], AbstractContextManager[Session]]


@pytest.fixture(scope="module")
def moteur(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    perimetre.installer()
    journal.installer()
    chemin: Path = tmp_path_factory.mktemp("seed") / "base.db"
    moteur = regler(create_engine(f"sqlite:///{chemin}"))
    migrer(moteur)
    yield moteur
    moteur.dispose()


@pytest.fixture(scope="module")
def ouvrir(moteur: Engine) -> Ouvrir:
    """Ouvre une session au nom du système ; ce qui y est écrit est validé à la sortie."""

    @contextmanager
    def ouvre() -> Iterator[Session]:
        with agir_comme(systeme("essais")), en_ecriture(), Session(moteur) as session, session.begin():
            yield session

    return ouvre


@pytest.fixture(scope="module")
def base_reelle(ouvrir: Ouvrir) -> Ouvrir:
    """La base avec ses nomenclatures et ses certifications."""
    with ouvrir() as session:
        charger_nomenclatures(session)
        charger_certifications(session)
    return ouvrir
