"""Le GTP « Certifications » : séances, votes, décisions (partie 1, chap. 1 et 2 ; convention collective, art. 25.3).

« Chaque organisation syndicale de salariés représentative dans la branche dispose d'une voix. L'UIMM dispose d'un nombre
de voix égal au nombre de voix de l'ensemble des organisations syndicales de salariés représentatives. » L'avis est pris
« à la majorité simple des voix exprimées » : une abstention n'en est pas une, et à égalité l'avis n'est pas adopté.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from rules.nomenclatures import DecisionGtp, EtatDemande, EtatSeance, Famille, NatureDemande, SensVote
from rules.noyau import Constat, Gravite, rule
from rules.parametres import CALENDRIER_JURYS, NIVEAU_MAX, NIVEAU_MIN, PREMIERE_CERTIFICATION, meme_jour

_CHAP_1 = "Partie 1, chap. 1"
_CCN = "Convention collective, art. 25.3"
UIMM = "UIMM"


@dataclass(frozen=True, slots=True)
class VoteGtpFacts:
    """Le vote d'une organisation."""

    organisation: str
    sens: SensVote


@dataclass(frozen=True, slots=True)
class DecompteGtp:
    """Les voix d'un point ; `adopte` dit si l'avis favorable a la majorité des voix exprimées."""

    pour: int
    contre: int
    abstentions: int

    @property
    def exprimees(self) -> int:
        """Les voix exprimées : une abstention n'en est pas une."""
        return self.pour + self.contre

    @property
    def adopte(self) -> bool:
        """Majorité simple des voix exprimées ; à égalité, non."""
        return self.pour > self.contre

    @property
    def egalite(self) -> bool:
        """Autant de voix pour que contre, une au moins."""
        return self.pour == self.contre > 0


def decompter(votes: Sequence[VoteGtpFacts], representatives: int) -> DecompteGtp:
    """Le décompte d'un point.

    :param representatives: le nombre d'organisations syndicales représentatives ce jour-là, présentes ou non : c'est
        le nombre de voix de l'UIMM.
    """
    def voix(sens: SensVote) -> int:
        return sum(representatives if v.organisation == UIMM else 1 for v in votes if v.sens is sens)

    return DecompteGtp(voix(SensVote.POUR), voix(SensVote.CONTRE), voix(SensVote.ABSTENTION))


@dataclass(frozen=True, slots=True)
class PointFacts:
    """Un point de l'ordre du jour : la demande, les votes, ce qui est décidé."""

    ordre: int
    demande: str
    nature: NatureDemande
    famille: Famille
    votes: tuple[VoteGtpFacts, ...] = ()
    decision: DecisionGtp | None = None
    motif: str = ""
    niveau: int | None = None


@dataclass(frozen=True, slots=True)
class SeanceFacts:
    """Une séance : sa date, son état, les organisations présentes, celles qui sont représentatives, ses points."""

    date_seance: dt.date
    etat: EtatSeance
    aujourd_hui: dt.date
    representatives: tuple[str, ...] = ()
    presentes: frozenset[str] = frozenset()
    points: tuple[PointFacts, ...] = ()

    def decompte(self, point: PointFacts) -> DecompteGtp:
        """Le décompte d'un point de la séance."""
        return decompter(point.votes, len(self.representatives))


@dataclass(frozen=True, slots=True)
class DecisionGtpFacts:
    """Une décision sur un point d'une séance."""

    seance: SeanceFacts
    point: PointFacts


@dataclass(frozen=True, slots=True)
class InscriptionAuPointFacts:
    """Une demande qu'on met à l'ordre du jour d'une séance."""

    etat: EtatDemande
    complete_le: dt.date | None
    seance: SeanceFacts


@dataclass(frozen=True, slots=True)
class PublicationFacts:
    """Une publication qu'on dit faite."""

    ouverte_le: dt.date
    faite_le: dt.date
    deja_faite: bool
    aujourd_hui: dt.date


@rule("GTP-01", field="etat", source=f"{_CHAP_1}, § 2")
def seance_en_preparation(s: SeanceFacts) -> str | None:
    """Close ou annulée, une séance ne change plus."""
    if s.etat is EtatSeance.PREPARATION:
        return None
    return f"Cette séance est {s.etat.libelle.lower()} : présences, votes et décisions ne changent plus."


@rule("GTP-01", field="date_seance", source=f"{_CHAP_1}, § 2.C")
def date_plausible(s: SeanceFacts) -> str | None:
    """Une séance se prévoit quelques années à l'avance au plus ; une ancienne peut être saisie après coup."""
    fin = meme_jour(s.aujourd_hui, CALENDRIER_JURYS.au(s.aujourd_hui))
    if PREMIERE_CERTIFICATION <= s.date_seance <= fin:
        return None
    return f"La date d'une séance est entre le {PREMIERE_CERTIFICATION:%d/%m/%Y} et le {fin:%d/%m/%Y}."


@rule("GTP-01", field="date_seance", source=f"{_CHAP_1}, § 2.C")
def seance_tenue(s: SeanceFacts) -> str | None:
    """Une décision prend effet à la date de la séance : on ne clôt pas une séance à venir."""
    if s.date_seance <= s.aujourd_hui:
        return None
    return f"La séance est le {s.date_seance:%d/%m/%Y} : elle se clôt ce jour-là au plus tôt."


@rule("GTP-01", field="points", source=f"{_CHAP_1}, § 2.A")
def ordre_du_jour_decide(s: SeanceFacts) -> str | tuple[Constat, ...] | None:
    """Chaque point a sa décision ; une séance sans point s'annule."""
    if not s.points:
        return "L'ordre du jour est vide : ajoutez une demande, ou annulez la séance."
    return tuple(
        Constat("points", f"Point {p.ordre}, {p.demande} : indiquez la décision, ou retirez-le de l'ordre du jour.")
        for p in s.points if p.decision is None
    )


@rule("GTP-01", field="presences", source=_CCN, gravite=Gravite.ALERTE)
def seance_paritaire(s: SeanceFacts) -> str | None:
    """Le GTP est paritaire : une séance sans l'UIMM, ou sans organisation syndicale, se signale."""
    if UIMM not in s.presentes:
        return "L'UIMM n'est pas notée présente à cette séance."
    if not s.presentes - {UIMM}:
        return "Aucune organisation syndicale n'est notée présente à cette séance."
    return None


@rule("GTP-01", field="demande", source=f"{_CHAP_1}, § 2.A")
def demande_complete(i: InscriptionAuPointFacts) -> str | None:
    """Seule une demande au dossier complet vient devant le GTP."""
    if i.etat is EtatDemande.COMPLETE:
        return None
    return f"Cette demande est « {i.etat.libelle.lower()} » : seule une demande au dossier complet vient à l'ordre du jour."


@rule("GTP-01", field="demande", source=f"{_CHAP_1}, § 2.A")
def complete_avant_la_seance(i: InscriptionAuPointFacts) -> str | None:
    """Le GTP décide au regard du dossier : il est complet au plus tard le jour de la séance."""
    if i.complete_le is None or i.complete_le <= i.seance.date_seance:
        return None
    return f"Ce dossier est complet depuis le {i.complete_le:%d/%m/%Y} seulement, après la séance."


@rule("GTP-02", field="votes", source=_CCN)
def vote_des_presents(d: DecisionGtpFacts) -> str | None:
    """Seules votent l'UIMM et les organisations représentatives, présentes."""
    attendues = {UIMM, *d.seance.representatives} & d.seance.presentes
    etrangeres = sorted(v.organisation for v in d.point.votes if v.organisation not in attendues)
    if not etrangeres:
        return None
    return f"Seule vote une organisation représentative, présente à la séance : {', '.join(etrangeres)} ne l'est pas."


@rule("GTP-02", field="decision", source=_CCN)
def majorite_des_voix_exprimees(d: DecisionGtpFacts) -> str | None:
    """Accepter demande la majorité simple des voix exprimées ; refuser demande qu'elle manque ; ajourner, rien."""
    compte = d.seance.decompte(d.point)
    resultat = f"{compte.pour} pour, {compte.contre} contre"
    if d.point.decision is DecisionGtp.ACCEPTEE and not compte.adopte:
        if compte.egalite:
            return f"Égalité ({resultat}) : l'avis n'est pas adopté, la demande ne peut pas être acceptée."
        if not compte.exprimees:
            return "Aucune voix n'est exprimée : la demande ne peut pas être acceptée."
        return f"L'avis n'a pas la majorité des voix exprimées ({resultat}) : la demande ne peut pas être acceptée."
    if d.point.decision is DecisionGtp.REFUSEE:
        if compte.adopte:
            return f"L'avis a la majorité des voix exprimées ({resultat}) : la demande ne peut pas être refusée."
        if not compte.exprimees:
            return "Aucune voix n'est exprimée : faites voter, ou ajournez la demande."
    return None


@rule("REF-03", field="motif", source=f"{_CHAP_1}, § 2.A")
def refus_motive(d: DecisionGtpFacts) -> str | None:
    """Un refus ou un ajournement porte son motif."""
    if d.point.decision in (None, DecisionGtp.ACCEPTEE) or d.point.motif.strip():
        return None
    return "Écrivez le motif du refus ou de l'ajournement."


@rule("REF-04", field="niveau", source=f"{_CHAP_1}, § 2.A ; glossaire, CNCP")
def niveau_du_cqpm(d: DecisionGtpFacts) -> str | None:
    """Créer un CQPM fixe son niveau au cadre national des certifications professionnelles : 1 à 8."""
    bas, haut = NIVEAU_MIN.au(d.seance.date_seance), NIVEAU_MAX.au(d.seance.date_seance)
    if d.point.niveau is not None and not bas <= d.point.niveau <= haut:
        return f"Le niveau du cadre national va de {bas} à {haut}."
    cree = d.point.decision is DecisionGtp.ACCEPTEE and d.point.nature is NatureDemande.CREATION
    if cree and d.point.famille is Famille.CQPM and d.point.niveau is None:
        return f"Créer un CQPM fixe son niveau au cadre national, de {bas} à {haut} : indiquez-le."
    return None


@rule("REF-12", field="faite_le", source=f"{_CHAP_1}, § 2.B")
def publication_datee(p: PublicationFacts) -> str | None:
    """Une publication se fait une fois, après la décision, un jour passé ou aujourd'hui."""
    if p.deja_faite:
        return "Cette publication est déjà notée comme faite."
    if p.ouverte_le <= p.faite_le <= p.aujourd_hui:
        return None
    return f"La publication se fait entre la décision ({p.ouverte_le:%d/%m/%Y}) et aujourd'hui."


PREPARATION = (seance_en_preparation,)
DATE_DE_SEANCE = (date_plausible,)
CLOTURE_DE_SEANCE = (seance_en_preparation, seance_tenue, ordre_du_jour_decide, seance_paritaire)
ORDRE_DU_JOUR = (demande_complete, complete_avant_la_seance)
VOTE_DU_GTP = (vote_des_presents,)
DECISION_SUR_DEMANDE = (vote_des_presents, majorite_des_voix_exprimees, refus_motive, niveau_du_cqpm)
PUBLICATION = (publication_datee,)
