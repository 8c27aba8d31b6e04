"""Les jurys de la démonstration, dans chaque état, par les mêmes actes que la console."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import Centre, Inscription, Jury, Personne, Presentation, Siege, Syndicat
from rules import actes
from rules.nomenclatures import Decision, Delegation, EtatJury, ResultatCompetence
from seed.population import Issue


@dataclass(frozen=True, slots=True)
class Membres:
    """Les personnes qualifiées d'un centre, à quel titre elles siègent."""

    president: Personne
    patronaux: Sequence[Personne]
    travail_temporaire: Personne
    syndicaux: Sequence[tuple[Personne, Syndicat]]
    invite: Personne


def convoquer(
    session: Session, centre: Centre, membres: Membres, date_jury: dt.date, *, presents: bool, temporaire: bool = False
) -> Jury:
    """Crée un jury en préparation et ses sièges, et fait juger sa composition.

    :param presents: note présents tous les membres sauf le dernier syndicat ; faux, personne ne l'est encore.
    :param temporaire: la délégation patronale compte un membre de la branche du travail temporaire.
    """
    jury = Jury(centre=centre, date_jury=date_jury, lieu=centre.ville, etat=EtatJury.PREPARATION)
    patronale = {"delegation": Delegation.PATRONALE, "present": presents}
    sieges = [
        Siege(personne=membres.president, president=True, **patronale),
        *(Siege(personne=p, **patronale) for p in membres.patronaux),
    ]
    if temporaire:
        sieges.append(Siege(personne=membres.travail_temporaire, travail_temporaire=True, **patronale))
    dernier = len(membres.syndicaux) - 1
    sieges += [
        Siege(
            personne=personne, syndicat=syndicat, delegation=Delegation.SYNDICALE, present=presents and rang < dernier
        )
        for rang, (personne, syndicat) in enumerate(membres.syndicaux)
    ]
    sieges.append(Siege(personne=membres.invite, delegation=Delegation.INVITE, voix=False, present=presents))
    session.add(jury)
    session.flush()
    for siege in sieges:
        siege.centre_id = centre.id
        jury.sieges.append(siege)
    actes.verifier_composition(session, jury)
    return jury


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
