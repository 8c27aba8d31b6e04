"""Le moteur : gabarit Jinja → HTML → xhtml2pdf → octets, sans accès au réseau ni au disque hors des polices.

xhtml2pdf tient un verrou global pendant un rendu : pour aller plus vite ou pour borner le temps, passer par
`documents.atelier`, qui rend dans des processus.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import logging
import os
import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import pypdf
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, TTFontFile
from reportlab.pdfgen import canvas
from xhtml2pdf import pisa
from xhtml2pdf.config.resources import RenderLimitError, ResourceAccessPolicy

from documents.erreurs import DonneeIncoherente, GlypheManquant, RenduImpossible

Valeur: TypeAlias = "str | Sequence[Valeur] | Mapping[str, Valeur]"
Contexte: TypeAlias = Mapping[str, Valeur]

POLICES = Path(__file__).parent / "polices"
ORNEMENTS = Path(__file__).parent / "ornements"
GABARITS = Path(__file__).parent.parent / "templates" / "documents"
DELAI_RENDU = 300.0
"""Secondes laissées à un rendu, lot compris, avant abandon."""

AUTEUR = "Commission Paritaire Nationale de l'Emploi de la Métallurgie"

# reportlab sait lire des adresses par lui-même : il n'en lit aucune ici, quoi que dise la page.
rl_config.trustedHosts = []
rl_config.trustedSchemes = []
# Flux binaires : un cinquième d'octets et de temps en moins que l'ASCII de 1990.
rl_config.useA85 = 0

# Ses avertissements citent le contenu des pages, donc des noms : ils deviennent des erreurs (voir `pdf`), pas un journal.
for _nom in ("xhtml2pdf", "svglib", "reportlab"):
    logging.getLogger(_nom).setLevel(logging.CRITICAL + 1)

_MOIS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
# Ni signe double en tête de ligne, ni date coupée, ni sigle séparé de son numéro : la typographie de tous les documents.
_INSECABLES = re.compile(
    rf" (?=[;:!?»])|(?<=«) |(?<=\d) (?=({_MOIS}) \d{{4}})|(?<=1er) (?=({_MOIS}) \d{{4}})|"
    rf"{''.join(f'(?<= {m}) (?=[0-9]{{4}})|' for m in _MOIS.split('|'))}(?<=n°) (?=\d)|(?<=§) (?=\d)"
)

_verrou = threading.Lock()


class Renderer:
    """Rend un gabarit de `templates/documents/` en PDF ; mêmes entrées, mêmes octets."""

    def __init__(self, gabarits: Path = GABARITS, delai: float = DELAI_RENDU) -> None:
        """`gabarits` : dossier des gabarits ; `delai` : secondes laissées à un rendu."""
        self._jinja = Environment(
            loader=FileSystemLoader(gabarits),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._politique = ResourceAccessPolicy.server(
            POLICES,
            extra_roots=(ORNEMENTS,),
            allow_remote=False,
            max_render_seconds=delai,
            max_document_bytes=32 * 1024 * 1024,
        )

    def html(self, gabarit: str, contexte: Contexte) -> str:
        """Remplit le gabarit ; toute valeur y est échappée, et imprimable par les polices embarquées.

        :raises GlypheManquant: un caractère n'a pas de dessin ; le champ est nommé.
        :raises DonneeIncoherente: une valeur porte un caractère de commande.
        """
        page = self._jinja.get_template(gabarit).render({nom: _imprimable(v, nom) for nom, v in contexte.items()})
        entete, corps, texte = page.partition("<body>")
        return entete + corps + _INSECABLES.sub("\N{NO-BREAK SPACE}", texte)

    def pdf(
        self, gabarit: str, contexte: Contexte, *, titre: str, sujet: str, date: dt.date, pages: int | None = None
    ) -> bytes:
        """Rend le gabarit en PDF, daté de `date` (celle des faits : le PDF ne change pas d'un jour à l'autre).

        `pages` : nombre de pages voulu, quand un débordement changerait le document.

        :raises RenduImpossible: une ressource a été refusée, une limite dépassée, ou un texte déborde de sa page.
        """
        html = self.html(gabarit, contexte)
        sortie = io.BytesIO()
        with _verrou, _horloge(date):
            try:
                etat = pisa.CreatePDF(
                    html,
                    dest=sortie,
                    encoding="utf-8",
                    path=str(POLICES / gabarit),
                    resource_policy=self._politique,
                    # Au-delà de sa capacité, il écrirait la page, donc des noms, dans un fichier temporaire.
                    capacity=-1,
                    context_meta={"title": titre, "author": AUTEUR, "subject": sujet, "keywords": ""},
                )
            except RenderLimitError as erreur:
                raise RenduImpossible(f"Le document « {gabarit} » dépasse les limites de rendu.") from erreur
            except Exception as erreur:
                # Le texte de l'erreur cite la page : il reste dans la cause, que la console n'écrit pas au journal.
                raise RenduImpossible(f"Le document « {gabarit} » n'a pas pu être mis en page.") from erreur
        if etat.err or etat.warn:
            raise RenduImpossible(f"Le document « {gabarit} » a été mis en page avec des réserves : refusé.")
        octets = sortie.getvalue()
        if pages is not None and len(pypdf.PdfReader(io.BytesIO(octets)).pages) != pages:
            raise RenduImpossible(f"Le document « {gabarit} » déborde de sa page : un texte est trop long.")
        return octets


def assembler(pdfs: Sequence[bytes], *, titre: str, sujet: str) -> bytes:
    """Met bout à bout des PDF déjà rendus, dans l'ordre donné ; les métadonnées sont celles du lot."""
    lot = pypdf.PdfWriter()
    for octets in pdfs:
        lot.append(io.BytesIO(octets))
    dates: Mapping[str, object] = pypdf.PdfReader(io.BytesIO(pdfs[0])).metadata or {}
    lot.add_metadata({"/Title": titre, "/Author": AUTEUR, "/Subject": sujet})
    lot.add_metadata({cle: str(date) for cle, date in dates.items() if cle in ("/CreationDate", "/ModDate")})
    lot.root_object[pypdf.generic.NameObject("/Lang")] = pypdf.generic.TextStringObject("fr")
    sortie = io.BytesIO()
    lot.write(sortie)
    return sortie.getvalue()


@functools.cache
def caracteres() -> frozenset[int]:
    """Les points de code que toutes les polices embarquées savent dessiner."""
    jeux = (frozenset(TTFontFile(str(police)).charToGlyph) for police in sorted(POLICES.glob("*.ttf")))
    return functools.reduce(frozenset.intersection, jeux)


def largeur(texte: str, police: str, corps: float) -> float:
    """Largeur du texte en points, dans une police embarquée nommée par son fichier, au corps donné en points."""
    return float(_police(police).stringWidth(texte, corps))


@functools.cache
def _police(nom: str) -> TTFont:
    return TTFont(nom, str(POLICES / f"{nom}.ttf"))


def _imprimable(valeur: Valeur, champ: str) -> Valeur:
    """Chaînes en forme NFC, blancs réduits à une espace, caractères vérifiés, en profondeur."""
    if isinstance(valeur, Mapping):
        return {nom: _imprimable(v, nom) for nom, v in valeur.items()}
    if not isinstance(valeur, str):
        return [_imprimable(v, champ) for v in valeur]
    # L'espace fine insécable n'est pas dans toutes les polices ; l'insécable ordinaire dit la même chose.
    texte = unicodedata.normalize("NFC", valeur).replace("\u202f", "\xa0")
    texte = " ".join(mot for mot in texte.replace("\t", " ").replace("\r", " ").replace("\n", " ").split(" ") if mot)
    for caractere in texte:
        if unicodedata.category(caractere) in ("Cc", "Cf", "Cs"):
            raise DonneeIncoherente(champ, f"porte le caractère de commande U+{ord(caractere):04X}")
        if ord(caractere) not in caracteres():
            raise GlypheManquant(caractere, champ)
    return texte


@contextmanager
def _horloge(date: dt.date) -> Iterator[None]:
    """Fige la date que reportlab écrit dans le PDF (SOURCE_DATE_EPOCH) et ses identifiants."""
    avant, invariant = os.environ.get("SOURCE_DATE_EPOCH"), rl_config.invariant
    midi = dt.datetime.combine(date, dt.time(12), tzinfo=dt.UTC)
    os.environ["SOURCE_DATE_EPOCH"] = str(int(midi.timestamp()))
    rl_config.invariant = 1
    try:
        yield
    finally:
        rl_config.invariant = invariant
        if avant is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = avant


_PIED = 42.0
"""Du bas de la page à la mention d'un duplicata, en points : sous tout texte, dans le cadre du certificat."""


def marquer(pdf: bytes, mention: str) -> bytes:
    """Le même PDF, dont chaque page porte en pied cette mention.

    Ce qui est au-dessus n'est pas refait : un duplicata a le contenu même de l'original.
    """
    lu = pypdf.PdfReader(io.BytesIO(pdf))
    marque = pypdf.PdfWriter(clone_from=lu)
    for page in marque.pages:
        page.merge_page(_mention(float(page.mediabox.width), float(page.mediabox.height), mention))
    sortie = io.BytesIO()
    marque.write(sortie)
    return sortie.getvalue()


def _mention(large: float, haut: float, mention: str) -> pypdf.PageObject:
    """Une page transparente qui ne porte que la mention, centrée."""
    corps, police = 8.5, "SourceSans3-Semibold"
    with _verrou:
        pdfmetrics.registerFont(_police(police))
        tampon = io.BytesIO()
        toile = canvas.Canvas(tampon, pagesize=(large, haut), invariant=True)
        toile.setFont(_police(police).fontName, corps)
        toile.setFillColorRGB(0.64, 0.09, 0.10)
        toile.drawCentredString(large / 2, _PIED, mention)
        toile.save()
    return pypdf.PdfReader(io.BytesIO(tampon.getvalue())).pages[0]
