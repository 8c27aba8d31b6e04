"""Le travail long : ce qu'il fait, pour qui, où il en est. La table fait foi ; la file n'en porte que la clé."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.acteurs import Centre, Utilisateur
from models.base import Base, Instant, Trace, cle, liste_fermee, nom_long
from rules.nomenclatures import EtatTravail


class Travail(Trace, Base):
    """Un travail long demandé par une personne, ou par la nuit, et son avancement."""

    __tablename__ = "travail"
    id: Mapped[cle]
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    auteur_id: Mapped[int | None] = mapped_column(
        ForeignKey("utilisateur.id"), comment="au nom de qui il s'exécute ; vide pour la nuit et les commandes"
    )
    genre: Mapped[str] = mapped_column(String(40))
    libelle: Mapped[nom_long]
    parametres: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, comment="clés et choix, jamais une personne")
    etat: Mapped[EtatTravail] = mapped_column(liste_fermee(EtatTravail, "etat"), default=EtatTravail.EN_ATTENTE)
    fait: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None] = mapped_column(comment="vide tant qu'on ne le connaît pas")
    message: Mapped[str] = mapped_column(String(1000), default="", comment="où il en est, ou pourquoi il a échoué")
    resultat: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    incident: Mapped[str] = mapped_column(String(16), default="", comment="numéro au journal technique")
    essais: Mapped[int] = mapped_column(default=0, comment="combien de fois il a été pris")
    arret_demande: Mapped[bool] = mapped_column(default=False)
    commence_le: Mapped[dt.datetime | None] = mapped_column(Instant)
    battement: Mapped[dt.datetime | None] = mapped_column(Instant, comment="dernier signe de vie de qui l'exécute")
    fini_le: Mapped[dt.datetime | None] = mapped_column(Instant)
    unicite: Mapped[str | None] = mapped_column(
        String(80), unique=True, comment="deux demandes de même valeur n'en font qu'une (travaux de nuit)"
    )
    centre: Mapped[Centre | None] = relationship()
    auteur: Mapped[Utilisateur | None] = relationship(foreign_keys=[auteur_id])
    __table_args__ = (
        UniqueConstraint("id", "centre_id"),
        CheckConstraint("(etat IN ('en_attente', 'en_cours')) = (fini_le IS NULL)", name="fini"),
        CheckConstraint("fait >= 0 AND (total IS NULL OR total >= 0)", name="avancement"),
        Index("ix_travail_centre_id", "centre_id", "id"),
        Index("ix_travail_etat", "etat", "id"),
    )

    def __str__(self) -> str:
        return self.libelle
