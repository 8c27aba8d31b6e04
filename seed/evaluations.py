"""Les évaluations de la démonstration : commissions, résultats, avis des entreprises, acquis repris.

Par les mêmes actes que la console : ce qu'une règle refuserait échoue ici aussi.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import Centre, CommissionEvaluation, Evaluateur, Inscription, Personne
from rules import actes_evaluation
from rules.actes_evaluation import Note
from rules.collecte_evaluation import dossiers_facts
from rules.evaluation import AvisFacts, CompetenceVisee, DossierFacts, dispense_d_avis
from rules.nomenclatures import ResultatCompetence, SensAvis
from seed.population import Inscrit

DOMAINES = ("Maintenance industrielle", "Câblage et contrôle électrique", "Contrôle et vérification")
# Jours avant le jury, ou avant aujourd'hui : toutes les inscriptions d'un groupe les précèdent de peu.
_AVANT_JURY, _AVANT_CE_JOUR = (30, 21), (25, 4)
_APPRECIATIONS = (
    "Travail soigné, conforme aux résultats attendus.", "Autonome ; les contrôles sont faits et tracés.",
    "Gestes sûrs, consignes de sécurité respectées.", "",
)
_A_REVOIR = "Résultats attendus non atteints : le diagnostic reste guidé."
_MOTIF = "Démonstration : poste sous confidentialité, la commission n'y entre pas ; dossier de projet et entretien."


@dataclass(frozen=True, slots=True)
class Calendrier:
    """De quel jour se comptent les commissions : chaque jury, ou aujourd'hui pour qui n'en a pas encore."""

    aujourdhui: dt.date
    jury: Callable[[str], dt.date]
    jour_ouvre: Callable[[dt.date], dt.date]

    def commissions(self, nom: str) -> tuple[dt.date, ...]:
        """Les jours des commissions qui évaluent pour ce jury."""
        fin, ecarts = (self.jury(nom), _AVANT_JURY) if nom else (self.aujourdhui, _AVANT_CE_JOUR)
        return tuple(self.jour_ouvre(min(fin - dt.timedelta(days=e), self.aujourdhui)) for e in ecarts)


def evaluer(
    session: Session, centre: Centre, inscrits: Sequence[tuple[Inscrit, Inscription]], evaluateurs: Sequence[Personne],
    calendrier: Calendrier, alea: random.Random,
) -> None:
    """Tout pour qui va devant un jury ; chez les autres, une partie des résultats, ou rien encore."""
    dossiers = dossiers_facts(session, [inscription.id for _, inscription in inscrits])
    commissions = {
        nom: [_commission(session, centre, jour, evaluateurs, alea) for jour in calendrier.commissions(nom)]
        for nom in dict.fromkeys(inscrit.jury for inscrit, _ in inscrits)
    }
    notes: list[Note] = []
    for inscrit, inscription in inscrits:
        dossier = dossiers[inscription.id]
        tenues = [c for c in commissions[inscrit.jury] if c.date_commission >= dossier.date_inscription]
        complet = bool(inscrit.jury) or alea.random() < 0.4
        if not tenues or not dossier.competences:
            continue
        visees = dossier.competences if complet else dossier.competences[: alea.randrange(len(dossier.competences))]
        echecs = set(alea.sample([c.id for c in visees], min(inscrit.issue.echecs, len(visees))))
        sur_dossier = alea.random() < 0.03
        notes += [_note(dossier, c, alea, tenues, sur_dossier, c.id in echecs) for c in visees]
        if sur_dossier:
            actes_evaluation.convenir(session, inscription.id, dossier.date_inscription, _MOTIF)
        if complet and dispense_d_avis(dossier) is None and (inscrit.jury or alea.random() < 0.7):
            _avis(session, dossier, min(tenues[-1].date_commission, calendrier.aujourdhui), alea,
                  reserve=bool(inscrit.issue.echecs), jour=calendrier.aujourdhui)
    actes_evaluation.noter(session, notes, calendrier.aujourdhui)


def _commission(
    session: Session, centre: Centre, jour: dt.date, evaluateurs: Sequence[Personne], alea: random.Random
) -> CommissionEvaluation:
    commission = CommissionEvaluation(centre=centre, date_commission=jour, lieu=centre.ville)
    actes_evaluation.numeroter_commission(session, commission)
    session.add(commission)
    session.flush()
    for rang in sorted(alea.sample(range(len(evaluateurs)), 2)):
        personne = evaluateurs[rang]
        commission.evaluateurs.append(
            Evaluateur(centre_id=centre.id, personne=personne, domaine=DOMAINES[rang % len(DOMAINES)])
        )
    actes_evaluation.verifier_commission(session, commission)
    return commission


def _note(
    dossier: DossierFacts, competence: CompetenceVisee, alea: random.Random, commissions: Sequence[CommissionEvaluation],
    sur_dossier: bool, echec: bool,
) -> Note:
    reelles = [m.code for m in competence.modalites if m.situation_reelle]
    autres = [m.code for m in competence.modalites if not m.situation_reelle]
    permises = (autres or reelles) if sur_dossier else (reelles or autres)
    commission = alea.choice(commissions)
    return Note(
        dossier.inscription_id, competence.id, modalite=alea.choice(permises) if permises else "",
        resultat=ResultatCompetence.NON_ACQUISE if echec else ResultatCompetence.ACQUISE,
        date_evaluation=commission.date_commission, commission_id=commission.id,
        appreciation=_A_REVOIR if echec else alea.choice(_APPRECIATIONS),
    )


def _avis(
    session: Session, dossier: DossierFacts, jour_avis: dt.date, alea: random.Random, *, reserve: bool, jour: dt.date
) -> None:
    auteur, fonction = alea.choice((
        ("Claude Exemple", "Tuteur"), ("Dominique Modèle", "Responsable d'atelier"), ("Camille Essai", "Chef d'équipe"),
    ))
    actes_evaluation.donner_avis(
        session, dossier.inscription_id,
        AvisFacts(
            jour_avis, auteur, fonction, SensAvis.RESERVE if reserve else SensAvis.FAVORABLE,
            "Démonstration : à conforter sur le diagnostic." if reserve else "",
        ),
        jour,
    )
