"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applique la migration."""
    ${upgrades if upgrades else "raise NotImplementedError"}


def downgrade() -> None:
    """Ramène le schéma à la version précédente."""
    ${downgrades if downgrades else "raise NotImplementedError"}
