"""Les inscriptions préalables à la certification, et le formulaire qui en fait une (partie 2, chapitre 2, § 1.A)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin.actions import action
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload
from wtforms import BooleanField, DateField
from wtforms.validators import InputRequired, Length, Optional

from admin_views.base import (
    Controle,
    DomainView,
    Etape,
    FiltreListe,
    FiltrePeriode,
    FiltreReference,
    Tableau,
    Tri,
    lien,
    pastille,
    texte,
)
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.presentables import etapes_du_parcours, manques_lies, parcours_de
from admin_views.recherches import (
    CENTRE,
    CERTIFICATION,
    DEPARTEMENT,
    ENTREPRISE,
    NACE,
    ORGANISME,
    PAYS,
    chercher_inscription,
)
from admin_views.saisie import Formulaire, ListeFermee, Reference, Texte, TexteLong
from imports.compte_rendu import Erreur
from imports.inscriptions import inscrire
from models import Amenagement, Certification, Evaluation, Inscription
from rules import controle
from rules.collecte import inscriptions_facts
from rules.inscription import INSCRIPTION as INSCRIPTION_REGLES
from rules.nomenclatures import (
    Civilite,
    DispositifFinancement,
    EtatInscription,
    Origine,
    Prescripteur,
    Secteur,
    Sexe,
    Voie,
)
from rules.parcours_candidat import ParcoursFacts

_REGLES_INSCRIPTION = Controle(inscriptions_facts, controle.inscription)
_PASSAGES = {regle.code: regle.source for regle in INSCRIPTION_REGLES}


def _avec_passage(erreur: Erreur) -> str:
    """Le reproche fait à une saisie, avec son code et son passage, tel qu'une violation se lit."""
    passage = _PASSAGES.get(erreur.code)
    return f"{erreur.message} [{erreur.code} · {passage}]" if passage else f"{erreur.message} [{erreur.code}]"


def _numero_et_titre(i: Inscription) -> str:
    return i.certification.base_identifiant


class FormulaireInscription(Formulaire):
    """Une inscription en une page : les colonnes d'une ligne d'import, avec les mêmes noms."""

    civilite = ListeFermee(Civilite, label="Civilité", vide=True, validators=[Optional()])
    nom_naissance = Texte("Nom de naissance", [InputRequired("Indiquez le nom de naissance."), Length(max=120)])
    nom_usage = Texte("Nom d'usage", [Length(max=120)], description="S'il diffère du nom de naissance.")
    prenoms = Texte("Prénoms", [InputRequired("Indiquez le ou les prénoms."), Length(max=120)])
    sexe = ListeFermee(Sexe, label="Sexe", vide=True, validators=[Optional()])
    date_naissance = DateField("Date de naissance", [InputRequired("Indiquez la date de naissance.")])
    ville_naissance = Texte("Ville de naissance", [InputRequired("Indiquez la ville de naissance."), Length(max=100)])
    pays_naissance = Reference(PAYS, "Pays de naissance", description="Tapez quelques lettres, puis choisissez.")
    departement_naissance = Reference(DEPARTEMENT, "Département de naissance", vide=True,
                                      description="Né en France seulement : numéro ou nom.")
    email = Texte("Courriel", [Length(max=200)])
    telephone = Texte("Téléphone", [Length(max=30)])
    adresse = Texte("Adresse", [Length(max=300)])
    code_postal = Texte("Code postal", [Length(max=10)])
    ville = Texte("Ville", [Length(max=120)])
    certification = Reference(CERTIFICATION, "Certification visée", description=CERTIFICATION.aide)
    blocs = Texte("Blocs de compétences", [Length(max=200)],
                  description="Laissez vide pour la certification entière ; sinon les numéros, séparés par des virgules.")
    date_inscription = DateField("Date d'inscription", [InputRequired("Indiquez la date d'inscription.")])
    reference = Texte("Référence du centre", [Length(max=60)])
    voie = ListeFermee(Voie, label="Voie d'accès", validators=[InputRequired("Choisissez la voie d'accès.")])
    prescripteur = ListeFermee(Prescripteur, label="Inscription faite par",
                               validators=[InputRequired("Choisissez par qui l'inscription est faite.")])
    organisme = Reference(ORGANISME, "Organisme de formation", vide=True, description=ORGANISME.aide)
    date_recevabilite = DateField("Dossier de recevabilité reçu le", [Optional()], description="VAE : CERFA 12818*02.")
    experience = TexteLong("Expérience professionnelle", [Length(max=20_000)], description="VAE de branche.")
    origine = ListeFermee(Origine, label="Origine du candidat", validators=[InputRequired("Choisissez l'origine.")])
    dispositif_financement = ListeFermee(DispositifFinancement, label="Dispositif de financement",
                                         validators=[InputRequired("Choisissez le dispositif de financement.")])
    abondement_cpf = BooleanField("Abondement du CPF")
    sans_accord_employeur = BooleanField("À la seule initiative du salarié")
    raison_sociale = Texte("Raison sociale", [Length(max=200)])
    siret = Texte("SIRET", [Length(max=20)], description="14 chiffres.")
    adresse_entreprise = Texte("Adresse de l'entreprise", [Length(max=300)])
    code_nace = Reference(NACE, "Code NACE", vide=True, description=NACE.aide)
    secteur = ListeFermee(Secteur, label="Secteur", vide=True, validators=[Optional()])
    branche = Texte("Branche", [Length(max=200)], description="À préciser hors métaux (HM).")

    def saisie(self) -> dict[str, str]:
        """La ligne d'import que ce formulaire écrit."""
        valeurs = {f.name: _ecrite(f.data) for f in self}
        for nom in ("pays_naissance", "departement_naissance", "code_nace"):
            valeurs[nom] = self[nom].cle
        visee, organisme = self.certification.data, self.organisme.data
        valeurs["certification"] = visee.base_identifiant if visee.annee or visee.enregistrements else visee.titre
        valeurs["organisme"] = (organisme.siret or organisme.numero_declaration or organisme.nom) if organisme else ""
        return valeurs


def _ecrite(valeur: Any) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if valeur is None:
        return ""
    if hasattr(valeur, "isoformat"):
        return str(valeur.isoformat())
    return str(getattr(valeur, "value", valeur))


class InscriptionsView(DomainView):
    """Les inscriptions préalables à la certification (partie 2, chapitre 2, § 1.A)."""

    ressource = "inscription"
    nom_pluriel = "inscriptions"
    titre_creation = "Inscrire un candidat"
    aide_recherche = "Nom puis prénom, ou référence exacte"
    phrase_vide = "Aucune inscription. Importez le fichier de vos candidats, ou inscrivez-en un."
    donnees_personnelles = True
    checks = _REGLES_INSCRIPTION
    list_template = "admin/inscriptions.html"
    column_list = ("candidat", "certification", "voie", "date_inscription", "etat")
    colonnes_facultatives = ("reference", "origine", "dispositif_financement", "prescripteur", "organisme", "entreprise",
                             "centre")
    column_labels: ClassVar[dict[str, str]] = {
        "candidat": "Candidat", "certification": "Certification", "voie": "Voie", "date_inscription": "Inscrit le",
        "etat": "État", "reference": "Référence du centre", "origine": "Origine", "cible": "Blocs visés",
        "dispositif_financement": "Financement", "prescripteur": "Inscrit par", "organisme": "Organisme de formation",
        "entreprise": "Entreprise", "centre": "Centre", "referentiel": "Version du référentiel",
        "abondement_cpf": "Abondement du CPF", "sans_accord_employeur": "À la seule initiative du salarié",
        "date_recevabilite": "Dossier de recevabilité reçu le", "experience": "Expérience professionnelle",
    }
    descriptions: ClassVar[dict[str, str]] = {
        "date_recevabilite": "VAE : réception du CERFA 12818*02.", "experience": "VAE de branche.",
        "organisme": ORGANISME.aide, "entreprise": "Salarié (SL) seulement.",
    }
    formats: ClassVar[dict[str, Any]] = {
        "candidat": lambda i: str(i.candidat), "certification": _numero_et_titre, "voie": lambda i: i.voie.libelle,
        "etat": lambda i: pastille(i.etat), "origine": lambda i: f"{i.origine.value} – {i.origine.libelle}",
        "prescripteur": lambda i: i.prescripteur.libelle, "cible": lambda i: i.cible.replace("|", ", ") or "certification entière",
        "dispositif_financement": lambda i: f"{i.dispositif_financement.value} – {i.dispositif_financement.libelle}",
        "organisme": lambda i: lien(i.organisme), "entreprise": lambda i: lien(i.entreprise),
    }
    exports: ClassVar[dict[str, Any]] = {"certification": _numero_et_titre, "etat": lambda i: i.etat.libelle}
    tris: ClassVar[dict[str, Tri]] = {
        "candidat": Tri((Inscription.nom_tri,)),
        "date_inscription": Tri((Inscription.date_inscription,)),
        "etat": Tri((Inscription.etat,)),
    }
    filtres = (
        FiltreListe("etat", "État", Inscription.etat),
        FiltreListe("voie", "Voie", Inscription.voie),
        FiltreListe("origine", "Origine", Inscription.origine),
        FiltreReference("certification", "Certification", Inscription.certification_id, lookup=CERTIFICATION),
        FiltreReference("organisme", "Organisme", Inscription.organisme_id, lookup=ORGANISME),
        FiltrePeriode("inscrit", "Inscrit", Inscription.date_inscription),
        FiltreReference("centre", "Centre", Inscription.centre_id, lookup=CENTRE),
    )
    chargements = (
        joinedload(Inscription.candidat), joinedload(Inscription.organisme), joinedload(Inscription.entreprise),
        joinedload(Inscription.certification).selectinload(Certification.enregistrements), joinedload(Inscription.centre),
    )
    chargements_fiche = (
        *chargements, joinedload(Inscription.referentiel),
        selectinload(Inscription.evaluations).joinedload(Evaluation.competence),
    )
    fiche = (
        ("Candidat et visée", ("candidat_lie", "certification_liee", "cible", "referentiel", "reference", "centre")),
        ("Parcours", ("date_inscription", "voie", "prescripteur", "organisme", "date_recevabilite", "experience")),
        ("Origine", ("origine", "dispositif_financement", "abondement_cpf", "entreprise", "sans_accord_employeur")),
    )
    form_columns = ("date_inscription", "reference", "voie", "prescripteur", "organisme", "date_recevabilite",
                    "experience", "origine", "dispositif_financement", "abondement_cpf", "entreprise",
                    "sans_accord_employeur")
    groupes = (
        ("Inscription", ("date_inscription", "reference")),
        ("Parcours", ("voie", "prescripteur", "organisme", "date_recevabilite", "experience")),
        ("Origine", ("origine", "dispositif_financement", "abondement_cpf", "entreprise", "sans_accord_employeur")),
    )
    groupes_creation = (
        ("Candidat", ("civilite", "nom_naissance", "nom_usage", "prenoms", "sexe", "date_naissance", "ville_naissance",
                      "pays_naissance", "departement_naissance")),
        ("Coordonnées", ("email", "telephone", "adresse", "code_postal", "ville")),
        ("Certification visée", ("certification", "blocs", "date_inscription", "reference")),
        ("Parcours", ("voie", "prescripteur", "organisme", "date_recevabilite", "experience")),
        ("Origine et entreprise", ("origine", "dispositif_financement", "abondement_cpf", "sans_accord_employeur",
                                   "raison_sociale", "siret", "adresse_entreprise", "code_nace", "secteur", "branche")),
    )
    form_lookups: ClassVar[dict[str, Any]] = {
        "organisme": ORGANISME, "entreprise": ENTREPRISE, "certification": CERTIFICATION, "pays_naissance": PAYS,
        "departement_naissance": DEPARTEMENT, "code_nace": NACE,
    }
    montre_si: ClassVar[dict[str, str]] = {
        "date_recevabilite": "voie=vae", "experience": "voie=vae_branche", "organisme": "prescripteur=organisme",
        "entreprise": "origine=SL", "sans_accord_employeur": "origine=SL", "raison_sociale": "origine=SL",
        "siret": "origine=SL", "adresse_entreprise": "origine=SL", "code_nace": "origine=SL", "secteur": "origine=SL",
        "branche": "secteur=HM",
    }
    champs_des_regles: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("raison_sociale", "siret", "adresse_entreprise", "code_nace", "secteur", "branche"), "entreprise"),
    }

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par le nom du candidat, ou la référence du centre."""
        return chercher_inscription(terme)

    def get_create_form(self) -> Any:
        """Le formulaire en une page."""
        return FormulaireInscription

    def groupes_du_formulaire(self, form: Formulaire) -> list[tuple[str, list[Any]]]:
        """Les groupes de la création ou de la modification."""
        if isinstance(form, FormulaireInscription):
            return [(titre, [form[c] for c in champs]) for titre, champs in self.groupes_creation]
        return super().groupes_du_formulaire(form)

    def valeur(self, objet: Any, nom: str) -> Any:
        """Les liens de la fiche, en plus des cellules de liste."""
        if nom == "candidat_lie":
            return lien(objet.candidat)
        if nom == "certification_liee":
            return lien(objet.certification)
        return super().valeur(objet, nom)

    def libelle_colonne(self, nom: str) -> str:
        """Le nom d'une colonne à l'écran."""
        return super().libelle_colonne(nom.removesuffix("_lie").removesuffix("_liee"))

    def ecrire(self, form: Any, objet: Inscription | None, contexte: dict[str, Any]) -> Any | None:
        """Une création passe par la porte de l'import : un formulaire est un lot d'un."""
        if objet is not None:
            return super().ecrire(form, objet, contexte)
        (resultat,) = inscrire(db.session(), current_user.centre_id, [form.saisie()])
        for erreur in resultat.erreurs:
            form.poser(erreur.colonne, _avec_passage(erreur))
        if resultat.erreurs:
            return None
        if resultat.deja_inscrite or resultat.inscription_id is None:
            form.form_errors.append("Ce candidat est déjà inscrit à cette certification pour cette cible.")
            return None
        if not self.alertes_lues([_avec_passage(a) for a in resultat.alertes], contexte):
            return None
        db.session.commit()
        return db.session.get(Inscription, resultat.inscription_id)

    def entete(self, objet: Inscription) -> Any:
        """L'état."""
        return pastille(objet.etat)

    def etapes(self, objet: Inscription) -> Sequence[Etape]:
        """La ligne de temps : de l'inscription au certificat, ce qui est fait et ce qui reste."""
        return etapes_du_parcours(self._parcours(objet))

    @staticmethod
    def _parcours(objet: Inscription) -> ParcoursFacts:
        if getattr(g, "parcours", None) is None or g.parcours.inscription_id != objet.id:
            g.parcours = parcours_de(objet.id)
        faits: ParcoursFacts = g.parcours
        return faits

    def tableaux(self, objet: Inscription) -> Sequence[Tableau]:
        """Ce qui manque pour le jury, et les évaluations par compétence."""
        parcours = self._parcours(objet)
        reste = manques_lies(parcours) if objet.etat is EtatInscription.OUVERTE and parcours.jury_id is None else []
        manque = (Tableau("Ce qui manque pour le présenter à un jury", ("Quoi", "Règle"), [
            (Markup('<a href="{}">{}</a>').format(adresse, m.message), m.code) for m, adresse in reste
        ]),) if reste else ()
        return (*manque, Tableau("Évaluations", ("Compétence", "Modalité convenue", "Le", "Résultat"), [
            (str(e.competence), "acquis repris" if e.acquis_de_id else texte(e.modalite), texte(e.date_evaluation),
             pastille(e.resultat))
            for e in objet.evaluations
        ], "Aucun résultat d'évaluation."))

    def liens(self, objet: Inscription) -> Sequence[tuple[str, str]]:
        """Les évaluations ; l'aménagement, pour le responsable seulement."""
        liens = []
        if peut(current_user.role, "evaluation", Droit.MODIFIER):
            liens.append(("Évaluer", url_for("evaluations.inscription", inscription_id=objet.id)))
        if peut(current_user.role, "amenagement", Droit.LIRE):
            connu = db.session.scalar(select(Amenagement.id).where(Amenagement.inscription_id == objet.id))
            if connu is not None:
                liens.append(("Compensation du handicap", url_for("amenagements.details_view", id=connu)))
            else:
                liens.append(
                    ("Noter une compensation du handicap", url_for("amenagements.create_view", inscription=objet.id))
                )
        return liens

    @action("grille", "Évaluer en grille", "")
    def action_grille(self, inscriptions: Sequence[Inscription]) -> ResponseReturnValue:
        """Ouvre la grille d'évaluation des inscriptions cochées."""
        return redirect(url_for("evaluations.grille", rowid=[i.id for i in inscriptions]), 303)

    def is_action_allowed(self, name: str) -> bool:
        """Évalue qui en a le droit."""
        return super().is_action_allowed(name) and (
            name != "grille" or peut(current_user.role, "evaluation", Droit.MODIFIER)
        )


def vues() -> tuple[DomainView, ...]:
    """La vue des inscriptions, au menu des candidats."""
    return (InscriptionsView(Inscription, db, "Inscriptions", "Candidats", "inscriptions"),)
