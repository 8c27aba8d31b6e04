"""Le chemin d'un jury à l'écran : désignations, convocations, information des commissions, remplacements, envois.

Partie 2, chapitre 3, § 1 et 2. Les décisions sont dans `rules.actes_convocation` et `rules.actes_envois` ; un geste
refusé rend la page avec ce qui était saisi et le motif à côté du formulaire.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from flask import Blueprint, Flask, abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload

from admin_views.base import FiltreListe, LectureSeule, Tri, texte
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.gestes import agir
from admin_views.jurys import du_jury, personne_saisie
from admin_views.securite import base_occupee, page_erreur
from admin_views.travaux import SUITES
from documents.courriel import ReglageRefuse, serveur
from documents.erreurs import AtelierOccupe, DocumentRefuse, RenduImpossible
from models import Commission, Convocation, DemandeDesignation, Envoi, Jury, Personne, Siege, Syndicat, Travail
from models.base import aujourd_hui
from rules import actes_convocation, actes_envois, controle
from rules.collecte_convocation import chemin_facts
from rules.convocation import chemin, limite_de_convocation, limite_de_designation
from rules.nomenclatures import Civilite, EtatEnvoi, EtatJury, MoyenEnvoi, ReponseDesignation
from rules.noyau import Violation, alertes
from travaux import lancer

chemin_jury = Blueprint("chemin", __name__, url_prefix="/jury/<int:jury_id>")

_PERSONNES_MAX = 500
_EN_ATTENTE = (EtatEnvoi.A_ENVOYER, EtatEnvoi.ECHEC, EtatEnvoi.INCERTAIN)
Vue = Callable[..., ResponseReturnValue]
Geste = Callable[[], Sequence[Violation] | None]


def _du_jury(droit: Droit, ressource: str = "jury") -> Callable[[Vue], Vue]:
    """Exige un droit, et rend le jury demandé dans le territoire de la personne ; un juré n'a rien à y lire."""
    return du_jury(lambda: peut(current_user.role, ressource, droit) and peut(current_user.role, "calendrier", Droit.LIRE))


def _geste(jury: Jury, section: str, faire: Geste, reussite: str) -> ResponseReturnValue:
    """Exécute un geste ; refusé, rend la page telle que saisie, le refus à côté de son formulaire."""
    jury_id = jury.id
    try:
        constats = faire() or ()
        db.session.commit()
    except controle.Refus as refus:
        db.session.rollback()
        return _rendre(jury_id, {section: refus.violations}), 422
    except DBAPIError as erreur:
        db.session.rollback()
        violation = None if base_occupee(erreur) else controle.traduire(erreur)
        if violation is None:
            raise
        return _rendre(jury_id, {section: (violation,)}), 422
    flash(reussite, "success")
    for violation in alertes(constats):
        flash(str(violation), "warning")
    return redirect(url_for("chemin.page", jury_id=jury_id, _anchor=section), 303)


def courriel_regle() -> bool:
    """Vrai si un serveur d'envoi est réglé ; mal réglé, les documents s'impriment."""
    try:
        return serveur(current_app.config) is not None
    except ReglageRefuse:
        return False


def _rendre(jury_id: int, erreurs: dict[str, Sequence[Violation]] | None = None) -> str:
    jury = db.session.get_one(Jury, jury_id)
    jour = aujourd_hui()
    faits = chemin_facts(db.session(), jury, jour)
    demandes = {
        d.syndicat_id: d for d in db.session.scalars(
            select(DemandeDesignation).where(DemandeDesignation.jury_id == jury_id, DemandeDesignation.caduque_le.is_(None))
        )
    }
    convocations = {
        c.siege_id: c for c in db.session.scalars(
            select(Convocation).where(Convocation.jury_id == jury_id, Convocation.caduque_le.is_(None))
        )
    }
    sieges = list(db.session.scalars(
        select(Siege).where(Siege.jury_id == jury_id).order_by(Siege.president.desc(), Siege.delegation, Siege.id)
        .options(joinedload(Siege.personne), joinedload(Siege.syndicat))
    ))
    peut_ecrire = peut(current_user.role, "jury", Droit.MODIFIER)
    return render_template(
        "jury/chemin.html", jury=jury, faits=faits, chemin=chemin(faits), demandes=demandes, convocations=convocations,
        sieges=sieges, jour=jour, peut_ecrire=peut_ecrire, en_preparation=peut_ecrire and jury.etat is EtatJury.PREPARATION,
        limites={"designations": limite_de_designation(jury.date_jury), "convocations": limite_de_convocation(jury.date_jury)},
        moyens=MoyenEnvoi, reponses=ReponseDesignation, civilites=Civilite, erreurs=erreurs or {},
        saisi=request.form if erreurs else {}, courriel_regle=courriel_regle(),
        personnes=list(db.session.scalars(select(Personne).order_by(Personne.nom, Personne.prenoms).limit(_PERSONNES_MAX)))
        if peut_ecrire else [],
        envois=_comptes(jury_id) if peut(current_user.role, "envoi", Droit.LIRE) else None,
        remplacants={s.id: s for s in sieges},
    )


def _comptes(jury_id: int) -> dict[EtatEnvoi, int]:
    """Combien d'envois de ce jury à chaque état."""
    comptes = dict(db.session.execute(
        select(Envoi.etat, func.count()).where(Envoi.jury_id == jury_id).group_by(Envoi.etat)
    ).all())
    return {etat: comptes[etat] for etat in EtatEnvoi if etat in comptes}


@chemin_jury.get("/chemin")
@_du_jury(Droit.LIRE)
def page(jury: Jury) -> ResponseReturnValue:
    """Ce qui est fait, à faire, à refaire ou en retard, et de quoi le faire."""
    return _rendre(jury.id)


def _le() -> dt.date:
    try:
        return dt.date.fromisoformat(request.form.get("le", "").strip())
    except ValueError:
        return aujourd_hui()


def _moyen() -> MoyenEnvoi:
    brut = request.form.get("moyen", "")
    return MoyenEnvoi(brut) if brut in list(MoyenEnvoi) else MoyenEnvoi.COURRIER


def _cochees() -> list[int]:
    return [int(x) for x in request.form.getlist("rowid") if x.isascii() and x.isdigit() and len(x) < 10]


def _motif() -> str:
    return " ".join(request.form.get("motif", "").split())[:1000]


@chemin_jury.post("/designations")
@_du_jury(Droit.MODIFIER)
def designer(jury: Jury) -> ResponseReturnValue:
    """Demande aux organisations cochées de désigner (JUR-01)."""
    choisies = list(db.session.scalars(select(Syndicat).where(Syndicat.id.in_(_cochees())).order_by(Syndicat.sigle)))
    return _geste(jury, "designations", lambda: _exiger(choisies, "Cochez les organisations à solliciter.") or (
        actes_convocation.demander_designation(db.session(), jury, choisies, _le(), _moyen(), _motif())
    ), "Désignation demandée.")


def _exiger(choisis: Sequence[object], message: str) -> Sequence[Violation]:
    if not choisis:
        raise controle.Refus(controle.composition_incomplete(message))
    return ()


@chemin_jury.post("/designations/<int:demande_id>/reponse")
@_du_jury(Droit.MODIFIER)
def repondre(jury: Jury, demande_id: int) -> ResponseReturnValue:
    """Note la réponse d'une organisation, et donne un siège à qui elle désigne (JUR-04)."""
    demande = db.session.get(DemandeDesignation, demande_id)
    if demande is None or demande.jury_id != jury.id:
        abort(404)
    brut = request.form.get("reponse", "")
    reponse = ReponseDesignation(brut) if brut in list(ReponseDesignation) else None

    def faire() -> Sequence[Violation]:
        personnes = [personne_saisie(jury)] if reponse is ReponseDesignation.DESIGNATION else []
        return actes_convocation.repondre(db.session(), demande, reponse, _le(), personnes)

    return _geste(jury, f"reponse-{demande_id}", faire, "Réponse notée.")


@chemin_jury.post("/convocations")
@_du_jury(Droit.MODIFIER)
def convoquer(jury: Jury) -> ResponseReturnValue:
    """Convoque les membres cochés, copie à qui les a mandatés (JUR-02)."""
    choisis = list(db.session.scalars(
        select(Siege).where(Siege.jury_id == jury.id, Siege.id.in_(_cochees())).order_by(Siege.id)
    ))
    return _geste(jury, "convocations", lambda: _exiger(choisis, "Cochez les membres à convoquer.") or (
        actes_convocation.convoquer(db.session(), jury, choisis, _le(), _moyen(), _motif())
    ), "Membres convoqués.")


@chemin_jury.post("/informations")
@_du_jury(Droit.MODIFIER)
def informer(jury: Jury) -> ResponseReturnValue:
    """Informe les commissions cochées des membres et du calendrier (JUR-07)."""
    choisies = list(db.session.scalars(select(Commission).where(Commission.id.in_(_cochees())).order_by(Commission.nom)))
    return _geste(jury, "information", lambda: _exiger(choisies, "Cochez les commissions à informer.") or (
        actes_convocation.informer(db.session(), jury, choisies, _le(), _moyen())
    ), "Commission informée.")


@chemin_jury.post("/sieges/<int:siege_id>/remplacer")
@_du_jury(Droit.MODIFIER)
def remplacer(jury: Jury, siege_id: int) -> ResponseReturnValue:
    """Remplace un membre empêché, le président compris (JUR-06)."""
    siege = db.session.get(Siege, siege_id)
    if siege is None or siege.jury_id != jury.id:
        abort(404)

    def faire() -> None:
        actes_convocation.remplacer(db.session(), siege, personne_saisie(jury), _motif())

    return _geste(jury, f"remplacer-{siege_id}", faire, "Membre remplacé ; convoquez son remplaçant.")


@chemin_jury.post("/motif/<genre>/<int:ligne_id>")
@_du_jury(Droit.MODIFIER)
def motiver(jury: Jury, genre: str, ligne_id: int) -> ResponseReturnValue:
    """Écrit pourquoi une demande ou une convocation est partie en retard."""
    modele: type[DemandeDesignation | Convocation] | None = {
        "designation": DemandeDesignation, "convocation": Convocation,
    }.get(genre)
    ligne = db.session.get(modele, ligne_id) if modele is not None else None
    if ligne is None or ligne.jury_id != jury.id:
        abort(404)

    def faire() -> None:
        actes_convocation.motiver(db.session(), ligne, _motif())

    return _geste(jury, "designations" if genre == "designation" else "convocations", faire, "Motif du retard noté.")


# --- les envois d'un jury ------------------------------------------------------------------------------------------------


def _envoi(jury: Jury, envoi_id: int) -> Envoi:
    envoi = db.session.get(Envoi, envoi_id)
    if envoi is None or envoi.jury_id != jury.id:
        abort(404)
    return envoi


@chemin_jury.get("/envois")
@_du_jury(Droit.LIRE, "envoi")
def envois(jury: Jury) -> ResponseReturnValue:
    """Tous les envois d'un jury : partis, en attente, en échec."""
    lignes = list(db.session.scalars(select(Envoi).where(Envoi.jury_id == jury.id).order_by(Envoi.id)))
    return render_template(
        "jury/envois.html", jury=jury, envois=lignes, courriel_regle=courriel_regle(), en_attente=_EN_ATTENTE,
        a_envoyer=sum(e.etat is EtatEnvoi.A_ENVOYER for e in lignes), echecs=sum(e.etat is EtatEnvoi.ECHEC for e in lignes),
        peut_ecrire=peut(current_user.role, "envoi", Droit.MODIFIER), jour=aujourd_hui(), clos=jury.etat is EtatJury.CLOS,
        lettres=any(e.presentation_id is not None for e in lignes),
    )


def _retour(jury: Jury) -> str:
    return url_for("chemin.envois", jury_id=jury.id)


@chemin_jury.post("/envois/partir")
@_du_jury(Droit.MODIFIER, "envoi")
def faire_partir(jury: Jury) -> ResponseReturnValue:
    """Fait partir ce qui attend, en file."""
    if not courriel_regle():
        flash("Aucun serveur d'envoi n'est réglé : imprimez les documents et notez-les envoyés à la main.", "error")
        return redirect(_retour(jury), 303)
    travail = lancer(db.session, "envois", {"jury_id": jury.id}, libelle=f"Envois du jury du {jury.date_jury:%d/%m/%Y}",
                     centre_id=jury.centre_id)
    db.session.commit()
    return redirect(url_for("travaux.voir", travail_id=travail.id), 303)


def _apres(travail: Travail) -> tuple[str, str] | None:
    jury_id = travail.parametres.get("jury_id")
    return ("Voir les envois", url_for("chemin.envois", jury_id=jury_id)) if jury_id is not None else None


SUITES["envois"] = _apres


@chemin_jury.post("/envois/relancer")
@_du_jury(Droit.MODIFIER, "envoi")
def relancer_les_echecs(jury: Jury) -> ResponseReturnValue:
    """Remet à envoyer tout ce que le serveur a refusé ; ce qui est peut-être parti se relance un à un."""

    def faire() -> None:
        for envoi in db.session.scalars(select(Envoi).where(Envoi.jury_id == jury.id, Envoi.etat == EtatEnvoi.ECHEC)):
            actes_envois.relancer(db.session(), envoi)

    return agir(faire, "Envois remis à faire partir.", _retour(jury))


@chemin_jury.post("/envois/<int:envoi_id>/relancer")
@_du_jury(Droit.MODIFIER, "envoi")
def relancer(jury: Jury, envoi_id: int) -> ResponseReturnValue:
    """Remet à envoyer un envoi qui a échoué, ou dont on ne sait s'il est parti (ENV-01)."""
    envoi = _envoi(jury, envoi_id)
    return agir(lambda: actes_envois.relancer(db.session(), envoi), "Envoi remis à faire partir.", _retour(jury))


@chemin_jury.post("/envois/<int:envoi_id>/a-la-main")
@_du_jury(Droit.MODIFIER, "envoi")
def noter_a_la_main(jury: Jury, envoi_id: int) -> ResponseReturnValue:
    """Note qu'un document imprimé est parti."""
    envoi = _envoi(jury, envoi_id)
    return agir(lambda: actes_envois.noter_a_la_main(db.session(), envoi, min(_le(), aujourd_hui())),
                "Envoi noté fait à la main.", _retour(jury))


@chemin_jury.post("/envois/lettres")
@_du_jury(Droit.MODIFIER, "envoi")
def preparer_les_lettres(jury: Jury) -> ResponseReturnValue:
    """Prépare l'envoi des lettres de la décision aux candidats et aux entreprises (§ 4)."""
    from documents import sources_jury  # noqa: PLC0415 — les sources des documents ne servent qu'ici

    def faire() -> None:
        cles = [cle for cle, _ in sources_jury.decisions_par_presentation(db.session(), jury.id) or ()]
        actes_envois.preparer_les_lettres(db.session(), jury, cles, aujourd_hui())

    return agir(faire, "Lettres prêtes à partir.", _retour(jury))


@chemin_jury.get("/envois/<int:envoi_id>.pdf")
@_du_jury(Droit.LIRE, "envoi")
def document(jury: Jury, envoi_id: int) -> ResponseReturnValue:
    """Le document d'un envoi, à imprimer."""
    from documents.atelier import atelier  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.declarations import nom_fichier  # noqa: PLC0415
    from documents.expedition import piece_jointe  # noqa: PLC0415

    envoi = _envoi(jury, envoi_id)
    try:
        code, faits = piece_jointe(db.session(), envoi, aujourd_hui())
        db.session.commit()
        contenu = atelier().rendre(code, faits)
    except DocumentRefuse as refus:
        db.session.rollback()
        return page_erreur(422, str(refus))
    except AtelierOccupe as erreur:
        return page_erreur(503, str(erreur))
    except RenduImpossible as erreur:
        return page_erreur(500, str(erreur))
    return send_file(io.BytesIO(contenu), mimetype="application/pdf", download_name=nom_fichier(code, faits))


class EnvoisView(LectureSeule):
    """Les envois du centre, jury par jury."""

    ressource = "envoi"
    nom_pluriel = "envois"
    phrase_vide = "Aucun envoi : ils se préparent depuis le chemin d'un jury."
    donnees_personnelles = True
    column_list = ("nature", "jury", "destinataire", "etat", "envoye_le", "erreur")
    colonnes_facultatives = ("adresse", "tentatives")
    column_labels: ClassVar[dict[str, str]] = {
        "jury": "Jury", "nature": "Document", "destinataire": "Destinataire", "etat": "État", "envoye_le": "Parti le",
        "erreur": "Ce qui n'a pas marché", "adresse": "Adresse", "tentatives": "Tentatives", "tente_le": "Tenté le",
        "objet": "Objet", "nom_fichier": "Document joint",
    }
    formats: ClassVar[dict[str, Callable[[Any], Any]]] = {
        "jury": lambda e: Markup('<a href="{}">{}</a>').format(
            url_for("chemin.envois", jury_id=e.jury_id), f"{e.jury.date_jury:%d/%m/%Y}, {e.jury.lieu}"),
        "nature": lambda e: e.nature.libelle,
    }
    exports: ClassVar[dict[str, Callable[[Any], Any]]] = {"jury": lambda e: str(e.jury), "nature": lambda e: e.nature.libelle}
    tris: ClassVar[dict[str, Tri]] = {"envoye_le": Tri((Envoi.envoye_le,))}
    filtres = (FiltreListe("etat", "État", Envoi.etat), FiltreListe("nature", "Document", Envoi.nature))
    chargements = (joinedload(Envoi.jury),)
    fiche = (
        ("Envoi", ("jury", "nature", "destinataire", "adresse", "objet", "etat", "envoye_le", "tentatives", "tente_le",
                   "erreur", "nom_fichier")),
    )


def a_faire() -> list[tuple[str, str, bool]]:
    """Ce que les envois attendent de la personne : la phrase, la page, et si c'est grave."""
    if not peut(current_user.role, "envoi", Droit.MODIFIER):
        return []
    lignes = db.session.execute(
        select(Envoi.jury_id, Jury.date_jury, Envoi.etat, func.count())
        .join(Jury, Jury.id == Envoi.jury_id).where(Envoi.etat.in_(_EN_ATTENTE))
        .group_by(Envoi.jury_id, Jury.date_jury, Envoi.etat).order_by(Jury.date_jury).limit(8)
    )
    return [
        (f"Jury du {texte(jour)} : {nombre} envoi{'s' if nombre > 1 else ''}, {etat.libelle.lower()}.",
         url_for("chemin.envois", jury_id=jury_id), etat is not EtatEnvoi.A_ENVOYER)
        for jury_id, jour, etat, nombre in lignes
    ]


def vues() -> tuple[EnvoisView, ...]:
    """La liste générale des envois, pour le menu."""
    return (EnvoisView(Envoi, db, name="Envois", category="Jurys", endpoint="envois", url="/envois"),)


def installer(app: Flask) -> None:
    """Lie le chemin des jurys à l'application."""
    app.register_blueprint(chemin_jury)


