"""Les actes d'une demande : déposer, corriger, reconnaître complète, rendre, abandonner (partie 1, chap. 1 et 2).

Chaque acte verrouille la demande, juge (`rules.controle`), écrit ; un refus lève `controle.Refus` et n'écrit rien.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Certification, Demande, Referentiel
from models.normalisation import normaliser
from models.verrou import verrouiller
from rules import actes_parcours, actes_referentiel, controle
from rules.collecte_demandes import demande_facts
from rules.nomenclatures import EtatDemande, EtatReferentiel, Famille, NatureDemande, Porteur
from rules.noyau import Violation

TEXTES = ("besoins", "emplois", "positionnement", "preuves_usage", "obsolescence")


def deposer(
    session: Session,
    nature: NatureDemande,
    porteur: Porteur,
    deposee_le: dt.date,
    *,
    certification: Certification | None = None,
    famille: Famille = Famille.CQPM,
    titre: str = "",
    niveau: int | None = None,
    motif_usage: bool = False,
    textes: Mapping[str, str] | None = None,
) -> tuple[Demande, tuple[Violation, ...]]:
    """Dépose une demande ; rend la demande et les alertes (REF-13, SUP-02).

    Une création ouvre une certification en projet, hors de la liste ; création et révision ouvrent un projet de
    référentiel, que le porteur écrit ensuite.

    :param certification: celle qu'on révise ou supprime ; aucune pour une création.
    :raises Refus: REF-01, REF-07, SUP-01 ; REF-09 si une version est déjà soumise.
    """
    if certification is None:
        certification = Certification(
            famille=famille, titre=titre.strip(), niveau=niveau, projet=True, recherche=normaliser(titre),
            source="demande au GTP",
        )
        if certification.titre:
            session.add(certification)
            session.flush()
    else:
        verrouiller(session, certification)
    demande = Demande(
        nature=nature, porteur=porteur, famille=certification.famille, deposee_le=deposee_le, certification=certification,
        motif_usage=motif_usage, etat=EtatDemande.DEPOSEE,
        **{champ: ((textes or {}).get(champ) or "").strip() for champ in TEXTES},
    )
    # Jugée avant d'être écrite : un titre manquant est une règle, pas un refus de la base.
    alertes = controle.exiger(controle.depot_de_demande(demande_facts(session, demande)))
    if nature is not NatureDemande.SUPPRESSION:
        demande.referentiel = _projet(session, certification)
    session.add(demande)
    session.flush()
    return demande, alertes


def _projet(session: Session, certification: Certification) -> Referentiel:
    """Le projet de version déjà en préparation, sinon un nouveau."""
    projet = session.scalar(
        select(Referentiel).where(
            Referentiel.certification_id == certification.id, Referentiel.etat == EtatReferentiel.PROJET
        )
    )
    return projet or actes_referentiel.creer_version(session, certification)


def corriger(session: Session, demande: Demande, champs: Mapping[str, object]) -> tuple[Violation, ...]:
    """Réécrit le dossier d'une demande déposée ou ajournée ; rend les alertes.

    :param champs: `titre` et `niveau` d'une création, `deposee_le`, `motif_usage` et les textes du dossier.
    :raises Refus: le dossier ne se modifie plus (REF-03), ou ce qui est écrit ne convient pas (REF-01, SUP-01).
    """
    verrouiller(session, demande)
    controle.exiger(controle.demande_a_modifier(demande_facts(session, demande)))
    for champ, valeur in champs.items():
        if champ in ("titre", "niveau"):
            if demande.nature is NatureDemande.CREATION:
                setattr(demande.certification, champ, valeur)
        else:
            setattr(demande, champ, valeur)
    if demande.nature is NatureDemande.CREATION:
        demande.certification.recherche = normaliser(demande.certification.titre)
    return controle.exiger(controle.correction_de_demande(demande_facts(session, demande)))


def ce_qui_manque(session: Session, demande: Demande) -> tuple[Violation, ...]:
    """Ce qui manque au dossier, point par point (REF-02, SUP-01)."""
    return controle.completude(demande_facts(session, demande))


def reconnaitre_complete(session: Session, demande: Demande, jour: dt.date) -> None:
    """Reconnaît le dossier complet : l'instruction commence, et le projet de référentiel est soumis au GTP.

    :raises Refus: REF-02, SUP-01, REF-03, ou ce qui manque au projet de référentiel (REF-10).
    """
    verrouiller(session, demande)
    controle.exiger(controle.reconnaissance(replace(demande_facts(session, demande), complete_le=jour)))
    if demande.referentiel is not None:
        actes_referentiel.soumettre(session, demande.referentiel)
    demande.etat, demande.complete_le = EtatDemande.COMPLETE, jour
    session.flush()


def rendre(session: Session, demande: Demande) -> None:
    """Rend à son porteur un dossier reconnu complet : il se modifie de nouveau.

    :raises Refus: REF-03.
    """
    verrouiller(session, demande)
    controle.exiger(controle.renvoi_de_demande(demande_facts(session, demande)))
    if demande.referentiel is not None:
        actes_referentiel.renvoyer(session, demande.referentiel)
    if demande.parcours is not None:
        actes_parcours.renvoyer(session, demande.parcours, "Le secrétariat du GTP rend le dossier : complétez-le.")
    demande.etat, demande.complete_le = EtatDemande.DEPOSEE, None
    session.flush()


def abandonner(session: Session, demande: Demande) -> None:
    """Le porteur renonce : la demande reste lisible, et ne vient plus devant le GTP.

    :raises Refus: elle est à l'ordre du jour ou déjà décidée (REF-03).
    """
    verrouiller(session, demande)
    controle.exiger(controle.abandon_de_demande(demande_facts(session, demande)))
    if demande.referentiel is not None and demande.referentiel.etat is EtatReferentiel.SOUMIS:
        actes_referentiel.renvoyer(session, demande.referentiel)
    demande.etat = EtatDemande.ABANDONNEE
    session.flush()
