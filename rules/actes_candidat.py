"""Réunir deux fiches qui sont une seule personne, et les séparer de nouveau (INS-13 ; décision 015).

La fiche absorbée ne disparaît pas : elle désigne celle qu'on garde. Les inscriptions passent à la fiche gardée, sauf
celles d'un procès-verbal signé, que la base fige : elles restent lisibles là où elles ont été signées. Le journal porte
tout ce qu'il faut pour revenir en arrière.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Enum, Table, insert, select, update
from sqlalchemy.orm import Session

from models import Candidat, Inscription, Journal, Presentation, ProcesVerbal
from models.base import maintenant
from models.contexte import acteur_courant
from models.journal import entree, lisible
from models.normalisation import cle_identite
from rules.controle import Refus, exiger
from rules.nomenclatures import EtatInscription
from rules.noyau import Gravite, Violation

CHAMPS = (
    "civilite", "nom_naissance", "nom_usage", "prenoms", "sexe", "date_naissance", "ville_naissance",
    "code_commune_naissance", "departement_naissance_code", "pays_naissance_code", "courriel", "telephone", "adresse",
    "code_postal", "ville",
)
"""Ce qui se choisit champ par champ entre les deux fiches."""
_SOURCE = "choix de la console"
_c, _i, _p, _v = (cast("Table", m.__table__) for m in (Candidat, Inscription, Presentation, ProcesVerbal))


@dataclass(frozen=True, slots=True)
class Conflit:
    """Deux inscriptions ouvertes à la même cible, une sur chaque fiche : il n'en restera qu'une (INS-03)."""

    gardee_id: int
    absorbee_id: int


def _refuser(code: str, champ: str, message: str) -> None:
    raise Refus((Violation(code, Gravite.BLOQUE, champ, message, _SOURCE),))


def _verrouiller(session: Session, ids: Sequence[int]) -> dict[int, Candidat]:
    """Les fiches, vues de l'acteur et verrouillées toujours dans le même ordre."""
    lues = session.scalars(
        select(Candidat).where(Candidat.id.in_(ids)).order_by(Candidat.id).with_for_update(of=Candidat)
        .execution_options(populate_existing=True)
    )
    fiches = {f.id: f for f in lues}
    if set(fiches) != set(ids):
        _refuser("INS-13", "candidat", "L'une de ces deux fiches n'existe pas, ou votre centre ne l'a pas inscrite.")
    return fiches


def _inscriptions(session: Session, candidat_id: int) -> list[Any]:
    """Les inscriptions d'une fiche dans toute la branche ; `signee` : un procès-verbal signé les fige."""
    signees = select(_p.c.inscription_id).join(_v, _v.c.id == _p.c.proces_verbal_id).where(_v.c.signe_le.is_not(None))
    presentees = select(_p.c.inscription_id)
    return list(session.connection().execute(
        select(_i.c.id, _i.c.centre_id, _i.c.certification_id, _i.c.cible, _i.c.etat, _i.c.version,
               _i.c.id.in_(signees).label("signee"), _i.c.id.in_(presentees).label("presentee"))
        .where(_i.c.candidat_id == candidat_id).order_by(_i.c.id)
    ))


def conflits(session: Session, gardee_id: int, absorbee_id: int) -> list[Conflit]:
    """Les inscriptions ouvertes en double que la réunion ferait (INS-03)."""
    ouvertes = {
        (r.certification_id, r.cible): r.id
        for r in _inscriptions(session, gardee_id) if r.etat is EtatInscription.OUVERTE
    }
    return [
        Conflit(ouvertes[quoi], r.id) for r in _inscriptions(session, absorbee_id)
        if r.etat is EtatInscription.OUVERTE and (quoi := (r.certification_id, r.cible)) in ouvertes
    ]


def fusionner(
    session: Session, gardee_id: int, absorbee_id: int, de_l_absorbee: Collection[str] = (), a_annuler: Collection[int] = (),
) -> Candidat:
    """Réunit deux fiches : `absorbee_id` désigne désormais `gardee_id`, que voici.

    :param de_l_absorbee: les champs de `CHAMPS` que la fiche gardée reprend de l'autre.
    :param a_annuler: de chaque paire de `conflits`, l'inscription qui s'annule (INS-03).
    :raises Refus: une fiche n'est pas visible, est déjà réunie à une autre, ou un conflit n'est pas tranché.
    """
    if gardee_id == absorbee_id:
        _refuser("INS-13", "candidat", "Choisissez deux fiches différentes.")
    fiches = _verrouiller(session, sorted((gardee_id, absorbee_id)))
    gardee, absorbee = fiches[gardee_id], fiches[absorbee_id]
    if gardee.fusionne_dans_id is not None or absorbee.fusionne_dans_id is not None:
        _refuser("INS-13", "candidat", "L'une de ces deux fiches est déjà réunie à une autre.")
    en_conflit = conflits(session, gardee_id, absorbee_id)
    toutes = {r.id: r for qui in (gardee_id, absorbee_id) for r in _inscriptions(session, qui)}
    annulees = _tranchees(en_conflit, toutes, set(a_annuler))
    for identifiant in sorted(annulees):
        _ecrire_inscription(session, toutes[identifiant], {"etat": EtatInscription.ANNULEE})
    champs = {c: lisible(getattr(gardee, c)) for c in CHAMPS if c in de_l_absorbee}
    _absorber(session, absorbee, gardee)
    for champ in champs:
        setattr(gardee, champ, getattr(absorbee, champ))
    session.flush()
    rattachees = list(session.connection().scalars(select(_c.c.id).where(_c.c.fusionne_dans_id == absorbee_id)))
    session.connection().execute(
        update(_c).where(_c.c.id.in_(rattachees)).values(fusionne_dans_id=gardee_id, version=_c.c.version + 1)
    )
    deplacees = [r for r in _inscriptions(session, absorbee_id) if not r.signee]
    for r in deplacees:
        _ecrire_inscription(session, r, {"candidat_id": gardee_id}, {"candidat_id": absorbee_id})
    avant = {"champs": champs, "deplacees": [r.id for r in deplacees], "annulees": sorted(annulees), "rattachees": rattachees}
    apres = {"gardee": gardee_id, "champs": {c: lisible(getattr(gardee, c)) for c in champs}}
    session.execute(insert(Journal), [entree("fusion", "candidat", absorbee_id, avant=avant, apres=apres)])
    session.expire_all()
    return gardee


def _tranchees(en_conflit: Sequence[Conflit], toutes: Mapping[int, Any], choisies: set[int]) -> set[int]:
    """Les inscriptions à annuler, une par conflit ; lève Refus si un choix manque ou ne se peut pas."""
    violations = []
    for conflit in en_conflit:
        choix = choisies & {conflit.gardee_id, conflit.absorbee_id}
        if len(choix) != 1:
            violations.append(Violation(
                "INS-03", Gravite.BLOQUE, "inscriptions",
                "Deux inscriptions ouvertes à la même certification : choisissez laquelle reste ouverte.", _SOURCE))
            continue
        ligne, acteur = toutes[choix.pop()], acteur_courant()
        if ligne.presentee:
            violations.append(Violation(
                "INS-03", Gravite.BLOQUE, "inscriptions",
                "L'inscription à annuler est présentée à un jury : gardez celle-ci, ou retirez-la d'abord du jury.", _SOURCE))
        elif acteur is not None and acteur.centre_id not in (None, ligne.centre_id):
            violations.append(Violation(
                "INS-03", Gravite.BLOQUE, "inscriptions",
                "L'inscription à annuler est celle d'un autre centre : gardez-la, ou demandez-lui de l'annuler.", _SOURCE))
    exiger(violations)
    return choisies & {i for c in en_conflit for i in (c.gardee_id, c.absorbee_id)}


def _absorber(session: Session, absorbee: Candidat, gardee: Candidat) -> None:
    """Marque la fiche absorbée, et libère sa clé d'identité : la fiche gardée pourra la porter."""
    absorbee.fusionne_dans_id = gardee.id
    absorbee.cle_identite = f"{absorbee.cle_identite}|réunie {absorbee.id}"
    session.flush()


def _ecrire_inscription(
    session: Session, ligne: Any, valeurs: Mapping[str, Any], avant: Mapping[str, Any] | None = None
) -> None:
    """Écrit une inscription de n'importe quel centre, avec sa ligne de journal dans ce centre."""
    acteur = acteur_courant()
    session.connection().execute(
        update(_i).where(_i.c.id == ligne.id).values(
            **valeurs, version=_i.c.version + 1, updated_at=maintenant(),
            updated_by=acteur.utilisateur_id if acteur is not None else None,
        )
    )
    anciennes = avant if avant is not None else {c: lisible(getattr(ligne, c)) for c in valeurs}
    session.execute(insert(Journal), [entree(
        "modification", "inscription", ligne.id, centre_id=ligne.centre_id, avant=dict(anciennes),
        apres={c: lisible(v) for c, v in valeurs.items()},
    )])


def defusionner(session: Session, absorbee_id: int) -> list[str]:
    """Sépare une fiche de celle à laquelle elle est réunie, d'après le journal ; rend ce qui n'a pu revenir, et pourquoi.

    :raises Refus: la fiche n'est réunie à aucune autre, ou n'est pas visible.
    """
    absorbee = session.scalar(select(Candidat).where(Candidat.id == absorbee_id))
    if absorbee is None or absorbee.fusionne_dans_id is None:
        _refuser("INS-13", "candidat", "Cette fiche n'est réunie à aucune autre.")
        raise AssertionError
    trace = _derniere_fusion(session, absorbee_id)
    actuelle_id = absorbee.fusionne_dans_id
    fiches = _verrouiller(session, sorted((absorbee_id, actuelle_id)))
    absorbee, gardee = fiches[absorbee_id], fiches[actuelle_id]
    reste: list[str] = []
    if gardee.id == trace["apres"]["gardee"]:
        reste += _rendre_les_champs(gardee, trace)
    session.flush()
    cle = cle_identite(absorbee.nom_naissance, absorbee.prenoms, absorbee.date_naissance, absorbee.ville_naissance)
    jumelle = session.connection().scalar(select(_c.c.id).where(_c.c.cle_identite == cle, _c.c.id != absorbee_id))
    if jumelle is not None:
        _refuser("INS-13", "candidat",
                 "Les deux fiches porteraient le même état civil : corrigez d'abord celui de la fiche gardée.")
    absorbee.fusionne_dans_id = None
    session.flush()
    session.connection().execute(
        update(_c).where(_c.c.id.in_(trace["avant"]["rattachees"]), _c.c.fusionne_dans_id == actuelle_id)
        .values(fusionne_dans_id=absorbee_id, version=_c.c.version + 1)
    )
    for r in _inscriptions(session, actuelle_id):
        if r.id in trace["avant"]["deplacees"]:
            if r.signee:
                reste.append("Une inscription décidée depuis par un jury reste sur la fiche gardée : son procès-verbal est signé.")
                continue
            _ecrire_inscription(session, r, {"candidat_id": absorbee_id}, {"candidat_id": actuelle_id})
    _rouvrir(session, trace["avant"]["annulees"], (absorbee_id, actuelle_id))
    session.execute(insert(Journal), [entree(
        "séparation", "candidat", absorbee_id, avant={"fusionne_dans_id": actuelle_id}, apres={"reste": reste}
    )])
    session.expire_all()
    return reste


def _derniere_fusion(session: Session, absorbee_id: int) -> dict[str, Any]:
    j = cast("Table", Journal.__table__).c
    ligne = session.connection().execute(
        select(j.avant, j.apres).where(j.objet == "candidat", j.objet_id == absorbee_id, j.action == "fusion")
        .order_by(j.id.desc()).limit(1)
    ).one()
    return {"avant": ligne.avant, "apres": ligne.apres}


def _rendre_les_champs(gardee: Candidat, trace: Mapping[str, Any]) -> list[str]:
    """Rend à la fiche gardée ce qu'elle portait, sauf ce que quelqu'un a changé depuis."""
    reste = []
    for champ, ancienne in trace["avant"]["champs"].items():
        if lisible(getattr(gardee, champ)) != trace["apres"]["champs"][champ]:
            reste.append(f"« {champ} » a été changé depuis : la valeur d'aujourd'hui est gardée.")
            continue
        setattr(gardee, champ, _relire(champ, ancienne))
    return reste


def _relire(champ: str, valeur: Any) -> Any:
    """Une valeur du journal, telle que la colonne la porte."""
    type_ = _c.c[champ].type
    if valeur is None:
        return None
    if isinstance(type_, Enum) and type_.enum_class is not None:
        return type_.enum_class(valeur)
    return dt.date.fromisoformat(valeur) if champ == "date_naissance" else valeur


def _rouvrir(session: Session, annulees: Collection[int], fiches: Sequence[int]) -> None:
    """Rouvre ce que la réunion avait annulé, si rien d'autre ne l'a remplacé depuis."""
    lignes = [r for qui in fiches for r in _inscriptions(session, qui)]
    for r in lignes:
        if r.id not in annulees or r.etat is not EtatInscription.ANNULEE:
            continue
        fiche = session.connection().scalar(select(_i.c.candidat_id).where(_i.c.id == r.id))
        prise = session.connection().scalar(
            select(_i.c.id).where(
                _i.c.candidat_id == fiche, _i.c.certification_id == r.certification_id, _i.c.cible == r.cible,
                _i.c.etat == EtatInscription.OUVERTE,
            )
        )
        if prise is None:
            _ecrire_inscription(session, r, {"etat": EtatInscription.OUVERTE})
