"""Le dossier d'un candidat, à remettre à la personne qui le demande : le responsable du centre, trace au journal."""

from __future__ import annotations

import io
import json

from flask import abort, request, send_file
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import insert

from admin_views.base import PageView, exige
from admin_views.droits import Droit
from admin_views.extensions import db
from admin_views.saisie import lire_cle
from models import Candidat, Journal
from models.base import aujourd_hui
from models.contexte import en_ecriture
from models.journal import entree


class DossierView(PageView):
    """Tout ce que le centre détient sur une personne, en PDF ou en JSON."""

    ressource = "dossier"

    def is_visible(self) -> bool:
        """On y vient de la fiche d'un candidat, non du menu."""
        return False

    @expose("/")
    @exige(Droit.LIRE)
    def dossier(self) -> ResponseReturnValue:
        """Le dossier du candidat `id`, en `genre` pdf ou json."""
        identifiant, genre = lire_cle(Candidat, request.args.get("id", "")), request.args.get("genre", "pdf")
        if genre not in {"pdf", "json"} or identifiant is None:
            abort(404)
        from documents.archives import dossier_du_candidat  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
        from documents.atelier import atelier  # noqa: PLC0415
        from documents.sources_dossier import dossier  # noqa: PLC0415

        faits = dossier(db.session(), identifiant, aujourd_hui())
        if faits is None:
            abort(404)
        if genre == "pdf":
            document = dossier_du_candidat(db.session(), faits, atelier())
            contenu, nom, nature = document.contenu, document.nom, "application/pdf"
        else:
            contenu = json.dumps(faits.en_dict(), ensure_ascii=False, indent=1).encode()
            nom, nature = f"dossier-candidat_{identifiant}.json", "application/json"
        db.session.rollback()
        with en_ecriture():
            db.session.execute(insert(Journal), [entree("lecture", "candidat", identifiant, apres={"document": nom})])
            db.session.commit()
        return send_file(io.BytesIO(contenu), mimetype=nature, download_name=nom, as_attachment=True)


def vues() -> tuple[PageView, ...]:
    """Les dossiers, hors du menu."""
    return (DossierView("Dossier d'un candidat", None, "dossiers", "/candidats/dossier"),)
