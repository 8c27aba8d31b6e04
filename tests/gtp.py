"""De quoi tenir le GTP dans un essai : un dossier complet, une séance qui vote, une demande décidée."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    BlocCompetences,
    Certification,
    Competence,
    Demande,
    ModaliteEvaluation,
    PointGtp,
    Referentiel,
    ReferentielBloc,
    SeanceGtp,
)
from models.base import aujourd_hui
from rules import actes_demandes, actes_gtp
from rules.nomenclatures import DecisionGtp, Famille, NatureDemande, NatureSeance, Porteur, SensVote

RAPPORT = {champ: f"Texte de {champ}." for champ in ("besoins", "emplois", "positionnement", "preuves_usage")}


def ecrire_le_projet(session: Session, version: Referentiel, *, blocs: int = 2) -> None:
    """Remplit un projet : activités, blocs (ou compétences d'un CCPM), évaluation, conditions d'admissibilité."""
    modalite = session.scalars(select(ModaliteEvaluation)).first()

    def competence(ordre: int) -> Competence:
        return Competence(
            ordre=ordre, libelle=f"Réaliser la tâche {ordre}", conditions="Sur poste.", criteres_methodes="La gamme est suivie.",
            resultats_attendus="La pièce est conforme.", modalites=[modalite] if modalite else [],
        )

    version.missions = version.environnement = version.interactions = "Décrits."
    version.conditions_admissibilite = "Toutes les compétences sont acquises."
    if version.certification.famille is Famille.CQPM:
        version.blocs = [
            ReferentielBloc(ordre=n, bloc=BlocCompetences(libelle=f"Bloc {n}", competences=[competence(1), competence(2)]))
            for n in range(1, blocs + 1)
        ]
    else:
        version.competences = [competence(1), competence(2)]
    session.flush()


def demande_complete(
    session: Session, nature: NatureDemande = NatureDemande.CREATION, certification: Certification | None = None,
    jour: dt.date | None = None, **champs: Any,
) -> Demande:
    """Une demande de l'UIMM au dossier reconnu complet."""
    jour = jour or aujourd_hui()
    valeurs: dict[str, Any] = {"titre": "Soudeur d'essai", "niveau": 3, "famille": Famille.CQPM} | champs
    textes = RAPPORT if nature is not NatureDemande.SUPPRESSION else {"obsolescence": "Le procédé est abandonné."}
    porteur = Porteur.GTP if valeurs["famille"] in (Famille.CQPI, Famille.CCPI) else Porteur.UIMM
    demande, _ = actes_demandes.deposer(session, nature, porteur, jour, certification=certification, textes=textes, **valeurs)
    if demande.referentiel is not None and not demande.referentiel.missions:
        ecrire_le_projet(session, demande.referentiel)
    actes_demandes.reconnaitre_complete(session, demande, jour)
    return demande


def seance_prete(session: Session, *demandes: Demande, jour: dt.date | None = None, presentes: bool = True) -> SeanceGtp:
    """Une séance où toutes les organisations sont présentes, ces demandes à l'ordre du jour."""
    seance = actes_gtp.reunir(session, NatureSeance.REUNION, jour or aujourd_hui(), "Paris")
    if presentes:
        actes_gtp.noter_presences(session, seance, {p.id: (True, "Une personne") for p in seance.presences})
    for demande in demandes:
        actes_gtp.inscrire_point(session, seance, demande)
    return seance


def voter_tous(session: Session, point: PointGtp, sens: SensVote = SensVote.POUR) -> None:
    for presence in point.seance.presences:
        if presence.presente:
            actes_gtp.voter(session, point, presence, sens)


def decider(session: Session, seance: SeanceGtp, decision: DecisionGtp = DecisionGtp.ACCEPTEE, niveau: int | None = 3) -> None:
    """Vote et décide chaque point : pour si c'est accepté, contre sinon."""
    for point in seance.points:
        voter_tous(session, point, SensVote.POUR if decision is DecisionGtp.ACCEPTEE else SensVote.CONTRE)
        cree = point.demande.nature is NatureDemande.CREATION and point.demande.famille is Famille.CQPM
        actes_gtp.decider(session, point, decision, "" if decision is DecisionGtp.ACCEPTEE else "Motif.", niveau if cree else None)


def acceptee(session: Session, nature: NatureDemande = NatureDemande.CREATION, **champs: Any) -> Demande:
    """Une demande acceptée par une séance close."""
    demande = demande_complete(session, nature, **champs)
    seance = seance_prete(session, demande, jour=champs.get("jour"))
    decider(session, seance)
    actes_gtp.clore(session, seance)
    return demande
