"""Retrouver une personne écrite autrement : de courtes clés, indexées, que partagent deux écritures d'une même fiche.

Une fiche porte deux sortes de clés, sur les mots de ses noms (de naissance, d'usage) et de son premier prénom, chacun
réduit à la façon dont il s'entend, sans ordre ni particule :

- le premier mot de chacun avec la date de naissance : un nom faux, marital ou inversé en laisse un autre de juste ;
- le nom entier avec l'année seule, puis avec le jour et le mois seuls : une date mal lue garde l'un des deux.

Deux fiches de clés communes ne sont que comparables ; `rules.doublons` dit ensuite si elles se ressemblent.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast
from zlib import crc32

from sqlalchemy import Connection, Table, bindparam, delete, event, insert, select, update
from sqlalchemy.orm import Mapper

from models.candidat import Candidat, CandidatCle
from models.normalisation import cle_identite, normaliser

PARTICULES = frozenset({
    "d", "da", "de", "del", "della", "den", "der", "des", "di", "do", "dos", "du", "el", "l", "la", "le", "les", "van",
    "von", "zu",
})
_MOITIE = 1 << 31
_SONS = (
    (re.compile("ph"), "f"), (re.compile("[eo]?au[xtd]?"), "o"), (re.compile("[aeo]i"), "e"), (re.compile("qu|ck|[qk]|c(?=[aou]|$)"), "k"),
    (re.compile("[yj]"), "i"), (re.compile("[zx]|c(?=[ei])"), "s"), (re.compile("w"), "v"), (re.compile("h"), ""),
    (re.compile(r"(.)\1+"), r"\1"), (re.compile("(?<=..)[estd]+$"), ""),
)


@lru_cache(maxsize=32768)
def son(mot: str) -> str:
    """Un mot normalisé, réduit à peu près à la façon dont il s'entend : « philippe » et « filipe » → « filip »."""
    for motif, remplacement in _SONS:
        mot = motif.sub(remplacement, mot)
    return mot


@lru_cache(maxsize=32768)
def mots_du_nom(nom: str) -> tuple[str, ...]:
    """Les mots d'un nom (ou de prénoms : les deux s'inversent), normalisés, sans particule s'il en reste d'autres."""
    mots = tuple(normaliser(nom).split())
    return tuple(m for m in mots if m not in PARTICULES) or mots


@lru_cache(maxsize=32768)
def _sons(nom: str) -> tuple[str, ...]:
    return tuple(map(son, mots_du_nom(nom)))


def cles(nom_naissance: str, nom_usage: str, prenoms: str, date_naissance: dt.date) -> frozenset[int]:
    """Les clés d'une personne ; deux clés égales par hasard ne coûtent qu'une comparaison de trop."""
    prenom = next(iter(_sons(prenoms)), "")
    jour = date_naissance.isoformat()
    ecrites = {f"{prenom}|{jour}"}
    for nom in (nom_naissance, nom_usage):
        if nom and (mots := _sons(nom)):
            entier = " ".join(sorted({*mots, prenom}))
            ecrites |= {f"{mots[0]}|{jour}", f"{entier}|{jour[:4]}", f"{entier}|{jour[5:]}"}
    return frozenset([crc32(c.encode()) - _MOITIE for c in ecrites])


def cles_de(ligne: Mapping[Any, Any]) -> frozenset[int]:
    """Les clés d'une ligne de `candidat`."""
    return cles(ligne["nom_naissance"], ligne["nom_usage"] or "", ligne["prenoms"], ligne["date_naissance"])


_IDENTITE = ("nom_naissance", "nom_usage", "prenoms", "date_naissance")


def formes(ligne: Mapping[Any, Any]) -> dict[str, str]:
    """Les formes d'une ligne de `candidat` que la recherche parcourt : par le nom, le nom d'usage, les prénoms."""
    nom, usage, prenoms = (normaliser(ligne[c] or "") for c in ("nom_naissance", "nom_usage", "prenoms"))
    return {
        "recherche": f"{nom} {prenoms}".strip(), "recherche_usage": f"{usage} {prenoms}" if usage else "",
        "recherche_prenoms": f"{prenoms} {nom}".strip(),
    }


@event.listens_for(Candidat, "before_insert")
@event.listens_for(Candidat, "before_update")
def _nommer(_mapper: Mapper[Any], _connexion: Connection, candidat: Candidat) -> None:
    """Accorde à l'état civil les formes de recherche et la clé d'identité ; une fiche réunie à une autre garde la sienne."""
    for nom, forme in formes({c: getattr(candidat, c) for c in _IDENTITE}).items():
        setattr(candidat, nom, forme)
    if candidat.fusionne_dans_id is None:
        candidat.cle_identite = cle_identite(
            candidat.nom_naissance, candidat.prenoms, candidat.date_naissance, candidat.ville_naissance
        )


@event.listens_for(Candidat, "after_insert")
@event.listens_for(Candidat, "after_update")
def _tenir(_mapper: Mapper[Any], connexion: Connection, candidat: Candidat) -> None:
    """Accorde les clés à l'état civil, dans l'écriture qui le pose ou le change."""
    table = CandidatCle.__table__
    voulues = cles_de({c: getattr(candidat, c) for c in _IDENTITE})
    posees = set(connexion.scalars(select(table.c.cle).where(table.c.candidat_id == candidat.id)))
    if perdues := posees - voulues:
        connexion.execute(delete(CandidatCle).where(table.c.candidat_id == candidat.id, table.c.cle.in_(perdues)))
    if neuves := voulues - posees:
        connexion.execute(insert(CandidatCle), [{"candidat_id": candidat.id, "cle": c} for c in sorted(neuves)])


def completer(connexion: Connection, lot: int = 5_000) -> int:
    """Pose les clés et les formes des fiches qui n'en ont aucune (base d'une version antérieure) ; rend leur nombre."""
    c, k = Candidat.__table__.c, CandidatCle.__table__.c
    sans = select(c.id, *(c[nom] for nom in _IDENTITE)).where(
        ~select(k.cle).where(k.candidat_id == c.id).exists()
    ).order_by(c.id).limit(lot)
    total = 0
    while lignes := connexion.execute(sans).mappings().all():
        connexion.execute(
            insert(CandidatCle), [{"candidat_id": r["id"], "cle": cle} for r in lignes for cle in sorted(cles_de(r))]
        )
        connexion.execute(
            update(cast("Table", Candidat.__table__)).where(c.id == bindparam("quel")), [{"quel": r["id"], **formes(r)} for r in lignes]
        )
        total += len(lignes)
    return total
