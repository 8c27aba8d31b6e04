"""Aller à une page ou à une fiche par son nom ou son numéro (Ctrl+K, ou le lien de l'en-tête)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask import Blueprint, Flask, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

import admin_views
from admin_views.base import DomainView
from admin_views.droits import Droit
from admin_views.extensions import db
from models.normalisation import normaliser

aller = Blueprint("aller", __name__)

_TERME_MAX = 100
_PAR_VUE = 5
_PAGES_MAX = 8


@dataclass(frozen=True, slots=True)
class Destination:
    """Une page ou une fiche où aller, et de quelle sorte elle est."""

    sorte: str
    texte: str
    adresse: str


def _pages(terme: str) -> list[Destination]:
    """Les pages du menu de cette personne dont le nom contient chaque mot tapé."""
    mots = normaliser(terme).split()
    pages = [
        (domaine.nom, entree)
        for domaine in admin_views.menu_console() for entree in domaine.entrees
        if all(mot in normaliser(f"{domaine.nom} {entree.nom}") for mot in mots)
    ]
    return [Destination(nom, entree.nom, entree.adresse) for nom, entree in pages[:_PAGES_MAX]]


def _vues() -> list[DomainView]:
    """Les vues où cette personne peut chercher."""
    return [
        v for v in current_app.extensions["admin"][0]._views  # noqa: SLF001
        if isinstance(v, DomainView) and v.cherchable and v.peut(Droit.LIRE)
    ]


def _fiches(vue: DomainView, terme: str) -> list[Destination]:
    condition = vue.chercher(terme)
    if condition is None:
        return []
    cle = vue.colonne_cle
    requete = vue.restreindre(select(vue.model)).where(condition).options(*vue.chargements).limit(_PAR_VUE)
    return [
        Destination(vue.name, str(fiche), url_for(f"{vue.endpoint}.details_view", id=getattr(fiche, cle.key)))
        for fiche in db.session.scalars(requete)
    ]


def destinations(terme: str) -> list[Destination]:
    """Où mène ce terme : pages du menu d'abord, puis fiches, cinq par sorte au plus, dans le territoire de l'acteur."""
    terme = terme.strip()[:_TERME_MAX]
    trouvees = _pages(terme)
    if len(terme) > 1:
        for vue in _vues():
            trouvees += _fiches(vue, terme)
    return trouvees


@aller.get("/aller")
def index() -> ResponseReturnValue:
    """La page de recherche ; en JSON pour la boîte de Ctrl+K."""
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()
    terme = request.args.get("q", "")
    reponses = destinations(terme)
    if request.accept_mimetypes.best == "application/json":
        return jsonify([asdict(r) for r in reponses])
    return render_template("aller.html", titre="Aller à", terme=terme[:_TERME_MAX], reponses=reponses)


def installer(app: Flask) -> None:
    """Lie la recherche générale à l'application."""
    app.register_blueprint(aller)


