"""Le noyau des règles : une règle est une fonction pure, datée par ses faits, qui cite son passage.

Une règle reçoit des faits gelés et rend `None` quand tout va bien, un message, ou un ou plusieurs `Constat`
quand le champ en cause dépend des faits. Elle n'interroge jamais la base.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Gravite(StrEnum):
    """B refuse et n'écrit rien ; A alerte, la personne peut poursuivre."""

    BLOQUE = "B"
    ALERTE = "A"


@dataclass(frozen=True, slots=True)
class Constat:
    """Ce qu'une règle reproche à un champ précis."""

    champ: str
    message: str


type_de_reponse = str | Constat | tuple[Constat, ...] | None


@dataclass(frozen=True, slots=True)
class Violation:
    """Une règle non respectée : ce que lit la personne, à côté du champ."""

    code: str
    gravite: Gravite
    champ: str
    message: str
    source: str

    def __str__(self) -> str:
        """Message suivi du code et du passage, tel qu'affiché."""
        return f"{self.message} [{self.code} · {self.source}]"


@dataclass(frozen=True, slots=True)
class Rule:
    """Une règle du dispositif."""

    code: str
    champ: str
    source: str
    gravite: Gravite
    fonction: Callable[[Any], type_de_reponse]

    def __call__(self, faits: object) -> tuple[Violation, ...]:
        """Applique la règle ; rend ses violations, aucune le plus souvent."""
        reponse = self.fonction(faits)
        if not reponse:
            return ()
        if isinstance(reponse, str):
            constats: tuple[Constat, ...] = (Constat(self.champ, reponse),)
        elif isinstance(reponse, Constat):
            constats = (reponse,)
        else:
            constats = reponse
        return tuple(Violation(self.code, self.gravite, c.champ, c.message, self.source) for c in constats)


def rule(
    code: str, *, field: str, source: str, gravite: Gravite = Gravite.BLOQUE
) -> Callable[[Callable[[Any], type_de_reponse]], Rule]:
    """Déclare une règle.

    :param code: code stable, par exemple ``INS-07``.
    :param field: champ du formulaire ou de la colonne à côté duquel le message s'affiche.
    :param source: passage du dispositif, tel que cité à l'écran.
    """

    def decore(fonction: Callable[[Any], type_de_reponse]) -> Rule:
        return Rule(code, field, source, gravite, fonction)

    return decore


def evaluate(rules: Iterable[Rule], faits: object) -> tuple[Violation, ...]:
    """Toutes les violations des règles données sur ces faits, dans l'ordre des règles."""
    violations: list[Violation] = []
    for regle in rules:
        if constats := regle(faits):
            violations += constats
    return tuple(violations)


def bloquantes(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """Les violations qui refusent l'écriture."""
    return tuple(v for v in violations if v.gravite is Gravite.BLOQUE)


def alertes(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """Les violations qui avertissent seulement."""
    return tuple(v for v in violations if v.gravite is Gravite.ALERTE)
