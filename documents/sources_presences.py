"""Des lignes aux faits du relevé des présences et de la justification d'absence ; par la session, donc par le territoire."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from documents.presences import JustificationFaits, RelevePresencesFaits
from documents.sources_jury import entete_du_centre
from models import Centre, Jury, Siege
from rules.collecte_echeances import presences


def releve(session: Session, du: dt.date, au: dt.date, centre_id: int | None = None) -> RelevePresencesFaits:
    """Le relevé d'une période, pour un centre ou pour tout ce que l'acteur lit."""
    centres = list(session.scalars(select(Centre).where(Centre.id == centre_id) if centre_id is not None else select(Centre)))
    return RelevePresencesFaits(
        du, au, centres[0].nom if centre_id is not None and centres else "",
        tuple(presences(session, du, au, centre_id=centre_id)), demonstration=any(c.demonstration for c in centres),
    )


def justification(session: Session, siege_id: int, jour: dt.date) -> JustificationFaits | None:
    """Ce qui atteste qu'un membre a siégé ; rien s'il n'est pas de ce territoire."""
    siege = session.scalar(
        select(Siege).where(Siege.id == siege_id)
        .options(joinedload(Siege.personne), joinedload(Siege.jury).joinedload(Jury.centre))
    )
    if siege is None:
        return None
    personne, jury = siege.personne, siege.jury
    return JustificationFaits(
        centre=entete_du_centre(session, jury.centre, jour), date_lettre=jour,
        civilite=personne.civilite.value if personne.civilite else None,
        nom=f"{personne.prenoms} {personne.nom.upper()}", entreprise=personne.entreprise, delegation=siege.delegation.libelle,
        date_jury=jury.date_jury, heure=jury.heure, lieu=jury.lieu, present=siege.present,
    )
