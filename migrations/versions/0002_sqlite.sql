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

CREATE TRIGGER gel_certificat_sans_decision BEFORE INSERT ON certificat FOR EACH ROW WHEN NOT EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.id = NEW.presentation_id AND p.decision = 'A' AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_certificat_sans_decision'); END;;

CREATE TRIGGER gel_certificat_remplacement BEFORE INSERT ON certificat FOR EACH ROW WHEN EXISTS (SELECT 1 FROM certificat WHERE id = NEW.id OR numero = NEW.numero OR code_verification = NEW.code_verification OR (presentation_id = NEW.presentation_id AND famille = NEW.famille)) BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_certificat_remplacement'); END;;

CREATE TRIGGER gel_archive_remplacement BEFORE INSERT ON archive FOR EACH ROW WHEN EXISTS (SELECT 1 FROM archive WHERE id = NEW.id OR certificat_id = NEW.certificat_id OR proces_verbal_id = NEW.proces_verbal_id) BEGIN SELECT RAISE(ABORT, 'ARC-03:gel_archive_remplacement'); END;;

CREATE TRIGGER gel_journal_remplacement BEFORE INSERT ON journal FOR EACH ROW WHEN EXISTS (SELECT 1 FROM journal WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'JOURNAL:gel_journal_remplacement'); END;;

CREATE TRIGGER gel_jury_remplacement BEFORE INSERT ON jury FOR EACH ROW WHEN EXISTS (SELECT 1 FROM jury WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_jury_remplacement'); END;;

CREATE TRIGGER gel_proces_verbal_remplacement BEFORE INSERT ON proces_verbal FOR EACH ROW WHEN EXISTS (SELECT 1 FROM proces_verbal WHERE signe_le IS NOT NULL AND (id = NEW.id OR reference = NEW.reference OR (jury_id = NEW.jury_id AND certification_id = NEW.certification_id AND NEW.rectifie_id IS NULL))) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_proces_verbal_remplacement'); END;;

CREATE TRIGGER gel_inscription_modification BEFORE UPDATE ON inscription FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.id AND v.signe_le IS NOT NULL) AND (OLD.centre_id <> NEW.centre_id OR OLD.candidat_id <> NEW.candidat_id OR OLD.certification_id <> NEW.certification_id OR OLD.cible <> NEW.cible OR OLD.voie <> NEW.voie OR OLD.origine <> NEW.origine OR OLD.dispositif_financement <> NEW.dispositif_financement OR OLD.abondement_cpf <> NEW.abondement_cpf OR OLD.date_inscription <> NEW.date_inscription OR COALESCE(OLD.entreprise_id, 0) <> COALESCE(NEW.entreprise_id, 0) OR (OLD.etat <> NEW.etat AND OLD.etat <> 'ouverte')) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_inscription_modification'); END;;

CREATE TRIGGER gel_inscription_retrait BEFORE DELETE ON inscription FOR EACH ROW WHEN EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id WHERE p.inscription_id = OLD.id AND v.signe_le IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'JUR-13:gel_inscription_retrait'); END;;

CREATE TRIGGER gel_certificat_modification BEFORE UPDATE ON certificat FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_certificat_modification'); END;;

CREATE TRIGGER gel_certificat_retrait BEFORE DELETE ON certificat FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ATT-01:gel_certificat_retrait'); END;;

CREATE TRIGGER gel_archive_modification BEFORE UPDATE ON archive FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ARC-03:gel_archive_modification'); END;;

CREATE TRIGGER gel_archive_retrait BEFORE DELETE ON archive FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'ARC-03:gel_archive_retrait'); END;;

CREATE TRIGGER gel_journal_modification BEFORE UPDATE ON journal FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'JOURNAL:gel_journal_modification'); END;;

CREATE TRIGGER gel_journal_retrait BEFORE DELETE ON journal FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'JOURNAL:gel_journal_retrait'); END;;

CREATE TRIGGER gel_compteur_retrait BEFORE DELETE ON compteur FOR EACH ROW WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'REF-08:gel_compteur_retrait'); END;;

CREATE TRIGGER gel_compteur_recul BEFORE UPDATE ON compteur FOR EACH ROW WHEN NEW.dernier < OLD.dernier OR NEW.nom <> OLD.nom BEGIN SELECT RAISE(ABORT, 'REF-08:gel_compteur_recul'); END;;

CREATE TRIGGER gel_compteur_remplacement BEFORE INSERT ON compteur FOR EACH ROW WHEN EXISTS (SELECT 1 FROM compteur WHERE nom = NEW.nom) BEGIN SELECT RAISE(ABORT, 'REF-08:gel_compteur_remplacement'); END;;

CREATE TRIGGER tenue_inscription_ajout AFTER INSERT ON inscription FOR EACH ROW WHEN NEW.nom_tri = '' BEGIN UPDATE inscription SET nom_tri = (SELECT recherche FROM candidat WHERE id = NEW.candidat_id) WHERE id = NEW.id; END;;

CREATE TRIGGER tenue_inscription_candidat AFTER UPDATE OF candidat_id ON inscription FOR EACH ROW WHEN OLD.candidat_id <> NEW.candidat_id BEGIN UPDATE inscription SET nom_tri = (SELECT recherche FROM candidat WHERE id = NEW.candidat_id) WHERE id = NEW.id; END;;

CREATE TRIGGER tenue_candidat_nom AFTER UPDATE OF recherche ON candidat FOR EACH ROW WHEN OLD.recherche <> NEW.recherche BEGIN UPDATE inscription SET nom_tri = NEW.recherche WHERE candidat_id = NEW.id AND nom_tri <> NEW.recherche; END;;
