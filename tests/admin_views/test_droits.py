"""Qui peut et qui ne peut pas, par rôle et par vue."""

from __future__ import annotations

import pytest
from flask import Flask

from admin_views.base import DomainView
from admin_views.droits import DROITS, Droit, peut
from rules.nomenclatures import Role
from tests.console.conftest import Client, jeton

COMPTES = {"admin": Role.ADMINISTRATEUR, "gtp": Role.GTP, "clerc68": Role.CLERC, "responsable68": Role.RESPONSABLE,
           "jure68": Role.JURE, "lecture": Role.LECTURE, "uimm": Role.UIMM}


def _vues(app: Flask) -> list[DomainView]:
    return [v for v in app.extensions["admin"][0]._views if isinstance(v, DomainView)]


def test_ce_qui_n_est_pas_declare_est_refuse() -> None:
    assert not any(peut(role, "inconnue", droit) for role in Role for droit in Droit)
    assert not any(peut(None, ressource, droit) for ressource in DROITS for droit in Droit)


@pytest.mark.parametrize(("role", "ressource", "droit", "attendu"), [
    (Role.ADMINISTRATEUR, "candidat", Droit.LIRE, False),
    (Role.ADMINISTRATEUR, "inscription", Droit.LIRE, False),
    (Role.JURE, "candidat", Droit.LIRE, False),
    (Role.JURE, "jury", Droit.LIRE, True),
    (Role.CLERC, "amenagement", Droit.LIRE, False),
    (Role.RESPONSABLE, "amenagement", Droit.LIRE, True),
    (Role.RESPONSABLE, "amenagement", Droit.EXPORTER, False),
    (Role.CLERC, "certification", Droit.MODIFIER, False),
    (Role.GTP, "certification", Droit.MODIFIER, True),
    (Role.GTP, "inscription", Droit.MODIFIER, False),
    (Role.LECTURE, "inscription", Droit.MODIFIER, False),
    (Role.CLERC, "utilisateur", Droit.LIRE, False),
    (Role.GTP, "utilisateur", Droit.LIRE, False),
])
def test_table_des_roles(role: Role, ressource: str, droit: Droit, attendu: bool) -> None:
    assert peut(role, ressource, droit) is attendu


@pytest.mark.parametrize("compte", COMPTES)
def test_chaque_vue_repond_selon_le_role(application: Flask, client: Client, compte: str) -> None:
    moi, role = client(compte), COMPTES[compte]
    for vue in _vues(application):
        lire, creer = peut(role, vue.ressource, Droit.LIRE), peut(role, vue.ressource, Droit.CREER) and vue.form_columns
        assert moi.get(f"{vue.url}/").status_code == (200 if lire else 403), vue.endpoint
        assert moi.get(f"{vue.url}/new/").status_code == (200 if creer else 403), vue.endpoint
        exporter = peut(role, vue.ressource, Droit.EXPORTER)
        assert moi.get(f"{vue.url}/export/csv/").status_code == (200 if exporter else 403), vue.endpoint
        # Une cellule ne s'écrit jamais sans formulaire, quel que soit le rôle.
        envoi = moi.post(f"{vue.url}/ajax/update/", data={"csrf_token": jeton(moi, "/compte")})
        assert envoi.status_code == 403, vue.endpoint


def test_un_anonyme_va_a_la_connexion(application: Flask) -> None:
    client = application.test_client()
    for vue in _vues(application):
        for suite in ("/", "/new/", "/edit/?id=1", "/details/?id=1", "/export/csv/", "/ajax/lookup/?name=x"):
            reponse = client.get(f"{vue.url}{suite}")
            assert (reponse.status_code, reponse.headers["Location"]) == (303, "/connexion"), suite


def test_toute_route_de_vue_declare_un_droit(application: Flask) -> None:
    """Sauf `ajax_update`, fermée à tous."""
    for vue in application.extensions["admin"][0]._views:
        for _, nom, _ in vue._urls:
            assert nom == "ajax_update" or isinstance(getattr(getattr(type(vue), nom), "_droit", None), Droit), (vue, nom)


@pytest.mark.parametrize("compte", ["clerc68", "responsable68", "jure68"])
def test_fiche_absente_ou_etrangere_meme_404(application: Flask, client: Client, compte: str) -> None:
    moi = client(compte)
    for vue in _vues(application):
        if not peut(COMPTES[compte], vue.ressource, Droit.LIRE):
            continue
        for cle in ("999999", "0", "-1", "99999999999999999999", "abc'--", "", "1 OR 1=1", "é"):
            for suite in ("details", "edit") if vue.form_columns and peut(COMPTES[compte], vue.ressource, Droit.MODIFIER) else ("details",):
                assert moi.get(f"{vue.url}/{suite}/", query_string={"id": cle}).status_code == 404, (vue.endpoint, cle)


def test_menu_ne_montre_que_ce_qui_se_lit(client: Client) -> None:
    jure = client("jure68").get("/").get_data(as_text=True)
    assert "/candidats/" not in jure
    assert "/certificats/" not in jure
    admin = client("admin").get("/").get_data(as_text=True)
    assert "/utilisateurs/" in admin
    assert "/inscriptions/" not in admin
