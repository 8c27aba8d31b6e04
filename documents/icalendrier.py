"""Le format iCalendar (RFC 5545) : un rendez-vous joint à une convocation, un flux auquel on s'abonne.

L'identifiant d'un événement ne change jamais, son numéro de suite croît à chaque changement : l'agenda déplace le
rendez-vous au lieu d'en faire un second.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

PRODUIT = "-//Certifications de la metallurgie//Console//FR"
TYPE = "text/calendar"
_PLI = 73
# L'heure de Paris depuis 1996 : dernier dimanche de mars, dernier dimanche d'octobre, à 1 h UTC.
_PARIS = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""


@dataclass(frozen=True, slots=True)
class Evenement:
    """Un événement : le jour entier si l'heure n'est pas dite. `suite` croît à chaque changement."""

    uid: str
    jour: dt.date
    resume: str
    heure: dt.time | None = None
    lieu: str = ""
    description: str = ""
    adresse: str = ""
    suite: int = 0
    annule: bool = False
    rappel_jours: int | None = None


def calendrier(evenements: Iterable[Evenement], estampille: dt.datetime, *, nom: str = "", methode: str = "PUBLISH") -> str:
    """Le calendrier entier, lignes pliées à 75 octets et terminées par CRLF.

    :param estampille: quand ce calendrier est fait (UTC).
    """
    lignes = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUIT}", "CALSCALE:GREGORIAN", f"METHOD:{methode}"]
    if nom:
        lignes += [f"NAME:{_texte(nom)}", f"X-WR-CALNAME:{_texte(nom)}", "X-WR-TIMEZONE:Europe/Paris",
                   "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]
    lignes += _PARIS.split("\n")
    for evenement in evenements:
        lignes += _evenement(evenement, estampille)
    return "".join(f"{pli}\r\n" for ligne in [*lignes, "END:VCALENDAR"] for pli in _plier(ligne))


def _evenement(e: Evenement, estampille: dt.datetime) -> list[str]:
    if e.heure is None:
        quand = [f"DTSTART;VALUE=DATE:{e.jour:%Y%m%d}", f"DTEND;VALUE=DATE:{e.jour + dt.timedelta(days=1):%Y%m%d}"]
    else:
        quand = [f"DTSTART;TZID=Europe/Paris:{e.jour:%Y%m%d}T{e.heure:%H%M%S}", "DURATION:PT3H"]
    lignes = [
        "BEGIN:VEVENT", f"UID:{e.uid}", f"DTSTAMP:{estampille.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}", f"SEQUENCE:{e.suite}",
        *quand, f"SUMMARY:{_texte(e.resume)}", f"STATUS:{'CANCELLED' if e.annule else 'CONFIRMED'}",
    ]
    lignes += [f"{cle}:{_texte(valeur)}" for cle, valeur in (("LOCATION", e.lieu), ("DESCRIPTION", e.description)) if valeur]
    if e.adresse:
        lignes.append(f"URL:{e.adresse}")
    if e.heure is None:
        lignes.append("TRANSP:TRANSPARENT")
    if e.rappel_jours is not None:
        lignes += ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_texte(e.resume)}", f"TRIGGER:-P{e.rappel_jours}D", "END:VALARM"]
    return [*lignes, "END:VEVENT"]


def _texte(valeur: str) -> str:
    """Une valeur de texte : ni virgule, ni point-virgule, ni retour à la ligne nus."""
    echappe = valeur.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(echappe.splitlines())


def _plier(ligne: str) -> list[str]:
    """Coupe une ligne à 75 octets, jamais au milieu d'un caractère ; la suite commence par une espace."""
    plis, courant = [], ""
    for caractere in ligne:
        if len((courant + caractere).encode()) > _PLI:
            plis.append(courant)
            courant = " "
        courant += caractere
    return [*plis, courant]
