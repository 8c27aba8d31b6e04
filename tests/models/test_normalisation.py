"""Deux écritures d'un même nom ont la même forme ; deux noms n'ont pas la même."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.normalisation import cle_entreprise, cle_identite, normaliser, normaliser_ville

NE_LE = dt.date(1994, 5, 12)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Lefèvre-Martin", "lefevre martin"), ("LEFEVRE MARTIN", "lefevre martin"), ("  d'Alembert ", "d alembert"),
        ("Cœur", "coeur"), ("Strauß", "strauss"), ("Łukasz", "lukasz"), ("Nuñez", "nunez"), ("Le Floc’h", "le floc h"),
        ("É́léonore", "eleonore"), ("", ""), ("—", ""), ("N° 12", "n 12"), ("Nº 12", "no 12"), ("Ångström", "angstrom"),
        ("Ⅷ", "viii"), ("ﬁnition", "finition"),
    ],
)
def test_normaliser(texte, attendu):
    assert normaliser(texte) == attendu


@given(st.text())
def test_normaliser_une_fois_suffit(texte):
    une_fois = normaliser(texte)
    assert normaliser(une_fois) == une_fois
    assert une_fois == une_fois.strip()
    assert une_fois.isascii()


@pytest.mark.parametrize(
    ("ville", "attendu"),
    [
        ("St-Étienne", "saint etienne"), ("Saint Etienne", "saint etienne"), ("Ste Marie", "sainte marie"),
        ("Paris 12e", "paris"), ("PARIS 1er ARRONDISSEMENT", "paris"), ("Lyon 03", "lyon"), ("Mulhouse Cedex", "mulhouse"),
        ("Stains", "stains"), ("12", "12"), ("L'Haÿ-les-Roses", "l hay les roses"),
    ],
)
def test_normaliser_ville(ville, attendu):
    assert normaliser_ville(ville) == attendu


@pytest.mark.parametrize(
    ("autre", "meme"),
    [
        (("LEFEVRE MARTIN", "zoe", NE_LE, "ST ETIENNE"), True),
        (("Lefèvre", "Zoé", NE_LE, "Saint-Étienne"), False),
        (("Lefèvre-Martin", "Zoé, Anne", NE_LE, "Saint-Étienne"), False),
        (("Lefèvre-Martin", "Zoé", dt.date(1994, 5, 13), "Saint-Étienne"), False),
        (("Lefèvre-Martin", "Zoé", NE_LE, "Colmar"), False),
    ],
)
def test_cle_identite(autre, meme):
    assert (cle_identite("Lefèvre-Martin", "Zoé", NE_LE, "Saint-Étienne") == cle_identite(*autre)) is meme


def test_cle_identite_ne_melange_pas_nom_et_prenoms():
    assert cle_identite("Martin Paul", "Jean", NE_LE, "Colmar") != cle_identite("Martin", "Paul Jean", NE_LE, "Colmar")


def test_cle_entreprise():
    assert cle_entreprise("73282932000074", "A", "B") == cle_entreprise("73282932000074", "C", "D") == "73282932000074"
    assert cle_entreprise(None, "Forges & Cie", "1, rue X") == cle_entreprise(None, "FORGES  CIE", "1 Rue X")
    assert cle_entreprise(None, "Forges", "1 rue X") != cle_entreprise(None, "Forges", "2 rue X")
