"""Ce qui est détenu sur une personne, de la base aux faits de son dossier (droit d'accès).

Les tables se découvrent par leurs clés : ce qui désigne la personne, puis ce qui désigne ces lignes-là, et ainsi de
suite. Une table nouvelle y entre donc d'elle-même. Tout se lit par la session : le responsable d'un centre n'obtient que
ce que son centre détient, et la compensation du handicap n'est lue que de lui (INS-14).
"""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

from sqlalchemy import LargeBinary, inspect, or_, select
from sqlalchemy.orm import MANYTOONE, Session

from documents.dossier import DossierFacts, Section
from models import Base, Candidat, CandidatCle, Journal, Vote
from models.base import PARIS

_TECHNIQUES = frozenset({"version", "created_by", "updated_by", "recherche", "recherche_usage", "recherche_prenoms", "nom_tri",
                         "cle_identite"})
# Le vote d'un juré est le sien, non une donnée du candidat ; une clé de rapprochement n'est qu'un condensé de son nom.
_HORS = (Vote, CandidatCle, Journal, Candidat)
_TITRES = {
    "candidat": "Identité", "inscription": "Inscriptions", "evaluation": "Évaluations", "presentation": "Présentations à un jury",
    "presentation_competence": "Compétences retenues par le jury", "certificat": "Certificats", "amenagement": "Compensation du handicap",
    "archive": "Documents conservés", "inscription_bloc": "Blocs visés", "vae": "VAE", "piece": "Pièces jointes",
    "journal": "Journal des écritures et des lectures",
}


def dossier(session: Session, candidat_id: int, jour: dt.date) -> DossierFacts | None:
    """Le dossier d'une personne, fiches réunies comprises ; rien si elle n'est pas du territoire de l'acteur."""
    candidat = session.scalar(select(Candidat).where(Candidat.id == candidat_id))
    if candidat is None:
        return None
    fiches = [candidat, *session.scalars(select(Candidat).where(Candidat.fusionne_dans_id == candidat_id))]
    connus: dict[str, list[int]] = {"candidat": [f.id for f in fiches]}
    sections = [Section("candidat", _TITRES["candidat"], tuple(_lisible(f) for f in fiches))]
    restants = [m for m in Base.registry.mappers if m.class_ not in _HORS]
    trouve = True
    while trouve:
        trouve = False
        for mapper in list(restants):
            colonnes = [mapper.columns[f"{nom}_id"] for nom in connus if f"{nom}_id" in mapper.columns]
            if not colonnes:
                continue
            restants.remove(mapper)
            trouve = True
            condition = or_(*(colonne.in_(connus[colonne.name.removesuffix("_id")]) for colonne in colonnes))
            objets = session.scalars(select(mapper.class_).where(condition).order_by(*mapper.primary_key)).unique().all()
            table = str(mapper.local_table.description)
            if "id" in mapper.columns:
                connus[table] = [o.id for o in objets]
            if objets:
                sections.append(Section(table, _titre(table), tuple(_lisible(o) for o in objets)))
    sections.append(_journal(session, connus))
    return DossierFacts(candidat_id, str(candidat), jour, tuple(s for s in sections if s.lignes))


def _titre(table: str) -> str:
    return _TITRES.get(table, table.replace("_", " ").capitalize())


def _journal(session: Session, connus: dict[str, list[int]]) -> Section:
    lignes: list[Journal] = []
    for table, ids in connus.items():
        lignes += session.scalars(select(Journal).where(Journal.objet == table, Journal.objet_id.in_(ids))).all()
    return Section("journal", _titre("journal"), tuple(
        {"le": _texte(j.le), "acteur": j.acteur, "action": j.action, "objet": f"{_titre(j.objet)} n° {j.objet_id}",
         "avant": _texte(j.avant or ""), "apres": _texte(j.apres or "")}
        for j in sorted(lignes, key=lambda j: j.id)
    ))


def _lisible(objet: Any) -> dict[str, str]:
    """Une ligne, sans ses colonnes techniques ; une clé étrangère se lit par ce qu'elle désigne."""
    mapper = inspect(type(objet))
    noms: dict[str, str] = {}
    for relation in mapper.relationships:
        if relation.direction is MANYTOONE:
            for colonne in relation.local_columns:
                if colonne.name != "centre_id" or relation.key == "centre":
                    noms.setdefault(colonne.name, relation.key)
    ligne = {}
    for attribut in mapper.column_attrs:
        if attribut.key in _TECHNIQUES or isinstance(attribut.columns[0].type, LargeBinary):
            continue
        designe = getattr(objet, noms[attribut.key]) if attribut.key in noms else None
        valeur = _texte(designe if designe is not None else getattr(objet, attribut.key))
        if valeur:
            ligne[attribut.key.removesuffix("_id") if designe is not None else attribut.key] = valeur
    return ligne


def _texte(valeur: Any) -> str:
    if isinstance(valeur, dict):
        return " ; ".join(f"{nom.replace('_', ' ')} : {_texte(v)}" for nom, v in valeur.items() if _texte(v))
    if isinstance(valeur, list | tuple):
        return ", ".join(map(_texte, valeur))
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, enum.Enum):
        return str(getattr(valeur, "libelle", valeur.value))
    if isinstance(valeur, dt.datetime):
        valeur = f"{valeur.astimezone(PARIS):%d/%m/%Y %H:%M}"
    elif isinstance(valeur, dt.date):
        valeur = f"{valeur:%d/%m/%Y}"
    return "" if valeur is None else str(valeur)
