"""Des lignes aux faits du chemin d'un jury ; un nombre constant de requêtes quel que soit le nombre de jurys.

Les lignes passent par la session, donc par le territoire de l'acteur.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    Centre,
    Commission,
    Convocation,
    DemandeDesignation,
    Envoi,
    InformationCommission,
    Jury,
    Presentation,
    Siege,
    Syndicat,
)
from models.base import PARIS
from rules.collecte_presentables import parcours_facts
from rules.convocation import PARTIS, CheminFacts, ConvoqueFacts, DesignationFacts, DitFacts, InformeeFacts, changements
from rules.faits import SiegeFacts
from rules.nomenclatures import Delegation, EtatEnvoi, EtatJury, NatureEnvoi
from rules.noyau import bloquantes
from rules.parcours_candidat import juger_la_presentation

L = TypeVar("L", DemandeDesignation, Convocation, InformationCommission)


def chemin_facts(session: Session, jury: Jury, jour: dt.date) -> CheminFacts:
    """Le chemin d'un jury, ses dossiers de candidats compris."""
    faits = chemins_facts(session, [jury], jour)[jury.id]
    if jury.etat is not EtatJury.PREPARATION:
        return faits
    inscriptions = list(session.scalars(select(Presentation.inscription_id).where(Presentation.jury_id == jury.id)))
    incomplets = sum(
        1 for parcours in parcours_facts(session, inscriptions, jury.date_jury).values()
        if bloquantes(juger_la_presentation(parcours))
    )
    return replace(faits, candidats=len(inscriptions), dossiers_incomplets=incomplets)


def chemins_facts(session: Session, jurys: Sequence[Jury], jour: dt.date) -> dict[int, CheminFacts]:
    """Le chemin de plusieurs jurys, sans juger les dossiers de leurs candidats."""
    ids = [j.id for j in jurys]
    sieges: dict[int, list[Siege]] = defaultdict(list)
    for siege in session.scalars(
        select(Siege).where(Siege.jury_id.in_(ids)).order_by(Siege.jury_id, Siege.id)
        .options(joinedload(Siege.personne), joinedload(Siege.syndicat))
    ):
        sieges[siege.jury_id].append(siege)
    demandes = _par_jury(session.scalars(
        select(DemandeDesignation).where(DemandeDesignation.jury_id.in_(ids)).order_by(DemandeDesignation.id)
    ))
    convocations = _par_jury(session.scalars(
        select(Convocation).where(Convocation.jury_id.in_(ids)).order_by(Convocation.id)
    ))
    informations = _par_jury(session.scalars(
        select(InformationCommission).where(InformationCommission.jury_id.in_(ids)).order_by(InformationCommission.id)
    ))
    envois = _par_ligne(session, ids)
    syndicats = list(session.scalars(select(Syndicat).order_by(Syndicat.sigle)))
    commissions = commissions_des_centres(session, {j.centre_id for j in jurys})
    candidats: dict[int, int] = dict(
        session.execute(
            select(Presentation.jury_id, func.count()).where(Presentation.jury_id.in_(ids)).group_by(Presentation.jury_id)
        ).all()
    )
    return {
        j.id: CheminFacts(
            date_jury=j.date_jury, etat=j.etat, aujourd_hui=jour,
            sieges=tuple(_siege(s, j.date_jury) for s in sieges[j.id]),
            designations=tuple(
                _designation(s, demandes[j.id], envois, j) for s in syndicats if s.representative_le(j.date_jury)
            ),
            convocations=tuple(
                _convoque(s, convocations[j.id], envois, j) for s in sieges[j.id]
                if s.remplace_par_id is None and s.delegation is not Delegation.INVITE
            ),
            informations=tuple(
                _informee(c, informations[j.id], envois, dit(j, sieges[j.id])) for c in commissions[j.centre_id]
            ),
            candidats=candidats.get(j.id, 0), motif_ouverture=j.motif_ouverture,
        )
        for j in jurys
    }


def _par_jury(lignes: Iterable[L]) -> dict[int, list[L]]:
    groupes: dict[int, list[L]] = defaultdict(list)
    for ligne in lignes:
        groupes[ligne.jury_id].append(ligne)
    return groupes


_COLONNES = {
    NatureEnvoi.DESIGNATION: Envoi.demande_designation_id, NatureEnvoi.CONVOCATION: Envoi.convocation_id,
    NatureEnvoi.COPIE_CONVOCATION: Envoi.convocation_id, NatureEnvoi.INFORMATION: Envoi.information_id,
}
Parti = tuple[EtatEnvoi, dt.date | None]


def _par_ligne(session: Session, jury_ids: Sequence[int]) -> dict[tuple[NatureEnvoi, int], Parti]:
    """L'état de chaque envoi de ces jurys, et le jour, à Paris, où il est parti."""
    trouves: dict[tuple[NatureEnvoi, int], Parti] = {}
    for nature, demande, convocation, information, etat, le in session.execute(
        select(Envoi.nature, Envoi.demande_designation_id, Envoi.convocation_id, Envoi.information_id, Envoi.etat,
               Envoi.envoye_le).where(Envoi.jury_id.in_(jury_ids), Envoi.nature.in_(_COLONNES))
    ):
        trouves[nature, demande or convocation or information or 0] = (etat, le.astimezone(PARIS).date() if le is not None else None)
    return trouves


def _fait(
    envois: Mapping[tuple[NatureEnvoi, int], Parti], nature: NatureEnvoi, ligne_id: int, note_le: dt.date | None
) -> tuple[dt.date | None, EtatEnvoi | None]:
    """Quand c'est parti, ou ce qui l'attend encore ; sans envoi suivi, le jour noté fait foi."""
    etat, le = envois.get((nature, ligne_id), (None, None))
    if etat is None:
        return note_le, None
    return (le, None) if etat in PARTIS else (None, etat)


def _siege(s: Siege, date_jury: dt.date) -> SiegeFacts:
    return SiegeFacts(
        id=s.id, nom=str(s.personne), delegation=s.delegation, syndicat=s.syndicat.sigle if s.syndicat else None,
        syndicat_representatif=s.syndicat is None or s.syndicat.representative_le(date_jury),
        travail_temporaire=s.travail_temporaire, voix=s.voix, president=s.president, present=s.present,
        remplace=s.remplace_par_id is not None,
    )


def _designation(
    syndicat: Syndicat, demandes: Sequence[DemandeDesignation], envois: Mapping[tuple[NatureEnvoi, int], Parti], jury: Jury
) -> DesignationFacts:
    siennes = [d for d in demandes if d.syndicat_id == syndicat.id]
    valable = next((d for d in siennes if d.caduque_le is None), None)
    if valable is None:
        return DesignationFacts(syndicat.id, syndicat.sigle, a_refaire=bool(siennes))
    le, attente = _fait(envois, NatureEnvoi.DESIGNATION, valable.id, valable.demandee_le)
    return DesignationFacts(
        syndicat.id, syndicat.sigle, le, valable.motif_retard, valable.reponse, valable.reponse_le, attente,
        a_refaire=valable.date_dite != jury.date_jury,
    )


def _convoque(
    siege: Siege, convocations: Sequence[Convocation], envois: Mapping[tuple[NatureEnvoi, int], Parti], jury: Jury
) -> ConvoqueFacts:
    siennes = [c for c in convocations if c.siege_id == siege.id]
    mandant = siege.syndicat.sigle if siege.syndicat is not None else ""
    valable = next((c for c in siennes if c.caduque_le is None), None)
    if valable is None:
        return ConvoqueFacts(siege.id, str(siege.personne), mandant, a_refaire=bool(siennes))
    le, attente = _fait(envois, NatureEnvoi.CONVOCATION, valable.id, valable.convoque_le)
    copie, attente_copie = _fait(envois, NatureEnvoi.COPIE_CONVOCATION, valable.id, valable.copie_le)
    return ConvoqueFacts(
        siege.id, str(siege.personne), mandant, le, copie, valable.motif_retard, attente or attente_copie,
        a_refaire=not a_l_heure(valable, jury),
    )


def a_l_heure(convocation: Convocation, jury: Jury) -> bool:
    """Vrai si elle dit le jury tel qu'il est : date, heure et lieu."""
    return (convocation.date_dite, convocation.heure_dite, convocation.lieu_dit) == (jury.date_jury, jury.heure, jury.lieu)


def _informee(
    commission: Commission, informations: Sequence[InformationCommission],
    envois: Mapping[tuple[NatureEnvoi, int], Parti], maintenant: DitFacts,
) -> InformeeFacts:
    siennes = [i for i in informations if i.commission_id == commission.id]
    if not siennes:
        return InformeeFacts(commission.id, commission.nom)
    derniere = siennes[-1]
    le, attente = _fait(envois, NatureEnvoi.INFORMATION, derniere.id, derniere.informee_le)
    if le is None and derniere.empreinte == maintenant.empreinte:
        return InformeeFacts(commission.id, commission.nom, None, (), attente)
    # Ce qui a changé, d'après les faits dits ; l'empreinte seule le décide.
    ecarts = changements(derniere.dit, maintenant) if derniere.empreinte != maintenant.empreinte else ()
    return InformeeFacts(commission.id, commission.nom, le, ecarts, attente)


def dit(jury: Jury, sieges: Sequence[Siege]) -> DitFacts:
    """Ce qu'une commission doit savoir d'un jury : date, heure, lieu et membres ; un membre remplacé n'en est plus."""
    return DitFacts(
        jury.date_jury, f"{jury.heure:%H:%M}" if jury.heure is not None else "", jury.lieu,
        tuple(sorted(
            (str(s.personne), "président" if s.president else s.delegation.libelle.lower(),
             s.syndicat.sigle if s.syndicat is not None else s.personne.entreprise)
            for s in sieges if s.remplace_par_id is None
        )),
    )


def commissions_des_centres(session: Session, centres: Iterable[int]) -> dict[int, list[Commission]]:
    """Les CPREFP et CPIEF des régions que couvre chaque centre, la CPREFP d'abord."""
    couverts = {
        c.id: {d.region_code for d in c.departements}
        for c in session.scalars(select(Centre).where(Centre.id.in_(list(centres))).options(selectinload(Centre.departements)))
    }
    toutes = list(session.scalars(
        select(Commission).where(Commission.region_code.in_({r for rs in couverts.values() for r in rs}))
        .order_by(Commission.type, Commission.nom)
    ))
    return defaultdict(list, {k: [c for c in toutes if c.region_code in regions] for k, regions in couverts.items()})


