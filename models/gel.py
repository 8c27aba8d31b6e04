"""Ce qui ne change plus : déclencheurs qui refusent, au niveau de la base, ce qu'un procès-verbal signé a figé.

Un formulaire, l'ORM ou du SQL direct échouent tous au même endroit (partie 2, chapitre 3, § 3.A ; JUR-13). Le
message d'un déclencheur commence par le code de la règle : `rules.controle` le traduit en français.
"""

from __future__ import annotations

from dataclasses import dataclass

from models import tenue, terme

# Un jury a un procès-verbal par certification, signé chacun à son tour : le premier fige la composition et la liste
# des candidats, chacun fige les votes et les décisions de ses candidats.
_JURY_SIGNE = "SELECT 1 FROM proces_verbal WHERE jury_id = {alias}.jury_id AND signe_le IS NOT NULL"
_PV_SIGNE = "SELECT 1 FROM proces_verbal WHERE id = {alias}.proces_verbal_id AND signe_le IS NOT NULL"
_PV_SIGNE_DE_PRESENTATION = (
    "SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id "
    "WHERE p.id = {alias}.presentation_id AND v.signe_le IS NOT NULL"
)


def _rectifie(objet: str, presentation: str, colonne: str, et: str = "1 = 1") -> str:
    """Le dernier procès-verbal rectificatif signé dit ce passage-là, et nul autre."""
    derniere = (
        "SELECT 1 FROM rectification s JOIN proces_verbal w ON w.id = s.proces_verbal_id WHERE w.signe_le IS NOT NULL "
        f"AND s.presentation_id = r.presentation_id AND s.objet = r.objet AND s.id > r.id AND {et.replace('r.', 's.')}"
    )
    return (
        "EXISTS (SELECT 1 FROM rectification r JOIN proces_verbal v ON v.id = r.proces_verbal_id "
        f"WHERE v.signe_le IS NOT NULL AND r.presentation_id = {presentation} AND r.objet = '{objet}' AND {et} "
        f"AND r.avant = COALESCE(OLD.{colonne}, '') AND r.apres = NEW.{colonne} AND NOT EXISTS ({derniere}))"
    )


def _inchange(*colonnes: str) -> str:
    return " AND ".join(f"OLD.{c} = NEW.{c}" for c in colonnes)


_SEANCE_CLOSE = "SELECT 1 FROM seance_gtp WHERE id = {alias}.seance_id AND etat = 'close'"
# Une pièce d'un dossier décidé reste, et aucune ne s'y ajoute ; un genre de dossier, une condition.
# Ce qu'emploie une version validée, en vigueur ou remplacée (REF-09).
_VERSION_VALIDEE = "SELECT 1 FROM referentiel WHERE id = {alias}.referentiel_id AND etat IN ('valide', 'remplace')"
_BLOC_EMPLOYE = (
    "SELECT 1 FROM referentiel_bloc rb JOIN referentiel r ON r.id = rb.referentiel_id "
    "WHERE rb.bloc_id = {bloc} AND r.etat IN ('valide', 'remplace')"
)
_COMPETENCE_EMPLOYEE = _BLOC_EMPLOYE.format(bloc="{alias}.bloc_id") + " UNION ALL " + _VERSION_VALIDEE
_MODALITE_EMPLOYEE = (
    "SELECT 1 FROM competence c WHERE c.id = {alias}.competence_id AND (EXISTS ("
    + _BLOC_EMPLOYE.format(bloc="c.bloc_id") + ") OR EXISTS (" + _VERSION_VALIDEE.replace("{alias}", "c") + "))"
)
_HABILITATION_DECIDEE = "etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND NOT reprise"
_DE_L_HABILITATION = f"SELECT 1 FROM habilitation WHERE id = {{alias}}.habilitation_id AND {_HABILITATION_DECIDEE}"
_ETAPE_FIGEE = (
    "SELECT 1 FROM habilitation h WHERE h.id = {alias}.habilitation_id AND (h.etat = 'retiree' OR "
    "(NOT {alias}.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))"
)
_PORTEE_COMMUNE = (
    "((NOT EXISTS (SELECT 1 FROM habilitation_certification WHERE habilitation_id = h.id) "
    "AND NOT EXISTS (SELECT 1 FROM habilitation_bloc WHERE habilitation_id = h.id)) "
    "OR (NOT EXISTS (SELECT 1 FROM habilitation_certification WHERE habilitation_id = NEW.id) "
    "AND NOT EXISTS (SELECT 1 FROM habilitation_bloc WHERE habilitation_id = NEW.id)) "
    "OR EXISTS (SELECT 1 FROM habilitation_certification x JOIN habilitation_certification y "
    "ON x.certification_id = y.certification_id WHERE x.habilitation_id = h.id AND y.habilitation_id = NEW.id) "
    "OR EXISTS (SELECT 1 FROM habilitation_bloc x JOIN habilitation_bloc y "
    "ON x.bloc_id = y.bloc_id WHERE x.habilitation_id = h.id AND y.habilitation_id = NEW.id))"
)
_DOSSIER_DECIDE = (
    "SELECT 1 FROM demande WHERE id = {alias}.demande_id AND etat IN ('acceptee', 'refusee', 'abandonnee') "
    "UNION ALL SELECT 1 FROM transmission WHERE id = {alias}.transmission_id AND transmise_le IS NOT NULL "
    "UNION ALL SELECT 1 FROM parcours WHERE id = {alias}.parcours_id AND etat <> 'projet' "
    "UNION ALL SELECT 1 FROM habilitation h WHERE h.etat IN ('accordee', 'refusee', 'suspendue', 'retiree') AND "
    "(h.id = {alias}.habilitation_id OR h.id = (SELECT habilitation_id FROM appreciation "
    "WHERE id = {alias}.appreciation_id)) "
    "UNION ALL SELECT 1 FROM etape_instruction e JOIN habilitation h ON h.id = e.habilitation_id "
    "WHERE e.id = {alias}.etape_instruction_id AND (h.etat = 'retiree' OR "
    "(NOT e.suivi AND h.etat IN ('accordee', 'refusee', 'suspendue')))"
)


@dataclass(frozen=True, slots=True)
class Gel:
    """Un déclencheur : avant tel événement, si telle condition est vraie, la base refuse avec ce code."""

    table: str
    evenement: str
    code: str
    condition: str
    nom: str

    def sqlite(self) -> str:
        """Le déclencheur dans la langue de SQLite."""
        return (
            f"CREATE TRIGGER {self.nom} BEFORE {self.evenement} ON {self.table} FOR EACH ROW "
            f"WHEN {terme.traduire(self.condition, 'sqlite')} BEGIN SELECT RAISE(ABORT, '{self.code}:{self.nom}'); END"
        )

    def postgresql(self) -> tuple[str, str]:
        """La fonction et le déclencheur dans la langue de PostgreSQL."""
        rend = "OLD" if self.evenement == "DELETE" else "NEW"
        return (
            f"CREATE FUNCTION {self.nom}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {terme.traduire(self.condition, 'postgresql')} THEN RAISE EXCEPTION '{self.code}:{self.nom}' USING ERRCODE = 'restrict_violation'; "
            f"END IF; RETURN {rend}; END $$",
            f"CREATE TRIGGER {self.nom} BEFORE {self.evenement} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.nom}()",
        )


def _fige(
    table: str, code: str, condition: str, *, insertion: bool = True, sauf: str = "", effacable: str = "",
) -> list[Gel]:
    """Les déclencheurs qui figent une table : la condition vaut pour la ligne d'avant et pour celle d'après.

    :param sauf: la seule modification encore permise.
    :param effacable: ce qui, au terme de sa conservation, se retire quand même.
    """
    gels = []
    if insertion:
        gels.append(Gel(table, "INSERT", code, f"EXISTS ({condition.format(alias='NEW')})", f"gel_{table}_ajout"))
    gels.append(
        Gel(
            table, "UPDATE", code,
            f"(EXISTS ({condition.format(alias='OLD')}) OR EXISTS ({condition.format(alias='NEW')}))"
            + (f" AND NOT {sauf}" if sauf else ""),
            f"gel_{table}_modification",
        )
    )
    retrait = f"EXISTS ({condition.format(alias='OLD')})" + (f" AND NOT ({effacable})" if effacable else "")
    gels.append(Gel(table, "DELETE", code, retrait, f"gel_{table}_retrait"))
    return gels


_DECIDEE = (
    "EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id "
    "WHERE p.inscription_id = {alias}.inscription_id AND v.signe_le IS NOT NULL)"
)
_REJOINT_UNE_DECIDEE = f"(OLD.inscription_id <> NEW.inscription_id AND {_DECIDEE.format(alias='NEW')})"
# Seul le jour où le résultat est dit au candidat s'écrit encore après la signature (VAE-06).
_VAE_CHANGEE = " OR ".join(
    f"COALESCE(CAST(OLD.{c} AS TEXT), '') <> COALESCE(CAST(NEW.{c} AS TEXT), '')"
    for c in ("inscription_id", "centre_id", "collectif_id", "accueil_le", "dossier_complet_le", "recevabilite", "decidee_le",
              "notifiee_le", "livret2_recu_le", "commission_id", "mise_en_situation", "entretien", "conclusion")
)
_COMMISSION_CONCLUE = "SELECT 1 FROM vae WHERE commission_id = {ligne} AND conclusion IS NOT NULL"
_APPRECIATION_DUE = (
    f"{terme.appreciation_due('OLD.inscription_id')} AND NOT {terme.inscription_retenue('OLD.inscription_id')}"
)
# Ce que la commission de validation en a dit s'efface comme une appréciation.
_VAE_CHANGEE += (
    " OR ((NEW.observations <> OLD.observations OR NEW.motif <> OLD.motif) AND (NEW.observations <> '' "
    f"OR NEW.motif NOT IN ('', 'Effacé au terme de sa conservation') OR NOT ({_APPRECIATION_DUE})))"
)
# L'appréciation s'efface au terme de sa conservation (ARC-04, ARC-05) ; le reste de l'évaluation ne change plus.
_EVALUATION_CHANGEE = " OR ".join(
    f"COALESCE(CAST(OLD.{c} AS TEXT), '') <> COALESCE(CAST(NEW.{c} AS TEXT), '')"
    for c in ("inscription_id", "competence_id", "modalite_code", "commission_id", "date_evaluation", "resultat",
              "acquis_de_id")
) + (
    " OR (NEW.appreciation <> OLD.appreciation AND (NEW.appreciation <> '' "
    f"OR NOT ({_APPRECIATION_DUE})))"
)
_EVALUATEURS = "(SELECT COUNT(*) FROM evaluateur WHERE commission_id = {alias}.commission_id)"
_EVALUATEUR_NECESSAIRE = (
    "EXISTS (SELECT 1 FROM evaluation WHERE commission_id = OLD.commission_id AND resultat IS NOT NULL) "
    f"AND {_EVALUATEURS.format(alias='OLD')} <= 2"
)
_COMMISSION_SEULE = (
    f"NEW.commission_id IS NOT NULL AND NEW.resultat IS NOT NULL AND {_EVALUATEURS.format(alias='NEW')} < 2"
)

_NI_OUVERT_NI_VOTANT = (
    "NOT EXISTS (SELECT 1 FROM siege s JOIN jury j ON j.id = s.jury_id "
    "WHERE s.id = NEW.siege_id AND s.voix AND s.present AND j.etat = 'ouvert') "
    # Signé, le jury est figé : c'est cela (JUR-13) qu'il faut dire.
    "AND NOT EXISTS ({signe})"
).format(signe=_PV_SIGNE_DE_PRESENTATION.format(alias="NEW"))
_BLOC_ETRANGER = (
    "EXISTS (SELECT 1 FROM bloc_competences WHERE id = NEW.bloc_id) AND NOT EXISTS (SELECT 1 FROM presentation_competence k JOIN competence c "
    "ON c.id = k.competence_id WHERE k.presentation_id = NEW.presentation_id AND c.bloc_id = NEW.bloc_id)"
)
# Seul un procès-verbal rectificatif signé change encore une décision, et seulement comme il le dit.
_DECISION_RECTIFIEE = (
    f"({_inchange('id', 'jury_id', 'centre_id', 'inscription_id', 'proces_verbal_id', 'numero_anonyme', 'commentaire')} "
    f"AND {_rectifie('decision', 'OLD.id', 'decision')})"
)
_COMPETENCE_RECTIFIEE = (
    f"({_inchange('id', 'presentation_id', 'competence_id', 'ordre')} "
    "AND COALESCE(OLD.synthese, '') = COALESCE(NEW.synthese, '') "
    f"AND {_rectifie('competence', 'OLD.presentation_id', 'retenu', 'r.competence_id = OLD.competence_id')})"
)

def _change(*colonnes: tuple[str, str]) -> str:
    """L'une de ces colonnes change ; chacune avec ce qui tient lieu de vide."""
    return " OR ".join(f"COALESCE(OLD.{c}, {vide}) <> COALESCE(NEW.{c}, {vide})" for c, vide in colonnes)


_LIGNE_SOUMISE = "SELECT 1 FROM parcours p WHERE p.id = {alias}.parcours_id AND p.etat <> 'projet'"
_CONTENU_DU_PARCOURS = _change(
    *((c, "''") for c in ("societe", "adresse", "intitule", "public_vise", "attestation", "avis_cse",
                          "evaluation_conditions", "evaluation_modalites", "evaluation_criteres")),
    *((c, "0") for c in ("centre_id", "numero", "minutes", "mois")), ("avis_cse_le", "'1000-01-01'"),
)
_CONTENU_DE_L_ATTRIBUTION = _change(
    *((c, "''") for c in ("nom", "prenoms", "organisme_evaluation", "resultat", "emploi", "cotation")),
    *((c, "0") for c in ("parcours_id", "centre_id", "numero")),
    *((c, "'1000-01-01'") for c in ("date_naissance", "habilite_le", "evalue_le", "attribue_le")),
)

_PRESENTATION_VIDEE = (
    f"{terme.jury_du('OLD.jury_id')} AND NEW.motif = '' AND NEW.commentaire = '' AND NOT ("
    + _change(*((c, "0") for c in ("id", "jury_id", "centre_id", "inscription_id", "proces_verbal_id", "numero_anonyme",
                                   "voix_pour", "voix_contre")), ("decision", "''"))
    + " OR OLD.voix_preponderante <> NEW.voix_preponderante)"
)
_EMARGEMENT_DU = (
    "EXISTS (SELECT 1 FROM transmission t WHERE t.id = OLD.transmission_id AND " + terme.jury_du("t.jury_id") + ")"
)
_ARCHIVE_DUE = (
    f"{terme.echu('OLD.conserver_jusqu_au')} "
    f"AND (OLD.certificat_id IS NULL OR {terme.certificat_du('OLD.certificat_id')}) "
    "AND NOT EXISTS (SELECT 1 FROM duplicata d WHERE d.id = OLD.duplicata_id "
    f"AND NOT ({terme.certificat_du('d.certificat_id')})) "
    "AND NOT EXISTS (SELECT 1 FROM proces_verbal v WHERE v.id = OLD.proces_verbal_id "
    f"AND NOT ({terme.jury_du('v.jury_id')})) "
    "AND NOT EXISTS (SELECT 1 FROM transmission t WHERE t.id = OLD.transmission_id "
    f"AND NOT ({terme.jury_du('t.jury_id')}))"
)
_CANDIDAT_EFFACE = "SELECT 1 FROM candidat c WHERE c.efface_le IS NOT NULL AND c.id = "
_EFFACE_DE_L_INSCRIPTION = _CANDIDAT_EFFACE + "(SELECT candidat_id FROM inscription WHERE id = {inscription})"
_EFFACE_DU_CERTIFICAT = _CANDIDAT_EFFACE + "(SELECT candidat_id FROM certificat WHERE id = {certificat})"
# Ce qu'un jury a laissé, et qui part avec son procès-verbal.
DU_JURY = ("vote", "vote_rectificatif", "rectification", "envoi", "presentation")
# Les valeurs du journal partent avec la fiche dont elles parlent, ou quand plus aucun document ne s'en garde.
VALEURS_DUES = " OR ".join((
    terme.echu("OLD.le", terme.JOURNAL),
    f"(OLD.objet = 'candidat' AND EXISTS ({_CANDIDAT_EFFACE}OLD.objet_id))",
    f"(OLD.objet = 'inscription' AND EXISTS ({_EFFACE_DE_L_INSCRIPTION.format(inscription='OLD.objet_id')}))",
    *(
        f"(OLD.objet = '{table}' AND EXISTS ("
        + _EFFACE_DE_L_INSCRIPTION.format(inscription=f"(SELECT inscription_id FROM {table} WHERE id = OLD.objet_id)") + "))"
        for table in ("evaluation", "vae", "dossier_evaluation", "presentation", "amenagement")
    ),
    *(
        f"(OLD.objet = '{table}' AND EXISTS (SELECT 1 FROM {table} x WHERE x.id = OLD.objet_id AND "
        f"{terme.jury_du('x.jury_id')}))" for table in DU_JURY
    ),
    f"(OLD.objet = 'certificat' AND EXISTS ({_EFFACE_DU_CERTIFICAT.format(certificat='OLD.objet_id')}))",
    *(
        f"(OLD.objet = '{table}' AND EXISTS (SELECT 1 FROM {table} x WHERE x.id = OLD.objet_id AND "
        f"{terme.certificat_du('x.certificat_id')}))" for table in ("remise", "duplicata")
    ),
    "(OLD.objet = 'avis_entreprise' AND EXISTS (SELECT 1 FROM avis_entreprise x WHERE x.id = OLD.objet_id AND "
    f"{terme.appreciation_due('x.inscription_id')} AND NOT {terme.inscription_retenue('x.inscription_id')}))",
))
_JOURNAL_VIDE = (
    f"NEW.avant IS NULL AND NEW.apres IS NULL AND ({VALEURS_DUES}) AND OLD.acteur = NEW.acteur AND OLD.action = NEW.action "
    "AND OLD.objet = NEW.objet AND OLD.le = NEW.le AND NOT ("
    + _change(*((c, "0") for c in ("id", "utilisateur_id", "centre_id", "objet_id", "importation_id", "importation_ligne")))
    + ")"
)

GELS: tuple[Gel, ...] = (
    *_fige("vote", "JUR-13", _PV_SIGNE_DE_PRESENTATION, effacable=terme.jury_du("OLD.jury_id")),
    *_fige("presentation_competence", "JUR-13", _PV_SIGNE_DE_PRESENTATION, sauf=_COMPETENCE_RECTIFIEE),
    Gel("presentation", "INSERT", "JUR-13", f"EXISTS ({_JURY_SIGNE.format(alias='NEW')})", "gel_presentation_ajout"),
    Gel("presentation", "UPDATE", "JUR-13",
        f"(EXISTS ({_PV_SIGNE.format(alias='OLD')}) OR EXISTS ({_PV_SIGNE.format(alias='NEW')}) "
        f"OR (OLD.jury_id <> NEW.jury_id AND EXISTS ({_JURY_SIGNE.format(alias='NEW')}))) AND NOT {_DECISION_RECTIFIEE} "
        f"AND NOT ({_PRESENTATION_VIDEE})",
        "gel_presentation_modification"),
    Gel("presentation", "DELETE", "JUR-13", f"EXISTS ({_JURY_SIGNE.format(alias='OLD')})", "gel_presentation_retrait"),
    *_fige("siege", "JUR-13", _JURY_SIGNE),
    Gel("vote", "INSERT", "JUR-10", _BLOC_ETRANGER, "gel_vote_bloc_ajout"),
    Gel("vote", "UPDATE", "JUR-10",
        "OLD.presentation_id <> NEW.presentation_id OR COALESCE(OLD.bloc_id, 0) <> COALESCE(NEW.bloc_id, 0)",
        "gel_vote_bloc_modification"),
    # Un lien révoqué ne revit pas, et ne change pas de siège.
    Gel("lien_vote", "UPDATE", "JUR-13",
        "OLD.empreinte <> NEW.empreinte OR OLD.siege_id <> NEW.siege_id OR OLD.revoque_le IS NOT NULL",
        "gel_lien_vote_modification"),
    *_fige("rectification", "JUR-13", _PV_SIGNE, effacable=terme.jury_du("OLD.jury_id")),
    *_fige("vote_rectificatif", "JUR-13", _PV_SIGNE, effacable=terme.jury_du("OLD.jury_id")),
    # Un rectificatif vise un procès-verbal signé de la même certification, au même jury.
    Gel("proces_verbal", "INSERT", "JUR-13",
        "EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.rectifie_id AND (jury_id <> NEW.jury_id "
        "OR certification_id <> NEW.certification_id OR signe_le IS NULL OR rectifie_id IS NOT NULL))",
        "gel_proces_verbal_rectificatif"),
    Gel("annulation_certificat", "INSERT", "ATT-01",
        "EXISTS (SELECT 1 FROM proces_verbal WHERE id = NEW.proces_verbal_id AND (rectifie_id IS NULL OR signe_le IS NULL))",
        "gel_annulation_certificat_ajout"),
    Gel("annulation_certificat", "UPDATE", "ATT-01", "1 = 1", "gel_annulation_certificat_modification"),
    Gel("annulation_certificat", "DELETE", "ATT-01", "1 = 1", "gel_annulation_certificat_retrait"),
    Gel("certificat", "INSERT", "ATT-01",
        "EXISTS (SELECT 1 FROM certificat WHERE id = NEW.remplace_id) AND NOT EXISTS (SELECT 1 FROM annulation_certificat "
        "WHERE certificat_id = NEW.remplace_id)", "gel_certificat_remplacant"),
    Gel("vote", "INSERT", "JUR-10", _NI_OUVERT_NI_VOTANT, "gel_vote_votant_ajout"),
    Gel("vote", "UPDATE", "JUR-10", _NI_OUVERT_NI_VOTANT, "gel_vote_votant_modification"),
    # Un procès-verbal naît sans signature : signer est une modification, que le déclencheur suivant vérifie.
    Gel("proces_verbal", "INSERT", "JUR-13", "NEW.signe_le IS NOT NULL", "gel_proces_verbal_ajout"),
    Gel("proces_verbal", "UPDATE", "JUR-13", "OLD.signe_le IS NOT NULL", "gel_proces_verbal_modification"),
    Gel("proces_verbal", "DELETE", "JUR-13", "OLD.signe_le IS NOT NULL", "gel_proces_verbal_retrait"),
    Gel(
        "proces_verbal", "UPDATE", "JUR-13",
        "OLD.signe_le IS NULL AND NEW.signe_le IS NOT NULL AND (EXISTS (SELECT 1 FROM presentation "
        "WHERE jury_id = NEW.jury_id AND (proces_verbal_id IS NULL OR (proces_verbal_id = NEW.id AND decision IS NULL))) "
        "OR (NEW.rectifie_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM rectification WHERE proces_verbal_id = NEW.id)) "
        "OR NOT EXISTS (SELECT 1 FROM siege "
        "WHERE id = NEW.signataire_id AND president AND present))",
        "gel_proces_verbal_signature",
    ),
    Gel(
        "jury", "UPDATE", "JUR-13",
        "EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.id AND signe_le IS NOT NULL) AND ("
        "OLD.date_jury <> NEW.date_jury OR OLD.lieu <> NEW.lieu OR OLD.centre_id <> NEW.centre_id "
        "OR OLD.etat = 'clos' OR NEW.etat NOT IN (OLD.etat, 'clos'))",
        "gel_jury_modification",
    ),
    Gel(
        "jury", "UPDATE", "JUR-13",
        "OLD.etat <> 'clos' AND NEW.etat = 'clos' AND (NOT EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.id) "
        "OR EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = NEW.id AND signe_le IS NULL))",
        "gel_jury_cloture",
    ),
    Gel(
        "jury", "DELETE", "JUR-13",
        "EXISTS (SELECT 1 FROM proces_verbal WHERE jury_id = OLD.id AND signe_le IS NOT NULL)", "gel_jury_retrait",
    ),
    Gel(
        "certificat", "INSERT", "ATT-01",
        "NOT EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id "
        "WHERE p.id = NEW.presentation_id AND v.signe_le IS NOT NULL AND (p.decision = 'A' "
        "OR (NEW.bloc_id IS NOT NULL AND EXISTS (SELECT 1 FROM presentation_competence k JOIN competence c "
        "ON c.id = k.competence_id WHERE k.presentation_id = p.id AND c.bloc_id = NEW.bloc_id) "
        "AND NOT EXISTS (SELECT 1 FROM presentation_competence k JOIN competence c ON c.id = k.competence_id "
        "WHERE k.presentation_id = p.id AND c.bloc_id = NEW.bloc_id "
        "AND (k.retenu IS NULL OR k.retenu <> 'acquise')))))",
        "gel_certificat_sans_decision",
    ),
    *(
        # INSERT OR REPLACE de SQLite ôterait la ligne d'une même clé sans passer par ses déclencheurs de retrait.
        Gel(table, "INSERT", code, f"EXISTS (SELECT 1 FROM {table} WHERE {cles})", f"gel_{table}_remplacement")
        for table, code, cles in (
            (
                "certificat", "ATT-01",
                "id = NEW.id OR numero = NEW.numero OR code_verification = NEW.code_verification "
                "OR (presentation_id = NEW.presentation_id AND famille = NEW.famille "
                "AND COALESCE(bloc_id, 0) = COALESCE(NEW.bloc_id, 0) "
                "AND COALESCE(remplace_id, 0) = COALESCE(NEW.remplace_id, 0))",
            ),
            (
                "archive", "ARC-03",
                "id = NEW.id OR certificat_id = NEW.certificat_id OR proces_verbal_id = NEW.proces_verbal_id "
                "OR (habilitation_id = NEW.habilitation_id AND nature = NEW.nature)",
            ),
            ("journal", "JOURNAL", "id = NEW.id"),
            ("parcours", "PPC-03", "etat <> 'projet' AND id = NEW.id"),
            (
                "attribution_parcours", "PPC-04",
                "id = NEW.id OR (parcours_id = NEW.parcours_id AND numero = NEW.numero)",
            ),
            ("jury", "JUR-13", "id = NEW.id"),
            ("envoi", "ENV-01", "etat IN ('envoye', 'a_la_main') AND (id = NEW.id OR cle_envoi = NEW.cle_envoi "
                                "OR message_id = NEW.message_id)"),
            (
                "proces_verbal", "JUR-13",
                "signe_le IS NOT NULL AND (id = NEW.id OR reference = NEW.reference "
                "OR (jury_id = NEW.jury_id AND certification_id = NEW.certification_id AND NEW.rectifie_id IS NULL))",
            ),
        )
    ),
    Gel(
        "inscription", "UPDATE", "JUR-13",
        "EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id "
        "WHERE p.inscription_id = OLD.id AND v.signe_le IS NOT NULL) AND ("
        "OLD.centre_id <> NEW.centre_id OR OLD.candidat_id <> NEW.candidat_id "
        "OR OLD.certification_id <> NEW.certification_id OR OLD.cible <> NEW.cible OR OLD.voie <> NEW.voie "
        "OR OLD.origine <> NEW.origine OR OLD.dispositif_financement <> NEW.dispositif_financement "
        "OR OLD.abondement_cpf <> NEW.abondement_cpf OR OLD.date_inscription <> NEW.date_inscription "
        "OR COALESCE(OLD.entreprise_id, 0) <> COALESCE(NEW.entreprise_id, 0) "
        "OR (OLD.etat <> NEW.etat AND OLD.etat <> 'ouverte' AND NOT EXISTS (SELECT 1 FROM presentation p "
        "WHERE p.inscription_id = OLD.id AND NEW.etat = CASE p.decision WHEN 'A' THEN 'admise' ELSE 'non_admise' END)))",
        "gel_inscription_modification",
    ),
    Gel(
        "inscription", "DELETE", "JUR-13",
        "EXISTS (SELECT 1 FROM presentation p JOIN proces_verbal v ON v.id = p.proces_verbal_id "
        "WHERE p.inscription_id = OLD.id AND v.signe_le IS NOT NULL)",
        "gel_inscription_retrait",
    ),
    Gel("vae", "UPDATE", "JUR-13", f"{_DECIDEE.format(alias='OLD')} AND ({_VAE_CHANGEE})", "gel_vae_modification"),
    Gel("vae", "DELETE", "JUR-13", _DECIDEE.format(alias="OLD"), "gel_vae_retrait"),
    Gel("inscription", "UPDATE", "VAE-04",
        "OLD.voie <> NEW.voie AND EXISTS (SELECT 1 FROM vae WHERE inscription_id = OLD.id AND recevabilite IS NOT NULL)",
        "gel_inscription_voie"),
    # Ce qu'une commission a conclu repose sur sa composition : elle ne change plus.
    Gel("commission_validation", "UPDATE", "VAE-05",
        f"(OLD.tenue_le <> NEW.tenue_le OR OLD.lieu <> NEW.lieu) AND EXISTS ({_COMMISSION_CONCLUE.format(ligne='OLD.id')})",
        "gel_commission_validation_modification"),
    *_fige("membre_validation", "VAE-05", _COMMISSION_CONCLUE.format(ligne="{alias}.commission_id")),
    *_fige("parcours_domaine", "PPC-03", _LIGNE_SOUMISE),
    *_fige("parcours_module", "PPC-03", _LIGNE_SOUMISE),
    # Soumis, un parcours ne change plus que d'état ; validé, il n'est plus que remplacé.
    Gel(
        "parcours", "UPDATE", "PPC-03",
        f"OLD.etat <> 'projet' AND ({_CONTENU_DU_PARCOURS} "
        "OR (OLD.etat = 'remplace' AND NEW.etat <> 'remplace') "
        "OR (OLD.etat = 'valide' AND (NEW.etat NOT IN ('valide', 'remplace') OR NEW.valide_le <> OLD.valide_le "
        "OR NEW.certification_id <> OLD.certification_id)))",
        "gel_parcours_modification",
    ),
    Gel("parcours", "DELETE", "PPC-03", "OLD.etat <> 'projet'", "gel_parcours_retrait"),
    Gel(
        "attribution_parcours", "INSERT", "PPC-04",
        "NOT EXISTS (SELECT 1 FROM parcours p WHERE p.id = NEW.parcours_id AND p.etat IN ('valide', 'remplace') "
        "AND p.valide_le <= NEW.attribue_le)",
        "gel_attribution_parcours_ajout",
    ),
    Gel(
        "attribution_parcours", "UPDATE", "PPC-04",
        f"OLD.annulee_le IS NOT NULL OR {_CONTENU_DE_L_ATTRIBUTION}", "gel_attribution_parcours_modification",
    ),
    Gel("attribution_parcours", "DELETE", "PPC-04", "1 = 1", "gel_attribution_parcours_retrait"),
    Gel("evaluation", "INSERT", "JUR-13", _DECIDEE.format(alias="NEW"), "gel_evaluation_ajout"),
    Gel("evaluation", "UPDATE", "JUR-13",
        f"({_DECIDEE.format(alias='OLD')} AND ({_EVALUATION_CHANGEE})) OR {_REJOINT_UNE_DECIDEE}",
        "gel_evaluation_modification"),
    Gel("evaluation", "DELETE", "JUR-13", _DECIDEE.format(alias="OLD"), "gel_evaluation_retrait"),
    Gel("evaluation", "INSERT", "EVA-02", _COMMISSION_SEULE, "gel_evaluation_commission_ajout"),
    Gel("evaluation", "UPDATE", "EVA-02", _COMMISSION_SEULE, "gel_evaluation_commission_modification"),
    Gel("evaluateur", "UPDATE", "EVA-02", f"OLD.commission_id <> NEW.commission_id AND {_EVALUATEUR_NECESSAIRE}",
        "gel_evaluateur_modification"),
    Gel("evaluateur", "DELETE", "EVA-02", _EVALUATEUR_NECESSAIRE, "gel_evaluateur_retrait"),
    Gel("avis_entreprise", "INSERT", "JUR-13", _DECIDEE.format(alias="NEW"), "gel_avis_entreprise_ajout"),
    Gel("avis_entreprise", "UPDATE", "JUR-13", f"{_DECIDEE.format(alias='OLD')} OR {_REJOINT_UNE_DECIDEE}",
        "gel_avis_entreprise_modification"),
    Gel("avis_entreprise", "DELETE", "JUR-13", f"{_DECIDEE.format(alias='OLD')} AND NOT ({_APPRECIATION_DUE})",
        "gel_avis_entreprise_retrait"),
    # Une fiche réunie à une autre ne reçoit plus d'inscription, garde son état civil, et n'en désigne qu'une vivante.
    Gel(
        "inscription", "INSERT", "INS-13",
        "EXISTS (SELECT 1 FROM candidat WHERE id = NEW.candidat_id AND fusionne_dans_id IS NOT NULL)",
        "gel_inscription_fiche_reunie_ajout",
    ),
    Gel(
        "candidat", "UPDATE", "INS-13",
        "(OLD.fusionne_dans_id IS NOT NULL AND NEW.fusionne_dans_id IS NOT NULL AND ("
        "OLD.nom_naissance <> NEW.nom_naissance OR OLD.nom_usage <> NEW.nom_usage OR OLD.prenoms <> NEW.prenoms "
        "OR OLD.date_naissance <> NEW.date_naissance OR OLD.ville_naissance <> NEW.ville_naissance)) "
        "OR (NEW.fusionne_dans_id IS NOT NULL AND (NEW.fusionne_dans_id = NEW.id OR EXISTS ("
        "SELECT 1 FROM candidat WHERE id = NEW.fusionne_dans_id AND fusionne_dans_id IS NOT NULL)))",
        "gel_candidat_reuni",
    ),
    # Ce qui est parti est parti.
    Gel("envoi", "UPDATE", "ENV-01", "OLD.etat IN ('envoye', 'a_la_main')", "gel_envoi_modification"),
    Gel("envoi", "DELETE", "ENV-01", f"OLD.etat IN ('envoye', 'a_la_main') AND NOT ({terme.jury_du('OLD.jury_id')})",
        "gel_envoi_retrait"),
    Gel("certificat", "UPDATE", "ATT-01", "1 = 1", "gel_certificat_modification"),
    Gel("certificat", "DELETE", "ATT-01", "1 = 1", "gel_certificat_retrait"),
    Gel("duplicata", "UPDATE", "ATT-06", "1 = 1", "gel_duplicata_modification"),
    Gel("duplicata", "DELETE", "ATT-06", f"NOT ({terme.certificat_du('OLD.certificat_id')})", "gel_duplicata_retrait"),
    Gel("formulation", "UPDATE", "FOR-05", "1 = 1", "gel_formulation_modification"),
    Gel("formulation", "DELETE", "FOR-05", "1 = 1", "gel_formulation_retrait"),
    Gel("archive", "UPDATE", "ARC-03", "1 = 1", "gel_archive_modification"),
    # Rien avant son terme, par personne : ce que le déclencheur compare ne se modifie pas non plus.
    Gel("archive", "DELETE", "ARC-03", f"NOT ({_ARCHIVE_DUE})", "gel_archive_retrait"),
    Gel("candidat", "INSERT", "ARC-11", "NEW.efface_le IS NOT NULL", "gel_candidat_efface_ajout"),
    Gel(
        "candidat", "UPDATE", "ARC-11",
        "OLD.efface_le IS NOT NULL OR (NEW.efface_le IS NOT NULL AND NOT (" + terme.fiche_due("OLD.id")
        + f" AND NOT {terme.retenu('OLD.id')}))",
        "gel_candidat_efface",
    ),
    Gel("inscription", "INSERT", "ARC-11",
        "EXISTS (SELECT 1 FROM candidat WHERE id = NEW.candidat_id AND efface_le IS NOT NULL)",
        "gel_inscription_fiche_effacee_ajout"),
    Gel("piece", "UPDATE", "ARC-01", "OLD.inscription_id IS NOT NULL", "gel_piece_inscription_modification"),
    Gel(
        "piece", "DELETE", "ARC-01",
        "OLD.inscription_id IS NOT NULL AND (EXISTS (SELECT 1 FROM inscription WHERE id = OLD.inscription_id "
        f"AND etat = 'ouverte') OR {terme.inscription_retenue('OLD.inscription_id')})",
        "gel_piece_inscription_retrait",
    ),
    Gel("piece", "INSERT", "ARC-01", "EXISTS (SELECT 1 FROM piece WHERE id = NEW.id AND inscription_id IS NOT NULL)",
        "gel_piece_inscription_remplacement"),
    Gel(
        "conservation_suspendue", "UPDATE", "ARC-20",
        "OLD.levee_le IS NOT NULL OR OLD.depuis <> NEW.depuis OR OLD.raison <> NEW.raison OR "
        + _change(*((c, "0") for c in ("id", "centre_id", "candidat_id", "jury_id"))),
        "gel_conservation_suspendue_modification",
    ),
    Gel("conservation_suspendue", "DELETE", "ARC-20", "1 = 1", "gel_conservation_suspendue_retrait"),
    Gel("conservation_suspendue", "INSERT", "ARC-20", "EXISTS (SELECT 1 FROM conservation_suspendue WHERE id = NEW.id)",
        "gel_conservation_suspendue_remplacement"),
    Gel("purge", "UPDATE", "ARC-21", "OLD.etat <> 'proposee' OR OLD.au <> NEW.au OR OLD.proposee_par <> NEW.proposee_par",
        "gel_purge_modification"),
    Gel("purge", "DELETE", "ARC-21", "1 = 1", "gel_purge_retrait"),
    Gel("purge", "INSERT", "ARC-21", "EXISTS (SELECT 1 FROM purge WHERE id = NEW.id)", "gel_purge_remplacement"),
    *_fige("purge_ligne", "ARC-21", "SELECT 1 FROM purge WHERE id = {alias}.purge_id AND etat <> 'proposee'"),
    Gel("journal", "UPDATE", "JOURNAL", f"NOT ({_JOURNAL_VIDE})", "gel_journal_modification"),
    Gel("journal", "DELETE", "JOURNAL", "1 = 1", "gel_journal_retrait"),
    # Un fichier ne change pas ; déposé, il reste. Un passage n'avance que dans son ordre, et un passage accepté est fini.
    Gel(
        "fichier_accrochage", "UPDATE", "ACC-02",
        "OLD.id <> NEW.id OR OLD.id_flux <> NEW.id_flux OR OLD.nom_fichier <> NEW.nom_fichier OR OLD.passages <> NEW.passages "
        "OR OLD.sha256 <> NEW.sha256 OR OLD.taille <> NEW.taille "
        "OR (OLD.depose_le IS NOT NULL AND (NEW.depose_le IS NULL OR NEW.depose_le <> OLD.depose_le))",
        "gel_fichier_accrochage_modification",
    ),
    Gel("fichier_accrochage", "DELETE", "ACC-02", "OLD.depose_le IS NOT NULL", "gel_fichier_accrochage_retrait"),
    Gel(
        "passage_accrochage", "INSERT", "ACC-02",
        "NEW.etat IN ('depose', 'accepte', 'corrige') OR (NEW.etat = 'ko' AND NEW.message <> '') "
        "OR EXISTS (SELECT 1 FROM fichier_accrochage WHERE id = NEW.fichier_id AND depose_le IS NOT NULL)",
        "gel_passage_accrochage_ajout",
    ),
    Gel(
        "passage_accrochage", "UPDATE", "ACC-02",
        "OLD.id <> NEW.id OR OLD.fichier_id <> NEW.fichier_id OR OLD.certificat_id <> NEW.certificat_id "
        "OR OLD.id_technique <> NEW.id_technique OR NOT ((OLD.etat = 'prepare' AND NEW.etat = 'depose') "
        "OR (OLD.etat = 'depose' AND NEW.etat IN ('accepte', 'ko')) OR (OLD.etat = 'ko' AND NEW.etat = 'corrige'))",
        "gel_passage_accrochage_modification",
    ),
    Gel("passage_accrochage", "DELETE", "ACC-02", "OLD.etat <> 'prepare'", "gel_passage_accrochage_retrait"),
    Gel(
        "transmission", "UPDATE", "TRA-02",
        "OLD.transmise_le IS NOT NULL AND (NEW.transmise_le IS NULL OR OLD.transmise_le <> NEW.transmise_le "
        "OR OLD.jury_id <> NEW.jury_id OR OLD.controlee_le IS NOT NULL)",
        "gel_transmission_modification",
    ),
    Gel("transmission", "DELETE", "TRA-02", "OLD.transmise_le IS NOT NULL", "gel_transmission_retrait"),
    Gel(
        "action_corrective", "UPDATE", "SUI-01",
        "OLD.realisee_le IS NOT NULL OR OLD.libelle <> NEW.libelle OR OLD.terme <> NEW.terme "
        "OR OLD.transmission_id <> NEW.transmission_id",
        "gel_action_corrective_modification",
    ),
    Gel("action_corrective", "DELETE", "SUI-01", "1 = 1", "gel_action_corrective_retrait"),
    *_fige("piece", "PIE-06", _DOSSIER_DECIDE, effacable=_EMARGEMENT_DU),
    *_fige("presence_gtp", "GTP-01", _SEANCE_CLOSE),
    *_fige("point_gtp", "GTP-01", _SEANCE_CLOSE),
    *_fige("vote_gtp", "GTP-01", _SEANCE_CLOSE),
    Gel("seance_gtp", "INSERT", "GTP-01", "NEW.etat = 'close'", "gel_seance_gtp_ajout"),
    Gel("seance_gtp", "INSERT", "GTP-01", "EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.id)",
        "gel_seance_gtp_remplacement"),
    Gel("seance_gtp", "UPDATE", "GTP-01", "OLD.etat = 'close'", "gel_seance_gtp_modification"),
    Gel("seance_gtp", "DELETE", "GTP-01", "OLD.etat = 'close'", "gel_seance_gtp_retrait"),
    Gel(
        "seance_gtp", "UPDATE", "GTP-01",
        "OLD.etat <> 'close' AND NEW.etat = 'close' AND EXISTS "
        "(SELECT 1 FROM point_gtp WHERE seance_id = NEW.id AND decision IS NULL)",
        "gel_seance_gtp_cloture",
    ),
    Gel("demande", "UPDATE", "REF-03", "OLD.etat IN ('acceptee', 'refusee', 'abandonnee')", "gel_demande_modification"),
    Gel("demande", "DELETE", "REF-03", "OLD.etat IN ('acceptee', 'refusee', 'abandonnee')", "gel_demande_retrait"),
    Gel("demande", "INSERT", "REF-03", "NEW.etat IN ('acceptee', 'refusee')", "gel_demande_ajout"),
    Gel("demande", "INSERT", "REF-03", "EXISTS (SELECT 1 FROM demande WHERE id = NEW.id)", "gel_demande_remplacement"),
    Gel(
        "demande", "UPDATE", "REF-03",
        "OLD.etat NOT IN ('acceptee', 'refusee', 'abandonnee') AND NEW.etat IN ('acceptee', 'refusee') AND NOT EXISTS "
        "(SELECT 1 FROM point_gtp p JOIN seance_gtp s ON s.id = p.seance_id WHERE p.demande_id = NEW.id "
        "AND p.decision = NEW.etat AND s.date_seance = NEW.decidee_le)",
        "gel_demande_decision",
    ),
    Gel("releve_decisions", "UPDATE", "GTP-03", "1 = 1", "gel_releve_decisions_modification"),
    Gel("releve_decisions", "DELETE", "GTP-03", "1 = 1", "gel_releve_decisions_retrait"),
    Gel("releve_decisions", "INSERT", "GTP-03",
        "EXISTS (SELECT 1 FROM releve_decisions WHERE id = NEW.id OR seance_id = NEW.seance_id)",
        "gel_releve_decisions_remplacement"),
    Gel("releve_decisions", "INSERT", "GTP-03",
        "EXISTS (SELECT 1 FROM seance_gtp WHERE id = NEW.seance_id AND etat <> 'close')", "gel_releve_decisions_ajout"),
    Gel("publication", "UPDATE", "REF-12", "OLD.faite_le IS NOT NULL", "gel_publication_modification"),
    Gel("publication", "DELETE", "REF-12", "1 = 1", "gel_publication_retrait"),
    *_fige("referentiel_bloc", "REF-09", _VERSION_VALIDEE),
    *_fige("competence", "REF-09", _COMPETENCE_EMPLOYEE),
    *_fige("competence_modalite", "REF-09", _MODALITE_EMPLOYEE),
    Gel(
        "bloc_competences", "UPDATE", "REF-09",
        "(OLD.id <> NEW.id OR OLD.libelle <> NEW.libelle OR COALESCE(OLD.numero, 0) <> COALESCE(NEW.numero, 0)) "
        f"AND EXISTS ({_BLOC_EMPLOYE.format(bloc='OLD.id')})",
        "gel_bloc_competences_modification",
    ),
    Gel("bloc_competences", "DELETE", "REF-09", f"EXISTS ({_BLOC_EMPLOYE.format(bloc='OLD.id')})",
        "gel_bloc_competences_retrait"),
    Gel(
        "referentiel", "UPDATE", "REF-09",
        "OLD.etat IN ('valide', 'remplace') AND (OLD.id <> NEW.id OR OLD.certification_id <> NEW.certification_id "
        "OR OLD.numero <> NEW.numero OR NEW.etat NOT IN (OLD.etat, 'remplace') OR NEW.valide_le IS NULL "
        "OR OLD.valide_le <> NEW.valide_le OR OLD.missions <> NEW.missions OR OLD.environnement <> NEW.environnement "
        "OR OLD.interactions <> NEW.interactions OR OLD.conditions_admissibilite <> NEW.conditions_admissibilite)",
        "gel_referentiel_modification",
    ),
    Gel(
        "referentiel", "UPDATE", "REF-08",
        "NEW.etat IN ('valide', 'remplace') AND EXISTS (SELECT 1 FROM referentiel_bloc rb "
        "JOIN bloc_competences b ON b.id = rb.bloc_id WHERE rb.referentiel_id = NEW.id AND b.numero IS NULL)",
        "gel_referentiel_numeros",
    ),
    Gel("referentiel", "DELETE", "REF-09", "OLD.etat IN ('valide', 'remplace')", "gel_referentiel_retrait"),
    *(
        Gel(table, "INSERT", "REF-09", condition, f"gel_{table}_remplacement")
        for table, condition in (
            ("referentiel", "EXISTS (SELECT 1 FROM referentiel WHERE etat IN ('valide', 'remplace') AND (id = NEW.id "
             "OR (certification_id = NEW.certification_id AND (numero = NEW.numero "
             "OR (etat = 'valide' AND NEW.etat = 'valide' AND NEW.valide_le IS NOT NULL)))))"),
            ("bloc_competences", "EXISTS (SELECT 1 FROM bloc_competences x WHERE (x.id = NEW.id OR x.numero = NEW.numero) "
             f"AND EXISTS ({_BLOC_EMPLOYE.format(bloc='x.id')}))"),
            ("competence", "EXISTS (SELECT 1 FROM competence x WHERE x.id = NEW.id AND (EXISTS ("
             + _BLOC_EMPLOYE.format(bloc="x.bloc_id") + ") OR EXISTS (" + _VERSION_VALIDEE.format(alias="x") + ")))"),
        )
    ),
    # Un identifiant donné ne change plus ; une certification reprise sans numéro peut encore recevoir le sien.
    Gel("certification", "UPDATE", "REF-08",
        "OLD.numero IS NOT NULL AND (OLD.famille <> NEW.famille OR OLD.numero <> COALESCE(NEW.numero, 0) "
        "OR OLD.annee <> COALESCE(NEW.annee, 0))", "gel_certification_identifiant"),
    Gel("bloc_competences", "UPDATE", "REF-08",
        "OLD.numero IS NOT NULL AND OLD.numero <> COALESCE(NEW.numero, 0) "
        f"AND NOT EXISTS ({_BLOC_EMPLOYE.format(bloc='OLD.id')})", "gel_bloc_competences_identifiant"),
    *_fige("appreciation", "HAB-02", _DE_L_HABILITATION),
    *_fige("habilitation_certification", "HAB-02", _DE_L_HABILITATION),
    *_fige("habilitation_bloc", "HAB-02", _DE_L_HABILITATION),
    *_fige("etape_instruction", "HAB-03", _ETAPE_FIGEE),
    Gel("habilitation", "INSERT", "HAB-02",
        "(NEW.etat <> 'demande' AND NOT NEW.reprise) OR EXISTS (SELECT 1 FROM habilitation WHERE id = NEW.id)",
        "gel_habilitation_ajout"),
    Gel(
        "habilitation", "UPDATE", "HAB-02",
        "OLD.etat IN ('demande', 'instruction', 'complement') AND (NEW.reprise <> OLD.reprise "
        "OR NEW.etat IN ('suspendue', 'retiree') OR (NEW.etat = 'accordee' AND (SELECT count(*) FROM appreciation "
        "WHERE habilitation_id = NEW.id AND resultat = 'satisfait') < (SELECT count(*) FROM indicateur)))",
        "gel_habilitation_decision",
    ),
    Gel(
        "habilitation", "UPDATE", "HAB-01",
        "NEW.etat = 'accordee' AND OLD.etat NOT IN ('accordee', 'suspendue') AND EXISTS (SELECT 1 FROM habilitation h "
        "WHERE h.id <> NEW.id AND h.organisme_id = NEW.organisme_id AND h.centre_id = NEW.centre_id "
        "AND h.etat IN ('accordee', 'suspendue') AND (h.au IS NULL OR h.au >= NEW.du) "
        f"AND (NEW.au IS NULL OR h.du <= NEW.au) AND {_PORTEE_COMMUNE})",
        "gel_habilitation_recouvrement",
    ),
    Gel(
        "habilitation", "UPDATE", "HAB-05",
        "OLD.etat IN ('refusee', 'retiree') OR (OLD.etat IN ('accordee', 'suspendue') AND ("
        "NEW.etat NOT IN ('accordee', 'suspendue', 'retiree') OR NEW.organisme_id <> OLD.organisme_id "
        "OR NEW.centre_id <> OLD.centre_id OR NEW.demande_le <> OLD.demande_le OR NEW.du <> OLD.du "
        "OR COALESCE(NEW.decide_le, OLD.demande_le) <> COALESCE(OLD.decide_le, OLD.demande_le) "
        "OR NEW.reprise <> OLD.reprise))",
        "gel_habilitation_modification",
    ),
    Gel("habilitation", "DELETE", "HAB-05", "OLD.etat NOT IN ('demande', 'instruction', 'complement')",
        "gel_habilitation_retrait"),
    Gel("evenement_habilitation", "UPDATE", "FC-02",
        "OLD.avise_le IS NOT NULL OR NEW.habilitation_id <> OLD.habilitation_id OR NEW.nature <> OLD.nature "
        "OR NEW.le <> OLD.le OR NEW.portee <> OLD.portee OR NEW.motif <> OLD.motif",
        "gel_evenement_habilitation_modification"),
    # Une fin prévue disparaît quand l'habilitation est retirée ou renouvelée avant ; rien d'autre ne s'efface.
    Gel("evenement_habilitation", "DELETE", "FC-02", "OLD.nature <> 'fin' OR OLD.avise_le IS NOT NULL",
        "gel_evenement_habilitation_retrait"),
    Gel("compteur", "DELETE", "REF-08", "1 = 1", "gel_compteur_retrait"),
    Gel("compteur", "UPDATE", "REF-08", "NEW.dernier < OLD.dernier OR NEW.nom <> OLD.nom", "gel_compteur_recul"),
)


# PostgreSQL n'a pas REPLACE, et y prend un numéro par INSERT … ON CONFLICT, que ce déclencheur gênerait.
_GELS_SQLITE = (
    Gel("compteur", "INSERT", "REF-08", "EXISTS (SELECT 1 FROM compteur WHERE nom = NEW.nom)",
        "gel_compteur_remplacement"),
)


def _troncatures() -> list[str]:
    """PostgreSQL : TRUNCATE vide une table sans passer par les déclencheurs de ligne ; il est refusé."""
    codes: dict[str, str] = {}
    for gel in GELS:
        codes.setdefault(gel.table, gel.code)
    return [
        "CREATE FUNCTION gel_troncature() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION USING MESSAGE = TG_ARGV[0] || ':gel_troncature', ERRCODE = 'restrict_violation'; END $$",
        *(
            f"CREATE TRIGGER gel_{table}_troncature BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION gel_troncature('{code}')"
            for table, code in codes.items()
        ),
    ]


def instructions(moteur: str) -> list[str]:
    """Les instructions SQL qui posent tous les déclencheurs sur ce moteur (`sqlite` ou `postgresql`)."""
    if moteur == "sqlite":
        return [*(g.sqlite() for g in (*GELS, *_GELS_SQLITE)), *tenue.instructions(moteur)]
    return [
        *(instruction for g in GELS for instruction in g.postgresql()), *_troncatures(), *tenue.instructions(moteur)
    ]
