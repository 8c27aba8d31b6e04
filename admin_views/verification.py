"""La page publique qui dit si un certificat est authentique : titre, identifiant, date, initiales, année de naissance."""

from __future__ import annotations

import hashlib
import re

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, insert, select
from sqlalchemy.orm import joinedload

from admin_views.connexion import FENETRE
from admin_views.extensions import db
from models import Certificat, TentativeConnexion
from models.base import maintenant
from models.contexte import en_ecriture

verification = Blueprint("verification", __name__)

_CODE = re.compile(r"[2-9A-HJKMNP-Z]{12}")
_ECHECS_PAR_ADRESSE = 20


def _initiales(*noms: str) -> str:
    return " ".join(f"{mot[0].upper()}." for nom in noms for mot in re.split(r"[\s-]+", nom.strip()) if mot)


@verification.get("/verifier/")
@verification.get("/verifier/<code>")
def verifier(code: str | None = None) -> ResponseReturnValue:
    """Vérifie un code de certificat. Les codes inconnus sont comptés par adresse : on ne les devine pas."""
    saisi = re.sub(r"[\s-]", "", code or request.args.get("code", "")).upper()[:40]
    if not saisi:
        return render_template("verifier.html", saisi="", certificat=None)
    adresse = hashlib.sha256(f"verifier {request.remote_addr}".encode()).hexdigest()
    t = TentativeConnexion.__table__.c
    echecs = db.session.scalar(
        select(func.count()).where(t.empreinte_adresse == adresse, t.le >= maintenant() - FENETRE)
    )
    if (echecs or 0) >= _ECHECS_PAR_ADRESSE:
        return render_template("verifier.html", saisi="", certificat=None, trop=True), 429
    certificat = None
    if _CODE.fullmatch(saisi):
        certificat = db.session.scalar(
            select(Certificat).where(Certificat.code_verification == saisi)
            .options(joinedload(Certificat.candidat), joinedload(Certificat.certification), joinedload(Certificat.centre),
                     joinedload(Certificat.bloc), joinedload(Certificat.annulation), joinedload(Certificat.remplacant)),
            execution_options={"sans_perimetre": True},
        )
    if certificat is None:
        db.session.rollback()
        with en_ecriture():
            ligne = {"empreinte_compte": adresse, "empreinte_adresse": adresse, "le": maintenant()}
            db.session.execute(insert(TentativeConnexion), [ligne])
            db.session.commit()
        return render_template("verifier.html", saisi=saisi, certificat=None), 404
    candidat = certificat.candidat
    return render_template(
        "verifier.html", saisi=saisi, certificat=certificat,
        identifiant=certificat.bloc.identifiant if certificat.bloc is not None else certificat.certification.base_identifiant,
        titre_certifie=certificat.bloc.libelle if certificat.bloc is not None else certificat.certification.titre,
        initiales=_initiales(candidat.prenoms, candidat.nom_naissance), annee=candidat.date_naissance.year,
    )


def installer(app: Flask) -> None:
    """Lie la vérification publique à l'application."""
    app.register_blueprint(verification)
