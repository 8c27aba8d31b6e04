"""Le jury jusqu'aux archives, les travaux longs et les documents : chapitres 3 à 6 de la partie 2.

Comme la 0002, une table changée est refaite et copiée sur SQLite ; PostgreSQL la modifie sur place.
"""

from __future__ import annotations

from alembic import op

from migrations.fichiers import jouer

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Ajoute les tables, refait celles dont une contrainte change, repose les déclencheurs."""
    jouer(op.get_bind(), revision)


def downgrade() -> None:
    """Ce qui est décidé, envoyé ou effacé ne se défait pas : une sauvegarde se restaure."""
    msg = "la version 0003 ne se défait pas"
    raise NotImplementedError(msg)
