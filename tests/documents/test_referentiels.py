"""Les référentiels relus depuis le PDF : mots et ordre des annexes 1 et 2, en-têtes répétés, textes longs."""

import dataclasses
import datetime as dt
import io
import re

import pypdf
import pytest

from documents.declarations import nom_fichier, rendre
from documents.erreurs import DonneeManquante
from documents.referentiels import PAR_CELLULE, ReferentielFaits
from rules.nomenclatures import EtatReferentiel, Famille
from rules.referentiel import BlocDeVersion, CompetenceDeVersion, VersionFacts

MODALITES = {"observation": "Observation en situation de travail", "projet": "Présentation de projets"}
COMPETENCE = CompetenceDeVersion(
    "c1", "Régler la machine", "Lecture de plan\nTolérances", "À partir du dossier.", "La gamme est suivie.",
    "Le gabarit est choisi.", "L'équipe suivante est informée.", "Les protections sont en place.", "La pièce est conforme.",
    ("observation", "projet"),
)
CQPM = ReferentielFaits(
    VersionFacts(
        Famille.CQPM, EtatReferentiel.VALIDE, "Règle des machines.\nConduit la série.", "En atelier.", "Rend compte.",
        "Une condition de plus.", 3, (BlocDeVersion("b1", "Régler", (COMPETENCE,), 12),),
    ),
    "CQPM 2004 0230 R", "Régleur d'essai", 2, dt.date(2026, 6, 18), dt.date(2026, 7, 1), MODALITES,
)
CCPM = dataclasses.replace(
    CQPM, identifiant="CCPM 2021 0007", titre="Tutorat d'essai",
    version=VersionFacts(Famille.CCPM, EtatReferentiel.SOUMIS, missions="Tutorer.", competences=(COMPETENCE,)), valide_le=None,
)
ORDRE = {
    "cqpm": (
        "Commission paritaire nationale de l'emploi et de la formation professionnelle de la métallurgie",
        "Qualification : CQPM 2004 0230 R – Régleur d'essai", "Niveau : 3", "Dernière modification : 18 juin 2026",
        "Titre du CQPM : Régleur d'essai", "1. Référentiel d'activités du CQPM", "1.1. Mission (s) et activités visées",
        "1.2. Environnement de travail", "1.3. Interactions dans l'environnement de travail", "2. Référentiel de compétences",
        "Pour cela, il (elle) doit être capable de :", "Blocs de compétences", "BDC 0012", "3. Référentiel d'évaluations",
        "3.1. Conditions de réalisation et d'évaluation", "Critères mesurables et observables",
        "En matière de méthodes utilisées :", "En matière de moyens utilisés :",
        "En matière de liens professionnels / relationnels :",
        "En matière de contraintes liées au milieu et environnement de travail :", "3.2. Modalités d'évaluation",
        "3.2.1. Conditions de mise en œuvre", "3.2.2. Mise en œuvre des modalités d'évaluation", "COMMISSION D'ÉVALUATION",
        "ÉVALUATION EN SITUATION PROFESSIONNELLE RÉELLE.", "PRÉSENTATION DES PROJETS OU ACTIVITÉS RÉALISÉS",
        "AVIS DE L'ENTREPRISE.", "Modalités prévues", "Observation en situation de travail",
        "4. Conditions d'admissibilité", "Une condition de plus.", "Le terme générique « candidat »",
    ),
    "ccpm": (
        "Certification professionnelle : CCPM 2021 0007 – Tutorat d'essai",
        "Dernière modification : soumise au GTP Certifications", "1. Référentiel de compétences",
        "Le (la) titulaire de la certification a pour mission", "Compétence 1 : Régler la machine",
        "2. Référentiel d'évaluation", "1. Critères mesurables et observables et résultats attendus",
        "En matière de méthodes utilisées :", "En matière de résultats :", "2. Modalités d'évaluation",
        "COMMISSION D'ÉVALUATION", "3. Conditions d'admissibilité", "Les CCPM, sont attribués aux candidats",
    ),
}


def _texte(octets: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(octets)).pages
    return re.sub(r"\s+", " ", " ".join(p.extract_text() for p in pages)).replace("\xa0", " ")


@pytest.mark.parametrize(("code", "faits"), [("cqpm", CQPM), ("ccpm", CCPM)])
def test_les_mots_et_l_ordre_de_l_annexe(code, faits):
    texte = _texte(rendre(f"referentiel-{code}", faits))
    place = 0
    for attendu in ORDRE[code]:
        trouve = texte.lower().find(attendu.lower(), place)
        assert trouve >= 0, (attendu, texte[place:place + 300])
        place = trouve


def test_un_ccpm_n_imprime_pas_les_conditions_de_realisation():
    assert "À partir du dossier" not in _texte(rendre("referentiel-ccpm", CCPM))
    assert "À partir du dossier" in _texte(rendre("referentiel-cqpm", CQPM))


def test_sans_competence_le_document_est_refuse():
    vide = dataclasses.replace(CQPM, version=dataclasses.replace(CQPM.version, blocs=()))
    with pytest.raises(DonneeManquante, match="compétences professionnelles"):
        rendre("referentiel-cqpm", vide)


def test_un_bloc_de_projet_n_a_pas_de_numero():
    bloc = dataclasses.replace(CQPM.version.blocs[0], numero=None)
    version = dataclasses.replace(CQPM.version, blocs=(bloc,), etat=EtatReferentiel.PROJET)
    texte = _texte(rendre("referentiel-cqpm", dataclasses.replace(CQPM, version=version, valide_le=None)))
    assert "numéro donné à la décision du GTP" in texte
    assert "projet, pas encore soumis" in texte


def test_un_texte_tres_long_continue_et_les_en_tetes_se_repetent():
    mots = " ".join(f"mot{n}" for n in range(2000))
    longue = dataclasses.replace(COMPETENCE, conditions=mots, methodes="x" * (3 * PAR_CELLULE))
    blocs = tuple(
        BlocDeVersion(f"b{n}", f"Bloc {n}", (longue if n == 1 else COMPETENCE,) * 6, n) for n in range(1, 4)
    )
    octets = rendre("referentiel-cqpm", dataclasses.replace(CQPM, version=dataclasses.replace(CQPM.version, blocs=blocs)))
    pages = [p.extract_text() for p in pypdf.PdfReader(io.BytesIO(octets)).pages]
    assert all(f"mot{n}" in " ".join(pages) for n in (0, 999, 1999))
    assert sum("Conditions de réalisation" in p for p in pages) > len(blocs)
    assert all(len(p.split()) > 20 for p in pages)


def test_le_nom_du_fichier():
    assert nom_fichier("referentiel-cqpm", CQPM) == "referentiel-cqpm_CQPM-2004-0230-R_version-2.pdf"
