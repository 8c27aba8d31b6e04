"""Le chemin d'un jury dans la console : qui peut, ce qui se refuse à côté du champ, les envois, le calendrier, le flux."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from admin_views.extensions import db
from models import Candidat, Commission, Convocation, DemandeDesignation, Envoi, Jury, Siege
from models.base import aujourd_hui
from models.contexte import agir_comme, systeme
from rules.nomenclatures import EtatEnvoi, EtatJury, MoyenEnvoi
from tests.console.conftest import Client, connecter, jeton


def _lire(app: Flask, requete):
    with app.app_context(), agir_comme(systeme("essais")):
        lu = list(db.session.scalars(requete))
        db.session.expunge_all()
        return lu


def _jury(app: Flask, etat: EtatJury = EtatJury.PREPARATION) -> Jury:
    (jury, *_) = _lire(app, select(Jury).join(Jury.centre).where(Jury.etat == etat, Jury.centre.has(code="68"))
                       .order_by(Jury.date_jury.desc()))
    return jury


def _poster(client: FlaskClient, adresse: str, **champs):
    return client.post(adresse, data={"csrf_token": jeton(client, "/compte")} | champs, follow_redirects=True)


def test_le_chemin_dit_ce_qui_est_fait_et_ce_qui_reste(application: Flask, client: Client) -> None:
    jury = _jury(application)
    page = client("clerc68").get(f"/jury/{jury.id}/chemin").get_data(as_text=True)
    assert "Désignations demandées" in page
    assert "sans réponse" in page
    assert f"{jury.date_jury - dt.timedelta(days=15):%d/%m/%Y}" in page
    resume = client("clerc68").get(f"/jury/{jury.id}/").get_data(as_text=True)
    assert 'class="chemin"' in resume


@pytest.mark.parametrize(("compte", "code"), [
    ("clerc68", 200), ("responsable68", 200), ("gtp", 200), ("lecture", 200), ("clerc69", 404), ("jure68", 403), ("admin", 403),
])
def test_qui_lit_le_chemin(application: Flask, client: Client, compte: str, code: int) -> None:
    jury = _jury(application)
    assert client(compte).get(f"/jury/{jury.id}/chemin").status_code == code
    envois = 200 if compte in ("clerc68", "responsable68") else 404 if compte == "clerc69" else 403
    assert client(compte).get(f"/jury/{jury.id}/envois").status_code == envois


@pytest.mark.parametrize("geste", ["designations", "convocations", "informations", "sieges/1/remplacer", "motif/convocation/1",
                                   "designations/1/reponse", "envois/partir", "envois/relancer", "envois/lettres"])
def test_le_gtp_ne_fait_pas_le_chemin(application: Flask, client: Client, geste: str) -> None:
    assert _poster(client("gtp"), f"/jury/{_jury(application).id}/{geste}").status_code == 403


def test_un_retard_se_motive_a_cote_du_champ_et_la_saisie_reste(application_neuve: Flask, client_neuf: Client) -> None:
    app, clerc = application_neuve, client_neuf("clerc68")
    jury = _jury(app)
    with app.app_context(), agir_comme(systeme("essais")):
        ligne = db.session.get_one(Jury, jury.id)
        ligne.date_jury = aujourd_hui() + dt.timedelta(days=5)
        db.session.commit()
    sieges = [s.id for s in _lire(app, select(Siege).where(Siege.jury_id == jury.id))]
    adresse = f"/jury/{jury.id}/convocations"
    champs = {"rowid": [str(s) for s in sieges[:2]], "le": aujourd_hui().isoformat(), "moyen": "remis", "motif": " "}
    reponse = _poster(clerc, adresse, **champs)
    page = reponse.get_data(as_text=True)
    assert reponse.status_code == 422
    assert "écrivez le motif du retard" in page
    assert "JUR-02" in page
    assert re.search(r'value="remis" selected', page)
    assert _lire(app, select(Convocation).where(Convocation.jury_id == jury.id)) == []
    page = _poster(clerc, adresse, **champs | {"motif": "Calendrier <b>resserré</b>"}).get_data(as_text=True)
    assert "Motif : Calendrier &lt;b&gt;resserré&lt;/b&gt;" in page
    assert len(_lire(app, select(Convocation).where(Convocation.jury_id == jury.id))) == 2


def test_une_reponse_donne_un_siege_et_le_president_se_remplace(application_neuve: Flask, client_neuf: Client) -> None:
    app, clerc = application_neuve, client_neuf("clerc68")
    jury = _jury(app)
    (demande,) = _lire(app, select(DemandeDesignation).where(DemandeDesignation.jury_id == jury.id, DemandeDesignation.reponse.is_(None)))
    avant = _lire(app, select(Siege.id).where(Siege.jury_id == jury.id))
    champs = {"reponse": "designation", "le": aujourd_hui().isoformat(), "nom": "Weber", "prenoms": "Inès"}
    refus = _poster(clerc, f"/jury/{jury.id}/designations/{demande.id}/reponse", **champs | {"nom": ""})
    assert refus.status_code == 422
    assert 'value="Inès"' in refus.get_data(as_text=True)
    assert "Réponse notée" in _poster(clerc, f"/jury/{jury.id}/designations/{demande.id}/reponse", **champs).get_data(as_text=True)
    (president,) = _lire(app, select(Siege).where(Siege.jury_id == jury.id, Siege.president))
    page = _poster(clerc, f"/jury/{jury.id}/sieges/{president.id}/remplacer", nom="Klein", prenoms="Luc", motif="Souffrant")
    assert "Souffrant" in page.get_data(as_text=True)
    (nouveau,) = _lire(app, select(Siege).where(Siege.jury_id == jury.id, Siege.president))
    assert nouveau.id != president.id
    assert len(_lire(app, select(Siege.id).where(Siege.jury_id == jury.id))) == len(avant) + 2


def test_un_envoi_d_un_autre_centre_n_existe_pas(application_neuve: Flask, client_neuf: Client) -> None:
    app = application_neuve
    jury = _jury(app)
    _poster(client_neuf("clerc68"), f"/jury/{jury.id}/informations", moyen="courriel", le=aujourd_hui().isoformat(),
            rowid=[str(c.id) for c in _lire(app, select(Commission))])
    (envoi,) = _lire(app, select(Envoi).where(Envoi.jury_id == jury.id, Envoi.etat == EtatEnvoi.A_ENVOYER))
    ailleurs = client_neuf("clerc69")
    for fin in ("relancer", "a-la-main"):
        assert _poster(ailleurs, f"/jury/{jury.id}/envois/{envoi.id}/{fin}").status_code == 404
    assert ailleurs.get(f"/envois/details/?id={envoi.id}").status_code == 404
    clerc = client_neuf("clerc68")
    assert envoi.destinataire in clerc.get("/envois/").get_data(as_text=True)
    # Sans serveur réglé, rien ne part : le document s'imprime et se note envoyé à la main.
    assert "Aucun serveur d&#39;envoi" in _poster(clerc, f"/jury/{jury.id}/envois/partir").get_data(as_text=True)
    pdf = clerc.get(f"/jury/{jury.id}/envois/{envoi.id}.pdf")
    if pdf.status_code == 200:
        assert pdf.data.startswith(b"%PDF")
    assert "à la main" in _poster(clerc, f"/jury/{jury.id}/envois/{envoi.id}/a-la-main").get_data(as_text=True)
    (note,) = _lire(app, select(Envoi).where(Envoi.id == envoi.id))
    assert note.etat is EtatEnvoi.A_LA_MAIN
    assert "déjà parti" in _poster(clerc, f"/jury/{jury.id}/envois/{envoi.id}/relancer").get_data(as_text=True)


# --- le calendrier et son flux -------------------------------------------------------------------------------------------


def test_le_calendrier_en_mois_et_en_liste(application: Flask, client: Client) -> None:
    jury = _jury(application)
    for vue in ("", "&vue=liste"):
        page = client("clerc68").get(f"/calendrier/?mois={jury.date_jury:%Y-%m}{vue}").get_data(as_text=True)
        assert f"/jury/{jury.id}/" in page
    for faux in ("2026-13", "abc", "0000-01", "9999-12"):
        assert client("clerc68").get(f"/calendrier/?mois={faux}").status_code == 200
    assert client("jure68").get("/calendrier/").status_code == 403


def _abonner(client: FlaskClient) -> str:
    page = _poster(client, "/calendrier/abonnement").get_data(as_text=True)
    return re.search(r"/flux/([\w-]{43})\.ics", page)[0]


def test_le_flux_se_lit_par_son_lien_et_se_revoque(application_neuve: Flask, client_neuf: Client) -> None:
    app = application_neuve
    clerc = client_neuf("clerc68")
    adresse = _abonner(clerc)
    anonyme = app.test_client()
    reponse = anonyme.get(adresse)
    texte = reponse.get_data(as_text=True).replace("\r\n ", "")
    assert reponse.mimetype == "text/calendar"
    assert reponse.headers["Cache-Control"] == "no-store"
    assert f"UID:jury-{_jury(app).id}@" in texte
    assert "UID:echeance-" in texte
    # Rien d'un candidat, rien d'un autre centre.
    noms = {c.nom_naissance for c in _lire(app, select(Candidat))}
    assert not [n for n in noms if re.search(rf"\b{re.escape(n)}\b", texte)]
    autre = _lire(app, select(Jury.id).where(~Jury.centre.has(code="68")))
    assert not [j for j in autre if f"UID:jury-{j}@" in texte]
    # Le secret n'est pas en base ; en demander un autre éteint le premier.
    neuve = _abonner(clerc)
    assert (anonyme.get(adresse).status_code, anonyme.get(neuve).status_code) == (404, 200)
    _poster(clerc, "/calendrier/revoquer")
    assert anonyme.get(neuve).status_code == 404


def test_un_flux_ne_se_devine_pas(application_neuve: Flask) -> None:
    anonyme = application_neuve.test_client()
    codes = [anonyme.get(f"/flux/{'a' * 42}{n % 10}.ics").status_code for n in range(22)]
    assert codes[:20] == [404] * 20
    assert codes[20:] == [429, 429]


# --- le relevé et les commandes --------------------------------------------------------------------------------------------


def test_le_releve_des_presences(application: Flask, client: Client) -> None:
    clos = _jury(application, EtatJury.CLOS)
    semestre = f"{clos.date_jury.year}-{1 if clos.date_jury.month <= 6 else 2}"
    clerc = client("clerc68")
    page = clerc.get(f"/presences/?semestre={semestre}").get_data(as_text=True)
    assert "Justification d&#39;absence" in page or "Justification d'absence" in page
    csv = clerc.get(f"/presences/releve.csv?semestre={semestre}").get_data(as_text=True)
    assert csv.startswith("\ufeffOrganisation;")
    assert ";oui\r\n" in csv
    assert ";non\r\n" in csv
    assert clerc.get("/presences/?semestre=2026-3").status_code == 404
    (present, *_) = _lire(application, select(Siege).where(Siege.jury_id == clos.id, Siege.present))
    assert clerc.get(f"/presence/{present.id}/justification.pdf").data.startswith(b"%PDF")
    assert client("clerc69").get(f"/presence/{present.id}/justification.pdf").status_code == 404
    assert client("jure68").get(f"/presence/{present.id}/justification.pdf").status_code == 403
    assert clerc.get(f"/presences/releve.pdf?semestre={semestre}").data.startswith(b"%PDF")


def test_les_commandes_du_chemin(application_neuve: Flask) -> None:
    app = application_neuve
    jury = _jury(app)
    appeler = app.test_cli_runner().invoke

    def en_json(*arguments: str):
        resultat = appeler(args=[*arguments, "--json"])
        assert resultat.exit_code == 0, resultat.output
        return json.loads(resultat.output)

    etapes = {e["etape"]: e["etat"] for e in en_json("jury", "chemin", str(jury.id))}
    assert etapes["convocations"] == "a_faire"
    assert en_json("jury", "convoquer", str(jury.id), "--moyen", MoyenEnvoi.REMIS.value)["fait"] is True
    assert en_json("jury", "informer", str(jury.id))["fait"] is True
    etapes = {e["etape"]: e["etat"] for e in en_json("jury", "chemin", str(jury.id))}
    assert (etapes["convocations"], etapes["information"]) == ("fait", "fait")
    assert {e["etat"] for e in en_json("jury", "envois", str(jury.id))} == {"a_la_main"}
    refus = appeler(args=["jury", "convoquer", str(jury.id), "--le", "2090-01-01", "--json"])
    assert (refus.exit_code, json.loads(refus.output)["fait"]) == (2, False)
    dues = en_json("echeances", "--centre", "68")
    assert [e["le"] for e in dues] == sorted(e["le"] for e in dues)
    noms = {c.nom_naissance for c in _lire(app, select(Candidat))}
    assert not [n for n in noms if any(re.search(rf"\b{re.escape(n)}\b", e["quoi"]) for e in dues)]
    assert appeler(args=["jury", "envois", str(jury.id), "--partir"]).exit_code == 2
    clos = _jury(app, EtatJury.CLOS).date_jury
    assert en_json("presences", f"{clos.year}-{1 if clos.month <= 6 else 2}", "--centre", "68")
    assert appeler(args=["presences", "2026-9"]).exit_code == 2
    assert connecter(app, "clerc68").get("/").status_code == 200
