"""Le relevé semestriel et les échéances : bornes du semestre, totaux, ce qui est dû, combien de requêtes."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event

from models import Departement
from rules import actes
from rules.collecte_convocation import chemins_facts
from rules.collecte_echeances import echeances, presences
from rules.nomenclatures import Delegation
from rules.presences import PresenceFacts, semestre_de, semestre_du, totaux
from tests import factories as f

JOUR = dt.date(2026, 2, 1)


@pytest.mark.parametrize(("texte", "attendu"), [
    ("2026-1", (dt.date(2026, 1, 1), dt.date(2026, 6, 30))), ("2028-2", (dt.date(2028, 7, 1), dt.date(2028, 12, 31))),
    ("2026-3", None), ("26-1", None), ("2026", None), ("", None), ("2026-1 ", None),
])
def test_un_semestre_se_lit(texte, attendu):
    assert semestre_de(texte) == attendu


@pytest.mark.parametrize(("jour", "semestre"), [
    (dt.date(2026, 6, 30), "2026-1"), (dt.date(2026, 7, 1), "2026-2"), (dt.date(2026, 12, 31), "2026-2"), (dt.date(2027, 1, 1), "2027-1"),
])
def test_le_semestre_d_un_jour(jour, semestre):
    assert semestre_du(jour) == semestre


def test_les_totaux_comptent_un_jury_une_fois():
    def presence(syndicat, membre, present, jour=JOUR):
        return PresenceFacts(syndicat, membre, "", jour, "Colmar", "UIMM", present=present, siege_id=0)

    lignes = [presence("CGT", "A", True), presence("CGT", "B", True), presence("CGT", "A", False, dt.date(2026, 3, 1)),  # noqa: FBT003
              presence("CFDT", "C", False)]  # noqa: FBT003
    assert [(t.syndicat, t.jurys, t.presences, t.absences) for t in totaux(lignes)] == [("CFDT", 0, 0, 1), ("CGT", 1, 2, 1)]


def test_le_releve_lit_les_jurys_clos_du_semestre(session):
    centre = f.centre(session)
    ouvert = f.jury_ouvert(session, centre, f.certification(session))
    assert presences(session, dt.date(2026, 1, 1), dt.date(2026, 6, 30), centre_id=centre.id) == []
    actes.signer(session, ouvert, f.president(ouvert))
    (present,) = presences(session, dt.date(2026, 1, 1), dt.date(2026, 6, 30), centre_id=centre.id)
    assert (present.present, present.date_jury) == (True, ouvert.date_jury)
    assert presences(session, dt.date(2026, 7, 1), dt.date(2026, 12, 31)) == []
    assert presences(session, ouvert.date_jury, ouvert.date_jury, centre_id=0) == []


def test_ce_qui_est_du(session):
    centre, autre = f.centre(session, departements=[session.get(Departement, "68")]), f.centre(session)
    jury = f.jury(session, centre)
    f.siege(session, jury, convoque=False, president=True)
    f.jury(session, autre)
    dues = echeances(session, JOUR, dt.date(2026, 12, 31), centre_id=centre.id)
    limite = jury.date_jury - dt.timedelta(days=15)
    assert {(e.le, e.quoi.partition(" :")[0]) for e in dues} >= {(limite, "Désignations demandées"), (limite, "Convocations")}
    assert {e.centre for e in dues} == {centre.nom}
    assert echeances(session, JOUR, limite - dt.timedelta(days=1), centre_id=centre.id) == []


@pytest.mark.parametrize("nombre", [1, 8])
def test_le_chemin_coute_autant_pour_un_jury_que_pour_plusieurs(session, nombre):
    centre = f.centre(session, departements=[session.get(Departement, "68")])
    jurys = [f.jury(session, centre) for _ in range(nombre)]
    for jury in jurys:
        f.siege(session, jury, president=True)
        f.siege(session, jury, delegation=Delegation.INVITE, voix=False)
    session.flush()
    session.expunge_all()
    jurys = [session.get(f.Jury, j.id) for j in jurys]
    requetes = []
    event.listen(session.connection(), "before_cursor_execute", lambda *a: requetes.append(a[2]))
    faits = chemins_facts(session, jurys, JOUR)
    assert len(faits) == nombre
    assert all(len(x.convocations) == 1 for x in faits.values())
    assert len(requetes) <= 11
