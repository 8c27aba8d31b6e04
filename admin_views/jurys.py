"""La page d'un jury, de la composition aux certificats, et l'écran de délibération (partie 2, chapitre 3).

Les décisions sont dans `rules.actes` ; ici on lit la demande, on appelle l'acte, on montre ce qu'il en dit. Sur
l'écran de délibération, les candidats n'ont qu'un numéro : ni la page, ni ses requêtes ne portent de nom (JUR-08).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any, ClassVar

from flask import Blueprint, Flask, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user, login_required
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from admin_views import suivi
from admin_views.base import DomainView, Etape, FiltreListe, FiltrePeriode, Tri, exige, pastille
from admin_views.documents import papiers_proposes
from admin_views.droits import Droit
from admin_views.extensions import db
from admin_views.gestes import tenter
from admin_views.presentables import certifications_ouvertes, entier, lignes
from admin_views.travaux import SUITES
from documents.erreurs import DocumentRefuse, RenduImpossible
from models import (
    Candidat,
    Certificat,
    Certification,
    Inscription,
    Jury,
    Personne,
    Presentation,
    Siege,
    Syndicat,
    Transmission,
    Travail,
)
from models.base import aujourd_hui
from models.contexte import Acteur
from models.normalisation import normaliser
from rules import actes, actes_convocation, controle
from rules.collecte import capacite_retiree_le, jury_facts
from rules.collecte_convocation import chemin_facts
from rules.collecte_presentables import a_presenter
from rules.convocation import chemin as chemin_du_jury
from rules.nomenclatures import (
    Civilite,
    Delegation,
    EtatInscription,
    EtatJury,
    Role,
)
from rules.noyau import Violation, alertes, bloquantes
from rules.transmission import echeance_de_transmission
from travaux import lancer

# Comme `travaux.attribution.GENRE`, qui chargerait le moteur PDF.
GENRE_ATTRIBUTION = "attribution"
# Au-delà, les certificats d'un jury se préparent dans un travail, non dans la requête.
AUSSITOT = 12

jurys = Blueprint("jury", __name__, url_prefix="/jury/<int:jury_id>")

_ECRIVAINS = frozenset({Role.CLERC, Role.RESPONSABLE})
_LECTEURS = _ECRIVAINS | {Role.GTP, Role.LECTURE}
_VOTANTS = _ECRIVAINS | {Role.JURE}
_CANDIDATURES_MAX = 300

Vue = Callable[..., ResponseReturnValue]


def du_jury(permis: Callable[[], bool]) -> Callable[[Vue], Vue]:
    """Ouvre une page à qui a la permission ; le jury demandé est lu dans le territoire de la personne, ou n'existe pas."""

    def decore(vue: Vue) -> Vue:
        @wraps(vue)
        @login_required
        def execute(jury_id: int, **kwargs: Any) -> ResponseReturnValue:
            if not permis():
                abort(403)
            jury = db.session.get(Jury, jury_id)
            if jury is None:
                abort(404)
            return vue(jury, **kwargs)

        return execute

    return decore


def _reserve(*roles: Role) -> Callable[[Vue], Vue]:
    """Réserve une page d'un jury à des rôles."""
    return du_jury(lambda: current_user.role in roles)


def _acte(jury_id: int, faire: Callable[[], Sequence[Violation] | None], reussite: str) -> ResponseReturnValue:
    """Exécute un acte, valide, dit ce qui s'est passé et revient à la page du jury."""
    if tenter(faire, reussite):
        # Le dernier procès-verbal signé, la suite est sur la page du jury ; avant, il en reste à signer ici.
        clos = request.endpoint == "jury.signer" and db.session.get_one(Jury, jury_id).etat is EtatJury.CLOS
        if current_user.role is not Role.JURE and clos:
            return redirect(url_for("jury.page", jury_id=jury_id), 303)
    return redirect((request.form.get("retour") == "deliberation" and url_for("jury.deliberation", jury_id=jury_id))
                    or url_for("jury.page", jury_id=jury_id), 303)


# --- la liste ------------------------------------------------------------------------------------------------------


class JurysView(DomainView):
    """Les jurys du centre ; la fiche d'un jury est sa page, en étapes."""

    ressource = "jury"
    nom_pluriel = "jurys"
    phrase_vide = "Aucun jury pour l'instant. Créez le premier : une date, un lieu ; le reste se fait sur sa page."
    column_list = ("date_jury", "lieu", "etat", "centre")
    column_labels: ClassVar[dict[str, str]] = {"date_jury": "Date", "heure": "Heure", "lieu": "Lieu", "etat": "État", "centre": "Centre"}
    tris: ClassVar[dict[str, Tri]] = {"date_jury": Tri((Jury.date_jury,)), "lieu": Tri((Jury.lieu,))}
    tri_par_defaut = ("date_jury", True)
    filtres = (FiltreListe("etat", "État", Jury.etat), FiltrePeriode("date_jury", "Date", Jury.date_jury))
    chargements = (joinedload(Jury.centre),)
    form_columns = ("date_jury", "heure", "lieu")
    groupes = (("Quand et où", ("date_jury", "heure", "lieu")),)

    def avant_ecriture(self, form: Any, objet: Jury, cree: bool) -> None:
        """Un jury est celui du centre de qui le crée."""
        if cree:
            objet.centre_id = current_user.centre_id

    def juger(self, objet: Jury) -> Sequence[Violation]:
        """La date d'un jury en préparation, et ses candidats contre elle."""
        return alertes(actes.deplacer(db.session(), objet))

    def adresse_apres(self, objet: Jury) -> str:
        """La page du jury."""
        return url_for("jury.page", jury_id=objet.id)

    @expose("/details/")
    @exige(Droit.LIRE)
    def details_view(self) -> ResponseReturnValue:
        """La page du jury ; un juré va droit à la délibération."""
        jury = self.exiger_une()
        page_du_jury = "jury.deliberation" if current_user.role is Role.JURE else "jury.page"
        return redirect(url_for(page_du_jury, jury_id=jury.id), 303)


# --- la page du jury -----------------------------------------------------------------------------------------------


@jurys.get("/")
@_reserve(*_LECTEURS)
def page(jury: Jury) -> ResponseReturnValue:
    """Le jury en étapes : composition, candidats, délibération, procès-verbal, certificats."""
    sieges = list(
        db.session.scalars(
            select(Siege).where(Siege.jury_id == jury.id).order_by(Siege.delegation, Siege.id)
            .options(joinedload(Siege.personne), joinedload(Siege.syndicat))
        )
    )
    presentations = list(
        db.session.scalars(
            select(Presentation).where(Presentation.jury_id == jury.id)
            .options(
                joinedload(Presentation.inscription).options(
                    joinedload(Inscription.candidat),
                    joinedload(Inscription.certification).selectinload(Certification.enregistrements),
                )
            )
            .order_by(Presentation.numero_anonyme)
        )
    )
    certificats: dict[int, list[Certificat]] = {}
    for certificat in db.session.scalars(
        select(Certificat).join(Presentation, Presentation.id == Certificat.presentation_id)
        .where(Presentation.jury_id == jury.id).order_by(Certificat.id).options(joinedload(Certificat.bloc))
    ):
        certificats.setdefault(certificat.presentation_id, []).append(certificat)
    faits = jury_facts(db.session(), jury.id)
    a_regler = bloquantes(controle.ouverture(replace(faits, aujourd_hui=aujourd_hui()))) if faits and jury.etat is EtatJury.PREPARATION else ()
    chemin = chemin_facts(db.session(), jury, aujourd_hui())
    dossier = suivi.section(jury)
    dus = actes.nombre_de_certificats_dus(db.session(), jury) if jury.etat is EtatJury.CLOS else 0
    return render_template(
        "jury/page.html", jury=jury, sieges=sieges, presentations=presentations, certificats=certificats,
        a_regler=a_regler, chemin=chemin_du_jury(chemin), a_motiver=bloquantes(controle.chemin(chemin)), peut_ecrire=current_user.role in _ECRIVAINS,
        peut_deliberer=current_user.role in _VOTANTS, peut_signer=current_user.role is Role.RESPONSABLE, delegations=Delegation, civilites=Civilite,
        syndicats=[
            s for s in db.session.scalars(select(Syndicat).order_by(Syndicat.sigle)) if s.representative_le(jury.date_jury)
        ],
        personnes=list(db.session.scalars(select(Personne).order_by(Personne.nom, Personne.prenoms).limit(500))),
        etapes=_etapes(jury, sieges, presentations, certificats, dossier.get("transmission"), dus),
        papiers=papiers_proposes(jury, current_user.role), dus=dus, suivi=dossier, peut_attribuer=_peut_attribuer(jury),
    )


def _peut_attribuer(jury: Jury) -> bool:
    """Qui voit le bouton : le centre, ou le GTP quand la capacité du centre est retirée (JUR-14 juge le geste)."""
    retiree = capacite_retiree_le(db.session(), jury.centre_id, aujourd_hui()) is not None
    return current_user.role is Role.GTP if retiree else current_user.role in _ECRIVAINS


def _etapes(
    jury: Jury, sieges: Sequence[Siege], presentations: Sequence[Presentation], certificats: dict[int, list[Certificat]],
    transmission: Transmission | None, dus: int,
) -> list[Etape]:
    """Ce qui est fait et ce qui reste, dans l'ordre ; la première étape non faite est en cours."""
    clos = jury.etat is EtatJury.CLOS
    transmise_le = transmission.transmise_le if transmission is not None else None
    etapes = [
        ("composition", "Composition", any(s.president for s in sieges) and len(sieges) > 1, f"{len(sieges)} membres"),
        ("candidats", "Candidats", bool(presentations), f"{len(presentations)} présentés"),
        ("deliberation", "Délibération", clos, "ouverte" if jury.etat is EtatJury.OUVERT else ""),
        ("proces-verbal", "Procès-verbal", clos, "signé" if clos else ""),
        ("certificats", "Certificats", clos and not dus, f"{sum(map(len, certificats.values()))} attribués"),
        ("transmission", "Transmission au GTP", transmise_le is not None, _quand_transmettre(jury, transmise_le)),
    ]
    en_cours = next((ancre for ancre, _, fait, _ in etapes if not fait), "")
    return [
        Etape(libelle, "fait" if fait else "cours" if ancre == en_cours else "avenir", detail, f"#{ancre}")
        for ancre, libelle, fait, detail in etapes
    ]


def _quand_transmettre(jury: Jury, transmise_le: dt.date | None) -> str:
    if transmise_le is not None:
        return f"le {transmise_le:%d/%m/%Y}"
    return f"avant le {echeance_de_transmission(jury.date_jury):%d/%m/%Y}" if jury.etat is EtatJury.CLOS else ""


@jurys.post("/sieges")
@_reserve(*_ECRIVAINS)
def ajouter_siege(jury: Jury) -> ResponseReturnValue:
    """Ajoute un siège : une personne connue du centre, ou nouvelle."""

    def faire() -> Sequence[Violation]:
        actes.exiger_preparation(jury)
        personne = personne_saisie(jury)
        db.session.add(_siege(jury, personne))
        return actes.verifier_composition(db.session(), jury)

    return _acte(jury.id, faire, "Siège ajouté.")


def _texte(nom: str, longueur: int = 120) -> str:
    return " ".join(request.form.get(nom, "").split())[:longueur]


def _entier(nom: str) -> int | None:
    texte = request.form.get(nom, "")
    return int(texte) if texte.isascii() and texte.isdigit() and len(texte) < 10 else None


def personne_saisie(jury: Jury) -> Personne:
    """La personne que désigne un formulaire : choisie parmi celles du centre, ou nouvelle."""
    choisie = _entier("personne")
    if choisie is not None:
        personne = db.session.get(Personne, choisie)
        if personne is None:
            abort(404)
        return personne
    nom, prenoms = _texte("nom"), _texte("prenoms")
    if not nom or not prenoms:
        raise controle.Refus(controle.composition_incomplete("Indiquez le nom et les prénoms de la personne."))
    civilite = request.form.get("civilite", "")
    personne = Personne(
        centre_id=jury.centre_id, nom=nom, prenoms=prenoms, qualite=_texte("qualite", 200),
        entreprise=_texte("entreprise", 200), courriel=_texte("courriel", 200),
        civilite=Civilite(civilite) if civilite in list(Civilite) else None, recherche=normaliser(f"{nom} {prenoms}"),
    )
    db.session.add(personne)
    return personne


def _siege(jury: Jury, personne: Personne) -> Siege:
    """Le siège demandé ; « président » et « travail temporaire » sont des titres de siège, non des cases à cumuler."""
    titre = request.form.get("titre", "")
    syndicat = db.session.get(Syndicat, _entier("syndicat") or 0) if titre == "syndicale" else None
    titres: dict[str, dict[str, Any]] = {
        "president": {"delegation": Delegation.PATRONALE, "president": True},
        "patronale": {"delegation": Delegation.PATRONALE},
        "patronale_interim": {"delegation": Delegation.PATRONALE, "travail_temporaire": True},
        "syndicale": {"delegation": Delegation.SYNDICALE, "syndicat": syndicat},
        "syndicale_suppleant": {"delegation": Delegation.SYNDICALE, "voix": False,
                                "syndicat": db.session.get(Syndicat, _entier("syndicat") or 0)},
        "syndicale_interim": {"delegation": Delegation.SYNDICALE, "travail_temporaire": True},
        "invite": {"delegation": Delegation.INVITE, "voix": False},
    }
    if titre not in titres:
        raise controle.Refus(controle.composition_incomplete("Choisissez à quel titre la personne siège."))
    return Siege(jury=jury, personne=personne, centre_id=jury.centre_id, **titres[titre])


@jurys.post("/sieges/<int:siege_id>/retirer")
@_reserve(*_ECRIVAINS)
def retirer_siege(jury: Jury, siege_id: int) -> ResponseReturnValue:
    """Retire un siège d'un jury en préparation."""
    siege = _siege_du_jury(jury, siege_id)

    return _acte(jury.id, lambda: actes_convocation.retirer_un_siege(db.session(), siege), "Siège retiré.")


def _siege_du_jury(jury: Jury, siege_id: int) -> Siege:
    siege = db.session.get(Siege, siege_id)
    if siege is None or siege.jury_id != jury.id:
        abort(404)
    return siege


@jurys.post("/presences")
@_reserve(*_ECRIVAINS)
def presences(jury: Jury) -> ResponseReturnValue:
    """Note qui est présent."""
    cochees = set(request.form.getlist("present"))

    def faire() -> Sequence[Violation]:
        for siege in jury.sieges:
            siege.present = str(siege.id) in cochees
        return actes.verifier_composition(db.session(), jury)

    return _acte(jury.id, faire, "Présences notées.")


@jurys.get("/candidatures")
@_reserve(*_ECRIVAINS)
def candidatures(jury: Jury) -> ResponseReturnValue:
    """Les inscriptions ouvertes du centre qui peuvent être présentées, cherchées par nom ou certification."""
    recherche = request.args.get("q", "").strip()[:80]
    certification = request.args.get("certification", "")
    deja = select(Presentation.inscription_id)
    requete = (
        select(Inscription).join(Inscription.candidat)
        .where(
            Inscription.etat == EtatInscription.OUVERTE, Inscription.date_inscription < jury.date_jury,
            Inscription.id.not_in(deja),
        )
        .options(joinedload(Inscription.candidat), joinedload(Inscription.certification))
    )
    mot = normaliser(recherche)
    if mot:
        requete = requete.where(Candidat.recherche >= mot, Candidat.recherche < mot + "\U0010ffff")
    if certification.isascii() and certification.isdigit() and len(certification) < 10:
        requete = requete.where(Inscription.certification_id == int(certification))
    trouvees = list(
        db.session.scalars(requete.order_by(Inscription.certification_id, Candidat.recherche).limit(_CANDIDATURES_MAX))
    )
    visees = db.session.execute(
        select(Certification, func.count(Inscription.id)).join(Inscription, Inscription.certification_id == Certification.id)
        .where(Inscription.etat == EtatInscription.OUVERTE, Inscription.id.not_in(deja))
        .options(selectinload(Certification.enregistrements))
        .group_by(Certification.id).order_by(Certification.titre)
    ).all()
    return render_template(
        "jury/candidatures.html", jury=jury, inscriptions=trouvees, recherche=recherche, certification=certification,
        certifications=visees, limite=_CANDIDATURES_MAX,
    )


@jurys.get("/presentables")
@_reserve(*_ECRIVAINS)
def presentables(jury: Jury) -> ResponseReturnValue:
    """Ceux que rien n'empêche de présenter à ce jury, tous cochés ; ce qui manque aux autres. Rien n'est écrit."""
    certification = entier(request.args.get("certification"))
    oui, non = a_presenter(db.session(), jury.date_jury, centre_id=jury.centre_id, certification_id=certification)
    return render_template(
        "jury/presentables.html", jury=jury, certification=certification, certifications=certifications_ouvertes(),
        oui=lignes(oui), non=lignes(non), nombres=(len(oui), len(non)),
    )


@jurys.post("/presenter")
@_reserve(*_ECRIVAINS)
def presenter(jury: Jury) -> ResponseReturnValue:
    """Présente les inscriptions cochées."""
    ids = [int(x) for x in request.form.getlist("rowid") if x.isascii() and x.isdigit() and len(x) < 10]
    choisies = list(
        db.session.scalars(
            select(Inscription).where(Inscription.id.in_(ids)).options(joinedload(Inscription.candidat))
            .order_by(Inscription.id)
        )
    )
    if not choisies:
        flash("Aucune inscription choisie.", "warning")
        return redirect(url_for("jury.candidatures", jury_id=jury.id), 303)
    nombre = len(choisies)
    return _acte(
        jury.id, lambda: actes.presenter(db.session(), jury, choisies),
        "Un candidat présenté." if nombre == 1 else f"{nombre} candidats présentés.",
    )


def _presentation(jury: Jury, presentation_id: int) -> Presentation:
    presentation = db.session.get(Presentation, presentation_id)
    if presentation is None or presentation.jury_id != jury.id:
        abort(404)
    return presentation


@jurys.post("/presentations/<int:presentation_id>/retirer")
@_reserve(*_ECRIVAINS)
def retirer(jury: Jury, presentation_id: int) -> ResponseReturnValue:
    """Retire un candidat d'un jury en préparation ; son inscription reste ouverte."""
    presentation = _presentation(jury, presentation_id)
    return _acte(jury.id, lambda: actes.retirer(db.session(), jury, presentation), "Candidat retiré du jury.")


@jurys.post("/annuler")
@_reserve(*_ECRIVAINS)
def annuler(jury: Jury) -> ResponseReturnValue:
    """Annule un jury en préparation."""

    def faire() -> Sequence[Violation]:
        actes.annuler(db.session(), jury)
        return ()

    return _acte(jury.id, faire, "Jury annulé : ses candidats peuvent être présentés à un autre jury.")


@jurys.post("/ouvrir")
@_reserve(*_ECRIVAINS)
def ouvrir(jury: Jury) -> ResponseReturnValue:
    """Ouvre la délibération."""
    return _acte(jury.id, lambda: actes.ouvrir(db.session(), jury, motif=_texte("motif", 1000)), "La délibération est ouverte.")


# --- attribuer --------------------------------------------------------------------------------------------------------


def _signataire() -> Acteur:
    """Le président signe tout le procès-verbal, au-delà de ce que lit un juré ; le journal garde son nom."""
    acteur: Acteur = current_user.acteur
    return replace(acteur, national=True) if acteur.role is Role.JURE else acteur


def _conserver(jury_id: int) -> None:
    """Rend et garde les octets de ce qui vient d'être signé ou attribué ; un échec se rattrape à l'impression."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    try:
        archives.conserver_le_jury(db.session(), jury_id, current_app.config["ADRESSE_PUBLIQUE"], atelier())
    except (DocumentRefuse, RenduImpossible) as erreur:
        db.session.rollback()
        flash(f"Enregistré, mais un document n'a pas pu être préparé : {erreur}", "warning")


@jurys.post("/attribuer")
@_reserve(*_ECRIVAINS, Role.GTP)
def attribuer(jury: Jury) -> ResponseReturnValue:
    """Donne un numéro à chaque certificat dû ; aucun si l'un d'eux ne pouvait pas s'imprimer.

    Les documents d'un petit jury se préparent aussitôt ; ceux d'un grand, dans un travail qui dit où il en est.
    """
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime

    travaux: list[Travail] = []

    def faire() -> Sequence[Violation]:
        faits = [c.id for c in actes.attribuer(db.session(), jury)]
        archives.verifier_avant_attribution(db.session(), faits, current_app.config["ADRESSE_PUBLIQUE"])
        if len(faits) > AUSSITOT:
            travaux.append(lancer(db.session(), GENRE_ATTRIBUTION, {"jury": jury.id}, libelle=f"Documents du {str(jury)[0].lower()}{str(jury)[1:]}"))
            return ()
        db.session.commit()
        _conserver(jury.id)
        return ()

    reponse = _acte(jury.id, faire, "Les certificats sont attribués : ils peuvent être imprimés.")
    return redirect(url_for("travaux.voir", travail_id=travaux[0].id), 303) if travaux else reponse


def _suite_de_l_attribution(travail: Travail) -> tuple[str, str]:
    return "Revenir au jury", url_for("jury.page", jury_id=travail.parametres["jury"], _anchor="certificats")


def vues() -> list[JurysView]:
    """Les vues de ce module, pour le menu."""
    return [JurysView(Jury, db, name="Jurys", category="Jurys", endpoint="jurys", url="/jurys")]


def installer(app: Flask) -> None:
    """Lie la page du jury et la délibération à l'application."""
    app.register_blueprint(jurys)
    SUITES[GENRE_ATTRIBUTION] = _suite_de_l_attribution
    app.jinja_env.globals["pastille"] = pastille
