"""Les actes des parcours certifiants : soumettre, valider, renvoyer, réviser ; attribuer, annuler (P1 C3, P2 C7).

Chacun verrouille le parcours, juge, écrit ; un refus lève `controle.Refus` et n'écrit rien. L'appelant valide la
transaction.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AttributionParcours, Certification, Parcours, ParcoursDomaine, ParcoursModule
from models.normalisation import normaliser
from rules import parcours as regles
from rules.actes import prendre_numeros
from rules.actes_numeros import prendre_numero_certification
from rules.collecte_parcours import attribution_facts, parcours_facts
from rules.controle import exiger
from rules.nomenclatures import EtatReferentiel, Famille
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
    session.flush()
    session.refresh(parcours, with_for_update={"of": Parcours})
    return exiger(evaluate(quoi, parcours_facts(session, [parcours.id], jour)[parcours.id]))


def enregistrer(session: Session, parcours: Parcours) -> None:
    """Juge un parcours dont la saisie vient d'être écrite : seul un projet se modifie (PPC-03)."""
    _juger(session, parcours, regles.PROJET)


def soumettre(session: Session, parcours: Parcours, jour: dt.date) -> tuple[Violation, ...]:
    """Soumet au GTP un dossier complet, qui ne change plus ; rend les alertes (PPC-01 à PPC-03, PPC-05)."""
    alertes = _juger(session, parcours, regles.SOUMISSION, jour)
    parcours.etat, parcours.soumis_le, parcours.motif_renvoi = EtatReferentiel.SOUMIS, jour, ""
    session.flush()
    return alertes


def valider_parcours(session: Session, parcours: Parcours, jour: dt.date) -> Certification:
    """Le GTP valide : la première version prend un identifiant et entre sur la liste, la suivante remplace (PPC-03).

    :param jour: la date de la décision, d'où le parcours peut être attribué.
    """
    _juger(session, parcours, regles.VALIDATION, jour)
    titre = f"{parcours.intitule} – {parcours.societe}"
    if parcours.certification_id is None:
        numero = prendre_numero_certification(session, Famille.PPC, jour.year)
        certification = Certification(
            famille=Famille.PPC, annee=jour.year, numero=numero, titre=titre, date_creation=jour,
            recherche=normaliser(titre), demonstration=parcours.centre.demonstration,
        )
        session.add(certification)
        session.flush()
        parcours.certification = certification
    else:
        certification = session.get_one(Certification, parcours.certification_id)
        certification.titre, certification.recherche = titre, normaliser(titre)
        for ancienne in session.scalars(
            select(Parcours).where(
                Parcours.certification_id == certification.id, Parcours.etat == EtatReferentiel.VALIDE
            )
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
    session.refresh(parcours, with_for_update={"of": Parcours})
    attribution.parcours_id, attribution.centre_id = parcours.id, parcours.centre_id
    attribution.recherche = normaliser(f"{attribution.nom} {attribution.prenoms}")
    exiger(evaluate(regles.ATTRIBUTION_PARCOURS, attribution_facts(session, attribution, jour)))
    (attribution.numero,) = prendre_numeros(session, f"attribution PPC {parcours.certification_id}", 1)
    session.add(attribution)
    session.flush()
    return attribution


def annuler(session: Session, attribution: AttributionParcours, motif: str, jour: dt.date) -> None:
    """Annule une attribution avec son motif ; elle reste lisible, et le salarié peut en recevoir une autre."""
    session.refresh(attribution, with_for_update={"of": AttributionParcours})
    exiger(evaluate(regles.ANNULATION, regles.AnnulationFacts(attribution.annulee_le is not None, motif)))
    attribution.annulee_le, attribution.motif_annulation = jour, motif.strip()
    session.flush()
