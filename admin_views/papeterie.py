"""Administration › Aperçu des documents, formulations des lettres, en-tête du centre."""

from __future__ import annotations

import io
from typing import Any

from flask import abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import undefer

from admin_views.base import PageView, exige
from admin_views.droits import Droit
from admin_views.extensions import db
from documents.erreurs import DocumentRefuse, RenduImpossible
from documents.faits_jury import EnTete, FormulationImprimee
from models import Centre, Formulation, LogoCentre, Utilisateur
from models.base import aujourd_hui
from rules import actes_papeterie
from rules.controle import Refus
from rules.formulation import PASSAGES, TOUTES, Passage, juger_le_texte, normaliser

_DOMAINE = "Administration"
_LETTRE = "lettre-admission"
"""La lettre où se montre ce que toutes partagent : la formule de politesse, l'en-tête."""
_LOGO_MAX = 2 * 2**20 + 1


def _exemple(code: str, **centre: Any) -> bytes:
    """Le PDF d'exemple d'un document, marqué comme tel.

    :raises documents.erreurs.DocumentRefuse: ce qui est demandé ne peut pas s'imprimer ; la cause est nommée.
    """
    from documents.atelier import atelier  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.exemples import EXEMPLES, specimen  # noqa: PLC0415

    return atelier().rendre(code, specimen(EXEMPLES[code], **centre))


def _pdf(nom: str, contenu: bytes) -> ResponseReturnValue:
    return send_file(io.BytesIO(contenu), mimetype="application/pdf", download_name=f"exemple_{nom}.pdf")


def _passage(code: str) -> Passage:
    return PASSAGES.get(code) or abort(404)


def _publiees() -> dict[str, Formulation]:
    """La dernière version de chaque passage reformulé : celle que prendront les lettres à venir."""
    toutes = db.session.scalars(select(Formulation).order_by(Formulation.numero))
    return {f.code: f for f in toutes}


def _imprimees(*proposees: FormulationImprimee) -> tuple[FormulationImprimee, ...]:
    """Les formulations des lettres à venir, et celles qu'on essaie à la place des leurs."""
    essayees = {f.code for f in proposees}
    return (*proposees, *(FormulationImprimee(f.code, f.numero, f.texte) for f in _publiees().values() if f.code not in essayees))


class ApercuView(PageView):
    """Chaque document avec des données d'exemple, et les formulations que la branche donne à ses lettres."""

    ressource = "formulation"

    @expose("/", methods=("GET",))
    @exige(Droit.LIRE)
    def liste(self) -> ResponseReturnValue:
        """Les documents, chacun à un clic, et leurs passages."""
        from documents.declarations import DECLARATIONS  # noqa: PLC0415

        passages: dict[str, list[Passage]] = {}
        for passage in PASSAGES.values():
            passages.setdefault(passage.document, []).append(passage)
        return self.render(
            "papeterie/apercu.html", documents=list(DECLARATIONS.values()), passages=passages, publiees=_publiees(),
            communs=passages[TOUTES],
        )

    @expose("/<code>.pdf", methods=("GET",))
    @exige(Droit.LIRE)
    def document(self, code: str) -> ResponseReturnValue:
        """Un document d'exemple, tel que les formulations publiées le feront."""
        from documents.declarations import DECLARATIONS  # noqa: PLC0415

        if code not in DECLARATIONS:
            abort(404)
        formulations = _imprimees()
        db.session.commit()
        return _pdf(code, _exemple(code, formulations=formulations))

    @expose("/formulation/<code>/", methods=("GET",))
    @exige(Droit.LIRE)
    def formulation(self, code: str) -> ResponseReturnValue:
        """Un passage : son texte, ses champs, ses versions ; `?version=N` reprend le texte d'une version."""
        passage = _passage(code)
        versions = actes_papeterie.versions_publiees(db.session(), code)
        reprise = request.args.get("version", "")
        textes = {str(v.numero): v.texte for v in versions} | {"0": passage.texte}
        if reprise and reprise not in textes:
            abort(404)
        return self._formulation(passage, versions, textes[reprise or str(versions[0].numero if versions else 0)])

    def _formulation(
        self, passage: Passage, versions: list[Formulation], texte: str, erreurs: tuple[str, ...] = (), code: int = 200
    ) -> ResponseReturnValue:
        auteurs = {v.created_by for v in versions}
        noms = {u.id: u.nom for u in db.session.scalars(select(Utilisateur).where(Utilisateur.id.in_(auteurs)))}
        return self.render(
            "papeterie/formulation.html", passage=passage, versions=versions, texte=texte, erreurs=erreurs, noms=noms,
            derniere=versions[0].numero if versions else 0, peut_publier=self.peut(Droit.CREER), aujourd_hui=aujourd_hui(),
        ), code

    @expose("/formulation/<code>/apercu", methods=("POST",))
    @exige(Droit.CREER)
    def essayer(self, code: str) -> ResponseReturnValue:
        """La lettre d'exemple avec le texte proposé ; rien n'est publié."""
        passage, texte = _passage(code), normaliser(request.form.get("texte", ""))
        contenu = self._essai(passage, texte)
        if isinstance(contenu, bytes):
            return _pdf(passage.code, contenu)
        return self._formulation(passage, actes_papeterie.versions_publiees(db.session(), code), texte, contenu, 422)

    @expose("/formulation/<code>/", methods=("POST",))
    @exige(Droit.CREER)
    def publier(self, code: str) -> ResponseReturnValue:
        """Publie le texte proposé, s'il s'imprime."""
        passage, texte = _passage(code), normaliser(request.form.get("texte", ""))
        essai = self._essai(passage, texte)
        part_de = request.form.get("part_de", "")
        if isinstance(essai, bytes):
            try:
                formulation = actes_papeterie.publier(
                    db.session(), code, texte, int(part_de) if part_de.isascii() and part_de.isdigit() and len(part_de) < 7 else -1
                )
            except Refus as refus:
                db.session.rollback()
                essai = tuple(map(str, refus.violations))
            else:
                db.session.commit()
                flash(f"Version {formulation.numero} publiée : les lettres datées du {formulation.applicable_le:%d/%m/%Y} et"
                      " d'après la prennent. Celles d'avant gardent la leur.", "success")
                return redirect(url_for("apercu.formulation", code=code), 303)
        return self._formulation(passage, actes_papeterie.versions_publiees(db.session(), code), texte, essai, 422)

    def _essai(self, passage: Passage, texte: str) -> bytes | tuple[str, ...]:
        """Le PDF de la lettre avec ce texte, ou ce qui l'empêche."""
        violations = juger_le_texte(passage, texte)
        if violations:
            return tuple(map(str, violations))
        formulations = _imprimees(FormulationImprimee(passage.code, 0, texte))
        db.session.commit()  # rien n'attend pendant la mise en page
        try:
            return _exemple(_LETTRE if passage.document == TOUTES else passage.document, formulations=formulations)
        except (DocumentRefuse, RenduImpossible) as refus:
            return (str(refus),)


class EnTeteView(PageView):
    """L'en-tête des lettres et des procès-verbaux d'un centre : ses coordonnées et son logo."""

    ressource = "entete_centre"

    @expose("/", methods=("GET",))
    @exige(Droit.LIRE)
    def voir(self) -> ResponseReturnValue:
        """L'en-tête tel qu'il s'imprime, et de quoi le changer."""
        return self._voir()

    def _voir(self, erreur: str = "", code: int = 200) -> ResponseReturnValue:
        centre = self._centre()
        logo = actes_papeterie.logo_du_centre(db.session(), centre.id)
        return self.render(
            "papeterie/entete.html", centre=centre, logo=logo, erreur=erreur, peut_modifier=self.peut(Droit.MODIFIER),
        ), code

    def _centre(self) -> Centre:
        if current_user.centre_id is None:
            abort(404)
        return db.session.get_one(Centre, current_user.centre_id)

    @expose("/logo", methods=("GET",))
    @exige(Droit.LIRE)
    def image(self) -> ResponseReturnValue:
        """L'image du logo."""
        logo = db.session.scalar(
            select(LogoCentre).where(LogoCentre.centre_id == self._centre().id).options(undefer(LogoCentre.contenu))
        )
        if logo is None:
            abort(404)
        return send_file(io.BytesIO(logo.contenu), mimetype=logo.type_mime)

    @expose("/exemple.pdf", methods=("GET",))
    @exige(Droit.LIRE)
    def exemple(self) -> ResponseReturnValue:
        """Une lettre d'exemple à l'en-tête du centre."""
        entete = self._entete()
        db.session.commit()
        try:
            return _pdf("en-tete", _exemple(_LETTRE, **entete))
        except DocumentRefuse as refus:
            return self._voir(str(refus), 422)

    def _entete(self) -> dict[str, Any]:
        from documents.sources_jury import entete_du_centre  # noqa: PLC0415

        entete: EnTete = entete_du_centre(db.session(), self._centre(), aujourd_hui())
        return {c: getattr(entete, c) for c in EnTete.__dataclass_fields__ if c != "demonstration"}

    @expose("/logo", methods=("POST",))
    @exige(Droit.MODIFIER)
    def poser(self) -> ResponseReturnValue:
        """Pose un logo, une fois lu, réduit et imprimé à l'essai."""
        from documents import logo as images  # noqa: PLC0415

        envoye = request.files.get("logo")
        octets = envoye.stream.read(_LOGO_MAX) if envoye is not None and envoye.filename else b""
        entete = self._entete()
        db.session.commit()
        try:
            logo = images.lire(octets)
            _exemple(_LETTRE, **entete | {"logo": images.imprimer(logo)})
        except images.LogoRefuse as refus:
            return self._voir(str(refus), 422)
        except DocumentRefuse as refus:
            return self._voir(f"{refus} Complétez les coordonnées du centre, puis posez le logo.", 422)
        except RenduImpossible:
            return self._voir("Cette image ne peut pas s'imprimer : enregistrez-la en PNG.", 422)
        actes_papeterie.poser_le_logo(
            db.session(), self._centre(), logo.contenu, logo.type_mime, logo.largeur, logo.hauteur
        )
        db.session.commit()
        flash("Logo posé : les lettres et les procès-verbaux du centre le portent désormais.", "success")
        return redirect(url_for("entete.voir"), 303)

    @expose("/logo/retirer", methods=("POST",))
    @exige(Droit.MODIFIER)
    def retirer(self) -> ResponseReturnValue:
        """Retire le logo."""
        actes_papeterie.retirer_le_logo(db.session(), self._centre())
        db.session.commit()
        flash("Logo retiré : l'en-tête du centre est de nouveau typographique.", "success")
        return redirect(url_for("entete.voir"), 303)


def vues() -> list[PageView]:
    """Les vues de ce module, pour le menu."""
    return [
        ApercuView(name="Aperçu des documents", category=_DOMAINE, endpoint="apercu", url="/documents/apercu"),
        EnTeteView(name="En-tête du centre", category=_DOMAINE, endpoint="entete", url="/en-tete"),
    ]
