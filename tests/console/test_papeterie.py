"""L'aperçu des documents, les formulations publiées par le GTP, l'en-tête d'un centre : qui peut, ce qui se voit, ce qui se refuse."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask import Flask
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from admin_views.extensions import db
from documents.declarations import DECLARATIONS
from models import Formulation, Journal, LogoCentre
from models.base import aujourd_hui
from models.contexte import agir_comme
from rules.formulation import PASSAGES
from tests.conftest import SYSTEME
from tests.console.conftest import Client, jeton

POLITESSE = "/documents/apercu/formulation/lettres.politesse/"


def mots(reponse) -> str:
    assert reponse.mimetype == "application/pdf"
    return " ".join(" ".join(p.extract_text().split()) for p in PdfReader(io.BytesIO(reponse.data)).pages)


def lignes(app: Flask, requete):
    with app.app_context(), agir_comme(SYSTEME):
        try:
            return list(db.session.scalars(requete))
        finally:
            db.session.expunge_all()
            db.session.rollback()


def publier(client, texte: str, part_de: int = 0, adresse: str = POLITESSE):
    return client.post(adresse, data={"csrf_token": jeton(client, "/compte"), "texte": texte, "part_de": part_de})


def test_qui_voit_l_apercu(client: Client) -> None:
    assert client("gtp").get("/documents/apercu/").status_code == 200
    for compte in ("clerc68", "responsable68", "jure68", "lecture", "admin"):
        assert client(compte).get("/documents/apercu/").status_code == 403
        assert client(compte).get("/documents/apercu/pv.pdf").status_code == 403
        assert publier(client(compte), "Bien à vous, {salutation}.").status_code == 403


def test_la_liste_mene_a_chaque_document_et_a_chaque_passage(client: Client) -> None:
    page = client("gtp").get("/documents/apercu/").text
    for code in DECLARATIONS:
        assert f"/documents/apercu/{code}.pdf" in page
    for code in PASSAGES:
        assert f"/documents/apercu/formulation/{code}/" in page
        assert client("gtp").get(f"/documents/apercu/formulation/{code}/").status_code == 200
    for inconnu in ("autre.pdf", "formulation/autre.chose/", "formulation/lettres.politesse/?version=9", "../../etc/passwd.pdf"):
        assert client("gtp").get(f"/documents/apercu/{inconnu}").status_code == 404


@pytest.mark.parametrize("code", sorted(DECLARATIONS))
def test_chaque_document_se_montre_sans_jury(client: Client, code: str) -> None:
    assert len(mots(client("gtp").get(f"/documents/apercu/{code}.pdf"))) > 100


def test_essayer_puis_publier_puis_revenir(application_neuve: Flask, client_neuf: Client) -> None:
    gtp = client_neuf("gtp")
    essai = gtp.post(POLITESSE + "apercu", data={
        "csrf_token": jeton(gtp, "/compte"), "texte": "**Bien** à vous, {salutation}, et bravo.", "part_de": 0,
    })
    assert "Bien à vous, Madame, et bravo." in mots(essai)
    assert lignes(application_neuve, select(Formulation)) == []
    assert publier(gtp, "Bien à vous, {salutation}.").status_code == 303
    assert publier(gtp, "Cordialement, {salutation}.", 1).status_code == 303
    assert "Cordialement, Mesdames, Messieurs." in mots(gtp.get("/documents/apercu/lettre-gtp.pdf"))
    page = gtp.get(POLITESSE + "?version=1").text
    assert "Bien à vous, {salutation}.</textarea>" in page
    assert publier(gtp, "Bien à vous, {salutation}.", 2).status_code == 303
    versions = lignes(application_neuve, select(Formulation).order_by(Formulation.numero))
    assert [v.texte for v in versions] == ["Bien à vous, {salutation}.", "Cordialement, {salutation}.", "Bien à vous, {salutation}."]
    assert {v.applicable_le for v in versions} == {aujourd_hui() + dt.timedelta(days=1)}
    assert None not in {v.created_by for v in versions}
    traces = lignes(application_neuve, select(Journal).where(Journal.objet == "formulation"))
    assert len(traces) == 3


@pytest.mark.parametrize(("texte", "part_de", "dit"), [
    ("", 0, "FOR-01"), ("Bonjour", 0, "FOR-03"), ("{salutation} {{ 7*7 }}", 0, "FOR-02"), ("{salutation} {% x %}", 0, "FOR-02"),
    ("{salutation} {motdepasse}", 0, "Champ inconnu"), ("**{salutation}", 0, "FOR-04"), ("{salutation} à vous", 7, "FOR-05"),
    ("{salutation} 漢", 0, "ne peut pas être imprimé"), ("{salutation} " + "long " * 700, 0, "FOR-01"),
])
def test_un_texte_refuse_reste_a_l_ecran_avec_sa_raison(client: Client, application: Flask, texte: str, part_de: int, dit: str) -> None:
    reponse = publier(client("gtp"), texte, part_de)
    assert reponse.status_code == 422
    assert dit in reponse.text
    assert 'aria-invalid="true"' in reponse.text
    if texte and len(texte) < 100:
        assert f">{texte}</textarea>" in reponse.text
    assert lignes(application, select(Formulation)) == []


def test_une_formulation_hostile_n_est_que_du_texte(client: Client) -> None:
    gtp = client("gtp")
    hostile = "<img src=file:///etc/passwd><script>alert(1)</script> {salutation}"
    essai = gtp.post(POLITESSE + "apercu", data={"csrf_token": jeton(gtp, "/compte"), "texte": hostile, "part_de": 0})
    assert "<img src=file:///etc/passwd><script>alert(1)</script> Madame" in mots(essai)
    refusee = publier(gtp, "<script>alert(1)</script>")
    assert "<script>alert(1)" not in refusee.text


# --- l'en-tête ---------------------------------------------------------------------------------------------------------


def png() -> bytes:
    sortie = io.BytesIO()
    Image.new("RGB", (300, 120), "navy").save(sortie, "PNG")
    return sortie.getvalue()


def poser(client, contenu: bytes, nom: str = "logo.png"):
    return client.post("/en-tete/logo", data={
        "csrf_token": jeton(client, "/compte"), "logo": (io.BytesIO(contenu), nom),
    }, content_type="multipart/form-data")


def test_qui_regle_l_en_tete(client: Client) -> None:
    assert client("responsable68").get("/en-tete/").status_code == 200
    assert "Poser le logo" not in client("clerc68").get("/en-tete/").text
    assert poser(client("clerc68"), png()).status_code == 403
    for compte in ("gtp", "jure68", "lecture", "admin"):
        assert client(compte).get("/en-tete/").status_code == 403


def test_poser_montrer_employer_retirer(application_neuve: Flask, client_neuf: Client) -> None:
    responsable = client_neuf("responsable68")
    assert responsable.get("/en-tete/logo").status_code == 404
    sans = responsable.get("/en-tete/exemple.pdf")
    assert poser(responsable, png()).status_code == 303
    image = responsable.get("/en-tete/logo")
    assert (image.mimetype, image.data[:4]) == ("image/png", b"\x89PNG")
    avec = responsable.get("/en-tete/exemple.pdf")
    assert (mots(avec), len(avec.data) > len(sans.data)) == (mots(sans), True)
    assert "Remplacer le logo" in responsable.get("/en-tete/").text
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 120"><rect width="300" height="120" fill="#123456"/></svg>'
    assert poser(responsable, svg, "logo.svg").status_code == 303
    assert responsable.get("/en-tete/logo").mimetype == "image/svg+xml"
    assert len(lignes(application_neuve, select(LogoCentre))) == 1
    autre = client_neuf("clerc69")
    assert autre.get("/en-tete/logo").status_code == 404
    retire = responsable.post("/en-tete/logo/retirer", data={"csrf_token": jeton(responsable, "/compte")})
    assert retire.status_code == 303
    assert lignes(application_neuve, select(LogoCentre)) == []


@pytest.mark.parametrize("contenu", [
    b"", b"GIF89a", b"%PDF-1.4", b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 99 99'><script/></svg>", b"\x89PNG\r\n\x1a\nx",
    b"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 99 99'>&x;</svg>",
])
def test_une_image_refusee_dit_pourquoi(client: Client, application: Flask, contenu: bytes) -> None:
    reponse = poser(client("responsable68"), contenu)
    assert reponse.status_code == 422
    assert "Refusé." in reponse.text
    assert lignes(application, select(LogoCentre)) == []
