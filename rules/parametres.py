"""Les seuils du dispositif, chacun daté et cité : un dossier ancien reste jugé par la règle de son jour."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parametre:
    """Un seuil et ses valeurs successives, de la plus ancienne à la plus récente."""

    nom: str
    unite: str
    source: str
    valeurs: tuple[tuple[dt.date, int], ...]

    def au(self, jour: dt.date) -> int:
        """La valeur en vigueur ce jour-là ; avant la première date, la première valeur."""
        valeur = self.valeurs[0][1]
        for debut, suivante in self.valeurs:
            if debut <= jour:
                valeur = suivante
        return valeur


VERSION_2020 = dt.date(2020, 10, 27)
# Les premiers CQPM : rien ne se demande ni ne se décide avant.
PREMIERE_CERTIFICATION = dt.date(1987, 1, 1)


def _constant(nom: str, unite: str, source: str, valeur: int) -> Parametre:
    return Parametre(nom, unite, source, ((VERSION_2020, valeur),))


DELAI_INFORMATION = _constant("délai d'information avant le jury", "jours", "Partie 2, chap. 2, § 1.A", 15)
AGE_MINIMAL = _constant("âge minimal à l'inscription", "années", "choix de la console", 14)
AGE_MAXIMAL = _constant("âge maximal à l'inscription", "années", "choix de la console", 100)
DELEGATION_PATRONALE_MAX = _constant("membres de la délégation patronale", "personnes", "Partie 2, chap. 3, § 1.B", 5)
TRAVAIL_TEMPORAIRE_MAX = _constant(
    "membre de la branche du travail temporaire, par délégation", "personnes", "Partie 2, chap. 3, § 1.B et C", 1
)
VOIX_PAR_SYNDICAT = _constant("voix par organisation syndicale", "voix", "Partie 2, chap. 3, § 1.C", 1)
MEMBRES_COMMISSION = _constant(
    "membres d'une commission d'évaluation", "personnes", "Partie 2, chap. 2, § 1.B (« plusieurs membres »)", 2
)
CONSERVATION_CERTIFICAT = _constant("conservation d'une copie du certificat", "années", "Partie 2, chap. 6, § 2", 42)
CONSERVATION_PROCES_VERBAL = _constant("conservation des procès-verbaux", "années", "Partie 2, chap. 6, § 3", 20)
CONSERVATION_PARTIELLE = _constant("conservation des appréciations, validation partielle", "années", "Partie 2, chap. 6, § 2", 5)
CONSERVATION_ECHEC = _constant("conservation des appréciations, échec", "années", "Partie 2, chap. 6, § 2", 2)
CONSERVATION_IMPORT = _constant("conservation des lignes de fichiers importés", "années", "choix de la console", 2)
CONSERVATION_JOURNAL = _constant("conservation des valeurs du journal", "années", "choix de la console", 42)
CONSERVATION_ACQUIS_RNCP = _constant("conservation des acquis, certification répertoriée au RNCP", "mois",
                                    "Partie 2, chap. 3, § 4.B", 60)
CONSERVATION_ACQUIS = _constant("conservation des acquis, certification non répertoriée", "mois",
                                "Partie 2, chap. 3, § 4.B", 24)
DELAI_CONVOCATION = _constant("délai de convocation du jury", "jours", "Partie 2, chap. 3, § 2", 15)
DELAI_DESIGNATION = _constant("délai de la demande de désignation", "jours", "Partie 2, chap. 3, § 1.A", 15)
DELAI_TRANSMISSION = _constant("délai de transmission au GTP après le jury", "mois", "Partie 2, chap. 3, § 5", 2)
DELAI_ACCROCHAGE = _constant("délai de transmission à la Caisse des Dépôts après la délivrance", "mois",
                             "Code du travail, art. R. 6113-17-2", 3)
CALENDRIER_JURYS = _constant("jurys prévus au plus à l'avance", "années", "choix de la console", 3)
DELAI_RECEVABILITE = _constant("délai de la décision de recevabilité d'une VAE", "mois", "Code du travail, art. R. 6412-4", 2)
DELAI_RESULTAT_VAE = _constant("délai pour dire le résultat d'une VAE", "jours", "Code du travail, art. R. 6412-7", 15)
MEMBRES_VALIDATION = _constant("membres de la commission de validation", "personnes",
                               "Partie 2, chap. 2, § 2.B (choix : comme la commission d'évaluation)", 2)
NIVEAU_MIN = _constant("niveau le plus bas du cadre national", "niveau", "Glossaire, CNCP", 1)
NIVEAU_MAX = _constant("niveau le plus haut du cadre national", "niveau", "Glossaire, CNCP", 8)

TAILLE_PIECE_MAX = _constant("taille d'une pièce jointe", "Mo", "choix de la console", 10)
PIECES_MAX = _constant("pièces jointes à un dossier", "pièces", "choix de la console", 50)
PERIODE_D_USAGE = _constant("période où se compte l'usage d'une certification", "années", "Partie 1, chap. 2, § 1.A", 5)
PROMOTIONS_MIN = _constant("promotions attendues sur la période", "promotions", "Partie 1, chap. 2, § 1.A", 2)
CONSERVATION_HABILITATION = _constant("conservation des décisions d'habilitation", "années", "choix de la console", 20)
AVIS_HABILITATION = _constant("avis à France compétences d'un changement des habilitations", "mois", "R6113-16-5", 2)
RAPPEL_FIN_HABILITATION = _constant("rappel avant la fin d'une habilitation", "mois", "choix de la console", 3)


def meme_jour(jour: dt.date, annees: int) -> dt.date:
    """Le même jour du calendrier, `annees` plus tard (ou plus tôt) ; le 29 février devient le 28.

    Hors du calendrier (an 1 à 9999), rend son premier ou son dernier jour : une date absurde se juge, elle n'échoue pas.
    """
    annee = jour.year + annees
    if annee < dt.MINYEAR:
        return dt.date.min
    if annee > dt.MAXYEAR:
        return dt.date.max
    try:
        return jour.replace(year=annee)
    except ValueError:
        return jour.replace(year=annee, day=28)


def plus_mois(jour: dt.date, mois: int) -> dt.date:
    """Le même quantième, `mois` plus tard ; le dernier jour du mois quand il n'en a pas tant (31/12 + 2 : 28 ou 29/02)."""
    rang = jour.year * 12 + jour.month - 1 + mois
    annee, mois_civil = divmod(rang, 12)
    if annee > dt.MAXYEAR:
        return dt.date.max
    return dt.date(annee, mois_civil + 1, min(jour.day, calendar.monthrange(annee, mois_civil + 1)[1]))
