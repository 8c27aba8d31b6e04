"""Écrire beaucoup de lignes d'un coup : COPY sur PostgreSQL, un `executemany` du pilote sur SQLite.

Les clés sont prises d'avance, pour que les lignes d'une table désignent celles d'une autre sans relire. Les
valeurs passent par les types du schéma (listes fermées, instants, JSON) : la base reçoit ce que l'ORM écrirait, et
ses contraintes jugent pareil.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select, text
from sqlalchemy.exc import DBAPIError

Transformation = Callable[[Any], Any]


def reserver(connexion: Connection, table: Table, nombre: int) -> range | list[int]:
    """Prend `nombre` clés primaires neuves ; sur SQLite, la transaction doit déjà tenir le verrou d'écriture."""
    if connexion.dialect.name == "postgresql":
        suite = text("SELECT nextval(pg_get_serial_sequence(:t, 'id')) FROM generate_series(1, :n)")
        return list(connexion.scalars(suite, {"t": table.name, "n": nombre}))
    derniere = connexion.scalar(select(func.max(table.c.id))) or 0
    return range(derniere + 1, derniere + 1 + nombre)


def _transformation(connexion: Connection, colonne: Column[Any]) -> Transformation | None:
    return colonne.type.dialect_impl(connexion.dialect).bind_processor(connexion.dialect)


def inserer(
    connexion: Connection,
    table: Table,
    lignes: Sequence[Mapping[str, Any]],
    communes: Mapping[str, Any] | None = None,
) -> None:
    """Insère des lignes de mêmes colonnes ; `communes` vaut pour toutes."""
    if not lignes:
        return
    communes = {nom: valeur for nom, valeur in (communes or {}).items() if nom not in lignes[0]}
    noms = [*lignes[0], *communes]
    transformations = [_transformation(connexion, table.c[nom]) for nom in lignes[0]]
    fin = tuple(
        t(valeur) if (t := _transformation(connexion, table.c[nom])) else valeur for nom, valeur in communes.items()
    )
    colonnes = [
        [t(ligne[nom]) for ligne in lignes] if t is not None else [ligne[nom] for ligne in lignes]
        for nom, t in zip(lignes[0], transformations, strict=True)
    ]
    valeurs = (valeurs + fin for valeurs in zip(*colonnes, strict=True))
    _ecrire(connexion, table.name, noms, valeurs)


def _ecrire(connexion: Connection, table: str, noms: Sequence[str], valeurs: Iterable[tuple[Any, ...]]) -> None:
    # Noms de table et de colonnes viennent du schéma, jamais d'une saisie.
    liste = ", ".join(f'"{nom}"' for nom in noms)
    if connexion.dialect.name == "postgresql":
        pilote = connexion.connection.driver_connection
        if pilote is None:
            raise RuntimeError("connexion fermée")
        ordre = f'COPY "{table}" ({liste}) FROM STDIN'
        erreurs = connexion.dialect.loaded_dbapi.Error
        try:
            with pilote.cursor() as curseur, curseur.copy(ordre) as copie:
                for ligne in valeurs:
                    copie.write_row(ligne)
        except erreurs as erreur:
            # La même enveloppe que pour toute instruction : `rules.controle.traduire` y lit la contrainte.
            raise DBAPIError.instance(ordre, None, erreur, erreurs, hide_parameters=True) from erreur
        return
    marques = ", ".join("?" * len(noms))
    connexion.exec_driver_sql(f'INSERT INTO "{table}" ({liste}) VALUES ({marques})', list(valeurs))  # noqa: S608
