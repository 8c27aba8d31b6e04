"""Parcours de professionnalisation certifiants (partie 1, chapitre 3 ; partie 2, chapitre 7 ; annexes 3 et 4)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.acteurs import Centre
from models.base import Base, Texte_recherche, Trace, cle, liste_fermee, nom_long, nom_personne
from models.referentiel import Certification
from rules.nomenclatures import AvisCse, EtatReferentiel, NatureFormation, ResultatParcours


class Parcours(Trace, Base):
    """Une version d'un parcours propre à une entreprise : sa fiche (annexe 3), son référentiel d'évaluation.

    Le centre en porte la demande ; le GTP la valide, et le parcours devient une certification de la liste. Toutes les
    durées sont en minutes : « 3 h 30 » s'écrit 210.
    """

    __tablename__ = "parcours"
    id: Mapped[cle]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"), comment="l'UIMM territoriale qui demande")
    certification_id: Mapped[int | None] = mapped_column(
        ForeignKey("certification.id"), comment="sa place sur la liste, une fois validé"
    )
    numero: Mapped[int] = mapped_column(default=1, comment="rang de la version")
    etat: Mapped[EtatReferentiel] = mapped_column(
        liste_fermee(EtatReferentiel, "etat"), default=EtatReferentiel.PROJET
    )
    soumis_le: Mapped[dt.date | None]
    valide_le: Mapped[dt.date | None]
    motif_renvoi: Mapped[str] = mapped_column(String(1000), default="", comment="pourquoi il revient au centre")
    societe: Mapped[str] = mapped_column(String(95), comment="avec l'intitulé, tient dans le titre de la certification")
    adresse: Mapped[str] = mapped_column(String(300), default="")
    intitule: Mapped[str] = mapped_column(String(200))
    public_vise: Mapped[str] = mapped_column(Text, default="", comment="catégories de poste ou d'emploi (note 1)")
    minutes: Mapped[int] = mapped_column(default=0, comment="durée totale prévue (note 2)")
    mois: Mapped[int | None] = mapped_column(comment="sur combien de mois (note 2)")
    attestation: Mapped[str] = mapped_column(Text, default="", comment="ce qu'atteste le document remis (note 3)")
    avis_cse: Mapped[AvisCse | None] = mapped_column(liste_fermee(AvisCse, "avis_cse"))
    avis_cse_le: Mapped[dt.date | None]
    evaluation_conditions: Mapped[str] = mapped_column(Text, default="", comment="conditions d'admission")
    evaluation_modalites: Mapped[str] = mapped_column(Text, default="", comment="où, comment, par qui")
    evaluation_criteres: Mapped[str] = mapped_column(Text, default="", comment="critères et résultats attendus")
    recherche: Mapped[str] = mapped_column(Texte_recherche, comment="intitulé et société normalisés")
    centre: Mapped[Centre] = relationship()
    certification: Mapped[Certification | None] = relationship()
    domaines: Mapped[list[ParcoursDomaine]] = relationship(
        back_populates="parcours", order_by="ParcoursDomaine.ordre", cascade="all, delete-orphan"
    )
    modules: Mapped[list[ParcoursModule]] = relationship(
        back_populates="parcours", order_by="ParcoursModule.ordre", cascade="all, delete-orphan"
    )
    __table_args__ = (
        UniqueConstraint("id", "centre_id"),
        UniqueConstraint("certification_id", "numero"),
        CheckConstraint("societe <> '' AND intitule <> ''", name="nomme"),
        CheckConstraint("minutes >= 0", name="duree"),
        CheckConstraint("mois IS NULL OR mois > 0", name="periode"),
        CheckConstraint("etat = 'projet' OR soumis_le IS NOT NULL", name="date_de_soumission"),
        CheckConstraint(
            "(etat IN ('valide', 'remplace')) = (valide_le IS NOT NULL) AND (valide_le IS NULL OR certification_id IS NOT NULL)",
            name="date_de_validation",
        ),
        CheckConstraint("numero = 1 OR certification_id IS NOT NULL", name="revision_d_un_parcours_valide"),
        Index(
            "uq_parcours_valide", "certification_id", unique=True,
            sqlite_where=text("etat = 'valide'"), postgresql_where=text("etat = 'valide'"),
        ),
        Index(
            # Le centre n'y ajoute rien : il distingue cette unicité de la précédente quand SQLite n'en dit que les colonnes.
            "uq_parcours_en_revision", "centre_id", "certification_id", unique=True,
            sqlite_where=text("etat IN ('projet', 'soumis')"), postgresql_where=text("etat IN ('projet', 'soumis')"),
        ),
        Index("ix_parcours_centre_id_recherche", "centre_id", "recherche"),
    )

    @property
    def decide(self) -> bool:
        """Vrai dès que le dossier est soumis : plus rien n'y change, pièces comprises."""
        return self.etat is not EtatReferentiel.PROJET

    def __str__(self) -> str:
        return f"{self.intitule} ({self.societe})"


class ParcoursDomaine(Trace, Base):
    """Une ligne de la fiche : un domaine, ce qu'on y apprend, en combien de temps, avec qui (annexe 3)."""

    __tablename__ = "parcours_domaine"
    id: Mapped[cle]
    parcours_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int]
    ordre: Mapped[int]
    domaine: Mapped[nom_long]
    competences: Mapped[str] = mapped_column(Text, default="", comment="compétences finales visées (note 5)")
    contenus: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int] = mapped_column(default=0)
    intervenants: Mapped[str] = mapped_column(String(600), default="")
    parcours: Mapped[Parcours] = relationship(back_populates="domaines")
    __table_args__ = (
        ForeignKeyConstraint(["parcours_id", "centre_id"], ["parcours.id", "parcours.centre_id"], ondelete="CASCADE"),
        UniqueConstraint("parcours_id", "ordre"),
        CheckConstraint("minutes >= 0", name="duree"),
    )


class ParcoursModule(Trace, Base):
    """Une ligne du programme de formation : un module d'une phase (annexe 4)."""

    __tablename__ = "parcours_module"
    id: Mapped[cle]
    parcours_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int]
    ordre: Mapped[int]
    phase: Mapped[int] = mapped_column(default=1)
    module: Mapped[nom_long]
    objectifs: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int] = mapped_column(default=0)
    nature: Mapped[NatureFormation] = mapped_column(
        liste_fermee(NatureFormation, "nature"), default=NatureFormation.INTERNE
    )
    organisme: Mapped[str] = mapped_column(String(300), default="", comment="organisme de formation")
    parcours: Mapped[Parcours] = relationship(back_populates="modules")
    __table_args__ = (
        ForeignKeyConstraint(["parcours_id", "centre_id"], ["parcours.id", "parcours.centre_id"], ondelete="CASCADE"),
        UniqueConstraint("parcours_id", "ordre"),
        CheckConstraint("minutes >= 0", name="duree"),
        CheckConstraint("phase BETWEEN 1 AND 99", name="phase"),
    )


class AttributionParcours(Trace, Base):
    """Ce que l'entreprise décide pour un salarié après évaluation ; elle attribue, sans jury (PPC-04).

    Écrite, elle ne change plus : une erreur s'annule avec son motif, puis se ressaisit.
    """

    __tablename__ = "attribution_parcours"
    id: Mapped[cle]
    parcours_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int]
    numero: Mapped[int] = mapped_column(comment="rang dans le parcours, toutes versions ; porté par l'attestation")
    nom: Mapped[nom_personne]
    prenoms: Mapped[nom_personne]
    date_naissance: Mapped[dt.date]
    organisme_evaluation: Mapped[nom_long] = mapped_column(comment="organisme habilité par l'entreprise")
    habilite_le: Mapped[dt.date] = mapped_column(comment="depuis quand l'entreprise l'a habilité")
    evalue_le: Mapped[dt.date]
    attribue_le: Mapped[dt.date] = mapped_column(comment="décision de l'entreprise")
    resultat: Mapped[ResultatParcours] = mapped_column(
        liste_fermee(ResultatParcours, "resultat"), default=ResultatParcours.ATTRIBUEE
    )
    emploi: Mapped[str] = mapped_column(String(200), default="", comment="emploi tenu par le salarié")
    cotation: Mapped[str] = mapped_column(String(100), default="", comment="classement de cet emploi")
    annulee_le: Mapped[dt.date | None]
    motif_annulation: Mapped[str] = mapped_column(String(600), default="")
    recherche: Mapped[str] = mapped_column(Texte_recherche)
    parcours: Mapped[Parcours] = relationship()
    __table_args__ = (
        ForeignKeyConstraint(["parcours_id", "centre_id"], ["parcours.id", "parcours.centre_id"]),
        UniqueConstraint("parcours_id", "numero"),
        CheckConstraint("nom <> '' AND prenoms <> ''", name="salarie"),
        CheckConstraint("habilite_le <= evalue_le AND evalue_le <= attribue_le", name="ordre"),
        CheckConstraint("resultat <> 'attribuee' OR (emploi <> '' AND cotation <> '')", name="cotation"),
        CheckConstraint("(annulee_le IS NULL) = (motif_annulation = '')", name="motif_d_annulation"),
        Index(
            "uq_attribution_parcours_salarie", "parcours_id", "recherche", "date_naissance", unique=True,
            sqlite_where=text("resultat = 'attribuee' AND annulee_le IS NULL"),
            postgresql_where=text("resultat = 'attribuee' AND annulee_le IS NULL"),
        ),
        Index("ix_attribution_parcours_centre_id_recherche", "centre_id", "recherche"),
    )

    @property
    def atteste(self) -> bool:
        """Vrai si la certification est attribuée et que rien ne l'annule : une attestation peut être remise."""
        return self.resultat is ResultatParcours.ATTRIBUEE and self.annulee_le is None

    def __str__(self) -> str:
        return f"{self.prenoms} {self.nom}"
