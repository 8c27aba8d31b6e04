"""Schéma initial.

Les tables et les comptes se désignent l'un l'autre (« créé par ») : chaque moteur a son fichier SQL, écrit en
entier, que les essais comparent aux modèles.
"""

from __future__ import annotations

from alembic import op

from migrations.fichiers import jouer

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Crée toutes les tables, leurs contraintes, leurs index et les déclencheurs qui figent."""
    jouer(op.get_bind(), revision)


def downgrade() -> None:
    """On ne revient pas d'un schéma initial : une sauvegarde se restaure."""
    msg = "le schéma initial ne se défait pas"
    raise NotImplementedError(msg)
