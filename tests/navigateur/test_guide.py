"""Les écrans que montre docs/guide.md : atteints comme le guide le dit, lisibles à 360 px, et leurs images.

`IMAGES=docs/images pytest tests/navigateur/test_guide.py` refait les images du guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.navigateur.conftest import IMAGES, entrer

pytestmark = pytest.mark.navigateur
GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"
_PAGE, _ETROITE = {"width": 1180, "height": 820}, {"width": 360, "height": 800}


@dataclass(frozen=True, slots=True)
class Ecran:
    """Un écran du guide : qui l'ouvre, par quelle liste, quel lien de cette liste, ce qui doit s'y lire."""

    nom: str
    role: str
    chemin: str
    lire: str
    suivre: str | None = None
    cadrer: str | None = None


ECRANS = (
    Ecran("guide-tableau-de-bord", "clerc68", "/", "À faire"),
    Ecran("guide-inscrire", "clerc68", "/inscriptions/new/", "Enregistrer et inscrire le suivant"),
    Ecran("guide-ligne-de-temps", "clerc68", "/vae/?voie=vae&situation=a_decider", "Décision de recevabilité", "tbody a"),
    Ecran("guide-grille", "clerc68", "/evaluations/", "Enregistrer la grille", "grille"),
    Ecran("guide-habilitation", "clerc68", "/habilitations/?etat=instruction", "Les douze indicateurs", "tbody a"),
    Ecran("guide-demande", "uimm", "/demandes/?etat=deposee", "Ce que contient le dossier", "tbody a"),
    Ecran("guide-seance", "gtp", "/seances/?etat=close", "Ordre du jour", "tbody a", "#ordre-du-jour"),
    Ecran("guide-editeur", "uimm", "/versions/?etat=projet", "Enregistrer et soumettre", "projet", "text=Ajouter un nouveau bloc"),
    Ecran("guide-comparaison", "gtp", "/versions/?etat=valide", "Comparer", "comparer"),
)


def _ouvrir(page: Page, console: str, ecran: Ecran) -> None:
    page.goto(f"{console}{ecran.chemin}")
    match ecran.suivre:
        case None:
            return
        case "grille":
            page.get_by_label("Certification").select_option(index=1)
            page.get_by_role("button", name="Chercher").click()
            page.get_by_role("link", name="Noter ce groupe en grille").click()
        case "projet":
            page.get_by_role("link", name="Assistant de métrologie").click()
            page.get_by_role("link", name="Écrire ce projet").click()
        case "comparer":
            page.get_by_role("row", name=re.compile(r"installations électriques\s+2\b")).get_by_role("link").first.click()
            page.get_by_role("link", name="Comparer à la version précédente").click()
        case lien:
            page.locator(lien).first.click()


@pytest.mark.parametrize("ecran", ECRANS, ids=lambda e: e.nom)
def test_un_ecran_du_guide(navigateur: Browser, console: str, ecran: Ecran) -> None:
    contexte = navigateur.new_context(viewport=_PAGE, locale="fr-FR")
    page = contexte.new_page()
    entrer(page, console, ecran.role)
    _ouvrir(page, console, ecran)
    expect(page.get_by_text(ecran.lire).first).to_be_visible()
    assert f"images/{ecran.nom}.png" in GUIDE.read_text(encoding="utf-8"), "une image que le guide ne montre pas"
    if ecran.cadrer:
        page.locator(ecran.cadrer).scroll_into_view_if_needed()
    if IMAGES:
        page.screenshot(path=str(Path(IMAGES) / f"{ecran.nom}.png"))
    page.set_viewport_size(_ETROITE)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    contexte.close()


def test_le_guide_ne_montre_que_des_images_qui_existent() -> None:
    montrees = re.findall(r"\]\((images/[^)]+)\)", GUIDE.read_text(encoding="utf-8"))
    assert montrees
    assert [m for m in montrees if not (GUIDE.parent / m).is_file()] == []
