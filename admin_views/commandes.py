"""Les commandes (`flask --app app …`) : le même code que la console, au nom de la commande."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import Flask, current_app
from sqlalchemy import insert, select

from admin_views import (
    commandes_accrochage,
    commandes_attribution,
    commandes_candidats,
    commandes_certifications,
    commandes_conservation,
    commandes_deliberation,
    commandes_evaluations,
    commandes_exports,
    commandes_gtp,
    commandes_habilitation,
    commandes_importations,
    commandes_jury,
    commandes_parcours,
    commandes_referentiels,
    commandes_sceau,
    commandes_travaux,
    commandes_vae,
)
from admin_views.commande import au_nom_de, centre_de_code, date_donnee, echec, numero_donne
from admin_views.connexion import defaut_du_mot_de_passe, fermer_les_sessions, hacher
from admin_views.extensions import db
from documents.erreurs import DocumentRefuse, RenduImpossible
from imports.compte_rendu import CompteRendu, fichier_des_rejets
from imports.genres import GENRES, NATIONAUX
from imports.moteur import Genre
from imports.moteur import importer as importer_le_fichier
from models import Centre, Duplicata, Inscription, Journal, Jury, Referentiel, SeanceGtp, Utilisateur, rapprochement
from models.base import aujourd_hui
from models.journal import entree
from rules.controle import controler_inscriptions
from rules.nomenclatures import EtatJury, EtatSeance, Famille, Role
from rules.presences import semestre_de
from seed.certifications import charger_certifications
from seed.comptes import DemonstrationRefusee
from seed.demonstration import demonstration
from seed.nomenclatures import charger_nomenclatures

if TYPE_CHECKING:
    from documents.archives import Document
    from documents.atelier import Atelier

# Un parcours (PPC) est attribué par l'entreprise : la console n'en fait pas de certificat.
_FAMILLES_CERTIFIEES = (*(f.value for f in Famille if f is not Famille.PPC), "BDC")


@click.command("init-db")
@au_nom_de("init-db")
def init_db() -> None:
    """Amène la base à la version courante et charge les nomenclatures et les certifications connues."""
    from migrations.commande import migrer  # noqa: PLC0415 — Alembic ne sert qu'ici

    migrer(db.engine)
    comptes = charger_nomenclatures(db.session()) | charger_certifications(db.session())
    rapprochement.completer(db.session.connection())
    db.session.commit()
    click.echo("Base prête : " + ", ".join(f"{nombre} {nom}" for nom, nombre in comptes.items()) + ".")


@click.command("demo")
@click.option("--si-vide", is_flag=True, help="Ne fait rien si la base a déjà un centre.")
@au_nom_de("demo")
def demo(*, si_vide: bool) -> None:
    """Crée la branche de démonstration : centres, organismes, personnes et jurys inventés."""
    if si_vide and db.session.scalar(select(Centre.id).limit(1)) is not None:
        return
    try:
        resultat = demonstration(db.session())
    except DemonstrationRefusee as refus:
        echec(str(refus))
        return
    db.session.commit()
    _conserver_ce_qui_est_clos()
    click.echo("Branche de démonstration créée (données inventées). Comptes :")
    for identifiant, mot_de_passe in resultat.mots_de_passe.items():
        click.echo(f"  {identifiant:<16} {mot_de_passe}")
    fichier = Path(current_app.instance_path) / "comptes_de_demonstration.txt"
    fichier.touch(mode=0o600)
    fichier.write_text(
        "".join(f"{i:<16} {m}\n" for i, m in resultat.mots_de_passe.items()), encoding="utf-8"
    )


def _conserver_ce_qui_est_clos() -> None:
    """Conserve les documents des jurys et séances clos de la démonstration, comme la console le fait à la clôture."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import Atelier  # noqa: PLC0415

    clos = list(db.session.scalars(select(Jury.id).where(Jury.etat == EtatJury.CLOS)))
    closes = list(db.session.scalars(select(SeanceGtp.id).where(SeanceGtp.etat == EtatSeance.CLOSE)))
    with Atelier(processus=1) as atelier:
        for jury_id in clos:
            archives.conserver_le_jury(db.session(), jury_id, current_app.config["ADRESSE_PUBLIQUE"], atelier)
        for seance_id in closes:
            archives.releve(db.session(), seance_id, atelier)


@click.group("importer")
def importer() -> None:
    """Importe un fichier."""


def _correspondance(fichier: Path | None) -> dict[str, str | None] | None:
    if fichier is None:
        return None
    try:
        lue = json.loads(fichier.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        lue = None
    if not isinstance(lue, dict) or not all(v is None or isinstance(v, str) for v in lue.values()):
        echec("Le fichier de correspondance est un objet JSON : en-tête → colonne (ou null pour l'ignorer).")
        raise AssertionError
    return lue


def _commande_d_import(genre: Genre[Any], *, national: bool = False) -> None:
    """Pose la commande qui importe ce genre de fichiers ; national, il n'a pas de centre."""
    pour = f"de {genre.libelle.lower()} (CSV ou XLSX)" if national else f"d'{genre.libelle.lower()} (CSV ou XLSX) pour un centre"

    @importer.command(genre.nature, help=f"Importe un fichier {pour}.")
    @click.argument("fichier", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
    @click.option("--centre", required=not national, hidden=national, help="Code du centre de certification.")
    @click.option("--simuler", is_flag=True, help="Juge toutes les lignes sans rien écrire.")
    @click.option("--lignes-valides", is_flag=True, help="Écrit les lignes bonnes même si d'autres sont refusées.")
    @click.option("--correspondance", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None)
    @click.option("--rejets", type=click.Path(dir_okay=False, writable=True, path_type=Path), default=None)
    @click.option("--encodage", default=None)
    @click.option("--separateur", default=None)
    @click.option("--json", "en_json", is_flag=True)
    @au_nom_de("importer")
    def commande(
        fichier: Path, centre: str | None, correspondance: Path | None, rejets: Path | None, encodage: str | None,
        separateur: str | None, *, simuler: bool, lignes_valides: bool, en_json: bool,
    ) -> None:
        compte_rendu = importer_le_fichier(
            genre, db.session(), fichier, 0 if national or centre is None else centre_de_code(centre).id, simuler=simuler,
            lignes_valides=lignes_valides, garder=not (simuler or national), correspondance=_correspondance(correspondance), encodage=encodage, separateur=separateur,
            par_tranches=True,
        )
        db.session.rollback() if simuler else db.session.commit()
        if rejets is not None and compte_rendu.refusees:
            with rejets.open("w", encoding="utf-8", newline="") as sortie:
                sortie.writelines(fichier_des_rejets(compte_rendu.entetes, compte_rendu.rejets))
        if en_json:
            sys.stdout.writelines(compte_rendu.en_json())
            click.echo()
        else:
            _raconter(genre, compte_rendu, simuler=simuler)
        sys.exit(compte_rendu.code_sortie)


for _genre in GENRES.values():
    _commande_d_import(_genre)
for _genre in NATIONAUX.values():
    _commande_d_import(_genre, national=True)


def _raconter(genre: Genre[Any], c: CompteRendu, *, simuler: bool) -> None:
    if c.refus is not None:
        click.echo(f"Fichier refusé ({c.refus[0]}) : {c.refus[1]}")
        return
    for phrase in c.avertissements:
        click.echo(f"Attention : {phrase}")
    verbe = genre.a_faire if simuler else genre.faits
    rattachees = f", dont {c.rattachees} de personnes déjà connues" if c.rattachees else ""
    click.echo(
        f"{c.lignes} lignes lues ({c.encodage}) : {c.creees} {genre.objet}s {verbe}{rattachees} ; "
        f"{c.deja_inscrites} {genre.connus} ; {c.alertes} avec alerte ; {c.refusees} refusées."
    )
    if not simuler and not c.ecrit:
        click.echo("Rien n'a été écrit : corrigez les lignes refusées, ou relancez avec --lignes-valides.")
    for e in c.erreurs:
        click.echo(f"  ligne {e.ligne}, {e.colonne or 'ligne entière'} : {e}")


_AIDE_DOCUMENT = """Fait le document CODE de ce que nomme CIBLE, en PDF.

\b
CODE                                     CIBLE
pv                                       JURY
certificat-cqpm, -cqpi, -ccpm, -ccpi,
  -bdc                                   MC-0000001
duplicata                                DU-0000001
lot certificats, lot lettres             JURY
demande-designation, convocation,
  information-cprefp, emargement,
  synthese-evaluations, lettre-gtp,
  lettre-admission, lettre-non-admission,
  lettre-non-admission-partielle         JURY
recevabilite-vae, conclusions-vae        INSCRIPTION
decision-habilitation,
  attestation-habilitation               HABILITATION
referentiel-cqpm, referentiel-ccpm       VERSION
dossier-demande                          DEMANDE
releve-decisions                         SEANCE close
releve-presences                         SEMESTRE (2026-1)
justification-absence                    SIEGE
fiche-ppc, programme                     PARCOURS
attestation-ppc                          ATTRIBUTION
dossier-candidat                         CANDIDAT
liste-certifications, liste-organismes   AAAA-MM-JJ
compte-rendu-annuel                      ANNÉE
"""


@click.command("document", help=_AIDE_DOCUMENT)
@click.argument("code")
@click.argument("cible", nargs=-1, required=True)
@click.option("-o", "--sortie", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--le", default=None, help="Date d'une lettre (AAAA-MM-JJ) ; aujourd'hui par défaut.")
@au_nom_de("document")
def document(code: str, cible: tuple[str, ...], sortie: Path, le: str | None) -> None:
    """Fait un document."""
    from documents.atelier import Atelier  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime

    adresse = current_app.config["ADRESSE_PUBLIQUE"]
    jour = date_donnee(le) if le is not None else aujourd_hui()
    try:
        with Atelier(processus=2) as atelier:
            fait = _faire(code, cible, adresse, jour, atelier)
    except (DocumentRefuse, RenduImpossible) as erreur:
        echec(str(erreur))
        return
    if fait is None:
        echec("Rien à imprimer : vérifiez le numéro, ou que le procès-verbal est signé et les certificats attribués.")
        return
    sortie.write_bytes(fait.contenu)
    click.echo(f"{sortie} : {len(fait.contenu)} octets ({fait.nom})")


def _faire(code: str, cible: tuple[str, ...], adresse: str, jour: dt.date, atelier: Atelier) -> Document | None:
    from documents import archives, sources_habilitation, sources_jury, sources_parcours, sources_vae  # noqa: PLC0415

    session = db.session()
    if code == "lot" and len(cible) == 2:
        code, cible = f"lot {cible[0]}", cible[1:]
    faiseurs: dict[str, Callable[[str], Document | None]] = {
        "pv": lambda jury: archives.pv_du_jury(session, numero_donne(jury), atelier),
        "lot certificats": lambda jury: archives.lot_de_certificats(session, numero_donne(jury), adresse, atelier),
        "lot lettres": lambda jury: archives.papier(session, "lettres", numero_donne(jury), jour, atelier),
    }
    faiseurs |= {
        f"certificat-{famille.lower()}": lambda numero, famille=famille: _certificat(famille, numero, adresse, atelier)
        for famille in _FAMILLES_CERTIFIEES
    }
    faiseurs |= {
        papier: lambda jury, papier=papier: archives.papier(session, papier, numero_donne(jury), jour, atelier)
        for papier in sources_jury.PAPIERS if papier != "lettres"
    }
    faiseurs |= {
        liste: lambda date, liste=liste: archives.liste(session, liste, date_donnee(date), atelier) for liste in archives.LISTES
    }
    faiseurs |= {
        papier: lambda cle, papier=papier: archives.habilitation(session, papier, numero_donne(cle), atelier)
        for papier in sources_habilitation.SOURCES
    }
    faiseurs |= {
        papier: lambda cle, papier=papier: archives.du_parcours(session, papier, numero_donne(cle), jour, atelier)
        for papier in sources_parcours.SOURCES
    }
    faiseurs |= {
        f"referentiel-{famille}": lambda version, famille=famille: _referentiel(famille, version, atelier)
        for famille in ("cqpm", "ccpm")
    }
    faiseurs |= {
        papier: lambda cle, papier=papier: archives.de_la_vae(session, papier, numero_donne(cle), jour, atelier)
        for papier in sources_vae.SOURCES
    }
    faiseurs |= {
        "dossier-demande": lambda demande: archives.dossier_demande(session, numero_donne(demande), jour, atelier),
        "releve-decisions": lambda seance: archives.releve(session, numero_donne(seance), atelier),
    }
    faiseurs |= {
        "releve-presences": lambda semestre: archives.releve_des_presences(session, *_semestre(semestre), None, atelier),
        "justification-absence": lambda siege: archives.justification(session, numero_donne(siege), jour, atelier),
    }
    faiseurs["compte-rendu-annuel"] = lambda an: archives.compte_rendu_annuel(session, numero_donne(an), jour, atelier)
    faiseurs["duplicata"] = lambda numero: _duplicata(numero, adresse, atelier)
    faiseurs["dossier-candidat"] = lambda candidat: _dossier(numero_donne(candidat), jour, atelier)
    if code not in faiseurs or len(cible) != 1:
        echec(f"Document inconnu. Connus : {', '.join(faiseurs)}.")
    return faiseurs[code](cible[0])


def _semestre(texte: str) -> tuple[dt.date, dt.date]:
    periode = semestre_de(texte)
    if periode is None:
        echec("Un semestre s'écrit AAAA-1 ou AAAA-2.")
        raise AssertionError
    return periode


def _dossier(candidat: int, jour: dt.date, atelier: Atelier) -> Document | None:
    from documents import archives  # noqa: PLC0415
    from documents.sources_dossier import dossier  # noqa: PLC0415

    faits = dossier(db.session(), candidat, jour)
    if faits is None:
        return None
    db.session.execute(insert(Journal), [entree("lecture", "candidat", candidat, apres={"document": "dossier-candidat"})])
    return archives.dossier_du_candidat(db.session(), faits, atelier)


def _certificat(famille: str, numero: str, adresse: str, atelier: Atelier) -> Document | None:
    from documents import archives  # noqa: PLC0415

    identifiant = archives.certificat_par_numero(db.session(), numero, famille)
    lot = archives.certificats(db.session(), [identifiant], adresse, atelier) if identifiant is not None else []
    return lot[0] if lot else None


def _duplicata(numero: str, adresse: str, atelier: Atelier) -> Document | None:
    from documents import archives  # noqa: PLC0415

    trouve = db.session.scalar(select(Duplicata.id).where(Duplicata.numero == numero.strip().upper()))
    return archives.duplicata(db.session(), trouve, adresse, atelier) if trouve is not None else None


def _referentiel(famille: str, version: str, atelier: Atelier) -> Document | None:
    from documents import archives  # noqa: PLC0415

    lue = db.session.get(Referentiel, numero_donne(version))
    if lue is None or lue.certification.famille.value.lower() != famille:
        return None
    return archives.referentiel(db.session(), lue.id, atelier)


@click.group("utilisateur")
def utilisateur() -> None:
    """Gère les comptes."""


def _demander_mot_de_passe(identifiant: str) -> str:
    mot_de_passe: str = click.prompt("Mot de passe", hide_input=True, confirmation_prompt="Encore une fois")
    defaut = defaut_du_mot_de_passe(mot_de_passe, identifiant)
    if defaut:
        echec(defaut)
    return hacher(mot_de_passe)


@utilisateur.command("creer")
@click.argument("identifiant")
@click.option("--nom", required=True)
@click.option("--role", required=True, type=click.Choice([r.value for r in Role if r is not Role.JURE]))
@click.option("--centre", default=None, help="Code du centre, pour un clerc ou un responsable.")
@au_nom_de("utilisateur creer")
def creer(identifiant: str, nom: str, role: str, centre: str | None) -> None:
    """Crée un compte ; le mot de passe est demandé."""
    identifiant = identifiant.strip().lower()
    if db.session.scalar(select(Utilisateur.id).where(Utilisateur.identifiant == identifiant)) is not None:
        echec("Cet identifiant est déjà pris.")
    centre_id = centre_de_code(centre).id if centre else None
    if (role in {Role.CLERC, Role.RESPONSABLE}) and centre_id is None:
        echec("Ce rôle s'exerce dans un centre : donnez --centre.")
    db.session.add(
        Utilisateur(identifiant=identifiant, nom=nom, role=Role(role), centre_id=centre_id,
                    mot_de_passe=_demander_mot_de_passe(identifiant))
    )
    db.session.commit()
    click.echo(f"Compte « {identifiant} » créé.")


def _compte(identifiant: str) -> Utilisateur:
    compte = db.session.scalar(select(Utilisateur).where(Utilisateur.identifiant == identifiant.strip().lower()))
    if compte is None:
        echec(f"Aucun compte « {identifiant} ».")
        raise AssertionError
    return compte


@utilisateur.command("mot-de-passe")
@click.argument("identifiant")
@au_nom_de("utilisateur mot-de-passe")
def mot_de_passe(identifiant: str) -> None:
    """Change un mot de passe et ferme les sessions du compte."""
    compte = _compte(identifiant)
    compte.mot_de_passe = _demander_mot_de_passe(compte.identifiant)
    fermer_les_sessions(compte.id)
    db.session.commit()
    click.echo("Mot de passe changé.")


@utilisateur.command("desactiver")
@click.argument("identifiant")
@au_nom_de("utilisateur desactiver")
def desactiver(identifiant: str) -> None:
    """Désactive un compte et ferme ses sessions ; le compte et ses traces restent."""
    compte = _compte(identifiant)
    compte.actif = False
    fermer_les_sessions(compte.id)
    db.session.commit()
    click.echo(f"Compte « {compte.identifiant} » désactivé.")


@click.command("controler")
@click.option("--json", "en_json", is_flag=True)
@au_nom_de("controler")
def controler(*, en_json: bool) -> None:
    """Relit toutes les inscriptions et dit ce que les règles leur reprochent (contrôle de nuit)."""
    ids = list(db.session.scalars(select(Inscription.id).order_by(Inscription.id)))
    trouves = [
        {"inscription": i, "code": v.code, "gravite": v.gravite.value, "champ": v.champ, "message": v.message}
        for i, v in controler_inscriptions(db.session(), ids)
    ]
    if en_json:
        click.echo(json.dumps({"inscriptions": len(ids), "constats": trouves}, ensure_ascii=False))
    else:
        click.echo(f"{len(ids)} inscriptions relues, {len(trouves)} constats.")
        for t in trouves:
            click.echo(f"  inscription {t['inscription']} : {t['message']} [{t['code']}]")
    sys.exit(1 if any(t["gravite"] == "B" for t in trouves) else 0)


def installer(app: Flask) -> None:
    """Lie les commandes à l'application."""
    for commande in (init_db, demo, importer, document, utilisateur, controler):
        app.cli.add_command(commande)
    commandes_referentiels.enregistrer(app)
    commandes_gtp.enregistrer(app)
    commandes_parcours.enregistrer(app)
    commandes_vae.enregistrer(app)
    commandes_jury.enregistrer(app)
    commandes_habilitation.enregistrer(app)
    commandes_certifications.enregistrer(app)
    commandes_evaluations.enregistrer(app)
    commandes_exports.enregistrer(app)
    commandes_candidats.enregistrer(app)
    commandes_deliberation.enregistrer(app)
    commandes_sceau.enregistrer(app)
    commandes_travaux.enregistrer(app)
    commandes_accrochage.enregistrer(app)
    commandes_attribution.enregistrer(app)
    commandes_conservation.enregistrer(app)
    commandes_importations.enregistrer(app)
