"""Une base en service garde toutes ses lignes quand le schéma avance, et ce qui était figé le reste."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import URL, Boolean, Connection, Date, DateTime, Engine, Integer, MetaData, String, Table, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from migrations.commande import derniere, migrer, version
from models import Candidat, Evaluation, Habilitation, Inscription, Vae, rapprochement
from models.contexte import agir_comme, en_ecriture
from rules import actes_vae
from rules.nomenclatures import EtatHabilitation, ResultatCompetence
from tests.conftest import SYSTEME, Modele, moteur_d_essai
from tests.models import monde

_JOUR = dt.date(2026, 1, 15)
_INSTANT = dt.datetime(2026, 1, 15, 9, 30, tzinfo=dt.UTC)
# Une ligne au moins de chaque table où une décision repose, telle que la version 0001 les tenait.
_LIGNES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("region", {"code": "44", "libelle": "Grand Est"}),
    ("departement", {"code": "68", "libelle": "Haut-Rhin", "region_code": "44"}),
    ("pays", {"code": "99100", "libelle": "France", "cle_recherche": "france"}),
    ("commune", {"code": "68224", "libelle": "Mulhouse", "departement_code": "68", "cle_recherche": "mulhouse"}),
    ("nace", {"code": "25.62", "libelle": "Usinage"}),
    ("branche", {"id": 1, "idcc": "3248", "libelle": "Métallurgie"}),
    ("dispositif_financement", {"code": "CP", "libelle": "Contrat de professionnalisation", "ordre": 1}),
    ("modalite_evaluation", {"code": "observation", "libelle": "Observation", "situation_reelle": True}),
    ("critere", {"numero": 1, "libelle": "L'identification de la certification"}),
    ("indicateur", {"id": 1, "critere_numero": 1, "rang": 1, "libelle": "Premier indicateur"}),
    ("syndicat", {"id": 1, "sigle": "CFDT", "nom": "CFDT Métallurgie"}),
    ("centre", {"id": 1, "code": "68", "nom": "Centre d'essai", "demonstration": False}),
    ("centre_departement", {"centre_id": 1, "departement_code": "68"}),
    ("retrait_capacite", {"id": 1, "centre_id": 1, "retire_le": dt.date(2020, 1, 1), "rendu_le": dt.date(2020, 6, 1), "motif": "essai"}),
    ("commission", {"id": 1, "type": "CPREFP", "nom": "CPREFP Grand Est", "region_code": "44"}),
    ("syndicat_territorial", {"id": 1, "centre_id": 1, "syndicat_id": 1}),
    ("utilisateur", {"id": 1, "identifiant": "clerc", "nom": "Clerc", "role": "clerc", "centre_id": 1, "actif": True}),
    ("session_connexion", {"empreinte": "1" * 64, "utilisateur_id": 1}),
    ("tentative_connexion", {"id": 1, "empreinte_compte": "1" * 64, "empreinte_adresse": "2" * 64}),
    ("importation", {"id": 1, "centre_id": 1, "nature": "inscriptions", "nom_fichier": "candidats.csv", "empreinte": "1" * 64,
                     "etat": "faite", "entetes": ["nom"], "duree_s": 0.5}),
    ("ligne_rejetee", {"id": 1, "importation_id": 1, "centre_id": 1, "ligne": 3, "refusee": True, "cellules": ["Dupont"],
                       "erreurs": [{"code": "INS-01"}]}),
    ("entreprise", {"id": 1, "centre_id": 1, "raison_sociale": "Usine", "adresse": "1 rue", "code_nace": "25.62",
                    "secteur": "M", "cle_entreprise": "usine", "recherche": "usine"}),
    ("organisme", {"id": 1, "nom": "Pôle", "recherche": "pole", "demonstration": False}),
    ("habilitation", {"id": 1, "organisme_id": 1, "centre_id": 1, "etat": "accordee", "du": _JOUR}),
    ("appreciation", {"id": 1, "habilitation_id": 1, "centre_id": 1, "indicateur_id": 1, "resultat": "satisfait"}),
    ("certification", {"id": 1, "famille": "CQPM", "annee": 1989, "numero": 21, "titre": "Soudeur", "recherche": "soudeur",
                       "demonstration": False}),
    ("certification", {"id": 2, "famille": "CQPI", "annee": 2010, "numero": 5, "titre": "Soudeur interbranches",
                       "recherche": "soudeur interbranches", "demonstration": False}),
    ("equivalence", {"id": 1, "certification_id": 1, "interbranches_id": 2, "du": _JOUR}),
    ("habilitation_certification", {"habilitation_id": 1, "certification_id": 1}),
    ("enregistrement", {"id": 1, "certification_id": 1, "repertoire": "RNCP", "code": "RNCP34172"}),
    ("referentiel", {"id": 1, "certification_id": 1, "numero": 1, "etat": "valide", "valide_le": _JOUR}),
    ("bloc_competences", {"id": 1, "numero": 12, "libelle": "Souder"}),
    ("referentiel_bloc", {"id": 1, "referentiel_id": 1, "bloc_id": 1, "ordre": 1}),
    ("competence", {"id": 1, "bloc_id": 1, "ordre": 1, "libelle": "Préparer les pièces"}),
    ("competence_modalite", {"competence_id": 1, "modalite_code": "observation"}),
    ("candidat", {"id": 1, "nom_naissance": "Łukaszewicz", "prenoms": "Zoé", "date_naissance": dt.date(1990, 2, 28),
                  "ville_naissance": "Mulhouse", "departement_naissance_code": "68", "pays_naissance_code": "99100",
                  "cle_identite": "lukaszewicz zoe 1990-02-28 mulhouse", "recherche": "lukaszewicz zoe"}),
    ("inscription", {"id": 1, "centre_id": 1, "candidat_id": 1, "certification_id": 1, "referentiel_id": 1,
                     "voie": "formation", "prescripteur": "entreprise", "origine": "SL", "dispositif_financement": "CP",
                     "abondement_cpf": False, "entreprise_id": 1, "date_inscription": _JOUR, "etat": "ouverte",
                     "sans_accord_employeur": False}),
    ("inscription", {"id": 2, "centre_id": 1, "candidat_id": 1, "certification_id": 1, "referentiel_id": 1, "voie": "vae",
                     "prescripteur": "candidat", "origine": "DE", "dispositif_financement": "CP", "abondement_cpf": False,
                     "date_recevabilite": _JOUR, "date_inscription": _JOUR, "etat": "ouverte", "cible": "BDC 0012",
                     "sans_accord_employeur": False}),
    ("inscription_bloc", {"inscription_id": 2, "bloc_id": 1}),
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
    "UPDATE inscription SET etat = 'admise' WHERE id = 1",
    "UPDATE jury SET etat = 'clos', clos_le = created_at",
)
_APRES_SIGNATURE = (
    ("certificat", {"id": 1, "numero": "MC-0000001", "famille": "CQPM", "presentation_id": 1, "centre_id": 1,
                    "candidat_id": 1, "certification_id": 1, "date_jury": _JOUR, "code_verification": "ABCDEFGHJKMN"}),
    *(("archive", {"id": i, "centre_id": 1, "nature": nature, f"{nature}_id": 1, "nom_fichier": f"{nature}.pdf",
                   "sha256": "a" * 64, "taille": 4, "contenu": b"%PDF", "conserver_jusqu_au": dt.date(2068, 1, 1)})
      for i, nature in enumerate(("certificat", "proces_verbal"), 1)),
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
        if connexion.dialect.name == "postgresql":
            # Écrites avec leur clé, les lignes n'ont pas fait avancer les suites qui la donnent.
            for nom in (n for n, t in schema.tables.items() if "id" in t.c):
                connexion.execute(text(f"SELECT setval(pg_get_serial_sequence('{nom}', 'id'), max(id)) FROM {nom}"))
    yield moteur
    moteur.dispose()


def _rien_ne_se_perd_en_migrant(moteur: Engine) -> None:
    """Migre ; chaque table d'avant avait des lignes, et les garde, valeur pour valeur."""
    avant = MetaData()
    avant.reflect(moteur)
    with moteur.connect() as connexion:
        lues = _contenu(connexion, avant)
    assert [nom for nom, lignes in lues.items() if not lignes] == []
    migrer(moteur)
    assert version(moteur) == derniere()
    apres = MetaData()
    apres.reflect(moteur)
    with moteur.connect() as connexion:
        relues = _contenu(connexion, apres)
    for nom, lignes in lues.items():
        if nom == "alembic_version":
            continue
        assert len(relues[nom]) == len(lignes), nom
        for ancienne, neuve in zip(lignes, relues[nom], strict=True):
            assert ancienne.items() <= neuve.items(), nom


def test_rien_ne_se_perd(en_service: Engine) -> None:
    _rien_ne_se_perd_en_migrant(en_service)


def test_ce_qui_est_signe_reste_fige(en_service: Engine) -> None:
    migrer(en_service)
    for instruction in ("UPDATE vote SET valeur = 'NA'", "DELETE FROM certificat", "UPDATE presentation SET decision = 'NA'"):
        with pytest.raises(DBAPIError), en_service.begin() as connexion:
            connexion.execute(text(instruction))


def test_les_cles_etrangeres_restent_gardees(en_service: Engine) -> None:
    migrer(en_service)
    with pytest.raises(DBAPIError), en_service.begin() as connexion:
        connexion.execute(text("UPDATE personne SET centre_id = 999"))


def test_ce_qui_s_ajoute_prend_une_valeur_sensee(en_service: Engine) -> None:
    """Rien n'est inventé de ce que la version 0001 ne disait pas ; une habilitation accordée le reste, sans sa grille."""
    migrer(en_service)
    with en_service.connect() as connexion:
        def une(requete: str) -> tuple[Any, ...]:
            return tuple(connexion.execute(text(requete)).one())

        assert une("SELECT modalite_code, commission_id, acquis_de_id, appreciation FROM evaluation") == (None, None, None, "")
        assert une("SELECT etat, reprise FROM habilitation") == ("accordee", True)
        assert une("SELECT projet FROM certification WHERE id = 1") == (False,)
        assert une("SELECT bloc_id FROM certificat") == (None,)
        assert une("SELECT fusionne_dans_id FROM candidat") == (None,)
        assert une("SELECT count(*) FROM vae") == (0,)


def test_une_base_migree_se_tient_comme_une_neuve(en_service: Engine) -> None:
    """Ce que la console fait ensuite reste possible : suspendre, mener une VAE, retrouver une fiche, noter une évaluation."""
    migrer(en_service)
    with agir_comme(SYSTEME), en_ecriture(), Session(en_service) as session, session.begin():
        assert rapprochement.completer(session.connection()) == 1
        assert rapprochement.completer(session.connection()) == 0
        candidat = session.get_one(Candidat, 1)
        assert candidat.recherche == "lukaszewicz zoe"
        vae = session.get_one(Inscription, 2)
        actes_vae.accueillir(session, [vae], _JOUR, "Anne Keller")
        assert session.scalars(select(Vae.accueil_le)).one() == _JOUR
        habilitation = session.get_one(Habilitation, 1)
        assert habilitation.etat is EtatHabilitation.ACCORDEE
        habilitation.etat, habilitation.motif = EtatHabilitation.SUSPENDUE, "essai"
        session.add(Evaluation(inscription=vae, centre_id=1, competence_id=1, date_evaluation=_JOUR,
                               resultat=ResultatCompetence.ACQUISE))
        session.flush()


# --- de la 0002 à aujourd'hui --------------------------------------------------------------------------------------


def _sans_garde(connexion: Connection) -> list[str]:
    """Diffère les clés étrangères, suspend les déclencheurs, pour écrire des lignes déjà figées ; rend de quoi les reposer."""
    if connexion.dialect.name == "postgresql":
        connexion.execute(text("SET LOCAL session_replication_role = replica"))
        return []
    connexion.execute(text("PRAGMA defer_foreign_keys = ON"))
    declencheurs = connexion.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for nom, _ in declencheurs:
        connexion.execute(text(f"DROP TRIGGER {nom}"))
    return [sql for _, sql in declencheurs]


@pytest.fixture
def en_service_0002(modele: Modele, adresse_vide: URL) -> Iterator[Engine]:
    """Une base à la version 0002 : le petit monde d'aujourd'hui, ramené aux tables et aux colonnes d'alors."""
    moteur = moteur_d_essai(adresse_vide)
    migrer(moteur, "0002")
    schema = MetaData()
    schema.reflect(moteur)
    with modele.copie() as adresse:
        source = moteur_d_essai(adresse)
        with agir_comme(SYSTEME), en_ecriture(), Session(source) as session, session.begin():
            monde.peupler(session)
        with source.connect() as connexion:
            lignes = {t.name: _lues(connexion, t) for t in schema.tables.values() if t.name != "alembic_version"}
        source.dispose()
    with moteur.begin() as connexion:
        declencheurs = _sans_garde(connexion)
        for nom, contenu in lignes.items():
            for ligne in contenu:
                # Ce que la 0002 ne savait pas dire, aucune base d'alors ne le portait.
                with suppress(IntegrityError), connexion.begin_nested():
                    connexion.execute(schema.tables[nom].insert().values(_complete(schema.tables[nom], ligne)))
        for declencheur in declencheurs:
            connexion.exec_driver_sql(declencheur, execution_options={"no_parameters": True})
    moteur.dispose()
    yield moteur
    moteur.dispose()


# Ce que la version 0002 ne savait pas dire : un certificat qui en remplace un autre, un vote sur un bloc.
_D_AUJOURD_HUI = {"certificat": "remplace_id IS NOT NULL", "vote": "bloc_id IS NOT NULL"}


def _lues(connexion: Connection, table: Table) -> list[dict[str, Any]]:
    """Les lignes d'aujourd'hui, dans les colonnes de cette table qui y sont encore."""
    courante = MetaData()
    courante.reflect(connexion, only=[table.name])
    gardees = [c for c in courante.tables[table.name].columns if c.name in table.columns]
    sauf = text(f"NOT ({_D_AUJOURD_HUI.get(table.name, '1 = 0')})")
    return [dict(r) for r in connexion.execute(select(*gardees).where(sauf)).mappings()]


def test_de_la_0002_rien_ne_se_perd(en_service_0002: Engine) -> None:
    _rien_ne_se_perd_en_migrant(en_service_0002)
