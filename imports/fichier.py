"""Ce qu'est un fichier d'import une fois reconnu : ses lignes, ses bornes, et le refus du fichier entier."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


class FichierRefuse(ValueError):
    """Le fichier entier ne se lit pas : `code` (F_…) et message français qui dit quoi faire."""

    def __init__(self, code: str, message: str) -> None:
        """Garde le code et le message."""
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Limites:
    """Bornes de lecture ; les passer est un refus clair, jamais une panne.

    `octets` : taille du fichier ; `colonnes` : de l'en-tête ; `cellule` : caractères d'une cellule ; `lignes_cellule` :
    lignes physiques d'un même enregistrement (retours entre guillemets) ; `deplie` : octets d'un classeur une fois
    dézippé ; `taux` : combien de fois un membre du zip peut grossir, au-delà de `libre` octets ; `membres` : fichiers
    dans le zip.
    """

    octets: int = 512 * 2**20
    colonnes: int = 200
    cellule: int = 100_000
    lignes_cellule: int = 1_000
    deplie: int = 2 * 2**30
    taux: int = 200
    libre: int = 10 * 2**20
    membres: int = 2_000


LIMITES = Limites()


class Ligne(NamedTuple):
    """Une ligne de données : numéro de sa première ligne physique dans le fichier, et ses cellules telles quelles."""

    numero: int
    cellules: list[str]


@dataclass(frozen=True, slots=True)
class Fichier:
    """Un fichier reconnu. Le parcourir donne ses `Ligne` non vides, sous l'en-tête, à mémoire plate.

    `encodage` et `separateur` sont vides pour un classeur, `feuille` et `feuilles` (les visibles) pour un CSV.
    `lignes` : leur nombre à peu près, d'après les fins de ligne ; 0 si on ne le sait pas.
    """

    chemin: Path
    format: str
    encodage: str
    separateur: str
    entetes: list[str]
    ligne_entete: int
    lire: Callable[[], Iterator[Ligne]] = field(repr=False)
    feuille: str = ""
    feuilles: tuple[str, ...] = ()
    lignes: int = 0

    def __iter__(self) -> Iterator[Ligne]:
        """Les lignes depuis le début : le fichier est rouvert à chaque parcours.

        Lève `FichierRefuse` si la suite du fichier est abîmée, et F_SANS_LIGNE s'il n'y a rien sous l'en-tête.
        """
        vide = True
        for ligne in self.lire():
            vide = False
            yield ligne
        if vide:
            raise sans_ligne()


def sans_ligne() -> FichierRefuse:
    """Le refus d'un fichier où il n'y a rien à importer."""
    return FichierRefuse("F_SANS_LIGNE", "Le fichier n'a aucune ligne sous l'en-tête : il n'y a rien à importer.")


def trop_de_colonnes(nombre: int, limites: Limites) -> FichierRefuse:
    """Le refus d'un en-tête démesuré."""
    return FichierRefuse("F_COLONNES", f"Le fichier a {nombre} colonnes, la limite est de {limites.colonnes}.")


def cellule_trop_longue(numero: int, limites: Limites) -> FichierRefuse:
    """Le refus d'une cellule démesurée, souvent un guillemet jamais refermé."""
    return FichierRefuse(
        "F_TAILLE",
        f"Une cellule de la ligne {numero} dépasse {limites.cellule} caractères ou {limites.lignes_cellule} lignes :"
        " un guillemet n'est peut-être pas refermé.",
    )
