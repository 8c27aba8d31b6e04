"""Le GTP tient les enregistrements : sans leur date, aucun certificat."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import text

from admin_views.extensions import db
from tests.console.conftest import Client, jeton


def test_le_gtp_date_un_enregistrement(application_neuve: Flask, client_neuf: Client) -> None:
    with application_neuve.app_context():
        cle = db.session.execute(text("SELECT id FROM enregistrement WHERE du IS NULL ORDER BY id")).scalars().first()
        certification, code, repertoire = db.session.execute(
            text("SELECT certification_id, code, repertoire FROM enregistrement WHERE id = :i"), {"i": cle}
        ).one()
    gtp, clerc = client_neuf("gtp"), client_neuf("clerc68")
    adresse = f"/enregistrements/edit/?id={cle}"
    assert clerc.get(adresse).status_code == 403
    page = gtp.get(adresse).get_data(as_text=True)
    version = re.search(r'name="version_lue" value="(\d+)"', page)
    assert version
    donnees = {"csrf_token": jeton(gtp, "/compte"), "version_lue": version.group(1), "certification": certification,
               "repertoire": repertoire, "code": code, "du": "2023-01-25", "au": "2020-01-01", "source": ""}
    refus = gtp.post(adresse, data=donnees)
    assert refus.status_code == 422
    assert "ENR-02" in refus.get_data(as_text=True) or "REF-08" in refus.get_data(as_text=True)
    assert gtp.post(adresse, data=donnees | {"au": "2028-01-25"}).status_code == 303
    with application_neuve.app_context():
        du = db.session.execute(text("SELECT du FROM enregistrement WHERE id = :i"), {"i": cle}).scalar_one()
    assert str(du) == "2023-01-25"
