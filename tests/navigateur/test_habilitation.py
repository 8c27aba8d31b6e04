"""Un organisme, de sa demande à son attestation ; puis sa suspension et son retrait. Au clic et au clavier."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from models.base import aujourd_hui
from tests.fichiers import PDF
from tests.navigateur.conftest import entrer, image

pytestmark = pytest.mark.navigateur


def _confirmer(page: Page, bouton: str) -> None:
    page.get_by_role("button", name=bouton).click()
    page.get_by_role("dialog").get_by_role("button", name="Confirmer").click()


def _geste(page: Page, titre: str) -> None:
    detail = page.locator("details.carte", has=page.locator("summary", has_text=re.compile(f"^{titre}")))
    if detail.get_attribute("open") is None:
        detail.locator("summary").click()


def test_de_la_demande_a_l_attestation_puis_au_retrait(
    page: Page, contexte: BrowserContext, console: str, tmp_path: Path
) -> None:
    # Le clerc : l'organisme, sa demande, une visite, la grille au clavier, avec une pièce.
    entrer(page, console, "clerc68")
    page.goto(f"{console}/organismes/new/")
    page.get_by_label("Nom", exact=False).first.fill("Forge-école des Vosges")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Forge-école des Vosges")
    page.goto(f"{console}/habilitations/new/")
    page.get_by_role("combobox", name="Organisme").fill("forge-école")
    page.get_by_role("option", name="Forge-école des Vosges").click()
    page.get_by_label("Demande reçue le").fill(aujourd_hui().isoformat())
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Forge-école des Vosges")
    adresse = page.url
    _geste(page, "Noter une étape")
    page.locator("#etape-nature").select_option("visite")
    page.get_by_role("button", name="Noter l'étape").click()
    expect(page.get_by_text("HAB-03").first).to_be_visible()
    page.locator("#etape-compte_rendu").fill("Plateau technique visité, postes conformes.")
    page.get_by_role("button", name="Noter l'étape").click()
    expect(page.get_by_text("Étape notée.")).to_be_visible()

    piece = tmp_path / "analyse.pdf"
    piece.write_bytes(PDF)
    indicateurs = page.locator("fieldset.indicateur")
    assert indicateurs.count() == 12
    for rang in range(11):
        satisfait = indicateurs.nth(rang).get_by_label("Satisfait", exact=True)
        satisfait.focus()
        page.keyboard.press("Space")
        expect(satisfait).to_be_checked()
        page.keyboard.press("Tab")
        page.keyboard.type(f"Pièce n° {rang + 1} du dossier")
    expect(page.locator("[data-compte=satisfait]")).to_have_text("11")
    indicateurs.nth(0).get_by_label("Pièce jointe").set_input_files(piece)
    page.get_by_role("button", name="Enregistrer la grille").click()
    expect(page.get_by_text("Grille enregistrée.")).to_be_visible()
    expect(page.get_by_role("link", name="analyse.pdf")).to_be_visible()
    image(page, "habilitation-grille")
    expect(page.get_by_text("Indicateur 6.2 : il n'est pas encore apprécié")).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    image(page, "habilitation-grille-360")
    page.set_viewport_size({"width": 1366, "height": 850})

    # Le responsable : une décision refusée tant qu'un indicateur manque, puis prise.
    autre = contexte.browser.new_context(viewport={"width": 1366, "height": 850}) if contexte.browser else contexte
    responsable = autre.new_page()
    entrer(responsable, console, "responsable68")
    responsable.goto(adresse)
    _geste(responsable, "Décider")
    responsable.locator("#decision-decision").select_option("favorable")
    _confirmer(responsable, "Décider")
    expect(responsable.locator("#decision").get_by_text("HAB-02").first).to_be_visible()
    expect(responsable.locator("#decision").get_by_text("Indicateur 6.2").first).to_be_visible()
    image(responsable, "habilitation-refus")

    dernier = page.locator("fieldset.indicateur").nth(11)
    dernier.get_by_label("Satisfait", exact=True).check()
    page.get_by_role("button", name="Enregistrer la grille").click()
    expect(page.get_by_text("Grille enregistrée.")).to_be_visible()
    responsable.goto(adresse)
    responsable.locator("#decision-decision").select_option("favorable")
    _confirmer(responsable, "Décider")
    expect(responsable.get_by_text("Décision enregistrée.")).to_be_visible()
    image(responsable, "habilitation-accordee")
    lien = responsable.get_by_role("link", name="Attestation d'habilitation").get_attribute("href")
    pdf = pypdf.PdfReader(io.BytesIO(responsable.request.get(f"{console}{lien}").body()))
    assert "Forge-école des Vosges" in pdf.pages[0].extract_text()

    # Sur la liste publique ; suspendue puis retirée, elle n'y est plus.
    page.goto(f"{console}/liste/organismes?q=vosges")
    expect(page.get_by_text("Forge-école des Vosges")).to_be_visible()
    image(page, "liste-organismes")
    _geste(responsable, "Suspendre")
    suspension = responsable.locator("form#suspension")
    suspension.get_by_label("Motif").fill("Plateau technique fermé.")
    _confirmer(responsable, "Suspendre l'habilitation")
    expect(responsable.get_by_text("Habilitation suspendue.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Forge-école des Vosges")).to_be_hidden()
    _geste(responsable, "Retirer")
    retrait = responsable.locator("form#retrait")
    retrait.get_by_label("Motif").fill("Cessation d'activité.")
    retrait.get_by_label("À compter du").fill("2099-01-01")
    _confirmer(responsable, "Retirer l'habilitation")
    expect(responsable.get_by_text("Habilitation retirée")).to_be_visible()
    image(responsable, "habilitation-retiree")
    autre.close()

    # Le GTP : les avis à donner, notés d'un geste.
    contexte.clear_cookies()
    entrer(page, console, "gtp")
    page.get_by_role("link", name=re.compile("France compétences")).first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    image(page, "changements-habilitations")
