"""Des valeurs hostiles dans chaque champ : imprimées telles quelles, jamais interprétées."""

import dataclasses

import pytest

from documents.declarations import rendre

HOSTILES = (
    "<img src=file:///etc/passwd>",
    "<img src=http://127.0.0.1/a.png>",
    '"><style>*{background:url(http://127.0.0.1/)}</style>',
    "<pdf:nextpage/>",
    "</p></td></tr></table><h1>x",
    "<script>alert(1)</script>",
    "R&D &amp; <b>gras</b>",
    "&lt;br&gt;",
    "{{ 7*7 }}{% include 'polices.css' %}",
    "<svg><image href='file:///etc/passwd'/></svg>",
    "url(file:///etc/passwd)",
    "<!-- commentaire",
    "]]>",
    "' onload='x",
)


def sans_blanc(texte: str) -> str:
    """Le texte sans ses blancs : une valeur longue se coupe en fin de ligne, et seulement là."""
    return "".join(texte.split())


@pytest.mark.parametrize("valeur", HOSTILES)
def test_certificat(certificat, relire, valeur):
    champs = ("titre", "prenoms", "ville_naissance", "lieu_jury", "president_jury", "centre_nom", "code_verification")
    faits = certificat(nom=valeur, **dict.fromkeys(champs, valeur))
    (page,) = relire(rendre("certificat-cqpm", faits))
    assert sans_blanc(page).count(sans_blanc(valeur)) >= len(champs)


@pytest.mark.parametrize("code", ["certificat-bdc", "certificat-cqpi"])
@pytest.mark.parametrize("valeur", HOSTILES)
def test_certificats_des_autres_familles(autre_certificat, relire, code, valeur):
    champs = ("titre", "prenoms", "lieu_jury", "president_jury", "centre_nom", "code_verification")
    pages = relire(rendre(code, autre_certificat(code, nom=valeur, **dict.fromkeys(champs, valeur))))
    assert sans_blanc(pages[0]).count(sans_blanc(valeur)) >= len(champs)
    assert len(pages) == (2 if code == "certificat-cqpi" else 1)


@pytest.mark.parametrize("valeur", HOSTILES)
def test_pv(pv, ligne, relire, valeur):
    hostile = ligne(
        prenoms=valeur,
        ville=valeur,
        raison_sociale=valeur,
        adresse=valeur,
        commentaire=valeur,
        secteur="HM",
        branche=valeur,
    )
    faits = pv(lignes=(hostile, dataclasses.replace(hostile, prenoms="Jeanne")), centre_nom=valeur, lieu_jury=valeur)
    (page,) = relire(rendre("pv", faits))
    assert sans_blanc(page).count(sans_blanc(valeur)) >= 13
    assert "page 1 / 1" in page


def test_un_fichier_de_la_machine_ne_s_imprime_pas(certificat, relire, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("TRES-SECRET")
    faits = certificat(
        titre=f'<object data="{secret}"></object><link rel=stylesheet href="{secret}">', nom=f"file://{secret}"
    )
    assert "TRES-SECRET" not in rendre("certificat-cqpm", faits).decode("latin-1")
    assert "TRES-SECRET" not in relire(rendre("certificat-cqpm", faits))[0]
