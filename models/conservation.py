"""Ce qu'on n'efface pas, et la trace de ce qu'on a effacé au terme de sa conservation (partie 2, chapitre 6)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.acteurs import Centre
from models.base import Base, Instant, Trace, cle, liste_fermee, maintenant
from models.candidat import Candidat
from models.jury import Jury
from rules.nomenclatures import EtatPurge, NaturePurge


class ConservationSuspendue(Trace, Base):
    """Ce qui concerne un candidat, ou un jury, est retenu au-delà de son terme : recours, contrôle, enquête.

    `centre_id` est le centre du jury, ou celui qui le demande pour un candidat ; vide quand c'est la branche.
    """

    __tablename__ = "conservation_suspendue"
    id: Mapped[cle]
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"), index=True)
    candidat_id: Mapped[int | None] = mapped_column(ForeignKey("candidat.id"))
    jury_id: Mapped[int | None] = mapped_column()
    raison: Mapped[str] = mapped_column(String(500), comment="recours, contrôle, enquête : ce qui l'exige")
    depuis: Mapped[dt.date]
    levee_le: Mapped[dt.date | None]
    centre: Mapped[Centre | None] = relationship()
    candidat: Mapped[Candidat | None] = relationship()
    jury: Mapped[Jury | None] = relationship(
        primaryjoin="ConservationSuspendue.jury_id == Jury.id", foreign_keys=[jury_id]
    )
    __table_args__ = (
        ForeignKeyConstraint(["jury_id", "centre_id"], ["jury.id", "jury.centre_id"]),
        CheckConstraint("(candidat_id IS NULL) <> (jury_id IS NULL)", name="un_objet"),
        CheckConstraint("jury_id IS NULL OR centre_id IS NOT NULL", name="centre_du_jury"),
        CheckConstraint("raison <> ''", name="raison"),
        CheckConstraint("levee_le IS NULL OR levee_le >= depuis", name="ordre"),
        Index("ix_conservation_suspendue_candidat_id", "candidat_id"),
        Index("ix_conservation_suspendue_jury_id", "jury_id"),
    )

    def __str__(self) -> str:
        return str(self.candidat if self.candidat is not None else self.jury)


class Purge(Trace, Base):
    """Une purge de ce qui est échu à une date : proposée par l'un, approuvée par l'autre ; sans donnée personnelle."""

    __tablename__ = "purge"
    id: Mapped[cle]
    au: Mapped[dt.date] = mapped_column(comment="jour auquel les termes ont été jugés")
    etat: Mapped[EtatPurge] = mapped_column(liste_fermee(EtatPurge, "etat_purge"), default=EtatPurge.PROPOSEE)
    proposee_le: Mapped[dt.datetime] = mapped_column(Instant, default=maintenant)
    proposee_par: Mapped[str] = mapped_column(String(200))
    decidee_le: Mapped[dt.datetime | None] = mapped_column(Instant)
    decidee_par: Mapped[str] = mapped_column(String(200), default="")
    motif: Mapped[str] = mapped_column(String(500), default="", comment="pourquoi elle est écartée")
    lignes: Mapped[list[PurgeLigne]] = relationship(back_populates="purge", order_by="PurgeLigne.id", cascade="all, delete-orphan")
    __table_args__ = (
        CheckConstraint(
            "(etat <> 'proposee' OR decidee_le IS NULL) AND (etat NOT IN ('executee', 'ecartee') OR decidee_le IS NOT NULL)",
            name="decision_datee",
        ),
        CheckConstraint("decidee_le IS NULL OR decidee_par <> ''", name="decidee_par"),
        CheckConstraint("etat <> 'ecartee' OR motif <> ''", name="motif"),
    )

    @property
    def nombre(self) -> int:
        """Combien de lignes, toutes natures ensemble."""
        return sum(ligne.nombre for ligne in self.lignes)

    def __str__(self) -> str:
        return f"Purge n° {self.id} au {self.au:%d/%m/%Y}"


class PurgeLigne(Base):
    """Ce qu'une purge efface d'une nature et d'une table : des clés, leur nombre, leur empreinte, leurs dates extrêmes."""

    __tablename__ = "purge_ligne"
    id: Mapped[cle]
    purge_id: Mapped[int] = mapped_column(ForeignKey("purge.id"))
    nature: Mapped[NaturePurge] = mapped_column(liste_fermee(NaturePurge, "nature_purge"))
    objet: Mapped[str] = mapped_column(String(40), comment="table des lignes")
    nombre: Mapped[int]
    du: Mapped[dt.date] = mapped_column(comment="le plus ancien départ de conservation")
    au: Mapped[dt.date] = mapped_column(comment="le plus récent")
    cles: Mapped[list[int]] = mapped_column(JSON, comment="de quoi rejouer la purge sur une base restaurée")
    empreinte: Mapped[str] = mapped_column(String(64), comment="SHA-256 des clés")
    purge: Mapped[Purge] = relationship(back_populates="lignes")
    __table_args__ = (
        UniqueConstraint("purge_id", "nature", "objet"),
        CheckConstraint("nombre > 0", name="nombre"),
        CheckConstraint("du <= au", name="ordre"),
        CheckConstraint("length(empreinte) = 64", name="empreinte"),
    )


class SceauJournal(Base):
    """L'empreinte d'un bloc du journal : ce qui y serait changé, ôté ou glissé se voit (`journal verifier`)."""

    __tablename__ = "sceau_journal"
    bloc: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="les entrées 1000 × bloc et suivantes")
    nombre: Mapped[int] = mapped_column(comment="entrées du bloc")
    empreinte: Mapped[str] = mapped_column(String(64))
    scelle_le: Mapped[dt.datetime] = mapped_column(Instant, default=maintenant)
    purge_id: Mapped[int | None] = mapped_column(
        ForeignKey("purge.id"), comment="la dernière purge qui a effacé des valeurs de ce bloc, et l'a rescellé"
    )
    __table_args__ = (CheckConstraint("length(empreinte) = 64", name="empreinte"), CheckConstraint("nombre >= 0", name="nombre"))
