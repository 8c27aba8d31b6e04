"""Fiche (annexe 3), programme (annexe 4) et attestation d'un parcours de professionnalisation certifiant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from documents.faits_parcours import (
    AttestationFaits,
    FicheFaits,
    ModuleImprime,
    ParcoursImprime,
    ProgrammeFaits,
    verifier_attestation,
    verifier_fiche,
    verifier_programme,
)
from documents.forme import Declaration, F, ascii_plat, coupe, date_en_lettres
from documents.moteur import Contexte, Valeur
from rules.parcours import duree

CORPS = 9.0
"""Corps des cellules, en points."""
NOTES = (
    "catégorie(s) de poste ou d'emploi concernée(s) par ce parcours",
    "nombre total d'heures prévues et sur combien de mois",
    "exemple d'attestation remise à l'issue du parcours au salarié (à joindre en annexe)",
    "les domaines sont à choisir par l'entreprise. À titre indicatif : préparation et fin d'activité (dont rendre compte) ; "
    "réalisation (dont réglage, contrôle, sécurité, maintenance, conception) ; technologies (dont matériaux, équipements, "
    "électricité, mécanique…) ; techniques généralistes (dont amélioration, qualité, communication et connaissance de "
    "l'entreprise, gestion, informatique, langues…)",
    "compétences professionnelles observables et mesurables (à l'issue du parcours, le salarié sera capable de…)",
    "contenus dispensés dans le domaine correspondant du parcours",
    "nombre d'heures par domaine ou sous-domaine",
    "intervenants externes et/ou internes ; les noms des organismes et/ou profil ou qualité des intervenants",
)
"""Les huit notes de l'annexe 3."""
_NATURES = {"interne": "Interne", "externe": "Externe"}


def _lignes(texte: str, millimetres: float) -> list[str]:
    """Un texte en ses lignes, les mots trop larges pour la colonne ouverts ; les lignes vides s'en vont."""
    return [coupe(ligne.strip(), millimetres, CORPS) for ligne in texte.splitlines() if ligne.strip()]


def _commun(p: ParcoursImprime) -> dict[str, Valeur]:
    if p.valide_le is not None:
        statut = f"{p.identifiant} — validé par le GTP « Certifications » le {date_en_lettres(p.valide_le)}"
        if p.etat == "Remplacé":
            statut += ", remplacé depuis"
    else:
        statut = f"{p.etat}, au {date_en_lettres(p.au)}"
    return {
        "societe": p.societe,
        "adresse": p.adresse,
        "intitule": p.intitule,
        "statut": statut + (f" — version {p.version}" if p.version > 1 else ""),
        "demonstration": "entreprise de démonstration : document sans valeur" if p.demonstration else "",
    }


def _duree_et_periode(p: ParcoursImprime) -> str:
    return f"{_heures(p.minutes)}, sur {p.mois} mois"


def _heures(minutes: int) -> str:
    """« 119 heures » quand le compte est rond, « 3 h 30 » sinon."""
    heures, reste = divmod(minutes, 60)
    return duree(minutes) if reste else f"{heures} heure{'s' if heures > 1 else ''}"


def _contexte_fiche(lot: Sequence[FicheFaits]) -> Contexte:
    (faits,) = lot
    return _commun(faits.parcours) | {
        "public_vise": _lignes(faits.public_vise, 200),
        "duree": _duree_et_periode(faits.parcours),
        "attestation": _lignes(faits.attestation, 200),
        "domaines": [
            {
                "domaine": coupe(d.domaine, 42, CORPS),
                "competences": _lignes(d.competences, 80),
                "contenus": _lignes(d.contenus, 73),
                "heures": duree(d.minutes),
                "intervenants": _lignes(d.intervenants, 60),
            }
            for d in faits.domaines
        ],
        "total": duree(faits.parcours.minutes),
        "notes": list(NOTES),
    }


def _contexte_programme(lot: Sequence[ProgrammeFaits]) -> Contexte:
    (faits,) = lot
    modules = sorted(faits.modules, key=lambda m: m.phase)
    return _commun(faits.parcours) | {
        "total": _heures(sum(m.minutes for m in modules)),
        "phases": [_phase(phase, list(lot)) for phase, lot in groupby(modules, key=lambda m: m.phase)],
    }


def _phase(phase: int, modules: Sequence[ModuleImprime]) -> dict[str, Valeur]:
    return {
        "nom": f"PHASE {phase}",
        "total": duree(sum(m.minutes for m in modules)),
        "modules": [
            {
                "module": coupe(m.module, 62, CORPS),
                "objectifs": _lignes(m.objectifs, 106),
                "duree": duree(m.minutes),
                "nature": _NATURES[m.nature],
                "organisme": coupe(m.organisme, 62, CORPS) or "–",
            }
            for m in modules
        ],
    }


def _contexte_attestation(lot: Sequence[AttestationFaits]) -> Contexte:
    (faits,) = lot
    p = faits.parcours
    assert p.valide_le is not None
    return _commun(p) | {
        "numero": f"{p.identifiant} – attestation n° {faits.numero}",
        "identifiant": p.identifiant,
        "valide_le": date_en_lettres(p.valide_le),
        "prenoms": faits.prenoms,
        "nom": faits.nom.upper(),
        "date_naissance": date_en_lettres(faits.date_naissance),
        "duree": _duree_et_periode(p) if p.mois else _heures(p.minutes),
        "attestation": _lignes(faits.attestation, 160),
        "acquis": [{"domaine": domaine, "competences": _lignes(competences, 150)} for domaine, competences in faits.acquis],
        "organisme": faits.organisme,
        "evalue_le": date_en_lettres(faits.evalue_le),
        "attribue_le": date_en_lettres(faits.attribue_le),
        "emploi": faits.emploi,
        "cotation": faits.cotation,
    }


def _declarer(
    code: str, intitule: str, annexe: str, verifier: Callable[[F], None], contexte: Callable[[Sequence[F]], Contexte],
    fichier: Callable[[F], tuple[str, str]],
) -> Declaration[F]:
    return Declaration(
        code=code,
        intitule=intitule,
        annexe=annexe,
        gabarit=f"{code}.html",
        verifier=verifier,
        contexte=contexte,
        titre=lambda faits: f"{intitule} : {faits.parcours.intitule}",  # type: ignore[attr-defined]
        date=lambda faits: getattr(faits, "attribue_le", None) or faits.parcours.au,  # type: ignore[attr-defined]
        fichier=fichier,
    )


def _nom(faits: Any) -> tuple[str, str]:
    return (ascii_plat(faits.parcours.societe), ascii_plat(faits.parcours.intitule))


DECLARATIONS: tuple[Declaration[Any], ...] = (
    _declarer("fiche-ppc", "Fiche parcours de professionnalisation certifiant", "annexe 3", verifier_fiche, _contexte_fiche, _nom),
    _declarer("programme", "Programme de formation", "annexe 4", verifier_programme, _contexte_programme, _nom),
    _declarer(
        "attestation-ppc", "Attestation d'un parcours de professionnalisation certifiant", "annexe 3, note 3",
        verifier_attestation, _contexte_attestation,
        lambda faits: (ascii_plat(f"{faits.parcours.identifiant} {faits.numero}"), ascii_plat(f"{faits.nom.upper()} {faits.prenoms}")),
    ),
)
