"""Ce qui entoure les évaluations : commission, modalités convenues, avis de l'entreprise (partie 2, chap. 2, § 1.B)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.acteurs import Centre, Personne
from models.base import Base, Trace, cle, liste_fermee
from models.candidat import Inscription
from rules.nomenclatures import SensAvis


class CommissionEvaluation(Trace, Base):
    """Une commission d'évaluation d'un centre, un jour, en un lieu : « plusieurs membres qualifiés » (EVA-02)."""

    __tablename__ = "commission_evaluation"
    id: Mapped[cle]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    reference: Mapped[str] = mapped_column(String(40), unique=True, comment="donnée par la console : CE 68-2026-0004")
    date_commission: Mapped[dt.date]
    lieu: Mapped[str] = mapped_column(String(200))
    centre: Mapped[Centre] = relationship()
    evaluateurs: Mapped[list[Evaluateur]] = relationship(
        back_populates="commission", order_by="Evaluateur.id", cascade="all, delete-orphan"
    )
    __table_args__ = (
        UniqueConstraint("id", "centre_id"),
        CheckConstraint("lieu <> ''", name="lieu"),
        Index("ix_commission_evaluation_centre_id_date_commission", "centre_id", "date_commission"),
    )

    def __str__(self) -> str:
        return f"{self.reference}, le {self.date_commission:%d/%m/%Y} à {self.lieu}"


class Evaluateur(Trace, Base):
    """Un membre d'une commission d'évaluation, et le domaine qui le qualifie."""

    __tablename__ = "evaluateur"
    id: Mapped[cle]
    commission_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    personne_id: Mapped[int] = mapped_column(index=True)
    domaine: Mapped[str] = mapped_column(String(200), comment="domaine professionnel qui le qualifie")
    commission: Mapped[CommissionEvaluation] = relationship(back_populates="evaluateurs")
    personne: Mapped[Personne] = relationship(
        primaryjoin="Evaluateur.personne_id == Personne.id", foreign_keys=[personne_id]
    )
    __table_args__ = (
        ForeignKeyConstraint(
            ["commission_id", "centre_id"], ["commission_evaluation.id", "commission_evaluation.centre_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(["personne_id", "centre_id"], ["personne.id", "personne.centre_id"]),
        UniqueConstraint("commission_id", "personne_id"),
        CheckConstraint("domaine <> ''", name="domaine"),
    )

    def __str__(self) -> str:
        return f"{self.personne} ({self.domaine})"


class DossierEvaluation(Trace, Base):
    """Ce que le centre et l'entreprise, ou à défaut le candidat, ont convenu (annexe 1, § 3.2.1)."""

    __tablename__ = "dossier_evaluation"
    id: Mapped[cle]
    inscription_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    convenu_le: Mapped[dt.date | None] = mapped_column(comment="accord sur les modalités d'évaluation")
    motif_hors_situation: Mapped[str] = mapped_column(
        Text, default="", comment="pourquoi aucune évaluation en situation réelle (EVA-04)"
    )
    inscription: Mapped[Inscription] = relationship()
    __table_args__ = (
        ForeignKeyConstraint(
            ["inscription_id", "centre_id"], ["inscription.id", "inscription.centre_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("inscription_id"),
    )


class AvisEntreprise(Trace, Base):
    """L'avis de l'entreprise « au regard du référentiel d'activité » ; il complète les évaluations (EVA-03)."""

    __tablename__ = "avis_entreprise"
    id: Mapped[cle]
    inscription_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    date_avis: Mapped[dt.date]
    auteur: Mapped[str] = mapped_column(String(120), comment="tuteur, responsable hiérarchique ou fonctionnel…")
    fonction: Mapped[str] = mapped_column(String(200))
    sens: Mapped[SensAvis] = mapped_column(liste_fermee(SensAvis, "sens"))
    commentaire: Mapped[str] = mapped_column(Text, default="")
    inscription: Mapped[Inscription] = relationship()
    __table_args__ = (
        ForeignKeyConstraint(
            ["inscription_id", "centre_id"], ["inscription.id", "inscription.centre_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("inscription_id"),
        CheckConstraint("auteur <> '' AND fonction <> ''", name="auteur"),
    )

    def __str__(self) -> str:
        return f"avis {self.sens.libelle.lower()} de {self.auteur}"
