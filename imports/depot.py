"""Un fichier déposé à l'écran : ce qu'on en reconnaît, ce que ses colonnes veulent dire, ce que donnerait chaque ligne.

Simulation et import passent par le moteur des imports ; ce module n'y ajoute que ce que l'écran apporte : les réponses
sur les en-têtes, les cellules corrigées sur place, et la fiche choisie pour une personne déjà connue.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from imports.cellules import CelluleRefusee
from imports.colonnes import Cartographie, Colonne, cartographier, cle_entete
from imports.compte_rendu import CompteRendu, Erreur
from imports.fichier import Fichier, Ligne
from imports.genres import GENRES
from imports.jugement import Lot
from imports.lecture import ouvrir
from imports.moteur import Comptes, Ecrit, Genre, Moteur, importer
from models import Candidat, ColonneReconnue, Importation, lot
from rules.faits import ProcheFacts
from rules.nomenclatures import IssueLigne
from rules.noyau import Gravite

PREMIERES = 8
# Au-delà, seules les lignes refusées ou avec alerte sont montrées une à une.
LIGNES_DETAILLEES = 50_000
_IDENTITE = ("nom_naissance", "prenoms", "date_naissance", "ville_naissance")


@contextmanager
def sur_disque(contenu: bytes, nom: str) -> Iterator[Path]:
    """Un fichier reçu, posé sur disque le temps d'un bloc, sous son extension."""
    with tempfile.TemporaryDirectory() as dossier:
        chemin = Path(dossier) / ("fichier" + Path(nom).suffix.lower()[:8])
        chemin.write_bytes(contenu)
        yield chemin


def empreinte_de(contenu: bytes) -> str:
    """Le SHA-256 d'un fichier reçu : le même est reconnu."""
    return hashlib.sha256(contenu).hexdigest()


@contextmanager
def fichier_de(importation: Importation) -> Iterator[Fichier]:
    """Le fichier déposé, ouvert comme la personne l'a dit.

    :raises FichierRefuse: il ne se lit pas.
    """
    with sur_disque(importation.contenu or b"", importation.nom_fichier) as chemin:
        yield ouvrir(chemin, nom=importation.nom_fichier, **format_demande(importation))


def format_demande(importation: Importation) -> dict[str, Any]:
    """L'encodage, le séparateur et la feuille que la personne impose, ou qui ont été reconnus."""
    delimite = bool(importation.separateur)
    return {
        "encodage": importation.encodage if delimite else None, "separateur": importation.separateur or None,
        "feuille": importation.feuille or None,
    }


# --- les colonnes --------------------------------------------------------------------------------------------------


def reponses_du_centre(session: Session, centre_id: int, nature: str) -> dict[str, str | None]:
    """Ce que le centre a déjà répondu sur des en-têtes : en-tête ramené à ses mots utiles → colonne, ou rien."""
    lues = session.execute(
        select(ColonneReconnue.entete, ColonneReconnue.colonne)
        .where(ColonneReconnue.centre_id == centre_id, ColonneReconnue.nature == nature)
    )
    return {entete: colonne for entete, colonne in lues}  # noqa: C416 — une ligne de résultat n'est pas une paire


def correspondance(
    session: Session, centre_id: int, genre: Genre[Any], entetes: Sequence[str], reponses: Mapping[str, str | None] | None = None
) -> dict[str, str | None]:
    """Ce qui vaut pour ces en-têtes : les réponses données, sinon celles que le centre a déjà faites."""
    retenues = reponses_du_centre(session, centre_id, genre.nature)
    connues = {c.nom for c in genre.colonnes}
    trouvees = {e: retenues[cle_entete(e)] for e in entetes if e.strip() and cle_entete(e) in retenues}
    return {e: c for e, c in (trouvees | dict(reponses or {})).items() if c is None or c in connues}


def retenir(session: Session, centre_id: int, genre: Genre[Any], reponses: Mapping[str, str | None]) -> None:
    """Retient pour le centre ce qui n'allait pas de soi : une réponse qui dit ce qu'on aurait compris seul n'apprend rien."""
    deja = {r.entete: r for r in session.scalars(select(ColonneReconnue).where(
        ColonneReconnue.centre_id == centre_id, ColonneReconnue.nature == genre.nature))}
    for entete, colonne in reponses.items():
        cle = cle_entete(entete)[:200]
        seule = cartographier([entete], genre.colonnes).par_index.get(0)
        connue = deja.get(cle)
        if connue is not None:
            connue.colonne = colonne
        elif cle and colonne != (seule.nom if seule else None):
            session.add(ColonneReconnue(centre_id=centre_id, nature=genre.nature, entete=cle, colonne=colonne))


# --- les premières lignes ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CelluleLue:
    """Une cellule telle qu'elle sera lue, ou pourquoi elle ne se lit pas."""

    brute: str
    lue: str
    refus: str = ""


@dataclass(frozen=True, slots=True)
class ApercuLignes:
    """Les premières lignes d'un fichier, colonne par colonne, et ce que chaque colonne veut dire."""

    entetes: tuple[str, ...]
    carte: Cartographie
    lignes: tuple[tuple[int, tuple[CelluleLue, ...]], ...]
    encodage: str
    separateur: str
    feuille: str
    feuilles: tuple[str, ...]


def apercevoir(fichier: Fichier, genre: Genre[Any], reponses: Mapping[str, str | None]) -> ApercuLignes:
    """Les premières lignes telles qu'elles seront lues.

    :raises FichierRefuse: le fichier s'abîme plus bas, ou n'a pas de ligne.
    """
    carte = cartographier(fichier.entetes, genre.colonnes, reponses)
    lignes = tuple(
        (ligne.numero, tuple(
            _lire(carte.par_index.get(i), ligne.cellules[i] if i < len(ligne.cellules) else "")
            for i in range(len(fichier.entetes))
        ))
        for ligne in islice(fichier, PREMIERES)
    )
    return ApercuLignes(
        tuple(fichier.entetes), carte, lignes, fichier.encodage, fichier.separateur, fichier.feuille, fichier.feuilles
    )


def _lire(colonne: Colonne | None, brute: str) -> CelluleLue:
    if colonne is None:
        return CelluleLue(brute, "")
    try:
        valeur = colonne.lire(brute)
    except CelluleRefusee as refus:
        return CelluleLue(brute, "", refus.message)
    return CelluleLue(brute, _dire(valeur))


def _dire(valeur: Any) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "Oui" if valeur else "Non"
    if isinstance(valeur, tuple):
        return ", ".join(map(str, valeur))
    return f"{valeur:%d/%m/%Y}" if hasattr(valeur, "strftime") else str(getattr(valeur, "value", valeur))


# --- les lignes, une à une -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LigneJugee:
    """Ce que donnerait une ligne : son issue, ses cellules, ce qu'on lui reproche, qui lui ressemble."""

    numero: int
    issue: IssueLigne
    cellules: Sequence[str]
    erreurs: Sequence[Erreur]
    alertee: bool
    proches: Sequence[ProcheFacts] = ()


Note = Callable[[list[LigneJugee]], None]
Retouche = Callable[[int, Sequence[str], Cartographie], Sequence[str]]


def _sans_note(_jugees: list[LigneJugee]) -> None:
    """Personne ne regarde."""


class _Temoin:
    """Le moteur d'un genre, dont on retouche les lignes avant qu'il les lise, et qu'on regarde juger, sans rien y changer."""

    def __init__(self, moteur: Moteur[Any], session: Session, retouche: Retouche, note: Note) -> None:
        self._moteur = moteur
        self._session = session
        self._retouche = retouche
        self._note = note
        self._venues: dict[int, Sequence[str]] = {}

    def lire(self, lignes: Sequence[Ligne], carte: Cartographie) -> Any:
        """Lit les lignes retouchées ; garde de côté ce qu'elles étaient."""
        lues = []
        for ligne in lignes:
            cellules = self._retouche(ligne.numero, ligne.cellules, carte)
            if cellules is not ligne.cellules:
                self._venues[ligne.numero] = ligne.cellules
            lues.append(Ligne(ligne.numero, list(cellules)))
        return self._moteur.lire(lues, carte)

    def juger(self, lu: Any) -> Comptes:
        """Laisse juger, et dit ce que donne chaque ligne."""
        comptes = self._moteur.juger(lu)
        if self._note is not _sans_note:
            self._note(sorted(map(self._telle_que_venue, self._jugees(lu)), key=lambda j: j.numero))
        self._venues.clear()
        return comptes

    def _telle_que_venue(self, jugee: LigneJugee) -> LigneJugee:
        return replace(jugee, cellules=self._venues[jugee.numero]) if jugee.numero in self._venues else jugee

    def _jugees(self, lu: Lot) -> Iterator[LigneJugee]:
        for ligne, erreur in lu.a_part:
            yield LigneJugee(ligne.numero, IssueLigne.REFUSEE, ligne.cellules, [erreur], alertee=False)
        a_creer = set(lu.a_creer)
        x, cle = self._session.connection(), Candidat.__table__.c.cle_identite
        connues = set(x.scalars(select(cle).where(lot.parmi(x, cle, {lu.cles[r] for r in a_creer})))) if a_creer else set()
        for rang in range(lu.nombre):
            erreurs = lu.erreurs.get(rang, [])
            if rang in lu.en_erreur:
                issue = IssueLigne.REFUSEE
            elif rang not in a_creer:
                issue = IssueLigne.DEJA
            else:
                issue = IssueLigne.CONNUE if lu.cles[rang] in connues else IssueLigne.NOUVELLE
            yield LigneJugee(lu.numeros[rang], issue, lu.lignes[rang].cellules, erreurs,
                             any(e.gravite is Gravite.ALERTE for e in erreurs), lu.proches[rang])

    def retenir(self, lu: Any) -> None:
        self._moteur.retenir(lu)

    def preparer(self) -> Iterator[Any]:
        return self._moteur.preparer()

    def ecrire(self, prepare: Any) -> Ecrit:
        return self._moteur.ecrire(prepare)


class _TemoinParLigne(_Temoin):
    """Le même, pour un genre qui va ligne à ligne : chaque ligne dit elle-même ce qu'elle donnerait."""

    def __init__(self, genre: Genre[Any], ouvrir_moteur: tuple[Session, int, int | None], retouche: Retouche, note: Note) -> None:
        super().__init__(genre.ouvrir(*ouvrir_moteur), ouvrir_moteur[0], retouche, note)
        self._par_ligne = genre.moteur(*ouvrir_moteur)

    def juger(self, lu: Any) -> Comptes:
        """Juge, puis simule chaque ligne pour elle-même."""
        self._par_ligne.juger(lu.saisies)
        comptes, jugees = Comptes(), []
        for saisie in lu.saisies:
            une = Comptes(*self._par_ligne.ecrire([saisie], simuler=True)[:3])
            comptes = Comptes(*(a + b for a, b in zip(comptes, une, strict=True)))
            issue = IssueLigne.REFUSEE if saisie.refusee else IssueLigne.DEJA if une.deja else (
                IssueLigne.CONNUE if une.rattachees else IssueLigne.NOUVELLE)
            jugees.append(self._telle_que_venue(
                LigneJugee(saisie.ligne, issue, saisie.cellules, saisie.erreurs, saisie.alertee)))
        self._note(jugees)
        self._venues.clear()
        return comptes


def _regarde(genre: Genre[Any], retouche: Retouche, note: Note = _sans_note) -> Genre[Any]:
    """Le genre, dont les lignes sont retouchées et dites une à une."""
    if genre.lire is None:
        return replace(genre, moteur=lambda session, centre_id, importation_id: _Temoin(
            genre.ouvrir(session, centre_id, importation_id), session, retouche, note))
    if note is not _sans_note:
        return replace(genre, lire=None, moteur=lambda *ou: _TemoinParLigne(genre, ou, retouche, note))
    lire = genre.lire
    return replace(genre, lire=lambda numero, cellules, carte: lire(numero, retouche(numero, cellules, carte), carte))


def retouche_de(session: Session, importation: Importation) -> Retouche:
    """Les corrections faites sur ce dépôt : cellules retapées, et état civil de la fiche choisie.

    Une fiche hors du territoire de l'acteur n'est pas lue : la ligne reste comme elle est venue.
    """
    choisies = {c for c in importation.choix.values() if c}
    fiches = {c.id: c for c in session.scalars(select(Candidat).where(Candidat.id.in_(choisies)))} if choisies else {}
    identites = {
        int(ligne): {n: _dire(getattr(fiches[c], n)) for n in _IDENTITE}
        for ligne, c in importation.choix.items() if c in fiches
    }
    cellules_de = {int(ligne): {int(i): v for i, v in valeurs.items()} for ligne, valeurs in importation.retouches.items()}

    def retouche(numero: int, cellules: Sequence[str], carte: Cartographie) -> Sequence[str]:
        if numero not in cellules_de and numero not in identites:
            return cellules
        nouvelles = dict(cellules_de.get(numero, {}))
        if identite := identites.get(numero):
            nouvelles |= {i: identite[c.nom] for i, c in carte.par_index.items() if c.nom in identite}
        return [nouvelles.get(i, cellules[i] if i < len(cellules) else "") for i in range(max(len(cellules), *(i + 1 for i in nouvelles)))]

    return retouche


def simuler(session: Session, importation: Importation, note: Note, avancer: Callable[[int, int], None]) -> CompteRendu:
    """Juge toutes les lignes d'un dépôt sans rien écrire ; dit chacune à `note`, ses cellules telles que venues."""
    genre = _regarde(GENRES[importation.nature], retouche_de(session, importation), note)
    return _importer(session, genre, importation, simuler=True, garder=False, avancer=avancer)


def confirmer(
    session: Session, importation: Importation, avancer: Callable[[int, int], None], *, lignes_valides: bool
) -> CompteRendu:
    """Importe un dépôt pour de bon ; l'appelant valide.

    Sur SQLite, un genre qui va par lots s'écrit par tranches validées une à une, pour ne pas faire attendre les autres ;
    interrompu, le même dépôt confirmé de nouveau le finit (`imports.moteur.importer`).
    """
    genre = GENRES[importation.nature]
    return _importer(
        session, _regarde(genre, retouche_de(session, importation)), importation, lignes_valides=lignes_valides,
        avancer=avancer, par_tranches=genre.lire is None,
    )


def _importer(session: Session, genre: Genre[Any], importation: Importation, **options: Any) -> CompteRendu:
    with sur_disque(importation.contenu or b"", importation.nom_fichier) as chemin:
        return importer(
            genre, session, chemin, importation.centre_id, nom_fichier=importation.nom_fichier,
            correspondance=importation.correspondance, **format_demande(importation), **options,
        )


def juger_lignes(
    session: Session, importation: Importation, lignes: Iterable[tuple[int, Sequence[str]]]
) -> dict[int, LigneJugee]:
    """Ce que donneraient maintenant ces lignes, corrections comprises ; par numéro."""
    genre = GENRES[importation.nature]
    carte = cartographier(importation.entetes, genre.colonnes, importation.correspondance)
    vues: list[LigneJugee] = []
    regarde = _regarde(genre, retouche_de(session, importation), vues.extend)
    moteur = regarde.ouvrir(session, importation.centre_id, None)
    moteur.juger(moteur.lire([Ligne(numero, list(cellules)) for numero, cellules in lignes], carte))
    return {v.numero: v for v in vues}


def verdict(jugee: LigneJugee) -> dict[str, Any]:
    """Ce que la console garde du verdict d'une ligne."""
    codes = " ".join(dict.fromkeys(e.code for e in jugee.erreurs))
    return {
        "issue": jugee.issue, "alertee": jugee.alertee, "codes": f" {codes} "[:400] if codes else "",
        "erreurs": [e.en_dict() | {"gravite": e.gravite.value} for e in jugee.erreurs],
    }


def ecarts(annoncee: Importation, fait: CompteRendu, genre: Genre[Any]) -> list[str]:
    """Ce que l'import a fait d'autre que ce que la simulation annonçait, en clair."""
    comptes = (
        (genre.faits, annoncee.creees, fait.creees), ("personnes connues", annoncee.rattachees, fait.rattachees),
        (genre.connus, annoncee.deja_inscrites, fait.deja_inscrites), ("refusées", annoncee.refusees, fait.refusees),
    )
    return [f"{nom[:1].upper()}{nom[1:]} : {avant} annoncées, {apres} faites." for nom, avant, apres in comptes if avant != apres]
