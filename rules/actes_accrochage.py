"""Les actes de l'accrochage : dire au nom de qui, déposer, lire l'accusé, corriger un KO, abandonner un fichier.

Un acte refusé lève `controle.Refus` et n'écrit rien ; l'appelant valide.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from models import EmetteurAccrochage, FichierAccrochage, PassageAccrochage
from models.verrou import verrouiller
from rules import controle
from rules.nomenclatures import EtatPassage, NatureDeposant
from rules.noyau import Gravite, Violation

_SOURCE = "Code du travail, art. R. 6113-17-2"
_PREFIXE = re.compile(r"[A-Za-z0-9_-]{0,30}")
_IDENTIFIANT = re.compile(r"[A-Za-z0-9_.-]+")
_MONTRES = 5


@dataclass(frozen=True, slots=True)
class Accuse:
    """Un accusé de traitement de la Caisse des Dépôts : les passages acceptés, les KO et leur message."""

    nom_fichier: str
    id_flux: str
    id_traitement: str
    acceptes: frozenset[str]
    refuses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lecture:
    """Ce qu'un accusé a changé : passages acceptés, KO, et ceux dont il ne dit rien encore."""

    acceptes: int
    refuses: int
    sans_reponse: int


def _refus(champ: str, message: str) -> controle.Refus:
    return controle.Refus((Violation("ACC-02", Gravite.BLOQUE, champ, message, _SOURCE),))


def emetteur_en_vigueur(session: Session) -> EmetteurAccrochage:
    """Au nom de qui la branche dépose aujourd'hui.

    :raises Refus: ACC-02, personne ne l'a encore dit.
    """
    emetteur = session.scalar(select(EmetteurAccrochage).order_by(EmetteurAccrochage.id.desc()).limit(1))
    if emetteur is None:
        raise _refus("id_client", "Indiquez d'abord au nom de qui la branche dépose : identifiant client et contrat.")
    return emetteur


def regler_emetteur(
    session: Session, id_client: str, id_contrat: str, nature: NatureDeposant, prefixe_fichier: str = ""
) -> EmetteurAccrochage:
    """Écrit les identifiants de la branche ; les fichiers déjà faits gardent les leurs.

    :raises Refus: ACC-02, un identifiant n'a pas la forme que le schéma demande.
    """
    id_client, id_contrat, prefixe = id_client.strip(), id_contrat.strip(), prefixe_fichier.strip()
    fautes = [
        ("id_client", "L'identifiant client a huit caractères, lettres et chiffres.",
         len(id_client) == 8 and _IDENTIFIANT.fullmatch(id_client)),
        ("id_contrat", "Le numéro de contrat a vingt caractères au plus, lettres et chiffres.",
         len(id_contrat) <= 20 and _IDENTIFIANT.fullmatch(id_contrat)),
        ("prefixe_fichier", "Le préfixe a trente caractères au plus : lettres sans accent, chiffres, tiret.",
         _PREFIXE.fullmatch(prefixe)),
    ]
    controle.exiger([Violation("ACC-02", Gravite.BLOQUE, champ, message, _SOURCE) for champ, message, bon in fautes if not bon])
    emetteur = EmetteurAccrochage(id_client=id_client, id_contrat=id_contrat, nature=nature, prefixe_fichier=prefixe)
    session.add(emetteur)
    session.flush()
    return emetteur


def deposer(session: Session, fichier: FichierAccrochage, le: dt.date | None, jour: dt.date) -> None:
    """Note qu'un fichier a été déposé à la Caisse des Dépôts ; il ne change plus, ses passages attendent l'accusé.

    :raises Refus: ACC-02, il l'est déjà, ou la date n'est pas entre sa préparation et aujourd'hui.
    """
    verrouiller(session, fichier)
    if fichier.depose_le is not None:
        raise _refus("depose_le", f"Ce fichier est déjà noté déposé le {fichier.depose_le:%d/%m/%Y}.")
    if le is None or not fichier.prepare_le <= le <= jour:
        raise _refus("depose_le", f"Donnez une date de dépôt entre le {fichier.prepare_le:%d/%m/%Y} et aujourd'hui.")
    fichier.depose_le = le
    session.flush()
    t = cast("Table", PassageAccrochage.__table__)
    session.connection().execute(update(t).where(t.c.fichier_id == fichier.id).values(etat=EtatPassage.DEPOSE))
    session.expire_all()


def abandonner(session: Session, fichier: FichierAccrochage) -> None:
    """Ôte un fichier qui n'a pas été déposé : ses passages redeviennent à transmettre.

    :raises Refus: ACC-02, il est déposé.
    """
    verrouiller(session, fichier)
    if fichier.depose_le is not None:
        raise _refus("depose_le", "Ce fichier est déposé : il ne s'abandonne plus.")
    t = cast("Table", PassageAccrochage.__table__)
    session.connection().execute(t.delete().where(t.c.fichier_id == fichier.id))
    session.delete(fichier)
    session.flush()


def lire_accuse(session: Session, fichier: FichierAccrochage, accuse: Accuse, jour: dt.date) -> Lecture:
    """Écrit ce que dit l'accusé de traitement d'un fichier déposé ; relu, le même accusé ne change rien.

    Un passage dont l'accusé ne dit rien reste déposé.

    :raises Refus: ACC-02, le fichier n'est pas déposé, l'accusé est celui d'un autre, nomme un passage qui n'y est pas,
        ou contredit un accusé déjà lu.
    """
    verrouiller(session, fichier)
    if fichier.depose_le is None:
        raise _refus("accuse", "Ce fichier n'est pas noté déposé : notez d'abord son dépôt.")
    if accuse.id_flux != fichier.id_flux:
        raise _refus("accuse", f"Cet accusé est celui du flux « {accuse.id_flux[:50]} », pas de {fichier.nom_fichier}.")
    t = cast("Table", PassageAccrochage.__table__)
    connexion = session.connection()
    ecrits = {
        numero: (cle, etat)
        for cle, numero, etat in connexion.execute(
            select(t.c.id, t.c.id_technique, t.c.etat).where(t.c.fichier_id == fichier.id)
        )
    }
    if inconnus := sorted((accuse.acceptes | accuse.refuses.keys()) - ecrits.keys()):
        raise _refus("accuse", f"Cet accusé nomme des passages que le fichier n'a pas : {', '.join(inconnus[:_MONTRES])}.")
    refuses = (EtatPassage.KO, EtatPassage.CORRIGE)
    contraires = sorted(
        n for n, (_, etat) in ecrits.items()
        if (n in accuse.acceptes and etat in refuses) or (n in accuse.refuses and etat is EtatPassage.ACCEPTE)
    )
    if contraires:
        raise _refus("accuse", f"Cet accusé contredit celui déjà lu pour : {', '.join(contraires[:_MONTRES])}.")
    attendus = {n: cle for n, (cle, etat) in ecrits.items() if etat is EtatPassage.DEPOSE}
    change = update(t).where(t.c.id == bindparam("cle")).values(etat=bindparam("neuf"), message=bindparam("texte"))
    nouveaux = [
        {"cle": attendus[n], "neuf": EtatPassage.KO, "texte": message}
        for n, message in accuse.refuses.items() if n in attendus
    ]
    acceptes = [{"cle": cle, "neuf": EtatPassage.ACCEPTE, "texte": ""} for n, cle in attendus.items() if n in accuse.acceptes]
    if lignes := nouveaux + acceptes:
        connexion.execute(change, lignes)
    fichier.accuse_le, fichier.id_traitement = jour, accuse.id_traitement[:40]
    fichier.acceptes += len(acceptes)
    fichier.refuses += len(nouveaux)
    session.flush()
    sans_reponse = len(attendus) - len(lignes)
    session.expire_all()
    return Lecture(len(acceptes), len(nouveaux), sans_reponse)


def corriger(session: Session, passages: Sequence[PassageAccrochage]) -> int:
    """Note que ce qui avait fait refuser ces passages est corrigé : ils repartent dans le prochain fichier.

    :raises Refus: ACC-02, l'un d'eux n'est pas KO.
    """
    for passage in passages:
        verrouiller(session, passage)
        if passage.etat is not EtatPassage.KO:
            raise _refus("passage", f"Le passage {passage.id_technique} n'est pas KO : {passage.etat.libelle.lower()}.")
        passage.etat = EtatPassage.CORRIGE
    session.flush()
    return len(passages)
