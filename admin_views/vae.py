"""Les VAE : la liste et ses échéances, le chemin d'une VAE, les VAE collectives, les commissions (partie 2, chap. 2, § 2).

Ce qui se décide est dans `rules.actes_vae` ; ici on lit la demande, on appelle l'acte, on montre ce qu'il en dit. La page
d'une VAE et celle d'un collectif proposent les mêmes gestes : sur un candidat, ou sur tous ceux qui sont cochés.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, ClassVar

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from sqlalchemy import ColumnElement, Select, and_, case, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload, selectinload
from wtforms import BooleanField, DateField, SelectMultipleField
from wtforms.validators import InputRequired, Length

from admin_views.base import (
    DomainView,
    Etape,
    EtatListe,
    Filtre,
    FiltrePeriode,
    FiltreReference,
    FiltreTexte,
    Tri,
    exige,
    lien,
    pastille,
    texte,
)
from admin_views.droits import Droit
from admin_views.extensions import db
from admin_views.gestes import refus_dits
from admin_views.recherches import CERTIFICATION, ENTREPRISE, PERSONNE, chercher_inscription
from admin_views.saisie import Formulaire, ListeFermee, Lookup, Reference, Texte, TexteLong, lire_cle
from admin_views.securite import base_occupee
from models import (
    Candidat,
    Certification,
    CollectifVae,
    CommissionValidation,
    Inscription,
    MembreValidation,
    Personne,
    Vae,
)
from models.base import aujourd_hui
from models.normalisation import normaliser
from models.verrou import verrouiller
from rules import actes_vae, controle
from rules.actes_vae import Conclusion
from rules.collecte_evaluation import dossiers_facts
from rules.collecte_vae import commissions_facts, vaes_facts
from rules.nomenclatures import ConclusionVae, EtatInscription, Nomenclature, Recevabilite, Voie
from rules.noyau import Violation, alertes
from rules.vae import CommissionValidationFacts, VaeFacts, chemin, echeance, prochaine_phase

# La condition de l'index partiel, mot pour mot : un paramètre l'empêcherait de servir.
_EN_VAE = text("inscription.voie <> 'formation'")
_ATTENTE = case(
    (
        and_(Inscription.etat == EtatInscription.OUVERTE, Vae.notifiee_le.is_(None)),
        func.coalesce(Vae.dossier_complet_le, Inscription.date_recevabilite),
    ),
)
_COMMISSION = Lookup(
    CommissionValidation, lambda t: CommissionValidation.lieu.icontains(t.strip()[:60], autoescape=True),
    (CommissionValidation.tenue_le.desc(),), str, aide="Lieu de la commission ; les plus récentes d'abord.",
)


# --- les gestes ----------------------------------------------------------------------------------------------------


class _Date(Formulaire):
    le = DateField("Le", [InputRequired("Indiquez la date.")], default=aujourd_hui)


class _DateEtPersonne(_Date):
    par = Texte("Par", [InputRequired("Indiquez qui a mené cette phase."), Length(max=120)],
                default=lambda: current_user.nom)


class _Choix(ListeFermee):
    """Une liste fermée, sauf une valeur qui ne se choisit pas ici."""

    def __init__(self, enumeration: type[Enum], sauf: Nomenclature, **kwargs: Any) -> None:
        super().__init__(enumeration, **kwargs)
        del self.possibles[str(sauf.value)]


class _Decision(_DateEtPersonne):
    # Réputée recevable, une demande l'est par le temps passé : cela ne se choisit pas.
    decision = _Choix(Recevabilite, Recevabilite.REPUTEE, label="Décision",
                      validators=[InputRequired("Choisissez la décision.")])
    motif = TexteLong("Motif du refus", [Length(max=4000)], description="Dit au candidat, avec les écarts au référentiel.")
    recommandations = TexteLong("Recommandations", [Length(max=4000)],
                                description="Formations complémentaires utiles, s'il y a lieu.")


class _Commission(Formulaire):
    commission = Reference(_COMMISSION, "Commission de validation", description=_COMMISSION.aide)


class _Cases(SelectMultipleField):
    """Les compétences acquises, par bloc."""

    genre = "competences"


class _Conclusion(Formulaire):
    conclusion = ListeFermee(ConclusionVae, label="Conclusion", validators=[InputRequired("Choisissez la conclusion.")])
    acquises = _Cases("Compétences acquises", coerce=int, validate_choice=False)
    mise_en_situation = BooleanField("Mise en situation professionnelle")
    entretien = BooleanField("Entretien avec le candidat")
    observations = TexteLong("Observations au jury", [Length(max=4000)])


class _ConclusionCommune(Formulaire):
    # Une validation partielle nomme ses blocs : elle se conclut candidat par candidat.
    conclusion = _Choix(ConclusionVae, ConclusionVae.PARTIELLE, label="Conclusion",
                        validators=[InputRequired("Choisissez la conclusion.")])
    mise_en_situation = BooleanField("Mise en situation professionnelle")
    entretien = BooleanField("Entretien avec chaque candidat")


@dataclass(frozen=True, slots=True)
class Geste:
    """Ce qu'on peut faire d'une VAE : son formulaire, son acte, et les champs où se posent les refus."""

    code: str
    titre: str
    bouton: str
    formulaire: type[Formulaire]
    faire: Callable[[Any, Sequence[Inscription], Any], Sequence[Violation]]
    reussite: str


def _conclure(session: Any, inscriptions: Sequence[Inscription], form: Any) -> Sequence[Violation]:
    return actes_vae.conclure(session, [
        Conclusion(
            i, form.conclusion.data, frozenset(form.acquises.data) if "acquises" in form else (),
            form.mise_en_situation.data, form.entretien.data, (form.observations.data or "") if "observations" in form else "",
        )
        for i in inscriptions
    ])


_LE = ("accueil_le", "dossier_complet_le", "decidee_le", "notifiee_le", "livret2_recu_le", "resultat_dit_le")
_PAR = ("accueil_par", "accompagnateur", "decidee_par", "livret2_recu_par")
_CHAMPS = {**dict.fromkeys(_LE, "le"), **dict.fromkeys(_PAR, "par"), "recevabilite": "decision", "membres": "commission"}

GESTES: tuple[Geste, ...] = (
    Geste("accueil", "Accueil du candidat", "Noter l'accueil", _DateEtPersonne,
          lambda s, i, f: actes_vae.accueillir(s, i, f.le.data, f.par.data), "Accueil noté."),
    Geste("dossier", "Dossier de recevabilité complet (CERFA 12818*02)", "Noter le dossier", _Date,
          lambda s, i, f: actes_vae.recevoir_dossier(s, i, f.le.data), "Dossier noté : les deux mois courent de ce jour."),
    Geste("decision", "Décision de recevabilité", "Décider", _Decision,
          lambda s, i, f: actes_vae.decider_recevabilite(
              s, i, f.decision.data, f.le.data, f.par.data, motif=f.motif.data or "",
              recommandations=f.recommandations.data or ""),
          "Décision écrite : il reste à la dire au candidat."),
    Geste("reputee", "Deux mois sans décision", "Inscrire « réputée recevable »", Formulaire,
          lambda s, i, _: actes_vae.inscrire_reputee(s, i[0]), "Réputée recevable : il reste à le dire au candidat."),
    Geste("notification", "Notification au candidat", "Noter la notification", _Date,
          lambda s, i, f: actes_vae.notifier(s, i, f.le.data), "Notification notée."),
    Geste("accompagnement", "Accompagnement par un tiers, à la demande du candidat", "Noter l'accompagnement",
          _DateEtPersonne, lambda s, i, f: actes_vae.accompagner(s, i, f.le.data, f.par.data), "Accompagnement noté."),
    Geste("livret2", "Livret 2, le dossier de preuves", "Noter le livret 2", _DateEtPersonne,
          lambda s, i, f: actes_vae.recevoir_livret2(s, i, f.le.data, f.par.data), "Livret 2 noté."),
    Geste("commission", "Commission de validation", "Mettre au programme", _Commission,
          lambda s, i, f: actes_vae.convoquer(s, i, f.commission.data), "Mis au programme de la commission."),
    Geste("conclusion", "Conclusions de la commission, rendues au jury", "Rendre les conclusions", _Conclusion, _conclure,
          "Conclusions rendues : les résultats sont à la synthèse du jury."),
    Geste("resultat", "Résultat dit au candidat", "Noter l'annonce", _Date,
          lambda s, i, f: actes_vae.dire_resultat(s, i, f.le.data), "Annonce notée."),
)
_PAR_CODE = {g.code: g for g in GESTES}
# L'accompagnement est à la demande du candidat : il se note tant que le livret 2 n'est pas reçu.
_AVEC = {"notification": ("decision",), "livret2": ("accompagnement",), "conclusion": ("commission",)}


def gestes_possibles(faits: VaeFacts) -> tuple[Geste, ...]:
    """La prochaine phase d'abord, puis celles qu'on peut encore corriger."""
    prochaine = prochaine_phase(faits)
    if faits.reputee_depuis is not None:
        codes: tuple[str, ...] = ("reputee", "decision" if faits.accueil_le or faits.collective else "accueil")
    elif prochaine is None or prochaine.code == "jury":
        codes = ("conclusion",) if faits.conclusion is not None and not faits.deliberation else ()
    else:
        codes = (prochaine.code, *_AVEC.get(prochaine.code, ()))
    return tuple(_PAR_CODE[c] for c in codes)


def _executer(geste: Geste, form: Any, inscriptions: Sequence[Inscription]) -> bool:
    """Vrai si le geste est écrit ; sinon les refus sont à côté de leurs champs, et rien n'est enregistré."""
    with db.session.no_autoflush:
        if not form.validate():
            return False
    try:
        retenues = geste.faire(db.session(), inscriptions, form)
        db.session.commit()
    except controle.Refus as refus:
        db.session.rollback()
        violations: Sequence[Violation] = refus.violations
    except DBAPIError as erreur:
        db.session.rollback()
        violation = None if base_occupee(erreur) else controle.traduire(erreur)
        if violation is None:
            raise
        violations = (violation,)
    else:
        flash(geste.reussite, "success")
        for alerte in alertes(retenues):
            flash(str(alerte), "warning")
        return True
    for violation in violations:
        form.poser(_CHAMPS.get(violation.champ, violation.champ), str(violation))
    return False


def _etapes(faits: VaeFacts) -> list[Etape]:
    """Le chemin d'une VAE : la première phase non faite est en cours."""
    prochaine = prochaine_phase(faits)
    return [
        Etape(p.libelle, "fait" if p.fait else "cours" if p == prochaine else "avenir", texte(p.le) if p.fait else p.detail)
        for p in chemin(faits)
    ]


def _echeance(faits: VaeFacts) -> Any:
    prochaine = echeance(faits)
    if prochaine is None:
        return ""
    retard = " (en retard)" if prochaine.en_retard else ""
    return f"{prochaine.avant:%d/%m/%Y} : {prochaine.quoi}{retard}"


def _documents(inscription: Inscription) -> list[tuple[str, str]]:
    """Ce qui s'imprime de cette VAE, une fois la phase décidée."""
    vae = inscription.vae
    proposes = (
        ("recevabilite-vae", "Décision de recevabilité (PDF)", vae is not None and vae.recevabilite is not None),
        ("conclusions-vae", "Conclusions au jury (PDF)", vae is not None and vae.conclusion is not None),
    )
    return [(nom, url_for("documents.de_la_vae", identite=inscription.id, code=code)) for code, nom, oui in proposes if oui]


def _par_bloc(visees: Sequence[Any]) -> list[tuple[str, list[Any]]]:
    blocs: dict[str, list[Any]] = {}
    for visee in visees:
        blocs.setdefault(visee.bloc, []).append(visee)
    return list(blocs.items())


def _retenir_les_faits(inscriptions: Sequence[Inscription]) -> None:
    g.faits_vae = getattr(g, "faits_vae", {}) | vaes_facts(db.session(), [i.id for i in inscriptions], aujourd_hui())


def _faits(inscription: Inscription) -> VaeFacts:
    """Les faits d'une VAE, lus avec ceux de sa page."""
    if inscription.id not in getattr(g, "faits_vae", {}):
        _retenir_les_faits([inscription])
    faits: VaeFacts = g.faits_vae[inscription.id]
    return faits


def _faits_lus(i: Inscription) -> VaeFacts:
    """Les faits d'une ligne d'export, de ce que la ligne a déjà chargé : sans son jury, que dit son état."""
    vae = i.vae or Vae()
    return VaeFacts(
        nom=str(i.candidat), voie=i.voie.value, etat=i.etat, date_inscription=i.date_inscription, aujourd_hui=aujourd_hui(),
        collectif_entreprise_id=vae.collectif_id, accueil_le=vae.accueil_le,
        dossier_complet_le=vae.dossier_complet_le or i.date_recevabilite, recevabilite=vae.recevabilite,
        decidee_le=vae.decidee_le, notifiee_le=vae.notifiee_le, livret2_recu_le=vae.livret2_recu_le,
        commission=CommissionValidationFacts(vae.commission.tenue_le) if vae.commission else None, conclusion=vae.conclusion,
    )


def _situation(inscription: Inscription) -> str:
    return _situation_lue(inscription, _faits(inscription))


def _situation_lue(inscription: Inscription, faits: VaeFacts) -> str:
    if inscription.etat is EtatInscription.ANNULEE:
        return inscription.etat.libelle
    prochaine = prochaine_phase(faits)
    if prochaine is not None and prochaine.code == "jury" and inscription.etat is not EtatInscription.OUVERTE:
        return inscription.etat.libelle
    if prochaine is None:
        vae = inscription.vae
        return vae.recevabilite.libelle if vae is not None and vae.conclusion is None else inscription.etat.libelle
    return f"{prochaine.libelle} : {prochaine.detail}"


# --- la liste et la page d'une VAE ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FiltreSituation(FiltreTexte):
    """Où en est la VAE, dit par ses colonnes."""

    def condition(self, valeurs: Any) -> ColumnElement[bool]:
        """La condition SQL."""
        ouverte = Inscription.etat == EtatInscription.OUVERTE
        conditions: dict[str, ColumnElement[bool]] = {
            "a_decider": ouverte & Vae.recevabilite.is_(None),
            "a_notifier": ouverte & Vae.recevabilite.is_not(None) & Vae.notifiee_le.is_(None),
            "refusee": Vae.recevabilite == Recevabilite.DEFAVORABLE,
            "livret2": ouverte & (Vae.recevabilite != Recevabilite.DEFAVORABLE) & Vae.notifiee_le.is_not(None)
            & Vae.livret2_recu_le.is_(None),
            "commission": ouverte & Vae.livret2_recu_le.is_not(None) & Vae.conclusion.is_(None),
            "conclue": Vae.conclusion.is_not(None),
        }
        return conditions[valeurs[self.nom]]


_SITUATIONS = (
    ("a_decider", "Recevabilité à décider"), ("a_notifier", "Décision à notifier"), ("refusee", "Non recevable"),
    ("livret2", "Livret 2 attendu"), ("commission", "Commission ou conclusions attendues"), ("conclue", "Conclusions rendues"),
)


class VaeView(DomainView):
    """Les VAE du centre : une par inscription de cette voie, les échéances proches d'abord."""

    ressource = "vae"
    nom_pluriel = "VAE"
    aide_recherche = "Nom puis prénom, ou référence exacte"
    phrase_vide = "Aucune VAE. Inscrivez un candidat par la voie de la VAE ou de la VAE de branche : il apparaît ici."
    donnees_personnelles = True
    details_template = "admin/vae.html"
    list_template = "admin/vaes.html"
    form_columns = ()
    form_lookups: ClassVar[dict[str, Lookup]] = {"commission": _COMMISSION}
    column_list = ("candidat", "certification", "voie", "situation", "echeance", "collectif")
    colonnes_facultatives = ("date_inscription", "conclusion")
    column_labels: ClassVar[dict[str, str]] = {
        "candidat": "Candidat", "certification": "Certification", "voie": "Voie", "situation": "Où en est-on",
        "echeance": "Échéance", "collectif": "VAE collective", "date_inscription": "Inscrit le", "conclusion": "Conclusions",
    }
    formats: ClassVar[dict[str, Any]] = {
        "candidat": lambda i: str(i.candidat), "certification": lambda i: i.certification.base_identifiant,
        "voie": lambda i: "VAE" if i.voie is Voie.VAE else "VAE de branche",
        "situation": _situation, "echeance": lambda i: _echeance(_faits(i)),
        "collectif": lambda i: lien(i.vae.collectif) if i.vae else "",
        "conclusion": lambda i: pastille(i.vae.conclusion) if i.vae else "",
    }
    exports: ClassVar[dict[str, Any]] = {
        "candidat": lambda i: str(i.candidat), "certification": lambda i: i.certification.base_identifiant,
        "voie": lambda i: i.voie.libelle, "situation": lambda i: _situation_lue(i, _faits_lus(i)),
        "echeance": lambda i: _echeance(_faits_lus(i)), "collectif": lambda i: str(i.vae.collectif or "") if i.vae else "",
        "conclusion": lambda i: i.vae.conclusion.libelle if i.vae and i.vae.conclusion else "",
    }
    tris: ClassVar[dict[str, Tri]] = {
        "candidat": Tri((Inscription.nom_tri,)), "echeance": Tri((_ATTENTE.is_(None), _ATTENTE)),
        "date_inscription": Tri((Inscription.date_inscription,)),
    }
    tri_par_defaut = ("echeance", False)
    filtres: tuple[Filtre, ...] = (
        FiltreSituation("situation", "Où en est-on", Vae.recevabilite, choix=_SITUATIONS),
        FiltreTexte("voie", "Voie", Inscription.voie, choix=(("vae", "VAE"), ("vae_branche", "VAE de branche"))),
        FiltreReference("certification", "Certification", Inscription.certification_id, lookup=CERTIFICATION),
    )
    chargements = (
        joinedload(Inscription.candidat),
        joinedload(Inscription.vae).options(joinedload(Vae.collectif), joinedload(Vae.commission)),
        joinedload(Inscription.certification).selectinload(Certification.enregistrements),
    )
    chargements_fiche = (
        *chargements, joinedload(Inscription.entreprise), joinedload(Inscription.centre),
        joinedload(Inscription.vae).joinedload(Vae.commission).selectinload(CommissionValidation.membres)
        .joinedload(MembreValidation.personne),
    )

    def restreindre(self, requete: Select[Any]) -> Select[Any]:
        """Les inscriptions de ces voies, et leurs phases."""
        return requete.outerjoin(Vae, Vae.inscription_id == Inscription.id).where(_EN_VAE)

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par le nom du candidat, ou la référence du centre."""
        return chercher_inscription(terme)

    def lignes(self, etat: EtatListe) -> tuple[int, list[Any]]:
        """Les lignes d'une page, et leurs faits en trois requêtes."""
        compte, objets = super().lignes(etat)
        _retenir_les_faits(objets)
        return compte, objets

    def titre_fiche(self, objet: Inscription) -> str:
        """Le candidat."""
        return f"VAE : {objet.candidat}"

    def entete(self, objet: Inscription) -> Any:
        """La recevabilité, puis la conclusion."""
        return pastille(objet.vae.conclusion or objet.vae.recevabilite) if objet.vae else ""

    def etapes(self, objet: Inscription) -> Sequence[Etape]:
        """Le chemin des phases."""
        return _etapes(_faits(objet))

    @expose("/details/", methods=("GET", "POST"))
    @exige(Droit.LIRE)
    def details_view(self) -> ResponseReturnValue:
        """Le chemin de la VAE, et le geste qui suit ; envoyé, il s'écrit ou dit pourquoi non."""
        inscription = self.exiger_une(self.chargements_fiche)
        geste, envoye = None, None
        if request.method == "POST":
            if not self.peut(Droit.MODIFIER):
                abort(403)
            geste = _PAR_CODE.get(request.form.get("geste", "")) or abort(400)
            envoye = geste.formulaire(request.form)
            # La version se lit sous le verrou : de deux gestes au même instant, le second voit le premier.
            verrouiller(db.session(), inscription)
            version = db.session.scalar(select(Vae.version).where(Vae.inscription_id == inscription.id)) or 0
            if request.form.get("version_lue", "0") != str(version):
                envoye.form_errors.append(
                    "Cette VAE a changé depuis que vous l'avez ouverte : relisez-la, puis recommencez."
                )
            elif _executer(geste, envoye, [inscription]):
                return redirect(url_for(".details_view", id=inscription.id), 303)
            inscription = self.exiger_une(self.chargements_fiche)
        faits = _faits(inscription)
        possibles = gestes_possibles(faits) if self.peut(Droit.MODIFIER) else ()
        formulaires = [(x, envoye if x is geste else _vierge(x, inscription)) for x in possibles]
        if geste is not None and geste not in possibles:
            formulaires.insert(0, (geste, envoye))
        visees = dossiers_facts(db.session(), [inscription.id])[inscription.id].competences
        return self.render(
            self.details_template, objet=inscription, titre=self.titre_fiche(inscription), identite=inscription.id,
            faits=faits, echeance=_echeance(faits), formulaires=formulaires, visees=_par_bloc(visees),
            resultats={e.competence_id: e.resultat for e in inscription.evaluations},
            version=inscription.vae.version if inscription.vae else 0, documents=_documents(inscription),
            journal=None, sections=(), envoye=geste,
        ), 422 if geste is not None else 200


def _vierge(geste: Geste, inscription: Inscription) -> Formulaire:
    """Le formulaire d'un geste, prérempli de ce qui est déjà conclu."""
    form = geste.formulaire()
    vae = inscription.vae
    if geste.code == "conclusion" and vae is not None and vae.conclusion is not None:
        form = geste.formulaire(
            conclusion=vae.conclusion, mise_en_situation=vae.mise_en_situation, entretien=vae.entretien,
            observations=vae.observations,
            acquises=[e.competence_id for e in inscription.evaluations if e.resultat is not None and e.resultat.value == "acquise"],
        )
    return form


# --- les VAE collectives -------------------------------------------------------------------------------------------


class CollectifsView(DomainView):
    """Les VAE de branche collectives : des salariés d'une entreprise, menés ensemble."""

    ressource = "collectif_vae"
    nom_pluriel = "VAE collectives"
    titre_creation = "Nouvelle VAE collective"
    phrase_vide = "Aucune VAE collective. Ouvrez-en une pour les salariés d'une entreprise inscrits en VAE de branche."
    details_template = "admin/collectif_vae.html"
    column_list = ("nom", "entreprise", "ouvert_le")
    column_labels: ClassVar[dict[str, str]] = {
        "nom": "Nom", "entreprise": "Entreprise", "ouvert_le": "Ouverte le",
    }
    descriptions: ClassVar[dict[str, str]] = {"nom": "Par exemple : Atelier de câblage, printemps 2027."}
    tris: ClassVar[dict[str, Tri]] = {"ouvert_le": Tri((CollectifVae.ouvert_le,)), "nom": Tri((CollectifVae.nom,))}
    tri_par_defaut = ("ouvert_le", True)
    chargements = (joinedload(CollectifVae.entreprise),)
    form_columns = ("nom", "entreprise")
    form_lookups: ClassVar[dict[str, Lookup]] = {"entreprise": ENTREPRISE, "commission": _COMMISSION}

    def avant_ecriture(self, form: Any, objet: CollectifVae, cree: bool) -> None:
        """Le collectif est celui du centre de l'entreprise."""
        if cree:
            objet.centre_id, objet.ouvert_le = current_user.centre_id, aujourd_hui()
        objet.entreprise_id = objet.entreprise.id

    def juger(self, objet: CollectifVae) -> Sequence[Violation]:
        """Changer d'entreprise se rejuge sur chaque candidat déjà rattaché."""
        membres = [v.inscription for v in objet.vaes]
        return alertes(actes_vae.rattacher(db.session(), objet, membres)) if membres else ()

    @expose("/details/", methods=("GET", "POST"))
    @exige(Droit.LIRE)
    def details_view(self) -> ResponseReturnValue:
        """Les candidats, où en est chacun, et les gestes menés sur ceux qui sont cochés."""
        collectif = self.exiger_une(self.chargements)
        geste, envoye = None, None
        if request.method == "POST":
            if not self.peut(Droit.MODIFIER):
                abort(403)
            geste = _GESTES_COMMUNS.get(request.form.get("geste", "")) or abort(400)
            envoye = geste.formulaire(request.form)
            choisis = [i for i in _membres(collectif) if str(i.id) in request.form.getlist("rowid")]
            if not choisis:
                envoye.form_errors.append("Cochez au moins un candidat.")
            elif _executer(geste, envoye, choisis):
                return redirect(url_for(".details_view", id=collectif.id), 303)
            collectif = self.exiger_une(self.chargements)
        membres = _membres(collectif)
        _retenir_les_faits(membres)
        prochaines = [p.code for i in membres if (p := prochaine_phase(_faits(i))) is not None and p.code in _GESTES_COMMUNS]
        ordre = sorted(set(prochaines), key=lambda c: list(_GESTES_COMMUNS).index(c))
        possibles = [_GESTES_COMMUNS[c] for c in ordre] if self.peut(Droit.MODIFIER) else []
        # Un geste à la fois : les cases des candidats sont celles de son formulaire.
        choisi = geste or next((x for x in possibles if x.code == request.args.get("geste")), next(iter(possibles), None))
        form = envoye if geste is not None else choisi.formulaire() if choisi is not None else None
        return self.render(
            self.details_template, objet=collectif, titre=collectif.nom, identite=collectif.id, choisi=choisi, form=form,
            autres=[x for x in possibles if x is not choisi], membres=[(i, _faits(i), _situation(i), _echeance(_faits(i))) for i in membres],
            coches=set(request.form.getlist("rowid")) if geste is not None else {str(i.id) for i in membres},
            a_rattacher=_a_rattacher(collectif) if self.peut(Droit.MODIFIER) else [],
        ), 422 if geste is not None else 200

    @expose("/rattacher/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def rattacher(self) -> ResponseReturnValue:
        """Ajoute des inscriptions à la VAE collective."""
        return self._changer(lambda c, x: actes_vae.rattacher(db.session(), c, x), "Candidats ajoutés.")

    @expose("/detacher/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def detacher(self) -> ResponseReturnValue:
        """Retire une inscription de la VAE collective : elle se mène alors seule."""
        return self._changer(lambda _, x: actes_vae.detacher(db.session(), x), "Candidat retiré de la VAE collective.")

    def _changer(self, faire: Callable[[CollectifVae, Sequence[Inscription]], Any], reussite: str) -> ResponseReturnValue:
        collectif = self.get_one(request.form.get("id", "")) or abort(404)
        identite = collectif.id
        cles = {lire_cle(Inscription, c) for c in request.form.getlist("rowid")[:500]} - {None}
        choisies = list(db.session.scalars(
            select(Inscription).where(Inscription.id.in_(cles)).options(joinedload(Inscription.candidat))
        ))
        if choisies:
            with refus_dits():
                faire(collectif, choisies)
                db.session.commit()
                flash(reussite, "success")
        else:
            flash("Cochez au moins un candidat.", "error")
        return redirect(url_for(".details_view", id=identite), 303)


_GESTES_COMMUNS = {
    x.code: replace(x, formulaire=_ConclusionCommune) if x.code == "conclusion" else x
    for x in GESTES if x.code not in {"accueil", "accompagnement", "reputee"}
}


def _membres(collectif: CollectifVae) -> list[Inscription]:
    return list(db.session.scalars(
        select(Inscription).join(Vae, Vae.inscription_id == Inscription.id).join(Candidat)
        .where(Vae.collectif_id == collectif.id).order_by(Inscription.nom_tri, Inscription.id)
        .options(joinedload(Inscription.candidat), joinedload(Inscription.vae),
                 joinedload(Inscription.certification).selectinload(Certification.enregistrements))
    ))


def _a_rattacher(collectif: CollectifVae) -> list[Inscription]:
    """Les salariés de l'entreprise inscrits en VAE de branche qui ne sont d'aucun collectif."""
    return list(db.session.scalars(
        select(Inscription).outerjoin(Vae, Vae.inscription_id == Inscription.id)
        .where(Inscription.entreprise_id == collectif.entreprise_id, Inscription.voie == Voie.VAE_BRANCHE,
               Inscription.etat == EtatInscription.OUVERTE, Vae.collectif_id.is_(None))
        .order_by(Inscription.nom_tri, Inscription.id).limit(500)
        .options(joinedload(Inscription.candidat),
                 joinedload(Inscription.certification).selectinload(Certification.enregistrements))
    ))


# --- les commissions de validation ---------------------------------------------------------------------------------


class TitreMembre(Nomenclature):
    """À quel titre une personne est membre d'une commission de validation."""

    PRESIDENT = "president", "Président, représentant du centre"
    CENTRE = "centre", "Membre, pour le centre"
    MEMBRE = "membre", "Membre qualifié"


class FormulaireMembre(Formulaire):
    """Un membre : à quel titre, une personne connue du centre ou nouvelle, ce qui la qualifie."""

    titre = ListeFermee(TitreMembre, label="À quel titre", validators=[InputRequired("Choisissez à quel titre.")])
    personne = Reference(PERSONNE, "Personne connue du centre", vide=True,
                         description="Cherchez par le nom ; sinon nommez-la à côté.")
    nom = Texte("Nom", [Length(max=120)])
    prenoms = Texte("Prénoms", [Length(max=120)])
    domaine = Texte("Ce qui qualifie le membre", [Length(max=200)], description="Métier, fonction, expérience.")


class CommissionsView(DomainView):
    """Les commissions de validation : date, lieu, membres, candidats au programme."""

    ressource = "commission_validation"
    nom_pluriel = "commissions de validation"
    titre_creation = "Nouvelle commission de validation"
    phrase_vide = "Aucune commission de validation. Constituez la première : une date, un lieu, un président du centre."
    details_template = "admin/commission_validation.html"
    column_list = ("tenue_le", "lieu")
    column_labels: ClassVar[dict[str, str]] = {"tenue_le": "Date", "lieu": "Lieu"}
    tris: ClassVar[dict[str, Tri]] = {"tenue_le": Tri((CommissionValidation.tenue_le,))}
    tri_par_defaut = ("tenue_le", True)
    filtres = (FiltrePeriode("tenue", "Tenue", CommissionValidation.tenue_le),)
    form_columns = ("tenue_le", "lieu")
    form_lookups: ClassVar[dict[str, Lookup]] = {"personne": PERSONNE}
    fiche = (("Commission", ("tenue_le", "lieu")),)
    chargements_fiche = (selectinload(CommissionValidation.membres).joinedload(MembreValidation.personne),)

    def avant_ecriture(self, form: Any, objet: CommissionValidation, cree: bool) -> None:
        """La commission est constituée par le centre de qui l'écrit."""
        if cree:
            objet.centre_id = current_user.centre_id

    def juger(self, objet: CommissionValidation) -> Sequence[Violation]:
        """Déplacée, elle se rejuge avec chaque candidat à son programme."""
        candidats = [v.inscription for v in objet.vaes]
        return alertes(actes_vae.convoquer(db.session(), candidats, objet)) if candidats else ()

    @expose("/details/", methods=("GET", "POST"))
    @exige(Droit.LIRE)
    def details_view(self) -> ResponseReturnValue:
        """Les membres et le programme ; on y ajoute et on en retire des membres tant qu'elle n'a pas conclu."""
        commission = self.exiger_une(self.chargements_fiche)
        form = FormulaireMembre(request.form if request.method == "POST" else None)
        code = 200
        if request.method == "POST":
            if not self.peut(Droit.MODIFIER):
                abort(403)
            if self._ajouter(commission, form):
                flash("Membre ajouté.", "success")
                return redirect(url_for(".details_view", id=commission.id), 303)
            code, commission = 422, self.exiger_une(self.chargements_fiche)
        faits = commissions_facts(db.session().connection(), [commission.id])[commission.id]
        candidats = list(db.session.scalars(
            select(Inscription).join(Vae, Vae.inscription_id == Inscription.id).where(Vae.commission_id == commission.id)
            .order_by(Inscription.nom_tri, Inscription.id)
            .options(joinedload(Inscription.candidat), joinedload(Inscription.vae),
                     joinedload(Inscription.certification).selectinload(Certification.enregistrements))
        ))
        return self.render(
            self.details_template, objet=commission, titre=str(commission), identite=commission.id, form=form,
            manques=controle.commission_validation(faits), candidats=candidats, documents=(), sections=(),
            journal=self._journal(commission), conclue=any(i.vae.conclusion for i in candidats),
        ), code

    def _ajouter(self, commission: CommissionValidation, form: Any) -> bool:
        """Vrai si le membre est ajouté ; sinon les erreurs sont à côté des champs."""
        with db.session.no_autoflush:
            if not form.validate():
                return False
        personne = form.personne.data
        if personne is None and not (form.nom.data and form.prenoms.data):
            form.poser("nom", "Choisissez une personne connue, ou indiquez son nom et ses prénoms.")
            return False
        if personne is None:
            personne = Personne(
                centre_id=commission.centre_id, nom=form.nom.data, prenoms=form.prenoms.data,
                qualite=form.domaine.data or "", recherche=normaliser(f"{form.nom.data} {form.prenoms.data}"),
            )
            db.session.add(personne)
        try:
            db.session.flush()
            db.session.add(MembreValidation(
                commission_id=commission.id, centre_id=commission.centre_id, personne_id=personne.id,
                domaine=form.domaine.data or personne.qualite, president=form.titre.data is TitreMembre.PRESIDENT,
                represente_centre=form.titre.data is not TitreMembre.MEMBRE,
            ))
            db.session.commit()
        except DBAPIError as erreur:
            db.session.rollback()
            violation = None if base_occupee(erreur) else controle.traduire(erreur)
            if violation is None:
                raise
            form.poser("personne", str(violation))
            return False
        return True

    @expose("/retirer/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def retirer(self) -> ResponseReturnValue:
        """Retire un membre d'une commission qui n'a pas conclu."""
        commission = self.get_one(request.form.get("id", "")) or abort(404)
        identite = commission.id
        membre = next((m for m in commission.membres if str(m.id) == request.form.get("membre")), None) or abort(404)
        try:
            commission.membres.remove(membre)
            db.session.commit()
            flash("Membre retiré.", "success")
        except DBAPIError as erreur:
            db.session.rollback()
            violation = None if base_occupee(erreur) else controle.traduire(erreur)
            if violation is None:
                raise
            flash(str(violation), "error")
        return redirect(url_for(".details_view", id=identite), 303)


def vues() -> tuple[DomainView, ...]:
    """Les vues des VAE, au menu des candidats."""
    domaine = "Candidats"
    return (
        VaeView(Inscription, db, "VAE", domaine, "vae", url="/vae"),
        CollectifsView(CollectifVae, db, "VAE collectives", domaine, "collectifs_vae", url="/vae_collectives"),
        CommissionsView(CommissionValidation, db, "Commissions de validation", domaine, "commissions_validation",
                        url="/commissions_validation"),
    )
