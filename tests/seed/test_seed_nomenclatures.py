"""Les nomenclatures : complètes, justes sur échantillon, rechargées sans rien doubler ni défaire."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from sqlalchemy import delete, func, select, update

from models import (
    Branche,
    Commission,
    Commune,
    Critere,
    Departement,
    DispositifDeFinancement,
    Indicateur,
    Journal,
    ModaliteEvaluation,
    Nace,
    Pays,
    Region,
    Syndicat,
)
from models.normalisation import normaliser
from rules.inscription import departement_existe
from rules.nomenclatures import DispositifFinancement
from seed.nomenclatures import charger_nomenclatures

COMPTES = {
    Region: 25, Departement: 108, Pays: 211, Commune: 37_006, Nace: 615, Branche: 80, DispositifDeFinancement: 10,
    ModaliteEvaluation: 3, Critere: 6, Indicateur: 12, Syndicat: 5, Commission: 12,
}


def test_tout_est_charge_vite_et_une_seule_fois(ouvrir) -> None:
    with ouvrir() as session:
        debut = time.perf_counter()
        ecrites = charger_nomenclatures(session)
        assert time.perf_counter() - debut < 2
        assert ecrites == {m.__tablename__: n for m, n in COMPTES.items()}
    with ouvrir() as session:
        assert set(charger_nomenclatures(session).values()) == {0}
        for modele, nombre in COMPTES.items():
            assert session.scalar(select(func.count()).select_from(modele)) == nombre, modele.__tablename__
        # Une ligne de journal pour le chargement qui a écrit, aucune pour celui qui n'a rien changé.
        assert session.scalar(select(func.count()).select_from(Journal)) == 1


@pytest.mark.parametrize(
    ("modele", "code", "libelle"),
    [
        (Region, "94", "Corse"), (Region, "988", "Nouvelle-Calédonie"),
        (Departement, "2A", "Corse-du-Sud"), (Departement, "974", "La Réunion"),
        (Departement, "975", "Saint-Pierre-et-Miquelon"), (Departement, "987", "Polynésie française"),
        (Pays, "99100", "France"), (Pays, "99352", "Algérie"), (Pays, "99341", "Sénégal"),
        (Pays, "99326", "Côte d'Ivoire"), (Pays, "99139", "Portugal"), (Pays, "99122", "Pologne"),
        (Commune, "2A004", "Ajaccio"), (Commune, "94038", "L'Haÿ-les-Roses"),
        (Commune, "01025", "Bâgé-Dommartin"), (Commune, "01144", "Dommartin"),
        (Commune, "97411", "Saint-Denis"), (Commune, "75101", "Paris 1er Arrondissement"),
        (Commune, "01015", "Arboys en Bugey"),
        (Nace, "25.50", "Forge, emboutissage, estampage ; métallurgie des poudres"), (Nace, "25.62", "Usinage"),
        (Nace, "22.29", "Fabrication d'autres articles en matières plastiques"),
    ],
)
def test_echantillons(base_reelle, modele, code, libelle) -> None:
    with base_reelle() as session:
        assert session.get(modele, code).libelle == libelle


def test_chaque_departement_peut_etre_un_lieu_de_naissance(base_reelle) -> None:
    with base_reelle() as session:
        departements = session.scalars(select(Departement)).all()
        assert [d.code for d in departements if not departement_existe(d.code)] == []
        assert all(d.region is not None for d in departements)
        sans = session.scalars(select(Commune.code).where(Commune.departement_code.is_(None))).all()
        assert sans == ["98901"]


def test_les_libelles_de_pays_sont_ecrits_pour_etre_lus(base_reelle) -> None:
    with base_reelle() as session:
        pays = session.execute(select(Pays.code, Pays.libelle, Pays.cle_recherche)).all()
    assert all(p.code.startswith("99") and len(p.code) == 5 and p.cle_recherche == normaliser(p.libelle) for p in pays)
    assert [p.libelle for p in pays if p.libelle.isupper() or "’" in p.libelle or not p.libelle[0].isupper()] == []


def test_les_dispositifs_sont_ceux_de_l_annexe_14_dans_son_ordre(base_reelle) -> None:
    with base_reelle() as session:
        lus = session.scalars(select(DispositifDeFinancement.code).order_by(DispositifDeFinancement.ordre)).all()
    assert lus == [d.value for d in DispositifFinancement]
    assert lus == ["CPF", "CPFCA", "CVAE", "CP", "CPE", "CPFTP", "PDC", "POEC", "POEI", "PA"]


def test_deux_indicateurs_par_critere(base_reelle) -> None:
    with base_reelle() as session:
        lus = session.execute(
            select(Indicateur.critere_numero, Indicateur.rang).order_by(Indicateur.critere_numero, Indicateur.rang)
        ).all()
        dernier = session.scalar(select(Indicateur.libelle).where(Indicateur.critere_numero == 6, Indicateur.rang == 2))
    assert lus == [(c, r) for c in range(1, 7) for r in (1, 2)]
    assert dernier == (
        "Capacité du prestataire à mettre en œuvre des mesures de suivi de promotion des candidats titulaires d'une ou "
        "plusieurs certifications."
    )


def test_la_cftc_n_est_plus_representative_depuis_l_arrete_de_2017(base_reelle) -> None:
    avant, apres = dt.date(2017, 12, 21), dt.date(2017, 12, 22)
    with base_reelle() as session:
        syndicats = session.scalars(select(Syndicat)).all()
        lus = [{s.sigle for s in syndicats if s.representative_le(jour)} for jour in (avant, apres)]
    assert lus == [{"CGT", "CFDT", "CFE-CGC", "CGT-FO", "CFTC"}, {"CGT", "CFDT", "CFE-CGC", "CGT-FO"}]


def test_la_corse_releve_de_la_cprefp_de_provence(base_reelle) -> None:
    with base_reelle() as session:
        regions = session.scalars(select(Commission.region_code)).all()
        assert "94" not in regions
        paca = session.scalar(select(Commission).where(Commission.region_code == "93"))
        assert paca.nom == "CPREFP Provence-Alpes-Côte d'Azur et Corse"


def test_un_rechargement_corrige_la_nomenclature_et_respecte_ce_que_tient_le_gtp(base_reelle) -> None:
    with base_reelle() as session:
        session.connection().execute(update(Nace).where(Nace.code == "25.62").values(libelle="Usinages"))
        session.connection().execute(delete(Commune).where(Commune.code == "2A004"))
        session.connection().execute(
            update(Branche).where(Branche.idcc == "3248").values(libelle="Métallurgie", signataire_cqpi=True)
        )
        session.connection().execute(update(Syndicat).where(Syndicat.sigle == "CGT").values(federation="Nouvelle"))
    with base_reelle() as session:
        ecrites = charger_nomenclatures(session)
        assert {t: n for t, n in ecrites.items() if n} == {"nace": 1, "commune": 1, "branche": 1}
    with base_reelle() as session:
        assert session.get(Nace, "25.62").libelle == "Usinage"
        assert session.get(Commune, "2A004").departement_code == "2A"
        branche = session.scalar(select(Branche).where(Branche.idcc == "3248"))
        assert (branche.libelle, branche.signataire_cqpi) == ("Convention collective nationale de la métallurgie", True)
        assert session.scalar(select(Syndicat.federation).where(Syndicat.sigle == "CGT")) == "Nouvelle"
