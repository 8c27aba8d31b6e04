"""Lire l'open data de France compétences : temps et pic de mémoire à 5, 50 et 300 Mo de XML engendré.

    python -m bench.francecompetences [MO …]

Chaque taille est lue par un processus neuf : son pic résident est le sien.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from imports.francecompetences import lire_fiches
from rules.actes_enregistrement import concerne

_TETE = '<?xml version="1.0" encoding="UTF-8"?><FICHES><VERSION_FLUX>4.1</VERSION_FLUX>'
_TEXTE = "Le titulaire conduit, règle et maintient une installation industrielle en sécurité. " * 60


def _fiche(n: int) -> str:
    siret = "78471719100018" if n % 200 == 0 else "11004401300040"
    blocs = "".join(
        f"<BLOC_COMPETENCES><CODE>RNCP{n}BC{b:02d}</CODE><LIBELLE>Bloc {b}</LIBELLE><LISTE_COMPETENCES>{_TEXTE}"
        "</LISTE_COMPETENCES></BLOC_COMPETENCES>" for b in range(1, 5)
    )
    return (
        f"<FICHE><NUMERO_FICHE>RNCP{n}</NUMERO_FICHE><INTITULE>Titre {n}</INTITULE><CERTIFICATEURS><CERTIFICATEUR>"
        f"<SIRET_CERTIFICATEUR>{siret}</SIRET_CERTIFICATEUR></CERTIFICATEUR></CERTIFICATEURS><ACTIVITES_VISEES>{_TEXTE}"
        f"</ACTIVITES_VISEES><BLOCS_COMPETENCES>{blocs}</BLOCS_COMPETENCES><DATE_EFFET>01/02/2024</DATE_EFFET>"
        "<DATE_FIN_ENREGISTREMENT>31/01/2029</DATE_FIN_ENREGISTREMENT><ACTIF>Oui</ACTIF></FICHE>"
    )


def engendrer(chemin: Path, mo: int) -> None:
    """Écrit un export de cette taille, dont une fiche sur deux cents est de l'UIMM."""
    with chemin.open("w", encoding="utf-8") as flux:
        ecrits, n = flux.write(_TETE), 1
        while ecrits < mo * 2**20:
            ecrits += flux.write(_fiche(n))
            n += 1
        flux.write("</FICHES>")


def mesurer(chemin: Path) -> str:
    """Lit le fichier dans ce processus ; rend fiches, secondes et pic."""
    debut = time.perf_counter()
    lecture = lire_fiches(chemin, lambda f: concerne(f, ()))
    pic = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{lecture.lues} fiches, {len(lecture.fiches)} gardées, {time.perf_counter() - debut:.1f} s, pic {pic:.0f} Mo"


def main() -> None:
    """Mesure chaque taille demandée."""
    if len(sys.argv) == 3 and sys.argv[1] == "--lire":
        sys.stdout.write(mesurer(Path(sys.argv[2])) + "\n")
        return
    with tempfile.TemporaryDirectory() as dossier:
        chemin = Path(dossier) / "export.xml"
        for mo in [int(x) for x in sys.argv[1:]] or [5, 50, 300]:
            engendrer(chemin, mo)
            rendu = subprocess.run(
                [sys.executable, "-m", "bench.francecompetences", "--lire", str(chemin)], check=True, capture_output=True, text=True
            )
            sys.stdout.write(f"{mo} Mo : {rendu.stdout}")


if __name__ == "__main__":
    main()
