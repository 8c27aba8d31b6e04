"""Un petit monde complet : deux centres, et au moins une ligne dans chaque table du schéma."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Amenagement,
    Appreciation,
    Certificat,
    Certification,
    Commission,
    Departement,
    DossierEvaluation,
    EtapeInstruction,
    EvenementHabilitation,
    Habilitation,
    Importation,
    Indicateur,
    InscriptionBloc,
    LigneRejetee,
    ModaliteEvaluation,
    ReferentielBloc,
    RetraitCapacite,
    SessionConnexion,
    SuspensionHabilitation,
    SyndicatTerritorial,
    TentativeConnexion,
)
from models.acteurs import Centre
from rules import actes, actes_parcours, actes_referentiel
from rules.nomenclatures import (
    Decision,
    Delegation,
    EtatImportation,
    Famille,
    NatureEtape,
    NatureEvenement,
    Role,
    TypeCommission,
)
from tests import factories as f


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
    for rang, code in enumerate(("67", "68")):
        centre = f.centre(session, code=code, departements=[session.get(Departement, code)])
        _centre(session, centre, metallurgie, ccpm, rang)
    session.add(SessionConnexion(empreinte="0" * 64, utilisateur_id=f.utilisateur(session, Role.ADMINISTRATEUR).id))
    session.flush()


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
    importation = Importation(centre=centre, nom_fichier="candidats.csv", empreinte="0" * 64, etat=EtatImportation.FAITE)
    session.add(importation)
    session.flush()
    session.add(LigneRejetee(importation=importation, centre_id=centre.id, ligne=2, cellules=["a"], erreurs=[]))
    f.entreprise(session, centre, siret=f"{rang}0000000000009")
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
    session.add(Amenagement(inscription=suivie, centre_id=centre.id, demande_le=f.DATE_INSCRIPTION, mesures="tiers-temps"))
    f.commission(session, centre)
    f.avis(session, suivie)
    session.add(DossierEvaluation(inscription=suivie, centre_id=centre.id, convenu_le=f.DATE_INSCRIPTION))
    session.add(InscriptionBloc(inscription_id=libre.id, bloc_id=metallurgie.versions[0].blocs[0].bloc_id))

    signe = f.jury_signe(session, centre, metallurgie)
    certificats = session.scalars(select(Certificat).filter_by(centre_id=centre.id).order_by(Certificat.id)).all()
    if rang == 0:
        f.archive(session, centre_id=centre.id, certificat_id=certificats[0].id)
        f.archive(session, centre_id=centre.id, proces_verbal_id=signe.proces_verbaux[0].id)
        f.archive(session, centre_id=centre.id, habilitation_id=habilitation.id)

    ouvert = f.jury_pret(session, centre, metallurgie)
    f.siege(session, ouvert)
    f.siege(session, ouvert, travail_temporaire=True)
    f.siege(session, ouvert, delegation=Delegation.INVITE, voix=False)
    actes.ouvrir(session, ouvert, ouvert.date_jury)
    actes.voter(session, ouvert.presentations[0], f.president(ouvert), Decision.ADMIS)
