"""La page publique qui dit si un certificat est authentique : valide, duplicata délivré, ou annulé ; rien qui se moissonne.

Un code est tiré au sort (douze signes, environ 59 bits) : il ne se devine ni ne se suit. Inconnu ou mal écrit, la réponse,
ses requêtes et son code HTTP sont les mêmes.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re

from flask import Blueprint, Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, insert, select
from sqlalchemy.orm import joinedload, selectinload

from admin_views.connexion import FENETRE
from admin_views.extensions import db
from models import Certificat, TentativeConnexion
from models.base import maintenant
from models.contexte import en_ecriture

verification = Blueprint("verification", __name__)

_CODE = re.compile(r"[2-9A-HJKMNP-Z]{12}")
# Ce qu'aucun certificat ne porte : cherché à la place d'un code mal écrit, pour que rien ne l'en distingue.
_IMPOSSIBLE = "0" * 12
_ECHECS_PAR_ADRESSE = 20
_ESSAIS_PAR_ADRESSE = 200


def _initiales(*noms: str) -> str:
    return " ".join(f"{mot[0].upper()}." for nom in noms for mot in re.split(r"[\s-]+", nom.strip()) if mot)


def _empreinte(genre: str) -> str:
    """L'empreinte de l'adresse du visiteur ; en IPv6, celle de son réseau : il en a des milliards."""
    brute = request.remote_addr or ""
    try:
        adresse = ipaddress.ip_address(brute)
    except ValueError:
        reseau = brute
    else:
        reseau = str(ipaddress.ip_network((adresse, 64), strict=False)) if adresse.version == 6 else brute
    return hashlib.sha256(f"{genre} {reseau}".encode()).hexdigest()


def _compter(empreinte: str) -> int:
    t = TentativeConnexion.__table__.c
    return db.session.scalar(
        select(func.count()).where(t.empreinte_adresse == empreinte, t.le >= maintenant() - FENETRE)
    ) or 0


def _noter(*empreintes: str) -> None:
    db.session.rollback()
    with en_ecriture():
        lignes = [{"empreinte_compte": e, "empreinte_adresse": e, "le": maintenant()} for e in empreintes]
        db.session.execute(insert(TentativeConnexion), lignes)
        db.session.commit()


def _trouver(saisi: str) -> Certificat | None:
    return db.session.scalar(
        select(Certificat).where(Certificat.code_verification == (saisi if _CODE.fullmatch(saisi) else _IMPOSSIBLE))
        .options(joinedload(Certificat.candidat), joinedload(Certificat.certification), joinedload(Certificat.centre),
                 joinedload(Certificat.bloc), joinedload(Certificat.annulation), joinedload(Certificat.remplacant),
                 selectinload(Certificat.duplicatas)),
        execution_options={"sans_perimetre": True},
    )


def _page(code_http: int = 200, **valeurs: object) -> Response:
    reponse = make_response(render_template("verifier.html", **{"saisi": "", "certificat": None} | valeurs), code_http)
    # Le code d'un certificat est dans l'adresse : un moteur de recherche ne la garde pas.
    reponse.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return reponse


@verification.get("/verifier/")
@verification.get("/verifier/<code>")
def verifier(code: str | None = None) -> ResponseReturnValue:
    """Vérifie un code de certificat. Les essais sont comptés par adresse : on ne les devine pas."""
    saisi = re.sub(r"[\s-]", "", code or request.args.get("code", "")).upper()[:40]
    if not saisi:
        return _page()
    essai, echec = _empreinte("verification"), _empreinte("verifier")
    if _compter(essai) >= _ESSAIS_PAR_ADRESSE or _compter(echec) >= _ECHECS_PAR_ADRESSE:
        return _page(429, trop=True)
    certificat = _trouver(saisi)
    if certificat is None:
        _noter(essai, echec)
        return _page(404, saisi=saisi)
    candidat, bloc = certificat.candidat, certificat.bloc
    page = _page(
        saisi=saisi, certificat=certificat, annulation=certificat.annulation, remplace=certificat.remplacant is not None,
        duplicatas=[(d.numero, d.delivre_le) for d in certificat.duplicatas], inventee=certificat.centre.demonstration,
        identifiant=bloc.identifiant if bloc is not None else certificat.certification.base_identifiant,
        titre_certifie=bloc.libelle if bloc is not None else certificat.certification.titre,
        initiales=_initiales(candidat.prenoms, candidat.nom_naissance), annee=candidat.date_naissance.year,
    )
    _noter(essai)
    return page


def installer(app: Flask) -> None:
    """Lie la vérification publique à l'application."""
    app.register_blueprint(verification)
