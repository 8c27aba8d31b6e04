"""Du dossier d'une entreprise à l'attestation d'un salarié, au clic et au clavier."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from models.base import aujourd_hui
from tests.navigateur.conftest import entrer, image

pytestmark = pytest.mark.navigateur


def _ligne(page: Page, table: str, rang: int, **cellules: str) -> None:
    for colonne, texte in cellules.items():
        champ = page.locator(f"#{table}-{rang}-{colonne}")
        if colonne == "nature":
            champ.select_option(label=texte)
        else:
            champ.fill(texte)


def _sans_debordement(page: Page, nom: str) -> None:
    """À 360 px, rien ne déborde ; la page revient ensuite à sa largeur."""
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    image(page, f"{nom}-360")
    page.set_viewport_size({"width": 1366, "height": 850})


def test_du_dossier_a_l_attestation(page: Page, contexte: BrowserContext, console: str, tmp_path: Path) -> None:
    entrer(page, console, "clerc68")
    page.goto(f"{console}/parcours/")
    page.get_by_role("link", name="Ajouter").click()
    for nom, texte in (("Société", "Aciéries du Gué"), ("Adresse", "3 quai du Gué, 68100 Mulhouse"),
                       ("Intitulé du parcours", "Conducteur de four"), ("Public visé", "Fondeurs"), ("Durée totale", "14"),
                       ("Sur combien de mois", "3"), ("Attestation des acquis de formation", "Sait conduire un four."),
                       ("Conditions d'admission", "Toutes les compétences acquises."), ("Modalités d'évaluation", "Au four."),
                       ("Critères et résultats attendus", "Coulée conforme.")):
        page.get_by_label(re.compile(f"^{re.escape(nom)}( \\*)?$")).fill(texte)
    page.locator("#avis_cse").select_option(label="L'entreprise déclare n'avoir pas de CSE")

    # La fiche au clavier : Entrée en bas de colonne ajoute une ligne, Alt + ↑ la remonte ; le total suit.
    _ligne(page, "domaines", 1, domaine="Technologies", competences="Expliquer le four", contenus="Thermique", minutes="3,5",
           intervenants="AFPI")
    page.locator("#domaines-1-minutes").press("Enter")
    expect(page.locator("#domaines-2-minutes")).to_be_focused()
    _ligne(page, "domaines", 2, domaine="Réalisation", competences="Conduire le four", contenus="Coulée", minutes="7",
           intervenants="Tuteur")
    fiche = page.locator("[data-tableur=domaines]")
    expect(fiche.locator("[data-total]")).to_have_text("10\u00a0h\u00a030")
    expect(fiche.locator(".ecart")).to_contain_text("la durée du parcours est de 14\u00a0h")
    page.locator("#domaines-2-minutes").fill("10 h 30")
    expect(fiche.locator("[data-total]")).to_have_text("14\u00a0h")
    expect(fiche.locator(".ecart")).to_be_empty()
    page.locator("#domaines-2-domaine").press("Alt+ArrowUp")
    expect(page.locator("#domaines-1-domaine")).to_have_value("Réalisation")
    page.locator("#domaines-1-domaine").press("Control+Enter")
    expect(fiche.locator("tbody tr")).to_have_count(3)
    page.locator("#domaines-2-domaine").press("Alt+Delete")
    expect(fiche.locator("tbody tr")).to_have_count(2)

    # Le programme se colle d'un classeur : trois modules, deux phases.
    page.evaluate("""() => {
        const champ = document.querySelector('#modules-1-phase'), donnees = new DataTransfer();
        donnees.setData('text/plain', '1\\tDécouvrir\\tSituer le four\\t3,5\\tExterne\\tAFPI\\n1\\tCharger\\tCharger seul\\t3h30\\tInterne\\t\\n2\\tCouler\\tCouler seul\\t7\\tInterne\\t');
        champ.dispatchEvent(new ClipboardEvent('paste', { clipboardData: donnees, bubbles: true, cancelable: true }));
    }""")
    programme = page.locator("[data-tableur=modules]")
    expect(programme.locator("tbody tr")).to_have_count(3)
    expect(programme.locator("[data-groupes]")).to_have_text("Phase 1 : 7\u00a0h · Phase 2 : 7\u00a0h ·")
    image(page, "parcours-saisie")
    _sans_debordement(page, "parcours-saisie")
    page.get_by_role("button", name="Enregistrer").last.click()

    # Le dossier dit ce qui manque : le courrier.
    expect(page.get_by_text("Joignez le courrier de l'entreprise")).to_be_visible()
    image(page, "parcours-dossier")
    courrier = tmp_path / "courrier.pdf"
    courrier.write_bytes(b"%PDF-1.4 courrier de l'entreprise")
    page.get_by_label("Fichier").set_input_files(courrier)
    page.get_by_role("button", name="Joindre au dossier").click()
    expect(page.get_by_text("Joignez le courrier de l'entreprise")).to_be_hidden()
    page.get_by_role("button", name="Soumettre au GTP").click()
    page.get_by_role("dialog").get_by_role("button", name="Confirmer").click()
    expect(page.get_by_text("Dossier soumis au GTP")).to_be_visible()
    expect(page.get_by_role("link", name="Modifier")).to_be_hidden()
    adresse = page.url

    _decider(console, contexte, adresse)

    # L'entreprise attribue ; l'attestation le dit.
    page.goto(adresse)
    page.get_by_role("link", name="Attribuer à un salarié").click()
    jour = aujourd_hui().isoformat()
    for nom, texte in (("Nom", "Weber"), ("Prénoms", "Anne"), ("Né(e) le", "1990-05-01"), ("Organisme d'évaluation", "AFPI"),
                       ("Habilité par l'entreprise le", jour), ("Évaluations terminées le", jour),
                       ("Décision de l'entreprise le", jour), ("Emploi tenu", "Conductrice de four")):
        page.get_by_label(re.compile(f"^{re.escape(nom)}( \\*)?$")).fill(texte)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("PPC-04")
    page.get_by_label(re.compile("^Cotation")).fill("Groupe C, classe 6")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="Anne Weber – Conducteur de four")).to_be_visible()
    image(page, "attribution")
    pdf = contexte.request.get(f"{console}{page.get_by_role('link', name='Attestation remise au salarié').get_attribute('href')}")
    texte = pypdf.PdfReader(io.BytesIO(pdf.body())).pages[0].extract_text()
    assert "Anne WEBER" in texte
    assert "Groupe C, classe 6" in texte

    page.goto(adresse)
    expect(page.get_by_role("link", name="Anne Weber")).to_be_visible()
    image(page, "parcours-valide")
    _sans_debordement(page, "parcours-valide")
    page.goto(f"{console}/certifications/?recherche=conducteur+de+four")
    expect(page.get_by_text(re.compile(r"PPC \d{4} \d{4}"))).to_be_visible()



def _decider(console: str, contexte: BrowserContext, parcours: str) -> None:
    """Le GTP reconnaît le dossier complet, tient séance aujourd'hui, vote et clôt."""
    gtp = contexte.browser.new_context(viewport={"width": 1366, "height": 850}, locale="fr-FR")
    page = gtp.new_page()
    entrer(page, console, "gtp")
    page.goto(f"{console}/seances/new/")
    page.locator("#date_seance").fill(aujourd_hui().isoformat())
    page.locator("#lieu").fill("Paris")
    page.get_by_role("button", name="Enregistrer").last.click()
    seance = page.url
    page.goto(parcours)
    page.get_by_role("link", name="La demande au GTP").click()
    image(page, "demande-parcours")
    page.get_by_role("button", name="Reconnaître le dossier complet").click()
    page.get_by_label("Séance").select_option(label=f"Réunion du {aujourd_hui():%d/%m/%Y}")
    page.get_by_role("button", name="Mettre à l'ordre du jour").click()
    page.goto(seance)
    for case in page.locator("input[name=presente]").all():
        case.check()
    page.get_by_role("button", name="Noter les présences").click()
    for pour in page.locator("input[type=radio][value=pour]").all():
        with page.expect_response(lambda r: "voter" in r.url):
            pour.check()
    page.get_by_label("Décision", exact=True).select_option(label="Acceptée")
    page.get_by_role("button", name="Enregistrer le point 1").click()
    page.get_by_role("button", name="Clore la séance").click()
    page.get_by_role("dialog").get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("link", name="Relevé de décisions (PDF)")).to_be_visible()
    gtp.close()
