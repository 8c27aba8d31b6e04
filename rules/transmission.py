"""Transmission des dossiers de jury au GTP et suivi du processus d'attribution (partie 2, chap. 3, § 5, et chap. 4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.noyau import Constat, Gravite, rule
from rules.parametres import DELAI_TRANSMISSION, plus_mois

_PIECES = "Partie 2, chap. 3, § 5"
_SUIVI = "Partie 2, chap. 4"


def echeance_de_transmission(date_jury: dt.date) -> dt.date:
    """Le dernier jour pour transmettre : deux mois après le jury, au même quantième (TRA-01)."""
    return plus_mois(date_jury, DELAI_TRANSMISSION.au(date_jury))


@dataclass(frozen=True, slots=True)
class TransmissionFacts:
    """Un dossier de jury sur le point d'être transmis, ou déjà transmis.

    `le` est le jour de la transmission, ou le jour où l'on juge quand elle n'a pas eu lieu.
    """

    date_jury: dt.date
    le: dt.date
    proces_verbal_signe: bool
    emargement_joint: bool
    lettre_prete: bool
    deja_transmise: bool = False


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """Une action corrective demandée à un jury : son terme, et le jour où elle a été menée."""

    libelle: str
    terme: dt.date | None
    realisee_le: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ControleFacts:
    """Le contrôle d'une transmission par le GTP."""

    transmise_le: dt.date | None
    controlee_le: dt.date
    conforme: bool
    actions: tuple[ActionFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class RetraitFacts:
    """Le retrait, par la CPNEFP, de la capacité d'un centre d'attribuer les certifications."""

    retire_le: dt.date | None
    motif: str
    actions: tuple[ActionFacts, ...]
    deja_retiree: bool = False


@rule("TRA-01", field="transmise_le", source=_PIECES, gravite=Gravite.ALERTE)
def dans_les_deux_mois(t: TransmissionFacts) -> str | None:
    """Au plus tard dans les deux mois suivant la date du jury."""
    terme = echeance_de_transmission(t.date_jury)
    if t.le <= terme:
        return None
    return f"Le dossier devait être transmis le {terme:%d/%m/%Y} au plus tard : {(t.le - terme).days} jour(s) de retard."


@rule("TRA-02", field="pieces", source=_PIECES)
def les_trois_pieces(t: TransmissionFacts) -> tuple[Constat, ...] | None:
    """Lettre (annexe 12), feuille d'émargement signée (annexe 13), procès-verbal signé (annexe 14)."""
    if t.deja_transmise:
        return (Constat("pieces", "Ce dossier est déjà transmis."),)
    manques = (
        (t.proces_verbal_signe, "Le procès-verbal n'est pas signé (annexe 14)."),
        (t.emargement_joint, "La feuille d'émargement signée n'est pas jointe (annexe 13)."),
        (t.lettre_prete, "La lettre au GTP ne peut pas être faite (annexe 12)."),
    )
    return tuple(Constat("pieces", message) for fait, message in manques if not fait) or None


@rule("SUI-01", field="conforme", source=_SUIVI)
def controle_d_un_dossier_transmis(c: ControleFacts) -> tuple[Constat, ...] | None:
    """Le GTP s'assure de la conformité, et adresse le cas échéant des actions correctives, chacune avec son terme."""
    if c.transmise_le is None:
        return (Constat("conforme", "Ce dossier n'est pas encore transmis."),)
    constats = []
    if c.controlee_le < c.transmise_le:
        constats.append(Constat("controlee_le", "Le contrôle ne peut précéder la transmission."))
    if not c.conforme and not c.actions:
        constats.append(Constat("actions", "Un dossier non conforme demande au moins une action corrective."))
    if c.conforme and c.actions:
        constats.append(Constat("conforme", "Un dossier conforme n'a pas d'action corrective."))
    for action in c.actions:
        if not action.libelle.strip():
            constats.append(Constat("libelle", "Décrivez l'action corrective."))
        if action.terme is None or action.terme < c.controlee_le:
            constats.append(Constat("terme", "Donnez à l'action un terme qui ne précède pas le contrôle."))
    return tuple(constats) or None


@rule("SUI-02", field="retire_le", source=_SUIVI)
def retrait_pour_actions_non_menees(r: RetraitFacts) -> tuple[Constat, ...] | None:
    """La CPNEFP peut retirer la capacité d'attribuer quand des actions correctives n'ont pas été mises en œuvre."""
    if r.deja_retiree:
        return (Constat("retire_le", "La capacité de ce centre est déjà retirée."),)
    constats = []
    if r.retire_le is None:
        constats.append(Constat("retire_le", "Donnez la date de la décision de la CPNEFP."))
    if not r.motif.strip():
        constats.append(Constat("motif", "Donnez le motif du retrait."))
    if r.retire_le is not None and not any(en_retard(a, r.retire_le) for a in r.actions):
        constats.append(
            Constat("retire_le", "Aucune action corrective de ce centre n'est restée sans effet au-delà de son terme.")
        )
    return tuple(constats) or None


def en_retard(action: ActionFacts, jour: dt.date) -> bool:
    """Vrai si le terme est passé ce jour-là et que l'action n'a pas été menée à temps connu."""
    return action.terme is not None and action.terme < jour and (action.realisee_le is None or action.realisee_le > jour)


TRANSMISSION = (dans_les_deux_mois, les_trois_pieces)
CONTROLE = (controle_d_un_dossier_transmis,)
RETRAIT = (retrait_pour_actions_non_menees,)
