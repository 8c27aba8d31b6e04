"""Ce que partagent les commandes (`flask --app app …`) : au nom de qui elles agissent, comment elles échouent."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from admin_views.extensions import db
from documents.erreurs import DocumentRefuse, RenduImpossible
from imports.fichier import FichierRefuse
from models import Centre
from models.contexte import agir_comme, en_ecriture, systeme
from rules.controle import Refus, traduire


def au_nom_de(nom: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """La commande agit au nom de `nom`, qui reste au journal, et prend son tour pour écrire."""

    def decore(fonction: Callable[..., Any]) -> Callable[..., Any]:
        @with_appcontext
        @wraps(fonction)
        def execute(*args: Any, **kwargs: Any) -> Any:
            try:
                with agir_comme(systeme(f"commande {nom}")), en_ecriture():
                    return fonction(*args, **kwargs)
            except DBAPIError as erreur:
                db.session.rollback()
                violation = traduire(erreur)
                echec(str(violation) if violation else "La base a refusé l'opération : rien n'a été enregistré.")

        return execute

    return decore


def dit_les_refus(fonction: Callable[..., Any]) -> Callable[..., Any]:
    """Un refus des règles, d'un fichier ou d'un document arrête la commande, qui dit pourquoi ; rien n'est écrit."""

    @wraps(fonction)
    def execute(*args: Any, **kwargs: Any) -> Any:
        try:
            return fonction(*args, **kwargs)
        except Refus as refus:
            db.session.rollback()
            echec("\n".join(map(str, refus.violations)), 1)
        except FichierRefuse as refus:
            db.session.rollback()
            echec(f"Fichier refusé ({refus.code}) : {refus.message}", 1)
        except (DocumentRefuse, RenduImpossible) as refus:
            db.session.rollback()
            echec(str(refus), 1)

    return execute


def echec(message: str, code: int = 2) -> None:
    """Dit pourquoi la commande s'arrête, et s'arrête."""
    click.echo(message, err=True)
    sys.exit(code)


def date_donnee(texte: str) -> dt.date:
    """La date d'un argument, AAAA-MM-JJ ; la commande s'arrête s'il n'en est pas une."""
    try:
        return dt.date.fromisoformat(texte)
    except ValueError:
        echec(f"« {texte} » n'est pas une date : elle s'écrit AAAA-MM-JJ.")
        raise


def centre_de_code(code: str) -> Centre:
    """Le centre qui porte ce code ; la commande s'arrête s'il n'y en a pas."""
    centre = db.session.scalar(select(Centre).where(Centre.code == code))
    if centre is None:
        echec(f"Aucun centre ne porte le code « {code} ».")
        raise AssertionError
    return centre


def numero_donne(texte: str) -> int:
    """Le numéro d'un argument ; la commande s'arrête si ce n'en est pas un."""
    if not (texte.isascii() and texte.isdigit() and len(texte) < 10):
        echec(f"« {texte} » n'est pas un numéro.")
    return int(texte)
