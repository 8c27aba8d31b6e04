"""Chaque écran relu par axe (WCAG 2.2 AA) dans un vrai navigateur : on suit les liens de la console, compte après compte."""

from __future__ import annotations

import re
from importlib.resources import files
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.navigateur.conftest import entrer

pytestmark = pytest.mark.navigateur
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
_NORMES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Ce qui rend un fichier et non une page, ou quitte la console.
_FICHIERS = re.compile(r"\.(pdf|csv|xlsx|zip|json|ics|xml|png|svg)($|\?)|/export/|/deconnexion|/document/|/piece|/contenu|genre=(pdf|json|csv)")


def modele(adresse: str) -> str:
    """La page que désigne une adresse, quelle que soit la fiche : chiffres et requête ôtés."""
    parties = urlsplit(adresse)
    return re.sub(r"\d+", "N", parties.path)


def reproches(page: Page) -> list[str]:
    page.evaluate(_AXE)
    resultat = page.evaluate("normes => axe.run({runOnly: normes, resultTypes: ['violations']})", _NORMES)
    return [
        f"{v['id']} ({v['impact']}) : {v['help']} — {', '.join(n['html'][:140] for n in v['nodes'][:2])}"
        for v in resultat["violations"]
    ]


def liens(page: Page, console: str) -> list[str]:
    bruts = page.eval_on_selector_all("a[href]", "liens => liens.map(l => l.getAttribute('href'))")
    adresses = (urljoin(page.url, b).split("#")[0] for b in bruts)
    return [a for a in dict.fromkeys(adresses) if a.startswith(console) and not _FICHIERS.search(a)]


def test_chaque_ecran(navigateur: Browser, console: str) -> None:
    """Chaque page une fois, sous le premier compte qui y va ; à ses voisines de même forme, la même page."""
    vues: set[str] = set()
    trouves: dict[str, list[str]] = {}
    for compte in ("clerc68", "gtp", "responsable68", "uimm", "president68", "admin"):
        contexte = navigateur.new_context(viewport={"width": 1366, "height": 850}, locale="fr-FR")
        page = contexte.new_page()
        entrer(page, console, compte)
        a_voir = [f"{console}/"]
        while a_voir:
            adresse = a_voir.pop(0)
            if modele(adresse) in vues:
                continue
            vues.add(modele(adresse))
            reponse = page.goto(adresse, wait_until="load")
            if reponse is None or not reponse.ok or "html" not in reponse.headers.get("content-type", ""):
                continue
            if fautes := reproches(page):
                trouves[adresse.removeprefix(console)] = fautes
            a_voir += [a for a in liens(page, console) if modele(a) not in vues]
        vues.discard("/")
        contexte.close()
    assert len(vues) > 60
    assert not trouves, "\n".join(f"{a}\n    " + "\n    ".join(f) for a, f in trouves.items())


def test_les_pages_sans_compte(contexte: BrowserContext, console: str) -> None:
    page = contexte.new_page()
    for chemin in ("/connexion", "/liste/certifications", "/liste/organismes", "/verifier/ABCD-EFGH-JKMN"):
        page.goto(console + chemin)
        assert reproches(page) == [], chemin
