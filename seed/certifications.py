"""Les certifications de l'UIMM connues par des sources publiques, en attendant la liste établie par la branche.

Un titre de CQP au RNCP et un CQPM de même titre, aux marques de féminin près, sont la même certification. Les dates
d'enregistrement ne sont pas connues : elles restent vides, et la source de chaque fiche dit qu'elle est à vérifier.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Certification, Enregistrement
from models.normalisation import normaliser
from rules.nomenclatures import Famille, Repertoire
from seed.fichiers import date_ou_rien, lire


def charger_certifications(session: Session) -> dict[str, int]:
    """Ajoute les certifications qui manquent ; rend le nombre de lignes ajoutées par table.

    Une certification déjà là, reconnue à son numéro dans la famille ou à son code de répertoire, n'est pas touchée :
    le secrétariat du GTP la tient. L'appelant valide la transaction.
    """
    numeros = {(c.famille, c.numero) for c in session.scalars(select(Certification)) if c.numero is not None}
    codes = set(session.scalars(select(Enregistrement.code)))
    ajoutees = {"certification": 0, "enregistrement": 0}
    for ligne in lire("certifications"):
        famille, code = Famille(ligne["famille"]), ligne["code"]
        numero = int(ligne["numero"]) if ligne["numero"] else None
        if (famille, numero) in numeros or code in codes:
            continue
        certification = Certification(
            famille=famille,
            annee=int(ligne["annee"]) if ligne["annee"] else None,
            numero=numero,
            numero_imprime=ligne["numero_imprime"] or None,
            titre=ligne["titre"],
            niveau=int(ligne["niveau"]) if ligne["niveau"] else None,
            source=ligne["source"],
            recherche=normaliser(ligne["titre"]),
        )
        if code:
            certification.enregistrements.append(
                Enregistrement(
                    repertoire=Repertoire.RNCP if code.startswith("RNCP") else Repertoire.RS,
                    code=code, au=date_ou_rien(ligne["au"]), source=ligne["source"],
                )
            )
            ajoutees["enregistrement"] += 1
        session.add(certification)
        ajoutees["certification"] += 1
    session.flush()
    return ajoutees
