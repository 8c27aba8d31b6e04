"""Les documents par leur code, et leur rendu ; le procès-verbal. Les gabarits ne calculent rien."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from documents import (
    certificats,
    compte_rendu,
    gtp,
    habilitations,
    lettres,
    listes,
    papiers,
    parcours,
    presences,
    referentiels,
    vae,
)
from documents.dossier import DOSSIER
from documents.erreurs import DocumentInconnu, DonneeManquante
from documents.faits import PvFaits, PvLigne, verifier_pv
from documents.forme import Declaration, ascii_plat, coupe, date_en_lettres, tables
from documents.moteur import Contexte, Renderer, assembler

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
LIGNES_AVEC_SIGNATURE = 2
"""Dernières lignes du procès-verbal tenues sur la même page que la signature."""


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
    pdfs = [_document(declaration, faits) for faits in lot]
    if len(pdfs) == 1:
        return pdfs[0]
    return assembler(
        pdfs,
        titre=f"{declaration.intitule} : lot de {len(lot)}",
        sujet=_sujet(declaration),
        date=max(map(declaration.date, lot)),
        signets=[declaration.titre(faits) for faits in lot],
    )


def rendre_chacun(demandes: Sequence[tuple[str, object]]) -> list[bytes]:
    """Chaque document à part, dans l'ordre ; un seul refus arrête tout."""
    return [rendre(code, faits) for code, faits in demandes]


def _document(declaration: Declaration[Any], faits: object) -> bytes:
    return _renderer().pdf(
        declaration.gabarit,
        declaration.contexte([faits]),
        titre=declaration.titre(faits),
        sujet=_sujet(declaration),
        date=declaration.date(faits),
        pages=declaration.pages,
        vivants=declaration.vivants,
    )


def _sujet(declaration: Declaration[Any]) -> str:
    return f"{declaration.intitule} ({declaration.annexe})"


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


def _contexte_pv(lot: Sequence[PvFaits]) -> Contexte:
    (faits,) = lot
    corps, fin = faits.lignes[:-LIGNES_AVEC_SIGNATURE], faits.lignes[-LIGNES_AVEC_SIGNATURE:]
    return {
        "largeurs": {nom: f"{mm}mm" for nom, mm in COLONNES_PV.items()},
        "corps": f"{CORPS_PV}pt",
        "logo": papiers.logo(faits.logo),
        "reference": faits.reference,
        "centre": faits.centre_nom,
        "centre_adresse": faits.centre_adresse,
        "identifiant": faits.identifiant,
        "titre": faits.titre,
        "date_jury": date_en_lettres(faits.date_jury),
        "lieu_jury": faits.lieu_jury,
        "president": faits.president_jury,
        "president_qualite": f", {faits.president_qualite}" if faits.president_qualite else "",
        "tables": [[_contexte_ligne(ligne) for ligne in table] for table in tables(corps)],
        "table_finale": [_contexte_ligne(ligne) for ligne in fin],
        "projet": "PROJET — non signé" if faits.signe_le is None else "",
        "signe_le": "" if faits.signe_le is None else date_en_lettres(faits.signe_le),
        "signataire": faits.signataire or "",
        "rectifie": faits.rectifie or "",
        "raison": faits.raison,
        "changements": faits.changements,
    }


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
    return coupe(texte, COLONNES_PV[colonne], CORPS_PV)


@cache
def _renderer() -> Renderer:
    return Renderer()


PV: Declaration[PvFaits] = Declaration(
    code="pv",
    intitule="Procès-Verbal du jury paritaire de délibération",
    annexe="annexe 14",
    gabarit="pv.html",
    verifier=verifier_pv,
    contexte=_contexte_pv,
    titre=lambda faits: f"Procès-verbal {faits.reference} : {faits.identifiant} {faits.titre}",
    date=lambda faits: faits.signe_le or faits.date_jury,
    fichier=lambda faits: (ascii_plat(faits.reference), ascii_plat(faits.identifiant)),
)
_TOUTES: tuple[Declaration[Any], ...] = (
    *certificats.DECLARATIONS,
    PV,
    DOSSIER,
    *papiers.DECLARATIONS,
    *lettres.DECLARATIONS,
    *listes.DECLARATIONS,
    *presences.DECLARATIONS,
    *habilitations.DECLARATIONS,
    *parcours.DECLARATIONS,
    *referentiels.DECLARATIONS,
    *vae.DECLARATIONS,
    *gtp.DECLARATIONS,
    *compte_rendu.DECLARATIONS,
)
DECLARATIONS: dict[str, Declaration[Any]] = {d.code: d for d in _TOUTES}
