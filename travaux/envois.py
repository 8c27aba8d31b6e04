"""Faire partir en file les envois d'un jury : chacun est pris une fois, un envoi déjà parti ne repart pas."""

from __future__ import annotations

from typing import Any

from documents.atelier import atelier
from documents.courriel import ReglageRefuse, serveur
from documents.expedition import a_expedier, expedier
from travaux.suivi import Echec, Suivi, tache


@tache("envois")
def envois(suivi: Suivi) -> dict[str, Any]:
    """Fait partir les envois en attente d'un jury (`jury_id`), au nom de qui l'a demandé."""
    try:
        par = serveur(suivi.reglages)
    except ReglageRefuse as refus:
        raise Echec(str(refus)) from None
    if par is None:
        raise Echec("Aucun serveur d'envoi n'est réglé : imprimez les documents et notez-les envoyés à la main.")
    with suivi.ecriture() as session:
        ids = a_expedier(session, suivi.parametres["jury_id"])
    bilan = expedier(suivi.ecriture, ids, par, atelier(), suivi.avancer)
    return {"jury_id": suivi.parametres["jury_id"], "message": str(bilan), "partis": bilan.partis}
