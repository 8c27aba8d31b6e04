"""Les actes du chemin d'un jury : demander de désigner, convoquer, informer, remplacer (partie 2, chapitre 3, § 1 et 2).

Un acte refusé lève `controle.Refus` et n'écrit rien ; l'appelant valide ou défait la transaction. Chaque acte prépare
l'envoi de ce qu'il dit ; `documents.expedition` le fait partir.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Commission, Convocation, DemandeDesignation, InformationCommission, Jury, Personne, Siege, Syndicat
from models.base import aujourd_hui
from models.verrou import verrouiller
from rules import actes, actes_envois, controle
from rules.collecte_convocation import chemins_facts, commissions_des_centres, dit
from rules.convocation import (
    CONVOCATION,
    DESIGNATION,
    INFORMATION,
    REMPLACEMENT,
    REPONSE,
    ActeDateFacts,
    DesigneeFacts,
    RemplacementFacts,
    ReponseFacts,
)
from rules.nomenclatures import Delegation, EtatJury, MoyenEnvoi, NatureEnvoi, ReponseDesignation
from rules.noyau import Violation, evaluate


def _preparer(session: Session, jury: Jury) -> None:
    verrouiller(session, jury)
    actes.exiger_preparation(jury)


def demander_designation(
    session: Session, jury: Jury, syndicats: Sequence[Syndicat], le: dt.date, moyen: MoyenEnvoi, motif_retard: str = "",
    *, jour: dt.date | None = None,
) -> tuple[Violation, ...]:
    """Demande à ces organisations de désigner (JUR-01) ; celle à qui c'est déjà demandé pour cette date est passée.

    :param le: le jour de la demande ; par courriel, c'est le jour de l'envoi qui fait foi.
    :raises controle.Refus: hors délai sans motif, organisation non représentative à la date du jury, jury plus en préparation.
    """
    _preparer(session, jury)
    alertes = controle.exiger(evaluate(DESIGNATION, ActeDateFacts(le, jury.date_jury, jour or aujourd_hui(), motif_retard)))
    ecartees = [s.sigle for s in syndicats if not s.representative_le(jury.date_jury)]
    if ecartees:
        raise controle.Refus(controle.composition_incomplete(
            f"{', '.join(ecartees)} : organisation non représentative dans la branche à la date du jury."
        ))
    deja = set(session.scalars(
        select(DemandeDesignation.syndicat_id)
        .where(DemandeDesignation.jury_id == jury.id, DemandeDesignation.caduque_le.is_(None))
    ))
    for syndicat in syndicats:
        if syndicat.id in deja:
            continue
        demande = DemandeDesignation(
            jury=jury, centre_id=jury.centre_id, syndicat=syndicat, demandee_le=le, moyen=moyen, date_dite=jury.date_jury,
            motif_retard=motif_retard.strip()[:1000],
        )
        session.add(demande)
        session.flush()
        actes_envois.preparer(session, jury, NatureEnvoi.DESIGNATION, demande, moyen, le)
    return alertes


def repondre(
    session: Session, demande: DemandeDesignation, reponse: ReponseDesignation | None, le: dt.date,
    personnes: Sequence[Personne] = (), *, jour: dt.date | None = None,
) -> tuple[Violation, ...]:
    """Note la réponse d'une organisation, et donne un siège à chaque personne qu'elle désigne (JUR-04).

    La première personne a la voix de l'organisation si nul ne l'a déjà ; les autres siègent sans voix, alternativement.
    """
    jury = demande.jury
    _preparer(session, jury)
    verrouiller(session, demande)
    sieges = _sieges(session, jury)
    designees = []
    for personne in personnes:
        deja = next((s for s in sieges if s.personne_id == personne.id or s.personne is personne), None)
        pour = (deja.syndicat.sigle,) if deja is not None and deja.syndicat is not None else ()
        designees.append(DesigneeFacts(str(personne), pour, deja.delegation.libelle.lower() if deja is not None and not pour else ""))
    alertes = list(controle.exiger(evaluate(REPONSE, ReponseFacts(
        str(demande.syndicat), demande.demandee_le, demande.caduque_le is not None or demande.date_dite != jury.date_jury,
        reponse, le, jour or aujourd_hui(), tuple(designees),
    ))))
    demande.reponse, demande.reponse_le = reponse, le
    voix = not any(s.syndicat_id == demande.syndicat_id and s.voix for s in sieges)
    for personne in personnes:
        jury.sieges.append(Siege(
            personne=personne, centre_id=jury.centre_id, delegation=Delegation.SYNDICALE, syndicat=demande.syndicat, voix=voix,
        ))
        voix = False
    alertes += actes.verifier_composition(session, jury)
    return tuple(alertes)


def convoquer(
    session: Session, jury: Jury, sieges: Sequence[Siege], le: dt.date, moyen: MoyenEnvoi, motif_retard: str = "",
    *, jour: dt.date | None = None,
) -> tuple[Violation, ...]:
    """Convoque ces membres, copie à l'organisation qui les a mandatés (JUR-02) ; qui l'est déjà est passé."""
    _preparer(session, jury)
    alertes = controle.exiger(evaluate(CONVOCATION, ActeDateFacts(le, jury.date_jury, jour or aujourd_hui(), motif_retard)))
    deja = set(session.scalars(
        select(Convocation.siege_id).where(Convocation.jury_id == jury.id, Convocation.caduque_le.is_(None))
    ))
    for siege in sieges:
        # Un invité n'est pas membre du jury : il ne se convoque pas (JUR-05).
        if siege.id in deja or siege.remplace_par_id is not None or siege.delegation is Delegation.INVITE:
            continue
        convocation = Convocation(
            jury_id=jury.id, centre_id=jury.centre_id, siege=siege, convoque_le=le, moyen=moyen, date_dite=jury.date_jury,
            heure_dite=jury.heure, lieu_dit=jury.lieu, motif_retard=motif_retard.strip()[:1000],
            copie_le=le if siege.syndicat_id is not None else None,
        )
        session.add(convocation)
        session.flush()
        actes_envois.preparer(session, jury, NatureEnvoi.CONVOCATION, convocation, moyen, le)
        if siege.syndicat_id is not None:
            actes_envois.preparer(session, jury, NatureEnvoi.COPIE_CONVOCATION, convocation, moyen, le)
    return alertes


def informer(
    session: Session, jury: Jury, commissions: Sequence[Commission], le: dt.date, moyen: MoyenEnvoi,
    *, jour: dt.date | None = None,
) -> tuple[Violation, ...]:
    """Informe ces commissions des membres et du calendrier (JUR-07) ; celle qui sait déjà est passée."""
    verrouiller(session, jury)
    alertes = controle.exiger(evaluate(INFORMATION, ActeDateFacts(le, jury.date_jury, jour or aujourd_hui())))
    if jury.etat not in (EtatJury.PREPARATION, EtatJury.OUVERT):
        actes.exiger_preparation(jury)
    connues = {c.id for c in commissions_des_centres(session, [jury.centre_id])[jury.centre_id]}
    maintenant = dit(jury, _sieges(session, jury))
    informees = {i.commission_id: i for i in session.scalars(
        select(InformationCommission).where(InformationCommission.jury_id == jury.id).order_by(InformationCommission.id)
    )}
    for commission in commissions:
        derniere = informees.get(commission.id)
        if commission.id not in connues or (derniere is not None and derniere.empreinte == maintenant.empreinte):
            continue
        actes_envois.abandonner(session, [derniere] if derniere is not None else [])
        information = InformationCommission(
            jury=jury, centre_id=jury.centre_id, commission=commission, informee_le=le, moyen=moyen,
            empreinte=maintenant.empreinte, dit=maintenant.en_dict(),
        )
        session.add(information)
        session.flush()
        actes_envois.preparer(session, jury, NatureEnvoi.INFORMATION, information, moyen, le)
    return alertes


def remplacer(session: Session, siege: Siege, personne: Personne, motif: str) -> Siege:
    """Remplace un membre empêché, le président compris ; qui est remplacé reste nommé à l'émargement, sans voix.

    Le remplaçant a le titre et la voix du siège repris ; s'il n'était pas convoqué, il reste à l'être.
    """
    jury = siege.jury
    _preparer(session, jury)
    sieges = _sieges(session, jury)
    occupe = next((s for s in sieges if s.personne_id == personne.id or s.personne is personne), None)
    # Un membre patronal peut prendre la présidence : il garde son siège, et change de titre.
    promu = occupe if occupe is not None and occupe is not siege and siege.president and (
        occupe.delegation is Delegation.PATRONALE and occupe.voix and not occupe.travail_temporaire
    ) else None
    controle.exiger(evaluate(REMPLACEMENT, RemplacementFacts(
        str(siege.personne), str(personne), motif, siege.remplace_par_id is not None, siege.delegation is Delegation.INVITE,
        occupe.delegation.libelle.lower() if occupe is not None and promu is None else "",
    )))
    titre = {
        "delegation": siege.delegation, "syndicat": siege.syndicat, "travail_temporaire": siege.travail_temporaire,
        "voix": siege.voix, "president": siege.president,
    }
    # Le siège repris se désigne lui-même un instant : ce qu'il tenait est libre avant que le nouveau le prenne.
    siege.president = siege.voix = siege.present = False
    siege.remplace_par_id, siege.motif_remplacement = siege.id, motif.strip()[:500]
    session.flush()
    if promu is None:
        nouveau = Siege(personne=personne, centre_id=jury.centre_id, **titre)
        jury.sieges.append(nouveau)
    else:
        promu.president, nouveau = True, promu
    session.flush()
    siege.remplace_par_id = nouveau.id
    actes.verifier_composition(session, jury)
    return nouveau


def retirer_un_siege(session: Session, siege: Siege) -> tuple[Violation, ...]:
    """Retire un membre d'un jury en préparation ; qui est déjà convoqué se remplace, ou se note absent."""
    jury = siege.jury
    _preparer(session, jury)
    if session.scalar(select(Convocation.id).where(Convocation.siege_id == siege.id).limit(1)) is not None:
        raise controle.Refus(controle.composition_incomplete(
            f"{siege.personne} a été convoqué : remplacez ce membre depuis le chemin du jury, ou notez son absence."
        ))
    jury.sieges.remove(siege)
    return actes.verifier_composition(session, jury)


def motiver(session: Session, ligne: DemandeDesignation | Convocation, motif: str) -> None:
    """Écrit pourquoi une demande ou une convocation est partie en retard ; un motif écrit ne s'efface pas."""
    verrouiller(session, ligne)
    if not motif.strip():
        raise controle.Refus(controle.composition_incomplete("Écrivez le motif du retard."))
    ligne.motif_retard = motif.strip()[:1000]
    session.flush()


def tout_ce_qui_manque(session: Session, jury: Jury, jour: dt.date) -> tuple[list[Syndicat], list[Siege], list[Commission]]:
    """Les organisations à solliciter, les membres à convoquer, les commissions à informer d'un jury."""
    faits = chemins_facts(session, [jury], jour)[jury.id]
    a_demander = {d.syndicat_id for d in faits.sans_demande if d.en_attente is None}
    a_convoquer = {c.siege_id for c in faits.sans_convocation if c.en_attente is None}
    a_informer = {i.commission_id for i in faits.mal_informees if i.en_attente is None or i.changements}
    return (
        list(session.scalars(select(Syndicat).where(Syndicat.id.in_(a_demander)).order_by(Syndicat.sigle))),
        [s for s in _sieges(session, jury) if s.id in a_convoquer],
        list(session.scalars(select(Commission).where(Commission.id.in_(a_informer)).order_by(Commission.type, Commission.nom))),
    )


def _sieges(session: Session, jury: Jury) -> list[Siege]:
    return list(session.scalars(
        select(Siege).where(Siege.jury_id == jury.id).order_by(Siege.id)
        .options(joinedload(Siege.personne), joinedload(Siege.syndicat))
    ))
