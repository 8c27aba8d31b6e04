"""Lire un identifiant comme les gens l'écrivent (partie 1, chapitre 1, § 3 ; REF-08).

La branche a imprimé ses numéros de plusieurs manières : `MQ 1989 07 54 0034` (année, mois, département, numéro),
`1991 11 69 0093`, `MQ 1989 0021`, `CQPM 2006 0248 R`. Toutes désignent une année et un numéro dans une famille.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CODE = re.compile(r"(?:CQPM|CCPM|CQPI|CCPI)?(RNCP|RS)0*([1-9]\d{0,5})")
_NUMERO = re.compile(
    r"(?P<famille>CQPM|CCPM|CQPI|CCPI|PPC|MQ)?"
    r"(?:(?P<annee>(?:19|20)\d{2})(?:(?:0[1-9]|1[0-2])(?:97\d|\d{2}|2[AB]))?)?"
    r"(?P<numero>\d{4})"
    r"(?:R(?:ET)?I?|I)?"
)
_SEPARATEURS = re.compile(r"[\s.\-_/°º]+")


@dataclass(frozen=True, slots=True)
class Identifiant:
    """Ce que dit une saisie : le code d'un répertoire, ou un numéro, et la famille et l'année si elles sont dites."""

    code: str | None = None
    numero: int | None = None
    annee: int | None = None
    famille: str | None = None

    @property
    def cle(self) -> str:
        """La même clé pour toutes les écritures d'un même identifiant."""
        if self.code is not None:
            return self.code.lower()
        dits = (self.famille.lower() if self.famille else "", f"{self.annee:04d}" if self.annee else "", f"{self.numero:04d}")
        return " ".join(d for d in dits if d)


def lire_identifiant(saisie: str) -> Identifiant | None:
    """L'identifiant que dit une saisie, avec ou sans espaces, R ou I ; rien si elle n'en est pas un.

    `MQ` (marque de qualification) est l'ancien nom imprimé des CQPM. R et I se déduisent à une date : ils ne désignent
    rien.
    """
    compacte = _SEPARATEURS.sub("", saisie[:80].upper())
    if code := _CODE.fullmatch(compacte):
        return Identifiant(code=f"{code[1]}{code[2]}")
    if (trouve := _NUMERO.fullmatch(compacte)) is None:
        return None
    famille = "CQPM" if trouve["famille"] == "MQ" else trouve["famille"]
    return Identifiant(
        numero=int(trouve["numero"]), annee=int(trouve["annee"]) if trouve["annee"] else None, famille=famille
    )
