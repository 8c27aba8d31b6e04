"""Ce qu'on peut joindre à un dossier : des documents de bureau, reconnus à leurs octets et à leur extension.

Le contenu n'est jamais exécuté ni décompressé en entier : un classeur ou un texte est une archive dont on lit la table.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from rules.noyau import rule
from rules.parametres import PIECES_MAX, TAILLE_PIECE_MAX

MO = 2**20
_SOURCE = "choix de la console"

TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
"""Extension → type rendu au navigateur."""

_SIGNATURES = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff"}
_PIECE_MAITRESSE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "odt": "content.xml", "ods": "content.xml"}
# Ce qui s'exécute ou s'installe ; puis ce qui s'affiche avec du script, porte des macros ou cache le reste.
_PROGRAMMES = frozenset({
    "exe", "com", "bat", "cmd", "msi", "msix", "scr", "pif", "cpl", "jar", "js", "jse", "vbs", "vbe", "wsf", "wsh", "ps1",
    "psm1", "sh", "bash", "py", "pl", "rb", "php", "asp", "aspx", "jsp", "cgi", "dll", "dmg", "app", "apk", "deb", "rpm",
    "iso", "img", "lnk", "url", "hta", "chm", "reg", "zip", "rar", "7z", "gz", "tar",
})
_EXECUTABLES = _PROGRAMMES | {
    "htm", "html", "xhtml", "mht", "svg", "xml", "swf", "docm", "dotm", "xlsm", "xltm", "xlam", "pptm",
}
_ENTREES_MAX = 5000
_DEPLOYE_MAX = 200 * MO
_RAPPORT_MAX = 200
_NOM_MAX = 200
# Caractères de commande, séparateurs de chemin, et marques qui renversent le sens de lecture d'un nom.
_NOM_INTERDIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')
_MACRO = re.compile(r"(^|/)(vbaproject|vbadata)[^/]*$|^(basic|scripts)/|(^|/)activex/", re.IGNORECASE)
_LECTURE_IMPOSSIBLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError)


@dataclass(frozen=True, slots=True)
class PieceFacts:
    """Un fichier tel qu'il arrive, et le dossier qui le reçoit (`deja` pièces, `decide` : dossier décidé)."""

    nom: str
    contenu: bytes
    jour: dt.date
    deja: int = 0
    decide: bool = False


def extension(nom: str) -> str:
    """L'extension d'un nom de fichier, en minuscules, sans le point."""
    return nom.rpartition(".")[2].strip().lower() if "." in nom else ""


@rule("PIE-01", field="piece", source=_SOURCE)
def nom_de_fichier(p: PieceFacts) -> str | None:
    """Un nom court, sans chemin ni caractère caché, d'un type admis."""
    if not p.nom.strip(" ."):
        return "Choisissez un fichier."
    if len(p.nom) > _NOM_MAX or _NOM_INTERDIT.search(p.nom):
        return f'Renommez ce fichier : {_NOM_MAX} caractères au plus, sans / \\ : * ? " < > | ni caractère caché.'
    if extension(p.nom) not in TYPES:
        return "Ce type de fichier n'est pas admis : joignez un PDF, une image (PNG, JPEG), un DOCX, un ODT, un XLSX ou un ODS."
    return None


@rule("PIE-02", field="piece", source=_SOURCE)
def une_seule_extension(p: PieceFacts) -> str | None:
    """« rapport.pdf.exe », « facture.exe.pdf » : une double extension cache ce qu'est un fichier."""
    extensions = [e.strip().lower() for e in p.nom.split(".")[1:]]
    cachees = [e for e in extensions[:-1] if e in _EXECUTABLES or e in TYPES]
    if extensions and extensions[-1] in _EXECUTABLES:
        return f"Un fichier .{extensions[-1]} ne se joint pas à un dossier."
    if cachees:
        return f"Ce nom porte deux extensions (.{cachees[-1]}.{extensions[-1]}) : renommez le fichier."
    return None


@rule("PIE-03", field="piece", source=_SOURCE)
def taille_bornee(p: PieceFacts) -> str | None:
    """Ni vide, ni plus lourde que le dossier ne le supporte."""
    maximum = TAILLE_PIECE_MAX.au(p.jour)
    if not p.contenu:
        return "Ce fichier est vide." if p.nom.strip(" .") else None
    if len(p.contenu) > maximum * MO:
        return f"Ce fichier dépasse {maximum} Mo : allégez-le, ou joignez-le en plusieurs parties."
    return None


@rule("PIE-04", field="piece", source=_SOURCE)
def contenu_du_type_annonce(p: PieceFacts) -> str | None:
    """Les premiers octets, ou la table de l'archive, disent ce qu'est un fichier ; son nom peut mentir."""
    genre = extension(p.nom)
    if genre not in TYPES or not p.contenu or len(p.contenu) > TAILLE_PIECE_MAX.au(p.jour) * MO:
        return None
    refus = f"Ce fichier s'appelle .{genre}, mais son contenu n'est pas celui d'un fichier {genre.upper()}."
    if genre in _SIGNATURES:
        return None if p.contenu.startswith(_SIGNATURES[genre]) else refus
    try:
        return None if _est_du_genre(p.contenu, genre) else refus
    except _LECTURE_IMPOSSIBLE:
        return refus


def _est_du_genre(contenu: bytes, genre: str) -> bool:
    if not contenu.startswith(b"PK\x03\x04"):
        return False
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        noms = set(archive.namelist())
        if _PIECE_MAITRESSE[genre] not in noms:
            return False
        if genre in ("odt", "ods"):
            return archive.namelist()[0] == "mimetype" and _lire(archive, "mimetype").strip() == TYPES[genre].encode()
        return "[Content_Types].xml" in noms


def _lire(archive: zipfile.ZipFile, nom: str, limite: int = MO) -> bytes:
    with archive.open(nom) as flux:
        return flux.read(limite)


@rule("PIE-05", field="piece", source=_SOURCE)
def archive_sans_piege(p: PieceFacts) -> str | None:
    """Un texte ou un classeur sans macro, sans programme, qui ne se déploie pas démesurément."""
    if extension(p.nom) not in _PIECE_MAITRESSE or not p.contenu.startswith(b"PK"):
        return None
    if len(p.contenu) > TAILLE_PIECE_MAX.au(p.jour) * MO:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(p.contenu)) as archive:
            return _piege(archive)
    except _LECTURE_IMPOSSIBLE:
        return "Ce fichier est abîmé ou protégé : il ne peut pas être vérifié."


def _piege(archive: zipfile.ZipFile) -> str | None:
    entrees = archive.infolist()
    deploye, comprime = sum(e.file_size for e in entrees), sum(e.compress_size for e in entrees)
    if len(entrees) > _ENTREES_MAX or deploye > _DEPLOYE_MAX or deploye > _RAPPORT_MAX * max(comprime, MO):
        return "Ce fichier se déploie démesurément : il ressemble à un piège."
    noms = [e.filename for e in entrees]
    if len(set(noms)) != len(noms) or any(e.flag_bits & 1 for e in entrees):
        return "Ce fichier est abîmé ou protégé : il ne peut pas être vérifié."
    if any(n.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", n) for n in noms):
        return "Ce fichier écrit hors de son dossier : il ressemble à un piège."
    if any(_MACRO.search(n) for n in noms) or (
        "[Content_Types].xml" in noms and b"macroenabled" in _lire(archive, "[Content_Types].xml").lower()
    ):
        return "Ce fichier contient des macros : enregistrez-le sans macro, ou en PDF."
    if any(extension(n) in _PROGRAMMES for n in noms):
        return "Ce fichier contient un programme ou une archive : joignez le document seul."
    return None


@rule("PIE-06", field="piece", source=_SOURCE)
def dossier_ouvert(p: PieceFacts) -> str | None:
    """Un dossier décidé garde ses pièces telles que le GTP, ou le centre, les a vues."""
    return "Ce dossier est décidé : ses pièces ne changent plus." if p.decide else None


@rule("PIE-07", field="piece", source=_SOURCE)
def nombre_de_pieces(p: PieceFacts) -> str | None:
    """Un dossier se lit : au-delà, c'est un dépôt de fichiers."""
    maximum = PIECES_MAX.au(p.jour)
    return f"Ce dossier a déjà {p.deja} pièces ; {maximum} au plus." if p.deja >= maximum else None


DEPOT = (
    nom_de_fichier, une_seule_extension, taille_bornee, contenu_du_type_annonce, archive_sans_piege, dossier_ouvert,
    nombre_de_pieces,
)
RETRAIT = (dossier_ouvert,)
