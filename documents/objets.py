"""Les objets d'un PDF à table de références classique : les lire, les partager, les récrire.

Ce que xhtml2pdf, reportlab et pyHanko écrivent ici ; rien d'autre n'est lu. Un objet commun à plusieurs pages ou à
plusieurs documents (police, cadre, fond) n'est écrit qu'une fois : un lot de 200 certificats pèse quelques certificats.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self
from xml.sax.saxutils import escape

AUTEUR = "Commission Paritaire Nationale de l'Emploi de la Métallurgie"
PRODUCTEUR = "xhtml2pdf"

_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_FLUX = re.compile(rb">>\s*stream\r?\n")
# Un lot ne garde des pages que leur dessin : ni lien vers leur ancien arbre, ni champ de signature, ni transition vide.
_ATTACHES = re.compile(rb"/(?:Parent|StructParents) \d+(?: 0 R)?|/Annots (?:\[[^\]]*\]|\d+ 0 R)|/Trans\s*<<\s*>>")


class PdfInattendu(ValueError):
    """Ce PDF n'a pas la forme de ceux que la console écrit."""


@dataclass(frozen=True, slots=True)
class Ouvert:
    """Un PDF ouvert : ses objets par numéro, sans leur enveloppe, et ses pages dans l'ordre."""

    objets: dict[int, bytes]
    pages: tuple[int, ...]


def ouvrir(pdf: bytes) -> Ouvert:
    """Les objets d'un PDF ; d'une révision à l'autre, le dernier écrit l'emporte.

    :raises PdfInattendu: pas de table de références classique.
    """
    debuts: dict[int, int] = {}
    bornes, racine = [len(pdf)], None
    table = int(_trouver(rb"startxref\s+(\d+)\s+%%EOF\s*\Z", pdf[-64:]))
    while table >= 0:
        bornes.append(table)
        fin = pdf.index(b"trailer", table)
        lignes = pdf[table:fin].split()[1:]
        while lignes:
            premier, nombre = int(lignes[0]), int(lignes[1])
            for rang in range(nombre):
                place, _, usage = lignes[2 + rang * 3 : 5 + rang * 3]
                bornes.append(int(place))
                if usage == b"n":
                    debuts.setdefault(premier + rang, int(place))
            lignes = lignes[2 + nombre * 3 :]
        pied = pdf[fin : pdf.index(b"startxref", fin)]
        racine = racine or int(_trouver(rb"/Root (\d+) 0 R", pied))
        avant = re.search(rb"/Prev (\d+)", pied)
        table = int(avant[1]) if avant else -1
    suites = dict(zip(ordre := sorted(set(bornes)), ordre[1:], strict=False))
    objets = {n: _corps(pdf[place : suites[place]]) for n, place in debuts.items()}
    return Ouvert(objets, tuple(_pages(objets, int(_trouver(rb"/Pages (\d+) 0 R", objets[racine or 0])))))


def _trouver(motif: bytes, octets: bytes) -> bytes:
    trouve = re.search(motif, octets)
    if trouve is None:
        raise PdfInattendu(motif.decode())
    return trouve[1]


def _corps(enveloppe: bytes) -> bytes:
    debut, fin = re.match(rb"\d+ \d+ obj\s*", enveloppe), enveloppe.rfind(b"endobj")
    if debut is None or fin < 0:
        raise PdfInattendu("obj")
    return enveloppe[debut.end() : fin].strip(b"\r\n")


def _pages(objets: dict[int, bytes], numero: int) -> Iterable[int]:
    enfants = re.search(rb"/Kids\s*\[([^\]]*)\]", objets[numero])
    if enfants is None:
        yield numero
        return
    for enfant in _REFERENCE.findall(enfants[1]):
        yield from _pages(objets, int(enfant))


def chaine(texte: str) -> bytes:
    """Une chaîne de PDF, en hexadécimal : aucun de ses signes n'est de la syntaxe."""
    return b"<" + ("\ufeff" + texte).encode("utf-16-be").hex().encode() + b">"


def flux(contenu: bytes, entete: bytes = b"") -> bytes:
    """Un flux comprimé."""
    serre = zlib.compress(contenu)
    return b"<<%s/Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream" % (entete, len(serre), serre)


def contenu(corps: bytes) -> bytes:
    """Les octets d'un flux comprimé par zlib.

    :raises PdfInattendu: il ne l'est pas ainsi.
    """
    debut = _FLUX.search(corps)
    if debut is None or b"/FlateDecode" not in corps[: debut.start()] or b"ASCII" in corps[: debut.start()]:
        raise PdfInattendu("flux")
    return zlib.decompressobj().decompress(corps[debut.end() :])


@dataclass(slots=True)
class Ecrivain:
    """Un PDF en cours d'écriture ; l'objet 1 est l'arbre des pages, un même objet n'est écrit qu'une fois."""

    _morceaux: list[bytes] = field(default_factory=lambda: [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"])
    _places: list[int] = field(default_factory=lambda: [0])
    _position: int = 15
    _connus: dict[bytes, int] = field(default_factory=dict)
    _pages: list[int] = field(default_factory=list)

    def copie(self) -> Self:
        """Un autre PDF, qui commence par ce que celui-ci a déjà."""
        return type(self)(
            self._morceaux.copy(), self._places.copy(), self._position, self._connus.copy(), self._pages.copy()
        )

    def ajouter(self, corps: bytes) -> int:
        """Écrit un objet et rend son numéro ; celui d'un objet semblable s'il y en a un."""
        numero = self._connus.get(corps)
        if numero is None:
            numero = self._connus[corps] = self._ecrire(corps, len(self._places) + 1)
        return numero

    def importer(self, source: Ouvert, numero: int) -> int:
        """Écrit un objet d'un autre PDF, avec tout ce qu'il désigne."""
        return self.ajouter(self.traduire(source, source.objets[numero]))

    def traduire(self, source: Ouvert, corps: bytes) -> bytes:
        """Le même objet, ses références devenues celles d'ici."""
        debut = _FLUX.search(corps)
        borne = debut.start() if debut else len(corps)
        entete = _REFERENCE.sub(lambda r: b"%d 0 R" % self.importer(source, int(r[1])), corps[:borne])
        return entete + corps[borne:]

    def page(self, corps: bytes) -> None:
        """Ajoute une page, donnée sans son parent."""
        self._pages.append(self._ecrire(b"<</Parent 1 0 R " + corps.removeprefix(b"<<"), len(self._places) + 1))

    def pages(self, source: Ouvert) -> int:
        """Ajoute toutes les pages d'un autre PDF ; le rang de la première, à partir de zéro."""
        premiere = len(self._pages)
        for numero in source.pages:
            self.page(self.traduire(source, detacher(source.objets[numero])))
        return premiere

    def fin(self, *, titre: str, sujet: str, date: dt.date, signets: Sequence[tuple[str, int]] = ()) -> bytes:
        """Les octets du PDF ; `signets` : un intitulé et le rang de sa page, dans l'ordre. Mêmes entrées, mêmes octets."""
        self._ecrire(
            b"<</Type /Pages /Count %d /Kids [%s]>>"
            % (len(self._pages), b" ".join(b"%d 0 R" % p for p in self._pages)), 1,
        )
        jour = b"(D:%s120000Z)" % f"{date:%Y%m%d}".encode()
        info = self.ajouter(
            b"<</Title %s /Author %s /Subject %s /Producer %s /CreationDate %s /ModDate %s>>"
            % (chaine(titre), chaine(AUTEUR), chaine(sujet), chaine(PRODUCTEUR), jour, jour)
        )
        fiche = xmp(titre, sujet, date)
        metadonnees = self.ajouter(
            b"<</Type /Metadata /Subtype /XML /Length %d>>\nstream\n%s\nendstream" % (len(fiche), fiche)
        )
        catalogue = b"<</Type /Catalog /Pages 1 0 R /Lang (fr) /ViewerPreferences <</DisplayDocTitle true>> /Metadata %d 0 R"
        racine = self.ajouter(catalogue % metadonnees + self._signets(signets) + b">>")
        corps = b"".join(self._morceaux)
        empreinte = hashlib.sha256(corps).hexdigest()[:32].encode()
        places = b"".join(b"%010d 00000 n \n" % place for place in self._places)
        taille = len(self._places) + 1
        return b"%sxref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>]>>\nstartxref\n%d\n%%%%EOF\n" % (
            corps, taille, places, taille, racine, info, empreinte, empreinte, len(corps)
        )

    def _ecrire(self, corps: bytes, numero: int) -> int:
        if numero > len(self._places):
            self._places.append(0)
        self._places[numero - 1] = self._position
        morceau = b"%d 0 obj\n%s\nendobj\n" % (numero, corps)
        self._morceaux.append(morceau)
        self._position += len(morceau)
        return numero

    def _signets(self, signets: Sequence[tuple[str, int]]) -> bytes:
        if not signets:
            return b""
        racine = len(self._places) + 1
        premier, dernier = racine + 1, racine + len(signets)
        self._ecrire(b"<</Type /Outlines /Count %d /First %d 0 R /Last %d 0 R>>" % (len(signets), premier, dernier), racine)
        for numero, (intitule, rang) in enumerate(signets, start=premier):
            voisins = b"" if numero == premier else b" /Prev %d 0 R" % (numero - 1)
            voisins += b"" if numero == dernier else b" /Next %d 0 R" % (numero + 1)
            self._ecrire(
                b"<</Title %s /Parent %d 0 R /Dest [%d 0 R /Fit]%s>>" % (chaine(intitule), racine, self._pages[rang], voisins),
                numero,
            )
        return b" /Outlines %d 0 R /PageMode /UseOutlines" % racine


def detacher(page: bytes) -> bytes:
    """Une page sans ce qui la liait à son document."""
    return _ATTACHES.sub(b"", page)


def xmp(titre: str, sujet: str, date: dt.date) -> bytes:
    """La fiche de métadonnées XMP, langue comprise."""

    def dans_sa_langue(texte: str) -> str:
        return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(texte)}</rdf:li></rdf:Alt>'

    jour = f"{date:%Y-%m-%d}T12:00:00Z"
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/">'
        f"<dc:format>application/pdf</dc:format><dc:title>{dans_sa_langue(titre)}</dc:title>"
        f"<dc:description>{dans_sa_langue(sujet)}</dc:description>"
        f"<dc:creator><rdf:Seq><rdf:li>{escape(AUTEUR)}</rdf:li></rdf:Seq></dc:creator>"
        "<dc:language><rdf:Bag><rdf:li>fr</rdf:li></rdf:Bag></dc:language>"
        f"<xmp:CreateDate>{jour}</xmp:CreateDate><xmp:ModifyDate>{jour}</xmp:ModifyDate>"
        f'<pdf:Producer>{PRODUCTEUR}</pdf:Producer></rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>'
    ).encode()
