"""Le chemin d'un jury au navigateur, de la demande de désignation à l'ouverture, au bureau et au téléphone."""

from __future__ import annotations

import datetime as dt
import re

from playwright.sync_api import BrowserContext, Page, expect

from models.base import aujourd_hui
from tests.navigateur.conftest import confirmer, entrer, image


def _sans_debordement(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def _etape(page: Page, nom: str):
    return page.locator(".chemin-etape", has=page.get_by_role("link", name=nom))


def test_de_la_designation_a_l_ouverture(page: Page, contexte: BrowserContext, console: str) -> None:
    entrer(page, console, "clerc68")
    page.goto(f"{console}/jurys/new/")
    page.get_by_label("Date", exact=False).first.fill(aujourd_hui().isoformat())
    page.get_by_label("Heure").fill("09:30")
    page.get_by_label("Lieu").fill("Colmar")
    page.get_by_role("button", name=re.compile("Enregistrer|Créer")).first.click()
    jury = page.url.split("#")[0]
    expect(_etape(page, "Désignations demandées")).to_contain_text("En retard")
    for titre, nom in (("president", "Roesch"), ("patronale", "Klein")):
        ajout = page.locator("details", has=page.locator("summary", has_text="Ajouter un membre"))
        if ajout.get_attribute("open") is None:
            ajout.locator("summary").click()
        page.get_by_label("Titre du siège").select_option(titre)
        page.get_by_label("Nom", exact=True).fill(nom)
        page.get_by_label("Prénoms", exact=True).fill("Inès")
        page.get_by_label("Qualité").fill("Directrice")
        page.get_by_role("button", name="Ajouter au jury").click()
        expect(page.get_by_text("Siège ajouté.")).to_be_visible()

    # Demander de désigner : en retard, le motif s'écrit ; la saisie refusée reste.
    page.get_by_role("link", name="Désigner, convoquer, informer").click()
    designations = page.locator("#designations")
    designations.get_by_label("Comment").select_option("remis")
    designations.get_by_role("button", name="Demander la désignation").click()
    expect(page.get_by_text("écrivez le motif du retard")).to_be_visible()
    expect(page.locator("#moyen-designations")).to_have_value("remis")
    page.get_by_label(re.compile("^Motif")).first.fill("Jury avancé à la demande des entreprises.")
    page.get_by_role("button", name="Demander la désignation").click()
    expect(page.get_by_text("Désignation demandée.")).to_be_visible()
    expect(_etape(page, "Désignations demandées")).to_contain_text("Fait")
    expect(designations).to_contain_text("Motif : Jury avancé à la demande des entreprises.")

    # Une organisation désigne.
    premiere = designations.locator("tbody tr").first
    premiere.locator("summary").click()
    premiere.get_by_label("Nom", exact=True).fill("Weber")
    premiere.get_by_label("Prénoms", exact=True).fill("Inès")
    premiere.get_by_role("button", name="Noter la réponse").click()
    expect(page.get_by_text("Réponse notée.")).to_be_visible()

    # Convoquer, informer.
    convocations = page.locator("#convocations")
    convocations.get_by_label(re.compile("^Motif")).fill("Jury avancé.")
    convocations.get_by_label("Comment").select_option("remis")
    convocations.get_by_role("button", name="Convoquer les membres cochés").click()
    expect(page.get_by_text("Membres convoqués.")).to_be_visible()
    information = page.locator("#information")
    information.get_by_label("Comment").select_option("courrier")
    information.get_by_role("button", name="Informer").click()
    expect(page.get_by_text("Commission informée.")).to_be_visible()
    expect(_etape(page, "Convocations")).to_contain_text("Fait")
    expect(_etape(page, "Information de la CPREFP")).to_contain_text("Fait")
    image(page, "chemin")

    # Le lieu change : ce qui était dit est à redire.
    page.goto(f"{console}/jurys/edit/?id={jury.rstrip('/').rsplit('/', 1)[1]}")
    page.get_by_label("Lieu").fill("Sélestat")
    page.get_by_role("button", name=re.compile("Enregistrer|Créer")).first.click()
    # En retard plus qu'à refaire : la limite est passée.
    expect(_etape(page, "Convocations")).to_contain_text("En retard")
    page.get_by_role("link", name="Désigner, convoquer, informer").click()
    expect(page.locator("#information")).to_contain_text("lieu : Colmar → Sélestat")
    page.locator("#convocations").get_by_label(re.compile("^Motif")).fill("Salle changée.")
    page.locator("#convocations").get_by_label("Comment").select_option("remis")
    page.get_by_role("button", name="Convoquer les membres cochés").click()
    expect(page.get_by_text("Membres convoqués.")).to_be_visible()

    # Le président est empêché : le membre patronal le remplace.
    page.locator("summary", has_text="Remplacer Inès Roesch").click()
    ligne = page.locator("#composition details[open]")
    ligne.get_by_label("Personne déjà connue du centre").select_option(label="Klein Inès")
    ligne.get_by_label("Pourquoi").fill("Souffrant")
    ligne.get_by_role("button", name="Remplacer").click()
    expect(page.get_by_text("Membre remplacé")).to_be_visible()

    # Les présences, un candidat, l'ouverture.
    page.goto(jury)
    for membre in ("Klein", "Weber"):
        page.get_by_label(re.compile(f"{membre} est présent")).check()
    page.get_by_role("button", name="Noter les présences").click()
    page.get_by_role("link", name="Présenter tous les présentables").click()
    image(page, "presentables-du-jury")
    page.get_by_role("button", name=re.compile("^Présenter")).first.click()
    expect(page.get_by_text(re.compile("candidats? présentés?"))).to_be_visible()
    confirmer(page, "Ouvrir la délibération")
    expect(page.get_by_text("La délibération est ouverte")).to_be_visible()

    # Au téléphone, rien ne déborde.
    petit = contexte.new_page()
    petit.set_viewport_size({"width": 360, "height": 740})
    for adresse, nom in ((f"{jury.rstrip('/')}/chemin", "chemin-360"), (f"{jury.rstrip('/')}/envois", "envois-360"),
                         (f"{console}/calendrier/", "calendrier-360"), (f"{console}/presences/", "presences-360")):
        petit.goto(adresse)
        _sans_debordement(petit)
        image(petit, nom)


def test_l_agenda_s_abonne_et_se_revoque(page: Page, console: str) -> None:
    entrer(page, console, "clerc68")
    page.goto(f"{console}/calendrier/?mois={aujourd_hui() + dt.timedelta(days=20):%Y-%m}")
    image(page, "calendrier")
    page.get_by_role("button", name="Abonner mon agenda").click()
    lien = page.locator(".lien-secret").inner_text()
    assert re.search(r"/flux/[\w-]{43}\.ics$", lien)
    chemin = lien[lien.index("/flux/"):]
    reponse = page.request.get(f"{console}{chemin}")
    assert reponse.text().startswith("BEGIN:VCALENDAR")
    page.get_by_role("link", name="Revenir au calendrier").click()
    confirmer(page, "Révoquer le lien")
    expect(page.get_by_text("ne vaut plus.")).to_be_visible()
    assert page.request.get(f"{console}{chemin}").status == 404
