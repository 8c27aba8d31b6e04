"""De lignes lues à un verdict, en colonnes : cellules → valeurs → faits → règles. Le formulaire est un lot d'une ligne.

Rien ne se calcule ligne par ligne qui puisse l'être par valeur distincte : une cellule se lit une fois par écriture, une
règle s'évalue une fois par combinaison des faits qu'elle lit (`rules.noyau.EnLot`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any

from imports.cellules import CelluleRefusee, Memo, Refus, verifier_largeur
from imports.colonnes import INSCRIPTIONS, Cartographie, Colonne
from imports.compte_rendu import Erreur
from imports.fichier import Ligne
from models.normalisation import cle_entreprise, cle_identite
from rules import controle
from rules.collecte import FRANCE, ContexteInscription
from rules.faits import CertificationFacts, OrganismeFacts, ProcheFacts
from rules.inscription import financement_de_la_liste, lieu_de_naissance
from rules.noyau import EnLot, Gravite, Violation

_LONGUEUR_VALEUR = 80
# Ce qu'une lecture reproche déjà au nom d'une règle.
_PASSAGES = {"INS-09": financement_de_la_liste.source, "INS-10": lieu_de_naissance.source}
_DEPARTEMENT_OUTRE_MER = ("97", "98")


def _lecteur(colonne: Colonne) -> Memo[object]:
    """La lecture des cellules d'une colonne ; un membre de liste fermée est rendu par sa valeur, celle de la base."""

    def lire(texte: str) -> object:
        valeur = colonne.lire(texte)
        return valeur.value if isinstance(valeur, Enum) else valeur

    return Memo(lire)


MEMOS = {c.nom: _lecteur(c) for c in INSCRIPTIONS}
PAR_NOM = {c.nom: c for c in INSCRIPTIONS}


class Lot:
    """Des lignes lues, en colonnes : numéros, textes tels que venus, valeurs lues, ce qu'on reproche à chacune.

    `valeurs` a toutes les colonnes canoniques, `None` pour une cellule vide ; le reste est posé par le juge et le moteur :
    `cle_choisie`, celle d'une fiche choisie ; `cles_proches`, les clés de rapprochement par clé d'identité ; `a_creer`, les
    rangs à écrire. `en_erreur` et `erreurs` vont par rang. Les lignes de mauvaise largeur, qu'on ne peut lire, n'ont pas de rang : `a_part`.
    """

    def __init__(self, numeros: Sequence[int], brutes: Mapping[str, Sequence[str]], lignes: Sequence[Ligne] = ()) -> None:
        self.numeros = numeros
        self.brutes = brutes
        self.lignes = lignes
        self.nombre = len(numeros)
        self.valeurs: dict[str, Sequence[Any]] = {}
        self.erreurs: dict[int, list[Erreur]] = {}
        self.en_erreur: dict[int, set[str]] = {}
        self.a_part: list[tuple[Ligne, Erreur]] = []
        self._vide: Sequence[Any] = [None] * self.nombre
        self._textes: dict[str, Sequence[str]] = {}
        self.certifications: Sequence[CertificationFacts | None] = self._vide
        self.organismes: Sequence[OrganismeFacts | None] = self._vide
        self.pays: Sequence[str] = ()
        self.departements: list[str] = []
        self.blocs: Sequence[tuple[str, ...]] = ()
        self.cibles: Sequence[str] = ()
        self.cles: Sequence[str] = ()
        self.cles_entreprise: Sequence[str] = ()
        self.cle_choisie = ""
        self.proches: Sequence[tuple[ProcheFacts, ...]] = ((),) * self.nombre
        self.cles_proches: dict[str, list[int]] = {}
        self.a_creer: list[int] = []
        for nom in PAR_NOM:
            textes = brutes.get(nom)
            self.valeurs[nom] = self._vide if textes is None else self._lire(nom, textes)

    def _lire(self, nom: str, textes: Sequence[str]) -> Sequence[Any]:
        valeurs: list[Any] = list(map(MEMOS[nom].__getitem__, textes))
        if Refus in set(map(type, valeurs)):
            for rang, valeur in enumerate(valeurs):
                if type(valeur) is Refus:
                    valeurs[rang] = None
                    self.refuser(rang, nom, valeur.code, valeur.message)
        return valeurs

    def refuser(
        self, rang: int, colonne: str, code: str, message: str, gravite: Gravite = Gravite.BLOQUE, passage: str = ""
    ) -> None:
        """Note une erreur d'une ligne."""
        textes = self.brutes.get(colonne)
        self.erreurs.setdefault(rang, []).append(
            Erreur(self.numeros[rang], colonne, textes[rang][:_LONGUEUR_VALEUR] if textes is not None else "", code, message,
                   gravite, passage or _PASSAGES.get(code, ""))
        )
        if gravite is Gravite.BLOQUE:
            self.en_erreur.setdefault(rang, set()).add(colonne)

    def textes(self, nom: str) -> Sequence[str]:
        """Les valeurs d'une colonne de texte, vides si rien n'est donné."""
        if nom not in self._textes:
            valeurs = self.valeurs[nom]
            self._textes[nom] = ("",) * self.nombre if valeurs is self._vide else ["" if v is None else v for v in valeurs]
        return self._textes[nom]

    def poser(self, nom: str, valeurs: Sequence[Any]) -> None:
        """Remplace les valeurs d'une colonne par d'autres, mieux sues."""
        self.valeurs[nom] = valeurs
        self._textes.pop(nom, None)

    @property
    def bonnes(self) -> list[int]:
        """Les rangs des lignes que rien ne bloque."""
        return [rang for rang in range(self.nombre) if rang not in self.en_erreur] if self.en_erreur else list(range(self.nombre))

    @property
    def lues(self) -> int:
        """Nombre de lignes du fichier."""
        return self.nombre + len(self.a_part)

    @property
    def refusees(self) -> int:
        """Nombre de lignes qu'une erreur bloque."""
        return len(self.en_erreur) + len(self.a_part)

    @property
    def alertees(self) -> int:
        """Nombre de lignes bonnes qu'une règle avertit."""
        return sum(rang not in self.en_erreur for rang in self.erreurs)

    def reprochees(self) -> Iterator[tuple[Ligne, list[Erreur], bool]]:
        """Les lignes à qui l'on reproche quelque chose, dans l'ordre du fichier : ligne, erreurs, refusée ou non."""
        toutes = [(self.lignes[r], e, r in self.en_erreur) for r, e in self.erreurs.items()] if self.lignes else []
        yield from sorted([*toutes, *((ligne, [e], True) for ligne, e in self.a_part)], key=lambda x: x[0].numero)


def lire_lignes(lignes: Sequence[Ligne], carte: Cartographie) -> Lot:
    """Lit un lot de lignes d'un fichier."""
    bonnes: Sequence[Ligne] = lignes
    a_part: list[tuple[Ligne, Erreur]] = []
    if {len(ligne.cellules) for ligne in lignes} - set(range(carte.attendues, carte.possibles + 1)):
        bonnes = []
        for ligne in lignes:
            try:
                verifier_largeur(ligne.cellules, carte.attendues, carte.possibles)
            except CelluleRefusee as refus:
                a_part.append((ligne, Erreur(ligne.numero, "", "", refus.code, refus.message)))
            else:
                bonnes.append(ligne)
    # Toutes les lignes ont au moins les colonnes nommées : la transposition n'en perd aucune.
    colonnes = list(zip(*(ligne.cellules for ligne in bonnes), strict=False))
    brutes = {c.nom: colonnes[rang] for rang, c in carte.par_index.items()} if bonnes else {}
    lot = Lot([ligne.numero for ligne in bonnes], brutes, bonnes)
    lot.a_part = a_part
    return lot


def lire_formulaire(rang: int, champs: Mapping[str, str]) -> Lot:
    """Lit une saisie de formulaire : noms de colonnes canoniques → texte."""
    return Lot([rang], {nom: [champs.get(nom, "") or ""] for nom in PAR_NOM})


@lru_cache(maxsize=16_384)
def _departement_de(code_commune: str) -> str:
    return code_commune[:3] if code_commune.startswith(_DEPARTEMENT_OUTRE_MER) else code_commune[:2]


class Juge:
    """Situe et juge des lots pour un centre ; se souvient des réponses d'un lot à l'autre."""

    def __init__(self, contexte: ContexteInscription) -> None:
        """Retient le contexte du centre, lu une fois."""
        self.contexte = contexte
        self._regles: EnLot = controle.inscriptions_en_lot()
        self._certifications = _Retenu(self._certification)
        self._organismes = _Retenu(lambda ecrit: contexte.organisme(ecrit) if ecrit else None)
        self._pays = _Retenu(lambda ecrit: contexte.code_pays(ecrit) if ecrit else "")
        self._blocs = _Retenu(lambda lus: tuple(map(contexte.bloc, lus)) if lus else ())
        self._cibles = _Retenu(lambda blocs: "|".join(sorted(blocs)))

    def _certification(self, demandee: tuple[str, dt.date | None]) -> CertificationFacts | None:
        ecrite, jour = demandee
        certification = self.contexte.certification(ecrite) if ecrite else None
        # Un candidat est inscrit à la version en vigueur ce jour-là : ses blocs sont ceux de cette version (REF-09).
        return certification and self.contexte.en_version(certification, jour)

    def situer(self, lot: Lot) -> None:
        """Rattache les lignes aux nomenclatures : certification, organisme, pays, département, blocs, clés."""
        v, textes = lot.valeurs, lot.textes
        lot.certifications = self._certifications.de(zip(textes("certification"), v["date_inscription"], strict=True))
        lot.organismes = self._organismes.de(textes("organisme"))
        pays = self._pays.de(textes("pays_naissance"))
        if None in pays:
            for rang, code in enumerate(pays):
                if code is None:
                    ecrit = textes("pays_naissance")[rang]
                    lot.refuser(rang, "pays_naissance", "INS-10", f"« {ecrit} » n'est pas un pays connu : vérifiez son nom.")
        lot.pays = [code or "" for code in pays]
        lot.departements = [
            departement or (_departement_de(commune) if commune and ici == FRANCE else "")
            for departement, commune, ici in zip(
                textes("departement_naissance"), textes("code_commune_naissance"), lot.pays, strict=True)
        ]
        lot.blocs = self._blocs.de(v["blocs"])
        lot.cibles = self._cibles.de(lot.blocs)
        lot.cles = [
            lot.cle_choisie or (cle_identite(nom, prenoms, jour, ville) if nom and prenoms and jour and ville else "")
            for nom, prenoms, jour, ville in zip(
                v["nom_naissance"], v["prenoms"], v["date_naissance"], v["ville_naissance"], strict=True)
        ]
        lot.cles_entreprise = [
            cle_entreprise(siret, raison, adresse) if raison else ""
            for siret, raison, adresse in zip(
                v["siret"], textes("raison_sociale"), textes("adresse_entreprise"), strict=True)
        ]

    def faits(self, lot: Lot, ouvertes_ailleurs: Sequence[bool]) -> dict[str, Sequence[Any]]:
        """Les faits que jugent les règles (`InscriptionFacts`), une colonne par fait."""
        n, textes, contexte = lot.nombre, lot.textes, self.contexte
        rien: Sequence[Any] = (None,) * n
        nace = textes("code_nace")
        return {
            **{nom: textes(nom) for nom in (
                "nom_naissance", "prenoms", "ville_naissance", "origine", "raison_sociale", "adresse_entreprise", "siret",
                "code_nace", "secteur", "branche", "voie", "prescripteur", "experience", "sexe")},
            **{nom: lot.valeurs[nom] for nom in ("date_naissance", "date_inscription", "date_recevabilite")},
            "departement_naissance": lot.departements, "pays_naissance": lot.pays,
            "ne_en_france": [code == FRANCE for code in lot.pays], "financement": textes("dispositif_financement"),
            "nace_connu": list(map(contexte.codes_nace.__contains__, nace)), "certification": lot.certifications,
            "certification_demandee": textes("certification"), "blocs": lot.blocs, "centre_id": (contexte.centre_id,) * n,
            "organisme": lot.organismes, "organisme_demande": textes("organisme"), "deja_ouverte": ouvertes_ailleurs,
            "proches": lot.proches, "commune_naissance": textes("code_commune_naissance"),
            "aujourd_hui": (contexte.aujourd_hui,) * n, "date_premiere_evaluation": rien, "date_jury": rien,
            "date_jury_prevu": rien,
        }

    def juger(self, lot: Lot, ouvertes_ailleurs: Sequence[bool]) -> None:
        """Applique les règles de l'inscription ; une cellule illisible n'est pas reprochée une seconde fois."""
        if not lot.nombre:
            return
        # Deux objets du contexte ne sont égaux que s'ils sont le même : leur adresse les distingue, sans les comparer.
        cles = {"certification": list(map(id, lot.certifications)), "organisme": list(map(id, lot.organismes))}
        trouvees = self._regles(self.faits(lot, ouvertes_ailleurs), lot.nombre, cles)
        for rang in sorted(trouvees):
            _noter(lot, rang, trouvees[rang], frozenset(lot.en_erreur.get(rang, ())))


def _noter(lot: Lot, rang: int, violations: Iterable[Violation], illisibles: Collection[str]) -> None:
    for v in violations:
        if v.champ not in illisibles:
            lot.refuser(rang, v.champ, v.code, v.message, v.gravite, v.source)


class _Retenu(dict[Any, Any]):
    """Une fonction, calculée une fois par valeur distincte ; bornée."""

    def __init__(self, fonction: Callable[[Any], Any], borne: int = 8_000) -> None:
        super().__init__()
        self._fonction = fonction
        self._borne = borne

    def __missing__(self, quoi: Any) -> Any:
        if len(self) >= self._borne:
            self.clear()
        valeur = self[quoi] = self._fonction(quoi)
        return valeur

    def de(self, valeurs: Iterable[Any]) -> list[Any]:
        """Les résultats d'une colonne."""
        return list(map(self.__getitem__, valeurs))
