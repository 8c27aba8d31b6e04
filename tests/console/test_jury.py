"""Le chemin d'un jury par la console, et l'anonymat de la délibération, sur les deux moteurs."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from admin_views.extensions import db
from models import Candidat, Certificat, Inscription, Jury, Personne, Presentation, Siege, Syndicat, Vote
from models.base import aujourd_hui
from models.contexte import agir_comme, systeme
from rules import controle
from rules.collecte_evaluation import dossiers_facts
from rules.nomenclatures import EtatInscription, EtatJury
from rules.noyau import bloquantes
from tests.console.conftest import Client, jeton


def _envoyer(client: FlaskClient, adresse: str, **donnees: object) -> str:
    """Envoie un formulaire, suit la redirection, rend la page."""
    reponse = client.post(adresse, data={"csrf_token": jeton(client, "/compte")} | donnees, follow_redirects=True)
    assert reponse.status_code == 200, (adresse, reponse.status_code, reponse.get_data(as_text=True)[:500])
    return reponse.get_data(as_text=True)


def _centre_68() -> int:
    return db.session.execute(text("SELECT id FROM centre WHERE code = '68'")).scalar_one()


def _jury_neuf(app: Flask) -> int:
    with app.app_context(), agir_comme(systeme("essais")):
        jury = Jury(centre_id=_centre_68(), date_jury=aujourd_hui(), lieu="Mulhouse")
        db.session.add(jury)
        db.session.commit()
        return jury.id


def _ouvert(app: Flask) -> Jury:
    return db.session.scalars(
        select(Jury).where(Jury.etat == EtatJury.OUVERT, Jury.centre_id == _centre_68()),
        execution_options={"sans_perimetre": True},
    ).first()  # type: ignore[return-value]


def test_de_la_composition_aux_certificats(application_neuve: Flask, client_neuf: Client) -> None:
    app = application_neuve
    jury_id = _jury_neuf(app)
    clerc, responsable = client_neuf("clerc68"), client_neuf("responsable68")
    page = clerc.get(f"/jury/{jury_id}/").get_data(as_text=True)
    assert "JUR-12" in page
    with app.app_context(), agir_comme(systeme("essais")):
        syndicats = {s.sigle: s.id for s in db.session.scalars(select(Syndicat)) if s.representative_le(aujourd_hui())}
        libres = db.session.scalars(
            select(Inscription.id).where(
                Inscription.centre_id == _centre_68(), Inscription.etat == EtatInscription.OUVERTE, Inscription.cible == "",
                Inscription.id.not_in(select(Presentation.inscription_id)),
                Inscription.certification.has(numero=21),
            ).order_by(Inscription.id)
        ).all()
        dossiers = dossiers_facts(db.session(), libres)
        complets = [i for i in libres if not bloquantes(controle.dossier(dossiers[i]))]
        inscriptions, incomplet = complets[:3], next(i for i in libres if i not in complets)
        db.session.rollback()
    assert len(inscriptions) == 3
    adresse = f"/jury/{jury_id}"
    _envoyer(clerc, f"{adresse}/sieges", titre="president", nom="Roesch", prenoms="Hélène", qualite="Directrice")
    _envoyer(clerc, f"{adresse}/sieges", titre="patronale", nom="Klein", prenoms="Luc", entreprise="Forges")
    sigles = list(syndicats)
    _envoyer(clerc, f"{adresse}/sieges", titre="syndicale", syndicat=syndicats[sigles[0]], nom="Weber", prenoms="Inès")
    page = _envoyer(clerc, f"{adresse}/sieges", titre="syndicale", syndicat=syndicats[sigles[0]], nom="Roux", prenoms="Théo")
    assert "JUR-04" in page
    page = _envoyer(clerc, f"{adresse}/sieges", titre="president", nom="Double", prenoms="Président")
    assert "JUR-06" in page
    page = _envoyer(clerc, f"{adresse}/ouvrir")
    assert "JUR-12" in page
    page = _envoyer(clerc, f"{adresse}/presenter", rowid=[str(i) for i in (*inscriptions, incomplet)])
    assert "EVA-0" in page
    assert "il manque" in page
    page = _envoyer(clerc, f"{adresse}/presenter", rowid=[str(i) for i in inscriptions])
    assert "3 candidats présentés" in page
    with app.app_context():
        sieges = db.session.scalars(
            select(Siege.id).where(Siege.jury_id == jury_id).order_by(Siege.id), execution_options={"sans_perimetre": True}
        ).all()
    assert len(sieges) == 3
    _envoyer(clerc, f"{adresse}/presences", present=[str(s) for s in sieges])
    # Nul n'a été sollicité ni convoqué : il s'ouvre avec un motif, qui reste sur la page.
    page = _envoyer(clerc, f"{adresse}/ouvrir")
    assert "JUR-01" in page
    assert "JUR-02" in page
    page = _envoyer(clerc, f"{adresse}/ouvrir", motif="Essai d'ouverture le jour même.")
    assert "La délibération est ouverte" in page
    assert "Essai d&#39;ouverture le jour même." in clerc.get(f"{adresse}/").get_data(as_text=True)
    # Un signataire trop pressé : personne n'a voté.
    assert "JUR-1" in _envoyer(responsable, f"{adresse}/signer")
    with app.app_context():
        presentations = db.session.execute(
            text("SELECT id, numero_anonyme FROM presentation WHERE jury_id = :j ORDER BY numero_anonyme"), {"j": jury_id}
        ).all()
    for rang, (_, numero) in enumerate(presentations):
        # Le troisième candidat : deux contre un, non admis.
        for siege in sieges:
            valeur = "NA" if rang == 2 and siege != sieges[0] else "A"
            reponse = clerc.post(f"{adresse}/voter", data={
                "csrf_token": jeton(clerc, "/compte"), "numero": numero, "siege": siege, "valeur": valeur,
            })
            assert reponse.status_code == 200
    dernier = reponse.get_json()
    assert (dernier["pour"], dernier["contre"], dernier["decision"]) == (1, 2, "NA")
    with app.app_context():
        competences = db.session.execute(
            text("SELECT c.presentation_id, c.competence_id FROM presentation_competence c JOIN presentation p "
                 "ON p.id = c.presentation_id WHERE p.jury_id = :j"), {"j": jury_id},
        ).all()
    for rang, (presentation, numero) in enumerate(presentations):
        retenu = {f"competence-{c}": "acquise" if rang < 2 else "non_acquise" for p, c in competences if p == presentation}
        page = _envoyer(clerc, f"{adresse}/candidats/{numero}/retenir", motif="Vu en entretien.", **retenu)
    page = _envoyer(responsable, f"{adresse}/signer")
    assert "signé" in page, page[:3000]
    page = _envoyer(clerc, f"{adresse}/attribuer")
    # Deux admis sur un CQPM de la liste des CQPI : deux certificats chacun (ATT-02).
    assert len(set(re.findall(r"MC-\d{7}", page))) == 4
    assert "attribués" in page
    encore = _envoyer(clerc, f"{adresse}/attribuer")
    assert set(re.findall(r"MC-\d{7}", encore)) == set(re.findall(r"MC-\d{7}", page))

    pv = clerc.get(re.findall(r"/documents/pv/\d+\.pdf", page)[0])
    assert pv.mimetype == "application/pdf", re.sub(r"<[^>]+>|\s+", " ", pv.get_data(as_text=True))[-700:]
    texte = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pv.data)).pages)
    assert "PROJET" not in texte
    with app.app_context():
        noms = db.session.scalars(
            select(Candidat.nom_naissance).join(Inscription, Inscription.candidat_id == Candidat.id)
            .where(Inscription.id.in_(inscriptions)), execution_options={"sans_perimetre": True},
        ).all()
    plat = re.sub(r"[\s\u00ad-]+", "", texte.upper())
    assert all(re.sub(r"[\s-]+", "", nom.upper()) in plat for nom in noms)
    lot = clerc.get(f"/documents/jury/{jury_id}/certificats.pdf")
    # Un CQPM d'une page, puis son CQPI recto et verso ; les candidats dans l'ordre du procès-verbal.
    pages = [p.extract_text() for p in pypdf.PdfReader(io.BytesIO(lot.data)).pages]
    assert [re.search(r"MC \d{7}", p) is not None for p in pages] == [True, True, False] * 2
    assert ["MÉTALLURGIE" in p for p in pages] == [True, False, False] * 2
    assert clerc.get(f"/documents/jury/{jury_id}/certificats.pdf").data == lot.data
    with app.app_context():
        etats = db.session.scalars(
            select(Inscription.etat).where(Inscription.id.in_(inscriptions)), execution_options={"sans_perimetre": True}
        ).all()
    assert sorted(e.value for e in etats) == ["admise", "admise", "non_admise"]

    # Ce que la personne ou le président devient ensuite ne change pas ce qui a été signé.
    with app.app_context(), agir_comme(systeme("essais")):
        db.session.execute(text("UPDATE candidat SET nom_naissance = 'AUTREMENT' WHERE id IN "
                                "(SELECT candidat_id FROM inscription WHERE id IN (SELECT inscription_id FROM presentation "
                                "WHERE jury_id = :j))"), {"j": jury_id})
        db.session.execute(text("UPDATE personne SET nom = 'Remplacée' WHERE nom = 'Roesch'"))
        db.session.commit()
        for ordre in ("UPDATE inscription SET etat = 'ouverte' WHERE id = :i",
                      "UPDATE inscription SET dispositif_financement = 'CVAE' WHERE id = :i"):
            with pytest.raises(DBAPIError, match="JUR-13"):
                db.session.execute(text(ordre), {"i": inscriptions[0]})
            db.session.rollback()
    assert clerc.get(re.findall(r"/documents/pv/\d+\.pdf", page)[0]).data == pv.data
    assert clerc.get(f"/documents/jury/{jury_id}/certificats.pdf").data == lot.data

    # Plus rien ne bouge : ni par la console, ni par SQL.
    refus = clerc.post(f"{adresse}/voter", data={
        "csrf_token": jeton(clerc, "/compte"), "numero": presentations[0][1], "siege": sieges[1], "valeur": "NA",
    })
    assert refus.status_code == 422
    assert "JUR-13" in refus.get_json()["erreur"]
    with app.app_context():
        for ordre in (
            f"UPDATE vote SET valeur = 'NA' WHERE jury_id = {jury_id}",
            f"UPDATE presentation SET decision = 'A' WHERE jury_id = {jury_id}",
            f"DELETE FROM vote WHERE jury_id = {jury_id}",
        ):
            with pytest.raises(DBAPIError, match="JUR-13"):
                db.session.execute(text(ordre))
            db.session.rollback()


def test_aucun_nom_dans_la_deliberation(application: Flask, client: Client) -> None:
    with application.app_context():
        jury = _ouvert(application)
        personnes = db.session.execute(
            text("SELECT c.nom_naissance, c.prenoms, c.courriel, i.reference FROM presentation p "
                 "JOIN inscription i ON i.id = p.inscription_id JOIN candidat c ON c.id = i.candidat_id "
                 "WHERE p.jury_id = :j"), {"j": jury.id},
        ).all()
        membres = {m for (m,) in db.session.execute(text(
            "SELECT q.nom FROM siege s JOIN personne q ON q.id = s.personne_id WHERE s.jury_id = :j"), {"j": jury.id})}
        jury_id = jury.id
    assert personnes
    for compte in ("clerc68", "jure68", "president68"):
        moi = client(compte)
        for adresse in (f"/jury/{jury_id}/deliberation", f"/jury/{jury_id}/flux"):
            reponse = moi.get(adresse)
            assert reponse.status_code == 200, (compte, adresse)
            page = reponse.get_data(as_text=True)
            for nom, prenoms, courriel, reference in personnes:
                if nom not in membres:
                    assert not re.search(rf"\b{re.escape(nom)}\b", page, re.IGNORECASE), (compte, nom)
                assert f"{nom} {prenoms}" not in page
                assert not courriel or courriel not in page
                assert not reference or reference not in page


def test_un_jure_ne_vote_que_pour_lui(application_neuve: Flask, client_neuf: Client) -> None:
    jure = client_neuf("jure68")
    with application_neuve.app_context():
        jury_id = _ouvert(application_neuve).id
        mien = db.session.execute(text("SELECT siege_id FROM utilisateur WHERE identifiant = 'jure68'")).scalar_one()
        autre = db.session.execute(
            text("SELECT id FROM siege WHERE jury_id = :j AND voix AND present AND id <> :m"), {"j": jury_id, "m": mien}
        ).scalars().first()
        presentation, numero = db.session.execute(
            text("SELECT id, numero_anonyme FROM presentation WHERE jury_id = :j"), {"j": jury_id}
        ).first()  # type: ignore[misc]
    donnees = {"csrf_token": jeton(jure, "/compte"), "numero": numero, "valeur": "NA"}
    assert jure.post(f"/jury/{jury_id}/voter", data=donnees | {"siege": autre}).status_code == 403
    reponse = jure.post(f"/jury/{jury_id}/voter", data=donnees | {"siege": mien})
    assert reponse.status_code == 200
    assert "pour" not in reponse.get_json()
    assert jure.post(f"/jury/{jury_id}/voter", data=donnees | {"siege": mien, "valeur": "B"}).status_code == 422
    assert jure.get(f"/jury/{jury_id}/").status_code == 403
    assert jure.post(f"/jury/{jury_id}/signer", data={"csrf_token": donnees["csrf_token"]}).status_code == 403
    with application_neuve.app_context():
        votes = db.session.execute(
            text("SELECT count(*) FROM vote WHERE siege_id = :s AND presentation_id = :p"), {"s": mien, "p": presentation}
        ).scalar_one()
    assert votes == 1


def test_vote_consigne_laisse_le_nom_du_membre_au_journal(application_neuve: Flask, client_neuf: Client) -> None:
    clerc = client_neuf("clerc68")
    with application_neuve.app_context():
        jury_id = _ouvert(application_neuve).id
        siege, nom = db.session.execute(
            select(Siege.id, Personne.nom).join(Personne, Personne.id == Siege.personne_id)
            .where(Siege.jury_id == jury_id, Siege.voix, Siege.present), execution_options={"sans_perimetre": True},
        ).first()  # type: ignore[misc]
        presentation = db.session.execute(
            text("SELECT numero_anonyme FROM presentation WHERE jury_id = :j"), {"j": jury_id}
        ).scalars().first()
    for valeur in ("A", "NA"):
        # L'un des deux change le vote de la démonstration ; ce qui ne change rien ne se consigne pas.
        clerc.post(f"/jury/{jury_id}/voter", data={
            "csrf_token": jeton(clerc, "/compte"), "numero": presentation, "siege": siege, "valeur": valeur,
        })
    with application_neuve.app_context():
        apres = db.session.execute(
            text("SELECT apres FROM journal WHERE action = 'vote consigné' AND objet = 'vote' ORDER BY id DESC")
        ).scalars().first()
    assert nom in str(apres).encode().decode("unicode_escape") or nom in str(apres)


def test_le_president_signe_lui_meme(application_neuve: Flask, client_neuf: Client) -> None:
    president, clerc = client_neuf("president68"), client_neuf("clerc68")
    with application_neuve.app_context():
        jury_id = _ouvert(application_neuve).id
        # La démonstration a commencé de voter bloc par bloc : ici, tous sont admis.
        db.session.execute(text("DELETE FROM vote WHERE jury_id = :j AND bloc_id IS NOT NULL"), {"j": jury_id})
        db.session.commit()
        presentations = db.session.execute(
            text("SELECT id, numero_anonyme FROM presentation WHERE jury_id = :j"), {"j": jury_id}
        ).all()
        votants = db.session.execute(
            text("SELECT id FROM siege WHERE jury_id = :j AND voix AND present"), {"j": jury_id}
        ).scalars().all()
        competences = db.session.execute(
            text("SELECT c.presentation_id, c.competence_id FROM presentation_competence c JOIN presentation p "
                 "ON p.id = c.presentation_id WHERE p.jury_id = :j"), {"j": jury_id},
        ).all()
    cle = jeton(clerc, "/compte")
    for presentation, numero in presentations:
        for siege in votants:
            clerc.post(f"/jury/{jury_id}/voter", data={
                "csrf_token": cle, "numero": numero, "siege": siege, "valeur": "A",
            })
        clerc.post(f"/jury/{jury_id}/candidats/{numero}/retenir", data={
            "csrf_token": cle, "motif": "Le jury a entendu le candidat.",
            **{f"competence-{c}": "acquise" for p, c in competences if p == presentation},
        })
    with application_neuve.app_context():
        proces_verbaux = db.session.execute(
            text("SELECT count(*) FROM proces_verbal WHERE jury_id = :j AND signe_le IS NULL"), {"j": jury_id}
        ).scalar_one()
    for _ in range(proces_verbaux):
        assert "signé" in _envoyer(president, f"/jury/{jury_id}/signer", retour="deliberation")
    with application_neuve.app_context():
        acteur = db.session.execute(
            text("SELECT acteur FROM journal WHERE objet = 'proces_verbal' AND action = 'modification' ORDER BY id DESC")
        ).scalars().first()
        clos = db.session.execute(text("SELECT etat FROM jury WHERE id = :j"), {"j": jury_id}).scalar_one()
        assert db.session.execute(select(Vote.__table__.c.id)).first()
        assert db.session.execute(select(Certificat.__table__.c.id)).first()
    assert clos == "clos"
    assert "résident" in acteur


def test_date_rejugee_et_jury_annule(application_neuve: Flask, client_neuf: Client) -> None:
    clerc = client_neuf("clerc68")
    with application_neuve.app_context():
        jury_id, presentes = db.session.execute(text(
            "SELECT j.id, count(p.id) FROM jury j JOIN presentation p ON p.jury_id = j.id JOIN centre c ON c.id = j.centre_id "
            "WHERE j.etat = 'preparation' AND c.code = '68' GROUP BY j.id"
        )).first()  # type: ignore[misc]
        ouvert = _ouvert(application_neuve).id
    assert presentes
    for identifiant, date, code in ((jury_id, "2020-01-01", "INS-04"), (jury_id, "2199-01-01", "JUR-12"),
                                    (ouvert, "2027-01-01", "JUR-13")):
        adresse = f"/jurys/edit/?id={identifiant}"
        page = clerc.get(adresse).get_data(as_text=True)
        version = re.search(r'name="version_lue" value="(\d+)"', page)
        assert version
        reponse = clerc.post(adresse, data={
            "csrf_token": jeton(clerc, "/compte"), "version_lue": version.group(1), "date_jury": date, "lieu": "Mulhouse",
        })
        assert reponse.status_code == 422, (date, reponse.status_code)
        assert code in reponse.get_data(as_text=True)
    assert "Jury annulé" in _envoyer(clerc, f"/jury/{jury_id}/annuler")
    with application_neuve.app_context():
        assert db.session.execute(
            text("SELECT count(*) FROM presentation WHERE jury_id = :j"), {"j": jury_id}
        ).scalar_one() == 0


def test_cle_demesuree_dans_l_adresse(client: Client) -> None:
    clerc = client("clerc68")
    for adresse in ("/jury/99999999999999999999/", "/documents/pv/99999999999999999999.pdf",
                    "/documents/certificat/9223372036854775808.pdf", "/imports/99999999999999999999/"):
        assert clerc.get(adresse).status_code == 404


def test_le_gtp_lit_un_jury_sans_y_entrer(application: Flask, client: Client) -> None:
    with application.app_context():
        jury_id = _ouvert(application).id
    page = client("gtp").get(f"/jury/{jury_id}/").get_data(as_text=True)
    assert "deliberation" not in re.sub(r"#deliberation|id=\"deliberation\"|t-deliberation", "", page)
    assert "une fois le procès-verbal signé" in page
