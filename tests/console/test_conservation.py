"""Conservation et statistiques à l'écran et en commande : qui peut, qui ne peut pas, saisie fausse."""

from __future__ import annotations

import io
import json

import pytest
from flask import Flask
from sqlalchemy import select

from admin_views.extensions import db
from models import Candidat, ConservationSuspendue, Evaluation, Inscription, Piece, Purge
from models.contexte import agir_comme
from rules.nomenclatures import EtatInscription, EtatPurge
from tests.conftest import SYSTEME
from tests.console.conftest import Client, jeton

PDF = b"%PDF-1.4\n%%EOF\n"


def _poster(client, adresse: str, **champs):
    return client.post(adresse, data={"csrf_token": jeton(client, "/compte")} | champs, follow_redirects=True)


@pytest.mark.parametrize(
    ("qui", "conservation", "statistiques"),
    [("gtp", 200, 200), ("dpo", 200, 403), ("responsable68", 200, 200), ("clerc68", 403, 200), ("lecture", 403, 200),
     ("jure68", 403, 403), ("admin", 403, 403)],
)
def test_qui_lit_quoi(client: Client, qui: str, conservation: int, statistiques: int):
    c = client(qui)
    assert c.get("/conservation/").status_code == conservation
    assert c.get("/statistiques/").status_code == statistiques
    assert c.get("/statistiques/figure/mois.svg").status_code == statistiques
    assert c.get("/statistiques/compte-rendu-annuel.pdf").status_code == (200 if qui == "gtp" else 403)
    if conservation == 200:
        assert c.get("/conservation/?au=hier").status_code == 400
        assert c.get("/conservation/ARC-99/rien").status_code == 404


def test_le_gtp_propose_le_dpo_approuve(client_neuf: Client, application_neuve: Flask):
    gtp, dpo = client_neuf("gtp"), client_neuf("dpo")
    page = gtp.get("/conservation/").text
    assert "Documents d&#39;évaluation" in page
    assert "Proposer la purge" in page
    assert "Proposer la purge" not in dpo.get("/conservation/").text
    assert _poster(dpo, "/conservation/proposer", nature="ARC-02").status_code == 403
    # Rien de choisi : rien d'échu.
    assert "ARC-21" in _poster(gtp, "/conservation/proposer").text
    assert "approuver" in _poster(gtp, "/conservation/proposer", nature="ARC-02").text
    with application_neuve.app_context(), agir_comme(SYSTEME):
        purge = db.session.scalars(select(Purge)).one()
        cle, nombre = purge.id, purge.nombre
        cles = next(x.cles for x in purge.lignes if x.objet == "evaluation")
    assert _poster(gtp, f"/conservation/purge/{cle}/executer", confirmation=nombre).status_code == 403
    assert "ARC-22" in _poster(dpo, f"/conservation/purge/{cle}/executer", confirmation="tout").text
    assert "écrite" not in _poster(dpo, f"/conservation/purge/{cle}/ecarter", motif="").text
    assert "ARC-21" in _poster(dpo, f"/conservation/purge/{cle}/ecarter", motif=" ").text
    # Le délégué approuve sans lire de noms.
    with application_neuve.app_context(), agir_comme(SYSTEME):
        noms = list(db.session.scalars(select(Candidat.nom_naissance)))
    detail = dpo.get("/conservation/ARC-02/evaluation").text
    assert not [n for n in noms if n.upper() in detail]
    assert any(n.upper() in gtp.get("/conservation/ARC-02/evaluation").text for n in noms)
    fait = _poster(dpo, f"/conservation/purge/{cle}/executer", confirmation=nombre)
    assert "Purge exécutée" in fait.text
    with application_neuve.app_context(), agir_comme(SYSTEME):
        assert db.session.get(Purge, cle).etat is EtatPurge.EXECUTEE
        assert set(db.session.scalars(select(Evaluation.appreciation).where(Evaluation.id.in_(cles)))) == {""}
    assert "déjà exécutée" in _poster(dpo, f"/conservation/purge/{cle}/executer", confirmation=nombre).text


def test_suspendre_et_lever(client_neuf: Client, application_neuve: Flask):
    with application_neuve.app_context(), agir_comme(SYSTEME):
        ici = db.session.scalars(select(Inscription.candidat_id).join(Inscription.centre).where(Inscription.centre.property.mapper.class_.code == "68")).first()
        la = db.session.scalars(
            select(Inscription.candidat_id).join(Inscription.centre).where(Inscription.centre.property.mapper.class_.code == "69")
        ).first()
    responsable = client_neuf("responsable68")
    assert "Aucun candidat" in _poster(responsable, "/conservation/suspendre", genre="candidat", numero=la, raison="Recours").text
    assert "ARC-20" in _poster(responsable, "/conservation/suspendre", genre="candidat", numero=ici, raison=" ").text
    assert "Conservation suspendue" in _poster(responsable, "/conservation/suspendre", genre="candidat", numero=ici, raison="Recours").text
    with application_neuve.app_context(), agir_comme(SYSTEME):
        cle = db.session.scalars(select(ConservationSuspendue.id).where(ConservationSuspendue.candidat_id == ici)).one()
    assert _poster(client_neuf("clerc68"), f"/conservation/suspension/{cle}/lever").status_code == 403
    assert "Suspension levée" in _poster(responsable, f"/conservation/suspension/{cle}/lever").text


def test_les_pieces_d_un_candidat(client_neuf: Client, application_neuve: Flask):
    with application_neuve.app_context(), agir_comme(SYSTEME):
        cle = db.session.scalars(
            select(Inscription.id).join(Inscription.centre).where(
                Inscription.etat == EtatInscription.OUVERTE, Inscription.centre.property.mapper.class_.code == "68")
        ).first()
    adresse = f"/conservation/inscription/{cle}/pieces"
    clerc = client_neuf("clerc68")
    assert "Joindre au dossier" in clerc.get(adresse).text
    assert clerc.post(adresse, data={"csrf_token": jeton(clerc, "/compte"), "nature_piece": "rapport"}).status_code == 400
    faux = clerc.post(adresse, data={"csrf_token": jeton(clerc, "/compte"), "nature_piece": "identite",
                                     "piece": (io.BytesIO(b"MZ"), "cni.exe")})
    assert faux.status_code == 422
    fait = _poster(clerc, adresse, nature_piece="identite", piece=(io.BytesIO(PDF), "CNI de Jeanne Dupont.pdf"))
    assert "document-d-identite-1.pdf" in fait.text
    with application_neuve.app_context(), agir_comme(SYSTEME):
        piece = db.session.scalars(select(Piece.id).where(Piece.inscription_id == cle)).one()
    assert clerc.get(f"/pieces/{piece}").data == PDF
    for autre in ("gtp", "lecture", "clerc69", "dpo", "admin"):
        assert client_neuf(autre).get(f"/pieces/{piece}").status_code in (403, 404), autre
        assert client_neuf(autre).get(adresse).status_code in (403, 404), autre


def test_exporter_les_statistiques(client: Client):
    gtp = client("gtp")
    csv = gtp.get("/statistiques/export.csv?annee=2026")
    assert csv.status_code == 200
    assert "Présentés" in csv.data.decode("utf-8-sig")
    assert gtp.get("/statistiques/export.xlsx").data[:2] == b"PK"
    assert gtp.get("/statistiques/export.exe").status_code == 404
    assert gtp.get("/statistiques/?annee=12").status_code == 400
    assert gtp.get("/statistiques/figure/nom.svg").status_code == 404
    figure = gtp.get("/statistiques/figure/region.svg?annee=2026")
    assert figure.mimetype == "image/svg+xml"
    assert "style" not in figure.text
    assert "figure-du-mois" in gtp.get("/").text


def test_en_commande(application_neuve: Flask):
    def lancer(*args: str):
        return application_neuve.test_cli_runner().invoke(args=list(args))

    lu = json.loads(lancer("conservation", "--json").output)
    nombre = sum(e["nombre"] for e in lu["echus"])
    assert nombre > 0
    assert lancer("conservation", "--purger", "--confirmer", "1").exit_code == 2
    faux = lancer("conservation", "--purger", "--confirmer", str(nombre + 1), "--approuve-par", "dpo")
    assert faux.exit_code == 2
    assert "ARC-22" in faux.output
    avance = lancer("conservation", "--purger", "--au", "2999-01-01", "--confirmer", "1", "--approuve-par", "dpo")
    assert "ARC-21" in avance.output
    fait = lancer("conservation", "--purger", "--confirmer", str(nombre), "--approuve-par", "dpo", "--json")
    assert json.loads(fait.output)["effacees"] == nombre
    assert json.loads(lancer("conservation", "--json").output)["echus"] == [] or all(
        e["nombre"] == 0 for e in json.loads(lancer("conservation", "--json").output)["echus"])
    assert json.loads(lancer("conservation", "--rejouer", "--json").output) == {"effacees": 0}
    assert lancer("journal", "sceller").exit_code == 0
    assert json.loads(lancer("journal", "verifier", "--json").output)["alteres"] == []
