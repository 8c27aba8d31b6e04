"""D'un dossier d'habilitation aux faits que jugent les règles ; un nombre constant de requêtes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import BlocCompetences, Certification, Habilitation, Indicateur, Inscription, Organisme
from models.base import aujourd_hui
from rules.collecte import habilitations_accordees
from rules.faits import CertificationFacts, HabilitationFacts, Periode
from rules.habilitation import DossierHabilitation, EtapeFacts, IndicateurFacts
from rules.nomenclatures import EtatHabilitation


def dossier_facts(
    session: Session, habilitation: Habilitation, *, du: dt.date | None = None, au: dt.date | None = None,
    jour: dt.date | None = None,
) -> DossierHabilitation:
    """Les faits d'une demande : sa portée, sa grille, ses étapes, et les habilitations qu'elle recouvrirait."""
    return DossierHabilitation(
        organisme=habilitation.organisme.nom, centre_id=habilitation.centre_id, etat=habilitation.etat,
        demande_le=habilitation.demande_le, aujourd_hui=jour or aujourd_hui(), du=du, au=au,
        certifications=_portee(habilitation.certifications),
        blocs=frozenset(b.identifiant for b in habilitation.blocs),
        indicateurs=indicateurs_facts(session, habilitation),
        etapes=tuple(EtapeFacts(e.nature, e.faite_le, e.compte_rendu) for e in habilitation.etapes),
        autres=_autres(session, habilitation.organisme_id, habilitation.centre_id, habilitation.id, habilitation.renouvelle_id),
        prolonge_depuis=habilitation.renouvelle.du if habilitation.renouvelle is not None else None,
    )


def reprise_facts(
    session: Session, organisme: Organisme, centre_id: int, periode: Periode, certifications: Sequence[Certification],
    blocs: Sequence[BlocCompetences], jour: dt.date | None = None,
) -> DossierHabilitation:
    """Les faits d'une habilitation décidée avant la console, pas encore en base : ni grille, ni étapes."""
    assert periode.du is not None
    return DossierHabilitation(
        organisme=organisme.nom, centre_id=centre_id, etat=EtatHabilitation.DEMANDE, demande_le=periode.du,
        aujourd_hui=jour or aujourd_hui(), du=periode.du, au=periode.au, certifications=_portee(certifications),
        blocs=frozenset(b.identifiant for b in blocs), autres=_autres(session, organisme.id, centre_id),
    )


def dossiers_facts(session: Session, ids: Sequence[int]) -> dict[int, DossierHabilitation]:
    """Les faits de dossiers en base, par leur clé, pour le formulaire."""
    return {
        h.id: dossier_facts(session, h)
        for h in session.scalars(select(Habilitation).where(Habilitation.id.in_(ids)))
    }


def indicateurs_facts(session: Session, habilitation: Habilitation) -> tuple[IndicateurFacts, ...]:
    """Les douze indicateurs dans l'ordre de la grille, appréciés ou non."""
    connues = {a.indicateur_id: a for a in habilitation.appreciations}
    return tuple(
        IndicateurFacts(
            f"{i.critere_numero}.{i.rang}", a.resultat if (a := connues.get(i.id)) else None, a.commentaire if a else ""
        )
        for i in session.scalars(select(Indicateur).order_by(Indicateur.critere_numero, Indicateur.rang))
    )


def _portee(certifications: Sequence[Certification]) -> tuple[CertificationFacts, ...]:
    return tuple(
        CertificationFacts(c.id, c.base_identifiant, c.famille, c.date_creation, c.date_suppression) for c in certifications
    )


def _autres(session: Session, organisme_id: int, centre_id: int, *sauf: int | None) -> tuple[HabilitationFacts, ...]:
    h = Habilitation.__table__.c
    return tuple(
        faits
        for cle, _, faits in habilitations_accordees(
            session.connection(), h.organisme_id == organisme_id, h.centre_id == centre_id,
            h.etat.in_((EtatHabilitation.ACCORDEE, EtatHabilitation.SUSPENDUE)),
        )
        if cle not in sauf
    )


def organismes_habilites(session: Session, centre_id: int, jour: dt.date) -> set[int]:
    """Les organismes que ce centre a habilités ce jour-là, pour une certification ou un bloc au moins."""
    h = Habilitation.__table__.c
    return {
        organisme_id
        for _, organisme_id, faits in habilitations_accordees(session.connection(), h.centre_id == centre_id)
        if faits.en_vigueur(centre_id, jour)
    }


def inscriptions_en_cours(session: Session, habilitation: Habilitation) -> int:
    """Combien d'inscriptions ouvertes du centre passent par cet organisme : elles continuent après un retrait (HAB-05)."""
    i = Inscription.__table__.c
    return len(session.execute(
        select(i.id).where(i.centre_id == habilitation.centre_id, i.organisme_id == habilitation.organisme_id,
                           i.etat == "ouverte").limit(10_000)
    ).all())


def verrouiller_organisme(session: Session, organisme_id: int) -> None:
    """Deux décisions simultanées pour un organisme s'attendent : la seconde voit la première (HAB-01)."""
    session.execute(select(Organisme.__table__.c.id).where(Organisme.__table__.c.id == organisme_id).with_for_update())
