"""La commande `exporter` : les données d'un centre, ou la liste de la branche, telles qu'elles se réimportent."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from admin_views.commande import au_nom_de, centre_de_code, echec
from admin_views.extensions import db
from imports.genres import GENRES, NATIONAUX, exporter
from imports.rendu import EXTENSIONS, en_classeur, en_csv


@click.group("exporter")
def exporter_groupe() -> None:
    """Écrit des données telles qu'elles se réimportent."""


def _commande_d_export(nature: str, *, national: bool) -> None:
    """Pose la commande qui rend ce genre de fichiers ; national, il n'a pas de centre."""
    genre = (NATIONAUX if national else GENRES)[nature]
    quoi = "la liste de la branche" if national else "un centre"

    @exporter_groupe.command(nature, help=f"{genre.libelle} : {quoi}, en .csv ou .xlsx selon l'extension ; le fichier se réimporte tel quel.")
    @click.argument("fichier", type=click.Path(dir_okay=False, writable=True, path_type=Path))
    @click.option("--centre", required=not national, hidden=national, help="Code du centre de certification.")
    @au_nom_de("exporter")
    def commande(fichier: Path, centre: str | None) -> None:
        extension = fichier.suffix.lower().removeprefix(".")
        if extension not in EXTENSIONS:
            echec("Le fichier est un .csv ou un .xlsx.")
        lignes = list(exporter(db.session(), nature, 0 if centre is None else centre_de_code(centre).id))
        with fichier.open("wb") as sortie:
            if extension == "xlsx":
                en_classeur(lignes, genre.libelle, sortie)
            else:
                sortie.writelines(morceau.encode() for morceau in en_csv(lignes))
        click.echo(f"{fichier.name} : {len(lignes) - 1} lignes ({genre.libelle.lower()}).")


for _nature in GENRES:
    _commande_d_export(_nature, national=False)
for _nature in NATIONAUX:
    _commande_d_export(_nature, national=True)


def enregistrer(app: Flask) -> None:
    """Lie la commande à l'application ; d'autres modules la complètent."""
    app.cli.add_command(exporter_groupe)
