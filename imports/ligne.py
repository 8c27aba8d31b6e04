"""Une ligne lue d'un fichier : ses valeurs par colonne, ses cellules telles que venues, ce qu'on lui reproche."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from imports.cellules import CelluleRefusee, verifier_largeur
from imports.colonnes import Cartographie
from imports.compte_rendu import Erreur
from rules.noyau import Gravite, Violation

_LONGUEUR_VALEUR = 80


@dataclass(slots=True)
class LigneLue:
    """Une ligne et ses reproches ; `brutes` garde les cellules lues, par colonne."""

    ligne: int
    cellules: Sequence[str]
    valeurs: dict[str, Any] = field(default_factory=dict)
    brutes: dict[str, str] = field(default_factory=dict)
    erreurs: list[Erreur] = field(default_factory=list)

    def reprocher(
        self, colonne: str, code: str, message: str, gravite: Gravite = Gravite.BLOQUE, passage: str = ""
    ) -> None:
        """Note un reproche sur une colonne."""
        valeur = self.brutes.get(colonne, "")[:_LONGUEUR_VALEUR]
        self.erreurs.append(Erreur(self.ligne, colonne, valeur, code, message, gravite, passage))

    def violer(self, violations: Iterable[Violation], colonnes: dict[str, str]) -> None:
        """Note ce que les règles reprochent ; `colonnes` : le champ d'une règle → la colonne du fichier."""
        for v in violations:
            self.reprocher(colonnes.get(v.champ, v.champ), v.code, v.message, v.gravite, v.source)

    @property
    def refusee(self) -> bool:
        """Vrai si une erreur bloque la ligne."""
        return any(e.gravite is Gravite.BLOQUE for e in self.erreurs)

    @property
    def alertee(self) -> bool:
        """Vrai si un reproche avertit sans bloquer."""
        return any(e.gravite is Gravite.ALERTE for e in self.erreurs)

    def texte(self, colonne: str) -> str:
        """La valeur d'une colonne de texte, vide si rien n'est donné."""
        valeur = self.valeurs.get(colonne)
        return "" if valeur is None else str(valeur)

    def remplir(self, carte: Cartographie) -> None:
        """Lit chaque cellule selon sa colonne ; ce qui ne se lit pas est reproché."""
        try:
            verifier_largeur(self.cellules, carte.attendues, carte.possibles)
        except CelluleRefusee as refus:
            self.reprocher("", refus.code, refus.message)
            return
        for rang, colonne in carte.par_index.items():
            brute = self.cellules[rang] if rang < len(self.cellules) else ""
            self.brutes[colonne.nom] = brute
            try:
                valeur = colonne.lire(brute)
            except CelluleRefusee as refus:
                self.reprocher(colonne.nom, refus.code, refus.message)
            else:
                if valeur is not None:
                    self.valeurs[colonne.nom] = valeur
