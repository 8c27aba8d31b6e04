"""Les imports faits, en commandes : les lister, en annuler un."""

from __future__ import annotations

import json

import click
from flask import Flask
from sqlalchemy import select

from admin_views.base import texte
from admin_views.commande import au_nom_de, echec
from admin_views.extensions import db
from imports import annulation
from models import Importation
from travaux.suivi import transaction

_LISTE = 50


@click.group("importation")
def importation() -> None:
    """Suit et annule les imports."""


@importation.command("liste")
@au_nom_de("importation liste")
def liste() -> None:
    """Les imports les plus récents."""
    for i in db.session.scalars(select(Importation).order_by(Importation.id.desc()).limit(_LISTE)):
        click.echo(f"{i.id:>6}  {i.etat.libelle:<9}  {texte(i.created_at)}  {i.creees:>7}  {i.nom_fichier}")


@importation.command("annuler")
@click.argument("numero", type=int)
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("importation annuler")
def annuler(numero: int, *, en_json: bool) -> None:
    """Annule un import : ce qu'il a créé et que personne n'a touché depuis s'en va, le reste est listé."""
    db.session.rollback()
    try:
        bilan = annulation.annuler(lambda: transaction(db.engine), numero, lambda _fait, _total: None)
    except annulation.NonAnnulable as refus:
        echec(str(refus))
        return
    if en_json:
        click.echo(json.dumps(bilan.en_dict() | {"importation": numero}, ensure_ascii=False))
        return
    click.echo("Ôtés : " + (", ".join(f"{n} {objet.lower()}" for objet, n in bilan.en_dict()["otees"].items()) or "rien") + ".")
    for r in bilan.en_dict()["raisons"]:
        click.echo(f"  reste : {r['objet'].lower()} {r['nombre']}, {r['raison']}")


def enregistrer(app: Flask) -> None:
    """Lie ces commandes à l'application."""
    app.cli.add_command(importation)
