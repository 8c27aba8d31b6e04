"""Validation des acquis de l'expérience : ses phases, sa commission, les VAE menées ensemble (partie 2, chap. 2, § 2)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.acteurs import Centre, Entreprise, Personne
from models.base import Base, Trace, cle, liste_fermee, nom_personne
from models.candidat import Inscription
from rules.nomenclatures import ConclusionVae, Recevabilite


class CollectifVae(Trace, Base):
    """Une VAE de branche collective : les inscriptions de salariés d'une entreprise, menées ensemble (VAE-04)."""

    __tablename__ = "collectif_vae"
    id: Mapped[cle]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    entreprise_id: Mapped[int] = mapped_column(index=True)
    nom: Mapped[str] = mapped_column(String(120))
    ouvert_le: Mapped[dt.date]
    centre: Mapped[Centre] = relationship()
    entreprise: Mapped[Entreprise] = relationship(
        primaryjoin="CollectifVae.entreprise_id == Entreprise.id", foreign_keys=[entreprise_id]
    )
    vaes: Mapped[list[Vae]] = relationship(
        primaryjoin="CollectifVae.id == Vae.collectif_id", foreign_keys="Vae.collectif_id", back_populates="collectif"
    )
    __table_args__ = (
        ForeignKeyConstraint(["entreprise_id", "centre_id"], ["entreprise.id", "entreprise.centre_id"]),
        UniqueConstraint("id", "centre_id"),
        UniqueConstraint("centre_id", "nom"),
        CheckConstraint("nom <> ''", name="nom"),
    )

    def __str__(self) -> str:
        return self.nom


class CommissionValidation(Trace, Base):
    """Une commission de validation VAE : constituée, organisée et présidée par le centre (VAE-05)."""

    __tablename__ = "commission_validation"
    id: Mapped[cle]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    tenue_le: Mapped[dt.date]
    lieu: Mapped[str] = mapped_column(String(200))
    centre: Mapped[Centre] = relationship()
    membres: Mapped[list[MembreValidation]] = relationship(
        back_populates="commission", order_by="MembreValidation.id", cascade="all, delete-orphan"
    )
    vaes: Mapped[list[Vae]] = relationship(
        primaryjoin="CommissionValidation.id == Vae.commission_id", foreign_keys="Vae.commission_id",
        back_populates="commission",
    )
    __table_args__ = (
        UniqueConstraint("id", "centre_id"),
        CheckConstraint("lieu <> ''", name="lieu"),
        Index("ix_commission_validation_centre_id_tenue_le", "centre_id", "tenue_le"),
    )

    def __str__(self) -> str:
        return f"Commission du {self.tenue_le:%d/%m/%Y} à {self.lieu}"


class MembreValidation(Trace, Base):
    """Un membre d'une commission de validation ; celui qui la préside représente le centre (VAE-05)."""

    __tablename__ = "membre_validation"
    id: Mapped[cle]
    commission_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    personne_id: Mapped[int] = mapped_column(index=True)
    represente_centre: Mapped[bool] = mapped_column(default=False)
    president: Mapped[bool] = mapped_column(default=False)
    domaine: Mapped[str] = mapped_column(String(200), default="", comment="ce qui qualifie le membre")
    commission: Mapped[CommissionValidation] = relationship(back_populates="membres")
    personne: Mapped[Personne] = relationship(
        primaryjoin="MembreValidation.personne_id == Personne.id", foreign_keys=[personne_id]
    )
    __table_args__ = (
        ForeignKeyConstraint(
            ["commission_id", "centre_id"], ["commission_validation.id", "commission_validation.centre_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(["personne_id", "centre_id"], ["personne.id", "personne.centre_id"]),
        UniqueConstraint("commission_id", "personne_id"),
        CheckConstraint("NOT president OR represente_centre", name="presidee_par_le_centre"),
    )

    def __str__(self) -> str:
        return str(self.personne)


class Vae(Trace, Base):
    """Les phases d'une VAE, une par inscription de cette voie ; `*_par` nomme qui a mené la phase.

    Le dossier de recevabilité est reçu à la date que porte l'inscription ; `dossier_complet_le` la remplace quand il a
    fallu le régulariser. Les résultats par compétence sont ceux des évaluations de l'inscription.
    """

    __tablename__ = "vae"
    id: Mapped[cle]
    inscription_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    collectif_id: Mapped[int | None] = mapped_column()
    accueil_le: Mapped[dt.date | None] = mapped_column(comment="accueil, information-orientation")
    accueil_par: Mapped[nom_personne] = mapped_column(default="")
    accompagnement_du: Mapped[dt.date | None] = mapped_column(comment="à la demande du candidat, par un tiers")
    accompagnateur: Mapped[str] = mapped_column(String(200), default="")
    dossier_complet_le: Mapped[dt.date | None]
    recevabilite: Mapped[Recevabilite | None] = mapped_column(liste_fermee(Recevabilite, "recevabilite"))
    decidee_le: Mapped[dt.date | None]
    decidee_par: Mapped[nom_personne] = mapped_column(default="")
    motif: Mapped[str] = mapped_column(Text, default="", comment="pourquoi la demande n'est pas recevable")
    recommandations: Mapped[str] = mapped_column(Text, default="", comment="formations complémentaires utiles")
    notifiee_le: Mapped[dt.date | None] = mapped_column(comment="décision dite au candidat")
    livret2_recu_le: Mapped[dt.date | None] = mapped_column(comment="dossier de preuves")
    livret2_recu_par: Mapped[nom_personne] = mapped_column(default="")
    commission_id: Mapped[int | None] = mapped_column()
    mise_en_situation: Mapped[bool] = mapped_column(default=False)
    entretien: Mapped[bool] = mapped_column(default=False)
    conclusion: Mapped[ConclusionVae | None] = mapped_column(liste_fermee(ConclusionVae, "conclusion"))
    observations: Mapped[str] = mapped_column(Text, default="", comment="du président de la commission au jury")
    resultat_dit_le: Mapped[dt.date | None] = mapped_column(comment="résultat du jury dit au candidat")
    inscription: Mapped[Inscription] = relationship(
        primaryjoin="Vae.inscription_id == Inscription.id", foreign_keys=[inscription_id]
    )
    collectif: Mapped[CollectifVae | None] = relationship(
        primaryjoin="CollectifVae.id == Vae.collectif_id", foreign_keys=[collectif_id], back_populates="vaes"
    )
    commission: Mapped[CommissionValidation | None] = relationship(
        primaryjoin="CommissionValidation.id == Vae.commission_id", foreign_keys=[commission_id], back_populates="vaes"
    )
    __table_args__ = (
        ForeignKeyConstraint(
            ["inscription_id", "centre_id"], ["inscription.id", "inscription.centre_id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["collectif_id", "centre_id"], ["collectif_vae.id", "collectif_vae.centre_id"]),
        ForeignKeyConstraint(
            ["commission_id", "centre_id"], ["commission_validation.id", "commission_validation.centre_id"]
        ),
        UniqueConstraint("inscription_id"),
        CheckConstraint("accueil_le IS NULL OR accueil_par <> ''", name="accueil_par"),
        CheckConstraint("accompagnement_du IS NULL OR accompagnateur <> ''", name="accompagnateur"),
        CheckConstraint("(recevabilite IS NULL) = (decidee_le IS NULL)", name="decision_datee"),
        CheckConstraint("recevabilite <> 'defavorable' OR motif <> ''", name="motif"),
        CheckConstraint("notifiee_le IS NULL OR (decidee_le IS NOT NULL AND notifiee_le >= decidee_le)", name="notification"),
        CheckConstraint(
            "livret2_recu_le IS NULL OR (notifiee_le IS NOT NULL AND livret2_recu_le >= notifiee_le "
            "AND recevabilite <> 'defavorable')",
            name="livret2",
        ),
        CheckConstraint("commission_id IS NULL OR livret2_recu_le IS NOT NULL", name="commission"),
        CheckConstraint("conclusion IS NULL OR commission_id IS NOT NULL", name="conclusion_d_une_commission"),
        Index("ix_vae_collectif_id", "collectif_id"),
        Index("ix_vae_commission_id", "commission_id"),
        Index("ix_vae_centre_id", "centre_id"),
    )

    def __str__(self) -> str:
        return f"VAE : {self.inscription}"
