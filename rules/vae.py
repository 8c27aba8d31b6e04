"""Validation des acquis de l'expérience : l'inscription, les phases, la commission, les délais (partie 2, chap. 2, § 2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from rules import parametres
from rules.faits import InscriptionFacts
from rules.nomenclatures import VOIES_VAE, ConclusionVae, EtatInscription, Famille, Recevabilite, Voie
from rules.noyau import Constat, Gravite, rule
from rules.parametres import plus_mois

# --- à l'inscription -----------------------------------------------------------------------------------------------



@rule("VAE-01", field="voie", source="Glossaire, VAE")
def certification_enregistree(i: InscriptionFacts) -> str | None:
    """La VAE vise une certification « répertoriée au RNCP » le jour de l'inscription."""
    if i.voie != Voie.VAE or i.certification is None or i.date_inscription is None:
        return None
    if i.certification.enregistree_au_rncp(i.date_inscription):
        return None
    return (
        f"{i.certification.identifiant} n'est pas enregistrée au RNCP le {i.date_inscription:%d/%m/%Y} : "
        "la VAE n'y donne pas accès (voir la VAE de branche)."
    )


@rule("VAE-02", field="experience", source="Glossaire, VAE de branche")
def experience_exigee(i: InscriptionFacts) -> str | None:
    """La VAE de branche vise CQPM et CCPM, avec une expérience en lien avec la certification."""
    if i.voie != Voie.VAE_BRANCHE:
        return None
    if i.certification is not None and i.certification.famille not in (Famille.CQPM, Famille.CCPM):
        return f"La VAE de branche vise les CQPM et les CCPM, non {i.certification.identifiant}."
    if not i.experience:
        return "VAE de branche : décrivez l'expérience professionnelle en lien avec la certification visée."
    return None


@rule("VAE-03", field="date_recevabilite", source="Partie 2, chap. 2, § 2.A")
def recevabilite_exigee(i: InscriptionFacts) -> str | None:
    """Le centre inscrit « dès réception [du] dossier de recevabilité » : sa date est donnée."""
    if i.voie != Voie.VAE or i.date_recevabilite is not None:
        return None
    return "VAE : indiquez la date de réception du dossier de recevabilité (CERFA 12818*02)."


# --- le déroulement ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommissionValidationFacts:
    """Une commission de validation : sa date et ses membres (nom, représente le centre, préside)."""

    tenue_le: dt.date
    membres: tuple[tuple[str, bool, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class VaeFacts:
    """Une VAE et ses phases, telles qu'écrites ou telles qu'un acte voudrait les écrire.

    `dossier_complet_le` : le jour d'où courent les deux mois ; `deliberation` : le jury a ouvert la délibération, la
    synthèse ne change plus ; `date_jury`, `pv_signe` : le jury auquel le candidat est présenté. `decision_dite` : la
    décision déjà notifiée, que l'acte jugé voudrait changer.
    """

    nom: str
    voie: str
    etat: EtatInscription
    date_inscription: dt.date
    aujourd_hui: dt.date
    entreprise_id: int | None = None
    collectif_entreprise_id: int | None = None
    accueil_le: dt.date | None = None
    dossier_complet_le: dt.date | None = None
    recevabilite: Recevabilite | None = None
    decidee_le: dt.date | None = None
    motif: str = ""
    notifiee_le: dt.date | None = None
    livret2_recu_le: dt.date | None = None
    commission: CommissionValidationFacts | None = None
    conclusion: ConclusionVae | None = None
    resultat_dit_le: dt.date | None = None
    date_jury: dt.date | None = None
    deliberation: bool = False
    pv_signe: bool = False
    decision_dite: Recevabilite | None = None

    @property
    def collective(self) -> bool:
        """Vrai pour une VAE de branche collective en entreprise : elle n'a pas de phase d'accueil."""
        return self.collectif_entreprise_id is not None

    @property
    def recevable(self) -> bool:
        """Vrai si la demande est recevable, par décision ou par le silence gardé deux mois."""
        return self.recevabilite in (Recevabilite.FAVORABLE, Recevabilite.REPUTEE)

    @property
    def decider_avant(self) -> dt.date | None:
        """Le dernier jour pour décider et le dire : deux mois après le dossier complet (VAE-06)."""
        if self.dossier_complet_le is None:
            return None
        return plus_mois(self.dossier_complet_le, parametres.DELAI_RECEVABILITE.au(self.dossier_complet_le))

    @property
    def dire_le_resultat_avant(self) -> dt.date | None:
        """Le dernier jour pour dire le résultat : quinze jours après le passage devant le jury (VAE-06)."""
        if self.date_jury is None or not self.pv_signe:
            return None
        return self.date_jury + dt.timedelta(days=parametres.DELAI_RESULTAT_VAE.au(self.date_jury))

    @property
    def reputee_depuis(self) -> dt.date | None:
        """Le jour depuis lequel le silence gardé vaut recevabilité ; rien tant que le délai court, ou hors VAE de droit.

        Le Code du travail ne le dit que de la VAE d'une certification enregistrée au RNCP ; pour la VAE de branche,
        les deux mois sont un objectif (décision 017).
        """
        if self.voie != Voie.VAE or self.recevabilite is not None or self.decider_avant is None:
            return None
        lendemain = self.decider_avant + dt.timedelta(days=1)
        return lendemain if lendemain <= self.aujourd_hui else None


@dataclass(frozen=True, slots=True)
class EcheanceVae:
    """Ce qu'une VAE attend avant une date : le clerc le voit dès le premier jour."""

    quoi: str
    avant: dt.date
    en_retard: bool


def echeance(v: VaeFacts) -> EcheanceVae | None:
    """La prochaine échéance d'une VAE ; rien quand aucun délai ne court."""
    if v.pv_signe:
        quoi, avant = "dire le résultat au candidat", None if v.resultat_dit_le else v.dire_le_resultat_avant
    elif v.etat is not EtatInscription.OUVERTE or v.notifiee_le is not None:
        return None
    else:
        quoi = "décider de la recevabilité" if v.recevabilite is None else "notifier la décision de recevabilité"
        avant = v.decider_avant
    return EcheanceVae(quoi, avant, v.aujourd_hui > avant) if avant is not None else None


@dataclass(frozen=True, slots=True)
class PhaseVae:
    """Une phase sur le chemin d'une VAE : faite à une date, ou ce qu'elle attend."""

    code: str
    libelle: str
    fait: bool
    le: dt.date | None
    detail: str


def chemin(v: VaeFacts) -> tuple[PhaseVae, ...]:
    """Les phases d'une VAE dans l'ordre du dispositif ; après un refus de recevabilité, il n'y en a plus."""
    phases = [] if v.collective else [PhaseVae("accueil", "Accueil", v.accueil_le is not None, v.accueil_le, "à noter")]
    limite = f"avant le {v.decider_avant:%d/%m/%Y}" if v.decider_avant else "deux mois après le dossier"
    phases += [
        PhaseVae("dossier", "Dossier de recevabilité", v.dossier_complet_le is not None, v.dossier_complet_le, "à recevoir"),
        PhaseVae("decision", v.recevabilite.libelle if v.recevabilite else "Recevabilité", v.recevabilite is not None,
                 v.decidee_le, f"à décider {limite}"),
        PhaseVae("notification", "Notification", v.notifiee_le is not None, v.notifiee_le, f"à dire {limite}"),
    ]
    if v.recevabilite is Recevabilite.DEFAVORABLE:
        return tuple(phases)
    tenue = v.commission.tenue_le if v.commission else None
    limite = f"avant le {v.dire_le_resultat_avant:%d/%m/%Y}" if v.dire_le_resultat_avant else "quinze jours après le jury"
    return (
        *phases,
        PhaseVae("livret2", "Livret 2", v.livret2_recu_le is not None, v.livret2_recu_le, "à recevoir"),
        PhaseVae("commission", "Commission de validation", v.commission is not None, tenue, "à constituer"),
        PhaseVae("conclusion", v.conclusion.libelle if v.conclusion else "Conclusions", v.conclusion is not None,
                 tenue if v.conclusion else None, "à rendre au jury"),
        PhaseVae("jury", "Jury", v.pv_signe, v.date_jury, "à présenter"),
        PhaseVae("resultat", "Résultat dit", v.resultat_dit_le is not None, v.resultat_dit_le, limite),
    )


def prochaine_phase(v: VaeFacts) -> PhaseVae | None:
    """La première phase qui reste à mener ; rien quand tout est fait, ou que l'inscription n'est plus ouverte ni jugée."""
    if v.etat is EtatInscription.ANNULEE:
        return None
    return next((p for p in chemin(v) if not p.fait), None)


@rule("VAE-04", field="phase", source="Partie 2, chap. 2, § 2")
def vae_en_cours(v: VaeFacts) -> str | None:
    """Les phases se mènent sur une inscription ouverte, avant que le jury ne délibère."""
    if v.voie not in VOIES_VAE:
        return f"{v.nom} : cette inscription n'est pas une validation des acquis de l'expérience."
    if v.etat is not EtatInscription.OUVERTE:
        return f"{v.nom} : l'inscription n'est plus ouverte ({v.etat.libelle.lower()})."
    if v.deliberation:
        return f"{v.nom} : la délibération du jury est ouverte, les phases de la VAE ne changent plus."
    return None


_DATES = (
    ("accueil_le", "l'accueil"), ("dossier_complet_le", "la réception du dossier complet"),
    ("decidee_le", "la décision de recevabilité"), ("notifiee_le", "la notification"),
    ("livret2_recu_le", "la réception du livret 2"), ("resultat_dit_le", "l'annonce du résultat"),
)


@rule("VAE-04", field="phase", source="Partie 2, chap. 2, § 2.B")
def phases_deja_venues(v: VaeFacts) -> tuple[Constat, ...]:
    """On note ce qui a eu lieu : aucune phase n'est datée d'un jour à venir."""
    return tuple(
        Constat(champ, f"{nom[:1].upper()}{nom[1:]} est datée du {jour:%d/%m/%Y}, qui n'est pas venu.")
        for champ, nom in _DATES
        if (jour := getattr(v, champ)) is not None and jour > v.aujourd_hui
    )


@rule("VAE-04", field="accueil_le", source="Partie 2, chap. 2, § 2.B, 1")
def accueil_avant_la_decision(v: VaeFacts) -> str | None:
    """« Une phase d'accueil, d'information-orientation du candidat (sauf VAE de branche collective en entreprise) »."""
    if v.collective:
        return "VAE de branche collective en entreprise : la phase d'accueil n'a pas lieu." if v.accueil_le else None
    if v.decidee_le is None or v.recevabilite is Recevabilite.REPUTEE:
        return None
    if v.accueil_le is None:
        return "L'accueil du candidat (information, orientation) vient avant la décision de recevabilité : notez-le."
    if v.accueil_le > v.decidee_le:
        return f"L'accueil précède la décision de recevabilité, prise le {v.decidee_le:%d/%m/%Y}."
    return None


@rule("VAE-04", field="decidee_le", source="Partie 2, chap. 2, § 2.A et B, 2")
def decision_apres_le_dossier(v: VaeFacts) -> str | Constat | None:
    """« Au terme de l'instruction du dossier de recevabilité » (CERFA 12818*02) : il est reçu avant qu'on décide."""
    if v.decidee_le is None:
        return None
    if v.dossier_complet_le is None:
        return Constat("dossier_complet_le", "Le dossier de recevabilité (CERFA 12818*02) n'est pas noté reçu.")
    if v.decidee_le < v.dossier_complet_le:
        return f"La décision précède le dossier complet, reçu le {v.dossier_complet_le:%d/%m/%Y}."
    return None


@rule("VAE-04", field="motif", source="Partie 2, chap. 2, § 2.A")
def refus_motive(v: VaeFacts) -> str | None:
    """« le candidat VAE est informé de la suite donnée à son projet » : un refus dit pourquoi."""
    if v.recevabilite is not Recevabilite.DEFAVORABLE or v.motif.strip():
        return None
    return "Décision défavorable : écrivez le motif qui sera dit au candidat."


@rule("VAE-04", field="recevabilite", source="Partie 2, chap. 2, § 2.A")
def decision_dite_ne_change_plus(v: VaeFacts) -> str | None:
    """Une décision notifiée au candidat ne se change pas ; il dépose un nouveau dossier, ou un recours."""
    if v.decision_dite is None:
        return None
    return f"{v.nom} : la décision ({v.decision_dite.libelle.lower()}) est déjà notifiée au candidat, elle ne change plus."


@rule("VAE-04", field="notifiee_le", source="Partie 2, chap. 2, § 2.A")
def notification_apres_la_decision(v: VaeFacts) -> str | None:
    """On notifie une décision prise."""
    if v.notifiee_le is None:
        return None
    if v.decidee_le is None:
        return "La recevabilité n'est pas décidée : il n'y a rien à notifier."
    if v.notifiee_le < v.decidee_le:
        return f"La notification précède la décision, prise le {v.decidee_le:%d/%m/%Y}."
    return None


@rule("VAE-04", field="livret2_recu_le", source="Partie 2, chap. 2, § 2.B")
def livret2_apres_la_recevabilite(v: VaeFacts) -> str | None:
    """Le dossier de preuves (livret 2) vient « sur la base de la recevabilité déclarée en amont au candidat »."""
    if v.livret2_recu_le is None:
        return None
    if v.recevabilite is None:
        return "La recevabilité n'est pas décidée : le livret 2 vient après."
    if not v.recevable:
        return "La demande n'est pas recevable : il n'y a pas de livret 2."
    if v.notifiee_le is None:
        return "La décision de recevabilité n'est pas notifiée au candidat : le livret 2 vient après."
    if v.livret2_recu_le < v.notifiee_le:
        return f"Le livret 2 précède la notification de la recevabilité, faite le {v.notifiee_le:%d/%m/%Y}."
    return None


@rule("VAE-04", field="commission", source="Partie 2, chap. 2, § 2.B")
def commission_apres_le_livret2(v: VaeFacts) -> str | None:
    """La commission de validation « s'organise sur la base » de la recevabilité et du livret 2."""
    if v.commission is None:
        return None
    if v.recevabilite is Recevabilite.DEFAVORABLE:
        return "La demande n'est pas recevable : ni commission de validation, ni jury."
    if v.livret2_recu_le is None:
        return "Le livret 2 n'est pas reçu : la commission de validation vient après."
    if v.commission.tenue_le < v.livret2_recu_le:
        return f"La commission de validation précède le livret 2, reçu le {v.livret2_recu_le:%d/%m/%Y}."
    return None


@rule("INS-04", field="commission", source="Partie 2, chap. 2")
def inscription_avant_la_commission(v: VaeFacts) -> str | None:
    """« inscription préalable du candidat » à toute évaluation."""
    if v.commission is None or v.commission.tenue_le >= v.date_inscription:
        return None
    return f"La commission de validation précède l'inscription du {v.date_inscription:%d/%m/%Y}."


@rule("VAE-04", field="collectif", source="Partie 2, chap. 2, § 2.B, 1")
def collectif_d_une_entreprise(v: VaeFacts) -> str | None:
    """« VAE de branche collective en entreprise » : la VAE de branche de salariés de cette entreprise."""
    if not v.collective:
        return None
    if v.voie != Voie.VAE_BRANCHE:
        return f"{v.nom} : seule une VAE de branche peut être collective."
    if v.entreprise_id != v.collectif_entreprise_id:
        return f"{v.nom} n'est pas salarié de l'entreprise de cette VAE collective."
    return None


@rule("VAE-06", field="decidee_le", source="Code du travail, art. R. 6412-4", gravite=Gravite.ALERTE)
def decision_dans_les_deux_mois(v: VaeFacts) -> str | None:
    """« notifie sa décision dans les deux mois qui suivent la réception du dossier […] complet »."""
    if v.decidee_le is None or v.decider_avant is None or v.decidee_le <= v.decider_avant:
        return None
    return f"{v.nom} : décision due le {v.decider_avant:%d/%m/%Y} au plus tard, prise le {v.decidee_le:%d/%m/%Y}."


@rule("VAE-06", field="recevabilite", source="Code du travail, art. R. 6412-4")
def silence_vaut_recevabilite(v: VaeFacts) -> str | None:
    """Passé deux mois sans décision, la demande est réputée recevable : il n'est plus temps de la refuser."""
    if v.voie != Voie.VAE or v.recevabilite is not Recevabilite.DEFAVORABLE:
        return None
    if v.decidee_le is None or v.decider_avant is None or v.decidee_le <= v.decider_avant:
        return None
    return (
        f"{v.nom} : le délai a pris fin le {v.decider_avant:%d/%m/%Y} sans décision, la demande est réputée recevable."
    )


@rule("VAE-06", field="recevabilite", source="Code du travail, art. R. 6412-4")
def reputee_apres_le_delai(v: VaeFacts) -> str | None:
    """Une demande n'est réputée recevable qu'au terme des deux mois, et en VAE d'une certification du RNCP."""
    if v.recevabilite is not Recevabilite.REPUTEE:
        return None
    if v.voie != Voie.VAE:
        return f"{v.nom} : en VAE de branche, le silence ne vaut pas décision ; décidez."
    if v.decidee_le is not None and v.decider_avant is not None and v.decidee_le <= v.decider_avant:
        return f"{v.nom} : le délai court jusqu'au {v.decider_avant:%d/%m/%Y}, la demande n'est pas réputée recevable."
    return None


@rule("VAE-06", field="notifiee_le", source="Code du travail, art. R. 6412-4", gravite=Gravite.ALERTE)
def notification_dans_les_deux_mois(v: VaeFacts) -> str | None:
    """La décision se dit au candidat dans le même délai de deux mois."""
    if v.notifiee_le is None or v.decider_avant is None or v.notifiee_le <= v.decider_avant:
        return None
    return f"{v.nom} : notification due le {v.decider_avant:%d/%m/%Y} au plus tard, faite le {v.notifiee_le:%d/%m/%Y}."


# --- la commission de validation et ses conclusions ----------------------------------------------------------------


@rule("VAE-05", field="membres", source="Partie 2, chap. 2, § 2.B")
def commission_presidee_par_le_centre(c: CommissionValidationFacts) -> tuple[Constat, ...]:
    """« Le représentant de l'UIMM territoriale Centre de certification préside la commission de validation »."""
    constats = []
    presidents = [(nom, du_centre) for nom, du_centre, preside in c.membres if preside]
    if not presidents:
        constats.append(Constat("membres", "La commission de validation n'a pas de président : désignez le représentant du centre."))
    elif len(presidents) > 1:
        constats.append(Constat("membres", "Une commission a un seul président : " + ", ".join(n for n, _ in presidents) + "."))
    constats += [
        Constat("membres", f"{nom} ne peut présider : le président est le représentant du centre.")
        for nom, du_centre in presidents if not du_centre
    ]
    minimum = parametres.MEMBRES_VALIDATION.au(c.tenue_le)
    if len(c.membres) < minimum:
        constats.append(Constat("membres", f"La commission de validation compte au moins {minimum} membres ; elle en a {len(c.membres)}."))
    return tuple(constats)


@dataclass(frozen=True, slots=True)
class CompetenceConclue:
    """Une compétence de la cible et ce que la commission en conclut ; `bloc` vide pour un CCPM."""

    code: str
    bloc: str
    acquise: bool


@dataclass(frozen=True, slots=True)
class ConclusionFacts:
    """Les conclusions qu'un président veut rendre au jury (partie 2, chapitre 2, § 2.B).

    `rncp` : la certification y est enregistrée, les blocs se valident chacun.
    """

    vae: VaeFacts
    conclusion: ConclusionVae | None
    competences: tuple[CompetenceConclue, ...]
    rncp: bool

    @property
    def par_bloc(self) -> bool:
        """Vrai si la validation partielle se dit par blocs entiers : un CQPM enregistré au RNCP."""
        return self.rncp and any(c.bloc for c in self.competences)

    @property
    def valides(self) -> tuple[str, ...]:
        """Ce qui est validé, par son numéro : les blocs entiers d'un CQPM du RNCP, sinon les compétences acquises."""
        if self.par_bloc:
            return blocs_valides(self.competences)
        return tuple(c.code for c in self.competences if c.acquise)


def blocs_valides(competences: Iterable[CompetenceConclue]) -> tuple[str, ...]:
    """Les blocs dont toutes les compétences de la cible sont acquises, dans leur ordre."""
    par_bloc: dict[str, bool] = {}
    for c in competences:
        if c.bloc:
            par_bloc[c.bloc] = par_bloc.get(c.bloc, True) and c.acquise
    return tuple(bloc for bloc, acquis in par_bloc.items() if acquis)


@rule("VAE-05", field="commission", source="Partie 2, chap. 2, § 2.B")
def conclusion_d_une_commission_tenue(c: ConclusionFacts) -> str | None:
    """« A l'issue, le Président rend ses conclusions » : la commission s'est tenue, présidée et composée."""
    if c.vae.commission is None:
        return f"{c.vae.nom} : aucune commission de validation n'a examiné ce dossier."
    if c.vae.commission.tenue_le > c.vae.aujourd_hui:
        return f"La commission se tient le {c.vae.commission.tenue_le:%d/%m/%Y} : elle ne peut avoir conclu."
    return None


@rule("VAE-05", field="conclusion", source="Partie 2, chap. 2, § 2.B")
def conclusion_nomme_ce_qui_est_valide(c: ConclusionFacts) -> str | None:
    """« conclusions de validation partielle ou totale » : partielle, elle nomme les blocs ou compétences validés."""
    if c.conclusion is None:
        return "Choisissez la conclusion : validation totale, partielle, ou aucune."
    restent = [x.code for x in c.competences if not x.acquise]
    if c.conclusion is ConclusionVae.TOTALE:
        return f"Validation totale : toutes les compétences sont acquises ; restent {', '.join(restent)}." if restent else None
    if c.conclusion is ConclusionVae.AUCUNE:
        return f"Aucune validation : {', '.join(c.valides)} ne peut être acquis en même temps." if c.valides else None
    if c.competences and not restent:
        return "Toutes les compétences sont acquises : la validation est totale."
    if not c.valides:
        return f"Validation partielle : nommez au moins {'un bloc de compétences entier' if c.par_bloc else 'une compétence'}."
    return None


# --- devant le jury, et après --------------------------------------------------------------------------------------


@rule("VAE-05", field="vae", source="Partie 2, chap. 2, § 2.B")
def vae_menee_avant_le_jury(v: VaeFacts) -> str | None:
    """Recevable, et conclue par la commission : le président rend ses conclusions « au jury paritaire de délibération »."""
    if v.voie not in VOIES_VAE:
        return None
    if v.recevabilite is Recevabilite.DEFAVORABLE:
        return f"{v.nom} : la VAE n'est pas recevable, il n'y a pas de jury."
    if v.conclusion is None:
        return f"{v.nom} : la commission de validation n'a pas rendu ses conclusions."
    return None


@rule("VAE-05", field="commission", source="Partie 2, chap. 2, § 2.B")
def commission_avant_le_jury(v: VaeFacts) -> str | None:
    """La commission rend ses conclusions au jury : elle le précède."""
    if v.commission is None or v.date_jury is None or v.commission.tenue_le <= v.date_jury:
        return None
    return (
        f"{v.nom} : la commission de validation du {v.commission.tenue_le:%d/%m/%Y} suit le jury du "
        f"{v.date_jury:%d/%m/%Y}."
    )


@rule("VAE-06", field="resultat_dit_le", source="Code du travail, art. R. 6412-7")
def resultat_apres_le_jury(v: VaeFacts) -> str | None:
    """On dit le résultat que le procès-verbal signé a arrêté."""
    if v.resultat_dit_le is None:
        return None
    if v.date_jury is None or not v.pv_signe:
        return f"{v.nom} : le procès-verbal du jury n'est pas signé, il n'y a pas de résultat à dire."
    if v.resultat_dit_le < v.date_jury:
        return f"Le résultat ne peut être dit avant le jury du {v.date_jury:%d/%m/%Y}."
    if v.resultat_dit_le > v.aujourd_hui:
        return f"L'annonce du résultat est datée du {v.resultat_dit_le:%d/%m/%Y}, qui n'est pas venu."
    return None


@rule("VAE-06", field="resultat_dit_le", source="Code du travail, art. R. 6412-7", gravite=Gravite.ALERTE)
def resultat_dans_les_quinze_jours(v: VaeFacts) -> str | None:
    """« dans les quinze jours qui suivent le passage devant le jury »."""
    limite = v.dire_le_resultat_avant
    if v.resultat_dit_le is None or limite is None or v.resultat_dit_le <= limite:
        return None
    return f"{v.nom} : résultat dû le {limite:%d/%m/%Y} au plus tard, dit le {v.resultat_dit_le:%d/%m/%Y}."


PHASES = (
    vae_en_cours,
    phases_deja_venues,
    collectif_d_une_entreprise,
    accueil_avant_la_decision,
    decision_apres_le_dossier,
    refus_motive,
    decision_dite_ne_change_plus,
    notification_apres_la_decision,
    livret2_apres_la_recevabilite,
    commission_apres_le_livret2,
    inscription_avant_la_commission,
    silence_vaut_recevabilite,
    reputee_apres_le_delai,
    decision_dans_les_deux_mois,
    notification_dans_les_deux_mois,
)
COMMISSION_VALIDATION = (commission_presidee_par_le_centre,)
CONCLUSION = (conclusion_d_une_commission_tenue, conclusion_nomme_ce_qui_est_valide)
DEVANT_LE_JURY = (vae_menee_avant_le_jury, commission_avant_le_jury)
RESULTAT = (resultat_apres_le_jury, resultat_dans_les_quinze_jours)
