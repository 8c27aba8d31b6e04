"""Le dossier d'un candidat : tout ce qui est détenu sur une personne, en PDF et en JSON (droit d'accès).

Les tables se découvrent par leurs clés : ce qui désigne la personne, puis ce qui désigne ces lignes-là, et ainsi de
suite. Une table nouvelle y entre donc d'elle-même. Tout se lit par la session : le responsable d'un centre n'obtient que
ce que son centre détient, et la compensation du handicap n'est lue que de lui (INS-14).
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import LargeBinary, inspect, or_, select
from sqlalchemy.orm import MANYTOONE, Session

from documents.erreurs import DonneeManquante
from documents.forme import Declaration, ascii_plat, date_en_lettres
from documents.moteur import Contexte
from models import Base, Candidat, CandidatCle, Journal, Vote
from models.base import PARIS

_TECHNIQUES = frozenset({"version", "created_by", "updated_by", "recherche", "recherche_usage", "recherche_prenoms", "nom_tri",
                         "cle_identite"})
# Le vote d'un juré est le sien, non une donnée du candidat ; une clé de rapprochement n'est qu'un condensé de son nom.
_HORS = (Vote, CandidatCle, Journal, Candidat)
_TITRES = {
    "candidat": "Identité", "inscription": "Inscriptions", "evaluation": "Évaluations", "presentation": "Présentations à un jury",
    "presentation_competence": "Compétences retenues par le jury", "certificat": "Certificats", "amenagement": "Compensation du handicap",
    "archive": "Documents conservés", "inscription_bloc": "Blocs visés", "vae": "VAE", "piece": "Pièces jointes",
    "journal": "Journal des écritures et des lectures",
}

_LIBELLES = {
    "created_at": "Enregistré le", "updated_at": "Dernière écriture le", "civilite": "Civilité", "nom_naissance": "Nom de naissance",
    "nom_usage": "Nom d'usage", "prenoms": "Prénoms", "date_naissance": "Date de naissance", "ville_naissance": "Ville de naissance",
    "code_commune_naissance": "Commune de naissance", "departement_naissance_code": "Département de naissance",
    "pays_naissance_code": "Pays de naissance", "telephone": "Téléphone", "referentiel": "Version du référentiel",
    "dispositif_financement": "Dispositif de financement", "abondement_cpf": "Abondement du CPF", "date_inscription": "Inscrit le",
    "sans_accord_employeur": "À la seule initiative du salarié", "date_recevabilite": "Dossier de recevabilité reçu le",
    "experience": "Expérience", "reference": "Référence du centre", "etat": "État", "competence": "Compétence",
    "resultat": "Résultat", "date_evaluation": "Évaluée le", "synthese": "Résultat de la synthèse", "retenu": "Retenu par le jury",
    "presentation": "Présentation", "decision": "Décision", "numero": "Numéro", "numero_anonyme": "Numéro anonyme",
    "proces_verbal": "Procès-verbal", "demande_le": "Demandée le", "apres": "Après", "avant": "Avant",
    "centre_id": "Centre (numéro interne)", "modalite_code": "Modalité convenue", "appreciation": "Appréciation",
    "commission_id": "Commission (numéro interne)", "acquis_de_id": "Acquis repris d'un jury (numéro interne)",
    "voix_preponderante": "Voix prépondérante", "convenu_le": "Modalités convenues le",
    "motif_hors_situation": "Pourquoi rien n'est évalué en situation réelle", "date_avis": "Avis donné le",
    "accueil_le": "Accueil le", "accueil_par": "Accueil par", "dossier_complet_le": "Dossier complet le",
    "recevabilite": "Recevabilité", "decidee_le": "Décidée le", "decidee_par": "Décidée par", "notifiee_le": "Notifiée le",
    "livret2_recu_le": "Livret 2 reçu le", "livret2_recu_par": "Livret 2 reçu par",
    "resultat_dit_le": "Résultat dit le", "date_jury": "Jury du", "code_verification": "Code de vérification",
}


@dataclass(frozen=True, slots=True)
class Section:
    """Les lignes d'une table qui concernent la personne : nom de colonne → valeur lisible."""

    code: str
    titre: str
    lignes: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """Tout ce qui est détenu sur une personne, à une date, dans le territoire de qui le demande."""

    candidat_id: int
    nom: str
    etabli_le: dt.date
    sections: tuple[Section, ...]

    def en_dict(self) -> dict[str, Any]:
        """Le dossier tel qu'un programme le lit."""
        return {
            "candidat": self.candidat_id, "nom": self.nom, "etabli_le": self.etabli_le.isoformat(),
            "sections": {s.code: list(s.lignes) for s in self.sections},
        }


def dossier(session: Session, candidat_id: int, jour: dt.date) -> DossierFacts | None:
    """Le dossier d'une personne, fiches réunies comprises ; rien si elle n'est pas du territoire de l'acteur."""
    candidat = session.scalar(select(Candidat).where(Candidat.id == candidat_id))
    if candidat is None:
        return None
    fiches = [candidat, *session.scalars(select(Candidat).where(Candidat.fusionne_dans_id == candidat_id))]
    connus: dict[str, list[int]] = {"candidat": [f.id for f in fiches]}
    sections = [Section("candidat", _TITRES["candidat"], tuple(_lisible(f) for f in fiches))]
    restants = [m for m in Base.registry.mappers if m.class_ not in _HORS]
    trouve = True
    while trouve:
        trouve = False
        for mapper in list(restants):
            colonnes = [mapper.columns[f"{nom}_id"] for nom in connus if f"{nom}_id" in mapper.columns]
            if not colonnes:
                continue
            restants.remove(mapper)
            trouve = True
            condition = or_(*(colonne.in_(connus[colonne.name.removesuffix("_id")]) for colonne in colonnes))
            objets = session.scalars(select(mapper.class_).where(condition).order_by(*mapper.primary_key)).unique().all()
            table = str(mapper.local_table.description)
            if "id" in mapper.columns:
                connus[table] = [o.id for o in objets]
            if objets:
                sections.append(Section(table, _titre(table), tuple(_lisible(o) for o in objets)))
    sections.append(_journal(session, connus))
    return DossierFacts(candidat_id, str(candidat), jour, tuple(s for s in sections if s.lignes))


def _titre(table: str) -> str:
    return _TITRES.get(table, table.replace("_", " ").capitalize())


def _journal(session: Session, connus: dict[str, list[int]]) -> Section:
    lignes: list[Journal] = []
    for table, ids in connus.items():
        lignes += session.scalars(select(Journal).where(Journal.objet == table, Journal.objet_id.in_(ids))).all()
    return Section("journal", _titre("journal"), tuple(
        {"le": _texte(j.le), "acteur": j.acteur, "action": j.action, "objet": f"{_titre(j.objet)} n° {j.objet_id}",
         "avant": _texte(j.avant or ""), "apres": _texte(j.apres or "")}
        for j in sorted(lignes, key=lambda j: j.id)
    ))


def _lisible(objet: Any) -> dict[str, str]:
    """Une ligne, sans ses colonnes techniques ; une clé étrangère se lit par ce qu'elle désigne."""
    mapper = inspect(type(objet))
    noms: dict[str, str] = {}
    for relation in mapper.relationships:
        if relation.direction is MANYTOONE:
            for colonne in relation.local_columns:
                if colonne.name != "centre_id" or relation.key == "centre":
                    noms.setdefault(colonne.name, relation.key)
    ligne = {}
    for attribut in mapper.column_attrs:
        if attribut.key in _TECHNIQUES or isinstance(attribut.columns[0].type, LargeBinary):
            continue
        designe = getattr(objet, noms[attribut.key]) if attribut.key in noms else None
        valeur = _texte(designe if designe is not None else getattr(objet, attribut.key))
        if valeur:
            ligne[attribut.key.removesuffix("_id") if designe is not None else attribut.key] = valeur
    return ligne


def _texte(valeur: Any) -> str:
    if isinstance(valeur, dict):
        return " ; ".join(f"{nom.replace('_', ' ')} : {_texte(v)}" for nom, v in valeur.items() if _texte(v))
    if isinstance(valeur, list | tuple):
        return ", ".join(map(_texte, valeur))
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, enum.Enum):
        return str(getattr(valeur, "libelle", valeur.value))
    if isinstance(valeur, dt.datetime):
        valeur = f"{valeur.astimezone(PARIS):%d/%m/%Y %H:%M}"
    elif isinstance(valeur, dt.date):
        valeur = f"{valeur:%d/%m/%Y}"
    return "" if valeur is None else str(valeur)


def _contexte(lot: Sequence[DossierFacts]) -> Contexte:
    (faits,) = lot
    return {
        "nom": faits.nom, "le": date_en_lettres(faits.etabli_le),
        "sections": [
            {
                "titre": s.titre,
                "lignes": [
                    [
                        {"nom": _LIBELLES.get(nom, nom.replace("_", " ").capitalize()), "valeur": _imprimable(valeur)}
                        for nom, valeur in ligne.items() if valeur and nom != "id"
                    ]
                    for ligne in s.lignes
                ],
            }
            for s in faits.sections
        ],
    }


def _imprimable(valeur: str) -> str:
    """Une valeur sans caractère de commande, et coupable en fin de ligne."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", valeur)


def verifier(faits: DossierFacts) -> None:
    """Refuse un dossier sans identité.

    :raises DonneeManquante: la personne n'a pas de fiche.
    """
    if not faits.sections:
        raise DonneeManquante("fiche du candidat")


DOSSIER: Declaration[DossierFacts] = Declaration(
    code="dossier-candidat",
    intitule="Dossier du candidat",
    annexe="droit d'accès, règlement (UE) 2016/679, art. 15",
    gabarit="dossier-candidat.html",
    verifier=verifier,
    contexte=_contexte,
    titre=lambda faits: f"Dossier de {faits.nom}",
    date=lambda faits: faits.etabli_le,
    fichier=lambda faits: (f"{faits.candidat_id}", ascii_plat(faits.nom)),
)
