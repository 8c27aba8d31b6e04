"""Réunir deux fiches de candidat qui sont une seule personne, ou les séparer : le responsable du centre seulement."""

from __future__ import annotations

from typing import Any, cast

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload, selectinload

from admin_views.base import PageView, exige, texte
from admin_views.droits import Droit
from admin_views.extensions import db
from admin_views.gestes import refus_dits
from admin_views.recherches import CANDIDAT
from admin_views.securite import base_occupee
from models import Candidat, Certification, Inscription
from rules import controle
from rules.actes_candidat import CHAMPS, conflits, defusionner, fusionner

_LIBELLES = {
    "civilite": "Civilité", "nom_naissance": "Nom de naissance", "nom_usage": "Nom d'usage", "prenoms": "Prénoms",
    "sexe": "Sexe", "date_naissance": "Né(e) le", "ville_naissance": "Ville de naissance",
    "code_commune_naissance": "Code de la commune de naissance", "departement_naissance_code": "Département de naissance",
    "pays_naissance_code": "Pays de naissance (code)", "courriel": "Courriel", "telephone": "Téléphone",
    "adresse": "Adresse", "code_postal": "Code postal", "ville": "Ville",
}


def _fiche(brute: str) -> Candidat:
    fiche = CANDIDAT.un(brute)
    if fiche is None:
        abort(404)
    return cast("Candidat", fiche)


class FusionView(PageView):
    """Deux fiches côte à côte, et ce qu'on garde de chacune."""

    ressource = "fusion"

    def is_visible(self) -> bool:
        """On y vient de la fiche d'un candidat, non du menu."""
        return False

    @expose("/")
    @exige(Droit.LIRE)
    def comparer(self) -> ResponseReturnValue:
        """La comparaison de la fiche gardée et de l'autre ; sans l'autre, sa recherche."""
        gardee = _fiche(request.args.get("garder", ""))
        autre = CANDIDAT.un(request.args.get("autre", ""))
        cherchee = request.args.get("autre__texte", "").strip()[:100]
        trouves = [c for c in CANDIDAT.liste(cherchee) if c.id != gardee.id] if autre is None and cherchee else []
        if len(trouves) == 1:
            autre = trouves[0]
        return self._page(gardee, autre, trouves, cherchee)

    def _page(self, gardee: Candidat, autre: Candidat | None, trouves: Any = (), cherchee: str = "") -> str:
        inscriptions = {
            f.id: list(db.session.scalars(
                select(Inscription).where(Inscription.candidat_id == f.id).order_by(Inscription.date_inscription)
                .options(joinedload(Inscription.certification).selectinload(Certification.enregistrements),
                         selectinload(Inscription.evaluations))
            ))
            for f in (gardee, autre) if f is not None
        }
        par_cle = {i.id: i for lot in inscriptions.values() for i in lot}
        en_conflit = conflits(db.session(), gardee.id, autre.id) if autre is not None else []
        return str(self.render(
            "candidats/fusion.html", titre="Réunir deux fiches", gardee=gardee, autre=autre, trouves=trouves,
            cherchee=cherchee, inscriptions=inscriptions,
            # Une inscription d'un autre centre n'est pas montrée : elle est gardée, la nôtre s'annule.
            conflits=[(c, par_cle.get(c.gardee_id), par_cle.get(c.absorbee_id)) for c in en_conflit],
            champs=[
                (nom, _LIBELLES[nom], texte(getattr(gardee, nom)), texte(getattr(autre, nom)))
                for nom in CHAMPS if autre is not None
            ],
        ))

    @expose("/reunir/", methods=("POST",))
    @exige(Droit.CREER)
    def reunir(self) -> ResponseReturnValue:
        """Réunit les deux fiches comme choisi."""
        gardee, autre = _fiche(request.form.get("garder", "")), _fiche(request.form.get("autre", ""))
        reprises = [nom for nom in CHAMPS if request.form.get(nom) == "autre"]
        annulees = {
            int(v) for nom, v in request.form.items()
            if nom.startswith("annuler-") and v.isascii() and v.isdigit() and len(v) < 10
        }
        cles = gardee.id, autre.id
        try:
            fusionner(db.session(), *cles, reprises, annulees)
            db.session.commit()
        except controle.Refus as refus:
            db.session.rollback()
            for violation in refus.violations:
                flash(str(violation), "error")
            return redirect(url_for(".comparer", garder=cles[0], autre=cles[1]), 303)
        except DBAPIError as erreur:
            db.session.rollback()
            violation_de_la_base = None if base_occupee(erreur) else controle.traduire(erreur)
            if violation_de_la_base is None:
                raise
            flash(str(violation_de_la_base), "error")
            return redirect(url_for(".comparer", garder=cles[0], autre=cles[1]), 303)
        flash("Les deux fiches n'en font plus qu'une. La réunion peut se défaire depuis la fiche réunie.", "success")
        return redirect(url_for("candidats.details_view", id=cles[0]), 303)

    @expose("/separer/", methods=("POST",))
    @exige(Droit.CREER)
    def separer(self) -> ResponseReturnValue:
        """Sépare une fiche de celle à laquelle elle est réunie, après confirmation."""
        brute = request.form.get("id", "")
        identifiant = int(brute) if brute.isascii() and brute.isdigit() and len(brute) < 10 else 0
        absorbee = db.session.scalar(select(Candidat).where(Candidat.id == identifiant))
        if absorbee is None:
            abort(404)
        retour = url_for("candidats.details_view", id=identifiant)
        if request.form.get("confirme") != "1":
            return str(self.render(
                "admin/confirmer.html", titre="Confirmer", question=f"Séparer de nouveau la fiche de {absorbee} ?",
                adresse=url_for(".separer"), champs=[("id", str(identifiant))], concernes=(), retour=retour,
            ))
        with refus_dits():
            reste = defusionner(db.session(), identifiant)
            db.session.commit()
            flash("Les deux fiches sont de nouveau séparées.", "success")
            for phrase in reste:
                flash(phrase, "warning")
        return redirect(retour, 303)


def vues() -> tuple[PageView, ...]:
    """La page de réunion, hors du menu."""
    return (FusionView("Réunir deux fiches", None, "fusion", "/candidats/fusion"),)
