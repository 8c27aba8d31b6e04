"""De quoi peupler une base d'essai : chaque fabrique fait un objet valide, dont on change les champs nommés."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Archive,
    AttributionParcours,
    AvisEntreprise,
    Base,
    BlocCompetences,
    Branche,
    Candidat,
    Centre,
    Certification,
    Commission,
    CommissionEvaluation,
    CommissionValidation,
    Commune,
    Competence,
    Convocation,
    Critere,
    Demande,
    DemandeDesignation,
    Departement,
    DispositifDeFinancement,
    Enregistrement,
    Entreprise,
    Envoi,
    Equivalence,
    Evaluateur,
    Evaluation,
    EvenementHabilitation,
    Habilitation,
    Indicateur,
    InformationCommission,
    Inscription,
    InscriptionBloc,
    MembreValidation,
    ModaliteEvaluation,
    Nace,
    Organisme,
    Parcours,
    ParcoursDomaine,
    ParcoursModule,
    Pays,
    Personne,
    Presentation,
    Referentiel,
    ReferentielBloc,
    Region,
    RetraitCapacite,
    Siege,
    Syndicat,
    Utilisateur,
    Vae,
)
from models.jury import Jury
from models.normalisation import cle_entreprise, cle_identite, normaliser
from rules import actes, actes_habilitation, actes_parcours, actes_pieces, actes_referentiel
from rules.collecte_convocation import dit
from rules.nomenclatures import (
    AvisCse,
    ConclusionVae,
    Decision,
    DecisionHabilitation,
    Delegation,
    DispositifFinancement,
    EtatHabilitation,
    Famille,
    MoyenEnvoi,
    NatureArchive,
    NatureDemande,
    NatureEnvoi,
    NatureFormation,
    NaturePiece,
    Origine,
    Porteur,
    Prescripteur,
    Recevabilite,
    Repertoire,
    ResultatCompetence,
    ResultatIndicateur,
    ResultatParcours,
    Role,
    Secteur,
    SensAvis,
    Sexe,
    Voie,
)
from seed.gtp import accepter

DATE_JURY = dt.date(2026, 3, 12)
DATE_INSCRIPTION = dt.date(2026, 1, 15)
CREATION = dt.date(2000, 1, 1)
FRANCE = "99100"
TEXTES_DE_VERSION = {
    "missions": "Le titulaire réalise des pièces d'essai.", "environnement": "En atelier.",
    "interactions": "Il rend compte au chef d'équipe.",
    "conditions_admissibilite": "Toutes les compétences sont acquises et validées par le jury.",
}

M = TypeVar("M", bound=Base)
_rang = itertools.count(1)


def _ecrire(session: Session, objet: M) -> M:
    session.add(objet)
    session.flush()
    return objet


def nomenclatures(session: Session) -> None:
    """Ce qu'il faut de nomenclatures pour essayer le schéma : peu de lignes, toutes réelles."""
    session.add_all(
        [
            Region(code="44", libelle="Grand Est"),
            Pays(code=FRANCE, libelle="France", cle_recherche="france"),
            Pays(code="99109", libelle="Allemagne", cle_recherche="allemagne"),
            Nace(code="24.51", libelle="Fonderie de fonte"),
            Nace(code="25.11", libelle="Fabrication de structures métalliques"),
            Branche(idcc="3248", libelle="Métallurgie", signataire_cqpi=True),
            ModaliteEvaluation(code="situation_reelle", libelle="En situation professionnelle réelle",
                               situation_reelle=True),
            ModaliteEvaluation(code="projet", libelle="Présentation de projets", situation_reelle=False),
            *(
                DispositifDeFinancement(code=d.value, libelle=d.libelle, ordre=rang)
                for rang, d in enumerate(DispositifFinancement, 1)
            ),
            *(Critere(numero=n, libelle=f"Critère {n}") for n in range(1, 7)),
            Syndicat(sigle="CFDT", nom="CFDT Métallurgie", representative_du=CREATION),
            Syndicat(sigle="CGT", nom="CGT Métallurgie", representative_du=CREATION),
        ]
    )
    session.flush()
    session.add_all(
        [
            Departement(code="67", libelle="Bas-Rhin", region_code="44"),
            Departement(code="68", libelle="Haut-Rhin", region_code="44"),
            *(
                Indicateur(critere_numero=critere, rang=rang, libelle=f"Indicateur {critere}.{rang}")
                for critere in range(1, 7)
                for rang in (1, 2)
            ),
        ]
    )
    session.flush()
    for code, nom in (("68224", "Mulhouse"), ("68066", "Colmar")):
        session.add(Commune(code=code, libelle=nom, departement_code="68", cle_recherche=nom.lower()))
    session.flush()


def centre(session: Session, **champs: Any) -> Centre:
    rang = next(_rang)
    return _ecrire(session, Centre(**{"code": f"C{rang}", "nom": f"UIMM d'essai {rang}", "ville": "Colmar"} | champs))


def organisme(session: Session, **champs: Any) -> Organisme:
    nom = champs.setdefault("nom", f"Organisme d'essai {next(_rang)}")
    return _ecrire(session, Organisme(recherche=normaliser(nom), **champs))


def habilitation(session: Session, organisme: Organisme, centre: Centre, **champs: Any) -> Habilitation:
    """Une habilitation accordée, valable pour toutes les certifications, reprise de la liste d'avant la console."""
    valeurs = {"reprise": True, "etat": EtatHabilitation.ACCORDEE, "demande_le": CREATION, "decide_le": CREATION, "du": CREATION}
    return _ecrire(session, Habilitation(organisme=organisme, centre=centre, **(valeurs | champs)))


def organisme_habilite(session: Session, centre: Centre, **champs: Any) -> Organisme:
    fait = organisme(session, **champs)
    habilitation(session, fait, centre)
    return fait


def demande_d_habilitation(session: Session, centre: Centre, **champs: Any) -> Habilitation:
    """La demande d'un organisme, reçue le 1er janvier 2000, dont rien n'est encore apprécié."""
    valeurs = {"demande_le": CREATION, "organisme": None} | champs
    valeurs["organisme"] = valeurs["organisme"] or organisme(session)
    return _ecrire(session, Habilitation(centre=centre, **valeurs))


def apprecier_tout(session: Session, habilitation: Habilitation, *, non_satisfaits: Sequence[int] = (),
                   sauf: Sequence[int] = ()) -> None:
    """Apprécie les douze indicateurs, satisfaits sauf ceux nommés par leur rang (1 à 12)."""
    indicateurs = session.scalars(select(Indicateur).order_by(Indicateur.critere_numero, Indicateur.rang))
    actes_habilitation.apprecier(session, habilitation, {
        i.id: actes_habilitation.Appreciee(
            ResultatIndicateur.NON_SATISFAIT if rang in non_satisfaits else ResultatIndicateur.SATISFAIT,
            f"Pièce {rang}", "À revoir." if rang in non_satisfaits else "",
        )
        for rang, i in enumerate(indicateurs, 1) if rang not in sauf
    })


def habilitation_decidee(session: Session, centre: Centre, **champs: Any) -> Habilitation:
    """Une habilitation accordée par l'acte, du jour de sa demande, avec sa grille."""
    accordee = demande_d_habilitation(session, centre, **champs)
    apprecier_tout(session, accordee)
    actes_habilitation.decider(session, accordee, DecisionHabilitation.FAVORABLE, accordee.demande_le)
    return accordee


def evenement(session: Session, habilitation: Habilitation) -> EvenementHabilitation:
    """Le premier changement de la liste nationale que cette habilitation a fait."""
    e = EvenementHabilitation
    return session.scalars(select(e).where(e.habilitation_id == habilitation.id).order_by(e.id)).first()


def entreprise(session: Session, centre: Centre, **champs: Any) -> Entreprise:
    valeurs = {
        "raison_sociale": f"Fonderies d'essai {next(_rang)}", "adresse": "12 rue des Forges, 68100 Mulhouse",
        "code_nace": "24.51", "secteur": Secteur.METAUX, "siret": None,
    } | champs
    valeurs.setdefault("cle_entreprise", cle_entreprise(valeurs["siret"], valeurs["raison_sociale"], valeurs["adresse"]))
    return _ecrire(session, Entreprise(centre=centre, recherche=normaliser(valeurs["raison_sociale"]), **valeurs))


def competence(session: Session, ordre: int, libelle: str, **champs: Any) -> Competence:
    """Une compétence complète, évaluable par les deux modalités."""
    valeurs = {
        "conditions": "À partir d'un dossier de fabrication.", "criteres_methodes": "Le mode opératoire est suivi.",
        "resultats_attendus": "La pièce est conforme.", "connaissances": "Lecture de plan",
        "modalites": list(session.scalars(select(ModaliteEvaluation))),
    } | champs
    return Competence(ordre=ordre, libelle=libelle, **valeurs)


def bloc(session: Session, competences: int = 2) -> BlocCompetences:
    numero = next(_rang)
    return _ecrire(
        session,
        BlocCompetences(
            numero=numero, libelle=f"Bloc {numero}",
            competences=[competence(session, n, f"Compétence {numero}.{n}") for n in range(1, competences + 1)],
        ),
    )


def certification(
    session: Session, *, rncp: bool = True, blocs: int = 2, competences: int = 2, **champs: Any
) -> Certification:
    """Un CQPM enregistré au RNCP, à la version validée de `blocs` blocs de `competences` compétences.

    Pour un CCPM, `competences` compétences et aucun bloc.
    """
    numero = next(_rang)
    valeurs = {
        "famille": Famille.CQPM, "annee": 2000, "numero": numero, "titre": f"Certification d'essai {numero}", "niveau": 3,
        "date_creation": CREATION,
    } | champs
    faite = Certification(recherche=normaliser(valeurs["titre"]), **valeurs)
    if rncp:
        faite.enregistrements.append(
            Enregistrement(repertoire=Repertoire.RNCP, code=f"RNCP{50000 + numero}", du=CREATION)
        )
    _ecrire(session, faite)
    contenu: dict[str, Any]
    if faite.famille is Famille.CQPM:
        places = [bloc(session, competences) for _ in range(blocs)]
        contenu = {"blocs": [ReferentielBloc(bloc=place, ordre=ordre) for ordre, place in enumerate(places, 1)]}
    else:
        contenu = {"competences": [competence(session, n, f"Compétence {n}") for n in range(1, competences + 1)]}
    version = _ecrire(session, Referentiel(certification=faite, numero=1, **TEXTES_DE_VERSION, **contenu))
    actes_referentiel.soumettre(session, version)
    actes_referentiel.valider(session, version, CREATION)
    return faite


def certification_et_cqpi(session: Session) -> tuple[Certification, Certification]:
    """Un CQPM et le CQPI qui lui correspond (lettre I)."""
    metallurgie = certification(session)
    interbranches = certification(session, famille=Famille.CQPI, rncp=False)
    _ecrire(session, Equivalence(certification=metallurgie, interbranches=interbranches, du=CREATION))
    return metallurgie, interbranches


def candidat(session: Session, **champs: Any) -> Candidat:
    valeurs = {
        "nom_naissance": f"Dupont{next(_rang)}", "prenoms": "Jeanne", "date_naissance": dt.date(1994, 5, 12),
        "ville_naissance": "Mulhouse", "departement_naissance_code": "68", "pays_naissance_code": FRANCE,
        "sexe": Sexe.FEMININ, "code_commune_naissance": "68224",
    } | champs
    identite = (valeurs["nom_naissance"], valeurs["prenoms"], valeurs["date_naissance"], valeurs["ville_naissance"])
    valeurs.setdefault("cle_identite", cle_identite(*identite))
    return _ecrire(
        session, Candidat(recherche=normaliser(f"{valeurs['nom_naissance']} {valeurs['prenoms']}"), **valeurs)
    )


def inscription(
    session: Session, centre: Centre, certification: Certification, qui: Candidat | None = None, **champs: Any
) -> Inscription:
    """L'inscription d'un demandeur d'emploi, en formation, à la certification entière."""
    valeurs = {
        "referentiel_id": certification.versions[0].id if certification.versions else None, "voie": Voie.FORMATION,
        "prescripteur": Prescripteur.CANDIDAT, "origine": Origine.DEMANDEUR_EMPLOI,
        "dispositif_financement": DispositifFinancement.POEC, "date_inscription": DATE_INSCRIPTION,
    } | champs
    valeurs["candidat"] = qui or candidat(session)
    faite = _ecrire(session, Inscription(centre=centre, certification=certification, **valeurs))
    numeros = [int(b.removeprefix("BDC ")) for b in faite.cible.split("|") if b]
    for vise in session.scalars(select(BlocCompetences).where(BlocCompetences.numero.in_(numeros))):
        session.add(InscriptionBloc(inscription_id=faite.id, bloc_id=vise.id))
    session.flush()
    return faite


def commission(session: Session, centre: Centre, **champs: Any) -> CommissionEvaluation:
    """Une commission d'évaluation de deux membres, au premier jour où l'on peut évaluer."""
    valeurs = {"reference": f"CE essai-{next(_rang)}", "date_commission": DATE_INSCRIPTION, "lieu": "Colmar"} | champs
    evaluateurs = [
        Evaluateur(centre_id=centre.id, personne=personne(session, centre), domaine=domaine)
        for domaine in ("Soudage", "Maintenance industrielle")
    ]
    return _ecrire(session, CommissionEvaluation(centre=centre, evaluateurs=evaluateurs, **valeurs))


def avis(session: Session, inscription: Inscription, **champs: Any) -> AvisEntreprise:
    """L'avis favorable du tuteur, donné le jour de l'inscription."""
    valeurs = {"date_avis": DATE_INSCRIPTION, "auteur": "Paul Tuteur", "fonction": "Tuteur", "sens": SensAvis.FAVORABLE}
    return _ecrire(
        session, AvisEntreprise(inscription=inscription, centre_id=inscription.centre_id, **(valeurs | champs))
    )


def evaluer(session: Session, inscription: Inscription, *, non_acquises: Sequence[int] = ()) -> None:
    """Un dossier complet : un résultat pour chaque compétence de la certification, et l'avis de l'entreprise s'il y en
    a une ; `non_acquises` par leur rang, à partir de 1.
    """
    if inscription.entreprise is not None:
        avis(session, inscription)
    version = inscription.certification.versions[0]
    competences = [c for place in version.blocs for c in place.bloc.competences] or version.competences
    for rang, competence in enumerate(competences, 1):
        resultat = ResultatCompetence.NON_ACQUISE if rang in non_acquises else ResultatCompetence.ACQUISE
        session.add(
            Evaluation(inscription=inscription, centre_id=inscription.centre_id, competence=competence,
                       date_evaluation=DATE_INSCRIPTION, resultat=resultat)
        )
    session.flush()


def personne(session: Session, centre: Centre, **champs: Any) -> Personne:
    nom = champs.setdefault("nom", f"Martin{next(_rang)}")
    prenoms = champs.setdefault("prenoms", "Hélène")
    return _ecrire(session, Personne(centre=centre, recherche=normaliser(f"{nom} {prenoms}"), **champs))


def syndicat(session: Session, **champs: Any) -> Syndicat:
    sigle = champs.setdefault("sigle", f"SYN{next(_rang)}")
    return _ecrire(session, Syndicat(**{"nom": f"Organisation {sigle}", "representative_du": CREATION} | champs))


def siege(session: Session, jury: Jury, *, convoque: bool = True, **champs: Any) -> Siege:
    """Un siège patronal présent, avec voix ; convoqué à temps, et toutes les organisations sollicitées de même."""
    valeurs = {"delegation": Delegation.PATRONALE, "present": True} | champs
    if "personne" not in valeurs:
        valeurs["personne"] = personne(session, jury.centre)
    fait = _ecrire(session, Siege(jury=jury, centre_id=jury.centre_id, **valeurs))
    if convoque:
        _ecrire(session, convocation(jury, fait))
        solliciter(session, jury)
    return fait


def convocation(jury: Jury, siege: Siege, **champs: Any) -> Convocation:
    """La convocation d'un membre, vingt jours avant le jury, notée sans envoi suivi."""
    le = jury.date_jury - dt.timedelta(days=20)
    return Convocation(**{
        "jury_id": jury.id, "centre_id": jury.centre_id, "siege": siege, "convoque_le": le, "moyen": MoyenEnvoi.COURRIER,
        "date_dite": jury.date_jury, "lieu_dit": jury.lieu, "copie_le": le if siege.syndicat_id else None,
    } | champs)


def solliciter(session: Session, jury: Jury) -> None:
    """Demande à chaque organisation représentative de désigner, trente jours avant le jury."""
    deja = set(session.scalars(select(DemandeDesignation.syndicat_id).where(DemandeDesignation.jury_id == jury.id)))
    session.add_all(
        DemandeDesignation(
            jury=jury, centre_id=jury.centre_id, syndicat=s, demandee_le=jury.date_jury - dt.timedelta(days=30),
            moyen=MoyenEnvoi.COURRIER, date_dite=jury.date_jury,
        )
        for s in session.scalars(select(Syndicat)) if s.id not in deja and s.representative_le(jury.date_jury)
    )
    session.flush()


def information(session: Session, jury: Jury, commission: Commission, **champs: Any) -> InformationCommission:
    """Une commission informée du jury tel qu'il est, vingt jours avant."""
    maintenant = dit(jury, jury.sieges)
    return _ecrire(session, InformationCommission(**{
        "jury": jury, "centre_id": jury.centre_id, "commission": commission, "moyen": MoyenEnvoi.COURRIEL,
        "informee_le": jury.date_jury - dt.timedelta(days=20), "empreinte": maintenant.empreinte, "dit": maintenant.en_dict(),
    } | champs))


def envoi(session: Session, ligne: DemandeDesignation | Convocation, **champs: Any) -> Envoi:
    """L'envoi d'une demande de désignation ou d'une convocation, encore à faire partir."""
    nature, colonne = (
        (NatureEnvoi.DESIGNATION, "demande_designation") if isinstance(ligne, DemandeDesignation)
        else (NatureEnvoi.CONVOCATION, "convocation")
    )
    return _ecrire(session, Envoi(**{
        "centre_id": ligne.centre_id, "jury_id": ligne.jury_id, "nature": nature, "cle_envoi": f"{nature.value}:{ligne.id}",
        colonne: ligne, "destinataire": "Un destinataire", "adresse": "personne@essai.example", "objet": "Jury",
        "message_id": f"<{nature.value}.{ligne.id}@essai>",
    } | champs))


def jury(session: Session, centre: Centre, **champs: Any) -> Jury:
    """Un jury en préparation, sans siège ni candidat, que rien n'empêche d'ouvrir sans avoir convoqué."""
    valeurs = {"centre": centre, "date_jury": DATE_JURY, "lieu": "Colmar", "motif_ouverture": "Essai."} | champs
    return _ecrire(session, Jury(**valeurs))


def jury_pret(
    session: Session, centre: Centre, certification: Certification, *, candidats: int = 2, syndicaux: int = 1
) -> Jury:
    """Un jury complet, prêt à ouvrir : président, représentants syndicaux, candidats évalués et présentés."""
    pret = jury(session, centre)
    siege(session, pret, president=True)
    for _ in range(syndicaux):
        siege(session, pret, delegation=Delegation.SYNDICALE, syndicat=syndicat(session))
    inscriptions = [inscription(session, centre, certification) for _ in range(candidats)]
    for i in inscriptions:
        evaluer(session, i)
    actes.presenter(session, pret, inscriptions)
    return pret


def voter_tous(session: Session, presentation: Presentation, valeur: Decision = Decision.ADMIS) -> None:
    """Chaque votant présent vote `valeur`."""
    for s in presentation.jury.sieges:
        if s.voix and s.present:
            actes.voter(session, presentation, s, valeur)


def president(jury: Jury) -> Siege:
    return next(s for s in jury.sieges if s.president)


def jury_ouvert(session: Session, centre: Centre, certification: Certification, **reglages: Any) -> Jury:
    """Un jury dont la délibération est ouverte, où tous ont voté A pour tous."""
    ouvert = jury_pret(session, centre, certification, **reglages)
    actes.ouvrir(session, ouvert, ouvert.date_jury)
    for presentation in ouvert.presentations:
        voter_tous(session, presentation)
    return ouvert


def jury_signe(session: Session, centre: Centre, certification: Certification, **reglages: Any) -> Jury:
    """Un jury dont le procès-verbal est signé et les certificats attribués."""
    signe = jury_ouvert(session, centre, certification, **reglages)
    actes.signer(session, signe, president(signe))
    actes.attribuer(session, signe)
    return signe


def retrait_capacite(session: Session, centre: Centre, **champs: Any) -> RetraitCapacite:
    """La capacité d'attribuer d'un centre retirée par la CPNEFP, sans terme."""
    return _ecrire(session, RetraitCapacite(**{"centre": centre, "retire_le": DATE_JURY, "motif": "Essai"} | champs))
def parcours(session: Session, centre: Centre, **champs: Any) -> Parcours:
    """Un projet de parcours certifiant au dossier complet : fiche, programme, courrier ; l'entreprise n'a pas de CSE."""
    valeurs = {
        "intitule": f"Régleur {next(_rang)}", "societe": "Ateliers d'essai", "adresse": "1 rue des Essais", "minutes": 2100,
        "public_vise": "Opérateurs", "mois": 6, "attestation": "Les acquis du parcours", "avis_cse": AvisCse.PAS_DE_CSE,
        "evaluation_conditions": "Tout acquis", "evaluation_modalites": "Au poste", "evaluation_criteres": "Conforme",
    } | champs
    fait = Parcours(centre=centre, centre_id=centre.id, recherche=normaliser(valeurs["intitule"]), **valeurs)
    fait.domaines = [
        ParcoursDomaine(centre_id=centre.id, ordre=rang, domaine=f"Domaine {rang}", competences="Savoir", contenus="Contenu",
                        minutes=minutes, intervenants="Tuteur")
        for rang, minutes in enumerate((1500, 600), 1)
    ]
    fait.modules = [
        ParcoursModule(centre_id=centre.id, ordre=rang, phase=rang, module=f"Module {rang}", objectifs="Objectif",
                       minutes=1050, nature=NatureFormation.INTERNE)
        for rang in (1, 2)
    ]
    _ecrire(session, fait)
    actes_pieces.joindre(session, fait, "courrier.pdf", b"%PDF-1.4 courrier", NaturePiece.COURRIER)
    return fait


def parcours_valide(session: Session, centre: Centre, **champs: Any) -> Parcours:
    """Un parcours soumis et validé par le GTP le jour de la création."""
    fait = parcours(session, centre, **champs)
    actes_parcours.soumettre(session, fait, CREATION)
    accepter(session, session.scalars(select(Demande).where(Demande.parcours_id == fait.id)).one(), CREATION)
    return fait


def attribution_parcours(session: Session, parcours: Parcours, **champs: Any) -> AttributionParcours:
    """Une attribution à un salarié, telle qu'un formulaire la porte : à passer à l'acte `attribuer`."""
    return AttributionParcours(**{
        "parcours_id": parcours.id, "nom": f"Durand{next(_rang)}", "prenoms": "Paul", "date_naissance": dt.date(1990, 5, 1),
        "organisme_evaluation": "Évaluateurs d'essai", "habilite_le": CREATION, "evalue_le": DATE_JURY,
        "attribue_le": DATE_JURY, "resultat": ResultatParcours.ATTRIBUEE, "emploi": "Régleur", "cotation": "Classe 6",
    } | champs)


def utilisateur(session: Session, role: Role, **champs: Any) -> Utilisateur:
    identifiant = champs.setdefault("identifiant", f"compte{next(_rang)}")
    # Empreinte de forme plausible, qu'aucun mot de passe n'ouvre.
    return _ecrire(session, Utilisateur(nom=f"Compte {identifiant}", role=role, mot_de_passe="$argon2id$essai", **champs))


def archive(session: Session, **champs: Any) -> Archive:
    """L'archive du document dont on donne la clé : certificat, procès-verbal, lettre au GTP, habilitation, duplicata."""
    natures = {
        "certificat_id": NatureArchive.CERTIFICAT, "proces_verbal_id": NatureArchive.PROCES_VERBAL,
        "habilitation_id": NatureArchive.DECISION_HABILITATION, "transmission_id": NatureArchive.LETTRE_GTP,
        "duplicata_id": NatureArchive.DUPLICATA,
    }
    valeurs = {
        "nature": next(n for cle, n in natures.items() if cle in champs),
        "nom_fichier": "document.pdf", "sha256": "0" * 64, "taille": 4, "contenu": b"%PDF",
        "conserver_jusqu_au": dt.date(2068, 3, 12),
    } | champs
    return _ecrire(session, Archive(**valeurs))


def demande(session: Session, **champs: Any) -> Demande:
    """Une demande de suppression déposée par l'UIMM, pour obsolescence."""
    valeurs = {
        "nature": NatureDemande.SUPPRESSION, "porteur": Porteur.UIMM, "deposee_le": DATE_INSCRIPTION,
        "obsolescence": "Le procédé n'est plus employé.",
    } | champs
    if "certification" not in valeurs:
        valeurs["certification"] = certification(session)
    valeurs.setdefault("famille", valeurs["certification"].famille)
    return _ecrire(session, Demande(**valeurs))


def commission_validation(session: Session, centre: Centre, *, membres: int = 2, **champs: Any) -> CommissionValidation:
    """Une commission de validation présidée par le représentant du centre, le jour de l'inscription d'essai."""
    faite = _ecrire(session, CommissionValidation(centre=centre, **({"tenue_le": DATE_INSCRIPTION, "lieu": "Colmar"} | champs)))
    for rang in range(membres):
        faite.membres.append(
            MembreValidation(centre_id=centre.id, personne=personne(session, centre), president=rang == 0,
                             represente_centre=rang == 0, domaine="Maintenance")
        )
    session.flush()
    return faite


def vae_conclue(session: Session, inscription: Inscription, *, non_acquises: Sequence[int] = ()) -> Inscription:
    """Mène une VAE, recevable, jusqu'aux conclusions de sa commission ; `non_acquises` comme `evaluer`."""
    if inscription.voie is Voie.VAE_BRANCHE and not inscription.experience:
        inscription.experience = "Dix ans d'atelier."
    evaluer(session, inscription, non_acquises=non_acquises)
    commission = commission_validation(session, inscription.centre)
    le = DATE_INSCRIPTION
    _ecrire(session, Vae(
        inscription_id=inscription.id, centre_id=inscription.centre_id, accueil_le=le, accueil_par="Anne Keller",
        dossier_complet_le=le, recevabilite=Recevabilite.FAVORABLE, decidee_le=le, decidee_par="Anne Keller",
        notifiee_le=le, livret2_recu_le=le, livret2_recu_par="Anne Keller", commission_id=commission.id,
        conclusion=ConclusionVae.PARTIELLE if non_acquises else ConclusionVae.TOTALE,
    ))
    return inscription
