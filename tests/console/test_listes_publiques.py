"""Les listes publiques, sans connexion, telles que `curl` les lit (partie 1, chap. 1, § 2.B)."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask

from tests.console.conftest import Client


@pytest.fixture
def anonyme(application: Flask):
    return application.test_client()


def test_page_csv_et_json_disent_la_meme_liste(anonyme) -> None:
    donnees = anonyme.get("/liste/certifications.json").get_json()
    assert donnees["nombre"] == len(donnees["lignes"]) > 60
    brut = anonyme.get("/liste/certifications.csv")
    assert brut.headers["Content-Type"].startswith("text/csv")
    lignes = list(csv.DictReader(io.StringIO(brut.get_data().decode("utf-8-sig")), delimiter=";"))
    assert [x["identifiant"] for x in lignes] == [x["identifiant"] for x in donnees["lignes"]]
    page = anonyme.get("/liste/certifications").get_data(as_text=True)
    assert page.count("<tr>") == donnees["nombre"] + 1
    assert "<script" not in page
    assert " style=" not in page


def test_r_suit_la_date(anonyme) -> None:
    """R tient exactement pendant l'enregistrement : la démonstration en a qui finissent."""
    au = {d: {x["titre"]: x["identifiant"] for x in anonyme.get(f"/liste/certifications.json?date={d}").get_json()["lignes"]}
          for d in ("2026-11-24", "2099-01-01")}
    assert any(i.split()[-1].startswith("R") for i in au["2026-11-24"].values())
    assert set(au["2099-01-01"]) <= set(au["2026-11-24"])


@pytest.mark.parametrize("cherche", ["CQPM 1989 0021 R", "MQ 1989 0021", "CQPM1989 0021", "RNCP36376", "maintenance industrielle"])
def test_recherche_par_chaque_ecriture(anonyme, cherche) -> None:
    lignes = anonyme.get("/liste/certifications.json", query_string={"q": cherche}).get_json()["lignes"]
    assert any(x["identifiant"].startswith("CQPM 1989 0021") for x in lignes), cherche


def test_filtres(anonyme) -> None:
    lignes = anonyme.get("/liste/certifications.json?famille=CQPM&niveau=3").get_json()["lignes"]
    assert lignes
    assert {(x["famille"], x["niveau"]) for x in lignes} == {("CQPM", 3)}
    assert anonyme.get("/liste/certifications?famille=CAP").status_code == 400


@pytest.mark.parametrize("date", ["hier", "2026-02-30", "20260101", "2026-W05-6", "2026-1-1", "' OR 1=1"])
@pytest.mark.parametrize("genre", ["", ".csv", ".json"])
def test_date_invalide_400_clair(anonyme, date, genre) -> None:
    reponse = anonyme.get(f"/liste/certifications{genre}", query_string={"date": date})
    assert reponse.status_code == 400
    corps = reponse.get_json()["erreur"] if genre == ".json" else reponse.get_data(as_text=True)
    assert "AAAA-MM-JJ" in corps
    assert reponse.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("adresse", ["/liste/candidats", "/liste/certifications.xml", "/liste/", "/liste/../etc/passwd"])
def test_liste_inconnue_404(anonyme, adresse) -> None:
    assert anonyme.get(adresse).status_code == 404


@pytest.mark.parametrize("genre", ["", ".csv", ".json"])
def test_cache_et_etag(anonyme, genre) -> None:
    premiere = anonyme.get(f"/liste/certifications{genre}")
    assert premiere.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in premiere.headers
    assert "unsafe" not in premiere.headers["Content-Security-Policy"]
    assert anonyme.get(f"/liste/certifications{genre}", headers={"If-None-Match": premiere.headers["ETag"]}).status_code == 304
    autre = anonyme.get(f"/liste/certifications{genre}?famille=CCPM", headers={"If-None-Match": premiere.headers["ETag"]})
    assert autre.status_code == 200


def test_la_meme_page_connecte_ou_non(application: Flask, client: Client) -> None:
    page = application.test_client().get("/liste/certifications?date=2026-11-24").get_data()
    assert client("gtp").get("/liste/certifications?date=2026-11-24").get_data() == page


def test_une_formule_dans_un_titre_ne_vit_pas_dans_le_csv(anonyme) -> None:
    for ligne in anonyme.get("/liste/certifications.csv").get_data(as_text=True).splitlines():
        assert not any(c.startswith(("=", "+", "@")) for c in ligne.split(";"))
