"""Transmission des dossiers de jury au GTP, et suivi du processus d'attribution (partie 2, chap. 3, § 5, et chap. 4)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Trace, cle
from models.jury import Jury


class Transmission(Trace, Base):
    """Le dossier d'un jury pour le GTP : lettre, émargement, procès-verbal ; transmis, puis contrôlé."""

    __tablename__ = "transmission"
    id: Mapped[cle]
    jury_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column(index=True)
    transmise_le: Mapped[dt.date | None]
    controlee_le: Mapped[dt.date | None]
    conforme: Mapped[bool | None]
    observations: Mapped[str] = mapped_column(Text, default="", comment="observations du GTP")
    jury: Mapped[Jury] = relationship()
    actions: Mapped[list[ActionCorrective]] = relationship(
        back_populates="transmission", order_by="ActionCorrective.terme", cascade="all, delete-orphan"
    )
    __table_args__ = (
        ForeignKeyConstraint(["jury_id", "centre_id"], ["jury.id", "jury.centre_id"]),
        UniqueConstraint("jury_id"),
        UniqueConstraint("id", "centre_id"),
        CheckConstraint("(controlee_le IS NULL) = (conforme IS NULL)", name="controle"),
        CheckConstraint("controlee_le IS NULL OR controlee_le >= transmise_le", name="controle_apres_transmission"),
        CheckConstraint("controlee_le IS NULL OR transmise_le IS NOT NULL", name="transmise_avant_controle"),
        Index("ix_transmission_transmise_le", "transmise_le"),
    )

    @property
    def decide(self) -> bool:
        """Vrai une fois transmis : ses pièces ne changent plus."""
        return self.transmise_le is not None

    def __str__(self) -> str:
        return f"Dossier du {str(self.jury).removeprefix('Jury du ')}"


class ActionCorrective(Trace, Base):
    """Une action que le GTP demande à un jury, son terme, et ce qui en a été fait (partie 2, chapitre 4)."""

    __tablename__ = "action_corrective"
    id: Mapped[cle]
    transmission_id: Mapped[int] = mapped_column(index=True)
    centre_id: Mapped[int] = mapped_column(index=True)
    libelle: Mapped[str] = mapped_column(String(1000))
    terme: Mapped[dt.date]
    realisee_le: Mapped[dt.date | None]
    compte_rendu: Mapped[str] = mapped_column(String(1000), default="")
    transmission: Mapped[Transmission] = relationship(back_populates="actions")
    __table_args__ = (
        ForeignKeyConstraint(["transmission_id", "centre_id"], ["transmission.id", "transmission.centre_id"]),
        CheckConstraint("libelle <> ''", name="libelle"),
        CheckConstraint("realisee_le IS NULL OR compte_rendu <> ''", name="compte_rendu"),
    )

    def __str__(self) -> str:
        return self.libelle
