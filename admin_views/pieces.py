"""Les pièces jointes : dépôt, téléchargement et retrait, bornés au territoire ; une autre vue n'appelle que `recevoir`.

Une page qui montre des pièces importe la macro `pieces` de `templates/pieces.html` ; une route qui en reçoit appelle
`recevoir(dossier)`, puis valide. Télécharger et retirer se font ici, selon les droits du dossier (`RESSOURCES`).
"""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from sqlalchemy import insert
from sqlalchemy.orm import undefer

from admin_views.base import cible_locale
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.gestes import refus_dits
from models import Journal, Piece
from models.base import aujourd_hui
from models.contexte import en_ecriture
from models.journal import entree
from rules import actes_pieces
from rules.nomenclatures import NaturePiece
from rules.parametres import TAILLE_PIECE_MAX
from rules.piece import MO

pieces = Blueprint("pieces", __name__, url_prefix="/pieces")

# La clé de la pièce vers son dossier → la ressource dont les droits s'appliquent.
RESSOURCES = {
    "demande_id": "demande",
    "transmission_id": "transmission",
    "parcours_id": "parcours",
    "inscription_id": "piece_candidat",
    **dict.fromkeys(("habilitation_id", "appreciation_id", "etape_instruction_id"), "habilitation"),
}


def recevoir(dossier: Any, champ: str = "piece") -> list[Piece]:
    """Joint à un dossier les fichiers du champ envoyé, sous la nature choisie ; l'appelant valide la transaction.

    :raises Refus: aucun fichier, ou un fichier refusé (PIE-01 à PIE-07) ; rien n'est alors gardé.
    """
    nature = request.form.get("nature_piece", NaturePiece.AUTRE.value)
    if nature not in list(NaturePiece):
        abort(400)
    limite = TAILLE_PIECE_MAX.au(aujourd_hui()) * MO + 1
    fichiers = [f for f in request.files.getlist(champ) if f.filename]
    envois = [(f.filename or "", f.stream.read(limite)) for f in fichiers] or [("", b"")]
    return [actes_pieces.joindre(db.session(), dossier, nom, contenu, NaturePiece(nature)) for nom, contenu in envois]


def _lue(piece_id: int, droit: Droit, *options: Any) -> Piece:
    """La pièce demandée, si la personne voit son dossier et y a ce droit ; la même page 404 pour tout le reste."""
    piece = db.session.get(Piece, piece_id, options=options)
    if piece is None:
        abort(404)
    ressource = next(r for cle, r in RESSOURCES.items() if getattr(piece, cle) is not None)
    if piece.dossier is None:
        abort(404)
    if not peut(current_user.role, ressource, droit):
        abort(403)
    return piece


@pieces.get("/<int:piece_id>")
@login_required
def telecharger(piece_id: int) -> ResponseReturnValue:
    """Le fichier tel qu'il a été joint : toujours enregistré, jamais ouvert dans la page ; la lecture est au journal."""
    piece = _lue(piece_id, Droit.LIRE, undefer(Piece.contenu))
    nom, contenu, type_mime, centre_id = piece.nom, piece.contenu, piece.type_mime, piece.centre_id
    db.session.rollback()
    with en_ecriture():
        db.session.execute(
            insert(Journal), [entree("lecture", "piece", piece_id, centre_id=centre_id, apres={"fichier": nom})]
        )
        db.session.commit()
    return send_file(io.BytesIO(contenu), mimetype=type_mime, download_name=nom, as_attachment=True)


@pieces.post("/<int:piece_id>/retirer")
@login_required
def retirer(piece_id: int) -> ResponseReturnValue:
    """Retire une pièce d'un dossier qui n'est pas décidé."""
    piece = _lue(piece_id, Droit.MODIFIER)
    with refus_dits():
        actes_pieces.retirer(db.session(), piece)
        db.session.commit()
        flash("Pièce retirée.", "success")
    return redirect(cible_locale(request.form.get("retour")) or "/", 303)


def _taille_lisible(octets: int) -> str:
    return f"{octets / MO:.1f} Mo".replace(".", ",") if octets >= MO else f"{-(-octets // 1024)} Ko"


def installer(app: Flask) -> None:
    """Lie les pièces à l'application, et ce que leur macro appelle."""
    app.register_blueprint(pieces)
    app.jinja_env.filters["taille_lisible"] = _taille_lisible
    app.jinja_env.globals["taille_piece_max"] = lambda: TAILLE_PIECE_MAX.au(aujourd_hui())
