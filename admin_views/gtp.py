"""Les séances du GTP « Certifications » : présences, ordre du jour, votes, décisions, clôture.

La page d'une séance se tient au clavier : chaque vote part dès qu'il est posé, le décompte est celui du serveur. Sans
script, chaque point s'enregistre par son bouton.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from flask import abort, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from admin_views.base import DomainView, FiltreListe, FiltrePeriode, Tri, exige, pastille
from admin_views.demandes import faire
from admin_views.droits import Droit
from admin_views.extensions import db
from admin_views.saisie import lire_cle
from documents.erreurs import AtelierOccupe, DocumentRefuse, RenduImpossible
from models import Certification, Demande, PointGtp, PresenceGtp, SeanceGtp, VoteGtp
from rules import actes_gtp, controle
from rules.collecte_demandes import point_facts, seance_facts
from rules.gtp import DecompteGtp
from rules.nomenclatures import DecisionGtp, EtatDemande, EtatSeance, SensVote
from rules.noyau import Violation, bloquantes


class SeancesView(DomainView):
    """Les séances du GTP ; la fiche d'une séance est sa page."""

    ressource = "seance_gtp"
    nom_pluriel = "séances du GTP"
    titre_creation = "Nouvelle séance"
    details_template = "gtp/seance.html"
    phrase_vide = "Aucune séance. Préparez la prochaine : une date, un lieu ; l'ordre du jour se fait sur sa page."
    column_list = ("date_seance", "nature", "lieu", "etat", "ordre_du_jour")
    column_labels: ClassVar[dict[str, str]] = {
        "date_seance": "Date", "nature": "Nature", "lieu": "Lieu", "etat": "État", "ordre_du_jour": "Points",
    }
    descriptions: ClassVar[dict[str, str]] = {
        "date_seance": "Les décisions prennent effet ce jour-là.",
        "nature": "Une consultation électronique se date du jour où elle s'achève.",
    }
    formats: ClassVar[dict[str, Any]] = {
        "etat": lambda s: pastille(s.etat), "nature": lambda s: s.nature.libelle, "ordre_du_jour": lambda s: len(s.points),
    }
    exports: ClassVar[dict[str, Any]] = {
        "etat": lambda s: s.etat.libelle, "nature": lambda s: s.nature.libelle, "ordre_du_jour": lambda s: len(s.points),
    }
    tris: ClassVar[dict[str, Tri]] = {"date_seance": Tri((SeanceGtp.date_seance,))}
    tri_par_defaut = ("date_seance", True)
    filtres = (
        FiltreListe("etat", "État", SeanceGtp.etat), FiltreListe("nature", "Nature", SeanceGtp.nature),
        FiltrePeriode("date_seance", "Date", SeanceGtp.date_seance),
    )
    chargements = (selectinload(SeanceGtp.points),)
    chargements_fiche = (
        selectinload(SeanceGtp.presences).joinedload(PresenceGtp.syndicat),
        selectinload(SeanceGtp.points).options(
            joinedload(PointGtp.demande).joinedload(Demande.certification).selectinload(Certification.enregistrements),
            selectinload(PointGtp.votes).joinedload(VoteGtp.presence).joinedload(PresenceGtp.syndicat),
        ),
    )
    form_columns = ("nature", "date_seance", "lieu")
    groupes = (("Quand et où", ("nature", "date_seance", "lieu")),)

    def ecrire(self, form: Any, objet: SeanceGtp | None, contexte: dict[str, Any]) -> SeanceGtp | None:
        """Réunit le GTP, ou déplace la séance."""
        donnees = form.data
        if objet is None:
            objet = actes_gtp.reunir(db.session(), donnees["nature"], donnees["date_seance"], donnees["lieu"] or "")
        else:
            actes_gtp.deplacer(db.session(), objet, donnees["nature"], donnees["date_seance"], donnees["lieu"] or "")
        db.session.commit()
        return objet

    def entete(self, objet: SeanceGtp) -> Any:
        """L'état."""
        return pastille(objet.etat)

    @expose("/details/")
    @exige(Droit.LIRE)
    def details_view(self) -> ResponseReturnValue:
        """La page de la séance : présences, points, votes et décisions, clôture."""
        seance = self.exiger_une(self.chargements_fiche)
        faits = seance_facts(db.session(), seance)
        tient = self.peut(Droit.MODIFIER) and seance.etat is EtatSeance.PREPARATION
        return self.render(
            self.details_template, objet=seance, titre=str(seance), identite=seance.id, faits=faits, tient=tient,
            journal=self._journal(seance), sens=SensVote, decisions=DecisionGtp,
            points=[(p, decompte_lisible(c := faits.decompte(f)), resultat(c), {v.presence_id: v.sens for v in p.votes})
                    for p, f in zip(seance.points, faits.points, strict=True)],
            presentes=[p for p in seance.presences if p.presente],
            a_regler=bloquantes(controle.cloture_de_seance(faits)) if tient else (),
            a_inscrire=self._a_inscrire() if tient else (),
        )

    @staticmethod
    def _a_inscrire() -> Sequence[Demande]:
        """Les demandes au dossier complet, qu'aucune séance n'a à son ordre du jour."""
        return db.session.scalars(
            select(Demande).where(Demande.etat == EtatDemande.COMPLETE).order_by(Demande.complete_le, Demande.id)
            .options(joinedload(Demande.certification).selectinload(Certification.enregistrements))
        ).all()

    # -- actes
    def _agir(self, acte: Callable[[SeanceGtp], Sequence[Violation] | None], reussite: str, ancre: str = "") -> ResponseReturnValue:
        seance = self.exiger_une()
        adresse = url_for(f"{self.endpoint}.details_view", id=seance.id, _anchor=ancre or None)
        return faire(lambda: acte(seance), reussite, adresse)

    @expose("/inscrire/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def inscrire_view(self) -> ResponseReturnValue:
        """Met des demandes à l'ordre du jour."""
        cles = [lire_cle(Demande, c) for c in request.form.getlist("demande")][:50]

        def acte(seance: SeanceGtp) -> None:
            for cle in cles:
                demande = db.session.get(Demande, cle or 0)
                if demande is None:
                    abort(404)
                actes_gtp.inscrire_point(db.session(), seance, demande)

        return self._agir(acte, "Ordre du jour complété.", "ordre-du-jour")

    @expose("/presences/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def presences_view(self) -> ResponseReturnValue:
        """Note qui est présent, et par qui chaque organisation est représentée."""
        cochees = set(request.form.getlist("presente"))

        def acte(seance: SeanceGtp) -> None:
            actes_gtp.noter_presences(db.session(), seance, {
                p.id: (str(p.id) in cochees, " ".join(request.form.get(f"representants-{p.id}", "").split())[:500])
                for p in seance.presences
            })

        return self._agir(acte, "Présences notées.", "presences")

    def _point(self, seance: SeanceGtp) -> PointGtp:
        point = db.session.get(PointGtp, lire_cle(PointGtp, request.form.get("point", "")) or 0)
        if point is None or point.seance_id != seance.id:
            abort(404)
        return point

    @expose("/retirer/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def retirer_view(self) -> ResponseReturnValue:
        """Retire un point de l'ordre du jour."""
        return self._agir(lambda s: actes_gtp.retirer_point(db.session(), self._point(s)), "Point retiré de l'ordre du jour.",
                          "ordre-du-jour")

    @expose("/decider/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def decider_view(self) -> ResponseReturnValue:
        """Enregistre les votes et la décision d'un point."""
        decision, niveau = request.form.get("decision", ""), request.form.get("niveau", "").strip()
        if decision not in ("", *DecisionGtp) or not (niveau == "" or (niveau.isascii() and niveau.isdigit() and len(niveau) < 4)):
            abort(400)

        def acte(seance: SeanceGtp) -> None:
            point = self._point(seance)
            for presence in seance.presences:
                if (sens := request.form.get(f"vote-{point.id}-{presence.id}")) is not None:
                    actes_gtp.voter(db.session(), point, presence, _sens(sens))
            actes_gtp.decider(
                db.session(), point, DecisionGtp(decision) if decision else None, request.form.get("motif", "")[:2000],
                int(niveau) if niveau else None,
            )

        return self._agir(acte, "Point enregistré.", f"point-{request.form.get('point', '')}")

    @expose("/voter/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def voter_view(self) -> ResponseReturnValue:
        """Enregistre un vote dès qu'il est posé ; rend le décompte."""
        seance = self.exiger_une()
        point = self._point(seance)
        presence = db.session.get(PresenceGtp, lire_cle(PresenceGtp, request.form.get("presence", "")) or 0)
        if presence is None or presence.seance_id != seance.id:
            abort(404)
        try:
            actes_gtp.voter(db.session(), point, presence, _sens(request.form.get("sens", "")))
            faits = seance_facts(db.session(), seance)
            compte = faits.decompte(point_facts(point))
            decidee = point.decision is not None
            db.session.commit()
        except controle.Refus as refus:
            db.session.rollback()
            return jsonify(erreur=" ".join(str(v) for v in refus.violations)), 422
        return jsonify(point=point.id, decompte=decompte_lisible(compte), resultat=resultat(compte), decidee=decidee)

    @expose("/clore/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def clore_view(self) -> ResponseReturnValue:
        """Clôt la séance : les décisions prennent effet, plus rien ne change, le relevé est conservé."""
        reponse = self._agir(lambda s: actes_gtp.clore(db.session(), s), "Séance close : les décisions ont pris effet à sa date.")
        seance = self.exiger_une()
        if seance.etat is EtatSeance.CLOSE:
            _conserver_le_releve(seance.id)
        return reponse

    @expose("/annuler/", methods=("POST",))
    @exige(Droit.MODIFIER)
    def annuler_view(self) -> ResponseReturnValue:
        """Annule une séance en préparation."""
        return self._agir(lambda s: actes_gtp.annuler(db.session(), s), "Séance annulée : ses demandes attendent une autre séance.")


def _conserver_le_releve(seance_id: int) -> None:
    """Rend et conserve le relevé dès la clôture ; s'il ne peut l'être, il le sera à sa première lecture."""
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    try:
        archives.releve(db.session(), seance_id, atelier())
    except (AtelierOccupe, DocumentRefuse, RenduImpossible):
        db.session.rollback()


def _sens(brut: str) -> SensVote | None:
    if brut not in ("", *SensVote):
        abort(400)
    return SensVote(brut) if brut else None


def decompte_lisible(compte: DecompteGtp) -> str:
    """« 5 pour, 3 contre, 0 abstention »."""
    s = "s" if compte.abstentions > 1 else ""
    return f"{compte.pour} pour, {compte.contre} contre, {compte.abstentions} abstention{s}"


def resultat(compte: DecompteGtp) -> str:
    """Ce que dit le décompte, en un mot."""
    if not compte.exprimees:
        return "aucune voix exprimée"
    if compte.egalite:
        return "égalité : pas adopté"
    return "adopté" if compte.adopte else "pas adopté"


def vues() -> tuple[DomainView, ...]:
    """Les vues du domaine, dans l'ordre du menu."""
    return (SeancesView(SeanceGtp, db, "Séances du GTP", "Référentiels", "seances"),)
