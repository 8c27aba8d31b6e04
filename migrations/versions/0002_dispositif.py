"""La partie 1 et les chapitres 1 et 2 de la partie 2 : demandes, séances, parcours, habilitations, évaluations, VAE.

SQLite ne sait pas modifier une contrainte : une table changée y est refaite, copiée, puis prend le nom de
l'ancienne, clés étrangères suspendues par `migrations.commande` et revérifiées avant de valider.
"""

from __future__ import annotations

from alembic import op

from migrations.fichiers import jouer

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Ajoute les tables, refait celles dont une contrainte change, repose les déclencheurs."""
    jouer(op.get_bind(), revision)


def downgrade() -> None:
    """Les pièces et décisions ne se défont pas : une sauvegarde se restaure."""
    msg = "la version 0002 ne se défait pas"
    raise NotImplementedError(msg)
