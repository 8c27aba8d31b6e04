"""Les pièces jointes : chaque règle à ses bornes, vrais fichiers et contrefaçons."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zipfile

import pytest

from rules import piece as r
from rules.noyau import evaluate
from rules.piece import MO, PieceFacts
from tests import fichiers as f
from tests.rules.faits import champs, juger

JOUR = dt.date(2026, 3, 12)


def piece(nom: str = "rapport.pdf", contenu: bytes = f.PDF, **autres: object) -> PieceFacts:
    return dataclasses.replace(PieceFacts(nom, contenu, JOUR), **autres)


VRAIS = {
    "rapport.pdf": f.PDF, "Plan de l'atelier n° 2.png": f.PNG, "photo.JPG": f.JPEG, "photo.jpeg": f.JPEG,
    "projet.docx": f.docx(), "chiffres.xlsx": f.xlsx(), "projet.odt": f.opendocument("odt"),
    "chiffres.ods": f.opendocument("ods"), "Rapport v1.2.pdf": f.PDF, "avis M. Dupont.pdf": f.PDF,
}


@pytest.mark.parametrize("nom", VRAIS)
def test_un_vrai_document_passe(nom):
    assert evaluate(r.DEPOT, piece(nom, VRAIS[nom])) == ()


@pytest.mark.parametrize(
    "nom", ["", "   ", "rapport", "rapport.exe", "page.html", "../rapport.pdf", "a/b.pdf", "a\\b.pdf", "a\x00.pdf",
            "rapport\u202efdp.pdf", "x" * 197 + ".pdf", "livre.docm", "archive.zip"],
)
def test_pie_01_nom_refuse(nom):
    assert champs(r.nom_de_fichier, piece(nom)) == ["piece"]


def test_pie_01_longueur():
    assert champs(r.nom_de_fichier, piece("x" * 196 + ".pdf")) == []


@pytest.mark.parametrize(
    ("nom", "refuse"),
    [("rapport.pdf.exe", True), ("rapport.exe.pdf", True), ("rapport.exe .pdf", True), ("rapport.docm", True),
     ("rapport.pdf.pdf", True), ("rapport.html.pdf", True), ("rapport.2026.pdf", False), ("rapport.pdf", False),
     ("exe.pdf", False)],
)
def test_pie_02_double_extension(nom, refuse):
    assert bool(champs(r.une_seule_extension, piece(nom))) is refuse


@pytest.mark.parametrize(("taille", "refuse"), [(0, True), (1, False), (10 * MO, False), (10 * MO + 1, True)])
def test_pie_03_taille(taille, refuse):
    violations = juger(r.taille_bornee, piece(contenu=b"%" * taille))
    assert bool(violations) is refuse
    if taille > 1:
        assert all("10 Mo" in v.message for v in violations)


@pytest.mark.parametrize(
    ("nom", "contenu"),
    [("rapport.pdf", f.EXE), ("rapport.pdf", f.PNG), ("rapport.pdf", b" %PDF"), ("photo.png", f.JPEG),
     ("photo.jpg", f.PNG), ("projet.docx", f.xlsx()), ("projet.docx", f.PDF), ("projet.docx", f.opendocument("odt")),
     ("projet.odt", f.opendocument("ods")), ("chiffres.xlsx", f.archive({"a.txt": b"x"})),
     ("projet.docx", f.docx()[:60]), ("projet.docx", b"PK\x03\x04" + b"\0" * 80), ("projet.odt", f.docx())],
)
def test_pie_04_le_contenu_dement_le_nom(nom, contenu):
    assert champs(r.contenu_du_type_annonce, piece(nom, contenu)) == ["piece"]


@pytest.mark.parametrize("nom", VRAIS)
def test_pie_04_le_contenu_confirme_le_nom(nom):
    assert champs(r.contenu_du_type_annonce, piece(nom, VRAIS[nom])) == []


@pytest.mark.parametrize(
    "contenu",
    [
        f.docx(**{"word/vbaProject.bin": b"x"}), f.docx(**{"word/VBAPROJECT.BIN": b"x"}),
        f.docx(**{"word/activeX/activeX1.bin": b"x"}), f.docx(**{"word/embeddings/outil.exe": b"MZ"}),
        f.docx(**{"../../etc/x": b"x"}), f.docx(**{"/abs": b"x"}), f.docx(**{"word/bombe.xml": b"0" * (230 * MO)}),
        f.archive({"[Content_Types].xml": b'<x ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>',
                   "word/document.xml": b""}),
        f.archive({"[Content_Types].xml": b"", "word/document.xml": b""} | {f"word/{n}.xml": b"" for n in range(5001)}),
        f.docx()[:-30],
    ],
    ids=["macro", "macro en capitales", "activex", "programme", "remonte", "absolu", "bombe", "docm renommé", "trop d'entrées",
         "tronqué"],
)
def test_pie_05_archive_piegee(contenu):
    assert champs(r.archive_sans_piege, piece("projet.docx", contenu)) == ["piece"]


def test_pie_05_entree_double_et_macro_opendocument():
    with pytest.warns(UserWarning, match="Duplicate name"):
        double = _doublee()
    assert champs(r.archive_sans_piege, piece("projet.docx", double)) == ["piece"]
    assert champs(r.archive_sans_piege, piece("x.odt", f.opendocument("odt", **{"Basic/Standard/m.xml": b"x"}))) == ["piece"]
    assert champs(r.archive_sans_piege, piece("x.odt", f.opendocument("odt"))) == []
    assert champs(r.archive_sans_piege, piece("projet.docx", f.docx(**{"word/media/image.svg": b"<svg/>"}))) == []


def _doublee() -> bytes:
    import io

    sortie = io.BytesIO(f.docx())
    with zipfile.ZipFile(sortie, "a") as z:
        z.writestr("word/document.xml", b"autre")
    return sortie.getvalue()


@pytest.mark.parametrize(("decide", "refuse"), [(False, False), (True, True)])
def test_pie_06_dossier_decide(decide, refuse):
    assert bool(champs(r.dossier_ouvert, piece(decide=decide))) is refuse
    assert bool(evaluate(r.RETRAIT, piece(contenu=b"", decide=decide))) is refuse


@pytest.mark.parametrize(("deja", "refuse"), [(49, False), (50, True), (51, True)])
def test_pie_07_nombre(deja, refuse):
    assert bool(champs(r.nombre_de_pieces, piece(deja=deja))) is refuse
