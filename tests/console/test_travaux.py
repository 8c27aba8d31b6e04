"""Les travaux à l'écran et en commandes : qui les voit, où ils en sont, leur arrêt, leur reprise."""

from __future__ import annotations

import json

from flask import Flask
from sqlalchemy import select

from admin_views.extensions import db
from models import Travail, Utilisateur
from models.contexte import Acteur, agir_comme, en_ecriture
from rules.nomenclatures import EtatTravail
from tests.conftest import SYSTEME
from tests.console.conftest import jeton
from travaux import executer, lancer


def demander(app: Flask, identifiant: str = "clerc68", genre: str = "controler") -> int:
    with app.app_context(), agir_comme(SYSTEME), en_ecriture():
        u = db.session.scalars(select(Utilisateur).where(Utilisateur.identifiant == identifiant)).one()
        auteur = Acteur(u.nom, u.id, u.role, u.centre_id)
        with agir_comme(auteur):
            travail_id = lancer(db.session(), genre, libelle="Relire mes inscriptions").id
            db.session.commit()
    return travail_id


def lu(app: Flask, travail_id: int) -> Travail:
    with app.app_context(), agir_comme(SYSTEME):
        return db.session.get_one(Travail, travail_id)


def test_son_centre_le_suit_les_autres_non(application, client):
    travail_id = demander(application)
    for identifiant in ("clerc68", "responsable68"):
        page = client(identifiant).get(f"/travaux/{travail_id}/").get_data(as_text=True)
        assert "Relire mes inscriptions" in page
        assert "Arrêter ce travail" in page
    for identifiant in ("clerc69", "jure68", "lecture"):
        qui = client(identifiant)
        assert qui.get(f"/travaux/{travail_id}/").status_code == 404
        assert qui.get(f"/travaux/{travail_id}/etat.json").status_code == 404
        assert "Relire mes inscriptions" not in qui.get("/travaux/").get_data(as_text=True)
        assert qui.post(f"/travaux/{travail_id}/arreter", data={"csrf_token": jeton(qui, "/compte")}).status_code == 404
    assert not lu(application, travail_id).arret_demande
    assert application.test_client().get(f"/travaux/{travail_id}/").status_code in (302, 303, 401)


def test_la_barre_dit_ou_il_en_est_puis_s_arrete(application, client):
    travail_id = demander(application)
    qui = client("clerc68")
    attend = qui.get(f"/travaux/{travail_id}/etat.json").get_json()
    assert (attend["etat"], attend["fini"], attend["part"]) == ("en_attente", False, None)
    with application.app_context():
        assert executer(db.engine, travail_id) is EtatTravail.FAIT
    fait = qui.get(f"/travaux/{travail_id}/etat.json").get_json()
    assert (fait["etat"], fait["fini"], fait["part"]) == ("fait", True, 100)
    assert fait["fait"] == fait["total"] > 0
    assert "Arrêter ce travail" not in qui.get(f"/travaux/{travail_id}/").get_data(as_text=True)


def test_arreter_puis_reprendre_en_commande(application, client):
    travail_id = demander(application)
    qui = client("responsable68")
    page = qui.post(f"/travaux/{travail_id}/arreter", data={"csrf_token": jeton(qui, f"/travaux/{travail_id}/")},
                    follow_redirects=True)
    assert "Arrêt demandé" in page.get_data(as_text=True)
    with application.app_context():
        assert executer(db.engine, travail_id) is EtatTravail.ARRETE
    commande = application.test_cli_runner().invoke
    vu = json.loads(commande(args=["travail", "voir", str(travail_id), "--json"]).output)
    assert (vu["etat"], vu["message"]) == ("arrete", "Arrêté à votre demande.")
    assert commande(args=["travail", "reprendre", str(travail_id)]).exit_code == 0
    assert lu(application, travail_id).etat is EtatTravail.EN_ATTENTE
    assert commande(args=["travail", "reprendre", str(travail_id)]).exit_code == 2
    assert f"{travail_id:>6}  En attente" in commande(args=["travail", "liste"]).output
