"""Conserver les octets délivrés et les rendre tels quels (partie 2, chapitre 6).

Le rendu se fait hors transaction, l'archive s'écrit ensuite : aucun verrou n'attend une mise en page.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from documents import (
    compte_rendu,
    sources,
    sources_gtp,
    sources_habilitation,
    sources_jury,
    sources_parcours,
    sources_presences,
    sources_referentiel,
    sources_vae,
)
from documents.atelier import Atelier, Avancer
from documents.certificats import code_du_certificat
from documents.declarations import DECLARATIONS, declaration_de, nom_fichier
from documents.dossier import DOSSIER, DossierFacts
from documents.erreurs import DocumentRefuse, DonneeIncoherente
from documents.faits_lettres import DecisionFaits
from documents.moteur import assembler, marquer
from documents.papiers import versions_prises
from documents.sceau import apposer, sceau_du_centre
from models import (
    AnnulationCertificat,
    Archive,
    Centre,
    Certificat,
    Duplicata,
    Habilitation,
    Piece,
    ProcesVerbal,
    ReleveDecisions,
    Transmission,
)
from models.base import aujourd_hui, maintenant
from models.contexte import agir_comme, en_ecriture, systeme
from models.jury import Jury, Presentation
from rules.conservation import echu
from rules.nomenclatures import EtatHabilitation, Famille, NatureArchive
from rules.parametres import CONSERVATION_CERTIFICAT, CONSERVATION_HABILITATION, CONSERVATION_PROCES_VERBAL, meme_jour

LISTES: dict[str, Callable[[Session, dt.date], object]] = {
    "liste-certifications": sources_jury.liste_certifications,
    "liste-organismes": sources_habilitation.liste_organismes,
}


LOT_CONSERVE = 50
"""Certificats rendus et conservés par transaction : ce qu'un arrêt peut faire refaire."""


@dataclass(frozen=True, slots=True)
class Document:
    """Un PDF et le nom sous lequel il se télécharge."""

    nom: str
    contenu: bytes


class ArchiveAlteree(RuntimeError):
    """Les octets relus n'ont plus l'empreinte notée à leur délivrance."""


class ConservationTerminee(DocumentRefuse):
    """Le document a été effacé au terme de sa conservation : le refaire dirait autre chose que ce qui a été délivré."""

    def __init__(self, jusqu_au: dt.date) -> None:
        super().__init__(f"Ce document n'est plus conservé : il l'a été jusqu'au {jusqu_au:%d/%m/%Y} (partie 2, chap. 6).")


def certificats_du_jury(session: Session, jury_id: int) -> list[int]:
    """Les certificats d'un jury qui valent, dans l'ordre du procès-verbal, celui de leurs numéros ; un CQPM, puis son CQPI."""
    return list(
        session.scalars(
            select(Certificat.id)
            .join(Presentation, Presentation.id == Certificat.presentation_id)
            .where(Presentation.jury_id == jury_id, ~exists().where(AnnulationCertificat.certificat_id == Certificat.id))
            .order_by(Presentation.proces_verbal_id, Certificat.numero)
        )
    )


def certificats(
    session: Session, ids: Sequence[int], adresse_publique: str, atelier: Atelier, avancer: Avancer | None = None
) -> list[Document]:
    """Les certificats demandés, dans l'ordre : les octets délivrés, ou rendus et conservés la première fois.

    Valide la transaction en cours avant de rendre, et les archives après : interrompu, il reprend où il en était.

    :raises documents.erreurs.DocumentRefuse: une donnée manque ; les certificats d'avant sont délivrés.
    """
    conserver_les_certificats(session, ids, adresse_publique, atelier, avancer)
    connues = _archives(session, ids)
    return [connues[i] for i in ids if i in connues]


def conserver_les_certificats(
    session: Session, ids: Sequence[int], adresse_publique: str, atelier: Atelier, avancer: Avancer | None = None,
    par_lot: int = LOT_CONSERVE,
) -> int:
    """Rend et conserve ceux de ces certificats qui ne le sont pas encore ; combien ont été rendus.

    Par lots de `par_lot`, chacun validé avant le suivant : arrêté à tout moment, le rappeler finit le travail sans rien refaire.
    `avancer(fait, total)` est appelé entre les lots, hors de toute transaction.
    """
    total, rendus = len(ids), 0
    a_rendre = sans_archive(session, ids)
    for debut in range(0, len(a_rendre), par_lot):
        # Relu à chaque lot : un autre a pu les rendre entre-temps.
        lot = sans_archive(session, a_rendre[debut : debut + par_lot])
        neuves = _rendre_certificats(session, lot, adresse_publique, atelier)
        if not _ajouter(session, neuves):
            for neuve in neuves:
                _ajouter(session, [neuve])
        rendus += len(neuves)
        if avancer is not None:
            avancer(total - len(a_rendre) + min(debut + par_lot, len(a_rendre)), total)
    return rendus


def _rendre_certificats(
    session: Session, ids: Sequence[int], adresse_publique: str, atelier: Atelier
) -> list[dict[str, Any]]:
    faits = sources.certificats(session, ids, adresse_publique)
    lignes = {c.numero: c for c in session.scalars(select(Certificat).where(Certificat.id.in_(ids)))}
    cles = [(lignes[f.numero].id, lignes[f.numero].centre_id, lignes[f.numero].date_jury) for f in faits]
    session.commit()
    demandes = [(code_du_certificat(f.famille), f) for f in faits]
    sceaux = _sceaux(session, [centre_id for _, centre_id, _ in cles])
    return [
        _champs(
            centre_id, NatureArchive.CERTIFICAT, nom_fichier(code, f), contenu,
            meme_jour(date_jury, CONSERVATION_CERTIFICAT.au(date_jury)),
        ) | {"certificat_id": identifiant}
        for (identifiant, centre_id, date_jury), (code, f), contenu
        in zip(cles, demandes, atelier.rendre_chacun(demandes, sceaux=sceaux), strict=True)
    ]


def _sceaux(session: Session, centres: Sequence[int]) -> list[str | None]:
    """Le sceau de chacun de ces centres, ou rien ; la transaction de lecture est close."""
    codes = {c.id: c.code for c in session.execute(select(Centre.id, Centre.code).where(Centre.id.in_(centres)))}
    session.commit()
    return [sceau_du_centre(codes[c]) if c in codes else None for c in centres]


def sans_archive(session: Session, ids: Sequence[int]) -> list[int]:
    """Ceux de ces certificats qui ne sont pas encore conservés, dans l'ordre."""
    connues = set(session.scalars(select(Archive.certificat_id).where(Archive.certificat_id.in_(ids))))
    return [i for i in ids if i not in connues]


def _ajouter(session: Session, neuves: Sequence[dict[str, Any]]) -> bool:
    """Conserve ces archives toutes ensemble ; faux si l'une l'était déjà, et aucune ne l'est alors."""
    session.add_all(Archive(**champs) for champs in neuves)
    return _garder(session)


def lot_de_certificats(
    session: Session, jury_id: int, adresse_publique: str, atelier: Atelier, avancer: Avancer | None = None
) -> Document | None:
    """Tous les certificats d'un jury en un seul PDF, dans l'ordre du procès-verbal ; rien si le jury n'en a aucun."""
    documents = certificats(session, certificats_du_jury(session, jury_id), adresse_publique, atelier, avancer)
    if not documents:
        return None
    return Document(
        f"certificats_jury-{jury_id}.pdf",
        reunir(documents, f"Certificats du jury {jury_id}", "Certificats (annexes 7 à 11)", _date_du_jury(session, jury_id)),
    )


def _date_du_jury(session: Session, jury_id: int) -> dt.date:
    return session.scalars(select(Jury.date_jury).where(Jury.id == jury_id)).one()


def reunir(documents: Sequence[Document], titre: str, sujet: str, date: dt.date) -> bytes:
    """Un seul PDF de ces documents, dans l'ordre, un signet chacun ; daté de `date`."""
    return assembler(
        [d.contenu for d in documents], titre=titre, sujet=sujet, date=date,
        signets=[d.nom.removesuffix(".pdf").replace("_", " ") for d in documents],
    )


def empaqueter(fichiers: Sequence[Document], jour: dt.date) -> bytes:
    """Une archive ZIP datée du jour donné : les mêmes fichiers donnent les mêmes octets."""
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as paquet:
        for fichier in fichiers:
            # Un PDF est déjà comprimé ; le reste gagne à l'être.
            maniere = zipfile.ZIP_STORED if fichier.nom.endswith(".pdf") else zipfile.ZIP_DEFLATED
            paquet.writestr(zipfile.ZipInfo(fichier.nom, (jour.year, jour.month, jour.day, 0, 0, 0)), fichier.contenu, maniere)
    return tampon.getvalue()


def pv(session: Session, pv_id: int, atelier: Atelier) -> Document | None:
    """Un procès-verbal : les octets conservés s'il est signé, un projet marqué comme tel sinon."""
    archive = session.scalar(select(Archive).where(Archive.proces_verbal_id == pv_id).options(undefer(Archive.contenu)))
    if archive is not None:
        return _verifie(archive)
    faits = sources.proces_verbal(session, pv_id)
    if faits is None:
        return None
    centre_id = session.scalars(select(ProcesVerbal.centre_id).where(ProcesVerbal.id == pv_id)).one()
    session.commit()
    document = Document(nom_fichier("pv", faits), atelier.rendre("pv", faits))
    if faits.signe_le is not None:
        jusqu_au = meme_jour(faits.date_jury, CONSERVATION_PROCES_VERBAL.au(faits.date_jury))
        neuve = _archive(centre_id, NatureArchive.PROCES_VERBAL, document.nom, document.contenu, jusqu_au)
        neuve.proces_verbal_id = pv_id
        session.add(neuve)
        _garder(session)
        return pv(session, pv_id, atelier)
    return document


def pv_du_jury(session: Session, jury_id: int, atelier: Atelier) -> Document | None:
    """Les procès-verbaux d'un jury en un seul PDF, une certification chacun ; rien si la délibération n'est pas ouverte."""
    ids = list(
        session.scalars(select(ProcesVerbal.id).where(ProcesVerbal.jury_id == jury_id).order_by(ProcesVerbal.id))
    )
    faits = [document for i in ids if (document := pv(session, i, atelier)) is not None]
    if len(faits) < 2:
        return faits[0] if faits else None
    titre, jour = f"Procès-verbaux du jury {jury_id}", _date_du_jury(session, jury_id)
    return Document(f"pv_jury-{jury_id}.pdf", reunir(faits, titre, "Procès-verbal (annexe 14)", jour))


def papier(
    session: Session, code: str, jury_id: int, jour: dt.date, atelier: Atelier, avancer: Avancer | None = None
) -> Document | None:
    """Un papier d'un jury (voir `sources_jury.PAPIERS`) ; plusieurs exemplaires font un seul PDF, dans l'ordre.

    `jour` date ce qui ne l'est pas du jury. Rien si le jury n'est pas de ce territoire, ou n'appelle pas ce papier.
    Ces papiers ne sont pas archivés : refaits, ils disent ce que la base sait ce jour-là.

    :raises documents.erreurs.DocumentRefuse: une donnée manque à l'un des exemplaires ; rien n'est imprimé.
    """
    faits = sources_jury.PAPIERS[code](session, jury_id, jour)
    if not faits:
        return None
    session.commit()
    codes = [f.code if isinstance(f, DecisionFaits) else code for f in faits]
    for un_code, f in zip(codes, faits, strict=True):
        declaration_de(un_code).verifier(f)
    demandes = list(zip(codes, faits, strict=True))
    rendus = [
        Document(nom_fichier(*demande), contenu)
        for demande, contenu in zip(demandes, atelier.rendre_chacun(demandes, avancer), strict=True)
    ]
    if len(rendus) == 1:
        return rendus[0]
    declaration = declaration_de(codes[0])
    titre = "Lettres aux candidats" if code == "lettres" else declaration.intitule
    date = max(declaration_de(un_code).date(f) for un_code, f in demandes)
    contenu = reunir(rendus, f"{titre} : jury {jury_id}", f"{titre} ({declaration.annexe})", date)
    return Document(f"{code}_jury-{jury_id}.pdf", contenu)


def liste(session: Session, code: str, au: dt.date, atelier: Atelier) -> Document:
    """La liste des certifications ou des organismes à une date, telle que l'acteur peut la lire.

    :raises documents.erreurs.DocumentRefuse: la liste est vide à cette date.
    """
    faits = LISTES[code](session, au)
    session.commit()
    return Document(nom_fichier(code, faits), atelier.rendre(code, faits))


def releve_des_presences(
    session: Session, du: dt.date, au: dt.date, centre_id: int | None, atelier: Atelier
) -> Document:
    """Le relevé des présences des organisations syndicales aux jurys d'un semestre (JUR-16) ; rien n'en est conservé.

    :raises documents.erreurs.DocumentRefuse: aucun jury clos ce semestre.
    """
    faits = sources_presences.releve(session, du, au, centre_id)
    session.commit()
    declaration_de("releve-presences").verifier(faits)
    return Document(nom_fichier("releve-presences", faits), atelier.rendre("releve-presences", faits))


def justification(session: Session, siege_id: int, jour: dt.date, atelier: Atelier) -> Document | None:
    """La justification d'absence d'un membre qui a siégé ; rien s'il n'est pas de ce territoire.

    :raises documents.erreurs.DocumentRefuse: sa présence n'est pas notée.
    """
    faits = sources_presences.justification(session, siege_id, jour)
    session.commit()
    if faits is None:
        return None
    declaration_de("justification-absence").verifier(faits)
    return Document(nom_fichier("justification-absence", faits), atelier.rendre("justification-absence", faits))


def compte_rendu_annuel(session: Session, annee: int, jour: dt.date, atelier: Atelier) -> Document:
    """Le compte rendu du GTP à la CPNEFP, compté ce jour ; rien n'en est conservé.

    :raises documents.erreurs.DocumentRefuse: l'année n'a ni jury ni décision.
    """
    faits = compte_rendu.compte_rendu(session, annee, jour)
    session.commit()
    return Document(nom_fichier(compte_rendu.CODE, faits), atelier.rendre(compte_rendu.CODE, faits))


def dossier_du_candidat(session: Session, faits: DossierFacts, atelier: Atelier) -> Document:
    """Le dossier d'un candidat (droit d'accès) ; rien n'en est conservé."""
    session.commit()
    return Document(nom_fichier(DOSSIER.code, faits), atelier.rendre(DOSSIER.code, faits))


def du_parcours(session: Session, code: str, identite: int, jour: dt.date, atelier: Atelier) -> Document | None:
    """Un document d'un parcours certifiant (voir `sources_parcours.SOURCES`) ; rien s'il n'est pas de ce territoire.

    :raises documents.erreurs.DocumentRefuse: une donnée manque ; elle est nommée.
    """
    faits = sources_parcours.SOURCES[code](session, identite, jour)
    if faits is None:
        return None
    session.commit()
    return Document(nom_fichier(code, faits), atelier.rendre(code, faits))


def referentiel(session: Session, referentiel_id: int, atelier: Atelier) -> Document | None:
    """Le référentiel d'une version (annexes 1 et 2), ou rien si elle n'existe pas.

    :raises documents.erreurs.DocumentRefuse: la version n'a aucune compétence, ou sa famille n'a pas d'annexe.
    """
    faits = sources_referentiel.referentiel(session, referentiel_id)
    session.commit()
    if faits is None:
        return None
    code = f"referentiel-{faits.version.famille.value.lower()}"
    if code not in DECLARATIONS:
        raise DonneeIncoherente("famille", f"n'a pas de modèle de référentiel ({faits.version.famille.value})")
    return Document(nom_fichier(code, faits), atelier.rendre(code, faits))


def de_la_vae(session: Session, code: str, inscription_id: int, jour: dt.date, atelier: Atelier) -> Document | None:
    """Un document d'une VAE (voir `sources_vae.SOURCES`) ; rien si l'inscription n'en est pas une de ce territoire.

    :raises documents.erreurs.DocumentRefuse: une donnée manque ; elle est nommée.
    """
    faits = sources_vae.SOURCES[code](session, inscription_id, jour)
    if faits is None:
        return None
    session.commit()
    return Document(nom_fichier(code, faits), atelier.rendre(code, faits))


def dossier_demande(session: Session, demande_id: int, jour: dt.date, atelier: Atelier) -> Document | None:
    """Le dossier d'une demande au GTP, tel qu'il est ce jour ; rien si elle n'est pas de ce territoire.

    :raises documents.erreurs.DocumentRefuse: une donnée manque ; elle est nommée.
    """
    faits = sources_gtp.dossier(session, demande_id, jour)
    if faits is None:
        return None
    session.commit()
    return Document(nom_fichier("dossier-demande", faits), atelier.rendre("dossier-demande", faits))


def releve(session: Session, seance_id: int, atelier: Atelier) -> Document | None:
    """Le relevé de décisions d'une séance close : les octets conservés, ou rendus et conservés la première fois.

    :raises documents.erreurs.DocumentRefuse: la séance n'est pas close.
    """
    garde = session.scalar(
        select(ReleveDecisions).where(ReleveDecisions.seance_id == seance_id).options(undefer(ReleveDecisions.contenu))
    )
    if garde is not None:
        return _verifie(garde)
    faits = sources_gtp.releve(session, seance_id)
    if faits is None:
        return None
    declaration_de("releve-decisions").verifier(faits)
    session.commit()
    nom, contenu = nom_fichier("releve-decisions", faits), atelier.rendre("releve-decisions", faits)
    session.add(
        ReleveDecisions(
            seance_id=seance_id, nom_fichier=nom, sha256=hashlib.sha256(contenu).hexdigest(), taille=len(contenu),
            contenu=contenu, created_at=maintenant(),
        )
    )
    _garder(session)
    return releve(session, seance_id, atelier)


def habilitation(session: Session, code: str, habilitation_id: int, atelier: Atelier) -> Document | None:
    """La décision d'une habilitation, ou son attestation : les octets conservés quand elle est prise, un rendu sinon.

    Des compléments demandés s'impriment sans être conservés : la décision est encore à prendre. Rien si elle n'est pas
    de ce territoire, ou pas encore décidée.

    :raises documents.erreurs.DocumentRefuse: la grille n'est pas remplie, ou l'habilitation n'est plus en vigueur.
    """
    faits = sources_habilitation.SOURCES[code](session, habilitation_id)
    if faits is None:
        return None
    declaration_de(code).verifier(faits)
    nature = NatureArchive(code.replace("-", "_"))
    archive = session.scalar(
        select(Archive).where(Archive.habilitation_id == habilitation_id, Archive.nature == nature)
        .options(undefer(Archive.contenu))
    )
    if archive is not None:
        return _verifie(archive)
    ligne = session.scalars(select(Habilitation).where(Habilitation.id == habilitation_id)).one()
    centre_id, decide, jour = ligne.centre_id, ligne.decide, ligne.decide_le or ligne.du
    session.commit()
    document = Document(nom_fichier(code, faits), atelier.rendre(code, faits))
    if not decide or jour is None:
        return document
    neuve = _archive(centre_id, nature, document.nom, document.contenu,
                     meme_jour(jour, CONSERVATION_HABILITATION.au(jour)))
    neuve.habilitation_id = habilitation_id
    neuve.formulations = versions_prises(faits.centre, code)
    session.add(neuve)
    _garder(session)
    return habilitation(session, code, habilitation_id, atelier)


def conserver_l_habilitation(session: Session, habilitation_id: int, atelier: Atelier) -> None:
    """Rend et conserve dès la décision ce qu'elle dit ; l'attestation aussi quand elle est favorable."""
    etat = session.scalar(select(Habilitation.etat).where(Habilitation.id == habilitation_id))
    if etat in (EtatHabilitation.ACCORDEE, EtatHabilitation.REFUSEE):
        habilitation(session, "decision-habilitation", habilitation_id, atelier)
    if etat is EtatHabilitation.ACCORDEE:
        habilitation(session, "attestation-habilitation", habilitation_id, atelier)


def verifier_avant_signature(session: Session, ids: Sequence[int]) -> None:
    """Refuse de signer ce qui ne pourrait pas s'imprimer : appelé décisions arrêtées, avant de valider.

    :raises documents.erreurs.DocumentRefuse: une donnée manque au procès-verbal ; elle est nommée.
    """
    for pv_id in ids:
        faits = sources.proces_verbal(session, pv_id)
        if faits is not None:
            declaration_de("pv").verifier(faits)


def verifier_avant_attribution(session: Session, ids: Sequence[int], adresse_publique: str) -> None:
    """Refuse d'attribuer un certificat qui ne pourrait pas s'imprimer : son numéro ne serait pas repris.

    :raises documents.erreurs.DocumentRefuse: une donnée manque ; elle est nommée.
    """
    for faits in sources.certificats(session, ids, adresse_publique):
        declaration_de(code_du_certificat(faits.famille)).verifier(faits)


def conserver_le_jury(session: Session, jury_id: int, adresse_publique: str, atelier: Atelier) -> None:
    """Rend et conserve dès maintenant les procès-verbaux signés et les certificats attribués d'un jury.

    Ce qu'une personne ou une entreprise devient ensuite ne change plus ce qui a été signé et délivré.
    """
    signes = select(ProcesVerbal.id).where(ProcesVerbal.jury_id == jury_id, ProcesVerbal.signe_le.is_not(None))
    for pv_id in list(session.scalars(signes)):
        pv(session, pv_id, atelier)
    certificats(session, certificats_du_jury(session, jury_id), adresse_publique, atelier)


def verifier_lettre_gtp(session: Session, jury_id: int, jour: dt.date) -> None:
    """Refuse de transmettre un dossier dont la lettre (annexe 12) ne pourrait pas s'imprimer.

    :raises documents.erreurs.DocumentRefuse: une donnée manque ; elle est nommée.
    """
    for faits in sources_jury.lettre_gtp(session, jury_id, jour) or ():
        declaration_de("lettre-gtp").verifier(faits)


def lettre_transmise(session: Session, transmission_id: int, atelier: Atelier) -> Document | None:
    """La lettre d'un dossier transmis : les octets conservés, ou rendus et conservés la première fois ; rien avant."""
    archive = session.scalar(
        select(Archive).where(Archive.transmission_id == transmission_id).options(undefer(Archive.contenu))
    )
    if archive is not None:
        return _verifie(archive)
    transmission = session.get(Transmission, transmission_id)
    if transmission is None or transmission.transmise_le is None:
        return None
    centre_id, jour, date_jury = transmission.centre_id, transmission.transmise_le, transmission.jury.date_jury
    faits = sources_jury.lettre_gtp(session, transmission.jury_id, jour)
    session.commit()
    if not faits:
        return None
    document = Document(nom_fichier("lettre-gtp", faits[0]), atelier.rendre("lettre-gtp", faits[0]))
    neuve = _archive(centre_id, NatureArchive.LETTRE_GTP, document.nom, document.contenu,
                     meme_jour(date_jury, CONSERVATION_PROCES_VERBAL.au(date_jury)))
    neuve.transmission_id = transmission_id
    neuve.formulations = versions_prises(faits[0].seance.centre, "lettre-gtp")
    session.add(neuve)
    _garder(session)
    return lettre_transmise(session, transmission_id, atelier)


def dossier_transmis(session: Session, transmission_id: int, atelier: Atelier) -> Document | None:
    """Les trois pièces d'un dossier transmis, octet pour octet, en une archive ZIP (TRA-02) ; rien avant.

    La lettre (annexe 12), la feuille d'émargement telle qu'elle a été jointe, les procès-verbaux (annexe 14).
    """
    lettre = lettre_transmise(session, transmission_id, atelier)
    transmission = session.get(Transmission, transmission_id)
    if lettre is None or transmission is None:
        return None
    jour, jury_id, date_jury = transmission.transmise_le or aujourd_hui(), transmission.jury_id, transmission.jury.date_jury
    emargements = session.scalars(
        select(Piece).where(Piece.transmission_id == transmission_id).options(undefer(Piece.contenu)).order_by(Piece.id)
    )
    fichiers = [lettre, *(Document(f"piece-{p.id}_{p.nom}", p.contenu) for p in emargements)]
    for pv_id in list(session.scalars(
        select(ProcesVerbal.id).where(ProcesVerbal.jury_id == jury_id).order_by(ProcesVerbal.id)
    )):
        proces_verbal = pv(session, pv_id, atelier)
        if proces_verbal is not None:
            fichiers.append(proces_verbal)
    return Document(f"dossier-jury-{date_jury:%Y-%m-%d}_{jury_id}.zip", empaqueter(fichiers, jour))


def duplicata(session: Session, duplicata_id: int, adresse_publique: str, atelier: Atelier) -> Document | None:
    """Un duplicata certifié conforme : l'original conservé, marqué de son numéro et de sa date ; lui-même conservé (ATT-06)."""
    archive = session.scalar(select(Archive).where(Archive.duplicata_id == duplicata_id).options(undefer(Archive.contenu)))
    if archive is not None:
        return _verifie(archive)
    ligne = session.get(Duplicata, duplicata_id)
    if ligne is None:
        return None
    centre_id, date_jury, certificat_id = ligne.centre_id, ligne.certificat.date_jury, ligne.certificat_id
    mention = (f"DUPLICATA CERTIFIÉ CONFORME n° {ligne.numero}, délivré le {ligne.delivre_le:%d/%m/%Y}"
               f" par {ligne.certificat.centre.nom}")
    nom = f"duplicata_{ligne.numero}_"
    (original,) = certificats(session, [certificat_id], adresse_publique, atelier)
    sceau, *_ = _sceaux(session, [centre_id])
    contenu = marquer(sans_sceau(original.contenu, f"{original.nom} — {mention}", date_jury), mention)
    if sceau is not None:
        contenu = apposer(contenu, sceau)
    neuve = _archive(centre_id, NatureArchive.DUPLICATA, nom + original.nom, contenu,
                     meme_jour(date_jury, CONSERVATION_CERTIFICAT.au(date_jury)))
    neuve.duplicata_id = duplicata_id
    session.add(neuve)
    _garder(session)
    return duplicata(session, duplicata_id, adresse_publique, atelier)


def sans_sceau(pdf: bytes, titre: str, date: dt.date) -> bytes:
    """Les mêmes pages sans le sceau qui les couvrait, et qu'une marque romprait ; le PDF tel quel s'il n'en porte pas."""
    return assembler([pdf], titre=titre, sujet="Duplicata certifié conforme", date=date) if b"/ByteRange" in pdf else pdf


def certificat_par_numero(session: Session, numero: str, famille: str) -> int | None:
    """La clé du certificat de cette famille, ou de bloc (`BDC`), donné par son numéro `MC-…`."""
    bloc = famille == "BDC"
    return session.scalar(
        select(Certificat.id).where(
            Certificat.numero == numero.strip().upper(), Certificat.famille == Famille(Famille.CQPM if bloc else famille),
            Certificat.bloc_id.is_not(None) if bloc else Certificat.bloc_id.is_(None),
        )
    )


def _garder(session: Session) -> bool:
    """Valide l'archive au nom de la console : qui peut lire le document n'a pas à pouvoir l'écrire.

    Deux personnes qui impriment à la fois n'en gardent qu'une : la seconde relira la première (faux).
    """
    try:
        with en_ecriture(), agir_comme(systeme("archivage")):
            session.commit()
    except IntegrityError:
        session.rollback()
        return False
    return True


def _archive(centre_id: int, nature: NatureArchive, nom: str, contenu: bytes, jusqu_au: dt.date) -> Archive:
    return Archive(**_champs(centre_id, nature, nom, contenu, jusqu_au))


def _champs(centre_id: int, nature: NatureArchive, nom: str, contenu: bytes, jusqu_au: dt.date) -> dict[str, Any]:
    """Les champs d'une archive neuve ; passé son terme, un document effacé ne se refait pas."""
    if echu(jusqu_au, aujourd_hui()):
        raise ConservationTerminee(jusqu_au)
    return {
        "centre_id": centre_id,
        "nature": nature,
        "nom_fichier": nom,
        "sha256": hashlib.sha256(contenu).hexdigest(),
        "taille": len(contenu),
        "contenu": contenu,
        "conserver_jusqu_au": jusqu_au,
    }


def _archives(session: Session, ids: Sequence[int]) -> dict[int, Document]:
    archives = session.scalars(select(Archive).where(Archive.certificat_id.in_(ids)).options(undefer(Archive.contenu)))
    return {a.certificat_id: _verifie(a) for a in archives if a.certificat_id is not None}


def _verifie(archive: Archive | ReleveDecisions) -> Document:
    if hashlib.sha256(archive.contenu).hexdigest() != archive.sha256:
        raise ArchiveAlteree(archive.nom_fichier)
    return Document(archive.nom_fichier, archive.contenu)
