"""Ce que la démonstration retient : un recours, dans chaque centre qui a un jury clos."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Jury
from rules import actes_conservation
from rules.nomenclatures import EtatJury


def suspensions(session: Session) -> int:
    """Suspend la conservation d'un jury clos par centre ; rend leur nombre."""
    premiers = select(func.min(Jury.id)).where(Jury.etat == EtatJury.CLOS).group_by(Jury.centre_id)
    jurys = list(session.scalars(select(Jury).where(Jury.id.in_(premiers)).order_by(Jury.id)))
    for jury in jurys:
        actes_conservation.suspendre(session, jury, "Recours d'un candidat contre la décision (donnée inventée)")
    return len(jurys)
