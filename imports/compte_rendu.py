"""Le compte rendu d'un import : ses comptes, toutes les erreurs de toutes les lignes, le fichier des rejets."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from imports.reserve import Reserve
from rules.noyau import Gravite

# Un tableur exécute une cellule qui commence ainsi : une apostrophe l'en empêche, et se relit sans gêne.
_FORMULE = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Erreur:
    """Ce qui est reproché à une cellule : ligne du fichier (en-tête = 1), colonne canonique, valeur lue, code.

    `passage` : celui du dispositif dont vient la règle ; vide pour une cellule illisible.
    """

    ligne: int
    colonne: str
    valeur: str
    code: str
    message: str
    gravite: Gravite = Gravite.BLOQUE
    passage: str = ""

    def __str__(self) -> str:
        """Message suivi du code et du passage, tel qu'affiché."""
        return f"{self.message} [{self.code} · {self.passage}]" if self.passage else f"{self.message} [{self.code}]"

    def en_dict(self) -> dict[str, Any]:
        """Telle qu'écrite dans le compte rendu JSON."""
        return {"ligne": self.ligne, "colonne": self.colonne, "valeur": self.valeur, "code": self.code,
                "message": self.message, "passage": self.passage}


Reprochee = tuple[int, list[str], list[tuple[str, str, str, str, str, str]], bool]
"""Une ligne à qui l'on reproche quelque chose : numéro, cellules, ce que dit chaque erreur, refusée ou non."""


class _Erreurs(Sequence[Erreur]):
    """Toutes les erreurs de toutes les lignes, dans l'ordre du fichier, relues de la réserve."""

    def __init__(self, lignes: Reserve[Reprochee]) -> None:
        self._lignes = lignes

    def __iter__(self) -> Iterator[Erreur]:
        for numero, _, erreurs, _ in self._lignes:
            yield from (Erreur(numero, c, v, code, m, Gravite(g), p) for c, v, code, m, g, p in erreurs)

    def __len__(self) -> int:
        return sum(len(erreurs) for _, _, erreurs, _ in self._lignes)

    def __getitem__(self, rang: Any) -> Any:
        return list(self)[rang]

    def __repr__(self) -> str:
        return repr(list(self))


@dataclass(slots=True)
class CompteRendu:
    """Ce qui a été lu et fait. `refus` (code F_…, message) dit pourquoi le fichier entier est refusé.

    `reprochees` va sur disque au-delà de quelques milliers de lignes : un fichier tout faux ne remplit pas la mémoire.
    """

    fichier: str
    encodage: str = ""
    separateur: str = ""
    lignes: int = 0
    creees: int = 0
    rattachees: int = 0
    deja_inscrites: int = 0
    alertes: int = 0
    refusees: int = 0
    avertissements: list[str] = field(default_factory=list)
    duree_s: float = 0.0
    importation: int | None = None
    ecrit: bool = False
    refus: tuple[str, str] | None = None
    entetes: list[str] = field(default_factory=list)
    reprochees: Reserve[Reprochee] = field(default_factory=Reserve)

    def reprocher(self, numero: int, cellules: Sequence[str], erreurs: Iterable[Erreur], *, refusee: bool) -> None:
        """Garde une ligne et ce qu'on lui reproche."""
        dites = [(e.colonne, e.valeur, e.code, e.message, e.gravite.value, e.passage) for e in erreurs]
        self.reprochees.append((numero, list(cellules), dites, refusee))

    def refuser(self, code: str, message: str) -> None:
        """Refuse le fichier entier : rien de ce qu'on en avait compté ne vaut."""
        self.refus = (code, message)
        self.creees = self.rattachees = 0
        self.reprochees = Reserve()

    @property
    def erreurs(self) -> Sequence[Erreur]:
        """Toutes les erreurs et alertes, dans l'ordre du fichier."""
        return _Erreurs(self.reprochees)

    @property
    def rejets(self) -> Iterator[tuple[list[str], list[dict[str, Any]]]]:
        """Les lignes refusées, telles que venues, et leurs erreurs."""
        for numero, cellules, erreurs, refusee in self.reprochees:
            if refusee:
                yield cellules, [
                    Erreur(numero, c, v, code, m, Gravite(g), p).en_dict() for c, v, code, m, g, p in erreurs
                ]

    @property
    def code_sortie(self) -> int:
        """0 : rien de refusé ; 1 : des lignes ; 2 : le fichier."""
        if self.refus is not None:
            return 2
        return 1 if self.refusees else 0

    def _erreurs_en_dict(self) -> Iterator[dict[str, Any]]:
        if self.refus is not None:
            yield {"ligne": None, "colonne": None, "valeur": None, "code": self.refus[0], "message": self.refus[1]}
        yield from (e.en_dict() for e in self.erreurs if e.gravite is Gravite.BLOQUE)

    def _entete(self) -> dict[str, Any]:
        return {
            "fichier": self.fichier, "encodage": self.encodage, "separateur": self.separateur, "lignes": self.lignes,
            "creees": self.creees, "rattachees": self.rattachees, "deja_inscrites": self.deja_inscrites,
            "alertes": self.alertes, "refusees": self.refusees, "avertissements": self.avertissements, "ecrit": self.ecrit,
            "duree_s": round(self.duree_s, 3), "importation": self.importation,
        }

    def en_dict(self) -> dict[str, Any]:
        """L'objet JSON de la CLI."""
        return self._entete() | {"erreurs": list(self._erreurs_en_dict())}

    def en_json(self) -> Iterator[str]:
        """Le texte de cet objet, en flux : une erreur à la fois."""
        yield json.dumps(self._entete(), ensure_ascii=False)[:-1] + ', "erreurs": ['
        for rang, erreur in enumerate(self._erreurs_en_dict()):
            yield (", " if rang else "") + json.dumps(erreur, ensure_ascii=False)
        yield "]}"


def sans_formule(valeur: str) -> str:
    """La valeur telle qu'un tableur l'affichera sans l'exécuter."""
    return "'" + valeur if valeur.startswith(_FORMULE) else valeur


def sans_marque(valeur: str) -> str:
    """La valeur sans l'apostrophe que `sans_formule` met devant ce qu'un tableur prendrait pour une formule."""
    return valeur[1:] if valeur.startswith("'") and valeur[1:].startswith(_FORMULE) else valeur


class _Tampon:
    """Un « fichier » d'une ligne, pour écrire du CSV en flux."""

    def __init__(self) -> None:
        self.texte = ""

    def write(self, texte: str) -> int:
        self.texte = texte
        return len(texte)


def _dit(erreur: dict[str, Any]) -> str:
    # Un compte rendu gardé avant que le passage ne le soit n'en a pas.
    passage = erreur.get("passage")
    return f"{erreur['message']} ({passage})" if passage else str(erreur["message"])


def fichier_des_rejets(
    entetes: Sequence[str], lignes: Iterable[tuple[Sequence[str], Sequence[dict[str, Any]]]]
) -> Iterator[str]:
    """Le CSV des lignes refusées telles que venues, plus `codes` et `messages` ; corrigé, il se réimporte tel quel."""
    tampon = _Tampon()
    ecrivain = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow([*entetes, "codes", "messages"])
    yield "\ufeff" + tampon.texte
    for cellules, erreurs in lignes:
        completes = [sans_formule(c) for c in cellules] + [""] * (len(entetes) - len(cellules))
        codes = " ".join(dict.fromkeys(e["code"] for e in erreurs))
        ecrivain.writerow([*completes, codes, " | ".join(_dit(e) for e in erreurs)])
        yield tampon.texte
