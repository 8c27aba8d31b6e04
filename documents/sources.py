"""Des lignes aux faits d'un document, en un nombre constant de requêtes quel que soit le nombre de pages.

Les requêtes passent par la session : l'acteur n'obtient de documents que de son territoire.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer

from documents.erreurs import DonneeManquante
from documents.faits import CertificatFaits, LogoImprime, PvFaits, PvLigne
from documents.logo import Logo, imprimer
from models import (
    Certificat,
    Certification,
    Equivalence,
    Inscription,
    Jury,
    LogoCentre,
    Presentation,
    ProcesVerbal,
    Rectification,
    Siege,
)
from models.base import PARIS
from models.candidat import Candidat
from rules.attribution import rang_au_pv
from rules.collecte import jury_facts
from rules.jury import decompter
from rules.nomenclatures import Famille, ObjetRectification, ResultatCompetence


def jour_de_paris(instant: dt.datetime) -> dt.date:
    """La date civile d'un instant à Paris, celle des documents."""
    return instant.astimezone(PARIS).date()


def certificats(session: Session, ids: Sequence[int], adresse_publique: str) -> list[CertificatFaits]:
    """Les faits de certificats (annexes 7, 9, 10 et 11), dans l'ordre donné ; `adresse_publique` est la racine du site.

    :raises DonneeManquante: le jury n'a pas de président.
    """
    lignes = session.scalars(
        select(Certificat)
        .where(Certificat.id.in_(ids))
        .options(
            joinedload(Certificat.centre),
            joinedload(Certificat.bloc),
            joinedload(Certificat.candidat).options(
                joinedload(Candidat.departement_naissance), joinedload(Candidat.pays_naissance)
            ),
            joinedload(Certificat.certification).options(
                selectinload(Certification.enregistrements),
                selectinload(Certification.equivalences).joinedload(Equivalence.interbranches),
            ),
            joinedload(Certificat.presentation).options(
                joinedload(Presentation.inscription),
                joinedload(Presentation.jury).selectinload(Jury.sieges).joinedload(Siege.personne),
            ),
        )
    ).unique()
    par_id = {c.id: _certificat(c, adresse_publique) for c in lignes}
    return [par_id[i] for i in ids if i in par_id]


def _certificat(c: Certificat, adresse_publique: str) -> CertificatFaits:
    candidat, certification, jury = c.candidat, c.certification, c.presentation.jury
    # Seuls le certificat de CQPM et celui de bloc parlent du RNCP, et le premier du niveau (annexes 7 et 8).
    cqpm, bloc = c.famille is Famille.CQPM, c.bloc
    engage_le = c.presentation.inscription.date_inscription
    enregistrement = certification.enregistree_le(c.date_jury, engage_le=engage_le) if cqpm else None
    if enregistrement is not None and enregistrement.du is None:
        raise DonneeManquante(f"date d'enregistrement au RNCP de {certification.base_identifiant}")
    return CertificatFaits(
        numero=c.numero,
        identifiant=bloc.identifiant if bloc is not None else certification.identifiant_le(c.date_jury, engage_le=engage_le),
        titre=bloc.libelle if bloc is not None else certification.titre,
        niveau=certification.niveau if cqpm and bloc is None else None,
        civilite=candidat.civilite.value if candidat.civilite else None,
        sexe=candidat.sexe.value if candidat.sexe else None,
        prenoms=candidat.prenoms,
        nom=candidat.nom_naissance,
        date_naissance=candidat.date_naissance,
        ville_naissance=candidat.ville_naissance,
        departement_naissance=candidat.departement_naissance_code,
        pays_naissance=candidat.pays_naissance.libelle,
        date_jury=c.date_jury,
        lieu_jury=jury.lieu,
        enregistre_rncp_le=enregistrement.du if enregistrement else None,
        code_rncp=enregistrement.code if enregistrement else None,
        president_jury=president_du_jury(jury),
        centre_nom=c.centre.nom,
        code_verification=c.code_verification,
        url_verification=f"{adresse_publique.rstrip('/')}/verifier/{c.code_verification}",
        copie_demonstration=c.centre.demonstration,
        famille="BDC" if bloc is not None else c.famille.value,
    )


def president_du_jury(jury: Jury) -> str:
    """Le nom du président d'un jury.

    :raises DonneeManquante: personne ne le préside.
    """
    president = next((s for s in jury.sieges if s.president), None)
    if president is None:
        raise DonneeManquante("président du jury")
    return str(president.personne)


def logo_du_centre(session: Session, centre_id: int) -> LogoImprime | None:
    """Le logo d'un centre, à l'échelle de sa place ; rien s'il n'en a pas."""
    logo = session.scalar(select(LogoCentre).where(LogoCentre.centre_id == centre_id).options(undefer(LogoCentre.contenu)))
    return imprimer(Logo(logo.contenu, logo.type_mime, logo.largeur, logo.hauteur)) if logo is not None else None


def proces_verbal(session: Session, pv_id: int) -> PvFaits | None:
    """Les faits d'un procès-verbal, signé ou en projet ; rien s'il n'est pas du territoire de l'acteur."""
    pv = session.scalar(
        select(ProcesVerbal)
        .where(ProcesVerbal.id == pv_id)
        .options(
            joinedload(ProcesVerbal.certification).options(
                selectinload(Certification.enregistrements), selectinload(Certification.equivalences)
            ),
            joinedload(ProcesVerbal.jury).options(
                joinedload(Jury.centre), selectinload(Jury.sieges).joinedload(Siege.personne)
            ),
            selectinload(ProcesVerbal.presentations)
            .joinedload(Presentation.inscription)
            .options(
                joinedload(Inscription.entreprise),
                joinedload(Inscription.candidat).options(joinedload(Candidat.pays_naissance)),
            ),
        )
    )
    if pv is None:
        return None
    jury, centre = pv.jury, pv.jury.centre
    president = next((s.personne for s in jury.sieges if s.president), None)
    if president is None:
        raise DonneeManquante("président du jury")
    rectifie = session.get(ProcesVerbal, pv.rectifie_id) if pv.rectifie_id is not None else None
    if rectifie is not None:
        lus = _lignes_rectifiees(pv)
    else:
        prevues = _decisions_prevues(session, pv) if pv.signe_le is None else {}
        lus = [replace(_ligne(p), decision=prevues.get(p.numero_anonyme, p.decision.value if p.decision else "")) for p in pv.presentations]
    lignes = sorted(lus, key=lambda ligne: rang_au_pv(ligne.nom_naissance, ligne.prenoms))
    return PvFaits(
        reference=pv.reference,
        centre_nom=centre.nom,
        centre_adresse=", ".join(filter(None, (centre.adresse, f"{centre.code_postal} {centre.ville}".strip()))),
        identifiant=pv.certification.identifiant_le(jury.date_jury),
        titre=pv.certification.titre,
        date_jury=jury.date_jury,
        lieu_jury=jury.lieu,
        president_jury=str(president),
        president_qualite=president.qualite,
        lignes=tuple(lignes),
        signe_le=jour_de_paris(pv.signe_le) if pv.signe_le else None,
        signataire=str(president) if pv.signe_le else None,
        rectifie=rectifie.reference if rectifie else None,
        raison=pv.raison,
        changements=tuple(_changement(r) for r in pv.rectifications),
        logo=logo_du_centre(session, centre.id),
    )


def _decisions_prevues(session: Session, pv: ProcesVerbal) -> dict[int, str]:
    """Dans un projet, la décision que donne le décompte à cette heure ; vide tant que rien ne permet de décider."""
    faits = jury_facts(session, pv.jury_id)
    assert faits is not None
    decomptes = {p.numero_anonyme: decompter(p.votes, faits.sieges).decision for p in faits.presentations}
    return {n: d.value if d else "" for n, d in decomptes.items() if n is not None}


def _lignes_rectifiees(pv: ProcesVerbal) -> list[PvLigne]:
    """Les candidats qu'un rectificatif touche, tels qu'il les écrit : signé, la base les dit déjà ainsi."""
    lignes = []
    for presentation in {r.presentation_id: r.presentation for r in pv.rectifications}.values():
        ecrits: dict[str, Any] = {
            _COLONNE_RECTIFIEE[r.objet]: dt.date.fromisoformat(r.apres) if r.objet is ObjetRectification.DATE_NAISSANCE else r.apres
            for r in pv.rectifications
            if r.presentation_id == presentation.id and r.objet is not ObjetRectification.COMPETENCE
        }
        lignes.append(replace(_ligne(presentation), **ecrits))
    return lignes


_COLONNE_RECTIFIEE = {objet: objet.value for objet in ObjetRectification} | {ObjetRectification.VILLE_NAISSANCE: "ville"}


def _changement(r: Rectification) -> str:
    """Ce qui était écrit et ce qui doit l'être, en une phrase ; la personne y est nommée comme au procès-verbal."""
    candidat = r.presentation.inscription.candidat
    quoi = f"{r.objet.libelle} {r.competence.code}" if r.competence is not None else r.objet.libelle

    def lisible(valeur: str) -> str:
        if r.objet is ObjetRectification.DATE_NAISSANCE:
            return f"{dt.date.fromisoformat(valeur):%d/%m/%Y}"
        return ResultatCompetence(valeur).libelle.lower() if r.competence is not None and valeur else valeur or "rien"

    return (f"{candidat.nom_naissance.upper()} {candidat.prenoms} — {quoi} : il était écrit « {lisible(r.avant)} », "
            f"il faut lire « {lisible(r.apres)} ».")


def _ligne(p: Presentation) -> PvLigne:
    i = p.inscription
    c, e = i.candidat, i.entreprise
    return PvLigne(
        nom_naissance=c.nom_naissance,
        nom_usage=c.nom_usage or None,
        prenoms=c.prenoms,
        date_naissance=c.date_naissance,
        ville=c.ville_naissance,
        departement=c.departement_naissance_code,
        pays=c.pays_naissance.libelle,
        origine=i.origine.value,
        financement=i.dispositif_financement.value,
        abondement_cpf=i.abondement_cpf,
        raison_sociale=e.raison_sociale if e else None,
        adresse=e.adresse if e else None,
        code_nace=e.code_nace if e else None,
        secteur=e.secteur.value if e else None,
        branche=e.branche if e else None,
        decision=p.decision.value if p.decision else "",
        commentaire=p.commentaire or None,
    )
