"""Décision d'habilitation et attestation : des faits aux chaînes des gabarits (partie 2, chapitre 1 ; annexe 5)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from documents.faits_habilitation import (
    AttestationHabilitationFaits,
    DecisionHabilitationFaits,
    IndicateurImprime,
    OrganismeImprime,
    verifier_attestation_habilitation,
    verifier_decision_habilitation,
)
from documents.faits_jury import Destinataire
from documents.forme import Declaration, ascii_plat, coupe, date_en_lettres
from documents.moteur import Contexte, Valeur
from documents.papiers import entete, lettre

CORPS = 9.0
"""Corps des cellules de la grille, en points."""
TOUTES = "toutes les certifications de la liste établie par la branche"
_RESULTATS = {"satisfait": "Satisfait", "non_satisfait": "Non satisfait", None: "Non apprécié"}
_CLASSES = {"satisfait": "oui", "non_satisfait": "non", None: "vide"}
_OBJETS = {
    "favorable": "décision d'habilitation", "complement": "habilitation, compléments demandés",
    "refus": "décision de refus d'habilitation",
}


def _organisme(o: OrganismeImprime) -> dict[str, Valeur]:
    return {
        "nom": o.nom,
        "references": " · ".join(filter(None, (
            f"SIRET {o.siret}" if o.siret else "", f"déclaration d'activité {o.declaration}" if o.declaration else "",
        ))),
        "adresse": o.adresse,
    }


def _indicateur(i: IndicateurImprime) -> dict[str, Valeur]:
    return {
        "code": i.code, "libelle": i.libelle, "resultat": _RESULTATS[i.resultat], "classe": _CLASSES[i.resultat],
        "preuve": coupe(i.preuve, 58, CORPS), "commentaire": coupe(i.commentaire, 58, CORPS),
    }


def _portee(portee: Sequence[str]) -> list[Valeur]:
    return list(portee) or [TOUTES]


def _contexte_decision(lot: Sequence[DecisionHabilitationFaits]) -> Contexte:
    (faits,) = lot
    destinataire = Destinataire(faits.organisme.nom, tuple(filter(None, (faits.organisme.adresse,))))
    suite = ""
    if faits.du is not None:
        suite = f"à compter du {date_en_lettres(faits.du)}"
        suite += f" et jusqu'au {date_en_lettres(faits.au)}" if faits.au is not None else ", sans terme"
    visites = " et ".join(date_en_lettres(v) for v in faits.visites)
    return lettre(
        faits.centre, faits.decide_le, destinataire, "Madame, Monsieur", _OBJETS[faits.decision]
    ) | {
        "organisme": _organisme(faits.organisme),
        "decision": faits.decision,
        "demande": "demande de renouvellement" if faits.renouvellement else "demande",
        "demande_le": date_en_lettres(faits.demande_le),
        "suite": suite,
        "visites": f"après visite sur site le {visites}" if visites else "",
        "portee": _portee(faits.portee),
        "motif": faits.motif if faits.decision != "refus" or not faits.motif.startswith("Indicateurs non satisfaits") else "",
        "motifs": [_indicateur(i) for i in faits.indicateurs if i.resultat == "non_satisfait"],
        "criteres": [
            {"nom": critere, "lignes": [_indicateur(i) for i in lignes]}
            for critere, lignes in groupby(faits.indicateurs, key=lambda i: i.critere)
        ],
    }


def _contexte_attestation(lot: Sequence[AttestationHabilitationFaits]) -> Contexte:
    (faits,) = lot
    return {
        "centre": entete(faits.centre),
        "ville": faits.centre.ville,
        "organisme": _organisme(faits.organisme),
        "du": date_en_lettres(faits.du),
        "au": date_en_lettres(faits.au) if faits.au is not None else "",
        "decide_le": date_en_lettres(faits.decide_le) if faits.decide_le is not None else "",
        "fait_le": date_en_lettres(faits.decide_le or faits.du),
        "portee": _portee(faits.portee),
    }


DECLARATIONS: tuple[Declaration[Any], ...] = (
    Declaration(
        code="decision-habilitation",
        intitule="Décision d'habilitation",
        annexe="partie 2, chapitre 1 ; annexe 5",
        gabarit="decision-habilitation.html",
        verifier=verifier_decision_habilitation,
        contexte=_contexte_decision,
        titre=lambda faits: f"Décision d'habilitation : {faits.organisme.nom}",
        date=lambda faits: faits.decide_le,
        fichier=lambda faits: (f"{faits.decide_le:%Y-%m-%d}", ascii_plat(faits.organisme.nom)),
    ),
    Declaration(
        code="attestation-habilitation",
        intitule="Attestation d'habilitation",
        annexe="partie 2, chapitre 1",
        gabarit="attestation-habilitation.html",
        verifier=verifier_attestation_habilitation,
        contexte=_contexte_attestation,
        titre=lambda faits: f"Attestation d'habilitation : {faits.organisme.nom}",
        date=lambda faits: faits.decide_le or faits.du,
        fichier=lambda faits: (f"{faits.du:%Y-%m-%d}", ascii_plat(faits.organisme.nom)),
    ),
)
