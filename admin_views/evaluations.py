"""Évaluer : ce qui reste à évaluer, la page d'une inscription, la grille d'un groupe (partie 2, chap. 2, § 1.B).

Les décisions sont dans `rules.evaluation`, les écritures dans `rules.actes_evaluation` ; ici on lit la demande, on
appelle l'acte, on montre case par case ce qu'il en dit, sans rien perdre de ce qui a été tapé.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from sqlalchemy import Select, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload, selectinload

from admin_views.base import PageView, exige
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.recherches import chercher_inscription
from admin_views.securite import base_occupee
from models import Amenagement, Certification, Inscription
from models.base import aujourd_hui
from rules import actes_evaluation, controle
from rules.actes_evaluation import Note, RefusDeNotes
from rules.collecte_evaluation import acquis_facts, commissions_facts, dossiers_facts
from rules.evaluation import (
    AcquisFacts,
    AvisFacts,
    CommissionFacts,
    CompetenceVisee,
    DossierFacts,
    EvaluationFacts,
    dispense_d_avis,
)
from rules.nomenclatures import EtatInscription, ResultatCompetence, SensAvis
from rules.noyau import Gravite, Violation

LISTE_MAX = 300
GRILLE_MAX = 100
_TEXTE_MAX = 4000
_LETTRES = {
    "A": ResultatCompetence.ACQUISE, "N": ResultatCompetence.NON_ACQUISE, "NA": ResultatCompetence.NON_ACQUISE, "": None,
}


# --- lire la demande -----------------------------------------------------------------------------------------------


def _entier(texte: str) -> int | None:
    return int(texte) if texte.isascii() and texte.isdigit() and len(texte) < 10 else None


def _date(texte: str) -> dt.date | None:
    """La date d'un champ natif ; lève ValueError si elle n'en est pas une, rien si le champ est vide."""
    return dt.date.fromisoformat(texte) if texte else None


def _texte(nom: str, longueur: int = _TEXTE_MAX) -> str:
    return "".join(c for c in request.form.get(nom, "").strip() if c in "\n\t" or ord(c) >= 32)[:longueur]


@dataclass(slots=True)
class Champ:
    """Une compétence sur la page d'une inscription : ce qui est montré, et ce qu'on lui reproche."""

    competence: CompetenceVisee
    modalite: str = ""
    resultat: str = ""
    date: str = ""
    commission: str = ""
    appreciation: str = ""
    version: int = 0
    repris_du: dt.date | None = None
    erreurs: list[str] = field(default_factory=list)

    @classmethod
    def de(cls, competence: CompetenceVisee, e: EvaluationFacts | None) -> Champ:
        """Le champ tel qu'il est en base."""
        if e is None:
            return cls(competence)
        return cls(
            competence, e.modalite, e.resultat.value if e.resultat else "",
            e.date_evaluation.isoformat() if e.date_evaluation else "",
            str(e.commission_id) if e.commission_id is not None else "", e.appreciation, e.version, e.repris_du,
        )

    def lire(self, date: str, commission: str) -> int:
        """Prend ce qui a été tapé ; rend la version lue. `date` et `commission` valent où rien n'est précisé."""
        cle = self.competence.id
        self.modalite = request.form.get(f"modalite-{cle}", "")[:20]
        self.resultat = request.form.get(f"resultat-{cle}", "")[:20]
        self.appreciation = _texte(f"appreciation-{cle}")
        self.date = request.form.get(f"date-{cle}", "")[:10] or (date if self.resultat else "")
        self.commission = request.form.get(f"commission-{cle}", "")[:10] or (commission if self.resultat else "")
        return _entier(request.form.get(f"version-{cle}", "")) or 0

    def note(self, inscription_id: int, version: int) -> Note | None:
        """La note que ce champ écrit ; rien s'il est illisible, et il dit pourquoi."""
        try:
            date = _date(self.date)
            resultat = ResultatCompetence(self.resultat) if self.resultat else None
        except ValueError:
            self.erreurs.append(f"{self.competence.code} : la date ou le résultat ne se lit pas.")
            return None
        return Note(
            inscription_id, self.competence.id, self.modalite, resultat, date, _entier(self.commission),
            self.appreciation, version, commission_demandee=self.commission if _entier(self.commission) is None else "",
        )


@dataclass(slots=True)
class Case:
    """Une case de la grille : un candidat, une compétence."""

    inscription_id: int
    competence: CompetenceVisee
    lettre: str = ""
    version: int = 0
    fermee: str = ""
    lue: str = ""
    erreurs: list[str] = field(default_factory=list)

    @property
    def nom(self) -> str:
        """Son nom de champ."""
        return f"r-{self.inscription_id}-{self.competence.id}"


@dataclass(slots=True)
class Rangee:
    """Un candidat de la grille : ses cases, dans l'ordre des colonnes ; rien où la compétence n'est pas de sa cible."""

    dossier: DossierFacts
    cases: list[Case | None]
    manques: list[str]


@dataclass(slots=True)
class Tableau:
    """La grille d'une certification : ses colonnes et ses candidats."""

    certification: Certification
    colonnes: list[CompetenceVisee]
    modalites: dict[int, str]
    rangees: list[Rangee]


def _lettre(resultat: ResultatCompetence | None) -> str:
    return {ResultatCompetence.ACQUISE: "A", ResultatCompetence.NON_ACQUISE: "N", None: ""}[resultat]


@dataclass(frozen=True, slots=True)
class Manque:
    """Ce qui manque à un dossier, sans redire le nom du candidat."""

    texte: str
    passage: str
    bloque: bool


def _manques(dossier: DossierFacts) -> list[Manque]:
    return [
        Manque(
            (texte := v.message.removeprefix(f"{dossier.nom} : "))[:1].upper() + texte[1:], f"{v.code} · {v.source}",
            v.gravite is Gravite.BLOQUE,
        )
        for v in controle.dossier(dossier)
    ]


def _tente(faire: Callable[[], object]) -> tuple[Violation, ...]:
    """Fait un geste et valide ; rend ce qui le refuse, rien s'il est écrit."""
    try:
        faire()
        db.session.commit()
    except controle.Refus as refus:
        db.session.rollback()
        if isinstance(refus, RefusDeNotes):
            raise
        return refus.violations
    except DBAPIError as erreur:
        db.session.rollback()
        violation = None if base_occupee(erreur) else controle.traduire(erreur)
        if violation is None:
            raise
        return (violation,)
    return ()


# --- les pages -----------------------------------------------------------------------------------------------------


class EvaluationsView(PageView):
    """Ce qui reste à évaluer, la page d'une inscription et la grille d'un groupe."""

    ressource = "evaluation"

    @expose("/")
    @exige(Droit.LIRE)
    def index(self) -> ResponseReturnValue:
        """Les inscriptions ouvertes du centre, et où en est l'évaluation de chacune."""
        certification = _entier(request.args.get("certification", ""))
        recherche = request.args.get("q", "").strip()[:80]
        reste = request.args.get("reste", "")
        inscriptions = list(db.session.scalars(self._groupe(certification, recherche).limit(LISTE_MAX)))
        dossiers = dossiers_facts(db.session(), [i.id for i in inscriptions])
        lignes = []
        for inscription in inscriptions:
            manques = _manques(dossiers[inscription.id])
            complet = not any(m.bloque for m in manques)
            if reste in ("", "complet" if complet else "incomplet"):
                lignes.append((inscription, dossiers[inscription.id], manques, complet))
        visees = db.session.execute(
            select(Certification, func.count(Inscription.id))
            .join(Inscription, Inscription.certification_id == Certification.id)
            .where(Inscription.etat == EtatInscription.OUVERTE)
            .options(selectinload(Certification.enregistrements))
            .group_by(Certification.id).order_by(Certification.titre)
        ).all()
        return self.render(
            "evaluations/liste.html", titre="Évaluations", lignes=lignes, certifications=visees, limite=LISTE_MAX,
            atteinte=len(inscriptions) == LISTE_MAX, certification=certification, recherche=recherche, reste=reste,
            du=request.args.get("du", ""), au=request.args.get("au", ""), peut_noter=self.peut(Droit.MODIFIER),
        )

    def _groupe(self, certification: int | None, recherche: str) -> Select[tuple[Inscription]]:
        """Les inscriptions ouvertes, par certification, nom et période d'inscription."""
        requete = (
            select(Inscription).where(Inscription.etat == EtatInscription.OUVERTE)
            .options(
                joinedload(Inscription.candidat),
                joinedload(Inscription.certification).selectinload(Certification.enregistrements),
            )
            .order_by(Inscription.nom_tri, Inscription.id)
        )
        try:
            du, au = (_date(request.args.get(b, "").strip()[:10]) for b in ("du", "au"))
        except ValueError:
            abort(400)
        if certification is not None:
            requete = requete.where(Inscription.certification_id == certification)
        if du is not None:
            requete = requete.where(Inscription.date_inscription >= du)
        if au is not None:
            requete = requete.where(Inscription.date_inscription <= au)
        condition = chercher_inscription(recherche) if recherche else None
        return requete.where(condition) if condition is not None else requete

    # -- une inscription

    @expose("/<int:inscription_id>/", methods=("GET", "POST"))
    @exige(Droit.MODIFIER)
    def inscription(self, inscription_id: int) -> ResponseReturnValue:
        """Toutes les compétences de la cible : modalité convenue, commission, résultat, appréciation."""
        inscription = self._exiger(inscription_id)
        dossier = dossiers_facts(db.session(), [inscription_id])[inscription_id]
        champs = [Champ.de(c, dossier.evaluations.get(c.id)) for c in dossier.competences]
        if request.method == "GET":
            return self._page(inscription, dossier, champs)
        saisis = self._saisir(dossier, champs)
        if saisis is not None:
            refus = self._noter(dossier, champs, saisis)
            if refus is None:
                flash("Enregistré.", "success")
                return redirect(url_for(".inscription", inscription_id=inscription_id), 303)
            dossier = dossiers_facts(db.session(), [inscription_id])[inscription_id]
            for champ in champs:
                actuelle = dossier.evaluations.get(champ.competence.id)
                champ.version = actuelle.version if actuelle is not None else 0
            return self._page(self._exiger(inscription_id), dossier, champs, erreurs=refus, code=422)
        return self._page(inscription, dossier, champs, code=422)

    def _exiger(self, inscription_id: int) -> Inscription:
        inscription = db.session.scalar(
            select(Inscription).where(Inscription.id == inscription_id).options(
                joinedload(Inscription.candidat),
                joinedload(Inscription.certification).selectinload(Certification.enregistrements),
            )
        )
        if inscription is None:
            abort(404)
        return inscription

    def _saisir(self, dossier: DossierFacts, champs: Sequence[Champ]) -> list[tuple[Champ, Note]] | None:
        """Les notes tapées, à côté de leur champ ; rien si l'une est illisible."""
        date, commission = self._jour_et_commission(dossier.centre_id, "date_defaut", "commission_defaut")
        notes = []
        for champ in champs:
            if champ.repris_du is not None:
                continue
            version = champ.lire(date, commission)
            note = champ.note(dossier.inscription_id, version)
            if note is not None:
                notes.append((champ, note))
        return None if any(c.erreurs for c in champs) else notes

    def _noter(
        self, dossier: DossierFacts, champs: Sequence[Champ], saisis: Sequence[tuple[Champ, Note]]
    ) -> tuple[Violation, ...] | None:
        """Écrit notes et accord d'un seul geste ; rend ce qui refuse hors des champs, ou rien si tout est écrit."""
        try:
            convenu_le = _date(request.form.get("convenu_le", "")[:10])
        except ValueError:
            return (Violation("EVA-01", Gravite.BLOQUE, "convenu_le", "La date de l'accord ne se lit pas.",
                              "Partie 2, chap. 2, § 1.B"),)

        def faire() -> None:
            if saisis:
                actes_evaluation.noter(db.session(), [note for _, note in saisis])
            actes_evaluation.convenir(
                db.session(), dossier.inscription_id, convenu_le, _texte("motif_hors_situation"),
                _entier(request.form.get("version", "")),
            )

        try:
            refus = _tente(faire)
        except RefusDeNotes as notes:
            for rang, violations in notes.par_note.items():
                saisis[rang][0].erreurs += [str(v) for v in violations]
            return ()
        return refus or None

    def _page(
        self, inscription: Inscription, dossier: DossierFacts, champs: Sequence[Champ], *,
        erreurs: Sequence[Violation] = (), code: int = 200, avis: AvisFacts | None = None,
        erreurs_avis: Mapping[str, str] | None = None,
    ) -> ResponseReturnValue:
        acquis = acquis_facts(db.session(), [inscription.id])[inscription.id]
        repris = {c.competence.id for c in champs if c.repris_du is not None}
        # Ce qui attend un résultat, et lui seul, se reprend.
        proposes = [(a, controle.acquis(a)) for a in acquis if dossier.resultat(a.competence_id) is None]
        blocs: dict[str, list[Champ]] = {}
        for champ in champs:
            titre = f"{champ.competence.bloc} – {champ.competence.libelle_bloc}" if champ.competence.bloc else "Compétences"
            blocs.setdefault(titre, []).append(champ)
        amenagement = None
        if peut(current_user.role, "amenagement", Droit.LIRE):
            connu = db.session.scalar(select(Amenagement.id).where(Amenagement.inscription_id == inscription.id))
            amenagement = (
                url_for("amenagements.details_view", id=connu) if connu is not None
                else url_for("amenagements.create_view", inscription=inscription.id)
            )
        return self.render(
            "evaluations/inscription.html", titre=f"Évaluer {inscription.candidat}", inscription=inscription,
            dossier=dossier, blocs=blocs, commissions=self._commissions(inscription.centre_id),
            resultats=ResultatCompetence, manques=_manques(dossier), dispense=dispense_d_avis(dossier), sens=SensAvis,
            avis=avis or dossier.avis, erreurs=erreurs, erreurs_avis=erreurs_avis or {},
            proposes=[(a, self._provenance(a), v) for a, v in proposes], repris=repris,
            provenances={a.competence_id: self._provenance(a) for a in acquis}, amenagement=amenagement,
            fermee=dossier.deliberation or not dossier.ouverte, aujourd_hui=aujourd_hui(),
            convenu_le=request.form.get("convenu_le", dossier.convenu_le.isoformat() if dossier.convenu_le else "")[:10],
            motif=_texte("motif_hors_situation") if "motif_hors_situation" in request.form else dossier.motif_hors_situation,
        ), code

    def _commissions(self, centre_id: int) -> list[CommissionFacts]:
        return list(commissions_facts(db.session(), centre_id).values())

    def _jour_et_commission(self, centre_id: int, date: str, commission: str) -> tuple[str, str]:
        """La date et la commission demandées pour tous ; sans date, celle de la commission."""
        jour, choisie = request.form.get(date, "")[:10], request.form.get(commission, "")[:10]
        cle = _entier(choisie)
        connue = commissions_facts(db.session(), centre_id, [cle]).get(cle) if cle is not None and not jour else None
        return connue.date_commission.isoformat() if connue is not None else jour, choisie

    def _provenance(self, acquis: AcquisFacts) -> str:
        """D'où vient un acquis : le procès-verbal s'il est d'ici, la seule date du jury s'il est d'un autre centre."""
        jury = f"jury du {acquis.date_jury:%d/%m/%Y}"
        return f"{jury}, {acquis.reference_pv}" if acquis.centre_id == current_user.centre_id else f"{jury}, autre centre"

    @expose("/<int:inscription_id>/avis", methods=("POST",))
    @exige(Droit.MODIFIER)
    def avis(self, inscription_id: int) -> ResponseReturnValue:
        """Recueille l'avis de l'entreprise."""
        inscription = self._exiger(inscription_id)
        lu = request.form.get("sens", "")
        erreurs: dict[str, str] = {}
        try:
            date = _date(request.form.get("date_avis", "")[:10])
        except ValueError:
            date, erreurs = None, {"date_avis": "Cette date ne se lit pas."}
        donne = AvisFacts(
            date, _texte("auteur", 120), _texte("fonction", 200), SensAvis(lu) if lu in list(SensAvis) else None,
            _texte("commentaire"),
        )
        refus = () if erreurs else _tente(lambda: actes_evaluation.donner_avis(db.session(), inscription_id, donne))
        erreurs |= {v.champ: str(v) for v in refus}
        if not erreurs:
            flash("Avis de l'entreprise enregistré.", "success")
            return redirect(url_for(".inscription", inscription_id=inscription_id, _anchor="avis"), 303)
        dossier = dossiers_facts(db.session(), [inscription_id])[inscription_id]
        champs = [Champ.de(c, dossier.evaluations.get(c.id)) for c in dossier.competences]
        inscription = self._exiger(inscription_id)
        return self._page(inscription, dossier, champs, avis=donne, erreurs_avis=erreurs, code=422)

    @expose("/<int:inscription_id>/acquis", methods=("POST",))
    @exige(Droit.MODIFIER)
    def reprendre(self, inscription_id: int) -> ResponseReturnValue:
        """Reprend d'un geste ce que le candidat a acquis devant un jury antérieur et qui vaut encore (ATT-04)."""
        self._exiger(inscription_id)
        repris = 0

        def faire() -> None:
            nonlocal repris
            repris = actes_evaluation.reprendre_acquis(db.session(), inscription_id)

        return self._dire(
            inscription_id, _tente(faire),
            lambda: f"{repris} compétence{'s' if repris > 1 else ''} reprise{'s' if repris > 1 else ''}.",
        )

    @expose("/<int:inscription_id>/acquis/<int:competence_id>/renoncer", methods=("POST",))
    @exige(Droit.MODIFIER)
    def renoncer(self, inscription_id: int, competence_id: int) -> ResponseReturnValue:
        """Ôte un acquis repris : la compétence est de nouveau à évaluer."""
        self._exiger(inscription_id)
        refus = _tente(lambda: actes_evaluation.renoncer_a_l_acquis(db.session(), inscription_id, competence_id))
        return self._dire(inscription_id, refus, lambda: "La compétence est de nouveau à évaluer.")

    def _dire(
        self, inscription_id: int, refus: Sequence[Violation], reussite: Callable[[], str]
    ) -> ResponseReturnValue:
        for violation in refus:
            flash(str(violation), "error")
        if not refus:
            flash(reussite(), "success")
        return redirect(url_for(".inscription", inscription_id=inscription_id), 303)

    # -- un groupe

    @expose("/grille", methods=("GET", "POST"))
    @exige(Droit.MODIFIER)
    def grille(self) -> ResponseReturnValue:
        """Un groupe, candidats × compétences : tout s'écrit d'un geste, ou rien, et chaque case dit ce qui l'en empêche."""
        inscriptions = self._choisies()
        if not inscriptions:
            flash("Choisissez d'abord des inscriptions ouvertes.", "error")
            return redirect(url_for(".index"), 303)
        tableaux = self._tableaux(inscriptions)
        commissions = self._commissions(inscriptions[0].centre_id)
        date, commission = self._jour_et_commission(inscriptions[0].centre_id, "date", "commission")
        code = 200
        if request.method == "POST":
            notes = self._lire_la_grille(tableaux, date, commission)
            cases = [c for t in tableaux for r in t.rangees for c in r.cases if c is not None]
            if not any(c.erreurs for c in cases):
                if self._ecrire_la_grille(notes):
                    return redirect(url_for(".grille", rowid=[i.id for i in inscriptions]), 303)
                inscriptions = self._choisies()
                self._actualiser(tableaux, {i.id: i for i in inscriptions})
            code = 422
        return self.render(
            "evaluations/grille.html", titre="Évaluer un groupe", tableaux=tableaux, commissions=commissions, date=date,
            commission=commission, inscriptions=inscriptions, limite=GRILLE_MAX,
            erreurs=[(c, r.dossier.nom, e) for t in tableaux for r in t.rangees for c in r.cases if c for e in c.erreurs],
        ), code

    def _choisies(self) -> list[Inscription]:
        """Les inscriptions cochées, ou celles d'un groupe (certification, nom, période) ; dans le territoire seulement."""
        ids = [n for brut in request.values.getlist("rowid")[:GRILLE_MAX] if (n := _entier(brut)) is not None]
        requete = self._groupe(_entier(request.args.get("certification", "")), request.args.get("q", "").strip()[:80])
        if ids:
            requete = requete.where(Inscription.id.in_(ids))
        # La synthèse d'un jury ouvert ne change plus : ces candidats ne se notent pas.
        return list(db.session.scalars(requete.limit(GRILLE_MAX)))

    def _tableaux(self, inscriptions: Sequence[Inscription]) -> list[Tableau]:
        dossiers = dossiers_facts(db.session(), [i.id for i in inscriptions])
        tableaux: dict[int, Tableau] = {}
        for inscription in inscriptions:
            dossier = dossiers[inscription.id]
            tableau = tableaux.setdefault(
                inscription.certification_id, Tableau(inscription.certification, [], {}, [])
            )
            tableau.rangees.append(Rangee(dossier, [], [m.texte for m in _manques(dossier) if m.bloque]))
        for tableau in tableaux.values():
            # La plus large cible donne l'ordre des colonnes : celui du référentiel.
            for rangee in sorted(tableau.rangees, key=lambda r: -len(r.dossier.competences)):
                tableau.colonnes += [c for c in rangee.dossier.competences if c not in tableau.colonnes]
            for colonne in tableau.colonnes:
                demandee = request.form.get(f"modalite-{colonne.id}", "")
                tableau.modalites[colonne.id] = demandee or (colonne.modalites[0].code if colonne.modalites else "")
            for rangee in tableau.rangees:
                rangee.cases = [_case(rangee.dossier, c) for c in tableau.colonnes]
        return list(tableaux.values())

    def _lire_la_grille(
        self, tableaux: Sequence[Tableau], date: str, commission: str
    ) -> list[tuple[Case, Note]]:
        """Les notes des cases qui ont changé depuis que la page a été lue."""
        try:
            jour = _date(date)
        except ValueError:
            jour = None
        notes = []
        for tableau in tableaux:
            for rangee in tableau.rangees:
                for case in rangee.cases:
                    if case is None or case.fermee or case.nom not in request.form:
                        continue
                    tape = request.form[case.nom].strip().upper()[:8]
                    lue, _, version = request.form.get(f"l-{case.nom}", ":0").partition(":")
                    case.lettre, case.lue = tape, request.form.get(f"l-{case.nom}", "")
                    if tape not in _LETTRES:
                        case.erreurs.append(f"« {tape} » : tapez A (acquise) ou N (non acquise).")
                    elif _lettre(_LETTRES[tape]) != lue:
                        notes.append((case, _note(rangee.dossier, case, tableau.modalites[case.competence.id], jour,
                                                  commission, _entier(version) or 0)))
        return notes

    def _ecrire_la_grille(self, notes: Sequence[tuple[Case, Note]]) -> bool:
        """Écrit toutes les notes ; refusées, chacune dit pourquoi dans sa case."""
        if not notes:
            flash("Rien n'a changé.", "info")
            return True
        try:
            refus = _tente(lambda: actes_evaluation.noter(db.session(), [n for _, n in notes]))
        except RefusDeNotes as r:
            for rang, violations in r.par_note.items():
                notes[rang][0].erreurs += [str(v) for v in violations]
            return False
        for violation in refus:
            flash(str(violation), "error")
        if not refus:
            flash(f"{len(notes)} résultat{'s' if len(notes) > 1 else ''} enregistré{'s' if len(notes) > 1 else ''}.",
                  "success")
        return not refus

    def _actualiser(self, tableaux: Sequence[Tableau], inscriptions: Mapping[int, Inscription]) -> None:
        """Après un refus : ce qui a été tapé reste, les versions sont celles de la base, les certifications relues."""
        dossiers = dossiers_facts(db.session(), list(inscriptions))
        for tableau in tableaux:
            tableau.certification = next(
                i.certification for i in inscriptions.values()
                if i.id == tableau.rangees[0].dossier.inscription_id
            )
            for rangee in tableau.rangees:
                rangee.dossier = dossiers[rangee.dossier.inscription_id]
                for case in rangee.cases:
                    if case is not None:
                        actuelle = rangee.dossier.evaluations.get(case.competence.id)
                        case.lue = _lue(actuelle)


def _lue(e: EvaluationFacts | None) -> str:
    """Ce que la page avait sous les yeux : la lettre et la version, pour savoir ce qui a changé et ce qui est dépassé."""
    return f"{_lettre(e.resultat)}:{e.version}" if e is not None else ":0"


def _case(dossier: DossierFacts, competence: CompetenceVisee) -> Case | None:
    if dossier.competence(competence.id) is None:
        return None
    e = dossier.evaluations.get(competence.id)
    fermee = ""
    if e is not None and e.repris_du is not None:
        fermee = f"acquis repris du jury du {e.repris_du:%d/%m/%Y}"
    elif dossier.deliberation or not dossier.ouverte:
        fermee = "la synthèse est arrêtée"
    return Case(
        dossier.inscription_id, competence, _lettre(e.resultat) if e else "", e.version if e else 0, fermee, _lue(e)
    )


def _note(
    dossier: DossierFacts, case: Case, modalite: str, jour: dt.date | None, commission: str, version: int
) -> Note:
    """La note d'une case : la modalité déjà convenue, sinon celle de la colonne ; effacée, elle garde sa modalité."""
    e = dossier.evaluations.get(case.competence.id)
    convenue = e.modalite if e is not None and e.modalite else modalite
    appreciation = e.appreciation if e is not None else ""
    resultat = _LETTRES[case.lettre]
    if resultat is None:
        return Note(dossier.inscription_id, case.competence.id, e.modalite if e is not None else "",
                    appreciation=appreciation, version_lue=version)
    return Note(
        dossier.inscription_id, case.competence.id, convenue, resultat, jour, _entier(commission), appreciation, version
    )


def vues() -> tuple[Any, ...]:
    """La page des évaluations, au menu des candidats."""
    return (EvaluationsView("Évaluations", "Candidats", "evaluations", "/evaluations"),)
