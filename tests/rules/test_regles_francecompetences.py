"""FC-01, FC-03, ENR : bornes des règles d'enregistrement (France compétences)."""

from __future__ import annotations

import datetime as dt

import pytest

from rules import francecompetences as r
from rules.faits import FicheFacts, Periode, au_rncp
from rules.francecompetences import BlocDeFicheFacts, EnregistrementFacts
from rules.noyau import Gravite
from tests.rules.faits import CQPM, INSCRIPTION, JOUR, LENDEMAIN, UN_JOUR, VEILLE, avec, champs, juger

DEBUT, FIN, DERNIERE = dt.date(2022, 1, 1), dt.date(2026, 12, 31), dt.date(2027, 6, 30)


def fiche(code="RNCP34172", du=DEBUT, au=FIN, derniere=DERNIERE):
    return FicheFacts(code, Periode(du, au), derniere)


@pytest.mark.parametrize(("fiches", "attendus"), [
    ((), []),
    ((fiche(derniere=None),), []),
    ((fiche(derniere=VEILLE),), ["date_inscription"]),
    ((fiche(derniere=JOUR),), []),
    ((fiche(derniere=LENDEMAIN),), []),
    ((fiche(derniere=VEILLE), fiche("RNCP40000", derniere=None)), []),
    ((fiche(derniere=VEILLE - UN_JOUR), fiche("RNCP40000", derniere=VEILLE)), ["date_inscription"]),
])
def test_fc_01_derniere_delivrance(fiches, attendus):
    faits = avec(INSCRIPTION, certification=avec(CQPM, fiches=fiches))
    assert champs(r.delivrance_possible, faits) == attendus


def test_fc_01_regarde_le_jury_prevu_et_alerte_sans_bloquer():
    certification = avec(CQPM, fiches=(fiche(derniere=JOUR),))
    assert champs(r.delivrance_possible, avec(INSCRIPTION, certification=certification, date_jury_prevu=JOUR)) == []
    tard = juger(r.delivrance_possible, avec(INSCRIPTION, certification=certification, date_jury_prevu=LENDEMAIN))
    assert [(v.code, v.gravite) for v in tard] == [("FC-01", Gravite.ALERTE)]
    assert "RNCP34172" in tard[0].message
    assert champs(r.delivrance_possible, avec(INSCRIPTION, certification=None)) == []
    assert champs(r.delivrance_possible, avec(INSCRIPTION, certification=certification, date_inscription=None)) == []


@pytest.mark.parametrize(("engage_le", "jour", "derniere", "portee"), [
    (VEILLE, JOUR, None, True), (VEILLE, LENDEMAIN, None, True), (JOUR, LENDEMAIN, None, True),
    (LENDEMAIN, LENDEMAIN, None, False), (VEILLE - UN_JOUR, LENDEMAIN, None, False), (VEILLE - UN_JOUR, JOUR, None, True),
    (JOUR, LENDEMAIN, LENDEMAIN, True), (JOUR, LENDEMAIN, JOUR, False), (VEILLE - UN_JOUR, VEILLE - UN_JOUR, None, False),
])
def test_fc_01_un_parcours_engage_continue(engage_le, jour, derniere, portee):
    """Une fiche en vigueur de VEILLE à JOUR : elle porte qui s'y est engagé, tant qu'elle se délivre."""
    portes = (FicheFacts("RNCP34172", Periode(VEILLE, JOUR), derniere),)
    assert au_rncp(portes, engage_le, jour) is portee
    assert not au_rncp((), engage_le, jour)


@pytest.mark.parametrize(("repertoire", "code", "attendus"), [
    ("RNCP", "RNCP34172", []), ("RS", "RS6717", []), ("RNCP", "RNCP1", []), ("RNCP", "RNCP123456", []),
    ("RNCP", "RNCP1234567", ["code"]), ("RNCP", "RNCP034172", ["code"]), ("RNCP", "RNCP", ["code"]),
    ("RNCP", "RS6717", ["code"]), ("RS", "RNCP34172", ["code"]), ("RNCP", "rncp34172", ["code"]), ("RNCP", "RNCP 34172", ["code"]),
    ("RNCP", "RNCP٣٤١", ["code"]),
])
def test_enr_01_code(repertoire, code, attendus):
    assert champs(r.code_du_repertoire, EnregistrementFacts(repertoire, fiche(code))) == attendus


@pytest.mark.parametrize(("dates", "attendus"), [
    ((DEBUT, FIN, DERNIERE), []), ((None, None, None), []), ((DEBUT, DEBUT, DEBUT), []),
    ((FIN, DEBUT, None), ["au"]), ((DEBUT, FIN, FIN), []), ((DEBUT, FIN, FIN - UN_JOUR), ["derniere_delivrance"]),
    ((DEBUT, None, DEBUT - UN_JOUR), ["derniere_delivrance"]), ((None, None, DEBUT), []),
])
def test_enr_02_ordre(dates, attendus):
    assert champs(r.dates_dans_l_ordre, EnregistrementFacts("RNCP", fiche("RNCP1", *dates))) == attendus


@pytest.mark.parametrize(("du", "au", "attendus"), [
    (FIN + UN_JOUR, None, []), (FIN, None, ["du"]), (None, DEBUT - UN_JOUR, []), (None, DEBUT, ["du"]), (None, None, ["du"]),
])
def test_enr_03_chevauchement(du, au, attendus):
    faits = EnregistrementFacts("RNCP", fiche(), (fiche("RNCP2", du, au),))
    assert champs(r.sans_chevauchement, faits) == attendus
    assert all(v.gravite is Gravite.ALERTE for v in juger(r.sans_chevauchement, faits))


@pytest.mark.parametrize(("blocs", "attendus"), [
    ((), []), ((("RNCP34172BC01", "BDC 0001"), ("RNCP34172BC02", None), ("RNCP34172BC03", None)), []),
    ((("RNCP34172BC1", None),), ["blocs"]), ((("RNCP34173BC01", None),), ["blocs"]), ((("RNCP34172BC001", None),), ["blocs"]),
    ((("RNCP34172BC01", "BDC 0001"), ("RNCP34172BC02", "BDC 0001")), ["blocs"]),
])
def test_fc_03_un_code_par_bloc(blocs, attendus):
    faits = EnregistrementFacts("RNCP", fiche(), blocs=tuple(BlocDeFicheFacts(*b) for b in blocs))
    assert champs(r.un_code_par_bloc, faits) == attendus
