"""La commande qui compare la liste des certifications à France compétences."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask import Flask

from admin_views.commande import au_nom_de, echec
from admin_views.extensions import db
from imports.fichier import FichierRefuse
from imports.reception import codes_connus, comparer, lire
from rules.actes_enregistrement import Proposition, prendre, tout_prendre
from rules.controle import Refus


@click.group("francecompetences")
def francecompetences() -> None:
    """Les enregistrements de la branche et l'open data de France compétences."""


@francecompetences.command("comparer")
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--prendre", "prendre_tout", is_flag=True, help="Prend tout ce qui ne demande aucun choix.")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("francecompetences comparer")
def comparer_fichier(fichier: Path, *, prendre_tout: bool, en_json: bool) -> None:
    """Compare un export (XML V4, ou ZIP) aux enregistrements ; sans --prendre, n'écrit rien."""
    connus = codes_connus(db.session())
    db.session.rollback()
    try:
        reception = comparer(db.session(), fichier, lire(fichier, connus))
        propositions = [Proposition(**p) for p in reception.resume["propositions"]]
        cles = tout_prendre(propositions) if prendre_tout else []
        alertes = [str(a) for a in prendre(db.session(), reception, cles)] if cles else []
    except FichierRefuse as refus:
        db.session.rollback()
        if en_json:
            click.echo(json.dumps({"fichier": fichier.name, "erreurs": [{"code": refus.code, "message": refus.message}]}, ensure_ascii=False))
            sys.exit(2)
        echec(f"Fichier refusé ({refus.code}) : {refus.message}")
        return
    except Refus as refus:
        db.session.rollback()
        echec(" ".join(map(str, refus.violations)), 1)
        return
    lues, resume = reception.lues, dict(reception.resume)
    db.session.commit() if prendre_tout else db.session.rollback()
    if en_json:
        click.echo(json.dumps({"fichier": fichier.name, "lues": lues, **resume, "prises": cles, "alertes": alertes}, ensure_ascii=False))
        return
    click.echo(f"{lues} fiches lues, {resume['retenues']} de la branche, {len(propositions)} propositions, {len(cles)} prises.")
    for p in propositions:
        etat = "pris" if p.cle in cles else "à rattacher" if p.a_rattacher else "proposé"
        click.echo(f"  {p.code} · {p.quoi} : {p.avant or '–'} → {p.apres} ({etat})")
    for alerte in alertes:
        click.echo(f"Attention : {alerte}")


def enregistrer(app: Flask) -> None:
    """Lie les commandes à l'application."""
    app.cli.add_command(francecompetences)
