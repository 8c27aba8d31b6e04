CREATE TABLE region (
  code VARCHAR(3) NOT NULL,
  libelle VARCHAR(200) NOT NULL,
  CONSTRAINT pk_region PRIMARY KEY (code)
);;

CREATE TABLE pays (
  code VARCHAR(5) NOT NULL,
  libelle VARCHAR(200) NOT NULL,
  cle_recherche VARCHAR(400) COLLATE "C" NOT NULL,
  CONSTRAINT pk_pays PRIMARY KEY (code),
  CONSTRAINT uq_pays_cle_recherche UNIQUE (cle_recherche)
);;

CREATE TABLE nace (
  code VARCHAR(5) NOT NULL,
  libelle VARCHAR(300) NOT NULL,
  CONSTRAINT pk_nace PRIMARY KEY (code)
);;

CREATE TABLE branche (
  id SERIAL NOT NULL,
  idcc VARCHAR(4),
  libelle VARCHAR(300) NOT NULL,
  signataire_cqpi BOOLEAN,
  CONSTRAINT pk_branche PRIMARY KEY (id),
  CONSTRAINT uq_branche_idcc UNIQUE (idcc),
  CONSTRAINT uq_branche_libelle UNIQUE (libelle)
);;

CREATE TABLE modalite_evaluation (
  code VARCHAR(20) NOT NULL,
  libelle VARCHAR(200) NOT NULL,
  situation_reelle BOOLEAN NOT NULL,
  CONSTRAINT pk_modalite_evaluation PRIMARY KEY (code)
);;

CREATE TABLE dispositif_financement (
  code VARCHAR(5) NOT NULL,
  libelle VARCHAR(200) NOT NULL,
  ordre INTEGER NOT NULL,
  CONSTRAINT pk_dispositif_financement PRIMARY KEY (code),
  CONSTRAINT uq_dispositif_financement_ordre UNIQUE (ordre)
);;

CREATE TABLE critere (
  numero INTEGER NOT NULL,
  libelle VARCHAR(200) NOT NULL,
  CONSTRAINT pk_critere PRIMARY KEY (numero),
  CONSTRAINT ck_critere_six CHECK (numero BETWEEN 1 AND 6)
);;

CREATE TABLE centre (
  id SERIAL NOT NULL,
  code VARCHAR(10) NOT NULL,
  nom VARCHAR(200) NOT NULL,
  adresse VARCHAR(300) NOT NULL,
  code_postal VARCHAR(10) NOT NULL,
  ville VARCHAR(100) NOT NULL,
  courriel VARCHAR(200) NOT NULL,
  telephone VARCHAR(30) NOT NULL,
  demonstration BOOLEAN NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_centre PRIMARY KEY (id),
  CONSTRAINT uq_centre_code UNIQUE (code)
);;

CREATE TABLE organisme (
  id SERIAL NOT NULL,
  nom VARCHAR(200) NOT NULL,
  siret VARCHAR(14),
  numero_declaration VARCHAR(11),
  adresse VARCHAR(300) NOT NULL,
  courriel VARCHAR(200) NOT NULL,
  recherche VARCHAR(400) COLLATE "C" NOT NULL,
  demonstration BOOLEAN NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_organisme PRIMARY KEY (id),
  CONSTRAINT ck_organisme_siret_14 CHECK (siret IS NULL OR length(siret) = 14),
  CONSTRAINT uq_organisme_siret UNIQUE (siret),
  CONSTRAINT uq_organisme_numero_declaration UNIQUE (numero_declaration)
);;

CREATE INDEX ix_organisme_recherche ON organisme (recherche);;

CREATE TABLE syndicat (
  id SERIAL NOT NULL,
  sigle VARCHAR(20) NOT NULL,
  nom VARCHAR(200) NOT NULL,
  federation VARCHAR(100) NOT NULL,
  representative_du DATE,
  representative_au DATE,
  source VARCHAR(300) NOT NULL,
  CONSTRAINT pk_syndicat PRIMARY KEY (id),
  CONSTRAINT ck_syndicat_ordre CHECK (representative_au IS NULL OR representative_au >= representative_du),
  CONSTRAINT uq_syndicat_sigle UNIQUE (sigle)
);;

CREATE TABLE tentative_connexion (
  id SERIAL NOT NULL,
  empreinte_compte VARCHAR(64) NOT NULL,
  empreinte_adresse VARCHAR(64) NOT NULL,
  le TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_tentative_connexion PRIMARY KEY (id)
);;

CREATE INDEX ix_tentative_connexion_adresse ON tentative_connexion (empreinte_adresse, le);;

CREATE INDEX ix_tentative_connexion_compte ON tentative_connexion (empreinte_compte, le);;

CREATE TABLE certification (
  id SERIAL NOT NULL,
  famille VARCHAR(4) NOT NULL,
  annee INTEGER,
  numero INTEGER,
  numero_imprime VARCHAR(40),
  titre VARCHAR(300) NOT NULL,
  niveau INTEGER,
  date_creation DATE,
  date_suppression DATE,
  source VARCHAR(300) NOT NULL,
  recherche VARCHAR(400) COLLATE "C" NOT NULL,
  demonstration BOOLEAN NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
  CONSTRAINT ck_certification_famille CHECK (famille IN ('CQPM', 'CCPM', 'CQPI', 'CCPI', 'PPC'))
);;

CREATE INDEX ix_certification_recherche ON certification (recherche);;

CREATE TABLE bloc_competences (
  id SERIAL NOT NULL,
  numero INTEGER NOT NULL,
  libelle VARCHAR(300) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_bloc_competences PRIMARY KEY (id),
  CONSTRAINT ck_bloc_competences_numero_4_chiffres CHECK (numero BETWEEN 1 AND 9999),
  CONSTRAINT uq_bloc_competences_numero UNIQUE (numero)
);;

CREATE TABLE compteur (
  nom VARCHAR(60) NOT NULL,
  dernier INTEGER NOT NULL,
  CONSTRAINT pk_compteur PRIMARY KEY (nom),
  CONSTRAINT ck_compteur_positif CHECK (dernier >= 0)
);;

CREATE TABLE departement (
  code VARCHAR(3) NOT NULL,
  libelle VARCHAR(200) NOT NULL,
  region_code VARCHAR(3),
  CONSTRAINT pk_departement PRIMARY KEY (code),
  CONSTRAINT fk_departement_region_code FOREIGN KEY(region_code) REFERENCES region (code)
);;

CREATE TABLE indicateur (
  id SERIAL NOT NULL,
  critere_numero INTEGER NOT NULL,
  rang INTEGER NOT NULL,
  libelle VARCHAR(400) NOT NULL,
  CONSTRAINT pk_indicateur PRIMARY KEY (id),
  CONSTRAINT uq_indicateur_critere_numero_rang UNIQUE (critere_numero, rang),
  CONSTRAINT ck_indicateur_deux_par_critere CHECK (rang IN (1, 2)),
  CONSTRAINT fk_indicateur_critere_numero FOREIGN KEY(critere_numero) REFERENCES critere (numero)
);;

CREATE TABLE retrait_capacite (
  id SERIAL NOT NULL,
  centre_id INTEGER NOT NULL,
  retire_le DATE NOT NULL,
  motif VARCHAR(1000) NOT NULL,
  rendu_le DATE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_retrait_capacite PRIMARY KEY (id),
  CONSTRAINT ck_retrait_capacite_ordre CHECK (rendu_le IS NULL OR rendu_le >= retire_le),
  CONSTRAINT fk_retrait_capacite_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);;

CREATE INDEX ix_retrait_capacite_centre_id ON retrait_capacite (centre_id);;

CREATE TABLE entreprise (
  id SERIAL NOT NULL,
  centre_id INTEGER NOT NULL,
  siret VARCHAR(14),
  raison_sociale VARCHAR(200) NOT NULL,
  adresse VARCHAR(300) NOT NULL,
  code_nace VARCHAR(5) NOT NULL,
  secteur VARCHAR(2) NOT NULL,
  branche VARCHAR(200),
  cle_entreprise VARCHAR(400) COLLATE "C" NOT NULL,
  recherche VARCHAR(400) COLLATE "C" NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
  CONSTRAINT ck_entreprise_secteur CHECK (secteur IN ('M', 'HM'))
);;

CREATE INDEX ix_entreprise_centre_id_recherche ON entreprise (centre_id, recherche);;

CREATE TABLE syndicat_territorial (
  id SERIAL NOT NULL,
  centre_id INTEGER NOT NULL,
  syndicat_id INTEGER NOT NULL,
  adresse VARCHAR(300) NOT NULL,
  courriel VARCHAR(200) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_syndicat_territorial PRIMARY KEY (id),
  CONSTRAINT uq_syndicat_territorial_centre_id_syndicat_id UNIQUE (centre_id, syndicat_id),
  CONSTRAINT fk_syndicat_territorial_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_syndicat_territorial_syndicat_id FOREIGN KEY(syndicat_id) REFERENCES syndicat (id)
);;

CREATE TABLE commission (
  id SERIAL NOT NULL,
  type VARCHAR(6) NOT NULL,
  nom VARCHAR(200) NOT NULL,
  region_code VARCHAR(3),
  courriel VARCHAR(200) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_commission PRIMARY KEY (id),
  CONSTRAINT ck_commission_region_de_cprefp CHECK (type <> 'CPREFP' OR region_code IS NOT NULL),
  CONSTRAINT ck_commission_type CHECK (type IN ('CPREFP', 'CPIEF')),
  CONSTRAINT uq_commission_nom UNIQUE (nom),
  CONSTRAINT fk_commission_region_code FOREIGN KEY(region_code) REFERENCES region (code)
);;

CREATE TABLE personne (
  id SERIAL NOT NULL,
  centre_id INTEGER NOT NULL,
  civilite VARCHAR(3),
  nom VARCHAR(120) NOT NULL,
  prenoms VARCHAR(120) NOT NULL,
  qualite VARCHAR(200) NOT NULL,
  entreprise VARCHAR(200) NOT NULL,
  courriel VARCHAR(200) NOT NULL,
  recherche VARCHAR(400) COLLATE "C" NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_personne PRIMARY KEY (id),
  CONSTRAINT uq_personne_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT fk_personne_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT ck_personne_civilite CHECK (civilite IN ('M.', 'Mme'))
);;

CREATE INDEX ix_personne_centre_id_recherche ON personne (centre_id, recherche);;

CREATE TABLE utilisateur (
  id SERIAL NOT NULL,
  identifiant VARCHAR(100) NOT NULL,
  nom VARCHAR(200) NOT NULL,
  courriel VARCHAR(200) NOT NULL,
  role VARCHAR(14) NOT NULL,
  centre_id INTEGER,
  siege_id INTEGER,
  mot_de_passe VARCHAR(200) NOT NULL,
  actif BOOLEAN NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_utilisateur PRIMARY KEY (id),
  CONSTRAINT ck_utilisateur_centre_du_role CHECK (role NOT IN ('clerc', 'responsable', 'jure') OR centre_id IS NOT NULL),
  CONSTRAINT ck_utilisateur_role_national CHECK (role NOT IN ('administrateur', 'gtp') OR centre_id IS NULL),
  CONSTRAINT ck_utilisateur_siege_du_jure CHECK ((role = 'jure') = (siege_id IS NOT NULL)),
  CONSTRAINT ck_utilisateur_identifiant_minuscule CHECK (identifiant = lower(identifiant)),
  CONSTRAINT uq_utilisateur_identifiant UNIQUE (identifiant),
  CONSTRAINT ck_utilisateur_role CHECK (role IN ('administrateur', 'gtp', 'clerc', 'responsable', 'jure', 'lecture')),
  CONSTRAINT fk_utilisateur_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);;

CREATE TABLE enregistrement (
  id SERIAL NOT NULL,
  certification_id INTEGER NOT NULL,
  repertoire VARCHAR(4) NOT NULL,
  code VARCHAR(12) NOT NULL,
  du DATE,
  au DATE,
  derniere_delivrance DATE,
  source VARCHAR(300) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_enregistrement PRIMARY KEY (id),
  CONSTRAINT ck_enregistrement_ordre CHECK (au IS NULL OR au >= du),
  CONSTRAINT ck_enregistrement_code CHECK (substr(code, 1, length(repertoire)) = repertoire),
  CONSTRAINT fk_enregistrement_certification_id FOREIGN KEY(certification_id) REFERENCES certification (id),
  CONSTRAINT ck_enregistrement_repertoire CHECK (repertoire IN ('RNCP', 'RS')),
  CONSTRAINT uq_enregistrement_code UNIQUE (code)
);;

CREATE INDEX ix_enregistrement_certification_id ON enregistrement (certification_id);;

CREATE TABLE equivalence (
  id SERIAL NOT NULL,
  certification_id INTEGER NOT NULL,
  interbranches_id INTEGER NOT NULL,
  du DATE NOT NULL,
  au DATE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_equivalence PRIMARY KEY (id),
  CONSTRAINT uq_equivalence_certification_id_interbranches_id_du UNIQUE (certification_id, interbranches_id, du),
  CONSTRAINT ck_equivalence_deux_certifications CHECK (certification_id <> interbranches_id),
  CONSTRAINT ck_equivalence_ordre CHECK (au IS NULL OR au >= du),
  CONSTRAINT fk_equivalence_certification_id FOREIGN KEY(certification_id) REFERENCES certification (id),
  CONSTRAINT fk_equivalence_interbranches_id FOREIGN KEY(interbranches_id) REFERENCES certification (id)
);;

CREATE INDEX ix_equivalence_certification_id ON equivalence (certification_id);;

CREATE INDEX ix_equivalence_interbranches_id ON equivalence (interbranches_id);;

CREATE TABLE referentiel (
  id SERIAL NOT NULL,
  certification_id INTEGER NOT NULL,
  numero INTEGER NOT NULL,
  etat VARCHAR(8) NOT NULL,
  valide_le DATE,
  missions TEXT NOT NULL,
  environnement TEXT NOT NULL,
  interactions TEXT NOT NULL,
  conditions_admissibilite TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_referentiel PRIMARY KEY (id),
  CONSTRAINT uq_referentiel_certification_id_numero UNIQUE (certification_id, numero),
  CONSTRAINT uq_referentiel_id_certification_id UNIQUE (id, certification_id),
  CONSTRAINT ck_referentiel_date_de_validation CHECK (etat NOT IN ('valide', 'remplace') OR valide_le IS NOT NULL),
  CONSTRAINT fk_referentiel_certification_id FOREIGN KEY(certification_id) REFERENCES certification (id),
  CONSTRAINT ck_referentiel_etat CHECK (etat IN ('projet', 'soumis', 'valide', 'remplace'))
);;

CREATE UNIQUE INDEX uq_referentiel_valide ON referentiel (certification_id) WHERE etat = 'valide';;

CREATE TABLE jury (
  id SERIAL NOT NULL,
  centre_id INTEGER NOT NULL,
  date_jury DATE NOT NULL,
  lieu VARCHAR(200) NOT NULL,
  etat VARCHAR(11) NOT NULL,
  ouvert_le TIMESTAMP WITH TIME ZONE,
  clos_le TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_jury PRIMARY KEY (id),
  CONSTRAINT uq_jury_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_jury_lieu CHECK (lieu <> ''),
  CONSTRAINT ck_jury_ouverture CHECK (etat NOT IN ('ouvert', 'clos') OR ouvert_le IS NOT NULL),
  CONSTRAINT ck_jury_cloture CHECK ((etat = 'clos') = (clos_le IS NOT NULL)),
  CONSTRAINT fk_jury_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT ck_jury_etat CHECK (etat IN ('preparation', 'ouvert', 'clos', 'annule'))
);;

CREATE INDEX ix_jury_centre_id_date_jury ON jury (centre_id, date_jury);;

CREATE INDEX ix_jury_date_jury ON jury (date_jury);;

CREATE TABLE habilitation (
  id SERIAL NOT NULL,
  organisme_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  etat VARCHAR(11) NOT NULL,
  demande_le DATE NOT NULL,
  decide_le DATE,
  du DATE,
  au DATE,
  motif VARCHAR(1000) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_habilitation PRIMARY KEY (id),
  CONSTRAINT uq_habilitation_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_habilitation_date_d_effet CHECK (etat NOT IN ('accordee', 'suspendue', 'retiree') OR du IS NOT NULL),
  CONSTRAINT ck_habilitation_ordre CHECK (au IS NULL OR au >= du),
  CONSTRAINT ck_habilitation_motif CHECK (etat NOT IN ('refusee', 'retiree', 'suspendue') OR motif <> ''),
  CONSTRAINT ck_habilitation_fin_du_retrait CHECK (etat <> 'retiree' OR au IS NOT NULL),
  CONSTRAINT fk_habilitation_organisme_id FOREIGN KEY(organisme_id) REFERENCES organisme (id),
  CONSTRAINT fk_habilitation_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT ck_habilitation_etat CHECK (etat IN ('demande', 'instruction', 'complement', 'accordee', 'refusee', 'suspendue', 'retiree'))
);;

CREATE INDEX ix_habilitation_centre_id ON habilitation (centre_id);;

CREATE INDEX ix_habilitation_organisme_id ON habilitation (organisme_id);;

CREATE UNIQUE INDEX uq_habilitation_accordee ON habilitation (organisme_id, centre_id) WHERE etat = 'accordee';;

CREATE TABLE importation (
  id SERIAL NOT NULL,
  centre_id INTEGER NOT NULL,
  nature VARCHAR(20) NOT NULL,
  nom_fichier VARCHAR(200) NOT NULL,
  empreinte VARCHAR(64) NOT NULL,
  encodage VARCHAR(20) NOT NULL,
  separateur VARCHAR(10) NOT NULL,
  etat VARCHAR(7) NOT NULL,
  lignes_valides BOOLEAN NOT NULL,
  lignes INTEGER NOT NULL,
  creees INTEGER NOT NULL,
  rattachees INTEGER NOT NULL,
  deja_inscrites INTEGER NOT NULL,
  alertes INTEGER NOT NULL,
  refusees INTEGER NOT NULL,
  message VARCHAR(1000) NOT NULL,
  entetes JSON NOT NULL,
  duree_s DOUBLE PRECISION NOT NULL,
  contenu BYTEA,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_importation PRIMARY KEY (id),
  CONSTRAINT uq_importation_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT fk_importation_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT ck_importation_etat CHECK (etat IN ('simulee', 'faite', 'refusee'))
);;

CREATE INDEX ix_importation_centre_id ON importation (centre_id, id);;

CREATE TABLE commune (
  code VARCHAR(5) NOT NULL,
  libelle VARCHAR(200) NOT NULL,
  departement_code VARCHAR(3),
  cle_recherche VARCHAR(400) COLLATE "C" NOT NULL,
  CONSTRAINT pk_commune PRIMARY KEY (code),
  CONSTRAINT fk_commune_departement_code FOREIGN KEY(departement_code) REFERENCES departement (code)
);;

CREATE INDEX ix_commune_cle_recherche ON commune (cle_recherche);;

CREATE INDEX ix_commune_departement_code ON commune (departement_code);;

CREATE TABLE centre_departement (
  centre_id INTEGER NOT NULL,
  departement_code VARCHAR(3) NOT NULL,
  CONSTRAINT pk_centre_departement PRIMARY KEY (centre_id, departement_code),
  CONSTRAINT fk_centre_departement_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id) ON DELETE CASCADE,
  CONSTRAINT fk_centre_departement_departement_code FOREIGN KEY(departement_code) REFERENCES departement (code)
);;

CREATE TABLE session_connexion (
  empreinte VARCHAR(64) NOT NULL,
  utilisateur_id INTEGER NOT NULL,
  ouverte_le TIMESTAMP WITH TIME ZONE NOT NULL,
  vue_le TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_session_connexion PRIMARY KEY (empreinte),
  CONSTRAINT fk_session_connexion_utilisateur_id FOREIGN KEY(utilisateur_id) REFERENCES utilisateur (id) ON DELETE CASCADE
);;

CREATE INDEX ix_session_connexion_utilisateur_id ON session_connexion (utilisateur_id);;

CREATE TABLE referentiel_bloc (
  id SERIAL NOT NULL,
  referentiel_id INTEGER NOT NULL,
  bloc_id INTEGER NOT NULL,
  ordre INTEGER NOT NULL,
  CONSTRAINT pk_referentiel_bloc PRIMARY KEY (id),
  CONSTRAINT uq_referentiel_bloc_referentiel_id_bloc_id UNIQUE (referentiel_id, bloc_id),
  CONSTRAINT uq_referentiel_bloc_referentiel_id_ordre UNIQUE (referentiel_id, ordre),
  CONSTRAINT fk_referentiel_bloc_referentiel_id FOREIGN KEY(referentiel_id) REFERENCES referentiel (id) ON DELETE CASCADE,
  CONSTRAINT fk_referentiel_bloc_bloc_id FOREIGN KEY(bloc_id) REFERENCES bloc_competences (id)
);;

CREATE INDEX ix_referentiel_bloc_bloc_id ON referentiel_bloc (bloc_id);;

CREATE TABLE competence (
  id SERIAL NOT NULL,
  bloc_id INTEGER,
  referentiel_id INTEGER,
  ordre INTEGER NOT NULL,
  libelle VARCHAR(600) NOT NULL,
  connaissances TEXT NOT NULL,
  conditions TEXT NOT NULL,
  criteres_methodes TEXT NOT NULL,
  criteres_moyens TEXT NOT NULL,
  criteres_liens TEXT NOT NULL,
  criteres_contraintes TEXT NOT NULL,
  resultats_attendus TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_competence PRIMARY KEY (id),
  CONSTRAINT ck_competence_bloc_ou_version CHECK ((bloc_id IS NULL) <> (referentiel_id IS NULL)),
  CONSTRAINT uq_competence_bloc_id_ordre UNIQUE (bloc_id, ordre),
  CONSTRAINT uq_competence_referentiel_id_ordre UNIQUE (referentiel_id, ordre),
  CONSTRAINT fk_competence_bloc_id FOREIGN KEY(bloc_id) REFERENCES bloc_competences (id),
  CONSTRAINT fk_competence_referentiel_id FOREIGN KEY(referentiel_id) REFERENCES referentiel (id)
);;

CREATE INDEX ix_competence_bloc_id ON competence (bloc_id);;

CREATE INDEX ix_competence_referentiel_id ON competence (referentiel_id);;

CREATE TABLE candidat (
  id SERIAL NOT NULL,
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
  cle_identite VARCHAR(400) COLLATE "C" NOT NULL,
  recherche VARCHAR(400) COLLATE "C" NOT NULL,
  recherche_usage VARCHAR(400) COLLATE "C" NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
  CONSTRAINT uq_candidat_cle_identite UNIQUE (cle_identite)
);;

CREATE INDEX ix_candidat_recherche ON candidat (recherche);;

CREATE INDEX ix_candidat_recherche_usage ON candidat (recherche_usage);;

CREATE TABLE siege (
  id SERIAL NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  personne_id INTEGER NOT NULL,
  delegation VARCHAR(9) NOT NULL,
  syndicat_id INTEGER,
  travail_temporaire BOOLEAN NOT NULL,
  voix BOOLEAN NOT NULL,
  president BOOLEAN NOT NULL,
  present BOOLEAN NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_siege PRIMARY KEY (id),
  CONSTRAINT fk_siege_jury_id_centre_id FOREIGN KEY(jury_id, centre_id) REFERENCES jury (id, centre_id),
  CONSTRAINT fk_siege_personne_id_centre_id FOREIGN KEY(personne_id, centre_id) REFERENCES personne (id, centre_id),
  CONSTRAINT uq_siege_id_jury_id UNIQUE (id, jury_id),
  CONSTRAINT uq_siege_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT uq_siege_jury_id_personne_id UNIQUE (jury_id, personne_id),
  CONSTRAINT ck_siege_invite_sans_voix CHECK (delegation <> 'invite' OR NOT voix),
  CONSTRAINT ck_siege_president_designe_par_le_centre CHECK (NOT president OR (voix AND delegation = 'patronale')),
  CONSTRAINT ck_siege_syndicat_nomme CHECK ((syndicat_id IS NOT NULL) = (delegation = 'syndicale' AND NOT travail_temporaire)),
  CONSTRAINT ck_siege_delegation CHECK (delegation IN ('patronale', 'syndicale', 'invite')),
  CONSTRAINT fk_siege_syndicat_id FOREIGN KEY(syndicat_id) REFERENCES syndicat (id)
);;

CREATE UNIQUE INDEX uq_siege_president ON siege (jury_id) WHERE president;;

CREATE UNIQUE INDEX uq_siege_travail_temporaire ON siege (jury_id, delegation) WHERE travail_temporaire;;

CREATE UNIQUE INDEX uq_siege_voix_par_syndicat ON siege (jury_id, syndicat_id) WHERE voix;;

CREATE TABLE appreciation (
  id SERIAL NOT NULL,
  habilitation_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  indicateur_id INTEGER NOT NULL,
  resultat VARCHAR(13),
  preuve VARCHAR(1000) NOT NULL,
  commentaire VARCHAR(1000) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_appreciation PRIMARY KEY (id),
  CONSTRAINT fk_appreciation_habilitation_id_centre_id FOREIGN KEY(habilitation_id, centre_id) REFERENCES habilitation (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT uq_appreciation_habilitation_id_indicateur_id UNIQUE (habilitation_id, indicateur_id),
  CONSTRAINT fk_appreciation_indicateur_id FOREIGN KEY(indicateur_id) REFERENCES indicateur (id),
  CONSTRAINT ck_appreciation_resultat CHECK (resultat IN ('satisfait', 'non_satisfait'))
);;

CREATE TABLE habilitation_certification (
  habilitation_id INTEGER NOT NULL,
  certification_id INTEGER NOT NULL,
  CONSTRAINT pk_habilitation_certification PRIMARY KEY (habilitation_id, certification_id),
  CONSTRAINT fk_habilitation_certification_habilitation_id FOREIGN KEY(habilitation_id) REFERENCES habilitation (id) ON DELETE CASCADE,
  CONSTRAINT fk_habilitation_certification_certification_id FOREIGN KEY(certification_id) REFERENCES certification (id)
);;

CREATE TABLE ligne_rejetee (
  id SERIAL NOT NULL,
  importation_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  ligne INTEGER NOT NULL,
  refusee BOOLEAN NOT NULL,
  cellules JSON NOT NULL,
  erreurs JSON NOT NULL,
  CONSTRAINT pk_ligne_rejetee PRIMARY KEY (id),
  CONSTRAINT fk_ligne_rejetee_importation_id_centre_id FOREIGN KEY(importation_id, centre_id) REFERENCES importation (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT uq_ligne_rejetee_importation_id_ligne UNIQUE (importation_id, ligne)
);;

CREATE TABLE journal (
  id SERIAL NOT NULL,
  le TIMESTAMP WITH TIME ZONE NOT NULL,
  acteur VARCHAR(200) NOT NULL,
  utilisateur_id INTEGER,
  centre_id INTEGER,
  action VARCHAR(30) NOT NULL,
  objet VARCHAR(40) NOT NULL,
  objet_id INTEGER,
  avant JSON,
  apres JSON,
  importation_id INTEGER,
  importation_ligne INTEGER,
  CONSTRAINT pk_journal PRIMARY KEY (id),
  CONSTRAINT fk_journal_utilisateur_id FOREIGN KEY(utilisateur_id) REFERENCES utilisateur (id),
  CONSTRAINT fk_journal_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_journal_importation_id FOREIGN KEY(importation_id) REFERENCES importation (id)
);;

CREATE INDEX ix_journal_centre_id ON journal (centre_id, id);;

CREATE INDEX ix_journal_objet ON journal (objet, objet_id);;

CREATE TABLE competence_modalite (
  competence_id INTEGER NOT NULL,
  modalite_code VARCHAR(20) NOT NULL,
  CONSTRAINT pk_competence_modalite PRIMARY KEY (competence_id, modalite_code),
  CONSTRAINT fk_competence_modalite_competence_id FOREIGN KEY(competence_id) REFERENCES competence (id) ON DELETE CASCADE,
  CONSTRAINT fk_competence_modalite_modalite_code FOREIGN KEY(modalite_code) REFERENCES modalite_evaluation (code)
);;

CREATE TABLE inscription (
  id SERIAL NOT NULL,
  centre_id INTEGER NOT NULL,
  candidat_id INTEGER NOT NULL,
  certification_id INTEGER NOT NULL,
  referentiel_id INTEGER,
  cible VARCHAR(200) NOT NULL,
  voie VARCHAR(11) NOT NULL,
  prescripteur VARCHAR(10) NOT NULL,
  origine VARCHAR(2) NOT NULL,
  dispositif_financement VARCHAR(5) NOT NULL,
  abondement_cpf BOOLEAN NOT NULL,
  entreprise_id INTEGER,
  organisme_id INTEGER,
  date_inscription DATE NOT NULL,
  sans_accord_employeur BOOLEAN NOT NULL,
  date_recevabilite DATE,
  experience TEXT NOT NULL,
  reference VARCHAR(60) NOT NULL,
  etat VARCHAR(10) NOT NULL,
  nom_tri VARCHAR(400) COLLATE "C" NOT NULL,
  importation_id INTEGER,
  importation_ligne INTEGER,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_inscription PRIMARY KEY (id),
  CONSTRAINT fk_inscription_referentiel_id_certification_id FOREIGN KEY(referentiel_id, certification_id) REFERENCES referentiel (id, certification_id),
  CONSTRAINT fk_inscription_entreprise_id_centre_id FOREIGN KEY(entreprise_id, centre_id) REFERENCES entreprise (id, centre_id),
  CONSTRAINT fk_inscription_importation_id_centre_id FOREIGN KEY(importation_id, centre_id) REFERENCES importation (id, centre_id),
  CONSTRAINT uq_inscription_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_inscription_entreprise_du_salarie CHECK ((origine = 'SL') = (entreprise_id IS NOT NULL)),
  CONSTRAINT ck_inscription_organisme_prescripteur CHECK (prescripteur <> 'organisme' OR organisme_id IS NOT NULL),
  CONSTRAINT ck_inscription_recevabilite_vae CHECK (voie <> 'vae' OR date_recevabilite IS NOT NULL),
  CONSTRAINT ck_inscription_experience_vae_branche CHECK (voie <> 'vae_branche' OR experience <> ''),
  CONSTRAINT ck_inscription_importation_et_ligne CHECK ((importation_id IS NULL) = (importation_ligne IS NULL)),
  CONSTRAINT fk_inscription_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_inscription_candidat_id FOREIGN KEY(candidat_id) REFERENCES candidat (id),
  CONSTRAINT fk_inscription_certification_id FOREIGN KEY(certification_id) REFERENCES certification (id),
  CONSTRAINT ck_inscription_voie CHECK (voie IN ('formation', 'vae', 'vae_branche')),
  CONSTRAINT ck_inscription_prescripteur CHECK (prescripteur IN ('entreprise', 'organisme', 'candidat')),
  CONSTRAINT ck_inscription_origine CHECK (origine IN ('SL', 'DE')),
  CONSTRAINT ck_inscription_dispositif_financement CHECK (dispositif_financement IN ('CPF', 'CPFCA', 'CVAE', 'CP', 'CPE', 'CPFTP', 'PDC', 'POEC', 'POEI', 'PA')),
  CONSTRAINT fk_inscription_organisme_id FOREIGN KEY(organisme_id) REFERENCES organisme (id),
  CONSTRAINT ck_inscription_etat CHECK (etat IN ('ouverte', 'admise', 'non_admise', 'annulee'))
);;

CREATE INDEX ix_inscription_candidat_id_centre_id ON inscription (candidat_id, centre_id);;

CREATE INDEX ix_inscription_centre_id_date_inscription ON inscription (centre_id, date_inscription, id);;

CREATE INDEX ix_inscription_centre_id_etat ON inscription (centre_id, etat, id);;

CREATE INDEX ix_inscription_centre_id_id ON inscription (centre_id, id);;

CREATE INDEX ix_inscription_centre_id_nom_tri ON inscription (centre_id, nom_tri, id);;

CREATE INDEX ix_inscription_centre_id_reference ON inscription (centre_id, reference);;

CREATE INDEX ix_inscription_certification_id ON inscription (certification_id, id);;

CREATE INDEX ix_inscription_date_inscription ON inscription (date_inscription, id);;

CREATE INDEX ix_inscription_entreprise_id ON inscription (entreprise_id);;

CREATE INDEX ix_inscription_importation_id ON inscription (importation_id);;

CREATE INDEX ix_inscription_organisme_id ON inscription (organisme_id);;

CREATE UNIQUE INDEX uq_inscription_ouverte ON inscription (candidat_id, certification_id, cible) WHERE etat = 'ouverte';;

CREATE TABLE proces_verbal (
  id SERIAL NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  certification_id INTEGER NOT NULL,
  reference VARCHAR(40) NOT NULL,
  signe_le TIMESTAMP WITH TIME ZONE,
  signataire_id INTEGER,
  rectifie_id INTEGER,
  observations TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_proces_verbal PRIMARY KEY (id),
  CONSTRAINT fk_proces_verbal_jury_id_centre_id FOREIGN KEY(jury_id, centre_id) REFERENCES jury (id, centre_id),
  CONSTRAINT fk_proces_verbal_signataire_id_jury_id FOREIGN KEY(signataire_id, jury_id) REFERENCES siege (id, jury_id),
  CONSTRAINT uq_proces_verbal_id_jury_id UNIQUE (id, jury_id),
  CONSTRAINT uq_proces_verbal_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_proces_verbal_signature CHECK ((signe_le IS NULL) = (signataire_id IS NULL)),
  CONSTRAINT fk_proces_verbal_certification_id FOREIGN KEY(certification_id) REFERENCES certification (id),
  CONSTRAINT uq_proces_verbal_reference UNIQUE (reference),
  CONSTRAINT fk_proces_verbal_rectifie_id FOREIGN KEY(rectifie_id) REFERENCES proces_verbal (id)
);;

CREATE INDEX ix_proces_verbal_certification_id ON proces_verbal (certification_id);;

CREATE UNIQUE INDEX uq_proces_verbal_par_certification ON proces_verbal (jury_id, certification_id) WHERE rectifie_id IS NULL;;

CREATE TABLE inscription_bloc (
  inscription_id INTEGER NOT NULL,
  bloc_id INTEGER NOT NULL,
  CONSTRAINT pk_inscription_bloc PRIMARY KEY (inscription_id, bloc_id),
  CONSTRAINT fk_inscription_bloc_inscription_id FOREIGN KEY(inscription_id) REFERENCES inscription (id) ON DELETE CASCADE,
  CONSTRAINT fk_inscription_bloc_bloc_id FOREIGN KEY(bloc_id) REFERENCES bloc_competences (id)
);;

CREATE INDEX ix_inscription_bloc_bloc_id ON inscription_bloc (bloc_id);;

CREATE TABLE amenagement (
  id SERIAL NOT NULL,
  inscription_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  demande_le DATE NOT NULL,
  mesures TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_amenagement PRIMARY KEY (id),
  CONSTRAINT fk_amenagement_inscription_id_centre_id FOREIGN KEY(inscription_id, centre_id) REFERENCES inscription (id, centre_id),
  CONSTRAINT uq_amenagement_inscription_id UNIQUE (inscription_id),
  CONSTRAINT ck_amenagement_mesures CHECK (mesures <> '')
);;

CREATE TABLE evaluation (
  id SERIAL NOT NULL,
  inscription_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  competence_id INTEGER NOT NULL,
  date_evaluation DATE NOT NULL,
  resultat VARCHAR(11) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_evaluation PRIMARY KEY (id),
  CONSTRAINT fk_evaluation_inscription_id_centre_id FOREIGN KEY(inscription_id, centre_id) REFERENCES inscription (id, centre_id) ON DELETE CASCADE,
  CONSTRAINT uq_evaluation_inscription_id_competence_id UNIQUE (inscription_id, competence_id),
  CONSTRAINT fk_evaluation_competence_id FOREIGN KEY(competence_id) REFERENCES competence (id),
  CONSTRAINT ck_evaluation_resultat CHECK (resultat IN ('acquise', 'non_acquise'))
);;

CREATE INDEX ix_evaluation_competence_id ON evaluation (competence_id);;

CREATE TABLE presentation (
  id SERIAL NOT NULL,
  jury_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  inscription_id INTEGER NOT NULL,
  proces_verbal_id INTEGER,
  numero_anonyme INTEGER NOT NULL,
  decision VARCHAR(2),
  voix_pour INTEGER,
  voix_contre INTEGER,
  voix_preponderante BOOLEAN NOT NULL,
  motif TEXT NOT NULL,
  commentaire VARCHAR(300) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_presentation PRIMARY KEY (id),
  CONSTRAINT fk_presentation_jury_id_centre_id FOREIGN KEY(jury_id, centre_id) REFERENCES jury (id, centre_id),
  CONSTRAINT fk_presentation_inscription_id_centre_id FOREIGN KEY(inscription_id, centre_id) REFERENCES inscription (id, centre_id),
  CONSTRAINT fk_presentation_proces_verbal_id_jury_id FOREIGN KEY(proces_verbal_id, jury_id) REFERENCES proces_verbal (id, jury_id),
  CONSTRAINT uq_presentation_id_jury_id UNIQUE (id, jury_id),
  CONSTRAINT uq_presentation_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT uq_presentation_jury_id_numero_anonyme UNIQUE (jury_id, numero_anonyme),
  CONSTRAINT uq_presentation_inscription_id UNIQUE (inscription_id),
  CONSTRAINT ck_presentation_numero CHECK (numero_anonyme > 0),
  CONSTRAINT ck_presentation_decompte CHECK (decision IS NULL OR (voix_pour IS NOT NULL AND voix_contre IS NOT NULL)),
  CONSTRAINT ck_presentation_decision CHECK (decision IN ('A', 'NA'))
);;

CREATE INDEX ix_presentation_proces_verbal_id ON presentation (proces_verbal_id);;

CREATE TABLE presentation_competence (
  id SERIAL NOT NULL,
  presentation_id INTEGER NOT NULL,
  competence_id INTEGER NOT NULL,
  ordre INTEGER NOT NULL,
  synthese VARCHAR(11),
  retenu VARCHAR(11),
  CONSTRAINT pk_presentation_competence PRIMARY KEY (id),
  CONSTRAINT uq_presentation_competence_presentation_id_competence_id UNIQUE (presentation_id, competence_id),
  CONSTRAINT fk_presentation_competence_presentation_id FOREIGN KEY(presentation_id) REFERENCES presentation (id) ON DELETE CASCADE,
  CONSTRAINT fk_presentation_competence_competence_id FOREIGN KEY(competence_id) REFERENCES competence (id),
  CONSTRAINT ck_presentation_competence_synthese CHECK (synthese IN ('acquise', 'non_acquise')),
  CONSTRAINT ck_presentation_competence_retenu CHECK (retenu IN ('acquise', 'non_acquise'))
);;

CREATE INDEX ix_presentation_competence_competence_id ON presentation_competence (competence_id);;

CREATE TABLE vote (
  id SERIAL NOT NULL,
  jury_id INTEGER NOT NULL,
  presentation_id INTEGER NOT NULL,
  siege_id INTEGER NOT NULL,
  valeur VARCHAR(2) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_vote PRIMARY KEY (id),
  CONSTRAINT fk_vote_presentation_id_jury_id FOREIGN KEY(presentation_id, jury_id) REFERENCES presentation (id, jury_id) ON DELETE CASCADE,
  CONSTRAINT fk_vote_siege_id_jury_id FOREIGN KEY(siege_id, jury_id) REFERENCES siege (id, jury_id),
  CONSTRAINT uq_vote_presentation_id_siege_id UNIQUE (presentation_id, siege_id),
  CONSTRAINT ck_vote_valeur CHECK (valeur IN ('A', 'NA'))
);;

CREATE INDEX ix_vote_siege_id ON vote (siege_id);;

CREATE TABLE certificat (
  id SERIAL NOT NULL,
  numero VARCHAR(12) NOT NULL,
  famille VARCHAR(4) NOT NULL,
  presentation_id INTEGER NOT NULL,
  centre_id INTEGER NOT NULL,
  candidat_id INTEGER NOT NULL,
  certification_id INTEGER NOT NULL,
  date_jury DATE NOT NULL,
  code_verification VARCHAR(16) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by INTEGER,
  updated_by INTEGER,
  version INTEGER NOT NULL,
  CONSTRAINT pk_certificat PRIMARY KEY (id),
  CONSTRAINT fk_certificat_presentation_id_centre_id FOREIGN KEY(presentation_id, centre_id) REFERENCES presentation (id, centre_id),
  CONSTRAINT uq_certificat_presentation_id_famille UNIQUE (presentation_id, famille),
  CONSTRAINT uq_certificat_id_centre_id UNIQUE (id, centre_id),
  CONSTRAINT ck_certificat_numero CHECK (substr(numero, 1, 3) = 'MC-'),
  CONSTRAINT uq_certificat_numero UNIQUE (numero),
  CONSTRAINT ck_certificat_famille CHECK (famille IN ('CQPM', 'CCPM', 'CQPI', 'CCPI', 'PPC')),
  CONSTRAINT fk_certificat_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT fk_certificat_candidat_id FOREIGN KEY(candidat_id) REFERENCES candidat (id),
  CONSTRAINT fk_certificat_certification_id FOREIGN KEY(certification_id) REFERENCES certification (id),
  CONSTRAINT uq_certificat_code_verification UNIQUE (code_verification)
);;

CREATE INDEX ix_certificat_candidat_id ON certificat (candidat_id);;

CREATE INDEX ix_certificat_centre_id_date_jury ON certificat (centre_id, date_jury);;

CREATE INDEX ix_certificat_certification_id ON certificat (certification_id);;

CREATE TABLE archive (
  id SERIAL NOT NULL,
  centre_id INTEGER NOT NULL,
  nature VARCHAR(13) NOT NULL,
  certificat_id INTEGER,
  proces_verbal_id INTEGER,
  nom_fichier VARCHAR(200) NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  taille INTEGER NOT NULL,
  contenu BYTEA,
  conserver_jusqu_au DATE NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_archive PRIMARY KEY (id),
  CONSTRAINT fk_archive_certificat_id_centre_id FOREIGN KEY(certificat_id, centre_id) REFERENCES certificat (id, centre_id),
  CONSTRAINT fk_archive_proces_verbal_id_centre_id FOREIGN KEY(proces_verbal_id, centre_id) REFERENCES proces_verbal (id, centre_id),
  CONSTRAINT ck_archive_un_document CHECK ((nature = 'certificat') = (certificat_id IS NOT NULL) AND (nature = 'proces_verbal') = (proces_verbal_id IS NOT NULL)),
  CONSTRAINT ck_archive_sha256 CHECK (length(sha256) = 64),
  CONSTRAINT ck_archive_taille CHECK (taille > 0),
  CONSTRAINT fk_archive_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
  CONSTRAINT ck_archive_nature CHECK (nature IN ('certificat', 'proces_verbal')),
  CONSTRAINT uq_archive_certificat_id UNIQUE (certificat_id),
  CONSTRAINT uq_archive_proces_verbal_id UNIQUE (proces_verbal_id)
);;

CREATE INDEX ix_archive_centre_id ON archive (centre_id);;

ALTER TABLE amenagement ADD CONSTRAINT fk_amenagement_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE amenagement ADD CONSTRAINT fk_amenagement_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE appreciation ADD CONSTRAINT fk_appreciation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE appreciation ADD CONSTRAINT fk_appreciation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE bloc_competences ADD CONSTRAINT fk_bloc_competences_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE bloc_competences ADD CONSTRAINT fk_bloc_competences_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE candidat ADD CONSTRAINT fk_candidat_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE candidat ADD CONSTRAINT fk_candidat_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE centre ADD CONSTRAINT fk_centre_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE centre ADD CONSTRAINT fk_centre_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE certificat ADD CONSTRAINT fk_certificat_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE certificat ADD CONSTRAINT fk_certificat_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE certification ADD CONSTRAINT fk_certification_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE certification ADD CONSTRAINT fk_certification_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE commission ADD CONSTRAINT fk_commission_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE commission ADD CONSTRAINT fk_commission_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE competence ADD CONSTRAINT fk_competence_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE competence ADD CONSTRAINT fk_competence_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE enregistrement ADD CONSTRAINT fk_enregistrement_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE enregistrement ADD CONSTRAINT fk_enregistrement_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE entreprise ADD CONSTRAINT fk_entreprise_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE entreprise ADD CONSTRAINT fk_entreprise_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE equivalence ADD CONSTRAINT fk_equivalence_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE equivalence ADD CONSTRAINT fk_equivalence_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE evaluation ADD CONSTRAINT fk_evaluation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE evaluation ADD CONSTRAINT fk_evaluation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE habilitation ADD CONSTRAINT fk_habilitation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE habilitation ADD CONSTRAINT fk_habilitation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE importation ADD CONSTRAINT fk_importation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE importation ADD CONSTRAINT fk_importation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE inscription ADD CONSTRAINT fk_inscription_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE inscription ADD CONSTRAINT fk_inscription_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE jury ADD CONSTRAINT fk_jury_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE jury ADD CONSTRAINT fk_jury_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE organisme ADD CONSTRAINT fk_organisme_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE organisme ADD CONSTRAINT fk_organisme_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE personne ADD CONSTRAINT fk_personne_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE personne ADD CONSTRAINT fk_personne_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE presentation ADD CONSTRAINT fk_presentation_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE presentation ADD CONSTRAINT fk_presentation_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE proces_verbal ADD CONSTRAINT fk_proces_verbal_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE proces_verbal ADD CONSTRAINT fk_proces_verbal_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE referentiel ADD CONSTRAINT fk_referentiel_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE referentiel ADD CONSTRAINT fk_referentiel_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE retrait_capacite ADD CONSTRAINT fk_retrait_capacite_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE retrait_capacite ADD CONSTRAINT fk_retrait_capacite_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE siege ADD CONSTRAINT fk_siege_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE siege ADD CONSTRAINT fk_siege_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE syndicat_territorial ADD CONSTRAINT fk_syndicat_territorial_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE syndicat_territorial ADD CONSTRAINT fk_syndicat_territorial_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE utilisateur ADD CONSTRAINT fk_utilisateur_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE utilisateur ADD CONSTRAINT fk_utilisateur_siege FOREIGN KEY(siege_id, centre_id) REFERENCES siege (id, centre_id);;

ALTER TABLE utilisateur ADD CONSTRAINT fk_utilisateur_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

ALTER TABLE vote ADD CONSTRAINT fk_vote_created_by FOREIGN KEY(created_by) REFERENCES utilisateur (id);;

ALTER TABLE vote ADD CONSTRAINT fk_vote_updated_by FOREIGN KEY(updated_by) REFERENCES utilisateur (id);;

COMMENT ON COLUMN modalite_evaluation.situation_reelle IS 'privilégiée : en situation professionnelle réelle';;

COMMENT ON COLUMN centre.code IS 'code court, par exemple 68';;

COMMENT ON COLUMN centre.demonstration IS 'centre inventé, jamais réel';;

COMMENT ON COLUMN organisme.numero_declaration IS 'déclaration d''activité';;

COMMENT ON COLUMN certification.annee IS 'année de création';;

COMMENT ON COLUMN certification.numero IS 'numéro unique dans la famille';;

COMMENT ON COLUMN certification.numero_imprime IS 'numéro d''une liste reprise, tel qu''imprimé';;

COMMENT ON COLUMN certification.niveau IS 'niveau du cadre national (1 à 8)';;

COMMENT ON COLUMN certification.date_creation IS 'décision de création par le GTP';;

COMMENT ON COLUMN certification.date_suppression IS 'décision de suppression par le GTP';;

COMMENT ON COLUMN certification.source IS 'd''où vient une donnée reprise';;

COMMENT ON COLUMN entreprise.branche IS 'précisée pour HM seulement';;

COMMENT ON COLUMN entreprise.cle_entreprise IS 'SIRET, sinon nom et adresse normalisés';;

COMMENT ON COLUMN entreprise.recherche IS 'raison sociale normalisée';;

COMMENT ON COLUMN personne.qualite IS 'fonction, domaine qui la qualifie';;

COMMENT ON COLUMN personne.entreprise IS 'entreprise ou organisation (annexe 13)';;

COMMENT ON COLUMN utilisateur.mot_de_passe IS 'empreinte argon2id, jamais le mot de passe';;

COMMENT ON COLUMN enregistrement.code IS 'RNCP34172, RS6717';;

COMMENT ON COLUMN enregistrement.du IS 'vide : date d''effet inconnue d''une liste reprise';;

COMMENT ON COLUMN referentiel.numero IS 'rang de la version';;

COMMENT ON COLUMN importation.empreinte IS 'SHA-256 du fichier : le même est reconnu';;

COMMENT ON COLUMN importation.lignes_valides IS 'faux = tout ou rien';;

COMMENT ON COLUMN importation.message IS 'refus du fichier entier';;

COMMENT ON COLUMN importation.contenu IS 'gardé entre la simulation et la confirmation, puis effacé';;

COMMENT ON COLUMN candidat.code_commune_naissance IS 'code officiel géographique';;

COMMENT ON COLUMN candidat.recherche IS 'nom et prénoms normalisés';;

COMMENT ON COLUMN candidat.recherche_usage IS 'par le nom d''usage';;

COMMENT ON COLUMN ligne_rejetee.ligne IS 'numéro dans le fichier, en-tête = 1';;

COMMENT ON COLUMN ligne_rejetee.erreurs IS 'colonne, code, message, gravité';;

COMMENT ON COLUMN journal.acteur IS 'compte, ou commande pour la CLI';;

COMMENT ON COLUMN journal.action IS 'création, modification, suppression, connexion…';;

COMMENT ON COLUMN journal.objet IS 'table de la fiche';;

COMMENT ON COLUMN inscription.referentiel_id IS 'version du référentiel suivie';;

COMMENT ON COLUMN inscription.abondement_cpf IS 'annexe 14, note 6';;

COMMENT ON COLUMN inscription.sans_accord_employeur IS 'à la seule initiative du salarié';;

COMMENT ON COLUMN inscription.date_recevabilite IS 'réception du CERFA 12818*02';;

COMMENT ON COLUMN inscription.reference IS 'référence propre au centre';;

COMMENT ON COLUMN inscription.nom_tri IS 'nom et prénoms normalisés du candidat, tenus par la base, pour trier';;

COMMENT ON COLUMN inscription.importation_ligne IS 'numéro de ligne dans le fichier importé';;

COMMENT ON COLUMN proces_verbal.signataire_id IS 'le siège du président';;

COMMENT ON COLUMN proces_verbal.rectifie_id IS 'procès-verbal rectifié';;

COMMENT ON COLUMN amenagement.demande_le IS 'date de la demande du candidat';;

COMMENT ON COLUMN presentation.motif IS 'motif d''un écart à la synthèse (JUR-11)';;

COMMENT ON COLUMN presentation.commentaire IS 'colonne « Commentaire » de l''annexe 14';;

COMMENT ON COLUMN certificat.numero IS 'MC-0001234, jamais redonné';;

COMMENT ON COLUMN archive.taille IS 'octets';;

CREATE FUNCTION gel_vote_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_vote_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_vote_ajout BEFORE INSERT ON vote FOR EACH ROW EXECUTE FUNCTION gel_vote_ajout();;

CREATE FUNCTION gel_vote_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_vote_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_vote_modification BEFORE UPDATE ON vote FOR EACH ROW EXECUTE FUNCTION gel_vote_modification();;

CREATE FUNCTION gel_vote_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_vote_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE TRIGGER gel_vote_retrait BEFORE DELETE ON vote FOR EACH ROW EXECUTE FUNCTION gel_vote_retrait();;

CREATE FUNCTION gel_presentation_competence_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_presentation_competence_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_presentation_competence_ajout BEFORE INSERT ON presentation_competence FOR EACH ROW EXECUTE FUNCTION gel_presentation_competence_ajout();;

CREATE FUNCTION gel_presentation_competence_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_presentation_competence_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_presentation_competence_modification BEFORE UPDATE ON presentation_competence FOR EACH ROW EXECUTE FUNCTION gel_presentation_competence_modification();;

CREATE FUNCTION gel_presentation_competence_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.jury_id = p.jury_id WHERE p.id = OLD.presentation_id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_presentation_competence_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE TRIGGER gel_presentation_competence_retrait BEFORE DELETE ON presentation_competence FOR EACH ROW EXECUTE FUNCTION gel_presentation_competence_retrait();;

CREATE FUNCTION gel_presentation_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_presentation_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_presentation_ajout BEFORE INSERT ON presentation FOR EACH ROW EXECUTE FUNCTION gel_presentation_ajout();;

CREATE FUNCTION gel_presentation_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.jury_id AND signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_presentation_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_presentation_modification BEFORE UPDATE ON presentation FOR EACH ROW EXECUTE FUNCTION gel_presentation_modification();;

CREATE FUNCTION gel_presentation_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.jury_id AND signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_presentation_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE TRIGGER gel_presentation_retrait BEFORE DELETE ON presentation FOR EACH ROW EXECUTE FUNCTION gel_presentation_retrait();;

CREATE FUNCTION gel_siege_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_siege_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_siege_ajout BEFORE INSERT ON siege FOR EACH ROW EXECUTE FUNCTION gel_siege_ajout();;

CREATE FUNCTION gel_siege_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.jury_id AND signe_le IS NOT NULL) OR EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_siege_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_siege_modification BEFORE UPDATE ON siege FOR EACH ROW EXECUTE FUNCTION gel_siege_modification();;

CREATE FUNCTION gel_siege_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.jury_id AND signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_siege_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE TRIGGER gel_siege_retrait BEFORE DELETE ON siege FOR EACH ROW EXECUTE FUNCTION gel_siege_retrait();;

CREATE FUNCTION gel_vote_votant_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM siege s JOIN jury j ON j.id = s.jury_id WHERE s.id = NEW.siege_id AND s.voix AND s.present AND j.etat = 'ouvert') AND NOT EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-10:gel_vote_votant_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_vote_votant_ajout BEFORE INSERT ON vote FOR EACH ROW EXECUTE FUNCTION gel_vote_votant_ajout();;

CREATE FUNCTION gel_vote_votant_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM siege s JOIN jury j ON j.id = s.jury_id WHERE s.id = NEW.siege_id AND s.voix AND s.present AND j.etat = 'ouvert') AND NOT EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.jury_id AND signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-10:gel_vote_votant_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_vote_votant_modification BEFORE UPDATE ON vote FOR EACH ROW EXECUTE FUNCTION gel_vote_votant_modification();;

CREATE FUNCTION gel_proces_verbal_ajout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.signe_le IS NOT NULL THEN RAISE EXCEPTION 'JUR-13:gel_proces_verbal_ajout' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_proces_verbal_ajout BEFORE INSERT ON proces_verbal FOR EACH ROW EXECUTE FUNCTION gel_proces_verbal_ajout();;

CREATE FUNCTION gel_proces_verbal_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.signe_le IS NOT NULL THEN RAISE EXCEPTION 'JUR-13:gel_proces_verbal_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_proces_verbal_modification BEFORE UPDATE ON proces_verbal FOR EACH ROW EXECUTE FUNCTION gel_proces_verbal_modification();;

CREATE FUNCTION gel_proces_verbal_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.signe_le IS NOT NULL THEN RAISE EXCEPTION 'JUR-13:gel_proces_verbal_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE TRIGGER gel_proces_verbal_retrait BEFORE DELETE ON proces_verbal FOR EACH ROW EXECUTE FUNCTION gel_proces_verbal_retrait();;

CREATE FUNCTION gel_proces_verbal_signature() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.signe_le IS NULL AND NEW.signe_le IS NOT NULL AND (EXISTS (SELECT 1 FROM presentation WHERE jury_id = NEW.jury_id AND (proces_verbal_id IS NULL OR (proces_verbal_id = NEW.id AND decision IS NULL))) OR NOT EXISTS (SELECT 1 FROM siege WHERE id = NEW.signataire_id AND president AND present)) THEN RAISE EXCEPTION 'JUR-13:gel_proces_verbal_signature' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_proces_verbal_signature BEFORE UPDATE ON proces_verbal FOR EACH ROW EXECUTE FUNCTION gel_proces_verbal_signature();;

CREATE FUNCTION gel_jury_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.id AND signe_le IS NOT NULL) AND (OLD.date_jury <> NEW.date_jury OR OLD.lieu <> NEW.lieu OR OLD.centre_id <> NEW.centre_id OR OLD.etat = 'clos' OR NEW.etat NOT IN (OLD.etat, 'clos')) THEN RAISE EXCEPTION 'JUR-13:gel_jury_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_jury_modification BEFORE UPDATE ON jury FOR EACH ROW EXECUTE FUNCTION gel_jury_modification();;

CREATE FUNCTION gel_jury_cloture() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.etat = 'clos' AND (NOT EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.id) OR EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.id AND signe_le IS NULL)) THEN RAISE EXCEPTION 'JUR-13:gel_jury_cloture' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_jury_cloture BEFORE UPDATE ON jury FOR EACH ROW EXECUTE FUNCTION gel_jury_cloture();;

CREATE FUNCTION gel_jury_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.id AND signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_jury_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE TRIGGER gel_jury_retrait BEFORE DELETE ON jury FOR EACH ROW EXECUTE FUNCTION gel_jury_retrait();;

CREATE FUNCTION gel_certificat_sans_decision() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND p.decision = 'A' AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'ATT-01:gel_certificat_sans_decision' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_certificat_sans_decision BEFORE INSERT ON certificat FOR EACH ROW EXECUTE FUNCTION gel_certificat_sans_decision();;

CREATE FUNCTION gel_certificat_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM certificat WHERE id = NEW.id OR numero = NEW.numero OR code_verification = NEW.code_verification OR (presentation_id = NEW.presentation_id AND famille = NEW.famille)) THEN RAISE EXCEPTION 'ATT-01:gel_certificat_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_certificat_remplacement BEFORE INSERT ON certificat FOR EACH ROW EXECUTE FUNCTION gel_certificat_remplacement();;

CREATE FUNCTION gel_archive_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM archive WHERE id = NEW.id OR certificat_id = NEW.certificat_id OR proces_verbal_id = NEW.proces_verbal_id) THEN RAISE EXCEPTION 'ARC-03:gel_archive_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_archive_remplacement BEFORE INSERT ON archive FOR EACH ROW EXECUTE FUNCTION gel_archive_remplacement();;

CREATE FUNCTION gel_journal_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM journal WHERE id = NEW.id) THEN RAISE EXCEPTION 'JOURNAL:gel_journal_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_journal_remplacement BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION gel_journal_remplacement();;

CREATE FUNCTION gel_jury_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM jury WHERE id = NEW.id) THEN RAISE EXCEPTION 'JUR-13:gel_jury_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_jury_remplacement BEFORE INSERT ON jury FOR EACH ROW EXECUTE FUNCTION gel_jury_remplacement();;

CREATE FUNCTION gel_proces_verbal_remplacement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM proces_verbal WHERE signe_le IS NOT NULL AND (id = NEW.id OR reference = NEW.reference OR (jury_id = NEW.jury_id AND certification_id = NEW.certification_id AND NEW.rectifie_id IS NULL))) THEN RAISE EXCEPTION 'JUR-13:gel_proces_verbal_remplacement' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_proces_verbal_remplacement BEFORE INSERT ON proces_verbal FOR EACH ROW EXECUTE FUNCTION gel_proces_verbal_remplacement();;

CREATE FUNCTION gel_inscription_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.id AND v.signe_le IS NOT NULL) AND (OLD.centre_id <> NEW.centre_id OR OLD.candidat_id <> NEW.candidat_id OR OLD.certification_id <> NEW.certification_id OR OLD.cible <> NEW.cible OR OLD.voie <> NEW.voie OR OLD.origine <> NEW.origine OR OLD.dispositif_financement <> NEW.dispositif_financement OR OLD.abondement_cpf <> NEW.abondement_cpf OR OLD.date_inscription <> NEW.date_inscription OR COALESCE(OLD.entreprise_id, 0) <> COALESCE(NEW.entreprise_id, 0) OR (OLD.etat <> NEW.etat AND OLD.etat <> 'ouverte')) THEN RAISE EXCEPTION 'JUR-13:gel_inscription_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_inscription_modification BEFORE UPDATE ON inscription FOR EACH ROW EXECUTE FUNCTION gel_inscription_modification();;

CREATE FUNCTION gel_inscription_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.id AND v.signe_le IS NOT NULL) THEN RAISE EXCEPTION 'JUR-13:gel_inscription_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE TRIGGER gel_inscription_retrait BEFORE DELETE ON inscription FOR EACH ROW EXECUTE FUNCTION gel_inscription_retrait();;

CREATE FUNCTION gel_certificat_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'ATT-01:gel_certificat_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_certificat_modification BEFORE UPDATE ON certificat FOR EACH ROW EXECUTE FUNCTION gel_certificat_modification();;

CREATE FUNCTION gel_certificat_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'ATT-01:gel_certificat_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE TRIGGER gel_certificat_retrait BEFORE DELETE ON certificat FOR EACH ROW EXECUTE FUNCTION gel_certificat_retrait();;

CREATE FUNCTION gel_archive_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'ARC-03:gel_archive_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_archive_modification BEFORE UPDATE ON archive FOR EACH ROW EXECUTE FUNCTION gel_archive_modification();;

CREATE FUNCTION gel_archive_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'ARC-03:gel_archive_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE TRIGGER gel_archive_retrait BEFORE DELETE ON archive FOR EACH ROW EXECUTE FUNCTION gel_archive_retrait();;

CREATE FUNCTION gel_journal_modification() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'JOURNAL:gel_journal_modification' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_journal_modification BEFORE UPDATE ON journal FOR EACH ROW EXECUTE FUNCTION gel_journal_modification();;

CREATE FUNCTION gel_journal_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'JOURNAL:gel_journal_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE TRIGGER gel_journal_retrait BEFORE DELETE ON journal FOR EACH ROW EXECUTE FUNCTION gel_journal_retrait();;

CREATE FUNCTION gel_compteur_retrait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'REF-08:gel_compteur_retrait' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$;;

CREATE TRIGGER gel_compteur_retrait BEFORE DELETE ON compteur FOR EACH ROW EXECUTE FUNCTION gel_compteur_retrait();;

CREATE FUNCTION gel_compteur_recul() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.dernier < OLD.dernier OR NEW.nom <> OLD.nom THEN RAISE EXCEPTION 'REF-08:gel_compteur_recul' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;

CREATE TRIGGER gel_compteur_recul BEFORE UPDATE ON compteur FOR EACH ROW EXECUTE FUNCTION gel_compteur_recul();;

CREATE FUNCTION gel_troncature() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0] || ':gel_troncature', ERRCODE = 'restrict_violation'; END $$;;

CREATE TRIGGER gel_vote_troncature BEFORE TRUNCATE ON vote FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('JUR-13');;

CREATE TRIGGER gel_presentation_competence_troncature BEFORE TRUNCATE ON presentation_competence FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('JUR-13');;

CREATE TRIGGER gel_presentation_troncature BEFORE TRUNCATE ON presentation FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('JUR-13');;

CREATE TRIGGER gel_siege_troncature BEFORE TRUNCATE ON siege FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('JUR-13');;

CREATE TRIGGER gel_proces_verbal_troncature BEFORE TRUNCATE ON proces_verbal FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('JUR-13');;

CREATE TRIGGER gel_jury_troncature BEFORE TRUNCATE ON jury FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('JUR-13');;

CREATE TRIGGER gel_certificat_troncature BEFORE TRUNCATE ON certificat FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ATT-01');;

CREATE TRIGGER gel_archive_troncature BEFORE TRUNCATE ON archive FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('ARC-03');;

CREATE TRIGGER gel_journal_troncature BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('JOURNAL');;

CREATE TRIGGER gel_inscription_troncature BEFORE TRUNCATE ON inscription FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('JUR-13');;

CREATE TRIGGER gel_compteur_troncature BEFORE TRUNCATE ON compteur FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('REF-08');;

CREATE FUNCTION tenue_inscription() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'UPDATE' OR NEW.nom_tri = '' THEN NEW.nom_tri := COALESCE((SELECT recherche FROM candidat WHERE id = NEW.candidat_id), ''); END IF; RETURN NEW; END $$;;

CREATE TRIGGER tenue_inscription_ajout BEFORE INSERT ON inscription FOR EACH ROW EXECUTE FUNCTION tenue_inscription();;

CREATE TRIGGER tenue_inscription_candidat BEFORE UPDATE OF candidat_id ON inscription FOR EACH ROW EXECUTE FUNCTION tenue_inscription();;

CREATE FUNCTION tenue_candidat() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE inscription SET nom_tri = NEW.recherche WHERE candidat_id = NEW.id AND nom_tri <> NEW.recherche; RETURN NULL; END $$;;

CREATE TRIGGER tenue_candidat_nom AFTER UPDATE OF recherche ON candidat FOR EACH ROW WHEN (OLD.recherche <> NEW.recherche) EXECUTE FUNCTION tenue_candidat();;
