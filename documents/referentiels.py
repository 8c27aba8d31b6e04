"""Le référentiel d'un CQPM (annexe 1) ou d'un CCPM (annexe 2), d'une version : mêmes champs, ordre et notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from documents.erreurs import DonneeManquante
from documents.forme import Declaration, ascii_plat, date_en_lettres
from documents.moteur import Contexte, Valeur
from rules.nomenclatures import EtatReferentiel, Famille
from rules.referentiel import CompetenceDeVersion, VersionFacts

PAR_CELLULE = 900
"""Caractères d'une cellule au-delà desquels la compétence continue sur une autre ligne, donc une autre page au besoin."""
_MATIERES = (
    ("methodes", "En matière de méthodes utilisées :"), ("moyens", "En matière de moyens utilisés :"),
    ("liens", "En matière de liens professionnels / relationnels :"),
    ("contraintes", "En matière de contraintes liées au milieu et environnement de travail :"),
)


@dataclass(frozen=True, slots=True)
class ReferentielFaits:
    """Une version de référentiel et sa certification ; `modalites` : code → libellé, celles de la nomenclature."""

    version: VersionFacts
    identifiant: str
    titre: str
    numero: int
    valide_le: dt.date | None
    imprime_le: dt.date
    modalites: dict[str, str]
    demonstration: bool = False


def verifier(faits: ReferentielFaits) -> None:
    """Un document ne s'imprime pas sans ce que l'annexe y met : des compétences.

    :raises DonneeManquante: le référentiel n'a aucune compétence.
    """
    if not list(faits.version.reperes()):
        raise DonneeManquante("compétences professionnelles")


def _contexte(lot: Sequence[ReferentielFaits]) -> Contexte:
    (faits,) = lot
    v = faits.version
    return {
        "famille": v.famille.value,
        "qualification": f"{faits.identifiant} – {faits.titre}",
        "titre": faits.titre,
        "niveau": "non déterminé" if v.niveau is None else str(v.niveau),
        "modification": _modification(faits),
        "version": f"version {faits.numero}",
        "demonstration": "certification inventée, pour la démonstration" if faits.demonstration else "",
        "missions": _lignes(v.missions), "environnement": _lignes(v.environnement),
        "interactions": _lignes(v.interactions), "admissibilite": _lignes(v.conditions_admissibilite),
        "blocs": [
            {
                "nom": b.identifiant or "BDC (numéro donné à la décision du GTP)", "libelle": b.libelle,
                "competences": [
                    {"rang": f"{rang}.", "libelle": c.libelle, "connaissances": _lignes(c.connaissances)}
                    for rang, c in enumerate(b.competences, 1)
                ],
                "lignes": [x for rang, c in enumerate(b.competences, 1) for x in _evaluation(c, f"{rang}.")],
                "modalites": [_permises(c, f"{rang}.", faits.modalites) for rang, c in enumerate(b.competences, 1)],
            }
            for b in v.blocs
        ],
        "competences": [{"rang": str(rang), "libelle": c.libelle} for rang, c in enumerate(v.competences, 1)],
        "lignes": [x for rang, c in enumerate(v.competences, 1) for x in _evaluation(c, f"{rang} –")],
        "modalites": [_permises(c, f"{rang} –", faits.modalites) for rang, c in enumerate(v.competences, 1)],
    }


def _modification(faits: ReferentielFaits) -> str:
    if faits.valide_le is not None:
        return f"{date_en_lettres(faits.valide_le)} (GTP Certifications)"
    return "soumise au GTP Certifications" if faits.version.etat is EtatReferentiel.SOUMIS else (
        "projet, pas encore soumis au GTP Certifications"
    )


def _lignes(texte: str) -> list[str]:
    return [ligne.strip() for ligne in texte.splitlines() if ligne.strip()]


def _permises(c: CompetenceDeVersion, rang: str, modalites: dict[str, str]) -> dict[str, Valeur]:
    return {"rang": rang, "libelle": c.libelle, "permises": [modalites.get(m, m) for m in c.modalites]}


def _evaluation(c: CompetenceDeVersion, rang: str) -> list[dict[str, Valeur]]:
    """Les lignes d'une compétence dans le tableau d'évaluation : une le plus souvent, plusieurs si elle est longue."""
    criteres: list[tuple[str, str]] = []
    for champ, titre in _MATIERES:
        if lignes := _lignes(getattr(c, champ)):
            criteres += [("matiere", titre), *(("critere", x) for x in lignes)]
    colonnes = [
        _paquets([("texte", f"{rang} {c.libelle}")]), _paquets([("texte", x) for x in _lignes(c.conditions)]),
        _paquets(criteres), _paquets([("texte", x) for x in _lignes(c.resultats)]),
    ]
    noms = ("competence", "conditions", "criteres", "resultats")
    return [
        {
            nom: [{"genre": genre, "texte": texte} for genre, texte in paquets[rang_de_ligne]]
            if rang_de_ligne < len(paquets) else []
            for nom, paquets in zip(noms, colonnes, strict=True)
        } | {"suite": "suite" if rang_de_ligne else ""}
        for rang_de_ligne in range(max(len(p) for p in colonnes))
    ]


def _paquets(textes: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    paquets: list[list[tuple[str, str]]] = [[]]
    reste = PAR_CELLULE
    for genre, texte in ((g, m) for g, t in textes for m in _morceaux(t)):
        if len(texte) > reste and paquets[-1]:
            paquets.append([])
            reste = PAR_CELLULE
        paquets[-1].append((genre, texte))
        reste -= len(texte) + 40
    return paquets


def _morceaux(texte: str) -> list[str]:
    """Un paragraphe trop long pour une cellule, coupé entre deux mots."""
    morceaux = [""]
    for mot in texte.split(" "):
        if morceaux[-1] and len(morceaux[-1]) + len(mot) >= PAR_CELLULE:
            morceaux.append("")
        morceaux[-1] = f"{morceaux[-1]} {mot}".strip()
    return morceaux


def _declarer(famille: Famille, annexe: str) -> Declaration[Any]:
    code = f"referentiel-{famille.value.lower()}"
    titre: Callable[[ReferentielFaits], str] = lambda faits: (  # noqa: E731
        f"Référentiel du {famille.value} : {faits.identifiant} {faits.titre}"
    )
    return Declaration(
        code=code, intitule=f"Référentiel du {famille.value}", annexe=annexe, gabarit=f"{code}.html",
        verifier=verifier, contexte=_contexte, titre=titre, date=lambda faits: faits.valide_le or faits.imprime_le,
        fichier=lambda faits: (ascii_plat(faits.identifiant), f"version-{faits.numero}"),
    )


DECLARATIONS: tuple[Declaration[Any], ...] = (_declarer(Famille.CQPM, "annexe 1"), _declarer(Famille.CCPM, "annexe 2"))
