"""Le journal : chaque écriture y laisse qui, quand, quelle fiche, avant → après, dans la même transaction."""

from __future__ import annotations

import datetime as dt
import enum
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from json.encoder import encode_basestring_ascii
from typing import Any

from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import Mapper, Session, UOWTransaction

from models.acteurs import Centre, SessionConnexion, TentativeConnexion
from models.attribution import Compteur
from models.base import Trace
from models.contexte import acteur_courant
from models.lot import par_valeur
from models.traces import Journal, LigneImportee, LigneRejetee

_HORS_JOURNAL = (Journal, LigneRejetee, LigneImportee, SessionConnexion, TentativeConnexion, Compteur)
_TECHNIQUES = frozenset({"version", "created_at", "updated_at", "created_by", "updated_by", "recherche",
                         "recherche_usage", "recherche_prenoms", "nom_tri", "cle_identite", "cle_entreprise", "contenu"})
# Ni secret, ni compensation du handicap, ni appréciation : elle s'efface à son terme (partie 2, chap. 6).
_SECRETES = frozenset({"mot_de_passe", "mesures", "appreciation", "retouches"})


def lisible(valeur: Any) -> Any:
    """Une valeur telle que le journal la garde : JSON, dates ISO, octets tus."""
    genre = type(valeur)
    if genre is str or genre is int or genre is bool:
        return valeur
    if isinstance(valeur, enum.Enum):
        return valeur.value
    if isinstance(valeur, dt.date | dt.datetime | dt.time):
        return valeur.isoformat()
    if isinstance(valeur, bytes):
        return f"{len(valeur)} octets"
    return valeur


def apercus(colonnes: Mapping[str, Sequence[Any]]) -> list[str]:
    """Des lignes écrites en lot, telles que le journal les garde : leur JSON, sans les vides ni les colonnes techniques.

    Les valeurs sont celles que la base reçoit (`models.lot.inserer_colonnes`).
    """
    morceaux = [par_valeur(partial(_morceau, nom), valeurs) for nom, valeurs in colonnes.items() if nom not in _TECHNIQUES]
    return [f"{{{''.join(ligne)[2:]}}}" for ligne in zip(*morceaux, strict=True)]


def _morceau(nom: str, valeur: Any) -> str:
    if valeur is None or valeur == "":
        return ""
    # `json.dumps` rendrait le même texte, en dix fois plus de temps.
    return f', "{nom}": {encode_basestring_ascii(valeur) if type(valeur) is str else json.dumps(valeur)}'


def _champs(mapper: Mapper[Any]) -> list[str]:
    return [a.key for a in mapper.column_attrs if a.key not in _TECHNIQUES]


def _etat(objet: Any) -> dict[str, Any]:
    valeurs = {c: getattr(objet, c) for c in _champs(inspect(type(objet)))}
    return {c: "…" if c in _SECRETES else lisible(v) for c, v in valeurs.items() if v is not None and v != ""}


def _changements(objet: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    avant: dict[str, Any] = {}
    apres: dict[str, Any] = {}
    etat = inspect(objet)
    for champ in _champs(etat.mapper):
        histoire = etat.attrs[champ].history
        if histoire.has_changes():
            ancienne = histoire.deleted[0] if histoire.deleted else None
            nouvelle = histoire.added[0] if histoire.added else None
            if ancienne != nouvelle:
                secret = champ in _SECRETES
                avant[champ] = "…" if secret else lisible(ancienne)
                apres[champ] = "…" if secret else lisible(nouvelle)
    for relation in etat.mapper.relationships:
        if relation.secondary is not None and not relation.viewonly:
            histoire = etat.attrs[relation.key].history
            if histoire.added or histoire.deleted:
                garde = list(histoire.unchanged or ())
                avant[relation.key] = sorted(str(o) for o in (*garde, *(histoire.deleted or ())))
                apres[relation.key] = sorted(str(o) for o in (*garde, *(histoire.added or ())))
    return avant, apres


def _centre_du_journal(objet: Any) -> int | None:
    if isinstance(objet, Centre):
        return objet.id
    centre = getattr(objet, "centre_id", None)
    if centre is None and getattr(objet, "presentation", None) is not None:
        centre = objet.presentation.centre_id
    acteur = acteur_courant()
    return centre if centre is not None else (acteur.centre_id if acteur else None)


def entree(
    action: str,
    objet: str,
    objet_id: int | None = None,
    *,
    centre_id: int | None = None,
    avant: dict[str, Any] | None = None,
    apres: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Une ligne de journal au nom de l'acteur courant, à insérer dans la table `journal`."""
    acteur = acteur_courant()
    return {
        "acteur": acteur.nom if acteur else "inconnu",
        "utilisateur_id": acteur.utilisateur_id if acteur else None,
        "centre_id": centre_id if centre_id is not None else (acteur.centre_id if acteur else None),
        "action": action, "objet": objet, "objet_id": objet_id, "avant": avant, "apres": apres,
    }


def _signer(session: Session, _flush: UOWTransaction, _instances: Any) -> None:
    acteur = acteur_courant()
    auteur = acteur.utilisateur_id if acteur else None
    for objet in session.new:
        if isinstance(objet, Trace):
            objet.created_by = objet.updated_by = auteur
    for objet in session.dirty:
        if isinstance(objet, Trace) and session.is_modified(objet):
            objet.updated_by = auteur


def _journaliser(session: Session, _flush: UOWTransaction) -> None:
    def suivis(objets: Iterable[Any]) -> list[Any]:
        return [o for o in objets if not isinstance(o, _HORS_JOURNAL)]

    changements = [(o, *_changements(o)) for o in suivis(session.dirty)]
    lignes = [
        *(_ligne("création", o, None, _etat(o)) for o in suivis(session.new)),
        *(_ligne("modification", o, avant, apres) for o, avant, apres in changements if avant or apres),
        *(_ligne("suppression", o, _etat(o), None) for o in suivis(session.deleted)),
    ]
    if lignes:
        session.connection().execute(insert(Journal), lignes)


def _ligne(action: str, objet: Any, avant: dict[str, Any] | None, apres: dict[str, Any] | None) -> dict[str, Any]:
    ligne = entree(
        action, type(objet).__tablename__, getattr(objet, "id", None),
        centre_id=_centre_du_journal(objet), avant=avant, apres=apres,
    )
    return ligne | {
        "importation_id": getattr(objet, "importation_id", None),
        "importation_ligne": getattr(objet, "importation_ligne", None),
    }


def situer(objet: Any, importation_id: int, ligne: int) -> None:
    """Dit au journal de quel fichier et de quelle ligne vient un objet dont la table ne le garde pas."""
    objet.importation_id, objet.importation_ligne = importation_id, ligne


def installer(classe_session: type[Session] = Session) -> None:
    """Journalise toutes les sessions de cette classe (une fois par processus)."""
    if not event.contains(classe_session, "before_flush", _signer):
        event.listen(classe_session, "before_flush", _signer)
        event.listen(classe_session, "after_flush", _journaliser)
