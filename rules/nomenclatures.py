"""Les listes fermées du dispositif : « Aucune autre valeur ne doit figurer » (annexe 14, note 5).

Bibliothèque standard seule. La valeur d'un membre est ce qui s'écrit en base, dans les fichiers et sur les
documents ; `libelle` est ce que lit une personne.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Nomenclature(StrEnum):
    """Liste fermée dont chaque valeur porte un libellé français."""

    libelle: str

    def __new__(cls, valeur: str, libelle: str = "") -> Self:
        """Construit un membre : valeur enregistrée, libellé affiché."""
        membre = str.__new__(cls, valeur)
        membre._value_ = valeur
        membre.libelle = libelle
        return membre


class Famille(Nomenclature):
    """Familles de certifications de la branche et interbranches (glossaire)."""

    CQPM = "CQPM", "Certificat de qualification paritaire de la métallurgie"
    CCPM = "CCPM", "Certificat de compétences professionnelles de la métallurgie"
    CQPI = "CQPI", "Certificat de qualification professionnelle interbranches"
    CCPI = "CCPI", "Certificat de compétences professionnelles interbranches"
    PPC = "PPC", "Parcours de professionnalisation certifiant"


class Repertoire(Nomenclature):
    """Répertoires de France compétences (glossaire)."""

    RNCP = "RNCP", "Répertoire national des certifications professionnelles"
    RS = "RS", "Répertoire spécifique"


class EtatReferentiel(Nomenclature):
    """Vie d'une version de référentiel : ce qu'une version validée emploie ne change plus."""

    PROJET = "projet", "Projet"
    SOUMIS = "soumis", "Soumis au GTP"
    VALIDE = "valide", "Validé"
    REMPLACE = "remplace", "Remplacé"


class AvisCse(Nomenclature):
    """L'avis des représentants du personnel sur un parcours certifiant (partie 1, chapitre 3, § 1.B)."""

    FAVORABLE = "favorable", "Avis favorable"
    DEFAVORABLE = "defavorable", "Avis défavorable"
    PAS_DE_CSE = "pas_de_cse", "L'entreprise déclare n'avoir pas de CSE"


class NatureFormation(Nomenclature):
    """Formation dans l'entreprise ou chez un organisme (annexe 4)."""

    INTERNE = "interne", "Interne"
    EXTERNE = "externe", "Externe"


class ResultatParcours(Nomenclature):
    """Ce que décide l'entreprise à l'issue d'un parcours certifiant (partie 2, chapitre 7)."""

    ATTRIBUEE = "attribuee", "Certification attribuée"
    NON_ATTRIBUEE = "non_attribuee", "Conditions d'admission non remplies"


class EtatHabilitation(Nomenclature):
    """Vie de l'habilitation d'un organisme de formation (partie 2, chapitre 1 ; annexe 5)."""

    DEMANDE = "demande", "Demande reçue"
    INSTRUCTION = "instruction", "En instruction"
    COMPLEMENT = "complement", "Complément demandé"
    ACCORDEE = "accordee", "Accordée"
    REFUSEE = "refusee", "Refusée"
    SUSPENDUE = "suspendue", "Suspendue"
    RETIREE = "retiree", "Retirée"

    @property
    def decidee(self) -> bool:
        """Vrai une fois le centre prononcé : le dossier et sa grille ne changent plus."""
        return self not in _A_INSTRUIRE


_A_INSTRUIRE = (EtatHabilitation.DEMANDE, EtatHabilitation.INSTRUCTION, EtatHabilitation.COMPLEMENT)


class DecisionHabilitation(Nomenclature):
    """Ce que le centre décide d'une demande d'habilitation (annexe 5)."""

    FAVORABLE = "favorable", "Favorable"
    COMPLEMENT = "complement", "Compléments demandés"
    REFUS = "refus", "Refus"


class NatureEtape(Nomenclature):
    """Étapes de l'instruction d'une habilitation, puis de son suivi (annexe 5, note 1)."""

    ETUDE = "etude", "Étude du dossier"
    ENTRETIEN = "entretien", "Entretien avec l'organisme"
    VISITE = "visite", "Visite sur site"
    COMPLEMENT_DEMANDE = "complement_demande", "Compléments demandés"
    COMPLEMENT_RECU = "complement_recu", "Compléments reçus"
    AUTRE = "autre", "Autre étape"


class NatureEvenement(Nomenclature):
    """Ce qui change la liste nationale des organismes habilités (partie 2, chapitre 1)."""

    HABILITATION = "habilitation", "Habilitation"
    RENOUVELLEMENT = "renouvellement", "Renouvellement"
    SUSPENSION = "suspension", "Suspension"
    LEVEE = "levee", "Levée de la suspension"
    RETRAIT = "retrait", "Retrait"
    FIN = "fin", "Fin de l'habilitation"


class ResultatIndicateur(Nomenclature):
    """Appréciation d'un indicateur d'habilitation (partie 2, chapitre 1)."""

    SATISFAIT = "satisfait", "Satisfait"
    NON_SATISFAIT = "non_satisfait", "Non satisfait"


class Origine(Nomenclature):
    """Origine du candidat (annexe 14)."""

    SALARIE = "SL", "Salarié"
    DEMANDEUR_EMPLOI = "DE", "Demandeur d'emploi"


class DispositifFinancement(Nomenclature):
    """Les dix dispositifs de financement du procès-verbal (annexe 14)."""

    CPF = "CPF", "Compte personnel de formation"
    CPFCA = "CPFCA", "Compte personnel de formation et contrat d'apprentissage"
    CVAE = "CVAE", "Congé de VAE"
    CP = "CP", "Contrat de professionnalisation"
    CPE = "CPE", "Contrat de professionnalisation expérimental"
    CPFTP = "CPFTP", "CPF transition professionnelle"
    PDC = "PDC", "Plan de développement des compétences"
    POEC = "POEC", "Préparation opérationnelle à l'emploi collective"
    POEI = "POEI", "Préparation opérationnelle à l'emploi individuelle"
    PA = "PA", "Pro-A"


class Secteur(Nomenclature):
    """Secteur de l'entreprise du candidat (annexe 14)."""

    METAUX = "M", "Métaux"
    HORS_METAUX = "HM", "Hors métaux"


class Voie(Nomenclature):
    """Voies d'accès à la certification (partie 2, chapitre 2)."""

    FORMATION = "formation", "Parcours de formation professionnelle"
    VAE = "vae", "Validation des acquis de l'expérience"
    VAE_BRANCHE = "vae_branche", "VAE de branche"


VOIES_VAE = frozenset({Voie.VAE, Voie.VAE_BRANCHE})
"""Les voies qui passent par les phases d'une validation des acquis (partie 2, chapitre 2, § 2)."""


class Prescripteur(Nomenclature):
    """Par qui l'inscription préalable est effectuée (partie 2, chapitre 2)."""

    ENTREPRISE = "entreprise", "Une entreprise"
    ORGANISME = "organisme", "Un organisme de formation habilité"
    CANDIDAT = "candidat", "Le candidat lui-même"


class Civilite(Nomenclature):
    """Civilité d'une personne."""

    MONSIEUR = "M.", "Monsieur"
    MADAME = "Mme", "Madame"


class Sexe(Nomenclature):
    """Sexe d'état civil, demandé pour l'accrochage au passeport de compétences."""

    MASCULIN = "M", "Masculin"
    FEMININ = "F", "Féminin"


class EtatInscription(Nomenclature):
    """Où en est une inscription : seule une inscription ouverte peut être présentée à un jury."""

    OUVERTE = "ouverte", "Ouverte"
    ADMISE = "admise", "Admis"
    NON_ADMISE = "non_admise", "Non admis"
    ANNULEE = "annulee", "Annulée"


class EtatJury(Nomenclature):
    """Vie d'un jury paritaire de délibération (partie 2, chapitre 3)."""

    PREPARATION = "preparation", "En préparation"
    OUVERT = "ouvert", "Délibération ouverte"
    CLOS = "clos", "Procès-verbal signé"
    ANNULE = "annule", "Annulé"


class Delegation(Nomenclature):
    """Au titre de quoi une personne vient au jury (partie 2, chapitre 3, § 1, B à E)."""

    PATRONALE = "patronale", "Délégation patronale"
    SYNDICALE = "syndicale", "Délégation syndicale"
    INVITE = "invite", "Invité, sans voix"


class MoyenEnvoi(Nomenclature):
    """Par quel moyen une demande, une convocation ou une information est adressée (choix de la console)."""

    COURRIEL = "courriel", "Par courriel"
    COURRIER = "courrier", "Par la poste"
    REMIS = "remis", "Remis en main propre"


class ReponseDesignation(Nomenclature):
    """Ce qu'une organisation syndicale a répondu à une demande de désignation (partie 2, chapitre 3, § 1.A et C)."""

    DESIGNATION = "designation", "A désigné"
    REFUS = "refus", "Ne désigne personne"
    SANS_REPONSE = "sans_reponse", "Sans réponse"


class NatureEnvoi(Nomenclature):
    """Ce qu'un envoi porte à son destinataire ; la valeur est celle de la clé de l'envoi."""

    DESIGNATION = "designation", "Demande de désignation"
    CONVOCATION = "convocation", "Convocation"
    COPIE_CONVOCATION = "copie_convocation", "Copie de la convocation"
    INFORMATION = "information", "Information de la commission"
    LETTRE_CANDIDAT = "lettre_candidat", "Lettre au candidat"
    LETTRE_ENTREPRISE = "lettre_entreprise", "Lettre à l'entreprise"


class EtatEnvoi(Nomenclature):
    """Où en est un envoi ; « incertain » : le serveur a coupé sans dire s'il avait pris le message."""

    A_ENVOYER = "a_envoyer", "À envoyer"
    EN_COURS = "en_cours", "En cours d'envoi"
    ENVOYE = "envoye", "Envoyé"
    ECHEC = "echec", "Échec"
    INCERTAIN = "incertain", "Peut-être parti"
    A_LA_MAIN = "a_la_main", "Envoyé à la main"
    ABANDONNE = "abandonne", "Abandonné"


class Decision(Nomenclature):
    """Décision du jury : « Admis » ou « Non Admis », rien d'autre (annexe 14, note 5)."""

    ADMIS = "A", "Admis"
    NON_ADMIS = "NA", "Non admis"


class ObjetRectification(Nomenclature):
    """Ce qu'un procès-verbal rectificatif change pour un candidat (JUR-13)."""

    DECISION = "decision", "Décision du jury"
    COMPETENCE = "competence", "Compétence retenue"
    NOM_NAISSANCE = "nom_naissance", "Nom de naissance"
    NOM_USAGE = "nom_usage", "Nom d'usage"
    PRENOMS = "prenoms", "Prénoms"
    DATE_NAISSANCE = "date_naissance", "Date de naissance"
    VILLE_NAISSANCE = "ville_naissance", "Lieu de naissance"

    @property
    def deliberee(self) -> bool:
        """Vrai si le jury en décide : ses membres votent de nouveau ; une identité mal écrite, le président la rectifie."""
        return self in (ObjetRectification.DECISION, ObjetRectification.COMPETENCE)


class ResultatCompetence(Nomenclature):
    """Résultat d'une compétence professionnelle."""

    ACQUISE = "acquise", "Acquise"
    NON_ACQUISE = "non_acquise", "Non acquise"


class Recevabilite(Nomenclature):
    """Décision sur la recevabilité d'une VAE, ou silence qui en vaut une (partie 2, chapitre 2, § 2 ; VAE-06)."""

    FAVORABLE = "favorable", "Recevable"
    DEFAVORABLE = "defavorable", "Non recevable"
    REPUTEE = "reputee", "Réputée recevable"


class ConclusionVae(Nomenclature):
    """Conclusions de la commission de validation, rendues au jury (partie 2, chapitre 2, § 2.B)."""

    TOTALE = "totale", "Validation totale"
    PARTIELLE = "partielle", "Validation partielle"
    AUCUNE = "aucune", "Aucune validation"


class SensAvis(Nomenclature):
    """Ce que dit l'entreprise du candidat au regard du référentiel (partie 2, chapitre 2, § 1.B)."""

    FAVORABLE = "favorable", "Favorable"
    RESERVE = "reserve", "Réservé"
    DEFAVORABLE = "defavorable", "Défavorable"


class TypeCommission(Nomenclature):
    """Commissions paritaires informées des jurys (glossaire ; partie 2, chapitre 3, § 1.F)."""

    CPREFP = "CPREFP", "Commission paritaire régionale de l'emploi et de la formation professionnelle"
    CPIEF = "CPIEF", "Commission paritaire infrarégionale emploi formation"


class Destinataire(Nomenclature):
    """À qui un certificat est remis (partie 2, chapitre 5)."""

    CANDIDAT = "candidat", "Le titulaire"
    ENTREPRISE = "entreprise", "Son entreprise"


class NatureArchive(Nomenclature):
    """Documents conservés octet pour octet."""

    CERTIFICAT = "certificat", "Certificat"
    PROCES_VERBAL = "proces_verbal", "Procès-verbal"
    LETTRE_GTP = "lettre_gtp", "Lettre au GTP"
    DECISION_HABILITATION = "decision_habilitation", "Décision d'habilitation"
    ATTESTATION_HABILITATION = "attestation_habilitation", "Attestation d'habilitation"
    DUPLICATA = "duplicata", "Duplicata certifié conforme"


class NatureDeposant(Nomenclature):
    """Qui dépose à la Caisse des Dépôts, dans les mots de son schéma."""

    CERTIFICATEUR = "CERTIFICATEUR", "Certificateur"
    TIERS_CONFIANCE = "TIERS_CONFIANCE", "Tiers de confiance"


class EtatPassage(Nomenclature):
    """Vie d'un passage déposé à la Caisse des Dépôts (ACC-02) : seul un KO corrigé repart, dans un autre fichier."""

    PREPARE = "prepare", "Préparé"
    DEPOSE = "depose", "Déposé"
    ACCEPTE = "accepte", "Accepté"
    KO = "ko", "KO"
    CORRIGE = "corrige", "Corrigé"


class EtatImportation(Nomenclature):
    """Vie d'un import : une simulation n'écrit rien, un import confirmé écrit tout ou les lignes valides.

    En cours, il s'écrit, ou a été interrompu : le même fichier, renvoyé, le finit.
    """

    DEPOSEE = "deposee", "Déposée"
    SIMULEE = "simulee", "Simulée"
    EN_COURS = "en_cours", "En cours"
    FAITE = "faite", "Faite"
    REFUSEE = "refusee", "Refusée"
    ANNULEE = "annulee", "Annulée"


class IssueLigne(Nomenclature):
    """Ce que la simulation annonce d'une ligne."""

    NOUVELLE = "nouvelle", "Nouvelle"
    CONNUE = "connue", "Personne connue"
    DEJA = "deja", "Déjà faite"
    REFUSEE = "refusee", "Refusée"


class EtatTravail(Nomenclature):
    """Vie d'un travail long : en attente, pris par un exécutant, puis fait, échoué ou arrêté à la demande."""

    EN_ATTENTE = "en_attente", "En attente"
    EN_COURS = "en_cours", "En cours"
    FAIT = "fait", "Fait"
    ECHEC = "echec", "Échec"
    ARRETE = "arrete", "Arrêté"

    @property
    def fini(self) -> bool:
        """Vrai si plus rien ne s'exécutera pour ce travail."""
        return self not in _A_FAIRE


_A_FAIRE = (EtatTravail.EN_ATTENTE, EtatTravail.EN_COURS)


class NatureReception(Nomenclature):
    """D'où vient un fichier national."""

    FRANCE_COMPETENCES = "francecompetences", "France compétences"
    CERTIFICATIONS = "certifications", "Liste reprise"


class Role(Nomenclature):
    """Ce que fait une personne dans la console."""

    ADMINISTRATEUR = "administrateur", "Administrateur"
    GTP = "gtp", "Secrétariat du GTP"
    UIMM = "uimm", "UIMM (national)"
    CLERC = "clerc", "Clerc de centre"
    RESPONSABLE = "responsable", "Responsable de centre"
    JURE = "jure", "Juré"
    DPO = "dpo", "Délégué à la protection des données"
    LECTURE = "lecture", "Lecture seule"


class NaturePiece(Nomenclature):
    """Ce qu'est une pièce jointe à un dossier."""

    RAPPORT = "rapport", "Rapport d'opportunité"
    REFERENTIEL = "referentiel", "Projet de référentiel"
    PREUVE_USAGE = "preuve_usage", "Preuve d'usage"
    COURRIER = "courrier", "Courrier"
    FICHE = "fiche", "Fiche du parcours"
    PROGRAMME = "programme", "Programme de formation"
    AVIS_CSE = "avis_cse", "Avis des représentants du personnel"
    PREUVE_INDICATEUR = "preuve_indicateur", "Preuve d'un indicateur"
    COMPTE_RENDU = "compte_rendu", "Compte rendu de visite"
    EMARGEMENT = "emargement", "Feuille d'émargement signée"
    IDENTITE = "identite", "Document d'identité"
    EVALUATION = "evaluation", "Document d'évaluation"
    AUTRE = "autre", "Autre pièce"


class NatureDemande(Nomenclature):
    """Ce qu'on demande au GTP (partie 1, chapitres 1 à 3)."""

    CREATION = "creation", "Création"
    REVISION = "revision", "Révision"
    SUPPRESSION = "suppression", "Suppression"


class Porteur(Nomenclature):
    """Qui porte une demande (partie 1 ; glossaire, CQPI et CCPI)."""

    UIMM = "uimm", "UIMM"
    GTP = "gtp", "GTP « Certifications »"
    UIMM_TERRITORIALE = "uimm_territoriale", "UIMM territoriale"


class EtatDemande(Nomenclature):
    """Vie d'une demande : une demande ajournée peut revenir, une demande acceptée ou refusée ne change plus."""

    DEPOSEE = "deposee", "Déposée"
    COMPLETE = "complete", "Dossier complet"
    ORDRE_DU_JOUR = "ordre_du_jour", "À l'ordre du jour"
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"
    AJOURNEE = "ajournee", "Ajournée"
    ABANDONNEE = "abandonnee", "Abandonnée"


class NatureSeance(Nomenclature):
    """Comment le GTP se prononce (convention collective, article 25.3)."""

    REUNION = "reunion", "Réunion"
    CONSULTATION = "consultation", "Consultation électronique"


class EtatSeance(Nomenclature):
    """Vie d'une séance du GTP : close, ses décisions prennent effet et plus rien n'y change."""

    PREPARATION = "en_preparation", "En préparation"
    CLOSE = "close", "Close"
    ANNULEE = "seance_annulee", "Annulée"


class SensVote(Nomenclature):
    """Le vote d'une organisation : une abstention n'est pas une voix exprimée."""

    POUR = "pour", "Pour"
    CONTRE = "contre", "Contre"
    ABSTENTION = "abstention", "Abstention"


class DecisionGtp(Nomenclature):
    """Ce que le GTP décide d'une demande (partie 1, chapitre 1, § 2)."""

    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"
    AJOURNEE = "ajournee", "Ajournée"


class NaturePublication(Nomenclature):
    """Ce qu'une décision oblige à publier (partie 1, chapitres 1 à 3, § 2.B)."""

    LISTE = "liste", "Liste des certifications de la branche"
    SITE = "site", "Site internet de l'observatoire"
    FRANCE_COMPETENCES = "france_competences", "France compétences"


class NaturePurge(Nomenclature):
    """Ce qui s'efface à son terme, et la base qui le dit (partie 2, chapitre 6)."""

    IDENTITE = "ARC-01", "Documents d'identité"
    DOCUMENTS = "ARC-02", "Documents d'évaluation"
    CERTIFICATS = "ARC-03", "Copies de certificats"
    PARTIELLE = "ARC-04", "Appréciations après une validation partielle"
    ECHEC = "ARC-05", "Appréciations après un échec"
    JURY = "ARC-06", "Émargements, procès-verbaux et attributions"
    HABILITATION = "ARC-10", "Décisions d'habilitation"
    FICHE = "ARC-11", "Fiches de candidats"
    IMPORT = "ARC-12", "Lignes de fichiers importés"
    JOURNAL = "ARC-13", "Valeurs anciennes du journal"


class EtatPurge(Nomenclature):
    """Vie d'une purge : l'un la propose, un autre l'exécute ou l'écarte."""

    PROPOSEE = "proposee", "Proposée"
    EXECUTEE = "executee", "Exécutée"
    ECARTEE = "ecartee", "Écartée"
