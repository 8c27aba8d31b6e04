"""Les termes de conservation dans la langue de la base : les mêmes conditions gardent les données et les dressent en liste.

Un déclencheur compare à la date du serveur, la liste à la date qu'on lui donne ; `traduire` écrit l'une ou l'autre.
Une durée finit au même jour du calendrier (29 février → 28), ce jour-là compris : l'échéance est passée le lendemain
(partie 2, chapitre 6). Un essai tient ces durées égales à celles de `rules.parametres`.
"""

from __future__ import annotations

import re

ACCROCHAGE = 3
"""Mois pour transmettre une attribution à la Caisse des Dépôts."""
CERTIFICAT, JURY, PARTIELLE, ECHEC, IMPORT, JOURNAL = 42, 20, 5, 2, 2, 42
"""Années (partie 2, chapitre 6, §§ 2 et 3) ; le journal suit le document qu'on garde le plus longtemps."""

# À Paris il est cette heure-là ou une heure de plus : SQLite, qui ne connaît pas les fuseaux, n'efface jamais trop tôt.
AUJOURD_HUI = {"sqlite": "date('now', '+1 hour')", "postgresql": "(now() AT TIME ZONE 'Europe/Paris')::date"}
_ECHU = re.compile(r"<échu (\S+) (\d+)>")
_ECHU_MOIS = re.compile(r"<échu (\S+) (\d+) mois>")
_JOUR = re.compile(r"<jour (\S+)>")


def echu(colonne: str, annees: int = 0) -> str:
    """Vrai quand `annees` sont passées depuis cette date, ou ce terme quand il n'y en a aucune ; à faire traduire."""
    return f"<échu {colonne} {annees}>"


def echu_mois(colonne: str, mois: int) -> str:
    """Vrai quand `mois` sont passés depuis cette date, au même quantième ou au dernier jour du mois ; à faire traduire."""
    return f"<échu {colonne} {mois} mois>"


def jour_de(instant: str) -> str:
    """Le jour d'un instant ; à faire traduire."""
    return f"<jour {instant}>"


def traduire(condition: str, moteur: str, jour: str | None = None) -> str:
    """La condition dans la langue du moteur, jugée au `jour` (une expression SQL ; aujourd'hui à défaut)."""
    lu = jour or AUJOURD_HUI[moteur]
    if moteur == "sqlite":
        condition = _JOUR.sub(r"substr(\1, 1, 10)", condition)
        condition = _ECHU_MOIS.sub(
            lambda m: f"({lu} > min(date({m[1]}, '+{m[2]} months'), "
                      f"date({m[1]}, 'start of month', '+{int(m[2]) + 1} months', '-1 day')))", condition,
        )
        return _ECHU.sub(
            # Le jour, moins ces années, comme un texte : « 2026-02-29 » se range bien entre le 28 février et le 1er mars.
            lambda m: f"((strftime('%Y', {lu}) - {m[2]}) || strftime('-%m-%d', {lu}) > {m[1]})", condition,
        )
    condition = _JOUR.sub(r"CAST(\1 AS date)", condition)
    condition = _ECHU_MOIS.sub(lambda m: f"({lu} > {m[1]} + INTERVAL '{m[2]} months')", condition)
    return _ECHU.sub(lambda m: f"({lu} > {m[1]} + INTERVAL '{m[2]} years')", condition)


# --- Ce qui retient, et ce qui est échu : fragments communs aux déclencheurs et aux listes -------------------------

def retenu(candidat: str = "NULL", jury: str = "NULL") -> str:
    """Vrai si une suspension en cours retient ce candidat, ou ce jury."""
    return (
        "EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL "
        f"AND (s.candidat_id = {candidat} OR s.jury_id = {jury}))"
    )


def inscription_retenue(inscription: str) -> str:
    """Vrai si le candidat de cette inscription, ou un jury où elle a été présentée, est retenu."""
    return (
        "EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND ("
        f"s.candidat_id = (SELECT candidat_id FROM inscription WHERE id = {inscription}) "
        f"OR s.jury_id IN (SELECT jury_id FROM presentation WHERE inscription_id = {inscription})))"
    )


def jury_retenu(jury: str) -> str:
    """Vrai si ce jury, ou un candidat qui y a été présenté, est retenu."""
    return (
        f"EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = {jury} "
        "OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id "
        f"WHERE p.jury_id = {jury})))"
    )


def appreciation_due(inscription: str) -> str:
    """Vrai si les appréciations de cette inscription ne sont plus à garder (ARC-02, ARC-04, ARC-05)."""
    partielle = "EXISTS (SELECT 1 FROM presentation_competence k WHERE k.presentation_id = p.id AND k.retenu = 'acquise')"
    return (
        f"(NOT EXISTS (SELECT 1 FROM inscription WHERE id = {inscription} AND etat = 'ouverte') "
        "AND NOT EXISTS (SELECT 1 FROM presentation p JOIN jury j ON j.id = p.jury_id "
        f"WHERE p.inscription_id = {inscription} AND p.decision = 'NA' AND NOT (CASE WHEN {partielle} "
        f"THEN {echu('j.date_jury', PARTIELLE)} ELSE {echu('j.date_jury', ECHEC)} END)))"
    )


def fiche_due(candidat: str) -> str:
    """Vrai si plus rien ne demande de savoir qui est ce candidat : ni certificat, ni procès-verbal, ni inscription annulée depuis peu."""
    return (
        f"NOT EXISTS (SELECT 1 FROM inscription i WHERE i.candidat_id = {candidat} AND (i.etat = 'ouverte' "
        f"OR (i.etat = 'annulee' AND NOT {echu('i.updated_at', ECHEC)}) "
        "OR EXISTS (SELECT 1 FROM presentation p JOIN jury j ON j.id = p.jury_id WHERE p.inscription_id = i.id "
        f"AND (NOT {echu('j.date_jury', JURY)} OR (EXISTS (SELECT 1 FROM certificat k WHERE k.presentation_id = p.id) "
        f"AND NOT {echu('j.date_jury', CERTIFICAT)})))))"
    )


def certificat_du(certificat: str) -> str:
    """Vrai si la copie de ce certificat n'est plus à garder, ni retenue."""
    return (
        f"NOT EXISTS (SELECT 1 FROM certificat k JOIN presentation p ON p.id = k.presentation_id WHERE k.id = {certificat} "
        f"AND (NOT {echu('k.date_jury', CERTIFICAT)} OR {retenu('k.candidat_id', 'p.jury_id')}))"
    )


def jury_du(jury: str) -> str:
    """Vrai si les procès-verbaux, émargements et attributions de ce jury ne sont plus à garder, ni retenus."""
    return (
        f"(EXISTS (SELECT 1 FROM jury j WHERE j.id = {jury} AND {echu('j.date_jury', JURY)}) AND NOT {jury_retenu(jury)})"
    )
