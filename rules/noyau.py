"""Le noyau des règles : une règle est une fonction pure, datée par ses faits, qui cite son passage.

Une règle reçoit des faits gelés et rend `None` quand tout va bien, un message, ou un ou plusieurs `Constat`
quand le champ en cause dépend des faits. Elle n'interroge jamais la base.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
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


class _FaitsDUneLigne:
    """Les faits d'une ligne d'un lot, tels qu'une règle les lit ; note ceux qu'elle lit pour la première fois."""

    def __init__(self, colonnes: Mapping[str, Sequence[Any]], rang: int, lus: dict[str, None]) -> None:
        self.__dict__.update({nom: colonnes[nom][rang] for nom in lus})
        self._origine = colonnes, rang, lus

    def __getattr__(self, nom: str) -> object:
        colonnes, rang, lus = self._origine
        if nom not in colonnes:
            raise AttributeError(nom)
        lus[nom] = None
        return colonnes[nom][rang]


class _RegleEnLot:
    """Une règle, ce qu'elle lit, et ses réponses par combinaison de ce qu'elle lit."""

    def __init__(self, regle: Rule, borne: int) -> None:
        self._regle = regle
        self._borne = borne
        self._lus: dict[str, None] = {}
        self._reponses: dict[Hashable, tuple[Violation, ...]] = {}

    def __call__(
        self, colonnes: Mapping[str, Sequence[Any]], cles: Mapping[str, Sequence[Hashable]], debut: int, nombre: int,
        noter: Callable[[int, tuple[Violation, ...]], None],
    ) -> int:
        """Juge depuis la ligne `debut` ; s'arrête après celle où la règle lit un fait de plus, et rend la suivante."""
        if len(self._reponses) > self._borne:
            self._reponses.clear()
        lues = [(cles.get(nom) or colonnes[nom])[debut:nombre] for nom in self._lus]
        combinaisons: list[Hashable] = list(zip(*lues, strict=True)) if lues else [()] * (nombre - debut)
        reponses = list(map(self._reponses.get, combinaisons))
        if None not in reponses and not any(reponses):
            return nombre
        appris = len(self._lus)
        for rang, combinaison in enumerate(combinaisons, debut):
            violations = self._reponses.get(combinaison)
            if violations is None:
                violations = self._regle(_FaitsDUneLigne(colonnes, rang, self._lus))
                if len(self._lus) > appris:
                    self._reponses.clear()
                    noter(rang, violations)
                    return rang + 1
                self._reponses[combinaison] = violations
            if violations:
                noter(rang, violations)
        return nombre


class EnLot:
    """Des règles sur des lignes en colonnes : chacune est évaluée une fois par combinaison distincte des faits qu'elle lit.

    Une règle est pure : les mêmes valeurs de ce qu'elle lit donnent la même réponse. Ce qu'elle lit s'apprend en la
    regardant faire, et ses réponses s'oublient dès qu'elle lit un fait de plus ; elles sont bornées, pour que la mémoire
    ne suive pas la taille du fichier.
    """

    def __init__(self, rules: Iterable[Rule], borne: int = 8_000) -> None:
        """Retient les règles, dans l'ordre de leurs reproches."""
        self._regles = [_RegleEnLot(r, borne) for r in rules]

    def __call__(
        self, colonnes: Mapping[str, Sequence[Any]], nombre: int, cles: Mapping[str, Sequence[Hashable]]
    ) -> dict[int, list[Violation]]:
        """Les violations de chaque ligne, par rang ; les lignes justes n'y sont pas.

        :param colonnes: les faits, par nom, une valeur par ligne.
        :param cles: pour un fait long à comparer, de quoi le reconnaître (deux valeurs égales ont la même clé).
        """
        trouvees: dict[int, list[Violation]] = defaultdict(list)

        def noter(rang: int, violations: tuple[Violation, ...]) -> None:
            if violations:
                trouvees[rang] += violations

        for regle in self._regles:
            debut = 0
            while debut < nombre:
                debut = regle(colonnes, cles, debut, nombre, noter)
        return dict(trouvees)


def bloquantes(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """Les violations qui refusent l'écriture."""
    return tuple(v for v in violations if v.gravite is Gravite.BLOQUE)


def alertes(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """Les violations qui avertissent seulement."""
    return tuple(v for v in violations if v.gravite is Gravite.ALERTE)
