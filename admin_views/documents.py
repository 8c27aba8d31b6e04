"""Les PDF en un clic : procès-verbal, certificat, tous les certificats d'un jury."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, abort, current_app, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from sqlalchemy import insert

from admin_views.extensions import db
from admin_views.securite import page_erreur
from documents.erreurs import AtelierOccupe, DocumentRefuse, RenduImpossible
from models import Certificat, Journal, Jury, ProcesVerbal
from models.contexte import en_ecriture
from models.journal import entree
from rules.nomenclatures import Role

if TYPE_CHECKING:
    from documents import archives

documents = Blueprint("documents", __name__, url_prefix="/documents")

# Un juré ne voit les candidats que par leur numéro : jamais un document qui les nomme (JUR-08).
_LECTEURS = frozenset({Role.CLERC, Role.RESPONSABLE, Role.GTP, Role.LECTURE})


@documents.before_request
@login_required
def _reserver() -> None:
    if current_user.role not in _LECTEURS:
        abort(403)


def _envoyer(document: archives.Document, objet: str, objet_id: int, centre_id: int) -> ResponseReturnValue:
    db.session.commit()
    with en_ecriture():
        db.session.execute(
            insert(Journal), [entree("document", objet, objet_id, centre_id=centre_id, apres={"fichier": document.nom})]
        )
        db.session.commit()
    return send_file(
        io.BytesIO(document.contenu), mimetype="application/pdf", download_name=document.nom,
        as_attachment="telecharger" in request.args,
    )


@documents.get("/pv/<int:pv_id>.pdf")
def pv(pv_id: int) -> ResponseReturnValue:
    """Le procès-verbal (annexe 14) : projet, ou octets conservés une fois signé."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    proces_verbal = db.session.get(ProcesVerbal, pv_id)
    if proces_verbal is None:
        abort(404)
    centre_id = proces_verbal.centre_id
    document = archives.pv(db.session(), pv_id, atelier())
    return _envoyer(document, "proces_verbal", pv_id, centre_id) if document else abort(404)


@documents.get("/certificat/<int:certificat_id>.pdf")
def certificat(certificat_id: int) -> ResponseReturnValue:
    """Un certificat (annexes 7 à 11) : les octets délivrés."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    ligne = db.session.get(Certificat, certificat_id)
    if ligne is None:
        abort(404)
    centre_id = ligne.centre_id
    lot = archives.certificats(db.session(), [certificat_id], current_app.config["ADRESSE_PUBLIQUE"], atelier())
    return _envoyer(lot[0], "certificat", certificat_id, centre_id) if lot else abort(404)


@documents.get("/jury/<int:jury_id>/certificats.pdf")
def certificats(jury_id: int) -> ResponseReturnValue:
    """Tous les certificats d'un jury, dans l'ordre du procès-verbal."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    jury = db.session.get(Jury, jury_id)
    if jury is None:
        abort(404)
    centre_id = jury.centre_id
    lot = archives.lot_de_certificats(
        db.session(), jury_id, current_app.config["ADRESSE_PUBLIQUE"], atelier()
    )
    return _envoyer(lot, "jury", jury_id, centre_id) if lot else abort(404)


@documents.errorhandler(DocumentRefuse)
def _refuse(erreur: DocumentRefuse) -> ResponseReturnValue:
    db.session.rollback()
    return page_erreur(422, str(erreur))


@documents.errorhandler(AtelierOccupe)
def _occupe(erreur: AtelierOccupe) -> ResponseReturnValue:
    db.session.rollback()
    return page_erreur(503, str(erreur))


@documents.errorhandler(RenduImpossible)
def _impossible(erreur: RenduImpossible) -> ResponseReturnValue:
    db.session.rollback()
    return page_erreur(500, str(erreur))


def installer(app: Flask) -> None:
    """Lie les documents à l'application."""
    app.register_blueprint(documents)
