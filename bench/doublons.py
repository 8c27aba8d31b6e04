"""La recherche des doublons sur 300 000 candidats : durée d'une réponse, précision et rappel sur 2 000 paires connues.

    python -m bench.doublons [CANDIDATS] [sqlite|postgresql|tous]

Tout est engendré d'une graine fixe : les fiches (noms et prénoms inégalement fréquents, villes de même), les paires (une
fiche de la base, écrite autrement de l'une des façons de `FACONS`) et autant de personnes neuves, qui ne sont pas en base.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from bench.base import NOMS, PRENOMS, base, preparer
from models import Candidat, CandidatCle
from models.base import maintenant
from models.lot import inserer
from models.normalisation import cle_identite, normaliser
from models.rapprochement import cles_de
from rules.collecte_doublons import proches

PAIRES = 2_000
LOT = 20_000
_DEBUTS = ("Bau", "Cha", "Du", "Fer", "Gau", "La", "Le", "Ma", "Mar", "Me", "Mon", "Pe", "Pi", "Ro", "Sa", "Ser", "Va", "Vi", "Bou", "Ka")
_MILIEUX = ("cha", "bi", "lan", "mi", "na", "ri", "ssa", "ti", "vo", "gue", "do", "le", "ma", "che", "rou", "nne", "be", "ra")
_FINS = ("rd", "t", "n", "y", "ux", "lle", "ron", "tier", "son", "gne", "c", "let", "quet", "z", "mont", "ville")
_PARTICULES = ("de ", "de la ", "Le ", "El ", "d'")
_AUTRES_PRENOMS = ("Nicolas", "Julien", "Camille", "Sébastien", "Laurent", "Karim", "Mehdi", "Fatima", "Sandrine", "Nathalie",
                   "Thomas", "Hélène", "Céline", "Stéphane", "Olivier", "Amélie", "Yann", "Loïc", "Gaëlle", "Mickaël",
                   "Philippe", "Christophe", "Aurélie", "Jérôme", "Cédric", "Sarah", "Romain", "Kévin", "Laëtitia", "Bruno")


def _pondere(valeurs: list[str]) -> Callable[[random.Random], str]:
    """Un tirage où le rang fait la fréquence, comme les noms d'un pays : le centième est cent fois plus rare."""
    poids = [1 / (rang + 3) for rang in range(len(valeurs))]
    cumules = list(accumulate(poids))
    return lambda hasard: hasard.choices(valeurs, cum_weights=cumules)[0]


def fiches(combien: int, graine: int = 20_201_027) -> Iterator[dict[str, Any]]:
    """Des personnes inventées, toujours les mêmes pour une graine."""
    hasard = random.Random(graine)
    composes = sorted({d + m + f for d in _DEBUTS for m in _MILIEUX for f in _FINS})
    # Les paires et la base partagent noms et villes : leur ordre ne dépend pas de la graine.
    random.Random(1).shuffle(composes)
    noms, prenoms = _pondere([*NOMS, *composes]), _pondere([*PRENOMS, *_AUTRES_PRENOMS])
    with (Path(__file__).parents[1] / "seed" / "donnees" / "communes.csv").open(encoding="utf-8") as f:
        communes = [r["libelle"] for r in csv.DictReader(f, delimiter=";")]
    random.Random(2).shuffle(communes)
    villes = _pondere(communes[:3_000])
    for _ in range(combien):
        nom = noms(hasard)
        if hasard.random() < 0.05:
            nom = hasard.choice(_PARTICULES) + nom
        if hasard.random() < 0.08:
            nom = f"{nom}-{noms(hasard)}"
        prenom = prenoms(hasard)
        if hasard.random() < 0.3:
            prenom = f"{prenom}{hasard.choice((' ', '-'))}{prenoms(hasard)}"
        yield {
            "nom_naissance": nom, "nom_usage": noms(hasard) if hasard.random() < 0.15 else "", "prenoms": prenom,
            "date_naissance": dt.date(1962, 1, 1) + dt.timedelta(days=hasard.randrange(16_800)),
            "ville_naissance": villes(hasard),
        }


def _faute(mot: str, hasard: random.Random) -> str:
    """Une faute de frappe : lettre changée, ôtée, doublée, ou inversée avec sa voisine."""
    rang = hasard.randrange(1, len(mot) - 1)
    genre = hasard.randrange(4)
    if genre == 0:
        return mot[:rang] + hasard.choice("aeionrstl") + mot[rang + 1 :]
    if genre == 1:
        return mot[:rang] + mot[rang + 1 :]
    return mot[:rang] + mot[rang] + mot[rang:] if genre == 2 else mot[:rang] + mot[rang + 1] + mot[rang] + mot[rang + 2 :]


def _chiffre(jour: dt.date, hasard: random.Random) -> dt.date:
    while True:
        brute = list(jour.isoformat())
        rang = hasard.choice((2, 3, 5, 6, 8, 9))
        brute[rang] = hasard.choice("0123456789")
        try:
            autre = dt.date.fromisoformat("".join(brute))
        except ValueError:
            continue
        if autre != jour and 1940 < autre.year < 2012:
            return autre


def _inverser(jour: dt.date, hasard: random.Random) -> dt.date:
    return dt.date(jour.year, jour.day, jour.month) if jour.day <= 12 and jour.day != jour.month else _chiffre(jour, hasard)


Alteration = Callable[[dict[str, Any], random.Random], dict[str, Any]]
FACONS: dict[str, Alteration] = {
    "accents, casse, tirets": lambda f, _: {"nom_naissance": normaliser(f["nom_naissance"]).upper(), "ville_naissance": f["ville_naissance"] + " (autre)"},
    "particule ôtée ou ajoutée": lambda f, _: {"nom_naissance": f["nom_naissance"].split(" ")[-1] if " " in f["nom_naissance"] else "de " + f["nom_naissance"]},
    "nom d'usage pris pour le nom": lambda f, _: {"nom_naissance": f["nom_usage"] or "Mariage", "nom_usage": ""},
    "nom d'usage ajouté, nom de naissance gardé": lambda f, _: {
        "nom_usage": f["nom_naissance"] + "-Mariage", "ville_naissance": "Ailleurs"},
    "nom composé en partie": lambda f, _: {"nom_naissance": f["nom_naissance"] + "-Mariage"},
    "nom et prénoms inversés": lambda f, _: {"nom_naissance": f["prenoms"], "prenoms": f["nom_naissance"], "nom_usage": ""},
    "faute de frappe au nom": lambda f, h: {"nom_naissance": _faute(f["nom_naissance"], h), "nom_usage": ""},
    "faute de frappe au prénom": lambda f, h: {"prenoms": _faute(f["prenoms"], h)},
    "second prénom oublié": lambda f, _: {"prenoms": f["prenoms"].replace("-", " ").split(" ")[0], "ville_naissance": "Ailleurs"},
    "date à un chiffre près": lambda f, h: {"date_naissance": _chiffre(f["date_naissance"], h)},
    "jour et mois inversés": lambda f, h: {"date_naissance": _inverser(f["date_naissance"], h)},
    "accents et date à un chiffre près": lambda f, h: {
        "nom_naissance": normaliser(f["nom_naissance"]).upper(), "date_naissance": _chiffre(f["date_naissance"], h)},
}


def _cle(f: dict[str, Any]) -> str:
    return cle_identite(f["nom_naissance"], f["prenoms"], f["date_naissance"], f["ville_naissance"])


def peupler(moteur: Engine, combien: int) -> dict[int, dict[str, Any]]:
    """Écrit les fiches et leurs clés ; rend celles dont on fera des paires, par clé primaire."""
    trace = {"created_at": maintenant(), "updated_at": maintenant(), "version": 1, "pays_naissance_code": "99139",
             "courriel": "", "telephone": "", "adresse": "", "code_postal": "", "ville": ""}
    uniques: dict[str, dict[str, Any]] = {}
    for f in fiches(combien):
        uniques.setdefault(_cle(f), f)
    toutes = list(enumerate(uniques.items(), 1))
    with moteur.begin() as x:
        for debut in range(0, len(toutes), LOT):
            lot = toutes[debut : debut + LOT]
            inserer(x, Candidat.__table__, [
                {"id": n, "cle_identite": cle, "recherche": normaliser(f"{f['nom_naissance']} {f['prenoms']}"),
                 "recherche_usage": "", **f}
                for n, (cle, f) in lot
            ], trace)
            inserer(x, CandidatCle.__table__, [{"cle": c, "candidat_id": n} for n, (_, f) in lot for c in cles_de(f)])
    with moteur.connect().execution_options(isolation_level="AUTOCOMMIT") as x:
        x.execute(text("VACUUM ANALYZE" if moteur.dialect.name == "postgresql" else "ANALYZE"))
    return {n: f for n, (_, f) in random.Random(3).sample(toutes, PAIRES)}


def paires(choisies: dict[int, dict[str, Any]]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Chaque fiche choisie, écrite autrement : la façon, la clé de l'originale, la saisie."""
    hasard = random.Random(4)
    for rang, (n, f) in enumerate(choisies.items()):
        facon = list(FACONS)[rang % len(FACONS)]
        yield facon, n, f | FACONS[facon](f, hasard)


def mesurer(moteur: Engine, choisies: dict[int, dict[str, Any]]) -> None:
    """Rappel par façon, précision sur paires et personnes neuves mêlées, durées."""
    trouvees, posees, durees = Counter[str](), Counter[str](), []
    justes = fausses = 0
    with moteur.connect() as x:
        def demander(f: dict[str, Any]) -> set[int]:
            debut = time.perf_counter()
            reponse = proches(x, {0: f | {"cle_identite": _cle(f)}}, None).get(0, ())
            durees.append((time.perf_counter() - debut) * 1000)
            return {p.candidat_id for p in reponse}

        for facon, n, saisie in paires(choisies):
            reponse = demander(saisie)
            posees[facon] += 1
            trouvees[facon] += n in reponse
            justes += n in reponse
            fausses += len(reponse - {n})
        sur_les_paires = fausses
        for f in fiches(PAIRES, graine=99):
            fausses += len(demander(f))
    for facon in FACONS:
        print(f"  {facon:<46} {trouvees[facon]:4d} / {posees[facon]:4d}")
    print(f"  rappel {justes / PAIRES:.3f}   précision {justes / (justes + fausses):.3f}   "
          f"(réponses fausses : {sur_les_paires} sur {PAIRES} paires, {fausses - sur_les_paires} sur {PAIRES} personnes neuves)")
    durees.sort()
    print(f"  une réponse : médiane {statistics.median(durees):.1f} ms, 99 % sous {durees[len(durees) * 99 // 100]:.1f} ms, "
          f"la plus longue {durees[-1]:.1f} ms")


def principal(combien: int, moteurs: list[str]) -> None:
    for nom in moteurs:
        with base(nom) as url:
            moteur, _, _ = preparer(url)
            debut = time.perf_counter()
            choisies = peupler(moteur, combien)
            print(f"{nom} : {combien} candidats (peuplé en {time.perf_counter() - debut:.0f} s)")
            mesurer(moteur, choisies)
            moteur.dispose()


if __name__ == "__main__":
    choisis = sys.argv[2] if len(sys.argv) > 2 else "tous"
    principal(
        int(sys.argv[1]) if len(sys.argv) > 1 else 300_000,
        ["sqlite", "postgresql"] if choisis == "tous" else [choisis],
    )
