"""Des lignes aux faits d'une habilitation et de la liste nationale ; les requêtes passent par le territoire de l'acteur."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from documents.faits_habilitation import (
    AttestationHabilitationFaits,
    DecisionHabilitationFaits,
    IndicateurImprime,
    OrganismeImprime,
)
from documents.faits_lettres import ListeOrganismesFaits, OrganismeHabilite
from documents.sources_jury import entete_du_centre
from models import Centre, Certification, EtapeInstruction, Habilitation, Indicateur, Organisme
from models.contexte import acteur_courant
from rules.nomenclatures import EtatHabilitation, NatureEtape

_VALABLES = (EtatHabilitation.ACCORDEE, EtatHabilitation.SUSPENDUE, EtatHabilitation.RETIREE)


def decision(session: Session, habilitation_id: int) -> DecisionHabilitationFaits | None:
    """La décision d'une habilitation et sa grille ; rien si elle n'est pas de ce territoire, ou pas encore décidée."""
    h = _habilitation(session, habilitation_id)
    if h is None:
        return None
    if h.etat is EtatHabilitation.COMPLEMENT:
        demandes = [e for e in h.etapes if e.nature is NatureEtape.COMPLEMENT_DEMANDE]
        prise, le = "complement", demandes[-1].faite_le
    elif h.decide and h.decide_le is not None:
        prise, le = "refus" if h.etat is EtatHabilitation.REFUSEE else "favorable", h.decide_le
    else:
        return None
    # Suspendue ou retirée depuis, le motif est celui de la suite, non celui de la décision.
    motif = h.motif if h.etat in (EtatHabilitation.ACCORDEE, EtatHabilitation.REFUSEE) and not h.suspensions else ""
    return DecisionHabilitationFaits(
        centre=entete_du_centre(session, h.centre, le), organisme=_organisme(h.organisme), decision=prise,
        demande_le=h.demande_le, decide_le=le, du=h.du, au=h.au, portee=_portee(h), indicateurs=_indicateurs(session, h), motif=motif,
        visites=_visites(h.etapes, le), renouvellement=h.renouvelle_id is not None,
    )


def attestation(session: Session, habilitation_id: int) -> AttestationHabilitationFaits | None:
    """L'attestation d'une habilitation accordée ; rien si elle n'est pas de ce territoire, ou n'a jamais été accordée."""
    h = _habilitation(session, habilitation_id)
    if h is None or h.du is None:
        return None
    return AttestationHabilitationFaits(
        centre=entete_du_centre(session, h.centre, h.decide_le or h.du), organisme=_organisme(h.organisme), du=h.du, au=h.au,
        decide_le=h.decide_le,
        portee=_portee(h), en_vigueur=h.etat is EtatHabilitation.ACCORDEE,
    )


SOURCES: dict[str, Callable[[Session, int], DecisionHabilitationFaits | AttestationHabilitationFaits | None]] = {
    "decision-habilitation": decision, "attestation-habilitation": attestation,
}
"""Les documents d'une habilitation, par leur code."""


def liste_organismes(session: Session, au: dt.date) -> ListeOrganismesFaits:
    """Les habilitations en vigueur à une date, que l'acteur peut lire : celles de son centre, ou toutes (HAB-04)."""
    habilitations = session.scalars(
        select(Habilitation)
        .where(
            # Retirée ou suspendue depuis, elle valait encore avant (HAB-05) : ses périodes le disent.
            Habilitation.etat.in_(_VALABLES), Habilitation.du <= au,
            or_(Habilitation.au.is_(None), Habilitation.au >= au),
        )
        .options(
            joinedload(Habilitation.organisme), joinedload(Habilitation.centre), selectinload(Habilitation.blocs),
            selectinload(Habilitation.suspensions),
            selectinload(Habilitation.certifications).selectinload(Certification.enregistrements),
        )
    ).all()
    en_vigueur = [
        h for h in habilitations if not any(s.du <= au and (s.au is None or au <= s.au) for s in h.suspensions)
    ]
    acteur = acteur_courant()
    centre = session.get(Centre, acteur.centre_id) if acteur is not None and acteur.centre_id is not None else None
    rangees = sorted(en_vigueur, key=lambda h: (h.organisme.nom.casefold(), h.centre.nom.casefold(), h.id))
    return ListeOrganismesFaits(au, centre.nom if centre else "", tuple(_habilite(h) for h in rangees))


def _habilite(h: Habilitation) -> OrganismeHabilite:
    organisme = h.organisme
    siret = f"SIRET {organisme.siret}" if organisme.siret else ""
    declaration = f"déclaration d'activité {organisme.numero_declaration}" if organisme.numero_declaration else ""
    assert h.du is not None
    return OrganismeHabilite(
        nom=organisme.nom,
        declaration=" · ".join(filter(None, (siret, declaration))),
        adresse=organisme.adresse,
        centre=h.centre.nom,
        du=h.du,
        au=h.au,
        certifications=(*sorted(c.base_identifiant for c in h.certifications), *(b.identifiant for b in h.blocs)),
        demonstration=organisme.demonstration,
        siret=organisme.siret or "",
        numero_declaration=organisme.numero_declaration or "",
    )


def _habilitation(session: Session, habilitation_id: int) -> Habilitation | None:
    return session.scalar(
        select(Habilitation).where(Habilitation.id == habilitation_id).options(
            joinedload(Habilitation.organisme), joinedload(Habilitation.centre), selectinload(Habilitation.appreciations),
            selectinload(Habilitation.etapes), selectinload(Habilitation.blocs), selectinload(Habilitation.suspensions),
            selectinload(Habilitation.certifications).selectinload(Certification.enregistrements),
        )
    )


def _organisme(o: Organisme) -> OrganismeImprime:
    return OrganismeImprime(o.nom, o.siret or "", o.numero_declaration or "", o.adresse, o.demonstration)


def _portee(h: Habilitation) -> tuple[str, ...]:
    return (
        *sorted(f"{c.base_identifiant} « {c.titre} »" for c in h.certifications),
        *(f"{b.identifiant} « {b.libelle} »" for b in h.blocs),
    )


def _visites(etapes: list[EtapeInstruction], le: dt.date) -> tuple[dt.date, ...]:
    return tuple(e.faite_le for e in etapes if e.nature is NatureEtape.VISITE and not e.suivi and e.faite_le <= le)


def _indicateurs(session: Session, h: Habilitation) -> tuple[IndicateurImprime, ...]:
    connues = {a.indicateur_id: a for a in h.appreciations}
    indicateurs = session.scalars(
        select(Indicateur).order_by(Indicateur.critere_numero, Indicateur.rang).options(joinedload(Indicateur.critere))
    )
    return tuple(
        IndicateurImprime(
            f"Critère {i.critere}", f"{i.critere_numero}.{i.rang}", i.libelle,
            a.resultat.value if (a := connues.get(i.id)) and a.resultat else None,
            a.preuve if a else "", a.commentaire if a else "",
        )
        for i in indicateurs
    )
