"""L'écran de délibération : candidats par numéro, votes, décompte vivant, signature (partie 2, chapitre 3, § 3).

Ni la page, ni ses attributs, ni ce que rendent ses requêtes ne portent un nom de candidat, sa date de naissance ou la clé
de son inscription : un candidat y est son numéro (JUR-08). Les membres du jury, eux, sont nommés.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload, selectinload

from admin_views.extensions import db
from admin_views.gestes import refus_dits
from admin_views.jurys import (
    _ECRIVAINS,
    _VOTANTS,
    _acte,
    _conserver,
    _entier,
    _reserve,
    _siege_du_jury,
    _signataire,
    _texte,
    jurys,
)
from documents.erreurs import DocumentRefuse
from models import Certification, Jury, LienVote, Presentation, ProcesVerbal, Siege
from models.base import aujourd_hui
from models.contexte import agir_comme
from rules import actes, actes_deliberation, controle
from rules.collecte_deliberation import (
    CandidatDelibere,
    Cle,
    Deliberation,
    changes,
    competences,
    deliberation,
    en_texte,
    revisions,
)
from rules.jury import Decompte
from rules.nomenclatures import Delegation, EtatJury, ResultatCompetence, Role
from rules.noyau import Gravite, Violation

RECONNEXION_MS = 1500
_CASE = re.compile(r"vote-(\d{1,6})-(\d{1,9})-(\d{1,9})")
_GESTE = re.compile(r"[A-Za-z0-9-]{1,40}")


# --- ce que l'écran montre -----------------------------------------------------------------------------------------


def case(numero: int, cle: Cle) -> str:
    """Le nom d'une case de vote : numéro du candidat, siège, bloc (0 : la certification)."""
    return f"{numero}-{cle[0]}-{cle[1] or 0}"


def _decompte(decompte: Decompte) -> dict[str, Any]:
    return {"pour": decompte.pour, "contre": decompte.contre, "preponderante": decompte.preponderante,
            "decision": decompte.decision.value if decompte.decision else None}


def candidat_en_json(c: CandidatDelibere, sieges: Sequence[int], *, complet: bool) -> dict[str, Any]:
    """Un candidat pour l'écran : les votes de ces sièges, et le décompte pour qui peut le lire."""
    etat: dict[str, Any] = {
        "numero": c.numero, "signe": c.signe,
        "votes": {
            case(c.numero, cle): {"valeur": v.valeur, "version": v.version, "par": v.consigne_par}
            for cle, v in c.votes.items() if cle[0] in sieges
        },
    }
    if complet:
        etat |= _decompte(c.decompte) | {
            "version": c.version, "constats": list(c.constats),
            "blocs": {str(b.id): _decompte(d) for b, d in c.blocs},
        }
    return etat


def flux(jury_id: int, sieges: Sequence[int], *, complet: bool) -> Response:
    """Ce qui a changé depuis ce que la fenêtre a vu (`Last-Event-ID`), en un flux court qui se referme aussitôt.

    La fenêtre se reconnecte d'elle-même : aucun fil du serveur n'attend, et rien ne se garde en mémoire entre deux fois.
    """
    lue = revisions(db.session(), jury_id)
    if lue is None:
        abort(404)
    tete, candidats = lue
    neufs = changes(request.headers.get("Last-Event-ID", "")[:8000], tete, candidats)
    corps = f"retry: {RECONNEXION_MS}\n"
    vue = deliberation(db.session(), jury_id) if neufs is not None else None
    if vue is None or neufs is None:
        corps += ": rien\n\n"
    else:
        # La révision annoncée a été lue avant l'état : au pire, un candidat est rendu deux fois, jamais oublié.
        donnees = {
            "ouvert": vue.etat is EtatJury.OUVERT, "votants": len(vue.faits.votants),
            "candidats": [candidat_en_json(c, sieges, complet=complet) for c in vue.candidats if c.numero in neufs],
        }
        corps += f"id: {en_texte(tete, candidats)}\nevent: etat\ndata: {json.dumps(donnees, ensure_ascii=False)}\n\n"
    return Response(corps, mimetype="text/event-stream")


def presentation_du_numero(jury_id: int, numero: int) -> Presentation:
    """La présentation d'un numéro anonyme dans ce jury ; 404 sans elle."""
    presentation = db.session.scalar(
        select(Presentation).where(Presentation.jury_id == jury_id, Presentation.numero_anonyme == numero)
    )
    if presentation is None:
        abort(404)
    return presentation


def consigner(jury: Jury, siege: Siege, complet: bool, sieges: Sequence[int]) -> ResponseReturnValue:
    """Écrit le vote que demande la requête ; rend l'état du candidat, ou ce qui s'y oppose. Aucun nom de candidat."""
    presentation = presentation_du_numero(jury.id, _entier("numero") or 0)
    numero, statut, erreur = presentation.numero_anonyme, 200, ""
    geste = request.form.get("geste", "")
    try:
        actes.voter(
            db.session(), presentation, siege, request.form.get("valeur", ""), bloc_id=_entier("bloc") or None,
            vu=_entier("vu"), geste=geste if _GESTE.fullmatch(geste) else "",
        )
        db.session.commit()
    except actes.VoteChange as change:
        db.session.rollback()
        statut, erreur = 409, change.violations[0].message
    except controle.Refus as refus:
        db.session.rollback()
        statut, erreur = 422, " ".join(str(v) for v in refus.violations)
    except DBAPIError as panne:
        db.session.rollback()
        violation = controle.traduire(panne)
        if violation is None:
            raise
        statut, erreur = 422, str(violation)
    vue = deliberation(db.session(), jury.id)
    candidat = next(c for c in vue.candidats if c.numero == numero) if vue else abort(404)
    etat = candidat_en_json(candidat, sieges, complet=complet)
    return (etat | {"erreur": erreur} if erreur else etat), statut


# --- l'écran du centre, et celui d'un membre qui a un compte --------------------------------------------------------


def _deliberants(jury: Jury) -> list[Siege]:
    """Les sièges dont la personne connectée peut exprimer le vote : le sien pour un juré, tous pour le centre."""
    requete = (
        select(Siege).where(Siege.jury_id == jury.id, Siege.voix, Siege.present)
        .options(joinedload(Siege.personne), joinedload(Siege.syndicat)).order_by(Siege.president.desc(), Siege.id)
    )
    if current_user.role is Role.JURE:
        requete = requete.where(Siege.id == current_user.siege_id)
    return list(db.session.scalars(requete))


def _preside() -> bool:
    """Vrai si la personne connectée est le président de ce jury."""
    if current_user.role is not Role.JURE or current_user.siege_id is None:
        return False
    siege = db.session.get(Siege, current_user.siege_id)
    return siege is not None and siege.president


def _lit_le_decompte() -> bool:
    """Un juré ne lit que son propre vote ; le décompte apparaît à qui consigne, et au président."""
    return current_user.role is not Role.JURE or _preside()


def _peut_signer() -> bool:
    """Le président signe ; le responsable du centre le fait pour lui, à l'écran, quand il n'a pas de compte."""
    return current_user.role is Role.RESPONSABLE or _preside()


def certifications_de(vue: Deliberation) -> dict[int, Certification]:
    """Les certifications sur lesquelles on délibère, par leur clé."""
    return {
        c.id: c for c in db.session.scalars(
            select(Certification).where(Certification.id.in_({c.certification_id for c in vue.candidats}))
            .options(selectinload(Certification.enregistrements))
        )
    }


@jurys.get("/deliberation", endpoint="deliberation")
@_reserve(*_VOTANTS)
def ecran(jury: Jury) -> ResponseReturnValue:
    """Un seul écran : candidats par numéro, synthèse, votes, décompte."""
    vue = deliberation(db.session(), jury.id)
    if vue is None or jury.etat not in (EtatJury.OUVERT, EtatJury.CLOS):
        abort(404)
    votants = _deliberants(jury)
    proces_verbaux = {
        pv.id: pv for pv in db.session.scalars(
            select(ProcesVerbal).where(ProcesVerbal.jury_id == jury.id, ProcesVerbal.rectifie_id.is_(None))
        )
    }
    textes = dict(db.session.execute(
        select(Presentation.numero_anonyme, Presentation.commentaire).where(Presentation.jury_id == jury.id)
    ).all())
    return render_template(
        "jury/deliberation.html", jury=jury, vue=vue, votants=votants, certifications=certifications_de(vue), case=case,
        competences=competences(db.session(), jury.id), commentaires=textes, proces_verbaux=proces_verbaux,
        ouvert=jury.etat is EtatJury.OUVERT, montre_decompte=_lit_le_decompte(), president=vue.president,
        peut_retenir=current_user.role in _ECRIVAINS or _preside(), peut_signer=_peut_signer(), preside=_preside(),
        peut_lier=current_user.role in _ECRIVAINS, resultats=ResultatCompetence,
        presidables=[s for s in votants if s.delegation is Delegation.PATRONALE and not s.president]
        if current_user.role in _ECRIVAINS and not any(pv.signe_le for pv in proces_verbaux.values()) else [],
    )


@jurys.get("/flux")
@_reserve(*_VOTANTS)
def flux_du_jury(jury: Jury) -> ResponseReturnValue:
    """Le décompte vivant ; numéros et voix seulement."""
    return flux(jury.id, [s.id for s in _deliberants(jury)], complet=_lit_le_decompte())


@jurys.post("/voter")
@_reserve(*_VOTANTS)
def voter(jury: Jury) -> ResponseReturnValue:
    """Consigne un vote ; répond l'état du candidat, sans aucun nom."""
    siege = _siege_du_jury(jury, _entier("siege") or 0)
    if current_user.role is Role.JURE and siege.id != current_user.siege_id:
        abort(403)
    return consigner(jury, siege, _lit_le_decompte(), [s.id for s in _deliberants(jury)])


def cases_cochees() -> list[tuple[int, int, int | None, str]]:
    """Sans script, une ligne s'envoie entière : numéro, siège, bloc et valeur de chaque case cochée."""
    return [
        (int(m[1]), int(m[2]), int(m[3]) or None, valeur)
        for nom, valeur in request.form.items() if (m := _CASE.fullmatch(nom))
    ]


@jurys.post("/votes")
@_reserve(*_VOTANTS)
def voter_une_ligne(jury: Jury) -> ResponseReturnValue:
    """Consigne les votes cochés d'un candidat, quand le navigateur n'a pas de script."""
    permis = {s.id for s in _deliberants(jury)}

    def faire() -> None:
        for numero, siege_id, bloc_id, valeur in cases_cochees():
            if siege_id not in permis:
                abort(403)
            actes.voter(db.session(), presentation_du_numero(jury.id, numero), _siege_du_jury(jury, siege_id), valeur,
                        bloc_id=bloc_id)

    return _acte(jury.id, faire, "Votes enregistrés.")


@jurys.post("/candidats/<int:numero>/retenir")
@_reserve(*_VOTANTS)
def retenir(jury: Jury, numero: int) -> ResponseReturnValue:
    """Écrit les compétences que le jury retient et son motif (JUR-11)."""
    if current_user.role is Role.JURE and not _preside():
        abort(403)
    presentation = presentation_du_numero(jury.id, numero)
    resultats = {
        c.competence_id: choisi
        for c in presentation.competences
        if (choisi := request.form.get(f"competence-{c.competence_id}", "")) in list(ResultatCompetence)
    }

    def faire() -> None:
        with agir_comme(_signataire()):
            actes.retenir(
                db.session(), presentation, resultats, request.form.get("motif", "")[:2000], _texte("commentaire", 300),
                version=_entier("version"),
            )

    return _acte(jury.id, faire, f"Candidat n° {numero} : enregistré.")


@jurys.post("/president")
@_reserve(*_ECRIVAINS)
def designer(jury: Jury) -> ResponseReturnValue:
    """Désigne un autre président, quand celui du jury est absent (JUR-06)."""
    siege = _siege_du_jury(jury, _entier("siege") or 0)
    return _acte(jury.id, lambda: actes_deliberation.designer_president(db.session(), jury, siege),
                 f"{siege.personne} préside désormais le jury.")


@jurys.post("/signer")
@_reserve(Role.RESPONSABLE, Role.JURE)
def signer(jury: Jury) -> ResponseReturnValue:
    """Signe le procès-verbal d'une certification, ou tous ceux qui restent ; clos, le jury ne change plus."""
    if not _peut_signer():
        abort(403)
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime

    president = db.session.scalar(select(Siege).where(Siege.jury_id == jury.id, Siege.president))
    choisi = _proces_verbal(jury, _entier("proces_verbal"))

    def faire() -> Sequence[Violation]:
        if president is None:
            raise controle.Refus(controle.composition_incomplete("Le jury n'a pas de président."))
        with agir_comme(_signataire()):
            signes = actes.signer(db.session(), jury, president, choisi)
            try:
                archives.verifier_avant_signature(db.session(), [pv.id for pv in signes])
            except DocumentRefuse as refus:
                # Ce refus nomme un candidat : il ne se lit pas sur l'écran de délibération.
                if current_user.role is Role.JURE or request.form.get("retour") == "deliberation":
                    raise controle.Refus(_impression_impossible()) from refus
                raise
            db.session.commit()
            _conserver(jury.id)
        return ()

    return _acte(jury.id, faire, "Le procès-verbal est signé : votes et décisions sont figés.")


def _proces_verbal(jury: Jury, identite: int | None) -> ProcesVerbal | None:
    if identite is None:
        return None
    choisi = db.session.get(ProcesVerbal, identite)
    if choisi is None or choisi.jury_id != jury.id or choisi.rectifie_id is not None:
        abort(404)
    return choisi


def _impression_impossible() -> tuple[Violation, ...]:
    return (Violation("JUR-13", Gravite.BLOQUE, "proces_verbal", "Une donnée manque au procès-verbal, qui ne pourrait pas "
                      "s'imprimer. Le centre la lit sur la page du jury, en imprimant le projet.", "Annexe 14"),)


# --- les liens de vote ---------------------------------------------------------------------------------------------


def _votants(jury: Jury) -> list[Siege]:
    return list(db.session.scalars(
        select(Siege).where(Siege.jury_id == jury.id, Siege.voix)
        .options(joinedload(Siege.personne), joinedload(Siege.syndicat)).order_by(Siege.president.desc(), Siege.id)
    ))


@jurys.get("/liens")
@_reserve(*_ECRIVAINS)
def liens(jury: Jury) -> ResponseReturnValue:
    """Qui peut voter de son appareil : liens vivants, émargements ; en donner, en révoquer."""
    vivants = {
        lien.siege_id: lien for lien in db.session.scalars(
            select(LienVote).where(LienVote.jury_id == jury.id, LienVote.revoque_le.is_(None))
        )
    }
    return render_template("jury/liens.html", jury=jury, votants=_votants(jury), liens=vivants, cartes=[],
                           vivante=jury.etat in (EtatJury.PREPARATION, EtatJury.OUVERT))


@jurys.post("/liens")
@_reserve(*_ECRIVAINS)
def ouvrir_liens(jury: Jury) -> ResponseReturnValue:
    """Donne un lien neuf à un membre, ou à tous ; les adresses et leurs QR ne se montrent que sur cette réponse."""
    import segno  # noqa: PLC0415 — ne se charge que pour qui montre un QR

    demande = _entier("siege")
    choisis = [s for s in _votants(jury) if demande in (None, s.id)]
    if not choisis:
        abort(404)
    cartes = []
    with refus_dits():
        for siege in choisis:
            jeton = actes_deliberation.ouvrir_lien(db.session(), siege)
            adresse = current_app.config["ADRESSE_PUBLIQUE"].rstrip("/") + url_for("siege.entrer", jeton=jeton)
            cartes.append((str(siege.personne), siege.syndicat.sigle if siege.syndicat else siege.delegation.libelle,
                           siege.president, adresse, segno.make(adresse, error="m").svg_data_uri(scale=5, border=2)))
        db.session.commit()
        return render_template("jury/liens.html", jury=jury, votants=(), liens={}, cartes=cartes, vivante=True,
                               jour=aujourd_hui())
    return redirect(url_for("jury.liens", jury_id=jury.id), 303)


@jurys.post("/liens/revoquer")
@_reserve(*_ECRIVAINS)
def revoquer_lien(jury: Jury) -> ResponseReturnValue:
    """Révoque le lien d'un membre : son appareil n'ouvre plus rien."""
    siege = _siege_du_jury(jury, _entier("siege") or 0)
    trouve = actes_deliberation.revoquer_lien(db.session(), siege)
    db.session.commit()
    flash(f"Le lien de {siege.personne} est révoqué." if trouve else "Ce membre n'avait pas de lien.",
          "success" if trouve else "warning")
    return redirect(url_for("jury.liens", jury_id=jury.id), 303)
