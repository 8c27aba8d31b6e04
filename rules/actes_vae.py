"""Les actes d'une VAE : chaque phase, pour un candidat ou pour plusieurs menés ensemble (partie 2, chapitre 2, § 2).

Comme `rules.actes` : un acte refusé lève `controle.Refus` et n'écrit rien. Mené pour plusieurs, il écrit tout ou rien ;
le refus nomme chaque candidat. L'appelant valide ou défait la transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    CollectifVae,
    CommissionValidation,
    Entreprise,
    Inscription,
    Jury,
    Presentation,
    Vae,
)
from models.base import aujourd_hui
from rules import controle
from rules.actes_evaluation import Note, noter
from rules.collecte_evaluation import dossiers_facts
from rules.collecte_vae import (
    commissions_facts,
    reputables,
    vaes_facts,
    validees_par_blocs,
)
from rules.evaluation import CompetenceVisee, DossierFacts
from rules.nomenclatures import ConclusionVae, Recevabilite, ResultatCompetence
from rules.noyau import Violation, alertes, bloquantes
from rules.vae import CompetenceConclue, ConclusionFacts, VaeFacts

_FAITS = frozenset(f.name for f in fields(VaeFacts))


def _verrouiller(session: Session, inscriptions: Sequence[Inscription]) -> dict[int, Vae]:
    """Prend les inscriptions, et le jury qui les examine, jusqu'à la fin de la transaction ; rend leurs VAE.

    Deux personnes qui mènent le même candidat s'attendent ; un jury qui ouvre sa délibération aussi.
    """
    session.flush()
    ids = sorted({i.id for i in inscriptions})
    session.execute(
        select(Jury.id).join(Presentation, Presentation.jury_id == Jury.id).where(Presentation.inscription_id.in_(ids))
        .order_by(Jury.id).with_for_update(read=True, of=Jury)
    )
    session.scalars(
        select(Inscription).where(Inscription.id.in_(ids)).order_by(Inscription.id).with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    connues = session.scalars(
        select(Vae).where(Vae.inscription_id.in_(ids)).execution_options(populate_existing=True)
    )
    vaes = {v.inscription_id: v for v in connues}
    for inscription in inscriptions:
        if inscription.id not in vaes:
            vaes[inscription.id] = Vae(inscription=inscription, inscription_id=inscription.id, centre_id=inscription.centre_id)
    return vaes


def _nommees(faits: VaeFacts, violations: Sequence[Violation], plusieurs: bool) -> list[Violation]:
    """Les violations d'un candidat ; son nom devant, quand elles vont avec celles des autres."""
    if not plusieurs:
        return list(violations)
    return [v if v.message.startswith(faits.nom) else replace(v, message=f"{faits.nom} : {v.message}") for v in violations]


def _mener(
    session: Session, inscriptions: Sequence[Inscription], ecrit: dict[str, Any], jour: dt.date | None,
    faits_changes: Callable[[VaeFacts], dict[str, Any]] = lambda _: {},
) -> tuple[Violation, ...]:
    """Juge les phases telles qu'elles seraient, puis écrit ; rend les alertes que le geste soulève, non celles d'hier.

    :param ecrit: les colonnes de la VAE que le geste écrit ; celles que les faits portent y sont jugées.
    :param jour: le jour où l'on agit, à Paris ; aujourd'hui par défaut.
    :param faits_changes: ce que le geste change d'autre dans les faits, d'après ceux qu'il trouve.
    """
    vaes = _verrouiller(session, inscriptions)
    faits = vaes_facts(session, list(vaes), jour or aujourd_hui())
    juges = {colonne: valeur for colonne, valeur in ecrit.items() if colonne in _FAITS}
    violations = []
    for identite in vaes:
        avant = faits[identite]
        deja = alertes(controle.phases_vae(avant))
        constats = controle.phases_vae(replace(avant, **juges, **faits_changes(avant)))
        violations += _nommees(avant, [v for v in constats if v not in deja], len(vaes) > 1)
    retenues = controle.exiger(violations)
    _ecrire(session, vaes.values(), ecrit)
    return retenues


def _ecrire(session: Session, vaes: Iterable[Vae], ecrit: dict[str, Any]) -> None:
    for vae in vaes:
        for colonne, valeur in ecrit.items():
            setattr(vae, colonne, valeur)
        session.add(vae)
    session.flush()


# --- les phases ----------------------------------------------------------------------------------------------------


def accueillir(
    session: Session, inscriptions: Sequence[Inscription], le: dt.date, par: str, jour: dt.date | None = None
) -> tuple[Violation, ...]:
    """Note l'accueil, information et orientation (VAE-04) ; une VAE de branche collective n'en a pas."""
    return _mener(session, inscriptions, {"accueil_le": le, "accueil_par": _nom(par, "accueil_par")}, jour)


def accompagner(
    session: Session, inscriptions: Sequence[Inscription], du: dt.date, par: str, jour: dt.date | None = None
) -> tuple[Violation, ...]:
    """Note l'accompagnement par un tiers, à la demande du candidat, pour consolider son dossier."""
    return _mener(session, inscriptions, {"accompagnement_du": du, "accompagnateur": _nom(par, "accompagnateur")}, jour)


def recevoir_dossier(
    session: Session, inscriptions: Sequence[Inscription], le: dt.date, jour: dt.date | None = None
) -> tuple[Violation, ...]:
    """Note le dossier de recevabilité complet : les deux mois courent de ce jour (VAE-06).

    Une VAE de branche inscrite sans dossier le reçoit ainsi : l'inscription en porte alors la date.
    """
    retenues = _mener(session, inscriptions, {"dossier_complet_le": le}, jour)
    for inscription in inscriptions:
        if inscription.date_recevabilite is None:
            inscription.date_recevabilite = le
    session.flush()
    return retenues


def decider_recevabilite(
    session: Session, inscriptions: Sequence[Inscription], decision: Recevabilite, le: dt.date, par: str, *,
    motif: str = "", recommandations: str = "", jour: dt.date | None = None,
) -> tuple[Violation, ...]:
    """Décide de la recevabilité ; une décision défavorable dit son motif. Rend les alertes (VAE-06)."""
    ecrit = {
        "recevabilite": decision, "decidee_le": le, "decidee_par": _nom(par, "decidee_par"), "motif": motif.strip(),
        "recommandations": recommandations.strip(),
    }

    def dite(avant: VaeFacts) -> dict[str, Any]:
        return {"decision_dite": avant.recevabilite if avant.notifiee_le is not None else None}

    return _mener(session, inscriptions, ecrit, jour, dite)


def reputer(session: Session, jour: dt.date | None = None, centre_id: int | None = None) -> list[int]:
    """Inscrit « réputée recevable » chaque VAE dont les deux mois sont passés sans décision ; rend leurs inscriptions.

    La décision porte la date du lendemain du terme, quel que soit le jour où on l'inscrit (VAE-06).
    """
    aujourd = jour or aujourd_hui()
    possibles = reputables(session, aujourd, centre_id)
    echues = {k: f.reputee_depuis for k, f in vaes_facts(session, possibles, aujourd).items() if f.reputee_depuis}
    inscriptions = session.scalars(select(Inscription).where(Inscription.id.in_(echues)).order_by(Inscription.id)).all()
    for inscription in inscriptions:
        inscrire_reputee(session, inscription, aujourd)
    return [i.id for i in inscriptions]


def inscrire_reputee(session: Session, inscription: Inscription, jour: dt.date | None = None) -> tuple[Violation, ...]:
    """Inscrit « réputée recevable » la VAE restée deux mois sans décision, à la date du lendemain du terme (VAE-06)."""
    aujourd = jour or aujourd_hui()
    depuis = vaes_facts(session, [inscription.id], aujourd)[inscription.id].reputee_depuis
    if depuis is None:
        raise controle.Refus(controle.delai_qui_court())
    ecrit = {
        "recevabilite": Recevabilite.REPUTEE, "decidee_le": depuis,
        "decidee_par": "silence gardé deux mois (art. R. 6412-4)",
    }
    return _mener(session, [inscription], ecrit, aujourd)


def notifier(
    session: Session, inscriptions: Sequence[Inscription], le: dt.date, jour: dt.date | None = None
) -> tuple[Violation, ...]:
    """Note le jour où la décision de recevabilité est dite au candidat. Rend les alertes (VAE-06)."""
    return _mener(session, inscriptions, {"notifiee_le": le}, jour)


def recevoir_livret2(
    session: Session, inscriptions: Sequence[Inscription], le: dt.date, par: str, jour: dt.date | None = None
) -> tuple[Violation, ...]:
    """Note la réception du livret 2, le dossier de preuves (VAE-04)."""
    return _mener(session, inscriptions, {"livret2_recu_le": le, "livret2_recu_par": _nom(par, "livret2_recu_par")}, jour)


def convoquer(
    session: Session, inscriptions: Sequence[Inscription], commission: CommissionValidation, jour: dt.date | None = None
) -> tuple[Violation, ...]:
    """Met des candidats au programme d'une commission de validation, à venir ou tenue."""
    session.flush()
    faits = commissions_facts(session.connection(), [commission.id])[commission.id]
    return _mener(session, inscriptions, {"commission_id": commission.id}, jour, lambda _: {"commission": faits})


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Ce que le président de la commission conclut d'un candidat ; `acquises` : les clés des compétences acquises.

    Une validation totale les vaut toutes.
    """

    inscription: Inscription
    conclusion: ConclusionVae | None
    acquises: Collection[int] = ()
    mise_en_situation: bool = False
    entretien: bool = False
    observations: str = ""


def conclure(session: Session, conclusions: Sequence[Conclusion], jour: dt.date | None = None) -> tuple[Violation, ...]:
    """Rend au jury les conclusions de la commission : totale, partielle ou aucune (VAE-05).

    Écrit les résultats par compétence dans les évaluations de l'inscription : la synthèse que le jury examinera.
    """
    inscriptions = [c.inscription for c in conclusions]
    vaes = _verrouiller(session, inscriptions)
    faits = vaes_facts(session, list(vaes), jour or aujourd_hui())
    dossiers = dossiers_facts(session, list(vaes))
    par_blocs = validees_par_blocs(session, faits, dossiers)
    violations: list[Violation] = []
    for c in conclusions:
        avant = faits[c.inscription.id]
        apres = replace(avant, conclusion=c.conclusion)
        dossier = dossiers[c.inscription.id]
        jugees = tuple(CompetenceConclue(v.code, v.bloc, _acquise(c, v, dossier)) for v in dossier.competences)
        constats = [
            *controle.conclusion_vae(ConclusionFacts(apres, c.conclusion, jugees, c.inscription.id in par_blocs)),
            *(controle.commission_validation(avant.commission) if avant.commission is not None else ()),
            *bloquantes(controle.phases_vae(apres)),
            *(controle.vae_devant_le_jury(apres) if c.conclusion is not None else ()),
        ]
        violations += _nommees(avant, constats, len(conclusions) > 1)
    retenues = controle.exiger(violations)
    notes: list[Note] = []
    for c in conclusions:
        commission = faits[c.inscription.id].commission
        assert commission is not None
        _ecrire(session, (vaes[c.inscription.id],), {
            "conclusion": c.conclusion, "mise_en_situation": c.mise_en_situation, "entretien": c.entretien,
            "observations": c.observations.strip(),
        })
        notes += [
            Note(
                c.inscription.id, v.id, date_evaluation=commission.tenue_le, appreciation=note.appreciation if note else "",
                resultat=ResultatCompetence.ACQUISE if _acquise(c, v, dossier) else ResultatCompetence.NON_ACQUISE,
            )
            for dossier in (dossiers[c.inscription.id],) for v in dossier.competences
            if (note := dossier.evaluations.get(v.id)) is None or note.repris_du is None
        ]
    noter(session, notes, jour)
    return retenues


def _acquise(c: Conclusion, visee: CompetenceVisee, dossier: DossierFacts) -> bool:
    """Vrai si la commission la conclut acquise, ou qu'un jury antérieur l'a retenue (ATT-04)."""
    note = dossier.evaluations.get(visee.id)
    reprise = note is not None and note.repris_du is not None
    return reprise or c.conclusion is ConclusionVae.TOTALE or visee.id in c.acquises


def dire_resultat(
    session: Session, inscriptions: Sequence[Inscription], le: dt.date, jour: dt.date | None = None
) -> tuple[Violation, ...]:
    """Note le jour où le résultat du jury est dit au candidat, dans les quinze jours (VAE-06)."""
    vaes = _verrouiller(session, inscriptions)
    faits = vaes_facts(session, list(vaes), jour or aujourd_hui())
    constats = [
        v for k in vaes
        for v in _nommees(faits[k], controle.resultat_vae(replace(faits[k], resultat_dit_le=le)), len(vaes) > 1)
    ]
    retenues = controle.exiger(constats)
    _ecrire(session, vaes.values(), {"resultat_dit_le": le})
    return retenues


def _nom(par: str, champ: str) -> str:
    """Qui a mené la phase : une phase datée sans personne n'est pas notée."""
    nom = " ".join(par.split())[:120]
    if not nom:
        raise controle.Refus(controle.phase_sans_personne(champ))
    return nom


# --- les VAE menées ensemble ---------------------------------------------------------------------------------------


def ouvrir_collectif(
    session: Session, entreprise: Entreprise, nom: str, inscriptions: Sequence[Inscription] = (),
    jour: dt.date | None = None,
) -> CollectifVae:
    """Ouvre une VAE de branche collective dans une entreprise, avec ses premiers candidats."""
    collectif = CollectifVae(
        centre_id=entreprise.centre_id, entreprise_id=entreprise.id, nom=" ".join(nom.split())[:120],
        ouvert_le=jour or aujourd_hui(),
    )
    session.add(collectif)
    session.flush()
    if inscriptions:
        rattacher(session, collectif, inscriptions, jour)
    return collectif


def rattacher(
    session: Session, collectif: CollectifVae, inscriptions: Sequence[Inscription], jour: dt.date | None = None
) -> tuple[Violation, ...]:
    """Ajoute des inscriptions à une VAE collective : la VAE de branche de salariés de cette entreprise."""
    return _mener(
        session, inscriptions, {"collectif_id": collectif.id}, jour,
        lambda _: {"collectif_entreprise_id": collectif.entreprise_id},
    )


def detacher(
    session: Session, inscriptions: Sequence[Inscription], jour: dt.date | None = None
) -> tuple[Violation, ...]:
    """Retire des inscriptions d'une VAE collective : elles se mènent alors une à une, accueil compris."""
    return _mener(session, inscriptions, {"collectif_id": None}, jour, lambda _: {"collectif_entreprise_id": None})
