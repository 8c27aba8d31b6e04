"""Ce que la Caisse des Dépôts demande d'un passage, ses délais, et la pièce d'identité : les bornes des règles."""

from __future__ import annotations

import datetime as dt

import pytest

from rules import accrochage as r
from rules.accrochage import IdentiteFacts, PassageFacts, SuiviPassage
from rules.faits import FicheFacts, Periode
from rules.nomenclatures import DispositifFinancement, EtatPassage, Prescripteur, Voie
from tests.rules.faits import JOUR, LENDEMAIN, UN_JOUR, VEILLE, avec, champs, juger

PASSAGE = PassageFacts(
    1, 68, "MC-0000001", "RNCP34172", "Monteur", JOUR, "Dupont", "", "Jeanne", dt.date(1994, 5, 12), "F", "68224",
    "Mulhouse", "99100", "France", Voie.FORMATION, DispositifFinancement.POEC, Prescripteur.CANDIDAT, VEILLE,
)


def test_un_passage_complet_ne_manque_de_rien():
    assert not any(regle(PASSAGE) for regle in r.PREPARATION)


def test_sans_code_france_competences():
    assert champs(r.code_france_competences, avec(PASSAGE, code="")) == ["certification"]


@pytest.mark.parametrize(
    ("change", "attendus"),
    [
        ({"sexe": None}, ["sexe"]),
        ({"date_naissance": dt.date(1899, 12, 31)}, ["date_naissance"]),
        ({"date_naissance": dt.date(1900, 1, 1)}, []),
        ({"date_naissance": dt.date(2099, 12, 31)}, []),
        ({"date_naissance": dt.date(2100, 1, 1)}, ["date_naissance"]),
        ({"prenoms": " , "}, ["prenoms"]),
        ({"nom_naissance": "D" * 60}, []),
        ({"nom_naissance": "D" * 61}, ["nom_naissance"]),
        ({"nom_usage": "D" * 61}, ["nom_usage"]),
        ({"prenoms": "J" * 61}, ["prenoms"]),
        ({"prenoms": f"Jeanne, {'J' * 61}"}, ["prenoms"]),
        ({"nom_naissance": "Du\x00pont"}, ["nom_naissance"]),
        ({"nom_naissance": "Du\npont"}, ["nom_naissance"]),
        ({"nom_naissance": "Nguyễn-Œuvray d'Ÿ"}, []),
        ({"sexe": None, "prenoms": ""}, ["sexe", "prenoms"]),
    ],
)
def test_identification_du_titulaire(change, attendus):
    assert champs(r.identification_du_titulaire, avec(PASSAGE, **change)) == attendus


@pytest.mark.parametrize(
    ("change", "attendus"),
    [({}, []), ({"commune": None}, ["ville_naissance"]), ({"commune": None, "pays": "99109"}, [])],
)
def test_commune_de_naissance(change, attendus):
    assert champs(r.commune_de_naissance, avec(PASSAGE, **change)) == attendus


@pytest.mark.parametrize(
    ("date_jury", "fin"),
    [
        (dt.date(2026, 3, 12), dt.date(2026, 6, 12)),
        (dt.date(2026, 11, 30), dt.date(2027, 2, 28)),
        (dt.date(2027, 11, 29), dt.date(2028, 2, 29)),
        (dt.date(2027, 11, 30), dt.date(2028, 2, 29)),
        (dt.date(2028, 2, 29), dt.date(2028, 5, 29)),
        (dt.date(2026, 12, 31), dt.date(2027, 3, 31)),
    ],
)
def test_trois_mois(date_jury, fin):
    assert r.echeance_d_accrochage(date_jury) == fin
    for jour, attendus in ((fin - UN_JOUR, []), (fin, []), (fin + UN_JOUR, ["echeance"])):
        assert champs(r.dans_les_trois_mois, SuiviPassage(date_jury, None, jour)) == attendus


@pytest.mark.parametrize(
    ("etat", "retard"),
    [(None, True), (EtatPassage.PREPARE, True), (EtatPassage.DEPOSE, False), (EtatPassage.ACCEPTE, False),
     (EtatPassage.KO, True), (EtatPassage.CORRIGE, True)],
)
def test_ce_qui_est_depose_n_est_plus_en_retard(etat, retard):
    assert bool(juger(r.dans_les_trois_mois, SuiviPassage(JOUR, etat, dt.date(2030, 1, 1)))) is retard


@pytest.mark.parametrize(
    ("signe", "accrochages", "retenue"),
    [
        (None, (), True),
        (VEILLE, (), False),  # non admis, ou certification sans fiche : rien à transmettre
        (VEILLE, ((LENDEMAIN, False),), True),
        (VEILLE, ((JOUR, False),), True),
        (VEILLE, ((VEILLE, False),), False),
        (VEILLE, ((LENDEMAIN, True),), False),
        (VEILLE, ((LENDEMAIN, True), (LENDEMAIN, False)), True),
        (None, ((VEILLE, True),), True),
    ],
)
def test_piece_d_identite(signe, accrochages, retenue):
    assert bool(juger(r.identite_encore_utile, IdentiteFacts(signe, accrochages, JOUR))) is retenue


@pytest.mark.parametrize(
    ("prenoms", "attendus"),
    [
        ("Jeanne", ("Jeanne",)), ("Jeanne Marie", ("Jeanne", "Marie")), ("Marie Claire, Anne", ("Marie Claire", "Anne")),
        (" Jean-Luc,, ", ("Jean-Luc",)), ("A B C D", ("A", "B", "C")), ("", ()),
    ],
)
def test_prenoms(prenoms, attendus):
    assert r.prenoms_separes(prenoms) == attendus


@pytest.mark.parametrize(
    ("change", "acces", "voie"),
    [
        ({}, "FORMATION_CONTINUE_HORS_CONTRAT_DE_PROFESSIONNALISATION", None),
        ({"financement": DispositifFinancement.CP}, "FORMATION_CONTINUE_CONTRAT_DE_PROFESSIONNALISATION", None),
        ({"financement": DispositifFinancement.CPFCA}, "FORMATION_INITIALE_APPRENTISSAGE", None),
        ({"voie": Voie.VAE}, "VAE", "VAE_CLASSIQUE"),
        ({"voie": Voie.VAE_BRANCHE, "financement": DispositifFinancement.CVAE}, "VAE", "CONGES_VAE"),
    ],
)
def test_mots_du_schema(change, acces, voie):
    p = avec(PASSAGE, **change)
    assert (r.modalite_d_acces(p), r.voie_d_acces_vae(p)) == (acces, voie)


def test_la_fiche_en_vigueur_passe_avant_celle_de_l_engagement():
    ancienne = FicheFacts("RNCP1", Periode(dt.date(2020, 1, 1), VEILLE))
    nouvelle = FicheFacts("RNCP2", Periode(JOUR))
    assert r.fiche_de_delivrance((ancienne, nouvelle), VEILLE, JOUR) == nouvelle
    assert r.fiche_de_delivrance((ancienne,), VEILLE, JOUR) == ancienne
    assert r.fiche_de_delivrance((avec(ancienne, derniere_delivrance=VEILLE),), VEILLE, JOUR) is None
    assert r.fiche_de_delivrance((), VEILLE, JOUR) is None
    assert [avec(PASSAGE, code=c).repertoire for c in ("RNCP34172", "RNCP34172BC01", "RS6717")] == ["RNCP", "RNCP", "RS"]
