"""Les faits que lisent les règles : dataclasses gelées, sans base ni requête.

Un fait absent vaut `None` (ou vide) ; la règle décide si son absence est une faute.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from rules.nomenclatures import Decision, Delegation, EtatInscription, EtatJury, Famille, ResultatCompetence


@dataclass(frozen=True, slots=True)
class Periode:
    """Un intervalle de dates civiles, bornes comprises ; une borne vide est inconnue et ne borne pas."""

    du: dt.date | None
    au: dt.date | None = None

    def contient(self, jour: dt.date) -> bool:
        """Vrai si le jour est dans l'intervalle."""
        return (self.du is None or self.du <= jour) and (self.au is None or jour <= self.au)


@dataclass(frozen=True, slots=True)
class FicheFacts:
    """Une fiche de France compétences : son code, sa période, le dernier jour où elle permet de délivrer."""

    code: str
    periode: Periode
    derniere_delivrance: dt.date | None = None

    def peut_delivrer(self, jour: dt.date) -> bool:
        """Vrai si rien ne dit que cette fiche ne délivre plus ce jour-là."""
        return self.derniere_delivrance is None or jour <= self.derniere_delivrance

    def porte(self, engage_le: dt.date, jour: dt.date) -> bool:
        """Vrai si la fiche porte ce jour-là un parcours engagé le `engage_le`.

        En vigueur ce jour-là ; ou le jour de l'engagement, tant qu'elle se délivre : un parcours engagé continue (FC-01).
        """
        return self.periode.contient(jour) or (self.periode.contient(engage_le) and self.peut_delivrer(jour))


def au_rncp(fiches: Iterable[FicheFacts], engage_le: dt.date, jour: dt.date) -> bool:
    """Vrai si l'une des fiches au RNCP d'une certification porte ce jour-là un parcours engagé le `engage_le`."""
    return any(fiche.porte(engage_le, jour) for fiche in fiches)


@dataclass(frozen=True, slots=True)
class CertificationFacts:
    """Une certification de la liste de la branche, telle que les règles la voient."""

    id: int
    identifiant: str
    famille: Famille
    date_creation: dt.date | None = None
    date_suppression: dt.date | None = None
    enregistrements_rncp: tuple[Periode, ...] = ()
    fiches: tuple[FicheFacts, ...] = ()
    blocs: frozenset[str] = frozenset()

    def enregistree_au_rncp(self, jour: dt.date) -> bool:
        """R : vrai exactement pendant un enregistrement au RNCP (REF-08)."""
        return any(p.contient(jour) for p in self.enregistrements_rncp)


@dataclass(frozen=True, slots=True)
class HabilitationFacts:
    """Une habilitation accordée : par quel centre, quand, pour quoi (`None` = toutes, choix HAB-01).

    Retirée, elle vaut encore pour les jours d'avant son retrait (HAB-05) ; suspendue, hors de ses suspensions.
    """

    centre_id: int
    periode: Periode
    certifications: frozenset[int] | None = None
    blocs: frozenset[str] = frozenset()
    suspensions: tuple[Periode, ...] = ()

    def en_vigueur(self, centre_id: int, jour: dt.date) -> bool:
        """Vrai si elle est de ce centre et vaut ce jour-là."""
        return (
            self.centre_id == centre_id
            and self.periode.contient(jour)
            and not any(s.contient(jour) for s in self.suspensions)
        )

    def couvre(self, centre_id: int, certification_id: int, jour: dt.date) -> bool:
        """Vrai si ce centre a habilité pour cette certification entière ce jour-là."""
        return self.en_vigueur(centre_id, jour) and (
            self.certifications is None or certification_id in self.certifications
        )


@dataclass(frozen=True, slots=True)
class OrganismeFacts:
    """Un organisme de formation et ses habilitations accordées."""

    id: int
    nom: str
    habilitations: tuple[HabilitationFacts, ...] = ()

    def non_couverts(
        self, centre_id: int, certification: CertificationFacts, blocs: tuple[str, ...], jour: dt.date
    ) -> tuple[str, ...]:
        """Ce que ce centre n'a pas habilité ce jour-là : la certification, ou certains de ses blocs ; vide si tout l'est.

        Habilité pour tous les blocs d'une certification, un organisme l'est pour elle entière.
        """
        if any(h.couvre(centre_id, certification.id, jour) for h in self.habilitations):
            return ()
        couverts = {b for h in self.habilitations if h.en_vigueur(centre_id, jour) for b in h.blocs}
        manquants = tuple(b for b in (blocs or sorted(certification.blocs)) if b not in couverts)
        if not couverts.intersection(certification.blocs):
            return (certification.identifiant,)
        return manquants


@dataclass(frozen=True, slots=True)
class ProcheFacts:
    """Une fiche de candidat qui ressemble à la personne inscrite (INS-13) ; `du_centre` : ce centre l'a déjà inscrite."""

    candidat_id: int
    nom: str
    date_naissance: dt.date
    ville_naissance: str
    motifs: tuple[str, ...]
    du_centre: bool = True


@dataclass(frozen=True, slots=True)
class InscriptionFacts:
    """Une inscription préalable à la certification (partie 2, chapitre 2), saisie, importée ou relue.

    `date_premiere_evaluation`, `date_jury` et `date_jury_prevu` ne sont connus que pour une inscription
    déjà engagée ; `deja_ouverte` et `proches` viennent de la base. `commune_naissance`
    est un code du COG ; `aujourd_hui`, le jour où l'on juge, à Paris.
    """

    nom_naissance: str
    prenoms: str
    date_naissance: dt.date | None
    ville_naissance: str
    departement_naissance: str
    pays_naissance: str
    ne_en_france: bool
    origine: str
    financement: str
    raison_sociale: str
    adresse_entreprise: str
    siret: str
    code_nace: str
    nace_connu: bool
    secteur: str
    branche: str
    certification: CertificationFacts | None
    certification_demandee: str
    blocs: tuple[str, ...]
    centre_id: int | None
    voie: str
    prescripteur: str
    organisme: OrganismeFacts | None
    organisme_demande: str
    date_inscription: dt.date | None
    date_recevabilite: dt.date | None = None
    experience: str = ""
    deja_ouverte: bool = False
    proches: tuple[ProcheFacts, ...] = ()
    sexe: str = ""
    commune_naissance: str = ""
    aujourd_hui: dt.date | None = None
    date_premiere_evaluation: dt.date | None = None
    date_jury: dt.date | None = None
    date_jury_prevu: dt.date | None = None


@dataclass(frozen=True, slots=True)
class EtablissementFacts:
    """Ce qui numérote une entreprise ou un organisme de formation ; vide, le numéro n'est pas connu."""

    siret: str = ""
    numero_declaration: str = ""


@dataclass(frozen=True, slots=True)
class AmenagementFacts:
    """Une compensation du handicap et sa demande par le candidat (partie 2, chapitre 2, § 1.B)."""

    demande_par_le_candidat_le: dt.date | None
    mesures: str


@dataclass(frozen=True, slots=True)
class SiegeFacts:
    """Un siège au jury : à quel titre, avec ou sans voix, présent ou non ; remplacé, il ne compte plus dans les bornes."""

    id: int
    nom: str
    delegation: Delegation
    syndicat: str | None = None
    syndicat_representatif: bool = True
    travail_temporaire: bool = False
    voix: bool = True
    president: bool = False
    present: bool = False
    remplace: bool = False


@dataclass(frozen=True, slots=True)
class VoteFacts:
    """Le vote d'un siège sur une présentation."""

    siege_id: int
    valeur: str


@dataclass(frozen=True, slots=True)
class CompetenceFacts:
    """Une compétence de la cible : ce que dit la synthèse, ce que retient le jury."""

    code: str
    synthese: ResultatCompetence | None
    retenu: ResultatCompetence | None
    bloc_id: int | None = None


@dataclass(frozen=True, slots=True)
class BlocFacts:
    """Un bloc de la cible devant le jury, et les voix exprimées sur lui ; sans voix, le jury s'en tient aux compétences."""

    id: int
    identifiant: str
    votes: tuple[VoteFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class PresentationFacts:
    """Un candidat présenté, vu par son seul numéro anonyme (partie 2, chapitre 3, § 3)."""

    numero_anonyme: int | None
    votes: tuple[VoteFacts, ...] = ()
    competences: tuple[CompetenceFacts, ...] = ()
    motif: str = ""
    decision: str | None = None
    blocs: tuple[BlocFacts, ...] = ()

    def competences_du_bloc(self, bloc_id: int) -> tuple[CompetenceFacts, ...]:
        """Les compétences de ce bloc, dans l'ordre."""
        return tuple(c for c in self.competences if c.bloc_id == bloc_id)

    @property
    def tout_acquis(self) -> bool:
        """Vrai si la synthèse dit acquises toutes les compétences de la cible : on n'y vote pas bloc par bloc."""
        return bool(self.competences) and all(c.synthese is ResultatCompetence.ACQUISE for c in self.competences)


@dataclass(frozen=True, slots=True)
class CandidatureFacts:
    """Une inscription qu'on veut présenter à un jury."""

    nom: str
    etat: EtatInscription
    date_inscription: dt.date
    date_jury: dt.date


@dataclass(frozen=True, slots=True)
class JuryFacts:
    """Un jury paritaire de délibération, ses sièges et ses présentations.

    `aujourd_hui` est le jour où l'on agit, à Paris ; vide quand le geste jugé ne dépend pas du jour.
    `capacite_retiree_le` est la date d'un retrait de la capacité du centre qui vaut au jour du jury (SUI-02).
    """

    date_jury: dt.date
    etat: EtatJury
    sieges: tuple[SiegeFacts, ...] = ()
    presentations: tuple[PresentationFacts, ...] = field(default=())
    aujourd_hui: dt.date | None = None
    capacite_retiree_le: dt.date | None = None

    @property
    def presidents(self) -> tuple[SiegeFacts, ...]:
        """Les sièges désignés pour présider (il en faut un, JUR-06)."""
        return tuple(s for s in self.sieges if s.president)

    @property
    def votants(self) -> tuple[SiegeFacts, ...]:
        """Les sièges présents qui ont une voix."""
        return tuple(s for s in self.sieges if s.voix and s.present)


@dataclass(frozen=True, slots=True)
class LienFacts:
    """Le lien de vote d'un siège : à qui, dans quelle séance, et le jour où l'on s'en sert pour émarger."""

    siege: SiegeFacts
    etat: EtatJury
    date_jury: dt.date | None = None
    aujourd_hui: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """Ce qu'on sait au moment de signer un procès-verbal."""

    jury: JuryFacts
    signataire_siege_id: int | None
    deja_signe: bool


@dataclass(frozen=True, slots=True)
class AttributionFacts:
    """Ce qui ouvre droit à un certificat : une décision d'un procès-verbal signé (ATT-01).

    `blocs_vises` sont ceux d'une inscription qui ne visait que des blocs du CQPM, vide pour la certification entière ;
    `blocs_acquis`, ceux dont le jury a retenu toutes les compétences ; `rncp`, si le CQPM y est enregistré ce jour-là.
    """

    decision: Decision | None
    pv_signe: bool
    deja_delivre: bool
    famille: Famille
    blocs_vises: tuple[int, ...] = ()
    blocs_acquis: tuple[int, ...] = ()
    rncp: bool = False
    cqpi_correspondant: bool = False


@dataclass(frozen=True, slots=True)
class AttribuantFacts:
    """Qui attribue les certificats d'un jury : le centre, ou le GTP à sa place quand la CPNEFP lui a retiré sa capacité."""

    par_le_gtp: bool
    capacite_retiree_le: dt.date | None
