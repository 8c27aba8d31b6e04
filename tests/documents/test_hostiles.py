"""Des valeurs hostiles dans chaque champ : imprimées telles quelles, jamais interprétées."""

import dataclasses
import http.server
import threading

import pytest

from documents import exemples
from documents.declarations import rendre
from documents.faits_jury import Destinataire

HOSTILES = (
    "<img src=file:///etc/passwd>",
    "<img src=http://127.0.0.1/a.png>",
    '"><style>*{background:url(http://127.0.0.1/)}</style>',
    "<pdf:nextpage/>",
    "</p></td></tr></table><h1>x",
    "<script>alert(1)</script>",
    "R&D &amp; <b>gras</b>",
    "&lt;br&gt;",
    "{{ 7*7 }}{% include 'polices.css' %}",
    "<svg><image href='file:///etc/passwd'/></svg>",
    "url(file:///etc/passwd)",
    "<!-- commentaire",
    "]]>",
    "' onload='x",
)
"""Chacune, dans chaque champ de chaque document."""

AUTRES_HOSTILES = (
    "<img src='file:///etc/passwd'>", "<img src=//127.0.0.1/a.png>", "<img src=\\\\127.0.0.1\\a>", "<IMG SRC=FILE:///etc/passwd>",
    "<link rel=stylesheet href=http://127.0.0.1/a.css>", "<style>@import 'http://127.0.0.1/a.css';</style>",
    "<style>@font-face{src:url(file:///etc/passwd)}</style>", "@import url(file:///etc/passwd);",
    "<style>@page{background:url(file:///etc/passwd)}</style>", "</style><style>*{color:red}", "expression(alert(1))",
    "<iframe src=file:///etc/passwd></iframe>", "<object data=file:///etc/passwd>", "<embed src=http://127.0.0.1/>",
    "<svg><use href='http://127.0.0.1/#a'/></svg>", "<svg onload=alert(1)>", "<math><mi>x", "<base href=http://127.0.0.1/>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;", "&e;", "&#x3C;b&#x3E;", "&#60;script&#62;", "&nbsp;&lt;", "&amp;amp;",
    "<?xml version='1.0'?>", "<?php echo 1 ?>", "<%= 7*7 %>", "<![CDATA[x]]>", "--><b>", "<pdf:nexttemplate name=verso>",
    "<pdf:barcode value=1 type=qr>", "<pdf:language name=en>", "<pdf:toc/>", "<pdf:nextframe/>", "<pdf:pagenumber/>", "<table><tr><td>",
    "<p style='page-break-before:always'>x", "<a href=http://127.0.0.1/>x</a>", "<a name=x></a>", "<font size=99>x", "<br/><hr/>",
    "{{ config }}", "{% for x in range(9) %}x{% endfor %}", "{# c #}", "{{ ''.__class__.__mro__ }}", "{%- raw -%}", "${7*7}", "#{7*7}",
    "javascript:alert(1)", "data:text/html,<b>x", "'; DROP TABLE candidat; --", '" style="color:red', "`id`", "$(id)", "%s%n%x", "../../etc/passwd",
    "\\x00", "=cmd|' /C calc'!A0", "(cid:1) Tj ET", ") Tj /F1 99 Tf (", "endstream endobj", "%%EOF", "<</Type/Action/S/URI>>",
)
"""D'autres détours, dans tous les champs d'un certificat et d'une lettre."""


@pytest.fixture(scope="module")
def serveur():
    """Un serveur local qui compte ce qu'on lui demande, à la place de 127.0.0.1 dans chaque valeur."""
    demandes = []

    class Compteur(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            demandes.append(self.path)
            self.send_error(404)

        def do_HEAD(self):
            self.do_GET()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Compteur) as ouvert:
        threading.Thread(target=ouvert.serve_forever, daemon=True).start()
        yield ouvert.server_port, demandes
        ouvert.shutdown()


@pytest.mark.parametrize("valeur", AUTRES_HOSTILES)
def test_aucun_detour_ne_lit_ni_ne_joint(certificat, relire, serveur, valeur, monkeypatch):
    """Imprimée telle quelle, sans une requête ni une ouverture de fichier qu'elle nomme."""
    port, demandes = serveur
    valeur = valeur.replace("127.0.0.1", f"127.0.0.1:{port}")
    ouverts, ouvrir = [], open
    monkeypatch.setattr("builtins.open", lambda f, *a, **k: (ouverts.append(str(f)), ouvrir(f, *a, **k))[1])
    champs = ("titre", "prenoms", "lieu_jury", "president_jury", "centre_nom")
    (page,) = relire(rendre("certificat-cqpm", certificat(nom="Dupont", **dict.fromkeys(champs, valeur))))
    assert sans_blanc(page).count(sans_blanc(valeur)) >= len(champs)
    lettre = dataclasses.replace(
        exemples.DECISION, candidat=valeur, president=valeur, titre=valeur,
        centre=dataclasses.replace(exemples.CENTRE, nom=valeur, adresse=valeur),
        destinataire=Destinataire(valeur, (valeur,)),
    )
    pages = relire(rendre("lettre-admission", lettre))
    assert sans_blanc(" ".join(pages)).count(sans_blanc(valeur)) >= 5
    assert not [f for f in ouverts if "passwd" in f or f.startswith(("http", "//"))]
    assert demandes == []


def test_soixante_valeurs_hostiles_au_moins():
    assert len({*HOSTILES, *AUTRES_HOSTILES}) >= 75


def sans_blanc(texte: str) -> str:
    """Le texte sans ses blancs : une valeur longue se coupe en fin de ligne, et seulement là."""
    return "".join(texte.split())


@pytest.mark.parametrize("valeur", HOSTILES)
def test_certificat(certificat, relire, valeur):
    champs = ("titre", "prenoms", "ville_naissance", "lieu_jury", "president_jury", "centre_nom", "code_verification")
    faits = certificat(nom=valeur, **dict.fromkeys(champs, valeur))
    (page,) = relire(rendre("certificat-cqpm", faits))
    assert sans_blanc(page).count(sans_blanc(valeur)) >= len(champs)


@pytest.mark.parametrize("code", ["certificat-bdc", "certificat-cqpi"])
@pytest.mark.parametrize("valeur", HOSTILES)
def test_certificats_des_autres_familles(autre_certificat, relire, code, valeur):
    champs = ("titre", "prenoms", "lieu_jury", "president_jury", "centre_nom", "code_verification")
    pages = relire(rendre(code, autre_certificat(code, nom=valeur, **dict.fromkeys(champs, valeur))))
    assert sans_blanc(pages[0]).count(sans_blanc(valeur)) >= len(champs)
    assert len(pages) == (2 if code == "certificat-cqpi" else 1)


@pytest.mark.parametrize("valeur", HOSTILES)
def test_pv(pv, ligne, relire, valeur):
    hostile = ligne(
        prenoms=valeur,
        ville=valeur,
        raison_sociale=valeur,
        adresse=valeur,
        commentaire=valeur,
        secteur="HM",
        branche=valeur,
    )
    faits = pv(lignes=(hostile, dataclasses.replace(hostile, prenoms="Jeanne")), centre_nom=valeur, lieu_jury=valeur)
    (page,) = relire(rendre("pv", faits))
    assert sans_blanc(page).count(sans_blanc(valeur)) >= 13
    assert "page 1 / 1" in page


def test_un_fichier_de_la_machine_ne_s_imprime_pas(certificat, relire, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("TRES-SECRET")
    faits = certificat(
        titre=f'<object data="{secret}"></object><link rel=stylesheet href="{secret}">', nom=f"file://{secret}"
    )
    assert "TRES-SECRET" not in rendre("certificat-cqpm", faits).decode("latin-1")
    assert "TRES-SECRET" not in relire(rendre("certificat-cqpm", faits))[0]
