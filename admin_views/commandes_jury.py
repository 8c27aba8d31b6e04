"""Le chemin d'un jury en commandes : désigner, répondre, convoquer, informer, remplacer, envois ; les échéances."""

from __future__ import annotations

import csv
import datetime as dt
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from sqlalchemy import select

from admin_views.commande import au_nom_de, centre_de_code, date_donnee, echec, numero_donne
from admin_views.extensions import db
from documents.courriel import ReglageRefuse, serveur
from models import DemandeDesignation, Envoi, Jury, Personne, Siege
from models.base import aujourd_hui
from models.contexte import en_ecriture
from rules import actes_convocation, actes_envois, controle
from rules.collecte_convocation import chemin_facts
from rules.collecte_echeances import echeances, presences
from rules.convocation import chemin
from rules.nomenclatures import EtatEnvoi, MoyenEnvoi, ReponseDesignation
from rules.noyau import Violation, alertes

_MOYENS = click.Choice([m.value for m in MoyenEnvoi])


@click.group("jury")
def jury() -> None:
    """Le chemin d'un jury, jusqu'à son ouverture, et ses envois."""


def _jury(brut: str) -> Jury:
    trouve = db.session.get(Jury, numero_donne(brut))
    if trouve is None:
        echec(f"Aucun jury n'a le numéro {brut}.")
        raise AssertionError
    return trouve


def _faire(acte: Callable[[], Sequence[Violation] | None], reussite: str, *, en_json: bool) -> None:
    """Exécute un acte et le valide ; refusé, dit pourquoi et s'arrête."""
    try:
        constats = acte() or ()
        db.session.commit()
    except controle.Refus as refus:
        db.session.rollback()
        if en_json:
            click.echo(json.dumps({"fait": False, "refus": [str(v) for v in refus.violations]}, ensure_ascii=False))
            sys.exit(2)
        echec("\n".join(str(v) for v in refus.violations))
    dites = [str(v) for v in alertes(constats)]
    if en_json:
        click.echo(json.dumps({"fait": True, "alertes": dites}, ensure_ascii=False))
        return
    click.echo(reussite)
    for alerte in dites:
        click.echo(f"Attention : {alerte}")


def _acte_date(nom: str, aide: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Une commande qui note un acte daté sur un jury : `--le`, `--moyen`, `--motif`, `--json`."""

    def decore(fonction: Callable[..., Any]) -> click.Command:
        for option in (
            click.option("--json", "en_json", is_flag=True),
            click.option("--motif", default="", help="Pourquoi si tard."),
            click.option("--moyen", type=_MOYENS, default=MoyenEnvoi.COURRIER.value, show_default=True),
            click.option("--le", default="", help="AAAA-MM-JJ ; aujourd'hui par défaut."),
            click.argument("jury"),
        ):
            fonction = option(fonction)
        return jury.command(nom, help=aide)(fonction)

    return decore


@_acte_date("designer", "Demande de désigner à chaque organisation qui ne l'a pas été pour cette date (JUR-01).")
@au_nom_de("jury designer")
def designer(jury: str, le: str, moyen: str, motif: str, *, en_json: bool) -> None:
    """Demande les désignations qui manquent."""
    ligne, jour = _jury(jury), date_donnee(le) if le else aujourd_hui()
    a_demander, _, _ = actes_convocation.tout_ce_qui_manque(db.session(), ligne, aujourd_hui())
    _faire(lambda: actes_convocation.demander_designation(db.session(), ligne, a_demander, jour, MoyenEnvoi(moyen), motif),
           f"{len(a_demander)} organisations sollicitées.", en_json=en_json)


@_acte_date("convoquer", "Convoque les membres qui ne le sont pas à cette date, copie au mandant (JUR-02).")
@au_nom_de("jury convoquer")
def convoquer(jury: str, le: str, moyen: str, motif: str, *, en_json: bool) -> None:
    """Convoque les membres qui manquent."""
    ligne, jour = _jury(jury), date_donnee(le) if le else aujourd_hui()
    _, a_convoquer, _ = actes_convocation.tout_ce_qui_manque(db.session(), ligne, aujourd_hui())
    _faire(lambda: actes_convocation.convoquer(db.session(), ligne, a_convoquer, jour, MoyenEnvoi(moyen), motif),
           f"{len(a_convoquer)} membres convoqués.", en_json=en_json)


@_acte_date("informer", "Informe les commissions des membres et du calendrier, et de ce qui a changé (JUR-07).")
@au_nom_de("jury informer")
def informer(jury: str, le: str, moyen: str, motif: str, *, en_json: bool) -> None:  # noqa: ARG001 même signature que les autres
    """Informe les commissions qui l'ignorent."""
    ligne, jour = _jury(jury), date_donnee(le) if le else aujourd_hui()
    _, _, a_informer = actes_convocation.tout_ce_qui_manque(db.session(), ligne, aujourd_hui())
    _faire(lambda: actes_convocation.informer(db.session(), ligne, a_informer, jour, MoyenEnvoi(moyen)),
           f"{len(a_informer)} commissions informées.", en_json=en_json)


@jury.command("repondre")
@click.argument("jury")
@click.argument("syndicat")
@click.argument("reponse", type=click.Choice([r.value for r in ReponseDesignation]))
@click.option("--personne", "personnes", multiple=True, help="Numéro d'une personne désignée ; peut se répéter.")
@click.option("--le", default="", help="AAAA-MM-JJ ; aujourd'hui par défaut.")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("jury repondre")
def repondre(jury: str, syndicat: str, reponse: str, personnes: tuple[str, ...], le: str, *, en_json: bool) -> None:
    """Note ce que l'organisation SYNDICAT (son sigle) a répondu à la demande de désignation."""
    ligne = _jury(jury)
    demande = next((d for d in db.session.scalars(select(DemandeDesignation).where(
        DemandeDesignation.jury_id == ligne.id, DemandeDesignation.caduque_le.is_(None)
    )) if d.syndicat.sigle == syndicat), None)
    if demande is None:
        echec(f"Aucune demande de désignation en cours n'est adressée à « {syndicat} ».")
        return
    trouvees = list(db.session.scalars(select(Personne).where(Personne.id.in_([numero_donne(p) for p in personnes]))))
    _faire(lambda: actes_convocation.repondre(
        db.session(), demande, ReponseDesignation(reponse), date_donnee(le) if le else aujourd_hui(), trouvees,
    ), "Réponse notée.", en_json=en_json)


@jury.command("remplacer")
@click.argument("siege")
@click.argument("personne")
@click.option("--motif", required=True)
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("jury remplacer")
def remplacer(siege: str, personne: str, motif: str, *, en_json: bool) -> None:
    """Remplace le membre du SIEGE, président compris, par la PERSONNE (leurs numéros)."""
    ligne, remplacant = db.session.get(Siege, numero_donne(siege)), db.session.get(Personne, numero_donne(personne))
    if ligne is None or remplacant is None:
        echec("Ce siège ou cette personne n'existe pas.")
        return

    def acte() -> None:
        actes_convocation.remplacer(db.session(), ligne, remplacant, motif)

    _faire(acte, "Membre remplacé ; il reste à convoquer son remplaçant.", en_json=en_json)


@jury.command("chemin")
@click.argument("jury")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("jury chemin")
def montrer(jury: str, *, en_json: bool) -> None:
    """Dit ce qui est fait, à faire, à refaire ou en retard, et pour quand."""
    etapes = chemin(chemin_facts(db.session(), _jury(jury), aujourd_hui()))
    if en_json:
        click.echo(json.dumps([
            {"etape": e.cle, "libelle": e.libelle, "etat": e.etat.value, "detail": e.detail,
             "echeance": e.echeance.isoformat() if e.echeance else None} for e in etapes
        ], ensure_ascii=False))
        return
    for e in etapes:
        click.echo(f"{e.etat.libelle:<10}  {e.echeance or '':%d/%m/%Y}  {e.libelle} : {e.detail}")


@jury.command("envois")
@click.argument("jury")
@click.option("--partir", is_flag=True, help="Fait partir par courriel ce qui attend.")
@click.option("--relancer", is_flag=True, help="Remet d'abord à envoyer ce qui a échoué.")
@click.option("--lettres", is_flag=True, help="Prépare d'abord les lettres aux candidats d'un jury clos.")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("jury envois")
def envois(jury: str, *, partir: bool, relancer: bool, lettres: bool, en_json: bool) -> None:
    """Liste les envois d'un jury ; les fait partir."""
    ligne = _jury(jury)
    jury_id = ligne.id
    try:
        if lettres:
            from documents.sources_jury import decisions_par_presentation  # noqa: PLC0415

            cles = [cle for cle, _ in decisions_par_presentation(db.session(), jury_id) or ()]
            actes_envois.preparer_les_lettres(db.session(), ligne, cles, aujourd_hui())
        if relancer:
            for e in db.session.scalars(select(Envoi).where(Envoi.jury_id == jury_id, Envoi.etat == EtatEnvoi.ECHEC)):
                actes_envois.relancer(db.session(), e)
        db.session.commit()
    except controle.Refus as refus:
        db.session.rollback()
        echec("\n".join(str(v) for v in refus.violations))
    if partir:
        _faire_partir(jury_id, en_json=en_json)
    lignes = list(db.session.scalars(select(Envoi).where(Envoi.jury_id == jury_id).order_by(Envoi.id)))
    if en_json:
        click.echo(json.dumps([
            {"id": e.id, "nature": e.nature.value, "destinataire": e.destinataire, "etat": e.etat.value,
             "tentatives": e.tentatives, "erreur": e.erreur, "envoye_le": e.envoye_le.isoformat() if e.envoye_le else None}
            for e in lignes
        ], ensure_ascii=False))
        return
    for e in lignes:
        click.echo(f"{e.etat.libelle:<18}  {e.nature.libelle} : {e.destinataire}" + (f" – {e.erreur}" if e.erreur else ""))


def _faire_partir(jury_id: int, *, en_json: bool) -> None:
    from sqlalchemy.orm import Session  # noqa: PLC0415

    from documents.atelier import Atelier  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.expedition import a_expedier, expedier  # noqa: PLC0415

    try:
        par = serveur(current_app.config)
    except ReglageRefuse as refus:
        echec(str(refus))
        return
    if par is None:
        echec("Aucun serveur d'envoi n'est réglé (SMTP_HOTE, SMTP_EXPEDITEUR) : imprimez, et notez envoyé à la main.")
        return
    ids = a_expedier(db.session(), jury_id)
    db.session.commit()

    from contextlib import contextmanager  # noqa: PLC0415

    @contextmanager
    def ouvrir() -> Any:
        with en_ecriture(), Session(db.engine) as session, session.begin():
            yield session

    with Atelier(processus=1) as atelier:
        bilan = expedier(ouvrir, ids, par, atelier)
    if not en_json:
        click.echo(f"Envois : {bilan}.")


@click.command("echeances")
@click.option("--centre", default="", help="Code d'un centre ; tous par défaut.")
@click.option("--jours", default=60, show_default=True, type=click.IntRange(0, 1000), help="Jusqu'à combien de jours.")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("echeances")
def les_echeances(centre: str, jours: int, *, en_json: bool) -> None:
    """Dit ce qui est dû : en retard d'abord, puis par date. Aucun candidat n'y est nommé."""
    jour = aujourd_hui()
    trouvees = echeances(db.session(), jour, jour + dt.timedelta(days=jours), centre_id=centre_de_code(centre).id if centre else None)
    if en_json:
        click.echo(json.dumps([
            {"le": e.le.isoformat(), "quoi": e.quoi, "genre": e.genre, "id": e.objet_id, "centre": e.centre, "en_retard": e.le < jour}
            for e in trouvees
        ], ensure_ascii=False))
        return
    for e in trouvees:
        click.echo(f"{e.le:%d/%m/%Y}{'  en retard' if e.le < jour else ''}  {e.centre} : {e.quoi}")


@click.command("presences")
@click.argument("semestre")
@click.option("--centre", default="", help="Code d'un centre ; tous par défaut.")
@click.option("--csv", "fichier", type=click.Path(dir_okay=False, writable=True, path_type=Path), default=None)
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("presences")
def les_presences(semestre: str, centre: str, fichier: Path | None, *, en_json: bool) -> None:
    """Relève les présences aux jurys par organisation syndicale, au SEMESTRE (2026-1 ou 2026-2)."""
    from rules.presences import semestre_de  # noqa: PLC0415

    periode = semestre_de(semestre)
    if periode is None:
        echec("Un semestre s'écrit AAAA-1 ou AAAA-2.")
        return
    lignes = presences(db.session(), *periode, centre_id=centre_de_code(centre).id if centre else None)
    entetes = ("organisation", "membre", "entreprise", "jury", "lieu", "centre", "present")
    rangees = [(p.syndicat, p.membre, p.entreprise, p.date_jury.isoformat(), p.lieu, p.centre, "oui" if p.present else "non")
               for p in lignes]
    if fichier is not None:
        with fichier.open("w", encoding="utf-8-sig", newline="") as sortie:
            csv.writer(sortie, delimiter=";").writerows([entetes, *rangees])
    if en_json:
        click.echo(json.dumps([dict(zip(entetes, r, strict=True)) for r in rangees], ensure_ascii=False))
    elif fichier is None:
        for r in rangees:
            click.echo("  ".join(r))


def enregistrer(app: Flask) -> None:
    """Ajoute les commandes du chemin des jurys."""
    for commande in (jury, les_echeances, les_presences):
        app.cli.add_command(commande)
