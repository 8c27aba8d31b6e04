ALTER TABLE entreprise ADD COLUMN courriel VARCHAR(200);;

ALTER TABLE jury ADD COLUMN heure TIME WITHOUT TIME ZONE;;

COMMENT ON COLUMN jury.heure IS 'à Paris ; vide : dite autrement';;

ALTER TABLE jury ADD COLUMN motif_ouverture VARCHAR(1000);;

UPDATE jury SET motif_ouverture = '';;

ALTER TABLE jury ALTER COLUMN motif_ouverture SET NOT NULL;;

COMMENT ON COLUMN jury.motif_ouverture IS 'pourquoi il s''ouvre malgré une désignation ou une convocation manquante';;

DROP INDEX uq_siege_travail_temporaire;;

ALTER TABLE siege ADD COLUMN remplace_par_id INTEGER;;

COMMENT ON COLUMN siege.remplace_par_id IS 'le siège qui le remplace, au même jury';;

ALTER TABLE siege ADD COLUMN motif_remplacement VARCHAR(500);;

UPDATE siege SET motif_remplacement = '';;

ALTER TABLE siege ALTER COLUMN motif_remplacement SET NOT NULL;;

ALTER TABLE siege ADD CONSTRAINT ck_siege_remplace_motive CHECK ((remplace_par_id IS NULL) = (motif_remplacement = ''));;

ALTER TABLE siege ADD CONSTRAINT ck_siege_remplace_sans_voix CHECK (remplace_par_id IS NULL OR NOT (voix OR president OR present));;

CREATE UNIQUE INDEX uq_siege_travail_temporaire ON siege (jury_id, delegation) WHERE travail_temporaire AND remplace_par_id IS NULL;;

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

ALTER TABLE emetteur_accrochage ADD CONSTRAINT fk_emetteur_accrochage_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE emetteur_accrochage ADD CONSTRAINT fk_emetteur_accrochage_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE fichier_accrochage ADD CONSTRAINT fk_fichier_accrochage_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE fichier_accrochage ADD CONSTRAINT fk_fichier_accrochage_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE abonnement_calendrier ADD CONSTRAINT fk_abonnement_calendrier_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE abonnement_calendrier ADD CONSTRAINT fk_abonnement_calendrier_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE demande_designation ADD CONSTRAINT fk_demande_designation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE demande_designation ADD CONSTRAINT fk_demande_designation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE information_commission ADD CONSTRAINT fk_information_commission_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE information_commission ADD CONSTRAINT fk_information_commission_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE travail ADD CONSTRAINT fk_travail_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE travail ADD CONSTRAINT fk_travail_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE convocation ADD CONSTRAINT fk_convocation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE convocation ADD CONSTRAINT fk_convocation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE envoi ADD CONSTRAINT fk_envoi_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE envoi ADD CONSTRAINT fk_envoi_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE siege ADD CONSTRAINT fk_siege_remplace_par_id_jury_id FOREIGN KEY(remplace_par_id, jury_id) REFERENCES siege (id, jury_id);;

CREATE FUNCTION gel_envoi_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM envoi WHERE etat IN ('envoye', 'a_la_main') AND (id = NEW.id OR cle_envoi = NEW.cle_envoi OR message_id = NEW.message_id)) THEN RAISE EXCEPTION 'ENV-01:gel_envoi_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_envoi_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat IN ('envoye', 'a_la_main') THEN RAISE EXCEPTION 'ENV-01:gel_envoi_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_envoi_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat IN ('envoye', 'a_la_main') THEN RAISE EXCEPTION 'ENV-01:gel_envoi_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_fichier_accrochage_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.id <> NEW.id OR OLD.id_flux <> NEW.id_flux OR OLD.nom_fichier <> NEW.nom_fichier OR OLD.passages <> NEW.passages OR OLD.sha256 <> NEW.sha256 OR OLD.taille <> NEW.taille OR (OLD.depose_le IS NOT NULL AND (NEW.depose_le IS NULL OR NEW.depose_le <> OLD.depose_le)) THEN RAISE EXCEPTION 'ACC-02:gel_fichier_accrochage_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_fichier_accrochage_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.depose_le IS NOT NULL THEN RAISE EXCEPTION 'ACC-02:gel_fichier_accrochage_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_passage_accrochage_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.etat IN ('depose', 'accepte', 'corrige') OR (NEW.etat = 'ko' AND NEW.message <> '') OR EXISTS (SELECT 1 FROM fichier_accrochage WHERE id = NEW.fichier_id AND depose_le IS NOT NULL) THEN RAISE EXCEPTION 'ACC-02:gel_passage_accrochage_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_passage_accrochage_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.id <> NEW.id OR OLD.fichier_id <> NEW.fichier_id OR OLD.certificat_id <> NEW.certificat_id OR OLD.id_technique <> NEW.id_technique OR NOT ((OLD.etat = 'prepare' AND NEW.etat = 'depose') OR (OLD.etat = 'depose' AND NEW.etat IN ('accepte', 'ko')) OR (OLD.etat = 'ko' AND NEW.etat = 'corrige')) THEN RAISE EXCEPTION 'ACC-02:gel_passage_accrochage_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_passage_accrochage_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat <> 'prepare' THEN RAISE EXCEPTION 'ACC-02:gel_passage_accrochage_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE TRIGGER gel_envoi_remplacement BEFORE INSERT ON envoi FOR EACH ROW EXECUTE FUNCTION gel_envoi_remplacement();;

CREATE TRIGGER gel_envoi_modification BEFORE UPDATE ON envoi FOR EACH ROW EXECUTE FUNCTION gel_envoi_modification();;

CREATE TRIGGER gel_envoi_retrait BEFORE DELETE ON envoi FOR EACH ROW EXECUTE FUNCTION gel_envoi_retrait();;

CREATE TRIGGER gel_fichier_accrochage_modification BEFORE UPDATE ON fichier_accrochage FOR EACH ROW EXECUTE FUNCTION gel_fichier_accrochage_modification();;

CREATE TRIGGER gel_fichier_accrochage_retrait BEFORE DELETE ON fichier_accrochage FOR EACH ROW EXECUTE FUNCTION gel_fichier_accrochage_retrait();;

CREATE TRIGGER gel_passage_accrochage_ajout BEFORE INSERT ON passage_accrochage FOR EACH ROW EXECUTE FUNCTION gel_passage_accrochage_ajout();;

CREATE TRIGGER gel_passage_accrochage_modification BEFORE UPDATE ON passage_accrochage FOR EACH ROW EXECUTE FUNCTION gel_passage_accrochage_modification();;

CREATE TRIGGER gel_passage_accrochage_retrait BEFORE DELETE ON passage_accrochage FOR EACH ROW EXECUTE FUNCTION gel_passage_accrochage_retrait();;

CREATE TRIGGER gel_envoi_troncature BEFORE TRUNCATE ON envoi FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ENV-01');;

CREATE TRIGGER gel_fichier_accrochage_troncature BEFORE TRUNCATE ON fichier_accrochage FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ACC-02');;

CREATE TRIGGER gel_passage_accrochage_troncature BEFORE TRUNCATE ON passage_accrochage FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ACC-02');;
