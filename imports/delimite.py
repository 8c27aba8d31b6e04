"""Texte délimité (`.csv`, `.txt`, `.tsv`) : reconnaître l'encodage et le séparateur, lire les lignes en flux.

Un premier passage sur les octets, au débit du disque, trouve l'encodage du fichier entier (un seul « é » à la ligne
50 000 suffit à départager) et refuse ce qui n'est pas du texte ; le second donne les lignes.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from imports.fichier import Fichier, FichierRefuse, Ligne, Limites, cellule_trop_longue, sans_ligne, trop_de_colonnes

_BLOC = 2**20
_ECHANTILLON = 2**16
_SEPARATEURS = (";", ",", "\t", "|")

_SIGNATURES = (
    (b"%PDF", "un document PDF"),
    (b"\xd0\xcf\x11\xe0", "un ancien fichier d'Office (.xls, .doc) ou un classeur chiffré"),
    (b"\x89PNG", "une image PNG"),
    (b"\xff\xd8\xff", "une image JPEG"),
    (b"GIF8", "une image GIF"),
    (b"{\\rtf", "un document RTF"),
    (b"\x1f\x8b", "une archive compressée"),
    (b"7z\xbc\xaf", "une archive compressée"),
    (b"Rar!", "une archive compressée"),
    (b"SQLite format 3", "une base SQLite"),
    (b"\x7fELF", "un programme"),
)
_BALISE = re.compile(rb"\s*<(?:[a-z!?])", re.IGNORECASE)
_CONTROLES = re.compile(rb"[\x01-\x08\x0e-\x1f]")

_BOM = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ENCODAGES = {
    "utf8": "utf-8",
    "utf8sig": "utf-8-sig",
    "utf16": "utf-16",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    "cp1252": "cp1252",
    "windows1252": "cp1252",
    "ansi": "cp1252",
    "iso88591": "iso-8859-1",
    "latin1": "iso-8859-1",
    "iso885915": "iso-8859-15",
    "latin9": "iso-8859-15",
    "macroman": "mac-roman",
    "mac": "mac-roman",
    "cp850": "cp850",
    "dos": "cp850",
    "cp437": "cp437",
    "cp1250": "cp1250",
    "windows1250": "cp1250",
    "iso88592": "iso-8859-2",
}
ENCODAGES = tuple(sorted(set(_ENCODAGES.values()) - {"utf-8-sig"}))
"""Les encodages qu'une personne peut imposer."""

_ERREURS_CP1252 = "imports.cp1252"


def _octet_inconnu(erreur: UnicodeError) -> tuple[str, int]:
    """Cinq octets n'ont pas de lettre en Windows-1252 : rendus comme caractères de contrôle.

    La cellule qui en porte un est refusée (L_CARACTERE), à sa ligne, sans emporter le fichier.
    """
    if not isinstance(erreur, UnicodeDecodeError):
        raise erreur
    return erreur.object[erreur.start : erreur.end].decode("iso-8859-1"), erreur.end


codecs.register_error(_ERREURS_CP1252, _octet_inconnu)


def ouvrir_delimite(chemin: Path, encodage: str | None, separateur: str | None, limites: Limites) -> Fichier:
    """Reconnaît l'encodage, le séparateur et l'en-tête. Lève `FichierRefuse`."""
    with chemin.open("rb") as octets:
        debut = octets.read(_ECHANTILLON)
    _refuser_autre_chose(debut)
    codec, examen = _encodage(chemin, debut, encodage)
    with _texte(chemin, codec) as flux:
        tete = flux.read(_ECHANTILLON)
    sep, sautees = _separateur(tete, separateur)
    fichier = _Delimite(chemin, codec, sep, sautees, limites)
    entete = fichier.entete()
    if len(entete.cellules) > limites.colonnes:
        raise trop_de_colonnes(len(entete.cellules), limites)
    # Le module csv ne dit rien d'un guillemet jamais refermé ; un nombre impair de guillemets mérite la relecture.
    if examen.guillemets % 2:
        fichier.refuser_guillemet_ouvert()
    return Fichier(chemin, "csv", codec, sep, entete.cellules, entete.numero, fichier.lignes, lignes=examen.fins)


def _refuser_autre_chose(debut: bytes) -> None:
    """Refuse ce qui n'est pas du texte, d'après ses premiers octets."""
    if debut.startswith(b"PK\x03\x04"):
        raise FichierRefuse("F_FORMAT", "Ce fichier est un classeur ou une archive zip : donnez-lui l'extension .xlsx.")
    nature = next((n for signature, n in _SIGNATURES if debut.startswith(signature)), None)
    if nature is None and _BALISE.match(debut.removeprefix(codecs.BOM_UTF8)):
        nature = "une page web ou du XML"
    en_utf16 = debut.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if nature is None and not en_utf16 and len(_CONTROLES.findall(debut)) * 20 > len(debut):
        nature = "un fichier binaire"
    if nature:
        raise FichierRefuse(
            "F_BINAIRE", f"Ce fichier est {nature}, non un tableau : ouvrez-le dans un tableur et enregistrez en .csv."
        )


class _Examen(NamedTuple):
    """Ce qu'un premier passage dit d'un fichier : s'il se décode, ses guillemets, ses fins de ligne."""

    valide: bool
    guillemets: int
    fins: int


def _encodage(chemin: Path, debut: bytes, impose: str | None) -> tuple[str, _Examen]:
    """L'encodage du fichier entier, et ce que le premier passage en dit.

    L'encodage imposé, sinon celui que dit la marque d'ordre des octets, sinon UTF-8, sinon Windows-1252.
    """
    bom = next((codec for marque, codec in _BOM if debut.startswith(marque)), None)
    codec = bom or "utf-8"
    if impose:
        codec = _ENCODAGES.get(re.sub(r"[^a-z0-9]", "", impose.lower()), "")
        if not codec:
            raise FichierRefuse(
                "F_ENCODAGE", f"L'encodage « {impose[:40]} » n'est pas connu. Possibles : {', '.join(ENCODAGES)}."
            )
        if bom and not codec.startswith(bom.removesuffix("-sig")):
            raise FichierRefuse(
                "F_ENCODAGE",
                f"Le fichier porte la marque de l'{bom.removesuffix('-sig').upper()} : laissez l'encodage se"
                " reconnaître seul.",
            )
        codec = bom or codec
    examen = _examiner(chemin, codec)
    if examen.valide:
        return codec, examen
    if impose is None and bom is None:
        return "cp1252", examen
    raise FichierRefuse(
        "F_ENCODAGE", f"Le fichier n'est pas en {codec.removesuffix('-sig').upper()} : des octets n'y ont pas de sens."
    )


def _examiner(chemin: Path, codec: str) -> _Examen:
    """Lit tout le fichier une fois ; refuse octets nuls et lignes sans fin."""
    decodeur = codecs.getincrementaldecoder(codec)(_erreurs(codec))
    large = codec.startswith("utf-16")
    valide = True
    guillemets = fins = 0
    rang = 0
    with chemin.open("rb") as octets:
        while bloc := octets.read(_BLOC):
            if not large and b"\0" in bloc:
                raise _nul(bloc if rang == 0 else b"")
            # Tout bloc entier porte une fin de ligne : aucune ligne ne peut donc dépasser deux blocs en mémoire.
            if len(bloc) == _BLOC and b"\n" not in bloc and b"\r" not in bloc:
                raise FichierRefuse("F_TAILLE", "Une ligne du fichier dépasse un million de caractères.")
            fins += max(bloc.count(b"\n"), bloc.count(b"\r"))
            if not large:
                guillemets += bloc.count(b'"')
            if valide and (rang == 0 or large or not bloc.isascii() or decodeur.getstate()[0]):
                try:
                    texte = decodeur.decode(bloc)
                except UnicodeError:
                    valide = False
                else:
                    if large and "\0" in texte:
                        raise _nul(b"")
                    guillemets += texte.count('"') if large else 0
            rang += 1
    try:
        decodeur.decode(b"", final=True)
    except UnicodeError:
        valide = False
    return _Examen(valide, guillemets, fins)


def _nul(debut: bytes) -> FichierRefuse:
    """Le refus d'un octet nul, que PostgreSQL n'accepte pas ; l'UTF-16 sans marque en est plein."""
    tete = debut[:400]
    piste = "Il contient des octets nuls : il est abîmé, ou n'est pas du texte."
    if tete.count(0) * 3 > len(tete):
        piste = "C'est sans doute de l'UTF-16 sans marque : indiquez l'encodage utf-16-le ou utf-16-be."
    return FichierRefuse("F_NUL", f"Ce fichier ne se lit pas comme du texte. {piste}")


def _erreurs(codec: str) -> str:
    return _ERREURS_CP1252 if codec == "cp1252" else "strict"


def _texte(chemin: Path, codec: str) -> io.TextIOWrapper:
    return chemin.open(encoding=codec, errors=_erreurs(codec), newline="")


_SEP = re.compile(r'"?sep=(.)"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)


def _separateur(tete: str, impose: str | None) -> tuple[str, int]:
    """Le séparateur, et le nombre de lignes à sauter avant l'en-tête (la ligne `sep=` d'Excel)."""
    annonce = _SEP.match(tete)
    sautees = 1 if annonce else 0
    choisi = impose or (annonce[1] if annonce else None)
    if choisi == "\\t":
        choisi = "\t"
    if choisi is not None:
        if choisi not in _SEPARATEURS:
            raise FichierRefuse(
                "F_FORMAT",
                f"Le séparateur « {choisi[:5]} » ne se lit pas : choisissez ; , | ou la tabulation.",
            )
        return choisi, sautees
    lignes = tete[annonce.end() if annonce else 0 :].lstrip("\r\n")
    if not lignes.strip():
        raise sans_ligne()
    return max(_SEPARATEURS, key=lambda s: _largeur(lignes, s)), sautees


def _largeur(texte: str, separateur: str) -> int:
    """Nombre de cellules de la première ligne, lue avec ce séparateur (0 si elle ne se lit pas)."""
    try:
        return len(next(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur), []))
    except csv.Error:
        return 0


class _Delimite:
    """Un fichier délimité dont l'encodage et le séparateur sont connus."""

    def __init__(self, chemin: Path, codec: str, separateur: str, sautees: int, limites: Limites) -> None:
        self.chemin = chemin
        self.codec = codec
        self.separateur = separateur
        self.sautees = sautees
        self.limites = limites

    def _enregistrements(self) -> Iterator[Ligne]:
        """Les enregistrements non vides, en-tête compris."""
        debut = 1

        def physiques() -> Iterator[str]:
            for rang, ligne in enumerate(flux, start=1):
                if rang - debut > self.limites.lignes_cellule:
                    raise cellule_trop_longue(debut, self.limites)
                yield ligne

        csv.field_size_limit(self.limites.cellule)
        with _texte(self.chemin, self.codec) as flux:
            source = physiques()
            for _ in range(self.sautees):
                next(source, None)
            lecteur = csv.reader(source, delimiter=self.separateur)
            decalage = self.sautees + 1
            debut = decalage
            try:
                for cellules in lecteur:
                    # Une ligne vide, ou faite des seuls séparateurs qu'Excel laisse en bas de tableau, n'est rien.
                    if cellules and (cellules[0].strip() or "".join(cellules).strip()):
                        yield Ligne(debut, cellules)
                    debut = lecteur.line_num + decalage
            except csv.Error:
                raise cellule_trop_longue(debut, self.limites) from None
            except UnicodeError:
                raise FichierRefuse("F_ENCODAGE", "Le fichier a changé pendant la lecture : recommencez.") from None

    def entete(self) -> Ligne:
        """La première ligne non vide."""
        ligne = next(self._enregistrements(), None)
        if ligne is None:
            raise sans_ligne()
        return ligne

    def lignes(self) -> Iterator[Ligne]:
        """Les lignes sous l'en-tête."""
        enregistrements = self._enregistrements()
        next(enregistrements, None)
        yield from enregistrements

    def refuser_guillemet_ouvert(self) -> None:
        """Refuse un guillemet jamais refermé, qui avalerait en silence toutes les lignes suivantes."""
        dernier = self.entete()
        for ligne in self._enregistrements():
            dernier = ligne
        with _texte(self.chemin, self.codec) as flux:
            for _ in range(dernier.numero - 1):
                next(flux, None)
            try:
                for _ in csv.reader(flux, delimiter=self.separateur, strict=True):
                    pass
            except csv.Error as erreur:
                if "unexpected end" not in str(erreur):
                    return
                raise FichierRefuse(
                    "F_FORMAT",
                    f"Un guillemet ouvert à la ligne {dernier.numero} n'est jamais refermé : tout ce qui suit serait"
                    " avalé. Refermez-le, ou doublez-le s'il fait partie du texte.",
                ) from None
