"""Le serveur s'arrête pendant qu'un membre vote, puis repart : le vote attendait sur le téléphone."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session
from werkzeug.serving import BaseWSGIServer, make_server

from app import create_app
from models import Jury
from models.contexte import agir_comme, en_ecriture
from models.moteur import regler
from rules import actes_deliberation
from rules.nomenclatures import EtatJury
from tests.conftest import SYSTEME

pytestmark = pytest.mark.navigateur


def _demarrer(base: Path, port: int) -> BaseWSGIServer:
    app = create_app({"DATABASE_URL": f"sqlite:///{base}", "SECRET_KEY": "coupure", "TRUSTED_HOSTS": None})
    serveur = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=serveur.serve_forever, daemon=True).start()
    return serveur


def _arreter(serveur: BaseWSGIServer) -> None:
    serveur.shutdown()
    serveur.server_close()


def test_un_vote_pose_serveur_arrete_part_quand_il_repart(base_navigateur: Path, navigateur: Browser, tmp_path: Path) -> None:
    base = tmp_path / "base.db"
    shutil.copyfile(base_navigateur, base)
    moteur = regler(create_engine(f"sqlite:///{base}"))
    with agir_comme(SYSTEME), en_ecriture(), Session(moteur) as session, session.begin():
        jury = session.scalars(select(Jury).where(Jury.etat == EtatJury.OUVERT).order_by(Jury.id)).first()
        siege = next(s for s in jury.sieges if s.syndicat is not None and s.present)
        jeton, siege_id = actes_deliberation.ouvrir_lien(session, siege), siege.id
    serveur = _demarrer(base, 0)
    contexte = navigateur.new_context(viewport={"width": 360, "height": 740})
    telephone = contexte.new_page()
    telephone.goto(f"http://127.0.0.1:{serveur.server_port}/siege/{jeton}")
    boite = telephone.locator("article > .vote").first
    case = boite.get_attribute("data-case")
    autre = "NA" if boite.locator("input[value=A]").is_checked() else "A"
    port = serveur.server_port
    _arreter(serveur)
    boite.locator(f".choix-{autre.lower()}").click()
    expect(telephone.locator("[data-role=etat]")).to_contain_text("Connexion perdue", timeout=30_000)
    # Deux changements d'avis pendant la coupure : seul le dernier compte.
    inverse = "A" if autre == "NA" else "NA"
    boite.locator(f".choix-{inverse.lower()}").click()
    boite.locator(f".choix-{autre.lower()}").click()
    serveur = _demarrer(base, port)
    expect(telephone.locator("[data-role=etat]")).to_contain_text("La connexion est revenue", timeout=30_000)
    telephone.reload()
    expect(telephone.locator(f'.vote[data-case="{case}"] input[value={autre}]')).to_be_checked()
    contexte.close()
    _arreter(serveur)
    numero = int((case or "0").split("-")[0])
    with moteur.connect() as x:
        valeurs = x.execute(text(
            "SELECT v.valeur FROM vote v JOIN presentation p ON p.id = v.presentation_id AND p.numero_anonyme = :n "
            "WHERE v.siege_id = :s AND v.bloc_id IS NULL"), {"n": numero, "s": siege_id}).scalars().all()
    moteur.dispose()
    assert valeurs == [autre]
