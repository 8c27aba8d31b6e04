"""Le relevé semestriel des présences aux jurys, par organisation syndicale (convention collective, art. 37 ; JUR-16)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PresenceFacts:
    """Un représentant convoqué à un jury tenu, et s'il y était."""

    syndicat: str
    membre: str
    entreprise: str
    date_jury: dt.date
    lieu: str
    centre: str
    present: bool
    siege_id: int


@dataclass(frozen=True, slots=True)
class ReleveSyndicat:
    """Le total d'une organisation au semestre : jurys où elle était présente, et présences de ses représentants."""

    syndicat: str
    jurys: int
    presences: int
    absences: int


def semestre_de(texte: str) -> tuple[dt.date, dt.date] | None:
    """Le premier et le dernier jour d'un semestre écrit `AAAA-1` ou `AAAA-2` ; rien s'il ne se lit pas."""
    lu = re.fullmatch(r"([12]\d{3})-([12])", texte)
    if lu is None:
        return None
    annee = int(lu[1])
    if lu[2] == "1":
        return dt.date(annee, 1, 1), dt.date(annee, 6, 30)
    return dt.date(annee, 7, 1), dt.date(annee, 12, 31)


def semestre_du(jour: dt.date) -> str:
    """Le semestre d'un jour, `AAAA-1` ou `AAAA-2`."""
    return f"{jour.year}-{1 if jour.month <= 6 else 2}"


def totaux(presences: Iterable[PresenceFacts]) -> tuple[ReleveSyndicat, ...]:
    """Le total de chaque organisation, par ordre alphabétique."""
    par_syndicat: dict[str, list[PresenceFacts]] = {}
    for p in presences:
        par_syndicat.setdefault(p.syndicat, []).append(p)
    return tuple(
        ReleveSyndicat(
            syndicat, len({(p.date_jury, p.lieu, p.centre) for p in lignes if p.present}),
            sum(p.present for p in lignes), sum(not p.present for p in lignes),
        )
        for syndicat, lignes in sorted(par_syndicat.items())
    )
