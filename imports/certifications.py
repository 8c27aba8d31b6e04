"""Reprendre et rendre la liste des certifications : un fichier par tableur, aller et retour sans perte.

Une certification déjà sur la liste est reconnue — numéro, numéro imprimé, code de répertoire, titre — et n'est jamais
réécrite : ce qui diffère est signalé, le secrétariat du GTP la tient à l'écran.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from imports import cellules
from imports.cellules import CelluleRefusee
from imports.colonnes import Cartographie, Colonne, colonne
from imports.compte_rendu import CompteRendu, Erreur, sans_formule
from imports.ligne import LigneLue
from imports.moteur import Genre, importer
from imports.rendu import jour_ecrit
from models import Certification, Enregistrement, Equivalence
from models.normalisation import normaliser
from rules import controle
from rules.faits import FicheFacts, Periode
from rules.francecompetences import EnregistrementFacts
from rules.identifiants import lire_identifiant
from rules.liste import CertificationListeeFacts
from rules.nomenclatures import Famille, Repertoire
from rules.noyau import Gravite

_FAMILLES = {f.value: f for f in Famille if f is not Famille.PPC}
_PERIODE = r"(?:\s+du\s+(?P<du>\S+))?(?:\s+au\s+(?P<au>\S+))?"
_ENREGISTREMENT = re.compile(
    r"(?P<code>(?:RNCP|RS)\s?\d{1,6})" + _PERIODE + r"(?:\s+délivrance\s+(?P<derniere>\S+))?(?:\s+\[(?P<source>[^\]]*)\])?"
)
_EQUIVALENCE = re.compile(r"(?P<identifiant>.+?)\s+du\s+(?P<du>\S+)(?:\s+au\s+(?P<au>\S+))?")


@dataclass(frozen=True, slots=True)
class EnregistrementLu:
    """Un enregistrement d'une cellule : `RNCP34172 du 01/01/2020 au 31/12/2026 délivrance 30/06/2027 [source]`."""

    code: str
    du: dt.date | None
    au: dt.date | None
    derniere_delivrance: dt.date | None
    source: str


@dataclass(frozen=True, slots=True)
class EquivalenceLue:
    """Une correspondance d'une cellule : `CQPI 2010 0001 du 01/01/2020 au 31/12/2026`."""

    identifiant: str
    du: dt.date
    au: dt.date | None


def famille(texte: str) -> Famille:
    """CQPM, CCPM, CQPI ou CCPI. Refus : L_FAMILLE."""
    ecrit = cellules.texte_ligne(texte).upper()
    if ecrit not in _FAMILLES:
        raise CelluleRefusee("L_FAMILLE", f"La famille est l'une de {', '.join(_FAMILLES)}.")
    return _FAMILLES[ecrit]


def entier(texte: str) -> int:
    """Un nombre entier, zéros de tête admis. Refus : L_NOMBRE."""
    ecrit = cellules.texte_ligne(texte)
    if not re.fullmatch(r"\d{1,6}", ecrit, re.ASCII):
        raise CelluleRefusee("L_NOMBRE", f"« {ecrit[:40]} » n'est pas un nombre entier.")
    return int(ecrit)


def _date(texte: str | None) -> dt.date | None:
    return cellules.date(texte) if texte else None


def enregistrements(texte: str) -> tuple[EnregistrementLu, ...]:
    """Des enregistrements séparés par `|`, dates facultatives. Refus : L_ENREGISTREMENT, L_DATE."""
    lus = []
    for morceau in filter(None, map(str.strip, cellules.texte_ligne(texte).split("|"))):
        lu = _ENREGISTREMENT.fullmatch(morceau)
        if lu is None:
            raise CelluleRefusee(
                "L_ENREGISTREMENT",
                f"« {morceau[:60]} » ne se lit pas : écrivez « RNCP34172 du 01/01/2020 au 31/12/2026 délivrance 30/06/2027 ».",
            )
        lus.append(EnregistrementLu(lu["code"].replace(" ", ""), _date(lu["du"]), _date(lu["au"]), _date(lu["derniere"]), lu["source"] or ""))
    return tuple(lus)


def equivalences(texte: str) -> tuple[EquivalenceLue, ...]:
    """Des correspondances séparées par `|`. Refus : L_EQUIVALENCE, L_DATE."""
    lues = []
    for morceau in filter(None, map(str.strip, cellules.texte_ligne(texte).split("|"))):
        lu = _EQUIVALENCE.fullmatch(morceau)
        if lu is None:
            raise CelluleRefusee("L_EQUIVALENCE", f"« {morceau[:60]} » ne se lit pas : écrivez « CQPI 2010 0001 du 01/01/2020 ».")
        lues.append(EquivalenceLue(lu["identifiant"], cellules.date(lu["du"]), _date(lu["au"])))
    return tuple(lues)


COLONNES: tuple[Colonne, ...] = (
    colonne("famille*", "Famille", famille, 10, "type|famille de certification"),
    colonne("annee", "Année de création", entier, 10, "année|an"),
    colonne("numero", "Numéro", entier, 10, "numéro d'ordre|n°|n° d'ordre"),
    colonne("numero_imprime", "Numéro tel qu'imprimé", cellules.texte_ligne, 40, "numéro imprimé|identifiant"),
    colonne("titre*", "Titre", cellules.texte_ligne, 300, "intitulé|libellé|nom"),
    colonne("niveau", "Niveau du cadre national", entier, 10, "niveau|niveau cncp"),
    colonne("date_creation", "Créée le", cellules.date, 60, "date de création|création"),
    colonne("date_suppression", "Supprimée le", cellules.date, 60, "date de suppression|suppression"),
    colonne("enregistrements", "Enregistrements RNCP et RS", enregistrements, 2_000, "rncp|code rncp|rs|enregistrement"),
    colonne("equivalences", "Correspondances interbranches", equivalences, 1_000, "équivalences|cqpi"),
    colonne("source", "Source", cellules.texte_ligne, 300),
)
"""Colonnes d'un fichier de certifications (reprise et export de la liste)."""


@dataclass(slots=True)
class LigneDeListe(LigneLue):
    """Une certification lue, et si une fiche de la liste est déjà celle-là."""

    connue: bool = False

    def noter(
        self, colonne: str, code: str, message: str, gravite: Gravite = Gravite.BLOQUE, passage: str = ""
    ) -> None:
        """Note un reproche sur une colonne, avec la valeur lue."""
        valeur = self.valeurs.get(colonne)
        self.erreurs.append(Erreur(self.ligne, colonne, "" if valeur is None else str(valeur)[:80], code, message, gravite, passage))

    @property
    def cles(self) -> tuple[str, ...]:
        """Ce qui désigne la certification, du plus sûr au moins sûr."""
        v = self.valeurs
        f = v["famille"].value
        cles = [f"{f} {v['numero']:04d}"] if v.get("numero") is not None else []
        cles += [f"{f} imprimé {normaliser(v['numero_imprime'])}"] if v.get("numero_imprime") else []
        cles += [e.code for e in v.get("enregistrements", ())]
        # Sans numéro, un titre est tout ce qu'on a ; deux numéros de même titre sont deux certifications.
        return tuple(cles or [f"{f} « {normaliser(v['titre'])} »"])


def lire_ligne(numero: int, cellules_lues: Sequence[str], carte: Cartographie) -> LigneDeListe:
    """Lit les cellules d'une ligne ; le numéro imprimé donne l'année et le numéro qui ne sont pas dits."""
    ligne = LigneDeListe(numero, cellules_lues)
    ligne.remplir(carte)
    v = ligne.valeurs
    imprime = lire_identifiant(v["numero_imprime"]) if v.get("numero_imprime") else None
    if imprime is not None and imprime.annee is not None and v.get("annee") is None and v.get("numero") is None:
        v["annee"], v["numero"] = imprime.annee, imprime.numero
    return ligne


class MoteurDeListe:
    """Juge et écrit des certifications, dans la transaction de la session."""

    def __init__(self, session: Session) -> None:
        """Lit la liste une fois : ce qui y est déjà ne se crée pas."""
        self.session = session
        self.connues: dict[str, Certification | LigneDeListe] = {}
        self.par_identifiant: dict[str, Certification | LigneDeListe] = {}
        for c in session.scalars(
            select(Certification).where(Certification.projet.is_(False))
            .options(selectinload(Certification.enregistrements), selectinload(Certification.equivalences))
        ):
            vue = LigneDeListe(0, (), {
                "famille": c.famille, "numero": c.numero, "numero_imprime": c.numero_imprime, "titre": c.titre,
                "enregistrements": [EnregistrementLu(e.code, e.du, e.au, e.derniere_delivrance, e.source) for e in c.enregistrements],
            })
            for cle in (*vue.cles, f"{c.famille.value} « {normaliser(c.titre)} »"):
                self.connues.setdefault(cle, c)
            self.par_identifiant[_ecrit(c.base_identifiant)] = c

    def juger(self, saisies: Sequence[LigneDeListe]) -> None:
        """Reconnaît, ou juge par les règles de la liste et des enregistrements, contre la base et les lignes d'avant."""
        for ligne in saisies:
            if ligne.refusee:
                continue
            connue = next((self.connues[k] for k in ligne.cles if k in self.connues), None)
            if isinstance(connue, Certification):
                self._comparer(ligne, connue)
            elif connue is not None:
                ligne.noter("titre", "L_DOUBLE", f"La ligne {connue.ligne} du fichier désigne déjà cette certification.")
            else:
                self._juger_nouvelle(ligne)
            if not ligne.refusee and not ligne.connue:
                for cle in ligne.cles:
                    self.connues[cle] = ligne
                v = ligne.valeurs
                if v.get("numero") is not None:
                    self.par_identifiant[f"{v['famille'].value} {v['annee']:04d} {v['numero']:04d}"] = ligne

    def _comparer(self, ligne: LigneDeListe, connue: Certification) -> None:
        ligne.connue = True
        v = ligne.valeurs
        for champ in ("annee", "titre", "niveau", "date_creation", "date_suppression"):
            ici = getattr(connue, champ)
            if v.get(champ) is not None and v[champ] != ici:
                ligne.noter(
                    champ, "L_DIFFERE",
                    f"{connue.base_identifiant} est déjà sur la liste avec « {ici if ici is not None else 'rien'} » : la liste est gardée.",
                    Gravite.ALERTE,
                )

    def _juger_nouvelle(self, ligne: LigneDeListe) -> None:
        v = ligne.valeurs
        faits = CertificationListeeFacts(
            v["famille"].value, v.get("annee"), v.get("numero"), v.get("numero_imprime") or "", v.get("niveau"),
            v.get("date_creation"), v.get("date_suppression"),
        )
        fiches = [FicheFacts(e.code, Periode(e.du, e.au), e.derniere_delivrance) for e in v.get("enregistrements", ())]
        for violation in controle.certification_listee(faits):
            ligne.noter(violation.champ, violation.code, violation.message, violation.gravite, violation.source)
        for fiche in fiches:
            autres = tuple(f for f in fiches if f is not fiche and _repertoire(f.code) is _repertoire(fiche.code))
            for violation in controle.enregistrement(EnregistrementFacts(_repertoire(fiche.code).value, fiche, autres)):
                ligne.noter("enregistrements", violation.code, violation.message, violation.gravite, violation.source)
        for equivalence in v.get("equivalences", ()):
            if _ecrit(equivalence.identifiant) not in self.par_identifiant:
                ligne.noter("equivalences", "L_INTERBRANCHES", f"« {equivalence.identifiant[:40]} » n'est ni sur la liste, ni plus haut dans le fichier.")

    def ecrire(self, saisies: Sequence[LigneDeListe], *, simuler: bool) -> tuple[int, int, int, Sequence[int]]:
        """Écrit (ou simule) les lignes valides : créées, aucune rattachée, déjà sur la liste, clés."""
        bonnes = [s for s in saisies if not s.refusee]
        nouvelles = [s for s in bonnes if not s.connue]
        cles: list[int] = []
        if not simuler:
            creees = [self._creer(s) for s in nouvelles]
            self.session.flush()
            cles = [c.id for c in creees]
        return len(nouvelles), 0, len(bonnes) - len(nouvelles), cles

    def _creer(self, ligne: LigneDeListe) -> Certification:
        v = ligne.valeurs
        certification = Certification(
            **{c: v.get(c) for c in ("famille", "annee", "numero", "numero_imprime", "titre", "niveau", "date_creation", "date_suppression")},
            source=v.get("source") or "", recherche=normaliser(v["titre"]),
        )
        certification.enregistrements = [
            Enregistrement(
                repertoire=_repertoire(e.code), code=e.code, du=e.du, au=e.au, derniere_delivrance=e.derniere_delivrance,
                source=e.source or v.get("source") or "",
            )
            for e in v.get("enregistrements", ())
        ]
        for e in v.get("equivalences", ()):
            interbranches = self.par_identifiant[_ecrit(e.identifiant)]
            if isinstance(interbranches, Certification):
                certification.equivalences.append(Equivalence(interbranches=interbranches, du=e.du, au=e.au))
        self.session.add(certification)
        for cle in ligne.cles:
            self.connues[cle] = certification
        self.par_identifiant[_ecrit(certification.base_identifiant)] = certification
        return certification


def _ecrit(identifiant: str) -> str:
    """La forme sous laquelle un identifiant se retrouve, quelle que soit son écriture."""
    lu = lire_identifiant(identifiant)
    return lu.cle.upper() if lu is not None else normaliser(identifiant)


def _repertoire(code: str) -> Repertoire:
    return Repertoire.RNCP if code.startswith("RNCP") else Repertoire.RS


def reprendre(session: Session, chemin: Path, **reglages: Any) -> CompteRendu:
    """Reprend une liste dans la transaction de la session (réglages de `imports.moteur.importer`) ; l'appelant valide."""
    return importer(CERTIFICATIONS, session, chemin, 0, garder=False, **reglages)


CERTIFICATIONS: Genre[LigneDeListe] = Genre(
    "certifications", "Certifications", "certification", "à reprendre", "reprises", "déjà sur la liste", COLONNES, lire_ligne,
    lambda session, _centre, _importation: MoteurDeListe(session),
)
"""La reprise de la liste ; nationale, elle n'a ni centre ni compte rendu de centre."""


def exporter(session: Session) -> Iterator[tuple[str, ...]]:
    """La liste entière, en-tête d'abord, telle qu'elle se reprend : CQPI et CCPI d'abord, que les autres désignent."""
    yield tuple(c.nom for c in COLONNES)
    ordre = {Famille.CQPI: 0, Famille.CCPI: 1, Famille.CQPM: 2, Famille.CCPM: 3}
    certifications = session.scalars(
        select(Certification).where(Certification.projet.is_(False), Certification.famille.in_(ordre))
        .options(
            selectinload(Certification.enregistrements),
            selectinload(Certification.equivalences).joinedload(Equivalence.interbranches)
            .selectinload(Certification.enregistrements),
        )
    ).all()
    for c in sorted(certifications, key=lambda c: (ordre[c.famille], c.annee or 0, c.numero or 0, c.titre, c.id)):
        valeurs = (
            c.famille.value, _nombre(c.annee), f"{c.numero:04d}" if c.numero is not None else "", c.numero_imprime or "", c.titre,
            _nombre(c.niveau), jour_ecrit(c.date_creation), jour_ecrit(c.date_suppression),
            " | ".join(_enregistrement(e, c.source) for e in c.enregistrements),
            " | ".join(
                f"{e.interbranches.base_identifiant} du {jour_ecrit(e.du)}" + (f" au {jour_ecrit(e.au)}" if e.au else "")
                for e in c.equivalences
            ),
            c.source,
        )
        yield tuple(map(sans_formule, valeurs))


def _enregistrement(e: Enregistrement, source: str) -> str:
    """L'écriture d'un enregistrement que relit `enregistrements`."""
    dates = [(mot, jour) for mot, jour in (("du", e.du), ("au", e.au), ("délivrance", e.derniere_delivrance)) if jour]
    propre = re.sub(r"[|\[\]]", " ", e.source) if e.source != source else ""
    return " ".join([e.code, *(f"{mot} {jour_ecrit(jour)}" for mot, jour in dates), *([f"[{propre}]"] if propre else [])])


def _nombre(valeur: int | None) -> str:
    return "" if valeur is None else str(valeur)
