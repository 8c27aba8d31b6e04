"""Les papiers d'une attribution : conservés à mesure, reprenables, et réunis en un paquet (partie 2, chapitre 3, § 3.B à § 5).

Les numéros sont déjà pris : `rules.actes.attribuer` les donne d'un bloc. Ici chaque certificat rendu est conservé par
lots ; interrompu, on reprend à ce qui n'est pas encore conservé, et rien n'est rendu deux fois.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from documents import archives, sources_jury
from documents.archives import Document
from documents.atelier import Atelier, Avancer
from documents.declarations import declaration_de, nom_fichier
from documents.erreurs import RenduImpossible
from models import Piece, ProcesVerbal, Transmission
from rules.nomenclatures import NaturePiece

LOT = 25
"""Certificats rendus puis conservés ensemble : ce qu'une interruption perd au plus, et refait."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Ce qui est prêt à imprimer : certificats et procès-verbaux conservés, lettres vérifiées."""

    certificats: int
    proces_verbaux: int
    lettres: int


def conserver(
    session: Session, jury_id: int, adresse_publique: str, atelier: Atelier, avancer: Avancer | None = None
) -> Attribution:
    """Rend et conserve les procès-verbaux signés et les certificats d'un jury, par lots ; vérifie ses lettres.

    Rejouable : ce qui est conservé n'est pas refait. Valide la transaction en cours, puis chaque lot.

    :raises documents.erreurs.DocumentRefuse: une donnée manque à un document ; elle est nommée.
    :raises documents.erreurs.RenduImpossible: un certificat n'a pas pu être conservé.
    """
    signes = list(session.scalars(
        select(ProcesVerbal.id).where(ProcesVerbal.jury_id == jury_id, ProcesVerbal.signe_le.is_not(None)).order_by(ProcesVerbal.id)
    ))
    certificats = archives.certificats_du_jury(session, jury_id)
    lettres = sources_jury.decisions(session, jury_id, dt.date.min) or []
    total, fait = len(signes) + len(certificats) + len(lettres), 0

    def avance(nombre: int) -> None:
        nonlocal fait
        fait += nombre
        if avancer is not None:
            avancer(fait, total)

    for lettre in lettres:
        declaration_de(lettre.code).verifier(lettre)
    avance(len(lettres))
    for pv_id in signes:
        archives.pv(session, pv_id, atelier)
        avance(1)
    avant = fait
    archives.conserver_les_certificats(
        session, certificats, adresse_publique, atelier, lambda conserves, _: avance(avant + conserves - fait), LOT
    )
    if manquants := archives.sans_archive(session, certificats):
        raise RenduImpossible(f"{len(manquants)} certificats n'ont pas pu être conservés : recommencez.")
    avance(total - fait)
    return Attribution(len(certificats), len(signes), len(lettres))


def paquet(
    session: Session, jury_id: int, jour: dt.date, adresse_publique: str, atelier: Atelier
) -> Document | None:
    """Tout ce qu'un jury produit, en une archive ZIP ; rien si le jury n'est pas de ce territoire.

    Les certificats en un seul PDF dans l'ordre du procès-verbal, puis chacun sous son nom ; les lettres de même ; les
    procès-verbaux, la lettre au GTP, et l'émargement signé s'il est déjà joint. `jour` date la lettre au GTP.

    :raises documents.erreurs.DocumentRefuse: le procès-verbal n'est pas signé, ou une donnée manque.
    """
    lettres = sources_jury.decisions(session, jury_id, jour)
    if lettres is None:
        return None
    session.commit()
    fichiers: list[Document] = []
    certificats = archives.certificats(session, archives.certificats_du_jury(session, jury_id), adresse_publique, atelier)
    if certificats:
        fichiers += _ensemble(certificats, "certificats", jury_id, "Certificats (annexes 7 à 11)", jour)
    if lettres:
        demandes = [(f.code, f) for f in lettres]
        fichiers += _ensemble(
            [Document(nom_fichier(*d), contenu) for d, contenu in zip(demandes, atelier.rendre_chacun(demandes), strict=True)],
            "lettres", jury_id, "Lettres aux candidats (partie 2, chapitre 3, § 4)", jour,
        )
    for pv_id in list(session.scalars(select(ProcesVerbal.id).where(ProcesVerbal.jury_id == jury_id).order_by(ProcesVerbal.id))):
        pv = archives.pv(session, pv_id, atelier)
        fichiers += [pv] if pv is not None else []
    gtp = archives.papier(session, "lettre-gtp", jury_id, jour, atelier)
    fichiers += [gtp] if gtp is not None else []
    emargements = session.scalars(
        select(Piece).join(Transmission, Transmission.id == Piece.transmission_id)
        .where(Transmission.jury_id == jury_id, Piece.nature == NaturePiece.EMARGEMENT).options(undefer(Piece.contenu))
        .order_by(Piece.id)
    )
    fichiers += [Document(f"emargement-signe_{p.id}_{p.nom}", p.contenu) for p in emargements]
    return Document(f"attribution_jury-{jury_id}.zip", archives.empaqueter(fichiers, jour))


def _ensemble(documents: Sequence[Document], nom: str, jury_id: int, sujet: str, jour: dt.date) -> list[Document]:
    """Tous en un seul PDF, dans l'ordre, puis chacun sous son nom dans un dossier ; deux homonymes gardent chacun le leur."""
    tous = archives.reunir(documents, f"{sujet.partition(' (')[0]} : jury {jury_id}", sujet, jour)
    pris: dict[str, int] = {}
    chacun = []
    for d in documents:
        pris[d.nom] = pris.get(d.nom, 0) + 1
        suffixe = f"_{pris[d.nom]}.pdf" if pris[d.nom] > 1 else ".pdf"
        chacun.append(Document(f"{nom}/{d.nom.removesuffix('.pdf')}{suffixe}", d.contenu))
    return [Document(f"{nom}_jury-{jury_id}.pdf", tous), *chacun]
