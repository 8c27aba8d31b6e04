"""Le compte rendu d'un import : ses comptes, toutes les erreurs de toutes les lignes, le fichier des rejets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(slots=True)
class CompteRendu:
    """Ce qui a été lu et fait. `refus` (code F_…, message) dit pourquoi le fichier entier est refusé."""

    fichier: str
    encodage: str = ""
    separateur: str = ""
    lignes: int = 0
    creees: int = 0
    rattachees: int = 0
    deja_inscrites: int = 0
    alertes: int = 0
    refusees: int = 0
    erreurs: list[Erreur] = field(default_factory=list)
    avertissements: list[str] = field(default_factory=list)
    duree_s: float = 0.0
    importation: int | None = None
    ecrit: bool = False
    refus: tuple[str, str] | None = None
    entetes: list[str] = field(default_factory=list)
    rejets: list[tuple[list[str], list[dict[str, Any]]]] = field(default_factory=list)

    @property
    def code_sortie(self) -> int:
        """0 : rien de refusé ; 1 : des lignes ; 2 : le fichier."""
        if self.refus is not None:
            return 2
        return 1 if self.refusees else 0

    def en_dict(self) -> dict[str, Any]:
        """L'objet JSON de la CLI."""
        erreurs = [e.en_dict() for e in self.erreurs if e.gravite is Gravite.BLOQUE]
        if self.refus is not None:
            erreurs.insert(0, {"ligne": None, "colonne": None, "valeur": None, "code": self.refus[0],
                               "message": self.refus[1]})
        return {
            "fichier": self.fichier, "encodage": self.encodage, "separateur": self.separateur, "lignes": self.lignes,
            "creees": self.creees, "rattachees": self.rattachees, "deja_inscrites": self.deja_inscrites,
            "alertes": self.alertes, "refusees": self.refusees, "erreurs": erreurs,
            "avertissements": self.avertissements, "ecrit": self.ecrit, "duree_s": round(self.duree_s, 3),
            "importation": self.importation,
        }


def sans_formule(valeur: str) -> str:
    """La valeur telle qu'un tableur l'affichera sans l'exécuter."""
    return "'" + valeur if valeur.startswith(_FORMULE) else valeur


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
