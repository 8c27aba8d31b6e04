"""Suppression d'un référentiel de certification (partie 1, chapitre 2)."""

from __future__ import annotations

from rules.faits import InscriptionFacts
from rules.noyau import rule


@rule("SUP-03", field="date_inscription", source="Partie 1, chap. 2, § 3")
def aucun_engagement_apres_suppression(i: InscriptionFacts) -> str | None:
    """« ne plus engager de candidat » à partir de la date de décision."""
    c = i.certification
    if c is None or c.date_suppression is None or i.date_inscription is None:
        return None
    if i.date_inscription < c.date_suppression:
        return None
    return (
        f"{c.identifiant} est supprimée depuis le {c.date_suppression:%d/%m/%Y} : "
        "aucune inscription n'est possible à partir de cette date."
    )
