"""Les commandes du GTP : demandes, séances, usage des certifications ; `--json` où un script les lit."""

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
from admin_views.gtp import decompte_lisible, resultat
from models import Certification, Demande, PointGtp, SeanceGtp
from models.base import aujourd_hui
from rules import controle
from rules.collecte_demandes import demande_facts, periode_d_usage, seance_facts, usages
from rules.nomenclatures import EtatDemande, EtatSeance

_AVEC_CERTIFICATION = joinedload(Demande.certification).selectinload(Certification.enregistrements)


def _dire(donnees: Any, en_json: bool, lignes: list[str]) -> None:
    if en_json:
        click.echo(json.dumps(donnees, ensure_ascii=False, default=str))
    else:
        for ligne in lignes:
            click.echo(ligne)


def _resume(d: Demande) -> dict[str, Any]:
    return {
        "id": d.id, "nature": d.nature.value, "etat": d.etat.value, "famille": d.famille.value, "porteur": d.porteur.value,
        "certification": d.certification.base_identifiant, "titre": d.titre, "deposee_le": d.deposee_le,
        "complete_le": d.complete_le, "decidee_le": d.decidee_le,
    }


@click.group("demande")
def demande() -> None:
    """Lit les demandes au GTP."""


@demande.command("liste")
@click.option("--etat", type=click.Choice([e.value for e in EtatDemande]), default=None)
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("demande liste")
def liste(etat: str | None, *, en_json: bool) -> None:
    """Les demandes, la plus récente d'abord."""
    requete = select(Demande).order_by(Demande.deposee_le.desc(), Demande.id.desc()).options(_AVEC_CERTIFICATION)
    if etat is not None:
        requete = requete.where(Demande.etat == EtatDemande(etat))
    demandes = list(db.session.scalars(requete))
    _dire([_resume(d) for d in demandes], en_json,
          [f"{d.id:>5}  {d.deposee_le:%d/%m/%Y}  {d.etat.libelle:<18} {d}" for d in demandes] or ["Aucune demande."])


@demande.command("voir")
@click.argument("numero", type=click.IntRange(1, 999_999_999))
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("demande voir")
def voir(numero: int, *, en_json: bool) -> None:
    """Une demande, ce qui manque à son dossier, ses passages devant le GTP, ses publications."""
    lue = db.session.scalar(
        select(Demande).where(Demande.id == numero)
        .options(_AVEC_CERTIFICATION, selectinload(Demande.points).joinedload(PointGtp.seance), selectinload(Demande.publications))
    )
    if lue is None:
        echec(f"Aucune demande n° {numero}.")
        return
    manques = [str(v) for v in controle.completude(demande_facts(db.session(), lue))]
    donnees = _resume(lue) | {
        "manques": manques,
        "passages": [
            {"seance": p.seance.date_seance, "decision": p.decision.value if p.decision else None, "pour": p.voix_pour,
             "contre": p.voix_contre, "motif": p.motif} for p in lue.points
        ],
        "publications": [{"nature": p.nature.value, "faite_le": p.faite_le, "par": p.faite_par} for p in lue.publications],
    }
    _dire(donnees, en_json, [
        f"{lue} – {lue.etat.libelle.lower()}, reçue le {lue.deposee_le:%d/%m/%Y}",
        *(f"  manque : {m}" for m in manques),
        *(f"  {p.seance} : {p.decision.libelle.lower() if p.decision else 'à décider'}{f', {p.motif}' if p.motif else ''}"
          for p in lue.points),
        *(f"  publication, {p.nature.libelle} : {f'faite le {p.faite_le:%d/%m/%Y}' if p.faite_le else 'à faire'}"
          for p in lue.publications),
    ])


@click.group("gtp")
def gtp() -> None:
    """Lit les séances du GTP."""


@gtp.command("seance")
@click.argument("numero", required=False, type=click.IntRange(1, 999_999_999))
@click.option("--etat", type=click.Choice([e.value for e in EtatSeance]), default=None)
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("gtp seance")
def seance(numero: int | None, etat: str | None, *, en_json: bool) -> None:
    """Une séance, ou toutes : points, décompte, décisions."""
    requete = select(SeanceGtp).order_by(SeanceGtp.date_seance.desc(), SeanceGtp.id.desc())
    if numero is not None:
        requete = requete.where(SeanceGtp.id == numero)
    if etat is not None:
        requete = requete.where(SeanceGtp.etat == EtatSeance(etat))
    seances = list(db.session.scalars(requete))
    if numero is not None and not seances:
        echec(f"Aucune séance n° {numero}.")
    donnees, lignes = [], []
    for s in seances:
        faits = seance_facts(db.session(), s)
        points = [(p, faits.decompte(p)) for p in faits.points]
        donnees.append({
            "id": s.id, "nature": s.nature.value, "date": s.date_seance, "etat": s.etat.value, "lieu": s.lieu,
            "presentes": sorted(faits.presentes), "voix_uimm": len(faits.representatives),
            "points": [
                {"ordre": p.ordre, "demande": p.demande, "nature": p.nature.value, "pour": c.pour, "contre": c.contre,
                 "abstentions": c.abstentions, "adopte": c.adopte, "decision": p.decision.value if p.decision else None,
                 "motif": p.motif} for p, c in points
            ],
        })
        lignes.append(f"{s.id:>5}  {s}, {s.etat.libelle.lower()}")
        lignes += [
            f"       {p.ordre}. {p.demande} : {p.decision.libelle.lower() if p.decision else 'à décider'} "
            f"({decompte_lisible(c)}, {resultat(c)})" for p, c in points
        ]
    _dire(donnees, en_json, lignes or ["Aucune séance."])


@click.group("suppression")
def suppression() -> None:
    """Compte l'usage des certifications."""


@suppression.command("seuil")
@click.option("--date", "le", default=None, help="Le jour de la demande, AAAA-MM-JJ ; aujourd'hui par défaut.")
@click.option("--toutes", is_flag=True, help="Montre aussi les certifications au-dessus du seuil.")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("suppression seuil")
def seuil(le: str | None, *, toutes: bool, en_json: bool) -> None:
    """Les certifications de moins de deux promotions dans les cinq ans qui précèdent (SUP-02)."""
    jour: dt.date = date_donnee(le) if le is not None else aujourd_hui()
    comptes = usages(db.session(), jour, seulement_sous_le_seuil=not toutes)
    du, au = periode_d_usage(jour)
    _dire(
        {"du": du, "au": au, "certifications": [
            {"certification": u.certification.base_identifiant, "titre": u.certification.titre, "promotions": u.promotions,
             "candidats": u.candidats, "derniere": u.derniere, "recente": u.recente} for u in comptes
        ]},
        en_json,
        [f"{len(comptes)} certifications, du {du:%d/%m/%Y} au {au:%d/%m/%Y}",
         *(f"  {u.promotions:>3} promotions, {u.candidats:>4} candidats  {u.certification}" for u in comptes)],
    )


def enregistrer(app: Flask) -> None:
    """Lie les commandes à l'application."""
    for groupe in (demande, gtp, suppression):
        app.cli.add_command(groupe)
