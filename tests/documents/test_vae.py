"""Les documents d'une VAE relus : la décision dite au candidat, les conclusions au jury sans nom ; la console et la CLI."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import select

from documents.declarations import declaration_de, nom_fichier, rendre
from documents.erreurs import DonneeIncoherente, DonneeManquante
from documents.exemples import CONCLUSIONS, NON_RECEVABLE, RECEVABLE
from documents.sources_vae import SOURCES
from models import Candidat
from models.contexte import Acteur, agir_comme
from rules import actes
from rules.nomenclatures import Recevabilite, Role, Voie
from tests import factories as f

JOUR = dt.date(2026, 2, 10)


def test_la_recevabilite_dit_la_decision_et_ses_suites(relire):
    (page,) = relire(rendre("recevabilite-vae", RECEVABLE))
    for passage in ("UIMM Alsace", "Mme Jeanne DUPONT", "5 janvier 2026", "CERFA 12818*02", "CQPM 1989 0021 R",
                    "par décision du 9 février 2026", "est déclarée recevable", "livret 2", "commission de validation",
                    "accompagné par un tiers", "R. 6412-4", "Delphine Ancel"):
        assert passage in page, passage
    assert "Recours" not in page


def test_un_refus_dit_son_motif_et_les_recours(relire):
    (page,) = relire(rendre("recevabilite-vae", NON_RECEVABLE))
    for passage in ("est déclarée non recevable", "Motif", "logistique", "Recommandations", "R. 6412-3", "Recours", "réexaminer"):
        assert passage in page, passage
    assert "livret 2" not in page


def test_le_silence_dit_depuis_quand_la_demande_est_reputee_recevable(relire):
    (page,) = relire(rendre("recevabilite-vae", dataclasses.replace(RECEVABLE, recevabilite="reputee", decidee_le=dt.date(2026, 3, 6))))
    assert "dans les deux mois" in page
    assert "depuis le 6 mars 2026, votre demande est réputée recevable" in page


def test_la_vae_de_branche_ne_cite_pas_le_code_du_travail(relire):
    for exemple in (RECEVABLE, NON_RECEVABLE):
        (page,) = relire(rendre("recevabilite-vae", dataclasses.replace(exemple, vae_de_droit=False)))
        assert "VAE de branche" in page
        assert "6412" not in page


def test_les_conclusions_vont_au_jury_sans_nom(relire):
    (page,) = relire(rendre("conclusions-vae", CONCLUSIONS))
    for passage in ("Jury paritaire de délibération du 12 mars 2026", "Dossier VAE n° 412", "Candidat n° 7", "validation partielle",
                    "BDC 0012", "Réaliser la maintenance préventive", "non acquise", "mise en situation", "entretien",
                    "M. Pascal NARDIN", "Mme Delphine ANCEL", "20 février 2026", "Observations"):
        assert passage in page, passage
    assert nom_fichier("conclusions-vae", CONCLUSIONS) == "conclusions-vae_commission-2026-02-20_dossier-412.pdf"


@pytest.mark.parametrize(
    ("code", "exemple", "champs", "erreur"),
    [
        ("recevabilite-vae", RECEVABLE, {"recevabilite": ""}, DonneeManquante),
        ("recevabilite-vae", RECEVABLE, {"recevabilite": "oui"}, DonneeIncoherente),
        ("recevabilite-vae", RECEVABLE, {"dossier_recu_le": None}, DonneeManquante),
        ("recevabilite-vae", RECEVABLE, {"decidee_par": ""}, DonneeManquante),
        ("recevabilite-vae", NON_RECEVABLE, {"motif": ""}, DonneeManquante),
        ("conclusions-vae", CONCLUSIONS, {"conclusion": ""}, DonneeManquante),
        ("conclusions-vae", CONCLUSIONS, {"president": ""}, DonneeManquante),
        ("conclusions-vae", CONCLUSIONS, {"membres": CONCLUSIONS.membres[:1]}, DonneeIncoherente),
        ("conclusions-vae", CONCLUSIONS, {"valides": ()}, DonneeIncoherente),
        ("conclusions-vae", CONCLUSIONS, {"conclusion": "totale"}, DonneeIncoherente),
        ("conclusions-vae", CONCLUSIONS, {"tenue_le": None}, DonneeManquante),
    ],
)
def test_une_donnee_manquante_est_nommee(code, exemple, champs, erreur):
    with pytest.raises(erreur):
        declaration_de(code).verifier(dataclasses.replace(exemple, **champs))


# --- de la base


@pytest.fixture
def vae(session):
    centre = f.centre(session, adresse="2 rue de l'Industrie", code_postal="68100", ville="Mulhouse")
    return f.vae_conclue(session, f.inscription(session, centre, f.certification(session), voie=Voie.VAE, date_recevabilite=f.DATE_INSCRIPTION), non_acquises=(3,))


def test_de_la_base_aux_deux_documents(session, vae, relire):
    session.expire_all()
    (page,) = relire(rendre("recevabilite-vae", SOURCES["recevabilite-vae"](session, vae.id, JOUR)))
    nom = session.scalars(select(Candidat.nom_naissance).where(Candidat.id == vae.candidat_id)).one()
    assert nom.upper() in page
    conclusions = SOURCES["conclusions-vae"](session, vae.id, JOUR)
    assert [a.numero for a in conclusions.valides] == [vae.certification.versions[0].blocs[0].bloc.identifiant]
    assert nom not in repr(conclusions)
    (page,) = relire(rendre("conclusions-vae", conclusions))
    assert f"Dossier VAE n° {vae.id}" in page
    assert "Candidat n°" not in page
    jury = f.jury(session, vae.centre)
    actes.presenter(session, jury, [vae])
    assert SOURCES["conclusions-vae"](session, vae.id, JOUR).numero_anonyme == 1


def test_rien_d_une_autre_voie_ni_d_un_autre_centre(session, vae):
    formation = f.inscription(session, vae.centre, vae.certification)
    assert SOURCES["recevabilite-vae"](session, formation.id, JOUR) is None
    ailleurs = f.centre(session)
    with agir_comme(Acteur("clerc", role=Role.CLERC, centre_id=ailleurs.id)):
        assert SOURCES["recevabilite-vae"](session, vae.id, JOUR) is None
    neuve = f.inscription(session, vae.centre, vae.certification, voie=Voie.VAE, date_recevabilite=f.DATE_INSCRIPTION)
    session.expire_all()
    with pytest.raises(DonneeManquante):
        SOURCES["recevabilite-vae"](session, neuve.id, JOUR)
    assert Recevabilite.FAVORABLE is vae.vae.recevabilite
