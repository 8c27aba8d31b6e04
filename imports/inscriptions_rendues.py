"""Rendre les inscriptions d'un centre dans les colonnes que l'import lit : ce qui s'importe s'exporte, sans perte."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from imports.colonnes import INSCRIPTIONS
from imports.compte_rendu import sans_formule
from models import Candidat, Certification, Entreprise, Inscription, Organisme, Pays
from rules.nomenclatures import EtatInscription

_LOT = 1_000


def exporter(session: Session, centre_id: int, *, toutes: bool = False) -> Iterator[tuple[str, ...]]:
    """Les inscriptions d'un centre, en-tête d'abord, telles qu'elles se réimportent ; les ouvertes, ou `toutes`.

    L'aménagement pour un handicap ne s'exporte jamais (INS-14).
    """
    noms = tuple(c.nom for c in INSCRIPTIONS)
    yield noms
    certifications = {
        c.id: c.base_identifiant if c.annee or c.enregistrements else c.titre
        for c in session.scalars(select(Certification).options(selectinload(Certification.enregistrements)))
    }
    i, c, e, o, p = (m.__table__ for m in (Inscription, Candidat, Entreprise, Organisme, Pays))
    requete = (
        select(
            c.c.civilite, c.c.sexe, c.c.nom_naissance, c.c.nom_usage, c.c.prenoms, c.c.date_naissance, c.c.ville_naissance,
            c.c.code_commune_naissance, c.c.departement_naissance_code.label("departement_naissance"),
            p.c.libelle.label("pays_naissance"), c.c.courriel.label("email"), c.c.telephone, c.c.adresse, c.c.code_postal,
            c.c.ville, i.c.origine, i.c.dispositif_financement, i.c.abondement_cpf, e.c.raison_sociale, e.c.siret,
            e.c.adresse.label("adresse_entreprise"), e.c.code_nace, e.c.secteur, e.c.branche,
            i.c.certification_id.label("certification"), i.c.cible.label("blocs"), i.c.voie, i.c.prescripteur,
            o.c.siret.label("organisme"), o.c.numero_declaration, o.c.nom, i.c.date_inscription, i.c.sans_accord_employeur,
            i.c.date_recevabilite, i.c.experience, i.c.reference,
        )
        .select_from(i).join(c, c.c.id == i.c.candidat_id).join(p, p.c.code == c.c.pays_naissance_code)
        .outerjoin(e, e.c.id == i.c.entreprise_id).outerjoin(o, o.c.id == i.c.organisme_id)
        .where(i.c.centre_id == centre_id).order_by(i.c.nom_tri, i.c.id)
    )
    if not toutes:
        requete = requete.where(i.c.etat == EtatInscription.OUVERTE)
    for r in session.connection().execute(requete.execution_options(yield_per=_LOT)):
        valeurs = dict(r._mapping)  # noqa: SLF001 — l'accès par nom qu'offre SQLAlchemy
        valeurs["certification"] = certifications[r.certification]
        valeurs["organisme"] = r.organisme or r.numero_declaration or r.nom
        yield tuple(_ecrit(valeurs[nom]) for nom in noms)


def _ecrit(valeur: object) -> str:
    if valeur is None or valeur is False:
        return ""
    if valeur is True:
        return "Oui"
    if isinstance(valeur, dt.date):
        return f"{valeur:%d/%m/%Y}"
    return sans_formule(str(valeur))
