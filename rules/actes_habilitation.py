"""Les actes de l'habilitation : instruire, décider, suspendre, retirer, prolonger, aviser (partie 2, chapitre 1).

Un acte refusé lève `controle.Refus` et n'écrit rien ; l'appelant valide ou défait la transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Appreciation,
    BlocCompetences,
    Certification,
    EtapeInstruction,
    EvenementHabilitation,
    Habilitation,
    Organisme,
    SuspensionHabilitation,
)
from models.base import aujourd_hui
from models.contexte import acteur_courant
from models.journal import situer
from models.verrou import verrouiller
from rules import controle
from rules.collecte_habilitation import dossier_facts, reprise_facts, verrouiller_organisme
from rules.faits import Periode
from rules.habilitation import AvisFacts, DecisionFacts, EtapeFacts, SuiteFacts, fin_prevue
from rules.nomenclatures import (
    DecisionHabilitation,
    EtatHabilitation,
    NatureEtape,
    NatureEvenement,
    ResultatIndicateur,
)
from rules.noyau import Violation

UN_JOUR = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Appreciee:
    """Ce qu'on écrit d'un indicateur ; un résultat vide : pas encore apprécié."""

    resultat: ResultatIndicateur | None
    preuve: str = ""
    commentaire: str = ""


def verifier_demande(session: Session, habilitation: Habilitation, jour: dt.date | None = None) -> tuple[Violation, ...]:
    """Juge une demande dont la portée ou la date vient d'être écrite ; rend les alertes."""
    session.flush()
    return controle.exiger(controle.demande_d_habilitation(dossier_facts(session, habilitation, jour=jour)))


def apprecier(
    session: Session, habilitation: Habilitation, grille: Mapping[int, Appreciee], versions: Mapping[int, int] | None = None
) -> None:
    """Écrit les indicateurs donnés, par leur clé ; les autres restent ce qu'ils sont : une grille se remplit en plusieurs fois.

    La première appréciation ouvre l'instruction.

    :param versions: celle qu'on avait sous les yeux de chaque indicateur écrit (0 : rien) ; non données, pas vérifiées.
    :raises Refus: HAB-02, la demande est décidée ; VERSION, quelqu'un d'autre vient d'apprécier l'un d'eux.
    """
    verrouiller(session, habilitation)
    controle.exiger(controle.instruction_d_habilitation(dossier_facts(session, habilitation)))
    connues = {a.indicateur_id: a for a in habilitation.appreciations}
    if versions is not None and any(
        versions.get(i, 0) != (connues[i].version if i in connues else 0) for i in grille
    ):
        raise controle.Refus(controle.saisie_depassee("grille"))
    for indicateur_id, saisie in grille.items():
        appreciation = connues.get(indicateur_id)
        if appreciation is None:
            if saisie == Appreciee(None):
                continue
            appreciation = Appreciation(indicateur_id=indicateur_id, centre_id=habilitation.centre_id)
            habilitation.appreciations.append(appreciation)
        appreciation.resultat = saisie.resultat
        appreciation.preuve, appreciation.commentaire = saisie.preuve, saisie.commentaire
    _instruire(habilitation)
    session.flush()


def noter_etape(
    session: Session, habilitation: Habilitation, nature: NatureEtape, faite_le: dt.date, compte_rendu: str = "",
    *, jour: dt.date | None = None,
) -> EtapeInstruction:
    """Note une étape de l'instruction, ou du suivi une fois l'habilitation accordée.

    Des compléments reçus remettent le dossier en instruction.

    :raises Refus: HAB-03 (date, compte rendu d'une visite), HAB-05 (habilitation refusée ou retirée).
    """
    verrouiller(session, habilitation)
    suivi = habilitation.etat in (EtatHabilitation.ACCORDEE, EtatHabilitation.SUSPENDUE)
    faits = replace(
        dossier_facts(session, habilitation, jour=jour), etapes=(EtapeFacts(nature, faite_le, compte_rendu),)
    )
    controle.exiger((
        *(() if suivi else controle.instruction_d_habilitation(faits)), *controle.etapes_d_habilitation(faits)
    ))
    etape = EtapeInstruction(
        centre_id=habilitation.centre_id, nature=nature, faite_le=faite_le, compte_rendu=compte_rendu, suivi=suivi
    )
    habilitation.etapes.append(etape)
    if not suivi and nature is not NatureEtape.COMPLEMENT_DEMANDE:
        _instruire(habilitation)
    session.flush()
    return etape


def rendre_compte(session: Session, etape: EtapeInstruction, compte_rendu: str, *, jour: dt.date | None = None) -> None:
    """Écrit le compte rendu d'une étape déjà notée, par exemple d'une visite qui était prévue.

    :raises Refus: HAB-02 ou HAB-03.
    """
    habilitation = etape.habilitation
    verrouiller(session, habilitation)
    faits = dossier_facts(session, habilitation, jour=jour)
    controle.exiger((
        *(() if etape.suivi else controle.instruction_d_habilitation(faits)),
        *controle.etapes_d_habilitation(
            replace(faits, etapes=(EtapeFacts(etape.nature, etape.faite_le, compte_rendu),))
        ),
    ))
    etape.compte_rendu = compte_rendu
    session.flush()


def decider(
    session: Session, habilitation: Habilitation, decision: DecisionHabilitation | None, decide_le: dt.date | None, *,
    du: dt.date | None = None, au: dt.date | None = None, motif: str = "", jour: dt.date | None = None,
) -> tuple[Violation, ...]:
    """Décide d'une demande : l'accorde du `du` au `au`, demande des compléments, ou la refuse. Rend les alertes.

    Sans `du`, une habilitation vaut du jour de sa décision ; sans `au`, pour la durée réglée par le centre, ou sans terme.
    Accordée en renouvellement, elle met fin la veille à celle qu'elle prolonge.

    :raises Refus: HAB-01 à HAB-03 ; un indicateur omis ou non satisfait refuse la décision favorable en le nommant.
    """
    verrouiller_organisme(session, habilitation.organisme_id)
    verrouiller(session, habilitation)
    favorable = decision is DecisionHabilitation.FAVORABLE
    debut = (du or decide_le) if favorable else None
    fin = au or (fin_prevue(debut, habilitation.centre.duree_habilitation) if debut else None)
    faits = dossier_facts(session, habilitation, du=debut, au=fin if favorable else None, jour=jour)
    alertes = controle.exiger(controle.decision_d_habilitation(DecisionFacts(faits, decision, decide_le, motif)))
    assert decide_le is not None
    raisons = "\n".join(
        f"Indicateur {i.code} : {i.commentaire}" for i in faits.indicateurs
        if i.resultat is ResultatIndicateur.NON_SATISFAIT
    )
    if decision is DecisionHabilitation.COMPLEMENT:
        texte = f"{motif}\n{raisons}".strip()
        habilitation.etapes.append(EtapeInstruction(
            centre_id=habilitation.centre_id, nature=NatureEtape.COMPLEMENT_DEMANDE, faite_le=decide_le, compte_rendu=texte
        ))
        session.flush()
        habilitation.etat = EtatHabilitation.COMPLEMENT
    elif favorable:
        assert debut is not None
        _finir_la_precedente(session, habilitation, debut)
        habilitation.decide_le, habilitation.du, habilitation.au, habilitation.motif = decide_le, debut, fin, motif
        habilitation.etat = EtatHabilitation.ACCORDEE
        _evenement(
            session, habilitation,
            NatureEvenement.HABILITATION if habilitation.renouvelle_id is None else NatureEvenement.RENOUVELLEMENT,
            debut, motif,
        )
        if fin is not None:
            _evenement(session, habilitation, NatureEvenement.FIN, fin + UN_JOUR, "")
    else:
        codes = ", ".join(i.code for i in faits.indicateurs if i.resultat is ResultatIndicateur.NON_SATISFAIT)
        habilitation.decide_le = decide_le
        habilitation.motif = motif or f"Indicateurs non satisfaits : {codes}."
        habilitation.etat = EtatHabilitation.REFUSEE
    session.flush()
    return alertes


def reprendre(
    session: Session, organisme: Organisme, centre_id: int, du: dt.date, au: dt.date | None,
    certifications: Sequence[Certification], blocs: Sequence[BlocCompetences], *, importation: tuple[int, int] | None = None,
    jour: dt.date | None = None,
) -> Habilitation:
    """Reprend une habilitation décidée avant la console, sans sa grille ; sa fin, si elle est à venir, changera la liste.

    :param importation: le fichier et la ligne d'où elle vient, pour le journal.
    :raises Refus: HAB-01, ses dates ou sa portée ne vont pas.
    """
    verrouiller_organisme(session, organisme.id)
    faits = reprise_facts(session, organisme, centre_id, Periode(du, au), certifications, blocs, jour)
    controle.exiger(controle.habilitation_reprise(DecisionFacts(faits, DecisionHabilitation.FAVORABLE, du)))
    reprise = Habilitation(
        organisme=organisme, centre_id=centre_id, etat=EtatHabilitation.ACCORDEE, demande_le=du, decide_le=du, du=du, au=au,
        reprise=True, certifications=list(certifications), blocs=list(blocs),
    )
    if importation is not None:
        situer(reprise, *importation)
    session.add(reprise)
    session.flush()
    if au is not None and au >= faits.aujourd_hui:
        _evenement(session, reprise, NatureEvenement.FIN, au + UN_JOUR, "")
    session.flush()
    return reprise


def suspendre(session: Session, habilitation: Habilitation, le: dt.date | None, motif: str) -> None:
    """Suspend une habilitation à compter d'un jour : aucune inscription ne passe plus par l'organisme.

    :raises Refus: HAB-05.
    """
    verrouiller(session, habilitation)
    veille = habilitation.du - UN_JOUR if habilitation.du is not None else None
    derniere = max((s.au for s in habilitation.suspensions if s.au is not None), default=None)
    depuis = max((d for d in (veille, derniere) if d is not None), default=None)
    controle.exiger(controle.suspension(SuiteFacts(habilitation.etat, depuis, habilitation.au, le, motif)))
    assert le is not None
    habilitation.suspensions.append(
        SuspensionHabilitation(centre_id=habilitation.centre_id, du=le, motif=motif.strip())
    )
    habilitation.etat, habilitation.motif = EtatHabilitation.SUSPENDUE, motif.strip()
    _evenement(session, habilitation, NatureEvenement.SUSPENSION, le, motif)
    session.flush()


def lever(session: Session, habilitation: Habilitation, le: dt.date | None, motif: str) -> None:
    """Lève la suspension à compter d'un jour.

    :raises Refus: HAB-05.
    """
    verrouiller(session, habilitation)
    ouverte = next((s for s in habilitation.suspensions if s.au is None), None)
    controle.exiger(controle.levee(SuiteFacts(
        habilitation.etat, ouverte.du if ouverte is not None else habilitation.du, habilitation.au, le, motif
    )))
    assert le is not None
    if ouverte is not None:
        ouverte.au = le - UN_JOUR
    habilitation.etat, habilitation.motif = EtatHabilitation.ACCORDEE, motif.strip()
    _evenement(session, habilitation, NatureEvenement.LEVEE, le, motif)
    session.flush()


def retirer(session: Session, habilitation: Habilitation, le: dt.date | None, motif: str) -> None:
    """Retire une habilitation à compter d'un jour ; les inscriptions antérieures continuent.

    :raises Refus: HAB-05.
    """
    verrouiller(session, habilitation)
    controle.exiger(controle.retrait(SuiteFacts(habilitation.etat, habilitation.du, habilitation.au, le, motif)))
    assert le is not None
    _oublier_la_fin(session, habilitation)
    habilitation.au, habilitation.motif = le - UN_JOUR, motif.strip()
    habilitation.etat = EtatHabilitation.RETIREE
    _evenement(session, habilitation, NatureEvenement.RETRAIT, le, motif)
    session.flush()


def renouveler(
    session: Session, habilitation: Habilitation, demande_le: dt.date, *, jour: dt.date | None = None
) -> Habilitation:
    """Enregistre la demande de renouvellement d'une habilitation : même portée, grille à remplir.

    :raises Refus: HAB-05, l'habilitation n'est ni accordée ni suspendue.
    """
    verrouiller(session, habilitation)
    faits = SuiteFacts(habilitation.etat, None, None, demande_le, "renouvellement")
    controle.exiger(controle.retrait(faits))
    suite = Habilitation(
        organisme=habilitation.organisme, centre=habilitation.centre, demande_le=demande_le, renouvelle=habilitation,
        certifications=list(habilitation.certifications), blocs=list(habilitation.blocs),
    )
    session.add(suite)
    session.flush()
    verifier_demande(session, suite, jour)
    return suite


def aviser(
    session: Session, evenement: EvenementHabilitation, le: dt.date | None, *, jour: dt.date | None = None
) -> tuple[Violation, ...]:
    """Note que France compétences a été avisée d'un changement, et par qui ; rend l'alerte d'un avis tardif.

    :raises Refus: FC-02.
    """
    verrouiller(session, evenement)
    alertes = controle.exiger(controle.avis_a_france_competences(AvisFacts(evenement.le, jour or aujourd_hui(), le, evenement.avise_le)))
    acteur = acteur_courant()
    evenement.avise_le = le
    evenement.avise_par_id = acteur.utilisateur_id if acteur is not None else None
    session.flush()
    return alertes


def _instruire(habilitation: Habilitation) -> None:
    if habilitation.etat in (EtatHabilitation.DEMANDE, EtatHabilitation.COMPLEMENT):
        habilitation.etat = EtatHabilitation.INSTRUCTION


def _finir_la_precedente(session: Session, habilitation: Habilitation, debut: dt.date) -> None:
    precedente = habilitation.renouvelle
    if precedente is None or precedente.etat not in (EtatHabilitation.ACCORDEE, EtatHabilitation.SUSPENDUE):
        return
    verrouiller(session, precedente)
    if precedente.au is None or precedente.au >= debut:
        _oublier_la_fin(session, precedente)
        precedente.au = debut - UN_JOUR
        session.flush()


def _oublier_la_fin(session: Session, habilitation: Habilitation) -> None:
    """Ce qui finit plus tôt n'aura pas la fin prévue : son changement de la liste, pas encore avisé, n'aura pas lieu."""
    for evenement in session.scalars(
        select(EvenementHabilitation).where(
            EvenementHabilitation.habilitation_id == habilitation.id,
            EvenementHabilitation.nature == NatureEvenement.FIN, EvenementHabilitation.avise_le.is_(None),
        )
    ):
        session.delete(evenement)
    session.flush()


def _evenement(
    session: Session, habilitation: Habilitation, nature: NatureEvenement, le: dt.date, motif: str
) -> None:
    session.add(EvenementHabilitation(
        habilitation=habilitation, centre_id=habilitation.centre_id, nature=nature, le=le, portee=habilitation.portee,
        motif=motif.strip(),
    ))
