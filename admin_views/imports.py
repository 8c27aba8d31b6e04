"""Importer un fichier : le déposer, voir comment il se lit, tout vérifier, lire et corriger, confirmer, annuler.

Ce qui est long est mené par l'exécutant (`travaux.imports`) ; les pages en montrent l'avancement.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Response, abort, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import undefer
from werkzeug.utils import secure_filename

from admin_views import travaux
from admin_views.base import PageView, exige
from admin_views.droits import Droit
from admin_views.export import rendre
from admin_views.extensions import db
from imports import depot, inscriptions
from imports.colonnes import cartographier
from imports.compte_rendu import fichier_des_rejets
from imports.depot import LIGNES_DETAILLEES
from imports.fichier import FichierRefuse
from imports.genres import GENRES, exporter
from imports.moteur import Genre
from models import Importation, Journal, LigneImportee, LigneRejetee, Travail
from models.journal import entree
from rules.nomenclatures import EtatImportation, IssueLigne
from travaux import lancer

# Caractères de commande et marques de sens d'écriture : un nom de fichier ne doit tromper personne.
_INVISIBLES = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PAR_PAGE = 50
_REJETS_PAR_PAGE = 200
_ENCODAGES = ("utf-8", "cp1252", "iso8859-15", "mac_roman", "utf-16")
_SEPARATEURS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
_VALEUR_MAX = 2_000
_ETATS_OUVERTS = (EtatImportation.DEPOSEE, EtatImportation.SIMULEE)


def nom_de_fichier(annonce: str) -> str:
    """Le nom d'un fichier envoyé, sans chemin ni caractère qui trompe."""
    return _INVISIBLES.sub("", Path(annonce.replace("\\", "/")).name)[-200:]


def _centre_id() -> int:
    centre_id: int | None = current_user.centre_id
    if centre_id is None:
        abort(403)
    return centre_id


def _importation(importation_id: int, *, avec_contenu: bool = False, pour_ecrire: bool = False) -> Importation:
    requete = select(Importation).where(Importation.id == importation_id)
    if avec_contenu:
        requete = requete.options(undefer(Importation.contenu))
    if pour_ecrire:
        requete = requete.with_for_update(of=Importation)
    importation = db.session.scalar(requete)
    if importation is None:
        abort(404)
    return importation


def _a_confirmer(importation: Importation) -> bool:
    """Vrai si le fichier est encore là : il attend d'être vérifié, corrigé ou confirmé."""
    return bool(db.session.scalar(select(Importation.contenu.is_not(None)).where(Importation.id == importation.id)))


def _ouverte(importation_id: int) -> Importation | None:
    """Le dépôt, verrouillé, s'il peut encore changer ; rien, et la raison est dite, sinon."""
    importation = _importation(importation_id, pour_ecrire=True)
    if importation.travail is not None and not importation.travail.etat.fini:
        flash("Un travail est en cours sur ce fichier : attendez qu'il finisse, ou arrêtez-le.", "warning")
    elif importation.etat not in _ETATS_OUVERTS or not _a_confirmer(importation):
        flash("Ce fichier a déjà été traité : renvoyez-le pour recommencer.", "warning")
    else:
        return importation
    return None


def _au_resultat(importation_id: int) -> ResponseReturnValue:
    return redirect(url_for("imports.resultat", importation_id=importation_id), 303)


def _genre(nature: str) -> Genre[Any]:
    """Le genre demandé ; ce qui n'en est pas un n'existe pas."""
    if nature not in GENRES:
        abort(404)
    return GENRES[nature]


def _suite(travail: Travail) -> tuple[str, str]:
    cle = (travail.resultat or {}).get("importation") or travail.parametres["importation"]
    return "Voir le résultat", url_for("imports.resultat", importation_id=cle)


for _nom in ("import_verifier", "import_confirmer", "import_annuler"):
    travaux.SUITES[_nom] = _suite


def _demander(importation: Importation, genre_de_travail: str, libelle: str, **parametres: Any) -> None:
    """Demande un travail sur ce fichier, et l'y attache ; un seul à la fois (l'appelant a verrouillé le dépôt)."""
    importation.travail_id = lancer(
        db.session(), genre_de_travail, {"importation": importation.id} | parametres,
        libelle=f"{libelle} : {importation.nom_fichier}", centre_id=importation.centre_id,
    ).id
    db.session.commit()


# --- les lignes vérifiées ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filtres:
    """Ce qu'on montre des lignes : une issue, celles avec alerte, un code de reproche."""

    issue: IssueLigne | None = None
    alerte: bool = False
    code: str = ""

    @classmethod
    def demandes(cls) -> Filtres:
        """Les filtres de la requête ; ce qui n'en est pas un est ignoré."""
        issue = request.args.get("issue", "")
        code = request.args.get("code", "")[:40]
        return cls(IssueLigne(issue) if issue in set(IssueLigne) else None, "alerte" in request.args, code)

    def restreindre(self, requete: Select[Any]) -> Select[Any]:
        """La requête, bornée à ces lignes."""
        if self.issue is not None:
            requete = requete.where(LigneImportee.issue == self.issue)
        if self.alerte:
            requete = requete.where(LigneImportee.alertee)
        if self.code:
            requete = requete.where(LigneImportee.codes.contains(f" {self.code} ", autoescape=True))
        return requete

    def en_adresse(self) -> dict[str, str]:
        """Les filtres tels que l'adresse les porte."""
        return {n: v for n, v in (("issue", self.issue.value if self.issue else ""), ("alerte", "1" if self.alerte else ""),
                                  ("code", self.code)) if v}


@dataclass(frozen=True, slots=True)
class Reproche:
    """Un reproche à une ligne, et la cellule où le corriger : son rang dans le fichier, s'il y en a une."""

    erreur: dict[str, Any]
    colonne: str
    rang: int | None
    valeur: str


def _retouchees(importation: Importation, numero: int, cellules: list[str]) -> list[str]:
    """Les cellules d'une ligne, corrections comprises."""
    retouches = importation.retouches.get(str(numero), {})
    return [retouches.get(str(i), cellules[i] if i < len(cellules) else "")
            for i in range(max(len(importation.entetes), len(cellules)))]


def _lignes_a_montrer(importation: Importation, lues: list[LigneImportee]) -> list[dict[str, Any]]:
    genre = _genre(importation.nature)
    carte = cartographier(importation.entetes, genre.colonnes, importation.correspondance)
    rang_de = {c.nom: i for i, c in carte.par_index.items()}
    libelles = {c.nom: c.libelle for c in genre.colonnes}
    ressemblent = depot.juger_lignes(
        db.session(), importation, [(x.ligne, x.cellules) for x in lues if " INS-13 " in x.codes]
    )
    montrees = []
    for x in lues:
        cellules = _retouchees(importation, x.ligne, x.cellules)
        qui = " ".join(cellules[rang_de[n]] for n in ("nom_naissance", "prenoms", "nom", "reference") if n in rang_de)
        montrees.append({
            "ligne": x, "cellules": cellules, "qui": qui, "corrigee": str(x.ligne) in importation.retouches,
            "choix": importation.choix.get(str(x.ligne)),
            "proches": [p for p in ressemblent[x.ligne].proches if p.du_centre] if x.ligne in ressemblent else [],
            "reproches": [
                Reproche(e, libelles.get(e["colonne"], e["colonne"] or "ligne entière"), rang_de.get(e["colonne"]),
                         cellules[rang_de[e["colonne"]]] if e["colonne"] in rang_de else "")
                for e in x.erreurs
            ],
        })
    return montrees


def _comptes(importation: Importation) -> dict[str, int]:
    return {
        "lignes": importation.lignes, "nouvelle": importation.creees - importation.rattachees,
        "connue": importation.rattachees, "deja": importation.deja_inscrites, "alerte": importation.alertes,
        "refusee": importation.refusees, "creees": importation.creees,
    }


def _recompter(importation: Importation, avant: tuple[IssueLigne, bool], apres: tuple[IssueLigne, bool]) -> None:
    """Reporte sur les comptes du dépôt ce qu'une ligne est devenue."""
    for (issue, alertee), pas in ((avant, -1), (apres, 1)):
        importation.creees += pas * (issue in (IssueLigne.NOUVELLE, IssueLigne.CONNUE))
        importation.rattachees += pas * (issue is IssueLigne.CONNUE)
        importation.deja_inscrites += pas * (issue is IssueLigne.DEJA)
        importation.refusees += pas * (issue is IssueLigne.REFUSEE)
        importation.alertes += pas * (alertee and issue is not IssueLigne.REFUSEE)


def _codes(importation_id: int) -> list[tuple[str, int]]:
    """Les codes des reproches, et combien de lignes chacun touche."""
    compte: Counter[str] = Counter()
    for codes, nombre in db.session.execute(
        select(LigneImportee.codes, func.count()).where(LigneImportee.importation_id == importation_id, LigneImportee.codes != "")
        .group_by(LigneImportee.codes)
    ):
        for code in codes.split():
            compte[code] += nombre
    return sorted(compte.items())


def modele_classeur(genre: Genre[Any]) -> bytes:
    """Le modèle d'un genre de fichiers en classeur, avec une feuille qui explique chaque colonne."""
    from openpyxl import Workbook  # noqa: PLC0415 — ne sert qu'au modèle
    from openpyxl.styles import Font  # noqa: PLC0415

    classeur = Workbook()
    feuille: Any = classeur.active
    feuille.title = genre.libelle
    feuille.append([c.nom for c in genre.colonnes])
    aide = classeur.create_sheet("Colonnes")
    aide.append(["Colonne", "Ce que c'est", "Obligatoire"])
    for colonne in genre.colonnes:
        aide.append([colonne.nom, colonne.libelle, "oui" if colonne.requise else "selon le cas"])
    for page in (feuille, aide):
        page.freeze_panes = "A2"
        for cellule in page[1]:
            cellule.font = Font(bold=True)
            page.column_dimensions[cellule.column_letter].width = 24
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()


class ImportsView(PageView):
    """L'écran d'import : dépôt, format, résultat, corrections, confirmation, rejets, annulation, modèle."""

    ressource = "import"

    @expose("/", methods=("GET",))
    @exige(Droit.LIRE)
    def liste(self) -> ResponseReturnValue:
        """L'écran de dépôt et les imports récents du centre."""
        recents = list(db.session.scalars(
            select(Importation).where(Importation.suite_id.is_(None)).order_by(Importation.id.desc()).limit(_PAR_PAGE)
        ))
        return self.render("imports/liste.html", importations=recents, genres=GENRES,
                           genre=_genre(request.args.get("genre", inscriptions.FICHIER.nature)))

    @expose("/", methods=("POST",))
    @exige(Droit.CREER)
    def deposer(self) -> ResponseReturnValue:
        """Reçoit un fichier ; rien n'en est encore lu que son empreinte."""
        genre = _genre(request.form.get("genre", inscriptions.FICHIER.nature))
        envoye = request.files.get("fichier")
        if envoye is None or not envoye.filename:
            flash("Choisissez un fichier.", "error")
            return redirect(url_for("imports.liste", genre=genre.nature), 303)
        contenu = envoye.read()
        importation = Importation(
            centre_id=_centre_id(), nature=genre.nature, nom_fichier=nom_de_fichier(envoye.filename), contenu=contenu,
            empreinte=depot.empreinte_de(contenu), etat=EtatImportation.DEPOSEE,
        )
        db.session.add(importation)
        db.session.commit()
        return redirect(url_for("imports.format", importation_id=importation.id), 303)

    @expose("/<int:importation_id>/format", methods=("GET",))
    @exige(Droit.CREER)
    def format(self, importation_id: int) -> ResponseReturnValue:
        """Comment le fichier se lit : format reconnu, colonnes, premières lignes."""
        importation = _importation(importation_id, avec_contenu=True)
        if importation.etat not in _ETATS_OUVERTS or importation.contenu is None:
            return _au_resultat(importation_id)
        return self._format(importation)

    def _format(self, importation: Importation, refus: FichierRefuse | None = None, code: int = 200) -> ResponseReturnValue:
        genre = _genre(importation.nature)
        apercu = None
        try:
            with depot.fichier_de(importation) as fichier:
                apercu = depot.apercevoir(fichier, genre, depot.correspondance(
                    db.session(), importation.centre_id, genre, fichier.entetes, importation.correspondance))
        except FichierRefuse as illisible:
            refus = refus or illisible
        return self.render(
            "imports/format.html", importation=importation, genre=genre, apercu=apercu, refus=refus,
            encodages=_ENCODAGES, separateurs=_SEPARATEURS,
        ), code if refus is None else 422

    @expose("/<int:importation_id>/format", methods=("POST",))
    @exige(Droit.CREER)
    def verifier(self, importation_id: int) -> ResponseReturnValue:
        """Relit le fichier autrement, ou retient ce que disent ses colonnes et fait vérifier toutes les lignes."""
        importation = _ouverte(importation_id)
        if importation is None:
            return _au_resultat(importation_id)
        if "relire" in request.form:
            encodage, separateur = request.form.get("encodage", ""), request.form.get("separateur", "")
            importation.encodage = encodage if encodage in _ENCODAGES else ""
            importation.separateur = separateur if separateur in _SEPARATEURS else ""
            importation.feuille = request.form.get("feuille", "")[:100]
            importation.correspondance = {}
            db.session.commit()
            return redirect(url_for("imports.format", importation_id=importation_id), 303)
        genre = _genre(importation.nature)
        try:
            with depot.fichier_de(importation) as fichier:
                reponses = {
                    entete: request.form.get(f"colonne_{i}") or None
                    for i, entete in enumerate(fichier.entetes) if entete.strip() and f"colonne_{i}" in request.form
                }
                cartographier(fichier.entetes, genre.colonnes, reponses).verifier()
        except FichierRefuse as refus:
            return self._format(importation, refus)
        importation.correspondance = reponses
        importation.retouches, importation.choix = {}, {}
        depot.retenir(db.session(), importation.centre_id, genre, reponses)
        _demander(importation, "import_verifier", "Vérification")
        return _au_resultat(importation_id)

    @expose("/<int:importation_id>/", methods=("GET",))
    @exige(Droit.LIRE)
    def resultat(self, importation_id: int) -> ResponseReturnValue:
        """Où en est un fichier : travail en cours, résultat d'une vérification, d'un import ou de son annulation."""
        importation = _importation(importation_id)
        travail, genre = importation.travail, _genre(importation.nature)
        a_confirmer = _a_confirmer(importation)
        if importation.suite_id is not None:
            return redirect(url_for("imports.resultat", importation_id=importation.suite_id))
        if importation.etat is EtatImportation.DEPOSEE and travail is None:
            return redirect(url_for("imports.format", importation_id=importation_id))
        if travail is not None and not travail.etat.fini:
            return self.render("imports/en_cours.html", importation=importation, genre=genre, travail=travail,
                               avance=travaux.avancement(travail))
        contexte: dict[str, Any] = {"importation": importation, "genre": genre, "travail": travail, "a_confirmer": a_confirmer,
                                    "deja": self._deja_importe(importation), "comptes": _comptes(importation)}
        if importation.etat is EtatImportation.SIMULEE and a_confirmer:
            return self.render("imports/verifie.html", **contexte, **self._page_de_lignes(importation))
        lignes = list(db.session.scalars(
            select(LigneRejetee).where(LigneRejetee.importation_id == importation_id)
            .order_by(LigneRejetee.refusee.desc(), LigneRejetee.ligne).limit(_REJETS_PAR_PAGE)
        ))
        libelles = {c.nom: c.libelle for c in genre.colonnes}
        return self.render("imports/resultat.html", **contexte, lignes=lignes, libelles=libelles, limite=_REJETS_PAR_PAGE)

    @staticmethod
    def _deja_importe(importation: Importation) -> Importation | None:
        """Un fichier déjà importé se dit avant de confirmer, pas après."""
        return db.session.scalar(
            select(Importation).where(
                Importation.empreinte == importation.empreinte, Importation.etat == EtatImportation.FAITE,
                Importation.id != importation.id, Importation.creees > 0,
            ).order_by(Importation.id.desc()).limit(1)
        )

    @staticmethod
    def _page_de_lignes(importation: Importation) -> dict[str, Any]:
        filtres = Filtres.demandes()
        requete = filtres.restreindre(select(LigneImportee).where(LigneImportee.importation_id == importation.id))
        trouvees = db.session.scalar(select(func.count()).select_from(requete.subquery())) or 0
        pages = max(1, -(-trouvees // _PAR_PAGE))
        demandee = request.args.get("page", "1")
        page = min(int(demandee), pages) if demandee.isascii() and demandee.isdigit() and len(demandee) < 8 else 1
        page = max(page, 1)
        lues = list(db.session.scalars(requete.order_by(LigneImportee.ligne).offset((page - 1) * _PAR_PAGE).limit(_PAR_PAGE)))
        return {
            "lignes": _lignes_a_montrer(importation, lues), "filtres": filtres, "codes": _codes(importation.id), "page": page,
            "pages": pages, "trouvees": trouvees, "issues": list(IssueLigne), "detaillees": LIGNES_DETAILLEES,
        }

    @expose("/<int:importation_id>/lignes/<int:numero>", methods=("GET",))
    @exige(Droit.CREER)
    def ligne(self, importation_id: int, numero: int) -> ResponseReturnValue:
        """Une ligne entière, à corriger."""
        importation = _importation(importation_id)
        lue = self._une(importation, numero)
        montree = _lignes_a_montrer(importation, [lue])[0]
        carte = cartographier(importation.entetes, _genre(importation.nature).colonnes, importation.correspondance)
        return self.render("imports/ligne_entiere.html", importation=importation, genre=_genre(importation.nature), x=montree,
                           colonnes={i: c.libelle for i, c in carte.par_index.items()})

    @staticmethod
    def _une(importation: Importation, numero: int) -> LigneImportee:
        lue = db.session.scalar(
            select(LigneImportee).where(LigneImportee.importation_id == importation.id, LigneImportee.ligne == numero)
        )
        if lue is None:
            abort(404)
        return lue

    @expose("/<int:importation_id>/lignes/<int:numero>", methods=("POST",))
    @exige(Droit.CREER)
    def corriger(self, importation_id: int, numero: int) -> ResponseReturnValue:
        """Corrige des cellules d'une ligne, ou dit si c'est la même personne, et juge la ligne de nouveau."""
        importation = _ouverte(importation_id)
        if importation is None:
            return _au_resultat(importation_id)
        lue = self._une(importation, numero)
        self._retenir_corrections(importation, lue)
        jugee = depot.juger_lignes(db.session(), importation, [(numero, lue.cellules)])[numero]
        avant = (lue.issue, lue.alertee)
        for nom, valeur in depot.verdict(jugee).items():
            setattr(lue, nom, valeur)
        _recompter(importation, avant, (lue.issue, lue.alertee))
        db.session.commit()
        if request.accept_mimetypes.best == "application/json":
            montree = _lignes_a_montrer(importation, [lue])[0]
            return jsonify({
                "html": render_template("imports/ligne.html", x=montree, importation=importation, filtres=Filtres()),
                "comptes": _comptes(importation),
            })
        flash(f"Ligne {numero} : {lue.issue.libelle.lower()}.", "error" if lue.issue is IssueLigne.REFUSEE else "success")
        return redirect(url_for("imports.resultat", importation_id=importation_id, **{
            n: v for n, v in request.args.items() if n in {"issue", "alerte", "code", "page"}}) + f"#ligne-{numero}", 303)

    @staticmethod
    def _retenir_corrections(importation: Importation, lue: LigneImportee) -> None:
        cle = str(lue.ligne)
        venues = {str(i): c for i, c in enumerate(lue.cellules)}
        saisies = {
            str(i): request.form[f"c{i}"][:_VALEUR_MAX].replace("\r\n", "\n")
            for i in range(len(importation.entetes)) if f"c{i}" in request.form
        }
        if saisies:
            toutes = importation.retouches.get(cle, {}) | saisies
            autres = {n: v for n, v in importation.retouches.items() if n != cle}
            siennes = {i: v for i, v in toutes.items() if v != venues.get(i, "")}
            importation.retouches = autres | ({cle: siennes} if siennes else {})
        choix = request.form.get("choix", "")
        if choix.isascii() and choix.isdigit() and len(choix) < 10:
            proches = depot.juger_lignes(db.session(), importation, [(lue.ligne, lue.cellules)])[lue.ligne].proches
            if choix == "0" or int(choix) in {p.candidat_id for p in proches if p.du_centre}:
                importation.choix = importation.choix | {cle: int(choix)}
        elif choix == "oublier":
            importation.choix = {n: v for n, v in importation.choix.items() if n != cle}

    @expose("/<int:importation_id>/confirmer", methods=("POST",))
    @exige(Droit.CREER)
    def confirmer(self, importation_id: int) -> ResponseReturnValue:
        """Fait importer pour de bon un fichier vérifié : tout, ou les lignes valides."""
        importation = _ouverte(importation_id)
        if importation is not None and importation.etat is EtatImportation.SIMULEE:
            _demander(importation, "import_confirmer", "Import", lignes_valides="lignes_valides" in request.form)
        return _au_resultat(importation_id)

    @expose("/<int:importation_id>/annuler", methods=("POST",))
    @exige(Droit.SUPPRIMER)
    def annuler(self, importation_id: int) -> ResponseReturnValue:
        """Fait annuler un import : ce que personne n'a touché depuis s'en va."""
        importation = _importation(importation_id, pour_ecrire=True)
        if importation.etat is not EtatImportation.FAITE:
            flash("Seul un import fait s'annule, une fois.", "warning")
        elif importation.travail is not None and not importation.travail.etat.fini:
            flash("Un travail est déjà en cours sur cet import.", "warning")
        else:
            _demander(importation, "import_annuler", "Annulation")
        return _au_resultat(importation_id)

    @expose("/<int:importation_id>/rejets.csv", methods=("GET",))
    @exige(Droit.LIRE)
    def rejets(self, importation_id: int) -> ResponseReturnValue:
        """Les lignes refusées telles que venues, avec codes et messages ; corrigé, le fichier se réimporte."""
        importation = _importation(importation_id)
        modele: Any = LigneImportee if _a_confirmer(importation) else LigneRejetee
        refusee = LigneImportee.issue == IssueLigne.REFUSEE if modele is LigneImportee else LigneRejetee.refusee
        lignes = db.session.scalars(select(modele).where(modele.importation_id == importation_id, refusee).order_by(modele.ligne)).all()
        corps = "".join(fichier_des_rejets(
            importation.entetes, ((_retouchees(importation, x.ligne, x.cellules), x.erreurs) for x in lignes)))
        nom = secure_filename(f"rejets_{Path(importation.nom_fichier).stem}.csv")
        return Response(
            corps, mimetype="text/csv; charset=utf-8", headers={"Content-Disposition": f"attachment; filename={nom}"}
        )

    @expose("/exporter.<extension>", methods=("GET",))
    @exige(Droit.EXPORTER)
    def exporter(self, extension: str) -> ResponseReturnValue:
        """Ce que le centre tient de ce genre, dans les colonnes que l'import lit ; l'export laisse une ligne au journal."""
        genre, centre_id = _genre(request.args.get("genre", inscriptions.FICHIER.nature)), _centre_id()
        reponse = rendre(exporter(db.session(), genre.nature, centre_id), genre, extension)
        db.session.execute(insert(Journal), [entree("export", "importation", centre_id=centre_id, apres={"genre": genre.nature, "format": extension})])
        db.session.commit()
        return reponse

    @expose("/modele.<extension>", methods=("GET",))
    @exige(Droit.LIRE)
    def modele(self, extension: str) -> ResponseReturnValue:
        """Le modèle de fichier, en CSV ou en classeur avec une feuille qui explique chaque colonne."""
        genre = _genre(request.args.get("genre", inscriptions.FICHIER.nature))
        if extension == "csv":
            tampon = io.StringIO()
            csv.writer(tampon, delimiter=";").writerow([c.nom for c in genre.colonnes])
            octets, type_mime = ("\ufeff" + tampon.getvalue()).encode(), "text/csv"
        elif extension == "xlsx":
            octets = modele_classeur(genre)
            type_mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        else:
            abort(404)
        return send_file(
            io.BytesIO(octets), mimetype=type_mime, download_name=f"modele_{genre.nature}.{extension}", as_attachment=True
        )


def vues() -> list[ImportsView]:
    """Les vues de ce module, pour le menu."""
    return [ImportsView(name="Imports", category="Candidats", endpoint="imports", url="/imports")]
