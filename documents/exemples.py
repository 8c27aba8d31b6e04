"""Un exemple complet de chaque document, de personnes inventées : l'aperçu du GTP, les images de référence et les essais."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from documents.compte_rendu import CompteRenduFaits
from documents.dossier import DossierFacts, Section
from documents.faits import CertificatFaits, PvFaits, PvLigne
from documents.faits_gtp import (
    DossierFaits,
    OrganisationAuReleve,
    Passage,
    PieceDuDossier,
    PointAuReleve,
    ReleveFaits,
)
from documents.faits_habilitation import (
    AttestationHabilitationFaits,
    DecisionHabilitationFaits,
    IndicateurImprime,
    OrganismeImprime,
)
from documents.faits_jury import (
    CandidatAnonyme,
    CertificationExaminee,
    CompetenceEvaluee,
    ConvocationFaits,
    DesignationFaits,
    Destinataire,
    EmargementFaits,
    EnTete,
    InformationFaits,
    JuryPrevu,
    LettreGtpFaits,
    Membre,
    Seance,
    Synthese,
    SyntheseFaits,
)
from documents.faits_lettres import (
    Acquis,
    CertificationListee,
    DecisionFaits,
    ListeCertificationsFaits,
    ListeOrganismesFaits,
    OrganismeHabilite,
)
from documents.faits_parcours import (
    AttestationFaits,
    DomaineImprime,
    FicheFaits,
    ModuleImprime,
    ParcoursImprime,
    ProgrammeFaits,
)
from documents.faits_vae import CompetenceConclue, ConclusionsFaits, RecevabiliteFaits
from documents.presences import JustificationFaits, RelevePresencesFaits
from documents.referentiels import ReferentielFaits
from rules.nomenclatures import EtatReferentiel, Famille
from rules.presences import PresenceFacts
from rules.referentiel import BlocDeVersion, CompetenceDeVersion, VersionFacts
from rules.statistiques import Groupe, Statistiques, parts

JURY, ENVOI = dt.date(2026, 3, 12), dt.date(2026, 2, 10)
CENTRE = EnTete("UIMM Alsace", "2 rue de l'Industrie", "68100", "Mulhouse", "03 89 00 00 00", "jurys@exemple.fr")
SEANCE = Seance(
    CENTRE,
    JURY,
    "Colmar",
    (
        CertificationExaminee("CQPM 1989 0021 R", "Opérateur en maintenance industrielle", 12),
        CertificationExaminee("CCPM 2021 0007", "Conduite d'un îlot robotisé", 4),
    ),
)
PRESIDENT = Membre("Mme Hélène RŒSCH", "Président", "Fonderies du Rhin")
MANDATE = Membre("M. Paul MEYER", "Délégation syndicale", "CFDT")
MEMBRES = (PRESIDENT, Membre("M. Jean PETIT", "Délégation patronale", "UIMM"), MANDATE)
ORGANISATION = Destinataire("CFDT Métallurgie", ("Organisation syndicale territoriale", "3 rue des Syndicats"))
COMPETENCES = tuple(CompetenceEvaluee(f"BDC 0012.{n}", f"Réaliser la tâche {n}") for n in (1, 2, 3))
DECISION = DecisionFaits(
    centre=CENTRE,
    date_jury=JURY,
    lieu_jury="Colmar",
    president="Hélène Rœsch",
    destinataire=Destinataire("Mme Jeanne DUPONT", ("5 rue des Lilas", "68000 Colmar")),
    candidat="Mme Jeanne DUPONT",
    nom_fichier="DUPONT Jeanne",
    civilite="Mme",
    pour_entreprise=False,
    identifiant="CQPM 1989 0021 R",
    titre="Opérateur en maintenance industrielle",
    decision="A",
    rncp=True,
)
NON_ADMIS = dataclasses.replace(DECISION, decision="NA")
PARTIELLE = dataclasses.replace(
    NON_ADMIS,
    blocs_acquis=(Acquis("BDC 0012", "Entretien préventif"),),
    competences_acquises=(Acquis("BDC 0034.2", "Diagnostiquer une panne"),),
    acquis_jusqu_au=dt.date(2031, 3, 12),
)
RECEVABLE = RecevabiliteFaits(
    centre=CENTRE, date_lettre=ENVOI, destinataire=Destinataire("Mme Jeanne DUPONT", ("5 rue des Lilas", "68000 Colmar")),
    candidat="Mme Jeanne DUPONT", nom_fichier="DUPONT Jeanne", civilite="Mme", identifiant="CQPM 1989 0021 R",
    titre="Opérateur en maintenance industrielle", vae_de_droit=True, dossier_recu_le=dt.date(2026, 1, 5),
    recevabilite="favorable", decidee_le=dt.date(2026, 2, 9), decidee_par="Delphine Ancel, responsable des certifications",
)
NON_RECEVABLE = dataclasses.replace(
    RECEVABLE, recevabilite="defavorable",
    motif="L'expérience décrite porte sur la logistique : elle ne couvre ni le diagnostic de panne ni la remise en service.",
    recommandations="Un parcours de formation aux activités de maintenance, ou une année d'expérience dans ces activités.",
)
CONCLUSIONS = ConclusionsFaits(
    centre=CENTRE, dossier=412, identifiant="CQPM 1989 0021 R", titre="Opérateur en maintenance industrielle",
    voie="Validation des acquis de l'expérience", recevable_le=dt.date(2026, 1, 20), livret2_recu_le=dt.date(2026, 2, 1),
    tenue_le=dt.date(2026, 2, 20), lieu="Mulhouse", president="Mme Delphine ANCEL",
    membres=(("Mme Delphine ANCEL", "Président, représentant du centre"), ("M. Pascal NARDIN", "Maintenance industrielle")),
    mise_en_situation=True, entretien=True, conclusion="partielle",
    valides=(Acquis("BDC 0012", "Réaliser la maintenance préventive"),),
    competences=(
        CompetenceConclue("BDC 0012.1", "Préparer une intervention", acquise=True),
        CompetenceConclue("BDC 0012.2", "Contrôler un équipement", acquise=True),
        CompetenceConclue("BDC 0013.1", "Diagnostiquer une panne et en rendre compte au responsable de production", acquise=False),
    ),
    observations="Le dossier est solide ; le diagnostic reste à montrer en autonomie.", numero_anonyme=7, date_jury=JURY,
)
CERTIFICAT = CertificatFaits(
    numero="MC-0001234",
    identifiant="CQPM 1989 0021 R",
    titre="Opérateur en maintenance industrielle",
    niveau=3,
    civilite="Mme",
    sexe="F",
    prenoms="Jeanne",
    nom="Dupont",
    date_naissance=dt.date(1994, 5, 12),
    ville_naissance="Mulhouse",
    departement_naissance="68",
    pays_naissance="France",
    date_jury=dt.date(2026, 3, 12),
    lieu_jury="Colmar",
    enregistre_rncp_le=dt.date(2021, 4, 23),
    code_rncp="RNCP35286",
    president_jury="Hélène Rœsch",
    centre_nom="UIMM Alsace",
    code_verification="K7QD-2M9X",
    url_verification="https://certifications.exemple.fr/verifier/K7QD2M9X",
)
LIGNE = PvLigne(
    nom_naissance="Dupont",
    nom_usage=None,
    prenoms="Jeanne",
    date_naissance=dt.date(1994, 5, 12),
    ville="Mulhouse",
    departement="68",
    pays="France",
    origine="SL",
    financement="PDC",
    abondement_cpf=False,
    raison_sociale="Fonderies du Rhin",
    adresse="12 rue des Forges, 68100 Mulhouse",
    code_nace="24.51",
    secteur="M",
    branche=None,
    decision="A",
)
DEMANDEUR_EMPLOI = dataclasses.replace(
    LIGNE, origine="DE", financement="POEC", raison_sociale=None, adresse=None, code_nace=None, secteur=None
)
PROCES_VERBAL = PvFaits(
    reference="PV-2026-0042",
    centre_nom="UIMM Alsace",
    centre_adresse="2 rue de l'Industrie, 68100 Mulhouse",
    identifiant="CQPM 1989 0021 R",
    titre="Opérateur en maintenance industrielle",
    date_jury=dt.date(2026, 3, 12),
    lieu_jury="Colmar",
    president_jury="Hélène Rœsch",
    president_qualite="directrice de production",
    lignes=(LIGNE,),
    signe_le=dt.date(2026, 3, 13),
    signataire="Hélène Rœsch",
)
SANS_RNCP: dict[str, Any] = {"enregistre_rncp_le": None, "code_rncp": None, "niveau": None}
AUTRES_CERTIFICATS: dict[str, CertificatFaits] = {
    "certificat-bdc": dataclasses.replace(
        CERTIFICAT, famille="BDC", identifiant="BDC 0123", titre="Réaliser la maintenance préventive"
    ),
    "certificat-cqpi": dataclasses.replace(
        CERTIFICAT, famille="CQPI", identifiant="CQPI 2008 0007", titre="Opérateur de maintenance", **SANS_RNCP
    ),
    "certificat-ccpm": dataclasses.replace(
        CERTIFICAT, famille="CCPM", identifiant="CCPM 2021 0007", titre="Conduite d'un îlot robotisé", **SANS_RNCP
    ),
    "certificat-ccpi": dataclasses.replace(
        CERTIFICAT, famille="CCPI", identifiant="CCPI RS6717", titre="Tutorat en entreprise", **SANS_RNCP
    ),
}
INDICATEURS = tuple(
    IndicateurImprime(critere, f"{rang}.{n}", libelle, "satisfait", preuve)
    for rang, (critere, couple) in enumerate(
        (
            ("Moyens humains", (("Formateurs qualifiés dans le métier", "CV et attestations"),
                                ("Évaluateurs extérieurs à la formation", "Liste nominative"))),
            ("Moyens matériels", (("Plateaux techniques conformes au référentiel", "Visite du 10 février"),
                                  ("Entretien et sécurité des équipements", "Registre de maintenance"))),
            ("Pédagogie", (("Progression individualisée", "Livret de suivi"), ("Liens avec l'entreprise", "Conventions"))),
            ("Évaluation", (("Modalités conformes au référentiel", "Grilles"), ("Traçabilité des résultats", "Archives"))),
            ("Qualité", (("Certification Qualiopi en cours", "Certificat"), ("Suivi des réclamations", "Registre"))),
            ("Résultats", (("Taux de présentation aux jurys", "Tableau de bord"), ("Insertion à six mois", "Enquête"))),
        ),
        1,
    )
    for n, (libelle, preuve) in enumerate(couple, 1)
)
ORGANISME = OrganismeImprime("Pôle formation d'Alsace", "73282932000074", "42680000068", "31 rue du Lycée, 68100 Mulhouse")
PORTEE = ("CQPM 1989 0021 R « Opérateur en maintenance industrielle »", "CCPM 2021 0007 « Conduite d'un îlot robotisé »")
PARCOURS = ParcoursImprime(
    societe="Forges d'Alsace", adresse="12 rue des Forges, 68100 Mulhouse", intitule="Régleur de presses", minutes=2310, mois=6,
    version=1, etat="Validé", au=JURY, identifiant="PPC 2026 0007", valide_le=JURY,
)
REALISATION = DomaineImprime(
    "Réalisation", "Régler une presse\nContrôler la première pièce", "Montage de l'outil\nRéglage de la course", 2100, "Tuteur"
)
TECHNOLOGIES = DomaineImprime("Technologies", "Lire un plan d'outillage", "Cotation\nTolérances", 210, "Pôle formation d'Alsace")
COMPETENCE = CompetenceDeVersion(
    "c1", "Réaliser une maintenance préventive sur un équipement", "Lecture de plan\nTechnologie des composants",
    "À partir du plan de maintenance et des consignes.", "La chronologie des opérations est respectée.",
    "Les appareils de mesure sont adaptés.", "Le responsable est informé de l'état de l'équipement.",
    "Les règles de consignation sont appliquées.", "L'équipement est remis en service dans le délai prévu.",
    ("observation", "projet"),
)
DIAGNOSTIC = dataclasses.replace(
    COMPETENCE, cle="c2", libelle="Diagnostiquer un dysfonctionnement et en rendre compte",
    conditions="À partir d'une panne réelle ou provoquée.", resultats="L'élément en cause est identifié.",
)
MODALITES = {"observation": "Observation en situation de travail", "projet": "Présentation des projets ou activités"}
REFERENTIEL = ReferentielFaits(
    VersionFacts(
        Famille.CQPM, EtatReferentiel.VALIDE,
        "L'opérateur en maintenance industrielle maintient les équipements de production en état de marche.\n"
        "Il prépare, réalise et rend compte de ses interventions.",
        "En atelier, dans le respect des consignes de sécurité.", "Il échange avec la production et les méthodes.", "", 3,
        (BlocDeVersion("b1", "Maintenance préventive", (COMPETENCE,), 12), BlocDeVersion("b2", "Dépannage", (DIAGNOSTIC,), 34)),
    ),
    "CQPM 1989 0021 R", "Opérateur en maintenance industrielle", 2, ENVOI, JURY, MODALITES,
)
SUR_MESURE: dict[str, Any] = {
    "pv": dataclasses.replace(
        PROCES_VERBAL,
        lignes=(
            LIGNE,
            dataclasses.replace(LIGNE, nom_naissance="Kowalczyk", nom_usage="Martin", prenoms="Zofia Łucja", ville="Łódź",
                                departement=None, pays="Pologne", abondement_cpf=True),
            dataclasses.replace(LIGNE, nom_naissance="Rœsch", prenoms="İbrahim", secteur="HM", branche="Plasturgie", decision="NA",
                                commentaire="BDC 0012 acquis"),
            dataclasses.replace(DEMANDEUR_EMPLOI, nom_naissance="Țepeș", prenoms="Ilie"),
        ),
    ),
    "dossier-candidat": DossierFacts(
        1, "DUPONT Jeanne", JURY,
        (
            Section("candidat", "Identité", ({"Civilité": "Mme", "Nom de naissance": "Dupont", "Prénoms": "Jeanne",
                                              "Date de naissance": "12/05/1994", "Ville de naissance": "Mulhouse"},)),
            Section("inscription", "Inscriptions", ({"Certification": "CQPM 1989 0021 R", "Inscrit le": "10/09/2025",
                                                     "État": "certifiée"},)),
        ),
    ),
    "decision-habilitation": DecisionHabilitationFaits(
        CENTRE, ORGANISME, "favorable", dt.date(2026, 1, 5), JURY, dt.date(2026, 4, 1), dt.date(2029, 3, 31), PORTEE,
        INDICATEURS, (ENVOI,),
    ),
    "attestation-habilitation": AttestationHabilitationFaits(
        CENTRE, ORGANISME, dt.date(2026, 4, 1), dt.date(2029, 3, 31), JURY, PORTEE, en_vigueur=True
    ),
    "fiche-ppc": FicheFaits(
        PARCOURS, "Opérateurs de production", "Le salarié a suivi le parcours et en a les acquis.", (REALISATION, TECHNOLOGIES)
    ),
    "programme": ProgrammeFaits(
        PARCOURS,
        (
            ModuleImprime(1, "Découvrir la presse", "Situer le poste\nAppliquer les consignes", 1260, "interne", ""),
            ModuleImprime(2, "Régler", "Monter et régler un outil", 1050, "externe", "Pôle formation d'Alsace"),
        ),
    ),
    "attestation-ppc": AttestationFaits(
        parcours=PARCOURS, numero=3, nom="Rœsch", prenoms="Hélène", date_naissance=dt.date(1990, 5, 1),
        attestation="Sait monter, régler et contrôler une presse en autonomie.",
        acquis=(("Réalisation", "Régler une presse\nContrôler la première pièce"), ("Technologies", "Lire un plan d'outillage")),
        organisme="Évaluateurs réunis", evalue_le=dt.date(2026, 5, 4), attribue_le=dt.date(2026, 5, 12),
        emploi="Régleuse de presses", cotation="Groupe C, classe 6", attribuee=True, annulee=False,
    ),
    "referentiel-cqpm": REFERENTIEL,
    "referentiel-ccpm": dataclasses.replace(
        REFERENTIEL, identifiant="CCPM 2021 0007", titre="Conduite d'un îlot robotisé",
        version=VersionFacts(Famille.CCPM, EtatReferentiel.SOUMIS, missions="Conduire un îlot robotisé en sécurité.",
                             competences=(COMPETENCE, DIAGNOSTIC)),
        valide_le=None,
    ),
    "dossier-demande": DossierFaits(
        JURY, "Création", "UIMM", "CQPM", "CQPM à créer", "Opérateur en fabrication additive", 4, "Acceptée", dt.date(2026, 1, 5),
        dt.date(2026, 1, 20), JURY,
        (
            ("Besoins des entreprises", "Douze entreprises recrutent sur ce métier.\nCinq le décrivent dans leurs offres."),
            ("Emplois visés", "Opérateur, puis technicien de fabrication additive."),
            ("Positionnement", "Aucune certification de la branche ne couvre ces compétences."),
            ("Preuves d'usage", "Trois promotions pilotes, trente candidats."),
        ),
        (("Rapport d'opportunité", ""), ("Projet de référentiel", ""), ("Demande d'enregistrement au RNCP", "à joindre")),
        "", ("CQPM 2004 0230 « Régleur sur machine-outil »",), (PieceDuDossier("rapport.pdf", "Rapport d'opportunité", "1,2 Mo"),),
        (Passage("Séance du 12 mars 2026", "Acceptée", "10 pour, 0 contre", ""),),
    ),
    "releve-decisions": ReleveFaits(
        "Séance", JURY, "Paris", close=True,
        organisations=(
            OrganisationAuReleve("UIMM", 4, presente=True, representants="Mme Agnès Morel, M. Karim Belaïd"),
            OrganisationAuReleve("CFDT", 1, presente=True, representants="M. Paul Meyer"),
            OrganisationAuReleve("CFE-CGC", 1, presente=True, representants="Mme Lucie Noël"),
            OrganisationAuReleve("CGT", 1, presente=False, representants=""),
            OrganisationAuReleve("FO", 1, presente=True, representants="M. Jean Fabre"),
        ),
        points=(
            PointAuReleve(1, "Création", "CQPM à créer", "Opérateur en fabrication additive",
                          (("Pour", "UIMM, CFDT, CFE-CGC"), ("Abstention", "FO")), "6 voix pour, 0 contre, 1 abstention",
                          "Acceptée", "", ("Identifiant attribué : CQPM 2026 0312, niveau 4.",)),
            PointAuReleve(2, "Suppression", "CQPM 1989 0044", "Soudeur d'appareils", (("Contre", "UIMM, CFDT, FO"),),
                          "0 voix pour, 6 contre", "Refusée", "La certification reste employée par huit entreprises.", ()),
        ),
    ),
}
GROUPES = tuple(
    Groupe(certification, region, "Formation", "PDC", "SL", mois, presentes, admis)
    for certification, region, mois, presentes, admis in (
        ("CQPM 1989 0021 R Opérateur en maintenance industrielle", "Grand Est", 3, 24, 21),
        ("CQPM 1989 0021 R Opérateur en maintenance industrielle", "Auvergne-Rhône-Alpes", 6, 18, 15),
        ("CCPM 2021 0007 Conduite d'un îlot robotisé", "Grand Est", 10, 12, 12),
    )
)
ANNEE = Statistiques(
    annee=2025, jurys=6, presentes=54, admis=48, parts=parts(GROUPES), certificats=(("CQPM", 36), ("CCPM", 12)),
    delais=(18, 25, 31, 40, 66), a_temps=4, en_retard=1, non_transmis=1, controles=5, non_conformes=1, actions=2, actions_menees=1,
    actions_en_retard=0, retraits=0, habilitations=3, habilitations_retirees=0, seances=2,
    decisions=(("Création acceptée", 2), ("Suppression refusée", 1)),
)
EXEMPLES: dict[str, Any] = {
    "compte-rendu-annuel": CompteRenduFaits(JURY, ANNEE),
    "certificat-cqpm": CERTIFICAT,
    **AUTRES_CERTIFICATS,
    **SUR_MESURE,
    "recevabilite-vae": RECEVABLE,
    "conclusions-vae": CONCLUSIONS,
    "releve-presences": RelevePresencesFaits(
        dt.date(2026, 1, 1), dt.date(2026, 6, 30), CENTRE.nom,
        tuple(
            PresenceFacts(syndicat, membre, entreprise, JURY, "Mulhouse", CENTRE.nom, present=present, siege_id=rang)
            for rang, (syndicat, membre, entreprise, present) in enumerate((
                ("CFDT", "Paul Meyer", "Forges de l'Ill", True), ("CFE-CGC", "Anne Pic", "Ateliers du Rhin", True),
                ("CGT", "Luc Bel", "Ateliers du Rhin", False),
            ))
        ),
    ),
    "justification-absence": JustificationFaits(
        CENTRE, JURY, "M.", "Paul MEYER", "Forges de l'Ill", "Délégation syndicale", JURY, dt.time(9, 30), "Mulhouse", present=True
    ),
    "emargement": EmargementFaits(
        SEANCE, "Mme Hélène RŒSCH", "directrice de production", MEMBRES, ("CGT", "FO"),
        ("Convocation adressée le 02/03/2026 à M. Paul MEYER, moins de quinze jours avant le jury : désigné la veille.",),
    ),
    "lettre-gtp": LettreGtpFaits(SEANCE, dt.date(2026, 3, 20)),
    "synthese-evaluations": SyntheseFaits(
        CENTRE,
        JURY,
        "Colmar",
        (
            Synthese(
                "CQPM 1989 0021 R",
                "Opérateur en maintenance industrielle",
                COMPETENCES,
                (
                    CandidatAnonyme(1, ("acquise", "non_acquise", "acquise")),
                    CandidatAnonyme(2, ("acquise", None, None)),
                ),
            ),
        ),
    ),
    "demande-designation": DesignationFaits(SEANCE, ENVOI, "CFDT", ORGANISATION, dt.date(2026, 2, 25)),
    "convocation": ConvocationFaits(
        SEANCE, ENVOI, Destinataire("M. Paul MEYER", ("Fonderies du Rhin",)), MANDATE, "M.", preside=False, voix=True,
        organisation="CFDT",
    ),
    "information-cprefp": InformationFaits(
        SEANCE, ENVOI, "CPREFP Grand Est", cprefp=True, destinataire=Destinataire("Secrétariat de la CPREFP Grand Est"),
        membres=MEMBRES, calendrier=(JuryPrevu(JURY, "Colmar"), JuryPrevu(dt.date(2026, 6, 1), "Mulhouse")),
    ),
    "lettre-admission": DECISION,
    "lettre-non-admission": NON_ADMIS,
    "lettre-non-admission-partielle": PARTIELLE,
    "liste-certifications": ListeCertificationsFaits(
        JURY,
        (
            CertificationListee("CQPM", "CQPM 1989 0021 R", "Opérateur en maintenance industrielle", 3, ("RNCP35286",),
                                dt.date(1989, 7, 1)),
            CertificationListee("CCPM", "CCPM 2021 0007", "Conduite d'un îlot robotisé", None, (), None),
        ),
    ),
    "liste-organismes": ListeOrganismesFaits(
        JURY,
        "",
        (
            OrganismeHabilite("Pôle formation", "SIRET 73282932000074", "1 rue du Lycée", "UIMM Alsace",
                              dt.date(2024, 1, 1), None, ("CQPM 1989 0021",)),
            OrganismeHabilite("Atelier école", "", "", "UIMM Lyon", dt.date(2025, 2, 1), dt.date(2027, 1, 31), ()),
        ),
    ),
}
"""Les faits d'un exemple, par code de document."""


def specimen(faits: Any, **centre: Any) -> Any:
    """Le même exemple, marqué « démonstration » partout où un document sait le dire ; `centre` : ce que son en-tête change."""
    if isinstance(faits, tuple):
        return tuple(specimen(f, **centre) for f in faits)
    if not dataclasses.is_dataclass(faits) or isinstance(faits, type):
        return faits
    champs = {c.name: specimen(getattr(faits, c.name), **centre) for c in dataclasses.fields(faits)}
    marques: dict[str, Any] = {nom: True for nom in ("demonstration", "copie_demonstration") if nom in champs}
    if isinstance(faits, EnTete):
        marques |= centre
    return dataclasses.replace(faits, **(champs | marques))
