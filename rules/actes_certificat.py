"""Remettre un certificat et en délivrer un duplicata certifié conforme (partie 2, chapitre 5)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import Archive, Certificat, Duplicata, Remise
from models.verrou import verrouiller
from rules import controle
from rules.actes import prendre_numeros
from rules.attribution import DUPLICATA, REMISE, DuplicataFacts, RemiseFacts
from rules.nomenclatures import Destinataire
from rules.noyau import evaluate


def remettre(
    session: Session, certificat: Certificat, remis_le: dt.date | None, destinataire: Destinataire, a: str, jour: dt.date
) -> Remise:
    """Note à qui et quand l'original a été remis (ATT-07)."""
    verrouiller(session, certificat)
    faits = RemiseFacts(certificat.date_jury, remis_le, a, jour, certificat.remise is not None,
                        certificat.annulation is not None)
    controle.exiger(evaluate(REMISE, faits))
    # Par sa clé : relier l'objet marquerait le certificat comme modifié, or il est figé.
    remise = Remise(certificat_id=certificat.id, centre_id=certificat.centre_id, remis_le=remis_le,
                    destinataire=destinataire, a=a.strip())
    session.add(remise)
    session.flush()
    session.expire(certificat, ["remise"])
    return remise


def delivrer_duplicata(session: Session, certificat: Certificat, motif: str, jour: dt.date) -> Duplicata:
    """Donne son numéro à un duplicata certifié conforme de l'original conservé (ATT-06)."""
    verrouiller(session, certificat)
    conserve = session.scalar(select(exists().where(Archive.certificat_id == certificat.id)))
    controle.exiger(evaluate(DUPLICATA, DuplicataFacts(motif, bool(conserve), certificat.annulation is not None)))
    (numero,) = prendre_numeros(session, "DU", 1)
    duplicata = Duplicata(numero=f"DU-{numero:07d}", certificat_id=certificat.id, centre_id=certificat.centre_id,
                          delivre_le=jour, motif=motif.strip())
    session.add(duplicata)
    session.flush()
    session.expire(certificat, ["duplicatas"])
    return duplicata
