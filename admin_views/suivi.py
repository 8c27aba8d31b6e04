"""Suivi du processus d'attribution : transmissions au GTP, contrôle, actions correctives, capacité des centres.

Partie 2, chap. 3, § 5, et chap. 4. Les actes sont dans `rules.actes_suivi`.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Flask, abort, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user, login_required
from markupsafe import Markup
from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload, selectinload

from admin_views import pieces
from admin_views.base import PageView, Tableau, exige, pastille_de, texte
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.gestes import agir
from admin_views.saisie import lire_cle
from documents.erreurs import DocumentRefuse, RenduImpossible
from models import ActionCorrective, Centre, Journal, Jury, RetraitCapacite, Transmission
from models.base import aujourd_hui
from models.contexte import en_ecriture
from models.journal import entree
from rules import actes_pieces, actes_suivi
from rules.actes_suivi import ActionDemandee
from rules.nomenclatures import EtatJury, NaturePiece
from rules.noyau import Violation
from rules.transmission import ActionFacts, echeance_de_transmission, en_retard

suivi = Blueprint("suivi", __name__, url_prefix="/suivi")

NATURES = (NaturePiece.EMARGEMENT, NaturePiece.COURRIER, NaturePiece.AUTRE)
_ACTIONS_PAR_CONTROLE = 5
_MONTRES = 200
_AU_TABLEAU_DE_BORD = 8


def _exige(droit: Droit, ressource: str = "transmission") -> None:
    if not peut(current_user.role, ressource, droit):
        abort(403)


def _un(modele: type[Any], cle: int) -> Any:
    """La ligne demandée dans le territoire de la personne, ou la page 404."""
    objet = db.session.get(modele, cle)
    if objet is None:
        abort(404)
    return objet


def _date(brute: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(brute.strip())
    except ValueError:
        return None


def _page_du_jury(jury_id: int) -> str:
    return url_for("jury.page", jury_id=jury_id, _anchor="transmission")


def section(jury: Jury) -> dict[str, Any]:
    """Ce que montre la page d'un jury de sa transmission : dossier, pièces, échéance, contrôle, actions."""
    if jury.etat is not EtatJury.CLOS or not peut(current_user.role, "transmission", Droit.LIRE):
        return {}
    transmission = db.session.scalar(
        select(Transmission).where(Transmission.jury_id == jury.id).options(selectinload(Transmission.actions))
    )
    echeance = echeance_de_transmission(jury.date_jury)
    return {
        "transmission": transmission, "echeance": echeance,
        "pieces": actes_pieces.pieces_du_dossier(db.session(), transmission) if transmission is not None else [],
        "natures": NATURES, "retard": (transmission is None or transmission.transmise_le is None) and echeance < aujourd_hui(),
        "peut_transmettre": peut(current_user.role, "transmission", Droit.CREER),
        "peut_controler": peut(current_user.role, "controle_transmission", Droit.CREER),
        "nombre_d_actions": _ACTIONS_PAR_CONTROLE, "aujourd_hui": aujourd_hui(),
    }


@suivi.before_request
@login_required
def _lecteurs() -> None:
    _exige(Droit.LIRE)


@suivi.post("/jury/<int:jury_id>/pieces")
def joindre(jury_id: int) -> ResponseReturnValue:
    """Joint la feuille d'émargement signée, ou un autre document, au dossier de transmission."""
    _exige(Droit.CREER)
    jury = _un(Jury, jury_id)

    def faire() -> None:
        pieces.recevoir(actes_suivi.dossier_de_transmission(db.session(), jury))

    return agir(faire, "Pièce jointe au dossier.", _page_du_jury(jury_id))


@suivi.post("/jury/<int:jury_id>/transmettre")
def transmettre(jury_id: int) -> ResponseReturnValue:
    """Transmet le dossier complet au secrétariat du GTP (TRA-01, TRA-02) et conserve la lettre."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    _exige(Droit.CREER)
    jury = _un(Jury, jury_id)
    jour = aujourd_hui()

    def faire() -> Sequence[Violation]:
        archives.verifier_lettre_gtp(db.session(), jury_id, jour)
        return actes_suivi.transmettre(db.session(), jury, jour, lettre_prete=True)

    reponse = agir(faire, "Dossier transmis au secrétariat du GTP.", _page_du_jury(jury_id))
    transmis = db.session.scalar(
        select(Transmission.id).where(Transmission.jury_id == jury_id, Transmission.transmise_le.is_not(None))
    )
    if transmis is not None:
        try:
            archives.lettre_transmise(db.session(), transmis, atelier())
        except (DocumentRefuse, RenduImpossible):
            # Transmis, c'est transmis : la lettre se conservera à la première lecture du dossier.
            db.session.rollback()
    return reponse


@suivi.get("/dossier/<int:transmission_id>.zip")
def dossier(transmission_id: int) -> ResponseReturnValue:
    """Les trois pièces d'un dossier transmis, en un fichier."""
    from documents import archives  # noqa: PLC0415
    from documents.atelier import atelier  # noqa: PLC0415

    centre_id = _un(Transmission, transmission_id).centre_id
    paquet = archives.dossier_transmis(db.session(), transmission_id, atelier())
    if paquet is None:
        abort(404)
    db.session.commit()
    with en_ecriture():
        db.session.execute(insert(Journal), [
            entree("document", "transmission", transmission_id, centre_id=centre_id, apres={"fichier": paquet.nom})
        ])
        db.session.commit()
    return send_file(io.BytesIO(paquet.contenu), mimetype="application/zip", download_name=paquet.nom, as_attachment=True)


@suivi.post("/dossier/<int:transmission_id>/controler")
def controler(transmission_id: int) -> ResponseReturnValue:
    """Le GTP dit le dossier conforme, ou demande des actions correctives (SUI-01)."""
    _exige(Droit.CREER, "controle_transmission")
    transmission = _un(Transmission, transmission_id)
    conforme = request.form.get("conforme") == "oui"
    lignes = zip(request.form.getlist("libelle"), request.form.getlist("terme"), strict=False)
    actions = [
        ActionDemandee(libelle.strip()[:1000], _date(terme)) for libelle, terme in lignes if libelle.strip() or terme.strip()
    ]

    def faire() -> None:
        actes_suivi.controler_transmission(
            db.session(), transmission, aujourd_hui(), conforme=conforme,
            observations=request.form.get("observations", "")[:4000], actions=actions,
        )

    return agir(faire, "Dossier noté conforme." if conforme else "Actions correctives adressées au jury.",
                 _page_du_jury(transmission.jury_id))


@suivi.post("/action/<int:action_id>/realiser")
def realiser(action_id: int) -> ResponseReturnValue:
    """Le centre dit ce qu'il a fait d'une action corrective."""
    _exige(Droit.CREER)
    action = _un(ActionCorrective, action_id)

    def faire() -> None:
        actes_suivi.realiser(db.session(), action, aujourd_hui(), request.form.get("compte_rendu", "")[:1000])

    return agir(faire, "Action corrective notée comme menée.", _page_du_jury(action.transmission.jury_id))


@suivi.post("/capacite/retirer")
def retirer_capacite() -> ResponseReturnValue:
    """Note la décision de la CPNEFP de retirer à un centre sa capacité d'attribuer (SUI-02)."""
    _exige(Droit.CREER, "retrait_capacite")
    centre = _un(Centre, lire_cle(Centre, request.form.get("centre", "")) or 0)

    def faire() -> None:
        actes_suivi.retirer_capacite(db.session(), centre, _date(request.form.get("retire_le", "")), request.form.get("motif", "")[:1000])

    return agir(faire, f"Capacité d'attribuer retirée : {centre.nom}.", url_for("capacites.index"))


@suivi.post("/capacite/<int:retrait_id>/rendre")
def rendre_capacite(retrait_id: int) -> ResponseReturnValue:
    """Note que la CPNEFP rend à un centre sa capacité d'attribuer."""
    _exige(Droit.CREER, "retrait_capacite")
    retrait = _un(RetraitCapacite, retrait_id)

    def faire() -> None:
        actes_suivi.rendre_capacite(db.session(), retrait, aujourd_hui())

    return agir(faire, f"Capacité d'attribuer rendue : {retrait.centre.nom}.", url_for("capacites.index"))


class TransmissionsView(PageView):
    """Ce qui reste à transmettre, à contrôler, à corriger : le plus ancien d'abord."""

    ressource = "transmission"

    @expose("/")
    @exige(Droit.LIRE)
    def index(self) -> ResponseReturnValue:
        """Trois listes, chacune menant au dossier de son jury."""
        return self.render(
            "suivi/transmissions.html", titre="Transmissions",
            tableaux=(self._a_transmettre(), self._a_controler(), self._actions(), self._recentes()),
        )

    @staticmethod
    def _lien(jury: Jury) -> Any:
        return Markup('<a href="{}">{}</a>').format(_page_du_jury(jury.id), texte(jury.date_jury))

    def _a_transmettre(self) -> Tableau:
        jour = aujourd_hui()
        faits = select(Transmission.jury_id).where(Transmission.transmise_le.is_not(None))
        jurys = db.session.scalars(
            select(Jury).where(Jury.etat == EtatJury.CLOS, Jury.id.not_in(faits)).order_by(Jury.date_jury).limit(_MONTRES)
            .options(joinedload(Jury.centre))
        )
        return Tableau("À transmettre", ("Jury du", "Lieu", "Centre", "Échéance", ""), [
            (self._lien(j), j.lieu, j.centre.nom, texte(fin), pastille_de("en retard", "danger") if fin < jour else "")
            for j in jurys for fin in (echeance_de_transmission(j.date_jury),)
        ], "Tous les dossiers de jury sont transmis.")

    def _a_controler(self) -> Tableau:
        dossiers = db.session.scalars(
            select(Transmission).where(Transmission.transmise_le.is_not(None), Transmission.controlee_le.is_(None))
            .order_by(Transmission.transmise_le).limit(_MONTRES)
            .options(joinedload(Transmission.jury).joinedload(Jury.centre))
        )
        return Tableau("Transmis, pas encore contrôlés", ("Jury du", "Lieu", "Centre", "Transmis le"), [
            (self._lien(t.jury), t.jury.lieu, t.jury.centre.nom, texte(t.transmise_le)) for t in dossiers
        ], "Aucun dossier n'attend le contrôle du GTP.")

    def _actions(self) -> Tableau:
        jour = aujourd_hui()
        actions = db.session.scalars(
            select(ActionCorrective).where(ActionCorrective.realisee_le.is_(None)).order_by(ActionCorrective.terme)
            .limit(_MONTRES)
            .options(joinedload(ActionCorrective.transmission).joinedload(Transmission.jury).joinedload(Jury.centre))
        )
        return Tableau("Actions correctives à mener", ("Jury du", "Centre", "Action", "Terme", ""), [
            (self._lien(a.transmission.jury), a.transmission.jury.centre.nom, a.libelle, texte(a.terme),
             pastille_de("en retard", "danger") if en_retard(ActionFacts(a.libelle, a.terme), jour) else "")
            for a in actions
        ], "Aucune action corrective en cours.")

    def _recentes(self) -> Tableau:
        dossiers = db.session.scalars(
            select(Transmission).where(Transmission.controlee_le.is_not(None)).order_by(Transmission.controlee_le.desc())
            .limit(20).options(joinedload(Transmission.jury).joinedload(Jury.centre))
        )
        return Tableau("Contrôlés récemment", ("Jury du", "Centre", "Transmis le", "Contrôlé le", "Résultat"), [
            (self._lien(t.jury), t.jury.centre.nom, texte(t.transmise_le), texte(t.controlee_le),
             pastille_de("conforme", "succes") if t.conforme else pastille_de("actions correctives", "attention"))
            for t in dossiers
        ], "Aucun dossier contrôlé pour l'instant.")


class CapacitesView(PageView):
    """La capacité d'attribuer des centres : retraits et retours décidés par la CPNEFP."""

    ressource = "retrait_capacite"

    @expose("/")
    @exige(Droit.LIRE)
    def index(self) -> ResponseReturnValue:
        """Les retraits, le plus récent d'abord, et de quoi en noter un."""
        retraits = list(db.session.scalars(
            select(RetraitCapacite).order_by(RetraitCapacite.retire_le.desc()).options(joinedload(RetraitCapacite.centre))
        ))
        return self.render(
            "suivi/capacites.html", titre="Capacité d'attribuer", retraits=retraits,
            peut_ecrire=self.peut(Droit.CREER), aujourd_hui=aujourd_hui(),
            centres=list(db.session.scalars(select(Centre).order_by(Centre.nom))) if self.peut(Droit.CREER) else [],
        )


def a_faire() -> list[tuple[str, str, bool]]:
    """Ce que le suivi attend de la personne : la phrase, la page, et si c'est en retard."""
    if peut(current_user.role, "controle_transmission", Droit.CREER):
        return _a_controler()
    return _a_transmettre_et_corriger() if peut(current_user.role, "transmission", Droit.CREER) else []


def _a_controler() -> list[tuple[str, str, bool]]:
    dossiers = db.session.scalars(
        select(Transmission).where(Transmission.transmise_le.is_not(None), Transmission.controlee_le.is_(None))
        .order_by(Transmission.transmise_le).limit(_AU_TABLEAU_DE_BORD)
        .options(joinedload(Transmission.jury).joinedload(Jury.centre))
    )
    return [
        (f"Dossier de jury à contrôler : {t.jury.centre.nom}, jury du {texte(t.jury.date_jury)}.",
         _page_du_jury(t.jury_id), False)
        for t in dossiers
    ]


def _a_transmettre_et_corriger() -> list[tuple[str, str, bool]]:
    jour = aujourd_hui()
    transmis = select(Transmission.jury_id).where(Transmission.transmise_le.is_not(None))
    jurys = db.session.scalars(
        select(Jury).where(Jury.etat == EtatJury.CLOS, Jury.id.not_in(transmis)).order_by(Jury.date_jury)
        .limit(_AU_TABLEAU_DE_BORD)
    )
    attend = [
        (f"Dossier du jury du {texte(j.date_jury)} à transmettre au GTP avant le {texte(fin)}.", _page_du_jury(j.id), fin < jour)
        for j in jurys for fin in (echeance_de_transmission(j.date_jury),)
    ]
    actions = db.session.scalars(
        select(ActionCorrective).where(ActionCorrective.realisee_le.is_(None)).order_by(ActionCorrective.terme)
        .limit(_AU_TABLEAU_DE_BORD).options(joinedload(ActionCorrective.transmission))
    )
    return attend + [
        (f"Action corrective avant le {texte(a.terme)} : {a.libelle}", _page_du_jury(a.transmission.jury_id), a.terme < jour)
        for a in actions
    ]


def vues() -> tuple[PageView, ...]:
    """Les vues du domaine."""
    return (
        TransmissionsView("Transmissions", "Suivi", "transmissions", "/transmissions"),
        CapacitesView("Capacité d'attribuer", "Suivi", "capacites", "/capacites"),
    )


def installer(app: Flask) -> None:
    """Lie les gestes du suivi à l'application."""
    app.register_blueprint(suivi)

