"""Les images de référence : chaque page de chaque document d'exemple, et des cas qui mettent la page à l'épreuve.

`python -m tests.documents.golden` les refait toutes ; `… golden CODE…` celles de ces cas. Une page se compare à sa
référence par la part de ses points qui en diffèrent nettement : le lissage d'une autre version de poppler n'y suffit pas,
une ligne déplacée oui.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from documents import exemples as e
from documents.declarations import rendre
from documents.faits import LogoImprime
from documents.faits_jury import CandidatAnonyme, CompetenceEvaluee, Destinataire, Membre, Synthese
from documents.faits_lettres import Acquis
from documents.logo import imprimer, lire
from documents.moteur import marquer

REFERENCES = Path(__file__).parent.parent / "golden"
POINTS = 64
"""Points par pouce : un titre se lit, une ligne de tableau se compte."""
TEINTES = 12
ECART, PART = 40, 0.0004
"""Un point diffère au-delà de cet écart de gris ; une page, au-delà de cette part de ses points."""

SOIXANTE = "Vandenbroucke-Saint-Étienne-du-Rouvray de la Motte-Beuvronne"
TITRE_LONG = "Conducteur régleur de presse à injecter les matériaux plastiques et métalliques sous pression"
"""Le plus long des titres que la branche a publiés."""
remplacer = dataclasses.replace


def _pv(nombre: int, **champs: Any) -> bytes:
    modeles = e.EXEMPLES["pv"].lignes
    lignes = tuple(
        remplacer(modeles[n % len(modeles)], nom_naissance=f"Candidat-{n:03d}", nom_usage=None) for n in range(1, nombre + 1)
    )
    return rendre("pv", remplacer(e.PROCES_VERBAL, lignes=lignes, **champs))


def _certificat_long(code: str) -> bytes:
    return rendre(
        code,
        remplacer(
            e.EXEMPLES[code], titre=TITRE_LONG, nom="de la Motte-Beuvronne-Vandenbroucke", prenoms="Marie-Françoise Élisabeth Łucja",
            lieu_jury="Saint-Étienne-du-Rouvray", president_jury="Maximilien Vandenbroucke de la Motte-Beuvronne",
            centre_nom="UIMM Champagne-Ardenne et Meuse", ville_naissance="Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson",
        ),
    )


def _lettre_longue() -> bytes:
    acquis = tuple(Acquis(f"BDC 0034.{n}", f"Diagnostiquer un dysfonctionnement de la ligne {n}") for n in range(1, 25))
    return rendre("lettre-non-admission-partielle", remplacer(e.PARTIELLE, competences_acquises=acquis))


def _synthese() -> bytes:
    codes = tuple(CompetenceEvaluee(f"BDC {n:04d}.1", f"Réaliser la tâche {n}") for n in range(1, 17))
    candidats = tuple(CandidatAnonyme(n, ("acquise",) * 15 + ("non_acquise",)) for n in range(1, 31))
    faits = e.EXEMPLES["synthese-evaluations"]
    return rendre("synthese-evaluations", remplacer(faits, syntheses=(Synthese("CQPM 1989 0021 R", TITRE_LONG, codes, candidats),)))


def _releve_long() -> bytes:
    releve = e.EXEMPLES["releve-decisions"]
    points = tuple(remplacer(releve.points[n % 2], ordre=n) for n in range(1, 12))
    return rendre("releve-decisions", remplacer(releve, points=points))


def _emargement(nombre: int) -> bytes:
    membres = tuple(remplacer(e.MANDATE, nom=f"M. Paul MEYER-{n}") for n in range(nombre))
    return rendre("emargement", remplacer(e.EXEMPLES["emargement"], membres=membres))


def _soixante() -> bytes:
    centre = remplacer(e.CENTRE, nom=SOIXANTE, ville="Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson")
    seance = remplacer(e.SEANCE, centre=centre, lieu_jury=SOIXANTE)
    membre = Membre(SOIXANTE, "Délégation syndicale, branche du travail temporaire, sans voix", SOIXANTE)
    return rendre(
        "convocation",
        remplacer(e.EXEMPLES["convocation"], seance=seance, membre=membre, destinataire=Destinataire(SOIXANTE, (SOIXANTE,))),
    )


def _logo() -> LogoImprime:
    dessin = Image.new("RGB", (600, 240), "white")
    trait = ImageDraw.Draw(dessin)
    trait.ellipse((20, 20, 220, 220), fill="#1c3251")
    trait.rectangle((260, 60, 580, 110), fill="#a8863f")
    trait.rectangle((260, 140, 500, 180), fill="#a8863f")
    tampon = io.BytesIO()
    dessin.save(tampon, "PNG")
    return imprimer(lire(tampon.getvalue()))


def _referentiel_long() -> bytes:
    faits = e.REFERENTIEL
    blocs = tuple(
        remplacer(b, competences=tuple(remplacer(e.COMPETENCE, cle=f"c{i}{n}") for n in range(4)), numero=10 + i, libelle=f"Bloc {i}")
        for i, b in enumerate((*faits.version.blocs, *faits.version.blocs))
    )
    return rendre("referentiel-cqpm", remplacer(faits, titre=TITRE_LONG, version=remplacer(faits.version, blocs=blocs)))


CAS: dict[str, Callable[[], bytes]] = {
    **{code: functools.partial(rendre, code, faits) for code, faits in e.EXEMPLES.items()},
    "certificat-cqpm-long": lambda: _certificat_long("certificat-cqpm"),
    "certificat-bdc-long": lambda: _certificat_long("certificat-bdc"),
    "certificat-cqpi-long": lambda: _certificat_long("certificat-cqpi"),
    "certificat-demonstration": lambda: rendre("certificat-cqpm", remplacer(e.CERTIFICAT, copie_demonstration=True)),
    "duplicata": lambda: marquer(
        rendre("certificat-cqpm", e.CERTIFICAT),
        "DUPLICATA CERTIFIÉ CONFORME n° D-0000017, délivré le 04/06/2027 par UIMM Alsace",
    ),
    "pv-1": lambda: _pv(1),
    "pv-12": lambda: _pv(12, titre=TITRE_LONG),
    "pv-40": lambda: _pv(40),
    "pv-projet": lambda: _pv(2, signe_le=None, signataire=None),
    "lettre-non-admission-partielle-longue": _lettre_longue,
    "synthese-longue": _synthese,
    "releve-long": _releve_long,
    "emargement-25": lambda: _emargement(25),
    "convocation-noms-longs": _soixante,
    "referentiel-long": _referentiel_long,
    "lettre-sans-facultatif": lambda: rendre(
        "lettre-admission",
        remplacer(e.DECISION, centre=remplacer(e.CENTRE, telephone="", courriel=""), destinataire=Destinataire("Mme Jeanne DUPONT")),
    ),
    "lettre-a-logo": lambda: rendre("lettre-admission", remplacer(e.DECISION, centre=remplacer(e.CENTRE, logo=_logo()))),
    "pv-a-logo": lambda: _pv(3, logo=_logo()),
    "recevabilite-defavorable": lambda: rendre("recevabilite-vae", e.NON_RECEVABLE),
}
"""Le nom d'un cas, et ce qui en fait le PDF."""


def pages(pdf: bytes, points: int = POINTS) -> list[Image.Image]:
    """Les pages d'un PDF en niveaux de gris, à cette finesse."""
    sortie = subprocess.run(
        ["pdftoppm", "-gray", "-r", str(points), "-"], input=pdf, capture_output=True, check=True, timeout=60
    ).stdout
    images, debut = [], 0
    while debut < len(sortie):  # des PGM bout à bout : « P5 largeur hauteur 255 », puis un octet par point
        _, taille, _, _ = sortie[debut : debut + 40].split(b"\n", 3)
        large, haut = (int(n) for n in taille.split())
        entete = len(b"P5\n") + len(taille) + len(b"\n255\n")
        images.append(Image.frombytes("L", (large, haut), sortie[debut + entete : debut + entete + large * haut]))
        debut += entete + large * haut
    return images


def part_differente(vue: Image.Image, reference: Image.Image) -> float:
    """La part des points qui diffèrent nettement, une fois les deux images adoucies ; 1 quand la page n'a pas la même taille."""
    if vue.size != reference.size:
        return 1.0
    douces = [i.convert("L").filter(ImageFilter.BoxBlur(1)) for i in (vue, reference)]
    ecarts = ImageChops.difference(*douces).histogram()
    return sum(ecarts[ECART:]) / (vue.size[0] * vue.size[1])


def fichier(cas: str, rang: int) -> Path:
    """L'image de référence de cette page d'un cas."""
    return REFERENCES / f"{cas}_{rang:02d}.png"


def enregistrer(image: Image.Image, chemin: Path) -> None:
    """La page en peu d'octets : quelques teintes de gris."""
    tampon = io.BytesIO()
    image.quantize(TEINTES).save(tampon, "PNG", optimize=True)
    chemin.write_bytes(tampon.getvalue())


def refaire(cas: list[str]) -> int:
    """Refait les images de ces cas, de tous à défaut ; rend leur nombre."""
    REFERENCES.mkdir(exist_ok=True)
    noms = cas or list(CAS)
    for vieille in REFERENCES.glob("*.png"):
        if not cas or vieille.stem.rpartition("_")[0] in cas:
            vieille.unlink()
    pdfs = [CAS[nom]() for nom in noms]
    with ThreadPoolExecutor(2) as fils:
        nombre = 0
        for nom, images in zip(noms, fils.map(pages, pdfs), strict=True):
            for rang, image in enumerate(images, 1):
                enregistrer(image, fichier(nom, rang))
                nombre += 1
    return nombre


if __name__ == "__main__":
    sys.stdout.write(f"{refaire(sys.argv[1:])} images dans {REFERENCES}\n")
