"""Des enregistrements aux faits, en trois requêtes quel que soit leur nombre."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import BlocCompetences, Enregistrement, EnregistrementBloc
from rules.faits import FicheFacts, Periode
from rules.francecompetences import BlocDeFicheFacts, EnregistrementFacts


def enregistrements_facts(session: Session, ids: Sequence[int]) -> dict[int, EnregistrementFacts]:
    """Les faits d'enregistrements déjà écrits."""
    en, eb, bl = (m.__table__.c for m in (Enregistrement, EnregistrementBloc, BlocCompetences))
    connexion = session.connection()
    certifications = select(en.certification_id).where(en.id.in_(ids))
    lignes = connexion.execute(
        select(en.id, en.certification_id, en.repertoire, en.code, en.du, en.au, en.derniere_delivrance)
        .where(en.certification_id.in_(certifications)).order_by(en.code)
    ).all()
    blocs: dict[int, list[BlocDeFicheFacts]] = {}
    for r in connexion.execute(
        select(eb.enregistrement_id, eb.code, eb.bloc_id, bl.numero).outerjoin(BlocCompetences, bl.id == eb.bloc_id)
        .where(eb.enregistrement_id.in_(ids)).order_by(eb.code)
    ):
        nom = None if r.bloc_id is None else f"BDC {r.numero:04d}" if r.numero is not None else f"Bloc en projet {r.bloc_id}"
        blocs.setdefault(r.enregistrement_id, []).append(BlocDeFicheFacts(r.code, nom))
    fiches = {r.id: FicheFacts(r.code, Periode(r.du, r.au), r.derniere_delivrance) for r in lignes}
    return {
        r.id: EnregistrementFacts(
            r.repertoire.value, fiches[r.id],
            tuple(
                fiches[a.id] for a in lignes
                if a.id != r.id and (a.certification_id, a.repertoire) == (r.certification_id, r.repertoire)
            ),
            tuple(blocs.get(r.id, ())),
        )
        for r in lignes if r.id in set(ids)
    }
