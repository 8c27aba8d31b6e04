"""Les fiches qui ressemblent à une personne, par les clés de `models.rapprochement` : une requête par paquet de clés."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, bindparam, select

from models import Candidat, CandidatCle, Inscription
from models.lot import parmi
from models.normalisation import normaliser_ville
from models.rapprochement import cles_de, mots_du_nom
from rules.doublons import IdentiteFacts, ressemblance
from rules.faits import ProcheFacts

K = TypeVar("K", bound=Hashable)
_PAR_REQUETE = 5_000
_MAX = 5
"""Fiches proches montrées au plus : au-delà, le nom est trop commun pour être comparé ainsi."""

_c, _k, _i = Candidat.__table__, CandidatCle.__table__, Inscription.__table__
_COLONNES = ("nom_naissance", "nom_usage", "prenoms", "date_naissance", "ville_naissance", "cle_identite")
_VOISINES = select(_k.c.cle, _c.c.id, _c.c.fusionne_dans_id, *(_c.c[nom] for nom in _COLONNES)).join(_c, _c.c.id == _k.c.candidat_id)
_FICHES = select(_c.c.id, *(_c.c[nom] for nom in _COLONNES)).where(_c.c.id.in_(bindparam("ids", expanding=True)))
_DU_CENTRE = select(_i.c.candidat_id).distinct().where(
    _i.c.centre_id == bindparam("centre"), _i.c.candidat_id.in_(bindparam("ids", expanding=True))
)


def identite(ligne: Mapping[Any, Any]) -> IdentiteFacts:
    """Une ligne de `candidat`, telle qu'on la compare."""
    noms = tuple(mots_du_nom(ligne[c]) for c in ("nom_naissance", "nom_usage") if ligne[c])
    return IdentiteFacts(
        noms, mots_du_nom(ligne["prenoms"]), ligne["date_naissance"],
        normaliser_ville(ligne["ville_naissance"]),
    )


def proches(
    connexion: Connection, lignes: Mapping[K, Mapping[str, Any]], centre_id: int | None, sauf: Collection[int] = (),
) -> dict[K, tuple[ProcheFacts, ...]]:
    """Les fiches qui ressemblent à chaque ligne (mêmes colonnes que `candidat`), sans elle-même ni celles de `sauf`.

    Lit la branche entière ; `du_centre` dit de chacune si le centre donné l'a lui-même inscrite (toujours vrai sans
    centre). Une fiche réunie à une autre compte pour celle qu'on a gardée.
    """
    return proches_par_cles(connexion, {k: cles_de(ligne) for k, ligne in lignes.items()}, lignes.__getitem__, centre_id, sauf)


def proches_par_cles(
    connexion: Connection, cles: Mapping[K, Collection[int]], ligne_de: Callable[[K], Mapping[str, Any]],
    centre_id: int | None, sauf: Collection[int] = (),
) -> dict[K, tuple[ProcheFacts, ...]]:
    """Comme `proches`, les clés déjà calculées ; `ligne_de` n'est appelée que pour les lignes à comparer."""
    voisines: dict[int, list[RowMapping]] = defaultdict(list)
    cherchees = list(frozenset().union(*cles.values()))
    for debut in range(0, len(cherchees), _PAR_REQUETE):
        requete = _VOISINES.where(parmi(connexion, _k.c.cle, cherchees[debut : debut + _PAR_REQUETE]))
        for r in connexion.execute(requete).mappings():
            voisines[r["cle"]].append(r)
    if not voisines:
        return {}
    trouvees: dict[K, dict[int, tuple[str, ...]]] = {}
    for k, siennes in cles.items():
        vues = {r["id"]: r for cle in siennes for r in voisines.get(cle, ())}
        if not vues:
            continue
        ligne = ligne_de(k)
        soi = identite(ligne)
        for identifiant, r in vues.items():
            gardee = r["fusionne_dans_id"] or identifiant
            if gardee in sauf or identifiant in sauf or r["cle_identite"] == ligne["cle_identite"]:
                continue
            motifs = ressemblance(soi, identite(r))
            if motifs is not None:
                trouvees.setdefault(k, {}).setdefault(gardee, motifs)
    return _decrites(connexion, trouvees, centre_id)


def _decrites(
    connexion: Connection, trouvees: Mapping[K, Mapping[int, tuple[str, ...]]], centre_id: int | None
) -> dict[K, tuple[ProcheFacts, ...]]:
    ids = sorted({i for motifs in trouvees.values() for i in motifs})
    fiches: dict[int, RowMapping] = {}
    du_centre: set[int] = set()
    for debut in range(0, len(ids), _PAR_REQUETE):
        groupe = ids[debut : debut + _PAR_REQUETE]
        fiches |= {r["id"]: r for r in connexion.execute(_FICHES, {"ids": groupe}).mappings()}
        if centre_id is not None:
            du_centre |= set(connexion.scalars(_DU_CENTRE, {"ids": groupe, "centre": centre_id}))
    return {
        k: tuple(
            ProcheFacts(
                i, f"{fiches[i]['nom_naissance'].upper()} {fiches[i]['prenoms']}", fiches[i]["date_naissance"],
                fiches[i]["ville_naissance"], pourquoi, centre_id is None or i in du_centre,
            )
            for i, pourquoi in sorted(motifs.items())[:_MAX]
        )
        for k, motifs in trouvees.items()
    }
