"""Les inscriptions préalables à la certification, et le formulaire qui en fait une (partie 2, chapitre 2, § 1.A)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask import abort, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.actions import action
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import joinedload, selectinload
from wtforms import BooleanField, DateField
from wtforms.validators import InputRequired, Length, Optional, StopValidation

from admin_views.base import (
    Controle,
    DomainView,
    Etape,
    FiltreListe,
    FiltrePeriode,
    FiltreReference,
    Tableau,
    Tri,
    exige,
    lien,
    pastille,
    texte,
)
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.presentables import etapes_du_parcours, manques_lies, parcours_de
from admin_views.recherches import (
    CANDIDAT,
    CENTRE,
    CERTIFICATION,
    COMMUNE,
    DEPARTEMENT,
    ENTREPRISE,
    NACE,
    ORGANISME,
    ORGANISME_HABILITE,
    PAYS,
    chercher_inscription,
)
from admin_views.saisie import Formulaire, ListeFermee, Reference, Texte, TexteLong
from imports.inscriptions import inscrire
from models import (
    Amenagement,
    Candidat,
    Certification,
    Commune,
    Entreprise,
    Evaluation,
    Inscription,
    Journal,
    Pays,
)
from models.base import aujourd_hui
from models.contexte import en_ecriture
from models.journal import entree
from rules import controle
from rules.collecte import FRANCE, blocs_a_viser, inscriptions_facts
from rules.collecte_doublons import proches
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


def _numero_et_titre(i: Inscription) -> str:
    return i.certification.base_identifiant


class RequisSauf:
    """Un champ obligatoire, sauf si l'une de ces fiches est choisie : elle dit alors la même chose."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, message: str, *autres: str) -> None:
        self.message = message
        self.autres = autres

    def __call__(self, form: Any, champ: Any) -> None:
        """Refuse le vide ; ce qu'une fiche choisie remplace n'est pas jugé."""
        if any(form[autre].data is not None for autre in self.autres):
            champ.errors = []
            raise StopValidation
        if not (champ.raw_data and str(champ.raw_data[0]).strip()):
            champ.errors = []
            raise StopValidation(self.message)


class FormulaireInscription(Formulaire):
    """Une inscription en une page : les colonnes d'une ligne d'import, avec les mêmes noms.

    Une fiche choisie (candidat, commune, entreprise) remplace les champs qui la décriraient ; les règles jugent alors
    ce qu'elle porte, comme si on l'avait recopiée.
    """

    candidat = Reference(CANDIDAT, "Candidat déjà connu du centre", vide=True, creer="Nouveau candidat")
    civilite = ListeFermee(Civilite, label="Civilité", vide=True, validators=[Optional()])
    nom_naissance = Texte("Nom de naissance", [RequisSauf("Indiquez le nom de naissance.", "candidat"), Length(max=120)])
    nom_usage = Texte("Nom d'usage", [Length(max=120)], description="S'il diffère du nom de naissance.")
    prenoms = Texte("Prénoms", [RequisSauf("Indiquez le ou les prénoms.", "candidat"), Length(max=120)])
    sexe = ListeFermee(Sexe, label="Sexe", vide=True, validators=[Optional()])
    date_naissance = DateField("Date de naissance", [RequisSauf("Indiquez la date de naissance.", "candidat")])
    commune = Reference(COMMUNE, "Commune de naissance", vide=True)
    ville_naissance = Texte("Ville de naissance", [
        RequisSauf("Indiquez la commune, ou la ville et le pays de naissance.", "candidat", "commune"), Length(max=100),
    ], description="Pour une naissance à l'étranger, ou une commune introuvable.")
    pays_naissance = Reference(PAYS, "Pays de naissance", vide=True, description="Tapez quelques lettres, puis choisissez.")
    departement_naissance = Reference(DEPARTEMENT, "Département de naissance", vide=True,
                                      description="Naissance en France seulement : numéro ou nom.")
    email = Texte("Courriel", [Length(max=200)])
    telephone = Texte("Téléphone", [Length(max=30)])
    adresse = Texte("Adresse", [Length(max=300)])
    code_postal = Texte("Code postal", [Length(max=10)])
    ville = Texte("Ville", [Length(max=120)])
    certification = Reference(CERTIFICATION, "Certification visée", description=CERTIFICATION.aide)
    date_inscription = DateField("Date d'inscription", [InputRequired("Indiquez la date d'inscription.")])
    blocs = Texte("Blocs de compétences", [Length(max=200)],
                  description="Laissez vide pour la certification entière ; sinon les numéros, séparés par des virgules.")
    reference = Texte("Référence du centre", [Length(max=60)])
    voie = ListeFermee(Voie, label="Voie d'accès", validators=[InputRequired("Choisissez la voie d'accès.")])
    prescripteur = ListeFermee(Prescripteur, label="Inscription faite par",
                               validators=[InputRequired("Choisissez par qui l'inscription est faite.")])
    organisme = Reference(ORGANISME_HABILITE, "Organisme de formation", vide=True, description=ORGANISME_HABILITE.aide)
    date_recevabilite = DateField("Dossier de recevabilité reçu le", [Optional()], description="VAE : CERFA 12818*02.")
    experience = TexteLong("Expérience professionnelle", [Length(max=20_000)], description="VAE de branche.")
    origine = ListeFermee(Origine, label="Origine du candidat", validators=[InputRequired("Choisissez l'origine.")])
    dispositif_financement = ListeFermee(DispositifFinancement, label="Dispositif de financement",
                                         validators=[InputRequired("Choisissez le dispositif de financement.")])
    abondement_cpf = BooleanField("Abondement du CPF")
    sans_accord_employeur = BooleanField("À la seule initiative du salarié")
    entreprise = Reference(ENTREPRISE, "Entreprise déjà connue du centre", vide=True, creer="Nouvelle entreprise")
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
        for fiche, colonnes in ((self.commune.data, _commune), (self.candidat.data, _candidat),
                                (self.entreprise.data, _entreprise)):
            if fiche is not None:
                valeurs |= {nom: _ecrite(v) for nom, v in colonnes(fiche).items()}
        return valeurs


def _commune(c: Commune) -> dict[str, Any]:
    """Une commune choisie, aux noms des colonnes d'import."""
    return {"ville_naissance": c.libelle, "code_commune_naissance": c.code,
            "departement_naissance": c.departement_code, "pays_naissance": FRANCE}


def _candidat(c: Candidat) -> dict[str, Any]:
    """L'état civil d'une fiche choisie, aux noms des colonnes d'import."""
    return {
        "civilite": c.civilite, "sexe": c.sexe, "nom_naissance": c.nom_naissance, "nom_usage": c.nom_usage,
        "prenoms": c.prenoms, "date_naissance": c.date_naissance, "ville_naissance": c.ville_naissance,
        "code_commune_naissance": c.code_commune_naissance, "departement_naissance": c.departement_naissance_code,
        "pays_naissance": c.pays_naissance_code,
    }


def _entreprise(e: Entreprise) -> dict[str, Any]:
    """Une entreprise choisie, aux noms des colonnes d'import."""
    return {"raison_sociale": e.raison_sociale, "siret": e.siret, "adresse_entreprise": e.adresse,
            "code_nace": e.code_nace, "secteur": e.secteur, "branche": e.branche}


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
        "organisme": ORGANISME_HABILITE.aide, "entreprise": "Salarié (SL) seulement.",
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
        ("Candidat", ("candidat", "civilite", "nom_naissance", "nom_usage", "prenoms", "sexe", "date_naissance", "commune",
                      "ville_naissance", "pays_naissance", "departement_naissance")),
        ("Certification visée", ("certification", "date_inscription", "blocs", "reference")),
        ("Parcours", ("voie", "prescripteur", "organisme", "date_recevabilite", "experience")),
        ("Origine et entreprise", ("origine", "dispositif_financement", "abondement_cpf", "sans_accord_employeur",
                                   "entreprise", "raison_sociale", "siret", "adresse_entreprise", "code_nace", "secteur",
                                   "branche")),
        ("Coordonnées", ("email", "telephone", "adresse", "code_postal", "ville")),
    )
    create_template = "admin/inscrire.html"
    form_lookups: ClassVar[dict[str, Any]] = {
        "organisme": ORGANISME_HABILITE, "entreprise": ENTREPRISE, "certification": CERTIFICATION, "pays_naissance": PAYS,
        "departement_naissance": DEPARTEMENT, "code_nace": NACE, "candidat": CANDIDAT, "commune": COMMUNE,
    }
    montre_si: ClassVar[dict[str, str]] = {
        "date_recevabilite": "voie=vae", "experience": "voie=vae_branche", "organisme": "prescripteur=organisme",
        "entreprise": "origine=SL", "sans_accord_employeur": "origine=SL",
    }
    # À la création, ce qu'une fiche choisie dit déjà ne se redemande pas.
    montre_a_la_creation: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("civilite", "nom_naissance", "nom_usage", "prenoms", "sexe", "date_naissance", "commune", "email",
                         "telephone", "adresse", "code_postal", "ville"), "candidat="),
        **dict.fromkeys(("ville_naissance", "pays_naissance"), "candidat=&commune="),
        "departement_naissance": f"candidat=&commune=&pays_naissance={FRANCE}",
        **dict.fromkeys(("raison_sociale", "siret", "adresse_entreprise", "code_nace", "secteur"), "origine=SL&entreprise="),
        "branche": "origine=SL&entreprise=&secteur=HM",
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

    def attributs_du_champ(self, nom: str) -> Mapping[str, str]:
        """Ce qui montre un champ, à la création et à la modification."""
        si = self.montre_si | self.montre_a_la_creation
        return {"data-si": si[nom]} if nom in si else {}

    def _formulaire(self, form: Any, objet: Inscription | None) -> ResponseReturnValue:
        if objet is None and request.method == "GET":
            form.date_inscription.data = aujourd_hui()
            form.pays_naissance.data = db.session.get(Pays, FRANCE)
            if "apres" in request.args:
                self._reprendre(form)
        reponse = super()._formulaire(form, objet)
        for candidat_id in g.pop("proches_d_ailleurs", ()):
            # Chercher un inconnu par le formulaire laisse une trace, qu'on ait enregistré ou non (securite.md).
            with en_ecriture():
                db.session.execute(insert(Journal), [entree("rapprochement", "candidat", candidat_id)])
                db.session.commit()
        return reponse

    def _reprendre(self, form: FormulaireInscription) -> None:
        """Les valeurs de l'inscription précédente, pour inscrire un groupe ; l'état civil reste à saisir."""
        precedente = self.get_one(request.args["apres"], self.chargements)
        if precedente is None:
            abort(404)
        for nom in ("certification", "date_inscription", "voie", "prescripteur", "organisme", "origine",
                    "dispositif_financement", "abondement_cpf", "entreprise"):
            form[nom].data = getattr(precedente, nom)
        form.blocs.data = precedente.cible.replace("|", ", ")

    def ecrire(self, form: Any, objet: Inscription | None, contexte: dict[str, Any]) -> Any | None:
        """Une création passe par la porte de l'import : un formulaire est un lot d'un."""
        if objet is not None:
            return super().ecrire(form, objet, contexte)
        if form.candidat.data is None:
            form.candidat.data = CANDIDAT.un(request.form.get("rapprochement", ""))
        connu = form.candidat.data
        (resultat,) = inscrire(
            db.session(), current_user.centre_id, [form.saisie()], connu.cle_identite if connu is not None else ""
        )
        for erreur in resultat.erreurs:
            form.poser(erreur.colonne, str(erreur))
        if resultat.erreurs:
            return None
        if resultat.deja_inscrite or resultat.inscription_id is None:
            form.form_errors.append("Ce candidat est déjà inscrit à cette certification pour cette cible.")
            return None
        if not self.alertes_lues(resultat.alertes, contexte):
            contexte["proches"] = [p for p in resultat.proches if p.du_centre]
            g.proches_d_ailleurs = [p.candidat_id for p in resultat.proches if not p.du_centre]
            return None
        db.session.commit()
        return db.session.get(Inscription, resultat.inscription_id)

    def phrase_creee(self, objet: Inscription) -> str:
        """Qui vient d'être inscrit, et à quoi."""
        return f"Inscription enregistrée : {objet}."

    def adresse_apres(self, objet: Inscription) -> str:
        """La fiche, ou le formulaire du suivant, qui reprend ce que le groupe a en commun."""
        if "suite" in request.form:
            return url_for(".create_view", apres=objet.id)
        return super().adresse_apres(objet)

    @expose("/cible/")
    @exige(Droit.CREER)
    def cible(self) -> ResponseReturnValue:
        """Les blocs qu'on peut viser d'une certification à une date, pour le formulaire."""
        visee = CERTIFICATION.un(request.args.get("certification", ""))
        try:
            jour = dt.date.fromisoformat(request.args.get("le", ""))
        except ValueError:
            jour = aujourd_hui()
        blocs = (
            blocs_a_viser(db.session(), current_user.centre_id, visee.id, jour) if visee is not None else ()
        )
        return jsonify([{"code": code, "libelle": intitule} for code, intitule in blocs])

    @expose("/proches/", methods=("POST",))
    @exige(Droit.CREER)
    def proches(self) -> ResponseReturnValue:
        """Les candidats du centre qui ressemblent à une identité en cours de saisie ; jamais ceux d'un autre centre."""
        try:
            naissance = dt.date.fromisoformat(request.form.get("date_naissance", ""))
        except ValueError:
            return jsonify([])
        nom, prenoms, usage = (request.form.get(c, "").strip()[:120] for c in ("nom_naissance", "prenoms", "nom_usage"))
        ville = request.form.get("ville_naissance", "").strip()[:100]
        if not nom or not prenoms:
            return jsonify([])
        ligne = {"nom_naissance": nom, "nom_usage": usage, "prenoms": prenoms, "date_naissance": naissance,
                 "ville_naissance": ville, "cle_identite": ""}
        trouves = proches(db.session.connection(), {0: ligne}, current_user.centre_id).get(0, ())
        vus = {p.candidat_id: CANDIDAT.un(p.candidat_id) for p in trouves if p.du_centre}
        return jsonify([
            {"id": str(p.candidat_id), "texte": CANDIDAT.format(vus[p.candidat_id]), "motifs": ", ".join(p.motifs)}
            for p in trouves if vus.get(p.candidat_id) is not None
        ])

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
        if peut(current_user.role, "piece_candidat", Droit.LIRE):
            liens.append(("Pièces", url_for("conservation_gestes.du_candidat", inscription_id=objet.id)))
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
