"""Chaque contrainte du schéma, violée sur les deux moteurs.

Une ligne du petit monde est copiée avec ce qu'il faut pour être valide (`COPIES`, prouvé par le premier essai),
puis avec la seule faute qu'une contrainte défend. La base doit refuser, et nommer cette contrainte-là.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Enum,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    UniqueConstraint,
    and_,
    insert,
    literal,
    null,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError

from models import Base
from rules import controle

TABLES = Base.metadata.tables
AVANT, APRES = dt.date(1999, 1, 1), dt.date(2999, 1, 1)
# Une clé étrangère qui suit une autre ligne du monde : l'identité se lit au moment de l'essai.
Requete = str


def _libre(table: str, colonne: str, ailleurs: str, sauf: str = "0 = 1") -> Requete:
    return (
        f"SELECT id FROM {table} WHERE centre_id = (SELECT id FROM centre WHERE code = '67') AND NOT ({sauf}) "
        f"AND id NOT IN (SELECT {colonne} FROM {ailleurs} WHERE {colonne} IS NOT NULL)"
    )


# Où prendre la ligne à copier : au centre 67, dans son jury ouvert.
_OUVERT = "jury_id = (SELECT id FROM jury WHERE etat = 'ouvert' AND centre_id = (SELECT id FROM centre WHERE code = '67'))"
_DU_67 = "centre_id = (SELECT id FROM centre WHERE code = '67')"
# Ce qu'une version validée emploie ne s'écrit plus : on copie ce qui est en projet, ou qu'aucune version n'emploie.
_PROJETS = "SELECT id FROM referentiel WHERE etat = 'projet'"
_BLOC_LIBRE = "(SELECT max(id) FROM bloc_competences WHERE id NOT IN (SELECT bloc_id FROM referentiel_bloc))"
_SEANCE_OUVERTE = "seance_id IN (SELECT id FROM seance_gtp WHERE etat <> 'close')"
_RECTIFICATIF = "proces_verbal_id IN (SELECT id FROM proces_verbal WHERE rectifie_id IS NOT NULL AND signe_le IS NULL)"
_PROJET = "parcours_id IN (SELECT id FROM parcours WHERE etat = 'projet')"
MODELES: dict[str, str] = {
    "certification": "famille = 'CQPM'",
    "referentiel": "certification_id IN (SELECT id FROM certification WHERE famille = 'CQPM') AND etat = 'valide'",
    "referentiel_bloc": f"referentiel_id IN ({_PROJETS})",
    "competence": f"bloc_id = {_BLOC_LIBRE}",
    "competence_modalite": f"competence_id = (SELECT min(id) FROM competence WHERE bloc_id = {_BLOC_LIBRE})",
    "inscription": f"{_DU_67} AND importation_id IS NULL",
    "utilisateur": "role = 'clerc'",
    "parcours": f"{_DU_67} AND etat = 'projet' AND numero = 2",
    "parcours_domaine": f"{_DU_67} AND {_PROJET}",
    "parcours_module": f"{_DU_67} AND {_PROJET}",
    "attribution_parcours": _DU_67,
    "habilitation": "reprise",
    "appreciation": "habilitation_id IN (SELECT id FROM habilitation WHERE reprise)",
    "jury": f"{_DU_67} AND etat = 'ouvert'",
    "siege": f"{_OUVERT} AND delegation = 'patronale' AND NOT president AND NOT travail_temporaire",
    "proces_verbal": _OUVERT,
    "presentation": _OUVERT,
    "presentation_competence": f"presentation_id IN (SELECT id FROM presentation WHERE {_OUVERT})",
    "vote": _OUVERT,
    "lien_vote": _OUVERT,
    "rectification": f"{_DU_67} AND {_RECTIFICATIF}",
    "vote_rectificatif": f"{_DU_67} AND {_RECTIFICATIF}",
    "annulation_certificat": _DU_67,
    "vae": f"{_DU_67} AND inscription_id NOT IN (SELECT inscription_id FROM presentation)",
    "membre_validation": f"{_DU_67} AND NOT president AND commission_id NOT IN "
                         "(SELECT commission_id FROM vae WHERE conclusion IS NOT NULL)",
    "collectif_vae": _DU_67,
    "commission_validation": _DU_67,
    "demande": f"{_DU_67} AND etat = 'deposee'",
    "piece": f"{_DU_67} AND demande_id IN (SELECT id FROM demande WHERE etat = 'deposee')",
    "seance_gtp": "etat <> 'close'",
    "presence_gtp": f"{_SEANCE_OUVERTE} AND syndicat_id IS NOT NULL",
    "point_gtp": _SEANCE_OUVERTE,
    "vote_gtp": _SEANCE_OUVERTE,
    "releve_decisions": "1 = 1",
    "travail": "etat = 'fait'",
    "transmission": _DU_67,
    "action_corrective": _DU_67,
    "demande_designation": _OUVERT,
    "convocation": _OUVERT,
    "information_commission": _OUVERT,
    "envoi": f"{_OUVERT} AND nature = 'designation'",
    "remise": _DU_67,
    "fichier_accrochage": "depose_le IS NULL",
    "passage_accrochage": f"{_DU_67} AND etat = 'prepare'",
    "duplicata": _DU_67,
    "archive": "certificat_id IS NOT NULL",
    "conservation_suspendue": f"{_DU_67}",
    "purge": "etat = 'proposee'",
    "purge_ligne": "purge_id IN (SELECT id FROM purge WHERE etat = 'proposee')",
    "certificat": f"{_DU_67} AND id IN (SELECT certificat_id FROM archive)",
}

# Ce qui fait d'une copie une autre ligne valide. Une chaîne qui commence par SELECT est lue dans le monde.
_AUTRE_CERTIFICATION = "SELECT max(id) FROM certification WHERE famille = 'CCPM'"
_AUTRE_BLOC_COMPETENCE = "SELECT max(id) FROM competence WHERE referentiel_id IS NOT NULL"
COPIES: dict[str, dict[str, Any]] = {
    "region": {"code": "ZZ"},
    "departement": {"code": "99"},
    "pays": {"code": "99999", "cle_recherche": "nulle part"},
    "commune": {"code": "68999"},
    "nace": {"code": "99.99"},
    "branche": {"idcc": "9999", "libelle": "Autre"},
    "modalite_evaluation": {"code": "autre"},
    "dispositif_financement": {"code": "AUTRE", "ordre": 99},
    "critere": None,  # il y en a six, un septième est refusé : essayé avec le CHECK
    "indicateur": None,  # de même, deux par critère
    "centre": {"code": "99"},
    "centre_departement": {"departement_code": "SELECT code FROM departement WHERE code NOT IN "
                                               "(SELECT departement_code FROM centre_departement "
                                               "WHERE centre_id = (SELECT min(centre_id) FROM centre_departement))"},
    "retrait_capacite": {},
    "entreprise": {"cle_entreprise": "autre"},
    "organisme": {"siret": "99999999999999", "numero_declaration": "99999999999"},
    "syndicat": {"sigle": "AUTRE"},
    "syndicat_territorial": {"syndicat_id": "SELECT id FROM syndicat WHERE sigle = 'CGT'"},
    "commission": {"nom": "Autre"},
    "personne": {},
    "utilisateur": {"identifiant": "autre"},
    "session_connexion": {"empreinte": "1" * 64},
    "travail": {"unicite": None},
    "tentative_connexion": {},
    "certification": {"numero": 9999, "numero_imprime": "MQ 9999"},
    "enregistrement": {"code": "RNCP99999"},
    "equivalence": {"du": dt.date(2001, 1, 1)},
    "referentiel": {"numero": 9, "etat": "remplace"},
    "bloc_competences": {"numero": 9999},
    "referentiel_bloc": {"bloc_id": "SELECT id FROM bloc_competences WHERE id NOT IN "
                                    "(SELECT bloc_id FROM referentiel_bloc)", "ordre": 9},
    "competence": {"ordre": 9},
    "competence_modalite": {"modalite_code": "situation_reelle"},
    "habilitation": {"etat": "demande"},
    "appreciation": {"indicateur_id": "SELECT max(id) FROM indicateur"},
    "habilitation_certification": {"certification_id": _AUTRE_CERTIFICATION},
    "parcours": {"numero": 3, "certification_id": "SELECT id FROM certification WHERE famille = 'PPC' AND id NOT IN "
                                                  "(SELECT certification_id FROM parcours WHERE numero = 2)"},
    "parcours_domaine": {"ordre": 9},
    "parcours_module": {"ordre": 9},
    "attribution_parcours": {"numero": 99, "recherche": "autre"},
    "habilitation_bloc": {"bloc_id": "SELECT max(id) FROM bloc_competences"},
    "etape_instruction": {},
    "suspension_habilitation": {"au": APRES},
    "evenement_habilitation": {},
    "candidat": {"cle_identite": "autre"},
    "candidat_cle": {"cle": 0},
    "inscription": {"cible": "BDC 0001"},
    "inscription_bloc": {"bloc_id": "SELECT max(id) FROM bloc_competences"},
    "amenagement": {"inscription_id": _libre("inscription", "inscription_id", "amenagement")},
    "evaluation": {"competence_id": _AUTRE_BLOC_COMPETENCE},
    "commission_evaluation": {"reference": "CE AUTRE"},
    "evaluateur": {"personne_id": _libre("personne", "personne_id", "evaluateur")},
    "dossier_evaluation": {"inscription_id": _libre("inscription", "inscription_id", "dossier_evaluation")},
    "avis_entreprise": {"inscription_id": _libre("inscription", "inscription_id", "avis_entreprise")},
    "jury": {},
    "siege": {"personne_id": _libre("personne", "personne_id", "siege")},
    "proces_verbal": {"reference": "AUTRE", "certification_id": _AUTRE_CERTIFICATION},
    "presentation": {"inscription_id": _libre("inscription", "inscription_id", "presentation"), "numero_anonyme": 99},
    "presentation_competence": {"competence_id": _AUTRE_BLOC_COMPETENCE},
    "vote": {"siege_id": f"SELECT id FROM siege WHERE {_OUVERT} AND voix AND NOT president"},
    "demande_designation": {"caduque_le": APRES},
    "convocation": {"caduque_le": APRES},
    "information_commission": {},
    "envoi": {"cle_envoi": "autre", "message_id": "<autre>"},
    "abonnement_calendrier": {"empreinte": "1" * 64, "revoque_le": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
    "lien_vote": {"empreinte": "1" * 64, "siege_id": f"SELECT min(id) FROM siege WHERE {_OUVERT} AND voix AND NOT president"},
    "rectification": {"objet": "ville_naissance"},
    "vote_rectificatif": {"siege_id": f"SELECT min(s.id) FROM siege s JOIN vote_rectificatif v ON v.jury_id = s.jury_id "
                                      f"WHERE s.president AND s.{_DU_67}"},
    "annulation_certificat": {"certificat_id": _libre("certificat", "certificat_id", "annulation_certificat")},
    "compteur": {"nom": "AUTRE"},
    "certificat": {"numero": "MC-9999999", "famille": "CCPM", "code_verification": "AUTRE"},
    "archive": {"certificat_id": _libre("certificat", "certificat_id", "archive")},
    "emetteur_accrochage": {},
    "fichier_accrochage": {"id_flux": "AUTRE", "nom_fichier": "autre.xml"},
    "passage_accrochage": {"certificat_id": _libre("certificat", "certificat_id", "passage_accrochage"), "id_technique": "AUTRE"},
    "enregistrement_bloc": {"code": "RNCP99999BC01", "bloc_id": "SELECT max(id) FROM bloc_competences"},
    "reception": {},
    "collectif_vae": {"nom": "Autre"},
    "commission_validation": {},
    "membre_validation": {"personne_id": _libre("personne", "personne_id", "membre_validation")},
    "vae": {"inscription_id": _libre("inscription", "inscription_id", "vae")},
    "demande": {"certification_id": "SELECT id FROM certification WHERE id NOT IN (SELECT certification_id FROM demande)"},
    "piece": {},
    "logo_centre": {"centre_id": "SELECT id FROM centre WHERE id NOT IN (SELECT centre_id FROM logo_centre)"},
    "formulation": {"numero": 99},
    "seance_gtp": {},
    "presence_gtp": {"syndicat_id": "SELECT id FROM syndicat WHERE id NOT IN "
                                    "(SELECT syndicat_id FROM presence_gtp WHERE syndicat_id IS NOT NULL)"},
    "point_gtp": {"ordre": 9, "demande_id": "SELECT id FROM demande WHERE id NOT IN (SELECT demande_id FROM point_gtp)"},
    "vote_gtp": {"presence_id": f"SELECT id FROM presence_gtp WHERE {_SEANCE_OUVERTE} AND syndicat_id IS NOT NULL"},
    "releve_decisions": {"seance_id": "SELECT id FROM seance_gtp WHERE etat = 'close' AND id NOT IN "
                                      "(SELECT seance_id FROM releve_decisions)"},
    "publication": {"nature": "site"},
    "transmission": {"jury_id": _libre("jury", "jury_id", "transmission")},
    "action_corrective": {},
    "remise": {"certificat_id": _libre("certificat", "certificat_id", "remise")},
    "duplicata": {"numero": "DU-9999999"},
    "importation": {},
    "ligne_rejetee": {"ligne": 99},
    "ligne_importee": {"ligne": 99},
    "colonne_reconnue": {"entete": "autre"},
    "journal": {},
    "conservation_suspendue": {},
    "purge": {},
    "purge_ligne": {"objet": "archive"},
    "sceau_journal": {"bloc": 9_998},
}

# Une ou plusieurs fautes pour chaque CHECK qui n'est pas une liste fermée.
_A_INSTRUIRE = "etat IN ('demande', 'instruction')"
_HABILITATION_DEMANDEE = f"SELECT min(id) FROM habilitation WHERE {_A_INSTRUIRE} AND {_DU_67}"
_JURE = "SELECT min(id) FROM siege"
_PRESIDENT_67 = f"SELECT id FROM siege WHERE president AND {_OUVERT}"
FAUTES: dict[str, list[dict[str, Any]]] = {
    "ck_conservation_suspendue_un_objet": [{"candidat_id": "SELECT min(id) FROM candidat"}, {"jury_id": None}],
    "ck_conservation_suspendue_centre_du_jury": [{"centre_id": None}],
    "ck_conservation_suspendue_raison": [{"raison": ""}],
    "ck_conservation_suspendue_ordre": [{"levee_le": AVANT}],
    "ck_purge_decision_datee": [{"etat": "executee", "decidee_par": "dpo"}],
    "ck_purge_decidee_par": [{"etat": "executee", "decidee_le": TABLES["purge"].c.created_at}],
    "ck_purge_motif": [{"etat": "ecartee", "decidee_le": TABLES["purge"].c.created_at, "decidee_par": "dpo"}],
    "ck_purge_ligne_nombre": [{"nombre": 0}],
    "ck_purge_ligne_ordre": [{"au": AVANT}],
    "ck_purge_ligne_empreinte": [{"empreinte": "0"}],
    "ck_sceau_journal_empreinte": [{"empreinte": "0"}],
    "ck_sceau_journal_nombre": [{"nombre": -1}],
    "ck_piece_nature_de_l_inscription": [{"nature": "identite"}],
    "ck_retrait_capacite_ordre": [{"rendu_le": AVANT}],
    "ck_entreprise_branche_si_hors_metaux": [{"branche": "Textile"}, {"secteur": "HM"}],
    "ck_entreprise_siret_14": [{"siret": "123"}],
    "ck_entreprise_nommee": [{"raison_sociale": ""}, {"adresse": ""}],
    "ck_organisme_siret_14": [{"siret": "123"}],
    "ck_syndicat_ordre": [{"representative_au": AVANT}],
    "ck_commission_region_de_cprefp": [{"region_code": None}],
    "ck_utilisateur_centre_du_role": [
        {"centre_id": None}, {"role": "responsable", "centre_id": None},
        {"role": "jure", "siege_id": _JURE, "centre_id": None},
    ],
    "ck_utilisateur_role_national": [{"role": "administrateur"}, {"role": "gtp"}],
    "ck_utilisateur_siege_du_jure": [{"role": "jure"}, {"siege_id": _JURE}],
    "ck_utilisateur_identifiant_minuscule": [{"identifiant": "Autre"}],
    "ck_critere_six": [{"numero": 7}, {"numero": 0}],
    "ck_indicateur_deux_par_critere": [{"rang": 3}, {"rang": 0}],
    "ck_certification_niveau_cncp": [{"niveau": 0}, {"niveau": 9}],
    "ck_certification_annee_et_numero": [{"annee": None}, {"numero": None}],
    "ck_certification_numero_4_chiffres": [{"numero": 0}, {"numero": 10000}],
    "ck_certification_annee_du_dispositif": [{"annee": 1986}, {"annee": 3000}],
    "ck_certification_ordre": [{"date_suppression": AVANT}],
    "ck_certification_titre": [{"titre": ""}],
    "ck_enregistrement_ordre": [{"au": AVANT}],
    "ck_enregistrement_code": [{"code": "RS12345"}, {"repertoire": "RS"}],
    "ck_equivalence_deux_certifications": [{"interbranches_id": "SELECT certification_id FROM equivalence"}],
    "ck_equivalence_ordre": [{"au": AVANT}],
    "ck_referentiel_date_de_validation": [{"valide_le": None}, {"etat": "valide", "valide_le": None}],
    "ck_bloc_competences_numero_4_chiffres": [{"numero": 0}, {"numero": 10000}],
    "ck_competence_bloc_ou_version": [{"bloc_id": None}, {"referentiel_id": f"SELECT min(id) FROM ({_PROJETS}) p"}],
    "ck_habilitation_date_d_effet": [
        {"etat": "accordee", "du": None}, {"etat": "suspendue", "du": None, "motif": "essai"},
        {"etat": "retiree", "du": None, "au": APRES, "motif": "essai"},
    ],
    "ck_habilitation_ordre": [{"au": AVANT}],
    "ck_habilitation_motif": [{"etat": "refusee"}, {"etat": "suspendue"}, {"etat": "retiree", "au": APRES}],
    "ck_habilitation_fin_du_retrait": [{"etat": "retiree", "motif": "essai"}],
    "ck_parcours_nomme": [{"societe": ""}, {"intitule": ""}],
    "ck_parcours_duree": [{"minutes": -1}],
    "ck_parcours_periode": [{"mois": 0}],
    "ck_parcours_date_de_soumission": [{"etat": "soumis"}],
    "ck_parcours_date_de_validation": [
        {"valide_le": AVANT}, {"etat": "valide", "soumis_le": AVANT},
        {"etat": "valide", "soumis_le": AVANT, "valide_le": AVANT, "certification_id": None, "numero": 1},
    ],
    "ck_parcours_revision_d_un_parcours_valide": [{"certification_id": None}],
    "ck_parcours_domaine_duree": [{"minutes": -1}],
    "ck_parcours_module_duree": [{"minutes": -1}],
    "ck_parcours_module_phase": [{"phase": 0}, {"phase": 100}],
    "ck_attribution_parcours_salarie": [{"nom": ""}, {"prenoms": ""}],
    "ck_attribution_parcours_ordre": [{"habilite_le": APRES}, {"evalue_le": APRES}],
    "ck_attribution_parcours_cotation": [{"emploi": ""}, {"cotation": ""}],
    "ck_attribution_parcours_motif_d_annulation": [{"annulee_le": APRES}, {"motif_annulation": "essai"}],
    "ck_suspension_habilitation_ordre": [{"au": AVANT}],
    "ck_suspension_habilitation_motif": [{"motif": ""}],
    "ck_evenement_habilitation_avis_date": [{"avise_par_id": "SELECT min(id) FROM utilisateur"}],
    "ck_centre_duree_habilitation": [{"duree_habilitation": 0}, {"duree_habilitation": 241}],
    "ck_candidat_etat_civil": [{"nom_naissance": ""}, {"prenoms": ""}, {"ville_naissance": ""}],
    "ck_candidat_departement_si_france": [{"departement_naissance_code": None}, {"pays_naissance_code": "99109"}],
    "ck_inscription_entreprise_du_salarie": [
        {"origine": "SL"}, {"entreprise_id": f"SELECT min(id) FROM entreprise WHERE {_DU_67}"}
    ],
    "ck_inscription_organisme_prescripteur": [{"prescripteur": "organisme"}],
    "ck_inscription_recevabilite_vae": [{"voie": "vae"}],
    "ck_inscription_experience_vae_branche": [{"voie": "vae_branche"}],
    "ck_inscription_importation_et_ligne": [
        {"importation_ligne": 2}, {"importation_id": f"SELECT min(id) FROM importation WHERE {_DU_67}"}
    ],
    "ck_amenagement_mesures": [{"mesures": ""}],
    "ck_evaluation_resultat_et_date": [{"resultat": None}, {"date_evaluation": None}],
    "ck_evaluation_acquis_repris": [
        {"acquis_de_id": "SELECT min(id) FROM presentation_competence", "resultat": "non_acquise"},
        {"acquis_de_id": "SELECT min(id) FROM presentation_competence",
         "commission_id": f"SELECT min(id) FROM commission_evaluation WHERE {_DU_67}"},
    ],
    "ck_evaluation_importation_et_ligne": [
        {"importation_ligne": 2}, {"importation_id": f"SELECT min(id) FROM importation WHERE {_DU_67}"}
    ],
    "ck_commission_evaluation_lieu": [{"lieu": ""}],
    "ck_evaluateur_domaine": [{"domaine": ""}],
    "ck_avis_entreprise_auteur": [{"auteur": ""}, {"fonction": ""}],
    "ck_jury_lieu": [{"lieu": ""}],
    "ck_jury_ouverture": [{"ouvert_le": None}],
    "ck_jury_cloture": [{"etat": "clos"}, {"clos_le": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}],
    "ck_siege_invite_sans_voix": [{"delegation": "invite", "voix": True}],
    "ck_siege_president_designe_par_le_centre": [
        {"president": True, "voix": False}, {"president": True, "voix": False, "delegation": "invite"}
    ],
    "ck_siege_syndicat_nomme": [
        {"delegation": "syndicale"}, {"syndicat_id": "SELECT min(id) FROM syndicat"},
        {"delegation": "syndicale", "travail_temporaire": True, "syndicat_id": "SELECT min(id) FROM syndicat"},
    ],
    "ck_proces_verbal_signature": [{"signataire_id": f"SELECT id FROM siege WHERE {_OUVERT} AND president"}],
    "ck_proces_verbal_raison": [{"raison": "essai"}],
    "ck_lien_vote_empreinte": [{"empreinte": "abc"}],
    "ck_rectification_competence_nommee": [{"objet": "competence"}, {"competence_id": "SELECT min(id) FROM competence"}],
    "ck_rectification_change": [{"avant": "Essai", "apres": "Essai"}],
    "ck_annulation_certificat_motif": [{"motif": ""}],
    "ck_presentation_numero": [{"numero_anonyme": 0}],
    "ck_presentation_decompte": [{"decision": "A"}, {"decision": "NA", "voix_pour": 0}],
    "ck_compteur_positif": [{"dernier": -1}],
    "ck_certificat_numero": [{"numero": "XX-9999999"}],
    "ck_enregistrement_bloc_code": [{"code": "99999BC01"}],
    "ck_certificat_bloc_d_un_cqpm": [{"bloc_id": "SELECT min(id) FROM bloc_competences"}],
    "ck_collectif_vae_nom": [{"nom": ""}],
    "ck_commission_validation_lieu": [{"lieu": ""}],
    "ck_membre_validation_presidee_par_le_centre": [{"president": True}],
    "ck_vae_accueil_par": [{"accueil_par": ""}],
    "ck_vae_accompagnateur": [{"accompagnement_du": AVANT}],
    "ck_vae_decision_datee": [{"recevabilite": None}],
    "ck_vae_motif": [{"recevabilite": "defavorable", "livret2_recu_le": None, "commission_id": None, "conclusion": None}],
    "ck_vae_notification": [{"notifiee_le": AVANT}],
    "ck_vae_livret2": [{"livret2_recu_le": AVANT}, {"recevabilite": "defavorable", "motif": "essai"}],
    "ck_vae_commission": [{"livret2_recu_le": None}],
    "ck_vae_conclusion_d_une_commission": [{"commission_id": None}],
    "ck_demande_projet_de_referentiel": [{"nature": "creation"}],
    "ck_demande_date_de_decision": [{"decidee_le": APRES}],
    "ck_demande_parcours": [{"parcours_id": f"SELECT min(id) FROM parcours WHERE {_DU_67}"}],
    "ck_certification_projet_sans_numero": [{"projet": True}],
    "ck_demande_centre_du_porteur": [{"porteur": "uimm"}, {"centre_id": None}],
    "ck_piece_un_dossier": [{"demande_id": None}, {"habilitation_id": _HABILITATION_DEMANDEE}],
    "ck_piece_centre_du_dossier": [{"centre_id": None, "demande_id": None, "habilitation_id": _HABILITATION_DEMANDEE}],
    "ck_logo_centre_type_mime": [{"type_mime": "text/html"}],
    "ck_logo_centre_dimensions": [{"largeur": 0}, {"hauteur": 0}],
    "ck_logo_centre_sha256": [{"sha256": "abc"}],
    "ck_formulation_numero": [{"numero": 0}],
    "ck_formulation_texte": [{"texte": ""}],
    "ck_formulation_applicable": [{"applicable_le": dt.date(2000, 1, 1)}],
    "ck_piece_taille": [{"taille": 0}],
    "ck_piece_sha256": [{"sha256": "abc"}],
    "ck_seance_gtp_cloture": [{"close_le": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}],
    "ck_point_gtp_niveau_cncp": [{"niveau": 0}, {"niveau": 9}],
    "ck_point_gtp_motif": [{"decision": "refusee", "voix_pour": 0, "voix_contre": 1}],
    "ck_point_gtp_decompte": [{"decision": "refusee", "motif": "essai"}],
    "ck_point_gtp_majorite": [{"decision": "acceptee", "voix_pour": 1, "voix_contre": 1}],
    "ck_releve_decisions_sha256": [{"sha256": "abc"}],
    "ck_releve_decisions_taille": [{"taille": 0}],
    "ck_publication_faite_par_quelqu_un": [{"faite_par": "essai"}],
    "ck_publication_ordre": [{"faite_par": "essai", "faite_le": AVANT}],
    "ck_transmission_controle": [{"controlee_le": None}, {"conforme": None}],
    "ck_transmission_controle_apres_transmission": [{"controlee_le": AVANT}],
    "ck_transmission_transmise_avant_controle": [{"transmise_le": None}],
    "ck_action_corrective_libelle": [{"libelle": ""}],
    "ck_action_corrective_compte_rendu": [{"realisee_le": APRES}],
    "ck_remise_a_qui": [{"a": ""}],
    "ck_emetteur_accrochage_id_client": [{"id_client": "1234567"}],
    "ck_emetteur_accrochage_id_contrat": [{"id_contrat": ""}],
    "ck_fichier_accrochage_passages": [{"passages": 0}],
    "ck_fichier_accrochage_taille": [{"taille": 0}],
    "ck_fichier_accrochage_sha256": [{"sha256": "abc"}],
    "ck_fichier_accrochage_depose_avant_accuse": [{"accuse_le": APRES}],
    "ck_fichier_accrochage_comptes": [{"acceptes": 2}, {"acceptes": 1, "refuses": 1}],
    "ck_passage_accrochage_message": [{"etat": "ko"}],
    "ck_travail_fini": [{"etat": "en_cours"}, {"fini_le": None}],
    "ck_travail_avancement": [{"fait": -1}, {"total": -1}],
    "ck_abonnement_calendrier_empreinte": [{"empreinte": "1"}],
    "ck_demande_designation_reponse_datee": [{"reponse": "refus"}, {"reponse_le": APRES}],
    "ck_demande_designation_ordre": [{"reponse": "refus", "reponse_le": AVANT}],
    "ck_convocation_lieu": [{"lieu_dit": ""}],
    "ck_information_commission_empreinte": [{"empreinte": "1"}],
    "ck_envoi_un_objet": [{"nature": "convocation"}, {"demande_designation_id": None},
                          {"information_id": "SELECT min(id) FROM information_commission WHERE " + _OUVERT}],
    "ck_envoi_parti": [{"etat": "a_la_main"}, {"envoye_le": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}],
    "ck_envoi_echec_dit": [{"etat": "echec"}, {"etat": "incertain"}],
    "ck_envoi_envoye_a": [{"etat": "envoye", "envoye_le": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}],
    "ck_envoi_tentatives": [{"tentatives": -1}],
    "ck_siege_remplace_motive": [{"motif_remplacement": "essai"}],
    "ck_siege_remplace_sans_voix": [{"remplace_par_id": _PRESIDENT_67, "motif_remplacement": "essai"}],
    "ck_duplicata_motif": [{"motif": ""}],
    "ck_duplicata_numero": [{"numero": "XX-9999999"}],
    "ck_archive_un_document": [
        {"nature": "proces_verbal"}, {"certificat_id": None},
        {"proces_verbal_id": f"SELECT min(id) FROM proces_verbal WHERE {_DU_67}"},
    ],
    "ck_archive_sha256": [{"sha256": "abc"}],
    "ck_archive_taille": [{"taille": 0}],
}

# Ce qu'il faut changer avec une valeur hors liste pour ne violer que la liste.
AVEC_LA_LISTE: dict[str, dict[str, Any]] = {
    "ck_demande_designation_reponse": {"reponse_le": APRES},
    "ck_envoi_nature": {"demande_designation_id": None},
    "ck_presentation_decision": {"voix_pour": 1, "voix_contre": 0},
    "ck_enregistrement_repertoire": {"code": "?99999"},
    "ck_archive_nature": {"certificat_id": None},
    "ck_parcours_etat": {"soumis_le": AVANT},
    "ck_demande_nature": {"referentiel_id": "SELECT min(id) FROM referentiel"},
    "ck_demande_porteur": {"centre_id": None},
    "ck_point_gtp_decision": {"motif": "essai", "voix_pour": 1, "voix_contre": 0},
}

# Ce qu'il faut changer avec une clé étrangère pour ne violer qu'elle.
AVEC_LA_CLE: dict[str, dict[str, Any]] = {
    "fk_inscription_entreprise_id_centre_id": {"origine": "SL"},
    "fk_inscription_importation_id_centre_id": {"importation_ligne": 2},
    "fk_evaluation_importation_id_centre_id": {"importation_ligne": 2},
    "fk_evenement_habilitation_avise_par_id": {"avise_le": dt.date(2001, 1, 1)},
    "fk_utilisateur_siege": {"role": "jure"},
    "fk_proces_verbal_rectifie_id": {"raison": "essai"},
    "fk_rectification_competence_id": {"objet": "competence"},
    "fk_presentation_jury_id_centre_id": {"proces_verbal_id": None},
    "fk_siege_remplace_par_id_jury_id": {"motif_remplacement": "essai", "voix": False, "present": False},
    "fk_envoi_convocation_id_centre_id": {"nature": "convocation", "demande_designation_id": None},
    "fk_envoi_information_id_centre_id": {"nature": "information", "demande_designation_id": None},
    "fk_envoi_presentation_id_centre_id": {"nature": "lettre_candidat", "demande_designation_id": None},
    "fk_competence_referentiel_id": {"bloc_id": None},
    "fk_candidat_pays_naissance_code": {"departement_naissance_code": None},
    "fk_siege_syndicat_id": {"delegation": "syndicale"},
    "fk_inscription_certification_id": {"referentiel_id": None},
    "fk_certificat_bloc_id": {"famille": "CQPM"},
    "fk_demande_referentiel_id_certification_id": {"nature": "creation"},
    "fk_demande_parcours_id_centre_id": {"nature": "creation", "famille": "PPC"},
    "fk_conservation_suspendue_candidat_id": {"jury_id": None},
    "fk_piece_inscription_id_centre_id": {"demande_id": None, "nature": "identite"},
    **{f"fk_piece_{dossier}_id_centre_id": {"demande_id": None}
       for dossier in ("transmission", "parcours", "habilitation", "appreciation", "etape_instruction")},
}
# Un centre inconnu viole aussi la clé composite qui porte le centre ; PostgreSQL nomme celle-ci d'abord.
NOMMEE_PAR = {
    **{f"fk_{lien}_centre_id": f"fk_{lien}_jury_id"
       for lien in ("lien_vote_siege_id", "rectification_proces_verbal_id", "vote_rectificatif_proces_verbal_id")},
    "fk_archive_centre_id": "fk_archive_certificat_id_centre_id",
    "fk_envoi_centre_id": "fk_envoi_jury_id_centre_id",
    "fk_certificat_centre_id": "fk_certificat_presentation_id_centre_id",
    "fk_piece_centre_id": "fk_piece_demande_id_centre_id",
    "fk_collectif_vae_centre_id": "fk_collectif_vae_entreprise_id_centre_id",
    "fk_conservation_suspendue_centre_id": "fk_conservation_suspendue_jury_id_centre_id",
    "fk_vae_centre_id": "fk_vae_inscription_id_centre_id",
}
# La ligne étrangère à désigner : celle que nul déclencheur ni unicité n'arrête avant la clé.
ETRANGERES: dict[str, str] = {
    "jury": "etat = 'ouvert'",
    "proces_verbal": "signe_le IS NULL",
    "inscription": "id NOT IN (SELECT inscription_id FROM presentation)",
    "siege": "voix AND present AND jury_id IN (SELECT id FROM jury WHERE etat = 'ouvert')",
}
ETRANGERES_DE: dict[str, str] = {
    "fk_annulation_certificat_proces_verbal_id_centre_id": "rectifie_id IS NOT NULL AND signe_le IS NOT NULL",
    **dict.fromkeys(("fk_lien_vote_siege_id_centre_id", "fk_lien_vote_siege_id_jury_id"),
                    "id NOT IN (SELECT siege_id FROM lien_vote)"),
    "fk_parcours_domaine_parcours_id_centre_id": "etat = 'projet'",
    "fk_parcours_module_parcours_id_centre_id": "etat = 'projet'",
    "fk_attribution_parcours_parcours_id_centre_id": "etat = 'valide'",
    "fk_certificat_presentation_id_centre_id": "decision = 'A'",
    "fk_vote_presentation_id_jury_id": "jury_id IN (SELECT id FROM jury WHERE etat = 'ouvert')",
    "fk_archive_proces_verbal_id_centre_id": "1 = 1",
    "fk_remise_certificat_id_centre_id": "id NOT IN (SELECT certificat_id FROM remise)",
    # Le projet d'une certification qui a déjà sa demande : jamais celle que la copie demande.
    "fk_demande_referentiel_id_certification_id": "certification_id IN (SELECT certification_id FROM demande)",
    "fk_membre_validation_commission_id_centre_id":
        "id NOT IN (SELECT commission_id FROM vae WHERE conclusion IS NOT NULL)",
    "fk_piece_demande_id_centre_id": "etat = 'deposee'",
    "fk_piece_transmission_id_centre_id": "transmise_le IS NULL",
    "fk_piece_parcours_id_centre_id": "etat = 'projet'",
    "fk_piece_habilitation_id_centre_id": _A_INSTRUIRE,
    **dict.fromkeys(
        ("fk_piece_appreciation_id_centre_id", "fk_piece_etape_instruction_id_centre_id"),
        f"habilitation_id IN (SELECT id FROM habilitation WHERE {_A_INSTRUIRE})",
    ),
}
# La ligne à copier pour une unicité partielle, quand la condition ne suffit pas à la choisir.
PARTIELLE_DE = {
    "uq_siege_voix_par_syndicat": "delegation = 'syndicale'",
    "uq_parcours_en_revision": "numero = 2",
    "uq_certificat_presentation_id_bloc_id": "bloc_id IS NOT NULL",
    "uq_presence_gtp_uimm": _SEANCE_OUVERTE,
}
# Une signature ne s'insère pas : essayée par une modification, plus bas.
CLE_PAR_MODIFICATION = {"fk_proces_verbal_signataire_id_jury_id"}
# Une demande naît déposée : ce que ses autres états exigent s'essaie de même.
CHECK_PAR_MODIFICATION = {"ck_demande_complete"}


def _valeur(connexion: Connection, colonne: Column[Any], valeur: Any) -> Any:
    if isinstance(valeur, str) and valeur.startswith("SELECT "):
        valeur = connexion.execute(text(valeur)).scalars().first()
        assert valeur is not None, f"rien à désigner pour {colonne}"
    if valeur is None:
        return null()
    if isinstance(valeur, Column):
        return valeur
    # Une valeur hors liste doit atteindre la base : le type de SQLAlchemy la refuserait avant.
    return literal(valeur, String() if isinstance(colonne.type, Enum) else colonne.type)


def _modele(connexion: Connection, table: Table, ou: str) -> dict[str, Any]:
    cles = list(table.primary_key.columns)
    ligne = connexion.execute(select(*cles).where(text(ou)).order_by(*cles).limit(1)).first()
    assert ligne is not None, f"aucune ligne de {table.name} où {ou}"
    return dict(zip((c.name for c in cles), ligne, strict=True))


def copier(
    connexion: Connection, table: Table, changements: dict[str, Any], *, ou: str | None = None
) -> None:
    """Insère une copie d'une ligne du monde, ainsi changée."""
    modele = _modele(connexion, table, ou or MODELES.get(table.name, "1 = 1"))
    colonnes = [c for c in table.columns if c.name != "id" or "id" in changements]
    valeurs = [
        _valeur(connexion, c, changements[c.name]).label(c.name) if c.name in changements else c for c in colonnes
    ]
    source = select(*valeurs).where(and_(*(table.c[n] == v for n, v in modele.items())))
    connexion.execute(insert(table).from_select([c.name for c in colonnes], source, include_defaults=False))


def refuser(connexion: Connection, nom: str, table: Table, changements: dict[str, Any], *, ou: str | None = None) -> None:
    """La copie est refusée, par cette contrainte et par elle seule ; la règle annoncée est rendue."""
    with pytest.raises(IntegrityError) as erreur, connexion.begin_nested():
        copier(connexion, table, changements, ou=ou)
    verifier_le_nom(erreur.value, nom)


def verifier_le_nom(erreur: IntegrityError, nom: str) -> None:
    # Une clé unique de ce qui ne se remplace pas est refusée avant elle par son déclencheur.
    if "_remplacement" in str(erreur.orig):
        assert nom.startswith(("uq_", "pk_", "ck_archive_un_document"))
        assert controle.traduire(erreur) is not None
        return
    diagnostic = getattr(erreur.orig, "diag", None)
    if diagnostic is not None:
        assert diagnostic.constraint_name == nom
    elif nom.startswith("fk_"):
        assert str(erreur.orig) == "FOREIGN KEY constraint failed"  # SQLite n'en dit pas plus
    else:
        assert controle._nom_de_contrainte(erreur, str(erreur.orig)) == nom
    annonce = controle._CONTRAINTES.get(nom)
    violation = controle.traduire(erreur)
    if nom.startswith("fk_"):
        assert violation is not None
        assert violation.code == "LIEN"
    elif annonce is None:
        assert violation is None
    else:
        assert violation is not None
        assert (violation.code, violation.champ, violation.message, violation.source) == annonce
        assert "INSERT" not in violation.message


def _copie(table: Table) -> dict[str, Any]:
    return COPIES[table.name] or {}


def _contraintes(sorte: type[Any]) -> list[Any]:
    trouvees = [c for t in TABLES.values() for c in t.constraints if isinstance(c, sorte)]
    return sorted(trouvees, key=lambda c: str(c.name))


def _est_une_liste(contrainte: CheckConstraint) -> bool:
    return isinstance(contrainte._type_bound, bool) and contrainte._type_bound


LISTES = [c for c in _contraintes(CheckConstraint) if _est_une_liste(c)]
AUTRES_CHECK = [c for c in _contraintes(CheckConstraint) if not _est_une_liste(c)]
# Une unicité qui contient la clé primaire ne sert que de cible à une clé étrangère composite : rien ne la viole seule.
SURCLES = [u for u in _contraintes(UniqueConstraint) if "id" in u.columns]
UNICITES = [u for u in _contraintes(UniqueConstraint) if "id" not in u.columns]
PARTIELLES = sorted(
    (i for t in TABLES.values() for i in t.indexes if i.unique), key=lambda i: str(i.name)
)
CLES = [f for f in _contraintes(ForeignKeyConstraint) if f.name not in CLE_PAR_MODIFICATION]


def nom(contrainte: Any) -> str:
    return str(contrainte.name)


def test_toute_contrainte_a_son_essai():
    assert {nom(c) for c in AUTRES_CHECK} == set(FAUTES) | CHECK_PAR_MODIFICATION
    assert set(COPIES) == set(TABLES)
    cibles = {tuple(e.column.name for e in f.elements) for f in _contraintes(ForeignKeyConstraint)}
    assert all(tuple(u.columns.keys()) in cibles for u in SURCLES)
    assert all(re.fullmatch(r"(ck|uq|fk)_[a-z_0-9]+", nom(c)) for c in (*LISTES, *AUTRES_CHECK, *UNICITES, *CLES))
    assert set(AVEC_LA_LISTE) <= {nom(c) for c in LISTES}
    assert set(AVEC_LA_CLE) | set(ETRANGERES_DE) <= {nom(c) for c in CLES}


def test_toute_contrainte_traduite_existe():
    noms = {nom(c) for c in (*LISTES, *AUTRES_CHECK, *UNICITES, *PARTIELLES)}
    assert set(controle._CONTRAINTES) - noms == set()


@pytest.mark.parametrize("table", [n for n, copie in sorted(COPIES.items()) if copie is not None])
def test_la_copie_sans_faute_est_admise(connexion, table):
    copier(connexion, TABLES[table], COPIES[table])


@pytest.mark.parametrize(
    ("contrainte", "faute"),
    [pytest.param(c, faute, id=f"{nom(c)}-{i}") for c in AUTRES_CHECK for i, faute in enumerate(FAUTES.get(nom(c), ()))],
)
def test_check(connexion, contrainte, faute):
    refuser(connexion, nom(contrainte), contrainte.table, _copie(contrainte.table) | faute)


@pytest.mark.parametrize("contrainte", LISTES, ids=nom)
def test_liste_fermee(connexion, contrainte):
    colonne = next(c for c in contrainte.table.columns if isinstance(c.type, Enum)
                   and contrainte.name.endswith(f"_{c.type.name}"))
    faute = {colonne.name: "?"} | AVEC_LA_LISTE.get(nom(contrainte), {})
    refuser(connexion, nom(contrainte), contrainte.table, _copie(contrainte.table) | faute)


@pytest.mark.parametrize("contrainte", UNICITES, ids=nom)
def test_unicite(connexion, contrainte):
    table = contrainte.table
    changements = {c: v for c, v in _copie(table).items() if c not in contrainte.columns}
    vides = [c for c in contrainte.columns if c.nullable]
    ou = " AND ".join([MODELES.get(table.name, "1 = 1"), *(f"{c.name} IS NOT NULL" for c in vides)])
    if table.name == "certification" and "numero_imprime" in contrainte.columns:
        connexion.execute(text("UPDATE certification SET numero_imprime = 'MQ 1' WHERE id = "
                               "(SELECT min(id) FROM certification WHERE famille = 'CQPM')"))
    if table.name == "parcours":
        # Une révision en cours tiendrait déjà la place : c'est une version remplacée qui se répète.
        changements = {"etat": "remplace", "soumis_le": AVANT, "valide_le": AVANT}
    if table.name == "rectification":
        changements.pop("objet")
    if table.name == "certificat" and "remplace_id" in contrainte.columns:
        ou = f"{_DU_67} AND remplace_id IS NOT NULL"
    for document in ("proces_verbal_id", "habilitation_id", "transmission_id", "duplicata_id"):
        if table.name == "archive" and document in contrainte.columns:
            ou, changements = f"{document} IS NOT NULL", {}
    if table.name == "competence" and "referentiel_id" in contrainte.columns:
        ou = f"referentiel_id IN ({_PROJETS})"
    refuser(connexion, nom(contrainte), table, changements, ou=ou)


def _soumise(index: Index) -> str:
    """Où trouver une ligne soumise à cette unicité partielle."""
    condition = str(index.dialect_options["sqlite"]["where"])
    dans = _RECTIFICATIF if index.table.name == "rectification" else _OUVERT if "jury_id" in index.table.columns else "1 = 1"
    return f"({condition}) AND {dans} AND {PARTIELLE_DE.get(nom(index), '1 = 1')}"


@pytest.mark.parametrize("index", PARTIELLES, ids=nom)
def test_unicite_partielle(connexion, index: Index):
    table = index.table
    condition = str(index.dialect_options["sqlite"]["where"])
    assert condition == str(index.dialect_options["postgresql"]["where"])
    ou = _soumise(index)
    gardees = {c.name for c in index.columns} | set(re.findall(r"\w+", condition))
    if "bloc_id" in gardees and table.name == "certificat":
        gardees.add("famille")  # un bloc ne se certifie que d'un CQPM
    refuser(connexion, nom(index), table, {c: v for c, v in _copie(table).items() if c not in gardees}, ou=ou)


@pytest.mark.parametrize(
    ("index", "changements"),
    [
        ("uq_inscription_ouverte", {"etat": "annulee"}),
        ("uq_inscription_ouverte", {"cible": "BDC 0001"}),
        ("uq_suspension_habilitation_ouverte", {"au": APRES}),
        ("uq_referentiel_valide", {"etat": "remplace", "numero": 9}),
        ("uq_referentiel_en_cours", {"etat": "remplace", "numero": 9, "valide_le": dt.date(2001, 1, 1)}),
        ("uq_parcours_valide", {"etat": "remplace", "numero": 9}),
        ("uq_parcours_en_revision", {"etat": "remplace", "soumis_le": AVANT, "valide_le": AVANT, "numero": 9}),
        ("uq_attribution_parcours_salarie", {"annulee_le": APRES, "motif_annulation": "essai", "numero": 99}),
        ("uq_siege_president", {"president": False, "personne_id": COPIES["siege"]["personne_id"]}),
        ("uq_siege_voix_par_syndicat", {"voix": False, "personne_id": COPIES["siege"]["personne_id"]}),
        ("uq_siege_travail_temporaire", {"travail_temporaire": False, "personne_id": COPIES["siege"]["personne_id"]}),
        ("uq_passage_accrochage_vivant", {"id_technique": "AUTRE", "certificat_id": COPIES["passage_accrochage"]["certificat_id"]}),
        ("uq_proces_verbal_par_certification",
         {"rectifie_id": "SELECT min(id) FROM proces_verbal", "reference": "RECTIFICATIF", "raison": "essai",
          "jury_id": "SELECT min(jury_id) FROM proces_verbal", "centre_id": "SELECT centre_id FROM proces_verbal "
                     "WHERE id = (SELECT min(id) FROM proces_verbal)"}),
        ("uq_vote_presentation_id_siege_id",
         {"bloc_id": f"SELECT min(c.bloc_id) FROM competence c JOIN presentation_competence k ON k.competence_id = c.id "
                     f"JOIN presentation p ON p.id = k.presentation_id WHERE p.{_OUVERT}"}),
        ("uq_lien_vote_en_cours", {"empreinte": "1" * 64, "revoque_le": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}),
        ("uq_rectification_objet",
         {"objet": "competence", "competence_id": "SELECT max(id) FROM competence"}),
    ],
)
def test_hors_de_sa_condition_l_unicite_partielle_se_tait(connexion, index, changements):
    partielle = next(i for i in PARTIELLES if i.name == index)
    copier(connexion, partielle.table, changements, ou=_soumise(partielle))


@pytest.mark.parametrize("contrainte", CLES, ids=nom)
def test_cle_etrangere(connexion, contrainte):
    table = contrainte.table
    premiere, *autres = contrainte.columns
    changements = _copie(table) | AVEC_LA_CLE.get(nom(contrainte), {})
    ou = None
    if not autres:
        # Une valeur que rien ne porte.
        texte = isinstance(premiere.type, String)
        changements[premiere.name] = ("~" * (premiere.type.length or 1))[:3] if texte else 2_000_000_000
    else:
        # Une ligne qui existe, mais ailleurs : autre centre, autre jury, autre certification.
        cible = contrainte.referred_table
        if table.name == "archive" and premiere.name != "certificat_id":
            ou = f"{premiere.name} IS NOT NULL"
            changements.pop("certificat_id")
        ici = _modele(connexion, table, ou or MODELES.get(table.name, "1 = 1"))
        seconde, = autres
        actuelle = connexion.execute(
            select(seconde).where(and_(*(table.c[n] == v for n, v in ici.items())))
        ).scalar_one()
        etrangere = f"{contrainte.elements[1].column.name} <> {actuelle} AND " + ETRANGERES_DE.get(
            nom(contrainte), ETRANGERES.get(cible.name, "1 = 1")
        )
        changements[premiere.name] = _modele(connexion, cible, etrangere)["id"]
    refuser(connexion, NOMMEE_PAR.get(nom(contrainte), nom(contrainte)), table, changements, ou=ou)


def test_une_signature_est_d_un_siege_de_ce_jury(connexion):
    copier(connexion, TABLES["proces_verbal"], COPIES["proces_verbal"])
    ailleurs = "SELECT min(id) FROM siege WHERE president AND NOT (" + _OUVERT + ")"
    with pytest.raises(IntegrityError) as erreur, connexion.begin_nested():
        connexion.execute(
            text(f"UPDATE proces_verbal SET signe_le = CURRENT_TIMESTAMP, signataire_id = ({ailleurs}) "
                 "WHERE reference = 'AUTRE'")
        )
    verifier_le_nom(erreur.value, "fk_proces_verbal_signataire_id_jury_id")


@pytest.mark.parametrize("table", sorted(TABLES))
def test_non_null(connexion, table):
    """Aucune colonne obligatoire n'accepte le vide."""
    obligatoires = [c for c in TABLES[table].columns if not c.nullable and not c.primary_key]
    for colonne in obligatoires:
        with pytest.raises(IntegrityError) as erreur, connexion.begin_nested():
            copier(connexion, TABLES[table], _copie(TABLES[table]) | {colonne.name: None})
        message = str(erreur.value.orig)
        # Un déclencheur peut refuser avant la contrainte : un vote sans siège n'est pas d'un votant présent.
        assert re.search("not.null", message, re.IGNORECASE) or "gel_" in message
        assert (controle.traduire(erreur.value) is None) is ("gel_" not in message)


def test_une_demande_complete_l_est_a_une_date(connexion):
    with pytest.raises(IntegrityError) as erreur, connexion.begin_nested():
        connexion.execute(text("UPDATE demande SET etat = 'complete' WHERE etat = 'deposee'"))
    verifier_le_nom(erreur.value, "ck_demande_complete")
