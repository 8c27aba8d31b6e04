"""Les en-têtes comme on les écrit : sûrs, ambigus, inconnus, manquants."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from imports import colonnes
from imports.cellules import CelluleRefusee
from imports.colonnes import INSCRIPTIONS, cartographier, cle_entete
from imports.lecture import FichierRefuse

CANONIQUES = [c.nom for c in INSCRIPTIONS]
REQUISES = [c.nom for c in INSCRIPTIONS if c.requise]
GABARITS = Path(__file__).parents[3] / "shared" / "donnees" / "gabarits_csv"


def lues(*entetes: str) -> list[str | None]:
    """Le nom de la colonne que vise chaque en-tête."""
    carte = cartographier(entetes)
    return [carte.par_index[i].nom if i in carte.par_index else None for i in range(len(entetes))]


def test_les_noms_canoniques_et_les_libelles_se_reconnaissent() -> None:
    for entetes in (CANONIQUES, [n.upper() for n in CANONIQUES], [f"{c.libelle} *" for c in INSCRIPTIONS]):
        carte = cartographier(entetes)
        assert [carte.par_index[i].nom for i in range(len(entetes))] == CANONIQUES
        carte.verifier()


def test_aucun_en_tete_ne_vise_deux_colonnes() -> None:
    cles = {c.nom: {cle_entete(e) for e in (*c.aliases, c.libelle, c.nom)} for c in INSCRIPTIONS}
    compte = Counter(cle for ensemble in cles.values() for cle in ensemble)
    assert [cle for cle, n in compte.items() if n > 1] == []
    assert set(compte).isdisjoint(("", "nom", "nom famille"))


@pytest.mark.parametrize(
    ("entete", "nom"),
    [
        ("* Date de naissance (format: JJ/MM/AAAA)", "date_naissance"),
        ("Né(e) le (JJ/MM/AAAA)", "date_naissance"),
        ("Née à", "ville_naissance"),
        ("Prénom(s)", "prenoms"),
        ("prenom_apprenant *", "prenoms"),
        ("Dépt naissance", "departement_naissance"),
        ("N° SIRET", "siret"),
        ("Nº de SIRET", "siret"),
        ("siret_employeur **", "siret"),
        ("Tél.", "telephone"),
        ("E-mail", "email"),
        ("Réf.", "reference"),
        ("Sexe (M ou F)", "sexe"),
        ("Abondement CPF ?", "abondement_cpf"),
        ("N° de certification", "certification"),
        ("Code INSEE de la commune de naissance", "code_commune_naissance"),
        ("Nom de la commune de naissance", "ville_naissance"),
        ("Nom d’usage", "nom_usage"),
        ("Code APE/NAF", "code_nace"),
        ("  date   INSCRIPTION ", "date_inscription"),
    ],
)
def test_en_tetes_reels(entete: str, nom: str) -> None:
    assert lues(entete) == [nom]


@pytest.mark.parametrize(
    "entete", ["Code postal de l'entreprise", "Date", "RQTH", "decision", "Nom du site", "Date d'entrée"]
)
def test_rien_n_est_devine(entete: str) -> None:
    carte = cartographier([entete])
    assert carte.par_index == {}
    assert carte.inconnues == (entete,)
    assert entete in carte.avertissements[0]


def test_nom_seul_est_ambigu() -> None:
    sans = [n for n in CANONIQUES if n not in ("nom_naissance", "nom_usage")]
    carte = cartographier([*sans, "NOM"])
    assert [c.nom for c in carte.ambigues["NOM"]] == ["nom_naissance", "nom_usage"]
    with pytest.raises(FichierRefuse, match=r"NOM.*Nom de naissance.*Nom d'usage") as leve:
        carte.verifier()
    assert leve.value.code == "F_ENTETE_MANQUANT"


def test_nom_se_lit_par_elimination() -> None:
    assert lues("Nom", "Nom d'usage") == ["nom_naissance", "nom_usage"]
    assert lues("Nom", "Nom de naissance") == ["nom_usage", "nom_naissance"]
    assert lues("Nom", "Nom de naissance", "Nom d'usage") == [None, "nom_naissance", "nom_usage"]


def test_deux_colonnes_vers_la_meme_cible() -> None:
    carte = cartographier([*CANONIQUES, "Courriel"])
    assert {e: [c.nom for c in v] for e, v in carte.ambigues.items()} == {"email": ["email"], "Courriel": ["email"]}
    assert "email" not in {c.nom for c in carte.par_index.values()}
    with pytest.raises(FichierRefuse) as leve:
        carte.verifier()
    assert leve.value.code == "F_AMBIGU"


@pytest.mark.parametrize("absente", REQUISES)
def test_une_colonne_requise_absente_est_nommee(absente: str) -> None:
    with pytest.raises(FichierRefuse, match=absente) as leve:
        cartographier([n for n in CANONIQUES if n != absente]).verifier()
    assert leve.value.code == "F_ENTETE_MANQUANT"


def test_une_ligne_de_donnees_prise_pour_en_tete_n_est_pas_recopiee() -> None:
    with pytest.raises(FichierRefuse) as leve:
        cartographier(["BERNARD", "Luc", "01/01/1970", "Colmar", "entreprise"]).verifier()
    assert leve.value.code == "F_ENTETE_MANQUANT"
    assert "BERNARD" not in leve.value.message


def test_en_tetes_vides_finaux() -> None:
    carte = cartographier([*CANONIQUES, "", " "])
    carte.verifier()
    assert carte.inconnues == ()
    assert (carte.attendues, carte.possibles) == (len(CANONIQUES), len(CANONIQUES) + 2)


def test_correspondance_imposee() -> None:
    imposee = {"Nom": "nom_naissance", "Colonne 7": "ville", "courriel": None}
    carte = cartographier(["NOM", "colonne_7", "Courriel"], correspondance=imposee)
    assert {i: c.nom for i, c in carte.par_index.items()} == {0: "nom_naissance", 1: "ville"}
    assert carte.inconnues == ("Courriel",)
    with pytest.raises(FichierRefuse) as leve:
        cartographier(["x"], correspondance={"x": "decision"})
    assert leve.value.code == "F_CORRESPONDANCE"


def test_cellule_vide_ou_trop_longue() -> None:
    par_nom = {c.nom: c for c in INSCRIPTIONS}
    assert par_nom["email"].lire(" \u00a0") is None
    assert par_nom["nom_naissance"].lire("A" * 120 + "   ") == "A" * 120
    for nom, texte, code in (("nom_naissance", "  ", "L_VIDE"), ("nom_naissance", "A" * 121, "L_TROP_LONG")):
        with pytest.raises(CelluleRefusee) as leve:
            par_nom[nom].lire(texte)
        assert leve.value.code == code


@pytest.mark.skipif(not GABARITS.exists(), reason="gabarits réels absents de ce poste")
def test_gabarits_reels() -> None:
    for fichier, attendues in (("pix_import_en_masse_entete.csv", 9), ("tba_modele_entete.csv", 10)):
        with (GABARITS / fichier).open(encoding="utf-8-sig", newline="") as flux:
            carte = cartographier(next(csv.reader(flux, delimiter=";")))
        assert len(carte.par_index) == attendues
        assert {c.nom for c in carte.par_index.values()} >= {"prenoms", "date_naissance", "sexe", "email"}
    assert [c.nom for c in carte.ambigues["nom_apprenant *"]] == ["nom_naissance", "nom_usage"]


def test_les_colonnes_d_import_sont_toutes_distinctes() -> None:
    assert len(set(CANONIQUES)) == len(CANONIQUES) == 34
    assert colonnes.cartographier(CANONIQUES).manquantes == ()
