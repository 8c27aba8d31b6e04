"""REF-04, REF-07, REF-08 : une certification de la liste, à ses bornes."""

from __future__ import annotations

import datetime as dt

import pytest

from rules import liste as r
from rules.liste import CertificationListeeFacts as Faits
from tests.rules.faits import champs

JOUR = dt.date(2020, 1, 1)


@pytest.mark.parametrize(("faits", "attendus"), [
    (Faits("CQPM"), []), (Faits("CQPM", 1989, 34), []), (Faits("CQPM", 1989), ["numero"]), (Faits("CQPM", None, 34), ["annee"]),
    (Faits("CQPM", 1986, 1), ["annee"]), (Faits("CQPM", 1987, 1), []), (Faits("CQPM", 2999, 9999), []), (Faits("CQPM", 3000, 1), ["annee"]),
    (Faits("CQPM", 2000, 0), ["numero"]), (Faits("CQPM", 2000, 10_000), ["numero"]),
    (Faits("CQPM", 1989, 34, "MQ 1989 07 54 0034"), []), (Faits("CQPM", 1989, 34, "0034"), []), (Faits("CQPM", 1989, 34, "n° perdu"), []),
    (Faits("CQPM", 1989, 35, "MQ 1989 07 54 0034"), ["numero_imprime"]), (Faits("CQPM", 1990, 34, "1989 0034"), ["numero_imprime"]),
    (Faits("CCPM", 1989, 34, "MQ 1989 0034"), ["numero_imprime"]), (Faits("CQPM", None, None, "MQ 1989 0034"), []),
])
def test_ref_08_identifiant(faits, attendus):
    assert champs(r.identifiant_coherent, faits) == attendus


@pytest.mark.parametrize(("niveau", "attendus"), [(None, []), (0, ["niveau"]), (1, []), (8, []), (9, ["niveau"])])
def test_ref_04_niveau(niveau, attendus):
    assert champs(r.niveau_du_cadre, Faits("CQPM", niveau=niveau)) == attendus


@pytest.mark.parametrize(("suppression", "attendus"), [
    (None, []), (JOUR - dt.timedelta(1), ["date_suppression"]), (JOUR, []), (JOUR + dt.timedelta(1), []),
])
def test_ref_07_suppression(suppression, attendus):
    assert champs(r.suppression_apres_creation, Faits("CQPM", date_creation=JOUR, date_suppression=suppression)) == attendus
