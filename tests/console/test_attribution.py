"""Attribution, transmission et suivi en commande ; le paquet et le grand jury à l'écran."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from admin_views import jurys
from admin_views.extensions import db
from models import (
    ActionCorrective,
    Archive,
    Centre,
    Certificat,
    Jury,
    Presentation,
    RetraitCapacite,
    Transmission,
    Travail,
)
from models.contexte import agir_comme, en_ecriture
from rules import actes
from rules.nomenclatures import EtatJury, EtatTravail
from tests import factories as f
from tests.conftest import SYSTEME
from tests.console.conftest import Client, jeton
from tests.rules.test_actes_suivi import PDF
from travaux import executer


@pytest.fixture
def jury(application_neuve: Flask) -> int:
    """Le dernier jury signé du centre 68, attribué, pas encore transmis."""
    with application_neuve.app_context(), agir_comme(SYSTEME):
        deja = select(Transmission.jury_id)
        return db.session.scalars(
            select(Jury.id).join(Centre).where(Centre.code == "68", Jury.etat == EtatJury.CLOS, Jury.id.not_in(deja))
            .order_by(Jury.date_jury.desc())
        ).first()


def _commande(app: Flask, *args: str, code: int = 0) -> str:
    resultat = app.test_cli_runner().invoke(args=list(args))
    assert resultat.exit_code == code, resultat.output
    return resultat.stdout if code == 0 else resultat.output


def test_de_l_attribution_au_retrait_de_capacite(application_neuve: Flask, jury: int, tmp_path: Path) -> None:
    app, cle = application_neuve, str(jury)
    lu = json.loads(_commande(app, "attribution", "jury", cle, "--json"))
    assert lu["attribues"] == 0  # la démonstration a déjà donné les numéros
    with app.app_context(), agir_comme(SYSTEME):
        certificats = db.session.scalar(
            select(func.count()).select_from(Certificat).join(Presentation, Presentation.id == Certificat.presentation_id)
            .where(Presentation.jury_id == jury)
        )
        assert db.session.scalar(select(func.count()).select_from(Archive).where(Archive.certificat_id.is_not(None))) == certificats
    assert lu["certificats"] == certificats > 5
    paquet = tmp_path / "paquet.zip"
    _commande(app, "attribution", "paquet", cle, "-o", str(paquet))
    with zipfile.ZipFile(paquet) as archive:
        assert archive.testzip() is None
        assert sum(n.startswith("certificats/") for n in archive.namelist()) == certificats
    assert "émargement" in _commande(app, "transmission", "transmettre", cle, code=1)
    assert _commande(app, "transmission", "dossier", cle, "-o", str(paquet), code=2)
    emargement = tmp_path / "emargement.pdf"
    emargement.write_bytes(PDF)
    assert "transmis" in _commande(app, "transmission", "transmettre", cle, "--emargement", str(emargement))
    _commande(app, "transmission", "dossier", cle, "-o", str(paquet))
    with zipfile.ZipFile(paquet) as archive:
        assert PDF in [archive.read(n) for n in archive.namelist()]
    assert "SUI-01" in _commande(app, "transmission", "controler", cle, "--non-conforme", code=1)
    _commande(app, "transmission", "controler", cle, "--non-conforme", "--action", "Faire signer @ 2099-01-01")
    with app.app_context(), agir_comme(SYSTEME):
        action = db.session.scalars(select(ActionCorrective).where(ActionCorrective.libelle == "Faire signer")).one().id
    etat = json.loads(_commande(app, "transmission", "etat", "--json"))
    assert {"action": action, "jury": jury, "libelle": "Faire signer", "terme": "2099-01-01", "en_retard": False} in etat["actions"]
    assert "Faire signer" in _commande(app, "transmission", "etat", "--centre", "68")
    _commande(app, "transmission", "realiser", str(action), "--compte-rendu", "Signé.")
    assert "déjà notée" in _commande(app, "transmission", "realiser", str(action), "--compte-rendu", "Signé.", code=1)
    assert "SUI-02" in _commande(app, "transmission", "retirer", "69", "--le", "2026-11-01", "--motif", "Essai", code=1)
    assert "pas retirée" in _commande(app, "transmission", "rendre", "69", code=2)


def test_retirer_et_rendre_une_capacite(application_neuve: Flask) -> None:
    """Une action restée sans effet au-delà de son terme : la CPNEFP retire, le GTP attribue, la capacité revient."""
    with application_neuve.app_context(), agir_comme(SYSTEME):
        action = db.session.scalars(select(ActionCorrective).where(ActionCorrective.realisee_le.is_(None))).first()
        code, apres = action.transmission.jury.centre.code, action.terme.replace(year=action.terme.year + 1)
    _commande(application_neuve, "transmission", "retirer", code, "--le", apres.isoformat(), "--motif", "Actions non menées")
    with application_neuve.app_context(), agir_comme(SYSTEME):
        assert db.session.scalars(select(RetraitCapacite).where(RetraitCapacite.rendu_le.is_(None))).one().centre.code == code
    assert "avant d'être retirée" in _commande(application_neuve, "transmission", "rendre", code, code=1)
    _commande(application_neuve, "transmission", "rendre", code, "--le", apres.isoformat())


def test_le_paquet_a_l_ecran(application_neuve: Flask, client_neuf: Client, jury: int) -> None:
    recu = client_neuf("clerc68").get(f"/documents/jury/{jury}/attribution.zip")
    assert recu.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(recu.data)) as archive:
        assert f"certificats_jury-{jury}.pdf" in archive.namelist()
    assert client_neuf("clerc69").get(f"/documents/jury/{jury}/attribution.zip").status_code == 404
    for compte in ("gtp", "jure68", "lecture", "admin"):
        assert client_neuf(compte).get(f"/documents/jury/{jury}/attribution.zip").status_code == 403


def test_un_grand_jury_se_prepare_dans_un_travail(
    application_neuve: Flask, client_neuf: Client, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Au-delà d'un lot, l'écran mène au travail ; les numéros, eux, sont déjà donnés."""
    monkeypatch.setattr(jurys, "AUSSITOT", 1)
    with application_neuve.app_context(), agir_comme(SYSTEME), en_ecriture():
        centre = db.session.scalars(select(Centre).where(Centre.code == "68")).one()
        signe = f.jury_ouvert(db.session(), centre, f.certification(db.session(), numero=9990), candidats=3)
        actes.signer(db.session(), signe, f.president(signe))
        db.session.commit()
        cle = signe.id
    clerc = client_neuf("clerc68")
    reponse = clerc.post(f"/jury/{cle}/attribuer", data={"csrf_token": jeton(clerc, "/compte")})
    with application_neuve.app_context(), agir_comme(SYSTEME):
        travail = db.session.scalars(select(Travail)).one()
        assert reponse.headers["Location"] == f"/travaux/{travail.id}/"
        assert travail.parametres == {"jury": cle}
        attribues = select(func.count()).select_from(Certificat).join(Presentation, Presentation.id == Certificat.presentation_id)
        assert db.session.scalar(attribues.where(Presentation.jury_id == cle)) == 3
        assert executer(db.engine, travail.id, application_neuve.config) is EtatTravail.FAIT
    page = clerc.get(f"/travaux/{travail.id}/").get_data(as_text=True)
    assert "Revenir au jury" in page
    assert f"/jury/{cle}/#certificats" in page
