"""Listes : requêtes comptées, recherche, filtres, tri, pages, exports sans formule, valeurs hostiles."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import event, select, update

from admin_views.base import cible_locale
from admin_views.export import sans_formule
from admin_views.extensions import db
from models import Candidat, Centre, Inscription, Journal
from models.contexte import agir_comme, systeme
from models.normalisation import normaliser
from tests.console.conftest import Client

HOSTILES = [
    "'", '"', "' OR '1'='1", "<script>alert(1)</script>", "%", "%%", "_", "\\", "\\\\", "😀", "é" * 300, "A" * 1999, "=1+1",
    "(", ")", "--", ";", "null", "None", "true", "-1", "0", "1e9", "99999999999999999999", "0x10", "{{7*7}}", "${7*7}",
    "../../etc/passwd", "\u202e", "\u0000"[:0] + "x", "2026-99-99", "31/12/2026", " ", "  jean   dupont  ", "٣", "½",
]


@contextmanager
def requetes(app: Flask) -> Iterator[list[str]]:
    """Les instructions SQL émises dans le bloc."""
    vues: list[str] = []

    def noter(_c: object, _cur: object, instruction: str, *_: object) -> None:
        vues.append(instruction)

    with app.app_context():
        moteur = db.engine
    event.listen(moteur, "before_cursor_execute", noter)
    yield vues
    event.remove(moteur, "before_cursor_execute", noter)


@pytest.mark.parametrize("chemin", ["/inscriptions/", "/candidats/", "/certificats/", "/organismes/", "/jurys/"])
def test_deux_requetes_de_plus_que_la_session(application: Flask, client: Client, chemin: str) -> None:
    """La session, le nom du centre ; puis les clés et leur compte, puis les lignes (et une par collection liée)."""
    moi = client("clerc68")
    moi.get(chemin)
    with requetes(application) as vues:
        reponse = moi.get(chemin)
    assert reponse.status_code == 200
    lectures = [v for v in vues if v.lstrip().upper().startswith("SELECT")]
    session = [v for v in lectures if "session_connexion" in v or v.startswith("SELECT centre.nom, centre.demonstration")]
    collections = [v for v in lectures if "FROM enregistrement" in v]
    assert len(session) <= 2
    assert len(lectures) - len(session) - len(collections) == 2, lectures
    assert len(collections) <= 1


def test_le_nombre_de_requetes_ne_suit_pas_le_nombre_de_lignes(application: Flask, client: Client) -> None:
    moi = client("clerc68")
    comptes = set()
    for recherche in ("?etat=ouverte", "?etat=admise", ""):
        moi.get(f"/inscriptions/{recherche}")
        with requetes(application) as vues:
            moi.get(f"/inscriptions/{recherche}")
        comptes.add(len(vues))
    assert len(comptes) == 1


def test_une_page_est_legere(client: Client) -> None:
    for chemin in ("/inscriptions/", "/candidats/", "/certifications/", "/journal/", "/communes/"):
        assert len(client("responsable68").get(chemin).get_data()) <= 70_000, chemin


def _un_candidat(app: Flask) -> tuple[str, str]:
    with app.app_context(), agir_comme(systeme("essai")):
        centre = db.session.scalar(select(Centre.id).where(Centre.code == "68"))
        nom, prenoms = db.session.execute(
            select(Candidat.nom_naissance, Candidat.prenoms).join(Inscription, Inscription.candidat_id == Candidat.id)
            .where(Inscription.centre_id == centre).limit(1)
        ).one()
        db.session.rollback()
    return nom, prenoms


@pytest.mark.parametrize("chemin", ["/candidats/", "/inscriptions/"])
def test_recherche_dans_tous_les_ordres_sans_accents(application: Flask, client: Client, chemin: str) -> None:
    nom, prenoms = _un_candidat(application)
    moi, attendu = client("clerc68"), f"{nom.upper()} {prenoms}"
    for terme in (nom, f"{nom} {prenoms}", f"{prenoms} {nom}", normaliser(nom), nom.upper(), normaliser(nom)[:3]):
        page = moi.get(chemin, query_string={"recherche": terme}).get_data(as_text=True)
        assert attendu in page, terme
    assert attendu not in moi.get(chemin, query_string={"recherche": "zzzz"}).get_data(as_text=True)


def test_tri_et_pages_sans_doublon(client: Client) -> None:
    import re

    moi = client("clerc68")
    for tri in ("candidat", "date_inscription", "etat"):
        for sens in ("", "desc"):
            vus: list[str] = []
            for page in range(1, 20):
                reponse = moi.get("/inscriptions/", query_string={"tri": tri, "sens": sens, "page": page})
                if reponse.status_code == 404:
                    break
                vus += re.findall(r'<th scope="row"><a href="/inscriptions/details/\?id=(\d+)"', reponse.get_data(as_text=True))
            assert len(vus) == len(set(vus)) > 25


def test_filtres_partageables(client: Client) -> None:
    moi = client("clerc68")
    page = moi.get("/inscriptions/?etat=admise&inscrit_du=2000-01-01").get_data(as_text=True)
    assert "État : Admis" in page
    assert "Inscrit : du 01/01/2000" in page
    assert "pastille-info" not in page
    organisme = moi.get("/inscriptions/ajax/lookup/?name=filtre_organisme&query=").get_json()
    assert 0 < len(organisme) <= 20
    assert moi.get("/inscriptions/", query_string={"organisme": organisme[0]["id"]}).status_code == 200


@pytest.mark.parametrize(("arguments", "code"), [
    ("page=0", 404), ("page=999999", 404), ("page=-1", 400), ("page=99999999999999999999", 400), ("page=abc", 400),
    ("page=²", 400), ("etat=inconnu", 400), ("voie=x", 400), ("inscrit_du=hier", 400), ("certification=999999", 400),
    ("certification=99999999999999999999", 400), ("tri=mot_de_passe", 400), ("colonnes=experience", 400), ("page=40", 404),
])
def test_ce_qui_n_a_pas_de_sens(client: Client, arguments: str, code: int) -> None:
    assert client("clerc68").get(f"/inscriptions/?{arguments}").status_code == code


@pytest.mark.parametrize("compte", ["clerc68", "gtp"])
def test_valeurs_hostiles_sans_500(client: Client, compte: str) -> None:
    moi = client(compte)
    for valeur in HOSTILES:
        for chemin in ("/inscriptions/", "/candidats/", "/certifications/", "/organismes/", "/certificats/", "/communes/", "/nace/",
                       "/inscriptions/ajax/lookup/"):
            for parametre in ("recherche", "page", "tri", "etat", "certification", "inscrit_du", "query", "name", "colonnes",
                              "organisme__texte"):
                reponse = moi.get(chemin, query_string={parametre: valeur} | ({"name": "filtre_certification"} if parametre == "query" else {}))
                assert reponse.status_code < 500, (chemin, parametre, valeur)
                assert "<script>alert" not in reponse.get_data(as_text=True)


@pytest.mark.parametrize(("cellule", "attendu"), [
    ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"), ("+33 6 12", "'+33 6 12"), ("-12,5", "-12,5"), ("+33612", "+33612"),
    ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), (" =1+1", "' =1+1"), ("DUPONT", "DUPONT"), ("", ""), ("-a", "'-a"),
])
def test_cellule_sans_formule(cellule: str, attendu: str) -> None:
    assert sans_formule(cellule) == attendu


def test_export_sans_formule_vivante_et_journalise(application_neuve: Flask, client_neuf: Client) -> None:
    app, moi = application_neuve, client_neuf("clerc68")
    with app.app_context():
        centre = db.session.scalar(select(Centre.__table__.c.id).where(Centre.__table__.c.code == "68"))
        i = Inscription.__table__
        cle = db.session.scalar(select(i.c.id).where(i.c.centre_id == centre).order_by(i.c.id.desc()).limit(1))
        db.session.execute(update(i).where(i.c.id == cle).values(reference="=1+1"))
        db.session.commit()
    csv = moi.get("/inscriptions/export/csv/?colonnes=candidat&colonnes=reference").get_data().decode("utf-8-sig")
    assert csv.splitlines()[0] == "Candidat;Référence du centre"
    assert ";'=1+1" in csv
    xlsx = moi.get("/inscriptions/export/xlsx/?colonnes=candidat&colonnes=reference").get_data()
    feuille = openpyxl.load_workbook(io.BytesIO(xlsx)).active
    cellules = [c for ligne in feuille.iter_rows() for c in ligne if c.value == "=1+1"]
    assert [c.data_type for c in cellules] == ["s"]
    assert feuille.max_row == len(csv.splitlines())
    with app.app_context():
        j = Journal.__table__
        lignes = db.session.execute(select(j.c.objet, j.c.apres).where(j.c.action == "export")).all()
    assert [r.objet for r in lignes] == ["inscription", "inscription"]
    assert lignes[0].apres["colonnes"] == ["candidat", "reference"]


def test_export_suit_les_filtres(client: Client) -> None:
    moi = client("clerc68")
    tout = moi.get("/inscriptions/export/csv/").get_data(as_text=True).splitlines()
    admises = moi.get("/inscriptions/export/csv/?etat=admise").get_data(as_text=True).splitlines()
    assert 1 < len(admises) < len(tout)
    assert all(ligne.endswith(";Admis") for ligne in admises[1:])
    assert moi.get("/inscriptions/export/json/").status_code == 404


@pytest.mark.parametrize(("brute", "attendu"), [
    ("/inscriptions/?page=2", "/inscriptions/?page=2"), ("//evil.example", None), ("/\\evil.example", None),
    ("http:evil.example", None), ("https://evil.example/", None), ("//[", None), ("javascript:alert(1)", None),
    ("/a\tb", None), ("", None), (None, None), ("/" + "a" * 3000, None), ("/[", "/["),
])
def test_retour_strictement_local(brute: str | None, attendu: str | None) -> None:
    assert cible_locale(brute) == attendu
