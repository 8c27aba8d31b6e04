"""Ouvrir un fichier d'import, quel que soit son format.

`ouvrir` reconnaît le fichier et lit son en-tête ; l'objet `Fichier` se parcourt ensuite autant de fois qu'il faut.
Quels que soient les octets, la seule exception est `FichierRefuse`, qui porte un code `F_…` et un message français.
"""

from __future__ import annotations

from pathlib import Path

from imports.classeur import ouvrir_classeur
from imports.classeur_ods import ouvrir_ods
from imports.delimite import ouvrir_delimite
from imports.fichier import LIMITES, Fichier, FichierRefuse, Ligne, Limites

__all__ = ["LIMITES", "Fichier", "FichierRefuse", "Ligne", "Limites", "ouvrir"]

_DELIMITE = frozenset((".csv", ".txt", ".tsv"))


def ouvrir(
    chemin: Path,
    *,
    nom: str | None = None,
    encodage: str | None = None,
    separateur: str | None = None,
    feuille: str | None = None,
    limites: Limites = LIMITES,
) -> Fichier:
    """Reconnaît le fichier et lit son en-tête.

    `nom` : nom d'origine d'un fichier téléversé, pour son extension. `encodage`, `separateur` et `feuille` imposent
    ce que la reconnaissance trouverait seule. Lève `FichierRefuse`.
    """
    extension = Path(nom or chemin.name).suffix.lower()
    taille = chemin.stat().st_size
    if taille > limites.octets:
        raise FichierRefuse(
            "F_TAILLE",
            f"Le fichier fait {taille // 2**20} Mo, la limite est de {limites.octets // 2**20} Mo : découpez-le.",
        )
    if extension in _DELIMITE:
        return ouvrir_delimite(chemin, encodage, separateur, limites)
    if extension == ".xlsx":
        return ouvrir_classeur(chemin, feuille, limites)
    if extension == ".ods":
        return ouvrir_ods(chemin, feuille, limites)
    if extension in (".xlsm", ".xltm", ".xlsb"):
        raise FichierRefuse("F_MACRO", f"Un classeur {extension} peut porter des macros : enregistrez-le en .xlsx ou en .csv.")
    raise FichierRefuse(
        "F_FORMAT", f"Le format « {extension or 'sans extension'} » ne se lit pas : enregistrez en .xlsx, .ods ou .csv."
    )
