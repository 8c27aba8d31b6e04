"""Les imports de l'écran, menés à part : vérifier toutes les lignes, importer, annuler, effacer ce qui est oublié."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import Any, cast

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.orm import Session, undefer

from imports import annulation, depot
from imports.compte_rendu import CompteRendu
from imports.depot import LIGNES_DETAILLEES, LigneJugee
from imports.genres import GENRES
from models import Importation, Inscription, LigneImportee
from models.base import maintenant
from models.contexte import en_ecriture
from rules.nomenclatures import EtatImportation
from travaux.suivi import Arret, Echec, Suivi, tache

GARDE_JOURS = 7
_LIGNES = cast("Table", LigneImportee.__table__)
_IMPORTATIONS = cast("Table", Importation.__table__)


def _deposee(session: Session, importation_id: int, *etats: EtatImportation) -> Importation:
    importation = session.scalar(
        select(Importation).where(Importation.id == importation_id).options(undefer(Importation.contenu))
    )
    if importation is None or importation.contenu is None or importation.etat not in etats:
        raise Echec("Ce fichier n'est plus là, ou a déjà été traité : renvoyez-le pour recommencer.")
    return importation


@tache("import_verifier")
def verifier(suivi: Suivi) -> dict[str, Any]:
    """Juge toutes les lignes d'un fichier déposé ; rien n'est écrit de ce qu'il dit, chaque ligne garde ce qu'elle donnerait."""
    importation_id = int(suivi.parametres["importation"])
    _oublier_les_lignes(suivi, importation_id)
    gardees = 0

    def noter(jugees: list[LigneJugee]) -> None:
        nonlocal gardees
        lignes = [_ligne(importation, j) for j in jugees if gardees < LIGNES_DETAILLEES or j.erreurs]
        gardees += len(lignes)
        if lignes:
            with suivi.ecriture() as session:
                session.connection().execute(insert(_LIGNES), lignes)

    with suivi.lecture() as lecture:
        importation = _deposee(lecture, importation_id, EtatImportation.DEPOSEE, EtatImportation.SIMULEE)
        lecture.expunge(importation)
        compte_rendu = depot.simuler(lecture, importation, noter, _avancer(suivi, "lignes vérifiées"))
    with suivi.ecriture() as session:
        session.connection().execute(
            update(_IMPORTATIONS).where(_IMPORTATIONS.c.id == importation_id).values(_comptes(compte_rendu))
        )
    return {"importation": importation_id}


def _oublier_les_lignes(suivi: Suivi, importation_id: int) -> None:
    """Ôte ce qu'une vérification interrompue, ou d'avant une correction, a laissé."""
    with suivi.ecriture() as session:
        session.connection().execute(delete(_LIGNES).where(_LIGNES.c.importation_id == importation_id))


def _avancer(suivi: Suivi, quoi: str) -> Callable[[int, int], None]:
    return lambda fait, total: suivi.avancer(fait, max(total, fait) if total else None, f"{fait} {quoi}.")


def _ligne(importation: Importation, jugee: LigneJugee) -> dict[str, Any]:
    return {"importation_id": importation.id, "centre_id": importation.centre_id, "ligne": jugee.numero,
            "cellules": list(jugee.cellules)} | depot.verdict(jugee)


def _comptes(c: CompteRendu) -> dict[str, Any]:
    etat = EtatImportation.REFUSEE if c.refus else EtatImportation.SIMULEE
    return {
        "etat": etat, "encodage": c.encodage, "separateur": c.separateur, "entetes": c.entetes, "lignes": c.lignes,
        "creees": c.creees, "rattachees": c.rattachees, "deja_inscrites": c.deja_inscrites, "alertes": c.alertes,
        "refusees": c.refusees, "duree_s": c.duree_s, "message": f"{c.refus[0]} : {c.refus[1]}"[:1000] if c.refus else "",
        # Un fichier refusé ne s'importera pas : rien n'en est gardé.
        **({"contenu": None} if c.refus else {}),
    }


@tache("import_confirmer")
def confirmer(suivi: Suivi) -> dict[str, Any]:
    """Importe un fichier vérifié : tout ou rien, ou les lignes valides.

    Interrompue, elle se rejoue : ce qui est écrit est reconnu, le reste se finit. Faite, le fichier n'est plus là et elle ne
    se refait pas. L'arrêt ne s'entend plus une fois l'écriture commencée : il laisserait la moitié d'un fichier.
    """
    importation_id = int(suivi.parametres["importation"])
    with en_ecriture(), Session(suivi.moteur) as session:
        suite = session.scalar(select(Importation.suite_id).where(Importation.id == importation_id))
        if suite is not None:
            return {"importation": suite}
        simulee = _deposee(session, importation_id, EtatImportation.SIMULEE)
        reprise = _interrompue(session, simulee)
        compte_rendu = depot.confirmer(
            session, simulee, _avancer_l_import(suivi), lignes_valides=bool(suivi.parametres["lignes_valides"])
        )
        faite = session.get_one(Importation, compte_rendu.importation)
        if reprise and compte_rendu.ecrit:
            # Ce que l'exécutant d'avant a écrit compte aussi : il n'était pas « déjà inscrit ».
            compte_rendu.creees = session.scalar(
                select(func.count()).select_from(Inscription).where(Inscription.importation_id == faite.id)) or 0
            compte_rendu.deja_inscrites = compte_rendu.lignes - compte_rendu.refusees - compte_rendu.creees
            compte_rendu.rattachees = simulee.rattachees
            faite.creees, faite.deja_inscrites, faite.rattachees = (
                compte_rendu.creees, compte_rendu.deja_inscrites, compte_rendu.rattachees)
        faite.ecarts = depot.ecarts(simulee, compte_rendu, GENRES[simulee.nature])
        faite.travail_id = suivi.travail_id
        if compte_rendu.ecrit:
            simulee.suite_id, simulee.contenu, simulee.retouches, simulee.choix = faite.id, None, {}, {}
            session.flush()
            session.connection().execute(delete(_LIGNES).where(_LIGNES.c.importation_id == importation_id))
        faite_id = faite.id
        session.commit()
        return {"importation": faite_id}


def _interrompue(session: Session, simulee: Importation) -> bool:
    """Vrai si ce fichier a commencé de s'écrire par tranches sans finir."""
    return session.scalar(select(Importation.id).where(
        Importation.centre_id == simulee.centre_id, Importation.nature == simulee.nature,
        Importation.empreinte == simulee.empreinte, Importation.etat == EtatImportation.EN_COURS)) is not None


def _avancer_l_import(suivi: Suivi) -> Callable[[int, int], None]:
    """L'avancement d'un import, compté deux fois par le moteur : jugé, puis écrit ; il ne s'arrête plus dans la seconde moitié."""

    def avancer(fait: int, total: int) -> None:
        ecrit = bool(total) and 2 * fait > total
        with suppress(Arret) if ecrit else nullcontext():
            suivi.avancer(fait, max(total, fait) if total else None,
                          "Écriture des lignes." if ecrit else "Dernière vérification des lignes.")

    return avancer


@tache("import_annuler")
def annuler(suivi: Suivi) -> dict[str, Any]:
    """Annule un import : ce que personne n'a touché s'en va."""
    importation_id = int(suivi.parametres["importation"])
    try:
        bilan = annulation.annuler(suivi.ecriture, importation_id, _avancer(suivi, "fiches relues"))
    except annulation.NonAnnulable as refus:
        raise Echec(str(refus)) from None
    return {"importation": importation_id, "otees": dict(bilan.otees), "restent": sum(bilan.raisons.values())}


@tache("imports_oublies")
def effacer_les_oublies(suivi: Suivi) -> dict[str, Any]:
    """Efface le contenu et les lignes des fichiers déposés jamais confirmés, passé le délai réglé."""
    limite = maintenant() - dt.timedelta(days=int(suivi.reglages.get("IMPORTS_GARDE_JOURS") or GARDE_JOURS))
    i = _IMPORTATIONS.c
    with suivi.ecriture() as session:
        x = session.connection()
        oublies = list(x.scalars(select(i.id).where(
            i.contenu.is_not(None), i.updated_at < limite, i.etat.in_((EtatImportation.DEPOSEE, EtatImportation.SIMULEE)))))
        x.execute(update(_IMPORTATIONS).where(i.id.in_(oublies)).values(contenu=None, retouches={}, choix={}))
        x.execute(delete(_LIGNES).where(_LIGNES.c.importation_id.in_(oublies)))
    return {"effaces": len(oublies)}
