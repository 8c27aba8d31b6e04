"""Réviser un CQPM dans un vrai navigateur : à la souris, au clavier, sans script, à 360 px, puis comparer."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.navigateur.conftest import entrer, image

pytestmark = pytest.mark.navigateur


def _ouvrir(page: Page, console: str, certification: str) -> None:
    page.goto(f"{console}/certifications/?recherche={certification}")
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Nouvelle version du référentiel").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Référentiel du")


def _ordre(page: Page) -> list[str]:
    return page.locator("input[name=bloc]").evaluate_all("champs => champs.map((c) => c.value)")


def test_reviser_un_cqpm(page: Page, console: str) -> None:
    entrer(page, console, "gtp")
    _ouvrir(page, console, "CQPM+2004+0230")
    adresse = page.url
    expect(page.get_by_text("Le référentiel est complet")).to_be_visible()
    image(page, "referentiel-1366")

    # Monter un bloc : la page ne se recharge pas, le bouton garde le focus, rien n'est encore écrit.
    avant = _ordre(page)
    page.get_by_label("1.2. Environnement de travail").fill("Un atelier d'essai")
    page.get_by_role("button", name="Descendre le bloc 1", exact=True).click()
    expect(page.get_by_text("Non enregistré")).to_be_visible()
    expect(page.locator("input[name=bloc]").first).to_have_value(avant[1])
    assert _ordre(page) == [avant[1], avant[0], *avant[2:]]
    expect(page.get_by_role("button", name="Descendre le bloc 2", exact=True)).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("input[name=bloc]").first).to_have_value(avant[0])
    assert _ordre(page) == avant
    expect(page.get_by_label("1.2. Environnement de travail")).to_have_value("Un atelier d'essai")

    # Modifier un bloc commun, y ajouter une compétence : ce qui manque se dit aussitôt, et mène au champ.
    page.get_by_role("button", name="Modifier le bloc 1", exact=True).click()
    expect(page.get_by_label("Libellé du bloc").first).to_be_focused()
    page.get_by_role("button", name="Ajouter une compétence au bloc 1", exact=True).click()
    rang = page.locator("[data-cle=m1] h4").inner_text()
    page.get_by_role("link", name=f"{rang} : indiquez les résultats attendus.").click()
    expect(page.locator("#m1-resultats")).to_be_in_viewport()
    page.get_by_role("button", name="Enregistrer et soumettre").click()
    expect(page.get_by_role("alert")).to_contain_text("Rien n'a été enregistré")
    expect(page.get_by_role("alert")).to_contain_text("REF-10")
    expect(page.locator("#m1-resultats-erreur")).to_contain_text("indiquez les résultats attendus")
    image(page, "referentiel-refus")
    page.locator("#m1-libelle").fill("Repérer les conducteurs d'un coffret")
    page.locator("#m1-conditions").fill("À partir du schéma.")
    page.locator("#m1-methodes").fill("Le repérage suit le schéma.")
    page.locator("#m1-resultats").fill("Chaque conducteur est repéré.")
    page.locator("#m1-modalites").get_by_role("checkbox").first.check()

    # Un bloc existant, par recherche, au clavier.
    page.get_by_label("Ou employer un bloc existant").fill("vérification")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("^Employer BDC")).first.press("Enter")
    expect(page.locator("input[name=bloc]")).to_have_count(len(avant) + 1)
    expect(page.get_by_text("Le référentiel est complet")).to_be_visible()
    page.get_by_role("button", name="Enregistrer", exact=True).last.click()
    expect(page.get_by_text("Référentiel enregistré.")).to_be_visible()
    expect(page.get_by_label("1.2. Environnement de travail")).to_have_value("Un atelier d'essai")

    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(adresse)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    image(page, "referentiel-360")

    page.get_by_role("button", name="Enregistrer et soumettre").click()
    expect(page.get_by_text("Version soumise au GTP.")).to_be_visible()
    page.get_by_role("link", name="Comparer à la version précédente").click()
    expect(page.locator("ins", has_text="Repérer les conducteurs d'un coffret")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    image(page, "comparaison-360")
    page.set_viewport_size({"width": 1366, "height": 850})
    image(page, "comparaison-1366")


def test_sans_script(navigateur: Browser, console: str, tmp_path: Path) -> None:
    contexte = navigateur.new_context(java_script_enabled=False, locale="fr-FR")
    page = contexte.new_page()
    entrer(page, console, "gtp")
    _ouvrir(page, console, "CCPM+2021+9001")
    page.get_by_role("button", name="Ajouter une compétence", exact=True).click()
    page.locator("#m1-libelle").fill("Ranger le poste")
    page.get_by_role("button", name="Monter la compétence 4", exact=True).click()
    expect(page.locator("#m1-libelle")).to_have_value("Ranger le poste")
    page.get_by_role("button", name="Enregistrer", exact=True).last.click()
    expect(page.get_by_text("Référentiel enregistré.")).to_be_visible()
    expect(page.get_by_label("Compétence professionnelle").nth(2)).to_have_value("Ranger le poste")
    contexte.close()


def test_rien_de_ce_qui_s_ecrit_pendant_un_geste_ne_se_perd(page: Page, console: str) -> None:
    """Le réseau est lent : ce qui se tape avant la réponse reste, et le geste demandé ensuite se fait."""
    entrer(page, console, "gtp")
    _ouvrir(page, console, "CQPM+2004+0230")
    avant = len(_ordre(page))

    def lentement(route: Route) -> None:
        time.sleep(0.8)
        route.continue_()

    page.route("**/versions/editer/**", lentement)
    page.get_by_role("button", name="Ajouter un nouveau bloc").click(no_wait_after=True)
    page.evaluate("""() => {
        document.querySelector("#environnement").value = "Écrit pendant l'attente";
        document.querySelector("[data-geste='ajouter-bloc']").click();
    }""")
    expect(page.locator("input[name=bloc]")).to_have_count(avant + 2)
    expect(page.get_by_label("1.2. Environnement de travail")).to_have_value("Écrit pendant l'attente")
