"""Les listes de la branche à une date : certifications, organismes habilités."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from documents.faits_lettres import (
    CertificationListee,
    ListeCertificationsFaits,
    ListeOrganismesFaits,
    OrganismeHabilite,
    verifier_liste_certifications,
    verifier_liste_organismes,
)
from documents.forme import Declaration, F, ascii_plat, coupe, date_en_lettres
from documents.moteur import Contexte, Valeur
from rules.nomenclatures import Famille

CERTIFICATIONS = "Liste des certifications établie par la branche"
ORGANISMES = "Liste des organismes de formation habilités"
CORPS = 8.5
"""Corps des lignes, en points."""


def _contexte_certifications(lot: Sequence[ListeCertificationsFaits]) -> Contexte:
    (faits,) = lot
    familles = groupby(faits.certifications, key=lambda c: c.famille)
    return {
        "intitule": CERTIFICATIONS,
        "au": date_en_lettres(faits.au),
        "nombre": _nombre(len(faits.certifications), "certification"),
        "familles": [
            {"nom": _famille(famille), "lignes": [_certification(c) for c in lignes]} for famille, lignes in familles
        ],
    }


def _famille(famille: str) -> str:
    return f"{famille} – {Famille(famille).libelle}"


def _certification(certification: CertificationListee) -> dict[str, Valeur]:
    return {
        "identifiant": certification.identifiant,
        "titre": certification.titre,
        "demonstration": _marque(certification.titre, certification.demonstration),
        "niveau": "" if certification.niveau is None else str(certification.niveau),
        "enregistrements": ", ".join(certification.enregistrements),
        "creee_le": _jour(certification.creee_le),
    }


def _contexte_organismes(lot: Sequence[ListeOrganismesFaits]) -> Contexte:
    (faits,) = lot
    return {
        "intitule": ORGANISMES,
        "au": date_en_lettres(faits.au),
        "centre": faits.centre,
        "nombre": _nombre(len(faits.organismes), "habilitation"),
        "lignes": [_organisme(o) for o in faits.organismes],
    }


def _organisme(organisme: OrganismeHabilite) -> dict[str, Valeur]:
    return {
        "nom": coupe(organisme.nom, 70, CORPS),
        "demonstration": _marque(organisme.nom, organisme.demonstration),
        "declaration": organisme.declaration,
        "adresse": organisme.adresse,
        "centre": coupe(organisme.centre, 55, CORPS),
        "du": _jour(organisme.du),
        "au": _jour(organisme.au),
        "certifications": ", ".join(organisme.certifications) or "toutes les certifications",
    }


def _marque(nom: str, demonstration: bool) -> str:
    """Ce qui est inventé se dit, une fois."""
    return "démonstration" if demonstration and "démonstration" not in nom else ""


def _jour(date: dt.date | None) -> str:
    return "" if date is None else f"{date:%d/%m/%Y}"


def _nombre(combien: int, nom: str) -> str:
    return f"{combien} {nom}{'s' if combien > 1 else ''}"


def _declarer(
    code: str,
    intitule: str,
    passage: str,
    verifier: Callable[[F], None],
    contexte: Callable[[Sequence[F]], Contexte],
    au: Callable[[F], dt.date],
    de: Callable[[F], str],
) -> Declaration[F]:
    return Declaration(
        code=code,
        intitule=intitule,
        annexe=passage,
        gabarit=f"{code}.html",
        verifier=verifier,
        contexte=contexte,
        titre=lambda faits: f"{intitule} au {date_en_lettres(au(faits))}",
        date=au,
        fichier=lambda faits: (f"{au(faits):%Y-%m-%d}", ascii_plat(de(faits))),
    )


DECLARATIONS: tuple[Declaration[Any], ...] = (
    _declarer(
        "liste-certifications",
        CERTIFICATIONS,
        "partie 1, chapitre 1, § 2.B",
        verifier_liste_certifications,
        _contexte_certifications,
        lambda faits: faits.au,
        lambda _: "branche",
    ),
    _declarer(
        "liste-organismes",
        ORGANISMES,
        "partie 2, chapitre 1",
        verifier_liste_organismes,
        _contexte_organismes,
        lambda faits: faits.au,
        lambda faits: faits.centre or "branche",
    ),
)
