"""Ce qui s'importe s'exporte : rendues puis réimportées, les inscriptions d'un centre sont les mêmes."""

from __future__ import annotations

import csv
import datetime as dt
import io

import openpyxl
import pytest
from sqlalchemy import delete, select

from imports.inscriptions import importer
from imports.inscriptions_rendues import exporter
from imports.rendu import en_classeur, en_csv
from models import Candidat, Entreprise, Inscription, InscriptionBloc
from rules.nomenclatures import EtatInscription
from tests import factories as f
from tests.imports.test_inscriptions import BASE

TOUT = BASE | {
    "civilite": "Mme", "nom_usage": "Łukasz", "code_commune_naissance": "68066", "email": "zoe@exemple.invalid",
    "telephone": "+33 6 12 34 56 78", "adresse": "1 rue des Arts, bât. B", "code_postal": "01000", "ville": "Colmar",
    "abondement_cpf": "Oui", "secteur": "HM", "branche": "Plasturgie", "sans_accord_employeur": "Oui",
    "reference": "=1+1", "experience": "",
}


@pytest.fixture
def centre(session):
    return f.centre(session, code="68")


@pytest.fixture
def fichier(session, centre, tmp_path):
    """Des inscriptions de toutes sortes : salarié hors métaux, demandeur d'emploi, VAE par blocs, organisme, né ailleurs."""
    cqpm, ccpm = f.certification(session), f.certification(session)
    organisme = f.organisme(session, nom="Pôle", siret="35600000000048")
    f.habilitation(session, organisme, centre)
    session.flush()
    bloc = cqpm.versions[0].blocs[0].bloc.identifiant
    sans_entreprise = dict.fromkeys(("raison_sociale", "siret", "adresse_entreprise", "code_nace", "secteur"), "")
    lignes = [
        TOUT | {"certification": cqpm.base_identifiant},
        BASE | sans_entreprise | {
            "certification": ccpm.base_identifiant, "nom_naissance": "O’Neill", "origine": "DE", "prescripteur": "candidat",
            "dispositif_financement": "CPF", "pays_naissance": "Allemagne", "ville_naissance": "Dresde",
            "departement_naissance": "", "reference": "B 12",
        },
        BASE | {
            "certification": cqpm.base_identifiant, "nom_naissance": "Besnard", "blocs": bloc, "voie": "vae",
            "date_recevabilite": "01/08/2026", "experience": "Dix ans de soudage", "raison_sociale": "Autre forge", "siret": "", "code_nace": "25.11",
        },
        BASE | {"certification": cqpm.base_identifiant, "nom_naissance": "Durand", "prescripteur": "organisme", "organisme": "Pôle"},
    ]
    chemin = tmp_path / "inscriptions.csv"
    with chemin.open("w", encoding="utf-8", newline="") as sortie:
        ecrivain = csv.DictWriter(sortie, dict.fromkeys(k for x in lignes for k in x), delimiter=";", restval="")
        ecrivain.writeheader()
        ecrivain.writerows(lignes)
    return chemin


def oublier(session):
    for table in (InscriptionBloc, Inscription, Entreprise, Candidat):
        session.execute(delete(table))


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_aller_et_retour_sans_perte(session, centre, fichier, tmp_path, extension):
    premier = importer(session, fichier, centre.id)
    assert (premier.creees, premier.refusees) == (4, 0), premier.erreurs
    rendues = list(exporter(session, centre.id))
    rendu = tmp_path / f"rendu.{extension}"
    with rendu.open("wb") as sortie:
        if extension == "csv":
            sortie.writelines(m.encode() for m in en_csv(rendues))
        else:
            en_classeur(rendues, "Inscriptions", sortie)
    # Sur place, tout est déjà connu.
    encore = importer(session, rendu, centre.id)
    assert (encore.creees, encore.deja_inscrites, encore.refusees) == (0, 4, 0), encore.erreurs
    # Dans une base qui n'en sait rien, les mêmes inscriptions renaissent.
    oublier(session)
    repris = importer(session, rendu, centre.id)
    assert (repris.creees, repris.refusees) == (4, 0), repris.erreurs
    assert list(exporter(session, centre.id)) == rendues


def test_ce_qui_se_lit_dans_le_fichier(session, centre, fichier):
    importer(session, fichier, centre.id)
    entetes, *lignes = exporter(session, centre.id)
    par_nom = {x["nom_naissance"]: x for x in (dict(zip(entetes, ligne, strict=True)) for ligne in lignes)}
    zoe = par_nom["Lefèvre-Martin"]
    assert (zoe["code_postal"], zoe["date_naissance"], zoe["abondement_cpf"], zoe["branche"]) == ("01000", "15/01/1968", "Oui", "Plasturgie")
    # Un tableur n'exécute pas une référence qui a l'air d'une formule.
    assert zoe["reference"] == "'=1+1"
    assert par_nom["Besnard"]["blocs"].startswith("BDC ")
    assert par_nom["Durand"]["organisme"] == "35600000000048"
    assert "mesures" not in entetes


def test_seules_les_ouvertes_du_centre(session, centre):
    certification = f.certification(session)
    f.inscription(session, f.centre(session), certification)
    close = f.inscription(session, centre, certification, date_inscription=dt.date(2026, 1, 5))
    close.etat = EtatInscription.ANNULEE
    session.flush()
    assert len(list(exporter(session, centre.id))) == 1
    assert len(list(exporter(session, centre.id, toutes=True))) == 2
    assert session.scalars(select(Inscription)).all()


def test_un_classeur_garde_le_texte():
    sortie = io.BytesIO()
    en_classeur([("a", "b"), ("=1+1", "007"), ("", "12/03/2026")], "Feuille", sortie)
    feuille = openpyxl.load_workbook(io.BytesIO(sortie.getvalue())).active
    assert [[c.value for c in ligne] for ligne in feuille] == [["a", "b"], ["=1+1", "007"], [None, "12/03/2026"]]
    assert {c.data_type for ligne in feuille for c in ligne if c.value} == {"s"}
