"""Importer des inscriptions : un seul chemin pour la simulation, l'import, la CLI et le formulaire.

Les lignes sont lues, jugées et écrites par lots ; les personnes, entreprises et inscriptions déjà connues sont
retrouvées par requêtes d'ensemble. Par défaut tout ou rien ; sur demande, les lignes valides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, func, insert, select, tuple_
from sqlalchemy.orm import Session

from imports.colonnes import INSCRIPTIONS
from imports.compte_rendu import Erreur
from imports.jugement import (
    Saisie,
    colonnes_candidat,
    colonnes_entreprise,
    colonnes_identite,
    colonnes_inscription,
    juger,
    lire_formulaire,
    lire_ligne,
    situer,
)
from imports.moteur import Genre, lots
from imports.moteur import importer as importer_le_fichier
from models import (
    Candidat,
    CandidatCle,
    Commune,
    Entreprise,
    Inscription,
    InscriptionBloc,
    Journal,
    lot,
)
from models.base import maintenant
from models.contexte import acteur_courant
from models.journal import apercu, entree
from models.normalisation import normaliser
from models.rapprochement import cles_de
from rules.collecte import ContexteInscription, contexte_inscription
from rules.collecte_doublons import proches
from rules.faits import ProcheFacts
from rules.nomenclatures import EtatInscription
from rules.noyau import Gravite

_VERROU_IMPORT = 20_201_027
_PAR_REQUETE = 400

_c, _co, _e, _i, _JOURNAL, _CLES = (
    cast("Table", m.__table__) for m in (Candidat, Commune, Entreprise, Inscription, Journal, CandidatCle)
)

# Des requêtes faites une fois : seules leurs listes changent d'un lot à l'autre.
# Une fiche réunie à une autre mène à celle qu'on a gardée.
_PERSONNES = select(func.coalesce(_c.c.fusionne_dans_id, _c.c.id), _c.c.cle_identite).where(_c.c.cle_identite.in_(bindparam("cles", expanding=True)))
_COMMUNES = select(_co.c.code, _co.c.departement_code, _co.c.cle_recherche).where(
    _co.c.cle_recherche.in_(bindparam("noms", expanding=True))
)
_ENTREPRISES = select(_e.c.id, _e.c.cle_entreprise, _e.c.code_nace, _e.c.secteur, _e.c.branche).where(
    _e.c.centre_id == bindparam("centre"), _e.c.cle_entreprise.in_(bindparam("cles", expanding=True))
)
_INSCRIPTIONS = select(
    _i.c.candidat_id, _i.c.certification_id, _i.c.cible, _i.c.centre_id, _i.c.etat, _i.c.date_inscription
).where(tuple_(_i.c.candidat_id, _i.c.certification_id, _i.c.cible).in_(bindparam("quoi", expanding=True)))


@dataclass(slots=True)
class _Deja:
    """Les inscriptions d'une personne à une cible : ouverte ici, ouverte ailleurs, dates déjà faites ici."""

    ouverte_ici: bool = False
    ouverte_ailleurs: bool = False
    dates: set[dt.date] = field(default_factory=set)


@dataclass(slots=True)
class _Connues:
    """Ce que la base et le fichier connaissent déjà, retrouvé par lots.

    Les clés négatives sont celles d'une simulation, qui n'écrit rien mais se souvient de ce qu'elle aurait écrit.
    """

    personnes: dict[str, int] = field(default_factory=dict)
    nees_ici: set[int] = field(default_factory=set)
    communes: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    entreprises: dict[str, tuple[int, tuple[Any, ...]]] = field(default_factory=dict)
    inscriptions: dict[tuple[int, int, str], _Deja] = field(default_factory=dict)
    prochaine_cle: int = -1

    def cle_provisoire(self) -> int:
        """Une clé qui n'existe pas en base."""
        self.prochaine_cle -= 1
        return self.prochaine_cle


def _chacun_son_tour(connexion: Connection) -> None:
    """PostgreSQL : deux imports à la fois s'attendent, pour que le second reconnaisse les personnes du premier.

    SQLite a déjà pris son verrou d'écriture au début de la transaction.
    """
    if connexion.dialect.name == "postgresql":
        connexion.execute(select(func.pg_advisory_xact_lock(_VERROU_IMPORT)))


class Moteur:
    """Juge et écrit des saisies pour un centre, dans la transaction de la session donnée."""

    def __init__(self, session: Session, centre_id: int, importation_id: int | None = None) -> None:
        self.connexion: Connection = session.connection()
        _chacun_son_tour(self.connexion)
        self.contexte: ContexteInscription = contexte_inscription(self.connexion, centre_id)
        self.centre_id = centre_id
        self.importation_id = importation_id
        self._connues = _Connues()
        acteur = acteur_courant()
        self._auteur = acteur.utilisateur_id if acteur else None

    def juger(self, saisies: Sequence[Saisie]) -> None:
        """Situe, puis juge chaque saisie contre la base et contre celles qui la précèdent."""
        for saisie in saisies:
            situer(saisie, self.contexte)
        self._retrouver_communes(saisies)
        self._retrouver_personnes(saisies)
        self._retrouver_entreprises(saisies)
        proches = self._proches(saisies)
        self._retrouver_inscriptions(saisies)
        for saisie in saisies:
            ici, ailleurs = self._inscription_connue(saisie)
            saisie.proches = proches.get(saisie.cle, ())
            juger(saisie, self.contexte, deja_ouverte=ailleurs and not ici, proches=saisie.proches)
            self._comparer_entreprise(saisie)

    def ecrire(self, saisies: Sequence[Saisie], *, simuler: bool) -> tuple[int, int, int, Sequence[int]]:
        """Écrit (ou simule) les saisies valides : créées, rattachées, déjà inscrites, clés des inscriptions."""
        a_creer: list[Saisie] = []
        deja = rattachees = 0
        prises: set[tuple[int, int, str]] = set()
        nouvelles_personnes: dict[str, Saisie] = {}
        nouvelles_entreprises: dict[str, Saisie] = {}
        for saisie in saisies:
            if saisie.refusee or saisie.certification is None:
                continue
            if saisie.cle not in self._connues.personnes:
                nouvelles_personnes.setdefault(saisie.cle, saisie)
                self._connues.personnes[saisie.cle] = personne = self._connues.cle_provisoire()
                self._connues.nees_ici.add(personne)
            personne = self._connues.personnes[saisie.cle]
            quoi = (personne, saisie.certification.id, saisie.cible)
            if quoi in prises or self._inscription_connue(saisie)[0]:
                deja += 1
                continue
            prises.add(quoi)
            rattachees += personne not in self._connues.nees_ici
            if saisie.cle_entreprise and saisie.cle_entreprise not in self._connues.entreprises:
                nouvelles_entreprises.setdefault(saisie.cle_entreprise, saisie)
            a_creer.append(saisie)
        cles: Sequence[int] = ()
        if not simuler:
            self._creer_personnes(nouvelles_personnes)
            self._creer_entreprises(nouvelles_entreprises)
            cles = self._creer_inscriptions(a_creer)
        for saisie in a_creer:
            if saisie.certification is not None:
                quoi = (self._connues.personnes[saisie.cle], saisie.certification.id, saisie.cible)
                self._connues.inscriptions.setdefault(quoi, _Deja()).ouverte_ici = True
        for cle, saisie in nouvelles_entreprises.items():
            self._connues.entreprises.setdefault(cle, (self._connues.cle_provisoire(), self._donnees(saisie)))
        return len(a_creer), rattachees, deja, cles

    # --- ce qui est déjà connu ---------------------------------------------------------------------------------

    def _retrouver_communes(self, saisies: Sequence[Saisie]) -> None:
        """Le code COG d'une ville de naissance que rien d'autre ne porte dans son département (ACC-01)."""
        sans_code = [
            (s, (normaliser(s.texte("ville_naissance")), s.departement)) for s in saisies
            if s.departement and "code_commune_naissance" not in s.valeurs
        ]
        connues = self._connues.communes
        for noms in lots({ou[0] for _, ou in sans_code if ou not in connues}, _PAR_REQUETE):
            for r in self.connexion.execute(_COMMUNES, {"noms": noms}):
                connues.setdefault((r.cle_recherche, r.departement_code), set()).add(r.code)
        for saisie, ou in sans_code:
            codes = connues.setdefault(ou, set())
            if len(codes) == 1:
                saisie.valeurs["code_commune_naissance"] = next(iter(codes))

    def _retrouver_personnes(self, saisies: Sequence[Saisie]) -> None:
        connues = self._connues.personnes
        cherchees = {s.cle for s in saisies if s.cle and s.cle not in connues}
        for cles in lots(cherchees, _PAR_REQUETE):
            for identifiant, cle in self.connexion.execute(
                _PERSONNES, {"cles": cles}
            ):
                connues[cle] = identifiant

    def _proches(self, saisies: Sequence[Saisie]) -> dict[str, tuple[ProcheFacts, ...]]:
        """Les fiches qui ressemblent aux personnes encore inconnues, hors celles de ce même fichier (INS-13)."""
        connues = self._connues
        inconnues = {s.cle: colonnes_identite(s) for s in saisies if s.cle and s.cle not in connues.personnes}
        return proches(self.connexion, inconnues, self.centre_id, connues.nees_ici)

    def _retrouver_entreprises(self, saisies: Sequence[Saisie]) -> None:
        connues = self._connues.entreprises
        cherchees = {s.cle_entreprise for s in saisies if s.cle_entreprise and s.cle_entreprise not in connues}
        for cles in lots(cherchees, _PAR_REQUETE):
            for r in self.connexion.execute(
                _ENTREPRISES, {"centre": self.centre_id, "cles": cles}
            ):
                connues[r.cle_entreprise] = (r.id, (r.code_nace, r.secteur.value, r.branche or ""))

    @staticmethod
    def _donnees(saisie: Saisie) -> tuple[Any, ...]:
        return saisie.texte("code_nace"), saisie.texte("secteur"), saisie.texte("branche")

    def _comparer_entreprise(self, saisie: Saisie) -> None:
        connue = self._connues.entreprises.get(saisie.cle_entreprise)
        if connue is None or saisie.refusee or connue[1] == self._donnees(saisie):
            return
        saisie.refuser(
            "raison_sociale", "L_ENTREPRISE",
            "Cette entreprise est déjà connue du centre avec un autre code NACE, secteur ou branche : "
            "les données connues sont gardées.",
            Gravite.ALERTE,
        )

    def _retrouver_inscriptions(self, saisies: Sequence[Saisie]) -> None:
        """Pour chaque (personne, certification, cible) : ouverte ou déjà faite ici, ouverte où que ce soit."""
        connues, personnes = self._connues.inscriptions, self._connues.personnes
        cherchees: set[tuple[int, int, str]] = set()
        for s in saisies:
            personne = personnes.get(s.cle)
            if personne is not None and personne > 0 and s.certification is not None:
                quoi = (personne, s.certification.id, s.cible)
                if quoi not in connues:
                    cherchees.add(quoi)
        for groupe in lots(cherchees, _PAR_REQUETE):
            for r in self.connexion.execute(
                _INSCRIPTIONS, {"quoi": groupe}
            ):
                quoi = (r.candidat_id, r.certification_id, r.cible)
                deja = connues.setdefault(quoi, _Deja())
                ici, ouverte = r.centre_id == self.centre_id, r.etat is EtatInscription.OUVERTE
                deja.ouverte_ici |= ici and ouverte
                deja.ouverte_ailleurs |= ouverte and not ici
                if ici:
                    deja.dates.add(r.date_inscription)

    def _inscription_connue(self, saisie: Saisie) -> tuple[bool, bool]:
        """Déjà faite ici (encore ouverte, ou de cette même date), ouverte dans un autre centre."""
        personne = self._connues.personnes.get(saisie.cle)
        if personne is None or saisie.certification is None:
            return False, False
        deja = self._connues.inscriptions.get((personne, saisie.certification.id, saisie.cible))
        if deja is None:
            return False, False
        return deja.ouverte_ici or saisie.valeurs.get("date_inscription") in deja.dates, deja.ouverte_ailleurs

    # --- écriture ----------------------------------------------------------------------------------------------

    def _inserer(self, table: Table, lignes: Sequence[dict[str, Any]], numeros: Sequence[int]) -> Sequence[int]:
        """Écrit les lignes d'une table et leur journal ; rend leurs clés."""
        instant = maintenant()
        trace = {"created_at": instant, "updated_at": instant, "created_by": self._auteur, "updated_by": self._auteur,
                 "version": 1}
        cles = lot.reserver(self.connexion, table, len(lignes))
        lot.inserer(
            self.connexion, table, [{"id": cle} | ligne for cle, ligne in zip(cles, lignes, strict=True)], trace
        )
        importee = self.importation_id is not None
        lot.inserer(
            self.connexion, _JOURNAL,
            [
                {"objet_id": cle, "apres": apres, "importation_ligne": numero if importee else None}
                for cle, apres, numero in zip(cles, map(apercu, lignes), numeros, strict=True)
            ],
            entree("création", table.name, centre_id=self.centre_id)
            | {"importation_id": self.importation_id, "le": instant},
        )
        return cles

    def _creer_personnes(self, nouvelles: Mapping[str, Saisie]) -> None:
        if not nouvelles:
            return
        lignes = [colonnes_candidat(s) for s in nouvelles.values()]
        cles = self._inserer(_c, lignes, [s.ligne for s in nouvelles.values()])
        for cle, identifiant in zip(nouvelles, cles, strict=True):
            self._connues.personnes[cle] = identifiant
            self._connues.nees_ici.add(identifiant)
        lot.inserer(
            self.connexion, _CLES,
            [{"cle": c, "candidat_id": i} for i, ligne in zip(cles, lignes, strict=True) for c in cles_de(ligne)],
        )

    def _creer_entreprises(self, nouvelles: Mapping[str, Saisie]) -> None:
        if not nouvelles:
            return
        lignes = [colonnes_entreprise(s, self.centre_id) for s in nouvelles.values()]
        cles = self._inserer(_e, lignes, [s.ligne for s in nouvelles.values()])
        for (cle, saisie), identifiant in zip(nouvelles.items(), cles, strict=True):
            self._connues.entreprises[cle] = (identifiant, self._donnees(saisie))

    def _creer_inscriptions(self, saisies: Sequence[Saisie]) -> Sequence[int]:
        if not saisies:
            return []
        importee = self.importation_id is not None
        lignes = [
            colonnes_inscription(s, self.contexte)
            | {
                "candidat_id": self._connues.personnes[s.cle],
                "entreprise_id": self._connues.entreprises[s.cle_entreprise][0] if s.cle_entreprise else None,
                "etat": EtatInscription.OUVERTE, "importation_id": self.importation_id,
                "importation_ligne": s.ligne if importee else None,
            }
            for s in saisies
        ]
        cles = self._inserer(_i, lignes, [s.ligne for s in saisies])
        blocs = [
            {"inscription_id": cle, "bloc_id": self.contexte.blocs[b].id}
            for cle, s in zip(cles, saisies, strict=True) for b in s.blocs
        ]
        if blocs:
            self.connexion.execute(insert(InscriptionBloc), blocs)
        return cles


# --- le fichier ----------------------------------------------------------------------------------------------------

FICHIER = Genre("inscriptions", "Inscriptions", "inscription", "à créer", "créées", "déjà inscrites", INSCRIPTIONS, lire_ligne, Moteur)
importer = partial(importer_le_fichier, FICHIER)


# --- le formulaire -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inscrit:
    """Ce qu'est devenue une saisie : sa clé si elle est créée, « déjà inscrite », ou ses erreurs.

    `proches` : les fiches qui ressemblent à la personne, si elle n'était pas connue (INS-13).
    """

    inscription_id: int | None
    deja_inscrite: bool
    erreurs: tuple[Erreur, ...]
    alertes: tuple[Erreur, ...]
    proches: tuple[ProcheFacts, ...] = ()


def inscrire(
    session: Session, centre_id: int, saisies: Iterable[Mapping[str, str]], cle_identite: str = ""
) -> list[Inscrit]:
    """Inscrit des saisies aux noms de colonnes canoniques ; chacune est jugée et écrite pour elle-même.

    `cle_identite` : celle d'une fiche choisie, à laquelle la saisie se rattache quoi qu'elle dise de l'état civil.
    N'écrit que les saisies sans erreur ; l'appelant valide la transaction.
    """
    moteur = Moteur(session, centre_id)
    resultats = []
    for rang, champs in enumerate(saisies, 1):
        saisie = lire_formulaire(rang, champs, cle_identite)
        moteur.juger([saisie])
        _, _, deja, cles = moteur.ecrire([saisie], simuler=False)
        resultats.append(
            Inscrit(
                cles[0] if cles else None, bool(deja),
                tuple(e for e in saisie.erreurs if e.gravite is Gravite.BLOQUE),
                tuple(e for e in saisie.erreurs if e.gravite is Gravite.ALERTE),
                saisie.proches,
            )
        )
    return resultats
