"""Parcours de professionnalisation certifiants (partie 1, chapitre 3 ; partie 2, chapitre 7 ; annexes 3 et 4).

Le dossier se juge point par point ; le GTP valide ce qui est complet, l'entreprise attribue ensuite. Les durées sont
en minutes.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from rules.nomenclatures import AvisCse, EtatReferentiel, NatureFormation, ResultatParcours
from rules.noyau import Constat, Gravite, Rule, Violation, evaluate, rule
from rules.parametres import AGE_MAXIMAL, AGE_MINIMAL, meme_jour

MINUTES_MAX = 60 * 10_000
_DUREE = re.compile(r"(\d{1,5})(?:[.,](\d{1,2}))?(?:h(\d{1,2})?)?", re.ASCII)


def lire_duree(texte: str) -> int:
    """« 35 », « 3,5 », « 3h30 » ou « 3 h 30 » en minutes.

    :raises ValueError: ce n'est pas une durée, ou elle passe dix mille heures.
    """
    lue = _DUREE.fullmatch("".join(texte.split()).lower())
    if lue is None or (lue[2] and lue[3]) or int(lue[3] or 0) > 59:
        raise ValueError(texte)
    centiemes = int((lue[2] or "0").ljust(2, "0"))
    minutes = int(lue[1]) * 60 + round(centiemes * 60 / 100) + int(lue[3] or 0)
    if minutes > MINUTES_MAX:
        raise ValueError(texte)
    return minutes


def duree(minutes: int) -> str:
    """210 → « 3 h 30 », 2100 → « 35 h » ; espaces insécables."""
    heures, reste = divmod(minutes, 60)
    return f"{heures}\N{NO-BREAK SPACE}h" + (f"\N{NO-BREAK SPACE}{reste:02d}" if reste else "")


@dataclass(frozen=True, slots=True)
class DomaineFacts:
    """Une ligne de la fiche (annexe 3)."""

    domaine: str
    competences: str
    contenus: str
    minutes: int
    intervenants: str


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """Une ligne du programme de formation (annexe 4)."""

    phase: int
    module: str
    objectifs: str
    minutes: int
    nature: NatureFormation
    organisme: str


@dataclass(frozen=True, slots=True)
class ParcoursFacts:
    """Un parcours et son dossier ; `jour` est celui de l'acte jugé, `courrier` et `avis_joint` viennent des pièces."""

    centre_id: int | None
    etat: EtatReferentiel
    intitule: str
    societe: str
    adresse: str
    public_vise: str
    minutes: int
    mois: int | None
    attestation: str
    avis_cse: AvisCse | None
    avis_cse_le: dt.date | None
    evaluation_conditions: str
    evaluation_modalites: str
    evaluation_criteres: str
    domaines: tuple[DomaineFacts, ...]
    modules: tuple[ModuleFacts, ...]
    courrier: bool
    avis_joint: bool
    soumis_le: dt.date | None = None
    jour: dt.date | None = None
    en_revision: bool = False

    @property
    def minutes_des_domaines(self) -> int:
        """La somme des heures de la fiche, en minutes."""
        return sum(d.minutes for d in self.domaines)

    @property
    def minutes_des_modules(self) -> int:
        """La somme des durées du programme, en minutes."""
        return sum(m.minutes for m in self.modules)


@dataclass(frozen=True, slots=True)
class AttributionParcoursFacts:
    """Ce qu'une entreprise décide pour un salarié, et la version du parcours qu'il a suivie."""

    etat_parcours: EtatReferentiel
    parcours_valide_le: dt.date | None
    nom: str
    prenoms: str
    date_naissance: dt.date | None
    organisme_evaluation: str
    habilite_le: dt.date | None
    evalue_le: dt.date | None
    attribue_le: dt.date | None
    resultat: ResultatParcours | None
    emploi: str
    cotation: str
    jour: dt.date
    deja_attribue: bool = False


# --- le dossier ----------------------------------------------------------------------------------------------------


@rule("PPC-01", field="centre", source="Partie 1, chap. 3, § 1.A")
def demande_par_une_uimm_territoriale(p: ParcoursFacts) -> str | None:
    """La demande est portée par l'UIMM territoriale."""
    return None if p.centre_id is not None else "La demande d'un parcours est portée par une UIMM territoriale."


@rule("PPC-02", field="pieces", source="Partie 1, chap. 3, § 1.B, 1°")
def courrier_de_l_entreprise(p: ParcoursFacts) -> str | None:
    """Un courrier de l'entreprise dit pourquoi elle veut le parcours."""
    return None if p.courrier else "Joignez le courrier de l'entreprise : il dit pourquoi elle veut mettre en place ce parcours."


@rule("PPC-02", field="domaines", source="Partie 1, chap. 3, § 1.B, 2° ; annexe 3")
def fiche_complete(p: ParcoursFacts) -> tuple[Constat, ...]:
    """La fiche du parcours dit tout ce que demande l'annexe 3."""
    rubriques = {
        "societe": (p.societe, "Indiquez la société."),
        "adresse": (p.adresse, "Indiquez l'adresse de la société."),
        "intitule": (p.intitule, "Indiquez l'intitulé du parcours."),
        "public_vise": (p.public_vise, "Indiquez le public visé : les catégories de poste ou d'emploi."),
        "minutes": (p.minutes, "Indiquez la durée totale du parcours, en heures."),
        "mois": (p.mois, "Indiquez sur combien de mois le parcours se déroule."),
        "attestation": (p.attestation, "Indiquez ce qu'atteste le document remis au salarié à l'issue du parcours."),
        "domaines": (p.domaines, "La fiche n'a aucun domaine."),
    }
    constats = [Constat(champ, message) for champ, (valeur, message) in rubriques.items() if not valeur]
    for rang, d in enumerate(p.domaines, 1):
        colonnes = {"compétences finales visées": d.competences, "contenus": d.contenus, "nombre d'heures": d.minutes,
                    "intervenants": d.intervenants}
        if vides := [nom for nom, valeur in colonnes.items() if not valeur]:
            constats.append(Constat("domaines", f"Fiche, ligne {rang} (« {d.domaine} ») : complétez {', '.join(vides)}."))
    return tuple(constats)


@rule("PPC-02", field="modules", source="Partie 1, chap. 3, § 1.B, 3° ; annexe 4")
def programme_complet(p: ParcoursFacts) -> tuple[Constat, ...]:
    """Le programme de formation est détaillé comme le demande l'annexe 4."""
    if not p.modules:
        return (Constat("modules", "Le programme de formation n'a aucun module."),)
    constats = []
    for rang, m in enumerate(p.modules, 1):
        colonnes = {"objectifs": m.objectifs, "durée": m.minutes}
        if m.nature is NatureFormation.EXTERNE:
            colonnes["organisme de formation"] = m.organisme
        if vides := [nom for nom, valeur in colonnes.items() if not valeur]:
            constats.append(Constat("modules", f"Programme, ligne {rang} (« {m.module} ») : complétez {', '.join(vides)}."))
    return tuple(constats)


@rule("PPC-02", field="avis_cse", source="Partie 1, chap. 3, § 1.B, 4°")
def avis_des_representants(p: ParcoursFacts) -> str | Constat | None:
    """Les représentants du personnel ont donné un avis, ou l'entreprise déclare n'avoir pas de CSE."""
    if p.avis_cse is AvisCse.PAS_DE_CSE:
        return None
    if p.avis_cse is None:
        return "Indiquez l'avis des représentants du personnel, ou que l'entreprise n'a pas de CSE."
    if p.avis_cse_le is None:
        return Constat("avis_cse_le", "Indiquez la date de l'avis des représentants du personnel.")
    if p.jour is not None and p.avis_cse_le > p.jour:
        return Constat("avis_cse_le", "La date de l'avis des représentants du personnel est à venir.")
    return None if p.avis_joint else Constat("pieces", "Joignez l'avis des représentants du personnel.")


@rule("PPC-03", field="evaluation_conditions", source="Partie 1, chap. 3, § 2 ; partie 2, chap. 7")
def referentiel_d_evaluation_complet(p: ParcoursFacts) -> tuple[Constat, ...]:
    """Le GTP valide un référentiel d'évaluation : conditions d'admission, modalités, critères."""
    rubriques = {
        "evaluation_conditions": (p.evaluation_conditions, "Écrivez les conditions d'admission : l'entreprise les vérifie avant d'attribuer."),
        "evaluation_modalites": (p.evaluation_modalites, "Écrivez les modalités d'évaluation ; la situation de travail est privilégiée."),
        "evaluation_criteres": (p.evaluation_criteres, "Écrivez les critères d'évaluation et les résultats attendus."),
    }
    return tuple(Constat(champ, message) for champ, (valeur, message) in rubriques.items() if not valeur.strip())


@rule("PPC-05", field="minutes", source="Annexe 3, notes 2 et 7")
def heures_de_la_fiche(p: ParcoursFacts) -> str | None:
    """Les heures des domaines font la durée totale du parcours."""
    if not p.domaines or p.minutes_des_domaines == p.minutes:
        return None
    return (
        f"Les domaines de la fiche font {duree(p.minutes_des_domaines)}, la durée du parcours est de {duree(p.minutes)} : "
        "accordez-les."
    )


@rule("PPC-05", field="modules", source="Annexes 3 et 4", gravite=Gravite.ALERTE)
def programme_comme_la_fiche(p: ParcoursFacts) -> str | None:
    """Le programme détaille les heures de la fiche : une différence se signale."""
    if not p.modules or p.minutes_des_modules == p.minutes_des_domaines:
        return None
    return (
        f"Le programme fait {duree(p.minutes_des_modules)}, la fiche {duree(p.minutes_des_domaines)} : "
        "vérifiez que c'est voulu."
    )


DOSSIER = (
    demande_par_une_uimm_territoriale, courrier_de_l_entreprise, fiche_complete, heures_de_la_fiche, programme_complet,
    programme_comme_la_fiche, referentiel_d_evaluation_complet, avis_des_representants,
)
_POINTS: tuple[tuple[str, str, tuple[Rule, ...]], ...] = (
    ("Demande portée par une UIMM territoriale", "Partie 1, chap. 3, § 1.A", (demande_par_une_uimm_territoriale,)),
    ("Courrier de l'entreprise", "Partie 1, chap. 3, § 1.B, 1°", (courrier_de_l_entreprise,)),
    ("Fiche du parcours", "Annexe 3", (fiche_complete, heures_de_la_fiche)),
    ("Programme de formation détaillé", "Annexe 4", (programme_complet, programme_comme_la_fiche)),
    ("Avis des représentants du personnel, ou absence de CSE", "Partie 1, chap. 3, § 1.B, 4°", (avis_des_representants,)),
    ("Référentiel d'évaluation", "Partie 1, chap. 3, § 2", (referentiel_d_evaluation_complet,)),
)


@dataclass(frozen=True, slots=True)
class Point:
    """Un point du dossier : réglé quand rien ne bloque ; les alertes se lisent quand même."""

    libelle: str
    source: str
    constats: tuple[Violation, ...]

    @property
    def fait(self) -> bool:
        """Vrai si rien ne bloque ce point."""
        return all(v.gravite is Gravite.ALERTE for v in self.constats)


def points(faits: ParcoursFacts) -> tuple[Point, ...]:
    """Le dossier point par point, dans l'ordre du dispositif."""
    return tuple(Point(libelle, source, evaluate(regles, faits)) for libelle, source, regles in _POINTS)


# --- ce qu'on en fait ----------------------------------------------------------------------------------------------


@rule("PPC-03", field="etat", source="Partie 1, chap. 3, § 2")
def parcours_en_projet(p: ParcoursFacts) -> str | None:
    """Seul un projet se modifie et se soumet : validé, un parcours se révise par une nouvelle version."""
    if p.etat is EtatReferentiel.PROJET:
        return None
    return f"Ce parcours n'est plus un projet ({p.etat.libelle.lower()}) : il ne change plus. Révisez-le par une nouvelle version."


@rule("PPC-03", field="etat", source="Partie 1, chap. 3, § 2")
def parcours_soumis(p: ParcoursFacts) -> str | None:
    """Le GTP ne se prononce que sur un parcours qui lui est soumis, pas avant de l'avoir reçu."""
    if p.etat is not EtatReferentiel.SOUMIS or p.soumis_le is None:
        return "Ce parcours n'est pas soumis au GTP : il n'y a rien à décider."
    if p.jour is not None and p.jour < p.soumis_le:
        return f"La décision ne peut pas précéder la soumission au GTP, le {p.soumis_le:%d/%m/%Y}."
    return None


@rule("PPC-03", field="etat", source="Partie 1, chap. 3, § 1")
def parcours_revisable(p: ParcoursFacts) -> str | None:
    """Une révision part de la version validée, une à la fois."""
    if p.etat is not EtatReferentiel.VALIDE:
        return "Seule la version validée d'un parcours se révise."
    return "Une révision de ce parcours est déjà en cours." if p.en_revision else None


@rule("PPC-03", field="motif", source="Partie 1, chap. 3, § 2")
def renvoi_motive(motif: str) -> str | None:
    """Un parcours que le GTP refuse ou ajourne revient au centre avec son motif."""
    return None if motif.strip() else "Dites au centre pourquoi le parcours lui revient."


SOUMISSION = (parcours_en_projet, *DOSSIER)
VALIDATION = (parcours_soumis, *DOSSIER)
PROJET = (parcours_en_projet,)
DECISION_DU_GTP = (parcours_soumis,)
RENVOI = (renvoi_motive,)
REVISION = (parcours_revisable,)


# --- l'attribution par l'entreprise --------------------------------------------------------------------------------


@rule("PPC-04", field="parcours", source="Partie 2, chap. 7")
def parcours_valide_avant(a: AttributionParcoursFacts) -> str | None:
    """Un parcours s'attribue une fois validé par le GTP."""
    if a.etat_parcours not in (EtatReferentiel.VALIDE, EtatReferentiel.REMPLACE) or a.parcours_valide_le is None:
        return "Ce parcours n'est pas validé par le GTP : il ne s'attribue pas encore."
    if a.attribue_le is not None and a.attribue_le < a.parcours_valide_le:
        return f"Ce parcours est validé depuis le {a.parcours_valide_le:%d/%m/%Y} : il ne s'attribue pas avant."
    return None


@rule("PPC-04", field="nom", source="Partie 2, chap. 7")
def salarie_nomme(a: AttributionParcoursFacts) -> tuple[Constat, ...]:
    """Le salarié est nommé : nom, prénoms, date de naissance plausible ; le parcours ne lui est attribué qu'une fois."""
    constats = [
        Constat(champ, f"Indiquez {quoi} du salarié.")
        for champ, valeur, quoi in (("nom", a.nom.strip(), "le nom"), ("prenoms", a.prenoms.strip(), "les prénoms"),
                                    ("date_naissance", a.date_naissance, "la date de naissance"))
        if not valeur
    ]
    if a.date_naissance is not None:
        reference = a.attribue_le or a.jour
        if not (meme_jour(reference, -AGE_MAXIMAL.au(reference)) <= a.date_naissance
                <= meme_jour(reference, -AGE_MINIMAL.au(reference))):
            constats.append(Constat("date_naissance", "Cette date de naissance n'est pas celle d'un salarié : vérifiez l'année."))
    if a.deja_attribue and a.resultat is ResultatParcours.ATTRIBUEE:
        constats.append(Constat("nom", "Ce parcours est déjà attribué à ce salarié."))
    return tuple(constats)


@rule("PPC-04", field="organisme_evaluation", source="Partie 2, chap. 7")
def organisme_habilite_par_l_entreprise(a: AttributionParcoursFacts) -> tuple[Constat, ...]:
    """Un organisme dûment habilité par l'entreprise évalue, avant qu'elle n'attribue."""
    constats = []
    if not a.organisme_evaluation.strip():
        constats.append(Constat("organisme_evaluation", "Nommez l'organisme que l'entreprise a habilité à évaluer."))
    if a.habilite_le is None:
        constats.append(Constat("habilite_le", "Indiquez depuis quand l'entreprise a habilité cet organisme."))
    if a.evalue_le is None:
        constats.append(Constat("evalue_le", "Indiquez la date de fin des évaluations."))
    elif a.habilite_le is not None and a.evalue_le < a.habilite_le:
        constats.append(Constat("evalue_le", "L'organisme n'était pas encore habilité le jour de l'évaluation."))
    return tuple(constats)


@rule("PPC-04", field="attribue_le", source="Partie 2, chap. 7")
def decision_de_l_entreprise(a: AttributionParcoursFacts) -> str | Constat | None:
    """L'entreprise décide, après l'évaluation."""
    if a.resultat is None:
        return Constat("resultat", "Indiquez le résultat.")
    if a.attribue_le is None:
        return "Indiquez la date de la décision de l'entreprise."
    if a.evalue_le is not None and a.attribue_le < a.evalue_le:
        return "L'entreprise attribue après l'évaluation, pas avant."
    return "Cette date est à venir." if a.attribue_le > a.jour else None


@rule("PPC-04", field="cotation", source="Partie 2, chap. 7")
def cotation_de_l_emploi(a: AttributionParcoursFacts) -> tuple[Constat, ...]:
    """L'entreprise qui attribue procède à la cotation de l'emploi tenu par le salarié."""
    if a.resultat is not ResultatParcours.ATTRIBUEE:
        return ()
    return tuple(
        Constat(champ, message)
        for champ, valeur, message in (
            ("emploi", a.emploi, "Indiquez l'emploi tenu par le salarié."),
            ("cotation", a.cotation, "Indiquez la cotation de cet emploi : son classement."),
        )
        if not valeur.strip()
    )


@dataclass(frozen=True, slots=True)
class AnnulationFacts:
    """Une attribution qu'on annule."""

    deja_annulee: bool
    motif: str


@rule("PPC-04", field="motif_annulation", source="Partie 2, chap. 7 (choix de la console)")
def annulation_motivee(a: AnnulationFacts) -> str | None:
    """Une attribution s'annule une fois, avec son motif ; elle reste lisible."""
    if a.deja_annulee:
        return "Cette attribution est déjà annulée."
    return None if a.motif.strip() else "Dites pourquoi cette attribution est annulée."


ATTRIBUTION_PARCOURS = (
    parcours_valide_avant, salarie_nomme, organisme_habilite_par_l_entreprise, decision_de_l_entreprise, cotation_de_l_emploi,
)
ANNULATION = (annulation_motivee,)


def totaux_par_phase(modules: tuple[Any, ...] | list[Any]) -> dict[int, int]:
    """La durée de chaque phase, en minutes, dans l'ordre des phases (annexe 4)."""
    totaux: dict[int, int] = {}
    for m in sorted(modules, key=lambda m: m.phase):
        totaux[m.phase] = totaux.get(m.phase, 0) + m.minutes
    return totaux
