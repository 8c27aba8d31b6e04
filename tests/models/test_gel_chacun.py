"""Chaque déclencheur, violé une fois par le geste qu'il défend : c'est lui, et non un voisin, qui refuse.

Les gestes sont écrits ici sans lire les conditions de `models.gel` : une condition fausse s'y voit.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from models import gel
from rules import controle
from tests.models.test_contraintes import _A_INSTRUIRE, _BLOC_LIBRE, _DU_67, _OUVERT, COPIES, TABLES, copier

Geste = str | Callable[[Connection], None]

_SIGNES = "(SELECT jury_id FROM proces_verbal WHERE signe_le IS NOT NULL)"
_PV_SIGNES = "(SELECT id FROM proces_verbal WHERE signe_le IS NOT NULL)"
_DECIDEES = f"(SELECT inscription_id FROM presentation WHERE jury_id IN {_SIGNES})"
_VALIDES = "(SELECT id FROM referentiel WHERE etat = 'valide')"
_EMPLOYES = f"(SELECT bloc_id FROM referentiel_bloc WHERE referentiel_id IN {_VALIDES})"
_CONCLUES = "(SELECT commission_id FROM vae WHERE conclusion IS NOT NULL)"
_CLOSES = "(SELECT id FROM seance_gtp WHERE etat = 'close')"
_SOUMIS = "(SELECT id FROM parcours WHERE etat <> 'projet')"
_DECIDES = "(SELECT id FROM habilitation WHERE etat = 'accordee' AND NOT reprise)"

# Une ligne figée de chaque table qui l'est en entier : ni ajout à côté d'elle, ni modification, ni retrait.
FIGEES: dict[str, str] = {
    "vote": f"jury_id IN {_SIGNES}",
    "presentation": f"jury_id IN {_SIGNES}",
    "presentation_competence": f"presentation_id IN (SELECT id FROM presentation WHERE jury_id IN {_SIGNES})",
    "siege": f"jury_id IN {_SIGNES}",
    "rectification": f"proces_verbal_id IN {_PV_SIGNES}",
    "vote_rectificatif": f"proces_verbal_id IN {_PV_SIGNES}",
    "evaluation": f"inscription_id IN {_DECIDEES}",
    "avis_entreprise": f"inscription_id IN {_DECIDEES}",
    "membre_validation": f"commission_id IN {_CONCLUES}",
    "parcours_domaine": f"parcours_id IN {_SOUMIS}",
    "parcours_module": f"parcours_id IN {_SOUMIS}",
    "piece": "transmission_id IN (SELECT id FROM transmission WHERE transmise_le IS NOT NULL)",
    "presence_gtp": f"seance_id IN {_CLOSES}",
    "point_gtp": f"seance_id IN {_CLOSES}",
    "vote_gtp": f"seance_id IN {_CLOSES}",
    "referentiel_bloc": f"referentiel_id IN {_VALIDES}",
    "competence": f"bloc_id IN {_EMPLOYES}",
    "competence_modalite": f"competence_id IN (SELECT id FROM competence WHERE bloc_id IN {_EMPLOYES})",
    "appreciation": f"habilitation_id IN {_DECIDES}",
    "habilitation_certification": f"habilitation_id IN {_DECIDES}",
    "habilitation_bloc": f"habilitation_id IN {_DECIDES}",
    "etape_instruction": f"habilitation_id IN {_DECIDES} AND NOT suivi",
    "purge_ligne": "purge_id IN (SELECT id FROM purge WHERE etat = 'executee')",
}
# Ce qui n'est jamais modifié ni retiré, ou ne l'est plus dans cet état : ce qu'on y changerait, et où.
TENUES: dict[str, tuple[str, str]] = {
    "evaluation": ("resultat = 'non_acquise'", FIGEES["evaluation"]),
    "proces_verbal": ("observations = 'après coup'", "signe_le IS NOT NULL"),
    "jury": ("lieu = 'Ailleurs'", f"id IN {_SIGNES}"),
    "inscription": ("date_inscription = '1999-01-01'", f"id IN {_DECIDEES}"),
    "vae": ("observations = 'après coup'", f"inscription_id IN {_DECIDEES}"),
    "parcours": ("societe = 'Autre'", "etat = 'valide'"),
    "attribution_parcours": ("nom = 'Autre'", "1 = 1"),
    "envoi": ("objet = 'Autre'", "etat = 'a_la_main'"),
    "certificat": ("numero = numero", "1 = 1"),
    "duplicata": ("motif = 'Vol'", "1 = 1"),
    "annulation_certificat": ("motif = 'Autre'", "1 = 1"),
    "archive": ("sha256 = sha256", "1 = 1"),
    "formulation": ("texte = 'Autre'", "1 = 1"),
    "journal": ("acteur = 'un autre'", "1 = 1"),
    "purge": ("motif = 'après coup'", "etat = 'executee'"),
    "conservation_suspendue": ("raison = 'autre'", "1 = 1"),
    "releve_decisions": ("nom_fichier = 'autre.pdf'", "1 = 1"),
    "transmission": ("transmise_le = NULL, controlee_le = NULL, conforme = NULL", "transmise_le IS NOT NULL"),
    "action_corrective": ("libelle = 'Autre'", "1 = 1"),
    "fichier_accrochage": ("passages = 99", "depose_le IS NOT NULL"),
    "passage_accrochage": ("etat = 'accepte'", "etat = 'ko'"),
    "seance_gtp": ("lieu = 'Ailleurs'", "etat = 'close'"),
    "demande": ("besoins = 'après coup'", "etat = 'acceptee'"),
    "bloc_competences": ("libelle = 'Autre'", f"id IN {_EMPLOYES}"),
    "referentiel": ("missions = 'Autre'", "etat = 'valide'"),
    "habilitation": ("du = '1999-12-31'", "etat = 'accordee'"),
    "evenement_habilitation": ("portee = 'autre'", "nature <> 'fin'"),
}
# Une ligne que `INSERT OR REPLACE` remplacerait ; ailleurs, la copie du même identifiant se distingue autrement.
REMPLACEES: dict[str, str] = {
    "certificat": "1 = 1", "archive": "1 = 1", "releve_decisions": "1 = 1", "journal": "1 = 1",
    "parcours": "etat = 'valide'", "attribution_parcours": "1 = 1", "jury": "etat = 'ouvert'",
    "referentiel": "etat = 'valide'", "bloc_competences": f"id IN {_EMPLOYES}", "seance_gtp": "etat <> 'close'",
    "demande": "etat = 'deposee'", "envoi": "etat = 'a_la_main'",
    "purge": "etat = 'proposee'", "conservation_suspendue": "1 = 1",
}


def _copie(table: str, changements: dict[str, object], ou: str | None = None) -> Callable[[Connection], None]:
    return lambda x: copier(x, TABLES[table], changements, ou=ou)


def _puis(*gestes: Geste) -> Callable[[Connection], None]:
    """Plusieurs gestes, dont le dernier seul est refusé : les autres le préparent."""

    def geste(connexion: Connection) -> None:
        for g in gestes:
            _faire(connexion, g)

    return geste


def _faire(connexion: Connection, geste: Geste) -> None:
    if isinstance(geste, str):
        connexion.execute(text(geste))
    else:
        geste(connexion)


_SANS_VOIX = f"SELECT min(id) FROM siege WHERE {_OUVERT} AND NOT voix"
_PRESIDENT = f"SELECT id FROM siege WHERE {_OUVERT} AND president"
_LIBRES = f"{_DU_67} AND inscription_id NOT IN {_DECIDEES}"
_COMMISSION_VIDE = _copie("commission_evaluation", COPIES["commission_evaluation"])
_DERNIERE_COMMISSION = "SELECT max(id) FROM commission_evaluation"
_PREMIERE_COMMISSION = f"SELECT min(id) FROM commission_evaluation WHERE {_DU_67}"
_EVALUER_EN_COMMISSION = f"UPDATE evaluation SET commission_id = ({_PREMIERE_COMMISSION}) WHERE {_LIBRES}"
_PROJET = "SELECT min(referentiel_id) FROM referentiel_bloc WHERE referentiel_id IN (SELECT id FROM referentiel WHERE etat = 'projet')"
_REUNIR = ("UPDATE candidat SET fusionne_dans_id = (SELECT max(id) FROM candidat) "
           f"WHERE id = (SELECT candidat_id FROM inscription WHERE id = (SELECT min(id) FROM inscription WHERE {_DU_67}))")

_SANS_INSCRIPTION = ("SELECT max(id) FROM candidat WHERE id NOT IN (SELECT candidat_id FROM inscription) "
                     "AND id NOT IN (SELECT candidat_id FROM conservation_suspendue WHERE candidat_id IS NOT NULL)")
AUTRES: dict[str, Geste] = {
    "gel_vote_votant_ajout": _copie("vote", {"siege_id": _SANS_VOIX}, _OUVERT),
    "gel_vote_votant_modification": f"UPDATE vote SET siege_id = ({_SANS_VOIX}) WHERE {_OUVERT}",
    "gel_vote_bloc_ajout": _copie("vote", {"siege_id": f"SELECT min(id) FROM siege WHERE {_OUVERT} AND voix AND NOT president",
                                           "bloc_id": f"SELECT {_BLOC_LIBRE}"}, _OUVERT),
    "gel_vote_bloc_modification": f"UPDATE vote SET bloc_id = {_BLOC_LIBRE} WHERE {_OUVERT}",
    "gel_lien_vote_modification": _puis("UPDATE lien_vote SET revoque_le = created_at", "UPDATE lien_vote SET revoque_le = NULL"),
    "gel_proces_verbal_rectificatif":
        _copie("proces_verbal", {"reference": "AUTRE", "raison": "essai", "rectifie_id": f"SELECT id FROM proces_verbal WHERE {_OUVERT}"}),
    "gel_annulation_certificat_ajout":
        _copie("annulation_certificat", {**COPIES["annulation_certificat"],
                                         "proces_verbal_id": "SELECT min(id) FROM proces_verbal WHERE signe_le IS NOT NULL"}),
    "gel_certificat_remplacant":
        _copie("certificat", {**COPIES["certificat"], "remplace_id": "SELECT min(id) FROM certificat WHERE id NOT IN "
                                                                     "(SELECT certificat_id FROM annulation_certificat)"}),
    "gel_proces_verbal_ajout": _copie("proces_verbal", {**COPIES["proces_verbal"], "signataire_id": _PRESIDENT,
                                                        "signe_le": TABLES["proces_verbal"].c.created_at}),
    "gel_proces_verbal_signature":
        f"UPDATE proces_verbal SET signe_le = created_at, signataire_id = ({_PRESIDENT}) WHERE {_OUVERT}",
    "gel_proces_verbal_remplacement":
        _copie("proces_verbal", {"signe_le": None, "signataire_id": None}, "signe_le IS NOT NULL"),
    "gel_jury_cloture": f"UPDATE jury SET etat = 'clos', clos_le = created_at WHERE id IN (SELECT jury_id FROM siege WHERE {_OUVERT})",
    "gel_certificat_sans_decision":
        _copie("certificat", {**COPIES["certificat"], "presentation_id": f"SELECT min(id) FROM presentation WHERE {_OUVERT}"}),
    "gel_releve_decisions_ajout":
        _copie("releve_decisions", {"seance_id": "SELECT id FROM seance_gtp WHERE etat <> 'close'"}),
    "gel_attribution_parcours_ajout":
        _copie("attribution_parcours", {"numero": 99, "parcours_id": "SELECT min(id) FROM parcours WHERE etat = 'projet'"}),
    "gel_inscription_voie": f"UPDATE inscription SET voie = 'formation' WHERE id IN (SELECT inscription_id FROM vae WHERE {_LIBRES})",
    "gel_inscription_fiche_reunie_ajout":
        _puis(_REUNIR, _copie("inscription", {"etat": "annulee"}, f"id = (SELECT min(id) FROM inscription WHERE {_DU_67})")),
    "gel_commission_validation_modification": f"UPDATE commission_validation SET lieu = 'Ailleurs' WHERE id IN {_CONCLUES}",
    "gel_evaluation_commission_ajout":
        _puis(_COMMISSION_VIDE, _copie("evaluation", {"commission_id": _DERNIERE_COMMISSION}, _LIBRES)),
    "gel_evaluation_commission_modification":
        _puis(_COMMISSION_VIDE, f"UPDATE evaluation SET commission_id = ({_DERNIERE_COMMISSION}) WHERE {_LIBRES}"),
    "gel_evaluateur_retrait":
        _puis(_EVALUER_EN_COMMISSION, f"DELETE FROM evaluateur WHERE commission_id = ({_PREMIERE_COMMISSION})"),
    "gel_evaluateur_modification":
        _puis(_COMMISSION_VIDE, _EVALUER_EN_COMMISSION, f"UPDATE evaluateur SET commission_id = ({_DERNIERE_COMMISSION}) "
                                                        f"WHERE commission_id = ({_PREMIERE_COMMISSION})"),
    "gel_candidat_efface_ajout":
        _copie("candidat", {"cle_identite": "autre", "efface_le": TABLES["candidat"].c.date_naissance}),
    "gel_candidat_efface": f"UPDATE candidat SET efface_le = '2026-01-01' WHERE id IN (SELECT candidat_id FROM inscription WHERE id IN {_DECIDEES})",
    "gel_inscription_fiche_effacee_ajout": _puis(
        f"UPDATE candidat SET efface_le = '2026-01-01' WHERE id = ({_SANS_INSCRIPTION})",
        _copie("inscription", {"candidat_id": _SANS_INSCRIPTION}, f"id = (SELECT min(id) FROM inscription WHERE {_DU_67})"),
    ),
    "gel_piece_inscription_modification": "UPDATE piece SET nom = 'autre.pdf' WHERE inscription_id IS NOT NULL",
    "gel_piece_inscription_retrait": "DELETE FROM piece WHERE inscription_id IS NOT NULL",
    "gel_piece_inscription_remplacement": "INSERT INTO piece SELECT * FROM piece WHERE inscription_id IS NOT NULL",
    "gel_candidat_reuni": "UPDATE candidat SET fusionne_dans_id = id",
    "gel_seance_gtp_ajout": _copie("seance_gtp", {}, "etat = 'close'"),
    "gel_seance_gtp_cloture": "UPDATE seance_gtp SET etat = 'close', close_le = created_at WHERE etat <> 'close'",
    "gel_demande_ajout": _copie("demande", {}, "etat = 'acceptee'"),
    "gel_demande_decision": "UPDATE demande SET etat = 'acceptee', decidee_le = deposee_le WHERE etat = 'deposee'",
    "gel_publication_modification":
        _puis("UPDATE publication SET faite_le = ouverte_le, faite_par = 'le GTP' WHERE faite_le IS NULL",
              "UPDATE publication SET note = 'après coup'"),
    "gel_publication_retrait": "DELETE FROM publication",
    "gel_competence_remplacement":
        _copie("competence", {"id": f"SELECT min(id) FROM competence WHERE bloc_id IN {_EMPLOYES}", "ordre": 9}),
    "gel_bloc_competences_identifiant": f"UPDATE bloc_competences SET numero = 9999 WHERE id = {_BLOC_LIBRE}",
    "gel_referentiel_numeros": _puis(
        _copie("bloc_competences", {"numero": None}),
        f"UPDATE referentiel_bloc SET bloc_id = (SELECT max(id) FROM bloc_competences) WHERE referentiel_id = ({_PROJET}) AND ordre = 1",
        f"UPDATE referentiel SET etat = 'valide', valide_le = '2026-01-01' WHERE id = ({_PROJET})",
    ),
    "gel_certification_identifiant": "UPDATE certification SET numero = 9998 WHERE id = (SELECT min(id) FROM certification)",
    "gel_habilitation_ajout": _copie("habilitation", {"reprise": False}, "reprise"),
    "gel_habilitation_decision":
        f"UPDATE habilitation SET etat = 'suspendue', du = demande_le, motif = 'essai' WHERE {_A_INSTRUIRE}",
    "gel_habilitation_recouvrement":
        "UPDATE habilitation SET etat = 'accordee', du = demande_le, "
        f"organisme_id = (SELECT min(organisme_id) FROM habilitation WHERE {_DU_67} AND reprise) WHERE {_A_INSTRUIRE} AND {_DU_67}",
    "gel_passage_accrochage_ajout":
        _copie("passage_accrochage", {**COPIES["passage_accrochage"], "etat": "accepte"}),
    "gel_compteur_retrait": "DELETE FROM compteur",
    "gel_compteur_recul": "UPDATE compteur SET dernier = dernier - 1",
}


def _gestes() -> dict[str, Geste]:
    gestes: dict[str, Geste] = {}
    for table, ou in FIGEES.items():
        colonne = next(c.name for c in TABLES[table].columns if c.name != "id")
        gestes[f"gel_{table}_ajout"] = _copie(table, {}, ou)
        gestes[f"gel_{table}_modification"] = f"UPDATE {table} SET {colonne} = {colonne} WHERE {ou}"
        gestes[f"gel_{table}_retrait"] = f"DELETE FROM {table} WHERE {ou}"
    for table, (change, ou) in TENUES.items():
        gestes[f"gel_{table}_modification"] = f"UPDATE {table} SET {change} WHERE {ou}"
        gestes[f"gel_{table}_retrait"] = f"DELETE FROM {table} WHERE {ou}"
    for table, ou in REMPLACEES.items():
        gestes[f"gel_{table}_remplacement"] = f"INSERT INTO {table} SELECT * FROM {table} WHERE {ou}"
    return gestes | AUTRES


GESTES = _gestes()
# Figé par les deux bouts : une ligne libre ne rejoint pas non plus ce qui est décidé.
REJOINDRE: dict[str, str] = {
    "membre_validation":
        f"UPDATE membre_validation SET commission_id = (SELECT min(commission_id) FROM vae WHERE conclusion IS NOT NULL AND {_DU_67}) "
        f"WHERE {_DU_67} AND commission_id NOT IN {_CONCLUES}",
    "evaluation": f"UPDATE evaluation SET inscription_id = (SELECT min(inscription_id) FROM presentation WHERE jury_id IN {_SIGNES} "
                  f"AND {_DU_67}) WHERE {_LIBRES}",
    "avis_entreprise": "UPDATE avis_entreprise SET inscription_id = (SELECT min(inscription_id) FROM presentation "
                       f"WHERE jury_id IN {_SIGNES} AND {_DU_67}) WHERE {_LIBRES}",
    "piece": "UPDATE piece SET demande_id = NULL, transmission_id = (SELECT id FROM transmission WHERE transmise_le IS NOT NULL "
             f"AND {_DU_67}) WHERE {_DU_67} AND demande_id IN (SELECT id FROM demande WHERE etat = 'deposee')",
    "parcours_module": f"UPDATE parcours_module SET parcours_id = (SELECT min(id) FROM parcours WHERE etat = 'valide' AND {_DU_67}) "
                       f"WHERE {_DU_67} AND parcours_id NOT IN {_SOUMIS}",
}


def test_chaque_declencheur_a_le_geste_qui_le_viole() -> None:
    assert set(GESTES) == {g.nom for g in gel.GELS}


def _refuse(connexion: Connection, declencheur: gel.Gel, geste: Geste) -> None:
    with pytest.raises(DBAPIError) as erreur, connexion.begin_nested():
        _faire(connexion, geste)
    assert f"{declencheur.code}:{declencheur.nom}" in str(erreur.value.orig)
    violation = controle.traduire(erreur.value)
    assert violation is not None
    assert violation.code == declencheur.code


@pytest.mark.parametrize("declencheur", gel.GELS, ids=lambda g: g.nom)
def test_ce_declencheur_refuse(connexion: Connection, declencheur: gel.Gel) -> None:
    _refuse(connexion, declencheur, GESTES[declencheur.nom])


@pytest.mark.parametrize("table", sorted(REJOINDRE))
def test_rien_ne_rejoint_ce_qui_est_decide(connexion: Connection, table: str) -> None:
    declencheur = next(g for g in gel.GELS if g.nom == f"gel_{table}_modification")
    _refuse(connexion, declencheur, REJOINDRE[table])
