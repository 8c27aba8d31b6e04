"""Reprendre les organismes d'un centre à l'écran, les rendre, annuler : une habilitation décidée reste."""

from __future__ import annotations

import csv
import io

from sqlalchemy import func, select

from admin_views.extensions import db
from models import Habilitation, Journal, Organisme
from models.contexte import agir_comme
from tests.conftest import SYSTEME
from tests.console.conftest import confirmer_un_fichier, jeton, mener_les_travaux, verifier_un_fichier
from tests.imports.test_organismes import SIRET

FICHIER = (
    "Nom de l'organisme;SIRET;Habilité le\r\n"
    f"Pôle Quirimbaud;{SIRET};01/02/2024\r\n"
    "Atelier Zwickelberger;;\r\n"
).encode()


def nombre(app, table, *criteres):
    with app.app_context(), agir_comme(SYSTEME):
        return db.session.scalar(select(func.count()).select_from(table).where(*criteres))


def lignes(reponse):
    assert reponse.status_code == 200
    return list(csv.reader(io.StringIO(reponse.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))


def test_reprendre_rendre_annuler(application_neuve, client_neuf):
    app, clerc, responsable = application_neuve, client_neuf("clerc68"), client_neuf("responsable68")
    noms = Organisme.nom.in_(["Pôle Quirimbaud", "Atelier Zwickelberger"])
    # Le clerc tient les organismes ; leur habilitation se décide par le responsable.
    _, page = verifier_un_fichier(app, clerc, FICHIER, "of.csv", "organismes")
    assert "Le responsable du centre décide des habilitations" in page
    numero, page = verifier_un_fichier(app, responsable, FICHIER, "of.csv", "organismes")
    assert "Importer les 2 organismes" in page
    assert nombre(app, Organisme, noms) == 0
    fait, page = confirmer_un_fichier(app, responsable, numero)
    assert nombre(app, Organisme, noms) == 2
    habilitations = nombre(app, Habilitation)

    # Ce que le centre tient se rend, et se réimporte sans rien de neuf ; l'export est au journal.
    entetes, *rendues = lignes(clerc.get("/imports/exporter.csv?genre=organismes"))
    assert entetes[:2] == ["nom", "siret"]
    assert ["Pôle Quirimbaud", SIRET] in [x[:2] for x in rendues]
    assert nombre(app, Journal, Journal.action == "export") == 1
    assert lignes(clerc.get("/imports/exporter.csv?genre=inscriptions"))[0][2] == "nom_naissance"
    assert clerc.get("/imports/exporter.xlsx?genre=evaluations").data.startswith(b"PK")
    assert clerc.get("/imports/exporter.pdf").status_code == 404
    assert clerc.get("/imports/exporter.csv?genre=rien").status_code == 404
    assert client_neuf("gtp").get("/imports/exporter.csv").status_code == 403

    # Une habilitation décidée ne s'efface pas : elle reste, avec son organisme, et la page dit pourquoi.
    responsable.post(f"/imports/{fait}/annuler", data={"csrf_token": jeton(responsable, "/compte")})
    mener_les_travaux(app)
    page = clerc.get(f"/imports/{fait}/").get_data(as_text=True)
    assert "décidée" in page
    assert nombre(app, Habilitation) == habilitations
    assert nombre(app, Organisme, noms) == 1
