"""Les commissions d'évaluation d'un centre : jour, lieu, membres et ce qui les qualifie (EVA-02)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload
from wtforms import DateField
from wtforms.validators import InputRequired, Length

from admin_views.base import DomainView, FiltrePeriode, Tableau, Tri, lien, texte
from admin_views.extensions import db
from admin_views.recherches import PERSONNE, sans_normalisation
from admin_views.saisie import Formulaire, Reference, Texte, ajouter
from models import Centre, CommissionEvaluation, Evaluateur, Evaluation
from models.base import maintenant
from rules import actes_evaluation
from rules.noyau import Violation

MEMBRES_MAX = 6
_RANGS = range(1, MEMBRES_MAX + 1)


class _Formulaire(Formulaire):
    date_commission = DateField("Date", [InputRequired("Indiquez la date de la commission.")])
    lieu = Texte("Lieu", [InputRequired("Indiquez le lieu."), Length(max=200)],
                 description="Entreprise, centre de formation habilité ou tout autre lieu adapté.")


FormulaireCommission = ajouter(_Formulaire, [
    champ
    for rang in _RANGS
    for champ in (
        (f"personne_{rang}", Reference(PERSONNE, f"Membre {rang}", vide=True)),
        (f"domaine_{rang}", Texte(f"Domaine du membre {rang}", [Length(max=200)])),
    )
])


class CommissionsView(DomainView):
    """Les commissions d'évaluation du centre."""

    ressource = "commission_evaluation"
    nom_pluriel = "commissions d'évaluation"
    titre_creation = "Nouvelle commission d'évaluation"
    aide_recherche = "Référence ou lieu"
    phrase_vide = "Aucune commission. Créez la première : un jour, un lieu, au moins deux membres qualifiés."
    column_list = ("reference", "date_commission", "lieu", "evaluateurs")
    column_labels: ClassVar[dict[str, str]] = {
        "reference": "Référence", "date_commission": "Date", "lieu": "Lieu", "evaluateurs": "Membres",
    }
    formats: ClassVar[dict[str, Any]] = {"evaluateurs": lambda c: ", ".join(str(e.personne) for e in c.evaluateurs)}
    exports: ClassVar[dict[str, Any]] = {"evaluateurs": lambda c: ", ".join(map(str, c.evaluateurs))}
    tris: ClassVar[dict[str, Tri]] = {"date_commission": Tri((CommissionEvaluation.date_commission,))}
    tri_par_defaut = ("date_commission", True)
    filtres = (FiltrePeriode("date_commission", "Date", CommissionEvaluation.date_commission),)
    chargements = (selectinload(CommissionEvaluation.evaluateurs).joinedload(Evaluateur.personne),)
    fiche = (("Commission", ("reference", "date_commission", "lieu")),)
    form_columns = ("date_commission", "lieu")
    groupes = (
        ("Quand et où", ("date_commission", "lieu")),
        ("Membres qualifiés : deux au moins, chacun avec son domaine",
         tuple(c for rang in _RANGS for c in (f"personne_{rang}", f"domaine_{rang}"))),
    )
    form_lookups: ClassVar[dict[str, Any]] = {f"personne_{rang}": PERSONNE for rang in _RANGS}
    champs_des_regles: ClassVar[dict[str, str]] = {"evaluateurs": "personne_1"}

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par référence ou lieu."""
        return sans_normalisation(terme, CommissionEvaluation.reference, CommissionEvaluation.lieu)

    def get_create_form(self) -> Any:
        """Jour, lieu et membres en une page."""
        return FormulaireCommission

    def get_edit_form(self) -> Any:
        """Le même."""
        return FormulaireCommission

    def _formulaire(self, form: Any, objet: CommissionEvaluation | None) -> ResponseReturnValue:
        if objet is not None and request.method == "GET":
            for rang, evaluateur in enumerate(objet.evaluateurs[:MEMBRES_MAX], 1):
                form[f"personne_{rang}"].data = evaluateur.personne
                form[f"domaine_{rang}"].data = evaluateur.domaine
        return super()._formulaire(form, objet)

    def ecrire(self, form: Any, objet: CommissionEvaluation | None, contexte: dict[str, Any]) -> Any | None:
        """Écrit la commission et ses membres d'un seul geste, puis la juge (EVA-02)."""
        orphelins = [r for r in _RANGS if form[f"domaine_{r}"].data and form[f"personne_{r}"].data is None]
        for rang in orphelins:
            form.poser(f"personne_{rang}", "Indiquez de qui est ce domaine.")
        if orphelins:
            return None
        with db.session.no_autoflush:
            if objet is None:
                centre = db.session.get(Centre, current_user.centre_id)
                objet = CommissionEvaluation(centre=centre, date_commission=form.date_commission.data)
                actes_evaluation.numeroter_commission(db.session(), objet)
                db.session.add(objet)
            objet.date_commission, objet.lieu = form.date_commission.data, form.lieu.data
            # Changer les membres change la commission : deux personnes qui la modifient se voient.
            objet.updated_at = maintenant()
            _poser_les_membres(form, objet)
        actes_evaluation.verifier_commission(db.session(), objet)
        db.session.commit()
        return objet

    def juger(self, objet: CommissionEvaluation) -> Sequence[Violation]:
        """Deux membres au moins, chacun avec son domaine."""
        return actes_evaluation.verifier_commission(db.session(), objet)

    def tableaux(self, objet: CommissionEvaluation) -> Sequence[Tableau]:
        """Ses membres, et ce qu'elle a évalué."""
        e = Evaluation
        evaluees = db.session.execute(
            select(e.date_evaluation, func.count(e.id), func.count(func.distinct(e.inscription_id)))
            .where(e.commission_id == objet.id).group_by(e.date_evaluation).order_by(e.date_evaluation)
        ).all()
        return (
            Tableau("Membres", ("Personne", "Domaine qui la qualifie"),
                    [(lien(x.personne), x.domaine) for x in objet.evaluateurs], "Aucun membre."),
            Tableau("Évaluations", ("Le", "Résultats", "Candidats"),
                    [(texte(jour), str(resultats), str(candidats)) for jour, resultats, candidats in evaluees],
                    "Rien d'évalué pour l'instant.", ("Noter des évaluations", url_for("evaluations.index"))),
        )


def _poser_les_membres(form: Any, commission: CommissionEvaluation) -> None:
    voulus = {
        form[f"personne_{r}"].data: form[f"domaine_{r}"].data or "" for r in _RANGS if form[f"personne_{r}"].data is not None
    }
    connus = {e.personne: e for e in commission.evaluateurs}
    for personne, evaluateur in connus.items():
        if personne not in voulus:
            commission.evaluateurs.remove(evaluateur)
    for personne, domaine in voulus.items():
        if personne in connus:
            connus[personne].domaine = domaine
        else:
            commission.evaluateurs.append(
                Evaluateur(centre_id=commission.centre.id, personne=personne, domaine=domaine)
            )


def vues() -> tuple[DomainView, ...]:
    """La vue des commissions, au menu des candidats."""
    return (CommissionsView(CommissionEvaluation, db, "Commissions d'évaluation", "Candidats", "commissions_evaluation"),)
