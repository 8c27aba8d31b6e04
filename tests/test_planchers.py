"""Les planchers d'import : chacun n'importe que d'en dessous (docs, « La maison » : un paquet, un étage)."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

RACINE = Path(__file__).parents[1]
PAQUETS = ("rules", "models", "documents", "imports", "migrations", "seed", "travaux", "admin_views", "app")

# De bas en haut ; un module inconnu d'un paquet est au plancher de ses chapitres ; rules.collecte_x, à celui de collecte.
_SOCLE = {"rules", "rules.noyau", "rules.nomenclatures", "rules.parametres"}
_PORTES = {"rules.collecte": 4, "rules.controle": 5, "rules.actes": 6}


def plancher(module: str) -> int:
    """Le plancher d'un module de la maison : 0 noyau, 1 faits, 2 chapitres, 3 models, 4 collecte… 8 travaux, 9 console, 10 app."""
    paquet = module.partition(".")[0]
    if paquet == "rules":
        if module in _SOCLE:
            return 0
        # `rules.collecte_x` et `rules.actes_x` sont à l'étage de `rules.collecte` et de `rules.actes`.
        return 1 if module == "rules.faits" else _PORTES.get(module.partition("_")[0], 2)
    return {"models": 3, "migrations": 4, "documents": 7, "imports": 7, "seed": 7, "travaux": 8, "admin_views": 9, "app": 10}[paquet]


def fichiers() -> Iterator[tuple[str, Path]]:
    for paquet in PAQUETS:
        chemin = RACINE / f"{paquet}.py"
        for fichier in [chemin] if chemin.exists() else sorted((RACINE / paquet).rglob("*.py")):
            if "versions" not in fichier.parts:
                nom = ".".join(fichier.relative_to(RACINE).with_suffix("").parts)
                yield nom.removesuffix(".__init__"), fichier


MODULES = dict(fichiers())


def imports(fichier: Path) -> set[str]:
    """Les modules importés, où que soit l'instruction (en tête, dans une fonction, pour les types)."""
    trouves: set[str] = set()
    for noeud in ast.walk(ast.parse(fichier.read_text("utf-8"))):
        if isinstance(noeud, ast.Import):
            trouves |= {a.name for a in noeud.names}
        elif isinstance(noeud, ast.ImportFrom):
            assert noeud.level == 0, f"{fichier} : import relatif"
            module = noeud.module or ""
            # `from rules import controle` importe le module rules.controle.
            trouves |= {f"{module}.{a.name}" if f"{module}.{a.name}" in MODULES else module for a in noeud.names}
    return trouves


def externes(importes: set[str]) -> set[str]:
    return {
        m for m in importes
        if m.partition(".")[0] not in PAQUETS and m.partition(".")[0] not in sys.stdlib_module_names
    }


def test_tous_les_paquets_sont_vus():
    assert {m.partition(".")[0] for m in MODULES} == set(PAQUETS)
    assert plancher("rules.noyau") < plancher("rules.faits") < plancher("rules.jury") < plancher("models.jury")
    assert plancher("models.jury") < plancher("rules.collecte") < plancher("rules.controle") < plancher("rules.actes")
    assert plancher("rules.actes") < plancher("documents.moteur") < plancher("travaux.file") < plancher("admin_views.jurys") < plancher("app")


@pytest.mark.parametrize("module", sorted(MODULES))
def test_n_importe_que_d_en_dessous(module):
    etage = plancher(module)
    au_dessus = {
        m for m in imports(MODULES[module]) if m.partition(".")[0] in PAQUETS and m != module and plancher(m) > etage
    }
    assert au_dessus == set()


@pytest.mark.parametrize("module", sorted(m for m in MODULES if plancher(m) <= 2))
def test_les_regles_ne_connaissent_que_la_bibliotheque_standard(module):
    assert externes(imports(MODULES[module])) == set()


@pytest.mark.parametrize("module", sorted(m for m in MODULES if plancher(m) == 3))
def test_les_modeles_ne_connaissent_des_regles_que_les_nomenclatures(module):
    importes = imports(MODULES[module])
    assert {m for m in importes if m.partition(".")[0] == "rules"} <= {"rules.nomenclatures"}
    assert {m.partition(".")[0] for m in externes(importes)} <= {"sqlalchemy"}


@pytest.mark.parametrize("module", sorted(m for m in MODULES if plancher(m) < 9))
def test_sans_flask_sous_la_console(module):
    interdits = ("flask", "wtforms", "werkzeug", "jinja2") if module.partition(".")[0] == "rules" else ("flask", "wtforms")
    assert not [m for m in externes(imports(MODULES[module])) if m.lower().startswith(interdits)]


@pytest.mark.parametrize("module", sorted(m for m in MODULES if m.partition(".")[0] in {"documents", "imports"}))
def test_documents_et_imports_ne_se_connaissent_que_par_le_socle(module):
    paquet = module.partition(".")[0]
    autre = "imports" if paquet == "documents" else "documents"
    assert not [m for m in imports(MODULES[module]) if m.partition(".")[0] in {autre, "seed"}]


def test_aucun_tiroir_fourre_tout():
    assert [d.name for d in RACINE.iterdir() if d.name in {"utils", "services", "helpers", "common"}] == []


def test_un_import_vers_le_haut_est_vu(tmp_path):
    fautif = tmp_path / "fautif.py"
    fautif.write_text("def f():\n    from rules import controle\n    import models.jury\n", "utf-8")
    assert imports(fautif) == {"rules.controle", "models.jury"}
