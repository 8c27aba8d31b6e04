"""Transmission au GTP, contrôle, actions correctives et capacité des centres, à l'écran."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask import Flask
from sqlalchemy import select

from admin_views.extensions import db
from models import Centre, Jury, Transmission
from models.contexte import agir_comme
from rules.nomenclatures import EtatJury
from tests.conftest import SYSTEME
from tests.console.conftest import Client, jeton
from tests.rules.test_actes_suivi import PDF


@pytest.fixture
def jury(application_neuve: Flask) -> int:
    """Un jury signé du centre 68, pas encore transmis."""
    with application_neuve.app_context(), agir_comme(SYSTEME):
        deja = select(Transmission.jury_id)
        cle = db.session.scalars(
            select(Jury.id).join(Centre).where(Centre.code == "68", Jury.etat == EtatJury.CLOS, Jury.id.not_in(deja))
            .order_by(Jury.date_jury.desc())
        ).first()
        assert cle is not None
        return cle


def _poster(client, adresse: str, page: str = "/compte", **champs):
    return client.post(adresse, data={"csrf_token": jeton(client, page)} | champs, follow_redirects=True)


def _joindre(client, jury: int, nom: str = "emargement.pdf", contenu: bytes = PDF):
    return _poster(client, f"/suivi/jury/{jury}/pieces", nature_piece="emargement", piece=(io.BytesIO(contenu), nom))


def test_de_la_transmission_a_l_action_menee(client_neuf: Client, jury: int, application_neuve: Flask) -> None:
    clerc, gtp = client_neuf("clerc68"), client_neuf("gtp")
    page = _poster(clerc, f"/suivi/jury/{jury}/transmettre").get_data(as_text=True)
    assert "TRA-02" in page
    assert "émargement signée n&#39;est pas jointe" in page
    assert "Pièce jointe" in _joindre(clerc, jury).get_data(as_text=True)
    assert "Dossier transmis" in _poster(clerc, f"/suivi/jury/{jury}/transmettre").get_data(as_text=True)
    with application_neuve.app_context(), agir_comme(SYSTEME):
        dossier = db.session.scalars(select(Transmission).where(Transmission.jury_id == jury)).one()
        cle = dossier.id
    paquet = gtp.get(f"/suivi/dossier/{cle}.zip")
    assert paquet.status_code == 200
    with zipfile.ZipFile(io.BytesIO(paquet.data)) as lu:
        noms = lu.namelist()
        assert lu.testzip() is None
        assert PDF in [lu.read(n) for n in noms]
    assert any(n.startswith("lettre-gtp") for n in noms)
    assert any(n.startswith("pv_") for n in noms)
    assert gtp.get(f"/suivi/dossier/{cle}.zip").data == paquet.data
    refus = _poster(gtp, f"/suivi/dossier/{cle}/controler", conforme="non").get_data(as_text=True)
    assert "SUI-01" in refus
    faite = _poster(gtp, f"/suivi/dossier/{cle}/controler", conforme="non", libelle="Faire signer", terme="2030-01-01")
    assert "Actions correctives adressées" in faite.get_data(as_text=True)
    assert "Faire signer" in clerc.get("/transmissions/").get_data(as_text=True)
    with application_neuve.app_context(), agir_comme(SYSTEME):
        action = db.session.get(Transmission, cle).actions[0].id
    menee = _poster(clerc, f"/suivi/action/{action}/realiser", compte_rendu="Signature recueillie.")
    assert "comme menée" in menee.get_data(as_text=True)


def test_une_piece_deguisee_est_refusee(client_neuf: Client, jury: int) -> None:
    page = _joindre(client_neuf("clerc68"), jury, "emargement.pdf", b"MZ\x90\x00" + b"\0" * 200).get_data(as_text=True)
    assert "PIE-" in page


@pytest.mark.parametrize(
    ("compte", "attendu"),
    [("clerc69", 404), ("jure68", 403), ("lecture", 403), ("gtp", 403), ("admin", 403)],
)
def test_qui_ne_peut_pas_transmettre(client: Client, application: Flask, compte: str, attendu: int) -> None:
    with application.app_context(), agir_comme(SYSTEME):
        cle = db.session.scalars(select(Jury.id).join(Centre).where(Centre.code == "68", Jury.etat == EtatJury.CLOS)).first()
    moi = client(compte)
    reponse = moi.post(f"/suivi/jury/{cle}/transmettre", data={"csrf_token": jeton(moi, "/compte")})
    assert reponse.status_code == attendu


def test_le_clerc_ne_controle_pas(client_neuf: Client, jury: int) -> None:
    clerc = client_neuf("clerc68")
    _joindre(clerc, jury)
    assert clerc.post("/suivi/dossier/1/controler", data={"csrf_token": jeton(clerc, "/compte")}).status_code == 403
    assert clerc.post("/suivi/capacite/retirer", data={"csrf_token": jeton(clerc, "/compte")}).status_code == 403


def test_la_capacite_d_un_centre(client_neuf: Client, application_neuve: Flask) -> None:
    gtp = client_neuf("gtp")
    with application_neuve.app_context(), agir_comme(SYSTEME):
        centre = db.session.scalars(select(Centre.id).where(Centre.code == "69")).one()
    page = _poster(gtp, "/suivi/capacite/retirer", centre=str(centre), retire_le="2026-11-01", motif="Essai")
    assert "SUI-02" in page.get_data(as_text=True)
    assert "Aucun retrait de capacité" in client_neuf("clerc68").get("/capacites/").get_data(as_text=True)
