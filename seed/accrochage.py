"""L'accrochage de la démonstration : codes de blocs, un fichier déposé et lu, un KO, un corrigé reparti, le reste à faire.

Les identifiants de dépôt sont inventés : rien de cette branche ne peut se déposer.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from documents.accrochage import preparer
from models import (
    Certificat,
    Certification,
    EnregistrementBloc,
    FichierAccrochage,
    Jury,
    PassageAccrochage,
    Presentation,
)
from models.base import PARIS
from rules import actes_accrochage
from rules.actes_accrochage import Accuse
from rules.nomenclatures import EtatPassage, Famille, NatureDeposant

_MESSAGES = (
    "Aucun titulaire ne correspond aux critères obligatoires enrichis du jour et du mois de naissance",
    "Plusieurs titulaires ont été identifiés",
)


def coder_les_blocs(session: Session) -> None:
    """Donne aux blocs des CQPM de démonstration leurs codes de fiche ; le dernier de chacun reste à compléter."""
    cqpm = session.scalars(select(Certification).where(Certification.famille == Famille.CQPM, Certification.versions.any()))
    for certification in cqpm:
        places = certification.versions[0].blocs
        for fiche in certification.enregistrements:
            fiche.blocs += [
                EnregistrementBloc(code=f"{fiche.code}BC{rang:02d}", bloc=place.bloc, libelle=place.bloc.libelle)
                for rang, place in enumerate(places[:-1], 1)
            ]
    session.flush()


def accrocher(session: Session, ancien: Jury, clos: Jury, aujourdhui: dt.date) -> None:
    """Dépose l'ancien jury : deux KO, dont un corrigé est reparti ; du dernier, un titulaire est à compléter."""
    actes_accrochage.regler_emetteur(session, "00DEMO00", "MCFDEMONSTRATION", NatureDeposant.CERTIFICATEUR, "demonstration-")
    fichier = _deposer(session, ancien, ancien.date_jury + dt.timedelta(days=40))
    numeros = list(session.scalars(
        select(PassageAccrochage.id_technique).where(PassageAccrochage.fichier_id == fichier.id).order_by(PassageAccrochage.id)
    ))
    refuses = dict(zip(numeros, _MESSAGES, strict=False))
    lu = Accuse(fichier.nom_fichier, fichier.id_flux, "51354", frozenset(numeros) - refuses.keys(), refuses)
    actes_accrochage.lire_accuse(session, fichier, lu, ancien.date_jury + dt.timedelta(days=45))
    p = PassageAccrochage
    actes_accrochage.corriger(
        session, session.scalars(select(p).where(p.etat == EtatPassage.KO).order_by(p.id.desc()).limit(1)).all()
    )
    _deposer(session, ancien, aujourdhui)
    incomplet = session.scalars(
        select(Certificat).join(Presentation, Presentation.id == Certificat.presentation_id)
        .where(Presentation.jury_id == clos.id).order_by(Certificat.id)
    ).first()
    if incomplet is not None:
        incomplet.candidat.sexe = None
    session.flush()


def _deposer(session: Session, jury: Jury, jour: dt.date) -> FichierAccrochage:
    bilan = preparer(
        session, jusqu_au=jury.date_jury, instant=dt.datetime.combine(jour, dt.time(10), PARIS), en_une_transaction=True
    )
    fichier = session.get_one(FichierAccrochage, bilan.fichiers[0])
    actes_accrochage.deposer(session, fichier, jour, jour)
    return fichier
