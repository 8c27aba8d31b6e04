"""Socle des vues : refus par défaut, listes rapides, fiches, formulaires jugés par les règles, exports sûrs.

Une vue dit ce qu'elle montre et ce qu'elle laisse écrire ; elle ne décide rien. Les droits sont dans `droits`, le
territoire dans `models.perimetre`, le dispositif dans `rules`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit

from flask import abort, current_app, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_admin.contrib.sqla import ModelView
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, func, insert, inspect, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from admin_views import export
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from admin_views.saisie import Convertisseur, Formulaire, Lookup, libelle, lire_cle
from admin_views.securite import base_occupee, incident
from models import Journal
from models.base import PARIS
from models.contexte import en_ecriture
from models.journal import entree
from rules.controle import Refus, exiger, traduire
from rules.nomenclatures import Nomenclature
from rules.noyau import Violation

COMPTE_MAX = 10_000
PAGE_MAX = 100_000


# --- Lisible ---------------------------------------------------------------------------------------------------


def texte(valeur: Any) -> str:
    """Une valeur telle qu'une personne la lit : dates françaises, Oui/Non, libellés."""
    if isinstance(valeur, bool):
        return "Oui" if valeur else "Non"
    if isinstance(valeur, Nomenclature):
        return str(valeur.value) if valeur.value.isupper() else valeur.libelle
    if isinstance(valeur, dt.datetime):
        return f"{valeur.astimezone(PARIS):%d/%m/%Y %H:%M}"
    if isinstance(valeur, dt.date):
        return f"{valeur:%d/%m/%Y}"
    return "" if valeur is None else str(valeur)


def date_de_paris(instant: dt.datetime) -> str:
    """Le jour d'un instant, à l'heure de Paris."""
    return f"{instant.astimezone(PARIS):%d/%m/%Y}"


_TEINTES = {
    "ouverte": "info", "admise": "succes", "non_admise": "neutre", "annulee": "neutre",
    "accordee": "succes", "suspendue": "attention", "retiree": "danger", "refusee": "danger",
    "demande": "info", "instruction": "info", "complement": "attention",
    "preparation": "info", "ouvert": "attention", "clos": "succes", "annule": "neutre",
    "valide": "succes", "projet": "info", "soumis": "attention", "remplace": "neutre",
    "satisfait": "succes", "non_satisfait": "danger", "simulee": "info", "faite": "succes",
    "favorable": "succes", "defavorable": "danger", "reputee": "attention",
    "totale": "succes", "partielle": "attention", "aucune": "danger",
    "deposee": "info", "complete": "info", "ordre_du_jour": "attention", "acceptee": "succes", "ajournee": "attention",
    "abandonnee": "neutre", "en_preparation": "info", "close": "succes", "seance_annulee": "neutre",
    "prepare": "attention", "depose": "info", "accepte": "succes", "ko": "danger", "corrige": "neutre",
    "acquise": "succes", "non_acquise": "danger", "A": "succes", "NA": "danger",
}


def pastille(valeur: Nomenclature | None) -> Markup:
    """Un état en pastille : le mot fait foi, la couleur aide."""
    if valeur is None:
        return Markup("")
    return Markup('<span class="pastille pastille-{}">{}</span>').format(
        _TEINTES.get(str(valeur.value), "neutre"), valeur.libelle
    )


def pastille_de(mot: str, teinte: str) -> Markup:
    """Un mot en pastille, d'une teinte donnée : succes, attention, danger, info, neutre."""
    return Markup('<span class="pastille pastille-{}">{}</span>').format(teinte, mot)


def lien(objet: Any, texte_lien: Any = None) -> Any:
    """Un lien vers la fiche d'un objet si la personne peut la lire, son nom sinon."""
    if objet is None:
        return ""
    cle = inspect(type(objet)).primary_key[0].key
    return lien_par_cle(type(objet), getattr(objet, cle), texte_lien if texte_lien is not None else str(objet))


def lien_par_cle(modele: type[Any], cle: Any, contenu: Any) -> Any:
    """Le même, pour une fiche qu'on ne lit pas."""
    vue = current_app.extensions["vues"].get(modele)
    if vue is None or not vue.peut(Droit.LIRE):
        return contenu
    return Markup('<a href="{}">{}</a>').format(url_for(f"{vue.endpoint}.details_view", id=cle), contenu)


def cible_locale(brute: str | None) -> str | None:
    """Une adresse de retour dans la console, ou rien : jamais un autre hôte, rien à « réparer »."""
    if not brute or len(brute) > 2000 or not brute.startswith("/") or brute[1:2] in {"/", "\\"}:
        return None
    if any(ord(c) < 33 or c == "\\" for c in brute):
        return None
    try:
        parties = urlsplit(brute)
    except ValueError:
        return None
    return brute if not parties.scheme and not parties.netloc else None


# --- Ce qu'une vue déclare -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Controle:
    """Comment les règles jugent les lignes d'une vue : un collecteur de faits, une porte."""

    collecte: Callable[[Any, Sequence[int]], Mapping[int, Any]]
    porte: Callable[[Any], Sequence[Violation]]


@dataclass(frozen=True, slots=True)
class Document:
    """Un document à un clic de sa fiche ; `endpoint` reçoit la clé de la fiche sous le nom `parametre`."""

    code: str
    libelle: str
    endpoint: str
    parametre: str = "identite"
    droit: Droit = Droit.LIRE


@dataclass(frozen=True, slots=True)
class Tri:
    """De quoi trier une liste : des colonnes, et les relations qui y mènent."""

    colonnes: tuple[Any, ...]
    chemin: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Tableau:
    """Un tableau sur une fiche : cellules déjà lisibles."""

    titre: str
    entetes: tuple[str, ...]
    lignes: Sequence[Sequence[Any]]
    vide: str = "Rien pour l'instant."
    suite: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Etape:
    """Une étape de la vie d'une fiche : faite, en cours ou à venir."""

    libelle: str
    etat: str
    detail: str = ""
    lien: str = ""


@dataclass(frozen=True, slots=True)
class Filtre:
    """Un filtre de liste ; son nom est celui du paramètre d'adresse, donc d'un lien qui se partage."""

    nom: str
    libelle: str
    colonne: Any
    genre: ClassVar[str] = ""

    @property
    def parametres(self) -> tuple[str, ...]:
        """Les paramètres d'adresse qu'il lit."""
        return (self.nom,)

    def lire(self, args: Mapping[str, str]) -> dict[str, Any]:
        """Les valeurs demandées, par paramètre ; lève ValueError si l'une est fausse."""
        brut = (args.get(self.nom) or "").strip()
        return {self.nom: self._lire(brut)} if brut else {}

    def _lire(self, brut: str) -> Any:
        raise NotImplementedError

    def condition(self, valeurs: Mapping[str, Any]) -> ColumnElement[bool]:
        """La condition SQL."""
        return self.colonne == valeurs[self.nom]

    def dit(self, valeurs: Mapping[str, Any]) -> str:
        """Le filtre actif, en français."""
        return f"{self.libelle} : {texte(valeurs[self.nom])}"


@dataclass(frozen=True, slots=True)
class FiltreListe(Filtre):
    """Une valeur d'une liste fermée."""

    genre: ClassVar[str] = "liste"

    @property
    def choix(self) -> list[tuple[str, str]]:
        """Valeur et libellé de chaque choix."""
        return [(str(m.value), libelle(m)) for m in self.colonne.type.enum_class]

    def _lire(self, brut: str) -> Any:
        return self.colonne.type.enum_class(brut)


@dataclass(frozen=True, slots=True)
class FiltreOuiNon(Filtre):
    """Oui ou non."""

    genre: ClassVar[str] = "liste"
    choix: ClassVar[list[tuple[str, str]]] = [("oui", "Oui"), ("non", "Non")]

    def _lire(self, brut: str) -> bool:
        return {"oui": True, "non": False}[brut]


@dataclass(frozen=True, slots=True)
class FiltreTexte(Filtre):
    """Une valeur exacte parmi celles d'une liste donnée (codes)."""

    choix: tuple[tuple[str, str], ...] = ()
    genre: ClassVar[str] = "liste"

    def _lire(self, brut: str) -> str:
        if brut not in dict(self.choix):
            raise ValueError(brut)
        return brut

    def dit(self, valeurs: Mapping[str, Any]) -> str:
        """Le filtre actif, en français."""
        return f"{self.libelle} : {dict(self.choix)[valeurs[self.nom]]}"


@dataclass(frozen=True, slots=True)
class FiltrePeriode(Filtre):
    """Entre deux dates, bornes comprises."""

    genre: ClassVar[str] = "periode"

    @property
    def parametres(self) -> tuple[str, ...]:
        """Début et fin."""
        return (f"{self.nom}_du", f"{self.nom}_au")

    def lire(self, args: Mapping[str, str]) -> dict[str, Any]:
        """Les bornes données."""
        return {p: dt.date.fromisoformat(args[p].strip()) for p in self.parametres if (args.get(p) or "").strip()}

    def condition(self, valeurs: Mapping[str, Any]) -> ColumnElement[bool]:
        """La condition SQL."""
        du, au = (valeurs.get(p) for p in self.parametres)
        if du is not None and au is not None:
            return self.colonne.between(du, au)
        return self.colonne >= du if du is not None else self.colonne <= au

    def dit(self, valeurs: Mapping[str, Any]) -> str:
        """Le filtre actif, en français."""
        du, au = (valeurs.get(p) for p in self.parametres)
        bornes = " ".join(b for b in (f"du {du:%d/%m/%Y}" if du else "", f"au {au:%d/%m/%Y}" if au else "") if b)
        return f"{self.libelle} : {bornes}"


@dataclass(frozen=True, slots=True)
class FiltreReference(Filtre):
    """Une fiche liée, trouvée par recherche."""

    lookup: Lookup = field(kw_only=True)
    genre: ClassVar[str] = "reference"

    def lire(self, args: Mapping[str, str]) -> dict[str, Any]:
        """La fiche demandée, par sa clé ou par un texte qui n'en désigne qu'une."""
        brut, saisi = (args.get(self.nom) or "").strip(), (args.get(f"{self.nom}__texte") or "").strip()
        if not brut and not saisi:
            return {}
        if brut:
            objet = self.lookup.un(brut)
        else:
            trouves = self.lookup.liste(saisi)
            objet = trouves[0] if len(trouves) == 1 else None
        if objet is None and brut:
            raise ValueError(brut)
        if objet is None:
            # Un texte qui ne désigne pas une seule fiche n'est pas une faute : le filtre se dit non appliqué.
            flash(f"{self.libelle} : « {saisi[:60]} » ne désigne pas une seule fiche ; choisissez dans la liste.", "warning")
            return {}
        return {self.nom: objet}

    def condition(self, valeurs: Mapping[str, Any]) -> ColumnElement[bool]:
        """La condition SQL."""
        return self.colonne == getattr(valeurs[self.nom], self.lookup.cle.key)

    def dit(self, valeurs: Mapping[str, Any]) -> str:
        """Le filtre actif, en français."""
        return f"{self.libelle} : {self.lookup.format(valeurs[self.nom])}"


@dataclass(frozen=True, slots=True)
class EtatListe:
    """Ce que demande l'adresse d'une liste."""

    recherche: str
    tri: str
    desc: bool
    page: int
    colonnes: tuple[str, ...]
    filtres: tuple[tuple[Filtre, dict[str, Any]], ...]
    arguments: tuple[tuple[str, str], ...]

    def adresse(self, endpoint: str, sans: Iterable[str] = (), **autres: Any) -> str:
        """L'adresse de la liste avec ces changements ; la page repart au début si elle n'est pas donnée."""
        ote = {*sans, *autres, "page"}
        args: dict[str, list[str]] = {}
        for cle, valeur in self.arguments:
            if cle not in ote:
                args.setdefault(cle, []).append(valeur)
        return url_for(endpoint, **args, **{k: v for k, v in autres.items() if v})


# --- Refus par défaut ------------------------------------------------------------------------------------------


def exige(droit: Droit) -> Callable[[Any], Any]:
    """Déclare le droit qu'exige une route ; une route sans droit déclaré est refusée à tous."""

    def marque(fonction: Any) -> Any:
        fonction._droit = droit  # noqa: SLF001
        return fonction

    return marque


class Gardee:
    """Ce que toute vue partage : un droit par route, sans lequel on n'entre pas."""

    ressource: str = ""

    def peut(self, droit: Droit) -> bool:
        """Vrai si la personne connectée a ce droit sur cette ressource."""
        return bool(
            current_user and current_user.is_authenticated and peut(current_user.role, self.ressource, droit)
        )

    def is_accessible(self) -> bool:
        """La vue figure au menu de qui peut la lire."""
        return self.peut(Droit.LIRE)

    def _handle_view(self, name: str, **kwargs: Any) -> ResponseReturnValue | None:
        if not (current_user and current_user.is_authenticated):
            return current_app.login_manager.unauthorized()
        droit = getattr(getattr(type(self), name, None), "_droit", None)
        if droit is None or not self.peut(droit):
            abort(403)
        return None

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        # Flask-Admin rappelle la vue après une TypeError : l'erreur d'origine serait masquée.
        return fn(self, *args, **kwargs)

    def retour(self, defaut: str) -> str:
        """Où revenir après une action : l'adresse locale demandée, sinon celle-ci."""
        return cible_locale(request.values.get("url")) or defaut


class PageView(Gardee, BaseView):
    """Une page de la console qui n'est pas une table."""


# --- Tables ----------------------------------------------------------------------------------------------------


class DomainView(Gardee, ModelView):
    """Liste, fiche, formulaire et export d'une table."""

    checks: Controle | None = None
    documents: tuple[Document, ...] = ()
    nom_pluriel: str = ""
    titre_creation: str = "Nouvelle fiche"
    phrase_vide: str = "Rien à montrer ici pour l'instant."
    aide_recherche: str = ""
    filtres: tuple[Filtre, ...] = ()
    tris: ClassVar[dict[str, Tri]] = {}
    tri_par_defaut: tuple[str, bool] = ("id", True)
    formats: ClassVar[dict[str, Callable[[Any], Any]]] = {}
    exports: ClassVar[dict[str, Callable[[Any], Any]]] = {}
    colonnes_facultatives: tuple[str, ...] = ()
    chargements: tuple[Any, ...] = ()
    chargements_fiche: tuple[Any, ...] = ()
    fiche: tuple[tuple[str, tuple[str, ...]], ...] = ()
    groupes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    form_lookups: ClassVar[dict[str, Lookup]] = {}
    descriptions: ClassVar[dict[str, str]] = {}
    champs_des_regles: ClassVar[dict[str, str]] = {}
    montre_si: ClassVar[dict[str, str]] = {}
    donnees_personnelles: bool = False
    journal_sur_fiche: bool = True

    page_size = 25
    list_template = "admin/model/list.html"
    create_template = "admin/model/formulaire.html"
    edit_template = "admin/model/formulaire.html"
    details_template = "admin/model/details.html"
    form_base_class = Formulaire
    model_form_converter = Convertisseur
    can_view_details = True
    column_sortable_list = ()
    action_disallowed_list = ("delete",)

    # -- droits : Flask-Admin lit ces attributs, la garde des routes fait foi
    @property
    def can_create(self) -> bool:
        """Peut créer."""
        return self.peut(Droit.CREER) and bool(self.form_columns)

    @property
    def can_edit(self) -> bool:
        """Peut modifier."""
        return self.peut(Droit.MODIFIER) and bool(self.form_columns)

    @property
    def can_delete(self) -> bool:
        """Peut supprimer."""
        return self.peut(Droit.SUPPRIMER)

    @property
    def can_export(self) -> bool:
        """Peut exporter."""
        return self.peut(Droit.EXPORTER)

    def column_descriptions_de(self, nom: str) -> str:
        """L'aide d'un champ."""
        return self.descriptions.get(nom, "")

    def attributs_du_champ(self, nom: str) -> Mapping[str, str]:
        """Attributs HTML du bloc d'un champ, par exemple la condition qui le montre."""
        return {"data-si": self.montre_si[nom]} if nom in self.montre_si else {}

    def scaffold_form(self) -> Any:
        """Le formulaire de la liste blanche ; aucun si la vue n'écrit rien."""
        return super().scaffold_form() if self.form_columns else Formulaire

    # -- ce que l'adresse demande
    @property
    def colonne_cle(self) -> Any:
        """La colonne de clé primaire."""
        return getattr(self.model, inspect(self.model).primary_key[0].key)

    def etat_liste(self) -> EtatListe:
        """Lit l'adresse ; ce qui n'a pas de sens est refusé (400) ou n'existe pas (404)."""
        args = request.args
        tri, desc = args.get("tri", self.tri_par_defaut[0]), self.tri_par_defaut[1]
        if "tri" in args:
            if tri not in self.tris:
                abort(400)
            desc = args.get("sens") == "desc"
        possibles = (*self.column_list, *self.colonnes_facultatives)
        demandees = args.getlist("colonnes")
        if any(c not in possibles for c in demandees):
            abort(400)
        filtres = self._filtres_lus(args)
        connus = {"recherche", "tri", "sens", "colonnes", *(p for f in self.filtres for p in f.parametres)}
        arguments = [(k, v) for k, v in args.items(multi=True) if k in connus and v]
        for filtre, valeurs in filtres:
            if isinstance(filtre, FiltreReference) and not args.get(filtre.nom):
                arguments.append((filtre.nom, filtre.lookup.valeur(valeurs[filtre.nom])))
        return EtatListe(
            recherche=args.get("recherche", "").strip()[:200], tri=tri, desc=desc, page=_page(args.get("page", "1")),
            colonnes=tuple(c for c in possibles if c in demandees) if demandees else tuple(self.column_list),
            filtres=tuple(filtres), arguments=tuple(arguments),
        )

    def _filtres_lus(self, args: Mapping[str, str]) -> list[tuple[Filtre, dict[str, Any]]]:
        lus = []
        for filtre in self.filtres:
            try:
                valeurs = filtre.lire(args)
            except (ValueError, KeyError):
                abort(400)
            if valeurs:
                lus.append((filtre, valeurs))
        return lus

    # -- requêtes
    def restreindre(self, requete: Select[Any]) -> Select[Any]:
        """Ce que cette vue montre de la table, en plus de la barrière du territoire."""
        return requete

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """La condition d'une recherche ; rien si le terme ne désigne rien."""
        return None

    @property
    def cherchable(self) -> bool:
        """Vrai si la vue sait chercher."""
        return type(self).chercher is not DomainView.chercher

    def _filtree(self, etat: EtatListe) -> Select[Any]:
        requete = self.restreindre(select(self.colonne_cle))
        if etat.recherche and self.cherchable:
            condition = self.chercher(etat.recherche)
            requete = requete.where(condition if condition is not None else self.colonne_cle.is_(None))
        for filtre, valeurs in etat.filtres:
            requete = requete.where(filtre.condition(valeurs))
        return requete

    def _triee(self, requete: Select[Any], etat: EtatListe) -> Select[Any]:
        tri = self.tris.get(etat.tri, Tri((self.colonne_cle,)))
        for relation in tri.chemin:
            obligatoire = not any(c.nullable for c in relation.property.local_columns)
            requete = requete.join(relation, isouter=not obligatoire)
        colonnes = (*tri.colonnes, self.colonne_cle)
        return requete.order_by(*(c.desc() if etat.desc else c.asc() for c in colonnes))

    def lignes(self, etat: EtatListe) -> tuple[int, list[Any]]:
        """Le compte (borné à 10 001) et les lignes d'une page : les clés d'abord, puis ces lignes-là seulement."""
        base = self._filtree(etat)
        borne = base.limit(COMPTE_MAX + 1).subquery()
        compte = select(func.count()).select_from(borne).scalar_subquery()
        page = self._triee(base, etat).add_columns(compte).limit(self.page_size)
        trouvees = db.session.execute(page.offset((etat.page - 1) * self.page_size)).all()
        if not trouvees:
            return 0, []
        cles = [r[0] for r in trouvees]
        objets = {
            getattr(o, self.colonne_cle.key): o
            for o in db.session.scalars(
                select(self.model).options(*self.chargements).where(self.colonne_cle.in_(cles))
            ).unique()
        }
        return trouvees[0][1], [objets[c] for c in cles if c in objets]

    def get_one(self, id: Any, options: Sequence[Any] = ()) -> Any | None:  # noqa: A002
        """La fiche de cette clé si la personne la voit ; rien sinon."""
        cle = lire_cle(self.model, id)
        if cle is None:
            return None
        requete = self.restreindre(select(self.model)).options(*options).where(self.colonne_cle == cle)
        return db.session.scalars(requete).unique().one_or_none()

    def exiger_une(self, options: Sequence[Any] = ()) -> Any:
        """La fiche demandée par l'adresse ; étrangère ou absente, la même page 404."""
        objet = self.get_one(request.args.get("id", ""), options)
        if objet is None:
            abort(404)
        return objet

    # -- valeurs
    def valeur(self, objet: Any, nom: str) -> Any:
        """Une cellule de liste ou de fiche."""
        formateur = self.formats.get(nom)
        return formateur(objet) if formateur else texte(getattr(objet, nom))

    def valeur_exportee(self, objet: Any, nom: str) -> str:
        """Une cellule d'export : du texte, jamais du HTML."""
        formateur = self.exports.get(nom)
        return texte(formateur(objet) if formateur else getattr(objet, nom))

    def libelle_colonne(self, nom: str) -> str:
        """Le nom d'une colonne à l'écran."""
        return str(self.get_column_name(nom))

    # -- liste
    @expose("/")
    @exige(Droit.LIRE)
    def index_view(self) -> ResponseReturnValue:
        """La liste."""
        etat = self.etat_liste()
        compte, objets = self.lignes(etat)
        if not objets and etat.page > 1:
            abort(404)
        actions = [a for a in self._actions_permises() if objets]
        return self.render(
            self.list_template, etat=etat, compte=compte, objets=objets, actions=actions, titre=self.nom_pluriel,
            pages=-(-min(compte, COMPTE_MAX) // self.page_size), plus=compte > COMPTE_MAX,
            suite=len(objets) == self.page_size and (compte > COMPTE_MAX or etat.page * self.page_size < compte),
            ici=f"{self.endpoint}.index_view",
        )

    def _actions_permises(self) -> list[tuple[str, str, str]]:
        return [
            (nom, str(libelle_action), str(self._actions_data[nom][2] or ""))
            for nom, libelle_action in self._actions if self.is_action_allowed(nom)
        ]

    # -- fiche
    def etapes(self, objet: Any) -> Sequence[Etape]:
        """Où en est la fiche et ce qui reste à faire."""
        return ()

    def tableaux(self, objet: Any) -> Sequence[Tableau]:
        """Ce qui dépend de la fiche."""
        return ()

    def titre_fiche(self, objet: Any) -> str:
        """Le titre de la fiche."""
        return str(objet)

    def entete(self, objet: Any) -> Any:
        """L'état, en pastille à côté du titre."""
        return ""

    def liens(self, objet: Any) -> Sequence[tuple[str, str]]:
        """Ce qu'on peut faire d'ici : libellé et adresse."""
        return ()

    @expose("/details/")
    @exige(Droit.LIRE)
    def details_view(self) -> ResponseReturnValue:
        """La fiche."""
        objet = self.exiger_une(self.chargements_fiche or self.chargements)
        return self.render(
            self.details_template, objet=objet, titre=self.titre_fiche(objet), identite=self.identite(objet),
            journal=self._journal(objet), documents=self._documents(objet),
            sections=[
                (titre, [(self.libelle_colonne(c), self.valeur(objet, c)) for c in colonnes])
                for titre, colonnes in self.fiche
            ],
        )

    def identite(self, objet: Any) -> Any:
        """La clé de la fiche."""
        return getattr(objet, self.colonne_cle.key)

    def _documents(self, objet: Any) -> list[tuple[str, str]]:
        return [
            (d.libelle, url_for(d.endpoint, **{d.parametre: self.identite(objet)}))
            for d in self.documents if d.endpoint in current_app.view_functions and self.peut(d.droit)
        ]

    def _journal(self, objet: Any) -> list[Any] | None:
        if not self.journal_sur_fiche or not peut(current_user.role, "journal", Droit.LIRE):
            return None
        j = Journal
        cle = self.identite(objet)
        if not isinstance(cle, int):
            return None
        return list(db.session.scalars(
            select(j).where(j.objet == self.model.__tablename__, j.objet_id == cle).order_by(j.id.desc()).limit(10)
        ))

    # -- formulaires
    @expose("/new/", methods=("GET", "POST"))
    @exige(Droit.CREER)
    def create_view(self) -> ResponseReturnValue:
        """Le formulaire de création."""
        if not self.can_create:
            abort(403)
        form = self._create_form_class(request.form if request.method == "POST" else None)
        return self._formulaire(form, None)

    @expose("/edit/", methods=("GET", "POST"))
    @exige(Droit.MODIFIER)
    def edit_view(self) -> ResponseReturnValue:
        """Le formulaire de modification."""
        if not self.can_edit:
            abort(403)
        objet = self.exiger_une()
        form = self._edit_form_class(request.form if request.method == "POST" else None, obj=objet)
        return self._formulaire(form, objet)

    def _formulaire(self, form: Formulaire, objet: Any | None) -> ResponseReturnValue:
        contexte: dict[str, Any] = {"conflit": None, "alertes": (), "cachet": ""}
        titre = self.titre_fiche(objet) if objet is not None else ""
        version = getattr(objet, "version", None)
        code = 200
        if request.method == "POST":
            code = 422
            with db.session.no_autoflush:
                valide = form.validate()
            if objet is not None and version is not None and request.form.get("version_lue") != str(version):
                code, contexte["conflit"] = 409, self._conflit(form, objet)
            elif valide:
                reponse = self._enregistrer_ou_poser(form, objet, contexte)
                if not isinstance(reponse, int):
                    return reponse
                code = reponse
            db.session.rollback()
        return self.render(
            self.edit_template if objet is not None else self.create_template,
            form=form, objet=objet, version=version, groupes=self.groupes_du_formulaire(form),
            titre=titre or self.titre_creation,
            identite=request.args.get("id") if objet is not None else None, **contexte,
        ), code

    def groupes_du_formulaire(self, form: Formulaire) -> list[tuple[str, list[Any]]]:
        """Les champs, par groupe titré ; ce qu'aucun groupe ne nomme vient à la fin."""
        groupes = [(t, [form[c] for c in champs if c in form]) for t, champs in self.groupes]
        vus = {c for _, champs in self.groupes for c in champs}
        reste = [f for f in form if f.name not in vus]
        return [g for g in (*groupes, ("", reste)) if g[1]]

    def _enregistrer_ou_poser(self, form: Formulaire, objet: Any | None, contexte: dict[str, Any]) -> Any:
        """La redirection après écriture, ou le code de la page qui montre pourquoi rien n'est écrit."""
        try:
            ecrit = self.ecrire(form, objet, contexte)
        except Refus as refus:
            self.poser(form, refus.violations)
        except StaleDataError:
            db.session.rollback()
            contexte["conflit"] = self._conflit(form, objet)
            return 409
        except DBAPIError as erreur:
            db.session.rollback()
            self._poser_refus_de_la_base(form, erreur)
        else:
            if ecrit is not None:
                flash("Enregistré." if objet is not None else self.phrase_creee(ecrit), "success")
                return redirect(self.retour(self.adresse_apres(ecrit)), 303)
        return 422

    def phrase_creee(self, objet: Any) -> str:
        """Ce qu'on dit d'une fiche qui vient d'être créée."""
        return "Fiche créée."

    def adresse_apres(self, objet: Any) -> str:
        """Où aller après une écriture : la fiche."""
        return url_for(f"{self.endpoint}.details_view", id=self.identite(objet))

    def avant_ecriture(self, form: Formulaire, objet: Any, cree: bool) -> None:
        """Ce que la fiche porte sans que le formulaire le demande : centre, colonnes de recherche."""

    def ecrire(self, form: Formulaire, objet: Any | None, contexte: dict[str, Any]) -> Any | None:
        """Écrit la fiche et la juge ; rend rien si des alertes restent à lire. Lève Refus et les erreurs de base."""
        cree = objet is None
        if objet is None:
            objet = self.model()
        with db.session.no_autoflush:
            form.populate_obj(objet)
            self.avant_ecriture(form, objet, cree)
            db.session.add(objet)
        db.session.flush()
        if not self.alertes_lues(self.juger(objet), contexte):
            return None
        db.session.commit()
        return objet

    def alertes_lues(self, alertes: Sequence[Any], contexte: dict[str, Any]) -> bool:
        """Vrai si la personne a déjà vu chacune de ces alertes ; sinon elles lui sont montrées avant d'écrire."""
        if not alertes:
            return True
        cachets = sorted({hashlib.sha256(str(a).encode()).hexdigest()[:12] for a in alertes})
        if set(cachets) <= set(request.form.get("alertes_lues", "").split()):
            return True
        contexte["alertes"], contexte["cachet"] = [str(a) for a in alertes], " ".join(cachets)
        return False

    def journaliser_lecture(self, objet: Any) -> None:
        """Laisse au journal qui a lu une fiche sensible."""
        with en_ecriture():
            db.session.rollback()
            db.session.execute(insert(Journal), [entree("lecture", self.model.__tablename__, self.identite(objet))])
            db.session.commit()

    def juger(self, objet: Any) -> Sequence[Violation]:
        """Les alertes des règles sur la fiche écrite ; lève Refus si l'une bloque."""
        if self.checks is None:
            return ()
        faits = self.checks.collecte(db.session, [objet.id])
        return exiger(self.checks.porte(faits[objet.id]))

    def poser(self, form: Formulaire, violations: Iterable[Violation]) -> None:
        """Pose chaque violation à côté de son champ, avec son code et son passage."""
        for violation in violations:
            form.poser(self.champs_des_regles.get(violation.champ, violation.champ), str(violation))

    def _poser_refus_de_la_base(self, form: Formulaire, erreur: DBAPIError) -> None:
        if base_occupee(erreur):
            raise erreur
        violation = traduire(erreur)
        if violation is not None:
            self.poser(form, (violation,))
            return
        form.form_errors.append(refus_sans_regle(erreur))

    def _conflit(self, form: Formulaire, objet: Any) -> list[tuple[str, str, str]]:
        """Ce que la fiche porte maintenant et que la saisie changerait : champ, valeur en base, saisie."""
        db.session.refresh(objet)
        differences = []
        for champ in form:
            if not hasattr(objet, champ.name):
                continue
            en_base = lisible(getattr(objet, champ.name))
            saisi = lisible(champ.data)
            if en_base != saisi:
                differences.append((str(champ.label.text), en_base or "(vide)", saisi or "(vide)"))
        return differences

    # -- suppression et actions
    @expose("/delete/", methods=("POST",))
    @exige(Droit.SUPPRIMER)
    def delete_view(self) -> ResponseReturnValue:
        """Supprime une fiche, après confirmation."""
        objet = self.get_one(request.form.get("id", ""))
        if objet is None:
            abort(404)
        if request.form.get("confirme") != "1":
            return self._confirmer(f"Supprimer « {objet} » ?", url_for(f"{self.endpoint}.delete_view"),
                                   [("id", str(self.identite(objet)))])
        try:
            db.session.delete(objet)
            db.session.commit()
        except DBAPIError as erreur:
            db.session.rollback()
            if base_occupee(erreur):
                raise
            violation = traduire(erreur)
            flash(str(violation) if violation else refus_sans_regle(erreur), "error")
        else:
            flash("Fiche supprimée.", "success")
        return redirect(self.retour(url_for(f"{self.endpoint}.index_view")), 303)

    @expose("/action/", methods=("POST",))
    @exige(Droit.LIRE)
    def action_view(self) -> ResponseReturnValue:
        """Une action sur les fiches cochées : chacune est relue sous la barrière."""
        nom = request.form.get("action", "")
        if nom not in self._actions_data or not self.is_action_allowed(nom):
            abort(403)
        cles = {lire_cle(self.model, c) for c in request.form.getlist("rowid")[: self.page_size * 4]} - {None}
        objets = list(db.session.scalars(
            self.restreindre(select(self.model)).options(*self.chargements).where(self.colonne_cle.in_(cles))
        ).unique())
        if not objets:
            flash("Cochez d'abord au moins une ligne.", "error")
            return redirect(self.retour(url_for(f"{self.endpoint}.index_view")), 303)
        fonction, libelle_action, confirmation = self._actions_data[nom]
        if confirmation and request.form.get("confirme") != "1":
            champs = [("action", nom), *(("rowid", str(self.identite(o))) for o in objets)]
            return self._confirmer(f"{libelle_action} : {confirmation}", url_for(f"{self.endpoint}.action_view"),
                                   champs, [str(o) for o in objets])
        reponse = fonction(objets)
        return reponse or redirect(self.retour(url_for(f"{self.endpoint}.index_view")), 303)

    def _confirmer(self, question: str, adresse: str, champs: Sequence[tuple[str, str]],
                   concernes: Sequence[str] = ()) -> ResponseReturnValue:
        db.session.rollback()
        retour = self.retour(url_for(f"{self.endpoint}.index_view"))
        return self.render("admin/confirmer.html", titre="Confirmer", question=question, adresse=adresse,
                           champs=[*champs, ("url", retour)], concernes=concernes, retour=retour)

    # -- export
    @expose("/export/<genre>/")
    @exige(Droit.EXPORTER)
    def export(self, genre: str) -> ResponseReturnValue:
        """Ce que montre la liste, en CSV ou en XLSX, toutes pages."""
        if genre not in export.GENRES:
            abort(404)
        etat = self.etat_liste()
        requete = self._triee(self.restreindre(select(self.model)), etat)
        requete = requete.where(self.colonne_cle.in_(self._filtree(etat))) if (
            etat.filtres or etat.recherche
        ) else requete
        return export.repondre(
            self, genre, requete.options(*self.chargements), etat.colonnes,
            {"recherche": etat.recherche, "filtres": [f.dit(v) for f, v in etat.filtres]},
        )

    # -- recherche d'une fiche liée
    def lookup_nomme(self, nom: str) -> Lookup | None:
        """Le lookup d'un champ du formulaire, ou d'un filtre, si la personne peut s'en servir."""
        if nom in self.form_lookups and (self.peut(Droit.CREER) or self.peut(Droit.MODIFIER)):
            return self.form_lookups[nom]
        return next((f.lookup for f in self.filtres if isinstance(f, FiltreReference) and f"filtre_{f.nom}" == nom), None)

    @expose("/ajax/lookup/")
    @exige(Droit.LIRE)
    def ajax_lookup(self) -> ResponseReturnValue:
        """Vingt fiches au plus qui répondent au terme."""
        lookup = self.lookup_nomme(request.args.get("name", ""))
        if lookup is None:
            abort(404)
        trouves = lookup.liste(request.args.get("query", "")[:100])
        return jsonify([{"id": lookup.valeur(o), "texte": lookup.format(o)} for o in trouves])

    @expose("/ajax/update/", methods=("POST",))
    def ajax_update(self) -> ResponseReturnValue:
        """Fermée : une cellule ne s'écrit pas sans formulaire (aucun droit ne l'ouvre)."""
        abort(404)


def _page(brute: str) -> int:
    if not brute.isascii() or not brute.isdigit() or len(brute) > 9:
        abort(400)
    page = int(brute)
    if not 1 <= page <= PAGE_MAX:
        abort(404)
    return page


def lisible(valeur: Any) -> str:
    """Une valeur de champ telle qu'on la compare à l'écran."""
    if isinstance(valeur, list):
        return ", ".join(sorted(texte(v) for v in valeur))
    return texte(valeur)


def refus_sans_regle(erreur: DBAPIError) -> str:
    """Un refus de la base qu'aucune règle ne nomme : fiche liée, ou incident numéroté ; jamais de SQL."""
    if isinstance(erreur, IntegrityError):
        origine = str(erreur.orig).lower()
        if "foreign key" in origine or getattr(erreur.orig, "sqlstate", "") == "23503":
            return "Refusé : d'autres fiches dépendent de celle-ci, ou une fiche liée n'existe plus."
    return f"Rien n'a été enregistré : incident n° {incident(erreur)}. Signalez ce numéro à l'administrateur."


class LectureSeule(DomainView):
    """Une table que la console montre sans l'écrire."""

    form_columns = ()
    journal_sur_fiche = False
