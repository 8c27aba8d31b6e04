"""Accrochage au passeport de compétences : ce qui se dépose à la Caisse des Dépôts (Code du travail, art. R. 6113-17-2)."""

from __future__ import annotations

import datetime as dt

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

from models.attribution import Certificat
from models.base import PARIS, Base, Instant, Trace, cle, liste_fermee, maintenant
from rules.nomenclatures import EtatPassage, NatureDeposant


class EmetteurAccrochage(Trace, Base):
    """Au nom de qui la branche dépose : les identifiants que la Caisse des Dépôts lui a donnés ; la dernière ligne vaut."""

    __tablename__ = "emetteur_accrochage"
    id: Mapped[cle]
    id_client: Mapped[str] = mapped_column(String(8), comment="identifiant client, huit caractères")
    id_contrat: Mapped[str] = mapped_column(String(20), comment="numéro du contrat de certificateur")
    nature: Mapped[NatureDeposant] = mapped_column(liste_fermee(NatureDeposant, "nature"))
    prefixe_fichier: Mapped[str] = mapped_column(String(30), default="", comment="ce qui précède l'identifiant du flux")
    __table_args__ = (
        CheckConstraint("length(id_client) = 8", name="id_client"),
        CheckConstraint("id_contrat <> ''", name="id_contrat"),
    )

    def __str__(self) -> str:
        return f"{self.id_client} ({self.nature.libelle.lower()})"


class FichierAccrochage(Trace, Base):
    """Un fichier préparé pour la Caisse des Dépôts : ses octets exacts, son dépôt, son accusé de traitement.

    `contenu` est le XML comprimé (gzip) ; `taille` et `sha256` sont ceux du XML. `acceptes` et `refuses` se comptent
    quand l'accusé est lu.
    """

    __tablename__ = "fichier_accrochage"
    id: Mapped[cle]
    id_flux: Mapped[str] = mapped_column(String(50), unique=True)
    nom_fichier: Mapped[str] = mapped_column(String(100), unique=True)
    cree_le: Mapped[dt.datetime] = mapped_column(Instant, default=maintenant)
    emetteur_id: Mapped[int] = mapped_column(ForeignKey("emetteur_accrochage.id"), index=True)
    passages: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    taille: Mapped[int] = mapped_column(comment="octets du XML")
    contenu: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    depose_le: Mapped[dt.date | None]
    accuse_le: Mapped[dt.date | None] = mapped_column(comment="jour où l'accusé de traitement a été lu")
    id_traitement: Mapped[str] = mapped_column(String(40), default="")
    acceptes: Mapped[int] = mapped_column(default=0)
    refuses: Mapped[int] = mapped_column(default=0)
    emetteur: Mapped[EmetteurAccrochage] = relationship()
    __table_args__ = (
        CheckConstraint("passages > 0", name="passages"),
        CheckConstraint("taille > 0", name="taille"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("accuse_le IS NULL OR depose_le IS NOT NULL", name="depose_avant_accuse"),
        CheckConstraint("acceptes + refuses <= passages", name="comptes"),
        Index("ix_fichier_accrochage_depose_le", "depose_le"),
    )

    @property
    def prepare_le(self) -> dt.date:
        """Le jour de sa préparation, à Paris."""
        return self.cree_le.astimezone(PARIS).date()

    def __str__(self) -> str:
        return self.nom_fichier


class PassageAccrochage(Base):
    """Un certificat dans un fichier déposé, et ce que la Caisse des Dépôts en a dit (ACC-02).

    Un certificat n'a qu'un passage vivant : un passage KO corrigé laisse la place à celui du fichier suivant.
    """

    __tablename__ = "passage_accrochage"
    id: Mapped[cle]
    fichier_id: Mapped[int] = mapped_column(ForeignKey("fichier_accrochage.id"))
    certificat_id: Mapped[int] = mapped_column(index=True)
    centre_id: Mapped[int] = mapped_column()
    id_technique: Mapped[str] = mapped_column(String(20), comment="le numéro du certificat, tel que déposé")
    etat: Mapped[EtatPassage] = mapped_column(liste_fermee(EtatPassage, "etat"), default=EtatPassage.PREPARE)
    message: Mapped[str] = mapped_column(String(1000), default="", comment="motif du refus, tel qu'écrit dans l'accusé")
    fichier: Mapped[FichierAccrochage] = relationship()
    certificat: Mapped[Certificat] = relationship(
        primaryjoin="PassageAccrochage.certificat_id == Certificat.id", foreign_keys=[certificat_id]
    )
    __table_args__ = (
        ForeignKeyConstraint(["certificat_id", "centre_id"], ["certificat.id", "certificat.centre_id"]),
        UniqueConstraint("fichier_id", "id_technique"),
        Index(
            "uq_passage_accrochage_vivant", "certificat_id", unique=True,
            sqlite_where=text("etat <> 'corrige'"), postgresql_where=text("etat <> 'corrige'"),
        ),
        CheckConstraint("etat <> 'ko' OR message <> ''", name="message"),
        Index("ix_passage_accrochage_etat", "etat", "centre_id"),
    )

    def __str__(self) -> str:
        return f"{self.id_technique} ({self.etat.libelle.lower()})"
