"""Importer des inscriptions : un seul chemin pour la simulation, l'import, la CLI et le formulaire.

Les lignes vont en colonnes, par lots : jugées contre la base sans rien y verrouiller, mises en réserve telles que la base
les recevra, puis écrites lot par lot. À l'écriture, personnes, entreprises et inscriptions sont retrouvées de nouveau :
la base a pu changer. Par défaut tout ou rien ; sur demande, les lignes valides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.orm import Session

from imports.colonnes import INSCRIPTIONS, Cartographie
from imports.compte_rendu import Erreur
from imports.fichier import Ligne
from imports.jugement import Juge, Lot, lire_formulaire, lire_lignes
from imports.moteur import Comptes, Ecrit, Genre
from imports.moteur import importer as importer_le_fichier
from imports.reserve import Reserve, Vues
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
from models.journal import apercus, entree
from models.normalisation import normaliser
from models.rapprochement import cles, cles_de
from rules.collecte import contexte_inscription
from rules.collecte_doublons import proches_par_cles
from rules.faits import ProcheFacts
from rules.inscription import une_seule_inscription_ouverte
from rules.nomenclatures import EtatInscription
from rules.noyau import Gravite

_VERROU_IMPORT = 20_201_027
_RETENUES = 8_000

_c, _co, _e, _i, _JOURNAL, _CLES, _BLOCS = (
    cast("Table", m.__table__) for m in (Candidat, Commune, Entreprise, Inscription, Journal, CandidatCle, InscriptionBloc)
)
_IDENTITE = ("nom_naissance", "nom_usage", "prenoms", "date_naissance", "ville_naissance")
_DU_CANDIDAT = {  # colonne de la table → colonne du fichier
    "nom_naissance": "nom_naissance", "nom_usage": "nom_usage", "prenoms": "prenoms", "ville_naissance": "ville_naissance",
    "courriel": "email", "telephone": "telephone", "adresse": "adresse", "code_postal": "code_postal", "ville": "ville",
}

Colonnes = dict[str, Sequence[Any]]
Quoi = tuple[int, int, str]


@dataclass(slots=True)
class _Deja:
    """Les inscriptions d'une personne à une cible : ouverte ici, ouverte ailleurs, dates déjà faites ici."""

    ouverte_ici: bool = False
    ouverte_ailleurs: bool = False
    dates: set[str] = field(default_factory=set)

    def ici(self, jour: str) -> bool:
        """Vrai si elle est encore ouverte ici, ou a été faite ici ce même jour."""
        return self.ouverte_ici or jour in self.dates


_RIEN = _Deja()


def _choisir(colonnes: Mapping[str, Sequence[Any]], rangs: Sequence[int], nombre: int) -> Colonnes:
    if len(rangs) == nombre:
        return dict(colonnes)
    return {nom: [valeurs[r] for r in rangs] for nom, valeurs in colonnes.items()}


class Moteur:
    """Juge des lots pour un centre, retient ce qu'il faut écrire, et l'écrit dans la transaction de la session."""

    def __init__(self, session: Session, centre_id: int, importation_id: int | None = None) -> None:
        self.session = session
        self.centre_id = centre_id
        self.importation_id = importation_id
        self.contexte = contexte_inscription(session.connection(), centre_id)
        self._juge = Juge(self.contexte)
        self._vues = Vues()
        # Un import interrompu qu'on finit : ses lignes déjà écrites restent comptées comme créées.
        self._faites = frozenset(
            session.connection().scalars(select(_i.c.importation_ligne).where(_i.c.importation_id == importation_id))
            if importation_id is not None else ()
        )
        self._retenus: Reserve[dict[str, Any]] = Reserve(1)
        self._communes: dict[tuple[str, str], set[str]] = {}
        self._entreprises: dict[str, list[str]] = {}
        acteur = acteur_courant()
        self._auteur = acteur.utilisateur_id if acteur else None

    # --- juger -------------------------------------------------------------------------------------------------

    def lire(self, lignes: Sequence[Ligne], carte: Cartographie) -> Lot:
        """Lit des lignes du fichier, en colonnes."""
        return lire_lignes(lignes, carte)

    def juger(self, lues: Lot) -> Comptes:
        """Situe, puis juge chaque ligne contre la base et contre celles qui la précèdent ; compte ce qu'elle donnerait."""
        x = self.session.connection()
        self._juge.situer(lues)
        self._situer_les_communes(x, lues)
        personnes = _personnes(x, lues.cles)
        lues.cles_proches = self._proches(x, lues, personnes)
        deja = _inscriptions(x, self.centre_id, personnes.values())
        quoi = [
            deja.get((personnes.get(cle, 0), c.id, cible), _RIEN) if c is not None else _RIEN
            for cle, c, cible in zip(lues.cles, lues.certifications, lues.cibles, strict=True)
        ] if deja else [_RIEN] * lues.nombre
        jours = [d.isoformat() if d else "" for d in lues.valeurs["date_inscription"]]
        ici = [d.ici(jour) for d, jour in zip(quoi, jours, strict=True)]
        self._juge.juger(lues, [d.ouverte_ailleurs and not la for d, la in zip(quoi, ici, strict=True)])
        self._comparer_les_entreprises(x, lues)
        return self._compter(lues, personnes, ici)

    def _compter(self, lues: Lot, personnes: Mapping[str, int], ici: Sequence[bool]) -> Comptes:
        bonnes = lues.bonnes
        textes = [f"{lues.cles[r]}|{getattr(lues.certifications[r], 'id', 0)}|{lues.cibles[r]}" for r in bonnes]
        vues = self._vues.deja(list(dict.fromkeys(textes)))
        lues.a_creer = []
        for rang, texte in zip(bonnes, textes, strict=True):
            if not ici[rang] and texte not in vues:
                vues.add(texte)
                lues.a_creer.append(rang)
        rattachees = sum(lues.cles[r] in personnes for r in lues.a_creer) if personnes else 0
        creees = len(lues.a_creer) + sum(lues.numeros[r] in self._faites for r in bonnes if ici[r]) if self._faites else len(lues.a_creer)
        return Comptes(creees, rattachees, len(bonnes) - creees)

    def _situer_les_communes(self, x: Connection, lues: Lot) -> None:
        """Le code COG d'une ville de naissance que rien d'autre ne porte dans son département (ACC-01)."""
        codes = list(lues.valeurs["code_commune_naissance"])
        ou = {
            rang: (normaliser(ville), departement)
            for rang, (code, ville, departement) in enumerate(
                zip(codes, lues.textes("ville_naissance"), lues.departements, strict=True))
            if departement and code is None
        }
        connues = self._communes
        if len(connues) > _RETENUES:
            connues.clear()
        noms = {nom for nom, departement in ou.values() if (nom, departement) not in connues}
        if noms:
            for r in x.execute(select(_co.c.code, _co.c.departement_code, _co.c.cle_recherche).where(lot.parmi(x, _co.c.cle_recherche, noms))):
                connues.setdefault((r.cle_recherche, r.departement_code), set()).add(r.code)
        for rang, la in ou.items():
            trouves = connues.setdefault(la, set())
            if len(trouves) == 1:
                codes[rang] = next(iter(trouves))
        lues.poser("code_commune_naissance", codes)

    def _proches(self, x: Connection, lues: Lot, personnes: Mapping[str, int]) -> dict[str, list[int]]:
        """Les clés de rapprochement des personnes inconnues ; note les fiches qui leur ressemblent (INS-13)."""
        inconnues = {cle: rang for rang, cle in enumerate(lues.cles) if cle and cle not in personnes}
        identites = {nom: lues.textes(nom) if nom != "date_naissance" else lues.valeurs[nom] for nom in _IDENTITE}
        nom, usage, prenoms = (lues.textes(n) for n in _IDENTITE[:3])
        siennes = {
            cle: cles(nom[r], usage[r], prenoms[r], jour)
            for cle, r in inconnues.items() if (jour := lues.valeurs["date_naissance"][r]) is not None
        }

        def ligne_de(cle: str) -> dict[str, Any]:
            return {n: valeurs[inconnues[cle]] for n, valeurs in identites.items()} | {"cle_identite": cle}

        trouves = proches_par_cles(x, siennes, ligne_de, self.centre_id)
        if trouves:
            lues.proches = [trouves.get(cle, ()) for cle in lues.cles]
        return {cle: sorted(c) for cle, c in siennes.items()}

    def _comparer_les_entreprises(self, x: Connection, lues: Lot) -> None:
        """Avertit d'une entreprise connue, de la base ou plus haut dans le fichier, sous d'autres données."""
        connues = self._entreprises_connues(x, lues)
        neuves: dict[str, list[str]] = {}
        for rang, (cle, *donnees) in enumerate(
            zip(lues.cles_entreprise, *map(lues.textes, ("code_nace", "secteur", "branche")), strict=True)
        ):
            if not cle or rang in lues.en_erreur:
                continue
            if cle not in connues:
                connues[cle] = neuves[cle] = donnees
            elif connues[cle] != donnees:
                lues.refuser(
                    rang, "raison_sociale", "L_ENTREPRISE",
                    "Cette entreprise est déjà connue du centre avec un autre code NACE, secteur ou branche : "
                    "les données connues sont gardées.",
                    Gravite.ALERTE,
                )
        self._vues.nommer(neuves)

    def _entreprises_connues(self, x: Connection, lues: Lot) -> dict[str, list[str]]:
        """Code NACE, secteur et branche des entreprises de ce lot déjà connues, de la base ou du fichier."""
        connues = self._entreprises
        if len(connues) > _RETENUES:
            connues.clear()
        if cherchees := {cle for cle in lues.cles_entreprise if cle and cle not in connues}:
            connues |= self._vues.sens(cherchees)
            for r in x.execute(
                select(_e.c.cle_entreprise, _e.c.code_nace, _e.c.secteur, _e.c.branche)
                .where(_e.c.centre_id == self.centre_id, lot.parmi(x, _e.c.cle_entreprise, cherchees))
            ):
                connues[r.cle_entreprise] = [r.code_nace, r.secteur.value, r.branche or ""]
        return connues

    # --- retenir -----------------------------------------------------------------------------------------------

    def retenir(self, lues: Lot) -> None:
        """Met en réserve les lignes à créer de ce lot, telles que la base les recevra."""
        if lues.a_creer:
            self._retenus.append(self._preparer(lues))

    def _preparer(self, lues: Lot) -> dict[str, Any]:
        rangs = lues.a_creer
        v, textes, n = lues.valeurs, lues.textes, lues.nombre
        jours = {c: [d.isoformat() if d else None for d in v[c]] for c in ("date_naissance", "date_inscription", "date_recevabilite")}
        noms, usages, prenoms = (list(map(normaliser, textes(c))) for c in ("nom_naissance", "nom_usage", "prenoms"))
        candidat: Colonnes = {
            **{nom: textes(colonne) for nom, colonne in _DU_CANDIDAT.items()}, "date_naissance": jours["date_naissance"],
            "cle_identite": lues.cles,
            "recherche": [f"{a} {b}" for a, b in zip(noms, prenoms, strict=True)],
            "recherche_usage": [f"{a} {b}" if a else "" for a, b in zip(usages, prenoms, strict=True)],
            "recherche_prenoms": [f"{b} {a}" for a, b in zip(noms, prenoms, strict=True)],
            "civilite": v["civilite"], "sexe": v["sexe"], "code_commune_naissance": v["code_commune_naissance"],
            "departement_naissance_code": [d or None for d in lues.departements], "pays_naissance_code": lues.pays,
        }
        entreprise: Colonnes = {
            "siret": v["siret"], "raison_sociale": textes("raison_sociale"), "adresse": textes("adresse_entreprise"),
            "code_nace": textes("code_nace"), "secteur": v["secteur"], "branche": v["branche"], "cle_entreprise": lues.cles_entreprise,
            "recherche": list(map(normaliser, textes("raison_sociale"))),
        }
        version = self.contexte.version_le
        versions = [
            version(c.id, jour) if c is not None and jour is not None else None
            for c, jour in zip(lues.certifications, v["date_inscription"], strict=True)
        ]
        inscription: Colonnes = {
            "certification_id": [c.id if c is not None else None for c in lues.certifications],
            "referentiel_id": [r.id if r is not None else None for r in versions], "cible": lues.cibles,
            **{c: v[c] for c in ("voie", "prescripteur", "origine", "dispositif_financement")},
            **{c: [bool(o) for o in v[c]] for c in ("abondement_cpf", "sans_accord_employeur")},
            "organisme_id": [o.id if o is not None else None for o in lues.organismes],
            "date_inscription": jours["date_inscription"], "date_recevabilite": jours["date_recevabilite"],
            "experience": textes("experience"), "reference": textes("reference"),
            "nom_tri": candidat["recherche"], "importation_ligne": lues.numeros,
        }
        return {
            "candidat": _choisir(candidat, rangs, n), "entreprise": _choisir(entreprise, rangs, n),
            "inscription": _choisir(inscription, rangs, n), "rapprochement": [lues.cles_proches.get(lues.cles[r]) for r in rangs],
            "blocs": [[self.contexte.blocs[b].id for b in lues.blocs[r]] for r in rangs],
        }

    # --- écrire ------------------------------------------------------------------------------------------------

    def preparer(self) -> Iterator[dict[str, Any]]:
        """Ce qui est retenu, lot par lot, avec le texte de son journal : rien n'en reste à calculer sous le verrou."""
        for p in self._retenus:
            yield self._habiller(p)

    def _habiller(self, p: dict[str, Any]) -> dict[str, Any]:
        return p | {"journal": {table: apercus(p[table]) for table in ("candidat", "inscription")}}

    def ecrire(self, p: dict[str, Any]) -> Ecrit:
        """Écrit un lot préparé, la base relue."""
        return self.ecrire_un_lot(p)[0]

    def ecrire_un_lot(self, p: dict[str, Any]) -> tuple[Ecrit, Sequence[int]]:
        """Écrit un lot préparé ; rend ce qu'il donne et les clés des inscriptions."""
        x = self.session.connection()
        _chacun_son_tour(x)
        candidat, inscription = p["candidat"], p["inscription"]
        cles_identite, numeros = candidat["cle_identite"], inscription["importation_ligne"]
        personnes = _personnes(x, cles_identite)
        deja = _inscriptions(x, self.centre_id, personnes.values())
        rangs: list[int] = []
        tard: list[Erreur] = []
        prises: set[tuple[str, int, str]] = set()
        for rang, (cle, certification, cible, jour) in enumerate(zip(
            cles_identite, inscription["certification_id"], inscription["cible"], inscription["date_inscription"], strict=True
        )):
            la = deja.get((personnes.get(cle, 0), certification, cible), _RIEN)
            if la.ici(jour) or (cle, certification, cible) in prises:
                continue
            if la.ouverte_ailleurs:
                tard.append(Erreur(
                    numeros[rang], "certification", "", une_seule_inscription_ouverte.code,
                    "Ce candidat vient d'être inscrit ailleurs à cette certification et cette cible.",
                    passage=une_seule_inscription_ouverte.source,
                ))
                continue
            prises.add((cle, certification, cible))
            rangs.append(rang)
        self._creer_personnes(x, p, rangs, personnes)
        entreprises = self._creer_entreprises(x, p["entreprise"], numeros, rangs)
        creees = self._creer_inscriptions(x, p, rangs, personnes, entreprises)
        return Ecrit(len(rangs), len(numeros) - len(rangs) - len(tard), tard), creees

    def _inserer(
        self, x: Connection, table: Table, colonnes: Colonnes, numeros: Sequence[int], journal: Sequence[str]
    ) -> Sequence[int]:
        """Écrit les lignes d'une table et leur journal, dont le texte est donné ; rend leurs clés."""
        instant = maintenant()
        trace = {"created_at": instant, "updated_at": instant, "created_by": self._auteur, "updated_by": self._auteur, "version": 1}
        nombre = len(numeros)
        ids = lot.reserver(x, table, nombre)
        lot.inserer_colonnes(x, table, {"id": ids, **colonnes}, nombre, trace)
        importee = self.importation_id is not None
        lot.inserer_colonnes(
            x, _JOURNAL,
            {"objet_id": ids, "apres": journal, "importation_ligne": numeros if importee else (None,) * nombre}, nombre,
            entree("création", table.name, centre_id=self.centre_id) | {"importation_id": self.importation_id, "le": instant},
        )
        return ids

    def _creer_personnes(self, x: Connection, p: Mapping[str, Any], rangs: Sequence[int], personnes: dict[str, int]) -> None:
        cles_identite = p["candidat"]["cle_identite"]
        neuves: dict[str, int] = {}
        for r in rangs:
            if cles_identite[r] not in personnes:
                neuves.setdefault(cles_identite[r], r)
        if not neuves:
            return
        ou = list(neuves.values())
        numeros = p["inscription"]["importation_ligne"]
        colonnes = _choisir(p["candidat"], ou, len(numeros))
        ids = self._inserer(x, _c, colonnes, [numeros[r] for r in ou], [p["journal"]["candidat"][r] for r in ou])
        personnes |= zip(neuves, ids, strict=True)
        # Une personne connue au jugement, ôtée depuis, n'a pas encore ses clés.
        rapprochement = [
            (c, i) for i, r in zip(ids, ou, strict=True)
            for c in p["rapprochement"][r] or cles_de(
                {n: p["candidat"][n][r] for n in _IDENTITE[:3]}
                | {"date_naissance": dt.date.fromisoformat(p["candidat"]["date_naissance"][r])})
        ]
        lot.inserer_colonnes(
            x, _CLES, {"cle": [c for c, _ in rapprochement], "candidat_id": [i for _, i in rapprochement]}, len(rapprochement)
        )

    def _creer_entreprises(self, x: Connection, e: Colonnes, numeros: Sequence[int], rangs: Sequence[int]) -> dict[str, int]:
        premieres: dict[str, int] = {}
        for r in rangs:
            if e["cle_entreprise"][r]:
                premieres.setdefault(e["cle_entreprise"][r], r)
        if not premieres:
            return {}
        connues = {r.cle_entreprise: r.id for r in x.execute(
            select(_e.c.id, _e.c.cle_entreprise).where(_e.c.centre_id == self.centre_id, lot.parmi(x, _e.c.cle_entreprise, premieres))
        )}
        neuves = {cle: r for cle, r in premieres.items() if cle not in connues}
        if neuves:
            ou = list(neuves.values())
            colonnes = _choisir(e, ou, -1) | {"centre_id": (self.centre_id,) * len(ou)}
            connues |= zip(neuves, self._inserer(x, _e, colonnes, [numeros[r] for r in ou], apercus(colonnes)), strict=True)
        return connues

    def _creer_inscriptions(
        self, x: Connection, p: Mapping[str, Any], rangs: Sequence[int], personnes: Mapping[str, int], entreprises: Mapping[str, int]
    ) -> Sequence[int]:
        if not rangs:
            return []
        nombre = len(rangs)
        numeros = p["inscription"]["importation_ligne"]
        cles_identite, cles_entreprise = p["candidat"]["cle_identite"], p["entreprise"]["cle_entreprise"]
        importee = self.importation_id is not None
        colonnes = _choisir(p["inscription"], rangs, len(numeros))
        numeros = colonnes["importation_ligne"]
        ajoutees: Colonnes = {
            "centre_id": (self.centre_id,) * nombre, "candidat_id": [personnes[cles_identite[r]] for r in rangs],
            "entreprise_id": [entreprises.get(cles_entreprise[r]) for r in rangs],
            "etat": (EtatInscription.OUVERTE.value,) * nombre, "importation_id": (self.importation_id,) * nombre,
        }
        journal = [
            f"{debut[:-1]}, {fin[1:]}"
            for debut, fin in zip((p["journal"]["inscription"][r] for r in rangs), apercus(ajoutees), strict=True)
        ]
        colonnes |= ajoutees | {"importation_ligne": numeros if importee else (None,) * nombre}
        ids = self._inserer(x, _i, colonnes, numeros, journal)
        blocs = [(i, b) for i, r in zip(ids, rangs, strict=True) for b in p["blocs"][r]]
        lot.inserer_colonnes(
            x, _BLOCS, {"inscription_id": [i for i, _ in blocs], "bloc_id": [b for _, b in blocs]}, len(blocs)
        )
        return ids

    def inscrire_une(self, lues: Lot) -> Sequence[int]:
        """Écrit les lignes à créer d'un lot jugé ; rend les clés des inscriptions."""
        return self.ecrire_un_lot(self._habiller(self._preparer(lues)))[1] if lues.a_creer else ()


def _chacun_son_tour(x: Connection) -> None:
    """PostgreSQL : deux imports à la fois s'attendent pour écrire, pour que le second reconnaisse les personnes du premier.

    SQLite a déjà pris son verrou d'écriture au début de la transaction.
    """
    if x.dialect.name == "postgresql":
        x.execute(select(func.pg_advisory_xact_lock(_VERROU_IMPORT)))


def _personnes(x: Connection, cles_identite: Iterable[str]) -> dict[str, int]:
    """Les fiches connues de ces personnes ; une fiche réunie à une autre mène à celle qu'on a gardée."""
    cherchees = {cle for cle in cles_identite if cle}
    requete = select(_c.c.cle_identite, func.coalesce(_c.c.fusionne_dans_id, _c.c.id)).where(lot.parmi(x, _c.c.cle_identite, cherchees))
    return {cle: i for cle, i in x.execute(requete)} if cherchees else {}  # noqa: C416 — une ligne de résultat n'est pas une paire


def _inscriptions(x: Connection, centre_id: int, personnes: Collection[int]) -> dict[Quoi, _Deja]:
    """Pour chaque (personne, certification, cible) : ouverte ou déjà faite ici, ouverte où que ce soit."""
    deja: dict[Quoi, _Deja] = {}
    if not personnes:
        return deja
    for r in x.execute(
        select(_i.c.candidat_id, _i.c.certification_id, _i.c.cible, _i.c.centre_id, _i.c.etat, _i.c.date_inscription)
        .where(lot.parmi(x, _i.c.candidat_id, set(personnes)))
    ):
        une = deja.setdefault((r.candidat_id, r.certification_id, r.cible), _Deja())
        ici, ouverte = r.centre_id == centre_id, r.etat is EtatInscription.OUVERTE
        une.ouverte_ici |= ici and ouverte
        une.ouverte_ailleurs |= ouverte and not ici
        if ici:
            une.dates.add(r.date_inscription.isoformat())
    return deja


# --- le fichier ----------------------------------------------------------------------------------------------------

FICHIER: Genre[Lot] = Genre("inscriptions", "Inscriptions", "inscription", "à créer", "créées", "déjà inscrites", INSCRIPTIONS, None, Moteur)
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
        saisie = lire_formulaire(rang, champs)
        saisie.cle_choisie = cle_identite
        comptes = moteur.juger(saisie)
        ids = moteur.inscrire_une(saisie)
        erreurs = saisie.erreurs.get(0, ())
        resultats.append(
            Inscrit(
                ids[0] if ids else None, bool(comptes.deja),
                tuple(e for e in erreurs if e.gravite is Gravite.BLOQUE),
                tuple(e for e in erreurs if e.gravite is Gravite.ALERTE),
                saisie.proches[0],
            )
        )
    return resultats
