"""Demander un travail, l'exécuter au nom de son auteur, reprendre ce qu'un exécutant mort a laissé."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Engine, event, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from models import Siege, Travail, Utilisateur
from models.base import maintenant
from models.contexte import Acteur, acteur_courant, agir_comme, en_ecriture, systeme
from models.moteur import base_occupee
from rules.controle import Refus
from rules.nomenclatures import EtatTravail
from travaux import incidents
from travaux.file import deposer, en_file
from travaux.suivi import TACHES, TRAVAUX, Arret, Depossede, Echec, Suivi
from travaux.tenue import tenir

ESSAIS_MAX = 5
_ATTENTE = "travaux_a_deposer"
_journal = logging.getLogger("console")


def lancer(
    session: Session | scoped_session[Session], genre: str, parametres: Mapping[str, Any] | None = None, *, libelle: str,
    centre_id: int | None = None,
) -> Travail:
    """Demande un travail au nom de l'acteur courant ; il part en file quand la transaction de la session est validée.

    `parametres` ne porte que des clés et des choix (JSON) : ni nom, ni contenu.
    """
    session = session() if isinstance(session, scoped_session) else session
    acteur = acteur_courant()
    travail = Travail(
        genre=genre, libelle=libelle[:200], parametres=dict(parametres or {}), etat=EtatTravail.EN_ATTENTE,
        auteur_id=acteur.utilisateur_id if acteur else None,
        centre_id=centre_id if centre_id is not None else (acteur.centre_id if acteur else None),
    )
    session.add(travail)
    session.flush()
    session.info.setdefault(_ATTENTE, []).append(travail.id)
    if not event.contains(session, "after_commit", _deposer_apres_validation):
        event.listen(session, "after_commit", _deposer_apres_validation)
        event.listen(session, "after_rollback", _oublier)
    return travail


def lancer_une_fois(moteur: Engine, genre: str, unicite: str, *, libelle: str) -> int | None:
    """Demande un travail de la machine, une seule fois pour cette valeur d'`unicite` quel que soit le nombre d'exécutants."""
    with moteur.connect() as connexion:
        if connexion.scalar(select(TRAVAUX.c.id).where(TRAVAUX.c.unicite == unicite)) is not None:
            return None
    try:
        with en_ecriture(), moteur.begin() as connexion:
            cles = connexion.execute(insert(TRAVAUX).values(
                genre=genre, libelle=libelle, parametres={}, unicite=unicite, etat=EtatTravail.EN_ATTENTE,
            ).returning(TRAVAUX.c.id))
            travail_id = int(cles.scalar_one())
    except IntegrityError:
        return None
    _deposer(moteur, travail_id)
    return travail_id


def _deposer_apres_validation(session: Session) -> None:
    if session.in_nested_transaction():
        return
    moteur = cast("Engine", session.get_bind())
    for travail_id in session.info.pop(_ATTENTE, ()):
        _deposer(getattr(moteur, "engine", moteur), travail_id)


def _oublier(session: Session) -> None:
    session.info.pop(_ATTENTE, None)


def _deposer(moteur: Engine, travail_id: int) -> None:
    """Met en file ; si la file est en panne, le travail attend dans la table et sera repris."""
    try:
        deposer(moteur, travail_id)
    except Exception as erreur:  # noqa: BLE001 la demande est enregistrée, elle ne doit pas échouer pour autant
        _journal.warning("file des travaux injoignable : %s", type(erreur).__name__)


def reprendre(moteur: Engine) -> list[int]:
    """Remet en file ce qui attend, et ce que tenait un exécutant mort ; rend les clés remises."""
    t = TRAVAUX.c
    with moteur.connect() as connexion:
        lus = connexion.execute(
            select(t.id, t.etat, t.essais).where(t.etat.in_((EtatTravail.EN_ATTENTE, EtatTravail.EN_COURS))).order_by(t.id)
        ).all()
    en_attente = en_file(moteur) if lus else set()
    remis = []
    for travail_id, etat, essais in lus:
        if travail_id in en_attente:
            continue
        if etat is EtatTravail.EN_COURS:
            with tenir(moteur, travail_id) as lache:
                if not lache:
                    continue
                with en_ecriture(), moteur.begin() as connexion:
                    connexion.execute(
                        update(TRAVAUX).where(t.id == travail_id, t.etat == etat, t.essais == essais)
                        .values(etat=EtatTravail.EN_ATTENTE, message="Interrompu : sera repris.")
                    )
        deposer(moteur, travail_id)
        remis.append(travail_id)
    return remis


def executer(moteur: Engine, travail_id: int, reglages: Mapping[str, Any] | None = None) -> EtatTravail | None:
    """Exécute un travail s'il attend, ou si qui l'exécutait est mort ; rend son nouvel état, rien s'il n'était pas à prendre.

    Rejouable : tué à tout moment, l'appeler encore reprend. Deux appels à la fois n'exécutent qu'une fois.
    """
    with tenir(moteur, travail_id) as tenu:
        if not tenu:
            return None
        suivi = _prendre(moteur, travail_id, reglages or {})
        if suivi is None:
            return None
        return _mener(suivi)


def _prendre(moteur: Engine, travail_id: int, reglages: Mapping[str, Any]) -> Suivi | None:
    t = TRAVAUX.c
    with en_ecriture(), moteur.begin() as connexion:
        pris = connexion.execute(
            update(TRAVAUX)
            # En cours, alors qu'on le tient : son exécutant est mort.
            .where(t.id == travail_id, t.etat.in_((EtatTravail.EN_ATTENTE, EtatTravail.EN_COURS)))
            .values(etat=EtatTravail.EN_COURS, essais=t.essais + 1, battement=maintenant(), commence_le=maintenant(),
                    message="", fait=0)
            .returning(t.essais, t.parametres, t.centre_id)
        ).one_or_none()
    return None if pris is None else Suivi(moteur, travail_id, pris.essais, pris.parametres, pris.centre_id, reglages)


def _demande(suivi: Suivi) -> tuple[str, Acteur | None]:
    """Le genre du travail, et son auteur tel qu'il est aujourd'hui ; pas d'auteur si son compte est fermé."""
    t, u, s = TRAVAUX.c, Utilisateur.__table__.c, Siege.__table__.c
    with suivi.moteur.connect() as connexion:
        ligne = connexion.execute(
            select(t.genre, t.auteur_id, u.nom, u.role, u.centre_id, u.siege_id, u.actif, s.jury_id)
            .select_from(TRAVAUX).outerjoin(Utilisateur.__table__, u.id == t.auteur_id)
            .outerjoin(Siege.__table__, s.id == u.siege_id).where(t.id == suivi.travail_id)
        ).one()
    if ligne.auteur_id is None:
        return ligne.genre, systeme(f"travail {ligne.genre}")
    if not ligne.actif:
        return ligne.genre, None
    return ligne.genre, Acteur(ligne.nom, ligne.auteur_id, ligne.role, ligne.centre_id, ligne.jury_id, ligne.siege_id)


def _mener(suivi: Suivi) -> EtatTravail | None:
    """Exécute la fonction du travail et écrit ce qu'il en est ; une panne ne montre qu'un numéro."""
    import travaux.taches  # noqa: F401, PLC0415 — déclare les fonctions ; ne se charge que pour exécuter

    issue: dict[str, Any]
    try:
        issue = {"etat": EtatTravail.FAIT, "resultat": _faire(suivi)}
    except Depossede:
        return None
    except Arret:
        issue = {"etat": EtatTravail.ARRETE, "message": "Arrêté à votre demande."}
    except Echec as echec:
        issue = {"etat": EtatTravail.ECHEC, "message": str(echec)}
    except Refus as refus:
        issue = {"etat": EtatTravail.ECHEC, "message": " ".join(str(v) for v in refus.violations)}
    except Exception as erreur:  # noqa: BLE001 — un travail ne fait pas tomber l'exécutant
        if base_occupee(erreur):
            issue = {"etat": EtatTravail.EN_ATTENTE, "message": "La base est occupée : sera repris."}
        else:
            numero = incidents.noter(erreur, f"travail {suivi.travail_id}")
            issue = {"etat": EtatTravail.ECHEC, "incident": numero, "message":
                     f"Une erreur est survenue : incident n° {numero}. Signalez ce numéro à l'administrateur."}
    return _finir(suivi, **issue)


def _faire(suivi: Suivi) -> dict[str, Any] | None:
    genre, acteur = _demande(suivi)
    if acteur is None:
        raise Echec("Le compte qui a demandé ce travail est fermé : rien n'a été fait.")
    if suivi.essai > ESSAIS_MAX:
        raise Echec(f"Interrompu {ESSAIS_MAX} fois : il n'est plus repris. Prévenez l'administrateur.")
    with agir_comme(acteur):
        suivi.avancer(0, toujours=True)
        return TACHES[genre](suivi)


def _finir(
    suivi: Suivi, etat: EtatTravail, *, message: str = "", resultat: dict[str, Any] | None = None, incident: str = ""
) -> EtatTravail:
    valeurs: dict[str, Any] = suivi.dernier | {"etat": etat, "message": message[:1000], "incident": incident, "resultat": resultat,
                               "battement": maintenant(), "fini_le": maintenant() if etat.fini else None}
    if etat is EtatTravail.FAIT and "total" in suivi.dernier:
        # Le total n'était qu'une estimation : fini, tout ce qu'il y avait à faire l'est.
        valeurs["total"] = suivi.dernier["fait"]
    with en_ecriture(), suivi.moteur.begin() as connexion:
        connexion.execute(update(TRAVAUX).where(*suivi.miennes()).values(valeurs))
    return etat
