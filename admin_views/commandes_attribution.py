"""Commandes de l'attribution et de la transmission d'un jury : les mêmes actes et documents que l'écran."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from sqlalchemy import select

from admin_views.commande import au_nom_de, centre_de_code, date_donnee, dit_les_refus, echec
from admin_views.extensions import db
from models import ActionCorrective, Centre, Jury, RetraitCapacite, Transmission
from models.base import aujourd_hui
from models.contexte import en_lecture
from rules import actes, actes_pieces, actes_suivi
from rules.actes_suivi import ActionDemandee
from rules.nomenclatures import EtatJury, NaturePiece
from rules.noyau import Violation, alertes
from rules.transmission import ActionFacts, echeance_de_transmission, en_retard

CLE = click.IntRange(1, 2**31 - 1)


def _lu(modele: type[Any], cle: int, quoi: str) -> Any:
    objet = db.session.get(modele, cle)
    if objet is None:
        echec(f"{quoi} n° {cle} : inconnu.")
    return objet


def _alertes(constats: tuple[Violation, ...]) -> None:
    for violation in alertes(constats):
        click.echo(f"Attention : {violation}", err=True)


# --- attribution ---------------------------------------------------------------------------------------------------


@click.group("attribution")
def attribution() -> None:
    """Attribue les certificats d'un jury et réunit ses documents."""


@attribution.command("jury")
@click.argument("jury", type=CLE)
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("attribution jury")
@dit_les_refus
def attribuer(jury: int, *, en_json: bool) -> None:
    """Donne leurs numéros aux certificats du JURY, les rend et les conserve ; relancée, reprend où elle en était."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import Atelier  # noqa: PLC0415
    from documents.attribution import conserver  # noqa: PLC0415

    session, adresse = db.session(), current_app.config["ADRESSE_PUBLIQUE"]
    neufs = actes.attribuer(session, _lu(Jury, jury, "Jury"))
    archives.verifier_avant_attribution(session, [c.id for c in neufs], adresse)
    nombre = len(neufs)
    session.commit()
    with Atelier() as atelier, en_lecture():
        fait = conserver(session, jury, adresse, atelier, lambda f, t: click.echo(f"\r{f} sur {t}", nl=f == t, err=True))
    lu = {"attribues": nombre, "certificats": fait.certificats, "proces_verbaux": fait.proces_verbaux, "lettres": fait.lettres}
    click.echo(json.dumps(lu) if en_json else
               f"{nombre} certificats attribués ; {fait.certificats} prêts à imprimer, {fait.proces_verbaux} procès-verbaux, "
               f"{fait.lettres} lettres.")


@attribution.command("paquet")
@click.argument("jury", type=CLE)
@click.option("-o", "--sortie", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
@au_nom_de("attribution paquet")
@dit_les_refus
def paquet(jury: int, sortie: Path) -> None:
    """Écrit l'archive de tout ce que produit le JURY : certificats, lettres, procès-verbaux, lettre au GTP."""
    from documents.atelier import Atelier  # noqa: PLC0415
    from documents.attribution import paquet as reunir  # noqa: PLC0415

    _lu(Jury, jury, "Jury")
    db.session.commit()
    with Atelier() as atelier, en_lecture():
        fait = reunir(db.session(), jury, aujourd_hui(), current_app.config["ADRESSE_PUBLIQUE"], atelier)
    if fait is None:
        echec(f"Jury n° {jury} : inconnu.")
        return
    sortie.write_bytes(fait.contenu)
    click.echo(f"{fait.nom} écrit dans {sortie}.")


# --- transmission --------------------------------------------------------------------------------------------------


@click.group("transmission")
def transmission() -> None:
    """Transmet les dossiers de jury au GTP et en suit le contrôle (partie 2, chap. 3, § 5, et chap. 4)."""


@transmission.command("etat")
@click.option("--centre", default=None, help="Code du centre ; tous par défaut.")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("transmission etat")
def etat(centre: str | None, *, en_json: bool) -> None:
    """Liste ce qui reste à transmettre, à contrôler et à corriger, le plus ancien d'abord."""
    session, jour = db.session(), aujourd_hui()
    centre_id = centre_de_code(centre).id if centre is not None else None

    def borne(requete: Any, colonne: Any) -> Any:
        return requete.where(colonne == centre_id) if centre_id is not None else requete

    faits = select(Transmission.jury_id).where(Transmission.transmise_le.is_not(None))
    attend = session.scalars(borne(
        select(Jury).where(Jury.etat == EtatJury.CLOS, Jury.id.not_in(faits)).order_by(Jury.date_jury), Jury.centre_id
    ))
    a_controler = session.scalars(borne(
        select(Transmission).where(Transmission.transmise_le.is_not(None), Transmission.controlee_le.is_(None))
        .order_by(Transmission.transmise_le), Transmission.centre_id,
    ))
    actions = session.scalars(borne(
        select(ActionCorrective).where(ActionCorrective.realisee_le.is_(None)).order_by(ActionCorrective.terme),
        ActionCorrective.centre_id,
    ))
    lu = {
        "au": jour.isoformat(),
        "a_transmettre": [
            {"jury": j.id, "date_jury": j.date_jury.isoformat(), "centre": j.centre.code, "echeance": fin.isoformat(),
             "en_retard": fin < jour}
            for j in attend for fin in (echeance_de_transmission(j.date_jury),)
        ],
        "a_controler": [
            {"jury": t.jury_id, "centre": t.jury.centre.code, "transmise_le": f"{t.transmise_le:%Y-%m-%d}"} for t in a_controler
        ],
        "actions": [
            {"action": a.id, "jury": a.transmission.jury_id, "libelle": a.libelle, "terme": a.terme.isoformat(),
             "en_retard": en_retard(ActionFacts(a.libelle, a.terme), jour)}
            for a in actions
        ],
        "capacites_retirees": [
            {"retrait": r.id, "centre": r.centre.code, "retire_le": r.retire_le.isoformat(), "motif": r.motif}
            for r in session.scalars(select(RetraitCapacite).where(RetraitCapacite.rendu_le.is_(None)))
        ],
    }
    if en_json:
        click.echo(json.dumps(lu, ensure_ascii=False))
        return
    for j in lu["a_transmettre"]:
        click.echo(f"À transmettre : jury {j['jury']} ({j['centre']}) avant le {j['echeance']}{' — en retard' if j['en_retard'] else ''}")
    for t in lu["a_controler"]:
        click.echo(f"À contrôler : jury {t['jury']} ({t['centre']}), transmis le {t['transmise_le']}")
    for a in lu["actions"]:
        click.echo(f"Action {a['action']} : {a['libelle']} avant le {a['terme']}{' — en retard' if a['en_retard'] else ''}")
    for r in lu["capacites_retirees"]:
        click.echo(f"Capacité retirée au centre {r['centre']} le {r['retire_le']}.")


@transmission.command("transmettre")
@click.argument("jury", type=CLE)
@click.option("--emargement", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path), default=None,
              help="Feuille d'émargement signée à joindre d'abord.")
@au_nom_de("transmission transmettre")
@dit_les_refus
def transmettre(jury: int, emargement: Path | None) -> None:
    """Transmet au GTP le dossier du JURY : lettre, émargement signé, procès-verbal."""
    from documents import archives  # noqa: PLC0415
    from documents.atelier import Atelier  # noqa: PLC0415

    session, jour, lu = db.session(), aujourd_hui(), _lu(Jury, jury, "Jury")
    dossier = actes_suivi.dossier_de_transmission(session, lu)
    if emargement is not None:
        actes_pieces.joindre(session, dossier, emargement.name, emargement.read_bytes(), NaturePiece.EMARGEMENT)
    archives.verifier_lettre_gtp(session, jury, jour)
    constats = actes_suivi.transmettre(session, lu, jour, lettre_prete=True)
    cle = dossier.id
    session.commit()
    with Atelier() as atelier:
        archives.lettre_transmise(session, cle, atelier)
    click.echo("Dossier transmis au secrétariat du GTP.")
    _alertes(constats)


def _transmission(jury: int) -> Transmission:
    trouvee = db.session.scalar(select(Transmission).where(Transmission.jury_id == jury))
    if trouvee is None:
        echec(f"Le jury n° {jury} n'a pas de dossier de transmission.")
        raise AssertionError
    return trouvee


@transmission.command("dossier")
@click.argument("jury", type=CLE)
@click.option("-o", "--sortie", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
@au_nom_de("transmission dossier")
@dit_les_refus
def dossier(jury: int, sortie: Path) -> None:
    """Écrit les trois pièces du dossier transmis du JURY, en un ZIP."""
    from documents import archives  # noqa: PLC0415
    from documents.atelier import Atelier  # noqa: PLC0415

    with Atelier() as atelier:
        fait = archives.dossier_transmis(db.session(), _transmission(jury).id, atelier)
    if fait is None:
        echec("Ce dossier n'est pas encore transmis.")
        return
    sortie.write_bytes(fait.contenu)
    click.echo(f"{fait.nom} écrit dans {sortie}.")


def _action(texte: str) -> ActionDemandee:
    libelle, _, terme = texte.rpartition("@")
    return ActionDemandee(libelle.strip(), date_donnee(terme.strip()))


@transmission.command("controler")
@click.argument("jury", type=CLE)
@click.option("--conforme/--non-conforme", required=True)
@click.option("--action", "actions", multiple=True, help="Action corrective, « libellé @ AAAA-MM-JJ » (plusieurs fois).")
@click.option("--observations", default="")
@au_nom_de("transmission controler")
@dit_les_refus
def controler(jury: int, actions: tuple[str, ...], observations: str, *, conforme: bool) -> None:
    """Note le contrôle du GTP sur le dossier du JURY."""
    actes_suivi.controler_transmission(
        db.session(), _transmission(jury), aujourd_hui(), conforme=conforme, observations=observations,
        actions=[_action(a) for a in actions],
    )
    db.session.commit()
    click.echo("Contrôle noté.")


@transmission.command("realiser")
@click.argument("action", type=CLE)
@click.option("--compte-rendu", required=True)
@au_nom_de("transmission realiser")
@dit_les_refus
def realiser(action: int, compte_rendu: str) -> None:
    """Note ce qui a été fait de l'ACTION corrective."""
    actes_suivi.realiser(db.session(), _lu(ActionCorrective, action, "Action"), aujourd_hui(), compte_rendu)
    db.session.commit()
    click.echo("Action notée comme menée.")


@transmission.command("retirer")
@click.argument("centre")
@click.option("--le", required=True, help="Date de la décision de la CPNEFP (AAAA-MM-JJ).")
@click.option("--motif", required=True)
@au_nom_de("transmission retirer")
@dit_les_refus
def retirer(centre: str, le: str, motif: str) -> None:
    """Note que la CPNEFP retire au CENTRE sa capacité d'attribuer : le GTP attribue à sa place."""
    actes_suivi.retirer_capacite(db.session(), centre_de_code(centre), date_donnee(le), motif)
    db.session.commit()
    click.echo("Capacité retirée.")


@transmission.command("rendre")
@click.argument("centre")
@click.option("--le", default=None, help="Date de la décision (AAAA-MM-JJ) ; aujourd'hui par défaut.")
@au_nom_de("transmission rendre")
@dit_les_refus
def rendre(centre: str, le: str | None) -> None:
    """Note que la CPNEFP rend au CENTRE sa capacité d'attribuer."""
    lu: Centre = centre_de_code(centre)
    retrait = db.session.scalar(
        select(RetraitCapacite).where(RetraitCapacite.centre_id == lu.id, RetraitCapacite.rendu_le.is_(None))
    )
    if retrait is None:
        echec(f"La capacité du centre {centre} n'est pas retirée.")
        return
    jour: dt.date = date_donnee(le) if le is not None else aujourd_hui()
    actes_suivi.rendre_capacite(db.session(), retrait, jour)
    db.session.commit()
    click.echo("Capacité rendue.")


def enregistrer(app: Flask) -> None:
    """Lie ces commandes à l'application."""
    app.cli.add_command(attribution)
    app.cli.add_command(transmission)
