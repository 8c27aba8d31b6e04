"""Chaque règle d'inscription à ses bornes : la veille, le jour, le lendemain."""

from __future__ import annotations

import datetime as dt

import pytest

from rules import inscription as r
from rules import suppression, vae
from rules.faits import AmenagementFacts, CertificationFacts, EtablissementFacts, Periode, ProcheFacts
from rules.nomenclatures import DispositifFinancement, Famille
from rules.noyau import bloquantes, evaluate
from tests.rules.faits import (
    CCPM,
    CQPM,
    INSCRIPTION,
    JOUR,
    LENDEMAIN,
    SALARIE,
    UN_JOUR,
    VEILLE,
    avec,
    champs,
    habilite,
    juger,
)

FICTIF = CertificationFacts(3, "CQPI 2010 0001", Famille.CQPI)


@pytest.mark.parametrize("faits", [INSCRIPTION, SALARIE, avec(INSCRIPTION, certification=CCPM)])
def test_une_inscription_sans_faute_n_a_aucune_violation(faits):
    assert evaluate(r.INSCRIPTION, faits) == ()


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [
        ({"nom_naissance": ""}, ["nom_naissance"]),
        ({"prenoms": ""}, ["prenoms"]),
        ({"date_inscription": None}, ["date_inscription"]),
        ({"origine": ""}, ["origine"]),
        ({"origine": "SALARIE"}, ["origine"]),
        ({"certification": None}, ["certification"]),
        ({"certification": None, "certification_demandee": ""}, ["certification"]),
        ({"centre_id": None}, ["centre"]),
        ({"voie": "vae_locale"}, ["voie"]),
        ({"prescripteur": ""}, ["prescripteur"]),
        ({"certification": avec(CQPM, date_creation=VEILLE)}, []),
        ({"certification": avec(CQPM, date_creation=JOUR)}, []),
        ({"certification": avec(CQPM, date_creation=LENDEMAIN)}, ["date_inscription"]),
        ({"nom_naissance": "", "centre_id": None, "voie": ""}, ["nom_naissance", "centre", "voie"]),
    ],
)
def test_ins_01_mentions(changement, attendus):
    assert champs(r.mentions_exigees, avec(INSCRIPTION, **changement)) == attendus


def test_ins_01_cite_la_certification_inconnue():
    inconnue = avec(INSCRIPTION, certification=None, certification_demandee="CQPM 9999")
    assert "« CQPM 9999 »" in juger(r.mentions_exigees, inconnue)[0].message


@pytest.mark.parametrize(
    ("organisme", "attendus"),
    [
        (habilite(), []),
        (habilite(du=None, au=None), []),
        (habilite(du=VEILLE, au=VEILLE), ["organisme"]),
        (habilite(du=VEILLE, au=JOUR), []),
        (habilite(du=JOUR, au=None), []),
        (habilite(du=LENDEMAIN, au=None), ["organisme"]),
        (habilite(centre_id=67), ["organisme"]),
        (habilite(certifications=frozenset({CQPM.id})), []),
        (habilite(certifications=frozenset({CCPM.id})), ["organisme"]),
        (habilite(certifications=frozenset()), ["organisme"]),
        (None, ["organisme"]),
    ],
)
def test_ins_02_organisme_habilite(organisme, attendus):
    faits = avec(INSCRIPTION, prescripteur="organisme", organisme=organisme)
    assert champs(r.organisme_habilite, faits) == attendus


def test_ins_02_sans_organisme_ni_prescripteur_organisme():
    assert champs(r.organisme_habilite, INSCRIPTION) == []
    inconnu = avec(INSCRIPTION, organisme_demande="AFPI du Nord")
    assert "« AFPI du Nord »" in juger(r.organisme_habilite, inconnu)[0].message
    assert champs(r.organisme_habilite, avec(INSCRIPTION, organisme=habilite(centre_id=67), date_inscription=None)) == []


@pytest.mark.parametrize(("deja", "attendus"), [(False, []), (True, ["certification"])])
def test_ins_03_une_seule_ouverte(deja, attendus):
    assert champs(r.une_seule_inscription_ouverte, avec(INSCRIPTION, deja_ouverte=deja)) == attendus


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [
        ({}, []),
        ({"date_premiere_evaluation": VEILLE}, ["date_inscription"]),
        ({"date_premiere_evaluation": JOUR}, []),
        ({"date_premiere_evaluation": LENDEMAIN}, []),
        ({"date_jury": VEILLE}, ["date_inscription"]),
        ({"date_jury": JOUR}, ["date_inscription"]),
        ({"date_jury": LENDEMAIN}, []),
        ({"date_jury": VEILLE, "date_inscription": None}, []),
    ],
)
def test_ins_04_prealable(changement, attendus):
    assert champs(r.inscription_prealable, avec(INSCRIPTION, **changement)) == attendus


@pytest.mark.parametrize(("jours", "alerte"), [(14, True), (15, False), (16, False), (0, True), (-1, True)])
@pytest.mark.parametrize("champ", ["date_jury", "date_jury_prevu"])
def test_ins_05_quinze_jours(jours, alerte, champ):
    faits = avec(INSCRIPTION, **{champ: JOUR + dt.timedelta(days=jours)})
    violations = juger(r.delai_avant_jury, faits)
    assert bool(violations) is alerte
    assert bloquantes(violations) == ()


def test_ins_05_sans_jury_ni_date():
    assert champs(r.delai_avant_jury, INSCRIPTION) == []
    assert champs(r.delai_avant_jury, avec(INSCRIPTION, date_jury=JOUR, date_inscription=None)) == []


@pytest.mark.parametrize(
    ("certification", "attendus"),
    [(CQPM, []), (CCPM, []), (avec(CCPM, famille=Famille.CCPI), []), (FICTIF, ["certification"]),
     (avec(CCPM, famille=Famille.PPC), ["certification"]), (None, [])],
)
def test_ins_06_famille(certification, attendus):
    assert champs(r.famille_sur_inscription, avec(INSCRIPTION, certification=certification)) == attendus


@pytest.mark.parametrize(
    ("certification", "blocs", "attendus"),
    [
        (CQPM, (), []),
        (CQPM, ("BDC 0001",), []),
        (CQPM, ("BDC 0001", "BDC 0002"), []),
        (CQPM, ("BDC 0003",), ["blocs"]),
        (CQPM, ("BDC 0001", "BDC 0001"), ["blocs"]),
        (avec(CQPM, enregistrements_rncp=()), ("BDC 0001",), ["blocs"]),
        (avec(CQPM, enregistrements_rncp=(Periode(None, VEILLE),)), ("BDC 0001",), ["blocs"]),
        (avec(CQPM, enregistrements_rncp=(Periode(None, JOUR),)), ("BDC 0001",), []),
        (avec(CQPM, enregistrements_rncp=(Periode(JOUR),)), ("BDC 0001",), []),
        (avec(CQPM, enregistrements_rncp=(Periode(LENDEMAIN),)), ("BDC 0001",), ["blocs"]),
        (CCPM, ("BDC 0001",), ["blocs"]),
        (CCPM, (), []),
        (None, ("BDC 0001",), []),
    ],
)
def test_ins_06_cible(certification, blocs, attendus):
    assert champs(r.cible_permise, avec(INSCRIPTION, certification=certification, blocs=blocs)) == attendus


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [("raison_sociale", "Fonderies"), ("siret", "35600000000048"), ("adresse_entreprise", "rue"), ("code_nace", "24.51"),
     ("secteur", "M"), ("branche", "Textile")],
)
def test_ins_07_demandeur_d_emploi_sans_entreprise(champ, valeur):
    assert champs(r.demandeur_emploi_sans_entreprise, avec(INSCRIPTION, **{champ: valeur})) == [champ]
    assert champs(r.demandeur_emploi_sans_entreprise, avec(SALARIE, **{champ: valeur})) == []


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [
        ({}, []),
        ({"raison_sociale": ""}, ["raison_sociale"]),
        ({"adresse_entreprise": ""}, ["adresse_entreprise"]),
        ({"code_nace": ""}, ["code_nace"]),
        ({"secteur": ""}, ["secteur"]),
        ({"siret": "", "branche": ""}, []),
        ({"raison_sociale": "", "secteur": ""}, ["raison_sociale", "secteur"]),
        ({"origine": "DE", "raison_sociale": ""}, []),
    ],
)
def test_ins_15_salarie_avec_entreprise(changement, attendus):
    assert champs(r.salarie_avec_entreprise, avec(SALARIE, **changement)) == attendus


@pytest.mark.parametrize(
    ("secteur", "branche", "attendus"),
    [("M", "", []), ("M", "Textile", ["branche"]), ("HM", "Textile", []), ("HM", "", ["branche"]), ("", "", []),
     ("X", "", ["secteur"]), ("m", "", ["secteur"])],
)
def test_ins_08_branche_hors_metaux(secteur, branche, attendus):
    assert champs(r.branche_hors_metaux, avec(SALARIE, secteur=secteur, branche=branche)) == attendus


@pytest.mark.parametrize("code", [d.value for d in DispositifFinancement])
def test_ins_09_les_dix_dispositifs(code):
    assert champs(r.financement_de_la_liste, avec(INSCRIPTION, financement=code)) == []


@pytest.mark.parametrize("code", ["", "cpf", "CPF+", "OPCO", "CIF"])
def test_ins_09_hors_liste(code):
    violation, = juger(r.financement_de_la_liste, avec(INSCRIPTION, financement=code))
    assert violation.champ == "dispositif_financement"
    assert "POEI" in violation.message


def test_ins_09_en_compte_dix():
    assert len(DispositifFinancement) == 10


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [
        ({}, []),
        ({"ville_naissance": ""}, ["ville_naissance"]),
        ({"departement_naissance": ""}, ["departement_naissance"]),
        ({"departement_naissance": "20"}, ["departement_naissance"]),
        ({"departement_naissance": "2A"}, []),
        ({"ne_en_france": False, "pays_naissance": "99109", "departement_naissance": ""}, []),
        ({"ne_en_france": False, "pays_naissance": "99109", "departement_naissance": "68"}, ["departement_naissance"]),
        ({"ne_en_france": False, "pays_naissance": "", "departement_naissance": ""}, ["pays_naissance"]),
        ({"ne_en_france": False, "pays_naissance": "", "departement_naissance": "68"}, ["pays_naissance"]),
    ],
)
def test_ins_10_lieu_de_naissance(changement, attendus):
    assert champs(r.lieu_de_naissance, avec(INSCRIPTION, **changement)) == attendus


@pytest.mark.parametrize(
    "code", ["01", "09", "19", "21", "29", "2A", "2B", "30", "95", "971", "976", "978", "984", "986", "987", "988"]
)
def test_departement_existe(code):
    assert r.departement_existe(code)


@pytest.mark.parametrize("code", ["", "0", "00", "1", "20", "2C", "2a", "96", "97", "970", "979", "985", "989", "068", "99",
                                  "٦٨", "68\n"])
def test_departement_n_existe_pas(code):
    assert not r.departement_existe(code)


@pytest.mark.parametrize(
    "siret",
    [
        "73282932000074",  # exemple que donne l'Insee de la clé de Luhn
        "35600000000048",  # siège de La Poste : suit Luhn
        "35600000049837",  # forme d'un établissement de La Poste : somme multiple de 5, hors Luhn
    ],
)
def test_siret_vrai(siret):
    assert r.siret_valide(siret)


@pytest.mark.parametrize(
    "siret",
    ["73282932000075", "7328293200007", "732829320000744", "", "00000000000000", "7328293200007A", "٧٣٢٨٢٩٣٢٠٠٠٠٧٤",
     "73282932000 74", "35600000049838", "73282932000047"],
)
def test_siret_faux(siret):
    assert not r.siret_valide(siret)


@pytest.mark.parametrize(("siret", "declaration", "attendus"), [
    ("", "", []), ("73282932000074", "42680123468", []), ("73282932000074", "2A680123468", []),
    ("73282932000075", "", ["siret"]), ("123", "", ["siret"]), ("é" * 14, "", ["siret"]),
    ("", "4268012346", ["numero_declaration"]), ("", "426801234688", ["numero_declaration"]),
    ("", "٤٢٦٨٠١٢٣٤٦٨", ["numero_declaration"]), ("1", "1", ["siret", "numero_declaration"]),
])
def test_ins_11_fiche_numerotee(siret, declaration, attendus):
    assert champs(r.etablissement_numerote, EtablissementFacts(siret, declaration)) == attendus


@pytest.mark.parametrize(
    ("changement", "attendus"),
    [
        ({}, []),
        ({"siret": "73282932000074"}, []),
        ({"siret": "73282932000075"}, ["siret"]),
        ({"nace_connu": False}, ["code_nace"]),
        ({"code_nace": "", "nace_connu": False}, []),
        ({"siret": "1", "nace_connu": False}, ["siret", "code_nace"]),
    ],
)
def test_ins_11_siret_et_nace(changement, attendus):
    assert champs(r.siret_et_nace, avec(SALARIE, **changement)) == attendus


@pytest.mark.parametrize(
    ("naissance", "inscription", "attendus"),
    [
        (None, JOUR, ["date_naissance"]),
        (dt.date(2012, 3, 11), JOUR, []),
        (dt.date(2012, 3, 12), JOUR, []),  # quatorze ans ce jour
        (dt.date(2012, 3, 13), JOUR, ["date_naissance"]),  # quatorze ans demain
        (dt.date(1926, 3, 12), JOUR, []),  # cent ans ce jour
        (dt.date(1926, 3, 11), JOUR, ["date_naissance"]),
        (LENDEMAIN, JOUR, ["date_naissance"]),
        (dt.date(2012, 2, 29), dt.date(2026, 2, 28), ["date_naissance"]),
        (dt.date(2012, 2, 29), dt.date(2026, 3, 1), []),
        (dt.date(2014, 2, 28), dt.date(2028, 2, 29), []),
        (dt.date(2014, 3, 1), dt.date(2028, 2, 29), ["date_naissance"]),
        (dt.date(1994, 5, 12), None, []),
        (dt.date(1994, 5, 12), dt.date(26, 3, 12), ["date_naissance"]),  # « 26 » saisi pour 2026 : refusé, sans échec
        (dt.date(1, 1, 1), dt.date(9999, 12, 31), ["date_naissance"]),
    ],
)
def test_ins_12_age(naissance, inscription, attendus):
    faits = avec(INSCRIPTION, date_naissance=naissance, date_inscription=inscription)
    assert champs(r.age_a_l_inscription, faits) == attendus


@pytest.mark.parametrize(("inscription", "attendus"), [(JOUR, []), (LENDEMAIN, ["date_inscription"])])
def test_ins_01_date_a_venir(inscription, attendus):
    faits = avec(INSCRIPTION, date_inscription=inscription)
    assert champs(r.date_pas_encore_venue, faits) == attendus
    assert bloquantes(r.date_pas_encore_venue(faits)) == ()
    assert champs(r.date_pas_encore_venue, avec(faits, aujourd_hui=None)) == []


@pytest.mark.parametrize(("champ", "attendus"), [
    ({}, []), ({"sexe": ""}, ["sexe"]), ({"commune_naissance": ""}, ["ville_naissance"]),
    ({"commune_naissance": "", "ne_en_france": False}, []), ({"sexe": "", "commune_naissance": ""}, ["sexe", "ville_naissance"]),
])
def test_acc_01_accrochage(champ, attendus):
    violations = juger(r.pret_pour_l_accrochage, avec(INSCRIPTION, **champ))
    assert [v.champ for v in violations] == attendus
    assert bloquantes(violations) == ()


PROCHE = ProcheFacts(7, "DURAND Zoé", JOUR, "Colmar", ("nom et prénoms inversés",))


@pytest.mark.parametrize(("proches", "attendus"), [
    ((), []), ((PROCHE,), ["nom_naissance"]), ((PROCHE, avec(PROCHE, du_centre=False)), ["nom_naissance"] * 2),
    ((avec(PROCHE, du_centre=False),) * 3, ["nom_naissance"]),
])
def test_ins_13_doublon_probable(proches, attendus):
    violations = juger(r.doublon_probable, avec(INSCRIPTION, proches=proches))
    assert [v.champ for v in violations] == attendus
    assert bloquantes(violations) == ()
    # La fiche d'un autre centre n'est jamais décrite.
    assert sum("DURAND" in v.message for v in violations) == sum(p.du_centre for p in proches)


@pytest.mark.parametrize(("demande", "attendus"), [(JOUR, []), (None, ["demande_le"])])
def test_ins_14_compensation_a_la_demande(demande, attendus):
    assert champs(r.compensation_demandee, AmenagementFacts(demande, "un tiers de temps en plus")) == attendus


@pytest.mark.parametrize(
    ("suppression_le", "attendus"),
    [(None, []), (VEILLE, ["date_inscription"]), (JOUR, ["date_inscription"]), (LENDEMAIN, [])],
)
def test_sup_03_suppression(suppression_le, attendus):
    faits = avec(INSCRIPTION, certification=avec(CQPM, date_suppression=suppression_le))
    assert champs(suppression.aucun_engagement_apres_suppression, faits) == attendus


def test_sup_03_sans_certification_ni_date():
    supprimee = avec(CQPM, date_suppression=VEILLE)
    for faits in (avec(INSCRIPTION, certification=None), avec(INSCRIPTION, certification=supprimee, date_inscription=None)):
        assert champs(suppression.aucun_engagement_apres_suppression, faits) == []


@pytest.mark.parametrize(
    ("du", "au", "attendus"),
    [
        (JOUR, None, []), (LENDEMAIN, None, ["voie"]), (None, JOUR, []), (None, VEILLE, ["voie"]), (None, None, []),
        (JOUR - 400 * UN_JOUR, VEILLE, ["voie"]),
    ],
)
def test_vae_01_enregistree_le_jour(du, au, attendus):
    certification = avec(CQPM, enregistrements_rncp=(Periode(du, au),))
    faits = avec(INSCRIPTION, voie="vae", certification=certification)
    assert champs(vae.certification_enregistree, faits) == attendus
    assert champs(vae.certification_enregistree, avec(faits, voie="formation")) == []


def test_vae_01_jamais_enregistree():
    assert champs(vae.certification_enregistree, avec(INSCRIPTION, voie="vae", certification=CCPM)) == ["voie"]


@pytest.mark.parametrize(
    ("voie", "certification", "experience", "attendus"),
    [
        ("vae_branche", CQPM, "dix ans de fonderie", []),
        ("vae_branche", CCPM, "dix ans de fonderie", []),
        ("vae_branche", CQPM, "", ["experience"]),
        ("vae_branche", FICTIF, "dix ans de fonderie", ["experience"]),
        ("vae_branche", None, "", ["experience"]),
        ("vae", CQPM, "", []),
        ("formation", CQPM, "", []),
    ],
)
def test_vae_02_experience(voie, certification, experience, attendus):
    faits = avec(INSCRIPTION, voie=voie, certification=certification, experience=experience)
    assert champs(vae.experience_exigee, faits) == attendus


@pytest.mark.parametrize(
    ("voie", "recevabilite", "attendus"),
    [("vae", None, ["date_recevabilite"]), ("vae", JOUR, []), ("vae_branche", None, []), ("formation", None, [])],
)
def test_vae_03_recevabilite(voie, recevabilite, attendus):
    assert champs(vae.recevabilite_exigee, avec(INSCRIPTION, voie=voie, date_recevabilite=recevabilite)) == attendus
