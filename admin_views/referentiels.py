"""Référentiels : certifications, versions, blocs de compétences (partie 1, chapitre 1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from flask import url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import selectinload

from admin_views.base import (
    DomainView,
    FiltreListe,
    FiltreOuiNon,
    FiltrePeriode,
    LectureSeule,
    Tableau,
    Tri,
    lien,
    pastille,
    texte,
)
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.recherches import certifications_connues, chercher_bloc, chercher_certification
from admin_views.versions import VersionsView, tableau_des_competences
from models import BlocCompetences, Certification, Equivalence, Referentiel
from models.normalisation import normaliser
from rules import controle
from rules.liste import CertificationListeeFacts
from rules.noyau import Violation


def _vie(certification: Certification) -> Markup:
    jour = dt.date.today()
    if certification.projet:
        return Markup('<span class="pastille pastille-info">En projet</span>')
    if certification.date_suppression is not None and certification.date_suppression <= jour:
        return Markup('<span class="pastille pastille-danger">Supprimée le {}</span>').format(
            texte(certification.date_suppression)
        )
    return Markup('<span class="pastille pastille-succes">En vigueur</span>')


class CertificationsView(DomainView):
    """La liste des certifications établie par la branche, avec l'identifiant de ce jour."""

    ressource = "certification"
    nom_pluriel = "certifications"
    titre_creation = "Nouvelle certification"
    details_template = "admin/certification.html"
    aide_recherche = "Numéro, code RNCP ou mots du titre"
    phrase_vide = "La liste des certifications est vide : chargez les nomenclatures avec la commande init-db."
    column_list = ("identifiant", "titre", "niveau", "vie")
    colonnes_facultatives = ("famille", "annee", "date_creation", "date_suppression", "numero_imprime")
    column_labels: ClassVar[dict[str, str]] = {
        "identifiant": "Identifiant", "titre": "Titre", "niveau": "Niveau", "vie": "État", "famille": "Famille",
        "annee": "Année de création", "numero": "Numéro", "numero_imprime": "Numéro imprimé", "source": "Source",
        "date_creation": "Créée le", "date_suppression": "Supprimée le",
    }
    descriptions: ClassVar[dict[str, str]] = {
        "numero": "Quatre chiffres au plus ; jamais redonné.", "niveau": "Niveau du cadre national, 1 à 8.",
        "numero_imprime": "Pour une liste reprise : le numéro tel qu'imprimé.",
        "date_creation": "Décision de création par le GTP.", "date_suppression": "Décision de suppression par le GTP.",
    }
    formats: ClassVar[dict[str, Any]] = {
        "identifiant": lambda c: c.identifiant_le(dt.date.today()), "vie": _vie, "famille": lambda c: c.famille.libelle,
    }
    exports: ClassVar[dict[str, Any]] = {
        "identifiant": lambda c: c.identifiant_le(dt.date.today()),
        "vie": lambda c: "En projet" if c.projet else f"Supprimée le {texte(c.date_suppression)}" if c.date_suppression
        else "En vigueur",
    }
    tris: ClassVar[dict[str, Tri]] = {
        "identifiant": Tri((Certification.famille, Certification.annee, Certification.numero)),
        "titre": Tri((Certification.recherche,)), "niveau": Tri((Certification.niveau,)),
        "date_creation": Tri((Certification.date_creation,)), "annee": Tri((Certification.annee,)),
    }
    tri_par_defaut = ("identifiant", False)
    filtres = (
        FiltreListe("famille", "Famille", Certification.famille),
        FiltrePeriode("suppression", "Supprimée", Certification.date_suppression),
        FiltreOuiNon("projet", "En projet", Certification.projet),
        FiltreOuiNon("demonstration", "Démonstration", Certification.demonstration),
    )
    chargements = (
        selectinload(Certification.enregistrements),
        selectinload(Certification.equivalences).joinedload(Equivalence.interbranches),
    )
    chargements_fiche = (*chargements, selectinload(Certification.versions))
    fiche = (
        ("Certification", ("identifiant", "famille", "titre", "niveau", "numero_imprime")),
        ("Vie", ("date_creation", "date_suppression", "source")),
    )
    form_columns = ("famille", "annee", "numero", "numero_imprime", "titre", "niveau", "date_creation",
                    "date_suppression", "source")
    groupes = (
        ("Identifiant", ("famille", "annee", "numero", "numero_imprime")),
        ("Certification", ("titre", "niveau", "source")),
        ("Décisions du GTP", ("date_creation", "date_suppression")),
    )

    def restreindre(self, requete: Select[Any]) -> Select[Any]:
        """Une certification encore demandée ne se montre qu'à qui voit sa demande."""
        return requete.where(certifications_connues())

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par numéro, code RNCP ou mots du titre."""
        return chercher_certification(terme)

    def avant_ecriture(self, form: Any, objet: Certification, cree: bool) -> None:
        """La forme de recherche suit le titre."""
        objet.recherche = normaliser(objet.titre or "")

    def juger(self, objet: Certification) -> Sequence[Violation]:
        """Ce que la liste exige d'une certification, saisie ou reprise."""
        return controle.exiger(controle.certification_listee(CertificationListeeFacts(
            objet.famille.value, objet.annee, objet.numero, objet.numero_imprime or "", objet.niveau, objet.date_creation,
            objet.date_suppression,
        )))

    def entete(self, objet: Certification) -> Any:
        """En vigueur ou supprimée."""
        return _vie(objet)

    def tableaux(self, objet: Certification) -> Sequence[Tableau]:
        """Enregistrements, équivalences, versions, et les blocs de la dernière version."""
        return (
            Tableau("Enregistrements", ("Code", "Répertoire", "Du", "Au", "Dernière délivrance"), [
                (e.code, e.repertoire.libelle, texte(e.du) or "date inconnue", texte(e.au) or "en cours",
                 texte(e.derniere_delivrance)) for e in objet.enregistrements
            ], "Ni RNCP ni répertoire spécifique."),
            Tableau("Correspondances interbranches", ("Certification", "Du", "Au"), [
                (lien(e.interbranches), texte(e.du), texte(e.au)) for e in objet.equivalences
            ], "Aucune."),
            Tableau("Versions du référentiel", ("Version", "État", "Validée le"), [
                (lien(v, f"Version {v.numero}"), pastille(v.etat), texte(v.valide_le)) for v in objet.versions
            ], "Aucune version n'est saisie."),
        )

    def liens(self, objet: Certification) -> Sequence[tuple[str, str]]:
        """Les inscriptions à cette certification."""
        if not peut(current_user.role, "inscription", Droit.LIRE):
            return ()
        return (("Ses inscriptions", url_for("inscriptions.index_view", certification=objet.id)),)


class BlocsView(LectureSeule):
    """Les blocs de compétences, communs ou spécifiques."""

    ressource = "bloc"
    nom_pluriel = "blocs de compétences"
    aide_recherche = "Numéro ou mots du libellé"
    phrase_vide = "Aucun bloc de compétences n'est saisi."
    column_list = ("identifiant", "libelle")
    column_labels: ClassVar[dict[str, str]] = {"identifiant": "Numéro", "libelle": "Libellé"}
    tris: ClassVar[dict[str, Tri]] = {"identifiant": Tri((BlocCompetences.numero,)), "libelle": Tri((BlocCompetences.libelle,))}
    tri_par_defaut = ("identifiant", False)
    chargements_fiche = (selectinload(BlocCompetences.competences),)
    fiche = (("Bloc", ("identifiant", "libelle")),)

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par numéro ou par mots du libellé."""
        return chercher_bloc(terme)

    def tableaux(self, objet: BlocCompetences) -> Sequence[Tableau]:
        """Ses compétences."""
        return (tableau_des_competences("Compétences", objet.competences),)


def vues() -> tuple[DomainView, ...]:
    """Les vues du domaine, dans l'ordre du menu."""
    domaine = "Référentiels"
    return (
        CertificationsView(Certification, db, "Certifications", domaine, "certifications"),
        VersionsView(Referentiel, db, "Versions", domaine, "versions"),
        BlocsView(BlocCompetences, db, "Blocs de compétences", domaine, "blocs"),
    )
