"""Les gestes de l'éditeur et la comparaison de deux versions : fonctions pures."""

from __future__ import annotations

import pytest

from rules import edition_referentiel as e
from rules.comparaison_referentiel import Changement, Section, apparier, comparer, ligne
from rules.nomenclatures import EtatReferentiel, Famille
from rules.referentiel import BlocDeVersion, CompetenceDeVersion, VersionFacts
from tests.rules.faits import avec

C1, C2, C3 = (CompetenceDeVersion(f"c{n}", libelle) for n, libelle in enumerate(("Percer", "Aléser", "Tarauder"), 1))
USINER = BlocDeVersion("b1", "Usiner une pièce", (C1, C2), 1)
SOUDER = BlocDeVersion("b2", "Souder une pièce", (C3,), 2)
VERSION = VersionFacts(
    Famille.CQPM, EtatReferentiel.PROJET, "Usine des pièces.", "En atelier.", "Rend compte.", "Tout est acquis.", 3,
    (USINER, SOUDER),
)
MODALITES = {"projet": "Projet", "observation": "Observation"}


def ordre(version: VersionFacts) -> list[tuple[str, list[str]]]:
    return [(b.cle, [c.cle for c in b.competences]) for b in version.blocs]


@pytest.mark.parametrize(
    ("cle", "pas", "attendu"),
    [
        ("b1", 1, [("b2", ["c3"]), ("b1", ["c1", "c2"])]), ("b2", -1, [("b2", ["c3"]), ("b1", ["c1", "c2"])]),
        ("b1", -1, ordre(VERSION)), ("b2", 1, ordre(VERSION)), ("c2", -1, [("b1", ["c2", "c1"]), ("b2", ["c3"])]),
        ("c1", 1, [("b1", ["c2", "c1"]), ("b2", ["c3"])]), ("c3", -1, ordre(VERSION)), ("zut", 1, ordre(VERSION)),
    ],
)
def test_deplacer(cle, pas, attendu):
    assert ordre(e.deplacer(VERSION, cle, pas)) == attendu


def test_retirer_un_bloc_ou_une_competence():
    assert ordre(e.retirer(VERSION, "b1")) == [("b2", ["c3"])]
    assert ordre(e.retirer(VERSION, "c1")) == [("b1", ["c2"]), ("b2", ["c3"])]


def test_ajouter_prend_des_cles_que_la_saisie_n_emploie_pas():
    une = e.ajouter_bloc(VERSION)
    deux = e.ajouter_competence(e.ajouter_bloc(une), "b2")
    assert ordre(deux) == [("b1", ["c1", "c2"]), ("b2", ["c3", "m3"]), ("n1", ["m1"]), ("n2", ["m2"])]
    ccpm = avec(VERSION, famille=Famille.CCPM, blocs=(), competences=(C1,))
    assert [c.cle for c in e.ajouter_competence(ccpm, "").competences] == ["c1", "m1"]


def test_detacher_ouvre_un_bloc_commun_a_la_modification():
    commune = avec(VERSION, blocs=(avec(USINER, emplois=2), SOUDER))
    assert not commune.blocs[0].modifiable
    detachee = e.detacher(commune, "b1")
    assert detachee.blocs[0].modifiable
    assert (commune.blocs[0].identifiant, detachee.blocs[0].identifiant) == ("BDC 0001", "")


def sections(avant: VersionFacts, apres: VersionFacts) -> dict[str, Section]:
    return {
        f"{s.titre}": s for s in comparer(avant, apres, MODALITES) if s.changement is not Changement.IDENTIQUE
    }


def test_deux_versions_pareilles_n_ont_rien_de_change():
    assert sections(VERSION, VERSION) == {}


def test_un_texte_modifie_se_lit_mot_a_mot():
    lue = ligne("Résultats", "La pièce est conforme au plan.", "La pièce usinée est conforme à la gamme.")
    assert lue.changement is Changement.MODIFIE
    assert [m.texte for m in lue.avant if m.change] == ["au", "plan"]
    assert "".join(m.texte for m in lue.apres) == "La pièce usinée est conforme à la gamme."
    assert {m.texte.strip() for m in lue.apres if m.change} == {"usinée", "à", "la gamme"}


@pytest.mark.parametrize(
    ("avant", "apres", "changement"),
    [("", "", Changement.IDENTIQUE), ("a", "a", Changement.IDENTIQUE), ("", "a", Changement.AJOUTE), (" ", "a", Changement.AJOUTE),
     ("a", "", Changement.RETIRE), ("a b", "a c", Changement.MODIFIE)],
)
def test_changement(avant, apres, changement):
    assert ligne("x", avant, apres).changement is changement


def test_un_bloc_ajoute_retire_ou_remplace():
    nouveau = BlocDeVersion("b9", "Contrôler", (C3,), 9)
    assert sections(VERSION, avec(VERSION, blocs=(*VERSION.blocs, nouveau)))["BDC 0009 – Contrôler"].changement is Changement.AJOUTE
    assert sections(VERSION, avec(VERSION, blocs=(USINER,)))["BDC 0002 – Souder une pièce"].changement is Changement.RETIRE
    remplace = BlocDeVersion("b7", "Usiner une pièce simple", (avec(C1, cle="c11"), avec(C2, cle="c12", resultats="Conforme")), 7)
    change = sections(VERSION, avec(VERSION, blocs=(remplace, SOUDER)))
    assert change["BDC 0007 – Usiner une pièce simple"].changement is Changement.MODIFIE
    assert [x.nom for x in change["Compétence 2"].lignes if x.changement is Changement.AJOUTE] == ["Résultats attendus"]


def test_l_ordre_et_les_modalites_changent():
    change = sections(VERSION, avec(VERSION, blocs=(SOUDER, USINER)))
    assert set(change) == {"Ordre des blocs"}
    permise = avec(USINER, competences=(avec(C1, modalites=("projet",)), C2))
    (seule,) = sections(VERSION, avec(VERSION, blocs=(permise, SOUDER))).values()
    assert [(x.nom, "".join(m.texte for m in x.apres)) for x in seule.lignes if x.changement is Changement.AJOUTE] == [
        ("Modalités d'évaluation", "Projet")
    ]


def test_apparier_ne_prend_jamais_deux_fois_le_meme():
    avant = (C1, avec(C1, cle="c8"))
    paires = apparier(avant, (avec(C1, cle="m1"), avec(C1, cle="m2"), avec(C1, cle="m3")))
    assert [a.cle if a else None for a, _ in paires] == ["c1", "c8", None]
    assert apparier((C1,), (C3,)) == [(None, C3), (C1, None)]
