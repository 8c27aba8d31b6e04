"""Les migrations donnent exactement le schéma des modèles, sur les deux moteurs ; rejouées, elles ne font rien."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import URL, CheckConstraint, Connection, Engine, text

from migrations import commande
from models import Base, gel
from tests.conftest import Modele, moteur_d_essai

CATALOGUE_SQLITE = {
    "objets": "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL",
}
# Tout ce qui fait le schéma dans le catalogue de PostgreSQL, écrit par le serveur lui-même.
CATALOGUE_POSTGRESQL = {
    "colonnes": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, l.collname,
               pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE a.attnum > 0 AND NOT a.attisdropped""",
    "contraintes": """
        SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid), condeferrable
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "declencheurs": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled::text
        FROM pg_trigger WHERE NOT tgisinternal""",
    "fonctions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
}


def catalogue(connexion: Connection) -> dict[str, set[tuple[Any, ...]]]:
    """Le schéma tel que le moteur le garde, sans la table d'Alembic ni les blancs de mise en page."""
    requetes = CATALOGUE_SQLITE if connexion.dialect.name == "sqlite" else CATALOGUE_POSTGRESQL
    return {
        nom: {
            tuple(_serre(v) for v in ligne)
            for ligne in connexion.execute(text(requete))
            if not any("alembic_version" in str(v) for v in ligne)
        }
        for nom, requete in requetes.items()
    }


def _serre(valeur: Any) -> Any:
    if not isinstance(valeur, str):
        return valeur
    # SQLite met entre guillemets le nom d'une table renommée.
    return re.sub(r"\s*([(),])\s*", r"\1", " ".join(valeur.replace('"', "").split()))


@pytest.fixture
def des_modeles(adresse_vide: URL) -> Iterator[Engine]:
    """Une base faite par les modèles seuls : `create_all`, puis les déclencheurs."""
    moteur = moteur_d_essai(adresse_vide)
    with moteur.begin() as connexion:
        Base.metadata.create_all(connexion)
        for instruction in gel.instructions(connexion.dialect.name):
            connexion.exec_driver_sql(instruction)
    yield moteur
    moteur.dispose()


def test_les_migrations_donnent_le_schema_des_modeles(moteur: Engine, des_modeles: Engine) -> None:
    with moteur.connect() as migree, des_modeles.connect() as voulue:
        obtenu, attendu = catalogue(migree), catalogue(voulue)
    for nom, lignes in attendu.items():
        assert lignes, nom
        assert obtenu[nom] - lignes == set(), f"{nom} : en trop dans les migrations"
        assert lignes - obtenu[nom] == set(), f"{nom} : manque aux migrations"


def test_alembic_n_y_trouve_rien_a_changer(moteur: Engine) -> None:
    with moteur.connect() as connexion:
        contexte = MigrationContext.configure(connexion, opts={"compare_type": True})
        assert compare_metadata(contexte, Base.metadata) == []


def test_chaque_check_est_emis(moteur: Engine) -> None:
    """Un CHECK mal placé dans `__table_args__` se tait : on lit ce que la base a reçu."""
    voulus = {
        str(c.name) for t in Base.metadata.tables.values() for c in t.constraints if isinstance(c, CheckConstraint)
    }
    with moteur.connect() as connexion:
        if connexion.dialect.name == "sqlite":
            ecrit = "\n".join(connexion.scalars(text("SELECT sql FROM sqlite_master WHERE type = 'table'")))
            emis = set(re.findall(r"CONSTRAINT (ck_\w+) CHECK", ecrit))
        else:
            emis = set(connexion.scalars(text("SELECT conname FROM pg_constraint WHERE contype = 'c' "
                                              "AND connamespace = 'public'::regnamespace")))
    assert len(voulus) > 60
    assert emis == voulus


def test_rejouer_les_migrations_ne_fait_rien(moteur: Engine) -> None:
    assert commande.version(moteur) == commande.derniere()
    with moteur.connect() as connexion:
        avant = catalogue(connexion)
    commande.migrer(moteur)
    assert commande.version(moteur) == commande.derniere()
    with moteur.connect() as connexion:
        assert catalogue(connexion) == avant


def test_une_base_neuve_n_a_pas_de_version(adresse_vide: URL) -> None:
    moteur = moteur_d_essai(adresse_vide)
    assert commande.version(moteur) is None
    moteur.dispose()


def test_une_migration_interrompue_ne_laisse_rien(adresse_vide: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tout le schéma, ou rien : l'échec de la dernière instruction défait les précédentes."""
    moteur = moteur_d_essai(adresse_vide)
    reel = commande.command.upgrade

    def interrompre(config: Any, cible: str) -> None:
        reel(config, cible)
        raise RuntimeError("coupure")

    monkeypatch.setattr(commande.command, "upgrade", interrompre)
    with pytest.raises(RuntimeError, match="coupure"):
        commande.migrer(moteur)
    with moteur.connect() as connexion:
        assert not any(catalogue(connexion).values())
    assert commande.version(moteur) is None
    monkeypatch.undo()
    commande.migrer(moteur)
    assert commande.version(moteur) == commande.derniere()
    moteur.dispose()


def test_le_modele_des_essais_est_a_jour(modele: Modele) -> None:
    moteur = moteur_d_essai(modele.adresse)
    assert commande.version(moteur) == commande.derniere()
    moteur.dispose()
