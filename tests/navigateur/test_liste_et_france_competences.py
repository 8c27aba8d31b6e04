"""Le secrétariat du GTP reprend une liste, la compare à France compétences ; chacun lit la liste publique."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.imports.test_certifications import REPRISE
from tests.imports.test_francecompetences import TETE
from tests.imports.test_reception import fiche
from tests.navigateur.conftest import entrer, image

pytestmark = pytest.mark.navigateur

EXPORT = (
    TETE + fiche("RNCP39990", "CQP Tourneur industriel", du="01/01/2024", au="31/12/2030", derniere="30/06/2031",
                 blocs=[("RNCP39990BC01", "Tourner des pièces unitaires")])
    + fiche("RNCP49999", "CQP Forgeron d'art industriel") + "</FICHES>"
)


def test_reprendre_comparer_publier(page: Page, console: str, tmp_path: Path) -> None:
    entrer(page, console, "gtp")
    page.goto(f"{console}/reprise/")
    page.get_by_label("Fichier CSV").set_input_files(REPRISE)
    page.get_by_role("button", name="Vérifier le fichier").click()
    expect(page.get_by_text("rien n'est encore enregistré")).to_be_visible()
    image(page, "reprise")
    page.get_by_role("button", name="Reprendre").click()
    expect(page.get_by_text("certifications reprises.")).to_be_visible()

    # Une copie sous un nom lu par l'écran : la fiche reprise y change de fin, une autre est à rattacher.
    export = tmp_path / "export-fiches-rncp-v4-1.xml"
    export.write_text(EXPORT, "utf-8")
    page.goto(f"{console}/france-competences/")
    page.get_by_label("Export de France compétences").set_input_files(export)
    page.get_by_role("button", name="Comparer").click()
    expect(page.get_by_role("heading", name="RNCP39990")).to_be_visible()
    expect(page.get_by_text("31/12/2030")).to_be_visible()
    page.get_by_label("Nouvel enregistrement de RNCP49999").check()
    page.get_by_role("button", name="Prendre ce qui est coché").click()
    expect(page.get_by_role("alert")).to_contain_text("choisissez sa certification")
    image(page, "france_competences")
    page.get_by_label("Certification de la branche").select_option(index=1)
    page.get_by_role("button", name="Prendre ce qui est coché").click()
    expect(page.get_by_text("changements pris.")).to_be_visible()

    anonyme = page.context.browser.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR").new_page()
    anonyme.goto(f"{console}/liste/certifications")
    anonyme.get_by_label("Rechercher").fill("CQPM1989 0034")
    anonyme.get_by_role("button", name="Afficher").click()
    expect(anonyme.get_by_role("status")).to_contain_text("1")
    expect(anonyme.get_by_text("Tourneur industriel")).to_be_visible()
    anonyme.goto(f"{console}/liste/certifications?famille=CQPM&niveau=5")
    assert anonyme.evaluate("document.documentElement.scrollWidth <= innerWidth")
    image(anonyme, "liste_publique_360")
    anonyme.set_viewport_size({"width": 1366, "height": 850})
    image(anonyme, "liste_publique")
    with anonyme.expect_download() as telecharge:
        anonyme.get_by_role("link", name="CSV").click()
    assert "CQPM" in Path(telecharge.value.path()).read_text("utf-8-sig")
    anonyme.context.close()
