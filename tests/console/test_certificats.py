"""Remettre un certificat, en délivrer un duplicata certifié conforme."""

from __future__ import annotations

import io

import pypdf
import pytest
from flask import Flask
from sqlalchemy import func, select

from admin_views.extensions import db
from models import Archive, Centre, Certificat, Duplicata
from models.contexte import agir_comme
from tests.conftest import SYSTEME
from tests.console.conftest import Client, jeton


@pytest.fixture
def certificat(application_neuve: Flask) -> int:
    with application_neuve.app_context(), agir_comme(SYSTEME):
        cle = db.session.scalars(
            select(Certificat.id).join(Centre).join(Archive, Archive.certificat_id == Certificat.id, isouter=True)
            .where(Centre.code == "68").order_by(Archive.id.is_(None), Certificat.id)
        ).first()
    assert cle is not None
    return cle


def _poster(client, adresse: str, **champs: str):
    return client.post(adresse, data={"csrf_token": jeton(client, "/compte")} | champs, follow_redirects=True)


def test_remettre_une_fois(client_neuf: Client, certificat: int) -> None:
    clerc = client_neuf("clerc68")
    adresse = f"/certificat/{certificat}/remettre"
    fausse = _poster(clerc, adresse, destinataire="candidat", a="Elle-même", remis_le="1999-01-01").get_data(as_text=True)
    assert "ATT-07" in fausse
    faite = _poster(clerc, adresse, destinataire="candidat", a="Elle-même", remis_le="2026-11-23").get_data(as_text=True)
    assert "Remise notée" in faite
    assert "Elle-même" in faite
    assert "déjà notée" in _poster(clerc, adresse, destinataire="candidat", a="X", remis_le="2026-11-23").get_data(as_text=True)


def test_un_duplicata_a_le_contenu_de_l_original(client_neuf: Client, certificat: int, application_neuve: Flask) -> None:
    responsable = client_neuf("responsable68")
    original = responsable.get(f"/documents/certificat/{certificat}.pdf").data
    page = _poster(responsable, f"/certificat/{certificat}/duplicata", motif="Perte de l'original").get_data(as_text=True)
    assert "DU-0000001" in page
    with application_neuve.app_context(), agir_comme(SYSTEME):
        cle = db.session.scalars(select(Duplicata.id)).one()
    duplicata = responsable.get(f"/documents/duplicata/{cle}.pdf")
    assert duplicata.status_code == 200
    textes = [pypdf.PdfReader(io.BytesIO(p)).pages[0].extract_text() for p in (original, duplicata.data)]
    assert "DUPLICATA CERTIFIÉ CONFORME" in textes[1]
    assert "DU-0000001" in textes[1]
    assert set(textes[0].split()) <= set(textes[1].split())
    assert responsable.get(f"/documents/duplicata/{cle}.pdf").data == duplicata.data
    with application_neuve.app_context(), agir_comme(SYSTEME):
        assert db.session.scalar(select(func.count()).select_from(Archive).where(Archive.duplicata_id == cle)) == 1


@pytest.mark.parametrize(("compte", "attendu"), [("clerc68", 403), ("gtp", 403), ("jure68", 403), ("lecture", 403)])
def test_qui_ne_delivre_pas_de_duplicata(client: Client, compte: str, attendu: int) -> None:
    moi = client(compte)
    assert moi.post("/certificat/1/duplicata", data={"csrf_token": jeton(moi, "/compte")}).status_code == attendu


def test_un_certificat_d_un_autre_centre_n_existe_pas(client_neuf: Client, certificat: int) -> None:
    ailleurs = client_neuf("clerc69")
    assert ailleurs.post(f"/certificat/{certificat}/remettre",
                         data={"csrf_token": jeton(ailleurs, "/compte"), "destinataire": "candidat"}).status_code == 404
