"""Certificats et documents conservés (partie 2, chapitre 3, § 3.B et chapitres 5 et 6)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from models.acteurs import Centre
from models.base import Base, Instant, Trace, cle, liste_fermee, maintenant
from models.candidat import Candidat
from models.jury import Presentation, ProcesVerbal
from models.referentiel import BlocCompetences, Certification
from rules.nomenclatures import Destinataire, Famille, NatureArchive

if TYPE_CHECKING:
    from models.rectification import AnnulationCertificat


class Compteur(Base):
    """Suite de numéros sans trou : la ligne est verrouillée le temps de l'écriture qui prend le numéro."""

    __tablename__ = "compteur"
    nom: Mapped[str] = mapped_column(String(60), primary_key=True)
    dernier: Mapped[int] = mapped_column(default=0)
    __table_args__ = (CheckConstraint("dernier >= 0", name="positif"),)


class Certificat(Trace, Base):
    """L'original d'un certificat : une décision d'un procès-verbal signé (ATT-01), un numéro MC.

    `bloc_id` est le bloc de compétences certifié (annexe 8) ; vide pour la certification entière. `famille` est alors
    celle du CQPM dont le bloc fait partie.
    """

    __tablename__ = "certificat"
    id: Mapped[cle]
    numero: Mapped[str] = mapped_column(String(12), unique=True, comment="MC-0001234, jamais redonné")
    famille: Mapped[Famille] = mapped_column(liste_fermee(Famille, "famille"))
    presentation_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    candidat_id: Mapped[int] = mapped_column(ForeignKey("candidat.id"), index=True)
    certification_id: Mapped[int] = mapped_column(ForeignKey("certification.id"), index=True)
    bloc_id: Mapped[int | None] = mapped_column(ForeignKey("bloc_competences.id"), index=True)
    date_jury: Mapped[dt.date]
    code_verification: Mapped[str] = mapped_column(String(16), unique=True)
    remplace_id: Mapped[int | None] = mapped_column(
        ForeignKey("certificat.id"), unique=True, comment="le certificat annulé que celui-ci remplace"
    )
    centre: Mapped[Centre] = relationship(foreign_keys=[centre_id])
    presentation: Mapped[Presentation] = relationship(
        primaryjoin="Certificat.presentation_id == Presentation.id", foreign_keys=[presentation_id]
    )
    candidat: Mapped[Candidat] = relationship()
    certification: Mapped[Certification] = relationship()
    bloc: Mapped[BlocCompetences | None] = relationship()
    remplace: Mapped[Certificat | None] = relationship(
        primaryjoin="Certificat.remplace_id == remote(Certificat.id)", foreign_keys=[remplace_id],
        back_populates="remplacant",
    )
    remplacant: Mapped[Certificat | None] = relationship(
        primaryjoin="Certificat.id == remote(foreign(Certificat.remplace_id))", uselist=False, back_populates="remplace"
    )
    annulation: Mapped[AnnulationCertificat | None] = relationship(
        back_populates="certificat", primaryjoin="AnnulationCertificat.certificat_id == Certificat.id",
        foreign_keys="AnnulationCertificat.certificat_id", uselist=False,
    )
    archive: Mapped[Archive | None] = relationship(
        back_populates="certificat", primaryjoin="Archive.certificat_id == Certificat.id",
        foreign_keys="Archive.certificat_id", uselist=False,
    )
    remise: Mapped[Remise | None] = relationship(
        back_populates="certificat", primaryjoin="Remise.certificat_id == Certificat.id",
        foreign_keys="Remise.certificat_id", uselist=False,
    )
    duplicatas: Mapped[list[Duplicata]] = relationship(
        back_populates="certificat", primaryjoin="Duplicata.certificat_id == Certificat.id",
        foreign_keys="Duplicata.certificat_id", order_by="Duplicata.id",
    )
    __table_args__ = (
        ForeignKeyConstraint(["presentation_id", "centre_id"], ["presentation.id", "presentation.centre_id"]),
        Index(
            "uq_certificat_presentation_id_famille", "presentation_id", "famille", unique=True,
            sqlite_where=text("bloc_id IS NULL AND remplace_id IS NULL"),
            postgresql_where=text("bloc_id IS NULL AND remplace_id IS NULL"),
        ),
        Index(
            "uq_certificat_presentation_id_bloc_id", "presentation_id", "bloc_id", unique=True,
            sqlite_where=text("remplace_id IS NULL"), postgresql_where=text("remplace_id IS NULL"),
        ),
        CheckConstraint("bloc_id IS NULL OR famille = 'CQPM'", name="bloc_d_un_cqpm"),
        UniqueConstraint("id", "centre_id"),
        CheckConstraint("substr(numero, 1, 3) = 'MC-'", name="numero"),
        Index("ix_certificat_presentation_id", "presentation_id"),
        Index("ix_certificat_centre_id_date_jury", "centre_id", "date_jury"),
        Index("ix_certificat_date_jury", "date_jury"),
    )

    @property
    def objet(self) -> str:
        """Ce que le certificat certifie : le bloc `BDC 0123`, sinon la famille."""
        return self.bloc.identifiant if self.bloc is not None else self.famille.value

    def __str__(self) -> str:
        return self.numero


class Remise(Trace, Base):
    """La remise d'un certificat : à qui, quand (partie 2, chapitre 5 ; ATT-07)."""

    __tablename__ = "remise"
    id: Mapped[cle]
    certificat_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column(index=True)
    remis_le: Mapped[dt.date]
    destinataire: Mapped[Destinataire] = mapped_column(liste_fermee(Destinataire, "destinataire"))
    a: Mapped[str] = mapped_column(String(200), comment="nom de qui l'a reçu")
    certificat: Mapped[Certificat] = relationship(
        primaryjoin="Remise.certificat_id == Certificat.id", foreign_keys=[certificat_id], back_populates="remise"
    )
    __table_args__ = (
        ForeignKeyConstraint(["certificat_id", "centre_id"], ["certificat.id", "certificat.centre_id"]),
        UniqueConstraint("certificat_id"),
        CheckConstraint("a <> ''", name="a_qui"),
    )


class Duplicata(Trace, Base):
    """Duplicata certifié conforme d'un original perdu : numéroté, daté, motivé (partie 2, chapitre 5 ; ATT-06)."""

    __tablename__ = "duplicata"
    id: Mapped[cle]
    numero: Mapped[str] = mapped_column(String(12), unique=True, comment="DU-0000012, jamais redonné")
    certificat_id: Mapped[int] = mapped_column(index=True)
    centre_id: Mapped[int] = mapped_column(index=True)
    delivre_le: Mapped[dt.date]
    motif: Mapped[str] = mapped_column(String(500))
    certificat: Mapped[Certificat] = relationship(
        primaryjoin="Duplicata.certificat_id == Certificat.id", foreign_keys=[certificat_id], back_populates="duplicatas"
    )
    __table_args__ = (
        ForeignKeyConstraint(["certificat_id", "centre_id"], ["certificat.id", "certificat.centre_id"]),
        UniqueConstraint("id", "centre_id"),
        CheckConstraint("motif <> ''", name="motif"),
        CheckConstraint("substr(numero, 1, 3) = 'DU-'", name="numero"),
    )

    def __str__(self) -> str:
        return self.numero


class Archive(Base):
    """Les octets d'un document délivré et leur SHA-256 ; jamais modifiés (partie 2, chapitre 6)."""

    __tablename__ = "archive"
    id: Mapped[cle]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"), index=True)
    nature: Mapped[NatureArchive] = mapped_column(liste_fermee(NatureArchive, "nature"))
    certificat_id: Mapped[int | None] = mapped_column(unique=True)
    proces_verbal_id: Mapped[int | None] = mapped_column(unique=True)
    transmission_id: Mapped[int | None] = mapped_column(unique=True)
    habilitation_id: Mapped[int | None] = mapped_column()
    duplicata_id: Mapped[int | None] = mapped_column(unique=True)
    nom_fichier: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    taille: Mapped[int] = mapped_column(comment="octets")
    contenu: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    conserver_jusqu_au: Mapped[dt.date]
    formulations: Mapped[str] = mapped_column(String(400), default="", comment="versions des passages qu'elle porte ; vide : d'origine")
    created_at: Mapped[dt.datetime] = mapped_column(Instant, default=maintenant)
    certificat: Mapped[Certificat | None] = relationship(
        back_populates="archive", primaryjoin="Archive.certificat_id == Certificat.id", foreign_keys=[certificat_id]
    )
    proces_verbal: Mapped[ProcesVerbal | None] = relationship(
        primaryjoin="Archive.proces_verbal_id == ProcesVerbal.id", foreign_keys=[proces_verbal_id]
    )
    __table_args__ = (
        ForeignKeyConstraint(["certificat_id", "centre_id"], ["certificat.id", "certificat.centre_id"]),
        ForeignKeyConstraint(["proces_verbal_id", "centre_id"], ["proces_verbal.id", "proces_verbal.centre_id"]),
        ForeignKeyConstraint(["transmission_id", "centre_id"], ["transmission.id", "transmission.centre_id"]),
        ForeignKeyConstraint(["habilitation_id", "centre_id"], ["habilitation.id", "habilitation.centre_id"]),
        UniqueConstraint("habilitation_id", "nature"),
        ForeignKeyConstraint(["duplicata_id", "centre_id"], ["duplicata.id", "duplicata.centre_id"]),
        CheckConstraint(
            "(nature = 'certificat') = (certificat_id IS NOT NULL) "
            "AND (nature = 'proces_verbal') = (proces_verbal_id IS NOT NULL) "
            "AND (nature = 'lettre_gtp') = (transmission_id IS NOT NULL) "
            "AND (nature IN ('decision_habilitation', 'attestation_habilitation')) = (habilitation_id IS NOT NULL) "
            "AND (nature = 'duplicata') = (duplicata_id IS NOT NULL)",
            name="un_document",
        ),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("taille > 0", name="taille"),
    )
