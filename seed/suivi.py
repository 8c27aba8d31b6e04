"""Les dossiers de jury de la démonstration : transmis, contrôlés, corrigés, par les mêmes actes que la console."""

from __future__ import annotations

import datetime as dt
import io

import pypdf
from sqlalchemy.orm import Session

from models import Jury, Transmission
from rules import actes_pieces, actes_suivi
from rules.actes_suivi import ActionDemandee
from rules.nomenclatures import NaturePiece


def transmettre(session: Session, jury: Jury, jours: int) -> Transmission:
    """Joint une feuille d'émargement et transmet le dossier, `jours` après le jury."""
    page = pypdf.PdfWriter()
    page.add_blank_page(width=595, height=842)
    octets = io.BytesIO()
    page.write(octets)
    dossier = actes_suivi.dossier_de_transmission(session, jury)
    actes_pieces.joindre(session, dossier, "emargement-demonstration.pdf", octets.getvalue(), NaturePiece.EMARGEMENT)
    actes_suivi.transmettre(session, jury, jury.date_jury + dt.timedelta(days=jours), lettre_prete=True)
    return dossier


def corriger(session: Session, dossier: Transmission, jour: dt.date) -> None:
    """Le GTP demande deux actions ; le centre en mène une, l'autre attend."""
    actes_suivi.controler_transmission(
        session, dossier, jour, conforme=False, observations="Démonstration : la feuille d'émargement est incomplète.",
        actions=[
            ActionDemandee("Recueillir la signature qui manque sur la feuille d'émargement.", jour + dt.timedelta(days=30)),
            ActionDemandee("Convoquer les membres du prochain jury quinze jours avant sa date.", jour + dt.timedelta(days=120)),
        ],
    )
    actes_suivi.realiser(session, dossier.actions[0], jour + dt.timedelta(days=8), "Signature recueillie, feuille rejointe.")
