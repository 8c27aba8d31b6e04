"""Transmettre, contrôler, retirer la capacité : sur les deux moteurs, et ce que la base refuse ensuite."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import Jury, Transmission
from models.base import aujourd_hui
from models.contexte import Acteur, agir_comme
from rules import actes, actes_pieces, actes_suivi, controle
from rules.actes_suivi import ActionDemandee
from rules.nomenclatures import NaturePiece, Role
from tests import factories as f

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
UN_JOUR = dt.timedelta(1)


def codes(refus) -> set[str]:
    return {v.code for v in refus.value.violations}


@pytest.fixture
def jury(session: Session) -> Jury:
    return f.jury_signe(session, f.centre(session), f.certification(session), candidats=1)


def joindre(session: Session, jury: Jury) -> Transmission:
    dossier = actes_suivi.dossier_de_transmission(session, jury)
    actes_pieces.joindre(session, dossier, "emargement.pdf", PDF, NaturePiece.EMARGEMENT)
    return dossier


def transmis(session: Session, jury: Jury) -> Transmission:
    dossier = joindre(session, jury)
    actes_suivi.transmettre(session, jury, jury.date_jury, lettre_prete=True)
    return dossier


def test_pas_de_dossier_avant_la_signature(session):
    jury = f.jury_pret(session, f.centre(session), f.certification(session))
    with pytest.raises(controle.Refus) as refus:
        actes_suivi.dossier_de_transmission(session, jury)
    assert codes(refus) == {"TRA-02"}


def test_transmettre_demande_l_emargement(session, jury):
    with pytest.raises(controle.Refus) as refus:
        actes_suivi.transmettre(session, jury, jury.date_jury, lettre_prete=True)
    assert [v.message for v in refus.value.violations] == ["La feuille d'émargement signée n'est pas jointe (annexe 13)."]


def test_transmis_le_dossier_ne_change_plus(session, jury):
    dossier = transmis(session, jury)
    assert dossier.transmise_le == jury.date_jury
    with pytest.raises(controle.Refus) as refus:
        actes_suivi.transmettre(session, jury, jury.date_jury, lettre_prete=True)
    assert codes(refus) == {"TRA-02"}
    with pytest.raises(controle.Refus) as refus:
        actes_pieces.joindre(session, dossier, "autre.pdf", PDF, NaturePiece.AUTRE)
    assert codes(refus) == {"PIE-06"}


@pytest.mark.parametrize(
    "instruction",
    [
        "UPDATE transmission SET transmise_le = NULL",
        "DELETE FROM transmission",
        "DELETE FROM piece",
        "UPDATE piece SET nom = 'autre.pdf'",
    ],
)
def test_la_base_refuse_de_le_changer(session, jury, instruction):
    transmis(session, jury)
    with pytest.raises(DBAPIError) as erreur, session.begin_nested():
        session.execute(text(instruction))
    violation = controle.traduire(erreur.value)
    assert violation is not None
    assert violation.code in {"TRA-02", "PIE-06"}


def test_un_retard_alerte_sans_empecher(session, jury):
    joindre(session, jury)
    alertes = actes_suivi.transmettre(session, jury, jury.date_jury + dt.timedelta(100), lettre_prete=True)
    assert [a.code for a in alertes] == ["TRA-01"]


def non_conforme(session: Session, jury: Jury) -> Transmission:
    dossier = transmis(session, jury)
    actes_suivi.controler_transmission(
        session, dossier, jury.date_jury, conforme=False, observations="Il manque une signature.",
        actions=[ActionDemandee("Faire signer le représentant absent.", jury.date_jury + UN_JOUR)],
    )
    return dossier


def test_controler_puis_mener_l_action(session, jury):
    dossier = non_conforme(session, jury)
    (action,) = dossier.actions
    with pytest.raises(controle.Refus):
        actes_suivi.realiser(session, action, jury.date_jury, " ")
    actes_suivi.realiser(session, action, jury.date_jury, "Signature recueillie.")
    with pytest.raises(controle.Refus):
        actes_suivi.realiser(session, action, jury.date_jury, "Encore.")
    with pytest.raises(controle.Refus):
        actes_suivi.controler_transmission(session, dossier, jury.date_jury, conforme=True)


def test_la_capacite_se_retire_et_se_rend(session, jury):
    dossier = non_conforme(session, jury)
    terme = dossier.actions[0].terme
    with pytest.raises(controle.Refus) as refus:
        actes_suivi.retirer_capacite(session, jury.centre, terme, "Actions non menées")
    assert codes(refus) == {"SUI-02"}
    retrait = actes_suivi.retirer_capacite(session, jury.centre, terme + UN_JOUR, "Actions non menées")
    with pytest.raises(controle.Refus):
        actes_suivi.retirer_capacite(session, jury.centre, terme + UN_JOUR, "Encore")
    with pytest.raises(controle.Refus):
        actes_suivi.rendre_capacite(session, retrait, terme)
    actes_suivi.rendre_capacite(session, retrait, terme + UN_JOUR * 2)


def test_sans_capacite_ni_jury_ni_attribution_par_le_centre(session):
    """JUR-14, SUI-02 : le GTP attribue à la place du centre, et lui seul."""
    centre, certification = f.centre(session), f.certification(session)
    signe = f.jury_ouvert(session, centre, certification, candidats=1)
    actes.signer(session, signe, f.president(signe))
    a_ouvrir = f.jury_pret(session, centre, certification)
    retrait = f.retrait_capacite(session, centre, retire_le=a_ouvrir.date_jury)
    with pytest.raises(controle.Refus) as refus:
        actes.ouvrir(session, a_ouvrir, a_ouvrir.date_jury)
    assert "JUR-14" in codes(refus)
    with pytest.raises(controle.Refus) as refus:
        actes.attribuer(session, signe)
    assert codes(refus) == {"JUR-14"}
    with agir_comme(Acteur("gtp", role=Role.GTP)):
        assert len(actes.attribuer(session, signe)) == 1
    retrait.rendu_le = a_ouvrir.date_jury
    session.flush()
    actes.ouvrir(session, a_ouvrir, a_ouvrir.date_jury)
    assert aujourd_hui() >= a_ouvrir.date_jury
