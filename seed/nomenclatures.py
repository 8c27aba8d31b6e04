"""Chargement des nomenclatures, autant de fois qu'on veut : ce qui manque est ajouté, ce qui a changé corrigé.

Rien n'est supprimé : une ligne retirée d'une nomenclature reste lisible pour les dossiers qui l'emploient.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import (
    Branche,
    Commission,
    Commune,
    Critere,
    Departement,
    DispositifDeFinancement,
    Indicateur,
    Journal,
    ModaliteEvaluation,
    Nace,
    Pays,
    Region,
    Syndicat,
)
from models.journal import entree
from models.normalisation import normaliser
from rules.nomenclatures import DispositifFinancement, TypeCommission
from seed.fichiers import date_ou_rien, lire

_LOT = 5_000


def charger_nomenclatures(session: Session) -> dict[str, int]:
    """Charge les nomenclatures ; rend, par table, le nombre de lignes ajoutées ou corrigées.

    Les organisations syndicales et les CPREFP, que le secrétariat du GTP tient ensuite à jour dans la console, sont
    ajoutées quand elles manquent et jamais corrigées. L'appelant valide la transaction.
    """
    ecrites = {
        "region": _aligner(session, Region, "code", _codes_et_libelles("regions")),
        "departement": _aligner(session, Departement, "code", [
            {"code": d["code"], "libelle": d["libelle"], "region_code": d["region"]} for d in lire("departements")
        ]),
        "pays": _aligner(session, Pays, "code", [
            p | {"cle_recherche": normaliser(p["libelle"])} for p in _codes_et_libelles("pays")
        ]),
        "commune": _aligner(session, Commune, "code", [
            {
                "code": c["code"], "libelle": c["libelle"], "departement_code": c["departement"] or None,
                "cle_recherche": normaliser(c["libelle"]),
            }
            for c in lire("communes")
        ]),
        "nace": _aligner(session, Nace, "code", _codes_et_libelles("nace")),
        "branche": _aligner(session, Branche, "idcc", [
            {"idcc": b["idcc"], "libelle": b["libelle"]} for b in lire("branches")
        ]),
        "dispositif_financement": _aligner(session, DispositifDeFinancement, "code", [
            {"code": d.value, "libelle": d.libelle, "ordre": rang} for rang, d in enumerate(DispositifFinancement, 1)
        ]),
        "modalite_evaluation": _aligner(session, ModaliteEvaluation, "code", [
            m | {"situation_reelle": m["situation_reelle"] == "oui"} for m in lire("modalites_evaluation")
        ]),
        "critere": _aligner(session, Critere, "numero", [
            {"numero": int(c["numero"]), "libelle": c["libelle"]} for c in lire("criteres")
        ]),
        "indicateur": _aligner(session, Indicateur, ("critere_numero", "rang"), [
            {"critere_numero": int(i["critere"]), "rang": int(i["rang"]), "libelle": i["libelle"]}
            for i in lire("indicateurs")
        ]),
        "syndicat": _aligner(session, Syndicat, "sigle", [
            s | {c: date_ou_rien(s[c]) for c in ("representative_du", "representative_au")} for s in lire("syndicats")
        ], corriger=False),
        "commission": _aligner(session, Commission, ("type", "region_code"), [
            {"type": TypeCommission.CPREFP, "nom": c["nom"], "region_code": c["region"]} for c in lire("cprefp")
        ], corriger=False),
    }
    if faites := {table: nombre for table, nombre in ecrites.items() if nombre}:
        session.connection().execute(insert(Journal), [entree("chargement", "nomenclature", apres=faites)])
    return ecrites


def _codes_et_libelles(nom: str) -> list[dict[str, Any]]:
    return [{"code": ligne["code"], "libelle": ligne["libelle"]} for ligne in lire(nom)]


def _aligner(
    session: Session,
    modele: type[Any],
    cle: str | tuple[str, ...],
    voulues: list[dict[str, Any]],
    *,
    corriger: bool = True,
) -> int:
    """Ajoute à la table les lignes qui y manquent et corrige celles qui diffèrent ; rend leur nombre.

    :param cle: la ou les colonnes qui disent que deux lignes sont la même.
    :param corriger: faux, une ligne déjà là est laissée telle quelle.
    """
    table = modele.__table__
    cles = (cle,) if isinstance(cle, str) else cle
    colonnes = tuple(voulues[0])
    connexion = session.connection()
    connues = {
        tuple(ligne[c] for c in cles): ligne
        for ligne in connexion.execute(select(*(table.c[c] for c in colonnes))).mappings()
    }

    def a_ecrire(voulue: dict[str, Any]) -> bool:
        connue = connues.get(tuple(voulue[c] for c in cles))
        return connue is None or (corriger and any(connue[c] != v for c, v in voulue.items()))

    lignes = [v for v in voulues if a_ecrire(v)]
    if not lignes:
        return 0
    if not corriger:
        connexion.execute(insert(table), lignes)
        return len(lignes)
    dialecte = postgresql if connexion.dialect.name == "postgresql" else sqlite
    ajout = dialecte.insert(table)
    ajout = ajout.on_conflict_do_update(
        index_elements=[table.c[c] for c in cles],
        set_={c: ajout.excluded[c] for c in colonnes if c not in cles},
    )
    for debut in range(0, len(lignes), _LOT):
        connexion.execute(ajout, lignes[debut : debut + _LOT])
    return len(lignes)
