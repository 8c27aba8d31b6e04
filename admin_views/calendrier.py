"""Le calendrier des jurys et des échéances, le flux iCalendar d'une personne, le relevé des présences.

Le flux se lit sans se connecter, par un lien secret dont la base ne garde que l'empreinte ; il ne nomme aucun candidat.
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import hashlib
import io
import re
import secrets
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user, login_required
from sqlalchemy import func, insert, select
from sqlalchemy.orm import joinedload

from admin_views.base import PageView, exige
from admin_views.connexion import FENETRE
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.securite import page_erreur
from documents.erreurs import AtelierOccupe, DocumentRefuse, RenduImpossible
from documents.icalendrier import TYPE, Evenement
from documents.icalendrier import calendrier as en_icalendrier
from models import AbonnementCalendrier, Journal, Jury, TentativeConnexion, Utilisateur
from models.base import aujourd_hui, maintenant
from models.contexte import Acteur, agir_comme, en_ecriture
from models.journal import entree
from rules.collecte_echeances import Echeance, echeances, presences
from rules.nomenclatures import EtatJury, Role
from rules.presences import semestre_de, semestre_du, totaux

flux = Blueprint("flux", __name__)

_MOIS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
_ECHECS_PAR_ADRESSE = 20
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
# Le flux garde un an de jurys passés, et deux à venir.
_PASSE, _AVENIR = dt.timedelta(days=365), dt.timedelta(days=730)


def _mois_demande() -> dt.date:
    lu = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", request.args.get("mois", ""))
    return dt.date(int(lu[1]), int(lu[2]), 1) if lu else aujourd_hui().replace(day=1)


def _adresse(e: Echeance) -> str:
    vues = {"jury": ("chemin.page", "jury_id"), "vae": ("vae.details_view", "id"), "habilitation": ("habilitations.details_view", "id")}
    vue, cle = vues[e.genre]
    return url_for(vue, **{cle: e.objet_id})


def _des_jours(du: dt.date, au: dt.date) -> dict[dt.date, list[dict[str, Any]]]:
    """Ce que montre chaque jour : les jurys, puis les échéances."""
    jour = aujourd_hui()
    jours: dict[dt.date, list[dict[str, Any]]] = {}
    for jury in db.session.scalars(
        select(Jury).where(Jury.date_jury >= du, Jury.date_jury <= au, Jury.etat != EtatJury.ANNULE)
        .options(joinedload(Jury.centre)).order_by(Jury.date_jury, Jury.heure, Jury.id)
    ):
        heure = f"{jury.heure:%H:%M} " if jury.heure is not None else ""
        jours.setdefault(jury.date_jury, []).append({
            "texte": f"{heure}Jury, {jury.lieu}", "detail": f"{jury.centre.nom}, {jury.etat.libelle.lower()}",
            "adresse": url_for("jury.page", jury_id=jury.id), "classe": "",
        })
    for e in echeances(db.session(), jour, au):
        if e.le >= du:
            jours.setdefault(e.le, []).append({
                "texte": e.quoi, "detail": e.centre, "adresse": _adresse(e), "classe": "en-retard" if e.le < jour else "echeance",
            })
    return jours


class CalendrierView(PageView):
    """Les jurys et les échéances, mois par mois ou en liste ; l'abonnement de son agenda."""

    ressource = "calendrier"

    @expose("/")
    @exige(Droit.LIRE)
    def index(self) -> ResponseReturnValue:
        """Un mois, en grille ou en liste."""
        premier = _mois_demande()
        semaines = calendar.Calendar().monthdatescalendar(premier.year, premier.month)
        en_liste = request.args.get("vue") == "liste"
        suivant = (premier + dt.timedelta(days=31)).replace(day=1)
        dernier = suivant - dt.timedelta(days=1)
        jours = _des_jours(premier, dernier) if en_liste else _des_jours(semaines[0][0], semaines[-1][-1])
        abonnement = db.session.scalar(
            select(AbonnementCalendrier)
            .where(AbonnementCalendrier.utilisateur_id == current_user.utilisateur_id, AbonnementCalendrier.revoque_le.is_(None))
        )
        return self.render(
            "calendrier.html", titre=f"Calendrier, {_MOIS[premier.month - 1]} {premier.year}", premier=premier, semaines=semaines,
            jours=jours, en_liste=en_liste, precedent=(premier - dt.timedelta(days=1)).replace(day=1), suivant=suivant,
            jour=aujourd_hui(), abonnement=abonnement, retards=[
                (e, _adresse(e)) for e in echeances(db.session(), aujourd_hui(), aujourd_hui() - dt.timedelta(days=1))
            ],
        )

    @expose("/abonnement", methods=("POST",))
    @exige(Droit.LIRE)
    def abonner(self) -> ResponseReturnValue:
        """Donne un lien secret, montré une fois ; le précédent ne vaut plus."""
        secret = secrets.token_urlsafe(32)
        _revoquer()
        db.session.add(AbonnementCalendrier(utilisateur_id=current_user.utilisateur_id, empreinte=_empreinte(secret)))
        db.session.commit()
        adresse = current_app.config["ADRESSE_PUBLIQUE"].rstrip("/") + url_for("flux.lire", secret=secret)
        return self.render("abonnement.html", titre="Abonnement de votre agenda", adresse=adresse)

    @expose("/revoquer", methods=("POST",))
    @exige(Droit.LIRE)
    def revoquer(self) -> ResponseReturnValue:
        """Révoque le lien : l'agenda abonné ne reçoit plus rien."""
        _revoquer()
        db.session.commit()
        flash("Le lien de votre agenda ne vaut plus.", "success")
        return redirect(url_for("calendrier.index"), 303)


def _revoquer() -> None:
    for ligne in db.session.scalars(
        select(AbonnementCalendrier)
        .where(AbonnementCalendrier.utilisateur_id == current_user.utilisateur_id, AbonnementCalendrier.revoque_le.is_(None))
    ):
        ligne.revoque_le = maintenant()
    db.session.flush()


def _empreinte(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@flux.get("/flux/<secret>.ics")
def lire(secret: str) -> ResponseReturnValue:
    """Le flux d'une personne ; un lien inconnu est compté par adresse : on n'en devine pas."""
    adresse = hashlib.sha256(f"flux {request.remote_addr}".encode()).hexdigest()
    t = TentativeConnexion.__table__.c
    echecs = db.session.scalar(select(func.count()).where(t.empreinte_adresse == adresse, t.le >= maintenant() - FENETRE))
    if (echecs or 0) >= _ECHECS_PAR_ADRESSE:
        abort(429)
    personne = None
    if _SECRET.fullmatch(secret):
        personne = db.session.scalar(
            select(Utilisateur).join(AbonnementCalendrier, AbonnementCalendrier.utilisateur_id == Utilisateur.id)
            .where(AbonnementCalendrier.empreinte == _empreinte(secret), AbonnementCalendrier.revoque_le.is_(None),
                   Utilisateur.actif),
            execution_options={"sans_perimetre": True},
        )
    if personne is None or not peut(personne.role, "calendrier", Droit.LIRE):
        db.session.rollback()
        with en_ecriture():
            ligne = {"empreinte_compte": adresse, "empreinte_adresse": adresse, "le": maintenant()}
            db.session.execute(insert(TentativeConnexion), [ligne])
            db.session.commit()
        abort(404)
    with agir_comme(Acteur(personne.nom, personne.id, personne.role, personne.centre_id)):
        texte = en_icalendrier(_evenements(), maintenant(), nom="Jurys et échéances")
    return Response(texte, mimetype=TYPE, headers={"Content-Disposition": 'inline; filename="jurys-et-echeances.ics"'})


def _evenements() -> list[Evenement]:
    from documents.expedition import evenement_du_jury  # noqa: PLC0415

    jour, publique = aujourd_hui(), current_app.config["ADRESSE_PUBLIQUE"].rstrip("/")
    jurys = db.session.scalars(
        select(Jury).where(Jury.date_jury >= jour - _PASSE, Jury.date_jury <= jour + _AVENIR)
        .options(joinedload(Jury.centre)).order_by(Jury.date_jury, Jury.id)
    )
    evenements = [evenement_du_jury(j, publique + url_for("jury.page", jury_id=j.id)) for j in jurys]
    return evenements + [
        Evenement(
            uid=f"echeance-{e.genre}-{e.objet_id}-{hashlib.sha256(e.quoi.partition(' :')[0].encode()).hexdigest()[:12]}"
                "@certifications-metallurgie",
            jour=e.le, resume=e.quoi, description=e.centre, adresse=publique + _adresse(e), rappel_jours=3,
        )
        for e in echeances(db.session(), jour, jour + _AVENIR)
    ]


# --- le relevé des présences ---------------------------------------------------------------------------------------------


class PresencesView(PageView):
    """Le relevé semestriel des présences aux jurys, par organisation syndicale (JUR-16)."""

    ressource = "releve_presences"

    def _periode(self) -> tuple[str, dt.date, dt.date]:
        semestre = request.args.get("semestre", "") or semestre_du(aujourd_hui())
        return (semestre, *(semestre_de(semestre) or abort(404)))

    @expose("/")
    @exige(Droit.LIRE)
    def index(self) -> ResponseReturnValue:
        """Les totaux de chaque organisation, puis chaque présence."""
        semestre, du, au = self._periode()
        lignes = presences(db.session(), du, au)
        annee = aujourd_hui().year
        return self.render(
            "presences.html", titre=f"Présences aux jurys du {du:%d/%m/%Y} au {au:%d/%m/%Y}", semestre=semestre, lignes=lignes,
            totaux=totaux(lignes), semestres=[f"{a}-{s}" for a in range(annee, annee - 6, -1) for s in (2, 1)],
            peut_justifier=peut(current_user.role, "jury", Droit.MODIFIER),
        )

    @expose("/releve.csv")
    @exige(Droit.EXPORTER)
    def en_csv(self) -> ResponseReturnValue:
        """Le relevé, ligne à ligne, pour un tableur."""
        semestre, du, au = self._periode()
        sortie = io.StringIO()
        ecrire = csv.writer(sortie, delimiter=";")
        ecrire.writerow(("Organisation", "Représentant", "Entreprise", "Jury du", "Lieu", "Centre", "Présent"))
        for p in presences(db.session(), du, au):
            ecrire.writerow([_neutre(x) for x in (p.syndicat, p.membre, p.entreprise, f"{p.date_jury:%d/%m/%Y}", p.lieu, p.centre)]
                            + ["oui" if p.present else "non"])
        _journaliser(semestre)
        return Response("\ufeff" + sortie.getvalue(), mimetype="text/csv",
                        headers={"Content-Disposition": f'attachment; filename="presences-{semestre}.csv"'})

    @expose("/releve.pdf")
    @exige(Droit.EXPORTER)
    def en_pdf(self) -> ResponseReturnValue:
        """Le relevé du semestre, à adresser aux organisations."""
        semestre, du, au = self._periode()
        _journaliser(semestre)
        return _pdf(lambda archives, atelier: archives.releve_des_presences(db.session(), du, au, current_user.centre_id, atelier))


def _neutre(valeur: str) -> str:
    """Un tableur ne prend pas pour formule ce qui commence comme une."""
    return f"'{valeur}" if valeur[:1] in "=+-@\t\r" else valeur


def _journaliser(semestre: str) -> None:
    db.session.commit()
    with en_ecriture():
        db.session.execute(insert(Journal), [entree("export", "siege", None, apres={"presences": semestre})])
        db.session.commit()


def _pdf(faire: Callable[[Any, Any], Any]) -> ResponseReturnValue:
    from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
    from documents.atelier import atelier  # noqa: PLC0415

    try:
        document = faire(archives, atelier())
    except DocumentRefuse as refus:
        return page_erreur(422, str(refus))
    except AtelierOccupe as erreur:
        return page_erreur(503, str(erreur))
    except RenduImpossible as erreur:
        return page_erreur(500, str(erreur))
    if document is None:
        abort(404)
    return send_file(io.BytesIO(document.contenu), mimetype="application/pdf", download_name=document.nom)


@flux.get("/presence/<int:siege_id>/justification.pdf")
@login_required
def justification(siege_id: int) -> ResponseReturnValue:
    """La justification d'absence d'un membre présent à un jury, pour son employeur (art. 37)."""
    if current_user.role is Role.JURE or not peut(current_user.role, "jury", Droit.MODIFIER):
        abort(403)
    return _pdf(lambda archives, atelier: archives.justification(db.session(), siege_id, aujourd_hui(), atelier))


def vues() -> tuple[PageView, ...]:
    """Les vues de ce module, pour le menu."""
    return (
        CalendrierView("Calendrier", "Jurys", "calendrier", "/calendrier"),
        PresencesView("Présences des syndicats", "Jurys", "presences", "/presences"),
    )


def installer(app: Flask) -> None:
    """Lie le flux des agendas à l'application."""
    app.register_blueprint(flux)
