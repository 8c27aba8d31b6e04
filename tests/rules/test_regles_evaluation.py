"""Les évaluations : modalités, commission, avis de l'entreprise, acquis antérieurs (EVA-01 à EVA-05, ATT-04)."""

from __future__ import annotations

import datetime as dt

import pytest

from rules import evaluation as r
from rules.evaluation import (
    AcquisFacts,
    AvisDonne,
    AvisFacts,
    CommissionFacts,
    CompetenceVisee,
    DossierFacts,
    EvaluationFacts,
    Modalite,
    NoteFacts,
    dispense_d_avis,
)
from rules.nomenclatures import Famille, ResultatCompetence, SensAvis, Voie
from tests.rules.faits import ACQUISE, JOUR, LENDEMAIN, NON_ACQUISE, VEILLE, avec, champs, juger

OBSERVATION = Modalite("observation", "Observation en situation de travail", situation_reelle=True)
PROJET = Modalite("projet", "Présentation de projets", situation_reelle=False)
C1 = CompetenceVisee(1, "BDC 0012.1", "Souder", "BDC 0012", "Assembler", (OBSERVATION, PROJET))
C2 = CompetenceVisee(2, "BDC 0012.2", "Contrôler", "BDC 0012", "Assembler", (PROJET,))
LIBRE = CompetenceVisee(3, "C3", "Organiser")
COMMISSION = CommissionFacts(7, "CE 68-2026-0001", JOUR, (("Anne Roux", "Soudage"), ("Ali Ben", "Contrôle")))
NOTEE = EvaluationFacts(1, "observation", ACQUISE, JOUR, 7)
DOSSIER = DossierFacts(
    inscription_id=5, nom="DUPONT Jeanne", centre_id=68, certification_id=1, famille=Famille.CQPM,
    voie=Voie.FORMATION, date_inscription=VEILLE, entreprise="Fonderies du Rhin", competences=(C1, C2),
    evaluations={1: NOTEE, 2: EvaluationFacts(2, "projet", NON_ACQUISE, JOUR, 7)},
    avis=AvisFacts(JOUR, "Paul Tuteur", "Tuteur", SensAvis.FAVORABLE),
)
NOTE = NoteFacts(DOSSIER, C1, "observation", ACQUISE, JOUR, COMMISSION, JOUR)
VAE = avec(DOSSIER, voie=Voie.VAE)


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [({}, []), ({"competence": None, "competence_demandee": "BDC 0099.1"}, ["competence"]),
     ({"competence": None, "competence_demandee": ""}, ["competence"])],
)
def test_eva_01_competence(changement, attendus):
    assert champs(r.competence_de_la_cible, avec(NOTE, **changement)) == attendus


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [
        ({}, []),
        ({"modalite": "projet"}, []),
        ({"competence": C2}, ["modalite"]),
        ({"competence": C2, "resultat": None}, ["modalite"]),
        ({"modalite": "questionnement"}, ["modalite"]),
        ({"modalite": ""}, ["modalite"]),
        ({"modalite": "", "resultat": None}, []),
        ({"modalite": "", "dossier": VAE}, []),
        ({"modalite": "questionnement", "dossier": VAE}, ["modalite"]),
        ({"modalite": "", "competence": LIBRE}, []),
        ({"modalite": "questionnement", "competence": LIBRE}, []),
        ({"modalite": "", "reprise": True}, []),
        ({"competence": None}, []),
    ],
)
def test_eva_01_modalite(changement, attendus):
    assert champs(r.modalite_permise, avec(NOTE, **changement)) == attendus


def test_eva_01_nomme_les_modalites_permises():
    assert "« Présentation de projets »" in juger(r.modalite_permise, avec(NOTE, competence=C2))[0].message


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [
        ({}, []),
        ({"commission": None}, ["commission"]),
        ({"commission": None, "resultat": None}, []),
        ({"commission": None, "dossier": VAE}, []),
        ({"commission": None, "dossier": avec(DOSSIER, voie=Voie.VAE_BRANCHE)}, []),
        ({"commission": None, "reprise": True}, []),
        ({"commission": None, "resultat": None, "commission_demandee": "CE 99"}, ["commission"]),
    ],
)
def test_eva_02_commission(changement, attendus):
    assert champs(r.evaluee_par_une_commission, avec(NOTE, **changement)) == attendus


@pytest.mark.parametrize(
    ("membres", "attendus"),
    [
        (COMMISSION.membres, []), ((*COMMISSION.membres, ("Eva Klein", "Usinage")), []),
        ((("Anne Roux", "Soudage"),), ["evaluateurs"]), ((), ["evaluateurs"]),
        ((("Anne Roux", "Soudage"), ("Ali Ben", " ")), ["evaluateurs"]),
        ((("Anne Roux", ""),), ["evaluateurs", "evaluateurs"]),
    ],
)
def test_eva_02_membres(membres, attendus):
    commission = avec(COMMISSION, membres=membres)
    assert champs(r.membres_qualifies, commission) == attendus
    assert champs(r.commission_qualifiee, avec(NOTE, commission=commission)) == ["commission"][: len(attendus)]


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [
        ({}, []),
        ({"date_evaluation": None}, ["date_evaluation"]),
        ({"resultat": None}, ["resultat"]),
        ({"resultat": None, "date_evaluation": None}, []),
        ({"date_evaluation": VEILLE}, []),
        ({"date_evaluation": LENDEMAIN}, ["date_evaluation"]),
    ],
)
def test_eva_05_resultat_et_date(changement, attendus):
    assert champs(r.resultat_et_date, avec(NOTE, **changement)) == attendus


@pytest.mark.parametrize(
    ("inscrit", "changement", "attendus"),
    [(VEILLE, {}, []), (JOUR, {}, []), (LENDEMAIN, {}, ["date_evaluation"]), (LENDEMAIN, {"reprise": True}, []),
     (LENDEMAIN, {"date_evaluation": None}, [])],
)
def test_ins_04_l_inscription_precede(inscrit, changement, attendus):
    note = avec(NOTE, dossier=avec(DOSSIER, date_inscription=inscrit), **changement)
    assert champs(r.inscription_avant_l_evaluation, note) == attendus


@pytest.mark.parametrize(
    ("jury", "attendus"), [(None, []), (LENDEMAIN, []), (JOUR, []), (VEILLE, ["date_evaluation"])],
)
def test_eva_05_avant_le_jury(jury, attendus):
    assert champs(r.evaluation_avant_le_jury, avec(NOTE, dossier=avec(DOSSIER, jury=jury))) == attendus


@pytest.mark.parametrize(
    ("changement", "attendus"), [({}, []), ({"deliberation": True}, ["inscription"]), ({"ouverte": False}, ["inscription"])],
)
def test_jur_13_synthese_arretee(changement, attendus):
    assert champs(r.synthese_non_arretee, avec(NOTE, dossier=avec(DOSSIER, **changement))) == attendus


# --- l'avis de l'entreprise

DISPENSES = [
    {"voie": Voie.VAE}, {"voie": Voie.VAE_BRANCHE}, {"famille": Famille.CCPM}, {"famille": Famille.CCPI},
    {"entreprise": ""}, {"sans_accord_employeur": True},
]


@pytest.mark.parametrize("changement", [{}, {"famille": Famille.CQPI}])
def test_eva_03_avis_exige(changement):
    dossier = avec(DOSSIER, **changement)
    assert dispense_d_avis(dossier) is None
    assert champs(r.avis_de_l_entreprise, dossier) == []
    (violation,) = juger(r.avis_de_l_entreprise, avec(dossier, avis=None))
    assert "Fonderies du Rhin" in violation.message


@pytest.mark.parametrize("changement", DISPENSES)
def test_eva_03_dispenses(changement):
    dossier = avec(DOSSIER, avis=None, **changement)
    assert champs(r.avis_de_l_entreprise, dossier) == []
    assert champs(r.avis_demande, AvisDonne(dossier, DOSSIER.avis, JOUR)) == ["sens"]
    assert champs(r.avis_demande, AvisDonne(DOSSIER, DOSSIER.avis, JOUR)) == []


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [
        ({}, []), ({"sens": None}, ["sens"]), ({"auteur": ""}, ["auteur"]), ({"fonction": ""}, ["fonction"]),
        ({"date_avis": None}, ["date_avis"]), ({"date_avis": VEILLE}, []), ({"date_avis": LENDEMAIN}, ["date_avis"]),
        ({"date_avis": VEILLE - dt.timedelta(days=1)}, ["date_avis"]),
        ({"sens": SensAvis.DEFAVORABLE}, []), ({"sens": SensAvis.RESERVE}, []),
    ],
)
def test_eva_03_avis_complet(changement, attendus):
    assert champs(r.avis_complet, AvisDonne(DOSSIER, avec(DOSSIER.avis, **changement), JOUR)) == attendus


@pytest.mark.parametrize(("jury", "attendus"), [(LENDEMAIN, []), (JOUR, []), (VEILLE, ["date_avis"])])
def test_eva_03_avis_avant_le_jury(jury, attendus):
    assert champs(r.avis_complet, AvisDonne(avec(DOSSIER, jury=jury), DOSSIER.avis, JOUR)) == attendus


@pytest.mark.parametrize(
    ("changement", "attendus"), [({}, []), ({"deliberation": True}, ["sens"]), ({"ouverte": False}, ["sens"])],
)
def test_jur_13_avis_arrete(changement, attendus):
    assert champs(r.avis_avant_la_deliberation, AvisDonne(avec(DOSSIER, **changement), DOSSIER.avis, JOUR)) == attendus


# --- le dossier

SANS_SITUATION = {1: avec(NOTEE, modalite="projet"), 2: DOSSIER.evaluations[2]}


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [
        ({}, []),
        ({"evaluations": SANS_SITUATION}, ["motif_hors_situation"]),
        ({"evaluations": SANS_SITUATION, "motif_hors_situation": "Poste sous confidentialité."}, []),
        ({"evaluations": SANS_SITUATION, "motif_hors_situation": "  "}, ["motif_hors_situation"]),
        # Pas encore convenu partout : on ne reproche rien.
        ({"evaluations": {2: SANS_SITUATION[2]}}, []),
        # Le référentiel ne permet pas de situation réelle : il n'y a rien à privilégier.
        ({"competences": (C2,), "evaluations": {2: SANS_SITUATION[2]}}, []),
        # Un acquis repris ne s'évalue pas ; le reste se juge.
        ({"evaluations": SANS_SITUATION | {1: EvaluationFacts(1, "", ACQUISE, VEILLE, repris_du=VEILLE)}},
         ["motif_hors_situation"]),
        ({"evaluations": {k: EvaluationFacts(k, "", ACQUISE, VEILLE, repris_du=VEILLE) for k in (1, 2)}}, []),
    ],
)
def test_eva_04_situation_de_travail(changement, attendus):
    assert champs(r.situation_de_travail_privilegiee, avec(DOSSIER, **changement)) == attendus


@pytest.mark.parametrize(
    ("changement", "nomme"),
    [
        ({}, None),
        ({"evaluations": {}}, "BDC 0012.1, BDC 0012.2"),
        ({"evaluations": {1: NOTEE}}, "la compétence BDC 0012.2"),
        ({"evaluations": {1: NOTEE, 2: EvaluationFacts(2, "projet")}}, "la compétence BDC 0012.2"),
        ({"competences": (), "evaluations": {}}, None),
        ({"evaluations": DOSSIER.evaluations | {9: EvaluationFacts(9)}}, None),
    ],
)
def test_eva_05_tout_evalue(changement, nomme):
    violations = juger(r.tout_evalue, avec(DOSSIER, **changement))
    assert [v.champ for v in violations] == ([] if nomme is None else ["evaluations"])
    assert all(nomme in v.message for v in violations)


def test_eva_05_ne_recite_pas_tout_le_referentiel():
    competences = tuple(CompetenceVisee(n, f"C{n}", "…") for n in range(1, 31))
    (violation,) = juger(r.tout_evalue, avec(DOSSIER, competences=competences, evaluations={}))
    assert "30 compétences" in violation.message
    assert "C8 et 22 autres" in violation.message


# --- les acquis antérieurs


@pytest.mark.parametrize(
    ("date_jury", "rncp", "dernier"),
    [
        (dt.date(2024, 3, 12), False, dt.date(2026, 3, 12)),
        (dt.date(2021, 3, 12), True, dt.date(2026, 3, 12)),
        (dt.date(2024, 2, 29), False, dt.date(2026, 2, 28)),
        (dt.date(2024, 2, 29), True, dt.date(2029, 2, 28)),
        (dt.date(2023, 2, 28), True, dt.date(2028, 2, 28)),
    ],
)
def test_att_04_delai(date_jury, rncp, dernier):
    acquis = AcquisFacts(1, 1, "BDC 0012.1", date_jury, rncp, dernier)
    assert champs(r.acquis_dans_son_delai, acquis) == []
    (violation,) = juger(r.acquis_dans_son_delai, avec(acquis, date_inscription=dernier + dt.timedelta(days=1)))
    assert f"{dernier:%d/%m/%Y}" in violation.message
    assert champs(r.acquis_dans_son_delai, avec(acquis, date_inscription=dernier - dt.timedelta(days=1))) == []


# --- ce que les faits savent dire


@pytest.mark.parametrize(
    ("code", "trouvee"),
    [("BDC 0012.1", 1), ("bdc12.1", 1), (" BDC0012 . 2 ", 2), ("12.2", 2), ("c3", 3), ("C3", 3), ("BDC 0013.1", None),
     ("C1", None), ("", None), ("BDC 0012", None)],
)
def test_une_competence_se_trouve_par_son_code(code, trouvee):
    dossier = avec(DOSSIER, competences=(C1, C2, LIBRE))
    connue = dossier.par_code(code)
    assert (connue.id if connue else None) == trouvee


def test_le_dossier_compte_ses_resultats():
    assert (DOSSIER.evaluees, avec(DOSSIER, evaluations={}).evaluees) == (2, 0)
    assert DOSSIER.resultat(1) is ResultatCompetence.ACQUISE
    assert DOSSIER.resultat(99) is None
    assert DOSSIER.competence(2) is C2
    assert DOSSIER.competence(99) is None
