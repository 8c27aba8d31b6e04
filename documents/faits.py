"""Ce que chaque document affirme : des faits complets, gelés, vérifiés avant toute mise en page.

Bibliothèque standard seule. Les valeurs de liste fermée (SL/DE, A/NA, dispositifs…) sont celles de l'annexe 14 ;
les énumérations de `rules.nomenclatures`, qui sont des chaînes, conviennent telles quelles.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from documents.erreurs import DonneeIncoherente, DonneeManquante

DISPOSITIFS_FINANCEMENT = ("CPF", "CPFCA", "CVAE", "CP", "CPE", "CPFTP", "PDC", "POEC", "POEI", "PA")
NUMERO_CERTIFICAT = re.compile(r"MC-\d+")
IDENTIFIANT_CQPM = re.compile(r"CQPM (?P<numero>\d{4} .*\d{4})(?P<marques>( ?[RI])*)")


@dataclass(frozen=True, slots=True)
class CertificatFaits:
    """Un certificat (annexes 7 à 11) : un candidat déclaré admis par un procès-verbal signé.

    `famille` : CQPM, BDC, CQPI, CCPM ou CCPI (annexes 7 à 11) ; pour BDC, `titre` et `identifiant` sont ceux du bloc. `niveau` est celui du
    Cadre national des certifications professionnelles (1 à 8), pour un CQPM qui en a un. `enregistre_rncp_le` et
    `code_rncp` vont de pair avec la marque R d'un CQPM, et disent l'inscription d'un bloc au RNCP. À défaut de `sexe`
    (M, F) et de `civilite` (M., Mme), le certificat porte « Né(e) », comme l'annexe.
    """

    numero: str
    identifiant: str
    titre: str
    niveau: int | None
    civilite: str | None
    sexe: str | None
    prenoms: str
    nom: str
    date_naissance: dt.date
    ville_naissance: str
    departement_naissance: str | None
    pays_naissance: str
    date_jury: dt.date
    lieu_jury: str
    enregistre_rncp_le: dt.date | None
    code_rncp: str | None
    president_jury: str
    centre_nom: str
    code_verification: str
    url_verification: str
    copie_demonstration: bool = False
    famille: str = "CQPM"


@dataclass(frozen=True, slots=True)
class PvLigne:
    """Un candidat, admis ou non, sur le procès-verbal (annexe 14).

    Un salarié (SL) porte son entreprise ; un demandeur d'emploi (DE) n'en porte aucun élément (note 7).
    `abondement_cpf` se lit dans la colonne « Commentaire » (note 6).
    """

    nom_naissance: str
    nom_usage: str | None
    prenoms: str
    date_naissance: dt.date
    ville: str
    departement: str | None
    pays: str
    origine: str
    financement: str
    abondement_cpf: bool
    raison_sociale: str | None
    adresse: str | None
    code_nace: str | None
    secteur: str | None
    branche: str | None
    decision: str
    commentaire: str | None = None


@dataclass(frozen=True, slots=True)
class LogoImprime:
    """Un logo dans un en-tête : son adresse `data:`, et ses dimensions en millimètres dans la place qu'il a."""

    source: str
    largeur: float
    hauteur: float


@dataclass(frozen=True, slots=True)
class PvFaits:
    """Un procès-verbal de jury paritaire de délibération (annexe 14) : une seule certification.

    `signe_le` absent : projet, marqué comme tel sur chaque page ; une décision que rien ne permet encore y est vide.
    `rectifie` : référence du procès-verbal que celui-ci rectifie, sans jamais le modifier ; `raison` dit pourquoi, et
    `changements` ce qui était écrit et ce qui doit l'être. Il ne porte que les candidats qu'il touche.
    """

    reference: str
    centre_nom: str
    centre_adresse: str
    identifiant: str
    titre: str
    date_jury: dt.date
    lieu_jury: str
    president_jury: str
    president_qualite: str
    lignes: tuple[PvLigne, ...]
    signe_le: dt.date | None = None
    signataire: str | None = None
    rectifie: str | None = None
    raison: str = ""
    changements: tuple[str, ...] = ()
    logo: LogoImprime | None = None


def verifier_certificat(faits: CertificatFaits, famille: str = "CQPM") -> None:
    """Refuse un certificat incomplet, contradictoire, ou d'une autre famille que son modèle (annexes 7 à 11).

    :raises DonneeManquante: une mention de l'annexe serait vide.
    :raises DonneeIncoherente: une mention n'a pas la forme voulue, ou R et l'enregistrement se contredisent.
    """
    if faits.famille != famille:
        raise DonneeIncoherente("famille du certificat", f"est {famille} sur ce modèle")
    exiger(faits.numero, "numéro du certificat")
    if not NUMERO_CERTIFICAT.fullmatch(faits.numero):
        raise DonneeIncoherente("numéro du certificat", "s'écrit MC- suivi de chiffres")
    _verifier_certification(faits)
    exiger(faits.prenoms, "prénoms du candidat")
    exiger(faits.nom, "nom du candidat")
    if faits.sexe not in (None, "M", "F"):
        raise DonneeIncoherente("sexe", "s'écrit M ou F")
    if faits.civilite not in (None, "M.", "Mme"):
        raise DonneeIncoherente("civilité", "s'écrit M. ou Mme")
    _verifier_naissance(
        faits.date_naissance, faits.ville_naissance, faits.departement_naissance, faits.pays_naissance, faits.date_jury
    )
    verifier_seance(faits.date_jury, faits.lieu_jury, faits.president_jury, faits.centre_nom)
    exiger(faits.code_verification, "code de vérification")
    exiger(faits.url_verification, "adresse de vérification")
    if not re.fullmatch(r"https?://[!-~]+", faits.url_verification):
        raise DonneeIncoherente("adresse de vérification", "est une adresse http ou https")


def _verifier_certification(faits: CertificatFaits) -> None:
    """Identifiant, intitulé, niveau et inscription au RNCP, selon la famille."""
    exiger(faits.identifiant, "identifiant de la certification")
    marques = ""
    if faits.famille == "CQPM":
        identifiant = IDENTIFIANT_CQPM.fullmatch(faits.identifiant)
        if identifiant is None:
            raise DonneeIncoherente("identifiant de la certification", "s'écrit CQPM AAAA NNNN, suivi de R et/ou I")
        marques = identifiant["marques"]
    elif not faits.identifiant.startswith(f"{faits.famille} "):
        raise DonneeIncoherente("identifiant de la certification", f"commence par {faits.famille}")
    exiger(faits.titre, "intitulé de la certification")
    if faits.niveau is not None and not 1 <= faits.niveau <= 8:
        raise DonneeIncoherente("niveau", "va de 1 à 8 au Cadre national des certifications professionnelles")
    if "R" in marques or faits.famille == "BDC":
        exiger(faits.enregistre_rncp_le, "date d'enregistrement au RNCP")
        exiger(faits.code_rncp, "code RNCP")
    elif faits.enregistre_rncp_le is not None or faits.code_rncp is not None:
        raise DonneeIncoherente("identifiant de la certification", "porte R quand le CQPM est enregistré au RNCP")


def verifier_pv(faits: PvFaits) -> None:
    """Refuse un procès-verbal incomplet ou contradictoire (annexe 14, notes 3 à 7).

    :raises DonneeManquante: une colonne exigée serait vide ; le nom dit laquelle et à quelle ligne.
    :raises DonneeIncoherente: une valeur n'est pas de celles que l'annexe admet.
    """
    verifier_logo(faits.logo)
    exiger(faits.reference, "référence du procès-verbal")
    exiger(faits.centre_adresse, "adresse du centre de certification")
    exiger(faits.identifiant, "identifiant de la certification")
    exiger(faits.titre, "intitulé de la certification")
    verifier_seance(faits.date_jury, faits.lieu_jury, faits.president_jury, faits.centre_nom)
    if faits.signe_le is not None:
        exiger(faits.signataire, "signataire du procès-verbal")
        if faits.signe_le < faits.date_jury:
            raise DonneeIncoherente("date de signature", "ne précède pas la date du jury")
    elif faits.signataire is not None:
        raise DonneeManquante("date de signature")
    if not faits.lignes:
        raise DonneeManquante("candidats du procès-verbal")
    if faits.rectifie is not None:
        exiger(faits.raison, "raison de la rectification")
        exiger("".join(faits.changements), "ce que change le procès-verbal rectificatif")
    for rang, ligne in enumerate(faits.lignes, start=1):
        _verifier_ligne(ligne, f" (ligne {rang})", faits.date_jury, projet=faits.signe_le is None)


def _verifier_decision(decision: str, ou: str, *, projet: bool) -> None:
    """A ou NA (annexe 14, note 5) ; dans un projet, vide tant que le jury n'a pas voté."""
    if projet and not decision:
        return
    exiger(decision, f"décision du jury{ou}")
    if decision not in ("A", "NA"):
        raise DonneeIncoherente(f"décision du jury{ou}", "est A ou NA : aucune autre valeur ne doit figurer")


def _verifier_ligne(ligne: PvLigne, ou: str, date_jury: dt.date, *, projet: bool) -> None:
    """Colonnes de l'annexe 14 pour un candidat ; `ou` situe la ligne dans le message."""
    exiger(ligne.nom_naissance, f"nom du candidat{ou}")
    exiger(ligne.prenoms, f"prénoms du candidat{ou}")
    _verifier_naissance(ligne.date_naissance, ligne.ville, ligne.departement, ligne.pays, date_jury, ou)
    exiger(ligne.origine, f"origine du candidat{ou}")
    exiger(ligne.financement, f"dispositif de financement{ou}")
    _verifier_decision(ligne.decision, ou, projet=projet)
    if ligne.financement not in DISPOSITIFS_FINANCEMENT:
        raise DonneeIncoherente(f"dispositif de financement{ou}", "est l'un des dix codes de l'annexe 14")
    entreprise = {
        "raison sociale": ligne.raison_sociale,
        "adresse de l'entreprise": ligne.adresse,
        "code NACE": ligne.code_nace,
        "secteur": ligne.secteur,
    }
    if ligne.origine == "DE":
        for nom, valeur in (entreprise | {"branche": ligne.branche}).items():
            if valeur is not None:
                raise DonneeIncoherente(f"{nom}{ou}", "ne doit pas apparaître pour un demandeur d'emploi (note 7)")
    elif ligne.origine == "SL":
        for nom, valeur in entreprise.items():
            exiger(valeur, f"{nom}{ou}")
        if ligne.secteur not in ("M", "HM"):
            raise DonneeIncoherente(f"secteur{ou}", "est M ou HM")
        if ligne.secteur == "HM":
            exiger(ligne.branche, f"branche{ou}")
    else:
        raise DonneeIncoherente(f"origine du candidat{ou}", "est SL ou DE")


def verifier_logo(logo: LogoImprime | None) -> None:
    """Un logo est une image gardée avec le centre : jamais une adresse, qui ferait lire un fichier ou joindre un serveur."""
    if logo is not None and not logo.source.startswith(("data:image/png;base64,", "data:image/svg+xml;base64,")):
        raise DonneeIncoherente("logo du centre", "est une image gardée avec le centre")


def verifier_seance(date_jury: dt.date, lieu: str, president: str, centre: str) -> None:
    """Quand, où, sous quelle présidence et par quel centre le jury s'est tenu."""
    exiger(date_jury, "date du jury")
    exiger(lieu, "lieu du jury")
    exiger(president, "président du jury")
    exiger(centre, "nom du centre de certification")


def _verifier_naissance(
    date: dt.date, ville: str, departement: str | None, pays: str, date_jury: dt.date, ou: str = ""
) -> None:
    """Ville, pays, et département quand la naissance est en France (annexe 7 ; annexe 14, note 4)."""
    exiger(date, f"date de naissance{ou}")
    exiger(ville, f"ville de naissance{ou}")
    exiger(pays, f"pays de naissance{ou}")
    if ne_en_france(pays):
        exiger(departement, f"département de naissance{ou}")
    if date_jury is not None and date >= date_jury:
        raise DonneeIncoherente(f"date de naissance{ou}", "précède la date du jury")


def ne_en_france(pays: str) -> bool:
    """Le pays est la France : le lieu de naissance porte alors son département."""
    return pays.strip().casefold() == "france"


def exiger(valeur: object, donnee: str) -> None:
    """Refuse une valeur vide, par son nom français."""
    if valeur is None or (isinstance(valeur, str) and not valeur.strip()):
        raise DonneeManquante(donnee)
