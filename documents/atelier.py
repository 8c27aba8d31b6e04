"""L'atelier : les rendus dans des processus à part, avec un délai. La console, la CLI et les essais passent par lui.

xhtml2pdf tient un verrou global et un rendu ne s'interrompt pas de l'intérieur : un processus, lui, s'arrête.
"""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
import queue
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Any, Self, TypeAlias, TypeVar

from documents import declarations, sceau
from documents.erreurs import AtelierOccupe, DelaiDepasse, RenduImpossible

R = TypeVar("R")
Demande: TypeAlias = tuple[str, object]
"""Un code de document et ses faits."""
Avancer: TypeAlias = Callable[[int, int], object]
"""Ce qu'un lot appelle quand il avance : documents faits, documents en tout."""

TRANCHE = 25
"""Documents confiés à la fois à un processus."""
DELAI = 120.0
"""Secondes laissées à un document ou à un lot avant d'arrêter son processus."""
ATTENTE = 60.0
"""Secondes d'attente d'un processus libre."""
DEMARRAGE = 60.0
"""Secondes laissées à un processus neuf pour charger le moteur."""


class Atelier:
    """Quelques processus de rendu, chacun à un seul rendu à la fois ; sûr entre fils d'exécution.

    Un processus arrêté (délai, mémoire) est remplacé ; les autres rendus en cours n'en savent rien.
    """

    def __init__(self, processus: int = 2, delai: float = DELAI, attente: float = ATTENTE) -> None:
        """`processus` : nombre de rendus simultanés ; `delai`, `attente` : secondes."""
        self._delai = delai
        self._attente = attente
        self._libres: queue.LifoQueue[_Poste] = queue.LifoQueue()
        for _ in range(processus):
            self._libres.put(_Poste())
        self.postes = processus

    def rendre(self, code: str, faits: object, delai: float | None = None) -> bytes:
        """`declarations.rendre` dans un processus.

        :raises DelaiDepasse: le rendu n'a pas fini dans le délai ; son processus est arrêté.
        :raises AtelierOccupe: aucun processus ne s'est libéré à temps.
        :raises RenduImpossible: le processus s'est arrêté en plein rendu.
        """
        return self._faire(code, delai, declarations.rendre, code, faits)

    def rendre_lot(self, code: str, lot: Sequence[Any], delai: float | None = None) -> bytes:
        """`declarations.rendre_lot` dans un processus ; mêmes erreurs que `rendre`."""
        return self._faire(code, delai, declarations.rendre_lot, code, lot)

    def rendre_chacun(
        self, demandes: Sequence[Demande], avancer: Avancer | None = None, sceaux: Sequence[str | None] | None = None
    ) -> list[bytes]:
        """Chaque document à part, dans l'ordre, par tranches sur tous les processus à la fois.

        `avancer(fait, total)` est appelé à chaque tranche finie, dans le fil de l'appelant ; ce qu'il lève arrête le lot.
        `sceaux` : celui de chaque document, ou rien (`documents.sceau`) ; il est apposé dans le processus qui le rend.
        Le premier échec est levé ; les tranches pas encore commencées sont abandonnées.
        """
        pas = max(1, min(TRANCHE, -(-len(demandes) // self.postes)))
        scelles = [(*d, apposer) for d, apposer in zip(demandes, sceaux or [None] * len(demandes), strict=True)]
        tranches = [scelles[debut : debut + pas] for debut in range(0, len(scelles), pas)]
        rendus: list[bytes] = []
        with ThreadPoolExecutor(max_workers=self.postes) as fils:
            en_cours = [fils.submit(self._faire, t[0][0], None, sceau.rendre_scelles, t) for t in tranches]
            try:
                for tranche in en_cours:
                    rendus += tranche.result()
                    if avancer is not None:
                        avancer(len(rendus), len(demandes))
            except BaseException:
                fils.shutdown(cancel_futures=True)
                raise
        return rendus

    def fermer(self) -> None:
        """Arrête les processus, une fois leurs rendus finis."""
        for _ in range(self.postes):
            self._libres.get().fermer()

    def __enter__(self) -> Self:
        """L'atelier lui-même."""
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, pile: TracebackType | None
    ) -> None:
        """Ferme l'atelier."""
        self.fermer()

    def _faire(self, nom: str, delai: float | None, tache: Callable[..., R], *arguments: object) -> R:
        try:
            poste = self._libres.get(timeout=self._attente)
        except queue.Empty:
            raise AtelierOccupe("Trop de documents sont en cours de préparation : réessayez dans un instant.") from None
        try:
            return poste.faire(nom, self._delai if delai is None else delai, tache, *arguments)
        finally:
            self._libres.put(poste)


class _Poste:
    """Un processus de rendu, démarré au premier besoin."""

    def __init__(self) -> None:
        self._executeur: ProcessPoolExecutor | None = None
        self._pid = 0

    def faire(self, nom: str, delai: float, tache: Callable[..., R], *arguments: object) -> R:
        try:
            executeur = self._executeur or self._demarrer()
            return executeur.submit(tache, *arguments).result(timeout=delai)
        except TimeoutError:
            self._arreter()
            raise DelaiDepasse(f"Le document « {nom} » n'est pas prêt après {delai:g} s : abandonné.") from None
        except BrokenProcessPool:
            self._arreter()
            raise RenduImpossible(f"La préparation du document « {nom} » s'est arrêtée : réessayez.") from None

    def fermer(self) -> None:
        if self._executeur is not None:
            self._executeur.shutdown()
            self._executeur = None

    def _demarrer(self) -> ProcessPoolExecutor:
        # spawn : un processus neuf ne reprend ni connexion à la base, ni verrou, ni session du parent.
        self._executeur = ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn"))
        self._pid = self._executeur.submit(os.getpid).result(timeout=DEMARRAGE)
        return self._executeur

    def _arreter(self) -> None:
        executeur, self._executeur = self._executeur, None
        if executeur is None:
            return
        with contextlib.suppress(ProcessLookupError):  # déjà mort quand il a manqué de mémoire
            os.kill(self._pid, signal.SIGKILL)
        executeur.shutdown(wait=False, cancel_futures=True)


@functools.cache
def atelier() -> Atelier:
    """L'atelier commun du processus : la console et la CLI partagent les mêmes postes."""
    return Atelier()
