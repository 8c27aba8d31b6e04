"""Lire l'open data de France compétences (XML, flux V4) en flux : la mémoire ne grandit pas avec le fichier.

Un fichier tronqué, hostile ou d'un autre flux est refusé en entier par un code `F_…` ; rien n'en est gardé.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from imports.fichier import LIMITES, FichierRefuse, Limites
from rules.francecompetences import Fiche

_MORCEAU = 64 * 2**10
_PROFONDEUR = 16
_JETON = 2 * 2**20
_TEXTE = 4_000
_LISTE = 500
_RETENUES = 5_000
_CODE = re.compile(r"(RNCP|RS)[1-9]\d{0,5}", re.ASCII)
_CODE_BLOC = re.compile(r"(RNCP|RS)[1-9]\d{0,5}BC\d{2}", re.ASCII)
_DATE = re.compile(r"(\d{2})/(\d{2})/(\d{4})", re.ASCII)

# Balise, sous FICHES/FICHE → ce qu'on en garde. Tout le reste passe sans être retenu.
_CHAMPS: dict[tuple[str, ...], str] = {
    ("NUMERO_FICHE",): "code", ("INTITULE",): "intitule", ("ABREGE", "CODE"): "abrege",
    ("NOMENCLATURE_EUROPE", "NIVEAU"): "niveau", ("ACTIF",): "actif", ("DATE_EFFET",): "effet",
    ("DATE_DECISION",): "decision", ("DATE_FIN_ENREGISTREMENT",): "au", ("DATE_LIMITE_DELIVRANCE",): "derniere",
}
_LISTES: dict[tuple[str, ...], str] = {
    ("ANCIENNES_CERTIFICATIONS", "ANCIENNE_CERTIFICATION", "ID_FICHE_ANCIENNE_CERTIFICATION"): "anciennes",
    ("CERTIFICATEURS", "CERTIFICATEUR", "SIRET_CERTIFICATEUR"): "certificateurs",
    ("BLOCS_COMPETENCES", "BLOC_COMPETENCES", "CODE"): "codes_blocs",
    ("BLOCS_COMPETENCES", "BLOC_COMPETENCES", "LIBELLE"): "libelles_blocs",
}


@dataclass(slots=True)
class Lecture:
    """Ce qu'a donné un fichier : combien de fiches lues, celles qu'on a gardées, leurs codes vus parmi les attendus."""

    lues: int = 0
    fiches: list[Fiche] = field(default_factory=list)


def _date(texte: str) -> dt.date | None:
    trouve = _DATE.fullmatch(texte.strip())
    if trouve is None:
        return None
    try:
        return dt.date(int(trouve[3]), int(trouve[2]), int(trouve[1]))
    except ValueError:
        return None


class _Analyse:
    """Les gestes d'expat : suivre le chemin des balises, ne garder que les champs voulus, borner tout."""

    def __init__(self, garder: Callable[[Fiche], bool]) -> None:
        self.garder = garder
        self.lecture = Lecture()
        self.chemin: list[str] = []
        self.version = ""
        self.champs: dict[str, str] = {}
        self.listes: dict[str, list[str]] = {}
        self.texte: list[str] | None = None
        self.longueur = 0
        self.analyseur = expat.ParserCreate()
        self.analyseur.buffer_text = False
        self.analyseur.StartElementHandler = self._ouvre
        self.analyseur.EndElementHandler = self._ferme
        self.analyseur.CharacterDataHandler = self._lit
        self.analyseur.StartDoctypeDeclHandler = self._refuse_dtd
        self.analyseur.EntityDeclHandler = self._refuse_dtd
        self.analyseur.ExternalEntityRefHandler = self._refuse_dtd

    def _refuse_dtd(self, *_: Any) -> int:
        raise FichierRefuse("F_XML_DTD", "Le fichier déclare un DTD ou des entités : le flux officiel n'en a pas.")

    def _ouvre(self, nom: str, _attributs: dict[str, str]) -> None:
        self.chemin.append(nom)
        if len(self.chemin) > _PROFONDEUR:
            raise FichierRefuse("F_XML_PROFONDEUR", f"Le fichier imbrique plus de {_PROFONDEUR} balises.")
        if len(self.chemin) == 1 and nom != "FICHES":
            raise FichierRefuse("F_XML_FORMAT", "Ce XML n'est pas un export de fiches de France compétences.")
        if self.chemin == ["FICHES", "FICHE"]:
            if not self.version.startswith("4."):
                raise FichierRefuse("F_XML_VERSION", "Le flux attendu est le flux V4 de France compétences.")
            self.champs, self.listes = {}, {}
        if self.chemin == ["FICHES", "VERSION_FLUX"] or self._nom() is not None:
            self.texte, self.longueur = [], 0

    def _nom(self) -> str | None:
        if self.chemin[:2] != ["FICHES", "FICHE"]:
            return None
        sous = tuple(self.chemin[2:])
        return _CHAMPS.get(sous) or _LISTES.get(sous)

    def _lit(self, morceau: str) -> None:
        if self.texte is not None and self.longueur < _TEXTE:
            self.texte.append(morceau)
            self.longueur += len(morceau)

    def _ferme(self, nom: str) -> None:
        if self.texte is not None:
            texte, voulu = "".join(self.texte)[:_TEXTE].strip(), self._nom()
            self.texte = None
            if self.chemin == ["FICHES", "VERSION_FLUX"]:
                self.version = texte
            elif voulu in _LISTES.values():
                if len(liste := self.listes.setdefault(voulu or "", [])) < _LISTE:
                    liste.append(texte)
            elif voulu:
                self.champs[voulu] = texte
        if self.chemin == ["FICHES", "FICHE"]:
            self._range()
        self.chemin.pop()

    def _range(self) -> None:
        self.lecture.lues += 1
        c, listes = self.champs, self.listes
        if not _CODE.fullmatch(c.get("code", "")):
            return
        niveau = re.fullmatch(r"NIV([1-8])", c.get("niveau", ""), re.ASCII)
        blocs = zip(listes.get("codes_blocs", ()), listes.get("libelles_blocs", ()), strict=False)
        fiche = Fiche(
            c["code"], c.get("intitule", ""), c.get("abrege", ""), int(niveau[1]) if niveau else None,
            c.get("actif", "Oui") != "Non", _date(c.get("effet", "")) or _date(c.get("decision", "")),
            _date(c.get("au", "")), _date(c.get("derniere", "")), tuple(listes.get("certificateurs", ())),
            tuple(x for x in listes.get("anciennes", ()) if _CODE.fullmatch(x)),
            tuple((code, libelle[:600]) for code, libelle in blocs if _CODE_BLOC.fullmatch(code) and code.startswith(c["code"] + "BC")),
        )
        if self.garder(fiche):
            if len(self.lecture.fiches) >= _RETENUES:
                raise FichierRefuse("F_XML_FICHES", f"Plus de {_RETENUES} fiches seraient de la branche : ce fichier n'est pas vrai.")
            self.lecture.fiches.append(fiche)


@contextmanager
def _ouvrir(chemin: Path, nom: str, limites: Limites) -> Iterator[IO[bytes]]:
    extension = Path(nom).suffix.lower()
    if extension == ".xml":
        with chemin.open("rb") as flux:
            yield flux
        return
    if extension != ".zip":
        raise FichierRefuse("F_FORMAT", f"Le format « {extension or 'sans extension'} » ne se lit pas : donnez le .xml ou son .zip.")
    try:
        with zipfile.ZipFile(chemin) as archive:
            membres = [m for m in archive.infolist() if not m.is_dir()]
            xml = [m for m in membres if m.filename.lower().endswith(".xml")]
            if len(membres) > limites.membres or len(xml) != 1:
                raise FichierRefuse("F_ZIP", "L'archive doit contenir un seul fichier .xml.")
            # La taille annoncée peut mentir : ce qui est lu est compté aussi.
            if xml[0].file_size > max(limites.libre, xml[0].compress_size * limites.taux):
                raise FichierRefuse("F_ZIP_BOMBE", "L'archive se déplie démesurément : elle est refusée.")
            with archive.open(xml[0]) as flux:
                yield flux
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as erreur:
        raise FichierRefuse("F_ZIP", "L'archive est abîmée ou protégée : elle ne se lit pas.") from erreur


def lire_fiches(
    chemin: Path, garder: Callable[[Fiche], bool], *, nom: str | None = None, limites: Limites = LIMITES
) -> Lecture:
    """Parcourt toutes les fiches du fichier (.xml, ou .zip d'un seul .xml) et rend celles que `garder` retient.

    :raises FichierRefuse: F_XML (mal formé), F_TRONQUE, F_XML_DTD, F_XML_PROFONDEUR, F_XML_JETON, F_XML_VERSION,
        F_XML_FORMAT, F_ENCODAGE, F_TAILLE, F_ZIP, F_ZIP_BOMBE, F_SANS_LIGNE.
    """
    analyse = _Analyse(garder)
    lus = 0
    try:
        with _ouvrir(chemin, nom or chemin.name, limites) as flux:
            while morceau := flux.read(_MORCEAU):
                lus += len(morceau)
                if lus > limites.deplie:
                    raise FichierRefuse("F_TAILLE", f"Le fichier dépasse {limites.deplie // 2**20} Mo une fois déplié.")
                analyse.analyseur.Parse(morceau)
                if lus - max(analyse.analyseur.CurrentByteIndex, 0) > _JETON:
                    raise FichierRefuse("F_XML_JETON", "Une balise du fichier est démesurée : il est refusé.")
            analyse.analyseur.Parse(b"", True)  # noqa: FBT003 — l'analyseur ne nomme pas ses paramètres
    except (LookupError, UnicodeError) as erreur:
        raise FichierRefuse("F_ENCODAGE", _ENCODAGE_ILLISIBLE) from erreur
    except expat.ExpatError as erreur:
        raise _mal_forme(erreur, fini=lus > 0) from erreur
    if not analyse.lecture.lues:
        raise FichierRefuse("F_SANS_LIGNE", "Le fichier ne contient aucune fiche.")
    return analyse.lecture


def _mal_forme(erreur: expat.ExpatError, *, fini: bool) -> FichierRefuse:
    if erreur.code in _TRONQUE:
        quoi = "s'arrête avant la fin : téléchargez-le de nouveau" if fini else "est vide"
        return FichierRefuse("F_TRONQUE", f"Le fichier {quoi}.")
    if erreur.code in _ENCODAGE:
        return FichierRefuse("F_ENCODAGE", _ENCODAGE_ILLISIBLE)
    return FichierRefuse("F_XML", f"Le fichier n'est pas un XML bien formé (ligne {erreur.lineno}).")


_ENCODAGE_ILLISIBLE = "L'encodage du fichier ne se lit pas : le flux officiel est en UTF-8."
_TRONQUE = frozenset(
    expat.errors.codes[m] for m in (
        expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN, expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
_ENCODAGE = frozenset(
    expat.errors.codes[m] for m in (expat.errors.XML_ERROR_UNKNOWN_ENCODING, expat.errors.XML_ERROR_INCORRECT_ENCODING)
)
