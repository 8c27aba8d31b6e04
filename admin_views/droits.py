"""Qui peut faire quoi dans la console, par ressource et par rôle ; ce qui n'est pas écrit ici est refusé.

Les droits disent ce qu'un rôle peut demander ; la barrière `models.perimetre` borne ensuite chaque requête à son
territoire, quoi que fasse une vue.
"""

from __future__ import annotations

from enum import Enum

from rules.nomenclatures import Role


class Droit(Enum):
    """Une action de la console sur une ressource."""

    LIRE = "lire"
    CREER = "créer"
    MODIFIER = "modifier"
    SUPPRIMER = "supprimer"
    EXPORTER = "exporter"


_L = frozenset({Droit.LIRE})
_LX = _L | {Droit.EXPORTER}
_SAISIE = _LX | {Droit.CREER, Droit.MODIFIER}
_TOUT = _SAISIE | {Droit.SUPPRIMER}

_ADMIN, _GTP, _CLERC, _RESP, _JURE, _LECT, _UIMM, _DPO = (
    Role.ADMINISTRATEUR, Role.GTP, Role.CLERC, Role.RESPONSABLE, Role.JURE, Role.LECTURE, Role.UIMM,
    Role.DPO,
)
_REFERENTIELS = {_GTP: _SAISIE, _CLERC: _LX, _RESP: _LX, _JURE: _L, _LECT: _LX, _UIMM: _LX}
_DONNEES_DU_CENTRE = {_CLERC: _SAISIE, _RESP: _SAISIE, _GTP: _LX, _LECT: _LX}
_NOMENCLATURES = dict.fromkeys((_ADMIN, _GTP, _CLERC, _RESP, _LECT, _UIMM), _L)

DROITS: dict[str, dict[Role, frozenset[Droit]]] = {
    "accueil": dict.fromkeys(Role, _L),
    "certification": _REFERENTIELS,
    "bloc": _REFERENTIELS,
    "enregistrement": _REFERENTIELS,
    "reception": {_GTP: _SAISIE, _LECT: _L},
    # L'UIMM écrit les projets qu'elle porte ; une version validée ne change plus, pour personne (REF-09).
    "referentiel": _REFERENTIELS | {_UIMM: _SAISIE},
    "demande": {_UIMM: _SAISIE, _GTP: _SAISIE, _LECT: _LX},
    "seance_gtp": {_GTP: _SAISIE, _UIMM: _LX, _LECT: _LX},
    "publication": {_GTP: _SAISIE, _UIMM: _LX, _LECT: _LX},
    "organisme": {_CLERC: _SAISIE, _RESP: _SAISIE, _GTP: _SAISIE, _LECT: _LX},
    # Le clerc reçoit la demande et l'instruit ; le responsable décide, suspend et retire ; ce qui est décidé ne se réécrit pas.
    "habilitation": _DONNEES_DU_CENTRE,
    "decision_habilitation": {_RESP: _L | {Droit.CREER}},
    # L'avis à France compétences de tout changement de la liste nationale se donne au niveau national (FC-02).
    "evenement_habilitation": {_GTP: _LX | {Droit.MODIFIER}, _RESP: _LX, _CLERC: _LX, _LECT: _LX},
    "candidat": _DONNEES_DU_CENTRE | {_CLERC: _LX | {Droit.MODIFIER}, _RESP: _LX | {Droit.MODIFIER}},
    # Réunir deux fiches, ou remettre son dossier à une personne, est l'affaire du responsable.
    "fusion": {_RESP: _L | {Droit.CREER}},
    "dossier": {_RESP: _L},
    "inscription": _DONNEES_DU_CENTRE,
    # Les phases se mènent par des actes ; la VAE vient avec l'inscription.
    "vae": {_CLERC: _LX | {Droit.MODIFIER}, _RESP: _LX | {Droit.MODIFIER}, _LECT: _LX},
    "presentables": {_CLERC: _L, _RESP: _L, _LECT: _L},
    "collectif_vae": {_CLERC: _SAISIE, _RESP: _SAISIE, _LECT: _LX},
    "commission_validation": {_CLERC: _SAISIE, _RESP: _SAISIE, _LECT: _LX},
    "entreprise": _DONNEES_DU_CENTRE,
    # La compensation du handicap ne se lit que par le responsable du centre, et ne s'exporte pas (INS-14).
    "amenagement": {_RESP: _L | {Droit.CREER, Droit.MODIFIER}},
    "parcours": _DONNEES_DU_CENTRE | {_CLERC: _TOUT, _RESP: _TOUT},
    # Une attribution ne se modifie pas : elle s'annule, avec son motif.
    "attribution_parcours": _DONNEES_DU_CENTRE | {_CLERC: _LX | {Droit.CREER}, _RESP: _LX | {Droit.CREER}},
    "evaluation": {_CLERC: _SAISIE, _RESP: _SAISIE},
    "commission_evaluation": {_CLERC: _TOUT, _RESP: _TOUT},
    "certificat": {_CLERC: _LX, _RESP: _LX, _GTP: _LX, _LECT: _LX},
    "remise": {_CLERC: _SAISIE, _RESP: _SAISIE},
    # Un duplicata est certifié conforme par le responsable du centre.
    "duplicata": {_RESP: _SAISIE, _CLERC: _LX, _GTP: _LX, _LECT: _LX},
    # Chacun suit et arrête ce qu'il a demandé, et son centre avec lui.
    "travail": dict.fromkeys(Role, _L | {Droit.MODIFIER}),
    # La branche dépose pour tous ses centres ; un centre complète ses candidats et dit ce qu'il a corrigé.
    "accrochage": {_GTP: _SAISIE, _CLERC: _L | {Droit.MODIFIER}, _RESP: _L | {Droit.MODIFIER}, _LECT: _L},
    "import": {_CLERC: _TOUT, _RESP: _TOUT},
    "jury": {_CLERC: _SAISIE, _RESP: _SAISIE, _GTP: _L, _LECT: _L, _JURE: _L},
    # Un envoi nomme son destinataire, parfois un candidat : il ne se lit que du centre.
    "envoi": {_CLERC: _LX | {Droit.MODIFIER}, _RESP: _LX | {Droit.MODIFIER}},
    "calendrier": dict.fromkeys((_CLERC, _RESP, _GTP, _LECT), _L),
    "releve_presences": dict.fromkeys((_CLERC, _RESP, _GTP, _LECT), _LX),
    "transmission": _DONNEES_DU_CENTRE,
    "controle_transmission": {_GTP: _SAISIE},
    "retrait_capacite": {_GTP: _SAISIE, _CLERC: _L, _RESP: _L, _LECT: _L},
    "utilisateur": {_ADMIN: _L | {Droit.CREER, Droit.MODIFIER}, _RESP: _L | {Droit.CREER, Droit.MODIFIER}},
    "centre": {_ADMIN: _SAISIE, _RESP: _L | {Droit.MODIFIER}, _GTP: _L, _CLERC: _L, _LECT: _L},
    # La branche choisit les mots de ses lettres ; le centre, son en-tête.
    "formulation": {_GTP: _L | {Droit.CREER}},
    "entete_centre": {_RESP: _L | {Droit.MODIFIER}, _CLERC: _L},
    "syndicat": {_GTP: _SAISIE, _CLERC: _L, _RESP: _L, _LECT: _L},
    "syndicat_territorial": {_CLERC: _TOUT, _RESP: _TOUT, _GTP: _L, _LECT: _L},
    "commission": {_GTP: _SAISIE, _CLERC: _L, _RESP: _L, _LECT: _L},
    "personne": {_CLERC: _TOUT, _RESP: _TOUT, _GTP: _L, _LECT: _L},
    "nomenclature": _NOMENCLATURES,
    # Le secrétariat du GTP propose une purge, le délégué à la protection des données l'approuve ; le centre voit la sienne.
    "conservation": {_GTP: _L | {Droit.CREER}, _DPO: _L | {Droit.MODIFIER}, _RESP: _L},
    "suspension": {_GTP: _L | {Droit.CREER, Droit.MODIFIER}, _DPO: _L | {Droit.CREER, Droit.MODIFIER}, _RESP: _L | {Droit.CREER, Droit.MODIFIER}},
    "statistique": {_GTP: _LX, _UIMM: _LX, _CLERC: _LX, _RESP: _LX, _LECT: _LX},
    # Le document d'identité et les documents d'évaluation : qui instruit l'inscription, personne d'autre.
    "piece_candidat": {_CLERC: _L | {Droit.CREER, Droit.MODIFIER}, _RESP: _L | {Droit.CREER, Droit.MODIFIER}},
    "journal": {_DPO: _L, _ADMIN: _L, _GTP: _L, _CLERC: _L, _RESP: _L},
}


def peut(role: Role | None, ressource: str, droit: Droit) -> bool:
    """Vrai si ce rôle a ce droit sur cette ressource ; faux pour tout ce qui n'est pas déclaré."""
    return role is not None and droit in DROITS.get(ressource, {}).get(role, frozenset())
