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
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
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
from xhtml2pdf.document import pisaStory

from documents.erreurs import DonneeIncoherente, GlypheManquant, RenduImpossible
from documents.gabarit import FONDS_PAR_GABARIT, Fond, HorsGabarit, Suivi, separer, suivre, vivants_de
from documents.objets import AUTEUR, Ecrivain, PdfInattendu, ouvrir

Valeur: TypeAlias = "str | Sequence[Valeur] | Mapping[str, Valeur]"
Contexte: TypeAlias = Mapping[str, Valeur]

POLICES = Path(__file__).parent / "polices"
ORNEMENTS = Path(__file__).parent / "ornements"
GABARITS = Path(__file__).parent.parent / "templates" / "documents"
DELAI_RENDU = 300.0
"""Secondes laissées à un rendu, lot compris, avant abandon."""

GABARITS_GARDES = 48
"""Formes de document gardées compilées par un processus : les plus récentes."""

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
        self._formes: OrderedDict[tuple[str, str], _Forme] = OrderedDict()
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
        return self._page(gabarit, _imprimables(contexte))

    def pdf(
        self, gabarit: str, contexte: Contexte, *, titre: str, sujet: str, date: dt.date, pages: int | None = None,
        vivants: frozenset[str] = frozenset(),
    ) -> bytes:
        """Rend le gabarit en PDF, daté de `date` (celle des faits : le PDF ne change pas d'un jour à l'autre).

        `pages` : nombre de pages voulu, quand un débordement changerait le document. `vivants` : les noms du contexte dont
        la valeur est propre à chaque document ; le reste n'est alors mis en page qu'une fois (voir `documents.gabarit`).

        :raises RenduImpossible: une ressource a été refusée, une limite dépassée, ou un texte déborde de sa page.
        """
        valeurs = _imprimables(contexte)
        with _verrou:
            if vivants:
                with suppress(HorsGabarit, PdfInattendu):
                    return self._compile(gabarit, valeurs, vivants, pages, titre=titre, sujet=sujet, date=date)
            return self._simple(gabarit, valeurs, pages, titre=titre, sujet=sujet, date=date)

    def _page(self, gabarit: str, valeurs: Contexte) -> str:
        page = self._jinja.get_template(gabarit).render(valeurs)
        entete, corps, texte = page.partition("<body>")
        return entete + corps + _typographie(texte)

    def _compile(
        self, gabarit: str, valeurs: Contexte, vivants: frozenset[str], pages: int | None,
        *, titre: str, sujet: str, date: dt.date,
    ) -> bytes:
        """Le document par son gabarit compilé, compilé au besoin.

        :raises HorsGabarit: il ne s'y prête pas.
        """
        marquees, propres = separer(valeurs, vivants)
        cle = (gabarit, repr(marquees))
        forme = self._formes.get(cle)
        if forme is None:
            forme = self._formes[cle] = self._marquer(gabarit, marquees, len(propres))
            while len(self._formes) > GABARITS_GARDES:
                self._formes.popitem(last=False)
        self._formes.move_to_end(cle)
        if forme.refusee or len(forme.fonds) > FONDS_PAR_GABARIT:
            raise HorsGabarit(gabarit)
        for fond in forme.fonds:
            remplis = fond.remplir(propres, _typographie)
            if remplis is not None:
                return fond.pdf(remplis, titre=titre, sujet=sujet, date=date)
        with suivre(Suivi(forme.marques.vivants)) as rendu:
            octets = self._simple(gabarit, valeurs, pages, titre="", sujet="", date=dt.date.min.replace(year=2000))
        fond = Fond(octets, forme.marques, rendu)
        remplis = fond.remplir(propres, _typographie)
        if remplis is None:
            raise HorsGabarit(gabarit)
        forme.fonds.append(fond)
        return fond.pdf(remplis, titre=titre, sujet=sujet, date=date)

    def _marquer(self, gabarit: str, marquees: Contexte, nombre: int) -> _Forme:
        """Les paragraphes de la page où des marques tiennent la place des valeurs vivantes ; rien n'en est imprimé."""
        page = self._page(gabarit, marquees)
        with suivre(Suivi()) as marques:
            pisaStory(page, str(POLICES / gabarit), encoding="utf-8", resource_policy=self._politique)
        try:
            marques.vivants = vivants_de(marques, nombre, page)
        except HorsGabarit:
            return _Forme(marques, refusee=True)
        return _Forme(marques)

    def _simple(
        self, gabarit: str, valeurs: Contexte, pages: int | None, *, titre: str, sujet: str, date: dt.date
    ) -> bytes:
        """Le document par xhtml2pdf d'un bout à l'autre ; sous le verrou."""
        html = self._page(gabarit, valeurs)
        sortie = io.BytesIO()
        with _horloge(date):
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
        if pages is not None and len(ouvrir(octets).pages) != pages:
            raise RenduImpossible(f"Le document « {gabarit} » déborde de sa page : un texte est trop long.")
        return octets


@dataclass(slots=True)
class _Forme:
    """Les documents d'un gabarit qui ont les mêmes parties fixes : leurs marques, et un fond par jeu de hauteurs."""

    marques: Suivi
    fonds: list[Fond] = field(default_factory=list)
    refusee: bool = False


def assembler(pdfs: Sequence[bytes], *, titre: str, sujet: str, date: dt.date, signets: Sequence[str] = ()) -> bytes:
    """Met bout à bout des PDF déjà rendus, dans l'ordre donné ; un signet mène à chacun quand ils sont nommés."""
    lot = Ecrivain()
    rangs = [lot.pages(ouvrir(octets)) for octets in pdfs]
    return lot.fin(titre=titre, sujet=sujet, date=date, signets=list(zip(signets, rangs, strict=False)))


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


def _typographie(texte: str) -> str:
    """Les espaces insécables de la typographie française."""
    return _INSECABLES.sub("\N{NO-BREAK SPACE}", texte)


def _imprimables(contexte: Contexte) -> dict[str, Valeur]:
    return {nom: _imprimable(v, nom) for nom, v in contexte.items()}


@functools.cache
def _ordinaires() -> frozenset[str]:
    """Les caractères imprimables et dessinés par toutes les polices : rien à redire d'un texte qui n'a qu'eux."""
    return frozenset(c for c in map(chr, caracteres()) if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))


def _imprimable(valeur: Valeur, champ: str) -> Valeur:
    """Chaînes en forme NFC, blancs réduits à une espace, caractères vérifiés, en profondeur."""
    if isinstance(valeur, Mapping):
        return {nom: _imprimable(v, nom) for nom, v in valeur.items()}
    if not isinstance(valeur, str):
        return [_imprimable(v, champ) for v in valeur]
    # L'espace fine insécable n'est pas dans toutes les polices ; l'insécable ordinaire dit la même chose.
    texte = unicodedata.normalize("NFC", valeur).replace("\u202f", "\xa0")
    texte = " ".join(mot for mot in texte.replace("\t", " ").replace("\r", " ").replace("\n", " ").split(" ") if mot)
    if _ordinaires().issuperset(texte):
        return texte
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
