"""Le moteur : polices complètes, valeurs échappées, aucune lecture hors des polices, octets reproductibles."""

import contextlib
import datetime as dt
import http.server
import io
import os
import string
import threading

import pypdf
import pytest
import segno
from jinja2 import UndefinedError

from documents.erreurs import DonneeIncoherente, GlypheManquant, RenduImpossible
from documents.moteur import POLICES, Renderer, caracteres

JOUR = dt.date(2026, 3, 12)
LATIN = [*range(0xA1, 0xAD), *range(0xAE, 0x180), *range(0x218, 0x21C), *range(0x1EA0, 0x1EFA), 0x1E9E]


@pytest.fixture
def essayer(tmp_path):
    """Rend un gabarit d'essai en PDF."""

    def rendre(gabarit: str, **contexte: str) -> bytes:
        (tmp_path / "essai.html").write_text(gabarit, encoding="utf-8")
        return Renderer(tmp_path).pdf("essai.html", contexte, titre="Essai", sujet="Essai", date=JOUR)

    return rendre


@pytest.fixture
def serveur():
    """Un serveur HTTP local qui compte ce qu'on lui demande."""
    demandes = []

    class Compteur(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            demandes.append(self.path)
            self.send_error(404)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Compteur) as serveur:
        threading.Thread(target=serveur.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serveur.server_port}", demandes
        serveur.shutdown()


def test_polices_couvrent_le_latin():
    attendus = {ord(c) for c in string.printable if c.isprintable()} | set(LATIN)
    attendus |= {ord(c) for c in "ŁőșİœŒ\u2011\u2013\u2014\u2018\u2019\u201c\u201d…€→"}
    assert attendus - caracteres() == set()


def test_nom_de_toutes_langues_relu(essayer, relire):
    nom = "Łukasz İbrahim ŐSZI‑ȚEPEȘ ŒUVRARD Nguyễn Þór Đặng"
    assert nom in relire(essayer('<style>{% include "p.css" %}</style>{{ nom }}', nom=nom))[0]


@pytest.fixture(autouse=True)
def _police(tmp_path):
    (tmp_path / "p.css").write_text(
        '@font-face{font-family:"T";src:url("SourceSans3-Regular.ttf")} body{font-family:"T"}'
    )


@pytest.mark.parametrize("caractere", ["😀", "漢", "ع", "\ue000"])
def test_glyphe_manquant_refuse_et_nomme(essayer, caractere):
    with pytest.raises(GlypheManquant) as refus:
        essayer("{{ nom }}", nom=f"Dupont {caractere}")
    assert refus.value.champ == "nom"
    assert f"U+{ord(caractere):04X}" in str(refus.value)


@pytest.mark.parametrize("caractere", ["\x00", "\x1b", "\u202e", "\u200b", "\xad"])
def test_caractere_de_commande_refuse(essayer, caractere):
    with pytest.raises(DonneeIncoherente, match="nom"):
        essayer("{{ nom }}", nom=f"Du{caractere}pont")


def test_accents_decomposes_recomposes(essayer, relire):
    assert "Hélène" in relire(essayer("{{ nom }}", nom="He\u0301le\u0300ne"))[0]


def test_variable_absente_du_contexte_refusee(essayer):
    with pytest.raises(UndefinedError):
        essayer("{{ nom }}")


@pytest.mark.parametrize(
    "page",
    [
        '<img src="{u}/a.png">',
        '<link rel="stylesheet" href="{u}/a.css">',
        '<style>@import url("{u}/a.css");</style>',
        '<style>@page {{ background-image: url("{u}/a.png") }}</style>x',
        '<div style="background-image: url({u}/a.png)">x</div>',
        '<style>@font-face {{ font-family: "F"; src: url("{u}/a.ttf") }}</style>x',
        '<iframe src="{u}/a"></iframe>x',
        '<object data="{u}/a"></object>x',
    ],
)
def test_aucune_requete_meme_d_un_gabarit(essayer, serveur, page):
    adresse, demandes = serveur
    with contextlib.suppress(RenduImpossible):  # refuser la page convient aussi ; joindre le serveur, non
        essayer(page.format(u=adresse))
    assert demandes == []


@pytest.mark.parametrize("forme", ["{0}", "file://{0}", "{1}"])
def test_aucune_image_hors_des_polices_meme_d_un_gabarit(essayer, tmp_path, forme):
    """Une vraie image, lisible : seule la politique d'accès l'écarte."""
    image = tmp_path / "dehors.png"
    segno.make("dehors").save(str(image))
    adresse = forme.format(image, os.path.relpath(image, POLICES))
    with pytest.raises(RenduImpossible):
        essayer(f'<img src="{adresse}">')


def test_une_image_des_ornements_se_lit(essayer):
    """Le témoin de l'essai précédent : le même chemin relatif, dans un dossier admis."""
    assert essayer('<img src="../ornements/cadre-certificat.svg" style="width: 20mm; height: 14mm">').startswith(
        b"%PDF"
    )


def test_page_avec_reserve_refusee(essayer):
    with pytest.raises(RenduImpossible, match="réserves"):
        essayer('<img src="absente.png">texte')


def test_memes_entrees_memes_octets(essayer):
    premier = essayer("<p>{{ nom }}</p>", nom="Dupont")
    assert essayer("<p>{{ nom }}</p>", nom="Durand") != premier
    assert essayer("<p>{{ nom }}</p>", nom="Dupont") == premier


def test_metadonnees(essayer):
    lu = pypdf.PdfReader(io.BytesIO(essayer('<html lang="fr"><body>x</body></html>')))
    assert lu.metadata.title == "Essai"
    assert "Métallurgie" in lu.metadata.author
    assert lu.metadata.creation_date.date() == JOUR
    assert lu.trailer["/Root"]["/Lang"] == "fr"


def test_aucun_fichier_temporaire_meme_pour_une_longue_page(essayer, monkeypatch):
    def refuser(*_args, **_reglages):
        raise AssertionError("la page passe par le disque")

    monkeypatch.setattr("xhtml2pdf.files.pisaTempFile.STRATEGIES", (io.BytesIO, refuser))
    assert essayer("{{ nom }} " * 9000, nom="Hélène Dupont").startswith(b"%PDF")
