"""Les actes d'un référentiel : créer une version, la soumettre, la valider, la renvoyer, remplacer un bloc.

Chaque acte verrouille la version, juge (`rules.controle`), écrit ; un refus n'écrit rien. Une version validée ne change
plus : réviser, c'est en créer une nouvelle, et un candidat reste sur celle de son inscription (REF-09).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models import BlocCompetences, Certification, Competence, ModaliteEvaluation, Referentiel, ReferentielBloc
from models.base import maintenant
from models.verrou import verrouiller
from rules import controle
from rules.actes_numeros import prendre_numero_bloc
from rules.collecte_referentiel import version_facts
from rules.nomenclatures import EtatReferentiel
from rules.noyau import Violation
from rules.referentiel import BlocDeVersion, CompetenceDeVersion, DecisionDeVersion, VersionFacts

_TEXTES_DE_VERSION = ("missions", "environnement", "interactions", "conditions_admissibilite")
# Le nom d'un texte dans la saisie et les règles → sa colonne.
_COLONNES = {
    "libelle": "libelle", "connaissances": "connaissances", "conditions": "conditions",
    "methodes": "criteres_methodes", "moyens": "criteres_moyens", "liens": "criteres_liens",
    "contraintes": "criteres_contraintes", "resultats": "resultats_attendus",
}
_HORS_SUITE = 100_000


def creer_version(session: Session, certification: Certification, depuis: Referentiel | None = None) -> Referentiel:
    """Crée le projet d'une nouvelle version, vide pour une certification nouvelle, sinon copie d'une version.

    Les blocs du CQPM sont partagés (REF-11) ; les compétences propres d'un CCPM sont recopiées.

    :param depuis: la version recopiée ; par défaut la dernière de la certification.
    :raises Refus: une version est déjà en projet ou soumise (REF-09).
    """
    verrouiller(session, certification)
    versions = list(
        session.scalars(
            select(Referentiel).where(Referentiel.certification_id == certification.id).order_by(Referentiel.numero)
        )
    )
    controle.exiger(controle.version_a_creer(tuple(v.etat for v in versions)))
    modele = depuis or (versions[-1] if versions else None)
    contenu: dict[str, Any] = {}
    if modele is not None:
        contenu = {champ: getattr(modele, champ) for champ in _TEXTES_DE_VERSION} | {
            "blocs": [ReferentielBloc(bloc_id=place.bloc_id, ordre=place.ordre) for place in modele.blocs],
            "competences": [copier_competence(c) for c in modele.competences],
        }
    version = Referentiel(certification=certification, numero=versions[-1].numero + 1 if versions else 1, **contenu)
    session.add(version)
    session.flush()
    return version


def copier_competence(competence: Competence) -> Competence:
    """La même compétence, à écrire ailleurs : textes, ordre, modalités permises."""
    textes = {champ: getattr(competence, champ) for champ in _COLONNES.values()}
    return Competence(ordre=competence.ordre, modalites=list(competence.modalites), **textes)


def ce_qui_manque(session: Session, referentiel: Referentiel) -> tuple[Violation, ...]:
    """Ce qui manque à une version pour être soumise, point par point (REF-02, REF-04, REF-10, REF-11)."""
    return controle.soumission(version_facts(session, referentiel.id))


def enregistrer(session: Session, referentiel: Referentiel, saisie: VersionFacts, version_lue: int) -> None:
    """Écrit la saisie entière d'un projet : textes, blocs et compétences, dans l'ordre où elle les donne.

    Un bloc qu'emploie une autre version n'est pas touché, sauf s'il est dit nouveau : il est alors remplacé par sa
    copie. Ce que la saisie ne porte plus est retiré. Le niveau ne s'écrit que d'une certification encore en projet.

    :param version_lue: le verrou de la version que la saisie a lue.
    :raises StaleDataError: quelqu'un d'autre l'a écrite depuis.
    :raises Refus: ce n'est pas un projet (REF-09), ou la saisie ne peut pas s'écrire (REF-04, REF-11).
    """
    verrouiller(session, referentiel)
    if referentiel.version != version_lue:
        raise StaleDataError
    controle.exiger(
        (*controle.modification_de_version(replace(saisie, etat=referentiel.etat)), *controle.saisie_de_version(saisie))
    )
    for champ in _TEXTES_DE_VERSION:
        setattr(referentiel, champ, getattr(saisie, champ))
    if referentiel.certification.projet:
        referentiel.certification.niveau = saisie.niveau
    _ecrire_competences(session, {"referentiel_id": referentiel.id}, list(referentiel.competences), saisie.competences)
    anciens = {f"b{p.bloc_id}": p.bloc for p in referentiel.blocs}
    gardes = [_ecrire_bloc(session, referentiel, anciens, bloc) for bloc in saisie.blocs]
    if [p.bloc_id for p in referentiel.blocs] != [b.id for b in gardes]:
        for place in list(referentiel.blocs):
            session.delete(place)
        session.flush()
        session.add_all(ReferentielBloc(referentiel_id=referentiel.id, bloc_id=b.id, ordre=rang)
                        for rang, b in enumerate(gardes, 1))
    session.flush()
    for bloc in anciens.values():
        if bloc not in gardes and bloc.numero is None and not _employe(session, bloc):
            _ecrire_competences(session, {"bloc_id": bloc.id}, list(bloc.competences), ())
            session.delete(bloc)
    # La version avance même quand seules ses compétences ont changé : deux personnes ne s'écrasent pas.
    referentiel.updated_at = maintenant()
    session.flush()
    session.expire(referentiel)


def _ecrire_bloc(
    session: Session, referentiel: Referentiel, anciens: dict[str, BlocCompetences], saisi: BlocDeVersion
) -> BlocCompetences:
    bloc = anciens.get(saisi.cle)
    if bloc is None and (cle := saisi.cle.removeprefix("b")).isdigit():
        # Un bloc d'un autre CQPM, choisi par recherche.
        bloc = session.get(BlocCompetences, int(cle))
    origine: dict[str, str] = {}
    if bloc is None:
        bloc = BlocCompetences(libelle=saisi.libelle)
        session.add(bloc)
        session.flush()
    elif employe_ailleurs(session, bloc, referentiel):
        if not saisi.nouveau:
            return bloc
        ancien, bloc = bloc, copier_bloc(bloc)
        session.add(bloc)
        session.flush()
        origine = {f"c{a.id}": f"c{n.id}" for a, n in zip(ancien.competences, bloc.competences, strict=True)}
    bloc.libelle = saisi.libelle
    competences = [replace(c, cle=origine.get(c.cle, c.cle)) for c in saisi.competences]
    _ecrire_competences(session, {"bloc_id": bloc.id}, list(bloc.competences), competences)
    session.expire(bloc, ["competences"])
    return bloc


def _ecrire_competences(
    session: Session, de: dict[str, int], ecrites: list[Competence], saisies: Sequence[CompetenceDeVersion]
) -> None:
    """Accorde les compétences d'un bloc ou d'un CCPM à la saisie : textes, modalités, ordre, ajouts et retraits."""
    modalites = {m.code: m for m in session.scalars(select(ModaliteEvaluation))}
    connues = {f"c{c.id}": c for c in ecrites}
    gardees = {s.cle for s in saisies}
    for competence in ecrites:
        if f"c{competence.id}" not in gardees:
            session.delete(competence)
    session.flush()
    # Deux rangs ne se croisent pas sans se heurter : ceux qui changent sont d'abord mis hors de la suite.
    deplacees = [c.id for rang, s in enumerate(saisies, 1) if (c := connues.get(s.cle)) is not None and c.ordre != rang]
    if deplacees:
        table = cast("Table", Competence.__table__)
        session.connection().execute(
            update(table).where(table.c.id.in_(deplacees)).values(ordre=table.c.ordre + _HORS_SUITE)
        )
    for rang, saisie in enumerate(saisies, 1):
        competence = connues.get(saisie.cle) or Competence(**de)
        session.add(competence)
        competence.ordre = rang
        for champ, colonne in _COLONNES.items():
            setattr(competence, colonne, getattr(saisie, champ))
        permises = {m for code in saisie.modalites if (m := modalites.get(code)) is not None}
        if set(competence.modalites) != permises:
            competence.modalites = sorted(permises, key=lambda m: m.code)
    session.flush()


def _employe(session: Session, bloc: BlocCompetences) -> bool:
    return session.scalar(select(ReferentielBloc.id).where(ReferentielBloc.bloc_id == bloc.id).limit(1)) is not None


def soumettre(session: Session, referentiel: Referentiel) -> tuple[Violation, ...]:
    """Soumet un projet complet au GTP ; rend les alertes.

    :raises Refus: ce n'est pas un projet (REF-09), ou il n'est pas complet (REF-02, REF-10, REF-11).
    """
    verrouiller(session, referentiel)
    faits = version_facts(session, referentiel.id)
    controle.exiger(controle.modification_de_version(faits))
    alertes = controle.exiger(controle.soumission(faits))
    referentiel.etat = EtatReferentiel.SOUMIS
    session.flush()
    return alertes


def valider(session: Session, referentiel: Referentiel, jour: dt.date) -> tuple[Violation, ...]:
    """Fait d'une version soumise la version en vigueur, le jour de la décision du GTP (REF-06).

    Ses blocs nouveaux reçoivent leur numéro, dans l'ordre du référentiel (REF-08) ; la version précédente est
    remplacée. Rend les alertes.

    :raises Refus: la version n'est pas soumise (REF-03), n'est pas complète (REF-10), ou précède celle en vigueur.
    """
    # La certification d'abord : deux versions de la même s'attendent.
    verrouiller(session, referentiel.certification)
    verrouiller(session, referentiel)
    precedente = session.scalar(
        select(Referentiel).where(
            Referentiel.certification_id == referentiel.certification_id, Referentiel.etat == EtatReferentiel.VALIDE
        )
    )
    decision = DecisionDeVersion(referentiel.etat, jour, precedente.valide_le if precedente else None)
    alertes = controle.exiger(
        (*controle.decision_de_version(decision), *controle.soumission(version_facts(session, referentiel.id)))
    )
    for place in referentiel.blocs:
        if place.bloc.numero is None:
            place.bloc.numero = prendre_numero_bloc(session)
    if precedente is not None:
        precedente.etat = EtatReferentiel.REMPLACE
    # Les numéros et la version remplacée sont écrits avant : la base les vérifie en recevant la version validée.
    session.flush()
    referentiel.etat, referentiel.valide_le = EtatReferentiel.VALIDE, jour
    session.flush()
    return alertes


def renvoyer(session: Session, referentiel: Referentiel) -> None:
    """Rend une version soumise à l'état de projet : le GTP l'a ajournée ou refusée.

    :raises Refus: la version n'est pas soumise (REF-03).
    """
    verrouiller(session, referentiel)
    controle.exiger(controle.decision_de_version(DecisionDeVersion(referentiel.etat)))
    referentiel.etat = EtatReferentiel.PROJET
    session.flush()


def employe_ailleurs(session: Session, bloc: BlocCompetences, referentiel: Referentiel) -> bool:
    """Vrai si une autre version emploie ce bloc : le modifier la changerait aussi."""
    autres = select(func.count()).select_from(ReferentielBloc).where(
        ReferentielBloc.bloc_id == bloc.id, ReferentielBloc.referentiel_id != referentiel.id
    )
    return bool(session.scalar(autres))


def remplacer_bloc(session: Session, referentiel: Referentiel, bloc: BlocCompetences) -> BlocCompetences:
    """Le bloc que ce projet peut modifier : lui-même s'il est seul à l'employer, sinon sa copie, un nouveau bloc.

    La copie prend la place du bloc dans ce projet, sans numéro jusqu'à la décision du GTP (REF-08) ; les autres
    versions gardent l'ancien.

    :raises Refus: la version n'est pas un projet (REF-09).
    """
    controle.exiger(controle.modification_de_version(version_facts(session, referentiel.id)))
    if not employe_ailleurs(session, bloc, referentiel):
        return bloc
    place = next(p for p in referentiel.blocs if p.bloc_id == bloc.id)
    place.bloc = copier_bloc(bloc)
    session.flush()
    return place.bloc


def copier_bloc(bloc: BlocCompetences) -> BlocCompetences:
    """Le même contenu, dans un bloc que rien n'emploie encore et qui n'a pas de numéro (REF-08)."""
    return BlocCompetences(libelle=bloc.libelle, competences=[copier_competence(c) for c in bloc.competences])
