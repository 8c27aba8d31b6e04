"""Habilitation des organismes de formation (partie 2, chapitre 1 ; annexe 5), et l'avis à France compétences."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.faits import CertificationFacts, HabilitationFacts, Periode
from rules.nomenclatures import DecisionHabilitation, EtatHabilitation, NatureEtape, ResultatIndicateur
from rules.noyau import Constat, Gravite, rule
from rules.parametres import AVIS_HABILITATION, plus_mois

_CHAPITRE = "Partie 2, chap. 1"
_ANNEXE = "Partie 2, chap. 1 ; annexe 5"
_INDICATEURS = 12


@dataclass(frozen=True, slots=True)
class IndicateurFacts:
    """L'appréciation d'un indicateur, nommé par son critère et son rang (« 3.2 »)."""

    code: str
    resultat: ResultatIndicateur | None
    commentaire: str = ""


@dataclass(frozen=True, slots=True)
class EtapeFacts:
    """Une étape de l'instruction ou du suivi."""

    nature: NatureEtape
    faite_le: dt.date
    compte_rendu: str = ""


@dataclass(frozen=True, slots=True)
class DossierHabilitation:
    """Une demande d'habilitation au moment où l'on agit, `aujourd_hui` à Paris.

    `autres` : les habilitations en vigueur ou suspendues du même organisme par ce centre, hors celle qu'elle prolonge.
    `prolonge_depuis` : le premier jour de celle-ci. `certifications`, `blocs` : la portée demandée ; aucune des deux = toutes les certifications (choix HAB-01).
    """

    organisme: str
    centre_id: int
    etat: EtatHabilitation
    demande_le: dt.date
    aujourd_hui: dt.date
    du: dt.date | None = None
    au: dt.date | None = None
    certifications: tuple[CertificationFacts, ...] = ()
    blocs: frozenset[str] = frozenset()
    indicateurs: tuple[IndicateurFacts, ...] = ()
    etapes: tuple[EtapeFacts, ...] = ()
    autres: tuple[HabilitationFacts, ...] = ()
    prolonge_depuis: dt.date | None = None


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """Ce que le centre veut décider d'un dossier, et quand ; `du` et `au` pour une décision favorable."""

    dossier: DossierHabilitation
    decision: DecisionHabilitation | None
    decide_le: dt.date | None
    motif: str = ""


@dataclass(frozen=True, slots=True)
class SuiteFacts:
    """Une suspension, sa levée ou un retrait à compter d'un jour, et son motif.

    `depuis` : le premier jour de l'habilitation, ou de la suspension qu'on lève ; `au` : son dernier jour, s'il en est un.
    """

    etat: EtatHabilitation
    depuis: dt.date | None
    au: dt.date | None
    le: dt.date | None
    motif: str = ""


@dataclass(frozen=True, slots=True)
class AvisFacts:
    """Un changement de la liste nationale et son avis à France compétences."""

    le: dt.date
    aujourd_hui: dt.date
    avise_le: dt.date | None = None
    deja_avise_le: dt.date | None = None

    @property
    def echeance(self) -> dt.date:
        """Le dernier jour pour en aviser France compétences."""
        return echeance_de_l_avis(self.le)


def echeance_de_l_avis(le: dt.date) -> dt.date:
    """Deux mois après le changement de la liste (FC-02)."""
    return plus_mois(le, AVIS_HABILITATION.au(le))


def premier_jour_a_temps(jour: dt.date) -> dt.date:
    """Le plus ancien changement dont l'avis n'est pas en retard ce jour-là."""
    ancien = plus_mois(jour, -AVIS_HABILITATION.au(jour)) - dt.timedelta(days=3)
    while echeance_de_l_avis(ancien) < jour:
        ancien += dt.timedelta(days=1)
    return ancien


def fin_prevue(du: dt.date, duree_mois: int | None) -> dt.date | None:
    """Le dernier jour d'une habilitation accordée pour une durée réglée par le centre ; rien quand il n'en règle pas."""
    return plus_mois(du, duree_mois) - dt.timedelta(days=1) if duree_mois else None


# --- l'instruction ---------------------------------------------------------------------------------------------------


@rule("HAB-02", field="etat", source=_CHAPITRE)
def dossier_a_instruire(d: DossierHabilitation) -> str | None:
    """Une demande décidée ne s'instruit plus, et sa grille ne change plus."""
    if not d.etat.decidee:
        return None
    return f"Cette demande est décidée ({d.etat.libelle.lower()}) : la grille et la portée ne changent plus."


@rule("HAB-03", field="compte_rendu", source="Annexe 5, note 1")
def visite_avec_compte_rendu(d: DossierHabilitation) -> tuple[Constat, ...]:
    """« Les instructions intermédiaires peuvent faire l'objet d'une visite sur site » : datée, et son compte rendu."""
    return tuple(
        Constat("compte_rendu", f"Écrivez le compte rendu de la visite sur site du {e.faite_le:%d/%m/%Y}.")
        for e in d.etapes
        if e.nature is NatureEtape.VISITE and e.faite_le <= d.aujourd_hui and not e.compte_rendu
    )


@rule("HAB-03", field="faite_le", source="Annexe 5, note 1")
def etape_apres_la_demande(d: DossierHabilitation) -> tuple[Constat, ...]:
    """Une étape suit la demande ; hors d'une visite prévue, elle n'est pas dans l'avenir."""
    constats = []
    for e in d.etapes:
        if e.faite_le < d.demande_le:
            constats.append(Constat(
                "faite_le", f"L'étape du {e.faite_le:%d/%m/%Y} précède la demande, reçue le {d.demande_le:%d/%m/%Y}."
            ))
        elif e.faite_le > d.aujourd_hui and e.nature is not NatureEtape.VISITE:
            constats.append(Constat("faite_le", f"L'étape du {e.faite_le:%d/%m/%Y} n'a pas encore eu lieu."))
    return tuple(constats)


@rule("HAB-01", field="demande_le", source=_CHAPITRE)
def demande_recue(d: DossierHabilitation) -> str | None:
    """Une demande est reçue avant d'être enregistrée."""
    if d.demande_le <= d.aujourd_hui:
        return None
    return f"La demande serait reçue le {d.demande_le:%d/%m/%Y}, dans l'avenir."


@rule("HAB-01", field="certifications", source=_CHAPITRE)
def portee_sur_la_liste(d: DossierHabilitation) -> str | None:
    """On habilite pour ce qui est sur la liste de la branche."""
    jour = d.du or d.demande_le
    supprimees = [
        c.identifiant for c in d.certifications if c.date_suppression is not None and c.date_suppression <= jour
    ]
    if not supprimees:
        return None
    return f"N'est plus sur la liste de la branche le {jour:%d/%m/%Y} : {', '.join(supprimees)}."


# --- la décision -----------------------------------------------------------------------------------------------------


@rule("HAB-02", field="decision", source=_ANNEXE)
def decision_dite(d: DecisionFacts) -> tuple[Constat, ...]:
    """Une décision est l'une des trois, à une date passée ou d'aujourd'hui, après la demande."""
    constats = []
    if d.decision is None:
        constats.append(Constat("decision", "Choisissez la décision : favorable, compléments demandés ou refus."))
    if d.decide_le is None:
        constats.append(Constat("decide_le", "Indiquez la date de la décision."))
    elif d.decide_le < d.dossier.demande_le:
        constats.append(Constat(
            "decide_le", f"La décision précède la demande, reçue le {d.dossier.demande_le:%d/%m/%Y}."
        ))
    elif d.decide_le > d.dossier.aujourd_hui:
        constats.append(Constat("decide_le", "La décision serait prise dans l'avenir."))
    return tuple(constats)


@rule("HAB-02", field="indicateurs", source=_CHAPITRE)
def douze_indicateurs_satisfaits(d: DecisionFacts) -> tuple[Constat, ...]:
    """Favorable seulement si les douze indicateurs (six critères × deux) sont appréciés et satisfaits."""
    if d.decision is not DecisionHabilitation.FAVORABLE:
        return ()
    if len(d.dossier.indicateurs) != _INDICATEURS:
        return (Constat("indicateurs", f"La grille a {_INDICATEURS} indicateurs, {len(d.dossier.indicateurs)} sont connus."),)
    return tuple(
        Constat(
            "indicateurs",
            f"Indicateur {i.code} : il n'est pas encore apprécié ; une décision favorable demande les douze."
            if i.resultat is None
            else f"Indicateur {i.code} : il n'est pas satisfait ; demandez des compléments, ou refusez.",
        )
        for i in d.dossier.indicateurs if i.resultat is not ResultatIndicateur.SATISFAIT
    )


@rule("HAB-02", field="indicateurs", source=_CHAPITRE)
def motif_par_indicateur(d: DecisionFacts) -> tuple[Constat, ...]:
    """Un refus, ou des compléments demandés, disent pour chaque indicateur non satisfait ce qui manque."""
    if d.decision not in (DecisionHabilitation.COMPLEMENT, DecisionHabilitation.REFUS):
        return ()
    en_cause = [i for i in d.dossier.indicateurs if i.resultat is ResultatIndicateur.NON_SATISFAIT]
    if not en_cause:
        return (Constat("indicateurs", "Dites quel indicateur n'est pas satisfait, et pourquoi : c'est le motif de la décision."),)
    return tuple(
        Constat("indicateurs", f"Indicateur {i.code} : écrivez en commentaire pourquoi il n'est pas satisfait.")
        for i in en_cause if not i.commentaire
    )


@rule("HAB-01", field="du", source=_CHAPITRE)
def date_d_effet(d: DecisionFacts) -> tuple[Constat, ...]:
    """Une habilitation vaut à partir d'une date, au plus tôt celle de sa décision, jusqu'à sa fin quand elle en a une."""
    dossier = d.dossier
    if d.decision is not DecisionHabilitation.FAVORABLE:
        return ()
    if dossier.du is None:
        return (Constat("du", "Indiquez la date à partir de laquelle l'habilitation vaut."),)
    constats = []
    if d.decide_le is not None and dossier.du < d.decide_le:
        constats.append(Constat("du", f"L'habilitation ne peut pas valoir avant d'être décidée, le {d.decide_le:%d/%m/%Y}."))
    if dossier.prolonge_depuis is not None and dossier.du <= dossier.prolonge_depuis:
        constats.append(Constat(
            "du", f"Celle qu'elle prolonge vaut depuis le {dossier.prolonge_depuis:%d/%m/%Y} : donnez une date ultérieure."
        ))
    if dossier.au is not None and dossier.au < dossier.du:
        constats.append(Constat("au", "La fin de l'habilitation précède son début."))
    return tuple(constats)


@rule("HAB-01", field="certifications", source=f"{_CHAPITRE} (choix de la console)")
def une_seule_a_la_fois(d: DecisionFacts) -> str | None:
    """Un organisme n'a pas, d'un même centre, deux habilitations pour la même chose le même jour : on prolonge."""
    dossier = d.dossier
    if d.decision is not DecisionHabilitation.FAVORABLE or dossier.du is None:
        return None
    certifications = frozenset(c.id for c in dossier.certifications)
    toutes = not certifications and not dossier.blocs
    for autre in dossier.autres:
        memes_jours = _se_recouvrent(autre.periode, Periode(dossier.du, dossier.au))
        if memes_jours and (toutes or autre.certifications is None or certifications & autre.certifications
                            or dossier.blocs & autre.blocs):
            return (
                f"{dossier.organisme} est déjà habilité par ce centre pour cela : demandez le renouvellement de cette "
                "habilitation, ou limitez la portée de celle-ci."
            )
    return None


def _se_recouvrent(a: Periode, b: Periode) -> bool:
    avant = a.au is not None and b.du is not None and a.au < b.du
    apres = b.au is not None and a.du is not None and b.au < a.du
    return not avant and not apres


# --- le suivi --------------------------------------------------------------------------------------------------------


@rule("HAB-05", field="motif", source=_CHAPITRE)
def date_et_motif(s: SuiteFacts) -> tuple[Constat, ...]:
    """Une suspension ou un retrait porte une date, dans le temps de l'habilitation, et un motif."""
    constats = []
    if s.le is None:
        constats.append(Constat("le", "Indiquez la date d'effet."))
    elif s.depuis is not None and s.le <= s.depuis:
        constats.append(Constat("le", f"La date d'effet doit suivre le {s.depuis:%d/%m/%Y}."))
    elif s.au is not None and s.le > s.au:
        constats.append(Constat("le", f"L'habilitation prend fin le {s.au:%d/%m/%Y}."))
    if not s.motif.strip():
        constats.append(Constat("motif", "Indiquez le motif."))
    return tuple(constats)


@rule("HAB-05", field="etat", source=_CHAPITRE)
def habilitation_accordee(s: SuiteFacts) -> str | None:
    """On ne suspend que ce qui est accordé."""
    if s.etat is EtatHabilitation.ACCORDEE:
        return None
    return f"Cette habilitation n'est pas en vigueur : {s.etat.libelle.lower()}."


@rule("HAB-05", field="etat", source=_CHAPITRE)
def habilitation_suspendue(s: SuiteFacts) -> str | None:
    """On ne lève qu'une suspension en cours."""
    if s.etat is EtatHabilitation.SUSPENDUE:
        return None
    return "Cette habilitation n'est pas suspendue."


@rule("HAB-05", field="etat", source=_CHAPITRE)
def habilitation_a_retirer(s: SuiteFacts) -> str | None:
    """On retire ce qui est accordé ou suspendu, une fois ; les inscriptions d'avant le retrait continuent."""
    if s.etat in (EtatHabilitation.ACCORDEE, EtatHabilitation.SUSPENDUE):
        return None
    return f"Cette habilitation ne peut pas être retirée : {s.etat.libelle.lower()}."


# --- la liste nationale ----------------------------------------------------------------------------------------------


@rule("FC-02", field="avise_le", source="Code du travail, R6113-16-5", gravite=Gravite.ALERTE)
def avis_sous_deux_mois(a: AvisFacts) -> str | None:
    """Tout changement des habilitations est porté à la connaissance de France compétences sous deux mois."""
    donne = a.avise_le or a.deja_avise_le
    if (donne or a.aujourd_hui) <= a.echeance:
        return None
    return f"France compétences devait être avisée le {a.echeance:%d/%m/%Y} au plus tard."


@rule("FC-02", field="avise_le", source="Code du travail, R6113-16-5")
def avis_donne_une_fois(a: AvisFacts) -> str | None:
    """Un avis est donné à une date passée ou d'aujourd'hui, une seule fois."""
    if a.deja_avise_le is not None:
        return f"France compétences a déjà été avisée le {a.deja_avise_le:%d/%m/%Y}."
    if a.avise_le is None:
        return "Indiquez la date à laquelle France compétences a été avisée."
    if a.avise_le > a.aujourd_hui:
        return "L'avis serait donné dans l'avenir."
    return None


DEMANDE_HABILITATION = (demande_recue, portee_sur_la_liste)
INSTRUCTION_HABILITATION = (dossier_a_instruire,)
ETAPES_HABILITATION = (visite_avec_compte_rendu, etape_apres_la_demande)
DECISION_HABILITATION = (decision_dite, douze_indicateurs_satisfaits, motif_par_indicateur, date_d_effet, une_seule_a_la_fois)
REPRISE_HABILITATION = (decision_dite, date_d_effet, une_seule_a_la_fois)
SUSPENSION_HABILITATION = (habilitation_accordee, date_et_motif)
LEVEE_HABILITATION = (habilitation_suspendue, date_et_motif)
RETRAIT_HABILITATION = (habilitation_a_retirer, date_et_motif)
AVIS_HABILITATIONS = (avis_sous_deux_mois, avis_donne_une_fois)
