"""Les cinq certificats (annexes 7 à 11) : de leurs faits aux chaînes de leurs gabarits.

Les extraits de l'édition du 27 octobre 2020 dont part la console n'ont ni le recto de l'annexe 9, ni l'annexe 10, qui y
sont des images : le CQPI suit le recto de l'annexe 11, le CCPM la présentation de l'annexe 7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import segno

from documents.faits import CertificatFaits, ne_en_france, verifier_certificat
from documents.forme import Declaration, ascii_plat, date_en_lettres
from documents.moteur import Contexte, largeur

COMMISSION = "Commission Paritaire Nationale de l'Emploi de la Métallurgie"
VIVANTS = frozenset({
    "numero", "titre", "identifiant", "identifiant_branche", "titulaire", "naissance", "date_jury", "fait_le", "lieu_jury",
    "president_jury", "centre", "code_verification", "url_verification", "qr",
})
"""Ce qui change d'un certificat à l'autre sans changer leur forme."""
MASQUE_QR = 0
"""Masque de tout QR : essayer les huit coûtait plus que dessiner la page, et tout lecteur lit chacun."""
LARGEUR_CERTIFICAT = 235 * 72 / 25.4
"""Largeur de texte du certificat, en points, marges optiques déduites."""


@dataclass(frozen=True, slots=True)
class _Modele:
    """Ce que l'annexe d'un certificat de la métallurgie imprime de propre à sa famille."""

    commission: str
    nature: tuple[str, str]
    prefixe: str
    """Ce qui remplace le nom de la famille en tête de l'identifiant imprimé."""
    intitule: str
    renvoi: str


_CQPM = _Modele(
    COMMISSION,
    ("CERTIFICAT DE QUALIFICATION PARITAIRE", "DE LA MÉTALLURGIE"),
    "MQ ",
    "",
    "* Certification professionnelle validée par la Commission paritaire nationale de l'emploi de la métallurgie et"
    " classée selon le cadre national des certifications professionnelles suivant les règles définies par la Commission"
    " paritaire nationale de l'emploi de la métallurgie.",
)
_CCPM = _Modele(
    COMMISSION,
    ("CERTIFICAT DE COMPÉTENCES PROFESSIONNELLES", "DE LA MÉTALLURGIE"),
    "CCPM ",
    "",
    "* Certification professionnelle validée par la Commission paritaire nationale de l'emploi de la métallurgie.",
)
_BDC = _Modele(
    "Commission Paritaire Nationale de l'Emploi et de la formation professionnelle de la Métallurgie",
    ("CERTIFICAT", "DE BLOC DE COMPÉTENCES"),
    "BDC ",
    "Intitulé du Bloc de Compétences",
    "* Certification validée par la Commission paritaire nationale de l'emploi de la métallurgie. Le bloc de compétences"
    " correspondant est inscrit au Répertoire National des Certifications Professionnelles auprès de France Compétences"
    " en date du {date} ({code}).",
)
_MODELES = {"CQPM": _CQPM, "CCPM": _CCPM, "BDC": _BDC}

_INTERBRANCHES = {
    "CQPI": ("Certificat de", "Qualification", "Professionnelle", "Interbranches"),
    "CCPI": ("Certificat de", "Compétences", "Professionnelles", "Interbranches"),
}


def _verifier(famille: str) -> Callable[[CertificatFaits], None]:
    def verifier(faits: CertificatFaits) -> None:
        verifier_certificat(faits, famille)

    return verifier


def _contexte_metallurgie(lot: Sequence[CertificatFaits]) -> Contexte:
    return {"certificats": [_metallurgie(faits) for faits in lot]}


def _metallurgie(faits: CertificatFaits) -> dict[str, str]:
    modele = _MODELES[faits.famille]
    titulaire = f"{faits.prenoms} {faits.nom.upper()}"
    titre = f"{faits.famille} {faits.titre}*"
    corps_titre = _corps(titre, (27, 23, 19.5, 16.5, 14), lignes=2)
    corps_titulaire = _corps(titulaire, (28, 24, 20, 17), lignes=1)
    precision = faits.departement_naissance or ""
    if not ne_en_france(faits.pays_naissance):
        precision = ", ".join(filter(None, (precision, faits.pays_naissance)))
    rncp_le = "" if faits.enregistre_rncp_le is None else f"{faits.enregistre_rncp_le:%d/%m/%Y}"
    corps_commission = 15.0 if faits.famille != "BDC" else 12.0
    nature_1, nature_2 = modele.nature
    repertorie = ""
    if faits.famille == "CQPM" and rncp_le:
        repertorie = (
            "R → Le CQPM correspondant est répertorié par France Compétences au Répertoire National des Certifications"
            f" Professionnelles en date du {rncp_le} ({faits.code_rncp})"
        )
    return _commun(faits) | {
        "titre": _equilibre(faits.titre, f"{faits.famille} ", corps_titre),
        "commission": modele.commission,
        "corps_commission": f"{corps_commission}pt",
        "retrait_commission": _interlettre(modele.commission, 0.6),
        "nature_1": nature_1,
        "nature_2": nature_2,
        "retrait_1": _interlettre(nature_1, 1.4),
        "retrait_2": _interlettre(nature_2, 1.4),
        "intitule": modele.intitule,
        "corps_titre": f"{corps_titre}pt",
        "identifiant": modele.prefixe + faits.identifiant.removeprefix(f"{faits.famille} "),
        "niveau": "" if faits.niveau is None or faits.famille != "CQPM" else str(faits.niveau),
        "titulaire": titulaire,
        "corps_titulaire": f"{corps_titulaire}pt",
        "allure": _allure((titre, corps_titre), (titulaire, corps_titulaire)),
        "naissance": (
            f"{_ne(faits)} le {date_en_lettres(faits.date_naissance)} à {faits.ville_naissance} ({precision})"
        ),
        "renvoi": modele.renvoi.format(date=rncp_le, code=faits.code_rncp),
        "repertorie": repertorie,
    }


def _contexte_interbranches(lot: Sequence[CertificatFaits]) -> Contexte:
    famille = lot[0].famille
    return {
        "famille": famille,
        "sigle": list(_INTERBRANCHES[famille]),
        "certificats": [_interbranches(faits) for faits in lot],
    }


def _interbranches(faits: CertificatFaits) -> dict[str, str]:
    titulaire, titre = f"{faits.prenoms} {faits.nom.upper()}", f"{faits.famille} {faits.titre}"
    corps_titre = _corps(titre, (25, 21, 18, 15.5), lignes=2)
    corps_titulaire = _corps(titulaire, (28, 24, 20, 17), lignes=1)
    return _commun(faits) | {
        "titre": _equilibre(faits.titre, f"{faits.famille} ", corps_titre),
        "identifiant": faits.identifiant,
        "titulaire": titulaire,
        "corps_titre": f"{corps_titre}pt",
        "corps_titulaire": f"{corps_titulaire}pt",
        "allure": _allure((titre, corps_titre), (titulaire, corps_titulaire)),
    }


def _commun(faits: CertificatFaits) -> dict[str, str]:
    date_jury = date_en_lettres(faits.date_jury)
    return {
        "famille": faits.famille,
        "numero": faits.numero.replace("MC-", "MC "),
        "titre": faits.titre,
        "identifiant_branche": faits.identifiant,
        "date_jury": date_jury,
        "lieu_jury": faits.lieu_jury,
        "fait_le": date_jury,
        "president_jury": faits.president_jury,
        "centre": faits.centre_nom,
        "code_verification": faits.code_verification,
        "url_verification": faits.url_verification,
        "qr": segno.make(faits.url_verification, error="m", micro=False, mask=MASQUE_QR).svg_data_uri(border=1, light="#ffffff"),
        "demonstration": "DÉMONSTRATION" if faits.copie_demonstration else "",
    }


def _interlettre(texte: str, points: float) -> str:
    """Ce que l'interlettrage ajoute à droite du dernier signe, que le centrage ne compte pas."""
    return f"{len(texte) * points:.0f}pt"


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


def _equilibre(titre: str, avant: str, corps: float) -> str:
    """Un titre de deux lignes se coupe au plus près de son milieu : des espaces insécables tiennent chaque moitié."""
    if _tient(f"{avant}{titre}*", corps, lignes=1) or " " not in titre:
        return titre
    mots = titre.split(" ")
    coupes = [(" ".join(mots[:n]), " ".join(mots[n:])) for n in range(1, len(mots))]
    une, deux = min(coupes, key=lambda c: max(_large(avant + c[0], corps), _large(f"{c[1]}*", corps)))
    if max(_large(avant + une, corps), _large(f"{deux}*", corps)) > LARGEUR_CERTIFICAT:
        return titre
    insecable = "\N{NO-BREAK SPACE}"
    return f"{une.replace(' ', insecable)} {deux.replace(' ', insecable)}"


def _large(texte: str, corps: float) -> float:
    return largeur(texte, "EBGaramond12-Regular", corps)


def _allure(*lignes: tuple[str, float]) -> str:
    """« ample » quand titre et titulaire tiennent chacun sur une ligne, à leur corps ; « dense » sinon."""
    return "ample" if all(_tient(texte, corps, lignes=1) for texte, corps in lignes) else "dense"


def _tient(texte: str, corps: float, lignes: int) -> bool:
    """Le texte tient sur ces lignes du certificat, une coupe perdant au plus un mot long par ligne."""
    perte = 1.0 if lignes == 1 else 0.9
    return largeur(texte, "EBGaramond12-Regular", corps) <= LARGEUR_CERTIFICAT * lignes * perte


def code_du_certificat(famille: str) -> str:
    """Le code du document d'une famille : `certificat-cqpi` pour un CQPI."""
    return f"certificat-{famille.lower()}"


def _declarer(famille: str, annexe: int, intitule: str, *, interbranches: bool) -> Declaration[CertificatFaits]:
    return Declaration(
        code=code_du_certificat(famille),
        intitule=intitule,
        annexe=f"annexe {annexe}",
        gabarit="certificat-interbranches.html" if interbranches else "certificat-metallurgie.html",
        verifier=_verifier(famille),
        contexte=_contexte_interbranches if interbranches else _contexte_metallurgie,
        titre=lambda faits: f"Certificat {faits.numero} : {faits.famille} {faits.titre}",
        date=lambda faits: faits.date_jury,
        fichier=lambda faits: (
            ascii_plat(faits.numero),
            f"{ascii_plat(faits.nom.upper())}-{ascii_plat(faits.prenoms)}",
        ),
        pages=2 if interbranches else 1,
        vivants=VIVANTS,
    )


DECLARATIONS = (
    _declarer("CQPM", 7, "Certificat de Qualification Paritaire de la Métallurgie", interbranches=False),
    _declarer("BDC", 8, "Certificat de Bloc de Compétences", interbranches=False),
    _declarer("CQPI", 9, "Certificat de Qualification Professionnelle Interbranches", interbranches=True),
    _declarer("CCPM", 10, "Certificat de Compétences Professionnelles de la Métallurgie", interbranches=False),
    _declarer("CCPI", 11, "Certificat de Compétences Professionnelles Interbranches", interbranches=True),
)
