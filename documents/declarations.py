"""Les documents déclarés : code, annexe, gabarit, faits → contexte de chaînes. Les gabarits ne calculent rien."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

import segno

from documents.erreurs import DocumentInconnu, DonneeManquante
from documents.faits import (
    CertificatFaits,
    PvFaits,
    PvLigne,
    ne_en_france,
    verifier_certificat,
    verifier_pv,
)
from documents.moteur import Contexte, Renderer, assembler, largeur

F = TypeVar("F")

COMMISSION = "Commission Paritaire Nationale de l'Emploi de la Métallurgie"
MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
LARGEUR_CERTIFICAT = 235 * 72 / 25.4
"""Largeur de texte du certificat, en points, marges optiques déduites."""
COLONNES_PV = {
    "nom": 50,
    "naissance": 40,
    "origine": 21,
    "financement": 20,
    "entreprise": 56,
    "nace": 14,
    "secteur": 27,
    "decision": 23,
    "commentaire": 26,
}
"""Largeur de chaque colonne de l'annexe 14, en millimètres : 277 en tout, sur A4 paysage."""
CORPS_PV = 7.8
"""Corps des lignes du procès-verbal, en points."""
LIGNES_PAR_TABLE = 30
"""Au-delà, le temps de mise en page d'une table croît plus vite que ses lignes ; rien ne s'en voit sur la page."""
LIGNES_AVEC_SIGNATURE = 2
"""Dernières lignes du procès-verbal tenues sur la même page que la signature."""


@dataclass(frozen=True, slots=True)
class Declaration(Generic[F]):
    """Un document du dispositif.

    `contexte` ne donne au gabarit que des chaînes prêtes à imprimer. `plusieurs_par_rendu` : le gabarit met en page
    un lot, une page par exemplaire ; sinon chaque exemplaire est rendu seul et le lot assemblé ensuite.
    """

    code: str
    intitule: str
    annexe: str
    gabarit: str
    verifier: Callable[[F], None]
    contexte: Callable[[Sequence[F]], Contexte]
    titre: Callable[[F], str]
    date: Callable[[F], dt.date]
    fichier: Callable[[F], tuple[str, str]]
    plusieurs_par_rendu: bool


def rendre(code: str, faits: object) -> bytes:
    """Le PDF d'un document, à partir de ses faits.

    :raises DocumentInconnu: aucun document n'a ce code.
    :raises documents.erreurs.DocumentRefuse: les faits ne suffisent pas ; la donnée est nommée.
    :raises documents.erreurs.RenduImpossible: la mise en page a échoué.
    """
    return rendre_lot(code, [faits])


def rendre_lot(code: str, lot: Sequence[Any]) -> bytes:
    """Un seul PDF pour plusieurs documents, dans l'ordre donné ; un seul refus refuse le lot entier."""
    declaration = declaration_de(code)
    if not lot:
        raise DonneeManquante("documents du lot")
    for faits in lot:
        declaration.verifier(faits)
    titre, sujet = declaration.titre(lot[0]), f"{declaration.intitule} ({declaration.annexe})"
    if len(lot) > 1:
        titre = f"{declaration.intitule} : lot de {len(lot)}"
    date = max(declaration.date(faits) for faits in lot)
    rendus = [lot] if declaration.plusieurs_par_rendu else [[faits] for faits in lot]
    pdfs = [
        _renderer().pdf(
            declaration.gabarit,
            declaration.contexte(part),
            titre=titre,
            sujet=sujet,
            date=date,
            pages=len(part) if declaration.plusieurs_par_rendu else None,
        )
        for part in rendus
    ]
    return pdfs[0] if len(pdfs) == 1 else assembler(pdfs, titre=titre, sujet=sujet)


def nom_fichier(code: str, faits: object) -> str:
    """Nom de fichier ASCII, sans espace ni signe : `certificat-cqpm_MC-0001234_DUPONT-Jeanne.pdf`."""
    declaration = declaration_de(code)
    return "_".join((declaration.code, *declaration.fichier(faits))) + ".pdf"


def declaration_de(code: str) -> Declaration[Any]:
    """La déclaration d'un code de document.

    :raises DocumentInconnu: aucun document n'a ce code.
    """
    try:
        return DECLARATIONS[code]
    except KeyError:
        raise DocumentInconnu(code) from None


def _contexte_certificats(lot: Sequence[CertificatFaits]) -> Contexte:
    return {"certificats": [_contexte_certificat(faits) for faits in lot]}


def _contexte_certificat(faits: CertificatFaits) -> dict[str, str]:
    titulaire = f"{faits.prenoms} {faits.nom.upper()}"
    titre = f"CQPM {faits.titre}*"
    corps_titre = _corps(titre, (27, 23, 19.5, 16.5, 14), lignes=2)
    corps_titulaire = _corps(titulaire, (28, 24, 20, 17), lignes=1)
    une_ligne = _tient(titre, corps_titre, lignes=1) and _tient(titulaire, corps_titulaire, lignes=1)
    precision = faits.departement_naissance or ""
    if not ne_en_france(faits.pays_naissance):
        precision = ", ".join(filter(None, (precision, faits.pays_naissance)))
    date_jury = date_en_lettres(faits.date_jury)
    return {
        "commission": COMMISSION,
        "numero": faits.numero.replace("MC-", "MC "),
        "titre": faits.titre,
        "corps_titre": f"{corps_titre}pt",
        "identifiant": "MQ " + faits.identifiant.removeprefix("CQPM "),
        "identifiant_branche": faits.identifiant,
        "niveau": "" if faits.niveau is None else str(faits.niveau),
        "titulaire": titulaire,
        "corps_titulaire": f"{corps_titulaire}pt",
        "allure": "ample" if une_ligne else "dense",
        "naissance": (
            f"{_ne(faits)} le {date_en_lettres(faits.date_naissance)} à {faits.ville_naissance} ({precision})"
        ),
        "date_jury": date_jury,
        "lieu_jury": faits.lieu_jury,
        "fait_le": date_jury,
        "president_jury": faits.president_jury,
        "enregistre_rncp_le": "" if faits.enregistre_rncp_le is None else f"{faits.enregistre_rncp_le:%d/%m/%Y}",
        "code_rncp": faits.code_rncp or "",
        "centre": faits.centre_nom,
        "code_verification": faits.code_verification,
        "url_verification": faits.url_verification,
        "qr": segno.make(faits.url_verification, error="m", micro=False).svg_data_uri(border=1, light="#ffffff"),
        "demonstration": "DÉMONSTRATION" if faits.copie_demonstration else "",
    }


def _ne(faits: CertificatFaits) -> str:
    """« Né », « Née », ou « Né(e) » de l'annexe quand rien ne permet de choisir."""
    if faits.sexe is not None:
        return "Né" if faits.sexe == "M" else "Née"
    if faits.civilite is not None:
        return "Né" if faits.civilite == "M." else "Née"
    return "Né(e)"


def _corps(texte: str, echelle: Sequence[float], lignes: int) -> float:
    """Le plus grand corps de l'échelle, en points, qui fait tenir le texte sur ces lignes ; à défaut le plus petit."""
    return next((corps for corps in echelle if _tient(texte, corps, lignes)), echelle[-1])


def _tient(texte: str, corps: float, lignes: int) -> bool:
    """Le texte tient sur ces lignes du certificat, une coupe perdant au plus un mot long par ligne."""
    perte = 1.0 if lignes == 1 else 0.9
    return largeur(texte, "EBGaramond12-Regular", corps) <= LARGEUR_CERTIFICAT * lignes * perte


def _contexte_pv(lot: Sequence[PvFaits]) -> Contexte:
    (faits,) = lot
    corps, fin = faits.lignes[:-LIGNES_AVEC_SIGNATURE], faits.lignes[-LIGNES_AVEC_SIGNATURE:]
    return {
        "largeurs": {nom: f"{mm}mm" for nom, mm in COLONNES_PV.items()},
        "corps": f"{CORPS_PV}pt",
        "reference": faits.reference,
        "centre": faits.centre_nom,
        "centre_adresse": faits.centre_adresse,
        "identifiant": faits.identifiant,
        "titre": faits.titre,
        "date_jury": date_en_lettres(faits.date_jury),
        "lieu_jury": faits.lieu_jury,
        "president": faits.president_jury,
        "president_qualite": f", {faits.president_qualite}" if faits.president_qualite else "",
        "tables": [[_contexte_ligne(ligne) for ligne in table] for table in _tables(corps)],
        "table_finale": [_contexte_ligne(ligne) for ligne in fin],
        "projet": "PROJET — non signé" if faits.signe_le is None else "",
        "signe_le": "" if faits.signe_le is None else date_en_lettres(faits.signe_le),
        "signataire": faits.signataire or "",
        "rectifie": faits.rectifie or "",
    }


def _tables(lignes: Sequence[PvLigne]) -> list[Sequence[PvLigne]]:
    return [lignes[debut : debut + LIGNES_PAR_TABLE] for debut in range(0, len(lignes), LIGNES_PAR_TABLE)]


def _contexte_ligne(ligne: PvLigne) -> dict[str, str]:
    lieu = f"{ligne.ville} ({ligne.departement})" if ligne.departement else ligne.ville
    return {
        "nom": _coupe(ligne.nom_naissance.upper(), "nom"),
        "nom_usage": _coupe((ligne.nom_usage or "").upper(), "nom"),
        "prenoms": _coupe(ligne.prenoms, "nom"),
        "date_naissance": f"{ligne.date_naissance:%d/%m/%Y}",
        "lieu_naissance": _coupe(f"{lieu}, {ligne.pays}", "naissance"),
        "origine": str(ligne.origine),
        "financement": str(ligne.financement),
        "raison_sociale": _coupe(ligne.raison_sociale or "", "entreprise"),
        "adresse": _coupe(ligne.adresse or "", "entreprise"),
        "code_nace": ligne.code_nace or "",
        "secteur": ligne.secteur or "",
        "branche": _coupe(ligne.branche or "", "secteur"),
        "decision": str(ligne.decision),
        "abondement": "CPF" if ligne.abondement_cpf else "",
        "commentaire": _coupe(ligne.commentaire or "", "commentaire"),
    }


def _coupe(texte: str, colonne: str) -> str:
    """Ouvre après ses traits d'union un mot plus large que sa colonne, que le moteur couperait n'importe où.

    L'espace ajoutée tombe toujours en fin de ligne : les deux morceaux ne tiennent jamais sur la même.
    """
    place = COLONNES_PV[colonne] * 72 / 25.4 - 8
    return " ".join(morceau for mot in texte.split(" ") for morceau in _morceaux(mot, place))


def _morceaux(mot: str, place: float) -> list[str]:
    if "-" not in mot or largeur(mot, "SourceSans3-Semibold", CORPS_PV) <= place:
        return [mot]
    morceaux = [""]
    for syllabe in re.findall(r"[^-]*-|[^-]+", mot):
        if morceaux[-1] and largeur(morceaux[-1] + syllabe, "SourceSans3-Semibold", CORPS_PV) > place:
            morceaux.append("")
        morceaux[-1] += syllabe
    return morceaux


def date_en_lettres(date: dt.date) -> str:
    """« jj mois AAAA » des annexes : 1er mars 2026, 12 mars 2026."""
    jour = "1er" if date.day == 1 else str(date.day)
    return f"{jour} {MOIS[date.month - 1]} {date.year}"


_SANS_DECOMPOSITION = str.maketrans(
    {"Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d"}
    | {"ß": "ss", "ẞ": "SS", "ı": "i", "Þ": "TH", "þ": "th", "Ð": "D", "ð": "d", "Ħ": "H", "ħ": "h", "Ŧ": "T", "ŧ": "t"}
)


def _ascii(texte: str) -> str:
    """Lettres et chiffres ASCII, le reste en traits d'union ; 60 caractères au plus."""
    mots = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", texte).translate(_SANS_DECOMPOSITION))
    plat = unicodedata.normalize("NFKD", mots).encode("ascii", "ignore").decode()
    return plat.strip("-")[:60].rstrip("-") or "sans-nom"


@cache
def _renderer() -> Renderer:
    return Renderer()


CERTIFICAT_CQPM: Declaration[CertificatFaits] = Declaration(
    code="certificat-cqpm",
    intitule="Certificat de Qualification Paritaire de la Métallurgie",
    annexe="annexe 7",
    gabarit="certificat-cqpm.html",
    verifier=verifier_certificat,
    contexte=_contexte_certificats,
    titre=lambda faits: f"Certificat {faits.numero} : CQPM {faits.titre}",
    date=lambda faits: faits.date_jury,
    fichier=lambda faits: (_ascii(faits.numero), f"{_ascii(faits.nom.upper())}-{_ascii(faits.prenoms)}"),
    plusieurs_par_rendu=True,
)
PV: Declaration[PvFaits] = Declaration(
    code="pv",
    intitule="Procès-Verbal du jury paritaire de délibération",
    annexe="annexe 14",
    gabarit="pv.html",
    verifier=verifier_pv,
    contexte=_contexte_pv,
    titre=lambda faits: f"Procès-verbal {faits.reference} : {faits.identifiant} {faits.titre}",
    date=lambda faits: faits.signe_le or faits.date_jury,
    fichier=lambda faits: (_ascii(faits.reference), _ascii(faits.identifiant)),
    plusieurs_par_rendu=False,
)
DECLARATIONS: dict[str, Declaration[Any]] = {d.code: d for d in (CERTIFICAT_CQPM, PV)}
