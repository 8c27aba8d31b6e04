"""Les genres de fichiers que la console reçoit et rend : ce qui s'importe s'exporte, dans les mêmes colonnes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from imports import certifications, evaluations, inscriptions, inscriptions_rendues, organismes
from imports.moteur import Genre

GENRES: dict[str, Genre[Any]] = {g.nature: g for g in (inscriptions.FICHIER, evaluations.FICHIER, organismes.FICHIER)}
"""Ceux d'un centre, par leur nature."""
NATIONAUX: dict[str, Genre[Any]] = {g.nature: g for g in (certifications.CERTIFICATIONS,)}
"""Ceux qui n'ont pas de centre."""


def exporter(session: Session, nature: str, centre_id: int) -> Iterable[Sequence[str]]:
    """Les lignes d'un genre pour un centre (sans effet sur un genre national), en-tête d'abord, telles qu'elles se réimportent."""
    if nature == inscriptions.FICHIER.nature:
        return inscriptions_rendues.exporter(session, centre_id)
    if nature == evaluations.FICHIER.nature:
        return evaluations.exporter(session, centre_id)
    if nature == organismes.FICHIER.nature:
        return organismes.exporter(session, centre_id)
    return certifications.exporter(session)
