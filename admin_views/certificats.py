"""Certificats délivrés (partie 2, chapitre 3, § 3.B) ; leur PDF est celui qui a été archivé."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from markupsafe import Markup
from sqlalchemy import ColumnElement, inspect, or_, select
from sqlalchemy.orm import joinedload, selectinload

from admin_views.base import (
    Document,
    DomainView,
    FiltrePeriode,
    FiltreReference,
    LectureSeule,
    Tableau,
    Tri,
    lien,
    pastille,
    pastille_de,
    texte,
)
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.gestes import refus_dits
from admin_views.recherches import CENTRE, CERTIFICATION, cles_candidat
from admin_views.saisie import prefixe
from models import Candidat, Certificat, Certification, Duplicata, PassageAccrochage, Presentation
from models.base import aujourd_hui
from rules import actes_certificat
from rules.nomenclatures import Destinataire


def _valeur(certificat: Certificat) -> Markup:
    """Valide, ou annulé à une date ; sur la fiche, celui qui le remplace ou qu'il remplace."""
    if certificat.annulation is None:
        valeur = pastille_de("valide", "succes")
    else:
        valeur = pastille_de(f"annulé le {texte(certificat.annulation.annule_le)}", "danger")
    if "remplacant" not in inspect(certificat).unloaded and certificat.remplacant is not None:
        valeur += Markup(" remplacé par {}").format(lien(certificat.remplacant))
    if "remplace" not in inspect(certificat).unloaded and certificat.remplace is not None:
        valeur += Markup(" remplace {}").format(lien(certificat.remplace))
    return valeur


def _passage(certificat: Certificat) -> Any:
    """Où en est son accrochage au passeport de compétences, du dernier envoi."""
    p = PassageAccrochage
    dernier = db.session.scalar(select(p).where(p.certificat_id == certificat.id).order_by(p.id.desc()).limit(1))
    return "" if dernier is None else Markup("{} {}").format(pastille(dernier.etat), dernier.message)


class CertificatsView(LectureSeule):
    """Les originaux, par numéro."""

    ressource = "certificat"
    nom_pluriel = "certificats"
    aide_recherche = "Numéro MC, code de vérification ou nom"
    phrase_vide = "Aucun certificat. Ils s'attribuent depuis la page d'un jury dont le procès-verbal est signé."
    donnees_personnelles = True
    documents = (Document("certificat-cqpm", "Certificat (PDF)", "documents.certificat", "certificat_id"),)
    column_list = ("numero", "candidat", "objet", "certification", "date_jury", "centre", "valeur")
    colonnes_facultatives = ("code_verification",)
    column_labels: ClassVar[dict[str, str]] = {
        "numero": "Numéro", "candidat": "Titulaire", "certification": "Certification", "date_jury": "Jury du",
        "centre": "Centre", "code_verification": "Code de vérification", "famille": "Famille", "jury": "Jury",
        "objet": "Objet", "valeur": "Valeur", "passage": "Passeport de compétences",
    }
    formats: ClassVar[dict[str, Any]] = {
        "candidat": lambda c: lien(c.candidat), "certification": lambda c: c.certification.base_identifiant,
        "valeur": _valeur, "passage": _passage,
    }
    exports: ClassVar[dict[str, Any]] = {
        "certification": lambda c: c.certification.base_identifiant, "valeur": lambda c: "annulé" if c.annulation else "valide",
    }
    tris: ClassVar[dict[str, Tri]] = {
        "numero": Tri((Certificat.numero,)), "date_jury": Tri((Certificat.date_jury,)),
        "candidat": Tri((Candidat.recherche,), (Certificat.candidat,)),
    }
    filtres = (
        FiltreReference("certification", "Certification", Certificat.certification_id, lookup=CERTIFICATION),
        FiltreReference("centre", "Centre", Certificat.centre_id, lookup=CENTRE),
        FiltrePeriode("jury", "Jury", Certificat.date_jury),
    )
    chargements = (
        joinedload(Certificat.candidat), joinedload(Certificat.centre), joinedload(Certificat.bloc),
        joinedload(Certificat.annulation),
        joinedload(Certificat.certification).selectinload(Certification.enregistrements),
    )
    chargements_fiche = (*chargements, joinedload(Certificat.presentation).joinedload(Presentation.jury),
                         joinedload(Certificat.remise), selectinload(Certificat.duplicatas), joinedload(Certificat.remplacant),
                         joinedload(Certificat.remplace))
    details_template = "admin/certificat.html"
    fiche = (("Certificat", ("numero", "objet", "candidat", "certification", "date_jury", "centre", "code_verification", "valeur",
                             "passage")),)

    def tableaux(self, objet: Certificat) -> Sequence[Tableau]:
        """Sa remise, ses duplicatas."""
        remises = [(objet.remise.destinataire.libelle, objet.remise.a, texte(objet.remise.remis_le))] if objet.remise else []
        return (
            Tableau("Remise", ("Remis à", "Nom", "Le"), remises, "La remise n'est pas encore notée."),
            Tableau("Duplicatas certifiés conformes", ("Numéro", "Délivré le", "Motif", ""), [
                (lien(d), texte(d.delivre_le), d.motif,
                 Markup('<a class="bouton" href="{}">PDF</a>').format(url_for("documents.duplicata", duplicata_id=d.id)))
                for d in objet.duplicatas
            ], "Aucun duplicata."),
        )

    def gestes(self, objet: Certificat) -> dict[str, Any]:
        """De quoi noter la remise et délivrer un duplicata."""
        return {
            "peut_remettre": objet.remise is None and objet.annulation is None and peut(current_user.role, "remise", Droit.CREER),
            "peut_dupliquer": objet.annulation is None and peut(current_user.role, "duplicata", Droit.CREER),
            "destinataires": Destinataire, "aujourd_hui": aujourd_hui(),
        }

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par numéro (avec ou sans MC- ni zéros), code ou nom."""
        nu = terme.upper().strip()
        chiffres = nu.removeprefix("MC-").removeprefix("MC").strip()
        if chiffres.isascii() and chiffres.isdigit() and len(chiffres) <= 9:
            return or_(Certificat.numero == f"MC-{int(chiffres):07d}", prefixe(Certificat.numero, f"MC-{chiffres}"))
        cles = cles_candidat(terme)
        code = Certificat.code_verification == nu
        return code if cles is None else or_(code, Certificat.candidat_id.in_(cles))

    def liens(self, objet: Certificat) -> Sequence[tuple[str, str]]:
        """L'inscription et le jury dont il vient."""
        if objet.presentation is None:
            return ()
        return (
            ("L'inscription", url_for("inscriptions.details_view", id=objet.presentation.inscription_id)),
            ("Le jury", url_for("jurys.details_view", id=objet.presentation.jury_id)),
        )


class DuplicatasView(LectureSeule):
    """Les duplicatas certifiés conformes, par numéro ; ils se délivrent depuis la fiche du certificat."""

    ressource = "duplicata"
    nom_pluriel = "duplicatas"
    phrase_vide = "Aucun duplicata. Il se délivre depuis la fiche du certificat perdu."
    donnees_personnelles = True
    documents = (Document("duplicata", "Duplicata (PDF)", "documents.duplicata", "duplicata_id"),)
    column_list = ("numero", "certificat", "titulaire", "delivre_le", "motif")
    column_labels: ClassVar[dict[str, str]] = {
        "numero": "Numéro", "certificat": "Original", "titulaire": "Titulaire", "delivre_le": "Délivré le", "motif": "Motif",
    }
    formats: ClassVar[dict[str, Any]] = {
        "certificat": lambda d: lien(d.certificat), "titulaire": lambda d: lien(d.certificat.candidat),
    }
    exports: ClassVar[dict[str, Any]] = {"titulaire": lambda d: str(d.certificat.candidat)}
    tris: ClassVar[dict[str, Tri]] = {"numero": Tri((Duplicata.numero,)), "delivre_le": Tri((Duplicata.delivre_le,))}
    filtres = (FiltrePeriode("delivre_le", "Délivré", Duplicata.delivre_le),)
    chargements = (joinedload(Duplicata.certificat).joinedload(Certificat.candidat),)
    chargements_fiche = chargements
    fiche = (("Duplicata", ("numero", "certificat", "titulaire", "delivre_le", "motif")),)


gestes = Blueprint("certificat", __name__, url_prefix="/certificat/<int:certificat_id>")


def _agir(certificat_id: int, ressource: str, faire: Callable[[Certificat], str]) -> ResponseReturnValue:
    """Exécute un geste sur un certificat du territoire, dit ce qui s'est passé et revient à sa fiche."""
    if not peut(current_user.role, ressource, Droit.CREER):
        abort(403)
    certificat = db.session.get(Certificat, certificat_id)
    if certificat is None:
        abort(404)
    with refus_dits():
        reussite = faire(certificat)
        db.session.commit()
        flash(reussite, "success")
    return redirect(url_for("certificats.details_view", id=certificat_id), 303)


@gestes.post("/remettre")
@login_required
def remettre(certificat_id: int) -> ResponseReturnValue:
    """Note à qui et quand l'original a été remis (ATT-07)."""
    choisi = request.form.get("destinataire", "")
    if choisi not in list(Destinataire):
        abort(400)

    def faire(certificat: Certificat) -> str:
        try:
            jour = dt.date.fromisoformat(request.form.get("remis_le", ""))
        except ValueError:
            jour = None
        actes_certificat.remettre(
            db.session(), certificat, jour, Destinataire(choisi), request.form.get("a", "")[:200], aujourd_hui()
        )
        return "Remise notée."

    return _agir(certificat_id, "remise", faire)


@gestes.post("/duplicata")
@login_required
def delivrer_duplicata(certificat_id: int) -> ResponseReturnValue:
    """Délivre un duplicata certifié conforme (ATT-06)."""

    def faire(certificat: Certificat) -> str:
        fait = actes_certificat.delivrer_duplicata(
            db.session(), certificat, request.form.get("motif", "")[:500], aujourd_hui()
        )
        return f"Duplicata {fait.numero} délivré : imprimez-le ci-dessous."

    return _agir(certificat_id, "duplicata", faire)


def vues() -> tuple[DomainView, ...]:
    """Les vues du domaine."""
    return (
        CertificatsView(Certificat, db, "Certificats", "Certificats", "certificats"),
        DuplicatasView(Duplicata, db, "Duplicatas", "Certificats", "duplicatas"),
    )


def installer(app: Flask) -> None:
    """Lie les gestes sur un certificat à l'application."""
    app.register_blueprint(gestes)
