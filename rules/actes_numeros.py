"""Donner leur numéro aux certifications et aux blocs (REF-08 ; partie 1, chapitre 1, § 3).

Un numéro se prend à l'acceptation, dans la transaction qui accepte : défaite, elle le rend. Le compteur reste
verrouillé jusqu'à sa fin ; deux acceptations simultanées s'attendent.
"""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import BlocCompetences, Certification
from rules.actes import prendre_numeros
from rules.controle import Refus
from rules.liste import DERNIER_NUMERO, DERNIERE_ANNEE, PREMIERE_ANNEE
from rules.nomenclatures import Famille
from rules.noyau import Gravite, Violation

_SOURCE = "Partie 1, chap. 1, § 3"


def prendre_numero_certification(session: Session, famille: Famille, annee: int) -> int:
    """Prend le numéro suivant de la famille, sans trou et jamais redonné ; l'appelant l'écrit et valide.

    Un numéro repris d'une liste plus ancienne compte : le suivant lui est supérieur.

    :param annee: l'année de création, qui précède le numéro dans l'identifiant.
    :raises Refus: l'année n'est pas de celles du dispositif, ou la famille n'a plus de numéro de quatre chiffres.
    """
    if not PREMIERE_ANNEE <= annee <= DERNIERE_ANNEE:
        raise _refus("annee", f"L'année de création va de {PREMIERE_ANNEE} à {DERNIERE_ANNEE}.")
    plus_grand = select(func.max(Certification.numero)).where(Certification.famille == famille)
    return _prendre(session, f"certification {famille.value}", plus_grand)


def prendre_numero_bloc(session: Session) -> int:
    """Prend le numéro du bloc de compétences suivant (`BDC NNNN`), sans trou et jamais redonné.

    :raises Refus: il n'y a plus de numéro de quatre chiffres.
    """
    return _prendre(session, "BDC", select(func.max(BlocCompetences.numero)))


def _prendre(session: Session, compteur: str, requete: Select[int | None]) -> int:
    session.flush()
    prendre_numeros(session, compteur, 0)  # le verrou d'abord : la requête voit ce que l'acceptation précédente a écrit
    pris = prendre_numeros(session, compteur, 1, apres=session.scalar(requete) or 0)[0]
    if pris > DERNIER_NUMERO:
        raise _refus("numero", "Tous les numéros de quatre chiffres sont donnés.")
    return pris


def _refus(champ: str, message: str) -> Refus:
    return Refus((Violation("REF-08", Gravite.BLOQUE, champ, message, _SOURCE),))
