"""Un petit monde complet : deux centres, et au moins une ligne dans chaque table du schéma."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import (
    AbonnementCalendrier,
    Amenagement,
    Appreciation,
    BlocCompetences,
    Certificat,
    Certification,
    CollectifVae,
    ColonneReconnue,
    Commission,
    ConservationSuspendue,
    Convocation,
    DemandeDesignation,
    Departement,
    DossierEvaluation,
    Duplicata,
    EmetteurAccrochage,
    Enregistrement,
    EnregistrementBloc,
    EtapeInstruction,
    EvenementHabilitation,
    FichierAccrochage,
    Formulation,
    Habilitation,
    Importation,
    Indicateur,
    InscriptionBloc,
    Jury,
    LienVote,
    LigneImportee,
    LigneRejetee,
    ModaliteEvaluation,
    PassageAccrochage,
    PointGtp,
    PresenceGtp,
    ProcesVerbal,
    Publication,
    Purge,
    PurgeLigne,
    Reception,
    ReferentielBloc,
    ReleveDecisions,
    Remise,
    RetraitCapacite,
    SceauJournal,
    SeanceGtp,
    SessionConnexion,
    SuspensionHabilitation,
    SyndicatTerritorial,
    TentativeConnexion,
    Transmission,
    Travail,
    VoteGtp,
)
from models.acteurs import Centre
from models.base import maintenant
from rules import (
    actes,
    actes_habilitation,
    actes_papeterie,
    actes_parcours,
    actes_pieces,
    actes_rectification,
    actes_referentiel,
    actes_suivi,
)
from rules.actes_suivi import ActionDemandee
from rules.nomenclatures import (
    Decision,
    DecisionHabilitation,
    Delegation,
    Destinataire,
    EtatEnvoi,
    EtatImportation,
    EtatPassage,
    EtatPurge,
    EtatSeance,
    EtatTravail,
    Famille,
    IssueLigne,
    NatureDeposant,
    NatureEtape,
    NatureEvenement,
    NaturePiece,
    NaturePublication,
    NaturePurge,
    NatureReception,
    ObjetRectification,
    Porteur,
    Role,
    SensVote,
    TypeCommission,
    Voie,
)
from tests import factories as f

PNG = b"\x89PNG\r\n\x1a\n"
PDF = b"%PDF-1.4\n%%EOF\n"


def peupler(session: Session) -> None:
    """Deux centres aux mêmes usages : ce que l'un fait, l'autre ne doit ni le voir ni l'employer."""
    metallurgie, _ = f.certification_et_cqpi(session)
    ccpm = f.certification(session, famille=Famille.CCPM, rncp=False)
    f.certification(session, famille=Famille.CCPM, rncp=False)
    projet = actes_referentiel.creer_version(session, metallurgie)
    projet.blocs.append(ReferentielBloc(bloc=f.bloc(session), ordre=3))
    actes_referentiel.creer_version(session, ccpm)
    # Le seul bloc que nulle version n'emploie : ses compétences se copient librement.
    f.bloc(session).competences[0].modalites = [session.get(ModaliteEvaluation, "projet")]
    session.add(Commission(type=TypeCommission.CPREFP, nom="CPREFP Grand Est", region_code="44"))
    session.add(TentativeConnexion(empreinte_compte="0" * 64, empreinte_adresse="0" * 64))
    f.centre(session)  # un troisième, qui n'a rien : ce que prend une ligne d'une table où chaque centre a la sienne
    for rang, code in enumerate(("67", "68")):
        centre = f.centre(session, code=code, departements=[session.get(Departement, code)])
        _centre(session, centre, metallurgie, ccpm, rang)
    _gtp(session)
    _conserver(session)
    administrateur = f.utilisateur(session, Role.ADMINISTRATEUR)
    session.add(SessionConnexion(empreinte="0" * 64, utilisateur_id=administrateur.id))
    session.add(AbonnementCalendrier(utilisateur=administrateur, empreinte="0" * 64))
    session.flush()


def _conserver(session: Session) -> None:
    """Une purge proposée, une autre exécutée ; un candidat et un jury retenus ; un bloc du journal scellé."""
    for etat, decision in ((EtatPurge.PROPOSEE, {}), (EtatPurge.EXECUTEE, {"decidee_le": maintenant(), "decidee_par": "dpo"})):
        purge = Purge(au=f.DATE_JURY, proposee_par="gtp")
        purge.lignes = [PurgeLigne(nature=NaturePurge.IDENTITE, objet="piece", nombre=1, du=f.CREATION, au=f.CREATION,
                                   cles=[9_999], empreinte="0" * 64)]
        session.add(purge)
        session.flush()
        purge.etat = etat
        for champ, valeur in decision.items():
            setattr(purge, champ, valeur)
        session.flush()
    # Un candidat que rien ne nomme encore.
    f.candidat(session)
    premiers = select(func.min(Jury.id)).group_by(Jury.centre_id)
    jurys = session.scalars(select(Jury).where(Jury.id.in_(premiers)).order_by(Jury.id)).all()
    session.add_all([
        *(ConservationSuspendue(jury=j, centre_id=j.centre_id, raison="recours", depuis=f.DATE_JURY) for j in jurys),
        ConservationSuspendue(candidat=f.candidat(session), raison="enquête", depuis=f.DATE_JURY),
        SceauJournal(bloc=9_999, nombre=0, empreinte="0" * 64),
    ])
    session.flush()


def _gtp(session: Session) -> None:
    """Une séance à venir et son ordre du jour, une séance close et son relevé, une publication à faire."""
    seance = SeanceGtp(date_seance=f.DATE_JURY)
    closes = [SeanceGtp(date_seance=f.DATE_INSCRIPTION) for _ in range(2)]
    session.add_all([seance, *closes])
    session.flush()
    for close in closes:
        close.etat, close.close_le = EtatSeance.CLOSE, maintenant()
    session.flush()
    demande = f.demande(session)
    cfdt = f.syndicat(session)
    uimm, syndicat = PresenceGtp(seance=seance, presente=True), PresenceGtp(seance=seance, syndicat=cfdt, presente=True)
    point = PointGtp(seance=seance, demande=demande, ordre=1)
    session.add_all([uimm, syndicat, point, Publication(demande=demande, nature=NaturePublication.LISTE, ouverte_le=f.DATE_JURY)])
    session.flush()
    session.add(VoteGtp(seance_id=seance.id, point_id=point.id, presence_id=uimm.id, sens=SensVote.POUR))
    session.flush()
    session.add(ReleveDecisions(seance_id=closes[0].id, nom_fichier="releve.pdf", sha256="0" * 64, taille=4, contenu=PDF,
                                created_at=maintenant()))
    session.add(Reception(nature=NatureReception.FRANCE_COMPETENCES, nom_fichier="export.xml", empreinte="0" * 64))
    enregistrement = session.scalars(select(Enregistrement).order_by(Enregistrement.id)).first()
    session.add(EnregistrementBloc(enregistrement=enregistrement, code=f"{enregistrement.code}BC01",
                                   bloc=session.scalars(select(BlocCompetences)).first()))
    session.flush()


def _suivre(session: Session, signe: Jury) -> None:
    """Le dossier du jury signé, transmis, à corriger ; un original remis, et son duplicata."""
    dossier = actes_suivi.dossier_de_transmission(session, signe)
    actes_pieces.joindre(session, dossier, "emargement.pdf", PDF, NaturePiece.EMARGEMENT)
    actes_suivi.transmettre(session, signe, signe.date_jury, lettre_prete=True)
    actes_suivi.controler_transmission(
        session, dossier, signe.date_jury, conforme=False, actions=[ActionDemandee("Refaire", signe.date_jury)]
    )
    certificat = session.scalars(select(Certificat).filter_by(centre_id=signe.centre_id).order_by(Certificat.id)).first()
    commun = {"certificat_id": certificat.id, "centre_id": signe.centre_id}
    session.add(Remise(remis_le=signe.date_jury, destinataire=Destinataire.CANDIDAT, a="Lui-même", **commun))
    session.add(Duplicata(numero=f"DU-{certificat.id:07d}", delivre_le=signe.date_jury, motif="Perte", **commun))
    presentation = signe.presentations[0]
    session.add(Certificat(
        numero=f"MC-8{signe.id:06d}", famille=Famille.CQPM, bloc_id=presentation.competences[0].competence.bloc_id,
        presentation_id=presentation.id, centre_id=signe.centre_id, candidat_id=presentation.inscription.candidat_id,
        certification_id=presentation.inscription.certification_id, date_jury=signe.date_jury,
        code_verification=f"BLOC{signe.id:08d}",
    ))
    session.flush()


def _accrocher(session: Session, centre: Centre, rang: int) -> None:
    """Un passage préparé, et au 67 un passage KO, chacun dans son fichier ; les autres certificats sont encore à préparer."""
    premier, second, *_ = session.scalars(select(Certificat).filter_by(centre_id=centre.id).order_by(Certificat.id)).all()
    emetteur = session.scalars(select(EmetteurAccrochage)).first() or EmetteurAccrochage(
        id_client="00DEMO00", id_contrat="MCFCER000000", nature=NatureDeposant.CERTIFICATEUR
    )
    for certificat, depose in ((premier, False), (second, True)) if rang == 0 else ((second, False),):
        nom = f"essai-{rang}-{'depose' if depose else 'prepare'}"
        fichier = FichierAccrochage(emetteur=emetteur, id_flux=nom, nom_fichier=f"{nom}.xml", passages=1, sha256="0" * 64,
                                    taille=4, contenu=PDF)
        passage = PassageAccrochage(fichier=fichier, certificat_id=certificat.id, centre_id=centre.id,
                                    id_technique=certificat.numero)
        session.add(passage)
        session.flush()
        if depose:
            fichier.depose_le = f.DATE_JURY
            passage.etat = EtatPassage.DEPOSE
            session.flush()
            passage.etat, passage.message = EtatPassage.KO, "Aucun titulaire"
            session.flush()


def _rectifier(session: Session, signe: Jury) -> None:
    """Un rectificatif signé, qui annule les certificats d'un candidat et les remplace ; un autre, encore à signer."""
    original = signe.proces_verbaux[0]
    autre = next(s for s in signe.sieges if not s.president)
    for rang, (objet, apres) in enumerate(((ObjetRectification.PRENOMS, "Autre"), (ObjetRectification.NOM_USAGE, "Autre")), 1):
        rectificatif = ProcesVerbal(
            jury_id=signe.id, centre_id=signe.centre_id, certification_id=original.certification_id, raison="Mal écrit",
            reference=f"{original.reference} R{rang}", rectifie_id=original.id,
        )
        session.add(rectificatif)
        session.flush()
        presentation = signe.presentations[0]
        actes_rectification.rectifier(session, rectificatif, presentation, objet, apres)
        if rang == 2:
            actes_rectification.rectifier(session, rectificatif, presentation, ObjetRectification.COMPETENCE, "non_acquise",
                                          presentation.competences[0])
        actes_rectification.voter_rectificatif(session, rectificatif, autre, pour=True)
        if rang == 1:
            actes_rectification.signer_rectificatif(session, rectificatif, f.president(signe), signe.date_jury)


def _centre(session: Session, centre: Centre, metallurgie: Certification, ccpm: Certification, rang: int) -> None:
    session.add(RetraitCapacite(centre=centre, retire_le=dt.date(2024, 1, 1), rendu_le=dt.date(2024, 6, 1), motif="essai"))
    session.add(SyndicatTerritorial(centre=centre, syndicat=f.syndicat(session)))
    organisme = f.organisme_habilite(session, centre, siret=f"{rang}0000000000001", numero_declaration=f"{rang}4680000000")
    habilitation = session.scalars(select(Habilitation).filter_by(organisme_id=organisme.id)).one()
    habilitation.certifications = [metallurgie]
    habilitation.appreciations = [
        Appreciation(centre_id=centre.id, indicateur=session.scalars(select(Indicateur)).first())
    ]
    habilitation.blocs = [metallurgie.versions[0].blocs[0].bloc]
    session.add_all([
        EtapeInstruction(habilitation=habilitation, centre_id=centre.id, nature=NatureEtape.ETUDE, faite_le=f.CREATION,
                         suivi=True),
        SuspensionHabilitation(habilitation=habilitation, centre_id=centre.id, du=dt.date(2001, 1, 1), motif="essai"),
        EvenementHabilitation(habilitation=habilitation, centre_id=centre.id, nature=NatureEvenement.FIN,
                              le=f.CREATION, portee="toutes les certifications"),
    ])
    # Encore à instruire : ce que désignent les fautes d'une clé étrangère.
    demandee = f.demande_d_habilitation(session, centre)
    f.apprecier_tout(session, demandee)
    etape = actes_habilitation.noter_etape(session, demandee, NatureEtape.ETUDE, demandee.demande_le)
    for dossier in (demandee, demandee.appreciations[0], etape):
        actes_pieces.joindre(session, dossier, "preuve.pdf", PDF, NaturePiece.AUTRE)
    accordee = f.demande_d_habilitation(session, centre, certifications=[metallurgie],
                                        blocs=[metallurgie.versions[0].blocs[0].bloc])
    actes_habilitation.noter_etape(session, accordee, NatureEtape.ETUDE, accordee.demande_le)
    f.apprecier_tout(session, accordee)
    actes_habilitation.decider(session, accordee, DecisionHabilitation.FAVORABLE, accordee.demande_le)
    importation = Importation(centre=centre, nom_fichier="candidats.csv", empreinte="0" * 64, etat=EtatImportation.FAITE)
    session.add(importation)
    session.flush()
    session.add(Travail(centre=centre, genre="essai", libelle="Essai", etat=EtatTravail.FAIT, fini_le=maintenant(),
                        fait=1, total=1, unicite=f"essai {centre.code}"))
    session.add(ColonneReconnue(centre_id=centre.id, nature="inscriptions", entete="nom", colonne="nom_naissance"))
    session.add(LigneImportee(importation_id=importation.id, centre_id=centre.id, ligne=2, issue=IssueLigne.NOUVELLE,
                              cellules=["a"]))
    session.add(LigneRejetee(importation=importation, centre_id=centre.id, ligne=2, cellules=["a"], erreurs=[]))
    employeur = f.entreprise(session, centre, siret=f"{rang}0000000000009")
    f.personne(session, centre)
    f.utilisateur(session, Role.CLERC, centre=centre, identifiant=f"clerc{centre.code}")
    valide = f.parcours_valide(session, centre)
    actes_parcours.attribuer(session, f.attribution_parcours(session, valide), f.DATE_JURY)
    f.parcours(session, centre)
    if rang == 0:
        actes_parcours.reviser(session, valide)
    libre = f.inscription(session, centre, metallurgie)
    suivie = f.inscription(session, centre, metallurgie, importation_id=importation.id, importation_ligne=3)
    f.evaluer(session, suivie)
    actes_pieces.joindre(session, suivie, "identite.pdf", PDF, NaturePiece.IDENTITE)
    session.add(Amenagement(inscription=suivie, centre_id=centre.id, demande_le=f.DATE_INSCRIPTION, mesures="tiers-temps"))
    f.commission(session, centre)
    f.avis(session, suivie)
    session.add(DossierEvaluation(inscription=suivie, centre_id=centre.id, convenu_le=f.DATE_INSCRIPTION))
    session.add(InscriptionBloc(inscription_id=libre.id, bloc_id=metallurgie.versions[0].blocs[0].bloc_id))

    collectif = CollectifVae(centre=centre, entreprise=employeur, nom="Atelier", ouvert_le=f.DATE_INSCRIPTION)
    session.add(collectif)
    par_vae = f.inscription(session, centre, metallurgie, voie=Voie.VAE, date_recevabilite=f.DATE_INSCRIPTION)
    f.vae_conclue(session, par_vae)
    vae_decidee = f.vae_conclue(session, f.inscription(session, centre, metallurgie, voie=Voie.VAE,
                                                       date_recevabilite=f.DATE_INSCRIPTION))
    # Encore libre d'être concluante : ce que désignent les fautes d'une clé étrangère.
    f.commission_validation(session, centre)
    demande = f.demande(session, centre=centre, porteur=Porteur.UIMM_TERRITORIALE)
    actes_pieces.joindre(session, demande, "courrier.pdf", PDF, NaturePiece.COURRIER)

    signe = f.jury_pret(session, centre, metallurgie)
    f.avis(session, signe.presentations[0].inscription)
    actes.presenter(session, signe, [vae_decidee])
    actes.ouvrir(session, signe, signe.date_jury)
    for presentation in signe.presentations:
        f.voter_tous(session, presentation)
    actes.signer(session, signe, f.president(signe))
    actes.attribuer(session, signe)
    _suivre(session, signe)
    _rectifier(session, signe)
    certificats = session.scalars(select(Certificat).filter_by(centre_id=centre.id, remplace_id=None).order_by(Certificat.id)).all()
    if rang == 0:
        f.archive(session, centre_id=centre.id, certificat_id=certificats[0].id)
        f.archive(session, centre_id=centre.id, proces_verbal_id=signe.proces_verbaux[0].id)
        f.archive(session, centre_id=centre.id, habilitation_id=habilitation.id)
        f.archive(session, centre_id=centre.id, transmission_id=session.scalars(select(Transmission.id)).one())
        f.archive(session, centre_id=centre.id, duplicata_id=certificats[0].duplicatas[0].id)
    else:
        # Les autres documents de ce centre restent à archiver : ce que désignent les fautes d'une clé étrangère.
        f.archive(session, centre_id=centre.id, certificat_id=certificats[-1].id)
    actes_papeterie.poser_le_logo(session, centre, PNG, "image/png", 40, 20)
    if rang == 0:
        session.add(Formulation(code="lettres.politesse", numero=1, texte="Bien à vous, {salutation}.",
                                publiee_le=f.DATE_INSCRIPTION, applicable_le=f.DATE_INSCRIPTION + dt.timedelta(days=1)))
    _accrocher(session, centre, rang)
    # Un dossier encore à transmettre, et un jury qui n'en a pas.
    session.add(Transmission(jury=f.jury(session, centre), centre_id=centre.id))
    f.jury(session, centre)

    ouvert = f.jury_pret(session, centre, metallurgie)
    f.information(session, ouvert, session.scalars(select(Commission)).one())
    f.envoi(session, session.scalars(select(DemandeDesignation).filter_by(jury_id=ouvert.id)).first())
    f.envoi(session, session.scalars(select(Convocation).filter_by(jury_id=ouvert.id)).first(), etat=EtatEnvoi.A_LA_MAIN,
            envoye_le=maintenant())
    f.siege(session, ouvert)
    f.siege(session, ouvert, travail_temporaire=True)
    f.siege(session, ouvert, delegation=Delegation.INVITE, voix=False)
    actes.ouvrir(session, ouvert, ouvert.date_jury)
    actes.voter(session, ouvert.presentations[0], f.president(ouvert), Decision.ADMIS)
    dernier = max(c.competence.bloc_id for c in ouvert.presentations[0].competences)
    actes.voter(session, ouvert.presentations[0], f.president(ouvert), Decision.ADMIS, bloc_id=dernier)
    session.add(LienVote(siege_id=f.president(ouvert).id, jury_id=ouvert.id, centre_id=centre.id,
                         empreinte=f"{ouvert.id:064d}"))
    session.flush()
