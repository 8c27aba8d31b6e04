"""Des lignes aux faits des documents d'une VAE ; comme `documents.sources`, par la session, donc par le territoire."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from documents.erreurs import DonneeManquante
from documents.faits_jury import Destinataire
from documents.faits_lettres import Acquis
from documents.faits_vae import CompetenceConclue, ConclusionsFaits, RecevabiliteFaits
from documents.sources_jury import _adresse, _civil, _nom, entete_du_centre
from models import Certification, CommissionValidation, Inscription, MembreValidation, Presentation, Vae
from rules.collecte_evaluation import dossiers_facts
from rules.collecte_vae import conclusions_facts, vaes_facts
from rules.nomenclatures import ResultatCompetence, Voie


def _lire(session: Session, inscription_id: int) -> tuple[Inscription, Vae] | None:
    inscription = session.scalar(
        select(Inscription).where(Inscription.id == inscription_id, Inscription.voie != Voie.FORMATION)
        .options(
            joinedload(Inscription.centre), joinedload(Inscription.candidat),
            joinedload(Inscription.certification).options(
                selectinload(Certification.enregistrements), selectinload(Certification.equivalences)
            ),
            joinedload(Inscription.vae).joinedload(Vae.commission).selectinload(CommissionValidation.membres)
            .joinedload(MembreValidation.personne),
        )
    )
    if inscription is None:
        return None
    if inscription.vae is None:
        raise DonneeManquante("phases de la VAE")
    return inscription, inscription.vae


def recevabilite(session: Session, inscription_id: int, jour: dt.date) -> RecevabiliteFaits | None:
    """La décision de recevabilité, datée du jour de sa notification, à défaut de ce jour-ci."""
    lue = _lire(session, inscription_id)
    if lue is None:
        return None
    inscription, vae = lue
    candidat = inscription.candidat
    le = vae.notifiee_le or jour
    return RecevabiliteFaits(
        centre=entete_du_centre(session, inscription.centre, le), date_lettre=le,
        destinataire=Destinataire(_civil(candidat), _adresse(candidat)), candidat=_civil(candidat),
        nom_fichier=f"{candidat.nom_naissance.upper()} {candidat.prenoms}",
        civilite=candidat.civilite.value if candidat.civilite else None,
        identifiant=inscription.certification.identifiant_le(le), titre=inscription.certification.titre,
        vae_de_droit=inscription.voie is Voie.VAE,
        dossier_recu_le=vae.dossier_complet_le or inscription.date_recevabilite,
        recevabilite=vae.recevabilite.value if vae.recevabilite else "", decidee_le=vae.decidee_le,
        decidee_par=vae.decidee_par, motif=vae.motif, recommandations=vae.recommandations,
        accompagnateur=vae.accompagnateur,
    )


def conclusions(session: Session, inscription_id: int, jour: dt.date) -> ConclusionsFaits | None:
    """Les conclusions de la commission, sans le nom du candidat : son numéro anonyme quand un jury l'attend."""
    lue = _lire(session, inscription_id)
    if lue is None:
        return None
    inscription, vae = lue
    commission = vae.commission
    dossiers = dossiers_facts(session, [inscription_id])
    dossier = dossiers[inscription_id]
    conclues = conclusions_facts(session, vaes_facts(session, [inscription_id], jour), dossiers).get(inscription_id)
    presentation = session.scalar(
        select(Presentation).where(Presentation.inscription_id == inscription_id).options(joinedload(Presentation.jury))
    )
    intitules = {c.code: c.libelle for c in dossier.competences} | {c.bloc: c.libelle_bloc for c in dossier.competences}
    return ConclusionsFaits(
        centre=entete_du_centre(session, inscription.centre, commission.tenue_le if commission else jour), dossier=inscription_id,
        identifiant=inscription.certification.identifiant_le(commission.tenue_le if commission else jour),
        titre=inscription.certification.titre, voie=inscription.voie.libelle, recevable_le=vae.decidee_le,
        livret2_recu_le=vae.livret2_recu_le, tenue_le=commission.tenue_le if commission else None,
        lieu=commission.lieu if commission else "",
        president=next((_nom(m.personne) for m in commission.membres if m.president), "") if commission else "",
        membres=tuple((_nom(m.personne), _titre(m)) for m in commission.membres) if commission else (),
        mise_en_situation=vae.mise_en_situation, entretien=vae.entretien,
        conclusion=vae.conclusion.value if vae.conclusion else "",
        valides=tuple(Acquis(n, intitules.get(n, "")) for n in conclues.valides) if conclues else (),
        competences=tuple(
            CompetenceConclue(c.code, c.libelle, dossier.resultat(c.id) is ResultatCompetence.ACQUISE)
            for c in dossier.competences
        ),
        observations=vae.observations,
        numero_anonyme=presentation.numero_anonyme if presentation else None,
        date_jury=presentation.jury.date_jury if presentation else None,
    )


def _titre(membre: MembreValidation) -> str:
    if membre.president:
        return "Président, représentant du centre"
    return ", ".join(filter(None, ("pour le centre" if membre.represente_centre else "", membre.domaine or membre.personne.qualite)))


SOURCES: dict[str, Callable[[Session, int, dt.date], RecevabiliteFaits | ConclusionsFaits | None]] = {
    "recevabilite-vae": recevabilite,
    "conclusions-vae": conclusions,
}
"""Ce qui se fait d'une VAE, désignée par son inscription ; le jour est celui de l'envoi."""
