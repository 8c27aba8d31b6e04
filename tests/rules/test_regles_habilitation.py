"""Chaque règle d'habilitation à ses bornes ; la portée et le temps d'une habilitation (HAB-01 à HAB-05, FC-02)."""

from __future__ import annotations

import datetime as dt

import pytest

from rules import controle
from rules import habilitation as r
from rules.faits import HabilitationFacts, OrganismeFacts, Periode
from rules.nomenclatures import DecisionHabilitation, EtatHabilitation, NatureEtape, ResultatIndicateur
from rules.parametres import plus_mois
from tests.rules.faits import CCPM, CQPM, JOUR, LENDEMAIN, UN_JOUR, VEILLE, avec, champs, juger

SATISFAIT, NON_SATISFAIT = ResultatIndicateur.SATISFAIT, ResultatIndicateur.NON_SATISFAIT
CODES = [f"{critere}.{rang}" for critere in range(1, 7) for rang in (1, 2)]
FAVORABLE, COMPLEMENT, REFUS = DecisionHabilitation


def grille(**changes: r.IndicateurFacts) -> tuple[r.IndicateurFacts, ...]:
    """Douze indicateurs satisfaits, sauf ceux nommés par leur rang (`i3`)."""
    return tuple(changes.get(f"i{n}", r.IndicateurFacts(code, SATISFAIT)) for n, code in enumerate(CODES, 1))


DOSSIER = r.DossierHabilitation(
    "AFPI Alsace", 68, EtatHabilitation.INSTRUCTION, VEILLE, JOUR, du=JOUR, certifications=(CQPM,), indicateurs=grille()
)
DECISION = r.DecisionFacts(DOSSIER, FAVORABLE, JOUR)
SUITE = r.SuiteFacts(EtatHabilitation.ACCORDEE, VEILLE, LENDEMAIN, JOUR, "essai")


def _dossier(**changements: object) -> r.DecisionFacts:
    return avec(DECISION, dossier=avec(DOSSIER, **changements))


def test_un_dossier_complet_se_decide():
    assert controle.decision_d_habilitation(DECISION) == ()
    assert controle.demande_d_habilitation(DOSSIER) == ()


@pytest.mark.parametrize(
    ("etat", "attendu"),
    [(e, ["etat"] if e.value in ("accordee", "refusee", "suspendue", "retiree") else []) for e in EtatHabilitation],
)
def test_hab_02_un_dossier_decide_ne_s_instruit_plus(etat, attendu):
    assert champs(r.dossier_a_instruire, avec(DOSSIER, etat=etat)) == attendu


@pytest.mark.parametrize(
    ("etape", "attendu"),
    [
        (r.EtapeFacts(NatureEtape.VISITE, VEILLE), ["compte_rendu"]),
        (r.EtapeFacts(NatureEtape.VISITE, JOUR), ["compte_rendu"]),
        (r.EtapeFacts(NatureEtape.VISITE, LENDEMAIN), []),
        (r.EtapeFacts(NatureEtape.VISITE, JOUR, "Ateliers visités."), []),
        (r.EtapeFacts(NatureEtape.ETUDE, JOUR), []),
    ],
)
def test_hab_03_une_visite_faite_a_son_compte_rendu(etape, attendu):
    assert champs(r.visite_avec_compte_rendu, avec(DOSSIER, etapes=(etape,))) == attendu


@pytest.mark.parametrize(
    ("nature", "jour", "attendu"),
    [
        (NatureEtape.ETUDE, VEILLE - UN_JOUR, ["faite_le"]), (NatureEtape.ETUDE, VEILLE, []), (NatureEtape.ETUDE, JOUR, []),
        (NatureEtape.ETUDE, LENDEMAIN, ["faite_le"]), (NatureEtape.VISITE, LENDEMAIN, []),
    ],
)
def test_hab_03_une_etape_suit_la_demande(nature, jour, attendu):
    assert champs(r.etape_apres_la_demande, avec(DOSSIER, etapes=(r.EtapeFacts(nature, jour),))) == attendu


@pytest.mark.parametrize(("jour", "attendu"), [(VEILLE, []), (JOUR, []), (LENDEMAIN, ["demande_le"])])
def test_hab_01_une_demande_est_recue(jour, attendu):
    assert champs(r.demande_recue, avec(DOSSIER, demande_le=jour)) == attendu


@pytest.mark.parametrize(
    ("suppression", "attendu"),
    [(None, []), (LENDEMAIN, []), (JOUR, ["certifications"]), (VEILLE, ["certifications"])],
)
def test_hab_01_la_portee_est_sur_la_liste(suppression, attendu):
    faits = avec(DOSSIER, certifications=(CCPM, avec(CQPM, date_suppression=suppression)))
    assert champs(r.portee_sur_la_liste, faits) == attendu
    if attendu:
        assert "CQPM 1989 0021" in juger(r.portee_sur_la_liste, faits)[0].message


@pytest.mark.parametrize(
    ("changement", "attendu"),
    [
        ({}, []), ({"decision": None}, ["decision"]), ({"decide_le": None}, ["decide_le"]),
        ({"decide_le": VEILLE}, []), ({"decide_le": VEILLE - UN_JOUR}, ["decide_le"]),
        ({"decide_le": LENDEMAIN}, ["decide_le"]), ({"decision": None, "decide_le": None}, ["decision", "decide_le"]),
    ],
)
def test_hab_02_une_decision_se_dit_et_se_date(changement, attendu):
    assert champs(r.decision_dite, avec(DECISION, **changement)) == attendu


@pytest.mark.parametrize("rang", range(1, 13))
def test_hab_02_chaque_indicateur_omis_ou_non_satisfait_est_nomme(rang):
    code = CODES[rang - 1]
    for resultat, mot in ((None, "pas encore apprécié"), (NON_SATISFAIT, "pas satisfait")):
        faits = _dossier(indicateurs=grille(**{f"i{rang}": r.IndicateurFacts(code, resultat)}))
        violation, = juger(r.douze_indicateurs_satisfaits, faits)
        assert f"Indicateur {code}" in violation.message
        assert mot in violation.message
        assert champs(r.douze_indicateurs_satisfaits, avec(faits, decision=REFUS)) == []


def test_hab_02_il_y_a_douze_indicateurs():
    assert champs(r.douze_indicateurs_satisfaits, DECISION) == []
    assert champs(r.douze_indicateurs_satisfaits, _dossier(indicateurs=grille()[:11])) == ["indicateurs"]
    assert champs(r.douze_indicateurs_satisfaits, _dossier(indicateurs=())) == ["indicateurs"]


@pytest.mark.parametrize("decision", [COMPLEMENT, REFUS])
@pytest.mark.parametrize(
    ("indicateur", "attendu"),
    [
        (r.IndicateurFacts("1.1", SATISFAIT), ["indicateurs"]), (r.IndicateurFacts("1.1", None), ["indicateurs"]),
        (r.IndicateurFacts("1.1", NON_SATISFAIT), ["indicateurs"]), (r.IndicateurFacts("1.1", NON_SATISFAIT, "Manque."), []),
    ],
)
def test_hab_02_le_motif_par_indicateur(decision, indicateur, attendu):
    faits = avec(_dossier(indicateurs=grille(i1=indicateur)), decision=decision)
    assert champs(r.motif_par_indicateur, faits) == attendu
    assert champs(r.motif_par_indicateur, avec(faits, decision=FAVORABLE)) == []


@pytest.mark.parametrize(
    ("changement", "attendu"),
    [
        ({"du": None}, ["du"]), ({"du": VEILLE}, ["du"]), ({"du": JOUR}, []), ({"du": LENDEMAIN}, []),
        ({"au": VEILLE}, ["au"]), ({"au": JOUR}, []), ({"au": LENDEMAIN}, []),
        ({"prolonge_depuis": VEILLE}, []), ({"prolonge_depuis": JOUR}, ["du"]),
    ],
)
def test_hab_01_les_dates_d_effet(changement, attendu):
    faits = _dossier(**changement)
    assert champs(r.date_d_effet, faits) == attendu
    assert champs(r.date_d_effet, avec(faits, decision=REFUS)) == []


def _autre(du: dt.date | None = None, au: dt.date | None = None, certifications: frozenset[int] | None = None,
           blocs: frozenset[str] = frozenset()) -> HabilitationFacts:
    return HabilitationFacts(68, Periode(du, au), certifications, blocs)


@pytest.mark.parametrize(
    ("autre", "attendu"),
    [
        (_autre(au=VEILLE), []), (_autre(au=JOUR), ["certifications"]), (_autre(du=JOUR), ["certifications"]),
        (_autre(certifications=frozenset({CCPM.id})), []), (_autre(certifications=frozenset({CQPM.id})), ["certifications"]),
        (_autre(certifications=frozenset(), blocs=frozenset({"BDC 0001"})), []),
    ],
)
def test_hab_01_une_seule_a_la_fois(autre, attendu):
    assert champs(r.une_seule_a_la_fois, _dossier(autres=(autre,))) == attendu


def test_hab_01_une_seule_a_la_fois_par_bloc_ou_pour_tout():
    un_bloc = {"certifications": (), "blocs": frozenset({"BDC 0001"})}
    meme = _autre(certifications=frozenset(), blocs=frozenset({"BDC 0001", "BDC 0002"}))
    assert champs(r.une_seule_a_la_fois, _dossier(autres=(meme,), **un_bloc)) == ["certifications"]
    autre = _autre(certifications=frozenset(), blocs=frozenset({"BDC 0003"}))
    assert champs(r.une_seule_a_la_fois, _dossier(autres=(autre,), **un_bloc)) == []
    toutes = {"certifications": (), "blocs": frozenset()}
    assert champs(r.une_seule_a_la_fois, _dossier(autres=(autre,), **toutes)) == ["certifications"]
    # Terminée avant, ou qui commence après une fin prévue : elles ne se touchent pas.
    assert champs(r.une_seule_a_la_fois, _dossier(autres=(_autre(du=LENDEMAIN),), au=JOUR)) == []


@pytest.mark.parametrize(
    ("changement", "attendu"),
    [
        ({}, []), ({"le": None}, ["le"]), ({"le": VEILLE}, ["le"]), ({"le": LENDEMAIN}, []),
        ({"le": LENDEMAIN + UN_JOUR}, ["le"]), ({"motif": " "}, ["motif"]), ({"le": None, "motif": ""}, ["le", "motif"]),
        ({"depuis": None, "au": None}, []), ({"le": LENDEMAIN + UN_JOUR, "au": None}, []),
    ],
)
def test_hab_05_une_date_et_un_motif(changement, attendu):
    assert champs(r.date_et_motif, avec(SUITE, **changement)) == attendu


@pytest.mark.parametrize("etat", EtatHabilitation)
def test_hab_05_ce_qui_se_suspend_se_leve_se_retire(etat):
    suite = avec(SUITE, etat=etat)
    assert champs(r.habilitation_accordee, suite) == ([] if etat is EtatHabilitation.ACCORDEE else ["etat"])
    assert champs(r.habilitation_suspendue, suite) == ([] if etat is EtatHabilitation.SUSPENDUE else ["etat"])
    en_cours = etat in (EtatHabilitation.ACCORDEE, EtatHabilitation.SUSPENDUE)
    assert champs(r.habilitation_a_retirer, suite) == ([] if en_cours else ["etat"])


@pytest.mark.parametrize(
    ("le", "aujourd_hui", "avise_le", "attendu"),
    [
        (dt.date(2026, 1, 31), dt.date(2026, 3, 31), None, []),
        (dt.date(2026, 1, 31), dt.date(2026, 4, 1), None, ["avise_le"]),
        (dt.date(2025, 12, 31), dt.date(2026, 2, 28), None, []),
        (dt.date(2025, 12, 31), dt.date(2026, 3, 1), None, ["avise_le"]),
        (dt.date(2025, 12, 31), dt.date(2026, 6, 1), dt.date(2026, 2, 28), []),
        (dt.date(2025, 12, 31), dt.date(2026, 6, 1), dt.date(2026, 3, 1), ["avise_le"]),
    ],
)
def test_fc_02_l_avis_sous_deux_mois(le, aujourd_hui, avise_le, attendu):
    assert champs(r.avis_sous_deux_mois, r.AvisFacts(le, aujourd_hui, avise_le)) == attendu


@pytest.mark.parametrize(
    ("avise_le", "deja", "attendu"),
    [(JOUR, None, []), (VEILLE, None, []), (LENDEMAIN, None, ["avise_le"]), (None, None, ["avise_le"]),
     (JOUR, VEILLE, ["avise_le"])],
)
def test_fc_02_l_avis_se_donne_une_fois(avise_le, deja, attendu):
    assert champs(r.avis_donne_une_fois, r.AvisFacts(VEILLE, JOUR, avise_le, deja)) == attendu


@pytest.mark.parametrize(
    ("du", "duree", "fin"),
    [(dt.date(2026, 3, 1), None, None), (dt.date(2026, 3, 1), 36, dt.date(2029, 2, 28)),
     (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 27)), (dt.date(2026, 1, 1), 1, dt.date(2026, 1, 31))],
)
def test_la_duree_est_un_reglage_du_centre(du, duree, fin):
    assert r.fin_prevue(du, duree) == fin


def test_plus_mois():
    assert plus_mois(dt.date(2026, 11, 30), 3) == dt.date(2027, 2, 28)
    assert plus_mois(dt.date(2027, 11, 30), 3) == dt.date(2028, 2, 29)
    assert plus_mois(dt.date(9999, 12, 1), 1) == dt.date.max


# --- la portée et le temps -------------------------------------------------------------------------------------------

_BLOCS = ("BDC 0001", "BDC 0002")


@pytest.mark.parametrize(
    ("certifications", "couverts", "vises", "attendu"),
    [
        (None, (), (), ()),
        (frozenset({CQPM.id}), (), (), ()),
        (frozenset({CQPM.id}), (), ("BDC 0001",), ()),
        (frozenset({CCPM.id}), (), (), ("CQPM 1989 0021",)),
        (frozenset(), ("BDC 0001",), ("BDC 0001",), ()),
        (frozenset(), ("BDC 0001",), _BLOCS, ("BDC 0002",)),
        (frozenset(), ("BDC 0001",), (), ("BDC 0002",)),
        (frozenset(), _BLOCS, (), ()),
        (frozenset(), ("BDC 0009",), ("BDC 0001",), ("CQPM 1989 0021",)),
    ],
)
def test_ins_02_la_portee_par_certification_et_par_bloc(certifications, couverts, vises, attendu):
    organisme = OrganismeFacts(5, "AFPI", (_autre(certifications=certifications, blocs=frozenset(couverts)),))
    assert organisme.non_couverts(68, CQPM, vises, JOUR) == attendu
    assert organisme.non_couverts(67, CQPM, vises, JOUR) == ("CQPM 1989 0021",)


def test_ins_02_deux_habilitations_se_completent():
    habilitations = tuple(_autre(certifications=frozenset(), blocs=frozenset({b})) for b in _BLOCS)
    assert OrganismeFacts(5, "AFPI", habilitations).non_couverts(68, CQPM, (), JOUR) == ()


@pytest.mark.parametrize(("jour", "vaut"), [(VEILLE, True), (JOUR, False), (LENDEMAIN, True)])
def test_ins_02_une_suspension_ne_vaut_que_son_temps(jour, vaut):
    suspendue = avec(_autre(), suspensions=(Periode(JOUR, JOUR),))
    assert suspendue.couvre(68, CQPM.id, jour) is vaut
