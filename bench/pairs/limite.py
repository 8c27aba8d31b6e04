"""La limite : écrire dans une base neuve les lignes finales d'un import, toutes prêtes, sans rien lire ni juger.

    python -m bench.pairs.limite garder URL DOSSIER     (depuis la base où l'import est fait)
    python -m bench.pairs.limite ecrire URL DOSSIER     (imprime les secondes)
"""

from __future__ import annotations

import marshal
import sys
import time
from pathlib import Path
from typing import Any

from bench.pairs.connexion import est_sqlite, ouvrir

TABLES = {
    "importation": "1 = 1", "candidat": "1 = 1", "candidat_cle": "1 = 1", "entreprise": "1 = 1", "inscription": "1 = 1",
    "journal": "importation_id IS NOT NULL", "ligne_rejetee": "1 = 1",
}


def garder(base: Any, url: str, dossier: Path) -> None:
    """Met de côté les lignes que l'import a écrites."""
    for table, condition in TABLES.items():
        requete = f"SELECT * FROM {table} WHERE {condition}"
        with (dossier / table).open("wb") as f:
            if est_sqlite(url):
                marshal.dump(base.execute(requete).fetchall(), f)
            else:
                with base.cursor() as c, c.copy(f"COPY ({requete}) TO STDOUT") as copie:
                    for morceau in copie:
                        f.write(morceau)


def ecrire(base: Any, url: str, dossier: Path) -> float:
    """Écrit tout en une transaction ; seule l'écriture est chronométrée."""
    lignes: dict[str, Any] = {}
    for table in TABLES:
        octets = (dossier / table).read_bytes()
        lignes[table] = marshal.loads(octets) if est_sqlite(url) else octets
    debut = time.perf_counter()
    if est_sqlite(url):
        base.execute("BEGIN IMMEDIATE")
        for table, valeurs in lignes.items():
            if valeurs:
                base.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(valeurs[0]))})", valeurs)
    else:
        for table, valeurs in lignes.items():
            with base.cursor() as c, c.copy(f"COPY {table} FROM STDIN") as copie:
                copie.write(valeurs)
    base.commit()
    return time.perf_counter() - debut


if __name__ == "__main__":
    geste, url, dossier = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    base = ouvrir(url)
    if geste == "garder":
        garder(base, url, dossier)
    else:
        print(ecrire(base, url, dossier))
