"""Les actes du GTP : réunir, inscrire à l'ordre du jour, voter, décider, clore, publier (partie 1, chap. 1 et 2).

Une décision se note pendant la séance et se reprend jusqu'à sa clôture ; clore la séance donne effet à toutes, à sa date
(REF-06), et fige tout. Deux séances closes en même temps ne donnent pas le même numéro : le compteur les fait attendre.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models import Demande, Journal, PointGtp, PresenceGtp, Publication, SeanceGtp, VoteGtp
from models.base import aujourd_hui, maintenant
from models.journal import entree
from models.verrou import verrouiller
from rules import actes_parcours, actes_referentiel, controle
from rules.actes_numeros import prendre_numero_certification
from rules.collecte_demandes import organisations_representatives, point_facts, seance_facts
from rules.gtp import DecisionGtpFacts, InscriptionAuPointFacts, PublicationFacts
from rules.nomenclatures import (
    DecisionGtp,
    EtatDemande,
    EtatSeance,
    Famille,
    NatureDemande,
    NaturePublication,
    NatureSeance,
    Repertoire,
    SensVote,
)
from rules.noyau import Violation

# La création validée emporte la demande d'enregistrement (partie 1, chap. 1, § 2.A ; REF-05).
_REPERTOIRES = {Famille.CQPM: Repertoire.RNCP, Famille.CCPM: Repertoire.RS}
# L'état d'une demande que la décision du GTP lui donne.
_ETATS = {
    DecisionGtp.ACCEPTEE: EtatDemande.ACCEPTEE, DecisionGtp.REFUSEE: EtatDemande.REFUSEE,
    DecisionGtp.AJOURNEE: EtatDemande.AJOURNEE,
}


def _verrouiller(session: Session, seance: SeanceGtp) -> None:
    """Prend la ligne de la séance et la relit : voter, décider et clore s'attendent."""
    verrouiller(session, seance)
    controle.exiger(controle.seance_en_preparation(seance_facts(session, seance)))


def reunir(session: Session, nature: NatureSeance, date_seance: dt.date, lieu: str = "") -> SeanceGtp:
    """Prépare une séance : l'UIMM et chaque organisation représentative ce jour-là y sont attendues."""
    seance = SeanceGtp(nature=nature, date_seance=date_seance, lieu=lieu.strip())
    session.add(seance)
    session.flush()
    controle.exiger(controle.date_de_seance(seance_facts(session, seance)))
    _attendre(session, seance)
    return seance


def _attendre(session: Session, seance: SeanceGtp) -> None:
    """Accorde les organisations attendues à la date de la séance."""
    attendues = [None, *(s.id for s in organisations_representatives(session, seance.date_seance))]
    for presence in list(seance.presences):
        if presence.syndicat_id not in attendues:
            seance.presences.remove(presence)
    connues = {p.syndicat_id for p in seance.presences}
    seance.presences += [PresenceGtp(syndicat_id=s) for s in attendues if s not in connues]
    session.flush()


def deplacer(session: Session, seance: SeanceGtp, nature: NatureSeance, date_seance: dt.date, lieu: str) -> None:
    """Change la date, la nature ou le lieu d'une séance ; une autre date rouvre les votes, car les organisations changent.

    :raises Refus: la séance ne change plus (GTP-01), ou un dossier n'était pas complet à cette date.
    """
    _verrouiller(session, seance)
    seance.nature, seance.lieu = nature, lieu.strip()
    if seance.date_seance == date_seance:
        session.flush()
        return
    seance.date_seance = date_seance
    faits = seance_facts(session, seance)
    controle.exiger(controle.date_de_seance(faits))
    for point in seance.points:
        controle.exiger(
            controle.inscription_a_l_ordre_du_jour(
                InscriptionAuPointFacts(EtatDemande.COMPLETE, point.demande.complete_le, faits)
            )
        )
        point.votes.clear()
        _effacer_la_decision(point)
    session.flush()
    _attendre(session, seance)


def inscrire_point(session: Session, seance: SeanceGtp, demande: Demande) -> PointGtp:
    """Met une demande au dossier complet à l'ordre du jour.

    :raises Refus: GTP-01.
    """
    _verrouiller(session, seance)
    verrouiller(session, demande)
    controle.exiger(
        controle.inscription_a_l_ordre_du_jour(
            InscriptionAuPointFacts(demande.etat, demande.complete_le, seance_facts(session, seance))
        )
    )
    cqpm_a_creer = demande.nature is NatureDemande.CREATION and demande.famille is Famille.CQPM
    niveau = demande.certification.niveau if cqpm_a_creer else None
    ordre = max((p.ordre for p in seance.points), default=0) + 1
    point = PointGtp(seance_id=seance.id, demande_id=demande.id, ordre=ordre, niveau=niveau)
    session.add(point)
    demande.etat = EtatDemande.ORDRE_DU_JOUR
    session.flush()
    session.expire(seance, ["points"])
    session.expire(demande, ["points"])
    return point


def retirer_point(session: Session, point: PointGtp) -> None:
    """Retire une demande de l'ordre du jour ; son dossier reste complet."""
    seance = point.seance
    _verrouiller(session, seance)
    point.demande.etat = EtatDemande.COMPLETE
    seance.points.remove(point)
    session.flush()
    # Deux temps : une place ne se donne qu'une fois libre.
    for rang, reste in enumerate(sorted(seance.points, key=lambda p: p.ordre), 1):
        if reste.ordre != rang:
            reste.ordre = rang
            session.flush()


def noter_presences(session: Session, seance: SeanceGtp, presences: Mapping[int, tuple[bool, str]]) -> None:
    """Note qui est présent, et par qui chaque organisation est représentée ; un absent perd ses votes.

    :param presences: clé de la présence → (présente, noms des représentants).
    """
    _verrouiller(session, seance)
    for presence in seance.presences:
        if presence.id in presences:
            presence.presente, presence.representants = presences[presence.id]
    absentes = {p.id for p in seance.presences if not p.presente}
    for point in seance.points:
        retires = [v for v in point.votes if v.presence_id in absentes]
        for vote in retires:
            point.votes.remove(vote)
        if retires:
            _effacer_la_decision(point)
    session.flush()


def _effacer_la_decision(point: PointGtp) -> None:
    """Un vote qui change rouvre la décision : elle se note au vu du décompte."""
    point.decision = point.voix_pour = point.voix_contre = point.abstentions = point.repertoire = None


def voter(session: Session, point: PointGtp, presence: PresenceGtp, sens: SensVote | None) -> None:
    """Consigne, change ou efface le vote d'une organisation, au nom de celle-ci (journal).

    :raises Refus: la séance est close (GTP-01), ou l'organisation n'est pas présente (GTP-02).
    """
    seance = point.seance
    _verrouiller(session, seance)
    vote = session.scalar(select(VoteGtp).where(VoteGtp.point_id == point.id, VoteGtp.presence_id == presence.id))
    if (vote.sens if vote else None) is sens:
        return
    if sens is None and vote is not None:
        point.votes.remove(vote)
    elif vote is not None and sens is not None:
        vote.sens = sens
    elif sens is not None:
        point.votes.append(VoteGtp(seance_id=seance.id, presence=presence, sens=sens))
    _effacer_la_decision(point)
    faits = seance_facts(session, seance)
    controle.exiger(controle.vote_du_gtp(DecisionGtpFacts(faits, point_facts(point))))
    session.execute(
        insert(Journal),
        [entree("vote consigné", "seance_gtp", seance.id,
                apres={"organisation": presence.organisation, "point": point.ordre, "vote": sens.value if sens else "effacé"})],
    )
    session.flush()


def decider(
    session: Session, point: PointGtp, decision: DecisionGtp | None, motif: str = "", niveau: int | None = None
) -> None:
    """Note la décision du GTP sur un point, au vu du décompte ; rien n'a d'effet avant la clôture.

    :raises Refus: GTP-02 (majorité), REF-03 (motif), REF-04 (niveau).
    """
    seance = point.seance
    _verrouiller(session, seance)
    faits = seance_facts(session, seance)
    juge = replace(point_facts(point), decision=decision, motif=motif.strip(), niveau=niveau)
    controle.exiger(controle.decision_du_gtp(DecisionGtpFacts(faits, juge)))
    compte = faits.decompte(juge)
    point.motif, point.niveau = juge.motif, niveau
    if decision is None:
        _effacer_la_decision(point)
    else:
        point.decision = decision
        point.voix_pour, point.voix_contre, point.abstentions = compte.pour, compte.contre, compte.abstentions
        cree = decision is DecisionGtp.ACCEPTEE and point.demande.nature is NatureDemande.CREATION
        point.repertoire = _REPERTOIRES.get(point.demande.famille) if cree else None
    session.flush()


def clore(session: Session, seance: SeanceGtp) -> tuple[Violation, ...]:
    """Clôt la séance : chaque décision prend effet à sa date, les publications s'ouvrent, tout est figé. Rend les alertes.

    :raises Refus: GTP-01, ou ce qu'une règle reproche à l'une des décisions (GTP-02, REF-03, REF-04, REF-09).
    """
    _verrouiller(session, seance)
    faits = seance_facts(session, seance)
    alertes = controle.exiger(
        (
            *controle.cloture_de_seance(faits),
            *(v for p in faits.points for v in controle.decision_du_gtp(DecisionGtpFacts(faits, p))),
        )
    )
    # La séance se fige avec la demande décidée : d'abord les effets, puis les états, puis la clôture.
    for point in seance.points:
        _donner_effet(session, point, seance.date_seance)
    session.flush()
    seance.etat, seance.close_le = EtatSeance.CLOSE, maintenant()
    session.flush()
    return alertes


def _donner_effet(session: Session, point: PointGtp, jour: dt.date) -> None:
    demande, decision = point.demande, point.decision
    verrouiller(session, demande)
    if decision is None:
        raise LookupError(point.id)
    if decision is DecisionGtp.ACCEPTEE:
        _accepter(session, demande, point.niveau, jour)
        natures = list(NaturePublication) if demande.famille is not Famille.PPC else [NaturePublication.LISTE]
        demande.publications = [Publication(nature=n, ouverte_le=jour) for n in natures]
    elif demande.referentiel is not None:
        actes_referentiel.renvoyer(session, demande.referentiel)
    elif demande.parcours is not None:
        actes_parcours.renvoyer(session, demande.parcours, point.motif)
    demande.etat = _ETATS[decision]
    demande.decidee_le = None if decision is DecisionGtp.AJOURNEE else jour
    session.flush()


def _accepter(session: Session, demande: Demande, niveau: int | None, jour: dt.date) -> None:
    """Ce qu'une demande acceptée change à la liste : elle crée et numérote, remplace une version, ou supprime."""
    certification = demande.certification
    verrouiller(session, certification)
    if demande.nature is NatureDemande.SUPPRESSION:
        certification.date_suppression = jour
        return
    if demande.parcours is not None:
        actes_parcours.valider_parcours(session, demande.parcours, jour)
        return
    if demande.nature is NatureDemande.CREATION:
        # Pris d'abord : année et numéro s'écrivent ensemble.
        numero = prendre_numero_certification(session, certification.famille, jour.year)
        certification.projet, certification.annee, certification.numero = False, jour.year, numero
        certification.date_creation = jour
        certification.niveau = niveau if niveau is not None else certification.niveau
    if demande.referentiel is not None:
        actes_referentiel.valider(session, demande.referentiel, jour)


def annuler(session: Session, seance: SeanceGtp) -> None:
    """Annule une séance en préparation ; ses demandes, au dossier complet, attendent une autre séance.

    :raises Refus: GTP-01.
    """
    _verrouiller(session, seance)
    for point in list(seance.points):
        point.demande.etat = EtatDemande.COMPLETE
        seance.points.remove(point)
    seance.etat = EtatSeance.ANNULEE
    session.flush()


def publier(session: Session, publication: Publication, faite_le: dt.date, par: str, note: str = "") -> None:
    """Note qu'une publication est faite, quand et par qui (REF-12, SUP-05).

    :raises Refus: elle l'est déjà, ou la date ne convient pas (REF-12).
    """
    verrouiller(session, publication)
    controle.exiger(
        controle.publication(
            PublicationFacts(publication.ouverte_le, faite_le, publication.faite_le is not None, aujourd_hui())
        )
    )
    publication.faite_le, publication.faite_par, publication.note = faite_le, par, note.strip()
    session.flush()
