"""Commandes du sceau électronique des documents délivrés."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import Flask

from admin_views.commande import echec


@click.group("sceau")
def sceau() -> None:
    """Installe et vérifie le sceau (PKCS#12) d'un centre ou de la branche ; voir SCEAUX dans le README."""


@sceau.command("installer")
@click.argument("nom")
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def installer(nom: str, fichier: Path) -> None:
    """Range FICHIER (.p12) comme le sceau du centre de code NOM, ou de la « branche ».

    Le mot de passe se lit dans l'environnement, là où la console le lira.
    """
    from documents.erreurs import SceauInutilisable  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui s'en sert
    from documents.sceau import installer as ranger  # noqa: PLC0415

    try:
        identite = ranger(nom, fichier.read_bytes())
    except SceauInutilisable as erreur:
        echec(str(erreur))
    click.echo(f"Sceau « {nom} » installé : {identite.sujet}, jusqu'au {identite.au:%d/%m/%Y}.")


@sceau.command("verifier")
@click.option("--json", "en_json", is_flag=True)
def verifier(*, en_json: bool) -> None:
    """Ouvre chaque sceau avec son mot de passe, et dit de qui il est et jusqu'à quand il vaut."""
    from documents import sceau as sceaux  # noqa: PLC0415
    from documents.erreurs import SceauInutilisable  # noqa: PLC0415

    try:
        identites = sceaux.verifier()
    except SceauInutilisable as erreur:
        echec(str(erreur))
    if en_json:
        click.echo(json.dumps([
            {"nom": i.nom, "sujet": i.sujet, "emetteur": i.emetteur, "du": i.du.isoformat(), "au": i.au.isoformat()}
            for i in identites
        ], ensure_ascii=False))
        return
    for i in identites:
        click.echo(f"{i.nom} : {i.sujet}, émis par {i.emetteur}, du {i.du:%d/%m/%Y} au {i.au:%d/%m/%Y}")
    if not identites:
        click.echo("Aucun sceau : les documents délivrés ne sont pas signés.")


def enregistrer(app: Flask) -> None:
    """Ajoute le groupe `sceau` aux commandes."""
    app.cli.add_command(sceau)
