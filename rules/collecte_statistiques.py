"""Les totaux d'une année : un nombre constant de requêtes, bornées au territoire de l'acteur, groupées par la base."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, extract, func, select
from sqlalchemy.orm import Session

from models import (
    ActionCorrective,
    Centre,
    CentreDepartement,
    Certificat,
    Certification,
    Departement,
    EvenementHabilitation,
    Habilitation,
    Inscription,
    Jury,
    PointGtp,
    Presentation,
    ProcesVerbal,
    Region,
    RetraitCapacite,
    SeanceGtp,
    Transmission,
)
from rules.nomenclatures import Decision, DispositifFinancement, EtatJury, EtatSeance, NatureEvenement, Origine, Voie
from rules.statistiques import Groupe, Statistiques, delais, parts
from rules.transmission import echeance_de_transmission

_SANS_REGION = "Région non renseignée"


def annees(session: Session) -> list[int]:
    """Les années où un jury a signé, de la plus récente à la plus ancienne."""
    bornes = session.execute(
        select(func.min(Jury.date_jury), func.max(Jury.date_jury)).where(Jury.etat == EtatJury.CLOS)
    ).one()
    return [] if bornes[0] is None else list(range(bornes[1].year, bornes[0].year - 1, -1))


def _regions(session: Session) -> dict[int, str]:
    """La région de chaque centre : celle de son premier département."""
    premier = (
        select(CentreDepartement.centre_id, func.min(CentreDepartement.departement_code).label("code"))
        .group_by(CentreDepartement.centre_id).subquery()
    )
    lues = session.execute(
        select(Centre.id, Region.libelle).join(premier, premier.c.centre_id == Centre.id)
        .join(Departement, Departement.code == premier.c.code).join(Region, Region.code == Departement.region_code)
    )
    return {r.id: r.libelle for r in lues}


def _groupes(session: Session, dans: ColumnElement[bool], certification_id: int | None, regions: dict[int, str]) -> tuple[Groupe, ...]:
    admis = func.sum(case((Presentation.decision == Decision.ADMIS, 1), else_=0))
    mois = extract("month", Jury.date_jury)
    cles = (
        Inscription.certification_id, Jury.centre_id, Inscription.voie, Inscription.dispositif_financement, Inscription.origine, mois,
    )
    requete = (
        select(*cles, func.count(Presentation.id), admis)
        .select_from(Jury)
        .join(Presentation, Presentation.jury_id == Jury.id)
        .join(ProcesVerbal, and_(ProcesVerbal.id == Presentation.proces_verbal_id, ProcesVerbal.signe_le.is_not(None)))
        .join(Inscription, Inscription.id == Presentation.inscription_id)
        .where(dans).group_by(*cles)
    )
    if certification_id is not None:
        requete = requete.where(Inscription.certification_id == certification_id)
    lus = session.execute(requete).all()
    noms = {
        c.id: f"{c.base_identifiant} {c.titre}"
        for c in session.scalars(select(Certification).where(Certification.id.in_({g[0] for g in lus})))
    }
    return tuple(
        Groupe(
            noms.get(certification, ""), regions.get(centre, _SANS_REGION), Voie(voie).libelle,
            DispositifFinancement(financement).libelle, Origine(origine).libelle, int(m), int(presentes), int(recus or 0),
        )
        for certification, centre, voie, financement, origine, m, presentes, recus in lus
    )


def _nombre(session: Session, requete: Select[Any]) -> int:
    return int(session.scalar(requete) or 0)


def statistiques(
    session: Session, annee: int, au: dt.date, *, region: str | None = None, certification_id: int | None = None
) -> Statistiques:
    """Les totaux de l'année, jugés au jour `au` (ce qui est en retard ce jour-là), d'une région ou d'une certification.

    Seuls les jurys dont le procès-verbal est signé comptent. La certification ne borne que les candidats et les
    certificats : un jury, une habilitation, une séance en voient plusieurs.
    """
    debut, fin = dt.date(annee, 1, 1), dt.date(annee, 12, 31)
    regions = _regions(session)
    centres = None if region is None else [c for c, r in regions.items() if r == region]

    def ici(modele: Any) -> ColumnElement[bool]:
        borne: ColumnElement[bool] = modele.centre_id.in_(centres) if centres is not None else modele.centre_id.is_not(None)
        return borne

    dans = and_(Jury.date_jury.between(debut, fin), ici(Jury))
    groupes = _groupes(session, dans, certification_id, regions)
    jurys = [
        (date, transmise, controlee, conforme) for date, transmise, controlee, conforme in session.execute(
            select(Jury.date_jury, Transmission.transmise_le, Transmission.controlee_le, Transmission.conforme)
            .outerjoin(Transmission, Transmission.jury_id == Jury.id).where(dans, Jury.etat == EtatJury.CLOS)
        )
    ]
    actions = session.execute(
        select(ActionCorrective.terme, ActionCorrective.realisee_le)
        .join(Transmission, Transmission.id == ActionCorrective.transmission_id)
        .where(Transmission.controlee_le.between(debut, fin), ici(ActionCorrective))
    ).all()
    certificats = select(Certificat.famille, func.count(Certificat.id)).where(
        Certificat.date_jury.between(debut, fin), ici(Certificat)
    ).group_by(Certificat.famille)
    if certification_id is not None:
        certificats = certificats.where(Certificat.certification_id == certification_id)
    decisions = session.execute(
        select(PointGtp.decision, func.count(PointGtp.id)).join(SeanceGtp, SeanceGtp.id == PointGtp.seance_id)
        .where(SeanceGtp.date_seance.between(debut, fin), SeanceGtp.etat == EtatSeance.CLOSE, PointGtp.decision.is_not(None))
        .group_by(PointGtp.decision)
    ).all()
    return Statistiques(
        annee=annee, jurys=len(jurys), presentes=sum(g.presentes for g in groupes), admis=sum(g.admis for g in groupes),
        parts=parts(groupes),
        certificats=tuple(sorted((f.value, int(n)) for f, n in session.execute(certificats))),
        delais=delais((date, transmise) for date, transmise, _, _ in jurys),
        a_temps=sum(1 for d, t, _, _ in jurys if t is not None and t <= echeance_de_transmission(d)),
        en_retard=sum(1 for d, t, _, _ in jurys if (t or au) > echeance_de_transmission(d)),
        non_transmis=sum(1 for _, t, _, _ in jurys if t is None),
        controles=sum(1 for _, _, c, _ in jurys if c is not None),
        non_conformes=sum(1 for _, _, _, ok in jurys if ok is False),
        actions=len(actions), actions_menees=sum(1 for _, faite in actions if faite is not None),
        actions_en_retard=sum(1 for terme, faite in actions if (faite or au) > terme),
        retraits=_nombre(session, select(func.count(RetraitCapacite.id)).where(
            RetraitCapacite.retire_le.between(debut, fin), ici(RetraitCapacite))),
        habilitations=_nombre(session, select(func.count(Habilitation.id)).where(
            Habilitation.decide_le.between(debut, fin), Habilitation.du.is_not(None), ici(Habilitation))),
        habilitations_retirees=_nombre(session, select(func.count(EvenementHabilitation.id)).where(
            EvenementHabilitation.nature == NatureEvenement.RETRAIT, EvenementHabilitation.le.between(debut, fin),
            ici(EvenementHabilitation))),
        seances=_nombre(session, select(func.count(SeanceGtp.id)).where(
            SeanceGtp.date_seance.between(debut, fin), SeanceGtp.etat == EtatSeance.CLOSE)),
        decisions=tuple(sorted((d.libelle, int(n)) for d, n in decisions if d is not None)),
    )


def regions_des_centres(session: Session) -> list[str]:
    """Les régions des centres, dans l'ordre."""
    return sorted(set(_regions(session).values()))
