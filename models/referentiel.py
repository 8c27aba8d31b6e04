"""Certifications et référentiels (partie 1, chapitre 1 ; annexes 1 et 2)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Texte_recherche, Trace, cle, liste_fermee
from models.nomenclature import ModaliteEvaluation
from rules.nomenclatures import EtatReferentiel, Famille, Repertoire


class Certification(Trace, Base):
    """Une certification de la liste établie par la branche.

    L'identifiant imprimé est `CQPM AAAA NNNN [R][I]` : R et I se déduisent des enregistrements et des
    équivalences à une date, ils ne s'écrivent pas (partie 1, chapitre 1, § 3).
    """

    __tablename__ = "certification"
    id: Mapped[cle]
    famille: Mapped[Famille] = mapped_column(liste_fermee(Famille, "famille"))
    annee: Mapped[int | None] = mapped_column(comment="année de création")
    numero: Mapped[int | None] = mapped_column(comment="numéro unique dans la famille")
    numero_imprime: Mapped[str | None] = mapped_column(String(40), comment="numéro d'une liste reprise, tel qu'imprimé")
    titre: Mapped[str] = mapped_column(String(300))
    niveau: Mapped[int | None] = mapped_column(comment="niveau du cadre national (1 à 8)")
    date_creation: Mapped[dt.date | None] = mapped_column(comment="décision de création par le GTP")
    date_suppression: Mapped[dt.date | None] = mapped_column(comment="décision de suppression par le GTP")
    source: Mapped[str] = mapped_column(String(300), default="", comment="d'où vient une donnée reprise")
    recherche: Mapped[str] = mapped_column(Texte_recherche, index=True)
    projet: Mapped[bool] = mapped_column(default=False, comment="demandée, pas encore créée : hors de la liste")
    demonstration: Mapped[bool] = mapped_column(default=False)
    enregistrements: Mapped[list[Enregistrement]] = relationship(
        back_populates="certification", order_by="Enregistrement.du", cascade="all, delete-orphan"
    )
    versions: Mapped[list[Referentiel]] = relationship(back_populates="certification", order_by="Referentiel.numero")
    equivalences: Mapped[list[Equivalence]] = relationship(
        foreign_keys="Equivalence.certification_id", back_populates="certification", cascade="all, delete-orphan"
    )
    __table_args__ = (
        UniqueConstraint("famille", "numero"),
        UniqueConstraint("famille", "numero_imprime"),
        CheckConstraint("niveau IS NULL OR niveau BETWEEN 1 AND 8", name="niveau_cncp"),
        CheckConstraint("(annee IS NULL) = (numero IS NULL)", name="annee_et_numero"),
        CheckConstraint("numero IS NULL OR numero BETWEEN 1 AND 9999", name="numero_4_chiffres"),
        CheckConstraint("annee IS NULL OR annee BETWEEN 1987 AND 2999", name="annee_du_dispositif"),
        CheckConstraint("date_suppression IS NULL OR date_creation IS NULL OR date_suppression >= date_creation",
                        name="ordre"),
        CheckConstraint("titre <> ''", name="titre"),
        CheckConstraint(
            "NOT projet OR (numero IS NULL AND date_creation IS NULL AND date_suppression IS NULL)",
            name="projet_sans_numero",
        ),
    )

    def enregistree_le(
        self, jour: dt.date, repertoire: Repertoire = Repertoire.RNCP, *, engage_le: dt.date | None = None
    ) -> Enregistrement | None:
        """L'enregistrement en vigueur ce jour-là ; à défaut, celui du jour où le parcours s'est engagé.

        Un parcours engagé continue après la fin de l'enregistrement, tant que la fiche se délivre encore (FC-01).
        """
        siens = [e for e in self.enregistrements if e.repertoire is repertoire]
        engages = [
            e for e in siens
            if engage_le is not None and e.en_vigueur(engage_le)
            and (e.derniere_delivrance is None or jour <= e.derniere_delivrance)
        ]
        return next((e for e in (*(e for e in siens if e.en_vigueur(jour)), *engages)), None)

    def interbranches_le(self, jour: dt.date) -> Certification | None:
        """La certification interbranches correspondante ce jour-là (I)."""
        return next(
            (e.interbranches for e in self.equivalences if e.du <= jour and (e.au is None or jour <= e.au)), None
        )

    @property
    def base_identifiant(self) -> str:
        """L'identifiant sans R ni I ; à défaut de numéro, le code du répertoire."""
        if self.annee is not None and self.numero is not None:
            return f"{self.famille.value} {self.annee:04d} {self.numero:04d}"
        if self.enregistrements:
            return f"{self.famille.value} {self.enregistrements[-1].code}"
        return f"{self.famille.value} ({'en projet' if self.projet else 'sans numéro'})"

    def identifiant_le(self, jour: dt.date, *, engage_le: dt.date | None = None) -> str:
        """L'identifiant à une date, avec R et I (REF-08) ; `engage_le` : pour un parcours engagé ce jour-là."""
        lettres = ""
        if self.famille is Famille.CQPM:
            lettres = ("R" if self.enregistree_le(jour, engage_le=engage_le) else "") + ("I" if self.interbranches_le(jour) else "")
        return f"{self.base_identifiant} {lettres}".strip()

    def __str__(self) -> str:
        return f"{self.base_identifiant} – {self.titre}"


class Enregistrement(Trace, Base):
    """Enregistrement au RNCP ou au répertoire spécifique, de date à date."""

    __tablename__ = "enregistrement"
    id: Mapped[cle]
    certification_id: Mapped[int] = mapped_column(ForeignKey("certification.id"), index=True)
    repertoire: Mapped[Repertoire] = mapped_column(liste_fermee(Repertoire, "repertoire"))
    code: Mapped[str] = mapped_column(String(12), unique=True, comment="RNCP34172, RS6717")
    du: Mapped[dt.date | None] = mapped_column(comment="vide : date d'effet inconnue d'une liste reprise")
    au: Mapped[dt.date | None]
    derniere_delivrance: Mapped[dt.date | None]
    source: Mapped[str] = mapped_column(String(300), default="")
    certification: Mapped[Certification] = relationship(back_populates="enregistrements")
    blocs: Mapped[list[EnregistrementBloc]] = relationship(
        back_populates="enregistrement", order_by="EnregistrementBloc.code", cascade="all, delete-orphan"
    )
    __table_args__ = (
        CheckConstraint("au IS NULL OR au >= du", name="ordre"),
        CheckConstraint(
            "substr(code, 1, length(repertoire)) = repertoire", name="code"
        ),
    )

    def en_vigueur(self, jour: dt.date) -> bool:
        """Vrai du premier au dernier jour de l'enregistrement, bornes comprises."""
        return (self.du is None or self.du <= jour) and (self.au is None or jour <= self.au)

    def __str__(self) -> str:
        return self.code


class EnregistrementBloc(Trace, Base):
    """Le code que France compétences donne à un bloc dans une fiche (`RNCP34172BC01`), et le BDC qui lui répond (FC-03)."""

    __tablename__ = "enregistrement_bloc"
    id: Mapped[cle]
    enregistrement_id: Mapped[int] = mapped_column(ForeignKey("enregistrement.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(20), unique=True)
    libelle: Mapped[str] = mapped_column(String(600), default="", comment="libellé de la fiche")
    bloc_id: Mapped[int | None] = mapped_column(
        ForeignKey("bloc_competences.id"), index=True, comment="vide : pas encore rapproché d'un bloc de la branche"
    )
    enregistrement: Mapped[Enregistrement] = relationship(back_populates="blocs")
    bloc: Mapped[BlocCompetences | None] = relationship()
    __table_args__ = (
        UniqueConstraint("enregistrement_id", "bloc_id"),
        CheckConstraint("code LIKE 'RNCP%BC%' OR code LIKE 'RS%BC%'", name="code"),
    )

    def __str__(self) -> str:
        return self.code


class Equivalence(Trace, Base):
    """Correspondance CQPM ↔ CQPI ou CCPM ↔ CCPI, de date à date : I s'en déduit."""

    __tablename__ = "equivalence"
    id: Mapped[cle]
    certification_id: Mapped[int] = mapped_column(ForeignKey("certification.id"), index=True)
    interbranches_id: Mapped[int] = mapped_column(ForeignKey("certification.id"), index=True)
    du: Mapped[dt.date]
    au: Mapped[dt.date | None]
    certification: Mapped[Certification] = relationship(foreign_keys=[certification_id], back_populates="equivalences")
    interbranches: Mapped[Certification] = relationship(foreign_keys=[interbranches_id])
    __table_args__ = (
        UniqueConstraint("certification_id", "interbranches_id", "du"),
        CheckConstraint("certification_id <> interbranches_id", name="deux_certifications"),
        CheckConstraint("au IS NULL OR au >= du", name="ordre"),
    )


class Referentiel(Trace, Base):
    """Une version du référentiel d'une certification ; un candidat reste sur celle de son inscription."""

    __tablename__ = "referentiel"
    id: Mapped[cle]
    certification_id: Mapped[int] = mapped_column(ForeignKey("certification.id"))
    numero: Mapped[int] = mapped_column(comment="rang de la version")
    etat: Mapped[EtatReferentiel] = mapped_column(
        liste_fermee(EtatReferentiel, "etat"), default=EtatReferentiel.PROJET
    )
    valide_le: Mapped[dt.date | None]
    missions: Mapped[str] = mapped_column(Text, default="")
    environnement: Mapped[str] = mapped_column(Text, default="")
    interactions: Mapped[str] = mapped_column(Text, default="")
    conditions_admissibilite: Mapped[str] = mapped_column(Text, default="")
    certification: Mapped[Certification] = relationship(back_populates="versions")
    blocs: Mapped[list[ReferentielBloc]] = relationship(
        back_populates="referentiel", order_by="ReferentielBloc.ordre", cascade="all, delete-orphan"
    )
    competences: Mapped[list[Competence]] = relationship(back_populates="referentiel", order_by="Competence.ordre")
    __table_args__ = (
        UniqueConstraint("certification_id", "numero"),
        UniqueConstraint("id", "certification_id"),
        CheckConstraint("etat NOT IN ('valide', 'remplace') OR valide_le IS NOT NULL", name="date_de_validation"),
        # `etat` distingue les deux unicités : SQLite ne nomme que les colonnes de celle qui refuse.
        Index(
            "uq_referentiel_valide", "certification_id", "etat", unique=True,
            sqlite_where=text("etat = 'valide'"), postgresql_where=text("etat = 'valide'"),
        ),
        Index(
            "uq_referentiel_en_cours", "certification_id", unique=True,
            sqlite_where=text("etat IN ('projet', 'soumis')"), postgresql_where=text("etat IN ('projet', 'soumis')"),
        ),
    )

    def __str__(self) -> str:
        return f"version {self.numero} ({self.etat.libelle[0].lower()}{self.etat.libelle[1:]})"


class BlocCompetences(Trace, Base):
    """Bloc de compétences `BDC NNNN`, commun à plusieurs CQPM ou spécifique (glossaire)."""

    __tablename__ = "bloc_competences"
    id: Mapped[cle]
    numero: Mapped[int | None] = mapped_column(unique=True, comment="donné quand le GTP valide la version (REF-08)")
    libelle: Mapped[str] = mapped_column(String(300))
    competences: Mapped[list[Competence]] = relationship(back_populates="bloc", order_by="Competence.ordre")
    __table_args__ = (CheckConstraint("numero BETWEEN 1 AND 9999", name="numero_4_chiffres"),)

    @property
    def identifiant(self) -> str:
        """Le numéro tel qu'imprimé, `BDC 0123` ; un bloc de projet n'en a pas encore."""
        return f"BDC {self.numero:04d}" if self.numero is not None else "BDC à numéroter"

    def __str__(self) -> str:
        return f"{self.identifiant} – {self.libelle}"


class ReferentielBloc(Base):
    """La place d'un bloc dans une version de CQPM (REF-11)."""

    __tablename__ = "referentiel_bloc"
    id: Mapped[cle]
    referentiel_id: Mapped[int] = mapped_column(ForeignKey("referentiel.id", ondelete="CASCADE"))
    bloc_id: Mapped[int] = mapped_column(ForeignKey("bloc_competences.id"), index=True)
    ordre: Mapped[int]
    referentiel: Mapped[Referentiel] = relationship(back_populates="blocs")
    bloc: Mapped[BlocCompetences] = relationship()
    __table_args__ = (UniqueConstraint("referentiel_id", "bloc_id"), UniqueConstraint("referentiel_id", "ordre"))


class Competence(Trace, Base):
    """Compétence professionnelle d'un bloc de CQPM, ou d'une version de CCPM."""

    __tablename__ = "competence"
    id: Mapped[cle]
    bloc_id: Mapped[int | None] = mapped_column(ForeignKey("bloc_competences.id"), index=True)
    referentiel_id: Mapped[int | None] = mapped_column(ForeignKey("referentiel.id"), index=True)
    ordre: Mapped[int]
    libelle: Mapped[str] = mapped_column(String(600))
    connaissances: Mapped[str] = mapped_column(Text, default="")
    conditions: Mapped[str] = mapped_column(Text, default="")
    criteres_methodes: Mapped[str] = mapped_column(Text, default="")
    criteres_moyens: Mapped[str] = mapped_column(Text, default="")
    criteres_liens: Mapped[str] = mapped_column(Text, default="")
    criteres_contraintes: Mapped[str] = mapped_column(Text, default="")
    resultats_attendus: Mapped[str] = mapped_column(Text, default="")
    bloc: Mapped[BlocCompetences | None] = relationship(back_populates="competences")
    referentiel: Mapped[Referentiel | None] = relationship(back_populates="competences")
    modalites: Mapped[list[ModaliteEvaluation]] = relationship(secondary="competence_modalite")
    __table_args__ = (
        CheckConstraint("(bloc_id IS NULL) <> (referentiel_id IS NULL)", name="bloc_ou_version"),
        UniqueConstraint("bloc_id", "ordre"),
        UniqueConstraint("referentiel_id", "ordre"),
    )

    @property
    def code(self) -> str:
        """Repère court : `BDC 0123.2`, ou `C2` pour un CCPM."""
        return f"{self.bloc.identifiant}.{self.ordre}" if self.bloc else f"C{self.ordre}"

    def __str__(self) -> str:
        return f"{self.code} {self.libelle}"


class CompetenceModalite(Base):
    """Une modalité d'évaluation que le référentiel permet pour une compétence."""

    __tablename__ = "competence_modalite"
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id", ondelete="CASCADE"), primary_key=True)
    modalite_code: Mapped[str] = mapped_column(ForeignKey("modalite_evaluation.code"), primary_key=True)
