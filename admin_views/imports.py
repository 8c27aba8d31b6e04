"""Importer un fichier d'inscriptions ou d'évaluations : envoyer, tout simuler, lire le résultat, confirmer."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Response, abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import undefer
from werkzeug.utils import secure_filename

from admin_views.base import PageView, exige
from admin_views.droits import Droit
from admin_views.extensions import db
from imports import evaluations, inscriptions
from imports.compte_rendu import CompteRendu, fichier_des_rejets
from imports.moteur import Genre, importer
from models import Importation, LigneRejetee
from rules.nomenclatures import EtatImportation

# Caractères de commande et marques de sens d'écriture : un nom de fichier ne doit tromper personne.
_INVISIBLES = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PAR_PAGE = 50
_REJETS_PAR_PAGE = 200
_ENCODAGES = ("utf-8", "cp1252", "iso8859-15", "mac_roman", "utf-16")
# Les genres de fichiers que la console reçoit, par leur nature.
GENRES: dict[str, Genre[Any]] = {g.nature: g for g in (inscriptions.FICHIER, evaluations.FICHIER)}
_SEPARATEURS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}


def nom_de_fichier(annonce: str) -> str:
    """Le nom d'un fichier envoyé, sans chemin ni caractère qui trompe."""
    return _INVISIBLES.sub("", Path(annonce.replace("\\", "/")).name)[-200:]


def _centre_id() -> int:
    centre_id: int | None = current_user.centre_id
    if centre_id is None:
        abort(403)
    return centre_id


def _importation(importation_id: int, *, avec_contenu: bool = False) -> Importation:
    requete = select(Importation).where(Importation.id == importation_id)
    if avec_contenu:
        requete = requete.options(undefer(Importation.contenu))
    importation = db.session.scalar(requete)
    if importation is None:
        abort(404)
    return importation


@contextmanager
def sur_disque(contenu: bytes, nom: str) -> Iterator[Path]:
    """Un fichier reçu, posé sur disque le temps d'un bloc, sous son extension."""
    with tempfile.TemporaryDirectory() as dossier:
        chemin = Path(dossier) / ("fichier" + Path(nom).suffix.lower()[:8])
        chemin.write_bytes(contenu)
        yield chemin


def _encodage(simulation: Importation) -> str | None:
    return simulation.encodage if simulation.separateur else None


def _genre(nature: str) -> Genre[Any]:
    """Le genre demandé ; ce qui n'en est pas un n'existe pas."""
    if nature not in GENRES:
        abort(404)
    return GENRES[nature]


def _annoncer(genre: Genre[Any], compte_rendu: CompteRendu, annoncees: int) -> None:
    if not compte_rendu.ecrit:
        flash("Rien n'a été écrit : des lignes sont refusées.", "error")
        return
    flash(f"{compte_rendu.creees} {genre.objet}s {genre.faits}.", "success")
    if compte_rendu.creees != annoncees:
        flash(
            f"La simulation en annonçait {annoncees} : la base a changé entre-temps, voyez le détail.", "warning"
        )


def modele_classeur(genre: Genre[Any]) -> bytes:
    """Le modèle d'un genre de fichiers en classeur, avec une feuille qui explique chaque colonne."""
    from openpyxl import Workbook  # noqa: PLC0415 — ne sert qu'au modèle
    from openpyxl.styles import Font  # noqa: PLC0415

    classeur = Workbook()
    feuille: Any = classeur.active
    feuille.title = genre.libelle
    feuille.append([c.nom for c in genre.colonnes])
    aide = classeur.create_sheet("Colonnes")
    aide.append(["Colonne", "Ce que c'est", "Obligatoire"])
    for colonne in genre.colonnes:
        aide.append([colonne.nom, colonne.libelle, "oui" if colonne.requise else "selon le cas"])
    for page in (feuille, aide):
        page.freeze_panes = "A2"
        for cellule in page[1]:
            cellule.font = Font(bold=True)
            page.column_dimensions[cellule.column_letter].width = 24
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()


class ImportsView(PageView):
    """L'écran d'import : envoi, résultat, confirmation, rejets, modèle."""

    ressource = "import"

    @expose("/", methods=("GET",))
    @exige(Droit.LIRE)
    def liste(self) -> ResponseReturnValue:
        """L'écran d'envoi et les imports récents du centre."""
        recents = list(db.session.scalars(select(Importation).order_by(Importation.id.desc()).limit(_PAR_PAGE)))
        return self.render(
            "imports/liste.html", importations=recents, genres=GENRES, encodages=_ENCODAGES, separateurs=_SEPARATEURS,
            genre=_genre(request.args.get("genre", inscriptions.FICHIER.nature)),
        )

    @expose("/", methods=("POST",))
    @exige(Droit.CREER)
    def simuler(self) -> ResponseReturnValue:
        """Reçoit un fichier et juge toutes ses lignes sans rien écrire."""
        genre = _genre(request.form.get("genre", inscriptions.FICHIER.nature))
        envoye = request.files.get("fichier")
        if envoye is None or not envoye.filename:
            flash("Choisissez un fichier.", "error")
            return redirect(url_for("imports.liste", genre=genre.nature), 303)
        nom = nom_de_fichier(envoye.filename)
        encodage, separateur = request.form.get("encodage", ""), request.form.get("separateur", "")
        contenu = envoye.read()
        with sur_disque(contenu, nom) as chemin:
            compte_rendu = importer(
                genre, db.session(), chemin, _centre_id(), nom_fichier=nom, simuler=True,
                encodage=encodage if encodage in _ENCODAGES else None,
                separateur=separateur if separateur in _SEPARATEURS else None,
            )
        importation = _importation(compte_rendu.importation or 0)
        if compte_rendu.refus is None:
            importation.contenu = contenu
        db.session.commit()
        for phrase in compte_rendu.avertissements:
            flash(phrase, "warning")
        return redirect(url_for("imports.resultat", importation_id=compte_rendu.importation), 303)

    @expose("/<int:importation_id>/", methods=("GET",))
    @exige(Droit.LIRE)
    def resultat(self, importation_id: int) -> ResponseReturnValue:
        """Le résultat d'une simulation ou d'un import, ligne par ligne."""
        importation = _importation(importation_id)
        lignes = list(
            db.session.scalars(
                select(LigneRejetee).where(LigneRejetee.importation_id == importation_id)
                .order_by(LigneRejetee.refusee.desc(), LigneRejetee.ligne).limit(_REJETS_PAR_PAGE)
            )
        )
        # Un fichier déjà importé se dit avant de confirmer, pas après.
        deja = db.session.scalar(
            select(Importation).where(
                Importation.empreinte == importation.empreinte, Importation.etat == EtatImportation.FAITE,
                Importation.id != importation.id, Importation.creees > 0,
            ).order_by(Importation.id.desc()).limit(1)
        )
        genre = _genre(importation.nature)
        libelles = {c.nom: c.libelle for c in genre.colonnes}
        a_confirmer = bool(db.session.scalar(
            select(Importation.contenu.is_not(None)).where(Importation.id == importation_id)
        ))
        return self.render(
            "imports/resultat.html", importation=importation, lignes=lignes, libelles=libelles, deja=deja,
            genre=genre, limite=_REJETS_PAR_PAGE, simulee=importation.etat is EtatImportation.SIMULEE, a_confirmer=a_confirmer,
        )

    @expose("/<int:importation_id>/confirmer", methods=("POST",))
    @exige(Droit.CREER)
    def confirmer(self, importation_id: int) -> ResponseReturnValue:
        """Importe pour de bon le fichier d'une simulation : tout, ou les lignes valides."""
        simulation = _importation(importation_id, avec_contenu=True)
        contenu = simulation.contenu
        if simulation.etat is not EtatImportation.SIMULEE or contenu is None:
            flash("Ce fichier a déjà été traité : renvoyez-le pour recommencer.", "warning")
            return redirect(url_for("imports.resultat", importation_id=importation_id), 303)
        with sur_disque(contenu, simulation.nom_fichier) as chemin:
            compte_rendu = importer(
                _genre(simulation.nature), db.session(), chemin, _centre_id(), nom_fichier=simulation.nom_fichier,
                lignes_valides="lignes_valides" in request.form, encodage=_encodage(simulation),
                separateur=simulation.separateur or None,
            )
        annoncees = simulation.creees
        simulation.contenu = None
        db.session.commit()
        _annoncer(_genre(simulation.nature), compte_rendu, annoncees)
        return redirect(url_for("imports.resultat", importation_id=compte_rendu.importation), 303)

    @expose("/<int:importation_id>/rejets.csv", methods=("GET",))
    @exige(Droit.LIRE)
    def rejets(self, importation_id: int) -> ResponseReturnValue:
        """Les lignes refusées telles que venues, avec codes et messages ; corrigé, le fichier se réimporte."""
        importation = _importation(importation_id)
        lignes = db.session.scalars(
            select(LigneRejetee)
            .where(LigneRejetee.importation_id == importation_id, LigneRejetee.refusee).order_by(LigneRejetee.ligne)
        ).all()
        corps = "".join(fichier_des_rejets(importation.entetes, ((x.cellules, x.erreurs) for x in lignes)))
        nom = secure_filename(f"rejets_{Path(importation.nom_fichier).stem}.csv")
        return Response(
            corps, mimetype="text/csv; charset=utf-8", headers={"Content-Disposition": f"attachment; filename={nom}"}
        )

    @expose("/modele.<extension>", methods=("GET",))
    @exige(Droit.LIRE)
    def modele(self, extension: str) -> ResponseReturnValue:
        """Le modèle de fichier, en CSV ou en classeur avec une feuille qui explique chaque colonne."""
        genre = _genre(request.args.get("genre", inscriptions.FICHIER.nature))
        if extension == "csv":
            tampon = io.StringIO()
            csv.writer(tampon, delimiter=";").writerow([c.nom for c in genre.colonnes])
            octets, type_mime = ("\ufeff" + tampon.getvalue()).encode(), "text/csv"
        elif extension == "xlsx":
            octets = modele_classeur(genre)
            type_mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        else:
            abort(404)
        return send_file(
            io.BytesIO(octets), mimetype=type_mime, download_name=f"modele_{genre.nature}.{extension}", as_attachment=True
        )


def vues() -> list[ImportsView]:
    """Les vues de ce module, pour le menu."""
    return [ImportsView(name="Imports", category="Candidats", endpoint="imports", url="/imports")]
