"""Des lignes aux faits des évaluations, en un nombre constant de requêtes quel que soit le nombre d'inscriptions.

Comme `rules.collecte`, lit les tables elles-mêmes : la branche entière, pour juger ; ne rend que des faits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from models import (
    AvisEntreprise,
    BlocCompetences,
    Candidat,
    Certification,
    CommissionEvaluation,
    Competence,
    CompetenceModalite,
    DossierEvaluation,
    Entreprise,
    Evaluateur,
    Evaluation,
    Inscription,
    Jury,
    ModaliteEvaluation,
    Personne,
    Presentation,
    PresentationCompetence,
    ProcesVerbal,
    Referentiel,
    ReferentielBloc,
)
from rules.collecte import fiches_rncp
from rules.evaluation import (
    AcquisFacts,
    AvisFacts,
    CommissionFacts,
    CompetenceVisee,
    DossierFacts,
    EvaluationFacts,
    Modalite,
)
from rules.faits import au_rncp
from rules.nomenclatures import EtatInscription, EtatJury, ResultatCompetence, SensAvis


def competences_des_versions(connexion: Connection, versions: Iterable[int]) -> dict[int, tuple[CompetenceVisee, ...]]:
    """Les compétences de chaque version de référentiel, dans l'ordre, avec leurs modalités ; deux requêtes."""
    re_, rb, bl, co = (t.__table__.c for t in (Referentiel, ReferentielBloc, BlocCompetences, Competence))
    lignes = connexion.execute(
        select(re_.id.label("version"), co.id, co.ordre, co.libelle, bl.numero, bl.libelle.label("libelle_bloc"))
        .select_from(Referentiel.__table__)
        .outerjoin(ReferentielBloc.__table__, rb.referentiel_id == re_.id)
        .outerjoin(BlocCompetences.__table__, bl.id == rb.bloc_id)
        .join(Competence.__table__, (co.bloc_id == bl.id) | (co.referentiel_id == re_.id))
        .where(re_.id.in_(set(versions))).order_by(re_.id, rb.ordre, co.ordre)
    ).all()
    cm, mo = CompetenceModalite.__table__.c, ModaliteEvaluation.__table__.c
    modalites: dict[int, list[Modalite]] = defaultdict(list)
    for m in connexion.execute(
        select(cm.competence_id, mo.code, mo.libelle, mo.situation_reelle)
        .join(ModaliteEvaluation.__table__, mo.code == cm.modalite_code)
        .where(cm.competence_id.in_({r.id for r in lignes}))
        .order_by(cm.competence_id, mo.situation_reelle.desc(), mo.code)
    ):
        modalites[m.competence_id].append(Modalite(m.code, m.libelle, m.situation_reelle))
    par_version: dict[int, list[CompetenceVisee]] = defaultdict(list)
    for r in lignes:
        bloc = f"BDC {r.numero:04d}" if r.numero is not None else ""
        par_version[r.version].append(
            CompetenceVisee(r.id, f"{bloc}.{r.ordre}" if bloc else f"C{r.ordre}", r.libelle, bloc, r.libelle_bloc or "",
                            tuple(modalites[r.id]))
        )
    return {version: tuple(competences) for version, competences in par_version.items()}


def dossiers_facts(session: Session, ids: Sequence[int]) -> dict[int, DossierFacts]:
    """Les dossiers d'évaluation de ces inscriptions, dans l'ordre demandé ; six requêtes quel que soit leur nombre."""
    x = session.connection()
    i, c, ce, en, pr, ju = (
        m.__table__.c for m in (Inscription, Candidat, Certification, Entreprise, Presentation, Jury)
    )
    lignes = {
        r.id: r
        for r in x.execute(
            select(
                i.id, i.centre_id, i.certification_id, i.referentiel_id, i.cible, i.voie, i.etat, i.date_inscription,
                i.sans_accord_employeur, c.nom_naissance, c.prenoms, ce.famille, en.raison_sociale, ju.date_jury,
                ju.etat.label("etat_jury"),
            )
            .join(Candidat.__table__, c.id == i.candidat_id)
            .join(Certification.__table__, ce.id == i.certification_id)
            .outerjoin(Entreprise.__table__, en.id == i.entreprise_id)
            .outerjoin(Presentation.__table__, pr.inscription_id == i.id)
            .outerjoin(Jury.__table__, ju.id == pr.jury_id)
            .where(i.id.in_(ids))
        )
    }
    competences = competences_des_versions(x, {r.referentiel_id for r in lignes.values() if r.referentiel_id})
    evaluations = _evaluations(x, ids)
    av, do = AvisEntreprise.__table__.c, DossierEvaluation.__table__.c
    avis = {
        r.inscription_id: AvisFacts(r.date_avis, r.auteur, r.fonction, r.sens, r.commentaire)
        for r in x.execute(
            select(av.inscription_id, av.date_avis, av.auteur, av.fonction, av.sens, av.commentaire)
            .where(av.inscription_id.in_(ids))
        )
    }
    convenus = {
        r.inscription_id: r
        for r in x.execute(
            select(do.inscription_id, do.convenu_le, do.motif_hors_situation, do.version).where(do.inscription_id.in_(ids))
        )
    }
    dossiers = {}
    for identite in ids:
        r = lignes.get(identite)
        if r is None:
            continue
        cible = set(r.cible.split("|")) if r.cible else None
        convenu = convenus.get(identite)
        dossiers[identite] = DossierFacts(
            inscription_id=identite, nom=f"{r.nom_naissance.upper()} {r.prenoms}", centre_id=r.centre_id,
            certification_id=r.certification_id, famille=r.famille, voie=r.voie, date_inscription=r.date_inscription,
            entreprise=r.raison_sociale or "", sans_accord_employeur=r.sans_accord_employeur,
            ouverte=r.etat is EtatInscription.OUVERTE,
            competences=tuple(
                v for v in competences.get(r.referentiel_id, ()) if cible is None or v.bloc in cible
            ),
            evaluations=evaluations[identite], avis=avis.get(identite),
            convenu_le=convenu.convenu_le if convenu else None,
            motif_hors_situation=convenu.motif_hors_situation if convenu else "",
            jury=r.date_jury, deliberation=r.etat_jury in (EtatJury.OUVERT, EtatJury.CLOS),
            version=convenu.version if convenu else 0,
        )
    return dossiers


def _evaluations(x: Connection, ids: Sequence[int]) -> dict[int, dict[int, EvaluationFacts]]:
    ev, pc, pr, ju = (m.__table__.c for m in (Evaluation, PresentationCompetence, Presentation, Jury))
    trouvees: dict[int, dict[int, EvaluationFacts]] = defaultdict(dict)
    for r in x.execute(
        select(ev.inscription_id, ev.competence_id, ev.modalite_code, ev.resultat, ev.date_evaluation, ev.commission_id,
               ev.appreciation, ev.version, ju.date_jury.label("repris_du"))
        .outerjoin(PresentationCompetence.__table__, pc.id == ev.acquis_de_id)
        .outerjoin(Presentation.__table__, pr.id == pc.presentation_id)
        .outerjoin(Jury.__table__, ju.id == pr.jury_id)
        .where(ev.inscription_id.in_(ids))
    ):
        trouvees[r.inscription_id][r.competence_id] = EvaluationFacts(
            r.competence_id, r.modalite_code or "", r.resultat, r.date_evaluation, r.commission_id, r.appreciation,
            r.repris_du, r.version,
        )
    return trouvees


@dataclass(frozen=True, slots=True)
class PiecesAnonymes:
    """Ce qui accompagne la synthèse d'un candidat devant le jury, sans son nom (JUR-08)."""

    modalites: Mapping[int, Modalite]
    repris: frozenset[int]
    avis: SensAvis | None


def pieces_anonymes(session: Session, jury_id: int) -> dict[int, PiecesAnonymes]:
    """Par numéro anonyme : modalité de chaque compétence, acquis repris, avis de l'entreprise ; deux requêtes."""
    x = session.connection()
    pr, ev, av, mo = (m.__table__.c for m in (Presentation, Evaluation, AvisEntreprise, ModaliteEvaluation))
    modalites: dict[int, dict[int, Modalite]] = defaultdict(dict)
    repris: dict[int, set[int]] = defaultdict(set)
    for r in x.execute(
        select(pr.numero_anonyme, ev.competence_id, ev.acquis_de_id, mo.code, mo.libelle, mo.situation_reelle)
        .join(Evaluation.__table__, ev.inscription_id == pr.inscription_id)
        .outerjoin(ModaliteEvaluation.__table__, mo.code == ev.modalite_code)
        .where(pr.jury_id == jury_id)
    ):
        if r.acquis_de_id is not None:
            repris[r.numero_anonyme].add(r.competence_id)
        elif r.code is not None:
            modalites[r.numero_anonyme][r.competence_id] = Modalite(r.code, r.libelle, r.situation_reelle)
    return {
        a.numero_anonyme: PiecesAnonymes(modalites[a.numero_anonyme], frozenset(repris[a.numero_anonyme]), a.sens)
        for a in x.execute(
            select(pr.numero_anonyme, av.sens)
            .outerjoin(AvisEntreprise.__table__, av.inscription_id == pr.inscription_id)
            .where(pr.jury_id == jury_id)
        )
    }


def commissions_facts(session: Session, centre_id: int, ids: Iterable[int] | None = None) -> dict[int, CommissionFacts]:
    """Les commissions d'un centre (ou celles-là seulement), les plus récentes d'abord ; deux requêtes."""
    x = session.connection()
    co, ev, pe = CommissionEvaluation.__table__.c, Evaluateur.__table__.c, Personne.__table__.c
    requete = select(co.id, co.reference, co.date_commission).where(co.centre_id == centre_id)
    if ids is not None:
        requete = requete.where(co.id.in_(set(ids)))
    lignes = x.execute(requete.order_by(co.date_commission.desc(), co.id.desc())).all()
    membres: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for r in x.execute(
        select(ev.commission_id, ev.domaine, pe.nom, pe.prenoms)
        .join(Personne.__table__, pe.id == ev.personne_id)
        .where(ev.commission_id.in_({r.id for r in lignes})).order_by(ev.id)
    ):
        membres[r.commission_id].append((f"{r.prenoms} {r.nom}", r.domaine))
    return {
        r.id: CommissionFacts(r.id, r.reference, r.date_commission, tuple(membres[r.id])) for r in lignes
    }


def acquis_facts(session: Session, ids: Sequence[int]) -> dict[int, tuple[AcquisFacts, ...]]:
    """Ce que les candidats de ces inscriptions ont acquis devant un jury signé et que leur cible reprend.

    Par inscription, dans l'ordre du référentiel ; d'une compétence acquise deux fois, celle qui vaut le plus
    longtemps. Lu pour toute la branche : le candidat garde son acquis s'il change de centre. Neuf requêtes.
    """
    dossiers = dossiers_facts(session, ids)
    x = session.connection()
    i = Inscription.__table__.alias("nouvelle")
    a = Inscription.__table__.alias("ancienne")
    lui, autre = Candidat.__table__.alias("lui"), Candidat.__table__.alias("autre")
    pr, pc, pv, ju = (m.__table__.c for m in (Presentation, PresentationCompetence, ProcesVerbal, Jury))
    # Une fiche réunie à une autre garde ses inscriptions décidées : c'est la même personne.
    personne = func.coalesce(lui.c.fusionne_dans_id, lui.c.id)
    lignes = x.execute(
        select(i.c.id, pc.id.label("pc_id"), pc.competence_id, ju.date_jury, ju.centre_id, pv.reference,
               a.c.certification_id, a.c.date_inscription)
        .select_from(i)
        .join(lui, lui.c.id == i.c.candidat_id)
        .join(autre, (autre.c.id == personne) | (autre.c.fusionne_dans_id == personne))
        .join(a, (a.c.candidat_id == autre.c.id) & (a.c.id != i.c.id))
        .join(Presentation.__table__, pr.inscription_id == a.c.id)
        .join(ProcesVerbal.__table__, pv.id == pr.proces_verbal_id)
        .join(Jury.__table__, ju.id == pr.jury_id)
        .join(PresentationCompetence.__table__, pc.presentation_id == pr.id)
        .where(i.c.id.in_(ids), pv.signe_le.is_not(None), pc.retenu == ResultatCompetence.ACQUISE)
    ).all()
    fiches = fiches_rncp(x, {r.certification_id for r in lignes})
    meilleurs: dict[tuple[int, int], AcquisFacts] = {}
    for r in lignes:
        dossier = dossiers[r.id]
        visee = dossier.competence(r.competence_id)
        if visee is None:
            continue
        rncp = au_rncp(fiches[r.certification_id], r.date_inscription, r.date_jury)
        acquis = AcquisFacts(
            r.pc_id, r.competence_id, visee.code, r.date_jury, rncp, dossier.date_inscription, r.reference, r.centre_id
        )
        cle = (r.id, r.competence_id)
        if cle not in meilleurs or meilleurs[cle].jusqu_au < acquis.jusqu_au:
            meilleurs[cle] = acquis
    return {
        identite: tuple(
            meilleurs[identite, v.id] for v in dossier.competences if (identite, v.id) in meilleurs
        )
        for identite, dossier in dossiers.items()
    }
