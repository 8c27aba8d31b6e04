"""Le fichier de mesure : 25 colonnes d'inscriptions inventées, toujours les mêmes pour un nombre de lignes.

Une ligne sur cinquante est fausse, une personne sur sept revient pour une autre certification, trois lignes sur mille
répètent une inscription. Personne n'y existe : les noms sont tirés au sort, les SIRET commencent par 99.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from itertools import cycle
from pathlib import Path

from bench.doublons import fiches

COLONNES = (
    "sexe", "nom_naissance", "nom_usage", "prenoms", "date_naissance", "ville_naissance", "departement_naissance", "pays_naissance",
    "email", "telephone", "adresse", "code_postal", "ville", "origine", "dispositif_financement", "raison_sociale", "siret",
    "adresse_entreprise", "code_nace", "secteur", "certification", "voie", "prescripteur", "date_inscription", "reference",
)
_ENTREPRISE = ("raison_sociale", "siret", "adresse_entreprise", "code_nace", "secteur")
_DISPOSITIFS = ("CPF", "PDC", "POEI", "POEC", "CP", "PA")
_NACE = ("25.62", "25.11", "28.41", "30.30", "24.10", "33.12", "29.32", "27.11")
_RUES = ("rue de la Forge", "avenue des Essais", "chemin du Laminoir", "rue du Tour", "impasse de la Fraise")
_DONNEES = Path(__file__).parents[1] / "seed" / "donnees"


def luhn(treize: str) -> str:
    """Un SIRET : treize chiffres et leur clé."""
    for dernier in "0123456789":
        chiffres = [int(c) * (2 if rang % 2 == 0 else 1) for rang, c in enumerate(treize + dernier)]
        if sum(n - 9 if n > 9 else n for n in chiffres) % 10 == 0:
            return treize + dernier
    raise AssertionError


def certifications() -> list[str]:
    """Les CQPM de la liste qu'une inscription de 2025 peut viser."""
    with (_DONNEES / "certifications.csv").open(encoding="utf-8") as f:
        return [
            f"CQPM {int(r['annee'])} {int(r['numero']):04d}" for r in csv.DictReader(f, delimiter=";")
            if r["famille"] == "CQPM" and r["annee"] and r["numero"] and int(r["annee"]) < 2024 and not r["au"]
        ]


def _gater(ligne: dict[str, str], hasard: random.Random) -> None:
    """Fait une faute, telle qu'il en vient."""
    colonne, valeur = hasard.choice((
        ("nom_naissance", ""), ("date_naissance", "31/02/1980"), ("date_naissance", "12/05/85"), ("email", "sans.arobase"),
        ("telephone", "0612"), ("origine", "XX"), ("certification", "CQPM 1999 9999"), ("date_inscription", ""),
        ("voie", "autre"), ("dispositif_financement", "inconnu"), ("pays_naissance", "Atlantide"), ("departement_naissance", ""),
        ("nom_naissance", "D½rand"), ("siret", "99000001100018"), ("code_nace", "99.98"),
    ))
    if colonne in _ENTREPRISE and ligne["origine"] == "DE":
        colonne, valeur = "raison_sociale", "Forges de trop"
    ligne[colonne] = valeur


def fabriquer(chemin: Path, lignes: int) -> None:
    """Écrit le fichier de `lignes` lignes."""
    hasard = random.Random(7)
    with (_DONNEES / "communes.csv").open(encoding="utf-8") as f:
        departements = {r["libelle"]: r["departement"] for r in csv.DictReader(f, delimiter=";")}
    certifs = certifications()
    entreprises = [
        (f"Société de mesure {n}", luhn(f"99{n:06d}00001"), f"{n} rue des Essais, 68100 Mulhouse", _NACE[n % len(_NACE)], "M")
        for n in range(max(50, lignes // 100))
    ]
    personnes = cycle(fiches(lignes))
    recentes: list[dict[str, str]] = []
    with chemin.open("w", encoding="utf-8", newline="") as f:
        ecrivain = csv.writer(f, delimiter=";")
        ecrivain.writerow(COLONNES)
        for n in range(lignes):
            tirage = hasard.random()
            if recentes and tirage < 0.15:
                ligne = dict(hasard.choice(recentes))
                if tirage >= 0.003:
                    ligne["certification"] = hasard.choice(certifs)
            else:
                p = next(personnes)
                de = hasard.random() < 0.12
                ligne = {
                    "sexe": "MF"[n % 2], "nom_naissance": p["nom_naissance"], "nom_usage": p["nom_usage"], "prenoms": p["prenoms"],
                    "date_naissance": f"{p['date_naissance']:%d/%m/%Y}", "ville_naissance": p["ville_naissance"],
                    "departement_naissance": departements[p["ville_naissance"]], "pays_naissance": "France",
                    "email": f"personne{n}@exemple.invalid", "telephone": f"06{n:08d}" if n % 9 else "",
                    "adresse": f"{n % 300} {_RUES[n % 5]}", "code_postal": "68100", "ville": "Mulhouse",
                    "origine": "DE" if de else "SL", "dispositif_financement": hasard.choice(_DISPOSITIFS),
                    "certification": hasard.choice(certifs), "voie": "formation", "prescripteur": "candidat" if de else "entreprise",
                    **dict(zip(_ENTREPRISE, ("",) * 5 if de else hasard.choice(entreprises), strict=True)),
                }
                if len(recentes) < 2_000:
                    recentes.append(ligne)
                else:
                    recentes[hasard.randrange(2_000)] = ligne
            ligne = ligne | {
                "date_inscription": f"{dt.date(2026, 1, 5) + dt.timedelta(days=hasard.randrange(200)):%d/%m/%Y}",
                "reference": f"M-{n:07d}",
            }
            if hasard.random() < 0.02:
                _gater(ligne, hasard)
            ecrivain.writerow([ligne[c] for c in COLONNES])
