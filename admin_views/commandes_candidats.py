"""Commandes des candidats : dossier d'une personne, doublons probables d'un centre, réunir et séparer deux fiches."""

from __future__ import annotations

import json

import click
from flask import Flask
from sqlalchemy import insert

from admin_views.commande import au_nom_de, echec
from admin_views.commandes_exports import exporter_groupe
from admin_views.extensions import db
from models import Journal
from models.base import aujourd_hui
from models.journal import entree
from rules import controle
from rules.actes_candidat import defusionner, fusionner


@click.command("candidat")
@click.argument("identifiant", type=click.IntRange(1, 2**31 - 1))
@click.option("--json", "en_json", is_flag=True, help="Un objet JSON plutôt qu'un texte.")
@au_nom_de("exporter candidat")
def exporter_candidat(identifiant: int, *, en_json: bool) -> None:
    """Écrit tout ce qui est détenu sur un candidat (droit d'accès) ; la lecture reste au journal."""
    from documents.sources_dossier import dossier  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime

    faits = dossier(db.session(), identifiant, aujourd_hui())
    if faits is None:
        echec(f"Aucun candidat n° {identifiant}.")
        return
    db.session.execute(insert(Journal), [entree("lecture", "candidat", identifiant, apres={"document": "dossier-candidat"})])
    db.session.commit()
    if en_json:
        click.echo(json.dumps(faits.en_dict(), ensure_ascii=False))
        return
    for section in faits.sections:
        click.echo(f"\n{section.titre}")
        for ligne in section.lignes:
            click.echo("  " + " ; ".join(f"{nom} : {valeur}" for nom, valeur in ligne.items()))


@click.group("candidat")
def candidat() -> None:
    """Réunit ou sépare des fiches de candidats."""


@candidat.command("reunir")
@click.argument("gardee", type=int)
@click.argument("absorbee", type=int)
@click.option("--reprendre", multiple=True, help="Champ que la fiche gardée reprend de l'autre (plusieurs fois).")
@click.option("--annuler", multiple=True, type=int, help="Inscription ouverte en double qui s'annule (INS-03).")
@au_nom_de("candidat reunir")
def reunir(gardee: int, absorbee: int, reprendre: tuple[str, ...], annuler: tuple[int, ...]) -> None:
    """Réunit la fiche ABSORBEE à la fiche GARDEE : une seule personne."""
    try:
        fiche = fusionner(db.session(), gardee, absorbee, reprendre, annuler)
    except controle.Refus as refus:
        echec("\n".join(map(str, refus.violations)), 1)
        return
    db.session.commit()
    click.echo(f"Fiche {absorbee} réunie à la fiche {gardee} ({fiche}).")


@candidat.command("separer")
@click.argument("absorbee", type=int)
@au_nom_de("candidat separer")
def separer(absorbee: int) -> None:
    """Sépare une fiche de celle à laquelle elle est réunie, d'après le journal."""
    try:
        reste = defusionner(db.session(), absorbee)
    except controle.Refus as refus:
        echec("\n".join(map(str, refus.violations)), 1)
        return
    db.session.commit()
    click.echo(f"Fiche {absorbee} séparée.")
    for phrase in reste:
        click.echo(f"  {phrase}")


def enregistrer(app: Flask) -> None:
    """Lie ces commandes à l'application, et complète `exporter`."""
    exporter_groupe.add_command(exporter_candidat)
    app.cli.add_command(candidat)
