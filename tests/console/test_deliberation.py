"""Voter de son appareil, et l'anonymat de tout ce que rend la délibération, sur les deux moteurs."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from admin_views.extensions import db
from models import Certificat, Jury, ProcesVerbal, Siege, Vote
from models.acteurs import Centre
from models.base import aujourd_hui
from models.contexte import agir_comme, systeme
from rules import actes, actes_deliberation
from rules.nomenclatures import Delegation, EtatJury
from tests import factories as f
from tests.console.conftest import Client, jeton

PREMIERE_CLE = 7_654_321
NOMS = ("Quartzenberg", "Vlaminckx", "Ytterbiumont")


@dataclass(frozen=True)
class Seance:
    """Un jury ouvert du 68 ; les fiches de ses candidats ont des clés qu'on reconnaîtrait n'importe où."""

    jury_id: int
    president: int
    syndical: int
    invite: int
    numeros: tuple[int, ...]


def _seance(app: Flask, *, certifications: int = 1, non_acquises: tuple[int, ...] = (4,)) -> Seance:
    with app.app_context(), agir_comme(systeme("essais")):
        s = db.session()
        centre = s.scalars(select(Centre).filter_by(code="68")).one()
        jury = f.jury(s, centre, date_jury=aujourd_hui())
        president = f.siege(s, jury, president=True)
        syndical = f.siege(s, jury, delegation=Delegation.SYNDICALE, syndicat=f.syndicat(s))
        invite = f.siege(s, jury, delegation=Delegation.INVITE, voix=False)
        cle = PREMIERE_CLE
        for rang in range(certifications):
            certification = f.certification(s, blocs=2, competences=2)
            inscriptions = []
            for nom in NOMS:
                qui = f.candidat(s, id=cle, nom_naissance=nom, prenoms=f"Zénobie-{rang}", courriel=f"{nom}{rang}@exemple.invalid")
                inscriptions.append(f.inscription(s, centre, certification, qui, id=cle, reference=f"REF-{nom}-{rang}"))
                f.evaluer(s, inscriptions[-1], non_acquises=non_acquises)
                cle += 1
            actes.presenter(s, jury, inscriptions)
        actes.ouvrir(s, jury, **_ouverture(jury))
        s.commit()
        return Seance(jury.id, president.id, syndical.id, invite.id, tuple(sorted(p.numero_anonyme for p in jury.presentations)))


def _ouverture(jury: Jury) -> dict[str, object]:
    return {"jour": jury.date_jury}


def _lien(app: Flask, siege_id: int) -> str:
    with app.app_context(), agir_comme(systeme("essais")):
        fait = actes_deliberation.ouvrir_lien(db.session(), db.session.get(Siege, siege_id))
        db.session.commit()
        return fait


def _appareil(app: Flask, siege_id: int) -> FlaskClient:
    client = app.test_client()
    assert client.get(f"/siege/{_lien(app, siege_id)}").headers["Location"] == "/siege/"
    return client


def _voter(client: FlaskClient, adresse: str, siege: int, numero: int, valeur: str, **autres: object):
    return client.post(adresse, data={
        "csrf_token": jeton(client, autres.pop("page", "/siege/")), "siege": siege, "numero": numero, "valeur": valeur,
    } | autres, headers={"Accept": "application/json"})


def _flux(reponse) -> dict | None:
    donnees = re.search(r"^data: (.*)$", reponse.get_data(as_text=True), re.MULTILINE)
    return json.loads(donnees.group(1)) if donnees else None


def test_un_membre_vote_de_son_appareil_et_le_clerc_le_voit(application_neuve: Flask, client_neuf: Client) -> None:
    seance = _seance(application_neuve)
    membre, clerc = _appareil(application_neuve, seance.syndical), client_neuf("clerc68")
    page = membre.get("/siege/").get_data(as_text=True)
    assert page.count("Candidat n°") >= 3
    premier = clerc.get(f"/jury/{seance.jury_id}/flux")
    revision = re.search(r"^id: (\S+)$", premier.get_data(as_text=True), re.MULTILINE).group(1)
    assert premier.mimetype == "text/event-stream"
    assert len(_flux(premier)["candidats"]) == 3
    rien = clerc.get(f"/jury/{seance.jury_id}/flux", headers={"Last-Event-ID": revision})
    assert _flux(rien) is None
    numero = seance.numeros[0]
    reponse = _voter(membre, "/siege/voter", seance.syndical, numero, "A", vu=0, geste="g1")
    assert reponse.status_code == 200
    assert "pour" not in reponse.get_json()  # un membre ne lit que son vote
    assert _voter(membre, "/siege/voter", seance.syndical, numero, "A", vu=0, geste="g1").status_code == 200
    (change,) = _flux(clerc.get(f"/jury/{seance.jury_id}/flux", headers={"Last-Event-ID": revision}))["candidats"]
    assert (change["numero"], change["pour"], change["contre"], change["decision"]) == (numero, 1, 0, "A")
    # Le clerc consigne autre chose au nom du membre : le membre le voit, et son geste suivant est refusé tant qu'il ne l'a pas lu.
    _voter(clerc, f"/jury/{seance.jury_id}/voter", seance.syndical, numero, "NA", page="/compte")
    refus = _voter(membre, "/siege/voter", seance.syndical, numero, "A", vu=1, geste="g2")
    assert refus.status_code == 200 or "consigné" in refus.get_json()["erreur"]
    cle = f"{numero}-{seance.syndical}-0"
    autre = _voter(membre, "/siege/voter", seance.syndical, numero, "A", vu=1, geste="g3")
    assert autre.status_code == 409
    assert autre.get_json()["votes"][cle]["valeur"] == "NA"
    assert "Clerc du centre 68" in autre.get_json()["erreur"]
    assert _voter(membre, "/siege/voter", seance.syndical, numero, "A", vu=2, geste="g4").status_code == 200
    with application_neuve.app_context():
        votes = db.session.execute(select(Vote.__table__).where(Vote.__table__.c.jury_id == seance.jury_id)).all()
        assert len(votes) == 1
        journal = db.session.execute(text("SELECT acteur FROM journal WHERE objet = 'vote' AND action = 'création' "
                                          "ORDER BY id DESC")).scalars().first()
    assert "Clerc" not in journal


def test_un_lien_ne_sert_qu_a_son_siege(application_neuve: Flask, client_neuf: Client) -> None:
    seance = _seance(application_neuve)
    membre = _appareil(application_neuve, seance.syndical)
    numero = seance.numeros[0]
    # Au nom d'un autre siège, ou sans jeton de formulaire : rien.
    assert _voter(membre, "/siege/voter", seance.president, numero, "A").status_code == 403
    assert membre.post("/siege/voter", data={"siege": seance.syndical, "numero": numero, "valeur": "A"}).status_code == 400
    for adresse in ("/", f"/jury/{seance.jury_id}/", f"/jury/{seance.jury_id}/deliberation", "/candidats/", "/inscriptions/"):
        reponse = membre.get(adresse)
        assert (reponse.status_code, reponse.headers.get("Location")) == (303, "/connexion"), adresse
    assert membre.get("/siege/flux").status_code == 200
    # Le lien d'un autre sur le même appareil : la page du premier n'écrit pas au nom du second.
    assert membre.get(f"/siege/{_lien(application_neuve, seance.president)}").status_code == 303
    assert _voter(membre, "/siege/voter", seance.syndical, numero, "A").status_code == 403
    with application_neuve.app_context():
        assert db.session.scalar(text(f"SELECT count(*) FROM vote WHERE jury_id = {seance.jury_id}")) == 0


def test_un_lien_meurt(application_neuve: Flask, client_neuf: Client) -> None:
    seance = _seance(application_neuve, non_acquises=())
    membre, clerc, responsable = _appareil(application_neuve, seance.syndical), client_neuf("clerc68"), client_neuf("responsable68")
    cle = jeton(clerc, "/compte")
    clerc.post(f"/jury/{seance.jury_id}/liens/revoquer", data={"csrf_token": cle, "siege": seance.syndical})
    assert membre.get("/siege/").status_code == 404
    assert _voter(membre, "/siege/voter", seance.syndical, 1, "A", page="/connexion").status_code == 404
    encore = _appareil(application_neuve, seance.syndical)
    for numero in seance.numeros:
        for siege in (seance.syndical, seance.president):
            _voter(clerc, f"/jury/{seance.jury_id}/voter", siege, numero, "A", page="/compte")
    reponse = responsable.post(f"/jury/{seance.jury_id}/signer", data={"csrf_token": jeton(responsable, "/compte")}, follow_redirects=True)
    assert "signé" in reponse.get_data(as_text=True)
    assert encore.get("/siege/").status_code == 404
    assert "n'ouvre" in encore.get("/siege/").get_data(as_text=True)


def test_on_ne_devine_pas_un_lien_et_un_juste_passe_toujours(application_neuve: Flask) -> None:
    seance = _seance(application_neuve)
    client, bon = application_neuve.test_client(), _lien(application_neuve, seance.syndical)
    statuts = [client.get(f"/siege/faux-{n}").status_code for n in range(31)]
    assert statuts == [404] * 30 + [429]
    assert client.get(f"/siege/{bon}").status_code == 303


def test_un_invite_n_a_ni_lien_ni_vote(application_neuve: Flask, client_neuf: Client) -> None:
    seance, clerc = _seance(application_neuve), client_neuf("clerc68")
    assert clerc.post(f"/jury/{seance.jury_id}/liens", data={"csrf_token": jeton(clerc, "/compte"), "siege": seance.invite}).status_code == 404
    reponse = _voter(clerc, f"/jury/{seance.jury_id}/voter", seance.invite, seance.numeros[0], "A", page="/compte")
    assert reponse.status_code == 422
    assert "JUR-05" in reponse.get_json()["erreur"]


def test_les_liens_se_montrent_une_fois_avec_leur_qr(application_neuve: Flask, client_neuf: Client) -> None:
    seance, clerc = _seance(application_neuve), client_neuf("clerc68")
    page = clerc.post(f"/jury/{seance.jury_id}/liens", data={"csrf_token": jeton(clerc, "/compte")}).get_data(as_text=True)
    adresses = re.findall(r"/siege/([\w-]{20,})", page)
    assert len(adresses) == 2
    assert page.count("data:image/svg+xml") == 2
    relue = clerc.get(f"/jury/{seance.jury_id}/liens").get_data(as_text=True)
    assert not any(a in relue for a in adresses)
    assert application_neuve.test_client().get(f"/siege/{adresses[0]}").status_code == 303
    for compte in ("gtp", "clerc69", "jure68", "lecture"):
        assert client_neuf(compte).get(f"/jury/{seance.jury_id}/liens").status_code in {403, 404}


def test_dire_sa_presence_de_son_appareil(application_neuve: Flask) -> None:
    seance = _seance(application_neuve)
    with application_neuve.app_context(), agir_comme(systeme("essais")):
        db.session.get(Siege, seance.syndical).present = False
        db.session.commit()
    membre = _appareil(application_neuve, seance.syndical)
    assert _voter(membre, "/siege/voter", seance.syndical, seance.numeros[0], "A").status_code == 422
    page = membre.post("/siege/presence", data={"csrf_token": jeton(membre, "/siege/"), "siege": seance.syndical}, follow_redirects=True)
    assert "Votre présence est notée" in page.get_data(as_text=True)
    assert _voter(membre, "/siege/voter", seance.syndical, seance.numeros[0], "A").status_code == 200


def test_sans_script_une_ligne_s_enregistre_entiere(application_neuve: Flask, client_neuf: Client) -> None:
    seance, clerc = _seance(application_neuve), client_neuf("clerc68")
    numero = seance.numeros[1]
    membre = _appareil(application_neuve, seance.syndical)
    membre.post("/siege/votes", data={"csrf_token": jeton(membre, "/siege/"), "siege": seance.syndical,
                                      f"vote-{numero}-{seance.syndical}-0": "A", f"vote-{numero}-{seance.president}-0": "NA"})
    page = clerc.post(f"/jury/{seance.jury_id}/votes", data={
        "csrf_token": jeton(clerc, "/compte"), f"vote-{numero}-{seance.president}-0": "NA", "retour": "deliberation",
    }, follow_redirects=True).get_data(as_text=True)
    assert "Votes enregistrés" in page
    assert "partage : voix prépondérante" in page
    with application_neuve.app_context():
        assert sorted(v for (v,) in db.session.execute(text(f"SELECT valeur FROM vote WHERE jury_id = {seance.jury_id}"))) == ["A", "NA"]


def test_rien_de_ce_que_rend_la_deliberation_ne_dit_qui_est_candidat(application_neuve: Flask, client_neuf: Client) -> None:
    """Pages, JSON, flux, en-têtes, messages d'erreur, redirections et PDF de synthèse : ni nom, ni date, ni clé (JUR-08)."""
    app = application_neuve
    seance = _seance(app, certifications=2)
    clerc, responsable = client_neuf("clerc68"), client_neuf("responsable68")
    membre, president = _appareil(app, seance.syndical), _appareil(app, seance.president)
    base, numero = f"/jury/{seance.jury_id}", seance.numeros[0]
    with app.app_context():
        bloc = db.session.scalar(text("SELECT min(c.bloc_id) FROM presentation_competence k JOIN presentation p ON p.id = k.presentation_id "
                                      f"JOIN competence c ON c.id = k.competence_id WHERE p.jury_id = {seance.jury_id} "
                                      f"AND p.numero_anonyme = {numero}"))
        naissances = set(db.session.scalars(text(f"SELECT date_naissance FROM candidat WHERE id >= {PREMIERE_CLE}")))
    rendus = [
        clerc.get(f"{base}/deliberation"), responsable.get(f"{base}/deliberation"), clerc.get(f"{base}/flux"), clerc.get(f"{base}/liens"),
        clerc.post(f"{base}/liens", data={"csrf_token": jeton(clerc, "/compte")}),
        _voter(clerc, f"{base}/voter", seance.president, numero, "A", page="/compte", bloc=bloc),
        _voter(clerc, f"{base}/voter", seance.president, numero, "?", page="/compte"),
        _voter(clerc, f"{base}/voter", seance.invite, numero, "A", page="/compte"),
        clerc.post(f"{base}/votes", data={"csrf_token": jeton(clerc, "/compte"), f"vote-{numero}-{seance.president}-0": "A",
                                          "retour": "deliberation"}, follow_redirects=True),
        clerc.post(f"{base}/candidats/{numero}/retenir", data={"csrf_token": jeton(clerc, "/compte"), "motif": "Vu.", "retour": "deliberation"},
                   follow_redirects=True),
        responsable.post(f"{base}/signer", data={"csrf_token": jeton(responsable, "/compte"), "retour": "deliberation"}, follow_redirects=True),
    ]
    membre, president = _appareil(app, seance.syndical), _appareil(app, seance.president)
    rendus += [
        membre.get("/siege/"), membre.get("/siege/flux"), president.get("/siege/"), president.get("/siege/flux"),
        _voter(membre, "/siege/voter", seance.syndical, numero, "NA"), _voter(membre, "/siege/voter", seance.syndical, numero, "?"),
        _voter(president, "/siege/voter", seance.president, numero, "NA", vu=99),
    ]
    synthese = clerc.get(f"/documents/jury/{seance.jury_id}/synthese-evaluations.pdf")
    textes = ["".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(synthese.data)).pages) + str(synthese.headers)]
    for reponse in rendus:
        assert reponse.status_code in {200, 409, 422}, (reponse.request.path, reponse.status_code)
        textes.append(reponse.get_data(as_text=True) + str(reponse.headers) + "".join(r.headers.get("Location", "") for r in reponse.history))
    assert sum("n° " in t for t in textes) >= 8
    interdits = [*NOMS, "Zénobie", "exemple.invalid", "REF-", str(PREMIERE_CLE)[:5]]
    dates = {str(d) for d in naissances} | {f"{str(d)[8:10]}/{str(d)[5:7]}/{str(d)[:4]}" for d in naissances}
    for contenu in textes:
        for interdit in (*interdits, *dates):
            assert interdit.casefold() not in contenu.casefold(), (interdit, contenu[:200])
        assert not re.search(r"(inscription|candidat|presentation)_?id", contenu)


def test_deux_proces_verbaux_signes_l_un_apres_l_autre_puis_rectifies(application_neuve: Flask, client_neuf: Client) -> None:
    app, seance = application_neuve, _seance(application_neuve, certifications=2, non_acquises=())
    clerc, responsable, base = client_neuf("clerc68"), client_neuf("responsable68"), f"/jury/{seance.jury_id}"
    for numero in seance.numeros:
        for siege in (seance.president, seance.syndical):
            assert _voter(clerc, f"{base}/voter", siege, numero, "A", page="/compte").status_code == 200
    with app.app_context():
        premier, second = db.session.scalars(text(f"SELECT id FROM proces_verbal WHERE jury_id = {seance.jury_id} ORDER BY id")).all()

    def poster(client, adresse, **donnees):
        reponse = client.post(f"{base}{adresse}", data={"csrf_token": jeton(client, "/compte")} | donnees, follow_redirects=True)
        assert reponse.status_code == 200, (adresse, reponse.status_code)
        return reponse.get_data(as_text=True)

    projet = clerc.get(f"/documents/pv/{premier}.pdf")
    assert "PROJET" in "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(projet.data)).pages)
    poster(responsable, "/signer", proces_verbal=premier)
    with app.app_context():
        assert db.session.scalar(text(f"SELECT etat FROM jury WHERE id = {seance.jury_id}")) == EtatJury.OUVERT.value
    poster(responsable, "/signer", proces_verbal=second)
    poster(clerc, "/attribuer")
    original = clerc.get(f"/documents/pv/{premier}.pdf").data

    page = poster(clerc, f"/pv/{premier}/rectifier", raison="  ")
    assert "JUR-13" in page
    page = poster(clerc, f"/pv/{premier}/rectifier", raison="Prénom mal lu sur la pièce d'identité.")
    rectificatif = int(re.search(r"/rectificatif/(\d+)/signer|/rectificatif/(\d+)/abandonner", page)[2])
    with app.app_context():
        numero = db.session.scalar(text(f"SELECT min(numero_anonyme) FROM presentation WHERE proces_verbal_id = {premier}"))
    page = poster(clerc, f"/rectificatif/{rectificatif}/candidats/{numero}", prenoms="Zénobie Anne", date_naissance="pas une date")
    assert "JUR-13" in page
    page = poster(clerc, f"/rectificatif/{rectificatif}/candidats/{numero}", prenoms="Zénobie Anne")
    assert "Zénobie Anne" in page
    assert "Un nouveau vote" not in page
    poster(responsable, f"/rectificatif/{rectificatif}/signer")
    assert clerc.get(f"/documents/pv/{premier}.pdf").data == original
    texte = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(clerc.get(f"/documents/pv/{rectificatif}.pdf").data)).pages)
    plat = re.sub(r"\s+", " ", texte)
    assert "Procès-verbal rectificatif : rectifie le procès-verbal" in plat
    assert "Prénom mal lu" in plat
    assert "il faut lire « Zénobie Anne »" in plat
    with app.app_context(), agir_comme(systeme("essais")):
        certificats = db.session.scalars(select(Certificat).join(Certificat.presentation).where(
            Certificat.presentation.has(jury_id=seance.jury_id, numero_anonyme=numero)).order_by(Certificat.id)).all()
        annules = [c for c in certificats if c.annulation is not None]
        assert [c.remplacant.remplace_id for c in annules] == [c.id for c in annules] != []
        vieux, neuf = annules[0].code_verification, annules[0].remplacant.code_verification
        assert db.session.get(ProcesVerbal, premier).signe_le is not None
    public = app.test_client()
    assert "annulé depuis le" in public.get(f"/verifier/{vieux}").get_data(as_text=True)
    assert "annulé" not in public.get(f"/verifier/{neuf}").get_data(as_text=True)
    for compte in ("clerc69", "jure68"):
        assert client_neuf(compte).get(f"{base}/rectificatif/{rectificatif}").status_code in {403, 404}
    # Signé, il ne se reprend plus.
    assert "JUR-13" in poster(clerc, f"/rectificatif/{rectificatif}/abandonner")


@pytest.mark.parametrize("compte", ["gtp", "clerc69", "jure68", "admin", "lecture"])
def test_qui_n_est_pas_du_jury_n_y_entre_pas(application: Flask, client: Client, compte: str) -> None:
    with application.app_context():
        clos = db.session.scalar(text("SELECT j.id FROM jury j JOIN centre c ON c.id = j.centre_id WHERE c.code = '68' AND j.etat = 'clos'"))
    moi = client(compte)
    for chemin in ("deliberation", "flux", "liens"):
        assert moi.get(f"/jury/{clos}/{chemin}").status_code in {403, 404}, chemin
