"""Sauvegarder et restaurer la base en commande ; une restauration rejoue les purges."""

from __future__ import annotations

import json
from pathlib import Path

import click

from admin_views.commande import au_nom_de, echec
from admin_views.extensions import db
from admin_views.registre_des_purges import ecrire_le_registre, fichier_du_registre, lire_le_registre
from migrations.commande import migrer
from migrations.sauvegarde import SauvegardeImpossible
from migrations.sauvegarde import restaurer as restaurer_la_base
from migrations.sauvegarde import sauvegarder as sauvegarder_la_base
from models.base import maintenant
from rules import actes_conservation, actes_journal
from rules.controle import Refus


@click.command("sauvegarder")
@click.argument("dossier", type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("sauvegarder")
def sauvegarder(dossier: Path, *, en_json: bool) -> None:
    """Sauvegarde la base dans DOSSIER, pendant qu'elle sert, avec son manifeste et le registre des purges."""
    actes_journal.sceller(db.session())
    db.session.commit()
    try:
        fichier = sauvegarder_la_base(db.engine, dossier, maintenant())
    except (SauvegardeImpossible, OSError) as erreur:
        echec(f"Rien n'a été sauvegardé. {erreur}" if isinstance(erreur, SauvegardeImpossible) else
              "Rien n'a été sauvegardé : le dossier ne s'écrit pas, ou le disque est plein.")
        return
    registre = ecrire_le_registre()
    (dossier / registre.name).write_bytes(registre.read_bytes())
    if en_json:
        click.echo(json.dumps({"fichier": str(fichier), "octets": fichier.stat().st_size}))
    else:
        click.echo(f"{fichier} : {fichier.stat().st_size} octets.")


@click.command("restaurer")
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--registre", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None,
              help="Le registre des purges à rejouer ; à défaut, celui de la console, puis celui du dossier.")
@click.option("--remplacer", is_flag=True, help="Remplace une base qui a déjà des tables.")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("restaurer")
def restaurer(fichier: Path, registre: Path | None, *, remplacer: bool, en_json: bool) -> None:
    """Restaure la sauvegarde FICHIER, console arrêtée, puis rejoue les purges faites depuis."""
    choisi = registre or next(
        (f for f in (fichier_du_registre(), fichier.parent / fichier_du_registre().name) if f.exists()), None
    )
    if choisi is None:
        echec("Aucun registre des purges : ce qui a été effacé reviendrait. Donnez-le avec --registre.")
        return
    purges = lire_le_registre(choisi)
    db.session.remove()
    db.engine.dispose()
    try:
        comptes = restaurer_la_base(db.engine.url, fichier, remplacer=remplacer)
    except SauvegardeImpossible as erreur:
        echec(f"Rien n'a été restauré. {erreur}")
        return
    migrer(db.engine)
    try:
        effacees = actes_conservation.rejouer(db.session(), purges)
    except Refus as refus:
        db.session.rollback()
        echec("La base est restaurée, mais les purges n'ont pas été rejouées. " + " ".join(str(v) for v in refus.violations))
        return
    db.session.commit()
    fait = {"lignes": sum(comptes.values()), "tables": len(comptes), "effacees": effacees}
    click.echo(json.dumps(fait) if en_json else
               f"Base restaurée : {fait['lignes']} lignes en {fait['tables']} tables ; {effacees} lignes effacées de nouveau.")


COMMANDES = (sauvegarder, restaurer)
