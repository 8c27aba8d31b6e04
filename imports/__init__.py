"""Imports de fichiers : lecture, colonnes, cellules, puis passage par les règles ; sans Flask."""
