"""L'accrochage à l'écran et en commande : du certificat au fichier accepté, qui peut quoi, saisies fausses."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import select, update

from admin_views.extensions import db
from models import Candidat, Certificat, FichierAccrochage, Journal, PassageAccrochage
from models.base import aujourd_hui
from models.contexte import agir_comme
from rules.nomenclatures import EtatPassage
from tests.conftest import SYSTEME
from tests.console.conftest import Client, jeton
from tests.imports.test_accuse import rapport

IDENTIFIANTS = {"id_client": "00AAA000", "id_contrat": "MCFCER000000", "nature": "CERTIFICATEUR", "prefixe_fichier": ""}


def _poster(client, adresse: str, **champs):
    return client.post(f"/accrochage{adresse}", data={"csrf_token": jeton(client, "/compte")} | champs, follow_redirects=True)


def _numeros(racine: etree._Element) -> list[str]:
    return [e.text for e in racine.iter("{*}idTechnique")]


@pytest.fixture
def vide(application_neuve: Flask) -> Flask:
    """Une console dont rien n'a encore été transmis ; la démonstration a déjà les siens."""
    with application_neuve.app_context(), agir_comme(SYSTEME), db.engine.begin() as x:
        for declencheur in ("passage_accrochage_retrait", "fichier_accrochage_retrait"):
            table = declencheur.removesuffix("_retrait")
            x.exec_driver_sql(f"DROP TRIGGER gel_{declencheur}" + (f" ON {table}" if x.dialect.name == "postgresql" else ""))
        for table in ("passage_accrochage", "fichier_accrochage", "emetteur_accrochage"):
            x.exec_driver_sql(f"DELETE FROM {table}")
    return application_neuve


def _prepare(client) -> int:
    _poster(client, "/emetteur", **IDENTIFIANTS)
    assert "Un fichier préparé" in _poster(client, "/preparer").get_data(as_text=True)
    with client.application.app_context(), agir_comme(SYSTEME):
        return db.session.scalars(select(FichierAccrochage.id)).one()


def test_du_certificat_au_fichier_accepte(vide: Flask, client_neuf: Client) -> None:
    gtp, clerc = client_neuf("gtp"), client_neuf("clerc68")
    assert "disabled" in gtp.get("/accrochage/").get_data(as_text=True)
    assert "huit caractères" in _poster(gtp, "/emetteur", **IDENTIFIANTS | {"id_client": "1"}).get_data(as_text=True)
    fichier = _prepare(gtp)
    recu = gtp.get(f"/accrochage/fichier/{fichier}.xml")
    numeros = _numeros(etree.fromstring(recu.data))
    assert len(numeros) > 5
    assert gtp.get(f"/accrochage/fichier/{fichier}.xml").data == recu.data
    with vide.app_context(), agir_comme(SYSTEME):
        flux = db.session.get_one(FichierAccrochage, fichier).id_flux
        lectures = db.session.scalars(select(Journal).where(Journal.objet == "fichier_accrochage", Journal.action == "lecture")).all()
        centre = db.session.scalars(select(Certificat).where(Certificat.numero == numeros[0])).one().centre_id
    assert len(lectures) == 2
    sans_depot = _poster(gtp, f"/fichier/{fichier}/accuse", accuse=(io.BytesIO(rapport(tuple(numeros), flux=flux).encode()), "a.xml"))
    assert "notez d&#39;abord son dépôt" in sans_depot.get_data(as_text=True)
    assert "Donnez une date" in _poster(gtp, f"/fichier/{fichier}/deposer", depose_le="1999-01-01").get_data(as_text=True)
    assert "Dépôt noté" in _poster(gtp, f"/fichier/{fichier}/deposer", depose_le=aujourd_hui().isoformat()).get_data(as_text=True)
    faux = _poster(gtp, f"/fichier/{fichier}/accuse", accuse=(io.BytesIO(rapport(("MC-1",)).encode()), "a.xml"))
    assert "celui du flux" in faux.get_data(as_text=True)
    piege = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rapport><idFlux>&x;</idFlux></rapport>'
    assert "F_XML_DTD" in _poster(gtp, f"/fichier/{fichier}/accuse", accuse=(io.BytesIO(piege), "a.xml")).get_data(as_text=True)
    assert "F_SANS_FICHIER" in _poster(gtp, f"/fichier/{fichier}/accuse").get_data(as_text=True)
    lu = rapport(tuple(numeros[1:]), {numeros[0]: "Aucun titulaire ne correspond"}, flux=flux)
    page = _poster(gtp, f"/fichier/{fichier}/accuse", accuse=(io.BytesIO(lu.encode()), "a.xml")).get_data(as_text=True)
    assert f"{len(numeros) - 1} acceptés, 1 KO" in page
    # Le message est à côté du candidat, chez son centre ; il repart seul, une fois corrigé.
    with vide.app_context(), agir_comme(SYSTEME):
        code = db.session.scalars(select(Certificat).where(Certificat.numero == numeros[0])).one().centre.code
        passage = db.session.scalars(select(PassageAccrochage).where(PassageAccrochage.etat == EtatPassage.KO)).one().id
        assert db.session.get_one(PassageAccrochage, passage).centre_id == centre
    clerc = client_neuf(f"clerc{code}")
    page = clerc.get("/accrochage/").get_data(as_text=True)
    assert "Aucun titulaire ne correspond" in page
    assert "Passage KO à corriger" in clerc.get("/").get_data(as_text=True)
    assert "1 à renvoyer" in _poster(clerc, "/corriger", rowid=str(passage)).get_data(as_text=True)
    assert "Un fichier préparé, 1 passages" in _poster(gtp, "/preparer").get_data(as_text=True)


def test_ce_qui_manque_et_ou_le_completer(vide: Flask, client_neuf: Client) -> None:
    with vide.app_context(), agir_comme(SYSTEME), db.engine.begin() as x:
        cle = x.scalar(select(Certificat.candidat_id).order_by(Certificat.id).limit(1))
        numero = x.scalar(select(Certificat.numero).order_by(Certificat.id).limit(1))
        centre = x.scalar(select(Certificat.centre_id).order_by(Certificat.id).limit(1))
        x.execute(update(Candidat.__table__).where(Candidat.__table__.c.id == cle).values(sexe=None))
    with vide.app_context(), agir_comme(SYSTEME):
        code = db.session.scalars(select(Certificat).where(Certificat.centre_id == centre)).first().centre.code
    page = client_neuf(f"clerc{code}").get("/accrochage/").get_data(as_text=True)
    assert "sexe d&#39;état civil" in page
    assert f"/candidats/edit/?id={cle}" in page
    sortie = vide.test_cli_runner().invoke(args=["accrochage", "etat", "--centre", code, "--json"])
    lu = json.loads(sortie.output)
    (incomplet,) = [x for x in lu["a_completer"] if x["certificat"] == numero]
    assert incomplet["manque"][0]["champ"] == "sexe"


def test_abandonner(vide: Flask, client_neuf: Client) -> None:
    gtp = client_neuf("gtp")
    fichier = _prepare(gtp)
    assert "Fichier abandonné" in _poster(gtp, f"/fichier/{fichier}/abandonner").get_data(as_text=True)
    assert gtp.get(f"/accrochage/fichier/{fichier}.xml").status_code == 404


@pytest.mark.parametrize(
    ("compte", "lit", "ecrit"), [("gtp", 200, 404), ("clerc68", 200, 403), ("responsable68", 200, 403), ("lecture", 200, 403),
                                 ("jure68", 403, 403), ("admin", 403, 403), ("uimm", 403, 403)],
)
def test_qui_peut_quoi(client: Client, compte: str, lit: int, ecrit: int) -> None:
    moi = client(compte)
    assert moi.get("/accrochage/").status_code == lit
    donnees = {"csrf_token": jeton(moi, "/compte")}
    assert moi.get("/accrochage/fichier/99999.xml").status_code == ecrit
    for geste in ("deposer", "abandonner", "accuse"):
        assert moi.post(f"/accrochage/fichier/99999/{geste}", data=donnees).status_code == ecrit
    if ecrit == 403:
        assert moi.post("/accrochage/preparer", data=donnees).status_code == 403
        assert moi.post("/accrochage/emetteur", data=donnees).status_code == 403


def test_un_centre_ne_corrige_pas_le_passage_d_un_autre(client: Client, application: Flask) -> None:
    with application.app_context(), agir_comme(SYSTEME):
        p = PassageAccrochage
        passage = db.session.scalars(select(p).where(p.etat == EtatPassage.KO)).first()
        autre = "clerc69" if passage.certificat.centre.code == "68" else "clerc68"
        cle = passage.id
    assert "Aucun passage choisi" in _poster(client(autre), "/corriger", rowid=str(cle)).get_data(as_text=True)


def test_les_commandes_menent_au_meme_point(vide: Flask, tmp_path: Path) -> None:
    def commande(*args: str, code: int = 0) -> str:
        resultat = vide.test_cli_runner().invoke(args=["accrochage", *args])
        assert resultat.exit_code == code, resultat.output
        return resultat.output

    assert "au nom de qui" in commande("preparer", code=1)
    assert "huit caractères" in commande("regler", "--client", "x", "--contrat", "C", code=1)
    commande("regler", "--client", "00AAA000", "--contrat", "C", "--prefixe", "branche-")
    prepare = json.loads(commande("preparer", "--json"))
    (fichier,) = prepare["fichiers"]
    cle = str(fichier["id"])
    commande("fichier", cle, "-o", str(tmp_path / "f.xml"))
    numeros = _numeros(etree.parse(tmp_path / "f.xml"))
    assert len(numeros) == fichier["passages"] == prepare["passages"]
    commande("fichier", "9999", "-o", str(tmp_path / "g.xml"), code=2)
    flux = fichier["nom"].removeprefix("branche-").removesuffix(".xml")
    accuse = tmp_path / "accuse.xml"
    accuse.write_text(rapport(tuple(numeros[1:]), {numeros[0]: "Plusieurs titulaires"}, flux=flux), "utf-8")
    assert "notez d'abord son dépôt" in commande("accuse", cle, str(accuse), code=1)
    commande("deposer", cle)
    assert "ne s'abandonne plus" in commande("abandonner", cle, code=1)
    assert json.loads(commande("accuse", cle, str(accuse), "--json")) == {
        "acceptes": len(numeros) - 1, "ko": 1, "sans_reponse": 0,
    }
    assert "Plusieurs titulaires" in commande("etat")
    commande("corriger", "MC-9999999", code=2)
    assert "1 à renvoyer" in commande("corriger", numeros[0])
    assert json.loads(commande("preparer", "--json"))["passages"] == 1
    etat = json.loads(commande("etat", "--json"))
    assert etat["passages"] == {"prepare": 1, "depose": 0, "accepte": len(numeros) - 1, "ko": 0, "corrige": 1}
