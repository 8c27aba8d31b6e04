"""Un clerc qui forge des identifiants dans chaque route, formulaire, recherche et export ne voit rien d'ailleurs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from admin_views.extensions import db
from models import (
    Amenagement,
    Candidat,
    Certificat,
    Entreprise,
    Evaluation,
    Habilitation,
    Importation,
    Inscription,
    Journal,
    Jury,
    Personne,
    Presentation,
    ProcesVerbal,
    Siege,
    Utilisateur,
    Vote,
)
from tests.console.conftest import Client, jeton

_VARIABLE = re.compile(r"<(?:(?P<genre>[^:>]+):)?(?P<nom>[^>]+)>")
_MODELES = (Amenagement, Candidat, Entreprise, Evaluation, Habilitation, Importation, Inscription, Journal, Jury, Personne,
            Presentation, ProcesVerbal, Siege, Utilisateur, Vote, Certificat)


@pytest.fixture(scope="module")
def etrangers(application: Flask) -> dict[str, Any]:
    """Des clés du centre 69, et les mots qu'un clerc du 68 ne doit jamais lire."""
    with application.app_context():
        x = db.session.connection()
        centres = dict(x.exec_driver_sql("SELECT code, id FROM centre").all())
        chez_69 = centres["69"]
        i, c = Inscription.__table__.c, Candidat.__table__.c
        du_68 = set(x.scalars(select(i.candidat_id).where(i.centre_id == centres["68"])))
        lignes = x.execute(
            select(c.id, c.nom_naissance, c.prenoms, c.courriel, c.cle_identite).join(Inscription.__table__, i.candidat_id == c.id)
            .where(i.centre_id == chez_69)
        ).all()
        candidats = [r for r in lignes if r.id not in du_68]
        cles: dict[str, list[int]] = {"candidat": [r.id for r in candidats]}
        for modele in _MODELES:
            table = modele.__table__
            if "centre_id" in table.c:
                cles[table.name] = list(x.scalars(select(table.c.id).where(table.c.centre_id == chez_69).limit(5)))
        votes = Vote.__table__.c
        cles["vote"] = list(x.scalars(select(votes.id).where(votes.jury_id.in_(cles["jury"])).limit(5)))
        p, e = Personne.__table__.c, Entreprise.__table__.c
        mots = {r.courriel for r in candidats if r.courriel}
        mots |= {f"{r.nom_naissance.upper()} {r.prenoms}" for r in candidats}
        siens = {f"{n.upper()} {p}" for n, p in x.execute(select(c.nom_naissance, c.prenoms).where(c.id.in_(du_68)))}
        mots |= set(x.scalars(select(e.raison_sociale).where(e.centre_id == chez_69)))
        miens = set(x.scalars(select(e.raison_sociale).where(e.centre_id == centres["68"])))
        mots |= set(x.scalars(select(p.courriel).where(p.centre_id == chez_69, p.courriel != "")))
        # Deux personnes inventées peuvent avoir la même adresse.
        miens |= set(x.scalars(select(p.courriel).where(p.centre_id == centres["68"])))
        db.session.rollback()
    return {"cles": cles, "mots": {m for m in mots - siens - miens if len(m) > 5}}


def _routes(app: Flask, methode: str) -> Iterator[Rule]:
    for regle in app.url_map.iter_rules():
        if methode in (regle.methods or ()) and regle.endpoint not in {"static", "connexion.sortir"}:
            yield regle


def _valeurs(etrangers: dict[str, Any]) -> list[int]:
    cles = etrangers["cles"]
    return sorted({v for liste in cles.values() for v in liste[:1]})


def _sain(reponse: Any, etrangers: dict[str, Any], ou: str) -> None:
    corps = reponse.get_data().decode("utf-8", "replace")
    vus = [m for m in etrangers["mots"] if m in corps]
    assert not vus, f"{ou} montre {vus[:3]}"
    assert reponse.status_code < 500, f"{ou} : {reponse.status_code}"


def test_assez_de_mots_pour_reconnaitre_une_fuite(etrangers: dict[str, Any]) -> None:
    assert len(etrangers["mots"]) > 40
    assert all(etrangers["cles"][t] for t in ("inscription", "jury", "siege", "presentation", "certificat", "entreprise"))


def test_les_mots_se_voient_chez_eux(client: Client, etrangers: dict[str, Any]) -> None:
    """Sans quoi l'essai ne prouverait rien."""
    page = client("clerc69").get("/candidats/").get_data(as_text=True)
    assert any(m.split(" ")[0] in page for m in etrangers["mots"])


@pytest.mark.parametrize("compte", ["clerc68", "responsable68", "jure68", "admin"])
def test_chaque_route_en_lecture(application: Flask, client: Client, etrangers: dict[str, Any], compte: str) -> None:
    if compte != "clerc68" and application.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        pytest.skip("la barrière est la même : un compte suffit sur le second moteur")
    moi: FlaskClient = client(compte)
    valeurs = _valeurs(etrangers)
    vues = 0
    for regle in _routes(application, "GET"):
        variables = _VARIABLE.findall(regle.rule)
        if variables:
            for v in valeurs:
                adresse = _VARIABLE.sub(lambda m, v=v: str(v) if m["genre"] == "int" else "csv", regle.rule)
                _sain(moi.get(adresse), etrangers, adresse)
                vues += 1
        else:
            _sain(moi.get(regle.rule), etrangers, regle.rule)
            # Une liste ne lit pas de clé : une fiche, un formulaire ou une recherche, si.
            par_cle = any(mot in regle.rule for mot in ("edit", "details", "delete", "lookup", "new"))
            for v in valeurs if par_cle else valeurs[:1]:
                adresse = f"{regle.rule}?id={v}&recherche=a&terme=a&term=a&query=a&q=a&certification={v}"
                _sain(moi.get(adresse), etrangers, adresse)
                vues += 1
    assert vues > 100


def test_exports(application: Flask, client: Client, etrangers: dict[str, Any]) -> None:
    moi = client("clerc68")
    exports = [r.rule for r in _routes(application, "GET") if "export" in r.rule]
    assert exports
    for regle in exports:
        for genre in ("csv", "xlsx"):
            adresse = _VARIABLE.sub(genre, regle)
            _sain(moi.get(adresse), etrangers, adresse)


@pytest.mark.parametrize("compte", ["clerc68", "jure68"])
def test_chaque_route_en_ecriture(
    application_neuve: Flask, client_neuf: Client, etrangers: dict[str, Any], compte: str
) -> None:
    """Aucun envoi, avec des clés étrangères partout, ne change une ligne du centre 69."""
    moi = client_neuf(compte)
    avant = _empreinte(application_neuve)
    cle = jeton(moi, "/compte")
    for regle in _routes(application_neuve, "POST"):
        for v in _valeurs(etrangers)[::2]:
            adresse = _VARIABLE.sub(str(v), regle.rule)
            donnees = dict.fromkeys(
                ("id", "rowid", "pk", "candidat", "candidat_id", "entreprise", "entreprise_id", "personne", "inscription",
                 "presentation", "siege", "jury", "centre", "centre_id", "organisme"), str(v)
            ) | {"csrf_token": cle, "valeur": "A", "titre": "patronale", "action": "supprimer", "present": str(v)}
            _sain(moi.post(f"{adresse}?id={v}", data=donnees), etrangers, f"POST {adresse}")
    assert _empreinte(application_neuve) == avant


def _empreinte(app: Flask) -> dict[str, list[Any]]:
    """Tout ce qui est au centre 69, ligne par ligne, sauf le journal (on y lit les essais)."""
    with app.app_context():
        x = db.session.connection()
        chez_69 = x.exec_driver_sql("SELECT id FROM centre WHERE code = '69'").scalar_one()
        etat = {}
        for modele in _MODELES:
            table = modele.__table__
            if "centre_id" in table.c and modele is not Journal:
                etat[table.name] = [tuple(r) for r in x.execute(
                    select(table).where(table.c.centre_id == chez_69).order_by(table.c.id)
                )]
        db.session.rollback()
    return etat


def test_un_clerc_n_ecrit_pas_pour_un_autre_centre(client_neuf: Client, etrangers: dict[str, Any]) -> None:
    moi = client_neuf("clerc68")
    jury = etrangers["cles"]["jury"][0]
    for suite in ("ouvrir", "presences", "presenter", "attribuer", "sieges"):
        assert moi.post(f"/jury/{jury}/{suite}", data={"csrf_token": jeton(moi, "/compte")}).status_code == 404
    assert moi.get(f"/jury/{jury}/").status_code == 404
    assert moi.get(f"/documents/jury/{jury}/certificats.pdf").status_code == 404
