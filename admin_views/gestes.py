"""Exécuter un geste d'une page et dire ce qui s'est passé : la réussite et ses alertes, ou le refus des règles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from admin_views.extensions import db
from admin_views.securite import base_occupee
from documents.erreurs import DocumentRefuse
from rules import controle
from rules.noyau import Violation, alertes


def dire(violations: Sequence[Violation], categorie: str) -> None:
    """Montre des constats en tête de la prochaine page (`error`, `warning`)."""
    for violation in violations:
        flash(str(violation), categorie)


@contextmanager
def refus_dits() -> Iterator[None]:
    """Un refus des règles dans ce bloc défait la transaction et se dit ; le bloc valide lui-même ce qu'il a fait."""
    try:
        yield
    except controle.Refus as refus:
        db.session.rollback()
        dire(refus.violations, "error")


def tenter(faire: Callable[[], Sequence[Violation] | None], reussite: str) -> bool:
    """Exécute un acte, valide et dit ce qui s'est passé ; faux s'il est refusé, et rien n'est alors écrit."""
    try:
        constats = faire() or ()
        db.session.commit()
    except controle.Refus as refus:
        db.session.rollback()
        dire(refus.violations, "error")
    except DocumentRefuse as refus:
        db.session.rollback()
        flash(str(refus), "error")
    except DBAPIError as erreur:
        db.session.rollback()
        violation = None if base_occupee(erreur) else controle.traduire(erreur)
        if violation is None:
            raise
        dire((violation,), "error")
    else:
        flash(reussite, "success")
        dire(alertes(constats), "warning")
        return True
    return False


def agir(faire: Callable[[], Sequence[Violation] | None], reussite: str, retour: str) -> ResponseReturnValue:
    """Exécute un acte, dit ce qui s'est passé et revient d'où l'on vient."""
    tenter(faire, reussite)
    return redirect(retour, 303)
