"""Présentables : la page, le jury qui les prend tous, la ligne de temps d'une inscription, les commandes."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin_views.extensions import db
from models import Inscription, Jury, Presentation, Vae
from models.base import aujourd_hui
from models.contexte import agir_comme
from rules.nomenclatures import EtatInscription, EtatJury, Voie
from tests.conftest import SYSTEME
from tests.console.conftest import Client, jeton


def _lancer(app: Flask, *args: str) -> Any:
    return app.test_cli_runner().invoke(args=list(args))


def _lire(app: Flask, requete: Any) -> list[Any]:
    with app.app_context(), agir_comme(SYSTEME):
        return list(db.session.scalars(requete))


def _texte(reponse: Any) -> str:
    return html.unescape(reponse.get_data(as_text=True))


@pytest.mark.parametrize(("compte", "code"), [("clerc68", 200), ("responsable68", 200), ("gtp", 403), ("jure68", 403), ("admin", 403)])
def test_qui_voit_les_presentables(application: Flask, client: Client, compte: str, code: int) -> None:
    assert client(compte).get("/presentables/").status_code == code


@pytest.mark.parametrize("adresse", ["/presentables/?au=demain", "/presentables/?certification=x", "/presentables/?certification=1e9"])
def test_une_adresse_fausse_est_refusee(client: Client, adresse: str) -> None:
    assert client("clerc68").get(adresse).status_code == 400


def test_la_page_et_la_commande_disent_la_meme_liste(application: Flask, client: Client) -> None:
    demain = aujourd_hui() + dt.timedelta(days=1)
    sortie = _lancer(application, "candidats", "presentables", "--date", demain.isoformat(), "--centre", "68", "--json")
    lu = json.loads(sortie.stdout)
    assert (lu["au"], sortie.exit_code) == (demain.isoformat(), 0)
    page = _texte(client("clerc68").get(f"/presentables/?au={demain}"))
    nombres = [int(n) for n in re.findall(r'class="compte">(\d+)<', page)]
    assert nombres == [len(lu["presentables"]), len(lu["autres"])]
    assert nombres[0] >= 8  # dont la VAE collective
    assert all(c["manques"] == [] for c in lu["presentables"])
    assert all(c["manques"] for c in lu["autres"])
    assert {m["code"] for c in lu["autres"] for m in c["manques"]} >= {"EVA-05", "VAE-05"}
    assert "Présentables au" in _lancer(application, "candidats", "presentables").output
    assert _lancer(application, "candidats", "presentables", "--certification", "CQPM 9999 9999").exit_code == 2
    filtre = json.loads(_lancer(application, "candidats", "presentables", "--centre", "68", "--certification", "CQPM 1989 0021", "--json").stdout)
    assert len({c["certification"] for c in (*filtre["presentables"], *filtre["autres"])}) == 1


def test_le_jury_prend_tous_les_presentables_apres_un_apercu(application_neuve: Flask, client_neuf: Client) -> None:
    moi = client_neuf("clerc68")
    jury = _lire(application_neuve, select(Jury.id).where(Jury.etat == EtatJury.PREPARATION, Jury.centre.has(code="68")))[0]
    page = _texte(moi.get(f"/jury/{jury}/presentables"))
    ids = re.findall(r'name="rowid" value="(\d+)"', page)
    avant = len(_lire(application_neuve, select(Presentation.id).where(Presentation.jury_id == jury)))
    assert len(ids) >= 8
    assert f"/jury/{jury}/presentables" in _texte(moi.get(f"/jury/{jury}/"))
    envoi = moi.post(f"/jury/{jury}/presenter", data={"csrf_token": jeton(moi, "/compte"), "rowid": ids})
    assert envoi.status_code == 303
    apres = len(_lire(application_neuve, select(Presentation.id).where(Presentation.jury_id == jury)))
    assert apres == avant + len(ids)
    assert client_neuf("clerc69").get(f"/jury/{jury}/presentables").status_code == 404


def test_l_inscription_montre_sa_ligne_de_temps_et_ce_qui_manque(application: Flask, client: Client) -> None:
    moi = client("clerc68")
    (en_vae, *_) = _lire(application, select(Inscription.id).outerjoin(Vae, Vae.inscription_id == Inscription.id).where(
        Inscription.centre.has(code="68"), Inscription.voie == Voie.VAE, Inscription.etat == EtatInscription.OUVERTE, Vae.conclusion.is_(None)))
    page = _texte(moi.get(f"/inscriptions/details/?id={en_vae}"))
    assert "Ce qui manque pour le présenter à un jury" in page
    assert f"/vae/details/?id={en_vae}" in page
    for jalon in ("Inscrit", "VAE", "Évalué", "Présentable", "Jury", "Décision"):
        assert f">{jalon}<" in page, jalon
    (admise, *_) = _lire(application, select(Inscription.id).where(
        Inscription.centre.has(code="68"), Inscription.etat == EtatInscription.ADMISE, Inscription.voie == Voie.FORMATION))
    page = _texte(moi.get(f"/inscriptions/details/?id={admise}"))
    assert "Ce qui manque" not in page
    assert "MC-" in page
    # Le GTP lit l'inscription d'un procès-verbal signé, sans lien vers ce qu'il ne lit pas.
    (en_vae, *_) = _lire(application, select(Inscription.id).where(
        Inscription.centre.has(code="68"), Inscription.etat == EtatInscription.ADMISE, Inscription.voie != Voie.FORMATION))
    page = _texte(client("gtp").get(f"/inscriptions/details/?id={en_vae}"))
    assert ">VAE<" in page
    assert "/vae/details/" not in page


def test_la_commande_vae(application_neuve: Flask) -> None:
    lignes = json.loads(_lancer(application_neuve, "vae", "liste", "--centre", "68", "--json").stdout)
    echeances = [r["echeance"] for r in lignes if r["echeance"]]
    assert len(lignes) > 10
    assert echeances == sorted(echeances)
    assert {r["collective"] for r in lignes} == {True, False}
    identite = lignes[0]["inscription"]
    vue = json.loads(_lancer(application_neuve, "vae", "voir", str(identite), "--json").stdout)
    assert vue["phases"][0]["code"] in {"accueil", "dossier"}
    assert "Dossier de recevabilité" in _lancer(application_neuve, "vae", "voir", str(identite)).output
    (formation, *_) = _lire(application_neuve, select(Inscription.id).where(Inscription.voie == Voie.FORMATION))
    for faux in (str(formation), "999999"):
        refus = _lancer(application_neuve, "vae", "voir", faux)
        assert (refus.exit_code, "n'est pas une VAE" in refus.output) == (2, True)
    ouverte = next(r["inscription"] for r in lignes if r["prochaine_phase"] in {"accueil", "decision"} and r["voie"] == "vae")
    with application_neuve.app_context(), agir_comme(SYSTEME):
        db.session.get(Inscription, ouverte).date_recevabilite = aujourd_hui() - dt.timedelta(days=90)
        vae = db.session.scalar(select(Vae).where(Vae.inscription_id == ouverte))
        if vae is not None:
            vae.dossier_complet_le = None
        db.session.commit()
    assert json.loads(_lancer(application_neuve, "vae", "reputer", "--json").stdout)["inscriptions"] == [ouverte]
    assert "0 VAE" in _lancer(application_neuve, "vae", "reputer").output


def test_le_tableau_de_bord_du_clerc_dit_les_echeances(application_neuve: Flask, client_neuf: Client) -> None:
    (ouverte, *_) = _lire(application_neuve, select(Inscription.id).outerjoin(Vae, Vae.inscription_id == Inscription.id).where(
        Inscription.centre.has(code="68"), Inscription.voie == Voie.VAE, Inscription.etat == EtatInscription.OUVERTE, Vae.recevabilite.is_(None)))
    with application_neuve.app_context(), agir_comme(SYSTEME):
        db.session.get(Inscription, ouverte).date_recevabilite = aujourd_hui() - dt.timedelta(days=50)
        vae = db.session.scalar(select(Vae).where(Vae.inscription_id == ouverte))
        if vae is not None:
            vae.dossier_complet_le = None
        db.session.commit()
    page = _texte(client_neuf("clerc68").get("/"))
    assert "décider de la recevabilité avant le" in page
    assert f"/vae/details/?id={ouverte}" in page
    assert "recevabilité" not in _texte(client_neuf("gtp").get("/"))


def test_les_documents_d_une_vae_en_un_clic_et_en_commande(application_neuve: Flask, client_neuf: Client, tmp_path: Path) -> None:
    (conclue, *_) = _lire(application_neuve, select(Vae.inscription_id).where(Vae.conclusion.is_not(None), Vae.inscription.has(Inscription.centre.has(code="68"))))
    (neuve, *_) = _lire(application_neuve, select(Inscription.id).outerjoin(Vae, Vae.inscription_id == Inscription.id).where(
        Inscription.centre.has(code="68"), Inscription.voie != Voie.FORMATION, Vae.id.is_(None)))
    moi = client_neuf("clerc68")
    page = _texte(moi.get(f"/vae/details/?id={conclue}"))
    for code in ("recevabilite-vae", "conclusions-vae"):
        adresse = f"/documents/vae/{conclue}/{code}.pdf"
        assert adresse in page
        reponse = moi.get(adresse)
        assert (reponse.status_code, reponse.mimetype, reponse.data[:5]) == (200, "application/pdf", b"%PDF-")
        assert client_neuf("clerc69").get(adresse).status_code == 404
        assert client_neuf("gtp").get(adresse).status_code == 404
        assert client_neuf("jure68").get(adresse).status_code == 403
        sortie = tmp_path / f"{code}.pdf"
        assert _lancer(application_neuve, "document", code, str(conclue), "-o", str(sortie)).exit_code == 0
        assert sortie.read_bytes()[:5] == b"%PDF-"
    assert moi.get(f"/documents/vae/{neuve}/recevabilite-vae.pdf").status_code == 422
    assert moi.get(f"/documents/vae/{conclue}/autre.pdf").status_code == 404
    refus = _lancer(application_neuve, "document", "recevabilite-vae", str(neuve), "-o", str(tmp_path / "x.pdf"))
    assert (refus.exit_code, "phases de la VAE" in refus.output) == (2, True)
