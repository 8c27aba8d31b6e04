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

DROP TRIGGER gel_jury_remplacement;;

DROP TRIGGER gel_proces_verbal_remplacement;;

DROP TRIGGER gel_inscription_modification;;

DROP TRIGGER gel_inscription_retrait;;

DROP TRIGGER gel_certificat_modification;;

DROP TRIGGER gel_certificat_retrait;;

DROP TRIGGER gel_archive_modification;;

DROP TRIGGER gel_archive_retrait;;

DROP TRIGGER gel_journal_modification;;

DROP TRIGGER gel_journal_retrait;;

DROP TRIGGER gel_compteur_retrait;;

DROP TRIGGER gel_compteur_recul;;

DROP TRIGGER gel_compteur_remplacement;;

DROP TRIGGER tenue_inscription_ajout;;

DROP TRIGGER tenue_inscription_candidat;;

DROP TRIGGER tenue_candidat_nom;;

CREATE TABLE seance_gtp (
  id INTEGER NOT NULL,
  nature VARCHAR(12) NOT NULL,
  date_seance DATE NOT NULL,
  lieu VARCHAR(200) NOT NULL,
  etat VARCHAR(14) NOT NULL,
  close_le DATETIME,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_seance_gtp PRIMARY KEY (id),
  CONSTRAINT ck_seance_gtp_cloture CHECK ((etat = 'close') = (close_le IS NOT NULL)),
  CONSTRAINT ck_seance_gtp_nature CHECK (nature IN ('reunion', 'consultation')),
  CONSTRAINT ck_seance_gtp_etat CHECK (etat IN ('en_preparation', 'close', 'seance_annulee')),
  CONSTRAINT fk_seance_gtp_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_seance_gtp_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_seance_gtp_date_seance ON seance_gtp (date_seance);;

CREATE TABLE reception (
  id INTEGER NOT NULL,
  nature VARCHAR(17) NOT NULL,
  nom_fichier VARCHAR(200) NOT NULL,
  empreinte VARCHAR(64) NOT NULL,
  lues INTEGER NOT NULL,
  resume JSON NOT NULL,
  prises JSON NOT NULL,
  contenu BLOB,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_reception PRIMARY KEY (id),
  CONSTRAINT ck_reception_nature CHECK (nature IN ('francecompetences', 'certifications')),
  CONSTRAINT fk_reception_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_reception_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE TABLE parcours (
  id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  certification_id INTEGER,
  numero INTEGER NOT NULL,
  etat VARCHAR(8) NOT NULL,
  soumis_le DATE,
  valide_le DATE,
  motif_renvoi VARCHAR(1000) NOT NULL,
  societe VARCHAR(95) NOT NULL,
  adresse VARCHAR(300) NOT NULL,
  intitule VARCHAR(200) NOT NULL,
  public_vise TEXT NOT NULL,
  minutes INTEGER NOT NULL,
  mois INTEGER,
  attestation TEXT NOT NULL,
  avis_cse VARCHAR(11),
  avis_cse_le DATE,
  evaluation_conditions TEXT NOT NULL,
  evaluation_modalites TEXT NOT NULL,
  evaluation_criteres TEXT NOT NULL,
  recherche VARCHAR(400) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_parcours PRIMARY KEY (id),
  CONSTRAINT uq_parcours_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT uq_parcours_certification_id_numero UNIQUE (certification_id, numero),
  CONSTRAINT ck_parcours_nomme CHECK (societe <> '' AND intitule <> ''),
  CONSTRAINT ck_parcours_duree CHECK (minutes >= 0),
  CONSTRAINT ck_parcours_periode CHECK (mois IS NULL OR mois > 0),
  CONSTRAINT ck_parcours_date_de_soumission CHECK (etat = 'projet' OR soumis_le IS NOT NULL),
  CONSTRAINT ck_parcours_date_de_validation CHECK ((etat IN ('valide', 'remplace')) = (valide_le IS NOT NULL) AND (valide_le IS NULL OR certification_id IS NOT NULL)),
  CONSTRAINT ck_parcours_revision_d_un_parcours_valide CHECK (numero = 1 OR certification_id IS NOT NULL),
  CONSTRAINT fk_parcours_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_parcours_certification_id FOREIGN KEY(certification_id) REFERENCES certification (id),
  CONSTRAINT ck_parcours_etat CHECK (etat IN ('projet', 'soumis', 'valide', 'remplace')),
  CONSTRAINT ck_parcours_avis_cse CHECK (avis_cse IN ('favorable', 'defavorable', 'pas_de_cse')),
  CONSTRAINT fk_parcours_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_parcours_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_parcours_centre_id_recherche ON parcours (centre_id, recherche);;

CREATE UNIQUE INDEX uq_parcours_en_revision ON parcours (centre_id, certification_id) WHERE etat IN ('projet', 'soumis');;

CREATE UNIQUE INDEX uq_parcours_valide ON parcours (certification_id) WHERE etat = 'valide';;

CREATE TABLE presence_gtp (
  id INTEGER NOT NULL,
  seance_id INTEGER NOT NULL,
  syndicat_id INTEGER,
  presente BOOLEAN NOT NULL,
  representants VARCHAR(500) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_presence_gtp PRIMARY KEY (id),
  CONSTRAINT uq_presence_gtp_id_seance_id UNIQUE (id, seance_id),
  CONSTRAINT uq_presence_gtp_seance_id_syndicat_id UNIQUE (seance_id, syndicat_id),
  CONSTRAINT fk_presence_gtp_seance_id FOREIGN KEY(seance_id) REFERENCES seance_gtp (id) ON DELETE CASCADE,
  CONSTRAINT fk_presence_gtp_syndicat_id FOREIGN KEY(syndicat_id) REFERENCES syndicat (id),
  CONSTRAINT fk_presence_gtp_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_presence_gtp_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_presence_gtp_syndicat_id ON presence_gtp (syndicat_id);;

CREATE UNIQUE INDEX uq_presence_gtp_uimm ON presence_gtp (seance_id) WHERE syndicat_id IS NULL;;

CREATE TABLE releve_decisions (
  id INTEGER NOT NULL,
  seance_id INTEGER NOT NULL,
  nom_fichier VARCHAR(200) NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  taille INTEGER NOT NULL,
  contenu BLOB,
  created_at DATETIME NOT NULL,
  CONSTRAINT pk_releve_decisions PRIMARY KEY (id),
  CONSTRAINT ck_releve_decisions_sha256 CHECK (length(sha256) = 64),
  CONSTRAINT ck_releve_decisions_taille CHECK (taille > 0),
  CONSTRAINT uq_releve_decisions_seance_id UNIQUE (seance_id),
  CONSTRAINT fk_releve_decisions_seance_id FOREIGN KEY(seance_id) REFERENCES seance_gtp (id)
);;

CREATE TABLE commission_evaluation (
  id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  reference VARCHAR(40) NOT NULL,
  date_commission DATE NOT NULL,
  lieu VARCHAR(200) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_commission_evaluation PRIMARY KEY (id),
  CONSTRAINT uq_commission_evaluation_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_commission_evaluation_lieu CHECK (lieu <> ''),
  CONSTRAINT fk_commission_evaluation_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT uq_commission_evaluation_reference UNIQUE (reference),
  CONSTRAINT fk_commission_evaluation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_commission_evaluation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_commission_evaluation_centre_id_date_commission ON commission_evaluation (centre_id, date_commission);;

CREATE TABLE commission_validation (
  id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  tenue_le DATE NOT NULL,
  lieu VARCHAR(200) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_commission_validation PRIMARY KEY (id),
  CONSTRAINT uq_commission_validation_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_commission_validation_lieu CHECK (lieu <> ''),
  CONSTRAINT fk_commission_validation_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_commission_validation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_commission_validation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_commission_validation_centre_id_tenue_le ON commission_validation (centre_id, tenue_le);;

CREATE TABLE enregistrement_bloc (
  id INTEGER NOT NULL,
  enregistrement_id INTEGER NOT NULL,
  code VARCHAR(20) NOT NULL,
  libelle VARCHAR(600) NOT NULL,
  bloc_id INTEGER,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_enregistrement_bloc PRIMARY KEY (id),
  CONSTRAINT uq_enregistrement_bloc_enregistrement_id_bloc_id UNIQUE (enregistrement_id, bloc_id),
  CONSTRAINT ck_enregistrement_bloc_code CHECK (code LIKE 'RNCP%BC%' OR code LIKE 'RS%BC%'),
  CONSTRAINT fk_enregistrement_bloc_enregistrement_id FOREIGN KEY(enregistrement_id) REFERENCES enregistrement (id) ON DELETE CASCADE,
  CONSTRAINT uq_enregistrement_bloc_code UNIQUE (code),
  CONSTRAINT fk_enregistrement_bloc_bloc_id FOREIGN KEY(bloc_id) REFERENCES bloc_competences (id),
  CONSTRAINT fk_enregistrement_bloc_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_enregistrement_bloc_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_enregistrement_bloc_bloc_id ON enregistrement_bloc (bloc_id);;

CREATE TABLE parcours_domaine (
  id INTEGER NOT NULL,
  parcours_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  ordre INTEGER NOT NULL,
  domaine VARCHAR(200) NOT NULL,
  competences TEXT NOT NULL,
  contenus TEXT NOT NULL,
  minutes INTEGER NOT NULL,
  intervenants VARCHAR(600) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_parcours_domaine PRIMARY KEY (id),
  CONSTRAINT fk_parcours_domaine_parcours_id_centre_id FOREIGN KEY(parcours_id, centre_id) REFERENCES parcours (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT uq_parcours_domaine_parcours_id_ordre UNIQUE (parcours_id, ordre),
  CONSTRAINT ck_parcours_domaine_duree CHECK (minutes >= 0),
  CONSTRAINT fk_parcours_domaine_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_parcours_domaine_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE TABLE parcours_module (
  id INTEGER NOT NULL,
  parcours_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  ordre INTEGER NOT NULL,
  phase INTEGER NOT NULL,
  module VARCHAR(200) NOT NULL,
  objectifs TEXT NOT NULL,
  minutes INTEGER NOT NULL,
  nature VARCHAR(7) NOT NULL,
  organisme VARCHAR(300) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_parcours_module PRIMARY KEY (id),
  CONSTRAINT fk_parcours_module_parcours_id_centre_id FOREIGN KEY(parcours_id, centre_id) REFERENCES parcours (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT uq_parcours_module_parcours_id_ordre UNIQUE (parcours_id, ordre),
  CONSTRAINT ck_parcours_module_duree CHECK (minutes >= 0),
  CONSTRAINT ck_parcours_module_phase CHECK (phase BETWEEN 1 AND 99),
  CONSTRAINT ck_parcours_module_nature CHECK (nature IN ('interne', 'externe')),
  CONSTRAINT fk_parcours_module_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_parcours_module_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE TABLE attribution_parcours (
  id INTEGER NOT NULL,
  parcours_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  numero INTEGER NOT NULL,
  nom VARCHAR(120) NOT NULL,
  prenoms VARCHAR(120) NOT NULL,
  date_naissance DATE NOT NULL,
  organisme_evaluation VARCHAR(200) NOT NULL,
  habilite_le DATE NOT NULL,
  evalue_le DATE NOT NULL,
  attribue_le DATE NOT NULL,
  resultat VARCHAR(13) NOT NULL,
  emploi VARCHAR(200) NOT NULL,
  cotation VARCHAR(100) NOT NULL,
  annulee_le DATE,
  motif_annulation VARCHAR(600) NOT NULL,
  recherche VARCHAR(400) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_attribution_parcours PRIMARY KEY (id),
  CONSTRAINT fk_attribution_parcours_parcours_id_centre_id FOREIGN KEY(parcours_id, centre_id) REFERENCES parcours (id, centre_id),
  CONSTRAINT uq_attribution_parcours_parcours_id_numero UNIQUE (parcours_id, numero),
  CONSTRAINT ck_attribution_parcours_salarie CHECK (nom <> '' AND prenoms <> ''),
  CONSTRAINT ck_attribution_parcours_ordre CHECK (habilite_le <= evalue_le AND evalue_le <= attribue_le),
  CONSTRAINT ck_attribution_parcours_cotation CHECK (resultat <> 'attribuee' OR (emploi <> '' AND cotation <> '')),
  CONSTRAINT ck_attribution_parcours_motif_d_annulation CHECK ((annulee_le IS NULL) = (motif_annulation = '')),
  CONSTRAINT ck_attribution_parcours_resultat CHECK (resultat IN ('attribuee', 'non_attribuee')),
  CONSTRAINT fk_attribution_parcours_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_attribution_parcours_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_attribution_parcours_centre_id_recherche ON attribution_parcours (centre_id, recherche);;

CREATE UNIQUE INDEX uq_attribution_parcours_salarie ON attribution_parcours (parcours_id, recherche, date_naissance) WHERE resultat = 'attribuee' AND annulee_le IS NULL;;

CREATE TABLE demande (
  id INTEGER NOT NULL,
  nature VARCHAR(11) NOT NULL,
  porteur VARCHAR(17) NOT NULL,
  famille VARCHAR(4) NOT NULL,
  etat VARCHAR(13) NOT NULL,
  deposee_le DATE NOT NULL,
  complete_le DATE,
  decidee_le DATE,
  centre_id INTEGER,
  certification_id INTEGER NOT NULL,
  referentiel_id INTEGER,
  parcours_id INTEGER,
  besoins TEXT NOT NULL,
  emplois TEXT NOT NULL,
  positionnement TEXT NOT NULL,
  preuves_usage TEXT NOT NULL,
  obsolescence TEXT NOT NULL,
  motif_usage BOOLEAN NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_demande PRIMARY KEY (id),
  CONSTRAINT uq_demande_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT fk_demande_referentiel_id_certification_id FOREIGN KEY(referentiel_id, certification_id) REFERENCES referentiel (id, certification_id),
  CONSTRAINT fk_demande_parcours_id_centre_id FOREIGN KEY(parcours_id, centre_id) REFERENCES parcours (id, centre_id),
  CONSTRAINT ck_demande_projet_de_referentiel CHECK ((nature = 'suppression' OR famille = 'PPC') = (referentiel_id IS NULL)),
  CONSTRAINT ck_demande_parcours CHECK ((nature <> 'suppression' AND famille = 'PPC') = (parcours_id IS NOT NULL)),
  CONSTRAINT ck_demande_date_de_decision CHECK ((etat IN ('acceptee', 'refusee')) = (decidee_le IS NOT NULL)),
  CONSTRAINT ck_demande_complete CHECK (etat NOT IN ('complete', 'ordre_du_jour') OR complete_le IS NOT NULL),
  CONSTRAINT ck_demande_centre_du_porteur CHECK ((porteur = 'uimm_territoriale') = (centre_id IS NOT NULL)),
  CONSTRAINT ck_demande_nature CHECK (nature IN ('creation', 'revision', 'suppression')),
  CONSTRAINT ck_demande_porteur CHECK (porteur IN ('uimm', 'gtp', 'uimm_territoriale')),
  CONSTRAINT ck_demande_famille CHECK (famille IN ('CQPM', 'CCPM', 'CQPI', 'CCPI', 'PPC')),
  CONSTRAINT ck_demande_etat CHECK (etat IN ('deposee', 'complete', 'ordre_du_jour', 'acceptee', 'refusee', 'ajournee', 'abandonnee')),
  CONSTRAINT fk_demande_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_demande_certification_id FOREIGN KEY(certification_id) REFERENCES certification (id),
  CONSTRAINT fk_demande_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_demande_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_demande_centre_id ON demande (centre_id);;

CREATE INDEX ix_demande_certification_id ON demande (certification_id);;

CREATE INDEX ix_demande_parcours_id ON demande (parcours_id);;

CREATE UNIQUE INDEX uq_demande_en_cours ON demande (certification_id) WHERE etat NOT IN ('acceptee', 'refusee', 'abandonnee');;

CREATE TABLE evaluateur (
  id INTEGER NOT NULL,
  commission_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  personne_id INTEGER NOT NULL,
  domaine VARCHAR(200) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_evaluateur PRIMARY KEY (id),
  CONSTRAINT fk_evaluateur_commission_id_centre_id FOREIGN KEY(commission_id, centre_id) REFERENCES commission_evaluation (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT fk_evaluateur_personne_id_centre_id FOREIGN KEY(personne_id, centre_id) REFERENCES personne (id, centre_id),
  CONSTRAINT uq_evaluateur_commission_id_personne_id UNIQUE (commission_id, personne_id),
  CONSTRAINT ck_evaluateur_domaine CHECK (domaine <> ''),
  CONSTRAINT fk_evaluateur_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_evaluateur_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_evaluateur_personne_id ON evaluateur (personne_id);;

CREATE TABLE etape_instruction (
  id INTEGER NOT NULL,
  habilitation_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  nature VARCHAR(18) NOT NULL,
  faite_le DATE NOT NULL,
  compte_rendu TEXT NOT NULL,
  suivi BOOLEAN NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_etape_instruction PRIMARY KEY (id),
  CONSTRAINT fk_etape_instruction_habilitation_id_centre_id FOREIGN KEY(habilitation_id, centre_id) REFERENCES habilitation (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT uq_etape_instruction_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_etape_instruction_nature CHECK (nature IN ('etude', 'entretien', 'visite', 'complement_demande', 'complement_recu', 'autre')),
  CONSTRAINT fk_etape_instruction_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_etape_instruction_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_etape_instruction_habilitation_id ON etape_instruction (habilitation_id);;

CREATE TABLE suspension_habilitation (
  id INTEGER NOT NULL,
  habilitation_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  du DATE NOT NULL,
  au DATE,
  motif VARCHAR(1000) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_suspension_habilitation PRIMARY KEY (id),
  CONSTRAINT fk_suspension_habilitation_habilitation_id_centre_id FOREIGN KEY(habilitation_id, centre_id) REFERENCES habilitation (id, centre_id),
  CONSTRAINT ck_suspension_habilitation_ordre CHECK (au IS NULL OR au >= du),
  CONSTRAINT ck_suspension_habilitation_motif CHECK (motif <> ''),
  CONSTRAINT fk_suspension_habilitation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_suspension_habilitation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE UNIQUE INDEX uq_suspension_habilitation_ouverte ON suspension_habilitation (habilitation_id) WHERE au IS NULL;;

CREATE TABLE habilitation_bloc (
  habilitation_id INTEGER NOT NULL,
  bloc_id INTEGER NOT NULL,
  CONSTRAINT pk_habilitation_bloc PRIMARY KEY (habilitation_id, bloc_id),
  CONSTRAINT fk_habilitation_bloc_habilitation_id FOREIGN KEY(habilitation_id) REFERENCES habilitation (id) ON DELETE CASCADE,
  CONSTRAINT fk_habilitation_bloc_bloc_id FOREIGN KEY(bloc_id) REFERENCES bloc_competences (id)
);;

CREATE TABLE evenement_habilitation (
  id INTEGER NOT NULL,
  habilitation_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  nature VARCHAR(14) NOT NULL,
  le DATE NOT NULL,
  portee TEXT NOT NULL,
  motif VARCHAR(1000) NOT NULL,
  avise_le DATE,
  avise_par_id INTEGER,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_evenement_habilitation PRIMARY KEY (id),
  CONSTRAINT fk_evenement_habilitation_habilitation_id_centre_id FOREIGN KEY(habilitation_id, centre_id) REFERENCES habilitation (id, centre_id),
  CONSTRAINT ck_evenement_habilitation_avis_date CHECK (avise_par_id IS NULL OR avise_le IS NOT NULL),
  CONSTRAINT ck_evenement_habilitation_nature CHECK (nature IN ('habilitation', 'renouvellement', 'suspension', 'levee', 'retrait', 'fin')),
  CONSTRAINT fk_evenement_habilitation_avise_par_id FOREIGN KEY(avise_par_id) REFERENCES utilisateur (id),
  CONSTRAINT fk_evenement_habilitation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_evenement_habilitation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_evenement_habilitation_habilitation_id ON evenement_habilitation (habilitation_id);;

CREATE INDEX ix_evenement_habilitation_le ON evenement_habilitation (le);;

CREATE TABLE transmission (
  id INTEGER NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  transmise_le DATE,
  controlee_le DATE,
  conforme BOOLEAN,
  observations TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_transmission PRIMARY KEY (id),
  CONSTRAINT fk_transmission_jury_id_centre_id FOREIGN KEY(jury_id, centre_id) REFERENCES jury (id, centre_id),
  CONSTRAINT uq_transmission_jury_id UNIQUE (jury_id),
  CONSTRAINT uq_transmission_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_transmission_controle CHECK ((controlee_le IS NULL) = (conforme IS NULL)),
  CONSTRAINT ck_transmission_controle_apres_transmission CHECK (controlee_le IS NULL OR controlee_le >= transmise_le),
  CONSTRAINT ck_transmission_transmise_avant_controle CHECK (controlee_le IS NULL OR transmise_le IS NOT NULL),
  CONSTRAINT fk_transmission_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_transmission_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_transmission_centre_id ON transmission (centre_id);;

CREATE INDEX ix_transmission_transmise_le ON transmission (transmise_le);;

CREATE TABLE collectif_vae (
  id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  entreprise_id INTEGER NOT NULL,
  nom VARCHAR(120) NOT NULL,
  ouvert_le DATE NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_collectif_vae PRIMARY KEY (id),
  CONSTRAINT fk_collectif_vae_entreprise_id_centre_id FOREIGN KEY(entreprise_id, centre_id) REFERENCES entreprise (id, centre_id),
  CONSTRAINT uq_collectif_vae_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT uq_collectif_vae_centre_id_nom UNIQUE (centre_id, nom),
  CONSTRAINT ck_collectif_vae_nom CHECK (nom <> ''),
  CONSTRAINT fk_collectif_vae_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_collectif_vae_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_collectif_vae_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_collectif_vae_entreprise_id ON collectif_vae (entreprise_id);;

CREATE TABLE membre_validation (
  id INTEGER NOT NULL,
  commission_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  personne_id INTEGER NOT NULL,
  represente_centre BOOLEAN NOT NULL,
  president BOOLEAN NOT NULL,
  domaine VARCHAR(200) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_membre_validation PRIMARY KEY (id),
  CONSTRAINT fk_membre_validation_commission_id_centre_id FOREIGN KEY(commission_id, centre_id) REFERENCES commission_validation (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT fk_membre_validation_personne_id_centre_id FOREIGN KEY(personne_id, centre_id) REFERENCES personne (id, centre_id),
  CONSTRAINT uq_membre_validation_commission_id_personne_id UNIQUE (commission_id, personne_id),
  CONSTRAINT ck_membre_validation_presidee_par_le_centre CHECK (NOT president OR represente_centre),
  CONSTRAINT fk_membre_validation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_membre_validation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_membre_validation_personne_id ON membre_validation (personne_id);;

CREATE TABLE candidat_cle (
  cle INTEGER NOT NULL,
  candidat_id INTEGER NOT NULL,
  CONSTRAINT pk_candidat_cle PRIMARY KEY (cle, candidat_id),
  CONSTRAINT fk_candidat_cle_candidat_id FOREIGN KEY(candidat_id) REFERENCES candidat (id) ON DELETE CASCADE
)
 WITHOUT ROWID;;

CREATE INDEX ix_candidat_cle_candidat_id ON candidat_cle (candidat_id);;

CREATE TABLE point_gtp (
  id INTEGER NOT NULL,
  seance_id INTEGER NOT NULL,
  demande_id INTEGER NOT NULL,
  ordre INTEGER NOT NULL,
  decision VARCHAR(8),
  motif VARCHAR(2000) NOT NULL,
  niveau INTEGER,
  repertoire VARCHAR(4),
  voix_pour INTEGER,
  voix_contre INTEGER,
  abstentions INTEGER,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_point_gtp PRIMARY KEY (id),
  CONSTRAINT uq_point_gtp_id_seance_id UNIQUE (id, seance_id),
  CONSTRAINT uq_point_gtp_seance_id_demande_id UNIQUE (seance_id, demande_id),
  CONSTRAINT uq_point_gtp_seance_id_ordre UNIQUE (seance_id, ordre),
  CONSTRAINT ck_point_gtp_niveau_cncp CHECK (niveau IS NULL OR niveau BETWEEN 1 AND 8),
  CONSTRAINT ck_point_gtp_motif CHECK (decision IS NULL OR decision = 'acceptee' OR motif <> ''),
  CONSTRAINT ck_point_gtp_decompte CHECK (decision IS NULL OR (voix_pour IS NOT NULL AND voix_contre IS NOT NULL)),
  CONSTRAINT ck_point_gtp_majorite CHECK (decision IS NULL OR decision <> 'acceptee' OR voix_pour > voix_contre),
  CONSTRAINT fk_point_gtp_seance_id FOREIGN KEY(seance_id) REFERENCES seance_gtp (id) ON DELETE CASCADE,
  CONSTRAINT fk_point_gtp_demande_id FOREIGN KEY(demande_id) REFERENCES demande (id),
  CONSTRAINT ck_point_gtp_decision CHECK (decision IN ('acceptee', 'refusee', 'ajournee')),
  CONSTRAINT ck_point_gtp_repertoire CHECK (repertoire IN ('RNCP', 'RS')),
  CONSTRAINT fk_point_gtp_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_point_gtp_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_point_gtp_demande_id ON point_gtp (demande_id);;

CREATE TABLE publication (
  id INTEGER NOT NULL,
  demande_id INTEGER NOT NULL,
  nature VARCHAR(18) NOT NULL,
  ouverte_le DATE NOT NULL,
  faite_le DATE,
  faite_par VARCHAR(200),
  note VARCHAR(500) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_publication PRIMARY KEY (id),
  CONSTRAINT uq_publication_demande_id_nature UNIQUE (demande_id, nature),
  CONSTRAINT ck_publication_faite_par_quelqu_un CHECK ((faite_le IS NULL) = (faite_par IS NULL)),
  CONSTRAINT ck_publication_ordre CHECK (faite_le IS NULL OR faite_le >= ouverte_le),
  CONSTRAINT fk_publication_demande_id FOREIGN KEY(demande_id) REFERENCES demande (id),
  CONSTRAINT ck_publication_nature CHECK (nature IN ('liste', 'site', 'france_competences')),
  CONSTRAINT fk_publication_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_publication_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_publication_a_faire ON publication (ouverte_le) WHERE faite_le IS NULL;;

CREATE TABLE action_corrective (
  id INTEGER NOT NULL,
  transmission_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  libelle VARCHAR(1000) NOT NULL,
  terme DATE NOT NULL,
  realisee_le DATE,
  compte_rendu VARCHAR(1000) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_action_corrective PRIMARY KEY (id),
  CONSTRAINT fk_action_corrective_transmission_id_centre_id FOREIGN KEY(transmission_id, centre_id) REFERENCES transmission (id, centre_id),
  CONSTRAINT ck_action_corrective_libelle CHECK (libelle <> ''),
  CONSTRAINT ck_action_corrective_compte_rendu CHECK (realisee_le IS NULL OR compte_rendu <> ''),
  CONSTRAINT fk_action_corrective_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_action_corrective_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_action_corrective_centre_id ON action_corrective (centre_id);;

CREATE INDEX ix_action_corrective_transmission_id ON action_corrective (transmission_id);;

CREATE TABLE piece (
  id INTEGER NOT NULL,
  centre_id INTEGER,
  demande_id INTEGER,
  transmission_id INTEGER,
  parcours_id INTEGER,
  habilitation_id INTEGER,
  appreciation_id INTEGER,
  etape_instruction_id INTEGER,
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
  CONSTRAINT fk_piece_demande_id_centre_id FOREIGN KEY(demande_id, centre_id) REFERENCES demande (id, centre_id),
  CONSTRAINT fk_piece_transmission_id_centre_id FOREIGN KEY(transmission_id, centre_id) REFERENCES transmission (id, centre_id),
  CONSTRAINT fk_piece_parcours_id_centre_id FOREIGN KEY(parcours_id, centre_id) REFERENCES parcours (id, centre_id),
  CONSTRAINT fk_piece_habilitation_id_centre_id FOREIGN KEY(habilitation_id, centre_id) REFERENCES habilitation (id, centre_id),
  CONSTRAINT fk_piece_appreciation_id_centre_id FOREIGN KEY(appreciation_id, centre_id) REFERENCES appreciation (id, centre_id),
  CONSTRAINT fk_piece_etape_instruction_id_centre_id FOREIGN KEY(etape_instruction_id, centre_id) REFERENCES etape_instruction (id, centre_id),
  CONSTRAINT ck_piece_centre_du_dossier CHECK (centre_id IS NOT NULL OR demande_id IS NOT NULL),
  CONSTRAINT ck_piece_un_dossier CHECK ((CASE WHEN demande_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN parcours_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN transmission_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN habilitation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN appreciation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN etape_instruction_id IS NULL THEN 0 ELSE 1 END) = 1),
  CONSTRAINT ck_piece_taille CHECK (taille > 0),
  CONSTRAINT ck_piece_sha256 CHECK (length(sha256) = 64),
  CONSTRAINT fk_piece_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT ck_piece_nature CHECK (nature IN ('rapport', 'referentiel', 'preuve_usage', 'courrier', 'fiche', 'programme', 'avis_cse', 'preuve_indicateur', 'compte_rendu', 'emargement', 'autre')),
  CONSTRAINT fk_piece_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_piece_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_piece_appreciation_id ON piece (appreciation_id);;

CREATE INDEX ix_piece_centre_id ON piece (centre_id);;

CREATE INDEX ix_piece_demande_id ON piece (demande_id);;

CREATE INDEX ix_piece_etape_instruction_id ON piece (etape_instruction_id);;

CREATE INDEX ix_piece_habilitation_id ON piece (habilitation_id);;

CREATE INDEX ix_piece_parcours_id ON piece (parcours_id);;

CREATE INDEX ix_piece_transmission_id ON piece (transmission_id);;

CREATE TABLE vote_gtp (
  id INTEGER NOT NULL,
  seance_id INTEGER NOT NULL,
  point_id INTEGER NOT NULL,
  presence_id INTEGER NOT NULL,
  sens VARCHAR(10) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_vote_gtp PRIMARY KEY (id),
  CONSTRAINT fk_vote_gtp_point_id_seance_id FOREIGN KEY(point_id, seance_id) REFERENCES point_gtp (id, seance_id) ON DELETE CASCADE,
  CONSTRAINT fk_vote_gtp_presence_id_seance_id FOREIGN KEY(presence_id, seance_id) REFERENCES presence_gtp (id, seance_id),
  CONSTRAINT uq_vote_gtp_point_id_presence_id UNIQUE (point_id, presence_id),
  CONSTRAINT ck_vote_gtp_sens CHECK (sens IN ('pour', 'contre', 'abstention')),
  CONSTRAINT fk_vote_gtp_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_vote_gtp_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_vote_gtp_presence_id ON vote_gtp (presence_id);;

CREATE TABLE dossier_evaluation (
  id INTEGER NOT NULL,
  inscription_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  convenu_le DATE,
  motif_hors_situation TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_dossier_evaluation PRIMARY KEY (id),
  CONSTRAINT fk_dossier_evaluation_inscription_id_centre_id FOREIGN KEY(inscription_id, centre_id) REFERENCES inscription (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT uq_dossier_evaluation_inscription_id UNIQUE (inscription_id),
  CONSTRAINT fk_dossier_evaluation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_dossier_evaluation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE TABLE avis_entreprise (
  id INTEGER NOT NULL,
  inscription_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  date_avis DATE NOT NULL,
  auteur VARCHAR(120) NOT NULL,
  fonction VARCHAR(200) NOT NULL,
  sens VARCHAR(11) NOT NULL,
  commentaire TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_avis_entreprise PRIMARY KEY (id),
  CONSTRAINT fk_avis_entreprise_inscription_id_centre_id FOREIGN KEY(inscription_id, centre_id) REFERENCES inscription (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT uq_avis_entreprise_inscription_id UNIQUE (inscription_id),
  CONSTRAINT ck_avis_entreprise_auteur CHECK (auteur <> '' AND fonction <> ''),
  CONSTRAINT ck_avis_entreprise_sens CHECK (sens IN ('favorable', 'reserve', 'defavorable')),
  CONSTRAINT fk_avis_entreprise_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_avis_entreprise_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE TABLE vae (
  id INTEGER NOT NULL,
  inscription_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  collectif_id INTEGER,
  accueil_le DATE,
  accueil_par VARCHAR(120) NOT NULL,
  accompagnement_du DATE,
  accompagnateur VARCHAR(200) NOT NULL,
  dossier_complet_le DATE,
  recevabilite VARCHAR(11),
  decidee_le DATE,
  decidee_par VARCHAR(120) NOT NULL,
  motif TEXT NOT NULL,
  recommandations TEXT NOT NULL,
  notifiee_le DATE,
  livret2_recu_le DATE,
  livret2_recu_par VARCHAR(120) NOT NULL,
  commission_id INTEGER,
  mise_en_situation BOOLEAN NOT NULL,
  entretien BOOLEAN NOT NULL,
  conclusion VARCHAR(9),
  observations TEXT NOT NULL,
  resultat_dit_le DATE,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_vae PRIMARY KEY (id),
  CONSTRAINT fk_vae_inscription_id_centre_id FOREIGN KEY(inscription_id, centre_id) REFERENCES inscription (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT fk_vae_collectif_id_centre_id FOREIGN KEY(collectif_id, centre_id) REFERENCES collectif_vae (id, centre_id),
  CONSTRAINT fk_vae_commission_id_centre_id FOREIGN KEY(commission_id, centre_id) REFERENCES commission_validation (id, centre_id),
  CONSTRAINT uq_vae_inscription_id UNIQUE (inscription_id),
  CONSTRAINT ck_vae_accueil_par CHECK (accueil_le IS NULL OR accueil_par <> ''),
  CONSTRAINT ck_vae_accompagnateur CHECK (accompagnement_du IS NULL OR accompagnateur <> ''),
  CONSTRAINT ck_vae_decision_datee CHECK ((recevabilite IS NULL) = (decidee_le IS NULL)),
  CONSTRAINT ck_vae_motif CHECK (recevabilite <> 'defavorable' OR motif <> ''),
  CONSTRAINT ck_vae_notification CHECK (notifiee_le IS NULL OR (decidee_le IS NOT NULL AND notifiee_le >= decidee_le)),
  CONSTRAINT ck_vae_livret2 CHECK (livret2_recu_le IS NULL OR (notifiee_le IS NOT NULL AND livret2_recu_le >= notifiee_le AND recevabilite <> 'defavorable')),
  CONSTRAINT ck_vae_commission CHECK (commission_id IS NULL OR livret2_recu_le IS NOT NULL),
  CONSTRAINT ck_vae_conclusion_d_une_commission CHECK (conclusion IS NULL OR commission_id IS NOT NULL),
  CONSTRAINT fk_vae_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT ck_vae_recevabilite CHECK (recevabilite IN ('favorable', 'defavorable', 'reputee')),
  CONSTRAINT ck_vae_conclusion CHECK (conclusion IN ('totale', 'partielle', 'aucune')),
  CONSTRAINT fk_vae_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_vae_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_vae_centre_id ON vae (centre_id);;

CREATE INDEX ix_vae_collectif_id ON vae (collectif_id);;

CREATE INDEX ix_vae_commission_id ON vae (commission_id);;

CREATE TABLE remise (
  id INTEGER NOT NULL,
  certificat_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  remis_le DATE NOT NULL,
  destinataire VARCHAR(10) NOT NULL,
  a VARCHAR(200) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_remise PRIMARY KEY (id),
  CONSTRAINT fk_remise_certificat_id_centre_id FOREIGN KEY(certificat_id, centre_id) REFERENCES certificat (id, centre_id),
  CONSTRAINT uq_remise_certificat_id UNIQUE (certificat_id),
  CONSTRAINT ck_remise_a_qui CHECK (a <> ''),
  CONSTRAINT ck_remise_destinataire CHECK (destinataire IN ('candidat', 'entreprise')),
  CONSTRAINT fk_remise_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_remise_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_remise_centre_id ON remise (centre_id);;

CREATE TABLE duplicata (
  id INTEGER NOT NULL,
  numero VARCHAR(12) NOT NULL,
  certificat_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  delivre_le DATE NOT NULL,
  motif VARCHAR(500) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_duplicata PRIMARY KEY (id),
  CONSTRAINT fk_duplicata_certificat_id_centre_id FOREIGN KEY(certificat_id, centre_id) REFERENCES certificat (id, centre_id),
  CONSTRAINT uq_duplicata_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_duplicata_motif CHECK (motif <> ''),
  CONSTRAINT ck_duplicata_numero CHECK (substr(numero, 1, 3) = 'DU-'),
  CONSTRAINT uq_duplicata_numero UNIQUE (numero),
  CONSTRAINT fk_duplicata_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_duplicata_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_duplicata_centre_id ON duplicata (centre_id);;

CREATE INDEX ix_duplicata_certificat_id ON duplicata (certificat_id);;

CREATE TABLE nouvelle_centre (
  id INTEGER NOT NULL,
  code VARCHAR(10) NOT NULL,
  nom VARCHAR(200) NOT NULL,
  adresse VARCHAR(300) NOT NULL,
  code_postal VARCHAR(10) NOT NULL,
  ville VARCHAR(100) NOT NULL,
  courriel VARCHAR(200) NOT NULL,
  telephone VARCHAR(30) NOT NULL,
  duree_habilitation INTEGER,
  demonstration BOOLEAN NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_centre PRIMARY KEY (id),
  CONSTRAINT ck_centre_duree_habilitation CHECK (duree_habilitation BETWEEN 1 AND 240),
  CONSTRAINT uq_centre_code UNIQUE (code),
  CONSTRAINT fk_centre_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_centre_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_centre (id, code, nom, adresse, code_postal, ville, courriel, telephone, demonstration, created_at, updated_at, created_by, updated_by, version) SELECT id, code, nom, adresse, code_postal, ville, courriel, telephone, demonstration, created_at, updated_at, created_by, updated_by, version FROM centre;;

DROP TABLE centre;;

ALTER TABLE nouvelle_centre RENAME TO centre;;

CREATE TABLE nouvelle_certification (
  id INTEGER NOT NULL,
  famille VARCHAR(4) NOT NULL,
  annee INTEGER,
  numero INTEGER,
  numero_imprime VARCHAR(40),
  titre VARCHAR(300) NOT NULL,
  niveau INTEGER,
  date_creation DATE,
  date_suppression DATE,
  source VARCHAR(300) NOT NULL,
  recherche VARCHAR(400) NOT NULL,
  projet BOOLEAN NOT NULL,
  demonstration BOOLEAN NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_certification PRIMARY KEY (id),
  CONSTRAINT uq_certification_famille_numero UNIQUE (famille, numero),
  CONSTRAINT uq_certification_famille_numero_imprime UNIQUE (famille, numero_imprime),
  CONSTRAINT ck_certification_niveau_cncp CHECK (niveau IS NULL OR niveau BETWEEN 1 AND 8),
  CONSTRAINT ck_certification_annee_et_numero CHECK ((annee IS NULL) = (numero IS NULL)),
  CONSTRAINT ck_certification_numero_4_chiffres CHECK (numero IS NULL OR numero BETWEEN 1 AND 9999),
  CONSTRAINT ck_certification_annee_du_dispositif CHECK (annee IS NULL OR annee BETWEEN 1987 AND 2999),
  CONSTRAINT ck_certification_ordre CHECK (date_suppression IS NULL OR date_creation IS NULL OR date_suppression >= date_creation),
  CONSTRAINT ck_certification_titre CHECK (titre <> ''),
  CONSTRAINT ck_certification_projet_sans_numero CHECK (NOT projet OR (numero IS NULL AND date_creation IS NULL AND date_suppression IS NULL)),
  CONSTRAINT ck_certification_famille CHECK (famille IN ('CQPM', 'CCPM', 'CQPI', 'CCPI', 'PPC')),
  CONSTRAINT fk_certification_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_certification_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_certification (id, famille, annee, numero, numero_imprime, titre, niveau, date_creation, date_suppression, source, recherche, projet, demonstration, created_at, updated_at, created_by, updated_by, version) SELECT id, famille, annee, numero, numero_imprime, titre, niveau, date_creation, date_suppression, source, recherche, false, demonstration, created_at, updated_at, created_by, updated_by, version FROM certification;;

DROP TABLE certification;;

ALTER TABLE nouvelle_certification RENAME TO certification;;

CREATE INDEX ix_certification_recherche ON certification (recherche);;

CREATE TABLE nouvelle_bloc_competences (
  id INTEGER NOT NULL,
  numero INTEGER,
  libelle VARCHAR(300) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_bloc_competences PRIMARY KEY (id),
  CONSTRAINT ck_bloc_competences_numero_4_chiffres CHECK (numero BETWEEN 1 AND 9999),
  CONSTRAINT uq_bloc_competences_numero UNIQUE (numero),
  CONSTRAINT fk_bloc_competences_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_bloc_competences_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_bloc_competences (id, numero, libelle, created_at, updated_at, created_by, updated_by, version) SELECT id, numero, libelle, created_at, updated_at, created_by, updated_by, version FROM bloc_competences;;

DROP TABLE bloc_competences;;

ALTER TABLE nouvelle_bloc_competences RENAME TO bloc_competences;;

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
  CONSTRAINT ck_utilisateur_role_national CHECK (role NOT IN ('administrateur', 'gtp', 'uimm') OR centre_id IS NULL),
  CONSTRAINT ck_utilisateur_siege_du_jure CHECK ((role = 'jure') = (siege_id IS NOT NULL)),
  CONSTRAINT ck_utilisateur_identifiant_minuscule CHECK (identifiant = lower(identifiant)),
  CONSTRAINT uq_utilisateur_identifiant UNIQUE (identifiant),
  CONSTRAINT ck_utilisateur_role CHECK (role IN ('administrateur', 'gtp', 'uimm', 'clerc', 'responsable', 'jure', 'lecture')),
  CONSTRAINT fk_utilisateur_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_utilisateur_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_utilisateur_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_utilisateur (id, identifiant, nom, courriel, role, centre_id, siege_id, mot_de_passe, actif, created_at, updated_at, created_by, updated_by, version) SELECT id, identifiant, nom, courriel, role, centre_id, siege_id, mot_de_passe, actif, created_at, updated_at, created_by, updated_by, version FROM utilisateur;;

DROP TABLE utilisateur;;

ALTER TABLE nouvelle_utilisateur RENAME TO utilisateur;;

DROP INDEX uq_referentiel_valide;;

CREATE UNIQUE INDEX uq_referentiel_en_cours ON referentiel (certification_id) WHERE etat IN ('projet', 'soumis');;

CREATE UNIQUE INDEX uq_referentiel_valide ON referentiel (certification_id, etat) WHERE etat = 'valide';;

CREATE TABLE nouvelle_habilitation (
  id INTEGER NOT NULL,
  organisme_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  etat VARCHAR(11) NOT NULL,
  demande_le DATE NOT NULL,
  decide_le DATE,
  du DATE,
  au DATE,
  motif VARCHAR(1000) NOT NULL,
  renouvelle_id INTEGER,
  reprise BOOLEAN NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_habilitation PRIMARY KEY (id),
  CONSTRAINT uq_habilitation_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT fk_habilitation_renouvelle_id_centre_id FOREIGN KEY(renouvelle_id, centre_id) REFERENCES habilitation (id, centre_id),
  CONSTRAINT ck_habilitation_date_d_effet CHECK (etat NOT IN ('accordee', 'suspendue', 'retiree') OR du IS NOT NULL),
  CONSTRAINT ck_habilitation_ordre CHECK (au IS NULL OR au >= du),
  CONSTRAINT ck_habilitation_motif CHECK (etat NOT IN ('refusee', 'retiree', 'suspendue') OR motif <> ''),
  CONSTRAINT ck_habilitation_fin_du_retrait CHECK (etat <> 'retiree' OR au IS NOT NULL),
  CONSTRAINT fk_habilitation_organisme_id FOREIGN KEY(organisme_id) REFERENCES organisme (id),
  CONSTRAINT fk_habilitation_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT ck_habilitation_etat CHECK (etat IN ('demande', 'instruction', 'complement', 'accordee', 'refusee', 'suspendue', 'retiree')),
  CONSTRAINT fk_habilitation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_habilitation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_habilitation (id, organisme_id, centre_id, etat, demande_le, decide_le, du, au, motif, reprise, created_at, updated_at, created_by, updated_by, version) SELECT id, organisme_id, centre_id, etat, demande_le, decide_le, du, au, motif, etat IN ('accordee', 'refusee', 'suspendue', 'retiree'), created_at, updated_at, created_by, updated_by, version FROM habilitation;;

DROP TABLE habilitation;;

ALTER TABLE nouvelle_habilitation RENAME TO habilitation;;

CREATE INDEX ix_habilitation_centre_id ON habilitation (centre_id);;

CREATE INDEX ix_habilitation_organisme_id ON habilitation (organisme_id);;

CREATE INDEX ix_habilitation_renouvelle_id ON habilitation (renouvelle_id);;

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

INSERT INTO nouvelle_candidat (id, civilite, sexe, nom_naissance, nom_usage, prenoms, date_naissance, ville_naissance, code_commune_naissance, departement_naissance_code, pays_naissance_code, courriel, telephone, adresse, code_postal, ville, cle_identite, recherche, recherche_usage, recherche_prenoms, created_at, updated_at, created_by, updated_by, version) SELECT id, civilite, sexe, nom_naissance, nom_usage, prenoms, date_naissance, ville_naissance, code_commune_naissance, departement_naissance_code, pays_naissance_code, courriel, telephone, adresse, code_postal, ville, cle_identite, recherche, recherche_usage, '', created_at, updated_at, created_by, updated_by, version FROM candidat;;

DROP TABLE candidat;;

ALTER TABLE nouvelle_candidat RENAME TO candidat;;

CREATE INDEX ix_candidat_fusionne_dans_id ON candidat (fusionne_dans_id);;

CREATE INDEX ix_candidat_recherche ON candidat (recherche);;

CREATE INDEX ix_candidat_recherche_prenoms ON candidat (recherche_prenoms);;

CREATE INDEX ix_candidat_recherche_usage ON candidat (recherche_usage);;

CREATE TABLE nouvelle_appreciation (
  id INTEGER NOT NULL,
  habilitation_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  indicateur_id INTEGER NOT NULL,
  resultat VARCHAR(13),
  preuve VARCHAR(1000) NOT NULL,
  commentaire VARCHAR(1000) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_appreciation PRIMARY KEY (id),
  CONSTRAINT fk_appreciation_habilitation_id_centre_id FOREIGN KEY(habilitation_id, centre_id) REFERENCES habilitation (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT uq_appreciation_habilitation_id_indicateur_id UNIQUE (habilitation_id, indicateur_id),
  CONSTRAINT uq_appreciation_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT fk_appreciation_indicateur_id FOREIGN KEY(indicateur_id) REFERENCES indicateur (id),
  CONSTRAINT ck_appreciation_resultat CHECK (resultat IN ('satisfait', 'non_satisfait')),
  CONSTRAINT fk_appreciation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_appreciation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_appreciation (id, habilitation_id, centre_id, indicateur_id, resultat, preuve, commentaire, created_at, updated_at, created_by, updated_by, version) SELECT id, habilitation_id, centre_id, indicateur_id, resultat, preuve, commentaire, created_at, updated_at, created_by, updated_by, version FROM appreciation;;

DROP TABLE appreciation;;

ALTER TABLE nouvelle_appreciation RENAME TO appreciation;;

CREATE INDEX ix_inscription_en_vae ON inscription (centre_id, id) WHERE voie <> 'formation';;

CREATE TABLE nouvelle_evaluation (
  id INTEGER NOT NULL,
  inscription_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  competence_id INTEGER NOT NULL,
  modalite_code VARCHAR(20),
  commission_id INTEGER,
  date_evaluation DATE,
  resultat VARCHAR(11),
  appreciation TEXT NOT NULL,
  acquis_de_id INTEGER,
  importation_id INTEGER,
  importation_ligne INTEGER,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_evaluation PRIMARY KEY (id),
  CONSTRAINT fk_evaluation_inscription_id_centre_id FOREIGN KEY(inscription_id, centre_id) REFERENCES inscription (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT fk_evaluation_commission_id_centre_id FOREIGN KEY(commission_id, centre_id) REFERENCES commission_evaluation (id, centre_id),
  CONSTRAINT fk_evaluation_importation_id_centre_id FOREIGN KEY(importation_id, centre_id) REFERENCES importation (id, centre_id),
  CONSTRAINT uq_evaluation_inscription_id_competence_id UNIQUE (inscription_id, competence_id),
  CONSTRAINT ck_evaluation_resultat_et_date CHECK ((resultat IS NULL) = (date_evaluation IS NULL)),
  CONSTRAINT ck_evaluation_acquis_repris CHECK (acquis_de_id IS NULL OR (resultat = 'acquise' AND commission_id IS NULL)),
  CONSTRAINT ck_evaluation_importation_et_ligne CHECK ((importation_id IS NULL) = (importation_ligne IS NULL)),
  CONSTRAINT fk_evaluation_competence_id FOREIGN KEY(competence_id) REFERENCES competence (id),
  CONSTRAINT fk_evaluation_modalite_code FOREIGN KEY(modalite_code) REFERENCES modalite_evaluation (code),
  CONSTRAINT ck_evaluation_resultat CHECK (resultat IN ('acquise', 'non_acquise')),
  CONSTRAINT fk_evaluation_acquis_de_id FOREIGN KEY(acquis_de_id) REFERENCES presentation_competence (id),
  CONSTRAINT fk_evaluation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_evaluation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_evaluation (id, inscription_id, centre_id, competence_id, date_evaluation, resultat, appreciation, created_at, updated_at, created_by, updated_by, version) SELECT id, inscription_id, centre_id, competence_id, date_evaluation, resultat, '', created_at, updated_at, created_by, updated_by, version FROM evaluation;;

DROP TABLE evaluation;;

ALTER TABLE nouvelle_evaluation RENAME TO evaluation;;

CREATE INDEX ix_evaluation_acquis_de_id ON evaluation (acquis_de_id);;

CREATE INDEX ix_evaluation_commission_id ON evaluation (commission_id);;

CREATE INDEX ix_evaluation_competence_id ON evaluation (competence_id);;

CREATE INDEX ix_evaluation_importation_id ON evaluation (importation_id);;

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
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_certificat PRIMARY KEY (id),
  CONSTRAINT fk_certificat_presentation_id_centre_id FOREIGN KEY(presentation_id, centre_id) REFERENCES presentation (id, centre_id),
  CONSTRAINT uq_certificat_presentation_id_bloc_id UNIQUE (presentation_id, bloc_id),
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
  CONSTRAINT fk_certificat_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id),
  CONSTRAINT fk_certificat_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id)
);;

INSERT INTO nouvelle_certificat (id, numero, famille, presentation_id, centre_id, candidat_id, certification_id, date_jury, code_verification, created_at, updated_at, created_by, updated_by, version) SELECT id, numero, famille, presentation_id, centre_id, candidat_id, certification_id, date_jury, code_verification, created_at, updated_at, created_by, updated_by, version FROM certificat;;

DROP TABLE certificat;;

ALTER TABLE nouvelle_certificat RENAME TO certificat;;

CREATE INDEX ix_certificat_bloc_id ON certificat (bloc_id);;

CREATE INDEX ix_certificat_candidat_id ON certificat (candidat_id);;

CREATE INDEX ix_certificat_centre_id_date_jury ON certificat (centre_id, date_jury);;

CREATE INDEX ix_certificat_certification_id ON certificat (certification_id);;

CREATE UNIQUE INDEX uq_certificat_presentation_id_famille ON certificat (presentation_id, famille) WHERE bloc_id IS NULL;;

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

INSERT INTO nouvelle_archive (id, centre_id, nature, certificat_id, proces_verbal_id, nom_fichier, sha256, taille, contenu, conserver_jusqu_au, created_at) SELECT id, centre_id, nature, certificat_id, proces_verbal_id, nom_fichier, sha256, taille, contenu, conserver_jusqu_au, created_at FROM archive;;

DROP TABLE archive;;

ALTER TABLE nouvelle_archive RENAME TO archive;;

CREATE INDEX ix_archive_centre_id ON archive (centre_id);;

CREATE TRIGGER gel_vote_ajout BEFORE INSERT ON vote FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_vote_ajout'); END;;

CREATE TRIGGER gel_vote_modification BEFORE UPDATE ON vote FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_vote_modification'); END;;

CREATE TRIGGER gel_vote_retrait BEFORE DELETE ON vote FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_vote_retrait'); END;;

CREATE TRIGGER gel_presentation_competence_ajout BEFORE INSERT ON presentation_competence FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_presentation_competence_ajout'); END;;

CREATE TRIGGER gel_presentation_competence_modification BEFORE UPDATE ON presentation_competence FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_presentation_competence_modification'); END;;

CREATE TRIGGER gel_presentation_competence_retrait BEFORE DELETE ON presentation_competence FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_presentation_competence_retrait'); END;;

CREATE TRIGGER gel_presentation_ajout BEFORE INSERT ON presentation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_presentation_ajout'); END;;

CREATE TRIGGER gel_presentation_modification BEFORE UPDATE ON presentation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.jury_id AND signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_presentation_modification'); END;;

CREATE TRIGGER gel_presentation_retrait BEFORE DELETE ON presentation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.jury_id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_presentation_retrait'); END;;

CREATE TRIGGER gel_siege_ajout BEFORE INSERT ON siege FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_siege_ajout'); END;;

CREATE TRIGGER gel_siege_modification BEFORE UPDATE ON siege FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.jury_id AND signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_siege_modification'); END;;

CREATE TRIGGER gel_siege_retrait BEFORE DELETE ON siege FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.jury_id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_siege_retrait'); END;;

CREATE TRIGGER gel_vote_votant_ajout BEFORE INSERT ON vote FOR EACH ROW WHEN NOT EXISTS (SELECT 1 FROM siege s JOIN jury j ON j.id = s.jury_id WHERE s.id = NEW.siege_id AND s.voix AND s.present AND j.etat = 'ouvert') AND NOT EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-10:gel_vote_votant_ajout'); END;;

CREATE TRIGGER gel_vote_votant_modification BEFORE UPDATE ON vote FOR EACH ROW WHEN NOT EXISTS (SELECT 1 FROM siege s JOIN jury j ON j.id = s.jury_id WHERE s.id = NEW.siege_id AND s.voix AND s.present AND j.etat = 'ouvert') AND NOT EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-10:gel_vote_votant_modification'); END;;

CREATE TRIGGER gel_proces_verbal_ajout BEFORE INSERT ON proces_verbal FOR EACH ROW WHEN NEW.signe_le IS NOT NULL BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_proces_verbal_ajout'); END;;

CREATE TRIGGER gel_proces_verbal_modification BEFORE UPDATE ON proces_verbal FOR EACH ROW WHEN OLD.signe_le IS NOT NULL BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_proces_verbal_modification'); END;;

CREATE TRIGGER gel_proces_verbal_retrait BEFORE DELETE ON proces_verbal FOR EACH ROW WHEN OLD.signe_le IS NOT NULL BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_proces_verbal_retrait'); END;;

CREATE TRIGGER gel_proces_verbal_signature BEFORE UPDATE ON proces_verbal FOR EACH ROW WHEN OLD.signe_le IS NULL AND NEW.signe_le IS NOT NULL AND (EXISTS (SELECT 1 FROM presentation WHERE jury_id = NEW.jury_id AND (proces_verbal_id IS NULL OR (proces_verbal_id = NEW.id AND decision IS NULL))) OR NOT EXISTS (SELECT 1 FROM siege WHERE id = NEW.signataire_id AND president AND present)) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_proces_verbal_signature'); END;;

CREATE TRIGGER gel_jury_modification BEFORE UPDATE ON jury FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.id AND signe_le IS NOT NULL) AND (OLD.date_jury <> NEW.date_jury OR OLD.lieu <> NEW.lieu OR OLD.centre_id <> NEW.centre_id OR OLD.etat = 'clos' OR NEW.etat NOT IN (OLD.etat, 'clos')) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_jury_modification'); END;;

CREATE TRIGGER gel_jury_cloture BEFORE UPDATE ON jury FOR EACH ROW WHEN NEW.etat = 'clos' AND (NOT EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.id) OR EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.id AND signe_le IS NULL)) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_jury_cloture'); END;;

CREATE TRIGGER gel_jury_retrait BEFORE DELETE ON jury FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.id AND signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_jury_retrait'); END;;

CREATE TRIGGER gel_certificat_sans_decision BEFORE INSERT ON certificat FOR EACH ROW WHEN NOT EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL AND (p.decision = 'A' OR (NEW.bloc_id IS NOT NULL AND EXISTS (SELECT 1 FROM presentation_competence k JOIN competence c ON c.id = k.competence_id WHERE k.presentation_id = p.id AND c.bloc_id = NEW.bloc_id) AND NOT EXISTS (SELECT 1 FROM presentation_competence k JOIN competence c ON c.id = k.competence_id WHERE k.presentation_id = p.id AND c.bloc_id = NEW.bloc_id AND (k.retenu IS NULL OR k.retenu <> 'acquise'))))) BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_certificat_sans_decision'); END;;

CREATE TRIGGER gel_certificat_remplacement BEFORE INSERT ON certificat FOR EACH ROW WHEN EXISTS (SELECT 1 FROM certificat WHERE id = NEW.id OR numero = NEW.numero OR code_verification = NEW.code_verification OR (presentation_id = NEW.presentation_id AND famille = NEW.famille AND COALESCE(bloc_id, 0) = COALESCE(NEW.bloc_id, 0))) BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_certificat_remplacement'); END;;

CREATE TRIGGER gel_archive_remplacement BEFORE INSERT ON archive FOR EACH ROW WHEN EXISTS (SELECT 1 FROM archive WHERE id = NEW.id OR certificat_id = NEW.certificat_id OR proces_verbal_id = NEW.proces_verbal_id OR (habilitation_id = NEW.habilitation_id AND nature = NEW.nature)) BEGIN SELECT RAISE(ABORT, 'ARC-03:gel_archive_remplacement'); END;;

CREATE TRIGGER gel_journal_remplacement BEFORE INSERT ON journal FOR EACH ROW WHEN EXISTS (SELECT 1 FROM journal WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'JOURNAL:gel_journal_remplacement'); END;;

CREATE TRIGGER gel_parcours_remplacement BEFORE INSERT ON parcours FOR EACH ROW WHEN EXISTS (SELECT 1 FROM parcours WHERE etat <> 'projet' AND id = NEW.id) BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_remplacement'); END;;

CREATE TRIGGER gel_attribution_parcours_remplacement BEFORE INSERT ON attribution_parcours FOR EACH ROW WHEN EXISTS (SELECT 1 FROM attribution_parcours WHERE id = NEW.id OR (parcours_id = NEW.parcours_id AND numero = NEW.numero)) BEGIN SELECT RAISE(ABORT, 'PPC-04:gel_attribution_parcours_remplacement'); END;;

CREATE TRIGGER gel_jury_remplacement BEFORE INSERT ON jury FOR EACH ROW WHEN EXISTS (SELECT 1 FROM jury WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_jury_remplacement'); END;;

CREATE TRIGGER gel_proces_verbal_remplacement BEFORE INSERT ON proces_verbal FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE signe_le IS NOT NULL AND (id = NEW.id OR reference = NEW.reference OR (jury_id = NEW.jury_id AND certification_id = NEW.certification_id AND NEW.rectifie_id IS NULL))) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_proces_verbal_remplacement'); END;;

CREATE TRIGGER gel_inscription_modification BEFORE UPDATE ON inscription FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.id AND v.signe_le IS NOT NULL) AND (OLD.centre_id <> NEW.centre_id OR OLD.candidat_id <> NEW.candidat_id OR OLD.certification_id <> NEW.certification_id OR OLD.cible <> NEW.cible OR OLD.voie <> NEW.voie OR OLD.origine <> NEW.origine OR OLD.dispositif_financement <> NEW.dispositif_financement OR OLD.abondement_cpf <> NEW.abondement_cpf OR OLD.date_inscription <> NEW.date_inscription OR COALESCE(OLD.entreprise_id, 0) <> COALESCE(NEW.entreprise_id, 0) OR (OLD.etat <> NEW.etat AND OLD.etat <> 'ouverte')) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_inscription_modification'); END;;

CREATE TRIGGER gel_inscription_retrait BEFORE DELETE ON inscription FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_inscription_retrait'); END;;

CREATE TRIGGER gel_vae_modification BEFORE UPDATE ON vae FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) AND (COALESCE(CAST(OLD.inscription_id AS TEXT), '') <> COALESCE(CAST(NEW.inscription_id AS TEXT), '') OR COALESCE(CAST(OLD.centre_id AS TEXT), '') <> COALESCE(CAST(NEW.centre_id AS TEXT), '') OR COALESCE(CAST(OLD.collectif_id AS TEXT), '') <> COALESCE(CAST(NEW.collectif_id AS TEXT), '') OR COALESCE(CAST(OLD.accueil_le AS TEXT), '') <> COALESCE(CAST(NEW.accueil_le AS TEXT), '') OR COALESCE(CAST(OLD.dossier_complet_le AS TEXT), '') <> COALESCE(CAST(NEW.dossier_complet_le AS TEXT), '') OR COALESCE(CAST(OLD.recevabilite AS TEXT), '') <> COALESCE(CAST(NEW.recevabilite AS TEXT), '') OR COALESCE(CAST(OLD.decidee_le AS TEXT), '') <> COALESCE(CAST(NEW.decidee_le AS TEXT), '') OR COALESCE(CAST(OLD.motif AS TEXT), '') <> COALESCE(CAST(NEW.motif AS TEXT), '') OR COALESCE(CAST(OLD.notifiee_le AS TEXT), '') <> COALESCE(CAST(NEW.notifiee_le AS TEXT), '') OR COALESCE(CAST(OLD.livret2_recu_le AS TEXT), '') <> COALESCE(CAST(NEW.livret2_recu_le AS TEXT), '') OR COALESCE(CAST(OLD.commission_id AS TEXT), '') <> COALESCE(CAST(NEW.commission_id AS TEXT), '') OR COALESCE(CAST(OLD.mise_en_situation AS TEXT), '') <> COALESCE(CAST(NEW.mise_en_situation AS TEXT), '') OR COALESCE(CAST(OLD.entretien AS TEXT), '') <> COALESCE(CAST(NEW.entretien AS TEXT), '') OR COALESCE(CAST(OLD.conclusion AS TEXT), '') <> COALESCE(CAST(NEW.conclusion AS TEXT), '') OR COALESCE(CAST(OLD.observations AS TEXT), '') <> COALESCE(CAST(NEW.observations AS TEXT), '')) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_vae_modification'); END;;

CREATE TRIGGER gel_vae_retrait BEFORE DELETE ON vae FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_vae_retrait'); END;;

CREATE TRIGGER gel_inscription_voie BEFORE UPDATE ON inscription FOR EACH ROW WHEN OLD.voie <> NEW.voie AND EXISTS (SELECT 1 FROM vae WHERE inscription_id = OLD.id AND recevabilite IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'VAE-04:gel_inscription_voie'); END;;

CREATE TRIGGER gel_commission_validation_modification BEFORE UPDATE ON commission_validation FOR EACH ROW WHEN (OLD.tenue_le <> NEW.tenue_le OR OLD.lieu <> NEW.lieu) AND EXISTS (SELECT 1 FROM vae WHERE commission_id = OLD.id AND conclusion IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'VAE-05:gel_commission_validation_modification'); END;;

CREATE TRIGGER gel_membre_validation_ajout BEFORE INSERT ON membre_validation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM vae WHERE commission_id = NEW.commission_id AND conclusion IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'VAE-05:gel_membre_validation_ajout'); END;;

CREATE TRIGGER gel_membre_validation_modification BEFORE UPDATE ON membre_validation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM vae WHERE commission_id = OLD.commission_id AND conclusion IS NOT NULL) OR EXISTS (SELECT 1 FROM vae WHERE commission_id = NEW.commission_id AND conclusion IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'VAE-05:gel_membre_validation_modification'); END;;

CREATE TRIGGER gel_membre_validation_retrait BEFORE DELETE ON membre_validation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM vae WHERE commission_id = OLD.commission_id AND conclusion IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'VAE-05:gel_membre_validation_retrait'); END;;

CREATE TRIGGER gel_parcours_domaine_ajout BEFORE INSERT ON parcours_domaine FOR EACH ROW WHEN EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat <> 'projet') BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_domaine_ajout'); END;;

CREATE TRIGGER gel_parcours_domaine_modification BEFORE UPDATE ON parcours_domaine FOR EACH ROW WHEN EXISTS (SELECT 1 FROM parcours p WHERE p.id = OLD.parcours_id AND p.etat <> 'projet') OR EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat <> 'projet') BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_domaine_modification'); END;;

CREATE TRIGGER gel_parcours_domaine_retrait BEFORE DELETE ON parcours_domaine FOR EACH ROW WHEN EXISTS (SELECT 1 FROM parcours p WHERE p.id = OLD.parcours_id AND p.etat <> 'projet') BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_domaine_retrait'); END;;

CREATE TRIGGER gel_parcours_module_ajout BEFORE INSERT ON parcours_module FOR EACH ROW WHEN EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat <> 'projet') BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_module_ajout'); END;;

CREATE TRIGGER gel_parcours_module_modification BEFORE UPDATE ON parcours_module FOR EACH ROW WHEN EXISTS (SELECT 1 FROM parcours p WHERE p.id = OLD.parcours_id AND p.etat <> 'projet') OR EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat <> 'projet') BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_module_modification'); END;;

CREATE TRIGGER gel_parcours_module_retrait BEFORE DELETE ON parcours_module FOR EACH ROW WHEN EXISTS (SELECT 1 FROM parcours p WHERE p.id = OLD.parcours_id AND p.etat <> 'projet') BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_module_retrait'); END;;

CREATE TRIGGER gel_parcours_modification BEFORE UPDATE ON parcours FOR EACH ROW WHEN OLD.etat <> 'projet' AND (COALESCE(OLD.societe, '') <> COALESCE(NEW.societe, '') OR COALESCE(OLD.adresse, '') <> COALESCE(NEW.adresse, '') OR COALESCE(OLD.intitule, '') <> COALESCE(NEW.intitule, '') OR COALESCE(OLD.public_vise, '') <> COALESCE(NEW.public_vise, '') OR COALESCE(OLD.attestation, '') <> COALESCE(NEW.attestation, '') OR COALESCE(OLD.avis_cse, '') <> COALESCE(NEW.avis_cse, '') OR COALESCE(OLD.evaluation_conditions, '') <> COALESCE(NEW.evaluation_conditions, '') OR COALESCE(OLD.evaluation_modalites, '') <> COALESCE(NEW.evaluation_modalites, '') OR COALESCE(OLD.evaluation_criteres, '') <> COALESCE(NEW.evaluation_criteres, '') OR COALESCE(OLD.centre_id, 0) <> COALESCE(NEW.centre_id, 0) OR COALESCE(OLD.numero, 0) <> COALESCE(NEW.numero, 0) OR COALESCE(OLD.minutes, 0) <> COALESCE(NEW.minutes, 0) OR COALESCE(OLD.mois, 0) <> COALESCE(NEW.mois, 0) OR COALESCE(OLD.avis_cse_le, '1000-01-01') <> COALESCE(NEW.avis_cse_le, '1000-01-01') OR (OLD.etat = 'remplace' AND NEW.etat <> 'remplace') OR (OLD.etat = 'valide' AND (NEW.etat NOT IN ('valide', 'remplace') OR NEW.valide_le <> OLD.valide_le OR NEW.certification_id <> OLD.certification_id))) BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_modification'); END;;

CREATE TRIGGER gel_parcours_retrait BEFORE DELETE ON parcours FOR EACH ROW WHEN OLD.etat <> 'projet' BEGIN SELECT RAISE(ABORT, 'PPC-03:gel_parcours_retrait'); END;;

CREATE TRIGGER gel_attribution_parcours_ajout BEFORE INSERT ON attribution_parcours FOR EACH ROW WHEN NOT EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat IN ('valide', 'remplace') AND p.valide_le <= NEW.attribue_le) BEGIN SELECT RAISE(ABORT, 'PPC-04:gel_attribution_parcours_ajout'); END;;

CREATE TRIGGER gel_attribution_parcours_modification BEFORE UPDATE ON attribution_parcours FOR EACH ROW WHEN OLD.annulee_le IS NOT NULL OR COALESCE(OLD.nom, '') <> COALESCE(NEW.nom, '') OR COALESCE(OLD.prenoms, '') <> COALESCE(NEW.prenoms, '') OR COALESCE(OLD.organisme_evaluation, '') <> COALESCE(NEW.organisme_evaluation, '') OR COALESCE(OLD.resultat, '') <> COALESCE(NEW.resultat, '') OR COALESCE(OLD.emploi, '') <> COALESCE(NEW.emploi, '') OR COALESCE(OLD.cotation, '') <> COALESCE(NEW.cotation, '') OR COALESCE(OLD.parcours_id, 0) <> COALESCE(NEW.parcours_id, 0) OR COALESCE(OLD.centre_id, 0) <> COALESCE(NEW.centre_id, 0) OR COALESCE(OLD.numero, 0) <> COALESCE(NEW.numero, 0) OR COALESCE(OLD.date_naissance, '1000-01-01') <> COALESCE(NEW.date_naissance, '1000-01-01') OR COALESCE(OLD.habilite_le, '1000-01-01') <> COALESCE(NEW.habilite_le, '1000-01-01') OR COALESCE(OLD.evalue_le, '1000-01-01') <> COALESCE(NEW.evalue_le, '1000-01-01') OR COALESCE(OLD.attribue_le, '1000-01-01') <> COALESCE(NEW.attribue_le, '1000-01-01') BEGIN SELECT RAISE(ABORT, 'PPC-04:gel_attribution_parcours_modification'); END;;

CREATE TRIGGER gel_attribution_parcours_retrait BEFORE DELETE ON attribution_parcours FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'PPC-04:gel_attribution_parcours_retrait'); END;;

CREATE TRIGGER gel_evaluation_ajout BEFORE INSERT ON evaluation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = NEW.inscription_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_evaluation_ajout'); END;;

CREATE TRIGGER gel_evaluation_modification BEFORE UPDATE ON evaluation FOR EACH ROW WHEN (EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) AND (COALESCE(CAST(OLD.inscription_id AS TEXT), '') <> COALESCE(CAST(NEW.inscription_id AS TEXT), '') OR COALESCE(CAST(OLD.competence_id AS TEXT), '') <> COALESCE(CAST(NEW.competence_id AS TEXT), '') OR COALESCE(CAST(OLD.modalite_code AS TEXT), '') <> COALESCE(CAST(NEW.modalite_code AS TEXT), '') OR COALESCE(CAST(OLD.commission_id AS TEXT), '') <> COALESCE(CAST(NEW.commission_id AS TEXT), '') OR COALESCE(CAST(OLD.date_evaluation AS TEXT), '') <> COALESCE(CAST(NEW.date_evaluation AS TEXT), '') OR COALESCE(CAST(OLD.resultat AS TEXT), '') <> COALESCE(CAST(NEW.resultat AS TEXT), '') OR COALESCE(CAST(OLD.acquis_de_id AS TEXT), '') <> COALESCE(CAST(NEW.acquis_de_id AS TEXT), '') OR (NEW.appreciation <> OLD.appreciation AND NEW.appreciation <> ''))) OR (OLD.inscription_id <> NEW.inscription_id AND EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = NEW.inscription_id AND v.signe_le IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_evaluation_modification'); END;;

CREATE TRIGGER gel_evaluation_retrait BEFORE DELETE ON evaluation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_evaluation_retrait'); END;;

CREATE TRIGGER gel_evaluation_commission_ajout BEFORE INSERT ON evaluation FOR EACH ROW WHEN NEW.commission_id IS NOT NULL AND NEW.resultat IS NOT NULL AND (SELECT COUNT(*) FROM evaluateur WHERE commission_id = NEW.commission_id) < 2 BEGIN SELECT RAISE(ABORT, 'EVA-02:gel_evaluation_commission_ajout'); END;;

CREATE TRIGGER gel_evaluation_commission_modification BEFORE UPDATE ON evaluation FOR EACH ROW WHEN NEW.commission_id IS NOT NULL AND NEW.resultat IS NOT NULL AND (SELECT COUNT(*) FROM evaluateur WHERE commission_id = NEW.commission_id) < 2 BEGIN SELECT RAISE(ABORT, 'EVA-02:gel_evaluation_commission_modification'); END;;

CREATE TRIGGER gel_evaluateur_modification BEFORE UPDATE ON evaluateur FOR EACH ROW WHEN OLD.commission_id <> NEW.commission_id AND EXISTS (SELECT 1 FROM evaluation WHERE commission_id = OLD.commission_id AND resultat IS NOT NULL) AND (SELECT COUNT(*) FROM evaluateur WHERE commission_id = OLD.commission_id) <= 2 BEGIN SELECT RAISE(ABORT, 'EVA-02:gel_evaluateur_modification'); END;;

CREATE TRIGGER gel_evaluateur_retrait BEFORE DELETE ON evaluateur FOR EACH ROW WHEN EXISTS (SELECT 1 FROM evaluation WHERE commission_id = OLD.commission_id AND resultat IS NOT NULL) AND (SELECT COUNT(*) FROM evaluateur WHERE commission_id = OLD.commission_id) <= 2 BEGIN SELECT RAISE(ABORT, 'EVA-02:gel_evaluateur_retrait'); END;;

CREATE TRIGGER gel_avis_entreprise_ajout BEFORE INSERT ON avis_entreprise FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = NEW.inscription_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_avis_entreprise_ajout'); END;;

CREATE TRIGGER gel_avis_entreprise_modification BEFORE UPDATE ON avis_entreprise FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) OR (OLD.inscription_id <> NEW.inscription_id AND EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = NEW.inscription_id AND v.signe_le IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_avis_entreprise_modification'); END;;

CREATE TRIGGER gel_avis_entreprise_retrait BEFORE DELETE ON avis_entreprise FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_avis_entreprise_retrait'); END;;

CREATE TRIGGER gel_inscription_fiche_reunie_ajout BEFORE INSERT ON inscription FOR EACH ROW WHEN EXISTS (SELECT 1 FROM candidat WHERE id = NEW.candidat_id AND fusionne_dans_id IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'INS-13:gel_inscription_fiche_reunie_ajout'); END;;

CREATE TRIGGER gel_candidat_reuni BEFORE UPDATE ON candidat FOR EACH ROW WHEN (OLD.fusionne_dans_id IS NOT NULL AND NEW.fusionne_dans_id IS NOT NULL AND (OLD.nom_naissance <> NEW.nom_naissance OR OLD.nom_usage <> NEW.nom_usage OR OLD.prenoms <> NEW.prenoms OR OLD.date_naissance <> NEW.date_naissance OR OLD.ville_naissance <> NEW.ville_naissance)) OR (NEW.fusionne_dans_id IS NOT NULL AND (NEW.fusionne_dans_id = NEW.id OR EXISTS (SELECT 1 FROM candidat WHERE id = NEW.fusionne_dans_id AND fusionne_dans_id IS NOT NULL))) BEGIN SELECT RAISE(ABORT, 'INS-13:gel_candidat_reuni'); END;;

CREATE TRIGGER gel_certificat_modification BEFORE UPDATE ON certificat FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_certificat_modification'); END;;

CREATE TRIGGER gel_certificat_retrait BEFORE DELETE ON certificat FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_certificat_retrait'); END;;

CREATE TRIGGER gel_duplicata_modification BEFORE UPDATE ON duplicata FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ATT-06:gel_duplicata_modification'); END;;

CREATE TRIGGER gel_duplicata_retrait BEFORE DELETE ON duplicata FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ATT-06:gel_duplicata_retrait'); END;;

CREATE TRIGGER gel_archive_modification BEFORE UPDATE ON archive FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ARC-03:gel_archive_modification'); END;;

CREATE TRIGGER gel_archive_retrait BEFORE DELETE ON archive FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ARC-03:gel_archive_retrait'); END;;

CREATE TRIGGER gel_journal_modification BEFORE UPDATE ON journal FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'JOURNAL:gel_journal_modification'); END;;

CREATE TRIGGER gel_journal_retrait BEFORE DELETE ON journal FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'JOURNAL:gel_journal_retrait'); END;;

CREATE TRIGGER gel_transmission_modification BEFORE UPDATE ON transmission FOR EACH ROW WHEN OLD.transmise_le IS NOT NULL AND (NEW.transmise_le IS NULL OR OLD.transmise_le <> NEW.transmise_le OR OLD.jury_id <> NEW.jury_id OR OLD.controlee_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'TRA-02:gel_transmission_modification'); END;;

CREATE TRIGGER gel_transmission_retrait BEFORE DELETE ON transmission FOR EACH ROW WHEN OLD.transmise_le IS NOT NULL BEGIN SELECT RAISE(ABORT, 'TRA-02:gel_transmission_retrait'); END;;

CREATE TRIGGER gel_action_corrective_modification BEFORE UPDATE ON action_corrective FOR EACH ROW WHEN OLD.realisee_le IS NOT NULL OR OLD.libelle <> NEW.libelle OR OLD.terme <> NEW.terme OR OLD.transmission_id <> NEW.transmission_id BEGIN SELECT RAISE(ABORT, 'SUI-01:gel_action_corrective_modification'); END;;

CREATE TRIGGER gel_action_corrective_retrait BEFORE DELETE ON action_corrective FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'SUI-01:gel_action_corrective_retrait'); END;;

CREATE TRIGGER gel_piece_ajout BEFORE INSERT ON piece FOR EACH ROW WHEN EXISTS (SELECT 1 FROM demande WHERE id = NEW.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') UNION ALL SELECT 1 FROM transmission WHERE id = NEW.transmission_id AND transmise_le IS NOT NULL UNION ALL SELECT 1 FROM parcours WHERE id = NEW.parcours_id AND etat <> 'projet' UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND (h.id = NEW.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation WHERE id = NEW.appreciation_id)) UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id WHERE e.id = NEW.etape_instruction_id AND (h.etat = 'retiree' OR (NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) BEGIN SELECT RAISE(ABORT, 'PIE-06:gel_piece_ajout'); END;;

CREATE TRIGGER gel_piece_modification BEFORE UPDATE ON piece FOR EACH ROW WHEN EXISTS (SELECT 1 FROM demande WHERE id = OLD.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') UNION ALL SELECT 1 FROM transmission WHERE id = OLD.transmission_id AND transmise_le IS NOT NULL UNION ALL SELECT 1 FROM parcours WHERE id = OLD.parcours_id AND etat <> 'projet' UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND (h.id = OLD.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation WHERE id = OLD.appreciation_id)) UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id WHERE e.id = OLD.etape_instruction_id AND (h.etat = 'retiree' OR (NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) OR EXISTS (SELECT 1 FROM demande WHERE id = NEW.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') UNION ALL SELECT 1 FROM transmission WHERE id = NEW.transmission_id AND transmise_le IS NOT NULL UNION ALL SELECT 1 FROM parcours WHERE id = NEW.parcours_id AND etat <> 'projet' UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND (h.id = NEW.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation WHERE id = NEW.appreciation_id)) UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id WHERE e.id = NEW.etape_instruction_id AND (h.etat = 'retiree' OR (NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) BEGIN SELECT RAISE(ABORT, 'PIE-06:gel_piece_modification'); END;;

CREATE TRIGGER gel_piece_retrait BEFORE DELETE ON piece FOR EACH ROW WHEN EXISTS (SELECT 1 FROM demande WHERE id = OLD.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') UNION ALL SELECT 1 FROM transmission WHERE id = OLD.transmission_id AND transmise_le IS NOT NULL UNION ALL SELECT 1 FROM parcours WHERE id = OLD.parcours_id AND etat <> 'projet' UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND (h.id = OLD.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation WHERE id = OLD.appreciation_id)) UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id WHERE e.id = OLD.etape_instruction_id AND (h.etat = 'retiree' OR (NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) BEGIN SELECT RAISE(ABORT, 'PIE-06:gel_piece_retrait'); END;;

CREATE TRIGGER gel_presence_gtp_ajout BEFORE INSERT ON presence_gtp FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close') BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_presence_gtp_ajout'); END;;

CREATE TRIGGER gel_presence_gtp_modification BEFORE UPDATE ON presence_gtp FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') OR EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close') BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_presence_gtp_modification'); END;;

CREATE TRIGGER gel_presence_gtp_retrait BEFORE DELETE ON presence_gtp FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_presence_gtp_retrait'); END;;

CREATE TRIGGER gel_point_gtp_ajout BEFORE INSERT ON point_gtp FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close') BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_point_gtp_ajout'); END;;

CREATE TRIGGER gel_point_gtp_modification BEFORE UPDATE ON point_gtp FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') OR EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close') BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_point_gtp_modification'); END;;

CREATE TRIGGER gel_point_gtp_retrait BEFORE DELETE ON point_gtp FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_point_gtp_retrait'); END;;

CREATE TRIGGER gel_vote_gtp_ajout BEFORE INSERT ON vote_gtp FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close') BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_vote_gtp_ajout'); END;;

CREATE TRIGGER gel_vote_gtp_modification BEFORE UPDATE ON vote_gtp FOR EACH ROW WHEN EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') OR EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close') BEGIN SELECT RAISE(ABORT, 'GTP-01:gel_vote_gtp_modification'); END;;

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

CREATE TRIGGER gel_referentiel_bloc_modification BEFORE UPDATE ON referentiel_bloc FOR EACH ROW WHEN EXISTS (SELECT 1 FROM referentiel WHERE id = OLD.referentiel_id AND etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = NEW.referentiel_id AND etat IN ('valide', 'remplace')) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_referentiel_bloc_modification'); END;;

CREATE TRIGGER gel_referentiel_bloc_retrait BEFORE DELETE ON referentiel_bloc FOR EACH ROW WHEN EXISTS (SELECT 1 FROM referentiel WHERE id = OLD.referentiel_id AND etat IN ('valide', 'remplace')) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_referentiel_bloc_retrait'); END;;

CREATE TRIGGER gel_competence_ajout BEFORE INSERT ON competence FOR EACH ROW WHEN EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = NEW.bloc_id AND r.etat IN ('valide', 'remplace') UNION ALL SELECT 1 FROM referentiel WHERE id = NEW.referentiel_id AND etat IN ('valide', 'remplace')) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_competence_ajout'); END;;

CREATE TRIGGER gel_competence_modification BEFORE UPDATE ON competence FOR EACH ROW WHEN EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = OLD.bloc_id AND r.etat IN ('valide', 'remplace') UNION ALL SELECT 1 FROM referentiel WHERE id = OLD.referentiel_id AND etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = NEW.bloc_id AND r.etat IN ('valide', 'remplace') UNION ALL SELECT 1 FROM referentiel WHERE id = NEW.referentiel_id AND etat IN ('valide', 'remplace')) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_competence_modification'); END;;

CREATE TRIGGER gel_competence_retrait BEFORE DELETE ON competence FOR EACH ROW WHEN EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = OLD.bloc_id AND r.etat IN ('valide', 'remplace') UNION ALL SELECT 1 FROM referentiel WHERE id = OLD.referentiel_id AND etat IN ('valide', 'remplace')) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_competence_retrait'); END;;

CREATE TRIGGER gel_competence_modalite_ajout BEFORE INSERT ON competence_modalite FOR EACH ROW WHEN EXISTS (SELECT 1 FROM competence c WHERE c.id = NEW.competence_id AND (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = c.bloc_id AND r.etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = c.referentiel_id AND etat IN ('valide', 'remplace')))) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_competence_modalite_ajout'); END;;

CREATE TRIGGER gel_competence_modalite_modification BEFORE UPDATE ON competence_modalite FOR EACH ROW WHEN EXISTS (SELECT 1 FROM competence c WHERE c.id = OLD.competence_id AND (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = c.bloc_id AND r.etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = c.referentiel_id AND etat IN ('valide', 'remplace')))) OR EXISTS (SELECT 1 FROM competence c WHERE c.id = NEW.competence_id AND (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = c.bloc_id AND r.etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = c.referentiel_id AND etat IN ('valide', 'remplace')))) BEGIN SELECT RAISE(ABORT, 'REF-09:gel_competence_modalite_modification'); END;;

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

CREATE TRIGGER gel_appreciation_modification BEFORE UPDATE ON appreciation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) OR EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_appreciation_modification'); END;;

CREATE TRIGGER gel_appreciation_retrait BEFORE DELETE ON appreciation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_appreciation_retrait'); END;;

CREATE TRIGGER gel_habilitation_certification_ajout BEFORE INSERT ON habilitation_certification FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_habilitation_certification_ajout'); END;;

CREATE TRIGGER gel_habilitation_certification_modification BEFORE UPDATE ON habilitation_certification FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) OR EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_habilitation_certification_modification'); END;;

CREATE TRIGGER gel_habilitation_certification_retrait BEFORE DELETE ON habilitation_certification FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_habilitation_certification_retrait'); END;;

CREATE TRIGGER gel_habilitation_bloc_ajout BEFORE INSERT ON habilitation_bloc FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_habilitation_bloc_ajout'); END;;

CREATE TRIGGER gel_habilitation_bloc_modification BEFORE UPDATE ON habilitation_bloc FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) OR EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_habilitation_bloc_modification'); END;;

CREATE TRIGGER gel_habilitation_bloc_retrait BEFORE DELETE ON habilitation_bloc FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) BEGIN SELECT RAISE(ABORT, 'HAB-02:gel_habilitation_bloc_retrait'); END;;

CREATE TRIGGER gel_etape_instruction_ajout BEFORE INSERT ON etape_instruction FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation h WHERE h.id = NEW.habilitation_id AND (h.etat = 'retiree' OR (NOT NEW.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) BEGIN SELECT RAISE(ABORT, 'HAB-03:gel_etape_instruction_ajout'); END;;

CREATE TRIGGER gel_etape_instruction_modification BEFORE UPDATE ON etape_instruction FOR EACH ROW WHEN EXISTS (SELECT 1 FROM habilitation h WHERE h.id = OLD.habilitation_id AND (h.etat = 'retiree' OR (NOT OLD.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) OR EXISTS (SELECT 1 FROM habilitation h WHERE h.id = NEW.habilitation_id AND (h.etat = 'retiree' OR (NOT NEW.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) BEGIN SELECT RAISE(ABORT, 'HAB-03:gel_etape_instruction_modification'); END;;

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
