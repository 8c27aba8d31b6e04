"""Le logo d'un centre et les formulations que la branche donne à ses lettres."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from models.acteurs import Centre
from models.base import Base, Trace, cle, code_court, texte


class LogoCentre(Trace, Base):
    """Le logo de l'en-tête d'un centre, tel qu'il s'imprime : déjà vérifié, réduit et débarrassé de ce qui ne se voit pas."""

    __tablename__ = "logo_centre"
    id: Mapped[cle]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"), unique=True)
    type_mime: Mapped[code_court] = mapped_column(comment="image/png ou image/svg+xml")
    largeur: Mapped[int] = mapped_column(comment="points de l'image ; seul le rapport à la hauteur compte")
    hauteur: Mapped[int] = mapped_column(comment="points de l'image")
    sha256: Mapped[str] = mapped_column(String(64))
    contenu: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    centre: Mapped[Centre] = relationship()
    __table_args__ = (
        CheckConstraint("type_mime IN ('image/png', 'image/svg+xml')", name="type_mime"),
        CheckConstraint("largeur > 0 AND hauteur > 0", name="dimensions"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )


class Formulation(Trace, Base):
    """Une version publiée d'un passage de lettre ; jamais modifiée, la suivante la remplace pour les lettres d'après.

    `code` nomme le passage (`rules.formulation.PASSAGES`), `numero` sa version. Une lettre prend la dernière version
    applicable à sa date : refaite plus tard, elle redit la même chose.
    """

    __tablename__ = "formulation"
    id: Mapped[cle]
    code: Mapped[str] = mapped_column(String(80))
    numero: Mapped[int]
    texte: Mapped[texte]
    publiee_le: Mapped[dt.date]
    applicable_le: Mapped[dt.date] = mapped_column(index=True, comment="première date de lettre qui prend ce texte")
    __table_args__ = (
        UniqueConstraint("code", "numero"),
        CheckConstraint("numero > 0", name="numero"),
        CheckConstraint("texte <> ''", name="texte"),
        CheckConstraint("applicable_le > publiee_le", name="applicable"),
    )

    def __str__(self) -> str:
        return f"{self.code}, version {self.numero}"
