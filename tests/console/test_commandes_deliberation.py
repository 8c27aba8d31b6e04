"""La délibération en ligne de commande : voir, voter au nom d'un membre, donner les liens."""

from __future__ import annotations

import json

from flask import Flask
from sqlalchemy import select, text

from admin_views.extensions import db
from models import Jury
from models.contexte import agir_comme, systeme
from rules.actes_deliberation import siege_du_lien
from rules.nomenclatures import EtatJury
from tests.console.test_commandes import _lancer as lancer


def _ouvert(app: Flask) -> int:
    with app.app_context(), agir_comme(systeme("essais")):
        return db.session.scalars(select(Jury.id).where(Jury.etat == EtatJury.OUVERT).order_by(Jury.id)).first()  # type: ignore[return-value]


def test_voir_puis_voter(application_neuve: Flask) -> None:
    jury = str(_ouvert(application_neuve))
    avant = json.loads(lancer(application_neuve, "jury", "deliberation", jury, "--json").output)
    assert avant["etat"] == "ouvert"
    siege = next(m for m in avant["membres"] if m["president"])
    candidat = avant["candidats"][-1]
    case = f"{candidat['numero']}-{siege['siege']}-0"
    valeur = "NA" if candidat["votes"].get(case, {}).get("valeur") == "A" else "A"
    resultat = lancer(application_neuve, "jury", "voter", jury, str(candidat["numero"]), str(siege["siege"]), valeur)
    assert resultat.exit_code == 0, resultat.output
    apres = json.loads(lancer(application_neuve, "jury", "deliberation", jury, "--json").output)
    relu = next(c for c in apres["candidats"] if c["numero"] == candidat["numero"])
    assert (relu["votes"][case]["valeur"], relu["votes"][case]["par"]) == (valeur, "commande jury voter")
    assert apres["revision"] != avant["revision"]
    lisible = lancer(application_neuve, "jury", "deliberation", jury).output
    assert f"n° {candidat['numero']} : " in lisible
    with application_neuve.app_context():
        noms = db.session.execute(text(
            "SELECT c.nom_naissance || ' ' || c.prenoms FROM presentation p JOIN inscription i ON i.id = p.inscription_id "
            "JOIN candidat c ON c.id = i.candidat_id WHERE p.jury_id = :j"), {"j": int(jury)}).scalars().all()
    assert not any(nom in lisible + json.dumps(apres, ensure_ascii=False) for nom in noms)


def test_ce_qui_est_refuse(application_neuve: Flask) -> None:
    jury = _ouvert(application_neuve)
    assert lancer(application_neuve, "jury", "deliberation", "999999").exit_code == 2
    assert lancer(application_neuve, "jury", "voter", str(jury), "999", "1", "A").exit_code == 2
    with application_neuve.app_context():
        invite = db.session.scalar(text(f"SELECT id FROM siege WHERE jury_id = {jury} AND delegation = 'invite'"))
        numero = db.session.scalar(text(f"SELECT min(numero_anonyme) FROM presentation WHERE jury_id = {jury}"))
    resultat = lancer(application_neuve, "jury", "voter", str(jury), str(numero), str(invite), "A")
    assert resultat.exit_code == 2
    assert "JUR-05" in resultat.output


def test_donner_les_liens(application_neuve: Flask) -> None:
    jury = _ouvert(application_neuve)
    liens = json.loads(lancer(application_neuve, "jury", "liens", str(jury), "--json").output)
    with application_neuve.app_context():
        voix = set(db.session.scalars(text(f"SELECT id FROM siege WHERE jury_id = {jury} AND voix")))
        vus = [siege_du_lien(db.session(), lien["lien"].rpartition("/")[2]) for lien in liens]
    assert {v.siege_id for v in vus if v} == voix == {lien["siege"] for lien in liens}
