"""Reprendre la liste des certifications d'un coup, et la rendre : aller et retour sans perte."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from imports.certifications import exporter, reprendre
from imports.rendu import en_classeur, en_csv
from models import Certification, Enregistrement, Equivalence, Journal
from rules.actes_numeros import prendre_numero_certification
from rules.collecte import contexte_inscription
from rules.nomenclatures import Famille
from tests import factories as f

REPRISE = Path(__file__).with_name("certifications_reprises.csv")


def fichier(tmp_path, *lignes, entete="famille;annee;numero;numero_imprime;titre;niveau;date_creation;date_suppression;enregistrements;equivalences;source"):
    chemin = tmp_path / "liste.csv"
    chemin.write_text("\n".join([entete, *lignes]) + "\n", "utf-8")
    return chemin


def nombre(session):
    return session.scalar(select(func.count()).select_from(Certification))


def exportee(session, chemin):
    with chemin.open("wb") as sortie:
        if chemin.suffix == ".csv":
            sortie.writelines(m.encode() for m in en_csv(exporter(session)))
        else:
            en_classeur(exporter(session), "Certifications", sortie)
    return chemin


def test_quatre_vingts_certifications_d_un_coup(session):
    simulee = reprendre(session, REPRISE, simuler=True)
    assert (simulee.lignes, simulee.creees, simulee.refusees) == (81, 81, 0), simulee.erreurs
    assert nombre(session) == 0
    reprise = reprendre(session, REPRISE)
    assert (reprise.creees, reprise.ecrit, reprise.code_sortie) == (81, True, 0)
    assert nombre(session) == 81
    tourneur = session.scalar(select(Certification).where(Certification.numero == 34))
    assert (tourneur.annee, tourneur.numero_imprime) == (1989, "MQ 1989 07 54 0034")
    assert tourneur.identifiant_le(reprise_le := f.CREATION.replace(year=2025)) == "CQPM 1989 0034 RI", reprise_le
    assert session.scalar(select(func.count()).select_from(Journal).where(Journal.objet == "certification")) == 81
    # Rejoué, il ne double rien.
    encore = reprendre(session, REPRISE)
    assert (encore.creees, encore.deja_inscrites, encore.alertes) == (0, 81, 0)
    assert nombre(session) == 81
    # Le prochain numéro suit le plus grand repris.
    assert prendre_numero_certification(session, Famille.CQPM, 2026) == 249


def test_une_inscription_la_retrouve_par_chaque_style(session):
    reprendre(session, REPRISE)
    connu = contexte_inscription(session.connection(), f.centre(session).id)
    with REPRISE.open(encoding="utf-8-sig") as flux:
        lignes = list(csv.DictReader(flux, delimiter=";"))
    for ligne in lignes:
        for ecriture in filter(None, (ligne["Numéro tel qu'imprimé"], ligne["Code RNCP"].partition(" ")[0])):
            assert connu.certification(ecriture) is not None, ecriture


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_aller_et_retour_sans_perte(session, tmp_path, format_):
    reprendre(session, REPRISE)
    session.scalars(select(Enregistrement)).first().source = "une autre source"
    session.flush()
    premiere, avant = exportee(session, tmp_path / f"un.{format_}"), list(exporter(session))
    session.execute(delete(Equivalence))
    session.execute(delete(Enregistrement))
    session.execute(delete(Certification))
    session.expire_all()
    assert nombre(session) == 0
    rendue = reprendre(session, premiere)
    assert (rendue.creees, rendue.refusees) == (81, 0), rendue.erreurs
    assert list(exporter(session)) == avant


@pytest.mark.parametrize(("ligne", "code", "colonne"), [
    ("CAP;;;;Soudeur;3;;;;;", "L_FAMILLE", "famille"), (";;;;Soudeur;3;;;;;", "L_VIDE", "famille"),
    ("CQPM;;;;;3;;;;;", "L_VIDE", "titre"), ("CQPM;;;;Soudeur;9;;;;;", "REF-04", "niveau"),
    ("CQPM;;;;Soudeur;trois;;;;;", "L_NOMBRE", "niveau"), ("CQPM;1989;;;Soudeur;3;;;;;", "REF-08", "numero"),
    ("CQPM;1986;1;;Soudeur;3;;;;;", "REF-08", "annee"), ("CQPM;1989;35;MQ 1989 0034;Soudeur;3;;;;;", "REF-08", "numero_imprime"),
    ("CQPM;;;;Soudeur;3;01/01/2020;31/12/2019;;;", "REF-07", "date_suppression"), ("CQPM;;;;Soudeur;3;30/02/2020;;;;", "L_DATE", "date_creation"),
    ("CQPM;;;;Soudeur;3;;;RNCP du;;", "L_ENREGISTREMENT", "enregistrements"),
    ("CQPM;;;;Soudeur;3;;;RNCP034;;", "ENR-01", "enregistrements"),
    ("CQPM;;;;Soudeur;3;;;RNCP34172 du 01/01/2020 au 31/12/2019;;", "ENR-02", "enregistrements"),
    ("CQPM;;;;Soudeur;3;;;;CQPI 2010 0009 du 01/01/2020;", "L_INTERBRANCHES", "equivalences"),
    ("CQPM;;;;Soudeur;3;;;;CQPI;", "L_EQUIVALENCE", "equivalences"),
])
def test_une_ligne_fausse_est_refusee_par_son_code(session, tmp_path, ligne, code, colonne):
    rendu = reprendre(session, fichier(tmp_path, ligne, "CQPM;;;;Bonne;3;;;;;"))
    assert [(e.code, e.colonne, e.ligne) for e in rendu.erreurs if e.gravite == "B"] == [(code, colonne, 2)]
    assert (rendu.refusees, rendu.ecrit, nombre(session)) == (1, False, 0)
    valides = reprendre(session, fichier(tmp_path, ligne, "CQPM;;;;Bonne;3;;;;;"), lignes_valides=True)
    assert (valides.creees, nombre(session)) == (1, 1)


def test_deux_fois_dans_le_fichier_et_deja_differente(session, tmp_path):
    double = reprendre(session, fichier(tmp_path, "CQPM;1989;34;;Tourneur;3;;;;;", "CQPM;;;MQ 1989 07 54 0034;Fraiseur;3;;;;;"))
    assert [(e.code, e.ligne) for e in double.erreurs] == [("L_DOUBLE", 3)]
    f.certification(session, annee=1989, numero=34, titre="Tourneur", niveau=3)
    autre = reprendre(session, fichier(tmp_path, "CQPM;1989;34;;Fraiseur;4;;;;;"))
    assert (autre.deja_inscrites, autre.creees, autre.alertes) == (1, 0, 1)
    assert {e.colonne for e in autre.erreurs} == {"titre", "niveau"}
    assert session.scalar(select(Certification.titre).where(Certification.numero == 34)) == "Tourneur"
