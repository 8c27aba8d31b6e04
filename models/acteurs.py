"""Acteurs : centres, organismes, entreprises, syndicats, commissions, personnes et comptes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Instant, Texte_recherche, Trace, cle, liste_fermee, maintenant, nom_long, nom_personne
from models.nomenclature import Departement, Region
from rules.nomenclatures import Civilite, Role, Secteur, TypeCommission


class Centre(Trace, Base):
    """UIMM territoriale centre de certification (glossaire)."""

    __tablename__ = "centre"
    id: Mapped[cle]
    code: Mapped[str] = mapped_column(String(10), unique=True, comment="code court, par exemple 68")
    nom: Mapped[nom_long]
    adresse: Mapped[str] = mapped_column(String(300), default="")
    code_postal: Mapped[str] = mapped_column(String(10), default="")
    ville: Mapped[str] = mapped_column(String(100), default="")
    courriel: Mapped[str] = mapped_column(String(200), default="")
    telephone: Mapped[str] = mapped_column(String(30), default="")
    duree_habilitation: Mapped[int | None] = mapped_column(comment="mois ; vide : les habilitations sont sans terme")
    demonstration: Mapped[bool] = mapped_column(default=False, comment="centre inventé, jamais réel")
    departements: Mapped[list[Departement]] = relationship(secondary="centre_departement", order_by="Departement.code")

    __table_args__ = (CheckConstraint("duree_habilitation BETWEEN 1 AND 240", name="duree_habilitation"),)

    def __str__(self) -> str:
        return self.nom


class CentreDepartement(Base):
    """Les départements que couvre un centre."""

    __tablename__ = "centre_departement"
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id", ondelete="CASCADE"), primary_key=True)
    departement_code: Mapped[str] = mapped_column(ForeignKey("departement.code"), primary_key=True)


class RetraitCapacite(Trace, Base):
    """Retrait de la capacité d'attribution d'un centre par la CPNEFP, et son retour (partie 2, chapitre 4)."""

    __tablename__ = "retrait_capacite"
    id: Mapped[cle]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"), index=True)
    retire_le: Mapped[dt.date]
    motif: Mapped[str] = mapped_column(String(1000))
    rendu_le: Mapped[dt.date | None]
    centre: Mapped[Centre] = relationship()
    __table_args__ = (CheckConstraint("rendu_le IS NULL OR rendu_le >= retire_le", name="ordre"),)


class Entreprise(Trace, Base):
    """Entreprise d'un candidat salarié, telle que le procès-verbal la nomme (annexe 14).

    Une ligne par centre : ce qu'un centre en écrit ne touche ni ne montre rien d'un autre.
    """

    __tablename__ = "entreprise"
    id: Mapped[cle]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    siret: Mapped[str | None] = mapped_column(String(14))
    raison_sociale: Mapped[nom_long]
    adresse: Mapped[str] = mapped_column(String(300))
    code_nace: Mapped[str] = mapped_column(ForeignKey("nace.code"))
    secteur: Mapped[Secteur] = mapped_column(liste_fermee(Secteur, "secteur"))
    branche: Mapped[str | None] = mapped_column(String(200), comment="précisée pour HM seulement")
    courriel: Mapped[str | None] = mapped_column(String(200))
    cle_entreprise: Mapped[str] = mapped_column(Texte_recherche, comment="SIRET, sinon nom et adresse normalisés")
    recherche: Mapped[str] = mapped_column(Texte_recherche, comment="raison sociale normalisée")
    centre: Mapped[Centre] = relationship()
    __table_args__ = (
        UniqueConstraint("id", "centre_id"),
        UniqueConstraint("centre_id", "cle_entreprise"),
        Index("ix_entreprise_centre_id_recherche", "centre_id", "recherche"),
        CheckConstraint("(secteur = 'HM') = (branche IS NOT NULL)", name="branche_si_hors_metaux"),
        CheckConstraint("siret IS NULL OR length(siret) = 14", name="siret_14"),
        CheckConstraint("raison_sociale <> '' AND adresse <> ''", name="nommee"),
    )

    def __str__(self) -> str:
        return f"{self.raison_sociale} ({self.siret})" if self.siret else self.raison_sociale


class Organisme(Trace, Base):
    """Organisme de formation ; il ne prépare que ce pour quoi un centre l'a habilité (glossaire)."""

    __tablename__ = "organisme"
    id: Mapped[cle]
    nom: Mapped[nom_long]
    siret: Mapped[str | None] = mapped_column(String(14), unique=True)
    numero_declaration: Mapped[str | None] = mapped_column(String(11), unique=True, comment="déclaration d'activité")
    adresse: Mapped[str] = mapped_column(String(300), default="")
    courriel: Mapped[str] = mapped_column(String(200), default="")
    recherche: Mapped[str] = mapped_column(Texte_recherche, index=True)
    demonstration: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (CheckConstraint("siret IS NULL OR length(siret) = 14", name="siret_14"),)

    def __str__(self) -> str:
        return self.nom


class Syndicat(Base):
    """Organisation syndicale de salariés ; représentative dans la branche entre deux dates."""

    __tablename__ = "syndicat"
    id: Mapped[cle]
    sigle: Mapped[str] = mapped_column(String(20), unique=True)
    nom: Mapped[nom_long]
    federation: Mapped[str] = mapped_column(String(100), default="")
    representative_du: Mapped[dt.date | None]
    representative_au: Mapped[dt.date | None]
    source: Mapped[str] = mapped_column(String(300), default="")
    __table_args__ = (
        CheckConstraint("representative_au IS NULL OR representative_au >= representative_du", name="ordre"),
    )

    def representative_le(self, jour: dt.date) -> bool:
        """Vrai si représentative au niveau national dans la branche ce jour-là."""
        return (
            self.representative_du is not None
            and self.representative_du <= jour
            and (self.representative_au is None or jour <= self.representative_au)
        )

    def __str__(self) -> str:
        return self.sigle


class SyndicatTerritorial(Trace, Base):
    """Organisation territoriale à laquelle un centre demande de désigner (partie 2, chapitre 3, § 1.A)."""

    __tablename__ = "syndicat_territorial"
    id: Mapped[cle]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    syndicat_id: Mapped[int] = mapped_column(ForeignKey("syndicat.id"))
    adresse: Mapped[str] = mapped_column(String(300), default="")
    courriel: Mapped[str] = mapped_column(String(200), default="")
    centre: Mapped[Centre] = relationship()
    syndicat: Mapped[Syndicat] = relationship()
    __table_args__ = (UniqueConstraint("centre_id", "syndicat_id"),)


class Commission(Trace, Base):
    """CPREFP d'une région, ou CPIEF là où elle existe (glossaire)."""

    __tablename__ = "commission"
    id: Mapped[cle]
    type: Mapped[TypeCommission] = mapped_column(liste_fermee(TypeCommission, "type"))
    nom: Mapped[nom_long] = mapped_column(unique=True)
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    courriel: Mapped[str] = mapped_column(String(200), default="")
    region: Mapped[Region | None] = relationship()
    __table_args__ = (CheckConstraint("type <> 'CPREFP' OR region_code IS NOT NULL", name="region_de_cprefp"),)

    def __str__(self) -> str:
        return self.nom


class Personne(Trace, Base):
    """Personne qualifiée qu'un centre appelle à ses jurys et commissions."""

    __tablename__ = "personne"
    id: Mapped[cle]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    civilite: Mapped[Civilite | None] = mapped_column(liste_fermee(Civilite, "civilite"))
    nom: Mapped[nom_personne]
    prenoms: Mapped[nom_personne]
    qualite: Mapped[str] = mapped_column(String(200), default="", comment="fonction, domaine qui la qualifie")
    entreprise: Mapped[str] = mapped_column(String(200), default="", comment="entreprise ou organisation (annexe 13)")
    courriel: Mapped[str] = mapped_column(String(200), default="")
    recherche: Mapped[str] = mapped_column(Texte_recherche)
    centre: Mapped[Centre] = relationship()
    __table_args__ = (
        UniqueConstraint("id", "centre_id"),
        Index("ix_personne_centre_id_recherche", "centre_id", "recherche"),
    )

    def __str__(self) -> str:
        return f"{self.prenoms} {self.nom}"


class Utilisateur(Trace, Base):
    """Compte d'une personne : un rôle, et le centre ou le siège au jury qui borne ce qu'elle voit."""

    __tablename__ = "utilisateur"
    id: Mapped[cle]
    identifiant: Mapped[str] = mapped_column(String(100), unique=True)
    nom: Mapped[nom_long]
    courriel: Mapped[str] = mapped_column(String(200), default="")
    role: Mapped[Role] = mapped_column(liste_fermee(Role, "role"))
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    siege_id: Mapped[int | None] = mapped_column()
    mot_de_passe: Mapped[str] = mapped_column(String(200), comment="empreinte argon2id, jamais le mot de passe")
    actif: Mapped[bool] = mapped_column(default=True)
    centre: Mapped[Centre | None] = relationship(foreign_keys=[centre_id])
    __table_args__ = (
        ForeignKeyConstraint(
            ["siege_id", "centre_id"], ["siege.id", "siege.centre_id"], use_alter=True, name="fk_utilisateur_siege"
        ),
        CheckConstraint("role NOT IN ('clerc', 'responsable', 'jure') OR centre_id IS NOT NULL", name="centre_du_role"),
        CheckConstraint("role NOT IN ('administrateur', 'gtp', 'uimm', 'dpo') OR centre_id IS NULL", name="role_national"),
        CheckConstraint("(role = 'jure') = (siege_id IS NOT NULL)", name="siege_du_jure"),
        CheckConstraint("identifiant = lower(identifiant)", name="identifiant_minuscule"),
    )

    def __str__(self) -> str:
        return self.nom


class SessionConnexion(Base):
    """Session ouverte : seule l'empreinte du jeton est gardée ; la supprimer déconnecte."""

    __tablename__ = "session_connexion"
    empreinte: Mapped[str] = mapped_column(String(64), primary_key=True)
    utilisateur_id: Mapped[int] = mapped_column(ForeignKey("utilisateur.id", ondelete="CASCADE"), index=True)
    ouverte_le: Mapped[dt.datetime] = mapped_column(Instant, default=maintenant)
    vue_le: Mapped[dt.datetime] = mapped_column(Instant, default=maintenant)


class AbonnementCalendrier(Trace, Base):
    """Le flux iCalendar auquel une personne s'abonne : seule l'empreinte de son lien secret est gardée."""

    __tablename__ = "abonnement_calendrier"
    id: Mapped[cle]
    utilisateur_id: Mapped[int] = mapped_column(ForeignKey("utilisateur.id", ondelete="CASCADE"))
    empreinte: Mapped[str] = mapped_column(String(64), unique=True, comment="SHA-256 du secret du lien")
    revoque_le: Mapped[dt.datetime | None] = mapped_column(Instant)
    utilisateur: Mapped[Utilisateur] = relationship(foreign_keys=[utilisateur_id])
    __table_args__ = (
        CheckConstraint("length(empreinte) = 64", name="empreinte"),
        Index(
            "uq_abonnement_calendrier_en_cours", "utilisateur_id", unique=True,
            sqlite_where=text("revoque_le IS NULL"), postgresql_where=text("revoque_le IS NULL"),
        ),
    )


class TentativeConnexion(Base):
    """Échec de connexion, compté par compte et par adresse (15 minutes) ; empreintes seulement."""

    __tablename__ = "tentative_connexion"
    id: Mapped[cle]
    empreinte_compte: Mapped[str] = mapped_column(String(64))
    empreinte_adresse: Mapped[str] = mapped_column(String(64))
    le: Mapped[dt.datetime] = mapped_column(Instant, default=maintenant)
    __table_args__ = (
        Index("ix_tentative_connexion_compte", "empreinte_compte", "le"),
        Index("ix_tentative_connexion_adresse", "empreinte_adresse", "le"),
    )
