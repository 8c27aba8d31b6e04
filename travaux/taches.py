"""Tous les genres de travaux : importer ce module les déclare. Un module de travaux s'ajoute ici."""

from travaux import accrochage, attribution, envois, imports, nuit

__all__ = ["accrochage", "attribution", "envois", "imports", "nuit"]
