"""Des figures sobres, en SVG : les mêmes à l'écran et au PDF, lisibles en noir et blanc, les nombres écrits à côté.

Les présentés sont un contour, les admis le remplissent : la figure se lit sans couleur. Aucun style en ligne.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from rules.statistiques import MOIS, Part

LARGEUR = 680
_NOM, _NOMBRES, _RANG, _BARRE = 270, 110, 22, 12
_FONCE, _CLAIR, _TRAIT = "#1c3251", "#ffffff", "#5b6773"
_ABREGES = dict(zip(MOIS, ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."), strict=True))
_POLICE = 'font-family="Helvetica"'


def _texte(x: float, y: float, texte: str, *, ancre: str = "start", corps: float = 11, graisse: str = "") -> str:
    gras = ' font-weight="bold"' if graisse else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" {_POLICE} font-size="{corps}" text-anchor="{ancre}" fill="#16202c"{gras}>{escape(texte)}</text>'


def _barre(x: float, y: float, large: float, haut: float, fond: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{large:.1f}" height="{haut:.1f}" fill="{fond}" stroke="{_TRAIT}" stroke-width="0.8"/>'


def _legende(y: float) -> list[str]:
    return [
        _barre(_NOM, y - 9, 14, 9, _CLAIR), _texte(_NOM + 20, y, "présentés", corps=10),
        _barre(_NOM + 90, y - 9, 14, 9, _FONCE), _texte(_NOM + 110, y, "dont admis", corps=10),
    ]


def _svg(hauteur: float, titre: str, morceaux: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LARGEUR}" height="{hauteur:.0f}" viewBox="0 0 {LARGEUR} {hauteur:.0f}" '
        f'role="img"><title>{escape(titre)}</title>{"".join(morceaux)}</svg>'
    )


def coupe(nom: str, signes: int) -> str:
    """Le nom tel qu'il tient devant sa barre."""
    return nom if len(nom) <= signes else nom[: signes - 1].rstrip() + "…"


def barres(titre: str, parts: Sequence[Part], *, detail: bool = True, maximum: int = 12) -> str:
    """Des barres couchées, une par part, les plus longues d'abord ; les suivantes sont réunies sous « autres ».

    `detail` faux : les admis d'un petit effectif ne se dessinent ni ne s'écrivent.
    """
    montrees = list(parts[:maximum])
    if len(parts) > maximum:
        reste = parts[maximum:]
        montrees.append(Part(f"{len(reste)} autres", sum(p.presentes for p in reste), sum(p.admis for p in reste)))
    plus_grand = max((p.presentes for p in montrees), default=0) or 1
    place = LARGEUR - _NOM - _NOMBRES
    morceaux = _legende(14)
    for rang, part in enumerate(montrees):
        y = 26 + rang * _RANG
        dit = detail or part.detaillable
        morceaux.append(_texte(_NOM - 8, y + 10, coupe(part.libelle, 46), ancre="end", corps=10))
        morceaux.append(_barre(_NOM, y, place * part.presentes / plus_grand, _BARRE, _CLAIR))
        if dit and part.admis:
            morceaux.append(_barre(_NOM, y, place * part.admis / plus_grand, _BARRE, _FONCE))
        ecrit = f"{part.presentes}, {part.admis} admis" if dit else f"{part.presentes}"
        morceaux.append(_texte(_NOM + place * part.presentes / plus_grand + 6, y + 10, ecrit, corps=10))
    return _svg(30 + len(montrees) * _RANG, titre, morceaux)


def colonnes(titre: str, parts: Sequence[Part]) -> str:
    """Des colonnes debout dans l'ordre donné : les mois d'une année."""
    haut, base = 130, 160
    plus_grand = max((p.presentes for p in parts), default=0) or 1
    pas = (LARGEUR - 40) / max(len(parts), 1)
    morceaux = _legende(14)
    morceaux.append(f'<line x1="20" y1="{base}" x2="{LARGEUR - 20}" y2="{base}" stroke="{_TRAIT}" stroke-width="1"/>')
    for rang, part in enumerate(parts):
        x = 20 + rang * pas + pas * 0.2
        large = pas * 0.6
        h, dont = (haut - 20) * part.presentes / plus_grand, (haut - 20) * part.admis / plus_grand
        if part.presentes:
            morceaux.append(_barre(x, base - h, large, h, _CLAIR))
            if part.admis:
                morceaux.append(_barre(x, base - dont, large, dont, _FONCE))
            morceaux.append(_texte(x + large / 2, base - h - 4, str(part.presentes), ancre="middle", corps=10))
        morceaux.append(_texte(x + large / 2, base + 14, _ABREGES.get(part.libelle, part.libelle), ancre="middle", corps=9))
    return _svg(base + 22, titre, morceaux)
