"""Les organismes de formation de la démonstration, et leurs habilitations dans plusieurs états."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appreciation, Centre, Certification, Habilitation, Indicateur, Organisme
from models.normalisation import normaliser
from rules.nomenclatures import EtatHabilitation, Famille, ResultatIndicateur
from seed.population import HABILITE_DU, ORGANISME_DE_TOUS, siret

_CABLAGE = 230
_RANG_SIRET = 500


def habiliter_organismes(session: Session, centres: Mapping[str, Centre], aujourdhui: dt.date) -> dict[str, Organisme]:
    """Par code de centre, l'organisme qu'il habilite pour toutes les certifications ; et d'autres, dans d'autres états.

    :param centres: le premier est celui des fichiers d'exemple, dont l'organisme porte le SIRET `ORGANISME_DE_TOUS`.
    """
    principal, second, *_ = centres.values()
    pour_tout: dict[str, Organisme] = {}
    for rang, (code, centre) in enumerate(centres.items()):
        numero = siret(_RANG_SIRET + rang) if rang else ORGANISME_DE_TOUS
        pour_tout[code] = _organisme(session, f"Pôle formation de {centre.ville} (démonstration)", numero)
        _habiliter(session, pour_tout[code], centre, EtatHabilitation.ACCORDEE, HABILITE_DU)
    cablage = session.scalars(
        select(Certification).where(Certification.famille == Famille.CQPM, Certification.numero == _CABLAGE)
    ).one()
    suivants = iter(range(_RANG_SIRET + len(centres), 1000))
    autres = [
        _organisme(session, f"{nom} (démonstration)", siret(next(suivants)))
        for nom in ("Atelier-école du Câble", "Institut en Projet", "Formation Expresse", "École de l'Estuaire")
    ]
    for centre in (principal, second):
        _habiliter(
            session, autres[0], centre, EtatHabilitation.ACCORDEE, dt.date(2025, 3, 1), certifications=[cablage]
        )
    _habiliter(session, autres[1], principal, EtatHabilitation.INSTRUCTION, aujourdhui, apprecies=7)
    _habiliter(
        session, autres[2], centres["59"], EtatHabilitation.REFUSEE, HABILITE_DU, insatisfait=10,
        motif="Démonstration : les résultats ne sont pas fournis dans les formats imposés.",
    )
    _habiliter(
        session, autres[3], centres["44"], EtatHabilitation.RETIREE, HABILITE_DU, au=dt.date(2025, 12, 31),
        motif="Démonstration : cessation de l'activité de formation.",
    )
    return pour_tout


def _organisme(session: Session, nom: str, numero: str) -> Organisme:
    organisme = Organisme(
        nom=nom, siret=numero, adresse="10 rue de l'Exemple, 99000 Démonstration",
        courriel="organisme@exemple.invalid", recherche=normaliser(nom), demonstration=True,
    )
    session.add(organisme)
    return organisme


def _habiliter(
    session: Session,
    organisme: Organisme,
    centre: Centre,
    etat: EtatHabilitation,
    jour: dt.date,
    *,
    apprecies: int = 12,
    insatisfait: int | None = None,
    certifications: Sequence[Certification] = (),
    **colonnes: Any,
) -> None:
    """Une habilitation demandée deux mois avant `jour`, et l'appréciation de ses `apprecies` premiers indicateurs.

    :param jour: prise d'effet d'une habilitation accordée ; repère des dates pour les autres.
    :param insatisfait: rang (1 à 12) de l'indicateur non satisfait.
    """
    demande = jour - dt.timedelta(days=60)
    en_cours = etat is EtatHabilitation.INSTRUCTION
    habilitation = Habilitation(
        organisme=organisme, centre=centre, etat=etat, demande_le=demande,
        decide_le=None if en_cours else demande + dt.timedelta(days=45),
        du=jour if etat in (EtatHabilitation.ACCORDEE, EtatHabilitation.RETIREE) else None,
        certifications=list(certifications), **colonnes,
    )
    session.add(habilitation)
    session.flush()
    indicateurs = session.scalars(
        select(Indicateur).order_by(Indicateur.critere_numero, Indicateur.rang).limit(apprecies)
    )
    for rang, indicateur in enumerate(indicateurs, 1):
        satisfait = rang != insatisfait
        habilitation.appreciations.append(
            Appreciation(
                centre_id=centre.id, indicateur=indicateur,
                resultat=ResultatIndicateur.SATISFAIT if satisfait else ResultatIndicateur.NON_SATISFAIT,
                preuve=f"Démonstration : pièce n° {rang} du dossier d'habilitation.",
                commentaire="" if satisfait else "Démonstration : exemples de résultats illisibles.",
            )
        )
    session.flush()
