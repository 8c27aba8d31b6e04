"""L'écran d'import, de bout en bout sans navigateur : colonnes, vérification, corrections, doublons, confirmation, annulation."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from admin_views.extensions import db
from models import Candidat, ColonneReconnue, Importation, Inscription, Journal, LigneImportee, Travail
from models.base import maintenant
from models.contexte import agir_comme, en_ecriture
from rules.nomenclatures import EtatImportation, EtatTravail
from tests.conftest import SYSTEME
from tests.console.conftest import (
    Client,
    colonnes_proposees,
    confirmer_un_fichier,
    jeton,
    mener_les_travaux,
    verifier_un_fichier,
)
from tests.imports.test_inscriptions import BASE, ENTETES
from travaux import executer
from travaux.execution import lancer_une_fois

GENS = ("Zwickelberger", "Quirimbaud", "Xhonneux", "Yvrondelle")


def fichier(*lignes: dict[str, str], entetes: tuple[str, ...] = ENTETES, **noms: str) -> bytes:
    """Un fichier CSV ; `noms` : colonne → l'en-tête sous lequel elle est écrite."""
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";")
    ecrivain.writerow([noms.get(e, e) for e in entetes])
    for x in lignes:
        complete = BASE | {"certification": _CERTIFICATION[0]} | x
        ecrivain.writerow([complete.get(e, "") for e in entetes])
    return sortie.getvalue().encode()


_CERTIFICATION: list[str] = []


@pytest.fixture(autouse=True)
def _certification(application_neuve: Flask):
    """Une certification de la démonstration où l'on inscrit."""
    with application_neuve.app_context(), agir_comme(SYSTEME):
        inscription = db.session.scalars(select(Inscription).where(Inscription.cible == "").order_by(Inscription.id)).first()
        _CERTIFICATION[:] = [inscription.certification.base_identifiant]


def lire(app: Flask, requete: Any) -> Any:
    with app.app_context(), agir_comme(SYSTEME):
        return db.session.scalar(requete)


def inscrits(app: Flask) -> int:
    return lire(app, select(func.count()).select_from(Inscription))


def gens(app: Flask, *noms: str) -> int:
    return lire(app, select(func.count()).select_from(Candidat).where(Candidat.nom_naissance.in_([n.upper() for n in noms] + list(noms))))


def poster(client, adresse: str, **champs: str) -> str:
    reponse = client.post(adresse, data={"csrf_token": jeton(client, "/compte")} | champs, follow_redirects=True)
    return html.unescape(reponse.get_data(as_text=True))


def compte(page: str, nom: str) -> int:
    return int(re.search(rf'data-compte="{nom}">(\d+)<', page)[1])


# --- les colonnes ---------------------------------------------------------------------------------------------------


def test_un_entete_ambigu_est_demande_une_fois_et_retenu_pour_le_centre(application_neuve, client_neuf: Client):
    app, clerc = application_neuve, client_neuf("clerc68")
    contenu = fichier({"nom_naissance": GENS[0]}, nom_naissance="Nom", ville_naissance="Lieu de naissance")
    depot = clerc.post("/imports/", data={"csrf_token": jeton(clerc, "/compte"), "fichier": (io.BytesIO(contenu), "a.csv")})
    page = html.unescape(clerc.get(depot.headers["Location"]).get_data(as_text=True))
    assert "Dites ce que veut dire cette colonne : « Nom »" in page
    assert "utf-8" in page
    assert "point-virgule" in page
    proposees = colonnes_proposees(page)
    assert proposees["colonne_1"] == ""
    assert proposees["colonne_4"] == "ville_naissance"
    refuse = clerc.post(depot.headers["Location"], data={"csrf_token": jeton(clerc, "/compte")} | proposees)
    assert refuse.status_code == 422
    assert "F_ENTETE_MANQUANT" in refuse.get_data(as_text=True)
    assert lire(app, select(func.count()).select_from(Travail)) == 0
    reponses = proposees | {"colonne_1": "nom_naissance"}
    assert clerc.post(depot.headers["Location"], data={"csrf_token": jeton(clerc, "/compte")} | reponses).status_code == 303
    mener_les_travaux(app)
    with app.app_context(), agir_comme(SYSTEME):
        assert [(c.entete, c.colonne) for c in db.session.scalars(select(ColonneReconnue))] == [("nom", "nom_naissance")]
    # Le fichier suivant du centre ne demande plus rien ; celui d'un autre centre, si.
    for identifiant, demande in (("responsable68", False), ("clerc69", True)):
        qui = client_neuf(identifiant)
        suivant = qui.post("/imports/", data={"csrf_token": jeton(qui, "/compte"), "fichier": (io.BytesIO(contenu), "b.csv")})
        assert ("Dites ce que veut dire" in qui.get(suivant.headers["Location"]).get_data(as_text=True)) is demande


def test_l_encodage_se_corrige_et_les_premieres_lignes_le_montrent(application_neuve, client_neuf: Client):
    clerc = client_neuf("clerc68")
    contenu = fichier({"nom_naissance": "Lefèvre"}).decode().encode("mac_roman")
    depot = clerc.post("/imports/", data={"csrf_token": jeton(clerc, "/compte"), "fichier": (io.BytesIO(contenu), "m.csv")})
    adresse = depot.headers["Location"]
    assert "Lefèvre" not in html.unescape(clerc.get(adresse).get_data(as_text=True))
    page = poster(clerc, adresse, relire="1", encodage="mac_roman", separateur=";")
    assert "Lefèvre" in page
    assert "mac_roman" in page


def test_un_fichier_illisible_dit_pourquoi_et_n_ecrit_rien(application_neuve, client_neuf: Client):
    clerc = client_neuf("clerc68")
    for contenu, nom in ((b"\x00\x01\x02" * 40, "x.csv"), (b"", "vide.csv"), (b"PK\x03\x04cass", "x.xlsx"), (b"a;b", "x.exe")):
        depot = clerc.post("/imports/", data={"csrf_token": jeton(clerc, "/compte"), "fichier": (io.BytesIO(contenu), nom)})
        assert depot.status_code == 303
        page = clerc.get(depot.headers["Location"])
        assert page.status_code == 422
        assert "Le fichier est refusé" in page.get_data(as_text=True)
    assert mener_les_travaux(application_neuve) == []


# --- vérifier, corriger ---------------------------------------------------------------------------------------------


def test_verifier_filtrer_corriger_confirmer(application_neuve, client_neuf: Client):
    app, clerc = application_neuve, client_neuf("clerc68")
    avant = inscrits(app)
    numero, page = verifier_un_fichier(app, clerc, fichier(
        *({"nom_naissance": n} for n in GENS[:3]), {"nom_naissance": GENS[3], "date_naissance": "31/02/1990"},
        {"nom_naissance": GENS[0]},
    ), "gens.csv")
    assert inscrits(app) == avant, "une vérification n'écrit rien"
    assert [compte(page, n) for n in ("creees", "nouvelle", "deja", "refusee")] == [3, 3, 1, 1]
    assert "Ligne 5" in page
    refusees = html.unescape(clerc.get(f"/imports/{numero}/?issue=refusee").get_data(as_text=True))
    assert GENS[3] in refusees
    assert GENS[0] not in refusees
    code = re.search(r'<option value="(\w+)">\1 \(1\)', page)[1]
    assert GENS[3] in clerc.get(f"/imports/{numero}/?code={code}").get_data(as_text=True)
    assert GENS[3] not in clerc.get(f"/imports/{numero}/?issue=nouvelle").get_data(as_text=True)
    assert clerc.get(f"/imports/{numero}/?issue=inconnue&code=%27&page=999999999").status_code == 200
    # Corriger sur place : d'abord mal, puis bien.
    rang = ENTETES.index("date_naissance")
    mal = clerc.post(f"/imports/{numero}/lignes/5", headers={"Accept": "application/json"},
                     data={"csrf_token": jeton(clerc, "/compte"), f"c{rang}": "90"}).get_json()
    assert mal["comptes"]["refusee"] == 1
    assert 'value="90"' in mal["html"]
    bien = clerc.post(f"/imports/{numero}/lignes/5", headers={"Accept": "application/json"},
                      data={"csrf_token": jeton(clerc, "/compte"), f"c{rang}": "28/02/1990"}).get_json()
    assert (bien["comptes"]["refusee"], bien["comptes"]["creees"]) == (0, 4)
    assert "issue-nouvelle" in bien["html"]
    fait, page = confirmer_un_fichier(app, clerc, numero)
    assert inscrits(app) == avant + 4
    assert "La base a changé" not in page
    assert lire(app, select(Candidat.date_naissance).where(Candidat.nom_naissance.ilike(GENS[3]))) == dt.date(1990, 2, 28)
    assert lire(app, select(func.count()).select_from(LigneImportee)) == 0, "les lignes vérifiées sont effacées"
    assert lire(app, select(Importation.contenu).where(Importation.id == numero)) is None
    # Confirmer encore ne refait rien.
    assert "a déjà été traité" in poster(clerc, f"/imports/{numero}/confirmer")
    assert mener_les_travaux(app) == []
    assert inscrits(app) == avant + 4
    assert fait != numero


def test_les_rejets_portent_les_corrections_et_se_reimportent(application_neuve, client_neuf: Client):
    app, clerc = application_neuve, client_neuf("clerc68")
    numero, _ = verifier_un_fichier(app, clerc, fichier({"nom_naissance": GENS[0]}, {"nom_naissance": GENS[1], "sexe": "?"}), "r.csv")
    poster(clerc, f"/imports/{numero}/lignes/3", **{f"c{ENTETES.index('prenoms')}": "Ada"})
    rejets = clerc.get(f"/imports/{numero}/rejets.csv").get_data(as_text=True)
    assert GENS[1] in rejets
    assert "Ada" in rejets
    assert GENS[0] not in rejets
    _, page = verifier_un_fichier(app, clerc, rejets.replace(";?;", ";F;").replace("?;Quirimbaud", "F;Quirimbaud").encode(), "rejets.csv")
    assert (compte(page, "creees"), compte(page, "refusee")) == (1, 0)


@pytest.mark.parametrize(("choix", "issue", "personnes"), [("meme", "connue", 0), ("0", "nouvelle", 1)])
def test_un_doublon_probable_se_tranche_et_le_choix_vaut_a_la_confirmation(
    application_neuve, client_neuf: Client, choix: str, issue: str, personnes: int
):
    app, clerc = application_neuve, client_neuf("clerc68")
    numero, _ = verifier_un_fichier(app, clerc, fichier({"nom_naissance": "Wolfensberger", "date_naissance": "03/05/1990"}), "a.csv")
    confirmer_un_fichier(app, clerc, numero)
    connue = lire(app, select(Candidat.id).where(Candidat.nom_naissance.ilike("wolfensberger")))
    avant = lire(app, select(func.count()).select_from(Candidat))
    numero, page = verifier_un_fichier(app, clerc, fichier(
        {"nom_naissance": "Wolfensbergr", "date_naissance": "03/05/1990", "date_inscription": "15/09/2026", "voie": "formation"},
    ), "b.csv")
    assert "INS-13" in page
    assert "Est-ce la même personne ?" in page
    assert compte(page, "alerte") == 1
    # Une fiche qui ne ressemble pas n'est pas prise.
    poster(clerc, f"/imports/{numero}/lignes/2", choix="999999")
    assert lire(app, select(Importation.choix).where(Importation.id == numero)) == {}
    page = poster(clerc, f"/imports/{numero}/lignes/2", choix=str(connue) if choix == "meme" else choix)
    assert "Vous avez dit" in page
    if choix == "meme":
        assert "issue-deja" in page or f"issue-{issue}" in page
    else:
        assert f"issue-{issue}" in page
    assert "Est-ce la même personne ?" in poster(clerc, f"/imports/{numero}/lignes/2", choix="oublier")
    poster(clerc, f"/imports/{numero}/lignes/2", choix=str(connue) if choix == "meme" else choix)
    confirmer_un_fichier(app, clerc, numero)
    assert lire(app, select(func.count()).select_from(Candidat)) == avant + personnes


def test_ce_qui_a_change_depuis_la_verification_est_dit(application_neuve, client_neuf: Client):
    app, clerc = application_neuve, client_neuf("clerc68")
    deux = fichier({"nom_naissance": GENS[0]}, {"nom_naissance": GENS[1]})
    premier, _ = verifier_un_fichier(app, clerc, deux, "a.csv")
    second, _ = verifier_un_fichier(app, clerc, fichier({"nom_naissance": GENS[0]}), "b.csv")
    confirmer_un_fichier(app, clerc, second)
    avant = inscrits(app)
    _, page = confirmer_un_fichier(app, clerc, premier)
    assert "La base a changé depuis la vérification" in page
    assert "Créées : 2 annoncées, 1 faites." in page
    assert inscrits(app) == avant + 1


# --- annuler --------------------------------------------------------------------------------------------------------


def test_annuler_ote_ce_que_nul_n_a_touche_et_liste_le_reste(application_neuve, client_neuf: Client):
    app, clerc = application_neuve, client_neuf("clerc68")
    avant = (inscrits(app), lire(app, select(func.count()).select_from(Candidat)))
    numero, _ = verifier_un_fichier(app, clerc, fichier(*({"nom_naissance": n} for n in GENS)), "a.csv")
    fait, _ = confirmer_un_fichier(app, clerc, numero)
    with app.app_context(), agir_comme(SYSTEME), en_ecriture():
        touchee = db.session.scalars(select(Candidat).where(Candidat.nom_naissance.ilike(GENS[0]))).one()
        touchee.telephone = "0389000000"
        db.session.commit()
    assert client_neuf("clerc69").post(f"/imports/{fait}/annuler", data={
        "csrf_token": jeton(client_neuf("clerc69"), "/compte")}).status_code in (400, 404)
    poster(clerc, f"/imports/{fait}/annuler")
    (travail,) = mener_les_travaux(app)
    assert travail.etat is EtatTravail.FAIT, travail.message
    page = html.unescape(clerc.get(f"/imports/{fait}/").get_data(as_text=True))
    assert "inscription 4" in page
    assert "candidat 3" in page
    assert "Candidat : 1, modifiée depuis l'import" in page
    assert (inscrits(app), lire(app, select(func.count()).select_from(Candidat))) == (avant[0], avant[1] + 1)
    assert lire(app, select(func.count()).select_from(Journal).where(
        Journal.importation_id == fait, Journal.action == "suppression", Journal.objet == "inscription")) == 4
    assert "Seul un import fait s'annule" in poster(clerc, f"/imports/{fait}/annuler")


def test_annuler_en_commande(application_neuve, client_neuf: Client):
    app, clerc = application_neuve, client_neuf("clerc68")
    avant = (inscrits(app), lire(app, select(func.count()).select_from(Candidat)))
    numero, _ = verifier_un_fichier(app, clerc, fichier(*({"nom_naissance": n} for n in GENS)), "a.csv")
    fait, _ = confirmer_un_fichier(app, clerc, numero)
    invoquer = app.test_cli_runner().invoke
    sortie = invoquer(args=["importation", "annuler", str(fait), "--json"])
    assert sortie.exit_code == 0, sortie.output
    bilan = json.loads(sortie.output)
    assert (bilan["otees"]["Inscription"], bilan["otees"]["Candidat"], bilan["raisons"]) == (4, 4, [])
    assert (inscrits(app), lire(app, select(func.count()).select_from(Candidat))) == avant
    assert lire(app, select(Importation.etat).where(Importation.id == fait)) is EtatImportation.ANNULEE
    assert invoquer(args=["importation", "annuler", str(fait)]).exit_code == 2
    assert "Annulée" in invoquer(args=["importation", "liste"]).output
    # Annulé, le même fichier se réimporte.
    _, page = verifier_un_fichier(app, clerc, fichier(*({"nom_naissance": n} for n in GENS)), "a.csv")
    assert compte(page, "nouvelle") == 4


# --- ce qu'on oublie ------------------------------------------------------------------------------------------------


def test_un_fichier_jamais_confirme_est_efface_apres_le_delai(application_neuve, client_neuf: Client):
    app, clerc = application_neuve, client_neuf("clerc68")
    vieux, _ = verifier_un_fichier(app, clerc, fichier({"nom_naissance": GENS[0]}), "vieux.csv")
    jeune, _ = verifier_un_fichier(app, clerc, fichier({"nom_naissance": GENS[1]}), "jeune.csv")
    with app.app_context(), agir_comme(SYSTEME), en_ecriture():
        db.session.execute(Importation.__table__.update().where(Importation.id == vieux)
                           .values(updated_at=maintenant() - dt.timedelta(days=8)))
        db.session.commit()
        travail = lancer_une_fois(db.engine, "imports_oublies", "essai", libelle="Effacement")
        assert executer(db.engine, travail, {"IMPORTS_GARDE_JOURS": 7}) is EtatTravail.FAIT
    assert lire(app, select(Importation.contenu).where(Importation.id == vieux)) is None
    assert lire(app, select(Importation.contenu).where(Importation.id == jeune)) is not None
    assert lire(app, select(func.count()).select_from(LigneImportee).where(LigneImportee.importation_id == vieux)) == 0
    assert "effacé" in clerc.get(f"/imports/{vieux}/").get_data(as_text=True)
    assert "a déjà été traité" in poster(clerc, f"/imports/{vieux}/confirmer")
