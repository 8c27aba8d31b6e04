"""Des certificats délivrés aux faits de l'accrochage ; par tranches, en un nombre constant de requêtes chacune."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from models import (
    AnnulationCertificat,
    BlocCompetences,
    Candidat,
    Centre,
    Certificat,
    Certification,
    Enregistrement,
    EnregistrementBloc,
    Inscription,
    PassageAccrochage,
    Pays,
    Presentation,
    ProcesVerbal,
)
from models.base import PARIS
from rules.accrochage import PREPARATION, IdentiteFacts, PassageFacts, echeance_d_accrochage, fiche_de_delivrance
from rules.faits import FicheFacts, Periode
from rules.nomenclatures import EtatPassage
from rules.noyau import Violation, bloquantes, evaluate

TRANCHE = 2_000


def concernes() -> ColumnElement[bool]:
    """Les certificats dont la certification a, ou a eu, une fiche au RNCP ou au répertoire spécifique."""
    return Certificat.certification_id.in_(select(Enregistrement.certification_id))


def sans_passage_vivant() -> ColumnElement[bool]:
    """Les certificats qui ne sont dans aucun fichier, ou dont le dernier passage, KO, a été corrigé."""
    return ~exists().where(
        PassageAccrochage.certificat_id == Certificat.id, PassageAccrochage.etat != EtatPassage.CORRIGE
    )


def non_annules() -> ColumnElement[bool]:
    """Les certificats qu'aucun procès-verbal rectificatif n'a annulés."""
    return ~exists().where(AnnulationCertificat.certificat_id == Certificat.id)


def deposables(session: Session) -> ColumnElement[bool]:
    """Un centre de démonstration ne se dépose pas avec de vrais centres ; seul, il se montre."""
    reels = session.scalar(select(exists().where(Centre.demonstration.is_(False))))
    return Certificat.centre_id.in_(select(Centre.id).where(Centre.demonstration.is_(not reels)))


def a_transmettre(session: Session, *, centre_id: int | None = None) -> Select[Any]:
    """Les certificats à transmettre que l'acteur voit : concernés, non annulés, et dans aucun fichier."""
    requete = select(Certificat.id).where(concernes(), non_annules(), sans_passage_vivant(), deposables(session))
    return requete.where(Certificat.centre_id == centre_id) if centre_id is not None else requete


class Fiches:
    """Les fiches de France compétences de chaque certification, et leurs codes de blocs ; lues une fois."""

    def __init__(self, session: Session) -> None:
        self._fiches: dict[int, list[FicheFacts]] = defaultdict(list)
        for e in session.execute(
            select(Enregistrement.certification_id, Enregistrement.code, Enregistrement.du, Enregistrement.au,
                   Enregistrement.derniere_delivrance).order_by(Enregistrement.id)
        ):
            self._fiches[e.certification_id].append(FicheFacts(e.code, Periode(e.du, e.au), e.derniere_delivrance))
        self._blocs = {
            (r.fiche, r.bloc_id): r.code
            for r in session.execute(
                select(Enregistrement.code.label("fiche"), EnregistrementBloc.bloc_id, EnregistrementBloc.code)
                .join(Enregistrement, Enregistrement.id == EnregistrementBloc.enregistrement_id)
                .where(EnregistrementBloc.bloc_id.is_not(None))
            )
        }

    def portent(self, certification_id: int, engage_le: dt.date, jour: dt.date) -> FicheFacts | None:
        """La fiche qui porte ce qui est délivré ce jour-là ; rien si la certification n'y est pas enregistrée."""
        return fiche_de_delivrance(self._fiches.get(certification_id, ()), engage_le, jour)

    def code(self, fiche: FicheFacts, bloc_id: int | None) -> str:
        """Le code à déposer : celui de la fiche, ou du bloc dans la fiche ; vide s'il n'est pas connu."""
        return fiche.code if bloc_id is None else self._blocs.get((fiche.code, bloc_id), "")


def passages_facts(session: Session, fiches: Fiches, ids: Sequence[int]) -> dict[int, PassageFacts]:
    """Les faits de ces certificats, dans l'ordre de leurs clés ; absent, un certificat sans fiche ce jour-là.

    L'état civil est celui de la fiche gardée quand deux fiches du candidat ont été réunies.
    """
    garde = aliased(Candidat)

    def vivant(colonne: str) -> Any:
        return func.coalesce(getattr(garde, colonne), getattr(Candidat, colonne)).label(colonne)

    requete = (
        select(
            Certificat.id, Certificat.centre_id, Certificat.numero, Certificat.certification_id, Certificat.bloc_id,
            Certificat.date_jury, Certification.titre, BlocCompetences.numero.label("bloc"),
            Inscription.voie, Inscription.dispositif_financement, Inscription.prescripteur, Inscription.date_inscription,
            Pays.libelle.label("libelle_pays"),
            *(vivant(x) for x in ("nom_naissance", "nom_usage", "prenoms", "date_naissance", "sexe",
                                  "code_commune_naissance", "ville_naissance", "pays_naissance_code")),
        )
        .join(Presentation, Presentation.id == Certificat.presentation_id)
        .join(Inscription, Inscription.id == Presentation.inscription_id)
        .join(Candidat, Candidat.id == Certificat.candidat_id)
        .outerjoin(garde, garde.id == Candidat.fusionne_dans_id)
        .join(Pays, Pays.code == func.coalesce(garde.pays_naissance_code, Candidat.pays_naissance_code))
        .join(Certification, Certification.id == Certificat.certification_id)
        .outerjoin(BlocCompetences, BlocCompetences.id == Certificat.bloc_id)
        .where(Certificat.id.in_(ids)).order_by(Certificat.id)
    )
    faits = {}
    for r in session.execute(requete):
        fiche = fiches.portent(r.certification_id, r.date_inscription, r.date_jury)
        if fiche is None:
            continue
        faits[r.id] = PassageFacts(
            r.id, r.centre_id, r.numero, fiches.code(fiche, r.bloc_id),
            f"BDC {r.bloc:04d} dans {fiche.code}" if r.bloc_id is not None else r.titre, r.date_jury,
            r.nom_naissance, r.nom_usage, r.prenoms, r.date_naissance, r.sexe, r.code_commune_naissance,
            r.ville_naissance, r.pays_naissance_code, r.libelle_pays, r.voie, r.dispositif_financement, r.prescripteur,
            r.date_inscription,
        )
    return faits


def tranches(session: Session, requete: Select[Any]) -> Iterator[list[int]]:
    """Les clés que rend une requête de certificats, par tranches : la mémoire ne grandit pas avec leur nombre."""
    derniere = 0
    while ids := list(session.scalars(requete.where(Certificat.id > derniere).order_by(Certificat.id).limit(TRANCHE))):
        yield ids
        derniere = ids[-1]


@dataclass(frozen=True, slots=True)
class APreparer:
    """Un certificat à transmettre, et ce que les règles en disent : incomplet, une alerte, ou prêt."""

    faits: PassageFacts
    candidat_id: int
    constats: tuple[Violation, ...]

    @property
    def pret(self) -> bool:
        """Vrai si rien n'empêche de le mettre dans le prochain fichier."""
        return not bloquantes(self.constats)

    @property
    def echeance(self) -> dt.date:
        """Le dernier jour pour le transmettre."""
        return echeance_d_accrochage(self.faits.date_jury)


def preparation(
    session: Session, *, centre_id: int | None = None, depuis: dt.date = dt.date.min, limite: int = TRANCHE
) -> list[APreparer]:
    """Les certificats à transmettre, l'échéance la plus proche d'abord, avec ce qui manque à chacun.

    :param depuis: ne regarde que les jurys tenus à partir de ce jour ; la table a quarante-deux ans de certificats.
    """
    ids = list(session.scalars(
        a_transmettre(session, centre_id=centre_id).where(Certificat.date_jury >= depuis)
        .order_by(Certificat.date_jury, Certificat.id).limit(limite)
    ))
    faits = passages_facts(session, Fiches(session), ids)
    candidats = dict(session.execute(
        select(Certificat.id, func.coalesce(Candidat.fusionne_dans_id, Candidat.id))
        .join(Candidat, Candidat.id == Certificat.candidat_id).where(Certificat.id.in_(ids))
    ).all())
    return [APreparer(p, candidats[i], evaluate(PREPARATION, p)) for i in ids if (p := faits.get(i)) is not None]


def refuses(session: Session, *, centre_id: int | None = None, limite: int = TRANCHE) -> list[PassageAccrochage]:
    """Les passages KO, l'échéance la plus proche d'abord, avec leur certificat et son titulaire."""
    requete = (
        select(PassageAccrochage).join(Certificat, Certificat.id == PassageAccrochage.certificat_id)
        .where(PassageAccrochage.etat == EtatPassage.KO, non_annules()).order_by(Certificat.date_jury, Certificat.id).limit(limite)
        .options(joinedload(PassageAccrochage.certificat).joinedload(Certificat.candidat),
                 joinedload(PassageAccrochage.certificat).joinedload(Certificat.certification))
    )
    return list(session.scalars(requete.where(PassageAccrochage.centre_id == centre_id) if centre_id else requete))


def a_retirer(session: Session, limite: int = TRANCHE) -> list[PassageAccrochage]:
    """Les passages transmis dont le certificat a été annulé depuis : la Caisse des Dépôts doit l'apprendre."""
    return list(session.scalars(
        select(PassageAccrochage).join(AnnulationCertificat, AnnulationCertificat.certificat_id == PassageAccrochage.certificat_id)
        .where(PassageAccrochage.etat.in_((EtatPassage.DEPOSE, EtatPassage.ACCEPTE))).order_by(PassageAccrochage.id).limit(limite)
        .options(joinedload(PassageAccrochage.certificat).joinedload(Certificat.annulation))
    ))


def comptes(session: Session, *, centre_id: int | None = None) -> dict[EtatPassage, int]:
    """Combien de passages dans chaque état, parmi ceux que l'acteur voit."""
    requete = select(PassageAccrochage.etat, func.count()).group_by(PassageAccrochage.etat)
    if centre_id is not None:
        requete = requete.where(PassageAccrochage.centre_id == centre_id)
    return dict(session.execute(requete).all())


def identites_facts(session: Session, inscriptions: Collection[int], jour: dt.date) -> dict[int, IdentiteFacts]:
    """Pour chaque inscription, ce qui retient la pièce d'identité de son candidat (ACC-03) ; trois requêtes.

    Un certificat dont la certification n'est pas enregistrée n'a pas d'accrochage à attendre.
    """
    fiches = Fiches(session)
    signes = dict(
        session.execute(
            select(Presentation.inscription_id, ProcesVerbal.signe_le)
            .join(ProcesVerbal, ProcesVerbal.id == Presentation.proces_verbal_id)
            .where(Presentation.inscription_id.in_(inscriptions), ProcesVerbal.signe_le.is_not(None))
        ).all()
    )
    attendus: dict[int, list[tuple[dt.date, bool]]] = defaultdict(list)
    accepte = exists().where(
        PassageAccrochage.certificat_id == Certificat.id, PassageAccrochage.etat == EtatPassage.ACCEPTE
    )
    for r in session.execute(
        select(Inscription.id, Inscription.date_inscription, Certificat.certification_id, Certificat.date_jury,
               accepte.label("accepte"))
        .join(Presentation, Presentation.inscription_id == Inscription.id)
        .join(Certificat, Certificat.presentation_id == Presentation.id)
        .where(Inscription.id.in_(inscriptions), non_annules())
    ):
        if fiches.portent(r.certification_id, r.date_inscription, r.date_jury) is not None:
            attendus[r.id].append((echeance_d_accrochage(r.date_jury), bool(r.accepte)))
    return {
        i: IdentiteFacts(
            le.astimezone(PARIS).date() if (le := signes.get(i)) is not None else None, tuple(attendus.get(i, ())), jour
        )
        for i in inscriptions
    }
