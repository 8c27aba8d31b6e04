"""Une base en service garde toutes ses lignes quand le schéma avance, et ce qui était figé le reste."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import URL, Boolean, Connection, Date, DateTime, Engine, Integer, MetaData, String, select, text
from sqlalchemy.exc import DBAPIError

from migrations.commande import derniere, migrer, version
from tests.conftest import moteur_d_essai

_JOUR = dt.date(2026, 1, 15)
_INSTANT = dt.datetime(2026, 1, 15, 9, 30, tzinfo=dt.UTC)
# Une ligne au moins de chaque table où une décision repose, telle que la version 0001 les tenait.
_LIGNES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("region", {"code": "44", "libelle": "Grand Est"}),
    ("departement", {"code": "68", "libelle": "Haut-Rhin", "region_code": "44"}),
    ("pays", {"code": "99100", "libelle": "France", "cle_recherche": "france"}),
    ("nace", {"code": "25.62", "libelle": "Usinage"}),
    ("modalite_evaluation", {"code": "observation", "libelle": "Observation", "situation_reelle": True}),
    ("critere", {"numero": 1, "libelle": "L'identification de la certification"}),
    ("indicateur", {"id": 1, "critere_numero": 1, "rang": 1, "libelle": "Premier indicateur"}),
    ("syndicat", {"id": 1, "sigle": "CFDT", "nom": "CFDT Métallurgie"}),
    ("centre", {"id": 1, "code": "68", "nom": "Centre d'essai", "demonstration": False}),
    ("utilisateur", {"id": 1, "identifiant": "clerc", "nom": "Clerc", "role": "clerc", "centre_id": 1, "actif": True}),
    ("entreprise", {"id": 1, "centre_id": 1, "raison_sociale": "Usine", "adresse": "1 rue", "code_nace": "25.62",
                    "secteur": "M", "cle_entreprise": "usine", "recherche": "usine"}),
    ("organisme", {"id": 1, "nom": "Pôle", "recherche": "pole", "demonstration": False}),
    ("habilitation", {"id": 1, "organisme_id": 1, "centre_id": 1, "etat": "accordee", "du": _JOUR}),
    ("appreciation", {"id": 1, "habilitation_id": 1, "centre_id": 1, "indicateur_id": 1, "resultat": "satisfait"}),
    ("certification", {"id": 1, "famille": "CQPM", "annee": 1989, "numero": 21, "titre": "Soudeur", "recherche": "soudeur",
                       "demonstration": False}),
    ("enregistrement", {"id": 1, "certification_id": 1, "repertoire": "RNCP", "code": "RNCP34172"}),
    ("referentiel", {"id": 1, "certification_id": 1, "numero": 1, "etat": "valide", "valide_le": _JOUR}),
    ("bloc_competences", {"id": 1, "numero": 12, "libelle": "Souder"}),
    ("referentiel_bloc", {"id": 1, "referentiel_id": 1, "bloc_id": 1, "ordre": 1}),
    ("competence", {"id": 1, "bloc_id": 1, "ordre": 1, "libelle": "Préparer les pièces"}),
    ("candidat", {"id": 1, "nom_naissance": "Łukaszewicz", "prenoms": "Zoé", "date_naissance": dt.date(1990, 2, 28),
                  "ville_naissance": "Mulhouse", "departement_naissance_code": "68", "pays_naissance_code": "99100",
                  "cle_identite": "lukaszewicz zoe 1990-02-28 mulhouse", "recherche": "lukaszewicz zoe"}),
    ("inscription", {"id": 1, "centre_id": 1, "candidat_id": 1, "certification_id": 1, "referentiel_id": 1,
                     "voie": "formation", "prescripteur": "entreprise", "origine": "SL", "dispositif_financement": "CP",
                     "abondement_cpf": False, "entreprise_id": 1, "date_inscription": _JOUR, "etat": "ouverte",
                     "sans_accord_employeur": False}),
    ("amenagement", {"id": 1, "inscription_id": 1, "centre_id": 1, "demande_le": _JOUR, "mesures": "Tiers temps"}),
    ("evaluation", {"id": 1, "inscription_id": 1, "centre_id": 1, "competence_id": 1, "date_evaluation": _JOUR,
                    "resultat": "acquise"}),
    ("jury", {"id": 1, "centre_id": 1, "date_jury": _JOUR, "lieu": "Mulhouse", "etat": "ouvert", "ouvert_le": _INSTANT}),
    ("personne", {"id": 1, "centre_id": 1, "nom": "Martin", "prenoms": "Anne", "recherche": "martin anne"}),
    ("siege", {"id": 1, "jury_id": 1, "centre_id": 1, "personne_id": 1, "delegation": "patronale", "voix": True,
               "president": True, "present": True, "travail_temporaire": False}),
    ("proces_verbal", {"id": 1, "jury_id": 1, "centre_id": 1, "certification_id": 1, "reference": "PV 68-2026-0001"}),
    ("presentation", {"id": 1, "jury_id": 1, "centre_id": 1, "inscription_id": 1, "proces_verbal_id": 1,
                      "numero_anonyme": 7, "decision": "A", "voix_pour": 1, "voix_contre": 0, "voix_preponderante": False}),
    ("presentation_competence", {"id": 1, "presentation_id": 1, "competence_id": 1, "ordre": 1, "synthese": "acquise",
                                 "retenu": "acquise"}),
    ("vote", {"id": 1, "jury_id": 1, "presentation_id": 1, "siege_id": 1, "valeur": "A"}),
)
_SIGNER = (
    "UPDATE proces_verbal SET signe_le = created_at, signataire_id = 1",
    "UPDATE inscription SET etat = 'admise'",
    "UPDATE jury SET etat = 'clos', clos_le = created_at",
)
_APRES_SIGNATURE = (
    ("certificat", {"id": 1, "numero": "MC-0000001", "famille": "CQPM", "presentation_id": 1, "centre_id": 1,
                    "candidat_id": 1, "certification_id": 1, "date_jury": _JOUR, "code_verification": "ABCDEFGHJKMN"}),
    ("compteur", {"nom": "certificat", "dernier": 1}),
    ("journal", {"id": 1, "le": _INSTANT, "acteur": "essais", "action": "création", "objet": "jury", "objet_id": 1}),
)


def _complete(table: Any, ligne: dict[str, Any]) -> dict[str, Any]:
    """Remplit ce que la version 0001 exigeait et que la ligne ne dit pas."""
    vides = ((Boolean, False), (Integer, 1), (DateTime, _INSTANT), (Date, _JOUR), (String, ""))
    manquantes = {
        c.name: next(v for genre, v in vides if isinstance(c.type, genre))
        for c in table.columns if not c.nullable and c.name not in ligne and c.server_default is None
    }
    return manquantes | ligne


def _ecrire(connexion: Connection, schema: MetaData, lignes: Any) -> None:
    for nom, ligne in lignes:
        table = schema.tables[nom]
        connexion.execute(table.insert().values(_complete(table, ligne)))


def _contenu(connexion: Connection, schema: MetaData) -> dict[str, list[dict[str, Any]]]:
    return {
        nom: [dict(r) for r in connexion.execute(select(table).order_by(*table.primary_key)).mappings()]
        for nom, table in schema.tables.items()
    }


@pytest.fixture
def en_service(adresse_vide: URL) -> Iterator[Engine]:
    """Une base à la version 0001, avec un jury signé et son certificat."""
    moteur = moteur_d_essai(adresse_vide)
    migrer(moteur, "0001")
    schema = MetaData()
    schema.reflect(moteur)
    with moteur.begin() as connexion:
        _ecrire(connexion, schema, _LIGNES)
        for instruction in _SIGNER:
            connexion.execute(text(instruction))
        _ecrire(connexion, schema, _APRES_SIGNATURE)
    yield moteur
    moteur.dispose()


def test_rien_ne_se_perd(en_service: Engine) -> None:
    avant = MetaData()
    avant.reflect(en_service)
    with en_service.connect() as connexion:
        lues = _contenu(connexion, avant)
    migrer(en_service)
    assert version(en_service) == derniere()
    apres = MetaData()
    apres.reflect(en_service)
    with en_service.connect() as connexion:
        relues = _contenu(connexion, apres)
    for nom, lignes in lues.items():
        if nom == "alembic_version":
            continue
        assert len(relues[nom]) == len(lignes), nom
        for ancienne, neuve in zip(lignes, relues[nom], strict=True):
            assert ancienne.items() <= neuve.items(), nom
    assert sum(map(len, lues.values())) > len(_LIGNES)


def test_ce_qui_est_signe_reste_fige(en_service: Engine) -> None:
    migrer(en_service)
    for instruction in ("UPDATE vote SET valeur = 'NA'", "DELETE FROM certificat", "UPDATE presentation SET decision = 'NA'"):
        with pytest.raises(DBAPIError), en_service.begin() as connexion:
            connexion.execute(text(instruction))


def test_les_cles_etrangeres_restent_gardees(en_service: Engine) -> None:
    migrer(en_service)
    with pytest.raises(DBAPIError), en_service.begin() as connexion:
        connexion.execute(text("UPDATE personne SET centre_id = 999"))
