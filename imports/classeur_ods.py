"""Classeurs `.ods` (LibreOffice), lus en flux comme les `.xlsx` : mêmes bornes, mêmes refus, même texte par cellule.

Une cellule répétée se déplie, une ligne répétée se redonne ; ce qui suit la dernière valeur n'est rien. Les commentaires,
les dessins et les modifications suivies ne sont pas des cellules.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Generator
from pathlib import Path

from imports.classeur import Attributs, nombre_montre, ouvrir_la_feuille, ouvrir_zip, parcourir, verifier_zip
from imports.fichier import Fichier, FichierRefuse, Ligne, Limites, cellule_trop_longue, trop_de_colonnes

_CONTENU = "content.xml"
_LIGNES_MAX = 1_048_576
"""Lignes d'une feuille de tableur : un fichier qui en annonce plus est piégé."""
_COLONNES_MAX = 16_384
_MACROS = ("basic/", "scripts/")


def ouvrir_ods(chemin: Path, feuille: str | None, limites: Limites) -> Fichier:
    """Vérifie le classeur, choisit la feuille (la première visible, sauf demande) et lit l'en-tête."""
    with ouvrir_zip(chemin) as archive:
        verifier_zip(archive, limites)
        noms = [m.filename for m in archive.infolist()]
        if any(n.lower().startswith(_MACROS) for n in noms):
            raise FichierRefuse("F_MACRO", "Le classeur porte des macros : enregistrez-le en .ods sans macro, ou en .csv.")
        _refuser_chiffre(archive)
        liste = _Liste()
        for _ in parcourir(archive, _CONTENU, liste.ouvre):
            pass
    if not liste.est_un_tableau:
        raise FichierRefuse("F_FORMAT", "Ce fichier n'est pas un classeur de tableur.")
    return ouvrir_la_feuille(
        chemin, "ods", tuple(dict.fromkeys(liste.visibles)), feuille, limites,
        lambda choisie: _lignes(chemin, choisie, limites),
    )


_MANIFESTE = "META-INF/manifest.xml"


def _refuser_chiffre(archive: zipfile.ZipFile) -> None:
    """Un classeur protégé par mot de passe l'écrit dans son manifeste, et son contenu n'est plus du XML."""
    if _MANIFESTE in archive.namelist():
        with archive.open(_MANIFESTE) as manifeste:
            if b"encryption-data" in manifeste.read(2**20):
                raise FichierRefuse("F_FORMAT", "Le classeur est protégé par un mot de passe : enregistrez-le sans.")


def _lignes(chemin: Path, feuille: str, limites: Limites) -> Generator[Ligne, None, None]:
    with ouvrir_zip(chemin) as archive:
        lecture = _Feuille(feuille, limites)
        for _ in parcourir(archive, _CONTENU, lecture.ouvre, lecture.ferme, lecture.texte):
            for numero, cellules, fois in lecture.pretes:
                for rang in range(fois):
                    yield Ligne(numero + rang, list(cellules))
            lecture.pretes.clear()
            if lecture.finie:
                return


def _entier(a: Attributs, nom: str) -> int:
    ecrit = a.get(nom, "1")
    return int(ecrit) if ecrit.isascii() and ecrit.isdigit() and 0 < len(ecrit) < 10 and int(ecrit) > 0 else 1


class _Liste:
    """Les feuilles visibles d'un classeur."""

    def __init__(self) -> None:
        self.visibles: list[str] = []
        self.est_un_tableau = False
        self._style = ""
        self._caches: set[str] = set()

    def ouvre(self, nom: str, a: Attributs) -> None:
        """Début d'une balise."""
        if nom == "style:style":
            self._style = a.get("style:name", "")
        elif nom == "style:table-properties" and a.get("table:display") == "false":
            self._caches.add(self._style)
        elif nom == "office:spreadsheet":
            self.est_un_tableau = True
        elif nom == "table:table" and self.est_un_tableau and a.get("table:style-name", "") not in self._caches:
            self.visibles.append(a.get("table:name", ""))


class _Feuille:
    """Reçoit le XML du classeur et fait de la feuille choisie des lignes de textes, dans `pretes` : numéro, cellules, répétition."""

    def __init__(self, feuille: str, limites: Limites) -> None:
        self.pretes: list[tuple[int, list[str], int]] = []
        self.finie = False
        self._choisie = feuille
        self._limites = limites
        self._tables = 0
        self._ecarte = 0
        self._numero = 1
        self._cellules: list[str] = []
        self._vides = 0
        self._fois_ligne = 1
        self._fois = 1
        self._attributs: Attributs = {}
        self._paragraphes: list[str] = []
        self._dans_cellule = self._dans_texte = False
        self._taille = 0

    def ouvre(self, nom: str, a: Attributs) -> None:
        """Début d'une balise."""
        if nom == "table:table":
            # Une table dans une cellule n'en est pas une feuille.
            if self._tables or a.get("table:name", "") == self._choisie:
                self._tables += 1
        elif self._tables != 1 or self.finie:
            return
        elif self._ecarte or nom.startswith(("office:annotation", "draw:", "table:shapes", "table:tracked")):
            self._ecarte += 1
        elif nom == "table:table-row":
            self._cellules, self._vides, self._fois_ligne = [], 0, _entier(a, "table:number-rows-repeated")
        elif nom in ("table:table-cell", "table:covered-table-cell"):
            self._dans_cellule, self._attributs, self._fois = True, a, _entier(a, "table:number-columns-repeated")
            self._paragraphes, self._taille = [], 0
        elif self._dans_cellule:
            self._dans_le_texte(nom, a)

    def _dans_le_texte(self, nom: str, a: Attributs) -> None:
        if nom == "text:p":
            self._dans_texte = True
            self._paragraphes.append("")
        elif self._dans_texte:
            blanc = {"text:s": " " * min(_entier(a, "text:c"), self._limites.cellule + 1), "text:tab": "\t", "text:line-break": "\n"}.get(nom)
            if blanc is not None:
                self.texte(blanc)

    def texte(self, lu: str) -> None:
        """Texte dans une balise."""
        if self._dans_texte and not self._ecarte:
            self._taille += len(lu)
            if self._taille > self._limites.cellule:
                raise cellule_trop_longue(self._numero, self._limites)
            self._paragraphes[-1] += lu

    def ferme(self, nom: str) -> None:
        """Fin d'une balise."""
        if nom == "table:table" and self._tables:
            self._tables -= 1
            self.finie = self.finie or not self._tables
        elif self._tables != 1 or self.finie:
            return
        elif self._ecarte:
            self._ecarte -= 1
        elif nom == "text:p":
            self._dans_texte = False
        elif nom in ("table:table-cell", "table:covered-table-cell"):
            self._dans_cellule = self._dans_texte = False
            self._ranger(self._valeur())
        elif nom == "table:table-row":
            if any(c.strip() for c in self._cellules):
                if self._numero + self._fois_ligne - 1 > _LIGNES_MAX:
                    raise FichierRefuse("F_ZIP_BOMBE", "Le classeur répète une ligne sans fin : il est piégé.")
                self.pretes.append((self._numero, self._cellules, self._fois_ligne))
            self._numero += self._fois_ligne

    def _ranger(self, valeur: str) -> None:
        if not valeur:
            self._vides += self._fois
            return
        rang = len(self._cellules) + self._vides + self._fois
        if rang > _COLONNES_MAX:
            raise trop_de_colonnes(rang, self._limites)
        self._cellules += [""] * self._vides + [valeur] * self._fois
        self._vides = 0

    def _valeur(self) -> str:
        """La cellule comme elle se lit ; une date n'en est une que si la cellule le dit."""
        a, montre = self._attributs, "\n".join(self._paragraphes)
        genre = a.get("office:value-type") or a.get("calcext:value-type") or ""
        if genre == "date":
            return _date(a.get("office:date-value", "")) or montre
        if genre in ("float", "currency", "percentage"):
            # Un format à zéros (01250) se voit dans le texte montré, non dans la valeur.
            nombre = nombre_montre(a.get("office:value", ""))
            return montre if montre.isascii() and montre.isdigit() and montre.lstrip("0") == nombre.lstrip("0") else nombre or montre
        if genre == "boolean":
            return "VRAI" if a.get("office:boolean-value") == "true" else "FAUX"
        return montre or a.get("office:string-value", "")[: self._limites.cellule]


def _date(ecrite: str) -> str:
    """`2026-09-01` ou `2026-09-01T08:30:00` comme on l'écrit en France ; rien si ce n'est pas une date."""
    try:
        quand = dt.datetime.fromisoformat(ecrite).replace(microsecond=0)
    except ValueError:
        return ""
    return f"{quand:%d/%m/%Y}" if quand.time() == dt.time() else f"{quand:%d/%m/%Y %H:%M:%S}"
