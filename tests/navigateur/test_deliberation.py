"""Douze candidats, deux certifications, trois membres sur trois téléphones, un clerc qui voit les voix arriver."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from models.acteurs import Centre
from models.base import aujourd_hui
from models.contexte import agir_comme, en_ecriture
from models.moteur import regler
from rules import actes
from rules.nomenclatures import Delegation
from tests import factories as f
from tests.conftest import SYSTEME
from tests.navigateur.conftest import entrer, image

pytestmark = pytest.mark.navigateur
NOM = "Quartzenberg"


@pytest.fixture
def jury(console: str, tmp_path: Path) -> int:
    """Un jury ouvert : deux certifications, six candidats chacune, l'un des blocs de la seconde à moitié acquis."""
    moteur = regler(create_engine(f"sqlite:///{tmp_path / 'base.db'}"))
    with agir_comme(SYSTEME), en_ecriture(), Session(moteur) as session, session.begin():
        centre = session.scalars(select(Centre).filter_by(code="68")).one()
        jury = f.jury(session, centre, date_jury=aujourd_hui(), lieu="Mulhouse")
        f.siege(session, jury, president=True, personne=f.personne(session, centre, nom="Roesch", prenoms="Hélène"))
        for sigle, nom in (("CFDT", "Weber"), ("CGT", "Roux")):
            f.siege(session, jury, delegation=Delegation.SYNDICALE, syndicat=f.syndicat(session, sigle=f"{sigle} essai"),
                    present=nom == "Weber", personne=f.personne(session, centre, nom=nom, prenoms="Inès"))
        f.siege(session, jury, delegation=Delegation.INVITE, voix=False)
        for certification, manque in ((f.certification(session, blocs=1, competences=3), ()),
                                      (f.certification(session, blocs=2, competences=2), (4,))):
            inscriptions = [f.inscription(session, centre, certification, f.candidat(session, nom_naissance=f"{NOM}-{n}{len(manque)}"))
                            for n in range(6)]
            for inscription in inscriptions:
                f.evaluer(session, inscription, non_acquises=manque)
            actes.presenter(session, jury, inscriptions)
        actes.ouvrir(session, jury, jury.date_jury)
        identite = jury.id
    moteur.dispose()
    return identite


@pytest.fixture
def telephones(navigateur: Browser) -> Iterator[list[Page]]:
    contextes = [navigateur.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR") for _ in range(3)]
    yield [c.new_page() for c in contextes]
    for contexte in contextes:
        contexte.close()


def _voter(telephone: Page, numero: int, valeur: str, bloc: int | None = None) -> None:
    """Touche A ou NA pour un candidat, ou pour un de ses blocs, et attend que l'appareil ait fini d'envoyer."""
    suite = "0" if bloc is None else str(bloc)
    boite = telephone.locator(f'article[data-numero="{numero}"] .vote[data-case^="{numero}-"][data-case$="-{suite}"]')
    boite.locator(f".choix-{valeur.lower()}").click()
    expect(boite.locator(f"input[value={valeur}]")).to_be_checked()
    expect(boite).not_to_have_class(re.compile("en-attente"))


def _confirmer(page: Page, bouton: str) -> None:
    page.get_by_role("button", name=bouton).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Confirmer").click()


def test_trois_membres_votent_de_leur_telephone(
    page: Page, navigateur: Browser, console: str, jury: int, telephones: list[Page], tmp_path: Path
) -> None:
    entrer(page, console, "clerc68")
    page.goto(f"{console}/jury/{jury}/liens")
    page.get_by_role("button", name="Donner un lien à chaque membre").click()
    expect(page.locator(".carte-de-vote")).to_have_count(3)
    image(page, "liens-de-vote")
    adresses = {c.locator("h2").inner_text(): c.locator(".adresse-de-vote").inner_text() for c in page.locator(".carte-de-vote").all()}
    page.get_by_role("link", name="C'est fait").click()
    image(page, "liens-donnes")
    page.goto(f"{console}/jury/{jury}/deliberation")
    president, weber, roux = telephones
    for telephone, nom in ((president, "Roesch"), (weber, "Weber"), (roux, "Roux")):
        adresse = next(a for qui, a in adresses.items() if nom in qui)
        telephone.goto(console + re.sub(r"^https?://[^/]+", "", adresse))
        assert telephone.url == f"{console}/siege/"  # le jeton a quitté l'adresse
        assert telephone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    # Le troisième arrive en retard : il dit sa présence de son téléphone.
    roux.get_by_role("button", name="Je suis présent").click()
    expect(roux.get_by_text("Votre présence est notée")).to_be_visible()
    image(weber, "siege-360")

    # Son arrivée se voit sur l'écran du clerc, déjà ouvert.
    expect(page.get_by_text("Un membre du jury est arrivé")).to_be_visible(timeout=10_000)
    page.get_by_role("link", name="actualiser l'écran").click()
    expect(page.locator("table.votes").first.locator("thead th")).to_have_count(7)

    numeros = sorted(int(n) for n in page.locator("tr[data-numero]:not(.bloc)").evaluate_all("l => l.map(x => x.dataset.numero)"))
    partiels = sorted({int(n) for n in page.locator("tr.bloc").evaluate_all("l => l.map(x => x.dataset.numero)")})
    entiers = [n for n in numeros if n not in partiels]
    assert (len(entiers), len(partiels)) == (6, 6)
    blocs = sorted({int(b) for b in page.locator("tr.bloc").evaluate_all("l => l.map(x => x.dataset.bloc)")})

    # Partage : la voix du président l'emporte, et elle est nommée, sans recharger l'écran du clerc.
    premier = entiers[0]
    _voter(president, premier, "A")
    _voter(weber, premier, "NA")
    ligne = page.locator(f'tr[data-numero="{premier}"]:not(.bloc)')
    expect(ligne.locator("[data-role=decompte]")).to_have_text("1 – 1", timeout=10_000)
    expect(ligne.get_by_text("voix prépondérante de Hélène Roesch")).to_be_visible()
    expect(president.locator(f'article[data-numero="{premier}"] > .decompte')).to_contain_text("voix prépondérante", timeout=10_000)

    # Connexion perdue : le vote attend sur l'appareil, survit au rechargement, et part à son retour ; une seule fois.
    second = entiers[1]
    weber.context.set_offline(True)
    boite = weber.locator(f'article[data-numero="{second}"] > .vote')
    boite.locator(".choix-a").click()
    expect(weber.locator("[data-role=etat]")).to_contain_text("Connexion perdue", timeout=20_000)
    image(weber, "siege-connexion-perdue")
    weber.context.set_offline(False)
    expect(weber.locator("[data-role=etat]")).to_contain_text("La connexion est revenue", timeout=20_000)
    expect(page.locator(f'tr[data-numero="{second}"]:not(.bloc) [data-role=decompte]')).to_have_text("1 – 0", timeout=10_000)

    # Le clerc consigne au nom d'un membre : son téléphone le montre, avec qui l'a fait.
    choix = page.locator(f'tr[data-numero="{second}"]:not(.bloc) .vote').nth(1).locator("input[value=NA]")
    choix.check()
    expect(weber.locator(f'article[data-numero="{second}"] > .vote input[value=NA]')).to_be_checked(timeout=10_000)
    expect(weber.locator(f'article[data-numero="{second}"] > .vote [data-role=par]')).to_contain_text("consigné par Clerc")
    _voter(weber, second, "A")

    for telephone in telephones:
        for numero in entiers:
            _voter(telephone, numero, "A")
        for numero in partiels:
            _voter(telephone, numero, "NA")
            _voter(telephone, numero, "A", blocs[0])
            _voter(telephone, numero, "NA", blocs[1])
    # Contre la synthèse : un candidat partiel est finalement admis ; le jury dit pourquoi, compétence par compétence.
    choisi = partiels[0]
    for telephone in telephones:
        _voter(telephone, choisi, "A")
        _voter(telephone, choisi, "A", blocs[1])
    ligne = page.locator(f'tr[data-numero="{choisi}"]:not(.bloc)')
    expect(ligne.locator("[data-role=decompte]")).to_have_text("3 – 0", timeout=10_000)
    expect(ligne.locator("[data-role=constats]")).to_contain_text("JUR-11")
    image(page, "deliberation-12")
    image(president, "siege-president-360")
    assert NOM.casefold() not in (page.content() + "".join(t.content() for t in telephones)).casefold()
    page.reload()
    detail = page.locator(f"#detail-{choisi}")
    if detail.get_attribute("open") is None:
        detail.locator("summary").click()
    for liste in detail.locator("select").all():
        liste.select_option("acquise")
    detail.get_by_label("Motif du jury").fill("Le candidat a refait devant le jury le réglage manqué.")
    detail.get_by_role("button", name=f"Enregistrer pour le candidat n° {choisi}").click()
    expect(page.get_by_text(f"Candidat n° {choisi} : enregistré.")).to_be_visible()
    expect(page.locator(f'tr[data-numero="{choisi}"]:not(.bloc) [data-role=constats]')).not_to_contain_text("JUR-11")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    image(page, "deliberation-360")

    # Deux procès-verbaux, signés l'un après l'autre ; le second clôt le jury, et les liens meurent.
    autre = navigateur.new_context(viewport={"width": 1366, "height": 850})
    responsable = autre.new_page()
    entrer(responsable, console, "responsable68")
    responsable.goto(f"{console}/jury/{jury}/deliberation")
    for signes in (1, 2):
        _confirmer(responsable, "Signer le procès-verbal PV")
        expect(responsable.get_by_text("Le procès-verbal est signé").first).to_be_visible(timeout=60_000)
        if signes == 1:
            # L'autre reste à signer : on y est encore, et les téléphones ne votent plus que sur lui.
            assert responsable.url.endswith("/deliberation")
            expect(weber.locator(f'article[data-numero="{entiers[0]}"] > .vote input').first).to_be_disabled(timeout=10_000)
            expect(weber.locator(f'article[data-numero="{partiels[0]}"] > .vote input').first).to_be_enabled()
    expect(weber.get_by_role("heading", name="Ce lien n'ouvre rien")).to_be_visible(timeout=15_000)
    autre.close()
    moteur = create_engine(f"sqlite:///{tmp_path / 'base.db'}")
    with moteur.connect() as x:
        votes, cases = x.execute(text(
            "SELECT count(*), count(DISTINCT presentation_id || '-' || siege_id || '-' || COALESCE(bloc_id, 0)) FROM vote WHERE jury_id = :j"
        ), {"j": jury}).one()
        decisions = dict(x.execute(text("SELECT decision, count(*) FROM presentation WHERE jury_id = :j GROUP BY decision"), {"j": jury}).all())
    moteur.dispose()
    assert votes == cases == 3 * (6 + 6 * 3)
    assert decisions == {"A": 7, "NA": 5}
