"""Le chemin d'un jury avant sa tenue : désignations, convocations, information des commissions, et les envois.

Partie 2, chapitre 3, § 1 et 2. Ce qui a été dit garde la date et le lieu dits : un jury déplacé rend caduc ce qui
l'avait été, sans l'effacer.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.acteurs import Commission, Syndicat
from models.base import Base, Instant, Trace, cle, liste_fermee
from models.jury import Jury, Presentation, Siege
from rules.nomenclatures import EtatEnvoi, MoyenEnvoi, NatureEnvoi, ReponseDesignation

_VALABLE = text("caduque_le IS NULL")


class DemandeDesignation(Trace, Base):
    """La demande à une organisation syndicale de désigner ses représentants à un jury (§ 1.A)."""

    __tablename__ = "demande_designation"
    id: Mapped[cle]
    jury_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    syndicat_id: Mapped[int] = mapped_column(ForeignKey("syndicat.id"))
    demandee_le: Mapped[dt.date]
    moyen: Mapped[MoyenEnvoi] = mapped_column(liste_fermee(MoyenEnvoi, "moyen"))
    date_dite: Mapped[dt.date] = mapped_column(comment="la date du jury, telle que dite")
    motif_retard: Mapped[str] = mapped_column(String(1000), default="")
    reponse: Mapped[ReponseDesignation | None] = mapped_column(liste_fermee(ReponseDesignation, "reponse"))
    reponse_le: Mapped[dt.date | None]
    caduque_le: Mapped[dt.date | None] = mapped_column(comment="jour où le jury a été déplacé")
    jury: Mapped[Jury] = relationship()
    syndicat: Mapped[Syndicat] = relationship()
    __table_args__ = (
        ForeignKeyConstraint(["jury_id", "centre_id"], ["jury.id", "jury.centre_id"]),
        UniqueConstraint("id", "centre_id"),
        CheckConstraint("(reponse IS NULL) = (reponse_le IS NULL)", name="reponse_datee"),
        CheckConstraint("reponse_le IS NULL OR reponse_le >= demandee_le", name="ordre"),
        Index(
            "uq_demande_designation_valable", "jury_id", "syndicat_id", unique=True,
            sqlite_where=_VALABLE, postgresql_where=_VALABLE,
        ),
    )

    def __str__(self) -> str:
        return f"Demande de désignation à {self.syndicat}"


class Convocation(Trace, Base):
    """La convocation d'un membre, et sa copie à l'organisation qui l'a mandaté (§ 2)."""

    __tablename__ = "convocation"
    id: Mapped[cle]
    jury_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    siege_id: Mapped[int] = mapped_column()
    convoque_le: Mapped[dt.date]
    copie_le: Mapped[dt.date | None] = mapped_column(comment="copie à l'organisation syndicale")
    moyen: Mapped[MoyenEnvoi] = mapped_column(liste_fermee(MoyenEnvoi, "moyen"))
    date_dite: Mapped[dt.date] = mapped_column(comment="la date du jury, telle que dite")
    heure_dite: Mapped[dt.time | None]
    lieu_dit: Mapped[str] = mapped_column(String(200))
    motif_retard: Mapped[str] = mapped_column(String(1000), default="")
    caduque_le: Mapped[dt.date | None] = mapped_column(comment="jour où le jury a été déplacé")
    siege: Mapped[Siege] = relationship(primaryjoin="Convocation.siege_id == Siege.id", foreign_keys=[siege_id])
    __table_args__ = (
        ForeignKeyConstraint(["jury_id", "centre_id"], ["jury.id", "jury.centre_id"]),
        ForeignKeyConstraint(["siege_id", "jury_id"], ["siege.id", "siege.jury_id"]),
        UniqueConstraint("id", "centre_id"),
        CheckConstraint("lieu_dit <> ''", name="lieu"),
        Index("uq_convocation_valable", "siege_id", unique=True, sqlite_where=_VALABLE, postgresql_where=_VALABLE),
        Index("ix_convocation_jury_id", "jury_id"),
    )

    def __str__(self) -> str:
        return f"Convocation de {self.siege.personne}"


class InformationCommission(Trace, Base):
    """Ce qui a été dit à une CPREFP ou une CPIEF des membres et du calendrier d'un jury (§ 1.F)."""

    __tablename__ = "information_commission"
    id: Mapped[cle]
    jury_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    commission_id: Mapped[int] = mapped_column(ForeignKey("commission.id"))
    informee_le: Mapped[dt.date]
    moyen: Mapped[MoyenEnvoi] = mapped_column(liste_fermee(MoyenEnvoi, "moyen"))
    empreinte: Mapped[str] = mapped_column(String(64), comment="SHA-256 de ce qui a été dit")
    dit: Mapped[dict[str, Any]] = mapped_column(JSON, comment="date, lieu et membres, tels que dits")
    motif_retard: Mapped[str] = mapped_column(String(1000), default="")
    jury: Mapped[Jury] = relationship()
    commission: Mapped[Commission] = relationship()
    __table_args__ = (
        ForeignKeyConstraint(["jury_id", "centre_id"], ["jury.id", "jury.centre_id"]),
        UniqueConstraint("id", "centre_id"),
        CheckConstraint("length(empreinte) = 64", name="empreinte"),
        Index("ix_information_commission_jury_id", "jury_id", "commission_id"),
    )

    def __str__(self) -> str:
        return f"Information de {self.commission}"


class Envoi(Trace, Base):
    """Un document adressé à quelqu'un, par courriel ou à la main, et ce qu'il en est advenu.

    `cle` dit ce qui est envoyé à qui : la base en refuse un second. Le message porte toujours le même `Message-ID`.
    """

    __tablename__ = "envoi"
    id: Mapped[cle]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    jury_id: Mapped[int] = mapped_column()
    nature: Mapped[NatureEnvoi] = mapped_column(liste_fermee(NatureEnvoi, "nature"))
    cle_envoi: Mapped[str] = mapped_column(String(60), unique=True, comment="nature et ligne dont il parle")
    demande_designation_id: Mapped[int | None] = mapped_column()
    convocation_id: Mapped[int | None] = mapped_column()
    information_id: Mapped[int | None] = mapped_column()
    presentation_id: Mapped[int | None] = mapped_column()
    destinataire: Mapped[str] = mapped_column(String(300))
    adresse: Mapped[str] = mapped_column(String(200), default="", comment="électronique ; vide : à imprimer")
    objet: Mapped[str] = mapped_column(String(200))
    etat: Mapped[EtatEnvoi] = mapped_column(liste_fermee(EtatEnvoi, "etat"), default=EtatEnvoi.A_ENVOYER)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    tentatives: Mapped[int] = mapped_column(default=0)
    tente_le: Mapped[dt.datetime | None] = mapped_column(Instant)
    envoye_le: Mapped[dt.datetime | None] = mapped_column(Instant)
    erreur: Mapped[str] = mapped_column(String(300), default="", comment="en français, sans donnée personnelle")
    nom_fichier: Mapped[str] = mapped_column(String(200), default="", comment="le PDF joint")
    sha256: Mapped[str | None] = mapped_column(String(64), comment="du PDF parti")
    jury: Mapped[Jury] = relationship(primaryjoin="Envoi.jury_id == Jury.id", foreign_keys=[jury_id])
    demande_designation: Mapped[DemandeDesignation | None] = relationship(
        primaryjoin="Envoi.demande_designation_id == DemandeDesignation.id", foreign_keys=[demande_designation_id]
    )
    convocation: Mapped[Convocation | None] = relationship(
        primaryjoin="Envoi.convocation_id == Convocation.id", foreign_keys=[convocation_id]
    )
    information: Mapped[InformationCommission | None] = relationship(
        primaryjoin="Envoi.information_id == InformationCommission.id", foreign_keys=[information_id]
    )
    presentation: Mapped[Presentation | None] = relationship(
        primaryjoin="Envoi.presentation_id == Presentation.id", foreign_keys=[presentation_id]
    )
    __table_args__ = (
        ForeignKeyConstraint(["jury_id", "centre_id"], ["jury.id", "jury.centre_id"]),
        ForeignKeyConstraint(
            ["demande_designation_id", "centre_id"], ["demande_designation.id", "demande_designation.centre_id"]
        ),
        ForeignKeyConstraint(["convocation_id", "centre_id"], ["convocation.id", "convocation.centre_id"]),
        ForeignKeyConstraint(["information_id", "centre_id"], ["information_commission.id", "information_commission.centre_id"]),
        ForeignKeyConstraint(["presentation_id", "centre_id"], ["presentation.id", "presentation.centre_id"]),
        CheckConstraint(
            "(nature = 'designation') = (demande_designation_id IS NOT NULL) "
            "AND (nature IN ('convocation', 'copie_convocation')) = (convocation_id IS NOT NULL) "
            "AND (nature = 'information') = (information_id IS NOT NULL) "
            "AND (nature IN ('lettre_candidat', 'lettre_entreprise')) = (presentation_id IS NOT NULL)",
            name="un_objet",
        ),
        CheckConstraint("(etat IN ('envoye', 'a_la_main')) = (envoye_le IS NOT NULL)", name="parti"),
        CheckConstraint("etat NOT IN ('echec', 'incertain') OR erreur <> ''", name="echec_dit"),
        CheckConstraint("etat <> 'envoye' OR (adresse <> '' AND sha256 IS NOT NULL)", name="envoye_a"),
        CheckConstraint("tentatives >= 0", name="tentatives"),
        Index("ix_envoi_centre_id_etat", "centre_id", "etat"),
        Index("ix_envoi_jury_id", "jury_id"),
    )

    def __str__(self) -> str:
        return f"{self.nature.libelle} : {self.destinataire}"
