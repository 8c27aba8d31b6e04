"""Procès-verbal rectificatif : ce qu'il change, qui l'a approuvé, les certificats qu'il annule (JUR-13 ; décision 020)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.attribution import Certificat
from models.base import Base, Trace, cle, liste_fermee
from models.jury import Presentation, ProcesVerbal, Siege
from models.referentiel import Competence
from rules.nomenclatures import ObjetRectification


class Rectification(Trace, Base):
    """Une chose qu'un procès-verbal rectificatif change pour un candidat : ce qui était écrit, ce qui doit l'être."""

    __tablename__ = "rectification"
    id: Mapped[cle]
    proces_verbal_id: Mapped[int] = mapped_column(comment="le procès-verbal rectificatif")
    jury_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    presentation_id: Mapped[int] = mapped_column(index=True)
    objet: Mapped[ObjetRectification] = mapped_column(liste_fermee(ObjetRectification, "objet"))
    competence_id: Mapped[int | None] = mapped_column(ForeignKey("competence.id"))
    avant: Mapped[str] = mapped_column(String(300))
    apres: Mapped[str] = mapped_column(String(300))
    proces_verbal: Mapped[ProcesVerbal] = relationship(
        primaryjoin="Rectification.proces_verbal_id == ProcesVerbal.id", foreign_keys=[proces_verbal_id],
        back_populates="rectifications",
    )
    presentation: Mapped[Presentation] = relationship(
        primaryjoin="Rectification.presentation_id == Presentation.id", foreign_keys=[presentation_id]
    )
    competence: Mapped[Competence | None] = relationship()
    __table_args__ = (
        ForeignKeyConstraint(["proces_verbal_id", "jury_id"], ["proces_verbal.id", "proces_verbal.jury_id"]),
        ForeignKeyConstraint(["proces_verbal_id", "centre_id"], ["proces_verbal.id", "proces_verbal.centre_id"]),
        ForeignKeyConstraint(["presentation_id", "jury_id"], ["presentation.id", "presentation.jury_id"]),
        UniqueConstraint("proces_verbal_id", "presentation_id", "competence_id"),
        Index(
            "uq_rectification_objet", "proces_verbal_id", "presentation_id", "objet", unique=True,
            sqlite_where=text("competence_id IS NULL"), postgresql_where=text("competence_id IS NULL"),
        ),
        CheckConstraint("(objet = 'competence') = (competence_id IS NOT NULL)", name="competence_nommee"),
        CheckConstraint("avant <> apres", name="change"),
    )


class VoteRectificatif(Trace, Base):
    """La voix d'un siège pour ou contre une rectification qui change une décision (JUR-10)."""

    __tablename__ = "vote_rectificatif"
    id: Mapped[cle]
    proces_verbal_id: Mapped[int] = mapped_column()
    jury_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    siege_id: Mapped[int] = mapped_column(index=True)
    pour: Mapped[bool]
    consigne_par: Mapped[str] = mapped_column(String(200), default="", comment="qui l'a consigné au nom du membre")
    proces_verbal: Mapped[ProcesVerbal] = relationship(
        primaryjoin="VoteRectificatif.proces_verbal_id == ProcesVerbal.id", foreign_keys=[proces_verbal_id],
        back_populates="votes_rectificatifs",
    )
    siege: Mapped[Siege] = relationship(primaryjoin="VoteRectificatif.siege_id == Siege.id", foreign_keys=[siege_id])
    __table_args__ = (
        ForeignKeyConstraint(["proces_verbal_id", "jury_id"], ["proces_verbal.id", "proces_verbal.jury_id"]),
        ForeignKeyConstraint(["proces_verbal_id", "centre_id"], ["proces_verbal.id", "proces_verbal.centre_id"]),
        ForeignKeyConstraint(["siege_id", "jury_id"], ["siege.id", "siege.jury_id"]),
        UniqueConstraint("proces_verbal_id", "siege_id"),
    )


class AnnulationCertificat(Trace, Base):
    """Un certificat que rend faux un procès-verbal rectificatif signé : annulé à une date, jamais effacé."""

    __tablename__ = "annulation_certificat"
    id: Mapped[cle]
    certificat_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    proces_verbal_id: Mapped[int] = mapped_column(index=True, comment="le procès-verbal rectificatif")
    annule_le: Mapped[dt.date]
    motif: Mapped[str] = mapped_column(Text)
    certificat: Mapped[Certificat] = relationship(
        primaryjoin="AnnulationCertificat.certificat_id == Certificat.id", foreign_keys=[certificat_id],
        back_populates="annulation",
    )
    proces_verbal: Mapped[ProcesVerbal] = relationship(
        primaryjoin="AnnulationCertificat.proces_verbal_id == ProcesVerbal.id", foreign_keys=[proces_verbal_id]
    )
    __table_args__ = (
        ForeignKeyConstraint(["certificat_id", "centre_id"], ["certificat.id", "certificat.centre_id"]),
        ForeignKeyConstraint(["proces_verbal_id", "centre_id"], ["proces_verbal.id", "proces_verbal.centre_id"]),
        UniqueConstraint("certificat_id"),
        CheckConstraint("motif <> ''", name="motif"),
    )
