"""Faire partir les envois d'un jury : prendre, rendre le document, donner au serveur, noter ce qu'il en dit.

Chaque envoi se valide deux fois : « en cours » avant que quoi que ce soit parte, puis son résultat. Tué entre les deux,
il n'est jamais repris sans un geste (`rules.actes_envois`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from documents import sources_jury
from documents.atelier import Atelier
from documents.courriel import Courriel, Piece, Serveur, envoyer
from documents.declarations import nom_fichier
from documents.erreurs import DocumentRefuse, RenduImpossible
from documents.icalendrier import TYPE, Evenement, calendrier
from models import Envoi, Jury
from models.base import aujourd_hui, maintenant
from rules import actes_envois, controle
from rules.actes_envois import Resultat
from rules.nomenclatures import EtatEnvoi, EtatJury, NatureEnvoi

Ouvrir = Callable[[], AbstractContextManager[Session]]
"""Ouvre une transaction courte, validée à la sortie du bloc."""


@dataclass(slots=True)
class Bilan:
    """Ce qu'une expédition a fait : partis, échoués, incertains, et ceux qu'elle n'a pu tenter."""

    partis: int = 0
    echecs: int = 0
    incertains: int = 0
    sans_adresse: int = 0

    def __str__(self) -> str:
        """Une phrase."""
        dits = [(self.partis, "parti", "partis"), (self.echecs, "en échec", "en échec"),
                (self.incertains, "peut-être parti", "peut-être partis"), (self.sans_adresse, "sans adresse", "sans adresse")]
        return ", ".join(f"{n} {pluriel if n > 1 else mot}" for n, mot, pluriel in dits if n) or "aucun envoi à faire partir"


def a_expedier(session: Session, jury_id: int | None = None) -> list[int]:
    """Les envois à faire partir, dans l'ordre où ils ont été préparés ; ceux restés en route sont d'abord dits interrompus."""
    actes_envois.interrompus(session)
    requete = select(Envoi.id).where(Envoi.etat == EtatEnvoi.A_ENVOYER).order_by(Envoi.id)
    return list(session.scalars(requete.where(Envoi.jury_id == jury_id) if jury_id is not None else requete))


def expedier(
    ouvrir: Ouvrir, ids: Sequence[int], serveur: Serveur, atelier: Atelier, avancer: Callable[[int, int], None] = lambda _f, _t: None,
) -> Bilan:
    """Fait partir ces envois, un à un ; un échec n'arrête pas les suivants."""
    bilan = Bilan()
    for rang, envoi_id in enumerate(ids):
        avancer(rang, len(ids))
        _un(ouvrir, envoi_id, serveur, atelier, bilan)
    avancer(len(ids), len(ids))
    return bilan


def _un(ouvrir: Ouvrir, envoi_id: int, serveur: Serveur, atelier: Atelier, bilan: Bilan) -> None:
    try:
        with ouvrir() as session:
            envoi = session.get(Envoi, envoi_id)
            if envoi is None or not actes_envois.prendre(session, envoi):
                return
    except controle.Refus:
        bilan.sans_adresse += 1
        return
    nom, empreinte = "", None
    try:
        with ouvrir() as session:
            envoi = session.get_one(Envoi, envoi_id)
            code, faits = piece_jointe(session, envoi, aujourd_hui())
            courriel, rendez_vous = _courriel(envoi), _rendez_vous(envoi)
        nom, contenu = nom_fichier(code, faits), atelier.rendre(code, faits)
        empreinte = hashlib.sha256(contenu).hexdigest()
        pieces = [Piece(nom, "application/pdf", contenu), *rendez_vous]
        resultat = envoyer(serveur, replace(courriel, pieces=tuple(pieces)), maintenant())
    except DocumentRefuse as refus:
        resultat = Resultat(parti=False, erreur=str(refus))
    except RenduImpossible:
        resultat = Resultat(parti=False, erreur="Le document n'a pas pu être mis en page : réessayez.")
    with ouvrir() as session:
        actes_envois.noter(session, session.get_one(Envoi, envoi_id), resultat, nom_fichier=nom, sha256=empreinte)
    if resultat.parti:
        bilan.partis += 1
    elif resultat.incertain:
        bilan.incertains += 1
    else:
        bilan.echecs += 1


def piece_jointe(session: Session, envoi: Envoi, jour: dt.date) -> tuple[str, Any]:
    """Le document que porte un envoi : son code et ses faits, datés de ce jour.

    :raises documents.erreurs.DocumentRefuse: une donnée manque ; elle est nommée.
    """
    trouve = next((faits for cle, faits in _lettres(session, envoi, jour) if cle == _cle(envoi)), None)
    if trouve is None:
        raise DocumentRefuse("Document refusé : ce que dit cet envoi ne vaut plus.")
    code = {
        NatureEnvoi.DESIGNATION: "demande-designation", NatureEnvoi.CONVOCATION: "convocation",
        NatureEnvoi.COPIE_CONVOCATION: "convocation", NatureEnvoi.INFORMATION: "information-cprefp",
    }.get(envoi.nature)
    return code or trouve.code, trouve


def _cle(envoi: Envoi) -> tuple[int | None, bool]:
    """De qui parle le document, et s'il va à qui l'a mandaté ou à son entreprise."""
    if envoi.demande_designation is not None:
        return envoi.demande_designation.syndicat_id, False
    if envoi.convocation is not None:
        return envoi.convocation.siege_id, envoi.nature is NatureEnvoi.COPIE_CONVOCATION
    if envoi.information is not None:
        return envoi.information.commission_id, False
    return envoi.presentation_id, envoi.nature is NatureEnvoi.LETTRE_ENTREPRISE


def _lettres(session: Session, envoi: Envoi, jour: dt.date) -> Sequence[tuple[tuple[int, bool], Any]]:
    if envoi.nature is NatureEnvoi.DESIGNATION:
        return sources_jury.designations_par_syndicat(session, envoi.jury_id, jour) or ()
    if envoi.nature in (NatureEnvoi.CONVOCATION, NatureEnvoi.COPIE_CONVOCATION):
        return sources_jury.convocations_par_siege(session, envoi.jury_id, jour) or ()
    if envoi.nature is NatureEnvoi.INFORMATION:
        return sources_jury.informations_par_commission(session, envoi.jury_id, jour) or ()
    return sources_jury.decisions_par_presentation(session, envoi.jury_id) or ()


_TEXTES = {
    NatureEnvoi.DESIGNATION: "Vous trouverez ci-jointe une demande de désignation de représentants",
    NatureEnvoi.CONVOCATION: "Vous trouverez ci-jointe votre convocation, à ajouter à votre agenda,",
    NatureEnvoi.COPIE_CONVOCATION: "Vous trouverez ci-jointe, pour information, copie de la convocation d'un représentant",
    NatureEnvoi.INFORMATION: "Vous trouverez ci-joints les membres et le calendrier, pour information de la commission,",
    NatureEnvoi.LETTRE_CANDIDAT: "Vous trouverez ci-jointe la décision",
    NatureEnvoi.LETTRE_ENTREPRISE: "Vous trouverez ci-jointe la décision",
}


def _courriel(envoi: Envoi) -> Courriel:
    jury, centre = envoi.jury, envoi.jury.centre
    quand = f"{jury.date_jury:%d/%m/%Y}" + (f" à {jury.heure:%H h %M}" if jury.heure is not None else "")
    liaison = "du" if envoi.nature in (NatureEnvoi.LETTRE_CANDIDAT, NatureEnvoi.LETTRE_ENTREPRISE) else "pour le"
    texte = (
        f"Madame, Monsieur,\n\n{_TEXTES[envoi.nature]} {liaison} jury paritaire de délibération du {quand} ({jury.lieu}).\n\n"
        f"Ce message est envoyé par la console des certifications ; répondez au centre de certification.\n\n"
        f"{centre.nom}\n{centre.adresse}\n{centre.code_postal} {centre.ville}\n{centre.telephone}\n"
    )
    return Courriel(
        envoi.message_id, envoi.adresse, envoi.destinataire, envoi.objet, texte, centre.nom, centre.courriel,
    )


def _rendez_vous(envoi: Envoi) -> list[Piece]:
    """Le rendez-vous que joint une convocation ; les autres envois n'en portent pas."""
    if envoi.convocation is None:
        return []
    octets = calendrier([evenement_du_jury(envoi.jury)], maintenant()).encode()
    return [Piece(f"jury-{envoi.jury.date_jury:%Y-%m-%d}.ics", TYPE, octets)]


def evenement_du_jury(jury: Jury, adresse: str = "", description: str = "") -> Evenement:
    """Un jury dans un agenda ; déplacé, il garde son identifiant et change de numéro de suite."""
    return Evenement(
        uid=f"jury-{jury.id}@certifications-metallurgie", jour=jury.date_jury, heure=jury.heure, lieu=jury.lieu,
        resume="Jury paritaire de délibération", description=description or jury.centre.nom, adresse=adresse,
        suite=jury.version, annule=jury.etat is EtatJury.ANNULE,
    )
