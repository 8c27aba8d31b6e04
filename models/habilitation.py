"""Habilitation des organismes de formation (partie 2, chapitre 1 ; annexe 5)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.acteurs import Centre, Organisme
from models.base import Base, Trace, cle, liste_fermee
from models.nomenclature import Indicateur
from models.referentiel import Certification
from rules.nomenclatures import EtatHabilitation, ResultatIndicateur


class Habilitation(Trace, Base):
    """L'habilitation d'un organisme par une UIMM territoriale, de date à date."""

    __tablename__ = "habilitation"
    id: Mapped[cle]
    organisme_id: Mapped[int] = mapped_column(ForeignKey("organisme.id"), index=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"), index=True)
    etat: Mapped[EtatHabilitation] = mapped_column(
        liste_fermee(EtatHabilitation, "etat"), default=EtatHabilitation.DEMANDE
    )
    demande_le: Mapped[dt.date]
    decide_le: Mapped[dt.date | None]
    du: Mapped[dt.date | None]
    au: Mapped[dt.date | None]
    motif: Mapped[str] = mapped_column(String(1000), default="")
    organisme: Mapped[Organisme] = relationship()
    centre: Mapped[Centre] = relationship()
    appreciations: Mapped[list[Appreciation]] = relationship(
        back_populates="habilitation", cascade="all, delete-orphan", order_by="Appreciation.indicateur_id"
    )
    certifications: Mapped[list[Certification]] = relationship(secondary="habilitation_certification")
    __table_args__ = (
        UniqueConstraint("id", "centre_id"),
        CheckConstraint("etat NOT IN ('accordee', 'suspendue', 'retiree') OR du IS NOT NULL", name="date_d_effet"),
        CheckConstraint("au IS NULL OR au >= du", name="ordre"),
        CheckConstraint("etat NOT IN ('refusee', 'retiree', 'suspendue') OR motif <> ''", name="motif"),
        CheckConstraint("etat <> 'retiree' OR au IS NOT NULL", name="fin_du_retrait"),
        Index(
            "uq_habilitation_accordee", "organisme_id", "centre_id", unique=True,
            sqlite_where=text("etat = 'accordee'"), postgresql_where=text("etat = 'accordee'"),
        ),
    )

    def __str__(self) -> str:
        return f"{self.organisme} par {self.centre} ({self.etat.libelle.lower()})"


class Appreciation(Trace, Base):
    """L'appréciation d'un indicateur : résultat, preuve, commentaire."""

    __tablename__ = "appreciation"
    id: Mapped[cle]
    habilitation_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    indicateur_id: Mapped[int] = mapped_column(ForeignKey("indicateur.id"))
    resultat: Mapped[ResultatIndicateur | None] = mapped_column(liste_fermee(ResultatIndicateur, "resultat"))
    preuve: Mapped[str] = mapped_column(String(1000), default="")
    commentaire: Mapped[str] = mapped_column(String(1000), default="")
    habilitation: Mapped[Habilitation] = relationship(back_populates="appreciations")
    indicateur: Mapped[Indicateur] = relationship()
    __table_args__ = (
        ForeignKeyConstraint(
            ["habilitation_id", "centre_id"], ["habilitation.id", "habilitation.centre_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("habilitation_id", "indicateur_id"),
    )


class HabilitationCertification(Base):
    """Les certifications pour lesquelles l'habilitation vaut ; aucune = toutes (choix HAB-01)."""

    __tablename__ = "habilitation_certification"
    habilitation_id: Mapped[int] = mapped_column(ForeignKey("habilitation.id", ondelete="CASCADE"), primary_key=True)
    certification_id: Mapped[int] = mapped_column(ForeignKey("certification.id"), primary_key=True)
