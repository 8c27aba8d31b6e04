"""Écrire un référentiel comme un document, le comparer, l'imprimer : par la console et en commande, sur les deux moteurs."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from typing import Any

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from admin_views.extensions import db
from models import Certification, Referentiel
from models.contexte import agir_comme, systeme
from rules.nomenclatures import EtatReferentiel, Famille
from tests.console.conftest import Client, jeton


def _ids(app: Flask, numero: int, famille: Famille = Famille.CQPM) -> tuple[int, list[int]]:
    with app.app_context(), agir_comme(systeme("essais")):
        certification = db.session.scalars(
            select(Certification).where(Certification.famille == famille, Certification.numero == numero)
        ).one()
        return certification.id, [v.id for v in certification.versions]


def _etat(app: Flask, version: int) -> tuple[EtatReferentiel, str, list[str]]:
    with app.app_context(), agir_comme(systeme("essais")):
        lue = db.session.get(Referentiel, version)
        assert lue is not None
        return lue.etat, lue.missions, [p.bloc.libelle for p in lue.blocs]


def _champs(page: str) -> dict[str, Any]:
    """Ce qu'un navigateur enverrait de la page : champs cachés, zones de texte, cases cochées."""
    champs: dict[str, Any] = {}
    formulaire = page[page.index('class="editeur"'):]

    def ajouter(nom: str, valeur: str) -> None:
        champs.setdefault(nom, []).append(unescape(valeur))

    for balise in re.finditer(r"<input\b[^>]*>|<textarea\b[^>]*>(.*?)</textarea>", formulaire, re.DOTALL):
        nom = re.search(r'\bname="([^"]+)"', balise[0])
        if nom is None:
            continue
        if balise[0].startswith("<textarea"):
            ajouter(nom[1], balise[1])
        elif "checkbox" not in balise[0] or " checked" in balise[0]:
            valeur = re.search(r'\bvalue="([^"]*)"', balise[0])
            ajouter(nom[1], valeur[1] if valeur else "")
    return champs


class Editeur:
    """Une personne devant l'éditeur, sans script."""

    def __init__(self, client: FlaskClient, adresse: str) -> None:
        self.client, self.adresse = client, adresse
        self.page = client.get(adresse).get_data(as_text=True)
        self.champs = _champs(self.page)
        self.code = 200

    def faire(self, geste: str, **saisie: Any) -> Editeur:
        self.champs |= saisie
        reponse = self.client.post(self.adresse, data=self.champs | {"geste": geste})
        self.code = reponse.status_code
        if self.code == 303:
            self.adresse_suivante = reponse.headers["Location"]
            reponse = self.client.get(self.adresse_suivante)
        self.page = unescape(reponse.get_data(as_text=True))
        if 'class="editeur"' in self.page:
            self.champs = _champs(reponse.get_data(as_text=True))
        return self


def _nouvelle(client: FlaskClient, certification: int) -> Editeur:
    reponse = client.post("/versions/nouvelle/", data={
        "csrf_token": jeton(client, "/compte"), "certification": certification,
    })
    assert reponse.status_code == 303
    return Editeur(client, reponse.headers["Location"])


@pytest.mark.parametrize("compte", ["gtp", "uimm"])
def test_ecrire_un_cqpm_de_bout_en_bout(application_neuve: Flask, client_neuf: Client, compte: str) -> None:
    app = application_neuve
    certification, versions = _ids(app, 21)
    e = _nouvelle(client_neuf(compte), certification)
    version = int(e.adresse.rpartition("=")[2])
    assert "Le référentiel est complet" in e.page
    assert e.champs["bloc"] == [f"b{i}" for i in _blocs(app, version)]

    # Ordonner, détacher, ajouter : rien n'est écrit avant « Enregistrer ».
    premier, second, *_ = e.champs["bloc"]
    e.faire(f"descendre:{premier}")
    assert e.champs["bloc"][:2] == [second, premier]
    e.faire(f"detacher:{premier}")
    assert e.champs[f"{premier}-nouveau"] == ["1"]
    e.faire(f"ajouter-competence:{premier}", **{f"{premier}-libelle": "Entretien <b>récrit</b>"})
    neuve = e.champs[f"{premier}-competence"][-1]
    assert neuve == "m1"
    assert "REF-10" in e.page
    assert _etat(app, version)[2][0] != "Entretien <b>récrit</b>"
    e.faire("enregistrer", **{"missions": "Autres missions.\r\nEt d'autres.", f"{neuve}-libelle": "Souder"})
    assert e.code == 303
    etat, missions, libelles = _etat(app, version)
    assert (etat, missions, libelles[1]) == (EtatReferentiel.PROJET, "Autres missions.\nEt d'autres.", "Entretien <b>récrit</b>")
    assert _etat(app, versions[0])[2][0] != libelles[1]

    # Soumettre une compétence sans critères : refusé point par point, saisie gardée.
    e.faire("soumettre", environnement="Un autre environnement")
    assert e.code == 422
    assert "Rien n'a été enregistré" in e.page
    assert "REF-10" in e.page
    assert "Annexe 1, § 3.1" in e.page
    assert e.champs["environnement"] == ["Un autre environnement"]
    nouveau = e.champs["bloc"][1]
    cle = e.champs[f"{nouveau}-competence"][-1]
    e.faire("soumettre", **{
        f"{cle}-conditions": "Atelier", f"{cle}-liens": "Prévient", f"{cle}-resultats": "Conforme", f"{cle}-modalites": "projet",
    })
    assert e.code == 303
    assert _etat(app, version)[0] is EtatReferentiel.SOUMIS
    assert "Version soumise au GTP" in e.page
    # Une page restée ouverte ne l'écrit plus.
    assert e.client.post(f"/versions/editer/?id={version}", data=e.champs | {"geste": "enregistrer"}).status_code == 422


def _blocs(app: Flask, version: int) -> list[int]:
    with app.app_context(), agir_comme(systeme("essais")):
        lue = db.session.get(Referentiel, version)
        assert lue is not None
        return [p.bloc_id for p in lue.blocs]


def test_chercher_et_employer_un_bloc_existant(application_neuve: Flask, client_neuf: Client) -> None:
    certification, _ = _ids(application_neuve, 230)
    e = _nouvelle(client_neuf("gtp"), certification)
    e.faire("chercher", recherche_bloc="BDC 9001")
    (trouve,) = re.findall(r'value="employer:(b\d+)"', e.page)
    nombre = len(e.champs["bloc"])
    e.faire(f"employer:{trouve}", missions="Gardée")
    assert e.champs["bloc"][nombre:] == [trouve]
    e.faire(f"employer:{trouve}")
    assert e.code == 422
    assert "REF-11" in e.page
    assert "Glossaire, bloc de compétences" in e.page
    assert (len(e.champs["bloc"]), e.champs["missions"]) == (nombre + 1, ["Gardée"])
    # Le même bloc écrit deux fois dans la page : refusé de même.
    e.faire("enregistrer", bloc=[trouve, trouve])
    assert e.code == 422
    assert "REF-11" in e.page
    assert e.faire("chercher", recherche_bloc="rien de tel").page.count("Aucun bloc ne répond") == 1


def test_deux_personnes_sur_le_meme_projet(application_neuve: Flask, client_neuf: Client) -> None:
    certification, _ = _ids(application_neuve, 21)
    premiere = _nouvelle(client_neuf("gtp"), certification)
    seconde = Editeur(client_neuf("gtp"), premiere.adresse)
    version = int(premiere.adresse.rpartition("=")[2])
    assert premiere.faire("enregistrer", missions="De la première").code == 303
    seconde.faire("enregistrer", missions="De la seconde")
    assert seconde.code == 409
    assert "Une autre personne a enregistré" in seconde.page
    assert seconde.champs["missions"] == ["De la seconde"]
    assert _etat(application_neuve, version)[1] == "De la première"
    # En connaissance de cause, elle enregistre la sienne.
    assert seconde.faire("enregistrer").code == 303
    assert _etat(application_neuve, version)[1] == "De la seconde"


def test_un_niveau_9_garde_la_saisie(application_neuve: Flask, client_neuf: Client) -> None:
    app = application_neuve
    with app.app_context(), agir_comme(systeme("essais")):
        neuve = Certification(famille=Famille.CQPM, titre="Neuf", recherche="neuf", projet=True)
        db.session.add(neuve)
        db.session.commit()
        certification = neuve.id
    e = _nouvelle(client_neuf("gtp"), certification).faire("enregistrer", niveau="9", missions="Gardée")
    assert e.code == 422
    assert "REF-04" in e.page
    assert (e.champs["niveau"], e.champs["missions"]) == (["9"], ["Gardée"])
    assert e.faire("enregistrer", niveau="un").code == 422
    assert e.faire("enregistrer", niveau="4").code == 303
    with app.app_context(), agir_comme(systeme("essais")):
        assert db.session.get(Certification, certification).niveau == 4


def test_un_ccpm_s_ecrit_sans_bloc(application_neuve: Flask, client_neuf: Client) -> None:
    certification, _ = _ids(application_neuve, 9001, Famille.CCPM)
    e = _nouvelle(client_neuf("gtp"), certification)
    nombre = len(e.champs["version-competence"])
    e.faire("ajouter-competence:")
    cle = e.champs["version-competence"][-1]
    e.faire(f"monter:{cle}")
    assert e.champs["version-competence"][-2] == cle
    assert e.faire(f"retirer:{cle}").faire("soumettre").code == 303
    assert len(e.champs.get("version-competence", [])) in {0, nombre}


@pytest.mark.parametrize("compte", ["clerc68", "responsable68", "lecture", "admin"])
def test_qui_ne_peut_pas_ecrire(application: Flask, client: Client, compte: str) -> None:
    certification, (version, *_) = _ids(application, 248)
    connecte = client(compte)
    assert connecte.get(f"/versions/editer/?id={version}").status_code == 403
    assert connecte.post("/versions/nouvelle/", data={
        "csrf_token": jeton(connecte, "/compte"), "certification": certification,
    }).status_code == 403


@pytest.mark.parametrize(("adresse", "code"), [
    ("/versions/editer/?id=999999", 404), ("/versions/editer/?id=abc", 404), ("/versions/comparer/?id=1", 404),
    ("/versions/999999.pdf", 404),
])
def test_ce_qui_n_existe_pas(client: Client, adresse: str, code: int) -> None:
    assert client("gtp").get(adresse).status_code == code


@pytest.mark.parametrize("certification", ["", "²", "፩", "-1", "99999999999", "1' OR"])
def test_une_certification_qui_n_en_est_pas_une(client: Client, certification: str) -> None:
    """Un signe que Python dit chiffre n'en fait pas un nombre : rien n'échoue, ni à l'écriture ni à la recherche."""
    gtp = client("gtp")
    envoi = {"csrf_token": jeton(gtp, "/compte"), "certification": certification}
    assert gtp.post("/versions/nouvelle/", data=envoi).status_code == 404
    for liste in ("certifications", "blocs", "demandes", "versions"):
        assert gtp.get(f"/{liste}/", query_string={"recherche": certification}).status_code == 200


def test_une_page_deformee_est_refusee(application_neuve: Flask, client_neuf: Client) -> None:
    certification, _ = _ids(application_neuve, 21)
    e = _nouvelle(client_neuf("gtp"), certification)
    for champs in ({"bloc": "x1"}, {"bloc": "b999999999"}, {"bloc": "b1;DROP"}, {"bloc": [f"n{i}" for i in range(61)]},
                   {"bloc": "n1", "n1-competence": "zzz"}):
        assert e.client.post(e.adresse, data=e.champs | champs).status_code == 400
    assert e.client.post(e.adresse, data=e.champs | {"geste": "employer:zut"}).status_code == 400


def test_comparer_deux_versions(application: Flask, client: Client) -> None:
    _, (avant, apres) = _ids(application, 248)
    page = unescape(client("lecture").get(f"/versions/comparer/?id={avant}&avec={apres}").get_data(as_text=True))
    assert "Vérifier une borne de recharge de véhicule électrique" in page
    assert "<ins>" in page
    assert "<del>" in page
    assert "BDC 9009" not in page
    tout = client("lecture").get(f"/versions/comparer/?id={avant}&avec={apres}&tout=1").get_data(as_text=True)
    assert "BDC 9009" in tout
    meme = client("lecture").get(f"/versions/comparer/?id={apres}&avec={apres}").get_data(as_text=True)
    assert "Les deux versions disent la même chose" in meme


def test_le_document_en_un_clic(application: Flask, client: Client) -> None:
    _, (version, *_) = _ids(application, 21)
    reponse = client("clerc68").get(f"/versions/{version}.pdf")
    assert reponse.status_code == 200
    texte = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(reponse.data)).pages)
    assert "Référentiel du CQPM" in texte
    fiche = client("clerc68").get(f"/versions/details/?id={version}").get_data(as_text=True)
    assert f"/versions/{version}.pdf" in fiche


def test_les_commandes(application_neuve: Flask, client_neuf: Client, tmp_path: Any) -> None:
    app = application_neuve
    certification, (avant, apres) = _ids(app, 248)
    lancer = app.test_cli_runner().invoke
    vu = json.loads(lancer(args=["referentiel", "voir", str(apres), "--json"]).output)
    assert (vu["version"], vu["etat"], vu["manques"], len(vu["blocs"])) == (2, "valide", [], 3)
    assert "BDC 9009" in lancer(args=["referentiel", "voir", str(avant)]).output
    compare = lancer(args=["referentiel", "comparer", str(avant), str(apres)]).output
    assert "{+, bornes de recharge comprises+}" in compare
    assert "+ Compétence" in compare
    assert json.loads(lancer(args=["referentiel", "comparer", str(avant), str(avant), "--json"]).output) == []
    refus = lancer(args=["referentiel", "soumettre", str(apres)])
    assert refus.exit_code == 1
    assert "REF-09" in refus.stderr
    assert lancer(args=["referentiel", "voir", "999999"]).exit_code == 2
    projet = int(_nouvelle(client_neuf("gtp"), certification).adresse.rpartition("=")[2])
    assert "soumise au GTP" in lancer(args=["referentiel", "soumettre", str(projet)]).output
    sortie = tmp_path / "r.pdf"
    fait = lancer(args=["document", "referentiel-cqpm", str(avant), "-o", str(sortie)])
    assert fait.exit_code == 0, fait.output
    assert sortie.read_bytes().startswith(b"%PDF")
    assert lancer(args=["document", "referentiel-ccpm", str(avant), "-o", str(sortie)]).exit_code != 0
