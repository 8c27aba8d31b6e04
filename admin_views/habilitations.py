"""Habilitations : organismes, instruction et grille des douze indicateurs, décision et suivi, liste nationale.

Partie 2, chapitre 1 ; annexe 5. Les actes sont dans `rules.actes_habilitation` ; ici on lit la demande, on appelle l'acte,
on montre ce qu'il en dit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.actions import action
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload, selectinload
from wtforms import DateField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from admin_views.base import (
    DomainView,
    Etape,
    FiltreListe,
    FiltreOuiNon,
    FiltrePeriode,
    FiltreReference,
    FiltreTexte,
    Tableau,
    Tri,
    exige,
    lien,
    pastille,
    texte,
)
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.pieces import recevoir
from admin_views.recherches import CENTRE, CERTIFICATION, ORGANISME, chercher_organisme
from admin_views.saisie import Formulaire, ListeFermee, Texte, TexteLong
from admin_views.securite import base_occupee
from documents.erreurs import DocumentRefuse, RenduImpossible
from models import (
    Appreciation,
    BlocCompetences,
    Certification,
    EvenementHabilitation,
    Habilitation,
    Indicateur,
    Organisme,
    Piece,
)
from models.base import aujourd_hui
from models.normalisation import normaliser
from rules import actes_habilitation, controle
from rules.actes_habilitation import Appreciee
from rules.collecte_habilitation import dossier_facts, inscriptions_en_cours
from rules.faits import EtablissementFacts
from rules.habilitation import (
    DecisionFacts,
    DossierHabilitation,
    echeance_de_l_avis,
    fin_prevue,
    premier_jour_a_temps,
)
from rules.nomenclatures import (
    DecisionHabilitation,
    EtatHabilitation,
    NatureEtape,
    NaturePiece,
    ResultatIndicateur,
)
from rules.noyau import Violation, alertes
from rules.parametres import RAPPEL_FIN_HABILITATION, plus_mois

_TEXTE_MAX = 1000


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
        objet.numero_declaration = "".join((objet.numero_declaration or "").split()) or None
        controle.exiger(controle.etablissement(EtablissementFacts(objet.siret or "", objet.numero_declaration or "")))

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


class ChampBlocs(Texte):
    """Des blocs de compétences, par leurs numéros séparés par des virgules."""

    inconnus: Sequence[str] = ()

    def process_data(self, value: Any) -> None:
        """Des blocs au texte."""
        self.data = list(value or ())

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Du texte aux blocs : « 12, BDC 0045 »."""
        if not valuelist:
            return
        saisis = [s.strip() for s in str(valuelist[0])[:2000].split(",") if s.strip()]
        numeros = {s: int(n) for s in saisis if (n := normaliser(s).removeprefix("bdc").strip()).isdecimal() and len(n) < 5}
        with db.session.no_autoflush:
            connus = {b.numero: b for b in db.session.scalars(
                select(BlocCompetences).where(BlocCompetences.numero.in_(set(numeros.values())))
            )}
        self.inconnus = [s for s in saisis if numeros.get(s) not in connus]
        self.data = [connus[n] for n in sorted(set(numeros.values()) & connus.keys())]
        self.saisie = str(valuelist[0])

    def pre_validate(self, form: Any) -> None:
        """Un numéro inconnu est une erreur, jamais un bloc oublié."""
        if self.inconnus:
            msg = f"Ce ne sont pas des blocs de compétences : {', '.join(self.inconnus)}."
            raise ValidationError(msg)

    def _value(self) -> str:
        return getattr(self, "saisie", "") or ", ".join(b.identifiant for b in self.data or ())


# --- les gestes ----------------------------------------------------------------------------------------------------


class _NatureNotee(ListeFermee):
    """Les étapes qu'on note : demander des compléments est une décision."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(NatureEtape, **kwargs)
        del self.possibles[NatureEtape.COMPLEMENT_DEMANDE.value]


class _Etape(Formulaire):
    nature = _NatureNotee(label="Étape", validators=[InputRequired("Choisissez l'étape.")])
    faite_le = DateField("Date", [InputRequired("Indiquez la date.")], default=aujourd_hui,
                         description="Une visite sur site peut être notée d'avance.")
    compte_rendu = TexteLong("Compte rendu", [Length(max=20_000)], description="Obligatoire pour une visite déjà faite.")


class _Decision(Formulaire):
    decision = ListeFermee(DecisionHabilitation, label="Décision", validators=[InputRequired("Choisissez la décision.")])
    decide_le = DateField("Décidée le", [InputRequired("Indiquez la date.")], default=aujourd_hui)
    du = DateField("Vaut à partir du", [Optional()], description="Favorable ; vide : du jour de la décision.")
    au = DateField("jusqu'au", [Optional()])
    motif = TexteLong("Observations", [Length(max=_TEXTE_MAX)],
                      description="Les motifs d'un refus ou de compléments sont les commentaires des indicateurs.")


class _Suite(Formulaire):
    le = DateField("À compter du", [InputRequired("Indiquez la date.")], default=aujourd_hui)
    motif = TexteLong("Motif", [InputRequired("Indiquez le motif."), Length(max=_TEXTE_MAX)])


class _Renouvellement(Formulaire):
    demande_le = DateField("Demande reçue le", [InputRequired("Indiquez la date.")], default=aujourd_hui)


@dataclass(frozen=True, slots=True)
class Geste:
    """Ce qu'on peut faire d'une habilitation : son formulaire, son acte, qui le peut, dans quels états."""

    code: str
    titre: str
    bouton: str
    formulaire: type[Formulaire]
    faire: Callable[[Any, Habilitation, Any], Any]
    reussite: str
    etats: frozenset[EtatHabilitation]
    ressource: str = "habilitation"
    confirmer: str = ""


_A_INSTRUIRE = frozenset(e for e in EtatHabilitation if not e.decidee)
_EN_COURS = frozenset({EtatHabilitation.ACCORDEE, EtatHabilitation.SUSPENDUE})
_DECIDER = "decision_habilitation"


def _noter(session: Any, h: Habilitation, f: Any) -> tuple[()]:
    etape = actes_habilitation.noter_etape(session, h, f.nature.data, f.faite_le.data, f.compte_rendu.data or "")
    if any(x.filename for x in request.files.getlist("piece")):
        recevoir(etape)
    return ()


GESTES: tuple[Geste, ...] = (
    Geste("etape", "Noter une étape, ou une visite sur site", "Noter l'étape", _Etape, _noter, "Étape notée.",
          _A_INSTRUIRE | _EN_COURS),
    Geste("decision", "Décider", "Décider", _Decision,
          lambda s, h, f: actes_habilitation.decider(
              s, h, f.decision.data, f.decide_le.data, du=f.du.data, au=f.au.data, motif=f.motif.data or ""),
          "Décision enregistrée.", _A_INSTRUIRE, _DECIDER,
          "Enregistrer cette décision ? Favorable ou de refus, elle fige la grille et la portée."),
    Geste("renouvellement", "Enregistrer une demande de renouvellement", "Enregistrer la demande", _Renouvellement,
          lambda s, h, f: actes_habilitation.renouveler(s, h, f.demande_le.data), "Demande de renouvellement enregistrée.",
          _EN_COURS),
    Geste("suspension", "Suspendre", "Suspendre l'habilitation", _Suite,
          lambda s, h, f: actes_habilitation.suspendre(s, h, f.le.data, f.motif.data), "Habilitation suspendue.",
          frozenset({EtatHabilitation.ACCORDEE}), _DECIDER,
          "Suspendre cette habilitation ? Aucune inscription ne passera plus par cet organisme."),
    Geste("levee", "Lever la suspension", "Lever la suspension", _Suite,
          lambda s, h, f: actes_habilitation.lever(s, h, f.le.data, f.motif.data), "Suspension levée.",
          frozenset({EtatHabilitation.SUSPENDUE}), _DECIDER),
    Geste("retrait", "Retirer", "Retirer l'habilitation", _Suite,
          lambda s, h, f: actes_habilitation.retirer(s, h, f.le.data, f.motif.data),
          "Habilitation retirée : les inscriptions antérieures continuent.", _EN_COURS, _DECIDER,
          "Retirer cette habilitation ? Les inscriptions antérieures à la date continuent ; rien ne s'inscrit après."),
)
_PAR_CODE = {g.code: g for g in GESTES}


def _ecrire(form: Formulaire | None, faire: Callable[[], Any], reussite: str) -> tuple[Any, Sequence[Violation]]:
    """Exécute un acte et valide : ce qu'il rend, ou les violations qui le refusent, posées à côté des champs."""
    try:
        rendu = faire()
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
        flash(reussite, "success")
        for alerte in alertes(rendu) if isinstance(rendu, tuple) else ():
            flash(str(alerte), "warning")
        return rendu, ()
    for violation in violations if form is not None else ():
        form.poser(violation.champ, str(violation))
    return None, violations


# --- la grille -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Ligne:
    """Un indicateur de la grille : ce qui est enregistré ou saisi, ses pièces, ce qu'on lui reproche."""

    indicateur: Indicateur
    appreciation: Appreciation | None
    resultat: str = ""
    preuve: str = ""
    commentaire: str = ""
    pieces: list[Piece] = field(default_factory=list)
    erreurs: list[str] = field(default_factory=list)

    @property
    def version(self) -> int:
        """La version de l'appréciation montrée ; 0 quand il n'y en a pas encore."""
        return self.appreciation.version if self.appreciation is not None else 0

    @property
    def enregistree(self) -> Appreciee:
        """Ce que la base en sait."""
        a = self.appreciation
        return Appreciee(a.resultat, a.preuve, a.commentaire) if a is not None else Appreciee(None)

    @property
    def saisie(self) -> Appreciee:
        """Ce que porte le formulaire."""
        return Appreciee(ResultatIndicateur(self.resultat) if self.resultat else None, self.preuve, self.commentaire)


def _lignes(habilitation: Habilitation) -> list[Ligne]:
    appreciations = {a.indicateur_id: a for a in habilitation.appreciations}
    pieces: dict[int, list[Piece]] = {}
    for piece in db.session.scalars(
        select(Piece).where(Piece.appreciation_id.in_([a.id for a in appreciations.values()])).order_by(Piece.id)
    ):
        pieces.setdefault(piece.appreciation_id or 0, []).append(piece)
    lignes = []
    for indicateur in db.session.scalars(
        select(Indicateur).order_by(Indicateur.critere_numero, Indicateur.rang).options(joinedload(Indicateur.critere))
    ):
        a = appreciations.get(indicateur.id)
        ligne = Ligne(indicateur, a, pieces=pieces.get(a.id, []) if a is not None else [])
        if a is not None:
            ligne.resultat = a.resultat.value if a.resultat else ""
            ligne.preuve, ligne.commentaire = a.preuve, a.commentaire
        lignes.append(ligne)
    return lignes


def _lire_la_grille(lignes: Sequence[Ligne]) -> None:
    """Pose la saisie sur les lignes, et à côté de chacune ce qui l'empêche d'être enregistrée."""
    for ligne in lignes:
        cle = ligne.indicateur.id
        if f"preuve_{cle}" not in request.form:
            continue
        ligne.resultat = request.form.get(f"resultat_{cle}", "")
        if ligne.resultat not in ("", *ResultatIndicateur):
            abort(400)
        ligne.preuve = request.form.get(f"preuve_{cle}", "").strip()
        ligne.commentaire = request.form.get(f"commentaire_{cle}", "").strip()
        fichiers = [f.filename for f in request.files.getlist(f"piece_{cle}") if f.filename]
        if fichiers and not ligne.preuve:
            ligne.preuve = str(fichiers[0])[:_TEXTE_MAX]
        for nom, valeur in (("La preuve", ligne.preuve), ("Le commentaire", ligne.commentaire)):
            if len(valeur) > _TEXTE_MAX:
                ligne.erreurs.append(f"{nom} dépasse {_TEXTE_MAX} caractères ({len(valeur)}).")
        lue = request.form.get(f"version_{cle}", "")
        if lue != str(ligne.version) and ligne.saisie != ligne.enregistree:
            actuel = ligne.enregistree
            resultat = actuel.resultat.libelle.lower() if actuel.resultat else "pas apprécié"
            ligne.erreurs.append(
                f"Quelqu'un l'a changé entre-temps : {resultat} ; preuve « {actuel.preuve} » ; commentaire "
                f"« {actuel.commentaire} ». Votre saisie est gardée : enregistrez de nouveau pour la préférer."
            )


class HabilitationsView(DomainView):
    """Les habilitations : demande, instruction, grille des douze indicateurs, décision, suivi."""

    ressource = "habilitation"
    nom_pluriel = "habilitations"
    titre_creation = "Demande d'habilitation"
    details_template = "admin/habilitation.html"
    aide_recherche = "Nom, SIRET ou numéro de déclaration de l'organisme"
    phrase_vide = "Aucune habilitation. Enregistrez la demande d'un organisme."
    column_list = ("organisme", "centre", "etat", "portee", "demande_le", "du", "au")
    colonnes_facultatives = ("decide_le", "motif")
    column_labels: ClassVar[dict[str, str]] = {
        "organisme": "Organisme", "centre": "Centre", "etat": "État", "demande_le": "Demande reçue le",
        "decide_le": "Décidée le", "du": "Vaut du", "au": "au", "motif": "Motif", "certifications": "Certifications",
        "blocs": "Blocs de compétences", "portee": "Pour", "renouvelle": "Prolonge",
    }
    descriptions: ClassVar[dict[str, str]] = {
        "certifications": "Ni certification ni bloc : l'habilitation vaut pour toutes les certifications.",
    }
    formats: ClassVar[dict[str, Any]] = {
        "etat": lambda h: pastille(h.etat), "renouvelle": lambda h: lien(h.renouvelle) or "",
    }
    exports: ClassVar[dict[str, Any]] = {"etat": lambda h: h.etat.libelle}
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
    chargements = (
        joinedload(Habilitation.organisme), joinedload(Habilitation.centre), selectinload(Habilitation.blocs),
        selectinload(Habilitation.certifications).selectinload(Certification.enregistrements),
    )
    chargements_fiche = (
        *chargements, selectinload(Habilitation.appreciations).joinedload(Appreciation.indicateur),
        selectinload(Habilitation.etapes), selectinload(Habilitation.suspensions),
    )
    fiche = (("Habilitation", ("organisme", "centre", "portee", "demande_le", "decide_le", "du", "au", "motif",
                               "renouvelle")),)
    form_columns = ("organisme", "demande_le", "certifications", "blocs")
    form_lookups: ClassVar[dict[str, Any]] = {"organisme": ORGANISME, "certifications": CERTIFICATION}

    def scaffold_form(self) -> Any:
        """Les blocs se donnent par leurs numéros : il y en a trop pour des cases."""
        self.form_extra_fields = {
            "blocs": ChampBlocs("Blocs de compétences", description="Numéros séparés par des virgules, par exemple 12, 45."),
        }
        return super().scaffold_form()

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par l'organisme."""
        condition = chercher_organisme(terme)
        return None if condition is None else Habilitation.organisme_id.in_(select(Organisme.id).where(condition))

    def avant_ecriture(self, form: Any, objet: Habilitation, cree: bool) -> None:
        """Une demande est reçue par le centre de qui l'enregistre."""
        if cree:
            objet.centre_id = current_user.centre_id
            objet.etat = EtatHabilitation.DEMANDE

    def ecrire(self, form: Formulaire, objet: Habilitation | None, contexte: dict[str, Any]) -> Any | None:
        """Une demande décidée ne se modifie pas : le dire avant d'écrire."""
        if objet is not None:
            controle.exiger(controle.instruction_d_habilitation(dossier_facts(db.session(), objet)))
        return super().ecrire(form, objet, contexte)

    def juger(self, objet: Habilitation) -> Sequence[Violation]:
        """La date de la demande et sa portée."""
        return actes_habilitation.verifier_demande(db.session(), objet)

    def titre_fiche(self, objet: Habilitation) -> str:
        """L'organisme et le centre ; l'état est en pastille."""
        return f"{objet.organisme} – {objet.centre}"

    def entete(self, objet: Habilitation) -> Any:
        """L'état."""
        return pastille(objet.etat)

    def liens(self, objet: Habilitation) -> Sequence[tuple[str, str]]:
        """La fiche de l'organisme."""
        return (("L'organisme", url_for("organismes.details_view", id=objet.organisme_id)),)

    def etapes(self, objet: Habilitation) -> Sequence[Etape]:
        """Demande, instruction, grille, décision, et ce que l'habilitation est devenue."""
        apprecies = sum(a.resultat is not None for a in objet.appreciations)
        notees = len([e for e in objet.etapes if not e.suivi])
        pas = [
            ("Demande", True, texte(objet.demande_le)),
            ("Instruction", objet.decide, f"{notees} étape{'s' if notees > 1 else ''}"),
            ("Grille", objet.decide or apprecies == len(_INDICATEURS), f"{apprecies} indicateurs appréciés sur 12"),
            ("Décision", objet.decide, f"{objet.etat.libelle}, le {texte(objet.decide_le)}" if objet.decide_le else ""),
        ]
        if objet.etat in _EN_COURS or objet.etat is EtatHabilitation.RETIREE:
            fin = f"du {texte(objet.du)}" + (f" au {texte(objet.au)}" if objet.au else ", sans terme")
            pas.append(("Habilitation", True, fin))
        en_cours = next((nom for nom, fait, _ in pas if not fait), "")
        return [Etape(nom, "fait" if fait else "cours" if nom == en_cours else "avenir", detail) for nom, fait, detail in pas]

    @expose("/details/", methods=("GET", "POST"))
    @exige(Droit.LIRE)
    def details_view(self) -> ResponseReturnValue:
        """La page d'une habilitation ; un geste envoyé s'écrit, ou dit pourquoi non."""
        objet = self.exiger_une(self.chargements_fiche)
        geste, envoye = None, None
        if request.method == "POST":
            geste = _PAR_CODE.get(request.form.get("geste", "")) or abort(400)
            if not self._peut(geste):
                abort(403)
            envoye = geste.formulaire(request.form, prefix=f"{geste.code}-")
            with db.session.no_autoflush:
                valide = envoye.validate()
            if valide:
                fait, violations = _ecrire(envoye, lambda: geste.faire(db.session(), objet, envoye), geste.reussite)
                if not violations:
                    cle = fait.id if isinstance(fait, Habilitation) else objet.id
                    if geste.code == "decision":
                        self._conserver(cle)
                    return redirect(url_for(".details_view", id=cle), 303)
                objet = self.exiger_une(self.chargements_fiche)
        return self._page(objet, _lignes(objet), geste, envoye)

    @staticmethod
    def _conserver(habilitation_id: int) -> None:
        """Conserve dès maintenant ce que dit la décision ; si l'impression échoue, la décision reste prise."""
        from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
        from documents.atelier import atelier  # noqa: PLC0415

        try:
            archives.conserver_l_habilitation(db.session(), habilitation_id, atelier())
        except (DocumentRefuse, RenduImpossible) as erreur:
            db.session.rollback()
            flash(f"La décision est enregistrée, mais son document n'a pas pu être fait : {erreur}", "warning")

    @staticmethod
    def _peut(geste: Geste) -> bool:
        droit = Droit.CREER if geste.ressource == _DECIDER or geste.code == "renouvellement" else Droit.MODIFIER
        return peut(current_user.role, geste.ressource, droit)

    def _page(
        self, objet: Habilitation, lignes: list[Ligne], geste: Geste | None = None, envoye: Formulaire | None = None,
        code: int = 422,
    ) -> ResponseReturnValue:
        ecrire = self.peut(Droit.MODIFIER)
        possibles = [g for g in GESTES if self._peut(g) and objet.etat in g.etats]
        formulaires = [(g, envoye if g is geste else _vierge(g, objet)) for g in possibles]
        if geste is not None and geste not in possibles:
            formulaires.insert(0, (geste, envoye))
        comptes = {r.value: sum(x.resultat == r.value for x in lignes) for r in ResultatIndicateur}
        faits = dossier_facts(db.session(), objet)
        return self.render(
            self.details_template, objet=objet, titre=self.titre_fiche(objet), identite=objet.id,
            journal=self._journal(objet), documents=self._documents_de(objet), lignes=lignes, comptes=comptes,
            saisit=ecrire and not objet.decide, ecrire=ecrire, formulaires=formulaires, envoye=geste,
            manques=() if objet.decide else _manques(faits),
            pieces=list(db.session.scalars(select(Piece).where(Piece.habilitation_id == objet.id).order_by(Piece.id))),
            pieces_des_etapes=_pieces_des_etapes(objet), natures=(NaturePiece.COURRIER, NaturePiece.AUTRE),
            inscrits=inscriptions_en_cours(db.session(), objet) if objet.etat in _EN_COURS else 0,
            sections=[
                (t, [(self.libelle_colonne(c), self.valeur(objet, c)) for c in colonnes]) for t, colonnes in self.fiche
            ],
        ), code if geste is not None or any(x.erreurs for x in lignes) else 200

    @staticmethod
    def _documents_de(objet: Habilitation) -> list[tuple[str, str]]:
        codes = []
        if (objet.decide and len(objet.appreciations) == len(_INDICATEURS)) or objet.etat is EtatHabilitation.COMPLEMENT:
            nom = "Demande de compléments" if objet.etat is EtatHabilitation.COMPLEMENT else "Décision d'habilitation"
            codes.append(("decision-habilitation", nom))
        if objet.etat is EtatHabilitation.ACCORDEE:
            codes.append(("attestation-habilitation", "Attestation d'habilitation"))
        return [
            (f"{nom} (PDF)", url_for("documents.habilitation", identite=objet.id, code=code)) for code, nom in codes
        ]

    @expose("/grille/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def grille(self) -> ResponseReturnValue:
        """Enregistre ce qui a changé dans la grille ; une saisie partielle se garde, une saisie refusée ne se perd pas."""
        objet = self.exiger_une(self.chargements_fiche)
        lignes = _lignes(objet)
        _lire_la_grille(lignes)
        avec_piece = [x for x in lignes if any(f.filename for f in request.files.getlist(f"piece_{x.indicateur.id}"))]
        if any(x.erreurs for x in lignes):
            return self._page(objet, lignes)

        changees = {x.indicateur.id: x.saisie for x in lignes if x.saisie != x.enregistree}
        versions = {x.indicateur.id: x.version for x in lignes}

        def faire() -> tuple[()]:
            actes_habilitation.apprecier(db.session(), objet, changees, versions)
            for ligne in avec_piece:
                try:
                    recevoir(
                        next(a for a in objet.appreciations if a.indicateur_id == ligne.indicateur.id),
                        f"piece_{ligne.indicateur.id}",
                    )
                except controle.Refus as refus:
                    ligne.erreurs += [str(v) for v in refus.violations]
                    raise
            return ()

        _, violations = _ecrire(None, faire, "Grille enregistrée.")
        if not violations:
            return redirect(url_for(".details_view", id=objet.id, _anchor="grille"), 303)
        relu = self.exiger_une(self.chargements_fiche)
        neuves = _lignes(relu)
        if not any(x.erreurs for x in lignes):
            _lire_la_grille(neuves)
            if any(x.erreurs for x in neuves):
                # Écrite par une autre personne au même instant : les deux valeurs sont montrées.
                return self._page(relu, neuves)
            for violation in violations:
                flash(str(violation), "error")
            return redirect(url_for(".details_view", id=relu.id), 303)
        for ligne, saisie in zip(neuves, lignes, strict=True):
            ligne.resultat, ligne.preuve, ligne.commentaire = saisie.resultat, saisie.preuve, saisie.commentaire
            ligne.erreurs = saisie.erreurs
        return self._page(relu, neuves)

    @expose("/compte-rendu/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def compte_rendu(self) -> ResponseReturnValue:
        """Écrit le compte rendu d'une étape notée d'avance, et y joint une pièce."""
        objet = self.exiger_une(self.chargements_fiche)
        cle = request.form.get("etape", "")
        etape = next((e for e in objet.etapes if str(e.id) == cle), None) or abort(404)
        ecrit = request.form.get("compte_rendu", "").strip()[:20_000]

        def faire() -> tuple[()]:
            if ecrit != etape.compte_rendu:
                actes_habilitation.rendre_compte(db.session(), etape, ecrit)
            if any(f.filename for f in request.files.getlist("piece")):
                recevoir(etape)
            return ()

        self._dire(_ecrire(None, faire, "Étape enregistrée.")[1])
        return redirect(url_for(".details_view", id=objet.id, _anchor="etapes"), 303)

    @expose("/piece/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def piece(self) -> ResponseReturnValue:
        """Joint une pièce au dossier."""
        objet = self.exiger_une()
        self._dire(_ecrire(None, lambda: tuple(recevoir(objet)) and (), "Pièce jointe.")[1])
        return redirect(url_for(".details_view", id=objet.id, _anchor="pieces"), 303)

    @staticmethod
    def _dire(violations: Sequence[Violation]) -> None:
        for violation in violations:
            flash(str(violation), "error")


_INDICATEURS = tuple(f"{critere}.{rang}" for critere in range(1, 7) for rang in (1, 2))


def _vierge(geste: Geste, habilitation: Habilitation) -> Formulaire:
    """Le formulaire d'un geste ; la fin que règle le centre y est déjà."""
    form = geste.formulaire(prefix=f"{geste.code}-")
    if geste.code == "decision":
        form.au.data = fin_prevue(aujourd_hui(), habilitation.centre.duree_habilitation)
    return form


def _manques(faits: DossierHabilitation) -> list[Violation]:
    """Ce qui manque à une décision favorable prise aujourd'hui."""
    jour = aujourd_hui()
    return list(controle.decision_d_habilitation(
        DecisionFacts(replace(faits, du=jour), DecisionHabilitation.FAVORABLE, jour)
    ))


def _pieces_des_etapes(habilitation: Habilitation) -> dict[int, list[Piece]]:
    pieces: dict[int, list[Piece]] = {}
    for piece in db.session.scalars(
        select(Piece).where(Piece.etape_instruction_id.in_([e.id for e in habilitation.etapes])).order_by(Piece.id)
    ):
        pieces.setdefault(piece.etape_instruction_id or 0, []).append(piece)
    return pieces


# --- la liste nationale ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FiltreAvis(FiltreTexte):
    """Où en est l'avis à France compétences (FC-02)."""

    def condition(self, valeurs: Any) -> ColumnElement[bool]:
        """La condition SQL ; un changement à venir n'est pas encore dû."""
        return condition_de_l_avis(valeurs[self.nom], aujourd_hui())


_AVIS = (("du", "À donner"), ("retard", "En retard"), ("fait", "Donné"), ("a_venir", "Changement à venir"))


def condition_de_l_avis(lequel: str, jour: dt.date) -> ColumnElement[bool]:
    """Les changements dont l'avis est dû ce jour-là, en retard, donné, ou pas encore à donner."""
    e = EvenementHabilitation
    arrive = e.avise_le.is_(None) & (e.le <= jour)
    # Échéance dépassée : deux mois après le changement, c'est avant aujourd'hui.
    limite = premier_jour_a_temps(jour)
    return {
        "du": arrive & (e.le >= limite), "retard": arrive & (e.le < limite), "fait": e.avise_le.is_not(None),
        "a_venir": e.avise_le.is_(None) & (e.le > jour),
    }[lequel]


def _avis(evenement: EvenementHabilitation) -> Any:
    if evenement.avise_le is not None:
        return f"donné le {texte(evenement.avise_le)}"
    if evenement.le > aujourd_hui():
        return "à venir"
    retard = aujourd_hui() > echeance_de_l_avis(evenement.le)
    return Markup('<span class="pastille pastille-{}">{}</span>').format(
        "danger" if retard else "attention", "en retard" if retard else "à donner"
    )


class EvenementsView(DomainView):
    """Les changements de la liste nationale, et l'avis à en donner à France compétences sous deux mois (FC-02)."""

    ressource = "evenement_habilitation"
    nom_pluriel = "changements de la liste nationale"
    phrase_vide = "Aucun changement de la liste nationale à montrer."
    column_list = ("le", "nature", "organisme", "centre", "portee", "echeance", "avis")
    colonnes_facultatives = ("motif", "siret", "declaration", "avise_par", "note_par")
    column_labels: ClassVar[dict[str, str]] = {
        "le": "Date", "nature": "Changement", "organisme": "Organisme", "centre": "Centre", "portee": "Pour",
        "echeance": "À dire avant le", "avis": "Avis à France compétences", "motif": "Motif", "avise_le": "Avis donné le",
        "avise_par": "Avis noté par", "siret": "SIRET", "declaration": "Déclaration d'activité", "note_par": "Noté par",
    }
    formats: ClassVar[dict[str, Any]] = {
        "nature": lambda e: e.nature.libelle, "organisme": lambda e: lien(e.habilitation, e.habilitation.organisme.nom),
        "echeance": lambda e: texte(echeance_de_l_avis(e.le)), "avis": _avis,
        "siret": lambda e: e.habilitation.organisme.siret or "",
        "declaration": lambda e: e.habilitation.organisme.numero_declaration or "",
        "avise_par": lambda e: e.avise_par.nom if e.avise_par else "",
        "note_par": lambda e: e.centre.nom,
    }
    exports: ClassVar[dict[str, Any]] = {
        **formats, "organisme": lambda e: e.habilitation.organisme.nom,
        "avis": lambda e: f"donné le {texte(e.avise_le)}" if e.avise_le else "à donner",
    }
    tris: ClassVar[dict[str, Tri]] = {"le": Tri((EvenementHabilitation.le,))}
    tri_par_defaut = ("le", True)
    filtres = (
        FiltreAvis("avis", "Avis", None, choix=_AVIS),
        FiltreListe("nature", "Changement", EvenementHabilitation.nature),
        FiltreReference("centre", "Centre", EvenementHabilitation.centre_id, lookup=CENTRE),
        FiltrePeriode("le", "Date", EvenementHabilitation.le),
    )
    chargements = (
        joinedload(EvenementHabilitation.habilitation).joinedload(Habilitation.organisme),
        joinedload(EvenementHabilitation.centre), joinedload(EvenementHabilitation.avise_par),
    )
    fiche = (("Changement", ("nature", "le", "organisme", "centre", "portee", "motif", "echeance", "avise_le", "avise_par")),)
    form_columns = ("avise_le",)
    form_args: ClassVar[dict[str, Any]] = {
        "avise_le": {"default": aujourd_hui, "validators": [InputRequired("Indiquez la date de l'avis.")]},
    }

    def ecrire(self, form: Any, objet: EvenementHabilitation | None, contexte: dict[str, Any]) -> Any | None:
        """L'avis est donné à une date, par quelqu'un, une fois."""
        assert objet is not None
        for alerte in alertes(actes_habilitation.aviser(db.session(), objet, form.avise_le.data)):
            flash(str(alerte), "warning")
        db.session.commit()
        return objet

    @action("aviser", "Noter l'avis donné aujourd'hui", "France compétences a été avisée de ces changements.")
    def aviser(self, evenements: Sequence[EvenementHabilitation]) -> None:
        """Note d'un coup l'avis de plusieurs changements, tous ou aucun."""
        form = Formulaire()
        a_noter = list(evenements)
        _, violations = _ecrire(form, lambda: tuple(
            v for e in a_noter for v in actes_habilitation.aviser(db.session(), e, aujourd_hui())
        ), f"Avis noté pour {len(a_noter)} changement{'s' if len(a_noter) > 1 else ''}.")
        for violation in violations:
            flash(str(violation), "error")

    def is_action_allowed(self, name: str) -> bool:
        """Seul le niveau national donne l'avis."""
        return bool(super().is_action_allowed(name)) and self.peut(Droit.MODIFIER)


def a_faire() -> list[tuple[str, str, bool]]:
    """Ce que les habilitations attendent de la personne : la phrase, la page, et si c'est en retard."""
    attend: list[tuple[str, str, bool]] = []
    if peut(current_user.role, "evenement_habilitation", Droit.MODIFIER):
        for lequel, suite, grave in (("retard", "en retard", True), ("du", "à donner sous deux mois", False)):
            nombre = db.session.scalar(
                select(func.count(EvenementHabilitation.id)).where(condition_de_l_avis(lequel, aujourd_hui()))
            ) or 0
            if nombre:
                attend.append((
                    f"France compétences : {nombre} changement{'s' if nombre > 1 else ''} des habilitations, avis {suite}.",
                    url_for("changements_habilitations.index_view", avis=lequel), grave,
                ))
    if peut(current_user.role, "habilitation", Droit.MODIFIER):
        for etat, quoi in (
            (EtatHabilitation.DEMANDE, "à instruire"), (EtatHabilitation.INSTRUCTION, "en instruction"),
            (EtatHabilitation.COMPLEMENT, "en attente de compléments"),
        ):
            nombre = db.session.scalar(select(func.count(Habilitation.id)).where(Habilitation.etat == etat)) or 0
            if nombre:
                attend.append((f"{nombre} demande{'s' if nombre > 1 else ''} d'habilitation {quoi}.",
                               url_for("habilitations.index_view", etat=etat.value), False))
        attend += _fins_proches()
    return attend


def _fins_proches() -> list[tuple[str, str, bool]]:
    """Les habilitations qui finissent bientôt sans qu'une demande ne les prolonge."""
    jour = aujourd_hui()
    suite = Habilitation.__table__.alias()
    finissent = db.session.scalars(
        select(Habilitation).where(
            Habilitation.etat == EtatHabilitation.ACCORDEE, Habilitation.au >= jour,
            Habilitation.au <= plus_mois(jour, RAPPEL_FIN_HABILITATION.au(jour)),
            ~select(suite.c.id).where(suite.c.renouvelle_id == Habilitation.id).exists(),
        ).options(joinedload(Habilitation.organisme)).order_by(Habilitation.au).limit(8)
    )
    return [
        (f"L'habilitation de {h.organisme} prend fin le {texte(h.au)} : demandez-en le renouvellement.",
         url_for("habilitations.details_view", id=h.id), False)
        for h in finissent
    ]


def vues() -> tuple[DomainView, ...]:
    """Les vues du domaine, dans l'ordre du menu."""
    domaine = "Habilitations"
    return (
        OrganismesView(Organisme, db, "Organismes", domaine, "organismes"),
        HabilitationsView(Habilitation, db, "Habilitations", domaine, "habilitations"),
        EvenementsView(EvenementHabilitation, db, "Liste nationale", domaine, "changements_habilitations"),
    )
