"""Transmission, contrôle, retrait de capacité : les bornes des règles."""

from __future__ import annotations

import datetime as dt

import pytest

from rules import attribution
from rules import jury as jury_
from rules import transmission as r
from rules.faits import AttribuantFacts
from rules.noyau import evaluate
from rules.transmission import ActionFacts, ControleFacts, RetraitFacts, TransmissionFacts
from tests.rules.faits import JOUR, JURY, LENDEMAIN, VEILLE, avec, champs, juger

DOSSIER = TransmissionFacts(JOUR, JOUR, proces_verbal_signe=True, emargement_joint=True, lettre_prete=True)
ACTION = ActionFacts("Refaire l'émargement", LENDEMAIN)


@pytest.mark.parametrize(
    ("date_jury", "echeance"),
    [
        (dt.date(2026, 3, 12), dt.date(2026, 5, 12)),
        (dt.date(2026, 12, 31), dt.date(2027, 2, 28)),
        (dt.date(2027, 12, 30), dt.date(2028, 2, 29)),
        (dt.date(2028, 2, 29), dt.date(2028, 4, 29)),
        (dt.date(2026, 11, 30), dt.date(2027, 1, 30)),
    ],
)
def test_tra_01_deux_mois(date_jury, echeance):
    assert r.echeance_de_transmission(date_jury) == echeance
    assert juger(r.dans_les_deux_mois, avec(DOSSIER, date_jury=date_jury, le=echeance)) == ()
    (retard,) = juger(r.dans_les_deux_mois, avec(DOSSIER, date_jury=date_jury, le=echeance + dt.timedelta(1)))
    assert "1 jour(s) de retard" in retard.message
    assert f"{echeance:%d/%m/%Y}" in retard.message


@pytest.mark.parametrize("manque", ["proces_verbal_signe", "emargement_joint", "lettre_prete"])
def test_tra_02_les_trois_pieces(manque):
    assert juger(r.les_trois_pieces, DOSSIER) == ()
    (violation,) = juger(r.les_trois_pieces, avec(DOSSIER, **{manque: False}))
    assert violation.code == "TRA-02"


def test_tra_02_une_seule_transmission():
    assert champs(r.les_trois_pieces, avec(DOSSIER, deja_transmise=True))


@pytest.mark.parametrize(
    ("controle", "fautes"),
    [
        (ControleFacts(JOUR, JOUR, conforme=True), []),
        (ControleFacts(JOUR, JOUR, conforme=False, actions=(ACTION,)), []),
        (ControleFacts(None, JOUR, conforme=True), ["conforme"]),
        (ControleFacts(JOUR, VEILLE, conforme=True), ["controlee_le"]),
        (ControleFacts(JOUR, JOUR, conforme=False), ["actions"]),
        (ControleFacts(JOUR, JOUR, conforme=True, actions=(ACTION,)), ["conforme"]),
        (ControleFacts(JOUR, JOUR, conforme=False, actions=(avec(ACTION, libelle=" "),)), ["libelle"]),
        (ControleFacts(JOUR, JOUR, conforme=False, actions=(avec(ACTION, terme=None),)), ["terme"]),
        (ControleFacts(JOUR, JOUR, conforme=False, actions=(avec(ACTION, terme=VEILLE),)), ["terme"]),
        (ControleFacts(JOUR, JOUR, conforme=False, actions=(avec(ACTION, terme=JOUR),)), []),
    ],
)
def test_sui_01(controle, fautes):
    assert [v.champ for v in juger(r.controle_d_un_dossier_transmis, controle)] == fautes


@pytest.mark.parametrize(
    ("action", "refuse"),
    [
        (avec(ACTION, terme=VEILLE), False),
        (avec(ACTION, terme=JOUR), True),
        (avec(ACTION, terme=VEILLE, realisee_le=VEILLE), True),
        (avec(ACTION, terme=VEILLE, realisee_le=JOUR), True),
        (avec(ACTION, terme=VEILLE, realisee_le=LENDEMAIN), False),
    ],
)
def test_sui_02_une_action_non_menee(action, refuse):
    assert bool(juger(r.retrait_pour_actions_non_menees, RetraitFacts(JOUR, "Actions non menées", (action,)))) is refuse


@pytest.mark.parametrize(
    "faits",
    [
        RetraitFacts(None, "Motif", (avec(ACTION, terme=VEILLE),)),
        RetraitFacts(JOUR, "  ", (avec(ACTION, terme=VEILLE),)),
        RetraitFacts(JOUR, "Motif", (avec(ACTION, terme=VEILLE),), deja_retiree=True),
        RetraitFacts(JOUR, "Motif", ()),
    ],
)
def test_sui_02_refus(faits):
    assert juger(r.retrait_pour_actions_non_menees, faits)


@pytest.mark.parametrize(
    ("par_le_gtp", "retiree_le", "refuse"),
    [(False, None, False), (False, JOUR, True), (True, None, True), (True, JOUR, False)],
)
def test_jur_14_qui_attribue(par_le_gtp, retiree_le, refuse):
    assert bool(juger(attribution.celui_qui_peut_attribuer, AttribuantFacts(par_le_gtp, retiree_le))) is refuse


def test_jur_14_pas_de_jury_sans_capacite():
    assert juger(jury_.centre_capable, JURY) == ()
    assert [v.code for v in juger(jury_.centre_capable, avec(JURY, capacite_retiree_le=VEILLE))] == ["JUR-14"]
    assert "JUR-14" in {v.code for v in evaluate(jury_.OUVERTURE, avec(JURY, capacite_retiree_le=VEILLE))}


@pytest.mark.parametrize(
    ("remise", "fautes"),
    [
        ({}, []),
        ({"remis_le": VEILLE}, ["remis_le"]),
        ({"remis_le": LENDEMAIN}, []),
        ({"remis_le": LENDEMAIN + dt.timedelta(1)}, ["remis_le"]),
        ({"remis_le": None}, ["remis_le"]),
        ({"a": " "}, ["a"]),
        ({"deja_remis": True}, ["remis_le"]),
        ({"annule": True}, ["remis_le"]),
    ],
)
def test_att_07_la_remise(remise, fautes):
    faits = avec(attribution.RemiseFacts(JOUR, JOUR, "Jeanne Dupont", LENDEMAIN), **remise)
    assert champs(attribution.remis_apres_le_jury, faits) == fautes


@pytest.mark.parametrize(
    ("motif", "conserve", "fautes"), [("Perte", True, []), (" ", True, ["motif"]), ("Perte", False, ["certificat"])]
)
def test_att_06_le_duplicata(motif, conserve, fautes):
    assert champs(attribution.duplicata_motive, attribution.DuplicataFacts(motif, conserve)) == fautes


def test_att_06_un_certificat_annule_n_a_plus_de_duplicata():
    assert champs(attribution.duplicata_motive, attribution.DuplicataFacts("Perte", original_conserve=True, annule=True)) == [
        "certificat"
    ]
