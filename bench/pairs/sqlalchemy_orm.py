"""SQLAlchemy, un objet par ligne : une recherche, un `add` et un `flush` à la fois ; simulation défaite, puis import.

    python -m bench.pairs.sqlalchemy_orm URL FICHIER CENTRE
"""

from __future__ import annotations

import sys

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from bench.pairs import regles
from bench.pairs.connexion import ouvrir, reference
from models import Candidat, Entreprise, Inscription
from models.moteur import regler, url_normalisee


def passer(session: Session, fichier: str, ref: regles.Reference) -> tuple[int, int]:
    """Une passe sur tout le fichier : lignes créées, refusées."""
    creees = refusees = 0
    for r in regles.lire(fichier):
        if regles.fautes(r, ref):
            refusees += 1
            continue
        cle = regles.cle(r)
        candidat = session.scalar(select(Candidat).where(Candidat.cle_identite == cle))
        if candidat is None:
            candidat = Candidat(**regles.candidat(r, cle))
            session.add(candidat)
            session.flush()
        valeurs = regles.inscription(r, ref)
        if session.scalar(select(Inscription.id).where(
            Inscription.candidat_id == candidat.id, Inscription.certification_id == valeurs["certification_id"],
            Inscription.cible == "", Inscription.etat == "ouverte",
        )) is not None:
            continue
        entreprise = None
        if r["siret"]:
            entreprise = session.scalar(select(Entreprise).where(Entreprise.centre_id == ref.centre, Entreprise.siret == r["siret"]))
            if entreprise is None:
                entreprise = Entreprise(**regles.entreprise(r, ref))
                session.add(entreprise)
                session.flush()
        session.add(Inscription(candidat_id=candidat.id, entreprise_id=entreprise.id if entreprise else None, **valeurs))
        session.flush()
        creees += 1
    return creees, refusees


def principal() -> None:
    """Simule, puis importe."""
    url, fichier, centre = sys.argv[1], sys.argv[2], int(sys.argv[3])
    base = ouvrir(url)
    ref = reference(base, centre)
    base.close()
    moteur = regler(create_engine(url_normalisee(url)))
    with Session(moteur) as session:
        passer(session, fichier, ref)
        session.rollback()
        print(passer(session, fichier, ref))
        session.commit()


principal()
