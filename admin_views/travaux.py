"""Les travaux longs à l'écran : la liste du centre, et une page par travail, avec sa barre et son arrêt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, jsonify, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import select

from admin_views.base import PageView, exige, texte
from admin_views.droits import Droit
from admin_views.extensions import db
from models import Travail
from rules.nomenclatures import EtatTravail

_PAR_PAGE = 100
# Où mène un travail fini : genre → (travail) → (libellé, adresse), ou rien. Chaque écran pose la sienne.
SUITES: dict[str, Callable[[Travail], tuple[str, str] | None]] = {}


def avancement(travail: Travail) -> dict[str, Any]:
    """Ce que la barre montre d'un travail, en page et sans la recharger."""
    part = round(100 * min(travail.fait, travail.total) / travail.total) if travail.total else None
    suite = SUITES[travail.genre](travail) if travail.etat is EtatTravail.FAIT and travail.genre in SUITES else None
    return {
        "etat": travail.etat.value, "libelle_etat": travail.etat.libelle, "fini": travail.etat.fini,
        "fait": travail.fait, "total": travail.total, "part": 100 if travail.etat is EtatTravail.FAIT else part,
        "message": travail.message, "suite": suite[1] if suite else None, "libelle_suite": suite[0] if suite else None,
        "arret_demande": travail.arret_demande,
    }


def _travail(travail_id: int) -> Travail:
    travail = db.session.scalar(select(Travail).where(Travail.id == travail_id))
    if travail is None:
        abort(404)
    return travail


class TravauxView(PageView):
    """Les travaux que la personne ou son centre a demandés."""

    ressource = "travail"

    @expose("/", methods=("GET",))
    @exige(Droit.LIRE)
    def liste(self) -> ResponseReturnValue:
        """Les travaux récents."""
        travaux = list(db.session.scalars(select(Travail).order_by(Travail.id.desc()).limit(_PAR_PAGE)))
        return self.render("travaux/liste.html", travaux=[(t, avancement(t)) for t in travaux], texte=texte)

    @expose("/<int:travail_id>/", methods=("GET",))
    @exige(Droit.LIRE)
    def voir(self, travail_id: int) -> ResponseReturnValue:
        """Un travail : où il en est, son arrêt, et ce qu'il a donné."""
        travail = _travail(travail_id)
        return self.render("travaux/voir.html", travail=travail, avance=avancement(travail))

    @expose("/<int:travail_id>/etat.json", methods=("GET",))
    @exige(Droit.LIRE)
    def etat(self, travail_id: int) -> ResponseReturnValue:
        """Où en est un travail, pour la barre."""
        return jsonify(avancement(_travail(travail_id)))

    @expose("/<int:travail_id>/arreter", methods=("POST",))
    @exige(Droit.MODIFIER)
    def arreter(self, travail_id: int) -> ResponseReturnValue:
        """Demande l'arrêt : le travail s'interrompt au prochain pas, ce qui n'est pas validé est défait."""
        travail = _travail(travail_id)
        if travail.etat.fini:
            flash("Ce travail est déjà fini.", "warning")
        else:
            travail.arret_demande = True
            db.session.commit()
            flash("Arrêt demandé : le travail s'interrompt dès qu'il le peut.", "success")
        return redirect(url_for("travaux.voir", travail_id=travail_id), 303)


def vues() -> list[TravauxView]:
    """Les vues de ce module, pour le menu."""
    return [TravauxView(name="Travaux", category="Suivi", endpoint="travaux", url="/travaux")]
