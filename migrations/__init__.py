"""Migrations Alembic du schéma, pour SQLite et PostgreSQL."""
