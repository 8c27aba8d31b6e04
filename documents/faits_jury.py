"""Ce qu'affirment les papiers d'un jury, de la demande de désignation à la lettre au GTP (partie 2, chapitre 3).

Bibliothèque standard seule, comme `documents.faits`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from documents.erreurs import DonneeIncoherente, DonneeManquante
from documents.faits import LogoImprime, exiger, verifier_logo, verifier_seance

RESULTATS = ("acquise", "non_acquise")


@dataclass(frozen=True, slots=True)
class FormulationImprimee:
    """La version d'un passage que prend une lettre : celle de la branche à sa date (`rules.formulation`)."""

    code: str
    numero: int
    texte: str


@dataclass(frozen=True, slots=True)
class EnTete:
    """Le papier à lettres d'un centre ; téléphone, courriel et logo s'impriment quand ils sont connus.

    `formulations` : les passages que la branche a reformulés, à la date de la lettre ; les autres gardent leur texte d'origine.
    """

    nom: str
    adresse: str
    code_postal: str
    ville: str
    telephone: str = ""
    courriel: str = ""
    demonstration: bool = False
    logo: LogoImprime | None = None
    formulations: tuple[FormulationImprimee, ...] = ()


@dataclass(frozen=True, slots=True)
class Destinataire:
    """À qui va une lettre : un nom, puis les lignes connues de son adresse (postale, à défaut électronique)."""

    nom: str
    lignes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificationExaminee:
    """Une certification au programme d'un jury, et le nombre de candidats présentés."""

    identifiant: str
    titre: str
    candidats: int


@dataclass(frozen=True, slots=True)
class Membre:
    """Un membre du jury : son nom, au titre de quoi il siège, son entreprise, l'UIMM ou son organisation syndicale."""

    nom: str
    titre: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Seance:
    """Un jury : son centre, sa date, son lieu, ce qu'il examine (aucune certification : pas encore de candidat)."""

    centre: EnTete
    date_jury: dt.date
    lieu_jury: str
    certifications: tuple[CertificationExaminee, ...]
    heure: dt.time | None = None


@dataclass(frozen=True, slots=True)
class EmargementFaits:
    """La feuille d'émargement (annexe 13) : toutes les personnes désignées et, à défaut, les organisations invitées.

    `mentions` : ce qui s'est fait en retard, et pourquoi ; les remplacements.
    """

    seance: Seance
    president: str
    president_qualite: str
    membres: tuple[Membre, ...]
    organisations_invitees: tuple[str, ...]
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LettreGtpFaits:
    """La lettre qui atteste de la conformité des actions de validation (annexe 12)."""

    seance: Seance
    date_lettre: dt.date


@dataclass(frozen=True, slots=True)
class CompetenceEvaluee:
    """Une compétence de la synthèse : son repère (`BDC 0123.2`) et son libellé."""

    code: str
    libelle: str


@dataclass(frozen=True, slots=True)
class CandidatAnonyme:
    """Un numéro, et pour chaque compétence de la certification : acquise, non_acquise, ou rien hors de sa cible.

    `modalites` : la lettre de la modalité convenue, compétence par compétence (R : acquis repris) ; `avis` : ce que
    dit l'entreprise, ou qu'il n'est pas demandé.
    """

    numero: int
    resultats: tuple[str | None, ...]
    modalites: tuple[str, ...] = ()
    avis: str = ""


@dataclass(frozen=True, slots=True)
class Synthese:
    """La synthèse d'une certification : ses compétences, dans l'ordre, et les candidats par numéro."""

    identifiant: str
    titre: str
    competences: tuple[CompetenceEvaluee, ...]
    candidats: tuple[CandidatAnonyme, ...]
    modalites: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SyntheseFaits:
    """La synthèse des évaluations mise à disposition du jury (partie 2, chapitre 3, § 3.A) : aucun nom n'y entre."""

    centre: EnTete
    date_jury: dt.date
    lieu_jury: str
    syntheses: tuple[Synthese, ...]


@dataclass(frozen=True, slots=True)
class DesignationFaits:
    """La demande de désignation à une organisation syndicale représentative (partie 2, chapitre 3, § 1.A)."""

    seance: Seance
    date_lettre: dt.date
    organisation: str
    destinataire: Destinataire
    convoquer_avant_le: dt.date


@dataclass(frozen=True, slots=True)
class ConvocationFaits:
    """La convocation d'un membre, ou sa copie à l'organisation qui l'a mandaté (partie 2, chapitre 3, § 2).

    `organisation` : celle qui a mandaté le membre, et reçoit la copie ; vide pour la délégation patronale. `civilite`
    est celle du membre ; la copie s'adresse à une organisation.
    """

    seance: Seance
    date_lettre: dt.date
    destinataire: Destinataire
    membre: Membre
    civilite: str | None
    preside: bool
    voix: bool
    organisation: str = ""
    copie: bool = False


@dataclass(frozen=True, slots=True)
class JuryPrevu:
    """Une date du calendrier prévisionnel d'un centre."""

    date_jury: dt.date
    lieu_jury: str


@dataclass(frozen=True, slots=True)
class InformationFaits:
    """Membres et calendrier, transmis à une CPREFP ou à une CPIEF (partie 2, chapitre 3, § 1.F).

    `cprefp` faux : une commission infrarégionale, qui peut être informée au même titre. `changements` : ce qui diffère
    de ce qui lui avait été dit.
    """

    seance: Seance
    date_lettre: dt.date
    commission: str
    cprefp: bool
    destinataire: Destinataire
    membres: tuple[Membre, ...]
    calendrier: tuple[JuryPrevu, ...]
    changements: tuple[str, ...] = ()


def verifier_emargement(faits: EmargementFaits) -> None:
    """Refuse une feuille incomplète (annexe 13).

    :raises DonneeManquante: une mention de l'annexe serait vide, ou personne n'est désigné.
    """
    verifier_seance_du_jury(faits.seance, candidats=True)
    exiger(faits.president, "président du jury")
    exiger(faits.president_qualite, "qualité du président du jury")
    _verifier_membres(faits.membres)
    for organisation in faits.organisations_invitees:
        exiger(organisation, "organisation invitée")


def verifier_lettre_gtp(faits: LettreGtpFaits) -> None:
    """Refuse une lettre incomplète, ou datée d'avant le jury (annexe 12)."""
    verifier_seance_du_jury(faits.seance, candidats=True)
    exiger(faits.date_lettre, "date de la lettre")
    if faits.date_lettre < faits.seance.date_jury:
        raise DonneeIncoherente("date de la lettre", "ne précède pas la date du jury")


def verifier_synthese(faits: SyntheseFaits) -> None:
    """Refuse une synthèse où il manquerait un résultat (EVA-05) : le candidat est nommé par son numéro.

    :raises DonneeManquante: un candidat n'a aucune compétence, ou une certification aucun candidat.
    :raises DonneeIncoherente: un résultat n'est ni acquise ni non_acquise.
    """
    verifier_centre(faits.centre)
    verifier_seance(faits.date_jury, faits.lieu_jury, "sans objet", faits.centre.nom)
    if not faits.syntheses:
        raise DonneeManquante("candidats présentés au jury")
    for synthese in faits.syntheses:
        exiger(synthese.identifiant, "identifiant de la certification")
        exiger(synthese.titre, "intitulé de la certification")
        for competence in synthese.competences:
            exiger(competence.libelle, f"libellé de la compétence {competence.code}")
        for candidat in synthese.candidats:
            _verifier_candidat(candidat, synthese.competences)


def verifier_designation(faits: DesignationFaits) -> None:
    """Refuse une demande incomplète, ou qui suivrait le jury (partie 2, chapitre 3, § 1.A)."""
    verifier_seance_du_jury(faits.seance)
    exiger(faits.organisation, "organisation syndicale")
    _verifier_envoi(faits.date_lettre, faits.seance.date_jury, faits.destinataire)
    if not faits.destinataire.lignes:
        raise DonneeManquante(f"adresse ou courriel de l'organisation territoriale {faits.organisation}")


def verifier_convocation(faits: ConvocationFaits) -> None:
    """Refuse une convocation incomplète, ou qui suivrait le jury (partie 2, chapitre 3, § 2)."""
    verifier_seance_du_jury(faits.seance)
    _verifier_membres((faits.membre,))
    _verifier_envoi(faits.date_lettre, faits.seance.date_jury, faits.destinataire)
    if faits.civilite not in (None, "M.", "Mme"):
        raise DonneeIncoherente("civilité", "s'écrit M. ou Mme")
    if faits.copie:
        exiger(faits.organisation, "organisation qui a mandaté le membre")
    if not faits.destinataire.lignes:
        raise DonneeManquante(f"adresse ou courriel de {faits.destinataire.nom}")


def verifier_information(faits: InformationFaits) -> None:
    """Refuse une information sans membre ou sans calendrier (partie 2, chapitre 3, § 1.F)."""
    verifier_seance_du_jury(faits.seance)
    exiger(faits.commission, "commission paritaire")
    _verifier_envoi(faits.date_lettre, faits.seance.date_jury, faits.destinataire)
    _verifier_membres(faits.membres)
    if not faits.calendrier:
        raise DonneeManquante("calendrier prévisionnel des jurys")
    for prevu in faits.calendrier:
        exiger(prevu.lieu_jury, f"lieu du jury du {prevu.date_jury:%d/%m/%Y}")


def verifier_centre(centre: EnTete) -> None:
    """Un papier à l'en-tête du centre en porte le nom et l'adresse."""
    exiger(centre.nom, "nom du centre de certification")
    exiger(centre.adresse, "adresse du centre de certification")
    exiger(centre.code_postal, "code postal du centre de certification")
    exiger(centre.ville, "ville du centre de certification")
    verifier_logo(centre.logo)


def verifier_seance_du_jury(seance: Seance, *, candidats: bool = False) -> None:
    """Le centre, la date, le lieu, et ce que le jury examine ; `candidats` : il faut qu'il examine quelque chose."""
    verifier_centre(seance.centre)
    exiger(seance.date_jury, "date du jury")
    exiger(seance.lieu_jury, "lieu du jury")
    if candidats and not seance.certifications:
        raise DonneeManquante("candidats présentés au jury")
    for certification in seance.certifications:
        exiger(certification.identifiant, "identifiant de la certification")
        exiger(certification.titre, "intitulé de la certification")


def _verifier_envoi(date_lettre: dt.date, date_jury: dt.date, destinataire: Destinataire) -> None:
    exiger(date_lettre, "date de la lettre")
    if date_lettre >= date_jury:
        raise DonneeIncoherente("date de la lettre", "précède la date du jury")
    exiger(destinataire.nom, "destinataire de la lettre")


def _verifier_membres(membres: Sequence[Membre]) -> None:
    if not membres:
        raise DonneeManquante("membres du jury")
    for membre in membres:
        exiger(membre.nom, "nom d'un membre du jury")
        exiger(membre.titre, f"délégation de {membre.nom}")
        exiger(membre.organisation, f"entreprise ou organisation de {membre.nom}")


def _verifier_candidat(candidat: CandidatAnonyme, competences: Sequence[CompetenceEvaluee]) -> None:
    ou = f"du candidat n° {candidat.numero}"
    if len(candidat.resultats) != len(competences):
        raise DonneeIncoherente(f"résultats {ou}", "vont avec les compétences de la certification")
    if not any(candidat.resultats):
        raise DonneeManquante(f"résultats des évaluations {ou}")
    for competence, resultat in zip(competences, candidat.resultats, strict=True):
        if resultat == "":
            raise DonneeManquante(f"résultat de la compétence {competence.code} {ou}")
        if resultat is not None and resultat not in RESULTATS:
            raise DonneeIncoherente(f"résultat de la compétence {competence.code} {ou}", "est acquise ou non acquise")
