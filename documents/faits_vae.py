"""Ce qu'affirment les documents d'une VAE : la recevabilité dite au candidat, les conclusions rendues au jury.

Bibliothèque standard seule, comme `documents.faits`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from documents.erreurs import DonneeIncoherente
from documents.faits import exiger
from documents.faits_jury import Destinataire, EnTete, verifier_centre
from documents.faits_lettres import Acquis

RECEVABILITES = ("favorable", "defavorable", "reputee")
CONCLUSIONS = ("totale", "partielle", "aucune")


@dataclass(frozen=True, slots=True)
class RecevabiliteFaits:
    """La décision de recevabilité telle que le candidat la reçoit (partie 2, chapitre 2, § 2.A).

    `vae_de_droit` : la VAE d'une certification du RNCP, que règle le Code du travail ; faux pour une VAE de branche.
    """

    centre: EnTete
    date_lettre: dt.date
    destinataire: Destinataire
    candidat: str
    nom_fichier: str
    civilite: str | None
    identifiant: str
    titre: str
    vae_de_droit: bool
    dossier_recu_le: dt.date | None
    recevabilite: str
    decidee_le: dt.date | None
    decidee_par: str
    motif: str = ""
    recommandations: str = ""
    accompagnateur: str = ""


@dataclass(frozen=True, slots=True)
class CompetenceConclue:
    """Une compétence de la cible : son code, son libellé, acquise ou non."""

    code: str
    libelle: str
    acquise: bool


@dataclass(frozen=True, slots=True)
class ConclusionsFaits:
    """Les conclusions du président de la commission, adressées au jury (partie 2, chapitre 2, § 2.B).

    Le candidat n'y a que son numéro de dossier et, présenté, son numéro anonyme : le jury délibère sans son nom.
    """

    centre: EnTete
    dossier: int
    identifiant: str
    titre: str
    voie: str
    recevable_le: dt.date | None
    livret2_recu_le: dt.date | None
    tenue_le: dt.date | None
    lieu: str
    president: str
    membres: tuple[tuple[str, str], ...]
    mise_en_situation: bool
    entretien: bool
    conclusion: str
    valides: tuple[Acquis, ...]
    competences: tuple[CompetenceConclue, ...]
    observations: str = ""
    numero_anonyme: int | None = None
    date_jury: dt.date | None = None


def verifier_recevabilite(faits: RecevabiliteFaits) -> None:
    """Refuse une lettre qui ne dirait pas la décision, ou refuserait sans motif.

    :raises DonneeManquante: un élément de la décision manque.
    :raises DonneeIncoherente: la décision n'en est pas une.
    """
    verifier_centre(faits.centre)
    exiger(faits.candidat, "nom du candidat")
    exiger(faits.destinataire.nom, "destinataire de la lettre")
    exiger(faits.identifiant, "identifiant de la certification")
    exiger(faits.titre, "intitulé de la certification")
    exiger(faits.recevabilite, "décision de recevabilité")
    if faits.recevabilite not in RECEVABILITES:
        raise DonneeIncoherente("décision de recevabilité", "est favorable, défavorable, ou réputée favorable")
    exiger(faits.dossier_recu_le, "date de réception du dossier de recevabilité")
    exiger(faits.decidee_le, "date de la décision de recevabilité")
    exiger(faits.decidee_par, "auteur de la décision de recevabilité")
    if faits.recevabilite == "defavorable":
        exiger(faits.motif, "motif de la décision défavorable")


def verifier_conclusions(faits: ConclusionsFaits) -> None:
    """Refuse des conclusions sans commission présidée, ou partielles sans rien nommer (VAE-05).

    :raises DonneeManquante: la commission, son président, sa date ou la conclusion manque.
    :raises DonneeIncoherente: la conclusion ne s'accorde pas avec ce qui est validé.
    """
    verifier_centre(faits.centre)
    exiger(faits.identifiant, "identifiant de la certification")
    exiger(faits.titre, "intitulé de la certification")
    exiger(faits.conclusion, "conclusions de la commission de validation")
    if faits.conclusion not in CONCLUSIONS:
        raise DonneeIncoherente("conclusions", "sont une validation totale, partielle, ou aucune")
    exiger(faits.recevable_le, "date de la recevabilité")
    exiger(faits.livret2_recu_le, "date de réception du livret 2")
    exiger(faits.tenue_le, "date de la commission de validation")
    exiger(faits.lieu, "lieu de la commission de validation")
    exiger(faits.president, "président de la commission de validation")
    if len(faits.membres) < 2:
        raise DonneeIncoherente("commission de validation", "compte au moins deux membres")
    if faits.conclusion == "partielle" and not faits.valides:
        raise DonneeIncoherente("validation partielle", "nomme ce qui est validé")
    if faits.conclusion == "totale" and not all(c.acquise for c in faits.competences):
        raise DonneeIncoherente("validation totale", "vaut pour toutes les compétences")
