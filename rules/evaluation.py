"""Les évaluations : modalités, commission, avis de l'entreprise, acquis antérieurs (partie 2, chap. 2, § 1.B).

Les faits propres à ce chapitre sont ici : la cible d'une inscription, ce qui en est évalué et ce qui l'entoure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rules import parametres
from rules.attribution import acquis_jusqu_au
from rules.nomenclatures import Famille, ResultatCompetence, SensAvis, Voie
from rules.noyau import Constat, Gravite, rule

_VAE = (Voie.VAE, Voie.VAE_BRANCHE)


@dataclass(frozen=True, slots=True)
class Modalite:
    """Une modalité d'évaluation ; `situation_reelle` : celles que le dispositif privilégie."""

    code: str
    libelle: str
    situation_reelle: bool

    @property
    def court(self) -> str:
        """Ce qui la distingue des autres : « Observation en situation de travail »."""
        fin = self.libelle.rpartition(" : ")[2]
        return fin[:1].upper() + fin[1:]


@dataclass(frozen=True, slots=True)
class CompetenceVisee:
    """Une compétence de la cible, et les modalités que le référentiel permet pour elle."""

    id: int
    code: str
    libelle: str
    bloc: str = ""
    libelle_bloc: str = ""
    modalites: tuple[Modalite, ...] = ()

    def permet(self, modalite: str) -> bool:
        """Vrai si le référentiel prévoit cette modalité ; s'il n'en dit aucune, il n'en interdit aucune."""
        return not self.modalites or modalite in {m.code for m in self.modalites}


@dataclass(frozen=True, slots=True)
class CommissionFacts:
    """Une commission d'évaluation : chacun de ses membres, et le domaine qui le qualifie."""

    id: int
    reference: str
    date_commission: dt.date
    membres: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluationFacts:
    """Ce qui est noté d'une compétence ; `repris_du` est la date du jury dont l'acquis est repris (ATT-04)."""

    competence_id: int
    modalite: str = ""
    resultat: ResultatCompetence | None = None
    date_evaluation: dt.date | None = None
    commission_id: int | None = None
    appreciation: str = ""
    repris_du: dt.date | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class AvisFacts:
    """L'avis de l'entreprise, tel que donné."""

    date_avis: dt.date | None
    auteur: str
    fonction: str
    sens: SensAvis | None
    commentaire: str = ""


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """Le dossier d'évaluation d'une inscription : sa cible, ce qui en est évalué, l'avis, ce qui a été convenu.

    `nom` est ce qui désigne le candidat dans les messages : son nom, ou son numéro anonyme devant un jury.
    `jury` : la date du jury auquel il est présenté ; `deliberation` : ce jury a ouvert, la synthèse est arrêtée.
    """

    inscription_id: int
    nom: str
    centre_id: int
    certification_id: int
    famille: Famille
    voie: Voie
    date_inscription: dt.date
    entreprise: str = ""
    sans_accord_employeur: bool = False
    ouverte: bool = True
    competences: tuple[CompetenceVisee, ...] = ()
    evaluations: Mapping[int, EvaluationFacts] = field(default_factory=dict)
    avis: AvisFacts | None = None
    convenu_le: dt.date | None = None
    motif_hors_situation: str = ""
    jury: dt.date | None = None
    deliberation: bool = False
    version: int = 0

    @property
    def evaluees(self) -> int:
        """Le nombre de compétences de la cible qui ont un résultat."""
        return sum(1 for c in self.competences if self.resultat(c.id) is not None)

    def resultat(self, competence_id: int) -> ResultatCompetence | None:
        """Le résultat noté d'une compétence, s'il en est un."""
        evaluation = self.evaluations.get(competence_id)
        return evaluation.resultat if evaluation is not None else None

    def competence(self, competence_id: int) -> CompetenceVisee | None:
        """La compétence de la cible qui a cette clé ; rien si elle n'en est pas."""
        return next((c for c in self.competences if c.id == competence_id), None)

    def par_code(self, code: str) -> CompetenceVisee | None:
        """La compétence de la cible que désigne un code imprimé : `BDC 0012.3`, `bdc12.3`, `C2`."""
        return next((c for c in self.competences if _nu(c.code) == _nu(code)), None)


def _nu(code: str) -> str:
    """Un code de compétence sans espaces, ni casse, ni zéros de tête : il se recopie à la main."""
    bloc, _, rang = "".join(code.lower().split()).rpartition(".")
    chiffres = bloc.removeprefix("bdc")
    return f"bdc{int(chiffres)}.{rang}" if chiffres.isascii() and chiffres.isdigit() else "".join(code.lower().split())


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """Ce qu'on veut noter d'une compétence, avec ce qui permet d'en juger.

    `competence` est vide quand ce qui est demandé n'est pas de la cible ; `commission` quand elle n'est pas donnée ou
    pas connue : `*_demandee` dit alors ce qui a été écrit.
    """

    dossier: DossierFacts
    competence: CompetenceVisee | None
    modalite: str
    resultat: ResultatCompetence | None
    date_evaluation: dt.date | None
    commission: CommissionFacts | None
    aujourd_hui: dt.date
    competence_demandee: str = ""
    commission_demandee: str = ""
    reprise: bool = False

    @property
    def code(self) -> str:
        """Le code de la compétence, tel qu'on la nomme."""
        return self.competence.code if self.competence else self.competence_demandee


@dataclass(frozen=True, slots=True)
class AcquisFacts:
    """Une compétence qu'un jury signé a retenue acquise, et l'inscription qui voudrait la reprendre (ATT-04)."""

    presentation_competence_id: int
    competence_id: int
    code: str
    date_jury: dt.date
    rncp: bool
    date_inscription: dt.date
    reference_pv: str = ""
    centre_id: int | None = None

    @property
    def jusqu_au(self) -> dt.date:
        """Le dernier jour où une nouvelle inscription peut la reprendre."""
        return acquis_jusqu_au(self.date_jury, rncp=self.rncp)


# --- une compétence ------------------------------------------------------------------------------------------------


@rule("EVA-01", field="competence", source="Partie 2, chap. 2, § 1.B")
def competence_de_la_cible(n: NoteFacts) -> str | None:
    """On évalue les compétences du référentiel visé, et elles seules."""
    if n.competence is not None:
        return None
    if not n.competence_demandee:
        return "Indiquez la compétence évaluée, par son code."
    return f"« {n.competence_demandee} » n'est pas une compétence que vise cette inscription."


@rule("EVA-01", field="modalite", source="Partie 2, chap. 2, § 1.B")
def modalite_permise(n: NoteFacts) -> str | None:
    """« parmi celles prévues dans le référentiel d'évaluation de la certification visée ».

    En VAE, la commission de validation juge sur dossier : la modalité peut n'être pas donnée.
    """
    if n.competence is None or n.reprise:
        return None
    permises = " ou ".join(f"« {m.libelle} »" for m in n.competence.modalites)
    if n.modalite and not n.competence.permet(n.modalite):
        return f"{n.competence.code} : le référentiel ne prévoit pas cette modalité ; il prévoit {permises}."
    if n.resultat is not None and not n.modalite and n.competence.modalites and n.dossier.voie not in _VAE:
        return f"{n.competence.code} : indiquez la modalité convenue : {permises}."
    return None


@rule("EVA-02", field="commission", source="Partie 2, chap. 2, § 1.B ; annexes 1 et 2")
def evaluee_par_une_commission(n: NoteFacts) -> str | None:
    """« évaluées par la commission d'évaluation » ; en VAE, la commission de validation en tient lieu."""
    if n.commission is None and n.commission_demandee:
        return f"« {n.commission_demandee} » n'est pas une commission d'évaluation de ce centre."
    if n.commission is None and n.resultat is not None and not n.reprise and n.dossier.voie not in _VAE:
        return f"{n.code} : indiquez la commission d'évaluation qui a donné ce résultat."
    return None


@rule("EVA-02", field="commission", source="Partie 2, chap. 2, § 1.B ; annexes 1 et 2")
def commission_qualifiee(n: NoteFacts) -> str | None:
    """La commission nommée compte au moins deux membres qualifiés."""
    constats = manques_de_la_commission(n.commission) if n.commission is not None else ()
    return constats[0] if constats else None


@rule("EVA-05", field="resultat", source="Partie 2, chap. 2, § 1.B")
def resultat_et_date(n: NoteFacts) -> Constat | None:
    """Un résultat a sa date, déjà venue ; une date a son résultat."""
    if n.resultat is not None and n.date_evaluation is None:
        return Constat("date_evaluation", f"{n.code} : indiquez la date de l'évaluation.")
    if n.resultat is None and n.date_evaluation is not None:
        return Constat("resultat", f"{n.code} : indiquez le résultat, acquise ou non acquise.")
    if n.date_evaluation is not None and n.date_evaluation > n.aujourd_hui:
        return Constat(
            "date_evaluation", f"{n.code} : l'évaluation du {n.date_evaluation:%d/%m/%Y} n'a pas encore eu lieu."
        )
    return None


@rule("INS-04", field="date_evaluation", source="Partie 2, chap. 2")
def inscription_avant_l_evaluation(n: NoteFacts) -> str | None:
    """« inscription préalable du candidat » : un résultat ne la précède pas, sauf un acquis repris."""
    if n.date_evaluation is None or n.reprise or n.date_evaluation >= n.dossier.date_inscription:
        return None
    return (
        f"{n.code} : évaluée le {n.date_evaluation:%d/%m/%Y}, avant l'inscription du "
        f"{n.dossier.date_inscription:%d/%m/%Y}."
    )


@rule("EVA-05", field="date_evaluation", source="Partie 2, chap. 3, § 3.A")
def evaluation_avant_le_jury(n: NoteFacts) -> str | None:
    """Le jury examine la synthèse : rien ne s'évalue après lui."""
    if n.date_evaluation is None or n.dossier.jury is None or n.date_evaluation <= n.dossier.jury:
        return None
    return f"{n.code} : évaluée après le jury du {n.dossier.jury:%d/%m/%Y}."


@rule("JUR-13", field="inscription", source="Partie 2, chap. 3, § 3.A")
def synthese_non_arretee(n: NoteFacts) -> str | None:
    """Une fois la délibération ouverte, la synthèse que le jury examine ne change plus."""
    if n.dossier.deliberation:
        return f"{n.dossier.nom} : la délibération du jury est ouverte ou close, la synthèse ne change plus."
    if not n.dossier.ouverte:
        return f"{n.dossier.nom} : cette inscription n'est plus ouverte, ses évaluations ne changent plus."
    return None


# --- la commission -------------------------------------------------------------------------------------------------


def manques_de_la_commission(c: CommissionFacts) -> tuple[str, ...]:
    """Ce qui manque à une commission pour évaluer : des membres, ou leur domaine."""
    manques = []
    minimum = parametres.MEMBRES_COMMISSION.au(c.date_commission)
    if len(c.membres) < minimum:
        nombre = "aucun membre" if not c.membres else "un seul membre"
        manques.append(f"La commission d'évaluation a {nombre} : il en faut au moins {minimum}.")
    sans = [nom for nom, domaine in c.membres if not domaine.strip()]
    if sans:
        manques.append(f"Indiquez le domaine qui qualifie {', '.join(sans)}.")
    return tuple(manques)


@rule("EVA-02", field="evaluateurs", source="Partie 2, chap. 2, § 1.B ; annexes 1 et 2")
def membres_qualifies(c: CommissionFacts) -> tuple[Constat, ...]:
    """« composée de plusieurs membres qualifiés ayant une expérience professionnelle »."""
    return tuple(Constat("evaluateurs", m) for m in manques_de_la_commission(c))


# --- l'avis de l'entreprise ----------------------------------------------------------------------------------------


def dispense_d_avis(d: DossierFacts) -> str | None:
    """Pourquoi l'avis de l'entreprise n'est pas demandé ; rien s'il l'est.

    « hors dispositif VAE, hors dispositif CCPM ou hors dispositif à l'initiative du salarié sans l'accord de
    l'employeur » ; sans entreprise, personne ne peut le donner.
    """
    if d.voie in _VAE:
        return "validation des acquis de l'expérience"
    if d.famille in (Famille.CCPM, Famille.CCPI):
        return f"dispositif {d.famille.value}"
    if not d.entreprise:
        return "le candidat n'a pas d'entreprise"
    if d.sans_accord_employeur:
        return "initiative du salarié sans l'accord de l'employeur"
    return None


@dataclass(frozen=True, slots=True)
class AvisDonne:
    """Un avis qu'on veut écrire, et le dossier qu'il complète."""

    dossier: DossierFacts
    avis: AvisFacts
    aujourd_hui: dt.date


@rule("EVA-03", field="sens", source="Partie 2, chap. 2, § 1.B")
def avis_demande(a: AvisDonne) -> str | None:
    """Hors des cas où il est demandé, l'avis de l'entreprise ne se recueille pas."""
    dispense = dispense_d_avis(a.dossier)
    return f"L'avis de l'entreprise n'est pas demandé : {dispense}." if dispense else None


@rule("EVA-03", field="sens", source="Partie 2, chap. 2, § 1.B")
def avis_complet(a: AvisDonne) -> tuple[Constat, ...]:
    """Qui le donne, à quel titre, quand, et ce qu'il dit."""
    avis = a.avis
    constats = []
    if avis.sens is None:
        constats.append(Constat("sens", "Indiquez l'avis : favorable, réservé ou défavorable."))
    if not avis.auteur:
        constats.append(Constat("auteur", "Indiquez qui donne l'avis (tuteur, responsable hiérarchique…)."))
    if not avis.fonction:
        constats.append(Constat("fonction", "Indiquez la fonction de l'auteur de l'avis."))
    if avis.date_avis is None:
        constats.append(Constat("date_avis", "Indiquez la date de l'avis."))
    elif avis.date_avis > a.aujourd_hui:
        constats.append(Constat("date_avis", f"L'avis est daté du {avis.date_avis:%d/%m/%Y}, qui n'est pas venu."))
    elif avis.date_avis < a.dossier.date_inscription:
        constats.append(Constat("date_avis", f"L'avis précède l'inscription du {a.dossier.date_inscription:%d/%m/%Y}."))
    elif a.dossier.jury is not None and avis.date_avis > a.dossier.jury:
        constats.append(Constat("date_avis", f"L'avis suit le jury du {a.dossier.jury:%d/%m/%Y}."))
    return tuple(constats)


@rule("JUR-13", field="sens", source="Partie 2, chap. 3, § 3.A")
def avis_avant_la_deliberation(a: AvisDonne) -> str | None:
    """L'avis complète les évaluations « pour décision finale » : il ne change plus une fois la délibération ouverte."""
    if not a.dossier.deliberation and a.dossier.ouverte:
        return None
    return f"{a.dossier.nom} : la délibération est ouverte ou l'inscription close, l'avis ne change plus."


# --- le dossier, avant le jury -------------------------------------------------------------------------------------


@rule("EVA-03", field="avis", source="Partie 2, chap. 2, § 1.B")
def avis_de_l_entreprise(d: DossierFacts) -> str | None:
    """« complétée par l'avis de l'entreprise […] pour décision finale »."""
    if d.avis is not None or dispense_d_avis(d) is not None:
        return None
    return f"{d.nom} : il manque l'avis de l'entreprise ({d.entreprise})."


@rule("EVA-04", field="motif_hors_situation", source="Partie 2, chap. 2", gravite=Gravite.ALERTE)
def situation_de_travail_privilegiee(d: DossierFacts) -> str | None:
    """« L'évaluation en situation de travail est privilégiée » : s'en passer se motive.

    Jugé quand chaque compétence à évaluer a sa modalité, et que le référentiel permettait une situation réelle.
    """
    if d.motif_hors_situation.strip():
        return None
    reelles = {m.code for c in d.competences for m in c.modalites if m.situation_reelle}
    notees = [e for c in d.competences if (e := d.evaluations.get(c.id)) is not None and e.repris_du is None]
    reprises = sum(1 for c in d.competences if (e := d.evaluations.get(c.id)) is not None and e.repris_du is not None)
    complet = len(notees) + reprises == len(d.competences) and all(e.modalite for e in notees)
    if not reelles or not notees or not complet or any(e.modalite in reelles for e in notees):
        return None
    return f"{d.nom} : aucune évaluation en situation de travail, qui est privilégiée ; écrivez pourquoi."


@rule("EVA-05", field="evaluations", source="Partie 2, chap. 2, § 1.B ; chap. 3, § 3.A")
def tout_evalue(d: DossierFacts) -> str | None:
    """« L'acquisition de chacune des compétences » est évaluée avant que le jury n'examine la synthèse.

    Un référentiel sans compétence connue ne bloque pas : le jury motivera son admission (décision 009).
    """
    manquent = [c.code for c in d.competences if d.resultat(c.id) is None]
    if not manquent:
        return None
    if len(manquent) == 1:
        return f"{d.nom} : il manque le résultat de la compétence {manquent[0]}."
    return f"{d.nom} : il manque le résultat de {len(manquent)} compétences ({_enumere(manquent)})."


def _enumere(codes: Iterable[str], limite: int = 8) -> str:
    tous = list(codes)
    reste = len(tous) - limite
    suite = f" et {reste} autre{'s' if reste > 1 else ''}" if reste > 0 else ""
    return ", ".join(tous[:limite]) + suite


# --- les acquis antérieurs -----------------------------------------------------------------------------------------


@rule("ATT-04", field="acquis", source="Partie 2, chap. 3, § 4.B")
def acquis_dans_son_delai(a: AcquisFacts) -> str | None:
    """Cinq ans au RNCP, vingt-quatre mois sinon, de la date du jury au jour de la nouvelle inscription."""
    if a.date_inscription <= a.jusqu_au:
        return None
    return (
        f"{a.code} : acquise au jury du {a.date_jury:%d/%m/%Y}, conservée jusqu'au {a.jusqu_au:%d/%m/%Y} ; "
        f"l'inscription du {a.date_inscription:%d/%m/%Y} vient après."
    )


NOTE = (
    synthese_non_arretee,
    competence_de_la_cible,
    modalite_permise,
    evaluee_par_une_commission,
    commission_qualifiee,
    resultat_et_date,
    inscription_avant_l_evaluation,
    evaluation_avant_le_jury,
)
COMMISSION = (membres_qualifies,)
AVIS = (avis_demande, avis_complet, avis_avant_la_deliberation)
DOSSIER = (tout_evalue, avis_de_l_entreprise, situation_de_travail_privilegiee)
ACQUIS = (acquis_dans_son_delai,)
