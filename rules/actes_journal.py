"""Sceller le journal par blocs, et vérifier qu'il est tel qu'il a été scellé.

Un bloc tient les entrées de mille numéros. Son empreinte couvre tout ce que les entrées disent ; quand une purge en
efface des valeurs, elle rescelle les blocs touchés et y laisse son numéro : une valeur absente s'explique par une purge,
ou se voit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from models import Journal, SceauJournal
from models.base import maintenant

TAILLE = 1000


@dataclass(frozen=True, slots=True)
class Verification:
    """Ce que dit la vérification : combien de blocs, d'entrées, et quels blocs ont changé depuis leur sceau."""

    blocs: int
    entrees: int
    non_scellees: int
    alteres: tuple[int, ...]


def _blocs(connexion: Connection, depuis: int = 0) -> Iterator[tuple[int, int, str]]:
    """Chaque bloc qui a des entrées, leur nombre et leur empreinte, en un seul passage."""
    j = Journal.__table__
    condense, courant, nombre = hashlib.sha256(), -1, 0
    requete = select(
        j.c.id, j.c.le, j.c.acteur, j.c.utilisateur_id, j.c.centre_id, j.c.action, j.c.objet, j.c.objet_id, j.c.avant, j.c.apres,
        j.c.importation_id, j.c.importation_ligne,
    ).where(j.c.id >= depuis * TAILLE).order_by(j.c.id)
    for ligne in connexion.execute(requete, execution_options={"yield_per": 5_000}):
        bloc = ligne[0] // TAILLE
        if bloc != courant:
            if nombre:
                yield courant, nombre, condense.hexdigest()
            condense, courant, nombre = hashlib.sha256(), bloc, 0
        ecrite = json.dumps([ligne[0], ligne[1].isoformat(), *ligne[2:]], ensure_ascii=False, sort_keys=True)
        condense.update(ecrite.encode() + b"\n")
        nombre += 1
    if nombre:
        yield courant, nombre, condense.hexdigest()


def sceller(session: Session, purge_id: int | None = None) -> int:
    """Scelle les blocs complets qui ne le sont pas encore ; après une purge, rescelle aussi ceux qu'elle a changés.

    Rend le nombre de sceaux posés. Le dernier bloc, encore ouvert, attend d'être plein.
    """
    session.flush()
    connexion = session.connection()
    poses = {s.bloc: s for s in session.scalars(select(SceauJournal))}
    dernier = (connexion.scalar(select(func.max(Journal.id))) or 0) // TAILLE
    depuis = 0 if purge_id is not None else max(poses, default=-1) + 1
    nombre = 0
    for bloc, entrees, empreinte in list(_blocs(connexion, depuis)):
        if bloc >= dernier:
            break
        sceau = poses.get(bloc)
        if sceau is None:
            session.add(SceauJournal(bloc=bloc, nombre=entrees, empreinte=empreinte, purge_id=purge_id))
        elif sceau.empreinte != empreinte:
            sceau.nombre, sceau.empreinte, sceau.scelle_le, sceau.purge_id = entrees, empreinte, maintenant(), purge_id
        else:
            continue
        nombre += 1
    session.flush()
    return nombre


def verifier(session: Session) -> Verification:
    """Recalcule chaque bloc scellé et le compare à son sceau."""
    session.flush()
    sceaux = {s.bloc: s for s in session.scalars(select(SceauJournal))}
    lus: dict[int, tuple[int, str]] = {}
    ouvertes = 0
    for bloc, entrees, empreinte in _blocs(session.connection()):
        if bloc in sceaux:
            lus[bloc] = (entrees, empreinte)
        else:
            ouvertes += entrees
    alteres = tuple(b for b, s in sorted(sceaux.items()) if lus.get(b) != (s.nombre, s.empreinte))
    return Verification(len(sceaux), sum(n for n, _ in lus.values()) + ouvertes, ouvertes, alteres)
