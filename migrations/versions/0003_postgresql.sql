DROP TRIGGER gel_vote_ajout ON vote;;

DROP TRIGGER gel_vote_modification ON vote;;

DROP TRIGGER gel_vote_retrait ON vote;;

DROP TRIGGER gel_presentation_competence_ajout ON presentation_competence;;

DROP TRIGGER gel_presentation_competence_modification ON presentation_competence;;

DROP TRIGGER gel_presentation_competence_retrait ON presentation_competence;;

DROP TRIGGER gel_presentation_modification ON presentation;;

DROP TRIGGER gel_siege_modification ON siege;;

DROP TRIGGER gel_vote_votant_ajout ON vote;;

DROP TRIGGER gel_vote_votant_modification ON vote;;

DROP TRIGGER gel_proces_verbal_signature ON proces_verbal;;

DROP TRIGGER gel_jury_cloture ON jury;;

DROP TRIGGER gel_certificat_remplacement ON certificat;;

DROP TRIGGER gel_inscription_modification ON inscription;;

DROP TRIGGER gel_vae_modification ON vae;;

DROP TRIGGER gel_membre_validation_modification ON membre_validation;;

DROP TRIGGER gel_parcours_domaine_modification ON parcours_domaine;;

DROP TRIGGER gel_parcours_module_modification ON parcours_module;;

DROP TRIGGER gel_evaluation_modification ON evaluation;;

DROP TRIGGER gel_avis_entreprise_retrait ON avis_entreprise;;

DROP TRIGGER gel_duplicata_retrait ON duplicata;;

DROP TRIGGER gel_archive_retrait ON archive;;

DROP TRIGGER gel_journal_modification ON journal;;

DROP TRIGGER gel_piece_modification ON piece;;

DROP TRIGGER gel_piece_retrait ON piece;;

DROP TRIGGER gel_presence_gtp_modification ON presence_gtp;;

DROP TRIGGER gel_point_gtp_modification ON point_gtp;;

DROP TRIGGER gel_vote_gtp_modification ON vote_gtp;;

DROP TRIGGER gel_referentiel_bloc_modification ON referentiel_bloc;;

DROP TRIGGER gel_competence_modification ON competence;;

DROP TRIGGER gel_competence_modalite_modification ON competence_modalite;;

DROP TRIGGER gel_appreciation_modification ON appreciation;;

DROP TRIGGER gel_habilitation_certification_modification ON habilitation_certification;;

DROP TRIGGER gel_habilitation_bloc_modification ON habilitation_bloc;;

DROP TRIGGER gel_etape_instruction_modification ON etape_instruction;;

DROP TRIGGER gel_piece_troncature ON piece;;

DROP FUNCTION gel_appreciation_modification;;

DROP FUNCTION gel_archive_retrait;;

DROP FUNCTION gel_avis_entreprise_retrait;;

DROP FUNCTION gel_certificat_remplacement;;

DROP FUNCTION gel_competence_modalite_modification;;

DROP FUNCTION gel_competence_modification;;

DROP FUNCTION gel_duplicata_retrait;;

DROP FUNCTION gel_etape_instruction_modification;;

DROP FUNCTION gel_evaluation_modification;;

DROP FUNCTION gel_habilitation_bloc_modification;;

DROP FUNCTION gel_habilitation_certification_modification;;

DROP FUNCTION gel_inscription_modification;;

DROP FUNCTION gel_journal_modification;;

DROP FUNCTION gel_jury_cloture;;

DROP FUNCTION gel_membre_validation_modification;;

DROP FUNCTION gel_parcours_domaine_modification;;

DROP FUNCTION gel_parcours_module_modification;;

DROP FUNCTION gel_piece_modification;;

DROP FUNCTION gel_piece_retrait;;

DROP FUNCTION gel_point_gtp_modification;;

DROP FUNCTION gel_presence_gtp_modification;;

DROP FUNCTION gel_presentation_competence_ajout;;

DROP FUNCTION gel_presentation_competence_modification;;

DROP FUNCTION gel_presentation_competence_retrait;;

DROP FUNCTION gel_presentation_modification;;

DROP FUNCTION gel_proces_verbal_signature;;

DROP FUNCTION gel_referentiel_bloc_modification;;

DROP FUNCTION gel_siege_modification;;

DROP FUNCTION gel_vae_modification;;

DROP FUNCTION gel_vote_ajout;;

DROP FUNCTION gel_vote_gtp_modification;;

DROP FUNCTION gel_vote_modification;;

DROP FUNCTION gel_vote_retrait;;

DROP FUNCTION gel_vote_votant_ajout;;

DROP FUNCTION gel_vote_votant_modification;;

ALTER TABLE entreprise ADD COLUMN courriel VARCHAR(200);;

ALTER TABLE utilisateur DROP CONSTRAINT ck_utilisateur_role_national;;

ALTER TABLE utilisateur DROP CONSTRAINT ck_utilisateur_role;;

ALTER TABLE utilisateur ADD CONSTRAINT ck_utilisateur_role CHECK (role IN ('administrateur', 'gtp', 'uimm', 'clerc', 'responsable', 'jure', 'dpo', 'lecture'));;

ALTER TABLE utilisateur ADD CONSTRAINT ck_utilisateur_role_national CHECK (role NOT IN ('administrateur', 'gtp', 'uimm', 'dpo') OR centre_id IS NULL);;

ALTER TABLE jury ADD COLUMN heure TIME WITHOUT TIME ZONE;;

COMMENT ON COLUMN jury.heure IS 'à Paris ; vide : dite autrement';;

ALTER TABLE jury ADD COLUMN motif_ouverture VARCHAR(1000) DEFAULT '' NOT NULL;;

ALTER TABLE jury ALTER COLUMN motif_ouverture DROP DEFAULT;;

COMMENT ON COLUMN jury.motif_ouverture IS 'pourquoi il s''ouvre malgré une désignation ou une convocation manquante';;

ALTER TABLE candidat ADD COLUMN efface_le DATE;;

COMMENT ON COLUMN candidat.efface_le IS 'plus rien ne demandait de savoir qui c''est : la fiche a été vidée (partie 2, chapitre 6)';;

CREATE INDEX ix_candidat_efface_le ON candidat (efface_le);;

DROP INDEX uq_siege_travail_temporaire;;

ALTER TABLE siege ADD COLUMN remplace_par_id INTEGER;;

COMMENT ON COLUMN siege.remplace_par_id IS 'le siège qui le remplace, au même jury';;

ALTER TABLE siege ADD COLUMN motif_remplacement VARCHAR(500) DEFAULT '' NOT NULL;;

ALTER TABLE siege ALTER COLUMN motif_remplacement DROP DEFAULT;;

ALTER TABLE siege ADD CONSTRAINT ck_siege_remplace_motive CHECK ((remplace_par_id IS NULL) = (motif_remplacement = ''));;

ALTER TABLE siege ADD CONSTRAINT ck_siege_remplace_sans_voix CHECK (remplace_par_id IS NULL OR NOT (voix OR president OR present));;

CREATE UNIQUE INDEX uq_siege_travail_temporaire ON siege (jury_id, delegation) WHERE travail_temporaire AND remplace_par_id IS NULL;;

ALTER TABLE proces_verbal ADD COLUMN raison TEXT;;

ALTER TABLE proces_verbal DISABLE TRIGGER USER;;

UPDATE proces_verbal SET raison = CASE WHEN rectifie_id IS NULL THEN '' ELSE 'Raison non précisée' END;;

ALTER TABLE proces_verbal ENABLE TRIGGER USER;;

ALTER TABLE proces_verbal ALTER COLUMN raison SET NOT NULL;;

COMMENT ON COLUMN proces_verbal.raison IS 'pourquoi ce procès-verbal en rectifie un autre';;

ALTER TABLE proces_verbal ADD CONSTRAINT ck_proces_verbal_raison CHECK ((rectifie_id IS NULL) = (raison = ''));;

ALTER TABLE importation DROP CONSTRAINT ck_importation_etat;;

ALTER TABLE importation ALTER COLUMN etat TYPE VARCHAR(8);;

ALTER TABLE importation ADD COLUMN feuille VARCHAR(100) DEFAULT '' NOT NULL;;

ALTER TABLE importation ALTER COLUMN feuille DROP DEFAULT;;

COMMENT ON COLUMN importation.feuille IS 'feuille du classeur, si elle a été choisie';;

ALTER TABLE importation ADD COLUMN correspondance JSON;;

ALTER TABLE importation DISABLE TRIGGER USER;;

UPDATE importation SET correspondance = '{}';;

ALTER TABLE importation ENABLE TRIGGER USER;;

ALTER TABLE importation ALTER COLUMN correspondance SET NOT NULL;;

COMMENT ON COLUMN importation.correspondance IS 'en-tête → colonne, ou rien';;

ALTER TABLE importation ADD COLUMN retouches JSON;;

ALTER TABLE importation DISABLE TRIGGER USER;;

UPDATE importation SET retouches = '{}';;

ALTER TABLE importation ENABLE TRIGGER USER;;

ALTER TABLE importation ALTER COLUMN retouches SET NOT NULL;;

COMMENT ON COLUMN importation.retouches IS 'ligne → rang de cellule → valeur';;

ALTER TABLE importation ADD COLUMN choix JSON;;

ALTER TABLE importation DISABLE TRIGGER USER;;

UPDATE importation SET choix = '{}';;

ALTER TABLE importation ENABLE TRIGGER USER;;

ALTER TABLE importation ALTER COLUMN choix SET NOT NULL;;

COMMENT ON COLUMN importation.choix IS 'ligne → fiche de la même personne, ou 0 : une autre';;

ALTER TABLE importation ADD COLUMN ecarts JSON;;

ALTER TABLE importation DISABLE TRIGGER USER;;

UPDATE importation SET ecarts = '[]';;

ALTER TABLE importation ENABLE TRIGGER USER;;

ALTER TABLE importation ALTER COLUMN ecarts SET NOT NULL;;

COMMENT ON COLUMN importation.ecarts IS 'ce qui a changé depuis la simulation';;

ALTER TABLE importation ADD COLUMN annulation JSON;;

COMMENT ON COLUMN importation.annulation IS 'ce qui est ôté, et ce qui reste avec sa raison';;

ALTER TABLE importation ADD COLUMN suite_id INTEGER;;

COMMENT ON COLUMN importation.suite_id IS 'l''import qu''a fait cette simulation';;

ALTER TABLE importation ADD COLUMN travail_id INTEGER;;

COMMENT ON COLUMN importation.travail_id IS 'le dernier travail demandé sur ce fichier';;

ALTER TABLE importation ADD CONSTRAINT ck_importation_etat CHECK (etat IN ('deposee', 'simulee', 'en_cours', 'faite', 'refusee', 'annulee'));;

ALTER TABLE piece DROP CONSTRAINT ck_piece_nature;;

ALTER TABLE piece DROP CONSTRAINT ck_piece_un_dossier;;

ALTER TABLE piece ADD COLUMN inscription_id INTEGER;;

ALTER TABLE piece ADD CONSTRAINT ck_piece_nature CHECK (nature IN ('rapport', 'referentiel', 'preuve_usage', 'courrier', 'fiche', 'programme', 'avis_cse', 'preuve_indicateur', 'compte_rendu', 'emargement', 'identite', 'evaluation', 'autre'));;

ALTER TABLE piece ADD CONSTRAINT ck_piece_nature_de_l_inscription CHECK ((inscription_id IS NOT NULL) = (nature IN ('identite', 'evaluation')));;

ALTER TABLE piece ADD CONSTRAINT ck_piece_un_dossier CHECK ((CASE WHEN demande_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN parcours_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN transmission_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN habilitation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN appreciation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN etape_instruction_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN inscription_id IS NULL THEN 0 ELSE 1 END) = 1);;

CREATE INDEX ix_piece_inscription_id ON piece (inscription_id);;

ALTER TABLE vote DROP CONSTRAINT uq_vote_presentation_id_siege_id;;

ALTER TABLE vote ADD COLUMN bloc_id INTEGER;;

COMMENT ON COLUMN vote.bloc_id IS 'le bloc voté à part ; vide pour la certification';;

ALTER TABLE vote ADD COLUMN geste VARCHAR(40) DEFAULT '' NOT NULL;;

ALTER TABLE vote ALTER COLUMN geste DROP DEFAULT;;

COMMENT ON COLUMN vote.geste IS 'clé du dernier geste appliqué';;

ALTER TABLE vote ADD COLUMN consigne_par VARCHAR(200) DEFAULT '' NOT NULL;;

ALTER TABLE vote ALTER COLUMN consigne_par DROP DEFAULT;;

COMMENT ON COLUMN vote.consigne_par IS 'qui l''a consigné au nom du membre (JUR-15) ; vide : le membre';;

ALTER TABLE vote ADD CONSTRAINT uq_vote_presentation_id_siege_id_bloc_id UNIQUE (presentation_id, siege_id, bloc_id);;

CREATE INDEX ix_vote_bloc_id ON vote (bloc_id);;

CREATE INDEX ix_vote_jury_id ON vote (jury_id);;

CREATE UNIQUE INDEX uq_vote_presentation_id_siege_id ON vote (presentation_id, siege_id) WHERE bloc_id IS NULL;;

ALTER TABLE certificat DROP CONSTRAINT uq_certificat_presentation_id_bloc_id;;

DROP INDEX uq_certificat_presentation_id_famille;;

ALTER TABLE certificat ADD COLUMN remplace_id INTEGER;;

COMMENT ON COLUMN certificat.remplace_id IS 'le certificat annulé que celui-ci remplace';;

ALTER TABLE certificat ADD CONSTRAINT uq_certificat_remplace_id UNIQUE (remplace_id);;

CREATE INDEX ix_certificat_date_jury ON certificat (date_jury);;

CREATE INDEX ix_certificat_presentation_id ON certificat (presentation_id);;

CREATE UNIQUE INDEX uq_certificat_presentation_id_bloc_id ON certificat (presentation_id, bloc_id) WHERE remplace_id IS NULL;;

CREATE UNIQUE INDEX uq_certificat_presentation_id_famille ON certificat (presentation_id, famille) WHERE bloc_id IS NULL AND remplace_id IS NULL;;

ALTER TABLE archive ADD COLUMN formulations VARCHAR(400) DEFAULT '' NOT NULL;;

ALTER TABLE archive ALTER COLUMN formulations DROP DEFAULT;;

COMMENT ON COLUMN archive.formulations IS 'versions des passages qu''elle porte ; vide : d''origine';;

CREATE TABLE emetteur_accrochage (
  id SERIAL NOT NULL,
  id_client VARCHAR(8) NOT NULL,
  id_contrat VARCHAR(20) NOT NULL,
  nature VARCHAR(15) NOT NULL,
  prefixe_fichier VARCHAR(30) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_emetteur_accrochage PRIMARY KEY (id),
  CONSTRAINT ck_emetteur_accrochage_id_client CHECK (length(id_client) = 8),
  CONSTRAINT ck_emetteur_accrochage_id_contrat CHECK (id_contrat <> ''),
  CONSTRAINT ck_emetteur_accrochage_nature CHECK (nature IN ('CERTIFICATEUR', 'TIERS_CONFIANCE'))
);;

COMMENT ON COLUMN emetteur_accrochage.id_client IS 'identifiant client, huit caractères';;

COMMENT ON COLUMN emetteur_accrochage.id_contrat IS 'numéro du contrat de certificateur';;

COMMENT ON COLUMN emetteur_accrochage.prefixe_fichier IS 'ce qui précède l''identifiant du flux';;

CREATE TABLE purge (
  id SERIAL NOT NULL,
  au DATE NOT NULL,
  etat VARCHAR(8) NOT NULL,
  proposee_le TIMESTAMP WITH TIME ZONE NOT NULL,
  proposee_par VARCHAR(200) NOT NULL,
  decidee_le TIMESTAMP WITH TIME ZONE,
  decidee_par VARCHAR(200) NOT NULL,
  motif VARCHAR(500) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_purge PRIMARY KEY (id),
  CONSTRAINT ck_purge_decision_datee CHECK ((etat <> 'proposee' OR decidee_le IS NULL) AND (etat NOT IN ('executee', 'ecartee') OR decidee_le IS NOT NULL)),
  CONSTRAINT ck_purge_decidee_par CHECK (decidee_le IS NULL OR decidee_par <> ''),
  CONSTRAINT ck_purge_motif CHECK (etat <> 'ecartee' OR motif <> ''),
  CONSTRAINT ck_purge_etat_purge CHECK (etat IN ('proposee', 'executee', 'ecartee'))
);;

COMMENT ON COLUMN purge.au IS 'jour auquel les termes ont été jugés';;

COMMENT ON COLUMN purge.motif IS 'pourquoi elle est écartée';;

CREATE TABLE formulation (
  id SERIAL NOT NULL,
  code VARCHAR(80) NOT NULL,
  numero INTEGER NOT NULL,
  texte TEXT NOT NULL,
  publiee_le DATE NOT NULL,
  applicable_le DATE NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_formulation PRIMARY KEY (id),
  CONSTRAINT uq_formulation_code_numero UNIQUE (code, numero),
  CONSTRAINT ck_formulation_numero CHECK (numero > 0),
  CONSTRAINT ck_formulation_texte CHECK (texte <> ''),
  CONSTRAINT ck_formulation_applicable CHECK (applicable_le > publiee_le)
);;

CREATE INDEX ix_formulation_applicable_le ON formulation (applicable_le);;

COMMENT ON COLUMN formulation.applicable_le IS 'première date de lettre qui prend ce texte';;

CREATE TABLE fichier_accrochage (
  id SERIAL NOT NULL,
  id_flux VARCHAR(50) NOT NULL,
  nom_fichier VARCHAR(100) NOT NULL,
  cree_le TIMESTAMP WITH TIME ZONE NOT NULL,
  emetteur_id INTEGER NOT NULL,
  passages INTEGER NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  taille INTEGER NOT NULL,
  contenu BYTEA,
  depose_le DATE,
  accuse_le DATE,
  id_traitement VARCHAR(40) NOT NULL,
  acceptes INTEGER NOT NULL,
  refuses INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
  CONSTRAINT fk_fichier_accrochage_emetteur_id FOREIGN KEY(emetteur_id) REFERENCES emetteur_accrochage (id)
);;

CREATE INDEX ix_fichier_accrochage_depose_le ON fichier_accrochage (depose_le);;

CREATE INDEX ix_fichier_accrochage_emetteur_id ON fichier_accrochage (emetteur_id);;

COMMENT ON COLUMN fichier_accrochage.taille IS 'octets du XML';;

COMMENT ON COLUMN fichier_accrochage.accuse_le IS 'jour où l''accusé de traitement a été lu';;

CREATE TABLE purge_ligne (
  id SERIAL NOT NULL,
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

COMMENT ON COLUMN purge_ligne.objet IS 'table des lignes';;

COMMENT ON COLUMN purge_ligne.du IS 'le plus ancien départ de conservation';;

COMMENT ON COLUMN purge_ligne.au IS 'le plus récent';;

COMMENT ON COLUMN purge_ligne.cles IS 'de quoi rejouer la purge sur une base restaurée';;

COMMENT ON COLUMN purge_ligne.empreinte IS 'SHA-256 des clés';;

CREATE TABLE sceau_journal (
  bloc INTEGER NOT NULL,
  nombre INTEGER NOT NULL,
  empreinte VARCHAR(64) NOT NULL,
  scelle_le TIMESTAMP WITH TIME ZONE NOT NULL,
  purge_id INTEGER,
  CONSTRAINT pk_sceau_journal PRIMARY KEY (bloc),
  CONSTRAINT ck_sceau_journal_empreinte CHECK (length(empreinte) = 64),
  CONSTRAINT ck_sceau_journal_nombre CHECK (nombre >= 0),
  CONSTRAINT fk_sceau_journal_purge_id FOREIGN KEY(purge_id) REFERENCES purge (id)
);;

COMMENT ON COLUMN sceau_journal.bloc IS 'les entrées 1000 × bloc et suivantes';;

COMMENT ON COLUMN sceau_journal.nombre IS 'entrées du bloc';;

COMMENT ON COLUMN sceau_journal.purge_id IS 'la dernière purge qui a effacé des valeurs de ce bloc, et l''a rescellé';;

CREATE TABLE logo_centre (
  id SERIAL NOT NULL,
  centre_id INTEGER NOT NULL,
  type_mime VARCHAR(20) NOT NULL,
  largeur INTEGER NOT NULL,
  hauteur INTEGER NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  contenu BYTEA,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_logo_centre PRIMARY KEY (id),
  CONSTRAINT ck_logo_centre_type_mime CHECK (type_mime IN ('image/png', 'image/svg+xml')),
  CONSTRAINT ck_logo_centre_dimensions CHECK (largeur > 0 AND hauteur > 0),
  CONSTRAINT ck_logo_centre_sha256 CHECK (length(sha256) = 64),
  CONSTRAINT uq_logo_centre_centre_id UNIQUE (centre_id),
  CONSTRAINT fk_logo_centre_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);;

COMMENT ON COLUMN logo_centre.type_mime IS 'image/png ou image/svg+xml';;

COMMENT ON COLUMN logo_centre.largeur IS 'points de l''image ; seul le rapport à la hauteur compte';;

COMMENT ON COLUMN logo_centre.hauteur IS 'points de l''image';;

CREATE TABLE colonne_reconnue (
  id SERIAL NOT NULL,
  centre_id INTEGER NOT NULL,
  nature VARCHAR(20) NOT NULL,
  entete VARCHAR(200) NOT NULL,
  colonne VARCHAR(60),
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_colonne_reconnue PRIMARY KEY (id),
  CONSTRAINT uq_colonne_reconnue_centre_id_nature_entete UNIQUE (centre_id, nature, entete),
  CONSTRAINT fk_colonne_reconnue_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);;

COMMENT ON COLUMN colonne_reconnue.entete IS 'l''en-tête ramené à ses mots utiles';;

COMMENT ON COLUMN colonne_reconnue.colonne IS 'colonne canonique ; vide pour ignorer';;

CREATE TABLE abonnement_calendrier (
  id SERIAL NOT NULL,
  utilisateur_id INTEGER NOT NULL,
  empreinte VARCHAR(64) NOT NULL,
  revoque_le TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_abonnement_calendrier PRIMARY KEY (id),
  CONSTRAINT ck_abonnement_calendrier_empreinte CHECK (length(empreinte) = 64),
  CONSTRAINT fk_abonnement_calendrier_utilisateur_id FOREIGN KEY(utilisateur_id) REFERENCES utilisateur (id) ON DELETE CASCADE,
  CONSTRAINT uq_abonnement_calendrier_empreinte UNIQUE (empreinte)
);;

CREATE UNIQUE INDEX uq_abonnement_calendrier_en_cours ON abonnement_calendrier (utilisateur_id) WHERE revoque_le IS NULL;;

COMMENT ON COLUMN abonnement_calendrier.empreinte IS 'SHA-256 du secret du lien';;

CREATE TABLE demande_designation (
  id SERIAL NOT NULL,
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
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
  CONSTRAINT ck_demande_designation_reponse CHECK (reponse IN ('designation', 'refus', 'sans_reponse'))
);;

CREATE UNIQUE INDEX uq_demande_designation_valable ON demande_designation (jury_id, syndicat_id) WHERE caduque_le IS NULL;;

COMMENT ON COLUMN demande_designation.date_dite IS 'la date du jury, telle que dite';;

COMMENT ON COLUMN demande_designation.caduque_le IS 'jour où le jury a été déplacé';;

CREATE TABLE information_commission (
  id SERIAL NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  commission_id INTEGER NOT NULL,
  informee_le DATE NOT NULL,
  moyen VARCHAR(8) NOT NULL,
  empreinte VARCHAR(64) NOT NULL,
  dit JSON NOT NULL,
  motif_retard VARCHAR(1000) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_information_commission PRIMARY KEY (id),
  CONSTRAINT fk_information_commission_jury_id_centre_id FOREIGN KEY(jury_id, centre_id) REFERENCES jury (id, centre_id),
  CONSTRAINT uq_information_commission_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_information_commission_empreinte CHECK (length(empreinte) = 64),
  CONSTRAINT fk_information_commission_commission_id FOREIGN KEY(commission_id) REFERENCES commission (id),
  CONSTRAINT ck_information_commission_moyen CHECK (moyen IN ('courriel', 'courrier', 'remis'))
);;

CREATE INDEX ix_information_commission_jury_id ON information_commission (jury_id, commission_id);;

COMMENT ON COLUMN information_commission.empreinte IS 'SHA-256 de ce qui a été dit';;

COMMENT ON COLUMN information_commission.dit IS 'date, lieu et membres, tels que dits';;

CREATE TABLE travail (
  id SERIAL NOT NULL,
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
  commence_le TIMESTAMP WITH TIME ZONE,
  battement TIMESTAMP WITH TIME ZONE,
  fini_le TIMESTAMP WITH TIME ZONE,
  unicite VARCHAR(80),
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
  CONSTRAINT uq_travail_unicite UNIQUE (unicite)
);;

CREATE INDEX ix_travail_centre_id ON travail (centre_id, id);;

CREATE INDEX ix_travail_etat ON travail (etat, id);;

COMMENT ON COLUMN travail.auteur_id IS 'au nom de qui il s''exécute ; vide pour la nuit et les commandes';;

COMMENT ON COLUMN travail.parametres IS 'clés et choix, jamais une personne';;

COMMENT ON COLUMN travail.total IS 'vide tant qu''on ne le connaît pas';;

COMMENT ON COLUMN travail.message IS 'où il en est, ou pourquoi il a échoué';;

COMMENT ON COLUMN travail.incident IS 'numéro au journal technique';;

COMMENT ON COLUMN travail.essais IS 'combien de fois il a été pris';;

COMMENT ON COLUMN travail.battement IS 'dernier signe de vie de qui l''exécute';;

COMMENT ON COLUMN travail.unicite IS 'deux demandes de même valeur n''en font qu''une (travaux de nuit)';;

CREATE TABLE conservation_suspendue (
  id SERIAL NOT NULL,
  centre_id INTEGER,
  candidat_id INTEGER,
  jury_id INTEGER,
  raison VARCHAR(500) NOT NULL,
  depuis DATE NOT NULL,
  levee_le DATE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
  CONSTRAINT fk_conservation_suspendue_candidat_id FOREIGN KEY(candidat_id) REFERENCES candidat (id)
);;

CREATE INDEX ix_conservation_suspendue_candidat_id ON conservation_suspendue (candidat_id);;

CREATE INDEX ix_conservation_suspendue_centre_id ON conservation_suspendue (centre_id);;

CREATE INDEX ix_conservation_suspendue_jury_id ON conservation_suspendue (jury_id);;

COMMENT ON COLUMN conservation_suspendue.raison IS 'recours, contrôle, enquête : ce qui l''exige';;

CREATE TABLE convocation (
  id SERIAL NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  siege_id INTEGER NOT NULL,
  convoque_le DATE NOT NULL,
  copie_le DATE,
  moyen VARCHAR(8) NOT NULL,
  date_dite DATE NOT NULL,
  heure_dite TIME WITHOUT TIME ZONE,
  lieu_dit VARCHAR(200) NOT NULL,
  motif_retard VARCHAR(1000) NOT NULL,
  caduque_le DATE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_convocation PRIMARY KEY (id),
  CONSTRAINT fk_convocation_jury_id_centre_id FOREIGN KEY(jury_id, centre_id) REFERENCES jury (id, centre_id),
  CONSTRAINT fk_convocation_siege_id_jury_id FOREIGN KEY(siege_id, jury_id) REFERENCES siege (id, jury_id),
  CONSTRAINT uq_convocation_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_convocation_lieu CHECK (lieu_dit <> ''),
  CONSTRAINT ck_convocation_moyen CHECK (moyen IN ('courriel', 'courrier', 'remis'))
);;

CREATE INDEX ix_convocation_jury_id ON convocation (jury_id);;

CREATE UNIQUE INDEX uq_convocation_valable ON convocation (siege_id) WHERE caduque_le IS NULL;;

COMMENT ON COLUMN convocation.copie_le IS 'copie à l''organisation syndicale';;

COMMENT ON COLUMN convocation.date_dite IS 'la date du jury, telle que dite';;

COMMENT ON COLUMN convocation.caduque_le IS 'jour où le jury a été déplacé';;

CREATE TABLE lien_vote (
  id SERIAL NOT NULL,
  siege_id INTEGER NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  empreinte VARCHAR(64) NOT NULL,
  emarge_le TIMESTAMP WITH TIME ZONE,
  revoque_le TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_lien_vote PRIMARY KEY (id),
  CONSTRAINT fk_lien_vote_siege_id_jury_id FOREIGN KEY(siege_id, jury_id) REFERENCES siege (id, jury_id) ON DELETE CASCADE,
  CONSTRAINT fk_lien_vote_siege_id_centre_id FOREIGN KEY(siege_id, centre_id) REFERENCES siege (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT ck_lien_vote_empreinte CHECK (length(empreinte) = 64),
  CONSTRAINT uq_lien_vote_empreinte UNIQUE (empreinte)
);;

CREATE INDEX ix_lien_vote_centre_id ON lien_vote (centre_id);;

CREATE INDEX ix_lien_vote_jury_id ON lien_vote (jury_id);;

CREATE UNIQUE INDEX uq_lien_vote_en_cours ON lien_vote (siege_id) WHERE revoque_le IS NULL;;

COMMENT ON COLUMN lien_vote.empreinte IS 'SHA-256 du jeton, jamais le jeton';;

COMMENT ON COLUMN lien_vote.emarge_le IS 'le membre a dit sa présence de son appareil';;

CREATE TABLE vote_rectificatif (
  id SERIAL NOT NULL,
  proces_verbal_id INTEGER NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  siege_id INTEGER NOT NULL,
  pour BOOLEAN NOT NULL,
  consigne_par VARCHAR(200) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_vote_rectificatif PRIMARY KEY (id),
  CONSTRAINT fk_vote_rectificatif_proces_verbal_id_jury_id FOREIGN KEY(proces_verbal_id, jury_id) REFERENCES proces_verbal (id, jury_id),
  CONSTRAINT fk_vote_rectificatif_proces_verbal_id_centre_id FOREIGN KEY(proces_verbal_id, centre_id) REFERENCES proces_verbal (id, centre_id),
  CONSTRAINT fk_vote_rectificatif_siege_id_jury_id FOREIGN KEY(siege_id, jury_id) REFERENCES siege (id, jury_id),
  CONSTRAINT uq_vote_rectificatif_proces_verbal_id_siege_id UNIQUE (proces_verbal_id, siege_id)
);;

CREATE INDEX ix_vote_rectificatif_siege_id ON vote_rectificatif (siege_id);;

COMMENT ON COLUMN vote_rectificatif.consigne_par IS 'qui l''a consigné au nom du membre';;

CREATE TABLE ligne_importee (
  id SERIAL NOT NULL,
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

COMMENT ON COLUMN ligne_importee.ligne IS 'numéro dans le fichier, en-tête = 1';;

COMMENT ON COLUMN ligne_importee.codes IS 'codes des reproches, entre espaces';;

COMMENT ON COLUMN ligne_importee.cellules IS 'telles que venues';;

COMMENT ON COLUMN ligne_importee.erreurs IS 'colonne, code, message, gravité';;

CREATE TABLE envoi (
  id SERIAL NOT NULL,
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
  tente_le TIMESTAMP WITH TIME ZONE,
  envoye_le TIMESTAMP WITH TIME ZONE,
  erreur VARCHAR(300) NOT NULL,
  nom_fichier VARCHAR(200) NOT NULL,
  sha256 VARCHAR(64),
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
  CONSTRAINT uq_envoi_message_id UNIQUE (message_id)
);;

CREATE INDEX ix_envoi_centre_id_etat ON envoi (centre_id, etat);;

CREATE INDEX ix_envoi_jury_id ON envoi (jury_id);;

COMMENT ON COLUMN envoi.cle_envoi IS 'nature et ligne dont il parle';;

COMMENT ON COLUMN envoi.adresse IS 'électronique ; vide : à imprimer';;

COMMENT ON COLUMN envoi.erreur IS 'en français, sans donnée personnelle';;

COMMENT ON COLUMN envoi.nom_fichier IS 'le PDF joint';;

COMMENT ON COLUMN envoi.sha256 IS 'du PDF parti';;

CREATE TABLE rectification (
  id SERIAL NOT NULL,
  proces_verbal_id INTEGER NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  presentation_id INTEGER NOT NULL,
  objet VARCHAR(15) NOT NULL,
  competence_id INTEGER,
  avant VARCHAR(300) NOT NULL,
  apres VARCHAR(300) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
  CONSTRAINT fk_rectification_competence_id FOREIGN KEY(competence_id) REFERENCES competence (id)
);;

CREATE INDEX ix_rectification_presentation_id ON rectification (presentation_id);;

CREATE UNIQUE INDEX uq_rectification_objet ON rectification (proces_verbal_id, presentation_id, objet) WHERE competence_id IS NULL;;

COMMENT ON COLUMN rectification.proces_verbal_id IS 'le procès-verbal rectificatif';;

CREATE TABLE passage_accrochage (
  id SERIAL NOT NULL,
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

COMMENT ON COLUMN passage_accrochage.id_technique IS 'le numéro du certificat, tel que déposé';;

COMMENT ON COLUMN passage_accrochage.message IS 'motif du refus, tel qu''écrit dans l''accusé';;

CREATE TABLE annulation_certificat (
  id SERIAL NOT NULL,
  certificat_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  proces_verbal_id INTEGER NOT NULL,
  annule_le DATE NOT NULL,
  motif TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_annulation_certificat PRIMARY KEY (id),
  CONSTRAINT fk_annulation_certificat_certificat_id_centre_id FOREIGN KEY(certificat_id, centre_id) REFERENCES certificat (id, centre_id),
  CONSTRAINT fk_annulation_certificat_proces_verbal_id_centre_id FOREIGN KEY(proces_verbal_id, centre_id) REFERENCES proces_verbal (id, centre_id),
  CONSTRAINT uq_annulation_certificat_certificat_id UNIQUE (certificat_id),
  CONSTRAINT ck_annulation_certificat_motif CHECK (motif <> '')
);;

CREATE INDEX ix_annulation_certificat_proces_verbal_id ON annulation_certificat (proces_verbal_id);;

COMMENT ON COLUMN annulation_certificat.proces_verbal_id IS 'le procès-verbal rectificatif';;

ALTER TABLE emetteur_accrochage ADD CONSTRAINT fk_emetteur_accrochage_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE emetteur_accrochage ADD CONSTRAINT fk_emetteur_accrochage_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE purge ADD CONSTRAINT fk_purge_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE purge ADD CONSTRAINT fk_purge_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE formulation ADD CONSTRAINT fk_formulation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE formulation ADD CONSTRAINT fk_formulation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE fichier_accrochage ADD CONSTRAINT fk_fichier_accrochage_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE fichier_accrochage ADD CONSTRAINT fk_fichier_accrochage_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE logo_centre ADD CONSTRAINT fk_logo_centre_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE logo_centre ADD CONSTRAINT fk_logo_centre_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE colonne_reconnue ADD CONSTRAINT fk_colonne_reconnue_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE colonne_reconnue ADD CONSTRAINT fk_colonne_reconnue_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE abonnement_calendrier ADD CONSTRAINT fk_abonnement_calendrier_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE abonnement_calendrier ADD CONSTRAINT fk_abonnement_calendrier_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE demande_designation ADD CONSTRAINT fk_demande_designation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE demande_designation ADD CONSTRAINT fk_demande_designation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE information_commission ADD CONSTRAINT fk_information_commission_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE information_commission ADD CONSTRAINT fk_information_commission_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE travail ADD CONSTRAINT fk_travail_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE travail ADD CONSTRAINT fk_travail_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE conservation_suspendue ADD CONSTRAINT fk_conservation_suspendue_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE conservation_suspendue ADD CONSTRAINT fk_conservation_suspendue_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE convocation ADD CONSTRAINT fk_convocation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE convocation ADD CONSTRAINT fk_convocation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE lien_vote ADD CONSTRAINT fk_lien_vote_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE lien_vote ADD CONSTRAINT fk_lien_vote_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE vote_rectificatif ADD CONSTRAINT fk_vote_rectificatif_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE vote_rectificatif ADD CONSTRAINT fk_vote_rectificatif_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE envoi ADD CONSTRAINT fk_envoi_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE envoi ADD CONSTRAINT fk_envoi_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE rectification ADD CONSTRAINT fk_rectification_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE rectification ADD CONSTRAINT fk_rectification_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE annulation_certificat ADD CONSTRAINT fk_annulation_certificat_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE annulation_certificat ADD CONSTRAINT fk_annulation_certificat_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE siege ADD CONSTRAINT fk_siege_remplace_par_id_jury_id FOREIGN KEY(remplace_par_id, jury_id) REFERENCES siege (id, jury_id);;

ALTER TABLE importation ADD CONSTRAINT fk_importation_suite_id_centre_id FOREIGN KEY(suite_id, centre_id) REFERENCES importation (id, centre_id);;

ALTER TABLE importation ADD CONSTRAINT fk_importation_travail_id_centre_id FOREIGN KEY(travail_id, centre_id) REFERENCES travail (id, centre_id);;

ALTER TABLE piece ADD CONSTRAINT fk_piece_inscription_id_centre_id FOREIGN KEY(inscription_id, centre_id) REFERENCES inscription (id, centre_id);;

ALTER TABLE vote ADD CONSTRAINT fk_vote_bloc_id FOREIGN KEY(bloc_id) REFERENCES bloc_competences (id);;

ALTER TABLE certificat ADD CONSTRAINT fk_certificat_remplace_id FOREIGN KEY(remplace_id) REFERENCES certificat (id);;

CREATE FUNCTION gel_vote_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_vote_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_vote_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL)) THEN RAISE EXCEPTION 'JUR-13:gel_vote_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_vote_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) AND NOT ((EXISTS (SELECT 1 FROM jury j WHERE j.id = OLD.jury_id AND ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '20 years')) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = OLD.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = OLD.jury_id))))) THEN RAISE EXCEPTION 'JUR-13:gel_vote_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_presentation_competence_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_presentation_competence_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_presentation_competence_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL)) AND NOT (OLD.id = NEW.id AND OLD.presentation_id = NEW.presentation_id AND OLD.competence_id = NEW.competence_id AND OLD.ordre = NEW.ordre AND COALESCE(OLD.synthese, '') = COALESCE(NEW.synthese, '') AND EXISTS (SELECT 1 FROM rectification r JOIN proces_verbal v ON v.id = r.proces_verbal_id WHERE v.signe_le IS NOT NULL AND r.presentation_id = OLD.presentation_id AND r.objet = 'competence' AND r.competence_id = OLD.competence_id AND r.avant = COALESCE(OLD.retenu, '') AND r.apres = NEW.retenu AND NOT EXISTS (SELECT 1 FROM rectification s JOIN proces_verbal w ON w.id = s.proces_verbal_id WHERE w.signe_le IS NOT NULL AND s.presentation_id = r.presentation_id AND s.objet = r.objet AND s.id > r.id AND s.competence_id = OLD.competence_id))) THEN RAISE EXCEPTION 'JUR-13:gel_presentation_competence_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_presentation_competence_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_presentation_competence_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_presentation_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM proces_verbal WHERE id = OLD.proces_verbal_id AND signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.proces_verbal_id AND signe_le IS NOT NULL) OR (OLD.jury_id <> NEW.jury_id AND EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL))) AND NOT (OLD.id = NEW.id AND OLD.jury_id = NEW.jury_id AND OLD.centre_id = NEW.centre_id AND OLD.inscription_id = NEW.inscription_id AND OLD.proces_verbal_id = NEW.proces_verbal_id AND OLD.numero_anonyme = NEW.numero_anonyme AND OLD.commentaire = NEW.commentaire AND EXISTS (SELECT 1 FROM rectification r JOIN proces_verbal v ON v.id = r.proces_verbal_id WHERE v.signe_le IS NOT NULL AND r.presentation_id = OLD.id AND r.objet = 'decision' AND 1 = 1 AND r.avant = COALESCE(OLD.decision, '') AND r.apres = NEW.decision AND NOT EXISTS (SELECT 1 FROM rectification s JOIN proces_verbal w ON w.id = s.proces_verbal_id WHERE w.signe_le IS NOT NULL AND s.presentation_id = r.presentation_id AND s.objet = r.objet AND s.id > r.id AND 1 = 1))) AND NOT ((EXISTS (SELECT 1 FROM jury j WHERE j.id = OLD.jury_id AND ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '20 years')) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = OLD.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = OLD.jury_id)))) AND NEW.motif = '' AND NEW.commentaire = '' AND NOT (COALESCE(OLD.id, 0) <> COALESCE(NEW.id, 0) OR COALESCE(OLD.jury_id, 0) <> COALESCE(NEW.jury_id, 0) OR COALESCE(OLD.centre_id, 0) <> COALESCE(NEW.centre_id, 0) OR COALESCE(OLD.inscription_id, 0) <> COALESCE(NEW.inscription_id, 0) OR COALESCE(OLD.proces_verbal_id, 0) <> COALESCE(NEW.proces_verbal_id, 0) OR COALESCE(OLD.numero_anonyme, 0) <> COALESCE(NEW.numero_anonyme, 0) OR COALESCE(OLD.voix_pour, 0) <> COALESCE(NEW.voix_pour, 0) OR COALESCE(OLD.voix_contre, 0) <> COALESCE(NEW.voix_contre, 0) OR COALESCE(OLD.decision, '') <> COALESCE(NEW.decision, '') OR OLD.voix_preponderante <> NEW.voix_preponderante)) THEN RAISE EXCEPTION 'JUR-13:gel_presentation_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_siege_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.jury_id AND signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL)) THEN RAISE EXCEPTION 'JUR-13:gel_siege_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_vote_bloc_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM bloc_competences WHERE id = NEW.bloc_id) AND NOT EXISTS (SELECT 1 FROM presentation_competence k JOIN competence c ON c.id = k.competence_id WHERE k.presentation_id = NEW.presentation_id AND c.bloc_id = NEW.bloc_id) THEN RAISE EXCEPTION 'JUR-10:gel_vote_bloc_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_vote_bloc_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.presentation_id <> NEW.presentation_id OR COALESCE(OLD.bloc_id, 0) <> COALESCE(NEW.bloc_id, 0) THEN RAISE EXCEPTION 'JUR-10:gel_vote_bloc_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_lien_vote_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.empreinte <> NEW.empreinte OR OLD.siege_id <> NEW.siege_id OR OLD.revoque_le IS NOT NULL THEN RAISE EXCEPTION 'JUR-13:gel_lien_vote_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_rectification_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.proces_verbal_id AND signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_rectification_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_rectification_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM proces_verbal WHERE id = OLD.proces_verbal_id AND signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.proces_verbal_id AND signe_le IS NOT NULL)) THEN RAISE EXCEPTION 'JUR-13:gel_rectification_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_rectification_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM proces_verbal WHERE id = OLD.proces_verbal_id AND signe_le IS NOT NULL) AND NOT ((EXISTS (SELECT 1 FROM jury j WHERE j.id = OLD.jury_id AND ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '20 years')) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = OLD.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = OLD.jury_id))))) THEN RAISE EXCEPTION 'JUR-13:gel_rectification_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_vote_rectificatif_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.proces_verbal_id AND signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_vote_rectificatif_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_vote_rectificatif_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM proces_verbal WHERE id = OLD.proces_verbal_id AND signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.proces_verbal_id AND signe_le IS NOT NULL)) THEN RAISE EXCEPTION 'JUR-13:gel_vote_rectificatif_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_vote_rectificatif_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM proces_verbal WHERE id = OLD.proces_verbal_id AND signe_le IS NOT NULL) AND NOT ((EXISTS (SELECT 1 FROM jury j WHERE j.id = OLD.jury_id AND ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '20 years')) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = OLD.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = OLD.jury_id))))) THEN RAISE EXCEPTION 'JUR-13:gel_vote_rectificatif_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_proces_verbal_rectificatif() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.rectifie_id AND (jury_id <> NEW.jury_id OR certification_id <> NEW.certification_id OR signe_le IS NULL OR rectifie_id IS NOT NULL)) THEN RAISE EXCEPTION 'JUR-13:gel_proces_verbal_rectificatif' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_annulation_certificat_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.proces_verbal_id AND (rectifie_id IS NULL OR signe_le IS NULL)) THEN RAISE EXCEPTION 'ATT-01:gel_annulation_certificat_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_annulation_certificat_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'ATT-01:gel_annulation_certificat_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_annulation_certificat_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'ATT-01:gel_annulation_certificat_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_certificat_remplacant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM certificat WHERE id = NEW.remplace_id) AND NOT EXISTS (SELECT 1 FROM annulation_certificat WHERE certificat_id = NEW.remplace_id) THEN RAISE EXCEPTION 'ATT-01:gel_certificat_remplacant' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_vote_votant_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM siege s JOIN jury j ON j.id = s.jury_id WHERE s.id = NEW.siege_id AND s.voix AND s.present AND j.etat = 'ouvert') AND NOT EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-10:gel_vote_votant_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_vote_votant_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM siege s JOIN jury j ON j.id = s.jury_id WHERE s.id = NEW.siege_id AND s.voix AND s.present AND j.etat = 'ouvert') AND NOT EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-10:gel_vote_votant_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_proces_verbal_signature() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.signe_le IS NULL AND NEW.signe_le IS NOT NULL AND (EXISTS (SELECT 1 FROM presentation WHERE jury_id = NEW.jury_id AND (proces_verbal_id IS NULL OR (proces_verbal_id = NEW.id AND decision IS NULL))) OR (NEW.rectifie_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM rectification WHERE proces_verbal_id = NEW.id)) OR NOT EXISTS (SELECT 1 FROM siege WHERE id = NEW.signataire_id AND president AND present)) THEN RAISE EXCEPTION 'JUR-13:gel_proces_verbal_signature' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_jury_cloture() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat <> 'clos' AND NEW.etat = 'clos' AND (NOT EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.id) OR EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.id AND signe_le IS NULL)) THEN RAISE EXCEPTION 'JUR-13:gel_jury_cloture' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_certificat_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM certificat WHERE id = NEW.id OR numero = NEW.numero OR code_verification = NEW.code_verification OR (presentation_id = NEW.presentation_id AND famille = NEW.famille AND COALESCE(bloc_id, 0) = COALESCE(NEW.bloc_id, 0) AND COALESCE(remplace_id, 0) = COALESCE(NEW.remplace_id, 0))) THEN RAISE EXCEPTION 'ATT-01:gel_certificat_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_envoi_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM envoi WHERE etat IN ('envoye', 'a_la_main') AND (id = NEW.id OR cle_envoi = NEW.cle_envoi OR message_id = NEW.message_id)) THEN RAISE EXCEPTION 'ENV-01:gel_envoi_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_inscription_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.id AND v.signe_le IS NOT NULL) AND (OLD.centre_id <> NEW.centre_id OR OLD.candidat_id <> NEW.candidat_id OR OLD.certification_id <> NEW.certification_id OR OLD.cible <> NEW.cible OR OLD.voie <> NEW.voie OR OLD.origine <> NEW.origine OR OLD.dispositif_financement <> NEW.dispositif_financement OR OLD.abondement_cpf <> NEW.abondement_cpf OR OLD.date_inscription <> NEW.date_inscription OR COALESCE(OLD.entreprise_id, 0) <> COALESCE(NEW.entreprise_id, 0) OR (OLD.etat <> NEW.etat AND OLD.etat <> 'ouverte' AND NOT EXISTS (SELECT 1 FROM presentation p WHERE p.inscription_id = OLD.id AND NEW.etat = CASE p.decision WHEN 'A' THEN 'admise' ELSE 'non_admise' END))) THEN RAISE EXCEPTION 'JUR-13:gel_inscription_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_vae_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) AND (COALESCE(CAST(OLD.inscription_id AS TEXT), '') <> COALESCE(CAST(NEW.inscription_id AS TEXT), '') OR COALESCE(CAST(OLD.centre_id AS TEXT), '') <> COALESCE(CAST(NEW.centre_id AS TEXT), '') OR COALESCE(CAST(OLD.collectif_id AS TEXT), '') <> COALESCE(CAST(NEW.collectif_id AS TEXT), '') OR COALESCE(CAST(OLD.accueil_le AS TEXT), '') <> COALESCE(CAST(NEW.accueil_le AS TEXT), '') OR COALESCE(CAST(OLD.dossier_complet_le AS TEXT), '') <> COALESCE(CAST(NEW.dossier_complet_le AS TEXT), '') OR COALESCE(CAST(OLD.recevabilite AS TEXT), '') <> COALESCE(CAST(NEW.recevabilite AS TEXT), '') OR COALESCE(CAST(OLD.decidee_le AS TEXT), '') <> COALESCE(CAST(NEW.decidee_le AS TEXT), '') OR COALESCE(CAST(OLD.notifiee_le AS TEXT), '') <> COALESCE(CAST(NEW.notifiee_le AS TEXT), '') OR COALESCE(CAST(OLD.livret2_recu_le AS TEXT), '') <> COALESCE(CAST(NEW.livret2_recu_le AS TEXT), '') OR COALESCE(CAST(OLD.commission_id AS TEXT), '') <> COALESCE(CAST(NEW.commission_id AS TEXT), '') OR COALESCE(CAST(OLD.mise_en_situation AS TEXT), '') <> COALESCE(CAST(NEW.mise_en_situation AS TEXT), '') OR COALESCE(CAST(OLD.entretien AS TEXT), '') <> COALESCE(CAST(NEW.entretien AS TEXT), '') OR COALESCE(CAST(OLD.conclusion AS TEXT), '') <> COALESCE(CAST(NEW.conclusion AS TEXT), '') OR ((NEW.observations <> OLD.observations OR NEW.motif <> OLD.motif) AND (NEW.observations <> '' OR NEW.motif NOT IN ('', 'Effacé au terme de sa conservation') OR NOT ((NOT EXISTS (SELECT 1 FROM inscription WHERE id = OLD.inscription_id AND etat = 'ouverte') AND NOT EXISTS (SELECT 1 FROM presentation p JOIN jury j ON j.id = p.jury_id WHERE p.inscription_id = OLD.inscription_id AND p.decision = 'NA' AND NOT (CASE WHEN EXISTS (SELECT 1 FROM presentation_competence k WHERE k.presentation_id = p.id AND k.retenu = 'acquise') THEN ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '5 years') ELSE ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '2 years') END))) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = (SELECT candidat_id FROM inscription WHERE id = OLD.inscription_id) OR s.jury_id IN (SELECT jury_id FROM presentation WHERE inscription_id = OLD.inscription_id))))))) THEN RAISE EXCEPTION 'JUR-13:gel_vae_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_membre_validation_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM vae WHERE commission_id = OLD.commission_id AND conclusion IS NOT NULL) OR EXISTS (SELECT 1 FROM vae WHERE commission_id = NEW.commission_id AND conclusion IS NOT NULL)) THEN RAISE EXCEPTION 'VAE-05:gel_membre_validation_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_parcours_domaine_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM parcours p WHERE p.id = OLD.parcours_id AND p.etat <> 'projet') OR EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat <> 'projet')) THEN RAISE EXCEPTION 'PPC-03:gel_parcours_domaine_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_parcours_module_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM parcours p WHERE p.id = OLD.parcours_id AND p.etat <> 'projet') OR EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat <> 'projet')) THEN RAISE EXCEPTION 'PPC-03:gel_parcours_module_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_evaluation_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) AND (COALESCE(CAST(OLD.inscription_id AS TEXT), '') <> COALESCE(CAST(NEW.inscription_id AS TEXT), '') OR COALESCE(CAST(OLD.competence_id AS TEXT), '') <> COALESCE(CAST(NEW.competence_id AS TEXT), '') OR COALESCE(CAST(OLD.modalite_code AS TEXT), '') <> COALESCE(CAST(NEW.modalite_code AS TEXT), '') OR COALESCE(CAST(OLD.commission_id AS TEXT), '') <> COALESCE(CAST(NEW.commission_id AS TEXT), '') OR COALESCE(CAST(OLD.date_evaluation AS TEXT), '') <> COALESCE(CAST(NEW.date_evaluation AS TEXT), '') OR COALESCE(CAST(OLD.resultat AS TEXT), '') <> COALESCE(CAST(NEW.resultat AS TEXT), '') OR COALESCE(CAST(OLD.acquis_de_id AS TEXT), '') <> COALESCE(CAST(NEW.acquis_de_id AS TEXT), '') OR (NEW.appreciation <> OLD.appreciation AND (NEW.appreciation <> '' OR NOT ((NOT EXISTS (SELECT 1 FROM inscription WHERE id = OLD.inscription_id AND etat = 'ouverte') AND NOT EXISTS (SELECT 1 FROM presentation p JOIN jury j ON j.id = p.jury_id WHERE p.inscription_id = OLD.inscription_id AND p.decision = 'NA' AND NOT (CASE WHEN EXISTS (SELECT 1 FROM presentation_competence k WHERE k.presentation_id = p.id AND k.retenu = 'acquise') THEN ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '5 years') ELSE ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '2 years') END))) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = (SELECT candidat_id FROM inscription WHERE id = OLD.inscription_id) OR s.jury_id IN (SELECT jury_id FROM presentation WHERE inscription_id = OLD.inscription_id)))))))) OR (OLD.inscription_id <> NEW.inscription_id AND EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = NEW.inscription_id AND v.signe_le IS NOT NULL)) THEN RAISE EXCEPTION 'JUR-13:gel_evaluation_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_avis_entreprise_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) AND NOT ((NOT EXISTS (SELECT 1 FROM inscription WHERE id = OLD.inscription_id AND etat = 'ouverte') AND NOT EXISTS (SELECT 1 FROM presentation p JOIN jury j ON j.id = p.jury_id WHERE p.inscription_id = OLD.inscription_id AND p.decision = 'NA' AND NOT (CASE WHEN EXISTS (SELECT 1 FROM presentation_competence k WHERE k.presentation_id = p.id AND k.retenu = 'acquise') THEN ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '5 years') ELSE ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '2 years') END))) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = (SELECT candidat_id FROM inscription WHERE id = OLD.inscription_id) OR s.jury_id IN (SELECT jury_id FROM presentation WHERE inscription_id = OLD.inscription_id)))) THEN RAISE EXCEPTION 'JUR-13:gel_avis_entreprise_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_envoi_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat IN ('envoye', 'a_la_main') THEN RAISE EXCEPTION 'ENV-01:gel_envoi_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_envoi_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat IN ('envoye', 'a_la_main') AND NOT ((EXISTS (SELECT 1 FROM jury j WHERE j.id = OLD.jury_id AND ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '20 years')) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = OLD.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = OLD.jury_id))))) THEN RAISE EXCEPTION 'ENV-01:gel_envoi_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_duplicata_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (NOT EXISTS (SELECT 1 FROM certificat k JOIN presentation p ON p.id = k.presentation_id WHERE k.id = OLD.certificat_id AND (NOT ((now() AT TIME ZONE 'Europe/Paris')::date > k.date_jury + INTERVAL '42 years') OR EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = k.candidat_id OR s.jury_id = p.jury_id))))) THEN RAISE EXCEPTION 'ATT-06:gel_duplicata_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_formulation_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'FOR-05:gel_formulation_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_formulation_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'FOR-05:gel_formulation_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_archive_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (((now() AT TIME ZONE 'Europe/Paris')::date > OLD.conserver_jusqu_au + INTERVAL '0 years') AND (OLD.certificat_id IS NULL OR NOT EXISTS (SELECT 1 FROM certificat k JOIN presentation p ON p.id = k.presentation_id WHERE k.id = OLD.certificat_id AND (NOT ((now() AT TIME ZONE 'Europe/Paris')::date > k.date_jury + INTERVAL '42 years') OR EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = k.candidat_id OR s.jury_id = p.jury_id))))) AND NOT EXISTS (SELECT 1 FROM duplicata d WHERE d.id = OLD.duplicata_id AND NOT (NOT EXISTS (SELECT 1 FROM certificat k JOIN presentation p ON p.id = k.presentation_id WHERE k.id = d.certificat_id AND (NOT ((now() AT TIME ZONE 'Europe/Paris')::date > k.date_jury + INTERVAL '42 years') OR EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = k.candidat_id OR s.jury_id = p.jury_id)))))) AND NOT EXISTS (SELECT 1 FROM proces_verbal v WHERE v.id = OLD.proces_verbal_id AND NOT ((EXISTS (SELECT 1 FROM jury j WHERE j.id = v.jury_id AND ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '20 years')) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = v.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = v.jury_id)))))) AND NOT EXISTS (SELECT 1 FROM transmission t WHERE t.id = OLD.transmission_id AND NOT ((EXISTS (SELECT 1 FROM jury j WHERE j.id = t.jury_id AND ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '20 years')) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = t.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = t.jury_id))))))) THEN RAISE EXCEPTION 'ARC-03:gel_archive_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_candidat_efface_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.efface_le IS NOT NULL THEN RAISE EXCEPTION 'ARC-11:gel_candidat_efface_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_candidat_efface() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.efface_le IS NOT NULL OR (NEW.efface_le IS NOT NULL AND NOT (NOT EXISTS (SELECT 1 FROM inscription i WHERE i.candidat_id = OLD.id AND (i.etat = 'ouverte' OR (i.etat = 'annulee' AND NOT ((now() AT TIME ZONE 'Europe/Paris')::date > i.updated_at + INTERVAL '2 years')) OR EXISTS (SELECT 1 FROM presentation p JOIN jury j ON j.id = p.jury_id WHERE p.inscription_id = i.id AND (NOT ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '20 years') OR (EXISTS (SELECT 1 FROM certificat k WHERE k.presentation_id = p.id) AND NOT ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '42 years')))))) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = OLD.id OR s.jury_id = NULL)))) THEN RAISE EXCEPTION 'ARC-11:gel_candidat_efface' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_inscription_fiche_effacee_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM candidat WHERE id = NEW.candidat_id AND efface_le IS NOT NULL) THEN RAISE EXCEPTION 'ARC-11:gel_inscription_fiche_effacee_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_piece_inscription_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.inscription_id IS NOT NULL THEN RAISE EXCEPTION 'ARC-01:gel_piece_inscription_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_piece_inscription_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.inscription_id IS NOT NULL AND (EXISTS (SELECT 1 FROM inscription WHERE id = OLD.inscription_id AND etat = 'ouverte') OR EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = (SELECT candidat_id FROM inscription WHERE id = OLD.inscription_id) OR s.jury_id IN (SELECT jury_id FROM presentation WHERE inscription_id = OLD.inscription_id)))) THEN RAISE EXCEPTION 'ARC-01:gel_piece_inscription_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_piece_inscription_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM piece WHERE id = NEW.id AND inscription_id IS NOT NULL) THEN RAISE EXCEPTION 'ARC-01:gel_piece_inscription_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_conservation_suspendue_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.levee_le IS NOT NULL OR OLD.depuis <> NEW.depuis OR OLD.raison <> NEW.raison OR COALESCE(OLD.id, 0) <> COALESCE(NEW.id, 0) OR COALESCE(OLD.centre_id, 0) <> COALESCE(NEW.centre_id, 0) OR COALESCE(OLD.candidat_id, 0) <> COALESCE(NEW.candidat_id, 0) OR COALESCE(OLD.jury_id, 0) <> COALESCE(NEW.jury_id, 0) THEN RAISE EXCEPTION 'ARC-20:gel_conservation_suspendue_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_conservation_suspendue_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'ARC-20:gel_conservation_suspendue_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_conservation_suspendue_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM conservation_suspendue WHERE id = NEW.id) THEN RAISE EXCEPTION 'ARC-20:gel_conservation_suspendue_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_purge_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat <> 'proposee' OR OLD.au <> NEW.au OR OLD.proposee_par <> NEW.proposee_par THEN RAISE EXCEPTION 'ARC-21:gel_purge_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_purge_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'ARC-21:gel_purge_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_purge_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM purge WHERE id = NEW.id) THEN RAISE EXCEPTION 'ARC-21:gel_purge_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_purge_ligne_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM purge WHERE id = NEW.purge_id AND etat <> 'proposee') THEN RAISE EXCEPTION 'ARC-21:gel_purge_ligne_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_purge_ligne_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM purge WHERE id = OLD.purge_id AND etat <> 'proposee') OR EXISTS (SELECT 1 FROM purge WHERE id = NEW.purge_id AND etat <> 'proposee')) THEN RAISE EXCEPTION 'ARC-21:gel_purge_ligne_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_purge_ligne_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM purge WHERE id = OLD.purge_id AND etat <> 'proposee') THEN RAISE EXCEPTION 'ARC-21:gel_purge_ligne_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_journal_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (NEW.avant IS NULL AND NEW.apres IS NULL AND (((now() AT TIME ZONE 'Europe/Paris')::date > OLD.le + INTERVAL '42 years') OR (OLD.objet = 'candidat' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = OLD.objet_id)) OR (OLD.objet = 'inscription' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = (SELECT candidat_id FROM inscription WHERE id = OLD.objet_id))) OR (OLD.objet = 'evaluation' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = (SELECT candidat_id FROM inscription WHERE id = (SELECT inscription_id FROM evaluation WHERE id = OLD.objet_id)))) OR (OLD.objet = 'vae' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = (SELECT candidat_id FROM inscription WHERE id = (SELECT inscription_id FROM vae WHERE id = OLD.objet_id)))) OR (OLD.objet = 'dossier_evaluation' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = (SELECT candidat_id FROM inscription WHERE id = (SELECT inscription_id FROM dossier_evaluation WHERE id = OLD.objet_id)))) OR (OLD.objet = 'presentation' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = (SELECT candidat_id FROM inscription WHERE id = (SELECT inscription_id FROM presentation WHERE id = OLD.objet_id)))) OR (OLD.objet = 'amenagement' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = (SELECT candidat_id FROM inscription WHERE id = (SELECT inscription_id FROM amenagement WHERE id = OLD.objet_id)))) OR (OLD.objet = 'vote' AND EXISTS (SELECT 1 FROM vote x WHERE x.id = OLD.objet_id AND (EXISTS (SELECT 1 FROM jury j WHERE j.id = x.jury_id AND ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '20 years')) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = x.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = x.jury_id)))))) OR (OLD.objet = 'vote_rectificatif' AND EXISTS (SELECT 1 FROM vote_rectificatif x WHERE x.id = OLD.objet_id AND (EXISTS (SELECT 1 FROM jury j WHERE j.id = x.jury_id AND ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '20 years')) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = x.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = x.jury_id)))))) OR (OLD.objet = 'rectification' AND EXISTS (SELECT 1 FROM rectification x WHERE x.id = OLD.objet_id AND (EXISTS (SELECT 1 FROM jury j WHERE j.id = x.jury_id AND ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '20 years')) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = x.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = x.jury_id)))))) OR (OLD.objet = 'envoi' AND EXISTS (SELECT 1 FROM envoi x WHERE x.id = OLD.objet_id AND (EXISTS (SELECT 1 FROM jury j WHERE j.id = x.jury_id AND ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '20 years')) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = x.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = x.jury_id)))))) OR (OLD.objet = 'presentation' AND EXISTS (SELECT 1 FROM presentation x WHERE x.id = OLD.objet_id AND (EXISTS (SELECT 1 FROM jury j WHERE j.id = x.jury_id AND ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '20 years')) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = x.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = x.jury_id)))))) OR (OLD.objet = 'certificat' AND EXISTS (SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = (SELECT candidat_id FROM certificat WHERE id = OLD.objet_id))) OR (OLD.objet = 'remise' AND EXISTS (SELECT 1 FROM remise x WHERE x.id = OLD.objet_id AND NOT EXISTS (SELECT 1 FROM certificat k JOIN presentation p ON p.id = k.presentation_id WHERE k.id = x.certificat_id AND (NOT ((now() AT TIME ZONE 'Europe/Paris')::date > k.date_jury + INTERVAL '42 years') OR EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = k.candidat_id OR s.jury_id = p.jury_id)))))) OR (OLD.objet = 'duplicata' AND EXISTS (SELECT 1 FROM duplicata x WHERE x.id = OLD.objet_id AND NOT EXISTS (SELECT 1 FROM certificat k JOIN presentation p ON p.id = k.presentation_id WHERE k.id = x.certificat_id AND (NOT ((now() AT TIME ZONE 'Europe/Paris')::date > k.date_jury + INTERVAL '42 years') OR EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = k.candidat_id OR s.jury_id = p.jury_id)))))) OR (OLD.objet = 'avis_entreprise' AND EXISTS (SELECT 1 FROM avis_entreprise x WHERE x.id = OLD.objet_id AND (NOT EXISTS (SELECT 1 FROM inscription WHERE id = x.inscription_id AND etat = 'ouverte') AND NOT EXISTS (SELECT 1 FROM presentation p JOIN jury j ON j.id = p.jury_id WHERE p.inscription_id = x.inscription_id AND p.decision = 'NA' AND NOT (CASE WHEN EXISTS (SELECT 1 FROM presentation_competence k WHERE k.presentation_id = p.id AND k.retenu = 'acquise') THEN ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '5 years') ELSE ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '2 years') END))) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.candidat_id = (SELECT candidat_id FROM inscription WHERE id = x.inscription_id) OR s.jury_id IN (SELECT jury_id FROM presentation WHERE inscription_id = x.inscription_id)))))) AND OLD.acteur = NEW.acteur AND OLD.action = NEW.action AND OLD.objet = NEW.objet AND OLD.le = NEW.le AND NOT (COALESCE(OLD.id, 0) <> COALESCE(NEW.id, 0) OR COALESCE(OLD.utilisateur_id, 0) <> COALESCE(NEW.utilisateur_id, 0) OR COALESCE(OLD.centre_id, 0) <> COALESCE(NEW.centre_id, 0) OR COALESCE(OLD.objet_id, 0) <> COALESCE(NEW.objet_id, 0) OR COALESCE(OLD.importation_id, 0) <> COALESCE(NEW.importation_id, 0) OR COALESCE(OLD.importation_ligne, 0) <> COALESCE(NEW.importation_ligne, 0))) THEN RAISE EXCEPTION 'JOURNAL:gel_journal_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_fichier_accrochage_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.id <> NEW.id OR OLD.id_flux <> NEW.id_flux OR OLD.nom_fichier <> NEW.nom_fichier OR OLD.passages <> NEW.passages OR OLD.sha256 <> NEW.sha256 OR OLD.taille <> NEW.taille OR (OLD.depose_le IS NOT NULL AND (NEW.depose_le IS NULL OR NEW.depose_le <> OLD.depose_le)) THEN RAISE EXCEPTION 'ACC-02:gel_fichier_accrochage_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_fichier_accrochage_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.depose_le IS NOT NULL THEN RAISE EXCEPTION 'ACC-02:gel_fichier_accrochage_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_passage_accrochage_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.etat IN ('depose', 'accepte', 'corrige') OR (NEW.etat = 'ko' AND NEW.message <> '') OR EXISTS (SELECT 1 FROM fichier_accrochage WHERE id = NEW.fichier_id AND depose_le IS NOT NULL) THEN RAISE EXCEPTION 'ACC-02:gel_passage_accrochage_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_passage_accrochage_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.id <> NEW.id OR OLD.fichier_id <> NEW.fichier_id OR OLD.certificat_id <> NEW.certificat_id OR OLD.id_technique <> NEW.id_technique OR NOT ((OLD.etat = 'prepare' AND NEW.etat = 'depose') OR (OLD.etat = 'depose' AND NEW.etat IN ('accepte', 'ko')) OR (OLD.etat = 'ko' AND NEW.etat = 'corrige')) THEN RAISE EXCEPTION 'ACC-02:gel_passage_accrochage_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_passage_accrochage_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat <> 'prepare' THEN RAISE EXCEPTION 'ACC-02:gel_passage_accrochage_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_piece_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM demande WHERE id = OLD.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') UNION ALL SELECT 1 FROM transmission WHERE id = OLD.transmission_id AND transmise_le IS NOT NULL UNION ALL SELECT 1 FROM parcours WHERE id = OLD.parcours_id AND etat <> 'projet' UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND (h.id = OLD.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation WHERE id = OLD.appreciation_id)) UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id WHERE e.id = OLD.etape_instruction_id AND (h.etat = 'retiree' OR (NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) OR EXISTS (SELECT 1 FROM demande WHERE id = NEW.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') UNION ALL SELECT 1 FROM transmission WHERE id = NEW.transmission_id AND transmise_le IS NOT NULL UNION ALL SELECT 1 FROM parcours WHERE id = NEW.parcours_id AND etat <> 'projet' UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND (h.id = NEW.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation WHERE id = NEW.appreciation_id)) UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id WHERE e.id = NEW.etape_instruction_id AND (h.etat = 'retiree' OR (NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue'))))) THEN RAISE EXCEPTION 'PIE-06:gel_piece_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_piece_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM demande WHERE id = OLD.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') UNION ALL SELECT 1 FROM transmission WHERE id = OLD.transmission_id AND transmise_le IS NOT NULL UNION ALL SELECT 1 FROM parcours WHERE id = OLD.parcours_id AND etat <> 'projet' UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND (h.id = OLD.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation WHERE id = OLD.appreciation_id)) UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id WHERE e.id = OLD.etape_instruction_id AND (h.etat = 'retiree' OR (NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) AND NOT (EXISTS (SELECT 1 FROM transmission t WHERE t.id = OLD.transmission_id AND (EXISTS (SELECT 1 FROM jury j WHERE j.id = t.jury_id AND ((now() AT TIME ZONE 'Europe/Paris')::date > j.date_jury + INTERVAL '20 years')) AND NOT EXISTS (SELECT 1 FROM conservation_suspendue s WHERE s.levee_le IS NULL AND (s.jury_id = t.jury_id OR s.candidat_id IN (SELECT i.candidat_id FROM presentation p JOIN inscription i ON i.id = p.inscription_id WHERE p.jury_id = t.jury_id)))))) THEN RAISE EXCEPTION 'PIE-06:gel_piece_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_presence_gtp_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') OR EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close')) THEN RAISE EXCEPTION 'GTP-01:gel_presence_gtp_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_point_gtp_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') OR EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close')) THEN RAISE EXCEPTION 'GTP-01:gel_point_gtp_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_vote_gtp_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') OR EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close')) THEN RAISE EXCEPTION 'GTP-01:gel_vote_gtp_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_referentiel_bloc_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM referentiel WHERE id = OLD.referentiel_id AND etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = NEW.referentiel_id AND etat IN ('valide', 'remplace'))) THEN RAISE EXCEPTION 'REF-09:gel_referentiel_bloc_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_competence_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = OLD.bloc_id AND r.etat IN ('valide', 'remplace') UNION ALL SELECT 1 FROM referentiel WHERE id = OLD.referentiel_id AND etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = NEW.bloc_id AND r.etat IN ('valide', 'remplace') UNION ALL SELECT 1 FROM referentiel WHERE id = NEW.referentiel_id AND etat IN ('valide', 'remplace'))) THEN RAISE EXCEPTION 'REF-09:gel_competence_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_competence_modalite_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM competence c WHERE c.id = OLD.competence_id AND (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = c.bloc_id AND r.etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = c.referentiel_id AND etat IN ('valide', 'remplace')))) OR EXISTS (SELECT 1 FROM competence c WHERE c.id = NEW.competence_id AND (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = c.bloc_id AND r.etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = c.referentiel_id AND etat IN ('valide', 'remplace'))))) THEN RAISE EXCEPTION 'REF-09:gel_competence_modalite_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_appreciation_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) OR EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise)) THEN RAISE EXCEPTION 'HAB-02:gel_appreciation_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_habilitation_certification_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) OR EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise)) THEN RAISE EXCEPTION 'HAB-02:gel_habilitation_certification_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_habilitation_bloc_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) OR EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise)) THEN RAISE EXCEPTION 'HAB-02:gel_habilitation_bloc_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_etape_instruction_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM habilitation h WHERE h.id = OLD.habilitation_id AND (h.etat = 'retiree' OR (NOT OLD.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) OR EXISTS (SELECT 1 FROM habilitation h WHERE h.id = NEW.habilitation_id AND (h.etat = 'retiree' OR (NOT NEW.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue'))))) THEN RAISE EXCEPTION 'HAB-03:gel_etape_instruction_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_vote_ajout BEFORE INSERT ON vote FOR EACH ROW EXECUTE FUNCTION gel_vote_ajout();;

CREATE TRIGGER gel_vote_modification BEFORE UPDATE ON vote FOR EACH ROW EXECUTE FUNCTION gel_vote_modification();;

CREATE TRIGGER gel_vote_retrait BEFORE DELETE ON vote FOR EACH ROW EXECUTE FUNCTION gel_vote_retrait();;

CREATE TRIGGER gel_presentation_competence_ajout BEFORE INSERT ON presentation_competence FOR EACH ROW EXECUTE FUNCTION gel_presentation_competence_ajout();;

CREATE TRIGGER gel_presentation_competence_modification BEFORE UPDATE ON presentation_competence FOR EACH ROW EXECUTE FUNCTION gel_presentation_competence_modification();;

CREATE TRIGGER gel_presentation_competence_retrait BEFORE DELETE ON presentation_competence FOR EACH ROW EXECUTE FUNCTION gel_presentation_competence_retrait();;

CREATE TRIGGER gel_presentation_modification BEFORE UPDATE ON presentation FOR EACH ROW EXECUTE FUNCTION gel_presentation_modification();;

CREATE TRIGGER gel_siege_modification BEFORE UPDATE ON siege FOR EACH ROW EXECUTE FUNCTION gel_siege_modification();;

CREATE TRIGGER gel_vote_bloc_ajout BEFORE INSERT ON vote FOR EACH ROW EXECUTE FUNCTION gel_vote_bloc_ajout();;

CREATE TRIGGER gel_vote_bloc_modification BEFORE UPDATE ON vote FOR EACH ROW EXECUTE FUNCTION gel_vote_bloc_modification();;

CREATE TRIGGER gel_lien_vote_modification BEFORE UPDATE ON lien_vote FOR EACH ROW EXECUTE FUNCTION gel_lien_vote_modification();;

CREATE TRIGGER gel_rectification_ajout BEFORE INSERT ON rectification FOR EACH ROW EXECUTE FUNCTION gel_rectification_ajout();;

CREATE TRIGGER gel_rectification_modification BEFORE UPDATE ON rectification FOR EACH ROW EXECUTE FUNCTION gel_rectification_modification();;

CREATE TRIGGER gel_rectification_retrait BEFORE DELETE ON rectification FOR EACH ROW EXECUTE FUNCTION gel_rectification_retrait();;

CREATE TRIGGER gel_vote_rectificatif_ajout BEFORE INSERT ON vote_rectificatif FOR EACH ROW EXECUTE FUNCTION gel_vote_rectificatif_ajout();;

CREATE TRIGGER gel_vote_rectificatif_modification BEFORE UPDATE ON vote_rectificatif FOR EACH ROW EXECUTE FUNCTION gel_vote_rectificatif_modification();;

CREATE TRIGGER gel_vote_rectificatif_retrait BEFORE DELETE ON vote_rectificatif FOR EACH ROW EXECUTE FUNCTION gel_vote_rectificatif_retrait();;

CREATE TRIGGER gel_proces_verbal_rectificatif BEFORE INSERT ON proces_verbal FOR EACH ROW EXECUTE FUNCTION gel_proces_verbal_rectificatif();;

CREATE TRIGGER gel_annulation_certificat_ajout BEFORE INSERT ON annulation_certificat FOR EACH ROW EXECUTE FUNCTION gel_annulation_certificat_ajout();;

CREATE TRIGGER gel_annulation_certificat_modification BEFORE UPDATE ON annulation_certificat FOR EACH ROW EXECUTE FUNCTION gel_annulation_certificat_modification();;

CREATE TRIGGER gel_annulation_certificat_retrait BEFORE DELETE ON annulation_certificat FOR EACH ROW EXECUTE FUNCTION gel_annulation_certificat_retrait();;

CREATE TRIGGER gel_certificat_remplacant BEFORE INSERT ON certificat FOR EACH ROW EXECUTE FUNCTION gel_certificat_remplacant();;

CREATE TRIGGER gel_vote_votant_ajout BEFORE INSERT ON vote FOR EACH ROW EXECUTE FUNCTION gel_vote_votant_ajout();;

CREATE TRIGGER gel_vote_votant_modification BEFORE UPDATE ON vote FOR EACH ROW EXECUTE FUNCTION gel_vote_votant_modification();;

CREATE TRIGGER gel_proces_verbal_signature BEFORE UPDATE ON proces_verbal FOR EACH ROW EXECUTE FUNCTION gel_proces_verbal_signature();;

CREATE TRIGGER gel_jury_cloture BEFORE UPDATE ON jury FOR EACH ROW EXECUTE FUNCTION gel_jury_cloture();;

CREATE TRIGGER gel_certificat_remplacement BEFORE INSERT ON certificat FOR EACH ROW EXECUTE FUNCTION gel_certificat_remplacement();;

CREATE TRIGGER gel_envoi_remplacement BEFORE INSERT ON envoi FOR EACH ROW EXECUTE FUNCTION gel_envoi_remplacement();;

CREATE TRIGGER gel_inscription_modification BEFORE UPDATE ON inscription FOR EACH ROW EXECUTE FUNCTION gel_inscription_modification();;

CREATE TRIGGER gel_vae_modification BEFORE UPDATE ON vae FOR EACH ROW EXECUTE FUNCTION gel_vae_modification();;

CREATE TRIGGER gel_membre_validation_modification BEFORE UPDATE ON membre_validation FOR EACH ROW EXECUTE FUNCTION gel_membre_validation_modification();;

CREATE TRIGGER gel_parcours_domaine_modification BEFORE UPDATE ON parcours_domaine FOR EACH ROW EXECUTE FUNCTION gel_parcours_domaine_modification();;

CREATE TRIGGER gel_parcours_module_modification BEFORE UPDATE ON parcours_module FOR EACH ROW EXECUTE FUNCTION gel_parcours_module_modification();;

CREATE TRIGGER gel_evaluation_modification BEFORE UPDATE ON evaluation FOR EACH ROW EXECUTE FUNCTION gel_evaluation_modification();;

CREATE TRIGGER gel_avis_entreprise_retrait BEFORE DELETE ON avis_entreprise FOR EACH ROW EXECUTE FUNCTION gel_avis_entreprise_retrait();;

CREATE TRIGGER gel_envoi_modification BEFORE UPDATE ON envoi FOR EACH ROW EXECUTE FUNCTION gel_envoi_modification();;

CREATE TRIGGER gel_envoi_retrait BEFORE DELETE ON envoi FOR EACH ROW EXECUTE FUNCTION gel_envoi_retrait();;

CREATE TRIGGER gel_duplicata_retrait BEFORE DELETE ON duplicata FOR EACH ROW EXECUTE FUNCTION gel_duplicata_retrait();;

CREATE TRIGGER gel_formulation_modification BEFORE UPDATE ON formulation FOR EACH ROW EXECUTE FUNCTION gel_formulation_modification();;

CREATE TRIGGER gel_formulation_retrait BEFORE DELETE ON formulation FOR EACH ROW EXECUTE FUNCTION gel_formulation_retrait();;

CREATE TRIGGER gel_archive_retrait BEFORE DELETE ON archive FOR EACH ROW EXECUTE FUNCTION gel_archive_retrait();;

CREATE TRIGGER gel_candidat_efface_ajout BEFORE INSERT ON candidat FOR EACH ROW EXECUTE FUNCTION gel_candidat_efface_ajout();;

CREATE TRIGGER gel_candidat_efface BEFORE UPDATE ON candidat FOR EACH ROW EXECUTE FUNCTION gel_candidat_efface();;

CREATE TRIGGER gel_inscription_fiche_effacee_ajout BEFORE INSERT ON inscription FOR EACH ROW EXECUTE FUNCTION gel_inscription_fiche_effacee_ajout();;

CREATE TRIGGER gel_piece_inscription_modification BEFORE UPDATE ON piece FOR EACH ROW EXECUTE FUNCTION gel_piece_inscription_modification();;

CREATE TRIGGER gel_piece_inscription_retrait BEFORE DELETE ON piece FOR EACH ROW EXECUTE FUNCTION gel_piece_inscription_retrait();;

CREATE TRIGGER gel_piece_inscription_remplacement BEFORE INSERT ON piece FOR EACH ROW EXECUTE FUNCTION gel_piece_inscription_remplacement();;

CREATE TRIGGER gel_conservation_suspendue_modification BEFORE UPDATE ON conservation_suspendue FOR EACH ROW EXECUTE FUNCTION gel_conservation_suspendue_modification();;

CREATE TRIGGER gel_conservation_suspendue_retrait BEFORE DELETE ON conservation_suspendue FOR EACH ROW EXECUTE FUNCTION gel_conservation_suspendue_retrait();;

CREATE TRIGGER gel_conservation_suspendue_remplacement BEFORE INSERT ON conservation_suspendue FOR EACH ROW EXECUTE FUNCTION gel_conservation_suspendue_remplacement();;

CREATE TRIGGER gel_purge_modification BEFORE UPDATE ON purge FOR EACH ROW EXECUTE FUNCTION gel_purge_modification();;

CREATE TRIGGER gel_purge_retrait BEFORE DELETE ON purge FOR EACH ROW EXECUTE FUNCTION gel_purge_retrait();;

CREATE TRIGGER gel_purge_remplacement BEFORE INSERT ON purge FOR EACH ROW EXECUTE FUNCTION gel_purge_remplacement();;

CREATE TRIGGER gel_purge_ligne_ajout BEFORE INSERT ON purge_ligne FOR EACH ROW EXECUTE FUNCTION gel_purge_ligne_ajout();;

CREATE TRIGGER gel_purge_ligne_modification BEFORE UPDATE ON purge_ligne FOR EACH ROW EXECUTE FUNCTION gel_purge_ligne_modification();;

CREATE TRIGGER gel_purge_ligne_retrait BEFORE DELETE ON purge_ligne FOR EACH ROW EXECUTE FUNCTION gel_purge_ligne_retrait();;

CREATE TRIGGER gel_journal_modification BEFORE UPDATE ON journal FOR EACH ROW EXECUTE FUNCTION gel_journal_modification();;

CREATE TRIGGER gel_fichier_accrochage_modification BEFORE UPDATE ON fichier_accrochage FOR EACH ROW EXECUTE FUNCTION gel_fichier_accrochage_modification();;

CREATE TRIGGER gel_fichier_accrochage_retrait BEFORE DELETE ON fichier_accrochage FOR EACH ROW EXECUTE FUNCTION gel_fichier_accrochage_retrait();;

CREATE TRIGGER gel_passage_accrochage_ajout BEFORE INSERT ON passage_accrochage FOR EACH ROW EXECUTE FUNCTION gel_passage_accrochage_ajout();;

CREATE TRIGGER gel_passage_accrochage_modification BEFORE UPDATE ON passage_accrochage FOR EACH ROW EXECUTE FUNCTION gel_passage_accrochage_modification();;

CREATE TRIGGER gel_passage_accrochage_retrait BEFORE DELETE ON passage_accrochage FOR EACH ROW EXECUTE FUNCTION gel_passage_accrochage_retrait();;

CREATE TRIGGER gel_piece_modification BEFORE UPDATE ON piece FOR EACH ROW EXECUTE FUNCTION gel_piece_modification();;

CREATE TRIGGER gel_piece_retrait BEFORE DELETE ON piece FOR EACH ROW EXECUTE FUNCTION gel_piece_retrait();;

CREATE TRIGGER gel_presence_gtp_modification BEFORE UPDATE ON presence_gtp FOR EACH ROW EXECUTE FUNCTION gel_presence_gtp_modification();;

CREATE TRIGGER gel_point_gtp_modification BEFORE UPDATE ON point_gtp FOR EACH ROW EXECUTE FUNCTION gel_point_gtp_modification();;

CREATE TRIGGER gel_vote_gtp_modification BEFORE UPDATE ON vote_gtp FOR EACH ROW EXECUTE FUNCTION gel_vote_gtp_modification();;

CREATE TRIGGER gel_referentiel_bloc_modification BEFORE UPDATE ON referentiel_bloc FOR EACH ROW EXECUTE FUNCTION gel_referentiel_bloc_modification();;

CREATE TRIGGER gel_competence_modification BEFORE UPDATE ON competence FOR EACH ROW EXECUTE FUNCTION gel_competence_modification();;

CREATE TRIGGER gel_competence_modalite_modification BEFORE UPDATE ON competence_modalite FOR EACH ROW EXECUTE FUNCTION gel_competence_modalite_modification();;

CREATE TRIGGER gel_appreciation_modification BEFORE UPDATE ON appreciation FOR EACH ROW EXECUTE FUNCTION gel_appreciation_modification();;

CREATE TRIGGER gel_habilitation_certification_modification BEFORE UPDATE ON habilitation_certification FOR EACH ROW EXECUTE FUNCTION gel_habilitation_certification_modification();;

CREATE TRIGGER gel_habilitation_bloc_modification BEFORE UPDATE ON habilitation_bloc FOR EACH ROW EXECUTE FUNCTION gel_habilitation_bloc_modification();;

CREATE TRIGGER gel_etape_instruction_modification BEFORE UPDATE ON etape_instruction FOR EACH ROW EXECUTE FUNCTION gel_etape_instruction_modification();;

CREATE TRIGGER gel_lien_vote_troncature BEFORE TRUNCATE ON lien_vote FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('JUR-13');;

CREATE TRIGGER gel_rectification_troncature BEFORE TRUNCATE ON rectification FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('JUR-13');;

CREATE TRIGGER gel_vote_rectificatif_troncature BEFORE TRUNCATE ON vote_rectificatif FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('JUR-13');;

CREATE TRIGGER gel_annulation_certificat_troncature BEFORE TRUNCATE ON annulation_certificat FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ATT-01');;

CREATE TRIGGER gel_envoi_troncature BEFORE TRUNCATE ON envoi FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ENV-01');;

CREATE TRIGGER gel_formulation_troncature BEFORE TRUNCATE ON formulation FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('FOR-05');;

CREATE TRIGGER gel_piece_troncature BEFORE TRUNCATE ON piece FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ARC-01');;

CREATE TRIGGER gel_conservation_suspendue_troncature BEFORE TRUNCATE ON conservation_suspendue FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ARC-20');;

CREATE TRIGGER gel_purge_troncature BEFORE TRUNCATE ON purge FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ARC-21');;

CREATE TRIGGER gel_purge_ligne_troncature BEFORE TRUNCATE ON purge_ligne FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ARC-21');;

CREATE TRIGGER gel_fichier_accrochage_troncature BEFORE TRUNCATE ON fichier_accrochage FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ACC-02');;

CREATE TRIGGER gel_passage_accrochage_troncature BEFORE TRUNCATE ON passage_accrochage FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ACC-02');;
