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

ALTER TABLE travail ADD CONSTRAINT fk_travail_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE travail ADD CONSTRAINT fk_travail_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

CREATE FUNCTION gel_fichier_accrochage_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.id <> NEW.id OR OLD.id_flux <> NEW.id_flux OR OLD.nom_fichier <> NEW.nom_fichier OR OLD.passages <> NEW.passages OR OLD.sha256 <> NEW.sha256 OR OLD.taille <> NEW.taille OR (OLD.depose_le IS NOT NULL AND (NEW.depose_le IS NULL OR NEW.depose_le <> OLD.depose_le)) THEN RAISE EXCEPTION 'ACC-02:gel_fichier_accrochage_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_fichier_accrochage_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.depose_le IS NOT NULL THEN RAISE EXCEPTION 'ACC-02:gel_fichier_accrochage_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_passage_accrochage_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.etat IN ('depose', 'accepte', 'corrige') OR (NEW.etat = 'ko' AND NEW.message <> '') OR EXISTS (SELECT 1 FROM fichier_accrochage WHERE id = NEW.fichier_id AND depose_le IS NOT NULL) THEN RAISE EXCEPTION 'ACC-02:gel_passage_accrochage_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_passage_accrochage_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.id <> NEW.id OR OLD.fichier_id <> NEW.fichier_id OR OLD.certificat_id <> NEW.certificat_id OR OLD.id_technique <> NEW.id_technique OR NOT ((OLD.etat = 'prepare' AND NEW.etat = 'depose') OR (OLD.etat = 'depose' AND NEW.etat IN ('accepte', 'ko')) OR (OLD.etat = 'ko' AND NEW.etat = 'corrige')) THEN RAISE EXCEPTION 'ACC-02:gel_passage_accrochage_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_passage_accrochage_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat <> 'prepare' THEN RAISE EXCEPTION 'ACC-02:gel_passage_accrochage_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE TRIGGER gel_fichier_accrochage_modification BEFORE UPDATE ON fichier_accrochage FOR EACH ROW EXECUTE FUNCTION gel_fichier_accrochage_modification();;

CREATE TRIGGER gel_fichier_accrochage_retrait BEFORE DELETE ON fichier_accrochage FOR EACH ROW EXECUTE FUNCTION gel_fichier_accrochage_retrait();;

CREATE TRIGGER gel_passage_accrochage_ajout BEFORE INSERT ON passage_accrochage FOR EACH ROW EXECUTE FUNCTION gel_passage_accrochage_ajout();;

CREATE TRIGGER gel_passage_accrochage_modification BEFORE UPDATE ON passage_accrochage FOR EACH ROW EXECUTE FUNCTION gel_passage_accrochage_modification();;

CREATE TRIGGER gel_passage_accrochage_retrait BEFORE DELETE ON passage_accrochage FOR EACH ROW EXECUTE FUNCTION gel_passage_accrochage_retrait();;

CREATE TRIGGER gel_fichier_accrochage_troncature BEFORE TRUNCATE ON fichier_accrochage FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ACC-02');;

CREATE TRIGGER gel_passage_accrochage_troncature BEFORE TRUNCATE ON passage_accrochage FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ACC-02');;
