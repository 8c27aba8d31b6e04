"""La console : `enregistrer` crée l'administration Flask-Admin et y pose toutes les vues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_admin import Admin
from flask_admin.helpers import get_current_view
from flask_admin.theme import Theme
from flask_login import current_user
from sqlalchemy import select

from admin_views import (
    accrochage,
    administration,
    base,
    calendrier,
    candidats,
    certificats,
    chemin_jury,
    commissions,
    conservation,
    demandes,
    dossiers,
    enregistrements,
    evaluations,
    france_competences,
    fusion,
    gtp,
    habilitations,
    imports,
    jurys,
    papeterie,
    parcours,
    presentables,
    referentiels,
    reprise,
    statistiques,
    suivi,
    travaux,
    vae,
    versions,
)
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.tableau_de_bord import TableauDeBord
from models import Centre, Journal
from models.journal import _TECHNIQUES

DOMAINES = (
    "Tableau de bord", "Référentiels", "Habilitations", "Candidats", "Jurys", "Certificats", "Suivi",
    "Administration",
)

_DOMAINES_DES_BLUEPRINTS = {"jury": "Jurys", "chemin": "Jurys"}


@dataclass(frozen=True, slots=True)
class Entree:
    """Une ligne du menu."""

    nom: str
    adresse: str
    actif: bool


@dataclass(frozen=True, slots=True)
class Domaine:
    """Un domaine du menu : une adresse s'il n'a qu'une page, des entrées sinon."""

    nom: str
    adresse: str
    actif: bool
    entrees: tuple[Entree, ...]


def _entrees(vues: list[Any], courante: Any) -> tuple[Entree, ...]:
    return tuple(
        Entree(v.name, url_for(f"{v.endpoint}.{v._default_view}"), v is courante)  # noqa: SLF001
        for v in vues if v.is_visible() and v.is_accessible()
    )


def menu_console() -> list[Domaine]:
    """Le menu de la personne connectée : seulement ce qu'elle peut lire."""
    courante = get_current_view()
    par_domaine: dict[str, list[Any]] = {d: [] for d in DOMAINES}
    for vue in current_app.extensions["admin"][0]._views:  # noqa: SLF001
        if vue.category in par_domaine:
            par_domaine[vue.category].append(vue)
    menu = []
    for domaine, vues in par_domaine.items():
        entrees = _entrees(vues, courante)
        actif = any(e.actif for e in entrees) or domaine == _DOMAINES_DES_BLUEPRINTS.get(request.blueprint or "")
        if entrees:
            seule = entrees[0].adresse if len(entrees) == 1 else ""
            menu.append(Domaine(domaine, seule, actif, entrees))
    return menu


def fil_console(titre: str | None) -> list[tuple[str, str | None]]:
    """Le fil d'Ariane de la vue courante."""
    vue = get_current_view()
    fil: list[tuple[str, str | None]] = [("Tableau de bord", url_for("admin.index"))]
    if vue is None or vue.endpoint == "admin":
        return fil
    if vue.category:
        fil.append((vue.category, None) if vue.category != vue.name else ("", None))
    fil.append((vue.name, url_for(f"{vue.endpoint}.{vue._default_view}")))  # noqa: SLF001
    if titre and titre not in {vue.name, getattr(vue, "nom_pluriel", "")}:
        fil.append((titre, None))
    return [e for e in fil if e[0]]


def centre_du_compte() -> Any | None:
    """Le centre de la personne connectée, lu une fois par requête."""
    if not (current_user and current_user.is_authenticated) or current_user.centre_id is None:
        return None
    if "centre_du_compte" not in g:
        c = Centre.__table__.c
        g.centre_du_compte = db.session.execute(
            select(c.nom, c.demonstration).where(c.id == current_user.centre_id)
        ).one_or_none()
    return g.centre_du_compte


def demonstration() -> bool:
    """Vrai si ce qui se montre est inventé : toute l'application, ou le centre de la personne."""
    if current_app.config.get("DEMONSTRATION"):
        return True
    centre = centre_du_compte()
    return bool(centre is not None and centre.demonstration)


def changements(ligne: Journal) -> list[tuple[str, str, str]]:
    """Les champs d'une ligne de journal : nom, avant, après."""
    avant, apres = ligne.avant or {}, ligne.apres or {}
    return [
        (champ.replace("_", " "), _lisible(avant.get(champ)), _lisible(apres.get(champ)))
        for champ in sorted({*avant, *apres}) if champ not in _TECHNIQUES
    ]


def _lisible(valeur: Any) -> str:
    if isinstance(valeur, list):
        return ", ".join(str(v) for v in valeur)
    return base.texte(valeur)


def peut_lire(ressource: str) -> bool:
    """Vrai si la personne connectée peut lire cette ressource."""
    return bool(current_user and current_user.is_authenticated and peut(current_user.role, ressource, Droit.LIRE))


def _vues() -> list[Any]:
    """Toutes les vues, domaine par domaine."""
    return [
        vue for module in (
            referentiels,
            france_competences,
            reprise,
            enregistrements,
            demandes,
            gtp,
            papeterie,
            parcours,
            habilitations,
            candidats,
            fusion,
            dossiers,
            evaluations,
            commissions,
            vae,
            presentables,
            imports,
            calendrier,
            jurys,
            chemin_jury,
            certificats,
            accrochage,
            suivi,
            conservation,
            statistiques,
            travaux,
            administration,
        )
        for vue in module.vues()
    ]


def enregistrer(app: Flask) -> Admin:
    """Crée l'administration, pose les vues et ce que les gabarits appellent."""
    admin = Admin(
        app, name=app.config["NOM"], url="/", index_view=TableauDeBord(),
        theme=Theme(folder="bootstrap4", base_template="admin/base.html"),
    )
    app.extensions["vues"] = {}
    for vue in _vues():
        admin.add_view(vue)
        if isinstance(vue, base.DomainView):
            app.extensions["vues"].setdefault(vue.model, vue)
    app.jinja_env.globals.update(
        menu_console=menu_console, fil_console=fil_console, demonstration=demonstration,
        centre_du_compte=centre_du_compte, changements=changements, quand=base.texte, peut_lire=peut_lire,
        pastille=base.pastille, peut_ecrire_referentiel=versions.peut_ecrire_referentiel,
    )
    app.jinja_env.filters.update(date_de_paris=base.date_de_paris, instant_de_paris=base.texte)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    return admin
