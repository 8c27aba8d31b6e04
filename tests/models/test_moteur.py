"""Les réglages du moteur et les types communs."""

from __future__ import annotations

import datetime as dt
import sqlite3

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import StatementError

from models import Centre, Certification, Organisme, Syndicat, TentativeConnexion
from models.base import maintenant
from models.contexte import en_ecriture
from models.moteur import ATTENTE_VERROU_MS, regler, url_normalisee
from rules.nomenclatures import Famille, Repertoire
from tests import factories as f


@pytest.mark.parametrize(
    ("url", "attendue"),
    [
        ("postgres://u:p@h/b", "postgresql+psycopg://u:p@h/b"),
        ("postgresql://u@h/b?host=/tmp", "postgresql+psycopg://u@h/b?host=/tmp"),
        ("postgresql+psycopg://h/b", "postgresql+psycopg://h/b"),
        ("sqlite:///x.db", "sqlite:///x.db"),
    ],
)
def test_url_normalisee(url, attendue):
    assert url_normalisee(url) == attendue


def test_sqlite_est_regle_pour_ne_rien_perdre(tmp_path):
    moteur = regler(create_engine(f"sqlite:///{tmp_path / 'b.db'}"))
    with moteur.connect() as connexion:
        lus = {
            nom: connexion.exec_driver_sql(f"PRAGMA {nom}").scalar()
            for nom in ("foreign_keys", "journal_mode", "synchronous", "busy_timeout", "recursive_triggers")
        }
    moteur.dispose()
    assert lus == {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 2, "busy_timeout": ATTENTE_VERROU_MS,
                   "recursive_triggers": 1}


def test_qui_annonce_une_ecriture_prend_son_tour(tmp_path):
    """Dans un bloc `en_ecriture`, la transaction tient le verrou dès son début : une autre attend."""
    moteur = regler(create_engine(f"sqlite:///{tmp_path / 'b.db'}"))
    presse = sqlite3.connect(tmp_path / "b.db", timeout=0, isolation_level=None)
    with moteur.connect() as connexion:
        connexion.execute(text("SELECT 1"))
        presse.execute("BEGIN IMMEDIATE")
        presse.execute("ROLLBACK")
        connexion.rollback()
        with en_ecriture():
            connexion.execute(text("SELECT 1"))
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                presse.execute("BEGIN IMMEDIATE")
    presse.close()
    moteur.dispose()


def test_un_instant_garde_son_fuseau(session):
    paris = dt.timezone(dt.timedelta(hours=2))
    session.add(TentativeConnexion(empreinte_compte="0" * 64, empreinte_adresse="0" * 64,
                                   le=dt.datetime(2026, 7, 1, 14, 30, tzinfo=paris)))
    session.flush()
    session.expire_all()
    lu = session.scalars(select(TentativeConnexion)).one().le
    assert lu == dt.datetime(2026, 7, 1, 12, 30, tzinfo=dt.UTC)
    assert lu.utcoffset() == dt.timedelta(0)
    assert maintenant().utcoffset() == dt.timedelta(0)


def test_un_instant_naif_est_refuse(session):
    session.add(TentativeConnexion(empreinte_compte="0" * 64, empreinte_adresse="0" * 64, le=dt.datetime(2026, 7, 1)))  # noqa: DTZ001
    with pytest.raises(StatementError, match="instant sans fuseau"):
        session.flush()


def test_la_valeur_d_une_liste_et_non_son_nom_est_en_base(session):
    certification = f.certification(session)
    assert session.scalar(text("SELECT famille FROM certification WHERE id = :i"), {"i": certification.id}) == "CQPM"
    session.expire_all()
    assert session.get(Certification, certification.id).famille is Famille.CQPM


def test_la_recherche_se_compare_octet_a_octet(session):
    for nom in ("zeta", "alpha", "Beta", "alpha deux"):
        session.add(Centre(code=nom, nom=nom))
        f.organisme(session, nom=nom)
    session.flush()
    assert session.scalars(select(Organisme.recherche).order_by(Organisme.recherche)).all() == [
        "alpha", "alpha deux", "beta", "zeta"
    ]


VEILLE, JOUR, LENDEMAIN = dt.date(2026, 3, 11), dt.date(2026, 3, 12), dt.date(2026, 3, 13)


@pytest.mark.parametrize(
    ("du", "au", "attendu"),
    [(JOUR, None, True), (LENDEMAIN, None, False), (VEILLE, JOUR, True), (VEILLE, VEILLE, False), (None, None, False)],
)
def test_representative_le(du, au, attendu):
    assert Syndicat(representative_du=du, representative_au=au).representative_le(JOUR) is attendu


def test_r_et_i_se_deduisent(session):
    """REF-08 : R exactement pendant l'enregistrement, I exactement pendant l'équivalence."""
    metallurgie, interbranches = f.certification_et_cqpi(session)
    base = f"CQPM 2000 {metallurgie.numero:04d}"
    metallurgie.enregistrements[0].au = JOUR
    metallurgie.equivalences[0].du = JOUR
    session.flush()
    assert metallurgie.identifiant_le(VEILLE) == f"{base} R"
    assert metallurgie.identifiant_le(JOUR) == f"{base} RI"
    assert metallurgie.identifiant_le(LENDEMAIN) == f"{base} I"
    metallurgie.equivalences[0].au = JOUR
    assert metallurgie.identifiant_le(LENDEMAIN) == base
    assert metallurgie.interbranches_le(JOUR) is interbranches
    assert metallurgie.enregistree_le(JOUR, Repertoire.RS) is None
    assert interbranches.identifiant_le(JOUR) == interbranches.base_identifiant
