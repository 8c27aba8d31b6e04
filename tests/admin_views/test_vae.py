"""Les pages des VAE : qui les voit, ce qui s'y fait, ce qui y est refusé."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from admin_views.extensions import db
from models import CollectifVae, CommissionValidation, Inscription, Vae
from models.base import aujourd_hui
from models.contexte import agir_comme
from rules.nomenclatures import ConclusionVae, EtatInscription, Recevabilite, Voie
from tests.conftest import SYSTEME
from tests.console.conftest import Client, jeton


def _ids(app: Flask, *conditions: Any) -> list[int]:
    with app.app_context(), agir_comme(SYSTEME):
        return list(db.session.scalars(
            select(Inscription.id).outerjoin(Vae, Vae.inscription_id == Inscription.id)
            .where(Inscription.centre.has(code="68"), Inscription.voie != Voie.FORMATION, *conditions).order_by(Inscription.id)
        ))


def _un(app: Flask, requete: Any) -> Any:
    with app.app_context(), agir_comme(SYSTEME):
        return db.session.execute(requete).scalars().first()


def _poster(client: FlaskClient, adresse: str, **champs: Any) -> Any:
    return client.post(adresse, data={"csrf_token": jeton(client, "/compte")} | champs)


def _version(client: FlaskClient, identite: int) -> str:
    trouve = re.search(r'name="version_lue" value="(\d+)"', client.get(f"/vae/details/?id={identite}").get_data(as_text=True))
    return trouve.group(1) if trouve else "0"


def _geste(client: FlaskClient, identite: int, code: str, **champs: Any) -> Any:
    return _poster(client, f"/vae/details/?id={identite}", geste=code, version_lue=_version(client, identite), **champs)


def _texte(reponse: Any) -> str:
    return html.unescape(reponse.get_data(as_text=True))


def test_la_liste_montre_les_echeances_les_plus_proches_d_abord(application: Flask, client: Client) -> None:
    page = _texte(client("clerc68").get("/vae/"))
    dates = [dt.datetime.strptime(d, "%d/%m/%Y").replace(tzinfo=dt.UTC) for d in re.findall(r"(\d\d/\d\d/\d{4}) : (?:décider|notifier)", page)]
    assert len(dates) >= 2
    assert dates == sorted(dates)
    assert "Candidats" in page


def test_la_liste_coute_le_meme_nombre_de_requetes(application: Flask, client: Client) -> None:
    moi = client("clerc68")
    moi.get("/vae/")
    vues: list[str] = []
    with application.app_context():
        moteur = db.engine

    def noter(_connexion, _curseur, instruction, *_reste) -> None:
        vues.append(instruction)

    event.listen(moteur, "before_cursor_execute", noter)
    try:
        nombres = []
        for adresse in ("/vae/?situation=conclue", "/vae/"):
            vues.clear()
            assert moi.get(adresse).status_code == 200
            nombres.append(len([v for v in vues if v.lstrip().upper().startswith("SELECT")]))
    finally:
        event.remove(moteur, "before_cursor_execute", noter)
    assert max(nombres) <= 12
    assert abs(nombres[0] - nombres[1]) <= 1


@pytest.mark.parametrize(("compte", "code"), [
    ("clerc68", 200), ("responsable68", 200), ("clerc69", 404), ("gtp", 403), ("jure68", 403), ("admin", 403),
])
def test_qui_voit_une_vae(application: Flask, client: Client, compte: str, code: int) -> None:
    identite = _ids(application)[0]
    assert client(compte).get(f"/vae/details/?id={identite}").status_code == code


def test_une_inscription_en_formation_n_est_pas_une_vae(application: Flask, client: Client) -> None:
    formation = _un(application, select(Inscription.id).where(Inscription.voie == Voie.FORMATION, Inscription.centre.has(code="68")))
    assert client("clerc68").get(f"/vae/details/?id={formation}").status_code == 404


def test_la_lecture_seule_ne_mene_rien(application: Flask, client: Client) -> None:
    identite = _ids(application)[0]
    moi = client("clerc69")
    assert _poster(moi, f"/vae/details/?id={identite}", geste="accueil", le="2026-01-01", par="X").status_code == 404
    assert _poster(client("clerc68"), f"/vae/details/?id={identite}", geste="inconnu").status_code == 400


def test_une_vae_de_l_accueil_aux_conclusions(application_neuve: Flask, client_neuf: Client) -> None:
    moi = client_neuf("clerc68")
    (identite, *_) = _ids(application_neuve, Inscription.etat == EtatInscription.OUVERTE, Vae.id.is_(None),
                          Inscription.voie == Voie.VAE)
    jour = aujourd_hui().isoformat()
    for code, champs in (
        ("accueil", {"le": jour, "par": "Anne Keller"}),
        ("decision", {"le": jour, "par": "Anne Keller", "decision": "favorable"}),
        ("notification", {"le": jour}),
        ("livret2", {"le": jour, "par": "Anne Keller"}),
    ):
        assert _geste(moi, identite, code, **champs).status_code == 303, code
    creee = _poster(moi, "/commissions_validation/new/", tenue_le=jour, lieu="Mulhouse")
    commission = re.search(r"id=(\d+)", creee.location).group(1)
    assert "n'a pas de président" in _texte(moi.get(creee.location))
    for titre, nom in (("president", "Ancelin"), ("membre", "Nardinet")):
        reponse = _poster(moi, f"/commissions_validation/details/?id={commission}", titre=titre, nom=nom, prenoms="Paul", domaine="Maintenance")
        assert reponse.status_code == 303, _texte(reponse)
    assert _geste(moi, identite, "commission", commission=commission).status_code == 303
    # Une validation partielle qui ne nomme rien est refusée, à côté de son champ, et la saisie reste.
    refus = _geste(moi, identite, "conclusion", conclusion="partielle", observations="Dossier solide.")
    page = _texte(refus)
    assert refus.status_code == 422
    assert "VAE-05" in page
    assert "Dossier solide." in page
    assert _geste(moi, identite, "conclusion", conclusion="totale", entretien="y").status_code == 303
    with application_neuve.app_context(), agir_comme(SYSTEME):
        vae = db.session.scalars(select(Vae).where(Vae.inscription_id == identite)).one()
        assert (vae.conclusion, vae.entretien) == (ConclusionVae.TOTALE, True)
        assert {e.resultat.value for e in vae.inscription.evaluations} == {"acquise"}
    page = _texte(moi.get(f"/commissions_validation/details/?id={commission}"))
    assert "Validation totale" in page
    assert "Ajouter un membre" not in page


@pytest.mark.parametrize(("code", "champs", "attendu"), [
    ("decision", {"le": "2026-01-01", "par": "Anne", "decision": "favorable"}, "VAE-04"),
    ("decision", {"le": "2026-01-01", "par": "Anne", "decision": "reputee"}, "Choisissez une valeur de la liste"),
    ("livret2", {"le": "2026-01-01", "par": "Anne"}, "VAE-04"),
    ("accueil", {"le": "2126-01-01", "par": "Anne"}, "VAE-04"),
    ("accueil", {"le": "", "par": "Anne"}, "Indiquez la date"),
    ("accueil", {"le": "2026-13-01", "par": "Anne"}, "Rien n'a été enregistré"),
    ("accueil", {"le": "2026-01-01", "par": ""}, "Indiquez qui a mené"),
    ("commission", {"commission": "999999"}, "Choisissez une valeur de la liste"),
    ("conclusion", {"conclusion": "totale"}, "VAE-05"),
    ("resultat", {"le": "2026-01-01"}, "VAE-06"),
])
def test_une_saisie_fausse_est_dite_et_gardee(application: Flask, client: Client, code: str, champs: Any, attendu: str) -> None:
    (identite, *_) = _ids(application, Inscription.etat == EtatInscription.OUVERTE, Vae.id.is_(None))
    moi = client("clerc68")
    reponse = _geste(moi, identite, code, **champs)
    page = _texte(reponse)
    assert reponse.status_code == 422
    assert attendu in page
    if champs.get("par"):
        assert f'value="{champs["par"]}"' in page
    assert _ids(application, Inscription.id == identite, Vae.id.is_(None)) == [identite]


def test_une_page_ouverte_avant_un_autre_geste_ne_l_ecrase_pas(application_neuve: Flask, client_neuf: Client) -> None:
    (identite, *_) = _ids(application_neuve, Inscription.etat == EtatInscription.OUVERTE, Vae.accueil_le.is_not(None),
                          Vae.recevabilite.is_(None))
    moi = client_neuf("clerc68")
    reponse = _poster(moi, f"/vae/details/?id={identite}", geste="accueil", le="2026-09-01", par="Autre", version_lue="0")
    assert reponse.status_code == 422
    assert "a changé depuis" in _texte(reponse)


def test_un_collectif_se_mene_ensemble_et_se_ferme_aux_autres_centres(application_neuve: Flask, client_neuf: Client) -> None:
    moi = client_neuf("clerc68")
    collectif = _un(application_neuve, select(CollectifVae.id))
    adresse = f"/vae_collectives/details/?id={collectif}"
    page = _texte(moi.get(adresse))
    membres = re.findall(r'name="rowid" value="(\d+)" aria-label', page.split("Ajouter des candidats")[0])
    assert len(membres) == 8
    assert "Validation partielle" in page
    assert client_neuf("clerc69").get(adresse).status_code == 404
    assert client_neuf("gtp").get(adresse).status_code == 403
    with application_neuve.app_context(), agir_comme(SYSTEME):
        entreprise = db.session.get(CollectifVae, collectif).entreprise_id
    creee = _poster(moi, "/vae_collectives/new/", nom="Second atelier", entreprise=str(entreprise))
    assert creee.status_code == 303
    neuf = re.search(r"id=(\d+)", creee.location).group(1)
    # Un dossier déjà accueilli ou décidé se refuse avec son nom ; ceux d'une autre entreprise aussi.
    ailleurs = _ids(application_neuve, Inscription.entreprise_id.is_not(None), Inscription.entreprise_id != entreprise)[:1]
    _poster(moi, "/vae_collectives/rattacher/", id=neuf, rowid=[str(ailleurs[0])])
    assert "VAE-04" in _texte(moi.get(f"/vae_collectives/details/?id={neuf}"))
    refus = _poster(moi, adresse, geste="dossier", le="2126-01-01", rowid=membres)
    assert refus.status_code == 422
    assert _texte(refus).count("VAE-04") >= 8
    vide = _poster(moi, adresse, geste="dossier", le=aujourd_hui().isoformat())
    assert "Cochez au moins un candidat" in _texte(vide)


def test_une_commission_refuse_deux_fois_la_meme_personne(application_neuve: Flask, client_neuf: Client) -> None:
    moi = client_neuf("clerc68")
    creee = _poster(moi, "/commissions_validation/new/", tenue_le=aujourd_hui().isoformat(), lieu="Colmar")
    personne = moi.get("/commissions_validation/ajax/lookup/?name=personne&query=ancel").get_json()[0]["id"]
    identite = re.search(r"id=(\d+)", creee.location).group(1)
    adresse = f"/commissions_validation/details/?id={identite}"
    assert _poster(moi, adresse, titre="president", personne=personne).status_code == 303
    double = _poster(moi, adresse, titre="membre", personne=personne)
    assert double.status_code == 422
    assert "déjà membre" in _texte(double)
    assert _poster(moi, adresse, titre="roi", personne=personne).status_code == 422
    assert "ou indiquez son nom" in _texte(_poster(moi, adresse, titre="membre"))
    membre = re.search(r'name="membre" value="(\d+)"', _texte(moi.get(adresse))).group(1)
    assert _poster(moi, "/commissions_validation/retirer/", id=identite, membre=membre).status_code == 303
    conclue = _un(application_neuve, select(CommissionValidation.id).where(CommissionValidation.vaes.any(Vae.conclusion.is_not(None))))
    with application_neuve.app_context(), agir_comme(SYSTEME):
        membre = db.session.get(CommissionValidation, conclue).membres[0].id
    _poster(moi, "/commissions_validation/retirer/", id=conclue, membre=membre)
    assert "a conclu" in _texte(moi.get(f"/commissions_validation/details/?id={conclue}"))


def test_la_page_dit_qu_une_demande_est_reputee_recevable(application_neuve: Flask, client_neuf: Client) -> None:
    (identite, *_) = _ids(application_neuve, Inscription.etat == EtatInscription.OUVERTE, Inscription.voie == Voie.VAE,
                          Vae.accueil_le.is_not(None), Vae.recevabilite.is_(None))
    with application_neuve.app_context(), agir_comme(SYSTEME):
        vae = db.session.scalars(select(Vae).where(Vae.inscription_id == identite)).one()
        vae.dossier_complet_le = aujourd_hui() - dt.timedelta(days=70)
        db.session.commit()
    moi = client_neuf("clerc68")
    page = _texte(moi.get(f"/vae/details/?id={identite}"))
    assert "réputée recevable depuis" in page
    assert "en retard" in page
    refus = _geste(moi, identite, "decision", le=aujourd_hui().isoformat(), par="Anne", decision=Recevabilite.DEFAVORABLE.value, motif="Non.")
    assert "VAE-06" in _texte(refus)
    assert _geste(moi, identite, "reputee").status_code == 303
    with application_neuve.app_context(), agir_comme(SYSTEME):
        vae = db.session.scalars(select(Vae).where(Vae.inscription_id == identite)).one()
        assert vae.recevabilite is Recevabilite.REPUTEE
