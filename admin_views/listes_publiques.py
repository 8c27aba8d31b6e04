"""Les listes que la branche publie, sans connexion : page, CSV et JSON, à toute date (partie 1, chap. 1, § 2.B).

Une liste est une déclaration (`ListePublique`) ; routes, filtres, recherche, formats et cache sont communs.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from admin_views.export import sans_formule
from admin_views.extensions import db
from documents.sources_habilitation import liste_organismes
from documents.sources_jury import liste_certifications
from models.base import aujourd_hui
from models.contexte import agir_comme, systeme
from models.normalisation import normaliser
from rules.identifiants import lire_identifiant

listes = Blueprint("listes", __name__, url_prefix="/liste")

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MIMES = {"csv": "text/csv", "json": "application/json"}
_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_DUREE_CACHE_S = 300
_MOTS_MAX = 8

Ligne = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ListePublique:
    """Une liste : ce qu'elle dit, d'où viennent ses lignes à une date, et par quoi elle se filtre.

    `colonnes` : nom publié → en-tête lu. Une ligne est un dictionnaire de ces noms : texte, entier, liste ou rien ;
    `filtres` sont des noms de colonnes, dont chaque valeur présente est un choix.
    """

    code: str
    titre: str
    chapeau: str
    colonnes: Mapping[str, str]
    source: Callable[[Session, dt.date], Sequence[Ligne]]
    filtres: tuple[str, ...] = ()
    aide_recherche: str = ""


def _certifications(session: Session, jour: dt.date) -> Sequence[Ligne]:
    return [
        {
            "famille": c.famille, "identifiant": c.identifiant, "titre": c.titre, "niveau": c.niveau,
            "france_competences": list(c.enregistrements),
            "creee_le": c.creee_le.isoformat() if c.creee_le else None, "demonstration": c.demonstration,
        }
        for c in liste_certifications(session, jour).certifications
    ]


def _organismes(session: Session, jour: dt.date) -> Sequence[Ligne]:
    """Toutes les habilitations en vigueur ce jour-là : la liste est nationale, et publique (HAB-04)."""
    with agir_comme(systeme("liste publique")):
        return [
            {
                "organisme": o.nom, "siret": o.siret, "declaration": o.numero_declaration, "adresse": o.adresse,
                "centre": o.centre, "pour": ", ".join(o.certifications) or "toutes les certifications",
                "habilite_le": o.du.isoformat(), "prend_fin_le": o.au.isoformat() if o.au else None, "demonstration": o.demonstration,
            }
            for o in liste_organismes(session, jour).organismes
        ]


LISTES: dict[str, ListePublique] = {
    liste.code: liste
    for liste in (
        ListePublique(
            "certifications", "Certifications de la métallurgie",
            "La liste établie par la branche : CQPM, CCPM, CQPI, CCPI et parcours de professionnalisation certifiants.",
            {"identifiant": "Identifiant", "titre": "Intitulé", "famille": "Famille", "niveau": "Niveau",
             "france_competences": "France compétences", "creee_le": "Créée le", "demonstration": "Démonstration"},
            _certifications, ("famille", "niveau"), "Numéro, code RNCP ou mots de l'intitulé",
        ),
        ListePublique(
            "organismes", "Organismes de formation habilités",
            "Les organismes habilités par les UIMM territoriales centres de certification : par qui, pour quoi, depuis quand.",
            {"organisme": "Organisme", "siret": "SIRET", "declaration": "Déclaration d'activité", "adresse": "Adresse",
             "centre": "Habilité par", "pour": "Pour", "habilite_le": "Depuis le", "prend_fin_le": "Jusqu'au",
             "demonstration": "Démonstration"},
            _organismes, ("centre",), "Nom, SIRET, ville ou numéro de certification",
        ),
    )
}


class DemandeFausse(ValueError):
    """L'adresse demande ce qui n'existe pas ; le message dit quoi écrire."""


def _jour() -> dt.date:
    brut = request.args.get("date", "").strip()
    if not brut:
        return aujourd_hui()
    try:
        # Seule, `fromisoformat` lirait aussi 20260131 et 2026-W05-6.
        jour = dt.date.fromisoformat(brut) if _DATE.fullmatch(brut) else None
    except ValueError:
        jour = None
    if jour is None:
        raise DemandeFausse("La date s'écrit AAAA-MM-JJ, et doit exister : 2026-01-31 par exemple.")
    return jour


def _texte(valeur: Any) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else ""
    if isinstance(valeur, list):
        return " ".join(map(str, valeur))
    return "" if valeur is None else str(valeur)


def _choisies(liste: ListePublique, lignes: Sequence[Ligne]) -> tuple[Sequence[Ligne], dict[str, list[str]]]:
    """Les lignes qui répondent à la recherche et aux filtres, et les choix de chaque filtre."""
    choix = {f: sorted({_texte(ligne[f]) for ligne in lignes} - {""}) for f in liste.filtres}
    demandes = {f: v for f in liste.filtres if (v := request.args.get(f, "").strip())}
    for nom, valeur in demandes.items():
        if lignes and valeur not in choix[nom]:
            raise DemandeFausse(f"{liste.colonnes[nom]} : « {valeur[:40]} » n'est pas dans la liste à cette date.")
    cherche = request.args.get("q", "").strip()
    identifiant = lire_identifiant(cherche)
    mots = normaliser(identifiant.cle if identifiant else cherche[:100]).split()[:_MOTS_MAX]

    def repond(ligne: Ligne) -> bool:
        forme = normaliser(" ".join(map(_texte, ligne.values()))) if mots else ""
        return all(_texte(ligne[f]) == v for f, v in demandes.items()) and all(m in forme for m in mots)

    return [ligne for ligne in lignes if repond(ligne)], choix


def _csv(liste: ListePublique, lignes: Sequence[Ligne]) -> str:
    tampon = io.StringIO()
    ecrivain = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(liste.colonnes)
    ecrivain.writerows([sans_formule(_texte(ligne[c])) for c in liste.colonnes] for ligne in lignes)
    return "\ufeff" + tampon.getvalue()


def _erreur(liste: ListePublique, genre: str, message: str) -> ResponseReturnValue:
    if genre == "json":
        return {"erreur": message}, 400
    if genre == "csv":
        return Response(message + "\n", 400, mimetype="text/plain")
    page = render_template("liste_publique.html", liste=liste, lignes=(), choix={}, jour=aujourd_hui(), erreur=message,
                           texte=_texte)
    return Response(page, 400, headers={"Content-Security-Policy": _CSP})


@listes.get("/<code>")
@listes.get("/<code>.<genre>")
def liste_publique(code: str, genre: str = "html") -> ResponseReturnValue:
    """Une liste à la date demandée (aujourd'hui sans elle) ; une réponse inchangée n'est pas renvoyée (ETag)."""
    liste = LISTES.get(code)
    if liste is None or genre not in {"html", *_MIMES}:
        abort(404)
    try:
        jour = _jour()
        lignes, choix = _choisies(liste, liste.source(db.session(), jour))
    except DemandeFausse as faux:
        return _erreur(liste, genre, str(faux))
    if genre == "csv":
        corps = _csv(liste, lignes)
    elif genre == "json":
        corps = json.dumps(
            {"liste": code, "date": jour.isoformat(), "nombre": len(lignes), "lignes": lignes}, ensure_ascii=False
        )
    else:
        corps = render_template("liste_publique.html", liste=liste, lignes=lignes, choix=choix, jour=jour, erreur="",
                                texte=_texte)
    reponse = Response(corps, mimetype=_MIMES.get(genre, "text/html"))
    if genre == "html":
        reponse.headers["Content-Security-Policy"] = _CSP
    elif genre == "csv":
        reponse.headers["Content-Disposition"] = f"attachment; filename={code}_{jour:%Y-%m-%d}.csv"
    g.cache_public_s = _DUREE_CACHE_S
    reponse.set_etag(hashlib.sha256(corps.encode()).hexdigest()[:32])
    return reponse.make_conditional(request)


def installer(app: Flask) -> None:
    """Lie les listes publiques à l'application."""
    app.register_blueprint(listes)
