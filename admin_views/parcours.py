"""Parcours de professionnalisation certifiants : le dossier d'un centre, sa validation, les attributions de l'entreprise.

La fiche (annexe 3) et le programme (annexe 4) se remplissent comme des tableurs ; les décisions sont dans
`rules.actes_parcours` (partie 1, chapitre 3 ; partie 2, chapitre 7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload, selectinload

from admin_views.base import (
    Document,
    DomainView,
    Etape,
    FiltreListe,
    FiltrePeriode,
    FiltreReference,
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
from admin_views.pieces import recevoir
from admin_views.recherches import CENTRE, PARCOURS, chercher_parcours
from admin_views.saisie import Formulaire, Texte, ajouter, contient
from admin_views.securite import base_occupee
from admin_views.tableur import Colonne, Saisie, Table
from models import AttributionParcours, Certification, Demande, Parcours, ParcoursDomaine, ParcoursModule, Piece
from models.base import aujourd_hui, maintenant
from models.normalisation import normaliser
from rules import actes_parcours, actes_pieces, controle
from rules.collecte_parcours import parcours_facts
from rules.nomenclatures import EtatReferentiel, NatureFormation, NaturePiece
from rules.noyau import Violation, alertes, evaluate
from rules.parcours import PROJET, Point, duree, lire_duree, points, totaux_par_phase

DOMAINES_PROPOSES = (
    "Préparation et fin d'activité", "Réalisation", "Technologies", "Techniques généralistes",
)
"""Les domaines que propose l'annexe 3, note 4."""

TABLES = (
    Table(
        "domaines", "Fiche du parcours (annexe 3)",
        (
            Colonne("domaine", "Domaine", "court", 200, exigee=True, propositions=DOMAINES_PROPOSES),
            Colonne("competences", "Compétences finales visées"),
            Colonne("contenus", "Contenus"),
            Colonne("minutes", "Nombre d'heures", "duree", 12),
            Colonne("intervenants", "Intervenants", longueur=600),
        ),
        lambda parcours: ParcoursDomaine(centre_id=parcours.centre_id),
    ),
    Table(
        "modules", "Programme de formation (annexe 4)",
        (
            Colonne("phase", "Phase", "entier", 2),
            Colonne("module", "Module", "court", 200, exigee=True),
            Colonne("objectifs", "Objectifs des modules détaillés"),
            Colonne("minutes", "Durée", "duree", 12),
            Colonne("nature", "Interne ou externe", "choix", choix=NatureFormation),
            Colonne("organisme", "Organisme de formation", "court", 300),
        ),
        lambda parcours: ParcoursModule(centre_id=parcours.centre_id),
        {"phase": "1", "nature": NatureFormation.INTERNE.value},
    ),
)


NATURES_DES_PIECES = (NaturePiece.COURRIER, NaturePiece.AVIS_CSE, NaturePiece.AUTRE)


class Duree(Texte):
    """Une durée : « 35 », « 3,5 » ou « 3 h 30 », gardée en minutes."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Lit la durée ; refuse en français."""
        if not valuelist:
            return
        try:
            self.data = lire_duree(str(valuelist[0]).strip() or "0")
        except ValueError:
            self.data = 0
            msg = "Écrivez une durée : 35, 3,5 ou 3 h 30."
            raise ValueError(msg) from None

    def pre_validate(self, form: Any) -> None:
        """Rien de plus : le texte est déjà lu."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return duree(self.data) if self.data else ""


class FormulaireParcours(Formulaire):
    """Les rubriques de la fiche, et les deux tableaux."""

    def __init__(self, formdata: Any = None, obj: Any = None, prefix: str = "", **kwargs: Any) -> None:
        super().__init__(formdata, obj, prefix, **kwargs)
        self.tables = [Saisie.de(t, obj) if formdata is None else Saisie.du_formulaire(t, formdata) for t in TABLES]

    def validate(self, extra_validators: Any = None) -> bool:
        """Vérifie les rubriques et chaque cellule."""
        valide = bool(super().validate(extra_validators))
        for table in self.tables:
            valide = table.valide() and valide
            for ancre, ou, quoi in table.fautes():
                self.form_errors.append(Markup('<a href="#{}">{}</a> : {}').format(ancre, ou, quoi))
        return valide

    def populate_obj(self, obj: Any) -> None:
        """Écrit les rubriques, puis les lignes."""
        super().populate_obj(obj)
        if obj.centre_id is None:
            obj.centre_id = current_user.centre_id
        for table in self.tables:
            table.ecrire(obj)
        # Deux personnes qui changent des lignes différentes changent la même fiche : sa version le dit.
        obj.updated_at = maintenant()


class ParcoursView(DomainView):
    """Les parcours certifiants : ceux du centre, ou tous pour le GTP."""

    ressource = "parcours"
    natures_des_pieces = NATURES_DES_PIECES
    nom_pluriel = "parcours certifiants"
    titre_creation = "Nouveau parcours certifiant"
    aide_recherche = "Intitulé ou société"
    phrase_vide = "Aucun parcours certifiant. Ouvrez le dossier d'une entreprise : sa fiche, son programme, puis soumettez-le au GTP."
    details_template = "admin/parcours.html"
    create_template = edit_template = "admin/parcours_formulaire.html"
    form_base_class = FormulaireParcours
    column_list = ("intitule", "societe", "identifiant", "etat", "duree", "centre")
    colonnes_facultatives = ("numero", "soumis_le", "valide_le", "mois")
    column_labels: ClassVar[dict[str, str]] = {
        "intitule": "Intitulé du parcours", "societe": "Société", "identifiant": "Identifiant", "etat": "État", "duree": "Durée",
        "centre": "Demandé par", "numero": "Version", "soumis_le": "Soumis le", "valide_le": "Validé le",
        "adresse": "Adresse", "public_vise": "Public visé", "minutes": "Durée totale", "mois": "Sur combien de mois",
        "periode": "Durée et période", "attestation": "Attestation des acquis de formation", "avis_cse": "Avis des représentants du personnel",
        "avis_cse_le": "Date de l'avis", "evaluation_conditions": "Conditions d'admission",
        "evaluation_modalites": "Modalités d'évaluation", "evaluation_criteres": "Critères et résultats attendus",
    }
    descriptions: ClassVar[dict[str, str]] = {
        "public_vise": "Catégories de poste ou d'emploi concernées par ce parcours (note 1).",
        "minutes": "Nombre total d'heures prévues : 35, 3,5 ou 3 h 30 (note 2).",
        "attestation": "Ce que dit l'attestation remise au salarié à l'issue du parcours (note 3).",
        "avis_cse": "CSE quand il existe ; sinon, l'entreprise déclare ne pas en avoir.",
        "evaluation_conditions": "Ce que l'entreprise vérifie avant d'attribuer la certification.",
        "evaluation_modalites": "Où, comment et par qui ; l'évaluation en situation de travail est privilégiée.",
    }
    formats: ClassVar[dict[str, Any]] = {
        "etat": lambda p: pastille(p.etat), "duree": lambda p: duree(p.minutes) if p.minutes else "",
        "identifiant": lambda p: p.certification.base_identifiant if p.valide_le else "",
        "periode": lambda p: f"{duree(p.minutes)}{f', sur {p.mois} mois' if p.mois else ''}" if p.minutes else "",
    }
    exports: ClassVar[dict[str, Any]] = {
        "identifiant": formats["identifiant"], "duree": formats["duree"], "etat": lambda p: p.etat.libelle,
    }
    tris: ClassVar[dict[str, Tri]] = {
        "intitule": Tri((Parcours.recherche,)), "soumis_le": Tri((Parcours.soumis_le,)), "valide_le": Tri((Parcours.valide_le,)),
    }
    filtres = (
        FiltreListe("etat", "État", Parcours.etat),
        FiltreReference("centre", "Demandé par", Parcours.centre_id, lookup=CENTRE),
        FiltrePeriode("valide", "Validé", Parcours.valide_le),
    )
    chargements = (
        joinedload(Parcours.centre), joinedload(Parcours.certification).selectinload(Certification.enregistrements),
    )
    chargements_fiche = (*chargements, selectinload(Parcours.domaines), selectinload(Parcours.modules))
    fiche = (
        ("Fiche du parcours", ("societe", "adresse", "public_vise", "periode", "attestation")),
        ("Avis des représentants du personnel", ("avis_cse", "avis_cse_le")),
        ("Référentiel d'évaluation", ("evaluation_conditions", "evaluation_modalites", "evaluation_criteres")),
    )
    form_columns = ("societe", "adresse", "intitule", "public_vise", "minutes", "mois", "attestation", "avis_cse",
                    "avis_cse_le", "evaluation_conditions", "evaluation_modalites", "evaluation_criteres")
    groupes = (
        ("Société", ("societe", "adresse")),
        ("Parcours", ("intitule", "public_vise", "minutes", "mois", "attestation")),
        ("Référentiel d'évaluation", ("evaluation_conditions", "evaluation_modalites", "evaluation_criteres")),
        ("Avis des représentants du personnel", ("avis_cse", "avis_cse_le")),
    )
    documents = (
        Document("fiche-ppc", "Fiche du parcours (PDF)", "documents.fiche_ppc"),
        Document("programme", "Programme de formation (PDF)", "documents.programme"),
    )

    def scaffold_form(self) -> Any:
        """La durée se saisit en heures."""
        return ajouter(super().scaffold_form(), [(
            "minutes", Duree(self.column_labels["minutes"], description=self.descriptions["minutes"]),
        )])

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par mots de l'intitulé ou de la société."""
        return chercher_parcours(terme)

    # -- saisie
    def _formulaire(self, form: FormulaireParcours, objet: Parcours | None) -> ResponseReturnValue:
        if objet is not None and (refus := evaluate(PROJET, parcours_facts(db.session(), [objet.id])[objet.id])):
            flash(str(refus[0]), "error")
            return redirect(url_for(".details_view", id=objet.id), 303)
        geste = request.form.get("geste", "")
        if not geste:
            return super()._formulaire(form, objet)
        if not any(table.jouer(geste) for table in form.tables):
            abort(400)
        db.session.rollback()
        return self.render(
            self.edit_template, form=form, objet=objet, version=request.form.get("version_lue"),
            groupes=self.groupes_du_formulaire(form), titre=self.titre_fiche(objet) if objet else self.titre_creation,
            identite=request.args.get("id") if objet is not None else None, conflit=None, alertes=(), cachet="",
        )

    def juger(self, objet: Parcours) -> Sequence[Violation]:
        """Seul un projet s'enregistre ; ce qui manque au dossier se lit sur sa page."""
        actes_parcours.enregistrer(db.session(), objet)
        return ()

    def avant_ecriture(self, form: Any, objet: Parcours, cree: bool) -> None:
        """La forme de recherche suit l'intitulé et la société."""
        objet.recherche = normaliser(f"{objet.intitule} {objet.societe}")

    def _conflit(self, form: FormulaireParcours, objet: Parcours) -> list[tuple[str, str, str]]:
        differences = super()._conflit(form, objet)
        for saisie in form.tables:
            en_base = Saisie.de(saisie.table, objet)
            if [x.textes for x in en_base.lignes] != [x.textes for x in saisie.lignes]:
                differences.append((saisie.table.titre, f"{len(en_base.lignes)} lignes, {en_base.total}",
                                    f"{len(saisie.lignes)} lignes, {saisie.total}"))
        return differences

    # -- page
    def titre_fiche(self, objet: Parcours) -> str:
        """L'intitulé."""
        return objet.intitule

    def entete(self, objet: Parcours) -> Any:
        """L'état, et la version quand ce n'est pas la première."""
        version = Markup(' <span class="pastille pastille-neutre">Version {}</span>').format(objet.numero)
        return pastille(objet.etat) + (version if objet.numero > 1 else Markup(""))

    def points(self, objet: Parcours) -> tuple[Point, ...]:
        """Le dossier point par point."""
        return points(parcours_facts(db.session(), [objet.id], aujourd_hui())[objet.id])

    def etapes(self, objet: Parcours) -> Sequence[Etape]:
        """Dossier, GTP, liste, attributions."""
        projet, soumis = objet.etat is EtatReferentiel.PROJET, objet.etat is EtatReferentiel.SOUMIS
        complet = all(p.fait for p in self.points(objet))
        valide = objet.valide_le is not None
        return (
            Etape("Dossier", "fait" if complet else "cours", "complet" if complet else "à compléter", "#dossier"),
            Etape("Soumis au GTP", "avenir" if projet and not complet else "cours" if projet else "fait", texte(objet.soumis_le)),
            Etape("Validé par le GTP", "fait" if valide else "cours" if soumis else "avenir", texte(objet.valide_le)),
            Etape("Attribué par l'entreprise", "cours" if valide else "avenir",
                  f"{len(self._attributions(objet))} salarié(s)" if valide else "", "#attributions" if valide else ""),
        )

    def _attributions(self, objet: Parcours) -> Sequence[AttributionParcours]:
        return db.session.scalars(
            select(AttributionParcours).where(AttributionParcours.parcours_id == objet.id)
            .order_by(AttributionParcours.attribue_le.desc(), AttributionParcours.id.desc()).limit(200)
        ).all()

    def tableaux(self, objet: Parcours) -> Sequence[Tableau]:
        """La fiche, le programme par phases, les versions, les attributions."""
        totaux = totaux_par_phase(objet.modules)
        lignes: list[Sequence[Any]] = []
        for phase, minutes in totaux.items():
            lignes.append((f"Phase\N{NO-BREAK SPACE}{phase}", "", "", Markup("<strong>{}</strong>").format(duree(minutes)), "", ""))
            lignes += [
                ("", m.module, m.objectifs, duree(m.minutes), m.nature.libelle, m.organisme)
                for m in objet.modules if m.phase == phase
            ]
        fiche = Tableau(
            "Fiche du parcours : domaines",
            ("Domaine", "Compétences finales visées", "Contenus", "Heures", "Intervenants"),
            [(d.domaine, d.competences, d.contenus, duree(d.minutes), d.intervenants) for d in objet.domaines]
            + ([("Total", "", "", Markup("<strong>{}</strong>").format(duree(sum(d.minutes for d in objet.domaines))), "")]
               if objet.domaines else []),
            "La fiche n'a pas encore de domaine.",
        )
        programme = Tableau(
            f"Programme de formation : {duree(sum(totaux.values()))}",
            ("Phase", "Module", "Objectifs", "Durée", "Interne ou externe", "Organisme"), lignes,
            "Le programme n'a pas encore de module.",
        )
        versions = db.session.scalars(
            select(Parcours).where(Parcours.certification_id == objet.certification_id).order_by(Parcours.numero)
        ).all() if objet.certification_id is not None else ()
        autres = (Tableau("Versions", ("Version", "État", "Validée le"), [
            (lien(v, f"Version {v.numero}") if v is not objet else f"Version {v.numero} (celle-ci)", pastille(v.etat), texte(v.valide_le))
            for v in versions
        ]),) if len(versions) > 1 else ()
        return (fiche, programme, *autres)

    def pieces(self, objet: Parcours) -> Sequence[Piece]:
        """Les pièces du dossier."""
        return actes_pieces.pieces_du_dossier(db.session(), objet)

    def tableau_des_attributions(self, objet: Parcours) -> Tableau:
        """Les attributions de cette version."""
        return Tableau(
            "Attributions par l'entreprise", ("Salarié", "Décision du", "Résultat", "Emploi et cotation", "Attestation"),
            [_ligne_d_attribution(a) for a in self._attributions(objet)], "Aucune attribution n'est enregistrée.",
        )

    def liens(self, objet: Parcours) -> Sequence[tuple[str, str]]:
        """Sa demande au GTP."""
        demande = db.session.scalar(select(Demande.id).where(Demande.parcours_id == objet.id).order_by(Demande.id.desc()))
        if demande is None or not peut(current_user.role, "demande", Droit.LIRE):
            return ()
        return (("La demande au GTP", url_for("demandes.details_view", id=demande)),)

    # -- actes
    def _demande(self) -> Parcours:
        objet = self.get_one(request.form.get("id", ""))
        if objet is None:
            abort(404)
        return objet

    def _acte(self, objet: Parcours, faire: Callable[[], Any], reussite: str) -> ResponseReturnValue:
        return executer(faire, reussite, lambda rendu: url_for(
            ".details_view", id=rendu.id if isinstance(rendu, Parcours) else objet.id
        ))

    @expose("/soumettre/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def soumettre(self) -> ResponseReturnValue:
        """Soumet le dossier au GTP."""
        objet = self._demande()
        return self._acte(objet, lambda: actes_parcours.soumettre(db.session(), objet, aujourd_hui()),
                          "Dossier soumis au GTP : il ne change plus jusqu'à sa décision.")

    @expose("/joindre/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def joindre(self) -> ResponseReturnValue:
        """Joint une pièce au dossier."""
        objet = self.get_one(request.args.get("id", ""))
        if objet is None:
            abort(404)
        return self._acte(objet, lambda: recevoir(objet), "Pièce jointe au dossier.")

    @expose("/reviser/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def reviser(self) -> ResponseReturnValue:
        """Ouvre une nouvelle version."""
        objet = self._demande()
        return self._acte(objet, lambda: actes_parcours.reviser(db.session(), objet),
                          "Nouvelle version ouverte en projet : la version validée reste en vigueur jusqu'à la décision du GTP.")


def executer(faire: Callable[[], Any], reussite: str, adresse: Callable[[Any], str]) -> ResponseReturnValue:
    """Exécute un acte, valide, dit ce qui s'est passé — alertes comprises — et revient à la page."""
    rendu: Any = None
    try:
        rendu = faire()
        db.session.commit()
    except controle.Refus as refus:
        db.session.rollback()
        for violation in refus.violations:
            flash(str(violation), "error")
    except DBAPIError as erreur:
        db.session.rollback()
        violation_de_la_base = None if base_occupee(erreur) else controle.traduire(erreur)
        if violation_de_la_base is None:
            raise
        flash(str(violation_de_la_base), "error")
    else:
        flash(reussite, "success")
        for violation in alertes(rendu) if isinstance(rendu, tuple) else ():
            flash(str(violation), "warning")
    return redirect(adresse(rendu), 303)


def _ligne_d_attribution(a: AttributionParcours) -> tuple[Any, ...]:
    etat = Markup('{} <span class="pastille pastille-danger">Annulée</span>').format(a.resultat.libelle) if a.annulee_le else a.resultat.libelle
    return (lien_par_cle(AttributionParcours, a.id, str(a)), texte(a.attribue_le), etat,
            ", ".join(filter(None, (a.emploi, a.cotation))), f"n° {a.numero}" if a.atteste else "")


class AttributionsView(DomainView):
    """Ce que les entreprises ont décidé pour leurs salariés (partie 2, chapitre 7)."""

    ressource = "attribution_parcours"
    nom_pluriel = "attributions de parcours"
    titre_creation = "Attribution d'un parcours à un salarié"
    aide_recherche = "Nom du salarié"
    phrase_vide = "Aucune attribution. Elles se saisissent depuis la page d'un parcours validé."
    details_template = "admin/attribution_parcours.html"
    donnees_personnelles = True
    column_list = ("salarie", "parcours", "attribue_le", "resultat", "cotation", "etat")
    colonnes_facultatives = ("date_naissance", "organisme_evaluation", "habilite_le", "evalue_le", "emploi", "numero")
    column_labels: ClassVar[dict[str, str]] = {
        "salarie": "Salarié", "parcours": "Parcours", "attribue_le": "Décision de l'entreprise le", "resultat": "Résultat",
        "cotation": "Cotation de l'emploi", "etat": "État", "nom": "Nom", "prenoms": "Prénoms", "date_naissance": "Né(e) le",
        "organisme_evaluation": "Organisme d'évaluation", "habilite_le": "Habilité par l'entreprise le",
        "evalue_le": "Évaluations terminées le", "emploi": "Emploi tenu", "numero": "Numéro",
        "annulee_le": "Annulée le", "motif_annulation": "Motif de l'annulation",
    }
    descriptions: ClassVar[dict[str, str]] = {
        "organisme_evaluation": "L'organisme de formation ou d'évaluation que l'entreprise a dûment habilité.",
        "cotation": "Le classement de l'emploi tenu par le salarié, tel que l'entreprise l'a coté.",
        "emploi": "Exigé avec la cotation quand la certification est attribuée.",
        "attribue_le": "L'entreprise attribue : aucun jury paritaire ne délibère.",
    }
    formats: ClassVar[dict[str, Any]] = {
        "salarie": str, "parcours": lambda a: lien(a.parcours), "resultat": lambda a: a.resultat.libelle,
        "etat": lambda a: Markup('<span class="pastille pastille-danger">Annulée</span>') if a.annulee_le
        else Markup('<span class="pastille pastille-succes">En vigueur</span>'),
    }
    exports: ClassVar[dict[str, Any]] = {
        "salarie": str, "parcours": lambda a: a.parcours, "resultat": lambda a: a.resultat.libelle,
        "etat": lambda a: "Annulée" if a.annulee_le else "En vigueur",
    }
    tris: ClassVar[dict[str, Tri]] = {
        "salarie": Tri((AttributionParcours.recherche,)), "attribue_le": Tri((AttributionParcours.attribue_le,)),
    }
    tri_par_defaut = ("attribue_le", True)
    filtres = (
        FiltreListe("resultat", "Résultat", AttributionParcours.resultat),
        FiltreReference("parcours", "Parcours", AttributionParcours.parcours_id, lookup=PARCOURS),
        FiltrePeriode("attribue", "Décision", AttributionParcours.attribue_le),
    )
    chargements = (joinedload(AttributionParcours.parcours).joinedload(Parcours.certification).selectinload(Certification.enregistrements),)
    fiche = (
        ("Salarié", ("nom", "prenoms", "date_naissance")),
        ("Évaluation", ("organisme_evaluation", "habilite_le", "evalue_le")),
        ("Décision de l'entreprise", ("parcours", "resultat", "attribue_le", "emploi", "cotation")),
    )
    form_columns = ("parcours", "nom", "prenoms", "date_naissance", "organisme_evaluation", "habilite_le", "evalue_le",
                    "resultat", "attribue_le", "emploi", "cotation")
    groupes = (
        ("Parcours", ("parcours",)),
        ("Salarié", ("nom", "prenoms", "date_naissance")),
        ("Évaluation", ("organisme_evaluation", "habilite_le", "evalue_le")),
        ("Décision de l'entreprise", ("resultat", "attribue_le", "emploi", "cotation")),
    )
    form_lookups: ClassVar[dict[str, Any]] = {"parcours": PARCOURS}
    documents = (Document("attestation-ppc", "Attestation remise au salarié (PDF)", "documents.attestation_ppc"),)

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par le nom du salarié."""
        return contient(terme, AttributionParcours.recherche)

    def titre_fiche(self, objet: AttributionParcours) -> str:
        """Le salarié et le parcours."""
        return f"{objet} – {objet.parcours.intitule}"

    def entete(self, objet: AttributionParcours) -> Any:
        """En vigueur ou annulée."""
        return self.formats["etat"](objet)

    def liens(self, objet: AttributionParcours) -> Sequence[tuple[str, str]]:
        """Le parcours."""
        return (("Le parcours", url_for("parcours.details_view", id=objet.parcours_id)),)

    def _documents(self, objet: AttributionParcours) -> list[tuple[str, str]]:
        return super()._documents(objet) if objet.atteste else []

    @expose("/new/", methods=("GET", "POST"))
    @exige(Droit.CREER)
    def create_view(self) -> ResponseReturnValue:
        """Le formulaire, sur le parcours d'où l'on vient."""
        choisi = PARCOURS.un(request.args.get("parcours", ""))
        form = self._create_form_class(request.form if request.method == "POST" else None, parcours=choisi)
        return self._formulaire(form, None)

    def ecrire(self, form: Formulaire, objet: Any | None, contexte: dict[str, Any]) -> Any | None:
        """Enregistre la décision de l'entreprise, jugée par PPC-04."""
        attribution = AttributionParcours()
        with db.session.no_autoflush:
            form.populate_obj(attribution)
        actes_parcours.attribuer(db.session(), attribution, aujourd_hui())
        db.session.commit()
        return attribution

    @expose("/annuler/", methods=("POST",))
    @exige(Droit.CREER)
    def annuler(self) -> ResponseReturnValue:
        """Annule une attribution, avec son motif."""
        objet = self.get_one(request.form.get("id", ""))
        if objet is None:
            abort(404)
        motif = request.form.get("motif", "")[:600]
        return executer(lambda: actes_parcours.annuler(db.session(), objet, motif, aujourd_hui()),
                        "Attribution annulée : elle reste lisible, avec son motif.",
                        lambda _: url_for(".details_view", id=objet.id))


def vues() -> tuple[DomainView, ...]:
    """Les vues, dans l'ordre du menu Référentiels."""
    domaine = "Référentiels"
    return (
        ParcoursView(Parcours, db, "Parcours certifiants", domaine, "parcours"),
        AttributionsView(AttributionParcours, db, "Attributions de parcours", domaine, "attributions-parcours"),
    )
