DROP TRIGGER gel_vote_ajout;;

DROP TRIGGER gel_vote_modification;;

DROP TRIGGER gel_vote_retrait;;

DROP TRIGGER gel_presentation_competence_ajout;;

DROP TRIGGER gel_presentation_competence_modification;;

DROP TRIGGER gel_presentation_competence_retrait;;

DROP TRIGGER gel_presentation_ajout;;

DROP TRIGGER gel_presentation_modification;;

DROP TRIGGER gel_presentation_retrait;;

DROP TRIGGER gel_siege_ajout;;

DROP TRIGGER gel_siege_modification;;

DROP TRIGGER gel_siege_retrait;;

DROP TRIGGER gel_vote_votant_ajout;;

DROP TRIGGER gel_vote_votant_modification;;

DROP TRIGGER gel_proces_verbal_ajout;;

DROP TRIGGER gel_proces_verbal_modification;;

DROP TRIGGER gel_proces_verbal_retrait;;

DROP TRIGGER gel_proces_verbal_signature;;

DROP TRIGGER gel_jury_modification;;

DROP TRIGGER gel_jury_cloture;;

DROP TRIGGER gel_jury_retrait;;

DROP TRIGGER gel_certificat_sans_decision;;

DROP TRIGGER gel_certificat_remplacement;;

DROP TRIGGER gel_archive_remplacement;;

DROP TRIGGER gel_journal_remplacement;;

DROP TRIGGER gel_parcours_remplacement;;

DROP TRIGGER gel_attribution_parcours_remplacement;;

DROP TRIGGER gel_jury_remplacement;;

DROP TRIGGER gel_proces_verbal_remplacement;;

DROP TRIGGER gel_inscription_modification;;

DROP TRIGGER gel_inscription_retrait;;

DROP TRIGGER gel_vae_modification;;

DROP TRIGGER gel_vae_retrait;;

DROP TRIGGER gel_inscription_voie;;

DROP TRIGGER gel_commission_validation_modification;;

DROP TRIGGER gel_membre_validation_ajout;;

DROP TRIGGER gel_membre_validation_modification;;

DROP TRIGGER gel_membre_validation_retrait;;

DROP TRIGGER gel_parcours_domaine_ajout;;

DROP TRIGGER gel_parcours_domaine_modification;;

DROP TRIGGER gel_parcours_domaine_retrait;;

DROP TRIGGER gel_parcours_module_ajout;;

DROP TRIGGER gel_parcours_module_modification;;

DROP TRIGGER gel_parcours_module_retrait;;

DROP TRIGGER gel_parcours_modification;;

DROP TRIGGER gel_parcours_retrait;;

DROP TRIGGER gel_attribution_parcours_ajout;;

DROP TRIGGER gel_attribution_parcours_modification;;

DROP TRIGGER gel_attribution_parcours_retrait;;

DROP TRIGGER gel_evaluation_ajout;;

DROP TRIGGER gel_evaluation_modification;;

DROP TRIGGER gel_evaluation_retrait;;

DROP TRIGGER gel_evaluation_commission_ajout;;

DROP TRIGGER gel_evaluation_commission_modification;;

DROP TRIGGER gel_evaluateur_modification;;

DROP TRIGGER gel_evaluateur_retrait;;

DROP TRIGGER gel_avis_entreprise_ajout;;

DROP TRIGGER gel_avis_entreprise_modification;;

DROP TRIGGER gel_avis_entreprise_retrait;;

DROP TRIGGER gel_inscription_fiche_reunie_ajout;;

DROP TRIGGER gel_candidat_reuni;;

DROP TRIGGER gel_certificat_modification;;

DROP TRIGGER gel_certificat_retrait;;

DROP TRIGGER gel_duplicata_modification;;

DROP TRIGGER gel_duplicata_retrait;;

DROP TRIGGER gel_archive_modification;;

DROP TRIGGER gel_archive_retrait;;

DROP TRIGGER gel_journal_modification;;

DROP TRIGGER gel_journal_retrait;;

DROP TRIGGER gel_transmission_modification;;

DROP TRIGGER gel_transmission_retrait;;

DROP TRIGGER gel_action_corrective_modification;;

DROP TRIGGER gel_action_corrective_retrait;;

DROP TRIGGER gel_piece_ajout;;

DROP TRIGGER gel_piece_modification;;

DROP TRIGGER gel_piece_retrait;;

DROP TRIGGER gel_presence_gtp_ajout;;

DROP TRIGGER gel_presence_gtp_modification;;

DROP TRIGGER gel_presence_gtp_retrait;;

DROP TRIGGER gel_point_gtp_ajout;;

DROP TRIGGER gel_point_gtp_modification;;

DROP TRIGGER gel_point_gtp_retrait;;

DROP TRIGGER gel_vote_gtp_ajout;;

DROP TRIGGER gel_vote_gtp_modification;;

DROP TRIGGER gel_vote_gtp_retrait;;

DROP TRIGGER gel_seance_gtp_ajout;;

DROP TRIGGER gel_seance_gtp_remplacement;;

DROP TRIGGER gel_seance_gtp_modification;;

DROP TRIGGER gel_seance_gtp_retrait;;

DROP TRIGGER gel_seance_gtp_cloture;;

DROP TRIGGER gel_demande_modification;;

DROP TRIGGER gel_demande_retrait;;

DROP TRIGGER gel_demande_ajout;;

DROP TRIGGER gel_demande_remplacement;;

DROP TRIGGER gel_demande_decision;;

DROP TRIGGER gel_releve_decisions_modification;;

DROP TRIGGER gel_releve_decisions_retrait;;

DROP TRIGGER gel_releve_decisions_remplacement;;

DROP TRIGGER gel_releve_decisions_ajout;;

DROP TRIGGER gel_publication_modification;;

DROP TRIGGER gel_publication_retrait;;

DROP TRIGGER gel_referentiel_bloc_ajout;;

DROP TRIGGER gel_referentiel_bloc_modification;;

DROP TRIGGER gel_referentiel_bloc_retrait;;

DROP TRIGGER gel_competence_ajout;;

DROP TRIGGER gel_competence_modification;;

DROP TRIGGER gel_competence_retrait;;

DROP TRIGGER gel_competence_modalite_ajout;;

DROP TRIGGER gel_competence_modalite_modification;;

DROP TRIGGER gel_competence_modalite_retrait;;

DROP TRIGGER gel_bloc_competences_modification;;

DROP TRIGGER gel_bloc_competences_retrait;;

DROP TRIGGER gel_referentiel_modification;;

DROP TRIGGER gel_referentiel_numeros;;

DROP TRIGGER gel_referentiel_retrait;;

DROP TRIGGER gel_referentiel_remplacement;;

DROP TRIGGER gel_bloc_competences_remplacement;;

DROP TRIGGER gel_competence_remplacement;;

DROP TRIGGER gel_certification_identifiant;;

DROP TRIGGER gel_bloc_competences_identifiant;;

DROP TRIGGER gel_appreciation_ajout;;

DROP TRIGGER gel_appreciation_modification;;

DROP TRIGGER gel_appreciation_retrait;;

DROP TRIGGER gel_habilitation_certification_ajout;;

DROP TRIGGER gel_habilitation_certification_modification;;

DROP TRIGGER gel_habilitation_certification_retrait;;

DROP TRIGGER gel_habilitation_bloc_ajout;;

DROP TRIGGER gel_habilitation_bloc_modification;;

DROP TRIGGER gel_habilitation_bloc_retrait;;

DROP TRIGGER gel_etape_instruction_ajout;;

DROP TRIGGER gel_etape_instruction_modification;;

DROP TRIGGER gel_etape_instruction_retrait;;

DROP TRIGGER gel_habilitation_ajout;;

DROP TRIGGER gel_habilitation_decision;;

DROP TRIGGER gel_habilitation_recouvrement;;

DROP TRIGGER gel_habilitation_modification;;

DROP TRIGGER gel_habilitation_retrait;;

DROP TRIGGER gel_evenement_habilitation_modification;;

DROP TRIGGER gel_evenement_habilitation_retrait;;

DROP TRIGGER gel_compteur_retrait;;

DROP TRIGGER gel_compteur_recul;;

DROP TRIGGER gel_compteur_remplacement;;

DROP TRIGGER tenue_inscription_ajout;;

DROP TRIGGER tenue_inscription_candidat;;

DROP TRIGGER tenue_candidat_nom;;

CREATE TABLE emetteur_accrochage (
  id INTEGER NOT NULL,
  id_client VARCHAR(8) NOT NULL,
  id_contrat VARCHAR(20) NOT NULL,
  nature VARCHAR(15) NOT NULL,
  prefixe_fichier VARCHAR(30) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_emetteur_accrochage PRIMARY KEY (id),
  CONSTRAINT ck_emetteur_accrochage_id_client CHECK (length(id_client) = 8),
  CONSTRAINT ck_emetteur_accrochage_id_contrat CHECK (id_contrat <> ''),
  CONSTRAINT ck_emetteur_accrochage_nature CHECK (nature IN ('CERTIFICATEUR', 'TIERS_CONFIANCE')),
  CONSTRAINT fk_emetteur_accrochage_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_emetteur_accrochage_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE TABLE purge (
  id INTEGER NOT NULL,
  au DATE NOT NULL,
  etat VARCHAR(8) NOT NULL,
  proposee_le DATETIME NOT NULL,
  proposee_par VARCHAR(200) NOT NULL,
  decidee_le DATETIME,
  decidee_par VARCHAR(200) NOT NULL,
  motif VARCHAR(500) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_purge PRIMARY KEY (id),
  CONSTRAINT ck_purge_decision_datee CHECK ((etat <> 'proposee' OR decidee_le IS NULL) AND (etat NOT IN ('executee', 'ecartee') OR decidee_le IS NOT NULL)),
  CONSTRAINT ck_purge_decidee_par CHECK (decidee_le IS NULL OR decidee_par <> ''),
  CONSTRAINT ck_purge_motif CHECK (etat <> 'ecartee' OR motif <> ''),
  CONSTRAINT ck_purge_etat_purge CHECK (etat IN ('proposee', 'executee', 'ecartee')),
  CONSTRAINT fk_purge_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_purge_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE TABLE formulation (
  id INTEGER NOT NULL,
  code VARCHAR(80) NOT NULL,
  numero INTEGER NOT NULL,
  texte TEXT NOT NULL,
  publiee_le DATE NOT NULL,
  applicable_le DATE NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_formulation PRIMARY KEY (id),
  CONSTRAINT uq_formulation_code_numero UNIQUE (code, numero),
  CONSTRAINT ck_formulation_numero CHECK (numero > 0),
  CONSTRAINT ck_formulation_texte CHECK (texte <> ''),
  CONSTRAINT ck_formulation_applicable CHECK (applicable_le > publiee_le),
  CONSTRAINT fk_formulation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_formulation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_formulation_applicable_le ON formulation (applicable_le);;

CREATE TABLE fichier_accrochage (
  id INTEGER NOT NULL,
  id_flux VARCHAR(50) NOT NULL,
  nom_fichier VARCHAR(100) NOT NULL,
  cree_le DATETIME NOT NULL,
  emetteur_id INTEGER NOT NULL,
  passages INTEGER NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  taille INTEGER NOT NULL,
  contenu BLOB,
  depose_le DATE,
  accuse_le DATE,
  id_traitement VARCHAR(40) NOT NULL,
  acceptes INTEGER NOT NULL,
  refuses INTEGER NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_fichier_accrochage PRIMARY KEY (id),
  CONSTRAINT ck_fichier_accrochage_passages CHECK (passages > 0),
  CONSTRAINT ck_fichier_accrochage_taille CHECK (taille > 0),
  CONSTRAINT ck_fichier_accrochage_sha256 CHECK (length(sha256) = 64),
  CONSTRAINT ck_fichier_accrochage_depose_avant_accuse CHECK (accuse_le IS NULL OR depose_le IS NOT NULL),
  CONSTRAINT ck_fichier_accrochage_comptes CHECK (acceptes + refuses <= passages),
  CONSTRAINT uq_fichier_accrochage_id_flux UNIQUE (id_flux),
  CONSTRAINT uq_fichier_accrochage_nom_fichier UNIQUE (nom_fichier),
  CONSTRAINT fk_fichier_accrochage_emetteur_id FOREIGN KEY(emetteur_id) REFERENCES emetteur_accrochage (id),
  CONSTRAINT fk_fichier_accrochage_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_fichier_accrochage_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_fichier_accrochage_depose_le ON fichier_accrochage (depose_le);;

CREATE INDEX ix_fichier_accrochage_emetteur_id ON fichier_accrochage (emetteur_id);;

CREATE TABLE purge_ligne (
  id INTEGER NOT NULL,
  purge_id INTEGER NOT NULL,
  nature VARCHAR(6) NOT NULL,
  objet VARCHAR(40) NOT NULL,
  nombre INTEGER NOT NULL,
  du DATE NOT NULL,
  au DATE NOT NULL,
  cles JSON NOT NULL,
  empreinte VARCHAR(64) NOT NULL,
  CONSTRAINT pk_purge_ligne PRIMARY KEY (id),
  CONSTRAINT uq_purge_ligne_purge_id_nature_objet UNIQUE (purge_id, nature, objet),
  CONSTRAINT ck_purge_ligne_nombre CHECK (nombre > 0),
  CONSTRAINT ck_purge_ligne_ordre CHECK (du <= au),
  CONSTRAINT ck_purge_ligne_empreinte CHECK (length(empreinte) = 64),
  CONSTRAINT fk_purge_ligne_purge_id FOREIGN KEY(purge_id) REFERENCES purge (id),
  CONSTRAINT ck_purge_ligne_nature_purge CHECK (nature IN ('ARC-01', 'ARC-02', 'ARC-03', 'ARC-04', 'ARC-05', 'ARC-06', 'ARC-10', 'ARC-11', 'ARC-12', 'ARC-13'))
);;

CREATE TABLE sceau_journal (
  bloc INTEGER NOT NULL,
  nombre INTEGER NOT NULL,
  empreinte VARCHAR(64) NOT NULL,
  scelle_le DATETIME NOT NULL,
  purge_id INTEGER,
  CONSTRAINT pk_sceau_journal PRIMARY KEY (bloc),
  CONSTRAINT ck_sceau_journal_empreinte CHECK (length(empreinte) = 64),
  CONSTRAINT ck_sceau_journal_nombre CHECK (nombre >= 0),
  CONSTRAINT fk_sceau_journal_purge_id FOREIGN KEY(purge_id) REFERENCES purge (id)
);;

CREATE TABLE logo_centre (
  id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  type_mime VARCHAR(20) NOT NULL,
  largeur INTEGER NOT NULL,
  hauteur INTEGER NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  contenu BLOB,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_logo_centre PRIMARY KEY (id),
  CONSTRAINT ck_logo_centre_type_mime CHECK (type_mime IN ('image/png', 'image/svg+xml')),
  CONSTRAINT ck_logo_centre_dimensions CHECK (largeur > 0 AND hauteur > 0),
  CONSTRAINT ck_logo_centre_sha256 CHECK (length(sha256) = 64),
  CONSTRAINT uq_logo_centre_centre_id UNIQUE (centre_id),
  CONSTRAINT fk_logo_centre_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_logo_centre_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_logo_centre_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE TABLE colonne_reconnue (
  id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  nature VARCHAR(20) NOT NULL,
  entete VARCHAR(200) NOT NULL,
  colonne VARCHAR(60),
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_colonne_reconnue PRIMARY KEY (id),
  CONSTRAINT uq_colonne_reconnue_centre_id_nature_entete UNIQUE (centre_id, nature, entete),
  CONSTRAINT fk_colonne_reconnue_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_colonne_reconnue_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_colonne_reconnue_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE TABLE abonnement_calendrier (
  id INTEGER NOT NULL,
  utilisateur_id INTEGER NOT NULL,
  empreinte VARCHAR(64) NOT NULL,
  revoque_le DATETIME,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_abonnement_calendrier PRIMARY KEY (id),
  CONSTRAINT ck_abonnement_calendrier_empreinte CHECK (length(empreinte) = 64),
  CONSTRAINT fk_abonnement_calendrier_utilisateur_id FOREIGN KEY(utilisateur_id) REFERENCES utilisateur (id) ON DELETE CASCADE,
  CONSTRAINT uq_abonnement_calendrier_empreinte UNIQUE (empreinte),
  CONSTRAINT fk_abonnement_calendrier_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_abonnement_calendrier_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE UNIQUE INDEX uq_abonnement_calendrier_en_cours ON abonnement_calendrier (utilisateur_id) WHERE revoque_le IS NULL;;

CREATE TABLE demande_designation (
  id INTEGER NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  syndicat_id INTEGER NOT NULL,
  demandee_le DATE NOT NULL,
  moyen VARCHAR(8) NOT NULL,
  date_dite DATE NOT NULL,
  motif_retard VARCHAR(1000) NOT NULL,
  reponse VARCHAR(12),
  reponse_le DATE,
  caduque_le DATE,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_demande_designation PRIMARY KEY (id),
  CONSTRAINT fk_demande_designation_jury_id_centre_id FOREIGN KEY(jury_id, centre_id) REFERENCES jury (id, centre_id),
  CONSTRAINT uq_demande_designation_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_demande_designation_reponse_datee CHECK ((reponse IS NULL) = (reponse_le IS NULL)),
  CONSTRAINT ck_demande_designation_ordre CHECK (reponse_le IS NULL OR reponse_le >= demandee_le),
  CONSTRAINT fk_demande_designation_syndicat_id FOREIGN KEY(syndicat_id) REFERENCES syndicat (id),
  CONSTRAINT ck_demande_designation_moyen CHECK (moyen IN ('courriel', 'courrier', 'remis')),
  CONSTRAINT ck_demande_designation_reponse CHECK (reponse IN ('designation', 'refus', 'sans_reponse')),
  CONSTRAINT fk_demande_designation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_demande_designation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE UNIQUE INDEX uq_demande_designation_valable ON demande_designation (jury_id, syndicat_id) WHERE caduque_le IS NULL;;

CREATE TABLE information_commission (
  id INTEGER NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  commission_id INTEGER NOT NULL,
  informee_le DATE NOT NULL,
  moyen VARCHAR(8) NOT NULL,
  empreinte VARCHAR(64) NOT NULL,
  dit JSON NOT NULL,
  motif_retard VARCHAR(1000) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_information_commission PRIMARY KEY (id),
  CONSTRAINT fk_information_commission_jury_id_centre_id FOREIGN KEY(jury_id, centre_id) REFERENCES jury (id, centre_id),
  CONSTRAINT uq_information_commission_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_information_commission_empreinte CHECK (length(empreinte) = 64),
  CONSTRAINT fk_information_commission_commission_id FOREIGN KEY(commission_id) REFERENCES commission (id),
  CONSTRAINT ck_information_commission_moyen CHECK (moyen IN ('courriel', 'courrier', 'remis')),
  CONSTRAINT fk_information_commission_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_information_commission_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_information_commission_jury_id ON information_commission (jury_id, commission_id);;

CREATE TABLE travail (
  id INTEGER NOT NULL,
  centre_id INTEGER,
  auteur_id INTEGER,
  genre VARCHAR(40) NOT NULL,
  libelle VARCHAR(200) NOT NULL,
  parametres JSON NOT NULL,
  etat VARCHAR(10) NOT NULL,
  fait INTEGER NOT NULL,
  total INTEGER,
  message VARCHAR(1000) NOT NULL,
  resultat JSON,
  incident VARCHAR(16) NOT NULL,
  essais INTEGER NOT NULL,
  arret_demande BOOLEAN NOT NULL,
  commence_le DATETIME,
  battement DATETIME,
  fini_le DATETIME,
  unicite VARCHAR(80),
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_travail PRIMARY KEY (id),
  CONSTRAINT uq_travail_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_travail_fini CHECK ((etat IN ('en_attente', 'en_cours')) = (fini_le IS NULL)),
  CONSTRAINT ck_travail_avancement CHECK (fait >= 0 AND (total IS NULL OR total >= 0)),
  CONSTRAINT fk_travail_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_travail_auteur_id FOREIGN KEY(auteur_id) REFERENCES utilisateur (id),
  CONSTRAINT ck_travail_etat CHECK (etat IN ('en_attente', 'en_cours', 'fait', 'echec', 'arrete')),
  CONSTRAINT uq_travail_unicite UNIQUE (unicite),
  CONSTRAINT fk_travail_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_travail_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_travail_centre_id ON travail (centre_id, id);;

CREATE INDEX ix_travail_etat ON travail (etat, id);;

CREATE TABLE conservation_suspendue (
  id INTEGER NOT NULL,
  centre_id INTEGER,
  candidat_id INTEGER,
  jury_id INTEGER,
  raison VARCHAR(500) NOT NULL,
  depuis DATE NOT NULL,
  levee_le DATE,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_conservation_suspendue PRIMARY KEY (id),
  CONSTRAINT fk_conservation_suspendue_jury_id_centre_id FOREIGN KEY(jury_id, centre_id) REFERENCES jury (id, centre_id),
  CONSTRAINT ck_conservation_suspendue_un_objet CHECK ((candidat_id IS NULL) <> (jury_id IS NULL)),
  CONSTRAINT ck_conservation_suspendue_centre_du_jury CHECK (jury_id IS NULL OR centre_id IS NOT NULL),
  CONSTRAINT ck_conservation_suspendue_raison CHECK (raison <> ''),
  CONSTRAINT ck_conservation_suspendue_ordre CHECK (levee_le IS NULL OR levee_le >= depuis),
  CONSTRAINT fk_conservation_suspendue_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_conservation_suspendue_candidat_id FOREIGN KEY(candidat_id) REFERENCES candidat (id),
  CONSTRAINT fk_conservation_suspendue_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_conservation_suspendue_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_conservation_suspendue_candidat_id ON conservation_suspendue (candidat_id);;

CREATE INDEX ix_conservation_suspendue_centre_id ON conservation_suspendue (centre_id);;

CREATE INDEX ix_conservation_suspendue_jury_id ON conservation_suspendue (jury_id);;

CREATE TABLE convocation (
  id INTEGER NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  siege_id INTEGER NOT NULL,
  convoque_le DATE NOT NULL,
  copie_le DATE,
  moyen VARCHAR(8) NOT NULL,
  date_dite DATE NOT NULL,
  heure_dite TIME,
  lieu_dit VARCHAR(200) NOT NULL,
  motif_retard VARCHAR(1000) NOT NULL,
  caduque_le DATE,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_convocation PRIMARY KEY (id),
  CONSTRAINT fk_convocation_jury_id_centre_id FOREIGN KEY(jury_id, centre_id) REFERENCES jury (id, centre_id),
  CONSTRAINT fk_convocation_siege_id_jury_id FOREIGN KEY(siege_id, jury_id) REFERENCES siege (id, jury_id),
  CONSTRAINT uq_convocation_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_convocation_lieu CHECK (lieu_dit <> ''),
  CONSTRAINT ck_convocation_moyen CHECK (moyen IN ('courriel', 'courrier', 'remis')),
  CONSTRAINT fk_convocation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_convocation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_convocation_jury_id ON convocation (jury_id);;

CREATE UNIQUE INDEX uq_convocation_valable ON convocation (siege_id) WHERE caduque_le IS NULL;;

CREATE TABLE lien_vote (
  id INTEGER NOT NULL,
  siege_id INTEGER NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  empreinte VARCHAR(64) NOT NULL,
  emarge_le DATETIME,
  revoque_le DATETIME,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_lien_vote PRIMARY KEY (id),
  CONSTRAINT fk_lien_vote_siege_id_jury_id FOREIGN KEY(siege_id, jury_id) REFERENCES siege (id, jury_id) ON DELETE CASCADE,
  CONSTRAINT fk_lien_vote_siege_id_centre_id FOREIGN KEY(siege_id, centre_id) REFERENCES siege (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT ck_lien_vote_empreinte CHECK (length(empreinte) = 64),
  CONSTRAINT uq_lien_vote_empreinte UNIQUE (empreinte),
  CONSTRAINT fk_lien_vote_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_lien_vote_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_lien_vote_centre_id ON lien_vote (centre_id);;

CREATE INDEX ix_lien_vote_jury_id ON lien_vote (jury_id);;

CREATE UNIQUE INDEX uq_lien_vote_en_cours ON lien_vote (siege_id) WHERE revoque_le IS NULL;;

CREATE TABLE vote_rectificatif (
  id INTEGER NOT NULL,
  proces_verbal_id INTEGER NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  siege_id INTEGER NOT NULL,
  pour BOOLEAN NOT NULL,
  consigne_par VARCHAR(200) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_vote_rectificatif PRIMARY KEY (id),
  CONSTRAINT fk_vote_rectificatif_proces_verbal_id_jury_id FOREIGN KEY(proces_verbal_id, jury_id) REFERENCES proces_verbal (id, jury_id),
  CONSTRAINT fk_vote_rectificatif_proces_verbal_id_centre_id FOREIGN KEY(proces_verbal_id, centre_id) REFERENCES proces_verbal (id, centre_id),
  CONSTRAINT fk_vote_rectificatif_siege_id_jury_id FOREIGN KEY(siege_id, jury_id) REFERENCES siege (id, jury_id),
  CONSTRAINT uq_vote_rectificatif_proces_verbal_id_siege_id UNIQUE (proces_verbal_id, siege_id),
  CONSTRAINT fk_vote_rectificatif_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_vote_rectificatif_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_vote_rectificatif_siege_id ON vote_rectificatif (siege_id);;

CREATE TABLE ligne_importee (
  id INTEGER NOT NULL,
  importation_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  ligne INTEGER NOT NULL,
  issue VARCHAR(8) NOT NULL,
  alertee BOOLEAN NOT NULL,
  codes VARCHAR(400) NOT NULL,
  cellules JSON NOT NULL,
  erreurs JSON NOT NULL,
  CONSTRAINT pk_ligne_importee PRIMARY KEY (id),
  CONSTRAINT fk_ligne_importee_importation_id_centre_id FOREIGN KEY(importation_id, centre_id) REFERENCES importation (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT uq_ligne_importee_importation_id_ligne UNIQUE (importation_id, ligne),
  CONSTRAINT ck_ligne_importee_issue CHECK (issue IN ('nouvelle', 'connue', 'deja', 'refusee'))
);;

CREATE INDEX ix_ligne_importee_issue ON ligne_importee (importation_id, issue, ligne);;

CREATE TABLE envoi (
  id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  jury_id INTEGER NOT NULL,
  nature VARCHAR(17) NOT NULL,
  cle_envoi VARCHAR(60) NOT NULL,
  demande_designation_id INTEGER,
  convocation_id INTEGER,
  information_id INTEGER,
  presentation_id INTEGER,
  destinataire VARCHAR(300) NOT NULL,
  adresse VARCHAR(200) NOT NULL,
  objet VARCHAR(200) NOT NULL,
  etat VARCHAR(9) NOT NULL,
  message_id VARCHAR(200) NOT NULL,
  tentatives INTEGER NOT NULL,
  tente_le DATETIME,
  envoye_le DATETIME,
  erreur VARCHAR(300) NOT NULL,
  nom_fichier VARCHAR(200) NOT NULL,
  sha256 VARCHAR(64),
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_envoi PRIMARY KEY (id),
  CONSTRAINT fk_envoi_jury_id_centre_id FOREIGN KEY(jury_id, centre_id) REFERENCES jury (id, centre_id),
  CONSTRAINT fk_envoi_demande_designation_id_centre_id FOREIGN KEY(demande_designation_id, centre_id) REFERENCES demande_designation (id, centre_id),
  CONSTRAINT fk_envoi_convocation_id_centre_id FOREIGN KEY(convocation_id, centre_id) REFERENCES convocation (id, centre_id),
  CONSTRAINT fk_envoi_information_id_centre_id FOREIGN KEY(information_id, centre_id) REFERENCES information_commission (id, centre_id),
  CONSTRAINT fk_envoi_presentation_id_centre_id FOREIGN KEY(presentation_id, centre_id) REFERENCES presentation (id, centre_id),
  CONSTRAINT ck_envoi_un_objet CHECK ((nature = 'designation') = (demande_designation_id IS NOT NULL) AND (nature IN ('convocation', 'copie_convocation')) = (convocation_id IS NOT NULL) AND (nature = 'information') = (information_id IS NOT NULL) AND (nature IN ('lettre_candidat', 'lettre_entreprise')) = (presentation_id IS NOT NULL)),
  CONSTRAINT ck_envoi_parti CHECK ((etat IN ('envoye', 'a_la_main')) = (envoye_le IS NOT NULL)),
  CONSTRAINT ck_envoi_echec_dit CHECK (etat NOT IN ('echec', 'incertain') OR erreur <> ''),
  CONSTRAINT ck_envoi_envoye_a CHECK (etat <> 'envoye' OR (adresse <> '' AND sha256 IS NOT NULL)),
  CONSTRAINT ck_envoi_tentatives CHECK (tentatives >= 0),
  CONSTRAINT fk_envoi_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT ck_envoi_nature CHECK (nature IN ('designation', 'convocation', 'copie_convocation', 'information', 'lettre_candidat', 'lettre_entreprise')),
  CONSTRAINT uq_envoi_cle_envoi UNIQUE (cle_envoi),
  CONSTRAINT ck_envoi_etat CHECK (etat IN ('a_envoyer', 'en_cours', 'envoye', 'echec', 'incertain', 'a_la_main', 'abandonne')),
  CONSTRAINT uq_envoi_message_id UNIQUE (message_id),
  CONSTRAINT fk_envoi_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_envoi_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_envoi_centre_id_etat ON envoi (centre_id, etat);;

CREATE INDEX ix_envoi_jury_id ON envoi (jury_id);;

CREATE TABLE rectification (
  id INTEGER NOT NULL,
  proces_verbal_id INTEGER NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  presentation_id INTEGER NOT NULL,
  objet VARCHAR(15) NOT NULL,
  competence_id INTEGER,
  avant VARCHAR(300) NOT NULL,
  apres VARCHAR(300) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_rectification PRIMARY KEY (id),
  CONSTRAINT fk_rectification_proces_verbal_id_jury_id FOREIGN KEY(proces_verbal_id, jury_id) REFERENCES proces_verbal (id, jury_id),
  CONSTRAINT fk_rectification_proces_verbal_id_centre_id FOREIGN KEY(proces_verbal_id, centre_id) REFERENCES proces_verbal (id, centre_id),
  CONSTRAINT fk_rectification_presentation_id_jury_id FOREIGN KEY(presentation_id, jury_id) REFERENCES presentation (id, jury_id),
  CONSTRAINT uq_rectification_proces_verbal_id_presentation_id_competence_id UNIQUE (proces_verbal_id, presentation_id, competence_id),
  CONSTRAINT ck_rectification_competence_nommee CHECK ((objet = 'competence') = (competence_id IS NOT NULL)),
  CONSTRAINT ck_rectification_change CHECK (avant <> apres),
  CONSTRAINT ck_rectification_objet CHECK (objet IN ('decision', 'competence', 'nom_naissance', 'nom_usage', 'prenoms', 'date_naissance', 'ville_naissance')),
  CONSTRAINT fk_rectification_competence_id FOREIGN KEY(competence_id) REFERENCES competence (id),
  CONSTRAINT fk_rectification_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_rectification_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_rectification_presentation_id ON rectification (presentation_id);;

CREATE UNIQUE INDEX uq_rectification_objet ON rectification (proces_verbal_id, presentation_id, objet) WHERE competence_id IS NULL;;

CREATE TABLE passage_accrochage (
  id INTEGER NOT NULL,
  fichier_id INTEGER NOT NULL,
  certificat_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  id_technique VARCHAR(20) NOT NULL,
  etat VARCHAR(7) NOT NULL,
  message VARCHAR(1000) NOT NULL,
  CONSTRAINT pk_passage_accrochage PRIMARY KEY (id),
  CONSTRAINT fk_passage_accrochage_certificat_id_centre_id FOREIGN KEY(certificat_id, centre_id) REFERENCES certificat (id, centre_id),
  CONSTRAINT uq_passage_accrochage_fichier_id_id_technique UNIQUE (fichier_id, id_technique),
  CONSTRAINT ck_passage_accrochage_message CHECK (etat <> 'ko' OR message <> ''),
  CONSTRAINT fk_passage_accrochage_fichier_id FOREIGN KEY(fichier_id) REFERENCES fichier_accrochage (id),
  CONSTRAINT ck_passage_accrochage_etat CHECK (etat IN ('prepare', 'depose', 'accepte', 'ko', 'corrige'))
);;

CREATE INDEX ix_passage_accrochage_certificat_id ON passage_accrochage (certificat_id);;

CREATE INDEX ix_passage_accrochage_etat ON passage_accrochage (etat, centre_id);;

CREATE UNIQUE INDEX uq_passage_accrochage_vivant ON passage_accrochage (certificat_id) WHERE etat <> 'corrige';;

CREATE TABLE annulation_certificat (
  id INTEGER NOT NULL,
  certificat_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  proces_verbal_id INTEGER NOT NULL,
  annule_le DATE NOT NULL,
  motif TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_annulation_certificat PRIMARY KEY (id),
  CONSTRAINT fk_annulation_certificat_certificat_id_centre_id FOREIGN KEY(certificat_id, centre_id) REFERENCES certificat (id, centre_id),
  CONSTRAINT fk_annulation_certificat_proces_verbal_id_centre_id FOREIGN KEY(proces_verbal_id, centre_id) REFERENCES proces_verbal (id, centre_id),
  CONSTRAINT uq_annulation_certificat_certificat_id UNIQUE (certificat_id),
  CONSTRAINT ck_annulation_certificat_motif CHECK (motif <> ''),
  CONSTRAINT fk_annulation_certificat_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_annulation_certificat_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_annulation_certificat_proces_verbal_id ON annulation_certificat (proces_verbal_id);;

CREATE TABLE nouvelle_entreprise (
  id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  siret VARCHAR(14),
  raison_sociale VARCHAR(200) NOT NULL,
  adresse VARCHAR(300) NOT NULL,
  code_nace VARCHAR(5) NOT NULL,
  secteur VARCHAR(2) NOT NULL,
  branche VARCHAR(200),
  courriel VARCHAR(200),
  cle_entreprise VARCHAR(400) NOT NULL,
  recherche VARCHAR(400) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_entreprise PRIMARY KEY (id),
  CONSTRAINT uq_entreprise_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT uq_entreprise_centre_id_cle_entreprise UNIQUE (centre_id, cle_entreprise),
  CONSTRAINT ck_entreprise_branche_si_hors_metaux CHECK ((secteur = 'HM') = (branche IS NOT NULL)),
  CONSTRAINT ck_entreprise_siret_14 CHECK (siret IS NULL OR length(siret) = 14),
  CONSTRAINT ck_entreprise_nommee CHECK (raison_sociale <> '' AND adresse <> ''),
  CONSTRAINT fk_entreprise_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_entreprise_code_nace FOREIGN KEY(code_nace) REFERENCES nace (code),
  CONSTRAINT ck_entreprise_secteur CHECK (secteur IN ('M', 'HM')),
  CONSTRAINT fk_entreprise_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_entreprise_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_entreprise (id, centre_id, siret, raison_sociale, adresse, code_nace, secteur, branche, cle_entreprise, recherche, created_at, updated_at, created_by, updated_by, version) SELECT id, centre_id, siret, raison_sociale, adresse, code_nace, secteur, branche, cle_entreprise, recherche, created_at, updated_at, created_by, updated_by, version FROM entreprise;;

DROP TABLE entreprise;;

ALTER TABLE nouvelle_entreprise RENAME TO entreprise;;

CREATE INDEX ix_entreprise_centre_id_recherche ON entreprise (centre_id, recherche);;

CREATE TABLE nouvelle_utilisateur (
  id INTEGER NOT NULL,
  identifiant VARCHAR(100) NOT NULL,
  nom VARCHAR(200) NOT NULL,
  courriel VARCHAR(200) NOT NULL,
  role VARCHAR(14) NOT NULL,
  centre_id INTEGER,
  siege_id INTEGER,
  mot_de_passe VARCHAR(200) NOT NULL,
  actif BOOLEAN NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_utilisateur PRIMARY KEY (id),
  CONSTRAINT fk_utilisateur_siege FOREIGN KEY(siege_id, centre_id) REFERENCES siege (id, centre_id),
  CONSTRAINT ck_utilisateur_centre_du_role CHECK (role NOT IN ('clerc', 'responsable', 'jure') OR centre_id IS NOT NULL),
  CONSTRAINT ck_utilisateur_role_national CHECK (role NOT IN ('administrateur', 'gtp', 'uimm', 'dpo') OR centre_id IS NULL),
  CONSTRAINT ck_utilisateur_siege_du_jure CHECK ((role = 'jure') = (siege_id IS NOT NULL)),
  CONSTRAINT ck_utilisateur_identifiant_minuscule CHECK (identifiant = lower(identifiant)),
  CONSTRAINT uq_utilisateur_identifiant UNIQUE (identifiant),
  CONSTRAINT ck_utilisateur_role CHECK (role IN ('administrateur', 'gtp', 'uimm', 'clerc', 'responsable', 'jure', 'dpo', 'lecture')),
  CONSTRAINT fk_utilisateur_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_utilisateur_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_utilisateur_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_utilisateur (id, identifiant, nom, courriel, role, centre_id, siege_id, mot_de_passe, actif, created_at, updated_at, created_by, updated_by, version) SELECT id, identifiant, nom, courriel, role, centre_id, siege_id, mot_de_passe, actif, created_at, updated_at, created_by, updated_by, version FROM utilisateur;;

DROP TABLE utilisateur;;

ALTER TABLE nouvelle_utilisateur RENAME TO utilisateur;;

CREATE TABLE nouvelle_jury (
  id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  date_jury DATE NOT NULL,
  heure TIME,
  lieu VARCHAR(200) NOT NULL,
  etat VARCHAR(11) NOT NULL,
  ouvert_le DATETIME,
  motif_ouverture VARCHAR(1000) NOT NULL,
  clos_le DATETIME,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_jury PRIMARY KEY (id),
  CONSTRAINT uq_jury_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_jury_lieu CHECK (lieu <> ''),
  CONSTRAINT ck_jury_ouverture CHECK (etat NOT IN ('ouvert', 'clos') OR ouvert_le IS NOT NULL),
  CONSTRAINT ck_jury_cloture CHECK ((etat = 'clos') = (clos_le IS NOT NULL)),
  CONSTRAINT fk_jury_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT ck_jury_etat CHECK (etat IN ('preparation', 'ouvert', 'clos', 'annule')),
  CONSTRAINT fk_jury_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_jury_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_jury (id, centre_id, date_jury, lieu, etat, ouvert_le, motif_ouverture, clos_le, created_at, updated_at, created_by, updated_by, version) SELECT id, centre_id, date_jury, lieu, etat, ouvert_le, '', clos_le, created_at, updated_at, created_by, updated_by, version FROM jury;;

DROP TABLE jury;;

ALTER TABLE nouvelle_jury RENAME TO jury;;

CREATE INDEX ix_jury_centre_id_date_jury ON jury (centre_id, date_jury);;

CREATE INDEX ix_jury_date_jury ON jury (date_jury);;

CREATE TABLE nouvelle_candidat (
  id INTEGER NOT NULL,
  civilite VARCHAR(3),
  sexe VARCHAR(1),
  nom_naissance VARCHAR(120) NOT NULL,
  nom_usage VARCHAR(120) NOT NULL,
  prenoms VARCHAR(120) NOT NULL,
  date_naissance DATE NOT NULL,
  ville_naissance VARCHAR(120) NOT NULL,
  code_commune_naissance VARCHAR(5),
  departement_naissance_code VARCHAR(3),
  pays_naissance_code VARCHAR(5) NOT NULL,
  courriel VARCHAR(200) NOT NULL,
  telephone VARCHAR(30) NOT NULL,
  adresse VARCHAR(300) NOT NULL,
  code_postal VARCHAR(10) NOT NULL,
  ville VARCHAR(120) NOT NULL,
  fusionne_dans_id INTEGER,
  efface_le DATE,
  cle_identite VARCHAR(400) NOT NULL,
  recherche VARCHAR(400) NOT NULL,
  recherche_usage VARCHAR(400) NOT NULL,
  recherche_prenoms VARCHAR(400) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_candidat PRIMARY KEY (id),
  CONSTRAINT ck_candidat_etat_civil CHECK (nom_naissance <> '' AND prenoms <> '' AND ville_naissance <> ''),
  CONSTRAINT ck_candidat_departement_si_france CHECK ((pays_naissance_code = '99100') = (departement_naissance_code IS NOT NULL)),
  CONSTRAINT ck_candidat_civilite CHECK (civilite IN ('M.', 'Mme')),
  CONSTRAINT ck_candidat_sexe CHECK (sexe IN ('M', 'F')),
  CONSTRAINT fk_candidat_departement_naissance_code FOREIGN KEY(departement_naissance_code) REFERENCES departement (code),
  CONSTRAINT fk_candidat_pays_naissance_code FOREIGN KEY(pays_naissance_code) REFERENCES pays (code),
  CONSTRAINT fk_candidat_fusionne_dans_id FOREIGN KEY(fusionne_dans_id) REFERENCES candidat (id),
  CONSTRAINT uq_candidat_cle_identite UNIQUE (cle_identite),
  CONSTRAINT fk_candidat_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_candidat_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_candidat (id, civilite, sexe, nom_naissance, nom_usage, prenoms, date_naissance, ville_naissance, code_commune_naissance, departement_naissance_code, pays_naissance_code, courriel, telephone, adresse, code_postal, ville, fusionne_dans_id, cle_identite, recherche, recherche_usage, recherche_prenoms, created_at, updated_at, created_by, updated_by, version) SELECT id, civilite, sexe, nom_naissance, nom_usage, prenoms, date_naissance, ville_naissance, code_commune_naissance, departement_naissance_code, pays_naissance_code, courriel, telephone, adresse, code_postal, ville, fusionne_dans_id, cle_identite, recherche, recherche_usage, recherche_prenoms, created_at, updated_at, created_by, updated_by, version FROM candidat;;

DROP TABLE candidat;;

ALTER TABLE nouvelle_candidat RENAME TO candidat;;

CREATE INDEX ix_candidat_efface_le ON candidat (efface_le);;

CREATE INDEX ix_candidat_fusionne_dans_id ON candidat (fusionne_dans_id);;

CREATE INDEX ix_candidat_recherche ON candidat (recherche);;

CREATE INDEX ix_candidat_recherche_prenoms ON candidat (recherche_prenoms);;

CREATE INDEX ix_candidat_recherche_usage ON candidat (recherche_usage);;

CREATE TABLE nouvelle_siege (
  id INTEGER NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  personne_id INTEGER NOT NULL,
  delegation VARCHAR(9) NOT NULL,
  syndicat_id INTEGER,
  travail_temporaire BOOLEAN NOT NULL,
  voix BOOLEAN NOT NULL,
  president BOOLEAN NOT NULL,
  present BOOLEAN NOT NULL,
  remplace_par_id INTEGER,
  motif_remplacement VARCHAR(500) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_siege PRIMARY KEY (id),
  CONSTRAINT fk_siege_jury_id_centre_id FOREIGN KEY(jury_id, centre_id) REFERENCES jury (id, centre_id),
  CONSTRAINT fk_siege_personne_id_centre_id FOREIGN KEY(personne_id, centre_id) REFERENCES personne (id, centre_id),
  CONSTRAINT fk_siege_remplace_par_id_jury_id FOREIGN KEY(remplace_par_id, jury_id) REFERENCES siege (id, jury_id),
  CONSTRAINT uq_siege_id_jury_id UNIQUE (id, jury_id),
  CONSTRAINT uq_siege_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT uq_siege_jury_id_personne_id UNIQUE (jury_id, personne_id),
  CONSTRAINT ck_siege_remplace_motive CHECK ((remplace_par_id IS NULL) = (motif_remplacement = '')),
  CONSTRAINT ck_siege_remplace_sans_voix CHECK (remplace_par_id IS NULL OR NOT (voix OR president OR present)),
  CONSTRAINT ck_siege_invite_sans_voix CHECK (delegation <> 'invite' OR NOT voix),
  CONSTRAINT ck_siege_president_designe_par_le_centre CHECK (NOT president OR (voix AND delegation = 'patronale')),
  CONSTRAINT ck_siege_syndicat_nomme CHECK ((syndicat_id IS NOT NULL) = (delegation = 'syndicale' AND NOT travail_temporaire)),
  CONSTRAINT ck_siege_delegation CHECK (delegation IN ('patronale', 'syndicale', 'invite')),
  CONSTRAINT fk_siege_syndicat_id FOREIGN KEY(syndicat_id) REFERENCES syndicat (id),
  CONSTRAINT fk_siege_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_siege_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_siege (id, jury_id, centre_id, personne_id, delegation, syndicat_id, travail_temporaire, voix, president, present, motif_remplacement, created_at, updated_at, created_by, updated_by, version) SELECT id, jury_id, centre_id, personne_id, delegation, syndicat_id, travail_temporaire, voix, president, present, '', created_at, updated_at, created_by, updated_by, version FROM siege;;

DROP TABLE siege;;

ALTER TABLE nouvelle_siege RENAME TO siege;;

CREATE UNIQUE INDEX uq_siege_president ON siege (jury_id) WHERE president;;

CREATE UNIQUE INDEX uq_siege_travail_temporaire ON siege (jury_id, delegation) WHERE travail_temporaire AND remplace_par_id IS NULL;;

CREATE UNIQUE INDEX uq_siege_voix_par_syndicat ON siege (jury_id, syndicat_id) WHERE voix;;

CREATE TABLE nouvelle_proces_verbal (
  id INTEGER NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  certification_id INTEGER NOT NULL,
  reference VARCHAR(40) NOT NULL,
  signe_le DATETIME,
  signataire_id INTEGER,
  rectifie_id INTEGER,
  raison TEXT NOT NULL,
  observations TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_proces_verbal PRIMARY KEY (id),
  CONSTRAINT fk_proces_verbal_jury_id_centre_id FOREIGN KEY(jury_id, centre_id) REFERENCES jury (id, centre_id),
  CONSTRAINT fk_proces_verbal_signataire_id_jury_id FOREIGN KEY(signataire_id, jury_id) REFERENCES siege (id, jury_id),
  CONSTRAINT uq_proces_verbal_id_jury_id UNIQUE (id, jury_id),
  CONSTRAINT uq_proces_verbal_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_proces_verbal_signature CHECK ((signe_le IS NULL) = (signataire_id IS NULL)),
  CONSTRAINT ck_proces_verbal_raison CHECK ((rectifie_id IS NULL) = (raison = '')),
  CONSTRAINT fk_proces_verbal_certification_id FOREIGN KEY(certification_id) REFERENCES certification (id),
  CONSTRAINT uq_proces_verbal_reference UNIQUE (reference),
  CONSTRAINT fk_proces_verbal_rectifie_id FOREIGN KEY(rectifie_id) REFERENCES proces_verbal (id),
  CONSTRAINT fk_proces_verbal_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_proces_verbal_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_proces_verbal (id, jury_id, centre_id, certification_id, reference, signe_le, signataire_id, rectifie_id, raison, observations, created_at, updated_at, created_by, updated_by, version) SELECT id, jury_id, centre_id, certification_id, reference, signe_le, signataire_id, rectifie_id, CASE WHEN rectifie_id IS NULL THEN '' ELSE 'Raison non précisée' END, observations, created_at, updated_at, created_by, updated_by, version FROM proces_verbal;;

DROP TABLE proces_verbal;;

ALTER TABLE nouvelle_proces_verbal RENAME TO proces_verbal;;

CREATE INDEX ix_proces_verbal_certification_id ON proces_verbal (certification_id);;

CREATE UNIQUE INDEX uq_proces_verbal_par_certification ON proces_verbal (jury_id, certification_id) WHERE rectifie_id IS NULL;;

CREATE TABLE nouvelle_importation (
  id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  nature VARCHAR(20) NOT NULL,
  nom_fichier VARCHAR(200) NOT NULL,
  empreinte VARCHAR(64) NOT NULL,
  encodage VARCHAR(20) NOT NULL,
  separateur VARCHAR(10) NOT NULL,
  etat VARCHAR(8) NOT NULL,
  lignes_valides BOOLEAN NOT NULL,
  lignes INTEGER NOT NULL,
  creees INTEGER NOT NULL,
  rattachees INTEGER NOT NULL,
  deja_inscrites INTEGER NOT NULL,
  alertes INTEGER NOT NULL,
  refusees INTEGER NOT NULL,
  message VARCHAR(1000) NOT NULL,
  entetes JSON NOT NULL,
  duree_s DOUBLE NOT NULL,
  contenu BLOB,
  feuille VARCHAR(100) NOT NULL,
  correspondance JSON NOT NULL,
  retouches JSON NOT NULL,
  choix JSON NOT NULL,
  ecarts JSON NOT NULL,
  annulation JSON,
  suite_id INTEGER,
  travail_id INTEGER,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_importation PRIMARY KEY (id),
  CONSTRAINT fk_importation_suite_id_centre_id FOREIGN KEY(suite_id, centre_id) REFERENCES importation (id, centre_id),
  CONSTRAINT fk_importation_travail_id_centre_id FOREIGN KEY(travail_id, centre_id) REFERENCES travail (id, centre_id),
  CONSTRAINT uq_importation_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT fk_importation_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT ck_importation_etat CHECK (etat IN ('deposee', 'simulee', 'en_cours', 'faite', 'refusee', 'annulee')),
  CONSTRAINT fk_importation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_importation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_importation (id, centre_id, nature, nom_fichier, empreinte, encodage, separateur, etat, lignes_valides, lignes, creees, rattachees, deja_inscrites, alertes, refusees, message, entetes, duree_s, contenu, feuille, correspondance, retouches, choix, ecarts, created_at, updated_at, created_by, updated_by, version) SELECT id, centre_id, nature, nom_fichier, empreinte, encodage, separateur, etat, lignes_valides, lignes, creees, rattachees, deja_inscrites, alertes, refusees, message, entetes, duree_s, contenu, '', '{}', '{}', '{}', '[]', created_at, updated_at, created_by, updated_by, version FROM importation;;

DROP TABLE importation;;

ALTER TABLE nouvelle_importation RENAME TO importation;;

CREATE INDEX ix_importation_centre_id ON importation (centre_id, id);;

CREATE TABLE nouvelle_piece (
  id INTEGER NOT NULL,
  centre_id INTEGER,
  demande_id INTEGER,
  transmission_id INTEGER,
  parcours_id INTEGER,
  habilitation_id INTEGER,
  appreciation_id INTEGER,
  etape_instruction_id INTEGER,
  inscription_id INTEGER,
  nature VARCHAR(17) NOT NULL,
  nom VARCHAR(200) NOT NULL,
  type_mime VARCHAR(100) NOT NULL,
  taille INTEGER NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  contenu BLOB,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_piece PRIMARY KEY (id),
  CONSTRAINT fk_piece_inscription_id_centre_id FOREIGN KEY(inscription_id, centre_id) REFERENCES inscription (id, centre_id),
  CONSTRAINT fk_piece_demande_id_centre_id FOREIGN KEY(demande_id, centre_id) REFERENCES demande (id, centre_id),
  CONSTRAINT fk_piece_transmission_id_centre_id FOREIGN KEY(transmission_id, centre_id) REFERENCES transmission (id, centre_id),
  CONSTRAINT fk_piece_parcours_id_centre_id FOREIGN KEY(parcours_id, centre_id) REFERENCES parcours (id, centre_id),
  CONSTRAINT fk_piece_habilitation_id_centre_id FOREIGN KEY(habilitation_id, centre_id) REFERENCES habilitation (id, centre_id),
  CONSTRAINT fk_piece_appreciation_id_centre_id FOREIGN KEY(appreciation_id, centre_id) REFERENCES appreciation (id, centre_id),
  CONSTRAINT fk_piece_etape_instruction_id_centre_id FOREIGN KEY(etape_instruction_id, centre_id) REFERENCES etape_instruction (id, centre_id),
  CONSTRAINT ck_piece_centre_du_dossier CHECK (centre_id IS NOT NULL OR demande_id IS NOT NULL),
  CONSTRAINT ck_piece_un_dossier CHECK ((CASE WHEN demande_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN parcours_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN transmission_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN habilitation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN appreciation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN etape_instruction_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN inscription_id IS NULL THEN 0 ELSE 1 END) = 1),
  CONSTRAINT ck_piece_nature_de_l_inscription CHECK ((inscription_id IS NOT NULL) = (nature IN ('identite', 'evaluation'))),
  CONSTRAINT ck_piece_taille CHECK (taille > 0),
  CONSTRAINT ck_piece_sha256 CHECK (length(sha256) = 64),
  CONSTRAINT fk_piece_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT ck_piece_nature CHECK (nature IN ('rapport', 'referentiel', 'preuve_usage', 'courrier', 'fiche', 'programme', 'avis_cse', 'preuve_indicateur', 'compte_rendu', 'emargement', 'identite', 'evaluation', 'autre')),
  CONSTRAINT fk_piece_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_piece_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_piece (id, centre_id, demande_id, transmission_id, parcours_id, habilitation_id, appreciation_id, etape_instruction_id, nature, nom, type_mime, taille, sha256, contenu, created_at, updated_at, created_by, updated_by, version) SELECT id, centre_id, demande_id, transmission_id, parcours_id, habilitation_id, appreciation_id, etape_instruction_id, nature, nom, type_mime, taille, sha256, contenu, created_at, updated_at, created_by, updated_by, version FROM piece;;

DROP TABLE piece;;

ALTER TABLE nouvelle_piece RENAME TO piece;;

CREATE INDEX ix_piece_appreciation_id ON piece (appreciation_id);;

CREATE INDEX ix_piece_centre_id ON piece (centre_id);;

CREATE INDEX ix_piece_demande_id ON piece (demande_id);;

CREATE INDEX ix_piece_etape_instruction_id ON piece (etape_instruction_id);;

CREATE INDEX ix_piece_habilitation_id ON piece (habilitation_id);;

CREATE INDEX ix_piece_inscription_id ON piece (inscription_id);;

CREATE INDEX ix_piece_parcours_id ON piece (parcours_id);;

CREATE INDEX ix_piece_transmission_id ON piece (transmission_id);;

CREATE TABLE nouvelle_vote (
  id INTEGER NOT NULL,
  jury_id INTEGER NOT NULL,
  presentation_id INTEGER NOT NULL,
  siege_id INTEGER NOT NULL,
  bloc_id INTEGER,
  valeur VARCHAR(2) NOT NULL,
  geste VARCHAR(40) NOT NULL,
  consigne_par VARCHAR(200) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_vote PRIMARY KEY (id),
  CONSTRAINT fk_vote_presentation_id_jury_id FOREIGN KEY(presentation_id, jury_id) REFERENCES presentation (id, jury_id) ON DELETE CASCADE,
  CONSTRAINT fk_vote_siege_id_jury_id FOREIGN KEY(siege_id, jury_id) REFERENCES siege (id, jury_id),
  CONSTRAINT uq_vote_presentation_id_siege_id_bloc_id UNIQUE (presentation_id, siege_id, bloc_id),
  CONSTRAINT fk_vote_bloc_id FOREIGN KEY(bloc_id) REFERENCES bloc_competences (id),
  CONSTRAINT ck_vote_valeur CHECK (valeur IN ('A', 'NA')),
  CONSTRAINT fk_vote_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_vote_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_vote (id, jury_id, presentation_id, siege_id, valeur, geste, consigne_par, created_at, updated_at, created_by, updated_by, version) SELECT id, jury_id, presentation_id, siege_id, valeur, '', '', created_at, updated_at, created_by, updated_by, version FROM vote;;

DROP TABLE vote;;

ALTER TABLE nouvelle_vote RENAME TO vote;;

CREATE INDEX ix_vote_bloc_id ON vote (bloc_id);;

CREATE INDEX ix_vote_jury_id ON vote (jury_id);;

CREATE INDEX ix_vote_siege_id ON vote (siege_id);;

CREATE UNIQUE INDEX uq_vote_presentation_id_siege_id ON vote (presentation_id, siege_id) WHERE bloc_id IS NULL;;

CREATE TABLE nouvelle_certificat (
  id INTEGER NOT NULL,
  numero VARCHAR(12) NOT NULL,
  famille VARCHAR(4) NOT NULL,
  presentation_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  candidat_id INTEGER NOT NULL,
  certification_id INTEGER NOT NULL,
  bloc_id INTEGER,
  date_jury DATE NOT NULL,
  code_verification VARCHAR(16) NOT NULL,
  remplace_id INTEGER,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_certificat PRIMARY KEY (id),
  CONSTRAINT fk_certificat_presentation_id_centre_id FOREIGN KEY(presentation_id, centre_id) REFERENCES presentation (id, centre_id),
  CONSTRAINT ck_certificat_bloc_d_un_cqpm CHECK (bloc_id IS NULL OR famille = 'CQPM'),
  CONSTRAINT uq_certificat_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_certificat_numero CHECK (substr(numero, 1, 3) = 'MC-'),
  CONSTRAINT uq_certificat_numero UNIQUE (numero),
  CONSTRAINT ck_certificat_famille CHECK (famille IN ('CQPM', 'CCPM', 'CQPI', 'CCPI', 'PPC')),
  CONSTRAINT fk_certificat_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_certificat_candidat_id FOREIGN KEY(candidat_id) REFERENCES candidat (id),
  CONSTRAINT fk_certificat_certification_id FOREIGN KEY(certification_id) REFERENCES certification (id),
  CONSTRAINT fk_certificat_bloc_id FOREIGN KEY(bloc_id) REFERENCES bloc_competences (id),
  CONSTRAINT uq_certificat_code_verification UNIQUE (code_verification),
  CONSTRAINT uq_certificat_remplace_id UNIQUE (remplace_id),
  CONSTRAINT fk_certificat_remplace_id FOREIGN KEY(remplace_id) REFERENCES certificat (id),
  CONSTRAINT fk_certificat_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_certificat_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_certificat (id, numero, famille, presentation_id, centre_id, candidat_id, certification_id, bloc_id, date_jury, code_verification, created_at, updated_at, created_by, updated_by, version) SELECT id, numero, famille, presentation_id, centre_id, candidat_id, certification_id, bloc_id, date_jury, code_verification, created_at, updated_at, created_by, updated_by, version FROM certificat;;

DROP TABLE certificat;;

ALTER TABLE nouvelle_certificat RENAME TO certificat;;

CREATE INDEX ix_certificat_bloc_id ON certificat (bloc_id);;

CREATE INDEX ix_certificat_candidat_id ON certificat (candidat_id);;

CREATE INDEX ix_certificat_centre_id_date_jury ON certificat (centre_id, date_jury);;

CREATE INDEX ix_certificat_certification_id ON certificat (certification_id);;

CREATE INDEX ix_certificat_date_jury ON certificat (date_jury);;

CREATE INDEX ix_certificat_presentation_id ON certificat (presentation_id);;

CREATE UNIQUE INDEX uq_certificat_presentation_id_bloc_id ON certificat (presentation_id, bloc_id) WHERE remplace_id IS NULL;;

CREATE UNIQUE INDEX uq_certificat_presentation_id_famille ON certificat (presentation_id, famille) WHERE bloc_id IS NULL AND remplace_id IS NULL;;

CREATE TABLE nouvelle_archive (
  id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  nature VARCHAR(24) NOT NULL,
  certificat_id INTEGER,
  proces_verbal_id INTEGER,
  transmission_id INTEGER,
  habilitation_id INTEGER,
  duplicata_id INTEGER,
  nom_fichier VARCHAR(200) NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  taille INTEGER NOT NULL,
  contenu BLOB,
  conserver_jusqu_au DATE NOT NULL,
  formulations VARCHAR(400) NOT NULL,
  created_at DATETIME NOT NULL,
  CONSTRAINT pk_archive PRIMARY KEY (id),
  CONSTRAINT fk_archive_certificat_id_centre_id FOREIGN KEY(certificat_id, centre_id) REFERENCES certificat (id, centre_id),
  CONSTRAINT fk_archive_proces_verbal_id_centre_id FOREIGN KEY(proces_verbal_id, centre_id) REFERENCES proces_verbal (id, centre_id),
  CONSTRAINT fk_archive_transmission_id_centre_id FOREIGN KEY(transmission_id, centre_id) REFERENCES transmission (id, centre_id),
  CONSTRAINT fk_archive_habilitation_id_centre_id FOREIGN KEY(habilitation_id, centre_id) REFERENCES habilitation (id, centre_id),
  CONSTRAINT uq_archive_habilitation_id_nature UNIQUE (habilitation_id, nature),
  CONSTRAINT fk_archive_duplicata_id_centre_id FOREIGN KEY(duplicata_id, centre_id) REFERENCES duplicata (id, centre_id),
  CONSTRAINT ck_archive_un_document CHECK ((nature = 'certificat') = (certificat_id IS NOT NULL) AND (nature = 'proces_verbal') = (proces_verbal_id IS NOT NULL) AND (nature = 'lettre_gtp') = (transmission_id IS NOT NULL) AND (nature IN ('decision_habilitation', 'attestation_habilitation')) = (habilitation_id IS NOT NULL) AND (nature = 'duplicata') = (duplicata_id IS NOT NULL)),
  CONSTRAINT ck_archive_sha256 CHECK (length(sha256) = 64),
  CONSTRAINT ck_archive_taille CHECK (taille > 0),
  CONSTRAINT fk_archive_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT ck_archive_nature CHECK (nature IN ('certificat', 'proces_verbal', 'lettre_gtp', 'decision_habilitation', 'attestation_habilitation', 'duplicata')),
  CONSTRAINT uq_archive_certificat_id UNIQUE (certificat_id),
  CONSTRAINT uq_archive_proces_verbal_id UNIQUE (proces_verbal_id),
  CONSTRAINT uq_archive_transmission_id UNIQUE (transmission_id),
  CONSTRAINT uq_archive_duplicata_id UNIQUE (duplicata_id)
);;

INSERT INTO nouvelle_archive (id, centre_id, nature, certificat_id, proces_verbal_id, transmission_id, habilitation_id, duplicata_id, nom_fichier, sha256, taille, contenu, conserver_jusqu_au, formulations, created_at) SELECT id, centre_id, nature, certificat_id, proces_verbal_id, transmission_id, habilitation_id, duplicata_id, nom_fichier, sha256, taille, contenu, conserver_jusqu_au, '', created_at FROM archive;;

DROP TABLE archive;;

ALTER TABLE nouvelle_archive RENAME TO archive;;

CREATE INDEX ix_archive_centre_id ON archive (centre_id);;

CREATE TRIGGER gel_vote_ajout BEFORE INSERT ON vote FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_vote_ajout'); END;;

CREATE TRIGGER gel_vote_modification BEFORE UPDATE ON vote FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_vote_modification'); END;;

CREATE TRIGGER gel_vote_retrait BEFORE DELETE ON vote FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) AND NOT ((EXISTS (SELECT 1 FROM jury j WHERE j.id = OLD.jury_id AND ((strftime('%Y', date('now', '+1 hour')) - 20) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury)) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = OLD.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = OLD.jury_id))))) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_vote_retrait'); END;;

CREATE TRIGGER gel_presentation_competence_ajout BEFORE INSERT ON presentation_competence FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_presentation_competence_ajout'); END;;

CREATE TRIGGER gel_presentation_competence_modification BEFORE UPDATE ON presentation_competence FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL)) AND NOT (OLD.id = NEW.id AND OLD.presentation_id = NEW.presentation_id AND OLD.competence_id = NEW.competence_id AND OLD.ordre = NEW.ordre AND COALESCE(OLD.synthese, '') = COALESCE(NEW.synthese, '') AND EXISTS (SELECT 1 FROM rectification r JOIN proces_verbal v ON v.id = r.proces_verbal_id WHERE v.signe_le IS NOT NULL AND r.presentation_id = OLD.presentation_id AND r.objet = 'competence' AND r.competence_id = OLD.competence_id AND r.avant = COALESCE(OLD.retenu, '') AND r.apres = NEW.retenu AND NOT EXISTS (SELECT 1 FROM rectification s JOIN proces_verbal w ON w.id = s.proces_verbal_id WHERE w.signe_le IS NOT NULL AND s.presentation_id = r.presentation_id AND s.objet = r.objet AND s.id > r.id AND s.competence_id = OLD.competence_id))) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_presentation_competence_modification'); END;;

CREATE TRIGGER gel_presentation_competence_retrait BEFORE DELETE ON presentation_competence FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_presentation_competence_retrait'); END;;

CREATE TRIGGER gel_presentation_ajout BEFORE INSERT ON presentation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_presentation_ajout'); END;;

CREATE TRIGGER gel_presentation_modification BEFORE UPDATE ON presentation FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM proces_verbal WHERE id = OLD.proces_verbal_id AND signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.proces_verbal_id AND signe_le IS NOT NULL) OR (OLD.jury_id <> NEW.jury_id AND EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL))) AND NOT (OLD.id = NEW.id AND OLD.jury_id = NEW.jury_id AND OLD.centre_id = NEW.centre_id AND OLD.inscription_id = NEW.inscription_id AND OLD.proces_verbal_id = NEW.proces_verbal_id AND OLD.numero_anonyme = NEW.numero_anonyme AND OLD.commentaire = NEW.commentaire AND EXISTS (SELECT 1 FROM rectification r JOIN proces_verbal v ON v.id = r.proces_verbal_id WHERE v.signe_le IS NOT NULL AND r.presentation_id = OLD.id AND r.objet = 'decision' AND 1 = 1 AND r.avant = COALESCE(OLD.decision, '') AND r.apres = NEW.decision AND NOT EXISTS (SELECT 1 FROM rectification s JOIN proces_verbal w ON w.id = s.proces_verbal_id WHERE w.signe_le IS NOT NULL AND s.presentation_id = r.presentation_id AND s.objet = r.objet AND s.id > r.id AND 1 = 1))) AND NOT ((EXISTS (SELECT 1 FROM jury j WHERE j.id = OLD.jury_id AND ((strftime('%Y', date('now', '+1 hour')) - 20) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury)) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = OLD.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = OLD.jury_id)))) AND NEW.motif = '' AND NEW.commentaire = '' AND NOT (COALESCE(OLD.id, 0) <> COALESCE(NEW.id, 0) OR COALESCE(OLD.jury_id, 0) <> COALESCE(NEW.jury_id, 0) OR COALESCE(OLD.centre_id, 0) <> COALESCE(NEW.centre_id, 0) OR COALESCE(OLD.inscription_id, 0) <> COALESCE(NEW.inscription_id, 0) OR COALESCE(OLD.proces_verbal_id, 0) <> COALESCE(NEW.proces_verbal_id, 0) OR COALESCE(OLD.numero_anonyme, 0) <> COALESCE(NEW.numero_anonyme, 0) OR COALESCE(OLD.voix_pour, 0) <> COALESCE(NEW.voix_pour, 0) OR COALESCE(OLD.voix_contre, 0) <> COALESCE(NEW.voix_contre, 0) OR COALESCE(OLD.decision, '') <> COALESCE(NEW.decision, '') OR OLD.voix_preponderante <> NEW.voix_preponderante)) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_presentation_modification'); END;;

CREATE TRIGGER gel_presentation_retrait BEFORE DELETE ON presentation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.jury_id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_presentation_retrait'); END;;

CREATE TRIGGER gel_siege_ajout BEFORE INSERT ON siege FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_siege_ajout'); END;;

CREATE TRIGGER gel_siege_modification BEFORE UPDATE ON siege FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.jury_id AND signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_siege_modification'); END;;

CREATE TRIGGER gel_siege_retrait BEFORE DELETE ON siege FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.jury_id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_siege_retrait'); END;;

CREATE TRIGGER gel_vote_bloc_ajout BEFORE INSERT ON vote FOR EACH ROW WHEN EXISTS (SELECT 1 FROM bloc_competences WHERE id = NEW.bloc_id) AND NOT EXISTS (SELECT 1 FROM presentation_competence k JOIN competence c ON c.id = k.competence_id WHERE k.presentation_id = NEW.presentation_id AND c.bloc_id = NEW.bloc_id) BEGIN SELECT RAISE(ABORT, 'JUR-10:gel_vote_bloc_ajout'); END;;

CREATE TRIGGER gel_vote_bloc_modification BEFORE UPDATE ON vote FOR EACH ROW WHEN OLD.presentation_id <> NEW.presentation_id OR COALESCE(OLD.bloc_id, 0) <> COALESCE(NEW.bloc_id, 0) BEGIN SELECT RAISE(ABORT, 'JUR-10:gel_vote_bloc_modification'); END;;

CREATE TRIGGER gel_lien_vote_modification BEFORE UPDATE ON lien_vote FOR EACH ROW WHEN OLD.empreinte <> NEW.empreinte OR OLD.siege_id <> NEW.siege_id OR OLD.revoque_le IS NOT NULL BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_lien_vote_modification'); END;;

CREATE TRIGGER gel_rectification_ajout BEFORE INSERT ON rectification FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.proces_verbal_id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_rectification_ajout'); END;;

CREATE TRIGGER gel_rectification_modification BEFORE UPDATE ON rectification FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM proces_verbal WHERE id = OLD.proces_verbal_id AND signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.proces_verbal_id AND signe_le IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_rectification_modification'); END;;

CREATE TRIGGER gel_rectification_retrait BEFORE DELETE ON rectification FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE id = OLD.proces_verbal_id AND signe_le IS NOT NULL) AND NOT ((EXISTS (SELECT 1 FROM jury j WHERE j.id = OLD.jury_id AND ((strftime('%Y', date('now', '+1 hour')) - 20) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury)) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = OLD.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = OLD.jury_id))))) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_rectification_retrait'); END;;

CREATE TRIGGER gel_vote_rectificatif_ajout BEFORE INSERT ON vote_rectificatif FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.proces_verbal_id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_vote_rectificatif_ajout'); END;;

CREATE TRIGGER gel_vote_rectificatif_modification BEFORE UPDATE ON vote_rectificatif FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM proces_verbal WHERE id = OLD.proces_verbal_id AND signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.proces_verbal_id AND signe_le IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_vote_rectificatif_modification'); END;;

CREATE TRIGGER gel_vote_rectificatif_retrait BEFORE DELETE ON vote_rectificatif FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE id = OLD.proces_verbal_id AND signe_le IS NOT NULL) AND NOT ((EXISTS (SELECT 1 FROM jury j WHERE j.id = OLD.jury_id AND ((strftime('%Y', date('now', '+1 hour')) - 20) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury)) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = OLD.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = OLD.jury_id))))) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_vote_rectificatif_retrait'); END;;

CREATE TRIGGER gel_proces_verbal_rectificatif BEFORE INSERT ON proces_verbal FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.rectifie_id AND (jury_id <> NEW.jury_id OR certification_id <> NEW.certification_id OR signe_le IS NULL OR rectifie_id IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_proces_verbal_rectificatif'); END;;

CREATE TRIGGER gel_annulation_certificat_ajout BEFORE INSERT ON annulation_certificat FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.proces_verbal_id AND (rectifie_id IS NULL OR signe_le IS NULL)) BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_annulation_certificat_ajout'); END;;

CREATE TRIGGER gel_annulation_certificat_modification BEFORE UPDATE ON annulation_certificat FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_annulation_certificat_modification'); END;;

CREATE TRIGGER gel_annulation_certificat_retrait BEFORE DELETE ON annulation_certificat FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_annulation_certificat_retrait'); END;;

CREATE TRIGGER gel_certificat_remplacant BEFORE INSERT ON certificat FOR EACH ROW WHEN EXISTS (SELECT 1 FROM certificat WHERE id = NEW.remplace_id) AND NOT EXISTS (SELECT 1 FROM annulation_certificat WHERE certificat_id = NEW.remplace_id) BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_certificat_remplacant'); END;;

CREATE TRIGGER gel_vote_votant_ajout BEFORE INSERT ON vote FOR EACH ROW WHEN NOT EXISTS (SELECT 1 FROM siege s JOIN jury j ON j.id = s.jury_id WHERE s.id = NEW.siege_id AND s.voix AND s.present AND j.etat = 'ouvert') AND NOT EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-10:gel_vote_votant_ajout'); END;;

CREATE TRIGGER gel_vote_votant_modification BEFORE UPDATE ON vote FOR EACH ROW WHEN NOT EXISTS (SELECT 1 FROM siege s JOIN jury j ON j.id = s.jury_id WHERE s.id = NEW.siege_id AND s.voix AND s.present AND j.etat = 'ouvert') AND NOT EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-10:gel_vote_votant_modification'); END;;

CREATE TRIGGER gel_proces_verbal_ajout BEFORE INSERT ON proces_verbal FOR EACH ROW WHEN NEW.signe_le IS NOT NULL BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_proces_verbal_ajout'); END;;

CREATE TRIGGER gel_proces_verbal_modification BEFORE UPDATE ON proces_verbal FOR EACH ROW WHEN OLD.signe_le IS NOT NULL BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_proces_verbal_modification'); END;;

CREATE TRIGGER gel_proces_verbal_retrait BEFORE DELETE ON proces_verbal FOR EACH ROW WHEN OLD.signe_le IS NOT NULL BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_proces_verbal_retrait'); END;;

CREATE TRIGGER gel_proces_verbal_signature BEFORE UPDATE ON proces_verbal FOR EACH ROW WHEN OLD.signe_le IS NULL AND NEW.signe_le IS NOT NULL AND (EXISTS (SELECT 1 FROM presentation WHERE jury_id = NEW.jury_id AND (proces_verbal_id IS NULL OR (proces_verbal_id = NEW.id AND decision IS NULL))) OR (NEW.rectifie_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM rectification WHERE proces_verbal_id = NEW.id)) OR NOT EXISTS (SELECT 1 FROM siege WHERE id = NEW.signataire_id AND president AND present)) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_proces_verbal_signature'); END;;

CREATE TRIGGER gel_jury_modification BEFORE UPDATE ON jury FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.id AND signe_le IS NOT NULL) AND (OLD.date_jury <> NEW.date_jury OR OLD.lieu <> NEW.lieu OR OLD.centre_id <> NEW.centre_id OR OLD.etat = 'clos' OR NEW.etat NOT IN (OLD.etat, 'clos')) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_jury_modification'); END;;

CREATE TRIGGER gel_jury_cloture BEFORE UPDATE ON jury FOR EACH ROW WHEN OLD.etat <> 'clos' AND NEW.etat = 'clos' AND (NOT EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.id) OR EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.id AND signe_le IS NULL)) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_jury_cloture'); END;;

CREATE TRIGGER gel_jury_retrait BEFORE DELETE ON jury FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_jury_retrait'); END;;

CREATE TRIGGER gel_certificat_sans_decision BEFORE INSERT ON certificat FOR EACH ROW WHEN NOT EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL AND (p.decision = 'A' OR (NEW.bloc_id IS NOT NULL AND EXISTS (SELECT 1 FROM presentation_competence k JOIN competence c ON c.id = k.competence_id WHERE k.presentation_id = p.id AND c.bloc_id = NEW.bloc_id) AND NOT EXISTS (SELECT 1 FROM presentation_competence k JOIN competence c ON c.id = k.competence_id WHERE k.presentation_id = p.id AND c.bloc_id = NEW.bloc_id AND (k.retenu IS NULL OR k.retenu <> 'acquise'))))) BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_certificat_sans_decision'); END;;

CREATE TRIGGER gel_certificat_remplacement BEFORE INSERT ON certificat FOR EACH ROW WHEN EXISTS (SELECT 1 FROM certificat WHERE id = NEW.id OR numero = NEW.numero OR code_verification = NEW.code_verification OR (presentation_id = NEW.presentation_id AND famille = NEW.famille AND COALESCE(bloc_id, 0) = COALESCE(NEW.bloc_id, 0) AND COALESCE(remplace_id, 0) = COALESCE(NEW.remplace_id, 0))) BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_certificat_remplacement'); END;;

CREATE TRIGGER gel_archive_remplacement BEFORE INSERT ON archive FOR EACH ROW WHEN EXISTS (SELECT 1 FROM archive WHERE id = NEW.id OR certificat_id = NEW.certificat_id OR proces_verbal_id = NEW.proces_verbal_id OR (habilitation_id = NEW.habilitation_id AND nature = NEW.nature)) BEGIN SELECT RAISE(ABORT, 'ARC-03:gel_archive_remplacement'); END;;

CREATE TRIGGER gel_journal_remplacement BEFORE INSERT ON journal FOR EACH ROW WHEN EXISTS (SELECT 1 FROM journal WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'JOURNAL:gel_journal_remplacement'); END;;

CREATE TRIGGER gel_parcours_remplacement BEFORE INSERT ON parcours FOR EACH ROW WHEN EXISTS (SELECT 1 FROM parcours WHERE etat <> 'projet' AND id = NEW.id) BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_remplacement'); END;;

CREATE TRIGGER gel_attribution_parcours_remplacement BEFORE INSERT ON attribution_parcours FOR EACH ROW WHEN EXISTS (SELECT 1 FROM attribution_parcours WHERE id = NEW.id OR (parcours_id = NEW.parcours_id AND numero = NEW.numero)) BEGIN SELECT RAISE(ABORT, 'PPC-04:gel_attribution_parcours_remplacement'); END;;

CREATE TRIGGER gel_jury_remplacement BEFORE INSERT ON jury FOR EACH ROW WHEN EXISTS (SELECT 1 FROM jury WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_jury_remplacement'); END;;

CREATE TRIGGER gel_envoi_remplacement BEFORE INSERT ON envoi FOR EACH ROW WHEN EXISTS (SELECT 1 FROM envoi WHERE etat IN ('envoye', 'a_la_main') AND (id = NEW.id OR cle_envoi = NEW.cle_envoi OR message_id = NEW.message_id)) BEGIN SELECT RAISE(ABORT, 'ENV-01:gel_envoi_remplacement'); END;;

CREATE TRIGGER gel_proces_verbal_remplacement BEFORE INSERT ON proces_verbal FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE signe_le IS NOT NULL AND (id = NEW.id OR reference = NEW.reference OR (jury_id = NEW.jury_id AND certification_id = NEW.certification_id AND NEW.rectifie_id IS NULL))) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_proces_verbal_remplacement'); END;;

CREATE TRIGGER gel_inscription_modification BEFORE UPDATE ON inscription FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.id AND v.signe_le IS NOT NULL) AND (OLD.centre_id <> NEW.centre_id OR OLD.candidat_id <> NEW.candidat_id OR OLD.certification_id <> NEW.certification_id OR OLD.cible <> NEW.cible OR OLD.voie <> NEW.voie OR OLD.origine <> NEW.origine OR OLD.dispositif_financement <> NEW.dispositif_financement OR OLD.abondement_cpf <> NEW.abondement_cpf OR OLD.date_inscription <> NEW.date_inscription OR COALESCE(OLD.entreprise_id, 0) <> COALESCE(NEW.entreprise_id, 0) OR (OLD.etat <> NEW.etat AND OLD.etat <> 'ouverte' AND NOT EXISTS (SELECT 1 FROM presentation p WHERE p.inscription_id = OLD.id AND NEW.etat = CASE p.decision WHEN 'A' THEN 'admise' ELSE 'non_admise' END))) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_inscription_modification'); END;;

CREATE TRIGGER gel_inscription_retrait BEFORE DELETE ON inscription FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_inscription_retrait'); END;;

CREATE TRIGGER gel_vae_modification BEFORE UPDATE ON vae FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) AND (COALESCE(CAST(OLD.inscription_id AS TEXT), '') <> COALESCE(CAST(NEW.inscription_id AS TEXT), '') OR COALESCE(CAST(OLD.centre_id AS TEXT), '') <> COALESCE(CAST(NEW.centre_id AS TEXT), '') OR COALESCE(CAST(OLD.collectif_id AS TEXT), '') <> COALESCE(CAST(NEW.collectif_id AS TEXT), '') OR COALESCE(CAST(OLD.accueil_le AS TEXT), '') <> COALESCE(CAST(NEW.accueil_le AS TEXT), '') OR COALESCE(CAST(OLD.dossier_complet_le AS TEXT), '') <> COALESCE(CAST(NEW.dossier_complet_le AS TEXT), '') OR COALESCE(CAST(OLD.recevabilite AS TEXT), '') <> COALESCE(CAST(NEW.recevabilite AS TEXT), '') OR COALESCE(CAST(OLD.decidee_le AS TEXT), '') <> COALESCE(CAST(NEW.decidee_le AS TEXT), '') OR COALESCE(CAST(OLD.notifiee_le AS TEXT), '') <> COALESCE(CAST(NEW.notifiee_le AS TEXT), '') OR COALESCE(CAST(OLD.livret2_recu_le AS TEXT), '') <> COALESCE(CAST(NEW.livret2_recu_le AS TEXT), '') OR COALESCE(CAST(OLD.commission_id AS TEXT), '') <> COALESCE(CAST(NEW.commission_id AS TEXT), '') OR COALESCE(CAST(OLD.mise_en_situation AS TEXT), '') <> COALESCE(CAST(NEW.mise_en_situation AS TEXT), '') OR COALESCE(CAST(OLD.entretien AS TEXT), '') <> COALESCE(CAST(NEW.entretien AS TEXT), '') OR COALESCE(CAST(OLD.conclusion AS TEXT), '') <> COALESCE(CAST(NEW.conclusion AS TEXT), '') OR ((NEW.observations <> OLD.observations OR NEW.motif <> OLD.motif) AND (NEW.observations <> '' OR NEW.motif NOT IN ('', 'Effacé au terme de sa conservation') OR NOT ((NOT EXISTS (SELECT 1 FROM inscription WHERE id = OLD.inscription_id AND etat = 'ouverte') AND NOT EXISTS (SELECT 1 FROM presentation p JOIN jury j ON j.id = p.jury_id WHERE p.inscription_id = OLD.inscription_id AND p.decision = 'NA' AND NOT (CASE WHEN EXISTS (SELECT 1 FROM presentation_competence k WHERE k.presentation_id = p.id AND k.retenu = 'acquise') THEN ((strftime('%Y', date('now', '+1 hour')) - 5) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury) ELSE ((strftime('%Y', date('now', '+1 hour')) - 2) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury) END))) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = (SELECT candidat_id FROM inscription WHERE id = OLD.inscription_id) OR s.jury_id IN (SELECT jury_id FROM presentation WHERE inscription_id = OLD.inscription_id))))))) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_vae_modification'); END;;

CREATE TRIGGER gel_vae_retrait BEFORE DELETE ON vae FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_vae_retrait'); END;;

CREATE TRIGGER gel_inscription_voie BEFORE UPDATE ON inscription FOR EACH ROW WHEN OLD.voie <> NEW.voie AND EXISTS (SELECT 1 FROM vae WHERE inscription_id = OLD.id AND recevabilite IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'VAE-04:gel_inscription_voie'); END;;

CREATE TRIGGER gel_commission_validation_modification BEFORE UPDATE ON commission_validation FOR EACH ROW WHEN (OLD.tenue_le <> NEW.tenue_le OR OLD.lieu <> NEW.lieu) AND EXISTS (SELECT 1 FROM vae WHERE commission_id = OLD.id AND conclusion IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'VAE-05:gel_commission_validation_modification'); END;;

CREATE TRIGGER gel_membre_validation_ajout BEFORE INSERT ON membre_validation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM vae WHERE commission_id = NEW.commission_id AND conclusion IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'VAE-05:gel_membre_validation_ajout'); END;;

CREATE TRIGGER gel_membre_validation_modification BEFORE UPDATE ON membre_validation FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM vae WHERE commission_id = OLD.commission_id AND conclusion IS NOT NULL) OR EXISTS (SELECT 1 FROM vae WHERE commission_id = NEW.commission_id AND conclusion IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'VAE-05:gel_membre_validation_modification'); END;;

CREATE TRIGGER gel_membre_validation_retrait BEFORE DELETE ON membre_validation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM vae WHERE commission_id = OLD.commission_id AND conclusion IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'VAE-05:gel_membre_validation_retrait'); END;;

CREATE TRIGGER gel_parcours_domaine_ajout BEFORE INSERT ON parcours_domaine FOR EACH ROW WHEN EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat <> 'projet') BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_domaine_ajout'); END;;

CREATE TRIGGER gel_parcours_domaine_modification BEFORE UPDATE ON parcours_domaine FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM parcours p WHERE p.id = OLD.parcours_id AND p.etat <> 'projet') OR EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat <> 'projet')) BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_domaine_modification'); END;;

CREATE TRIGGER gel_parcours_domaine_retrait BEFORE DELETE ON parcours_domaine FOR EACH ROW WHEN EXISTS (SELECT 1 FROM parcours p WHERE p.id = OLD.parcours_id AND p.etat <> 'projet') BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_domaine_retrait'); END;;

CREATE TRIGGER gel_parcours_module_ajout BEFORE INSERT ON parcours_module FOR EACH ROW WHEN EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat <> 'projet') BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_module_ajout'); END;;

CREATE TRIGGER gel_parcours_module_modification BEFORE UPDATE ON parcours_module FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM parcours p WHERE p.id = OLD.parcours_id AND p.etat <> 'projet') OR EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat <> 'projet')) BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_module_modification'); END;;

CREATE TRIGGER gel_parcours_module_retrait BEFORE DELETE ON parcours_module FOR EACH ROW WHEN EXISTS (SELECT 1 FROM parcours p WHERE p.id = OLD.parcours_id AND p.etat <> 'projet') BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_module_retrait'); END;;

CREATE TRIGGER gel_parcours_modification BEFORE UPDATE ON parcours FOR EACH ROW WHEN OLD.etat <> 'projet' AND (COALESCE(OLD.societe, '') <> COALESCE(NEW.societe, '') OR COALESCE(OLD.adresse, '') <> COALESCE(NEW.adresse, '') OR COALESCE(OLD.intitule, '') <> COALESCE(NEW.intitule, '') OR COALESCE(OLD.public_vise, '') <> COALESCE(NEW.public_vise, '') OR COALESCE(OLD.attestation, '') <> COALESCE(NEW.attestation, '') OR COALESCE(OLD.avis_cse, '') <> COALESCE(NEW.avis_cse, '') OR COALESCE(OLD.evaluation_conditions, '') <> COALESCE(NEW.evaluation_conditions, '') OR COALESCE(OLD.evaluation_modalites, '') <> COALESCE(NEW.evaluation_modalites, '') OR COALESCE(OLD.evaluation_criteres, '') <> COALESCE(NEW.evaluation_criteres, '') OR COALESCE(OLD.centre_id, 0) <> COALESCE(NEW.centre_id, 0) OR COALESCE(OLD.numero, 0) <> COALESCE(NEW.numero, 0) OR COALESCE(OLD.minutes, 0) <> COALESCE(NEW.minutes, 0) OR COALESCE(OLD.mois, 0) <> COALESCE(NEW.mois, 0) OR COALESCE(OLD.avis_cse_le, '1000-01-01') <> COALESCE(NEW.avis_cse_le, '1000-01-01') OR (OLD.etat = 'remplace' AND NEW.etat <> 'remplace') OR (OLD.etat = 'valide' AND (NEW.etat NOT IN ('valide', 'remplace') OR NEW.valide_le <> OLD.valide_le OR NEW.certification_id <> OLD.certification_id))) BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_modification'); END;;

CREATE TRIGGER gel_parcours_retrait BEFORE DELETE ON parcours FOR EACH ROW WHEN OLD.etat <> 'projet' BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_retrait'); END;;

CREATE TRIGGER gel_attribution_parcours_ajout BEFORE INSERT ON attribution_parcours FOR EACH ROW WHEN NOT EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat IN ('valide', 'remplace') AND p.valide_le <= NEW.attribue_le) BEGIN SELECT RAISE(ABORT, 'PPC-04:gel_attribution_parcours_ajout'); END;;

CREATE TRIGGER gel_attribution_parcours_modification BEFORE UPDATE ON attribution_parcours FOR EACH ROW WHEN OLD.annulee_le IS NOT NULL OR COALESCE(OLD.nom, '') <> COALESCE(NEW.nom, '') OR COALESCE(OLD.prenoms, '') <> COALESCE(NEW.prenoms, '') OR COALESCE(OLD.organisme_evaluation, '') <> COALESCE(NEW.organisme_evaluation, '') OR COALESCE(OLD.resultat, '') <> COALESCE(NEW.resultat, '') OR COALESCE(OLD.emploi, '') <> COALESCE(NEW.emploi, '') OR COALESCE(OLD.cotation, '') <> COALESCE(NEW.cotation, '') OR COALESCE(OLD.parcours_id, 0) <> COALESCE(NEW.parcours_id, 0) OR COALESCE(OLD.centre_id, 0) <> COALESCE(NEW.centre_id, 0) OR COALESCE(OLD.numero, 0) <> COALESCE(NEW.numero, 0) OR COALESCE(OLD.date_naissance, '1000-01-01') <> COALESCE(NEW.date_naissance, '1000-01-01') OR COALESCE(OLD.habilite_le, '1000-01-01') <> COALESCE(NEW.habilite_le, '1000-01-01') OR COALESCE(OLD.evalue_le, '1000-01-01') <> COALESCE(NEW.evalue_le, '1000-01-01') OR COALESCE(OLD.attribue_le, '1000-01-01') <> COALESCE(NEW.attribue_le, '1000-01-01') BEGIN SELECT RAISE(ABORT, 'PPC-04:gel_attribution_parcours_modification'); END;;

CREATE TRIGGER gel_attribution_parcours_retrait BEFORE DELETE ON attribution_parcours FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'PPC-04:gel_attribution_parcours_retrait'); END;;

CREATE TRIGGER gel_evaluation_ajout BEFORE INSERT ON evaluation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = NEW.inscription_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_evaluation_ajout'); END;;

CREATE TRIGGER gel_evaluation_modification BEFORE UPDATE ON evaluation FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) AND (COALESCE(CAST(OLD.inscription_id AS TEXT), '') <> COALESCE(CAST(NEW.inscription_id AS TEXT), '') OR COALESCE(CAST(OLD.competence_id AS TEXT), '') <> COALESCE(CAST(NEW.competence_id AS TEXT), '') OR COALESCE(CAST(OLD.modalite_code AS TEXT), '') <> COALESCE(CAST(NEW.modalite_code AS TEXT), '') OR COALESCE(CAST(OLD.commission_id AS TEXT), '') <> COALESCE(CAST(NEW.commission_id AS TEXT), '') OR COALESCE(CAST(OLD.date_evaluation AS TEXT), '') <> COALESCE(CAST(NEW.date_evaluation AS TEXT), '') OR COALESCE(CAST(OLD.resultat AS TEXT), '') <> COALESCE(CAST(NEW.resultat AS TEXT), '') OR COALESCE(CAST(OLD.acquis_de_id AS TEXT), '') <> COALESCE(CAST(NEW.acquis_de_id AS TEXT), '') OR (NEW.appreciation <> OLD.appreciation AND (NEW.appreciation <> '' OR NOT ((NOT EXISTS (SELECT 1 FROM inscription WHERE id = OLD.inscription_id AND etat = 'ouverte') AND NOT EXISTS (SELECT 1 FROM presentation p JOIN jury j ON j.id = p.jury_id WHERE p.inscription_id = OLD.inscription_id AND p.decision = 'NA' AND NOT (CASE WHEN EXISTS (SELECT 1 FROM presentation_competence k WHERE k.presentation_id = p.id AND k.retenu = 'acquise') THEN ((strftime('%Y', date('now', '+1 hour')) - 5) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury) ELSE ((strftime('%Y', date('now', '+1 hour')) - 2) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury) END))) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = (SELECT candidat_id FROM inscription WHERE id = OLD.inscription_id) OR s.jury_id IN (SELECT jury_id FROM presentation WHERE inscription_id = OLD.inscription_id)))))))) OR (OLD.inscription_id <> NEW.inscription_id AND EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = NEW.inscription_id AND v.signe_le IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_evaluation_modification'); END;;

CREATE TRIGGER gel_evaluation_retrait BEFORE DELETE ON evaluation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_evaluation_retrait'); END;;

CREATE TRIGGER gel_evaluation_commission_ajout BEFORE INSERT ON evaluation FOR EACH ROW WHEN NEW.commission_id IS NOT NULL AND NEW.resultat IS NOT NULL AND (SELECT COUNT(*) FROM evaluateur WHERE commission_id = NEW.commission_id) < 2 BEGIN SELECT RAISE(ABORT, 'EVA-02:gel_evaluation_commission_ajout'); END;;

CREATE TRIGGER gel_evaluation_commission_modification BEFORE UPDATE ON evaluation FOR EACH ROW WHEN NEW.commission_id IS NOT NULL AND NEW.resultat IS NOT NULL AND (SELECT COUNT(*) FROM evaluateur WHERE commission_id = NEW.commission_id) < 2 BEGIN SELECT RAISE(ABORT, 'EVA-02:gel_evaluation_commission_modification'); END;;

CREATE TRIGGER gel_evaluateur_modification BEFORE UPDATE ON evaluateur FOR EACH ROW WHEN OLD.commission_id <> NEW.commission_id AND EXISTS (SELECT 1 FROM evaluation WHERE commission_id = OLD.commission_id AND resultat IS NOT NULL) AND (SELECT COUNT(*) FROM evaluateur WHERE commission_id = OLD.commission_id) <= 2 BEGIN SELECT RAISE(ABORT, 'EVA-02:gel_evaluateur_modification'); END;;

CREATE TRIGGER gel_evaluateur_retrait BEFORE DELETE ON evaluateur FOR EACH ROW WHEN EXISTS (SELECT 1 FROM evaluation WHERE commission_id = OLD.commission_id AND resultat IS NOT NULL) AND (SELECT COUNT(*) FROM evaluateur WHERE commission_id = OLD.commission_id) <= 2 BEGIN SELECT RAISE(ABORT, 'EVA-02:gel_evaluateur_retrait'); END;;

CREATE TRIGGER gel_avis_entreprise_ajout BEFORE INSERT ON avis_entreprise FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = NEW.inscription_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_avis_entreprise_ajout'); END;;

CREATE TRIGGER gel_avis_entreprise_modification BEFORE UPDATE ON avis_entreprise FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) OR (OLD.inscription_id <> NEW.inscription_id AND EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = NEW.inscription_id AND v.signe_le IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_avis_entreprise_modification'); END;;

CREATE TRIGGER gel_avis_entreprise_retrait BEFORE DELETE ON avis_entreprise FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) AND NOT ((NOT EXISTS (SELECT 1 FROM inscription WHERE id = OLD.inscription_id AND etat = 'ouverte') AND NOT EXISTS (SELECT 1 FROM presentation p JOIN jury j ON j.id = p.jury_id WHERE p.inscription_id = OLD.inscription_id AND p.decision = 'NA' AND NOT (CASE WHEN EXISTS (SELECT 1 FROM presentation_competence k WHERE k.presentation_id = p.id AND k.retenu = 'acquise') THEN ((strftime('%Y', date('now', '+1 hour')) - 5) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury) ELSE ((strftime('%Y', date('now', '+1 hour')) - 2) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury) END))) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = (SELECT candidat_id FROM inscription WHERE id = OLD.inscription_id) OR s.jury_id IN (SELECT jury_id FROM presentation WHERE inscription_id = OLD.inscription_id)))) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_avis_entreprise_retrait'); END;;

CREATE TRIGGER gel_inscription_fiche_reunie_ajout BEFORE INSERT ON inscription FOR EACH ROW WHEN EXISTS (SELECT 1 FROM candidat WHERE id = NEW.candidat_id AND fusionne_dans_id IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'INS-13:gel_inscription_fiche_reunie_ajout'); END;;

CREATE TRIGGER gel_candidat_reuni BEFORE UPDATE ON candidat FOR EACH ROW WHEN (OLD.fusionne_dans_id IS NOT NULL AND NEW.fusionne_dans_id IS NOT NULL AND (OLD.nom_naissance <> NEW.nom_naissance OR OLD.nom_usage <> NEW.nom_usage OR OLD.prenoms <> NEW.prenoms OR OLD.date_naissance <> NEW.date_naissance OR OLD.ville_naissance <> NEW.ville_naissance)) OR (NEW.fusionne_dans_id IS NOT NULL AND (NEW.fusionne_dans_id = NEW.id OR EXISTS (SELECT 1 FROM candidat WHERE id = NEW.fusionne_dans_id AND fusionne_dans_id IS NOT NULL))) BEGIN SELECT RAISE(ABORT, 'INS-13:gel_candidat_reuni'); END;;

CREATE TRIGGER gel_envoi_modification BEFORE UPDATE ON envoi FOR EACH ROW WHEN OLD.etat IN ('envoye', 'a_la_main') BEGIN SELECT RAISE(ABORT, 'ENV-01:gel_envoi_modification'); END;;

CREATE TRIGGER gel_envoi_retrait BEFORE DELETE ON envoi FOR EACH ROW WHEN OLD.etat IN ('envoye', 'a_la_main') AND NOT ((EXISTS (SELECT 1 FROM jury j WHERE j.id = OLD.jury_id AND ((strftime('%Y', date('now', '+1 hour')) - 20) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury)) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = OLD.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = OLD.jury_id))))) BEGIN SELECT RAISE(ABORT, 'ENV-01:gel_envoi_retrait'); END;;

CREATE TRIGGER gel_certificat_modification BEFORE UPDATE ON certificat FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_certificat_modification'); END;;

CREATE TRIGGER gel_certificat_retrait BEFORE DELETE ON certificat FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_certificat_retrait'); END;;

CREATE TRIGGER gel_duplicata_modification BEFORE UPDATE ON duplicata FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ATT-06:gel_duplicata_modification'); END;;

CREATE TRIGGER gel_duplicata_retrait BEFORE DELETE ON duplicata FOR EACH ROW WHEN NOT (NOT EXISTS (SELECT 1 FROM certificat k JOIN presentation p ON p.id = k.presentation_id WHERE k.id = OLD.certificat_id AND (NOT ((strftime('%Y', date('now', '+1 hour')) - 42) || strftime('-%m-%d', date('now', '+1 hour')) > k.date_jury) OR EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = k.candidat_id OR s.jury_id = p.jury_id))))) BEGIN SELECT RAISE(ABORT, 'ATT-06:gel_duplicata_retrait'); END;;

CREATE TRIGGER gel_formulation_modification BEFORE UPDATE ON formulation FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'FOR-05:gel_formulation_modification'); END;;

CREATE TRIGGER gel_formulation_retrait BEFORE DELETE ON formulation FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'FOR-05:gel_formulation_retrait'); END;;

CREATE TRIGGER gel_archive_modification BEFORE UPDATE ON archive FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ARC-03:gel_archive_modification'); END;;

CREATE TRIGGER gel_archive_retrait BEFORE DELETE ON archive FOR EACH ROW WHEN NOT (((strftime('%Y', date('now', '+1 hour')) - 0) || strftime('-%m-%d', date('now', '+1 hour')) > OLD.conserver_jusqu_au) AND (OLD.certificat_id IS NULL OR NOT EXISTS (SELECT 1 FROM certificat k JOIN presentation p ON p.id = k.presentation_id WHERE k.id = OLD.certificat_id AND (NOT ((strftime('%Y', date('now', '+1 hour')) - 42) || strftime('-%m-%d', date('now', '+1 hour')) > k.date_jury) OR EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = k.candidat_id OR s.jury_id = p.jury_id))))) AND NOT EXISTS (SELECT 1 FROM duplicata d WHERE d.id = OLD.duplicata_id AND NOT (NOT EXISTS (SELECT 1 FROM certificat k JOIN presentation p ON p.id = k.presentation_id WHERE k.id = d.certificat_id AND (NOT ((strftime('%Y', date('now', '+1 hour')) - 42) || strftime('-%m-%d', date('now', '+1 hour')) > k.date_jury) OR EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = k.candidat_id OR s.jury_id = p.jury_id)))))) AND NOT EXISTS (SELECT 1 FROM proces_verbal v WHERE v.id = OLD.proces_verbal_id AND NOT ((EXISTS (SELECT 1 FROM jury j WHERE j.id = v.jury_id AND ((strftime('%Y', date('now', '+1 hour')) - 20) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury)) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = v.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = v.jury_id)))))) AND NOT EXISTS (SELECT 1 FROM transmission t WHERE t.id = OLD.transmission_id AND NOT ((EXISTS (SELECT 1 FROM jury j WHERE j.id = t.jury_id AND ((strftime('%Y', date('now', '+1 hour')) - 20) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury)) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = t.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = t.jury_id))))))) BEGIN SELECT RAISE(ABORT, 'ARC-03:gel_archive_retrait'); END;;

CREATE TRIGGER gel_candidat_efface_ajout BEFORE INSERT ON candidat FOR EACH ROW WHEN NEW.efface_le IS NOT NULL BEGIN SELECT RAISE(ABORT, 'ARC-11:gel_candidat_efface_ajout'); END;;

CREATE TRIGGER gel_candidat_efface BEFORE UPDATE ON candidat FOR EACH ROW WHEN OLD.efface_le IS NOT NULL OR (NEW.efface_le IS NOT NULL AND NOT (NOT EXISTS (SELECT 1 FROM inscription i WHERE i.candidat_id = OLD.id AND (i.etat = 'ouverte' OR (i.etat = 'annulee' AND NOT ((strftime('%Y', date('now', '+1 hour')) - 2) || strftime('-%m-%d', date('now', '+1 hour')) > i.updated_at)) OR EXISTS (SELECT 1 FROM presentation p JOIN jury j ON j.id = p.jury_id WHERE p.inscription_id = i.id AND (NOT ((strftime('%Y', date('now', '+1 hour')) - 20) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury) OR (EXISTS (SELECT 1 FROM certificat k WHERE k.presentation_id = p.id) AND NOT ((strftime('%Y', date('now', '+1 hour')) - 42) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury)))))) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = OLD.id OR s.jury_id = NULL)))) BEGIN SELECT RAISE(ABORT, 'ARC-11:gel_candidat_efface'); END;;

CREATE TRIGGER gel_inscription_fiche_effacee_ajout BEFORE INSERT ON inscription FOR EACH ROW WHEN EXISTS (SELECT 1 FROM candidat WHERE id = NEW.candidat_id AND efface_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'ARC-11:gel_inscription_fiche_effacee_ajout'); END;;

CREATE TRIGGER gel_piece_inscription_modification BEFORE UPDATE ON piece FOR EACH ROW WHEN OLD.inscription_id IS NOT NULL BEGIN SELECT RAISE(ABORT, 'ARC-01:gel_piece_inscription_modification'); END;;

CREATE TRIGGER gel_piece_inscription_retrait BEFORE DELETE ON piece FOR EACH ROW WHEN OLD.inscription_id IS NOT NULL AND (EXISTS (SELECT 1 FROM inscription WHERE id = OLD.inscription_id AND etat = 'ouverte') OR EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = (SELECT candidat_id FROM inscription WHERE id = OLD.inscription_id) OR s.jury_id IN (SELECT jury_id FROM presentation WHERE inscription_id = OLD.inscription_id)))) BEGIN SELECT RAISE(ABORT, 'ARC-01:gel_piece_inscription_retrait'); END;;

CREATE TRIGGER gel_piece_inscription_remplacement BEFORE INSERT ON piece FOR EACH ROW WHEN EXISTS (SELECT 1 FROM piece WHERE id = NEW.id AND inscription_id IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'ARC-01:gel_piece_inscription_remplacement'); END;;

CREATE TRIGGER gel_conservation_suspendue_modification BEFORE UPDATE ON conservation_suspendue FOR EACH ROW WHEN OLD.levee_le IS NOT NULL OR OLD.depuis <> NEW.depuis OR OLD.raison <> NEW.raison OR COALESCE(OLD.id, 0) <> COALESCE(NEW.id, 0) OR COALESCE(OLD.centre_id, 0) <> COALESCE(NEW.centre_id, 0) OR COALESCE(OLD.candidat_id, 0) <> COALESCE(NEW.candidat_id, 0) OR COALESCE(OLD.jury_id, 0) <> COALESCE(NEW.jury_id, 0) BEGIN SELECT RAISE(ABORT, 'ARC-20:gel_conservation_suspendue_modification'); END;;

CREATE TRIGGER gel_conservation_suspendue_retrait BEFORE DELETE ON conservation_suspendue FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ARC-20:gel_conservation_suspendue_retrait'); END;;

CREATE TRIGGER gel_conservation_suspendue_remplacement BEFORE INSERT ON conservation_suspendue FOR EACH ROW WHEN EXISTS (SELECT 1 FROM conservation_suspendue WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'ARC-20:gel_conservation_suspendue_remplacement'); END;;

CREATE TRIGGER gel_purge_modification BEFORE UPDATE ON purge FOR EACH ROW WHEN OLD.etat <> 'proposee' OR OLD.au <> NEW.au OR OLD.proposee_par <> NEW.proposee_par BEGIN SELECT RAISE(ABORT, 'ARC-21:gel_purge_modification'); END;;

CREATE TRIGGER gel_purge_retrait BEFORE DELETE ON purge FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ARC-21:gel_purge_retrait'); END;;

CREATE TRIGGER gel_purge_remplacement BEFORE INSERT ON purge FOR EACH ROW WHEN EXISTS (SELECT 1 FROM purge WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'ARC-21:gel_purge_remplacement'); END;;

CREATE TRIGGER gel_purge_ligne_ajout BEFORE INSERT ON purge_ligne FOR EACH ROW WHEN EXISTS (SELECT 1 FROM purge WHERE id = NEW.purge_id AND etat <> 'proposee') BEGIN SELECT RAISE(ABORT, 'ARC-21:gel_purge_ligne_ajout'); END;;

CREATE TRIGGER gel_purge_ligne_modification BEFORE UPDATE ON purge_ligne FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM purge WHERE id = OLD.purge_id AND etat <> 'proposee') OR EXISTS (SELECT 1 FROM purge WHERE id = NEW.purge_id AND etat <> 'proposee')) BEGIN SELECT RAISE(ABORT, 'ARC-21:gel_purge_ligne_modification'); END;;

CREATE TRIGGER gel_purge_ligne_retrait BEFORE DELETE ON purge_ligne FOR EACH ROW WHEN EXISTS (SELECT 1 FROM purge WHERE id = OLD.purge_id AND etat <> 'proposee') BEGIN SELECT RAISE(ABORT, 'ARC-21:gel_purge_ligne_retrait'); END;;

CREATE TRIGGER gel_journal_modification BEFORE UPDATE ON journal FOR EACH ROW WHEN NOT (NEW.avant IS NULL AND NEW.apres IS NULL AND (((strftime('%Y', date('now', '+1 hour')) - 42) || strftime('-%m-%d', date('now', '+1 hour')) > OLD.le) OR (OLD.objet = 'candidat' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = OLD.objet_id)) OR (OLD.objet = 'inscription' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = (SELECT candidat_id FROM inscription WHERE id = OLD.objet_id))) OR (OLD.objet = 'evaluation' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = (SELECT candidat_id FROM inscription WHERE id = (SELECT inscription_id FROM evaluation WHERE id = OLD.objet_id)))) OR (OLD.objet = 'vae' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = (SELECT candidat_id FROM inscription WHERE id = (SELECT inscription_id FROM vae WHERE id = OLD.objet_id)))) OR (OLD.objet = 'dossier_evaluation' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = (SELECT candidat_id FROM inscription WHERE id = (SELECT inscription_id FROM dossier_evaluation WHERE id = OLD.objet_id)))) OR (OLD.objet = 'presentation' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = (SELECT candidat_id FROM inscription WHERE id = (SELECT inscription_id FROM presentation WHERE id = OLD.objet_id)))) OR (OLD.objet = 'amenagement' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = (SELECT candidat_id FROM inscription WHERE id = (SELECT inscription_id FROM amenagement WHERE id = OLD.objet_id)))) OR (OLD.objet = 'vote' AND EXISTS (SELECT 1 FROM vote x WHERE x.id = OLD.objet_id AND (EXISTS (SELECT 1 FROM jury j WHERE j.id = x.jury_id AND ((strftime('%Y', date('now', '+1 hour')) - 20) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury)) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = x.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = x.jury_id)))))) OR (OLD.objet = 'vote_rectificatif' AND EXISTS (SELECT 1 FROM vote_rectificatif x WHERE x.id = OLD.objet_id AND (EXISTS (SELECT 1 FROM jury j WHERE j.id = x.jury_id AND ((strftime('%Y', date('now', '+1 hour')) - 20) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury)) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = x.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = x.jury_id)))))) OR (OLD.objet = 'rectification' AND EXISTS (SELECT 1 FROM rectification x WHERE x.id = OLD.objet_id AND (EXISTS (SELECT 1 FROM jury j WHERE j.id = x.jury_id AND ((strftime('%Y', date('now', '+1 hour')) - 20) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury)) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = x.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = x.jury_id)))))) OR (OLD.objet = 'envoi' AND EXISTS (SELECT 1 FROM envoi x WHERE x.id = OLD.objet_id AND (EXISTS (SELECT 1 FROM jury j WHERE j.id = x.jury_id AND ((strftime('%Y', date('now', '+1 hour')) - 20) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury)) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = x.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = x.jury_id)))))) OR (OLD.objet = 'presentation' AND EXISTS (SELECT 1 FROM presentation x WHERE x.id = OLD.objet_id AND (EXISTS (SELECT 1 FROM jury j WHERE j.id = x.jury_id AND ((strftime('%Y', date('now', '+1 hour')) - 20) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury)) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = x.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = x.jury_id)))))) OR (OLD.objet = 'certificat' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = (SELECT candidat_id FROM certificat WHERE id = OLD.objet_id))) OR (OLD.objet = 'remise' AND EXISTS (SELECT 1 FROM remise x WHERE x.id = OLD.objet_id AND NOT EXISTS (SELECT 1 FROM certificat k JOIN presentation p ON p.id = k.presentation_id WHERE k.id = x.certificat_id AND (NOT ((strftime('%Y', date('now', '+1 hour')) - 42) || strftime('-%m-%d', date('now', '+1 hour')) > k.date_jury) OR EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = k.candidat_id OR s.jury_id = p.jury_id)))))) OR (OLD.objet = 'duplicata' AND EXISTS (SELECT 1 FROM duplicata x WHERE x.id = OLD.objet_id AND NOT EXISTS (SELECT 1 FROM certificat k JOIN presentation p ON p.id = k.presentation_id WHERE k.id = x.certificat_id AND (NOT ((strftime('%Y', date('now', '+1 hour')) - 42) || strftime('-%m-%d', date('now', '+1 hour')) > k.date_jury) OR EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = k.candidat_id OR s.jury_id = p.jury_id)))))) OR (OLD.objet = 'avis_entreprise' AND EXISTS (SELECT 1 FROM avis_entreprise x WHERE x.id = OLD.objet_id AND (NOT EXISTS (SELECT 1 FROM inscription WHERE id = x.inscription_id AND etat = 'ouverte') AND NOT EXISTS (SELECT 1 FROM presentation p JOIN jury j ON j.id = p.jury_id WHERE p.inscription_id = x.inscription_id AND p.decision = 'NA' AND NOT (CASE WHEN EXISTS (SELECT 1 FROM presentation_competence k WHERE k.presentation_id = p.id AND k.retenu = 'acquise') THEN ((strftime('%Y', date('now', '+1 hour')) - 5) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury) ELSE ((strftime('%Y', date('now', '+1 hour')) - 2) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury) END))) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = (SELECT candidat_id FROM inscription WHERE id = x.inscription_id) OR s.jury_id IN (SELECT jury_id FROM presentation WHERE inscription_id = x.inscription_id)))))) AND OLD.acteur = NEW.acteur AND OLD.action = NEW.action AND OLD.objet = NEW.objet AND OLD.le = NEW.le AND NOT (COALESCE(OLD.id, 0) <> COALESCE(NEW.id, 0) OR COALESCE(OLD.utilisateur_id, 0) <> COALESCE(NEW.utilisateur_id, 0) OR COALESCE(OLD.centre_id, 0) <> COALESCE(NEW.centre_id, 0) OR COALESCE(OLD.objet_id, 0) <> COALESCE(NEW.objet_id, 0) OR COALESCE(OLD.importation_id, 0) <> COALESCE(NEW.importation_id, 0) OR COALESCE(OLD.importation_ligne, 0) <> COALESCE(NEW.importation_ligne, 0))) BEGIN SELECT RAISE(ABORT, 'JOURNAL:gel_journal_modification'); END;;

CREATE TRIGGER gel_journal_retrait BEFORE DELETE ON journal FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'JOURNAL:gel_journal_retrait'); END;;

CREATE TRIGGER gel_fichier_accrochage_modification BEFORE UPDATE ON fichier_accrochage FOR EACH ROW WHEN OLD.id <> NEW.id OR OLD.id_flux <> NEW.id_flux OR OLD.nom_fichier <> NEW.nom_fichier OR OLD.passages <> NEW.passages OR OLD.sha256 <> NEW.sha256 OR OLD.taille <> NEW.taille OR (OLD.depose_le IS NOT NULL AND (NEW.depose_le IS NULL OR NEW.depose_le <> OLD.depose_le)) BEGIN SELECT RAISE(ABORT, 'ACC-02:gel_fichier_accrochage_modification'); END;;

CREATE TRIGGER gel_fichier_accrochage_retrait BEFORE DELETE ON fichier_accrochage FOR EACH ROW WHEN OLD.depose_le IS NOT NULL BEGIN SELECT RAISE(ABORT, 'ACC-02:gel_fichier_accrochage_retrait'); END;;

CREATE TRIGGER gel_passage_accrochage_ajout BEFORE INSERT ON passage_accrochage FOR EACH ROW WHEN NEW.etat IN ('depose', 'accepte', 'corrige') OR (NEW.etat = 'ko' AND NEW.message <> '') OR EXISTS (SELECT 1 FROM fichier_accrochage WHERE id = NEW.fichier_id AND depose_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'ACC-02:gel_passage_accrochage_ajout'); END;;

CREATE TRIGGER gel_passage_accrochage_modification BEFORE UPDATE ON passage_accrochage FOR EACH ROW WHEN OLD.id <> NEW.id OR OLD.fichier_id <> NEW.fichier_id OR OLD.certificat_id <> NEW.certificat_id OR OLD.id_technique <> NEW.id_technique OR NOT ((OLD.etat = 'prepare' AND NEW.etat = 'depose') OR (OLD.etat = 'depose' AND NEW.etat IN ('accepte', 'ko')) OR (OLD.etat = 'ko' AND NEW.etat = 'corrige')) BEGIN SELECT RAISE(ABORT, 'ACC-02:gel_passage_accrochage_modification'); END;;

CREATE TRIGGER gel_passage_accrochage_retrait BEFORE DELETE ON passage_accrochage FOR EACH ROW WHEN OLD.etat <> 'prepare' BEGIN SELECT RAISE(ABORT, 'ACC-02:gel_passage_accrochage_retrait'); END;;

CREATE TRIGGER gel_transmission_modification BEFORE UPDATE ON transmission FOR EACH ROW WHEN OLD.transmise_le IS NOT NULL AND (NEW.transmise_le IS NULL OR OLD.transmise_le <> NEW.transmise_le OR OLD.jury_id <> NEW.jury_id OR OLD.controlee_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'TRA-02:gel_transmission_modification'); END;;

CREATE TRIGGER gel_transmission_retrait BEFORE DELETE ON transmission FOR EACH ROW WHEN OLD.transmise_le IS NOT NULL BEGIN SELECT RAISE(ABORT, 'TRA-02:gel_transmission_retrait'); END;;

CREATE TRIGGER gel_action_corrective_modification BEFORE UPDATE ON action_corrective FOR EACH ROW WHEN OLD.realisee_le IS NOT NULL OR OLD.libelle <> NEW.libelle OR OLD.terme <> NEW.terme OR OLD.transmission_id <> NEW.transmission_id BEGIN SELECT RAISE(ABORT, 'SUI-01:gel_action_corrective_modification'); END;;

CREATE TRIGGER gel_action_corrective_retrait BEFORE DELETE ON action_corrective FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'SUI-01:gel_action_corrective_retrait'); END;;

CREATE TRIGGER gel_piece_ajout BEFORE INSERT ON piece FOR EACH ROW WHEN EXISTS (SELECT 1 FROM demande WHERE id = NEW.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') UNION ALL SELECT 1 FROM transmission WHERE id = NEW.transmission_id AND transmise_le IS NOT NULL UNION ALL SELECT 1 FROM parcours WHERE id = NEW.parcours_id AND etat <> 'projet' UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND (h.id = NEW.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation WHERE id = NEW.appreciation_id)) UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id WHERE e.id = NEW.etape_instruction_id AND (h.etat = 'retiree' OR (NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) BEGIN SELECT RAISE(ABORT, 'PIE-06:gel_piece_ajout'); END;;

CREATE TRIGGER gel_piece_modification BEFORE UPDATE ON piece FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM demande WHERE id = OLD.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') UNION ALL SELECT 1 FROM transmission WHERE id = OLD.transmission_id AND transmise_le IS NOT NULL UNION ALL SELECT 1 FROM parcours WHERE id = OLD.parcours_id AND etat <> 'projet' UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND (h.id = OLD.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation WHERE id = OLD.appreciation_id)) UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id WHERE e.id = OLD.etape_instruction_id AND (h.etat = 'retiree' OR (NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) OR EXISTS (SELECT 1 FROM demande WHERE id = NEW.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') UNION ALL SELECT 1 FROM transmission WHERE id = NEW.transmission_id AND transmise_le IS NOT NULL UNION ALL SELECT 1 FROM parcours WHERE id = NEW.parcours_id AND etat <> 'projet' UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND (h.id = NEW.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation WHERE id = NEW.appreciation_id)) UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id WHERE e.id = NEW.etape_instruction_id AND (h.etat = 'retiree' OR (NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue'))))) BEGIN SELECT RAISE(ABORT, 'PIE-06:gel_piece_modification'); END;;

CREATE TRIGGER gel_piece_retrait BEFORE DELETE ON piece FOR EACH ROW WHEN EXISTS (SELECT 1 FROM demande WHERE id = OLD.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') UNION ALL SELECT 1 FROM transmission WHERE id = OLD.transmission_id AND transmise_le IS NOT NULL UNION ALL SELECT 1 FROM parcours WHERE id = OLD.parcours_id AND etat <> 'projet' UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND (h.id = OLD.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation WHERE id = OLD.appreciation_id)) UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id WHERE e.id = OLD.etape_instruction_id AND (h.etat = 'retiree' OR (NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) AND NOT (EXISTS (SELECT 1 FROM transmission t WHERE t.id = OLD.transmission_id AND (EXISTS (SELECT 1 FROM jury j WHERE j.id = t.jury_id AND ((strftime('%Y', date('now', '+1 hour')) - 20) || strftime('-%m-%d', date('now', '+1 hour')) > j.date_jury)) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = t.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = t.jury_id)))))) BEGIN SELECT RAISE(ABORT, 'PIE-06:gel_piece_retrait'); END;;

CREATE TRIGGER gel_presence_gtp_ajout BEFORE INSERT ON presence_gtp FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close') BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_presence_gtp_ajout'); END;;

CREATE TRIGGER gel_presence_gtp_modification BEFORE UPDATE ON presence_gtp FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') OR EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close')) BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_presence_gtp_modification'); END;;

CREATE TRIGGER gel_presence_gtp_retrait BEFORE DELETE ON presence_gtp FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_presence_gtp_retrait'); END;;

CREATE TRIGGER gel_point_gtp_ajout BEFORE INSERT ON point_gtp FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close') BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_point_gtp_ajout'); END;;

CREATE TRIGGER gel_point_gtp_modification BEFORE UPDATE ON point_gtp FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') OR EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close')) BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_point_gtp_modification'); END;;

CREATE TRIGGER gel_point_gtp_retrait BEFORE DELETE ON point_gtp FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_point_gtp_retrait'); END;;

CREATE TRIGGER gel_vote_gtp_ajout BEFORE INSERT ON vote_gtp FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close') BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_vote_gtp_ajout'); END;;

CREATE TRIGGER gel_vote_gtp_modification BEFORE UPDATE ON vote_gtp FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') OR EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close')) BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_vote_gtp_modification'); END;;

CREATE TRIGGER gel_vote_gtp_retrait BEFORE DELETE ON vote_gtp FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_vote_gtp_retrait'); END;;

CREATE TRIGGER gel_seance_gtp_ajout BEFORE INSERT ON seance_gtp FOR EACH ROW WHEN NEW.etat = 'close' BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_seance_gtp_ajout'); END;;

CREATE TRIGGER gel_seance_gtp_remplacement BEFORE INSERT ON seance_gtp FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_seance_gtp_remplacement'); END;;

CREATE TRIGGER gel_seance_gtp_modification BEFORE UPDATE ON seance_gtp FOR EACH ROW WHEN OLD.etat = 'close' BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_seance_gtp_modification'); END;;

CREATE TRIGGER gel_seance_gtp_retrait BEFORE DELETE ON seance_gtp FOR EACH ROW WHEN OLD.etat = 'close' BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_seance_gtp_retrait'); END;;

CREATE TRIGGER gel_seance_gtp_cloture BEFORE UPDATE ON seance_gtp FOR EACH ROW WHEN OLD.etat <> 'close' AND NEW.etat = 'close' AND EXISTS (SELECT 1 FROM point_gtp WHERE seance_id = NEW.id AND decision IS NULL) BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_seance_gtp_cloture'); END;;

CREATE TRIGGER gel_demande_modification BEFORE UPDATE ON demande FOR EACH ROW WHEN OLD.etat IN ('acceptee', 'refusee', 'abandonnee') BEGIN SELECT RAISE(ABORT, 'REF-03:gel_demande_modification'); END;;

CREATE TRIGGER gel_demande_retrait BEFORE DELETE ON demande FOR EACH ROW WHEN OLD.etat IN ('acceptee', 'refusee', 'abandonnee') BEGIN SELECT RAISE(ABORT, 'REF-03:gel_demande_retrait'); END;;

CREATE TRIGGER gel_demande_ajout BEFORE INSERT ON demande FOR EACH ROW WHEN NEW.etat IN ('acceptee', 'refusee') BEGIN SELECT RAISE(ABORT, 'REF-03:gel_demande_ajout'); END;;

CREATE TRIGGER gel_demande_remplacement BEFORE INSERT ON demande FOR EACH ROW WHEN EXISTS (SELECT 1 FROM demande WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'REF-03:gel_demande_remplacement'); END;;

CREATE TRIGGER gel_demande_decision BEFORE UPDATE ON demande FOR EACH ROW WHEN OLD.etat NOT IN ('acceptee', 'refusee', 'abandonnee') AND NEW.etat IN ('acceptee', 'refusee') AND NOT EXISTS (SELECT 1 FROM point_gtp p JOIN seance_gtp s ON s.id = p.seance_id WHERE p.demande_id = NEW.id AND p.decision = NEW.etat AND s.date_seance = NEW.decidee_le) BEGIN SELECT RAISE(ABORT, 'REF-03:gel_demande_decision'); END;;

CREATE TRIGGER gel_releve_decisions_modification BEFORE UPDATE ON releve_decisions FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'GTP-03:gel_releve_decisions_modification'); END;;

CREATE TRIGGER gel_releve_decisions_retrait BEFORE DELETE ON releve_decisions FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'GTP-03:gel_releve_decisions_retrait'); END;;

CREATE TRIGGER gel_releve_decisions_remplacement BEFORE INSERT ON releve_decisions FOR EACH ROW WHEN EXISTS (SELECT 1 FROM releve_decisions WHERE id = NEW.id OR seance_id = NEW.seance_id) BEGIN SELECT RAISE(ABORT, 'GTP-03:gel_releve_decisions_remplacement'); END;;

CREATE TRIGGER gel_releve_decisions_ajout BEFORE INSERT ON releve_decisions FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat <> 'close') BEGIN SELECT RAISE(ABORT, 'GTP-03:gel_releve_decisions_ajout'); END;;

CREATE TRIGGER gel_publication_modification BEFORE UPDATE ON publication FOR EACH ROW WHEN OLD.faite_le IS NOT NULL BEGIN SELECT RAISE(ABORT, 'REF-12:gel_publication_modification'); END;;

CREATE TRIGGER gel_publication_retrait BEFORE DELETE ON publication FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'REF-12:gel_publication_retrait'); END;;

CREATE TRIGGER gel_referentiel_bloc_ajout BEFORE INSERT ON referentiel_bloc FOR EACH ROW WHEN EXISTS (SELECT 1 FROM referentiel WHERE id = NEW.referentiel_id AND etat IN ('valide', 'remplace')) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_referentiel_bloc_ajout'); END;;

CREATE TRIGGER gel_referentiel_bloc_modification BEFORE UPDATE ON referentiel_bloc FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM referentiel WHERE id = OLD.referentiel_id AND etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = NEW.referentiel_id AND etat IN ('valide', 'remplace'))) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_referentiel_bloc_modification'); END;;

CREATE TRIGGER gel_referentiel_bloc_retrait BEFORE DELETE ON referentiel_bloc FOR EACH ROW WHEN EXISTS (SELECT 1 FROM referentiel WHERE id = OLD.referentiel_id AND etat IN ('valide', 'remplace')) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_referentiel_bloc_retrait'); END;;

CREATE TRIGGER gel_competence_ajout BEFORE INSERT ON competence FOR EACH ROW WHEN EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = NEW.bloc_id AND r.etat IN ('valide', 'remplace') UNION ALL SELECT 1 FROM referentiel WHERE id = NEW.referentiel_id AND etat IN ('valide', 'remplace')) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_competence_ajout'); END;;

CREATE TRIGGER gel_competence_modification BEFORE UPDATE ON competence FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = OLD.bloc_id AND r.etat IN ('valide', 'remplace') UNION ALL SELECT 1 FROM referentiel WHERE id = OLD.referentiel_id AND etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = NEW.bloc_id AND r.etat IN ('valide', 'remplace') UNION ALL SELECT 1 FROM referentiel WHERE id = NEW.referentiel_id AND etat IN ('valide', 'remplace'))) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_competence_modification'); END;;

CREATE TRIGGER gel_competence_retrait BEFORE DELETE ON competence FOR EACH ROW WHEN EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = OLD.bloc_id AND r.etat IN ('valide', 'remplace') UNION ALL SELECT 1 FROM referentiel WHERE id = OLD.referentiel_id AND etat IN ('valide', 'remplace')) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_competence_retrait'); END;;

CREATE TRIGGER gel_competence_modalite_ajout BEFORE INSERT ON competence_modalite FOR EACH ROW WHEN EXISTS (SELECT 1 FROM competence c WHERE c.id = NEW.competence_id AND (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = c.bloc_id AND r.etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = c.referentiel_id AND etat IN ('valide', 'remplace')))) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_competence_modalite_ajout'); END;;

CREATE TRIGGER gel_competence_modalite_modification BEFORE UPDATE ON competence_modalite FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM competence c WHERE c.id = OLD.competence_id AND (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = c.bloc_id AND r.etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = c.referentiel_id AND etat IN ('valide', 'remplace')))) OR EXISTS (SELECT 1 FROM competence c WHERE c.id = NEW.competence_id AND (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = c.bloc_id AND r.etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = c.referentiel_id AND etat IN ('valide', 'remplace'))))) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_competence_modalite_modification'); END;;

CREATE TRIGGER gel_competence_modalite_retrait BEFORE DELETE ON competence_modalite FOR EACH ROW WHEN EXISTS (SELECT 1 FROM competence c WHERE c.id = OLD.competence_id AND (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = c.bloc_id AND r.etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = c.referentiel_id AND etat IN ('valide', 'remplace')))) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_competence_modalite_retrait'); END;;

CREATE TRIGGER gel_bloc_competences_modification BEFORE UPDATE ON bloc_competences FOR EACH ROW WHEN (OLD.id <> NEW.id OR OLD.libelle <> NEW.libelle OR COALESCE(OLD.numero, 0) <> COALESCE(NEW.numero, 0)) AND EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = OLD.id AND r.etat IN ('valide', 'remplace')) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_bloc_competences_modification'); END;;

CREATE TRIGGER gel_bloc_competences_retrait BEFORE DELETE ON bloc_competences FOR EACH ROW WHEN EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = OLD.id AND r.etat IN ('valide', 'remplace')) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_bloc_competences_retrait'); END;;

CREATE TRIGGER gel_referentiel_modification BEFORE UPDATE ON referentiel FOR EACH ROW WHEN OLD.etat IN ('valide', 'remplace') AND (OLD.id <> NEW.id OR OLD.certification_id <> NEW.certification_id OR OLD.numero <> NEW.numero OR NEW.etat NOT IN (OLD.etat, 'remplace') OR NEW.valide_le IS NULL OR OLD.valide_le <> NEW.valide_le OR OLD.missions <> NEW.missions OR OLD.environnement <> NEW.environnement OR OLD.interactions <> NEW.interactions OR OLD.conditions_admissibilite <> NEW.conditions_admissibilite) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_referentiel_modification'); END;;

CREATE TRIGGER gel_referentiel_numeros BEFORE UPDATE ON referentiel FOR EACH ROW WHEN NEW.etat IN ('valide', 'remplace') AND EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN bloc_competences b ON b.id = rb.bloc_id WHERE rb.referentiel_id = NEW.id AND b.numero IS NULL) BEGIN SELECT RAISE(ABORT, 'REF-08:gel_referentiel_numeros'); END;;

CREATE TRIGGER gel_referentiel_retrait BEFORE DELETE ON referentiel FOR EACH ROW WHEN OLD.etat IN ('valide', 'remplace') BEGIN SELECT RAISE(ABORT, 'REF-09:gel_referentiel_retrait'); END;;

CREATE TRIGGER gel_referentiel_remplacement BEFORE INSERT ON referentiel FOR EACH ROW WHEN EXISTS (SELECT 1 FROM referentiel WHERE etat IN ('valide', 'remplace') AND (id = NEW.id OR (certification_id = NEW.certification_id AND (numero = NEW.numero OR (etat = 'valide' AND NEW.etat = 'valide' AND NEW.valide_le IS NOT NULL))))) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_referentiel_remplacement'); END;;

CREATE TRIGGER gel_bloc_competences_remplacement BEFORE INSERT ON bloc_competences FOR EACH ROW WHEN EXISTS (SELECT 1 FROM bloc_competences x WHERE (x.id = NEW.id OR x.numero = NEW.numero) AND EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = x.id AND r.etat IN ('valide', 'remplace'))) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_bloc_competences_remplacement'); END;;

CREATE TRIGGER gel_competence_remplacement BEFORE INSERT ON competence FOR EACH ROW WHEN EXISTS (SELECT 1 FROM competence x WHERE x.id = NEW.id AND (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = x.bloc_id AND r.etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = x.referentiel_id AND etat IN ('valide', 'remplace')))) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_competence_remplacement'); END;;

CREATE TRIGGER gel_certification_identifiant BEFORE UPDATE ON certification FOR EACH ROW WHEN OLD.numero IS NOT NULL AND (OLD.famille <> NEW.famille OR OLD.numero <> COALESCE(NEW.numero, 0) OR OLD.annee <> COALESCE(NEW.annee, 0)) BEGIN SELECT RAISE(ABORT, 'REF-08:gel_certification_identifiant'); END;;

CREATE TRIGGER gel_bloc_competences_identifiant BEFORE UPDATE ON bloc_competences FOR EACH ROW WHEN OLD.numero IS NOT NULL AND OLD.numero <> COALESCE(NEW.numero, 0) AND NOT EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = OLD.id AND r.etat IN ('valide', 'remplace')) BEGIN SELECT RAISE(ABORT, 'REF-08:gel_bloc_competences_identifiant'); END;;

CREATE TRIGGER gel_appreciation_ajout BEFORE INSERT ON appreciation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_appreciation_ajout'); END;;

CREATE TRIGGER gel_appreciation_modification BEFORE UPDATE ON appreciation FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) OR EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise)) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_appreciation_modification'); END;;

CREATE TRIGGER gel_appreciation_retrait BEFORE DELETE ON appreciation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_appreciation_retrait'); END;;

CREATE TRIGGER gel_habilitation_certification_ajout BEFORE INSERT ON habilitation_certification FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_habilitation_certification_ajout'); END;;

CREATE TRIGGER gel_habilitation_certification_modification BEFORE UPDATE ON habilitation_certification FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) OR EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise)) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_habilitation_certification_modification'); END;;

CREATE TRIGGER gel_habilitation_certification_retrait BEFORE DELETE ON habilitation_certification FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_habilitation_certification_retrait'); END;;

CREATE TRIGGER gel_habilitation_bloc_ajout BEFORE INSERT ON habilitation_bloc FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_habilitation_bloc_ajout'); END;;

CREATE TRIGGER gel_habilitation_bloc_modification BEFORE UPDATE ON habilitation_bloc FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) OR EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise)) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_habilitation_bloc_modification'); END;;

CREATE TRIGGER gel_habilitation_bloc_retrait BEFORE DELETE ON habilitation_bloc FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_habilitation_bloc_retrait'); END;;

CREATE TRIGGER gel_etape_instruction_ajout BEFORE INSERT ON etape_instruction FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation h WHERE h.id = NEW.habilitation_id AND (h.etat = 'retiree' OR (NOT NEW.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) BEGIN SELECT RAISE(ABORT, 'HAB-03:gel_etape_instruction_ajout'); END;;

CREATE TRIGGER gel_etape_instruction_modification BEFORE UPDATE ON etape_instruction FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM habilitation h WHERE h.id = OLD.habilitation_id AND (h.etat = 'retiree' OR (NOT OLD.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) OR EXISTS (SELECT 1 FROM habilitation h WHERE h.id = NEW.habilitation_id AND (h.etat = 'retiree' OR (NOT NEW.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue'))))) BEGIN SELECT RAISE(ABORT, 'HAB-03:gel_etape_instruction_modification'); END;;

CREATE TRIGGER gel_etape_instruction_retrait BEFORE DELETE ON etape_instruction FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation h WHERE h.id = OLD.habilitation_id AND (h.etat = 'retiree' OR (NOT OLD.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) BEGIN SELECT RAISE(ABORT, 'HAB-03:gel_etape_instruction_retrait'); END;;

CREATE TRIGGER gel_habilitation_ajout BEFORE INSERT ON habilitation FOR EACH ROW WHEN (NEW.etat <> 'demande' AND NOT NEW.reprise) OR EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_habilitation_ajout'); END;;

CREATE TRIGGER gel_habilitation_decision BEFORE UPDATE ON habilitation FOR EACH ROW WHEN OLD.etat IN ('demande', 'instruction', 'complement') AND (NEW.reprise <> OLD.reprise OR NEW.etat IN ('suspendue', 'retiree') OR (NEW.etat = 'accordee' AND (SELECT count(*) FROM appreciation WHERE habilitation_id = NEW.id AND resultat = 'satisfait') < (SELECT count(*) FROM indicateur))) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_habilitation_decision'); END;;

CREATE TRIGGER gel_habilitation_recouvrement BEFORE UPDATE ON habilitation FOR EACH ROW WHEN NEW.etat = 'accordee' AND OLD.etat NOT IN ('accordee', 'suspendue') AND EXISTS (SELECT 1 FROM habilitation h WHERE h.id <> NEW.id AND h.organisme_id = NEW.organisme_id AND h.centre_id = NEW.centre_id AND h.etat IN ('accordee', 'suspendue') AND (h.au IS NULL OR h.au >= NEW.du) AND (NEW.au IS NULL OR h.du <= NEW.au) AND ((NOT EXISTS (SELECT 1 FROM habilitation_certification WHERE habilitation_id = h.id) AND NOT EXISTS (SELECT 1 FROM habilitation_bloc WHERE habilitation_id = h.id)) OR (NOT EXISTS (SELECT 1 FROM habilitation_certification WHERE habilitation_id = NEW.id) AND NOT EXISTS (SELECT 1 FROM habilitation_bloc WHERE habilitation_id = NEW.id)) OR EXISTS (SELECT 1 FROM habilitation_certification x JOIN habilitation_certification y ON x.certification_id = y.certification_id WHERE x.habilitation_id = h.id AND y.habilitation_id = NEW.id) OR EXISTS (SELECT 1 FROM habilitation_bloc x JOIN habilitation_bloc y ON x.bloc_id = y.bloc_id WHERE x.habilitation_id = h.id AND y.habilitation_id = NEW.id))) BEGIN SELECT RAISE(ABORT, 'HAB-01:gel_habilitation_recouvrement'); END;;

CREATE TRIGGER gel_habilitation_modification BEFORE UPDATE ON habilitation FOR EACH ROW WHEN OLD.etat IN ('refusee', 'retiree') OR (OLD.etat IN ('accordee', 'suspendue') AND (NEW.etat NOT IN ('accordee', 'suspendue', 'retiree') OR NEW.organisme_id <> OLD.organisme_id OR NEW.centre_id <> OLD.centre_id OR NEW.demande_le <> OLD.demande_le OR NEW.du <> OLD.du OR COALESCE(NEW.decide_le, OLD.demande_le) <> COALESCE(OLD.decide_le, OLD.demande_le) OR NEW.reprise <> OLD.reprise)) BEGIN SELECT RAISE(ABORT, 'HAB-05:gel_habilitation_modification'); END;;

CREATE TRIGGER gel_habilitation_retrait BEFORE DELETE ON habilitation FOR EACH ROW WHEN OLD.etat NOT IN ('demande', 'instruction', 'complement') BEGIN SELECT RAISE(ABORT, 'HAB-05:gel_habilitation_retrait'); END;;

CREATE TRIGGER gel_evenement_habilitation_modification BEFORE UPDATE ON evenement_habilitation FOR EACH ROW WHEN OLD.avise_le IS NOT NULL OR NEW.habilitation_id <> OLD.habilitation_id OR NEW.nature <> OLD.nature OR NEW.le <> OLD.le OR NEW.portee <> OLD.portee OR NEW.motif <> OLD.motif BEGIN SELECT RAISE(ABORT, 'FC-02:gel_evenement_habilitation_modification'); END;;

CREATE TRIGGER gel_evenement_habilitation_retrait BEFORE DELETE ON evenement_habilitation FOR EACH ROW WHEN OLD.nature <> 'fin' OR OLD.avise_le IS NOT NULL BEGIN SELECT RAISE(ABORT, 'FC-02:gel_evenement_habilitation_retrait'); END;;

CREATE TRIGGER gel_compteur_retrait BEFORE DELETE ON compteur FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'REF-08:gel_compteur_retrait'); END;;

CREATE TRIGGER gel_compteur_recul BEFORE UPDATE ON compteur FOR EACH ROW WHEN NEW.dernier < OLD.dernier OR NEW.nom <> OLD.nom BEGIN SELECT RAISE(ABORT, 'REF-08:gel_compteur_recul'); END;;

CREATE TRIGGER gel_compteur_remplacement BEFORE INSERT ON compteur FOR EACH ROW WHEN EXISTS (SELECT 1 FROM compteur WHERE nom = NEW.nom) BEGIN SELECT RAISE(ABORT, 'REF-08:gel_compteur_remplacement'); END;;

CREATE TRIGGER tenue_inscription_ajout AFTER INSERT ON inscription FOR EACH ROW WHEN NEW.nom_tri = '' BEGIN UPDATE inscription SET nom_tri = (SELECT recherche FROM candidat WHERE id = NEW.candidat_id) WHERE id = NEW.id; END;;

CREATE TRIGGER tenue_inscription_candidat AFTER UPDATE OF candidat_id ON inscription FOR EACH ROW WHEN OLD.candidat_id <> NEW.candidat_id BEGIN UPDATE inscription SET nom_tri = (SELECT recherche FROM candidat WHERE id = NEW.candidat_id) WHERE id = NEW.id; END;;

CREATE TRIGGER tenue_candidat_nom AFTER UPDATE OF recherche ON candidat FOR EACH ROW WHEN OLD.recherche <> NEW.recherche BEGIN UPDATE inscription SET nom_tri = NEW.recherche WHERE candidat_id = NEW.id AND nom_tri <> NEW.recherche; END;;
