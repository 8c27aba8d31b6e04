"""Attribuer un jury entier : les numéros d'un bloc, puis les documents à mesure (partie 2, chapitre 3, § 3.B)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from documents import archives, attribution
from documents.atelier import atelier
from documents.erreurs import DocumentRefuse, RenduImpossible
from models import Jury
from rules import actes
from travaux.suivi import Echec, Suivi, tache

GENRE = "attribution"


@tache(GENRE)
def attribuer(suivi: Suivi) -> dict[str, Any]:
    """Donne les numéros qui restent à donner, rend et conserve certificats et procès-verbaux, vérifie les lettres.

    Tué à tout moment, il reprend : les numéros sont pris d'une seule transaction, chaque lot de certificats est conservé
    de la sienne. Il n'est fait que si tout est conservé.
    """
    jury_id, adresse = int(suivi.parametres["jury"]), str(suivi.reglages["ADRESSE_PUBLIQUE"])
    try:
        with suivi.ecriture() as session:
            jury = session.scalar(select(Jury).where(Jury.id == jury_id))
            if jury is None:
                raise Echec("Ce jury n'existe plus.")
            neufs = [c.id for c in actes.attribuer(session, jury)]
            archives.verifier_avant_attribution(session, neufs, adresse)
        with suivi.lecture() as session:
            fait = attribution.conserver(
                session, jury_id, adresse, atelier(),
                lambda fait, total: suivi.avancer(fait, total, f"{fait} documents prêts sur {total}."),
            )
    except (DocumentRefuse, RenduImpossible) as erreur:
        raise Echec(str(erreur)) from erreur
    return {"certificats": fait.certificats, "proces_verbaux": fait.proces_verbaux, "lettres": fait.lettres}
