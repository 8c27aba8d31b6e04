"""Les commandes des référentiels : voir une version, la soumettre, en comparer deux."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable

import click
from flask import Flask
from sqlalchemy import select

from admin_views.commande import au_nom_de, echec
from admin_views.extensions import db
from models import ModaliteEvaluation, Referentiel
from rules import actes_referentiel, controle
from rules.collecte_referentiel import version_facts
from rules.comparaison_referentiel import Changement, Morceau, Section, comparer
from rules.noyau import Violation
from rules.referentiel import VersionFacts

_MARQUES = {Changement.AJOUTE: "+", Changement.RETIRE: "-", Changement.MODIFIE: "~", Changement.IDENTIQUE: " "}


def _version(identite: int) -> Referentiel:
    version = db.session.get(Referentiel, identite)
    if version is None:
        echec(f"Aucune version de référentiel ne porte le numéro {identite}.")
        raise LookupError(identite)
    return version


def _dire(violations: Iterable[Violation]) -> None:
    for violation in violations:
        click.echo(f"  {violation}")


@click.group("referentiel")
def referentiel() -> None:
    """Lit, soumet et compare les versions des référentiels."""


@referentiel.command("voir")
@click.argument("identite", type=int)
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("referentiel")
def voir(identite: int, *, en_json: bool) -> None:
    """Montre une version, et ce qui lui manque pour être soumise."""
    version = _version(identite)
    faits = version_facts(db.session(), identite)
    manques = controle.soumission(faits)
    if en_json:
        click.echo(json.dumps({
            "id": version.id, "certification": str(version.certification), "version": version.numero,
            "valide_le": version.valide_le.isoformat() if version.valide_le else None, **dataclasses.asdict(faits),
            "manques": [{"code": m.code, "champ": m.champ, "message": m.message, "source": m.source} for m in manques],
        }, ensure_ascii=False))
        return
    click.echo(f"{version.certification}, {version}")
    _raconter(faits)
    if manques:
        click.echo(f"Il manque {len(manques)} point(s) pour la soumettre :")
        _dire(manques)


def _raconter(faits: VersionFacts) -> None:
    for bloc in faits.blocs:
        click.echo(f"{bloc.identifiant or 'BDC à numéroter'} – {bloc.libelle}")
        for rang, competence in enumerate(bloc.competences, 1):
            click.echo(f"  {rang}. {competence.libelle}")
    for rang, competence in enumerate(faits.competences, 1):
        click.echo(f"  {rang}. {competence.libelle}")


@referentiel.command("soumettre")
@click.argument("identite", type=int)
@au_nom_de("referentiel")
def soumettre(identite: int) -> None:
    """Soumet un projet complet au GTP."""
    version = _version(identite)
    try:
        actes_referentiel.soumettre(db.session(), version)
        db.session.commit()
    except controle.Refus as refus:
        db.session.rollback()
        click.echo("Refusé, rien n'a été écrit :", err=True)
        for violation in refus.violations:
            click.echo(f"  {violation}", err=True)
        raise SystemExit(1) from None
    click.echo(f"{version.certification}, version {version.numero} : soumise au GTP.")


@referentiel.command("comparer")
@click.argument("premiere", type=int)
@click.argument("seconde", type=int)
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("referentiel")
def comparer_versions(premiere: int, seconde: int, *, en_json: bool) -> None:
    """Dit ce qui a changé d'une version à l'autre : [-retiré-] et {+ajouté+}."""
    for identite in (premiere, seconde):
        _version(identite)
    modalites = {m.code: m.libelle for m in db.session.scalars(select(ModaliteEvaluation))}
    sections = [
        s for s in comparer(*(version_facts(db.session(), i) for i in (premiere, seconde)), modalites)
        if s.changement is not Changement.IDENTIQUE
    ]
    if en_json:
        click.echo(json.dumps([dataclasses.asdict(s) for s in sections], ensure_ascii=False))
        return
    if not sections:
        click.echo("Les deux versions disent la même chose.")
    for section in sections:
        _raconter_section(section)


def _raconter_section(section: Section) -> None:
    click.echo(f"{_MARQUES[section.changement]} {section.titre}")
    for ligne in section.lignes:
        if ligne.changement is not Changement.IDENTIQUE:
            avant, apres = _marque(ligne.avant, "[-", "-]"), _marque(ligne.apres, "{+", "+}")
            click.echo(f"    {ligne.nom} : {' → '.join(x for x in (avant, apres) if x)}")


def _marque(morceaux: tuple[Morceau, ...], debut: str, fin: str) -> str:
    return "".join(f"{debut}{m.texte}{fin}" if m.change else m.texte for m in morceaux)


def enregistrer(app: Flask) -> None:
    """Lie les commandes à l'application."""
    app.cli.add_command(referentiel)
