"""Référentiels de certification : ce qu'une version contient, et quand elle se soumet et se valide.

Partie 1, chapitre 1 ; annexe 1 (CQPM) et annexe 2 (CCPM). Le champ d'un constat est le nom du champ dans l'éditeur :
`b12-libelle` pour le bloc de clé `b12`, `c34-resultats` pour la compétence de clé `c34`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rules.nomenclatures import EtatReferentiel, Famille
from rules.noyau import Constat, rule

NIVEAUX = range(1, 9)
LIBELLE_DE_BLOC, LIBELLE_DE_COMPETENCE = 300, 600
_CHAP_1 = "Partie 1, chap. 1"


@dataclass(frozen=True, slots=True)
class CompetenceDeVersion:
    """Une compétence professionnelle telle que le référentiel l'écrit ; `modalites` sont les codes permis.

    Les critères suivent les quatre matières de l'annexe : méthodes, moyens, liens, contraintes.
    """

    cle: str
    libelle: str = ""
    connaissances: str = ""
    conditions: str = ""
    methodes: str = ""
    moyens: str = ""
    liens: str = ""
    contraintes: str = ""
    resultats: str = ""
    modalites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BlocDeVersion:
    """Un bloc de compétences à sa place dans une version de CQPM.

    `emplois` compte les autres versions qui l'emploient ; `nouveau` dit que ce projet en fera un nouveau bloc.
    """

    cle: str
    libelle: str = ""
    competences: tuple[CompetenceDeVersion, ...] = ()
    numero: int | None = None
    emplois: int = 0
    nouveau: bool = False

    @property
    def modifiable(self) -> bool:
        """Vrai si ce projet peut en changer le contenu sans changer une autre version."""
        return self.nouveau or not self.emplois

    @property
    def identifiant(self) -> str:
        """Le numéro tel qu'imprimé ; vide tant que le GTP ne l'a pas donné (REF-08)."""
        return f"BDC {self.numero:04d}" if self.numero is not None and not self.nouveau else ""


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """Une version de référentiel : activités, compétences, évaluation, conditions d'admissibilité."""

    famille: Famille
    etat: EtatReferentiel
    missions: str = ""
    environnement: str = ""
    interactions: str = ""
    conditions_admissibilite: str = ""
    niveau: int | None = None
    blocs: tuple[BlocDeVersion, ...] = ()
    competences: tuple[CompetenceDeVersion, ...] = ()

    def reperes(self) -> Iterator[tuple[str, CompetenceDeVersion]]:
        """Chaque compétence et sa place, telle qu'une personne la nomme."""
        for rang, competence in enumerate(self.competences, 1):
            yield f"Compétence {rang}", competence
        for place, bloc in enumerate(self.blocs, 1):
            for rang, competence in enumerate(bloc.competences, 1):
                yield f"Compétence {rang} du bloc {place}", competence


@dataclass(frozen=True, slots=True)
class DecisionDeVersion:
    """Une décision du GTP sur une version soumise ; `precedente` est la date de la version qu'elle remplace."""

    etat: EtatReferentiel
    jour: dt.date | None = None
    precedente: dt.date | None = None


@rule("REF-04", field="niveau", source=f"{_CHAP_1}, § 2.A")
def niveau_du_cadre_national(v: VersionFacts) -> str | None:
    """Le classement par niveau suit le Cadre national des certifications professionnelles : 1 à 8."""
    if v.niveau is None or v.niveau in NIVEAUX:
        return None
    return f"Le cadre national des certifications va du niveau 1 au niveau 8 : {v.niveau} n'en est pas un."


@rule("REF-11", field="blocs", source="Glossaire, bloc de compétences")
def bloc_employe_une_fois(v: VersionFacts) -> str | None:
    """Un bloc tient une place, et une seule, dans une version."""
    fois = Counter(b.cle for b in v.blocs)
    doubles = sorted({b.identifiant or b.libelle for b in v.blocs if fois[b.cle] > 1})
    return f"{', '.join(doubles)} : un bloc ne s'emploie qu'une fois dans une version." if doubles else None


@rule("REF-10", field="missions", source="Annexes 1 et 2")
def longueurs(v: VersionFacts) -> tuple[Constat, ...]:
    """Un libellé reste un libellé : il s'imprime dans une colonne et sur un certificat."""
    return (
        *(Constat(f"{b.cle}-libelle", f"Le libellé d'un bloc a {LIBELLE_DE_BLOC} caractères au plus.")
          for b in v.blocs if len(b.libelle) > LIBELLE_DE_BLOC),
        *(Constat(f"{c.cle}-libelle", f"{repere} : {LIBELLE_DE_COMPETENCE} caractères au plus.")
          for repere, c in v.reperes() if len(c.libelle) > LIBELLE_DE_COMPETENCE),
    )


@rule("REF-09", field="certification", source=f"{_CHAP_1}, § 1")
def une_version_a_la_fois(etats: tuple[EtatReferentiel, ...]) -> str | None:
    """Une seule version se prépare à la fois : deux projets se contrediraient devant le GTP."""
    if EtatReferentiel.PROJET in etats or EtatReferentiel.SOUMIS in etats:
        return "Une nouvelle version de cette certification est déjà en préparation : modifiez-la."
    return None


@rule("REF-09", field="etat", source=f"{_CHAP_1}, § 1")
def version_en_projet(v: VersionFacts) -> str | None:
    """Seul un projet se modifie : une version soumise attend le GTP, une version validée ne change plus."""
    if v.etat is EtatReferentiel.PROJET:
        return None
    return f"Cette version est « {v.etat.libelle} » : seul un projet se modifie. Créez une nouvelle version."


@rule("REF-02", field="missions", source=f"{_CHAP_1}, § 1.B ; annexes 1 et 2")
def activites_decrites(v: VersionFacts) -> tuple[Constat, ...]:
    """Le référentiel d'activités d'un CQPM a ses trois paragraphes ; un CCPM dit la mission du titulaire."""
    attendus = [("missions", v.missions, "Décrivez la mission et les activités visées.")]
    if v.famille is Famille.CQPM:
        attendus += [
            ("environnement", v.environnement, "Décrivez l'environnement de travail."),
            ("interactions", v.interactions, "Décrivez les interactions dans l'environnement de travail."),
        ]
    return tuple(Constat(champ, message) for champ, texte, message in attendus if not texte.strip())


@rule("REF-10", field="blocs", source="Annexes 1 et 2")
def forme_de_la_famille(v: VersionFacts) -> Constat | None:
    """Un CQPM est fait de blocs de compétences ; un CCPM de compétences, sans bloc."""
    if v.famille is Famille.CQPM:
        if not v.blocs:
            return Constat("blocs", "Un CQPM a au moins un bloc de compétences : ajoutez-en un.")
        return Constat("blocs", "Dans un CQPM, chaque compétence est dans un bloc.") if v.competences else None
    if v.blocs:
        return Constat("blocs", f"Un {v.famille.value} n'a pas de bloc de compétences : retirez-les.")
    if not v.competences:
        return Constat("competences", f"Un {v.famille.value} a au moins une compétence : ajoutez-en une.")
    return None


@rule("REF-10", field="blocs", source="Annexe 1, § 2")
def bloc_complet(v: VersionFacts) -> tuple[Constat, ...]:
    """Chaque bloc a un libellé et au moins une compétence."""
    return (
        *(Constat(f"{b.cle}-libelle", f"Bloc {place} : donnez le libellé du bloc.")
          for place, b in enumerate(v.blocs, 1) if not b.libelle.strip()),
        *(Constat(f"{b.cle}-competences", f"Bloc {place} : un bloc a au moins une compétence.")
          for place, b in enumerate(v.blocs, 1) if not b.competences),
    )


@rule("REF-10", field="competences", source="Annexe 1, § 3.1 ; annexe 2, § 2")
def competence_complete(v: VersionFacts) -> tuple[Constat, ...]:
    """Conditions de réalisation (CQPM), critères dans au moins une matière, résultats attendus, modalité permise.

    L'annexe 2 n'a pas de colonne « Conditions de réalisation » : un CCPM n'en demande pas.
    """
    constats: list[Constat] = []
    for repere, c in v.reperes():
        manques = (
            ("libelle", c.libelle, "écrivez la compétence"),
            ("conditions", c.conditions if v.famille is Famille.CQPM else "-", "indiquez les conditions de réalisation"),
            ("methodes", f"{c.methodes}{c.moyens}{c.liens}{c.contraintes}",
             "donnez des critères dans une matière au moins (méthodes, moyens, liens ou contraintes)"),
            ("resultats", c.resultats, "indiquez les résultats attendus"),
            ("modalites", "-" if c.modalites else "", "cochez au moins une modalité d'évaluation"),
        )
        constats += [
            Constat(f"{c.cle}-{champ}", f"{repere} : {message}.") for champ, texte, message in manques
            if not texte.strip()
        ]
    return tuple(constats)


@rule("REF-10", field="conditions_admissibilite", source="Annexe 1, § 4 ; annexe 2, § 3")
def conditions_d_admissibilite(v: VersionFacts) -> str | None:
    """Le référentiel précise les conditions d'admission."""
    return None if v.conditions_admissibilite.strip() else "Précisez les conditions d'admissibilité."


@rule("REF-03", field="etat", source=f"{_CHAP_1}, § 2.A")
def version_soumise(d: DecisionDeVersion) -> str | None:
    """Le GTP décide d'une version qui lui est soumise, une fois."""
    if d.etat is EtatReferentiel.SOUMIS:
        return None
    return f"Cette version est « {d.etat.libelle} » : le GTP décide d'une version soumise."


@rule("REF-06", field="valide_le", source=f"{_CHAP_1}, § 2.C")
def date_de_decision(d: DecisionDeVersion) -> str | None:
    """La version s'applique à la date de la décision ; elle ne précède pas celle qu'elle remplace."""
    if d.jour is None or d.precedente is None or d.jour >= d.precedente:
        return None
    return f"La version en vigueur date du {d.precedente:%d/%m/%Y} : celle qui la remplace ne peut être antérieure."


VERSION_NOUVELLE = (une_version_a_la_fois,)
MODIFICATION = (version_en_projet,)
SAISIE = (niveau_du_cadre_national, bloc_employe_une_fois, longueurs)
SOUMISSION = (
    *SAISIE, activites_decrites, forme_de_la_famille, bloc_complet, competence_complete, conditions_d_admissibilite,
)
DECISION_DU_GTP = (version_soumise, date_de_decision)
