"""Connexion : comptes, sessions gardées par le serveur, freins aux essais répétés, mot de passe de chacun."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import Blueprint, Flask, abort, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user, login_required, login_user, logout_user
from sqlalchemy import delete, func, insert, select, update
from werkzeug.wrappers import Response

from admin_views.extensions import db, login_manager
from models import Journal, SessionConnexion, Siege, TentativeConnexion, Utilisateur
from models.base import maintenant
from models.contexte import Acteur, agir_comme, en_ecriture
from models.journal import entree
from models.normalisation import normaliser
from rules.nomenclatures import Role

INACTIVITE = dt.timedelta(minutes=30)
DUREE_MAXIMALE = dt.timedelta(hours=12)
FENETRE = dt.timedelta(minutes=15)
ECHECS_PAR_COMPTE = 5
ECHECS_PAR_ADRESSE = 50
LONGUEUR_MINIMALE = 14
LONGUEUR_MAXIMALE = 200
_PAS_DE_VUE = dt.timedelta(minutes=1)
_METHODES_SURES = frozenset({"GET", "HEAD", "OPTIONS"})

# Minimum de l'OWASP : plus coûteux, cinquante connexions simultanées attendraient plusieurs secondes.
_hachoir = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_COURANTS = ("motdepasse", "password", "azerty", "qwerty", "123456", "uimm", "metallurgie", "certification", "bonjour")

connexion = Blueprint("connexion", __name__)


@dataclass(frozen=True, slots=True, eq=False)
class Compte(UserMixin):
    """La personne connectée, telle que les vues la voient ; `jeton` n'existe que dans son cookie."""

    jeton: str
    utilisateur_id: int
    nom: str
    role: Role
    centre_id: int | None
    siege_id: int | None
    jury_id: int | None

    def get_id(self) -> str:
        """Ce que Flask-Login garde dans le cookie signé : le jeton de session, jamais l'id du compte."""
        return self.jeton

    @property
    def acteur(self) -> Acteur:
        """Au nom de qui la base est lue et écrite pendant la requête."""
        return Acteur(self.nom, self.utilisateur_id, self.role, self.centre_id, self.jury_id, self.siege_id)


@lru_cache(maxsize=1)
def _empreinte_factice() -> str:
    """Une empreinte de personne : un compte inconnu coûte le même travail qu'un compte connu."""
    return _hachoir.hash(secrets.token_urlsafe(24))


def hacher(mot_de_passe: str) -> str:
    """L'empreinte argon2id d'un mot de passe."""
    return _hachoir.hash(mot_de_passe)


def defaut_du_mot_de_passe(mot_de_passe: str, identifiant: str = "") -> str | None:
    """Ce qui manque à un mot de passe pour être accepté, en clair ; rien s'il convient."""
    if len(mot_de_passe) < LONGUEUR_MINIMALE:
        return f"Choisissez au moins {LONGUEUR_MINIMALE} caractères, par exemple quatre mots sans lien entre eux."
    if len(mot_de_passe) > LONGUEUR_MAXIMALE:
        return f"Au plus {LONGUEUR_MAXIMALE} caractères."
    nu = normaliser(mot_de_passe).replace(" ", "")
    reste = nu
    for courant in (*_COURANTS, normaliser(identifiant).replace(" ", "")):
        reste = reste.replace(courant, "") if courant else reste
    if len(set(nu)) < 6 or len(reste) < LONGUEUR_MINIMALE // 2:
        return "Ce mot de passe est trop courant ou trop simple : choisissez quatre mots sans lien entre eux."
    return None


def _empreinte(valeur: str) -> str:
    return hashlib.sha256(valeur.encode("utf-8", "replace")).hexdigest()


@login_manager.user_loader
def charger_compte(jeton: str) -> Compte | None:
    """Le compte d'une session encore vivante : ni inactive depuis 30 minutes, ni ouverte depuis 12 heures."""
    instant = maintenant()
    s, u = SessionConnexion.__table__.c, Utilisateur.__table__.c
    ligne = db.session.execute(
        select(u.id, u.nom, u.role, u.centre_id, u.siege_id, Siege.__table__.c.jury_id, s.vue_le)
        .join(Utilisateur.__table__, u.id == s.utilisateur_id)
        .outerjoin(Siege.__table__, Siege.__table__.c.id == u.siege_id)
        .where(
            s.empreinte == _empreinte(jeton), u.actif.is_(True),
            s.vue_le >= instant - INACTIVITE, s.ouverte_le >= instant - DUREE_MAXIMALE,
        )
    ).one_or_none()
    if ligne is None:
        return None
    g.session_vue_le = ligne.vue_le
    return Compte(jeton, ligne.id, ligne.nom, ligne.role, ligne.centre_id, ligne.siege_id, ligne.jury_id)


def _entrer() -> None:
    """Avant chaque requête : dire au nom de qui la base est lue, et annoncer les écritures."""
    g.contexte = ExitStack()
    g.contexte.enter_context(agir_comme(None))
    if request.endpoint == "static":
        return
    compte = current_user if current_user.is_authenticated else None
    db.session.rollback()  # la lecture de la session ne garde pas de transaction ouverte
    if compte is not None:
        g.contexte.enter_context(agir_comme(compte.acteur))
        if maintenant() - g.session_vue_le > _PAS_DE_VUE:
            with en_ecriture():
                db.session.execute(
                    update(SessionConnexion.__table__)
                    .where(SessionConnexion.__table__.c.empreinte == _empreinte(compte.jeton))
                    .values(vue_le=maintenant())
                )
                db.session.commit()
    if request.method not in _METHODES_SURES:
        g.contexte.enter_context(en_ecriture())


def _sortir(_erreur: BaseException | None) -> None:
    contexte = g.pop("contexte", None)
    if contexte is not None:
        contexte.close()


def _trop_d_echecs(compte: str, adresse: str) -> bool:
    depuis = maintenant() - FENETRE
    t = TentativeConnexion.__table__.c
    par_compte, par_adresse = db.session.execute(
        select(
            select(func.count()).where(t.empreinte_compte == compte, t.le >= depuis).scalar_subquery(),
            select(func.count()).where(t.empreinte_adresse == adresse, t.le >= depuis).scalar_subquery(),
        )
    ).one()
    return par_compte >= ECHECS_PAR_COMPTE or par_adresse >= ECHECS_PAR_ADRESSE


def _reconnaitre(identifiant: str, mot_de_passe: str) -> int | None:
    """L'id du compte si le mot de passe est le sien ; le même temps pour un compte inconnu."""
    u = Utilisateur.__table__.c
    ligne = db.session.execute(select(u.id, u.mot_de_passe, u.actif).where(u.identifiant == identifiant)).one_or_none()
    db.session.rollback()  # le calcul de l'empreinte ne tient aucun verrou
    try:
        _hachoir.verify(ligne.mot_de_passe if ligne else _empreinte_factice(), mot_de_passe)
    except (VerifyMismatchError, InvalidHashError):
        return None
    return ligne.id if ligne is not None and ligne.actif else None


@connexion.route("/connexion", methods=("GET", "POST"))
def entrer() -> ResponseReturnValue:
    """La page de connexion."""
    if current_user.is_authenticated:
        return redirect(url_for("admin.index"))
    if request.method == "GET":
        return render_template("connexion.html")
    identifiant = request.form.get("identifiant", "").strip().lower()[:100]
    mot_de_passe = request.form.get("mot_de_passe", "")[:LONGUEUR_MAXIMALE]
    compte, adresse = _empreinte(identifiant), _empreinte(request.remote_addr or "")
    if _trop_d_echecs(compte, adresse):
        db.session.rollback()
        return render_template("connexion.html", erreur="Trop d'essais. Réessayez dans un quart d'heure."), 429
    utilisateur_id = _reconnaitre(identifiant, mot_de_passe)
    if utilisateur_id is None:
        db.session.execute(
            insert(TentativeConnexion), [{"empreinte_compte": compte, "empreinte_adresse": adresse, "le": maintenant()}]
        )
        db.session.commit()
        return render_template(
            "connexion.html", identifiant=identifiant, erreur="Identifiant ou mot de passe incorrect."
        ), 401
    return _ouvrir_session(utilisateur_id, compte)


def _ouvrir_session(utilisateur_id: int, empreinte_compte: str) -> Response:
    session.clear()
    jeton = secrets.token_urlsafe(32)
    instant = maintenant()
    t, s = TentativeConnexion.__table__, SessionConnexion.__table__
    db.session.execute(delete(t).where((t.c.empreinte_compte == empreinte_compte) | (t.c.le < instant - FENETRE)))
    db.session.execute(delete(s).where(s.c.ouverte_le < instant - DUREE_MAXIMALE))
    db.session.execute(
        insert(s).values(empreinte=_empreinte(jeton), utilisateur_id=utilisateur_id, ouverte_le=instant, vue_le=instant)
    )
    compte = charger_compte(jeton)
    if compte is None:
        abort(401)
    with agir_comme(compte.acteur):
        db.session.execute(insert(Journal), [entree("connexion", "utilisateur", utilisateur_id)])
    db.session.commit()
    session.permanent = True
    login_user(compte)
    return redirect(url_for("admin.index"), 303)


@connexion.post("/deconnexion")
def sortir() -> ResponseReturnValue:
    """Ferme la session : le cookie, même copié, n'ouvre plus rien."""
    if current_user.is_authenticated:
        s = SessionConnexion.__table__
        db.session.execute(delete(s).where(s.c.empreinte == _empreinte(current_user.jeton)))
        db.session.execute(insert(Journal), [entree("déconnexion", "utilisateur", current_user.utilisateur_id)])
        db.session.commit()
    logout_user()
    session.clear()
    return redirect(url_for("connexion.entrer"), 303)


@connexion.route("/compte", methods=("GET", "POST"))
@login_required
def compte() -> ResponseReturnValue:
    """Chacun change son mot de passe ; ses autres sessions se ferment."""
    if request.method == "GET":
        return render_template("compte.html")
    personne = db.session.get(Utilisateur, current_user.utilisateur_id)
    if personne is None:
        abort(404)
    actuel, nouveau = request.form.get("actuel", ""), request.form.get("nouveau", "")
    erreurs: dict[str, str] = {}
    cle = _empreinte(personne.identifiant)
    if _trop_d_echecs(cle, _empreinte(request.remote_addr or "")):
        erreurs["actuel"] = "Trop d'essais. Réessayez dans un quart d'heure."
    else:
        try:
            _hachoir.verify(personne.mot_de_passe, actuel[:LONGUEUR_MAXIMALE])
        except (VerifyMismatchError, InvalidHashError):
            erreurs["actuel"] = "Ce n'est pas votre mot de passe actuel."
            tentative = {"empreinte_compte": cle, "empreinte_adresse": _empreinte(request.remote_addr or "")}
            db.session.execute(insert(TentativeConnexion), [tentative | {"le": maintenant()}])
            db.session.commit()
    defaut = defaut_du_mot_de_passe(nouveau, personne.identifiant)
    if defaut:
        erreurs["nouveau"] = defaut
    elif nouveau != request.form.get("confirmation", ""):
        erreurs["confirmation"] = "Les deux saisies du nouveau mot de passe diffèrent."
    if erreurs:
        db.session.rollback()
        return render_template("compte.html", erreurs=erreurs), 422
    personne.mot_de_passe = hacher(nouveau)
    fermer_les_sessions(personne.id, sauf=current_user.jeton)
    db.session.commit()
    flash("Mot de passe changé. Vos autres sessions ont été fermées.", "success")
    return redirect(url_for("connexion.compte"), 303)


def fermer_les_sessions(utilisateur_id: int, sauf: str | None = None) -> None:
    """Déconnecte un compte partout ; `sauf` est le jeton d'une session à garder. L'appelant valide."""
    s = SessionConnexion.__table__
    fermeture = delete(s).where(s.c.utilisateur_id == utilisateur_id)
    if sauf is not None:
        fermeture = fermeture.where(s.c.empreinte != _empreinte(sauf))
    db.session.execute(fermeture)


@login_manager.unauthorized_handler
def _non_connecte() -> ResponseReturnValue:
    return redirect(url_for("connexion.entrer"), 303)


def installer(app: Flask) -> None:
    """Lie la connexion à l'application."""
    login_manager.init_app(app)
    login_manager.session_protection = None  # la session du serveur fait foi ; une adresse mobile change
    app.before_request(_entrer)
    app.teardown_request(_sortir)
    app.register_blueprint(connexion)
    app.context_processor(lambda: {"application_nom": current_app.config["NOM"]})
