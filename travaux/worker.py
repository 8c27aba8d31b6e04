"""L'exécutant : un processus qui prend les travaux en file, remet en file ce qui attend et lance la nuit."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Mapping
from contextlib import closing, suppress
from typing import Any

from huey import crontab
from sqlalchemy import Engine

from models.base import PARIS, maintenant
from travaux.execution import executer as mener
from travaux.execution import reprendre
from travaux.file import EXECUTER, file_de
from travaux.nuit import lancer_la_nuit

# La nuit se fait à cette heure de Paris, ou au premier démarrage après elle.
HEURE_DE_NUIT = 3
# Au-delà, un travail en cours est lâché : il sera repris au prochain démarrage.
_ARRET_S = 5
_journal = logging.getLogger("console")


def travailler(moteur: Engine, reglages: Mapping[str, Any], *, tant_que: int | None = None) -> None:
    """Prend les travaux un à un jusqu'à l'arrêt demandé ; `tant_que` : s'arrête avec ce processus.

    Un exécutant mène un travail à la fois ; pour en mener plusieurs, on en démarre plusieurs (PostgreSQL).
    """
    file = file_de(moteur)

    def prendre(travail_id: int) -> None:
        mener(moteur, travail_id, reglages)

    def chaque_minute() -> None:
        heure = maintenant().astimezone(PARIS)
        if heure.hour >= HEURE_DE_NUIT:
            lancer_la_nuit(moteur)
        reprendre(moteur)

    file.task(name=EXECUTER.rpartition(".")[2])(prendre)
    file.periodic_task(crontab(), name="chaque_minute")(chaque_minute)
    file.on_startup(name="reprendre")(lambda: reprendre(moteur))
    logging.getLogger("huey").setLevel(logging.CRITICAL)
    consommateur = file.create_consumer(workers=1, max_delay=1, shutdown_timeout=_ARRET_S)
    if tant_que is not None:
        threading.Thread(target=_guetter, args=(tant_que,), daemon=True).start()
    _journal.info("exécutant des travaux démarré")
    with closing(file.storage):
        consommateur.run()


def _guetter(pid: int) -> None:
    """Arrête cet exécutant quand le processus qu'il accompagne n'est plus là."""
    attente = threading.Event()
    with suppress(ProcessLookupError):
        while not attente.wait(1):
            os.kill(pid, 0)
    os.kill(os.getpid(), signal.SIGTERM)
