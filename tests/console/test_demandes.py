"""Le chemin d'une demande par la console : qui peut, saisie fausse, séance votée, publication ; sur les deux moteurs."""

from __future__ import annotations

import datetime as dt
import io
import json
import re

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from admin_views.extensions import db
from models import Certification, Demande, PointGtp, Publication, ReleveDecisions, SeanceGtp
from models.base import aujourd_hui
from models.contexte import agir_comme, en_ecriture, systeme
from rules.nomenclatures import EtatDemande, EtatSeance
from tests import fichiers, gtp
from tests.admin_views.test_formulaires import _inscrire as inscrire_par_formulaire
from tests.console.conftest import Client, jeton, verifier_un_fichier
from tests.console.test_commandes import _fichier as un_fichier

JOUR = aujourd_hui()


def envoyer(client: FlaskClient, adresse: str, **donnees: object) -> str:
    """Envoie un formulaire, suit la redirection, rend la page."""
    reponse = client.post(adresse, data={"csrf_token": jeton(client, "/compte")} | donnees, follow_redirects=True)
    assert reponse.status_code == 200, (adresse, reponse.status_code, reponse.get_data(as_text=True)[:800])
    return reponse.get_data(as_text=True)


def lire(app: Flask, requete):
    with app.app_context(), agir_comme(systeme("essais")):
        return db.session.scalar(requete)


def derniere(app: Flask) -> Demande:
    return lire(app, select(Demande).order_by(Demande.id.desc()))


def formulaire(**champs: object) -> dict[str, object]:
    return {
        "nature": "creation", "famille": "CQPM", "titre": "Forgeron d'art ferroviaire", "niveau": "3", "certification": "",
        "deposee_le": str(JOUR), "besoins": "", "emplois": "", "positionnement": "", "preuves_usage": "", "obsolescence": "",
    } | champs


def test_de_la_demande_a_la_publication(application_neuve: Flask, client_neuf: Client) -> None:
    app, uimm, secretariat = application_neuve, client_neuf("uimm"), client_neuf("gtp")
    # L'UIMM dépose, en deux temps.
    page = envoyer(uimm, "/demandes/new/", **formulaire(besoins="Le fret ferroviaire recrute."))
    assert "Fiche créée" in page
    demande = derniere(app)
    adresse = f"/demandes/details/?id={demande.id}"
    page = secretariat.get(adresse).get_data(as_text=True)
    assert "Rapport d&#39;opportunité, point 2" in page
    assert "Projet de référentiel" in page
    assert re.search(r"<button[^>]*disabled[^>]*>Reconnaître", page)
    assert "REF-02" in envoyer(secretariat, f"/demandes/complete/?id={demande.id}", complete_le=str(JOUR))
    page = uimm.get(f"/demandes/edit/?id={demande.id}").get_data(as_text=True)
    assert "Forgeron" in page
    assert 'name="nature"' not in page
    assert 'name="obsolescence"' not in page
    version = re.search(r'name="version_lue" value="(\d+)"', page).group(1)
    envoyer(uimm, f"/demandes/edit/?id={demande.id}", titre="Forgeron d'art ferroviaire", niveau="3", deposee_le=str(JOUR),
            version_lue=version, **gtp.RAPPORT)
    with app.app_context(), agir_comme(systeme("essais")), en_ecriture():
        lue = db.session.get(Demande, demande.id)
        assert lue.emplois == gtp.RAPPORT["emplois"]
        gtp.ecrire_le_projet(db.session(), lue.referentiel)
        db.session.commit()
    # Une pièce, refusée puis jointe.
    reponse = uimm.post(f"/demandes/pieces/?id={demande.id}", data={
        "csrf_token": jeton(uimm, "/compte"), "nature_piece": "rapport", "piece": (io.BytesIO(fichiers.EXE), "rapport.pdf"),
    }, follow_redirects=True)
    assert "PIE-04" in reponse.get_data(as_text=True)
    reponse = uimm.post(f"/demandes/pieces/?id={demande.id}", data={
        "csrf_token": jeton(uimm, "/compte"), "nature_piece": "rapport", "piece": (io.BytesIO(fichiers.PDF), "rapport.pdf"),
    }, follow_redirects=True)
    assert "Pièce jointe au dossier" in reponse.get_data(as_text=True)
    # Le secrétariat reconnaît, réunit, inscrit.
    assert "Dossier reconnu complet" in envoyer(secretariat, f"/demandes/complete/?id={demande.id}", complete_le=str(JOUR))
    page = envoyer(secretariat, "/seances/new/", nature="reunion", date_seance=str(JOUR), lieu="Paris")
    seance = lire(app, select(SeanceGtp).order_by(SeanceGtp.id.desc()))
    assert "Notez d'abord qui est présent" in page
    page = envoyer(secretariat, f"/seances/inscrire/?id={seance.id}", demande=str(demande.id))
    point = lire(app, select(PointGtp).where(PointGtp.seance_id == seance.id))
    presences = re.findall(r'name="presente" value="(\d+)"', page)
    assert len(presences) >= 3
    page = envoyer(secretariat, f"/seances/presences/?id={seance.id}", presente=presences[:2])
    # Un vote en direct, puis la décision par le formulaire.
    direct = secretariat.post(f"/seances/voter/?id={seance.id}", data={
        "csrf_token": jeton(secretariat, "/compte"), "point": str(point.id), "presence": presences[0], "sens": "pour",
    })
    voix = len(presences) - 1
    assert direct.get_json() == {"point": point.id, "decompte": f"{voix} pour, 0 contre, 0 abstention", "resultat": "adopté",
                                 "decidee": False}
    absent = secretariat.post(f"/seances/voter/?id={seance.id}", data={
        "csrf_token": jeton(secretariat, "/compte"), "point": str(point.id), "presence": presences[2], "sens": "pour",
    })
    assert absent.status_code == 422
    assert "GTP-02" in absent.get_json()["erreur"]
    page = envoyer(secretariat, f"/seances/decider/?id={seance.id}", point=str(point.id), decision="acceptee", niveau="9",
                   **{f"vote-{point.id}-{presences[1]}": "contre"})
    assert "REF-04" in page
    page = envoyer(secretariat, f"/seances/decider/?id={seance.id}", point=str(point.id), decision="acceptee", niveau="4",
                   **{f"vote-{point.id}-{presences[1]}": "contre"})
    assert f"{voix} pour, 1 contre" in page
    page = envoyer(secretariat, f"/seances/clore/?id={seance.id}")
    assert "les décisions ont pris effet" in page
    assert "disabled" in page
    certification = lire(app, select(Certification).where(Certification.id == demande.certification_id))
    assert (certification.projet, certification.annee, certification.niveau) == (False, JOUR.year, 4)
    # Le relevé est conservé dès la clôture, octet pour octet ; le dossier s'imprime.
    assert lire(app, select(ReleveDecisions.taille).where(ReleveDecisions.seance_id == seance.id)) > 0
    relu = secretariat.get(f"/documents/releve/{seance.id}.pdf")
    assert relu.status_code == 200
    texte = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(relu.data)).pages)
    assert certification.base_identifiant in texte.replace("\n", " ")
    assert secretariat.get(f"/documents/releve/{seance.id}.pdf").data == relu.data
    assert uimm.get(f"/documents/demande/{demande.id}.pdf").data.startswith(b"%PDF")
    # Les trois publications se notent faites.
    for publication in lire_tout(app, select(Publication.id).where(Publication.demande_id == demande.id)):
        page = envoyer(secretariat, f"/publications/faite/?id={publication}", faite_le=str(JOUR), note="fait")
    assert "3 sur 3" in page
    assert "REF-12" in envoyer(secretariat, f"/publications/faite/?id={publication}", faite_le=str(JOUR))


def lire_tout(app: Flask, requete):
    with app.app_context(), agir_comme(systeme("essais")):
        return db.session.scalars(requete).all()


@pytest.mark.parametrize(("champs", "attendu"), [
    ({"titre": ""}, "REF-01"), ({"famille": "CQPI"}, "REF-01"), ({"niveau": "9"}, "REF-04"),
    ({"nature": "suppression"}, "Choisissez la certification"), ({"deposee_le": "2999-01-01"}, "REF-01"),
    ({"nature": "?"}, "Choisissez une valeur"), ({"deposee_le": "hier"}, "deposee_le-erreur"),
    ({"titre": "x" * 301}, "300 caractères"),
])
def test_une_saisie_fausse_se_dit_a_cote_du_champ_et_ne_se_perd_pas(application: Flask, client: Client, champs, attendu) -> None:
    moi = client("uimm")
    avant = lire(application, select(func.count()).select_from(Demande))
    reponse = moi.post("/demandes/new/", data={"csrf_token": jeton(moi, "/compte")} | formulaire(besoins="Gardez-moi.") | champs)
    page = reponse.get_data(as_text=True)
    assert reponse.status_code == 422, page[:500]
    assert attendu in page
    assert "Gardez-moi." in page
    assert lire(application, select(func.count()).select_from(Demande)) == avant


def test_un_titre_voisin_se_montre_avant_d_enregistrer(application_neuve: Flask, client_neuf: Client) -> None:
    moi = client_neuf("uimm")
    donnees = formulaire(titre="Conductrice d'ilots d'assemblage robotisé")
    page = moi.post("/demandes/new/", data={"csrf_token": jeton(moi, "/compte")} | donnees).get_data(as_text=True)
    assert "REF-13" in page
    assert "Conducteur d&#39;îlots d&#39;assemblage robotisés" in page
    lues = re.search(r'name="alertes_lues" value="(\w+)"', page).group(1)
    assert "Fiche créée" in envoyer(moi, "/demandes/new/", **donnees, alertes_lues=lues)
    assert derniere(application_neuve).certification_id


@pytest.mark.parametrize(("compte", "chemin", "code"), [
    ("clerc68", "/demandes/", 403), ("responsable68", "/seances/", 403), ("jure68", "/publications/", 403),
    ("admin", "/demandes/", 403), ("lecture", "/demandes/", 200), ("lecture", "/demandes/new/", 403),
    ("uimm", "/seances/", 200), ("uimm", "/seances/new/", 403), ("clerc68", "/usage/", 403), ("uimm", "/usage/", 200),
    ("gtp", "/usage/?le=2026-01-01&toutes=1", 200), ("gtp", "/usage/?le=hier", 400), ("gtp", "/usage/?le=0001-01-01", 400),
])
def test_qui_voit_quoi(client: Client, compte: str, chemin: str, code: int) -> None:
    assert client(compte).get(chemin).status_code == code


def test_chacun_son_geste(application_neuve: Flask, client_neuf: Client) -> None:
    """L'UIMM ne décide pas ; le secrétariat ne réécrit pas le dossier de l'UIMM."""
    app = application_neuve
    with app.app_context(), agir_comme(systeme("essais")), en_ecriture():
        demande = gtp.demande_complete(db.session(), titre="Tonnelier d'essai")
        seance = gtp.seance_prete(db.session())
        db.session.commit()
        identite, seance_id = demande.id, seance.id
    uimm, secretariat, lecture = client_neuf("uimm"), client_neuf("gtp"), client_neuf("lecture")
    for client, chemin in (
        (uimm, f"/demandes/complete/?id={identite}"), (uimm, f"/demandes/rendre/?id={identite}"),
        (uimm, f"/seances/clore/?id={seance_id}"), (uimm, f"/seances/voter/?id={seance_id}"),
        (secretariat, f"/demandes/abandonner/?id={identite}"), (secretariat, f"/demandes/edit/?id={identite}"),
        (lecture, f"/demandes/abandonner/?id={identite}"), (lecture, "/publications/faite/?id=1"),
    ):
        reponse = client.post(chemin, data={"csrf_token": jeton(client, "/compte"), "seance": str(seance_id)})
        assert reponse.status_code == 403, chemin
    assert lire(app, select(Demande.etat).where(Demande.id == identite)) is EtatDemande.COMPLETE
    assert "à l&#39;ordre du jour" in envoyer(secretariat, f"/demandes/inscrire/?id={identite}", seance=str(seance_id)).lower()
    for chemin in (f"/seances/decider/?id={seance_id}", f"/seances/retirer/?id={seance_id}"):
        assert secretariat.post(chemin, data={"csrf_token": jeton(secretariat, "/compte"), "point": "99999"}).status_code == 404


def test_la_demonstration_montre_chaque_etat(application: Flask, client: Client) -> None:
    etats = set(lire_tout(application, select(Demande.etat)))
    assert etats == set(EtatDemande)
    seances = sorted(lire_tout(application, select(SeanceGtp.etat)))
    assert seances.count(EtatSeance.CLOSE) == 3
    secretariat = client("gtp")
    for demande in lire_tout(application, select(Demande.id)):
        assert secretariat.get(f"/demandes/details/?id={demande}").status_code == 200
    for seance in lire_tout(application, select(SeanceGtp.id)):
        assert secretariat.get(f"/seances/details/?id={seance}").status_code == 200
    assert "publication" in secretariat.get("/").get_data(as_text=True).lower()
    assert secretariat.get("/demandes/export/csv/").status_code == 200


def test_les_commandes(application: Flask) -> None:
    cli = application.test_cli_runner()
    demandes = json.loads(cli.invoke(args=["demande", "liste", "--json"]).output)
    assert {d["etat"] for d in demandes} == {e.value for e in EtatDemande}
    ajournee = json.loads(cli.invoke(args=["demande", "liste", "--etat", "ajournee", "--json"]).output)
    vue = json.loads(cli.invoke(args=["demande", "voir", str(ajournee[0]["id"]), "--json"]).output)
    assert vue["passages"][0]["decision"] == "ajournee"
    assert cli.invoke(args=["demande", "voir", "999999"]).exit_code == 2
    assert "Demande" not in cli.invoke(args=["demande", "voir", str(ajournee[0]["id"])]).output
    seances = json.loads(cli.invoke(args=["gtp", "seance", "--etat", "close", "--json"]).output)
    assert sorted(len(s["points"]) for s in seances) == [1, 3, 3]
    assert all(s["voix_uimm"] == len(s["presentes"]) - 1 for s in seances)
    assert cli.invoke(args=["gtp", "seance", "999999"]).exit_code == 2
    seuil = json.loads(cli.invoke(args=["suppression", "seuil", "--date", str(JOUR), "--json"]).output)
    assert all(c["promotions"] < 2 for c in seuil["certifications"])
    assert cli.invoke(args=["suppression", "seuil", "--date", "hier"]).exit_code == 2
    texte = cli.invoke(args=["suppression", "seuil", "--toutes"]).output
    assert "promotions" in texte


def test_supprimee_aucune_inscription_ni_par_formulaire_ni_par_import_ni_par_commande(
    application_neuve: Flask, client_neuf: Client, tmp_path
) -> None:
    """SUP-03 : la même règle refuse partout ; la veille de la décision, l'inscription passe encore (SUP-04)."""
    app = application_neuve
    supprimee = lire(app, select(Certification).where(Certification.date_suppression.is_not(None), Certification.demonstration))
    assert supprimee is not None
    le, veille = supprimee.date_suppression, supprimee.date_suppression - dt.timedelta(days=1)
    for jour, nom, refuse in ((le, "Tardif", True), (veille, "Engage", False)):
        chemin = un_fichier(tmp_path, nom, certification=supprimee.base_identifiant, date_inscription=f"{jour:%d/%m/%Y}")
        # Par la console, en simulation ; puis par la commande ; puis par le formulaire.
        clerc = client_neuf("clerc68")
        _, page = verifier_un_fichier(app, clerc, chemin.read_bytes(), f"{nom}.csv")
        assert ("SUP-03" in page) is refuse
        sortie = app.test_cli_runner().invoke(args=["importer", "inscriptions", str(chemin), "--centre", "68", "--json"]).output
        assert ("SUP-03" in sortie) is refuse, sortie
        assert json.loads(sortie)["creees"] == (0 if refuse else 1)
        reponse = inscrire_par_formulaire(clerc, nom_naissance=f"{nom}bis", date_inscription=str(jour),
                                          certification=str(supprimee.id))
        assert reponse.status_code == (422 if refuse else 303)
        assert ("SUP-03" in reponse.get_data(as_text=True)) is refuse
