"""Socle du schéma : convention de nommage, types de colonnes, traces communes à toutes les tables.

L'intégrité vit ici et dans la base, la même sur SQLite et PostgreSQL ; le paquet `rules` dit pourquoi, en
français, avant que la base ne dise non.
"""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, ForeignKey, Integer, MetaData, String, Text, types
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

PARIS = ZoneInfo("Europe/Paris")
NOMMAGE = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base déclarative du schéma ; `__libelle__` est le nom de la table à l'écran."""

    metadata = MetaData(naming_convention=NOMMAGE)


def maintenant() -> dt.datetime:
    """L'instant présent, en UTC."""
    return dt.datetime.now(dt.UTC)


def aujourd_hui() -> dt.date:
    """Le jour présent à Paris : les dates du dispositif sont civiles."""
    return dt.datetime.now(PARIS).date()


class Instant(types.TypeDecorator[dt.datetime]):
    """Un instant en UTC, conscient de son fuseau sur les deux moteurs (SQLite ne le garde pas)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse un instant naïf : il ne dirait pas de quelle heure il parle."""
        if value is not None and value.tzinfo is None:
            msg = "instant sans fuseau"
            raise ValueError(msg)
        return value.astimezone(dt.UTC) if value is not None else None

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Rend l'instant en UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def liste_fermee(enumeration: type[Enum], nom: str) -> SqlEnum:
    """Type d'une liste fermée : la valeur (non le nom) en base, gardée par un CHECK nommé."""
    return SqlEnum(
        enumeration,
        native_enum=False,
        create_constraint=True,
        name=nom,
        length=max(len(str(m.value)) for m in enumeration),
        values_callable=lambda e: [str(m.value) for m in e],
        validate_strings=True,
    )


# Comparaison octet à octet sur les deux moteurs : un index B-tree sert la recherche par préfixe.
Texte_recherche = String(400).with_variant(String(400, collation="C"), "postgresql")

cle = Annotated[int, mapped_column(Integer, primary_key=True)]
nom_long = Annotated[str, mapped_column(String(200))]
nom_personne = Annotated[str, mapped_column(String(120))]
texte = Annotated[str, mapped_column(Text)]
code_court = Annotated[str, mapped_column(String(20))]
instant = Annotated[dt.datetime, mapped_column(Instant)]


class Trace:
    """Créé et modifié quand et par qui, et `version` pour que deux personnes ne s'écrasent pas."""

    created_at: Mapped[dt.datetime] = mapped_column(Instant, default=maintenant, sort_order=900)
    updated_at: Mapped[dt.datetime] = mapped_column(Instant, default=maintenant, onupdate=maintenant, sort_order=901)
    version: Mapped[int] = mapped_column(Integer, default=1, sort_order=904)

    @declared_attr
    def created_by(cls) -> Mapped[int | None]:
        """Le compte qui a créé la ligne ; vide pour la CLI et les nomenclatures."""
        return mapped_column(ForeignKey("utilisateur.id", use_alter=True), sort_order=902)

    @declared_attr
    def updated_by(cls) -> Mapped[int | None]:
        """Le dernier compte qui a modifié la ligne."""
        return mapped_column(ForeignKey("utilisateur.id", use_alter=True), sort_order=903)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        """Verrou optimiste : un UPDATE sur une version dépassée échoue."""
        return {"version_id_col": cls.version}
