"""Les lettres qui disent au candidat et à l'entreprise la décision du jury (partie 2, chapitre 3, § 4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from documents.faits_lettres import Acquis, DecisionFaits, verifier_decision
from documents.forme import Declaration, ascii_plat, date_en_lettres
from documents.moteur import Contexte, Valeur
from documents.papiers import lettre, passages, salutation

LIENS_PASSEPORT = ("www.moncompteformation.gouv.fr", "europass.europa.eu")
"""Passeport d'orientation, de formation et de compétences (art. L. 6323-8 du Code du travail) ; Europass."""
VIVANTS = frozenset({
    "destinataire", "lieu", "date_lettre", "objet", "salutation", "president", "identifiant", "titre", "blocs_vises",
    "blocs_acquis", "competences_acquises", "texte",
})
"""Ce qui change d'une lettre à l'autre sans changer sa forme ; `texte` : les morceaux des passages."""


def _contexte(lot: Sequence[DecisionFaits]) -> Contexte:
    (faits,) = lot
    objet = f"décision du jury paritaire de délibération du {date_en_lettres(faits.date_jury)}"
    if faits.pour_entreprise:
        objet = f"{objet}, {faits.candidat}"
    appel = "Madame, Monsieur" if faits.pour_entreprise else salutation(faits.civilite)
    blocs = "de ces blocs de compétences" if len(faits.blocs_vises) > 1 else "de ce bloc de compétences"
    valeurs = {
        "date_jury": date_en_lettres(faits.date_jury), "lieu_jury": faits.lieu_jury, "candidat": faits.candidat,
        "declare": f"déclare {faits.candidat}" if faits.pour_entreprise else "vous déclare",
        # La décision est le mot du procès-verbal ; la lettre l'accorde.
        "admis": {"M.": "admis", "Mme": "admise"}.get(faits.civilite or "", "admis(e)"),
        "de_quoi": blocs if faits.blocs_vises else "de cette certification",
        "delai": _delai(faits), "liens": " et ".join(LIENS_PASSEPORT),
    }
    return lettre(faits.centre, faits.date_jury, faits.destinataire, appel, objet, faits.lieu_jury) | {
        "president": faits.president,
        "identifiant": faits.identifiant,
        "titre": faits.titre,
        "passages": passages(faits.centre, faits.code, valeurs),
        "pour_les_blocs": "pour les blocs de compétences :" if len(faits.blocs_vises) > 1 else "pour le bloc de compétences :",
        "blocs_vises": _acquis(faits.blocs_vises),
        "blocs_acquis": _acquis(faits.blocs_acquis),
        "competences_acquises": _acquis(faits.competences_acquises),
    }


def _delai(faits: DecisionFaits) -> str:
    """L'information 3 de la lettre : le délai du dispositif, et le jour où il finit."""
    if faits.acquis_jusqu_au is None:
        return ""
    duree = "5 ans" if faits.rncp else "24 mois"
    return (
        "Vous avez la possibilité de vous présenter à de nouvelles actions d'évaluation sur la conservation du bénéfice"
        f" des compétences professionnelles acquises et validées, pendant un délai de {duree} à compter de la date de la"
        f" décision du jury paritaire de délibération, soit jusqu'au {date_en_lettres(faits.acquis_jusqu_au)}"
        f" ({'certification répertoriée' if faits.rncp else 'certification non répertoriée'} au RNCP)."
    )


def _acquis(acquis: Sequence[Acquis]) -> list[Valeur]:
    return [{"numero": a.numero, "intitule": a.intitule} for a in acquis]


def _verifier(code: str) -> Callable[[DecisionFaits], None]:
    return lambda faits: verifier_decision(faits, code)


def _fichier(faits: DecisionFaits) -> tuple[str, str]:
    qui = ascii_plat(faits.nom_fichier)
    return (f"jury-{faits.date_jury:%Y-%m-%d}", f"{qui}-entreprise" if faits.pour_entreprise else qui)


def _declarer(code: str, intitule: str, paragraphe: str) -> Declaration[DecisionFaits]:
    return Declaration(
        code=code,
        intitule=intitule,
        annexe=f"partie 2, chapitre 3, § {paragraphe}",
        gabarit=f"{code}.html",
        verifier=_verifier(code),
        contexte=_contexte,
        titre=lambda faits: f"{intitule} : {faits.candidat}, {faits.identifiant}",
        date=lambda faits: faits.date_jury,
        fichier=_fichier,
        vivants=VIVANTS,
    )


DECLARATIONS = (
    _declarer("lettre-admission", "Lettre d'admission", "4.A"),
    _declarer("lettre-non-admission", "Lettre de non-admission", "4.B"),
    _declarer("lettre-non-admission-partielle", "Lettre de non-admission, compétences acquises", "4.B"),
)
