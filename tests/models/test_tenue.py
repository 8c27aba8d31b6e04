"""La copie du nom sur les inscriptions suit le candidat, quoi qui l'écrive, sur les deux moteurs."""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models import Inscription
from tests import factories


def _nom_tri(session: Session, inscription: Inscription) -> str:
    return session.execute(select(Inscription.__table__.c.nom_tri).where(Inscription.__table__.c.id == inscription.id)).scalar_one()


def test_a_l_inscription(session: Session) -> None:
    inscription = factories.inscription(session, factories.centre(session), factories.certification(session))
    assert _nom_tri(session, inscription) == inscription.candidat.recherche != ""


def test_quand_le_candidat_change_de_nom(session: Session) -> None:
    inscription = factories.inscription(session, factories.centre(session), factories.certification(session))
    inscription.candidat.nom_naissance, inscription.candidat.prenoms = "Nouveau", "Nom"
    session.flush()
    assert _nom_tri(session, inscription) == "nouveau nom"
    session.execute(text("UPDATE candidat SET recherche = 'par sql' WHERE id = :i"), {"i": inscription.candidat_id})
    assert _nom_tri(session, inscription) == "par sql"


def test_quand_l_inscription_change_de_candidat(session: Session) -> None:
    inscription = factories.inscription(session, factories.centre(session), factories.certification(session))
    autre = factories.candidat(session)
    session.execute(
        text("UPDATE inscription SET candidat_id = :c WHERE id = :i"), {"c": autre.id, "i": inscription.id}
    )
    assert _nom_tri(session, inscription) == autre.recherche
