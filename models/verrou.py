"""Prendre une ligne pour soi jusqu'à la fin de la transaction : deux actes sur la même fiche s'attendent."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.base import Base


def verrouiller(session: Session, fiche: Base, *, partage: bool = False) -> None:
    """Verrouille la ligne d'une fiche et la relit ; ce qui reste à écrire l'est d'abord.

    Elle seule est verrouillée, même lue avec ce qui l'entoure : PostgreSQL refuse de verrouiller une jointure externe.
    SQLite a déjà pris son verrou d'écriture au début de la transaction.

    :param partage: d'autres peuvent la partager de même ; qui la veut pour soi attend.
    """
    session.flush()
    session.refresh(fiche, with_for_update={"of": type(fiche), "read": partage})
