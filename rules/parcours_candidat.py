"""Où en est un candidat, de l'inscription au certificat, et ce qui manque pour le présenter à un jury (partie 2, chap. 2 et 3).

Ce que la page montre, ce que la liste des présentables annonce et ce que l'acte de présenter exige sont les mêmes règles
sur les mêmes faits.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from rules.evaluation import DOSSIER, DossierFacts, dispense_d_avis
from rules.faits import CandidatureFacts
from rules.jury import CANDIDATURE
from rules.nomenclatures import Decision, EtatInscription, EtatJury
from rules.noyau import Gravite, Violation, evaluate, rule
from rules.vae import CONCLUSION, DEVANT_LE_JURY, ConclusionFacts, VaeFacts, prochaine_phase


@dataclass(frozen=True, slots=True)
class ParcoursFacts:
    """Un candidat sur son chemin ; `au` est le jour du jury auquel on voudrait le présenter.

    `vae` et `conclusion` sont vides hors VAE ; `jury_id`, `date_jury`, `etat_jury` le sont tant qu'il n'est présenté à aucun.
    """

    inscription_id: int
    nom: str
    certification_id: int
    etat: EtatInscription
    date_inscription: dt.date
    au: dt.date
    dossier: DossierFacts
    vae: VaeFacts | None = None
    conclusion: ConclusionFacts | None = None
    jury_id: int | None = None
    date_jury: dt.date | None = None
    etat_jury: EtatJury | None = None
    decision: Decision | None = None
    certificats: tuple[str, ...] = ()

    @property
    def decide(self) -> bool:
        """Vrai si le procès-verbal du jury est signé."""
        return self.etat_jury is EtatJury.CLOS


@rule("JUR-08", field="jury", source="Partie 2, chap. 3, § 3")
def pas_deja_presente(p: ParcoursFacts) -> str | None:
    """Une inscription va devant un seul jury."""
    if p.date_jury is None:
        return None
    return f"{p.nom} : déjà présenté au jury du {p.date_jury:%d/%m/%Y}."


@rule("EVA-05", field="evaluations", source="Partie 2, chap. 2, § 1.B ; chap. 3, § 3.A")
def resultats_venus(p: ParcoursFacts) -> str | None:
    """Le jury examine ce qui est évalué avant lui : un résultat daté d'après son jour n'y est pas."""
    apres = [
        c.code for c in p.dossier.competences
        if (e := p.dossier.evaluations.get(c.id)) is not None and e.date_evaluation is not None and e.date_evaluation > p.au
    ]
    return f"{p.nom} : évalué après le {p.au:%d/%m/%Y} : {', '.join(apres)}." if apres else None


PRESENTATION = (pas_deja_presente,)
SYNTHESE = (resultats_venus,)


def juger_la_presentation(p: ParcoursFacts) -> tuple[Violation, ...]:
    """Tout ce que les règles disent d'une présentation au jury du jour `au`, alertes comprises (INS-04 à VAE-05)."""
    violations = [
        *evaluate(CANDIDATURE, CandidatureFacts(p.nom, p.etat, p.date_inscription, p.au)),
        *evaluate(DOSSIER, replace(p.dossier, nom=p.nom)), *evaluate(SYNTHESE, p),
    ]
    if p.vae is not None:
        violations += evaluate(DEVANT_LE_JURY, replace(p.vae, nom=p.nom, date_jury=p.au))
    if p.conclusion is not None:
        # Vue du jour du jury : la commission s'est alors tenue.
        violations += evaluate(CONCLUSION, replace(p.conclusion, vae=replace(p.conclusion.vae, aujourd_hui=p.au)))
    return tuple(violations)


@dataclass(frozen=True, slots=True)
class Manque:
    """Ce qui manque à un candidat pour être présenté, et où cela se fait : `evaluations`, `vae`, `inscription`, `jury`."""

    code: str
    message: str
    ou: str


_OU = {"avis": "evaluations", "motif_hors_situation": "evaluations", "commission": "vae", "conclusion": "vae"}


def manques(p: ParcoursFacts) -> tuple[Manque, ...]:
    """Ce qui empêche de présenter ce candidat au jour `au`, sans son nom ; vide, il est présentable.

    Une VAE qui n'est pas conclue n'a pas de résultat : on dit la phase qui vient, non les compétences qui manquent.
    """
    violations = [*evaluate(PRESENTATION, p), *juger_la_presentation(p)]
    en_chemin = p.vae is not None and p.vae.conclusion is None
    trouves = [
        Manque(v.code, v.message.removeprefix(f"{p.nom} : "), _OU.get(v.champ, v.champ))
        for v in violations
        if v.gravite is Gravite.BLOQUE and not (en_chemin and v.champ in {"evaluations", "vae"})
    ]
    if p.vae is not None and en_chemin:
        phase = prochaine_phase(p.vae)
        message = f"VAE, {phase.libelle.lower()} : {phase.detail}." if phase is not None else "VAE non recevable : il n'y a pas de jury."
        trouves.append(Manque("VAE-05", message, "vae"))
    return tuple(trouves)


def presentable(p: ParcoursFacts) -> bool:
    """Vrai si rien n'empêche de présenter ce candidat au jury du jour `au`."""
    return not manques(p)


@dataclass(frozen=True, slots=True)
class Jalon:
    """Une étape de la vie d'une inscription : faite, en cours ou à venir ; `ou` dit où elle se fait."""

    libelle: str
    fait: bool
    le: dt.date | None
    detail: str
    ou: str


def jalons(p: ParcoursFacts) -> tuple[Jalon, ...]:
    """La ligne de temps d'une inscription : inscrit, évalué, avis, présentable, jury, décision, certificat."""
    etapes = [Jalon("Inscrit", True, p.date_inscription, "", "inscription")]  # noqa: FBT003
    if p.vae is not None:
        phase = prochaine_phase(p.vae)
        conclue = p.vae.conclusion is not None
        detail = p.vae.conclusion.libelle if p.vae.conclusion else f"{phase.libelle} : {phase.detail}" if phase else "non recevable"
        le = p.vae.commission.tenue_le if conclue and p.vae.commission else None
        etapes.append(Jalon("VAE", conclue, le, detail, "vae"))
    d = p.dossier
    total = len(d.competences)
    dates = [e.date_evaluation for e in d.evaluations.values() if e.date_evaluation is not None]
    tout = d.evaluees == total
    detail = f"{d.evaluees} compétences sur {total}" if total else "référentiel sans compétence connue"
    etapes.append(Jalon("Évalué", tout, max(dates, default=None) if tout else None, detail, "evaluations"))
    dispense = dispense_d_avis(d)
    if dispense is None:
        etapes.append(
            Jalon("Avis de l'entreprise", d.avis is not None, d.avis.date_avis if d.avis else None,
                  d.avis.sens.libelle if d.avis and d.avis.sens else "à recueillir", "evaluations")
        )
    if p.etat is EtatInscription.ANNULEE:
        return (*etapes, Jalon("Inscription annulée", True, None, "", "inscription"))  # noqa: FBT003
    reste = len(manques(replace(p, jury_id=None, date_jury=None, etat_jury=None)))
    en_jury = p.date_jury is not None
    etapes += [
        Jalon("Présentable", en_jury or not reste, None, "" if en_jury else f"il manque {reste} point{'s' if reste > 1 else ''}"
              if reste else "rien ne manque", "presentables"),
        Jalon("Jury", en_jury, p.date_jury, "" if en_jury else "à présenter", "jury"),
        Jalon("Décision", p.decide, p.date_jury if p.decide else None,
              p.decision.libelle if p.decide and p.decision else "au procès-verbal signé", "jury"),
    ]
    if p.decision is not Decision.NON_ADMIS:
        etapes.append(Jalon("Certificat", bool(p.certificats), None, ", ".join(p.certificats) or "après la décision", "certificat"))
    return tuple(etapes)
