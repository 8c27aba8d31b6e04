"""Le schéma : qui le lit comprend le dispositif. Importer ce paquet déclare toutes les tables."""

from models import rapprochement
from models.acteurs import (
    Centre,
    CentreDepartement,
    Commission,
    Entreprise,
    Organisme,
    Personne,
    RetraitCapacite,
    SessionConnexion,
    Syndicat,
    SyndicatTerritorial,
    TentativeConnexion,
    Utilisateur,
)
from models.attribution import Archive, Certificat, Compteur
from models.base import Base
from models.candidat import Amenagement, Candidat, CandidatCle, Evaluation, Inscription, InscriptionBloc
from models.demande import Demande, PointGtp, PresenceGtp, Publication, ReleveDecisions, SeanceGtp, VoteGtp
from models.habilitation import Appreciation, Habilitation, HabilitationCertification
from models.jury import Jury, Presentation, PresentationCompetence, ProcesVerbal, Siege, Vote
from models.nomenclature import (
    Branche,
    Commune,
    Critere,
    Departement,
    DispositifDeFinancement,
    Indicateur,
    ModaliteEvaluation,
    Nace,
    Pays,
    Region,
)
from models.parcours import AttributionParcours, Parcours, ParcoursDomaine, ParcoursModule
from models.piece import Piece
from models.referentiel import (
    BlocCompetences,
    Certification,
    Competence,
    CompetenceModalite,
    Enregistrement,
    Equivalence,
    Referentiel,
    ReferentielBloc,
)
from models.suivi import ActionCorrective, Transmission
from models.traces import Importation, Journal, LigneRejetee
from models.vae import CollectifVae, CommissionValidation, MembreValidation, Vae

__all__ = [
    "ActionCorrective", "Amenagement", "Appreciation", "Archive", "AttributionParcours", "Base", "BlocCompetences",
    "Branche", "Candidat", "CandidatCle", "Centre", "CentreDepartement", "Certificat", "Certification",
    "CollectifVae", "Commission", "CommissionValidation", "Commune", "Competence", "CompetenceModalite", "Compteur",
    "Critere", "Demande", "Departement", "DispositifDeFinancement", "Enregistrement", "Entreprise", "Equivalence",
    "Evaluation", "Habilitation", "HabilitationCertification", "Importation", "Indicateur", "Inscription",
    "InscriptionBloc", "Journal", "Jury", "LigneRejetee", "MembreValidation", "ModaliteEvaluation", "Nace",
    "Organisme", "Parcours", "ParcoursDomaine", "ParcoursModule", "Pays", "Personne", "Piece", "PointGtp",
    "PresenceGtp", "Presentation", "PresentationCompetence", "ProcesVerbal", "Publication", "Referentiel",
    "ReferentielBloc", "Region", "ReleveDecisions", "RetraitCapacite", "SeanceGtp", "SessionConnexion", "Siege",
    "Syndicat", "SyndicatTerritorial", "TentativeConnexion", "Transmission", "Utilisateur", "Vae", "Vote", "VoteGtp",
    "rapprochement",
]
