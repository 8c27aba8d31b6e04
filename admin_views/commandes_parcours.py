"""Les commandes des parcours certifiants : lister, voir un dossier ; le GTP valide en séance."""

from __future__ import annotations

import json
from typing import Any

import click
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views.commande import au_nom_de, echec, numero_donne
from admin_views.extensions import db
from models import Parcours
from models.base import aujourd_hui
from rules.collecte_parcours import parcours_facts
from rules.nomenclatures import EtatReferentiel
from rules.parcours import duree, points


@click.group("parcours")
def parcours() -> None:
    """Lit les parcours certifiants."""


def _resume(p: Parcours) -> dict[str, Any]:
    return {
        "id": p.id, "identifiant": p.certification.base_identifiant if p.certification and p.valide_le else None,
        "intitule": p.intitule, "societe": p.societe, "centre": p.centre.code, "version": p.numero, "etat": p.etat.value,
        "minutes": p.minutes, "mois": p.mois, "soumis_le": str(p.soumis_le) if p.soumis_le else None,
        "valide_le": str(p.valide_le) if p.valide_le else None,
    }


def _lu(cle: str) -> Parcours:
    lu = db.session.get(Parcours, numero_donne(cle))
    if lu is None:
        echec(f"Aucun parcours ne porte la clé {cle}.")
        raise AssertionError
    return lu


@parcours.command("liste")
@click.option("--etat", type=click.Choice([e.value for e in EtatReferentiel]), default=None)
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("parcours liste")
def liste(etat: str | None, *, en_json: bool) -> None:
    """Les parcours, dans l'ordre de leur intitulé."""
    requete = select(Parcours).options(joinedload(Parcours.centre), joinedload(Parcours.certification))
    if etat is not None:
        requete = requete.where(Parcours.etat == EtatReferentiel(etat))
    lus = list(db.session.scalars(requete.order_by(Parcours.recherche, Parcours.numero)))
    if en_json:
        click.echo(json.dumps([_resume(p) for p in lus], ensure_ascii=False))
        return
    for p in lus:
        nom = p.certification.base_identifiant if p.certification and p.valide_le else "–"
        click.echo(f"{p.id:>5}  {p.etat.libelle:<15} {nom:<14} {p}, version {p.numero}, centre {p.centre.code}")


@parcours.command("voir")
@click.argument("cle")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("parcours voir")
def voir(cle: str, *, en_json: bool) -> None:
    """Un parcours et son dossier, point par point."""
    p = _lu(cle)
    dossier = points(parcours_facts(db.session(), [p.id], aujourd_hui())[p.id])
    if en_json:
        click.echo(json.dumps(_resume(p) | {"dossier": [
            {"point": x.libelle, "fait": x.fait, "constats": [
                {"code": c.code, "gravite": c.gravite.value, "champ": c.champ, "message": c.message} for c in x.constats
            ]} for x in dossier
        ]}, ensure_ascii=False))
        return
    click.echo(f"{p}, version {p.numero} : {p.etat.libelle.lower()}, {duree(p.minutes)}")
    for x in dossier:
        click.echo(f"  {'fait ' if x.fait else 'reste'}  {x.libelle}")
        for c in x.constats:
            click.echo(f"           {c.message} [{c.code}]")


def enregistrer(app: Flask) -> None:
    """Lie les commandes à l'application."""
    app.cli.add_command(parcours)
