"""Le dossier d'une demande et le relevé de décisions d'une séance du GTP « Certifications »."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from documents.faits_gtp import DossierFaits, ReleveFaits, verifier_dossier, verifier_releve
from documents.forme import Declaration, ascii_plat, date_en_lettres
from documents.moteur import Contexte

DOSSIER = "Dossier de demande"
RELEVE = "Relevé de décisions"
_DEMONSTRATION = "démonstration"


def _paragraphes(texte: str) -> list[str]:
    return [ligne.strip() for ligne in texte.splitlines() if ligne.strip()]


def _contexte_dossier(lot: Sequence[DossierFaits]) -> Contexte:
    (f,) = lot
    return {
        "intitule": DOSSIER,
        "pied": f"{f.nature} : {f.titre}",
        "sous_titre": f"{f.nature} – {f.certification}",
        "demonstration": _DEMONSTRATION if f.demonstration else "",
        "titre": f.titre,
        "reperes": [
            {"nom": nom, "valeur": valeur}
            for nom, valeur in (
                ("Famille", f.famille),
                ("Portée par", f.porteur),
                ("Reçue le", date_en_lettres(f.deposee_le)),
                ("Niveau du cadre national", "" if f.niveau is None else str(f.niveau)),
                ("Dossier complet le", "" if f.complete_le is None else date_en_lettres(f.complete_le)),
                ("État", f.etat + (f" le {date_en_lettres(f.decidee_le)}" if f.decidee_le else "")),
            )
            if valeur
        ],
        "intertitre": f.intertitre,
        "rapport": [
            {"nom": nom, "paragraphes": _paragraphes(texte) or ["À compléter."]} for nom, texte in f.rapport
        ],
        "usage": f.usage,
        "completude": [
            {"nom": nom, "etat": manque or "complet", "classe": "manque" if manque else "complet"}
            for nom, manque in f.completude
        ],
        "voisins": list(f.voisins),
        "pieces": [{"nom": p.nom, "nature": p.nature, "taille": p.taille} for p in f.pieces],
        "passages": [
            {"seance": p.seance, "decision": p.decision, "voix": p.voix, "motif": p.motif} for p in f.passages
        ],
        "edite": f"Édité le {date_en_lettres(f.le)}",
    }


def _contexte_releve(lot: Sequence[ReleveFaits]) -> Contexte:
    (f,) = lot
    lieu = f", {f.lieu}" if f.lieu else ""
    return {
        "intitule": RELEVE,
        "pied": f"Relevé de décisions du {date_en_lettres(f.date_seance)}",
        "sous_titre": f"{f.nature} du {date_en_lettres(f.date_seance)}{lieu}",
        "demonstration": _DEMONSTRATION if f.demonstration else "",
        "organisations": [
            {
                "nom": o.nom,
                "voix": str(o.voix),
                "presente": "oui" if o.presente else "non",
                "representants": o.representants,
            }
            for o in f.organisations
        ],
        "points": [
            {
                "ordre": str(p.ordre),
                "nature": p.nature,
                "certification": p.certification,
                "titre": p.titre,
                "votes": [{"sens": sens, "organisations": noms} for sens, noms in p.votes],
                "decompte": p.decompte,
                "decision": p.decision,
                "classe": ascii_plat(p.decision).lower(),
                "motif": _paragraphes(p.motif),
                "effets": list(p.effets),
            }
            for p in f.points
        ],
        "effet": date_en_lettres(f.date_seance),
    }


DECLARATIONS: tuple[Declaration[Any], ...] = (
    Declaration(
        code="dossier-demande",
        intitule=DOSSIER,
        annexe="partie 1, chapitres 1 et 2",
        gabarit="dossier-demande.html",
        verifier=verifier_dossier,
        contexte=_contexte_dossier,
        titre=lambda f: f"{DOSSIER} : {f.nature.lower()}, {f.titre}",
        date=lambda f: f.le,
        fichier=lambda f: (ascii_plat(f.nature), ascii_plat(f.titre)),
    ),
    Declaration(
        code="releve-decisions",
        intitule=RELEVE,
        annexe="partie 1, chapitre 1, § 2",
        gabarit="releve-decisions.html",
        verifier=verifier_releve,
        contexte=_contexte_releve,
        titre=lambda f: f"{RELEVE} du {date_en_lettres(f.date_seance)}",
        date=lambda f: f.date_seance,
        fichier=lambda f: ("GTP", f"{f.date_seance:%Y-%m-%d}"),
    ),
)
