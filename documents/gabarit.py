"""Le gabarit compilé : ce qui se répète d'un document à l'autre n'est mis en page qu'une fois.

xhtml2pdf reste le moteur. Un document est rendu une fois sans ses paragraphes vivants, ceux qui portent une valeur propre
à chacun : c'est le fond. Pour chaque document, les mêmes paragraphes de xhtml2pdf reçoivent leurs valeurs, se coupent en
lignes et se dessinent par lui, à leur place dans le fond. Aucune position n'est écrite ici : toutes viennent du rendu.

Une valeur qui changerait la hauteur d'un paragraphe demande un autre fond ; une valeur sans dessin dans les polices du
fond lève `HorsGabarit`, et le document se rend par la voie simple. L'allure est la même, les essais le prouvent.
"""

from __future__ import annotations

import copy
import functools
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

import xhtml2pdf.context
from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from xhtml2pdf.reportlab_paragraph import Paragraph
from xhtml2pdf.xhtml2pdf_reportlab import PmlParagraph

from documents import objets

FONDS_PAR_GABARIT = 32
"""Fonds gardés par forme de document ; au-delà, la voie simple."""

ALPHABET = (
    "".join(chr(n) for n in range(0xA1, 0x180) if n not in (0xAD, 0x132, 0x133, 0x138, 0x13F, 0x140, 0x149, 0x17F))
    .translate(dict.fromkeys(map(ord, "¡¢£¤¥¦§¨©ª¬®¯±²³´µ¶¸¹º¼½¾¿ĈĉĊċĜĝĠġĤĥĦħĨĩĬĭĴĵŊŋŎŏŔŕŖŗŜŝŦŧŨũŬŭŴŵŶŷ")))
    + "ȘșȚț‑–—‘’…"
)
"""Les lettres, hors ASCII, des noms de l'Europe latine et turque : toute police vivante d'un fond les porte."""

_MARQUE = re.compile(r"QZ(\d{4})ZQ")
_PLACE = re.compile(rb"%QZV(\d+)\s")
_CONTENU = re.compile(rb"/Contents (\d+) 0 R")
_IMAGE = "data:image/svg+xml"
_TRACE = re.compile(r"([Mmh])(-?\d+)(?: (-?[\d.]+))?")
_suivi_en_cours = threading.local()


class HorsGabarit(Exception):
    """Ce document ne tient pas dans un gabarit compilé : le rendre par la voie simple."""


def marque(rang: int) -> str:
    """Ce qui tient la place de la valeur de ce rang."""
    return f"QZ{rang:04d}ZQ"


def separer(contexte: Mapping[str, Any], vivants: frozenset[str]) -> tuple[dict[str, Any], list[str]]:
    """Le contexte dont chaque valeur vivante non vide est remplacée par sa marque, et ces valeurs par rang."""
    valeurs: list[str] = []

    def parcourir(valeur: Any, vif: bool) -> Any:
        if isinstance(valeur, Mapping):
            return {nom: parcourir(v, vif or nom in vivants) for nom, v in valeur.items()}
        if not isinstance(valeur, str):
            return [parcourir(v, vif) for v in valeur]
        if not vif or not valeur:
            return valeur
        valeurs.append(valeur)
        repere = marque(len(valeurs) - 1)
        if valeur.startswith(_IMAGE):
            svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" id="{repere}"><path d="M0 0h9"/></svg>'
            return f"{_IMAGE},{quote(svg)}"
        return repere

    return parcourir(contexte, vif=False), valeurs


@dataclass(slots=True)
class Suivi:
    """Les paragraphes d'un rendu : dans l'ordre de leur naissance, puis là où les vivants devaient se dessiner."""

    vivants: frozenset[int] = frozenset()
    nes: list[PmlParagraph] = field(default_factory=list)
    places: list[PmlParagraph] = field(default_factory=list)
    toile: Any = None
    polices: dict[str, tuple[TTFont, Any]] = field(default_factory=dict)

    def retenir(self, paragraphe: PmlParagraph) -> None:
        """Note où un paragraphe vivant se dessinerait ; une passe nouvelle efface la précédente."""
        toile = paragraphe.canv
        if toile is not self.toile:
            self.toile, self.places = toile, []
            for nom in sorted({f.fontName for rang in self.vivants for f in self.nes[rang].frags if _texte(f)}):
                police = pdfmetrics.getFont(nom)
                if isinstance(police, TTFont):
                    for sous_police, _ in police.splitString(ALPHABET, toile._doc):  # noqa: SLF001
                        police.getSubsetInternalName(sous_police, toile._doc)  # noqa: SLF001
                    self.polices[nom] = (police, police.state[toile._doc])  # noqa: SLF001
        toile._code.append(f"%QZV{len(self.places)}")  # noqa: SLF001 un commentaire, là où le paragraphe se dessinera
        self.places.append(paragraphe)


class _Paragraphe(PmlParagraph):  # type: ignore[misc]
    """Un paragraphe de xhtml2pdf qui se fait connaître du suivi."""

    rang = -1

    def __init__(self, *args: Any, **reglages: Any) -> None:
        super().__init__(*args, **reglages)
        suivi: Suivi = _suivi_en_cours.suivi
        self.rang = len(suivi.nes)
        suivi.nes.append(self)

    def wrap(self, largeur: float, hauteur: float) -> tuple[float, float]:
        """Note la largeur offerte."""
        self.offerte = largeur
        taille: tuple[float, float] = super().wrap(largeur, hauteur)
        return taille

    def drawPara(self, debug: int = 0) -> None:  # noqa: N802
        """Dessine le paragraphe, sauf s'il est vivant."""
        suivi: Suivi = _suivi_en_cours.suivi
        if self.rang in suivi.vivants:
            suivi.retenir(self)
        else:
            super().drawPara(debug)


@contextmanager
def suivre(suivi: Suivi) -> Iterator[Suivi]:
    """Fait naître sous ce suivi les paragraphes d'un rendu ; à tenir sous le verrou du moteur."""
    _suivi_en_cours.suivi = suivi
    xhtml2pdf.context.PmlParagraph = _Paragraphe
    try:
        yield suivi
    finally:
        xhtml2pdf.context.PmlParagraph = PmlParagraph


@dataclass(frozen=True, slots=True)
class _Vivant:
    """Un paragraphe vivant d'un fond, tel qu'il y fut mis en page, et ses fragments de la page marquée."""

    origine: PmlParagraph
    modeles: Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Page:
    """Une page d'un fond : son objet, son début commun à tous, puis ses morceaux fixes et les vivants, en alternance."""

    corps: bytes
    debut: int
    suite: Sequence[bytes]


class Fond:
    """Un document mis en page sans ses paragraphes vivants, prêt à les recevoir."""

    def __init__(self, pdf: bytes, marques: Suivi, rendu: Suivi) -> None:
        """`marques` : les paragraphes de la page marquée ; `rendu` : ceux du rendu, dont les places des vivants.

        :raises HorsGabarit: les deux ne se correspondent pas, ou un paragraphe vivant n'a pas été posé entier.
        """
        fixes = [rang for rang in range(len(marques.nes)) if rang not in rendu.vivants]
        if any(_textes(marques.nes[rang]) != _textes(rendu.nes[rang]) for rang in fixes):
            raise HorsGabarit("la page marquée n'a pas la forme du document")
        self._toile = rendu.toile
        self._vivants = [_Vivant(origine, marques.nes[origine.rang].frags) for origine in rendu.places]
        if {origine.rang for origine in rendu.places} != rendu.vivants:
            raise HorsGabarit("un paragraphe vivant est coupé d'une page à l'autre")
        self._polices = rendu.polices
        self._permis = {
            nom: frozenset(map(chr, codes.assignments)) | {"\xa0", " "} for nom, (_, codes) in self._polices.items()
        }
        ouvert = objets.ouvrir(pdf)
        self._socle = objets.Ecrivain()
        self._pages = [self._ouvrir(ouvert, numero) for numero in ouvert.pages]

    def _ouvrir(self, ouvert: objets.Ouvert, numero: int) -> _Page:
        corps = objets.detacher(ouvert.objets[numero])
        contenu = _CONTENU.search(corps)
        if contenu is None:
            raise HorsGabarit("une page n'a pas un seul contenu")
        debut, *suite = _PLACE.split(objets.contenu(ouvert.objets[int(contenu[1])]))
        sans_contenu = self._socle.traduire(ouvert, _CONTENU.sub(b"", corps))
        return _Page(sans_contenu, self._socle.ajouter(objets.flux(debut)), suite)

    def remplir(self, valeurs: Sequence[str], typographie: Callable[[str], str]) -> list[PmlParagraph] | None:
        """Les paragraphes vivants, coupés en lignes ; rien quand l'un n'a pas la hauteur qu'il a sur ce fond.

        :raises HorsGabarit: une lettre manque aux polices du fond.
        """
        remplis = []
        for vivant in self._vivants:
            origine = vivant.origine
            paragraphe = copy.copy(origine)
            paragraphe.frags = [self._remplir(modele, valeurs, typographie) for modele in vivant.modeles]
            for souvenir in ("_brokenLinesCache", "_displayCache"):
                paragraphe.__dict__.pop(souvenir, None)
            Paragraph.wrap(paragraphe, origine.offerte - origine.deltaWidth, 0)
            paragraphe.width += origine.deltaWidth
            paragraphe.height += origine.deltaHeight
            if abs(paragraphe.height - origine.height) > 1e-6:
                return None
            remplis.append(paragraphe)
        return remplis

    def _remplir(self, modele: Any, valeurs: Sequence[str], typographie: Callable[[str], str]) -> Any:
        source = _texte(modele)
        texte = _MARQUE.sub(lambda m: valeurs[int(m[1])], source)
        if texte == source:
            return modele
        rempli = copy.copy(modele)
        if hasattr(modele, "cbDefn"):
            rempli.cbDefn = copy.copy(modele.cbDefn)
            rempli.cbDefn.image = _Trace.de(valeurs[int(_MARQUE.findall(source)[0])])
            return rempli
        rempli.text = typographie(texte)
        if not self._permis.get(modele.fontName, frozenset()).issuperset(rempli.text):
            raise HorsGabarit("une lettre n'est pas dans les polices du fond")
        return rempli

    def pdf(self, paragraphes: Sequence[PmlParagraph], **fiche: Any) -> bytes:
        """Les octets du document : le fond, puis ses paragraphes vivants ; `fiche` : voir `objets.Ecrivain.fin`."""
        # Écrire un PDF fait oublier à reportlab les codes de ses lettres : ceux de ce fond lui sont rendus.
        for police, codes in self._polices.values():
            police.state[self._toile._doc] = codes  # noqa: SLF001
        dessins = [self._dessiner(paragraphe) for paragraphe in paragraphes]
        ecrivain = self._socle.copie()
        for page in self._pages:
            contenus = b"%d 0 R" % page.debut
            if page.suite:
                # Fixes et vivants dans l'ordre où la page se lit.
                morceaux = [m if rang % 2 else dessins[int(m)] for rang, m in enumerate(page.suite)]
                contenus += b" %d 0 R" % ecrivain.ajouter(objets.flux(b"".join(morceaux)))
            ecrivain.page(b"<</Contents [%s] %s" % (contenus, page.corps.removeprefix(b"<<")))
        return ecrivain.fin(**fiche)

    def _dessiner(self, paragraphe: PmlParagraph) -> bytes:
        toile = self._toile
        dessin: list[str] = []
        toile._code = dessin  # noqa: SLF001
        toile.drawImage = functools.partial(_tracer, dessin)
        paragraphe.canv = toile
        Paragraph.drawPara(paragraphe)
        return ("\n".join(dessin) + "\n").encode("latin-1")


@dataclass(frozen=True, slots=True)
class _Trace:
    """Une image SVG d'un seul tracé de traits horizontaux, un QR, dessinée sans passer par un lecteur de SVG."""

    cote: float
    traits: str

    @classmethod
    @functools.lru_cache(maxsize=8)
    def de(cls, uri: str) -> _Trace:
        svg = unquote(uri)
        cote, traces = re.search(r"width='(\d+)'", svg), re.findall(r" d='([^']+)'", svg)
        if not cote or len(traces) != 2:
            raise HorsGabarit("l'image n'est pas un QR")
        x, y, ligne = 0, 0.0, "0"
        traits = []
        for commande, pas, descente in _TRACE.findall(traces[1]):
            if commande == "h":
                traits.append(f"{x} {ligne} m {x + int(pas)} {ligne} l")
                x += int(pas)
            else:
                x, y = (int(pas), float(descente)) if commande == "M" else (x + int(pas), y + float(descente))
                ligne = f"{y:g}"
        return cls(float(cote[1]), " ".join(traits))

    def getDrawing(self, *_: float) -> None:  # noqa: N802
        """Rien : xhtml2pdf dessine alors ce que rend `getImage`."""

    def getImage(self) -> _Trace:  # noqa: N802
        """L'image elle-même, pour `_tracer`."""
        return self


def _tracer(dessin: list[str], image: _Trace, x: float, y: float, large: float, haut: float, **_: object) -> None:
    """Tient lieu de `drawImage` sur la toile d'un fond."""
    a, d, c = large / image.cote, haut / image.cote, f"{image.cote:g}"
    dessin.append(
        f"q {fp_str(a)} 0 0 {fp_str(-d)} {fp_str(x)} {fp_str(y + haut)} cm 1 1 1 rg 0 0 {c} {c} re f 0 0 0 RG 0 J 1 w"
        f" {image.traits} S Q"
    )


def _texte(fragment: Any) -> str:
    """Le texte d'un fragment, ou la source de son image."""
    image = getattr(getattr(fragment, "cbDefn", None), "image", None)
    if image is not None:
        return str(image._imgdata.decode("utf-8", "replace"))  # noqa: SLF001
    texte = getattr(fragment, "text", "")
    return texte if isinstance(texte, str) else ""


def _textes(paragraphe: PmlParagraph) -> list[str]:
    return [_texte(fragment) for fragment in paragraphe.frags]


def vivants_de(marques: Suivi, nombre: int, page: str) -> frozenset[int]:
    """Les rangs des paragraphes qui portent une marque.

    :raises HorsGabarit: une valeur marquée sert ailleurs que dans un texte ou une image.
    """
    textes = [(rang, _texte(f)) for rang, paragraphe in enumerate(marques.nes) for f in paragraphe.frags]
    trouvees = [(rang, int(m)) for rang, texte in textes for m in _MARQUE.findall(texte)]
    if len(trouvees) != len(_MARQUE.findall(unquote(page))) or any(m >= nombre for _, m in trouvees):
        raise HorsGabarit("une valeur vivante sert ailleurs que dans un texte")
    return frozenset(rang for rang, _ in trouvees)
