"""Environnement Alembic : la connexion est donnée par `migrations.commande`, jamais lue d'un fichier."""

from __future__ import annotations

from alembic import context

from models import Base

connexion = context.config.attributes["connexion"]
context.configure(
    connection=connexion,
    target_metadata=Base.metadata,
    render_as_batch=connexion.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
