"""Importer un fichier, quel que soit son genre : lire et juger par lots, puis écrire, tout ou rien ; garder le compte rendu.

Un genre dit ses colonnes et le moteur qui lit, juge et écrit un lot. Simulation et import sont un seul chemin : la
simulation s'arrête avant d'écrire.
"""

from __future__ import annotations

import gc
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, cast

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session, SessionTransaction

from imports.colonnes import Cartographie, Colonne, cartographier
from imports.compte_rendu import CompteRendu, Erreur
from imports.fichier import Fichier, Ligne
from imports.lecture import FichierRefuse, ouvrir
from models import Importation, Journal, LigneRejetee, lot
from models.contexte import en_lecture
from models.journal import entree
from models.moteur import petit_cache
from rules.nomenclatures import EtatImportation

LOT = 2_000
_LOTS_PAR_TRANCHE = 3
"""Lots écrits d'une traite : le verrou d'écriture de SQLite ne se tient que le temps d'une tranche, bien moins d'une seconde."""
_CREUX_S = 0.1
"""Ce qu'on laisse entre deux tranches : un autre écrivain de SQLite retente au plus tous les dixièmes de seconde."""
_ALERTES_MAX = 5_000
_PAR_INSERTION = 2_000
T = TypeVar("T")
Avancer = Callable[[int, int], None]


class Comptes(NamedTuple):
    """Ce que donnent les lignes bonnes d'un lot."""

    creees: int = 0
    rattachees: int = 0
    deja: int = 0


class Ecrit(NamedTuple):
    """Ce qu'a donné un lot écrit : créées ; `deja` et `tard`, ce que la base, changée depuis le jugement, fait sauter ou refuser."""

    creees: int
    deja: int = 0
    tard: Sequence[Erreur] = ()


class LotJuge(Protocol):
    """Un lot de lignes jugées."""

    @property
    def lues(self) -> int:
        """Nombre de lignes."""

    @property
    def refusees(self) -> int:
        """Nombre de lignes qu'une erreur bloque."""

    @property
    def alertees(self) -> int:
        """Nombre de lignes bonnes qu'une règle avertit."""

    def reprochees(self) -> Iterable[tuple[Ligne, Sequence[Erreur], bool]]:
        """Les lignes à qui l'on reproche quelque chose, dans l'ordre du fichier ; refusées ou non."""


L = TypeVar("L", bound=LotJuge)


class Moteur(Protocol[L]):
    """Ce qui lit, juge et écrit des lots, dans la transaction de la session."""

    def lire(self, lignes: Sequence[Ligne], carte: Cartographie) -> L:
        """Lit les cellules d'un lot."""

    def juger(self, lu: L) -> Comptes:
        """Note ce que les règles reprochent à chaque ligne ; compte ce que donneraient les bonnes."""

    def retenir(self, lu: L) -> None:
        """Retient les lignes bonnes d'un lot jugé, à écrire."""

    def preparer(self) -> Iterator[Any]:
        """Ce qui est retenu, lot par lot, prêt à écrire."""

    def ecrire(self, prepare: Any) -> Ecrit:
        """Écrit un lot préparé, la base relue."""


class Lue(Protocol):
    """Une ligne lue d'un genre qui va ligne à ligne : son numéro, ses cellules, ce qu'on lui reproche."""

    ligne: int
    cellules: Sequence[str]
    erreurs: list[Erreur]

    @property
    def refusee(self) -> bool:
        """Vrai si une erreur bloque la ligne."""

    @property
    def alertee(self) -> bool:
        """Vrai si une règle avertit sans bloquer."""


S = TypeVar("S", bound=Lue)
S_contra = TypeVar("S_contra", bound=Lue, contravariant=True)


class MoteurParLigne(Protocol[S_contra]):
    """Ce qui juge et écrit les lignes d'un genre moins volumineux, dans la transaction de la session."""

    def juger(self, saisies: Sequence[S_contra]) -> None:
        """Note sur chaque ligne ce que les règles lui reprochent."""

    def ecrire(self, saisies: Sequence[S_contra], *, simuler: bool) -> tuple[int, int, int, Sequence[int]]:
        """Écrit (ou simule) les lignes valides : créées, rattachées, déjà connues, clés."""


@dataclass(slots=True)
class _Lignes(Generic[S]):
    """Un lot d'un genre qui va ligne à ligne."""

    saisies: list[S]

    @property
    def lues(self) -> int:
        return len(self.saisies)

    @property
    def refusees(self) -> int:
        return sum(s.refusee for s in self.saisies)

    @property
    def alertees(self) -> int:
        return sum(s.alertee and not s.refusee for s in self.saisies)

    def reprochees(self) -> Iterator[tuple[Ligne, Sequence[Erreur], bool]]:
        for s in self.saisies:
            if s.erreurs:
                yield Ligne(s.ligne, list(s.cellules)), s.erreurs, s.refusee


class _ParLigne(Generic[S]):
    """Le moteur d'un genre qui va ligne à ligne : ce qu'il retient est écrit aussitôt, pour que la suite le voie."""

    def __init__(self, lire: Callable[[int, Sequence[str], Cartographie], S], moteur: MoteurParLigne[S]) -> None:
        self._lire = lire
        self._moteur = moteur

    def lire(self, lignes: Sequence[Ligne], carte: Cartographie) -> _Lignes[S]:
        return _Lignes([self._lire(ligne.numero, ligne.cellules, carte) for ligne in lignes])

    def juger(self, lu: _Lignes[S]) -> Comptes:
        self._moteur.juger(lu.saisies)
        return Comptes(*self._moteur.ecrire(lu.saisies, simuler=True)[:3])

    def retenir(self, lu: _Lignes[S]) -> None:
        self._moteur.ecrire(lu.saisies, simuler=False)

    def preparer(self) -> Iterator[Any]:
        return iter(())

    def ecrire(self, prepare: Any) -> Ecrit:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Genre(Generic[T]):
    """Un genre de fichier : sa nature au compte rendu, ses colonnes, la lecture d'une ligne, son moteur.

    Le reste est ce que l'écran en dit : « Inscriptions », « inscription », « à créer », « créées », « déjà inscrites ».
    Sans `lire`, le moteur lit et juge des lots entiers, et n'écrit qu'une fois tout jugé.
    """

    nature: str
    libelle: str
    objet: str
    a_faire: str
    faits: str
    connus: str
    colonnes: tuple[Colonne, ...]
    lire: Callable[[int, Sequence[str], Cartographie], T] | None
    moteur: Callable[[Session, int, int | None], Any]

    def ouvrir(self, session: Session, centre_id: int, importation_id: int | None) -> Moteur[Any]:
        """Le moteur de ce genre, pour un centre."""
        moteur = self.moteur(session, centre_id, importation_id)
        return cast("Moteur[Any]", moteur if self.lire is None else _ParLigne(cast("Any", self.lire), moteur))


def lots(elements: Iterable[T], taille: int) -> Iterator[list[T]]:
    """Les éléments par lots de cette taille, sans les lire d'avance."""
    iterateur = iter(elements)
    while groupe := list(islice(iterateur, taille)):
        yield groupe


def _muet(_fait: int, _total: int) -> None:
    """Personne n'attend de nouvelles."""


@contextmanager
def _sans_ramasseur() -> Iterator[None]:
    """Suspend le ramasse-miettes : à chaque lot il relirait pour rien tout ce qu'on retient, un tiers du temps."""
    actif = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if actif:
            gc.enable()


@_sans_ramasseur()
def importer(
    genre: Genre[Any],
    session: Session,
    chemin: Path,
    centre_id: int,
    *,
    nom_fichier: str | None = None,
    simuler: bool = False,
    lignes_valides: bool = False,
    garder: bool = True,
    correspondance: Mapping[str, str | None] | None = None,
    encodage: str | None = None,
    separateur: str | None = None,
    feuille: str | None = None,
    avancer: Avancer | None = None,
    par_tranches: bool = False,
) -> CompteRendu:
    """Importe un fichier de ce genre dans la transaction de la session ; l'appelant valide.

    `simuler` n'écrit rien de ce que le fichier dit. `lignes_valides` écrit les lignes bonnes et laisse les autres
    aux rejets ; sinon une seule ligne refusée n'écrit rien. `garder` enregistre le compte rendu (table
    `importation`) ; une simulation de la CLI ne garde rien. `avancer(fait, total)` est appelé après chaque lot, en
    lignes (un import les compte deux fois : jugées, puis écrites ; total à peu près, 0 s'il n'est pas connu) ; ce qu'il
    lève arrête l'import.

    `par_tranches` : sur SQLite, le fichier se juge sans verrou, puis s'écrit par tranches validées une à une, pour ne pas
    faire attendre les autres ; l'import reste « en cours » jusqu'à la dernière, et le même fichier, redonné, le finit. Ce
    que la session portait est validé d'abord. Arrêté avant la première tranche, ou sans tranches, rien n'est écrit.
    """
    debut = time.perf_counter()
    rendu = CompteRendu(nom_fichier or chemin.name)
    # PostgreSQL ne fait attendre personne : une seule transaction y suffit. Ligne à ligne, on écrit en jugeant.
    a_part = par_tranches and genre.lire is None and session.get_bind().dialect.name == "sqlite"
    en_tranches = a_part and not simuler
    if a_part:
        session.commit()
    if garder:
        rendu.importation = _importation(session, centre_id, genre, rendu, chemin, lignes_valides=lignes_valides, en_cours=en_tranches)
    if en_tranches:
        session.commit()
    travail = _Travail(genre, session, centre_id, rendu, avancer or _muet, simuler, lignes_valides, en_tranches)
    point = None if en_tranches else session.begin_nested()
    try:
        with en_lecture() if a_part else nullcontext():
            fichier = travail.ouvrir(chemin, correspondance, encodage, separateur, feuille)
            moteur = travail.juger(fichier)
            if en_tranches:
                session.rollback()
        if travail.a_ecrire:
            travail.ecrire(moteur, fichier)
    except FichierRefuse as refus:
        rendu.refuser(refus.code, refus.message)
    except BaseException:
        (point or session).rollback()
        raise
    travail.conclure(point)
    rendu.duree_s = time.perf_counter() - debut
    _fermer_importation(session, centre_id, rendu, simuler=simuler, par_tranches=en_tranches)
    return rendu


@dataclass(slots=True)
class _Travail:
    """Un fichier qu'on juge, puis qu'on écrit."""

    genre: Genre[Any]
    session: Session
    centre_id: int
    rendu: CompteRendu
    avancer: Avancer
    simuler: bool
    lignes_valides: bool
    en_tranches: bool
    ecrites: int = 0
    carte: Cartographie = field(default_factory=lambda: Cartographie({}))

    @property
    def a_ecrire(self) -> bool:
        """Vrai si ce qui est jugé s'écrit : jamais une simulation, ni un fichier fautif dont on voulait tout ou rien."""
        return not self.simuler and (self.lignes_valides or not self.rendu.refusees)

    def ouvrir(
        self, chemin: Path, correspondance: Mapping[str, str | None] | None, encodage: str | None, separateur: str | None,
        feuille: str | None,
    ) -> Fichier:
        """Reconnaît le fichier et ce que veut dire chaque colonne."""
        rendu = self.rendu
        fichier = ouvrir(chemin, nom=rendu.fichier, encodage=encodage, separateur=separateur, feuille=feuille)
        rendu.entetes = list(fichier.entetes)
        rendu.encodage, rendu.separateur = fichier.encodage or fichier.format, fichier.separateur
        self.carte = cartographier(rendu.entetes, self.genre.colonnes, correspondance)
        self.carte.verifier()
        rendu.avertissements += self.carte.avertissements
        return fichier

    def juger(self, fichier: Fichier) -> Moteur[Any]:
        """Juge toutes les lignes, et retient celles qu'il faudra écrire."""
        rendu = self.rendu
        moteur = self.genre.ouvrir(self.session, self.centre_id, rendu.importation)
        total = fichier.lignes * (1 if self.simuler else 2)
        for lignes in lots(fichier, LOT):
            lu = moteur.lire(lignes, self.carte)
            comptes = moteur.juger(lu)
            rendu.lignes += lu.lues
            rendu.refusees += lu.refusees
            rendu.alertes += lu.alertees
            rendu.creees += comptes.creees
            rendu.rattachees += comptes.rattachees
            rendu.deja_inscrites += comptes.deja
            for ligne, erreurs, refusee in lu.reprochees():
                rendu.reprocher(ligne.numero, ligne.cellules, erreurs, refusee=refusee)
            # Une ligne refusée sans « lignes valides » : on continue de tout juger, sans plus rien retenir.
            if self.a_ecrire:
                moteur.retenir(lu)
            gc.collect(1)
            self.avancer(rendu.lignes, total)
        return moteur

    def ecrire(self, moteur: Moteur[Any], fichier: Fichier) -> None:
        """Écrit ce que le moteur a retenu ; par tranches, chacune est validée avec ses comptes."""
        rendu = self.rendu
        tard: dict[int, Erreur] = {}
        prepares = moteur.preparer()
        libre = 0.0
        while groupe := list(islice(prepares, _LOTS_PAR_TRANCHE)):
            if self.en_tranches:
                time.sleep(max(0.0, _CREUX_S - (time.perf_counter() - libre)))
            with petit_cache(self.session.connection()):
                for prepare in groupe:
                    ecrit = moteur.ecrire(prepare)
                    self.ecrites += ecrit.creees
                    rendu.creees -= ecrit.deja + len(ecrit.tard)
                    rendu.deja_inscrites += ecrit.deja
                    rendu.refusees += len(ecrit.tard)
                    tard |= {erreur.ligne: erreur for erreur in ecrit.tard}
            if self.en_tranches:
                if rendu.importation is not None:
                    _noter(self.session, rendu.importation, creees=self.ecrites)
                self.session.commit()
                libre = time.perf_counter()
            gc.collect(1)
            self.avancer(min(rendu.lignes + self.ecrites, 2 * rendu.lignes), 2 * rendu.lignes)
        if tard:
            for ligne in fichier:
                if ligne.numero in tard:
                    rendu.reprocher(ligne.numero, ligne.cellules, [tard[ligne.numero]], refusee=True)


    def conclure(self, point: SessionTransaction | None) -> None:
        """Garde ce qui est écrit, ou défait tout ; une tranche validée reste."""
        rendu = self.rendu
        rendu.ecrit = rendu.refus is None and (self.a_ecrire or (self.en_tranches and self.ecrites > 0))
        if rendu.ecrit:
            if point is not None:
                point.commit()
            return
        (point or self.session).rollback()
        if not self.simuler:
            rendu.creees = rendu.rattachees = 0


def empreinte(chemin: Path) -> str:
    """Le SHA-256 d'un fichier, lu par morceaux."""
    condense = hashlib.sha256()
    with chemin.open("rb") as fichier:
        while morceau := fichier.read(1 << 20):
            condense.update(morceau)
    return condense.hexdigest()


def _importation(
    session: Session, centre_id: int, genre: Genre[Any], rendu: CompteRendu, chemin: Path, *, lignes_valides: bool, en_cours: bool
) -> int:
    """Le compte rendu qu'on ouvre ; en tranches, celui du même fichier resté en cours : ce qu'il a écrit est gardé, le reste se finit."""
    condense = empreinte(chemin)
    interrompue = session.scalar(
        select(Importation.id).where(
            Importation.centre_id == centre_id, Importation.nature == genre.nature, Importation.empreinte == condense,
            Importation.etat == EtatImportation.EN_COURS,
        ).limit(1)
    ) if en_cours else None
    if interrompue is not None:
        return interrompue
    importation = Importation(
        centre_id=centre_id, nature=genre.nature, nom_fichier=rendu.fichier[-200:], empreinte=condense,
        etat=EtatImportation.EN_COURS if en_cours else EtatImportation.REFUSEE, lignes_valides=lignes_valides,
    )
    session.add(importation)
    session.flush()
    return importation.id


def _noter(session: Session, importation_id: int, **valeurs: Any) -> None:
    session.connection().execute(update(Importation).where(Importation.id == importation_id).values(**valeurs))


def _fermer_importation(session: Session, centre_id: int, rendu: CompteRendu, *, simuler: bool, par_tranches: bool) -> None:
    if rendu.importation is None:
        return
    connexion = session.connection()
    rangees = 0
    for groupe in lots(_a_garder(rendu, rendu.importation, centre_id), _PAR_INSERTION):
        lot.inserer(connexion, cast("Table", LigneRejetee.__table__), groupe)
        rangees += len(groupe)
        if par_tranches and rangees % (10 * _PAR_INSERTION) == 0:
            session.commit()
            connexion = session.connection()
    if rendu.refus is not None or not (simuler or rendu.ecrit):
        etat = EtatImportation.REFUSEE
    else:
        etat = EtatImportation.SIMULEE if simuler else EtatImportation.FAITE
    _noter(
        session, rendu.importation,
        encodage=rendu.encodage, separateur=rendu.separateur, etat=etat, entetes=rendu.entetes, lignes=rendu.lignes,
        creees=rendu.creees, rattachees=rendu.rattachees, deja_inscrites=rendu.deja_inscrites, alertes=rendu.alertes,
        refusees=rendu.refusees, duree_s=rendu.duree_s,
        message="" if rendu.refus is None else f"{rendu.refus[0]} : {rendu.refus[1]}"[:1000],
    )
    connexion.execute(
        insert(Journal),
        [entree("import", "importation", rendu.importation, centre_id=centre_id,
                apres={"etat": etat.value, "lignes": rendu.lignes, "creees": rendu.creees,
                       "deja_inscrites": rendu.deja_inscrites, "refusees": rendu.refusees})],
    )
    session.expire_all()


def _a_garder(rendu: CompteRendu, importation_id: int, centre_id: int) -> Iterator[dict[str, Any]]:
    """Les lignes reprochées telles qu'on les garde : toutes les refusées, des alertées à concurrence d'une borne."""
    alertees = 0
    for numero, cellules, erreurs, refusee in rendu.reprochees:
        alertees += not refusee
        if refusee or alertees <= _ALERTES_MAX:
            yield {
                "importation_id": importation_id, "centre_id": centre_id, "ligne": numero, "refusee": refusee, "cellules": cellules,
                "erreurs": [
                    {"ligne": numero, "colonne": c, "valeur": v, "code": code, "message": m, "passage": p, "gravite": g}
                    for c, v, code, m, g, p in erreurs
                ],
            }
