DROP TRIGGER gel_certificat_sans_decision ON certificat;;

DROP TRIGGER gel_certificat_remplacement ON certificat;;

DROP TRIGGER gel_archive_remplacement ON archive;;

DROP FUNCTION gel_archive_remplacement;;

DROP FUNCTION gel_certificat_remplacement;;

DROP FUNCTION gel_certificat_sans_decision;;

CREATE TABLE seance_gtp (
  id SERIAL NOT NULL,
  nature VARCHAR(12) NOT NULL,
  date_seance DATE NOT NULL,
  lieu VARCHAR(200) NOT NULL,
  etat VARCHAR(14) NOT NULL,
  close_le TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_seance_gtp PRIMARY KEY (id),
  CONSTRAINT ck_seance_gtp_cloture CHECK ((etat = 'close') = (close_le IS NOT NULL)),
  CONSTRAINT ck_seance_gtp_nature CHECK (nature IN ('reunion', 'consultation')),
  CONSTRAINT ck_seance_gtp_etat CHECK (etat IN ('en_preparation', 'close', 'seance_annulee'))
);;

CREATE INDEX ix_seance_gtp_date_seance ON seance_gtp (date_seance);;

CREATE TABLE reception (
  id SERIAL NOT NULL,
  nature VARCHAR(17) NOT NULL,
  nom_fichier VARCHAR(200) NOT NULL,
  empreinte VARCHAR(64) NOT NULL,
  lues INTEGER NOT NULL,
  resume JSON NOT NULL,
  prises JSON NOT NULL,
  contenu BYTEA,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_reception PRIMARY KEY (id),
  CONSTRAINT ck_reception_nature CHECK (nature IN ('francecompetences', 'certifications'))
);;

COMMENT ON COLUMN reception.empreinte IS 'SHA-256 du fichier';;

COMMENT ON COLUMN reception.lues IS 'fiches ou lignes lues';;

COMMENT ON COLUMN reception.resume IS 'propositions, ou compte rendu';;

COMMENT ON COLUMN reception.prises IS 'clés des propositions prises';;

COMMENT ON COLUMN reception.contenu IS 'gardé entre la simulation et la confirmation, puis effacé';;

CREATE TABLE parcours (
  id SERIAL NOT NULL,
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
  recherche VARCHAR(400) COLLATE "C" NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
  CONSTRAINT ck_parcours_avis_cse CHECK (avis_cse IN ('favorable', 'defavorable', 'pas_de_cse'))
);;

CREATE INDEX ix_parcours_centre_id_recherche ON parcours (centre_id, recherche);;

CREATE UNIQUE INDEX uq_parcours_en_revision ON parcours (centre_id, certification_id) WHERE etat IN ('projet', 'soumis');;

CREATE UNIQUE INDEX uq_parcours_valide ON parcours (certification_id) WHERE etat = 'valide';;

COMMENT ON COLUMN parcours.centre_id IS 'l''UIMM territoriale qui demande';;

COMMENT ON COLUMN parcours.certification_id IS 'sa place sur la liste, une fois validé';;

COMMENT ON COLUMN parcours.numero IS 'rang de la version';;

COMMENT ON COLUMN parcours.motif_renvoi IS 'pourquoi il revient au centre';;

COMMENT ON COLUMN parcours.societe IS 'avec l''intitulé, tient dans le titre de la certification';;

COMMENT ON COLUMN parcours.public_vise IS 'catégories de poste ou d''emploi (note 1)';;

COMMENT ON COLUMN parcours.minutes IS 'durée totale prévue (note 2)';;

COMMENT ON COLUMN parcours.mois IS 'sur combien de mois (note 2)';;

COMMENT ON COLUMN parcours.attestation IS 'ce qu''atteste le document remis (note 3)';;

COMMENT ON COLUMN parcours.evaluation_conditions IS 'conditions d''admission';;

COMMENT ON COLUMN parcours.evaluation_modalites IS 'où, comment, par qui';;

COMMENT ON COLUMN parcours.evaluation_criteres IS 'critères et résultats attendus';;

COMMENT ON COLUMN parcours.recherche IS 'intitulé et société normalisés';;

CREATE TABLE presence_gtp (
  id SERIAL NOT NULL,
  seance_id INTEGER NOT NULL,
  syndicat_id INTEGER,
  presente BOOLEAN NOT NULL,
  representants VARCHAR(500) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_presence_gtp PRIMARY KEY (id),
  CONSTRAINT uq_presence_gtp_id_seance_id UNIQUE (id, seance_id),
  CONSTRAINT uq_presence_gtp_seance_id_syndicat_id UNIQUE (seance_id, syndicat_id),
  CONSTRAINT fk_presence_gtp_seance_id FOREIGN KEY(seance_id) REFERENCES seance_gtp (id) ON DELETE CASCADE,
  CONSTRAINT fk_presence_gtp_syndicat_id FOREIGN KEY(syndicat_id) REFERENCES syndicat (id)
);;

CREATE INDEX ix_presence_gtp_syndicat_id ON presence_gtp (syndicat_id);;

CREATE UNIQUE INDEX uq_presence_gtp_uimm ON presence_gtp (seance_id) WHERE syndicat_id IS NULL;;

COMMENT ON COLUMN presence_gtp.syndicat_id IS 'vide : l''UIMM';;

COMMENT ON COLUMN presence_gtp.presente IS 'présente, ou a répondu à la consultation';;

COMMENT ON COLUMN presence_gtp.representants IS 'qui l''a représentée';;

CREATE TABLE releve_decisions (
  id SERIAL NOT NULL,
  seance_id INTEGER NOT NULL,
  nom_fichier VARCHAR(200) NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  taille INTEGER NOT NULL,
  contenu BYTEA,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_releve_decisions PRIMARY KEY (id),
  CONSTRAINT ck_releve_decisions_sha256 CHECK (length(sha256) = 64),
  CONSTRAINT ck_releve_decisions_taille CHECK (taille > 0),
  CONSTRAINT uq_releve_decisions_seance_id UNIQUE (seance_id),
  CONSTRAINT fk_releve_decisions_seance_id FOREIGN KEY(seance_id) REFERENCES seance_gtp (id)
);;

COMMENT ON COLUMN releve_decisions.taille IS 'octets';;

CREATE TABLE commission_evaluation (
  id SERIAL NOT NULL,
  centre_id INTEGER NOT NULL,
  reference VARCHAR(40) NOT NULL,
  date_commission DATE NOT NULL,
  lieu VARCHAR(200) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_commission_evaluation PRIMARY KEY (id),
  CONSTRAINT uq_commission_evaluation_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_commission_evaluation_lieu CHECK (lieu <> ''),
  CONSTRAINT fk_commission_evaluation_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT uq_commission_evaluation_reference UNIQUE (reference)
);;

CREATE INDEX ix_commission_evaluation_centre_id_date_commission ON commission_evaluation (centre_id, date_commission);;

COMMENT ON COLUMN commission_evaluation.reference IS 'donnée par la console : CE 68-2026-0004';;

CREATE TABLE commission_validation (
  id SERIAL NOT NULL,
  centre_id INTEGER NOT NULL,
  tenue_le DATE NOT NULL,
  lieu VARCHAR(200) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_commission_validation PRIMARY KEY (id),
  CONSTRAINT uq_commission_validation_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_commission_validation_lieu CHECK (lieu <> ''),
  CONSTRAINT fk_commission_validation_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);;

CREATE INDEX ix_commission_validation_centre_id_tenue_le ON commission_validation (centre_id, tenue_le);;

CREATE TABLE enregistrement_bloc (
  id SERIAL NOT NULL,
  enregistrement_id INTEGER NOT NULL,
  code VARCHAR(20) NOT NULL,
  libelle VARCHAR(600) NOT NULL,
  bloc_id INTEGER,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_enregistrement_bloc PRIMARY KEY (id),
  CONSTRAINT uq_enregistrement_bloc_enregistrement_id_bloc_id UNIQUE (enregistrement_id, bloc_id),
  CONSTRAINT ck_enregistrement_bloc_code CHECK (code LIKE 'RNCP%BC%' OR code LIKE 'RS%BC%'),
  CONSTRAINT fk_enregistrement_bloc_enregistrement_id FOREIGN KEY(enregistrement_id) REFERENCES enregistrement (id) ON DELETE CASCADE,
  CONSTRAINT uq_enregistrement_bloc_code UNIQUE (code),
  CONSTRAINT fk_enregistrement_bloc_bloc_id FOREIGN KEY(bloc_id) REFERENCES bloc_competences (id)
);;

CREATE INDEX ix_enregistrement_bloc_bloc_id ON enregistrement_bloc (bloc_id);;

COMMENT ON COLUMN enregistrement_bloc.libelle IS 'libellé de la fiche';;

COMMENT ON COLUMN enregistrement_bloc.bloc_id IS 'vide : pas encore rapproché d''un bloc de la branche';;

CREATE TABLE parcours_domaine (
  id SERIAL NOT NULL,
  parcours_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  ordre INTEGER NOT NULL,
  domaine VARCHAR(200) NOT NULL,
  competences TEXT NOT NULL,
  contenus TEXT NOT NULL,
  minutes INTEGER NOT NULL,
  intervenants VARCHAR(600) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_parcours_domaine PRIMARY KEY (id),
  CONSTRAINT fk_parcours_domaine_parcours_id_centre_id FOREIGN KEY(parcours_id, centre_id) REFERENCES parcours (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT uq_parcours_domaine_parcours_id_ordre UNIQUE (parcours_id, ordre),
  CONSTRAINT ck_parcours_domaine_duree CHECK (minutes >= 0)
);;

COMMENT ON COLUMN parcours_domaine.competences IS 'compétences finales visées (note 5)';;

CREATE TABLE parcours_module (
  id SERIAL NOT NULL,
  parcours_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  ordre INTEGER NOT NULL,
  phase INTEGER NOT NULL,
  module VARCHAR(200) NOT NULL,
  objectifs TEXT NOT NULL,
  minutes INTEGER NOT NULL,
  nature VARCHAR(7) NOT NULL,
  organisme VARCHAR(300) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_parcours_module PRIMARY KEY (id),
  CONSTRAINT fk_parcours_module_parcours_id_centre_id FOREIGN KEY(parcours_id, centre_id) REFERENCES parcours (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT uq_parcours_module_parcours_id_ordre UNIQUE (parcours_id, ordre),
  CONSTRAINT ck_parcours_module_duree CHECK (minutes >= 0),
  CONSTRAINT ck_parcours_module_phase CHECK (phase BETWEEN 1 AND 99),
  CONSTRAINT ck_parcours_module_nature CHECK (nature IN ('interne', 'externe'))
);;

COMMENT ON COLUMN parcours_module.organisme IS 'organisme de formation';;

CREATE TABLE attribution_parcours (
  id SERIAL NOT NULL,
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
  recherche VARCHAR(400) COLLATE "C" NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
  CONSTRAINT ck_attribution_parcours_resultat CHECK (resultat IN ('attribuee', 'non_attribuee'))
);;

CREATE INDEX ix_attribution_parcours_centre_id_recherche ON attribution_parcours (centre_id, recherche);;

CREATE UNIQUE INDEX uq_attribution_parcours_salarie ON attribution_parcours (parcours_id, recherche, date_naissance) WHERE resultat = 'attribuee' AND annulee_le IS NULL;;

COMMENT ON COLUMN attribution_parcours.numero IS 'rang dans le parcours, toutes versions ; porté par l''attestation';;

COMMENT ON COLUMN attribution_parcours.organisme_evaluation IS 'organisme habilité par l''entreprise';;

COMMENT ON COLUMN attribution_parcours.habilite_le IS 'depuis quand l''entreprise l''a habilité';;

COMMENT ON COLUMN attribution_parcours.attribue_le IS 'décision de l''entreprise';;

COMMENT ON COLUMN attribution_parcours.emploi IS 'emploi tenu par le salarié';;

COMMENT ON COLUMN attribution_parcours.cotation IS 'classement de cet emploi';;

CREATE TABLE demande (
  id SERIAL NOT NULL,
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
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
  CONSTRAINT fk_demande_certification_id FOREIGN KEY(certification_id) REFERENCES certification (id)
);;

CREATE INDEX ix_demande_centre_id ON demande (centre_id);;

CREATE INDEX ix_demande_certification_id ON demande (certification_id);;

CREATE INDEX ix_demande_parcours_id ON demande (parcours_id);;

CREATE UNIQUE INDEX uq_demande_en_cours ON demande (certification_id) WHERE etat NOT IN ('acceptee', 'refusee', 'abandonnee');;

COMMENT ON COLUMN demande.complete_le IS 'dossier reconnu complet par le secrétariat du GTP';;

COMMENT ON COLUMN demande.decidee_le IS 'date de la séance qui l''a acceptée ou refusée';;

COMMENT ON COLUMN demande.centre_id IS 'UIMM territoriale';;

COMMENT ON COLUMN demande.parcours_id IS 'version du parcours certifiant demandée (PPC)';;

COMMENT ON COLUMN demande.besoins IS 'rapport d''opportunité, point 1';;

COMMENT ON COLUMN demande.emplois IS 'rapport d''opportunité, point 2';;

COMMENT ON COLUMN demande.positionnement IS 'rapport d''opportunité, point 3';;

COMMENT ON COLUMN demande.preuves_usage IS 'rapport d''opportunité, point 4';;

COMMENT ON COLUMN demande.obsolescence IS 'suppression : compétences obsolètes';;

COMMENT ON COLUMN demande.motif_usage IS 'suppression : usage insuffisant';;

CREATE TABLE evaluateur (
  id SERIAL NOT NULL,
  commission_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  personne_id INTEGER NOT NULL,
  domaine VARCHAR(200) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_evaluateur PRIMARY KEY (id),
  CONSTRAINT fk_evaluateur_commission_id_centre_id FOREIGN KEY(commission_id, centre_id) REFERENCES commission_evaluation (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT fk_evaluateur_personne_id_centre_id FOREIGN KEY(personne_id, centre_id) REFERENCES personne (id, centre_id),
  CONSTRAINT uq_evaluateur_commission_id_personne_id UNIQUE (commission_id, personne_id),
  CONSTRAINT ck_evaluateur_domaine CHECK (domaine <> '')
);;

CREATE INDEX ix_evaluateur_personne_id ON evaluateur (personne_id);;

COMMENT ON COLUMN evaluateur.domaine IS 'domaine professionnel qui le qualifie';;

CREATE TABLE etape_instruction (
  id SERIAL NOT NULL,
  habilitation_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  nature VARCHAR(18) NOT NULL,
  faite_le DATE NOT NULL,
  compte_rendu TEXT NOT NULL,
  suivi BOOLEAN NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_etape_instruction PRIMARY KEY (id),
  CONSTRAINT fk_etape_instruction_habilitation_id_centre_id FOREIGN KEY(habilitation_id, centre_id) REFERENCES habilitation (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT uq_etape_instruction_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_etape_instruction_nature CHECK (nature IN ('etude', 'entretien', 'visite', 'complement_demande', 'complement_recu', 'autre'))
);;

CREATE INDEX ix_etape_instruction_habilitation_id ON etape_instruction (habilitation_id);;

COMMENT ON COLUMN etape_instruction.suivi IS 'après la décision';;

CREATE TABLE suspension_habilitation (
  id SERIAL NOT NULL,
  habilitation_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  du DATE NOT NULL,
  au DATE,
  motif VARCHAR(1000) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_suspension_habilitation PRIMARY KEY (id),
  CONSTRAINT fk_suspension_habilitation_habilitation_id_centre_id FOREIGN KEY(habilitation_id, centre_id) REFERENCES habilitation (id, centre_id),
  CONSTRAINT ck_suspension_habilitation_ordre CHECK (au IS NULL OR au >= du),
  CONSTRAINT ck_suspension_habilitation_motif CHECK (motif <> '')
);;

CREATE UNIQUE INDEX uq_suspension_habilitation_ouverte ON suspension_habilitation (habilitation_id) WHERE au IS NULL;;

COMMENT ON COLUMN suspension_habilitation.au IS 'dernier jour de la suspension';;

CREATE TABLE habilitation_bloc (
  habilitation_id INTEGER NOT NULL,
  bloc_id INTEGER NOT NULL,
  CONSTRAINT pk_habilitation_bloc PRIMARY KEY (habilitation_id, bloc_id),
  CONSTRAINT fk_habilitation_bloc_habilitation_id FOREIGN KEY(habilitation_id) REFERENCES habilitation (id) ON DELETE CASCADE,
  CONSTRAINT fk_habilitation_bloc_bloc_id FOREIGN KEY(bloc_id) REFERENCES bloc_competences (id)
);;

CREATE TABLE evenement_habilitation (
  id SERIAL NOT NULL,
  habilitation_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  nature VARCHAR(14) NOT NULL,
  le DATE NOT NULL,
  portee TEXT NOT NULL,
  motif VARCHAR(1000) NOT NULL,
  avise_le DATE,
  avise_par_id INTEGER,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_evenement_habilitation PRIMARY KEY (id),
  CONSTRAINT fk_evenement_habilitation_habilitation_id_centre_id FOREIGN KEY(habilitation_id, centre_id) REFERENCES habilitation (id, centre_id),
  CONSTRAINT ck_evenement_habilitation_avis_date CHECK (avise_par_id IS NULL OR avise_le IS NOT NULL),
  CONSTRAINT ck_evenement_habilitation_nature CHECK (nature IN ('habilitation', 'renouvellement', 'suspension', 'levee', 'retrait', 'fin')),
  CONSTRAINT fk_evenement_habilitation_avise_par_id FOREIGN KEY(avise_par_id) REFERENCES utilisateur (id)
);;

CREATE INDEX ix_evenement_habilitation_habilitation_id ON evenement_habilitation (habilitation_id);;

CREATE INDEX ix_evenement_habilitation_le ON evenement_habilitation (le);;

COMMENT ON COLUMN evenement_habilitation.le IS 'jour où la liste change';;

COMMENT ON COLUMN evenement_habilitation.portee IS 'pour quoi, tel qu''au jour du changement';;

COMMENT ON COLUMN evenement_habilitation.avise_le IS 'avis donné à France compétences';;

CREATE TABLE transmission (
  id SERIAL NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  transmise_le DATE,
  controlee_le DATE,
  conforme BOOLEAN,
  observations TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_transmission PRIMARY KEY (id),
  CONSTRAINT fk_transmission_jury_id_centre_id FOREIGN KEY(jury_id, centre_id) REFERENCES jury (id, centre_id),
  CONSTRAINT uq_transmission_jury_id UNIQUE (jury_id),
  CONSTRAINT uq_transmission_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_transmission_controle CHECK ((controlee_le IS NULL) = (conforme IS NULL)),
  CONSTRAINT ck_transmission_controle_apres_transmission CHECK (controlee_le IS NULL OR controlee_le >= transmise_le),
  CONSTRAINT ck_transmission_transmise_avant_controle CHECK (controlee_le IS NULL OR transmise_le IS NOT NULL)
);;

CREATE INDEX ix_transmission_centre_id ON transmission (centre_id);;

CREATE INDEX ix_transmission_transmise_le ON transmission (transmise_le);;

COMMENT ON COLUMN transmission.observations IS 'observations du GTP';;

CREATE TABLE collectif_vae (
  id SERIAL NOT NULL,
  centre_id INTEGER NOT NULL,
  entreprise_id INTEGER NOT NULL,
  nom VARCHAR(120) NOT NULL,
  ouvert_le DATE NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_collectif_vae PRIMARY KEY (id),
  CONSTRAINT fk_collectif_vae_entreprise_id_centre_id FOREIGN KEY(entreprise_id, centre_id) REFERENCES entreprise (id, centre_id),
  CONSTRAINT uq_collectif_vae_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT uq_collectif_vae_centre_id_nom UNIQUE (centre_id, nom),
  CONSTRAINT ck_collectif_vae_nom CHECK (nom <> ''),
  CONSTRAINT fk_collectif_vae_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);;

CREATE INDEX ix_collectif_vae_entreprise_id ON collectif_vae (entreprise_id);;

CREATE TABLE membre_validation (
  id SERIAL NOT NULL,
  commission_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  personne_id INTEGER NOT NULL,
  represente_centre BOOLEAN NOT NULL,
  president BOOLEAN NOT NULL,
  domaine VARCHAR(200) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_membre_validation PRIMARY KEY (id),
  CONSTRAINT fk_membre_validation_commission_id_centre_id FOREIGN KEY(commission_id, centre_id) REFERENCES commission_validation (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT fk_membre_validation_personne_id_centre_id FOREIGN KEY(personne_id, centre_id) REFERENCES personne (id, centre_id),
  CONSTRAINT uq_membre_validation_commission_id_personne_id UNIQUE (commission_id, personne_id),
  CONSTRAINT ck_membre_validation_presidee_par_le_centre CHECK (NOT president OR represente_centre)
);;

CREATE INDEX ix_membre_validation_personne_id ON membre_validation (personne_id);;

COMMENT ON COLUMN membre_validation.domaine IS 'ce qui qualifie le membre';;

CREATE TABLE candidat_cle (
  cle INTEGER NOT NULL,
  candidat_id INTEGER NOT NULL,
  CONSTRAINT pk_candidat_cle PRIMARY KEY (cle, candidat_id),
  CONSTRAINT fk_candidat_cle_candidat_id FOREIGN KEY(candidat_id) REFERENCES candidat (id) ON DELETE CASCADE
);;

CREATE INDEX ix_candidat_cle_candidat_id ON candidat_cle (candidat_id);;

COMMENT ON COLUMN candidat_cle.cle IS 'condensé sur 32 bits, voir models.rapprochement';;

CREATE TABLE point_gtp (
  id SERIAL NOT NULL,
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
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
  CONSTRAINT ck_point_gtp_repertoire CHECK (repertoire IN ('RNCP', 'RS'))
);;

CREATE INDEX ix_point_gtp_demande_id ON point_gtp (demande_id);;

COMMENT ON COLUMN point_gtp.niveau IS 'niveau du cadre national fixé par le GTP (1 à 8)';;

COMMENT ON COLUMN point_gtp.repertoire IS 'demande d''enregistrement validée avec la création (REF-05)';;

COMMENT ON COLUMN point_gtp.abstentions IS 'voix non exprimées des organisations présentes';;

CREATE TABLE publication (
  id SERIAL NOT NULL,
  demande_id INTEGER NOT NULL,
  nature VARCHAR(18) NOT NULL,
  ouverte_le DATE NOT NULL,
  faite_le DATE,
  faite_par VARCHAR(200),
  note VARCHAR(500) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_publication PRIMARY KEY (id),
  CONSTRAINT uq_publication_demande_id_nature UNIQUE (demande_id, nature),
  CONSTRAINT ck_publication_faite_par_quelqu_un CHECK ((faite_le IS NULL) = (faite_par IS NULL)),
  CONSTRAINT ck_publication_ordre CHECK (faite_le IS NULL OR faite_le >= ouverte_le),
  CONSTRAINT fk_publication_demande_id FOREIGN KEY(demande_id) REFERENCES demande (id),
  CONSTRAINT ck_publication_nature CHECK (nature IN ('liste', 'site', 'france_competences'))
);;

CREATE INDEX ix_publication_a_faire ON publication (ouverte_le) WHERE faite_le IS NULL;;

COMMENT ON COLUMN publication.ouverte_le IS 'date de la décision';;

COMMENT ON COLUMN publication.note IS 'adresse de la page, référence de l''envoi';;

CREATE TABLE action_corrective (
  id SERIAL NOT NULL,
  transmission_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  libelle VARCHAR(1000) NOT NULL,
  terme DATE NOT NULL,
  realisee_le DATE,
  compte_rendu VARCHAR(1000) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_action_corrective PRIMARY KEY (id),
  CONSTRAINT fk_action_corrective_transmission_id_centre_id FOREIGN KEY(transmission_id, centre_id) REFERENCES transmission (id, centre_id),
  CONSTRAINT ck_action_corrective_libelle CHECK (libelle <> ''),
  CONSTRAINT ck_action_corrective_compte_rendu CHECK (realisee_le IS NULL OR compte_rendu <> '')
);;

CREATE INDEX ix_action_corrective_centre_id ON action_corrective (centre_id);;

CREATE INDEX ix_action_corrective_transmission_id ON action_corrective (transmission_id);;

CREATE TABLE piece (
  id SERIAL NOT NULL,
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
  contenu BYTEA,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_piece PRIMARY KEY (id),
  CONSTRAINT fk_piece_demande_id_centre_id FOREIGN KEY(demande_id, centre_id) REFERENCES demande (id, centre_id),
  CONSTRAINT fk_piece_transmission_id_centre_id FOREIGN KEY(transmission_id, centre_id) REFERENCES transmission (id, centre_id),
  CONSTRAINT fk_piece_parcours_id_centre_id FOREIGN KEY(parcours_id, centre_id) REFERENCES parcours (id, centre_id),
  CONSTRAINT fk_piece_habilitation_id_centre_id FOREIGN KEY(habilitation_id, centre_id) REFERENCES habilitation (id, centre_id),
  CONSTRAINT fk_piece_etape_instruction_id_centre_id FOREIGN KEY(etape_instruction_id, centre_id) REFERENCES etape_instruction (id, centre_id),
  CONSTRAINT ck_piece_centre_du_dossier CHECK (centre_id IS NOT NULL OR demande_id IS NOT NULL),
  CONSTRAINT ck_piece_un_dossier CHECK ((CASE WHEN demande_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN parcours_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN transmission_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN habilitation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN appreciation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN etape_instruction_id IS NULL THEN 0 ELSE 1 END) = 1),
  CONSTRAINT ck_piece_taille CHECK (taille > 0),
  CONSTRAINT ck_piece_sha256 CHECK (length(sha256) = 64),
  CONSTRAINT fk_piece_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT ck_piece_nature CHECK (nature IN ('rapport', 'referentiel', 'preuve_usage', 'courrier', 'fiche', 'programme', 'avis_cse', 'preuve_indicateur', 'compte_rendu', 'emargement', 'autre'))
);;

CREATE INDEX ix_piece_appreciation_id ON piece (appreciation_id);;

CREATE INDEX ix_piece_centre_id ON piece (centre_id);;

CREATE INDEX ix_piece_demande_id ON piece (demande_id);;

CREATE INDEX ix_piece_etape_instruction_id ON piece (etape_instruction_id);;

CREATE INDEX ix_piece_habilitation_id ON piece (habilitation_id);;

CREATE INDEX ix_piece_parcours_id ON piece (parcours_id);;

CREATE INDEX ix_piece_transmission_id ON piece (transmission_id);;

COMMENT ON COLUMN piece.nom IS 'nom du fichier, sans chemin';;

COMMENT ON COLUMN piece.type_mime IS 'd''après ses octets et son extension';;

COMMENT ON COLUMN piece.taille IS 'octets';;

CREATE TABLE vote_gtp (
  id SERIAL NOT NULL,
  seance_id INTEGER NOT NULL,
  point_id INTEGER NOT NULL,
  presence_id INTEGER NOT NULL,
  sens VARCHAR(10) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_vote_gtp PRIMARY KEY (id),
  CONSTRAINT fk_vote_gtp_point_id_seance_id FOREIGN KEY(point_id, seance_id) REFERENCES point_gtp (id, seance_id) ON DELETE CASCADE,
  CONSTRAINT fk_vote_gtp_presence_id_seance_id FOREIGN KEY(presence_id, seance_id) REFERENCES presence_gtp (id, seance_id),
  CONSTRAINT uq_vote_gtp_point_id_presence_id UNIQUE (point_id, presence_id),
  CONSTRAINT ck_vote_gtp_sens CHECK (sens IN ('pour', 'contre', 'abstention'))
);;

CREATE INDEX ix_vote_gtp_presence_id ON vote_gtp (presence_id);;

CREATE TABLE dossier_evaluation (
  id SERIAL NOT NULL,
  inscription_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  convenu_le DATE,
  motif_hors_situation TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_dossier_evaluation PRIMARY KEY (id),
  CONSTRAINT fk_dossier_evaluation_inscription_id_centre_id FOREIGN KEY(inscription_id, centre_id) REFERENCES inscription (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT uq_dossier_evaluation_inscription_id UNIQUE (inscription_id)
);;

COMMENT ON COLUMN dossier_evaluation.convenu_le IS 'accord sur les modalités d''évaluation';;

COMMENT ON COLUMN dossier_evaluation.motif_hors_situation IS 'pourquoi aucune évaluation en situation réelle (EVA-04)';;

CREATE TABLE avis_entreprise (
  id SERIAL NOT NULL,
  inscription_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  date_avis DATE NOT NULL,
  auteur VARCHAR(120) NOT NULL,
  fonction VARCHAR(200) NOT NULL,
  sens VARCHAR(11) NOT NULL,
  commentaire TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_avis_entreprise PRIMARY KEY (id),
  CONSTRAINT fk_avis_entreprise_inscription_id_centre_id FOREIGN KEY(inscription_id, centre_id) REFERENCES inscription (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT uq_avis_entreprise_inscription_id UNIQUE (inscription_id),
  CONSTRAINT ck_avis_entreprise_auteur CHECK (auteur <> '' AND fonction <> ''),
  CONSTRAINT ck_avis_entreprise_sens CHECK (sens IN ('favorable', 'reserve', 'defavorable'))
);;

COMMENT ON COLUMN avis_entreprise.auteur IS 'tuteur, responsable hiérarchique ou fonctionnel…';;

CREATE TABLE vae (
  id SERIAL NOT NULL,
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
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
  CONSTRAINT ck_vae_conclusion CHECK (conclusion IN ('totale', 'partielle', 'aucune'))
);;

CREATE INDEX ix_vae_centre_id ON vae (centre_id);;

CREATE INDEX ix_vae_collectif_id ON vae (collectif_id);;

CREATE INDEX ix_vae_commission_id ON vae (commission_id);;

COMMENT ON COLUMN vae.accueil_le IS 'accueil, information-orientation';;

COMMENT ON COLUMN vae.accompagnement_du IS 'à la demande du candidat, par un tiers';;

COMMENT ON COLUMN vae.motif IS 'pourquoi la demande n''est pas recevable';;

COMMENT ON COLUMN vae.recommandations IS 'formations complémentaires utiles';;

COMMENT ON COLUMN vae.notifiee_le IS 'décision dite au candidat';;

COMMENT ON COLUMN vae.livret2_recu_le IS 'dossier de preuves';;

COMMENT ON COLUMN vae.observations IS 'du président de la commission au jury';;

COMMENT ON COLUMN vae.resultat_dit_le IS 'résultat du jury dit au candidat';;

CREATE TABLE remise (
  id SERIAL NOT NULL,
  certificat_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  remis_le DATE NOT NULL,
  destinataire VARCHAR(10) NOT NULL,
  a VARCHAR(200) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_remise PRIMARY KEY (id),
  CONSTRAINT fk_remise_certificat_id_centre_id FOREIGN KEY(certificat_id, centre_id) REFERENCES certificat (id, centre_id),
  CONSTRAINT uq_remise_certificat_id UNIQUE (certificat_id),
  CONSTRAINT ck_remise_a_qui CHECK (a <> ''),
  CONSTRAINT ck_remise_destinataire CHECK (destinataire IN ('candidat', 'entreprise'))
);;

CREATE INDEX ix_remise_centre_id ON remise (centre_id);;

COMMENT ON COLUMN remise.a IS 'nom de qui l''a reçu';;

CREATE TABLE duplicata (
  id SERIAL NOT NULL,
  numero VARCHAR(12) NOT NULL,
  certificat_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  delivre_le DATE NOT NULL,
  motif VARCHAR(500) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_duplicata PRIMARY KEY (id),
  CONSTRAINT fk_duplicata_certificat_id_centre_id FOREIGN KEY(certificat_id, centre_id) REFERENCES certificat (id, centre_id),
  CONSTRAINT uq_duplicata_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_duplicata_motif CHECK (motif <> ''),
  CONSTRAINT ck_duplicata_numero CHECK (substr(numero, 1, 3) = 'DU-'),
  CONSTRAINT uq_duplicata_numero UNIQUE (numero)
);;

CREATE INDEX ix_duplicata_centre_id ON duplicata (centre_id);;

CREATE INDEX ix_duplicata_certificat_id ON duplicata (certificat_id);;

COMMENT ON COLUMN duplicata.numero IS 'DU-0000012, jamais redonné';;

ALTER TABLE centre ADD COLUMN duree_habilitation INTEGER;;

COMMENT ON COLUMN centre.duree_habilitation IS 'mois ; vide : les habilitations sont sans terme';;

ALTER TABLE centre ADD CONSTRAINT ck_centre_duree_habilitation CHECK (duree_habilitation BETWEEN 1 AND 240);;

ALTER TABLE certification ADD COLUMN projet BOOLEAN;;

UPDATE certification SET projet = false;;

ALTER TABLE certification ALTER COLUMN projet SET NOT NULL;;

COMMENT ON COLUMN certification.projet IS 'demandée, pas encore créée : hors de la liste';;

ALTER TABLE certification ADD CONSTRAINT ck_certification_projet_sans_numero CHECK (NOT projet OR (numero IS NULL AND date_creation IS NULL AND date_suppression IS NULL));;

ALTER TABLE bloc_competences ALTER COLUMN numero DROP NOT NULL;;

COMMENT ON COLUMN bloc_competences.numero IS 'donné quand le GTP valide la version (REF-08)';;

ALTER TABLE utilisateur DROP CONSTRAINT ck_utilisateur_role;;

ALTER TABLE utilisateur DROP CONSTRAINT ck_utilisateur_role_national;;

ALTER TABLE utilisateur ADD CONSTRAINT ck_utilisateur_role_national CHECK (role NOT IN ('administrateur', 'gtp', 'uimm') OR centre_id IS NULL);;

ALTER TABLE utilisateur ADD CONSTRAINT ck_utilisateur_role CHECK (role IN ('administrateur', 'gtp', 'uimm', 'clerc', 'responsable', 'jure', 'lecture'));;

DROP INDEX uq_referentiel_valide;;

CREATE UNIQUE INDEX uq_referentiel_en_cours ON referentiel (certification_id) WHERE etat IN ('projet', 'soumis');;

CREATE UNIQUE INDEX uq_referentiel_valide ON referentiel (certification_id, etat) WHERE etat = 'valide';;

DROP INDEX uq_habilitation_accordee;;

ALTER TABLE habilitation ADD COLUMN renouvelle_id INTEGER;;

COMMENT ON COLUMN habilitation.renouvelle_id IS 'l''habilitation qu''elle prolonge';;

ALTER TABLE habilitation ADD COLUMN reprise BOOLEAN;;

UPDATE habilitation SET reprise = etat IN ('accordee', 'refusee', 'suspendue', 'retiree');;

ALTER TABLE habilitation ALTER COLUMN reprise SET NOT NULL;;

COMMENT ON COLUMN habilitation.reprise IS 'décidée avant la console, reprise sans sa grille';;

CREATE INDEX ix_habilitation_renouvelle_id ON habilitation (renouvelle_id);;

ALTER TABLE candidat ADD COLUMN fusionne_dans_id INTEGER;;

COMMENT ON COLUMN candidat.fusionne_dans_id IS 'la fiche gardée, quand celle-ci était la même personne';;

ALTER TABLE candidat ADD COLUMN recherche_prenoms VARCHAR(400) COLLATE "C";;

UPDATE candidat SET recherche_prenoms = '';;

ALTER TABLE candidat ALTER COLUMN recherche_prenoms SET NOT NULL;;

COMMENT ON COLUMN candidat.recherche_prenoms IS 'par les prénoms';;

CREATE INDEX ix_candidat_fusionne_dans_id ON candidat (fusionne_dans_id);;

CREATE INDEX ix_candidat_recherche_prenoms ON candidat (recherche_prenoms);;

ALTER TABLE appreciation ADD CONSTRAINT uq_appreciation_id_centre_id UNIQUE (id, centre_id);;

CREATE INDEX ix_inscription_en_vae ON inscription (centre_id, id) WHERE voie <> 'formation';;

ALTER TABLE evaluation ADD COLUMN modalite_code VARCHAR(20);;

COMMENT ON COLUMN evaluation.modalite_code IS 'modalité convenue';;

ALTER TABLE evaluation ADD COLUMN commission_id INTEGER;;

COMMENT ON COLUMN evaluation.commission_id IS 'commission qui a évalué';;

ALTER TABLE evaluation ALTER COLUMN date_evaluation DROP NOT NULL;;

ALTER TABLE evaluation ALTER COLUMN resultat DROP NOT NULL;;

ALTER TABLE evaluation ADD COLUMN appreciation TEXT;;

UPDATE evaluation SET appreciation = '';;

ALTER TABLE evaluation ALTER COLUMN appreciation SET NOT NULL;;

COMMENT ON COLUMN evaluation.appreciation IS 'appréciation de la commission';;

ALTER TABLE evaluation ADD COLUMN acquis_de_id INTEGER;;

COMMENT ON COLUMN evaluation.acquis_de_id IS 'repris d''un jury antérieur';;

ALTER TABLE evaluation ADD COLUMN importation_id INTEGER;;

ALTER TABLE evaluation ADD COLUMN importation_ligne INTEGER;;

COMMENT ON COLUMN evaluation.importation_ligne IS 'numéro de ligne dans le fichier importé';;

ALTER TABLE evaluation ADD CONSTRAINT ck_evaluation_resultat_et_date CHECK ((resultat IS NULL) = (date_evaluation IS NULL));;

ALTER TABLE evaluation ADD CONSTRAINT ck_evaluation_importation_et_ligne CHECK ((importation_id IS NULL) = (importation_ligne IS NULL));;

ALTER TABLE evaluation ADD CONSTRAINT ck_evaluation_acquis_repris CHECK (acquis_de_id IS NULL OR (resultat = 'acquise' AND commission_id IS NULL));;

CREATE INDEX ix_evaluation_acquis_de_id ON evaluation (acquis_de_id);;

CREATE INDEX ix_evaluation_commission_id ON evaluation (commission_id);;

CREATE INDEX ix_evaluation_importation_id ON evaluation (importation_id);;

ALTER TABLE certificat DROP CONSTRAINT uq_certificat_presentation_id_famille;;

ALTER TABLE certificat ADD COLUMN bloc_id INTEGER;;

ALTER TABLE certificat ADD CONSTRAINT uq_certificat_presentation_id_bloc_id UNIQUE (presentation_id, bloc_id);;

ALTER TABLE certificat ADD CONSTRAINT ck_certificat_bloc_d_un_cqpm CHECK (bloc_id IS NULL OR famille = 'CQPM');;

CREATE INDEX ix_certificat_bloc_id ON certificat (bloc_id);;

CREATE UNIQUE INDEX uq_certificat_presentation_id_famille ON certificat (presentation_id, famille) WHERE bloc_id IS NULL;;

ALTER TABLE archive DROP CONSTRAINT ck_archive_un_document;;

ALTER TABLE archive DROP CONSTRAINT ck_archive_nature;;

ALTER TABLE archive ALTER COLUMN nature TYPE VARCHAR(24);;

ALTER TABLE archive ADD COLUMN transmission_id INTEGER;;

ALTER TABLE archive ADD COLUMN habilitation_id INTEGER;;

ALTER TABLE archive ADD COLUMN duplicata_id INTEGER;;

ALTER TABLE archive ADD CONSTRAINT ck_archive_nature CHECK (nature IN ('certificat', 'proces_verbal', 'lettre_gtp', 'decision_habilitation', 'attestation_habilitation', 'duplicata'));;

ALTER TABLE archive ADD CONSTRAINT ck_archive_un_document CHECK ((nature = 'certificat') = (certificat_id IS NOT NULL) AND (nature = 'proces_verbal') = (proces_verbal_id IS NOT NULL) AND (nature = 'lettre_gtp') = (transmission_id IS NOT NULL) AND (nature IN ('decision_habilitation', 'attestation_habilitation')) = (habilitation_id IS NOT NULL) AND (nature = 'duplicata') = (duplicata_id IS NOT NULL));;

ALTER TABLE archive ADD CONSTRAINT uq_archive_duplicata_id UNIQUE (duplicata_id);;

ALTER TABLE archive ADD CONSTRAINT uq_archive_habilitation_id_nature UNIQUE (habilitation_id, nature);;

ALTER TABLE archive ADD CONSTRAINT uq_archive_transmission_id UNIQUE (transmission_id);;

ALTER TABLE seance_gtp ADD CONSTRAINT fk_seance_gtp_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE seance_gtp ADD CONSTRAINT fk_seance_gtp_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE reception ADD CONSTRAINT fk_reception_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE reception ADD CONSTRAINT fk_reception_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE parcours ADD CONSTRAINT fk_parcours_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE parcours ADD CONSTRAINT fk_parcours_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE presence_gtp ADD CONSTRAINT fk_presence_gtp_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE presence_gtp ADD CONSTRAINT fk_presence_gtp_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE commission_evaluation ADD CONSTRAINT fk_commission_evaluation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE commission_evaluation ADD CONSTRAINT fk_commission_evaluation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE commission_validation ADD CONSTRAINT fk_commission_validation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE commission_validation ADD CONSTRAINT fk_commission_validation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE enregistrement_bloc ADD CONSTRAINT fk_enregistrement_bloc_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE enregistrement_bloc ADD CONSTRAINT fk_enregistrement_bloc_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE parcours_domaine ADD CONSTRAINT fk_parcours_domaine_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE parcours_domaine ADD CONSTRAINT fk_parcours_domaine_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE parcours_module ADD CONSTRAINT fk_parcours_module_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE parcours_module ADD CONSTRAINT fk_parcours_module_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE attribution_parcours ADD CONSTRAINT fk_attribution_parcours_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE attribution_parcours ADD CONSTRAINT fk_attribution_parcours_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE demande ADD CONSTRAINT fk_demande_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE demande ADD CONSTRAINT fk_demande_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE evaluateur ADD CONSTRAINT fk_evaluateur_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE evaluateur ADD CONSTRAINT fk_evaluateur_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE etape_instruction ADD CONSTRAINT fk_etape_instruction_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE etape_instruction ADD CONSTRAINT fk_etape_instruction_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE suspension_habilitation ADD CONSTRAINT fk_suspension_habilitation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE suspension_habilitation ADD CONSTRAINT fk_suspension_habilitation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE evenement_habilitation ADD CONSTRAINT fk_evenement_habilitation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE evenement_habilitation ADD CONSTRAINT fk_evenement_habilitation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE transmission ADD CONSTRAINT fk_transmission_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE transmission ADD CONSTRAINT fk_transmission_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE collectif_vae ADD CONSTRAINT fk_collectif_vae_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE collectif_vae ADD CONSTRAINT fk_collectif_vae_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE membre_validation ADD CONSTRAINT fk_membre_validation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE membre_validation ADD CONSTRAINT fk_membre_validation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE point_gtp ADD CONSTRAINT fk_point_gtp_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE point_gtp ADD CONSTRAINT fk_point_gtp_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE publication ADD CONSTRAINT fk_publication_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE publication ADD CONSTRAINT fk_publication_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE action_corrective ADD CONSTRAINT fk_action_corrective_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE action_corrective ADD CONSTRAINT fk_action_corrective_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE piece ADD CONSTRAINT fk_piece_appreciation_id_centre_id FOREIGN KEY(appreciation_id, centre_id) REFERENCES appreciation (id, centre_id);;

ALTER TABLE piece ADD CONSTRAINT fk_piece_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE piece ADD CONSTRAINT fk_piece_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE vote_gtp ADD CONSTRAINT fk_vote_gtp_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE vote_gtp ADD CONSTRAINT fk_vote_gtp_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE dossier_evaluation ADD CONSTRAINT fk_dossier_evaluation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE dossier_evaluation ADD CONSTRAINT fk_dossier_evaluation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE avis_entreprise ADD CONSTRAINT fk_avis_entreprise_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE avis_entreprise ADD CONSTRAINT fk_avis_entreprise_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE vae ADD CONSTRAINT fk_vae_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE vae ADD CONSTRAINT fk_vae_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE remise ADD CONSTRAINT fk_remise_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE remise ADD CONSTRAINT fk_remise_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE duplicata ADD CONSTRAINT fk_duplicata_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE duplicata ADD CONSTRAINT fk_duplicata_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE habilitation ADD CONSTRAINT fk_habilitation_renouvelle_id_centre_id FOREIGN KEY(renouvelle_id, centre_id) REFERENCES habilitation (id, centre_id);;

ALTER TABLE candidat ADD CONSTRAINT fk_candidat_fusionne_dans_id FOREIGN KEY(fusionne_dans_id) REFERENCES candidat (id);;

ALTER TABLE evaluation ADD CONSTRAINT fk_evaluation_acquis_de_id FOREIGN KEY(acquis_de_id) REFERENCES presentation_competence (id);;

ALTER TABLE evaluation ADD CONSTRAINT fk_evaluation_modalite_code FOREIGN KEY(modalite_code) REFERENCES modalite_evaluation (code);;

ALTER TABLE evaluation ADD CONSTRAINT fk_evaluation_importation_id_centre_id FOREIGN KEY(importation_id, centre_id) REFERENCES importation (id, centre_id);;

ALTER TABLE evaluation ADD CONSTRAINT fk_evaluation_commission_id_centre_id FOREIGN KEY(commission_id, centre_id) REFERENCES commission_evaluation (id, centre_id);;

ALTER TABLE certificat ADD CONSTRAINT fk_certificat_bloc_id FOREIGN KEY(bloc_id) REFERENCES bloc_competences (id);;

ALTER TABLE archive ADD CONSTRAINT fk_archive_transmission_id_centre_id FOREIGN KEY(transmission_id, centre_id) REFERENCES transmission (id, centre_id);;

ALTER TABLE archive ADD CONSTRAINT fk_archive_habilitation_id_centre_id FOREIGN KEY(habilitation_id, centre_id) REFERENCES habilitation (id, centre_id);;

ALTER TABLE archive ADD CONSTRAINT fk_archive_duplicata_id_centre_id FOREIGN KEY(duplicata_id, centre_id) REFERENCES duplicata (id, centre_id);;

CREATE FUNCTION gel_certificat_sans_decision() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL AND (p.decision = 'A' OR (NEW.bloc_id IS NOT NULL AND EXISTS (SELECT 1 FROM presentation_competence k JOIN competence c ON c.id = k.competence_id WHERE k.presentation_id = p.id AND c.bloc_id = NEW.bloc_id) AND NOT EXISTS (SELECT 1 FROM presentation_competence k JOIN competence c ON c.id = k.competence_id WHERE k.presentation_id = p.id AND c.bloc_id = NEW.bloc_id AND (k.retenu IS NULL OR k.retenu <> 'acquise'))))) THEN RAISE EXCEPTION 'ATT-01:gel_certificat_sans_decision' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_certificat_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM certificat WHERE id = NEW.id OR numero = NEW.numero OR code_verification = NEW.code_verification OR (presentation_id = NEW.presentation_id AND famille = NEW.famille AND COALESCE(bloc_id, 0) = COALESCE(NEW.bloc_id, 0))) THEN RAISE EXCEPTION 'ATT-01:gel_certificat_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_archive_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM archive WHERE id = NEW.id OR certificat_id = NEW.certificat_id OR proces_verbal_id = NEW.proces_verbal_id OR (habilitation_id = NEW.habilitation_id AND nature = NEW.nature)) THEN RAISE EXCEPTION 'ARC-03:gel_archive_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_parcours_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM parcours WHERE etat <> 'projet' AND id = NEW.id) THEN RAISE EXCEPTION 'PPC-03:gel_parcours_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_attribution_parcours_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM attribution_parcours WHERE id = NEW.id OR (parcours_id = NEW.parcours_id AND numero = NEW.numero)) THEN RAISE EXCEPTION 'PPC-04:gel_attribution_parcours_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_vae_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) AND (COALESCE(CAST(OLD.inscription_id AS TEXT), '') <> COALESCE(CAST(NEW.inscription_id AS TEXT), '') OR COALESCE(CAST(OLD.centre_id AS TEXT), '') <> COALESCE(CAST(NEW.centre_id AS TEXT), '') OR COALESCE(CAST(OLD.collectif_id AS TEXT), '') <> COALESCE(CAST(NEW.collectif_id AS TEXT), '') OR COALESCE(CAST(OLD.accueil_le AS TEXT), '') <> COALESCE(CAST(NEW.accueil_le AS TEXT), '') OR COALESCE(CAST(OLD.dossier_complet_le AS TEXT), '') <> COALESCE(CAST(NEW.dossier_complet_le AS TEXT), '') OR COALESCE(CAST(OLD.recevabilite AS TEXT), '') <> COALESCE(CAST(NEW.recevabilite AS TEXT), '') OR COALESCE(CAST(OLD.decidee_le AS TEXT), '') <> COALESCE(CAST(NEW.decidee_le AS TEXT), '') OR COALESCE(CAST(OLD.motif AS TEXT), '') <> COALESCE(CAST(NEW.motif AS TEXT), '') OR COALESCE(CAST(OLD.notifiee_le AS TEXT), '') <> COALESCE(CAST(NEW.notifiee_le AS TEXT), '') OR COALESCE(CAST(OLD.livret2_recu_le AS TEXT), '') <> COALESCE(CAST(NEW.livret2_recu_le AS TEXT), '') OR COALESCE(CAST(OLD.commission_id AS TEXT), '') <> COALESCE(CAST(NEW.commission_id AS TEXT), '') OR COALESCE(CAST(OLD.mise_en_situation AS TEXT), '') <> COALESCE(CAST(NEW.mise_en_situation AS TEXT), '') OR COALESCE(CAST(OLD.entretien AS TEXT), '') <> COALESCE(CAST(NEW.entretien AS TEXT), '') OR COALESCE(CAST(OLD.conclusion AS TEXT), '') <> COALESCE(CAST(NEW.conclusion AS TEXT), '') OR COALESCE(CAST(OLD.observations AS TEXT), '') <> COALESCE(CAST(NEW.observations AS TEXT), '')) THEN RAISE EXCEPTION 'JUR-13:gel_vae_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_vae_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_vae_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_inscription_voie() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.voie <> NEW.voie AND EXISTS (SELECT 1 FROM vae WHERE inscription_id = OLD.id AND recevabilite IS NOT NULL) THEN RAISE EXCEPTION 'VAE-04:gel_inscription_voie' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_commission_validation_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (OLD.tenue_le <> NEW.tenue_le OR OLD.lieu <> NEW.lieu) AND EXISTS (SELECT 1 FROM vae WHERE commission_id = OLD.id AND conclusion IS NOT NULL) THEN RAISE EXCEPTION 'VAE-05:gel_commission_validation_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_membre_validation_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM vae WHERE commission_id = NEW.commission_id AND conclusion IS NOT NULL) THEN RAISE EXCEPTION 'VAE-05:gel_membre_validation_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_membre_validation_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM vae WHERE commission_id = OLD.commission_id AND conclusion IS NOT NULL) OR EXISTS (SELECT 1 FROM vae WHERE commission_id = NEW.commission_id AND conclusion IS NOT NULL) THEN RAISE EXCEPTION 'VAE-05:gel_membre_validation_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_membre_validation_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM vae WHERE commission_id = OLD.commission_id AND conclusion IS NOT NULL) THEN RAISE EXCEPTION 'VAE-05:gel_membre_validation_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_parcours_domaine_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat <> 'projet') THEN RAISE EXCEPTION 'PPC-03:gel_parcours_domaine_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_parcours_domaine_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM parcours p WHERE p.id = OLD.parcours_id AND p.etat <> 'projet') OR EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat <> 'projet') THEN RAISE EXCEPTION 'PPC-03:gel_parcours_domaine_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_parcours_domaine_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM parcours p WHERE p.id = OLD.parcours_id AND p.etat <> 'projet') THEN RAISE EXCEPTION 'PPC-03:gel_parcours_domaine_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_parcours_module_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat <> 'projet') THEN RAISE EXCEPTION 'PPC-03:gel_parcours_module_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_parcours_module_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM parcours p WHERE p.id = OLD.parcours_id AND p.etat <> 'projet') OR EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat <> 'projet') THEN RAISE EXCEPTION 'PPC-03:gel_parcours_module_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_parcours_module_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM parcours p WHERE p.id = OLD.parcours_id AND p.etat <> 'projet') THEN RAISE EXCEPTION 'PPC-03:gel_parcours_module_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_parcours_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat <> 'projet' AND (COALESCE(OLD.societe, '') <> COALESCE(NEW.societe, '') OR COALESCE(OLD.adresse, '') <> COALESCE(NEW.adresse, '') OR COALESCE(OLD.intitule, '') <> COALESCE(NEW.intitule, '') OR COALESCE(OLD.public_vise, '') <> COALESCE(NEW.public_vise, '') OR COALESCE(OLD.attestation, '') <> COALESCE(NEW.attestation, '') OR COALESCE(OLD.avis_cse, '') <> COALESCE(NEW.avis_cse, '') OR COALESCE(OLD.evaluation_conditions, '') <> COALESCE(NEW.evaluation_conditions, '') OR COALESCE(OLD.evaluation_modalites, '') <> COALESCE(NEW.evaluation_modalites, '') OR COALESCE(OLD.evaluation_criteres, '') <> COALESCE(NEW.evaluation_criteres, '') OR COALESCE(OLD.centre_id, 0) <> COALESCE(NEW.centre_id, 0) OR COALESCE(OLD.numero, 0) <> COALESCE(NEW.numero, 0) OR COALESCE(OLD.minutes, 0) <> COALESCE(NEW.minutes, 0) OR COALESCE(OLD.mois, 0) <> COALESCE(NEW.mois, 0) OR COALESCE(OLD.avis_cse_le, '1000-01-01') <> COALESCE(NEW.avis_cse_le, '1000-01-01') OR (OLD.etat = 'remplace' AND NEW.etat <> 'remplace') OR (OLD.etat = 'valide' AND (NEW.etat NOT IN ('valide', 'remplace') OR NEW.valide_le <> OLD.valide_le OR NEW.certification_id <> OLD.certification_id))) THEN RAISE EXCEPTION 'PPC-03:gel_parcours_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_parcours_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat <> 'projet' THEN RAISE EXCEPTION 'PPC-03:gel_parcours_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_attribution_parcours_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat IN ('valide', 'remplace') AND p.valide_le <= NEW.attribue_le) THEN RAISE EXCEPTION 'PPC-04:gel_attribution_parcours_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_attribution_parcours_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.annulee_le IS NOT NULL OR COALESCE(OLD.nom, '') <> COALESCE(NEW.nom, '') OR COALESCE(OLD.prenoms, '') <> COALESCE(NEW.prenoms, '') OR COALESCE(OLD.organisme_evaluation, '') <> COALESCE(NEW.organisme_evaluation, '') OR COALESCE(OLD.resultat, '') <> COALESCE(NEW.resultat, '') OR COALESCE(OLD.emploi, '') <> COALESCE(NEW.emploi, '') OR COALESCE(OLD.cotation, '') <> COALESCE(NEW.cotation, '') OR COALESCE(OLD.parcours_id, 0) <> COALESCE(NEW.parcours_id, 0) OR COALESCE(OLD.centre_id, 0) <> COALESCE(NEW.centre_id, 0) OR COALESCE(OLD.numero, 0) <> COALESCE(NEW.numero, 0) OR COALESCE(OLD.date_naissance, '1000-01-01') <> COALESCE(NEW.date_naissance, '1000-01-01') OR COALESCE(OLD.habilite_le, '1000-01-01') <> COALESCE(NEW.habilite_le, '1000-01-01') OR COALESCE(OLD.evalue_le, '1000-01-01') <> COALESCE(NEW.evalue_le, '1000-01-01') OR COALESCE(OLD.attribue_le, '1000-01-01') <> COALESCE(NEW.attribue_le, '1000-01-01') THEN RAISE EXCEPTION 'PPC-04:gel_attribution_parcours_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_attribution_parcours_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'PPC-04:gel_attribution_parcours_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_evaluation_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = NEW.inscription_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_evaluation_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_evaluation_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) AND (COALESCE(CAST(OLD.inscription_id AS TEXT), '') <> COALESCE(CAST(NEW.inscription_id AS TEXT), '') OR COALESCE(CAST(OLD.competence_id AS TEXT), '') <> COALESCE(CAST(NEW.competence_id AS TEXT), '') OR COALESCE(CAST(OLD.modalite_code AS TEXT), '') <> COALESCE(CAST(NEW.modalite_code AS TEXT), '') OR COALESCE(CAST(OLD.commission_id AS TEXT), '') <> COALESCE(CAST(NEW.commission_id AS TEXT), '') OR COALESCE(CAST(OLD.date_evaluation AS TEXT), '') <> COALESCE(CAST(NEW.date_evaluation AS TEXT), '') OR COALESCE(CAST(OLD.resultat AS TEXT), '') <> COALESCE(CAST(NEW.resultat AS TEXT), '') OR COALESCE(CAST(OLD.acquis_de_id AS TEXT), '') <> COALESCE(CAST(NEW.acquis_de_id AS TEXT), '') OR (NEW.appreciation <> OLD.appreciation AND NEW.appreciation <> ''))) OR (OLD.inscription_id <> NEW.inscription_id AND EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = NEW.inscription_id AND v.signe_le IS NOT NULL)) THEN RAISE EXCEPTION 'JUR-13:gel_evaluation_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_evaluation_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_evaluation_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_evaluation_commission_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.commission_id IS NOT NULL AND NEW.resultat IS NOT NULL AND (SELECT COUNT(*) FROM evaluateur WHERE commission_id = NEW.commission_id) < 2 THEN RAISE EXCEPTION 'EVA-02:gel_evaluation_commission_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_evaluation_commission_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.commission_id IS NOT NULL AND NEW.resultat IS NOT NULL AND (SELECT COUNT(*) FROM evaluateur WHERE commission_id = NEW.commission_id) < 2 THEN RAISE EXCEPTION 'EVA-02:gel_evaluation_commission_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_evaluateur_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.commission_id <> NEW.commission_id AND EXISTS (SELECT 1 FROM evaluation WHERE commission_id = OLD.commission_id AND resultat IS NOT NULL) AND (SELECT COUNT(*) FROM evaluateur WHERE commission_id = OLD.commission_id) <= 2 THEN RAISE EXCEPTION 'EVA-02:gel_evaluateur_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_evaluateur_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM evaluation WHERE commission_id = OLD.commission_id AND resultat IS NOT NULL) AND (SELECT COUNT(*) FROM evaluateur WHERE commission_id = OLD.commission_id) <= 2 THEN RAISE EXCEPTION 'EVA-02:gel_evaluateur_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_avis_entreprise_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = NEW.inscription_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_avis_entreprise_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_avis_entreprise_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) OR (OLD.inscription_id <> NEW.inscription_id AND EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = NEW.inscription_id AND v.signe_le IS NOT NULL)) THEN RAISE EXCEPTION 'JUR-13:gel_avis_entreprise_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_avis_entreprise_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.inscription_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_avis_entreprise_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_inscription_fiche_reunie_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM candidat WHERE id = NEW.candidat_id AND fusionne_dans_id IS NOT NULL) THEN RAISE EXCEPTION 'INS-13:gel_inscription_fiche_reunie_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_candidat_reuni() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (OLD.fusionne_dans_id IS NOT NULL AND NEW.fusionne_dans_id IS NOT NULL AND (OLD.nom_naissance <> NEW.nom_naissance OR OLD.nom_usage <> NEW.nom_usage OR OLD.prenoms <> NEW.prenoms OR OLD.date_naissance <> NEW.date_naissance OR OLD.ville_naissance <> NEW.ville_naissance)) OR (NEW.fusionne_dans_id IS NOT NULL AND (NEW.fusionne_dans_id = NEW.id OR EXISTS (SELECT 1 FROM candidat WHERE id = NEW.fusionne_dans_id AND fusionne_dans_id IS NOT NULL))) THEN RAISE EXCEPTION 'INS-13:gel_candidat_reuni' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_duplicata_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'ATT-06:gel_duplicata_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_duplicata_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'ATT-06:gel_duplicata_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_transmission_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.transmise_le IS NOT NULL AND (NEW.transmise_le IS NULL OR OLD.transmise_le <> NEW.transmise_le OR OLD.jury_id <> NEW.jury_id OR OLD.controlee_le IS NOT NULL) THEN RAISE EXCEPTION 'TRA-02:gel_transmission_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_transmission_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.transmise_le IS NOT NULL THEN RAISE EXCEPTION 'TRA-02:gel_transmission_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_action_corrective_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.realisee_le IS NOT NULL OR OLD.libelle <> NEW.libelle OR OLD.terme <> NEW.terme OR OLD.transmission_id <> NEW.transmission_id THEN RAISE EXCEPTION 'SUI-01:gel_action_corrective_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_action_corrective_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'SUI-01:gel_action_corrective_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_piece_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM demande WHERE id = NEW.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') UNION ALL SELECT 1 FROM transmission WHERE id = NEW.transmission_id AND transmise_le IS NOT NULL UNION ALL SELECT 1 FROM parcours WHERE id = NEW.parcours_id AND etat <> 'projet' UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND (h.id = NEW.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation WHERE id = NEW.appreciation_id)) UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id WHERE e.id = NEW.etape_instruction_id AND (h.etat = 'retiree' OR (NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) THEN RAISE EXCEPTION 'PIE-06:gel_piece_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_piece_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM demande WHERE id = OLD.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') UNION ALL SELECT 1 FROM transmission WHERE id = OLD.transmission_id AND transmise_le IS NOT NULL UNION ALL SELECT 1 FROM parcours WHERE id = OLD.parcours_id AND etat <> 'projet' UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND (h.id = OLD.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation WHERE id = OLD.appreciation_id)) UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id WHERE e.id = OLD.etape_instruction_id AND (h.etat = 'retiree' OR (NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) OR EXISTS (SELECT 1 FROM demande WHERE id = NEW.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') UNION ALL SELECT 1 FROM transmission WHERE id = NEW.transmission_id AND transmise_le IS NOT NULL UNION ALL SELECT 1 FROM parcours WHERE id = NEW.parcours_id AND etat <> 'projet' UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND (h.id = NEW.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation WHERE id = NEW.appreciation_id)) UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id WHERE e.id = NEW.etape_instruction_id AND (h.etat = 'retiree' OR (NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) THEN RAISE EXCEPTION 'PIE-06:gel_piece_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_piece_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM demande WHERE id = OLD.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') UNION ALL SELECT 1 FROM transmission WHERE id = OLD.transmission_id AND transmise_le IS NOT NULL UNION ALL SELECT 1 FROM parcours WHERE id = OLD.parcours_id AND etat <> 'projet' UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND (h.id = OLD.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation WHERE id = OLD.appreciation_id)) UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id WHERE e.id = OLD.etape_instruction_id AND (h.etat = 'retiree' OR (NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) THEN RAISE EXCEPTION 'PIE-06:gel_piece_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_presence_gtp_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close') THEN RAISE EXCEPTION 'GTP-01:gel_presence_gtp_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_presence_gtp_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') OR EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close') THEN RAISE EXCEPTION 'GTP-01:gel_presence_gtp_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_presence_gtp_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') THEN RAISE EXCEPTION 'GTP-01:gel_presence_gtp_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_point_gtp_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close') THEN RAISE EXCEPTION 'GTP-01:gel_point_gtp_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_point_gtp_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') OR EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close') THEN RAISE EXCEPTION 'GTP-01:gel_point_gtp_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_point_gtp_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') THEN RAISE EXCEPTION 'GTP-01:gel_point_gtp_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_vote_gtp_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close') THEN RAISE EXCEPTION 'GTP-01:gel_vote_gtp_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_vote_gtp_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') OR EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat = 'close') THEN RAISE EXCEPTION 'GTP-01:gel_vote_gtp_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_vote_gtp_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM seance_gtp WHERE id = OLD.seance_id AND etat = 'close') THEN RAISE EXCEPTION 'GTP-01:gel_vote_gtp_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_seance_gtp_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.etat = 'close' THEN RAISE EXCEPTION 'GTP-01:gel_seance_gtp_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_seance_gtp_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.id) THEN RAISE EXCEPTION 'GTP-01:gel_seance_gtp_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_seance_gtp_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat = 'close' THEN RAISE EXCEPTION 'GTP-01:gel_seance_gtp_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_seance_gtp_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat = 'close' THEN RAISE EXCEPTION 'GTP-01:gel_seance_gtp_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_seance_gtp_cloture() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat <> 'close' AND NEW.etat = 'close' AND EXISTS (SELECT 1 FROM point_gtp WHERE seance_id = NEW.id AND decision IS NULL) THEN RAISE EXCEPTION 'GTP-01:gel_seance_gtp_cloture' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_demande_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat IN ('acceptee', 'refusee', 'abandonnee') THEN RAISE EXCEPTION 'REF-03:gel_demande_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_demande_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat IN ('acceptee', 'refusee', 'abandonnee') THEN RAISE EXCEPTION 'REF-03:gel_demande_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_demande_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.etat IN ('acceptee', 'refusee') THEN RAISE EXCEPTION 'REF-03:gel_demande_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_demande_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM demande WHERE id = NEW.id) THEN RAISE EXCEPTION 'REF-03:gel_demande_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_demande_decision() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat NOT IN ('acceptee', 'refusee', 'abandonnee') AND NEW.etat IN ('acceptee', 'refusee') AND NOT EXISTS (SELECT 1 FROM point_gtp p JOIN seance_gtp s ON s.id = p.seance_id WHERE p.demande_id = NEW.id AND p.decision = NEW.etat AND s.date_seance = NEW.decidee_le) THEN RAISE EXCEPTION 'REF-03:gel_demande_decision' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_releve_decisions_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'GTP-03:gel_releve_decisions_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_releve_decisions_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'GTP-03:gel_releve_decisions_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_releve_decisions_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM releve_decisions WHERE id = NEW.id OR seance_id = NEW.seance_id) THEN RAISE EXCEPTION 'GTP-03:gel_releve_decisions_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_releve_decisions_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat <> 'close') THEN RAISE EXCEPTION 'GTP-03:gel_releve_decisions_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_publication_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.faite_le IS NOT NULL THEN RAISE EXCEPTION 'REF-12:gel_publication_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_publication_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'REF-12:gel_publication_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_referentiel_bloc_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM referentiel WHERE id = NEW.referentiel_id AND etat IN ('valide', 'remplace')) THEN RAISE EXCEPTION 'REF-09:gel_referentiel_bloc_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_referentiel_bloc_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM referentiel WHERE id = OLD.referentiel_id AND etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = NEW.referentiel_id AND etat IN ('valide', 'remplace')) THEN RAISE EXCEPTION 'REF-09:gel_referentiel_bloc_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_referentiel_bloc_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM referentiel WHERE id = OLD.referentiel_id AND etat IN ('valide', 'remplace')) THEN RAISE EXCEPTION 'REF-09:gel_referentiel_bloc_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_competence_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = NEW.bloc_id AND r.etat IN ('valide', 'remplace') UNION ALL SELECT 1 FROM referentiel WHERE id = NEW.referentiel_id AND etat IN ('valide', 'remplace')) THEN RAISE EXCEPTION 'REF-09:gel_competence_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_competence_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = OLD.bloc_id AND r.etat IN ('valide', 'remplace') UNION ALL SELECT 1 FROM referentiel WHERE id = OLD.referentiel_id AND etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = NEW.bloc_id AND r.etat IN ('valide', 'remplace') UNION ALL SELECT 1 FROM referentiel WHERE id = NEW.referentiel_id AND etat IN ('valide', 'remplace')) THEN RAISE EXCEPTION 'REF-09:gel_competence_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_competence_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = OLD.bloc_id AND r.etat IN ('valide', 'remplace') UNION ALL SELECT 1 FROM referentiel WHERE id = OLD.referentiel_id AND etat IN ('valide', 'remplace')) THEN RAISE EXCEPTION 'REF-09:gel_competence_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_competence_modalite_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM competence c WHERE c.id = NEW.competence_id AND (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = c.bloc_id AND r.etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = c.referentiel_id AND etat IN ('valide', 'remplace')))) THEN RAISE EXCEPTION 'REF-09:gel_competence_modalite_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_competence_modalite_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM competence c WHERE c.id = OLD.competence_id AND (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = c.bloc_id AND r.etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = c.referentiel_id AND etat IN ('valide', 'remplace')))) OR EXISTS (SELECT 1 FROM competence c WHERE c.id = NEW.competence_id AND (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = c.bloc_id AND r.etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = c.referentiel_id AND etat IN ('valide', 'remplace')))) THEN RAISE EXCEPTION 'REF-09:gel_competence_modalite_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_competence_modalite_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM competence c WHERE c.id = OLD.competence_id AND (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = c.bloc_id AND r.etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = c.referentiel_id AND etat IN ('valide', 'remplace')))) THEN RAISE EXCEPTION 'REF-09:gel_competence_modalite_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_bloc_competences_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (OLD.id <> NEW.id OR OLD.libelle <> NEW.libelle OR COALESCE(OLD.numero, 0) <> COALESCE(NEW.numero, 0)) AND EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = OLD.id AND r.etat IN ('valide', 'remplace')) THEN RAISE EXCEPTION 'REF-09:gel_bloc_competences_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_bloc_competences_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = OLD.id AND r.etat IN ('valide', 'remplace')) THEN RAISE EXCEPTION 'REF-09:gel_bloc_competences_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_referentiel_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat IN ('valide', 'remplace') AND (OLD.id <> NEW.id OR OLD.certification_id <> NEW.certification_id OR OLD.numero <> NEW.numero OR NEW.etat NOT IN (OLD.etat, 'remplace') OR NEW.valide_le IS NULL OR OLD.valide_le <> NEW.valide_le OR OLD.missions <> NEW.missions OR OLD.environnement <> NEW.environnement OR OLD.interactions <> NEW.interactions OR OLD.conditions_admissibilite <> NEW.conditions_admissibilite) THEN RAISE EXCEPTION 'REF-09:gel_referentiel_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_referentiel_numeros() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.etat IN ('valide', 'remplace') AND EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN bloc_competences b ON b.id = rb.bloc_id WHERE rb.referentiel_id = NEW.id AND b.numero IS NULL) THEN RAISE EXCEPTION 'REF-08:gel_referentiel_numeros' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_referentiel_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat IN ('valide', 'remplace') THEN RAISE EXCEPTION 'REF-09:gel_referentiel_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_referentiel_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM referentiel WHERE etat IN ('valide', 'remplace') AND (id = NEW.id OR (certification_id = NEW.certification_id AND (numero = NEW.numero OR (etat = 'valide' AND NEW.etat = 'valide' AND NEW.valide_le IS NOT NULL))))) THEN RAISE EXCEPTION 'REF-09:gel_referentiel_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_bloc_competences_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM bloc_competences x WHERE (x.id = NEW.id OR x.numero = NEW.numero) AND EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = x.id AND r.etat IN ('valide', 'remplace'))) THEN RAISE EXCEPTION 'REF-09:gel_bloc_competences_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_competence_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM competence x WHERE x.id = NEW.id AND (EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = x.bloc_id AND r.etat IN ('valide', 'remplace')) OR EXISTS (SELECT 1 FROM referentiel WHERE id = x.referentiel_id AND etat IN ('valide', 'remplace')))) THEN RAISE EXCEPTION 'REF-09:gel_competence_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_certification_identifiant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.numero IS NOT NULL AND (OLD.famille <> NEW.famille OR OLD.numero <> COALESCE(NEW.numero, 0) OR OLD.annee <> COALESCE(NEW.annee, 0)) THEN RAISE EXCEPTION 'REF-08:gel_certification_identifiant' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_bloc_competences_identifiant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.numero IS NOT NULL AND OLD.numero <> COALESCE(NEW.numero, 0) AND NOT EXISTS (SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id WHERE rb.bloc_id = OLD.id AND r.etat IN ('valide', 'remplace')) THEN RAISE EXCEPTION 'REF-08:gel_bloc_competences_identifiant' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_appreciation_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) THEN RAISE EXCEPTION 'HAB-02:gel_appreciation_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_appreciation_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) OR EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) THEN RAISE EXCEPTION 'HAB-02:gel_appreciation_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_appreciation_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) THEN RAISE EXCEPTION 'HAB-02:gel_appreciation_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_habilitation_certification_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) THEN RAISE EXCEPTION 'HAB-02:gel_habilitation_certification_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_habilitation_certification_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) OR EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) THEN RAISE EXCEPTION 'HAB-02:gel_habilitation_certification_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_habilitation_certification_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) THEN RAISE EXCEPTION 'HAB-02:gel_habilitation_certification_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_habilitation_bloc_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) THEN RAISE EXCEPTION 'HAB-02:gel_habilitation_bloc_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_habilitation_bloc_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) OR EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) THEN RAISE EXCEPTION 'HAB-02:gel_habilitation_bloc_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_habilitation_bloc_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM habilitation WHERE id = OLD.habilitation_id AND etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise) THEN RAISE EXCEPTION 'HAB-02:gel_habilitation_bloc_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_etape_instruction_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM habilitation h WHERE h.id = NEW.habilitation_id AND (h.etat = 'retiree' OR (NOT NEW.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) THEN RAISE EXCEPTION 'HAB-03:gel_etape_instruction_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_etape_instruction_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM habilitation h WHERE h.id = OLD.habilitation_id AND (h.etat = 'retiree' OR (NOT OLD.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) OR EXISTS (SELECT 1 FROM habilitation h WHERE h.id = NEW.habilitation_id AND (h.etat = 'retiree' OR (NOT NEW.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) THEN RAISE EXCEPTION 'HAB-03:gel_etape_instruction_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_etape_instruction_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM habilitation h WHERE h.id = OLD.habilitation_id AND (h.etat = 'retiree' OR (NOT OLD.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))) THEN RAISE EXCEPTION 'HAB-03:gel_etape_instruction_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_habilitation_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (NEW.etat <> 'demande' AND NOT NEW.reprise) OR EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.id) THEN RAISE EXCEPTION 'HAB-02:gel_habilitation_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_habilitation_decision() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat IN ('demande', 'instruction', 'complement') AND (NEW.reprise <> OLD.reprise OR NEW.etat IN ('suspendue', 'retiree') OR (NEW.etat = 'accordee' AND (SELECT count(*) FROM appreciation WHERE habilitation_id = NEW.id AND resultat = 'satisfait') < (SELECT count(*) FROM indicateur))) THEN RAISE EXCEPTION 'HAB-02:gel_habilitation_decision' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_habilitation_recouvrement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.etat = 'accordee' AND OLD.etat NOT IN ('accordee', 'suspendue') AND EXISTS (SELECT 1 FROM habilitation h WHERE h.id <> NEW.id AND h.organisme_id = NEW.organisme_id AND h.centre_id = NEW.centre_id AND h.etat IN ('accordee', 'suspendue') AND (h.au IS NULL OR h.au >= NEW.du) AND (NEW.au IS NULL OR h.du <= NEW.au) AND ((NOT EXISTS (SELECT 1 FROM habilitation_certification WHERE habilitation_id = h.id) AND NOT EXISTS (SELECT 1 FROM habilitation_bloc WHERE habilitation_id = h.id)) OR (NOT EXISTS (SELECT 1 FROM habilitation_certification WHERE habilitation_id = NEW.id) AND NOT EXISTS (SELECT 1 FROM habilitation_bloc WHERE habilitation_id = NEW.id)) OR EXISTS (SELECT 1 FROM habilitation_certification x JOIN habilitation_certification y ON x.certification_id = y.certification_id WHERE x.habilitation_id = h.id AND y.habilitation_id = NEW.id) OR EXISTS (SELECT 1 FROM habilitation_bloc x JOIN habilitation_bloc y ON x.bloc_id = y.bloc_id WHERE x.habilitation_id = h.id AND y.habilitation_id = NEW.id))) THEN RAISE EXCEPTION 'HAB-01:gel_habilitation_recouvrement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_habilitation_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat IN ('refusee', 'retiree') OR (OLD.etat IN ('accordee', 'suspendue') AND (NEW.etat NOT IN ('accordee', 'suspendue', 'retiree') OR NEW.organisme_id <> OLD.organisme_id OR NEW.centre_id <> OLD.centre_id OR NEW.demande_le <> OLD.demande_le OR NEW.du <> OLD.du OR COALESCE(NEW.decide_le, OLD.demande_le) <> COALESCE(OLD.decide_le, OLD.demande_le) OR NEW.reprise <> OLD.reprise)) THEN RAISE EXCEPTION 'HAB-05:gel_habilitation_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_habilitation_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.etat NOT IN ('demande', 'instruction', 'complement') THEN RAISE EXCEPTION 'HAB-05:gel_habilitation_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE FUNCTION gel_evenement_habilitation_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.avise_le IS NOT NULL OR NEW.habilitation_id <> OLD.habilitation_id OR NEW.nature <> OLD.nature OR NEW.le <> OLD.le OR NEW.portee <> OLD.portee OR NEW.motif <> OLD.motif THEN RAISE EXCEPTION 'FC-02:gel_evenement_habilitation_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE FUNCTION gel_evenement_habilitation_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.nature <> 'fin' OR OLD.avise_le IS NOT NULL THEN RAISE EXCEPTION 'FC-02:gel_evenement_habilitation_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE TRIGGER gel_certificat_sans_decision BEFORE INSERT ON certificat FOR EACH ROW EXECUTE FUNCTION gel_certificat_sans_decision();;

CREATE TRIGGER gel_certificat_remplacement BEFORE INSERT ON certificat FOR EACH ROW EXECUTE FUNCTION gel_certificat_remplacement();;

CREATE TRIGGER gel_archive_remplacement BEFORE INSERT ON archive FOR EACH ROW EXECUTE FUNCTION gel_archive_remplacement();;

CREATE TRIGGER gel_parcours_remplacement BEFORE INSERT ON parcours FOR EACH ROW EXECUTE FUNCTION gel_parcours_remplacement();;

CREATE TRIGGER gel_attribution_parcours_remplacement BEFORE INSERT ON attribution_parcours FOR EACH ROW EXECUTE FUNCTION gel_attribution_parcours_remplacement();;

CREATE TRIGGER gel_vae_modification BEFORE UPDATE ON vae FOR EACH ROW EXECUTE FUNCTION gel_vae_modification();;

CREATE TRIGGER gel_vae_retrait BEFORE DELETE ON vae FOR EACH ROW EXECUTE FUNCTION gel_vae_retrait();;

CREATE TRIGGER gel_inscription_voie BEFORE UPDATE ON inscription FOR EACH ROW EXECUTE FUNCTION gel_inscription_voie();;

CREATE TRIGGER gel_commission_validation_modification BEFORE UPDATE ON commission_validation FOR EACH ROW EXECUTE FUNCTION gel_commission_validation_modification();;

CREATE TRIGGER gel_membre_validation_ajout BEFORE INSERT ON membre_validation FOR EACH ROW EXECUTE FUNCTION gel_membre_validation_ajout();;

CREATE TRIGGER gel_membre_validation_modification BEFORE UPDATE ON membre_validation FOR EACH ROW EXECUTE FUNCTION gel_membre_validation_modification();;

CREATE TRIGGER gel_membre_validation_retrait BEFORE DELETE ON membre_validation FOR EACH ROW EXECUTE FUNCTION gel_membre_validation_retrait();;

CREATE TRIGGER gel_parcours_domaine_ajout BEFORE INSERT ON parcours_domaine FOR EACH ROW EXECUTE FUNCTION gel_parcours_domaine_ajout();;

CREATE TRIGGER gel_parcours_domaine_modification BEFORE UPDATE ON parcours_domaine FOR EACH ROW EXECUTE FUNCTION gel_parcours_domaine_modification();;

CREATE TRIGGER gel_parcours_domaine_retrait BEFORE DELETE ON parcours_domaine FOR EACH ROW EXECUTE FUNCTION gel_parcours_domaine_retrait();;

CREATE TRIGGER gel_parcours_module_ajout BEFORE INSERT ON parcours_module FOR EACH ROW EXECUTE FUNCTION gel_parcours_module_ajout();;

CREATE TRIGGER gel_parcours_module_modification BEFORE UPDATE ON parcours_module FOR EACH ROW EXECUTE FUNCTION gel_parcours_module_modification();;

CREATE TRIGGER gel_parcours_module_retrait BEFORE DELETE ON parcours_module FOR EACH ROW EXECUTE FUNCTION gel_parcours_module_retrait();;

CREATE TRIGGER gel_parcours_modification BEFORE UPDATE ON parcours FOR EACH ROW EXECUTE FUNCTION gel_parcours_modification();;

CREATE TRIGGER gel_parcours_retrait BEFORE DELETE ON parcours FOR EACH ROW EXECUTE FUNCTION gel_parcours_retrait();;

CREATE TRIGGER gel_attribution_parcours_ajout BEFORE INSERT ON attribution_parcours FOR EACH ROW EXECUTE FUNCTION gel_attribution_parcours_ajout();;

CREATE TRIGGER gel_attribution_parcours_modification BEFORE UPDATE ON attribution_parcours FOR EACH ROW EXECUTE FUNCTION gel_attribution_parcours_modification();;

CREATE TRIGGER gel_attribution_parcours_retrait BEFORE DELETE ON attribution_parcours FOR EACH ROW EXECUTE FUNCTION gel_attribution_parcours_retrait();;

CREATE TRIGGER gel_evaluation_ajout BEFORE INSERT ON evaluation FOR EACH ROW EXECUTE FUNCTION gel_evaluation_ajout();;

CREATE TRIGGER gel_evaluation_modification BEFORE UPDATE ON evaluation FOR EACH ROW EXECUTE FUNCTION gel_evaluation_modification();;

CREATE TRIGGER gel_evaluation_retrait BEFORE DELETE ON evaluation FOR EACH ROW EXECUTE FUNCTION gel_evaluation_retrait();;

CREATE TRIGGER gel_evaluation_commission_ajout BEFORE INSERT ON evaluation FOR EACH ROW EXECUTE FUNCTION gel_evaluation_commission_ajout();;

CREATE TRIGGER gel_evaluation_commission_modification BEFORE UPDATE ON evaluation FOR EACH ROW EXECUTE FUNCTION gel_evaluation_commission_modification();;

CREATE TRIGGER gel_evaluateur_modification BEFORE UPDATE ON evaluateur FOR EACH ROW EXECUTE FUNCTION gel_evaluateur_modification();;

CREATE TRIGGER gel_evaluateur_retrait BEFORE DELETE ON evaluateur FOR EACH ROW EXECUTE FUNCTION gel_evaluateur_retrait();;

CREATE TRIGGER gel_avis_entreprise_ajout BEFORE INSERT ON avis_entreprise FOR EACH ROW EXECUTE FUNCTION gel_avis_entreprise_ajout();;

CREATE TRIGGER gel_avis_entreprise_modification BEFORE UPDATE ON avis_entreprise FOR EACH ROW EXECUTE FUNCTION gel_avis_entreprise_modification();;

CREATE TRIGGER gel_avis_entreprise_retrait BEFORE DELETE ON avis_entreprise FOR EACH ROW EXECUTE FUNCTION gel_avis_entreprise_retrait();;

CREATE TRIGGER gel_inscription_fiche_reunie_ajout BEFORE INSERT ON inscription FOR EACH ROW EXECUTE FUNCTION gel_inscription_fiche_reunie_ajout();;

CREATE TRIGGER gel_candidat_reuni BEFORE UPDATE ON candidat FOR EACH ROW EXECUTE FUNCTION gel_candidat_reuni();;

CREATE TRIGGER gel_duplicata_modification BEFORE UPDATE ON duplicata FOR EACH ROW EXECUTE FUNCTION gel_duplicata_modification();;

CREATE TRIGGER gel_duplicata_retrait BEFORE DELETE ON duplicata FOR EACH ROW EXECUTE FUNCTION gel_duplicata_retrait();;

CREATE TRIGGER gel_transmission_modification BEFORE UPDATE ON transmission FOR EACH ROW EXECUTE FUNCTION gel_transmission_modification();;

CREATE TRIGGER gel_transmission_retrait BEFORE DELETE ON transmission FOR EACH ROW EXECUTE FUNCTION gel_transmission_retrait();;

CREATE TRIGGER gel_action_corrective_modification BEFORE UPDATE ON action_corrective FOR EACH ROW EXECUTE FUNCTION gel_action_corrective_modification();;

CREATE TRIGGER gel_action_corrective_retrait BEFORE DELETE ON action_corrective FOR EACH ROW EXECUTE FUNCTION gel_action_corrective_retrait();;

CREATE TRIGGER gel_piece_ajout BEFORE INSERT ON piece FOR EACH ROW EXECUTE FUNCTION gel_piece_ajout();;

CREATE TRIGGER gel_piece_modification BEFORE UPDATE ON piece FOR EACH ROW EXECUTE FUNCTION gel_piece_modification();;

CREATE TRIGGER gel_piece_retrait BEFORE DELETE ON piece FOR EACH ROW EXECUTE FUNCTION gel_piece_retrait();;

CREATE TRIGGER gel_presence_gtp_ajout BEFORE INSERT ON presence_gtp FOR EACH ROW EXECUTE FUNCTION gel_presence_gtp_ajout();;

CREATE TRIGGER gel_presence_gtp_modification BEFORE UPDATE ON presence_gtp FOR EACH ROW EXECUTE FUNCTION gel_presence_gtp_modification();;

CREATE TRIGGER gel_presence_gtp_retrait BEFORE DELETE ON presence_gtp FOR EACH ROW EXECUTE FUNCTION gel_presence_gtp_retrait();;

CREATE TRIGGER gel_point_gtp_ajout BEFORE INSERT ON point_gtp FOR EACH ROW EXECUTE FUNCTION gel_point_gtp_ajout();;

CREATE TRIGGER gel_point_gtp_modification BEFORE UPDATE ON point_gtp FOR EACH ROW EXECUTE FUNCTION gel_point_gtp_modification();;

CREATE TRIGGER gel_point_gtp_retrait BEFORE DELETE ON point_gtp FOR EACH ROW EXECUTE FUNCTION gel_point_gtp_retrait();;

CREATE TRIGGER gel_vote_gtp_ajout BEFORE INSERT ON vote_gtp FOR EACH ROW EXECUTE FUNCTION gel_vote_gtp_ajout();;

CREATE TRIGGER gel_vote_gtp_modification BEFORE UPDATE ON vote_gtp FOR EACH ROW EXECUTE FUNCTION gel_vote_gtp_modification();;

CREATE TRIGGER gel_vote_gtp_retrait BEFORE DELETE ON vote_gtp FOR EACH ROW EXECUTE FUNCTION gel_vote_gtp_retrait();;

CREATE TRIGGER gel_seance_gtp_ajout BEFORE INSERT ON seance_gtp FOR EACH ROW EXECUTE FUNCTION gel_seance_gtp_ajout();;

CREATE TRIGGER gel_seance_gtp_remplacement BEFORE INSERT ON seance_gtp FOR EACH ROW EXECUTE FUNCTION gel_seance_gtp_remplacement();;

CREATE TRIGGER gel_seance_gtp_modification BEFORE UPDATE ON seance_gtp FOR EACH ROW EXECUTE FUNCTION gel_seance_gtp_modification();;

CREATE TRIGGER gel_seance_gtp_retrait BEFORE DELETE ON seance_gtp FOR EACH ROW EXECUTE FUNCTION gel_seance_gtp_retrait();;

CREATE TRIGGER gel_seance_gtp_cloture BEFORE UPDATE ON seance_gtp FOR EACH ROW EXECUTE FUNCTION gel_seance_gtp_cloture();;

CREATE TRIGGER gel_demande_modification BEFORE UPDATE ON demande FOR EACH ROW EXECUTE FUNCTION gel_demande_modification();;

CREATE TRIGGER gel_demande_retrait BEFORE DELETE ON demande FOR EACH ROW EXECUTE FUNCTION gel_demande_retrait();;

CREATE TRIGGER gel_demande_ajout BEFORE INSERT ON demande FOR EACH ROW EXECUTE FUNCTION gel_demande_ajout();;

CREATE TRIGGER gel_demande_remplacement BEFORE INSERT ON demande FOR EACH ROW EXECUTE FUNCTION gel_demande_remplacement();;

CREATE TRIGGER gel_demande_decision BEFORE UPDATE ON demande FOR EACH ROW EXECUTE FUNCTION gel_demande_decision();;

CREATE TRIGGER gel_releve_decisions_modification BEFORE UPDATE ON releve_decisions FOR EACH ROW EXECUTE FUNCTION gel_releve_decisions_modification();;

CREATE TRIGGER gel_releve_decisions_retrait BEFORE DELETE ON releve_decisions FOR EACH ROW EXECUTE FUNCTION gel_releve_decisions_retrait();;

CREATE TRIGGER gel_releve_decisions_remplacement BEFORE INSERT ON releve_decisions FOR EACH ROW EXECUTE FUNCTION gel_releve_decisions_remplacement();;

CREATE TRIGGER gel_releve_decisions_ajout BEFORE INSERT ON releve_decisions FOR EACH ROW EXECUTE FUNCTION gel_releve_decisions_ajout();;

CREATE TRIGGER gel_publication_modification BEFORE UPDATE ON publication FOR EACH ROW EXECUTE FUNCTION gel_publication_modification();;

CREATE TRIGGER gel_publication_retrait BEFORE DELETE ON publication FOR EACH ROW EXECUTE FUNCTION gel_publication_retrait();;

CREATE TRIGGER gel_referentiel_bloc_ajout BEFORE INSERT ON referentiel_bloc FOR EACH ROW EXECUTE FUNCTION gel_referentiel_bloc_ajout();;

CREATE TRIGGER gel_referentiel_bloc_modification BEFORE UPDATE ON referentiel_bloc FOR EACH ROW EXECUTE FUNCTION gel_referentiel_bloc_modification();;

CREATE TRIGGER gel_referentiel_bloc_retrait BEFORE DELETE ON referentiel_bloc FOR EACH ROW EXECUTE FUNCTION gel_referentiel_bloc_retrait();;

CREATE TRIGGER gel_competence_ajout BEFORE INSERT ON competence FOR EACH ROW EXECUTE FUNCTION gel_competence_ajout();;

CREATE TRIGGER gel_competence_modification BEFORE UPDATE ON competence FOR EACH ROW EXECUTE FUNCTION gel_competence_modification();;

CREATE TRIGGER gel_competence_retrait BEFORE DELETE ON competence FOR EACH ROW EXECUTE FUNCTION gel_competence_retrait();;

CREATE TRIGGER gel_competence_modalite_ajout BEFORE INSERT ON competence_modalite FOR EACH ROW EXECUTE FUNCTION gel_competence_modalite_ajout();;

CREATE TRIGGER gel_competence_modalite_modification BEFORE UPDATE ON competence_modalite FOR EACH ROW EXECUTE FUNCTION gel_competence_modalite_modification();;

CREATE TRIGGER gel_competence_modalite_retrait BEFORE DELETE ON competence_modalite FOR EACH ROW EXECUTE FUNCTION gel_competence_modalite_retrait();;

CREATE TRIGGER gel_bloc_competences_modification BEFORE UPDATE ON bloc_competences FOR EACH ROW EXECUTE FUNCTION gel_bloc_competences_modification();;

CREATE TRIGGER gel_bloc_competences_retrait BEFORE DELETE ON bloc_competences FOR EACH ROW EXECUTE FUNCTION gel_bloc_competences_retrait();;

CREATE TRIGGER gel_referentiel_modification BEFORE UPDATE ON referentiel FOR EACH ROW EXECUTE FUNCTION gel_referentiel_modification();;

CREATE TRIGGER gel_referentiel_numeros BEFORE UPDATE ON referentiel FOR EACH ROW EXECUTE FUNCTION gel_referentiel_numeros();;

CREATE TRIGGER gel_referentiel_retrait BEFORE DELETE ON referentiel FOR EACH ROW EXECUTE FUNCTION gel_referentiel_retrait();;

CREATE TRIGGER gel_referentiel_remplacement BEFORE INSERT ON referentiel FOR EACH ROW EXECUTE FUNCTION gel_referentiel_remplacement();;

CREATE TRIGGER gel_bloc_competences_remplacement BEFORE INSERT ON bloc_competences FOR EACH ROW EXECUTE FUNCTION gel_bloc_competences_remplacement();;

CREATE TRIGGER gel_competence_remplacement BEFORE INSERT ON competence FOR EACH ROW EXECUTE FUNCTION gel_competence_remplacement();;

CREATE TRIGGER gel_certification_identifiant BEFORE UPDATE ON certification FOR EACH ROW EXECUTE FUNCTION gel_certification_identifiant();;

CREATE TRIGGER gel_bloc_competences_identifiant BEFORE UPDATE ON bloc_competences FOR EACH ROW EXECUTE FUNCTION gel_bloc_competences_identifiant();;

CREATE TRIGGER gel_appreciation_ajout BEFORE INSERT ON appreciation FOR EACH ROW EXECUTE FUNCTION gel_appreciation_ajout();;

CREATE TRIGGER gel_appreciation_modification BEFORE UPDATE ON appreciation FOR EACH ROW EXECUTE FUNCTION gel_appreciation_modification();;

CREATE TRIGGER gel_appreciation_retrait BEFORE DELETE ON appreciation FOR EACH ROW EXECUTE FUNCTION gel_appreciation_retrait();;

CREATE TRIGGER gel_habilitation_certification_ajout BEFORE INSERT ON habilitation_certification FOR EACH ROW EXECUTE FUNCTION gel_habilitation_certification_ajout();;

CREATE TRIGGER gel_habilitation_certification_modification BEFORE UPDATE ON habilitation_certification FOR EACH ROW EXECUTE FUNCTION gel_habilitation_certification_modification();;

CREATE TRIGGER gel_habilitation_certification_retrait BEFORE DELETE ON habilitation_certification FOR EACH ROW EXECUTE FUNCTION gel_habilitation_certification_retrait();;

CREATE TRIGGER gel_habilitation_bloc_ajout BEFORE INSERT ON habilitation_bloc FOR EACH ROW EXECUTE FUNCTION gel_habilitation_bloc_ajout();;

CREATE TRIGGER gel_habilitation_bloc_modification BEFORE UPDATE ON habilitation_bloc FOR EACH ROW EXECUTE FUNCTION gel_habilitation_bloc_modification();;

CREATE TRIGGER gel_habilitation_bloc_retrait BEFORE DELETE ON habilitation_bloc FOR EACH ROW EXECUTE FUNCTION gel_habilitation_bloc_retrait();;

CREATE TRIGGER gel_etape_instruction_ajout BEFORE INSERT ON etape_instruction FOR EACH ROW EXECUTE FUNCTION gel_etape_instruction_ajout();;

CREATE TRIGGER gel_etape_instruction_modification BEFORE UPDATE ON etape_instruction FOR EACH ROW EXECUTE FUNCTION gel_etape_instruction_modification();;

CREATE TRIGGER gel_etape_instruction_retrait BEFORE DELETE ON etape_instruction FOR EACH ROW EXECUTE FUNCTION gel_etape_instruction_retrait();;

CREATE TRIGGER gel_habilitation_ajout BEFORE INSERT ON habilitation FOR EACH ROW EXECUTE FUNCTION gel_habilitation_ajout();;

CREATE TRIGGER gel_habilitation_decision BEFORE UPDATE ON habilitation FOR EACH ROW EXECUTE FUNCTION gel_habilitation_decision();;

CREATE TRIGGER gel_habilitation_recouvrement BEFORE UPDATE ON habilitation FOR EACH ROW EXECUTE FUNCTION gel_habilitation_recouvrement();;

CREATE TRIGGER gel_habilitation_modification BEFORE UPDATE ON habilitation FOR EACH ROW EXECUTE FUNCTION gel_habilitation_modification();;

CREATE TRIGGER gel_habilitation_retrait BEFORE DELETE ON habilitation FOR EACH ROW EXECUTE FUNCTION gel_habilitation_retrait();;

CREATE TRIGGER gel_evenement_habilitation_modification BEFORE UPDATE ON evenement_habilitation FOR EACH ROW EXECUTE FUNCTION gel_evenement_habilitation_modification();;

CREATE TRIGGER gel_evenement_habilitation_retrait BEFORE DELETE ON evenement_habilitation FOR EACH ROW EXECUTE FUNCTION gel_evenement_habilitation_retrait();;

CREATE TRIGGER gel_parcours_troncature BEFORE TRUNCATE ON parcours FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('PPC-03');;

CREATE TRIGGER gel_attribution_parcours_troncature BEFORE TRUNCATE ON attribution_parcours FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('PPC-04');;

CREATE TRIGGER gel_vae_troncature BEFORE TRUNCATE ON vae FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('JUR-13');;

CREATE TRIGGER gel_commission_validation_troncature BEFORE TRUNCATE ON commission_validation FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('VAE-05');;

CREATE TRIGGER gel_membre_validation_troncature BEFORE TRUNCATE ON membre_validation FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('VAE-05');;

CREATE TRIGGER gel_parcours_domaine_troncature BEFORE TRUNCATE ON parcours_domaine FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('PPC-03');;

CREATE TRIGGER gel_parcours_module_troncature BEFORE TRUNCATE ON parcours_module FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('PPC-03');;

CREATE TRIGGER gel_evaluation_troncature BEFORE TRUNCATE ON evaluation FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('JUR-13');;

CREATE TRIGGER gel_evaluateur_troncature BEFORE TRUNCATE ON evaluateur FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('EVA-02');;

CREATE TRIGGER gel_avis_entreprise_troncature BEFORE TRUNCATE ON avis_entreprise FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('JUR-13');;

CREATE TRIGGER gel_candidat_troncature BEFORE TRUNCATE ON candidat FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('INS-13');;

CREATE TRIGGER gel_duplicata_troncature BEFORE TRUNCATE ON duplicata FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ATT-06');;

CREATE TRIGGER gel_transmission_troncature BEFORE TRUNCATE ON transmission FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('TRA-02');;

CREATE TRIGGER gel_action_corrective_troncature BEFORE TRUNCATE ON action_corrective FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('SUI-01');;

CREATE TRIGGER gel_piece_troncature BEFORE TRUNCATE ON piece FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('PIE-06');;

CREATE TRIGGER gel_presence_gtp_troncature BEFORE TRUNCATE ON presence_gtp FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('GTP-01');;

CREATE TRIGGER gel_point_gtp_troncature BEFORE TRUNCATE ON point_gtp FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('GTP-01');;

CREATE TRIGGER gel_vote_gtp_troncature BEFORE TRUNCATE ON vote_gtp FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('GTP-01');;

CREATE TRIGGER gel_seance_gtp_troncature BEFORE TRUNCATE ON seance_gtp FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('GTP-01');;

CREATE TRIGGER gel_demande_troncature BEFORE TRUNCATE ON demande FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('REF-03');;

CREATE TRIGGER gel_releve_decisions_troncature BEFORE TRUNCATE ON releve_decisions FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('GTP-03');;

CREATE TRIGGER gel_publication_troncature BEFORE TRUNCATE ON publication FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('REF-12');;

CREATE TRIGGER gel_referentiel_bloc_troncature BEFORE TRUNCATE ON referentiel_bloc FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('REF-09');;

CREATE TRIGGER gel_competence_troncature BEFORE TRUNCATE ON competence FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('REF-09');;

CREATE TRIGGER gel_competence_modalite_troncature BEFORE TRUNCATE ON competence_modalite FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('REF-09');;

CREATE TRIGGER gel_bloc_competences_troncature BEFORE TRUNCATE ON bloc_competences FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('REF-09');;

CREATE TRIGGER gel_referentiel_troncature BEFORE TRUNCATE ON referentiel FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('REF-09');;

CREATE TRIGGER gel_certification_troncature BEFORE TRUNCATE ON certification FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('REF-08');;

CREATE TRIGGER gel_appreciation_troncature BEFORE TRUNCATE ON appreciation FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('HAB-02');;

CREATE TRIGGER gel_habilitation_certification_troncature BEFORE TRUNCATE ON habilitation_certification FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('HAB-02');;

CREATE TRIGGER gel_habilitation_bloc_troncature BEFORE TRUNCATE ON habilitation_bloc FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('HAB-02');;

CREATE TRIGGER gel_etape_instruction_troncature BEFORE TRUNCATE ON etape_instruction FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('HAB-03');;

CREATE TRIGGER gel_habilitation_troncature BEFORE TRUNCATE ON habilitation FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('HAB-02');;

CREATE TRIGGER gel_evenement_habilitation_troncature BEFORE TRUNCATE ON evenement_habilitation FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('FC-02');;
