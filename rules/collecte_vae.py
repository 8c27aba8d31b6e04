"""Des lignes aux faits des VAE, en un nombre constant de requêtes quel que soit le nombre de candidats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from models import (
    Candidat,
    CollectifVae,
    CommissionValidation,
    Inscription,
    Jury,
    MembreValidation,
    Personne,
    Presentation,
    Vae,
)
from rules.collecte import _groupe, fiches_rncp
from rules.evaluation import DossierFacts
from rules.faits import au_rncp
from rules.nomenclatures import VOIES_VAE, EtatInscription, EtatJury, ResultatCompetence, Voie
from rules.vae import (
    CommissionValidationFacts,
    CompetenceConclue,
    ConclusionFacts,
    EcheanceVae,
    VaeFacts,
    echeance,
)

i, v, c = Inscription.__table__.c, Vae.__table__.c, Candidat.__table__.c


def commissions_facts(x: Connection, ids: Sequence[int]) -> dict[int, CommissionValidationFacts]:
    """Les commissions de validation et leurs membres ; deux requêtes."""
    co, me, pe = (m.__table__ for m in (CommissionValidation, MembreValidation, Personne))
    membres = _groupe(
        (r.commission_id, (f"{r.prenoms} {r.nom}", r.represente_centre, r.president))
        for r in x.execute(
            select(me.c.commission_id, me.c.represente_centre, me.c.president, pe.c.nom, pe.c.prenoms)
            .join(pe, pe.c.id == me.c.personne_id).where(me.c.commission_id.in_(ids)).order_by(me.c.id)
        )
    )
    return {
        r.id: CommissionValidationFacts(r.tenue_le, tuple(membres.get(r.id, ())))
        for r in x.execute(select(co.c.id, co.c.tenue_le).where(co.c.id.in_(ids)))
    }


def vaes_facts(session: Session, ids: Sequence[int], aujourd_hui: dt.date) -> dict[int, VaeFacts]:
    """Les faits des VAE de ces inscriptions, suivies ou non encore : trois requêtes."""
    x = session.connection()
    col, pr, ju = CollectifVae.__table__, Presentation.__table__, Jury.__table__
    lignes = x.execute(
        select(
            i.id, i.voie, i.etat, i.date_inscription, i.date_recevabilite, i.entreprise_id, c.nom_naissance, c.prenoms,
            v.accueil_le, v.dossier_complet_le, v.recevabilite, v.decidee_le, v.motif, v.notifiee_le,
            v.livret2_recu_le, v.commission_id, v.conclusion, v.resultat_dit_le,
            col.c.entreprise_id.label("collectif_entreprise_id"), ju.c.date_jury, ju.c.etat.label("etat_jury"),
        )
        .join(Candidat.__table__, c.id == i.candidat_id)
        .outerjoin(Vae.__table__, v.inscription_id == i.id)
        .outerjoin(col, col.c.id == v.collectif_id)
        .outerjoin(pr, pr.c.inscription_id == i.id)
        .outerjoin(ju, ju.c.id == pr.c.jury_id)
        .where(i.id.in_(ids))
    ).all()
    commissions = commissions_facts(x, [r.commission_id for r in lignes if r.commission_id is not None])
    return {
        r.id: VaeFacts(
            nom=f"{r.nom_naissance.upper()} {r.prenoms}", voie=r.voie.value, etat=r.etat,
            date_inscription=r.date_inscription, aujourd_hui=aujourd_hui, entreprise_id=r.entreprise_id,
            collectif_entreprise_id=r.collectif_entreprise_id, accueil_le=r.accueil_le,
            dossier_complet_le=r.dossier_complet_le or r.date_recevabilite, recevabilite=r.recevabilite,
            decidee_le=r.decidee_le, motif=r.motif or "", notifiee_le=r.notifiee_le,
            livret2_recu_le=r.livret2_recu_le, commission=commissions.get(r.commission_id), conclusion=r.conclusion,
            resultat_dit_le=r.resultat_dit_le, date_jury=r.date_jury,
            deliberation=r.etat_jury in (EtatJury.OUVERT, EtatJury.CLOS), pv_signe=r.etat_jury is EtatJury.CLOS,
        )
        for r in lignes
    }


def validees_par_blocs(session: Session, faits: Mapping[int, VaeFacts], dossiers: Mapping[int, DossierFacts]) -> frozenset[int]:
    """Parmi ces VAE, celles dont la certification est au RNCP le jour de leur commission, ou l'était à l'inscription."""
    fiches = fiches_rncp(session.connection(), {dossiers[k].certification_id for k in faits})
    return frozenset(
        k for k, f in faits.items()
        if f.commission is not None and au_rncp(fiches[dossiers[k].certification_id], f.date_inscription, f.commission.tenue_le)
    )


def conclusions_facts(session: Session, faits: Mapping[int, VaeFacts], dossiers: Mapping[int, DossierFacts]) -> dict[int, ConclusionFacts]:
    """Les conclusions déjà rendues de ces VAE, confrontées aux évaluations qui les portent ; une requête."""
    conclues = {k: f for k, f in faits.items() if f.conclusion is not None and f.commission is not None}
    par_blocs = validees_par_blocs(session, conclues, dossiers)
    return {
        k: ConclusionFacts(
            f, f.conclusion,
            tuple(
                CompetenceConclue(c.code, c.bloc, dossiers[k].resultat(c.id) is ResultatCompetence.ACQUISE)
                for c in dossiers[k].competences
            ),
            k in par_blocs,
        )
        for k, f in conclues.items()
    }


def a_echeance(session: Session, jour: dt.date, horizon: int, limite: int) -> list[tuple[int, VaeFacts, EcheanceVae]]:
    """Les VAE dont une échéance est passée ou vient dans `horizon` jours, les plus pressées d'abord ; cinq requêtes.

    La session borne au territoire.
    """
    complet = func.coalesce(Vae.dossier_complet_le, Inscription.date_recevabilite)
    a_dire = session.scalars(
        select(Inscription.id).outerjoin(Vae, Vae.inscription_id == Inscription.id)
        .where(Inscription.voie.in_(VOIES_VAE), Inscription.etat == EtatInscription.OUVERTE, complet.is_not(None),
               Vae.notifiee_le.is_(None))
        .order_by(complet, Inscription.id).limit(limite)
    ).all()
    jugees = session.scalars(
        select(Vae.inscription_id).join(Inscription, Inscription.id == Vae.inscription_id)
        .join(Presentation, Presentation.inscription_id == Inscription.id).join(Jury, Jury.id == Presentation.jury_id)
        .where(Jury.etat == EtatJury.CLOS, Vae.resultat_dit_le.is_(None)).order_by(Jury.date_jury, Vae.id).limit(limite)
    ).all()
    faits = vaes_facts(session, [*a_dire, *jugees], jour)
    proches = [
        (k, f, e) for k, f in faits.items()
        if (e := echeance(f)) is not None and e.avant <= jour + dt.timedelta(days=horizon)
    ]
    return sorted(proches, key=lambda p: (p[2].avant, p[0]))[:limite]


def reputables(session: Session, avant: dt.date, centre_id: int | None = None) -> list[int]:
    """Les inscriptions en VAE sans décision dont le dossier est complet depuis avant ce jour ; une requête.

    La session borne au territoire ; `centre_id` resserre encore.
    """
    complet = func.coalesce(Vae.dossier_complet_le, Inscription.date_recevabilite)
    requete = (
        select(Inscription.id).outerjoin(Vae, Vae.inscription_id == Inscription.id)
        .where(
            Inscription.voie == Voie.VAE, Inscription.etat == EtatInscription.OUVERTE, complet < avant,
            Vae.recevabilite.is_(None),
        )
        .order_by(Inscription.id)
    )
    return list(session.scalars(requete if centre_id is None else requete.where(Inscription.centre_id == centre_id)))

