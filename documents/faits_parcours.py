"""Ce qu'affirment les documents d'un parcours certifiant : fiche (annexe 3), programme (annexe 4), attestation.

Bibliothèque standard seule, comme `documents.faits` ; les durées sont en minutes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from documents.erreurs import DonneeIncoherente, DonneeManquante
from documents.faits import exiger


@dataclass(frozen=True, slots=True)
class ParcoursImprime:
    """Le parcours dont parle le document, et où il en est : `identifiant` et `valide_le` une fois validé par le GTP."""

    societe: str
    adresse: str
    intitule: str
    minutes: int
    mois: int | None
    version: int
    etat: str
    au: dt.date
    identifiant: str = ""
    valide_le: dt.date | None = None
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class DomaineImprime:
    """Une ligne de la fiche."""

    domaine: str
    competences: str
    contenus: str
    minutes: int
    intervenants: str


@dataclass(frozen=True, slots=True)
class ModuleImprime:
    """Une ligne du programme ; `nature` : interne ou externe."""

    phase: int
    module: str
    objectifs: str
    minutes: int
    nature: str
    organisme: str


@dataclass(frozen=True, slots=True)
class FicheFaits:
    """La fiche d'un parcours de professionnalisation certifiant (annexe 3)."""

    parcours: ParcoursImprime
    public_vise: str
    attestation: str
    domaines: tuple[DomaineImprime, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeFaits:
    """Le programme de formation d'un parcours, par phases (annexe 4)."""

    parcours: ParcoursImprime
    modules: tuple[ModuleImprime, ...]


@dataclass(frozen=True, slots=True)
class AttestationFaits:
    """L'attestation remise au salarié à qui l'entreprise attribue la certification (annexe 3, note 3 ; P2 C7)."""

    parcours: ParcoursImprime
    numero: int
    nom: str
    prenoms: str
    date_naissance: dt.date
    attestation: str
    acquis: tuple[tuple[str, str], ...]
    organisme: str
    evalue_le: dt.date
    attribue_le: dt.date
    emploi: str
    cotation: str
    attribuee: bool
    annulee: bool


def _verifier_parcours(parcours: ParcoursImprime) -> None:
    exiger(parcours.societe, "société")
    exiger(parcours.adresse, "adresse de la société")
    exiger(parcours.intitule, "intitulé du parcours")


def verifier_fiche(faits: FicheFaits) -> None:
    """Refuse une fiche dont l'annexe 3 aurait un blanc.

    :raises DonneeManquante: la rubrique ou la colonne vide est nommée.
    :raises DonneeIncoherente: les heures des domaines ne font pas la durée du parcours (PPC-05).
    """
    _verifier_parcours(faits.parcours)
    exiger(faits.public_vise, "public visé")
    exiger(faits.parcours.minutes or None, "durée du parcours")
    exiger(faits.parcours.mois, "période du parcours")
    exiger(faits.attestation, "attestation des acquis de formation")
    if not faits.domaines:
        raise DonneeManquante("domaines du parcours")
    for rang, d in enumerate(faits.domaines, 1):
        exiger(d.domaine, f"domaine, ligne {rang}")
        exiger(d.competences, f"compétences finales visées, ligne {rang}")
        exiger(d.contenus, f"contenus, ligne {rang}")
        exiger(d.minutes or None, f"nombre d'heures, ligne {rang}")
        exiger(d.intervenants, f"intervenants, ligne {rang}")
    if sum(d.minutes for d in faits.domaines) != faits.parcours.minutes:
        raise DonneeIncoherente("durée du parcours", "n'est pas la somme des heures de ses domaines")


def verifier_programme(faits: ProgrammeFaits) -> None:
    """Refuse un programme dont l'annexe 4 aurait un blanc ; une formation interne n'a pas d'organisme.

    :raises DonneeManquante: la colonne vide est nommée.
    """
    _verifier_parcours(faits.parcours)
    if not faits.modules:
        raise DonneeManquante("modules du programme de formation")
    for rang, m in enumerate(faits.modules, 1):
        exiger(m.module, f"module, ligne {rang}")
        exiger(m.objectifs, f"objectifs, ligne {rang}")
        exiger(m.minutes or None, f"durée, ligne {rang}")
        if m.nature == "externe":
            exiger(m.organisme, f"organisme de formation, ligne {rang}")


def verifier_attestation(faits: AttestationFaits) -> None:
    """Refuse d'attester ce que l'entreprise n'a pas attribué, ou a annulé.

    :raises DonneeManquante: une mention serait vide.
    :raises DonneeIncoherente: rien n'est attribué, ou plus.
    """
    if not faits.attribuee:
        raise DonneeIncoherente("résultat", "n'est pas l'attribution de la certification")
    if faits.annulee:
        raise DonneeIncoherente("attribution", "est annulée")
    _verifier_parcours(faits.parcours)
    exiger(faits.parcours.identifiant, "identifiant de la certification")
    exiger(faits.parcours.valide_le, "date de validation par le GTP")
    exiger(faits.nom, "nom du salarié")
    exiger(faits.prenoms, "prénoms du salarié")
    exiger(faits.organisme, "organisme d'évaluation")
    exiger(faits.emploi, "emploi tenu")
    exiger(faits.cotation, "cotation de l'emploi")
