"""Voter de son appareil : le lien d'un siège, pour une séance (partie 2, chapitre 3, § 3 ; décision 020)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Instant, Trace, cle
from models.jury import Siege


class LienVote(Trace, Base):
    """Le lien par lequel un membre vote de son appareil : un jury, un siège ; il meurt avec la séance.

    Seule l'empreinte du jeton est gardée : qui lit la base n'en tire aucun lien.
    """

    __tablename__ = "lien_vote"
    id: Mapped[cle]
    siege_id: Mapped[int] = mapped_column()
    jury_id: Mapped[int] = mapped_column(index=True)
    centre_id: Mapped[int] = mapped_column(index=True)
    empreinte: Mapped[str] = mapped_column(String(64), unique=True, comment="SHA-256 du jeton, jamais le jeton")
    emarge_le: Mapped[dt.datetime | None] = mapped_column(Instant, comment="le membre a dit sa présence de son appareil")
    revoque_le: Mapped[dt.datetime | None] = mapped_column(Instant)
    siege: Mapped[Siege] = relationship(primaryjoin="LienVote.siege_id == Siege.id", foreign_keys=[siege_id])
    __table_args__ = (
        ForeignKeyConstraint(["siege_id", "jury_id"], ["siege.id", "siege.jury_id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["siege_id", "centre_id"], ["siege.id", "siege.centre_id"], ondelete="CASCADE"),
        CheckConstraint("length(empreinte) = 64", name="empreinte"),
        Index(
            "uq_lien_vote_en_cours", "siege_id", unique=True,
            sqlite_where=text("revoque_le IS NULL"), postgresql_where=text("revoque_le IS NULL"),
        ),
    )
