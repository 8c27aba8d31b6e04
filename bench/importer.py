"""Simuler puis importer un fichier de 25 colonnes, à côté d'autres outils : mêmes lignes, mêmes inscriptions à la fin.

    python -m bench.importer [LIGNES] [sqlite|postgresql|tous] [TOURS]

Chaque outil tourne dans un processus neuf sur une base neuve : temps du processus entier, pic de mémoire résidente. La
console passe par sa CLI (`importer inscriptions`, simulation puis import) : règles, journal, clés de rapprochement et
compte rendu allumés. Les autres n'écrivent ni journal ni clés : c'est autant de moins pour eux. Les inscriptions finales
(personne, certification, entreprise, date, référence) sont comparées. « la limite » : écrire les lignes finales toutes
prêtes, sans rien lire ni juger. « calcul » : temps de processeur de l'outil (sans celui du serveur PostgreSQL), que la charge
de la machine trouble moins.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, create_engine, text

from bench.base import base, preparer
from bench.fichier import fabriquer
from models.moteur import url_normalisee

RACINE = Path(__file__).parents[1]
_PAIRS = Path(os.environ.get("PAIRS", RACINE / ".venv-bench" / "bin" / "python"))
_LENTS = 10_000
"""Au-delà, un objet ORM à la ligne dure des minutes : il n'est plus mesuré."""
_FINALES = """
    SELECT c.cle_identite, i.certification_id, i.referentiel_id, i.date_inscription, i.reference, i.origine, i.nom_tri,
           c.courriel, c.departement_naissance_code, c.recherche_usage, COALESCE(e.siret, ''), COALESCE(e.raison_sociale, '')
    FROM inscription i JOIN candidat c ON c.id = i.candidat_id LEFT JOIN entreprise e ON e.id = i.entreprise_id
"""


Cout = tuple[float, float, float]


class Mesure(NamedTuple):
    """Un outil sur une base neuve : secondes, secondes de calcul, pic en Mio, condensé des lignes finales."""

    secondes: float
    calcul: float
    mio: float
    finales: str


def _lancer(*commande: str, env: dict[str, str] | None = None, attendus: tuple[int, ...] = (0,)) -> Cout:
    """Un processus du début à la fin : secondes, secondes de calcul, pic en Mio."""
    debut = time.perf_counter()
    processus = subprocess.Popen(commande, cwd=RACINE, env=os.environ | (env or {}), stdout=subprocess.DEVNULL)
    _, etat, ressources = os.wait4(processus.pid, 0)
    processus.returncode = os.waitstatus_to_exitcode(etat)
    if processus.returncode not in attendus:
        raise SystemExit(f"{' '.join(commande)} : sortie {processus.returncode}")
    return time.perf_counter() - debut, ressources.ru_utime + ressources.ru_stime, ressources.ru_maxrss / 1024


def _finales(moteur: Engine) -> str:
    with moteur.connect() as x:
        lignes = sorted("\x1f".join(map(str, r)) for r in x.execute(text(_FINALES)))
    return f"{len(lignes)} {hashlib.sha256(chr(10).join(lignes).encode()).hexdigest()[:12]}"


def la_console(url: str, fichier: Path, _centre: int) -> Cout:
    """La CLI : simulation, puis import."""
    with tempfile.TemporaryDirectory() as instance:
        env = {"DATABASE_URL": url, "INSTANCE": instance}
        commande = (sys.executable, "-m", "flask", "--app", "app", "importer", "inscriptions", str(fichier), "--centre", "68")
        simulation = _lancer(*commande, "--simuler", "--json", env=env, attendus=(1,))
        ecriture = _lancer(*commande, "--lignes-valides", "--json", env=env, attendus=(1,))
    return simulation[0] + ecriture[0], simulation[1] + ecriture[1], max(simulation[2], ecriture[2])


def _pair(nom: str, url: str, fichier: Path, centre: int) -> Cout:
    return _lancer(str(_PAIRS), "-m", f"bench.pairs.{nom}", url, str(fichier), str(centre))


OUTILS = {
    "la console": la_console,
    "django-import-export, réglé": lambda *a: _pair("django_ie", *a),
    "SQLAlchemy, un objet par ligne": lambda *a: _pair("sqlalchemy_orm", *a),
    "csv + executemany ou COPY": lambda *a: _pair("a_la_main", *a),
}


def mesurer(moteur: str, nom: str, fichier: Path, limite: Path) -> tuple[Mesure, float | None]:
    """Un outil sur une base neuve ; après la console, la limite d'écriture de ce qu'elle a écrit."""
    with base(moteur) as url:
        prete, centre, _ = preparer(url)
        prete.dispose()
        cout = OUTILS[nom](url, fichier, centre)
        apres = create_engine(url_normalisee(url))
        finales = _finales(apres)
        apres.dispose()
        if nom != "la console":
            return Mesure(*cout, finales), None
        _lancer(str(_PAIRS), "-m", "bench.pairs.limite", "garder", url, str(limite))
    with base(moteur) as url:
        prete, _, _ = preparer(url)
        prete.dispose()
        sortie = subprocess.run(
            [str(_PAIRS), "-m", "bench.pairs.limite", "ecrire", url, str(limite)], cwd=RACINE, check=True, stdout=subprocess.PIPE, text=True
        )
    return Mesure(*cout, finales), float(sortie.stdout)


def principal(lignes: int, moteurs: list[str], tours: int) -> None:
    """Les tours s'entremêlent ; le tableau donne les médianes."""
    with tempfile.TemporaryDirectory(prefix="bench-import-") as dossier:
        fichier, limite = Path(dossier) / "inscriptions.csv", Path(dossier) / "limite"
        limite.mkdir()
        fabriquer(fichier, lignes)
        noms = [n for n in OUTILS if "un objet par ligne" not in n or lignes <= _LENTS]
        for moteur in moteurs:
            mesures: dict[str, list[Mesure]] = defaultdict(list)
            limites: list[float] = []
            for _ in range(tours):
                for nom in noms:
                    mesure, seule = mesurer(moteur, nom, fichier, limite)
                    mesures[nom].append(mesure)
                    limites += [seule] if seule is not None else []
            afficher(lignes, moteur, mesures, statistics.median(limites))


def afficher(lignes: int, moteur: str, mesures: dict[str, list[Mesure]], limite: float) -> None:
    """Une ligne par outil, rapportée à la console ; dit si les lignes finales sont les mêmes."""
    notre = statistics.median(m.secondes for m in mesures["la console"])
    attendues = mesures["la console"][0].finales
    print(f"\n{lignes} lignes, {moteur}, simulation et import ; {attendues.split()[0]} inscriptions finales")
    print(f"  {'':<32}{'secondes':>10}{'rapport':>10}{'calcul, s':>11}{'pic, Mio':>10}  lignes finales")
    print(f"  {'la limite (écrire seulement)':<32}{limite:>10.2f}{limite / notre:>10.2f}")
    for nom, tours in mesures.items():
        secondes = statistics.median(m.secondes for m in tours)
        calcul, mio = statistics.median(m.calcul for m in tours), max(m.mio for m in tours)
        memes = "les mêmes" if all(m.finales == attendues for m in tours) else f"AUTRES : {tours[0].finales}"
        print(f"  {nom:<32}{secondes:>10.2f}{secondes / notre:>10.2f}{calcul:>11.2f}{mio:>10.0f}  {memes}", flush=True)


if __name__ == "__main__":
    choisis = sys.argv[2] if len(sys.argv) > 2 else "tous"
    principal(
        int(sys.argv[1]) if len(sys.argv) > 1 else 10_000,
        ["sqlite", "postgresql"] if choisis == "tous" else [choisis],
        int(sys.argv[3]) if len(sys.argv) > 3 else 1,
    )
