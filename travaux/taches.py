"""Tous les genres de travaux : importer ce module les déclare. Un module de travaux s'ajoute ici."""

from travaux import nuit

__all__ = ["nuit"]
