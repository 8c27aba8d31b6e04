"""Le relevé semestriel des présences aux jurys et la justification d'absence d'un membre (convention collective, art. 37)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from documents.erreurs import DonneeIncoherente, DonneeManquante
from documents.faits import exiger
from documents.faits_jury import Destinataire, EnTete, verifier_centre
from documents.forme import Declaration, ascii_plat, coupe, date_en_lettres
from documents.moteur import Contexte
from documents.papiers import lettre
from rules.presences import PresenceFacts, semestre_du, totaux

_CORPS = 8.5


@dataclass(frozen=True, slots=True)
class RelevePresencesFaits:
    """Les représentants syndicaux aux jurys clos d'un semestre ; `centre` vide : toute la branche."""

    du: dt.date
    au: dt.date
    centre: str
    presences: tuple[PresenceFacts, ...]
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class JustificationFaits:
    """Un membre a siégé à un jury : ce qui justifie son absence auprès de son employeur."""

    centre: EnTete
    date_lettre: dt.date
    civilite: str | None
    nom: str
    entreprise: str
    delegation: str
    date_jury: dt.date
    heure: dt.time | None
    lieu: str
    present: bool


def verifier_releve(faits: RelevePresencesFaits) -> None:
    """Refuse un relevé sans présence.

    :raises DonneeManquante: aucun jury clos ce semestre.
    """
    if not faits.presences:
        raise DonneeManquante("jurys clos ce semestre")


def verifier_justification(faits: JustificationFaits) -> None:
    """Refuse d'attester une présence qui n'a pas été notée.

    :raises DonneeIncoherente: la personne n'est pas notée présente, ou le jury est à venir.
    """
    verifier_centre(faits.centre)
    exiger(faits.nom, "nom du membre du jury")
    exiger(faits.lieu, "lieu du jury")
    if not faits.present:
        raise DonneeIncoherente("présence", "n'est pas notée : elle ne peut pas être attestée")
    if faits.date_lettre < faits.date_jury:
        raise DonneeIncoherente("date de la lettre", "ne précède pas la date du jury")


def _contexte_releve(lot: Sequence[RelevePresencesFaits]) -> Contexte:
    (faits,) = lot
    presents = sum(p.present for p in faits.presences)
    return {
        "intitule": "Relevé des présences aux jurys",
        "du": date_en_lettres(faits.du), "au": date_en_lettres(faits.au),
        "nombre": f"{presents} présence{'s' if presents > 1 else ''}", "centre": faits.centre,
        "demonstration": "données de démonstration : document sans valeur" if faits.demonstration else "",
        "totaux": [
            {"syndicat": t.syndicat, "jurys": str(t.jurys), "presences": str(t.presences), "absences": str(t.absences)}
            for t in totaux(faits.presences)
        ],
        "lignes": [
            {
                "syndicat": p.syndicat, "membre": coupe(p.membre, 62, _CORPS), "entreprise": coupe(p.entreprise, 62, _CORPS),
                "jury": f"{p.date_jury:%d/%m/%Y}", "lieu": coupe(f"{p.lieu} ({p.centre})", 76, _CORPS),
                "present": "présent" if p.present else "absent",
            }
            for p in faits.presences
        ],
    }


def _contexte_justification(lot: Sequence[JustificationFaits]) -> Contexte:
    (faits,) = lot
    heure = f", à {faits.heure.hour} h {faits.heure:%M}".removesuffix(" 00") if faits.heure is not None else ""
    destinataire = Destinataire(" ".join(filter(None, (faits.civilite, faits.nom))), tuple(filter(None, (faits.entreprise,))))
    objet = f"justification d'absence, jury paritaire de délibération du {date_en_lettres(faits.date_jury)}"
    return lettre(faits.centre, faits.date_lettre, destinataire, "Madame, Monsieur", objet) | {
        "qui": " ".join(filter(None, (faits.civilite, faits.nom))),
        "delegation": faits.delegation[:1].lower() + faits.delegation[1:],
        "date_jury": date_en_lettres(faits.date_jury), "heure": heure, "lieu_jury": faits.lieu,
    }


DECLARATIONS: tuple[Declaration[Any], ...] = (
    Declaration(
        code="releve-presences",
        intitule="Relevé des présences aux jurys",
        annexe="convention collective de la métallurgie, article 37",
        gabarit="releve-presences.html",
        verifier=verifier_releve,
        contexte=_contexte_releve,
        titre=lambda faits: f"Relevé des présences aux jurys, semestre {semestre_du(faits.du)}",
        date=lambda faits: faits.au,
        fichier=lambda faits: (semestre_du(faits.du), ascii_plat(faits.centre or "branche")),
    ),
    Declaration(
        code="justification-absence",
        intitule="Justification d'absence d'un membre du jury",
        annexe="convention collective de la métallurgie, article 37",
        gabarit="justification-absence.html",
        verifier=verifier_justification,
        contexte=_contexte_justification,
        titre=lambda faits: f"Justification d'absence : {faits.nom}, jury du {date_en_lettres(faits.date_jury)}",
        date=lambda faits: faits.date_lettre,
        fichier=lambda faits: (f"jury-{faits.date_jury:%Y-%m-%d}", ascii_plat(faits.nom)),
    ),
)
