"""Préparer les fichiers d'accrochage à part : des milliers de passages ne tiennent pas dans une requête."""

from __future__ import annotations

from typing import Any

from documents.accrochage import preparer
from travaux.suivi import Suivi, tache

GENRE = "accrochage"


@tache(GENRE)
def preparer_les_fichiers(suivi: Suivi) -> dict[str, Any]:
    """Met tout ce qui est prêt dans des fichiers ; rejoué, il ne prend que ce qui n'est encore dans aucun."""
    with suivi.lecture() as session:
        bilan = preparer(session, avancer=lambda fait, total: suivi.avancer(fait, total, f"{fait} certificats lus sur {total}."))
    return {"fichiers": len(bilan.fichiers), "passages": bilan.passages, "incomplets": bilan.incomplets}
