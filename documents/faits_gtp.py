"""Ce que disent le dossier d'une demande et le relevé de décisions du GTP (partie 1, chapitres 1 et 2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from documents.erreurs import DonneeManquante


@dataclass(frozen=True, slots=True)
class PieceDuDossier:
    """Une pièce jointe : son nom, ce qu'elle est, sa taille telle qu'on la lit."""

    nom: str
    nature: str
    taille: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Un passage devant le GTP : la séance, la décision, les voix, le motif."""

    seance: str
    decision: str
    voix: str
    motif: str


@dataclass(frozen=True, slots=True)
class DossierFaits:
    """Une demande et son dossier, un jour donné.

    `intertitre` : ce que dit `rapport`. `rapport` : chaque point du rapport d'opportunité, ou chaque motif de suppression, et son texte ; `completude` :
    chaque point attendu, et ce qui y manque (vide : complet) ; `usage` : la phrase qui dit l'usage, pour une suppression.
    """

    le: dt.date
    nature: str
    porteur: str
    famille: str
    certification: str
    titre: str
    niveau: int | None
    etat: str
    deposee_le: dt.date
    complete_le: dt.date | None
    decidee_le: dt.date | None
    rapport: tuple[tuple[str, str], ...]
    completude: tuple[tuple[str, str], ...]
    usage: str
    voisins: tuple[str, ...]
    pieces: tuple[PieceDuDossier, ...]
    passages: tuple[Passage, ...]
    demonstration: bool = False
    intertitre: str = "Rapport d'opportunité"


@dataclass(frozen=True, slots=True)
class OrganisationAuReleve:
    """Une organisation attendue à la séance."""

    nom: str
    voix: int
    presente: bool
    representants: str


@dataclass(frozen=True, slots=True)
class PointAuReleve:
    """Un point de l'ordre du jour, ses votes, ce qui est décidé et ce qui s'ensuit."""

    ordre: int
    nature: str
    certification: str
    titre: str
    votes: tuple[tuple[str, str], ...]
    decompte: str
    decision: str
    motif: str
    effets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleveFaits:
    """Une séance close du GTP."""

    nature: str
    date_seance: dt.date
    lieu: str
    close: bool
    organisations: tuple[OrganisationAuReleve, ...]
    points: tuple[PointAuReleve, ...]
    demonstration: bool = False


def verifier_dossier(faits: DossierFaits) -> None:
    """Un dossier nomme la certification demandée.

    :raises DonneeManquante: le titre manque.
    """
    if not faits.titre.strip():
        raise DonneeManquante("titre de la certification")


def verifier_releve(faits: ReleveFaits) -> None:
    """Le relevé est celui d'une séance close, où chaque point est décidé.

    :raises DonneeManquante: la clôture, un point ou une décision manque.
    """
    if not faits.close:
        raise DonneeManquante("clôture de la séance")
    if not faits.points:
        raise DonneeManquante("ordre du jour")
    for point in faits.points:
        if not point.decision:
            raise DonneeManquante(f"décision du point {point.ordre}")
