"""Des demandes, des séances et des jurys en base aux faits que jugent les règles (partie 1, chapitres 1 et 2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    Certification,
    Demande,
    Enregistrement,
    Inscription,
    Jury,
    PointGtp,
    PresenceGtp,
    Presentation,
    SeanceGtp,
    Syndicat,
    VoteGtp,
)
from models.base import aujourd_hui
from rules.collecte_parcours import parcours_facts
from rules.collecte_referentiel import version_facts
from rules.demande import DemandeFacts
from rules.gtp import PointFacts, SeanceFacts, VoteGtpFacts
from rules.nomenclatures import EtatJury, EtatReferentiel, EtatSeance, Famille, NatureDemande
from rules.noyau import bloquantes, evaluate
from rules.parametres import PERIODE_D_USAGE, PROMOTIONS_MIN, meme_jour
from rules.parcours import DOSSIER, VALIDATION
from rules.referentiel import SOUMISSION
from rules.ressemblance import voisins

VOISINS_MAX = 8


def demande_facts(session: Session, demande: Demande) -> DemandeFacts:
    """Les faits d'une demande telle qu'elle est écrite : projet de référentiel, usage et voisins compris."""
    session.flush()
    certification = demande.certification
    manques = None
    if demande.parcours_id is not None:
        dossier = parcours_facts(session, [demande.parcours_id], aujourd_hui())[demande.parcours_id]
        decide = dossier.etat in (EtatReferentiel.VALIDE, EtatReferentiel.REMPLACE)
        manques = len(bloquantes(evaluate(DOSSIER if decide else VALIDATION, dossier)))
    if demande.referentiel_id is not None:
        manques = len(evaluate(SOUMISSION, version_facts(session, demande.referentiel_id)))
    return DemandeFacts(
        nature=demande.nature, porteur=demande.porteur, famille=demande.famille, etat=demande.etat,
        deposee_le=demande.deposee_le, aujourd_hui=aujourd_hui(), besoins=demande.besoins, emplois=demande.emplois,
        positionnement=demande.positionnement, preuves_usage=demande.preuves_usage, obsolescence=demande.obsolescence,
        motif_usage=demande.motif_usage, manques_du_projet=manques, sur_la_liste=not certification.projet,
        supprimee_le=certification.date_suppression, titre=certification.titre,
        promotions=promotions(session, certification.id, demande.deposee_le)
        if demande.nature is NatureDemande.SUPPRESSION else 0,
        voisins=titres_voisins(session, certification.titre, certification.id)
        if demande.nature is NatureDemande.CREATION else (),
    )


def titres_voisins(session: Session, titre: str, sauf: int | None = None) -> tuple[str, ...]:
    """Les certifications de la liste dont le titre ressemble à celui-ci : « CQPM 2001 0123, Soudeur » (REF-13)."""
    c, e = Certification.__table__.c, Enregistrement.__table__.c
    x = session.connection()
    codes: dict[int, str] = dict(x.execute(select(e.certification_id, func.max(e.code)).group_by(e.certification_id)).all())
    lignes = x.execute(
        select(c.id, c.famille, c.annee, c.numero, c.titre)
        .where(c.date_suppression.is_(None), ~c.projet, c.id != (sauf or 0)).order_by(c.id)
    )
    liste = [
        (f"{r.famille.value} {r.annee:04d} {r.numero:04d}" if r.numero is not None
         else f"{r.famille.value} {codes.get(r.id, '')}".strip(), r.titre)
        for r in lignes
    ]
    return tuple(f"{identifiant}, {autre}" for _, identifiant, autre in voisins(titre, liste)[:VOISINS_MAX])


# --- usage ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Usage:
    """L'usage d'une certification à une date : promotions de la période, candidats présentés, dernière promotion."""

    certification: Certification
    promotions: int
    candidats: int
    derniere: dt.date | None
    recente: bool

    @property
    def sous_le_seuil(self) -> bool:
        """Moins de deux promotions sur la période (SUP-02)."""
        return self.promotions < PROMOTIONS_MIN.valeurs[-1][1]


def periode_d_usage(jour: dt.date) -> tuple[dt.date, dt.date]:
    """Les cinq années qui précèdent un jour : du même jour cinq ans plus tôt, inclus, à la veille, incluse."""
    return meme_jour(jour, -PERIODE_D_USAGE.au(jour)), max(jour, dt.date(2, 1, 1)) - dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Compte:
    promotions: int = 0
    candidats: int = 0
    derniere: dt.date | None = None


def _comptes(session: Session, jour: dt.date, certification_id: int | None = None) -> dict[int, _Compte]:
    """Les promotions de chaque certification sur la période : un jury tenu, avec au moins un candidat présenté.

    Lit les tables elles-mêmes : le compte est celui de la branche, quel que soit qui le demande.
    """
    i, p, j = Inscription.__table__, Presentation.__table__, Jury.__table__
    du, au = periode_d_usage(jour)
    requete = (
        select(i.c.certification_id, func.count(func.distinct(j.c.id)), func.count(p.c.id), func.max(j.c.date_jury))
        .join(p, p.c.inscription_id == i.c.id).join(j, j.c.id == p.c.jury_id)
        .where(j.c.etat == EtatJury.CLOS, j.c.date_jury.between(du, au)).group_by(i.c.certification_id)
    )
    if certification_id is not None:
        requete = requete.where(i.c.certification_id == certification_id)
    return {cle: _Compte(*reste) for cle, *reste in session.connection().execute(requete)}


def promotions(session: Session, certification_id: int, jour: dt.date) -> int:
    """Les promotions d'une certification dans les cinq ans qui précèdent un jour (SUP-02)."""
    return _comptes(session, jour, certification_id).get(certification_id, _Compte()).promotions


def usages(session: Session, jour: dt.date, *, seulement_sous_le_seuil: bool = True) -> list[Usage]:
    """L'usage des CQPM et des CCPM en vigueur un jour donné, les moins employés d'abord ; trois requêtes."""
    comptes = _comptes(session, jour)
    certifications = session.scalars(
        select(Certification)
        .where(
            Certification.famille.in_((Famille.CQPM, Famille.CCPM)), ~Certification.projet,
            Certification.date_suppression.is_(None) | (Certification.date_suppression > jour),
            Certification.date_creation.is_(None) | (Certification.date_creation <= jour),
        )
        .options(selectinload(Certification.enregistrements))
    )
    debut = periode_d_usage(jour)[0]
    trouves = []
    for certification in certifications:
        compte = comptes.get(certification.id, _Compte())
        recente = certification.date_creation is not None and certification.date_creation > debut
        usage = Usage(certification, compte.promotions, compte.candidats, compte.derniere, recente)
        if usage.sous_le_seuil or not seulement_sous_le_seuil:
            trouves.append(usage)
    return sorted(trouves, key=lambda u: (u.recente, u.promotions, u.candidats, u.certification.recherche))


# --- séances -------------------------------------------------------------------------------------------------------


def organisations_representatives(session: Session, jour: dt.date) -> list[Syndicat]:
    """Les organisations syndicales représentatives dans la branche ce jour-là."""
    return [s for s in session.scalars(select(Syndicat).order_by(Syndicat.sigle)) if s.representative_le(jour)]


def seances_en_preparation(session: Session) -> list[SeanceGtp]:
    """Les séances dont l'ordre du jour est encore ouvert, la plus proche d'abord."""
    return list(
        session.scalars(
            select(SeanceGtp).where(SeanceGtp.etat == EtatSeance.PREPARATION).order_by(SeanceGtp.date_seance, SeanceGtp.id)
        )
    )


def seance_facts(session: Session, seance: SeanceGtp) -> SeanceFacts:
    """Les faits d'une séance telle qu'elle est écrite ; six requêtes quel que soit le nombre de points."""
    session.flush()
    presences = session.scalars(
        select(PresenceGtp).where(PresenceGtp.seance_id == seance.id).options(joinedload(PresenceGtp.syndicat))
    )
    points = session.scalars(
        select(PointGtp).where(PointGtp.seance_id == seance.id).order_by(PointGtp.ordre)
        .options(
            joinedload(PointGtp.demande).joinedload(Demande.certification).selectinload(Certification.enregistrements),
            selectinload(PointGtp.votes).joinedload(VoteGtp.presence).joinedload(PresenceGtp.syndicat),
        )
        .execution_options(populate_existing=True)
    )
    return SeanceFacts(
        seance.date_seance, seance.etat, aujourd_hui(),
        tuple(s.sigle for s in organisations_representatives(session, seance.date_seance)),
        frozenset(p.organisation for p in presences if p.presente),
        tuple(point_facts(p) for p in points),
    )


def point_facts(point: PointGtp) -> PointFacts:
    """Les faits d'un point déjà lu."""
    return PointFacts(
        point.ordre, str(point.demande.certification), point.demande.nature, point.demande.famille,
        tuple(VoteGtpFacts(v.presence.organisation, v.sens) for v in point.votes),
        point.decision, point.motif, point.niveau,
    )
