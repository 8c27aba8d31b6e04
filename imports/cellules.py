"""Lire une cellule : d'un texte comme les gens l'écrivent à une valeur sûre, ou un refus qui dit quoi corriger.

Fonctions pures `(texte) -> valeur`, sans base ni fichier, qui lèvent `CelluleRefusee(code, message)`. Rien n'est
deviné quand deux lectures sont possibles. Un refus `L_…` vient de la cellule seule ; les règles du dispositif
(`INS-…`) jugent ensuite les valeurs entre elles. Les cellules vides ne viennent pas ici : `colonnes.Colonne.lire`
les traite.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from rules.nomenclatures import (
    Civilite,
    DispositifFinancement,
    Nomenclature,
    Origine,
    Prescripteur,
    Secteur,
    Sexe,
    Voie,
)

V = TypeVar("V")
E = TypeVar("E", bound=StrEnum)


class Refus(NamedTuple):
    """Un refus comme une valeur, pour les lectures mémorisées (`Memo`)."""

    code: str
    message: str


class CelluleRefusee(ValueError):
    """La cellule ne se lit pas : `code` (L_… ou code de règle) et message français."""

    def __init__(self, code: str, message: str) -> None:
        """Garde le code et le message."""
        super().__init__(message)
        self.code = code
        self.message = message


class Memo(dict[str, V | Refus], Generic[V]):
    """Mémoire bornée d'un analyseur : une lecture par valeur distincte, un `Refus` à la place de l'exception.

    Vidée quand elle atteint `borne` valeurs, pour que la mémoire ne suive pas la taille du fichier.
    """

    def __init__(self, analyse: Callable[[str], V], borne: int = 8_000) -> None:
        """Retient l'analyseur et la borne."""
        super().__init__()
        self.analyse = analyse
        self.borne = borne

    def __missing__(self, texte: str) -> V | Refus:
        """Lit une valeur encore inconnue."""
        if len(self) >= self.borne:
            self.clear()
        valeur: V | Refus
        try:
            valeur = self.analyse(texte)
        except CelluleRefusee as refus:
            valeur = Refus(refus.code, refus.message)
        self[texte] = valeur
        return valeur


# --- Texte -----------------------------------------------------------------------------------------------------

_ESPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_RETOURS = re.compile(" ?(?:\r\n|\r|\n|\x0b) ?")
# Imprimables selon Unicode, invisibles à l'œil : remplisseurs, braille vide, sélecteurs de variante.
_INVISIBLES = re.compile("[\u034f\u115f\u1160\u2800\u3164\ufe00-\ufe0f\uffa0]")
_HAUT_CP1252 = "".join(bytes([o]).decode("cp1252", "ignore") or chr(o) for o in range(0x80, 0xC0))
# Une lettre UTF-8 de deux octets relue en Windows-1252 : « é » devient « Ã© », « œ » devient « Å“ ».
_DOUBLE_ENCODAGE = re.compile(f"[ÂÃÄÅ][{re.escape(_HAUT_CP1252)}]|â€")
_FRACTION_DANS_UN_MOT = re.compile(r"[¼½¾][^\W\d_]{2}|[^\W\d_][¼½¾][^\W\d_]")

_ERREURS_TABLEUR = frozenset(
    [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#VALEUR!",
        "#NAME?",
        "#NOM?",
        "#DIV/0!",
        "#NULL!",
        "#NUL!",
        "#NUM!",
        "#NOMBRE!",
        "#SPILL!",
        "#CALC!",
    ]
)

_LATIN9 = frozenset("¼½¾¤¦¨´¸")
_MAC_OU_DOS = frozenset("‚ƒ„…†‡ˆ‰‹“”•–—˜™›‘ŠŽŒ") | {chr(o) for o in range(0x80, 0xA0)}


_ALPHABETS = {"CYRILLIC": "cyrillique", "GREEK": "grecque", "ARMENIAN": "arménienne", "CHEROKEE": "cherokee"}


def _nommer(caractere: str) -> str:
    """Le caractère tel qu'une personne peut le retrouver : lui-même s'il se voit, son numéro toujours."""
    numero = f"U+{ord(caractere):04X}"
    if caractere.isprintable() and not _INVISIBLES.match(caractere):
        return f"« {caractere} » ({numero})"
    return f"un caractère invisible ({numero})"


def _piste(caractere: str) -> str:
    """Ce que la présence de ce caractère laisse supposer du fichier, ou rien."""
    if caractere == "\ufffd":
        return " Une lettre a été perdue lors d'un enregistrement précédent : refaites l'export d'origine."
    if caractere in _LATIN9:
        return " Le fichier est peut-être en ISO-8859-15 : indiquez cet encodage."
    if caractere in _MAC_OU_DOS:
        return " Le fichier vient peut-être d'un Mac (Mac Roman) ou de DOS (CP850) : indiquez son encodage."
    alphabet = unicodedata.name(caractere, "").split(" ")[0]
    if alphabet in _ALPHABETS:
        return f" C'est une lettre {_ALPHABETS[alphabet]}, qui peut ressembler à une lettre latine : retapez-la."
    return ""


def _refuser_caractere(caractere: str, quoi: str) -> CelluleRefusee:
    sujet = _nommer(caractere)
    sujet = sujet[0].upper() + sujet[1:]
    return CelluleRefusee("L_CARACTERE", f"{sujet} n'a pas sa place dans {quoi}.{_piste(caractere)}")


def texte_lignes(texte: str) -> str:
    """Texte libre sur une ou plusieurs lignes : espaces et insécables rognés et ramenés à un, forme NFC.

    Les caractères de contrôle, invisibles ou qui renversent le sens de lecture sont refusés, de même que les traces
    d'un mauvais encodage (« Ã© », « S½ur », « � ») : L_CARACTERE. Une erreur de formule (`#N/A`) : L_FORMULE. Un texte
    qui a l'air d'une formule est gardé tel quel : c'est l'export qui le neutralise.
    """
    if texte.isascii() and texte.isprintable():
        propre = texte.strip()
        if propre.startswith("#") and propre in _ERREURS_TABLEUR:
            raise CelluleRefusee("L_FORMULE", f"« {propre} » est le résultat d'une formule en erreur du tableur.")
        return _ESPACES.sub(" ", propre) if "  " in propre else propre
    compose = unicodedata.normalize("NFC", texte)
    # Avant de ramener les insécables à des espaces : « à » mal lu devient « Ã » suivi d'une insécable.
    if faute := _DOUBLE_ENCODAGE.search(compose):
        raise CelluleRefusee(
            "L_CARACTERE",
            f"« {faute[0].strip()} » est une lettre accentuée mal lue : ce texte est de l'UTF-8 enregistré comme du"
            " Windows-1252. Refaites l'export, ou retapez la cellule.",
        )
    propre = _RETOURS.sub("\n", _ESPACES.sub(" ", compose.strip())).strip(" \n")
    if not propre.replace("\n", "").isprintable():
        raise _refuser_caractere(next(c for c in propre if c != "\n" and not c.isprintable()), "une cellule")
    if (faute := _INVISIBLES.search(propre)) or "\ufffd" in propre:
        raise _refuser_caractere(faute[0] if faute else "\ufffd", "une cellule")
    if faute := _FRACTION_DANS_UN_MOT.search(propre):
        raise _refuser_caractere(next(c for c in faute[0] if c in "¼½¾"), "un mot")
    return propre


def texte_ligne(texte: str) -> str:
    """Texte libre ramené à une seule ligne ; mêmes refus que `texte_lignes`."""
    return texte_lignes(texte).replace("\n", " ")


_LETTRES = "A-Za-zÀ-ÖØ-öø-ƑƓ-ƿǄ-ɏḀ-ỿ"
_APOSTROPHES = "'’‘ʼʻ"
_NOM = re.compile(f"[{_LETTRES}\u0300-\u036f{_APOSTROPHES} .·\u2010-\u2013-]*")
_LETTRE = re.compile(f"[{_LETTRES}]")
_MARQUES_EN_SERIE = re.compile("(?:^|[^\\w\u0300-\u036f])[\u0300-\u036f]|[\u0300-\u036f]{3}")
# Les lettres accentuées de Mac Roman et de CP850 que Windows-1252 lit comme d'autres signes permis dans un nom :
# « ZoŽ » (Zoé), « No‘l » (Noël), « Nu–ez » (Nuñez). « C‘h » est une lettre bretonne.
_MAL_LU = re.compile(f"(?<=[{_LETTRES}])[ŠŽ](?=[a-zß-öø-ÿ])|(?<=[a-zß-öø-ÿ])[ŠŽŒ]|(?<=[abd-z])[‘–](?=[a-z])")
_TIRETS = str.maketrans("\u2010\u2011\u2012\u2013", "----")


def nom(texte: str) -> str:
    """Nom d'une personne : lettres latines de toutes langues, apostrophes, tirets, points, espaces.

    Rend le nom tel qu'écrit, en NFC, les tirets typographiques ramenés au tiret simple. Le reste (chiffres, `=`, `;`,
    `¼`, lettres cyrilliques…) est refusé : L_CARACTERE, avec l'encodage que le caractère laisse supposer.
    """
    return _nom(texte, "un nom")


def prenoms(texte: str) -> str:
    """Prénoms, séparés par des espaces ou des virgules ; mêmes lettres que `nom`."""
    return ", ".join(_nom(p, "un prénom") for p in texte.rstrip(" ,").split(","))


def _nom(texte: str, quoi: str) -> str:
    propre = texte_ligne(texte)
    lu = _NOM.match(propre)
    fin = lu.end() if lu else 0
    if fin < len(propre):
        raise _refuser_caractere(propre[fin], quoi)
    if not _LETTRE.search(propre):
        raise CelluleRefusee("L_CARACTERE", f"Il n'y a pas de lettre dans {quoi} « {_court(propre)} ».")
    if faute := (None if propre.isascii() else _MAL_LU.search(propre) or _MARQUES_EN_SERIE.search(propre)):
        raise _refuser_caractere(faute[0][-1], quoi)
    return propre.translate(_TIRETS)


_HORS_LIEU = re.compile(r"[^\w\s'’‘ʼʻ\-.,()/&°·\u2010-\u2013\u0300-\u036f]")

_DANS_UN_LIEU = re.compile(f"[{_LETTRES}0-9ªº]")


def lieu(texte: str) -> str:
    """Ville ou pays, en toutes lettres ou en code : « Paris 13e », « Biel/Bienne », « FR », « Algérie »."""
    propre = texte_ligne(texte)
    if faute := _HORS_LIEU.search(propre):
        raise _refuser_caractere(faute[0], "un nom de lieu")
    if etrangere := next((c for c in propre if c.isalnum() and not _DANS_UN_LIEU.match(c)), None):
        raise _refuser_caractere(etrangere, "un nom de lieu")
    if not propre.isascii() and (faute := _MAL_LU.search(propre)):
        raise _refuser_caractere(faute[0], "un nom de lieu")
    return propre.translate(_TIRETS)


def verifier_longueur(texte: str, longueur_max: int) -> None:
    """Refuse un texte de plus de `longueur_max` caractères : L_TROP_LONG."""
    if len(texte) > longueur_max:
        raise CelluleRefusee("L_TROP_LONG", f"{len(texte)} caractères : {longueur_max} au plus.")


def verifier_largeur(cellules: Sequence[str], attendues: int, possibles: int) -> None:
    """Refuse une ligne qui n'a pas le nombre de cellules de l'en-tête : L_COLONNES.

    `attendues` : colonnes qui portent un nom ; `possibles` : avec les séparateurs finaux sans nom. Des cellules vides
    en trop sont tolérées.
    """
    trouvees = len(cellules)
    if trouvees < attendues:
        raise CelluleRefusee(
            "L_COLONNES",
            f"La ligne a {trouvees} cellule{'s' if trouvees > 1 else ''}, l'en-tête {attendues} :"
            " il en manque, les valeurs peuvent être décalées.",
        )
    if trouvees > possibles and any(c.strip() for c in cellules[possibles:]):
        raise CelluleRefusee(
            "L_COLONNES",
            f"La ligne a {trouvees} cellules, l'en-tête {attendues} : un séparateur est peut-être de trop dans"
            " un texte (mettez ce texte entre guillemets).",
        )


def _court(texte: str) -> str:
    return texte if len(texte) <= 40 else f"{texte[:39]}…"


_MARQUES_DE_GENRE = re.compile(r"(?<=\w)\((?:e|s|es|x|ne|le|se|trice)\)", re.IGNORECASE)
_NON_ALNUM = re.compile(r"[^a-z0-9]+")


def sans_marques(texte: str) -> str:
    """« Prénom(s) » et « Né(e) le » sans leurs marques de nombre et de genre."""
    return _MARQUES_DE_GENRE.sub("", texte)


def cle(texte: str) -> str:
    """Le texte sans accents, casse, ponctuation ni marques de genre : « Salarié(e) » et « SALARIE » se valent."""
    nu = unicodedata.normalize("NFKD", sans_marques(texte)).casefold()
    return _NON_ALNUM.sub(" ", "".join(c for c in nu if not unicodedata.combining(c)).replace("œ", "oe")).strip()


# --- Dates -----------------------------------------------------------------------------------------------------

_HEURE = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?Z?)?"
_JMA = re.compile(rf"(\d{{1,2}})\s?([/.\- ])\s?(\d{{1,2}})\s?\2\s?(\d{{4}}){_HEURE}", re.ASCII)
_AMJ = re.compile(rf"(\d{{4}})([/.\-])(\d{{1,2}})\2(\d{{1,2}}){_HEURE}", re.ASCII)
_DEUX_CHIFFRES = re.compile(r"\d{1,2}[/.\- ]\d{1,2}[/.\- ]\d{2}", re.ASCII)
_LETTRES_DATE = re.compile(r"(?:[a-z]+ )?(\d{1,2})(?:er)? ([a-z]+) (\d{2}|\d{4})", re.ASCII)
_NOMBRE = re.compile(r"(\d{1,7})(?:[.,]\d+)?", re.ASCII)
_JOURS = frozenset(
    [
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "lun",
        "mar",
        "mer",
        "jeu",
        "ven",
        "sam",
        "dim",
        "le",
    ]
)
_MOIS = {
    variante: rang
    for rang, variantes in enumerate(
        (
            "janvier janv jan",
            "fevrier fevr fev",
            "mars mar",
            "avril avr",
            "mai",
            "juin",
            "juillet juil",
            "aout",
            "septembre sept sep",
            "octobre oct",
            "novembre nov",
            "decembre dec",
        ),
        start=1,
    )
    for variante in variantes.split()
}
_ORIGINE_EXCEL = dt.date(1899, 12, 30)
_DERNIER_JOUR_EXCEL = 2_958_465


def _jour(annee: str, mois: str | int, jour: str, ecrit: str) -> dt.date:
    try:
        return dt.date(int(annee), int(mois), int(jour))
    except ValueError:
        sens = " Le jour s'écrit avant le mois." if int(mois) > 12 >= int(jour) else ""
        raise CelluleRefusee("L_DATE", f"« {_court(ecrit)} » n'existe pas dans le calendrier.{sens}") from None


def date(texte: str) -> dt.date:
    """Date civile, jour d'abord ou forme ISO, mois en chiffres ou en lettres, année à quatre chiffres.

    L'heure qui suit une date est laissée. Une année à deux chiffres, un nombre nu d'Excel (le message dit quelle date
    ce serait) et des chiffres autres qu'ASCII sont refusés : L_DATE.
    """
    ecrit = texte_ligne(texte)
    if lu := _JMA.fullmatch(ecrit):
        return _jour(lu[4], lu[3], lu[1], ecrit)
    if lu := _AMJ.fullmatch(ecrit):
        return _jour(lu[1], lu[3], lu[4], ecrit)
    if (lu := _LETTRES_DATE.fullmatch(cle(ecrit))) and (mois := _MOIS.get(lu[2])):
        premier = cle(ecrit).split(" ")[0]
        if premier.isdigit() or premier == "1er" or premier in _JOURS:
            if len(lu[3]) == 4:
                return _jour(lu[3], mois, lu[1], ecrit)
            raise _annee_courte(ecrit)
    if _DEUX_CHIFFRES.fullmatch(ecrit):
        raise _annee_courte(ecrit)
    if lu := _NOMBRE.fullmatch(ecrit):
        raise _nombre_nu(ecrit, int(lu[1]))
    raise CelluleRefusee("L_DATE", f"« {_court(ecrit)} » n'est pas une date : écrivez-la comme 31/12/1990.")


def _annee_courte(ecrit: str) -> CelluleRefusee:
    return CelluleRefusee("L_DATE", f"« {_court(ecrit)} » : écrivez l'année en quatre chiffres.")


def _nombre_nu(ecrit: str, nombre: int) -> CelluleRefusee:
    if len(ecrit) == 4 and 1900 <= nombre <= 2100:
        return CelluleRefusee("L_DATE", f"« {ecrit} » est une année seule : il manque le jour et le mois.")
    # Avant le 1er mars 1900, les nombres d'Excel sont décalés d'un jour : aucune date n'est avancée.
    if 60 < nombre <= _DERNIER_JOUR_EXCEL:
        jour = _ORIGINE_EXCEL + dt.timedelta(days=nombre)
        return CelluleRefusee(
            "L_DATE",
            f"« {ecrit} » est un nombre, non une date. Excel y verrait le {jour:%d/%m/%Y} : mettez la cellule au"
            " format date, ou écrivez la date.",
        )
    return CelluleRefusee("L_DATE", f"« {_court(ecrit)} » est un nombre, non une date : écrivez 31/12/1990.")


# --- Listes fermées --------------------------------------------------------------------------------------------


class ListeFermee(Generic[E]):
    """Analyseur d'une liste fermée : valeur enregistrée, libellé et variantes d'écriture connues."""

    def __init__(self, code: str, attendu: str, membres: type[E], **variantes: str) -> None:
        """`variantes` : nom du membre → écritures séparées par `|`."""
        self._code = code
        self._table: dict[str, E] = {}
        for membre in membres:
            libelle = membre.libelle if isinstance(membre, Nomenclature) else membre
            for ecriture in (membre.value, libelle, *variantes.get(membre.name, "").split("|")):
                if ecriture:
                    self._table[cle(ecriture)] = membre
        self._attendu = f"{attendu} : {', '.join(m.value for m in membres)}"

    def __call__(self, texte: str) -> E:
        """Le membre que dit ce texte, ou le refus qui énumère les valeurs possibles."""
        membre = self._table.get(cle(texte))
        if membre is None:
            raise CelluleRefusee(self._code, f"« {_court(texte_ligne(texte))} » n'est pas {self._attendu}.")
        return membre


civilite = ListeFermee(
    "L_CIVILITE",
    "une civilité",
    Civilite,
    MONSIEUR="M|Mr|Monsieur|Homme|H|1",
    MADAME="Mme|Mlle|Mle|Madame|Mademoiselle|Femme|F|2",
)
sexe = ListeFermee(
    "L_SEXE",
    "un sexe d'état civil",
    Sexe,
    MASCULIN="M|H|Homme|Masculin|Masc|Garçon|Mr|Monsieur|1",
    FEMININ="F|Femme|Féminin|Fem|Fille|Mme|Mlle|Madame|2",
)
origine = ListeFermee(
    "L_ORIGINE",
    "une origine",
    Origine,
    SALARIE="Salarié|Salariée|SL (Salarié)|Salarié (SL)|En poste",
    DEMANDEUR_EMPLOI="Demandeur d'emploi|Demandeuse d'emploi|Demandeur emploi|DE (Demandeur d'emploi)"
    "|Demandeur d'emploi (DE)|Chômeur|Chômeuse",
)
# Le code de la règle : « dispositif de financement est un des dix codes » se juge ici, la liste étant fermée.
dispositif_financement = ListeFermee(
    "INS-09",
    "un des dix dispositifs de financement",
    DispositifFinancement,
    CVAE="Congé VAE",
    CP="Contrat pro|Contrat de pro",
    CPE="Contrat pro expérimental",
    CPFTP="CPF de transition|CPF de transition professionnelle|CPF transition",
    PDC="Plan de développement|Plan de formation",
    POEC="POE collective",
    POEI="POE individuelle",
    PA="ProA|Pro A|Promotion ou reconversion par alternance",
)
voie = ListeFermee(
    "L_VOIE",
    "une voie d'accès",
    Voie,
    FORMATION="Parcours de formation|Formation professionnelle|Formation continue|F",
    VAE="Validation des acquis|Validation des acquis de l'expérience (VAE)",
    VAE_BRANCHE="VAE branche|VAE de la branche|VAEB",
)
prescripteur = ListeFermee(
    "L_PRESCRIPTEUR",
    "un prescripteur",
    Prescripteur,
    ENTREPRISE="Employeur|L'entreprise|L'employeur|Société",
    ORGANISME="Organisme de formation|Un organisme|OF|Organisme habilité",
    CANDIDAT="Candidate|Le candidat|Lui-même|Elle-même|Individuel|Initiative individuelle|À titre individuel",
)
secteur = ListeFermee(
    "L_SECTEUR",
    "un secteur",
    Secteur,
    METAUX="Métal|Métallurgie|M (Métaux)|Métaux (M)",
    HORS_METAUX="Hors métallurgie|Hors métal|HM (Hors métaux)|Hors métaux (HM)|H.M.",
)

_OUI = frozenset(["oui", "o", "yes", "y", "vrai", "true", "v", "x", "1", "coche"])
_NON = frozenset(["non", "n", "no", "faux", "false", "0"])


def oui_non(texte: str) -> bool:
    """« Oui », « X », « vrai », « 1 », une coche ; « Non », « faux », « 0 ». Le reste : L_OUI_NON."""
    mot = cle(texte)
    if mot in _OUI or texte.strip() in ("✓", "✔", "☑"):
        return True
    if mot in _NON or texte.strip() in ("✗", "✘", "☐", "-"):
        return False
    raise CelluleRefusee("L_OUI_NON", f"« {_court(texte_ligne(texte))} » : répondez par Oui ou Non.")


# --- Codes -----------------------------------------------------------------------------------------------------

_SCIENTIFIQUE = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)
_CHIFFRES = re.compile(r"\d+", re.ASCII)


def siret(texte: str) -> str:
    """Les quatorze chiffres d'un SIRET, espaces ôtés ; la clé de contrôle est jugée par INS-11. Refus : L_SIRET."""
    ecrit = texte_ligne(texte)
    # L'apostrophe en tête est la marque « texte » d'Excel.
    compact = ecrit.removeprefix("'").replace(" ", "")
    if len(compact) == 14 and _CHIFFRES.fullmatch(compact):
        return compact
    if _SCIENTIFIQUE.fullmatch(compact):
        raise CelluleRefusee(
            "L_SIRET",
            f"Excel a remplacé le SIRET par {compact} : des chiffres sont perdus. Mettez la colonne au format texte"
            " et retapez les 14 chiffres.",
        )
    if _CHIFFRES.fullmatch(compact):
        piste = " Excel a peut-être ôté un zéro au début." if len(compact) == 13 else ""
        raise CelluleRefusee("L_SIRET", f"Un SIRET a 14 chiffres, celui-ci {len(compact)}.{piste}")
    raise CelluleRefusee("L_SIRET", f"« {_court(ecrit)} » n'est pas un SIRET : 14 chiffres, sans lettre.")


_NACE = re.compile(r"(?:(\d{1,2})\.(\d{1,2})|(\d{2})(\d{2}))\s?[A-Z]?", re.ASCII | re.IGNORECASE)


def code_nace(texte: str) -> str:
    """Classe NACE `25.11`, depuis `25.11`, `2511` ou le code NAF `25.11Z` (lettre ôtée). Refus : L_NACE.

    Un zéro perdu par une cellule numérique est rendu : 25.5 ne peut être que la classe 25.50, 1.11 que 01.11.
    L'existence de la classe dans la nomenclature est vérifiée par INS-11.
    """
    ecrit = texte_ligne(texte)
    lu = _NACE.fullmatch(ecrit)
    if lu is None:
        raise CelluleRefusee("L_NACE", f"« {_court(ecrit)} » n'est pas un code NACE : écrivez-le comme 25.11.")
    division, classe = (lu[1], lu[2]) if lu[1] else (lu[3], lu[4])
    return f"{division:0>2}.{classe:0<2}"


_TELEPHONE = re.compile(r"\+?[\d .\-/()]+", re.ASCII)

_INTERNATIONAL = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)


def telephone(texte: str) -> str:
    """Numéro français en dix chiffres (`0612345678`) ou étranger avec son indicatif (`+352…`). Refus : L_TELEPHONE.

    `+33`, `0033` et `(0)` sont compris ; le zéro de tête perdu par une cellule numérique est rendu.
    """
    ecrit = texte_ligne(texte)
    if not _TELEPHONE.fullmatch(ecrit):
        raise CelluleRefusee("L_TELEPHONE", f"« {_court(ecrit)} » n'est pas un numéro de téléphone.")
    chiffres = "".join(_CHIFFRES.findall(ecrit.replace("(0)", "")))
    if ecrit.lstrip("(").startswith("+"):
        chiffres = f"+{chiffres}"
    elif chiffres.startswith("00"):
        chiffres = f"+{chiffres[2:]}"
    elif len(chiffres) == 11 and chiffres.startswith("33"):
        chiffres = f"+{chiffres}"
    elif len(chiffres) == 9 and not chiffres.startswith("0"):
        chiffres = f"0{chiffres}"
    if chiffres.startswith("+33"):
        chiffres = f"0{chiffres[3:].removeprefix('0')}"
    francais = len(chiffres) == 10 and chiffres.startswith("0") and chiffres[1] != "0"
    if francais or _INTERNATIONAL.fullmatch(chiffres):
        return chiffres
    raise CelluleRefusee(
        "L_TELEPHONE",
        f"« {_court(ecrit)} » : un numéro français a 10 chiffres, un numéro étranger commence par + et son indicatif.",
    )


_COURRIEL = re.compile(r"[^\s@<>(),;:\"\[\]\\|]+@[\w-]+(?:\.[\w-]+)+")


def email(texte: str) -> str:
    """Adresse électronique ; le domaine est mis en minuscules. Refus : L_EMAIL."""
    ecrit = texte_ligne(texte)
    if not _COURRIEL.fullmatch(ecrit) or ".." in ecrit or ecrit.startswith(".") or ".@" in ecrit or len(ecrit) > 254:
        raise CelluleRefusee("L_EMAIL", f"« {_court(ecrit)} » n'est pas une adresse électronique.")
    boite, domaine = ecrit.split("@")
    return f"{boite}@{domaine.lower()}"


_DEPARTEMENT = re.compile(r"(\d{1,3}|0?2[AB])(?:\s*[-–(:]\s*[^\W\d].*)?", re.ASCII | re.IGNORECASE | re.DOTALL)
_DEPARTEMENTS = (
    frozenset(f"{n:02d}" for n in range(1, 96) if n != 20)
    | {"2A", "2B"}
    | frozenset(str(n) for n in (*range(971, 979), *range(980, 990)))
)
_ETRANGER = "99"


def departement(texte: str) -> str | None:
    """Code de département : `01` à `95`, `2A`, `2B`, `971` à `978`, `98x` (INS-10). Refus : L_DEPARTEMENT.

    `1`, `068`, `02A` et « 68 - Haut-Rhin » sont compris ; `99`, qui veut dire né à l'étranger, rend `None` ; `20`
    est refusé, car ce peut être 2A ou 2B.
    """
    ecrit = texte_ligne(texte)
    lu = _DEPARTEMENT.fullmatch(ecrit)
    if lu:
        code = lu[1].upper().lstrip("0").rjust(2, "0")
        if code in _DEPARTEMENTS:
            return code
        if code == _ETRANGER:
            return None
        if code == "20":
            raise CelluleRefusee(
                "L_DEPARTEMENT", "« 20 » : écrivez 2A (Corse-du-Sud) ou 2B (Haute-Corse), même avant 1976."
            )
    raise CelluleRefusee(
        "L_DEPARTEMENT",
        f"« {_court(ecrit)} » n'est pas un code de département : 01 à 95, 2A, 2B, 971 à 978 ou 98x.",
    )


_COMMUNE = re.compile(r"\d{4,5}|2[AB]\d{3}", re.ASCII | re.IGNORECASE)


def code_commune(texte: str) -> str | None:
    """Code INSEE de commune (ou de pays, `99xxx`) en cinq caractères. Refus : L_CODE_COMMUNE.

    Le zéro de tête perdu par une cellule numérique est rendu ; `99` seul veut dire né à l'étranger et rend `None`.
    """
    ecrit = texte_ligne(texte)
    if ecrit == _ETRANGER:
        return None
    if not _COMMUNE.fullmatch(ecrit):
        raise CelluleRefusee(
            "L_CODE_COMMUNE", f"« {_court(ecrit)} » n'est pas un code INSEE de commune : 5 caractères, comme 68066."
        )
    return ecrit.upper().rjust(5, "0")


_BLOC = re.compile(r"(?:BDC\s?)?(\d{1,4})", re.ASCII | re.IGNORECASE)


def blocs(texte: str) -> tuple[str, ...]:
    """Blocs de compétences `BDC 0012`, séparés par `,`, `|` ou `;`, sans répétition. Refus : L_BLOCS."""
    lus: dict[str, None] = {}
    for morceau in re.split(r"[,|;\n]", texte_lignes(texte)):
        if not (ecrit := morceau.strip()):
            continue
        bloc = _BLOC.fullmatch(ecrit)
        if bloc is None:
            raise CelluleRefusee(
                "L_BLOCS", f"« {_court(ecrit)} » n'est pas un numéro de bloc : écrivez « BDC 0012, BDC 0013 »."
            )
        lus[f"BDC {bloc[1]:0>4}"] = None
    return tuple(lus)
