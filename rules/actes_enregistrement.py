"""Comparer les enregistrements de la branche à France compétences, et prendre ce qui a changé (FC-01, FC-03).

Comparer n'écrit rien. Prendre écrit les seules propositions choisies, si la base est encore comme la comparaison l'a
vue ; le journal garde chaque changement.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload

from models import (
    BlocCompetences,
    Certification,
    Enregistrement,
    EnregistrementBloc,
    Journal,
    Reception,
    Referentiel,
    ReferentielBloc,
)
from models.journal import entree
from models.normalisation import normaliser
from models.verrou import verrouiller
from rules import controle
from rules.collecte_enregistrement import enregistrements_facts
from rules.francecompetences import Fiche
from rules.nomenclatures import EtatReferentiel, Repertoire
from rules.noyau import Gravite, Violation

SIREN_UIMM = "784717191"
_DATES = {"du": "Début", "au": "Fin", "derniere_delivrance": "Dernière délivrance"}
_SOURCE = "France compétences"


def titre_compare(titre: str) -> str:
    """Un titre sans marque de féminin, ni sigle de certificat : « CQP Tuyauteur(euse) » et « Tuyauteur » se valent."""
    return normaliser(re.sub(r"\([^()]*\)|\b(?:CQPM?|CQPI|CCP[MI])\b", " ", titre))


@dataclass(frozen=True, slots=True)
class Proposition:
    """Un changement que France compétences propose ; `cle` le désigne, `avant` est ce que la base disait.

    `nature` : `fiche` (nouvel enregistrement), `date`, `bloc` (code inconnu), `libelle` (d'un bloc). Une fiche dont
    la certification n'a pas été trouvée demande qu'on la choisisse.
    """

    cle: str
    nature: str
    code: str
    quoi: str
    intitule: str
    avant: str
    apres: str
    certification_id: int | None = None
    certification: str = ""
    champ: str = ""
    bloc_id: int | None = None
    dates: Mapping[str, str] | None = None

    @property
    def a_rattacher(self) -> bool:
        """Vrai s'il faut encore dire de quelle certification c'est la fiche."""
        return self.nature == "fiche" and self.certification_id is None

    def en_dict(self) -> dict[str, Any]:
        """Telle que gardée avec la réception, et rendue en JSON."""
        return asdict(self)


def concerne(fiche: Fiche, connus: Collection[str]) -> bool:
    """Vrai d'une fiche déjà tenue par la branche, ou dont l'UIMM est certificateur (par son SIREN)."""
    return fiche.code in connus or any(s.replace(" ", "").startswith(SIREN_UIMM) for s in fiche.certificateurs)


class Comparaison:
    """Ce que la branche connaît, et ce que des fiches y changeraient."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.enregistrements = {
            e.code: e
            for e in session.scalars(
                select(Enregistrement)
                .options(selectinload(Enregistrement.blocs), selectinload(Enregistrement.certification))
            )
        }
        self.par_titre: dict[str, set[int]] = {}
        self.certifications = {
            c.id: c
            for c in session.scalars(
                select(Certification).where(Certification.projet.is_(False))
                .options(selectinload(Certification.enregistrements))
            )
        }
        for c in self.certifications.values():
            self.par_titre.setdefault(titre_compare(c.titre), set()).add(c.id)

    def propositions(self, fiches: Iterable[Fiche]) -> list[Proposition]:
        """Ce que ces fiches changeraient, dans l'ordre des codes ; n'écrit rien."""
        trouvees: list[Proposition] = []
        fiches = sorted(fiches, key=lambda f: (len(f.code), f.code))
        for fiche in fiches:
            connu = self.enregistrements.get(fiche.code)
            # Une fiche échue que la branche n'a jamais tenue n'apprend rien.
            if connu is None and fiche.active:
                trouvees += self._nouvelle(fiche)
            elif connu is not None:
                trouvees += self._changements(fiche, connu)
        return trouvees

    def _certification(self, fiche: Fiche) -> Certification | None:
        """Celle de la fiche que celle-ci remplace ; à défaut, la seule de même titre."""
        precedentes = {self.enregistrements[a].certification_id for a in fiche.anciennes if a in self.enregistrements}
        candidates = precedentes or self.par_titre.get(titre_compare(fiche.intitule), set())
        return self.certifications.get(next(iter(candidates))) if len(candidates) == 1 else None

    def _nouvelle(self, fiche: Fiche) -> list[Proposition]:
        certification = self._certification(fiche)
        dates = {champ: valeur.isoformat() for champ in _DATES if (valeur := getattr(fiche, champ)) is not None}
        nouvelle = Proposition(
            fiche.code, "fiche", fiche.code, "Nouvel enregistrement", fiche.intitule, "",
            ", ".join(f"{_DATES[c].lower()} {_lisible(v)}" for c, v in dates.items()) or "dates inconnues",
            certification.id if certification else None, str(certification or ""), dates=dates,
        )
        rapproches = self._blocs(certification.id) if certification else {}
        return [nouvelle, *(self._bloc(fiche, code, libelle, certification, rapproches) for code, libelle in fiche.blocs)]

    def _changements(self, fiche: Fiche, connu: Enregistrement) -> list[Proposition]:
        certification = connu.certification
        trouvees = []
        for champ, quoi in _DATES.items():
            avant, apres = getattr(connu, champ), getattr(fiche, champ)
            # Une date que France compétences ne donne pas n'efface pas celle de la branche.
            if apres is not None and apres != avant:
                trouvees.append(Proposition(
                    f"{fiche.code}:{champ}", "date", fiche.code, quoi, fiche.intitule, avant.isoformat() if avant else "",
                    apres.isoformat(), certification.id, str(certification), champ,
                ))
        connus = {b.code: b for b in connu.blocs}
        deja = {b.bloc_id for b in connu.blocs if b.bloc_id is not None}
        rapproches = {k: v for k, v in self._blocs(certification.id).items() if v not in deja}
        for code, libelle in fiche.blocs:
            if code not in connus:
                trouvees.append(self._bloc(fiche, code, libelle, certification, rapproches))
            elif connus[code].libelle != libelle:
                trouvees.append(Proposition(
                    f"{code}:libelle", "libelle", fiche.code, f"Libellé de {code}", fiche.intitule, connus[code].libelle,
                    libelle, certification.id, str(certification),
                ))
        return trouvees

    @staticmethod
    def _bloc(
        fiche: Fiche, code: str, libelle: str, certification: Certification | None, rapproches: dict[str, int]
    ) -> Proposition:
        return Proposition(
            code, "bloc", fiche.code, f"Bloc {code}", fiche.intitule, "", libelle,
            certification.id if certification else None, str(certification or ""), bloc_id=rapproches.get(normaliser(libelle)),
        )

    def _blocs(self, certification_id: int) -> dict[str, int]:
        """Les blocs de la version en vigueur, par leur libellé ; un libellé porté par deux n'en désigne aucun."""
        par_libelle: dict[str, list[int]] = {}
        for identite, libelle in self.session.execute(
            select(BlocCompetences.id, BlocCompetences.libelle)
            .join(ReferentielBloc, ReferentielBloc.bloc_id == BlocCompetences.id)
            .join(Referentiel, Referentiel.id == ReferentielBloc.referentiel_id)
            .where(Referentiel.certification_id == certification_id, Referentiel.etat == EtatReferentiel.VALIDE)
        ):
            par_libelle.setdefault(normaliser(libelle), []).append(identite)
        return {libelle: ids[0] for libelle, ids in par_libelle.items() if len(ids) == 1}


def _lisible(iso: str) -> str:
    return f"{dt.date.fromisoformat(iso):%d/%m/%Y}"


def _refus(champ: str, message: str) -> controle.Refus:
    return controle.Refus((Violation("RECEPTION", Gravite.BLOQUE, champ, message, _SOURCE),))


def prendre(
    session: Session, reception: Reception, cles: Collection[str], rattachements: Mapping[str, int] | None = None
) -> tuple[Violation, ...]:
    """Écrit les propositions choisies d'une comparaison ; rend les alertes (ENR-03). L'appelant valide.

    :param rattachements: code d'une fiche nouvelle → certification, quand la comparaison ne l'a pas trouvée.
    :raises Refus: une proposition inconnue, déjà prise ou dépassée, une fiche sans certification, une règle violée.
    """
    verrouiller(session, reception)
    toutes = {p["cle"]: Proposition(**p) for p in reception.resume["propositions"]}
    if inconnues := sorted(set(cles) - set(toutes)):
        raise _refus("", f"Cette comparaison ne propose pas {', '.join(inconnues)[:200]}.")
    if deja := sorted(set(cles) & set(reception.prises)):
        raise _refus("", f"Déjà pris : {', '.join(deja)[:200]}.")
    choisies = [p for cle, p in toutes.items() if cle in set(cles)]
    touches: set[int] = set()
    # La fiche d'abord : ses blocs s'y rattachent.
    for p in sorted(choisies, key=lambda p: p.nature != "fiche"):
        if p.nature == "fiche":
            touches.add(_creer(session, p, (rattachements or {}).get(p.code) or p.certification_id))
        else:
            touches.add(_modifier(session, p))
    session.flush()
    violations: list[Violation] = []
    for faits in enregistrements_facts(session, sorted(touches)).values():
        violations += controle.enregistrement(faits)
    alertes = controle.exiger(violations)
    reception.prises = [*reception.prises, *(p.cle for p in choisies)]
    session.execute(insert(Journal), [entree(
        "france compétences", "reception", reception.id, apres={"fichier": reception.nom_fichier, "prises": sorted(cles)},
    )])
    session.flush()
    return alertes


def _fiche(session: Session, code: str) -> Enregistrement | None:
    return session.scalar(select(Enregistrement).where(Enregistrement.code == code))


def _creer(session: Session, p: Proposition, certification_id: int | None) -> int:
    if certification_id is None:
        raise _refus("certification", f"{p.code} « {p.intitule} » : choisissez sa certification.")
    certification = session.get(Certification, certification_id)
    if certification is None or certification.projet:
        raise _refus("certification", f"{p.code} : cette certification n'est pas sur la liste.")
    if _fiche(session, p.code) is not None:
        raise _refus("code", f"{p.code} est déjà enregistré : comparez de nouveau.")
    repertoire = Repertoire.RNCP if p.code.startswith("RNCP") else Repertoire.RS
    dates = {champ: dt.date.fromisoformat(v) for champ, v in (p.dates or {}).items()}
    nouvel = Enregistrement(certification=certification, repertoire=repertoire, code=p.code, source=_SOURCE, **dates)
    session.add(nouvel)
    session.flush()
    return nouvel.id


def _modifier(session: Session, p: Proposition) -> int:
    enregistrement = _fiche(session, p.code)
    if enregistrement is None:
        raise _refus("code", f"{p.quoi} : prenez d'abord l'enregistrement {p.code}.")
    if p.nature == "date":
        actuelle = getattr(enregistrement, p.champ)
        if (actuelle.isoformat() if actuelle else "") != p.avant:
            raise _refus(p.champ, f"{p.code} a changé depuis la comparaison : comparez de nouveau.")
        setattr(enregistrement, p.champ, dt.date.fromisoformat(p.apres))
        return enregistrement.id
    code = p.cle.removesuffix(":libelle")
    bloc = next((b for b in enregistrement.blocs if b.code == code), None)
    if (bloc.libelle if bloc is not None else "") != p.avant:
        raise _refus("blocs", f"{code} a changé depuis la comparaison : comparez de nouveau.")
    if bloc is None:
        enregistrement.blocs.append(EnregistrementBloc(code=code, libelle=p.apres, bloc_id=p.bloc_id))
    else:
        bloc.libelle = p.apres
    return enregistrement.id


def tout_prendre(propositions: Sequence[Proposition]) -> list[str]:
    """Les clés de tout ce qui peut se prendre sans rien choisir : les fiches sans certification attendent."""
    attendent = {p.code for p in propositions if p.a_rattacher}
    return [p.cle for p in propositions if p.code not in attendent]
