"""Annuler un import : ce qu'il a créé et que personne n'a touché depuis s'en va ; le reste est dit, avec sa raison.

Le journal dit ce qu'un import a créé, et ce qui a été touché depuis. Rien n'est ôté à quoi une autre fiche tient.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from models import Base, Habilitation, Importation, Journal
from models.journal import entree
from rules.nomenclatures import EtatHabilitation, EtatImportation

LOT = 500
# On en garde assez pour dire pourquoi ; les comptes, eux, sont entiers.
RESTES_MAX = 500
# Ce qu'un import crée, de ce qui dépend à ce dont on dépend ; ce qui n'a pas d'existence propre part avec sa fiche.
_PROPRES: dict[str, tuple[str, ...]] = {
    "evaluation": (), "inscription": ("inscription_bloc",), "entreprise": (), "candidat": ("candidat_cle",),
    "habilitation": ("habilitation_certification", "habilitation_bloc"), "organisme": (),
}
_LIBELLES = {
    "evaluation": "Évaluation", "inscription": "Inscription", "entreprise": "Entreprise", "candidat": "Candidat",
    "habilitation": "Habilitation", "organisme": "Organisme",
}
_RAISONS = {
    "presentation": "présentée à un jury", "evaluation": "a des évaluations", "vae": "a une VAE en cours",
    "avis_entreprise": "a l'avis de son entreprise", "amenagement": "a un aménagement",
    "dossier_evaluation": "a un dossier d'évaluation", "inscription": "une autre inscription s'y rattache",
    "habilitation": "une habilitation s'y rattache",
}
_TOUCHEE = "modifiée depuis l'import"
_DECIDEE = "décidée : une habilitation se retire, elle ne s'efface pas"
_COMPLETEE = "existait avant l'import, qui l'a complétée"
_j = Journal.__table__.c


@dataclass(slots=True)
class Annulation:
    """Ce qui est ôté, par table, et ce qui reste : combien par raison, et les premières fiches."""

    otees: Counter[str] = field(default_factory=Counter)
    raisons: Counter[tuple[str, str]] = field(default_factory=Counter)
    restes: list[dict[str, Any]] = field(default_factory=list)

    def en_dict(self) -> dict[str, Any]:
        """Telle que la garde l'import."""
        return {
            "otees": {_LIBELLES[t]: n for t, n in self.otees.items() if n},
            "raisons": [{"objet": _LIBELLES[t], "raison": r, "nombre": n} for (t, r), n in sorted(self.raisons.items())],
            "restes": self.restes,
        }

    def garder(self, table: str, raisons: Mapping[int, tuple[int | None, str]]) -> None:
        """Note ce qui reste : clé → ligne du fichier et raison."""
        for cle, (ligne, raison) in sorted(raisons.items()):
            self.raisons[table, raison] += 1
            if len(self.restes) < RESTES_MAX:
                self.restes.append({"objet": _LIBELLES[table], "table": table, "id": cle, "ligne": ligne, "raison": raison})


class NonAnnulable(Exception):
    """Cet import n'a rien écrit, ou est déjà annulé ; le message le dit."""


def _annulable(importation: Importation | None) -> Importation:
    if importation is None or importation.etat is not EtatImportation.FAITE:
        raise NonAnnulable("Seul un import fait s'annule, une fois.")
    return importation


def annuler(ecriture: Callable[[], Any], importation_id: int, avancer: Callable[[int, int], None]) -> Annulation:
    """Annule un import, par transactions courtes : interrompu, il se rejoue et trouve ce qui reste à ôter.

    `ecriture` ouvre une transaction qui écrit et se valide à la sortie du bloc.

    :raises NonAnnulable: cet import n'a rien écrit, ou est déjà annulé.
    """
    bilan = Annulation()
    with ecriture() as session:
        importation = _annulable(session.get(Importation, importation_id))
        centre_id = importation.centre_id
        creees = _creees(session.connection(), importation_id)
        completees = _completees(session.connection(), importation_id)
    total, fait = sum(map(len, creees.values())), 0
    for nom in _PROPRES:
        for lot in _lots(sorted(creees.get(nom, {}))):
            with ecriture() as session:
                _oter(session, nom, {i: creees[nom][i] for i in lot}, importation_id, centre_id, bilan)
            fait += len(lot)
            avancer(fait, total)
        bilan.garder(nom, {i: (ligne, _COMPLETEE) for i, ligne in completees.get(nom, {}).items()})
    with ecriture() as session:
        importation = session.get_one(Importation, importation_id)
        importation.etat = EtatImportation.ANNULEE
        # Rejoué, il n'ôte que la fin : le journal sait tout ce qui l'a été.
        bilan.otees = Counter(dict(session.execute(
            select(_j.objet, func.count()).where(_j.importation_id == importation_id, _j.action == "suppression").group_by(_j.objet)
        ).all()))
        importation.annulation = bilan.en_dict()
    return bilan


def _lots(cles: Sequence[int]) -> Iterator[Sequence[int]]:
    for debut in range(0, len(cles), LOT):
        yield cles[debut:debut + LOT]


def _creees(x: Connection, importation_id: int) -> dict[str, dict[int, int | None]]:
    """Ce que l'import a créé et n'a pas encore ôté : table → clé → ligne du fichier."""
    creees: dict[str, dict[int, int | None]] = {}
    for r in x.execute(select(_j.objet, _j.objet_id, _j.importation_ligne).where(
        _j.importation_id == importation_id, _j.action == "création", _j.objet.in_(_PROPRES))
    ):
        creees.setdefault(r.objet, {})[r.objet_id] = r.importation_ligne
    return creees


def _completees(x: Connection, importation_id: int) -> dict[str, dict[int, int | None]]:
    """Ce que l'import a complété sans le créer."""
    completees: dict[str, dict[int, int | None]] = {}
    creees = select(_j.objet_id).where(_j.importation_id == importation_id, _j.action == "création", _j.objet == "evaluation")
    for r in x.execute(select(_j.objet, _j.objet_id, _j.importation_ligne).where(
        _j.importation_id == importation_id, _j.action == "modification", _j.objet.in_(_PROPRES), _j.objet_id.not_in(creees))
    ):
        completees.setdefault(r.objet, {})[r.objet_id] = r.importation_ligne
    return completees


def _oter(
    session: Session, nom: str, lignes: Mapping[int, int | None], importation_id: int, centre_id: int, bilan: Annulation
) -> None:
    """Ôte d'un lot ce que rien ne retient ; le reste va au bilan."""
    x, table = session.connection(), Base.metadata.tables[nom]
    du_lot = select(table.c.id).where(table.c.id.in_(list(lignes)))
    if "centre_id" in table.c:
        du_lot = du_lot.where(table.c.centre_id == centre_id)
    la = set(x.scalars(du_lot))
    raisons = dict.fromkeys(x.scalars(select(_j.objet_id).where(_j.objet == nom, _j.objet_id.in_(la), _j.action == "modification", or_(_j.importation_id.is_(None), _j.importation_id != importation_id))), _TOUCHEE)
    raisons |= _retenues(x, table, la)
    if table is Habilitation.__table__:
        decidees = [e for e in EtatHabilitation if e.decidee]
        raisons |= dict.fromkeys(x.scalars(select(table.c.id).where(table.c.id.in_(la), table.c.etat.in_(decidees))), _DECIDEE)
    bilan.garder(nom, {i: (lignes[i], raison) for i, raison in raisons.items()})
    partent = sorted(la - raisons.keys())
    if not partent:
        return
    avant = dict(x.execute(select(_j.objet_id, _j.apres).where(
        _j.importation_id == importation_id, _j.objet == nom, _j.action == "création", _j.objet_id.in_(partent))).all())
    x.execute(insert(Journal), [
        entree("suppression", nom, i, centre_id=centre_id, avant=avant.get(i))
        | {"importation_id": importation_id, "importation_ligne": lignes[i]} for i in partent
    ])
    for propre in _PROPRES[nom]:
        dependante = Base.metadata.tables[propre]
        x.execute(delete(dependante).where(dependante.c[f"{nom}_id"].in_(partent)))
    x.execute(delete(table).where(table.c.id.in_(partent)))


def _retenues(x: Connection, table: Table, cles: set[int]) -> dict[int, str]:
    """Les fiches à quoi une autre tient, et laquelle : lu sur les clés étrangères du schéma, sans en oublier."""
    retenues: dict[int, str] = {}
    for autre in Base.metadata.sorted_tables:
        if autre.name in _PROPRES[table.name]:
            continue
        for contrainte in autre.foreign_key_constraints:
            if contrainte.referred_table is not table:
                continue
            for element in contrainte.elements:
                if element.column is table.c.id:
                    colonne = element.parent
                    raison = _RAISONS.get(autre.name, "d'autres fiches en dépendent")
                    retenues |= dict.fromkeys(x.scalars(select(colonne).where(colonne.in_(cles)).distinct()), raison)
    return retenues
