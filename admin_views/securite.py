"""En-têtes, politique de contenu, bornes des requêtes et pages d'erreur qui ne montrent rien de la machine."""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, abort, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from admin_views.extensions import db
from models.moteur import base_occupee
from models.perimetre import HorsPerimetre
from rules.controle import Refus, traduire
from travaux import incidents
from travaux.incidents import journal_technique

_CONTROLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PARAMETRES_MAX = 60
_PARAMETRE_LONGUEUR = 2000
_CSP = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_MESSAGES = {
    400: "Cette demande est mal formée.",
    401: "Connectez-vous pour continuer.",
    403: "Votre rôle ne permet pas cette action.",
    404: "Cette page n'existe pas, ou ne relève pas de votre centre.",
    405: "Cette action ne se fait pas ainsi.",
    413: "Le fichier est trop gros.",
    422: "Cette demande est refusée.",
    429: "Trop de demandes : réessayez dans un quart d'heure.",
    500: "Une erreur est survenue. Rien n'a été enregistré.",
    503: "La base est occupée. Rien n'a été enregistré : réessayez dans un instant.",
}

def csp_nonce() -> str:
    """Le nonce de la requête : seuls les scripts qui le portent s'exécutent."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return g.csp_nonce


def incident(erreur: BaseException) -> str:
    """Note l'erreur sous un numéro, sans SQL ni valeur : type et lieu seulement."""
    return incidents.noter(erreur, request.endpoint or "?")


def _borner() -> None:
    """Refuse les caractères de contrôle et les paramètres démesurés avant que quiconque les lise."""
    if _CONTROLE.search(request.path) or len(request.args) > _PARAMETRES_MAX:
        abort(400)
    for cle, valeurs in request.args.lists():
        if any(_CONTROLE.search(t) or len(t) > _PARAMETRE_LONGUEUR for t in (cle, *valeurs)):
            abort(400)
    if request.mimetype in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        for cle, valeurs in request.form.lists():
            if any(_CONTROLE.search(t) for t in (cle, *valeurs)):
                abort(400)


def _entetes(reponse: Response) -> Response:
    h = reponse.headers
    h.setdefault("Content-Security-Policy", _CSP.format(nonce=csp_nonce()))
    h["X-Frame-Options"] = "DENY"
    h["X-Content-Type-Options"] = "nosniff"
    h["Referrer-Policy"] = "same-origin"
    h["Cross-Origin-Opener-Policy"] = "same-origin"
    h["Cross-Origin-Resource-Policy"] = "same-origin"
    h["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if current_app.config["HTTPS"]:
        h["Strict-Transport-Security"] = "max-age=31536000"
    if (duree := g.get("cache_public_s")) is not None:
        # Une liste publique est la même pour tous ; ce qui dépend d'une session n'est jamais gardé.
        h["Cache-Control"] = f"public, max-age={duree}"
    elif request.endpoint != "static":
        h["Cache-Control"] = "no-store"
    return reponse


def page_erreur(code: int, message: str | None = None, numero: str | None = None) -> ResponseReturnValue:
    """Une page d'erreur en français, avec un numéro d'incident quand il y en a un.

    Si la mise en page elle-même est en panne, le message seul : jamais une trace.
    """
    texte = message or _MESSAGES[code]
    try:
        page = render_template("erreur.html", code=code, message=texte, incident=numero)
    except Exception as erreur:  # noqa: BLE001 — la page d'erreur est le dernier recours
        journal_technique.error("page d'erreur en panne : %s", type(erreur).__name__)
        page = f"<!doctype html><html lang=fr><title>Erreur</title><p>{escape(texte)}</p></html>"
    return page, code


def _erreur_http(erreur: HTTPException) -> ResponseReturnValue:
    code = erreur.code if erreur.code in _MESSAGES else 400
    if erreur.response is not None:
        return erreur.response
    return page_erreur(code or 400)


def _erreur_csrf(_erreur: CSRFError) -> ResponseReturnValue:
    return page_erreur(400, "Votre session est fermée ou ce formulaire a expiré : rien n'a été enregistré. Reconnectez-vous, puis recommencez.")


def _refus(erreur: Refus) -> ResponseReturnValue:
    db.session.rollback()
    return page_erreur(422, " ".join(str(v) for v in erreur.violations))


def _hors_perimetre(_erreur: HorsPerimetre) -> ResponseReturnValue:
    db.session.rollback()
    return page_erreur(403)


def _erreur_base(erreur: DBAPIError) -> ResponseReturnValue:
    db.session.rollback()
    if base_occupee(erreur):
        return page_erreur(503)
    violation = traduire(erreur)
    return page_erreur(422, str(violation)) if violation else page_erreur(500, numero=incident(erreur))


def _erreur_imprevue(erreur: Exception) -> ResponseReturnValue:
    db.session.rollback()
    if base_occupee(erreur):
        return page_erreur(503)
    return page_erreur(500, numero=incident(erreur))


def installer(app: Flask) -> None:
    """Lie les protections à l'application."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.before_request(_borner)
    app.after_request(_entetes)
    app.register_error_handler(CSRFError, _erreur_csrf)
    app.register_error_handler(HTTPException, _erreur_http)
    app.register_error_handler(Refus, _refus)
    app.register_error_handler(HorsPerimetre, _hors_perimetre)
    app.register_error_handler(DBAPIError, _erreur_base)
    app.register_error_handler(Exception, _erreur_imprevue)
