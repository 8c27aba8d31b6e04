"""Ce qui se fait chaque nuit, sans personne : VAE réputées recevables, relecture des inscriptions par les règles."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Engine, func, select

from models import Inscription
from models.base import aujourd_hui
from rules import actes_vae
from rules.controle import controler_inscriptions
from travaux.execution import lancer_une_fois
from travaux.suivi import Suivi, tache

# Genre de travail de nuit → son libellé.
DE_NUIT = {
    "vae_reputer": "VAE réputées recevables",
    "imports_oublies": "Effacement des fichiers déposés jamais confirmés",
    "controler": "Relecture des inscriptions par les règles",
}
_LOT = 1_000


def lancer_la_nuit(moteur: Engine) -> list[int]:
    """Demande les travaux de cette nuit ; plusieurs exécutants qui le font n'en demandent qu'un de chaque."""
    jour = f"{aujourd_hui():%Y-%m-%d}"
    lances = [lancer_une_fois(moteur, g, f"{g} {jour}", libelle=f"{libelle} (nuit du {jour})") for g, libelle in DE_NUIT.items()]
    return [t for t in lances if t is not None]


@tache("vae_reputer")
def vae_reputer(suivi: Suivi) -> dict[str, Any]:
    """Inscrit « réputée recevable » chaque VAE restée deux mois sans décision (VAE-02)."""
    with suivi.ecriture() as session:
        return {"reputees": len(actes_vae.reputer(session))}


@tache("controler")
def controler(suivi: Suivi) -> dict[str, Any]:
    """Relit toutes les inscriptions, par lots, et compte ce que les règles leur reprochent, par code."""
    constats: Counter[str] = Counter()
    dernier = faites = 0
    with suivi.lecture() as session:
        total = session.scalar(select(func.count()).select_from(Inscription)) or 0
        while ids := list(session.scalars(
            select(Inscription.id).where(Inscription.id > dernier).order_by(Inscription.id).limit(_LOT)
        )):
            constats.update(v.code for _, v in controler_inscriptions(session, ids))
            dernier, faites = ids[-1], faites + len(ids)
            session.expunge_all()
            suivi.avancer(faites, total, f"{faites} inscriptions relues.")
    return {"inscriptions": faites, "constats": dict(sorted(constats.items()))}
