"""Les phases d'une VAE, sa commission, ses délais : chaque règle à ses bornes."""

from __future__ import annotations

import datetime as dt

import pytest

from rules import vae as r
from rules.nomenclatures import ConclusionVae, EtatInscription, Recevabilite
from rules.noyau import evaluate
from rules.parametres import plus_mois
from tests.rules.faits import JOUR, LENDEMAIN, UN_JOUR, VEILLE, avec, champs, juger

FAVORABLE, DEFAVORABLE, REPUTEE = Recevabilite.FAVORABLE, Recevabilite.DEFAVORABLE, Recevabilite.REPUTEE
TOTALE, PARTIELLE, AUCUNE = ConclusionVae.TOTALE, ConclusionVae.PARTIELLE, ConclusionVae.AUCUNE
COMMISSION = r.CommissionValidationFacts(JOUR, (("Hélène Martin", True, True), ("Luc Klein", False, False)))
# Une VAE menée jusqu'à la commission, chaque phase le même jour.
VAE = r.VaeFacts(
    nom="DUPONT Jeanne", voie="vae", etat=EtatInscription.OUVERTE, date_inscription=JOUR, aujourd_hui=JOUR,
    entreprise_id=7, accueil_le=JOUR, dossier_complet_le=JOUR, recevabilite=FAVORABLE, decidee_le=JOUR, notifiee_le=JOUR,
    livret2_recu_le=JOUR, commission=COMMISSION,
)
BRANCHE = avec(VAE, voie="vae_branche")
COLLECTIVE = avec(BRANCHE, collectif_entreprise_id=7, accueil_le=None)
NEUVE = r.VaeFacts(nom="DUPONT Jeanne", voie="vae", etat=EtatInscription.OUVERTE, date_inscription=JOUR, aujourd_hui=JOUR,
                   dossier_complet_le=JOUR)


@pytest.mark.parametrize("faits", [VAE, BRANCHE, COLLECTIVE, NEUVE])
def test_une_vae_sans_faute_n_a_aucune_violation(faits):
    assert evaluate(r.PHASES, faits) == ()


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [
        ({}, []), ({"voie": "vae_branche"}, []), ({"voie": "formation"}, ["phase"]), ({"deliberation": True}, ["phase"]),
        ({"etat": EtatInscription.ANNULEE}, ["phase"]), ({"etat": EtatInscription.ADMISE}, ["phase"]),
    ],
)
def test_vae_04_en_cours(changement, attendus):
    assert champs(r.vae_en_cours, avec(VAE, **changement)) == attendus


@pytest.mark.parametrize(
    "champ", ["accueil_le", "dossier_complet_le", "decidee_le", "notifiee_le", "livret2_recu_le", "resultat_dit_le"]
)
def test_vae_04_rien_n_est_date_de_demain(champ):
    assert champs(r.phases_deja_venues, avec(VAE, **{champ: VEILLE})) == []
    assert champs(r.phases_deja_venues, avec(VAE, **{champ: JOUR})) == []
    assert champs(r.phases_deja_venues, avec(VAE, **{champ: LENDEMAIN})) == [champ]


@pytest.mark.parametrize(
    ("faits", "accueil", "attendus"),
    [
        (VAE, VEILLE, []), (VAE, JOUR, []), (VAE, LENDEMAIN, ["accueil_le"]), (VAE, None, ["accueil_le"]),
        (NEUVE, None, []), (avec(VAE, recevabilite=REPUTEE), None, []),
        (COLLECTIVE, None, []), (COLLECTIVE, JOUR, ["accueil_le"]), (BRANCHE, None, ["accueil_le"]),
    ],
)
def test_vae_04_accueil(faits, accueil, attendus):
    assert champs(r.accueil_avant_la_decision, avec(faits, accueil_le=accueil)) == attendus


@pytest.mark.parametrize(
    ("dossier", "attendus"),
    [(VEILLE, []), (JOUR, []), (LENDEMAIN, ["decidee_le"]), (None, ["dossier_complet_le"])],
)
def test_vae_04_decision_apres_le_dossier(dossier, attendus):
    assert champs(r.decision_apres_le_dossier, avec(VAE, dossier_complet_le=dossier)) == attendus
    assert champs(r.decision_apres_le_dossier, avec(NEUVE, dossier_complet_le=dossier)) == []


@pytest.mark.parametrize(
    ("decision", "motif", "attendus"),
    [(FAVORABLE, "", []), (DEFAVORABLE, "", ["motif"]), (DEFAVORABLE, "  ", ["motif"]), (DEFAVORABLE, "sans rapport", []),
     (REPUTEE, "", []), (None, "", [])],
)
def test_vae_04_refus_motive(decision, motif, attendus):
    assert champs(r.refus_motive, avec(VAE, recevabilite=decision, motif=motif)) == attendus


@pytest.mark.parametrize("decision", list(Recevabilite))
def test_vae_04_decision_dite_ne_change_plus(decision):
    assert champs(r.decision_dite_ne_change_plus, avec(VAE, decision_dite=decision)) == ["recevabilite"]
    assert champs(r.decision_dite_ne_change_plus, VAE) == []


@pytest.mark.parametrize(
    ("notifiee", "attendus"), [(None, []), (VEILLE, ["notifiee_le"]), (JOUR, []), (LENDEMAIN, [])]
)
def test_vae_04_notification(notifiee, attendus):
    assert champs(r.notification_apres_la_decision, avec(VAE, notifiee_le=notifiee)) == attendus
    sans = avec(NEUVE, notifiee_le=notifiee)
    assert champs(r.notification_apres_la_decision, sans) == ([] if notifiee is None else ["notifiee_le"])


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [
        ({}, []), ({"livret2_recu_le": None}, []), ({"livret2_recu_le": VEILLE}, ["livret2_recu_le"]),
        ({"livret2_recu_le": LENDEMAIN}, []), ({"notifiee_le": None}, ["livret2_recu_le"]),
        ({"recevabilite": None}, ["livret2_recu_le"]), ({"recevabilite": DEFAVORABLE}, ["livret2_recu_le"]),
        ({"recevabilite": REPUTEE}, []),
    ],
)
def test_vae_04_livret2(changement, attendus):
    assert champs(r.livret2_apres_la_recevabilite, avec(VAE, **changement)) == attendus


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [
        ({}, []), ({"commission": None}, []), ({"livret2_recu_le": VEILLE}, []),
        ({"livret2_recu_le": LENDEMAIN}, ["commission"]), ({"livret2_recu_le": None}, ["commission"]),
        ({"recevabilite": DEFAVORABLE, "livret2_recu_le": None}, ["commission"]),
    ],
)
def test_vae_04_commission(changement, attendus):
    assert champs(r.commission_apres_le_livret2, avec(VAE, **changement)) == attendus


@pytest.mark.parametrize(("inscrit", "attendus"), [(VEILLE, []), (JOUR, []), (LENDEMAIN, ["commission"])])
def test_ins_04_inscription_avant_la_commission(inscrit, attendus):
    assert champs(r.inscription_avant_la_commission, avec(VAE, date_inscription=inscrit)) == attendus
    assert champs(r.inscription_avant_la_commission, avec(VAE, date_inscription=inscrit, commission=None)) == []


@pytest.mark.parametrize(
    ("faits", "attendus"),
    [
        (VAE, []), (COLLECTIVE, []), (avec(COLLECTIVE, entreprise_id=8), ["collectif"]),
        (avec(COLLECTIVE, entreprise_id=None), ["collectif"]), (avec(COLLECTIVE, voie="vae"), ["collectif"]),
    ],
)
def test_vae_04_collectif(faits, attendus):
    assert champs(r.collectif_d_une_entreprise, faits) == attendus


# --- VAE-06 : les deux mois ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recu", "terme"),
    [
        (dt.date(2026, 1, 15), dt.date(2026, 3, 15)),
        (dt.date(2025, 12, 29), dt.date(2026, 2, 28)),
        (dt.date(2025, 12, 31), dt.date(2026, 2, 28)),
        (dt.date(2023, 12, 29), dt.date(2024, 2, 29)),
        (dt.date(2023, 12, 31), dt.date(2024, 2, 29)),
        (dt.date(2024, 2, 29), dt.date(2024, 4, 29)),
        (dt.date(2026, 6, 30), dt.date(2026, 8, 30)),
        (dt.date(2026, 7, 31), dt.date(2026, 9, 30)),
        (dt.date(2026, 11, 24), dt.date(2027, 1, 24)),
    ],
)
def test_vae_06_le_terme_des_deux_mois(recu, terme):
    faits = avec(NEUVE, dossier_complet_le=recu)
    assert faits.decider_avant == terme
    # Le dernier jour, rien n'est en retard ni réputé recevable ; le lendemain, si.
    dernier, apres = avec(faits, aujourd_hui=terme), avec(faits, aujourd_hui=terme + UN_JOUR)
    assert (dernier.reputee_depuis, r.echeance(dernier).en_retard) == (None, False)
    assert (apres.reputee_depuis, r.echeance(apres).en_retard) == (terme + UN_JOUR, True)
    a_temps = avec(apres, recevabilite=FAVORABLE, decidee_le=terme, notifiee_le=terme)
    tard = avec(apres, recevabilite=FAVORABLE, decidee_le=terme + UN_JOUR, notifiee_le=terme + UN_JOUR)
    assert champs(r.decision_dans_les_deux_mois, a_temps) == []
    assert champs(r.decision_dans_les_deux_mois, tard) == ["decidee_le"]
    assert champs(r.notification_dans_les_deux_mois, a_temps) == []
    assert champs(r.notification_dans_les_deux_mois, tard) == ["notifiee_le"]


def test_plus_mois_au_bout_du_calendrier():
    assert plus_mois(dt.date(9999, 12, 1), 2) == dt.date.max
    assert plus_mois(dt.date(2026, 12, 31), 2) == dt.date(2027, 2, 28)


TERME = dt.date(2026, 5, 12)


@pytest.mark.parametrize(
    ("voie", "decision", "decidee", "attendus"),
    [
        ("vae", DEFAVORABLE, TERME, []), ("vae", DEFAVORABLE, TERME + UN_JOUR, ["recevabilite"]),
        ("vae", FAVORABLE, TERME + UN_JOUR, []), ("vae_branche", DEFAVORABLE, TERME + UN_JOUR, []),
    ],
)
def test_vae_06_silence_vaut_recevabilite(voie, decision, decidee, attendus):
    faits = avec(VAE, voie=voie, recevabilite=decision, decidee_le=decidee)
    assert faits.decider_avant == TERME
    assert champs(r.silence_vaut_recevabilite, faits) == attendus


@pytest.mark.parametrize(
    ("voie", "decidee", "attendus"),
    [("vae", TERME, ["recevabilite"]), ("vae", TERME + UN_JOUR, []), ("vae_branche", TERME + UN_JOUR, ["recevabilite"])],
)
def test_vae_06_reputee_apres_le_delai(voie, decidee, attendus):
    faits = avec(VAE, voie=voie, recevabilite=REPUTEE, decidee_le=decidee)
    assert champs(r.reputee_apres_le_delai, faits) == attendus
    assert champs(r.reputee_apres_le_delai, avec(faits, recevabilite=FAVORABLE)) == []


@pytest.mark.parametrize(
    ("changement", "quoi", "avant"),
    [
        ({}, "décider de la recevabilité", TERME),
        ({"recevabilite": FAVORABLE, "decidee_le": JOUR}, "notifier la décision de recevabilité", TERME),
        ({"recevabilite": FAVORABLE, "decidee_le": JOUR, "notifiee_le": JOUR}, None, None),
        ({"dossier_complet_le": None}, None, None), ({"etat": EtatInscription.ANNULEE}, None, None),
        ({"etat": EtatInscription.ADMISE, "date_jury": JOUR, "pv_signe": True}, "dire le résultat au candidat",
         JOUR + 15 * UN_JOUR),
        ({"date_jury": JOUR, "pv_signe": True, "resultat_dit_le": JOUR}, None, None),
        ({"voie": "vae_branche"}, "décider de la recevabilité", TERME),
    ],
)
def test_vae_06_la_prochaine_echeance(changement, quoi, avant):
    prochaine = r.echeance(avec(NEUVE, **changement))
    assert (prochaine and prochaine.quoi, prochaine and prochaine.avant) == (quoi, avant)


def test_en_vae_de_branche_le_silence_ne_vaut_pas_decision():
    assert avec(NEUVE, voie="vae_branche", aujourd_hui=TERME + UN_JOUR).reputee_depuis is None
    assert avec(NEUVE, recevabilite=FAVORABLE, aujourd_hui=TERME + UN_JOUR).reputee_depuis is None


# --- VAE-05 : la commission et ses conclusions ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("membres", "nombre"),
    [
        ((("A", True, True), ("B", False, False)), 0), ((("A", True, True),), 1), ((), 2),
        ((("A", False, True), ("B", True, False)), 1), ((("A", True, True), ("B", True, True)), 1),
        ((("A", True, False), ("B", False, False)), 1), ((("A", True, True), ("B", False, False), ("C", False, False)), 0),
    ],
)
def test_vae_05_commission(membres, nombre):
    faits = r.CommissionValidationFacts(JOUR, membres)
    assert champs(r.commission_presidee_par_le_centre, faits) == ["membres"] * nombre


def conclusion(voulue, acquises: str, blocs=("BDC 0001", "BDC 0001", "BDC 0002"), rncp=True, **champs_vae):
    competences = tuple(
        r.CompetenceConclue(f"{bloc}.{rang}", bloc, acquise == "A")
        for rang, (bloc, acquise) in enumerate(zip(blocs, acquises, strict=True), 1)
    )
    return r.ConclusionFacts(avec(VAE, **champs_vae), voulue, competences, rncp)


@pytest.mark.parametrize(
    ("faits", "faux"),
    [
        (conclusion(None, "AAA"), True),
        (conclusion(TOTALE, "AAA"), False), (conclusion(TOTALE, "AA-"), True),
        (conclusion(PARTIELLE, "AAA"), True), (conclusion(PARTIELLE, "AA-"), False),
        # Une compétence acquise ne fait pas un bloc ; hors du RNCP, elle suffit.
        (conclusion(PARTIELLE, "A--"), True), (conclusion(PARTIELLE, "A--", rncp=False), False),
        (conclusion(PARTIELLE, "---", rncp=False), True),
        (conclusion(AUCUNE, "---"), False), (conclusion(AUCUNE, "A--"), False),
        (conclusion(AUCUNE, "--A"), True), (conclusion(AUCUNE, "A--", rncp=False), True),
        (conclusion(TOTALE, "", blocs=()), False), (conclusion(AUCUNE, "", blocs=()), False), (conclusion(PARTIELLE, "", blocs=()), True),
        (conclusion(PARTIELLE, "A-", blocs=("", "")), False), (conclusion(PARTIELLE, "--", blocs=("", "")), True),
    ],
)
def test_vae_05_conclusion(faits, faux):
    assert champs(r.conclusion_nomme_ce_qui_est_valide, faits) == (["conclusion"] if faux else [])


def test_vae_05_dit_ce_qui_reste_et_ce_qui_est_valide():
    assert "BDC 0002.3" in juger(r.conclusion_nomme_ce_qui_est_valide, conclusion(TOTALE, "AA-"))[0].message
    assert conclusion(PARTIELLE, "AA-").valides == ("BDC 0001",)
    assert conclusion(PARTIELLE, "AA-", rncp=False).valides == ("BDC 0001.1", "BDC 0001.2")


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [
        ({}, []), ({"commission": None}, ["commission"]),
        ({"commission": avec(COMMISSION, tenue_le=VEILLE)}, []),
        ({"commission": avec(COMMISSION, tenue_le=LENDEMAIN)}, ["commission"]),
    ],
)
def test_vae_05_la_commission_s_est_tenue(changement, attendus):
    faits = conclusion(TOTALE, "AAA", **changement)
    assert champs(r.conclusion_d_une_commission_tenue, faits) == attendus


# --- devant le jury ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [
        ({"conclusion": TOTALE}, []), ({"conclusion": AUCUNE}, []), ({}, ["vae"]),
        ({"recevabilite": DEFAVORABLE}, ["vae"]), ({"voie": "formation"}, []),
    ],
)
def test_vae_05_menee_avant_le_jury(changement, attendus):
    assert champs(r.vae_menee_avant_le_jury, avec(VAE, **changement)) == attendus


@pytest.mark.parametrize(("jury", "attendus"), [(VEILLE, ["commission"]), (JOUR, []), (LENDEMAIN, []), (None, [])])
def test_vae_05_commission_avant_le_jury(jury, attendus):
    assert champs(r.commission_avant_le_jury, avec(VAE, date_jury=jury)) == attendus


JUGEE = avec(VAE, date_jury=JOUR, pv_signe=True, aujourd_hui=JOUR + 20 * UN_JOUR)


@pytest.mark.parametrize(
    ("faits", "dit", "attendus"),
    [
        (JUGEE, None, []), (JUGEE, VEILLE, ["resultat_dit_le"]), (JUGEE, JOUR, []),
        (JUGEE, JOUR + 20 * UN_JOUR, []), (JUGEE, JOUR + 21 * UN_JOUR, ["resultat_dit_le"]),
        (avec(JUGEE, pv_signe=False), JOUR, ["resultat_dit_le"]), (avec(JUGEE, date_jury=None), JOUR, ["resultat_dit_le"]),
    ],
)
def test_vae_06_resultat_apres_le_jury(faits, dit, attendus):
    assert champs(r.resultat_apres_le_jury, avec(faits, resultat_dit_le=dit)) == attendus


@pytest.mark.parametrize(("ecart", "attendus"), [(14, []), (15, []), (16, ["resultat_dit_le"])])
def test_vae_06_resultat_dans_les_quinze_jours(ecart, attendus):
    assert champs(r.resultat_dans_les_quinze_jours, avec(JUGEE, resultat_dit_le=JOUR + ecart * UN_JOUR)) == attendus
