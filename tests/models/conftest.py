"""Le petit monde complet, écrit une fois par moteur ; ce qu'un essai y change est défait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from models.contexte import agir_comme
from tests.conftest import SYSTEME, Modele, moteur_d_essai
from tests.models import monde


@pytest.fixture(scope="session")
def moteur_monde(modele: Modele) -> Iterator[Engine]:
    with modele.copie() as adresse:
        moteur = moteur_d_essai(adresse)
        with agir_comme(SYSTEME), Session(moteur) as session, session.begin():
            monde.peupler(session)
        yield moteur
        moteur.dispose()


@pytest.fixture
def connexion(moteur_monde: Engine) -> Iterator[Connection]:
    """Une connexion au petit monde, sans ORM ; défaite à la fin."""
    with moteur_monde.connect() as connexion:
        transaction = connexion.begin()
        yield connexion
        transaction.rollback()


@pytest.fixture
def session_monde(connexion: Connection) -> Iterator[Session]:
    """Une session du système sur le petit monde ; défaite à la fin."""
    with agir_comme(SYSTEME), Session(connexion, join_transaction_mode="create_savepoint") as session:
        yield session
