"""Qui peut être présenté à un jury à une date, ce qui manque aux autres ; la ligne de temps d'une inscription."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from admin_views.base import Etape, PageView, exige, texte
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from models import Certificat, Certification
from models.base import aujourd_hui
from rules.collecte_presentables import a_presenter, parcours_facts
from rules.parcours_candidat import Jalon, Manque, ParcoursFacts, jalons, manques

MONTRES = 300


def _adresse(ou: str, p: ParcoursFacts) -> str:
    """Où se fait ce qui manque : la page qui l'écrit, sinon l'inscription."""
    if ou == "vae":
        return url_for("vae.details_view", id=p.inscription_id)
    if ou == "evaluations" and "evaluations.inscription" in current_app.view_functions:
        return url_for("evaluations.inscription", inscription_id=p.inscription_id)
    if ou == "jury" and p.jury_id is not None:
        return url_for("jurys.details_view", id=p.jury_id)
    if ou in {"presentables", "jury"}:
        return url_for("presentables.index", certification=p.certification_id)
    return url_for("inscriptions.details_view", id=p.inscription_id)


def parcours_de(inscription_id: int, au: dt.date | None = None) -> ParcoursFacts:
    """Le parcours d'une inscription, jugé pour un jury de ce jour ; demain par défaut."""
    jour = au or aujourd_hui() + dt.timedelta(days=1)
    return parcours_facts(db.session(), [inscription_id], jour)[inscription_id]


def etapes_du_parcours(p: ParcoursFacts) -> list[Etape]:
    """La ligne de temps d'une inscription : la première étape non faite est en cours."""
    tous = jalons(p)
    en_cours = next((j for j in tous if not j.fait), None)
    certificat = _certificat(p)
    return [
        Etape(j.libelle, "fait" if j.fait else "cours" if j is en_cours else "avenir",
              " · ".join(filter(None, (texte(j.le), j.detail))), _lien(j, p, certificat))
        for j in tous
    ]


def _certificat(p: ParcoursFacts) -> int | None:
    return db.session.scalar(select(Certificat.id).where(Certificat.numero == p.certificats[0])) if p.certificats else None


_RESSOURCES = {"vae": "vae", "evaluations": "evaluation", "presentables": "presentables", "jury": "jury",
               "certificat": "certificat"}


def _lien(jalon: Jalon, p: ParcoursFacts, certificat: int | None) -> str:
    """Où mène une étape ; nulle part pour qui ne lit pas cette page."""
    if not peut(current_user.role, _RESSOURCES.get(jalon.ou, ""), Droit.LIRE):
        return ""
    if jalon.ou == "certificat":
        return url_for("certificats.details_view", id=certificat) if certificat is not None else ""
    return _adresse(jalon.ou, p) if jalon.ou != "jury" or p.jury_id is not None else ""


def manques_lies(p: ParcoursFacts) -> list[tuple[Manque, str]]:
    """Ce qui manque, chacun avec l'adresse où cela se fait."""
    return [(m, _adresse(m.ou, p)) for m in manques(p)]


@dataclass(frozen=True, slots=True)
class Ligne:
    """Un candidat de la liste, sa certification, ce qui lui manque."""

    parcours: ParcoursFacts
    certification: str
    manques: Sequence[tuple[Manque, str]]


def lignes(parcours: Sequence[ParcoursFacts]) -> list[Ligne]:
    """Les candidats tels qu'une page les montre, les premiers seulement."""
    montres = parcours[:MONTRES]
    certifications = {
        c.id: c.base_identifiant
        for c in db.session.scalars(
            select(Certification).where(Certification.id.in_({p.certification_id for p in montres}))
            .options(selectinload(Certification.enregistrements))
        )
    }
    return [Ligne(p, certifications[p.certification_id], manques_lies(p)) for p in montres]


def certifications_ouvertes() -> list[Certification]:
    """Les certifications qui ont une version validée, pour filtrer."""
    return list(db.session.scalars(
        select(Certification).where(Certification.versions.any(), ~Certification.projet).order_by(Certification.titre)
        .options(selectinload(Certification.enregistrements))
    ))


def entier(brut: str | None) -> int | None:
    """Une clé lue de l'adresse ; 400 si ce n'en est pas une."""
    if not brut:
        return None
    if not (brut.isascii() and brut.isdigit() and len(brut) < 10):
        abort(400)
    return int(brut)


class PresentablesView(PageView):
    """« Présentables au JJ/MM/AAAA » : qui peut l'être, et ce qui manque aux autres."""

    ressource = "presentables"

    def __init__(self) -> None:
        super().__init__("Présentables", "Candidats", "presentables", "/presentables")

    @expose("/")
    @exige(Droit.LIRE)
    def index(self) -> ResponseReturnValue:
        """Les deux listes, à une date et pour une certification."""
        try:
            au = dt.date.fromisoformat(request.args["au"]) if request.args.get("au") else aujourd_hui() + dt.timedelta(days=1)
        except ValueError:
            abort(400)
        certification = entier(request.args.get("certification"))
        oui, non = a_presenter(db.session(), au, certification_id=certification)
        return self.render(
            "admin/presentables.html", titre=f"Présentables au {au:%d/%m/%Y}", au=au, certification=certification,
            certifications=certifications_ouvertes(), oui=lignes(oui), non=lignes(non), nombres=(len(oui), len(non)),
            limite=MONTRES,
        )


def vues() -> tuple[PageView, ...]:
    """La page des présentables, au menu des candidats."""
    return (PresentablesView(),)
