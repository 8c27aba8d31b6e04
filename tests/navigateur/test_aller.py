"""Ctrl+K : aller à une page ou à une fiche sans quitter le clavier."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.navigateur.conftest import entrer, image

pytestmark = pytest.mark.navigateur


def test_aller_au_clavier(page: Page, console: str) -> None:
    entrer(page, console, "clerc68")
    page.keyboard.press("Control+k")
    champ = page.get_by_role("combobox", name="Nom, numéro ou page")
    expect(champ).to_be_focused()
    champ.fill("soudeur")
    option = page.get_by_role("option", name="Soudeur industriel").first
    expect(option).to_be_visible()
    image(page, "aller")
    expect(option).to_have_attribute("aria-selected", "true")
    champ.press("Enter")
    page.wait_for_url("**/certifications/details/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soudeur industriel")


def test_echap_ferme_et_rend_la_page(page: Page, console: str) -> None:
    entrer(page, console, "clerc68")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox", name="Nom, numéro ou page")).to_be_hidden()
