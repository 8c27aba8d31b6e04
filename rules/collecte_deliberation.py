"""Où en est une délibération : votes, décompte, constats, par numéro de candidat. Aucun nom de candidat n'y est lu (JUR-08).

La base fait foi : l'écran du clerc, celui d'un membre, la CLI et le flux des changements lisent tous ceci.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import (
    BlocCompetences,
    Competence,
    Inscription,
    Jury,
    Presentation,
    PresentationCompetence,
    ProcesVerbal,
    Siege,
    Vote,
)
from rules.collecte import jury_facts
from rules.faits import BlocFacts, JuryFacts, PresentationFacts, SiegeFacts
from rules.jury import BLOCS, DECISION, Decompte, decompter
from rules.nomenclatures import EtatJury
from rules.noyau import evaluate

Cle = tuple[int, int | None]
"""Une case de l'écran : le siège, et le bloc voté à part s'il y en a un."""


@dataclass(frozen=True, slots=True)
class VoteVu:
    """Un vote tel que l'écran le montre : sa valeur, sa version, et qui l'a consigné au nom du membre."""

    valeur: str
    version: int
    consigne_par: str


@dataclass(frozen=True, slots=True)
class CandidatDelibere:
    """Un candidat en délibération, par son numéro ; `blocs` sont ceux sur lesquels le jury vote à part."""

    numero: int
    version: int
    certification_id: int
    proces_verbal_id: int | None
    signe: bool
    faits: PresentationFacts
    votes: Mapping[Cle, VoteVu]
    decompte: Decompte
    blocs: tuple[tuple[BlocFacts, Decompte], ...]
    constats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deliberation:
    """Une délibération à un instant ; `revision` change avec tout ce qu'elle montre."""

    jury_id: int
    etat: EtatJury
    date_jury: dt.date
    lieu: str
    revision: str
    faits: JuryFacts
    candidats: tuple[CandidatDelibere, ...]

    @property
    def president(self) -> SiegeFacts | None:
        """Le président du jury, dont la voix tranche un partage."""
        return next(iter(self.faits.presidents), None)


def revisions(session: Session, jury_id: int) -> tuple[str, dict[int, int]] | None:
    """Ce qui dit, en trois requêtes courtes, si quelque chose a changé : pour la séance, et pour chaque candidat.

    Un candidat change avec ses votes et ce que le jury en retient ; les versions ne font que croître.
    """
    x = session.connection()
    ju, si, pv, pr, vo = (m.__table__.c for m in (Jury, Siege, ProcesVerbal, Presentation, Vote))
    tete = x.execute(
        select(
            ju.etat, ju.version,
            select(func.coalesce(func.sum(si.version), 0)).where(si.jury_id == jury_id).scalar_subquery().label("sieges"),
            select(func.count()).where(pv.jury_id == jury_id, pv.signe_le.is_not(None)).scalar_subquery().label("signes"),
        ).where(ju.id == jury_id)
    ).one_or_none()
    if tete is None:
        return None
    par_vote = dict(x.execute(
        select(vo.presentation_id, func.sum(vo.version)).where(vo.jury_id == jury_id).group_by(vo.presentation_id)
    ).all())
    candidats = {
        r.numero_anonyme: r.version + int(par_vote.get(r.id, 0))
        for r in x.execute(
            select(pr.id, pr.numero_anonyme, pr.version).where(pr.jury_id == jury_id).order_by(pr.numero_anonyme)
        )
    }
    return f"{tete.etat.value}{tete.version}.{tete.sieges}.{tete.signes}", candidats


def en_texte(tete: str, candidats: Mapping[int, int]) -> str:
    """La révision telle qu'un appareil la garde et la renvoie."""
    return f"{tete}-{'.'.join(f'{r:x}' for r in candidats.values())}"


def changes(revision: str, tete: str, candidats: Mapping[int, int]) -> set[int] | None:
    """Les numéros qui ont changé depuis cette révision ; tous si la séance a changé ou si elle est inconnue ; rien si rien."""
    avant, _, suite = revision.partition("-")
    connues = suite.split(".") if suite else []
    if avant != tete or len(connues) != len(candidats):
        return set(candidats)
    return {n for (n, r), connue in zip(candidats.items(), connues, strict=True) if f"{r:x}" != connue} or None


def deliberation(session: Session, jury_id: int) -> Deliberation | None:
    """La délibération entière, en un nombre constant de requêtes ; rien si le jury n'existe pas."""
    revision = revisions(session, jury_id)
    faits = jury_facts(session, jury_id)
    if revision is None or faits is None:
        return None
    x = session.connection()
    ju, pr, pv, ins, vo = (m.__table__.c for m in (Jury, Presentation, ProcesVerbal, Inscription, Vote))
    jury = x.execute(select(ju.lieu).where(ju.id == jury_id)).one()
    votes: dict[int, dict[Cle, VoteVu]] = {}
    for v in x.execute(
        select(vo.presentation_id, vo.siege_id, vo.bloc_id, vo.valeur, vo.version, vo.consigne_par).where(vo.jury_id == jury_id)
    ):
        votes.setdefault(v.presentation_id, {})[v.siege_id, v.bloc_id] = VoteVu(v.valeur.value, v.version, v.consigne_par)
    lignes = x.execute(
        select(pr.id, pr.version, pr.proces_verbal_id, ins.certification_id, pv.signe_le)
        .join(Inscription.__table__, ins.id == pr.inscription_id)
        .outerjoin(ProcesVerbal.__table__, pv.id == pr.proces_verbal_id)
        .where(pr.jury_id == jury_id).order_by(pr.numero_anonyme)
    ).all()
    return Deliberation(
        jury_id, faits.etat, faits.date_jury, jury.lieu, en_texte(*revision), faits,
        tuple(_candidat(ligne, p, faits, votes.get(ligne.id, {})) for ligne, p in zip(lignes, faits.presentations, strict=True)),
    )


def _candidat(ligne: Any, p: PresentationFacts, faits: JuryFacts, votes: Mapping[Cle, VoteVu]) -> CandidatDelibere:
    decompte = decompter(p.votes, faits.sieges)
    # Tout acquis, il n'y a rien à voter bloc par bloc ; un seul bloc visé se vote avec la décision.
    a_part = p.blocs if not p.tout_acquis and len(p.blocs) > 1 else tuple(b for b in p.blocs if b.votes)
    return CandidatDelibere(
        p.numero_anonyme or 0, ligne.version, ligne.certification_id, ligne.proces_verbal_id, ligne.signe_le is not None, p, votes,
        decompte, tuple((b, decompter(b.votes, faits.sieges)) for b in a_part), _constats(p, decompte, faits),
    )


def _constats(p: PresentationFacts, decompte: Decompte, faits: JuryFacts) -> tuple[str, ...]:
    """Ce qui manquerait pour signer, si les décisions étaient celles du décompte actuel (JUR-10, JUR-11)."""
    violations = evaluate(BLOCS, replace(faits, presentations=(p,)))
    if decompte.decision is not None:
        violations = (*evaluate(DECISION, replace(p, decision=decompte.decision.value)), *violations)
    return tuple(str(v) for v in violations)


def competences(session: Session, jury_id: int) -> Mapping[int, Sequence[Any]]:
    """Par numéro, les compétences devant le jury, avec leur libellé : la synthèse et ce qui est retenu."""
    pr, pc, co, bl = (m.__table__.c for m in (Presentation, PresentationCompetence, Competence, BlocCompetences))
    lues: dict[int, list[Any]] = {}
    for r in session.connection().execute(
        select(pr.numero_anonyme, pc.competence_id, pc.synthese, pc.retenu, co.ordre, co.libelle, co.bloc_id, bl.numero,
               bl.libelle.label("bloc"))
        .join(Presentation.__table__, pr.id == pc.presentation_id).join(Competence.__table__, co.id == pc.competence_id)
        .outerjoin(BlocCompetences.__table__, bl.id == co.bloc_id)
        .where(pr.jury_id == jury_id).order_by(pr.numero_anonyme, pc.ordre)
    ):
        lues.setdefault(r.numero_anonyme, []).append(r)
    return lues
