"""Les règles d'un référentiel : bornes et formes (partie 1, chapitre 1 ; annexes 1 et 2)."""

from __future__ import annotations

import datetime as dt

import pytest

from rules import referentiel as r
from rules.nomenclatures import EtatReferentiel, Famille
from tests.rules.faits import JOUR, LENDEMAIN, VEILLE, avec, champs

COMPETENCE = r.CompetenceDeVersion(
    "c1", "Régler la machine", "Lecture de plan", "Avec son dossier.", methodes="Suit le mode opératoire.",
    resultats="La pièce est conforme.", modalites=("projet",),
)
BLOC = r.BlocDeVersion("b1", "Usiner", (COMPETENCE,), 1)
CQPM = r.VersionFacts(
    Famille.CQPM, EtatReferentiel.PROJET, "Usine des pièces.", "En atelier.", "Rend compte.", "Tout est acquis.", 3, (BLOC,)
)
CCPM = r.VersionFacts(
    Famille.CCPM, EtatReferentiel.PROJET, missions="Tutore.", conditions_admissibilite="Tout est acquis.",
    competences=(avec(COMPETENCE, conditions=""),),
)


@pytest.mark.parametrize("faits", [CQPM, CCPM])
def test_une_version_complete_se_soumet(faits):
    assert [v for regle in r.SOUMISSION for v in regle(faits)] == []


@pytest.mark.parametrize(("niveau", "refuse"), [(None, False), (0, True), (1, False), (8, False), (9, True)])
def test_niveau(niveau, refuse):
    assert champs(r.niveau_du_cadre_national, avec(CQPM, niveau=niveau)) == (["niveau"] if refuse else [])


def test_un_bloc_une_seule_place():
    assert champs(r.bloc_employe_une_fois, CQPM) == []
    assert champs(r.bloc_employe_une_fois, avec(CQPM, blocs=(BLOC, avec(BLOC, cle="b2")))) == []
    assert champs(r.bloc_employe_une_fois, avec(CQPM, blocs=(BLOC, BLOC))) == ["blocs"]


@pytest.mark.parametrize("etat", EtatReferentiel)
def test_seul_un_projet_se_modifie(etat):
    attendu = [] if etat is EtatReferentiel.PROJET else ["etat"]
    assert champs(r.version_en_projet, avec(CQPM, etat=etat)) == attendu


@pytest.mark.parametrize(
    ("etats", "refuse"),
    [((), False), ((EtatReferentiel.VALIDE,), False), ((EtatReferentiel.REMPLACE, EtatReferentiel.VALIDE), False),
     ((EtatReferentiel.VALIDE, EtatReferentiel.PROJET), True), ((EtatReferentiel.SOUMIS,), True)],
)
def test_une_version_se_prepare_a_la_fois(etats, refuse):
    assert champs(r.une_version_a_la_fois, etats) == (["certification"] if refuse else [])


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        (CQPM, []), (CCPM, []),
        (avec(CQPM, missions=" ", environnement="", interactions="\n"), ["missions", "environnement", "interactions"]),
        (avec(CCPM, missions=""), ["missions"]),
    ],
)
def test_activites(faits, attendu):
    assert champs(r.activites_decrites, faits) == attendu


@pytest.mark.parametrize(
    ("faits", "attendu"),
    [
        (CQPM, []), (CCPM, []), (avec(CQPM, blocs=()), ["blocs"]),
        (avec(CQPM, competences=(COMPETENCE,)), ["blocs"]), (avec(CCPM, blocs=(BLOC,)), ["blocs"]),
        (avec(CCPM, competences=()), ["competences"]),
    ],
)
def test_forme(faits, attendu):
    assert champs(r.forme_de_la_famille, faits) == attendu


@pytest.mark.parametrize(
    ("bloc", "attendu"),
    [(BLOC, []), (avec(BLOC, libelle=" "), ["b1-libelle"]), (avec(BLOC, competences=()), ["b1-competences"]),
     (avec(BLOC, libelle="", competences=()), ["b1-libelle", "b1-competences"])],
)
def test_bloc(bloc, attendu):
    assert champs(r.bloc_complet, avec(CQPM, blocs=(bloc,))) == attendu


@pytest.mark.parametrize(
    ("changement", "attendu"),
    [
        ({}, []), ({"libelle": ""}, ["c1-libelle"]), ({"conditions": " "}, ["c1-conditions"]),
        ({"methodes": ""}, ["c1-methodes"]),
        ({"methodes": " ", "moyens": "\n"}, ["c1-methodes"]), ({"methodes": "", "moyens": "un"}, []),
        ({"methodes": "", "liens": "un"}, []), ({"methodes": "", "contraintes": "un"}, []),
        ({"resultats": ""}, ["c1-resultats"]), ({"modalites": ()}, ["c1-modalites"]),
        ({"modalites": ("projet", "situation_reelle")}, []),
    ],
)
def test_competence(changement, attendu):
    competence = avec(COMPETENCE, **changement)
    assert champs(r.competence_complete, avec(CQPM, blocs=(avec(BLOC, competences=(competence,)),))) == attendu
    # L'annexe 2 n'a pas de conditions de réalisation.
    assert champs(r.competence_complete, avec(CCPM, competences=(competence,))) == [c for c in attendu if c != "c1-conditions"]


def test_conditions_d_admissibilite():
    assert champs(r.conditions_d_admissibilite, CQPM) == []
    assert champs(r.conditions_d_admissibilite, avec(CCPM, conditions_admissibilite=" ")) == ["conditions_admissibilite"]


@pytest.mark.parametrize("etat", EtatReferentiel)
def test_le_gtp_decide_d_une_version_soumise(etat):
    attendu = [] if etat is EtatReferentiel.SOUMIS else ["etat"]
    assert champs(r.version_soumise, r.DecisionDeVersion(etat)) == attendu


@pytest.mark.parametrize(
    ("jour", "precedente", "refuse"),
    [(VEILLE, JOUR, True), (JOUR, JOUR, False), (LENDEMAIN, JOUR, False), (JOUR, None, False), (None, JOUR, False)],
)
def test_date_de_decision(jour: dt.date | None, precedente, refuse):
    faits = r.DecisionDeVersion(EtatReferentiel.SOUMIS, jour, precedente)
    assert champs(r.date_de_decision, faits) == (["valide_le"] if refuse else [])


@pytest.mark.parametrize(("taille", "refuse"), [(600, []), (601, ["c1-libelle"])])
def test_longueur_d_une_competence(taille, refuse):
    bloc = avec(BLOC, competences=(avec(COMPETENCE, libelle="x" * taille),))
    assert champs(r.longueurs, avec(CQPM, blocs=(bloc,))) == refuse


@pytest.mark.parametrize(("taille", "refuse"), [(300, []), (301, ["b1-libelle"])])
def test_longueur_d_un_bloc(taille, refuse):
    assert champs(r.longueurs, avec(CQPM, blocs=(avec(BLOC, libelle="x" * taille),))) == refuse
