"""D'un jury de douze signé aux certificats remis, au dossier transmis et contrôlé, et à l'accrochage accepté."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from lxml import etree
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from models import Centre, Equivalence, Travail
from models.contexte import agir_comme, en_ecriture
from models.moteur import regler
from rules import actes
from rules.nomenclatures import Decision, EtatTravail, Famille, ResultatCompetence
from tests import factories as f
from tests.conftest import SYSTEME
from tests.imports.test_accuse import rapport
from tests.navigateur.conftest import confirmer_le_dialogue, entrer, image, servir

pytestmark = pytest.mark.navigateur
ADMIS = 11
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def jury_de_douze(base_navigateur: Path, tmp_path: Path) -> Iterator[tuple[str, int, Path]]:
    """La console, et un jury signé du centre 68 : onze admis à un CQPM et à son CQPI, un non-admis sans rien d'acquis."""
    copie = tmp_path / "base.db"
    shutil.copyfile(base_navigateur, copie)
    moteur = regler(create_engine(f"sqlite:///{copie}"))
    with agir_comme(SYSTEME), en_ecriture(), Session(moteur) as session, session.begin():
        centre = session.scalars(select(Centre).where(Centre.code == "68")).one()
        certification = f.certification(session, numero=9970, titre="Monteur d'ensembles (essai)")
        cqpi = f.certification(session, famille=Famille.CQPI, rncp=False, numero=9971, titre="Monteur interbranches (essai)")
        session.add(Equivalence(certification=certification, interbranches=cqpi, du=f.CREATION))
        jury = f.jury_ouvert(session, centre, certification, candidats=ADMIS + 1)
        refuse = jury.presentations[-1]
        f.voter_tous(session, refuse, Decision.NON_ADMIS)
        actes.retenir(session, refuse, {c.competence_id: ResultatCompetence.NON_ACQUISE for c in refuse.competences}, "Écart motivé.")
        actes.signer(session, jury, f.president(jury))
        cle = jury.id
    moteur.dispose()
    with servir(copie) as adresse:
        yield adresse, cle, copie


def _etat_du_travail(base: Path) -> EtatTravail:
    """Où en est le seul travail demandé, que mène l'exécutant de la console d'essai."""
    moteur = regler(create_engine(f"sqlite:///{base}"))
    with Session(moteur) as session, agir_comme(SYSTEME):
        etat = session.scalars(select(Travail.etat)).one()
    moteur.dispose()
    return etat


def _tient_dans_la_largeur(page: Page, nom: str) -> None:
    for largeur in (360, 1366):
        page.set_viewport_size({"width": largeur, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, (nom, largeur)
        image(page, f"{nom}-{largeur}")


def test_des_numeros_a_l_accrochage(page: Page, contexte: BrowserContext, jury_de_douze: tuple[str, int, Path]) -> None:
    console, jury, base = jury_de_douze
    entrer(page, console, "clerc68")
    page.goto(f"{console}/jury/{jury}/")
    page.get_by_role("button", name=f"Attribuer les {2 * ADMIS} certificats").click()
    expect(page.get_by_text("Les certificats sont attribués").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Documents du jury")
    expect(page.get_by_role("link", name="Revenir au jury")).to_be_visible(timeout=60_000)
    assert _etat_du_travail(base) is EtatTravail.FAIT
    image(page, "attribution-travail")
    page.get_by_role("link", name="Revenir au jury").click()
    image(page, "attribution-jury")

    # Tout télécharger : certificats dans l'ordre du procès-verbal, chacun sous son nom, et les lettres.
    adresse = page.get_by_role("link", name="Tout télécharger (ZIP)").get_attribute("href")
    with zipfile.ZipFile(io.BytesIO(page.request.get(f"{console}{adresse}").body())) as archive:
        noms = archive.namelist()
        assert sum(n.startswith("certificats/certificat-cq") for n in noms) == 2 * ADMIS
        assert sum(n.startswith("lettres/lettre-admission_") for n in noms) == ADMIS
        assert sum(n.startswith("lettres/lettre-non-admission_") for n in noms) == 1
        tous = pypdf.PdfReader(io.BytesIO(archive.read(f"certificats_jury-{jury}.pdf")))
    lus = re.findall(r"MC (\d{7})", "".join(p.extract_text() for p in tous.pages))
    assert lus == sorted(lus)

    # Remettre un original.
    page.goto(f"{console}/certificats/")
    page.locator("tbody a", has_text=re.compile("^MC-")).first.click()
    page.get_by_label("Date", exact=True).fill("2026-11-20")
    page.get_by_role("button", name="Noter la remise").click()
    expect(page.get_by_text("Remise notée")).to_be_visible()

    # Transmettre le dossier, que le GTP contrôle.
    page.goto(f"{console}/jury/{jury}/#transmission")
    section = page.locator("#transmission")
    section.get_by_label("Nature", exact=False).first.select_option("emargement")
    section.locator("input[type=file]").set_input_files({"name": "emargement.pdf", "mimeType": "application/pdf", "buffer": PDF})
    section.get_by_role("button", name=re.compile("Joindre")).click()
    expect(page.get_by_text("Pièce jointe au dossier")).to_be_visible()
    page.get_by_role("button", name="Transmettre le dossier au GTP").click()
    confirmer_le_dialogue(page)
    expect(page.get_by_text("Dossier transmis au secrétariat du GTP").first).to_be_visible()
    autre = contexte.browser.new_context(viewport={"width": 1366, "height": 850}, accept_downloads=True)
    gtp = autre.new_page()
    entrer(gtp, console, "gtp")
    gtp.goto(f"{console}/jury/{jury}/#transmission")
    gtp.get_by_label("Le dossier est conforme au dispositif").check()
    gtp.get_by_role("button", name="Enregistrer le contrôle").click()
    expect(gtp.get_by_text("Dossier noté conforme")).to_be_visible()

    # L'accrochage : préparer, télécharger, déposer, lire l'accusé.
    gtp.goto(f"{console}/accrochage/")
    _tient_dans_la_largeur(gtp, "accrochage-gtp")
    gtp.get_by_role("button", name="Préparer le fichier").click()
    expect(gtp.get_by_text("Un fichier préparé")).to_be_visible()
    ligne = gtp.locator("#fichiers tbody tr").first
    with gtp.expect_download() as telecharge:
        ligne.get_by_role("link").click()
    racine = etree.parse(telecharge.value.path())
    numeros = [e.text for e in racine.iter("{*}idTechnique")]
    assert set(numeros) >= {f"MC-{n}" for n in lus[::2]}
    flux = next(racine.iter("{*}idFlux")).text
    ligne.get_by_role("button", name="Noter le dépôt").click()
    confirmer_le_dialogue(gtp)
    expect(gtp.get_by_text("Dépôt noté")).to_be_visible()
    ko = f"MC-{lus[0]}"
    accuse = rapport(tuple(n for n in numeros if n != ko), {ko: "Plusieurs titulaires ont été identifiés"}, flux=flux)
    ligne = gtp.locator("#fichiers tbody tr").first
    ligne.locator("input[type=file]").set_input_files({"name": "accuse.xml", "mimeType": "text/xml", "buffer": accuse.encode()})
    ligne.get_by_role("button", name="Lire l'accusé").click()
    expect(gtp.get_by_text(f"Accusé lu : {len(numeros) - 1} acceptés, 1 KO")).to_be_visible()
    image(gtp, "accrochage-accuse")
    autre.close()

    # Le centre voit le message à côté du candidat, le dit corrigé ; il repartira.
    page.goto(f"{console}/")
    expect(page.get_by_text(re.compile(f"Passage KO à corriger, {ko}"))).to_be_visible()
    page.goto(f"{console}/accrochage/")
    ligne = page.locator("#refuses tbody tr", has_text=ko)
    expect(ligne).to_contain_text("Plusieurs titulaires ont été identifiés")
    _tient_dans_la_largeur(page, "accrochage-clerc")
    ligne.get_by_role("checkbox").check()
    page.get_by_role("button", name="Renvoyer ceux qui sont corrigés").click()
    expect(page.get_by_text("1 à renvoyer dans le prochain fichier")).to_be_visible()
    expect(page.locator("#prets")).to_contain_text(ko)
