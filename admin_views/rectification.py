"""Le procès-verbal rectificatif à l'écran : sa raison, ce qu'il change, qui l'approuve, sa signature (décision 020)."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from admin_views.deliberation import presentation_du_numero
from admin_views.extensions import db
from admin_views.gestes import refus_dits
from admin_views.jurys import _ECRIVAINS, _LECTEURS, _acte, _conserver, _reserve, _siege_du_jury, _texte, jurys
from models import Certification, Inscription, Jury, Presentation, PresentationCompetence, ProcesVerbal, Siege
from models.base import aujourd_hui
from models.referentiel import Competence
from rules import actes_rectification, controle
from rules.actes_rectification import rectificatif_facts, valeur
from rules.jury import decompter
from rules.nomenclatures import Decision, ObjetRectification, ResultatCompetence, Role
from rules.noyau import Violation


def _pv(jury: Jury, pv_id: int, *, rectificatif: bool) -> ProcesVerbal:
    pv = db.session.get(ProcesVerbal, pv_id)
    if pv is None or pv.jury_id != jury.id or (pv.rectifie_id is not None) is not rectificatif:
        abort(404)
    return pv


def _la(jury: Jury, pv: ProcesVerbal) -> ResponseReturnValue:
    return redirect(url_for("jury.rectificatif", jury_id=jury.id, pv_id=pv.id), 303)


@jurys.post("/pv/<int:pv_id>/rectifier")
@_reserve(*_ECRIVAINS)
def rectifier(jury: Jury, pv_id: int) -> ResponseReturnValue:
    """Prépare le rectificatif d'un procès-verbal signé, dont les octets sont d'abord conservés."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    original = _pv(jury, pv_id, rectificatif=False)
    if original.signe_le is not None:
        archives.pv(db.session(), pv_id, atelier())
        original = _pv(jury, pv_id, rectificatif=False)
    with refus_dits():
        neuf = actes_rectification.ouvrir_rectificatif(db.session(), original, request.form.get("raison", "")[:2000])
        db.session.commit()
        return _la(jury, neuf)
    return redirect(url_for("jury.page", jury_id=jury.id), 303)


@jurys.get("/rectificatif/<int:pv_id>")
@_reserve(*_LECTEURS)
def rectificatif(jury: Jury, pv_id: int) -> ResponseReturnValue:
    """Le rectificatif : ce qu'il change pour chaque candidat de l'original, et ce qui manque pour le signer."""
    pv = _pv(jury, pv_id, rectificatif=True)
    presentations = list(db.session.scalars(
        select(Presentation).where(Presentation.proces_verbal_id == pv.rectifie_id).order_by(Presentation.numero_anonyme)
        .options(joinedload(Presentation.inscription).joinedload(Inscription.candidat),
                 selectinload(Presentation.competences).joinedload(PresentationCompetence.competence).joinedload(Competence.bloc))
    ))
    db.session.scalar(select(Certification).where(Certification.id == pv.certification_id)
                      .options(selectinload(Certification.enregistrements)))
    lignes = {(r.presentation_id, r.objet, r.competence_id): r for r in pv.rectifications}
    faits = rectificatif_facts(db.session(), pv, next((s.id for s in jury.sieges if s.president), None))
    return render_template(
        "jury/rectificatif.html", jury=jury, pv=pv, presentations=presentations, lignes=lignes, valeur=valeur,
        objets=ObjetRectification, decisions=Decision, resultats=ResultatCompetence, faits=faits,
        identite=[o for o in ObjetRectification if not o.deliberee], decompte=decompter(faits.votes, faits.sieges),
        voix={v.siege_id: v for v in pv.votes_rectificatifs}, manque=() if pv.signe_le else controle.signature_du_rectificatif(faits),
        votants=list(db.session.scalars(
            select(Siege).where(Siege.jury_id == jury.id, Siege.voix, Siege.present)
            .options(joinedload(Siege.personne), joinedload(Siege.syndicat)).order_by(Siege.president.desc(), Siege.id)
        )),
        peut_ecrire=current_user.role in _ECRIVAINS and pv.signe_le is None,
        peut_signer=current_user.role is Role.RESPONSABLE and pv.signe_le is None,
    )


@jurys.post("/rectificatif/<int:pv_id>/candidats/<int:numero>")
@_reserve(*_ECRIVAINS)
def changer(jury: Jury, pv_id: int, numero: int) -> ResponseReturnValue:
    """Écrit ce que le rectificatif change pour un candidat ; ce qui est redevenu comme avant n'y est plus."""
    pv, presentation = _pv(jury, pv_id, rectificatif=True), presentation_du_numero(jury.id, numero)
    if presentation.proces_verbal_id != pv.rectifie_id:
        abort(404)
    with refus_dits():
        for objet in ObjetRectification:
            if objet is not ObjetRectification.COMPETENCE and objet.value in request.form:
                actes_rectification.rectifier(db.session(), pv, presentation, objet, _texte(objet.value, 200))
        for competence in presentation.competences:
            champ = f"competence-{competence.competence_id}"
            if request.form.get(champ):
                actes_rectification.rectifier(
                    db.session(), pv, presentation, ObjetRectification.COMPETENCE, _texte(champ, 40), competence
                )
        db.session.commit()
        flash("Rectification enregistrée.", "success")
    return _la(jury, pv)


@jurys.post("/rectificatif/<int:pv_id>/voter")
@_reserve(*_ECRIVAINS)
def voter_rectificatif(jury: Jury, pv_id: int) -> ResponseReturnValue:
    """Consigne la voix de chaque membre pour ou contre le rectificatif, en son nom (JUR-15)."""
    pv = _pv(jury, pv_id, rectificatif=True)
    with refus_dits():
        for nom, sens in request.form.items():
            if nom.startswith("voix-") and sens in ("pour", "contre") and nom[5:].isascii() and nom[5:].isdigit():
                siege = _siege_du_jury(jury, int(nom[5:][:9]))
                actes_rectification.voter_rectificatif(db.session(), pv, siege, pour=sens == "pour")
        db.session.commit()
        flash("Voix enregistrées.", "success")
    return _la(jury, pv)


@jurys.post("/rectificatif/<int:pv_id>/abandonner")
@_reserve(*_ECRIVAINS)
def abandonner(jury: Jury, pv_id: int) -> ResponseReturnValue:
    """Abandonne un rectificatif qui n'est pas signé."""
    pv = _pv(jury, pv_id, rectificatif=True)

    def faire() -> None:
        actes_rectification.abandonner(db.session(), pv)

    return _acte(jury.id, faire, "Le procès-verbal rectificatif est abandonné.")


@jurys.post("/rectificatif/<int:pv_id>/signer")
@_reserve(Role.RESPONSABLE)
def signer_rectificatif(jury: Jury, pv_id: int) -> ResponseReturnValue:
    """Consigne la signature du président : ce qui change l'est, les certificats faux sont annulés et remplacés."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime

    pv = _pv(jury, pv_id, rectificatif=True)
    president = db.session.scalar(select(Siege).where(Siege.jury_id == jury.id, Siege.president))

    def faire() -> Sequence[Violation]:
        if president is None:
            raise controle.Refus(controle.composition_incomplete("Le jury n'a pas de président."))
        neufs = actes_rectification.signer_rectificatif(db.session(), pv, president, aujourd_hui())
        archives.verifier_avant_signature(db.session(), [pv.id])
        archives.verifier_avant_attribution(db.session(), [c.id for c in neufs], current_app.config["ADRESSE_PUBLIQUE"])
        db.session.commit()
        _conserver(jury.id)
        return ()

    return _acte(jury.id, faire, "Le procès-verbal rectificatif est signé.")


def installer(app: Flask) -> None:
    """Ses routes sont celles du jury : les charger suffit, avant que le plan du jury soit posé."""
    if "jury" in app.blueprints:
        raise RuntimeError("Le plan du jury est déjà posé : ses rectificatifs n'y seraient pas.")
