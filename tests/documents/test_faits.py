"""Une donnée manquante est refusée par son nom ; une donnée contraire à l'annexe aussi."""

import datetime as dt
import pickle

import pytest

from documents.erreurs import DonneeIncoherente, DonneeManquante
from documents.faits import verifier_certificat, verifier_pv


@pytest.mark.parametrize(
    ("champs", "donnee"),
    [
        ({"numero": ""}, "numéro du certificat"),
        ({"identifiant": " "}, "identifiant de la certification"),
        ({"titre": ""}, "intitulé de la certification"),
        ({"prenoms": ""}, "prénoms du candidat"),
        ({"nom": "\t"}, "nom du candidat"),
        ({"date_naissance": None}, "date de naissance"),
        ({"ville_naissance": ""}, "ville de naissance"),
        ({"departement_naissance": None}, "département de naissance"),
        ({"pays_naissance": ""}, "pays de naissance"),
        ({"date_jury": None}, "date du jury"),
        ({"lieu_jury": "  "}, "lieu du jury"),
        ({"enregistre_rncp_le": None}, "date d'enregistrement au RNCP"),
        ({"code_rncp": None}, "code RNCP"),
        ({"president_jury": ""}, "président du jury"),
        ({"centre_nom": ""}, "nom du centre de certification"),
        ({"code_verification": ""}, "code de vérification"),
        ({"url_verification": ""}, "adresse de vérification"),
    ],
)
def test_certificat_donnee_manquante(certificat, champs, donnee):
    with pytest.raises(DonneeManquante) as refus:
        verifier_certificat(certificat(**champs))
    assert refus.value.donnee == donnee
    assert donnee in str(refus.value)


@pytest.mark.parametrize(
    ("champs", "donnee"),
    [
        ({"numero": "0001234"}, "numéro du certificat"),
        ({"identifiant": "CCPM 1989 0021"}, "identifiant de la certification"),
        ({"identifiant": "CQPM 1989 0021"}, "identifiant de la certification"),
        ({"niveau": 0}, "niveau"),
        ({"niveau": 9}, "niveau"),
        ({"sexe": "X"}, "sexe"),
        ({"civilite": "Mlle"}, "civilité"),
        ({"date_naissance": dt.date(2026, 3, 12)}, "date de naissance"),
        ({"url_verification": "javascript:alert(1)"}, "adresse de vérification"),
        ({"url_verification": "file:///etc/passwd"}, "adresse de vérification"),
    ],
)
def test_certificat_donnee_incoherente(certificat, champs, donnee):
    with pytest.raises(DonneeIncoherente) as refus:
        verifier_certificat(certificat(**champs))
    assert refus.value.donnee == donnee


@pytest.mark.parametrize(
    "champs",
    [
        {},
        {"niveau": 1},
        {"niveau": 8},
        {"niveau": None},
        {"sexe": None, "civilite": None},
        {"date_naissance": dt.date(2026, 3, 11)},
        {"identifiant": "CQPM 2004 0233", "enregistre_rncp_le": None, "code_rncp": None},
        {"identifiant": "CQPM 2004 0233 I", "enregistre_rncp_le": None, "code_rncp": None},
        {"identifiant": "CQPM 2004 0233 RI"},
        {"identifiant": "CQPM 1988 09 92 0002 R"},
        {"departement_naissance": None, "pays_naissance": "Algérie"},
    ],
)
def test_certificat_admis(certificat, champs):
    verifier_certificat(certificat(**champs))


@pytest.mark.parametrize(
    ("champs", "donnee"),
    [
        ({"reference": ""}, "référence du procès-verbal"),
        ({"centre_nom": ""}, "nom du centre de certification"),
        ({"centre_adresse": ""}, "adresse du centre de certification"),
        ({"identifiant": ""}, "identifiant de la certification"),
        ({"titre": ""}, "intitulé de la certification"),
        ({"lieu_jury": ""}, "lieu du jury"),
        ({"president_jury": ""}, "président du jury"),
        ({"signataire": None}, "signataire du procès-verbal"),
        ({"signe_le": None}, "date de signature"),
        ({"lignes": ()}, "candidats du procès-verbal"),
    ],
)
def test_pv_donnee_manquante(pv, champs, donnee):
    with pytest.raises(DonneeManquante) as refus:
        verifier_pv(pv(**champs))
    assert refus.value.donnee == donnee


def test_pv_signe_avant_le_jury_refuse(pv):
    with pytest.raises(DonneeIncoherente) as refus:
        verifier_pv(pv(signe_le=dt.date(2026, 3, 11)))
    assert refus.value.donnee == "date de signature"


@pytest.mark.parametrize(
    ("champs", "donnee"),
    [
        ({"nom_naissance": ""}, "nom du candidat"),
        ({"prenoms": ""}, "prénoms du candidat"),
        ({"ville": ""}, "ville de naissance"),
        ({"departement": None}, "département de naissance"),
        ({"origine": ""}, "origine du candidat"),
        ({"financement": ""}, "dispositif de financement"),
        ({"raison_sociale": None}, "raison sociale"),
        ({"adresse": ""}, "adresse de l'entreprise"),
        ({"code_nace": None}, "code NACE"),
        ({"secteur": None}, "secteur"),
        ({"secteur": "HM"}, "branche"),
        ({"decision": ""}, "décision du jury"),
    ],
)
def test_pv_colonne_manquante_nommee_avec_sa_ligne(pv, ligne, champs, donnee):
    with pytest.raises(DonneeManquante) as refus:
        verifier_pv(pv(lignes=(ligne(), ligne(**champs))))
    assert refus.value.donnee == f"{donnee} (ligne 2)"


@pytest.mark.parametrize(
    ("champs", "donnee"),
    [
        ({"decision": "AJ"}, "décision du jury"),
        ({"financement": "OPCO"}, "dispositif de financement"),
        ({"origine": "ETUDIANT"}, "origine du candidat"),
        ({"secteur": "X"}, "secteur"),
        ({"origine": "DE"}, "raison sociale"),
    ],
)
def test_pv_valeur_hors_annexe(pv, ligne, champs, donnee):
    with pytest.raises(DonneeIncoherente) as refus:
        verifier_pv(pv(lignes=(ligne(**champs),)))
    assert refus.value.donnee == f"{donnee} (ligne 1)"


def test_pv_demandeur_emploi_sans_entreprise_admis(pv, demandeur_emploi):
    verifier_pv(pv(lignes=(demandeur_emploi,)))


@pytest.mark.parametrize("erreur", [DonneeManquante("lieu du jury"), DonneeIncoherente("niveau", "va de 1 à 8")])
def test_une_erreur_voyage_entre_processus(erreur):
    assert str(pickle.loads(pickle.dumps(erreur))) == str(erreur)
