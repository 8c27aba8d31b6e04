"""Chaque règle des parcours certifiants à ses bornes (PPC-01 à PPC-05)."""

from __future__ import annotations

import datetime as dt

import pytest

from rules import parcours as r
from rules.nomenclatures import AvisCse, EtatReferentiel, NatureFormation, ResultatParcours
from rules.noyau import bloquantes, evaluate
from tests.rules.faits import JOUR, LENDEMAIN, VEILLE, avec, champs, juger

DOMAINE = r.DomaineFacts("Réalisation", "Régler une presse", "Réglages, sécurité", 21 * 60, "Tuteur")
MODULE = r.ModuleFacts(1, "Réglages", "Régler seul", 21 * 60, NatureFormation.INTERNE, "")
PARCOURS = r.ParcoursFacts(
    centre_id=68, etat=EtatReferentiel.PROJET, intitule="Régleur", societe="Ateliers", adresse="1 rue", public_vise="Opérateurs",
    minutes=35 * 60, mois=6, attestation="Les acquis du parcours", avis_cse=AvisCse.FAVORABLE, avis_cse_le=JOUR,
    evaluation_conditions="Deux ans", evaluation_modalites="Au poste", evaluation_criteres="Pièces conformes",
    domaines=(DOMAINE, avec(DOMAINE, domaine="Technologies", minutes=14 * 60)),
    modules=(MODULE, avec(MODULE, phase=2, minutes=14 * 60)), courrier=True, avis_joint=True, jour=JOUR,
)
SOUMIS = avec(PARCOURS, etat=EtatReferentiel.SOUMIS, soumis_le=JOUR)
ATTRIBUTION = r.AttributionParcoursFacts(
    etat_parcours=EtatReferentiel.VALIDE, parcours_valide_le=JOUR, nom="Durand", prenoms="Paul",
    date_naissance=dt.date(1990, 5, 1), organisme_evaluation="Évaluateurs réunis", habilite_le=JOUR, evalue_le=JOUR,
    attribue_le=JOUR, resultat=ResultatParcours.ATTRIBUEE, emploi="Régleur", cotation="Classe 5, groupe C", jour=JOUR,
)


def test_un_dossier_complet_n_a_rien_a_regler():
    assert evaluate(r.SOUMISSION, PARCOURS) == evaluate(r.VALIDATION, SOUMIS) == ()
    assert all(p.fait and not p.constats for p in r.points(PARCOURS))


def test_le_dossier_vide_dit_chaque_point():
    vide = r.ParcoursFacts(
        None, EtatReferentiel.PROJET, "", "", "", "", 0, None, "", None, None, "", "", "", (), (), courrier=False,
        avis_joint=False,
    )
    assert [p.fait for p in r.points(vide)] == [False] * 6
    assert {v.code for v in bloquantes(evaluate(r.SOUMISSION, vide))} == {"PPC-01", "PPC-02", "PPC-03"}


@pytest.mark.parametrize(("texte", "minutes"), [
    ("35", 2100), ("3,5", 210), ("3.5", 210), ("3,25 ", 195), ("3h30", 210), ("3 h 05", 185), ("7h", 420), ("0", 0),
    ("10000", 600_000), ("1 000", 60_000),
])
def test_une_duree_se_lit_comme_on_l_ecrit(texte, minutes):
    assert r.lire_duree(texte) == minutes


@pytest.mark.parametrize("texte", ["", "h", "-3", "3,5h30", "3h60", "10001", "10000h01", "trois", "3,555", "٣", "1e3"])
def test_ce_qui_n_est_pas_une_duree_est_refuse(texte):
    with pytest.raises(ValueError, match=r".*"):
        r.lire_duree(texte)


@pytest.mark.parametrize(("minutes", "texte"), [(0, "0 h"), (59, "0 h 59"), (60, "1 h"), (210, "3 h 30"), (2105, "35 h 05")])
def test_une_duree_se_relit(minutes, texte):
    assert r.duree(minutes) == texte.replace(" ", "\N{NO-BREAK SPACE}")
    assert r.lire_duree(texte) == minutes


def test_ppc_01_une_uimm_territoriale():
    assert champs(r.demande_par_une_uimm_territoriale, PARCOURS) == []
    assert champs(r.demande_par_une_uimm_territoriale, avec(PARCOURS, centre_id=None)) == ["centre"]


def test_ppc_02_courrier_de_l_entreprise():
    assert champs(r.courrier_de_l_entreprise, PARCOURS) == []
    assert champs(r.courrier_de_l_entreprise, avec(PARCOURS, courrier=False)) == ["pieces"]


@pytest.mark.parametrize(("champ", "vide"), [
    ("societe", ""), ("adresse", ""), ("intitule", ""), ("public_vise", ""), ("minutes", 0), ("mois", None),
    ("attestation", ""), ("domaines", ()),
])
def test_ppc_02_la_fiche_dit_tout(champ, vide):
    assert champs(r.fiche_complete, PARCOURS) == []
    assert champs(r.fiche_complete, avec(PARCOURS, **{champ: vide})) == [champ]


@pytest.mark.parametrize("champ", ["competences", "contenus", "minutes", "intervenants"])
def test_ppc_02_chaque_ligne_de_la_fiche(champ):
    trouee = avec(PARCOURS, domaines=(DOMAINE, avec(DOMAINE, **{champ: 0 if champ == "minutes" else ""})))
    (violation,) = juger(r.fiche_complete, trouee)
    assert "ligne 2" in violation.message


@pytest.mark.parametrize(("module", "refus"), [
    (MODULE, 0), (avec(MODULE, objectifs=""), 1), (avec(MODULE, minutes=0), 1),
    (avec(MODULE, nature=NatureFormation.EXTERNE), 1),
    (avec(MODULE, nature=NatureFormation.EXTERNE, organisme="AFPI"), 0), (None, 1),
])
def test_ppc_02_le_programme(module, refus):
    assert len(juger(r.programme_complet, avec(PARCOURS, modules=(module,) if module else ()))) == refus


@pytest.mark.parametrize(("change", "attendu"), [
    ({}, []), ({"avis_cse": None}, ["avis_cse"]), ({"avis_cse_le": None}, ["avis_cse_le"]),
    ({"avis_cse_le": VEILLE}, []), ({"avis_cse_le": LENDEMAIN}, ["avis_cse_le"]), ({"avis_joint": False}, ["pieces"]),
    ({"avis_cse": AvisCse.DEFAVORABLE}, []),
    ({"avis_cse": AvisCse.PAS_DE_CSE, "avis_cse_le": None, "avis_joint": False}, []),
])
def test_ppc_02_avis_des_representants(change, attendu):
    assert champs(r.avis_des_representants, avec(PARCOURS, **change)) == attendu


@pytest.mark.parametrize("champ", ["evaluation_conditions", "evaluation_modalites", "evaluation_criteres"])
def test_ppc_03_referentiel_d_evaluation(champ):
    assert champs(r.referentiel_d_evaluation_complet, PARCOURS) == []
    assert champs(r.referentiel_d_evaluation_complet, avec(PARCOURS, **{champ: "  "})) == [champ]


@pytest.mark.parametrize(("minutes", "attendu"), [(35 * 60 - 1, ["minutes"]), (35 * 60, []), (35 * 60 + 1, ["minutes"])])
def test_ppc_05_les_domaines_font_la_duree(minutes, attendu):
    assert champs(r.heures_de_la_fiche, avec(PARCOURS, minutes=minutes)) == attendu
    assert champs(r.heures_de_la_fiche, avec(PARCOURS, minutes=minutes, domaines=())) == []


@pytest.mark.parametrize(("ecart", "alerte"), [(-1, True), (0, False), (1, True)])
def test_ppc_05_un_programme_different_alerte_sans_bloquer(ecart, alerte):
    faits = avec(PARCOURS, modules=(avec(MODULE, minutes=35 * 60 + ecart),))
    assert bool(juger(r.programme_comme_la_fiche, faits)) is alerte
    assert bloquantes(evaluate(r.SOUMISSION, faits)) == ()
    assert r.points(faits)[3].fait
    assert juger(r.programme_comme_la_fiche, avec(PARCOURS, modules=())) == ()


@pytest.mark.parametrize("etat", EtatReferentiel)
def test_ppc_03_l_etat_borne_l_acte(etat):
    faits = avec(PARCOURS, etat=etat, soumis_le=JOUR)
    assert bool(champs(r.parcours_en_projet, faits)) is (etat is not EtatReferentiel.PROJET)
    assert bool(champs(r.parcours_soumis, faits)) is (etat is not EtatReferentiel.SOUMIS)
    assert bool(champs(r.parcours_revisable, faits)) is (etat is not EtatReferentiel.VALIDE)


def test_ppc_03_une_revision_a_la_fois():
    valide = avec(PARCOURS, etat=EtatReferentiel.VALIDE)
    assert champs(r.parcours_revisable, valide) == []
    assert champs(r.parcours_revisable, avec(valide, en_revision=True)) == ["etat"]


@pytest.mark.parametrize(("soumis_le", "refus"), [(VEILLE, False), (JOUR, False), (LENDEMAIN, True), (None, True)])
def test_ppc_03_on_ne_decide_pas_avant_d_avoir_recu(soumis_le, refus):
    assert bool(juger(r.parcours_soumis, avec(SOUMIS, soumis_le=soumis_le))) is refus


@pytest.mark.parametrize(("motif", "attendu"), [("Heures à revoir", []), ("  ", ["motif"]), ("", ["motif"])])
def test_ppc_03_renvoi_motive(motif, attendu):
    assert champs(r.renvoi_motive, motif) == attendu


def test_ppc_04_une_attribution_sans_faute():
    assert evaluate(r.ATTRIBUTION_PARCOURS, ATTRIBUTION) == ()


@pytest.mark.parametrize(("etat", "valide_le", "refus"), [
    (EtatReferentiel.VALIDE, VEILLE, False), (EtatReferentiel.VALIDE, JOUR, False), (EtatReferentiel.VALIDE, LENDEMAIN, True),
    (EtatReferentiel.REMPLACE, JOUR, False), (EtatReferentiel.SOUMIS, None, True), (EtatReferentiel.PROJET, None, True),
])
def test_ppc_04_parcours_valide_avant(etat, valide_le, refus):
    assert bool(juger(r.parcours_valide_avant, avec(ATTRIBUTION, etat_parcours=etat, parcours_valide_le=valide_le))) is refus


@pytest.mark.parametrize(("change", "attendu"), [
    ({}, []), ({"nom": " "}, ["nom"]), ({"prenoms": ""}, ["prenoms"]), ({"date_naissance": None}, ["date_naissance"]),
    ({"date_naissance": dt.date(2012, 3, 12)}, []), ({"date_naissance": dt.date(2012, 3, 13)}, ["date_naissance"]),
    ({"date_naissance": dt.date(1926, 3, 12)}, []), ({"date_naissance": dt.date(1926, 3, 11)}, ["date_naissance"]),
    ({"deja_attribue": True}, ["nom"]), ({"deja_attribue": True, "resultat": ResultatParcours.NON_ATTRIBUEE}, []),
])
def test_ppc_04_salarie_nomme(change, attendu):
    assert champs(r.salarie_nomme, avec(ATTRIBUTION, **change)) == attendu


@pytest.mark.parametrize(("change", "attendu"), [
    ({}, []), ({"organisme_evaluation": " "}, ["organisme_evaluation"]), ({"habilite_le": None}, ["habilite_le"]),
    ({"evalue_le": None}, ["evalue_le"]), ({"habilite_le": LENDEMAIN}, ["evalue_le"]), ({"habilite_le": VEILLE}, []),
])
def test_ppc_04_organisme_habilite_par_l_entreprise(change, attendu):
    assert champs(r.organisme_habilite_par_l_entreprise, avec(ATTRIBUTION, **change)) == attendu


@pytest.mark.parametrize(("change", "attendu"), [
    ({}, []), ({"resultat": None}, ["resultat"]), ({"attribue_le": None}, ["attribue_le"]),
    ({"evalue_le": LENDEMAIN}, ["attribue_le"]), ({"attribue_le": LENDEMAIN}, ["attribue_le"]), ({"evalue_le": VEILLE}, []),
])
def test_ppc_04_decision_de_l_entreprise(change, attendu):
    assert champs(r.decision_de_l_entreprise, avec(ATTRIBUTION, **change)) == attendu


@pytest.mark.parametrize(("change", "attendu"), [
    ({}, []), ({"emploi": ""}, ["emploi"]), ({"cotation": " "}, ["cotation"]),
    ({"emploi": "", "cotation": "", "resultat": ResultatParcours.NON_ATTRIBUEE}, []),
])
def test_ppc_04_cotation_de_l_emploi(change, attendu):
    assert champs(r.cotation_de_l_emploi, avec(ATTRIBUTION, **change)) == attendu


@pytest.mark.parametrize(("deja", "motif", "refus"), [(False, "Erreur de nom", False), (False, " ", True), (True, "Encore", True)])
def test_ppc_04_annulation_motivee(deja, motif, refus):
    assert bool(juger(r.annulation_motivee, r.AnnulationFacts(deja, motif))) is refus


def test_les_totaux_d_une_phase():
    assert r.totaux_par_phase([avec(MODULE, phase=2, minutes=60), MODULE, avec(MODULE, minutes=30)]) == {1: 21 * 60 + 30, 2: 60}
