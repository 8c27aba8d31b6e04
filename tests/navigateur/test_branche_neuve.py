"""D'une base sans aucune certification : demander, voter, publier, réviser, supprimer, et certifier encore l'engagé.

Le GTP tient toute la vie d'une certification à l'écran (partie 1, chapitres 1 et 2) ; les séances d'hier se saisissent
après coup, pour qu'un candidat s'engage entre la création et la suppression.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdf
import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from migrations.commande import migrer
from models import Centre, Departement, Personne, Utilisateur
from models.base import aujourd_hui
from models.contexte import agir_comme, en_ecriture
from models.moteur import regler
from models.normalisation import normaliser
from seed.comptes import COMPTES
from seed.nomenclatures import charger_nomenclatures
from tests.conftest import SYSTEME
from tests.imports.test_inscriptions import BASE, ENTETES
from tests.navigateur.conftest import MOT_DE_PASSE, confirmer, entrer, image, importer_un_fichier, servir
from tests.navigateur.test_evaluations import creer_commission, donner_l_avis, inscriptions_affichees, noter_la_grille

pytestmark = pytest.mark.navigateur

RAPPORT = {
    "besoins": "Douze entreprises du Haut-Rhin recrutent.", "emplois": "Ajusteur en atelier.",
    "positionnement": "Aucun titre n'y mène.", "preuves_usage": "Trente offres d'emploi par an.",
}


def _avant(jours: int) -> str:
    return (aujourd_hui() - dt.timedelta(days=jours)).isoformat()


@pytest.fixture
def console_neuve(tmp_path: Path) -> Iterator[str]:
    """Une console dont la base n'a que ses nomenclatures, un centre, deux personnes et des comptes."""
    chemin = tmp_path / "neuve.db"
    moteur = regler(create_engine(f"sqlite:///{chemin}"))
    migrer(moteur)
    with agir_comme(SYSTEME), en_ecriture(), Session(moteur) as session, session.begin():
        charger_nomenclatures(session)
        departement = session.scalars(select(Departement).where(Departement.code == "68")).one()
        centre = Centre(code="68", nom="UIMM d'essai", ville="Mulhouse", demonstration=True, departements=[departement])
        session.add(centre)
        session.flush()
        session.add_all(Personne(centre=centre, nom=n, prenoms=p, recherche=normaliser(f"{n} {p}")) for n, p in (("Muller", "Jo"), ("Kern", "Al")))
        empreinte = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(MOT_DE_PASSE)
        for identifiant in ("gtp", "uimm", "clerc68", "responsable68"):
            role, nom, code = COMPTES[identifiant]
            session.add(Utilisateur(identifiant=identifiant, nom=nom, role=role, courriel=f"{identifiant}@exemple.invalid",
                                    centre=centre if code else None, mot_de_passe=empreinte))
    moteur.dispose()
    with servir(chemin) as adresse:
        yield adresse


@contextmanager
def _comme(navigateur: Browser, console: str, identifiant: str) -> Iterator[Page]:
    """Une autre personne, dans sa propre fenêtre, qui n'a vu aucune erreur de script."""
    contexte = navigateur.new_context(viewport={"width": 1366, "height": 850}, locale="fr-FR", accept_downloads=True)
    page = contexte.new_page()
    page.set_default_timeout(10_000)
    erreurs: list[str] = []
    page.on("pageerror", lambda e: erreurs.append(str(e)))
    entrer(page, console, identifiant)
    yield page
    assert not erreurs, erreurs
    contexte.close()


def _enregistrer(page: Page, bouton: str = "Enregistrer") -> None:
    page.get_by_role("button", name=bouton, exact=True).last.click()


def _pdf(page: Page, console: str, lien: str | re.Pattern[str]) -> str:
    """Le texte du document que mène à ouvrir un lien de la page."""
    adresse = page.get_by_role("link", name=lien).first.get_attribute("href")
    octets = page.request.get(f"{console}{adresse}").body()
    assert octets.startswith(b"%PDF"), octets[:200]
    return re.sub(r"\s+", " ", " ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(octets)).pages))


def _demander_la_creation(page: Page, console: str, famille: str, titre: str, niveau: str, jour: str) -> str:
    """Dépose une demande de création incomplète, puis complète son dossier ; rend son adresse."""
    page.goto(f"{console}/demandes/new/")
    page.locator("#nature").select_option("creation")
    page.locator("#famille").select_option(famille)
    page.locator("#titre").fill(titre)
    if niveau:
        page.locator("#niveau").fill(niveau)
    page.locator("#deposee_le").fill(jour)
    _enregistrer(page)
    expect(page.get_by_text("Rapport d'opportunité, point 1")).to_be_visible()
    adresse = page.url
    page.get_by_role("link", name="Compléter le dossier").click()
    for champ, ecrit in RAPPORT.items():
        page.locator(f"#{champ}").fill(ecrit)
    _enregistrer(page)
    expect(page.get_by_text("Rapport d'opportunité, point 1")).to_be_hidden()
    return adresse


def _ecrire_competence(page: Page, cle: str, libelle: str) -> None:
    for champ, ecrit in (("libelle", libelle), ("conditions", "Sur poste, plan donné."), ("methodes", "La gamme est suivie."),
                         ("resultats", "La pièce est conforme.")):
        page.locator(f"#{cle}-{champ}").fill(ecrit)
    page.locator(f"#{cle}-modalites").get_by_role("checkbox").first.check()


def _inscrire_a_une_seance(page: Page, console: str, demande: str, jour: str) -> str:
    """Prépare une séance, reconnaît le dossier complet, le met à l'ordre du jour ; rend l'adresse de la séance."""
    page.goto(f"{console}/seances/new/")
    page.locator("#date_seance").fill(jour)
    page.locator("#lieu").fill("Paris")
    _enregistrer(page)
    seance = page.url
    page.goto(demande)
    page.locator("#complete_le").fill(jour)
    page.get_by_role("button", name="Reconnaître le dossier complet").click()
    expect(page.get_by_text("Dossier reconnu complet.")).to_be_visible()
    page.get_by_role("button", name="Mettre à l'ordre du jour").click()
    expect(page.get_by_text("À l'ordre du jour : ")).to_be_visible()
    return seance


def _voter_et_clore(page: Page, console: str, seance: str, niveau: str = "") -> str:
    """Présences, votes, décision, clôture ; rend le texte du relevé."""
    page.goto(seance)
    for case in page.locator("input[name=presente]").all():
        case.check()
    page.get_by_role("button", name="Noter les présences").click()
    for pour in page.locator("input[type=radio][value=pour]").all():
        with page.expect_response(lambda r: "voter" in r.url):
            pour.check()
    expect(page.get_by_text("adopté", exact=True)).to_be_visible()
    page.get_by_label("Décision", exact=True).select_option(label="Acceptée")
    if niveau:
        page.get_by_label("Niveau au cadre national (1 à 8)").fill(niveau)
    page.get_by_role("button", name="Enregistrer le point 1").click()
    expect(page.get_by_text("Point enregistré.")).to_be_visible()
    confirmer(page, "Clore la séance")
    expect(page.get_by_text("Séance close")).to_be_visible()
    return _pdf(page, console, "Relevé de décisions (PDF)")


def _publier(page: Page, demande: str, jour: str) -> None:
    page.goto(demande)
    while (bouton := page.get_by_role("button", name="Noter comme faite")).count():
        reste = bouton.count()
        page.get_by_label("Faite le").first.fill(jour)
        bouton.first.click()
        expect(page.get_by_role("button", name="Noter comme faite")).to_have_count(reste - 1)


def _fichier(dossier: Path, identifiant: str, nom: str, jour: dt.date) -> Path:
    chemin = dossier / f"{nom}.csv"
    with chemin.open("w", encoding="utf-8", newline="") as f:
        ecrivain = csv.DictWriter(f, ENTETES, delimiter=";", restval="")
        ecrivain.writeheader()
        ecrivain.writerow(BASE | {"nom_naissance": nom, "certification": identifiant, "date_inscription": f"{jour:%d/%m/%Y}",
                                  "reference": f"NEUVE-{nom}"})
    return chemin


def _certifier(page: Page, navigateur: Browser, console: str, candidat: str) -> str:
    """Évalue, présente au jury, vote, fait signer, attribue ; rend le texte du certificat."""
    creer_commission(page, console, aujourd_hui())
    page.goto(f"{console}/evaluations/")
    (identite,) = inscriptions_affichees(page, candidat)
    page.goto(f"{console}/evaluations/grille?rowid={identite}")
    noter_la_grille(page)
    page.goto(f"{console}/evaluations/{identite}/")
    donner_l_avis(page, aujourd_hui())
    page.goto(f"{console}/jurys/new/")
    page.get_by_label("Date", exact=False).first.fill(aujourd_hui().isoformat())
    page.get_by_label("Lieu").fill("Mulhouse")
    page.get_by_role("button", name=re.compile("Enregistrer|Créer")).first.click()
    jury = page.url
    for titre, nom in (("president", "Roesch"), ("patronale", "Klein"), ("syndicale", "Weber")):
        ajout = page.locator("details", has=page.locator("summary", has_text="Ajouter un membre"))
        if ajout.get_attribute("open") is None:
            ajout.locator("summary").click()
        page.get_by_label("Titre du siège").select_option(titre)
        if titre == "syndicale":
            page.get_by_label("Organisation syndicale").select_option(index=1)
        page.get_by_label("Nom", exact=True).fill(nom)
        page.get_by_label("Prénoms", exact=True).fill("Inès")
        page.get_by_label("Qualité").fill("Directrice")
        page.get_by_role("button", name="Ajouter au jury").click()
        expect(page.get_by_text("Siège ajouté.")).to_be_visible()
    for case in page.locator("input[name=present]").all():
        case.check()
    page.get_by_role("button", name="Noter les présences").click()
    page.get_by_role("link", name="Présenter des candidats").click()
    page.get_by_label(re.compile(f"Présenter {candidat}")).check()
    page.get_by_role("button", name="Présenter les candidats choisis").click()
    page.get_by_label("Pourquoi ouvrir malgré ce qui manque").fill("Jury tenu le jour même, membres prévenus par téléphone.")
    confirmer(page, "Ouvrir la délibération")
    page.get_by_role("link", name="Aller à la délibération").click()
    page.wait_for_url("**/deliberation")
    page.wait_for_load_state("networkidle")
    deliberation = page.url
    for vote in page.locator("fieldset.vote").all():
        with page.expect_response(re.compile(r"/voter$")):
            vote.locator("input[value=A]").check()
    # La délibération se recharge d'elle-même à la signature : la quitter avant.
    page.goto(jury)
    with _comme(navigateur, console, "responsable68") as responsable:
        responsable.goto(deliberation)
        confirmer(responsable, "Signer le procès-verbal")
        expect(responsable.get_by_text("Le procès-verbal est signé").first).to_be_visible()
    page.reload()
    page.get_by_role("button", name=re.compile("^Attribuer")).click()
    expect(page.get_by_text(re.compile("attribué")).first).to_be_visible()
    return _pdf(page, console, re.compile("^Imprimer"))


def test_la_vie_d_un_cqpm(navigateur: Browser, console_neuve: str, tmp_path: Path) -> None:
    console = console_neuve
    anonyme = navigateur.new_context().request
    with _comme(navigateur, console, "uimm") as uimm, _comme(navigateur, console, "gtp") as gtp, \
            _comme(navigateur, console, "clerc68") as clerc:
        assert anonyme.get(f"{console}/liste/certifications?format=json").ok
        # Une demande, son référentiel écrit du premier mot au dernier.
        creation = _demander_la_creation(uimm, console, "CQPM", "Ajusteur de précision", "3", _avant(90))
        uimm.get_by_role("link", name="Ouvrir le projet").click()
        uimm.get_by_role("link", name="Écrire ce projet").click()
        editeur = uimm.url
        uimm.get_by_label("1.1. Missions").fill("Ajuster des pièces.")
        uimm.get_by_label("1.2. Environnement").fill("Un atelier.")
        uimm.get_by_label("1.3. Interactions").fill("Avec le bureau d'études.")
        uimm.locator("#conditions_admissibilite").fill("Toutes les compétences sont acquises.")
        uimm.get_by_role("button", name="Ajouter un nouveau bloc").click()
        uimm.get_by_label("Libellé du bloc").fill("L'ajustage de pièces")
        uimm.locator("#m1-libelle").fill("Limer une pièce au centième")
        # Soumise sans critères : refusée avec son code, la saisie reste.
        uimm.get_by_role("button", name="Enregistrer et soumettre").click()
        expect(uimm.get_by_role("alert")).to_contain_text("REF-10")
        expect(uimm.locator("#m1-libelle")).to_have_value("Limer une pièce au centième")
        # Un niveau 9 aussi.
        uimm.locator("#niveau").fill("9")
        _ecrire_competence(uimm, "m1", "Limer une pièce au centième")
        _enregistrer(uimm)
        expect(uimm.get_by_role("alert")).to_contain_text("REF-04")
        expect(uimm.locator("#niveau")).to_have_value("9")
        uimm.locator("#niveau").fill("3")
        _enregistrer(uimm)
        expect(uimm.get_by_text("Référentiel enregistré.")).to_be_visible()

        # Le GTP : ordre du jour, vote, numéro ; le relevé le dit.
        seance = _inscrire_a_une_seance(gtp, console, creation, _avant(80))
        releve = _voter_et_clore(gtp, console, seance, "3")
        annee = _avant(80)[:4]
        assert f"CQPM {annee} 0001" in releve
        assert "RNCP" in releve
        _publier(gtp, creation, _avant(79))
        image(gtp, "neuve-publiee")
        gtp.goto(f"{console}/certifications/?recherche=CQPM{annee}0001")
        gtp.locator("tbody a").first.click()
        fiche = gtp.url

        # Enregistré au RNCP : l'identifiant prend son R, à partir de ce jour seulement.
        gtp.goto(f"{console}/enregistrements/new/")
        gtp.get_by_label(re.compile("^Certification")).first.fill(f"CQPM {annee} 0001")
        gtp.get_by_role("option", name=f"CQPM {annee} 0001").click()
        gtp.locator("#repertoire").select_option("RNCP")
        gtp.locator("#code").fill("RNCP39991")
        gtp.locator("#du").fill(_avant(60))
        gtp.locator("#au").fill((aujourd_hui() + dt.timedelta(days=900)).isoformat())
        gtp.locator("#derniere_delivrance").fill((aujourd_hui() + dt.timedelta(days=1100)).isoformat())
        gtp.locator("#source").fill("Arrêté d'essai")
        _enregistrer(gtp)
        expect(gtp.get_by_role("heading", level=1)).to_contain_text("RNCP39991")

        # Un candidat s'engage sur la version 1.
        importer_un_fichier(clerc, console, _fichier(tmp_path, f"CQPM {annee} 0001", "Engagee", aujourd_hui() - dt.timedelta(days=50)))
        clerc.get_by_role("button", name="Importer").click()
        expect(clerc.get_by_role("link", name="Voir les inscriptions")).to_be_visible(timeout=30_000)

        # La révision : une seconde version, à laquelle le GTP donne effet ; l'engagé garde la sienne.
        uimm.goto(f"{console}/demandes/new/")
        uimm.locator("#nature").select_option("revision")
        uimm.locator("[name=certification__texte]").fill(f"CQPM {annee} 0001")
        uimm.get_by_role("option", name=f"CQPM {annee} 0001").click()
        uimm.locator("#deposee_le").fill(_avant(40))
        for champ, ecrit in RAPPORT.items():
            uimm.locator(f"#{champ}").fill(ecrit)
        _enregistrer(uimm)
        revision = uimm.url
        uimm.get_by_role("link", name="Ouvrir le projet").click()
        uimm.get_by_role("link", name="Écrire ce projet").click()
        assert uimm.url != editeur
        uimm.get_by_label("1.2. Environnement").fill("Un atelier climatisé.")
        _enregistrer(uimm)
        expect(uimm.get_by_text("Référentiel enregistré.")).to_be_visible()
        _voter_et_clore(gtp, console, _inscrire_a_une_seance(gtp, console, revision, _avant(30)))
        gtp.goto(fiche)
        expect(gtp.get_by_role("row", name=re.compile("Version 1.*Remplacé"))).to_be_visible()
        expect(gtp.get_by_role("row", name=re.compile("Version 2.*Validé"))).to_be_visible()
        gtp.get_by_role("link", name="Version 2").click()
        assert "Un atelier climatisé." in _pdf(gtp, console, "Document (PDF)")
        gtp.get_by_role("link", name="Comparer à la version précédente").click()
        expect(gtp.locator("ins", has_text="climatisé")).to_be_visible()
        clerc.goto(f"{console}/inscriptions/?recherche=Engagee")
        clerc.locator("tbody a").first.click()
        expect(clerc.get_by_text(re.compile("version 1", re.IGNORECASE)).first).to_be_visible()

        # La suppression, décidée aujourd'hui.
        uimm.goto(f"{console}/demandes/new/")
        uimm.locator("#nature").select_option("suppression")
        uimm.locator("[name=certification__texte]").fill(f"CQPM {annee} 0001")
        uimm.get_by_role("option", name=f"CQPM {annee} 0001").click()
        uimm.locator("#deposee_le").fill(_avant(10))
        uimm.locator("#obsolescence").fill("L'ajustage est robotisé.")
        _enregistrer(uimm)
        suppression = uimm.url
        _voter_et_clore(gtp, console, _inscrire_a_une_seance(gtp, console, suppression, aujourd_hui().isoformat()))
        _publier(gtp, suppression, aujourd_hui().isoformat())
        importer_un_fichier(clerc, console, _fichier(tmp_path, f"CQPM {annee} 0001", "Tardive", aujourd_hui()))
        expect(clerc.get_by_text("SUP-03").last).to_be_visible()

        # La liste publique, à trois dates, comme la lirait le site de la branche.
        def lire(jour: str) -> str:
            return anonyme.get(f"{console}/liste/certifications.csv?date={jour}").text()

        assert "Ajusteur de précision" not in lire(_avant(85))
        assert f"CQPM {annee} 0001 R" not in lire(_avant(70))
        assert "Ajusteur de précision" in lire(_avant(70))
        assert f"CQPM {annee} 0001 R" in lire(_avant(20))
        assert "Ajusteur de précision" not in lire(aujourd_hui().isoformat())

        # L'engagé va jusqu'à son certificat.
        certificat = _certifier(clerc, navigateur, console, "ENGAGEE")
        assert "ENGAGEE" in certificat.upper()
        assert "Ajusteur de précision" in certificat
        image(clerc, "neuve-certifiee")


def test_un_ccpm_sans_bloc_va_au_repertoire_specifique(navigateur: Browser, console_neuve: str) -> None:
    """Un CCPM n'a ni bloc ni niveau exigé ; accepté, il prend le premier numéro de sa famille."""
    console = console_neuve
    with _comme(navigateur, console, "uimm") as uimm, _comme(navigateur, console, "gtp") as gtp:
        demande = _demander_la_creation(uimm, console, "CCPM", "Conduite d'un pont roulant", "", _avant(20))
        uimm.get_by_role("link", name="Ouvrir le projet").click()
        uimm.get_by_role("link", name="Écrire ce projet").click()
        uimm.locator("#missions").fill("Conduire un pont.")
        uimm.locator("#conditions_admissibilite").fill("Toutes les compétences sont acquises.")
        uimm.get_by_role("button", name="Ajouter une compétence", exact=True).click()
        _ecrire_competence(uimm, "m1", "Élinguer une charge")
        expect(uimm.get_by_role("button", name="Ajouter un nouveau bloc")).to_have_count(0)
        _enregistrer(uimm)
        expect(uimm.get_by_text("Référentiel enregistré.")).to_be_visible()
        releve = _voter_et_clore(gtp, console, _inscrire_a_une_seance(gtp, console, demande, _avant(10)))
        annee = _avant(10)[:4]
        assert f"CCPM {annee} 0001" in releve
        assert "répertoire spécifique" in releve.casefold()
        _publier(gtp, demande, _avant(5))
        gtp.goto(f"{console}/certifications/?recherche=CCPM{annee}0001")
        gtp.locator("tbody a").first.click()
        gtp.get_by_role("link", name="Version 1").click()
        assert "Élinguer une charge" in _pdf(gtp, console, "Document (PDF)")
        lue = gtp.request.get(f"{console}/liste/certifications.json?famille=CCPM").text()
        assert "Conduite d'un pont roulant" in lue
