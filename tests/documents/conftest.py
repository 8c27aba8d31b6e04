"""Faits d'essai : un certificat, un procès-verbal, et de quoi en changer un champ."""

import dataclasses
import datetime as dt
import io
from collections.abc import Callable

import pypdf
import pytest

from documents.faits import CertificatFaits, PvFaits, PvLigne

CERTIFICAT = CertificatFaits(
    numero="MC-0001234",
    identifiant="CQPM 1989 0021 R",
    titre="Opérateur en maintenance industrielle",
    niveau=3,
    civilite="Mme",
    sexe="F",
    prenoms="Jeanne",
    nom="Dupont",
    date_naissance=dt.date(1994, 5, 12),
    ville_naissance="Mulhouse",
    departement_naissance="68",
    pays_naissance="France",
    date_jury=dt.date(2026, 3, 12),
    lieu_jury="Colmar",
    enregistre_rncp_le=dt.date(2021, 4, 23),
    code_rncp="RNCP35286",
    president_jury="Hélène Rœsch",
    centre_nom="UIMM Alsace",
    code_verification="K7QD-2M9X",
    url_verification="https://certifications.exemple.fr/verifier/K7QD2M9X",
)
LIGNE = PvLigne(
    nom_naissance="Dupont",
    nom_usage=None,
    prenoms="Jeanne",
    date_naissance=dt.date(1994, 5, 12),
    ville="Mulhouse",
    departement="68",
    pays="France",
    origine="SL",
    financement="PDC",
    abondement_cpf=False,
    raison_sociale="Fonderies du Rhin",
    adresse="12 rue des Forges, 68100 Mulhouse",
    code_nace="24.51",
    secteur="M",
    branche=None,
    decision="A",
)
DEMANDEUR_EMPLOI = dataclasses.replace(
    LIGNE, origine="DE", financement="POEC", raison_sociale=None, adresse=None, code_nace=None, secteur=None
)
PROCES_VERBAL = PvFaits(
    reference="PV-2026-0042",
    centre_nom="UIMM Alsace",
    centre_adresse="2 rue de l'Industrie, 68100 Mulhouse",
    identifiant="CQPM 1989 0021 R",
    titre="Opérateur en maintenance industrielle",
    date_jury=dt.date(2026, 3, 12),
    lieu_jury="Colmar",
    president_jury="Hélène Rœsch",
    president_qualite="directrice de production",
    lignes=(LIGNE,),
    signe_le=dt.date(2026, 3, 13),
    signataire="Hélène Rœsch",
)
SANS_RNCP = {"enregistre_rncp_le": None, "code_rncp": None, "niveau": None}
AUTRES_CERTIFICATS = {
    "certificat-bdc": dataclasses.replace(
        CERTIFICAT, famille="BDC", identifiant="BDC 0123", titre="Réaliser la maintenance préventive"
    ),
    "certificat-cqpi": dataclasses.replace(
        CERTIFICAT, famille="CQPI", identifiant="CQPI 2008 0007", titre="Opérateur de maintenance", **SANS_RNCP
    ),
    "certificat-ccpm": dataclasses.replace(
        CERTIFICAT, famille="CCPM", identifiant="CCPM 2021 0007", titre="Conduite d'un îlot robotisé", **SANS_RNCP
    ),
    "certificat-ccpi": dataclasses.replace(
        CERTIFICAT, famille="CCPI", identifiant="CCPI RS6717", titre="Tutorat en entreprise", **SANS_RNCP
    ),
}


@pytest.fixture
def autre_certificat() -> Callable[..., CertificatFaits]:
    """Le certificat complet d'un code (annexes 8 à 11), dont on change les champs nommés."""
    return lambda code, **champs: dataclasses.replace(AUTRES_CERTIFICATS[code], **champs)


@pytest.fixture
def certificat() -> Callable[..., CertificatFaits]:
    """Un certificat complet, dont on change les champs nommés."""
    return lambda **champs: dataclasses.replace(CERTIFICAT, **champs)


@pytest.fixture
def ligne() -> Callable[..., PvLigne]:
    """Un candidat salarié du procès-verbal, dont on change les champs nommés."""
    return lambda **champs: dataclasses.replace(LIGNE, **champs)


@pytest.fixture
def demandeur_emploi() -> PvLigne:
    """Un candidat demandeur d'emploi du procès-verbal."""
    return DEMANDEUR_EMPLOI


@pytest.fixture
def pv() -> Callable[..., PvFaits]:
    """Un procès-verbal signé ; `nombre` de candidats NOM1, NOM2… ou champs nommés."""

    def faire(nombre: int = 0, **champs: object) -> PvFaits:
        if nombre:
            champs["lignes"] = tuple(dataclasses.replace(LIGNE, nom_naissance=f"Nom{i}x") for i in range(1, nombre + 1))
        return dataclasses.replace(PROCES_VERBAL, **champs)

    return faire


@pytest.fixture
def relire() -> Callable[[bytes], list[str]]:
    """Le texte de chaque page d'un PDF, blancs réduits à une espace."""
    return lambda octets: [" ".join(p.extract_text().split()) for p in pypdf.PdfReader(io.BytesIO(octets)).pages]
