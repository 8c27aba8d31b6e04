"""Champs de formulaire de la console : dates natives, listes fermées, recherche d'une fiche liée, textes bornés."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from flask_admin.contrib.sqla.form import AdminModelConverter
from flask_admin.form import BaseForm
from flask_admin.model.form import FieldPlaceholder
from sqlalchemy import Boolean, ColumnElement, Date, Integer, Numeric, Select, String, Text, Time, inspect, or_, select
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.orm import RelationshipProperty
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms import Form as WTForm
from wtforms.fields.choices import Choice
from wtforms.fields.numeric import DecimalField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from admin_views.extensions import db
from models.normalisation import normaliser
from rules.nomenclatures import Nomenclature

ENTIER_MAX = 2**31 - 1
TEXTE_MAX = 20_000
TERME_MAX = 100
_DERNIER = "\U0010ffff"
_CONTROLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def prefixe(colonne: Any, terme: str) -> ColumnElement[bool]:
    """La colonne normalisée commence par ce terme : un intervalle que sert l'index B-tree."""
    return (colonne >= terme) & (colonne < terme + _DERNIER)


def par_nom(terme: str, *colonnes: Any) -> ColumnElement[bool] | None:
    """Cherche des noms par préfixe, dans l'ordre tapé ou un autre : « jean dupont » comme « dupont jean »."""
    mots = normaliser(terme[:TERME_MAX]).split()[:5]
    if not mots:
        return None
    ordres = {" ".join(mots[i:] + mots[:i]) for i in range(len(mots))}
    return or_(*(prefixe(c, o) for c in colonnes for o in sorted(ordres)))


def contient(terme: str, *colonnes: Any) -> ColumnElement[bool] | None:
    """Chaque mot se trouve dans l'une des colonnes : pour les petites tables seulement."""
    mots = normaliser(terme[:TERME_MAX]).split()[:5]
    if not mots:
        return None
    condition: ColumnElement[bool] | None = None
    for mot in mots:
        trouve = or_(*(c.contains(mot, autoescape=True) for c in colonnes))
        condition = trouve if condition is None else condition & trouve
    return condition


class Formulaire(BaseForm):
    """Formulaire de la console : messages français, violations des règles posées à côté des champs."""

    class Meta(WTForm.Meta):
        """Messages de WTForms en français ; le jeton de CSRF est celui de Flask-WTF, dans le gabarit."""

        locales = ("fr",)

    def poser(self, champ: str, message: str) -> None:
        """Ajoute une erreur au champ nommé, ou en tête du formulaire s'il n'y est pas."""
        if champ in self._fields:
            self._fields[champ].errors = [*self._fields[champ].errors, message]
        else:
            self.form_errors.append(message)


class Texte(StringField):
    """Un texte d'une ligne : espaces des bords ôtés, caractères de contrôle refusés."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Lit le texte sans ses espaces de bord."""
        if valuelist:
            self.data = str(valuelist[0]).strip()

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse ce qu'aucun clavier n'écrit."""
        if self.data and _CONTROLE.search(self.data):
            msg = "Caractère interdit dans ce texte."
            raise ValidationError(msg)


class TexteLong(Texte, TextAreaField):
    """Un texte de plusieurs lignes."""


class Nombre(IntegerField):
    """Un entier : espaces insécables des milliers admis."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Lit « 1 234 » comme 1234 ; refuse en français."""
        nus = [re.sub(r"\s", "", str(v)) for v in valuelist]
        if nus and not nus[0]:
            self.data = None
            return
        if nus and not re.fullmatch(r"-?\d{1,10}", nus[0], re.ASCII):
            self.data = None
            msg = "Écrivez un nombre entier."
            raise ValueError(msg)
        super().process_formdata(nus)


class NombreDecimal(DecimalField):
    """Un nombre à virgule ou à point."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Lit « 12,5 » comme 12.5."""
        super().process_formdata([re.sub(r"\s", "", str(v)).replace(",", ".") for v in valuelist])


class ListeFermee(SelectField):
    """Une liste fermée : affiche le libellé, enregistre la valeur."""

    genre = "liste"

    def __init__(self, enumeration: type[Enum], *, vide: bool = False, **kwargs: Any) -> None:
        self.enumeration = enumeration
        self.possibles = {"": "— choisir —"} | {str(m.value): libelle(m) for m in enumeration}
        super().__init__(choices=[], coerce=self._lire, validate_choice=False, **kwargs)
        self.vide = vide

    def _lire(self, valeur: Any) -> Any:
        if valeur in (None, ""):
            return None
        return valeur if isinstance(valeur, self.enumeration) else self.enumeration(valeur)

    def iter_choices(self) -> Any:
        """Les choix, celui de la donnée marqué."""
        courant = "" if self.data is None else str(getattr(self.data, "value", self.data))
        for valeur, texte in self.possibles.items():
            yield Choice(value=valeur, label=texte, render_kw={}, selected=valeur == courant)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Lit une valeur de la liste, ou rien."""
        if not valuelist:
            return
        try:
            self.data = self._lire(valuelist[0] if valuelist[0] in self.possibles else "?")
        except ValueError:
            self.data = None
            msg = "Choisissez une valeur de la liste."
            raise ValueError(msg) from None


def libelle(membre: Any) -> str:
    """Le libellé d'un membre de liste fermée, précédé de son code quand c'est un sigle imprimé."""
    texte = str(membre.libelle) if isinstance(membre, Nomenclature) else str(membre.value)
    code = str(membre.value)
    return f"{code} – {texte}" if code.isupper() and code != texte else texte


@dataclass(frozen=True, slots=True)
class Lookup:
    """Comment chercher une fiche liée : bornée à ce que voit l'acteur, vingt réponses au plus."""

    modele: type[Any]
    chercher: Callable[[str], ColumnElement[bool] | None]
    ordre: tuple[Any, ...]
    format: Callable[[Any], str] = str
    options: tuple[Any, ...] = ()
    filtre: Callable[[], ColumnElement[bool]] | None = None
    aide: str = "Tapez quelques lettres, puis choisissez."
    limite: ClassVar[int] = 20

    def _requete(self) -> Select[Any]:
        requete = select(self.modele).options(*self.options)
        return requete.where(self.filtre()) if self.filtre is not None else requete

    @property
    def cle(self) -> Any:
        """La colonne de clé primaire du modèle."""
        return inspect(self.modele).primary_key[0]

    def liste(self, terme: str) -> list[Any]:
        """Les fiches qui répondent à ce terme, dans l'ordre ; les premières si le terme est vide."""
        requete = self._requete()
        condition = self.chercher(terme) if terme.strip() else None
        if terme.strip() and condition is None:
            return []
        if condition is not None:
            requete = requete.where(condition)
        with db.session.no_autoflush:
            return list(db.session.scalars(requete.order_by(*self.ordre, self.cle).limit(self.limite)))

    def un(self, identite: Any) -> Any | None:
        """La fiche de cette clé si l'acteur la voit ; rien sinon, sans dire pourquoi."""
        cle = lire_cle(self.modele, identite)
        if cle is None:
            return None
        with db.session.no_autoflush:
            return db.session.scalar(self._requete().where(self.cle == cle))

    def valeur(self, objet: Any) -> str:
        """La clé d'une fiche telle que le formulaire la porte."""
        return str(getattr(objet, self.cle.key))


def lire_cle(modele: type[Any], brute: Any) -> Any | None:
    """La clé primaire lue d'une URL ou d'un formulaire ; rien si elle n'en est pas une."""
    texte = str(brute)
    if isinstance(inspect(modele).primary_key[0].type, Integer):
        if not re.fullmatch(r"\d{1,10}", texte, re.ASCII) or int(texte) > ENTIER_MAX:
            return None
        return int(texte)
    return texte if re.fullmatch(r"[\w.\-]{1,40}", texte, re.ASCII) else None


class Reference(Field):
    """Une fiche liée, choisie par recherche.

    Deux entrées : `<nom>` porte la clé (posée par le script), `<nom>__texte` ce qui est tapé. Sans script, le texte
    seul suffit s'il ne désigne qu'une fiche ; s'il en désigne plusieurs, elles sont proposées. `creer` nomme ce qu'on
    peut créer dans la même page quand rien ne répond.
    """

    genre = "reference"
    propositions: Sequence[Any] = ()

    def __init__(self, lookup: Lookup, label: str | None = None, validators: Any = None, *,
                 vide: bool = False, creer: str = "", **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.lookup = lookup
        self.vide = vide
        self.creer = creer
        self.texte = ""
        self.manque: str | None = None

    @property
    def cle(self) -> str:
        """La clé de la fiche choisie, vide si rien ne l'est."""
        return self.lookup.valeur(self.data) if self.data is not None else ""

    @property
    def affiche(self) -> str:
        """Ce que montre la zone de recherche."""
        return self.lookup.format(self.data) if self.data is not None else self.texte

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Lit la clé et le texte ; la fiche doit exister et être visible."""
        if formdata is None or not (self.name in formdata or f"{self.name}__texte" in formdata):
            super().process(None, data, extra_filters)
            return
        self.process_errors, self.data, self.manque = [], None, None
        self.raw_data = formdata.getlist(self.name)
        brute = (formdata.get(self.name) or "").strip()
        texte = formdata.get(f"{self.name}__texte")
        self.texte = (texte or "").strip()[:200]
        if brute:
            self.data = self.lookup.un(brute)
            if self.data is not None and (texte is None or self.texte == self.lookup.format(self.data)):
                return
            if self.data is None:
                self.manque = "Choisissez une valeur de la liste."
                return
        self.data = None
        if self.texte:
            self._resoudre()

    def _resoudre(self) -> None:
        trouves = self.lookup.liste(self.texte)
        exacts = [o for o in trouves if self.lookup.format(o) == self.texte] or trouves
        if len(exacts) == 1:
            self.data = exacts[0]
        elif exacts:
            self.propositions = exacts
            self.manque = "Plusieurs réponses : choisissez l'une d'elles."
        else:
            self.manque = f"Rien ne répond à « {self.texte} »."

    def pre_validate(self, form: BaseForm) -> None:
        """Une clé inconnue est une erreur, jamais un vide enregistré."""
        if self.manque is not None:
            raise ValidationError(self.manque)
        if self.data is None and not self.vide:
            msg = "Choisissez une valeur de la liste."
            raise ValidationError(msg)


class References(Field):
    """Plusieurs fiches liées : des cases à cocher sur une liste courte, donnée par le lookup."""

    genre = "references"

    def __init__(self, lookup: Lookup, label: str | None = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.lookup = lookup
        self.inconnues = False

    def choix(self) -> list[tuple[str, str, bool]]:
        """Chaque fiche possible : clé, libellé, cochée."""
        coches = {self.lookup.valeur(o) for o in self.data or ()}
        requete = self.lookup._requete().order_by(*self.lookup.ordre, self.lookup.cle).limit(500)  # noqa: SLF001
        with db.session.no_autoflush:
            return [
                (self.lookup.valeur(o), self.lookup.format(o), self.lookup.valeur(o) in coches)
                for o in db.session.scalars(requete)
            ]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Lit les clés cochées ; toutes doivent exister et être visibles."""
        self.process_errors = []
        if formdata is None:
            self.data = list(data or ())
            return
        cles = list(dict.fromkeys(formdata.getlist(self.name)))[:500]
        trouves = [self.lookup.un(c) for c in cles]
        self.inconnues = any(o is None for o in trouves)
        self.data = [o for o in trouves if o is not None]

    def pre_validate(self, form: BaseForm) -> None:
        """Une clé inconnue est une erreur."""
        if self.inconnues:
            msg = "Choisissez des valeurs de la liste."
            raise ValidationError(msg)


def _obligatoire() -> InputRequired:
    return InputRequired("Ce champ est obligatoire.")


class Convertisseur(AdminModelConverter):
    """Des colonnes aux champs : un champ inconnu est une erreur de programme, jamais un champ par défaut."""

    def convert(self, model: Any, mapper: Any, name: str, prop: Any, field_args: Any, hidden_pk: bool) -> Any:
        """Le champ d'une colonne ou d'une relation de la liste blanche."""
        if isinstance(prop, FieldPlaceholder):
            return prop.field.field_class(*prop.field.args, **prop.field.kwargs)
        options: dict[str, Any] = {
            "label": self.view.get_column_name(name), "description": self.view.column_descriptions_de(name), "filters": []
        }
        options |= dict(field_args or {})
        validateurs = list(options.pop("validators", ()))
        if isinstance(prop, RelationshipProperty):
            return self._relation(prop, options, validateurs)
        colonne = prop.columns[0]
        facultatif = colonne.nullable or colonne.default is not None
        if not any(isinstance(v, InputRequired | Optional) for v in validateurs):
            validateurs.insert(0, Optional() if facultatif else _obligatoire())
        if colonne.default is not None and colonne.default.is_scalar:
            options.setdefault("default", colonne.default.arg)
        return self._colonne(colonne, options | {"validators": validateurs})

    def _relation(self, prop: Any, options: dict[str, Any], validateurs: list[Any]) -> Any:
        lookup = self.view.form_lookups[prop.key]
        if prop.uselist:
            return References(lookup, validators=validateurs, **options)
        vide = options.pop("vide", all(c.nullable for c in prop.local_columns))
        return Reference(lookup, validators=validateurs, vide=vide, **options)

    def _colonne(self, colonne: Any, options: dict[str, Any]) -> Any:  # noqa: PLR0911 une réponse par genre de colonne
        type_ = colonne.type
        if isinstance(type_, SqlEnum):
            return ListeFermee(type_.enum_class, vide=colonne.nullable, **options)
        if isinstance(type_, Boolean):
            return BooleanField(**options | {"validators": []})
        if isinstance(type_, Date):
            return DateField(**options)
        if isinstance(type_, Time):
            return TimeField(**options)
        if isinstance(type_, Numeric):
            return NombreDecimal(**options)
        if isinstance(type_, Integer):
            options["validators"].append(NumberRange(-ENTIER_MAX, ENTIER_MAX, "Ce nombre est trop grand."))
            return Nombre(**options)
        if isinstance(type_, Text):
            options["validators"].append(Length(max=TEXTE_MAX, message=f"Au plus {TEXTE_MAX} caractères."))
            return TexteLong(**options)
        if isinstance(type_, String):
            options["validators"].append(Length(max=type_.length, message=f"Au plus {type_.length} caractères."))
            if colonne.nullable:
                options["filters"] = [*options["filters"], vide_en_rien]
            return (TexteLong if (type_.length or 0) >= 600 else Texte)(**options)
        msg = f"colonne sans champ : {colonne}"
        raise TypeError(msg)


def vide_en_rien(valeur: Any) -> Any:
    """Un texte vide d'une colonne facultative est une absence."""
    return valeur or None


def ajouter(classe: type[BaseForm], champs: Iterable[tuple[str, Any]]) -> type[BaseForm]:
    """Une classe de formulaire avec ces champs en plus."""
    return type(classe.__name__, (classe,), dict(champs))


def cache() -> HiddenField:
    """Un champ caché."""
    return HiddenField()
