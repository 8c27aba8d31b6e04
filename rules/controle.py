"""Les portes : le formulaire, l'import et le contrôle passent par la même, `evaluate(règles, faits)`.

Traduit aussi le refus de la base — nom d'une contrainte ou code d'un déclencheur — en violation lisible, sans
jamais montrer de SQL ni de donnée.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import Base
from rules.attribution import ATTRIBUTION
from rules.collecte import inscriptions_facts
from rules.convocation import CHEMIN, CheminFacts
from rules.demande import (
    ABANDON,
    COMPLETUDE,
    CORRECTION,
    DEPOT_DE_DEMANDE,
    RECONNAISSANCE,
    RENVOI,
    DemandeFacts,
    demande_modifiable,
)
from rules.evaluation import (
    ACQUIS,
    AVIS,
    COMMISSION,
    DOSSIER,
    NOTE,
    AcquisFacts,
    AvisDonne,
    CommissionFacts,
    DossierFacts,
    NoteFacts,
)
from rules.faits import (
    AmenagementFacts,
    AttributionFacts,
    CandidatureFacts,
    EtablissementFacts,
    InscriptionFacts,
    JuryFacts,
    LienFacts,
    PresentationFacts,
    SiegeFacts,
    SignatureFacts,
)
from rules.formulation import PUBLICATION as PUBLICATION_DE_FORMULATION
from rules.formulation import FormulationFacts
from rules.francecompetences import ENREGISTREMENT, EnregistrementFacts
from rules.gtp import (
    CLOTURE_DE_SEANCE,
    DATE_DE_SEANCE,
    DECISION_SUR_DEMANDE,
    ORDRE_DU_JOUR,
    PREPARATION,
    PUBLICATION,
    VOTE_DU_GTP,
    DecisionGtpFacts,
    InscriptionAuPointFacts,
    PublicationFacts,
    SeanceFacts,
)
from rules.habilitation import (
    AVIS_HABILITATIONS,
    DECISION_HABILITATION,
    DEMANDE_HABILITATION,
    ETAPES_HABILITATION,
    INSTRUCTION_HABILITATION,
    LEVEE_HABILITATION,
    REPRISE_HABILITATION,
    RETRAIT_HABILITATION,
    SUSPENSION_HABILITATION,
    AvisFacts,
    DecisionFacts,
    DossierHabilitation,
    SuiteFacts,
    portee_sur_la_liste,
)
from rules.inscription import AMENAGEMENT, ETABLISSEMENT, INSCRIPTION
from rules.jury import (
    CANDIDATURE,
    CLOTURE,
    COMPOSITION,
    DATE_DU_JURY,
    DECISION,
    DELIBERATION,
    EMARGEMENT,
    LIEN,
    OUVERTURE,
    PRESIDENCE,
    SIGNATURE,
    VOTANT,
    VOTE,
)
from rules.liste import CERTIFICATION_LISTEE, CertificationListeeFacts
from rules.nomenclatures import DecisionHabilitation, EtatReferentiel
from rules.noyau import EnLot, Gravite, Violation, bloquantes, evaluate
from rules.parcours_candidat import PRESENTATION, ParcoursFacts, juger_la_presentation
from rules.piece import DEPOT, RETRAIT, PieceFacts
from rules.rectification import (
    CHANGEMENT,
    OUVERTURE_RECTIFICATIF,
    SIGNATURE_RECTIFICATIF,
    ChangementFacts,
    RectificatifFacts,
    rectifiee,
)
from rules.referentiel import (
    DECISION_DU_GTP,
    MODIFICATION,
    SAISIE,
    SOUMISSION,
    VERSION_NOUVELLE,
    DecisionDeVersion,
    VersionFacts,
)
from rules.vae import (
    COMMISSION_VALIDATION,
    CONCLUSION,
    DEVANT_LE_JURY,
    PHASES,
    RESULTAT,
    CommissionValidationFacts,
    ConclusionFacts,
    VaeFacts,
)


class Refus(Exception):
    """Une ou plusieurs règles refusent l'écriture ; rien n'a été écrit."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__("; ".join(v.code for v in violations))
        self.violations = tuple(violations)


def inscription(faits: InscriptionFacts) -> tuple[Violation, ...]:
    """Juge une inscription : formulaire, ligne de fichier ou ligne déjà en base."""
    return evaluate(INSCRIPTION, faits)


def inscriptions_en_lot() -> EnLot:
    """Les mêmes règles que `inscription`, sur des lignes en colonnes (une colonne par champ d'`InscriptionFacts`)."""
    return EnLot(INSCRIPTION)


def certification_listee(faits: CertificationListeeFacts) -> tuple[Violation, ...]:
    """Juge une certification de la liste, reprise ou saisie (REF-04, REF-07, REF-08)."""
    return evaluate(CERTIFICATION_LISTEE, faits)


def enregistrement(faits: EnregistrementFacts) -> tuple[Violation, ...]:
    """Juge un enregistrement au RNCP ou au RS et ses codes de blocs (ENR-01 à ENR-03, FC-03)."""
    return evaluate(ENREGISTREMENT, faits)


def amenagement(faits: AmenagementFacts) -> tuple[Violation, ...]:
    """Juge une compensation du handicap (INS-14)."""
    return evaluate(AMENAGEMENT, faits)


def etablissement(faits: EtablissementFacts) -> tuple[Violation, ...]:
    """Juge les numéros d'une entreprise ou d'un organisme de formation (INS-11)."""
    return evaluate(ETABLISSEMENT, faits)


def note(faits: NoteFacts) -> tuple[Violation, ...]:
    """Juge ce qu'on note d'une compétence : page, grille ou ligne de fichier (EVA-01, EVA-02, EVA-05, INS-04)."""
    return evaluate(NOTE, faits)


def commission(faits: CommissionFacts) -> tuple[Violation, ...]:
    """Juge une commission d'évaluation (EVA-02)."""
    return evaluate(COMMISSION, faits)


def avis(faits: AvisDonne) -> tuple[Violation, ...]:
    """Juge l'avis d'une entreprise (EVA-03)."""
    return evaluate(AVIS, faits)


def dossier(faits: DossierFacts) -> tuple[Violation, ...]:
    """Ce qui manque à un dossier d'évaluation pour être présenté à un jury (EVA-03 à EVA-05)."""
    return evaluate(DOSSIER, faits)


def acquis(faits: AcquisFacts) -> tuple[Violation, ...]:
    """Juge la reprise d'un acquis antérieur (ATT-04)."""
    return evaluate(ACQUIS, faits)


def candidature(faits: CandidatureFacts) -> tuple[Violation, ...]:
    """Juge la présentation d'une inscription à un jury (INS-04, INS-05)."""
    return evaluate(CANDIDATURE, faits)


def date_du_jury(faits: JuryFacts) -> tuple[Violation, ...]:
    """Juge la date d'un jury (JUR-12)."""
    return evaluate(DATE_DU_JURY, faits)


def composition(faits: JuryFacts) -> tuple[Violation, ...]:
    """Juge la composition d'un jury (JUR-03 à JUR-06)."""
    return evaluate(COMPOSITION, faits)


def composition_incomplete(message: str) -> tuple[Violation, ...]:
    """Ce qui manque dans la saisie d'un siège."""
    return (Violation("JUR-06", Gravite.BLOQUE, "sieges", message, "Partie 2, chap. 3, § 1"),)


def ouverture(faits: JuryFacts) -> tuple[Violation, ...]:
    """Juge l'ouverture d'une délibération (JUR-12)."""
    return evaluate(OUVERTURE, faits)


def chemin(faits: CheminFacts) -> tuple[Violation, ...]:
    """Juge ce qui devait précéder l'ouverture : désignations, convocations, information (JUR-01, JUR-02, JUR-07)."""
    return evaluate(CHEMIN, faits)


def deliberation(faits: JuryFacts) -> tuple[Violation, ...]:
    """On ne vote et ne motive que pendant la délibération (JUR-13)."""
    return evaluate(DELIBERATION, faits)


def votant(faits: SiegeFacts) -> tuple[Violation, ...]:
    """Juge qui vote (JUR-05, JUR-10)."""
    return evaluate(VOTANT, faits)


def lien(faits: LienFacts) -> tuple[Violation, ...]:
    """Juge qu'un siège peut recevoir un lien de vote (JUR-05, JUR-13)."""
    return evaluate(LIEN, faits)


def emargement(faits: LienFacts) -> tuple[Violation, ...]:
    """Juge qu'un membre peut dire sa présence de son appareil (JUR-05, JUR-12, JUR-13)."""
    return evaluate(EMARGEMENT, faits)


def presidence(faits: JuryFacts) -> tuple[Violation, ...]:
    """Juge qu'une séance ouverte a son président, présent (JUR-06, JUR-12)."""
    return evaluate(PRESIDENCE, faits)


def vote(faits: PresentationFacts) -> tuple[Violation, ...]:
    """Juge des votes (JUR-09)."""
    return evaluate(VOTE, faits)


def decision(faits: PresentationFacts) -> tuple[Violation, ...]:
    """Juge une décision (JUR-09, JUR-11)."""
    return evaluate(DECISION, faits)


def signature(faits: SignatureFacts) -> tuple[Violation, ...]:
    """Juge la signature d'un procès-verbal : décisions, décompte, président (JUR-09 à JUR-13)."""
    violations = [*evaluate(SIGNATURE, faits), *evaluate(CLOTURE, faits.jury)]
    for presentation in faits.jury.presentations:
        violations += evaluate(DECISION, presentation)
    return tuple(violations)


def ouverture_du_rectificatif(faits: RectificatifFacts) -> tuple[Violation, ...]:
    """Juge qu'un procès-verbal peut être rectifié (JUR-13)."""
    return evaluate(OUVERTURE_RECTIFICATIF, faits)


def changement(faits: ChangementFacts) -> tuple[Violation, ...]:
    """Juge une chose rectifiée (JUR-09, JUR-13)."""
    return evaluate(CHANGEMENT, faits)


def signature_du_rectificatif(faits: RectificatifFacts) -> tuple[Violation, ...]:
    """Juge la signature d'un rectificatif : ce qu'il change, qui l'approuve, qui le signe (JUR-10, JUR-11, JUR-13)."""
    violations = [*evaluate(SIGNATURE_RECTIFICATIF, faits)]
    for presentation in faits.presentations:
        violations += evaluate(DECISION, rectifiee(presentation, faits.changements, faits.raison))
    return tuple(violations)


def attribution(faits: AttributionFacts) -> tuple[Violation, ...]:
    """Juge l'attribution d'un certificat (ATT-01)."""
    return evaluate(ATTRIBUTION, faits)


def depot_de_demande(faits: DemandeFacts) -> tuple[Violation, ...]:
    """Juge une demande qu'on dépose (REF-01, REF-07, REF-13, SUP-01, SUP-02)."""
    return evaluate(DEPOT_DE_DEMANDE, faits)


def demande_a_modifier(faits: DemandeFacts) -> tuple[Violation, ...]:
    """Juge si le dossier d'une demande se modifie encore (REF-03)."""
    return demande_modifiable(faits)


def correction_de_demande(faits: DemandeFacts) -> tuple[Violation, ...]:
    """Juge un dossier réécrit (REF-03, REF-01, SUP-01)."""
    return evaluate(CORRECTION, faits)


def completude(faits: DemandeFacts) -> tuple[Violation, ...]:
    """Ce qui manque à un dossier pour être instruit (REF-02, SUP-01)."""
    return evaluate(COMPLETUDE, faits)


def reconnaissance(faits: DemandeFacts) -> tuple[Violation, ...]:
    """Juge la reconnaissance d'un dossier complet (REF-02, REF-03)."""
    return evaluate(RECONNAISSANCE, faits)


def renvoi_de_demande(faits: DemandeFacts) -> tuple[Violation, ...]:
    """Juge le renvoi d'un dossier à son porteur (REF-03)."""
    return evaluate(RENVOI, faits)


def abandon_de_demande(faits: DemandeFacts) -> tuple[Violation, ...]:
    """Juge l'abandon d'une demande (REF-03)."""
    return evaluate(ABANDON, faits)


def seance_en_preparation(faits: SeanceFacts) -> tuple[Violation, ...]:
    """Une séance close ou annulée ne change plus (GTP-01)."""
    return evaluate(PREPARATION, faits)


def date_de_seance(faits: SeanceFacts) -> tuple[Violation, ...]:
    """Juge la date d'une séance (GTP-01)."""
    return evaluate(DATE_DE_SEANCE, faits)


def inscription_a_l_ordre_du_jour(faits: InscriptionAuPointFacts) -> tuple[Violation, ...]:
    """Juge une demande qu'on met à l'ordre du jour (GTP-01)."""
    return evaluate(ORDRE_DU_JOUR, faits)


def vote_du_gtp(faits: DecisionGtpFacts) -> tuple[Violation, ...]:
    """Juge les votes d'un point (GTP-02)."""
    return evaluate(VOTE_DU_GTP, faits)


def decision_du_gtp(faits: DecisionGtpFacts) -> tuple[Violation, ...]:
    """Juge une décision du GTP (GTP-02, REF-03, REF-04)."""
    return evaluate(DECISION_SUR_DEMANDE, faits)


def cloture_de_seance(faits: SeanceFacts) -> tuple[Violation, ...]:
    """Juge la clôture d'une séance (GTP-01)."""
    return evaluate(CLOTURE_DE_SEANCE, faits)


def publication(faits: PublicationFacts) -> tuple[Violation, ...]:
    """Juge une publication dite faite (REF-12)."""
    return evaluate(PUBLICATION, faits)


def formulation(faits: FormulationFacts) -> tuple[Violation, ...]:
    """Juge une formulation à publier (FOR-01 à FOR-05)."""
    return evaluate(PUBLICATION_DE_FORMULATION, faits)


def piece_a_joindre(faits: PieceFacts) -> tuple[Violation, ...]:
    """Juge un fichier joint à un dossier (PIE-01 à PIE-07)."""
    return evaluate(DEPOT, faits)


def piece_a_retirer(faits: PieceFacts) -> tuple[Violation, ...]:
    """Juge le retrait d'une pièce (PIE-06)."""
    return evaluate(RETRAIT, faits)


def demande_d_habilitation(faits: DossierHabilitation) -> tuple[Violation, ...]:
    """Juge une demande d'habilitation et sa portée, tant qu'elle n'est pas décidée (HAB-01, HAB-02)."""
    return (*evaluate(INSTRUCTION_HABILITATION, faits), *evaluate(DEMANDE_HABILITATION, faits))


def saisie_depassee(champ: str) -> tuple[Violation, ...]:
    """Quelqu'un d'autre a écrit entre la lecture et l'enregistrement : on relit avant de choisir."""
    message = "Quelqu'un d'autre vient d'enregistrer ici : relisez, puis enregistrez de nouveau pour garder votre saisie."
    return (Violation("VERSION", Gravite.BLOQUE, champ, message, "choix de la console"),)


def instruction_d_habilitation(faits: DossierHabilitation) -> tuple[Violation, ...]:
    """Juge qu'un dossier s'instruit encore (HAB-02)."""
    return evaluate(INSTRUCTION_HABILITATION, faits)


def etapes_d_habilitation(faits: DossierHabilitation) -> tuple[Violation, ...]:
    """Juge les étapes d'une instruction ou d'un suivi, et leurs visites (HAB-03)."""
    return evaluate(ETAPES_HABILITATION, faits)


def decision_d_habilitation(faits: DecisionFacts) -> tuple[Violation, ...]:
    """Juge une décision d'habilitation : les douze indicateurs, les visites, la portée et ses dates (HAB-01 à HAB-03)."""
    dossier = (INSTRUCTION_HABILITATION, ETAPES_HABILITATION, DEMANDE_HABILITATION) if faits.decision is DecisionHabilitation.FAVORABLE else (INSTRUCTION_HABILITATION, ETAPES_HABILITATION)
    return (
        *(v for regles in dossier for v in evaluate(regles, faits.dossier)), *evaluate(DECISION_HABILITATION, faits)
    )


def habilitation_reprise(faits: DecisionFacts) -> tuple[Violation, ...]:
    """Juge une habilitation décidée avant la console : ses dates et sa portée, sans sa grille (HAB-01)."""
    return (*evaluate((portee_sur_la_liste,), faits.dossier), *evaluate(REPRISE_HABILITATION, faits))


def suspension(faits: SuiteFacts) -> tuple[Violation, ...]:
    """Juge la suspension d'une habilitation (HAB-05)."""
    return evaluate(SUSPENSION_HABILITATION, faits)


def levee(faits: SuiteFacts) -> tuple[Violation, ...]:
    """Juge la levée d'une suspension (HAB-05)."""
    return evaluate(LEVEE_HABILITATION, faits)


def retrait(faits: SuiteFacts) -> tuple[Violation, ...]:
    """Juge le retrait d'une habilitation (HAB-05)."""
    return evaluate(RETRAIT_HABILITATION, faits)


def phases_vae(faits: VaeFacts) -> tuple[Violation, ...]:
    """Juge les phases d'une VAE, leur ordre et leurs délais (VAE-04, VAE-06)."""
    return evaluate(PHASES, faits)


def phase_sans_personne(champ: str) -> tuple[Violation, ...]:
    """Une phase d'une VAE nomme qui l'a menée."""
    return (Violation("VAE-04", Gravite.BLOQUE, champ, "Indiquez qui a mené cette phase.", "Partie 2, chap. 2, § 2.B"),)


def delai_qui_court() -> tuple[Violation, ...]:
    """Une VAE décidée, ou dont le délai court encore, n'est pas réputée recevable."""
    return (
        Violation("VAE-06", Gravite.BLOQUE, "recevabilite",
                  "La demande est décidée, ou le délai de deux mois court encore : elle n'est pas réputée recevable.",
                  "Code du travail, art. R. 6412-4"),
    )


def commission_validation(faits: CommissionValidationFacts) -> tuple[Violation, ...]:
    """Juge la composition d'une commission de validation (VAE-05)."""
    return evaluate(COMMISSION_VALIDATION, faits)


def conclusion_vae(faits: ConclusionFacts) -> tuple[Violation, ...]:
    """Juge les conclusions d'une commission de validation (VAE-05)."""
    return evaluate(CONCLUSION, faits)


def presentation(faits: ParcoursFacts) -> tuple[Violation, ...]:
    """Juge la présentation d'un candidat à un jury : inscription, dossier, VAE (INS-04, INS-05, EVA-03 à EVA-05, VAE-05)."""
    return (*evaluate(PRESENTATION, faits), *juger_la_presentation(faits))


def presente(faits: ParcoursFacts) -> tuple[Violation, ...]:
    """Rejuge un candidat déjà présenté, contre la date de son jury."""
    return juger_la_presentation(faits)


def vae_devant_le_jury(faits: VaeFacts) -> tuple[Violation, ...]:
    """Juge qu'une VAE est menée assez loin pour un jury (VAE-05)."""
    return evaluate(DEVANT_LE_JURY, faits)


def resultat_vae(faits: VaeFacts) -> tuple[Violation, ...]:
    """Juge l'annonce du résultat d'une VAE au candidat (VAE-06)."""
    return evaluate(RESULTAT, faits)


def version_a_creer(etats: tuple[EtatReferentiel, ...]) -> tuple[Violation, ...]:
    """Juge la création d'une version, selon l'état de celles de la certification (REF-09)."""
    return evaluate(VERSION_NOUVELLE, etats)


def modification_de_version(faits: VersionFacts) -> tuple[Violation, ...]:
    """Seul un projet de référentiel se modifie (REF-09)."""
    return evaluate(MODIFICATION, faits)


def saisie_de_version(faits: VersionFacts) -> tuple[Violation, ...]:
    """Ce qu'un projet, même incomplet, ne peut pas contenir (REF-04, REF-11)."""
    return evaluate(SAISIE, faits)


def soumission(faits: VersionFacts) -> tuple[Violation, ...]:
    """Ce qui manque à un projet de référentiel pour être soumis (REF-02, REF-10)."""
    return evaluate(SOUMISSION, faits)


def decision_de_version(faits: DecisionDeVersion) -> tuple[Violation, ...]:
    """Juge une décision du GTP sur une version (REF-03, REF-06)."""
    return evaluate(DECISION_DU_GTP, faits)
def avis_a_france_competences(faits: AvisFacts) -> tuple[Violation, ...]:
    """Juge l'avis d'un changement donné à France compétences (FC-02)."""
    return evaluate(AVIS_HABILITATIONS, faits)


def exiger(violations: Sequence[Violation]) -> tuple[Violation, ...]:
    """Rend les alertes ; lève :class:`Refus` si une violation bloque."""
    refus = bloquantes(violations)
    if refus:
        raise Refus(refus)
    return tuple(violations)


def controler_inscriptions(session: Session, ids: Sequence[int], lot: int = 500) -> Iterator[tuple[int, Violation]]:
    """Relit des inscriptions déjà en base, par lots, et rend ce que les règles leur reprochent."""
    for debut in range(0, len(ids), lot):
        for identite, faits in inscriptions_facts(session, ids[debut : debut + lot]).items():
            for violation in inscription(faits):
                yield identite, violation


# Nom de contrainte ou de déclencheur → (code, champ, message, passage). Le reste est un incident.
_CONTRAINTES: dict[str, tuple[str, str, str, str]] = {
    "uq_passage_accrochage_vivant": (
        "ACC-02", "certificat", "Un de ces certificats est déjà dans un fichier : une autre préparation vient d'être faite.",
        "Code du travail, art. R. 6113-17-2",
    ),
    "uq_inscription_ouverte": (
        "INS-03", "certification", "Ce candidat a déjà une inscription ouverte pour cette certification et cette cible.",
        "Partie 2, chap. 2",
    ),
    "ck_inscription_entreprise_du_salarie": (
        "INS-15", "entreprise", "Un salarié (SL) a une entreprise, un demandeur d'emploi (DE) n'en a pas.", "Annexe 14"
    ),
    "ck_inscription_organisme_prescripteur": (
        "INS-02", "organisme", "L'inscription passe par un organisme de formation : indiquez lequel.",
        "Partie 2, chap. 2",
    ),
    "ck_inscription_recevabilite_vae": (
        "VAE-03", "date_recevabilite", "VAE : indiquez la date de réception du dossier de recevabilité.",
        "Partie 2, chap. 2, § 2.A",
    ),
    "ck_inscription_experience_vae_branche": (
        "VAE-02", "experience", "VAE de branche : décrivez l'expérience professionnelle.", "Glossaire, VAE de branche"
    ),
    "uq_collectif_vae_centre_id_nom": (
        "VAE-04", "nom", "Une VAE collective de ce centre porte déjà ce nom.", "Partie 2, chap. 2, § 2.B"
    ),
    "uq_membre_validation_commission_id_personne_id": (
        "VAE-05", "membres", "Cette personne est déjà membre de cette commission.", "Partie 2, chap. 2, § 2.B"
    ),
    "ck_membre_validation_presidee_par_le_centre": (
        "VAE-05", "membres", "Le président de la commission est le représentant du centre.", "Partie 2, chap. 2, § 2.B"
    ),
    "ck_entreprise_branche_si_hors_metaux": (
        "INS-08", "branche", "La branche se précise pour le secteur HM, et pour lui seul.", "Annexe 14"
    ),
    "ck_candidat_departement_si_france": (
        "INS-10", "departement_naissance", "Le département de naissance se donne quand le candidat est né en France.",
        "Annexe 14, note 4",
    ),
    "uq_candidat_cle_identite": (
        "INS-13", "nom_naissance", "Cette personne est déjà connue (mêmes nom, prénoms, date et ville de naissance).",
        "choix de la console",
    ),
    "uq_siege_president": ("JUR-06", "president", "Un jury a un seul président.", "Partie 2, chap. 3, § 1.E"),
    "uq_siege_voix_par_syndicat": (
        "JUR-04", "syndicat", "Un seul représentant par organisation syndicale siège avec droit de vote.",
        "Partie 2, chap. 3, § 1.C",
    ),
    "uq_siege_travail_temporaire": (
        "JUR-03", "travail_temporaire", "Un seul membre de la branche du travail temporaire par délégation.",
        "Partie 2, chap. 3, § 1.B et C",
    ),
    "ck_siege_invite_sans_voix": ("JUR-05", "voix", "Un invité ne vote pas.", "Partie 2, chap. 3, § 1.D"),
    "ck_siege_president_designe_par_le_centre": (
        "JUR-06", "president", "Le président est désigné par l'UIMM territoriale et vote.", "Partie 2, chap. 3, § 1.E"
    ),
    "ck_siege_syndicat_nomme": (
        "JUR-04", "syndicat", "Un siège syndical nomme son organisation, et lui seul.", "Partie 2, chap. 3, § 1.C"
    ),
    "uq_demande_designation_valable": (
        "JUR-01", "syndicat", "La désignation est déjà demandée à cette organisation.", "Partie 2, chap. 3, § 1.A"
    ),
    "uq_convocation_valable": ("JUR-02", "siege", "Ce membre est déjà convoqué.", "Partie 2, chap. 3, § 2"),
    "uq_envoi_cle_envoi": ("ENV-01", "envoi", "Cet envoi est déjà préparé.", "choix de la console"),
    "uq_siege_jury_id_personne_id": (
        "JUR-06", "personne", "Cette personne siège déjà à ce jury.", "Partie 2, chap. 3, § 1"
    ),
    "uq_presentation_inscription_id": (
        "JUR-08", "inscription", "Cette inscription est déjà présentée à un jury.", "Partie 2, chap. 3, § 3"
    ),
    "uq_presentation_jury_id_numero_anonyme": (
        "JUR-08", "numero_anonyme", "Ce numéro anonyme est déjà pris.", "Partie 2, chap. 3, § 3"
    ),
    "uq_vote_presentation_id_siege_id": (
        "JUR-10", "vote", "Ce siège a déjà voté pour ce candidat.", "Partie 2, chap. 3, § 1.E"
    ),
    "uq_vote_presentation_id_siege_id_bloc_id": (
        "JUR-10", "vote", "Ce siège a déjà voté sur ce bloc.", "Partie 2, chap. 3, § 1.E"
    ),
    "uq_lien_vote_en_cours": (
        "JUR-10", "lien", "Ce membre a déjà un lien : révoquez-le d'abord.", "Partie 2, chap. 3, § 3"
    ),
    "uq_vote_rectificatif_proces_verbal_id_siege_id": (
        "JUR-10", "vote", "Ce siège a déjà voté sur ce procès-verbal rectificatif.", "Partie 2, chap. 3, § 1.E"
    ),
    "uq_annulation_certificat_certificat_id": (
        "ATT-01", "certificat", "Ce certificat est déjà annulé.", "Partie 2, chap. 3, § 3.B"
    ),
    "uq_certificat_presentation_id_famille": (
        "ATT-01", "certificat", "L'original de ce certificat existe déjà.", "Partie 2, chap. 3, § 3.B"
    ),
    "ck_evaluateur_domaine": (
        "EVA-02", "evaluateurs", "Indiquez le domaine qui qualifie chaque membre.", "Partie 2, chap. 2, § 1.B"
    ),
    "uq_evaluateur_commission_id_personne_id": (
        "EVA-02", "evaluateurs", "Cette personne est déjà de la commission.", "Partie 2, chap. 2, § 1.B"
    ),
    "uq_suspension_habilitation_ouverte": (
        "HAB-05", "le", "Cette habilitation est déjà suspendue.", "Partie 2, chap. 1"
    ),
    "ck_centre_duree_habilitation": (
        "HAB-01", "duree_habilitation", "La durée des habilitations se compte en mois, de 1 à 240.", "choix de la console"
    ),
    "ck_habilitation_motif": ("HAB-05", "motif", "Indiquez le motif de la décision.", "Partie 2, chap. 1"),
    "ck_habilitation_date_d_effet": ("HAB-01", "du", "Indiquez la date d'effet de l'habilitation.", "Partie 2, chap. 1"),
    "uq_utilisateur_identifiant": ("COMPTE", "identifiant", "Cet identifiant est déjà pris.", "choix de la console"),
    "ck_utilisateur_centre_du_role": ("COMPTE", "centre", "Ce rôle s'exerce dans un centre : choisissez-le.",
                                      "choix de la console"),
    "ck_utilisateur_role_national": ("COMPTE", "centre", "Ce rôle est national : laissez le centre vide.",
                                     "choix de la console"),
    "ck_utilisateur_siege_du_jure": (
        "COMPTE", "siege", "Un juré a un siège à un jury, et lui seul : choisissez-le.", "choix de la console"
    ),
    "ck_certification_titre": (
        "REF-01", "titre", "Donnez le titre de la certification demandée.", "Partie 1, chap. 1, § 1"
    ),
    "uq_demande_en_cours": (
        "REF-01", "certification", "Une demande est déjà en cours pour cette certification.", "Partie 1, chap. 1, § 1"
    ),
    "uq_point_gtp_seance_id_demande_id": (
        "GTP-01", "demande", "Cette demande est déjà à l'ordre du jour.", "Partie 1, chap. 1, § 2.A"
    ),
    "uq_enregistrement_code": ("REF-08", "code", "Ce code est déjà celui d'un enregistrement.", "Partie 1, chap. 1, § 3"),
    "ck_enregistrement_code": (
        "REF-08", "code", "Le code commence par le nom de son répertoire : RNCP ou RS.", "Partie 1, chap. 1, § 3"
    ),
    "uq_enregistrement_bloc_code": ("FC-03", "code", "Ce code de bloc existe déjà.", "France compétences"),
    "uq_enregistrement_bloc_enregistrement_id_bloc_id": (
        "FC-03", "bloc", "Ce bloc a déjà un code dans cette fiche.", "France compétences"
    ),
    "ck_enregistrement_bloc_code": ("FC-03", "code", "Un code de bloc s'écrit RNCP34172BC01.", "France compétences"),
    "ck_enregistrement_ordre": ("REF-08", "au", "La fin de l'enregistrement précède son début.",
                                "Partie 1, chap. 1, § 3"),
    "uq_centre_code": ("CENTRE", "code", "Ce code de centre est déjà pris.", "choix de la console"),
    "uq_organisme_siret": ("INS-11", "siret", "Un organisme porte déjà ce SIRET.", "choix de la console"),
    "uq_entreprise_centre_id_cle_entreprise": (
        "INS-11", "siret", "Cette entreprise est déjà connue du centre.", "choix de la console"
    ),
    "uq_referentiel_en_cours": (
        "REF-09", "certification", "Une nouvelle version de cette certification est déjà en préparation.",
        "Partie 1, chap. 1, § 1",
    ),
    "uq_referentiel_certification_id_numero": (
        "REF-09", "certification", "Une autre personne vient de créer cette version : rechargez la page.",
        "Partie 1, chap. 1, § 1",
    ),
    "uq_referentiel_bloc_referentiel_id_bloc_id": (
        "REF-11", "blocs", "Un bloc ne s'emploie qu'une fois dans une version.", "Glossaire, bloc de compétences"
    ),
    "ck_certification_niveau_cncp": (
        "REF-04", "niveau", "Le cadre national des certifications va du niveau 1 au niveau 8.",
        "Partie 1, chap. 1, § 2.A",
    ),
    "uq_certification_famille_numero": (
        "REF-08", "numero", "Ce numéro est déjà donné : un numéro n'est jamais redonné.", "Partie 1, chap. 1, § 3"
    ),
    "uq_attribution_parcours_salarie": (
        "PPC-04", "nom", "Ce parcours est déjà attribué à ce salarié.", "Partie 2, chap. 7"
    ),
    "uq_parcours_en_revision": (
        "PPC-03", "", "Une révision de ce parcours est déjà en cours.", "Partie 1, chap. 3"
    ),
}
_DECLENCHEURS: dict[str, tuple[str, str]] = {
    "JUR-13": ("Le procès-verbal est signé : évaluations, votes, décisions et composition ne changent plus.",
               "Partie 2, chap. 3, § 3.A"),
    "JUR-10": ("Seul un votant présent vote, pendant la délibération.", "Partie 2, chap. 3, § 1.E"),
    "VAE-04": ("La recevabilité de cette VAE est décidée : la voie de l'inscription ne change plus.",
               "Partie 2, chap. 2, § 2.A"),
    "VAE-05": ("La commission de validation a conclu : sa date, son lieu et ses membres ne changent plus.",
               "Partie 2, chap. 2, § 2.B"),
    "EVA-02": ("Une commission d'évaluation garde au moins deux membres qualifiés dès qu'elle a évalué.",
               "Partie 2, chap. 2, § 1.B"),
    "ATT-01": ("Un certificat n'existe que pour une décision « admis » d'un procès-verbal signé ; il ne change plus.",
               "Partie 2, chap. 3, § 3.B"),
    "FOR-05": ("Une formulation publiée ne change plus : publiez-en une nouvelle version.", "choix de la console"),
    "ARC-03": ("Un document conservé ne se modifie pas, et ne s'efface qu'au terme de sa conservation.", "Partie 2, chap. 6"),
    "ARC-01": ("Une pièce du dossier d'un candidat ne change pas, et ne s'efface qu'une fois l'issue connue.",
               "Partie 2, chap. 6, § 2"),
    "ARC-11": ("Une fiche de candidat ne s'efface qu'au terme de tout ce qui la nomme ; effacée, elle ne sert plus.",
               "Partie 2, chap. 6"),
    "ARC-20": ("Une suspension de la conservation se lève, elle ne se réécrit pas.", "choix de la console"),
    "ARC-21": ("Une purge décidée ne change plus.", "choix de la console"),
    "REF-08": ("Un identifiant donné ne change plus, et un numéro ne l'est jamais une seconde fois.", "Partie 1, chap. 1, § 3"),
    "PIE-06": ("Ce dossier est décidé : ses pièces ne changent plus.", "choix de la console"),
    "GTP-01": ("La séance est close : présences, votes et décisions ne changent plus.", "Partie 1, chap. 1, § 2"),
    "GTP-03": ("Le relevé de décisions d'une séance close ne change plus.", "Partie 1, chap. 1, § 2.C"),
    "REF-03": ("Seul le GTP décide, en séance ; une demande décidée ne change plus.", "Partie 1, chap. 1, § 2.A"),
    "ATT-06": ("Un duplicata délivré ne change plus.", "Partie 2, chap. 5"),
    "ACC-02": ("Un fichier déposé à la Caisse des Dépôts ne change plus ; un passage n'avance que dans son ordre.",
               "Code du travail, art. R. 6113-17-2"),
    "TRA-02": ("Ce dossier est transmis au GTP : il ne change plus.", "Partie 2, chap. 3, § 5"),
    "SUI-01": ("Une action corrective notée ne change plus.", "Partie 2, chap. 4"),
    "ENV-01": ("Cet envoi est parti : il ne change plus.", "choix de la console"),
    "REF-12": ("Une publication faite ne change plus.", "Partie 1, chap. 1, § 2.B"),
    "REF-08:gel_referentiel_numeros": (
        "Un bloc d'une version validée porte son numéro.", "Partie 1, chap. 1, § 3"
    ),
    "REF-09": ("Une version validée ne change plus, ni les blocs et compétences qu'elle emploie : créez une nouvelle "
               "version.", "Partie 1, chap. 1, § 1"),
    "PPC-03": ("Un parcours soumis au GTP ne change plus ; validé, il se révise par une nouvelle version.",
               "Partie 1, chap. 3, § 2"),
    "PPC-04": ("Un parcours s'attribue à partir de sa validation ; une attribution ne change plus : annulez-la avec son "
               "motif, puis ressaisissez-la.", "Partie 2, chap. 7"),
    "HAB-01": ("Cet organisme est déjà habilité par ce centre pour cela.", "Partie 2, chap. 1"),
    "HAB-02": ("Une habilitation n'est accordée que si ses douze indicateurs sont satisfaits ; décidée, sa grille et sa "
               "portée ne changent plus.", "Partie 2, chap. 1"),
    "HAB-03": ("Cette étape appartient à une instruction terminée : elle ne change plus.", "Annexe 5, note 1"),
    "HAB-05": ("Une habilitation décidée se suspend, se prolonge ou se retire ; elle ne se réécrit pas.",
               "Partie 2, chap. 1"),
    "FC-02": ("Un changement de la liste nationale et l'avis qui en a été donné ne se réécrivent pas.",
              "Code du travail, R6113-16-5"),
    "INS-13": ("Cette fiche est réunie à une autre : c'est la fiche gardée qui se modifie et s'inscrit.",
               "choix de la console"),
    "JOURNAL": ("Le journal ne se modifie pas ; ses valeurs ne s'effacent qu'avec la fiche dont elles parlent.",
                "choix de la console"),
}
_CODE_DECLENCHEUR = re.compile(r"\b([A-Z]{2,7}(?:-\d{2})?):(gel_\w+)")
_UNICITE_SQLITE = re.compile(r"UNIQUE constraint failed: (.+)")


def traduire(erreur: DBAPIError) -> Violation | None:
    """La règle derrière un refus de la base ; rien si le refus n'en est pas une (ce sera un incident)."""
    origine = str(erreur.orig)
    declencheur = _CODE_DECLENCHEUR.search(origine)
    if declencheur and declencheur.group(1) in _DECLENCHEURS:
        # Un déclencheur dont le refus a son propre motif l'a sous son nom entier.
        message, source = _DECLENCHEURS.get(declencheur.group(0)) or _DECLENCHEURS[declencheur.group(1)]
        return Violation(declencheur.group(1), Gravite.BLOQUE, "", message, source)
    if "FOREIGN KEY" in origine or getattr(erreur.orig, "sqlstate", "") == "23503":
        return Violation("LIEN", Gravite.BLOQUE, "", "D'autres fiches dépendent de celle-ci, ou celle qu'elle désigne n'existe plus.",
                         "choix de la console")
    nom = _nom_de_contrainte(erreur, origine)
    if nom in _CONTRAINTES:
        code, champ, message, source = _CONTRAINTES[nom]
        return Violation(code, Gravite.BLOQUE, champ, message, source)
    return None


def _nom_de_contrainte(erreur: DBAPIError, origine: str) -> str:
    diagnostic = getattr(erreur.orig, "diag", None)
    if diagnostic is not None:
        return diagnostic.constraint_name or ""
    unicite = _UNICITE_SQLITE.search(origine)
    if not unicite:
        return origine.rpartition(": ")[2].strip()
    # SQLite nomme les colonnes, non la contrainte : on la retrouve par elles.
    colonnes = tuple(sorted(unicite.group(1).strip().split(", ")))
    return _PAR_COLONNES.get(colonnes, "")


def _contraintes_par_colonnes() -> dict[tuple[str, ...], str]:
    par_colonnes: dict[tuple[str, ...], str] = {}
    for table in Base.metadata.tables.values():
        contraintes = [x for x in table.constraints if isinstance(x, UniqueConstraint)]
        index = [x for x in table.indexes if x.unique]
        uniques: list[UniqueConstraint | Index] = [*contraintes, *index]
        for unique in uniques:
            par_colonnes[tuple(sorted(f"{table.name}.{c.name}" for c in unique.columns))] = str(unique.name)
    return par_colonnes


_PAR_COLONNES = _contraintes_par_colonnes()
