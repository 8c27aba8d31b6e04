"""Les commandes des évaluations : voir un dossier, importer, exporter et réimporter."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from admin_views.extensions import db
from models import Inscription
from models.contexte import agir_comme, systeme
from rules import controle
from rules.collecte_evaluation import dossiers_facts
from rules.noyau import bloquantes
from tests.console.test_commandes import _lancer as lancer


def test_voir_un_dossier_d_evaluation(application_neuve: Flask) -> None:
    with application_neuve.app_context(), agir_comme(systeme("essais")):
        ids = db.session.scalars(select(Inscription.id).order_by(Inscription.id)).all()
        dossiers = dossiers_facts(db.session(), ids)
    complet = next(d for d in dossiers.values() if d.competences and not bloquantes(controle.dossier(d)))
    incomplet = next(d for d in dossiers.values() if d.competences and not d.evaluations)
    resultat = lancer(application_neuve, "evaluation", "voir", str(complet.inscription_id), "--json")
    assert resultat.exit_code == 0
    vu = json.loads(resultat.output)
    assert vu["evaluees"] == len(vu["competences"])
    assert all(c["resultat"] in ("acquise", "non_acquise") for c in vu["competences"])
    assert [m for m in vu["manques"] if m["gravite"] == "B"] == []
    resultat = lancer(application_neuve, "evaluation", "voir", str(incomplet.inscription_id))
    assert resultat.exit_code == 1
    assert "EVA-05" in resultat.output
    assert lancer(application_neuve, "evaluation", "voir", "999999").exit_code == 2


def test_exporter_puis_reimporter_les_evaluations(application_neuve: Flask, tmp_path: Path) -> None:
    fichier = tmp_path / "evaluations.csv"
    resultat = lancer(application_neuve, "exporter", "evaluations", str(fichier), "--centre", "68")
    assert resultat.exit_code == 0
    lignes = fichier.read_text("utf-8-sig").splitlines()
    assert len(lignes) > 50
    resultat = lancer(
        application_neuve, "importer", "evaluations", str(fichier), "--centre", "68", "--simuler", "--json"
    )
    rendu = json.loads(resultat.output)
    # Ce qu'un jury ouvert examine ne change plus, mais ce qui est identique n'est pas une faute.
    assert (rendu["creees"], rendu["refusees"], rendu["erreurs"]) == (0, 0, [])
    assert rendu["deja_inscrites"] == rendu["lignes"] == len(lignes) - 1
    fausse = tmp_path / "fausse.csv"
    fausse.write_text(f"{lignes[0]}\n" + lignes[1].replace("BDC ", "BDC 99"), "utf-8")
    resultat = lancer(application_neuve, "importer", "evaluations", str(fausse), "--centre", "68")
    assert resultat.exit_code == 1
    assert "EVA-01" in resultat.output
