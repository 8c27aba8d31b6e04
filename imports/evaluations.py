"""Importer les résultats des évaluations, compétence par compétence (partie 2, chap. 1, critère 5 ; chap. 2, § 1.B).

Une ligne : une compétence d'une inscription, trouvée par la référence du centre ou par l'identité et la certification.
Les règles et l'écriture sont celles de la page et de la grille (`rules.actes_evaluation`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from imports import cellules
from imports.cellules import CelluleRefusee
from imports.colonnes import Cartographie, Colonne, colonne
from imports.compte_rendu import sans_formule, sans_marque
from imports.ligne import LigneLue
from imports.moteur import Genre
from imports.moteur import importer as importer_le_fichier
from models import (
    Candidat,
    Certification,
    CommissionEvaluation,
    Enregistrement,
    Evaluation,
    Inscription,
    ModaliteEvaluation,
)
from models.base import aujourd_hui
from models.normalisation import cle_identite, normaliser
from rules import actes_evaluation
from rules.actes_evaluation import Note
from rules.collecte import ecritures
from rules.collecte_evaluation import commissions_facts, dossiers_facts
from rules.evaluation import DossierFacts
from rules.nomenclatures import EtatInscription, ResultatCompetence
from rules.noyau import Gravite

resultat = cellules.ListeFermee(
    "L_RESULTAT",
    "un résultat",
    ResultatCompetence,
    ACQUISE="A|Acquis|Validée|Validé|Oui",
    NON_ACQUISE="N|NA|Non acquis|Non validée|Non validé|Non",
)


def appreciation(texte: str) -> str:
    """Un texte libre ; l'apostrophe que l'export met devant une formule est ôtée."""
    return sans_marque(cellules.texte_lignes(texte))


EVALUATIONS: tuple[Colonne, ...] = (
    colonne("reference", "Référence de l'inscription", cellules.texte_ligne, 60, "réf|référence du centre|réf inscription"),
    colonne("nom_naissance", "Nom de naissance", cellules.nom, 120, "nom|nom de famille"),
    colonne("prenoms", "Prénoms", cellules.prenoms, 120, "prénom"),
    colonne("date_naissance", "Date de naissance", cellules.date, 60, "né le|née le|né(e) le|ddn"),
    colonne("ville_naissance", "Ville de naissance", cellules.lieu, 100, "lieu de naissance|commune de naissance"),
    colonne("certification", "Certification", cellules.texte_ligne, 300, "certification visée|cqpm|code certification"),
    colonne("competence*", "Code de la compétence", cellules.texte_ligne, 40, "compétence|code compétence|code"),
    colonne("date_evaluation", "Date de l'évaluation", cellules.date, 60, "évalué le|évaluée le|date|date évaluation"),
    colonne("modalite", "Modalité convenue", cellules.texte_ligne, 200, "modalité|modalité d'évaluation"),
    colonne("resultat*", "Résultat", resultat, 40, "décision|acquis"),
    colonne("commission", "Commission d'évaluation", cellules.texte_ligne, 60, "référence commission|réf commission"),
    colonne("appreciation", "Appréciation", appreciation, 4000, "commentaire|observation"),
)
# Le champ qu'une règle nomme est la colonne du fichier, sauf ceux-ci.
_COLONNES = {"inscription": "reference", "version": "resultat", "evaluateurs": "commission"}
# Ce qu'on reproche à une ligne avant de pouvoir la juger : l'inscription ou la modalité introuvable.
_PASSAGES = dict.fromkeys(("EVA-01", "EVA-05"), "Partie 2, chap. 2, § 1.B") | {"JUR-13": "Partie 2, chap. 3, § 3.A"}


@dataclass(slots=True)
class Ligne(LigneLue):
    """Une ligne lue, et la note qu'elle fait."""

    note: Note | None = None

    def refuser(
        self, nom: str, code: str, message: str, gravite: Gravite = Gravite.BLOQUE, passage: str | None = None
    ) -> None:
        """Note une erreur de cette ligne ; sans passage donné, celui de son code."""
        self.reprocher(nom, code, message, gravite, _PASSAGES.get(code, "") if passage is None else passage)


def lire(numero: int, cellules_lues: Sequence[str], carte: Cartographie) -> Ligne:
    """Lit les cellules d'une ligne de fichier."""
    lue = Ligne(numero, cellules_lues)
    lue.remplir(carte)
    return lue


class Moteur:
    """Trouve les inscriptions, juge et écrit des lots de lignes pour un centre."""

    def __init__(self, session: Session, centre_id: int, importation_id: int | None = None) -> None:
        self.session = session
        self.centre_id = centre_id
        self.importation_id = importation_id
        self.jour = aujourd_hui()
        self._modalites = {
            normaliser(ecrite): m.code
            for m in session.scalars(select(ModaliteEvaluation))
            for ecrite in (m.code, m.libelle, m.libelle.rpartition(" : ")[2])
        }
        co = CommissionEvaluation.__table__.c
        self._commissions: dict[str, int] = {}
        par_jour: dict[str, list[int]] = defaultdict(list)
        for r in session.connection().execute(
            select(co.id, co.reference, co.date_commission).where(co.centre_id == centre_id)
        ):
            self._commissions[normaliser(r.reference)] = r.id
            par_jour[f"{r.date_commission:%d/%m/%Y}"].append(r.id)
        # Une date désigne une commission quand le centre n'en a tenu qu'une ce jour-là.
        self._commissions |= {normaliser(jour): cles[0] for jour, cles in par_jour.items() if len(cles) == 1}
        self._dates = {c.id: c.date_commission for c in commissions_facts(session, centre_id).values()}
        self._ecritures: dict[int, frozenset[str]] = {}
        self._dossiers: dict[int, DossierFacts] = {}
        self._notees: set[tuple[int, int]] = set()

    def juger(self, lignes: Sequence[Ligne]) -> None:
        """Situe chaque ligne, puis la juge contre la base et contre celles qui la précèdent."""
        self._situer([x for x in lignes if not x.refusee])
        notees = [x for x in lignes if not x.refusee and x.note is not None]
        for rang, violations in actes_evaluation.juger_notes(
            self.session, [x.note for x in notees if x.note is not None], self.jour
        ).items():
            for v in violations:
                notees[rang].refuser(_COLONNES.get(v.champ, v.champ), v.code, v.message, v.gravite, v.source)
        for x in notees:
            note = x.note
            if note is None or note.competence_id is None or x.refusee:
                continue
            cle = (note.inscription_id, note.competence_id)
            if cle in self._notees:
                x.refuser("competence", "EVA-05", f"{x.texte('competence')} est déjà notée plus haut dans ce fichier.")
            self._notees.add(cle)

    def ecrire(self, lignes: Sequence[Ligne], *, simuler: bool) -> tuple[int, int, int, Sequence[int]]:
        """Écrit (ou simule) les notes valides : résultats notés, 0, résultats déjà connus, inscriptions touchées."""
        notes = [x.note for x in lignes if not x.refusee and x.note is not None]
        neuves = [n for n in notes if not self._connue(n)]
        if neuves and not simuler:
            actes_evaluation.noter(self.session, neuves, self.jour)
        return len(neuves), 0, len(notes) - len(neuves), sorted({n.inscription_id for n in neuves})

    def _connue(self, note: Note) -> bool:
        evaluation = self._dossiers[note.inscription_id].evaluations.get(note.competence_id or 0)
        return evaluation is not None and actes_evaluation.identique(note, evaluation)

    def _situer(self, lignes: Sequence[Ligne]) -> None:
        trouvees = self._inscriptions(lignes)
        ids = sorted({i for i in trouvees.values() if i is not None})
        self._dossiers = dossiers_facts(self.session, ids)
        for x in lignes:
            inscription_id = trouvees[x.ligne]
            if inscription_id is not None:
                x.note = self._note(x, self._dossiers[inscription_id])

    def _note(self, x: Ligne, dossier: DossierFacts) -> Note:
        demandee, modalite = x.texte("competence"), x.texte("modalite")
        visee = dossier.par_code(demandee)
        # `18/03/2026` ou `2026-03-18` : une commission se désigne aussi par son jour.
        commission = self._commissions.get(normaliser(_jour_francais(x.texte("commission"))))
        date: dt.date | None = x.valeurs.get("date_evaluation")
        if date is None and commission is not None:
            date = self._dates.get(commission)
        code = self._modalites.get(normaliser(modalite))
        actuelle = dossier.evaluations.get(visee.id) if visee is not None else None
        if modalite and code is None:
            x.refuser("modalite", "EVA-01", f"« {modalite} » n'est pas une modalité d'évaluation connue.")
        return Note(
            dossier.inscription_id, visee.id if visee is not None else None,
            modalite=code or (actuelle.modalite if actuelle is not None else ""), resultat=x.valeurs.get("resultat"),
            date_evaluation=date, commission_id=commission,
            appreciation=x.texte("appreciation") or (actuelle.appreciation if actuelle is not None else ""),
            competence_demandee=demandee, commission_demandee="" if commission is not None else x.texte("commission"),
            importation_id=self.importation_id, importation_ligne=x.ligne if self.importation_id is not None else None,
        )

    def _inscriptions(self, lignes: Sequence[Ligne]) -> dict[int, int | None]:
        """L'inscription ouverte de chaque ligne, par numéro de ligne ; introuvable ou ambiguë, la ligne dit pourquoi."""
        i, c = Inscription.__table__.c, Candidat.__table__.c
        references = {x.texte("reference") for x in lignes if x.texte("reference")}
        identites = {_identite(x) for x in lignes if not x.texte("reference")} - {""}
        requete = (
            select(i.id, i.reference, i.certification_id, i.etat, c.cle_identite, c.date_naissance)
            .join(Candidat.__table__, c.id == i.candidat_id).where(i.centre_id == self.centre_id)
        )
        par_reference, par_identite = defaultdict(list), defaultdict(list)
        for r in self.session.connection().execute(requete.where(i.reference.in_(references))) if references else ():
            par_reference[r.reference].append(r)
        for r in self.session.connection().execute(requete.where(c.cle_identite.in_(identites))) if identites else ():
            par_identite[r.cle_identite].append(r)
        return {
            x.ligne: self._une(
                x, par_reference[x.texte("reference")] if x.texte("reference") else par_identite[_identite(x)]
            )
            for x in lignes
        }

    def _une(self, x: Ligne, candidates: Sequence[Any]) -> int | None:
        reference, certification = x.texte("reference"), x.texte("certification")
        colonne_en_cause = "reference" if reference else "nom_naissance"
        if not reference and not _identite(x):
            x.refuser(
                "reference", "EVA-01",
                "Indiquez la référence de l'inscription, ou les nom, prénoms, date et ville de naissance du candidat.",
            )
            return None
        restent = [r for r in candidates if not certification or normaliser(certification) in self._noms(r.certification_id)]
        ouvertes = [r for r in restent if r.etat is EtatInscription.OUVERTE]
        if len(ouvertes) == 1:
            return int(ouvertes[0].id)
        if len(ouvertes) > 1:
            x.refuser(colonne_en_cause, "EVA-01", "Plusieurs inscriptions ouvertes répondent : précisez la certification ou "
                      "la référence.")
        elif restent:
            x.refuser(colonne_en_cause, "JUR-13", "Cette inscription n'est plus ouverte : ses évaluations ne changent plus.")
        elif candidates:
            x.refuser("certification", "EVA-01", f"« {certification} » n'est pas la certification de cette inscription.")
        else:
            x.refuser(colonne_en_cause, "EVA-01", "Aucune inscription de ce centre ne répond.")
        return None

    def _noms(self, certification_id: int) -> frozenset[str]:
        """Toutes les écritures d'une certification, lues une fois."""
        if certification_id not in self._ecritures:
            x = self.session.connection()
            ce, en = Certification.__table__.c, Enregistrement.__table__.c
            r = x.execute(
                select(ce.famille, ce.annee, ce.numero, ce.numero_imprime, ce.titre).where(ce.id == certification_id)
            ).one()
            codes = x.scalars(select(en.code).where(en.certification_id == certification_id)).all()
            self._ecritures[certification_id] = ecritures(r.famille, r.annee, r.numero, r.numero_imprime, codes, r.titre)
        return self._ecritures[certification_id]


def _identite(x: Ligne) -> str:
    v = x.valeurs
    if not all(v.get(n) for n in ("nom_naissance", "prenoms", "date_naissance", "ville_naissance")):
        return ""
    return cle_identite(v["nom_naissance"], v["prenoms"], v["date_naissance"], v["ville_naissance"])


def _jour_francais(ecrit: str) -> str:
    try:
        return f"{cellules.date(ecrit):%d/%m/%Y}"
    except CelluleRefusee:
        return ecrit


FICHIER = Genre("evaluations", "Évaluations", "résultat", "à noter", "notés", "déjà notés", EVALUATIONS, lire, Moteur)
importer = partial(importer_le_fichier, FICHIER)


def exporter(session: Session, centre_id: int) -> Iterator[tuple[str, ...]]:
    """Les résultats notés d'un centre pour ses inscriptions ouvertes, en-tête d'abord, tels qu'ils se réimportent.

    Un acquis repris ne s'exporte pas : il vient d'un jury, non d'une évaluation.
    """
    noms = tuple(c.nom for c in EVALUATIONS)
    yield noms
    i, c = Inscription.__table__.c, Candidat.__table__.c
    lignes = session.connection().execute(
        select(i.id, i.reference, c.nom_naissance, c.prenoms, c.date_naissance, c.ville_naissance, Certification.id)
        .select_from(Inscription.__table__).join(Candidat.__table__, c.id == i.candidat_id)
        .join(Certification.__table__, Certification.__table__.c.id == i.certification_id)
        .where(i.centre_id == centre_id, i.etat == EtatInscription.OUVERTE,
               i.id.in_(select(Evaluation.__table__.c.inscription_id)))
        .order_by(i.nom_tri, i.id)
    ).all()
    certifications = {
        x.id: x.base_identifiant if x.annee or x.enregistrements else x.titre
        for x in session.scalars(select(Certification).options(selectinload(Certification.enregistrements)))
    }
    commissions = commissions_facts(session, centre_id)
    dossiers = dossiers_facts(session, [r[0] for r in lignes])
    for r in lignes:
        for competence in dossiers[r[0]].competences:
            e = dossiers[r[0]].evaluations.get(competence.id)
            if e is None or e.resultat is None or e.date_evaluation is None or e.repris_du is not None:
                continue
            commission = commissions[e.commission_id].reference if e.commission_id is not None else ""
            valeurs = (
                r[1], r[2], r[3], f"{r[4]:%d/%m/%Y}", r[5], certifications[r[6]], competence.code,
                f"{e.date_evaluation:%d/%m/%Y}", e.modalite, e.resultat.value, commission, e.appreciation,
            )
            yield tuple(sans_formule(v) for v in valeurs)
