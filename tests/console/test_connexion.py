"""Connexion, sessions, en-têtes, pages d'erreur."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from admin_views.connexion import defaut_du_mot_de_passe
from admin_views.extensions import db
from models import Journal, SessionConnexion, Utilisateur
from tests.conftest import Modele
from tests.console.conftest import MOT_DE_PASSE, Client, application_sur, connecter, jeton


def test_rien_sans_compte(application: Flask) -> None:
    """Aucune route ne répond à un anonyme, sauf la connexion, le statique et les pages publiques."""
    publiques = {"static", "connexion.entrer", "connexion.sortir", "verification.verifier", "listes.liste_publique"}
    client = application.test_client()
    for regle in application.url_map.iter_rules():
        if regle.endpoint in publiques:
            continue
        adresse = re.sub(r"<(?:[^:>]+:)?[^>]+>", "1", regle.rule)
        for methode in (regle.methods or set()) & {"GET", "POST"}:
            reponse = client.open(adresse, method=methode)
            assert reponse.status_code in {303, 400, 404}, (methode, adresse, reponse.status_code)
            if reponse.status_code == 303:
                assert reponse.headers["Location"].startswith("/connexion")


def test_en_tetes(client: Client) -> None:
    reponse = client("clerc68").get("/")
    csp = reponse.headers["Content-Security-Policy"]
    assert "default-src 'none'" in csp
    assert "unsafe-inline" not in csp
    nonce = re.search(r"'nonce-([^']+)'", csp)
    assert nonce
    page = reponse.get_data(as_text=True)
    assert all(nonce.group(1) in balise for balise in re.findall(r"<script[^>]*>", page))
    assert not re.search(r"\sstyle=|\son\w+=", page)
    for nom, valeur in {"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}.items():
        assert reponse.headers[nom] == valeur


def test_cookie(application: Flask) -> None:
    client = application.test_client()
    jeton(client)
    reponse = client.post("/connexion", data={
        "identifiant": "clerc68", "mot_de_passe": MOT_DE_PASSE, "csrf_token": jeton(client),
    })
    cookie = reponse.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_mauvais_mot_de_passe_et_frein(client_neuf: Client, application_neuve: Flask) -> None:
    client = application_neuve.test_client()
    donnees = {"identifiant": "clerc68", "mot_de_passe": "pas le bon mot", "csrf_token": jeton(client)}
    codes = [client.post("/connexion", data=donnees).status_code for _ in range(6)]
    assert codes == [401] * 5 + [429]
    bon = client.post("/connexion", data=donnees | {"mot_de_passe": MOT_DE_PASSE})
    assert bon.status_code == 429
    autre = client_neuf("gtp")
    assert autre.get("/").status_code == 200


@pytest.mark.parametrize(("mandataires", "visiteurs_freines"), [(0, True), (1, False)])
def test_le_frein_compte_le_visiteur_derriere_un_mandataire(
    modele_demonstration: tuple[Modele, str], tmp_path: Path, mandataires: int, visiteurs_freines: bool
) -> None:
    """Sans mandataire déclaré, l'en-tête d'un visiteur ne change rien à son adresse : il n'échappe pas au frein."""
    with application_sur(modele_demonstration, tmp_path, MANDATAIRES=mandataires) as app:
        client = app.test_client()
        codes = [
            client.get(f"/verifier/ZZZZZZZZZZ{i}", headers={"X-Forwarded-For": f"192.0.2.{i}"}).status_code
            for i in range(10, 32)
        ]
    assert (429 in codes) is visiteurs_freines


def test_compte_inconnu_meme_reponse(application: Flask) -> None:
    client = application.test_client()
    reponses = [
        client.post("/connexion", data={"identifiant": i, "mot_de_passe": "faux mais long", "csrf_token": jeton(client)})
        for i in ("lecture", "personne")
    ]
    assert {r.status_code for r in reponses} == {401}
    textes = [re.sub(r'value="[^"]*"|nonce[^ >]*', "", r.get_data(as_text=True)) for r in reponses]
    assert textes[0] == textes[1]


def test_sans_jeton_de_formulaire(application: Flask) -> None:
    client = application.test_client()
    reponse = client.post("/connexion", data={"identifiant": "gtp", "mot_de_passe": MOT_DE_PASSE})
    assert reponse.status_code == 400


def test_cookie_rejoue_apres_deconnexion(application_neuve: Flask) -> None:
    client = connecter(application_neuve, "clerc68")
    copie = client.get_cookie("console")
    assert copie is not None
    client.post("/deconnexion", data={"csrf_token": jeton(client, "/compte")})
    voleur = application_neuve.test_client()
    voleur.set_cookie("console", copie.value)
    assert voleur.get("/").status_code in {302, 303}


def test_changer_son_mot_de_passe_ferme_les_autres_sessions(application_neuve: Flask) -> None:
    ici, ailleurs = connecter(application_neuve, "clerc68"), connecter(application_neuve, "clerc68")
    nouveau = "marteau-nuage-tulipe-quartz"
    page = ici.post("/compte", data={
        "csrf_token": jeton(ici, "/compte"), "actuel": "faux", "nouveau": nouveau, "confirmation": nouveau,
    })
    assert page.status_code == 422
    fait = ici.post("/compte", data={
        "csrf_token": jeton(ici, "/compte"), "actuel": MOT_DE_PASSE, "nouveau": nouveau, "confirmation": nouveau,
    })
    assert fait.status_code == 303
    assert ici.get("/").status_code == 200
    assert ailleurs.get("/").status_code in {302, 303}
    connecter(application_neuve, "clerc68", nouveau)
    with application_neuve.app_context():
        changements = db.session.scalars(
            select(Journal.apres).where(Journal.objet == "utilisateur", Journal.action == "modification"),
            execution_options={"sans_perimetre": True},
        ).all()
    assert {"mot_de_passe": "…"} in changements


def test_compte_desactive(application_neuve: Flask) -> None:
    client = connecter(application_neuve, "clerc68")
    with application_neuve.app_context():
        u = Utilisateur.__table__
        db.session.execute(u.update().where(u.c.identifiant == "clerc68").values(actif=False))
        db.session.commit()
    assert client.get("/").status_code in {302, 303}


def test_seule_l_empreinte_du_jeton_est_gardee(application_neuve: Flask) -> None:
    client = connecter(application_neuve, "clerc68")
    with client.session_transaction() as session:
        identifiant = session["_user_id"]
    with application_neuve.app_context():
        empreintes = db.session.scalars(select(SessionConnexion.empreinte)).all()
    assert identifiant not in empreintes
    assert all(len(e) == 64 for e in empreintes)


@pytest.mark.parametrize(("mot_de_passe", "accepte"), [
    ("court", False), ("azertyazertyazerty", False), ("clerc68clerc68clerc68", False), ("aaaaaaaaaaaaaaaa", False),
    ("motdepasse123456", False), ("cuivre lampe rivage", True), ("Zx9!kkQ27pLmWv", True), ("x" * 201, False),
])
def test_mots_de_passe(mot_de_passe: str, accepte: bool) -> None:
    assert (defaut_du_mot_de_passe(mot_de_passe, "clerc68") is None) is accepte


@pytest.mark.parametrize("adresse", [
    "/inscriptions/?page=99999999999999999999", "/inscriptions/?page=-3", "/inscriptions/details/?id=abc",
    "/inscriptions/details/?id=999999999999999999999", "/inscriptions/?recherche=" + "x" * 1500,
    "/inscriptions/?tri=999", "/inscriptions/?flt0_0=%27%22", "/documents/pv/999999.pdf", "/jury/999999/", "/nulle-part",
    "/inscriptions/?recherche=%00", "/candidats/details/?id=1&url=http://evil.example", "/verifier/%3Cscript%3E",
])
def test_adresse_bizarre_sans_trace(client: Client, adresse: str) -> None:
    reponse = client("clerc68").get(adresse)
    page = reponse.get_data(as_text=True)
    assert reponse.status_code < 500
    assert str(Path(__file__).parents[2]) not in page
    assert not re.search(r"Traceback|SELECT |sqlalchemy|\.py\b|evil\.example", page)


def test_verification_publique(application: Flask) -> None:
    with application.app_context():
        from models import Certificat

        certificat = db.session.scalars(
            select(Certificat), execution_options={"sans_perimetre": True}
        ).first()
        assert certificat is not None
        code, numero = certificat.code_verification, certificat.numero
        candidat = db.session.get(
            type(certificat).candidat.property.mapper.class_, certificat.candidat_id,
            execution_options={"sans_perimetre": True},
        )
        nom = candidat.nom_naissance
    client = application.test_client()
    page = client.get(f"/verifier/{code[:4]}-{code[4:8].lower()}-{code[8:]}")
    assert page.status_code == 200
    assert numero in page.get_data(as_text=True)
    assert nom not in page.get_data(as_text=True)
    assert client.get("/verifier/ABCDEFGHJKMN").status_code == 404
    codes = [client.get("/verifier/ABCDEFGHJKMN").status_code for _ in range(25)]
    assert codes[-1] == 429


def test_une_recherche_ne_rend_pas_de_cookie(client: Client) -> None:
    """Elle rendrait, en retard, la session d'avant le formulaire : le message de réussite se perdrait."""
    clerc = client("clerc68")
    clerc.get("/")
    assert "Set-Cookie" not in clerc.get("/aller", query_string={"q": "a"}, headers={"Accept": "application/json"}).headers
