"""Rectifier un procès-verbal signé : l'original ne change pas, un rectificatif le vise (partie 2, chap. 3, § 3.A ; décision 020).

Signé, il porte la décision, la compétence ou l'identité à ce qu'elle doit être, annule les certificats qu'il rend faux
et leur donne des remplaçants, chacun sous un numéro neuf.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    AnnulationCertificat,
    Archive,
    Candidat,
    Certificat,
    Inscription,
    Jury,
    Presentation,
    PresentationCompetence,
    ProcesVerbal,
    Rectification,
    Siege,
    VoteRectificatif,
)
from models.base import maintenant
from models.contexte import acteur_courant
from models.verrou import verrouiller
from rules import controle
from rules.actes import code_de_verification, prendre_numeros
from rules.attribution import CertificatDu, certificats_dus
from rules.collecte import AttributionDue, attributions, jury_facts
from rules.faits import JuryFacts, VoteFacts
from rules.jury import decompter
from rules.nomenclatures import Decision, EtatInscription, Famille, ObjetRectification, ResultatCompetence, Role
from rules.noyau import Gravite, Violation
from rules.rectification import ChangementFacts, RectificatifFacts

_SOURCE = "Partie 2, chap. 3, § 3.A"
_IDENTITE = (ObjetRectification.NOM_NAISSANCE, ObjetRectification.NOM_USAGE, ObjetRectification.PRENOMS,
             ObjetRectification.DATE_NAISSANCE, ObjetRectification.VILLE_NAISSANCE)


def ouvrir_rectificatif(session: Session, proces_verbal: ProcesVerbal, raison: str) -> ProcesVerbal:
    """Ouvre le rectificatif d'un procès-verbal signé ; rien ne change tant qu'il n'est pas signé."""
    verrouiller(session, proces_verbal)
    original = proces_verbal.rectifie or proces_verbal
    freres = list(session.scalars(
        select(ProcesVerbal).where(ProcesVerbal.rectifie_id == original.id).order_by(ProcesVerbal.id)
    ))
    en_cours = next((r.reference for r in freres if r.signe_le is None), "")
    conserve = session.scalar(select(exists().where(Archive.proces_verbal_id == original.id)))
    controle.exiger(controle.ouverture_du_rectificatif(
        RectificatifFacts(original.signe_le is not None, bool(conserve), raison, autre_en_cours=en_cours)
    ))
    rectificatif = ProcesVerbal(
        jury_id=original.jury_id, centre_id=original.centre_id, certification_id=original.certification_id,
        reference=f"{original.reference} R{len(freres) + 1}", rectifie_id=original.id, raison=raison.strip(),
    )
    session.add(rectificatif)
    session.flush()
    return rectificatif


def valeur(presentation: Presentation, objet: ObjetRectification, competence_id: int | None = None) -> str:
    """Ce qui est écrit aujourd'hui, tel qu'une rectification le compare."""
    if objet is ObjetRectification.DECISION:
        return presentation.decision.value if presentation.decision else ""
    if objet is ObjetRectification.COMPETENCE:
        retenu = next((c.retenu for c in presentation.competences if c.competence_id == competence_id), None)
        return retenu.value if retenu else ""
    ecrit = getattr(presentation.inscription.candidat, objet.value)
    return ecrit.isoformat() if isinstance(ecrit, dt.date) else str(ecrit or "")


def rectifier(
    session: Session, rectificatif: ProcesVerbal, presentation: Presentation, objet: ObjetRectification, apres: str,
    competence: PresentationCompetence | None = None,
) -> None:
    """Écrit ce que le rectificatif change pour un candidat ; la valeur d'avant retire la ligne.

    Une rectification changée ôte les voix déjà exprimées : le jury a voté autre chose.
    """
    _a_signer(session, rectificatif)
    if presentation.proces_verbal_id != rectificatif.rectifie_id:
        raise LookupError(presentation.id)
    competence_id = competence.competence_id if competence is not None else None
    avant, apres = valeur(presentation, objet, competence_id), " ".join(apres.split())
    ligne = next((r for r in rectificatif.rectifications if r.presentation_id == presentation.id
                  and r.objet is objet and r.competence_id == competence_id), None)
    if apres == (ligne.apres if ligne is not None else avant):
        return
    code = competence.competence.code if competence is not None else ""
    if apres != avant:
        controle.exiger(controle.changement(ChangementFacts(presentation.numero_anonyme, objet, avant, apres, code)))
    if ligne is not None:
        rectificatif.rectifications.remove(ligne)
        session.flush()
    if apres != avant:
        rectificatif.rectifications.append(Rectification(
            jury_id=rectificatif.jury_id, centre_id=rectificatif.centre_id, presentation_id=presentation.id, objet=objet,
            competence_id=competence_id, avant=avant, apres=apres,
        ))
    if objet.deliberee:
        rectificatif.votes_rectificatifs.clear()
    session.flush()


def voter_rectificatif(session: Session, rectificatif: ProcesVerbal, siege: Siege, *, pour: bool) -> VoteRectificatif:
    """Note la voix d'un membre du jury pour ou contre un rectificatif ; consignée en son nom, le journal le garde (JUR-15)."""
    _a_signer(session, rectificatif)
    if siege.jury_id != rectificatif.jury_id:
        raise LookupError(siege.id)
    faits = next(s for s in _faits_du_jury(session, rectificatif.jury_id).sieges if s.id == siege.id)
    controle.exiger(controle.votant(faits))
    acteur = acteur_courant()
    par = acteur.nom if acteur is not None and (acteur.role is not Role.JURE or acteur.siege_id != siege.id) else ""
    vote = next((v for v in rectificatif.votes_rectificatifs if v.siege_id == siege.id), None)
    if vote is None:
        vote = VoteRectificatif(jury_id=rectificatif.jury_id, centre_id=rectificatif.centre_id, siege_id=siege.id, pour=pour)
        rectificatif.votes_rectificatifs.append(vote)
    vote.pour, vote.consigne_par = pour, par
    session.flush()
    return vote


def abandonner(session: Session, rectificatif: ProcesVerbal) -> None:
    """Abandonne un rectificatif qui n'est pas signé : l'original reste seul."""
    _a_signer(session, rectificatif)
    session.delete(rectificatif)
    session.flush()


def rectificatif_facts(session: Session, rectificatif: ProcesVerbal, signataire_siege_id: int | None = None) -> RectificatifFacts:
    """Les faits d'un rectificatif : ce qu'il change, les candidats touchés, les voix."""
    faits = _faits_du_jury(session, rectificatif.jury_id)
    numeros = {r.presentation.numero_anonyme for r in rectificatif.rectifications}
    return RectificatifFacts(
        vise_signe=True, conserve=True, raison=rectificatif.raison,
        changements=tuple(
            ChangementFacts(r.presentation.numero_anonyme, r.objet, r.avant, r.apres,
                            r.competence.code if r.competence is not None else "")
            for r in rectificatif.rectifications
        ),
        presentations=tuple(p for p in faits.presentations if p.numero_anonyme in numeros),
        votes=tuple(
            VoteFacts(v.siege_id, (Decision.ADMIS if v.pour else Decision.NON_ADMIS).value)
            for v in rectificatif.votes_rectificatifs
        ),
        sieges=faits.sieges, signataire_siege_id=signataire_siege_id, deja_signe=rectificatif.signe_le is not None,
    )


def signer_rectificatif(
    session: Session, rectificatif: ProcesVerbal, signataire: Siege, jour: dt.date
) -> list[Certificat]:
    """Signe un rectificatif : ce qu'il change l'est, les certificats faux sont annulés ce jour-là et remplacés.

    Rend les certificats qui en viennent. Signé deux fois, il est refusé : ni numéro perdu, ni numéro doublé.
    """
    _verrouiller(session, rectificatif)
    faits = rectificatif_facts(session, rectificatif, signataire.id)
    controle.exiger(controle.signature_du_rectificatif(faits))
    rectificatif.signe_le, rectificatif.signataire_id = maintenant(), signataire.id
    session.flush()
    decompte = decompter(faits.votes, faits.sieges)
    touchees = sorted({r.presentation_id for r in rectificatif.rectifications})
    presentations = {
        p.id: p for p in session.scalars(
            select(Presentation).where(Presentation.id.in_(touchees)).options(
                selectinload(Presentation.competences),
                joinedload(Presentation.inscription).joinedload(Inscription.candidat),
            ).execution_options(populate_existing=True)
        )
    }
    identites = {r.presentation_id for r in rectificatif.rectifications if r.objet in _IDENTITE}
    for r in rectificatif.rectifications:
        _appliquer(presentations[r.presentation_id], r)
    for r in rectificatif.rectifications:
        if r.objet is ObjetRectification.DECISION:
            p = presentations[r.presentation_id]
            p.voix_pour, p.voix_contre, p.voix_preponderante = decompte.pour, decompte.contre, decompte.preponderante
            p.motif = rectificatif.raison
    _ecrire(session)
    for p in presentations.values():
        p.inscription.etat = EtatInscription.ADMISE if p.decision is Decision.ADMIS else EtatInscription.NON_ADMISE
    session.flush()
    return _remplacer_les_certificats(session, rectificatif, touchees, identites, jour)


def _ecrire(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as erreur:
        if "cle_identite" not in str(erreur.orig):
            raise
        raise controle.Refus((Violation(
            "INS-13", Gravite.BLOQUE, "identite", "Une autre fiche de candidat porte déjà cette identité : réunissez d'abord "
            "les deux fiches.", _SOURCE),)) from erreur


def _appliquer(presentation: Presentation, r: Rectification) -> None:
    if r.objet is ObjetRectification.DECISION:
        presentation.decision = Decision(r.apres)
    elif r.objet is ObjetRectification.COMPETENCE:
        competence = next(c for c in presentation.competences if c.competence_id == r.competence_id)
        competence.retenu = ResultatCompetence(r.apres)
    else:
        candidat: Candidat = presentation.inscription.candidat
        setattr(candidat, r.objet.value,
                dt.date.fromisoformat(r.apres) if r.objet is ObjetRectification.DATE_NAISSANCE else r.apres)


def _remplacer_les_certificats(
    session: Session, rectificatif: ProcesVerbal, touchees: Sequence[int], identites: set[int], jour: dt.date
) -> list[Certificat]:
    """Annule ce qui ne devait pas être délivré ainsi, et délivre ce qui devait l'être, à qui avait déjà des certificats.

    Qui n'en avait encore aucun les aura par l'attribution ordinaire.
    """
    delivres = list(session.scalars(
        select(Certificat).where(
            Certificat.presentation_id.in_(touchees),
            ~exists().where(AnnulationCertificat.certificat_id == Certificat.id),
        ).order_by(Certificat.id)
    ))
    if not delivres:
        return []
    dues = {d.presentation_id: d for d in attributions(session, rectificatif.jury_id) if d.presentation_id in touchees}
    a_faire: list[tuple[AttributionDue, CertificatDu, int | None]] = []
    annules: list[Certificat] = []
    for identite in sorted({c.presentation_id for c in delivres}):
        due = dues[identite]
        siens = {(c.famille, c.bloc_id): c for c in delivres if c.presentation_id == identite}
        voulus = {(d.famille, d.bloc_id): d for d in certificats_dus(due.faits)}
        for cle, certificat in siens.items():
            if cle not in voulus or identite in identites:
                annules.append(certificat)
        for cle, du in voulus.items():
            ancien = siens.get(cle)
            if ancien is None:
                a_faire.append((due, du, _dernier_annule(session, identite, du)))
            elif identite in identites:
                a_faire.append((due, du, ancien.id))
    for certificat in annules:
        session.add(AnnulationCertificat(
            certificat_id=certificat.id, centre_id=certificat.centre_id, proces_verbal_id=rectificatif.id, annule_le=jour,
            motif=f"Procès-verbal rectificatif {rectificatif.reference}",
        ))
    session.flush()
    return _delivrer(session, rectificatif, a_faire)


def _dernier_annule(session: Session, presentation_id: int, du: CertificatDu) -> int | None:
    """Le certificat annulé de même objet qui n'a pas encore de remplaçant : une décision rectifiée deux fois le retrouve."""
    return session.scalar(
        select(func.max(Certificat.id)).where(
            Certificat.presentation_id == presentation_id, Certificat.famille == du.famille,
            Certificat.bloc_id.is_(None) if du.bloc_id is None else Certificat.bloc_id == du.bloc_id,
        )
    )


def _delivrer(
    session: Session, rectificatif: ProcesVerbal, a_faire: Sequence[tuple[AttributionDue, CertificatDu, int | None]]
) -> list[Certificat]:
    jury = session.get_one(Jury, rectificatif.jury_id)
    certificats = []
    for numero, (due, du, ancien) in zip(prendre_numeros(session, "MC", len(a_faire)), a_faire, strict=True) if a_faire else ():
        interbranches = du.famille in (Famille.CQPI, Famille.CCPI) and due.interbranches_id is not None
        certificats.append(Certificat(
            numero=f"MC-{numero:07d}", famille=du.famille, bloc_id=du.bloc_id, presentation_id=due.presentation_id,
            centre_id=rectificatif.centre_id, candidat_id=due.candidat_id, remplace_id=ancien,
            certification_id=due.interbranches_id if interbranches else due.certification_id,
            date_jury=jury.date_jury, code_verification=code_de_verification(),
        ))
    session.add_all(certificats)
    session.flush()
    return certificats


def _verrouiller(session: Session, rectificatif: ProcesVerbal) -> None:
    verrouiller(session, rectificatif)
    session.expire(rectificatif, ["rectifications", "votes_rectificatifs"])


def _a_signer(session: Session, rectificatif: ProcesVerbal) -> None:
    """Verrouille un rectificatif qui s'écrit encore."""
    _verrouiller(session, rectificatif)
    if rectificatif.signe_le is not None or rectificatif.rectifie_id is None:
        raise controle.Refus((Violation(
            "JUR-13", Gravite.BLOQUE, "rectificatif", "Ce procès-verbal rectificatif est signé : il ne change plus.", _SOURCE),))


def _faits_du_jury(session: Session, jury_id: int) -> JuryFacts:
    faits = jury_facts(session, jury_id)
    if faits is None:
        raise LookupError(jury_id)
    return faits
