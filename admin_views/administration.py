"""Administration : comptes, centres, syndicats, commissions, personnes, nomenclatures, journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import abort
from flask_admin.actions import action
from flask_login import current_user
from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import joinedload, selectinload
from wtforms import PasswordField
from wtforms.validators import Length

from admin_views.base import (
    DomainView,
    FiltreListe,
    FiltreOuiNon,
    FiltrePeriode,
    FiltreReference,
    FiltreTexte,
    LectureSeule,
    Tri,
    lien_par_cle,
)
from admin_views.connexion import (
    LONGUEUR_MAXIMALE,
    LONGUEUR_MINIMALE,
    defaut_du_mot_de_passe,
    fermer_les_sessions,
    hacher,
)
from admin_views.droits import Droit
from admin_views.extensions import db
from admin_views.recherches import CENTRE, DEPARTEMENT, REGION, SIEGE, SYNDICAT, sans_normalisation
from admin_views.saisie import Formulaire, Reference, par_nom, prefixe
from models import (
    Base,
    Branche,
    Centre,
    Commission,
    Commune,
    Departement,
    DispositifDeFinancement,
    Indicateur,
    Journal,
    Nace,
    Pays,
    Personne,
    Region,
    Syndicat,
    SyndicatTerritorial,
    Utilisateur,
)
from models.normalisation import normaliser
from rules.nomenclatures import Role

_DOMAINE = "Administration"
# Un responsable ne donne que les rôles qui s'exercent dans son centre (securite.md, rôles).
_ROLES_DU_CENTRE = (Role.CLERC, Role.RESPONSABLE, Role.JURE, Role.LECTURE)


class ChampSiege(Reference):
    """Le siège d'un juré : une fiche à l'écran, sa clé dans le compte."""

    def process_data(self, value: Any) -> None:
        """De la clé à la fiche."""
        self.data = self.lookup.un(value) if isinstance(value, int) else value

    def populate_obj(self, obj: Any, name: str) -> None:
        """De la fiche à la clé."""
        setattr(obj, name, self.data.id if self.data is not None else None)


class FormulaireCompte(Formulaire):
    """Le formulaire d'un compte : un responsable n'y voit que ce qu'il peut donner."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if current_user.role is Role.ADMINISTRATEUR:
            return
        del self["centre"]
        self["role"].possibles = {v: t for v, t in self["role"].possibles.items() if v in ("", *_ROLES_DU_CENTRE)}

    def validate(self, extra_validators: Any = None) -> bool:
        """Le mot de passe convient, ou dit ce qui lui manque."""
        valide = bool(super().validate(extra_validators))
        nouveau = self["nouveau_mot_de_passe"].data or ""
        if nouveau or self._obj is None:
            defaut = defaut_du_mot_de_passe(nouveau, self["identifiant"].data or "")
            if defaut:
                self.poser("nouveau_mot_de_passe", defaut)
                return False
        return valide


class UtilisateursView(DomainView):
    """Les comptes : l'administrateur les tient tous, le responsable ceux de son centre."""

    ressource = "utilisateur"
    nom_pluriel = "utilisateurs"
    titre_creation = "Nouveau compte"
    aide_recherche = "Identifiant ou nom"
    column_list = ("identifiant", "nom", "role", "centre", "actif")
    colonnes_facultatives = ("courriel",)
    column_labels: ClassVar[dict[str, str]] = {
        "identifiant": "Identifiant", "nom": "Nom", "courriel": "Courriel", "role": "Rôle", "centre": "Centre",
        "siege": "Siège au jury", "actif": "Actif",
    }
    descriptions: ClassVar[dict[str, str]] = {
        "identifiant": "En minuscules, sans espace.", "siege": "Juré seulement : le siège qu'il occupe.",
        "centre": "Pour un clerc, un responsable, un juré.", "actif": "Décoché, le compte ne peut plus se connecter.",
    }
    formats: ClassVar[dict[str, Any]] = {"role": lambda u: u.role.libelle}
    tris: ClassVar[dict[str, Tri]] = {
        "identifiant": Tri((Utilisateur.identifiant,)), "nom": Tri((Utilisateur.nom,)), "role": Tri((Utilisateur.role,)),
    }
    tri_par_defaut = ("identifiant", False)
    filtres = (FiltreListe("role", "Rôle", Utilisateur.role), FiltreOuiNon("actif", "Actif", Utilisateur.actif))
    chargements = (joinedload(Utilisateur.centre),)
    fiche = (("Compte", ("identifiant", "nom", "courriel", "role", "centre", "actif")),)
    form_base_class = FormulaireCompte
    form_columns = ("identifiant", "nom", "courriel", "role", "centre", "siege_id", "actif", "nouveau_mot_de_passe")
    form_lookups: ClassVar[dict[str, Any]] = {"centre": CENTRE, "siege_id": SIEGE}
    montre_si: ClassVar[dict[str, str]] = {"siege_id": "role=jure", "centre": "role=clerc,responsable,jure,lecture"}
    groupes = (
        ("Personne", ("identifiant", "nom", "courriel")),
        ("Rôle", ("role", "centre", "siege_id", "actif")),
        ("Mot de passe", ("nouveau_mot_de_passe",)),
    )

    def get_form(self) -> Any:
        """Le formulaire, son champ de mot de passe et la recherche du siège."""
        self.form_extra_fields = {
            "nouveau_mot_de_passe": PasswordField(
                "Mot de passe", [Length(max=LONGUEUR_MAXIMALE)],
                description=f"Au moins {LONGUEUR_MINIMALE} caractères, quatre mots sans lien par exemple. "
                            "Laissez vide pour ne pas le changer.",
                render_kw={"autocomplete": "new-password"},
            ),
            "siege_id": ChampSiege(SIEGE, "Siège au jury", vide=True, description=self.descriptions["siege"]),
        }
        return self.scaffold_form()

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par identifiant ou nom."""
        return sans_normalisation(terme, Utilisateur.identifiant, Utilisateur.nom)

    def avant_ecriture(self, form: Any, objet: Utilisateur, cree: bool) -> None:
        """L'empreinte du mot de passe, jamais le mot de passe ; le centre du responsable."""
        objet.identifiant = (objet.identifiant or "").strip().lower()
        if current_user.role is not Role.ADMINISTRATEUR and cree:
            objet.centre_id = current_user.centre_id
        if form["nouveau_mot_de_passe"].data:
            objet.mot_de_passe = hacher(form["nouveau_mot_de_passe"].data)

    def juger(self, objet: Utilisateur) -> Sequence[Any]:
        """Un compte changé se reconnecte : ses sessions ouvertes se ferment."""
        if objet.id != current_user.utilisateur_id:
            fermer_les_sessions(objet.id)
        return super().juger(objet)

    @action("desactiver", "Désactiver", "Ces comptes ne pourront plus se connecter.")
    def action_desactiver(self, comptes: Sequence[Utilisateur]) -> None:
        """Désactive des comptes et ferme leurs sessions."""
        self._activer(comptes, actif=False)

    @action("reactiver", "Réactiver", "Ces comptes pourront de nouveau se connecter.")
    def action_reactiver(self, comptes: Sequence[Utilisateur]) -> None:
        """Réactive des comptes."""
        self._activer(comptes, actif=True)

    def is_action_allowed(self, name: str) -> bool:
        """Les actions exigent le droit de modifier."""
        return super().is_action_allowed(name) and self.peut(Droit.MODIFIER)

    def _activer(self, comptes: Sequence[Utilisateur], *, actif: bool) -> None:
        for compte in comptes:
            if compte.id == current_user.utilisateur_id:
                abort(422)  # on ne se ferme pas la porte à soi-même
            compte.actif = actif
            fermer_les_sessions(compte.id)
        db.session.commit()


class CentresView(DomainView):
    """Les UIMM territoriales centres de certification."""

    ressource = "centre"
    nom_pluriel = "centres"
    titre_creation = "Nouveau centre"
    aide_recherche = "Code, nom ou ville"
    column_list = ("code", "nom", "ville", "courriel")
    column_labels: ClassVar[dict[str, str]] = {
        "code": "Code", "nom": "Nom", "adresse": "Adresse", "code_postal": "Code postal", "ville": "Ville",
        "courriel": "Courriel", "telephone": "Téléphone",
        "duree_habilitation": "Durée des habilitations, en mois", "departements": "Départements", "demonstration": "Démonstration",
    }
    formats: ClassVar[dict[str, Any]] = {"departements": lambda c: ", ".join(str(d) for d in c.departements)}
    tris: ClassVar[dict[str, Tri]] = {"code": Tri((Centre.code,)), "nom": Tri((Centre.nom,))}
    tri_par_defaut = ("code", False)
    chargements_fiche = (selectinload(Centre.departements),)
    fiche = (("Centre", ("code", "nom", "departements", "demonstration")),
             ("Coordonnées", ("adresse", "code_postal", "ville", "courriel", "telephone")), ("Habilitations", ("duree_habilitation",)))
    form_columns = ("code", "nom", "adresse", "code_postal", "ville", "courriel", "telephone", "duree_habilitation",
                    "departements")
    form_lookups: ClassVar[dict[str, Any]] = {"departements": DEPARTEMENT}

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par code, nom ou ville."""
        return sans_normalisation(terme, Centre.code, Centre.nom, Centre.ville)


class SyndicatsView(DomainView):
    """Les organisations syndicales et les dates de leur représentativité."""

    ressource = "syndicat"
    nom_pluriel = "syndicats"
    titre_creation = "Nouvelle organisation syndicale"
    column_list = ("sigle", "nom", "representative_du", "representative_au")
    column_labels: ClassVar[dict[str, str]] = {
        "sigle": "Sigle", "nom": "Nom", "federation": "Fédération", "representative_du": "Représentative du",
        "representative_au": "au", "source": "Source",
    }
    tris: ClassVar[dict[str, Tri]] = {"sigle": Tri((Syndicat.sigle,))}
    tri_par_defaut = ("sigle", False)
    fiche = (("Organisation", ("sigle", "nom", "federation", "representative_du", "representative_au", "source")),)
    form_columns = ("sigle", "nom", "federation", "representative_du", "representative_au", "source")


class SyndicatsTerritoriauxView(DomainView):
    """Les organisations territoriales auxquelles le centre demande de désigner."""

    ressource = "syndicat_territorial"
    nom_pluriel = "syndicats territoriaux"
    titre_creation = "Nouveau syndicat territorial"
    phrase_vide = "Aucune adresse de syndicat. Ajoutez les organisations à qui le centre demande de désigner."
    column_list = ("syndicat", "courriel", "adresse", "centre")
    column_labels: ClassVar[dict[str, str]] = {
        "syndicat": "Organisation", "courriel": "Courriel", "adresse": "Adresse", "centre": "Centre",
    }
    tris: ClassVar[dict[str, Tri]] = {"syndicat": Tri((Syndicat.sigle,), (SyndicatTerritorial.syndicat,))}
    tri_par_defaut = ("syndicat", False)
    chargements = (joinedload(SyndicatTerritorial.syndicat), joinedload(SyndicatTerritorial.centre))
    fiche = (("Organisation territoriale", ("syndicat", "centre", "adresse", "courriel")),)
    form_columns = ("syndicat", "adresse", "courriel")
    form_lookups: ClassVar[dict[str, Any]] = {"syndicat": SYNDICAT}

    def titre_fiche(self, objet: SyndicatTerritorial) -> str:
        """L'organisation et le centre."""
        return f"{objet.syndicat} – {objet.centre}"

    def avant_ecriture(self, form: Any, objet: SyndicatTerritorial, cree: bool) -> None:
        """L'adresse est celle que connaît le centre."""
        if cree:
            objet.centre_id = current_user.centre_id


class CommissionsView(DomainView):
    """CPREFP et CPIEF."""

    ressource = "commission"
    nom_pluriel = "commissions"
    titre_creation = "Nouvelle commission"
    column_list = ("nom", "type", "region", "courriel")
    column_labels: ClassVar[dict[str, str]] = {"nom": "Nom", "type": "Type", "region": "Région", "courriel": "Courriel"}
    tris: ClassVar[dict[str, Tri]] = {"nom": Tri((Commission.nom,))}
    tri_par_defaut = ("nom", False)
    filtres = (FiltreListe("type", "Type", Commission.type),)
    chargements = (joinedload(Commission.region),)
    fiche = (("Commission", ("nom", "type", "region", "courriel")),)
    form_columns = ("type", "nom", "region", "courriel")
    form_lookups: ClassVar[dict[str, Any]] = {"region": REGION}


class PersonnesView(DomainView):
    """Les personnes qualifiées que le centre appelle à ses jurys."""

    ressource = "personne"
    nom_pluriel = "personnes"
    titre_creation = "Nouvelle personne"
    aide_recherche = "Nom et prénom"
    phrase_vide = "Aucune personne. Ajoutez celles que le centre appelle à ses jurys."
    donnees_personnelles = True
    column_list = ("nom_complet", "qualite", "entreprise", "courriel")
    column_labels: ClassVar[dict[str, str]] = {
        "nom_complet": "Personne", "civilite": "Civilité", "nom": "Nom", "prenoms": "Prénoms", "qualite": "Qualité",
        "entreprise": "Entreprise ou organisation", "courriel": "Courriel", "centre": "Centre",
    }
    descriptions: ClassVar[dict[str, str]] = {"qualite": "Fonction, domaine qui la qualifie."}
    formats: ClassVar[dict[str, Any]] = {"nom_complet": lambda p: f"{p.nom.upper()} {p.prenoms}"}
    exports: ClassVar[dict[str, Any]] = {"nom_complet": lambda p: f"{p.nom.upper()} {p.prenoms}"}
    tris: ClassVar[dict[str, Tri]] = {"nom_complet": Tri((Personne.recherche,))}
    tri_par_defaut = ("nom_complet", False)
    chargements_fiche = (joinedload(Personne.centre),)
    fiche = (("Personne", ("civilite", "nom", "prenoms", "qualite", "entreprise", "courriel", "centre")),)
    form_columns = ("civilite", "nom", "prenoms", "qualite", "entreprise", "courriel")

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par nom."""
        return par_nom(terme, Personne.recherche)

    def avant_ecriture(self, form: Any, objet: Personne, cree: bool) -> None:
        """La personne est celle du centre ; sa forme de recherche suit son nom."""
        if cree:
            objet.centre_id = current_user.centre_id
        objet.recherche = normaliser(f"{objet.nom} {objet.prenoms}")


class NomenclatureView(LectureSeule):
    """Une table de référence, chargée avec le code."""

    ressource = "nomenclature"
    champs_cherches: tuple[Any, ...] = ()
    column_labels: ClassVar[dict[str, str]] = {
        "code": "Code", "libelle": "Libellé", "departement_code": "Département", "region": "Région", "ordre": "Ordre",
        "critere": "Critère", "rang": "Indicateur", "idcc": "IDCC", "signataire_cqpi": "Signataire de la Charte CQPI",
    }

    def __init__(self, model: type[Base], name: str, endpoint: str, colonnes: tuple[str, ...], *, pluriel: str = "",
                 ordre: str = "code", chargements: tuple[Any, ...] = (), prefixe_de: Any = None) -> None:
        self.column_list = colonnes
        self.nom_pluriel = pluriel or name.lower()
        self.chargements = chargements
        self.tris = {c: Tri((getattr(model, c),)) for c in colonnes if c in model.__table__.c}
        self.tri_par_defaut = (ordre, False)
        self.fiche = ((name, colonnes),)
        self._prefixe_de = prefixe_de
        super().__init__(model, db, name, _DOMAINE, endpoint)

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par code ou libellé."""
        if self._prefixe_de is not None:
            return or_(prefixe(self._prefixe_de, normaliser(terme)), self.model.code == terme.strip().upper()[:10])
        colonnes = [getattr(self.model, c) for c in ("code", "libelle") if c in self.model.__table__.c]
        return sans_normalisation(terme, *colonnes)


_OBJETS = tuple(sorted((t, t.replace("_", " ")) for t in Base.metadata.tables))


class JournalView(LectureSeule):
    """Qui a fait quoi, quand, sur quelle fiche ; rien ne s'y modifie."""

    ressource = "journal"
    nom_pluriel = "journal"
    details_template = "admin/journal.html"
    phrase_vide = "Le journal est vide."
    column_list = ("le", "acteur", "action", "objet", "quoi")
    column_labels: ClassVar[dict[str, str]] = {
        "le": "Quand", "acteur": "Qui", "action": "Action", "objet": "Fiche", "quoi": "Ce qui a changé", "centre": "Centre",
        "objet_id": "Numéro de fiche", "importation_id": "Import", "importation_ligne": "Ligne du fichier",
    }
    tris: ClassVar[dict[str, Tri]] = {"le": Tri((Journal.id,))}
    tri_par_defaut = ("le", True)
    filtres = (
        FiltreTexte("objet", "Fiche", Journal.objet, choix=_OBJETS),
        FiltreTexte("action", "Action", Journal.action, choix=tuple(
            (a, a.capitalize()) for a in ("création", "modification", "suppression", "lecture", "export", "document",
                                          "import", "connexion", "déconnexion")
        )),
        FiltrePeriode("le", "Date", Journal.le),
        FiltreReference("centre", "Centre", Journal.centre_id, lookup=CENTRE),
    )
    fiche = (("Écriture", ("le", "acteur", "action", "objet", "importation_id", "importation_ligne")),)

    def titre_fiche(self, objet: Journal) -> str:
        """L'action et sa fiche."""
        return f"{objet.action.capitalize()} : {objet.objet.replace('_', ' ')}"

    def valeur(self, objet: Journal, nom: str) -> Any:
        """La fiche en lien, les champs changés en abrégé."""
        if nom == "objet":
            return self._fiche(objet)
        if nom == "quoi":
            champs = sorted({*(objet.avant or {}), *(objet.apres or {})})
            resume = ", ".join(c.replace("_", " ") for c in champs[:4])
            return f"{resume}…" if len(champs) > 4 else resume
        return super().valeur(objet, nom)

    def _fiche(self, ligne: Journal) -> Any:
        nom = f"{ligne.objet.replace('_', ' ')}{f' n° {ligne.objet_id}' if ligne.objet_id else ''}"
        modele = next((m.class_ for m in Base.registry.mappers if m.class_.__tablename__ == ligne.objet), None)
        if modele is None or ligne.objet_id is None or ligne.action == "suppression":
            return nom
        return lien_par_cle(modele, ligne.objet_id, nom)


def vues() -> tuple[DomainView, ...]:
    """Les vues du domaine, dans l'ordre du menu."""
    return (
        UtilisateursView(Utilisateur, db, "Utilisateurs", _DOMAINE, "utilisateurs"),
        CentresView(Centre, db, "Centres", _DOMAINE, "centres"),
        PersonnesView(Personne, db, "Personnes", _DOMAINE, "personnes"),
        SyndicatsView(Syndicat, db, "Syndicats", _DOMAINE, "syndicats"),
        SyndicatsTerritoriauxView(SyndicatTerritorial, db, "Syndicats territoriaux", _DOMAINE, "syndicats_territoriaux"),
        CommissionsView(Commission, db, "Commissions", _DOMAINE, "commissions"),
        NomenclatureView(Region, "Régions", "regions", ("code", "libelle")),
        NomenclatureView(Departement, "Départements", "departements", ("code", "libelle", "region"),
                         chargements=(joinedload(Departement.region),)),
        NomenclatureView(Commune, "Communes", "communes", ("code", "libelle", "departement_code"),
                         prefixe_de=Commune.cle_recherche),
        NomenclatureView(Pays, "Pays", "pays", ("code", "libelle"), prefixe_de=Pays.cle_recherche),
        NomenclatureView(Nace, "Activités (NACE)", "nace", ("code", "libelle"), pluriel="activités (NACE)"),
        NomenclatureView(Branche, "Branches", "branches", ("libelle", "idcc", "signataire_cqpi"), ordre="libelle"),
        NomenclatureView(DispositifDeFinancement, "Dispositifs de financement", "dispositifs", ("code", "libelle"),
                         ordre="code"),
        NomenclatureView(Indicateur, "Critères et indicateurs", "indicateurs", ("libelle", "critere", "rang"), ordre="id",
                         chargements=(joinedload(Indicateur.critere),)),
        JournalView(Journal, db, "Journal", _DOMAINE, "journal"),
    )
