"""Une VAE de la recevabilité à « présentable », une VAE de branche collective jusqu'au jury, au clic."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from models.base import aujourd_hui
from tests.navigateur.conftest import entrer, image

pytestmark = pytest.mark.navigateur


def _geste(page: Page, code: str) -> Locator:
    return page.locator(f"#geste-{code}")


def _etroite(page: Page, nom: str) -> None:
    """La même page à 360 px : rien ne déborde."""
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, nom
    image(page, f"{nom}-360")
    page.set_viewport_size({"width": 1366, "height": 850})


def _commission(page: Page, console: str, lieu: str) -> None:
    page.goto(f"{console}/commissions_validation/new/")
    page.get_by_label("Date", exact=False).first.fill(aujourd_hui().isoformat())
    page.get_by_label("Lieu").fill(lieu)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("n'a pas de président")).to_be_visible()
    for titre, nom in (("president", "Ancelin"), ("membre", "Nardinet")):
        if not page.get_by_label("À quel titre").is_visible():
            page.get_by_text("Ajouter un membre").click()
        page.get_by_label("À quel titre").select_option(titre)
        page.get_by_label("Nom", exact=True).fill(nom)
        page.get_by_label("Prénoms").fill("Paule")
        page.get_by_label("Ce qui qualifie").fill("Maintenance industrielle")
        page.get_by_role("button", name="Ajouter à la commission").click()
        expect(page.get_by_text("Membre ajouté.")).to_be_visible()
    expect(page.get_by_text("n'a pas de président")).not_to_be_visible()


def test_une_vae_de_la_recevabilite_a_presentable(page: Page, console: str) -> None:
    entrer(page, console, "clerc68")
    page.goto(f"{console}/vae/?situation=a_decider&voie=vae")
    image(page, "vae-liste")
    page.locator("table.liste tbody tr th a").first.click()
    adresse = page.url
    candidat = page.get_by_role("heading", level=1).inner_text().split(" : ")[1].split("\n")[0].strip()
    expect(page.get_by_role("heading", level=1)).to_contain_text("VAE :")
    image(page, "vae-chemin")
    if _geste(page, "accueil").is_visible():
        _geste(page, "accueil").get_by_label("Par").fill("Anne Keller")
        _geste(page, "accueil").get_by_role("button").click()
        expect(page.get_by_text("Accueil noté.")).to_be_visible()
    # Un refus sans motif est dit à côté du champ ; la saisie reste.
    decision = _geste(page, "decision")
    decision.get_by_label("Décision").select_option("defavorable")
    decision.get_by_label("Recommandations").fill("Consolider le dossier.")
    decision.get_by_role("button", name="Décider").click()
    expect(page.get_by_text("VAE-04").first).to_be_visible()
    expect(_geste(page, "decision").get_by_label("Recommandations")).to_have_value("Consolider le dossier.")
    image(page, "vae-refus")
    _geste(page, "decision").get_by_label("Décision").select_option("favorable")
    _geste(page, "decision").get_by_role("button", name="Décider").click()
    expect(page.get_by_text("il reste à la dire au candidat")).to_be_visible()
    expect(page.get_by_role("link", name="Décision de recevabilité (PDF)")).to_be_visible()
    _geste(page, "notification").get_by_role("button").click()
    expect(page.get_by_text("Notification notée.")).to_be_visible()
    _geste(page, "livret2").get_by_role("button").click()
    expect(page.get_by_text("Livret 2 noté.")).to_be_visible()
    _commission(page, console, "Mulhouse essais")
    image(page, "vae-commission")
    page.goto(adresse)
    recherche = _geste(page, "commission").get_by_role("combobox")
    recherche.fill("Mulhouse essais")
    page.get_by_role("option", name=re.compile("Mulhouse essais")).click()
    _geste(page, "commission").get_by_role("button", name="Mettre au programme").click()
    expect(page.get_by_text("Mis au programme")).to_be_visible()
    conclusion = _geste(page, "conclusion")
    conclusion.get_by_label("Conclusion").select_option("partielle")
    conclusion.get_by_label("tout le bloc").first.check()
    image(page, "vae-conclusion")
    _etroite(page, "vae-conclusion")
    conclusion.get_by_label("Entretien avec le candidat").check()
    conclusion.get_by_role("button", name="Rendre les conclusions").click()
    expect(page.get_by_text("les résultats sont à la synthèse du jury")).to_be_visible()
    _etroite(page, "vae-page")
    page.get_by_role("link", name="L'inscription").click()
    expect(page.get_by_text("rien ne manque")).to_be_visible()
    image(page, "inscription-ligne-de-temps")
    page.goto(f"{console}/presentables/")
    expect(page.get_by_role("region", name=re.compile("^Présentables")).get_by_role("link", name=candidat)).to_be_visible()
    image(page, "presentables")
    _etroite(page, "presentables")


def test_une_vae_collective_menee_ensemble_puis_presentee(page: Page, console: str) -> None:
    entrer(page, console, "clerc68")
    page.goto(f"{console}/vae_collectives/")
    page.locator("table.liste tbody tr th a").first.click()
    expect(page.get_by_text("Candidats 8")).to_be_visible()
    image(page, "vae-collective")
    _etroite(page, "vae-collective")
    noms = page.locator("table.liste tbody tr th a").all_inner_texts()
    assert len(noms) == 8
    # Le premier jury en préparation les prend tous, après aperçu.
    page.goto(f"{console}/jurys/?etat=preparation")
    page.locator("table.liste tbody tr th a").first.click()
    page.get_by_role("link", name="Présenter tous les présentables").click()
    for nom in noms:
        expect(page.get_by_label(f"Présenter {nom}")).to_be_checked()
    image(page, "jury-presentables")
    page.get_by_role("button", name="Présenter les candidats cochés").click()
    expect(page.get_by_text(re.compile(r"\d+ candidats présentés"))).to_be_visible()
    for nom in noms:
        expect(page.get_by_role("link", name=nom).first).to_be_visible()


def test_une_vae_collective_neuve_se_mene_en_quelques_gestes(page: Page, console: str) -> None:
    entrer(page, console, "clerc68")
    page.goto(f"{console}/vae/?situation=a_decider&voie=vae_branche")
    ligne = page.locator("table.liste tbody tr").first
    nom = ligne.locator("th").inner_text()
    ligne.locator("th a").click()
    entreprise = page.locator("dt", has_text="Entreprise").locator("xpath=following-sibling::dd").first.inner_text()
    if entreprise == "aucune":
        pytest.skip("la première VAE de branche de cette démonstration est d'un demandeur d'emploi")
    page.goto(f"{console}/vae_collectives/new/")
    page.get_by_label("Nom", exact=False).first.fill("Atelier d'essai")
    page.get_by_role("combobox").fill(entreprise.split(" – ")[0])
    page.get_by_role("option", name=entreprise).click()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_label(f"Cocher {nom}").check()
    page.get_by_role("button", name="Ajouter à la VAE collective").click()
    expect(page.get_by_text("Candidats ajoutés.")).to_be_visible()
    if _geste(page, "dossier").is_visible():
        _geste(page, "dossier").get_by_role("button").click()
        expect(page.get_by_text("Dossier noté")).to_be_visible()
    decision = _geste(page, "decision")
    decision.get_by_label("Décision").select_option("favorable")
    decision.get_by_role("button").click()
    expect(page.get_by_text("il reste à la dire au candidat")).to_be_visible()
