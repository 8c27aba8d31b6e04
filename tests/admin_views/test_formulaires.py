"""Formulaires : erreurs à côté des champs, verrou optimiste, clés inconnues, comptes, inscription en une page."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from admin_views.extensions import db
from models import Candidat, Centre, Certification, Enregistrement, Inscription, Personne, SessionConnexion, Utilisateur
from models.contexte import agir_comme
from tests.conftest import SYSTEME
from tests.console.conftest import Client, connecter, jeton

SAISIE = {
    "civilite": "Mme", "nom_naissance": "Œuvrard-N'Diaye", "prenoms": "Élodie", "sexe": "F", "date_naissance": "1990-05-04",
    "ville_naissance": "Mulhouse", "pays_naissance": "99100", "departement_naissance": "68", "date_inscription": "2026-09-01",
    "voie": "formation", "prescripteur": "candidat", "origine": "DE", "dispositif_financement": "POEI",
}


def _lire(app: Flask, instruction: Any) -> Any:
    with app.app_context():
        lu = db.session.execute(instruction).all()
        db.session.rollback()
    return lu


def _formulaire(client: FlaskClient, adresse: str) -> dict[str, str]:
    """Les valeurs d'un formulaire, telles qu'un navigateur les renverrait."""
    page = client.get(adresse).get_data(as_text=True)
    corps = page[page.index("data-garde"):]
    champs = {
        m[1]: re.search(r'value="([^"]*)"', m[0])[1] if 'value="' in m[0] else ""
        for m in re.finditer(r'<input[^>]*name="([^"]+)"[^>]*>', corps)
        if 'type="checkbox"' not in m[0] or " checked" in m[0]
    }
    for m in re.finditer(r'<select[^>]*name="([^"]+)".*?</select>', corps, re.DOTALL):
        choisi = re.search(r'<option selected value="([^"]*)"', m[0])
        champs[m[1]] = choisi[1] if choisi else ""
    for m in re.finditer(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', corps, re.DOTALL):
        champs[m[1]] = m[2].strip()
    import html

    return {k: html.unescape(v) for k, v in champs.items()}


def _certification(client: FlaskClient) -> str:
    trouvees = client.get("/inscriptions/ajax/lookup/?name=certification&query=CQPM+1989+0021").get_json()
    assert len(trouvees) == 1
    return trouvees[0]["id"]


def _inscrire(client: FlaskClient, **champs: str) -> Any:
    donnees = SAISIE | {"certification": _certification(client), "csrf_token": jeton(client, "/compte")} | champs
    return client.post("/inscriptions/new/", data=donnees)


def test_inscrire_par_le_formulaire(application_neuve: Flask, client_neuf: Client) -> None:
    moi = client_neuf("clerc68")
    reponse = _inscrire(moi)
    assert reponse.status_code == 303, reponse.get_data(as_text=True)
    fiche = moi.get(reponse.headers["Location"]).get_data(as_text=True)
    assert "ŒUVRARD-N&#39;DIAYE Élodie" in fiche
    assert "Où en est-on" in fiche
    lignes = _lire(application_neuve, select(Candidat.__table__.c.cle_identite).where(Candidat.__table__.c.prenoms == "Élodie"))
    assert any("oeuvrard n diaye|elodie|1990-05-04|mulhouse" in r[0] for r in lignes)
    # Deux fois la même : dite, jamais doublée.
    encore = _inscrire(moi)
    assert encore.status_code == 422
    assert "déjà inscrit" in encore.get_data(as_text=True)


@pytest.mark.parametrize(("champs", "attendu"), [
    ({"origine": "SL"}, "INS-15"),
    ({"departement_naissance": ""}, "INS-10"),
    ({"voie": "vae"}, "VAE-03"),
    ({"voie": "vae_branche"}, "VAE-02"),
    ({"prescripteur": "organisme"}, "INS-02"),
    ({"date_naissance": "2020-01-01"}, "INS-12"),
    ({"nom_naissance": ""}, "Indiquez le nom de naissance."),
    ({"certification": ""}, "Choisissez une valeur de la liste."),
    ({"certification": "999999"}, "Choisissez une valeur de la liste."),
    ({"pays_naissance": "00000"}, "Choisissez une valeur de la liste."),
    ({"origine": "XX"}, "Choisissez une valeur de la liste."),
    ({"date_naissance": "31/02/1990"}, "date"),
    ({"nom_naissance": "A" * 5000}, "120"),
])
def test_une_saisie_fausse_le_dit_et_n_ecrit_rien(
    application_neuve: Flask, client_neuf: Client, champs: dict[str, str], attendu: str
) -> None:
    moi = client_neuf("clerc68")
    avant = len(_lire(application_neuve, select(Inscription.__table__.c.id)))
    reponse = _inscrire(moi, **champs)
    page = reponse.get_data(as_text=True)
    assert reponse.status_code == 422
    assert attendu in page
    assert 'role="alert"' in page
    assert "Élodie" in page or "nom_naissance" in champs  # la saisie n'est pas perdue
    assert len(_lire(application_neuve, select(Inscription.__table__.c.id))) == avant


def _choix(client: FlaskClient, vue: str, nom: str, terme: str) -> str:
    (trouve, *_) = client.get(f"/{vue}/ajax/lookup/", query_string={"name": nom, "query": terme}).get_json()
    return str(trouve["id"])


@pytest.mark.parametrize("cas", ["VAE-01", "INS-02", "SUP-03", "INS-06"])
def test_un_engagement_impossible_ce_jour_la_se_dit_au_formulaire(
    application_neuve: Flask, client_neuf: Client, cas: str
) -> None:
    """VAE hors RNCP, organisme non habilité, certification supprimée, bloc d'une autre : code, passage, saisie gardée."""
    moi = client_neuf("clerc68")
    c, e = Certification.__table__.c, Enregistrement.__table__.c
    with application_neuve.app_context(), agir_comme(SYSTEME):
        # La certification visée par défaut perd ce qu'il faut pour le cas.
        visee = db.session.get(Certification, int(_certification(moi)))
        if cas == "VAE-01":
            db.session.execute(update(Enregistrement.__table__).where(e.certification_id == visee.id).values(au=dt.date(2026, 8, 31)))
        if cas == "SUP-03":
            db.session.execute(update(Certification.__table__).where(c.id == visee.id).values(date_suppression=dt.date(2026, 9, 1)))
        db.session.commit()
    champs = {
        "VAE-01": {"voie": "vae", "date_recevabilite": "2026-09-01"},
        "INS-02": {"prescripteur": "organisme", "organisme": _choix(moi, "inscriptions", "organisme", "Institut en Projet")},
        "SUP-03": {}, "INS-06": {"blocs": "9999"},
    }[cas]
    reponse = _inscrire(moi, **champs)
    page = reponse.get_data(as_text=True)
    assert reponse.status_code == 422
    assert f"[{cas} · " in page
    assert "Élodie" in page
    assert not _lire(application_neuve, select(Candidat.__table__.c.id).where(Candidat.__table__.c.prenoms == "Élodie"))


def test_une_fiche_qui_ne_se_delivre_plus_se_dit_avant_d_inscrire(application_neuve: Flask, client_neuf: Client) -> None:
    """FC-01 : l'alerte est lue, puis l'inscription s'écrit."""
    moi, e = client_neuf("clerc68"), Enregistrement.__table__.c
    with application_neuve.app_context(), agir_comme(SYSTEME):
        db.session.execute(update(Enregistrement.__table__).where(e.certification_id == int(_certification(moi)))
                           .values(derniere_delivrance=dt.date(2026, 8, 31)))
        db.session.commit()
    reponse = _inscrire(moi)
    page = reponse.get_data(as_text=True)
    assert reponse.status_code == 422
    assert "[FC-01 · " in page
    cachet = re.search(r'name="alertes_lues" value="([^"]+)"', page)[1]
    assert _inscrire(moi, alertes_lues=cachet).status_code == 303


@pytest.mark.parametrize(("adresse", "champs"), [
    ("/organismes/new/", {"nom": "Forge-école"}),
    ("/entreprises/new/", {"raison_sociale": "Forges", "adresse": "1 rue", "secteur": "M"}),
])
@pytest.mark.parametrize("siret", ["123", "99000001100018", "é" * 14, "0" * 14])
def test_un_siret_faux_est_dit_et_garde(client: Client, adresse: str, champs: dict[str, str], siret: str) -> None:
    moi = client("responsable68")
    if "entreprises" in adresse:
        champs = champs | {"code_nace": "25.62"}
    page = moi.post(adresse, data={"csrf_token": jeton(moi, "/compte"), "siret": siret} | champs)
    assert page.status_code == 422
    texte = page.get_data(as_text=True)
    assert "INS-11" in texte
    assert "incident" not in texte
    assert f'value="{siret}"' in texte


def test_recherche_sans_script(client: Client) -> None:
    """Sans script, le texte tapé suffit s'il ne désigne qu'une fiche ; sinon les réponses sont proposées."""
    moi = client("clerc68")
    page = _inscrire(moi, certification="", certification__texte="CQPM").get_data(as_text=True)
    assert "Plusieurs réponses" in page
    assert 'type="radio" name="certification"' in page
    rien = _inscrire(moi, certification="", certification__texte="qqqqq").get_data(as_text=True)
    assert "Rien ne répond à « qqqqq »" in rien


def test_lookup_borne(client: Client) -> None:
    moi = client("clerc68")
    assert len(moi.get("/inscriptions/ajax/lookup/?name=code_nace&query=").get_json()) == 20
    assert moi.get("/inscriptions/ajax/lookup/?name=referentiel&query=a").status_code == 404
    assert client("lecture").get("/inscriptions/ajax/lookup/?name=candidat&query=a").status_code == 404
    assert client("lecture").get("/inscriptions/ajax/lookup/?name=entreprise&query=").status_code == 404
    assert client("jure68").get("/inscriptions/ajax/lookup/?name=entreprise&query=").status_code == 403


def _une_personne(app: Flask, code: str) -> int:
    p, c = Personne.__table__.c, Centre.__table__.c
    return _lire(app, select(p.id).join(Centre.__table__, c.id == p.centre_id).where(c.code == code).limit(1))[0][0]


def test_verrou_optimiste(application_neuve: Flask, client_neuf: Client) -> None:
    moi, autre = client_neuf("clerc68"), client_neuf("responsable68")
    adresse = f"/personnes/edit/?id={_une_personne(application_neuve, '68')}"
    ouvert_avant = _formulaire(moi, adresse)
    assert autre.post(adresse, data=_formulaire(autre, adresse) | {"qualite": "Directrice"}).status_code == 303
    reponse = moi.post(adresse, data=ouvert_avant | {"qualite": "Formateur", "courriel": "x@exemple.fr"})
    page = reponse.get_data(as_text=True)
    assert reponse.status_code == 409
    assert "a changé depuis que vous" in page
    assert "Directrice" in page  # ce qui a changé
    assert "Formateur" in page  # la saisie gardée
    # Relu, puis envoyé avec la version actuelle : la saisie passe.
    version = re.search(r'name="version_lue" value="(\d+)"', page)[1]
    assert moi.post(adresse, data=ouvert_avant | {"qualite": "Formateur", "version_lue": version}).status_code == 303
    p = Personne.__table__.c
    assert _lire(application_neuve, select(p.qualite).where(p.id == int(adresse.rpartition("=")[2]))) == [("Formateur",)]


@pytest.mark.parametrize("cle", ["999999", "abc", "-1", "99999999999999999999"])
def test_une_cle_inconnue_est_une_erreur_jamais_un_vide(application_neuve: Flask, client_neuf: Client, cle: str) -> None:
    moi = client_neuf("clerc68")
    i = Inscription.__table__.c
    c = Centre.__table__.c
    (ligne,) = _lire(application_neuve, select(i.id, i.organisme_id).join(Centre.__table__, c.id == i.centre_id).where(
        c.code == "68", i.organisme_id.is_not(None), i.etat == "ouverte").limit(1))
    adresse = f"/inscriptions/edit/?id={ligne.id}"
    saisie = _formulaire(moi, adresse)
    for champs in ({"organisme": cle, "organisme__texte": ""}, {"organisme": cle}, {"entreprise": cle, "entreprise__texte": ""}):
        reponse = moi.post(adresse, data=saisie | champs)
        assert reponse.status_code == 422
        assert "Choisissez une valeur de la liste" in reponse.get_data(as_text=True) or "répond" in reponse.get_data(as_text=True)
    assert _lire(application_neuve, select(i.organisme_id).where(i.id == ligne.id)) == [(ligne.organisme_id,)]


def test_une_modification_d_inscription_est_jugee(application_neuve: Flask, client_neuf: Client) -> None:
    moi = client_neuf("clerc68")
    i, c = Inscription.__table__.c, Centre.__table__.c
    (ligne,) = _lire(application_neuve, select(i.id, i.date_inscription).join(Centre.__table__, c.id == i.centre_id).where(
        c.code == "68", i.etat == "ouverte", i.voie == "formation").order_by(i.id).limit(1))
    adresse = f"/inscriptions/edit/?id={ligne.id}"
    saisie = _formulaire(moi, adresse)
    refus = moi.post(adresse, data=saisie | {"date_inscription": "1980-01-01"})
    assert refus.status_code == 422
    assert "INS-" in refus.get_data(as_text=True)
    assert _lire(application_neuve, select(i.date_inscription).where(i.id == ligne.id)) == [(ligne.date_inscription,)]
    juste = moi.post(adresse, data=saisie | {"reference": "REF-1"})
    assert juste.status_code == 303 or "alertes_lues" in juste.get_data(as_text=True)


def test_un_champ_hors_liste_blanche_n_est_pas_ecrit(application_neuve: Flask, client_neuf: Client) -> None:
    moi = client_neuf("clerc68")
    cle = _une_personne(application_neuve, "68")
    c, p = Centre.__table__.c, Personne.__table__.c
    (autre,) = _lire(application_neuve, select(c.id).where(c.code == "69"))[0]
    adresse = f"/personnes/edit/?id={cle}"
    moi.post(adresse, data=_formulaire(moi, adresse) | {"centre": str(autre), "centre_id": str(autre), "id": "1"})
    (centre,) = _lire(application_neuve, select(p.centre_id).where(p.id == cle))[0]
    assert centre != autre


def test_compte_cree_par_le_responsable(application_neuve: Flask, client_neuf: Client) -> None:
    moi = client_neuf("responsable68")
    compte = {"identifiant": "Nouveau.Clerc", "nom": "Nouveau Clerc", "role": "clerc", "actif": "y",
              "csrf_token": jeton(moi, "/compte")}
    court = moi.post("/utilisateurs/new/", data=compte | {"nouveau_mot_de_passe": "court"})
    assert court.status_code == 422
    assert "14 caractères" in court.get_data(as_text=True)
    assert moi.post("/utilisateurs/new/", data=compte).status_code == 422  # sans mot de passe
    for role in ("administrateur", "gtp"):
        refus = moi.post("/utilisateurs/new/", data=compte | {"role": role, "nouveau_mot_de_passe": "cuivre-lampe-rivage-pluie"})
        assert refus.status_code == 422, role
    bon = moi.post("/utilisateurs/new/", data=compte | {"nouveau_mot_de_passe": "tuile-saumon-grenier-vent"})
    assert bon.status_code == 303, bon.get_data(as_text=True)
    u, c = Utilisateur.__table__.c, Centre.__table__.c
    (ligne,) = _lire(application_neuve, select(u.mot_de_passe, c.code).join(Centre.__table__, c.id == u.centre_id).where(
        u.identifiant == "nouveau.clerc"))
    assert ligne.mot_de_passe.startswith("$argon2id$")
    assert ligne.code == "68"
    assert "tuile-saumon" not in moi.get("/journal/").get_data(as_text=True)
    connecter(application_neuve, "nouveau.clerc", "tuile-saumon-grenier-vent")
    double = moi.post("/utilisateurs/new/", data=compte | {"nouveau_mot_de_passe": "tuile-saumon-grenier-vent"})
    assert double.status_code == 422
    assert "déjà pris" in double.get_data(as_text=True)


def test_desactiver_demande_confirmation_et_deconnecte(application_neuve: Flask, client_neuf: Client) -> None:
    moi = client_neuf("admin")
    client_neuf("clerc68")
    u = Utilisateur.__table__.c
    (cle,) = _lire(application_neuve, select(u.id).where(u.identifiant == "clerc68"))[0]
    envoi = {"action": "desactiver", "rowid": str(cle), "csrf_token": jeton(moi, "/compte")}
    question = moi.post("/utilisateurs/action/", data=envoi)
    assert question.status_code == 200
    assert "ne pourront plus se connecter" in question.get_data(as_text=True)
    assert _lire(application_neuve, select(u.actif).where(u.id == cle)) == [(True,)]
    assert moi.post("/utilisateurs/action/", data=envoi | {"confirme": "1"}).status_code == 303
    assert _lire(application_neuve, select(u.actif).where(u.id == cle)) == [(False,)]
    s = SessionConnexion.__table__.c
    assert not _lire(application_neuve, select(s.empreinte).where(s.utilisateur_id == cle))


def test_amenagement_au_responsable_seul(application_neuve: Flask, client_neuf: Client) -> None:
    moi = client_neuf("responsable68")
    i, c = Inscription.__table__.c, Centre.__table__.c
    lignes = dict(_lire(application_neuve, select(c.code, i.id).join(Centre.__table__, c.id == i.centre_id).where(i.etat == "ouverte")))
    envoi = {"inscription": str(lignes["68"]), "demande_le": "", "mesures": "Temps majoré", "csrf_token": jeton(moi, "/compte")}
    assert moi.post("/amenagements/new/", data=envoi).status_code == 422
    assert moi.post("/amenagements/new/", data=envoi | {"inscription": str(lignes["69"]), "demande_le": "2026-09-01"}).status_code == 422
    bon = moi.post("/amenagements/new/", data=envoi | {"demande_le": "2026-09-01"})
    assert bon.status_code == 303, bon.get_data(as_text=True)
    assert "Temps majoré" in moi.get(bon.headers["Location"]).get_data(as_text=True)
    assert "lecture" in moi.get("/journal/").get_data(as_text=True)
    clerc = client_neuf("clerc68")
    assert clerc.get(bon.headers["Location"]).status_code == 403
    assert "Temps majoré" not in clerc.get("/journal/").get_data(as_text=True)


def test_un_refus_sans_regle_ne_montre_ni_sql_ni_valeur(application_neuve: Flask, client_neuf: Client, caplog: Any) -> None:
    """Supprimer une personne qui siège : la base refuse, la page le dit sans SQL."""
    moi = client_neuf("clerc68")
    with application_neuve.app_context():
        cle = db.session.connection().exec_driver_sql("SELECT personne_id FROM siege s JOIN centre c ON c.id = s.centre_id WHERE c.code = '68' LIMIT 1").scalar_one()
        db.session.rollback()
    reponse = moi.post("/personnes/delete/", data={"id": cle, "confirme": "1", "csrf_token": jeton(moi, "/compte")}, follow_redirects=True)
    page = reponse.get_data(as_text=True)
    assert "dépendent de celle-ci" in page
    for interdit in ("SQL", "FOREIGN", "DELETE", "IntegrityError", "sqlite", "psycopg"):
        assert interdit not in page
        assert interdit not in caplog.text


def test_base_occupee_dit_de_reessayer(application_neuve: Flask, client_neuf: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    moi = client_neuf("clerc68")
    adresse = f"/personnes/edit/?id={_une_personne(application_neuve, '68')}"
    saisie = _formulaire(moi, adresse)

    def verrouillee(*_: Any) -> None:
        raise OperationalError("UPDATE secret", {}, Exception("database is locked"))

    monkeypatch.setattr("admin_views.administration.PersonnesView.juger", verrouillee)
    reponse = moi.post(adresse, data=saisie | {"qualite": "Autre"})
    assert reponse.status_code == 503
    assert "secret" not in reponse.get_data(as_text=True)


def test_retour_jamais_ailleurs(application_neuve: Flask, client_neuf: Client) -> None:
    moi = client_neuf("clerc68")
    adresse = f"/personnes/edit/?id={_une_personne(application_neuve, '68')}"
    for url in ("//evil.example", "http:evil.example", "/\\evil.example", "//["):
        reponse = moi.post(adresse, data=_formulaire(moi, adresse) | {"url": url})
        assert reponse.status_code == 303
        assert reponse.headers["Location"].startswith("/personnes/")


def test_deux_fiches_en_une_transaction_ne_se_melangent_pas(application_neuve: Flask, client_neuf: Client) -> None:
    """Le nom change : la clé d'identité et la recherche suivent."""
    moi = client_neuf("clerc68")
    i, c, k = Inscription.__table__.c, Centre.__table__.c, Candidat.__table__.c
    (cle,) = _lire(application_neuve, select(i.candidat_id).join(Centre.__table__, c.id == i.centre_id).where(
        c.code == "68", i.etat == "ouverte").limit(1))[0]
    with application_neuve.app_context():
        db.session.execute(update(Candidat.__table__).where(k.id == cle).values(nom_usage=""))
        db.session.commit()
    adresse = f"/candidats/edit/?id={cle}"
    reponse = moi.post(adresse, data=_formulaire(moi, adresse) | {"nom_naissance": "Ølsen", "nom_usage": "Crépin"})
    assert reponse.status_code == 303, reponse.get_data(as_text=True)
    (ligne,) = _lire(application_neuve, select(k.recherche, k.recherche_usage, k.cle_identite).where(k.id == cle))
    assert ligne.recherche.startswith("olsen ")
    assert ligne.recherche_usage.startswith("crepin ")
    assert ligne.cle_identite.startswith("olsen|")
