"""La console à côté d'autres moteurs de PDF : même page, même police, même QR (`bench/pages`), dans une même exécution.

    python -m bench.documents [TOURS]

Chaque mesure est un processus neuf ; les tours s'entrelacent, les médianes se comparent. « console » : le gabarit compilé ;
« xhtml2pdf » : la voie simple, le même gabarit mis en page à chaque fois. Puis les vrais documents de la console.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from bench import pages
from bench.pairs import documents as mesures
from documents.moteur import Renderer, assembler

RACINE = Path(__file__).parents[1]
PAIRS = Path(os.environ.get("PAIRS", RACINE / ".venv-bench" / "bin" / "python"))
TACHES = (("seul", 40), ("lot", 200), ("pv", 200), ("froid", 1))
JOUR = dt.date(2026, 6, 12)
VIVANTS = frozenset({"nom", "naissance", "titre", "identifiant", "jury", "numero", "adresse", "qr"})


class Console:
    """Le moteur de la console sur la page de mesure, compilé ou non."""

    def __init__(self, vivants: frozenset[str] = VIVANTS) -> None:
        self._moteur, self._vivants = Renderer(pages.PAGES), vivants

    def _pdf(self, gabarit, contexte, vivants=frozenset()):
        return self._moteur.pdf(gabarit, contexte, titre="Mesure", sujet="Mesure", date=JOUR, vivants=vivants)

    def certificats(self, lot):
        rendus = [
            self._pdf("certificat.html", {"certificats": [
                c | {"qr": pages.qr(c["adresse"]).svg_data_uri(border=1, light="#ffffff")}
            ]}, self._vivants)
            for c in lot
        ]
        return rendus[0] if len(rendus) == 1 else assembler(rendus, titre="Mesure", sujet="Mesure", date=JOUR)

    def pv(self, lignes):
        return self._pdf("pv.html", {"colonnes": pages.COLONNES, "lignes": lignes})


def _mesure(moteur: str, tache: str, nombre: int) -> float:
    if moteur in ("console", "xhtml2pdf"):
        commande = [sys.executable, "-m", "bench.documents", moteur, tache, str(nombre)]
    else:
        commande = [str(PAIRS), "-W", "ignore", "bench/pairs/documents.py", moteur, tache, str(nombre)]
    sortie = subprocess.run(commande, cwd=RACINE, capture_output=True, text=True, check=True).stdout
    return float(json.loads(sortie)["ms"])


def comparer(tours: int) -> None:
    moteurs = ["console", "xhtml2pdf", *mesures.MOTEURS]
    relevees: dict[tuple[str, str], list[float]] = defaultdict(list)
    for _ in range(tours):
        for tache, nombre in TACHES:
            for moteur in moteurs:
                relevees[moteur, tache].append(_mesure(moteur, tache, nombre))
    entetes = ("seul", "lot de 200", "tableau de 200", "à froid")
    print(f"{'ms par document (fois la console)':34}" + "".join(f"{entete:>20}" for entete in entetes))
    for moteur in moteurs:
        colonnes = ""
        for tache, _ in TACHES:
            ms, nous = (statistics.median(relevees[m, tache]) for m in (moteur, "console"))
            colonnes += f"{ms:11.1f} (x {ms / nous:4.1f})"
        print(f"{moteur:34}{colonnes}")


def vrais_documents() -> None:
    """Les documents de la console, dans un atelier de deux processus, à chaud."""
    from documents.atelier import Atelier  # noqa: PLC0415 — rien de trop au démarrage à froid, qui se mesure
    from documents.exemples import CERTIFICAT, DECISION, LIGNE, PROCES_VERBAL  # noqa: PLC0415

    certificats = [
        ("certificat-cqpm", dataclasses.replace(
            CERTIFICAT, numero=f"MC-{n:07d}", nom=f"Nom{n}", url_verification=f"https://c.exemple.fr/verifier/{n:08d}"))
        for n in range(200)
    ]
    lettres = [(DECISION.code, dataclasses.replace(DECISION, candidat=f"Mme Jeanne NOM{n}")) for n in range(200)]
    with Atelier(processus=2) as atelier:
        for nom, demandes in (("200 certificats", certificats), ("200 lettres", lettres), ("1 000 lettres", lettres * 5)):
            for passe in ("premier lot", "à chaud"):
                debut = time.perf_counter()
                atelier.rendre_chacun(demandes)
                print(f"{nom + ', ' + passe:34}{time.perf_counter() - debut:8.2f} s")
        for nombre in (200, 1000):
            faits = dataclasses.replace(
                PROCES_VERBAL, lignes=tuple(dataclasses.replace(LIGNE, nom_naissance=f"Nom{n}") for n in range(nombre))
            )
            debut = time.perf_counter()
            atelier.rendre("pv", faits)
            print(f"{f'procès-verbal de {nombre} lignes':34}{time.perf_counter() - debut:8.2f} s")


if __name__ == "__main__":
    if len(sys.argv) == 4:
        mesures.dire(Console() if sys.argv[1] == "console" else Console(frozenset()), sys.argv[2], int(sys.argv[3]))
    else:
        comparer(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
        vrais_documents()
