"""Le registre des purges : à côté de la base et non dedans, pour qu'une restauration rejoue ce qui a été effacé."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import current_app

from admin_views.commande import echec
from admin_views.extensions import db
from rules import actes_conservation


def fichier_du_registre() -> Path:
    """Où la console tient le registre des purges, à côté de la base et non dedans : une restauration le relit."""
    return Path(current_app.config.get("REGISTRE_PURGES") or Path(current_app.instance_path) / "registre_des_purges.json")


def ecrire_le_registre() -> Path:
    """Écrit le registre des purges exécutées, d'un seul tenant ; aucune donnée personnelle n'y entre."""
    fichier = fichier_du_registre()
    fichier.parent.mkdir(parents=True, exist_ok=True)
    neuf = fichier.with_suffix(".neuf")
    neuf.write_text(json.dumps(actes_conservation.registre(db.session()), ensure_ascii=False, indent=1), encoding="utf-8")
    neuf.replace(fichier)
    return fichier


def lire_le_registre(fichier: Path) -> list[dict[str, Any]]:
    """Les purges d'un registre écrit par `ecrire_le_registre` ; la commande s'arrête s'il ne se lit pas."""
    try:
        lu = json.loads(fichier.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        lu = None
    if not isinstance(lu, list) or not all(isinstance(p, dict) and {"purge", "au", "lignes"} <= set(p) for p in lu):
        echec(f"Ce fichier n'est pas un registre des purges : {fichier.name}.")
        raise AssertionError
    return lu
