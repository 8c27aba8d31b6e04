"""Un courriel : le message et ses pièces, et le serveur SMTP qui le prend.

Ce qu'il advient d'un envoi se dit en français, sans adresse ni nom : le texte va à l'écran et au journal technique.
"""

from __future__ import annotations

import datetime as dt
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from rules.actes_envois import Resultat

REGLAGES_SMTP = (
    "SMTP_HOTE", "SMTP_PORT", "SMTP_TLS", "SMTP_IDENTIFIANT", "SMTP_MOT_DE_PASSE", "SMTP_EXPEDITEUR", "SMTP_DELAI",
    "SMTP_CERTIFICAT",
)
"""Ce qui règle l'envoi par courriel (README, « Réglages »)."""
_TLS = ("starttls", "tls", "non")


class ReglageRefuse(ValueError):
    """Un réglage SMTP_* n'est pas utilisable ; le message dit lequel."""


@dataclass(frozen=True, slots=True)
class Serveur:
    """Le serveur d'envoi. `tls` : `starttls` (par défaut), `tls` dès la connexion, ou `non` ; `delai` en secondes."""

    hote: str
    expediteur: str
    port: int = 587
    tls: str = "starttls"
    identifiant: str = ""
    mot_de_passe: str = ""
    delai: float = 30.0
    certificat: str = ""


def serveur(reglages: Mapping[str, Any]) -> Serveur | None:
    """Le serveur réglé, ou rien : les documents s'impriment alors.

    :raises ReglageRefuse: un réglage ne se comprend pas.
    """
    hote = str(reglages.get("SMTP_HOTE") or "")
    if not hote:
        return None
    tls = str(reglages.get("SMTP_TLS") or "starttls").lower()
    if tls not in _TLS:
        raise ReglageRefuse("SMTP_TLS vaut starttls, tls ou non.")
    expediteur = str(reglages.get("SMTP_EXPEDITEUR") or "")
    if "@" not in expediteur:
        raise ReglageRefuse("SMTP_EXPEDITEUR est l'adresse d'où partent les courriels.")
    try:
        port = int(reglages.get("SMTP_PORT") or (465 if tls == "tls" else 587))
    except ValueError:
        raise ReglageRefuse("SMTP_PORT est un numéro de port.") from None
    return Serveur(
        hote, expediteur, port, tls, str(reglages.get("SMTP_IDENTIFIANT") or ""), str(reglages.get("SMTP_MOT_DE_PASSE") or ""),
        float(reglages.get("SMTP_DELAI") or 30), str(reglages.get("SMTP_CERTIFICAT") or ""),
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """Une pièce jointe : son nom, son type, ses octets."""

    nom: str
    type_mime: str
    contenu: bytes


@dataclass(frozen=True, slots=True)
class Courriel:
    """Un message prêt à partir. `message_id` ne change pas d'une tentative à l'autre."""

    message_id: str
    adresse: str
    destinataire: str
    objet: str
    texte: str
    centre: str
    repondre_a: str = ""
    pieces: tuple[Piece, ...] = ()


def message(c: Courriel, expediteur: str, instant: dt.datetime) -> EmailMessage:
    """Le message MIME : texte, puis pièces ; rien de ce qu'on y met ne fait un en-tête de plus."""
    m = EmailMessage(policy=SMTP)
    m["Message-ID"] = c.message_id
    m["Date"] = format_datetime(instant)
    m["From"] = Address(_ligne(c.centre), addr_spec=expediteur)
    m["To"] = Address(_ligne(c.destinataire), addr_spec=c.adresse)
    if c.repondre_a:
        m["Reply-To"] = Address(_ligne(c.centre), addr_spec=c.repondre_a)
    m["Subject"] = _ligne(c.objet)
    m["Auto-Submitted"] = "auto-generated"
    m.set_content(c.texte)
    for piece in c.pieces:
        genre, _, sous_genre = piece.type_mime.partition("/")
        if genre == "text":
            m.add_attachment(piece.contenu.decode(), subtype=sous_genre, filename=piece.nom, charset="utf-8", cte="base64")
        else:
            m.add_attachment(piece.contenu, maintype=genre, subtype=sous_genre, filename=piece.nom)
    return m


def _ligne(texte: str) -> str:
    return " ".join(texte.split())[:150]


def envoyer(s: Serveur, c: Courriel, instant: dt.datetime) -> Resultat:
    """Fait partir un courriel, et dit ce qu'a répondu le serveur.

    Une coupure après que le contenu a été donné ne dit pas si le message est pris : c'est `incertain`, jamais un échec.
    """
    octets = message(c, s.expediteur, instant).as_bytes()
    try:
        connexion = _connecter(s)
    except smtplib.SMTPAuthenticationError:
        return Resultat(parti=False, erreur="Le serveur d'envoi refuse l'identifiant ou le mot de passe réglés.")
    except smtplib.SMTPNotSupportedError:
        return Resultat(parti=False, erreur="Le serveur d'envoi ne sait pas chiffrer ou s'identifier comme réglé.")
    except (ssl.SSLError, ssl.CertificateError):
        return Resultat(parti=False, erreur="La connexion chiffrée au serveur d'envoi a échoué : vérifiez son certificat.")
    except (OSError, smtplib.SMTPException):
        return Resultat(parti=False, erreur="Le serveur d'envoi ne répond pas.")
    try:
        return _donner(connexion, s, c, octets)
    finally:
        try:
            connexion.quit()
        except (OSError, smtplib.SMTPException):
            connexion.close()


def _connecter(s: Serveur) -> smtplib.SMTP:
    contexte = ssl.create_default_context(cafile=s.certificat or None)
    if s.tls == "tls":
        connexion: smtplib.SMTP = smtplib.SMTP_SSL(s.hote, s.port, timeout=s.delai, context=contexte)
    else:
        connexion = smtplib.SMTP(s.hote, s.port, timeout=s.delai)
    try:
        if s.tls == "starttls":
            connexion.starttls(context=contexte)
        if s.identifiant:
            connexion.login(s.identifiant, s.mot_de_passe)
        connexion.ehlo_or_helo_if_needed()
    except Exception:
        connexion.close()
        raise
    return connexion


def _donner(connexion: smtplib.SMTP, s: Serveur, c: Courriel, octets: bytes) -> Resultat:
    try:
        code, _ = connexion.mail(s.expediteur)
        if code != 250:
            return _refuse(code, "l'expéditeur")
        code, _ = connexion.rcpt(c.adresse)
        if code not in (250, 251):
            return _refuse(code, "l'adresse du destinataire")
    except (OSError, smtplib.SMTPException):
        return Resultat(parti=False, erreur="Le serveur d'envoi a coupé avant de prendre le message.")
    try:
        code, _ = connexion.data(octets)
    except smtplib.SMTPDataError as erreur:
        return _refuse(erreur.smtp_code, "le message")
    except (OSError, smtplib.SMTPException):
        return Resultat(
            parti=False, incertain=True,
            erreur="Le serveur a coupé sans confirmer : le message est peut-être parti. Vérifiez avant de renvoyer.",
        )
    return Resultat(parti=True) if code == 250 else _refuse(code, "le message")


def _refuse(code: int, quoi: str) -> Resultat:
    """Un refus : passager (4xx) ou définitif (5xx) ; jamais le texte du serveur, qui répète l'adresse."""
    suite = "réessayez plus tard" if 400 <= code < 500 else "corrigez avant de renvoyer"
    return Resultat(parti=False, erreur=f"Le serveur d'envoi refuse {quoi} (code {code}) : {suite}.")
