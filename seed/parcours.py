"""Les parcours certifiants de la démonstration : un validé, attribué à des salariés ; un en projet."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AttributionParcours, Centre, Demande, Parcours, ParcoursDomaine, ParcoursModule
from models.normalisation import normaliser
from rules import actes_parcours, actes_pieces
from rules.nomenclatures import AvisCse, NatureFormation, NaturePiece, ResultatParcours
from rules.parcours import lire_duree
from seed.fichiers import declaration, octets
from seed.gtp import accepter


def ouvrir_parcours(session: Session, centre: Centre, aujourdhui: dt.date) -> None:
    """Ouvre les parcours d'un centre, chacun mené jusqu'à son état, par les mêmes actes que la console."""
    for texte in declaration("parcours")["parcours"]:
        parcours = _parcours(session, centre, texte, aujourdhui)
        if not texte.get("valide_il_y_a"):
            continue
        for nom, nature in (("courrier", NaturePiece.COURRIER), ("avis-cse", NaturePiece.AVIS_CSE)):
            actes_pieces.joindre(session, parcours, f"{nom}.pdf", octets(f"{nom}.pdf"), nature)
        valide_le = aujourdhui - dt.timedelta(days=texte["valide_il_y_a"])
        actes_parcours.soumettre(session, parcours, valide_le - dt.timedelta(days=30))
        accepter(session, session.scalars(select(Demande).where(Demande.parcours_id == parcours.id)).one(), valide_le)
        if parcours.certification is not None:
            parcours.certification.source = "démonstration : parcours inventé"
        for salarie in texte["salarie"]:
            _attribuer(session, parcours, salarie, aujourdhui)


def _parcours(session: Session, centre: Centre, texte: dict[str, Any], aujourdhui: dt.date) -> Parcours:
    rubriques = ("societe", "adresse", "intitule", "public_vise", "mois", "attestation", "evaluation_conditions",
                 "evaluation_modalites", "evaluation_criteres")
    parcours = Parcours(
        centre=centre, centre_id=centre.id, minutes=lire_duree(texte["heures"]),
        recherche=normaliser(f"{texte['intitule']} {texte['societe']}"),
        avis_cse=AvisCse(texte["avis_cse"]) if "avis_cse" in texte else None,
        avis_cse_le=aujourdhui - dt.timedelta(days=texte["avis_il_y_a"]) if "avis_il_y_a" in texte else None,
        domaines=[
            ParcoursDomaine(
                centre_id=centre.id, ordre=rang, domaine=d["domaine"], competences=d["competences"], contenus=d["contenus"],
                minutes=lire_duree(d["heures"]), intervenants=d["intervenants"],
            )
            for rang, d in enumerate(texte["domaine"], 1)
        ],
        modules=[
            ParcoursModule(
                centre_id=centre.id, ordre=rang, phase=m["phase"], module=m["module"], objectifs=m["objectifs"],
                minutes=lire_duree(m["heures"]), nature=NatureFormation(m["nature"]), organisme=m.get("organisme", ""),
            )
            for rang, m in enumerate(texte.get("module", ()), 1)
        ],
        **{r: texte[r] for r in rubriques if r in texte},
    )
    session.add(parcours)
    session.flush()
    return parcours


def _attribuer(session: Session, parcours: Parcours, salarie: dict[str, Any], aujourdhui: dt.date) -> None:
    decision = aujourdhui - dt.timedelta(days=salarie["il_y_a"])
    actes_parcours.attribuer(
        session,
        AttributionParcours(
            parcours_id=parcours.id, nom=salarie["nom"], prenoms=salarie["prenoms"], date_naissance=salarie["ne_le"],
            organisme_evaluation="Pôle d'évaluation du Modèle (démonstration)",
            habilite_le=decision - dt.timedelta(days=90), evalue_le=decision - dt.timedelta(days=6), attribue_le=decision,
            resultat=ResultatParcours(salarie.get("resultat", "attribuee")), emploi=salarie.get("emploi", ""),
            cotation=salarie.get("cotation", ""),
        ),
        aujourdhui,
    )
