"""Traces : imports et journal."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from models.acteurs import Centre, Utilisateur
from models.base import Base, Instant, Trace, cle, liste_fermee, maintenant
from models.travail import Travail
from rules.nomenclatures import EtatImportation, IssueLigne, NatureReception


class Importation(Trace, Base):
    """Un fichier reçu : ce qu'il est, ce qui en a été fait, son compte rendu."""

    __tablename__ = "importation"
    id: Mapped[cle]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    nature: Mapped[str] = mapped_column(String(20), default="inscriptions")
    nom_fichier: Mapped[str] = mapped_column(String(200))
    empreinte: Mapped[str] = mapped_column(String(64), comment="SHA-256 du fichier : le même est reconnu")
    encodage: Mapped[str] = mapped_column(String(20), default="")
    separateur: Mapped[str] = mapped_column(String(10), default="")
    etat: Mapped[EtatImportation] = mapped_column(liste_fermee(EtatImportation, "etat"))
    lignes_valides: Mapped[bool] = mapped_column(default=False, comment="faux = tout ou rien")
    lignes: Mapped[int] = mapped_column(default=0)
    creees: Mapped[int] = mapped_column(default=0)
    rattachees: Mapped[int] = mapped_column(default=0)
    deja_inscrites: Mapped[int] = mapped_column(default=0)
    alertes: Mapped[int] = mapped_column(default=0)
    refusees: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(String(1000), default="", comment="refus du fichier entier")
    entetes: Mapped[list[str]] = mapped_column(JSON, default=list)
    duree_s: Mapped[float] = mapped_column(default=0.0)
    contenu: Mapped[bytes | None] = deferred(
        mapped_column(LargeBinary, comment="gardé entre la simulation et la confirmation, puis effacé")
    )
    feuille: Mapped[str] = mapped_column(String(100), default="", comment="feuille du classeur, si elle a été choisie")
    correspondance: Mapped[dict[str, str | None]] = mapped_column(JSON, default=dict, comment="en-tête → colonne, ou rien")
    retouches: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, default=dict, comment="ligne → rang de cellule → valeur")
    choix: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, comment="ligne → fiche de la même personne, ou 0 : une autre")
    ecarts: Mapped[list[str]] = mapped_column(JSON, default=list, comment="ce qui a changé depuis la simulation")
    annulation: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), comment="ce qui est ôté, et ce qui reste avec sa raison"
    )
    suite_id: Mapped[int | None] = mapped_column(comment="l'import qu'a fait cette simulation")
    travail_id: Mapped[int | None] = mapped_column(comment="le dernier travail demandé sur ce fichier")
    centre: Mapped[Centre] = relationship()
    travail: Mapped[Travail | None] = relationship(foreign_keys=[travail_id])
    rejets: Mapped[list[LigneRejetee]] = relationship(
        back_populates="importation", order_by="LigneRejetee.ligne", cascade="all, delete-orphan"
    )
    __table_args__ = (
        ForeignKeyConstraint(["suite_id", "centre_id"], ["importation.id", "importation.centre_id"]),
        ForeignKeyConstraint(["travail_id", "centre_id"], ["travail.id", "travail.centre_id"]),
        UniqueConstraint("id", "centre_id"),
        Index("ix_importation_centre_id", "centre_id", "id"),
    )

    def __str__(self) -> str:
        return f"{self.nom_fichier} ({self.etat.libelle.lower()})"


class Reception(Trace, Base):
    """Un fichier national reçu — France compétences, liste reprise —, ce qu'il propose et ce qui en a été pris."""

    __tablename__ = "reception"
    id: Mapped[cle]
    nature: Mapped[NatureReception] = mapped_column(liste_fermee(NatureReception, "nature"))
    nom_fichier: Mapped[str] = mapped_column(String(200))
    empreinte: Mapped[str] = mapped_column(String(64), comment="SHA-256 du fichier")
    lues: Mapped[int] = mapped_column(default=0, comment="fiches ou lignes lues")
    resume: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, comment="propositions, ou compte rendu")
    prises: Mapped[list[str]] = mapped_column(JSON, default=list, comment="clés des propositions prises")
    contenu: Mapped[bytes | None] = deferred(
        mapped_column(LargeBinary, comment="gardé entre la simulation et la confirmation, puis effacé")
    )

    def __str__(self) -> str:
        return f"{self.nature.libelle} – {self.nom_fichier}"


class LigneRejetee(Base):
    """Une ligne refusée, telle qu'elle est venue, et toutes ses erreurs ; ou une ligne alertée."""

    __tablename__ = "ligne_rejetee"
    id: Mapped[cle]
    importation_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    ligne: Mapped[int] = mapped_column(comment="numéro dans le fichier, en-tête = 1")
    refusee: Mapped[bool] = mapped_column(default=True)
    cellules: Mapped[list[str]] = mapped_column(JSON)
    erreurs: Mapped[list[dict[str, Any]]] = mapped_column(JSON, comment="colonne, code, message, gravité")
    importation: Mapped[Importation] = relationship(back_populates="rejets")
    __table_args__ = (
        ForeignKeyConstraint(
            ["importation_id", "centre_id"], ["importation.id", "importation.centre_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("importation_id", "ligne"),
    )


class LigneImportee(Base):
    """Une ligne d'un fichier simulé, et ce que la simulation en annonce ; effacée à la confirmation."""

    __tablename__ = "ligne_importee"
    id: Mapped[cle]
    importation_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    ligne: Mapped[int] = mapped_column(comment="numéro dans le fichier, en-tête = 1")
    issue: Mapped[IssueLigne] = mapped_column(liste_fermee(IssueLigne, "issue"))
    alertee: Mapped[bool] = mapped_column(default=False)
    codes: Mapped[str] = mapped_column(String(400), default="", comment="codes des reproches, entre espaces")
    cellules: Mapped[list[str]] = mapped_column(JSON, comment="telles que venues")
    erreurs: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, comment="colonne, code, message, gravité")
    __table_args__ = (
        ForeignKeyConstraint(
            ["importation_id", "centre_id"], ["importation.id", "importation.centre_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("importation_id", "ligne"),
        Index("ix_ligne_importee_issue", "importation_id", "issue", "ligne"),
    )


class ColonneReconnue(Trace, Base):
    """Ce qu'un en-tête veut dire pour un centre : sa réponse, demandée une fois, sert aux fichiers suivants."""

    __tablename__ = "colonne_reconnue"
    id: Mapped[cle]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    nature: Mapped[str] = mapped_column(String(20))
    entete: Mapped[str] = mapped_column(String(200), comment="l'en-tête ramené à ses mots utiles")
    colonne: Mapped[str | None] = mapped_column(String(60), comment="colonne canonique ; vide pour ignorer")
    __table_args__ = (UniqueConstraint("centre_id", "nature", "entete"),)


class Journal(Base):
    """Qui a fait quoi, quand, sur quelle fiche, avant → après. On n'y ajoute que ; rien ne s'y modifie."""

    __tablename__ = "journal"
    id: Mapped[cle]
    le: Mapped[dt.datetime] = mapped_column(Instant, default=maintenant)
    acteur: Mapped[str] = mapped_column(String(200), comment="compte, ou commande pour la CLI")
    utilisateur_id: Mapped[int | None] = mapped_column(ForeignKey("utilisateur.id"))
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    action: Mapped[str] = mapped_column(String(30), comment="création, modification, suppression, connexion…")
    objet: Mapped[str] = mapped_column(String(40), comment="table de la fiche")
    objet_id: Mapped[int | None] = mapped_column()
    avant: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    apres: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    importation_id: Mapped[int | None] = mapped_column(ForeignKey("importation.id"))
    importation_ligne: Mapped[int | None] = mapped_column()
    utilisateur: Mapped[Utilisateur | None] = relationship()
    __table_args__ = (
        Index("ix_journal_objet", "objet", "objet_id"),
        Index("ix_journal_centre_id", "centre_id", "id"),
    )
