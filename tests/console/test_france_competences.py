"""L'écran et la commande France compétences : montré avant d'être pris, un à un ou tout."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from admin_views.extensions import db
from models import Enregistrement
from tests.console.conftest import Client, jeton
from tests.imports.test_francecompetences import TETE
from tests.imports.test_reception import fiche

# La démonstration tient RNCP36376 (opérateur en maintenance industrielle).
EXPORT = (
    TETE + fiche("RNCP36376", "Opérateur en maintenance industrielle", du="25/04/2022", au="25/04/2031", derniere="25/10/2031",
                 blocs=[("RNCP36376BC09", "Maintenir")])
    + fiche("RNCP49999", "Titre que la branche ne connaît pas") + "</FICHES>"
)


def envoyer(client, contenu: str, nom: str = "export.xml"):
    return client.post("/france-competences/", data={
        "csrf_token": jeton(client, "/compte"), "fichier": (io.BytesIO(contenu.encode()), nom),
    }, content_type="multipart/form-data")


def au_de(app: Flask, code: str):
    with app.app_context():
        try:
            return db.session.scalar(select(Enregistrement.au).where(Enregistrement.code == code))
        finally:
            db.session.rollback()


def test_qui_peut(client: Client, application: Flask) -> None:
    assert client("gtp").get("/france-competences/").status_code == 200
    assert client("lecture").get("/france-competences/").status_code == 200
    for compte in ("clerc68", "responsable68", "jure68", "admin"):
        assert client(compte).get("/france-competences/").status_code == 403
    assert envoyer(client("lecture"), EXPORT).status_code == 403


def test_montrer_puis_prendre_une_ligne_puis_rattacher(application_neuve: Flask, client_neuf: Client) -> None:
    gtp = client_neuf("gtp")
    avant = au_de(application_neuve, "RNCP36376")
    envoi = envoyer(gtp, EXPORT)
    assert envoi.status_code == 303
    adresse = envoi.headers["Location"]
    page = gtp.get(adresse).get_data(as_text=True)
    assert "25/04/2031" in page
    assert "RNCP36376BC09" in page
    assert "À choisir pour prendre cette fiche" in page
    assert au_de(application_neuve, "RNCP36376") == avant
    donnees = {"csrf_token": jeton(gtp, "/compte"), "prendre": ["RNCP36376:au"]}
    assert gtp.post(f"{adresse}prendre", data=donnees).status_code == 303
    assert str(au_de(application_neuve, "RNCP36376")) == "2031-04-25"
    # Une fiche inconnue demande sa certification : la saisie n'est pas perdue.
    donnees["prendre"] = ["RNCP49999"]
    refus = gtp.post(f"{adresse}prendre", data=donnees)
    assert refus.status_code == 422
    assert "choisissez sa certification" in refus.get_data(as_text=True)
    assert 'value="RNCP49999" aria-label="Nouvel enregistrement de RNCP49999" checked' in refus.get_data(as_text=True)
    choix = re.search(r'<option value="(\d+)"', page)
    assert choix
    assert gtp.post(f"{adresse}prendre", data=donnees | {"certification-RNCP49999": choix.group(1)}).status_code == 303
    assert str(au_de(application_neuve, "RNCP49999")) == "2026-12-31"


@pytest.mark.parametrize(("contenu", "nom", "code"), [
    (EXPORT[:-60], "export.xml", "F_TRONQUE"), ("<!DOCTYPE a><a/>", "export.xml", "F_XML_DTD"), (EXPORT, "export.exe", "F_FORMAT"),
    ("PK", "export.zip", "F_ZIP"),
])
def test_fichier_refuse_dit_pourquoi(client: Client, contenu: str, nom: str, code: str) -> None:
    reponse = envoyer(client("gtp"), contenu, nom)
    assert reponse.status_code == 422
    assert code in reponse.get_data(as_text=True)


def test_un_gros_export_passe_la_et_nulle_part_ailleurs(application_neuve: Flask, client_neuf: Client) -> None:
    application_neuve.config["MAX_CONTENT_LENGTH"] = 100_000
    gros = TETE + f"<FICHE><INTITULE>{'x' * 300_000}</INTITULE></FICHE>" + EXPORT[len(TETE):]
    assert envoyer(client_neuf("gtp"), gros).status_code == 303
    assert client_neuf("gtp").post("/compte", data={"actuel": "x" * 200_000}).status_code == 413
    anonyme = application_neuve.test_client()
    reponse = anonyme.post("/france-competences/", data={"fichier": (io.BytesIO(gros.encode()), "e.xml")})
    assert reponse.status_code in {400, 413}


def test_la_commande(application_neuve: Flask, tmp_path: Path) -> None:
    chemin = tmp_path / "export.xml"
    chemin.write_text(EXPORT, "utf-8")
    cli = application_neuve.test_cli_runner()
    vu = cli.invoke(args=["francecompetences", "comparer", str(chemin), "--json"])
    assert vu.exit_code == 0, vu.output
    dit = json.loads(vu.output)
    assert dit["lues"] == 2
    assert {p["cle"] for p in dit["propositions"]} >= {"RNCP36376:au", "RNCP36376BC09", "RNCP49999"}
    assert str(au_de(application_neuve, "RNCP36376")) != "2031-04-25"
    pris = cli.invoke(args=["francecompetences", "comparer", str(chemin), "--prendre"])
    assert pris.exit_code == 0, pris.output
    assert "à rattacher" in pris.output
    assert str(au_de(application_neuve, "RNCP36376")) == "2031-04-25"
    chemin.write_text(EXPORT[:-60], "utf-8")
    assert json.loads(cli.invoke(args=["francecompetences", "comparer", str(chemin), "--json"]).output)["erreurs"][0]["code"] == "F_TRONQUE"
