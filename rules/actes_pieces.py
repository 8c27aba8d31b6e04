"""Joindre une pièce à un dossier et l'en retirer : la même porte pour tous les dossiers."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Inscription, Piece
from models.base import aujourd_hui
from models.verrou import verrouiller
from rules import controle
from rules.accrochage import EFFACEMENT_IDENTITE
from rules.collecte_accrochage import identites_facts
from rules.nomenclatures import EtatInscription, NaturePiece
from rules.noyau import evaluate
from rules.piece import TYPES, PieceFacts, extension


def joindre(session: Session, dossier: Any, nom: str, contenu: bytes, nature: NaturePiece) -> Piece:
    """Joint un fichier à un dossier : n'importe quel modèle que `Piece` connaît comme propriétaire.

    Un dossier dit par `decide` s'il est décidé, et par `centre_id` de quel centre il est.

    :raises Refus: PIE-01 à PIE-07 ; rien n'est écrit.
    """
    verrouiller(session, dossier)
    cle = f"{dossier.__tablename__}_id"
    deja = session.scalar(select(func.count()).select_from(Piece).where(getattr(Piece, cle) == dossier.id)) or 0
    controle.exiger(controle.piece_a_joindre(PieceFacts(nom, contenu, aujourd_hui(), deja, dossier.decide)))
    if isinstance(dossier, Inscription):
        # Le nom du fichier nomme souvent la personne : la pièce, et ce qu'en garde le journal, n'en disent que le genre.
        nom = f"{nature.libelle.lower().replace(' ', '-').replace(chr(39), '-').replace('é', 'e')}-{deja + 1}.{extension(nom)}"
    piece = Piece(
        centre_id=getattr(dossier, "centre_id", None), nature=nature, nom=nom.strip(), type_mime=TYPES[extension(nom)],
        taille=len(contenu), sha256=hashlib.sha256(contenu).hexdigest(), contenu=contenu,
        **{cle.removesuffix("_id"): dossier},
    )
    session.add(piece)
    session.flush()
    return piece


def pieces_du_dossier(session: Session, dossier: Any) -> list[Piece]:
    """Les pièces d'un dossier, dans l'ordre où elles ont été jointes ; sans leur contenu."""
    cle = getattr(Piece, f"{dossier.__tablename__}_id")
    return list(session.scalars(select(Piece).where(cle == dossier.id).order_by(Piece.id)))


def retirer(session: Session, piece: Piece) -> None:
    """Retire une pièce d'un dossier qui n'est pas décidé ; celle d'un candidat, au contraire, une fois l'issue connue.

    :raises Refus: PIE-06 ; pour un candidat, ARC-01 et ACC-03.
    """
    dossier = piece.dossier
    verrouiller(session, dossier)
    if not isinstance(dossier, Inscription):
        controle.exiger(controle.piece_a_retirer(PieceFacts(piece.nom, b"", aujourd_hui(), decide=dossier.decide)))
    elif dossier.etat is not EtatInscription.ANNULEE:
        faits = identites_facts(session, [dossier.id], aujourd_hui())[dossier.id]
        controle.exiger(evaluate(EFFACEMENT_IDENTITE, faits))
    session.delete(piece)
    session.flush()
