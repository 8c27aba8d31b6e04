"""Les jurys de la démonstration, dans chaque état, par les mêmes actes que la console."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Centre, DemandeDesignation, Envoi, Inscription, Jury, Personne, Presentation, Siege, Syndicat
from rules import actes, actes_convocation, actes_deliberation, actes_envois
from rules.actes_envois import Resultat
from rules.collecte_convocation import commissions_des_centres
from rules.nomenclatures import (
    Decision,
    Delegation,
    EtatEnvoi,
    EtatJury,
    MoyenEnvoi,
    ReponseDesignation,
    ResultatCompetence,
)
from seed.population import Issue


@dataclass(frozen=True, slots=True)
class Membres:
    """Les personnes qualifiées d'un centre, à quel titre elles siègent."""

    president: Personne
    patronaux: Sequence[Personne]
    travail_temporaire: Personne
    syndicaux: Sequence[tuple[Personne, Syndicat]]
    invite: Personne


def composer(
    session: Session, centre: Centre, membres: Membres, date_jury: dt.date, *, temporaire: bool = False
) -> Jury:
    """Crée un jury en préparation et sa délégation patronale ; les syndicats sont à solliciter.

    :param temporaire: la délégation patronale compte un membre de la branche du travail temporaire.
    """
    jury = Jury(centre=centre, date_jury=date_jury, heure=dt.time(9, 30), lieu=centre.ville, etat=EtatJury.PREPARATION)
    sieges = [
        Siege(personne=membres.president, delegation=Delegation.PATRONALE, president=True),
        *(Siege(personne=p, delegation=Delegation.PATRONALE) for p in membres.patronaux),
    ]
    if temporaire:
        sieges.append(Siege(personne=membres.travail_temporaire, delegation=Delegation.PATRONALE, travail_temporaire=True))
    session.add(jury)
    session.flush()
    for siege in sieges:
        siege.centre_id = centre.id
        jury.sieges.append(siege)
    actes.verifier_composition(session, jury)
    return jury


def designer(session: Session, jury: Jury, membres: Membres, jour: dt.date, *, toutes: bool = True, motif: str = "") -> None:
    """Sollicite chaque syndicat trente jours avant, ou ce jour ; tous désignent, sauf le dernier si `toutes` est faux."""
    le = min(jury.date_jury - dt.timedelta(days=30), jour)
    actes_convocation.demander_designation(
        session, jury, [s for _, s in membres.syndicaux], le, MoyenEnvoi.COURRIER, motif, jour=jour
    )
    demandes = {d.syndicat_id: d for d in session.scalars(select(DemandeDesignation).where(DemandeDesignation.jury_id == jury.id))}
    for personne, syndicat in membres.syndicaux if toutes else membres.syndicaux[:-1]:
        actes_convocation.repondre(
            session, demandes[syndicat.id], ReponseDesignation.DESIGNATION, min(le + dt.timedelta(days=3), jour), [personne],
            jour=jour,
        )
    jury.sieges.append(Siege(personne=membres.invite, centre_id=jury.centre_id, delegation=Delegation.INVITE, voix=False))
    session.flush()


def convoquer(session: Session, jury: Jury, jour: dt.date, *, presents: bool) -> None:
    """Convoque tous les membres et informe les commissions, vingt jours avant ; le dernier syndicat ne viendra pas."""
    le = min(jury.date_jury - dt.timedelta(days=20), jour)
    actes_convocation.convoquer(session, jury, jury.sieges, le, MoyenEnvoi.COURRIER, jour=jour)
    commissions = commissions_des_centres(session, [jury.centre_id])[jury.centre_id]
    actes_convocation.informer(session, jury, commissions, le, MoyenEnvoi.COURRIER, jour=jour)
    absent = [s for s in jury.sieges if s.syndicat_id is not None][-1]
    for siege in jury.sieges:
        siege.present = presents and siege is not absent
    actes.verifier_composition(session, jury)


def laisser_en_chemin(session: Session, centre: Centre, membres: Membres, jour: dt.date) -> None:
    """Deux jurys à venir : l'un convoqué en retard, motivé, l'autre déplacé après ses convocations ; des envois en attente."""
    tardif = composer(session, centre, membres, jour + dt.timedelta(days=9))
    motif = "Démonstration : jury ajouté à la demande d'une entreprise."
    designer(session, tardif, membres, jour, toutes=False, motif=motif)
    actes_convocation.convoquer(session, tardif, tardif.sieges[:2], jour, MoyenEnvoi.REMIS, motif, jour=jour)
    actes_convocation.convoquer(session, tardif, tardif.sieges[2:], jour, MoyenEnvoi.COURRIEL, motif, jour=jour)
    premier, second = session.scalars(select(Envoi).where(
        Envoi.jury_id == tardif.id, Envoi.etat == EtatEnvoi.A_ENVOYER).order_by(Envoi.id).limit(2))
    for envoi, resultat in (
        (premier, Resultat(parti=False, erreur="Le serveur d'envoi refuse l'adresse du destinataire (code 550) : corrigez avant de renvoyer.")),
        (second, Resultat(parti=False, incertain=True,
                          erreur="Le serveur a coupé sans confirmer : le message est peut-être parti. Vérifiez avant de renvoyer.")),
    ):
        actes_envois.prendre(session, envoi)
        actes_envois.noter(session, envoi, resultat)
    deplace = composer(session, centre, membres, jour + dt.timedelta(days=45))
    designer(session, deplace, membres, jour)
    convoquer(session, deplace, jour, presents=False)
    deplace.date_jury += dt.timedelta(days=7)
    actes.deplacer(session, deplace, jour)


def presenter(session: Session, jury: Jury, inscriptions: Sequence[Inscription]) -> None:
    """Présente les inscriptions au jury."""
    actes.presenter(session, jury, inscriptions)


def deliberer(session: Session, jury: Jury, issues: dict[int, Issue], *, jusqu_au_bout: bool) -> None:
    """Ouvre la délibération et vote ; à moitié, ou jusqu'à la signature et aux certificats.

    :param issues: ce qui attend chaque inscription, par sa clé.
    """
    actes.ouvrir(session, jury, jury.date_jury)
    votants = [s for s in jury.sieges if s.voix and s.present]
    president = next(s for s in votants if s.president)
    for rang, presentation in enumerate(sorted(jury.presentations, key=lambda p: p.numero_anonyme)):
        issue = issues[presentation.inscription_id]
        exprimes = len(votants) if jusqu_au_bout else max(0, len(votants) - 2 * rang)
        _voter(session, presentation, votants, issue, exprimes)
        if jusqu_au_bout:
            _retenir(session, presentation, issue)
    if jusqu_au_bout:
        actes.signer(session, jury, president)
        actes.attribuer(session, jury)
        return
    for siege in votants:
        actes_deliberation.ouvrir_lien(session, siege)
    for presentation in jury.presentations:
        _voter_par_bloc(session, presentation, votants[:2])


def _voter_par_bloc(session: Session, presentation: Presentation, votants: Sequence[Siege]) -> None:
    """Les premières voix sur chaque bloc d'un candidat qui n'a pas tout acquis, selon la synthèse."""
    acquis: dict[int, bool] = {}
    for c in presentation.competences:
        if c.competence.bloc_id is not None:
            acquis[c.competence.bloc_id] = acquis.get(c.competence.bloc_id, True) and c.synthese is ResultatCompetence.ACQUISE
    if len(acquis) < 2 or all(acquis.values()):
        return
    for bloc_id, tout in acquis.items():
        for siege in votants:
            actes.voter(session, presentation, siege, Decision.ADMIS if tout else Decision.NON_ADMIS, bloc_id=bloc_id)


def annuler(session: Session, jury: Jury) -> None:
    """Annule un jury en préparation."""
    jury.etat = EtatJury.ANNULE
    session.flush()


def _voter(
    session: Session, presentation: Presentation, votants: Sequence[Siege], issue: Issue, exprimes: int
) -> None:
    """Consigne les premiers votes. Le président vote avec la décision ; les dissidents sont les derniers votants."""
    autre = Decision.NON_ADMIS if issue.decision is Decision.ADMIS else Decision.ADMIS
    premiers = len(votants) - issue.dissidents
    for rang, siege in enumerate(votants[:exprimes]):
        actes.voter(session, presentation, siege, issue.decision if rang < premiers else autre)


def _retenir(session: Session, presentation: Presentation, issue: Issue) -> None:
    """Écrit le motif d'un écart et ce que le jury retient alors ; sans écart, la synthèse est retenue telle quelle."""
    if not issue.motif:
        return
    if issue.decision is Decision.ADMIS:
        resultats: dict[int, str] = {c.competence_id: ResultatCompetence.ACQUISE for c in presentation.competences}
    else:
        resultats = {presentation.competences[-1].competence_id: ResultatCompetence.NON_ACQUISE}
    actes.retenir(session, presentation, resultats, issue.motif)
