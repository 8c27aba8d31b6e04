"""Ce qui se garde, jusqu'à quand, et ce qui s'efface ensuite (partie 2, chapitre 6 ; ARC-01 à ARC-06).

Une durée finit au même jour du calendrier (29 février → 28). Ce jour-là est encore gardé ; l'échéance est passée le
lendemain (décision 022).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.nomenclatures import EtatPurge, NaturePurge
from rules.noyau import Constat, rule
from rules.parametres import (
    CONSERVATION_CERTIFICAT,
    CONSERVATION_ECHEC,
    CONSERVATION_HABILITATION,
    CONSERVATION_IMPORT,
    CONSERVATION_JOURNAL,
    CONSERVATION_PARTIELLE,
    CONSERVATION_PROCES_VERBAL,
    Parametre,
    meme_jour,
)

_CENTRE = "Partie 2, chap. 6, § 2"
_CHOIX = "choix de la console"


@dataclass(frozen=True, slots=True)
class Duree:
    """Combien de temps une nature se garde, depuis quand, qui la tient, et le passage qui le dit.

    `duree` vide : le terme est un fait (l'issue est connue), non une durée.
    """

    nature: NaturePurge
    duree: Parametre | None
    depuis: str
    tenue_par: str
    source: str

    def terme(self, depart: dt.date) -> dt.date:
        """Le dernier jour de la conservation."""
        return depart if self.duree is None else meme_jour(depart, self.duree.au(depart))

    @property
    def combien(self) -> str:
        """La durée en toutes lettres, telle que l'écran la montre."""
        if self.duree is None:
            return "jusqu'à l'issue"
        valeur = self.duree.valeurs[-1][1]
        return f"{valeur} {self.duree.unite}"


DUREES: dict[NaturePurge, Duree] = {
    d.nature: d for d in (
        Duree(NaturePurge.IDENTITE, None, "procès-verbal signé ou inscription annulée", "centre", _CENTRE),
        Duree(NaturePurge.DOCUMENTS, None, "fin de l'inscription", "centre", _CENTRE),
        Duree(NaturePurge.ECHEC, CONSERVATION_ECHEC, "jury", "centre", _CENTRE),
        Duree(NaturePurge.PARTIELLE, CONSERVATION_PARTIELLE, "jury", "centre", _CENTRE),
        Duree(NaturePurge.JURY, CONSERVATION_PROCES_VERBAL, "jury", "GTP", "Partie 2, chap. 6, § 3"),
        Duree(NaturePurge.CERTIFICATS, CONSERVATION_CERTIFICAT, "délivrance", "centre", _CENTRE),
        Duree(NaturePurge.HABILITATION, CONSERVATION_HABILITATION, "décision", "centre", _CHOIX),
        Duree(NaturePurge.FICHE, None, "terme de tout ce qui nomme le candidat", "centre", "Partie 2, chap. 6 (choix)"),
        Duree(NaturePurge.IMPORT, CONSERVATION_IMPORT, "import", "centre", _CHOIX),
        Duree(NaturePurge.JOURNAL, CONSERVATION_JOURNAL, "écriture", "console", _CHOIX),
    )
}


def echu(terme: dt.date, jour: dt.date) -> bool:
    """Vrai si le terme est passé ce jour-là : il est le dernier jour gardé."""
    return jour > terme


@dataclass(frozen=True, slots=True)
class PurgeFacts:
    """Une purge sur le point d'être proposée ou exécutée : au jour `au`, décidée le jour `le`.

    `confirmation` est le nombre que la personne a tapé ; `nombre`, ce qui serait effacé.
    """

    au: dt.date
    le: dt.date
    nombre: int
    etat: EtatPurge | None = None
    confirmation: int | None = None
    proposee_par: str = ""
    decidee_par: str = ""


@rule("ARC-21", field="au", source="Partie 2, chap. 6")
def purge_possible(p: PurgeFacts) -> tuple[Constat, ...] | None:
    """Rien avant son terme : la purge se juge au plus tard aujourd'hui, sur quelque chose, et une seule fois."""
    constats = []
    if p.au > p.le:
        constats.append(Constat("au", f"On ne purge pas d'avance : le {p.au:%d/%m/%Y} n'est pas encore venu."))
    if not p.nombre:
        constats.append(Constat("au", f"Rien n'a atteint son terme au {p.au:%d/%m/%Y}."))
    if p.etat not in (None, EtatPurge.PROPOSEE):
        constats.append(Constat("etat", f"Cette purge est déjà {p.etat.libelle.lower()}." if p.etat else ""))
    return tuple(constats) or None


@rule("ARC-22", field="confirmation", source=_CHOIX)
def purge_confirmee(p: PurgeFacts) -> str | None:
    """Taper le nombre de lignes : on n'efface pas d'un clic distrait."""
    if p.confirmation == p.nombre:
        return None
    return f"Pour confirmer, écrivez le nombre de lignes à effacer : {p.nombre}."


@rule("ARC-23", field="decidee_par", source=_CHOIX)
def deux_personnes(p: PurgeFacts) -> str | None:
    """Le secrétariat du GTP propose, le délégué à la protection des données approuve : deux personnes."""
    if p.decidee_par != p.proposee_par:
        return None
    return "Une autre personne que celle qui a proposé la purge doit l'approuver."


PROPOSITION = (purge_possible,)
EXECUTION = (purge_possible, purge_confirmee, deux_personnes)
