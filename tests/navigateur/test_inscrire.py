"""Inscrire au clavier : un candidat en formation, un groupe, un demandeur d'emploi, un doublon repéré."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.navigateur.conftest import entrer, image

pytestmark = pytest.mark.navigateur


class Clavier:
    """Tape comme une personne, et compte les frappes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frappes = 0
        self.debut = time.monotonic()

    def tape(self, texte: str) -> None:
        self.page.keyboard.type(texte, delay=40)
        self.frappes += len(texte)

    def touche(self, *touches: str) -> None:
        for touche in touches:
            self.page.keyboard.press(touche)
            self.frappes += 1
            time.sleep(0.05)

    def cherche(self, texte: str, attendu: str) -> None:
        """Tape dans une recherche, prend la première réponse."""
        self.tape(texte)
        self.page.locator("[role=option]:visible", has_text=attendu).first.wait_for()
        self.touche("ArrowDown", "Enter")

    @property
    def secondes(self) -> float:
        return time.monotonic() - self.debut


def _ici(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name || document.activeElement.textContent"))


def _jusqu_a(clavier: Clavier, nom: str) -> None:
    for _ in range(12):
        if _ici(clavier.page) == nom:
            return
        clavier.touche("Tab")
    assert _ici(clavier.page) == nom


def test_inscrire_un_groupe_au_clavier(page: Page, console: str) -> None:
    """En formation, salarié d'une entreprise nouvelle ; puis un second du même groupe."""
    entrer(page, console, "clerc68")
    page.goto(f"{console}/inscriptions/new/")
    image(page, "inscrire-vide")
    clavier = Clavier(page)
    page.get_by_label("Candidat déjà connu du centre").focus()
    clavier.tape("Œuvrard Zoé")
    page.get_by_role("option", name="Nouveau candidat").wait_for()
    clavier.touche("ArrowDown", "Enter")
    expect(page.get_by_label("Nom de naissance")).to_have_value("Œuvrard")
    assert _ici(page) == "civilite"
    clavier.tape("Mad")
    _jusqu_a(clavier, "date_naissance")
    clavier.tape("04051990")
    _jusqu_a(clavier, "commune__texte")
    clavier.cherche("mulhouse", "Mulhouse (68)")
    expect(page.get_by_label("Ville de naissance")).to_be_hidden()
    _jusqu_a(clavier, "certification__texte")
    clavier.cherche("CQPM 1989 0021", "CQPM 1989 0021")
    _jusqu_a(clavier, "voie")
    clavier.tape("Parc")
    _jusqu_a(clavier, "prescripteur")
    clavier.tape("Une")
    _jusqu_a(clavier, "origine")
    clavier.tape("SL")
    _jusqu_a(clavier, "dispositif_financement")
    clavier.tape("PDC")
    _jusqu_a(clavier, "entreprise__texte")
    clavier.tape("Forges de l'Ill")
    page.get_by_role("option", name="Nouvelle entreprise").wait_for()
    clavier.touche("ArrowDown", "Enter")
    expect(page.get_by_label("Raison sociale")).to_have_value("Forges de l'Ill")
    clavier.tape("99000001100017")
    _jusqu_a(clavier, "adresse_entreprise")
    clavier.tape("12 rue de la Forge, 68100 Mulhouse")
    _jusqu_a(clavier, "code_nace__texte")
    clavier.cherche("25.62", "25.62")
    _jusqu_a(clavier, "secteur")
    clavier.tape("M")
    expect(page.get_by_label("Branche")).to_be_hidden()
    expect(page.get_by_label("Sexe")).to_have_value("F")
    image(page, "inscrire-rempli")
    premier = clavier.frappes, clavier.secondes
    page.get_by_role("button", name="Enregistrer et inscrire le suivant").click()

    # Le suivant : certification, dates, entreprise sont proposées.
    page.wait_for_url("**/new/?apres=*")
    expect(page.get_by_text("Inscription enregistrée : ŒUVRARD Zoé")).to_be_visible()
    expect(page.get_by_label("Certification visée")).not_to_have_value("")
    expect(page.get_by_label("Entreprise déjà connue du centre")).to_have_value("Forges de l'Ill (99000001100017)")
    clavier = Clavier(page)
    page.get_by_label("Candidat déjà connu du centre").focus()
    clavier.tape("Roesch Théo")
    page.get_by_role("option", name="Nouveau candidat").wait_for()
    clavier.touche("ArrowDown", "Enter")
    clavier.tape("Mon")
    _jusqu_a(clavier, "date_naissance")
    clavier.tape("11021988")
    _jusqu_a(clavier, "commune__texte")
    clavier.cherche("colmar", "Colmar (68)")
    image(page, "inscrire-suivant")
    clavier.touche("Enter")
    page.wait_for_url("**/new/?apres=*")
    expect(page.get_by_text("Inscription enregistrée : ROESCH Théo")).to_be_visible()
    second = clavier.frappes, clavier.secondes
    # À trois frappes par seconde : moins d'une minute pour la première, un quart de minute pour la suivante.
    assert (premier[0] <= 180, second[0] <= 50) == (True, True), (premier, second)
    assert premier[1] < 60
    assert second[1] < 30


def test_un_demandeur_d_emploi_ne_voit_rien_de_l_entreprise_et_un_doublon_se_repere(page: Page, console: str) -> None:
    entrer(page, console, "clerc68")
    page.goto(f"{console}/inscriptions/new/")

    def remplir(nom: str, prenoms: str, naissance: str) -> None:
        page.get_by_label("Nom de naissance").fill(nom)
        page.get_by_label("Prénoms").fill(prenoms)
        page.get_by_label("Sexe").select_option("M")
        page.get_by_label("Date de naissance").fill(naissance)
        page.get_by_label("Commune de naissance").fill("colmar")
        page.get_by_role("option", name="Colmar (68)").click()
        page.get_by_label("Certification visée").fill("CQPM 1989 0021")
        page.get_by_role("option", name="CQPM 1989 0021").click()
        page.get_by_label("Voie d'accès").select_option("formation")
        page.get_by_label("Inscription faite par").select_option("candidat")
        page.get_by_label("Origine du candidat").select_option("DE")
        page.get_by_label("Dispositif de financement").select_option("POEI")

    remplir("de Quatrebarbes", "Jean-Noël", "1991-02-03")
    for cache in ("Raison sociale", "SIRET", "Entreprise déjà connue du centre", "Organisme de formation", "Branche",
                  "Dossier de recevabilité reçu le", "Expérience professionnelle"):
        expect(page.get_by_label(cache)).to_be_hidden()
    page.get_by_label("BDC 9001").check()
    expect(page.locator("[name=blocs]")).to_have_value("BDC 9001")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Inscription enregistrée : DE QUATREBARBES")).to_be_visible()
    expect(page.get_by_text("BDC 9001").first).to_be_visible()

    # La même personne, nom et prénom inversés : montrée pendant la saisie, puis demandée avant d'écrire.
    page.goto(f"{console}/inscriptions/new/")
    remplir("Jean-Noel", "QUATREBARBES", "1991-02-03")
    expect(page.get_by_text("Peut-être déjà connue : DE QUATREBARBES Jean-Noël")).to_be_visible()
    image(page, "inscrire-proche")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Est-ce l'une de ces personnes ?")).to_be_visible()
    expect(page.get_by_text("INS-13")).to_be_visible()
    for largeur in (360, 1366):
        page.set_viewport_size({"width": largeur, "height": 850})
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        image(page, f"inscrire-doublon-{largeur}")
    page.get_by_label("Oui : inscrire DE QUATREBARBES").check()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Inscription enregistrée : DE QUATREBARBES")).to_be_visible()
    page.goto(f"{console}/candidats/?recherche=jean-noel")
    expect(page.get_by_role("link", name="DE QUATREBARBES")).to_have_count(1)
    expect(page.get_by_role("link", name="JEAN-NOEL QUATREBARBES")).to_have_count(0)


def test_reunir_deux_fiches_puis_revenir(page: Page, console: str) -> None:
    """Le responsable compare, choisit, réunit, puis défait : les deux fiches sont comme avant."""
    entrer(page, console, "responsable68")

    def inscrire(nom: str, naissance: str, certification: str) -> str:
        page.goto(f"{console}/inscriptions/new/")
        page.get_by_label("Nom de naissance").fill(nom)
        page.get_by_label("Prénoms").fill("Solène")
        page.get_by_label("Sexe").select_option("F")
        page.get_by_label("Date de naissance").fill(naissance)
        page.get_by_label("Commune de naissance").fill("colmar")
        page.get_by_role("option", name="Colmar (68)").click()
        page.get_by_label("Certification visée").fill(certification)
        page.get_by_role("option", name=certification).click()
        page.get_by_label("Voie d'accès").select_option("formation")
        page.get_by_label("Inscription faite par").select_option("candidat")
        page.get_by_label("Origine du candidat").select_option("DE")
        page.get_by_label("Dispositif de financement").select_option("POEI")
        page.get_by_label("Courriel").fill(f"{nom.lower()}@exemple.invalid")
        page.get_by_role("button", name="Enregistrer", exact=True).click()
        if page.get_by_text("Est-ce l'une de ces personnes ?").count():
            page.get_by_role("button", name="Enregistrer", exact=True).click()
        page.get_by_text("Inscription enregistrée").wait_for()
        page.get_by_role("link", name=f"{nom.upper()} Solène").first.click()
        return page.url

    bonne = inscrire("Quenneville", "1993-07-21", "CQPM 1989 0021")
    fausse = inscrire("Quenevile", "1993-07-21", "CQPM 2004 0230")
    page.goto(bonne)
    expect(page.get_by_text("Peut-être la même personne").first).to_be_visible()
    page.get_by_role("link", name="Comparer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Réunir deux fiches")
    page.locator("input[name=courriel][value=autre]").check()
    for largeur in (360, 1366):
        page.set_viewport_size({"width": largeur, "height": 850})
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        image(page, f"fusion-{largeur}")
    page.get_by_role("button", name="Réunir ces deux fiches").click()
    page.get_by_role("dialog").get_by_role("button", name="Confirmer").click()
    expect(page.get_by_text("Les deux fiches n'en font plus qu'une.")).to_be_visible()
    expect(page.get_by_text("quenevile@exemple.invalid").first).to_be_visible()
    expect(page.get_by_role("cell", name="CQPM 2004 0230").or_(page.get_by_role("rowheader", name="CQPM 2004 0230"))).to_be_visible()
    image(page, "fusion-faite")
    page.goto(fausse)
    expect(page.get_by_text("réunie à QUENNEVILLE Solène")).to_be_visible()
    page.get_by_role("button", name="Séparer de nouveau").click()
    page.get_by_role("dialog").get_by_role("button", name="Confirmer").click()
    expect(page.get_by_text("Les deux fiches sont de nouveau séparées.")).to_be_visible()
    page.goto(bonne)
    expect(page.get_by_text("quenneville@exemple.invalid").first).to_be_visible()
    expect(page.get_by_role("rowheader", name="CQPM 2004 0230")).to_have_count(0)
