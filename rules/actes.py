"""Les actes du jury et de l'attribution : collecter les faits, les juger, écrire (partie 2, chapitre 3).

Un acte refusé lève `controle.Refus` et n'écrit rien ; l'appelant valide ou défait la transaction. La console, la
CLI et la branche de démonstration passent par eux.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from sqlalchemy import Table, case, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, selectinload

from models import (
    Certificat,
    Compteur,
    Inscription,
    Journal,
    Jury,
    LienVote,
    Presentation,
    PresentationCompetence,
    ProcesVerbal,
    Siege,
    Vote,
)
from models.base import aujourd_hui, maintenant
from models.contexte import acteur_courant
from models.journal import entree
from models.verrou import verrouiller
from rules import actes_envois, controle
from rules.attribution import ATTRIBUANT, certificats_dus
from rules.collecte import attributions, capacite_retiree_le, jury_facts
from rules.collecte_convocation import chemins_facts
from rules.collecte_evaluation import dossiers_facts
from rules.collecte_presentables import parcours_facts
from rules.faits import AttribuantFacts, JuryFacts, PresentationFacts, SiegeFacts, SignatureFacts, VoteFacts
from rules.jury import decompter
from rules.nomenclatures import Decision, EtatInscription, EtatJury, Famille, ResultatCompetence, Role
from rules.noyau import Gravite, Violation, evaluate

# Ni 0/O, ni 1/I/L : un code lu sur un diplôme se recopie à la main.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LONGUEUR_CODE = 12


def prendre_numeros(session: Session, compteur: str, nombre: int, *, apres: int = 0) -> range:
    """Prend `nombre` numéros consécutifs d'un compteur ; la ligne reste verrouillée jusqu'à la fin de la transaction.

    Deux preneurs simultanés s'attendent ; une transaction défaite rend ses numéros : pas de trou, pas de double.

    :param nombre: zéro verrouille le compteur sans rien prendre.
    :param apres: les numéros pris sont plus grands que celui-ci, s'il en a été donné hors du compteur.
    """
    connexion = session.connection()
    dialecte = postgresql if connexion.dialect.name == "postgresql" else sqlite
    table = cast("Table", Compteur.__table__)
    avance = {"dernier": case((table.c.dernier < apres, apres), else_=table.c.dernier) + nombre}
    dernier = connexion.execute(
        update(table).where(table.c.nom == compteur).values(avance).returning(table.c.dernier)
    ).scalar_one_or_none()
    if dernier is None:
        ajout = dialecte.insert(table).values(nom=compteur, dernier=apres + nombre)
        dernier = connexion.execute(
            ajout.on_conflict_do_update(index_elements=[table.c.nom], set_=avance).returning(table.c.dernier)
        ).scalar_one()
    return range(dernier - nombre + 1, dernier + 1)


def _verrouiller(session: Session, jury: Jury, *, partage: bool = False) -> None:
    """Prend la ligne du jury jusqu'à la fin de la transaction, et relit son état.

    Ouvrir, composer, présenter, signer s'excluent ; des votes simultanés se partagent le jury, mais attendent une
    signature en cours et la voient. SQLite a déjà pris son verrou d'écriture au début de la transaction.
    """
    verrouiller(session, jury, partage=partage)


def presenter(session: Session, jury: Jury, inscriptions: Sequence[Inscription]) -> tuple[Violation, ...]:
    """Présente des inscriptions ouvertes à un jury en préparation, sous des numéros anonymes tirés au sort.

    Chaque dossier d'évaluation doit être complet (EVA-03, EVA-05), chaque VAE conclue (VAE-05). Rend les alertes (INS-05, EVA-04).
    """
    _verrouiller(session, jury)
    alertes: list[Violation] = [*_en_preparation(jury)]
    for parcours in parcours_facts(session, [i.id for i in inscriptions], jury.date_jury).values():
        alertes += controle.presentation(parcours)
    retenues = controle.exiger(alertes)
    premier = max((p.numero_anonyme for p in jury.presentations), default=0) + 1
    numeros = list(range(premier, premier + len(inscriptions)))
    secrets.SystemRandom().shuffle(numeros)
    for inscription, numero in zip(inscriptions, numeros, strict=True):
        jury.presentations.append(Presentation(inscription=inscription, centre_id=jury.centre_id, numero_anonyme=numero))
    session.flush()
    return retenues


def verifier_candidatures(session: Session, jury: Jury) -> tuple[Violation, ...]:
    """Rejuge chaque candidat présenté, et son dossier, contre la date du jury ; rend les alertes (INS-05, EVA-04)."""
    numeros = dict(
        session.execute(
            select(Presentation.inscription_id, Presentation.numero_anonyme)
            .where(Presentation.jury_id == jury.id).order_by(Presentation.numero_anonyme)
        ).all()
    )
    parcours = parcours_facts(session, list(numeros), jury.date_jury)
    return controle.exiger(
        [v for k, numero in numeros.items() for v in controle.presente(replace(parcours[k], nom=f"Candidat n° {numero}"))]
    )


def deplacer(session: Session, jury: Jury, aujourd: dt.date | None = None) -> tuple[Violation, ...]:
    """Juge un jury dont la date ou le lieu vient d'être écrit : en préparation seulement, à une date plausible.

    Les demandes de désignation et les convocations qui disaient autre chose redeviennent à faire.
    """
    _verrouiller(session, jury)
    controle.exiger(_en_preparation(jury))
    jour = aujourd or aujourd_hui()
    controle.exiger(controle.date_du_jury(JuryFacts(jury.date_jury, jury.etat, aujourd_hui=jour)))
    actes_envois.rendre_caduc(session, jury, jour)
    return verifier_candidatures(session, jury)


def annuler(session: Session, jury: Jury) -> None:
    """Annule un jury en préparation ; ses candidats redeviennent libres d'être présentés ailleurs."""
    _verrouiller(session, jury)
    controle.exiger(_en_preparation(jury))
    jury.presentations.clear()
    jury.etat = EtatJury.ANNULE
    actes_envois.abandonner_le_jury(session, jury)
    revoquer_les_liens(session, jury, maintenant())
    session.flush()


def retirer(session: Session, jury: Jury, presentation: Presentation) -> None:
    """Retire un candidat d'un jury encore en préparation."""
    _verrouiller(session, jury)
    controle.exiger(_en_preparation(jury))
    jury.presentations.remove(presentation)
    session.flush()


def verifier_composition(session: Session, jury: Jury) -> tuple[Violation, ...]:
    """Juge les sièges tels qu'écrits : à appeler après chaque changement, avant de valider."""
    session.flush()
    return controle.exiger((*_en_preparation_ou_ouvert(jury), *controle.composition(_faits(session, jury))))


def ouvrir(session: Session, jury: Jury, jour: dt.date | None = None, motif: str = "") -> tuple[Violation, ...]:
    """Ouvre la délibération : un procès-verbal par certification, la synthèse de chaque candidat. Rend les alertes.

    :param jour: le jour où l'on ouvre, à Paris ; aujourd'hui par défaut.
    :param motif: pourquoi l'ouvrir malgré une désignation ou une convocation qui manque (JUR-01, JUR-02).
    """
    _verrouiller(session, jury)
    jour = jour or aujourd_hui()
    chemin = replace(chemins_facts(session, [jury], jour)[jury.id], motif_ouverture=motif or jury.motif_ouverture)
    alertes = controle.exiger(
        (*controle.ouverture(replace(_faits(session, jury), aujourd_hui=jour)), *controle.chemin(chemin))
    )
    jury.motif_ouverture = chemin.motif_ouverture.strip()[:1000] if chemin.sans_demande or chemin.sans_convocation else ""
    verifier_candidatures(session, jury)
    presentations = list(
        session.scalars(
            select(Presentation).where(Presentation.jury_id == jury.id)
            .options(selectinload(Presentation.inscription), selectinload(Presentation.competences))
            .order_by(Presentation.numero_anonyme)
        )
    )
    par_certification: dict[int, list[Presentation]] = {}
    for presentation in presentations:
        par_certification.setdefault(presentation.inscription.certification_id, []).append(presentation)
    numeros = prendre_numeros(session, f"PV {jury.centre_id} {jury.date_jury.year}", len(par_certification))
    for numero, (certification_id, lot) in zip(numeros, sorted(par_certification.items()), strict=True):
        pv = ProcesVerbal(
            jury=jury, centre_id=jury.centre_id, certification_id=certification_id,
            reference=f"PV {jury.centre.code}-{jury.date_jury.year}-{numero:04d}",
        )
        session.add(pv)
        for presentation in lot:
            presentation.proces_verbal = pv
    _poser_la_synthese(session, presentations)
    jury.etat = EtatJury.OUVERT
    jury.ouvert_le = maintenant()
    session.flush()
    return alertes


def _poser_la_synthese(session: Session, presentations: Sequence[Presentation]) -> None:
    """Les compétences de la cible de chacun, et leur résultat d'évaluation, en un nombre constant de requêtes."""
    dossiers = dossiers_facts(session, [p.inscription_id for p in presentations])
    for presentation in presentations:
        dossier = dossiers[presentation.inscription_id]
        presentation.competences = [
            PresentationCompetence(competence_id=c.id, ordre=rang, synthese=(r := dossier.resultat(c.id)), retenu=r)
            for rang, c in enumerate(dossier.competences, 1)
        ]


class VoteChange(controle.Refus):
    """Le vote a changé depuis que l'appareil l'a lu : rien n'est écrit, l'appelant montre `vote` tel qu'il est."""

    def __init__(self, vote: Vote) -> None:
        self.vote = vote
        auteur = f"consigné par {vote.consigne_par}" if vote.consigne_par else "par le membre lui-même"
        super().__init__(
            _violation("JUR-10", "vote", f"Ce vote a changé entre-temps : {vote.valeur.value}, {auteur}. Votez de nouveau "
                       "si ce n'est pas ce que vous voulez.", "Partie 2, chap. 3, § 1.E")
        )


def voter(
    session: Session, presentation: Presentation, siege: Siege, valeur: str, *, bloc_id: int | None = None,
    vu: int | None = None, geste: str = "",
) -> Vote:
    """Consigne ou change le vote d'un siège sur un candidat, ou sur un de ses blocs (JUR-05, JUR-09, JUR-10).

    Le même geste, ou la même valeur, deux fois ne compte qu'une fois. Un siège ne vote qu'un geste à la fois : la ligne
    de son siège est prise jusqu'à la fin de la transaction.

    :param vu: la version du vote que l'appareil a lue (0 : aucun vote) ; rien : on ne vérifie pas.
    :param geste: la clé du geste, tirée par l'appareil ; renvoyée après une connexion perdue, elle le fait reconnaître.
    :raises VoteChange: le vote n'est plus celui que l'appareil a lu.
    """
    jury = presentation.jury
    _verrouiller(session, jury, partage=True)
    numero = presentation.numero_anonyme
    controle.exiger(
        (
            *controle.deliberation(JuryFacts(jury.date_jury, jury.etat)),
            *controle.vote(PresentationFacts(numero, (VoteFacts(siege.id, valeur),))),
        )
    )
    verrouiller(session, siege)
    controle.exiger(controle.votant(SiegeFacts(
        siege.id, str(siege.personne), siege.delegation, voix=siege.voix,
        present=siege.present and siege.jury_id == jury.id,
    )))
    _exiger_a_decider(presentation, bloc_id)
    vote = session.scalar(
        select(Vote).where(Vote.presentation_id == presentation.id, Vote.siege_id == siege.id,
                           Vote.bloc_id.is_(None) if bloc_id is None else Vote.bloc_id == bloc_id)
        .execution_options(populate_existing=True)
    )
    if vote is not None and (vote.valeur == valeur or (geste and vote.geste == geste)):
        return vote
    if vote is not None and vu is not None and vu != vote.version:
        raise VoteChange(vote)
    acteur = acteur_courant()
    consigne = acteur is not None and (acteur.role is not Role.JURE or acteur.siege_id != siege.id)
    par = acteur.nom if acteur is not None and consigne else ""
    if vote is None:
        vote = Vote(jury_id=jury.id, presentation=presentation, siege=siege, bloc_id=bloc_id, valeur=Decision(valeur),
                    geste=geste, consigne_par=par)
        session.add(vote)
    else:
        vote.valeur, vote.geste, vote.consigne_par = Decision(valeur), geste, par
    if consigne:
        # JUR-15 : un vote consigné au nom d'un membre laisse son nom et le fait au journal.
        session.execute(
            insert(Journal),
            [entree("vote consigné", "vote", presentation.id, centre_id=jury.centre_id,
                    apres={"membre": str(siege.personne), "candidat": f"n° {numero}", "vote": valeur}
                    | ({"bloc": bloc_id} if bloc_id is not None else {}))],
        )
    session.flush()
    return vote


def _exiger_a_decider(presentation: Presentation, bloc_id: int | None) -> None:
    """Le procès-verbal du candidat n'est pas encore signé ; le bloc, s'il y en a un, est de sa cible."""
    if presentation.proces_verbal is not None and presentation.proces_verbal.signe_le is not None:
        raise controle.Refus(
            _violation("JUR-13", "vote", "Le procès-verbal de cette certification est signé : votes et décisions ne changent "
                       "plus (procès-verbal rectificatif).", "Partie 2, chap. 3, § 3.A")
        )
    if bloc_id is not None and all(c.competence.bloc_id != bloc_id for c in presentation.competences):
        raise controle.Refus(
            _violation("JUR-10", "vote", f"Ce bloc n'est pas de la cible du candidat n° {presentation.numero_anonyme}.",
                       "Partie 2, chap. 3, § 3.A")
        )


def retenir(
    session: Session, presentation: Presentation, resultats: dict[int, str], motif: str, commentaire: str = "",
    version: int | None = None,
) -> None:
    """Écrit ce que le jury retient, compétence par compétence, et son motif (JUR-11).

    :param version: celle du candidat que l'écran montrait ; une autre personne l'a changé, rien n'est écrit.
    """
    _verrouiller(session, presentation.jury, partage=True)
    controle.exiger(controle.deliberation(JuryFacts(presentation.jury.date_jury, presentation.jury.etat)))
    verrouiller(session, presentation)
    _exiger_a_decider(presentation, None)
    if version is not None and version != presentation.version:
        raise controle.Refus(
            _violation("JUR-11", "competences", f"Candidat n° {presentation.numero_anonyme} : ce qui est retenu a changé "
                       "entre-temps. Relisez-le, puis recommencez.", "Partie 2, chap. 3, § 3.A")
        )
    for competence in presentation.competences:
        if competence.competence_id in resultats:
            competence.retenu = ResultatCompetence(resultats[competence.competence_id])
    presentation.motif = motif.strip()
    presentation.commentaire = commentaire.strip()
    # Une compétence changée change le candidat : les autres fenêtres le relisent.
    presentation.updated_at = maintenant()
    session.flush()


def signer(
    session: Session, jury: Jury, signataire: Siege, proces_verbal: ProcesVerbal | None = None
) -> tuple[ProcesVerbal, ...]:
    """Signe les procès-verbaux du jury : décisions arrêtées par le décompte, puis tout est figé (JUR-13).

    Le jury est clos quand ils le sont tous, et les liens de vote meurent avec lui.

    :param proces_verbal: celui d'une certification ; sans lui, tous ceux qui restent à signer.
    """
    _verrouiller(session, jury)
    originaux = [pv for pv in jury.proces_verbaux if pv.rectifie_id is None]
    a_signer = [proces_verbal] if proces_verbal is not None else [pv for pv in originaux if pv.signe_le is None] or originaux
    decides = {pv.id for pv in a_signer}
    presentations = list(
        session.scalars(
            select(Presentation).where(Presentation.jury_id == jury.id, Presentation.proces_verbal_id.in_(decides))
            .options(selectinload(Presentation.inscription)).order_by(Presentation.numero_anonyme)
        )
    )
    numeros = {p.numero_anonyme for p in presentations}
    faits = _faits_de(session, jury, numeros)
    deja = not a_signer or any(pv.signe_le is not None for pv in a_signer)
    if not deja:
        _arreter(presentations, faits)
    if jury.etat is EtatJury.OUVERT:
        session.flush()
        faits = _faits_de(session, jury, numeros)
    controle.exiger(controle.signature(SignatureFacts(faits, signataire.id, deja)))
    instant = maintenant()
    for pv in a_signer:
        pv.signe_le, pv.signataire = instant, signataire
    session.flush()
    for presentation in presentations:
        presentation.inscription.etat = (
            EtatInscription.ADMISE if presentation.decision is Decision.ADMIS else EtatInscription.NON_ADMISE
        )
    if all(pv.signe_le is not None for pv in originaux):
        jury.etat, jury.clos_le = EtatJury.CLOS, instant
        revoquer_les_liens(session, jury, instant)
    session.flush()
    return tuple(a_signer)


def revoquer_les_liens(session: Session, jury: Jury, instant: dt.datetime) -> None:
    """La séance finie, plus aucun lien de vote n'ouvre rien."""
    for lien in session.scalars(select(LienVote).where(LienVote.jury_id == jury.id, LienVote.revoque_le.is_(None))):
        lien.revoque_le = instant


def _faits_de(session: Session, jury: Jury, numeros: set[int]) -> JuryFacts:
    faits = _faits(session, jury)
    return replace(faits, presentations=tuple(p for p in faits.presentations if p.numero_anonyme in numeros))


def _arreter(presentations: Sequence[Presentation], faits: JuryFacts) -> None:
    """Arrête la décision de chaque candidat telle que la donne le décompte (JUR-10)."""
    for presentation, vues in zip(presentations, faits.presentations, strict=True):
        decompte = decompter(vues.votes, faits.sieges)
        presentation.decision = decompte.decision
        presentation.voix_pour, presentation.voix_contre = decompte.pour, decompte.contre
        presentation.voix_preponderante = decompte.preponderante


def attribuer(session: Session, jury: Jury) -> list[Certificat]:
    """Donne un numéro à chaque certificat dû par les décisions signées (ATT-01 à ATT-03) ; une seconde fois ne fait rien."""
    _verrouiller(session, jury)
    acteur = acteur_courant()
    retiree_le = capacite_retiree_le(session, jury.centre_id, aujourd_hui())
    par_le_gtp = acteur is not None and acteur.role is Role.GTP
    controle.exiger(evaluate(ATTRIBUANT, AttribuantFacts(par_le_gtp, retiree_le)))
    dues = attributions(session, jury.id)
    if not any(d.faits.pv_signe for d in dues):
        raise controle.Refus(
            _violation("ATT-01", "certificat", "Le procès-verbal n'est pas signé : aucun certificat ne peut être fait.",
                       "Partie 2, chap. 3, § 3.B")
        )
    a_faire = [(d, du) for d in dues if not d.faits.deja_delivre for du in certificats_dus(d.faits)]
    certificats = []
    if a_faire:
        for numero, (due, du) in zip(prendre_numeros(session, "MC", len(a_faire)), a_faire, strict=True):
            interbranches = du.famille in (Famille.CQPI, Famille.CCPI) and due.interbranches_id is not None
            certificats.append(
                Certificat(
                    numero=f"MC-{numero:07d}", famille=du.famille, bloc_id=du.bloc_id, presentation_id=due.presentation_id,
                    centre_id=jury.centre_id, candidat_id=due.candidat_id,
                    certification_id=due.interbranches_id if interbranches else due.certification_id,
                    date_jury=jury.date_jury, code_verification=code_de_verification(),
                )
            )
    session.add_all(certificats)
    session.flush()
    return certificats


def nombre_de_certificats_dus(session: Session, jury: Jury) -> int:
    """Combien de certificats les décisions signées de ce jury ouvrent, qui n'ont pas encore leur numéro."""
    return sum(
        len(certificats_dus(due.faits)) for due in attributions(session, jury.id) if not due.faits.deja_delivre
    )


def code_de_verification() -> str:
    """Un code court, tiré au sort, qui se recopie sans erreur (douze caractères, environ 59 bits)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LONGUEUR_CODE))


def _faits(session: Session, jury: Jury) -> JuryFacts:
    faits = jury_facts(session, jury.id)
    if faits is None:
        raise LookupError(jury.id)
    return faits


def _violation(code: str, champ: str, message: str, source: str) -> tuple[Violation, ...]:
    return (Violation(code, Gravite.BLOQUE, champ, message, source),)


def exiger_preparation(jury: Jury) -> None:
    """Refuse de changer la composition d'un jury qui n'est plus en préparation."""
    controle.exiger(_en_preparation(jury))


def _en_preparation(jury: Jury) -> tuple[Violation, ...]:
    if jury.etat is EtatJury.PREPARATION:
        return ()
    return _violation("JUR-13", "etat", f"Ce jury n'est plus en préparation : {jury.etat.libelle.lower()}.",
                      "Partie 2, chap. 3, § 3.A")


def _en_preparation_ou_ouvert(jury: Jury) -> tuple[Violation, ...]:
    return () if jury.etat is EtatJury.OUVERT else _en_preparation(jury)
