"""Ce qu'un import garde en attendant, sans que la mémoire suive la taille du fichier : sur disque, effacé à la fin."""

from __future__ import annotations

import json
import marshal
import sqlite3
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import compress
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_EN_MEMOIRE = 2_000
_ENTETE = 8


class Reserve(Generic[T]):
    """Une suite de valeurs simples (textes, nombres, listes, dictionnaires) qu'on relit dans l'ordre, autant qu'on veut.

    Les premières restent en mémoire ; au-delà, elles vont par paquets dans un fichier temporaire sans nom.
    """

    def __init__(self, en_memoire: int = _EN_MEMOIRE) -> None:
        """Vide ; `en_memoire` : nombre de valeurs d'un paquet."""
        self._taille = en_memoire
        self._paquet: list[T] = []
        self._fichier: Any = None
        self._ecrites = 0

    def __len__(self) -> int:
        return self._ecrites + len(self._paquet)

    def append(self, valeur: T) -> None:
        """Ajoute une valeur."""
        self._paquet.append(valeur)
        if len(self._paquet) >= self._taille:
            if self._fichier is None:
                self._fichier = tempfile.TemporaryFile()  # noqa: SIM115 — vit autant que la réserve
            self._fichier.seek(0, 2)
            octets = marshal.dumps(self._paquet)
            self._fichier.write(len(octets).to_bytes(_ENTETE, "big") + octets)
            self._ecrites += len(self._paquet)
            self._paquet = []

    def __iter__(self) -> Iterator[T]:
        """Les valeurs depuis la première."""
        position, lues = 0, 0
        while lues < self._ecrites:
            self._fichier.seek(position)
            octets = self._fichier.read(int.from_bytes(self._fichier.read(_ENTETE), "big"))
            position += _ENTETE + len(octets)
            paquet: list[T] = marshal.loads(octets)  # noqa: S302 — écrit ici même, dans un fichier sans nom
            lues += len(paquet)
            yield from paquet
        yield from self._paquet

    def __del__(self) -> None:
        if self._fichier is not None:
            self._fichier.close()


_CASES = 1 << 23


class Vues:
    """Ce qu'un fichier a déjà dit : des clés déjà vues, et ce que chaque nom désignait la première fois.

    Un octet par case dit d'abord qu'une clé est sûrement neuve (8 Mio, fixes) ; une base de travail répond pour les
    autres. Une clé est un nombre de 64 bits tiré du texte : deux textes de même nombre se prennent l'un pour l'autre
    moins d'une fois sur trente millions de fichiers d'un million de lignes, et l'écriture, elle, compare les textes.
    """

    def __init__(self) -> None:
        """Ouvre la base de travail, en mémoire puis dans un fichier sans nom ; elle disparaît avec l'objet."""
        self._base = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._base.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8192; PRAGMA temp_store=FILE;"
            "CREATE TABLE vue (cle INTEGER PRIMARY KEY); CREATE TABLE nom (cle TEXT PRIMARY KEY, sens TEXT) WITHOUT ROWID; BEGIN"
        )
        self._cases = bytearray(_CASES)

    def deja(self, cles: Sequence[str]) -> set[str]:
        """Celles de ces clés qu'on a déjà vues ; toutes le sont désormais."""
        nombres = list(map(hash, cles))
        cases = [n & _CASES - 1 for n in nombres]
        peut_etre = list(compress(nombres, map(self._cases.__getitem__, cases)))
        for case in cases:
            self._cases[case] = 1
        connues = {n for (n,) in self._base.execute(
            "SELECT cle FROM vue WHERE cle IN (SELECT value FROM json_each(?))", (json.dumps(peut_etre),)
        )} if peut_etre else set()
        self._base.executemany("INSERT OR IGNORE INTO vue VALUES (?)", ((n,) for n in nombres if n not in connues))
        return {cle for cle, n in zip(cles, nombres, strict=True) if n in connues} if connues else set()

    def sens(self, noms: Collection[str]) -> dict[str, Any]:
        """Ce que ces noms désignaient la première fois ; ceux qu'on n'a jamais vus n'y sont pas."""
        lignes = self._base.execute("SELECT cle, sens FROM nom WHERE cle IN (SELECT value FROM json_each(?))", (json.dumps(list(noms)),))
        return {cle: json.loads(sens) for cle, sens in lignes}

    def nommer(self, sens: Mapping[str, Any]) -> None:
        """Retient ce que des noms désignent ; le premier sens reste."""
        self._base.executemany("INSERT OR IGNORE INTO nom VALUES (?, ?)", [(cle, json.dumps(s)) for cle, s in sens.items()])

    def __del__(self) -> None:
        self._base.close()
