"""Candidats et inscriptions (partie 2, chapitre 2)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

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

from models.acteurs import Centre, Entreprise, Organisme
from models.base import Base, Texte_recherche, Trace, cle, liste_fermee, nom_personne
from models.nomenclature import Departement, ModaliteEvaluation, Pays
from models.referentiel import BlocCompetences, Certification, Competence, Referentiel
from rules.nomenclatures import (
    Civilite,
    DispositifFinancement,
    EtatInscription,
    Origine,
    Prescripteur,
    ResultatCompetence,
    Sexe,
    Voie,
)

if TYPE_CHECKING:
    from models.vae import Vae


class Candidat(Trace, Base):
    """Une personne, une ligne, pour toute la branche.

    `cle_identite` est son nom de naissance, ses prénoms, sa date et sa ville de naissance, sans accents ni
    casse : elle relie une ligne importée à la personne déjà connue.
    """

    __tablename__ = "candidat"
    id: Mapped[cle]
    civilite: Mapped[Civilite | None] = mapped_column(liste_fermee(Civilite, "civilite"))
    sexe: Mapped[Sexe | None] = mapped_column(liste_fermee(Sexe, "sexe"))
    nom_naissance: Mapped[nom_personne]
    nom_usage: Mapped[nom_personne] = mapped_column(default="")
    prenoms: Mapped[nom_personne]
    date_naissance: Mapped[dt.date]
    ville_naissance: Mapped[str] = mapped_column(String(120))
    code_commune_naissance: Mapped[str | None] = mapped_column(String(5), comment="code officiel géographique")
    departement_naissance_code: Mapped[str | None] = mapped_column(ForeignKey("departement.code"))
    pays_naissance_code: Mapped[str] = mapped_column(ForeignKey("pays.code"))
    courriel: Mapped[str] = mapped_column(String(200), default="")
    telephone: Mapped[str] = mapped_column(String(30), default="")
    adresse: Mapped[str] = mapped_column(String(300), default="")
    code_postal: Mapped[str] = mapped_column(String(10), default="")
    ville: Mapped[str] = mapped_column(String(120), default="")
    fusionne_dans_id: Mapped[int | None] = mapped_column(
        ForeignKey("candidat.id"), index=True, comment="la fiche gardée, quand celle-ci était la même personne"
    )
    efface_le: Mapped[dt.date | None] = mapped_column(
        index=True, comment="plus rien ne demandait de savoir qui c'est : la fiche a été vidée (partie 2, chapitre 6)"
    )
    cle_identite: Mapped[str] = mapped_column(Texte_recherche, unique=True)
    recherche: Mapped[str] = mapped_column(Texte_recherche, index=True, comment="nom et prénoms normalisés")
    recherche_usage: Mapped[str] = mapped_column(Texte_recherche, index=True, default="", comment="par le nom d'usage")
    recherche_prenoms: Mapped[str] = mapped_column(Texte_recherche, index=True, default="", comment="par les prénoms")
    departement_naissance: Mapped[Departement | None] = relationship()
    pays_naissance: Mapped[Pays] = relationship()
    inscriptions: Mapped[list[Inscription]] = relationship(back_populates="candidat", viewonly=True)
    __table_args__ = (
        CheckConstraint("nom_naissance <> '' AND prenoms <> '' AND ville_naissance <> ''", name="etat_civil"),
        CheckConstraint(
            "(pays_naissance_code = '99100') = (departement_naissance_code IS NOT NULL)", name="departement_si_france"
        ),
    )

    def __str__(self) -> str:
        return f"{self.nom_naissance.upper()} {self.prenoms}"


class CandidatCle(Base):
    """Une clé de rapprochement d'un candidat : deux écritures d'une même personne en partagent une (INS-13)."""

    __tablename__ = "candidat_cle"
    cle: Mapped[int] = mapped_column(primary_key=True, comment="condensé sur 32 bits, voir models.rapprochement")
    candidat_id: Mapped[int] = mapped_column(
        ForeignKey("candidat.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    __table_args__ = ({"sqlite_with_rowid": False},)


class Inscription(Trace, Base):
    """Inscription préalable d'un candidat à une certification auprès d'un centre (partie 2, chapitre 2, § 1.A).

    `cible` liste les blocs visés (`BDC 0012|BDC 0034`), vide pour la certification entière : une seule
    inscription ouverte par candidat, certification et cible (INS-03).
    """

    __tablename__ = "inscription"
    id: Mapped[cle]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    candidat_id: Mapped[int] = mapped_column(ForeignKey("candidat.id"))
    certification_id: Mapped[int] = mapped_column(ForeignKey("certification.id"))
    referentiel_id: Mapped[int | None] = mapped_column(comment="version du référentiel suivie")
    cible: Mapped[str] = mapped_column(String(200), default="")
    voie: Mapped[Voie] = mapped_column(liste_fermee(Voie, "voie"))
    prescripteur: Mapped[Prescripteur] = mapped_column(liste_fermee(Prescripteur, "prescripteur"))
    origine: Mapped[Origine] = mapped_column(liste_fermee(Origine, "origine"))
    dispositif_financement: Mapped[DispositifFinancement] = mapped_column(
        liste_fermee(DispositifFinancement, "dispositif_financement")
    )
    abondement_cpf: Mapped[bool] = mapped_column(default=False, comment="annexe 14, note 6")
    entreprise_id: Mapped[int | None] = mapped_column()
    organisme_id: Mapped[int | None] = mapped_column(ForeignKey("organisme.id"))
    date_inscription: Mapped[dt.date]
    sans_accord_employeur: Mapped[bool] = mapped_column(default=False, comment="à la seule initiative du salarié")
    date_recevabilite: Mapped[dt.date | None] = mapped_column(comment="réception du CERFA 12818*02")
    experience: Mapped[str] = mapped_column(Text, default="")
    reference: Mapped[str] = mapped_column(String(60), default="", comment="référence propre au centre")
    etat: Mapped[EtatInscription] = mapped_column(
        liste_fermee(EtatInscription, "etat"), default=EtatInscription.OUVERTE
    )
    nom_tri: Mapped[str] = mapped_column(
        Texte_recherche, default="", comment="nom et prénoms normalisés du candidat, tenus par la base, pour trier"
    )
    importation_id: Mapped[int | None] = mapped_column()
    importation_ligne: Mapped[int | None] = mapped_column(comment="numéro de ligne dans le fichier importé")
    centre: Mapped[Centre] = relationship()
    candidat: Mapped[Candidat] = relationship(back_populates="inscriptions")
    certification: Mapped[Certification] = relationship()
    referentiel: Mapped[Referentiel | None] = relationship(
        primaryjoin="Inscription.referentiel_id == Referentiel.id", foreign_keys=[referentiel_id], viewonly=True
    )
    entreprise: Mapped[Entreprise | None] = relationship(
        primaryjoin="Inscription.entreprise_id == Entreprise.id", foreign_keys=[entreprise_id]
    )
    organisme: Mapped[Organisme | None] = relationship()
    blocs: Mapped[list[BlocCompetences]] = relationship(
        secondary="inscription_bloc", order_by="BlocCompetences.numero", viewonly=True
    )
    evaluations: Mapped[list[Evaluation]] = relationship(back_populates="inscription", cascade="all, delete-orphan")
    vae: Mapped[Vae | None] = relationship(
        primaryjoin="Inscription.id == Vae.inscription_id", foreign_keys="Vae.inscription_id", uselist=False, viewonly=True
    )
    __table_args__ = (
        ForeignKeyConstraint(["referentiel_id", "certification_id"], ["referentiel.id", "referentiel.certification_id"]),
        ForeignKeyConstraint(["entreprise_id", "centre_id"], ["entreprise.id", "entreprise.centre_id"]),
        ForeignKeyConstraint(["importation_id", "centre_id"], ["importation.id", "importation.centre_id"]),
        UniqueConstraint("id", "centre_id"),
        CheckConstraint("(origine = 'SL') = (entreprise_id IS NOT NULL)", name="entreprise_du_salarie"),
        CheckConstraint("prescripteur <> 'organisme' OR organisme_id IS NOT NULL", name="organisme_prescripteur"),
        CheckConstraint("voie <> 'vae' OR date_recevabilite IS NOT NULL", name="recevabilite_vae"),
        CheckConstraint("voie <> 'vae_branche' OR experience <> ''", name="experience_vae_branche"),
        CheckConstraint("(importation_id IS NULL) = (importation_ligne IS NULL)", name="importation_et_ligne"),
        Index(
            "uq_inscription_ouverte", "candidat_id", "certification_id", "cible", unique=True,
            sqlite_where=text("etat = 'ouverte'"), postgresql_where=text("etat = 'ouverte'"),
        ),
        Index("ix_inscription_candidat_id_centre_id", "candidat_id", "centre_id"),
        Index("ix_inscription_centre_id_id", "centre_id", "id"),
        Index("ix_inscription_centre_id_nom_tri", "centre_id", "nom_tri", "id"),
        Index("ix_inscription_centre_id_date_inscription", "centre_id", "date_inscription", "id"),
        Index("ix_inscription_date_inscription", "date_inscription", "id"),
        Index("ix_inscription_certification_id", "certification_id", "id"),
        Index("ix_inscription_entreprise_id", "entreprise_id"),
        Index("ix_inscription_organisme_id", "organisme_id"),
        Index("ix_inscription_centre_id_etat", "centre_id", "etat", "id"),
        Index("ix_inscription_centre_id_reference", "centre_id", "reference"),
        Index("ix_inscription_importation_id", "importation_id"),
        # La liste des VAE d'un centre : une inscription sur dix.
        Index(
            "ix_inscription_en_vae", "centre_id", "id",
            sqlite_where=text("voie <> 'formation'"), postgresql_where=text("voie <> 'formation'"),
        ),
    )

    @property
    def decide(self) -> bool:
        """Vrai une fois l'issue connue, ou l'inscription annulée : son dossier ne reçoit plus de pièce."""
        return self.etat is not EtatInscription.OUVERTE

    def __str__(self) -> str:
        return f"{self.candidat} – {self.certification.base_identifiant} ({self.date_inscription:%d/%m/%Y})"


class InscriptionBloc(Base):
    """Un bloc de compétences visé par une inscription (partie 2, chapitre 3, § 3.B)."""

    __tablename__ = "inscription_bloc"
    inscription_id: Mapped[int] = mapped_column(ForeignKey("inscription.id", ondelete="CASCADE"), primary_key=True)
    bloc_id: Mapped[int] = mapped_column(ForeignKey("bloc_competences.id"), primary_key=True, index=True)


class Amenagement(Trace, Base):
    """Compensation du handicap, à la demande du candidat ; vue des seuls responsables du centre (INS-14)."""

    __tablename__ = "amenagement"
    id: Mapped[cle]
    inscription_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    demande_le: Mapped[dt.date] = mapped_column(comment="date de la demande du candidat")
    mesures: Mapped[str] = mapped_column(Text)
    inscription: Mapped[Inscription] = relationship()
    __table_args__ = (
        ForeignKeyConstraint(["inscription_id", "centre_id"], ["inscription.id", "inscription.centre_id"]),
        UniqueConstraint("inscription_id"),
        CheckConstraint("mesures <> ''", name="mesures"),
    )


class Evaluation(Trace, Base):
    """Une compétence de la cible : modalité convenue, puis résultat (partie 2, chap. 2, § 1.B ; chap. 3, § 3.A).

    `acquis_de_id` : la compétence acquise devant un jury antérieur, reprise sans nouvelle évaluation (ATT-04) ;
    `date_evaluation` est alors la date de ce jury.
    """

    __tablename__ = "evaluation"
    id: Mapped[cle]
    inscription_id: Mapped[int] = mapped_column()
    centre_id: Mapped[int] = mapped_column()
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"), index=True)
    modalite_code: Mapped[str | None] = mapped_column(
        ForeignKey("modalite_evaluation.code"), comment="modalité convenue"
    )
    commission_id: Mapped[int | None] = mapped_column(comment="commission qui a évalué")
    date_evaluation: Mapped[dt.date | None]
    resultat: Mapped[ResultatCompetence | None] = mapped_column(liste_fermee(ResultatCompetence, "resultat"))
    appreciation: Mapped[str] = mapped_column(Text, default="", comment="appréciation de la commission")
    acquis_de_id: Mapped[int | None] = mapped_column(
        ForeignKey("presentation_competence.id", use_alter=True), comment="repris d'un jury antérieur"
    )
    importation_id: Mapped[int | None] = mapped_column()
    importation_ligne: Mapped[int | None] = mapped_column(comment="numéro de ligne dans le fichier importé")
    inscription: Mapped[Inscription] = relationship(back_populates="evaluations")
    competence: Mapped[Competence] = relationship()
    modalite: Mapped[ModaliteEvaluation | None] = relationship()
    __table_args__ = (
        ForeignKeyConstraint(
            ["inscription_id", "centre_id"], ["inscription.id", "inscription.centre_id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["commission_id", "centre_id"], ["commission_evaluation.id", "commission_evaluation.centre_id"]
        ),
        ForeignKeyConstraint(["importation_id", "centre_id"], ["importation.id", "importation.centre_id"]),
        UniqueConstraint("inscription_id", "competence_id"),
        CheckConstraint("(resultat IS NULL) = (date_evaluation IS NULL)", name="resultat_et_date"),
        CheckConstraint("acquis_de_id IS NULL OR (resultat = 'acquise' AND commission_id IS NULL)", name="acquis_repris"),
        CheckConstraint("(importation_id IS NULL) = (importation_ligne IS NULL)", name="importation_et_ligne"),
        Index("ix_evaluation_commission_id", "commission_id"),
        Index("ix_evaluation_acquis_de_id", "acquis_de_id"),
        Index("ix_evaluation_importation_id", "importation_id"),
    )
