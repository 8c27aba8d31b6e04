"""Les formulations : chaque règle à ses bornes ; un texte ne fait que dire, jamais lire ni calculer."""

from __future__ import annotations

import dataclasses

import pytest

from rules import formulation as r
from rules.formulation import LONGUEUR_MAX, PASSAGES, FormulationFacts, Morceau, composer, normaliser
from rules.noyau import evaluate
from tests.rules.faits import champs

SUITE, ANNONCE = PASSAGES["lettre-admission.suite"], PASSAGES["lettre-admission.annonce"]


def proposee(texte: str, passage=SUITE, **autres: object) -> FormulationFacts:
    return dataclasses.replace(FormulationFacts(passage, texte), **autres)


@pytest.mark.parametrize("code", PASSAGES)
def test_chaque_texte_d_origine_passe_ses_regles(code):
    passage = PASSAGES[code]
    assert evaluate(r.ECRITURE, FormulationFacts(passage, normaliser(passage.texte))) == ()
    assert set(passage.exiges) <= set(passage.champs)


@pytest.mark.parametrize(("taille", "refuse"), [(0, True), (1, False), (LONGUEUR_MAX, False), (LONGUEUR_MAX + 1, True)])
def test_for_01_longueur(taille, refuse):
    assert bool(champs(r.texte_present, proposee("a" * taille))) is refuse


@pytest.mark.parametrize("texte", [
    "{admis}", "{de_quoi.__class__}", "{de_quoi!r}", "{de_quoi:>99999}", "{0}", "{}", "{de_quoi", "de_quoi}", "{{de_quoi}}",
    "{{ 7*7 }}", "{% include 'polices.css' %}", "{# rien #}", "{De_quoi}", "{de quoi}", "${de_quoi} {x}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{% for x in y %}{% endfor %}", "{self}", "{centre}",
])
def test_for_02_rien_que_les_champs_du_passage(texte):
    assert champs(r.champs_connus, proposee(texte)) == ["texte"]


def test_for_02_nomme_l_inconnu_et_liste_les_connus():
    (violation,) = r.champs_connus(proposee("{admis} {de_quoi}"))
    assert "Champ inconnu : {admis}" in violation.message
    assert "{de_quoi}" in violation.message
    assert champs(r.champs_connus, proposee("Voici {de_quoi}, {candidat}.")) == []


@pytest.mark.parametrize(("texte", "refuse"), [("Bravo.", True), ("Bravo pour {de_quoi}.", False), ("", False)])
def test_for_03_ce_que_le_dispositif_veut(texte, refuse):
    assert bool(champs(r.champs_exiges, proposee(texte))) is refuse


@pytest.mark.parametrize(("texte", "refuse"), [
    ("sans gras", False), ("**gras**", False), ("**a** et **b**", False), ("**ouvert", True), ("**a\n\nb**", True), ("*a*", False),
])
def test_for_04_gras_ferme_dans_son_paragraphe(texte, refuse):
    assert bool(champs(r.gras_ferme, proposee(texte))) is refuse


@pytest.mark.parametrize(("part_de", "derniere", "texte", "refuse"), [
    (0, 0, "neuf", False), (0, 1, "neuf", True), (2, 1, "neuf", True), (-1, 0, "neuf", True), (1, 1, "en vigueur", True),
    (1, 1, "neuf", False),
])
def test_for_05_personne_n_ecrase_personne(part_de, derniere, texte, refuse):
    assert bool(champs(r.derniere_version, proposee(texte, part_de=part_de, derniere=derniere, actuel="en vigueur"))) is refuse


def test_une_valeur_entre_telle_quelle_apres_la_lecture_du_texte():
    valeurs = {"date_jury": "**{admis}**", "lieu_jury": "<b>", "declare": "{{ 7*7 }}", "admis": "a\nb", "candidat": ""}
    assert composer("Le **{date_jury}** à {lieu_jury} {declare} :\n\n– {admis}", valeurs) == [
        [Morceau("Le ", gras=False), Morceau("**{admis}**", gras=True), Morceau(" à <b> {{ 7*7 }} :", gras=False)],
        [Morceau("– a\nb", gras=False)],
    ]


def test_normaliser_garde_les_paragraphes():
    assert normaliser(" Un \r\n\r\n\r\n\r\n deux e\u0301 \r") == "Un\n\ndeux é"
