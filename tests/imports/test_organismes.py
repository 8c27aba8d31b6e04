"""Reprendre les organismes d'un centre et leurs habilitations, et les rendre : sur les deux moteurs, sans perte."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import func, select

from imports.moteur import importer
from imports.organismes import COLONNES, FICHIER, exporter
from models import EvenementHabilitation, Habilitation, Journal, Organisme
from rules.nomenclatures import EtatHabilitation, NatureEvenement
from tests import factories as f

SIRET = "73282932000074"
AUTRE_SIRET = "35600000000048"


@pytest.fixture
def centre(session):
    return f.centre(session)


def ecrire(dossier: Path, *lignes: dict[str, str]) -> Path:
    chemin = dossier / "organismes.csv"
    with chemin.open("w", encoding="utf-8", newline="") as sortie:
        ecrivain = csv.DictWriter(sortie, [c.nom for c in COLONNES], delimiter=";", restval="")
        ecrivain.writeheader()
        ecrivain.writerows(lignes)
    return chemin


def reprendre(session, centre, tmp_path, *lignes, **reglages):
    return importer(FICHIER, session, ecrire(tmp_path, *lignes), centre.id, **reglages)


def codes(rendu):
    return [(e.ligne, e.colonne, e.code) for e in rendu.erreurs]


def nombres(session):
    return tuple(session.scalar(select(func.count()).select_from(t)) for t in (Organisme, Habilitation))


def test_un_organisme_et_son_habilitation(session, centre, tmp_path):
    certification = f.certification(session)
    lignes = (
        {"nom": "Pôle formation", "siret": SIRET, "numero_declaration": "42 68 00000 68", "adresse": "1 rue des Arts, Colmar",
         "courriel": "pole@exemple.invalid", "habilite_depuis": "01/02/2024", "habilite_jusqu_au": "31/01/2099",
         "certifications": certification.base_identifiant},
        {"nom": "Sans habilitation"},
    )
    simulee = reprendre(session, centre, tmp_path, *lignes, simuler=True)
    assert (simulee.creees, simulee.refusees, nombres(session)) == (2, 0, (0, 0)), simulee.erreurs
    rendu = reprendre(session, centre, tmp_path, *lignes)
    assert (rendu.creees, rendu.rattachees, rendu.ecrit, nombres(session)) == (2, 0, True, (2, 1))
    h = session.scalars(select(Habilitation)).one()
    assert (h.etat, h.reprise, h.centre_id, h.du, h.au) == (
        EtatHabilitation.ACCORDEE, True, centre.id, dt.date(2024, 2, 1), dt.date(2099, 1, 31)
    )
    assert [c.id for c in h.certifications] == [certification.id]
    # Sa fin changera la liste nationale ; son début, d'avant la console, ne la change pas.
    fins = session.scalars(select(EvenementHabilitation)).all()
    assert [(e.nature, e.le) for e in fins] == [(NatureEvenement.FIN, dt.date(2099, 2, 1))]
    traces = session.execute(select(Journal.objet, Journal.importation_id, Journal.importation_ligne)
                             .where(Journal.action == "création", Journal.objet.in_(["organisme", "habilitation"]))).all()
    assert sorted(traces) == [("habilitation", rendu.importation, 2), ("organisme", rendu.importation, 2),
                              ("organisme", rendu.importation, 3)]
    # Rejoué, il ne double rien.
    encore = reprendre(session, centre, tmp_path, *lignes)
    assert (encore.creees, encore.deja_inscrites, nombres(session)) == (0, 2, (2, 1))


def test_un_organisme_connu_est_rattache_et_jamais_reecrit(session, centre, tmp_path):
    connu = f.organisme(session, nom="Pôle formation", siret=SIRET)
    rendu = reprendre(session, centre, tmp_path,
                      {"nom": "PÔLE", "siret": SIRET, "courriel": "x@exemple.invalid", "habilite_depuis": "01/02/2024"})
    assert (rendu.creees, rendu.rattachees, rendu.alertes, rendu.refusees) == (1, 1, 1, 0)
    assert codes(rendu) == [(2, "nom", "L_DIFFERE"), (2, "courriel", "L_DIFFERE")]
    session.refresh(connu)
    assert (connu.nom, connu.courriel, nombres(session)) == ("Pôle formation", "", (1, 1))
    # Par son nom exact aussi, tant qu'aucun numéro ne dit le contraire.
    par_nom = reprendre(session, centre, tmp_path, {"nom": "pole FORMATION"})
    assert (par_nom.deja_inscrites, nombres(session)) == (1, (1, 1))
    autre = reprendre(session, centre, tmp_path, {"nom": "Pôle formation", "siret": AUTRE_SIRET})
    assert (autre.creees, nombres(session)) == (1, (2, 1))
    # Le nom seul en désigne maintenant deux.
    assert codes(reprendre(session, centre, tmp_path, {"nom": "Pôle formation"})) == [(2, "nom", "L_ORGANISME")]


def test_plusieurs_lignes_d_un_meme_organisme(session, centre, tmp_path):
    a, b = f.certification(session), f.certification(session)
    rendu = reprendre(
        session, centre, tmp_path,
        {"nom": "Pôle", "siret": SIRET, "habilite_depuis": "01/02/2024", "certifications": a.base_identifiant},
        {"nom": "Pôle", "siret": SIRET, "habilite_depuis": "01/03/2024", "certifications": b.base_identifiant},
    )
    assert (rendu.creees, rendu.refusees, nombres(session)) == (2, 0, (1, 2)), rendu.erreurs
    double = reprendre(session, centre, tmp_path, {"nom": "Pôle", "siret": SIRET, "habilite_depuis": "01/04/2024"})
    assert codes(double) == [(2, "certifications", "HAB-01")]


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        ({"nom": "", "adresse": "1 rue des Arts"}, [("nom", "L_VIDE")]),
        ({"siret": "73282932000075"}, [("siret", "INS-11")]),
        ({"siret": "12"}, [("siret", "L_SIRET")]),
        ({"numero_declaration": "123"}, [("numero_declaration", "L_DECLARATION")]),
        ({"courriel": "pole"}, [("courriel", "L_EMAIL")]),
        ({"habilite_depuis": "01/01/2999"}, [("habilite_depuis", "HAB-02")]),
        ({"habilite_depuis": "01/02/2024", "habilite_jusqu_au": "31/01/2024"}, [("habilite_jusqu_au", "HAB-01")]),
        ({"habilite_jusqu_au": "31/01/2024"}, [("habilite_depuis", "HAB-01")]),
        ({"habilite_depuis": "01/02/2024", "certifications": "CQPM 1901 9999"}, [("certifications", "L_CERTIFICATION")]),
        ({"habilite_depuis": "01/02/2024", "blocs": "BDC 9999"}, [("blocs", "L_BLOCS")]),
    ],
)
def test_ce_qui_est_refuse(session, centre, tmp_path, champs, attendu):
    rendu = reprendre(session, centre, tmp_path, {"nom": "Pôle"} | champs)
    assert [(c, code) for _, c, code in codes(rendu)] == attendu
    assert (rendu.refusees, rendu.ecrit, nombres(session)) == (1, False, (0, 0))


def test_une_certification_supprimee_ne_s_habilite_plus(session, centre, tmp_path):
    supprimee = f.certification(session, date_suppression=dt.date(2023, 1, 1))
    rendu = reprendre(session, centre, tmp_path,
                      {"nom": "Pôle", "habilite_depuis": "01/02/2024", "certifications": supprimee.base_identifiant})
    assert codes(rendu) == [(2, "certifications", "HAB-01")]


def test_aller_et_retour_sans_perte(session, centre, tmp_path):
    certifications = [f.certification(session), f.certification(session)]
    blocs = [b.bloc for c in certifications for b in c.versions[0].blocs][:2]
    pole = f.organisme(session, nom="=Pôle", siret=SIRET, numero_declaration="42680000068", adresse="1 rue « des Arts »")
    f.habilitation(session, pole, centre, du=dt.date(2024, 2, 1), au=dt.date(2099, 1, 31), certifications=certifications)
    f.habilitation(session, f.organisme(session, nom="Autre"), centre, blocs=blocs)
    f.habilitation(session, f.organisme(session, nom="Ailleurs"), f.centre(session))
    session.expire_all()
    rendues = list(exporter(session, centre.id))
    assert [ligne[0] for ligne in rendues] == ["nom", "Autre", "'=Pôle"]
    chemin = tmp_path / "rendu.csv"
    with chemin.open("w", encoding="utf-8-sig", newline="") as sortie:
        csv.writer(sortie, delimiter=";").writerows(rendues)
    deja = importer(FICHIER, session, chemin, centre.id)
    assert (deja.creees, deja.deja_inscrites, deja.alertes) == (0, 2, 0), deja.erreurs
    # Dans un centre qui n'en sait rien, les mêmes habilitations se reprennent, et se rendent de même.
    voisin = f.centre(session)
    repris = importer(FICHIER, session, chemin, voisin.id)
    assert (repris.creees, repris.rattachees) == (2, 2), repris.erreurs
    session.expire_all()
    assert list(exporter(session, voisin.id)) == rendues
