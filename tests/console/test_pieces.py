"""Joindre, télécharger, retirer : qui le peut, ce qui est refusé, ce que le journal en garde ; sur les deux moteurs."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from admin_views.extensions import db
from models import Demande, Journal, Piece
from models.contexte import agir_comme, systeme
from models.perimetre import HorsPerimetre
from rules import actes_pieces
from rules.controle import Refus
from rules.nomenclatures import NaturePiece
from tests import factories as f
from tests import fichiers
from tests.console.conftest import Client, jeton


@pytest.fixture
def piece_id(application: Flask) -> int:
    with application.app_context(), agir_comme(systeme("essais")):
        dossier = f.demande(db.session())
        piece = actes_pieces.joindre(db.session(), dossier, "rapport n° 1.pdf", fichiers.PDF, NaturePiece.RAPPORT)
        db.session.commit()
        return piece.id


def test_le_fichier_revient_tel_qu_il_est_et_la_lecture_est_au_journal(application: Flask, client: Client, piece_id: int):
    reponse = client("gtp").get(f"/pieces/{piece_id}")
    assert (reponse.status_code, reponse.data) == (200, fichiers.PDF)
    assert reponse.headers["Content-Disposition"].startswith("attachment;")
    assert reponse.headers["X-Content-Type-Options"] == "nosniff"
    assert reponse.headers["Content-Type"] == "application/pdf"
    with application.app_context(), agir_comme(systeme("essais")):
        lignes = db.session.scalars(
            select(Journal).where(Journal.objet == "piece", Journal.objet_id == piece_id).order_by(Journal.id)
        ).all()
        assert [ligne.action for ligne in lignes] == ["création", "lecture"]
        assert "contenu" not in lignes[0].apres


@pytest.mark.parametrize(("compte", "code"), [
    ("uimm", 200), ("lecture", 200), ("clerc68", 404), ("responsable68", 404), ("jure68", 404), ("admin", 404),
])
def test_qui_lit_une_piece_du_gtp(client: Client, piece_id: int, compte: str, code: int):
    assert client(compte).get(f"/pieces/{piece_id}").status_code == code


def test_un_anonyme_se_connecte(application: Flask, piece_id: int):
    assert application.test_client().get(f"/pieces/{piece_id}").status_code == 303


@pytest.mark.parametrize(("compte", "code"), [("lecture", 403), ("clerc68", 404), ("uimm", 303)])
def test_qui_retire_une_piece(application: Flask, client: Client, piece_id: int, compte: str, code: int):
    moi = client(compte)
    reponse = moi.post(f"/pieces/{piece_id}/retirer", data={"csrf_token": jeton(moi, "/compte"), "retour": "http://ailleurs"})
    assert reponse.status_code == code
    if code == 303:
        assert reponse.headers["Location"] == "/"
    with application.app_context(), agir_comme(systeme("essais")):
        assert (db.session.get(Piece, piece_id) is None) is (code == 303)


def test_un_fichier_refuse_n_est_pas_ecrit(application: Flask):
    with application.app_context(), agir_comme(systeme("essais")):
        dossier = f.demande(db.session())
        for nom, contenu, attendus in (
            ("rapport.pdf", fichiers.EXE, {"PIE-04"}), ("rapport.pdf.exe", fichiers.EXE, {"PIE-01", "PIE-02"}),
            ("rapport.pdf", b"", {"PIE-03"}), ("projet.docx", fichiers.docx(**{"word/vbaProject.bin": b"x"}), {"PIE-05"}),
        ):
            with pytest.raises(Refus) as refus:
                actes_pieces.joindre(db.session(), dossier, nom, contenu, NaturePiece.AUTRE)
            assert {v.code for v in refus.value.violations} == attendus
        assert actes_pieces.pieces_du_dossier(db.session(), dossier) == []
        db.session.rollback()


def test_un_clerc_ne_joint_rien_a_un_dossier_national(application: Flask, piece_id: int):
    from models.contexte import Acteur
    from rules.nomenclatures import Role

    with application.app_context():
        with agir_comme(systeme("essais")):
            demande_id = db.session.scalar(select(Piece.demande_id).where(Piece.id == piece_id))
        for role in (Role.CLERC, Role.RESPONSABLE):
            with agir_comme(Acteur("clerc", role=role, centre_id=1)):
                assert db.session.get(Demande, demande_id) is None
                db.session.add(Piece(demande_id=demande_id, nature=NaturePiece.AUTRE, nom="a.pdf", type_mime="x",
                                     taille=1, sha256="0" * 64, contenu=b"a"))
                with pytest.raises(HorsPerimetre):
                    db.session.flush()
                db.session.rollback()


def test_le_contenu_ne_se_lit_qu_a_la_demande_et_un_dossier_par_piece(application: Flask, piece_id: int):
    with application.app_context(), agir_comme(systeme("essais")):
        piece = db.session.get(Piece, piece_id)
        assert "contenu" not in piece.__dict__
        db.session.add(Piece(nature=NaturePiece.AUTRE, nom="a.pdf", type_mime="x", taille=1, sha256="0" * 64, contenu=b"a"))
        with pytest.raises(DBAPIError, match=r"un_dossier|centre_du_dossier"):
            db.session.flush()
        db.session.rollback()
