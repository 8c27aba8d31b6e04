"""Formes de comparaison : sans accents, sans casse, sans ponctuation ; les mêmes en Python et en base."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d",
     "ı": "i", "þ": "th", "Þ": "th", "ð": "d", "Ð": "d"}
)
_SEPARATEURS = re.compile(r"[^0-9a-z]+")
_SAINT = re.compile(r"\b(ste?)\b")
_ARRONDISSEMENT = re.compile(r"\s+\d{1,2}(er|e|eme)?( arrondissement)?$")


@lru_cache(maxsize=32768)
def normaliser(texte: str) -> str:
    """« Lefèvre-Martin » → « lefevre martin » ; ce que deux écritures d'un même nom ont de commun."""
    if texte.isascii():
        replie = texte.lower()
    else:
        decompose = unicodedata.normalize("NFKD", texte.translate(_LIGATURES))
        replie = "".join(c for c in decompose if not unicodedata.combining(c)).lower()
    return _SEPARATEURS.sub(" ", replie).strip()


@lru_cache(maxsize=16384)
def normaliser_ville(ville: str) -> str:
    """Comme `normaliser`, « St » lu « Saint », l'arrondissement et le mot CEDEX ôtés."""
    nue = normaliser(ville).removesuffix(" cedex")
    nue = _SAINT.sub(lambda m: "sainte" if m.group(1) == "ste" else "saint", nue)
    return _ARRONDISSEMENT.sub("", nue) or nue


def cle_identite(nom_naissance: str, prenoms: str, date_naissance: dt.date, ville_naissance: str) -> str:
    """La clé d'une personne : nom de naissance, prénoms, date et ville de naissance normalisés."""
    return (
        f"{normaliser(nom_naissance)}|{normaliser(prenoms)}|{date_naissance.isoformat()}|"
        f"{normaliser_ville(ville_naissance)}"
    )


def cle_entreprise(siret: str | None, raison_sociale: str, adresse: str) -> str:
    """La clé d'une entreprise dans un centre : son SIRET, sinon sa raison sociale et son adresse."""
    return siret or f"{normaliser(raison_sociale)}|{normaliser(adresse)}"
