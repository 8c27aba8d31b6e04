"""Le dossier d'un candidat : tout ce qui est détenu sur une personne, en PDF et en JSON (droit d'accès)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from documents.erreurs import DonneeManquante
from documents.forme import Declaration, ascii_plat, date_en_lettres
from documents.moteur import Contexte

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
