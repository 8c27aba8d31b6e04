"""Référentiels › France compétences : envoyer l'export, voir ce qui change, choisir, prendre."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from flask import Flask, abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from admin_views.base import PageView, exige
from admin_views.droits import Droit
from admin_views.extensions import db
from admin_views.imports import nom_de_fichier
from imports.fichier import FichierRefuse
from imports.reception import codes_connus, comparer, lire
from models import Certification, Reception
from rules.actes_enregistrement import Proposition, prendre, tout_prendre
from rules.controle import Refus
from rules.nomenclatures import NatureReception

_PAR_PAGE = 20
_ENDPOINT = "france_competences"


def _reception(reception_id: int) -> Reception:
    reception = db.session.scalar(
        select(Reception).where(
            Reception.id == reception_id, Reception.nature == NatureReception.FRANCE_COMPETENCES
        )
    )
    if reception is None:
        abort(404)
    return reception


def _rattachements() -> dict[str, int]:
    """Code de fiche → certification choisie, pour celles que la comparaison n'a pas trouvées."""
    return {
        nom.removeprefix("certification-"): int(v)
        for nom, v in request.form.items()
        if nom.startswith("certification-") and v.isascii() and v.isdigit() and len(v) < 10
    }


class FranceCompetencesView(PageView):
    """L'écran de comparaison aux fiches publiées par France compétences."""

    ressource = "reception"

    @expose("/", methods=("GET",))
    @exige(Droit.LIRE)
    def liste(self) -> ResponseReturnValue:
        """L'écran d'envoi et les comparaisons récentes."""
        return self._liste()

    def _liste(self, erreur: str = "", code: int = 200) -> ResponseReturnValue:
        recentes = db.session.scalars(
            select(Reception).where(Reception.nature == NatureReception.FRANCE_COMPETENCES)
            .order_by(Reception.id.desc()).limit(_PAR_PAGE)
        ).all()
        return self.render("france_competences/liste.html", recentes=recentes, erreur=erreur, peut_prendre=self.peut(Droit.CREER)), code

    @expose("/", methods=("POST",))
    @exige(Droit.CREER)
    def recevoir(self) -> ResponseReturnValue:
        """Reçoit un export sur disque, le lit en flux, garde ce qu'il propose ; n'écrit aucun enregistrement."""
        envoye = request.files.get("fichier")
        if envoye is None or not envoye.filename:
            return self._liste("Choisissez le fichier XML de France compétences, ou son archive ZIP.", 422)
        nom = nom_de_fichier(envoye.filename)
        connus = codes_connus(db.session())
        db.session.rollback()  # la lecture d'un gros fichier ne tient aucun verrou
        with tempfile.TemporaryDirectory() as dossier:
            chemin = Path(dossier) / "export"
            envoye.save(chemin, 1 << 20)
            try:
                lecture = lire(chemin, connus, nom=nom)
            except FichierRefuse as refus:
                return self._liste(f"{refus.message} [{refus.code}]", 422)
            reception = comparer(db.session(), chemin, lecture, nom=nom)
        db.session.commit()
        return redirect(url_for(f"{_ENDPOINT}.comparaison", reception_id=reception.id), 303)

    @expose("/<int:reception_id>/", methods=("GET",))
    @exige(Droit.LIRE)
    def comparaison(self, reception_id: int) -> ResponseReturnValue:
        """Ce que l'export propose, fiche par fiche."""
        return self._comparaison(_reception(reception_id))

    def _comparaison(
        self, reception: Reception, cochees: set[str] | None = None, rattachements: Mapping[str, int] | None = None,
        erreurs: tuple[str, ...] = (), code: int = 200,
    ) -> ResponseReturnValue:
        propositions = [Proposition(**p) for p in reception.resume["propositions"]]
        certifications: list[Any] = []
        if any(p.a_rattacher for p in propositions):
            certifications = sorted(
                db.session.scalars(
                    select(Certification).where(Certification.projet.is_(False))
                    .options(selectinload(Certification.enregistrements))
                ), key=lambda c: (c.titre, c.id),
            )
        return self.render(
            "france_competences/comparaison.html", reception=reception, erreurs=erreurs,
            fiches=[(fiche, list(groupe)) for fiche, groupe in groupby(propositions, key=lambda p: p.code)],
            prises=set(reception.prises), cochees=set(tout_prendre(propositions)) if cochees is None else cochees,
            certifications=certifications, rattachements=rattachements or {}, reste=len(propositions) - len(reception.prises),
            peut_prendre=self.peut(Droit.MODIFIER),
        ), code

    @expose("/<int:reception_id>/prendre", methods=("POST",))
    @exige(Droit.MODIFIER)
    def prendre(self, reception_id: int) -> ResponseReturnValue:
        """Prend les propositions cochées ; rien d'autre n'est touché."""
        reception = _reception(reception_id)
        cochees, rattachements = set(request.form.getlist("prendre")), _rattachements()
        if not cochees:
            return self._comparaison(reception, cochees, rattachements, ("Cochez au moins une ligne.",), 422)
        try:
            alertes = prendre(db.session(), reception, cochees, rattachements)
        except Refus as refus:
            db.session.rollback()
            return self._comparaison(
                _reception(reception_id), cochees, rattachements, tuple(map(str, refus.violations)), 422
            )
        db.session.commit()
        flash(f"{len(cochees)} changement{'s' if len(cochees) > 1 else ''} pris.", "success")
        for alerte in alertes:
            flash(str(alerte), "warning")
        return redirect(url_for(f"{_ENDPOINT}.comparaison", reception_id=reception_id), 303)


def _autoriser_le_gros_fichier(endpoint: str | None, _valeurs: dict[str, Any] | None) -> None:
    # Avant toute lecture du corps. Seule une session ouverte, que le cookie signé prouve, peut envoyer si gros.
    if endpoint == f"{_ENDPOINT}.recevoir" and "_user_id" in session:
        request.max_content_length = current_app.config["FRANCE_COMPETENCES_OCTETS_MAX"]


def installer(app: Flask) -> None:
    """Laisse passer les gros exports vers cet écran, et lui seul."""
    app.url_value_preprocessor(_autoriser_le_gros_fichier)


def vues() -> list[PageView]:
    """Les vues de ce module, pour le menu."""
    return [FranceCompetencesView(
        name="France compétences", category="Référentiels", endpoint=_ENDPOINT, url="/france-competences"
    )]
