"""Le journal : qui, quand, quelle fiche, avant → après ; jamais un secret ; défait avec ce qu'il raconte."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from models import (
    Departement,
    Inscription,
    Journal,
    Organisme,
    Personne,
    SessionConnexion,
    TentativeConnexion,
)
from models.base import maintenant
from models.contexte import Acteur, agir_comme
from models.journal import entree, lisible
from rules import actes
from rules.nomenclatures import Decision, Role
from tests import factories as f


def derniere(session: Session, objet: str) -> Journal:
    return session.scalars(select(Journal).where(Journal.objet == objet).order_by(Journal.id.desc())).first()


def compte(session: Session) -> int:
    return session.scalar(select(func.count(Journal.id)))


def test_une_creation_dit_ce_qui_est_ne(session):
    centre = f.centre(session)
    personne = f.personne(session, centre, nom="Rœsch", prenoms="Hélène")
    ligne = derniere(session, "personne")
    assert (ligne.action, ligne.objet_id, ligne.centre_id, ligne.acteur) == ("création", personne.id, centre.id, "essais")
    assert ligne.avant is None
    assert ligne.apres["nom"] == "Rœsch"
    assert {"version", "recherche", "created_at", "qualite"}.isdisjoint(ligne.apres)
    assert ligne.le.tzinfo is not None
    assert abs(maintenant() - ligne.le) < dt.timedelta(minutes=1)


def test_une_modification_dit_avant_et_apres_et_rien_d_autre(session):
    inscription = f.inscription(session, f.centre(session), f.certification(session))
    inscription.date_inscription = dt.date(2026, 2, 1)
    inscription.reference = "D-12"
    session.flush()
    ligne = derniere(session, "inscription")
    assert ligne.action == "modification"
    assert ligne.avant == {"date_inscription": "2026-01-15", "reference": ""}
    assert ligne.apres == {"date_inscription": "2026-02-01", "reference": "D-12"}


def test_reecrire_la_meme_valeur_ne_laisse_rien(session):
    personne = f.personne(session, f.centre(session))
    avant = compte(session)
    personne.nom = str(personne.nom)
    session.flush()
    assert compte(session) == avant


def test_une_suppression_garde_ce_qui_etait(session):
    personne = f.personne(session, f.centre(session), nom="Kieffer")
    identite = personne.id
    session.delete(personne)
    session.flush()
    ligne = derniere(session, "personne")
    assert (ligne.action, ligne.objet_id, ligne.apres) == ("suppression", identite, None)
    assert ligne.avant["nom"] == "Kieffer"


def test_les_listes_liees_se_journalisent(session):
    haut_rhin, bas_rhin = (session.get(Departement, code) for code in ("68", "67"))
    centre = f.centre(session, departements=[haut_rhin])
    centre.departements.append(bas_rhin)
    session.flush()
    ligne = derniere(session, "centre")
    assert ligne.centre_id == centre.id
    assert ligne.avant == {"departements": ["68 Haut-Rhin"]}
    assert ligne.apres == {"departements": ["67 Bas-Rhin", "68 Haut-Rhin"]}


def test_un_mot_de_passe_est_tu(session):
    utilisateur = f.utilisateur(session, Role.GTP)
    assert derniere(session, "utilisateur").apres["mot_de_passe"] == "…"
    utilisateur.mot_de_passe = "$argon2id$nouvelle"
    session.flush()
    ligne = derniere(session, "utilisateur")
    assert ligne.avant == ligne.apres == {"mot_de_passe": "…"}
    assert "argon2id" not in str([(x.avant, x.apres) for x in session.scalars(select(Journal))])


def test_le_contenu_d_un_document_est_tu(session):
    jury = f.jury_signe(session, f.centre(session), f.certification(session))
    f.archive(session, centre_id=jury.centre_id, proces_verbal_id=jury.proces_verbaux[0].id)
    assert "contenu" not in derniere(session, "archive").apres


def test_ce_qui_est_technique_ne_s_y_ecrit_pas(session):
    utilisateur = f.utilisateur(session, Role.GTP)
    avant = compte(session)
    session.add(SessionConnexion(empreinte="0" * 64, utilisateur_id=utilisateur.id))
    session.add(TentativeConnexion(empreinte_compte="0" * 64, empreinte_adresse="0" * 64))
    session.flush()
    actes.prendre_numeros(session, "ESSAI", 3)
    assert compte(session) == avant


def test_l_auteur_est_sur_la_fiche_et_au_journal(session):
    centre = f.centre(session)
    utilisateur = f.utilisateur(session, Role.CLERC, centre=centre)
    autre = f.utilisateur(session, Role.CLERC, centre=centre)
    with agir_comme(Acteur("Jeanne", utilisateur.id, Role.CLERC, centre.id)):
        personne = f.personne(session, centre)
    with agir_comme(Acteur("Paul", autre.id, Role.CLERC, centre.id)):
        personne.qualite = "directrice"
        session.flush()
    assert (personne.created_by, personne.updated_by) == (utilisateur.id, autre.id)
    lignes = session.scalars(select(Journal).where(Journal.objet == "personne", Journal.objet_id == personne.id)
                             .order_by(Journal.id)).all()
    assert [(x.action, x.acteur, x.utilisateur_id) for x in lignes] == [
        ("création", "Jeanne", utilisateur.id), ("modification", "Paul", autre.id)
    ]


def test_une_transaction_defaite_defait_son_journal(ouvrir):
    with ouvrir() as session:
        session.add(Organisme(nom="Gardé", recherche="garde"))
    with pytest.raises(RuntimeError), ouvrir() as session:
        session.add(Organisme(nom="Perdu", recherche="perdu"))
        session.flush()
        raise RuntimeError
    with ouvrir() as session:
        assert session.scalars(select(Organisme.nom)).all() == ["Gardé"]
        assert [x.apres["nom"] for x in session.scalars(select(Journal).where(Journal.objet == "organisme"))] == ["Gardé"]


def test_un_vote_consigne_par_un_clerc_nomme_le_membre(session):
    """JUR-15 : le fait et le nom du membre au journal ; le vote d'un juré se suffit."""
    centre = f.centre(session)
    jury = f.jury_pret(session, centre, f.certification(session))
    actes.ouvrir(session, jury, jury.date_jury)
    president = f.president(jury)
    with agir_comme(Acteur("un clerc", role=Role.CLERC, centre_id=centre.id)):
        actes.voter(session, jury.presentations[0], president, Decision.ADMIS)
    ligne = session.scalars(select(Journal).where(Journal.action == "vote consigné")).one()
    assert ligne.apres["membre"] == str(president.personne)
    assert ligne.apres["vote"] == "A"
    assert ligne.centre_id == centre.id
    syndical = next(s for s in jury.sieges if not s.president)
    with agir_comme(Acteur("juré", role=Role.JURE, centre_id=centre.id, jury_id=jury.id, siege_id=syndical.id)):
        actes.voter(session, jury.presentations[0], syndical, Decision.NON_ADMIS)
    assert session.scalar(select(func.count()).where(Journal.action == "vote consigné")) == 1


def test_l_import_laisse_son_fichier_et_sa_ligne(session_monde):
    suivie = session_monde.scalars(select(Inscription).where(Inscription.importation_id.is_not(None))).first()
    ligne = session_monde.scalars(
        select(Journal).where(Journal.objet == "inscription", Journal.objet_id == suivie.id, Journal.action == "création")
    ).one()
    assert (ligne.importation_id, ligne.importation_ligne) == (suivie.importation_id, suivie.importation_ligne)


def test_entree_sans_acteur():
    with agir_comme(None):
        assert entree("connexion", "utilisateur", 3)["acteur"] == "inconnu"


@pytest.mark.parametrize(
    ("valeur", "attendu"),
    [(Decision.ADMIS, "A"), (dt.date(2026, 3, 12), "2026-03-12"), (b"abc", "3 octets"), (None, None), (4, 4), ("é", "é")],
)
def test_lisible(valeur, attendu):
    assert lisible(valeur) == attendu


def test_deux_personnes_sur_une_fiche_la_seconde_est_prevenue(ouvrir):
    """Verrou optimiste : qui écrit sur une version dépassée échoue au lieu d'écraser."""
    with ouvrir() as session:
        identite = f.personne(session, f.centre(session), nom="Avant").id
    with ouvrir() as session:
        depassee = session.get(Personne, identite).version
        session.get(Personne, identite).nom = "Premier"
    with pytest.raises(StaleDataError), ouvrir() as session:
        personne = session.get(Personne, identite)
        assert personne.version == depassee + 1
        set_committed_value(personne, "version", depassee)
        personne.nom = "Second"
    with ouvrir() as session:
        assert session.get(Personne, identite).nom == "Premier"
        assert session.get(Personne, identite).version == 2
