"""Procès-verbal rectificatif : un procès-verbal signé ne se modifie pas, un autre le rectifie (partie 2, chap. 3, § 3.A)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rules.faits import PresentationFacts, SiegeFacts, VoteFacts
from rules.jury import decompter
from rules.nomenclatures import Decision, ObjetRectification, ResultatCompetence
from rules.noyau import rule

_SOURCE = "Partie 2, chap. 3, § 3.A"
_LONGUEURS = {ObjetRectification.NOM_NAISSANCE: 120, ObjetRectification.NOM_USAGE: 120, ObjetRectification.PRENOMS: 120,
              ObjetRectification.VILLE_NAISSANCE: 120}


@dataclass(frozen=True, slots=True)
class ChangementFacts:
    """Une chose rectifiée pour un candidat : ce qui était écrit, ce qui doit l'être ; `code` nomme la compétence."""

    numero_anonyme: int
    objet: ObjetRectification
    avant: str
    apres: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class RectificatifFacts:
    """Un procès-verbal rectificatif : celui qu'il vise, sa raison, ce qu'il change et qui l'a approuvé.

    `presentations` sont les candidats qu'il touche, tels qu'ils étaient au procès-verbal rectifié.
    `conserve` : les octets du procès-verbal rectifié sont gardés, on les lira toujours.
    """

    vise_signe: bool
    conserve: bool
    raison: str
    changements: tuple[ChangementFacts, ...] = ()
    presentations: tuple[PresentationFacts, ...] = ()
    votes: tuple[VoteFacts, ...] = ()
    sieges: tuple[SiegeFacts, ...] = ()
    signataire_siege_id: int | None = None
    deja_signe: bool = False
    autre_en_cours: str = ""

    @property
    def delibere(self) -> bool:
        """Vrai si une décision ou une compétence change : le jury vote de nouveau."""
        return any(c.objet.deliberee for c in self.changements)


def rectifiee(p: PresentationFacts, changements: Sequence[ChangementFacts], raison: str) -> PresentationFacts:
    """Le candidat tel que le rectificatif le laisserait ; la raison y est le motif du jury (JUR-11)."""
    siens = [c for c in changements if c.numero_anonyme == p.numero_anonyme]
    retenus = {c.code: ResultatCompetence(c.apres) for c in siens if c.objet is ObjetRectification.COMPETENCE}
    decision = next((c.apres for c in siens if c.objet is ObjetRectification.DECISION), p.decision)
    return replace(
        p, decision=decision, motif=raison or p.motif,
        competences=tuple(replace(c, retenu=retenus.get(c.code, c.retenu)) for c in p.competences),
    )


@rule("JUR-13", field="rectifie", source=_SOURCE)
def vise_un_proces_verbal_signe(r: RectificatifFacts) -> str | None:
    """On rectifie un procès-verbal signé, dont l'original reste lisible, un rectificatif à la fois."""
    if not r.vise_signe:
        return "Ce procès-verbal n'est pas signé : il se corrige encore, sans rectificatif."
    if not r.conserve:
        return "L'original de ce procès-verbal n'est pas encore conservé : imprimez-le une première fois."
    if r.autre_en_cours:
        return f"Le rectificatif {r.autre_en_cours} n'est pas encore signé : terminez-le, ou abandonnez-le."
    return None


@rule("JUR-13", field="raison", source=_SOURCE)
def raison_ecrite(r: RectificatifFacts) -> str | None:
    """Un rectificatif dit pourquoi."""
    return None if r.raison.strip() else "Écrivez la raison de la rectification : elle figure au procès-verbal rectificatif."


@rule("JUR-13", field="apres", source=_SOURCE)
def changement_possible(c: ChangementFacts) -> str | None:
    """Ce qui doit être écrit est de la nature de ce qui l'était."""
    if c.objet is ObjetRectification.DECISION:
        if c.apres not in {d.value for d in Decision}:
            return f"« {c.apres} » n'est pas une décision : A ou NA, rien d'autre."
    elif c.objet is ObjetRectification.COMPETENCE:
        if c.apres not in {r.value for r in ResultatCompetence}:
            return f"« {c.apres} » n'est pas un résultat : acquise ou non acquise."
    elif c.objet is ObjetRectification.DATE_NAISSANCE:
        try:
            dt.date.fromisoformat(c.apres)
        except ValueError:
            return f"« {c.apres} » n'est pas une date de naissance."
    elif not c.apres and c.objet is not ObjetRectification.NOM_USAGE:
        return f"{c.objet.libelle} : écrivez ce qui doit l'être."
    elif len(c.apres) > _LONGUEURS[c.objet]:
        return f"{c.objet.libelle} : {_LONGUEURS[c.objet]} caractères au plus."
    return None


@rule("JUR-13", field="changements", source=_SOURCE)
def change_quelque_chose(r: RectificatifFacts) -> str | None:
    """Un rectificatif porte ce qui change."""
    return None if r.changements else "Ce rectificatif ne change rien : dites ce qui doit être écrit autrement."


@rule("JUR-10", field="vote", source="Partie 2, chap. 3, § 1.E")
def approuve_par_le_jury(r: RectificatifFacts) -> str | None:
    """Une décision ou une compétence ne change que si le jury l'approuve, à la majorité."""
    if not r.delibere:
        return None
    decompte = decompter(r.votes, r.sieges)
    if decompte.decision is None:
        return "Une décision change : le jury doit voter ce rectificatif, et la voix du président trancher un partage."
    return None if decompte.decision is Decision.ADMIS else "Le jury n'approuve pas ce rectificatif : il ne se signe pas."


@rule("JUR-13", field="signataire", source=_SOURCE)
def rectificatif_signe_par_le_president(r: RectificatifFacts) -> str | None:
    """Le président du jury signe le rectificatif comme il a signé l'original, une fois."""
    if r.deja_signe:
        return "Ce procès-verbal rectificatif est déjà signé."
    president = next((s for s in r.sieges if s.president), None)
    if president is None or president.id != r.signataire_siege_id or not president.present:
        return "Le procès-verbal rectificatif est signé par le président du jury."
    return None


OUVERTURE_RECTIFICATIF = (vise_un_proces_verbal_signe, raison_ecrite)
CHANGEMENT = (changement_possible,)
SIGNATURE_RECTIFICATIF = (
    raison_ecrite, change_quelque_chose, approuve_par_le_jury, rectificatif_signe_par_le_president,
)
