"""Ce qu'affirment les documents d'une habilitation : la décision et ses motifs, l'attestation (partie 2, chapitre 1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from documents.erreurs import DonneeIncoherente, DonneeManquante
from documents.faits import exiger
from documents.faits_jury import EnTete, verifier_centre

INDICATEURS = 12


@dataclass(frozen=True, slots=True)
class OrganismeImprime:
    """L'organisme de formation, tel que le document le nomme."""

    nom: str
    siret: str = ""
    declaration: str = ""
    adresse: str = ""
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class IndicateurImprime:
    """Un indicateur de la grille : son critère, son résultat (`satisfait`, `non_satisfait` ou rien), sa preuve."""

    critere: str
    code: str
    libelle: str
    resultat: str | None
    preuve: str = ""
    commentaire: str = ""


@dataclass(frozen=True, slots=True)
class DecisionHabilitationFaits:
    """La décision d'un centre sur une demande d'habilitation : `favorable`, `complement` ou `refus`.

    `portee` : chaque certification ou bloc, avec son intitulé ; vide : toutes les certifications. `visites` : leurs dates.
    """

    centre: EnTete
    organisme: OrganismeImprime
    decision: str
    demande_le: dt.date
    decide_le: dt.date
    du: dt.date | None
    au: dt.date | None
    portee: tuple[str, ...]
    indicateurs: tuple[IndicateurImprime, ...]
    visites: tuple[dt.date, ...] = ()
    motif: str = ""
    renouvellement: bool = False


@dataclass(frozen=True, slots=True)
class AttestationHabilitationFaits:
    """L'attestation remise à un organisme habilité : par qui, pour quoi, depuis quand, jusqu'à quand."""

    centre: EnTete
    organisme: OrganismeImprime
    du: dt.date
    au: dt.date | None
    decide_le: dt.date | None
    portee: tuple[str, ...]
    en_vigueur: bool


def verifier_decision_habilitation(faits: DecisionHabilitationFaits) -> None:
    """Refuse une décision sans sa grille, ou que sa grille contredit (HAB-02).

    :raises DonneeManquante: un indicateur n'est pas apprécié, ou un motif manque.
    :raises DonneeIncoherente: une décision favorable avec un indicateur non satisfait.
    """
    verifier_centre(faits.centre)
    exiger(faits.organisme.nom, "nom de l'organisme")
    exiger(faits.decide_le, "date de la décision")
    if len(faits.indicateurs) != INDICATEURS or not any(i.resultat for i in faits.indicateurs):
        raise DonneeManquante("grille des douze indicateurs")
    if faits.decision == "favorable":
        exiger(faits.du, "date d'effet de l'habilitation")
        for i in faits.indicateurs:
            if i.resultat is None:
                raise DonneeManquante(f"résultat de l'indicateur {i.code}")
            if i.resultat != "satisfait":
                raise DonneeIncoherente(f"indicateur {i.code}", "n'est pas satisfait : la décision ne peut être favorable")
        return
    for i in faits.indicateurs:
        if i.resultat == "non_satisfait":
            exiger(i.commentaire, f"motif de l'indicateur {i.code}")


def verifier_attestation_habilitation(faits: AttestationHabilitationFaits) -> None:
    """Refuse d'attester d'une habilitation suspendue ou retirée, ou sans date d'effet (HAB-05)."""
    verifier_centre(faits.centre)
    exiger(faits.organisme.nom, "nom de l'organisme")
    exiger(faits.du, "date d'effet de l'habilitation")
    if not faits.en_vigueur:
        raise DonneeIncoherente("habilitation", "n'est pas en vigueur : elle ne s'atteste pas")
