"""Les totaux d'une année (SUI-03) : ce qui compte, où, et en combien de requêtes."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from documents import figures
from models import Departement
from models.contexte import Acteur, agir_comme
from rules import actes, actes_suivi
from rules.actes_suivi import ActionDemandee
from rules.collecte_statistiques import annees, regions_des_centres, statistiques
from rules.nomenclatures import Decision, Role
from rules.statistiques import MOIS, Groupe, Part, Statistiques, parts
from tests import factories as f

AU = dt.date(2026, 12, 31)


def _groupe(**champs) -> Groupe:
    return Groupe(**({"certification": "CQPM 2000 0001", "region": "Grand Est", "voie": "Formation", "financement": "CPF",
                      "origine": "Salarié", "mois": 3, "presentes": 4, "admis": 3} | champs))


def test_les_parts_se_totalisent_par_axe():
    rendues = parts([_groupe(), _groupe(region="Bretagne", presentes=6, admis=1), _groupe(mois=12, presentes=1, admis=1)])
    assert rendues["Région"] == (Part("Bretagne", 6, 1), Part("Grand Est", 5, 4))
    assert [p.libelle for p in rendues["Mois"]] == list(MOIS)
    assert [p.presentes for p in rendues["Mois"]] == [0, 0, 10, *([0] * 8), 1]
    assert sum(p.presentes for p in rendues["Voie d'accès"]) == 11


@pytest.mark.parametrize(("presentes", "attendu"), [(0, True), (1, False), (4, False), (5, True), (6, True)])
def test_un_petit_effectif_ne_se_detaille_pas(presentes, attendu):
    part = Part("x", presentes, 0)
    assert part.detaillable is attendu
    svg = figures.barres("Titre", [part], detail=False)
    assert ("0 admis" in svg) is attendu


def test_une_figure_est_du_svg_sans_style_ni_script():
    svg = figures.barres("A & <b>", [Part("<script>", 3, 2), *(Part(str(n), 1, 0) for n in range(20))])
    assert svg.startswith("<svg")
    assert "<script>" not in svg
    assert "style=" not in svg
    assert "autres" in svg
    assert figures.colonnes("Mois", [Part(m, 0, 0) for m in MOIS]).count("<text") >= 12


@pytest.fixture
def annee(session: Session):
    """Deux centres de deux régions ; un dossier transmis et corrigé, un autre en retard."""
    ici = f.centre(session, departements=[session.get(Departement, "67")])
    ailleurs = f.centre(session)
    certification, _ = f.certification_et_cqpi(session)
    jury = f.jury_signe(session, ici, certification)
    dossier = actes_suivi.dossier_de_transmission(session, jury)
    dossier.transmise_le = jury.date_jury + dt.timedelta(days=10)
    session.flush()
    actes_suivi.controler_transmission(session, dossier, jury.date_jury + dt.timedelta(days=20), conforme=False,
                                       actions=[ActionDemandee("Refaire", dt.date(2026, 5, 1))])
    autre = f.jury_ouvert(session, ailleurs, f.certification(session))
    for presentation in autre.presentations[:1]:
        f.voter_tous(session, presentation, Decision.NON_ADMIS)
        presentation.motif = "Une épreuve à refaire"
    actes.signer(session, autre, f.president(autre))
    f.jury_ouvert(session, ici, certification)  # pas signé : ne compte pas
    return ici, certification


def _juste(s: Statistiques) -> None:
    for axe in s.parts.values():
        assert sum(p.presentes for p in axe) == s.presentes
        assert sum(p.admis for p in axe) == s.admis


def test_une_annee(session: Session, annee):
    _, certification = annee
    s = statistiques(session, 2026, AU)
    assert (s.jurys, s.presentes, s.admis) == (2, 4, 3)
    assert (s.a_temps, s.en_retard, s.non_transmis, s.delais) == (1, 1, 1, (10,))
    assert (s.controles, s.non_conformes, s.actions, s.actions_menees, s.actions_en_retard) == (1, 1, 1, 0, 1)
    assert dict(s.certificats) == {"CQPM": 2, "CQPI": 2}
    _juste(s)
    assert statistiques(session, 2025, AU).presentes == 0
    assert annees(session) == [2026]
    une = statistiques(session, 2026, AU, certification_id=certification.id)
    assert (une.presentes, une.admis) == (2, 2)
    region = statistiques(session, 2026, AU, region=regions_des_centres(session)[0])
    assert region.presentes in (2, 4)
    _juste(region)
    # Avant l'échéance, rien n'est en retard.
    assert statistiques(session, 2026, f.DATE_JURY).en_retard == 0


def test_chacun_compte_son_territoire(session: Session, annee):
    ici, _ = annee
    with agir_comme(Acteur("clerc", role=Role.CLERC, centre_id=ici.id)):
        s = statistiques(session, 2026, AU)
    assert (s.jurys, s.presentes) == (1, 2)
    with agir_comme(Acteur("gtp", role=Role.GTP)):
        assert statistiques(session, 2026, AU).presentes == 4
    with agir_comme(None):
        assert statistiques(session, 2026, AU).presentes == 0


def _requetes(session: Session) -> int:
    comptees = []
    connexion = session.connection()
    ecoute = lambda *_: comptees.append(1)  # noqa: E731
    event.listen(connexion, "before_cursor_execute", ecoute)
    statistiques(session, 2026, AU)
    event.remove(connexion, "before_cursor_execute", ecoute)
    return len(comptees)


def test_autant_de_requetes_pour_un_jury_que_pour_plusieurs(session: Session, annee):
    _, certification = annee
    avant = _requetes(session)
    for _ in range(3):
        f.jury_signe(session, f.centre(session), certification)
    session.expire_all()
    assert _requetes(session) == avant <= 12
