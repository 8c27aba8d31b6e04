"""Un import mené à part, tué ou doublé : ni double, ni moitié ; de vrais processus, sur les deux moteurs."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from imports.depot import empreinte_de
from models import Candidat, Importation, Inscription, Journal, LigneImportee, Travail
from models.contexte import Acteur, agir_comme
from rules.nomenclatures import EtatImportation, EtatTravail, Role
from tests import factories as f
from tests.imports.test_inscriptions import BASE, ENTETES
from travaux import executer, lancer

RACINE = Path(__file__).parents[2]
# Plus d'une tranche de SQLite (6 000 lignes) : de quoi être tué au milieu de l'écriture.
LIGNES = 7_000
_EXECUTANT = """
import sys
from sqlalchemy import create_engine
from models import journal, perimetre
from models.moteur import regler
from travaux.worker import travailler
perimetre.installer(); journal.installer()
travailler(regler(create_engine(sys.argv[1])), {})
"""


def _en_lettres(rang: int) -> str:
    lettres = ""
    for _ in range(4):
        rang, reste = divmod(rang, 26)
        lettres += chr(ord("a") + reste)
    return lettres.capitalize()


def un_fichier(identifiant: str, lignes: int) -> bytes:
    sortie = io.StringIO()
    ecrivain = csv.DictWriter(sortie, ENTETES, delimiter=";", restval="")
    ecrivain.writeheader()
    for rang in range(lignes):
        # Des noms que rien ne rapproche : le dernier jour et le prénom changent aussi.
        ecrivain.writerow(BASE | {"nom_naissance": f"{_en_lettres(rang * 7919 % 456_976)}{_en_lettres(rang)}",
                                  "prenoms": _en_lettres(rang * 104_729 % 456_976), "certification": identifiant,
                                  "date_naissance": f"{rang % 28 + 1:02}/{rang // 28 % 12 + 1:02}/{1950 + rang // 336 % 50}"})
    return sortie.getvalue().encode()


@pytest.fixture
def depot(ouvrir):
    """Pose un fichier vérifié d'un clerc, prêt à confirmer ; rend son numéro et l'acteur."""
    with ouvrir() as session:
        centre = f.centre(session, code="68")
        identifiant = f.certification(session).base_identifiant
        compte = f.utilisateur(session, Role.CLERC, centre=centre)
        session.flush()
        clerc = Acteur(compte.nom, compte.id, Role.CLERC, centre.id)

    def pose(lignes: int) -> tuple[int, Acteur]:
        contenu = un_fichier(identifiant, lignes)
        with ouvrir(clerc) as session:
            importation = Importation(
                centre_id=clerc.centre_id, nom_fichier="gens.csv", empreinte=empreinte_de(contenu), contenu=contenu,
                etat=EtatImportation.SIMULEE, encodage="utf-8", separateur=";", entetes=list(ENTETES), lignes=lignes, creees=lignes,
            )
            session.add(importation)
            session.flush()
            return importation.id, clerc

    return pose


def demander(moteur: Engine, acteur: Acteur, genre: str, importation_id: int, **parametres: Any) -> int:
    with agir_comme(acteur), Session(moteur) as session:
        travail = lancer(session, genre, {"importation": importation_id} | parametres, libelle="Import")
        session.get_one(Importation, importation_id).travail_id = travail.id
        session.commit()
        return travail.id


def executant(adresse: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _EXECUTANT, adresse], cwd=RACINE,
                            env={**os.environ, "PYTHONPATH": str(RACINE)})


def attendre(ouvrir, vrai, secondes: float = 120) -> None:
    fin = time.monotonic() + secondes
    while time.monotonic() < fin:
        with ouvrir() as session:
            if vrai(session):
                return
        time.sleep(0.02)
    pytest.fail("rien n'est venu")


def compter(session: Session, modele: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(modele)) or 0


def doubles(session: Session) -> int:
    i = Inscription
    par = select(i.candidat_id).group_by(i.candidat_id, i.certification_id, i.cible).having(func.count() > 1)
    return session.scalar(select(func.count()).select_from(par.subquery())) or 0


def test_tue_au_milieu_d_un_import_il_le_finit_sans_double_ni_moitie(moteur, adresse_base, ouvrir, depot):
    adresse = adresse_base.render_as_string(hide_password=False)
    simulee, clerc = depot(LIGNES)
    travail_id = demander(moteur, clerc, "import_confirmer", simulee, lignes_valides=False)

    def entame(session: Session) -> bool:
        """SQLite : une tranche est validée, la suite non ; PostgreSQL : les lignes se jugent ou s'écrivent."""
        if moteur.dialect.name == "sqlite":
            return 0 < compter(session, Inscription) < LIGNES
        return (session.scalar(select(Travail.fait).where(Travail.id == travail_id)) or 0) > 0

    with executant(adresse) as premier:
        try:
            attendre(ouvrir, entame)
        finally:
            premier.send_signal(signal.SIGKILL)
    with ouvrir() as session:
        moitie = compter(session, Inscription)
        assert session.get_one(Travail, travail_id).etat is EtatTravail.EN_COURS
        assert session.scalar(select(Importation.suite_id).where(Importation.id == simulee)) is None, "rien n'est dit fait"
        assert compter(session, Inscription) < LIGNES
        if moteur.dialect.name == "postgresql":
            assert moitie == 0
    with executant(adresse) as second:
        try:
            attendre(ouvrir, lambda s: s.get_one(Travail, travail_id).etat.fini)
        finally:
            second.terminate()
    with ouvrir() as session:
        travail = session.get_one(Travail, travail_id)
        assert (travail.etat, travail.essais) == (EtatTravail.FAIT, 2), travail.message
        assert (compter(session, Inscription), compter(session, Candidat), doubles(session)) == (LIGNES, LIGNES, 0)
        faite = session.get_one(Importation, travail.resultat["importation"])
        assert (faite.etat, faite.creees, faite.refusees, faite.ecarts) == (EtatImportation.FAITE, LIGNES, 0, [])
        assert session.scalar(select(func.count()).select_from(Journal).where(
            Journal.importation_id == faite.id, Journal.objet == "inscription", Journal.action == "création")) == LIGNES


def test_deux_imports_des_memes_personnes_a_la_fois_ne_doublent_rien(moteur, adresse_base, ouvrir, depot):
    """Deux exécutants, deux dépôts du même fichier : chaque personne une fois, et les comptes se partagent."""
    lignes = 3_000
    adresse = adresse_base.render_as_string(hide_password=False)
    travaux = []
    for _ in range(2):
        simulee, clerc = depot(lignes)
        travaux.append(demander(moteur, clerc, "import_confirmer", simulee, lignes_valides=False))
    with ExitStack() as pile:
        processus = [pile.enter_context(executant(adresse)) for _ in range(2)]
        try:
            attendre(ouvrir, lambda s: all(s.get_one(Travail, t).etat.fini for t in travaux))
        finally:
            for p in processus:
                p.terminate()
    with ouvrir() as session:
        lus = [session.get_one(Travail, t) for t in travaux]
        assert [t.etat for t in lus] == [EtatTravail.FAIT] * 2, [t.message for t in lus]
        assert (compter(session, Inscription), compter(session, Candidat), doubles(session)) == (lignes, lignes, 0)


def test_plusieurs_executants_se_partagent_les_travaux(moteur, adresse_base, ouvrir, depot):
    """Dix travaux, trois exécutants : chacun est fait une fois, au premier essai."""
    adresse = adresse_base.render_as_string(hide_password=False)
    _, clerc = depot(1)
    with agir_comme(clerc), Session(moteur) as session:
        cles = [lancer(session, "controler", libelle="Relire").id for _ in range(10)]
        session.commit()
    with ExitStack() as pile:
        processus = [pile.enter_context(executant(adresse)) for _ in range(3)]
        try:
            attendre(ouvrir, lambda s: all(s.get_one(Travail, t).etat.fini for t in cles))
        finally:
            for p in processus:
                p.terminate()
    with ouvrir() as session:
        assert {(session.get_one(Travail, t).etat, session.get_one(Travail, t).essais) for t in cles} == {(EtatTravail.FAIT, 1)}


def test_verifier_interrompu_se_rejoue(moteur, ouvrir, depot):
    """Une vérification reprise n'a qu'une ligne par ligne, et les comptes du fichier."""
    simulee, clerc = depot(50)
    for _ in range(2):
        travail_id = demander(moteur, clerc, "import_verifier", simulee)
        assert executer(moteur, travail_id) is EtatTravail.FAIT
    with ouvrir() as session:
        assert compter(session, LigneImportee) == 50
        assert session.get_one(Importation, simulee).creees == 50
