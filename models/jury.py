"""Jury paritaire de délibération (partie 2, chapitre 3 ; annexes 13 et 14)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.acteurs import Centre, Personne, Syndicat
from models.base import Base, Instant, Trace, cle, liste_fermee
from models.candidat import Inscription
from models.referentiel import BlocCompetences, Certification, Competence
from rules.nomenclatures import Decision, Delegation, EtatJury, ResultatCompetence

if TYPE_CHECKING:
    from models.rectification import Rectification, VoteRectificatif


class Jury(Trace, Base):
    """Un jury paritaire de délibération d'un centre, à une date et en un lieu."""

    __tablename__ = "jury"
    id: Mapped[cle]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    date_jury: Mapped[dt.date]
    heure: Mapped[dt.time | None] = mapped_column(comment="à Paris ; vide : dite autrement")
    lieu: Mapped[str] = mapped_column(String(200))
    etat: Mapped[EtatJury] = mapped_column(liste_fermee(EtatJury, "etat"), default=EtatJury.PREPARATION)
    ouvert_le: Mapped[dt.datetime | None] = mapped_column(Instant)
    motif_ouverture: Mapped[str] = mapped_column(
        String(1000), default="", comment="pourquoi il s'ouvre malgré une désignation ou une convocation manquante"
    )
    clos_le: Mapped[dt.datetime | None] = mapped_column(Instant)
    centre: Mapped[Centre] = relationship()
    sieges: Mapped[list[Siege]] = relationship(back_populates="jury", order_by="Siege.id", cascade="all, delete-orphan")
    presentations: Mapped[list[Presentation]] = relationship(
        back_populates="jury", order_by="Presentation.numero_anonyme", cascade="all, delete-orphan"
    )
    proces_verbaux: Mapped[list[ProcesVerbal]] = relationship(back_populates="jury", order_by="ProcesVerbal.id")
    __table_args__ = (
        UniqueConstraint("id", "centre_id"),
        CheckConstraint("lieu <> ''", name="lieu"),
        CheckConstraint("etat NOT IN ('ouvert', 'clos') OR ouvert_le IS NOT NULL", name="ouverture"),
        CheckConstraint("(etat = 'clos') = (clos_le IS NOT NULL)", name="cloture"),
        Index("ix_jury_centre_id_date_jury", "centre_id", "date_jury"),
        Index("ix_jury_date_jury", "date_jury"),
    )

    def __str__(self) -> str:
        return f"Jury du {self.date_jury:%d/%m/%Y} à {self.lieu}"


class Siege(Trace, Base):
    """Un siège au jury : délégation, organisation, voix, présidence, présence."""

    __tablename__ = "siege"
    id: Mapped[cle]
    jury_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    personne_id: Mapped[int] = mapped_column()
    delegation: Mapped[Delegation] = mapped_column(liste_fermee(Delegation, "delegation"))
    syndicat_id: Mapped[int | None] = mapped_column(ForeignKey("syndicat.id"))
    travail_temporaire: Mapped[bool] = mapped_column(default=False)
    voix: Mapped[bool] = mapped_column(default=True)
    president: Mapped[bool] = mapped_column(default=False)
    present: Mapped[bool] = mapped_column(default=False)
    remplace_par_id: Mapped[int | None] = mapped_column(comment="le siège qui le remplace, au même jury")
    motif_remplacement: Mapped[str] = mapped_column(String(500), default="")
    jury: Mapped[Jury] = relationship(back_populates="sieges")
    personne: Mapped[Personne] = relationship(
        primaryjoin="Siege.personne_id == Personne.id", foreign_keys=[personne_id]
    )
    syndicat: Mapped[Syndicat | None] = relationship()
    __table_args__ = (
        ForeignKeyConstraint(["jury_id", "centre_id"], ["jury.id", "jury.centre_id"]),
        ForeignKeyConstraint(["personne_id", "centre_id"], ["personne.id", "personne.centre_id"]),
        ForeignKeyConstraint(["remplace_par_id", "jury_id"], ["siege.id", "siege.jury_id"], use_alter=True),
        UniqueConstraint("id", "jury_id"),
        UniqueConstraint("id", "centre_id"),
        UniqueConstraint("jury_id", "personne_id"),
        CheckConstraint("(remplace_par_id IS NULL) = (motif_remplacement = '')", name="remplace_motive"),
        CheckConstraint(
            "remplace_par_id IS NULL OR NOT (voix OR president OR present)", name="remplace_sans_voix"
        ),
        CheckConstraint("delegation <> 'invite' OR NOT voix", name="invite_sans_voix"),
        CheckConstraint("NOT president OR (voix AND delegation = 'patronale')", name="president_designe_par_le_centre"),
        CheckConstraint(
            "(syndicat_id IS NOT NULL) = (delegation = 'syndicale' AND NOT travail_temporaire)", name="syndicat_nomme"
        ),
        Index(
            "uq_siege_president", "jury_id", unique=True, sqlite_where=text("president"), postgresql_where=text("president")
        ),
        Index(
            "uq_siege_voix_par_syndicat", "jury_id", "syndicat_id", unique=True,
            sqlite_where=text("voix"), postgresql_where=text("voix"),
        ),
        Index(
            "uq_siege_travail_temporaire", "jury_id", "delegation", unique=True,
            sqlite_where=text("travail_temporaire AND remplace_par_id IS NULL"),
            postgresql_where=text("travail_temporaire AND remplace_par_id IS NULL"),
        ),
    )

    def __str__(self) -> str:
        return f"{self.personne} ({self.syndicat or self.delegation.libelle.lower()})"


class ProcesVerbal(Trace, Base):
    """Procès-verbal d'une certification à un jury ; signé, il fige votes et décisions (annexe 14)."""

    __tablename__ = "proces_verbal"
    id: Mapped[cle]
    jury_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    certification_id: Mapped[int] = mapped_column(ForeignKey("certification.id"), index=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    signe_le: Mapped[dt.datetime | None] = mapped_column(Instant)
    signataire_id: Mapped[int | None] = mapped_column(comment="le siège du président")
    rectifie_id: Mapped[int | None] = mapped_column(ForeignKey("proces_verbal.id"), comment="procès-verbal rectifié")
    raison: Mapped[str] = mapped_column(Text, default="", comment="pourquoi ce procès-verbal en rectifie un autre")
    observations: Mapped[str] = mapped_column(Text, default="")
    jury: Mapped[Jury] = relationship(back_populates="proces_verbaux")
    certification: Mapped[Certification] = relationship()
    rectifie: Mapped[ProcesVerbal | None] = relationship(
        primaryjoin="ProcesVerbal.rectifie_id == remote(ProcesVerbal.id)", foreign_keys=[rectifie_id]
    )
    rectifications: Mapped[list[Rectification]] = relationship(
        primaryjoin="ProcesVerbal.id == Rectification.proces_verbal_id", foreign_keys="Rectification.proces_verbal_id",
        back_populates="proces_verbal", order_by="Rectification.id", cascade="all, delete-orphan",
    )
    votes_rectificatifs: Mapped[list[VoteRectificatif]] = relationship(
        primaryjoin="ProcesVerbal.id == VoteRectificatif.proces_verbal_id",
        foreign_keys="VoteRectificatif.proces_verbal_id", back_populates="proces_verbal",
        order_by="VoteRectificatif.siege_id", cascade="all, delete-orphan",
    )
    signataire: Mapped[Siege | None] = relationship(
        primaryjoin="ProcesVerbal.signataire_id == Siege.id", foreign_keys=[signataire_id]
    )
    presentations: Mapped[list[Presentation]] = relationship(
        primaryjoin="ProcesVerbal.id == Presentation.proces_verbal_id", foreign_keys="Presentation.proces_verbal_id",
        back_populates="proces_verbal", order_by="Presentation.numero_anonyme",
    )
    __table_args__ = (
        ForeignKeyConstraint(["jury_id", "centre_id"], ["jury.id", "jury.centre_id"]),
        ForeignKeyConstraint(["signataire_id", "jury_id"], ["siege.id", "siege.jury_id"]),
        UniqueConstraint("id", "jury_id"),
        UniqueConstraint("id", "centre_id"),
        CheckConstraint("(signe_le IS NULL) = (signataire_id IS NULL)", name="signature"),
        CheckConstraint("(rectifie_id IS NULL) = (raison = '')", name="raison"),
        Index(
            "uq_proces_verbal_par_certification", "jury_id", "certification_id", unique=True,
            sqlite_where=text("rectifie_id IS NULL"), postgresql_where=text("rectifie_id IS NULL"),
        ),
    )

    def __str__(self) -> str:
        return self.reference


class Presentation(Trace, Base):
    """Un candidat présenté à un jury, sous un numéro anonyme (partie 2, chapitre 3, § 3)."""

    __tablename__ = "presentation"
    id: Mapped[cle]
    jury_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    inscription_id: Mapped[int] = mapped_column()
    proces_verbal_id: Mapped[int | None] = mapped_column(index=True)
    numero_anonyme: Mapped[int] = mapped_column()
    decision: Mapped[Decision | None] = mapped_column(liste_fermee(Decision, "decision"))
    voix_pour: Mapped[int | None]
    voix_contre: Mapped[int | None]
    voix_preponderante: Mapped[bool] = mapped_column(default=False)
    motif: Mapped[str] = mapped_column(Text, default="", comment="motif d'un écart à la synthèse (JUR-11)")
    commentaire: Mapped[str] = mapped_column(String(300), default="", comment="colonne « Commentaire » de l'annexe 14")
    jury: Mapped[Jury] = relationship(back_populates="presentations")
    inscription: Mapped[Inscription] = relationship(
        primaryjoin="Presentation.inscription_id == Inscription.id", foreign_keys=[inscription_id]
    )
    proces_verbal: Mapped[ProcesVerbal | None] = relationship(
        primaryjoin="Presentation.proces_verbal_id == ProcesVerbal.id", foreign_keys=[proces_verbal_id],
        back_populates="presentations",
    )
    votes: Mapped[list[Vote]] = relationship(back_populates="presentation", cascade="all, delete-orphan")
    competences: Mapped[list[PresentationCompetence]] = relationship(
        back_populates="presentation", cascade="all, delete-orphan", order_by="PresentationCompetence.ordre"
    )
    __table_args__ = (
        ForeignKeyConstraint(["jury_id", "centre_id"], ["jury.id", "jury.centre_id"]),
        ForeignKeyConstraint(["inscription_id", "centre_id"], ["inscription.id", "inscription.centre_id"]),
        ForeignKeyConstraint(["proces_verbal_id", "jury_id"], ["proces_verbal.id", "proces_verbal.jury_id"]),
        UniqueConstraint("id", "jury_id"),
        UniqueConstraint("id", "centre_id"),
        UniqueConstraint("jury_id", "numero_anonyme"),
        UniqueConstraint("inscription_id"),
        CheckConstraint("numero_anonyme > 0", name="numero"),
        CheckConstraint("decision IS NULL OR (voix_pour IS NOT NULL AND voix_contre IS NOT NULL)", name="decompte"),
    )

    def __str__(self) -> str:
        return f"n° {self.numero_anonyme}"


class PresentationCompetence(Base):
    """Une compétence de la cible devant le jury : la synthèse et ce que le jury retient (JUR-11)."""

    __tablename__ = "presentation_competence"
    id: Mapped[cle]
    presentation_id: Mapped[int] = mapped_column(ForeignKey("presentation.id", ondelete="CASCADE"))
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"), index=True)
    ordre: Mapped[int]
    synthese: Mapped[ResultatCompetence | None] = mapped_column(liste_fermee(ResultatCompetence, "synthese"))
    retenu: Mapped[ResultatCompetence | None] = mapped_column(liste_fermee(ResultatCompetence, "retenu"))
    presentation: Mapped[Presentation] = relationship(back_populates="competences")
    competence: Mapped[Competence] = relationship()
    __table_args__ = (UniqueConstraint("presentation_id", "competence_id"),)


class Vote(Trace, Base):
    """Le vote d'un siège sur un candidat, ou sur un de ses blocs : A ou NA ; le siège et le candidat sont du même jury.

    `geste` est la clé du dernier geste appliqué : le même, renvoyé par un appareil qui avait perdu la connexion, ne
    compte qu'une fois.
    """

    __tablename__ = "vote"
    id: Mapped[cle]
    jury_id: Mapped[int] = mapped_column()
    presentation_id: Mapped[int] = mapped_column()
    siege_id: Mapped[int] = mapped_column()
    bloc_id: Mapped[int | None] = mapped_column(
        ForeignKey("bloc_competences.id"), index=True, comment="le bloc voté à part ; vide pour la certification"
    )
    valeur: Mapped[Decision] = mapped_column(liste_fermee(Decision, "valeur"))
    geste: Mapped[str] = mapped_column(String(40), default="", comment="clé du dernier geste appliqué")
    consigne_par: Mapped[str] = mapped_column(
        String(200), default="", comment="qui l'a consigné au nom du membre (JUR-15) ; vide : le membre"
    )
    presentation: Mapped[Presentation] = relationship(
        primaryjoin="Vote.presentation_id == Presentation.id", foreign_keys=[presentation_id], back_populates="votes"
    )
    siege: Mapped[Siege] = relationship(primaryjoin="Vote.siege_id == Siege.id", foreign_keys=[siege_id])
    bloc: Mapped[BlocCompetences | None] = relationship()
    __table_args__ = (
        ForeignKeyConstraint(
            ["presentation_id", "jury_id"], ["presentation.id", "presentation.jury_id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["siege_id", "jury_id"], ["siege.id", "siege.jury_id"]),
        Index(
            "uq_vote_presentation_id_siege_id", "presentation_id", "siege_id", unique=True,
            sqlite_where=text("bloc_id IS NULL"), postgresql_where=text("bloc_id IS NULL"),
        ),
        UniqueConstraint("presentation_id", "siege_id", "bloc_id"),
        Index("ix_vote_siege_id", "siege_id"),
        Index("ix_vote_jury_id", "jury_id"),
    )
