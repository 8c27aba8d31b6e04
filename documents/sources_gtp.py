"""De la base aux faits du dossier d'une demande et du relevé de décisions."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from documents.faits_gtp import DossierFaits, OrganisationAuReleve, Passage, PieceDuDossier, PointAuReleve, ReleveFaits
from documents.forme import date_en_lettres
from models import (
    Certification,
    Demande,
    Parcours,
    PointGtp,
    PresenceGtp,
    Referentiel,
    ReferentielBloc,
    SeanceGtp,
    VoteGtp,
)
from rules import controle
from rules.actes_pieces import pieces_du_dossier
from rules.collecte_demandes import demande_facts, periode_d_usage, seance_facts
from rules.collecte_parcours import parcours_facts
from rules.demande import POINTS_DU_RAPPORT, DemandeFacts
from rules.nomenclatures import DecisionGtp, EtatSeance, Famille, NatureDemande, NaturePublication, SensVote
from rules.parcours import duree
from rules.parcours import points as points_du_parcours
from rules.piece import MO

_VOTES = {SensVote.POUR: "Pour", SensVote.CONTRE: "Contre", SensVote.ABSTENTION: "Abstention"}


def dossier(session: Session, demande_id: int, jour: dt.date) -> DossierFaits | None:
    """Le dossier d'une demande tel qu'il est ce jour ; rien si elle n'est pas de ce territoire."""
    demande = session.scalars(
        select(Demande).where(Demande.id == demande_id)
        .options(
            joinedload(Demande.certification).selectinload(Certification.enregistrements),
            selectinload(Demande.points).joinedload(PointGtp.seance),
        )
    ).one_or_none()
    if demande is None:
        return None
    faits = demande_facts(session, demande)
    suppression, parcours = demande.nature is NatureDemande.SUPPRESSION, demande.parcours
    return DossierFaits(
        le=jour, nature=demande.nature.libelle, porteur=demande.porteur.libelle,
        famille=f"{demande.famille.value} – {demande.famille.libelle}", certification=demande.certification.base_identifiant,
        titre=demande.titre, niveau=demande.niveau, etat=demande.etat.libelle, deposee_le=demande.deposee_le,
        complete_le=demande.complete_le, decidee_le=demande.decidee_le,
        intertitre="Motifs de la demande" if suppression else "Parcours demandé" if parcours else "Rapport d'opportunité",
        rapport=_motifs(demande) if suppression else _parcours(parcours) if parcours else tuple(
            (f"{rang}. {libelle}", getattr(demande, champ)) for rang, (champ, libelle) in enumerate(POINTS_DU_RAPPORT, 1)
        ),
        completude=_points_du_parcours(session, parcours, jour) if parcours else _completude(faits), usage=_usage(demande, faits.promotions) if suppression else "",
        voisins=faits.voisins,
        pieces=tuple(
            PieceDuDossier(p.nom, p.nature.libelle, _taille(p.taille))
            for dossier in filter(None, (parcours, demande)) for p in pieces_du_dossier(session, dossier)
        ),
        passages=tuple(
            Passage(
                str(p.seance), p.decision.libelle if p.decision else "en attente",
                f"{p.voix_pour} pour, {p.voix_contre} contre" if p.decision else "", p.motif,
            )
            for p in demande.points
        ),
        demonstration=demande.certification.demonstration,
    )


def _motifs(demande: Demande) -> tuple[tuple[str, str], ...]:
    return (
        ("Obsolescence des compétences", demande.obsolescence or "Ce motif n'est pas invoqué."),
        ("Usage de la certification", "Ce motif est invoqué." if demande.motif_usage else "Ce motif n'est pas invoqué."),
    )


def _parcours(p: Parcours) -> tuple[tuple[str, str], ...]:
    """Ce que le GTP lit d'un parcours avec sa fiche et son programme : il en valide le référentiel d'évaluation."""
    return (
        ("Société", f"{p.societe}, {p.adresse}"), ("Public visé", p.public_vise),
        ("Durée et période", f"{duree(p.minutes)}, sur {p.mois} mois"),
        ("Conditions d'admission", p.evaluation_conditions), ("Modalités d'évaluation", p.evaluation_modalites),
        ("Critères et résultats attendus", p.evaluation_criteres),
    )


def _points_du_parcours(session: Session, p: Parcours, jour: dt.date) -> tuple[tuple[str, str], ...]:
    return tuple(
        (point.libelle, " ".join(v.message for v in point.constats))
        for point in points_du_parcours(parcours_facts(session, [p.id], jour)[p.id])
    )


def _completude(faits: DemandeFacts) -> tuple[tuple[str, str], ...]:
    reproches = {v.champ: v.message for v in controle.completude(faits)}
    if faits.nature is NatureDemande.SUPPRESSION:
        return (("Demande motivée", reproches.get("obsolescence", "")),)
    points = [*POINTS_DU_RAPPORT, ("referentiel", "Projet de référentiel")]
    return tuple((libelle, reproches.get(champ, "")) for champ, libelle in points)


def _usage(demande: Demande, promotions: int) -> str:
    du, au = periode_d_usage(demande.deposee_le)
    s = "s" if promotions > 1 else ""
    return (
        f"{promotions} promotion{s} du {date_en_lettres(du)} au {date_en_lettres(au)}, pour deux attendues sur cinq années. "
        "Une promotion est un jury tenu, avec au moins un candidat présenté pour cette certification."
    )


def _taille(octets: int) -> str:
    return f"{octets / MO:.1f} Mo".replace(".", ",") if octets >= MO else f"{-(-octets // 1024)} Ko"


def releve(session: Session, seance_id: int) -> ReleveFaits | None:
    """Le relevé d'une séance ; rien si elle n'est pas de ce territoire."""
    seance = session.scalars(
        select(SeanceGtp).where(SeanceGtp.id == seance_id)
        .options(selectinload(SeanceGtp.presences).joinedload(PresenceGtp.syndicat), selectinload(SeanceGtp.points).options(
            joinedload(PointGtp.demande).options(
                joinedload(Demande.certification).selectinload(Certification.enregistrements),
                joinedload(Demande.referentiel).selectinload(Referentiel.blocs).joinedload(ReferentielBloc.bloc),
            ),
            selectinload(PointGtp.votes).joinedload(VoteGtp.presence).joinedload(PresenceGtp.syndicat),
        ))
    ).one_or_none()
    if seance is None:
        return None
    voix_uimm = len(seance_facts(session, seance).representatives)
    return ReleveFaits(
        nature=seance.nature.libelle, date_seance=seance.date_seance, lieu=seance.lieu, close=seance.etat is EtatSeance.CLOSE,
        organisations=tuple(
            OrganisationAuReleve(p.organisation, 1 if p.syndicat_id else voix_uimm, p.presente, p.representants)
            for p in seance.presences
        ),
        points=tuple(_point(p, seance.date_seance) for p in seance.points),
        demonstration=any(p.demande.certification.demonstration for p in seance.points),
    )


def _point(point: PointGtp, jour: dt.date) -> PointAuReleve:
    demande = point.demande
    par_sens = [
        (libelle, ", ".join(sorted(v.presence.organisation for v in point.votes if v.sens is sens)))
        for sens, libelle in _VOTES.items()
    ]
    return PointAuReleve(
        ordre=point.ordre, nature=demande.nature.libelle, certification=demande.certification.base_identifiant,
        titre=demande.titre, votes=tuple((sens, noms) for sens, noms in par_sens if noms),
        decompte=f"{point.voix_pour or 0} pour, {point.voix_contre or 0} contre, {point.abstentions or 0} en abstention",
        decision=point.decision.libelle if point.decision else "", motif=point.motif, effets=_effets(point, jour),
    )


def _effets(point: PointGtp, jour: dt.date) -> tuple[str, ...]:
    """Ce que la décision change, à la date de la séance (partie 1, chapitre 1, § 2 et 3 ; chapitre 2, § 2 et 3)."""
    demande, certification, le = point.demande, point.demande.certification, date_en_lettres(jour)
    if point.decision is DecisionGtp.AJOURNEE:
        return ("La demande peut revenir devant le GTP, une fois son dossier complété.",)
    if point.decision is not DecisionGtp.ACCEPTEE:
        return ()
    if demande.nature is NatureDemande.SUPPRESSION:
        effets = [
            f"{certification.base_identifiant} est supprimée à compter du {le} : aucun candidat n'y est plus engagé. "
            "Les parcours de formation ou de VAE engagés avant cette date vont jusqu'au certificat."
        ]
    else:
        effets = [f"Décision applicable dès le {le}, pour une durée indéterminée."]
        if demande.nature is NatureDemande.CREATION:
            niveau = f", niveau {point.niveau} du cadre national" if point.niveau else ""
            effets.insert(0, f"Identifiant attribué : {certification.base_identifiant}{niveau}.")
        if point.repertoire is not None:
            nom = point.repertoire.libelle
            effets.append(f"Demande d'enregistrement au {nom[0].lower()}{nom[1:]} ({point.repertoire.value}) validée.")
        version = demande.referentiel
        if version is not None:
            blocs = ", ".join(place.bloc.identifiant for place in version.blocs)
            effets.append(f"Version {version.numero} du référentiel en vigueur{f' : {blocs}' if blocs else ''}.")
    natures = [NaturePublication.LISTE] if demande.famille is Famille.PPC else list(NaturePublication)
    return (*effets, f"À publier : {', '.join(n.libelle[0].lower() + n.libelle[1:] if n is not NaturePublication.FRANCE_COMPETENCES else n.libelle for n in natures)}.")
