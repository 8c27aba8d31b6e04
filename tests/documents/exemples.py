"""Les faits d'essai des papiers d'un jury, des lettres et des listes : un exemple complet par code."""

import dataclasses
import datetime as dt

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
from documents.faits_vae import CompetenceConclue, ConclusionsFaits, RecevabiliteFaits

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
EXEMPLES = {
    "recevabilite-vae": RECEVABLE,
    "conclusions-vae": CONCLUSIONS,
    "emargement": EmargementFaits(SEANCE, "Mme Hélène RŒSCH", "directrice de production", MEMBRES, ("CGT", "FO")),
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
