"""Des lignes aux faits : justes, et en autant de requêtes pour une ligne que pour beaucoup."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from models import Enregistrement, Equivalence
from rules import actes, controle
from rules.collecte import (
    attributions,
    contexte_inscription,
    inscriptions_facts,
    jury_facts,
)
from rules.nomenclatures import (
    Decision,
    Delegation,
    EtatHabilitation,
    EtatJury,
    Famille,
    Origine,
    Repertoire,
    ResultatCompetence,
)
from tests import factories as f


@contextmanager
def requetes(session: Session) -> Iterator[list[str]]:
    """Les instructions que la base reçoit dans ce bloc."""
    vues: list[str] = []

    def noter(_connexion, _curseur, instruction, *_reste) -> None:
        vues.append(instruction)

    session.flush()
    moteur = session.connection().engine
    event.listen(moteur, "before_cursor_execute", noter)
    try:
        yield vues
    finally:
        event.remove(moteur, "before_cursor_execute", noter)


@pytest.fixture
def peuple(session: Session):
    """Un centre et de quoi y inscrire, présenter et juger autant de monde qu'on veut."""
    centre, certification = f.centre(session), f.certification(session)

    def peupler(nombre: int):
        inscriptions = [f.inscription(session, centre, certification) for _ in range(nombre)]
        for inscription in inscriptions:
            f.evaluer(session, inscription)
        return inscriptions

    return centre, certification, peupler


def test_le_contexte_coute_le_meme_nombre_de_requetes_quelle_que_soit_la_liste(session, peuple):
    centre, _, _ = peuple
    with requetes(session) as peu:
        contexte_inscription(session.connection(), centre.id)
    for _ in range(20):
        f.certification(session)
        f.organisme_habilite(session, centre)
    with requetes(session) as beaucoup:
        contexte_inscription(session.connection(), centre.id)
    assert len(peu) == len(beaucoup) <= 13


def test_les_faits_d_inscriptions_coutent_autant_a_une_qu_a_deux_cents(session, peuple):
    _, _, peupler = peuple
    inscriptions = peupler(200)
    with requetes(session) as une:
        inscriptions_facts(session, [inscriptions[0].id])
    with requetes(session) as toutes:
        faits = inscriptions_facts(session, [i.id for i in inscriptions])
    assert len(une) == len(toutes)
    assert len(faits) == 200


def test_les_faits_d_un_jury_coutent_autant_a_un_qu_a_cinquante(session, peuple):
    centre, _, peupler = peuple
    couts = []
    for nombre in (1, 50):
        jury = f.jury(session, centre)
        f.siege(session, jury, president=True)
        f.siege(session, jury)
        actes.presenter(session, jury, peupler(nombre))
        actes.ouvrir(session, jury, jury.date_jury)
        for presentation in jury.presentations:
            f.voter_tous(session, presentation)
        with requetes(session) as vues:
            faits = jury_facts(session, jury.id)
        assert len(faits.presentations) == nombre
        couts.append(len(vues))
        actes.signer(session, jury, f.president(jury))
        with requetes(session) as vues:
            assert len(attributions(session, jury.id)) == nombre
        couts.append(len(vues))
    assert couts == [5, 6, 5, 6]


def test_l_ouverture_lit_la_synthese_en_autant_de_requetes(session, peuple):
    centre, _, peupler = peuple
    couts = []
    for nombre in (2, 40):
        jury = f.jury(session, centre)
        f.siege(session, jury, president=True)
        f.siege(session, jury)
        actes.presenter(session, jury, peupler(nombre))
        with requetes(session) as vues:
            actes.ouvrir(session, jury, jury.date_jury)
        couts.append(sum(v.lstrip().startswith("SELECT") for v in vues))
    assert couts[0] == couts[1]


def test_le_controle_de_nuit_relit_par_lots(session, peuple):
    _, _, peupler = peuple
    inscriptions = peupler(5)
    inscriptions[3].date_inscription = dt.date(1990, 1, 1)
    session.flush()
    vues = list(controle.controler_inscriptions(session, [i.id for i in inscriptions], lot=2))
    assert {identite for identite, _ in vues} == {inscriptions[3].id}
    assert {"INS-01", "INS-12"} <= {v.code for _, v in vues}


def test_une_inscription_relue_dit_ce_qu_elle_est(session):
    centre, certification = f.centre(session), f.certification(session)
    entreprise = f.entreprise(session, centre, siret="73282932000074")
    organisme = f.organisme_habilite(session, centre)
    bloc = certification.versions[0].blocs[0].bloc.identifiant
    inscription = f.inscription(
        session, centre, certification, origine=Origine.SALARIE, entreprise=entreprise, organisme=organisme,
        prescripteur="organisme", dispositif_financement="PDC", cible=bloc,
    )
    f.evaluer(session, inscription)
    jury = f.jury(session, centre)
    actes.presenter(session, jury, [inscription])
    faits = inscriptions_facts(session, [inscription.id])[inscription.id]
    assert (faits.raison_sociale, faits.siret, faits.code_nace, faits.nace_connu, faits.secteur, faits.branche) == (
        entreprise.raison_sociale, "73282932000074", "24.51", True, "M", ""
    )
    assert (faits.origine, faits.financement, faits.blocs, faits.centre_id) == ("SL", "PDC", (bloc,), centre.id)
    assert (faits.ne_en_france, faits.departement_naissance) == (True, "68")
    assert faits.organisme.nom == organisme.nom
    assert (faits.date_premiere_evaluation, faits.date_jury) == (f.DATE_INSCRIPTION, f.DATE_JURY)
    assert controle.inscription(faits) == ()


def contexte(session, centre):
    session.flush()
    return contexte_inscription(session.connection(), centre.id)


def test_une_certification_se_trouve_par_toutes_ses_ecritures(session):
    centre, c = f.centre(session), f.certification(session, titre="Soudeur industriel", numero_imprime="MQ 1989 03 68 0021")
    code = c.enregistrements[0].code
    connu = contexte(session, centre)
    for ecriture in (c.base_identifiant, f"{c.base_identifiant} R", f"{c.base_identifiant} RI", f"{c.base_identifiant} r et i",
                     c.base_identifiant.lower(), f"2000 {c.numero:04d}", code, code.lower(), f"CQPM {code}",
                     code.removeprefix("RNCP"), "soudeur industriel", "SOUDEUR  INDUSTRIEL", "MQ 1989 03 68 0021",
                     "1989 03 68 0021"):
        assert connu.certification(ecriture) is connu.certifications[c.id], ecriture
    for ecriture in ("", "CQPM 2000 9998", "Soudeur", "RNCP1"):
        assert connu.certification(ecriture) is None, ecriture


def test_une_ecriture_ambigue_ne_se_devine_pas(session):
    centre = f.centre(session)
    f.certification(session, titre="Soudeur industriel")
    f.certification(session, titre="Soudeur industriel", famille=Famille.CCPM, rncp=False)
    assert contexte(session, centre).certification("Soudeur industriel") is None


def test_la_certification_porte_ses_periodes_et_ses_blocs(session):
    centre, c = f.centre(session), f.certification(session, date_suppression=dt.date(2026, 1, 1))
    session.add(Enregistrement(certification=c, repertoire=Repertoire.RS, code="RS99", du=f.CREATION))
    faits = contexte(session, centre).certifications[c.id]
    assert faits.date_suppression == dt.date(2026, 1, 1)
    assert len(faits.enregistrements_rncp) == 1
    assert faits.blocs == {place.bloc.identifiant for place in c.versions[0].blocs}


@pytest.mark.parametrize(
    ("etat", "couvre"),
    [(EtatHabilitation.ACCORDEE, True), (EtatHabilitation.RETIREE, True), (EtatHabilitation.SUSPENDUE, True),
     (EtatHabilitation.DEMANDE, False), (EtatHabilitation.REFUSEE, False)],
)
def test_une_habilitation_couvre_selon_son_etat(session, etat, couvre):
    """Retirée, elle couvre encore ce qui précède son retrait (HAB-05)."""
    centre, c, organisme = f.centre(session), f.certification(session), f.organisme(session)
    fin = dt.date(2026, 2, 1) if etat is EtatHabilitation.RETIREE else None
    f.habilitation(session, organisme, centre, etat=etat, au=fin, motif="essai")
    habilitations = contexte(session, centre).organismes[organisme.id].habilitations
    assert any(h.couvre(centre.id, c.id, dt.date(2026, 1, 15)) for h in habilitations) is couvre
    if fin:
        assert not any(h.couvre(centre.id, c.id, dt.date(2026, 2, 2)) for h in habilitations)


def test_une_habilitation_peut_ne_valoir_que_pour_certaines(session):
    centre, visee, autre = f.centre(session), f.certification(session), f.certification(session)
    organisme = f.organisme(session)
    f.habilitation(session, organisme, centre).certifications = [visee]
    habilitation, = contexte(session, centre).organismes[organisme.id].habilitations
    assert habilitation.couvre(centre.id, visee.id, f.DATE_JURY)
    assert not habilitation.couvre(centre.id, autre.id, f.DATE_JURY)


def test_un_organisme_se_trouve_par_siret_declaration_ou_nom(session):
    centre = f.centre(session)
    organisme = f.organisme(session, nom="Pôle Formation d'Alsace", siret="73282932000074", numero_declaration="42680000068")
    connu = contexte(session, centre)
    for ecriture in ("732 829 320 00074", "42680000068", "POLE FORMATION D ALSACE"):
        assert connu.organisme(ecriture).id == organisme.id
    assert connu.organisme("Pôle") is None
    f.organisme(session, nom="pole formation d'alsace")
    assert contexte(session, centre).organisme("Pôle Formation d'Alsace") is None


@pytest.mark.parametrize(
    ("ecriture", "code"),
    [("France", "99100"), ("FRANCE", "99100"), ("fr", "99100"), ("99100", "99100"), ("Allemagne", "99109"), ("Narnia", None)],
)
def test_un_pays_se_trouve_par_son_nom_ou_son_code(session, ecriture, code):
    assert contexte(session, f.centre(session)).code_pays(ecriture) == code


@pytest.mark.parametrize(
    ("ecriture", "bloc"),
    [("bdc 12", "BDC 0012"), ("BDC0012", "BDC 0012"), ("12", "BDC 0012"), ("BDC 12345", "BDC 12345"), ("bloc A", "bloc A"), ("BDC ፩", "BDC ፩")],
)
def test_un_bloc_s_ecrit_de_plusieurs_facons(session, ecriture, bloc):
    assert contexte(session, f.centre(session)).bloc(ecriture) == bloc


def test_les_faits_d_un_jury_disent_tout(session):
    centre, certification = f.centre(session), f.certification(session)
    jury = f.jury(session, centre)
    president = f.siege(session, jury, president=True)
    perdu = f.syndicat(session, representative_au=dt.date(2026, 3, 11))
    f.siege(session, jury, delegation=Delegation.SYNDICALE, syndicat=perdu)
    inscription = f.inscription(session, centre, certification)
    f.evaluer(session, inscription, non_acquises=[2])
    actes.presenter(session, jury, [inscription])
    assert [v.code for v in controle.composition(jury_facts(session, jury.id))] == ["JUR-04"]
    perdu.representative_au = dt.date(2026, 3, 12)
    session.flush()
    actes.ouvrir(session, jury, jury.date_jury)
    actes.voter(session, jury.presentations[0], president, Decision.NON_ADMIS)
    faits = jury_facts(session, jury.id)
    assert (faits.date_jury, faits.etat) == (f.DATE_JURY, EtatJury.OUVERT)
    assert [(s.delegation, s.president, s.syndicat, s.present) for s in faits.sieges] == [
        (Delegation.PATRONALE, True, None, True), (Delegation.SYNDICALE, False, perdu.sigle, True)
    ]
    presentation, = faits.presentations
    assert [(v.siege_id, v.valeur) for v in presentation.votes] == [(president.id, "NA")]
    assert [c.synthese for c in presentation.competences] == [
        ResultatCompetence.ACQUISE, ResultatCompetence.NON_ACQUISE, ResultatCompetence.ACQUISE, ResultatCompetence.ACQUISE
    ]
    assert presentation.competences[0].code.startswith("BDC ")
    assert jury_facts(session, -1) is None


@pytest.mark.parametrize(
    ("du", "au", "i"),
    [("2000-01-01", None, True), ("2026-03-12", None, True), ("2026-03-13", None, False), ("2000-01-01", "2026-03-12", True),
     ("2000-01-01", "2026-03-11", False)],
)
def test_le_cqpi_correspond_a_la_date_du_jury(session, du, au, i):
    metallurgie = f.certification(session)
    interbranches = f.certification(session, famille=Famille.CQPI, rncp=False)
    session.add(Equivalence(certification=metallurgie, interbranches=interbranches, du=dt.date.fromisoformat(du),
                            au=dt.date.fromisoformat(au) if au else None))
    jury = f.jury_signe(session, f.centre(session), metallurgie, candidats=1)
    due, = attributions(session, jury.id)
    assert due.faits.cqpi_correspondant is i
    assert due.interbranches_id == (interbranches.id if i else None)


def test_chaque_numero_reel_se_trouve_par_chacun_de_ses_styles(session):
    centre = f.centre(session)
    c = f.certification(session, annee=1989, numero=34, numero_imprime="MQ 1989 07 54 0034", titre="Tourneur")
    autre = f.certification(session, annee=None, numero=None, numero_imprime="1991 11 69 0093", titre="Tuyauteur")
    connu = contexte(session, centre)
    for ecriture in ("0034", "MQ 1989 07 54 0034", "1989 07 54 0034", "CQPM 1989 0034 R", "CQPM1989 0034", "CQPM 19890034",
                     "MQ 1989 0034", "CQPM 0034", c.enregistrements[0].code, f"rncp {c.enregistrements[0].code[4:]}"):
        assert connu.certification(ecriture) is connu.certifications[c.id], ecriture
    for ecriture in ("1991 11 69 0093", "MQ 1991 0093", "CQPM19910093", "0093"):
        assert connu.certification(ecriture) is connu.certifications[autre.id], ecriture
    for ecriture in ("CCPM 1989 0034", "CQPM 1990 0034", "0035", "34"):
        assert connu.certification(ecriture) is None, ecriture


@pytest.mark.parametrize(("jour", "attendu"), [
    (dt.date(2019, 12, 31), ""), (dt.date(2020, 1, 1), " R"), (dt.date(2021, 6, 1), " RI"), (dt.date(2022, 12, 31), " RI"),
    (dt.date(2023, 1, 1), " I"), (dt.date(2024, 6, 30), " I"), (dt.date(2024, 7, 1), ""),
])
def test_r_et_i_a_toute_date_bornes_comprises(session, jour, attendu):
    """REF-08 : R du premier au dernier jour de l'enregistrement, I de même pour l'équivalence."""
    c = f.certification(session, rncp=False)
    c.enregistrements.append(Enregistrement(repertoire=Repertoire.RNCP, code="RNCP39999", du=dt.date(2020, 1, 1), au=dt.date(2022, 12, 31)))
    c.enregistrements.append(Enregistrement(repertoire=Repertoire.RS, code="RS999", du=dt.date(2010, 1, 1)))
    i = f.certification(session, famille=Famille.CQPI, rncp=False)
    c.equivalences.append(Equivalence(interbranches=i, du=dt.date(2021, 6, 1), au=dt.date(2024, 6, 30)))
    session.flush()
    assert c.identifiant_le(jour) == c.base_identifiant + attendu
