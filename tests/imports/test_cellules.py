"""Les cellules comme les gens les écrivent, et les refus qui disent quoi corriger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports import cellules
from imports.cellules import CelluleRefusee, Memo, Refus
from imports.colonnes import INSCRIPTIONS
from rules.nomenclatures import (
    Civilite,
    DispositifFinancement,
    Origine,
    Prescripteur,
    Secteur,
    Sexe,
    Voie,
)


def refus(analyse: Callable[[str], object], texte: str) -> CelluleRefusee:
    """Le refus de cette cellule."""
    with pytest.raises(CelluleRefusee) as leve:
        analyse(texte)
    return leve.value


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("  MULLER\u00a0", "MULLER"),
        ("Lefèvre-Martin", "Lefèvre-Martin"),
        ("N\u0303unez", "Ñunez"),
        ("O’Neill", "O’Neill"),
        ("D'Été", "D'Été"),
        ("'t Hooft", "'t Hooft"),
        ("Łukaszewicz", "Łukaszewicz"),
        ("Nguyễn", "Nguyễn"),
        ("JOÃO", "JOÃO"),
        ("Şahin", "Şahin"),
        ("Žižek", "Žižek"),
        ("Cœur", "Cœur"),
        ("St. John", "St. John"),
        ("Penmarc‘h", "Penmarc‘h"),
        ("Jean–Noël", "Jean-Noël"),
        ("Le\u00a0 Goff", "Le Goff"),
    ],
)
def test_noms_acceptes(ecrit: str, lu: str) -> None:
    assert cellules.nom(ecrit) == lu


@pytest.mark.parametrize(
    ("ecrit", "dit"),
    [
        ("C¼UR", "ISO-8859-15"),
        ("ZoÃ©", "UTF-8"),
        ("LÃ\u00a0", "UTF-8"),
        ("CÅ“UR", "UTF-8"),
        ("DUМONT", "cyrillique"),
        ("DUΡONT", "grecque"),
        ("ZoŽ", "Mac"),
        ("No‘l", "Mac"),
        ("GŽrard", "Mac"),
        ("Nu–ez", "Mac"),
        ("H\x8fl", "Mac"),
        ("Zo\ufffd", "perdue"),
        ("Mu\u200bller", "U+200B"),
        ("\u202eREL", "U+202E"),
        ("Ahn\u3164", "U+3164"),
        ("A1", "« 1 »"),
        ("=cmd|'/C calc'!A0", "« = »"),
        ("+33MULLER", "« + »"),
        ("x'); DROP TABLE candidat;--", "« ) »"),
        ("../../etc/passwd", "« / »"),
        ("A;B", "« ; »"),
        ("-", "lettre"),
        ("a\u0301\u0301\u0301\u0301", "U+0301"),
    ],
)
def test_noms_refuses_en_nommant_le_caractere(ecrit: str, dit: str) -> None:
    leve = refus(cellules.nom, ecrit)
    assert leve.code == "L_CARACTERE"
    assert dit in leve.message


def test_prenoms_separes_par_des_virgules() -> None:
    assert cellules.prenoms("Marie, Anne,Louise") == "Marie, Anne, Louise"
    assert refus(cellules.prenoms, "Marie,,Anne").code == "L_CARACTERE"


@pytest.mark.parametrize(
    "ecrit", ['=HYPERLINK("http://exemple.invalid")', "-1+1", "@home", "12 ½ rue", "'; DROP TABLE--"]
)
def test_texte_libre_garde_ce_qui_a_l_air_d_une_formule(ecrit: str) -> None:
    assert cellules.texte_ligne(ecrit) == ecrit


def test_texte_sur_plusieurs_lignes() -> None:
    assert cellules.texte_lignes("1 rue du Four \r\n 68000  Colmar") == "1 rue du Four\n68000 Colmar"
    assert cellules.texte_ligne("1 rue du Four\n68000 Colmar") == "1 rue du Four 68000 Colmar"


@pytest.mark.parametrize("ecrit", ["Sacré-C½ur", "½uvre", "RhÃ´ne", "a\x07b", "a\u200eb", "\ue000"])
def test_texte_libre_refuse(ecrit: str) -> None:
    assert refus(cellules.texte_ligne, ecrit).code == "L_CARACTERE"


def test_erreur_de_formule() -> None:
    assert refus(cellules.texte_ligne, "#N/A").code == "L_FORMULE"


@pytest.mark.parametrize(
    "ecrit", ["Paris 13e", "Biel/Bienne", "L'Haÿ-les-Roses", "Kraków", "FR", "Saint-Denis (La Réunion)"]
)
def test_lieux(ecrit: str) -> None:
    assert cellules.lieu(ecrit) == ecrit


@pytest.mark.parametrize("ecrit", ["Кiev", "Kr¼", "<b>", "Ville=1"])
def test_lieux_refuses(ecrit: str) -> None:
    assert refus(cellules.lieu, ecrit).code == "L_CARACTERE"


@pytest.mark.parametrize(
    "ecrit",
    [
        "03/05/1990",
        "3/5/1990",
        "3 / 5 / 1990",
        "03.05.1990",
        "03-05-1990",
        "03 05 1990",
        "1990-05-03",
        "1990/05/03",
        "1990-05-03 00:00:00",
        "1990-05-03T08:30:00Z",
        "3 mai 1990",
        "03-mai-1990",
        "jeudi 3 Mai 1990",
        " 03/05/1990\u00a0",
    ],
)
def test_dates(ecrit: str) -> None:
    assert cellules.date(ecrit) == dt.date(1990, 5, 3)


def test_mois_en_lettres() -> None:
    assert cellules.date("1er août 1990") == dt.date(1990, 8, 1)
    assert cellules.date("12 févr. 1990") == dt.date(1990, 2, 12)
    assert cellules.date("29/02/2000") == dt.date(2000, 2, 29)


@pytest.mark.parametrize(
    ("ecrit", "dit"),
    [
        ("01/02/90", "quatre chiffres"),
        ("3-mai-90", "quatre chiffres"),
        ("32996", "03/05/1990"),
        ("32996,5", "03/05/1990"),
        ("60", "nombre"),
        ("1990", "année seule"),
        ("31/02/1980", "calendrier"),
        ("29/02/1900", "calendrier"),
        ("05/13/1990", "avant le mois"),
        ("٠٣/٠٥/١٩٩٠", "pas une date"),
        ("19900503", "pas une date"),
        ("03/05-1990", "pas une date"),
        ("0000-01-01", "calendrier"),
        ("hier", "pas une date"),
    ],
)
def test_dates_refusees(ecrit: str, dit: str) -> None:
    leve = refus(cellules.date, ecrit)
    assert leve.code == "L_DATE"
    assert dit in leve.message


@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_toute_date_se_relit(jour: dt.date) -> None:
    assert cellules.date(f"{jour.day:02d}/{jour.month:02d}/{jour.year}") == jour
    assert cellules.date(jour.isoformat()) == jour


@pytest.mark.parametrize(
    ("analyse", "ecrits", "lu"),
    [
        (cellules.civilite, "M.|M|Mr|monsieur|1|H", Civilite.MONSIEUR),
        (cellules.civilite, "Mme|MADAME|Mlle|2|F", Civilite.MADAME),
        (cellules.sexe, "M|H|1|Homme|masculin", Sexe.MASCULIN),
        (cellules.sexe, "F|2|Femme|Féminin", Sexe.FEMININ),
        (cellules.origine, "SL|sl|Salarié(e)|SALARIEE", Origine.SALARIE),
        (cellules.origine, "DE|Demandeur d’emploi|Demandeur(se) d'emploi", Origine.DEMANDEUR_EMPLOI),
        (cellules.dispositif_financement, "PA|Pro-A|pro a", DispositifFinancement.PA),
        (cellules.dispositif_financement, "CP|Contrat de professionnalisation", DispositifFinancement.CP),
        (cellules.voie, "formation|Parcours de formation", Voie.FORMATION),
        (cellules.voie, "VAE|vae", Voie.VAE),
        (cellules.voie, "vae_branche|VAE de branche|VAE branche", Voie.VAE_BRANCHE),
        (cellules.prescripteur, "entreprise|Employeur|L'entreprise", Prescripteur.ENTREPRISE),
        (cellules.secteur, "M|Métaux|métallurgie", Secteur.METAUX),
        (cellules.secteur, "HM|H.M.|Hors métaux", Secteur.HORS_METAUX),
        (cellules.oui_non, "Oui|X|o|vrai|VRAI|1|✓", True),
        (cellules.oui_non, "Non|n|FAUX|0", False),
    ],
)
def test_listes_fermees(analyse: Callable[[str], object], ecrits: str, lu: object) -> None:
    assert [analyse(e) for e in ecrits.split("|")] == [lu] * len(ecrits.split("|"))


@pytest.mark.parametrize(
    ("analyse", "code"),
    [
        (cellules.civilite, "L_CIVILITE"),
        (cellules.sexe, "L_SEXE"),
        (cellules.origine, "L_ORIGINE"),
        (cellules.dispositif_financement, "INS-09"),
        (cellules.voie, "L_VOIE"),
        (cellules.prescripteur, "L_PRESCRIPTEUR"),
        (cellules.secteur, "L_SECTEUR"),
        (cellules.oui_non, "L_OUI_NON"),
    ],
)
def test_hors_liste(analyse: Callable[[str], object], code: str) -> None:
    leve = refus(analyse, "peut-être")
    assert leve.code == code
    assert "peut-être" in leve.message


@pytest.mark.parametrize("ecrit", ["73282932000074", "732 829 320 00074", "\t73282932000074", "'73282932000074"])
def test_siret(ecrit: str) -> None:
    assert cellules.siret(ecrit) == "73282932000074"


def test_la_cle_du_siret_est_laissee_aux_regles() -> None:
    assert cellules.siret("73282932000075") == "73282932000075"


@pytest.mark.parametrize(
    ("ecrit", "dit"),
    [
        ("7,32829E+13", "Excel"),
        ("7.3E13", "Excel"),
        ("123", "14"),
        ("7328293200007", "zéro"),
        ("7328293200007A", "lettre"),
    ],
)
def test_siret_refuse(ecrit: str, dit: str) -> None:
    leve = refus(cellules.siret, ecrit)
    assert leve.code == "L_SIRET"
    assert dit in leve.message


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("25.11", "25.11"),
        ("2511", "25.11"),
        ("25.11Z", "25.11"),
        ("2550a", "25.50"),
        ("25.5", "25.50"),
        ("1.11", "01.11"),
    ],
)
def test_nace(ecrit: str, lu: str) -> None:
    assert cellules.code_nace(ecrit) == lu


@pytest.mark.parametrize("ecrit", ["25,11", "ABC", "111", "25.111", "25.11ZZ", "٢٥.١١"])
def test_nace_refuse(ecrit: str) -> None:
    assert refus(cellules.code_nace, ecrit).code == "L_NACE"


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("06 00 00 00 01", "0600000001"),
        ("06.00.00.00.01", "0600000001"),
        ("+33 (0)6 00 00 00 01", "0600000001"),
        ("0033600000001", "0600000001"),
        ("33600000001", "0600000001"),
        ("600000001", "0600000001"),
        ("+352 26 12 34 56", "+35226123456"),
    ],
)
def test_telephone(ecrit: str, lu: str) -> None:
    assert cellules.telephone(ecrit) == lu


@pytest.mark.parametrize("ecrit", ["abc", "123", "0600000001/0600000002", "+", "()", "0000000000"])
def test_telephone_refuse(ecrit: str) -> None:
    assert refus(cellules.telephone, ecrit).code == "L_TELEPHONE"


def test_email() -> None:
    assert cellules.email(" A.b@EXEMPLE.invalid ") == "A.b@exemple.invalid"


@pytest.mark.parametrize("ecrit", ["a@b", "a b@c.fr", "a..b@c.fr", "x@y@z.fr", "a@b.fr; c@d.fr", f"{'a' * 250}@b.fr"])
def test_email_refuse(ecrit: str) -> None:
    assert refus(cellules.email, ecrit).code == "L_EMAIL"


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("68", "68"),
        ("1", "01"),
        ("068", "68"),
        ("2A", "2A"),
        ("02b", "2B"),
        ("971", "971"),
        ("988", "988"),
        ("68 - Haut-Rhin", "68"),
        ("2A (Corse-du-Sud)", "2A"),
        ("99", None),
    ],
)
def test_departement(ecrit: str, lu: str | None) -> None:
    assert cellules.departement(ecrit) == lu


@pytest.mark.parametrize(
    ("ecrit", "dit"), [("20", "2A"), ("020", "2A"), ("96", "01 à 95"), ("979", "971"), ("0", ""), ("68000", "")]
)
def test_departement_refuse(ecrit: str, dit: str) -> None:
    leve = refus(cellules.departement, ecrit)
    assert leve.code == "L_DEPARTEMENT"
    assert dit in leve.message


def test_code_commune() -> None:
    assert [cellules.code_commune(c) for c in ("68066", "1004", "2a004", "99109", "99")] == [
        "68066",
        "01004",
        "2A004",
        "99109",
        None,
    ]
    assert refus(cellules.code_commune, "Colmar").code == "L_CODE_COMMUNE"


def test_blocs() -> None:
    assert cellules.blocs("BDC 12, 0013|bdc0014,12") == ("BDC 0012", "BDC 0013", "BDC 0014")
    assert refus(cellules.blocs, "BDC 12, tout").code == "L_BLOCS"


def test_largeur() -> None:
    cellules.verifier_largeur(["a", "b", ""], 2, 2)
    cellules.verifier_largeur(["a", "b"], 2, 4)
    for ligne in (["a"], ["a", "b", "c"]):
        with pytest.raises(CelluleRefusee) as leve:
            cellules.verifier_largeur(ligne, 2, 2)
        assert leve.value.code == "L_COLONNES"


def test_memo_lit_une_fois_et_reste_borne() -> None:
    lus: list[str] = []

    def analyse(texte: str) -> dt.date:
        lus.append(texte)
        return cellules.date(texte)

    memo = Memo(analyse, borne=3)
    assert memo["03/05/1990"] == memo["03/05/1990"] == dt.date(1990, 5, 3)
    assert isinstance(memo["hier"], Refus)
    assert lus == ["03/05/1990", "hier"]
    for annee in range(1990, 2000):
        assert memo[f"01/01/{annee}"] == dt.date(annee, 1, 1)
        assert len(memo) <= 3


@pytest.mark.parametrize("colonne", INSCRIPTIONS, ids=lambda c: c.nom)
@given(st.text(max_size=60))
def test_aucun_texte_ne_fait_tomber_un_analyseur(colonne, texte: str) -> None:
    """Une valeur ou un refus, et ce qui est accepté se range dans les deux bases."""
    try:
        valeur = colonne.lire(texte)
    except CelluleRefusee as leve:
        valeur = Refus(leve.code, leve.message)
    if isinstance(valeur, Refus):
        assert all(valeur)
    elif isinstance(valeur, str):
        valeur.encode()
        assert "\0" not in valeur
        assert valeur == valeur.strip() != ""
