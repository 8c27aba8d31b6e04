"""Ce que les autres outils partagent : une ligne jugée en Python simple, les tables qu'elle remplit.

Mêmes verdicts que la console sur le fichier de mesure (la mesure le vérifie), sans sa généralité : une seule écriture des
dates, pas de message, pas de doublons probables, pas de journal. C'est l'avantage laissé aux autres.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from models.normalisation import cle_identite, normaliser

FRANCE = "99100"
_DATE = re.compile(r"(\d\d)/(\d\d)/(\d{4})", re.ASCII).fullmatch
_COURRIEL = re.compile(r"[^\s@]+@[\w-]+(?:\.[\w-]+)+").fullmatch
_TELEPHONE = re.compile(r"0[1-9]\d{8}", re.ASCII).fullmatch
_NOM = re.compile(r"[A-Za-zÀ-ÖØ-öø-ƿ' -]+").fullmatch
_ORIGINES, _SECTEURS, _VOIES = frozenset({"SL", "DE"}), frozenset({"M", "HM"}), frozenset({"formation"})
_PRESCRIPTEURS = frozenset({"entreprise", "candidat"})
_DISPOSITIFS = frozenset({"CVAE", "CP", "CPE", "CPF", "CPFTP", "PDC", "POEC", "POEI", "PA", "CPR"})
_DEPARTEMENTS = frozenset(f"{n:02d}" for n in range(1, 96)) | {"2A", "2B"} | frozenset(str(n) for n in range(971, 990))


class Reference(NamedTuple):
    """Ce que la base dit avant l'import : certifications et leur version, codes NACE, centre."""

    centre: int
    certifications: dict[str, int]
    versions: dict[int, int]
    nace: frozenset[str]


def date(texte: str) -> dt.date | None:
    """`31/12/1990`, ou rien."""
    lu = _DATE(texte)
    try:
        return dt.date(int(lu[3]), int(lu[2]), int(lu[1])) if lu else None
    except ValueError:
        return None


def _luhn(siret: str) -> bool:
    somme = 0
    for rang, c in enumerate(siret):
        n = int(c) * (1 if rang % 2 else 2)
        somme += n - 9 if n > 9 else n
    return somme % 10 == 0


def fautes(r: dict[str, str], ref: Reference) -> list[str]:
    """Les colonnes fausses d'une ligne."""
    naissance, inscription = date(r["date_naissance"]), date(r["date_inscription"])
    f = [c for c, faute in (
        ("nom_naissance", not _NOM(r["nom_naissance"])), ("prenoms", not _NOM(r["prenoms"])), ("date_naissance", naissance is None),
        ("ville_naissance", not r["ville_naissance"].strip()), ("pays_naissance", r["pays_naissance"] != "France"),
        ("departement_naissance", r["departement_naissance"] not in _DEPARTEMENTS), ("email", not _COURRIEL(r["email"])),
        ("telephone", bool(r["telephone"]) and not _TELEPHONE(r["telephone"])), ("origine", r["origine"] not in _ORIGINES),
        ("dispositif_financement", r["dispositif_financement"] not in _DISPOSITIFS),
        ("certification", r["certification"] not in ref.certifications), ("voie", r["voie"] not in _VOIES),
        ("prescripteur", r["prescripteur"] not in _PRESCRIPTEURS), ("date_inscription", inscription is None),
    ) if faute]
    if naissance and inscription and not 14 <= (inscription - naissance).days / 365.25 <= 100:
        f.append("date_naissance")
    if r["origine"] == "DE" and (r["raison_sociale"] or r["siret"]):
        f.append("raison_sociale")
    if r["origine"] == "SL":
        f += [c for c, faute in (
            ("raison_sociale", not r["raison_sociale"]), ("adresse_entreprise", not r["adresse_entreprise"]),
            ("siret", not (len(r["siret"]) == 14 and r["siret"].isdigit() and _luhn(r["siret"]))),
            ("code_nace", r["code_nace"] not in ref.nace), ("secteur", r["secteur"] not in _SECTEURS),
        ) if faute]
    return f


def cle(r: dict[str, str]) -> str:
    """La clé d'identité de la personne."""
    naissance = date(r["date_naissance"])
    if naissance is None:
        raise ValueError("date_naissance")
    return cle_identite(r["nom_naissance"], r["prenoms"], naissance, r["ville_naissance"])


def candidat(r: dict[str, str], cle_: str) -> dict[str, Any]:
    """La ligne `candidat`, sans sa trace."""
    nom, usage, prenoms = (normaliser(r[c]) for c in ("nom_naissance", "nom_usage", "prenoms"))
    return {
        "sexe": r["sexe"], "nom_naissance": r["nom_naissance"], "nom_usage": r["nom_usage"], "prenoms": r["prenoms"],
        "date_naissance": date(r["date_naissance"]), "ville_naissance": r["ville_naissance"],
        "departement_naissance_code": r["departement_naissance"], "pays_naissance_code": FRANCE, "courriel": r["email"],
        "telephone": r["telephone"], "adresse": r["adresse"], "code_postal": r["code_postal"], "ville": r["ville"],
        "cle_identite": cle_, "recherche": f"{nom} {prenoms}", "recherche_usage": f"{usage} {prenoms}" if usage else "",
        "recherche_prenoms": f"{prenoms} {nom}",
    }


def entreprise(r: dict[str, str], ref: Reference) -> dict[str, Any]:
    """La ligne `entreprise`, sans sa trace."""
    return {
        "centre_id": ref.centre, "siret": r["siret"], "raison_sociale": r["raison_sociale"], "adresse": r["adresse_entreprise"],
        "code_nace": r["code_nace"], "secteur": r["secteur"], "cle_entreprise": r["siret"], "recherche": normaliser(r["raison_sociale"]),
    }


def inscription(r: dict[str, str], ref: Reference) -> dict[str, Any]:
    """La ligne `inscription`, sans sa trace ni ses clés de candidat et d'entreprise."""
    certification = ref.certifications[r["certification"]]
    return {
        "centre_id": ref.centre, "certification_id": certification, "referentiel_id": ref.versions.get(certification), "cible": "",
        "voie": r["voie"], "prescripteur": r["prescripteur"], "origine": r["origine"],
        "dispositif_financement": r["dispositif_financement"], "abondement_cpf": False, "date_inscription": date(r["date_inscription"]),
        "sans_accord_employeur": False, "experience": "", "reference": r["reference"], "etat": "ouverte",
        "nom_tri": normaliser(f"{r['nom_naissance']} {r['prenoms']}"),
    }


def lire(chemin: str | Path) -> Iterator[dict[str, str]]:
    """Les lignes du fichier, par nom de colonne."""
    with Path(chemin).open(encoding="utf-8", newline="") as f:
        yield from csv.DictReader(f, delimiter=";")
