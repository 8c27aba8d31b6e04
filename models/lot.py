"""Écrire beaucoup de lignes d'un coup : COPY sur PostgreSQL, un `executemany` du pilote sur SQLite.

Les lignes vont en colonnes : ce qui se répète n'y est préparé qu'une fois. Les clés sont prises d'avance, pour que les
lignes d'une table désignent celles d'une autre sans relire. La base reçoit ce que l'ORM écrirait, et ses contraintes
jugent pareil.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

from sqlalchemy import ARRAY, JSON, Column, ColumnElement, Connection, Table, any_, func, literal, select, text
from sqlalchemy.exc import DBAPIError

Transformation = Callable[[Any], Any]


def reserver(connexion: Connection, table: Table, nombre: int) -> range | list[int]:
    """Prend `nombre` clés primaires neuves ; sur SQLite, la transaction doit déjà tenir le verrou d'écriture."""
    if connexion.dialect.name == "postgresql":
        suite = text("SELECT nextval(pg_get_serial_sequence(:t, 'id')) FROM generate_series(1, :n)")
        return list(connexion.scalars(suite, {"t": table.name, "n": nombre}))
    derniere = connexion.scalar(select(func.max(table.c.id))) or 0
    return range(derniere + 1, derniere + 1 + nombre)


def parmi(connexion: Connection, colonne: ColumnElement[Any], valeurs: Collection[Any]) -> ColumnElement[bool]:
    """« Cette colonne est l'une de ces valeurs », en un seul paramètre quel que soit leur nombre."""
    if connexion.dialect.name == "postgresql":
        return colonne == any_(literal(list(valeurs), ARRAY(colonne.type)))
    chacune = func.json_each(json.dumps(list(valeurs))).table_valued("value")
    return colonne.in_(select(chacune.c.value))


def _en_json(valeur: Any) -> str | None:
    return None if valeur is None else json.dumps(valeur)


def _transformation(connexion: Connection, colonne: Column[Any]) -> Transformation | None:
    if isinstance(colonne.type, JSON):
        return _en_json
    return colonne.type.dialect_impl(connexion.dialect).bind_processor(connexion.dialect)


def inserer(
    connexion: Connection,
    table: Table,
    lignes: Sequence[Mapping[str, Any]],
    communes: Mapping[str, Any] | None = None,
) -> None:
    """Insère des lignes de mêmes colonnes ; `communes` vaut pour toutes. Les valeurs passent par les types du schéma."""
    if not lignes:
        return
    colonnes: dict[str, Sequence[Any]] = {}
    for nom in lignes[0]:
        t = _transformation(connexion, table.c[nom])
        colonnes[nom] = [t(ligne[nom]) for ligne in lignes] if t is not None else [ligne[nom] for ligne in lignes]
    inserer_colonnes(connexion, table, colonnes, len(lignes), communes)


def inserer_colonnes(
    connexion: Connection,
    table: Table,
    colonnes: Mapping[str, Sequence[Any]],
    nombre: int,
    communes: Mapping[str, Any] | None = None,
) -> None:
    """Insère `nombre` lignes données en colonnes, de valeurs telles que la base les reçoit.

    Textes, entiers, booléens, `None` ; une date s'écrit ISO, un membre de liste fermée par sa valeur, un JSON par son
    texte. `communes`, mêmes pour toutes les lignes, passent par les types du schéma.
    """
    if not nombre:
        return
    constantes = {
        nom: t(valeur) if (t := _transformation(connexion, table.c[nom])) else valeur
        for nom, valeur in (communes or {}).items() if nom not in colonnes
    }
    # Noms de table et de colonnes viennent du schéma, jamais d'une saisie.
    liste = ", ".join(f'"{nom}"' for nom in (*colonnes, *constantes))
    if connexion.dialect.name == "postgresql":
        _copier(connexion, f'COPY "{table.name}" ({liste}) FROM STDIN', colonnes.values(), constantes.values())
        return
    valeurs = list(zip(*colonnes.values(), *map(repeat, constantes.values()), strict=False))
    marques = ", ".join("?" * (len(colonnes) + len(constantes)))
    connexion.exec_driver_sql(f'INSERT INTO "{table.name}" ({liste}) VALUES ({marques})', valeurs)  # noqa: S608


def _copier(
    connexion: Connection, ordre: str, colonnes: Iterable[Sequence[Any]], constantes: Iterable[Any]
) -> None:
    pilote = connexion.connection.driver_connection
    if pilote is None:
        raise RuntimeError("connexion fermée")
    fin = "".join(f"\t{_en_texte(v)}" for v in constantes) + "\n"
    corps = fin.join(map("\t".join, zip(*map(_textes, colonnes), strict=True))) + fin
    erreurs = connexion.dialect.loaded_dbapi.Error
    try:
        with pilote.cursor() as curseur, curseur.copy(ordre) as copie:
            copie.write(corps)
    except erreurs as erreur:
        # La même enveloppe que pour toute instruction : `rules.controle.traduire` y lit la contrainte.
        raise DBAPIError.instance(ordre, None, erreur, erreurs, hide_parameters=True) from erreur


_SPECIAUX = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"})


def _en_texte(valeur: Any) -> str:
    """Une valeur au format texte de COPY."""
    if valeur is None:
        return "\\N"
    if valeur is True or valeur is False:
        return "t" if valeur else "f"
    if isinstance(valeur, bytes):
        return f"\\\\x{valeur.hex()}"
    return valeur.translate(_SPECIAUX) if isinstance(valeur, str) else str(valeur).translate(_SPECIAUX)


def _textes(valeurs: Sequence[Any]) -> Sequence[str]:
    return par_valeur(_en_texte, valeurs)


def par_valeur(fonction: Callable[[Any], str], valeurs: Sequence[Any]) -> list[str]:
    """Une fonction sur une colonne, appliquée une fois par valeur distincte ; 1 et `True` ne se mêlent pas."""
    distinctes = set(valeurs)
    if len(distinctes) * 2 > len(valeurs) or not {True, False}.isdisjoint(distinctes):
        return list(map(fonction, valeurs))
    rendues = {v: fonction(v) for v in distinctes}
    return list(map(rendues.__getitem__, valeurs))
