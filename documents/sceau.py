"""Le sceau facultatif d'un centre, ou de la branche : une signature PAdES sur ce qui est délivré.

Réglé par l'environnement seul. `SCEAUX` : le dossier des fichiers PKCS#12, `CODE.p12` pour le centre de ce code,
`branche.p12` pour ceux qui n'ont pas le leur. `SCEAU_MOT_DE_PASSE_CODE` (ou `…_BRANCHE`) : le mot de passe de chacun ; il
n'est ni en base, ni au journal, ni dans une erreur. Sans `SCEAUX`, rien n'est scellé.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from documents.declarations import rendre_chacun
from documents.erreurs import SceauInutilisable

if TYPE_CHECKING:
    from cryptography import x509

BRANCHE = "branche"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Identite:
    """Ce que dit le certificat d'un sceau."""

    nom: str
    sujet: str
    emetteur: str
    du: dt.datetime
    au: dt.datetime


def dossier() -> Path | None:
    """Le dossier des sceaux, s'il est réglé."""
    chemin = os.environ.get("SCEAUX", "").strip()
    return Path(chemin) if chemin else None


def variable(nom: str) -> str:
    """La variable d'environnement qui porte le mot de passe d'un sceau : `SCEAU_MOT_DE_PASSE_UIMM_LYON`."""
    return "SCEAU_MOT_DE_PASSE_" + re.sub(r"\W", "_", nom).upper()


def sceau_du_centre(code: str) -> str | None:
    """Le nom du sceau d'un centre : le sien, sinon celui de la branche, sinon aucun."""
    ou = dossier()
    if ou is None:
        return None
    return next((nom for nom in (code, BRANCHE) if _CODE.fullmatch(nom) and (ou / f"{nom}.p12").is_file()), None)


def installer(nom: str, contenu: bytes) -> Identite:
    """Range le PKCS#12 d'un centre (ou `branche`), lisible du seul compte de la console, après l'avoir ouvert.

    :raises SceauInutilisable: `SCEAUX` n'est pas réglé, le mot de passe manque ou n'est pas le bon, le sceau est périmé.
    """
    ou = dossier()
    if ou is None or not _CODE.fullmatch(nom):
        raise SceauInutilisable("Réglez SCEAUX, le dossier des sceaux, et nommez le sceau par le code du centre.")
    identite = _identite(nom, contenu)
    ou.mkdir(mode=0o700, parents=True, exist_ok=True)
    neuf = ou / f".{nom}.neuf"
    neuf.unlink(missing_ok=True)
    with os.fdopen(os.open(neuf, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as fichier:
        fichier.write(contenu)
    neuf.replace(ou / f"{nom}.p12")
    return identite


def verifier() -> list[Identite]:
    """Chaque sceau rangé, ouvert avec son mot de passe.

    :raises SceauInutilisable: l'un d'eux ne servirait pas.
    """
    ou = dossier()
    return [_identite(f.stem, f.read_bytes()) for f in sorted(ou.glob("*.p12"))] if ou is not None else []


def apposer(pdf: bytes, nom: str) -> bytes:
    """Le même PDF, scellé : PAdES B-B, invisible, aucun changement permis après lui. L'heure est celle du sceau.

    :raises SceauInutilisable: le sceau ne s'ouvre pas, ou son certificat n'est pas en vigueur.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 — lourd, et pour qui scelle seulement
    from pyhanko.sign import fields, signers  # noqa: PLC0415

    ou = dossier()
    if ou is None:
        raise SceauInutilisable("Le dossier des sceaux (SCEAUX) n'est plus réglé.")
    chemin = ou / f"{nom}.p12"
    try:
        date = chemin.stat().st_mtime_ns
    except OSError:
        raise SceauInutilisable(f"Le sceau « {nom} » n'est plus rangé.") from None
    signataire, identite = _ouvrir(chemin, date, _mot_de_passe(nom))
    _en_vigueur(identite)
    sortie = io.BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)),
        signers.PdfSignatureMetadata(
            field_name="Sceau", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES, reason="Document délivré", name=identite.sujet,
        ),
        signer=signataire,
        output=sortie,
    )
    return sortie.getvalue()


def rendre_scelles(demandes: Sequence[tuple[str, object, str | None]]) -> list[bytes]:
    """Chaque document (code, faits, nom du sceau ou rien) rendu puis scellé ; le travail d'un processus de l'atelier."""
    rendus = rendre_chacun([(code, faits) for code, faits, _ in demandes])
    return [
        apposer(pdf, sceau) if sceau is not None else pdf for pdf, (_, _, sceau) in zip(rendus, demandes, strict=True)
    ]


def _mot_de_passe(nom: str) -> bytes:
    mot = os.environ.get(variable(nom))
    if mot is None:
        raise SceauInutilisable(f"Le mot de passe du sceau « {nom} » n'est pas réglé ({variable(nom)}).")
    return mot.encode()


@functools.lru_cache(maxsize=8)
def _ouvrir(chemin: Path, date: int, mot_de_passe: bytes) -> tuple[Any, Identite]:  # noqa: ARG001 une clé du souvenir
    from pyhanko.sign import signers  # noqa: PLC0415

    contenu = chemin.read_bytes()
    identite = _lire(chemin.stem, contenu, mot_de_passe)
    return signers.SimpleSigner.load_pkcs12_data(contenu, other_certs=[], passphrase=mot_de_passe), identite


def _identite(nom: str, contenu: bytes) -> Identite:
    identite = _lire(nom, contenu, _mot_de_passe(nom))
    _en_vigueur(identite)
    return identite


def _lire(nom: str, contenu: bytes, mot_de_passe: bytes) -> Identite:
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415

    try:
        cle, certificat, _ = pkcs12.load_key_and_certificates(contenu, mot_de_passe)
    except ValueError:
        raise SceauInutilisable(f"Le sceau « {nom} » ne s'ouvre pas : fichier ou mot de passe.") from None
    if cle is None or certificat is None:
        raise SceauInutilisable(f"Le sceau « {nom} » ne porte pas une clé et son certificat.")
    return Identite(
        nom, _nom(certificat.subject), _nom(certificat.issuer), certificat.not_valid_before_utc,
        certificat.not_valid_after_utc,
    )


def _en_vigueur(identite: Identite) -> None:
    if not identite.du <= dt.datetime.now(dt.UTC) <= identite.au:
        raise SceauInutilisable(
            f"Le certificat du sceau « {identite.nom} » vaut du {identite.du:%d/%m/%Y} au {identite.au:%d/%m/%Y}."
        )


def _nom(entite: x509.Name) -> str:
    from cryptography.x509 import NameOID  # noqa: PLC0415

    communs = entite.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(communs[0].value) if communs else entite.rfc4514_string()
