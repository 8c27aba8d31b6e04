"""Conservation et statistiques au clic : le GTP propose, le délégué approuve en tapant le nombre ; les figures se lisent."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.navigateur.conftest import entrer, image

pytestmark = pytest.mark.navigateur


def _etroite(page: Page, nom: str) -> None:
    """La même page à 360 px : rien ne déborde."""
    image(page, f"{nom}-1366")
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, nom
    image(page, f"{nom}-360")
    page.set_viewport_size({"width": 1366, "height": 850})


def _confirmer(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Confirmer|Oui|Continuer")).click()


def test_de_la_proposition_a_l_effacement(page: Page, console: str, navigateur: Browser):
    entrer(page, console, "gtp")
    page.goto(f"{console}/conservation/")
    expect(page.get_by_role("heading", name="Conservation", level=1)).to_be_visible()
    expect(page.get_by_role("table", name="Ce qui a passé son terme")).to_contain_text("ARC-02")
    expect(page.get_by_role("table", name="Suspensions en cours")).to_contain_text("Recours")
    _etroite(page, "conservation")
    page.get_by_role("link", name=re.compile(r"Documents d'évaluation \(evaluation\)")).click()
    expect(page.get_by_role("table", name="Données échues")).to_be_visible()
    _etroite(page, "conservation-detail")
    page.go_back()
    page.get_by_role("button", name="Proposer la purge").click()
    _confirmer(page)
    expect(page.get_by_text("le délégué à la protection des données doit l'approuver")).to_be_visible()
    adresse = page.url

    approbation = navigateur.new_context(viewport={"width": 1366, "height": 850}, locale="fr-FR").new_page()
    entrer(approbation, console, "dpo")
    approbation.goto(adresse)
    champ = approbation.get_by_label(re.compile(r"Écrivez \d+ pour confirmer"))
    _etroite(approbation, "purge")
    champ.fill("1")
    approbation.get_by_role("button", name="Effacer définitivement").click()
    expect(approbation.get_by_text("ARC-22")).to_be_visible()
    libelle = approbation.get_by_text(re.compile(r"Écrivez \d+ pour confirmer")).inner_text()
    champ.fill(re.findall(r"\d+", libelle)[0])
    approbation.get_by_role("button", name="Effacer définitivement").click()
    expect(approbation.get_by_text("Purge exécutée")).to_be_visible()
    approbation.context.close()


def test_les_statistiques_se_lisent(page: Page, console: str):
    entrer(page, console, "gtp")
    expect(page.locator("img.figure-du-mois")).to_be_visible()
    page.goto(f"{console}/statistiques/")
    figures = page.locator("img.figure")
    assert figures.count() >= 5
    for rang in range(figures.count()):
        figures.nth(rang).scroll_into_view_if_needed()
        page.wait_for_function("i => document.querySelectorAll('img.figure')[i].naturalWidth > 0", arg=rang)
    total = int(page.locator(".carte-nombre", has_text="candidats présentés").locator("strong").inner_text())
    par_region = page.get_by_role("table", name="Région").locator("tbody td:nth-child(2)")
    assert sum(int(t) for t in par_region.all_inner_texts()) == total > 0
    _etroite(page, "statistiques")
    page.locator("#region").select_option(index=1)
    page.get_by_role("button", name="Compter").click()
    restreint = int(page.locator(".carte-nombre", has_text="candidats présentés").locator("strong").inner_text())
    assert 0 < restreint < total
    with page.expect_download() as fichier:
        page.get_by_role("link", name="Exporter en CSV").click()
    assert fichier.value.suggested_filename.endswith(".csv")
