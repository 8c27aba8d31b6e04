"""Candidats, entreprises et aménagements (partie 2, chapitre 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from admin_views import inscriptions
from admin_views.base import (
    DomainView,
    FiltreListe,
    FiltrePeriode,
    Tableau,
    Tri,
    exige,
    lien,
    lien_par_cle,
    pastille,
    texte,
)
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.recherches import (
    DEPARTEMENT,
    INSCRIPTION,
    PAYS,
    chercher_candidat,
    chercher_entreprise,
)
from admin_views.saisie import lire_cle
from models import (
    Amenagement,
    Candidat,
    Certificat,
    Certification,
    Entreprise,
    Inscription,
)
from models.normalisation import cle_entreprise, normaliser
from rules import controle
from rules.collecte import inscriptions_facts
from rules.collecte_doublons import proches
from rules.controle import exiger
from rules.faits import AmenagementFacts, EtablissementFacts
from rules.noyau import Violation

_CHAMPS_ETAT_CIVIL = frozenset({
    "nom_naissance", "prenoms", "date_naissance", "ville_naissance", "departement_naissance", "pays_naissance",
})
_CHAMPS_ENTREPRISE = frozenset({"raison_sociale", "siret", "adresse_entreprise", "code_nace", "secteur", "branche"})


def _juger(ids: Sequence[int], champs: frozenset[str]) -> Sequence[Violation]:
    """Ce que les règles reprochent à des inscriptions, pour les champs qu'un formulaire porte."""
    faits = inscriptions_facts(db.session(), ids)
    constats = {v: None for f in faits.values() for v in controle.inscription(f) if v.champ in champs}
    return exiger(tuple(constats))


class CandidatsView(DomainView):
    """Les personnes que le centre a inscrites, et elles seules."""

    ressource = "candidat"
    nom_pluriel = "candidats"
    aide_recherche = "Nom, prénom, ou les deux"
    phrase_vide = "Aucun candidat. Un candidat apparaît ici par sa première inscription : importez un fichier ou inscrivez-le."
    donnees_personnelles = True
    column_list = ("candidat", "date_naissance", "ville_naissance", "courriel")
    colonnes_facultatives = ("nom_usage", "telephone", "code_postal", "ville")
    column_labels: ClassVar[dict[str, str]] = {
        "candidat": "Candidat", "civilite": "Civilité", "sexe": "Sexe", "nom_naissance": "Nom de naissance",
        "nom_usage": "Nom d'usage", "prenoms": "Prénoms", "date_naissance": "Né(e) le",
        "ville_naissance": "Ville de naissance", "departement_naissance": "Département de naissance",
        "pays_naissance": "Pays de naissance", "code_commune_naissance": "Code de la commune de naissance",
        "courriel": "Courriel", "telephone": "Téléphone", "adresse": "Adresse", "code_postal": "Code postal",
        "ville": "Ville",
    }
    descriptions: ClassVar[dict[str, str]] = {
        "departement_naissance": "Naissance en France seulement.", "nom_usage": "S'il diffère du nom de naissance.",
    }
    formats: ClassVar[dict[str, Any]] = {"candidat": str}
    exports: ClassVar[dict[str, Any]] = {"candidat": str}
    tris: ClassVar[dict[str, Tri]] = {
        "candidat": Tri((Candidat.recherche,)),
    }
    filtres = (FiltrePeriode("naissance", "Né(e)", Candidat.date_naissance),)
    chargements_fiche = (joinedload(Candidat.departement_naissance), joinedload(Candidat.pays_naissance))
    fiche = (
        ("État civil", ("civilite", "nom_naissance", "nom_usage", "prenoms", "sexe", "date_naissance",
                        "ville_naissance", "departement_naissance", "pays_naissance")),
        ("Coordonnées", ("courriel", "telephone", "adresse", "code_postal", "ville")),
    )
    form_columns = ("civilite", "nom_naissance", "nom_usage", "prenoms", "sexe", "date_naissance", "ville_naissance",
                    "code_commune_naissance", "departement_naissance", "pays_naissance", "courriel", "telephone",
                    "adresse", "code_postal", "ville")
    groupes = (
        ("Identité", ("civilite", "nom_naissance", "nom_usage", "prenoms", "sexe")),
        ("Naissance", ("date_naissance", "ville_naissance", "code_commune_naissance", "departement_naissance",
                       "pays_naissance")),
        ("Coordonnées", ("courriel", "telephone", "adresse", "code_postal", "ville")),
    )
    form_lookups: ClassVar[dict[str, Any]] = {"departement_naissance": DEPARTEMENT, "pays_naissance": PAYS}

    details_template = "candidats/fiche.html"

    @property
    def peut_reunir(self) -> bool:
        """Réunir deux fiches, ou les séparer : le responsable du centre."""
        return peut(current_user.role, "fusion", Droit.CREER)

    def restreindre(self, requete: Select[Any]) -> Select[Any]:
        """Une fiche réunie à une autre ne se liste plus ; elle se lit encore par son adresse."""
        return requete.where(Candidat.fusionne_dans_id.is_(None))

    def get_one(self, id: Any, options: Sequence[Any] = ()) -> Any | None:  # noqa: A002
        """La fiche de cette clé, réunie ou non, si la personne la voit."""
        cle = lire_cle(Candidat, id)
        return None if cle is None else db.session.scalars(
            select(Candidat).options(*options).where(Candidat.id == cle)
        ).unique().one_or_none()

    def entete(self, objet: Candidat) -> Any:
        """La fiche gardée, quand celle-ci lui est réunie."""
        if objet.fusionne_dans_id is None:
            return ""
        gardee = db.session.scalar(select(Candidat).where(Candidat.id == objet.fusionne_dans_id))
        return Markup("réunie à {}").format(lien(gardee) if gardee is not None else "une autre fiche")

    def liens(self, objet: Candidat) -> Sequence[tuple[str, str]]:
        """Réunir à une autre fiche ; le dossier, pour qui le demande (droit d'accès)."""
        if objet.fusionne_dans_id is not None or not self.peut_reunir:
            return ()
        return (
            ("Réunir à une autre fiche", url_for("fusion.comparer", garder=objet.id)),
            ("Son dossier (PDF)", url_for("dossiers.dossier", id=objet.id, genre="pdf")),
            ("Son dossier (JSON)", url_for("dossiers.dossier", id=objet.id, genre="json")),
        )

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par nom de naissance ou d'usage, ou par prénom."""
        return chercher_candidat(terme)

    def juger(self, objet: Candidat) -> Sequence[Violation]:
        """L'état civil est jugé par chacune de ses inscriptions visibles."""
        ids = list(db.session.scalars(select(Inscription.id).where(Inscription.candidat_id == objet.id)))
        return _juger(ids, _CHAMPS_ETAT_CIVIL)

    def tableaux(self, objet: Candidat) -> Sequence[Tableau]:
        """Ses inscriptions et ses certificats, pour ce que le centre en voit."""
        fiches = [objet.id, *db.session.scalars(select(Candidat.id).where(Candidat.fusionne_dans_id == objet.id))]
        inscriptions = db.session.scalars(
            select(Inscription).where(Inscription.candidat_id.in_(fiches)).order_by(Inscription.date_inscription.desc())
            .options(joinedload(Inscription.certification).selectinload(Certification.enregistrements))
        )
        certificats = db.session.scalars(
            select(Certificat).where(Certificat.candidat_id.in_(fiches)).order_by(Certificat.date_jury.desc())
            .options(joinedload(Certificat.certification).selectinload(Certification.enregistrements))
        )
        return (
            Tableau("Inscriptions", ("Certification", "Inscrit le", "Voie", "État"), [
                (lien(i, str(i.certification)), texte(i.date_inscription), i.voie.libelle, pastille(i.etat))
                for i in inscriptions
            ], "Aucune inscription visible."),
            Tableau("Certificats", ("Numéro", "Certification", "Jury du"), [
                (lien(c), str(c.certification), texte(c.date_jury)) for c in certificats
            ], "Aucun certificat."),
            *self._doublons(objet),
        )

    def _doublons(self, objet: Candidat) -> Sequence[Tableau]:
        """Les fiches du centre qui ressemblent à celle-ci, pour qui peut les réunir."""
        if not self.peut_reunir or objet.fusionne_dans_id is not None:
            return ()
        ligne = {c: getattr(objet, c) for c in ("nom_naissance", "nom_usage", "prenoms", "date_naissance",
                                                "ville_naissance", "cle_identite")}
        trouves = proches(db.session.connection(), {0: ligne}, current_user.centre_id, {objet.id}).get(0, ())
        lignes = [
            (lien_par_cle(Candidat, p.candidat_id, p.nom), texte(p.date_naissance), p.ville_naissance, ", ".join(p.motifs),
             Markup('<a href="{}">Comparer</a>').format(url_for("fusion.comparer", garder=objet.id, autre=p.candidat_id)))
            for p in trouves if p.du_centre
        ]
        return (Tableau("Peut-être la même personne", ("Candidat", "Né(e) le", "À", "Parce que", "Réunir"), lignes),) if lignes else ()


class EntreprisesView(DomainView):
    """Les entreprises des candidats salariés du centre."""

    ressource = "entreprise"
    nom_pluriel = "entreprises"
    titre_creation = "Nouvelle entreprise"
    aide_recherche = "Raison sociale ou SIRET"
    phrase_vide = "Aucune entreprise. Elles viennent avec les inscriptions des salariés."
    column_list = ("raison_sociale", "siret", "secteur", "code_nace", "adresse")
    colonnes_facultatives = ("branche", "centre")
    column_labels: ClassVar[dict[str, str]] = {
        "raison_sociale": "Raison sociale", "siret": "SIRET", "secteur": "Secteur", "code_nace": "Code NACE",
        "adresse": "Adresse", "branche": "Branche", "centre": "Centre",
    }
    descriptions: ClassVar[dict[str, str]] = {"branche": "Pour le secteur HM seulement.", "code_nace": "Par exemple 25.11."}
    formats: ClassVar[dict[str, Any]] = {"secteur": lambda e: f"{e.secteur.value} – {e.secteur.libelle}"}
    tris: ClassVar[dict[str, Tri]] = {"raison_sociale": Tri((Entreprise.recherche,))}
    tri_par_defaut = ("raison_sociale", False)
    filtres = (FiltreListe("secteur", "Secteur", Entreprise.secteur),)
    chargements = (joinedload(Entreprise.centre),)
    fiche = (("Entreprise", ("raison_sociale", "siret", "adresse", "code_nace", "secteur", "branche")),)
    form_columns = ("raison_sociale", "siret", "adresse", "code_nace", "secteur", "branche")
    montre_si: ClassVar[dict[str, str]] = {"branche": "secteur=HM"}
    champs_des_regles: ClassVar[dict[str, str]] = {"adresse_entreprise": "adresse"}

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par raison sociale ou SIRET."""
        return chercher_entreprise(terme)

    def avant_ecriture(self, form: Any, objet: Entreprise, cree: bool) -> None:
        """L'entreprise est celle du centre ; sa clé et sa forme de recherche suivent ce qui l'identifie."""
        if cree:
            objet.centre_id = current_user.centre_id
        objet.siret = "".join((objet.siret or "").split()) or None
        exiger(controle.etablissement(EtablissementFacts(objet.siret or "")))
        objet.recherche = normaliser(objet.raison_sociale)
        objet.cle_entreprise = cle_entreprise(objet.siret, objet.raison_sociale, objet.adresse)

    def juger(self, objet: Entreprise) -> Sequence[Violation]:
        """Une entreprise est jugée par la dernière inscription qui la nomme."""
        ids = list(db.session.scalars(
            select(Inscription.id).where(Inscription.entreprise_id == objet.id).order_by(Inscription.id.desc()).limit(1)
        ))
        return _juger(ids, _CHAMPS_ENTREPRISE) if ids else ()


class AmenagementsView(DomainView):
    """Compensation du handicap, à la demande du candidat (INS-14) : le responsable du centre seulement."""

    ressource = "amenagement"
    nom_pluriel = "aménagements"
    titre_creation = "Noter une compensation du handicap"
    phrase_vide = "Aucun aménagement. On le note depuis la fiche d'une inscription, à la demande du candidat."
    column_list = ("inscription", "demande_le")
    column_labels: ClassVar[dict[str, str]] = {
        "inscription": "Inscription", "demande_le": "Demandé le", "mesures": "Mesures de compensation",
    }
    descriptions: ClassVar[dict[str, str]] = {
        "demande_le": "Date de la demande du candidat : sans elle, rien ne s'enregistre.",
        "mesures": "Ce qui est mis en place ; jamais le diagnostic.",
    }
    tris: ClassVar[dict[str, Tri]] = {"demande_le": Tri((Amenagement.demande_le,))}
    chargements = (joinedload(Amenagement.inscription).options(
        joinedload(Inscription.candidat), joinedload(Inscription.certification).selectinload(Certification.enregistrements)
    ),)
    fiche = (("Aménagement", ("inscription", "demande_le", "mesures")),)
    form_columns = ("inscription", "demande_le", "mesures")
    form_lookups: ClassVar[dict[str, Any]] = {"inscription": INSCRIPTION}

    def titre_fiche(self, objet: Amenagement) -> str:
        """L'inscription qu'il accompagne."""
        return f"Compensation : {objet.inscription}"

    def _formulaire(self, form: Any, objet: Amenagement | None) -> ResponseReturnValue:
        if request.method == "GET" and objet is None and "inscription" in request.args:
            visee = INSCRIPTION.un(request.args["inscription"])
            if visee is None:
                abort(404)
            form.inscription.data = visee
        return super()._formulaire(form, objet)

    def avant_ecriture(self, form: Any, objet: Amenagement, cree: bool) -> None:
        """Le centre est celui de l'inscription."""
        objet.centre_id = objet.inscription.centre_id

    def juger(self, objet: Amenagement) -> Sequence[Violation]:
        """Jamais sans la demande du candidat."""
        return exiger(controle.amenagement(AmenagementFacts(objet.demande_le, objet.mesures)))

    @expose("/details/")
    @exige(Droit.LIRE)
    def details_view(self) -> ResponseReturnValue:
        """Une lecture de la compensation du handicap laisse une trace au journal."""
        objet = self.exiger_une(self.chargements)
        self.journaliser_lecture(objet)
        return super().details_view()

    @expose("/edit/", methods=("GET", "POST"))
    @exige(Droit.MODIFIER)
    def edit_view(self) -> ResponseReturnValue:
        """Ouvrir le formulaire, c'est lire : il laisse la même trace."""
        if request.method == "GET":
            self.journaliser_lecture(self.exiger_une(self.chargements))
        return super().edit_view()


def vues() -> tuple[DomainView, ...]:
    """Les vues du domaine, dans l'ordre du menu."""
    domaine = "Candidats"
    return (
        CandidatsView(Candidat, db, "Candidats", domaine, "candidats"),
        *inscriptions.vues(),
        EntreprisesView(Entreprise, db, "Entreprises", domaine, "entreprises"),
        AmenagementsView(Amenagement, db, "Aménagements", domaine, "amenagements"),
    )
