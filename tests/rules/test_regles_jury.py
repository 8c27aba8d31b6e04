"""Chaque règle du jury et de l'attribution à ses bornes."""

from __future__ import annotations

import datetime as dt

import pytest

from rules import attribution
from rules import jury as r
from rules.attribution import CertificatDu
from rules.faits import BlocFacts, JuryFacts, LienFacts, SignatureFacts, VoteFacts
from rules.nomenclatures import Decision, Delegation, EtatInscription, EtatJury, Famille
from rules.noyau import bloquantes, evaluate
from tests.rules.faits import (
    ACQUISE,
    ATTRIBUTION,
    CANDIDATURE,
    JOUR,
    JURY,
    LENDEMAIN,
    NON_ACQUISE,
    OUVERT,
    VEILLE,
    avec,
    champs,
    competence,
    invite,
    juger,
    patronal,
    presente,
    president,
    syndical,
)


def compose(*sieges) -> JuryFacts:
    return avec(JURY, sieges=sieges)


def test_un_jury_complet_s_ouvre_sans_alerte():
    assert evaluate(r.OUVERTURE, JURY) == ()


@pytest.mark.parametrize(
    ("sieges", "refus"),
    [
        (4, False), (5, False), (6, True),
    ],
)
def test_jur_03_cinq_membres(sieges, refus):
    membres = [president(), *(patronal(n) for n in range(10, 9 + sieges))]
    assert len(membres) == sieges
    assert bool(champs(r.delegation_patronale_bornee, compose(*membres))) is refus
    # Le membre du travail temporaire vient en plus des cinq.
    avec_temporaire = compose(*membres, patronal(30, travail_temporaire=True))
    assert bool(champs(r.delegation_patronale_bornee, avec_temporaire)) is refus


def test_jur_03_un_seul_du_travail_temporaire():
    deux = compose(president(), patronal(3, travail_temporaire=True), patronal(4, travail_temporaire=True))
    assert champs(r.delegation_patronale_bornee, deux) == ["sieges"]
    six_syndicaux = compose(president(), *(syndical(n) for n in range(10, 16)))
    assert champs(r.delegation_patronale_bornee, six_syndicaux) == []


@pytest.mark.parametrize(
    ("sieges", "violations"),
    [
        ((syndical(2), syndical(3)), 0),
        ((syndical(2, syndicat="CGT"), syndical(3, syndicat="CGT")), 1),
        ((syndical(2, syndicat="CGT"), syndical(3, syndicat="CGT", voix=False)), 0),
        ((syndical(2, syndicat=None),), 1),
        ((syndical(2, syndicat=None, travail_temporaire=True),), 0),
        ((syndical(2, syndicat=None, travail_temporaire=True), syndical(3, syndicat=None, travail_temporaire=True)), 1),
        ((syndical(2, syndicat_representatif=False),), 1),
        ((syndical(2, syndicat_representatif=False, voix=False),), 0),
        ((syndical(2, syndicat="CGT"), syndical(3, syndicat="CGT"), syndical(4, syndicat=None)), 2),
        ((patronal(2), patronal(3)), 0),
    ],
)
def test_jur_04_une_voix_par_syndicat(sieges, violations):
    assert champs(r.une_voix_par_syndicat, compose(president(), *sieges)) == ["sieges"] * violations


@pytest.mark.parametrize(
    ("sieges", "violations"),
    [((invite(2),), 0), ((invite(2, voix=True),), 1), ((invite(2, voix=True), invite(3, voix=True)), 2), ((patronal(2),), 0)],
)
def test_jur_05_invites_sans_voix(sieges, violations):
    assert champs(r.invites_sans_voix, compose(president(), *sieges)) == ["sieges"] * violations


@pytest.mark.parametrize(
    ("sieges", "refus"),
    [
        ((president(),), False),
        ((patronal(2),), False),  # pas encore désigné : JUR-12 l'exige à l'ouverture
        ((president(), president(id=2)), True),
        ((president(delegation=Delegation.SYNDICALE),), True),
        ((president(voix=False),), True),
        ((invite(2, president=True),), True),
    ],
)
def test_jur_06_un_president(sieges, refus):
    assert champs(r.un_president_designe_par_le_centre, compose(*sieges)) == (["sieges"] if refus else [])


@pytest.mark.parametrize("etat", list(EtatInscription))
def test_ins_04_inscription_encore_ouverte(etat):
    attendus = [] if etat is EtatInscription.OUVERTE else ["inscription"]
    assert champs(r.inscription_ouverte_et_prealable, avec(CANDIDATURE, etat=etat)) == attendus


@pytest.mark.parametrize(("jour", "attendus"), [(VEILLE, []), (JOUR, ["inscription"]), (LENDEMAIN, ["inscription"])])
def test_ins_04_avant_le_jury(jour, attendus):
    assert champs(r.inscription_ouverte_et_prealable, avec(CANDIDATURE, date_inscription=jour)) == attendus


@pytest.mark.parametrize(("jours", "alerte"), [(1, True), (14, True), (15, False), (16, False), (0, False), (-1, False)])
def test_ins_05_delai_d_information(jours, alerte):
    faits = avec(CANDIDATURE, date_inscription=JOUR - dt.timedelta(days=jours))
    violations = juger(r.delai_d_information, faits)
    assert bool(violations) is alerte
    assert bloquantes(violations) == ()


@pytest.mark.parametrize(
    ("numeros", "refus"), [((1,), False), ((1, 2), False), ((), False), ((1, 1), True), ((1, None), True)]
)
def test_jur_08_numeros_anonymes(numeros, refus):
    faits = avec(JURY, presentations=tuple(presente(n) for n in numeros))
    assert champs(r.numeros_anonymes, faits) == (["numero_anonyme"] if refus else [])


@pytest.mark.parametrize(
    ("vote", "decision", "attendus"),
    [
        ("A", None, []), ("NA", "NA", []), ("A", "A", []),
        ("abstention", None, ["vote"]), ("a", None, ["vote"]), ("", None, ["vote"]),
        ("A", "ajourné", ["decision"]), ("?", "?", ["vote", "decision"]),
    ],
)
def test_jur_09_a_ou_na(vote, decision, attendus):
    assert champs(r.decision_a_ou_na, presente(votes={1: vote}, decision=decision)) == attendus


VOTANTS = (president(), syndical(2), syndical(3), patronal(4))


@pytest.mark.parametrize(
    ("votes", "sieges", "attendu"),
    [
        # Majorité simple des voix exprimées.
        ({1: "A", 2: "A", 3: "NA"}, VOTANTS, (2, 1, "A", False)),
        ({1: "A", 2: "NA", 3: "NA"}, VOTANTS, (1, 2, "NA", False)),
        ({2: "A"}, VOTANTS, (1, 0, "A", False)),
        # Partage : la voix du président, dans un sens et dans l'autre.
        ({1: "A", 2: "NA"}, VOTANTS, (1, 1, "A", True)),
        ({1: "NA", 2: "A"}, VOTANTS, (1, 1, "NA", True)),
        ({1: "NA", 2: "A", 3: "A", 4: "NA"}, VOTANTS, (2, 2, "NA", True)),
        # Partage sans voix du président : rien ne décide.
        ({2: "A", 3: "NA"}, VOTANTS, (1, 1, None, False)),
        ({1: "A", 2: "A", 3: "NA"}, (president(present=False), syndical(2), syndical(3)), (1, 1, None, False)),
        # Rien d'exprimé.
        ({}, VOTANTS, (0, 0, None, False)),
        # Un absent, un invité, un inconnu, une valeur hors liste ne comptent pas.
        ({1: "A", 2: "NA", 3: "NA"}, (president(), syndical(2), syndical(3, present=False)), (1, 1, "A", True)),
        ({1: "A", 9: "NA", 8: "NA"}, (*VOTANTS, invite(9)), (1, 0, "A", False)),
        ({1: "A", 2: "abstention"}, VOTANTS, (1, 0, "A", False)),
    ],
)
def test_jur_10_decompter(votes, sieges, attendu):
    decompte = r.decompter([VoteFacts(s, v) for s, v in votes.items()], sieges)
    assert (decompte.pour, decompte.contre, decompte.decision, decompte.preponderante) == attendu
    assert decompte.partage is (attendu[0] == attendu[1] and attendu[0] > 0)


def test_jur_10_un_siege_ne_compte_qu_une_fois():
    doubles = [VoteFacts(1, "A"), VoteFacts(2, "NA"), VoteFacts(2, "NA"), VoteFacts(2, "NA")]
    decompte = r.decompter(doubles, VOTANTS)
    assert (decompte.pour, decompte.contre, decompte.decision) == (1, 1, "A")
    change = r.decompter([VoteFacts(2, "A"), VoteFacts(2, "NA")], VOTANTS)
    assert (change.pour, change.contre) == (0, 1)


@pytest.mark.parametrize(
    ("presentation", "refus", "mot"),
    [
        (presente(decision="A"), False, ""),
        (presente(decision=None), False, ""),
        (presente(decision="NA"), True, "ne suit pas"),
        (presente(votes={}), True, "aucune voix"),
        (presente(votes={1: "A", 2: "NA"}, decision="A"), False, ""),
        (presente(votes={1: "A", 2: "NA"}, decision="NA"), True, "ne suit pas"),
    ],
)
def test_jur_10_decision_du_decompte(presentation, refus, mot):
    violations = juger(r.majorite_des_voix, avec(OUVERT, presentations=(presentation,)))
    assert [v.champ for v in violations] == (["decision"] if refus else [])
    assert all(mot in v.message for v in violations)


def test_jur_10_partage_sans_president():
    faits = avec(OUVERT, sieges=(president(), syndical(2), syndical(3)), presentations=(presente(votes={2: "A", 3: "NA"}),))
    violation, = juger(r.majorite_des_voix, faits)
    assert "partage" in violation.message


@pytest.mark.parametrize(
    ("competences", "decision", "motif", "attendus"),
    [
        # Sans compétence connue, admettre se motive.
        ((), "A", "", ["motif"]),
        ((), "A", "entendu par le jury", []),
        ((), "NA", "", []),
        ((competence(),), "A", "", []),
        ((competence(), competence(NON_ACQUISE, NON_ACQUISE)), "A", "", ["competences"]),
        ((competence(None, None),), "A", "", ["competences"]),
        # Écart à la synthèse, compétence par compétence : motif exigé.
        ((competence(NON_ACQUISE, ACQUISE),), "A", "", ["motif"]),
        ((competence(NON_ACQUISE, ACQUISE),), "A", "  ", ["motif"]),
        ((competence(NON_ACQUISE, ACQUISE),), "A", "entretien convaincant", []),
        ((competence(ACQUISE, NON_ACQUISE),), "NA", "", ["motif"]),
        ((competence(ACQUISE, NON_ACQUISE),), "NA", "pièce irrecevable", []),
        # Non admis alors que la synthèse dit tout acquis.
        ((competence(),), "NA", "", ["motif"]),
        ((competence(),), "NA", "fraude constatée", []),
        # Non admis comme le dit la synthèse.
        ((competence(), competence(NON_ACQUISE, NON_ACQUISE)), "NA", "", []),
        ((competence(None, None),), "NA", "", []),
        ((competence(ACQUISE, NON_ACQUISE),), "A", "", ["competences", "motif"]),
        # Rien n'est décidé : rien n'est reproché.
        ((competence(NON_ACQUISE, ACQUISE),), None, "", []),
    ],
)
def test_jur_11_competences_ou_motif(competences, decision, motif, attendus):
    faits = presente(competences=competences, decision=decision, motif=motif)
    assert champs(r.competences_acquises_ou_motif, faits) == attendus


@pytest.mark.parametrize(
    ("sieges", "mot"),
    [
        ((president(), syndical(2)), None),
        ((president(), patronal(2)), None),
        ((patronal(1), syndical(2)), "pas de président"),
        ((president(present=False), syndical(2)), "président n'est pas noté présent"),
        ((president(), syndical(2, present=False)), "Aucun votant"),
        ((president(), invite(2)), "Aucun votant"),
        ((president(), syndical(2, voix=False)), "Aucun votant"),
        ((president(),), "Aucun votant"),
        ((), "pas de président"),
    ],
)
def test_jur_12_president_et_votant(sieges, mot):
    violations = juger(r.president_et_votant_presents, compose(*sieges))
    assert [v.champ for v in violations] == (["sieges"] if mot else [])
    assert all(mot in v.message for v in violations)


@pytest.mark.parametrize(
    ("sieges", "absente"),
    [
        ((president(), syndical(2)), None),
        ((president(), patronal(2)), "délégation syndicale"),
        ((president(), syndical(2, present=False)), "délégation syndicale"),
        ((syndical(2),), "délégation patronale"),
        ((), "délégation patronale et délégation syndicale"),
    ],
)
def test_jur_12_delegations(sieges, absente):
    violations = juger(r.delegations_presentes, compose(*sieges))
    assert [v.message for v in violations] == ([f"Absente : {absente}."] if absente else [])
    assert bloquantes(violations) == ()


@pytest.mark.parametrize(("presentations", "attendus"), [((presente(),), []), ((), ["presentations"])])
def test_jur_12_au_moins_un_candidat(presentations, attendus):
    assert champs(r.candidats_presentes, avec(JURY, presentations=presentations)) == attendus


@pytest.mark.parametrize("etat", list(EtatJury))
def test_jur_13_etats(etat):
    faits = avec(JURY, etat=etat)
    assert champs(r.pas_deja_ouvert, faits) == ([] if etat is EtatJury.PREPARATION else ["etat"])
    assert champs(r.deliberation_ouverte, faits) == ([] if etat is EtatJury.OUVERT else ["etat"])


@pytest.mark.parametrize(("ecart", "attendu"), [(-1, ["date_jury"]), (0, []), (1, [])])
def test_jour_du_jury(ecart: int, attendu: list[str]):
    """La veille, le jour, le lendemain."""
    assert champs(r.jour_du_jury_venu, avec(JURY, aujourd_hui=JURY.date_jury + dt.timedelta(days=ecart))) == attendu


@pytest.mark.parametrize(
    ("date", "attendu"),
    [
        (dt.date(1999, 12, 31), ["date_jury"]), (dt.date(2000, 1, 1), []), (dt.date(2029, 3, 12), []),
        (dt.date(2029, 3, 13), ["date_jury"]),
    ],
)
def test_date_plausible(date: dt.date, attendu: list[str]):
    assert champs(r.date_de_jury_plausible, avec(JURY, date_jury=date, aujourd_hui=dt.date(2026, 3, 12))) == attendu


def test_date_plausible_sans_jour():
    assert champs(r.date_de_jury_plausible, JURY) == []


def test_jour_du_jury_sans_jour():
    assert champs(r.jour_du_jury_venu, JURY) == []


DECIDE = avec(OUVERT, presentations=(presente(1, decision="A"), presente(2, decision="NA")))


@pytest.mark.parametrize(
    ("faits", "mot"),
    [
        (SignatureFacts(DECIDE, 1, deja_signe=False), None),
        (SignatureFacts(DECIDE, 1, deja_signe=True), "déjà signé"),
        (SignatureFacts(DECIDE, 2, deja_signe=False), "président"),
        (SignatureFacts(DECIDE, None, deja_signe=False), "président"),
        (SignatureFacts(avec(DECIDE, etat=EtatJury.PREPARATION), 1, deja_signe=False), "pas ouverte"),
        (SignatureFacts(avec(DECIDE, etat=EtatJury.CLOS), 1, deja_signe=False), "pas ouverte"),
        (SignatureFacts(avec(DECIDE, sieges=(president(present=False),)), 1, deja_signe=False), "présent"),
        (SignatureFacts(avec(DECIDE, sieges=(patronal(1),)), 1, deja_signe=False), "président"),
        (SignatureFacts(avec(DECIDE, presentations=(presente(7),)), 1, deja_signe=False), "n° 7"),
    ],
)
def test_jur_13_signature(faits, mot):
    violations = juger(r.signe_par_le_president, faits)
    assert [v.champ for v in violations] == (["signataire"] if mot else [])
    assert all(mot in v.message for v in violations)


@pytest.mark.parametrize(
    ("changement", "refus"),
    [
        ({}, False),
        ({"pv_signe": False}, True),
        ({"decision": Decision.NON_ADMIS}, True),
        ({"decision": None}, True),
        ({"deja_delivre": True}, True),
    ],
)
def test_att_01_un_original(changement, refus):
    faits = avec(ATTRIBUTION, **changement)
    assert champs(attribution.decision_admis_d_un_pv_signe, faits) == (["certificat"] if refus else [])


_CQPM, _CQPI = CertificatDu(Famille.CQPM), CertificatDu(Famille.CQPI)
_ECHEC = {"decision": Decision.NON_ADMIS, "blocs_acquis": (12, 34)}


@pytest.mark.parametrize(
    ("changement", "dus"),
    [
        ({}, (_CQPM,)),
        ({"cqpi_correspondant": True}, (_CQPM, _CQPI)),
        ({"famille": Famille.CCPM, "cqpi_correspondant": True}, (CertificatDu(Famille.CCPM),)),
        ({"famille": Famille.CCPI}, (CertificatDu(Famille.CCPI),)),
        ({"decision": Decision.NON_ADMIS, "cqpi_correspondant": True}, ()),
        ({"decision": None, "blocs_acquis": (12,), "rncp": True}, ()),
        ({"pv_signe": False}, ()),
        # Qui n'a visé que des blocs a chacun d'eux, ni le CQPM ni le CQPI.
        ({"blocs_vises": (12, 34), "cqpi_correspondant": True}, (CertificatDu(Famille.CQPM, 12), CertificatDu(Famille.CQPM, 34))),
        # Non admis : les blocs acquis, si le CQPM est au RNCP le jour du jury (ATT-03).
        (_ECHEC | {"rncp": True}, (CertificatDu(Famille.CQPM, 12), CertificatDu(Famille.CQPM, 34))),
        (_ECHEC, ()),
        (_ECHEC | {"rncp": True, "blocs_acquis": ()}, ()),
        (_ECHEC | {"rncp": True, "famille": Famille.CCPM}, ()),
        (_ECHEC | {"rncp": True, "pv_signe": False}, ()),
    ],
)
def test_att_02_et_03_certificats_dus(changement, dus):
    assert attribution.certificats_dus(avec(ATTRIBUTION, **changement)) == dus


# --- bloc par bloc

def _par_bloc(votes: dict[int, str], *retenus) -> JuryFacts:
    bloc = BlocFacts(7, "BDC 0007", tuple(VoteFacts(s, v) for s, v in votes.items()))
    competences = tuple(competence(NON_ACQUISE, r, f"BDC 0007.{n}", 7) for n, r in enumerate(retenus, 1))
    return avec(OUVERT, presentations=(presente(competences=(*competences, competence(code="BDC 0008.1", bloc_id=8)),
                                                blocs=(bloc, BlocFacts(8, "BDC 0008"))),))


@pytest.mark.parametrize(
    ("votes", "refus"),
    [({}, False), ({1: "A", 2: "A"}, False), ({1: "NA", 2: "A"}, False), ({2: "A", 3: "NA"}, True), ({2: "NA"}, False)],
)
def test_jur_10_un_partage_sur_un_bloc_demande_la_voix_du_president(votes, refus):
    jury = avec(_par_bloc(votes, ACQUISE), sieges=(president(), syndical(2), syndical(3, syndicat="CGT")))
    assert bool(champs(r.majorite_des_voix_par_bloc, jury)) is refus


@pytest.mark.parametrize(
    ("votes", "retenus", "refus"),
    [
        ({}, (NON_ACQUISE, ACQUISE), False),
        ({1: "A", 2: "A"}, (ACQUISE, ACQUISE), False), ({1: "A", 2: "A"}, (ACQUISE, NON_ACQUISE), True),
        ({1: "A", 2: "A"}, (ACQUISE, None), True),
        ({1: "NA", 2: "NA"}, (ACQUISE, NON_ACQUISE), False), ({1: "NA", 2: "NA"}, (ACQUISE, ACQUISE), True),
        ({1: "NA", 2: "A"}, (ACQUISE, ACQUISE), True),  # le président tranche : non acquis
    ],
)
def test_jur_11_un_bloc_decide_et_ses_competences_se_repondent(votes, retenus, refus):
    assert bool(champs(r.bloc_decide_et_competences_retenues, _par_bloc(votes, *retenus))) is refus


def test_jur_05_un_invite_ne_vote_pas():
    assert champs(r.invite_ne_vote_pas, invite(9)) == ["vote"]
    assert champs(r.invite_ne_vote_pas, president()) == []


@pytest.mark.parametrize(
    ("siege", "refus"),
    [(president(), False), (syndical(2), False), (syndical(2, present=False), True), (syndical(2, voix=False), True)],
)
def test_jur_10_vote_un_membre_present_qui_a_une_voix(siege, refus):
    assert bool(champs(r.votant_present, siege)) is refus


# --- le lien de vote

@pytest.mark.parametrize(
    ("siege", "refus"),
    [(president(), False), (syndical(2), False), (syndical(2, voix=False), True), (invite(9), True)],
)
def test_jur_05_un_lien_ne_va_qu_a_qui_a_une_voix(siege, refus):
    assert bool(champs(r.lien_d_un_votant, LienFacts(siege, EtatJury.OUVERT))) is refus


@pytest.mark.parametrize(("etat", "refus"), [
    (EtatJury.PREPARATION, False), (EtatJury.OUVERT, False), (EtatJury.CLOS, True), (EtatJury.ANNULE, True),
])
def test_jur_13_un_lien_vit_avec_la_seance(etat, refus):
    assert bool(champs(r.lien_d_une_seance_vivante, LienFacts(president(), etat))) is refus


@pytest.mark.parametrize(("jour", "refus"), [(VEILLE, True), (JOUR, False), (LENDEMAIN, False)])
def test_jur_12_on_emarge_le_jour_venu(jour, refus):
    assert bool(champs(r.emargement_le_jour_venu, LienFacts(president(), EtatJury.PREPARATION, JOUR, jour))) is refus
