"""Le compte rendu annuel du GTP à la CPNEFP : l'année en totaux, figures et tableaux (glossaire, « GTP » ; SUI-03)."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from documents import figures
from documents.erreurs import DonneeManquante
from documents.forme import Declaration, date_en_lettres
from documents.moteur import Contexte, Valeur
from rules.statistiques import SEUIL_DE_DETAIL, Part, Statistiques

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CODE = "compte-rendu-annuel"
INTITULE = "Compte rendu annuel du GTP « Certifications » à la CPNEFP"
_ECHELLE = 0.96
"""De l'unité des figures à celle de la page : une figure en tient la largeur."""
_AXES_FIGURES = ("Certification", "Région")


@dataclass(frozen=True, slots=True)
class CompteRenduFaits:
    """Une année, et le jour où elle est comptée."""

    le: dt.date
    annee: Statistiques


def compte_rendu(session: Session, annee: int, jour: dt.date) -> CompteRenduFaits:
    """Les faits du compte rendu d'une année, comptés ce jour."""
    from rules.collecte_statistiques import statistiques  # noqa: PLC0415 — un processus de rendu ne charge pas la base

    return CompteRenduFaits(jour, statistiques(session, annee, jour))


def _verifier(faits: CompteRenduFaits) -> None:
    if not faits.annee.jurys and not faits.annee.seances:
        raise DonneeManquante(f"jurys et décisions de {faits.annee.annee}")


def _image(svg: str) -> dict[str, Valeur]:
    hauteur = svg.partition('height="')[2].partition('"')[0]
    return {
        "adresse": "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode(),
        "largeur": f"{figures.LARGEUR * _ECHELLE:.0f}", "hauteur": f"{int(hauteur) * _ECHELLE:.0f}",
    }


def _ligne(part: Part) -> dict[str, Valeur]:
    admis = str(part.admis) if part.detaillable else "—"
    return {"nom": part.libelle, "presentes": str(part.presentes), "admis": admis, "taux": part.en_clair if part.detaillable else "—"}


def _contexte(lot: Sequence[CompteRenduFaits]) -> Contexte:
    (faits,) = lot
    s = faits.annee
    median = "" if s.delai_median is None else f", délai médian {s.delai_median} jours"
    return {
        "intitule": INTITULE, "annee": str(s.annee), "le": date_en_lettres(faits.le),
        "resume": [
            {"nom": nom, "valeur": valeur} for nom, valeur in (
                ("Jurys paritaires de délibération", str(s.jurys)),
                ("Candidats présentés", str(s.presentes)),
                ("Candidats admis", f"{s.admis}{f' ({s.ensemble.en_clair})' if s.presentes else ''}"),
                ("Certificats délivrés", ", ".join(f"{n} {f}" for f, n in s.certificats) or "aucun"),
                ("Dossiers transmis dans les deux mois", f"{s.a_temps} sur {s.jurys}{median}"),
                ("Dossiers transmis ou restant à transmettre hors délai", str(s.en_retard)),
                ("Dossiers contrôlés par le GTP", f"{s.controles}, dont {s.non_conformes} avec actions correctives"),
                ("Actions correctives demandées", f"{s.actions}, dont {s.actions_menees} menées et {s.actions_en_retard} hors terme"),
                ("Capacités d'attribuer retirées par la CPNEFP", str(s.retraits)),
                ("Organismes habilités dans l'année", f"{s.habilitations} ; retraits : {s.habilitations_retirees}"),
                ("Séances du GTP", str(s.seances)),
                ("Décisions du GTP", ", ".join(f"{n} {d.lower()}{'s' if n > 1 else ''}" for d, n in s.decisions) or "aucune"),
            )
        ],
        "mois": _image(figures.colonnes(f"Candidats présentés et admis par mois en {s.annee}", s.parts["Mois"])),
        "axes": [
            {
                "nom": axe, "lignes": [_ligne(p) for p in lignes],
                "figure": [_image(figures.barres(f"Par {axe.lower()}", lignes, detail=False))] if axe in _AXES_FIGURES and lignes else [],
            }
            for axe, lignes in s.parts.items() if axe != "Mois" and lignes
        ],
        "reserve": f"Sous {SEUIL_DE_DETAIL} candidats présentés, le nombre d'admis n'est pas détaillé : il désignerait des personnes. "
                   "Les totaux les comptent.",
    }


DECLARATIONS: tuple[Declaration[Any], ...] = (
    Declaration(
        code=CODE, intitule=INTITULE, annexe="glossaire, GTP", gabarit=f"{CODE}.html", verifier=_verifier, contexte=_contexte,
        titre=lambda faits: f"{INTITULE}, année {faits.annee.annee}", date=lambda faits: faits.le,
        fichier=lambda faits: (str(faits.annee.annee), "CPNEFP"),
    ),
)
