"""La ressemblance des titres (REF-13) : ce qui doit se voir, ce qui ne doit pas alarmer."""

from __future__ import annotations

import pytest

from rules.ressemblance import SEUIL, racines, ressemblance, voisins


@pytest.mark.parametrize(("un", "autre"), [
    ("Technicien de maintenance industrielle", "Technicienne en maintenance industrielle"),
    ("Opérateur(trice) régleur(euse) sur machine-outil à commande numérique",
     "Opérateur régleur sur machines-outils à commande numérique par enlèvement"),
    ("Soudeur industriel", "SOUDEURS INDUSTRIELS"),
    ("Chaudronnier d'atelier", "Chaudronnière d’atelier"),
    ("Chargé(e) de maintenance", "Chargée de la maintenance"),
    ("Contrôleur en métrologie", "Controleur en metrologie tridimensionnelle"),
    ("Ajusteur monteur aéronautique", "Monteur ajusteur aéronautique"),
    ("Intégrateur en robotique", "Integrateur en robotiqe"),
    ("Coordonnateur de travaux navals", "Coordinateur de travaux navals"),
])
def test_des_titres_qui_se_ressemblent(un, autre):
    assert ressemblance(un, autre) >= SEUIL
    assert ressemblance(un, autre) == ressemblance(autre, un)


@pytest.mark.parametrize(("un", "autre"), [
    ("Soudeur industriel", "Fondeur en fonderie de précision"),
    ("Technicien de maintenance industrielle", "Technicien en usinage"),
    ("Assistant qualité", "Opérateur régleur sur machine-outil"),
    ("Soudeur", ""),
    ("de la", "de la"),
    ("Soudeur", "Soudeur sur acier, aluminium et alliages de titane"),
])
def test_des_titres_differents(un, autre):
    assert ressemblance(un, autre) < SEUIL


def test_le_meme_titre_vaut_un():
    assert ressemblance("Œuvre d’atelier (H/F)", "oeuvres d'ateliers") == 1.0
    assert racines("Les ouvriers d'atelier") == {"ouvrier", "atelier"}


def test_voisins_du_plus_proche_au_plus_lointain():
    liste = [("CQPM 1", "Fondeur"), ("CQPM 2", "Technicien de maintenance"), ("CQPM 3", "Technicienne en maintenance navale")]
    assert [identifiant for _, identifiant, _ in voisins("Technicien de la maintenance", liste)] == ["CQPM 2", "CQPM 3"]
    assert voisins("Boulanger", liste) == []
