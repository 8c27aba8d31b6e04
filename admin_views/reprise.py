"""Référentiels › Reprise de la liste : envoyer une liste existante, tout simuler, confirmer ; la rendre en CSV ou XLSX."""

from __future__ import annotations

import io
from pathlib import Path

from flask import Response, abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import select
from sqlalchemy.orm import undefer
from werkzeug.utils import secure_filename

from admin_views.base import PageView, exige
from admin_views.droits import Droit
from admin_views.export import GENRES, rendre
from admin_views.extensions import db
from admin_views.imports import modele_classeur, nom_de_fichier
from imports.certifications import CERTIFICATIONS, exporter, reprendre
from imports.compte_rendu import fichier_des_rejets
from imports.depot import sur_disque
from imports.moteur import empreinte
from models import Reception
from rules.nomenclatures import NatureReception

_RECENTES = 20
_ERREURS = 200


def _reception(reception_id: int) -> Reception:
    reception = db.session.scalar(
        select(Reception).options(undefer(Reception.contenu))
        .where(Reception.id == reception_id, Reception.nature == NatureReception.CERTIFICATIONS)
    )
    if reception is None:
        abort(404)
    return reception


class RepriseView(PageView):
    """L'écran de reprise de la liste des certifications."""

    ressource = "reception"

    @expose("/", methods=("GET",))
    @exige(Droit.LIRE)
    def liste(self) -> ResponseReturnValue:
        """L'écran d'envoi, les reprises récentes, l'export."""
        recentes = db.session.scalars(
            select(Reception).where(Reception.nature == NatureReception.CERTIFICATIONS)
            .order_by(Reception.id.desc()).limit(_RECENTES)
        ).all()
        return self.render("reprise.html", reception=None, recentes=recentes, genre=CERTIFICATIONS, peut_reprendre=self.peut(Droit.CREER))

    @expose("/", methods=("POST",))
    @exige(Droit.CREER)
    def simuler(self) -> ResponseReturnValue:
        """Reçoit un fichier et juge toutes ses lignes sans rien reprendre."""
        envoye = request.files.get("fichier")
        if envoye is None or not envoye.filename:
            flash("Choisissez un fichier.", "error")
            return redirect(url_for("reprise.liste"), 303)
        nom, contenu = nom_de_fichier(envoye.filename), envoye.read()
        with sur_disque(contenu, nom) as chemin:
            rendu = reprendre(db.session(), chemin, nom_fichier=nom, simuler=True)
            reception = Reception(
                nature=NatureReception.CERTIFICATIONS, nom_fichier=nom, empreinte=empreinte(chemin), lues=rendu.lignes,
                resume=rendu.en_dict() | {"entetes": rendu.entetes, "rejets": list(rendu.rejets)},
                contenu=contenu if rendu.refus is None else None,
            )
        db.session.add(reception)
        db.session.commit()
        return redirect(url_for("reprise.resultat", reception_id=reception.id), 303)

    @expose("/<int:reception_id>/", methods=("GET",))
    @exige(Droit.LIRE)
    def resultat(self, reception_id: int) -> ResponseReturnValue:
        """Ce que la reprise ferait, ou ce qu'elle a fait."""
        reception = _reception(reception_id)
        return self.render(
            "reprise.html", reception=reception, genre=CERTIFICATIONS, erreurs=reception.resume["erreurs"][:_ERREURS],
            libelles={c.nom: c.libelle for c in CERTIFICATIONS.colonnes}, a_confirmer=reception.contenu is not None,
            peut_reprendre=self.peut(Droit.CREER), limite=_ERREURS,
        )

    @expose("/<int:reception_id>/confirmer", methods=("POST",))
    @exige(Droit.CREER)
    def confirmer(self, reception_id: int) -> ResponseReturnValue:
        """Reprend pour de bon : tout, ou les lignes valides."""
        reception = _reception(reception_id)
        if reception.contenu is None:
            flash("Ce fichier a déjà été traité : renvoyez-le pour recommencer.", "warning")
            return redirect(url_for("reprise.resultat", reception_id=reception_id), 303)
        annoncees = reception.resume["creees"]
        with sur_disque(reception.contenu, reception.nom_fichier) as chemin:
            rendu = reprendre(
                db.session(), chemin, nom_fichier=reception.nom_fichier, lignes_valides="lignes_valides" in request.form
            )
        reception.resume = rendu.en_dict() | {"entetes": rendu.entetes, "rejets": list(rendu.rejets)}
        if rendu.ecrit:
            reception.contenu = None
            flash(f"{rendu.creees} certifications reprises.", "success")
            if rendu.creees != annoncees:
                flash(f"La simulation en annonçait {annoncees} : la liste a changé entre-temps.", "warning")
        else:
            flash("Rien n'a été écrit : des lignes sont refusées.", "error")
        db.session.commit()
        return redirect(url_for("reprise.resultat", reception_id=reception_id), 303)

    @expose("/<int:reception_id>/rejets.csv", methods=("GET",))
    @exige(Droit.LIRE)
    def rejets(self, reception_id: int) -> ResponseReturnValue:
        """Les lignes refusées telles que venues, avec codes et messages ; corrigé, le fichier se reprend."""
        reception = _reception(reception_id)
        corps = "".join(fichier_des_rejets(reception.resume["entetes"], reception.resume["rejets"]))
        nom = secure_filename(f"rejets_{Path(reception.nom_fichier).stem}.csv")
        return Response(corps, mimetype="text/csv; charset=utf-8", headers={"Content-Disposition": f"attachment; filename={nom}"})

    @expose("/modele.xlsx", methods=("GET",))
    @exige(Droit.LIRE)
    def modele(self) -> ResponseReturnValue:
        """Le modèle de fichier, avec une feuille qui explique chaque colonne."""
        return send_file(io.BytesIO(modele_classeur(CERTIFICATIONS)), mimetype=GENRES["xlsx"], as_attachment=True,
                         download_name="modele_certifications.xlsx")

    @expose("/certifications.<extension>", methods=("GET",))
    @exige(Droit.LIRE)
    def export(self, extension: str) -> ResponseReturnValue:
        """La liste entière, telle qu'elle se reprend."""
        return rendre(exporter(db.session()), CERTIFICATIONS, extension)


def vues() -> list[PageView]:
    """Les vues de ce module, pour le menu."""
    return [RepriseView(name="Reprise de la liste", category="Référentiels", endpoint="reprise", url="/reprise")]
