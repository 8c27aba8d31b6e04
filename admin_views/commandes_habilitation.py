"""Les habilitations en commandes : les lister à une date, en voir une, la décider, la retirer."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import click
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from admin_views.commande import au_nom_de, date_donnee, echec
from admin_views.extensions import db
from documents.erreurs import DocumentRefuse, RenduImpossible
from documents.sources_habilitation import liste_organismes
from models import Certification, EvenementHabilitation, Habilitation
from models.base import aujourd_hui
from rules import actes_habilitation, controle
from rules.collecte_habilitation import indicateurs_facts
from rules.habilitation import echeance_de_l_avis
from rules.nomenclatures import DecisionHabilitation


@click.group("habilitation")
def habilitation() -> None:
    """Lit et décide les habilitations des organismes de formation."""


def _une(cle: int) -> Habilitation:
    h = db.session.scalar(
        select(Habilitation).where(Habilitation.id == cle).options(
            joinedload(Habilitation.organisme), joinedload(Habilitation.centre), selectinload(Habilitation.blocs),
            selectinload(Habilitation.certifications).selectinload(Certification.enregistrements),
        )
    )
    if h is None:
        echec(f"Aucune habilitation ne porte le numéro {cle}.")
        raise AssertionError
    return h


def _jour(jour: dt.date | None) -> str | None:
    return jour.isoformat() if jour is not None else None


def _resume(h: Habilitation) -> dict[str, Any]:
    return {
        "habilitation": h.id, "organisme": h.organisme.nom, "siret": h.organisme.siret, "centre": h.centre.code,
        "etat": h.etat.value, "pour": h.portee, "demande_le": _jour(h.demande_le), "decide_le": _jour(h.decide_le),
        "du": _jour(h.du), "au": _jour(h.au), "motif": h.motif,
    }


def _dire(objet: dict[str, Any], *, en_json: bool) -> None:
    if en_json:
        click.echo(json.dumps(objet, ensure_ascii=False))
        return
    for nom, valeur in objet.items():
        click.echo(f"  {nom:<14} {'' if valeur is None else valeur}")


def _ecrire(faire: Any) -> None:
    try:
        faire()
    except controle.Refus as refus:
        db.session.rollback()
        echec("\n".join(str(v) for v in refus.violations), 1)
    db.session.commit()


@habilitation.command("liste")
@click.option("--le", default=None, help="Date de la liste (AAAA-MM-JJ) ; aujourd'hui par défaut.")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("habilitation liste")
def liste(le: str | None, *, en_json: bool) -> None:
    """Liste les organismes habilités à une date : par qui, pour quoi, depuis quand."""
    jour = date_donnee(le) if le is not None else aujourd_hui()
    organismes = [
        {"organisme": o.nom, "siret": o.siret, "centre": o.centre, "pour": list(o.certifications), "du": _jour(o.du),
         "au": _jour(o.au)}
        for o in liste_organismes(db.session(), jour).organismes
    ]
    if en_json:
        click.echo(json.dumps({"date": jour.isoformat(), "organismes": organismes}, ensure_ascii=False))
        return
    click.echo(f"{len(organismes)} habilitations en vigueur le {jour:%d/%m/%Y}.")
    for o in organismes:
        click.echo(f"  {o['organisme']} ({o['siret']}), par {o['centre']}, depuis le {o['du']} : "
                   f"{', '.join(o['pour']) or 'toutes les certifications'}")


@habilitation.command("voir")
@click.argument("numero", type=click.IntRange(1))
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("habilitation voir")
def voir(numero: int, *, en_json: bool) -> None:
    """Montre une habilitation : sa grille, ses étapes, ce qu'elle a changé de la liste nationale."""
    h = _une(numero)
    e = EvenementHabilitation
    detail = _resume(h) | {
        "indicateurs": {
            i.code: i.resultat.value if i.resultat else None for i in indicateurs_facts(db.session(), h)
        },
        "etapes": [{"nature": x.nature.value, "le": _jour(x.faite_le), "compte_rendu": x.compte_rendu} for x in h.etapes],
        "evenements": [
            {"nature": x.nature.value, "le": _jour(x.le), "avis_avant_le": _jour(echeance_de_l_avis(x.le)),
             "avise_le": _jour(x.avise_le)}
            for x in db.session.scalars(select(e).where(e.habilitation_id == h.id).order_by(e.le, e.id))
        ],
    }
    _dire(detail, en_json=en_json)


@habilitation.command("decider")
@click.argument("numero", type=click.IntRange(1))
@click.argument("decision", type=click.Choice([d.value for d in DecisionHabilitation]))
@click.option("--le", default=None, help="Date de la décision (AAAA-MM-JJ) ; aujourd'hui par défaut.")
@click.option("--du", default=None, help="Favorable : premier jour de l'habilitation.")
@click.option("--au", default=None, help="Favorable : dernier jour, s'il en est un.")
@click.option("--motif", default="")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("habilitation decider")
def decider(
    numero: int, decision: str, le: str | None, du: str | None, au: str | None, motif: str, *, en_json: bool
) -> None:
    """Décide d'une demande : favorable, complement ou refus ; sort avec 1 et dit pourquoi quand une règle refuse."""
    h = _une(numero)
    _ecrire(lambda: actes_habilitation.decider(
        db.session(), h, DecisionHabilitation(decision), date_donnee(le) if le else aujourd_hui(),
        du=date_donnee(du) if du else None, au=date_donnee(au) if au else None, motif=motif,
    ))
    _conserver(numero)
    _dire(_resume(_une(numero)), en_json=en_json)


@habilitation.command("retirer")
@click.argument("numero", type=click.IntRange(1))
@click.option("--le", required=True, help="Premier jour sans habilitation (AAAA-MM-JJ).")
@click.option("--motif", required=True)
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("habilitation retirer")
def retirer(numero: int, le: str, motif: str, *, en_json: bool) -> None:
    """Retire une habilitation à compter d'un jour ; les inscriptions antérieures continuent."""
    h = _une(numero)
    _ecrire(lambda: actes_habilitation.retirer(db.session(), h, date_donnee(le), motif))
    _dire(_resume(_une(numero)), en_json=en_json)


def _conserver(numero: int) -> None:
    """Conserve les documents de la décision, comme la console."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import Atelier  # noqa: PLC0415

    try:
        with Atelier(processus=1) as atelier:
            archives.conserver_l_habilitation(db.session(), numero, atelier)
    except (DocumentRefuse, RenduImpossible) as erreur:
        click.echo(f"La décision est enregistrée, mais son document n'a pas pu être fait : {erreur}", err=True)


def enregistrer(app: Flask) -> None:
    """Lie les commandes des habilitations à l'application."""
    app.cli.add_command(habilitation)
