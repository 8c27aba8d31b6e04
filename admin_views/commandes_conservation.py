"""Commandes de la conservation et du journal : ce qui est échu, la purge, son registre, les sceaux."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask

from admin_views import commandes_sauvegarde
from admin_views.commande import au_nom_de, date_donnee, echec
from admin_views.extensions import db
from admin_views.registre_des_purges import ecrire_le_registre, fichier_du_registre, lire_le_registre
from models.base import aujourd_hui
from rules import actes_conservation, actes_journal
from rules.collecte_conservation import Echu, tableau
from rules.controle import Refus


def _en_dict(e: Echu) -> dict[str, Any]:
    return {
        "code": e.duree.nature.value, "quoi": e.duree.nature.libelle, "table": e.objet, "nombre": e.nombre,
        "retenus": e.retenus, "du": e.du.isoformat(), "au": e.au.isoformat(), "duree": e.duree.combien,
        "depuis": e.duree.depuis, "tenu_par": e.duree.tenue_par, "base": e.duree.source,
    }


@click.command("conservation")
@click.option("--au", default=None, help="Juger les termes à cette date (AAAA-MM-JJ) ; aujourd'hui par défaut.")
@click.option("--purger", is_flag=True, help="Efface ce qui est échu, après confirmation.")
@click.option("--confirmer", type=int, default=None, help="Le nombre de lignes à effacer, au lieu de le demander.")
@click.option("--approuve-par", default=None, help="Qui approuve la purge, autre que qui la lance.")
@click.option("--rejouer", "registre", is_flag=False, flag_value="", default=None, help="Refait les purges d'un registre.")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("conservation")
def conservation(
    au: str | None, confirmer: int | None, approuve_par: str | None, registre: str | None, *, purger: bool, en_json: bool,
) -> None:
    """Liste ce qui a atteint le terme de sa conservation (partie 2, chapitre 6), et l'efface sur demande."""
    if registre is not None:
        _rejouer(Path(registre) if registre else fichier_du_registre(), en_json=en_json)
        return
    jour = date_donnee(au) if au is not None else aujourd_hui()
    trouves = tableau(db.session(), jour)
    if not purger:
        _lister(trouves, jour.isoformat(), en_json=en_json)
        return
    if not approuve_par:
        echec("Dites qui approuve cette purge : --approuve-par NOM (une autre personne que celle qui la lance).")
        return
    nombre = sum(e.nombre for e in trouves)
    if confirmer is None:
        _lister(trouves, jour.isoformat(), en_json=False)
        confirmer = click.prompt(f"Écrivez {nombre} pour effacer définitivement ces lignes", type=int)
    try:
        purge = actes_conservation.proposer(db.session(), jour)
        with actes_conservation.au_nom_de(approuve_par):
            actes_conservation.executer(db.session(), purge, confirmer)
    except Refus as refus:
        db.session.rollback()
        echec(" ".join(str(v) for v in refus.violations))
        return
    db.session.commit()
    chemin = ecrire_le_registre()
    fait = {"purge": purge.id, "au": jour.isoformat(), "effacees": purge.nombre, "registre": str(chemin)}
    click.echo(json.dumps(fait, ensure_ascii=False) if en_json else
               f"Purge n° {purge.id} : {purge.nombre} lignes effacées. Registre : {chemin}")


def _lister(trouves: list[Echu], jour: str, *, en_json: bool) -> None:
    if en_json:
        click.echo(json.dumps({"au": jour, "echus": [_en_dict(e) for e in trouves]}, ensure_ascii=False))
        return
    for e in trouves:
        retenus = f", {e.retenus} retenues" if e.retenus else ""
        click.echo(f"{e.duree.nature.value}  {e.duree.nature.libelle} ({e.objet}) : {e.nombre} lignes{retenus}, "
                   f"du {e.du:%d/%m/%Y} au {e.au:%d/%m/%Y} ; {e.duree.source}")
    click.echo(f"{sum(e.nombre for e in trouves)} lignes ont passé leur terme au {jour}.")


def _rejouer(fichier: Path, *, en_json: bool) -> None:
    try:
        effacees = actes_conservation.rejouer(db.session(), lire_le_registre(fichier))
    except Refus as refus:
        db.session.rollback()
        echec(" ".join(str(v) for v in refus.violations))
        return
    db.session.commit()
    click.echo(json.dumps({"effacees": effacees}) if en_json else f"{effacees} lignes effacées de nouveau.")


@click.group("journal")
def journal() -> None:
    """Scelle et vérifie le journal."""


@journal.command("sceller")
@au_nom_de("journal sceller")
def sceller() -> None:
    """Scelle les blocs complets du journal qui ne le sont pas encore."""
    nombre = actes_journal.sceller(db.session())
    db.session.commit()
    click.echo(f"{nombre} blocs scellés.")


@journal.command("verifier")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("journal verifier")
def verifier(*, en_json: bool) -> None:
    """Compare le journal à ses sceaux ; échoue s'il a changé."""
    v = actes_journal.verifier(db.session())
    if en_json:
        click.echo(json.dumps({"blocs": v.blocs, "entrees": v.entrees, "non_scellees": v.non_scellees, "alteres": list(v.alteres)}))
    elif v.alteres:
        click.echo("Le journal a changé depuis son sceau : " + ", ".join(
            f"entrées {b * actes_journal.TAILLE} à {(b + 1) * actes_journal.TAILLE - 1}" for b in v.alteres) + ".")
    else:
        click.echo(f"{v.entrees} entrées, {v.blocs} blocs scellés intacts, {v.non_scellees} entrées pas encore scellées.")
    sys.exit(1 if v.alteres else 0)


def enregistrer(app: Flask) -> None:
    """Attache les commandes à l'application."""
    for commande in (conservation, journal, *commandes_sauvegarde.COMMANDES):
        app.cli.add_command(commande)
