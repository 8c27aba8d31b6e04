"""Les colonnes d'un fichier d'import : leur déclaration, et la correspondance avec les en-têtes que les gens écrivent.

Un en-tête est reconnu seul quand il ne peut dire qu'une chose ; sinon il est demandé (`ambigues`). Une colonne que
rien ne prévoit est ignorée avec un avertissement, et n'est jamais enregistrée.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from imports import cellules
from imports.fichier import FichierRefuse


@dataclass(frozen=True, slots=True)
class Colonne:
    """Une colonne canonique : son nom, ce qu'en lit une personne, et comment se lit sa cellule.

    `requise` : la colonne doit être dans le fichier et sa cellule remplie (les règles en exigent d'autres selon le
    cas). `aliases` : autres en-têtes sûrs, écrits n'importe comment. `longueur_max` en caractères.
    """

    nom: str
    libelle: str
    requise: bool
    aliases: tuple[str, ...]
    analyse: Callable[[str], object]
    longueur_max: int

    def lire(self, texte: str) -> object | None:
        """La valeur de la cellule, `None` si elle est vide. Lève `CelluleRefusee` (L_VIDE si elle est requise)."""
        if not texte or texte.isspace():
            if self.requise:
                raise cellules.CelluleRefusee("L_VIDE", f"« {self.libelle} » est à remplir.")
            return None
        if len(texte) > self.longueur_max:
            cellules.verifier_longueur(texte.strip(), self.longueur_max)
        return self.analyse(texte)


def colonne(nom: str, libelle: str, analyse: Callable[[str], object], longueur_max: int, aliases: str = "") -> Colonne:
    """Déclare une colonne ; un `*` au bout du nom dit qu'elle est requise, les aliases sont séparés par `|`."""
    synonymes = tuple(a for a in aliases.split("|") if a)
    return Colonne(nom.rstrip("*"), libelle, nom.endswith("*"), synonymes, analyse, longueur_max)


INSCRIPTIONS: tuple[Colonne, ...] = (
    colonne("civilite", "Civilité", cellules.civilite, 30, "civ"),
    colonne("sexe", "Sexe", cellules.sexe, 30, "genre"),
    colonne(
        "nom_naissance*",
        "Nom de naissance",
        cellules.nom,
        120,
        "nom patronymique|nom de jeune fille|nom de famille de naissance|nom à la naissance|nom d'état civil|nom naiss",
    ),
    colonne(
        "nom_usage",
        "Nom d'usage",
        cellules.nom,
        120,
        "nom usuel|nom marital|nom d'époux|nom d'épouse",
    ),
    colonne(
        "prenoms*", "Prénoms", cellules.prenoms, 120, "prénom|prénoms de naissance|prénom d'état civil|prénom usuel"
    ),
    colonne(
        "date_naissance*",
        "Date de naissance",
        cellules.date,
        60,
        "né le|née le|né(e) le|date naiss|date de naiss|ddn|naissance",
    ),
    colonne(
        "ville_naissance*",
        "Ville de naissance",
        cellules.lieu,
        100,
        "lieu de naissance|commune de naissance|nom de la commune de naissance|né à|née à|né(e) à"
        "|lieu naiss|ville naiss",
    ),
    colonne(
        "code_commune_naissance",
        "Code INSEE de la commune de naissance",
        cellules.code_commune,
        10,
        "code insee naissance|code insee commune de naissance|insee naissance|code insee|code commune naissance"
        "|cog naissance",
    ),
    colonne(
        "departement_naissance",
        "Département de naissance",
        cellules.departement,
        60,
        "dépt naissance|dép naissance|dpt naissance|n° département de naissance|code département de naissance",
    ),
    colonne("pays_naissance*", "Pays de naissance", cellules.lieu, 60, "pays naiss|code pays naissance"),
    colonne(
        "email",
        "E-mail",
        cellules.email,
        254,
        "e-mail|mail|courriel|mél|adresse mail|adresse e-mail|adresse électronique|email contact|e-mail de convocation",
    ),
    colonne(
        "telephone",
        "Téléphone",
        cellules.telephone,
        40,
        "tél|tel|téléphone portable|portable|mobile|tél portable|tél mobile|téléphone mobile|n° de téléphone|n° tél",
    ),
    colonne(
        "adresse", "Adresse", cellules.texte_lignes, 300, "adresse postale|adresse personnelle|rue|adresse du domicile"
    ),
    colonne("code_postal", "Code postal", cellules.texte_ligne, 12, "cp|code postal du domicile"),
    colonne("ville", "Ville", cellules.lieu, 100, "commune|ville du domicile|commune de résidence|ville de résidence"),
    colonne("origine*", "Origine (SL ou DE)", cellules.origine, 60, "origine|statut|situation|statut du candidat"),
    colonne(
        "dispositif_financement*",
        "Dispositif de financement",
        cellules.dispositif_financement,
        80,
        "dispositif|financement|mode de financement|type de financement",
    ),
    colonne("abondement_cpf", "Abondement CPF", cellules.oui_non, 20, "abondement|cpf abondé|abondement du cpf"),
    colonne(
        "raison_sociale",
        "Raison sociale",
        cellules.texte_ligne,
        200,
        "entreprise|nom de l'entreprise|employeur|société|nom de la société"
        "|raison sociale de l'entreprise|établissement",
    ),
    colonne(
        "siret",
        "SIRET de l'entreprise",
        cellules.siret,
        40,
        "n° siret|numéro siret|siret employeur|siret entreprise|code siret|siret de l'établissement",
    ),
    colonne(
        "adresse_entreprise",
        "Adresse de l'entreprise",
        cellules.texte_lignes,
        300,
        "adresse employeur|adresse société|adresse de l'établissement|adresse de la raison sociale",
    ),
    colonne(
        "code_nace",
        "Code NACE",
        cellules.code_nace,
        20,
        "nace|naf|code naf|ape|code ape|naf ape|code naf/ape|code ape/naf",
    ),
    colonne("secteur", "Secteur (M ou HM)", cellules.secteur, 40, "secteur|secteur d'activité"),
    colonne("branche", "Branche", cellules.texte_ligne, 120, "branche professionnelle|branche d'activité"),
    colonne(
        "certification*",
        "Certification",
        cellules.texte_ligne,
        80,
        "n° de certification|code certification|numéro certification|cqpm|n° cqpm|code cqpm|numéro cqpm|rncp|code rncp"
        "|n° rncp|formation rncp|certification visée|cqpm visé|cqpm préparé|qualification",
    ),
    colonne("blocs", "Blocs de compétences", cellules.blocs, 400, "bdc|n° bdc|blocs visés|numéros de bloc"),
    colonne(
        "voie*", "Voie d'accès", cellules.voie, 60, "voie|modalité d'accès|mode d'accès|voie accès à la certification"
    ),
    colonne("prescripteur*", "Prescripteur", cellules.prescripteur, 60, "inscrit par|prescrit par"),
    colonne(
        "organisme",
        "Organisme de formation",
        cellules.texte_ligne,
        200,
        "organisme|of|organisme habilité|prestataire|prestataire de formation|centre de formation|siret organisme"
        "|siret de l'organisme de formation",
    ),
    colonne(
        "date_inscription*",
        "Date d'inscription",
        cellules.date,
        60,
        "inscrit le|inscrite le|inscrit(e) le|date inscription formation",
    ),
    colonne(
        "sans_accord_employeur",
        "Sans accord de l'employeur",
        cellules.oui_non,
        20,
        "hors accord employeur|sans l'accord de l'employeur|initiative personnelle sans accord employeur",
    ),
    colonne(
        "date_recevabilite",
        "Date de recevabilité (VAE)",
        cellules.date,
        60,
        "date de recevabilité|recevabilité|recevable le|date du dossier de recevabilité",
    ),
    colonne("experience", "Expérience", cellules.texte_lignes, 2_000, "expérience professionnelle|expériences"),
    colonne(
        "reference",
        "Référence",
        cellules.texte_ligne,
        80,
        "réf|matricule|identifiant|identifiant externe|n° de dossier|référence du dossier",
    ),
)
"""Colonnes d'un fichier d'inscriptions (candidats et leur inscription préalable, partie 2, chapitre 2)."""


# --- Correspondance --------------------------------------------------------------------------------------------

_NUMERO = re.compile(r"\b[nN](?:[°º]|o\b\.?)")
_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_MOTS_VIDES = frozenset(["aux", "d", "de", "des", "du", "en", "et", "l", "la", "les", "s", "un", "une"])
_DE_LA_PERSONNE = frozenset(
    ["apprenant", "beneficiaire", "candidat", "participant", "personne", "stagiaire", "titulaire"]
)

# « Nom » et « nom de famille » se disent du nom de naissance comme du nom d'usage.
_DEUX_LECTURES = {"nom": ("nom_naissance", "nom_usage"), "nom famille": ("nom_naissance", "nom_usage")}


def cle_entete(entete: str) -> str:
    """L'en-tête ramené à ses mots utiles : sans accents, casse, `*`, parenthèses, pluriels ni mots vides.

    « * Date de naissance (format: JJ/MM/AAAA) », « date_naissance » et « DATES DE NAISSANCE » donnent la même clé.
    """
    mots = cellules.cle(_PARENTHESES.sub(" ", cellules.sans_marques(_NUMERO.sub("numero ", entete)))).split(" ")
    utiles = [_singulier(m) for m in mots if m not in _MOTS_VIDES]
    gardes = [m for m in utiles if m not in _DE_LA_PERSONNE]
    return " ".join(gardes or utiles)


def _singulier(mot: str) -> str:
    return mot[:-1] if len(mot) > 3 and mot[-1] in "sx" else mot


COLONNES_DES_REJETS = frozenset({"codes", "messages"})


@dataclass(frozen=True, slots=True)
class Cartographie:
    """Ce que chaque colonne du fichier veut dire.

    `par_index` : rang de la colonne → colonne canonique ; `inconnues` : en-têtes ignorés ; `ambigues` : en-tête →
    colonnes entre lesquelles choisir (une seule quand deux en-têtes visent la même) ; `manquantes` : colonnes
    requises absentes ; `attendues` et `possibles` : largeurs pour `cellules.verifier_largeur`.
    """

    par_index: dict[int, Colonne]
    inconnues: tuple[str, ...] = ()
    ambigues: Mapping[str, tuple[Colonne, ...]] = field(default_factory=dict)
    manquantes: tuple[Colonne, ...] = ()
    attendues: int = 0
    possibles: int = 0

    @property
    def avertissements(self) -> tuple[str, ...]:
        """Ce qu'il faut dire à la personne : les colonnes ignorées, une phrase chacune.

        Les deux colonnes que le fichier des rejets ajoute vont de soi.
        """
        return tuple(
            f"La colonne « {e} » n'est pas prévue : elle est ignorée et n'est pas enregistrée."
            for e in self.inconnues if e not in COLONNES_DES_REJETS
        )

    def verifier(self) -> None:
        """Lève `FichierRefuse` s'il manque une colonne requise (F_ENTETE_MANQUANT) ou s'il faut choisir (F_AMBIGU)."""
        questions = " ".join(
            f"« {entete} » peut être « {' » ou « '.join(c.libelle for c in lectures)} » : à préciser."
            if len(lectures) > 1
            else f"« {entete} » et une autre colonne disent toutes deux « {lectures[0].libelle} » : à départager."
            for entete, lectures in self.ambigues.items()
        )
        if self.manquantes:
            phrases = []
            trouvees = sum(c.requise for c in self.par_index.values())
            # Une première ligne de données ne doit pas être recopiée dans un message : elle nomme une personne.
            entete_probable = trouvees >= len(self.manquantes) // 2
            if not entete_probable:
                phrases.append("La première ligne ne ressemble pas à un en-tête : ajoutez celui du modèle.")
            pluriel = "s" if len(self.manquantes) > 1 else ""
            noms = ", ".join(f"{c.libelle} ({c.nom})" for c in self.manquantes)
            phrases.append(f"Colonne{pluriel} absente{pluriel} : {noms}.")
            if entete_probable:
                phrases += [questions] if questions else []
                phrases += [f"Colonnes non reconnues : {', '.join(self.inconnues)}."] if self.inconnues else []
            raise FichierRefuse("F_ENTETE_MANQUANT", " ".join(phrases))
        if questions:
            raise FichierRefuse("F_AMBIGU", questions)


def cartographier(
    entetes: Sequence[str],
    colonnes: Iterable[Colonne] = INSCRIPTIONS,
    correspondance: Mapping[str, str | None] | None = None,
) -> Cartographie:
    """Fait correspondre les en-têtes du fichier aux colonnes canoniques.

    `correspondance` impose des réponses : en-tête → nom de colonne, ou `None` pour l'ignorer. Lève `FichierRefuse`
    (F_CORRESPONDANCE) si elle nomme une colonne qui n'existe pas.
    """
    par_nom = {c.nom: c for c in colonnes}
    imposees = {cle_entete(e): nom for e, nom in (correspondance or {}).items()}
    if faux := sorted({nom for nom in imposees.values() if nom} - set(par_nom)):
        raise FichierRefuse("F_CORRESPONDANCE", f"Colonnes inconnues dans la correspondance : {', '.join(faux)}.")
    sures = {cle_entete(e): c.nom for c in par_nom.values() for e in (*c.aliases, c.libelle, c.nom)}

    vises: dict[int, tuple[str, ...]] = {}
    inconnues: list[str] = []
    for index, entete in enumerate(entetes):
        if not entete.strip():
            continue
        cle = cle_entete(entete)
        sure = imposees[cle] if cle in imposees else sures.get(cle)
        lectures = () if cle in imposees else tuple(n for n in _DEUX_LECTURES.get(cle, ()) if n in par_nom)
        if sure or lectures:
            vises[index] = (sure,) if sure else lectures
        else:
            inconnues.append(entete)

    # « Nom » à côté de « Nom d'usage » n'a plus qu'une lecture ; à côté des deux, il ne fait que répéter.
    pris = {v[0] for v in vises.values() if len(v) == 1}
    for index in [i for i, v in vises.items() if len(v) > 1]:
        restes = tuple(n for n in vises[index] if n not in pris)
        if not restes:
            del vises[index]
            inconnues.append(entetes[index])
        elif len(restes) == 1:
            vises[index] = restes
    compte: dict[tuple[str, ...], int] = {}
    for lectures in vises.values():
        compte[lectures] = compte.get(lectures, 0) + 1
    par_index = {i: par_nom[v[0]] for i, v in vises.items() if len(v) == 1 and compte[v] == 1}
    ambigues = {entetes[i].strip(): tuple(par_nom[n] for n in v) for i, v in vises.items() if i not in par_index}
    trouvees = {c.nom for c in par_index.values()}
    nommees = [i for i, e in enumerate(entetes) if e.strip()]
    return Cartographie(
        par_index,
        tuple(e.strip() for e in inconnues),
        ambigues,
        tuple(c for c in par_nom.values() if c.requise and c.nom not in trouvees),
        nommees[-1] + 1 if nommees else 0,
        len(entetes),
    )
