"""Le plus direct qu'on écrive à la main : `csv`, des dictionnaires, `executemany` (SQLite) ou COPY (PostgreSQL).

    python -m bench.pairs.a_la_main URL FICHIER CENTRE

Deux passes : la première juge et n'écrit rien (la simulation), la seconde juge et écrit en une transaction.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import islice
from typing import Any

from bench.pairs import regles
from bench.pairs.connexion import TRACE, est_sqlite, ouvrir, reference, trace

LOT = 5_000


class Ecrivain:
    """Écrit des dictionnaires dans une table, par lots, avec des clés prises d'avance."""

    def __init__(self, base: Any, url: str, table: str) -> None:
        self.base, self.url, self.table = base, url, table
        self.suivante = (base.execute(f"SELECT MAX(id) FROM {table}").fetchone()[0] or 0) + 1
        self.trace = trace(url)
        self.lignes: list[dict[str, Any]] = []

    def ajouter(self, ligne: dict[str, Any]) -> int:
        self.lignes.append(ligne | {"id": self.suivante})
        self.suivante += 1
        return self.suivante - 1

    def vider(self) -> None:
        if not self.lignes:
            return
        noms = [*self.lignes[0], *TRACE]
        valeurs = ((*ligne.values(), *self.trace) for ligne in self.lignes)
        if est_sqlite(self.url):
            self.base.executemany(f"INSERT INTO {self.table} ({','.join(noms)}) VALUES ({','.join('?' * len(noms))})", valeurs)
        else:
            with self.base.cursor() as c, c.copy(f"COPY {self.table} ({','.join(noms)}) FROM STDIN") as copie:
                for v in valeurs:
                    copie.write_row(v)
        self.lignes = []


def passer(base: Any, url: str, fichier: str, ref: regles.Reference, *, ecrire: bool) -> Sequence[int]:
    """Une passe sur tout le fichier : lignes créées, refusées."""
    personnes = dict(base.execute("SELECT cle_identite, id FROM candidat").fetchall())
    entreprises = dict(base.execute("SELECT siret, id FROM entreprise").fetchall())
    vues = set(base.execute("SELECT candidat_id, certification_id FROM inscription WHERE etat = 'ouverte'").fetchall())
    tables = [Ecrivain(base, url, t) for t in ("candidat", "entreprise", "inscription")]
    candidats, societes, inscriptions = tables
    creees = refusees = 0
    lignes = regles.lire(fichier)
    while lot := list(islice(lignes, LOT)):
        for r in lot:
            if regles.fautes(r, ref):
                refusees += 1
                continue
            cle = regles.cle(r)
            if cle not in personnes:
                personnes[cle] = candidats.ajouter(regles.candidat(r, cle))
            i = regles.inscription(r, ref)
            quoi = (personnes[cle], i["certification_id"])
            if quoi in vues:
                continue
            vues.add(quoi)
            if r["siret"] and r["siret"] not in entreprises:
                entreprises[r["siret"]] = societes.ajouter(regles.entreprise(r, ref))
            inscriptions.ajouter(i | {"candidat_id": personnes[cle], "entreprise_id": entreprises.get(r["siret"])})
            creees += 1
        for table in tables:
            if ecrire:
                table.vider()
            table.lignes = []
    return creees, refusees


def principal() -> None:
    """Simule, puis importe."""
    url, fichier, centre = sys.argv[1], sys.argv[2], int(sys.argv[3])
    base = ouvrir(url)
    ref = reference(base, centre)
    passer(base, url, fichier, ref, ecrire=False)
    if est_sqlite(url):
        base.execute("BEGIN IMMEDIATE")
    print(passer(base, url, fichier, ref, ecrire=True))
    base.commit()


principal()
