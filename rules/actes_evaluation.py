"""Les actes de l'évaluation : noter, convenir, recueillir l'avis, reprendre un acquis (partie 2, chap. 2, § 1.B).

Un acte refusé lève `controle.Refus` (ou `RefusDeNotes`, case par case) et n'écrit rien ; l'appelant valide ou défait
la transaction. La page, la grille, l'import, la CLI et la démonstration passent par eux.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AvisEntreprise, CommissionEvaluation, DossierEvaluation, Evaluation, Inscription
from models.base import aujourd_hui
from models.perimetre import HorsPerimetre
from rules import controle
from rules.actes import prendre_numeros
from rules.collecte_evaluation import acquis_facts, commissions_facts, dossiers_facts
from rules.evaluation import (
    AvisDonne,
    AvisFacts,
    CommissionFacts,
    DossierFacts,
    EvaluationFacts,
    NoteFacts,
)
from rules.nomenclatures import ResultatCompetence
from rules.noyau import Gravite, Violation, bloquantes


@dataclass(frozen=True, slots=True)
class Note:
    """Ce qu'on veut noter d'une compétence d'une inscription ; tout vide efface ce qui était noté.

    `version_lue` : la version qu'on avait sous les yeux (0 si rien n'était noté) ; vide, on ne la vérifie pas.
    `competence_demandee`, `commission_demandee` : ce qui était écrit quand la clé n'a pas été trouvée.
    """

    inscription_id: int
    competence_id: int | None
    modalite: str = ""
    resultat: ResultatCompetence | None = None
    date_evaluation: dt.date | None = None
    commission_id: int | None = None
    appreciation: str = ""
    version_lue: int | None = None
    competence_demandee: str = ""
    commission_demandee: str = ""
    importation_id: int | None = None
    importation_ligne: int | None = None

    @property
    def vide(self) -> bool:
        """Vrai si rien n'est noté."""
        return not (self.modalite or self.resultat or self.date_evaluation or self.appreciation)


class RefusDeNotes(controle.Refus):
    """Des notes refusées : aucune n'est écrite ; `par_note` dit ce qu'on reproche à chacune, par son rang."""

    def __init__(self, par_note: Mapping[int, tuple[Violation, ...]]) -> None:
        super().__init__([v for violations in par_note.values() for v in violations])
        self.par_note = dict(par_note)


@dataclass(frozen=True, slots=True)
class Bilan:
    """Ce qu'une écriture de notes a fait."""

    ecrites: int
    inchangees: int


def _verrouiller(session: Session, ids: Collection[int]) -> None:
    """Prend les lignes des inscriptions jusqu'à la fin de la transaction ; lève HorsPerimetre si l'une n'est pas visible.

    Deux personnes qui notent le même candidat s'attendent, puis la seconde voit ce que la première a écrit.
    """
    session.flush()
    vues = session.scalars(
        select(Inscription.id).where(Inscription.id.in_(ids)).order_by(Inscription.id).with_for_update(of=Inscription)
    ).all()
    if set(vues) != set(ids):
        raise HorsPerimetre(Inscription.__name__)


def juger_notes(
    session: Session, notes: Sequence[Note], jour: dt.date | None = None
) -> dict[int, tuple[Violation, ...]]:
    """Ce que les règles reprochent à chaque note, par son rang ; n'écrit rien, en un nombre constant de requêtes."""
    dossiers = dossiers_facts(session, sorted({n.inscription_id for n in notes}))
    commissions = _commissions(session, notes, dossiers)
    return {
        rang: violations
        for rang, note in enumerate(notes)
        if (violations := _juger(note, dossiers[note.inscription_id], commissions, jour or aujourd_hui()))
    }


def _commissions(
    session: Session, notes: Sequence[Note], dossiers: Mapping[int, DossierFacts]
) -> dict[tuple[int, int], CommissionFacts]:
    """Les commissions que nomment les notes, par centre et par clé : celle d'un autre centre n'existe pas ici."""
    ids = {n.commission_id for n in notes if n.commission_id is not None}
    centres = {d.centre_id for d in dossiers.values()} if ids else set()
    return {
        (centre, cle): commission
        for centre in centres for cle, commission in commissions_facts(session, centre, ids).items()
    }


def _juger(
    note: Note, dossier: DossierFacts, commissions: Mapping[tuple[int, int], CommissionFacts], jour: dt.date
) -> tuple[Violation, ...]:
    actuelle = dossier.evaluations.get(note.competence_id) if note.competence_id is not None else None
    if actuelle is not None and identique(note, actuelle):
        return ()
    commission = commissions.get((dossier.centre_id, note.commission_id)) if note.commission_id is not None else None
    demandee = note.commission_demandee or (f"n° {note.commission_id}" if note.commission_id is not None else "")
    faits = NoteFacts(
        dossier=dossier,
        competence=dossier.competence(note.competence_id) if note.competence_id is not None else None,
        modalite=note.modalite, resultat=note.resultat, date_evaluation=note.date_evaluation, commission=commission,
        aujourd_hui=jour, competence_demandee=note.competence_demandee or _ecrit(note.competence_id),
        commission_demandee=demandee,
    )
    violations = controle.note(faits)
    version = actuelle.version if actuelle is not None else 0
    if note.version_lue is not None and note.version_lue != version:
        violations = (*violations, _depassee(actuelle))
    return violations


def _ecrit(competence_id: int | None) -> str:
    return f"n° {competence_id}" if competence_id is not None else ""


def _depassee(actuelle: EvaluationFacts | None) -> Violation:
    note = actuelle.resultat.libelle.lower() if actuelle is not None and actuelle.resultat is not None else "rien"
    return Violation(
        "VERSION", Gravite.BLOQUE, "version",
        f"Quelqu'un d'autre vient de noter « {note} » ici : relisez, puis enregistrez de nouveau pour garder votre saisie.",
        "choix de la console",
    )


def identique(note: Note, actuelle: EvaluationFacts) -> bool:
    """Vrai si cette note ne changerait rien à ce qui est déjà noté."""
    if actuelle.repris_du is not None:
        # Un acquis repris n'a que son résultat : le noter acquise de nouveau ne change rien.
        return note.resultat is actuelle.resultat
    return (note.modalite, note.resultat, note.date_evaluation, note.commission_id, note.appreciation) == (
        actuelle.modalite, actuelle.resultat, actuelle.date_evaluation, actuelle.commission_id, actuelle.appreciation
    )


def noter(session: Session, notes: Sequence[Note], jour: dt.date | None = None) -> Bilan:
    """Écrit toutes ces notes, ou aucune (EVA-01, EVA-02, EVA-05, INS-04).

    :param jour: le jour où l'on note, à Paris ; aujourd'hui par défaut.
    :raises RefusDeNotes: une note au moins est refusée, ou dépassée par celle d'une autre personne.
    """
    ids = sorted({n.inscription_id for n in notes})
    _verrouiller(session, ids)
    dossiers = dossiers_facts(session, ids)
    commissions = _commissions(session, notes, dossiers)
    refus = {
        rang: bloque
        for rang, note in enumerate(notes)
        if (bloque := bloquantes(_juger(note, dossiers[note.inscription_id], commissions, jour or aujourd_hui())))
    }
    if refus:
        raise RefusDeNotes(refus)
    connues = {
        (e.inscription_id, e.competence_id): e
        for e in session.scalars(select(Evaluation).where(Evaluation.inscription_id.in_(ids)))
    }
    ecrites = 0
    for note in notes:
        ecrites += _ecrire(session, note, dossiers[note.inscription_id], connues)
    session.flush()
    return Bilan(ecrites, len(notes) - ecrites)


def _ecrire(
    session: Session, note: Note, dossier: DossierFacts, connues: dict[tuple[int, int], Evaluation]
) -> bool:
    """Écrit une note jugée ; rend vrai si quelque chose change."""
    if note.competence_id is None:
        return False
    actuelle = dossier.evaluations.get(note.competence_id)
    evaluation = connues.get((note.inscription_id, note.competence_id))
    if note.vide or (actuelle is not None and identique(note, actuelle)):
        if evaluation is None or not note.vide:
            return False
        session.delete(connues.pop((note.inscription_id, note.competence_id)))
        return True
    if evaluation is None:
        evaluation = Evaluation(
            inscription_id=note.inscription_id, centre_id=dossier.centre_id, competence_id=note.competence_id,
            importation_id=note.importation_id, importation_ligne=note.importation_ligne,
        )
        session.add(evaluation)
        connues[note.inscription_id, note.competence_id] = evaluation
    evaluation.modalite_code = note.modalite or None
    evaluation.resultat = note.resultat
    evaluation.date_evaluation = note.date_evaluation
    evaluation.commission_id = note.commission_id if note.resultat is not None else None
    evaluation.appreciation = note.appreciation
    evaluation.acquis_de_id = None
    return True


def numeroter_commission(session: Session, commission: CommissionEvaluation) -> None:
    """Donne sa référence à une commission neuve : `CE 68-2026-0004`, par centre et par année."""
    annee = commission.date_commission.year
    (numero,) = prendre_numeros(session, f"CE {commission.centre.id} {annee}", 1)
    commission.reference = f"CE {commission.centre.code}-{annee}-{numero:04d}"


def verifier_commission(session: Session, commission: CommissionEvaluation) -> tuple[Violation, ...]:
    """Juge une commission et ses membres, puis les écrit : à appeler après chaque changement (EVA-02)."""
    membres = tuple((str(e.personne), e.domaine) for e in commission.evaluateurs)
    faits = CommissionFacts(commission.id or 0, commission.reference, commission.date_commission, membres)
    alertes = controle.exiger(controle.commission(faits))
    session.flush()
    return alertes


def convenir(
    session: Session, inscription_id: int, convenu_le: dt.date | None, motif: str, version_lue: int | None = None
) -> None:
    """Note le jour de l'accord sur les modalités, et pourquoi rien n'est évalué en situation réelle (EVA-04)."""
    _verrouiller(session, [inscription_id])
    faits = dossiers_facts(session, [inscription_id])[inscription_id]
    if (faits.convenu_le, faits.motif_hors_situation) == (convenu_le, motif):
        return
    if version_lue is not None and version_lue != faits.version:
        raise controle.Refus((
            Violation("VERSION", Gravite.BLOQUE, "motif_hors_situation",
                      "Quelqu'un d'autre vient de changer ce qui est convenu : relisez, puis enregistrez de nouveau.",
                      "choix de la console"),
        ))
    dossier = session.scalar(select(DossierEvaluation).where(DossierEvaluation.inscription_id == inscription_id))
    if dossier is None:
        dossier = DossierEvaluation(inscription_id=inscription_id, centre_id=faits.centre_id)
        session.add(dossier)
    dossier.convenu_le, dossier.motif_hors_situation = convenu_le, motif
    session.flush()


def donner_avis(
    session: Session, inscription_id: int, avis: AvisFacts, jour: dt.date | None = None
) -> AvisEntreprise:
    """Recueille l'avis de l'entreprise, ou le corrige tant que la délibération n'est pas ouverte (EVA-03)."""
    _verrouiller(session, [inscription_id])
    dossier = dossiers_facts(session, [inscription_id])[inscription_id]
    controle.exiger(controle.avis(AvisDonne(dossier, avis, jour or aujourd_hui())))
    ecrit = session.scalar(select(AvisEntreprise).where(AvisEntreprise.inscription_id == inscription_id))
    if ecrit is None:
        ecrit = AvisEntreprise(inscription_id=inscription_id, centre_id=dossier.centre_id)
        session.add(ecrit)
    for champ in ("date_avis", "auteur", "fonction", "sens", "commentaire"):
        setattr(ecrit, champ, getattr(avis, champ))
    session.flush()
    return ecrit


def reprendre_acquis(
    session: Session, inscription_id: int, competences: Collection[int] | None = None, jour: dt.date | None = None
) -> int:
    """Reprend ce que le candidat a acquis devant un jury antérieur, avec sa provenance ; rend le nombre repris (ATT-04).

    :param competences: celles-là seulement ; hors délai, l'une d'elles fait tout refuser. Par défaut, tout ce qui vaut
        encore et n'est pas déjà évalué.
    """
    _verrouiller(session, [inscription_id])
    dossier = dossiers_facts(session, [inscription_id])[inscription_id]
    acquis = acquis_facts(session, [inscription_id])[inscription_id]
    violations: list[Violation] = []
    repris = []
    for a in acquis:
        if (competences is not None and a.competence_id not in competences) or dossier.resultat(a.competence_id):
            continue
        reproches = controle.acquis(a)
        if reproches and competences is None:
            continue
        visee = dossier.competence(a.competence_id)
        note = NoteFacts(dossier, visee, "", ResultatCompetence.ACQUISE, a.date_jury, None, jour or aujourd_hui(),
                         reprise=True)
        violations += (*reproches, *controle.note(note))
        repris.append(a)
    controle.exiger(violations)
    connues = {
        e.competence_id: e
        for e in session.scalars(select(Evaluation).where(Evaluation.inscription_id == inscription_id))
    }
    for a in repris:
        evaluation = connues.get(a.competence_id)
        if evaluation is None:
            evaluation = Evaluation(
                inscription_id=inscription_id, centre_id=dossier.centre_id, competence_id=a.competence_id
            )
            session.add(evaluation)
        evaluation.resultat, evaluation.date_evaluation = ResultatCompetence.ACQUISE, a.date_jury
        evaluation.acquis_de_id = a.presentation_competence_id
    session.flush()
    return len(repris)


def renoncer_a_l_acquis(session: Session, inscription_id: int, competence_id: int) -> None:
    """Ôte un acquis repris : la compétence est de nouveau à évaluer."""
    _verrouiller(session, [inscription_id])
    dossier = dossiers_facts(session, [inscription_id])[inscription_id]
    note = NoteFacts(dossier, dossier.competence(competence_id), "", None, None, None, aujourd_hui(), reprise=True)
    controle.exiger(controle.note(note))
    evaluation = session.scalar(
        select(Evaluation).where(
            Evaluation.inscription_id == inscription_id, Evaluation.competence_id == competence_id,
            Evaluation.acquis_de_id.is_not(None),
        )
    )
    if evaluation is not None:
        session.delete(evaluation)
        session.flush()
