"""La vie d'une habilitation par ses actes, de la demande au retrait, sur les deux moteurs."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import EvenementHabilitation, Habilitation, Indicateur
from models.base import aujourd_hui
from rules import actes_habilitation as a
from rules.collecte import contexte_inscription
from rules.collecte_habilitation import dossiers_facts, organismes_habilites
from rules.controle import Refus
from rules.nomenclatures import (
    DecisionHabilitation,
    EtatHabilitation,
    NatureEtape,
    NatureEvenement,
    ResultatIndicateur,
)
from tests import factories as f

FAVORABLE, COMPLEMENT, REFUS = DecisionHabilitation
JOUR = f.CREATION
UN_JOUR = dt.timedelta(days=1)


def _codes(erreur: pytest.ExceptionInfo[Refus]) -> set[tuple[str, str]]:
    return {(v.code, v.champ) for v in erreur.value.violations}


def _evenements(session: Session, *lesquelles: Habilitation) -> list[tuple[NatureEvenement, dt.date]]:
    e = EvenementHabilitation
    ids = [h.id for h in lesquelles]
    return list(session.execute(select(e.nature, e.le).where(e.habilitation_id.in_(ids)).order_by(e.le, e.id)).all())


@pytest.fixture
def demande(session: Session) -> Habilitation:
    return f.demande_d_habilitation(session, f.centre(session))


def _vaut(session: Session, h: Habilitation, jour: dt.date) -> bool:
    return h.organisme_id in organismes_habilites(session, h.centre_id, jour)


def test_de_la_demande_a_l_habilitation(session, demande):
    assert demande.etat is EtatHabilitation.DEMANDE
    a.noter_etape(session, demande, NatureEtape.VISITE, JOUR, "Ateliers visités : équipements conformes.")
    assert demande.etat is EtatHabilitation.INSTRUCTION
    f.apprecier_tout(session, demande)
    assert not _vaut(session, demande, JOUR)
    a.decider(session, demande, FAVORABLE, JOUR, motif="Dossier complet.")
    assert (demande.etat, demande.decide_le, demande.du, demande.au) == (EtatHabilitation.ACCORDEE, JOUR, JOUR, None)
    assert _vaut(session, demande, JOUR)
    assert not _vaut(session, demande, JOUR - UN_JOUR)
    assert _evenements(session, demande) == [(NatureEvenement.HABILITATION, JOUR)]


def test_un_indicateur_omis_refuse_la_decision_favorable_en_le_nommant(session, demande):
    f.apprecier_tout(session, demande, sauf=(5, 12), non_satisfaits=(3,))
    with pytest.raises(Refus) as refus:
        a.decider(session, demande, FAVORABLE, JOUR)
    messages = " ".join(v.message for v in refus.value.violations)
    assert {v.code for v in refus.value.violations} == {"HAB-02"}
    assert all(f"Indicateur {code}" in messages for code in ("2.1", "3.1", "6.2"))
    assert len(refus.value.violations) == 3
    assert demande.etat is EtatHabilitation.INSTRUCTION


def test_une_grille_se_remplit_en_plusieurs_fois(session, demande):
    f.apprecier_tout(session, demande, sauf=range(4, 13))
    f.apprecier_tout(session, demande, sauf=range(1, 4))
    assert len(demande.appreciations) == 12
    # Revenir à « pas encore apprécié » se peut, tant que rien n'est décidé.
    premiere = demande.appreciations[0]
    a.apprecier(session, demande, {premiere.indicateur_id: a.Appreciee(None, "", "à revoir")})
    assert (premiere.resultat, premiere.commentaire) == (None, "à revoir")
    # Un indicateur jamais touché n'occupe pas de ligne.
    autre = f.demande_d_habilitation(session, demande.centre)
    a.apprecier(session, autre, {premiere.indicateur_id: a.Appreciee(None)})
    assert autre.appreciations == []


def test_des_complements_puis_la_decision(session, demande):
    f.apprecier_tout(session, demande, non_satisfaits=(10,))
    a.decider(session, demande, COMPLEMENT, JOUR, motif="Sous un mois.")
    assert demande.etat is EtatHabilitation.COMPLEMENT
    assert demande.decide_le is None
    etape = demande.etapes[-1]
    assert etape.nature is NatureEtape.COMPLEMENT_DEMANDE
    assert "Indicateur 5.2 : À revoir." in etape.compte_rendu
    a.noter_etape(session, demande, NatureEtape.COMPLEMENT_RECU, JOUR + UN_JOUR, "Exemples de résultats fournis.")
    assert demande.etat is EtatHabilitation.INSTRUCTION
    f.apprecier_tout(session, demande)
    a.decider(session, demande, FAVORABLE, JOUR + UN_JOUR)
    assert demande.etat is EtatHabilitation.ACCORDEE


def test_un_refus_dit_ses_raisons_et_ferme_le_dossier(session, demande):
    f.apprecier_tout(session, demande, non_satisfaits=(10, 11))
    a.decider(session, demande, REFUS, JOUR)
    assert (demande.etat, demande.du) == (EtatHabilitation.REFUSEE, None)
    assert "5.2, 6.1" in demande.motif
    assert _evenements(session, demande) == []
    for geste in (
        lambda: f.apprecier_tout(session, demande),
        lambda: a.decider(session, demande, REFUS, JOUR),
        lambda: a.noter_etape(session, demande, NatureEtape.ETUDE, JOUR),
        lambda: a.verifier_demande(session, demande),
    ):
        with pytest.raises(Refus) as refus:
            geste()
        assert ("HAB-02", "etat") in _codes(refus)
    with pytest.raises(Refus) as refus:
        a.retirer(session, demande, JOUR, "essai")
    assert ("HAB-05", "etat") in _codes(refus)


def test_une_visite_sans_compte_rendu_arrete_la_decision(session, demande):
    jour = aujourd_hui()
    with pytest.raises(Refus) as refus:
        a.noter_etape(session, demande, NatureEtape.VISITE, jour)
    assert _codes(refus) == {("HAB-03", "compte_rendu")}
    prevue = a.noter_etape(session, demande, NatureEtape.VISITE, jour + UN_JOUR)
    f.apprecier_tout(session, demande)
    with pytest.raises(Refus) as refus:
        a.decider(session, demande, FAVORABLE, jour + UN_JOUR, jour=jour + UN_JOUR)
    assert _codes(refus) == {("HAB-03", "compte_rendu")}
    a.rendre_compte(session, prevue, "Visite faite.", jour=jour + UN_JOUR)
    a.decider(session, demande, FAVORABLE, jour + UN_JOUR, jour=jour + UN_JOUR)
    with pytest.raises(Refus) as refus:
        a.rendre_compte(session, prevue, "Réécrite après coup.", jour=jour + UN_JOUR)
    assert _codes(refus) == {("HAB-02", "etat")}


def test_suspendre_lever_retirer(session):
    h = f.habilitation_decidee(session, f.centre(session))
    a.suspendre(session, h, dt.date(2001, 3, 1), "Locaux fermés.")
    assert h.etat is EtatHabilitation.SUSPENDUE
    assert [_vaut(session, h, dt.date(2001, m, 1)) for m in (2, 3, 6)] == [True, False, False]
    with pytest.raises(Refus):
        a.suspendre(session, h, dt.date(2001, 4, 1), "encore")
    with pytest.raises(Refus) as refus:
        a.lever(session, h, dt.date(2001, 3, 1), "rouverts")
    assert _codes(refus) == {("HAB-05", "le")}
    a.lever(session, h, dt.date(2001, 5, 1), "Locaux rouverts.")
    assert [_vaut(session, h, dt.date(2001, m, 1)) for m in (2, 3, 5, 6)] == [True, False, True, True]
    assert not _vaut(session, h, dt.date(2001, 4, 30))
    suivi = a.noter_etape(session, h, NatureEtape.VISITE, dt.date(2001, 6, 1), "Visite de suivi.")
    assert suivi.suivi
    a.retirer(session, h, dt.date(2002, 1, 1), "Cessation d'activité.")
    assert (h.etat, h.au) == (EtatHabilitation.RETIREE, dt.date(2001, 12, 31))
    # HAB-05 : ce qui précède le retrait continue ; rien après.
    assert _vaut(session, h, dt.date(2001, 12, 31))
    assert not _vaut(session, h, dt.date(2002, 1, 1))
    assert [n for n, _ in _evenements(session, h)] == [
        NatureEvenement.HABILITATION, NatureEvenement.SUSPENSION, NatureEvenement.LEVEE, NatureEvenement.RETRAIT
    ]
    with pytest.raises(Refus):
        a.noter_etape(session, h, NatureEtape.AUTRE, dt.date(2002, 1, 2))


def test_la_duree_reglee_par_le_centre_donne_la_fin(session):
    centre = f.centre(session, duree_habilitation=36)
    h = f.habilitation_decidee(session, centre)
    assert h.au == dt.date(2002, 12, 31)
    assert _evenements(session, h) == [
        (NatureEvenement.HABILITATION, JOUR), (NatureEvenement.FIN, dt.date(2003, 1, 1))
    ]
    a.retirer(session, h, dt.date(2001, 1, 1), "essai")
    assert _evenements(session, h) == [
        (NatureEvenement.HABILITATION, JOUR), (NatureEvenement.RETRAIT, dt.date(2001, 1, 1))
    ]


def test_un_renouvellement_prolonge_sans_recouvrir(session):
    h = f.habilitation_decidee(session, f.centre(session, duree_habilitation=36))
    suite = a.renouveler(session, h, dt.date(2002, 10, 1))
    f.apprecier_tout(session, suite)
    a.decider(session, suite, FAVORABLE, dt.date(2002, 11, 1), du=dt.date(2002, 12, 1))
    assert (h.au, suite.du, suite.au) == (dt.date(2002, 11, 30), dt.date(2002, 12, 1), dt.date(2005, 11, 30))
    assert h.etat is EtatHabilitation.ACCORDEE
    assert [n for n, _ in _evenements(session, h, suite)] == [
        NatureEvenement.HABILITATION, NatureEvenement.RENOUVELLEMENT, NatureEvenement.FIN
    ]


def test_deux_habilitations_ne_se_recouvrent_pas(session):
    h = f.habilitation_decidee(session, f.centre(session))
    autre = f.demande_d_habilitation(session, h.centre, organisme=h.organisme)
    f.apprecier_tout(session, autre)
    with pytest.raises(Refus) as refus:
        a.decider(session, autre, FAVORABLE, JOUR)
    assert _codes(refus) == {("HAB-01", "certifications")}


def test_la_portee_par_bloc_arrive_a_l_inscription(session):
    centre, visee = f.centre(session), f.certification(session)
    premier, second = (place.bloc for place in visee.versions[0].blocs)
    h = f.habilitation_decidee(session, centre, blocs=[premier])
    contexte = contexte_inscription(session.connection(), centre.id)
    organisme, certification = contexte.organismes[h.organisme_id], contexte.certifications[visee.id]
    assert organisme.non_couverts(centre.id, certification, (premier.identifiant,), f.DATE_JURY) == ()
    assert organisme.non_couverts(centre.id, certification, (second.identifiant,), f.DATE_JURY) == (second.identifiant,)
    assert h.portee == premier.identifiant


def test_l_avis_a_france_competences(session):
    h = f.habilitation_decidee(session, f.centre(session))
    evenement = session.scalars(select(EvenementHabilitation).filter_by(habilitation_id=h.id)).one()
    with pytest.raises(Refus):
        a.aviser(session, evenement, None)
    alertes = a.aviser(session, evenement, aujourd_hui())
    assert [v.code for v in alertes] == ["FC-02"]
    assert evenement.avise_le == aujourd_hui()
    with pytest.raises(Refus) as refus:
        a.aviser(session, evenement, aujourd_hui())
    assert ("FC-02", "avise_le") in _codes(refus)


def test_les_faits_du_formulaire(session, demande):
    assert dossiers_facts(session, [demande.id])[demande.id].organisme == demande.organisme.nom


def test_une_habilitation_lue_avec_ses_liens_se_verrouille(session):
    """PostgreSQL refuse de verrouiller une jointure externe : seule la ligne de l'habilitation l'est."""
    h = f.habilitation_decidee(session, f.centre(session))
    cle, evenement = h.id, f.evenement(session, h).id
    session.expunge_all()
    lue = session.scalars(
        select(Habilitation).where(Habilitation.id == cle)
        .options(joinedload(Habilitation.organisme), joinedload(Habilitation.renouvelle))
    ).one()
    a.suspendre(session, lue, dt.date(2001, 1, 1), "essai")
    avis = session.scalars(
        select(EvenementHabilitation).where(EvenementHabilitation.id == evenement)
        .options(joinedload(EvenementHabilitation.avise_par), joinedload(EvenementHabilitation.habilitation))
    ).one()
    a.aviser(session, avis, aujourd_hui())
    assert (lue.etat, avis.avise_le) == (EtatHabilitation.SUSPENDUE, aujourd_hui())


def test_deux_personnes_sur_la_meme_grille_ne_s_ecrasent_pas(session):
    """La version lue se vérifie sous le verrou : la seconde relit avant de choisir, et rien de sien n'est écrit."""
    habilitation = f.demande_d_habilitation(session, f.centre(session))
    premier, second, *_ = session.scalars(select(Indicateur.id).order_by(Indicateur.id)).all()
    oui, non = (a.Appreciee(r, "Pièce", "Vu.") for r in (ResultatIndicateur.SATISFAIT, ResultatIndicateur.NON_SATISFAIT))
    lues = {premier: 0, second: 0}
    a.apprecier(session, habilitation, {premier: oui}, lues)
    with pytest.raises(Refus) as refus:
        a.apprecier(session, habilitation, {premier: non, second: non}, lues)
    assert {v.code for v in refus.value.violations} == {"VERSION"}
    assert [(x.indicateur_id, x.resultat) for x in habilitation.appreciations] == [(premier, ResultatIndicateur.SATISFAIT)]
    # Un autre indicateur, que personne n'a touché, s'enregistre.
    a.apprecier(session, habilitation, {second: non}, lues)
    assert len(habilitation.appreciations) == 2
