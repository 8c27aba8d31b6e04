"""Accrochage au passeport de compétences (Code du travail, art. R. 6113-17-2) : ce qu'un passage demande, ses délais.

La branche transmet à la Caisse des Dépôts chaque certification délivrée qui est enregistrée au RNCP ou au répertoire
spécifique : la certification, ou le bloc de compétences. Les mots sont ceux de son schéma (`cpf`, version 1.1.2).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from rules.faits import FicheFacts
from rules.nomenclatures import DispositifFinancement, EtatPassage, Prescripteur, Voie
from rules.noyau import Constat, Gravite, rule
from rules.parametres import DELAI_ACCROCHAGE, plus_mois

_TEXTE = "Code du travail, art. R. 6113-17-2 ; Caisse des Dépôts"
LONGUEUR_NOM = 60
PASSAGES_MAX = 200_000
"""Passages d'un fichier, au plus (Caisse des Dépôts)."""
OCTETS_MAX = 200 * 10**6
"""Octets d'un fichier, au plus (Caisse des Dépôts)."""
FRANCE = "99100"
# Ce que XML 1.0 n'admet pas, ou ce qui casserait la ligne d'un passage.
_CACHE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class PassageFacts:
    """Un certificat délivré, tel que la Caisse des Dépôts le demande : sa certification et son titulaire.

    `code` est le code de France compétences de la certification ou du bloc ; vide s'il n'est pas connu. `commune` est le
    code officiel géographique de la commune de naissance ; `pays` celui du pays (99100 : France).
    """

    certificat_id: int
    centre_id: int
    numero: str
    code: str
    objet: str
    date_jury: dt.date
    nom_naissance: str
    nom_usage: str
    prenoms: str
    date_naissance: dt.date
    sexe: str | None
    commune: str | None
    ville: str
    pays: str
    libelle_pays: str
    voie: Voie
    financement: DispositifFinancement
    prescripteur: Prescripteur
    date_inscription: dt.date

    @property
    def repertoire(self) -> str:
        """RNCP ou RS, d'après le code."""
        return self.code.partition("BC")[0].rstrip("0123456789")


@dataclass(frozen=True, slots=True)
class SuiviPassage:
    """Où en est un certificat à transmettre, au jour où l'on regarde ; sans état : dans aucun fichier."""

    date_jury: dt.date
    etat: EtatPassage | None
    jour: dt.date


@dataclass(frozen=True, slots=True)
class IdentiteFacts:
    """La pièce d'identité d'un candidat : quand son jury a rendu sa décision, et l'accrochage de ce qu'il a obtenu.

    `accrochages` : pour chaque certificat à transmettre, le dernier jour du délai et si la Caisse des Dépôts l'a accepté.
    """

    pv_signe_le: dt.date | None
    accrochages: tuple[tuple[dt.date, bool], ...]
    jour: dt.date


def echeance_d_accrochage(date_jury: dt.date) -> dt.date:
    """Le dernier jour pour transmettre : trois mois après la délivrance, au même quantième (ACC-02)."""
    return plus_mois(date_jury, DELAI_ACCROCHAGE.au(date_jury))


def prenoms_separes(prenoms: str) -> tuple[str, ...]:
    """Les trois premiers prénoms : séparés par des virgules s'il y en a, par des espaces sinon."""
    morceaux = prenoms.split(",") if "," in prenoms else prenoms.split()
    return tuple(p for m in morceaux if (p := " ".join(m.split())))[:3]


def fiche_de_delivrance(fiches: Iterable[FicheFacts], engage_le: dt.date, jour: dt.date) -> FicheFacts | None:
    """La fiche qui porte ce qui est délivré ce jour-là : celle en vigueur, à défaut celle de l'engagement (FC-01)."""
    connues = tuple(fiches)
    return next(
        (f for f in (*(f for f in connues if f.periode.contient(jour)), *connues) if f.porte(engage_le, jour)), None
    )


@rule("ACC-02", field="certification", source=_TEXTE)
def code_france_competences(p: PassageFacts) -> str | None:
    """La certification, ou le bloc, se nomme par son code de France compétences (FC-03)."""
    return None if p.code else (
        f"Le code France compétences de {p.objet} n'est pas connu : le secrétariat du GTP le complète à l'enregistrement."
    )


@rule("ACC-01", field="sexe", source=_TEXTE)
def identification_du_titulaire(p: PassageFacts) -> tuple[Constat, ...]:
    """Nom de naissance, premier prénom, sexe et année de naissance sont obligatoires, chacun sur soixante signes au plus."""
    constats = []
    if p.sexe is None:
        constats.append(Constat("sexe", "Indiquez le sexe d'état civil du titulaire."))
    if not 1900 <= p.date_naissance.year <= 2099:
        constats.append(Constat("date_naissance", "L'année de naissance va de 1900 à 2099."))
    prenoms = prenoms_separes(p.prenoms)
    if not prenoms:
        constats.append(Constat("prenoms", "Indiquez le premier prénom du titulaire."))
    for champ, libelle, texte in (
        ("nom_naissance", "Le nom de naissance", p.nom_naissance), ("nom_usage", "Le nom d'usage", p.nom_usage),
        *(("prenoms", "Un prénom", prenom) for prenom in prenoms),
    ):
        if len(texte) > LONGUEUR_NOM:
            constats.append(Constat(champ, f"{libelle} dépasse {LONGUEUR_NOM} caractères : la Caisse des Dépôts le refuserait."))
        if _CACHE.search(texte):
            constats.append(Constat(champ, f"{libelle} porte un caractère caché : ressaisissez-le."))
    return tuple(constats)


@rule("ACC-01", field="ville_naissance", source=_TEXTE, gravite=Gravite.ALERTE)
def commune_de_naissance(p: PassageFacts) -> str | None:
    """Sans la commune, deux homonymes nés le même jour ne se distinguent pas : le passage risque d'être refusé."""
    if p.commune or p.pays != FRANCE:
        return None
    return f"« {p.ville} » n'a pas de code de commune : la Caisse des Dépôts pourrait ne pas reconnaître le titulaire."


@rule("ACC-02", field="echeance", source=_TEXTE, gravite=Gravite.ALERTE)
def dans_les_trois_mois(s: SuiviPassage) -> str | None:
    """Dans les trois mois de la délivrance ; un passage KO n'est pas transmis."""
    fin = echeance_d_accrochage(s.date_jury)
    if s.etat in (EtatPassage.DEPOSE, EtatPassage.ACCEPTE) or s.jour <= fin:
        return None
    return f"À transmettre le {fin:%d/%m/%Y} au plus tard : {(s.jour - fin).days} jour(s) de retard."


@rule("ACC-03", field="piece_identite", source="Partie 2, chap. 6, § 2 ; Code du travail, art. R. 6113-17-2")
def identite_encore_utile(i: IdentiteFacts) -> str | None:
    """La pièce d'identité se supprime l'issue connue, et l'accrochage accepté ou son délai passé *(choix)*.

    Le dispositif la veut supprimée dès l'issue connue ; la Caisse des Dépôts peut encore refuser un titulaire qu'elle
    n'a pas reconnu, et la pièce sert alors à le corriger.
    """
    if i.pv_signe_le is None:
        return "L'issue n'est pas connue : le procès-verbal n'est pas signé."
    attendus = [fin for fin, accepte in i.accrochages if not accepte and i.jour <= fin]
    if attendus:
        return f"L'accrochage au passeport de compétences n'est pas accepté ; son délai court jusqu'au {max(attendus):%d/%m/%Y}."
    return None


_ACCES = {
    DispositifFinancement.CP: "FORMATION_CONTINUE_CONTRAT_DE_PROFESSIONNALISATION",
    DispositifFinancement.CPE: "FORMATION_CONTINUE_CONTRAT_DE_PROFESSIONNALISATION",
    DispositifFinancement.CPFCA: "FORMATION_INITIALE_APPRENTISSAGE",
}
_INITIATIVE = {
    Prescripteur.ENTREPRISE: "EMPLOYEUR", Prescripteur.ORGANISME: "OF", Prescripteur.CANDIDAT: "CERTIFIE",
}


def modalite_d_acces(p: PassageFacts) -> str:
    """La voie d'accès, dans les mots du schéma."""
    if p.voie is not Voie.FORMATION:
        return "VAE"
    return _ACCES.get(p.financement, "FORMATION_CONTINUE_HORS_CONTRAT_DE_PROFESSIONNALISATION")


def voie_d_acces_vae(p: PassageFacts) -> str | None:
    """Pour une VAE : pendant un congé de VAE, ou non."""
    if p.voie is Voie.FORMATION:
        return None
    return "CONGES_VAE" if p.financement is DispositifFinancement.CVAE else "VAE_CLASSIQUE"


def initiative(p: PassageFacts) -> str:
    """Qui a demandé l'inscription, dans les mots du schéma."""
    return _INITIATIVE[p.prescripteur]


PREPARATION = (code_france_competences, identification_du_titulaire, commune_de_naissance)
SUIVI = (dans_les_trois_mois,)
EFFACEMENT_IDENTITE = (identite_encore_utile,)
