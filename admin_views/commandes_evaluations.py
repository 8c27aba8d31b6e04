"""Commande des évaluations : voir un dossier."""

from __future__ import annotations

import json
from typing import Any

import click
from flask import Flask

from admin_views.commande import au_nom_de, echec
from admin_views.extensions import db
from rules import controle
from rules.collecte_evaluation import acquis_facts, dossiers_facts
from rules.evaluation import DossierFacts, dispense_d_avis


@click.group("evaluation")
def evaluation() -> None:
    """Suit les évaluations."""


def _dossier(d: DossierFacts) -> dict[str, Any]:
    """Le dossier d'évaluation d'une inscription, tel que la console le montre ; ni handicap ni état civil."""
    avis = d.avis
    return {
        "inscription": d.inscription_id, "candidat": d.nom, "voie": d.voie.value, "evaluees": d.evaluees,
        "competences": [
            {
                "code": c.code, "libelle": c.libelle, "modalites_permises": [m.code for m in c.modalites],
                "modalite": e.modalite if e else "", "resultat": e.resultat.value if e and e.resultat else None,
                "date_evaluation": e.date_evaluation.isoformat() if e and e.date_evaluation else None,
                "acquis_repris_du": e.repris_du.isoformat() if e and e.repris_du else None,
            }
            for c in d.competences for e in (d.evaluations.get(c.id),)
        ],
        "convenu_le": d.convenu_le.isoformat() if d.convenu_le else None,
        "avis": None if avis is None or avis.sens is None or avis.date_avis is None else {
            "sens": avis.sens.value, "date": avis.date_avis.isoformat(), "auteur": avis.auteur, "fonction": avis.fonction,
        },
        "avis_dispense": dispense_d_avis(d),
        "manques": [
            {"code": v.code, "gravite": v.gravite.value, "message": v.message} for v in controle.dossier(d)
        ],
        "acquis": [
            {"code": a.code, "jury": a.date_jury.isoformat(), "jusqu_au": a.jusqu_au.isoformat(),
             "repris": (e := d.evaluations.get(a.competence_id)) is not None and e.repris_du is not None,
             "hors_delai": bool(controle.acquis(a))}
            for a in acquis_facts(db.session(), [d.inscription_id])[d.inscription_id]
        ],
    }


@evaluation.command("voir")
@click.argument("inscription", type=click.IntRange(min=1, max=2**31 - 1))
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("evaluation voir")
def voir(inscription: int, *, en_json: bool) -> None:
    """Montre le dossier d'évaluation d'une inscription et ce qui lui manque ; sort 1 s'il manque quelque chose."""
    dossier = dossiers_facts(db.session(), [inscription]).get(inscription)
    if dossier is None:
        echec(f"Aucune inscription n° {inscription}.")
        return
    vu = _dossier(dossier)
    if en_json:
        click.echo(json.dumps(vu, ensure_ascii=False))
    else:
        click.echo(f"{dossier.nom} : {dossier.evaluees} compétences évaluées sur {len(dossier.competences)}.")
        for c in vu["competences"]:
            repris = f" (acquis repris du jury du {c['acquis_repris_du']})" if c["acquis_repris_du"] else ""
            click.echo(f"  {c['code']:<14} {c['resultat'] or 'à évaluer'}{repris}")
        for m in vu["manques"]:
            click.echo(f"  {m['message']} [{m['code']}]")
    raise SystemExit(1 if any(m["gravite"] == "B" for m in vu["manques"]) else 0)


def enregistrer(app: Flask) -> None:
    """Lie ces commandes à l'application."""
    app.cli.add_command(evaluation)
