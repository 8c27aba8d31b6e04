"""Reprendre la liste à l'écran et en commande ; l'exporter."""

from __future__ import annotations

import io
import json
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from admin_views.extensions import db
from models import Certification
from tests.console.conftest import Client, jeton
from tests.imports.test_certifications import REPRISE

LISTE = "famille;annee;numero;titre;niveau\nCQPM;2019;4001;Forgeron d'essai;3\nCQPM;2019;4002;Fondeur d'essai;9\n"


def nombre(app: Flask) -> int:
    with app.app_context():
        try:
            return db.session.scalar(select(func.count()).select_from(Certification)) or 0
        finally:
            db.session.rollback()


def envoyer(client, contenu: str):
    return client.post("/reprise/", data={"csrf_token": jeton(client, "/compte"), "fichier": (io.BytesIO(contenu.encode()), "liste.csv")},
                       content_type="multipart/form-data")


def test_qui_peut(client: Client) -> None:
    for compte, attendu in (("gtp", 200), ("lecture", 200), ("clerc68", 403), ("jure68", 403)):
        assert client(compte).get("/reprise/").status_code == attendu
    assert envoyer(client("lecture"), LISTE).status_code == 403


def test_simuler_puis_reprendre_les_lignes_valides(application_neuve: Flask, client_neuf: Client) -> None:
    gtp, avant = client_neuf("gtp"), nombre(application_neuve)
    adresse = envoyer(gtp, LISTE).headers["Location"]
    page = gtp.get(adresse).get_data(as_text=True)
    assert "REF-04" in page
    assert "Reprendre seulement les 1 lignes valides" in page
    assert nombre(application_neuve) == avant
    donnees = {"csrf_token": jeton(gtp, "/compte"), "lignes_valides": "1"}
    assert gtp.post(f"{adresse}confirmer", data=donnees).status_code == 303
    assert nombre(application_neuve) == avant + 1
    rejets = gtp.get(f"{adresse}rejets.csv").get_data(as_text=True)
    assert "Fondeur d'essai" in rejets
    assert "Forgeron" not in rejets
    gtp.post(f"{adresse}confirmer", data=donnees)
    assert nombre(application_neuve) == avant + 1
    # Un fichier illisible dit pourquoi et ne se confirme pas.
    refuse = gtp.get(envoyer(gtp, "a;b\n1;2\n").headers["Location"]).get_data(as_text=True)
    assert "F_ENTETE_MANQUANT" in refuse
    assert "/confirmer" not in refuse


def test_export_et_commandes(application_neuve: Flask, client_neuf: Client, tmp_path: Path) -> None:
    cli = application_neuve.test_cli_runner()
    rendu = cli.invoke(args=["importer", "certifications", str(REPRISE), "--json"])
    dit = json.loads(rendu.output)
    assert (rendu.exit_code, dit["lignes"], dit["refusees"]) == (0, 81, 0), rendu.output
    assert dit["creees"] + dit["deja_inscrites"] == 81
    for nom in ("liste.csv", "liste.xlsx"):
        ecrit = cli.invoke(args=["exporter", "certifications", str(tmp_path / nom)])
        assert ecrit.exit_code == 0, ecrit.output
        encore = json.loads(cli.invoke(args=["importer", "certifications", str(tmp_path / nom), "--json"]).output)
        assert (encore["creees"], encore["refusees"], encore["alertes"]) == (0, 0, 0), encore["erreurs"]
    assert cli.invoke(args=["exporter", "certifications", str(tmp_path / "liste.pdf")]).exit_code == 2
    assert client_neuf("gtp").get("/reprise/certifications.csv").get_data() == (tmp_path / "liste.csv").read_bytes()
    assert client_neuf("gtp").get("/reprise/certifications.pdf").status_code == 404
    assert client_neuf("gtp").get("/reprise/modele.xlsx").status_code == 200
