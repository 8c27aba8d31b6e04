"""Le GTP reformule une lettre sans attendre un jury ; un responsable pose le logo de son centre."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.navigateur.conftest import entrer, image

pytestmark = pytest.mark.navigateur


def test_reformuler_une_lettre(page: Page, console: str) -> None:
    entrer(page, console, "gtp")
    page.goto(f"{console}/documents/apercu/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Aperçu des documents")
    image(page, "apercu")
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    image(page, "apercu-360")
    page.set_viewport_size({"width": 1366, "height": 850})
    page.get_by_role("link", name="La délivrance").click()
    texte = page.get_by_label("Texte")
    texte.fill("Toutes nos félicitations pour {cela}.")
    page.get_by_role("button", name="Publier la version 1").click()
    expect(page.get_by_role("alert")).to_contain_text("Champ inconnu : {cela}")
    expect(texte).to_have_value("Toutes nos félicitations pour {cela}.")
    image(page, "formulation-refusee")
    texte.fill("Toutes nos félicitations : voici l'annonce de la délivrance {de_quoi}.")
    page.get_by_role("button", name="Publier la version 1").click()
    expect(page.get_by_role("status")).to_contain_text("Version 1 publiée")
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    image(page, "formulation-360")
    page.get_by_role("link", name="Reprendre ce texte").click()
    expect(texte).to_have_value("Nous vous informons de la délivrance {de_quoi}. L'UIMM territoriale centre de certification transmet"
                                " à l'entreprise ou au candidat l'original de chaque certificat.")


def test_poser_le_logo_du_centre(page: Page, console: str, tmp_path: Path) -> None:
    dessin = Image.new("RGB", (600, 240), "white")
    ImageDraw.Draw(dessin).ellipse((20, 20, 220, 220), fill="#1c3251")
    dessin.save(tmp_path / "logo.png")
    (tmp_path / "faux.png").write_bytes(b"<svg onload=alert(1)>")
    entrer(page, console, "responsable68")
    page.goto(f"{console}/en-tete/")
    page.get_by_label("Image PNG, JPEG ou SVG").set_input_files(tmp_path / "faux.png")
    page.get_by_role("button", name="Poser le logo").click()
    expect(page.get_by_role("alert")).to_contain_text("Refusé.")
    page.get_by_label("Image PNG, JPEG ou SVG").set_input_files(tmp_path / "logo.png")
    page.get_by_role("button", name="Poser le logo").click()
    expect(page.get_by_role("status")).to_contain_text("Logo posé")
    logo = page.get_by_role("img", name="Logo de")
    expect(logo).to_be_visible()
    assert logo.evaluate("i => i.naturalWidth") > 0
    image(page, "entete")
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    image(page, "entete-360")
    page.get_by_role("button", name="Retirer le logo").click()
    expect(page.get_by_role("status")).to_contain_text("typographique")
