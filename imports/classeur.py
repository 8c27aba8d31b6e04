"""Classeurs `.xlsx`, lus en flux : le zip vérifié d'après son répertoire, le XML sans DTD, les dates d'après le format.

Lu ici plutôt que par openpyxl : la mémoire reste plate (textes partagés sur disque), chaque membre est vérifié avant
d'être déplié, et une cellule n'est une date que si son format le dit (un nombre nu reste un nombre).
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import posixpath
import re
import struct
import tempfile
import zipfile
import zlib
from array import array
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from xml.parsers import expat

from imports.fichier import Fichier, FichierRefuse, Ligne, Limites, cellule_trop_longue, sans_ligne, trop_de_colonnes

_BLOC = 2**16
_LIEN_DOCUMENT = "/officeDocument"
_LIEN_FEUILLE = "/worksheet"
_JETON_MAX = 4 * 2**20
"""Octets d'une seule balise ou d'un seul texte XML : au-delà, expat relirait sans fin le même début."""

Attributs = dict[str, str]


class _Classeur(NamedTuple):
    """Ce que le zip dit du classeur : où sont les parties, et les feuilles visibles (nom → membre)."""

    feuilles: dict[str, str]
    styles: str | None
    textes: str | None
    depuis_1904: bool


def ouvrir_classeur(chemin: Path, feuille: str | None, limites: Limites) -> Fichier:
    """Vérifie le classeur, choisit la feuille (la première visible, sauf demande) et lit l'en-tête."""
    with ouvrir_zip(chemin) as archive:
        verifier_zip(archive, limites)
        classeur = _decrire(archive)
    return ouvrir_la_feuille(
        chemin, "xlsx", tuple(classeur.feuilles), feuille, limites,
        lambda choisie: _lignes(chemin, classeur, classeur.feuilles[choisie], limites),
    )


def ouvrir_la_feuille(
    chemin: Path, format_: str, visibles: tuple[str, ...], feuille: str | None, limites: Limites,
    lignes_de: Callable[[str], Generator[Ligne, None, None]],
) -> Fichier:
    """Choisit une feuille visible d'un classeur (la première, sauf demande) et en lit l'en-tête.

    Refus : F_FEUILLE, aucune n'est visible ou celle-là n'y est pas ; ceux d'un fichier sans ligne ou trop large.
    """
    if not visibles:
        raise FichierRefuse("F_FEUILLE", "Aucune feuille du classeur n'est visible : affichez celle à importer.")
    choisie = feuille or visibles[0]
    if choisie not in visibles:
        raise FichierRefuse(
            "F_FEUILLE",
            f"La feuille « {choisie[:40]} » n'est pas dans le classeur. Feuilles visibles : {', '.join(visibles)}.",
        )
    lignes = partial(lignes_de, choisie)
    with closing(lignes()) as flux:
        entete = next(flux, None)
    if entete is None:
        raise sans_ligne()
    largeur = len(entete.cellules)
    if largeur > limites.colonnes:
        raise trop_de_colonnes(largeur, limites)
    donnees = partial(a_la_largeur, lignes, largeur)
    return Fichier(chemin, format_, "", "", entete.cellules, entete.numero, donnees, choisie, visibles)


def a_la_largeur(lignes: Callable[[], Generator[Ligne, None, None]], largeur: int) -> Iterator[Ligne]:
    """Les lignes sous l'en-tête, à sa largeur : un classeur n'écrit pas les cellules vides de fin de ligne."""
    flux = lignes()
    next(flux, None)
    for ligne in flux:
        if (manque := largeur - len(ligne.cellules)) > 0:
            ligne.cellules.extend([""] * manque)
        yield ligne


# --- Le zip ----------------------------------------------------------------------------------------------------

_ABIME = "Le classeur est incomplet ou abîmé : refaites l'envoi, ou rouvrez-le dans le tableur et enregistrez-le."

_ZIP_ABIME = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OverflowError,
    ValueError,
    RuntimeError,
    OSError,
)


@contextmanager
def ouvrir_zip(chemin: Path) -> Iterator[zipfile.ZipFile]:
    """L'archive ouverte ; toute erreur de zip ou de XML qui en sort est un `FichierRefuse`."""
    with chemin.open("rb") as octets:
        debut = octets.read(8)
    if not debut.startswith(b"PK"):
        nature = "un classeur chiffré ou un ancien .xls" if debut.startswith(b"\xd0\xcf\x11\xe0") else "autre chose"
        raise FichierRefuse(
            "F_FORMAT",
            f"Malgré son extension, ce fichier n'est pas un classeur mais {nature} : réenregistrez-le.",
        )
    try:
        with zipfile.ZipFile(chemin) as archive:
            yield archive
    except FichierRefuse:
        raise
    except _ZIP_ABIME as erreur:
        # Un déplacement avant le début du fichier vient de ses octets ; un disque plein, non.
        if isinstance(erreur, OSError) and erreur.errno != errno.EINVAL:
            raise
        raise FichierRefuse("F_TRONQUE", _ABIME) from None
    except (expat.ExpatError, LookupError):
        raise FichierRefuse("F_XML", f"Une partie du classeur n'est pas du XML correct. {_ABIME}") from None


def verifier_zip(archive: zipfile.ZipFile, limites: Limites) -> None:
    """Juge les membres d'après le seul répertoire du zip, sans rien déplier."""
    membres = archive.infolist()
    if len(membres) > limites.membres:
        raise FichierRefuse("F_ZIP_BOMBE", f"Le classeur contient {len(membres)} parties : ce n'est pas un tableau.")
    total = 0
    for membre in membres:
        nom = membre.filename
        # `orig_filename` garde les barres inverses que zipfile corrige.
        if ".." in re.split(r"[/\\]", membre.orig_filename) or nom.startswith("/") or ":" in nom or "\\" in nom:
            raise FichierRefuse("F_FORMAT", "Le classeur contient une partie au nom interdit (« .. ») : il est piégé.")
        if membre.flag_bits & 1 or membre.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FichierRefuse("F_FORMAT", "Le classeur est protégé par un mot de passe ou compressé autrement.")
        total += membre.file_size
        if membre.file_size > limites.libre and membre.file_size > limites.taux * membre.compress_size:
            total = limites.deplie + 1
        if total > limites.deplie:
            raise FichierRefuse(
                "F_ZIP_BOMBE", "Le classeur grossirait démesurément une fois déplié : il n'est pas ouvert."
            )
    noms = [m.filename.lower() for m in membres]
    if any("vbaproject" in n or n.startswith("xl/macrosheets/") for n in noms):
        raise FichierRefuse("F_MACRO", "Le classeur porte des macros : enregistrez-le en .xlsx sans macro, ou en .csv.")
    if len(set(noms)) != len(noms):
        raise FichierRefuse("F_FORMAT", "Le classeur contient deux fois la même partie : il est abîmé ou piégé.")


# --- Le XML ----------------------------------------------------------------------------------------------------


def _refuser_dtd(*_: object) -> None:
    raise FichierRefuse("F_XML", "Le classeur porte une déclaration de type de document, interdite : il est piégé.")


def parcourir(
    archive: zipfile.ZipFile,
    membre: str,
    ouvre: Callable[[str, Attributs], None] | None = None,
    ferme: Callable[[str], None] | None = None,
    texte: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Donne le XML du membre aux fonctions, bloc par bloc ; rend la main après chacun."""
    analyseur = expat.ParserCreate()
    analyseur.buffer_text = True
    analyseur.StartDoctypeDeclHandler = _refuser_dtd
    analyseur.EntityDeclHandler = _refuser_dtd
    analyseur.StartElementHandler = ouvre
    analyseur.EndElementHandler = ferme
    analyseur.CharacterDataHandler = texte
    try:
        info = archive.getinfo(membre)
    except KeyError:
        raise FichierRefuse("F_FORMAT", "Ce fichier n'est pas un classeur de tableur : des parties manquent.") from None
    donnes = 0
    with archive.open(info) as flux:
        while bloc := flux.read(_BLOC):
            analyseur.Parse(bloc)
            donnes += len(bloc)
            if donnes - analyseur.CurrentByteIndex > _JETON_MAX:
                raise FichierRefuse("F_XML", "Une partie du classeur est démesurée : elle n'est pas lue.")
            yield
        analyseur.Parse(b"", True)  # noqa: FBT003 — pyexpat n'a pas d'argument nommé
        yield


def _local(nom: str) -> str:
    return nom.rpartition(":")[2]


def _liens(archive: zipfile.ZipFile, membre: str) -> dict[str, tuple[str, str]]:
    """Les liens d'une partie : identifiant → (type, membre visé)."""
    chemin = PurePosixPath(membre)
    liens: dict[str, tuple[str, str]] = {}

    def ouvre(nom: str, a: Attributs) -> None:
        if _local(nom) == "Relationship" and a.get("TargetMode") != "External":
            cible = a.get("Target", "")
            vise = cible.lstrip("/") if cible.startswith("/") else posixpath.normpath(str(chemin.parent / cible))
            liens[a.get("Id", "")] = (a.get("Type", ""), vise)

    rels = str(chemin.parent / "_rels" / f"{chemin.name}.rels")
    for _ in parcourir(archive, rels, ouvre):
        pass
    return liens


def _decrire(archive: zipfile.ZipFile) -> _Classeur:
    """Suit les liens du paquet jusqu'aux feuilles visibles, aux styles et aux textes partagés."""
    racine = next((v for t, v in _liens(archive, "").values() if t.endswith(_LIEN_DOCUMENT)), "xl/workbook.xml")
    types: list[str] = []
    for _ in parcourir(archive, "[Content_Types].xml", lambda _, a: types.append(a.get("ContentType", ""))):
        pass
    if any("macroEnabled" in t for t in types):
        raise FichierRefuse("F_MACRO", "Le classeur porte des macros : enregistrez-le en .xlsx sans macro, ou en .csv.")
    declarees: list[tuple[str, str]] = []
    depuis_1904 = False
    racines: list[str] = []

    def ouvre(nom: str, a: Attributs) -> None:
        nonlocal depuis_1904
        local = _local(nom)
        if not racines:
            racines.append(local)
        if local == "sheet" and a.get("state", "visible") == "visible":
            lien = next((v for c, v in a.items() if _local(c) == "id"), "")
            declarees.append((a.get("name", ""), lien))
        elif local == "workbookPr":
            depuis_1904 = a.get("date1904", "0") in ("1", "true")

    for _ in parcourir(archive, racine, ouvre):
        pass
    if racines != ["workbook"]:
        raise FichierRefuse("F_FORMAT", "Ce fichier n'est pas un classeur de tableur.")
    liens = _liens(archive, racine)
    feuilles = {n: liens[i][1] for n, i in declarees if i in liens and liens[i][0].endswith(_LIEN_FEUILLE)}
    autres = {posixpath.basename(t): v for t, v in liens.values()}
    return _Classeur(feuilles, autres.get("styles"), autres.get("sharedStrings"), depuis_1904)


# --- Styles, textes partagés ----------------------------------------------------------------------------------

_FORMATS_DATE = frozenset((14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)))
"""Formats de date prédéfinis (ECMA-376, partie 1, § 18.8.30), heures seules exclues."""
_LITTERAUX = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ZEROS = re.compile(r"0[0#]+")

_DATE = -1


def _nature(code: str) -> int:
    """Ce que dit un format : `_DATE`, ou le nombre de chiffres d'un format à zéros (`00000`), ou 0."""
    nu = _LITTERAUX.sub("", code.partition(";")[0]).lower()
    if "d" in nu or "y" in nu:
        return _DATE
    chiffres = nu.replace(" ", "")
    return len(chiffres) if _ZEROS.fullmatch(chiffres) else 0


def _styles(archive: zipfile.ZipFile, membre: str | None) -> list[int]:
    """La nature (`_nature`) de chaque style de cellule."""
    codes: dict[str, str] = {}
    natures: list[int] = []
    dans_cellules = False

    def ouvre(nom: str, a: Attributs) -> None:
        nonlocal dans_cellules
        local = _local(nom)
        if local == "numFmt":
            codes[a.get("numFmtId", "")] = a.get("formatCode", "")
        elif local == "cellXfs":
            dans_cellules = True
        elif local == "xf" and dans_cellules:
            numero = a.get("numFmtId", "0")
            predefini = numero.isdecimal() and len(numero) < 4 and int(numero) in _FORMATS_DATE
            natures.append(_nature(codes[numero]) if numero in codes else _DATE if predefini else 0)

    def ferme(nom: str) -> None:
        nonlocal dans_cellules
        dans_cellules = dans_cellules and _local(nom) != "cellXfs"

    if membre:
        for _ in parcourir(archive, membre, ouvre, ferme):
            pass
    return natures


_ECHAPPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _deschappe(texte: str) -> str:
    """Rend les caractères qu'Excel écrit `_x000D_` ; un caractère sans existence propre reste écrit."""

    def rend(lu: re.Match[str]) -> str:
        point = int(lu[1], 16)
        return lu[0] if point == 0 or 0xD800 <= point <= 0xDFFF else chr(point)

    return _ECHAPPE.sub(rend, texte) if "_x" in texte else texte


class _Textes:
    """Les textes partagés du classeur, sur disque : la mémoire ne suit pas leur nombre (8 octets chacun)."""

    def __init__(self, archive: zipfile.ZipFile, membre: str | None, limites: Limites) -> None:
        self._fichier = tempfile.TemporaryFile()  # noqa: SIM115 — fermé par close
        self._debuts = array("Q", [0])
        self.lire = lru_cache(maxsize=50_000)(self._lire)
        try:
            if membre:
                self._remplir(archive, membre, limites)
        except BaseException:
            self.close()
            raise

    def _remplir(self, archive: zipfile.ZipFile, membre: str, limites: Limites) -> None:
        morceaux: list[str] = []
        garde = False
        phonetique = False
        taille = 0

        def ouvre(nom: str, _: Attributs) -> None:
            nonlocal garde, phonetique
            local = _local(nom)
            phonetique = phonetique or local == "rPh"
            garde = local == "t" and not phonetique

        def texte(lu: str) -> None:
            nonlocal taille
            if garde:
                taille += len(lu)
                if taille > limites.cellule:
                    raise FichierRefuse("F_TAILLE", f"Un texte du classeur dépasse {limites.cellule} caractères.")
                morceaux.append(lu)

        def ferme(nom: str) -> None:
            nonlocal garde, phonetique, taille
            local = _local(nom)
            garde = False
            if local == "rPh":
                phonetique = False
            elif local == "si":
                ecrit = self._fichier.write(_deschappe("".join(morceaux)).encode())
                self._debuts.append(self._debuts[-1] + ecrit)
                morceaux.clear()
                taille = 0

        for _ in parcourir(archive, membre, ouvre, ferme, texte):
            pass
        self._fichier.flush()

    def _lire(self, rang: str) -> str:
        n = int(rang)
        if not 0 <= n < len(self._debuts) - 1:
            raise FichierRefuse("F_TRONQUE", _ABIME)
        debut = self._debuts[n]
        return os.pread(self._fichier.fileno(), self._debuts[n + 1] - debut, debut).decode()

    def close(self) -> None:
        """Efface le fichier temporaire."""
        self._fichier.close()


# --- Les cellules ----------------------------------------------------------------------------------------------

_EPOQUE = dt.datetime(1899, 12, 30)  # noqa: DTZ001 — date civile
_EPOQUE_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001 — date civile
_COLONNES_EXCEL = 16_384


def nombre_montre(brut: str) -> str:
    """Un nombre comme la cellule le montre : 7.3E13 redevient entier, 25.109999999999999 redevient 25.11."""
    if brut.isdecimal():
        return brut
    try:
        nombre = float(brut)
    except ValueError:
        return brut
    if nombre.is_integer() and abs(nombre) < 1e15:
        return str(int(nombre))
    return repr(nombre)


def _date(brut: str, depuis_1904: bool) -> str:
    """La date d'une cellule au format date, comme on l'écrit en France ; le nombre nu si ce n'en est pas une."""
    try:
        jours = float(brut)
        # Excel compte un 29 février 1900 qui n'a pas existé : en deçà, ses dates sont décalées d'un jour.
        if not depuis_1904 and jours < 61:
            return nombre_montre(brut)
        quand = (_EPOQUE_1904 if depuis_1904 else _EPOQUE) + dt.timedelta(days=jours)
    except (ValueError, OverflowError):
        return nombre_montre(brut)
    quand = quand.replace(microsecond=0)
    return f"{quand:%d/%m/%Y}" if quand.time() == dt.time() else f"{quand:%d/%m/%Y %H:%M:%S}"


def _colonne(lettres: str) -> int:
    """Le rang d'une colonne depuis 0 : `A` → 0, `AA` → 26 ; -1 si ce n'en est pas une."""
    rang = 0
    if not 1 <= len(lettres) <= 3:
        return -1
    for lettre in lettres:
        if not "A" <= lettre <= "Z":
            return -1
        rang = rang * 26 + ord(lettre) - 64
    return rang - 1 if rang <= _COLONNES_EXCEL else -1


def _lignes(chemin: Path, classeur: _Classeur, membre: str, limites: Limites) -> Generator[Ligne, None, None]:
    """Les lignes non vides de la feuille, en-tête compris, avec leur numéro dans le tableur."""
    with ouvrir_zip(chemin) as archive:
        natures = _styles(archive, classeur.styles)
        with closing(_Textes(archive, classeur.textes, limites)) as textes:
            feuille = _Feuille(natures, textes.lire, classeur.depuis_1904, limites)
            for _ in parcourir(archive, membre, feuille.ouvre, feuille.ferme, feuille.texte):
                yield from feuille.pretes
                feuille.pretes.clear()


class _Feuille:
    """Reçoit le XML d'une feuille et en fait des lignes de textes, dans `pretes`."""

    def __init__(
        self, natures: list[int], lire_texte: Callable[[str], str], depuis_1904: bool, limites: Limites
    ) -> None:
        self.pretes: list[Ligne] = []
        self._natures = natures
        self._lire_texte = lire_texte
        self._lire_date = lru_cache(maxsize=50_000)(partial(_date, depuis_1904=depuis_1904))
        self._limites = limites
        self._rangs: dict[str, int] = {}
        self._prefixe: str | None = None
        self._garde = False
        self._phonetique = False
        self._morceaux: list[str] = []
        self._taille = 0
        self._cellules: list[str] = []
        self._numero = 0
        self._rang = -1
        self._type = "n"
        self._style = ""

    def ouvre(self, nom: str, a: Attributs) -> None:
        """Début d'une balise."""
        if self._prefixe is None:
            self._prefixe = nom.removesuffix(_local(nom))
        if self._prefixe:
            nom = nom.removeprefix(self._prefixe)
        if nom == "c":
            lu = a.get("r")
            if lu is None:
                self._rang += 1
            else:
                lettres = lu.rstrip("0123456789")
                rang = self._rangs.get(lettres)
                if rang is None:
                    rang = self._rangs[lettres] = _colonne(lettres)
                if rang < 0:
                    raise FichierRefuse("F_FORMAT", "Une cellule du classeur n'a pas de place dans la feuille.")
                self._rang = rang
            self._type = a.get("t", "n")
            self._style = a.get("s", "")
            self._morceaux.clear()
            self._taille = 0
        elif nom == "v" or (nom == "t" and not self._phonetique):
            self._garde = True
        elif nom == "row":
            numero = a.get("r")
            self._numero = int(numero) if numero else self._numero + 1
            self._rang = -1
            self._cellules = []
        elif nom == "rPh":
            self._phonetique = True

    def texte(self, lu: str) -> None:
        """Texte dans une balise."""
        if self._garde:
            self._taille += len(lu)
            if self._taille > self._limites.cellule:
                raise cellule_trop_longue(self._numero, self._limites)
            self._morceaux.append(lu)

    def ferme(self, nom: str) -> None:
        """Fin d'une balise."""
        if self._prefixe:
            nom = nom.removeprefix(self._prefixe)
        if nom in ("v", "t"):
            self._garde = False
        elif nom == "c":
            if self._morceaux and (valeur := self._valeur("".join(self._morceaux))):
                self._ranger(valeur)
        elif nom == "row":
            if any(c.strip() for c in self._cellules):
                self.pretes.append(Ligne(self._numero, self._cellules))
            self._cellules = []
        elif nom == "rPh":
            self._phonetique = False

    def _ranger(self, valeur: str) -> None:
        manque = self._rang - len(self._cellules)
        if manque == 0:
            self._cellules.append(valeur)
        elif manque > 0:
            if self._rang >= _COLONNES_EXCEL:
                raise trop_de_colonnes(self._rang + 1, self._limites)
            self._cellules.extend([""] * manque)
            self._cellules.append(valeur)
        else:
            self._cellules[self._rang] = valeur

    def _valeur(self, brut: str) -> str:
        genre = self._type
        if genre == "s":
            return self._lire_texte(brut)
        if genre in ("inlineStr", "str"):
            return _deschappe(brut)
        if genre == "b":
            return "FAUX" if brut == "0" else "VRAI"
        if genre != "n":
            return brut
        style = self._style
        nature = 0
        if style and style.isdecimal() and len(style) < 6 and int(style) < len(self._natures):
            nature = self._natures[int(style)]
        if nature == _DATE:
            return self._lire_date(brut)
        return nombre_montre(brut).zfill(nature) if nature else nombre_montre(brut)
