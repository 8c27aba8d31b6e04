"""Demandes, séances du GTP « Certifications », votes, décisions et publications (partie 1 ; glossaire, GTP)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from models.acteurs import Centre, Syndicat
from models.base import Base, Instant, Trace, cle, liste_fermee
from models.parcours import Parcours
from models.referentiel import Certification, Referentiel
from rules.nomenclatures import (
    DecisionGtp,
    EtatDemande,
    EtatSeance,
    Famille,
    NatureDemande,
    NaturePublication,
    NatureSeance,
    Porteur,
    Repertoire,
    SensVote,
)

_UIMM = "syndicat_id IS NULL"
_EN_COURS = "etat NOT IN ('acceptee', 'refusee', 'abandonnee')"


class Demande(Trace, Base):
    """Demande de création, de révision ou de suppression d'une certification, et son dossier.

    Une création porte une certification encore en projet, hors de la liste jusqu'à la décision ; création et révision
    portent un projet de référentiel (partie 1, chapitre 1, § 1.B).
    """

    __tablename__ = "demande"
    id: Mapped[cle]
    nature: Mapped[NatureDemande] = mapped_column(liste_fermee(NatureDemande, "nature"))
    porteur: Mapped[Porteur] = mapped_column(liste_fermee(Porteur, "porteur"))
    famille: Mapped[Famille] = mapped_column(liste_fermee(Famille, "famille"))
    etat: Mapped[EtatDemande] = mapped_column(liste_fermee(EtatDemande, "etat"), default=EtatDemande.DEPOSEE)
    deposee_le: Mapped[dt.date]
    complete_le: Mapped[dt.date | None] = mapped_column(comment="dossier reconnu complet par le secrétariat du GTP")
    decidee_le: Mapped[dt.date | None] = mapped_column(comment="date de la séance qui l'a acceptée ou refusée")
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"), index=True, comment="UIMM territoriale")
    certification_id: Mapped[int] = mapped_column(ForeignKey("certification.id"), index=True)
    referentiel_id: Mapped[int | None] = mapped_column()
    parcours_id: Mapped[int | None] = mapped_column(comment="version du parcours certifiant demandée (PPC)")
    besoins: Mapped[str] = mapped_column(Text, default="", comment="rapport d'opportunité, point 1")
    emplois: Mapped[str] = mapped_column(Text, default="", comment="rapport d'opportunité, point 2")
    positionnement: Mapped[str] = mapped_column(Text, default="", comment="rapport d'opportunité, point 3")
    preuves_usage: Mapped[str] = mapped_column(Text, default="", comment="rapport d'opportunité, point 4")
    obsolescence: Mapped[str] = mapped_column(Text, default="", comment="suppression : compétences obsolètes")
    motif_usage: Mapped[bool] = mapped_column(default=False, comment="suppression : usage insuffisant")
    centre: Mapped[Centre | None] = relationship()
    certification: Mapped[Certification] = relationship()
    referentiel: Mapped[Referentiel | None] = relationship(
        primaryjoin="Demande.referentiel_id == Referentiel.id", foreign_keys=[referentiel_id]
    )
    parcours: Mapped[Parcours | None] = relationship(
        primaryjoin="Demande.parcours_id == Parcours.id", foreign_keys=[parcours_id]
    )
    points: Mapped[list[PointGtp]] = relationship(back_populates="demande", order_by="PointGtp.id")
    publications: Mapped[list[Publication]] = relationship(back_populates="demande", order_by="Publication.id")
    __table_args__ = (
        UniqueConstraint("id", "centre_id"),
        ForeignKeyConstraint(
            ["referentiel_id", "certification_id"], ["referentiel.id", "referentiel.certification_id"]
        ),
        Index(
            "uq_demande_en_cours", "certification_id", unique=True,
            sqlite_where=text(_EN_COURS), postgresql_where=text(_EN_COURS),
        ),
        ForeignKeyConstraint(["parcours_id", "centre_id"], ["parcours.id", "parcours.centre_id"]),
        Index("ix_demande_parcours_id", "parcours_id"),
        CheckConstraint(
            "(nature = 'suppression' OR famille = 'PPC') = (referentiel_id IS NULL)", name="projet_de_referentiel"
        ),
        CheckConstraint("(nature <> 'suppression' AND famille = 'PPC') = (parcours_id IS NOT NULL)", name="parcours"),
        CheckConstraint("(etat IN ('acceptee', 'refusee')) = (decidee_le IS NOT NULL)", name="date_de_decision"),
        CheckConstraint("etat NOT IN ('complete', 'ordre_du_jour') OR complete_le IS NOT NULL", name="complete"),
        CheckConstraint("(porteur = 'uimm_territoriale') = (centre_id IS NOT NULL)", name="centre_du_porteur"),
    )

    @property
    def titre(self) -> str:
        """Le titre de la certification demandée, révisée ou supprimée."""
        return self.certification.titre

    @property
    def niveau(self) -> int | None:
        """Le niveau proposé, ou celui de la certification."""
        return self.certification.niveau

    @property
    def decide(self) -> bool:
        """Vrai si le GTP a accepté ou refusé, ou si le porteur a abandonné : le dossier ne change plus."""
        return self.etat in (EtatDemande.ACCEPTEE, EtatDemande.REFUSEE, EtatDemande.ABANDONNEE)

    def __str__(self) -> str:
        return f"{self.nature.libelle} du {self.certification}"


class SeanceGtp(Trace, Base):
    """Réunion ou consultation électronique du GTP, à une date : ses décisions prennent effet ce jour-là (REF-06)."""

    __tablename__ = "seance_gtp"
    id: Mapped[cle]
    nature: Mapped[NatureSeance] = mapped_column(liste_fermee(NatureSeance, "nature"), default=NatureSeance.REUNION)
    date_seance: Mapped[dt.date] = mapped_column(index=True)
    lieu: Mapped[str] = mapped_column(String(200), default="")
    etat: Mapped[EtatSeance] = mapped_column(liste_fermee(EtatSeance, "etat"), default=EtatSeance.PREPARATION)
    close_le: Mapped[dt.datetime | None] = mapped_column(Instant)
    presences: Mapped[list[PresenceGtp]] = relationship(
        back_populates="seance", order_by="PresenceGtp.id", cascade="all, delete-orphan"
    )
    points: Mapped[list[PointGtp]] = relationship(
        back_populates="seance", order_by="PointGtp.ordre", cascade="all, delete-orphan"
    )
    __table_args__ = (CheckConstraint("(etat = 'close') = (close_le IS NOT NULL)", name="cloture"),)

    def __str__(self) -> str:
        return f"{self.nature.libelle} du {self.date_seance:%d/%m/%Y}"


class PresenceGtp(Trace, Base):
    """Une organisation à une séance : l'UIMM (sans syndicat) ou une organisation syndicale représentative."""

    __tablename__ = "presence_gtp"
    id: Mapped[cle]
    seance_id: Mapped[int] = mapped_column(ForeignKey("seance_gtp.id", ondelete="CASCADE"))
    syndicat_id: Mapped[int | None] = mapped_column(ForeignKey("syndicat.id"), index=True, comment="vide : l'UIMM")
    presente: Mapped[bool] = mapped_column(default=False, comment="présente, ou a répondu à la consultation")
    representants: Mapped[str] = mapped_column(String(500), default="", comment="qui l'a représentée")
    seance: Mapped[SeanceGtp] = relationship(back_populates="presences")
    syndicat: Mapped[Syndicat | None] = relationship()
    __table_args__ = (
        UniqueConstraint("id", "seance_id"),
        UniqueConstraint("seance_id", "syndicat_id"),
        Index("uq_presence_gtp_uimm", "seance_id", unique=True, sqlite_where=text(_UIMM), postgresql_where=text(_UIMM)),
    )

    @property
    def organisation(self) -> str:
        """Le nom de l'organisation."""
        return self.syndicat.sigle if self.syndicat is not None else "UIMM"

    def __str__(self) -> str:
        return self.organisation


class PointGtp(Trace, Base):
    """Une demande à l'ordre du jour d'une séance, et ce que le GTP en décide (GTP-01)."""

    __tablename__ = "point_gtp"
    id: Mapped[cle]
    seance_id: Mapped[int] = mapped_column(ForeignKey("seance_gtp.id", ondelete="CASCADE"))
    demande_id: Mapped[int] = mapped_column(ForeignKey("demande.id"), index=True)
    ordre: Mapped[int]
    decision: Mapped[DecisionGtp | None] = mapped_column(liste_fermee(DecisionGtp, "decision"))
    motif: Mapped[str] = mapped_column(String(2000), default="")
    niveau: Mapped[int | None] = mapped_column(comment="niveau du cadre national fixé par le GTP (1 à 8)")
    repertoire: Mapped[Repertoire | None] = mapped_column(
        liste_fermee(Repertoire, "repertoire"), comment="demande d'enregistrement validée avec la création (REF-05)"
    )
    voix_pour: Mapped[int | None]
    voix_contre: Mapped[int | None]
    abstentions: Mapped[int | None] = mapped_column(comment="voix non exprimées des organisations présentes")
    seance: Mapped[SeanceGtp] = relationship(back_populates="points")
    demande: Mapped[Demande] = relationship(back_populates="points")
    votes: Mapped[list[VoteGtp]] = relationship(
        back_populates="point", cascade="all, delete-orphan", primaryjoin="PointGtp.id == VoteGtp.point_id",
        foreign_keys="VoteGtp.point_id",
    )
    __table_args__ = (
        UniqueConstraint("id", "seance_id"),
        UniqueConstraint("seance_id", "demande_id"),
        UniqueConstraint("seance_id", "ordre"),
        CheckConstraint("niveau IS NULL OR niveau BETWEEN 1 AND 8", name="niveau_cncp"),
        CheckConstraint("decision IS NULL OR decision = 'acceptee' OR motif <> ''", name="motif"),
        CheckConstraint("decision IS NULL OR (voix_pour IS NOT NULL AND voix_contre IS NOT NULL)", name="decompte"),
        CheckConstraint("decision IS NULL OR decision <> 'acceptee' OR voix_pour > voix_contre", name="majorite"),
    )

    def __str__(self) -> str:
        return f"Point {self.ordre}"


class VoteGtp(Trace, Base):
    """Le vote d'une organisation présente sur un point (convention collective, article 25.3)."""

    __tablename__ = "vote_gtp"
    id: Mapped[cle]
    seance_id: Mapped[int] = mapped_column()
    point_id: Mapped[int] = mapped_column()
    presence_id: Mapped[int] = mapped_column()
    sens: Mapped[SensVote] = mapped_column(liste_fermee(SensVote, "sens"))
    point: Mapped[PointGtp] = relationship(
        back_populates="votes", primaryjoin="PointGtp.id == VoteGtp.point_id", foreign_keys=[point_id]
    )
    presence: Mapped[PresenceGtp] = relationship(
        primaryjoin="PresenceGtp.id == VoteGtp.presence_id", foreign_keys=[presence_id]
    )
    __table_args__ = (
        ForeignKeyConstraint(["point_id", "seance_id"], ["point_gtp.id", "point_gtp.seance_id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["presence_id", "seance_id"], ["presence_gtp.id", "presence_gtp.seance_id"]),
        UniqueConstraint("point_id", "presence_id"),
        Index("ix_vote_gtp_presence_id", "presence_id"),
    )


class ReleveDecisions(Base):
    """Le relevé de décisions d'une séance close : ses octets et leur SHA-256, jamais modifiés (GTP-03)."""

    __tablename__ = "releve_decisions"
    id: Mapped[cle]
    seance_id: Mapped[int] = mapped_column(ForeignKey("seance_gtp.id"), unique=True)
    nom_fichier: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    taille: Mapped[int] = mapped_column(comment="octets")
    contenu: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("taille > 0", name="taille"),
    )


class Publication(Trace, Base):
    """Ce qu'une décision oblige à publier : à faire, puis faite à une date par quelqu'un (REF-12, SUP-05)."""

    __tablename__ = "publication"
    id: Mapped[cle]
    demande_id: Mapped[int] = mapped_column(ForeignKey("demande.id"))
    nature: Mapped[NaturePublication] = mapped_column(liste_fermee(NaturePublication, "nature"))
    ouverte_le: Mapped[dt.date] = mapped_column(comment="date de la décision")
    faite_le: Mapped[dt.date | None]
    faite_par: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(500), default="", comment="adresse de la page, référence de l'envoi")
    demande: Mapped[Demande] = relationship(back_populates="publications")
    __table_args__ = (
        UniqueConstraint("demande_id", "nature"),
        CheckConstraint("(faite_le IS NULL) = (faite_par IS NULL)", name="faite_par_quelqu_un"),
        CheckConstraint("faite_le IS NULL OR faite_le >= ouverte_le", name="ordre"),
        Index(
            "ix_publication_a_faire", "ouverte_le",
            sqlite_where=text("faite_le IS NULL"), postgresql_where=text("faite_le IS NULL"),
        ),
    )

    def __str__(self) -> str:
        return self.nature.libelle
