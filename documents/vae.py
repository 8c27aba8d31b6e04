"""Les documents d'une VAE : décision de recevabilité au candidat, conclusions de la commission au jury."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from documents.faits_jury import Destinataire
from documents.faits_vae import ConclusionsFaits, RecevabiliteFaits, verifier_conclusions, verifier_recevabilite
from documents.forme import Declaration, ascii_plat, coupe, date_en_lettres
from documents.moteur import Contexte, Valeur
from documents.papiers import lettre, salutation

_DECISIONS = {
    "favorable": "recevable", "reputee": "réputée recevable", "defavorable": "non recevable",
}
_CONCLUSIONS = {"totale": "validation totale", "partielle": "validation partielle", "aucune": "aucune validation"}
_SUITES = (
    "Vous constituez et remettez au centre le dossier de preuves, livret 2 des acquis de l'expérience : il décrit les"
    " compétences et connaissances mobilisées au cours de votre expérience.",
    "La commission de validation, présidée par le représentant du centre, l'examine, le cas échéant avec une mise en"
    " situation professionnelle et un entretien avec vous.",
    "Son président rend ses conclusions, de validation partielle ou totale, au jury paritaire de délibération, qui décide.",
)
_ACCOMPAGNEMENT = "Vous pouvez, à votre demande, être accompagné par un tiers pour consolider votre dossier."
_CADUCITE = (
    "Sauf motif légitime, la recevabilité devient caduque si aucune démarche n'est accomplie dans les six mois qui suivent"
    " sa notification (article R. 6412-4 du Code du travail)."
)
_UN_DOSSIER_PAR_AN = (
    "Un nouveau dossier est possible ; au cours d'une même année civile, un seul peut être soumis pour une même"
    " certification, sauf s'il porte sur des blocs de compétences (article R. 6412-3 du Code du travail)."
)
_NOUVEAU_DOSSIER = "Un nouveau dossier est possible quand votre expérience aura changé, ou complété par ce qui est dit ci-dessus."
_RECOURS = (
    "Vous pouvez demander au centre de réexaminer cette décision, par une lettre qui dit vos raisons et joint toute pièce"
    " utile. Cette demande ne vous prive d'aucun autre recours que le droit vous ouvre."
)


def _contexte_recevabilite(lot: Sequence[RecevabiliteFaits]) -> Contexte:
    (faits,) = lot
    assert faits.dossier_recu_le is not None
    assert faits.decidee_le is not None
    favorable = faits.recevabilite != "defavorable"
    objet = "validation des acquis de l'expérience, recevabilité de votre demande"
    decidee = date_en_lettres(faits.decidee_le)
    if faits.recevabilite == "reputee":
        fondement = (
            "Aucune décision ne vous a été notifiée dans les deux mois qui ont suivi la réception de votre dossier complet :"
            f" depuis le {decidee}, votre demande est"
        )
    else:
        fondement = f"Au terme de l'instruction de ce dossier, par décision du {decidee}, votre demande est déclarée"
    suites = [*_SUITES, f"Vous êtes accompagné par {faits.accompagnateur}." if faits.accompagnateur else _ACCOMPAGNEMENT]
    if favorable and faits.vae_de_droit:
        suites.append(_CADUCITE)
    if not favorable:
        suites = [_UN_DOSSIER_PAR_AN if faits.vae_de_droit else _NOUVEAU_DOSSIER]
    return lettre(faits.centre, faits.date_lettre, faits.destinataire, salutation(faits.civilite), objet) | {
        "recu_le": date_en_lettres(faits.dossier_recu_le),
        "voie": "la validation des acquis de l'expérience (VAE)" if faits.vae_de_droit else "la VAE de branche",
        "identifiant": faits.identifiant,
        "titre": faits.titre,
        "blocs_vises": [],
        "fondement": fondement,
        "decision": _DECISIONS[faits.recevabilite],
        "motif": "" if favorable else faits.motif,
        "recommandations": faits.recommandations,
        "suites": [f"{rang}. {suite}" if len(suites) > 1 else suite for rang, suite in enumerate(suites, 1)],
        "recours": "" if favorable else _RECOURS,
        "signataire": "" if faits.recevabilite == "reputee" else faits.decidee_par,
    }


def _contexte_conclusions(lot: Sequence[ConclusionsFaits]) -> Contexte:
    (faits,) = lot
    assert faits.tenue_le is not None
    assert faits.recevable_le is not None
    assert faits.livret2_recu_le is not None
    jury = f"du {date_en_lettres(faits.date_jury)}" if faits.date_jury else ""
    destinataire = Destinataire(f"Jury paritaire de délibération {jury}".strip(), (faits.centre.nom,))
    numero = f"Candidat n° {faits.numero_anonyme}" if faits.numero_anonyme is not None else ""
    moyens = [m for m, vrai in (("une mise en situation professionnelle", faits.mise_en_situation), ("un entretien avec le candidat", faits.entretien)) if vrai]
    blocs = any(a.numero.startswith("BDC") and "." not in a.numero for a in faits.valides)
    competences: list[Valeur] = [
        {"code": c.code, "libelle": coupe(c.libelle, 106, 9.5), "resultat": "acquise" if c.acquise else "non acquise"}
        for c in faits.competences
    ]
    return lettre(
        faits.centre, faits.tenue_le, destinataire, "Mesdames, Messieurs",
        "conclusions de la commission de validation VAE", faits.lieu,
    ) | {
        "reference": " · ".join(filter(None, (f"Dossier VAE n° {faits.dossier}", numero))),
        "identifiant": faits.identifiant, "titre": faits.titre, "blocs_vises": [], "voie": faits.voie,
        "recevable_le": date_en_lettres(faits.recevable_le), "livret2_le": date_en_lettres(faits.livret2_recu_le),
        "tenue_le": date_en_lettres(faits.tenue_le), "lieu_commission": faits.lieu,
        "moyens": ", avec " + " et ".join(moyens) if moyens else "",
        "membres": [{"nom": nom, "qualite": qualite} for nom, qualite in faits.membres],
        "conclusion": _CONCLUSIONS[faits.conclusion],
        "valides_titre": "Blocs de compétences validés" if blocs else "Compétences validées",
        "valides": [{"numero": a.numero, "intitule": a.intitule} for a in faits.valides] if faits.conclusion == "partielle" else [],
        "competences": competences, "observations": faits.observations, "president": faits.president,
    }


DECLARATIONS: tuple[Declaration[Any], ...] = (
    Declaration(
        code="recevabilite-vae",
        intitule="Décision de recevabilité d'une VAE",
        annexe="partie 2, chapitre 2, § 2.A",
        gabarit="recevabilite-vae.html",
        verifier=verifier_recevabilite,
        contexte=_contexte_recevabilite,
        titre=lambda faits: f"Recevabilité VAE : {faits.candidat}, {faits.identifiant}",
        date=lambda faits: faits.date_lettre,
        fichier=lambda faits: (f"{faits.date_lettre:%Y-%m-%d}", ascii_plat(faits.nom_fichier)),
    ),
    Declaration(
        code="conclusions-vae",
        intitule="Conclusions de la commission de validation VAE",
        annexe="partie 2, chapitre 2, § 2.B",
        gabarit="conclusions-vae.html",
        verifier=verifier_conclusions,
        contexte=_contexte_conclusions,
        titre=lambda faits: f"Conclusions VAE : dossier n° {faits.dossier}, {faits.identifiant}",
        date=lambda faits: faits.tenue_le,
        fichier=lambda faits: (f"commission-{faits.tenue_le:%Y-%m-%d}", f"dossier-{faits.dossier}"),
    ),
)
