"""Évaluer au clic et au clavier : un candidat, un groupe jusqu'à « tout évalué », un acquis repris."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from models.base import aujourd_hui
from tests.navigateur.conftest import entrer, image

pytestmark = pytest.mark.navigateur


def creer_commission(page: Page, console: str, jour: dt.date) -> None:
    """Une commission de deux personnes connues du centre."""
    page.goto(f"{console}/commissions_evaluation/new/")
    page.get_by_label("Date", exact=False).first.fill(jour.isoformat())
    page.get_by_label("Lieu").fill("Mulhouse")
    for rang, domaine in ((1, "Maintenance"), (2, "Câblage")):
        membre = page.get_by_label(f"Membre {rang}", exact=True)
        membre.click()
        page.locator(f"#{membre.get_attribute('aria-controls')} [role=option]").nth(rang - 1).click()
        page.get_by_label(f"Domaine du membre {rang}").fill(domaine)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("CE 68-")


def noter_la_grille(page: Page, lettre: str = "A") -> None:
    """Remplit au clavier toutes les cases vides de la grille ouverte, colonne par colonne, puis enregistre."""
    page.get_by_label("Commission d'évaluation", exact=True).select_option(index=1)
    for case in page.locator("[data-case]").all():
        if not case.input_value():
            case.focus()
            page.keyboard.press(lettre)
    page.get_by_role("button", name="Enregistrer la grille").click()


def donner_l_avis(page: Page, jour: dt.date) -> None:
    """L'avis favorable du tuteur, sur la page d'évaluation ouverte."""
    avis = page.locator("#avis")
    avis.get_by_label("Favorable", exact=True).check()
    avis.get_by_label("Donné par").fill("Paul Tuteur")
    avis.get_by_label("Fonction", exact=False).fill("Tuteur")
    avis.get_by_label("Le", exact=True).fill(jour.isoformat())
    avis.get_by_role("button", name="Enregistrer l'avis").click()
    expect(page.get_by_text("Avis de l'entreprise enregistré.")).to_be_visible()


def inscriptions_affichees(page: Page, motif: str) -> list[str]:
    """Les inscriptions de la liste dont la ligne répond, par leur clé."""
    return [
        ligne.locator("input[name=rowid]").get_attribute("value") or ""
        for ligne in page.locator("table.liste tbody tr").filter(has_text=re.compile(motif, re.DOTALL)).all()
    ]


def test_un_candidat_et_un_groupe_jusqu_a_tout_evalue(page: Page, console: str) -> None:
    entrer(page, console, "clerc68")
    # Une commission d'une personne est refusée, avec son code ; puis deux.
    page.goto(f"{console}/commissions_evaluation/new/")
    page.get_by_label("Date", exact=False).first.fill(aujourd_hui().isoformat())
    page.get_by_label("Lieu").fill("Mulhouse")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("EVA-02").first).to_be_visible()
    image(page, "commission-refusee")
    creer_commission(page, console, aujourd_hui())
    image(page, "commission")

    # La liste dit ce qui manque ; la page d'un candidat l'enregistre compétence par compétence.
    page.goto(f"{console}/evaluations/?reste=incomplet")
    image(page, "evaluations-liste")
    seul = inscriptions_affichees(page, "Il manque l'avis|Il manque le résultat")[0]
    page.goto(f"{console}/evaluations/{seul}/")
    page.get_by_label("Commission, où rien n'est précisé").select_option(index=1)
    for choix in page.get_by_label("Résultat", exact=True).all():
        if not choix.input_value():
            modalite = choix.locator("xpath=ancestor::div[contains(@class,'competence')]").get_by_label("Modalité convenue")
            if not modalite.input_value():
                modalite.select_option(index=1)
            choix.select_option("acquise")
    image(page, "evaluation-saisie")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Enregistré.")).to_be_visible()
    if page.locator("#avis form").count():
        donner_l_avis(page, aujourd_hui())
    expect(page.get_by_text("Tout est évalué")).to_be_visible()
    image(page, "evaluation-complete")
    page.set_viewport_size({"width": 360, "height": 740})
    image(page, "evaluation-360")

    # Un groupe en grille : une case fausse est dite, rien n'est perdu, puis tout s'écrit d'un geste.
    page.set_viewport_size({"width": 1366, "height": 850})
    page.goto(f"{console}/evaluations/?reste=incomplet")
    groupe = inscriptions_affichees(page, "CQPM 1989 0021.*le résultat")[:6]
    assert len(groupe) > 2
    grille = f"{console}/evaluations/grille?" + "&".join(f"rowid={i}" for i in groupe)
    page.goto(grille)
    premiere = page.locator("[data-case]").first
    depart = page.evaluate("document.querySelectorAll('[data-case]').length")
    premiere.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.closest('td').cellIndex") == 2
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 2
    vide = next(c for c in page.locator("[data-case]").all() if not c.input_value())
    vide.fill("X")
    page.get_by_role("button", name="Enregistrer la grille").click()
    expect(page.get_by_text("tapez A (acquise) ou N (non acquise)").first).to_be_visible()
    image(page, "grille-refusee")
    vide = page.locator("[data-case][aria-invalid]").first
    assert vide.input_value() == "X"
    vide.focus()
    page.keyboard.press("Delete")
    noter_la_grille(page)
    expect(page.get_by_text(re.compile(r"résultats? enregistrés?\."))).to_be_visible()
    assert page.locator("[data-case]").count() == depart
    assert all(c.input_value() in ("A", "N") for c in page.locator("[data-case]").all())
    expect(page.locator("td.reste").filter(has_text="le résultat")).to_have_count(0)
    image(page, "grille")
    page.set_viewport_size({"width": 360, "height": 740})
    image(page, "grille-360")
    page.goto(f"{console}/evaluations/")
    image(page, "evaluations-liste-360")


def test_un_acquis_repris(page: Page, console: str) -> None:
    """Celui que la démonstration a repris se rend, se propose de nouveau, se reprend d'un clic."""
    entrer(page, console, "responsable68")
    page.goto(f"{console}/evaluations/")
    revenus = inscriptions_affichees(page, "CQPM 2006 0248|CQPM 1989 0021")
    for identite in revenus:
        page.goto(f"{console}/evaluations/{identite}/")
        if page.get_by_text("acquis repris").count():
            break
    else:
        pytest.fail("aucun acquis repris dans la démonstration")
    image(page, "acquis-repris")
    reprises = page.get_by_role("button", name="Évaluer de nouveau").count()
    page.get_by_role("button", name="Évaluer de nouveau").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Confirmer").click()
    expect(page.get_by_text("La compétence est de nouveau à évaluer.")).to_be_visible()
    expect(page.get_by_role("heading", name="Acquis antérieurs")).to_be_visible()
    image(page, "acquis-propose")
    page.get_by_role("button", name="Reprendre l'acquis").click()
    expect(page.get_by_text("1 compétence reprise.")).to_be_visible()
    expect(page.get_by_role("button", name="Évaluer de nouveau")).to_have_count(reprises)
    # La compensation du handicap : une partie que seul le responsable ouvre.
    expect(page.get_by_role("heading", name="Compensation du handicap")).to_be_visible()
