"""Habilitations : organismes de formation et leurs habilitations (partie 2, chapitre 1 ; annexe 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import url_for
from flask_login import current_user
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload

from admin_views.base import (
    DomainView,
    FiltreListe,
    FiltreOuiNon,
    FiltrePeriode,
    FiltreReference,
    Tableau,
    Tri,
    lien,
    pastille,
    texte,
)
from admin_views.extensions import db
from admin_views.recherches import CENTRE, CERTIFICATION, ORGANISME, chercher_organisme
from models import Appreciation, Certification, Critere, Habilitation, Indicateur, Organisme
from models.normalisation import normaliser
from rules.nomenclatures import EtatHabilitation


class OrganismesView(DomainView):
    """Les organismes de formation."""

    ressource = "organisme"
    nom_pluriel = "organismes de formation"
    titre_creation = "Nouvel organisme de formation"
    aide_recherche = "Nom, SIRET ou numéro de déclaration"
    phrase_vide = "Aucun organisme de formation. Ajoutez celui qui prépare vos candidats."
    column_list = ("nom", "siret", "numero_declaration", "courriel")
    colonnes_facultatives = ("adresse",)
    column_labels: ClassVar[dict[str, str]] = {
        "nom": "Nom", "siret": "SIRET", "numero_declaration": "Déclaration d'activité", "courriel": "Courriel",
        "adresse": "Adresse",
    }
    descriptions: ClassVar[dict[str, str]] = {"siret": "14 chiffres.", "numero_declaration": "11 chiffres, s'il est connu."}
    tris: ClassVar[dict[str, Tri]] = {"nom": Tri((Organisme.recherche,))}
    tri_par_defaut = ("nom", False)
    filtres = (FiltreOuiNon("demonstration", "Démonstration", Organisme.demonstration),)
    fiche = (("Organisme", ("nom", "siret", "numero_declaration", "adresse", "courriel")),)
    form_columns = ("nom", "siret", "numero_declaration", "adresse", "courriel")

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par nom, SIRET ou numéro de déclaration."""
        return chercher_organisme(terme)

    def avant_ecriture(self, form: Any, objet: Organisme, cree: bool) -> None:
        """La forme de recherche suit le nom ; un SIRET se tape avec ou sans espaces."""
        objet.recherche = normaliser(objet.nom or "")
        objet.siret = "".join((objet.siret or "").split()) or None

    def tableaux(self, objet: Organisme) -> Sequence[Tableau]:
        """Ses habilitations visibles."""
        habilitations = db.session.scalars(
            select(Habilitation).where(Habilitation.organisme_id == objet.id).order_by(Habilitation.demande_le.desc())
            .options(joinedload(Habilitation.centre))
        )
        return (Tableau("Habilitations", ("Centre", "État", "Du", "Au"), [
            (lien(h, h.centre.nom if h.centre else "centre"), pastille(h.etat), texte(h.du), texte(h.au))
            for h in habilitations
        ], "Aucune habilitation visible."),)


class HabilitationsView(DomainView):
    """Les habilitations : demande, état, certifications couvertes, grille des douze indicateurs."""

    ressource = "habilitation"
    nom_pluriel = "habilitations"
    titre_creation = "Demande d'habilitation"
    details_template = "admin/habilitation.html"
    phrase_vide = "Aucune habilitation. Enregistrez la demande d'un organisme."
    column_list = ("organisme", "centre", "etat", "demande_le", "du", "au")
    colonnes_facultatives = ("decide_le",)
    column_labels: ClassVar[dict[str, str]] = {
        "organisme": "Organisme", "centre": "Centre", "etat": "État", "demande_le": "Demande reçue le",
        "decide_le": "Décidée le", "du": "Vaut du", "au": "au", "motif": "Motif", "certifications": "Certifications",
    }
    descriptions: ClassVar[dict[str, str]] = {"certifications": "Aucune cochée : l'habilitation vaut pour toutes."}
    formats: ClassVar[dict[str, Any]] = {"etat": lambda h: pastille(h.etat)}
    tris: ClassVar[dict[str, Tri]] = {
        "organisme": Tri((Organisme.recherche,), (Habilitation.organisme,)), "demande_le": Tri((Habilitation.demande_le,)),
        "du": Tri((Habilitation.du,)), "au": Tri((Habilitation.au,)),
    }
    filtres = (
        FiltreListe("etat", "État", Habilitation.etat),
        FiltreReference("organisme", "Organisme", Habilitation.organisme_id, lookup=ORGANISME),
        FiltreReference("centre", "Centre", Habilitation.centre_id, lookup=CENTRE),
        FiltrePeriode("fin", "Fin", Habilitation.au),
    )
    chargements = (joinedload(Habilitation.organisme), joinedload(Habilitation.centre))
    chargements_fiche = (
        *chargements, selectinload(Habilitation.certifications).selectinload(Certification.enregistrements),
        selectinload(Habilitation.appreciations).joinedload(Appreciation.indicateur),
    )
    fiche = (("Habilitation", ("organisme", "centre", "demande_le", "decide_le", "du", "au", "motif")),)
    form_columns = ("organisme", "demande_le", "certifications")
    form_lookups: ClassVar[dict[str, Any]] = {"organisme": ORGANISME, "certifications": CERTIFICATION}

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par l'organisme."""
        condition = chercher_organisme(terme)
        return None if condition is None else Habilitation.organisme_id.in_(select(Organisme.id).where(condition))

    def avant_ecriture(self, form: Any, objet: Habilitation, cree: bool) -> None:
        """Une demande est reçue par le centre de qui l'enregistre."""
        if cree:
            objet.centre_id = current_user.centre_id
            objet.etat = EtatHabilitation.DEMANDE

    def titre_fiche(self, objet: Habilitation) -> str:
        """L'organisme et le centre ; l'état est en pastille."""
        return f"{objet.organisme} – {objet.centre}"

    def entete(self, objet: Habilitation) -> Any:
        """L'état."""
        return pastille(objet.etat)

    def tableaux(self, objet: Habilitation) -> Sequence[Tableau]:
        """Les certifications couvertes."""
        return (Tableau("Certifications couvertes", ("Certification",), [(lien(c),) for c in objet.certifications],
                        "Toutes les certifications."),)

    def liens(self, objet: Habilitation) -> Sequence[tuple[str, str]]:
        """La fiche de l'organisme."""
        return (("L'organisme", url_for("organismes.details_view", id=objet.organisme_id)),)

    def grille(self, objet: Habilitation) -> list[tuple[Critere, list[tuple[Indicateur, Appreciation | None]]]]:
        """Les six critères, chacun ses deux indicateurs et leur appréciation."""
        appreciations = {a.indicateur_id: a for a in objet.appreciations}
        indicateurs = db.session.scalars(
            select(Indicateur).order_by(Indicateur.critere_numero, Indicateur.rang).options(joinedload(Indicateur.critere))
        )
        grille: dict[int, tuple[Critere, list[tuple[Indicateur, Appreciation | None]]]] = {}
        for indicateur in indicateurs:
            ligne = grille.setdefault(indicateur.critere_numero, (indicateur.critere, []))
            ligne[1].append((indicateur, appreciations.get(indicateur.id)))
        return list(grille.values())


def vues() -> tuple[DomainView, ...]:
    """Les vues du domaine, dans l'ordre du menu."""
    domaine = "Habilitations"
    return (
        OrganismesView(Organisme, db, "Organismes", domaine, "organismes"),
        HabilitationsView(Habilitation, db, "Habilitations", domaine, "habilitations"),
    )
