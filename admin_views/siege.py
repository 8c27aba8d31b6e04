"""La page d'un membre du jury sur son appareil : sans compte, par le lien de son siège (décision 020).

Le lien ouvre un jury et un siège, rien d'autre ; il meurt à la signature du dernier procès-verbal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, insert, select

from admin_views.connexion import FENETRE
from admin_views.deliberation import (
    case,
    cases_cochees,
    certifications_de,
    competences,
    consigner,
    deliberation,
    flux,
    presentation_du_numero,
)
from admin_views.extensions import db
from admin_views.gestes import refus_dits
from models import Jury, Siege, TentativeConnexion
from models.base import maintenant
from models.contexte import agir_comme, en_ecriture
from rules import actes, actes_deliberation
from rules.actes_deliberation import SiegeOuvert, siege_du_lien
from rules.nomenclatures import EtatJury

siege = Blueprint("siege", __name__, url_prefix="/siege")

_CLE = "lien_de_vote"
_ECHECS_PAR_ADRESSE = 30

Vue = Callable[..., ResponseReturnValue]


def _ferme(statut: int = 404) -> ResponseReturnValue:
    """Ce lien n'ouvre rien : inconnu, révoqué, ou séance finie ; la page ne dit pas lequel."""
    db.session.rollback()
    if request.accept_mimetypes.best == "application/json":
        return {"erreur": "Ce lien n'ouvre plus rien : la séance est finie, ou le centre l'a révoqué."}, statut
    return render_template("siege/ferme.html"), statut


def _membre(vue: Vue) -> Vue:
    """Réserve une page à l'appareil qui a ouvert un lien vivant ; elle n'agit qu'au nom de ce siège."""

    @wraps(vue)
    def execute(**kwargs: Any) -> ResponseReturnValue:
        ouvert = siege_du_lien(db.session(), session.get(_CLE, ""))
        if ouvert is None:
            return _ferme()
        with agir_comme(ouvert.acteur):
            # Deux liens ouverts l'un après l'autre sur un même appareil : la page du premier n'écrit pas au nom du second.
            if request.method == "POST" and request.form.get("siege") != str(ouvert.siege_id):
                message = f"Cet appareil a ouvert le lien de {ouvert.nom} : rouvrez le vôtre avant de voter."
                if request.accept_mimetypes.best == "application/json":
                    return {"erreur": message}, 403
                flash(message, "error")
                return redirect(url_for("siege.page"), 303)
            return vue(ouvert, **kwargs)

    return execute


def _trop_d_essais(adresse: str) -> bool:
    t = TentativeConnexion.__table__.c
    essais = db.session.scalar(
        select(func.count()).where(t.empreinte_adresse == adresse, t.le >= maintenant() - FENETRE)
    )
    return (essais or 0) >= _ECHECS_PAR_ADRESSE


@siege.get("/<jeton>")
def entrer(jeton: str) -> ResponseReturnValue:
    """Ouvre un lien, et l'ôte de l'adresse. Un lien inconnu compte : on ne les devine pas, et un juste passe toujours."""
    if siege_du_lien(db.session(), jeton[:100]) is not None:
        db.session.rollback()
        session[_CLE], session.permanent = jeton[:100], True
        return redirect(url_for("siege.page"), 303)
    adresse = hashlib.sha256(f"siege {request.remote_addr}".encode()).hexdigest()
    if _trop_d_essais(adresse):
        return _ferme(429)
    db.session.rollback()
    with en_ecriture():
        db.session.execute(insert(TentativeConnexion), [
            {"empreinte_compte": adresse, "empreinte_adresse": adresse, "le": maintenant()}
        ])
        db.session.commit()
    return _ferme()


@siege.get("/")
@_membre
def page(ouvert: SiegeOuvert) -> ResponseReturnValue:
    """Le siège : dire sa présence, lire la synthèse par numéro, voter."""
    vue = deliberation(db.session(), ouvert.jury_id) if ouvert.etat is EtatJury.OUVERT else None
    return render_template(
        "siege/page.html", soi=ouvert, vue=vue, case=case,
        certifications=certifications_de(vue) if vue is not None else {},
        competences=competences(db.session(), ouvert.jury_id) if vue is not None else {},
    )


@siege.get("/flux")
@_membre
def flux_du_siege(ouvert: SiegeOuvert) -> ResponseReturnValue:
    """Ce qui change sur ce siège ; le président lit aussi le décompte."""
    return flux(ouvert.jury_id, [ouvert.siege_id], complet=ouvert.president)


def _jury_et_siege(ouvert: SiegeOuvert) -> tuple[Jury, Siege]:
    return db.session.get_one(Jury, ouvert.jury_id), db.session.get_one(Siege, ouvert.siege_id)


@siege.post("/voter")
@_membre
def voter(ouvert: SiegeOuvert) -> ResponseReturnValue:
    """Le vote de ce siège ; répond l'état du candidat."""
    jury, sien = _jury_et_siege(ouvert)
    return consigner(jury, sien, ouvert.president, [ouvert.siege_id])


@siege.post("/votes")
@_membre
def voter_sans_script(ouvert: SiegeOuvert) -> ResponseReturnValue:
    """Les votes cochés d'un candidat, quand le navigateur n'a pas de script."""
    jury, sien = _jury_et_siege(ouvert)
    with refus_dits():
        for numero, siege_id, bloc_id, valeur in cases_cochees():
            if siege_id == sien.id:
                actes.voter(db.session(), presentation_du_numero(jury.id, numero), sien, valeur, bloc_id=bloc_id)
        db.session.commit()
        flash("Votre vote est enregistré.", "success")
    return redirect(url_for("siege.page"), 303)


@siege.post("/presence")
@_membre
def emarger(ouvert: SiegeOuvert) -> ResponseReturnValue:
    """Le membre dit sa présence : elle vaut comme notée par le centre, qui la voit aussitôt."""
    with agir_comme(ouvert.acteur_d_ecriture):
        _, sien = _jury_et_siege(ouvert)
        with refus_dits():
            actes_deliberation.emarger(db.session(), sien, ouvert.lien_id)
            db.session.commit()
            flash("Votre présence est notée.", "success")
    return redirect(url_for("siege.page"), 303)


def installer(app: Flask) -> None:
    """Lie la page des membres à l'application."""
    app.register_blueprint(siege)
