"""Effacer ce qui a atteint son terme, et retenir ce qui ne doit pas partir (partie 2, chapitre 6 ; décision 022).

Une purge est proposée (ses clés sont arrêtées), puis exécutée par une autre personne : rien d'autre que ces clés n'est
touché, et seulement si leur terme est toujours passé et que rien ne les retient. La base le vérifie encore, ligne à
ligne, à la date du serveur.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, text
from sqlalchemy.orm import Session

from models import Candidat, ConservationSuspendue, Journal, Jury, Purge, PurgeLigne
from models.base import aujourd_hui, maintenant
from models.contexte import Acteur, acteur_courant, agir_comme
from models.journal import entree
from models.verrou import verrouiller
from rules import actes_journal, controle
from rules.collecte_conservation import SOURCES, Source, cles, source_de
from rules.conservation import EXECUTION, PROPOSITION, PurgeFacts
from rules.nomenclatures import EtatPurge, NaturePurge
from rules.noyau import Gravite, Violation, evaluate

EFFACE = "Effacé"
TEXTE_EFFACE = "Effacé au terme de sa conservation"
_LOT = 500
Avancer = Callable[[int, int], None]


def _sans_suite(_fait: int, _total: int) -> None:
    """Personne n'attend de nouvelles."""


def empreinte(nature: NaturePurge, objet: str, effacees: Sequence[int]) -> str:
    """L'empreinte d'une ligne de purge : sa nature, sa table, ses clés dans l'ordre."""
    return hashlib.sha256(f"{nature.value}|{objet}|{','.join(map(str, sorted(effacees)))}".encode()).hexdigest()


def _nom() -> str:
    acteur = acteur_courant()
    return acteur.nom if acteur is not None else "inconnu"


def _national() -> Acteur:
    """L'acteur de la purge : celui qui la décide, le temps d'effacer partout dans la branche."""
    acteur = acteur_courant()
    return Acteur(_nom(), acteur.utilisateur_id if acteur else None, national=True)


@contextmanager
def au_nom_de(nom: str) -> Iterator[None]:
    """Fait signer ce bloc par la personne qui approuve ; les droits restent ceux de l'acteur courant."""
    acteur = acteur_courant()
    with agir_comme(replace(acteur, nom=nom) if acteur is not None else None):
        yield


def _ligne(source: Source, trouvees: Sequence[tuple[int, dt.date]]) -> PurgeLigne:
    effacees = [cle for cle, _ in trouvees]
    return PurgeLigne(
        nature=source.nature, objet=source.objet, nombre=len(effacees), du=min(d for _, d in trouvees),
        au=max(d for _, d in trouvees), cles=effacees, empreinte=empreinte(source.nature, source.objet, effacees),
    )


def proposer(session: Session, au: dt.date, natures: Iterable[NaturePurge] = tuple(NaturePurge)) -> Purge:
    """Arrête ce qui serait effacé des natures choisies : les clés de ce qui est échu à cette date et que rien ne retient.

    :raises Refus: ARC-21, rien n'est échu ou la date n'est pas venue.
    """
    choisies = frozenset(natures)
    with agir_comme(_national()):
        lignes = [
            _ligne(source, trouvees) for source in SOURCES if source.nature in choisies
            if (trouvees := cles(session, source, au))
        ]
        controle.exiger(evaluate(PROPOSITION, PurgeFacts(au, aujourd_hui(), sum(x.nombre for x in lignes))))
        purge = Purge(au=au, proposee_par=_nom(), lignes=lignes)
        session.add(purge)
        session.flush()
    return purge


def ecarter(session: Session, purge: Purge, motif: str) -> None:
    """Écarte une purge proposée, en disant pourquoi.

    :raises Refus: ARC-21 ; elle est déjà décidée, ou le motif manque.
    """
    verrouiller(session, purge)
    faits = PurgeFacts(purge.au, aujourd_hui(), purge.nombre, purge.etat)
    controle.exiger((
        *evaluate(PROPOSITION, faits),
        *(() if motif.strip() else (Violation("ARC-21", Gravite.BLOQUE, "motif", "Dites pourquoi cette purge est écartée.",
                                              "choix de la console"),)),
    ))
    purge.etat, purge.motif, purge.decidee_le, purge.decidee_par = EtatPurge.ECARTEE, motif.strip(), maintenant(), _nom()
    session.flush()


def executer(session: Session, purge: Purge, confirmation: int | None, avancer: Avancer = _sans_suite) -> Purge:
    """Efface ce que la purge a arrêté, d'un seul tenant : tout part, ou rien.

    Ce qu'une suspension retient depuis, ou qui a déjà été effacé, est laissé ; la purge dit ce qui est vraiment parti.

    :raises Refus: ARC-21 (déjà décidée), ARC-22 (le nombre tapé n'est pas le bon), ARC-23 (une seule personne), JOURNAL
        (il a été altéré).
    """
    verrouiller(session, purge)
    controle.exiger(evaluate(EXECUTION, PurgeFacts(
        purge.au, aujourd_hui(), purge.nombre, purge.etat, confirmation, purge.proposee_par, _nom(),
    )))
    with agir_comme(_national()):
        _exiger_un_journal_intact(session)
        total, fait = purge.nombre, 0
        for ligne in list(purge.lignes):
            source = source_de(ligne.nature.value, ligne.objet)
            arretees = set(ligne.cles)
            trouvees = [c for c in cles(session, source, purge.au) if c[0] in arretees] if source is not None else []
            fait += ligne.nombre
            if not trouvees:
                purge.lignes.remove(ligne)
                continue
            effacer(session, ligne.nature, ligne.objet, [cle for cle, _ in trouvees])
            juste = _ligne(source, trouvees) if source is not None else ligne
            for champ in ("nombre", "du", "au", "cles", "empreinte"):
                setattr(ligne, champ, getattr(juste, champ))
            avancer(fait, total)
        session.flush()
        purge.etat, purge.decidee_le, purge.decidee_par = EtatPurge.EXECUTEE, maintenant(), _nom()
        session.execute(insert(Journal), [entree("purge", "purge", purge.id, apres={"lignes": sum(x.nombre for x in purge.lignes)})])
        session.flush()
        actes_journal.sceller(session, purge.id)
    return purge


def _exiger_un_journal_intact(session: Session) -> None:
    """Une purge rescelle les blocs du journal qu'elle change : elle ne doit pas couvrir une altération."""
    alteres = actes_journal.verifier(session).alteres
    if alteres:
        raise controle.Refus((Violation(
            "JOURNAL", Gravite.BLOQUE, "journal", f"Le journal a changé depuis son sceau (blocs {', '.join(map(str, alteres))}) : "
            "cherchez d'abord pourquoi.", "choix de la console",
        ),))


def effacer(session: Session, nature: NaturePurge, objet: str, effacees: Sequence[int]) -> None:
    """Efface ces lignes de cette table, comme leur nature le veut ; la base refuse ce dont le terme n'est pas passé."""
    connexion = session.connection()
    for lot in _lots(effacees):
        for geste in GESTES[objet](nature):
            connexion.execute(text(geste).bindparams(bindparam("cles", expanding=True)), {"cles": lot})
        if objet == "candidat":
            _vider_les_fiches(connexion, lot)
    session.expire_all()


def _lots(valeurs: Sequence[int]) -> Iterator[list[int]]:
    for debut in range(0, len(valeurs), _LOT):
        yield list(valeurs[debut : debut + _LOT])


def _retirer(table: str, *, journal: bool = False) -> Callable[[NaturePurge], tuple[str, ...]]:
    """Les lignes s'en vont ; d'abord, quand il le faut, ce que le journal en disait : il ne saurait plus de qui."""
    avant = (_vider_le_journal(table, "IN :cles"),) if journal else ()
    return lambda _nature: (*avant, f"DELETE FROM {table} WHERE id IN :cles")


def _vider_le_journal(objet: str, cle: str) -> str:
    return (
        f"UPDATE journal SET avant = NULL, apres = NULL WHERE objet = '{objet}' AND objet_id {cle} "
        "AND (avant IS NOT NULL OR apres IS NOT NULL)"
    )


# Ce que chaque table perd. Ce qui reste dit combien, quand et quoi, jamais qui : les comptes et les clés tiennent.
GESTES: dict[str, Callable[[NaturePurge], tuple[str, ...]]] = {
    "piece": _retirer("piece"),
    "amenagement": _retirer("amenagement"),
    "archive": _retirer("archive"),
    **{objet: _retirer(objet, journal=True) for objet in ("vote", "vote_rectificatif", "rectification", "envoi")},
    "fichier_accrochage": lambda _nature: ("UPDATE fichier_accrochage SET contenu = '' WHERE id IN :cles",),
    "ligne_rejetee": _retirer("ligne_rejetee"),
    "avis_entreprise": _retirer("avis_entreprise", journal=True),
    "remise": _retirer("remise", journal=True),
    "duplicata": lambda _nature: (
        _vider_le_journal("duplicata", "IN :cles"),
        # Le duplicata garde la copie qu'il a donnée : son archive part avec lui.
        "DELETE FROM archive WHERE duplicata_id IN :cles",
        "DELETE FROM duplicata WHERE id IN :cles",
    ),
    "evaluation": lambda _nature: ("UPDATE evaluation SET appreciation = '' WHERE id IN :cles",),
    "vae": lambda _nature: (
        f"UPDATE vae SET observations = '', motif = CASE WHEN motif = '' THEN '' ELSE '{TEXTE_EFFACE}' END WHERE id IN :cles",
    ),
    "presentation": lambda _nature: (
        "UPDATE presentation SET motif = '', commentaire = '' WHERE id IN :cles",
        _vider_le_journal("presentation", "IN :cles"),
    ),
    "journal": lambda _nature: ("UPDATE journal SET avant = NULL, apres = NULL WHERE id IN :cles",),
    "candidat": lambda _nature: (
        "DELETE FROM candidat_cle WHERE candidat_id IN :cles",
        f"UPDATE inscription SET reference = '', experience = CASE WHEN experience = '' THEN '' ELSE '{TEXTE_EFFACE}' END "
        "WHERE candidat_id IN :cles",
        f"UPDATE vae SET accueil_par = CASE WHEN accueil_le IS NULL THEN '' ELSE '{EFFACE}' END, recommandations = '', "
        "decidee_par = '', livret2_recu_par = '' "
        "WHERE inscription_id IN (SELECT id FROM inscription WHERE candidat_id IN :cles)",
        "UPDATE dossier_evaluation SET motif_hors_situation = '' "
        "WHERE inscription_id IN (SELECT id FROM inscription WHERE candidat_id IN :cles)",
    ),
}


def _vider_les_fiches(connexion: Connection, effacees: Sequence[int]) -> None:
    """La fiche ne dit plus qui ; elle garde ce que les comptes lisent encore, et la place de ses inscriptions.

    Le journal se vide après la fiche : la base ne le permet qu'une fois la fiche effacée.
    """
    table: Any = Candidat.__table__
    connexion.execute(
        table.update().where(table.c.id == bindparam("quel")),
        [
            {
                "quel": cle, "civilite": None, "sexe": None, "nom_naissance": EFFACE, "nom_usage": "", "prenoms": EFFACE,
                "date_naissance": dt.date(1900, 1, 1), "ville_naissance": EFFACE, "code_commune_naissance": None,
                "courriel": "", "telephone": "", "adresse": "", "code_postal": "", "ville": "", "recherche": "",
                "recherche_usage": "", "recherche_prenoms": "", "cle_identite": f"efface {cle}", "efface_le": aujourd_hui(),
                "updated_at": maintenant(),
            }
            for cle in effacees
        ],
    )
    siennes = "(SELECT id FROM inscription WHERE candidat_id IN :cles)"
    gestes = (
        _vider_le_journal("candidat", "IN :cles"),
        _vider_le_journal("inscription", f"IN {siennes}"),
        *(
            _vider_le_journal(objet, f"IN (SELECT id FROM {objet} WHERE inscription_id IN {siennes})")
            for objet in ("evaluation", "vae", "dossier_evaluation", "presentation", "amenagement")
        ),
        _vider_le_journal("certificat", "IN (SELECT id FROM certificat WHERE candidat_id IN :cles)"),
    )
    for geste in gestes:
        connexion.execute(text(geste).bindparams(bindparam("cles", expanding=True)), {"cles": list(effacees)})


# --- Retenir ---------------------------------------------------------------------------------------------------

def suspendre(session: Session, objet: Candidat | Jury, raison: str, centre_id: int | None = None) -> ConservationSuspendue:
    """Retient tout ce qui concerne un candidat, ou un jury, jusqu'à ce que la suspension soit levée.

    :raises Refus: ARC-20, la raison manque.
    """
    if not raison.strip():
        raise controle.Refus((Violation("ARC-20", Gravite.BLOQUE, "raison", "Dites pourquoi la conservation est suspendue.",
                                        "choix de la console"),))
    suspension = ConservationSuspendue(raison=raison.strip(), depuis=aujourd_hui())
    if isinstance(objet, Jury):
        suspension.jury, suspension.centre_id = objet, objet.centre_id
    else:
        suspension.candidat, suspension.centre_id = objet, centre_id
    session.add(suspension)
    session.flush()
    return suspension


def lever(session: Session, suspension: ConservationSuspendue) -> None:
    """Lève une suspension : ce qui était retenu repart au terme qui était le sien."""
    verrouiller(session, suspension)
    suspension.levee_le = aujourd_hui()
    session.flush()


# --- Rejouer sur une base restaurée ------------------------------------------------------------------------------

def registre(session: Session) -> list[dict[str, Any]]:
    """Les purges exécutées, sans donnée personnelle : de quoi les rejouer sur une sauvegarde plus ancienne."""
    purges = session.scalars(select(Purge).where(Purge.etat == EtatPurge.EXECUTEE).order_by(Purge.id))
    return [
        {
            "purge": p.id, "au": p.au.isoformat(), "proposee_le": p.proposee_le.isoformat(), "proposee_par": p.proposee_par,
            "executee_le": p.decidee_le.isoformat() if p.decidee_le else None, "executee_par": p.decidee_par,
            "lignes": [
                {"nature": x.nature.value, "objet": x.objet, "nombre": x.nombre, "du": x.du.isoformat(),
                 "au": x.au.isoformat(), "cles": x.cles, "empreinte": x.empreinte}
                for x in p.lignes
            ],
        }
        for p in purges
    ]


def rejouer(session: Session, purges: Iterable[dict[str, Any]]) -> int:
    """Refait, dans l'ordre, les purges que cette base ne connaît pas ; rend le nombre de lignes effacées.

    Une clé qui n'existe pas (elle est née après la sauvegarde) ou qui est déjà effacée est laissée ; une suspension qui
    vaut encore retient.

    :raises Refus: ARC-24, le registre a été altéré (une empreinte n'est pas celle de ses clés).
    """
    connues = set(session.scalars(select(Purge.id).where(Purge.etat == EtatPurge.EXECUTEE)))
    effacees = 0
    with agir_comme(_national()):
        _exiger_un_journal_intact(session)
        for lue in purges:
            if lue["purge"] in connues:
                continue
            au = dt.date.fromisoformat(lue["au"])
            lignes = []
            for brute in lue["lignes"]:
                nature = NaturePurge(brute["nature"])
                source = source_de(nature.value, brute["objet"])
                if source is None or empreinte(nature, brute["objet"], brute["cles"]) != brute["empreinte"]:
                    raise controle.Refus((Violation("ARC-24", Gravite.BLOQUE, "registre",
                                                    "Le registre des purges est altéré : rien n'a été rejoué.", "choix de la console"),))
                voulues = set(brute["cles"])
                trouvees = [c for c in cles(session, source, au) if c[0] in voulues]
                if trouvees:
                    effacer(session, nature, brute["objet"], [cle for cle, _ in trouvees])
                    lignes.append(_ligne(source, trouvees))
                    effacees += len(trouvees)
            instant = dt.datetime.fromisoformat(lue["executee_le"])
            purge = Purge(id=lue["purge"], au=au, proposee_le=dt.datetime.fromisoformat(lue["proposee_le"]),
                          proposee_par=lue["proposee_par"], lignes=lignes)
            session.add(purge)
            session.flush()
            purge.etat, purge.decidee_le, purge.decidee_par = EtatPurge.EXECUTEE, instant, lue["executee_par"]
            session.flush()
            actes_journal.sceller(session, purge.id)
        if session.get_bind().dialect.name == "postgresql":
            # Des numéros donnés, non pris : la suite doit repartir après eux.
            session.execute(text("SELECT setval(pg_get_serial_sequence('purge', 'id'), (SELECT COALESCE(max(id), 1) FROM purge))"))
    return effacees
