"""Ce qu'un travail reçoit pour s'exécuter : la base, ses paramètres, et de quoi dire où il en est.

Un travail est une fonction `f(suivi) -> dict | None` déclarée par `@tache("genre")`. Elle doit pouvoir être rejouée :
tuée au milieu, elle est reprise du début, et voit elle-même ce qui est déjà fait.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, Table, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import Travail
from models.base import maintenant
from models.contexte import en_ecriture
from models.moteur import base_occupee, sans_attendre
from rules.nomenclatures import EtatTravail

# Une barre qui bouge quatre fois par seconde suffit ; écrire à chaque ligne coûterait plus que la ligne.
_PAS_S = 0.25

Fonction = Callable[["Suivi"], dict[str, Any] | None]
TACHES: dict[str, Fonction] = {}
TRAVAUX: Table = Travail.__table__  # type: ignore[assignment]


class Arret(Exception):
    """La personne a demandé l'arrêt : la fonction s'interrompt, ce qui n'est pas validé est défait."""


class Echec(Exception):
    """Le travail ne peut pas se faire ; le message le dit à la personne, en clair."""


class Depossede(Exception):
    """Un autre exécutant a repris ce travail (connexion perdue) : celui-ci n'écrit plus rien."""


def tache(genre: str) -> Callable[[Fonction], Fonction]:
    """Déclare la fonction qui exécute les travaux de ce genre."""

    def declare(fonction: Fonction) -> Fonction:
        if TACHES.setdefault(genre, fonction) is not fonction:
            raise ValueError(f"Deux fonctions pour le genre de travail « {genre} ».")
        return fonction

    return declare


@contextmanager
def transaction(moteur: Engine) -> Iterator[Session]:
    """Une transaction qui écrit, au nom de l'acteur courant, validée à la sortie du bloc."""
    with en_ecriture(), Session(moteur) as session, session.begin():
        yield session


@dataclass(slots=True)
class Suivi:
    """Un travail en train de s'exécuter, au nom de son auteur.

    `reglages` : ceux de la console dont un travail a besoin (ADRESSE_PUBLIQUE, INSTANCE…) ; `essai` : la combientième
    fois que ce travail est pris, 1 s'il n'a jamais été interrompu ; `dernier` : le dernier avancement dit.
    """

    moteur: Engine
    travail_id: int
    essai: int
    parametres: Mapping[str, Any]
    centre_id: int | None = None
    reglages: Mapping[str, Any] = field(default_factory=dict)
    dernier: dict[str, Any] = field(default_factory=dict)
    _dit_le: float = 0.0

    @contextmanager
    def ecriture(self) -> Iterator[Session]:
        """Une transaction qui écrit, validée à la sortie du bloc ; courte, elle tient la base."""
        with transaction(self.moteur) as session:
            yield session

    @contextmanager
    def lecture(self) -> Iterator[Session]:
        """Une transaction qui ne fait que lire."""
        with Session(self.moteur) as session:
            yield session

    def avancer(self, fait: int, total: int | None = None, message: str = "", *, toujours: bool = False) -> None:
        """Dit où en est le travail, au plus quatre fois par seconde ; lève `Arret` si la personne l'a demandé.

        Une base tenue par une autre écriture n'arrête pas le travail : il le dira au coup suivant.
        """
        self.dernier["fait"] = fait
        if total is not None:
            self.dernier["total"] = total
        instant = time.monotonic()
        if instant - self._dit_le < _PAS_S and not toujours:
            return
        self._dit_le = instant
        valeurs = self.dernier | {"battement": maintenant()}
        if message:
            valeurs["message"] = message[:1000]
        try:
            with sans_attendre(), self.moteur.begin() as connexion:
                ecrit = connexion.execute(update(TRAVAUX).where(*self.miennes()).values(valeurs)).rowcount
                arret = connexion.scalar(select(TRAVAUX.c.arret_demande).where(TRAVAUX.c.id == self.travail_id))
        except DBAPIError as erreur:
            if base_occupee(erreur):
                return
            raise
        if not ecrit:
            raise Depossede
        if arret:
            raise Arret

    def miennes(self) -> tuple[Any, ...]:
        """La ligne du travail, tant que cet exécutant la tient."""
        t = TRAVAUX.c
        return t.id == self.travail_id, t.essais == self.essai, t.etat == EtatTravail.EN_COURS
