"""Importer un fichier, quel que soit son genre : lire, juger et écrire par lots, tout ou rien, garder le compte rendu.

Un genre dit ses colonnes, comment se lit une ligne, et le moteur qui juge et écrit un lot. Simulation et import sont
un seul chemin.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from imports.colonnes import Cartographie, Colonne, cartographier
from imports.compte_rendu import CompteRendu, Erreur
from imports.lecture import FichierRefuse, ouvrir
from models import Importation, Journal, LigneRejetee
from models.journal import entree
from rules.nomenclatures import EtatImportation

LOT = 2_000
_ALERTES_MAX = 5_000
T = TypeVar("T")
Avancer = Callable[[int, int], None]


class Lue(Protocol):
    """Une ligne lue : son numéro, ses cellules telles que venues, ce qu'on lui reproche."""

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


class Moteur(Protocol[S_contra]):
    """Ce qui juge et écrit un lot de lignes, dans la transaction de la session."""

    def juger(self, saisies: Sequence[S_contra]) -> None:
        """Note sur chaque ligne ce que les règles lui reprochent."""

    def ecrire(self, saisies: Sequence[S_contra], *, simuler: bool) -> tuple[int, int, int, Sequence[int]]:
        """Écrit (ou simule) les lignes valides : créées, rattachées, déjà connues, clés."""


@dataclass(frozen=True, slots=True)
class Genre(Generic[S]):
    """Un genre de fichier : sa nature au compte rendu, ses colonnes, la lecture d'une ligne, son moteur.

    Le reste est ce que l'écran en dit : « Inscriptions », « inscription », « à créer », « créées », « déjà inscrites ».
    """

    nature: str
    libelle: str
    objet: str
    a_faire: str
    faits: str
    connus: str
    colonnes: tuple[Colonne, ...]
    lire: Callable[[int, Sequence[str], Cartographie], S]
    moteur: Callable[[Session, int, int | None], Moteur[S]]


def lots(elements: Iterable[T], taille: int) -> Iterator[list[T]]:
    """Les éléments par lots de cette taille, sans les lire d'avance."""
    iterateur = iter(elements)
    while groupe := list(islice(iterateur, taille)):
        yield groupe


def importer(
    genre: Genre[S],
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
    avancer: Avancer | None = None,
) -> CompteRendu:
    """Importe un fichier de ce genre dans la transaction de la session ; l'appelant valide.

    `simuler` n'écrit rien de ce que le fichier dit. `lignes_valides` écrit les lignes bonnes et laisse les autres
    aux rejets ; sinon une seule ligne refusée n'écrit rien. `garder` enregistre le compte rendu (table
    `importation`) ; une simulation de la CLI ne garde rien. `avancer(fait, total)` est appelé après chaque lot, en
    lignes (total à peu près, 0 s'il n'est pas connu) ; ce qu'il lève arrête l'import, et rien n'est écrit.
    """
    debut = time.perf_counter()
    nom = nom_fichier or chemin.name
    compte_rendu = CompteRendu(nom)
    importation_id = _ouvrir_importation(session, centre_id, genre.nature, nom, chemin, lignes_valides) if garder else None
    compte_rendu.importation = importation_id
    entetes: list[str] = []
    point = session.begin_nested()
    try:
        fichier = ouvrir(chemin, nom=nom, encodage=encodage, separateur=separateur)
        entetes = list(fichier.entetes)
        compte_rendu.encodage, compte_rendu.separateur = fichier.encodage or fichier.format, fichier.separateur
        carte = cartographier(entetes, genre.colonnes, correspondance)
        carte.verifier()
        compte_rendu.avertissements += carte.avertissements
        moteur = genre.moteur(session, centre_id, importation_id)
        rejets = _parcourir(
            moteur, (genre.lire(ligne.numero, ligne.cellules, carte) for ligne in fichier), compte_rendu,
            simuler=simuler, lignes_valides=lignes_valides,
            avancer=(lambda fait: avancer(fait, fichier.lignes)) if avancer is not None else lambda _: None,
        )
    except FichierRefuse as refus:
        point.rollback()
        compte_rendu.refus = (refus.code, refus.message)
        compte_rendu.creees = compte_rendu.rattachees = 0
        rejets = []
    except BaseException:
        point.rollback()
        raise
    else:
        ecrit = not simuler and (lignes_valides or not compte_rendu.refusees)
        if ecrit:
            point.commit()
        else:
            point.rollback()
            if not simuler:
                compte_rendu.creees = compte_rendu.rattachees = 0
        compte_rendu.ecrit = ecrit
    compte_rendu.entetes = entetes
    compte_rendu.rejets = [(list(s.cellules), [e.en_dict() for e in s.erreurs]) for s in rejets if s.refusee]
    compte_rendu.duree_s = time.perf_counter() - debut
    if importation_id is not None:
        _fermer_importation(session, centre_id, importation_id, compte_rendu, rejets, simuler=simuler)
    return compte_rendu


def _parcourir(
    moteur: Moteur[S], saisies: Iterable[S], compte_rendu: CompteRendu, *, simuler: bool, lignes_valides: bool,
    avancer: Callable[[int], None],
) -> list[S]:
    """Juge et écrit par lots ; rend les lignes refusées ou alertées à garder."""
    rejets: list[S] = []
    for groupe in lots(saisies, LOT):
        moteur.juger(groupe)
        compte_rendu.lignes += len(groupe)
        refusees = sum(s.refusee for s in groupe)
        compte_rendu.refusees += refusees
        compte_rendu.alertes += sum(s.alertee for s in groupe if not s.refusee)
        # Une ligne refusée sans « lignes valides » : on continue de tout juger, sans plus rien écrire.
        a_vide = simuler or (compte_rendu.refusees > 0 and not lignes_valides)
        creees, rattachees, deja, _ = moteur.ecrire(groupe, simuler=a_vide)
        compte_rendu.creees += creees
        compte_rendu.rattachees += rattachees
        compte_rendu.deja_inscrites += deja
        for saisie in groupe:
            if saisie.erreurs:
                compte_rendu.erreurs += saisie.erreurs
                # Une ligne refusée se retrouve toujours dans le fichier des rejets ; une alerte peut s'abréger.
                if saisie.refusee or len(rejets) < _ALERTES_MAX:
                    rejets.append(saisie)
        avancer(compte_rendu.lignes)
    return rejets


def empreinte(chemin: Path) -> str:
    """Le SHA-256 d'un fichier, lu par morceaux."""
    condense = hashlib.sha256()
    with chemin.open("rb") as fichier:
        while morceau := fichier.read(1 << 20):
            condense.update(morceau)
    return condense.hexdigest()


def _ouvrir_importation(
    session: Session, centre_id: int, nature: str, nom: str, chemin: Path, lignes_valides: bool
) -> int:
    importation = Importation(
        centre_id=centre_id, nature=nature, nom_fichier=nom[-200:], empreinte=empreinte(chemin), etat=EtatImportation.REFUSEE,
        lignes_valides=lignes_valides,
    )
    session.add(importation)
    session.flush()
    return importation.id


def _fermer_importation(
    session: Session, centre_id: int, importation_id: int, compte_rendu: CompteRendu, rejets: Sequence[Lue], *, simuler: bool,
) -> None:
    if compte_rendu.refus is not None or not (simuler or compte_rendu.ecrit):
        etat = EtatImportation.REFUSEE
    else:
        etat = EtatImportation.SIMULEE if simuler else EtatImportation.FAITE
    connexion = session.connection()
    connexion.execute(
        update(Importation)
        .where(Importation.id == importation_id)
        .values(
            encodage=compte_rendu.encodage, separateur=compte_rendu.separateur, etat=etat, entetes=compte_rendu.entetes,
            lignes=compte_rendu.lignes, creees=compte_rendu.creees, rattachees=compte_rendu.rattachees,
            deja_inscrites=compte_rendu.deja_inscrites, alertes=compte_rendu.alertes,
            refusees=compte_rendu.refusees, duree_s=compte_rendu.duree_s,
            message="" if compte_rendu.refus is None else f"{compte_rendu.refus[0]} : {compte_rendu.refus[1]}"[:1000],
        )
    )
    connexion.execute(
        insert(Journal),
        [entree("import", "importation", importation_id, centre_id=centre_id,
                apres={"etat": etat.value, "lignes": compte_rendu.lignes, "creees": compte_rendu.creees,
                       "deja_inscrites": compte_rendu.deja_inscrites, "refusees": compte_rendu.refusees})],
    )
    lignes = [
        {
            "importation_id": importation_id, "centre_id": centre_id, "ligne": s.ligne, "refusee": s.refusee,
            "cellules": list(s.cellules), "erreurs": [e.en_dict() | {"gravite": e.gravite.value} for e in s.erreurs],
        }
        for s in rejets
    ]
    for groupe in lots(lignes, 500):
        connexion.execute(insert(LigneRejetee), groupe)
    session.expire_all()
