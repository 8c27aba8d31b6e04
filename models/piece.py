"""Pièces jointes aux dossiers : une table, un propriétaire par pièce, le contenu en base."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from models.base import Base, Trace, cle, liste_fermee
from models.candidat import Inscription
from models.demande import Demande
from models.habilitation import Appreciation, EtapeInstruction, Habilitation
from models.parcours import Parcours
from models.suivi import Transmission
from rules.nomenclatures import NaturePiece

# Une clé par genre de dossier ; la relation porte le même nom sans `_id`.
PROPRIETAIRES = (
    "demande_id", "parcours_id", "transmission_id", "habilitation_id", "appreciation_id", "etape_instruction_id",
    "inscription_id",
)
_NOMBRE_DE_PROPRIETAIRES = " + ".join(f"(CASE WHEN {c} IS NULL THEN 0 ELSE 1 END)" for c in PROPRIETAIRES)


class Piece(Trace, Base):
    """Une pièce jointe à un dossier : ce qu'elle est, et ses octets, lus seulement pour être rendus.

    `centre_id` est le centre du dossier ; vide pour un dossier national.
    """

    __tablename__ = "piece"
    id: Mapped[cle]
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"), index=True)
    demande_id: Mapped[int | None] = mapped_column(index=True)
    transmission_id: Mapped[int | None] = mapped_column(index=True)
    parcours_id: Mapped[int | None] = mapped_column()
    habilitation_id: Mapped[int | None] = mapped_column(index=True)
    appreciation_id: Mapped[int | None] = mapped_column(index=True)
    etape_instruction_id: Mapped[int | None] = mapped_column(index=True)
    inscription_id: Mapped[int | None] = mapped_column(index=True)
    nature: Mapped[NaturePiece] = mapped_column(liste_fermee(NaturePiece, "nature"))
    nom: Mapped[str] = mapped_column(String(200), comment="nom du fichier, sans chemin")
    type_mime: Mapped[str] = mapped_column(String(100), comment="d'après ses octets et son extension")
    taille: Mapped[int] = mapped_column(comment="octets")
    sha256: Mapped[str] = mapped_column(String(64))
    contenu: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    demande: Mapped[Demande | None] = relationship(
        primaryjoin="Piece.demande_id == Demande.id", foreign_keys=[demande_id]
    )
    transmission: Mapped[Transmission | None] = relationship(
        primaryjoin="Piece.transmission_id == Transmission.id", foreign_keys=[transmission_id]
    )
    parcours: Mapped[Parcours | None] = relationship(
        primaryjoin="Piece.parcours_id == Parcours.id", foreign_keys=[parcours_id]
    )
    habilitation: Mapped[Habilitation | None] = relationship(
        primaryjoin="Piece.habilitation_id == Habilitation.id", foreign_keys=[habilitation_id]
    )
    appreciation: Mapped[Appreciation | None] = relationship(
        primaryjoin="Piece.appreciation_id == Appreciation.id", foreign_keys=[appreciation_id]
    )
    etape_instruction: Mapped[EtapeInstruction | None] = relationship(
        primaryjoin="Piece.etape_instruction_id == EtapeInstruction.id", foreign_keys=[etape_instruction_id]
    )
    inscription: Mapped[Inscription | None] = relationship(
        primaryjoin="Piece.inscription_id == Inscription.id", foreign_keys=[inscription_id]
    )
    __table_args__ = (
        ForeignKeyConstraint(["inscription_id", "centre_id"], ["inscription.id", "inscription.centre_id"]),
        ForeignKeyConstraint(["demande_id", "centre_id"], ["demande.id", "demande.centre_id"]),
        ForeignKeyConstraint(["transmission_id", "centre_id"], ["transmission.id", "transmission.centre_id"]),
        ForeignKeyConstraint(["parcours_id", "centre_id"], ["parcours.id", "parcours.centre_id"]),
        Index("ix_piece_parcours_id", "parcours_id"),
        ForeignKeyConstraint(["habilitation_id", "centre_id"], ["habilitation.id", "habilitation.centre_id"]),
        # Posée en dernier : l'unicité qu'elle vise s'ajoute à une table déjà publiée.
        ForeignKeyConstraint(
            ["appreciation_id", "centre_id"], ["appreciation.id", "appreciation.centre_id"], use_alter=True
        ),
        ForeignKeyConstraint(
            ["etape_instruction_id", "centre_id"], ["etape_instruction.id", "etape_instruction.centre_id"]
        ),
        # Seule une demande nationale est sans centre.
        CheckConstraint("centre_id IS NOT NULL OR demande_id IS NOT NULL", name="centre_du_dossier"),
        CheckConstraint(f"{_NOMBRE_DE_PROPRIETAIRES} = 1", name="un_dossier"),
        CheckConstraint(
            "(inscription_id IS NOT NULL) = (nature IN ('identite', 'evaluation'))", name="nature_de_l_inscription"
        ),
        CheckConstraint("taille > 0", name="taille"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    @property
    def dossier(self) -> Any:
        """Le dossier dont c'est une pièce."""
        return next(d for c in PROPRIETAIRES if (d := getattr(self, c.removesuffix("_id"))) is not None)

    def __str__(self) -> str:
        return self.nom
