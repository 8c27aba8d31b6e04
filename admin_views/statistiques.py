"""Suivi › Statistiques : les totaux d'une année, leurs figures, leur export, et le compte rendu annuel (SUI-03)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user, login_required
from sqlalchemy import select

from admin_views.base import PageView, exige
from admin_views.droits import Droit, peut
from admin_views.export import GENRES, sans_formule
from admin_views.extensions import db
from admin_views.presentables import entier
from documents import figures
from documents.erreurs import DocumentRefuse, RenduImpossible
from imports.rendu import en_classeur, en_csv
from models import Certification
from models.base import aujourd_hui
from rules.collecte_statistiques import annees, regions_des_centres, statistiques
from rules.nomenclatures import Role
from rules.statistiques import AXES, Statistiques

gestes = Blueprint("statistiques_gestes", __name__, url_prefix="/statistiques")
_AXES = {champ: titre for titre, champ in AXES} | {"mois": "Mois"}


@dataclass(frozen=True, slots=True)
class Demande:
    """Ce que la personne a choisi de compter."""

    annee: int
    region: str | None
    certification: int | None

    @property
    def parametres(self) -> dict[str, Any]:
        """Les mêmes choix, dans une adresse."""
        return {k: v for k, v in (("annee", self.annee), ("region", self.region), ("certification", self.certification)) if v}


def _demande() -> Demande:
    annee = entier(request.args.get("annee")) or aujourd_hui().year
    if not 1987 <= annee <= 9998:
        abort(400)
    region = (request.args.get("region") or "")[:100] or None
    return Demande(annee, region, entier(request.args.get("certification")))


def _compter(d: Demande) -> Statistiques:
    return statistiques(db.session(), d.annee, aujourd_hui(), region=d.region, certification_id=d.certification)


class StatistiquesView(PageView):
    """L'année en nombres."""

    ressource = "statistique"

    def __init__(self) -> None:
        super().__init__("Statistiques", "Suivi", "statistiques", "/statistiques")

    @expose("/")
    @exige(Droit.LIRE)
    def index(self) -> ResponseReturnValue:
        """Les totaux, les figures et leurs tableaux, filtrés par année, région et certification."""
        d = _demande()
        connues = annees(db.session())
        return self.render(
            "suivi/statistiques.html", titre=f"Statistiques {d.annee}", d=d, s=_compter(d),
            annees=sorted({d.annee, aujourd_hui().year, *connues}, reverse=True),
            regions=regions_des_centres(db.session()) if current_user.role is Role.GTP else [],
            certifications=list(db.session.scalars(
                select(Certification).where(~Certification.projet).order_by(Certification.titre).limit(1000))),
            axes=_AXES, peut_imprimer=current_user.role is Role.GTP,
        )


@gestes.before_request
@login_required
def _lecteurs() -> None:
    if not peut(current_user.role, "statistique", Droit.LIRE):
        abort(403)


@gestes.get("/figure/<axe>.svg")
def figure(axe: str) -> ResponseReturnValue:
    """Une figure, en SVG : les mêmes nombres que le tableau à côté."""
    if axe not in _AXES:
        abort(404)
    d = _demande()
    parts = _compter(d).parts[_AXES[axe]]
    titre = f"{_AXES[axe]}, {d.annee}"
    svg = figures.colonnes(titre, parts) if axe == "mois" else figures.barres(titre, parts)
    return Response(svg, mimetype="image/svg+xml")


@gestes.get("/export.<genre>")
def exporter(genre: str) -> ResponseReturnValue:
    """Les mêmes nombres, en CSV ou en XLSX : un axe, un libellé, les présentés, les admis."""
    if genre not in GENRES or not peut(current_user.role, "statistique", Droit.EXPORTER):
        abort(404)
    d = _demande()
    lignes, sortie = list(_lignes(_compter(d))), io.BytesIO()
    if genre == "xlsx":
        en_classeur(lignes, f"Statistiques {d.annee}", sortie)
    else:
        sortie.writelines(morceau.encode() for morceau in en_csv(lignes))
    sortie.seek(0)
    return send_file(sortie, mimetype=GENRES[genre], as_attachment=True, download_name=f"statistiques_{d.annee}.{genre}")


def _lignes(s: Statistiques) -> Iterator[tuple[str, ...]]:
    yield ("Axe", "Libellé", "Présentés", "Admis")
    yield ("Ensemble", str(s.annee), str(s.presentes), str(s.admis))
    for axe, parts in s.parts.items():
        for p in parts:
            yield (axe, sans_formule(p.libelle), str(p.presentes), str(p.admis))


@gestes.get("/compte-rendu-annuel.pdf")
def compte_rendu() -> ResponseReturnValue:
    """Le compte rendu annuel du GTP à la CPNEFP, en PDF."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    if current_user.role is not Role.GTP:
        abort(403)
    d = _demande()
    try:
        fait = archives.compte_rendu_annuel(db.session(), d.annee, aujourd_hui(), atelier())
    except (DocumentRefuse, RenduImpossible) as refus:
        flash(str(refus), "error")
        return redirect(url_for("statistiques.index", annee=d.annee), 303)
    return send_file(io.BytesIO(fait.contenu), mimetype="application/pdf", download_name=fait.nom, as_attachment=False)


def figures_du_tableau_de_bord() -> tuple[str, str] | None:
    """La figure des mois de l'année, pour le tableau de bord : son adresse et ce qu'elle dit ; rien pour qui ne compte pas."""
    if not peut(current_user.role, "statistique", Droit.LIRE) or "statistiques.index" not in current_app.view_functions:
        return None
    annee = aujourd_hui().year
    return url_for("statistiques_gestes.figure", axe="mois", annee=annee), f"Candidats présentés et admis par mois, {annee}"


def vues() -> tuple[PageView, ...]:
    """La page des statistiques, au menu du suivi."""
    return (StatistiquesView(),)


def installer(app: Flask) -> None:
    """Lie figures, export et compte rendu à l'application."""
    app.register_blueprint(gestes)
