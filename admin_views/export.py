"""Export d'une liste : en flux, sans formule vivante, journalisé quand il nomme des personnes."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import Response, abort, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine, Select, insert
from sqlalchemy.orm import Session

from admin_views.extensions import db
from imports.moteur import Genre
from imports.rendu import EXTENSIONS, en_classeur, en_csv, type_mime
from models import Journal
from models.base import aujourd_hui
from models.contexte import Acteur, acteur_courant, agir_comme
from models.journal import entree
from models.normalisation import normaliser

if TYPE_CHECKING:
    from admin_views.base import DomainView

GENRES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_LOT = 1000
_LIGNES_XLSX = 1_000_000
_AMORCES = ("=", "+", "-", "@", "\t", "\r", "\n")


def sans_formule(cellule: str) -> str:
    """Une cellule qu'un tableur n'exécutera pas : ce qui commence comme une formule est précédé d'une apostrophe."""
    nue = cellule.lstrip(" \u00a0")
    if nue[:1] in _AMORCES and not _est_un_nombre(cellule):
        return "'" + cellule
    return cellule


def _est_un_nombre(cellule: str) -> bool:
    try:
        float(cellule.replace(",", "."))
    except ValueError:
        return False
    return True


def repondre(
    vue: DomainView, genre: str, requete: Select[Any], colonnes: Sequence[str], demande: Mapping[str, Any]
) -> ResponseReturnValue:
    """La réponse d'export ; un export de personnes laisse une ligne au journal avant son premier octet."""
    if vue.donnees_personnelles:
        apres = {"format": genre, "colonnes": list(colonnes), **demande}
        db.session.execute(insert(Journal), [entree("export", vue.model.__tablename__, apres=apres)])
        db.session.commit()
    entetes = [vue.libelle_colonne(c) for c in colonnes]
    lignes = _lignes(vue, requete, colonnes, acteur_courant(), db.engine)
    nom = f"{normaliser(vue.nom_pluriel).replace(' ', '-')}_{dt.date.today():%Y-%m-%d}.{genre}"
    corps = _csv(entetes, lignes) if genre == "csv" else _xlsx(entetes, lignes)
    return Response(
        corps, mimetype=GENRES[genre],
        headers={"Content-Disposition": f'attachment; filename="{nom}"', "X-Accel-Buffering": "no"},
    )


def rendre(lignes: Iterable[Sequence[str]], genre: Genre[Any], extension: str) -> ResponseReturnValue:
    """Un fichier dans les colonnes que l'import lit ; 404 si l'extension n'est pas rendue."""
    if extension not in EXTENSIONS:
        abort(404)
    sortie = io.BytesIO()
    if extension == "xlsx":
        en_classeur(lignes, genre.libelle, sortie)
    else:
        sortie.writelines(morceau.encode() for morceau in en_csv(lignes))
    sortie.seek(0)
    return send_file(sortie, mimetype=type_mime(extension), as_attachment=True,
                     download_name=f"{genre.nature}_{aujourd_hui():%Y-%m-%d}.{extension}")


def _lignes(
    vue: DomainView, requete: Select[Any], colonnes: Sequence[str], acteur: Acteur | None, moteur: Engine
) -> Iterator[list[str]]:
    # Le flux s'écoule après la requête : sa session est à lui, et chaque lecture se fait au nom de qui l'a demandé.
    with Session(moteur) as session:
        with agir_comme(acteur):
            lots = session.scalars(requete.execution_options(yield_per=_LOT)).partitions()
        while True:
            with agir_comme(acteur):
                lot = next(lots, None)
                if lot is None:
                    return
                lignes = [[vue.valeur_exportee(o, c) for c in colonnes] for o in lot]
            yield from lignes
            session.expunge_all()


def _csv(entetes: Sequence[str], lignes: Iterator[list[str]]) -> Iterator[str]:
    tampon = io.StringIO()
    ecrivain = csv.writer(tampon, delimiter=";")
    tampon.write("\ufeff")
    ecrivain.writerow(entetes)
    for rang, ligne in enumerate(lignes, 1):
        ecrivain.writerow([sans_formule(c) for c in ligne])
        if rang % _LOT == 0:
            yield tampon.getvalue()
            tampon.seek(0)
            tampon.truncate()
    yield tampon.getvalue()


def _xlsx(entetes: Sequence[str], lignes: Iterator[list[str]]) -> Iterator[bytes]:
    from openpyxl import Workbook  # noqa: PLC0415 — ne se charge que pour un export de classeur

    classeur = Workbook(write_only=True)
    feuille = classeur.create_sheet("Export")
    feuille.append(list(entetes))
    for rang, ligne in enumerate(lignes):
        if rang >= _LIGNES_XLSX:
            break
        feuille.append([_cellule(feuille, c) for c in ligne])
    with tempfile.TemporaryFile() as fichier:
        classeur.save(fichier)
        fichier.seek(0)
        while morceau := fichier.read(65536):
            yield morceau


def _cellule(feuille: Any, texte: str) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    cellule = WriteOnlyCell(feuille, texte)
    cellule.data_type = "s"  # du texte, même « =1+1 »
    return cellule
