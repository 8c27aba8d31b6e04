"""La file : huey, embarqué à côté de la base SQLite, ou dans la base PostgreSQL même. Elle ne porte que des clés.

Ce qui est dans la file peut se perdre ou se répéter sans dommage : la table `travail` fait foi, et l'exécutant remet en
file ce qui attend (`travaux.execution.reprendre`).
"""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

from huey import Huey, PostgresHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from psycopg.errors import UniqueViolation
from sqlalchemy import Engine

NOM = "travaux"
# Le nom sous lequel huey connaît la seule tâche de la file (travaux.worker).
EXECUTER = "travaux.worker.executer"


# Les bases dont ce processus sait que la file a ses tables.
_PRETES: set[str] = set()


class EnJson(Serializer):  # type: ignore[misc]  # huey n'est pas typé
    """Des messages en JSON : rien de ce que porte la file ne peut s'exécuter de soi-même, au contraire de pickle."""

    def serialize(self, data: Any) -> bytes:
        """Un message, ou le résultat d'une tâche."""
        return json.dumps(data, default=str).encode()

    def deserialize(self, data: bytes) -> Any:
        """Le message, tel que huey l'attend."""
        lu = json.loads(bytes(data))
        return Message(*lu) if isinstance(lu, list) else lu


def file_de(moteur: Engine) -> Huey:
    """La file des travaux de cette base, avec sa connexion à elle : qui l'ouvre la ferme (`file.storage.close()`)."""
    adresse = moteur.url.render_as_string(hide_password=False)
    reglages: dict[str, Any] = {"results": False, "serializer": EnJson(), "create_tables": adresse not in _PRETES}
    if moteur.dialect.name == "sqlite":
        file = SqliteHuey(NOM, filename=f"{moteur.url.database}-file", timeout=15, **reglages)
    else:
        dsn = adresse.replace("postgresql+psycopg://", "postgresql://", 1)
        try:
            # Les tables de la file (huey_task…) sont créées par elle : elles ne portent rien qu'il faille garder.
            file = PostgresHuey(NOM, dsn=dsn, **reglages)
        except UniqueViolation:  # deux processus les créaient au même instant
            file = PostgresHuey(NOM, dsn=dsn, **reglages)
    _PRETES.add(adresse)
    return file


def deposer(moteur: Engine, travail_id: int) -> None:
    """Met la clé d'un travail en file."""
    file = file_de(moteur)
    message = Message(str(travail_id), EXECUTER, args=[travail_id], kwargs={})
    with closing(file.storage):
        file.storage.enqueue(file.serializer.serialize(message), 0)


def en_file(moteur: Engine) -> set[int]:
    """Les travaux dont la clé attend dans la file."""
    file = file_de(moteur)
    with closing(file.storage):
        messages = [file.serializer.deserialize(m) for m in file.storage.enqueued_items()]
    return {m.args[0] for m in messages if m.name == EXECUTER}
