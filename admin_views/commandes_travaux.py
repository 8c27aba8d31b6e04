"""Les travaux longs en commandes : l'exécutant d'un serveur, et voir, lister ou reprendre un travail."""

from __future__ import annotations

import json
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select, update

from admin_views.base import texte
from admin_views.commande import au_nom_de, echec
from admin_views.extensions import db
from documents.courriel import REGLAGES_SMTP
from models import Travail
from rules.nomenclatures import EtatTravail
from travaux.execution import reprendre

_LISTE = 50
# Ce qu'un travail a besoin de savoir de la console.
REGLAGES = ("ADRESSE_PUBLIQUE", "IMPORTS_GARDE_JOURS", "INSTANCE", "NOM", *REGLAGES_SMTP)


def reglages() -> dict[str, Any]:
    """Les réglages de la console dont un travail a besoin."""
    return {n: current_app.config.get(n) for n in REGLAGES} | {"INSTANCE": current_app.instance_path}


@click.command("worker")
@click.option("--tant-que", type=int, default=None, metavar="PID", help="S'arrête avec ce processus.")
@with_appcontext
def worker(tant_que: int | None) -> None:
    """Exécute les travaux longs jusqu'à l'arrêt demandé (Ctrl+C) ; sur PostgreSQL, on peut en démarrer plusieurs."""
    from travaux.worker import travailler  # noqa: PLC0415 — seul l'exécutant s'en sert

    travailler(db.engine, reglages(), tant_que=tant_que)


@click.group("travail")
def travail() -> None:
    """Suit les travaux longs."""


def en_dict(lu: Travail) -> dict[str, Any]:
    """Un travail tel qu'un script le lit."""
    return {
        "travail": lu.id, "genre": lu.genre, "libelle": lu.libelle, "etat": lu.etat.value, "fait": lu.fait,
        "total": lu.total, "message": lu.message, "incident": lu.incident, "essais": lu.essais,
        "demande_le": lu.created_at.isoformat(), "fini_le": lu.fini_le.isoformat() if lu.fini_le else None,
        "resultat": lu.resultat,
    }


def _dire(lu: Travail) -> str:
    avance = f"{lu.fait}/{lu.total}" if lu.total is not None else str(lu.fait or "")
    return f"{lu.id:>6}  {lu.etat.libelle:<10}  {avance:>13}  {texte(lu.created_at)}  {lu.libelle}  {lu.message}".rstrip()


@travail.command("liste")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("travail liste")
def liste(*, en_json: bool) -> None:
    """Les travaux les plus récents."""
    lus = db.session.scalars(select(Travail).order_by(Travail.id.desc()).limit(_LISTE)).all()
    if en_json:
        click.echo(json.dumps([en_dict(t) for t in lus], ensure_ascii=False))
    else:
        click.echo("\n".join(map(_dire, lus)) or "Aucun travail.")


@travail.command("voir")
@click.argument("numero", type=int)
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("travail voir")
def voir(numero: int, *, en_json: bool) -> None:
    """Où en est un travail."""
    lu = db.session.get(Travail, numero)
    if lu is None:
        echec(f"Aucun travail ne porte le numéro {numero}.")
        raise AssertionError
    click.echo(json.dumps(en_dict(lu), ensure_ascii=False) if en_json else _dire(lu))


@travail.command("reprendre")
@click.argument("numero", type=int, required=False)
@au_nom_de("travail reprendre")
def reprendre_(numero: int | None) -> None:
    """Remet en file ce qui attend ou qu'un exécutant mort a laissé ; avec un numéro, un travail échoué ou arrêté."""
    if numero is not None:
        remis = db.session.execute(
            update(Travail)
            .where(Travail.id == numero, Travail.etat.in_((EtatTravail.ECHEC, EtatTravail.ARRETE)))
            .values(etat=EtatTravail.EN_ATTENTE, fini_le=None, arret_demande=False, essais=0, message="", incident="")
        ).rowcount
        db.session.commit()
        if not remis:
            echec(f"Le travail {numero} n'est ni échoué ni arrêté.")
    cles = reprendre(db.engine)
    click.echo(f"{len(cles)} travaux remis en file." if cles else "Rien à reprendre.")


def enregistrer(app: Flask) -> None:
    """Lie ces commandes à l'application."""
    app.cli.add_command(worker)
    app.cli.add_command(travail)
