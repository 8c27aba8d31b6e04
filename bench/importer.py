"""L'import de 10 000 lignes, par la CLI telle qu'elle est, à côté du même par un objet ORM à la ligne.

    python -m bench.importer [LIGNES] [sqlite|postgresql|tous]
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bench.base import base, preparer
from imports.colonnes import INSCRIPTIONS, cartographier
from imports.jugement import colonnes_candidat, colonnes_entreprise, colonnes_inscription, juger, lire_ligne, situer
from imports.lecture import ouvrir
from models import Candidat, Entreprise, Inscription
from models.contexte import agir_comme, en_ecriture, systeme
from rules.collecte import contexte_inscription
from rules.nomenclatures import EtatInscription

NOMS = ["Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau", "Laurent", "Simon", "Michel", "Lefèvre", "Leroy", "Roux"]
PRENOMS = ["Jean", "Marie", "Pierre", "Anne", "Zoé", "Noël", "Luc", "Inès", "Théo", "Léa", "Maël", "Aïcha", "François", "Élise"]
CERTIFICATIONS = ("CQPM 1989 0021", "CQPM 2004 0230", "CQPM 2006 0248")


def luhn(treize: str) -> str:
    for dernier in "0123456789":
        somme = 0
        for rang, c in enumerate(treize + dernier):
            n = int(c) * (1 if rang % 2 else 2)
            somme += n - 9 if n > 9 else n
        if somme % 10 == 0:
            return treize + dernier
    raise AssertionError


def fabriquer(chemin: Path, lignes: int) -> None:
    """Un fichier d'inscriptions inventées, le même à chaque fois : 500 entreprises, une personne par ligne."""
    hasard = random.Random(7)
    entreprises = [(f"Société de mesure {n}", luhn(f"99{n:06d}00001"), f"{n} rue des Essais, 68100 Mulhouse") for n in range(500)]
    with chemin.open("w", encoding="utf-8", newline="") as f:
        ecrivain = csv.DictWriter(f, [c.nom for c in INSCRIPTIONS], delimiter=";")
        ecrivain.writeheader()
        for n in range(lignes):
            raison, siret, adresse = hasard.choice(entreprises)
            ligne = {
                "sexe": "M" if n % 2 else "F", "nom_naissance": f"{NOMS[n % 15]}-{NOMS[n // 15 % 15]}",
                "prenoms": f"{PRENOMS[n // 225 % 14]} {PRENOMS[n // 3150 % 14]}",
                "date_naissance": f"{dt.date(1965, 1, 1) + dt.timedelta(days=n % 14000):%d/%m/%Y}",
                "ville_naissance": "Colmar", "code_commune_naissance": "68066", "departement_naissance": "68",
                "pays_naissance": "France", "email": f"p{n}@exemple.invalid", "origine": "SL",
                "dispositif_financement": "PDC", "raison_sociale": raison, "siret": siret, "adresse_entreprise": adresse,
                "code_nace": "25.62", "secteur": "M", "certification": CERTIFICATIONS[n % 3], "voie": "formation",
                "prescripteur": "entreprise", "date_inscription": f"{dt.date(2026, 1, 5) + dt.timedelta(days=n % 200):%d/%m/%Y}",
                "reference": f"M-{n:07d}",
            }
            ecrivain.writerow(ligne)


def par_la_cli(url: str, fichier: Path) -> float:
    debut = time.perf_counter()
    with tempfile.TemporaryDirectory() as instance:
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", "importer", "inscriptions", str(fichier), "--centre", "68", "--json"],
            check=True, stdout=subprocess.DEVNULL, env=os.environ | {"DATABASE_URL": url, "INSTANCE": instance},
        )
    return time.perf_counter() - debut


def par_objet(moteur: Engine, centre_id: int, fichier: Path) -> float:
    """Mêmes lecture, règles et journal ; une recherche, un objet et un flush par ligne."""
    debut = time.perf_counter()
    with agir_comme(systeme("bench")), en_ecriture(), Session(moteur) as session:
        lu = ouvrir(fichier)
        carte = cartographier(lu.entetes)
        contexte = contexte_inscription(session.connection(), centre_id)
        for ligne in lu:
            saisie = lire_ligne(ligne.numero, ligne.cellules, carte)
            situer(saisie, contexte)
            juger(saisie, contexte)
            candidat = session.scalar(select(Candidat).where(Candidat.cle_identite == saisie.cle))
            if candidat is None:
                candidat = Candidat(**colonnes_candidat(saisie))
                session.add(candidat)
            entreprise = session.scalar(
                select(Entreprise).where(Entreprise.centre_id == centre_id, Entreprise.cle_entreprise == saisie.cle_entreprise)
            )
            if entreprise is None:
                entreprise = Entreprise(**colonnes_entreprise(saisie, centre_id))
                session.add(entreprise)
            session.flush()
            ouverte = session.scalar(
                select(Inscription).where(
                    Inscription.candidat_id == candidat.id, Inscription.certification_id == saisie.certification.id,
                    Inscription.cible == saisie.cible, Inscription.etat == EtatInscription.OUVERTE,
                )
            )
            if ouverte is None:
                session.add(Inscription(candidat_id=candidat.id, entreprise_id=entreprise.id,
                                        etat=EtatInscription.OUVERTE, **colonnes_inscription(saisie, contexte)))
            session.flush()
        session.commit()
    return time.perf_counter() - debut


def principal(lignes: int, moteurs: list[str], tours: int = 3) -> None:
    with tempfile.TemporaryDirectory() as dossier:
        fichier = Path(dossier) / "inscriptions.csv"
        fabriquer(fichier, lignes)
        print(f"{lignes} lignes, médiane de {tours} tours")
        for nom in moteurs:
            notres, orm = [], []
            for _ in range(tours):
                with base(nom) as url:
                    moteur, _, _ = preparer(url)
                    moteur.dispose()
                    notres.append(par_la_cli(url, fichier))
                with base(nom) as url:
                    moteur, centre_id, _ = preparer(url)
                    orm.append(par_objet(moteur, centre_id, fichier))
                    moteur.dispose()
            a, b = statistics.median(notres), statistics.median(orm)
            print(f"{nom:<11} CLI {a:6.2f} s   un objet ORM par ligne {b:7.2f} s   rapport {b / a:5.1f}")


if __name__ == "__main__":
    choisis = sys.argv[2] if len(sys.argv) > 2 else "tous"
    principal(
        int(sys.argv[1]) if len(sys.argv) > 1 else 10_000,
        ["sqlite", "postgresql"] if choisis == "tous" else [choisis],
    )
