"""La délibération en ligne de commande : voir où en est un jury, consigner un vote, donner les liens de vote."""

from __future__ import annotations

import json
from typing import Any

import click
from flask import Flask, current_app, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views.commande import au_nom_de, echec
from admin_views.deliberation import candidat_en_json
from admin_views.extensions import db
from models import Jury, Presentation, Siege
from rules import actes, actes_deliberation, controle
from rules.collecte_deliberation import Deliberation, deliberation


@click.group("jury")
def jury() -> None:
    """Suit la délibération d'un jury."""


def _deliberation(jury_id: int) -> Deliberation:
    vue = deliberation(db.session(), jury_id)
    if vue is None:
        echec(f"Aucun jury n° {jury_id}.")
        raise AssertionError
    return vue


def etat_en_json(vue: Deliberation) -> dict[str, Any]:
    """Une délibération entière, par numéro : membres, voix, décomptes, ce qui manque pour signer."""
    return {
        "jury": vue.jury_id, "date": vue.date_jury.isoformat(), "lieu": vue.lieu, "etat": vue.etat.value, "revision": vue.revision,
        "membres": [
            {"siege": s.id, "nom": s.nom, "delegation": s.delegation.value, "organisation": s.syndicat, "voix": s.voix,
             "president": s.president, "present": s.present} for s in vue.faits.sieges
        ],
        "candidats": [candidat_en_json(c, [s.id for s in vue.faits.sieges], complet=True) for c in vue.candidats],
    }


@jury.command("deliberation")
@click.argument("jury_id", type=int)
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("jury deliberation")
def montrer(jury_id: int, *, en_json: bool) -> None:
    """Dit où en est la délibération d'un jury, par numéro de candidat."""
    vue = _deliberation(jury_id)
    if en_json:
        click.echo(json.dumps(etat_en_json(vue), ensure_ascii=False))
        return
    click.echo(f"Jury du {vue.date_jury:%d/%m/%Y} à {vue.lieu} : {vue.etat.libelle.lower()}, "
               f"{len(vue.faits.votants)} votants présents.")
    for c in vue.candidats:
        d = c.decompte
        tranche = f" (voix prépondérante de {vue.president.nom})" if d.preponderante and vue.president else ""
        click.echo(f"  n° {c.numero} : {d.pour} pour, {d.contre} contre → {d.decision.value if d.decision else 'rien encore'}{tranche}")
        for b, voix in c.blocs:
            click.echo(f"      {b.identifiant} : {voix.pour} pour, {voix.contre} contre → "
                       f"{voix.decision.value if voix.decision else 'rien encore'}")
        for constat in c.constats:
            click.echo(f"      {constat}")


@jury.command("voter")
@click.argument("jury_id", type=int)
@click.argument("numero", type=int)
@click.argument("siege_id", type=int)
@click.argument("valeur", type=click.Choice(["A", "NA"]))
@click.option("--bloc", "bloc", default=None, help="Numéro du bloc voté à part, par exemple 12.", type=int)
@au_nom_de("jury voter")
def voter(jury_id: int, numero: int, siege_id: int, valeur: str, *, bloc: int | None) -> None:
    """Consigne, au nom d'un membre, son vote sur un candidat ; le journal garde son nom (JUR-15)."""
    presentation = db.session.scalar(
        select(Presentation).where(Presentation.jury_id == jury_id, Presentation.numero_anonyme == numero)
    )
    siege = db.session.get(Siege, siege_id)
    if presentation is None or siege is None or siege.jury_id != jury_id:
        echec("Ce jury n'a pas ce candidat, ou pas ce siège.")
        return
    blocs = {c.competence.bloc.numero: c.competence.bloc_id for c in presentation.competences if c.competence.bloc is not None}
    if bloc is not None and bloc not in blocs:
        echec(f"Le bloc {bloc} n'est pas de la cible de ce candidat.")
    try:
        actes.voter(db.session(), presentation, siege, valeur, bloc_id=blocs[bloc] if bloc is not None else None)
        db.session.commit()
    except controle.Refus as refus:
        db.session.rollback()
        echec(" ".join(str(v) for v in refus.violations))
    click.echo(f"Vote de {siege.personne} sur le candidat n° {numero} : {valeur}.")


@jury.command("liens")
@click.argument("jury_id", type=int)
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("jury liens")
def liens(jury_id: int, *, en_json: bool) -> None:
    """Donne un lien de vote neuf à chaque membre qui a une voix ; les anciens ne valent plus rien."""
    trouve = db.session.get(Jury, jury_id)
    if trouve is None:
        echec(f"Aucun jury n° {jury_id}.")
        return
    sieges = db.session.scalars(
        select(Siege).where(Siege.jury_id == jury_id, Siege.voix).options(joinedload(Siege.personne)).order_by(Siege.id)
    ).all()
    racine, faits = current_app.config["ADRESSE_PUBLIQUE"].rstrip("/"), []
    with current_app.test_request_context():
        try:
            for siege in sieges:
                jeton = actes_deliberation.ouvrir_lien(db.session(), siege)
                faits.append({"siege": siege.id, "membre": str(siege.personne), "lien": racine + url_for("siege.entrer", jeton=jeton)})
            db.session.commit()
        except controle.Refus as refus:
            db.session.rollback()
            echec(" ".join(str(v) for v in refus.violations))
    click.echo(json.dumps(faits, ensure_ascii=False) if en_json else "\n".join(f"{lien['membre']} : {lien['lien']}" for lien in faits))


def enregistrer(app: Flask) -> None:
    """Lie ces commandes à l'application."""
    groupe = app.cli.commands.get("jury")
    if isinstance(groupe, click.Group):
        for commande in jury.commands.values():
            groupe.add_command(commande)
    else:
        app.cli.add_command(jury)
