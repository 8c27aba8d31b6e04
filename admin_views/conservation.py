"""Suivi › Conservation : ce qui a passé son terme, la purge à deux mains, les suspensions, les pièces d'un candidat."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user, login_required
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from admin_views import pieces
from admin_views.base import PageView, exige
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.registre_des_purges import ecrire_le_registre
from admin_views.saisie import lire_cle
from models import Candidat, ConservationSuspendue, Inscription, Jury, Purge
from models.base import aujourd_hui
from rules import actes_conservation, actes_pieces
from rules.collecte_conservation import Echu, Ligne, lignes, source_de, tableau
from rules.controle import Refus
from rules.nomenclatures import EtatPurge, NaturePiece, NaturePurge, Role

conservation = Blueprint("conservation_gestes", __name__, url_prefix="/conservation")
PAR_PAGE = 50
NATURES_DU_CANDIDAT = (NaturePiece.IDENTITE, NaturePiece.EVALUATION)


@dataclass(frozen=True, slots=True)
class Rang:
    """Une ligne du tableau, et l'adresse de son détail."""

    echu: Echu
    adresse: str


def _jour(brut: str | None) -> dt.date:
    try:
        return dt.date.fromisoformat(brut) if brut else aujourd_hui()
    except ValueError:
        abort(400)


def _centre() -> int | None:
    """Le centre qui borne ce que la personne lit ; aucun au niveau national."""
    return current_user.centre_id if current_user.role is Role.RESPONSABLE else None


def _une(purge_id: int) -> Purge:
    """La purge demandée et ses lignes, ou la page 404."""
    purge = db.session.scalar(select(Purge).where(Purge.id == purge_id).options(selectinload(Purge.lignes)))
    if purge is None:
        abort(404)
    return purge


class ConservationView(PageView):
    """Ce qui est échu, les purges, les suspensions."""

    ressource = "conservation"

    def __init__(self) -> None:
        super().__init__("Conservation", "Suivi", "conservation", "/conservation")

    @expose("/")
    @exige(Droit.LIRE)
    def index(self) -> ResponseReturnValue:
        """Le tableau : combien, de quelle nature, depuis quand, sur quelle base."""
        au = _jour(request.args.get("au"))
        trouves = tableau(db.session(), au, _centre())
        return self.render(
            "suivi/conservation.html", titre="Conservation", au=au, aujourd_hui=aujourd_hui(),
            rangs=[
                Rang(e, url_for(".detail", nature=e.duree.nature.value, objet=e.objet, au=au.isoformat())) for e in trouves
            ],
            total=sum(e.nombre for e in trouves), retenus=sum(e.retenus for e in trouves),
            natures=sorted({e.duree.nature for e in trouves if e.nombre}), purges=self._purges(), suspensions=self._suspensions(),
            peut_proposer=self.peut(Droit.CREER), peut_suspendre=peut(current_user.role, "suspension", Droit.CREER),
        )

    @expose("/<nature>/<objet>")
    @exige(Droit.LIRE)
    def detail(self, nature: str, objet: str) -> ResponseReturnValue:
        """Qui, depuis quand, jusqu'à quand : les données d'une ligne du tableau, les plus anciennes d'abord."""
        source = source_de(nature, objet)
        if source is None:
            abort(404)
        au = _jour(request.args.get("au"))
        page = min(max(lire_page(request.args.get("page")), 0), 10_000)
        lues = lignes(db.session(), source, au, _centre(), limite=PAR_PAGE + 1, saut=page * PAR_PAGE)
        return self.render(
            "suivi/conservation_detail.html", titre=f"{nature} – {source.nature.libelle}", au=au, page=page, source=source,
            lignes=[self._sans_nom(x) for x in lues[:PAR_PAGE]] if current_user.role is Role.DPO else lues[:PAR_PAGE],
            suite=len(lues) > PAR_PAGE,
        )

    @staticmethod
    def _sans_nom(ligne: Ligne) -> Ligne:
        """Le délégué approuve sans lire de noms : une référence lui suffit."""
        return Ligne(ligne.cle, ligne.centre, f"n° {ligne.cle}", ligne.depart, ligne.terme, ligne.retenue)

    @expose("/purge/<int:purge_id>")
    @exige(Droit.LIRE)
    def purge(self, purge_id: int) -> ResponseReturnValue:
        """Une purge : ce qu'elle efface, ou a effacé ; de quoi l'approuver ou l'écarter."""
        purge = _une(purge_id)
        return self.render(
            "suivi/purge.html", titre=str(purge), purge=purge,
            peut_approuver=self.peut(Droit.MODIFIER) and purge.etat is EtatPurge.PROPOSEE,
        )

    @staticmethod
    def _purges() -> list[Purge]:
        return list(db.session.scalars(select(Purge).order_by(Purge.id.desc()).limit(20).options(selectinload(Purge.lignes))))

    @staticmethod
    def _suspensions() -> list[ConservationSuspendue]:
        s = ConservationSuspendue
        return list(db.session.scalars(
            select(s).where(s.levee_le.is_(None)).order_by(s.depuis, s.id).limit(200)
            .options(joinedload(s.candidat), joinedload(s.jury), joinedload(s.centre))
        ))


def lire_page(brute: str | None) -> int:
    """Le rang d'une page ; 400 si ce n'est pas un nombre."""
    if not brute:
        return 0
    if not (brute.isascii() and brute.isdigit() and len(brute) < 6):
        abort(400)
    return int(brute)


def _exige(droit: Droit, ressource: str = "conservation") -> None:
    if not peut(current_user.role, ressource, droit):
        abort(403)


def _refuser(refus: Refus) -> None:
    db.session.rollback()
    for violation in refus.violations:
        flash(str(violation), "error")


@conservation.before_request
@login_required
def _connecte() -> None:
    """Rien ici ne se fait sans être connu."""


@conservation.post("/proposer")
def proposer() -> ResponseReturnValue:
    """Le secrétariat du GTP arrête ce qui serait effacé."""
    _exige(Droit.CREER)
    choisies = [NaturePurge(n) for n in request.form.getlist("nature") if n in list(NaturePurge)]
    try:
        purge = actes_conservation.proposer(db.session(), _jour(request.form.get("au")), choisies)
        db.session.commit()
        cle = purge.id
    except Refus as refus:
        _refuser(refus)
        return redirect(url_for("conservation.index"), 303)
    flash("Purge proposée : le délégué à la protection des données doit l'approuver.", "success")
    return redirect(url_for("conservation.purge", purge_id=cle), 303)


@conservation.post("/purge/<int:purge_id>/executer")
def executer(purge_id: int) -> ResponseReturnValue:
    """Le délégué à la protection des données approuve : ce qui a été arrêté est effacé."""
    _exige(Droit.MODIFIER)
    retour = redirect(url_for("conservation.purge", purge_id=purge_id), 303)
    confirmation = request.form.get("confirmation", "").strip()
    try:
        purge = _une(purge_id)
        nombre = int(confirmation) if confirmation.isascii() and confirmation.isdigit() and len(confirmation) < 10 else None
        actes_conservation.executer(db.session(), purge, nombre)
        db.session.commit()
        ecrire_le_registre()
    except Refus as refus:
        _refuser(refus)
        return retour
    flash("Purge exécutée : ces données n'existent plus dans la base.", "success")
    return retour


@conservation.post("/purge/<int:purge_id>/ecarter")
def ecarter(purge_id: int) -> ResponseReturnValue:
    """Écarter une purge proposée, en disant pourquoi."""
    _exige(Droit.MODIFIER)
    try:
        actes_conservation.ecarter(db.session(), _une(purge_id), request.form.get("motif", "")[:500])
        db.session.commit()
    except Refus as refus:
        _refuser(refus)
    else:
        flash("Purge écartée : rien n'a été effacé.", "success")
    return redirect(url_for("conservation.purge", purge_id=purge_id), 303)


@conservation.post("/suspendre")
def suspendre() -> ResponseReturnValue:
    """Retenir ce qui concerne un candidat ou un jury de son territoire."""
    _exige(Droit.CREER, "suspension")
    modele: type[Candidat | Jury] = Jury if request.form.get("genre") == "jury" else Candidat
    objet = db.session.get(modele, lire_cle(modele, request.form.get("numero", "")) or 0)
    if objet is None:
        flash("Aucun candidat, ou aucun jury, ne porte ce numéro.", "error")
        return redirect(url_for("conservation.index", _anchor="suspensions"), 303)
    try:
        actes_conservation.suspendre(db.session(), objet, request.form.get("raison", "")[:500], current_user.centre_id)
        db.session.commit()
    except Refus as refus:
        _refuser(refus)
    else:
        flash("Conservation suspendue : rien n'en sera effacé tant qu'elle n'est pas levée.", "success")
    return redirect(url_for("conservation.index", _anchor="suspensions"), 303)


@conservation.post("/suspension/<int:suspension_id>/lever")
def lever(suspension_id: int) -> ResponseReturnValue:
    """Lever une suspension : les termes reprennent."""
    _exige(Droit.MODIFIER, "suspension")
    suspension = db.session.get(ConservationSuspendue, suspension_id)
    if suspension is None:
        abort(404)
    actes_conservation.lever(db.session(), suspension)
    db.session.commit()
    flash("Suspension levée.", "success")
    return redirect(url_for("conservation.index", _anchor="suspensions"), 303)


@conservation.route("/inscription/<int:inscription_id>/pieces", methods=("GET", "POST"))
def du_candidat(inscription_id: int) -> ResponseReturnValue:
    """Les pièces d'une inscription : document d'identité, documents d'évaluation ; vues du seul centre."""
    _exige(Droit.LIRE, "piece_candidat")
    inscription = db.session.get(Inscription, inscription_id)
    if inscription is None:
        abort(404)
    erreurs: tuple[str, ...] = ()
    if request.method == "POST":
        _exige(Droit.CREER, "piece_candidat")
        if request.form.get("nature_piece") not in [n.value for n in NATURES_DU_CANDIDAT]:
            abort(400)
        try:
            pieces.recevoir(inscription)
            db.session.commit()
        except Refus as refus:
            db.session.rollback()
            erreurs = tuple(str(v) for v in refus.violations)
            inscription = db.session.get(Inscription, inscription_id)
        else:
            flash("Pièce jointe.", "success")
            return redirect(url_for(".du_candidat", inscription_id=inscription_id), 303)
    if inscription is None:
        abort(404)
    return render_template(
        "suivi/pieces_candidat.html", titre=f"Pièces de {inscription}", inscription=inscription, natures=NATURES_DU_CANDIDAT,
        jointes=actes_pieces.pieces_du_dossier(db.session(), inscription), erreurs=erreurs,
        ici=url_for(".du_candidat", inscription_id=inscription_id),
    ), (422 if erreurs else 200)


def vues() -> tuple[PageView, ...]:
    """La page de la conservation, au menu du suivi."""
    return (ConservationView(),)


def installer(app: Flask) -> None:
    """Lie les gestes à l'application."""
    app.register_blueprint(conservation)
