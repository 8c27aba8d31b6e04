"""Ce qui a atteint son terme à une date : une requête par table, avec les conditions mêmes des déclencheurs.

Rien n'est lu ligne à ligne : le tableau compte en une requête par source, quel que soit le nombre de lignes ; le
détail d'une source se lit par pages.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from models import terme
from rules.conservation import DUREES, Duree
from rules.nomenclatures import NaturePurge


@dataclass(frozen=True, slots=True)
class Source:
    """Les lignes d'une table qui relèvent d'une nature : d'où elles viennent, leur condition, ce qui les retient.

    `depuis` est la clause FROM ; la table y porte l'alias `x`. `depart` est le jour où la conservation commence.
    """

    nature: NaturePurge
    objet: str
    depuis: str
    depart: str
    du: str
    retenu: str = "1 = 0"
    centre: str = "x.centre_id"
    candidat: str = "NULL"
    jury: str = "NULL"


@dataclass(frozen=True, slots=True)
class Echu:
    """Une ligne du tableau : combien sont échues, combien sont retenues par une suspension, entre quelles dates."""

    duree: Duree
    objet: str
    nombre: int
    retenus: int
    du: dt.date
    au: dt.date


@dataclass(frozen=True, slots=True)
class Ligne:
    """Une donnée échue : qui, depuis quand, jusqu'à quand, et si une suspension la retient."""

    cle: int
    centre: str
    qui: str
    depart: dt.date
    terme: dt.date
    retenue: bool


_INSCRIPTION = "JOIN inscription i ON i.id = x.inscription_id LEFT JOIN presentation p ON p.inscription_id = i.id LEFT JOIN jury j ON j.id = p.jury_id"
# L'issue : le jury, ou le jour où l'inscription annulée a changé pour la dernière fois.
_ISSUE = f"COALESCE(j.date_jury, {terme.jour_de('i.updated_at')})"
_FINIE = "i.etat <> 'ouverte'"
_SANS_JURY = "(p.decision IS NULL OR p.decision = 'A')"
_PARTIELLE = (
    "p.decision = 'NA' AND EXISTS (SELECT 1 FROM presentation_competence k WHERE k.presentation_id = p.id AND k.retenu = 'acquise')"
)
_ECHEC = (
    "p.decision = 'NA' AND NOT EXISTS (SELECT 1 FROM presentation_competence k WHERE k.presentation_id = p.id AND k.retenu = 'acquise')"
)
# L'accrochage peut encore demander le document (ACC-03) : jusqu'à ce qu'il soit accepté, ou que son délai finisse.
_ACCROCHAGE_FINI = (
    f"(p.decision IS NULL OR p.decision <> 'A' OR {terme.echu_mois('j.date_jury', terme.ACCROCHAGE)} OR "
    "(EXISTS (SELECT 1 FROM certificat k WHERE k.presentation_id = p.id) AND NOT EXISTS (SELECT 1 FROM certificat k "
    "WHERE k.presentation_id = p.id AND NOT EXISTS (SELECT 1 FROM passage_accrochage a WHERE a.certificat_id = k.id "
    "AND a.etat = 'accepte'))))"
)


def _appreciations(nature: NaturePurge, sort: str) -> tuple[Source, ...]:
    commun = f"{_FINIE} AND {sort} AND {terme.appreciation_due('x.inscription_id')}"
    retenu = terme.inscription_retenue("x.inscription_id")
    return tuple(
        Source(nature, table, f"{table} x {_INSCRIPTION}", _ISSUE, f"{commun} AND {plein}", retenu,
               candidat="i.candidat_id", jury="p.jury_id")
        for table, plein in (
            ("evaluation", "x.appreciation <> ''"), ("avis_entreprise", "1 = 1"),
            ("vae", "(x.observations <> '' OR x.motif NOT IN ('', 'Effacé au terme de sa conservation'))"),
        )
    )


_CERTIFICAT = "certificat c ON c.id = {cle} JOIN presentation p ON p.id = c.presentation_id"


def _du_certificat(objet: str, jointure: str, condition: str = "1 = 1") -> Source:
    return Source(
        NaturePurge.CERTIFICATS, objet, f"{objet} x JOIN {jointure}", "c.date_jury",
        f"{condition} AND {terme.echu('c.date_jury', terme.CERTIFICAT)}", terme.retenu("c.candidat_id", "p.jury_id"),
        candidat="c.candidat_id", jury="p.jury_id",
    )


def _du_jury(objet: str, jointure: str, condition: str = "1 = 1") -> Source:
    return Source(
        NaturePurge.JURY, objet, f"{objet} x {jointure}", "j.date_jury",
        f"{condition} AND {terme.echu('j.date_jury', terme.JURY)}", terme.jury_retenu("j.id"), centre="j.centre_id", jury="j.id",
    )


SOURCES: tuple[Source, ...] = (
    *(
        Source(nature, "piece", f"piece x {_INSCRIPTION}", _ISSUE, f"x.nature = '{piece}' AND {_FINIE} {reserve}",
               terme.inscription_retenue("x.inscription_id"), candidat="i.candidat_id", jury="p.jury_id")
        for nature, piece, reserve in (
            (NaturePurge.IDENTITE, "identite", f"AND {_ACCROCHAGE_FINI}"), (NaturePurge.DOCUMENTS, "evaluation", ""),
        )
    ),
    Source(NaturePurge.DOCUMENTS, "amenagement", f"amenagement x {_INSCRIPTION}", _ISSUE, _FINIE,
           terme.inscription_retenue("x.inscription_id"), candidat="i.candidat_id", jury="p.jury_id"),
    *_appreciations(NaturePurge.DOCUMENTS, _SANS_JURY),
    *_appreciations(NaturePurge.ECHEC, _ECHEC),
    *_appreciations(NaturePurge.PARTIELLE, _PARTIELLE),
    _du_jury("archive", "LEFT JOIN proces_verbal v ON v.id = x.proces_verbal_id LEFT JOIN transmission t ON t.id = x.transmission_id "
                        "JOIN jury j ON j.id = COALESCE(v.jury_id, t.jury_id)", terme.echu("x.conserver_jusqu_au")),
    _du_jury("piece", "JOIN transmission t ON t.id = x.transmission_id JOIN jury j ON j.id = t.jury_id"),
    *(_du_jury(objet, "JOIN jury j ON j.id = x.jury_id") for objet in ("vote", "vote_rectificatif", "rectification", "envoi")),
    Source(NaturePurge.JURY, "fichier_accrochage", "fichier_accrochage x", "x.depose_le",
           f"length(x.contenu) > 0 AND x.depose_le IS NOT NULL AND {terme.echu('x.depose_le', terme.JURY)}", centre="NULL"),
    _du_jury("presentation", "JOIN jury j ON j.id = x.jury_id", "(x.motif <> '' OR x.commentaire <> '')"),
    _du_certificat("archive", "certificat c ON c.id = COALESCE(x.certificat_id, (SELECT d.certificat_id FROM duplicata d "
                              "WHERE d.id = x.duplicata_id)) JOIN presentation p ON p.id = c.presentation_id",
                   terme.echu("x.conserver_jusqu_au")),
    *(_du_certificat(objet, _CERTIFICAT.format(cle="x.certificat_id")) for objet in ("remise", "duplicata")),
    Source(NaturePurge.HABILITATION, "archive", "archive x JOIN habilitation h ON h.id = x.habilitation_id",
           "COALESCE(h.decide_le, h.du)", terme.echu("x.conserver_jusqu_au")),
    Source(NaturePurge.IMPORT, "ligne_rejetee", "ligne_rejetee x JOIN importation m ON m.id = x.importation_id",
           terme.jour_de("m.created_at"), terme.echu("m.created_at", terme.IMPORT)),
    Source(
        NaturePurge.FICHE, "candidat", "candidat x", f"COALESCE((SELECT max(j.date_jury) FROM inscription i "
        f"JOIN presentation p ON p.inscription_id = i.id JOIN jury j ON j.id = p.jury_id WHERE i.candidat_id = x.id), {terme.jour_de('x.updated_at')})",
        "x.efface_le IS NULL AND EXISTS (SELECT 1 FROM inscription i WHERE i.candidat_id IN (x.id, x.fusionne_dans_id)) "
        f"AND {terme.fiche_due('x.id')} AND (x.fusionne_dans_id IS NULL OR {terme.fiche_due('x.fusionne_dans_id')})",
        terme.retenu("x.id") + " OR " + terme.retenu("x.fusionne_dans_id"),
        centre="(SELECT min(i.centre_id) FROM inscription i WHERE i.candidat_id IN (x.id, x.fusionne_dans_id))", candidat="x.id",
    ),
    Source(NaturePurge.JOURNAL, "journal", "journal x", terme.jour_de("x.le"),
           f"(x.avant IS NOT NULL OR x.apres IS NOT NULL) AND {terme.echu('x.le', terme.JOURNAL)}"),
)


_COMPTE = """
SELECT count(*) FILTER (WHERE NOT ({retenu})) AS nombre, count(*) FILTER (WHERE {retenu}) AS retenus,
       min({depart}) AS du, max({depart}) AS au
FROM {depuis} WHERE ({du}) {borne}
"""
_CLES = "SELECT x.id, {depart} AS depart FROM {depuis} WHERE ({du}) AND NOT ({retenu}) {borne} ORDER BY x.id"
_LIGNES = """
SELECT x.id AS cle, COALESCE((SELECT e.nom FROM centre e WHERE e.id = {centre}), '') AS centre,
       {qui} AS qui, {depart} AS depart, CASE WHEN {retenu} THEN 1 ELSE 0 END AS retenue
FROM {depuis} WHERE ({du}) {borne} ORDER BY {depart}, x.id LIMIT :limite OFFSET :saut
"""
_QUI_CANDIDAT = "(SELECT upper(n.nom_naissance) || ' ' || n.prenoms FROM candidat n WHERE n.id = {candidat})"
_QUI_JURY = "'Jury du ' || CAST(j.date_jury AS {texte}) || ', ' || j.lieu"


def _ecrire(session: Session, modele: str, source: Source, centre_id: int | None, **morceaux: str) -> str:
    moteur = session.get_bind().dialect.name
    borne = f"AND {source.centre} = :centre" if centre_id is not None else ""
    ecrit = modele.format(
        depuis=source.depuis, du=source.du, depart=source.depart, retenu=source.retenu, centre=source.centre, borne=borne,
        **morceaux,
    )
    return terme.traduire(ecrit, moteur, ":jour" if moteur == "sqlite" else "CAST(:jour AS date)")


def _valeurs(au: dt.date, centre_id: int | None, **autres: int) -> dict[str, object]:
    # SQLite compare des textes ; PostgreSQL lit la même écriture comme une date.
    return {"jour": au.isoformat(), **({"centre": centre_id} if centre_id is not None else {}), **autres}


def _date(valeur: object) -> dt.date:
    return valeur if isinstance(valeur, dt.date) else dt.date.fromisoformat(str(valeur)[:10])


def tableau(session: Session, au: dt.date, centre_id: int | None = None) -> list[Echu]:
    """Ce dont le terme est passé à cette date, par nature et par table ; d'un centre seulement, s'il est donné.

    Ne se borne pas au territoire de l'acteur : c'est à la vue de dire qui peut lire, et quel centre.
    """
    trouves = []
    for source in SOURCES:
        lu = session.execute(
            text(_ecrire(session, _COMPTE, source, centre_id)), _valeurs(au, centre_id)
        ).mappings().one()
        if lu["nombre"] or lu["retenus"]:
            trouves.append(Echu(DUREES[source.nature], source.objet, lu["nombre"], lu["retenus"], _date(lu["du"]), _date(lu["au"])))
    return trouves


def cles(session: Session, source: Source, au: dt.date) -> list[tuple[int, dt.date]]:
    """Les clés échues d'une source, que rien ne retient, et le départ de leur conservation."""
    lues = session.execute(text(_ecrire(session, _CLES, source, None)), _valeurs(au, None))
    return [(cle, _date(depart)) for cle, depart in lues]


def source_de(nature: str, objet: str) -> Source | None:
    """La source de cette nature et de cette table, s'il y en a une."""
    return next((s for s in SOURCES if s.nature.value == nature and s.objet == objet), None)


def lignes(
    session: Session, source: Source, au: dt.date, centre_id: int | None = None, *, limite: int = 50, saut: int = 0
) -> list[Ligne]:
    """Le détail d'une source, du plus ancien au plus récent ; `qui` nomme le candidat, ou le jury."""
    texte = "VARCHAR" if session.get_bind().dialect.name == "postgresql" else "TEXT"
    qui = "''"
    if source.candidat != "NULL":
        qui = _QUI_CANDIDAT.format(candidat=source.candidat)
    elif source.jury != "NULL":
        qui = _QUI_JURY.format(texte=texte)
    lues = session.execute(
        text(_ecrire(session, _LIGNES, source, centre_id, qui=qui)),
        _valeurs(au, centre_id, limite=limite, saut=saut),
    ).mappings()
    duree = DUREES[source.nature]
    return [
        Ligne(r["cle"], r["centre"], r["qui"] or "", _date(r["depart"]), duree.terme(_date(r["depart"])), bool(r["retenue"]))
        for r in lues
    ]
