"""Demandes au GTP : le dossier et sa complétude, le chemin jusqu'à la publication ; l'usage des certifications.

Le porteur écrit le dossier, le secrétariat du GTP l'instruit ; ce que chacun peut est dans `rules.actes_demandes`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload, selectinload
from wtforms.validators import Length, Optional

from admin_views.base import (
    DomainView,
    Etape,
    FiltreListe,
    FiltrePeriode,
    FiltreReference,
    LectureSeule,
    PageView,
    Tri,
    exige,
    lien,
    pastille,
    texte,
)
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.pieces import recevoir
from admin_views.recherches import CERTIFICATION, CERTIFICATION_OU_PROJET, chercher_certification
from admin_views.saisie import ListeFermee, Nombre, Reference, Texte, lire_cle
from admin_views.securite import base_occupee
from models import Certification, Demande, PointGtp, Publication, Referentiel, SeanceGtp
from models.base import aujourd_hui
from rules import actes_demandes, actes_gtp, controle
from rules.actes_pieces import pieces_du_dossier
from rules.collecte_demandes import Usage, demande_facts, periode_d_usage, seances_en_preparation, usages
from rules.collecte_parcours import parcours_facts
from rules.demande import POINTS_DU_RAPPORT, DemandeFacts
from rules.nomenclatures import (
    EtatDemande,
    Famille,
    NatureDemande,
    NaturePiece,
    Porteur,
    Role,
)
from rules.noyau import Violation, alertes
from rules.parcours import points as points_du_parcours

_PORTEURS = {Role.UIMM: Porteur.UIMM, Role.GTP: Porteur.GTP}
_RAPPORT = tuple(champ for champ, _ in POINTS_DU_RAPPORT)
# Ce que le formulaire d'une demande montre, et laisse écrire, selon sa nature.
_CHAMPS = {
    NatureDemande.CREATION: ("titre", "niveau", "deposee_le", *_RAPPORT),
    NatureDemande.REVISION: ("deposee_le", *_RAPPORT),
    NatureDemande.SUPPRESSION: ("deposee_le", "obsolescence", "motif_usage"),
}
_NATURES_DE_PIECE = (
    NaturePiece.RAPPORT, NaturePiece.REFERENTIEL, NaturePiece.PREUVE_USAGE, NaturePiece.COURRIER, NaturePiece.AUTRE,
)


def faire(acte: Callable[[], Sequence[Violation] | None], reussite: str, retour: str) -> ResponseReturnValue:
    """Exécute un acte, valide, dit ce qui s'est passé et revient à la page."""
    try:
        constats = acte() or ()
        db.session.commit()
    except controle.Refus as refus:
        db.session.rollback()
        for violation in refus.violations:
            flash(str(violation), "error")
    except DBAPIError as erreur:
        db.session.rollback()
        violation = None if base_occupee(erreur) else controle.traduire(erreur)
        if violation is None:
            raise
        flash(str(violation), "error")
    else:
        flash(reussite, "success")
        for violation in alertes(constats):
            flash(str(violation), "warning")
    return redirect(retour, 303)


def date_du_formulaire(nom: str) -> dt.date:
    """La date d'un champ ; aujourd'hui s'il est vide, 400 s'il n'en est pas une."""
    brut = request.form.get(nom, "").strip()
    if not brut:
        return aujourd_hui()
    try:
        return dt.date.fromisoformat(brut)
    except ValueError:
        abort(400)


@dataclass(frozen=True, slots=True)
class Point:
    """Un point de la complétude d'un dossier : ce qui est attendu, et ce qui manque."""

    libelle: str
    complet: bool
    manque: str = ""
    suite: tuple[str, str] | None = None


class DemandesView(DomainView):
    """Les demandes de création, de révision et de suppression ; la fiche d'une demande est son chemin."""

    ressource = "demande"
    nom_pluriel = "demandes au GTP"
    titre_creation = "Nouvelle demande"
    create_template = "demandes/formulaire.html"
    edit_template = "demandes/formulaire.html"
    details_template = "demandes/page.html"
    phrase_vide = "Aucune demande. L'UIMM dépose les demandes de CQPM et de CCPM ; le GTP propose les interbranches."
    aide_recherche = "Mots du titre ou numéro de la certification"
    column_list = ("certification", "nature", "etat", "deposee_le", "decidee_le")
    colonnes_facultatives = ("famille", "porteur", "complete_le")
    column_labels: ClassVar[dict[str, str]] = {
        "certification": "Certification", "nature": "Demande", "etat": "État", "deposee_le": "Reçue le",
        "decidee_le": "Décidée le", "famille": "Famille", "porteur": "Portée par", "complete_le": "Complète le",
        "titre": "Titre de la certification", "niveau": "Niveau proposé", "motif_usage": "Usage insuffisant",
        "besoins": "1. Besoins", "emplois": "2. Emplois", "positionnement": "3. Positionnement",
        "preuves_usage": "4. Preuves d'usage", "obsolescence": "Obsolescence des compétences",
    }
    descriptions: ClassVar[dict[str, str]] = {
        **{champ: f"{libelle}." for champ, libelle in POINTS_DU_RAPPORT},
        "titre": "Les certifications au titre voisin vous seront montrées avant d'enregistrer.",
        "niveau": "CQPM : niveau du cadre national, 1 à 8 ; le GTP le fixe en décidant.",
        "obsolescence": "En quoi les compétences visées ne sont plus celles qu'attendent les entreprises.",
        "motif_usage": "Moins de deux promotions sur les cinq dernières années : la console fait le compte.",
        "certification": "Celle que l'on révise ou supprime.",
        "deposee_le": "Le jour où le secrétariat du GTP reçoit la demande.",
    }
    formats: ClassVar[dict[str, Any]] = {
        "certification": str, "etat": lambda d: pastille(d.etat), "nature": lambda d: d.nature.libelle,
        "porteur": lambda d: d.porteur.libelle,
    }
    exports: ClassVar[dict[str, Any]] = {
        "certification": lambda d: str(d.certification), "nature": lambda d: d.nature.libelle,
        "etat": lambda d: d.etat.libelle, "porteur": lambda d: d.porteur.libelle,
    }
    tris: ClassVar[dict[str, Tri]] = {
        "deposee_le": Tri((Demande.deposee_le,)), "decidee_le": Tri((Demande.decidee_le,)), "etat": Tri((Demande.etat,)),
        "certification": Tri((Certification.recherche,), (Demande.certification,)),
    }
    tri_par_defaut = ("deposee_le", True)
    filtres = (
        FiltreListe("nature", "Demande", Demande.nature), FiltreListe("etat", "État", Demande.etat),
        FiltreListe("famille", "Famille", Demande.famille),
        FiltreReference("certification", "Certification", Demande.certification_id, lookup=CERTIFICATION_OU_PROJET),
        FiltrePeriode("deposee", "Reçue", Demande.deposee_le),
    )
    chargements = (joinedload(Demande.certification).selectinload(Certification.enregistrements),)
    chargements_fiche = (
        *chargements, joinedload(Demande.referentiel).joinedload(Referentiel.certification),
        selectinload(Demande.points).joinedload(PointGtp.seance), selectinload(Demande.publications),
    )
    form_columns = ("nature", "famille", "titre", "niveau", "certification", "deposee_le", *_RAPPORT, "obsolescence", "motif_usage")
    form_lookups: ClassVar[dict[str, Any]] = {"certification": CERTIFICATION}
    montre_si: ClassVar[dict[str, str]] = {
        "famille": "nature=creation", "titre": "nature=creation", "niveau": "nature=creation",
        "certification": "nature=revision,suppression", **dict.fromkeys(_RAPPORT, "nature=creation,revision"),
        "obsolescence": "nature=suppression", "motif_usage": "nature=suppression",
    }
    groupes = (
        ("La demande", ("nature", "famille", "titre", "niveau", "certification", "deposee_le")),
        ("Rapport d'opportunité", _RAPPORT),
        ("Motifs de la suppression", ("obsolescence", "motif_usage")),
    )

    # -- formulaire
    def get_form(self) -> Any:
        """Le formulaire, et ce qu'il demande de la certification à créer."""
        self.form_extra_fields = {
            "famille": ListeFermee(Famille, label="Famille", vide=True, validators=[Optional()]),
            "titre": Texte("Titre de la certification", [Optional(), Length(max=300, message="Au plus 300 caractères.")],
                           description=self.descriptions["titre"]),
            "niveau": Nombre("Niveau proposé", [Optional()], description=self.descriptions["niveau"]),
            "certification": Reference(CERTIFICATION, "Certification", vide=True,
                                       description=self.descriptions["certification"]),
        }
        return self.scaffold_form()

    def get_edit_form(self) -> Any:
        """En correction, ni la nature ni la certification ne changent."""
        fixes = dict.fromkeys(("nature", "famille", "certification"))
        return type("FormulaireDeCorrection", (self.get_form(),), fixes)

    def groupes_du_formulaire(self, form: Any) -> list[tuple[str, list[Any]]]:
        """En correction, seulement ce que la nature de la demande appelle."""
        groupes = super().groupes_du_formulaire(form)
        demande = form._obj  # noqa: SLF001 Flask-Admin y garde la fiche qu'on modifie
        if demande is None:
            return groupes
        return [g for nom, champs in groupes if (g := (nom, [f for f in champs if f.name in _CHAMPS[demande.nature]]))[1]]

    def attributs_du_champ(self, nom: str) -> Mapping[str, str]:
        """La nature ne se choisit qu'à la création : ailleurs, rien ne se cache."""
        return {} if request.endpoint == f"{self.endpoint}.edit_view" else super().attributs_du_champ(nom)

    @expose("/edit/", methods=("GET", "POST"))
    @exige(Droit.MODIFIER)
    def edit_view(self) -> ResponseReturnValue:
        """Le dossier, pour qui porte la demande."""
        if not self._porte(self.exiger_une()):
            abort(403)
        return super().edit_view()

    def ecrire(self, form: Any, objet: Demande | None, contexte: dict[str, Any]) -> Demande | None:
        """Dépose ou corrige ; rend rien si des alertes restent à lire."""
        donnees = form.data
        if objet is None:
            creation = donnees["nature"] is NatureDemande.CREATION
            if not creation and donnees["certification"] is None:
                form.poser("certification", "Choisissez la certification que vous voulez réviser ou supprimer.")
                raise controle.Refus(())
            objet, constats = actes_demandes.deposer(
                db.session(), donnees["nature"], _PORTEURS[current_user.role], donnees["deposee_le"],
                certification=None if creation else donnees["certification"],
                famille=donnees["famille"] or Famille.CQPM, titre=donnees["titre"] or "", niveau=donnees["niveau"],
                motif_usage=donnees["motif_usage"], textes={c: donnees[c] or "" for c in actes_demandes.TEXTES},
            )
        else:
            ecrits = {c: donnees[c] for c in _CHAMPS[objet.nature]}
            constats = actes_demandes.corriger(
                db.session(), objet, {c: "" if v is None and c != "niveau" else v for c, v in ecrits.items()}
            )
        if not self.alertes_lues(constats, contexte):
            return None
        db.session.commit()
        return objet

    # -- ce que chacun peut
    @staticmethod
    def _porte(demande: Demande) -> bool:
        """Vrai si la personne connectée porte cette demande."""
        return _PORTEURS.get(current_user.role) is demande.porteur

    @staticmethod
    def _instruit() -> bool:
        """Vrai si la personne connectée instruit les demandes."""
        return peut(current_user.role, "seance_gtp", Droit.MODIFIER)

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par la certification."""
        condition = chercher_certification(terme)
        if condition is None:
            return None
        return Demande.certification_id.in_(select(Certification.id).where(condition))

    # -- page
    @property
    def can_edit(self) -> bool:
        """Le bouton de la page dit s'il y a à modifier ; la liste n'en montre pas."""
        return request.endpoint == f"{self.endpoint}.edit_view" and super().can_edit

    def entete(self, objet: Demande) -> Any:
        """L'état."""
        return pastille(objet.etat)

    def etapes(self, objet: Demande) -> Sequence[Etape]:
        """Reçue, complète, à l'ordre du jour, décidée, publiée."""
        dernier = objet.points[-1] if objet.points else None
        faites = [p for p in objet.publications if p.faite_le]
        refusee = objet.etat in (EtatDemande.REFUSEE, EtatDemande.ABANDONNEE)
        pas = [
            ("Demande reçue", True, f"le {texte(objet.deposee_le)}", "#dossier"),
            ("Dossier complet", objet.complete_le is not None and objet.etat is not EtatDemande.AJOURNEE,
             f"le {texte(objet.complete_le)}" if objet.complete_le else "", "#completude"),
            ("À l'ordre du jour", dernier is not None and objet.etat is not EtatDemande.AJOURNEE,
             str(dernier.seance) if dernier else "", "#gtp"),
            ("Décision du GTP", objet.decide,
             f"{objet.etat.libelle.lower()}{f' le {texte(objet.decidee_le)}' if objet.decidee_le else ''}"
             if objet.decide or objet.etat is EtatDemande.AJOURNEE else "", "#gtp"),
            *(() if refusee else ((
                "Publications", bool(objet.publications) and len(faites) == len(objet.publications),
                f"{len(faites)} sur {len(objet.publications)}" if objet.publications else "", "#publications",
            ),)),
        ]
        en_cours = next((n for n, fait, _, _ in pas if not fait), "")
        return [
            Etape(n, "fait" if fait else "cours" if n == en_cours and not refusee else "avenir", detail, ancre)
            for n, fait, detail, ancre in pas
        ]

    @expose("/details/")
    @exige(Droit.LIRE)
    def details_view(self) -> ResponseReturnValue:
        """Le chemin de la demande : où elle en est, ce qui manque, le dossier, les pièces, le GTP, les publications."""
        demande = self.exiger_une(self.chargements_fiche)
        faits = demande_facts(db.session(), demande)
        ouverte = demande.etat in (EtatDemande.DEPOSEE, EtatDemande.AJOURNEE)
        porte, instruit = self._porte(demande), self._instruit()
        return self.render(
            self.details_template, objet=demande, titre=self.titre_fiche(demande), identite=demande.id, faits=faits,
            points=self._points(demande, faits), manques=controle.completude(faits), ouverte=ouverte, porte=porte,
            instruit=instruit, peut_joindre=not demande.decide and (porte or instruit), pieces=pieces_du_dossier(db.session(), demande),
            natures=_NATURES_DE_PIECE, journal=self._journal(demande), aujourd_hui=aujourd_hui(),
            rapport=[(libelle, getattr(demande, champ)) for champ, libelle in POINTS_DU_RAPPORT],
            periode=periode_d_usage(demande.deposee_le),
            seances=seances_en_preparation(db.session()) if instruit and demande.etat is EtatDemande.COMPLETE else (),
        )

    def _points(self, demande: Demande, faits: DemandeFacts) -> list[Point]:
        """La complétude du dossier, point par point (REF-02, SUP-01)."""
        reproches = {v.champ: v.message for v in controle.completude(faits)}
        if demande.nature is NatureDemande.SUPPRESSION:
            return [Point("Motif : obsolescence des compétences, ou usage", "obsolescence" not in reproches,
                          reproches.get("obsolescence", ""))]
        if demande.parcours_id is not None:
            page = ("Ouvrir le parcours", url_for("parcours.details_view", id=demande.parcours_id))
            return [
                Point(p.libelle, p.fait, " ".join(c.message for c in p.constats), page)
                for p in points_du_parcours(parcours_facts(db.session(), [demande.parcours_id], aujourd_hui())[demande.parcours_id])
            ]
        points = [Point(libelle, champ not in reproches, reproches.get(champ, "")) for champ, libelle in POINTS_DU_RAPPORT]
        suite = None
        if demande.referentiel is not None and peut(current_user.role, "referentiel", Droit.LIRE):
            suite = ("Ouvrir le projet", url_for("versions.details_view", id=demande.referentiel_id))
        return [*points, Point("Projet de référentiel", "referentiel" not in reproches, reproches.get("referentiel", ""), suite)]

    # -- actes
    def _adresse(self, demande: Demande) -> str:
        return url_for(f"{self.endpoint}.details_view", id=demande.id)

    def _agir(self, permis: Callable[[Demande], bool], acte: Callable[[Demande], Any], reussite: str) -> ResponseReturnValue:
        demande = self.exiger_une()
        if not permis(demande):
            abort(403)
        return faire(lambda: acte(demande), reussite, self._adresse(demande))

    @expose("/complete/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def complete_view(self) -> ResponseReturnValue:
        """Le secrétariat reconnaît le dossier complet."""
        jour = date_du_formulaire("complete_le")
        return self._agir(lambda _: self._instruit(),
                          lambda d: actes_demandes.reconnaitre_complete(db.session(), d, jour), "Dossier reconnu complet.")

    @expose("/rendre/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def rendre_view(self) -> ResponseReturnValue:
        """Le secrétariat rend le dossier à son porteur."""
        return self._agir(lambda _: self._instruit(), lambda d: actes_demandes.rendre(db.session(), d),
                          "Dossier rendu à son porteur : il peut de nouveau le modifier.")

    @expose("/abandonner/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def abandonner_view(self) -> ResponseReturnValue:
        """Le porteur renonce."""
        return self._agir(self._porte, lambda d: actes_demandes.abandonner(db.session(), d), "Demande abandonnée.")

    @expose("/inscrire/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def inscrire_view(self) -> ResponseReturnValue:
        """Met la demande à l'ordre du jour d'une séance."""
        seance = db.session.get(SeanceGtp, lire_cle(SeanceGtp, request.form.get("seance", "")) or 0)
        if seance is None:
            abort(404)
        return self._agir(lambda _: self._instruit(), lambda d: actes_gtp.inscrire_point(db.session(), seance, d) and None,
                          f"À l'ordre du jour : {seance}.")

    @expose("/pieces/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def pieces_view(self) -> ResponseReturnValue:
        """Joint des pièces au dossier."""
        return self._agir(lambda d: self._porte(d) or self._instruit(), lambda d: recevoir(d) and None, "Pièce jointe au dossier.")


class PublicationsView(LectureSeule):
    """Ce que les décisions du GTP obligent à publier ; se note fait sur cette page."""

    ressource = "publication"
    nom_pluriel = "publications"
    phrase_vide = "Aucune publication : elles s'ouvrent quand une séance du GTP se clôt."
    column_list = ("demande", "nature", "ouverte_le", "faite_le", "faite_par")
    colonnes_facultatives = ("note",)
    details_template = "demandes/publication.html"
    column_labels: ClassVar[dict[str, str]] = {
        "demande": "Décision", "nature": "À publier", "ouverte_le": "Décidée le", "faite_le": "Publiée le",
        "faite_par": "Par", "note": "Note",
    }
    formats: ClassVar[dict[str, Any]] = {
        "nature": lambda p: p.nature.libelle, "demande": lambda p: str(p.demande),
        "faite_le": lambda p: texte(p.faite_le) or "à faire",
    }
    exports: ClassVar[dict[str, Any]] = {"nature": lambda p: p.nature.libelle, "demande": lambda p: str(p.demande)}
    tris: ClassVar[dict[str, Tri]] = {"ouverte_le": Tri((Publication.ouverte_le,)), "faite_le": Tri((Publication.faite_le,))}
    tri_par_defaut = ("ouverte_le", False)
    filtres = (
        FiltreListe("nature", "À publier", Publication.nature),
        FiltrePeriode("ouverte", "Décidée", Publication.ouverte_le), FiltrePeriode("faite", "Publiée", Publication.faite_le),
    )
    chargements = (
        joinedload(Publication.demande).joinedload(Demande.certification).selectinload(Certification.enregistrements),
    )
    fiche = (("Publication", ("demande", "nature", "ouverte_le", "faite_le", "faite_par", "note")),)

    @property
    def note_faite(self) -> bool:
        """Vrai si la personne connectée peut noter une publication faite."""
        return self.peut(Droit.MODIFIER)

    @staticmethod
    def aujourd_hui() -> dt.date:
        """Le jour proposé."""
        return aujourd_hui()

    @expose("/faite/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def faite_view(self) -> ResponseReturnValue:
        """Note une publication comme faite, à une date, par la personne connectée."""
        publication = self.exiger_une()
        jour, note = date_du_formulaire("faite_le"), " ".join(request.form.get("note", "").split())[:500]
        return faire(
            lambda: actes_gtp.publier(db.session(), publication, jour, current_user.nom, note), "Publication notée.",
            self.retour(url_for("demandes.details_view", id=publication.demande_id, _anchor="publications")),
        )


class UsageView(PageView):
    """Les certifications sous le seuil d'usage : moins de deux promotions en cinq ans (SUP-02)."""

    ressource = "demande"

    @expose("/")
    @exige(Droit.LIRE)
    def index(self) -> ResponseReturnValue:
        """La liste, à une date."""
        try:
            jour = dt.date.fromisoformat(request.args["le"]) if request.args.get("le") else aujourd_hui()
        except ValueError:
            abort(400)
        if not dt.date(1992, 1, 1) <= jour <= dt.date(2999, 1, 1):
            abort(400)
        toutes = request.args.get("toutes") == "1"
        lignes: list[Usage] = usages(db.session(), jour, seulement_sous_le_seuil=not toutes)
        return self.render("demandes/usage.html", titre="Usage des certifications", jour=jour, lignes=lignes, toutes=toutes,
                           periode=periode_d_usage(jour), lien=lien, peut_demander=current_user.role is Role.UIMM)


def vues() -> tuple[Any, ...]:
    """Les vues du domaine, dans l'ordre du menu."""
    domaine = "Référentiels"
    return (
        DemandesView(Demande, db, "Demandes", domaine, "demandes"),
        PublicationsView(Publication, db, "Publications", domaine, "publications"),
        UsageView("Usage des certifications", domaine, "usage", "/usage"),
    )
