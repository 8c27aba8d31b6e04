"""Certificats › Accrochage : ce qui reste à transmettre à la Caisse des Dépôts, les fichiers, leurs accusés, les KO."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from sqlalchemy import func, insert, select

from admin_views.base import PageView, exige
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.travaux import SUITES
from imports.accuse import OCTETS_MAX, lire_accuse
from imports.fichier import FichierRefuse
from models import EmetteurAccrochage, FichierAccrochage, Journal, PassageAccrochage
from models.base import aujourd_hui
from models.contexte import en_ecriture
from models.journal import entree
from rules import actes_accrochage, controle
from rules.accrochage import SUIVI, SuiviPassage, echeance_d_accrochage
from rules.collecte_accrochage import a_retirer, a_transmettre, comptes, preparation, refuses
from rules.nomenclatures import EtatPassage, NatureDeposant
from rules.noyau import evaluate
from rules.parametres import meme_jour
from travaux import lancer

# Comme `travaux.accrochage.GENRE`, qui chargerait lxml.
GENRE = "accrochage"
# Au-delà, la préparation ne tient plus dans une requête.
_AUSSITOT = 1_000
_MONTRES = 100
_FICHIERS = 50
_COMPTE_MAX = 10_000
_AU_TABLEAU_DE_BORD = 8
# Au tableau de bord, ce qui est plus ancien ne se cherche pas : la page le montre.
_ANNEES = 2
_HORIZON = dt.timedelta(days=30)


class AccrochageView(PageView):
    """L'accrochage au passeport de compétences (Code du travail, art. R. 6113-17-2)."""

    ressource = "accrochage"

    @expose("/")
    @exige(Droit.LIRE)
    def index(self) -> ResponseReturnValue:
        """Où en est l'accrochage : ce qui manque, ce qui est prêt, ce qui est refusé, les fichiers."""
        session, jour = db.session(), aujourd_hui()
        examines = preparation(session)
        incomplets = [x for x in examines if not x.pret]
        prets = [x for x in examines if x.pret]
        return self.render(
            "accrochage/index.html", titre="Accrochage", jour=jour, incomplets=incomplets[:_MONTRES], prets=prets[:_MONTRES],
            nombres=(len(incomplets), len(prets)), restent=_restent(len(examines)), refuses=refuses(session, limite=_MONTRES),
            a_retirer=a_retirer(session, _MONTRES), etats=comptes(session), EtatPassage=EtatPassage, echeance=echeance_d_accrochage, natures=NatureDeposant,
            fichiers=self._fichiers(), emetteur=self._emetteur(), peut_deposer=self.peut(Droit.CREER),
            peut_corriger=self.peut(Droit.MODIFIER), peut_telecharger=self.peut(Droit.EXPORTER), horizon=jour + _HORIZON,
        )

    @staticmethod
    def _fichiers() -> list[FichierAccrochage]:
        return list(db.session.scalars(select(FichierAccrochage).order_by(FichierAccrochage.id.desc()).limit(_FICHIERS)))

    @staticmethod
    def _emetteur() -> EmetteurAccrochage | None:
        return db.session.scalar(select(EmetteurAccrochage).order_by(EmetteurAccrochage.id.desc()).limit(1))

    def _agir(self, faire: Callable[[], str], ancre: str = "") -> ResponseReturnValue:
        """Exécute un acte, valide, dit ce qui s'est passé et revient à la page."""
        try:
            reussite = faire()
            db.session.commit()
        except controle.Refus as refus:
            db.session.rollback()
            for violation in refus.violations:
                flash(str(violation), "error")
        except FichierRefuse as refus:
            db.session.rollback()
            flash(f"Fichier refusé ({refus.code}) : {refus.message}", "error")
        else:
            flash(reussite, "success")
        return redirect(url_for(f"{self.endpoint}.index", _anchor=ancre or None), 303)

    @expose("/emetteur", methods=("POST",))
    @exige(Droit.CREER)
    def regler(self) -> ResponseReturnValue:
        """Dit au nom de qui la branche dépose."""
        nature = request.form.get("nature", "")
        if nature not in list(NatureDeposant):
            abort(400)

        def faire() -> str:
            actes_accrochage.regler_emetteur(
                db.session(), request.form.get("id_client", ""), request.form.get("id_contrat", ""), NatureDeposant(nature),
                request.form.get("prefixe_fichier", ""),
            )
            return "Identifiants enregistrés : ils seront ceux des prochains fichiers."

        return self._agir(faire, "emetteur")

    @expose("/preparer", methods=("POST",))
    @exige(Droit.CREER)
    def preparer(self) -> ResponseReturnValue:
        """Met dans un fichier tout ce qui est prêt : aussitôt s'il y en a peu, dans un travail sinon."""
        from documents.accrochage import preparer  # noqa: PLC0415 — lxml ne se charge que pour qui prépare

        nombreux = select(func.count()).select_from(a_transmettre(db.session()).limit(_AUSSITOT + 1).subquery())
        if (db.session.scalar(nombreux) or 0) > _AUSSITOT:
            travail = lancer(db.session(), GENRE, libelle="Fichiers d'accrochage")
            db.session.commit()
            return redirect(url_for("travaux.voir", travail_id=travail.id), 303)

        def faire() -> str:
            bilan = preparer(db.session())
            if not bilan.fichiers:
                return "Rien n'est prêt à transmettre : aucun fichier n'a été fait."
            quoi = "Un fichier préparé" if len(bilan.fichiers) == 1 else f"{len(bilan.fichiers)} fichiers préparés"
            reste = f" ; {bilan.incomplets} à compléter" if bilan.incomplets else ""
            return f"{quoi}, {bilan.passages} passages{reste}. Téléchargez, déposez, puis notez le dépôt."

        return self._agir(faire, "fichiers")

    @expose("/fichier/<int:fichier_id>.xml")
    @exige(Droit.EXPORTER)
    def telecharger(self, fichier_id: int) -> ResponseReturnValue:
        """Le XML d'un fichier, octet pour octet ; la lecture est au journal."""
        from documents.accrochage import contenu  # noqa: PLC0415

        lu = contenu(db.session(), fichier_id)
        if lu is None:
            abort(404)
        nom, xml = lu
        db.session.rollback()
        with en_ecriture():
            noter_la_lecture(fichier_id, nom)
            db.session.commit()
        return send_file(io.BytesIO(xml), mimetype="application/xml", download_name=nom, as_attachment=True)

    def _fichier(self, fichier_id: int) -> FichierAccrochage:
        fichier = db.session.get(FichierAccrochage, fichier_id)
        if fichier is None:
            abort(404)
        return fichier

    @expose("/fichier/<int:fichier_id>/deposer", methods=("POST",))
    @exige(Droit.CREER)
    def deposer(self, fichier_id: int) -> ResponseReturnValue:
        """Note le dépôt d'un fichier."""
        fichier = self._fichier(fichier_id)

        def faire() -> str:
            try:
                le = dt.date.fromisoformat(request.form.get("depose_le", "").strip())
            except ValueError:
                le = None
            actes_accrochage.deposer(db.session(), fichier, le, aujourd_hui())
            return "Dépôt noté : l'accusé de traitement dira ce qui est accepté."

        return self._agir(faire, "fichiers")

    @expose("/fichier/<int:fichier_id>/abandonner", methods=("POST",))
    @exige(Droit.CREER)
    def abandonner(self, fichier_id: int) -> ResponseReturnValue:
        """Ôte un fichier qui n'a pas été déposé."""
        fichier = self._fichier(fichier_id)

        def faire() -> str:
            actes_accrochage.abandonner(db.session(), fichier)
            return "Fichier abandonné : ses passages sont de nouveau à transmettre."

        return self._agir(faire, "fichiers")

    @expose("/fichier/<int:fichier_id>/accuse", methods=("POST",))
    @exige(Droit.CREER)
    def accuse(self, fichier_id: int) -> ResponseReturnValue:
        """Lit l'accusé de traitement d'un fichier déposé."""
        fichier, envoye = self._fichier(fichier_id), request.files.get("accuse")

        def faire() -> str:
            if envoye is None or not envoye.filename:
                raise FichierRefuse("F_SANS_FICHIER", "Choisissez l'accusé de traitement (XML) que la Caisse des Dépôts a rendu.")
            with tempfile.TemporaryDirectory(prefix="accuse-") as dossier:
                chemin = Path(dossier) / "accuse.xml"
                chemin.write_bytes(envoye.stream.read(OCTETS_MAX + 1))
                lu = actes_accrochage.lire_accuse(db.session(), fichier, lire_accuse(chemin), aujourd_hui())
            reste = f", {lu.sans_reponse} sans réponse" if lu.sans_reponse else ""
            return f"Accusé lu : {lu.acceptes} acceptés, {lu.refuses} KO{reste}."

        return self._agir(faire, "refuses" if envoye else "fichiers")

    @expose("/corriger", methods=("POST",))
    @exige(Droit.MODIFIER)
    def corriger(self) -> ResponseReturnValue:
        """Note que ces passages KO sont corrigés : ils repartent dans le prochain fichier."""
        cles = [int(x) for x in request.form.getlist("rowid") if x.isascii() and x.isdigit() and len(x) < 10]
        passages = list(db.session.scalars(select(PassageAccrochage).where(PassageAccrochage.id.in_(cles))))

        def faire() -> str:
            nombre = actes_accrochage.corriger(db.session(), passages)
            return "Aucun passage choisi." if not nombre else f"{nombre} à renvoyer dans le prochain fichier."

        return self._agir(faire, "refuses")


def noter_la_lecture(fichier_id: int, nom: str) -> None:
    """Laisse au journal qu'un fichier de personnes a été pris ; l'appelant valide."""
    db.session.execute(insert(Journal), [entree("lecture", "fichier_accrochage", fichier_id, apres={"fichier": nom})])


def _restent(examines: int) -> str:
    """Combien de certificats restent à transmettre, quand la page ne les examine pas tous."""
    nombre = db.session.scalar(select(func.count()).select_from(a_transmettre(db.session()).limit(_COMPTE_MAX + 1).subquery())) or 0
    if nombre > _COMPTE_MAX:
        return "plus de 10\u202f000"
    return f"{nombre:,}".replace(",", "\u202f") if nombre > examines else ""


def a_faire() -> list[tuple[str, str, bool]]:
    """Ce que l'accrochage attend de la personne : la phrase, la page, et si c'est en retard (ACC-02)."""
    role = current_user.role
    if not peut(role, "accrochage", Droit.MODIFIER):
        return []
    session, jour = db.session(), aujourd_hui()
    attend = [
        (f"Passage KO à corriger, {p.certificat.numero} ({p.certificat.candidat}) : {p.message}",
         url_for("accrochage.index", _anchor="refuses"),
         bool(evaluate(SUIVI, SuiviPassage(p.certificat.date_jury, p.etat, jour))))
        for p in refuses(session, limite=_AU_TABLEAU_DE_BORD)
    ]
    proches = [x for x in preparation(session, depuis=meme_jour(jour, -_ANNEES), limite=_MONTRES) if x.echeance <= jour + _HORIZON]
    manquent = [x for x in proches if not x.pret]
    if manquent:
        attend.append((
            f"Accrochage : {len(manquent)} titulaires à compléter avant le {manquent[0].echeance:%d/%m/%Y}.",
            url_for("accrochage.index", _anchor="incomplets"), manquent[0].echeance < jour,
        ))
    if proches and peut(role, "accrochage", Droit.CREER):
        attend.append((
            f"Accrochage : {len(proches)} certificats à transmettre avant le {proches[0].echeance:%d/%m/%Y}.",
            url_for("accrochage.index", _anchor="prets"), proches[0].echeance < jour,
        ))
    return attend + (_fichiers_a_suivre() if peut(role, "accrochage", Droit.CREER) else [])


def _fichiers_a_suivre() -> list[tuple[str, str, bool]]:
    f = FichierAccrochage
    fichiers = db.session.scalars(select(f).where(f.accuse_le.is_(None)).order_by(f.id).limit(_AU_TABLEAU_DE_BORD))
    return [
        (f"Accrochage : {x.nom_fichier}, {'accusé de traitement à lire' if x.depose_le else 'à déposer'}.",
         url_for("accrochage.index", _anchor="fichiers"), False)
        for x in fichiers
    ]


SUITES[GENRE] = lambda _: ("Voir les fichiers", url_for("accrochage.index", _anchor="fichiers"))


def vues() -> tuple[Any, ...]:
    """Les vues du domaine."""
    return (AccrochageView("Accrochage", "Certificats", "accrochage", "/accrochage"),)
