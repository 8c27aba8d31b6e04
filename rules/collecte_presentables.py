"""Où en sont des candidats, en un nombre constant de requêtes ; et qui est présentable à une date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Certificat, Inscription, Jury, Presentation
from models.base import aujourd_hui
from rules.collecte import _groupe
from rules.collecte_evaluation import dossiers_facts
from rules.collecte_vae import conclusions_facts, vaes_facts
from rules.nomenclatures import VOIES_VAE, EtatInscription
from rules.parcours_candidat import ParcoursFacts, presentable

LOT = 5_000


def parcours_facts(session: Session, ids: Sequence[int], au: dt.date) -> dict[int, ParcoursFacts]:
    """Les parcours de ces inscriptions, dans l'ordre demandé ; une douzaine de requêtes quel que soit leur nombre."""
    x = session.connection()
    i, pr, ju, cf = (m.__table__.c for m in (Inscription, Presentation, Jury, Certificat))
    lignes = {
        r.id: r
        for r in x.execute(
            select(i.id, i.certification_id, i.etat, i.date_inscription, i.voie, pr.id.label("presentation_id"), pr.jury_id,
                   pr.decision, ju.date_jury, ju.etat.label("etat_jury"))
            .outerjoin(Presentation.__table__, pr.inscription_id == i.id)
            .outerjoin(Jury.__table__, ju.id == pr.jury_id)
            .where(i.id.in_(ids))
        )
    }
    certificats = _groupe(
        (r.presentation_id, r.numero)
        for r in x.execute(
            select(cf.presentation_id, cf.numero).join(Presentation.__table__, pr.id == cf.presentation_id)
            .where(pr.inscription_id.in_(ids)).order_by(cf.id)
        )
    )
    dossiers = dossiers_facts(session, [k for k in ids if k in lignes])
    en_vae = [k for k, r in lignes.items() if r.voie in VOIES_VAE]
    vaes = vaes_facts(session, en_vae, aujourd_hui()) if en_vae else {}
    conclusions = conclusions_facts(session, vaes, dossiers) if vaes else {}
    return {
        k: ParcoursFacts(
            inscription_id=k, nom=dossier.nom, certification_id=r.certification_id, etat=r.etat,
            date_inscription=r.date_inscription, au=au, dossier=dossier, vae=vaes.get(k), conclusion=conclusions.get(k),
            jury_id=r.jury_id, date_jury=r.date_jury, etat_jury=r.etat_jury, decision=r.decision,
            certificats=tuple(certificats.get(r.presentation_id, ())),
        )
        for k, dossier in dossiers.items() for r in (lignes[k],)
    }


def a_presenter(
    session: Session, au: dt.date, *, centre_id: int | None = None, certification_id: int | None = None
) -> tuple[list[ParcoursFacts], list[ParcoursFacts]]:
    """Les inscriptions ouvertes qu'aucun jury n'a encore : celles qu'on peut présenter ce jour-là, et les autres.

    Rangées par certification puis par nom ; la session borne au territoire. Une douzaine de requêtes par 5 000.
    """
    requete = (
        select(Inscription.id)
        .where(Inscription.etat == EtatInscription.OUVERTE, ~select(Presentation.id).where(Presentation.inscription_id == Inscription.id).exists())
        .order_by(Inscription.certification_id, Inscription.nom_tri, Inscription.id)
    )
    if centre_id is not None:
        requete = requete.where(Inscription.centre_id == centre_id)
    if certification_id is not None:
        requete = requete.where(Inscription.certification_id == certification_id)
    oui: list[ParcoursFacts] = []
    non: list[ParcoursFacts] = []
    for parcours in _par_lots(session, list(session.scalars(requete)), au):
        (oui if presentable(parcours) else non).append(parcours)
    return oui, non


def _par_lots(session: Session, ids: Sequence[int], au: dt.date) -> Iterable[ParcoursFacts]:
    for debut in range(0, len(ids), LOT):
        yield from parcours_facts(session, ids[debut : debut + LOT], au).values()
