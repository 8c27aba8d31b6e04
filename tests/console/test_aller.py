"""Aller à une page ou une fiche : par nom ou numéro, jamais hors de son territoire."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin_views.extensions import db
from models import Candidat, Centre, Certificat, Inscription
from models.contexte import agir_comme
from tests.conftest import SYSTEME
from tests.console.conftest import Client


def _chercher(client: Client, compte: str, terme: str) -> list[dict[str, Any]]:
    reponse = client(compte).get("/aller", query_string={"q": terme}, headers={"Accept": "application/json"})
    assert reponse.status_code == 200
    trouvees: list[dict[str, Any]] = reponse.get_json()
    return trouvees


@pytest.fixture
def personne_de_68(application: Flask) -> str:
    with application.app_context(), agir_comme(SYSTEME):
        ailleurs = select(Inscription.candidat_id).join(Centre).where(Centre.code != "68")
        candidat = db.session.scalars(
            select(Candidat).join(Inscription).join(Centre).where(Centre.code == "68", Candidat.id.not_in(ailleurs))
        ).first()
        assert candidat is not None
        return f"{candidat.nom_naissance} {candidat.prenoms}"


def test_une_page_par_son_nom(client: Client) -> None:
    assert {"sorte": "Jurys", "texte": "Jurys", "adresse": "/jurys/"} in _chercher(client, "clerc68", "jury")


def test_sans_rien_taper_les_pages_de_son_role(client: Client) -> None:
    adresses = {r["adresse"] for r in _chercher(client, "jure68", "")}
    assert adresses
    assert not any("candidats" in a or "utilisateurs" in a for a in adresses)


def test_une_personne_de_son_centre(client: Client, personne_de_68: str) -> None:
    trouvees = _chercher(client, "clerc68", personne_de_68)
    candidats = [r for r in trouvees if r["sorte"] == "Candidats"]
    assert candidats
    assert client("clerc68").get(candidats[0]["adresse"]).status_code == 200


@pytest.mark.parametrize("compte", ["clerc69", "jure68", "admin"])
def test_pas_celle_d_un_autre(client: Client, personne_de_68: str, compte: str) -> None:
    assert not [r for r in _chercher(client, compte, personne_de_68) if r["sorte"] in {"Candidats", "Inscriptions"}]


def test_un_certificat_par_son_numero(client: Client, application: Flask) -> None:
    with application.app_context(), agir_comme(SYSTEME):
        numero = db.session.scalars(select(Certificat.numero).join(Centre).where(Centre.code == "68")).first()
    assert numero is not None
    assert [r["texte"] for r in _chercher(client, "clerc68", numero) if r["sorte"] == "Certificats"] == [numero]
    assert not [r for r in _chercher(client, "clerc69", numero) if r["sorte"] == "Certificats"]


def test_la_page_sans_script(client: Client, personne_de_68: str) -> None:
    page = client("clerc68").get("/aller", query_string={"q": personne_de_68}).get_data(as_text=True)
    assert personne_de_68.split(" ", maxsplit=1)[0].upper() in page
    assert "Rien ne répond à « zzzz »" in client("clerc68").get("/aller?q=zzzz").get_data(as_text=True)


@pytest.mark.parametrize("terme", ["'", "%", "\\", "x" * 300, "<script>", "🙂", "MC-", "0034", "="])
def test_un_terme_hostile(client: Client, terme: str) -> None:
    page = client("clerc68").get("/aller", query_string={"q": terme})
    assert page.status_code == 200
    assert "<script>alert" not in page.get_data(as_text=True)
