"""Chaque règle du procès-verbal rectificatif à ses bornes."""

from __future__ import annotations

import pytest

from rules import controle
from rules import rectification as r
from rules.faits import VoteFacts
from rules.nomenclatures import ObjetRectification as Objet
from rules.rectification import ChangementFacts, RectificatifFacts
from tests.rules.faits import ACQUISE, NON_ACQUISE, avec, champs, competence, presente, president, syndical

DECISION = ChangementFacts(1, Objet.DECISION, "NA", "A")
PRENOM = ChangementFacts(1, Objet.PRENOMS, "Jeane", "Jeanne")
FAITS = RectificatifFacts(
    vise_signe=True, conserve=True, raison="Feuille de vote mal lue.", changements=(DECISION,),
    presentations=(presente(decision="NA", competences=(competence(),)),), votes=(VoteFacts(1, "A"), VoteFacts(2, "A")),
    sieges=(president(), syndical(2)), signataire_siege_id=1,
)


def test_un_rectificatif_complet_se_signe():
    assert controle.ouverture_du_rectificatif(FAITS) == ()
    assert controle.signature_du_rectificatif(FAITS) == ()


@pytest.mark.parametrize(("faits", "refus"), [
    ({}, False), ({"vise_signe": False}, True), ({"conserve": False}, True), ({"autre_en_cours": "PV 68-2026-0001 R1"}, True),
])
def test_jur_13_vise_un_proces_verbal_signe_et_conserve(faits, refus):
    assert bool(champs(r.vise_un_proces_verbal_signe, avec(FAITS, **faits))) is refus


@pytest.mark.parametrize(("raison", "refus"), [("", True), ("  ", True), ("Erreur", False)])
def test_jur_13_la_raison_est_ecrite(raison, refus):
    assert bool(champs(r.raison_ecrite, avec(FAITS, raison=raison))) is refus


def test_jur_13_un_rectificatif_change_quelque_chose():
    assert champs(r.change_quelque_chose, avec(FAITS, changements=())) == ["changements"]
    assert champs(r.change_quelque_chose, FAITS) == []


@pytest.mark.parametrize(("objet", "apres", "refus"), [
    (Objet.DECISION, "A", False), (Objet.DECISION, "ajourné", True), (Objet.COMPETENCE, "acquise", False),
    (Objet.COMPETENCE, "A", True), (Objet.DATE_NAISSANCE, "1990-02-28", False), (Objet.DATE_NAISSANCE, "1990-02-30", True),
    (Objet.PRENOMS, "Jeanne", False), (Objet.PRENOMS, "", True), (Objet.NOM_USAGE, "", False), (Objet.NOM_NAISSANCE, "x" * 120, False),
    (Objet.NOM_NAISSANCE, "x" * 121, True), (Objet.VILLE_NAISSANCE, "", True),
])
def test_jur_13_ce_qui_doit_etre_ecrit_est_possible(objet, apres, refus):
    assert bool(champs(r.changement_possible, ChangementFacts(1, objet, "avant", apres))) is refus


@pytest.mark.parametrize(("changements", "votes", "refus"), [
    ((DECISION,), {1: "A", 2: "A"}, False), ((DECISION,), {1: "A", 2: "NA"}, False),  # partage : le président
    ((DECISION,), {1: "NA", 2: "A"}, True), ((DECISION,), {}, True), ((PRENOM,), {}, False), ((PRENOM, DECISION), {}, True),
])
def test_jur_10_le_jury_approuve_ce_qui_change_une_decision(changements, votes, refus):
    faits = avec(FAITS, changements=changements, votes=tuple(VoteFacts(s, v) for s, v in votes.items()))
    assert bool(champs(r.approuve_par_le_jury, faits)) is refus


@pytest.mark.parametrize(("faits", "refus"), [
    ({}, False), ({"signataire_siege_id": 2}, True), ({"deja_signe": True}, True), ({"sieges": (president(present=False),)}, True),
])
def test_jur_13_le_president_signe_une_fois(faits, refus):
    assert bool(champs(r.rectificatif_signe_par_le_president, avec(FAITS, **faits))) is refus


def test_jur_11_admis_toutes_les_competences_le_sont():
    manque = avec(FAITS, presentations=(presente(decision="NA", competences=(competence(NON_ACQUISE, NON_ACQUISE),)),))
    assert {v.code for v in controle.signature_du_rectificatif(manque)} == {"JUR-11"}
    retenue = avec(manque, changements=(DECISION, ChangementFacts(1, Objet.COMPETENCE, "non_acquise", "acquise", "BDC 0001.1")))
    assert controle.signature_du_rectificatif(retenue) == ()
    assert r.rectifiee(manque.presentations[0], retenue.changements, "x").competences[0].retenu is ACQUISE
