"""Le glossaire nomme chaque classe du schéma, et aucune qui n'existe pas."""

from __future__ import annotations

import re
from pathlib import Path

from models import Base

GLOSSAIRE = (Path(__file__).parents[1] / "docs" / "glossaire.md").read_text("utf-8")


def test_chaque_classe_est_au_glossaire():
    lignes = [ligne.split("|") for ligne in GLOSSAIRE.splitlines() if ligne.startswith("| ") and "|---" not in ligne]
    citees = [nom for ligne in lignes for nom in re.findall(r"`(\w+)`", ligne[2])]
    assert sorted(citees) == sorted(m.class_.__name__ for m in Base.registry.mappers)


def test_chaque_mot_a_son_sens_et_son_passage():
    for ligne in GLOSSAIRE.splitlines():
        if ligne.startswith("| ") and not ligne.startswith("| mot"):
            mot, _classe, sens, passage = (c.strip() for c in ligne.strip("|").split("|"))
            assert mot
            assert sens.endswith("."), mot
            assert re.match(r"(G|P[12] C\d|A\d|choix)", passage), mot
