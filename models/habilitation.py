"""Habilitation des organismes de formation (partie 2, chapitre 1 ; annexe 5)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.acteurs import Centre, Organisme, Utilisateur
from models.base import Base, Trace, cle, liste_fermee
from models.nomenclature import Indicateur
from models.referentiel import BlocCompetences, Certification
from rules.nomenclatures import EtatHabilitation, NatureEtape, NatureEvenement, ResultatIndicateur


class Habilitation(Trace, Base):
    """L'habilitation d'un organisme par une UIMM territoriale, de date à date ; sa portée vide = toutes."""

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
    renouvelle_id: Mapped[int | None] = mapped_column(index=True, comment="l'habilitation qu'elle prolonge")
    reprise: Mapped[bool] = mapped_column(default=False, comment="décidée avant la console, reprise sans sa grille")
    organisme: Mapped[Organisme] = relationship()
    centre: Mapped[Centre] = relationship()
    renouvelle: Mapped[Habilitation | None] = relationship(
        primaryjoin="Habilitation.renouvelle_id == remote(Habilitation.id)", foreign_keys=[renouvelle_id]
    )
    appreciations: Mapped[list[Appreciation]] = relationship(
        back_populates="habilitation", cascade="all, delete-orphan", order_by="Appreciation.indicateur_id"
    )
    etapes: Mapped[list[EtapeInstruction]] = relationship(
        back_populates="habilitation", cascade="all, delete-orphan",
        order_by="EtapeInstruction.faite_le, EtapeInstruction.id",
    )
    suspensions: Mapped[list[SuspensionHabilitation]] = relationship(
        back_populates="habilitation", order_by="SuspensionHabilitation.du"
    )
    certifications: Mapped[list[Certification]] = relationship(secondary="habilitation_certification")
    blocs: Mapped[list[BlocCompetences]] = relationship(secondary="habilitation_bloc", order_by="BlocCompetences.numero")
    __table_args__ = (
        UniqueConstraint("id", "centre_id"),
        ForeignKeyConstraint(["renouvelle_id", "centre_id"], ["habilitation.id", "habilitation.centre_id"]),
        CheckConstraint("etat NOT IN ('accordee', 'suspendue', 'retiree') OR du IS NOT NULL", name="date_d_effet"),
        CheckConstraint("au IS NULL OR au >= du", name="ordre"),
        CheckConstraint("etat NOT IN ('refusee', 'retiree', 'suspendue') OR motif <> ''", name="motif"),
        CheckConstraint("etat <> 'retiree' OR au IS NOT NULL", name="fin_du_retrait"),
    )

    @property
    def decide(self) -> bool:
        """Vrai une fois la demande décidée : la grille, la portée et les pièces ne changent plus."""
        return self.etat.decidee

    @property
    def portee(self) -> str:
        """Pour quoi elle vaut, en une phrase."""
        noms = [*sorted(c.base_identifiant for c in self.certifications), *(b.identifiant for b in self.blocs)]
        return ", ".join(noms) or "toutes les certifications"

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
        UniqueConstraint("id", "centre_id"),
    )

    @property
    def decide(self) -> bool:
        """Vrai une fois la demande décidée."""
        return self.habilitation.decide


class EtapeInstruction(Trace, Base):
    """Une étape de l'instruction ou du suivi, par exemple une visite sur site et son compte rendu (annexe 5, note 1)."""

    __tablename__ = "etape_instruction"
    id: Mapped[cle]
    habilitation_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    nature: Mapped[NatureEtape] = mapped_column(liste_fermee(NatureEtape, "nature"))
    faite_le: Mapped[dt.date]
    compte_rendu: Mapped[str] = mapped_column(Text, default="")
    suivi: Mapped[bool] = mapped_column(default=False, comment="après la décision")
    habilitation: Mapped[Habilitation] = relationship(back_populates="etapes")
    __table_args__ = (
        ForeignKeyConstraint(
            ["habilitation_id", "centre_id"], ["habilitation.id", "habilitation.centre_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("id", "centre_id"),
        Index("ix_etape_instruction_habilitation_id", "habilitation_id"),
    )

    @property
    def decide(self) -> bool:
        """Vrai quand l'étape ne change plus : celle de l'instruction à la décision, celle du suivi au retrait."""
        if self.suivi:
            return self.habilitation.etat is EtatHabilitation.RETIREE
        return self.habilitation.decide


class SuspensionHabilitation(Trace, Base):
    """Le temps où une habilitation est suspendue : aucune inscription ne passe par l'organisme."""

    __tablename__ = "suspension_habilitation"
    id: Mapped[cle]
    habilitation_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    du: Mapped[dt.date]
    au: Mapped[dt.date | None] = mapped_column(comment="dernier jour de la suspension")
    motif: Mapped[str] = mapped_column(String(1000))
    habilitation: Mapped[Habilitation] = relationship(back_populates="suspensions")
    __table_args__ = (
        ForeignKeyConstraint(["habilitation_id", "centre_id"], ["habilitation.id", "habilitation.centre_id"]),
        CheckConstraint("au IS NULL OR au >= du", name="ordre"),
        CheckConstraint("motif <> ''", name="motif"),
        Index(
            "uq_suspension_habilitation_ouverte", "habilitation_id", unique=True,
            sqlite_where=text("au IS NULL"), postgresql_where=text("au IS NULL"),
        ),
    )


class HabilitationCertification(Base):
    """Les certifications pour lesquelles l'habilitation vaut (choix HAB-01)."""

    __tablename__ = "habilitation_certification"
    habilitation_id: Mapped[int] = mapped_column(ForeignKey("habilitation.id", ondelete="CASCADE"), primary_key=True)
    certification_id: Mapped[int] = mapped_column(ForeignKey("certification.id"), primary_key=True)


class HabilitationBloc(Base):
    """Les blocs de compétences pour lesquels l'habilitation vaut, quelle que soit la certification (choix HAB-01)."""

    __tablename__ = "habilitation_bloc"
    habilitation_id: Mapped[int] = mapped_column(ForeignKey("habilitation.id", ondelete="CASCADE"), primary_key=True)
    bloc_id: Mapped[int] = mapped_column(ForeignKey("bloc_competences.id"), primary_key=True)


class EvenementHabilitation(Trace, Base):
    """Un changement de la liste nationale, et l'avis qui en est donné à France compétences (HAB-04, FC-02)."""

    __tablename__ = "evenement_habilitation"
    id: Mapped[cle]
    habilitation_id: Mapped[int] = mapped_column(index=True)
    centre_id: Mapped[int] = mapped_column()
    nature: Mapped[NatureEvenement] = mapped_column(liste_fermee(NatureEvenement, "nature"))
    le: Mapped[dt.date] = mapped_column(index=True, comment="jour où la liste change")
    portee: Mapped[str] = mapped_column(Text, comment="pour quoi, tel qu'au jour du changement")
    motif: Mapped[str] = mapped_column(String(1000), default="")
    avise_le: Mapped[dt.date | None] = mapped_column(comment="avis donné à France compétences")
    avise_par_id: Mapped[int | None] = mapped_column(ForeignKey("utilisateur.id"))
    habilitation: Mapped[Habilitation] = relationship()
    centre: Mapped[Centre] = relationship(
        primaryjoin="EvenementHabilitation.centre_id == Centre.id", foreign_keys=[centre_id], viewonly=True
    )
    avise_par: Mapped[Utilisateur | None] = relationship(foreign_keys=[avise_par_id])
    __table_args__ = (
        ForeignKeyConstraint(["habilitation_id", "centre_id"], ["habilitation.id", "habilitation.centre_id"]),
        CheckConstraint("avise_par_id IS NULL OR avise_le IS NOT NULL", name="avis_date"),
    )

    def __str__(self) -> str:
        return f"{self.nature.libelle} de {self.habilitation.organisme} le {self.le:%d/%m/%Y}"
