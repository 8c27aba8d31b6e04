"""Le noyau, les seuils datés, les portes ; et la preuve qu'aucune règle n'est sans essai."""

from __future__ import annotations

import ast
import datetime as dt
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import rules
from rules import controle, parametres
from rules.faits import Periode, SignatureFacts
from rules.noyau import Constat, Gravite, Rule, alertes, bloquantes, evaluate, rule
from rules.parametres import Parametre, meme_jour
from tests.rules.faits import (
    ATTRIBUTION,
    CANDIDATURE,
    INSCRIPTION,
    JOUR,
    JURY,
    LENDEMAIN,
    OUVERT,
    VEILLE,
    avec,
    competence,
    presente,
)

ICI = Path(__file__).parent


def _regles_declarees() -> dict[str, Rule]:
    """Toutes les règles des modules de `rules`, par leur nom de fonction."""
    modules = [importlib.import_module(f"rules.{m.name}") for m in pkgutil.iter_modules(rules.__path__)]
    return {
        nom: valeur
        for module in modules
        for nom, valeur in inspect.getmembers(module, lambda v: isinstance(v, Rule))
        if valeur.fonction.__module__ == module.__name__
    }


def _collections() -> dict[str, tuple[Rule, ...]]:
    return {
        f"{module}.{nom}": valeur
        for module in (m.name for m in pkgutil.iter_modules(rules.__path__))
        for nom, valeur in vars(importlib.import_module(f"rules.{module}")).items()
        if nom.isupper() and not nom.startswith("_") and isinstance(valeur, tuple)
        and all(isinstance(x, Rule) for x in valeur)
    }


def test_chaque_regle_est_dans_une_collection_et_a_son_essai():
    declarees = _regles_declarees()
    assert len(declarees) > 30
    rangees = {r.fonction.__name__ for regles in _collections().values() for r in regles}
    assert set(declarees) == rangees
    citees = {
        noeud.args[0].attr
        for fichier in ICI.glob("test_*.py")
        for noeud in ast.walk(ast.parse(fichier.read_text("utf-8")))
        if isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Name) and noeud.func.id in {"champs", "juger"}
        and noeud.args and isinstance(noeud.args[0], ast.Attribute)
    }
    assert set(declarees) - citees == set()


def test_chaque_regle_cite_son_passage_et_se_documente():
    for nom, regle in _regles_declarees().items():
        assert regle.source, nom
        assert regle.fonction.__doc__, nom
        assert re.fullmatch(r"[A-Z]{2,3}-\d{2}", regle.code), nom


def test_une_regle_rend_un_message_un_constat_ou_plusieurs():
    @rule("X-01", field="a", source="ici", gravite=Gravite.ALERTE)
    def regle(faits):
        return {0: None, 1: "message", 2: Constat("b", "autre"), 3: (Constat("c", "un"), Constat("d", "deux"))}[faits]

    assert regle(0) == ()
    assert [(v.champ, v.message, v.code) for v in regle(1)] == [("a", "message", "X-01")]
    assert [(v.champ, v.message) for v in regle(2)] == [("b", "autre")]
    assert [v.champ for v in evaluate((regle, regle), 3)] == ["c", "d", "c", "d"]
    assert alertes(regle(3)) == regle(3)
    assert bloquantes(regle(3)) == ()


def test_exiger_rend_les_alertes_et_refuse_le_reste():
    alerte = controle.candidature(avec(CANDIDATURE, date_inscription=VEILLE))
    assert controle.exiger(alerte) == alerte != ()
    refus = controle.candidature(avec(CANDIDATURE, date_inscription=JOUR))
    with pytest.raises(controle.Refus) as erreur:
        controle.exiger((*alerte, *refus))
    assert erreur.value.violations == refus


@pytest.mark.parametrize(
    ("porte", "bons", "mauvais", "code"),
    [
        (controle.inscription, INSCRIPTION, avec(INSCRIPTION, centre_id=None), "INS-01"),
        (controle.candidature, CANDIDATURE, avec(CANDIDATURE, date_inscription=JOUR), "INS-04"),
        (controle.composition, JURY, avec(JURY, sieges=JURY.sieges * 2), "JUR-04"),
        (controle.ouverture, JURY, avec(JURY, presentations=()), "JUR-12"),
        (controle.deliberation, OUVERT, JURY, "JUR-13"),
        (controle.vote, presente(), presente(votes={1: "?"}), "JUR-09"),
        (controle.decision, presente(decision="A", competences=(competence(),)), presente(decision="A", competences=(competence(None, None),)), "JUR-11"),
        (controle.signature, SignatureFacts(avec(OUVERT, presentations=(presente(decision="A", competences=(competence(),)),)), 1, deja_signe=False),
         SignatureFacts(avec(OUVERT, presentations=(presente(decision="NA"),)), 1, deja_signe=False), "JUR-10"),
        (controle.attribution, ATTRIBUTION, avec(ATTRIBUTION, pv_signe=False), "ATT-01"),
    ],
)
def test_chaque_porte_laisse_passer_le_juste_et_nomme_la_faute(porte, bons, mauvais, code):
    assert porte(bons) == ()
    assert code in {v.code for v in porte(mauvais)}


@pytest.mark.parametrize(
    ("jour", "valeur"),
    [(dt.date(2019, 12, 31), 1), (dt.date(2020, 1, 1), 1), (dt.date(2022, 12, 31), 1), (dt.date(2023, 1, 1), 2),
     (dt.date(2023, 1, 2), 2)],
)
def test_un_seuil_se_lit_a_sa_date(jour, valeur):
    seuil = Parametre("essai", "jours", "ici", ((dt.date(2020, 1, 1), 1), (dt.date(2023, 1, 1), 2)))
    assert seuil.au(jour) == valeur


@pytest.mark.parametrize(
    ("seuil", "valeur"),
    [(parametres.DELAI_INFORMATION, 15), (parametres.DELEGATION_PATRONALE_MAX, 5), (parametres.TRAVAIL_TEMPORAIRE_MAX, 1),
     (parametres.VOIX_PAR_SYNDICAT, 1), (parametres.AGE_MINIMAL, 14), (parametres.AGE_MAXIMAL, 100)],
)
def test_les_seuils_du_dispositif(seuil, valeur):
    assert seuil.au(parametres.VERSION_2020) == seuil.au(JOUR) == valeur
    assert seuil.source


@pytest.mark.parametrize(
    ("jour", "annees", "attendu"),
    [
        (dt.date(2026, 3, 12), 5, dt.date(2031, 3, 12)),
        (dt.date(2024, 2, 29), 1, dt.date(2025, 2, 28)),
        (dt.date(2024, 2, 29), 4, dt.date(2028, 2, 29)),
        (dt.date(2024, 2, 29), -1, dt.date(2023, 2, 28)),
        (dt.date(2024, 2, 28), 1, dt.date(2025, 2, 28)),
        (dt.date(2026, 12, 31), 42, dt.date(2068, 12, 31)),
        (dt.date(50, 6, 1), -100, dt.date.min),
        (dt.date(9990, 6, 1), 42, dt.date.max),
    ],
)
def test_meme_jour(jour, annees, attendu):
    assert meme_jour(jour, annees) == attendu


@pytest.mark.parametrize(
    ("du", "au", "veille", "jour", "lendemain"),
    [(JOUR, JOUR, False, True, False), (None, JOUR, True, True, False), (JOUR, None, False, True, True),
     (None, None, True, True, True)],
)
def test_periode_bornes_comprises(du, au, veille, jour, lendemain):
    periode = Periode(du, au)
    assert [periode.contient(d) for d in (VEILLE, JOUR, LENDEMAIN)] == [veille, jour, lendemain]
