"""Comment se cherche chaque fiche liée : par nom, numéro ou code, bornée à ce que voit l'acteur."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import g
from flask_login import current_user
from sqlalchemy import ColumnElement, String, case, cast, or_, select, union
from sqlalchemy.orm import joinedload, selectinload

from admin_views.extensions import db
from admin_views.saisie import Lookup, contient, par_nom, prefixe
from models import (
    BlocCompetences,
    Candidat,
    Centre,
    Certification,
    Commune,
    Demande,
    Departement,
    Enregistrement,
    Entreprise,
    Inscription,
    Jury,
    Nace,
    Organisme,
    Parcours,
    Pays,
    Personne,
    Region,
    Siege,
    Syndicat,
)
from models.base import aujourd_hui
from models.normalisation import normaliser
from rules.collecte_habilitation import organismes_habilites
from rules.identifiants import Identifiant, lire_identifiant
from rules.nomenclatures import Famille

_FAMILLES = {f.value.lower(): f for f in Famille}


def chercher_candidat(terme: str) -> ColumnElement[bool] | None:
    """Par nom de naissance ou d'usage, ou par prénom seul."""
    return par_nom(terme, Candidat.recherche, Candidat.recherche_usage, Candidat.recherche_prenoms)


def cles_candidat(terme: str) -> Any | None:
    """Les clés des candidats de ce nom, lues dans la table seule : la ligne qui y mène est déjà bornée."""
    c = Candidat.__table__.c
    condition = par_nom(terme, c.recherche, c.recherche_usage)
    return select(c.id).where(condition) if condition is not None else None


def cles_par_autre_nom(terme: str) -> Any | None:
    """Les clés des candidats de ce nom d'usage ou de ces prénoms, lues dans la table seule : l'inscription qui y mène est déjà bornée."""
    c = Candidat.__table__.c
    condition = par_nom(terme, c.recherche_usage, c.recherche_prenoms)
    return select(c.id).where(condition) if condition is not None else None


def chercher_certification(terme: str) -> ColumnElement[bool] | None:
    """Par un identifiant écrit de n'importe quelle manière, ou par mots : titre, famille, année, code, imprimé."""
    e = Enregistrement.__table__.c
    if (identifiant := lire_identifiant(terme)) is not None and (identifiant.code or identifiant.annee):
        return _certification_identifiee(identifiant)
    condition: ColumnElement[bool] | None = None
    for mot in normaliser(terme[:100]).split()[:6]:
        trouve = Certification.recherche.contains(mot, autoescape=True)
        trouve |= Certification.numero_imprime.contains(mot, autoescape=True)
        trouve |= Certification.id.in_(
            select(e.certification_id).where(e.code.contains(mot.upper(), autoescape=True))
        )
        if mot in _FAMILLES:
            trouve |= Certification.famille == _FAMILLES[mot]
        if mot.isdecimal() and len(mot) <= 4:
            trouve |= or_(Certification.numero == int(mot), Certification.annee == int(mot))
        condition = trouve if condition is None else condition & trouve
    return condition


def _certification_identifiee(identifiant: Identifiant) -> ColumnElement[bool]:
    e = Enregistrement.__table__.c
    if identifiant.code is not None:
        return Certification.id.in_(select(e.certification_id).where(e.code.startswith(identifiant.code)))
    trouve = (Certification.numero == identifiant.numero) & (Certification.annee == identifiant.annee)
    return trouve & (Certification.famille == Famille(identifiant.famille)) if identifiant.famille else trouve


def chercher_organisme(terme: str) -> ColumnElement[bool] | None:
    """Par nom, SIRET ou numéro de déclaration d'activité."""
    chiffres = "".join(terme.split())
    if chiffres.isascii() and chiffres.isdigit():
        return or_(prefixe(Organisme.siret, chiffres), prefixe(Organisme.numero_declaration, chiffres))
    return contient(terme, Organisme.recherche)


def chercher_entreprise(terme: str) -> ColumnElement[bool] | None:
    """Par raison sociale ou SIRET."""
    chiffres = "".join(terme.split())
    if chiffres.isascii() and chiffres.isdigit():
        return prefixe(Entreprise.siret, chiffres)
    return par_nom(terme, Entreprise.recherche)


def chercher_inscription(terme: str) -> ColumnElement[bool] | None:
    """Par nom du candidat, ou par référence exacte du centre."""
    reference = Inscription.reference == terme.strip()
    nom, autre = par_nom(terme, Inscription.nom_tri), cles_par_autre_nom(terme)
    if nom is None or autre is None:
        return reference
    # Des recherches réunies plutôt qu'un OU : chacune suit son index.
    cles = select(Inscription.id)
    return Inscription.id.in_(
        union(cles.where(nom), cles.where(Inscription.candidat_id.in_(autre)), cles.where(reference))
    )


def chercher_parcours(terme: str) -> ColumnElement[bool] | None:
    """Par mots de l'intitulé ou de la société."""
    return contient(terme, Parcours.recherche)


def sans_normalisation(terme: str, *colonnes: Any) -> ColumnElement[bool] | None:
    """Pour les petites tables sans colonne normalisée : sous-chaîne, casse ignorée."""
    nu = terme.strip()[:100]
    return or_(*(cast(c, String).icontains(nu, autoescape=True) for c in colonnes)) if nu else None


def chercher_bloc(terme: str) -> ColumnElement[bool] | None:
    """Un bloc de compétences, par numéro ou par mots du libellé."""
    nu = terme.lower().removeprefix("bdc").strip()
    if nu.isascii() and nu.isdigit() and len(nu) <= 4:
        return BlocCompetences.numero == int(nu)
    return sans_normalisation(terme, BlocCompetences.libelle)


def _court(texte: str, limite: int = 110) -> str:
    return texte if len(texte) <= limite else texte[: limite - 1] + "…"


def certifications_connues() -> ColumnElement[bool]:
    """Une certification demandée, pas encore créée, n'est connue que de qui voit sa demande (partie 1, chapitre 1)."""
    return or_(Certification.projet.is_(False), Certification.id.in_(select(Demande.certification_id)))


CANDIDAT = Lookup(Candidat, chercher_candidat, (Candidat.recherche,),
                  lambda c: f"{c}, né(e) le {c.date_naissance:%d/%m/%Y}",
                  filtre=lambda: Candidat.fusionne_dans_id.is_(None), aide="Nom, prénom, ou les deux.")
COMMUNE = Lookup(Commune, lambda t: prefixe(Commune.cle_recherche, normaliser(t)), (Commune.cle_recherche,),
                 lambda c: f"{c.libelle} ({c.departement_code})", filtre=lambda: Commune.departement_code.is_not(None),
                 aide="Naissance en France : quelques lettres suffisent, le département et le pays suivent.")
# La liste de la branche : une certification demandée n'y est qu'une fois créée par le GTP.
CERTIFICATION = Lookup(
    Certification, chercher_certification, (Certification.famille, Certification.annee, Certification.titre),
    lambda c: _court(str(c)), (selectinload(Certification.enregistrements),), filtre=lambda: ~Certification.projet,
    aide="Numéro, code RNCP ou mots du titre.",
)
BLOC = Lookup(
    BlocCompetences, chercher_bloc, (BlocCompetences.numero,), lambda b: _court(str(b)), aide="Numéro ou mots du libellé.",
)
ENREGISTREMENT = Lookup(
    Enregistrement, lambda t: Enregistrement.code.contains("".join(t.split()).upper()[:20], autoescape=True),
    (Enregistrement.code,), str, aide="Code RNCP ou RS.",
)
CERTIFICATION_OU_PROJET = replace(CERTIFICATION, filtre=None)
ORGANISME = Lookup(Organisme, chercher_organisme, (Organisme.recherche,),
                   lambda o: f"{o.nom} ({o.siret})" if o.siret else o.nom, aide="Nom, SIRET ou numéro de déclaration.")


def _habilites_aujourd_hui() -> set[int] | None:
    """Les organismes que le centre de la personne a habilités, lus une fois par requête ; rien hors d'un centre."""
    centre_id = current_user.centre_id if current_user and current_user.is_authenticated else None
    if centre_id is None:
        return None
    if "organismes_habilites" not in g:
        with db.session.no_autoflush:
            g.organismes_habilites = organismes_habilites(db.session(), centre_id, aujourd_hui())
    habilites: set[int] = g.organismes_habilites
    return habilites


def _organisme_et_habilitation(organisme: Organisme) -> str:
    nom = ORGANISME.format(organisme)
    habilites = _habilites_aujourd_hui()
    return nom if habilites is None or organisme.id in habilites else f"{nom} – non habilité"


@dataclass(frozen=True)
class LookupHabilites(Lookup):
    """Des organismes : ceux que le centre a habilités d'abord ; les autres sont dits « non habilité ».

    La date de l'inscription fait foi (INS-02) : un organisme non habilité aujourd'hui a pu l'être ce jour-là.
    """

    def liste(self, terme: str) -> list[Any]:
        """Les habilités d'abord, puis les autres, dans l'ordre de leurs noms."""
        habilites = _habilites_aujourd_hui() or set()
        d_abord = case((Organisme.id.in_(habilites), 0), else_=1)
        return Lookup.liste(replace(ORGANISME, ordre=(d_abord, *self.ordre)), terme)


ORGANISME_HABILITE = LookupHabilites(
    Organisme, chercher_organisme, (Organisme.recherche,), _organisme_et_habilitation,
    aide="Nom, SIRET ou numéro de déclaration ; vos organismes habilités d'abord.",
)
ENTREPRISE = Lookup(Entreprise, chercher_entreprise, (Entreprise.recherche,), str, aide="Raison sociale ou SIRET.")
INSCRIPTION = Lookup(
    Inscription, chercher_inscription, (Inscription.id.desc(),), str,
    (joinedload(Inscription.candidat), joinedload(Inscription.certification).selectinload(Certification.enregistrements)),
    aide="Nom du candidat ou référence du centre.",
)
PARCOURS = Lookup(
    Parcours, chercher_parcours, (Parcours.recherche,), lambda p: _court(f"{p.certification.base_identifiant} – {p}"),
    (joinedload(Parcours.certification),), lambda: Parcours.valide_le.is_not(None), aide="Mots de l'intitulé ou société.",
)
CENTRE = Lookup(Centre, lambda t: sans_normalisation(t, Centre.code, Centre.nom), (Centre.nom,),
                lambda c: f"{c.nom} ({c.code})", aide="Nom ou code du centre.")
PAYS = Lookup(Pays, lambda t: prefixe(Pays.cle_recherche, normaliser(t)) | (Pays.code == t.strip()), (Pays.libelle,))
DEPARTEMENT = Lookup(Departement, lambda t: or_(Departement.code == t.strip().upper(),
                                                Departement.libelle.icontains(t.strip()[:60], autoescape=True)),
                     (Departement.code,), aide="Numéro ou nom.")
REGION = Lookup(Region, lambda t: sans_normalisation(t, Region.libelle, Region.code), (Region.libelle,))
NACE = Lookup(Nace, lambda t: sans_normalisation(t, Nace.code, Nace.libelle), (Nace.code,), lambda n: _court(str(n)),
              aide="Code (25.11) ou mots de l'activité.")
SYNDICAT = Lookup(Syndicat, lambda t: sans_normalisation(t, Syndicat.sigle, Syndicat.nom), (Syndicat.sigle,),
                  lambda s: f"{s.sigle} – {s.nom}")
PERSONNE = Lookup(Personne, lambda t: par_nom(t, Personne.recherche), (Personne.recherche,))


def _chercher_siege(terme: str) -> ColumnElement[bool] | None:
    p = Personne.__table__.c
    condition = par_nom(terme, p.recherche)
    return Siege.personne_id.in_(select(p.id).where(condition)) if condition is not None else None


SIEGE = Lookup(
    Siege, _chercher_siege, (Siege.id.desc(),), lambda s: f"{s.personne} – {s.jury}",
    (joinedload(Siege.personne), joinedload(Siege.jury).load_only(Jury.date_jury, Jury.lieu)),
    aide="Nom de la personne qui siège.",
)
