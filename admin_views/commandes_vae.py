"""Commandes des VAE et des présentables : les mêmes listes, règles et actes que la console."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import click
from flask import Flask
from sqlalchemy import select

from admin_views.commande import au_nom_de, centre_de_code, date_donnee, echec
from admin_views.extensions import db
from models import Certification, Inscription
from models.base import aujourd_hui
from rules import actes_vae
from rules.collecte_presentables import a_presenter
from rules.collecte_vae import vaes_facts
from rules.nomenclatures import VOIES_VAE
from rules.parcours_candidat import ParcoursFacts, manques
from rules.vae import VaeFacts, chemin, echeance, prochaine_phase


@click.group("vae")
def vae() -> None:
    """Suit les validations des acquis de l'expérience."""


def _resume(identite: int, f: VaeFacts) -> dict[str, Any]:
    prochaine, due = prochaine_phase(f), echeance(f)
    return {
        "inscription": identite, "candidat": f.nom, "voie": f.voie, "etat": f.etat.value, "collective": f.collective,
        "recevabilite": f.recevabilite.value if f.recevabilite else None,
        "conclusion": f.conclusion.value if f.conclusion else None,
        "prochaine_phase": prochaine.code if prochaine else None,
        "echeance": due.avant.isoformat() if due else None, "quoi": due.quoi if due else None,
        "en_retard": bool(due and due.en_retard),
    }


@vae.command("liste")
@click.option("--centre", default=None, help="Code du centre ; tous par défaut.")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("vae liste")
def liste(centre: str | None, *, en_json: bool) -> None:
    """Liste les VAE, les échéances les plus proches d'abord."""
    requete = select(Inscription.id).where(Inscription.voie.in_(VOIES_VAE)).order_by(Inscription.id)
    if centre is not None:
        requete = requete.where(Inscription.centre_id == centre_de_code(centre).id)
    faits = vaes_facts(db.session(), list(db.session.scalars(requete)), aujourd_hui())
    lignes = sorted(
        (_resume(k, f) for k, f in faits.items()), key=lambda r: (r["echeance"] is None, r["echeance"] or "", r["inscription"])
    )
    if en_json:
        click.echo(json.dumps(lignes, ensure_ascii=False))
        return
    for r in lignes:
        suite = f"{r['quoi']} avant le {dt.date.fromisoformat(r['echeance']):%d/%m/%Y}{' (en retard)' if r['en_retard'] else ''}" if r["echeance"] else "aucune échéance"
        click.echo(f"{r['inscription']:>7}  {r['candidat']} : {suite}")
    click.echo(f"{len(lignes)} VAE.")


@vae.command("voir")
@click.argument("inscription", type=int)
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("vae voir")
def voir(inscription: int, *, en_json: bool) -> None:
    """Montre les phases d'une VAE, désignée par son inscription."""
    faits = vaes_facts(db.session(), [inscription], aujourd_hui()).get(inscription)
    if faits is None or faits.voie not in VOIES_VAE:
        echec(f"L'inscription {inscription} n'est pas une VAE.")
        return
    phases = [
        {"code": p.code, "libelle": p.libelle, "fait": p.fait, "le": p.le.isoformat() if p.le else None} for p in chemin(faits)
    ]
    if en_json:
        click.echo(json.dumps(_resume(inscription, faits) | {"phases": phases}, ensure_ascii=False))
        return
    click.echo(faits.nom)
    for p in chemin(faits):
        click.echo(f"  {'x' if p.fait else ' '} {p.libelle} : {f'{p.le:%d/%m/%Y}' if p.fait and p.le else p.detail}")


@vae.command("reputer")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("vae reputer")
def reputer(*, en_json: bool) -> None:
    """Inscrit « réputée recevable » chaque VAE restée deux mois sans décision (à lancer chaque nuit)."""
    faites = actes_vae.reputer(db.session())
    db.session.commit()
    click.echo(json.dumps({"inscriptions": faites}) if en_json else f"{len(faites)} VAE réputées recevables.")


@click.group("candidats")
def candidats() -> None:
    """Dit où en sont les candidats."""


def _candidat(p: ParcoursFacts) -> dict[str, Any]:
    return {
        "inscription": p.inscription_id, "candidat": p.nom, "certification": p.certification_id,
        "manques": [{"code": m.code, "message": m.message} for m in manques(p)],
    }


@candidats.command("presentables")
@click.option("--date", "le", default=None, help="Jour du jury (AAAA-MM-JJ) ; demain par défaut.")
@click.option("--centre", default=None, help="Code du centre ; tous par défaut.")
@click.option("--certification", default=None, help="Numéro imprimé, par exemple « CQPM 1989 0021 ».")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("candidats presentables")
def presentables(le: str | None, centre: str | None, certification: str | None, *, en_json: bool) -> None:
    """Liste qui peut être présenté à un jury ce jour-là, et ce qui manque aux autres."""
    au = date_donnee(le) if le is not None else aujourd_hui() + dt.timedelta(days=1)
    oui, non = a_presenter(
        db.session(), au, centre_id=centre_de_code(centre).id if centre is not None else None,
        certification_id=_certification(certification) if certification is not None else None,
    )
    if en_json:
        click.echo(json.dumps(
            {"au": au.isoformat(), "presentables": [_candidat(p) for p in oui], "autres": [_candidat(p) for p in non]},
            ensure_ascii=False,
        ))
        return
    click.echo(f"Présentables au {au:%d/%m/%Y} : {len(oui)}.")
    for p in oui:
        click.echo(f"  {p.inscription_id:>7}  {p.nom}")
    click.echo(f"Pas encore : {len(non)}.")
    for p in non:
        click.echo(f"  {p.inscription_id:>7}  {p.nom} : " + " ; ".join(m.message for m in manques(p)))


def _certification(ecriture: str) -> int:
    trouvees = [
        c.id for c in db.session.scalars(select(Certification).where(Certification.versions.any()))
        if ecriture.strip() in {c.base_identifiant, c.titre}
    ]
    if len(trouvees) != 1:
        echec(f"« {ecriture} » ne désigne pas une certification : donnez son numéro imprimé, par exemple CQPM 1989 0021.")
    return trouvees[0]


def enregistrer(app: Flask) -> None:
    """Lie ces commandes à l'application."""
    app.cli.add_command(vae)
    app.cli.add_command(candidats)
