"""Un tableau qui se remplit comme un tableur, dans un formulaire : lignes ajoutées, retirées, rangées, totaux.

Tout marche sans script : chaque geste est un bouton que le serveur rejoue sur la saisie, sans rien enregistrer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rules.nomenclatures import Nomenclature
from rules.parcours import duree, lire_duree

LIGNES_MAX = 100
_CONTROLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_GESTE = re.compile(r"([a-z]{1,20}):(ajouter|retirer|monter|descendre)(?::(\d{1,3}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Colonne:
    """Une colonne : comment son texte se lit, et ce qu'on en dit à qui la remplit.

    `genre` : `court` et `long` (textes), `duree` (en minutes), `entier` (de 1 à 99), `choix` (liste fermée).
    """

    nom: str
    libelle: str
    genre: str = "long"
    longueur: int = 4000
    exigee: bool = False
    choix: type[Nomenclature] | None = None
    propositions: tuple[str, ...] = ()

    def lire(self, texte: str) -> Any:
        """La valeur que porte ce texte.

        :raises ValueError: le message dit quoi écrire.
        """
        if _CONTROLE.search(texte):
            raise ValueError("Caractère interdit dans ce texte.")
        if self.exigee and not texte:
            raise ValueError("À remplir.")
        if len(texte) > self.longueur:
            raise ValueError(f"Au plus {self.longueur} caractères.")
        if self.genre == "duree":
            return self._duree(texte)
        if self.genre == "entier":
            if not re.fullmatch(r"[1-9]\d?", texte or "1", re.ASCII):
                raise ValueError("Écrivez un nombre de 1 à 99.")
            return int(texte or "1")
        if self.choix is not None:
            if texte not in list(self.choix):
                raise ValueError("Choisissez une valeur de la liste.")
            return self.choix(texte)
        return texte

    def _duree(self, texte: str) -> int:
        try:
            return lire_duree(texte or "0")
        except ValueError:
            raise ValueError("Écrivez une durée : 35, 3,5 ou 3 h 30.") from None

    def ecrire(self, valeur: Any) -> str:
        """Le texte d'une valeur ; une durée nulle reste vide."""
        if self.genre == "duree":
            return duree(valeur) if valeur else ""
        return str(getattr(valeur, "value", valeur))


@dataclass(slots=True)
class Ligne:
    """Une ligne telle que saisie : un texte par colonne, et ce qu'il y a à reprendre."""

    textes: dict[str, str]
    erreurs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """La déclaration d'un tableau : sa relation sur la fiche, ses colonnes, comment naît une ligne.

    `defauts` : ce que porte une ligne neuve, qui ne suffit pas à la dire remplie.
    """

    nom: str
    titre: str
    colonnes: tuple[Colonne, ...]
    neuve: Callable[[Any], Any]
    defauts: Mapping[str, str] = field(default_factory=dict)


class Saisie:
    """Le contenu d'un tableau le temps d'une demande : lu de la fiche ou du formulaire, rejoué, vérifié, écrit."""

    def __init__(self, table: Table, lignes: list[Ligne]) -> None:
        self.table = table
        self.lignes = lignes

    @classmethod
    def de(cls, table: Table, objet: Any | None) -> Saisie:
        """Ce que porte la fiche ; une ligne vide si elle n'en a pas."""
        lignes = [
            Ligne({c.nom: c.ecrire(getattr(ligne, c.nom)) for c in table.colonnes})
            for ligne in (getattr(objet, table.nom) if objet is not None else ())
        ]
        return cls(table, lignes or [Ligne({c.nom: table.defauts.get(c.nom, "") for c in table.colonnes})])

    @classmethod
    def du_formulaire(cls, table: Table, formulaire: Any) -> Saisie:
        """Ce qui est saisi : les colonnes arrivent en listes de même longueur ; le trop-plein est ignoré."""
        listes = {c.nom: formulaire.getlist(f"{table.nom}-{c.nom}")[:LIGNES_MAX] for c in table.colonnes}
        nombre = max((len(liste) for liste in listes.values()), default=0)
        return cls(table, [
            Ligne({nom: str(liste[i]).strip() if i < len(liste) else "" for nom, liste in listes.items()})
            for i in range(nombre)
        ])

    def remplie(self, ligne: Ligne) -> bool:
        """Vrai si la ligne porte autre chose que ce avec quoi elle est née."""
        return any(t and t != self.table.defauts.get(nom, "") for nom, t in ligne.textes.items())

    def jouer(self, geste: str) -> bool:
        """Rejoue un geste (`domaines:monter:2`) s'il est de ce tableau ; rend vrai s'il l'était."""
        lu = _GESTE.fullmatch(geste)
        if lu is None or lu[1] != self.table.nom:
            return False
        rang = int(lu[3] or 0)
        neuve = Ligne({c.nom: self.table.defauts.get(c.nom, "") for c in self.table.colonnes})
        if lu[2] == "ajouter" and len(self.lignes) < LIGNES_MAX:
            if self.lignes:
                neuve.textes |= {c.nom: self.lignes[-1].textes[c.nom] for c in self.table.colonnes if c.genre == "entier"}
            self.lignes.append(neuve)
        elif lu[2] == "retirer" and rang < len(self.lignes):
            del self.lignes[rang]
        elif lu[2] in ("monter", "descendre"):
            autre = rang + (1 if lu[2] == "descendre" else -1)
            if 0 <= rang < len(self.lignes) and 0 <= autre < len(self.lignes):
                self.lignes[rang], self.lignes[autre] = self.lignes[autre], self.lignes[rang]
        return True

    def valide(self) -> bool:
        """Vérifie chaque cellule des lignes remplies ; les fautes restent à côté de leur cellule."""
        for ligne in self.lignes:
            ligne.erreurs = {}
            if not self.remplie(ligne):
                continue
            for colonne in self.table.colonnes:
                try:
                    colonne.lire(ligne.textes[colonne.nom])
                except ValueError as faute:
                    ligne.erreurs[colonne.nom] = str(faute)
        return not any(ligne.erreurs for ligne in self.lignes)

    def fautes(self) -> list[tuple[str, str, str]]:
        """Chaque faute : l'ancre de sa cellule, où elle est, ce qu'il faut écrire."""
        return [
            (f"{self.table.nom}-{rang}-{c.nom}", f"{self.table.titre}, ligne {rang}, {c.libelle.lower()}", ligne.erreurs[c.nom])
            for rang, ligne in enumerate(self.lignes, 1) for c in self.table.colonnes if c.nom in ligne.erreurs
        ]

    def ecrire(self, objet: Any) -> None:
        """Écrit les lignes remplies sur la fiche, dans l'ordre : celles en trop s'en vont."""
        existantes: list[Any] = getattr(objet, self.table.nom)
        remplies = [ligne for ligne in self.lignes if self.remplie(ligne)]
        while len(existantes) > len(remplies):
            existantes.pop()
        for rang, ligne in enumerate(remplies):
            if rang == len(existantes):
                existantes.append(self.table.neuve(objet))
            existantes[rang].ordre = rang + 1
            for c in self.table.colonnes:
                setattr(existantes[rang], c.nom, c.lire(ligne.textes[c.nom]))

    # -- totaux, que le script tient à jour ensuite
    def minutes(self, ligne: Ligne) -> int:
        """La durée d'une ligne en minutes ; rien si elle ne se lit pas encore."""
        for c in self.table.colonnes:
            if c.genre == "duree":
                try:
                    return lire_duree(ligne.textes[c.nom] or "0")
                except ValueError:
                    return 0
        return 0

    @property
    def total(self) -> str:
        """La durée de toutes les lignes."""
        return duree(sum(self.minutes(ligne) for ligne in self.lignes))

    def totaux(self, colonne: str) -> Sequence[tuple[str, str]]:
        """La durée de chaque groupe de lignes de même valeur dans cette colonne, dans l'ordre."""
        totaux: dict[str, int] = {}
        for ligne in sorted(self.lignes, key=lambda x: (len(x.textes[colonne]), x.textes[colonne])):
            if self.remplie(ligne):
                cle = ligne.textes[colonne]
                totaux[cle] = totaux.get(cle, 0) + self.minutes(ligne)
        return [(cle, duree(minutes)) for cle, minutes in totaux.items()]
