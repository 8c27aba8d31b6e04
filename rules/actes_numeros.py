"""Les numéros d'identification : donnés à l'acceptation, jamais redonnés (partie 1, chapitre 1, § 3)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import BlocCompetences
from rules.actes import prendre_numeros


def prendre_numero_bloc(session: Session) -> int:
    """Le numéro suivant `BDC NNNN` ; les numéros d'une liste reprise sont sautés."""
    while True:
        numero = prendre_numeros(session, "BDC", 1)[0]
        if session.scalar(select(BlocCompetences.id).where(BlocCompetences.numero == numero)) is None:
            return numero
