"""Les actes des parcours certifiants : soumettre, valider, renvoyer, réviser ; attribuer, annuler (P1 C3, P2 C7).

Chacun verrouille le parcours, juge, écrit ; un refus lève `controle.Refus` et n'écrit rien. L'appelant valide la
transaction.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AttributionParcours, Certification, Demande, Parcours, ParcoursDomaine, ParcoursModule
from models.normalisation import normaliser
from models.verrou import verrouiller
from rules import parcours as regles
from rules.actes import prendre_numeros
from rules.actes_numeros import prendre_numero_certification
from rules.collecte_parcours import attribution_facts, parcours_facts
from rules.controle import exiger
from rules.nomenclatures import EtatDemande, EtatReferentiel, Famille, NatureDemande, Porteur
from rules.noyau import Rule, Violation, evaluate

_RUBRIQUES = (
    "societe", "adresse", "intitule", "public_vise", "minutes", "mois", "attestation", "avis_cse", "avis_cse_le",
    "evaluation_conditions", "evaluation_modalites", "evaluation_criteres", "recherche",
)
_COLONNES_DOMAINE = ("ordre", "domaine", "competences", "contenus", "minutes", "intervenants")
_COLONNES_MODULE = ("ordre", "phase", "module", "objectifs", "minutes", "nature", "organisme")


def _juger(
    session: Session, parcours: Parcours, quoi: tuple[Rule, ...], jour: dt.date | None = None
) -> tuple[Violation, ...]:
    """Verrouille le parcours jusqu'à la fin de la transaction, relit son état, juge ; rend les alertes."""
    verrouiller(session, parcours)
    return exiger(evaluate(quoi, parcours_facts(session, [parcours.id], jour)[parcours.id]))


def enregistrer(session: Session, parcours: Parcours) -> None:
    """Juge un parcours dont la saisie vient d'être écrite : seul un projet se modifie (PPC-03)."""
    _juger(session, parcours, regles.PROJET)


def soumettre(session: Session, parcours: Parcours, jour: dt.date) -> tuple[Violation, ...]:
    """Soumet au GTP un dossier complet, qui ne change plus ; rend les alertes (PPC-01 à PPC-03, PPC-05)."""
    alertes = _juger(session, parcours, regles.SOUMISSION, jour)
    if parcours.certification is None:
        parcours.certification = Certification(
            famille=Famille.PPC, titre="", projet=True, recherche="", source="demande au GTP",
            demonstration=parcours.centre.demonstration,
        )
    if parcours.certification.projet:
        _titrer(parcours.certification, parcours)
    parcours.etat, parcours.soumis_le, parcours.motif_renvoi = EtatReferentiel.SOUMIS, jour, ""
    session.flush()
    _demander(session, parcours, jour)
    return alertes


def _titrer(certification: Certification, parcours: Parcours) -> None:
    """Le titre sur la liste nomme la société : deux entreprises peuvent avoir le même intitulé."""
    certification.titre = f"{parcours.intitule} – {parcours.societe}"
    certification.recherche = normaliser(certification.titre)


def _demander(session: Session, parcours: Parcours, jour: dt.date) -> None:
    """Dépose la demande au GTP ; rendue ou ajournée, la précédente reprend sa place."""
    en_cours = session.scalar(
        select(Demande.id).where(
            Demande.parcours_id == parcours.id, Demande.etat.in_((EtatDemande.DEPOSEE, EtatDemande.AJOURNEE))
        )
    )
    if en_cours is not None:
        return
    session.add(
        Demande(
            nature=NatureDemande.CREATION if parcours.numero == 1 else NatureDemande.REVISION,
            porteur=Porteur.UIMM_TERRITORIALE, famille=Famille.PPC, deposee_le=jour, centre_id=parcours.centre_id,
            certification_id=parcours.certification_id, parcours_id=parcours.id, etat=EtatDemande.DEPOSEE,
        )
    )
    session.flush()


def valider_parcours(session: Session, parcours: Parcours, jour: dt.date) -> Certification:
    """La séance du GTP accepte (`actes_gtp.clore` l'appelle) : la première version prend un identifiant et entre sur la liste, la suivante remplace (PPC-03).

    :param jour: la date de la décision, d'où le parcours peut être attribué.
    """
    _juger(session, parcours, regles.VALIDATION, jour)
    certification = session.get_one(Certification, parcours.certification_id)
    _titrer(certification, parcours)
    if certification.projet:
        numero = prendre_numero_certification(session, Famille.PPC, jour.year)
        certification.projet, certification.annee, certification.numero = False, jour.year, numero
        certification.date_creation = jour
    for ancienne in session.scalars(
        select(Parcours).where(Parcours.certification_id == certification.id, Parcours.etat == EtatReferentiel.VALIDE)
    ):
        ancienne.etat = EtatReferentiel.REMPLACE
    session.flush()
    parcours.etat, parcours.valide_le = EtatReferentiel.VALIDE, jour
    session.flush()
    return certification


def renvoyer(session: Session, parcours: Parcours, motif: str) -> None:
    """Rend au centre un parcours soumis que le GTP refuse ou ajourne, avec son motif : il redevient un projet."""
    _juger(session, parcours, regles.DECISION_DU_GTP)
    exiger(evaluate(regles.RENVOI, motif))
    parcours.etat, parcours.soumis_le, parcours.motif_renvoi = EtatReferentiel.PROJET, None, motif.strip()
    session.flush()


def reviser(session: Session, parcours: Parcours) -> Parcours:
    """Ouvre une nouvelle version d'un parcours validé, copie de celle-ci ; les attributions restent sur la leur."""
    _juger(session, parcours, regles.REVISION)
    neuve = Parcours(
        centre_id=parcours.centre_id, certification_id=parcours.certification_id, numero=parcours.numero + 1,
        domaines=[
            ParcoursDomaine(centre_id=d.centre_id, **{c: getattr(d, c) for c in _COLONNES_DOMAINE})
            for d in parcours.domaines
        ],
        modules=[
            ParcoursModule(centre_id=m.centre_id, **{c: getattr(m, c) for c in _COLONNES_MODULE})
            for m in parcours.modules
        ],
        **{c: getattr(parcours, c) for c in _RUBRIQUES},
    )
    session.add(neuve)
    session.flush()
    return neuve


def attribuer(session: Session, attribution: AttributionParcours, jour: dt.date) -> AttributionParcours:
    """Enregistre ce que l'entreprise décide pour un salarié, et numérote son attestation (PPC-04)."""
    parcours = session.get_one(Parcours, attribution.parcours_id or attribution.parcours.id)
    verrouiller(session, parcours)
    attribution.parcours_id, attribution.centre_id = parcours.id, parcours.centre_id
    attribution.recherche = normaliser(f"{attribution.nom} {attribution.prenoms}")
    exiger(evaluate(regles.ATTRIBUTION_PARCOURS, attribution_facts(session, attribution, jour)))
    (attribution.numero,) = prendre_numeros(session, f"attribution PPC {parcours.certification_id}", 1)
    session.add(attribution)
    session.flush()
    return attribution


def annuler(session: Session, attribution: AttributionParcours, motif: str, jour: dt.date) -> None:
    """Annule une attribution avec son motif ; elle reste lisible, et le salarié peut en recevoir une autre."""
    verrouiller(session, attribution)
    exiger(evaluate(regles.ANNULATION, regles.AnnulationFacts(attribution.annulee_le is not None, motif)))
    attribution.annulee_le, attribution.motif_annulation = jour, motif.strip()
    session.flush()
