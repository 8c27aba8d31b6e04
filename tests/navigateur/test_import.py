"""L'import d'un clerc, de bout en bout dans un vrai navigateur : colonnes, corrections au clavier, doublon, annulation, 360 px.

`IMAGES=docs/images pytest tests/navigateur/test_import.py` refait les images du guide.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.imports.test_inscriptions import BASE, ENTETES
from tests.navigateur.conftest import IMAGES, entrer, importer_un_fichier

pytestmark = pytest.mark.navigateur
_PAGE, _ETROITE = {"width": 1180, "height": 820}, {"width": 360, "height": 800}
_NOMS = {"nom_naissance": "Nom", "date_naissance": "Né(e) le", "prenoms": "Prénom", "date_inscription": "Inscrit le"}


def _fichier(dossier: Path, nom: str, lignes: list[dict[str, str]]) -> Path:
    chemin = dossier / nom
    with chemin.open("w", encoding="cp1252", newline="") as f:
        ecrivain = csv.writer(f, delimiter=";")
        ecrivain.writerow([_NOMS.get(e, e) for e in ENTETES])
        for x in lignes:
            ecrivain.writerow([(BASE | {"certification": "CQPM 1989 0021", "code_nace": "25.62"} | x).get(e, "") for e in ENTETES])
    return chemin


def _image(page: Page, nom: str) -> None:
    """L'image de cet écran, et l'assurance qu'il tient à 360 px."""
    if IMAGES:
        page.screenshot(path=str(Path(IMAGES) / f"{nom}.png"))
    page.set_viewport_size(_ETROITE)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    if IMAGES:
        page.screenshot(path=str(Path(IMAGES) / f"{nom}-etroit.png"), full_page=True)
    page.set_viewport_size(_PAGE)


def test_importer_de_bout_en_bout(page: Page, console: str, tmp_path: Path) -> None:
    page.set_viewport_size(_PAGE)
    entrer(page, console, "clerc68")
    # Deux personnes : l'une sera presque la même que celle d'un second fichier.
    premier = _fichier(tmp_path, "septembre.csv", [
        {"nom_naissance": "Wolfensberger", "prenoms": "Élodie"}, {"nom_naissance": "Quirimbaud", "prenoms": "Noé", "sexe": "M"},
        {"nom_naissance": "Xhonneux", "prenoms": "Inès", "date_naissance": "31/02/1990"},
    ])
    page.goto(f"{console}/imports/")
    page.get_by_label("Fichier CSV").set_input_files(premier)
    page.get_by_role("button", name="Envoyer le fichier").click()
    # Les colonnes : « Nom » est demandé, le reste est reconnu.
    expect(page.get_by_text("Dites ce que veut dire cette colonne")).to_be_visible()
    expect(page.get_by_text("15/01/1968").first).to_be_visible()
    page.get_by_label("Nom", exact=True).select_option(label="Nom de naissance")
    _image(page, "guide-import-colonnes")
    page.get_by_role("button", name="Vérifier toutes les lignes").click()
    expect(page.get_by_role("heading", name="Ligne par ligne")).to_be_visible(timeout=30_000)
    ligne = page.locator("#ligne-4")
    expect(ligne.get_by_text("Refusée")).to_be_visible()
    _image(page, "guide-import-lignes")
    # Au clavier : filtrer, corriger la cellule, voir la ligne acceptée sans recharger.
    page.get_by_role("link", name=re.compile("Refusées")).press("Enter")
    champ = ligne.get_by_label(re.compile("Date de naissance"))
    champ.fill("28/02/1990")
    champ.press("Enter")
    expect(ligne.get_by_text("Nouvelle")).to_be_visible()
    expect(page.locator("[data-compte=creees]").first).to_have_text("3")
    page.reload()
    page.get_by_role("button", name="Importer les 3 inscriptions").click()
    expect(page.get_by_role("button", name="Annuler cet import")).to_be_visible(timeout=30_000)
    _image(page, "guide-import-fait")
    fait = page.url

    # Un second fichier : plus de question, et une personne qui ressemble.
    importer_un_fichier(page, console, _fichier(tmp_path, "octobre.csv", [
        {"nom_naissance": "Wolfensbergr", "prenoms": "Élodie", "date_inscription": "15/09/2026"},
    ]))
    doublon = page.locator("#ligne-2")
    expect(doublon.get_by_text("Est-ce la même personne ?")).to_be_visible()
    _image(page, "guide-import-doublon")
    doublon.get_by_role("button", name=re.compile("^La même")).click()
    expect(doublon.get_by_text("Vous avez dit : la même personne")).to_be_visible()
    expect(doublon.get_by_text("Déjà faite")).to_be_visible()

    # Annuler le premier : rien n'a été touché depuis, tout s'en va.
    page.goto(fait)
    page.get_by_role("button", name="Annuler cet import").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^(Confirmer|Continuer|Oui)")).click()
    expect(page.get_by_text("Il ne reste rien de cet import.")).to_be_visible(timeout=30_000)
    expect(page.get_by_text(re.compile("inscription 3"))).to_be_visible()
    # Les travaux du centre.
    page.goto(f"{console}/travaux/")
    expect(page.get_by_role("link", name="Import : septembre.csv")).to_be_visible()
    _image(page, "guide-travaux")


def test_sans_script_la_page_avance_aussi(navigateur, console: str, tmp_path: Path) -> None:
    contexte = navigateur.new_context(java_script_enabled=False, locale="fr-FR")
    page = contexte.new_page()
    entrer(page, console, "clerc68")
    page.goto(f"{console}/imports/")
    page.get_by_label("Fichier CSV").set_input_files(_fichier(tmp_path, "a.csv", [
        {"nom_naissance": "Quirimbaud", "date_naissance": "90"}]))
    page.get_by_role("button", name="Envoyer le fichier").click()
    page.get_by_label("Nom", exact=True).select_option(label="Nom de naissance")
    page.get_by_role("button", name="Vérifier toutes les lignes").click()
    expect(page.get_by_role("heading", name="Ligne par ligne")).to_be_visible(timeout=30_000)
    champ = page.locator("#ligne-2").get_by_label(re.compile("Date de naissance"))
    champ.fill("28/02/1990")
    champ.press("Enter")
    expect(page.locator("#ligne-2").get_by_text("Nouvelle")).to_be_visible()
    page.get_by_role("button", name="Importer l'inscription").click()
    expect(page.get_by_role("button", name="Annuler cet import")).to_be_visible(timeout=30_000)
    contexte.close()
