"""Faits d'essai : un certificat, un procès-verbal, et de quoi en changer un champ."""

import dataclasses
import io
from collections.abc import Callable

import pypdf
import pytest

from documents.exemples import (
    AUTRES_CERTIFICATS,
    CERTIFICAT,
    DEMANDEUR_EMPLOI,
    LIGNE,
    PROCES_VERBAL,
)
from documents.faits import CertificatFaits, PvFaits, PvLigne


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
