"""Des parcours et de leurs attributions aux faits, en un nombre constant de requêtes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AttributionParcours, Parcours, ParcoursDomaine, ParcoursModule, Piece
from rules.nomenclatures import EtatReferentiel, NaturePiece, ResultatParcours
from rules.parcours import AttributionParcoursFacts, DomaineFacts, ModuleFacts, ParcoursFacts


def parcours_facts(session: Session, ids: Sequence[int], jour: dt.date | None = None) -> dict[int, ParcoursFacts]:
    """Les faits de chaque parcours, lignes de la fiche et du programme dans leur ordre ; `jour` : celui de l'acte jugé."""
    d, m = ParcoursDomaine.__table__.c, ParcoursModule.__table__.c
    domaines: dict[int, list[DomaineFacts]] = defaultdict(list)
    for parcours_id, *ligne in session.execute(
        select(d.parcours_id, d.domaine, d.competences, d.contenus, d.minutes, d.intervenants)
        .where(d.parcours_id.in_(ids)).order_by(d.parcours_id, d.ordre)
    ):
        domaines[parcours_id].append(DomaineFacts(*ligne))
    modules: dict[int, list[ModuleFacts]] = defaultdict(list)
    for parcours_id, *valeurs in session.execute(
        select(m.parcours_id, m.phase, m.module, m.objectifs, m.minutes, m.nature, m.organisme)
        .where(m.parcours_id.in_(ids)).order_by(m.parcours_id, m.ordre)
    ):
        modules[parcours_id].append(ModuleFacts(*valeurs))
    j = Piece.__table__.c
    pieces = {tuple(r) for r in session.execute(select(j.parcours_id, j.nature).where(j.parcours_id.in_(ids)))}
    p, autre = Parcours.__table__.c, Parcours.__table__.alias().c
    en_revision = (
        select(autre.id)
        .where(autre.certification_id == p.certification_id, autre.etat.in_((EtatReferentiel.PROJET, EtatReferentiel.SOUMIS)))
        .exists()
        .label("en_revision")
    )
    return {
        r.id: ParcoursFacts(
            centre_id=r.centre_id, etat=r.etat, intitule=r.intitule, societe=r.societe, adresse=r.adresse,
            public_vise=r.public_vise, minutes=r.minutes, mois=r.mois, attestation=r.attestation, avis_cse=r.avis_cse,
            avis_cse_le=r.avis_cse_le, evaluation_conditions=r.evaluation_conditions,
            evaluation_modalites=r.evaluation_modalites, evaluation_criteres=r.evaluation_criteres,
            domaines=tuple(domaines[r.id]), modules=tuple(modules[r.id]),
            courrier=(r.id, NaturePiece.COURRIER) in pieces, avis_joint=(r.id, NaturePiece.AVIS_CSE) in pieces,
            soumis_le=r.soumis_le, jour=jour, en_revision=r.en_revision,
        )
        for r in session.execute(select(Parcours.__table__, en_revision).where(p.id.in_(ids)))
    }


def attribution_facts(session: Session, attribution: AttributionParcours, jour: dt.date) -> AttributionParcoursFacts:
    """Les faits d'une attribution qu'on va écrire : la version suivie, et si ce salarié l'a déjà obtenue."""
    a, p = AttributionParcours.__table__.c, Parcours.__table__.c
    version = session.execute(select(p.etat, p.valide_le).where(p.id == attribution.parcours_id)).one()
    deja = session.scalar(
        select(a.id)
        .where(
            a.parcours_id == attribution.parcours_id, a.recherche == attribution.recherche,
            a.date_naissance == attribution.date_naissance, a.resultat == ResultatParcours.ATTRIBUEE,
            a.annulee_le.is_(None), a.id != (attribution.id or 0),
        )
        .limit(1)
    )
    return AttributionParcoursFacts(
        etat_parcours=version.etat, parcours_valide_le=version.valide_le, nom=attribution.nom or "",
        prenoms=attribution.prenoms or "", date_naissance=attribution.date_naissance,
        organisme_evaluation=attribution.organisme_evaluation or "", habilite_le=attribution.habilite_le,
        evalue_le=attribution.evalue_le, attribue_le=attribution.attribue_le, resultat=attribution.resultat,
        emploi=attribution.emploi or "", cotation=attribution.cotation or "", jour=jour, deja_attribue=deja is not None,
    )
