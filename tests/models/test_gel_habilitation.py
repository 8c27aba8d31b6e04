"""Ce qu'un centre a décidé d'un organisme ne se réécrit pas : ni par l'ORM, ni par du SQL, sur les deux moteurs."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from models import Habilitation
from rules import actes_habilitation as a
from rules.nomenclatures import DecisionHabilitation, NatureEtape
from tests import factories as f
from tests.models.test_gel import refuse


@pytest.fixture
def accordee(session: Session) -> Habilitation:
    h = f.demande_d_habilitation(session, f.centre(session, duree_habilitation=12), certifications=[f.certification(session)])
    a.noter_etape(session, h, NatureEtape.ETUDE, h.demande_le)
    f.apprecier_tout(session, h)
    a.decider(session, h, DecisionHabilitation.FAVORABLE, h.demande_le)
    return h


@pytest.mark.parametrize(
    ("code", "instruction"),
    [
        ("HAB-02", "UPDATE appreciation SET resultat = 'non_satisfait' WHERE habilitation_id = :h"),
        ("HAB-02", "UPDATE appreciation SET commentaire = 'après coup' WHERE habilitation_id = :h"),
        ("HAB-02", "DELETE FROM appreciation WHERE habilitation_id = :h"),
        ("HAB-02", "DELETE FROM habilitation_certification WHERE habilitation_id = :h"),
        ("HAB-02", "INSERT INTO habilitation_bloc (habilitation_id, bloc_id) SELECT :h, max(id) FROM bloc_competences"),
        ("HAB-03", "UPDATE etape_instruction SET compte_rendu = 'après coup' WHERE habilitation_id = :h"),
        ("HAB-03", "DELETE FROM etape_instruction WHERE habilitation_id = :h"),
        ("HAB-05", "UPDATE habilitation SET du = '1999-12-31' WHERE id = :h"),
        ("HAB-05", "UPDATE habilitation SET decide_le = '1999-12-31' WHERE id = :h"),
        ("HAB-05", "UPDATE habilitation SET etat = 'instruction' WHERE id = :h"),
        ("HAB-05", "UPDATE habilitation SET reprise = NOT reprise WHERE id = :h"),
        ("HAB-05", "DELETE FROM habilitation WHERE id = :h"),
        ("FC-02", "UPDATE evenement_habilitation SET le = '1999-12-31' WHERE habilitation_id = :h"),
        ("FC-02", "UPDATE evenement_habilitation SET portee = 'autre' WHERE habilitation_id = :h"),
        ("FC-02", "DELETE FROM evenement_habilitation WHERE habilitation_id = :h AND nature = 'habilitation'"),
    ],
)
def test_ce_qui_est_decide_ne_change_plus(session, accordee, code, instruction):
    refuse(code, lambda: session.execute(text(instruction), {"h": accordee.id}), session)


def test_la_base_n_accorde_pas_sans_les_douze(session):
    h = f.demande_d_habilitation(session, f.centre(session))
    f.apprecier_tout(session, h, sauf=(12,))
    refuse("HAB-02", lambda: session.execute(
        text("UPDATE habilitation SET etat = 'accordee', du = '2000-01-01' WHERE id = :h"), {"h": h.id}
    ), session)
    refuse("HAB-02", lambda: session.execute(
        text("UPDATE habilitation SET etat = 'retiree', du = '2000-01-01', au = '2000-01-01', motif = 'x' WHERE id = :h"),
        {"h": h.id},
    ), session)


def test_la_base_refuse_une_habilitation_nee_accordee(session):
    refuse("HAB-02", lambda: f.habilitation(session, f.organisme(session), f.centre(session), reprise=False), session)


def test_la_base_refuse_deux_habilitations_pour_la_meme_chose(session, accordee):
    autre = f.demande_d_habilitation(session, accordee.centre, organisme=accordee.organisme)
    f.apprecier_tout(session, autre)
    accorder = text("UPDATE habilitation SET etat = 'accordee', du = :du WHERE id = :h")
    refuse("HAB-01", lambda: session.execute(accorder, {"h": autre.id, "du": dt.date(2000, 12, 31)}), session)
    session.execute(accorder, {"h": autre.id, "du": dt.date(2001, 1, 1)})


def test_un_avis_donne_ne_se_reecrit_pas(session, accordee):
    evenement = f.evenement(session, accordee)
    a.aviser(session, evenement, dt.date(2000, 2, 1))
    refuse("FC-02", lambda: session.execute(
        text("UPDATE evenement_habilitation SET avise_le = NULL WHERE id = :e"), {"e": evenement.id}
    ), session)
