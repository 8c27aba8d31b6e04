"""Certificats délivrés (partie 2, chapitre 3, § 3.B) ; leur PDF est celui qui a été archivé."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import url_for
from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import joinedload

from admin_views.base import Document, DomainView, FiltrePeriode, FiltreReference, LectureSeule, Tri, lien
from admin_views.extensions import db
from admin_views.recherches import CENTRE, CERTIFICATION, cles_candidat
from admin_views.saisie import prefixe
from models import Candidat, Certificat, Certification, Presentation


class CertificatsView(LectureSeule):
    """Les originaux, par numéro."""

    ressource = "certificat"
    nom_pluriel = "certificats"
    aide_recherche = "Numéro MC, code de vérification ou nom"
    phrase_vide = "Aucun certificat. Ils s'attribuent depuis la page d'un jury dont le procès-verbal est signé."
    donnees_personnelles = True
    documents = (Document("certificat-cqpm", "Certificat (PDF)", "documents.certificat", "certificat_id"),)
    column_list = ("numero", "candidat", "objet", "certification", "date_jury", "centre")
    colonnes_facultatives = ("code_verification",)
    column_labels: ClassVar[dict[str, str]] = {
        "numero": "Numéro", "candidat": "Titulaire", "certification": "Certification", "date_jury": "Jury du",
        "centre": "Centre", "code_verification": "Code de vérification", "famille": "Famille", "jury": "Jury",
        "objet": "Objet",
    }
    formats: ClassVar[dict[str, Any]] = {
        "candidat": lambda c: lien(c.candidat), "certification": lambda c: c.certification.base_identifiant,
    }
    exports: ClassVar[dict[str, Any]] = {"certification": lambda c: c.certification.base_identifiant}
    tris: ClassVar[dict[str, Tri]] = {
        "numero": Tri((Certificat.numero,)), "date_jury": Tri((Certificat.date_jury,)),
        "candidat": Tri((Candidat.recherche,), (Certificat.candidat,)),
    }
    filtres = (
        FiltreReference("certification", "Certification", Certificat.certification_id, lookup=CERTIFICATION),
        FiltreReference("centre", "Centre", Certificat.centre_id, lookup=CENTRE),
        FiltrePeriode("jury", "Jury", Certificat.date_jury),
    )
    chargements = (
        joinedload(Certificat.candidat), joinedload(Certificat.centre), joinedload(Certificat.bloc),
        joinedload(Certificat.certification).selectinload(Certification.enregistrements),
    )
    chargements_fiche = (*chargements, joinedload(Certificat.presentation).joinedload(Presentation.jury))
    fiche = (("Certificat", ("numero", "objet", "candidat", "certification", "date_jury", "centre", "code_verification")),)

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par numéro (avec ou sans MC- ni zéros), code ou nom."""
        nu = terme.upper().strip()
        chiffres = nu.removeprefix("MC-").removeprefix("MC").strip()
        if chiffres.isascii() and chiffres.isdigit() and len(chiffres) <= 9:
            return or_(Certificat.numero == f"MC-{int(chiffres):07d}", prefixe(Certificat.numero, f"MC-{chiffres}"))
        cles = cles_candidat(terme)
        code = Certificat.code_verification == nu
        return code if cles is None else or_(code, Certificat.candidat_id.in_(cles))

    def liens(self, objet: Certificat) -> Sequence[tuple[str, str]]:
        """L'inscription et le jury dont il vient."""
        if objet.presentation is None:
            return ()
        return (
            ("L'inscription", url_for("inscriptions.details_view", id=objet.presentation.inscription_id)),
            ("Le jury", url_for("jurys.details_view", id=objet.presentation.jury_id)),
        )


def vues() -> tuple[DomainView, ...]:
    """Les vues du domaine."""
    return (CertificatsView(Certificat, db, "Certificats", "Certificats", "certificats"),)
