"""Une erreur imprévue au journal technique, sous un numéro que la personne peut dire ; ni SQL, ni valeur, ni personne."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path

journal_technique = logging.getLogger("console")


def noter(erreur: BaseException, ou: str) -> str:
    """Note le type de l'erreur et son lieu, et rend son numéro ; `ou` dit la page ou le travail."""
    numero = secrets.token_hex(4)
    lieu = "?"
    trace = erreur.__traceback__
    while trace is not None:
        lieu = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    cause = type(getattr(erreur, "orig", None) or erreur).__name__
    journal_technique.error("incident %s %s (%s) %s %s", numero, type(erreur).__name__, cause, lieu, ou)
    return numero
