"""Comparer à France compétences puis prendre : rien n'est écrit avant, rien d'autre n'est touché."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from imports.fichier import FichierRefuse
from imports.reception import codes_connus, comparer, lire
from models import Enregistrement, EnregistrementBloc, Journal
from rules import controle
from rules.actes_enregistrement import Proposition, prendre, tout_prendre
from rules.nomenclatures import Famille, Repertoire
from tests import factories as f
from tests.imports.test_francecompetences import FICHE, TETE, ecrit

UIMM = "78471719100018"


def fiche(code, intitule="CQP Soudeur", du="01/02/2023", au="31/12/2026", derniere="30/06/2027", siret=UIMM, ancienne="",
          blocs=(), actif="Oui"):
    return (
        f"<FICHE><NUMERO_FICHE>{code}</NUMERO_FICHE>"
        + (f"<ANCIENNES_CERTIFICATIONS><ANCIENNE_CERTIFICATION><ID_FICHE_ANCIENNE_CERTIFICATION>{ancienne}"
           "</ID_FICHE_ANCIENNE_CERTIFICATION></ANCIENNE_CERTIFICATION></ANCIENNES_CERTIFICATIONS>" if ancienne else "")
        + f"<INTITULE>{intitule}</INTITULE><CERTIFICATEURS><CERTIFICATEUR><SIRET_CERTIFICATEUR>{siret}</SIRET_CERTIFICATEUR>"
        "</CERTIFICATEUR></CERTIFICATEURS><BLOCS_COMPETENCES>"
        + "".join(f"<BLOC_COMPETENCES><CODE>{c}</CODE><LIBELLE>{t}</LIBELLE></BLOC_COMPETENCES>" for c, t in blocs)
        + f"</BLOCS_COMPETENCES><DATE_EFFET>{du}</DATE_EFFET><DATE_FIN_ENREGISTREMENT>{au}</DATE_FIN_ENREGISTREMENT>"
        f"<DATE_LIMITE_DELIVRANCE>{derniere}</DATE_LIMITE_DELIVRANCE><ACTIF>{actif}</ACTIF></FICHE>"
    )


def recue(session, tmp_path, *fiches):
    chemin = ecrit(tmp_path, TETE + "".join(fiches) + "</FICHES>")
    return comparer(session, chemin, lire(chemin, codes_connus(session)))


def propositions(reception):
    return {p["cle"]: Proposition(**p) for p in reception.resume["propositions"]}


@pytest.fixture
def soudeur(session):
    """Un CQPM tenu au RNCP, sans fin connue, de deux blocs."""
    c = f.certification(session, rncp=False, titre="Soudeur")
    c.enregistrements.append(Enregistrement(repertoire=Repertoire.RNCP, code="RNCP34172", du=dt.date(2020, 1, 1)))
    session.flush()
    return c


def test_comparer_ne_change_rien_et_dit_tout(session, tmp_path, soudeur):
    libelle = soudeur.versions[0].blocs[0].bloc.libelle
    reception = recue(
        session, tmp_path,
        fiche("RNCP34172", blocs=[("RNCP34172BC01", libelle), ("RNCP34172BC02", "Autre")]),
        fiche("RNCP40001", "Soudeur", du="01/01/2027", au="31/12/2029", derniere="", ancienne="RNCP34172"),
        fiche("RNCP40002", "CQP Inconnu au bataillon"),
        fiche("RNCP40003", "Coiffeur", siret="11004401300040"),
        fiche("RNCP40004", "Soudeur d'hier", actif="Non"),
    )
    assert (reception.lues, reception.resume["retenues"]) == (5, 4)
    vues = propositions(reception)
    assert set(vues) == {"RNCP34172:du", "RNCP34172:au", "RNCP34172:derniere_delivrance", "RNCP34172BC01", "RNCP34172BC02",
                         "RNCP40001", "RNCP40002"}
    assert vues["RNCP34172:du"].avant == "2020-01-01"
    assert vues["RNCP34172BC01"].bloc_id == soudeur.versions[0].blocs[0].bloc_id
    assert vues["RNCP40001"].certification_id == soudeur.id
    assert vues["RNCP40002"].a_rattacher
    assert session.scalar(select(func.count()).select_from(EnregistrementBloc)) == 0
    assert soudeur.enregistrements[0].au is None


def test_prendre_une_seule_n_ecrit_qu_elle(session, tmp_path, soudeur):
    reception = recue(session, tmp_path, fiche("RNCP34172", blocs=[("RNCP34172BC01", "Souder")]))
    prendre(session, reception, ["RNCP34172:au"])
    enregistrement = soudeur.enregistrements[0]
    assert (enregistrement.du, enregistrement.au, enregistrement.derniere_delivrance) == (dt.date(2020, 1, 1), dt.date(2026, 12, 31), None)
    assert enregistrement.blocs == []
    assert reception.prises == ["RNCP34172:au"]
    ecrits = session.scalars(select(Journal.objet).where(Journal.objet.in_(["enregistrement", "reception"]))).all()
    assert {"enregistrement", "reception"} <= set(ecrits)
    with pytest.raises(controle.Refus):
        prendre(session, reception, ["RNCP34172:au"])


def test_tout_prendre_sauf_ce_qui_attend_une_certification(session, tmp_path, soudeur):
    tourneur = f.certification(session, rncp=False, titre="Tourneur", famille=Famille.CQPM)
    reception = recue(
        session, tmp_path, fiche("RNCP34172", blocs=[("RNCP34172BC01", "Souder")]),
        fiche("RNCP40002", "Inconnu", blocs=[("RNCP40002BC01", "Tourner")]),
    )
    vues = list(propositions(reception).values())
    cles = tout_prendre(vues)
    assert not any("40002" in c for c in cles)
    prendre(session, reception, cles)
    assert soudeur.enregistrements[0].blocs[0].code == "RNCP34172BC01"
    with pytest.raises(controle.Refus):
        prendre(session, reception, ["RNCP40002"])
    prendre(session, reception, ["RNCP40002", "RNCP40002BC01"], {"RNCP40002": tourneur.id})
    assert [(e.code, [b.code for b in e.blocs]) for e in tourneur.enregistrements] == [("RNCP40002", ["RNCP40002BC01"])]
    # Comparé de nouveau, il ne reste rien à prendre.
    assert propositions(recue(session, tmp_path, fiche("RNCP34172", blocs=[("RNCP34172BC01", "Souder")]))) == {}


def test_depasse_inconnu_ou_faux_refuse_sans_rien_ecrire(session, tmp_path, soudeur):
    reception = recue(session, tmp_path, fiche("RNCP34172", derniere="01/01/2025"))
    soudeur.enregistrements[0].au = dt.date(2025, 1, 1)
    session.flush()
    for cles, champ in ((["RNCP34172:au"], "au"), (["RNCP1"], "")):
        with session.begin_nested(), pytest.raises(controle.Refus) as refus:
            prendre(session, reception, cles)
        assert refus.value.violations[0].champ == champ
    reception = recue(session, tmp_path, fiche("RNCP34172", derniere="01/01/2025"))
    point = session.begin_nested()
    with pytest.raises(controle.Refus) as refus:
        prendre(session, reception, ["RNCP34172:au", "RNCP34172:derniere_delivrance"])
    point.rollback()
    assert refus.value.violations[0].code == "ENR-02"


def test_un_fichier_tronque_ne_se_compare_pas(session, tmp_path, soudeur):
    with pytest.raises(FichierRefuse):
        lire(ecrit(tmp_path, TETE + FICHE.format(code=34172)), codes_connus(session))
