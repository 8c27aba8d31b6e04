"""Les PDF en un clic : procès-verbal, certificats, papiers d'un jury, lettres aux candidats, listes de la branche."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, abort, current_app, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from sqlalchemy import insert

from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.securite import page_erreur
from documents.erreurs import AtelierOccupe, DocumentRefuse, RenduImpossible
from models import (
    AttributionParcours,
    Certificat,
    Duplicata,
    Habilitation,
    Inscription,
    Journal,
    Jury,
    Parcours,
    ProcesVerbal,
)
from models.base import aujourd_hui
from models.contexte import en_ecriture
from models.journal import entree
from rules.nomenclatures import EtatJury, Role

if TYPE_CHECKING:
    from documents import archives

documents = Blueprint("documents", __name__, url_prefix="/documents")

# Un juré ne voit les candidats que par leur numéro : jamais un document qui les nomme (JUR-08).
_LECTEURS = frozenset({Role.CLERC, Role.RESPONSABLE, Role.GTP, Role.LECTURE})
_CENTRE = frozenset({Role.CLERC, Role.RESPONSABLE})

# Ces documents se lisent comme la fiche dont ils parlent.
_RESSOURCES = {"documents.demande": "demande", "documents.releve": "seance_gtp"}

PAPIERS: dict[str, tuple[str, frozenset[Role], frozenset[EtatJury]]] = {
    "demande-designation": ("Demandes de désignation", _CENTRE, frozenset({EtatJury.PREPARATION})),
    "convocation": ("Convocations, et copies aux organisations", _CENTRE, frozenset({EtatJury.PREPARATION})),
    "information-cprefp": ("Information de la CPREFP", _CENTRE, frozenset({EtatJury.PREPARATION})),
    "emargement": ("Feuille d'émargement", _LECTEURS, frozenset(EtatJury) - {EtatJury.ANNULE}),
    "synthese-evaluations": (
        "Synthèse des évaluations, anonyme", _LECTEURS | {Role.JURE}, frozenset({EtatJury.OUVERT, EtatJury.CLOS})
    ),
    "lettre-gtp": ("Lettre au GTP", _LECTEURS, frozenset({EtatJury.CLOS})),
    "lettres": ("Toutes les lettres aux candidats", _CENTRE, frozenset({EtatJury.CLOS})),
    "lettre-admission": ("Lettres d'admission", _CENTRE, frozenset({EtatJury.CLOS})),
    "lettre-non-admission": ("Lettres de non-admission", _CENTRE, frozenset({EtatJury.CLOS})),
    "lettre-non-admission-partielle": (
        "Lettres de non-admission, avec des acquis", _CENTRE, frozenset({EtatJury.CLOS})
    ),
}
"""Ce qui s'imprime d'un jury : son nom, qui le peut, à quels états du jury il est proposé."""


def papiers_proposes(jury: Jury, role: Role | None) -> list[tuple[str, str]]:
    """Les papiers qu'un rôle peut imprimer d'un jury dans son état : code et nom."""
    return [(code, nom) for code, (nom, roles, etats) in PAPIERS.items() if role in roles and jury.etat in etats]


@documents.before_request
@login_required
def _reserver() -> None:
    roles = _LECTEURS
    if request.endpoint == "documents.papier":
        roles = PAPIERS.get((request.view_args or {}).get("code", ""), ("", _LECTEURS, frozenset()))[1]
    if request.endpoint in _RESSOURCES:
        if not peut(current_user.role, _RESSOURCES[request.endpoint], Droit.LIRE):
            abort(403)
    elif current_user.role not in roles:
        abort(403)


def _envoyer(
    document: archives.Document, objet: str, objet_id: int | None, centre_id: int | None
) -> ResponseReturnValue:
    db.session.commit()
    with en_ecriture():
        db.session.execute(
            insert(Journal), [entree("document", objet, objet_id, centre_id=centre_id, apres={"fichier": document.nom})]
        )
        db.session.commit()
    return send_file(
        io.BytesIO(document.contenu), download_name=document.nom,
        mimetype="application/zip" if document.nom.endswith(".zip") else "application/pdf",
        as_attachment="telecharger" in request.args or document.nom.endswith(".zip"),
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


@documents.get("/duplicata/<int:duplicata_id>.pdf")
def duplicata(duplicata_id: int) -> ResponseReturnValue:
    """Un duplicata certifié conforme : les octets délivrés."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    ligne = db.session.get(Duplicata, duplicata_id)
    if ligne is None:
        abort(404)
    centre_id = ligne.centre_id
    fait = archives.duplicata(db.session(), duplicata_id, current_app.config["ADRESSE_PUBLIQUE"], atelier())
    return _envoyer(fait, "duplicata", duplicata_id, centre_id) if fait else abort(404)


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


@documents.get("/jury/<int:jury_id>/attribution.zip")
def paquet(jury_id: int) -> ResponseReturnValue:
    """Tout ce que produit un jury attribué : certificats, lettres, procès-verbaux, lettre au GTP, en une archive."""
    from documents.atelier import atelier  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.attribution import paquet as reunir  # noqa: PLC0415

    if current_user.role not in _CENTRE:
        abort(403)
    jury = db.session.get(Jury, jury_id)
    if jury is None:
        abort(404)
    centre_id = jury.centre_id
    fait = reunir(db.session(), jury_id, aujourd_hui(), current_app.config["ADRESSE_PUBLIQUE"], atelier())
    return _envoyer(fait, "jury", jury_id, centre_id) if fait else abort(404)


@documents.get("/jury/<int:jury_id>/<code>.pdf")
def papier(jury_id: int, code: str) -> ResponseReturnValue:
    """Un papier d'un jury, ou les lettres aux candidats ; ce qui n'est pas daté du jury l'est d'aujourd'hui."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    jury = db.session.get(Jury, jury_id)
    if jury is None or code not in PAPIERS:
        abort(404)
    centre_id = jury.centre_id
    fait = archives.papier(db.session(), code, jury_id, aujourd_hui(), atelier())
    return _envoyer(fait, "jury", jury_id, centre_id) if fait else abort(404)


@documents.get("/vae/<int:identite>/<code>.pdf")
def de_la_vae(identite: int, code: str) -> ResponseReturnValue:
    """La décision de recevabilité d'une VAE, ou les conclusions de sa commission, par son inscription."""
    from documents import archives, sources_vae  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    inscription = db.session.get(Inscription, identite)
    if inscription is None or code not in sources_vae.SOURCES or not peut(current_user.role, "vae", Droit.LIRE):
        abort(404)
    centre_id = inscription.centre_id
    fait = archives.de_la_vae(db.session(), code, identite, aujourd_hui(), atelier())
    return _envoyer(fait, "inscription", identite, centre_id) if fait else abort(404)


@documents.get("/demande/<int:demande_id>.pdf")
def demande(demande_id: int) -> ResponseReturnValue:
    """Le dossier d'une demande au GTP, daté d'aujourd'hui."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    fait = archives.dossier_demande(db.session(), demande_id, aujourd_hui(), atelier())
    return _envoyer(fait, "demande", demande_id, None) if fait else abort(404)


@documents.get("/releve/<int:seance_id>.pdf")
def releve(seance_id: int) -> ResponseReturnValue:
    """Le relevé de décisions d'une séance close du GTP : les octets conservés."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    fait = archives.releve(db.session(), seance_id, atelier())
    return _envoyer(fait, "seance_gtp", seance_id, None) if fait else abort(404)


@documents.get("/habilitation/<int:identite>/<code>.pdf")
def habilitation(identite: int, code: str) -> ResponseReturnValue:
    """La décision d'une habilitation, ou son attestation : les octets conservés à la décision."""
    from documents import archives, sources_habilitation  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    ligne = db.session.get(Habilitation, identite)
    if ligne is None or code not in sources_habilitation.SOURCES:
        abort(404)
    centre_id = ligne.centre_id
    fait = archives.habilitation(db.session(), code, identite, atelier())
    return _envoyer(fait, "habilitation", identite, centre_id) if fait else abort(404)


@documents.get("/liste/<code>.pdf")
def liste(code: str) -> ResponseReturnValue:
    """La liste des certifications ou des organismes habilités, à la date `au` (aujourd'hui par défaut)."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    if code not in archives.LISTES:
        abort(404)
    try:
        au = dt.date.fromisoformat(request.args["au"]) if "au" in request.args else aujourd_hui()
    except ValueError:
        abort(404)
    return _envoyer(archives.liste(db.session(), code, au, atelier()), "liste", None, None)


def _du_parcours(code: str, ligne: Parcours | AttributionParcours | None) -> ResponseReturnValue:
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    if ligne is None:
        abort(404)
    identite, centre_id, objet = ligne.id, ligne.centre_id, type(ligne).__tablename__
    fait = archives.du_parcours(db.session(), code, identite, aujourd_hui(), atelier())
    return _envoyer(fait, objet, identite, centre_id) if fait else abort(404)


@documents.get("/parcours/<int:identite>/fiche.pdf")
def fiche_ppc(identite: int) -> ResponseReturnValue:
    """La fiche d'un parcours certifiant (annexe 3)."""
    return _du_parcours("fiche-ppc", db.session.get(Parcours, identite))


@documents.get("/parcours/<int:identite>/programme.pdf")
def programme(identite: int) -> ResponseReturnValue:
    """Le programme de formation d'un parcours certifiant (annexe 4)."""
    return _du_parcours("programme", db.session.get(Parcours, identite))


@documents.get("/attribution/<int:identite>/attestation.pdf")
def attestation_ppc(identite: int) -> ResponseReturnValue:
    """L'attestation que l'entreprise remet au salarié (annexe 3, note 3)."""
    return _du_parcours("attestation-ppc", db.session.get(AttributionParcours, identite))


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
