"""Du fichier d'un clerc au certificat encadré, au clic, sans lire de manuel."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from models.base import aujourd_hui
from tests.imports.test_inscriptions import BASE, ENTETES
from tests.navigateur.conftest import confirmer, entrer, image, importer_un_fichier
from tests.navigateur.test_evaluations import creer_commission, donner_l_avis, inscriptions_affichees, noter_la_grille

pytestmark = pytest.mark.navigateur
PERSONNES = [("Lefèvre-Martin", "Zoé"), ("Łukaszewicz", "Paweł"), ("Çelik", "Ömer")]


def _fichier(dossier: Path, *, avec_erreur: bool) -> Path:
    lignes = [
        BASE | {"nom_naissance": nom, "prenoms": prenoms, "certification": "CQPM 1989 0021", "code_nace": "25.62",
                "date_inscription": "01/09/2026", "reference": f"NAV-{rang}"}
        for rang, (nom, prenoms) in enumerate(PERSONNES)
    ]
    if avec_erreur:
        lignes.append(lignes[0] | {"nom_naissance": "Durand", "siret": "99000001100018"})
    chemin = dossier / "candidats.csv"
    with chemin.open("w", encoding="utf-8", newline="") as f:
        ecrivain = csv.DictWriter(f, ENTETES, delimiter=";", restval="")
        ecrivain.writeheader()
        ecrivain.writerows(lignes)
    return chemin


def test_de_l_import_au_certificat(page: Page, contexte: BrowserContext, console: str, tmp_path: Path) -> None:
    # Importer : d'abord un fichier avec une faute, puis le bon.
    entrer(page, console, "clerc68")
    image(page, "tableau-de-bord")
    importer_un_fichier(page, console, _fichier(tmp_path, avec_erreur=True))
    expect(page.locator("#ligne-5").get_by_text("INS-11")).to_be_visible()
    image(page, "import-refus")
    importer_un_fichier(page, console, _fichier(tmp_path, avec_erreur=False))
    image(page, "import-simulation")
    page.get_by_role("button", name="Importer les 3 inscriptions").click()
    expect(page.get_by_role("definition").filter(has_text="3").first).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Voir les inscriptions").click()
    expect(page.get_by_text("ŁUKASZEWICZ Paweł").first).to_be_visible()

    # Les évaluer : une commission, la grille au clavier, l'avis de leur entreprise.
    creer_commission(page, console, aujourd_hui())
    page.goto(f"{console}/evaluations/")
    evalues = inscriptions_affichees(page, "ŁUKASZEWICZ|LEFÈVRE-MARTIN Zoé|ÇELIK")
    assert len(evalues) == 3
    page.goto(f"{console}/evaluations/grille?" + "&".join(f"rowid={i}" for i in evalues))
    noter_la_grille(page)
    expect(page.get_by_text(re.compile(r"résultats enregistrés\."))).to_be_visible()
    for identite in evalues:
        page.goto(f"{console}/evaluations/{identite}/")
        donner_l_avis(page, aujourd_hui())

    # Un jury : composition, candidats, ouverture.
    page.goto(f"{console}/jurys/new/")
    page.get_by_label("Date", exact=False).first.fill(aujourd_hui().isoformat())
    page.get_by_label("Lieu").fill("Mulhouse")
    page.get_by_role("button", name=re.compile("Enregistrer|Créer")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Jury du {aujourd_hui():%d/%m/%Y}")
    adresse = page.url
    for titre, nom, prenoms in (("president", "Roesch", "Hélène"), ("patronale", "Klein", "Luc"), ("syndicale", "Weber", "Inès")):
        ajout = page.locator("details", has=page.locator("summary", has_text="Ajouter un membre"))
        if ajout.get_attribute("open") is None:
            ajout.locator("summary").click()
        page.get_by_label("Titre du siège").select_option(titre)
        if titre == "syndicale":
            page.get_by_label("Organisation syndicale").select_option(index=1)
        page.get_by_label("Nom", exact=True).fill(nom)
        page.get_by_label("Prénoms", exact=True).fill(prenoms)
        page.get_by_label("Qualité").fill("Directrice")
        page.get_by_role("button", name="Ajouter au jury").click()
        expect(page.get_by_text("Siège ajouté.")).to_be_visible()
    for case in page.locator("input[name=present]").all():
        case.check()
    page.get_by_role("button", name="Noter les présences").click()
    page.get_by_role("link", name="Présenter des candidats").click()
    for nom, prenoms in PERSONNES:
        page.get_by_label(f"Présenter {nom.upper()} {prenoms}").check()
    page.get_by_role("button", name="Présenter les candidats choisis").click()
    expect(page.get_by_text("3 candidats présentés")).to_be_visible()
    image(page, "jury")
    page.get_by_label("Pourquoi ouvrir malgré ce qui manque").fill("Jury tenu le jour même, membres prévenus par téléphone.")
    confirmer(page, "Ouvrir la délibération")
    expect(page.get_by_text("La délibération est ouverte")).to_be_visible()

    # La délibération, au clavier ; aucun nom à l'écran.
    page.get_by_role("link", name="Aller à la délibération").click()
    for nom, _ in PERSONNES:
        assert nom.upper() not in page.content().upper()
    votes = page.locator("fieldset.vote")
    assert votes.count() == 9
    for rang in range(9):
        reponse = votes.nth(rang).locator("input[value=A]")
        with page.expect_response(re.compile(r"/voter$")):
            reponse.focus()
            page.keyboard.press("a")
        expect(reponse).to_be_checked()
    page.reload()
    assert page.locator("fieldset.vote input[value=A]:checked").count() == 9
    for detail in page.locator("details.carte").all():
        if detail.get_attribute("open") is None:
            detail.locator("summary").click()
    image(page, "deliberation")

    # Le responsable consigne la signature du président, le clerc attribue et imprime.
    autre = contexte.browser.new_context(viewport={"width": 1366, "height": 850}) if contexte.browser else contexte
    responsable = autre.new_page()
    entrer(responsable, console, "responsable68")
    responsable.goto(adresse.replace("#", "") + ("deliberation" if adresse.endswith("/") else "/deliberation"))
    confirmer(responsable, "Signer le procès-verbal")
    expect(responsable.get_by_text("Le procès-verbal est signé").first).to_be_visible()
    autre.close()
    page.goto(adresse)
    page.get_by_role("button", name="Attribuer les 6 certificats").click()
    expect(page.get_by_text("Les certificats sont attribués")).to_be_visible()
    image(page, "jury-clos")
    lien = page.get_by_role("link", name="Imprimer tous les certificats").get_attribute("href")
    pdf = page.request.get(f"{console}{lien}").body()
    lecteur = pypdf.PdfReader(io.BytesIO(pdf))
    # Trois CQPM d'une page, chacun suivi de son CQPI, recto et verso.
    assert len(lecteur.pages) == 3 * 3
    texte = "".join(p.extract_text() for p in lecteur.pages)
    assert "ŁUKASZEWICZ" in texte
    assert "Mulhouse" in texte
    pv = page.get_by_role("link", name=re.compile(r"^PV 68-")).get_attribute("href")
    assert page.request.get(f"{console}{pv}").body().startswith(b"%PDF")

    # Le code imprimé se vérifie, sans compte.
    code = re.search(r"/verifier/([2-9A-Z]{12})", re.sub(r"\s", "", texte))
    assert code
    anonyme = contexte.browser.new_context().new_page() if contexte.browser else page
    anonyme.goto(f"{console}/verifier/{code.group(1)}")
    expect(anonyme.get_by_text("Certificat de démonstration, sans valeur")).to_be_visible()


def test_un_second_import_ne_double_rien(page: Page, console: str, tmp_path: Path) -> None:
    entrer(page, console, "clerc68")
    for _ in range(2):
        importer_un_fichier(page, console, _fichier(tmp_path, avec_erreur=False))
        bouton = page.get_by_role("button", name="Importer les 3 inscriptions")
        if bouton.count():
            bouton.click()
            expect(page.get_by_role("button", name="Annuler cet import")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Toutes les lignes sont déjà inscrites")).to_be_visible()
    expect(page.get_by_text("Ce même fichier a déjà été importé")).to_be_visible()


def test_deux_fenetres_sur_une_deliberation(page: Page, contexte: BrowserContext, console: str) -> None:
    """Un vote posé dans une fenêtre apparaît dans l'autre, sans recharger."""
    entrer(page, console, "clerc68")
    page.goto(f"{console}/jurys/?etat=ouvert")
    page.locator("tbody a").first.click()
    page.get_by_role("link", name="Aller à la délibération").click()
    autre = contexte.new_page()
    autre.goto(page.url)
    libre = page.locator("fieldset.vote:not(:has(input:checked)) input[value=NA]")
    cible = libre.first if libre.count() else page.locator("fieldset.vote input[value=NA]:not(:checked)").first
    nom = cible.get_attribute("name")
    with page.expect_response(re.compile(r"/voter$")):
        cible.check()
    expect(autre.locator(f'input[name="{nom}"][value=NA]')).to_be_checked(timeout=10_000)


@pytest.mark.parametrize("largeur", [360, 1366])
def test_les_ecrans_tiennent_dans_la_largeur(page: Page, console: str, largeur: int) -> None:
    page.set_viewport_size({"width": largeur, "height": 800})
    entrer(page, console, "clerc68")
    for chemin in ("/", "/inscriptions/", "/candidats/", "/imports/", "/jurys/", "/certifications/", "/organismes/",
                   "/certificats/", "/compte", "/inscriptions/new/"):
        page.goto(f"{console}{chemin}")
        depassement = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert depassement <= 0, (chemin, depassement)
        assert page.locator("h1").count() == 1
        assert page.locator("html").get_attribute("lang") == "fr"
        image(page, f"{largeur}{chemin.replace('/', '-')}")
