"""Commandes de l'accrochage au passeport de compétences : les mêmes règles, actes et fichiers que l'écran."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import select

from admin_views.commande import au_nom_de, centre_de_code, date_donnee, dit_les_refus, echec
from admin_views.extensions import db
from imports.accuse import lire_accuse
from models import FichierAccrochage, PassageAccrochage
from models.base import aujourd_hui
from rules import actes_accrochage
from rules.collecte_accrochage import comptes, preparation, refuses
from rules.nomenclatures import EtatPassage, NatureDeposant


@click.group("accrochage")
def accrochage() -> None:
    """Transmet les certifications délivrées au passeport de compétences (Caisse des Dépôts)."""


def _fichier(cle: int) -> FichierAccrochage:
    fichier = db.session.get(FichierAccrochage, cle)
    if fichier is None:
        echec(f"Aucun fichier d'accrochage n° {cle}.")
        raise AssertionError
    return fichier


def _rendre(valeurs: dict[str, Any], phrase: str, *, en_json: bool) -> None:
    click.echo(json.dumps(valeurs, ensure_ascii=False) if en_json else phrase)


@accrochage.command("regler")
@click.option("--client", required=True, help="Identifiant client, huit caractères.")
@click.option("--contrat", required=True, help="Numéro du contrat.")
@click.option("--nature", type=click.Choice([n.value for n in NatureDeposant]), default=NatureDeposant.CERTIFICATEUR.value)
@click.option("--prefixe", default="", help="Ce qui précède l'identifiant du flux dans le nom des fichiers.")
@au_nom_de("accrochage regler")
@dit_les_refus
def regler(client: str, contrat: str, nature: str, prefixe: str) -> None:
    """Dit au nom de qui la branche dépose."""
    actes_accrochage.regler_emetteur(db.session(), client, contrat, NatureDeposant(nature), prefixe)
    db.session.commit()
    click.echo("Identifiants enregistrés.")


@accrochage.command("etat")
@click.option("--centre", default=None, help="Code du centre ; tous par défaut.")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("accrochage etat")
def etat(centre: str | None, *, en_json: bool) -> None:
    """Montre ce qui manque, ce qui est prêt, ce qui est refusé, et les fichiers (les plus anciens d'abord)."""
    session, jour = db.session(), aujourd_hui()
    centre_id = centre_de_code(centre).id if centre is not None else None
    examines, ko = preparation(session, centre_id=centre_id), refuses(session, centre_id=centre_id)
    etats = comptes(session, centre_id=centre_id)
    lu = {
        "au": jour.isoformat(),
        "a_completer": [
            {"certificat": x.faits.numero, "echeance": x.echeance.isoformat(), "en_retard": x.echeance < jour,
             "manque": [{"code": v.code, "champ": v.champ, "message": v.message} for v in x.constats]}
            for x in examines if not x.pret
        ],
        "prets": [{"certificat": x.faits.numero, "code": x.faits.code, "echeance": x.echeance.isoformat(),
                   "en_retard": x.echeance < jour} for x in examines if x.pret],
        "ko": [{"certificat": p.id_technique, "message": p.message} for p in ko],
        "passages": {e.value: etats.get(e, 0) for e in EtatPassage},
        "fichiers": [
            {"id": f.id, "nom": f.nom_fichier, "passages": f.passages, "acceptes": f.acceptes, "ko": f.refuses,
             "depose_le": f.depose_le.isoformat() if f.depose_le else None}
            for f in session.scalars(select(FichierAccrochage).order_by(FichierAccrochage.id))
        ],
    }
    if en_json:
        click.echo(json.dumps(lu, ensure_ascii=False))
        return
    click.echo(f"À compléter : {len(lu['a_completer'])}")
    for x in lu["a_completer"]:
        click.echo(f"  {x['certificat']} : " + " ".join(m["message"] for m in x["manque"]))
    click.echo(f"Prêts : {len(lu['prets'])}")
    click.echo(f"KO : {len(ko)}")
    for p in ko:
        click.echo(f"  {p.id_technique} : {p.message}")
    for f in lu["fichiers"]:
        suite = f"déposé le {f['depose_le']}, {f['acceptes']} acceptés, {f['ko']} KO" if f["depose_le"] else "à déposer"
        click.echo(f"Fichier {f['id']} : {f['nom']}, {f['passages']} passages, {suite}")


@accrochage.command("preparer")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("accrochage preparer")
@dit_les_refus
def preparer(*, en_json: bool) -> None:
    """Met tout ce qui est prêt dans un ou plusieurs fichiers, validés contre le schéma."""
    from documents.accrochage import preparer as preparer_les_fichiers  # noqa: PLC0415 — lxml ne se charge qu'ici

    bilan = preparer_les_fichiers(db.session())
    fichiers = [_fichier(cle) for cle in bilan.fichiers]
    _rendre(
        {"fichiers": [{"id": f.id, "nom": f.nom_fichier, "passages": f.passages} for f in fichiers],
         "passages": bilan.passages, "incomplets": bilan.incomplets},
        "\n".join([*(f"Fichier {f.id} : {f.nom_fichier}, {f.passages} passages." for f in fichiers),
                   f"{bilan.passages} passages préparés, {bilan.incomplets} à compléter."]),
        en_json=en_json,
    )


@accrochage.command("fichier")
@click.argument("cle", type=click.IntRange(1, 2**31 - 1))
@click.option("-o", "--sortie", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
@au_nom_de("accrochage fichier")
def fichier(cle: int, sortie: Path) -> None:
    """Écrit le XML du fichier CLE, octet pour octet ; la lecture reste au journal."""
    from admin_views.accrochage import noter_la_lecture  # noqa: PLC0415
    from documents.accrochage import contenu  # noqa: PLC0415

    lu = contenu(db.session(), cle)
    if lu is None:
        echec(f"Aucun fichier d'accrochage n° {cle}.")
        return
    noter_la_lecture(cle, lu[0])
    db.session.commit()
    sortie.write_bytes(lu[1])
    click.echo(f"{lu[0]} écrit dans {sortie}.")


@accrochage.command("deposer")
@click.argument("cle", type=click.IntRange(1, 2**31 - 1))
@click.option("--le", default=None, help="Jour du dépôt (AAAA-MM-JJ) ; aujourd'hui par défaut.")
@au_nom_de("accrochage deposer")
@dit_les_refus
def deposer(cle: int, le: str | None) -> None:
    """Note le dépôt du fichier CLE à la Caisse des Dépôts."""
    jour = aujourd_hui()
    actes_accrochage.deposer(db.session(), _fichier(cle), date_donnee(le) if le is not None else jour, jour)
    db.session.commit()
    click.echo("Dépôt noté.")


@accrochage.command("abandonner")
@click.argument("cle", type=click.IntRange(1, 2**31 - 1))
@au_nom_de("accrochage abandonner")
@dit_les_refus
def abandonner(cle: int) -> None:
    """Ôte le fichier CLE, qui n'a pas été déposé : ses passages redeviennent à transmettre."""
    actes_accrochage.abandonner(db.session(), _fichier(cle))
    db.session.commit()
    click.echo("Fichier abandonné.")


@accrochage.command("accuse")
@click.argument("cle", type=click.IntRange(1, 2**31 - 1))
@click.argument("accuse", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("accrochage accuse")
@dit_les_refus
def accuse(cle: int, accuse: Path, *, en_json: bool) -> None:
    """Lit l'accusé de traitement du fichier CLE."""
    lu = actes_accrochage.lire_accuse(db.session(), _fichier(cle), lire_accuse(accuse), aujourd_hui())
    db.session.commit()
    _rendre({"acceptes": lu.acceptes, "ko": lu.refuses, "sans_reponse": lu.sans_reponse},
            f"{lu.acceptes} acceptés, {lu.refuses} KO, {lu.sans_reponse} sans réponse.", en_json=en_json)


@accrochage.command("corriger")
@click.argument("numeros", nargs=-1, required=True)
@au_nom_de("accrochage corriger")
@dit_les_refus
def corriger(numeros: tuple[str, ...]) -> None:
    """Note que les certificats NUMEROS, KO, sont corrigés : ils repartent dans le prochain fichier."""
    p = PassageAccrochage
    demandes = [n.strip().upper() for n in numeros]
    passages = list(db.session.scalars(select(p).where(p.id_technique.in_(demandes), p.etat == EtatPassage.KO)))
    if manquants := set(demandes) - {x.id_technique for x in passages}:
        echec(f"Aucun passage KO pour : {', '.join(sorted(manquants))}.")
    nombre = actes_accrochage.corriger(db.session(), passages)
    db.session.commit()
    click.echo(f"{nombre} à renvoyer.")


def enregistrer(app: Flask) -> None:
    """Lie ces commandes à l'application."""
    app.cli.add_command(accrochage)
