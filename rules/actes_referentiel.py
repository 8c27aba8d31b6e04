"""Les actes d'un référentiel : créer une version, la soumettre, la valider, la renvoyer, remplacer un bloc.

Chaque acte verrouille la version, juge (`rules.controle`), écrit ; un refus n'écrit rien. Une version validée ne change
plus : réviser, c'est en créer une nouvelle, et un candidat reste sur celle de son inscription (REF-09).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import BlocCompetences, Certification, Competence, Referentiel, ReferentielBloc
from rules import controle
from rules.actes_numeros import prendre_numero_bloc
from rules.collecte_referentiel import version_facts
from rules.nomenclatures import EtatReferentiel
from rules.noyau import Violation
from rules.referentiel import DecisionDeVersion

_TEXTES_DE_VERSION = ("missions", "environnement", "interactions", "conditions_admissibilite")
_TEXTES = (
    "libelle", "connaissances", "conditions", "criteres_methodes", "criteres_moyens", "criteres_liens",
    "criteres_contraintes", "resultats_attendus",
)


def _verrouiller(session: Session, objet: Certification | Referentiel) -> None:
    """Prend la ligne jusqu'à la fin de la transaction, et la relit : deux actes sur elle s'attendent."""
    session.flush()
    session.refresh(objet, with_for_update=True)


def creer_version(session: Session, certification: Certification, depuis: Referentiel | None = None) -> Referentiel:
    """Crée le projet d'une nouvelle version, vide pour une certification nouvelle, sinon copie d'une version.

    Les blocs du CQPM sont partagés (REF-11) ; les compétences propres d'un CCPM sont recopiées.

    :param depuis: la version recopiée ; par défaut la dernière de la certification.
    :raises Refus: une version est déjà en projet ou soumise (REF-09).
    """
    _verrouiller(session, certification)
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
    textes = {champ: getattr(competence, champ) for champ in _TEXTES}
    return Competence(ordre=competence.ordre, modalites=list(competence.modalites), **textes)


def ce_qui_manque(session: Session, referentiel: Referentiel) -> tuple[Violation, ...]:
    """Ce qui manque à une version pour être soumise, point par point (REF-02, REF-04, REF-10, REF-11)."""
    return controle.soumission(version_facts(session, referentiel.id))


def soumettre(session: Session, referentiel: Referentiel) -> tuple[Violation, ...]:
    """Soumet un projet complet au GTP ; rend les alertes.

    :raises Refus: ce n'est pas un projet (REF-09), ou il n'est pas complet (REF-02, REF-10, REF-11).
    """
    _verrouiller(session, referentiel)
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
    _verrouiller(session, referentiel.certification)
    _verrouiller(session, referentiel)
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
    _verrouiller(session, referentiel)
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
    place.bloc = BlocCompetences(
        libelle=bloc.libelle, competences=[copier_competence(c) for c in bloc.competences]
    )
    session.flush()
    return place.bloc
