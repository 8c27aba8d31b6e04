"""Un travail s'exécute une fois, au nom de son auteur, et se reprend si son exécutant meurt ; sur les deux moteurs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

import travaux.taches
from models import Candidat, Syndicat, Travail, Utilisateur
from models.contexte import Acteur, acteur_courant, agir_comme
from models.perimetre import HorsPerimetre
from rules.controle import Refus
from rules.nomenclatures import EtatTravail, Role
from rules.noyau import Gravite, Violation
from tests import factories as f
from tests.conftest import SYSTEME
from travaux import Arret, Echec, executer, lancer, lancer_une_fois, reprendre, tache
from travaux.file import en_file, file_de
from travaux.suivi import TACHES, Depossede
from travaux.tenue import tenir

RACINE = Path(__file__).parents[2]
VUS: list[Acteur | None] = []


@pytest.fixture(autouse=True)
def _genres(monkeypatch):
    monkeypatch.setattr("travaux.suivi._PAS_S", 0)
    VUS.clear()
    avant = dict(TACHES)
    assert travaux.taches.nuit.DE_NUIT.keys() <= avant.keys()
    yield
    TACHES.clear()
    TACHES.update(avant)


@pytest.fixture
def clerc(ouvrir):
    """Un clerc, son centre, et l'acteur qu'il est."""
    with ouvrir() as session:
        compte = f.utilisateur(session, Role.CLERC, centre=f.centre(session))
        session.flush()
        return Acteur(compte.nom, compte.id, Role.CLERC, compte.centre_id)


def demander(moteur: Engine, acteur: Acteur | None, genre: str = "essai", **parametres) -> int:
    with agir_comme(acteur), Session(moteur) as session:
        travail = lancer(session, genre, parametres, libelle="Essai")
        session.commit()
        return travail.id


def lu(ouvrir, travail_id: int) -> Travail:
    with ouvrir(expire_on_commit=False) as session:
        return session.get_one(Travail, travail_id)


def test_s_execute_au_nom_de_son_auteur_et_rend_son_resultat(moteur, ouvrir, clerc):
    @tache("essai")
    def essai(suivi):
        VUS.append(acteur_courant())
        suivi.avancer(3, 4, "presque")
        with suivi.lecture() as session:
            return {"vus": len(session.scalars(select(Candidat)).all()), "a": suivi.parametres["a"]}

    travail_id = demander(moteur, clerc, a=1)
    assert en_file(moteur) == {travail_id}
    assert executer(moteur, travail_id) is EtatTravail.FAIT
    assert [clerc] == VUS
    travail = lu(ouvrir, travail_id)
    assert (travail.etat, travail.resultat, travail.fait, travail.total) == (EtatTravail.FAIT, {"vus": 0, "a": 1}, 3, 3)
    assert (travail.centre_id, travail.auteur_id) == (clerc.centre_id, clerc.utilisateur_id)
    assert executer(moteur, travail_id) is None, "fait, il ne se refait pas"
    assert len(VUS) == 1


def test_rien_ne_part_en_file_si_la_transaction_est_defaite(moteur, clerc):
    with agir_comme(clerc), Session(moteur) as session:
        lancer(session, "essai", libelle="Essai")
        session.rollback()
        lancer(session, "essai", libelle="Un autre")
        with session.begin_nested():
            pass
        assert en_file(moteur) == set(), "un point de reprise n'est pas une validation"
        session.commit()
    assert len(en_file(moteur)) == 1


def test_un_compte_ferme_n_execute_plus_rien(moteur, ouvrir, clerc):
    tache("essai")(lambda suivi: VUS.append(None))
    travail_id = demander(moteur, clerc)
    with ouvrir() as session:
        session.get_one(Utilisateur, clerc.utilisateur_id).actif = False
    assert executer(moteur, travail_id) is EtatTravail.ECHEC
    assert VUS == []
    assert "fermé" in lu(ouvrir, travail_id).message


@pytest.mark.parametrize(("erreur", "etat", "message"), [
    (Echec("Le fichier n'existe plus."), EtatTravail.ECHEC, "Le fichier n'existe plus."),
    (Refus([Violation("X-01", Gravite.BLOQUE, "champ", "Interdit.", "Partie 1")]), EtatTravail.ECHEC, "Interdit."),
    (Arret(), EtatTravail.ARRETE, "Arrêté"),
])
def test_un_refus_se_dit_en_clair(moteur, ouvrir, clerc, erreur, etat, message):
    @tache("essai")
    def essai(suivi):
        raise erreur

    travail_id = demander(moteur, clerc)
    assert executer(moteur, travail_id) is etat
    assert message in lu(ouvrir, travail_id).message


def test_une_panne_ne_montre_qu_un_numero(moteur, ouvrir, clerc, caplog):
    @tache("essai")
    def essai(suivi):
        raise ZeroDivisionError("Dupont Jeanne née le 3 mai 1990")

    travail_id = demander(moteur, clerc)
    assert executer(moteur, travail_id) is EtatTravail.ECHEC
    travail = lu(ouvrir, travail_id)
    assert travail.incident
    assert travail.incident in travail.message
    assert travail.incident in caplog.text
    assert "Dupont" not in travail.message + caplog.text


def test_l_arret_demande_interrompt_et_defait_ce_qui_n_est_pas_valide(moteur, ouvrir, clerc):
    @tache("essai")
    def essai(suivi):
        with ouvrir(clerc) as session:
            session.get_one(Travail, suivi.travail_id).arret_demande = True
        suivi.avancer(1, 2)
        VUS.append(None)

    travail_id = demander(moteur, clerc)
    assert executer(moteur, travail_id) is EtatTravail.ARRETE
    assert VUS == []


def test_deux_executants_n_executent_qu_une_fois(moteur, ouvrir, clerc):
    depart = threading.Barrier(4)

    @tache("essai")
    def essai(suivi):
        VUS.append(None)
        time.sleep(0.3)

    travail_id = demander(moteur, clerc)
    rendus = []

    def prendre():
        depart.wait()
        rendus.append(executer(moteur, travail_id))

    fils = [threading.Thread(target=prendre) for _ in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert (rendus.count(EtatTravail.FAIT), rendus.count(None)) == (1, 3)
    assert len(VUS) == 1


def test_qui_a_perdu_son_travail_n_ecrit_plus_rien(moteur, ouvrir, clerc):
    @tache("essai")
    def essai(suivi):
        with moteur.begin() as connexion:
            connexion.execute(update(Travail.__table__).values(essais=9))
        with pytest.raises(Depossede):
            suivi.avancer(1, 2)
        raise Depossede

    travail_id = demander(moteur, clerc)
    assert executer(moteur, travail_id) is None
    assert lu(ouvrir, travail_id).etat is EtatTravail.EN_COURS, "l'autre exécutant le finira"


def test_une_base_occupee_n_arrete_pas_le_travail(moteur, ouvrir, clerc):
    """L'avancement se dit plus tard : un travail qui écrit tient la base, et ne s'attend pas lui-même."""
    @tache("essai")
    def essai(suivi):
        with suivi.ecriture() as session:
            session.execute(update(Utilisateur.__table__).values(courriel="a@b.fr"))
            debut = time.monotonic()
            suivi.avancer(1, 2)
            return {"attente": time.monotonic() - debut}

    travail_id = demander(moteur, SYSTEME)
    assert executer(moteur, travail_id) is EtatTravail.FAIT
    assert lu(ouvrir, travail_id).resultat["attente"] < 1


def test_ce_qui_attend_ou_que_tenait_un_mort_est_remis_en_file(moteur, ouvrir, clerc):
    attend, mort, vivant = (demander(moteur, clerc) for _ in range(3))
    with closing(file_de(moteur).storage) as file:
        file.flush_queue()
    with moteur.begin() as connexion:
        connexion.execute(
            update(Travail.__table__).where(Travail.id.in_([mort, vivant])).values(etat=EtatTravail.EN_COURS, essais=1)
        )
    with tenir(moteur, vivant) as tenu:
        assert tenu
        assert reprendre(moteur) == [attend, mort]
        assert reprendre(moteur) == [], "déjà en file"
    assert lu(ouvrir, mort).etat is EtatTravail.EN_ATTENTE
    assert lu(ouvrir, vivant).etat is EtatTravail.EN_COURS


def test_un_travail_qui_tue_toujours_son_executant_finit_par_echouer(moteur, ouvrir, clerc):
    tache("essai")(lambda suivi: None)
    travail_id = demander(moteur, clerc)
    with moteur.begin() as connexion:
        connexion.execute(update(Travail.__table__).values(essais=5))
    assert executer(moteur, travail_id) is EtatTravail.ECHEC
    assert "Interrompu 5 fois" in lu(ouvrir, travail_id).message


def test_la_nuit_ne_se_demande_qu_une_fois(moteur):
    assert lancer_une_fois(moteur, "controler", "controler 2027-01-01", libelle="Nuit") is not None
    assert lancer_une_fois(moteur, "controler", "controler 2027-01-01", libelle="Nuit") is None


def test_la_nuit_s_execute(moteur, ouvrir):
    for genre in ("controler", "vae_reputer"):
        travail_id = lancer_une_fois(moteur, genre, genre, libelle="Nuit")
        assert executer(moteur, travail_id) is EtatTravail.FAIT
        assert lu(ouvrir, travail_id).resultat in ({"inscriptions": 0, "constats": {}}, {"reputees": 0})


# --- le territoire -------------------------------------------------------------------------------------------------


def test_un_travail_ne_se_demande_qu_en_son_nom_et_ne_change_plus(ouvrir, clerc):
    with pytest.raises(HorsPerimetre), ouvrir(clerc) as session:
        session.add(Travail(genre="essai", libelle="x", centre_id=clerc.centre_id, auteur_id=None))
        session.flush()
    with ouvrir(clerc) as session:
        lancer(session, "essai", libelle="x")
    with pytest.raises(HorsPerimetre), ouvrir(clerc) as session:
        session.scalars(select(Travail)).one().parametres = {"centre": 2}
        session.flush()


def test_un_travail_est_a_son_auteur_et_a_son_centre(ouvrir, clerc):
    with ouvrir() as session:
        autre = f.centre(session)
        session.flush()
        voisin = Acteur("voisin", 999, Role.CLERC, autre.id)
    collegue = Acteur("collègue", 998, Role.RESPONSABLE, clerc.centre_id)
    gtp = Acteur("gtp", 997, Role.GTP)
    with ouvrir(clerc) as session:
        lancer(session, "essai", libelle="x")
    vus = {}
    for acteur in (clerc, collegue, voisin, gtp, None):
        with ouvrir(acteur) as session:
            vus[acteur and acteur.nom] = len(session.scalars(select(Travail)).all())
    assert vus == {clerc.nom: 1, "collègue": 1, "voisin": 0, "gtp": 0, None: 0}


# --- un vrai processus, tué -----------------------------------------------------------------------------------------

_EXECUTANT = """
import sys, time
from sqlalchemy import create_engine, insert
from models import Syndicat, journal, perimetre
from models.moteur import regler
from travaux import tache
from travaux.worker import travailler

perimetre.installer(); journal.installer()

@tache("lent")
def lent(suivi):
    with suivi.ecriture() as session:
        session.execute(insert(Syndicat).values(sigle="MOITIE", nom="Moitié"))
        if suivi.parametres["lent"] and suivi.essai == 1:
            print("au milieu", flush=True)
            time.sleep(60)
    return {"essai": suivi.essai}

travailler(regler(create_engine(sys.argv[1])), {})
"""


def executant(adresse: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", _EXECUTANT, adresse], cwd=RACINE, stdout=subprocess.PIPE, text=True,
                            env={**os.environ, "PYTHONPATH": str(RACINE)})


def attendre(ouvrir, travail_id: int, etat: EtatTravail, secondes: float = 30) -> Travail:
    fin = time.monotonic() + secondes
    while (travail := lu(ouvrir, travail_id)).etat is not etat and time.monotonic() < fin:
        time.sleep(0.1)
    return travail


def test_tue_au_milieu_il_reprend_sans_double_ni_moitie(moteur, adresse_base, ouvrir):
    adresse = adresse_base.render_as_string(hide_password=False)
    travail_id = demander(moteur, SYSTEME, "lent", lent=True)
    with executant(adresse) as premier:
        try:
            assert premier.stdout is not None
            assert premier.stdout.readline() == "au milieu\n"
            premier.send_signal(signal.SIGKILL)
            premier.wait(10)
        finally:
            premier.kill()
    with ouvrir() as session:
        assert session.scalars(select(Syndicat).where(Syndicat.sigle == "MOITIE")).all() == []
        assert session.get_one(Travail, travail_id).etat is EtatTravail.EN_COURS
    with executant(adresse) as second:
        try:
            travail = attendre(ouvrir, travail_id, EtatTravail.FAIT)
            assert (travail.etat, travail.resultat) == (EtatTravail.FAIT, {"essai": 2})
            second.send_signal(signal.SIGINT)
            assert second.wait(15) == 0
        finally:
            second.kill()
    with ouvrir() as session:
        assert len(session.scalars(select(Syndicat).where(Syndicat.sigle == "MOITIE")).all()) == 1
