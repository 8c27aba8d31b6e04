"""Nomenclatures : données de référence réelles, versionnées avec le code, chargées par `seed`."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Texte_recherche, cle, nom_long


class Region(Base):
    """Région administrative (INSEE)."""

    __tablename__ = "region"
    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    libelle: Mapped[nom_long]

    def __str__(self) -> str:
        return self.libelle


class Departement(Base):
    """Département ou collectivité : 01 à 95, 2A, 2B, 971 à 978, 98x (INSEE)."""

    __tablename__ = "departement"
    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    libelle: Mapped[nom_long]
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    region: Mapped[Region | None] = relationship()

    def __str__(self) -> str:
        return f"{self.code} {self.libelle}"


class Pays(Base):
    """Pays ou territoire (code INSEE sur cinq chiffres, 99100 = France)."""

    __tablename__ = "pays"
    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    libelle: Mapped[nom_long]
    cle_recherche: Mapped[str] = mapped_column(Texte_recherche, unique=True)

    def __str__(self) -> str:
        return self.libelle


class Commune(Base):
    """Commune actuelle ou ancienne (code officiel géographique)."""

    __tablename__ = "commune"
    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    libelle: Mapped[nom_long]
    departement_code: Mapped[str | None] = mapped_column(ForeignKey("departement.code"), index=True)
    cle_recherche: Mapped[str] = mapped_column(Texte_recherche, index=True)

    def __str__(self) -> str:
        return f"{self.libelle} ({self.code})"


class Nace(Base):
    """Classe d'activité NACE (quatre chiffres, `25.11`), telle que le procès-verbal la demande."""

    __tablename__ = "nace"
    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    libelle: Mapped[str] = mapped_column(String(300))

    def __str__(self) -> str:
        return f"{self.code} {self.libelle}"


class Branche(Base):
    """Branche professionnelle ; `signataire_cqpi` dit si elle a signé la Charte CQPI (glossaire)."""

    __tablename__ = "branche"
    id: Mapped[cle]
    idcc: Mapped[str | None] = mapped_column(String(4), unique=True)
    libelle: Mapped[str] = mapped_column(String(300), unique=True)
    signataire_cqpi: Mapped[bool | None] = mapped_column()

    def __str__(self) -> str:
        return self.libelle


class ModaliteEvaluation(Base):
    """Modalité d'évaluation prévue par les référentiels (annexe 1, § 3.2.2)."""

    __tablename__ = "modalite_evaluation"
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    libelle: Mapped[nom_long]
    situation_reelle: Mapped[bool] = mapped_column(comment="privilégiée : en situation professionnelle réelle")

    def __str__(self) -> str:
        return self.libelle


class DispositifDeFinancement(Base):
    """Les dix dispositifs de financement de l'annexe 14."""

    __tablename__ = "dispositif_financement"
    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    libelle: Mapped[nom_long]
    ordre: Mapped[int] = mapped_column(Integer, unique=True)

    def __str__(self) -> str:
        return f"{self.code} {self.libelle}"


class Critere(Base):
    """L'un des six critères d'habilitation (partie 2, chapitre 1)."""

    __tablename__ = "critere"
    numero: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    libelle: Mapped[nom_long]
    __table_args__ = (CheckConstraint("numero BETWEEN 1 AND 6", name="six"),)

    def __str__(self) -> str:
        return f"{self.numero}. {self.libelle}"


class Indicateur(Base):
    """L'un des deux indicateurs d'un critère d'habilitation (partie 2, chapitre 1)."""

    __tablename__ = "indicateur"
    id: Mapped[cle]
    critere_numero: Mapped[int] = mapped_column(ForeignKey("critere.numero"))
    rang: Mapped[int]
    libelle: Mapped[str] = mapped_column(String(400))
    critere: Mapped[Critere] = relationship()
    __table_args__ = (
        UniqueConstraint("critere_numero", "rang"),
        CheckConstraint("rang IN (1, 2)", name="deux_par_critere"),
    )

    def __str__(self) -> str:
        return f"{self.critere_numero}.{self.rang} {self.libelle}"
