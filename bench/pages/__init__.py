"""Les faits des pages de mesure, inventés ; bibliothèque standard et segno seuls, pour les deux environnements."""

from __future__ import annotations

import random
from pathlib import Path

import segno

PAGES = Path(__file__).parent
POLICES = PAGES.parents[1] / "documents" / "polices"
NORMALE, GRASSE = POLICES / "SourceSans3-Regular.ttf", POLICES / "SourceSans3-Semibold.ttf"
COLONNES = ["N°", "Nom et prénom", "Né(e) le", "Certification", "Origine", "Financement", "Décision"]
_NOMS = ("Lefèvre", "Dupont", "Müller", "Garçon", "Noël", "Martínez", "D'Almeida", "Bézier", "Traoré")
_PRENOMS = ("Éric", "Anne-Sophie", "Jean-François", "Maëlys", "Loïc", "Zoé", "Thérèse", "Gaëtan", "Chloé")
_TITRES = ("Opérateur régleur sur machine-outil", "Soudeur industriel", "Technicien en maintenance industrielle", "Chaudronnier")


def certificats(nombre: int, graine: int = 1) -> list[dict[str, str]]:
    hasard = random.Random(graine)
    return [_certificat(hasard, graine * 1000 + n) for n in range(nombre)]


def _certificat(hasard: random.Random, rang: int) -> dict[str, str]:
    adresse = f"https://certifications.exemple.fr/verifier/{rang:08d}"
    return {
        "numero": f"MC-{rang:07d}",
        "nom": f"{hasard.choice(_PRENOMS)} {hasard.choice(_NOMS).upper()}",
        "naissance": f"né(e) le {hasard.randrange(1, 29):02d}/{hasard.randrange(1, 13):02d}/{hasard.randrange(1965, 2006)} à Nîmes",
        "titre": hasard.choice(_TITRES),
        "identifiant": f"CQPM 1989 {hasard.randrange(1, 400):04d}",
        "jury": f"{hasard.randrange(1, 29):02d}/06/2026",
        "adresse": adresse,
    }


def qr(adresse: str) -> segno.QRCode:
    """Le même QR pour tous : même correction, même masque."""
    return segno.make(adresse, error="m", micro=False, mask=0)


def lignes(nombre: int, graine: int = 1) -> list[list[str]]:
    hasard = random.Random(graine)
    return [
        [str(n + 1), c["nom"], c["naissance"][10:20], c["identifiant"], hasard.choice(("SL", "DE")),
         hasard.choice(("CPF", "PDC", "POEC")), hasard.choice(("A", "NA"))]
        for n, c in enumerate(certificats(nombre, graine))
    ]
