"""Publier une formulation, poser ou retirer le logo d'un centre : les actes de la papeterie."""

from __future__ import annotations

import datetime as dt
import hashlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Centre, Formulation, LogoCentre
from models.base import aujourd_hui
from models.verrou import verrouiller
from rules import controle
from rules.formulation import PASSAGES, FormulationFacts, normaliser


def publier(session: Session, code: str, texte: str, part_de: int) -> Formulation:
    """Publie une version d'un passage ; les lettres datées du lendemain et d'après la prennent, jamais celles d'avant.

    :param part_de: la version que la personne avait sous les yeux ; 0 pour le texte d'origine.
    :raises Refus: FOR-01 à FOR-05 ; rien n'est écrit.
    """
    passage, texte, jour = PASSAGES[code], normaliser(texte), aujourd_hui()
    versions = versions_publiees(session, code)
    derniere = versions[0].numero if versions else 0
    actuel = versions[0].texte if versions else passage.texte
    controle.exiger(controle.formulation(FormulationFacts(passage, texte, part_de, derniere, actuel)))
    formulation = Formulation(
        code=code, numero=derniere + 1, texte=texte, publiee_le=jour, applicable_le=jour + dt.timedelta(days=1)
    )
    session.add(formulation)
    session.flush()
    return formulation


def versions_publiees(session: Session, code: str) -> list[Formulation]:
    """Les versions d'un passage, la dernière d'abord."""
    return list(session.scalars(select(Formulation).where(Formulation.code == code).order_by(Formulation.numero.desc())))


def formulations_au(session: Session, jour: dt.date) -> list[Formulation]:
    """La version de chaque passage reformulé qu'une lettre datée de ce jour prend, en une requête."""
    dernieres = (
        select(Formulation.code, func.max(Formulation.numero).label("numero"))
        .where(Formulation.applicable_le <= jour).group_by(Formulation.code).subquery()
    )
    return list(session.scalars(
        select(Formulation)
        .join(dernieres, (Formulation.code == dernieres.c.code) & (Formulation.numero == dernieres.c.numero))
        .order_by(Formulation.code)
    ))


def poser_le_logo(
    session: Session, centre: Centre, contenu: bytes, type_mime: str, largeur: int, hauteur: int
) -> LogoCentre:
    """Pose le logo d'un centre à la place du précédent ; `contenu` est déjà vérifié et réduit (`documents.logo`)."""
    verrouiller(session, centre)
    logo = logo_du_centre(session, centre.id) or LogoCentre(centre_id=centre.id)
    logo.contenu, logo.type_mime, logo.largeur, logo.hauteur = contenu, type_mime, largeur, hauteur
    logo.sha256 = hashlib.sha256(contenu).hexdigest()
    session.add(logo)
    session.flush()
    return logo


def logo_du_centre(session: Session, centre_id: int) -> LogoCentre | None:
    """Le logo d'un centre, sans ses octets ; rien s'il n'en a pas."""
    return session.scalar(select(LogoCentre).where(LogoCentre.centre_id == centre_id))


def retirer_le_logo(session: Session, centre: Centre) -> None:
    """Retire le logo d'un centre : son en-tête redevient typographique."""
    verrouiller(session, centre)
    logo = logo_du_centre(session, centre.id)
    if logo is not None:
        session.delete(logo)
        session.flush()
