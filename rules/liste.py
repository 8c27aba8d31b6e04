"""Ce qu'une certification de la liste doit être (REF-04, REF-07, REF-08 ; partie 1, chapitre 1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.identifiants import lire_identifiant
from rules.noyau import Constat, rule

PREMIERE_ANNEE, DERNIERE_ANNEE = 1987, 2999
DERNIER_NUMERO = 9999


@dataclass(frozen=True, slots=True)
class CertificationListeeFacts:
    """Une certification telle qu'une liste la reprend, ou qu'un formulaire l'écrit."""

    famille: str
    annee: int | None = None
    numero: int | None = None
    numero_imprime: str = ""
    niveau: int | None = None
    date_creation: dt.date | None = None
    date_suppression: dt.date | None = None


@rule("REF-08", field="numero", source="Partie 1, chap. 1, § 3")
def identifiant_coherent(c: CertificationListeeFacts) -> Constat | None:
    """Année et numéro vont ensemble, dans leurs bornes, et disent ce que dit le numéro imprimé."""
    if (c.annee is None) != (c.numero is None):
        return Constat("annee" if c.annee is None else "numero", "L'année et le numéro se donnent ensemble, ou pas du tout.")
    if c.annee is not None and not PREMIERE_ANNEE <= c.annee <= DERNIERE_ANNEE:
        return Constat("annee", f"L'année de création va de {PREMIERE_ANNEE} à {DERNIERE_ANNEE}.")
    if c.numero is not None and not 1 <= c.numero <= DERNIER_NUMERO:
        return Constat("numero", f"Le numéro va de 1 à {DERNIER_NUMERO}.")
    imprime = lire_identifiant(c.numero_imprime)
    if imprime is None or c.numero is None:
        return None
    if imprime.famille not in (None, c.famille) or (imprime.numero, imprime.annee or c.annee) != (c.numero, c.annee):
        return Constat("numero_imprime", f"« {c.numero_imprime} » ne dit pas la même chose que {c.famille} {c.annee:04d} {c.numero:04d}.")
    return None


@rule("REF-04", field="niveau", source="Partie 1, chap. 1, § 2.A ; glossaire, CNCP")
def niveau_du_cadre(c: CertificationListeeFacts) -> str | None:
    """Un niveau du cadre national va de 1 à 8."""
    if c.niveau is None or 1 <= c.niveau <= 8:
        return None
    return f"Le niveau {c.niveau} n'existe pas : le cadre national en a huit, de 1 à 8."


@rule("REF-07", field="date_suppression", source="Partie 1, chap. 1, § 2.D")
def suppression_apres_creation(c: CertificationListeeFacts) -> str | None:
    """La suppression ne précède pas la création."""
    if c.date_creation is None or c.date_suppression is None or c.date_suppression >= c.date_creation:
        return None
    return "La suppression précède la création."


CERTIFICATION_LISTEE = (identifiant_coherent, niveau_du_cadre, suppression_apres_creation)
