"""Réunir deux fiches, les séparer, remettre son dossier à une personne : qui le peut, et ce qu'on y lit."""

from __future__ import annotations

import io
import json
import re

import pypdf
import pytest
from flask import Flask
from sqlalchemy import func, select

from admin_views.extensions import db
from models import Amenagement, Candidat, Centre, Inscription, Journal
from models.contexte import agir_comme, en_ecriture
from tests.conftest import SYSTEME
from tests.console.conftest import Client, jeton


def _fiches(app: Flask, code: str, combien: int = 2) -> list[int]:
    i, c = Inscription.__table__.c, Centre.__table__.c
    with app.app_context():
        lues = db.session.execute(
            select(i.candidat_id).join(Centre.__table__, c.id == i.centre_id).where(i.etat == "ouverte")
            .group_by(i.candidat_id).having((func.min(c.code) == code) & (func.max(c.code) == code)).order_by(i.candidat_id).limit(combien)
        ).scalars().all()
        db.session.rollback()
    return list(lues)


@pytest.mark.parametrize("role", ["clerc68", "lecture", "gtp", "jure68"])
def test_le_responsable_seul(client: Client, application: Flask, role: str) -> None:
    moi, (a, b) = client(role), _fiches(application, "68")
    for adresse in (f"/candidats/fusion/?garder={a}&autre={b}", f"/candidats/dossier/?id={a}&genre=pdf"):
        assert moi.get(adresse).status_code == 403
    for adresse in ("/candidats/fusion/reunir/", "/candidats/fusion/separer/"):
        envoi = {"garder": a, "autre": b, "id": a, "csrf_token": jeton(moi, "/compte")}
        assert moi.post(adresse, data=envoi).status_code == 403


def test_ni_fusion_ni_dossier_d_un_autre_centre(client: Client, application: Flask) -> None:
    moi, (a, _), (loin, _) = client("responsable68"), _fiches(application, "68"), _fiches(application, "69")
    assert moi.get(f"/candidats/dossier/?id={loin}").status_code == 404
    assert moi.get(f"/candidats/fusion/?garder={loin}&autre={a}").status_code == 404
    envoi = {"garder": a, "autre": loin, "csrf_token": jeton(moi, "/compte")}
    assert moi.post("/candidats/fusion/reunir/", data=envoi).status_code == 404


def test_reunir_puis_separer(application_neuve: Flask, client_neuf: Client) -> None:
    moi, (a, b) = client_neuf("responsable68"), _fiches(application_neuve, "68")
    page = moi.get(f"/candidats/fusion/?garder={a}&autre={b}").get_data(as_text=True)
    assert "Ce que portera la fiche gardée" in page
    envoi = {"garder": a, "autre": b, "courriel": "autre", "csrf_token": jeton(moi, "/compte")}
    envoi |= dict(re.findall(r'name="(annuler-\d+)" value="(\d+)"', page))
    reponse = moi.post("/candidats/fusion/reunir/", data=envoi)
    assert reponse.headers["Location"].endswith(f"/candidats/details/?id={a}"), reponse.get_data(as_text=True)
    k = Candidat.__table__.c
    with application_neuve.app_context():
        courriels = dict(db.session.execute(select(k.id, k.courriel).where(k.id.in_((a, b)))).all())
        db.session.rollback()
    assert courriels[a] == courriels[b]
    absorbee = moi.get(f"/candidats/details/?id={b}").get_data(as_text=True)
    assert "réunie à" in absorbee
    assert "Séparer de nouveau" in absorbee
    assert f'details/?id={b}"' not in moi.get("/candidats/").get_data(as_text=True)
    assert client_neuf("clerc68").get(f"/candidats/details/?id={b}").status_code == 200
    assert client_neuf("clerc69").get(f"/candidats/details/?id={b}").status_code == 404
    envoi = {"id": b, "csrf_token": jeton(moi, "/compte")}
    assert "Séparer de nouveau la fiche" in moi.post("/candidats/fusion/separer/", data=envoi).get_data(as_text=True)
    page = moi.post("/candidats/fusion/separer/", data=envoi | {"confirme": "1"}, follow_redirects=True).get_data(as_text=True)
    assert "de nouveau séparées" in page
    assert "réunie à" not in page


def test_le_dossier_dit_tout_et_se_journalise(application_neuve: Flask, client_neuf: Client) -> None:
    (a, *_), i = _fiches(application_neuve, "68"), Inscription.__table__.c
    with application_neuve.app_context(), agir_comme(SYSTEME), en_ecriture():
        inscription = db.session.scalars(select(Inscription).where(i.candidat_id == a)).first()
        db.session.add(Amenagement(inscription=inscription, centre_id=inscription.centre_id,
                                   demande_le=inscription.date_inscription, mesures="Un tiers de temps en plus"))
        nom = inscription.candidat.nom_naissance
        db.session.commit()
    moi = client_neuf("responsable68")
    lu = json.loads(moi.get(f"/candidats/dossier/?id={a}&genre=json").data)
    assert {"candidat", "inscription", "amenagement", "journal"} <= set(lu["sections"])
    assert lu["sections"]["amenagement"][0]["mesures"] == "Un tiers de temps en plus"
    assert lu["sections"]["candidat"][0]["nom_naissance"] == nom
    pdf = moi.get(f"/candidats/dossier/?id={a}&genre=pdf")
    assert pdf.mimetype == "application/pdf"
    texte = " ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf.data)).pages)
    for attendu in (nom, "Inscriptions", "Compensation du handicap", "Un tiers de temps en plus", "droit d'accès"):
        assert attendu in texte
    j = Journal.__table__.c
    with application_neuve.app_context():
        lectures = db.session.execute(select(j.id).where(j.action == "lecture", j.objet == "candidat", j.objet_id == a)).all()
        db.session.rollback()
    assert len(lectures) == 2


def test_les_commandes(application_neuve: Flask, tmp_path) -> None:
    lanceur, (a, b) = application_neuve.test_cli_runner(), _fiches(application_neuve, "68")
    sortie = lanceur.invoke(args=["exporter", "candidat", str(a), "--json"])
    assert sortie.exit_code == 0, sortie.output
    assert json.loads(sortie.output)["candidat"] == a
    assert "Identité" in lanceur.invoke(args=["exporter", "candidat", str(a)]).output
    assert lanceur.invoke(args=["exporter", "candidat", "2000000000"]).exit_code == 2
    fichier = tmp_path / "dossier.pdf"
    fait = lanceur.invoke(args=["document", "dossier-candidat", str(a), "-o", str(fichier)])
    assert fait.exit_code == 0, fait.output
    assert fichier.read_bytes().startswith(b"%PDF")
    assert lanceur.invoke(args=["candidat", "reunir", str(a), str(a)]).exit_code == 1
    assert lanceur.invoke(args=["candidat", "separer", str(b)]).exit_code == 1
    reunie = lanceur.invoke(args=["candidat", "reunir", str(a), str(b)])
    if reunie.exit_code == 0:
        assert lanceur.invoke(args=["candidat", "separer", str(b)]).exit_code == 0
    else:
        assert "INS-03" in reunie.output
