"""Avancer l'horloge d'une base : les déclencheurs lisent la date du serveur, on y écrit une autre date.

Seul le propriétaire d'une base peut réécrire ses déclencheurs : c'est ce que fait l'essai, sans toucher au reste.
"""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import Connection, text

from models.terme import AUJOURD_HUI


def avancer(connexion: Connection, jour: dt.date) -> None:
    """Tous les déclencheurs croient que nous sommes ce jour-là ; se rejoue, d'un jour à l'autre."""
    moteur = connexion.dialect.name
    voulue = {"sqlite": f"date('{jour.isoformat()}')", "postgresql": f"DATE '{jour.isoformat()}'"}[moteur]
    courante = re.compile(re.escape(AUJOURD_HUI[moteur]) + r"|date\('\d{4}-\d\d-\d\d'\)|DATE '\d{4}-\d\d-\d\d'|'\d{4}-\d\d-\d\d'::date")
    if moteur == "sqlite":
        lus = connexion.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        avant = [f"DROP TRIGGER {nom}" for nom, sql in lus if courante.search(sql)]
    else:
        lus = connexion.execute(text(
            "SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
            "WHERE n.nspname = 'public' AND p.proname LIKE 'gel%'"
        )).all()
        avant = []
    reecrits = [courante.sub(voulue, sql) for _, sql in lus if courante.search(sql)]
    assert len(reecrits) > 5, "aucun déclencheur ne lit la date du serveur"
    for instruction in (*avant, *reecrits):
        connexion.exec_driver_sql(instruction.replace("%", "%%") if moteur == "postgresql" else instruction)
