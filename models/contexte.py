"""Au nom de qui la base est lue et écrite.

Le web, la CLI et les tâches disent toujours pour qui ils agissent ; sans acteur déclaré, rien de ce qui est
borné par un territoire n'est lu ni écrit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from rules.nomenclatures import Role


@dataclass(frozen=True, slots=True)
class Acteur:
    """Qui agit, et jusqu'où il voit : un centre, un jury, ou toute la branche (`national`)."""

    nom: str
    utilisateur_id: int | None = None
    role: Role | None = None
    centre_id: int | None = None
    jury_id: int | None = None
    siege_id: int | None = None
    national: bool = False


_acteur: ContextVar[Acteur | None] = ContextVar("acteur", default=None)
_ecriture: ContextVar[bool] = ContextVar("ecriture", default=False)


def acteur_courant() -> Acteur | None:
    """L'acteur déclaré, ou rien."""
    return _acteur.get()


@contextmanager
def agir_comme(acteur: Acteur | None) -> Iterator[None]:
    """Déclare l'acteur le temps d'un bloc."""
    jeton = _acteur.set(acteur)
    try:
        yield
    finally:
        _acteur.reset(jeton)


def systeme(nom: str) -> Acteur:
    """L'acteur d'une commande de la CLI, qui voit toute la branche."""
    return Acteur(nom, national=True)


@contextmanager
def en_ecriture() -> Iterator[None]:
    """Les transactions ouvertes dans ce bloc prennent d'emblée le verrou d'écriture de SQLite.

    Lire puis écrire dans une transaction différée échoue sous concurrence (« database is locked ») ; prendre le
    verrou au début fait attendre son tour.
    """
    jeton = _ecriture.set(True)
    try:
        yield
    finally:
        _ecriture.reset(jeton)


@contextmanager
def en_lecture() -> Iterator[None]:
    """Les transactions ouvertes dans ce bloc ne prennent pas le verrou d'écriture, même au milieu d'un `en_ecriture`."""
    jeton = _ecriture.set(False)
    try:
        yield
    finally:
        _ecriture.reset(jeton)


def ecriture_annoncee() -> bool:
    """Vrai dans un bloc `en_ecriture`."""
    return _ecriture.get()
