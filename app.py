"""L'application : `create_app(config)` et les commandes. Les réglages viennent de l'environnement ; rien ne se fait à l'import."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

import admin_views
from admin_views import (
    aller,
    calendrier,
    certificats,
    chemin_jury,
    commandes,
    connexion,
    conservation,
    documents,
    france_competences,
    jurys,
    listes_publiques,
    pieces,
    rectification,
    securite,
    siege,
    statistiques,
    suivi,
    verification,
)
from admin_views.extensions import csrf, db
from documents.courriel import REGLAGES_SMTP
from models import journal, perimetre
from models.moteur import regler, url_normalisee

NOM = "Certifications de la métallurgie"
_OCTETS_MAX = 64 * 2**20


def _reglages(instance: Path) -> dict[str, Any]:
    """Les réglages pris de l'environnement (README, « Réglages »)."""
    env = os.environ
    securise = env.get("HTTPS", "") == "1"
    hotes = [h.strip() for h in env.get("HOTES", "").split(",") if h.strip()]
    return {
        "NOM": NOM,
        "DATABASE_URL": env.get("DATABASE_URL") or f"sqlite:///{instance / 'certifications.db'}",
        "ADRESSE_PUBLIQUE": env.get("ADRESSE_PUBLIQUE", "http://127.0.0.1:8000"),
        "TRUSTED_HOSTS": hotes or (["127.0.0.1", "localhost"] if not securise else None),
        "HTTPS": securise,
        "MANDATAIRES": int(env.get("MANDATAIRES", "0")),
        "MAX_CONTENT_LENGTH": _OCTETS_MAX,
        "FRANCE_COMPETENCES_OCTETS_MAX": 2 * 2**30,
        # Un fichier déposé jamais confirmé est effacé passé ce délai.
        "IMPORTS_GARDE_JOURS": int(env.get("IMPORTS_GARDE_JOURS", "7")),
        "MAX_FORM_MEMORY_SIZE": 2 * 2**20,
        "MAX_FORM_PARTS": 2000,
        "PERMANENT_SESSION_LIFETIME": connexion.DUREE_MAXIMALE,
        # Une recherche encore en route quand on envoie un formulaire ne doit pas rendre l'ancien cookie, sans le message.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # le jeton vit autant que la session
        "WTF_CSRF_SSL_STRICT": True,
        **{nom: env.get(nom, "") for nom in REGLAGES_SMTP},
        "BABEL_DEFAULT_LOCALE": "fr",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Paris",
    }


def _cle_secrete(instance: Path) -> str:
    """La clé qui signe les cookies : `SECRET_KEY`, sinon un fichier de l'instance, créé au premier démarrage."""
    if cle := os.environ.get("SECRET_KEY"):
        return cle
    fichier = instance / "cle_secrete"
    try:
        descripteur = os.open(fichier, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return fichier.read_text("ascii")
    with os.fdopen(descripteur, "w", encoding="ascii") as f:
        f.write(secrets.token_hex(32))
    return fichier.read_text("ascii")


class CleDansAdresse(IntegerConverter):
    """Une clé dans une adresse : neuf chiffres au plus, au-delà la page n'existe pas."""

    regex = r"[0-9]{1,9}"


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Construit la console ; `config` remplace les réglages de l'environnement (essais)."""
    app = Flask(__name__, instance_path=(config or {}).get("INSTANCE") or os.environ.get("INSTANCE"))
    app.url_map.converters["int"] = CleDansAdresse
    instance = Path(app.instance_path)
    # Personnes, clé et comptes : le dossier n'est lisible que de qui fait tourner la console.
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    app.config.update(_reglages(instance))
    app.config.update(config or {})
    if app.config["HTTPS"] and not app.config["TRUSTED_HOSTS"]:
        raise RuntimeError("HTTPS=1 demande HOTES : les noms auxquels la console répond, séparés par des virgules.")
    if not app.config.get("SECRET_KEY"):
        app.config["SECRET_KEY"] = _cle_secrete(instance)
    app.config["SESSION_COOKIE_SECURE"] = app.config["HTTPS"]
    # __Host- lie le cookie à cette machine et au chemin / ; il exige TLS, d'où un nom simple en http local.
    app.config["SESSION_COOKIE_NAME"] = "__Host-console" if app.config["HTTPS"] else "console"
    app.config["SQLALCHEMY_DATABASE_URI"] = url_normalisee(app.config["DATABASE_URL"])
    # Une erreur de base ne montre jamais ses paramètres : ce sont des personnes.
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"pool_pre_ping": True, "hide_parameters": True})

    if app.config["MANDATAIRES"]:
        # Derrière un mandataire, l'adresse du visiteur est celle qu'il transmet : les freins comptent par adresse.
        app.wsgi_app = ProxyFix(app.wsgi_app, **dict.fromkeys(("x_for", "x_proto", "x_host"), app.config["MANDATAIRES"]))

    db.init_app(app)
    Babel(app)
    csrf.init_app(app)
    connexion.installer(app)
    securite.installer(app)
    with app.app_context():
        regler(db.engine)
    perimetre.installer()
    journal.installer()
    admin_views.enregistrer(app)
    aller.installer(app)
    calendrier.installer(app)
    certificats.installer(app)
    chemin_jury.installer(app)
    documents.installer(app)
    france_competences.installer(app)
    rectification.installer(app)
    siege.installer(app)
    jurys.installer(app)
    listes_publiques.installer(app)
    pieces.installer(app)
    suivi.installer(app)
    conservation.installer(app)
    statistiques.installer(app)
    verification.installer(app)
    commandes.installer(app)
    return app
