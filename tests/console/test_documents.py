"""Les papiers d'un jury par la console et par la CLI : qui peut quoi, ce qui reste au journal, ce qui est refusé."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdf
import pytest
from flask import Flask
from sqlalchemy import text

from admin_views.documents import PAPIERS
from admin_views.extensions import db
from documents.archives import LISTES
from documents.declarations import DECLARATIONS
from tests.console.conftest import Client

DU_CENTRE = {code for code, (_, roles, _) in PAPIERS.items() if len(roles) == 2}
PAR_ETAT = {
    "preparation": ("demande-designation", "convocation", "information-cprefp", "emargement"),
    "ouvert": ("emargement", "synthese-evaluations"),
    "clos": ("emargement", "synthese-evaluations", "lettre-gtp", "lettres", "lettre-admission",
             "lettre-non-admission-partielle"),
}


def _jury(app: Flask, etat: str, centre: str = "68") -> int:
    with app.app_context():
        return db.session.execute(text(
            "SELECT j.id FROM jury j JOIN centre c ON c.id = j.centre_id WHERE c.code = :c AND j.etat = :e "
            "ORDER BY j.date_jury DESC"
        ), {"c": centre, "e": etat}).scalars().first()


def _texte(contenu: bytes) -> str:
    return " ".join(" ".join(p.extract_text().split()) for p in pypdf.PdfReader(io.BytesIO(contenu)).pages)


@pytest.mark.parametrize("etat", sorted(PAR_ETAT))
def test_la_page_du_jury_mene_a_chaque_papier(application: Flask, client: Client, etat: str) -> None:
    jury, clerc = _jury(application, etat), client("clerc68")
    page = clerc.get(f"/jury/{jury}/").get_data(as_text=True)
    for code in PAR_ETAT[etat]:
        adresse = f"/documents/jury/{jury}/{code}.pdf"
        assert f'href="{adresse}"' in page
        reponse = clerc.get(adresse)
        assert reponse.mimetype == "application/pdf", (code, reponse.status_code)
        assert "page 1 / " in _texte(reponse.data)
    proposes = {code for code in PAPIERS if f"/documents/jury/{jury}/{code}.pdf" in page}
    assert set(PAR_ETAT[etat]) <= proposes <= set(PAR_ETAT[etat]) | {"lettre-non-admission"}
    with application.app_context():
        traces = set(db.session.execute(text(
            "SELECT acteur FROM journal WHERE action = 'document' AND objet = 'jury' AND objet_id = :j"
        ), {"j": jury}).scalars())
    assert len(traces) == 1


def test_un_jure_n_a_que_la_synthese_anonyme(application: Flask, client: Client) -> None:
    jury, jure = _jury(application, "ouvert"), client("jure68")
    for code in [*PAPIERS, "certificats"]:
        attendu = 200 if code == "synthese-evaluations" else 403
        assert jure.get(f"/documents/jury/{jury}/{code}.pdf").status_code == attendu, code
    synthese = _texte(jure.get(f"/documents/jury/{jury}/synthese-evaluations.pdf").data)
    with application.app_context():
        noms = set(db.session.execute(text(
            "SELECT c.nom_naissance FROM candidat c JOIN inscription i ON i.candidat_id = c.id "
            "JOIN presentation p ON p.inscription_id = i.id WHERE p.jury_id = :j"
        ), {"j": jury}).scalars())
    assert noms
    assert not [n for n in noms if n.upper() in synthese.upper()]
    assert f"/documents/jury/{jury}/synthese-evaluations.pdf" in jure.get(f"/jury/{jury}/deliberation").get_data(as_text=True)
    assert jure.get(f"/documents/jury/{_jury(application, 'clos')}/synthese-evaluations.pdf").status_code == 404
    assert jure.get(f"/documents/jury/{_jury(application, 'ouvert', '69')}/synthese-evaluations.pdf").status_code == 404


def test_le_gtp_lit_ce_qui_lui_est_transmis(application: Flask, client: Client) -> None:
    jury, gtp = _jury(application, "clos"), client("gtp")
    for code in PAPIERS:
        attendu = 403 if code in DU_CENTRE else 200
        assert gtp.get(f"/documents/jury/{jury}/{code}.pdf").status_code == attendu, code


def test_le_jury_d_un_autre_centre_n_existe_pas(application: Flask, client: Client) -> None:
    clerc = client("clerc68")
    for etat in PAR_ETAT:
        for code in PAPIERS:
            assert clerc.get(f"/documents/jury/{_jury(application, etat, '69')}/{code}.pdf").status_code == 404


def test_refus_dits_en_francais(application: Flask, client: Client) -> None:
    clerc = client("clerc68")
    ouvert = _jury(application, "ouvert")
    reponse = clerc.get(f"/documents/jury/{ouvert}/lettre-gtp.pdf")
    assert reponse.status_code == 422
    assert "procès-verbal signé" in reponse.get_data(as_text=True)
    for adresse in (f"/documents/jury/{ouvert}/poeme.pdf", "/documents/liste/poeme.pdf",
                    "/documents/liste/liste-certifications.pdf?au=hier"):
        assert clerc.get(adresse).status_code == 404


def test_listes(application: Flask, client: Client) -> None:
    certifications = client("lecture").get("/documents/liste/liste-certifications.pdf")
    assert "CQPM 1989 0021" in _texte(certifications.data)
    siens = _texte(client("clerc68").get("/documents/liste/liste-organismes.pdf").data)
    tous = _texte(client("gtp").get("/documents/liste/liste-organismes.pdf").data)
    with application.app_context():
        centres = db.session.execute(text("SELECT code, nom FROM centre")).all()
    vus = {code: (nom in siens, nom in tous) for code, nom in centres}
    assert vus.pop("68") == (True, True)
    assert {chez_soi for chez_soi, _ in vus.values()} == {False}
    assert any(partout for _, partout in vus.values())


def _lancer(app: Flask, *args: str) -> Any:
    return app.test_cli_runner().invoke(args=["document", *args])


def test_chaque_code_a_sa_commande(application: Flask, tmp_path: Path) -> None:
    """Chaque document a sa commande ; un code inconnu montre ceux qui existent."""
    with application.app_context():
        numeros = dict(db.session.execute(text("SELECT famille, min(numero) FROM certificat GROUP BY famille")).all())
    cibles = {f"certificat-{famille.lower()}": numero for famille, numero in numeros.items()}
    cibles |= dict.fromkeys(LISTES, "2026-03-12") | {"pv": str(_jury(application, "clos"))}
    for etat, codes in PAR_ETAT.items():
        cibles |= {code: str(_jury(application, etat)) for code in codes if code != "lettres"}
    assert {"certificat-cqpm", "certificat-cqpi"} <= set(cibles)
    for code, cible in cibles.items():
        sortie = tmp_path / f"{code}.pdf"
        resultat = _lancer(application, code, cible, "-o", str(sortie))
        assert resultat.exit_code == 0, (code, resultat.output)
        assert pypdf.PdfReader(sortie).pages
    inconnu = _lancer(application, "certificat-ccpn", "MC-0000001", "-o", str(tmp_path / "x.pdf"))
    assert inconnu.exit_code == 2
    connus = {c.strip(" .\n") for c in inconnu.stderr.partition("Connus :")[2].split(",")}
    assert connus == set(DECLARATIONS) | {"duplicata", "lot certificats", "lot lettres"}


def test_lettres_datees_et_refus_de_la_commande(application: Flask, tmp_path: Path) -> None:
    sortie = tmp_path / "s.pdf"
    jury = str(_jury(application, "preparation"))
    assert _lancer(application, "convocation", jury, "-o", str(sortie), "--le", "2026-01-05").exit_code == 0
    assert "le 5 janvier 2026" in _texte(sortie.read_bytes())
    lot = _lancer(application, "lot", "lettres", str(_jury(application, "clos")), "-o", str(sortie))
    assert lot.exit_code == 0
    assert "vous déclare admis (A)" in _texte(sortie.read_bytes())
    for args, message in (
        (("convocation", jury, "--le", "5/1/2026"), "n'est pas une date"),
        (("liste-certifications", "demain"), "n'est pas une date"),
        (("certificat-ccpm", "MC-9999999"), "Rien à imprimer"),
        (("lettre-gtp", jury), "procès-verbal signé"),
        (("emargement", "99999999"), "Rien à imprimer"),
        (("emargement", jury, jury), "Document inconnu"),
    ):
        resultat = _lancer(application, *args, "-o", str(sortie))
        assert (resultat.exit_code, message in resultat.output) == (2, True), (args, resultat.output)
