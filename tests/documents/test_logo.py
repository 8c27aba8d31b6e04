"""Le logo d'un centre : vraies images, contrefaçons, pièges ; rien de ce qu'il porte ne se lit ni ne se joint."""

import dataclasses
import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from documents import exemples as e
from documents.declarations import rendre
from documents.erreurs import DonneeIncoherente
from documents.faits import LogoImprime
from documents.logo import HAUT, LARGE, OCTETS_MAX, PLACE_HAUTE, PLACE_LARGE, LogoRefuse, imprimer, lire

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 120">{}</svg>'
CARRE = '<rect width="100" height="100" fill="#1c3251"/>'
remplacer = dataclasses.replace


def image(large: int = 300, haut: int = 120, genre: str = "PNG", mode: str = "RGB", **reglages: object) -> bytes:
    sortie = io.BytesIO()
    Image.new(mode, (large, haut), "navy" if mode == "RGB" else 1).save(sortie, genre, **reglages)
    return sortie.getvalue()


@pytest.mark.parametrize("octets", [
    image(), image(genre="JPEG"), image(mode="P"), image(mode="L"), image(24, 24), image(4000, 3000), image(mode="RGBA"),
])
def test_une_image_se_reecrit_en_png_a_sa_place(octets):
    logo = lire(octets)
    assert logo.contenu.startswith(b"\x89PNG")
    assert (logo.largeur <= LARGE, logo.hauteur <= HAUT) == (True, True)
    imprime = imprimer(logo)
    assert imprime.largeur <= PLACE_LARGE
    assert imprime.hauteur <= PLACE_HAUTE
    assert imprime.largeur / imprime.hauteur == pytest.approx(logo.largeur / logo.hauteur, rel=0.01)


def test_ce_qui_ne_se_voit_pas_ne_se_garde_pas():
    texte = PngInfo()
    texte.add_text("Comment", "SECRET-DU-POSTE")
    octets = image(pnginfo=texte) + b"<script>alert(1)</script>"
    assert b"SECRET" in octets
    contenu = lire(octets).contenu
    assert b"SECRET" not in contenu
    assert b"script" not in contenu


def _png_demesure() -> bytes:
    def morceau(nom: bytes, donnees: bytes) -> bytes:
        return struct.pack(">I", len(donnees)) + nom + donnees + struct.pack(">I", zlib.crc32(nom + donnees))

    entete = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + morceau(b"IHDR", entete) + morceau(b"IDAT", zlib.compress(b"\0" * 1000)) + morceau(b"IEND", b"")


@pytest.mark.parametrize(("octets", "motif"), [
    (b"", "Choisissez"),
    (b"%PDF-1.4", "PNG, JPEG ou SVG"),
    (b"GIF89a" + b"\0" * 50, "PNG, JPEG ou SVG"),
    (b"<html><svg></svg></html>", "PNG, JPEG ou SVG"),
    (b"\x89PNG\r\n\x1a\n", "abîmée"),
    (image()[:-200], "abîmée"),
    (b"\xff\xd8\xff\xe0garbage", "abîmée"),
    (b"\x89PNG\r\n\x1a\n" + image(genre="JPEG"), "abîmée"),
    (image(23, 120), "trop petite"),
    (image(10_001, 24), "réduisez"),
    (_png_demesure(), "réduisez|abîmée"),
    (image() + b"\0" * OCTETS_MAX, "2 Mo"),
])
def test_image_refusee(octets, motif):
    with pytest.raises(LogoRefuse, match=motif):
        lire(octets)


def test_un_svg_de_formes_simples_se_garde():
    logo = lire(('<?xml version="1.0" encoding="UTF-8"?>\n<!-- dessin -->' + SVG.format(f"<g><title>Nom</title>{CARRE}</g>")).encode())
    assert (logo.type_mime, logo.largeur, logo.hauteur) == ("image/svg+xml", 300, 120)
    assert b"<rect" in logo.contenu


PIEGES_SVG = [
    '<image href="file:///etc/passwd"/>', '<image xmlns:x="http://www.w3.org/1999/xlink" x:href="http://127.0.0.1/a.png"/>',
    "<script>alert(1)</script>", '<rect onload="alert(1)" width="9" height="9"/>', '<use href="#a"/>', "<style>*{fill:url(http://a)}</style>",
    '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>', '<rect fill="url(http://127.0.0.1/#a)" width="9"/>',
    '<a href="javascript:alert(1)"><rect width="9" height="9"/></a>', '<rect style="fill:url(file:///etc/passwd)" width="9"/>',
    '<filter id="f"><feImage href="file:///etc/passwd"/></filter>', '<animate attributeName="x"/>', "<text>mot</text>",
    '<set attributeName="href" to="file:///etc/passwd"/>', '<rect xml:base="file:///etc/" width="9"/>',
    '<g><iframe src="http://127.0.0.1/"/></g>', '<rect fill="expression(1);x" width="9"/>', '<linearGradient id="a" href="file:///x"/>',
]


@pytest.mark.parametrize("piege", PIEGES_SVG)
def test_un_svg_qui_fait_autre_chose_que_dessiner_est_refuse(piege):
    with pytest.raises(LogoRefuse):
        lire(SVG.format(CARRE + piege).encode())


@pytest.mark.parametrize("entete", [
    '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>', '<!DOCTYPE svg SYSTEM "http://127.0.0.1/a.dtd">',
    '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>', '<!DOCTYPE svg [<!ENTITY % p SYSTEM "http://127.0.0.1/">%p;]>',
])
def test_un_svg_qui_declare_des_entites_est_refuse(entete):
    with pytest.raises(LogoRefuse):
        lire((entete + SVG.format(CARRE)).encode())
    with pytest.raises(LogoRefuse):
        lire(('<?xml version="1.0"?>' + entete + SVG.format("<title>&x;</title>" + CARRE)).encode())


@pytest.mark.parametrize("svg", [
    "<svg>", '<svg xmlns="http://www.w3.org/2000/svg"/>', SVG.replace("300", "1e9").format(CARRE), SVG.format("<g>" * 400 + "</g>" * 399),
    SVG.format(CARRE * 2100), SVG.format("<g>" * 1500 + "</g>" * 1500), SVG.replace("300 120", "3 1").format(CARRE), '<svg:svg xmlns:svg="urn:autre" viewBox="0 0 300 100"/>',
])
def test_un_svg_abime_ou_sans_mesure_est_refuse(svg):
    with pytest.raises(LogoRefuse):
        lire(svg.encode())


@pytest.mark.parametrize("octets", [image(), image(genre="JPEG"), SVG.format(CARRE).encode()])
@pytest.mark.parametrize("code", ["lettre-admission", "emargement", "synthese-evaluations", "attestation-habilitation", "pv"])
def test_le_logo_s_imprime_sur_les_papiers_du_centre(relire, octets, code):
    logo = imprimer(lire(octets))
    sans, faits = rendre(code, e.EXEMPLES[code]), e.EXEMPLES[code]
    centre = remplacer(e.CENTRE, logo=logo)
    if code == "pv":
        avec = rendre(code, remplacer(faits, logo=logo))
    elif code == "emargement":
        avec = rendre(code, remplacer(faits, seance=remplacer(faits.seance, centre=centre)))
    else:
        avec = rendre(code, remplacer(faits, centre=centre))
    assert avec != sans
    assert " ".join(relire(avec)) == " ".join(relire(sans))


@pytest.mark.parametrize("source", [
    "file:///etc/passwd", "http://127.0.0.1/a.png", "/etc/passwd", "../ornements/cadre-certificat.svg", "data:text/html,<b>",
    "data:image/svg+xml,<svg/>", "javascript:alert(1)", "", "polices.css",
])
def test_un_logo_n_est_jamais_une_adresse(source):
    centre = remplacer(e.CENTRE, logo=LogoImprime(source, 20, 10))
    with pytest.raises(DonneeIncoherente, match="logo"):
        rendre("lettre-admission", remplacer(e.DECISION, centre=centre))
    with pytest.raises(DonneeIncoherente, match="logo"):
        rendre("pv", remplacer(e.PROCES_VERBAL, logo=LogoImprime(source, 20, 10)))
