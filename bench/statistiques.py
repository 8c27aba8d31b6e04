"""Mesure les statistiques d'une année et le tableau de la conservation sur 42 ans de branche.

    python -m bench.statistiques [INSCRIPTIONS]

Un million d'inscriptions présentées par défaut, écrites en SQL sans déclencheurs : seule la lecture se mesure.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from models import Base
from models.contexte import agir_comme, systeme
from models.moteur import regler
from rules.collecte_conservation import tableau
from rules.collecte_statistiques import statistiques

JURYS_PAR_TAILLE = 40
_INSTANT = "'2026-01-01 00:00:00'"
_TRACE = f"{_INSTANT}, {_INSTANT}, 1"


def remplir(session: Session, nombre: int) -> None:
    """Dix centres, vingt certifications, un jury pour quarante candidats, de 1984 à 2026."""
    jurys = nombre // JURYS_PAR_TAILLE
    suite = "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {0}) "
    jour = f"date('1984-11-01', '+' || (n * 15340 / {jurys}) || ' days')"
    gestes = [
        "INSERT INTO pays VALUES ('99100', 'France', 'france')", "INSERT INTO region VALUES ('44', 'Grand Est')",
        "INSERT INTO departement VALUES ('68', 'Haut-Rhin', '44')",
        suite.format(10) + "INSERT INTO centre (id, code, nom, adresse, code_postal, ville, courriel, telephone, demonstration, "
        f"created_at, updated_at, version) SELECT n, 'C' || n, 'Centre ' || n, '', '', '', '', '', 0, {_TRACE} FROM s",
        "INSERT INTO centre_departement SELECT id, '68' FROM centre",
        suite.format(jurys) + "INSERT INTO jury (id, centre_id, date_jury, lieu, etat, ouvert_le, clos_le, created_at, updated_at, version) "
        f"SELECT n, n % 10 + 1, {jour}, 'Ici', 'clos', {_INSTANT}, {_INSTANT}, {_TRACE} FROM s",
        suite.format(jurys) + "INSERT INTO proces_verbal (id, jury_id, centre_id, certification_id, reference, signe_le, signataire_id, observations, "
        f"created_at, updated_at, version) SELECT n, n, n % 10 + 1, n % 20 + 1, 'PV' || n, {_INSTANT}, 1, '', {_TRACE} FROM s",
        suite.format(nombre // 3) + "INSERT INTO candidat (id, nom_naissance, nom_usage, prenoms, date_naissance, ville_naissance, departement_naissance_code, "
        "pays_naissance_code, courriel, telephone, adresse, code_postal, ville, cle_identite, recherche, recherche_usage, recherche_prenoms, "
        f"created_at, updated_at, version) SELECT n, 'Nom' || n, '', 'P', '1980-01-01', 'V', '68', '99100', '', '', '', '', '', 'c' || n, 'r', '', '', {_TRACE} FROM s",
        suite.format(nombre) + "INSERT INTO inscription (id, centre_id, candidat_id, certification_id, cible, voie, prescripteur, origine, "
        "dispositif_financement, abondement_cpf, date_inscription, sans_accord_employeur, experience, reference, etat, nom_tri, "
        f"created_at, updated_at, version) SELECT n, (n / {JURYS_PAR_TAILLE}) % 10 + 1, n % {nombre // 3} + 1, n % 20 + 1, '', 'formation', 'candidat', 'DE', "
        f"'CPF', 0, '1984-01-01', 0, '', '', CASE WHEN n % 4 THEN 'admise' ELSE 'non_admise' END, '', {_TRACE} FROM s",
        suite.format(nombre) + "INSERT INTO presentation (id, jury_id, centre_id, inscription_id, proces_verbal_id, numero_anonyme, decision, voix_pour, "
        f"voix_contre, voix_preponderante, motif, commentaire, created_at, updated_at, version) SELECT n, (n - 1) / {JURYS_PAR_TAILLE} + 1, "
        f"((n - 1) / {JURYS_PAR_TAILLE} + 1) % 10 + 1, n, (n - 1) / {JURYS_PAR_TAILLE} + 1, n % {JURYS_PAR_TAILLE} + 1, CASE WHEN n % 4 THEN 'A' ELSE 'NA' END, "
        f"1, 0, 0, '', '', {_TRACE} FROM s",
        suite.format(nombre) + "INSERT INTO certificat (id, numero, famille, presentation_id, centre_id, candidat_id, certification_id, date_jury, "
        f"code_verification, created_at, updated_at, version) SELECT n, 'MC-' || n, 'CQPM', n, 1, n % {nombre // 3} + 1, n % 20 + 1, "
        f"(SELECT date_jury FROM jury WHERE id = (s.n - 1) / {JURYS_PAR_TAILLE} + 1), 'V' || n, {_TRACE} FROM s WHERE n % 4",
        "ANALYZE",
    ]
    for geste in gestes:
        session.execute(text(geste))


def _mesurer(nom: str, faire: Callable[[], object]) -> None:
    temps = []
    for _ in range(3):
        debut = time.perf_counter()
        faire()
        temps.append(time.perf_counter() - debut)
    print(f"{nom:<50} {sorted(temps)[1] * 1000:9.0f} ms")


def main() -> None:
    nombre = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as dossier:
        moteur = regler(create_engine(f"sqlite:///{Path(dossier) / 'base.db'}"))
        for table in Base.metadata.tables.values():
            for colonne in table.columns:
                # Ce qui ne se mesure pas reste vide.
                colonne.nullable = not colonne.primary_key
        Base.metadata.create_all(moteur)
        with moteur.connect() as connexion:
            connexion.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            with agir_comme(systeme("mesure")), Session(connexion) as session:
                remplir(session, nombre)
                session.commit()
                jour = dt.date(2026, 11, 24)
                _mesurer(f"statistiques de 2025, {nombre} inscriptions", lambda: statistiques(session, 2025, jour))
                _mesurer("statistiques de 2025, une région", lambda: statistiques(session, 2025, jour, region="Grand Est"))
                _mesurer("tableau de la conservation", lambda: tableau(session, jour))
        moteur.dispose()


if __name__ == "__main__":
    main()
