"""Les écrans des parcours certifiants : qui peut quoi, la saisie en tableur avec et sans script, les actes, les documents."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from admin_views.extensions import db
from models import AttributionParcours, Journal, Parcours, Piece
from models.contexte import agir_comme
from rules.nomenclatures import EtatReferentiel
from tests.conftest import SYSTEME
from tests.console.conftest import jeton

RUBRIQUES = {
    "societe": "Forges", "adresse": "1 rue", "intitule": "Forgeron", "public_vise": "Opérateurs", "minutes": "3,5", "mois": "2",
    "attestation": "Acquis", "avis_cse": "pas_de_cse", "avis_cse_le": "", "evaluation_conditions": "Tout",
    "evaluation_modalites": "Au poste", "evaluation_criteres": "Conforme",
}
DOMAINES = {
    "domaines-domaine": ["Réalisation", "Technologies"], "domaines-competences": ["Forger", "Expliquer"],
    "domaines-contenus": ["Feu", "Métaux"], "domaines-minutes": ["2", "1h30"], "domaines-intervenants": ["Tuteur", "AFPI"],
}
MODULES = {
    "modules-phase": ["1"], "modules-module": ["Forge"], "modules-objectifs": ["Forger"], "modules-minutes": ["3 h 30"],
    "modules-nature": ["interne"], "modules-organisme": [""],
}


def lire(app: Flask, requete: Any) -> Any:
    with app.app_context(), agir_comme(SYSTEME):
        return db.session.execute(requete).scalars().all()


def parcours(app: Flask, etat: EtatReferentiel) -> int:
    return lire(app, select(Parcours.id).where(Parcours.etat == etat).order_by(Parcours.id))[0]


def envoyer(moi: FlaskClient, adresse: str, donnees: dict[str, Any], **kw: Any):
    return moi.post(adresse, data={"csrf_token": jeton(moi, "/compte"), **donnees}, **kw)


def creer(moi: FlaskClient, app: Flask, **change: Any) -> int:
    reponse = envoyer(moi, "/parcours/new/", {**RUBRIQUES, **DOMAINES, **MODULES, **change})
    assert reponse.status_code == 303, reponse.get_data(as_text=True)
    return lire(app, select(Parcours.id).order_by(Parcours.id.desc()))[0]


def test_saisir_la_fiche_et_le_programme_comme_un_tableur(application_neuve, client_neuf):
    moi = client_neuf("clerc68")
    cle = creer(moi, application_neuve)
    page = moi.get(f"/parcours/details/?id={cle}").get_data(as_text=True)
    for attendu in ("Forgeron", "Réalisation", "1\u00a0h\u00a030", "Programme de formation : 3\u00a0h\u00a030", "Joignez le courrier"):
        assert attendu in page
    version = lire(application_neuve, select(Parcours.version).where(Parcours.id == cle))[0]
    # Ranger, retirer, ajouter : les lignes suivent l'ordre saisi.
    lignes = {nom: [valeurs[1], *valeurs[:0], "Fin" if nom == "domaines-domaine" else "30" if "minutes" in nom else "x"]
              for nom, valeurs in DOMAINES.items()}
    reponse = envoyer(moi, f"/parcours/edit/?id={cle}", {**RUBRIQUES, **lignes, **MODULES, "version_lue": version})
    assert reponse.status_code == 303
    with application_neuve.app_context(), agir_comme(SYSTEME):
        ecrit = db.session.get(Parcours, cle)
        assert [(d.ordre, d.domaine, d.minutes) for d in ecrit.domaines] == [(1, "Technologies", 90), (2, "Fin", 1800)]
        assert ecrit.version > version


@pytest.mark.parametrize(("geste", "attendu"), [
    ("domaines:ajouter", ["Réalisation", "Technologies", ""]), ("domaines:retirer:0", ["Technologies"]),
    ("domaines:descendre:0", ["Technologies", "Réalisation"]), ("domaines:monter:1", ["Technologies", "Réalisation"]),
    ("domaines:monter:0", ["Réalisation", "Technologies"]), ("domaines:retirer:9", ["Réalisation", "Technologies"]),
])
def test_sans_script_chaque_geste_rejoue_la_saisie_sans_rien_enregistrer(application_neuve, client_neuf, geste, attendu):
    moi = client_neuf("clerc68")
    avant = len(lire(application_neuve, select(Parcours.id)))
    reponse = envoyer(moi, "/parcours/new/", {**RUBRIQUES, **DOMAINES, **MODULES, "geste": geste})
    page = reponse.get_data(as_text=True)
    assert reponse.status_code == 200
    noms = [m.split('value="')[1].split('"')[0] for m in page.split('name="domaines-domaine"')[1:]]
    assert [n.replace("&#39;", "'") for n in noms] == attendu
    assert 'value="Forgeron"' in page
    assert "<strong data-total>" in page
    assert len(lire(application_neuve, select(Parcours.id))) == avant


def test_un_geste_inconnu_est_refuse(client):
    moi = client("clerc68")
    for geste in ("domaines:vider", "autre:ajouter", "domaines:monter:9999", "x" * 500):
        assert envoyer(moi, "/parcours/new/", {**RUBRIQUES, **DOMAINES, **MODULES, "geste": geste}).status_code == 400


@pytest.mark.parametrize(("change", "message"), [
    ({"domaines-minutes": ["2", "trois"]}, "Fiche du parcours (annexe 3), ligne 2, nombre d&#39;heures"),
    ({"domaines-domaine": ["", "Technologies"]}, "À remplir."),
    ({"modules-phase": ["0"]}, "Écrivez un nombre de 1 à 99."), ({"modules-nature": ["dehors"]}, "Choisissez une valeur de la liste."),
    ({"minutes": "beaucoup"}, "Écrivez une durée"), ({"domaines-domaine": ["x" * 201, "y"]}, "Au plus 200 caractères."),
    ({"societe": ""}, "obligatoire"),
])
def test_une_cellule_fausse_est_dite_a_sa_place_et_rien_n_est_perdu(client, application, change, message):
    moi = client("clerc68")
    avant = len(lire(application, select(Parcours.id)))
    reponse = envoyer(moi, "/parcours/new/", {**RUBRIQUES, **DOMAINES, **MODULES, **change})
    page = reponse.get_data(as_text=True)
    assert reponse.status_code == 422
    assert message in page
    assert "Métaux" in page
    assert len(lire(application, select(Parcours.id))) == avant


@pytest.mark.parametrize("valeur", ["<script>alert(1)</script>", "'; DROP TABLE parcours; --", "=cmd|' /C calc'!A0", "é" * 4000, "\u202egnp"])
def test_une_saisie_hostile_est_du_texte(application_neuve, client_neuf, valeur):
    moi = client_neuf("clerc68")
    cle = creer(moi, application_neuve, **{"domaines-contenus": [valeur, "b"], "public_vise": valeur})
    page = moi.get(f"/parcours/details/?id={cle}").get_data(as_text=True)
    assert "<script>alert(1)</script>" not in page
    assert moi.get(f"/parcours/edit/?id={cle}").status_code == 200
    assert moi.get(f"/documents/parcours/{cle}/fiche.pdf").status_code in {200, 422}


def test_deux_personnes_sur_la_meme_fiche(application_neuve, client_neuf):
    moi = client_neuf("clerc68")
    cle = creer(moi, application_neuve)
    version = lire(application_neuve, select(Parcours.version).where(Parcours.id == cle))[0]
    adresse = f"/parcours/edit/?id={cle}"
    un = {**DOMAINES, "domaines-contenus": ["Feu et braise", "Métaux"]}
    assert envoyer(moi, adresse, {**RUBRIQUES, **un, **MODULES, "version_lue": version}).status_code == 303
    reponse = envoyer(moi, adresse, {**RUBRIQUES, **DOMAINES, **MODULES, "version_lue": version, "domaines-contenus": ["Autre", "m"]})
    page = reponse.get_data(as_text=True)
    assert reponse.status_code == 409
    assert "Autre" in page
    assert "Fiche du parcours (annexe 3)" in page


def test_joindre_soumettre_et_ne_plus_toucher(application_neuve, client_neuf):
    moi = client_neuf("clerc68")
    cle = creer(moi, application_neuve)
    refus = envoyer(moi, "/parcours/soumettre/", {"id": cle}, follow_redirects=True).get_data(as_text=True)
    assert "PPC-02" in refus
    faux = {"nature_piece": "courrier", "piece": (io.BytesIO(b"MZ\x90\x00"), "courrier.pdf")}
    assert "PIE-" in envoyer(moi, f"/parcours/joindre/?id={cle}", faux, follow_redirects=True).get_data(as_text=True)
    bon = {"nature_piece": "courrier", "piece": (io.BytesIO(b"%PDF-1.4 courrier"), "courrier.pdf")}
    assert "Pièce jointe au dossier" in envoyer(moi, f"/parcours/joindre/?id={cle}", bon, follow_redirects=True).get_data(as_text=True)
    page = envoyer(moi, "/parcours/soumettre/", {"id": cle}, follow_redirects=True).get_data(as_text=True)
    assert "Dossier soumis au GTP" in page
    assert moi.get(f"/parcours/edit/?id={cle}").status_code == 303
    assert "PPC-03" in envoyer(moi, f"/parcours/edit/?id={cle}", {**RUBRIQUES, **DOMAINES, **MODULES}, follow_redirects=True).get_data(as_text=True)
    assert "PPC-03" in envoyer(moi, "/parcours/delete/", {"id": cle, "confirme": "1"}, follow_redirects=True).get_data(as_text=True)
    assert lire(application_neuve, select(Parcours.etat).where(Parcours.id == cle)) == [EtatReferentiel.SOUMIS]


def test_reviser_ouvre_une_version_et_une_seule(application_neuve, client_neuf):
    moi = client_neuf("clerc68")
    cle = parcours(application_neuve, EtatReferentiel.VALIDE)
    page = envoyer(moi, "/parcours/reviser/", {"id": cle}, follow_redirects=True).get_data(as_text=True)
    assert "Version 2" in page
    assert "Versions" in page
    assert "déjà en cours" in envoyer(moi, "/parcours/reviser/", {"id": cle}, follow_redirects=True).get_data(as_text=True)


ATTRIBUTION = {
    "nom": "Weber", "prenoms": "Anne", "date_naissance": "1990-05-01", "organisme_evaluation": "Évaluateurs", "habilite_le": "2026-01-01",
    "evalue_le": "2026-06-01", "resultat": "attribuee", "emploi": "Régleuse", "cotation": "Classe 6",
}


def test_attribuer_puis_annuler(application_neuve, client_neuf):
    moi = client_neuf("clerc68")
    cle = parcours(application_neuve, EtatReferentiel.VALIDE)
    valide_le = lire(application_neuve, select(Parcours.valide_le).where(Parcours.id == cle))[0]
    formulaire = moi.get(f"/attributions-parcours/new/?parcours={cle}").get_data(as_text=True)
    assert f'value="{cle}" data-choix-cle' in formulaire
    donnees = {**ATTRIBUTION, "parcours": cle, "habilite_le": str(valide_le), "evalue_le": str(valide_le), "attribue_le": str(valide_le)}
    refus = envoyer(moi, "/attributions-parcours/new/", {**donnees, "cotation": ""})
    assert refus.status_code == 422
    assert "PPC-04" in refus.get_data(as_text=True)
    assert 'value="Weber"' in refus.get_data(as_text=True)
    assert envoyer(moi, "/attributions-parcours/new/", donnees).status_code == 303
    identite = lire(application_neuve, select(AttributionParcours.id).order_by(AttributionParcours.id.desc()))[0]
    deja = envoyer(moi, "/attributions-parcours/new/", donnees)
    assert "déjà attribué" in deja.get_data(as_text=True)
    attestation = moi.get(f"/documents/attribution/{identite}/attestation.pdf")
    assert attestation.status_code == 200
    assert attestation.data.startswith(b"%PDF")
    assert moi.get(f"/attributions-parcours/edit/?id={identite}").status_code == 403
    sans = envoyer(moi, "/attributions-parcours/annuler/", {"id": identite, "motif": ""}, follow_redirects=True)
    assert "Dites pourquoi" in sans.get_data(as_text=True)
    page = envoyer(moi, "/attributions-parcours/annuler/", {"id": identite, "motif": "Nom mal écrit"}, follow_redirects=True).get_data(as_text=True)
    assert "Nom mal écrit" in page
    assert moi.get(f"/documents/attribution/{identite}/attestation.pdf").status_code == 422
    assert lire(application_neuve, select(Journal.id).where(Journal.objet == "attribution_parcours", Journal.objet_id == identite))


@pytest.mark.parametrize(("compte", "codes"), [
    ("clerc68", (200, 200)), ("responsable68", (200, 200)), ("gtp", (200, 403)), ("lecture", (200, 403)),
    ("clerc69", (404, 404)), ("jure68", (403, 403)), ("admin", (403, 403)),
])
def test_qui_lit_et_qui_ecrit(application, client, compte, codes):
    moi = client(compte)
    projet, valide = (parcours(application, e) for e in (EtatReferentiel.PROJET, EtatReferentiel.VALIDE))
    assert moi.get(f"/parcours/details/?id={projet}").status_code == codes[0]
    assert moi.get(f"/parcours/edit/?id={projet}").status_code == codes[1]
    document = moi.get(f"/documents/parcours/{valide}/fiche.pdf").status_code
    assert document == codes[0]
    for route in ("soumettre", "reviser"):
        refuse = envoyer(moi, f"/parcours/{route}/", {"id": projet}).status_code if codes[1] != 200 else codes[1]
        assert refuse == codes[1]
    (piece, *_) = lire(application, select(Piece.id).where(Piece.parcours_id == valide))
    assert moi.get(f"/pieces/{piece}").status_code == (200 if codes[0] == 200 else 404)


def test_l_export_ne_montre_que_le_territoire(client):
    assert "Régleur de presses" in client("clerc68").get("/parcours/export/csv/").get_data(as_text=True)
    assert "Régleur de presses" not in client("clerc69").get("/parcours/export/csv/").get_data(as_text=True)
    assert "Kestenholz" in client("gtp").get("/attributions-parcours/export/csv/").get_data(as_text=True)
    assert "Kestenholz" not in client("clerc69").get("/attributions-parcours/export/csv/").get_data(as_text=True)


def test_le_parcours_valide_est_sur_la_liste_des_certifications(client):
    page = client("lecture").get("/certifications/?recherche=regleur").get_data(as_text=True)
    assert "PPC 2" in page
