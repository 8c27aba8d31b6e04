"""Ce qu'affirment les lettres au candidat et à l'entreprise, et les listes de la branche (partie 2, chapitre 3, § 4).

Bibliothèque standard seule, comme `documents.faits`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from documents.erreurs import DonneeIncoherente, DonneeManquante
from documents.faits import exiger
from documents.faits_jury import Destinataire, EnTete, verifier_centre


@dataclass(frozen=True, slots=True)
class Acquis:
    """Un bloc ou une compétence acquis et validé : son numéro et son intitulé."""

    numero: str
    intitule: str


@dataclass(frozen=True, slots=True)
class DecisionFaits:
    """La décision du jury sur un candidat, pour lui ou pour l'entreprise ; datée du jour du jury.

    `blocs_vises` : les blocs de l'inscription, vide quand elle vise la certification entière. `acquis_jusqu_au` : dernier
    jour pendant lequel ce qui est acquis se conserve. `rncp` : la certification y était enregistrée le jour du jury, ou de l'inscription ;
    les blocs complets sont alors dits, et les compétences acquises hors d'eux.
    """

    centre: EnTete
    date_jury: dt.date
    lieu_jury: str
    president: str
    destinataire: Destinataire
    candidat: str
    nom_fichier: str
    civilite: str | None
    pour_entreprise: bool
    identifiant: str
    titre: str
    decision: str
    rncp: bool
    blocs_vises: tuple[Acquis, ...] = ()
    blocs_acquis: tuple[Acquis, ...] = ()
    competences_acquises: tuple[Acquis, ...] = ()
    acquis_jusqu_au: dt.date | None = None

    @property
    def code(self) -> str:
        """Le document que cette décision appelle : admission, non-admission, ou non-admission partielle."""
        if self.decision == "A":
            return "lettre-admission"
        partielle = (self.blocs_acquis or self.competences_acquises) and not self.pour_entreprise
        return "lettre-non-admission-partielle" if partielle else "lettre-non-admission"


@dataclass(frozen=True, slots=True)
class CertificationListee:
    """Une ligne de la liste établie par la branche ; `enregistrements` : RNCP35286, RS6717, aucun si elle n'en a pas."""

    famille: str
    identifiant: str
    titre: str
    niveau: int | None
    enregistrements: tuple[str, ...]
    creee_le: dt.date | None
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class ListeCertificationsFaits:
    """La liste des certifications de la branche à une date (glossaire ; partie 1, chapitre 1, § 2.B)."""

    au: dt.date
    certifications: tuple[CertificationListee, ...]


@dataclass(frozen=True, slots=True)
class OrganismeHabilite:
    """Un organisme de formation, par qui il est habilité, depuis quand et pour quoi (aucune : toutes, choix HAB-01)."""

    nom: str
    declaration: str
    adresse: str
    centre: str
    du: dt.date
    au: dt.date | None
    certifications: tuple[str, ...]
    demonstration: bool = False
    siret: str = ""
    numero_declaration: str = ""


@dataclass(frozen=True, slots=True)
class ListeOrganismesFaits:
    """Les organismes habilités à une date (partie 2, chapitre 1) : d'un centre quand `centre` le nomme, de tous sinon."""

    au: dt.date
    centre: str
    organismes: tuple[OrganismeHabilite, ...]


def verifier_decision(faits: DecisionFaits, code: str) -> None:
    """Refuse une lettre incomplète, ou qui ne dit pas la décision du jury (partie 2, chapitre 3, § 4).

    :raises DonneeManquante: l'un des éléments que le dispositif veut dans la lettre manque.
    :raises DonneeIncoherente: ce n'est pas la lettre de cette décision.
    """
    verifier_centre(faits.centre)
    exiger(faits.date_jury, "date du jury")
    exiger(faits.lieu_jury, "lieu du jury")
    exiger(faits.president, "président du jury")
    exiger(faits.candidat, "nom du candidat")
    exiger(faits.destinataire.nom, "destinataire de la lettre")
    exiger(faits.identifiant, "identifiant de la certification")
    exiger(faits.titre, "intitulé de la certification")
    exiger(faits.decision, f"décision du jury sur {faits.candidat}")
    if faits.decision not in ("A", "NA"):
        raise DonneeIncoherente("décision du jury", "est A ou NA : aucune autre valeur ne doit figurer")
    if faits.civilite not in (None, "M.", "Mme"):
        raise DonneeIncoherente("civilité", "s'écrit M. ou Mme")
    if faits.code != code:
        raise DonneeIncoherente("lettre", f"est ici {faits.code}, d'après la décision du jury")
    for acquis in (*faits.blocs_vises, *faits.blocs_acquis, *faits.competences_acquises):
        exiger(acquis.numero, "numéro d'un acquis")
        exiger(acquis.intitule, f"intitulé de {acquis.numero}")
    if code == "lettre-non-admission-partielle":
        exiger(faits.acquis_jusqu_au, "date jusqu'à laquelle les acquis se conservent")
        if faits.blocs_acquis and not faits.rncp:
            raise DonneeIncoherente("blocs acquis", "se disent d'un CQPM enregistré au RNCP")


def verifier_liste_certifications(faits: ListeCertificationsFaits) -> None:
    """Refuse une liste vide ou une ligne sans identifiant ni intitulé."""
    exiger(faits.au, "date de la liste")
    if not faits.certifications:
        raise DonneeManquante("certifications de la liste")
    for certification in faits.certifications:
        exiger(certification.identifiant, "identifiant de la certification")
        exiger(certification.titre, f"intitulé de {certification.identifiant}")


def verifier_liste_organismes(faits: ListeOrganismesFaits) -> None:
    """Refuse une liste vide, ou une habilitation sans centre ni date d'effet (HAB-04)."""
    exiger(faits.au, "date de la liste")
    if not faits.organismes:
        raise DonneeManquante("organismes habilités à cette date")
    for organisme in faits.organismes:
        exiger(organisme.nom, "nom de l'organisme")
        exiger(organisme.centre, f"centre qui habilite {organisme.nom}")
        exiger(organisme.du, f"date d'habilitation de {organisme.nom}")
