"""Le logo d'un centre : reconnu à ses octets, borné, réduit, débarrassé de tout ce qui n'est pas l'image.

Un PNG ou un JPEG est décodé puis réécrit en PNG : ni métadonnées, ni profil, ni octets de trop. Un SVG est relu par une
liste de ce qui dessine ; ce qui nomme un fichier, une adresse, un script ou une entité est refusé.
"""

from __future__ import annotations

import base64
import io
import re
import warnings
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image, UnidentifiedImageError

from documents.erreurs import DocumentRefuse
from documents.faits import LogoImprime

OCTETS_MAX = 2 * 2**20
POINTS_MAX = 24_000_000
"""Points d'une image reçue ; au-delà, elle se déploierait démesurément."""
COTE_MIN, COTE_MAX = 24, 10_000
LARGE, HAUT = 720, 300
"""Bornes du logo gardé, en points : 300 points par pouce sur la place qu'il a dans l'en-tête."""
PLACE_LARGE, PLACE_HAUTE = 46.0, 19.0
"""Place du logo dans un en-tête, en millimètres."""
ELEMENTS_MAX, PROFONDEUR_MAX = 2_000, 40
_SVG = "{http://www.w3.org/2000/svg}"
_DESSINS = frozenset({
    "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc", "defs",
})
_ATTRIBUTS = frozenset({
    "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "points", "transform", "viewBox",
    "fill", "fill-rule", "fill-opacity", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-opacity",
    "stroke-miterlimit", "opacity", "id", "version", "preserveAspectRatio",
})
_VALEUR = re.compile(r"[\w\s.,#%()+\-]*", re.ASCII)
_NOMBRE = re.compile(r"\s*([0-9]{1,5}(?:\.[0-9]{1,6})?)(?:px|pt|mm)?\s*")


class LogoRefuse(DocumentRefuse):
    """L'image ne peut pas servir de logo ; le message dit pourquoi et quoi faire."""


@dataclass(frozen=True, slots=True)
class Logo:
    """Un logo prêt à garder et à imprimer."""

    contenu: bytes
    type_mime: str
    largeur: int
    hauteur: int


def lire(octets: bytes) -> Logo:
    """Le logo que sont ces octets.

    :raises LogoRefuse: ce n'est ni un PNG, ni un JPEG, ni un SVG qui ne fait que dessiner ; ou il sort des bornes.
    """
    if not octets:
        raise LogoRefuse("Choisissez une image.")
    if len(octets) > OCTETS_MAX:
        raise LogoRefuse(f"Cette image dépasse {OCTETS_MAX // 2**20} Mo : réduisez-la.")
    if octets.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return _lire_image(octets)
    if re.match(rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.{0,2000}?-->\s*)*<svg[\s>]", octets, re.DOTALL):
        return _lire_svg(octets)
    raise LogoRefuse("Ce fichier n'est pas une image PNG, JPEG ou SVG.")


def imprimer(logo: Logo) -> LogoImprime:
    """Le logo à l'échelle de sa place dans l'en-tête."""
    echelle = min(PLACE_LARGE / logo.largeur, PLACE_HAUTE / logo.hauteur)
    source = f"data:{logo.type_mime};base64,{base64.b64encode(logo.contenu).decode()}"
    return LogoImprime(source, round(logo.largeur * echelle, 2), round(logo.hauteur * echelle, 2))


def _lire_image(octets: bytes) -> Logo:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(octets), formats=("PNG", "JPEG")) as image:
                _borner(*image.size)
                # Un JPEG se décode d'emblée près de sa taille finale ; le blanc du papier remplace la transparence.
                image.draft("RGB", (LARGE * 2, HAUT * 2))
                pleine = image.convert("RGBA")
    except LogoRefuse:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError,
            Image.DecompressionBombWarning) as erreur:
        raise LogoRefuse("Cette image est abîmée : elle ne peut pas être lue.") from erreur
    papier = Image.new("RGBA", pleine.size, "white")
    papier.alpha_composite(pleine)
    plate = papier.convert("RGB")
    plate.thumbnail((LARGE, HAUT), Image.Resampling.LANCZOS)
    sortie = io.BytesIO()
    plate.save(sortie, "PNG", optimize=True)
    return Logo(sortie.getvalue(), "image/png", *plate.size)


def _borner(largeur: float, hauteur: float) -> None:
    if min(largeur, hauteur) < COTE_MIN:
        raise LogoRefuse(f"Cette image est trop petite pour s'imprimer : {COTE_MIN} points au moins de chaque côté.")
    if max(largeur, hauteur) > COTE_MAX or largeur * hauteur > POINTS_MAX:
        raise LogoRefuse(f"Cette image a {largeur:.0f} × {hauteur:.0f} points : réduisez-la.")


def _lire_svg(octets: bytes) -> Logo:
    try:
        racine = fromstring(octets, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (DefusedXmlException, SyntaxError, ValueError, LookupError) as erreur:  # une erreur de lecture est une SyntaxError
        raise LogoRefuse("Ce SVG est abîmé, ou déclare des entités : enregistrez-le en SVG simple, ou en PNG.") from erreur
    elements = list(racine.iter())
    if len(elements) > ELEMENTS_MAX:
        raise LogoRefuse("Ce SVG est trop détaillé : enregistrez-le en PNG.")
    largeur, hauteur = _dimensions(racine)
    _borner(largeur, hauteur)
    net = _net(racine)
    net.set("width", f"{largeur:g}")
    net.set("height", f"{hauteur:g}")
    net.set("xmlns", "http://www.w3.org/2000/svg")
    return Logo(tostring(net, encoding="utf-8"), "image/svg+xml", max(1, round(largeur)), max(1, round(hauteur)))


def _dimensions(racine: Element) -> tuple[float, float]:
    """Celles de la boîte du dessin, à défaut celles de l'image."""
    boite = (racine.get("viewBox") or "").replace(",", " ").split()
    textes = boite[2:] if len(boite) == 4 else [racine.get("width") or "", racine.get("height") or ""]
    nombres = [_NOMBRE.fullmatch(t) for t in textes]
    if not all(nombres):
        raise LogoRefuse("Ce SVG ne dit pas ses dimensions : enregistrez-le en PNG.")
    largeur, hauteur = (float(n[1]) for n in nombres if n)
    return largeur, hauteur


def _net(element: Element, profondeur: int = 0) -> Element:
    """Le même dessin, fait seulement de formes et d'attributs qui dessinent ; la première autre chose refuse l'image."""
    if profondeur > PROFONDEUR_MAX:
        raise LogoRefuse("Ce SVG est trop imbriqué : enregistrez-le en PNG.")
    nom = element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else ""
    if nom not in _DESSINS or ((element.text or "").strip() and nom not in ("title", "desc")):
        raise LogoRefuse(
            f"Ce SVG contient autre chose que des formes ({nom[:30] or 'instruction'}) : enregistrez-le en formes simples, ou en PNG."
        )
    net = Element(nom)
    for attribut, valeur in element.attrib.items():
        if attribut not in _ATTRIBUTS or not _VALEUR.fullmatch(valeur) or "url" in valeur.lower():
            raise LogoRefuse(
                f"Ce SVG contient l'attribut « {attribut[:30]} », qui n'est pas admis : enregistrez-le en formes simples, ou en PNG."
            )
        net.set(attribut, valeur)
    if nom not in ("title", "desc"):
        net.extend([_net(enfant, profondeur + 1) for enfant in element])
    return net
