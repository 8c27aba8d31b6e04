"""Schéma initial.

Les tables et les comptes se désignent l'un l'autre (« créé par ») : chaque moteur a son fichier SQL, écrit en
entier, que les essais comparent aux modèles. Les instructions y sont séparées par `;;`.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Crée toutes les tables, leurs contraintes, leurs index et les déclencheurs qui figent."""
    connexion = op.get_bind()
    fichier = Path(__file__).with_name(f"0001_{connexion.dialect.name}.sql")
    for instruction in fichier.read_text("utf-8").split(";;"):
        if instruction.strip():
            connexion.exec_driver_sql(instruction)


def downgrade() -> None:
    """On ne revient pas d'un schéma initial : une sauvegarde se restaure."""
    msg = "le schéma initial ne se défait pas"
    raise NotImplementedError(msg)
