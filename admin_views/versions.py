"""Les versions des référentiels : lire, écrire comme un document, comparer, imprimer (partie 1, chap. 1 ; annexes 1 et 2).

L'éditeur reçoit la page entière à chaque geste et la rend modifiée : ajouter, ordonner ou retirer n'écrit rien, et marche
sans script. « Enregistrer » écrit tout, d'un coup.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flask import abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.exc import StaleDataError

from admin_views.base import (
    FiltreListe,
    FiltreReference,
    LectureSeule,
    Tableau,
    Tri,
    exige,
    pastille,
)
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.recherches import CERTIFICATION, chercher_bloc
from admin_views.saisie import lire_cle
from admin_views.securite import base_occupee
from models import BlocCompetences, Certification, Competence, ModaliteEvaluation, Referentiel, ReferentielBloc
from rules import actes_referentiel, controle, edition_referentiel
from rules.collecte_referentiel import VERSION_ENTIERE, bloc_facts, version_facts
from rules.comparaison_referentiel import comparer
from rules.nomenclatures import EtatReferentiel
from rules.noyau import Violation
from rules.referentiel import (
    LIBELLE_DE_BLOC,
    LIBELLE_DE_COMPETENCE,
    BlocDeVersion,
    CompetenceDeVersion,
    VersionFacts,
)

_CLE_BLOC, _CLE_COMPETENCE = re.compile(r"[bn]\d{1,9}", re.ASCII), re.compile(r"[cm]\d{1,9}", re.ASCII)
_BLOCS_MAX, _COMPETENCES_MAX, _TROUVES_MAX = 60, 100, 20
_TEXTES_DE_VERSION = ("missions", "environnement", "interactions", "conditions_admissibilite")
_TEXTES_DE_COMPETENCE = (
    "libelle", "connaissances", "conditions", "methodes", "moyens", "liens", "contraintes", "resultats",
)
_GESTES: Mapping[str, Callable[[VersionFacts, str], VersionFacts]] = {
    "ajouter-bloc": lambda v, _: edition_referentiel.ajouter_bloc(v),
    "ajouter-competence": edition_referentiel.ajouter_competence,
    "detacher": edition_referentiel.detacher,
    "monter": lambda v, cle: edition_referentiel.deplacer(v, cle, -1),
    "descendre": lambda v, cle: edition_referentiel.deplacer(v, cle, 1),
    "retirer": edition_referentiel.retirer,
}


def tableau_des_competences(titre: str, competences: Sequence[Competence]) -> Tableau:
    """Des compétences sur une fiche."""
    return Tableau(titre, ("Code", "Compétence", "Connaissances", "Résultats attendus"),
                   [(c.code, c.libelle, c.connaissances, c.resultats_attendus) for c in competences],
                   "Aucune compétence n'est saisie.")


# --- De la page à la saisie ------------------------------------------------------------------------------------


def lire_saisie(ecrite: VersionFacts) -> VersionFacts:
    """La version telle que la page envoyée la porte ; ce qui n'a pas la forme d'une page de l'éditeur est refusé (400)."""
    cles = request.form.getlist("bloc")
    if len(cles) > _BLOCS_MAX or not all(_CLE_BLOC.fullmatch(c) for c in cles):
        abort(400)
    niveau = _texte("niveau")
    connus = {b.cle: b for b in ecrite.blocs}
    return replace(
        ecrite, **{champ: _texte(champ) for champ in _TEXTES_DE_VERSION},
        # Ce qui n'est pas un nombre n'est pas un niveau : zéro sera refusé comme tel (REF-04).
        niveau=None if not niveau else int(niveau) if niveau.isascii() and niveau.isdigit() and len(niveau) < 4 else 0,
        blocs=tuple(_bloc(cle, connus) for cle in cles), competences=_competences("version"),
    )


def _bloc(cle: str, connus: Mapping[str, BlocDeVersion]) -> BlocDeVersion:
    bloc = connus.get(cle) or (_existant(int(cle[1:])) if cle.startswith("b") else BlocDeVersion(cle))
    bloc = replace(bloc, nouveau=bool(bloc.emplois) and request.form.get(f"{cle}-nouveau") == "1")
    # Un bloc que d'autres versions emploient ne se lit pas dans la page : il y est montré, il ne s'y écrit pas.
    if not bloc.modifiable:
        return bloc
    return replace(bloc, libelle=_texte(f"{cle}-libelle"), competences=_competences(cle))


def _existant(bloc_id: int) -> BlocDeVersion:
    bloc = db.session.get(
        BlocCompetences, bloc_id,
        options=(selectinload(BlocCompetences.competences).selectinload(Competence.modalites),),
    )
    if bloc is None:
        abort(400)
    emplois = select(func.count()).select_from(ReferentielBloc).where(ReferentielBloc.bloc_id == bloc_id)
    return bloc_facts(bloc, db.session.scalar(emplois) or 0)


def _competences(de: str) -> tuple[CompetenceDeVersion, ...]:
    cles = request.form.getlist(f"{de}-competence")
    if len(cles) > _COMPETENCES_MAX or not all(_CLE_COMPETENCE.fullmatch(c) for c in cles):
        abort(400)
    return tuple(
        CompetenceDeVersion(
            cle, **{champ: _texte(f"{cle}-{champ}") for champ in _TEXTES_DE_COMPETENCE},
            modalites=tuple(sorted(set(request.form.getlist(f"{cle}-modalites")))),
        )
        for cle in cles
    )


def _texte(nom: str) -> str:
    # Un navigateur envoie ses fins de ligne en CRLF : sans cela, tout texte paraîtrait modifié.
    return request.form.get(nom, "").replace("\r\n", "\n").strip()


def _modalites() -> list[ModaliteEvaluation]:
    return list(db.session.scalars(
        select(ModaliteEvaluation).order_by(ModaliteEvaluation.situation_reelle.desc(), ModaliteEvaluation.code)
    ))


# --- La vue ----------------------------------------------------------------------------------------------------


class VersionsView(LectureSeule):
    """Les versions des référentiels ; un candidat reste sur celle de son inscription."""

    ressource = "referentiel"
    nom_pluriel = "versions de référentiel"
    phrase_vide = "Aucune version de référentiel n'est saisie."
    column_list = ("certification", "numero", "etat", "valide_le")
    column_labels: ClassVar[dict[str, str]] = {
        "certification": "Certification", "numero": "Version", "etat": "État", "valide_le": "Validée le",
        "missions": "Missions", "environnement": "Environnement", "interactions": "Interactions",
        "conditions_admissibilite": "Conditions d'admissibilité",
    }
    formats: ClassVar[dict[str, Any]] = {"etat": lambda v: pastille(v.etat)}
    tris: ClassVar[dict[str, Tri]] = {"valide_le": Tri((Referentiel.valide_le,))}
    filtres = (
        FiltreListe("etat", "État", Referentiel.etat),
        FiltreReference("certification", "Certification", Referentiel.certification_id, lookup=CERTIFICATION),
    )
    chargements = (joinedload(Referentiel.certification).selectinload(Certification.enregistrements),)
    chargements_fiche = (
        *chargements, selectinload(Referentiel.competences).selectinload(Competence.modalites),
        selectinload(Referentiel.blocs).joinedload(ReferentielBloc.bloc).selectinload(BlocCompetences.competences),
    )
    fiche = (
        ("Version", ("certification", "numero", "valide_le")),
        ("Référentiel", ("missions", "environnement", "interactions", "conditions_admissibilite")),
    )

    def titre_fiche(self, objet: Referentiel) -> str:
        """La certification et le numéro de la version."""
        return f"{objet.certification}, version {objet.numero}"

    def entete(self, objet: Referentiel) -> Any:
        """L'état de la version."""
        return pastille(objet.etat)

    def tableaux(self, objet: Referentiel) -> Sequence[Tableau]:
        """Les blocs et leurs compétences, dans l'ordre du référentiel."""
        if objet.competences:
            return (tableau_des_competences("Compétences", objet.competences),)
        return [tableau_des_competences(str(rb.bloc), rb.bloc.competences) for rb in objet.blocs]

    def liens(self, objet: Referentiel) -> Sequence[tuple[str, str]]:
        """Écrire le projet, l'imprimer, le comparer à la version d'avant."""
        liens = [("Document (PDF)", url_for("versions.pdf", identite=objet.id))]
        if objet.etat is EtatReferentiel.PROJET and self.peut(Droit.MODIFIER):
            liens.insert(0, ("Écrire ce projet", url_for("versions.editer", id=objet.id)))
        precedente = db.session.scalar(
            select(Referentiel.id).where(
                Referentiel.certification_id == objet.certification_id, Referentiel.numero < objet.numero
            ).order_by(Referentiel.numero.desc()).limit(1)
        )
        if precedente is not None:
            liens.append(("Comparer à la version précédente", url_for("versions.comparer", id=precedente, avec=objet.id)))
        return liens

    def _version(self, cle: str) -> Referentiel:
        version = self.get_one(cle, VERSION_ENTIERE)
        if version is None:
            abort(404)
        return version

    @expose("/nouvelle/", methods=("POST",))
    @exige(Droit.CREER)
    def nouvelle(self) -> ResponseReturnValue:
        """Crée le projet d'une nouvelle version d'une certification, et l'ouvre dans l'éditeur."""
        certification = db.session.get(Certification, lire_cle(Certification, request.form.get("certification", "")) or 0)
        if certification is None:
            abort(404)
        fiche = url_for("certifications.details_view", id=certification.id)
        try:
            version = actes_referentiel.creer_version(db.session(), certification)
            db.session.commit()
        except controle.Refus as refus:
            db.session.rollback()
            for violation in refus.violations:
                flash(str(violation), "error")
            return redirect(fiche, 303)
        return redirect(url_for("versions.editer", id=version.id), 303)

    @expose("/editer/", methods=("GET", "POST"))
    @exige(Droit.MODIFIER)
    def editer(self) -> ResponseReturnValue:
        """Le référentiel, écrit comme un document."""
        version = self._version(request.args.get("id", ""))
        ecrite = version_facts(db.session(), version.id)
        if request.method == "GET":
            return self._page(version, ecrite, version.version)
        if ecrite.etat is not EtatReferentiel.PROJET:
            # La page a pu être ouverte avant que la version ne soit soumise : le refus dit pourquoi, la saisie reste.
            return self._page(version, lire_saisie(ecrite), version.version,
                              controle.modification_de_version(ecrite), code=422)
        saisie = lire_saisie(ecrite)
        geste, _, cle = request.form.get("geste", "enregistrer").partition(":")
        lue = request.form.get("version_lue", "")
        version_lue = int(lue) if lue.isascii() and lue.isdigit() and len(lue) < 10 else 0
        if geste in _GESTES:
            return self._page(version, _GESTES[geste](saisie, cle), version_lue, change=True)
        if geste == "chercher":
            return self._page(version, saisie, version_lue, change=True, trouves=_trouver(_texte("recherche_bloc")))
        if geste == "employer":
            if not _CLE_BLOC.fullmatch(cle):
                abort(400)
            employee = edition_referentiel.employer(saisie, _existant(int(cle[1:])))
            refus = controle.saisie_de_version(employee)
            return self._page(version, saisie if refus else employee, version_lue, refus, code=422 if refus else 200,
                              change=True)
        return self._ecrire(version, saisie, version_lue, soumettre=geste == "soumettre")

    def _ecrire(
        self, version: Referentiel, saisie: VersionFacts, version_lue: int, *, soumettre: bool
    ) -> ResponseReturnValue:
        identite = version.id
        try:
            if soumettre:
                # Jugée avant d'être écrite, la saisie garde les clés de la page : chaque manque mène à son champ.
                controle.exiger(controle.soumission(saisie))
            actes_referentiel.enregistrer(db.session(), version, saisie, version_lue)
            if soumettre:
                actes_referentiel.soumettre(db.session(), version)
            db.session.commit()
        except controle.Refus as refus:
            db.session.rollback()
            return self._page(self._version(str(identite)), saisie, version_lue, refus.violations, code=422, change=True)
        except StaleDataError:
            db.session.rollback()
            return self._conflit(identite, saisie)
        except DBAPIError as erreur:
            db.session.rollback()
            violation = None if base_occupee(erreur) else controle.traduire(erreur)
            if violation is None:
                raise
            return self._page(self._version(str(identite)), saisie, version_lue, (violation,), code=422, change=True)
        flash("Version soumise au GTP." if soumettre else "Référentiel enregistré.", "success")
        suite = "versions.details_view" if soumettre else "versions.editer"
        return redirect(url_for(suite, id=identite), 303)

    def _conflit(self, identite: int, saisie: VersionFacts) -> ResponseReturnValue:
        """Quelqu'un d'autre a enregistré : la saisie reste, à côté de ce qui est maintenant en base."""
        version = self._version(str(identite))
        ecrite = version_facts(db.session(), identite)
        sections = comparer(ecrite, saisie, {m.code: m.libelle for m in _modalites()})
        return self._page(version, saisie, version.version, code=409, change=True,
                          conflit=[s for s in sections if s.changement.value != "identique"])

    def _page(
        self, version: Referentiel, saisie: VersionFacts, version_lue: int, refus: Sequence[Violation] = (), *,
        code: int = 200, change: bool = False, **contexte: Any,
    ) -> ResponseReturnValue:
        erreurs: dict[str, list[Violation]] = {}
        for violation in refus:
            erreurs.setdefault(violation.champ, []).append(violation)
        page = self.render(
            "referentiel/editeur.html", objet=version, v=saisie, titre=f"{version.certification} : {version}",
            version_lue=version_lue, modalites=_modalites(), erreurs=erreurs, refus=refus, change=change,
            manques=controle.soumission(saisie), limites=(LIBELLE_DE_BLOC, LIBELLE_DE_COMPETENCE),
            niveau_saisi=request.form.get("niveau"), recherche=request.form.get("recherche_bloc", ""),
            **({"trouves": None, "conflit": None} | contexte),
        )
        db.session.rollback()
        return page, code

    @expose("/comparer/")
    @exige(Droit.LIRE)
    def comparer(self) -> ResponseReturnValue:
        """Deux versions côte à côte, et ce qui a changé, mot à mot."""
        avant, apres = (self._version(request.args.get(nom, "")) for nom in ("id", "avec"))
        faits = [version_facts(db.session(), v.id) for v in (avant, apres)]
        sections = comparer(faits[0], faits[1], {m.code: m.libelle for m in _modalites()})
        versions = db.session.scalars(
            select(Referentiel).where(Referentiel.certification_id == apres.certification_id).order_by(Referentiel.numero)
        ).all()
        return self.render(
            "referentiel/comparaison.html", avant=avant, apres=apres, sections=sections, versions=versions,
            tout="tout" in request.args, titre=f"{apres.certification} : comparaison",
        )

    @expose("/<int:identite>.pdf")
    @exige(Droit.LIRE)
    def pdf(self, identite: int) -> ResponseReturnValue:
        """Le référentiel, tel que l'annexe 1 (CQPM) ou 2 (CCPM) le présente."""
        from documents import archives  # noqa: PLC0415 — le moteur PDF ne se charge que pour qui imprime
        from documents.atelier import atelier  # noqa: PLC0415

        self._version(str(identite))
        document = archives.referentiel(db.session(), identite, atelier())
        return send_file(io.BytesIO(document.contenu), mimetype="application/pdf", download_name=document.nom)


def peut_ecrire_referentiel() -> bool:
    """Vrai si la personne connectée peut créer une version."""
    return peut(current_user.role, "referentiel", Droit.CREER)


def _trouver(terme: str) -> list[BlocCompetences]:
    """Les blocs qui répondent, numérotés : un bloc d'un autre projet n'est pas encore de la branche."""
    condition = chercher_bloc(terme)
    if condition is None:
        return []
    return list(db.session.scalars(
        select(BlocCompetences).where(condition, BlocCompetences.numero.is_not(None))
        .options(selectinload(BlocCompetences.competences)).order_by(BlocCompetences.numero).limit(_TROUVES_MAX)
    ))
