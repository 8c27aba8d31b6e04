"""De la demande à la publication, par les actes, sur les deux moteurs (partie 1, chapitres 1 et 2)."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import (
    Certification,
    Demande,
    Journal,
    PointGtp,
    Publication,
    Referentiel,
    SeanceGtp,
    Syndicat,
    VoteGtp,
)
from models.base import aujourd_hui
from models.contexte import Acteur, agir_comme, en_ecriture
from models.perimetre import HorsPerimetre
from rules import actes, actes_demandes, actes_gtp, controle
from rules.collecte import inscriptions_facts
from rules.collecte_demandes import promotions, seance_facts, titres_voisins, usages
from rules.controle import Refus
from rules.nomenclatures import (
    DecisionGtp,
    Delegation,
    EtatDemande,
    EtatInscription,
    EtatReferentiel,
    EtatSeance,
    Famille,
    NatureDemande,
    NatureSeance,
    Porteur,
    Repertoire,
    Role,
    SensVote,
)
from tests import factories as f
from tests import gtp
from tests.conftest import SYSTEME

JOUR = aujourd_hui()
VEILLE, LENDEMAIN = JOUR - dt.timedelta(days=1), JOUR + dt.timedelta(days=1)


def codes(refus) -> set[str]:
    return {v.code for v in refus.value.violations}


# --- dossier -------------------------------------------------------------------------------------------------------


def test_une_creation_ouvre_une_certification_en_projet_et_un_projet_de_referentiel(session: Session):
    demande, alertes = actes_demandes.deposer(
        session, NatureDemande.CREATION, Porteur.UIMM, JOUR, titre="  Soudeur sur alliages  ", niveau=4
    )
    assert alertes == ()
    c = demande.certification
    assert (c.projet, c.titre, c.niveau, c.numero, c.date_creation) == (True, "Soudeur sur alliages", 4, None, None)
    assert (demande.etat, demande.referentiel.etat, demande.referentiel.numero) == (EtatDemande.DEPOSEE, EtatReferentiel.PROJET, 1)
    assert "en projet" in str(c)


@pytest.mark.parametrize(("nature", "porteur", "champs", "attendu"), [
    (NatureDemande.CREATION, Porteur.GTP, {"titre": "X"}, "REF-01"),
    (NatureDemande.CREATION, Porteur.UIMM, {"titre": "X", "famille": Famille.CQPI}, "REF-01"),
    (NatureDemande.CREATION, Porteur.UIMM, {"titre": " "}, "REF-01"),
    (NatureDemande.SUPPRESSION, Porteur.UIMM, {}, "SUP-01"),
])
def test_une_demande_fausse_n_est_pas_ecrite(session: Session, nature, porteur, champs, attendu):
    certification = None if nature is NatureDemande.CREATION else f.certification(session)
    avant = session.scalar(select(func.count()).select_from(Demande))
    with pytest.raises(Refus) as refus, session.begin_nested():
        actes_demandes.deposer(session, nature, porteur, JOUR, certification=certification, **champs)
    assert attendu in codes(refus)
    assert session.scalar(select(func.count()).select_from(Demande)) == avant


def test_un_titre_voisin_alerte(session: Session):
    f.certification(session, titre="Technicien de maintenance industrielle")
    f.certification(session, titre="Technicienne de maintenance des réseaux", date_suppression=JOUR)
    _, alertes = actes_demandes.deposer(
        session, NatureDemande.CREATION, Porteur.UIMM, JOUR, titre="Technicienne en maintenance industrielle"
    )
    assert [v.code for v in alertes] == ["REF-13"]
    assert "Technicien de maintenance industrielle" in alertes[0].message
    assert titres_voisins(session, "Boulanger pâtissier") == ()


def test_instruire_demande_un_dossier_complet(session: Session):
    demande, _ = actes_demandes.deposer(session, NatureDemande.CREATION, Porteur.UIMM, JOUR, titre="Fondeur")
    manques = {v.champ for v in actes_demandes.ce_qui_manque(session, demande)}
    assert manques == {"besoins", "emplois", "positionnement", "preuves_usage", "referentiel"}
    with pytest.raises(Refus) as refus:
        actes_demandes.reconnaitre_complete(session, demande, JOUR)
    assert codes(refus) == {"REF-02"}
    actes_demandes.corriger(session, demande, {**gtp.RAPPORT, "titre": "Fondeur d'art", "niveau": 5})
    assert {v.champ for v in actes_demandes.ce_qui_manque(session, demande)} == {"referentiel"}
    gtp.ecrire_le_projet(session, demande.referentiel)
    actes_demandes.reconnaitre_complete(session, demande, JOUR)
    assert (demande.etat, demande.referentiel.etat) == (EtatDemande.COMPLETE, EtatReferentiel.SOUMIS)
    assert (demande.titre, demande.certification.recherche) == ("Fondeur d'art", "fondeur d art")
    with pytest.raises(Refus) as refus:
        actes_demandes.corriger(session, demande, {"besoins": "autre"})
    assert codes(refus) == {"REF-03"}
    actes_demandes.rendre(session, demande)
    assert (demande.etat, demande.referentiel.etat) == (EtatDemande.DEPOSEE, EtatReferentiel.PROJET)
    actes_demandes.abandonner(session, demande)
    assert demande.etat is EtatDemande.ABANDONNEE
    with pytest.raises(Refus):
        actes_demandes.abandonner(session, demande)


def test_une_seule_demande_en_cours_par_certification(session: Session):
    certification = f.certification(session)
    actes_demandes.deposer(session, NatureDemande.REVISION, Porteur.UIMM, JOUR, certification=certification)
    with pytest.raises(DBAPIError) as erreur, session.begin_nested():
        actes_demandes.deposer(
            session, NatureDemande.SUPPRESSION, Porteur.UIMM, JOUR, certification=certification, textes={"obsolescence": "x"}
        )
    assert controle.traduire(erreur.value).code == "REF-01"


# --- séance --------------------------------------------------------------------------------------------------------


def test_les_organisations_attendues_sont_les_representatives_du_jour(session: Session):
    session.add(Syndicat(sigle="ANCIEN", nom="Ancien", representative_du=f.CREATION, representative_au=VEILLE))
    session.flush()
    seance = gtp.seance_prete(session)
    noms = [p.organisation for p in seance.presences]
    assert noms[0] == "UIMM"
    assert "ANCIEN" not in noms
    actes_gtp.deplacer(session, seance, NatureSeance.CONSULTATION, VEILLE, "")
    assert "ANCIEN" in {p.organisation for p in seance.presences}
    with pytest.raises(Refus) as refus:
        actes_gtp.reunir(session, NatureSeance.REUNION, dt.date(2999, 1, 1))
    assert codes(refus) == {"GTP-01"}


def test_de_la_creation_acceptee_a_la_liste(session: Session):
    demande = gtp.demande_complete(session, titre="Robotisation d'essai")
    seance = gtp.seance_prete(session, demande)
    (point,) = seance.points
    assert (demande.etat, point.niveau) == (EtatDemande.ORDRE_DU_JOUR, 3)
    with pytest.raises(Refus) as refus:
        actes_gtp.decider(session, point, DecisionGtp.ACCEPTEE, niveau=3)
    assert codes(refus) == {"GTP-02"}
    gtp.voter_tous(session, point)
    with pytest.raises(Refus) as refus:
        actes_gtp.decider(session, point, DecisionGtp.ACCEPTEE, niveau=9)
    assert codes(refus) == {"REF-04"}
    with pytest.raises(Refus) as refus:
        actes_gtp.clore(session, seance)
    assert codes(refus) == {"GTP-01"}
    actes_gtp.decider(session, point, DecisionGtp.ACCEPTEE, niveau=4)
    # Rien n'a d'effet avant la clôture, et un vote changé rouvre la décision.
    assert demande.certification.projet
    cgt = next(p for p in seance.presences if p.organisation == "CGT")
    actes_gtp.voter(session, point, cgt, SensVote.CONTRE)
    assert point.decision is None
    actes_gtp.decider(session, point, DecisionGtp.ACCEPTEE, niveau=4)
    actes_gtp.clore(session, seance)
    c = demande.certification
    assert (c.projet, c.annee, c.date_creation, c.niveau) == (False, JOUR.year, JOUR, 4)
    assert c.numero is not None
    assert c.base_identifiant == f"CQPM {JOUR.year} {c.numero:04d}"
    assert (demande.referentiel.etat, demande.referentiel.valide_le) == (EtatReferentiel.VALIDE, JOUR)
    assert all(place.bloc.numero for place in demande.referentiel.blocs)
    assert point.repertoire is Repertoire.RNCP
    assert (demande.etat, demande.decidee_le) == (EtatDemande.ACCEPTEE, JOUR)
    assert [(p.nature.value, p.ouverte_le, p.faite_le) for p in demande.publications] == [
        ("liste", JOUR, None), ("site", JOUR, None), ("france_competences", JOUR, None)
    ]
    votes = session.scalars(select(Journal).where(Journal.action == "vote consigné", Journal.objet_id == seance.id)).all()
    assert {v.apres["organisation"] for v in votes} == {p.organisation for p in seance.presences}


def test_un_ccpm_accepte_va_au_rs_sans_niveau_exige(session: Session):
    demande = gtp.acceptee(session, famille=Famille.CCPM, titre="Lecture de plan d'essai", niveau=None)
    assert (demande.points[0].repertoire, demande.certification.niveau) == (Repertoire.RS, None)
    assert demande.certification.base_identifiant.startswith(f"CCPM {JOUR.year} ")


def test_egalite_puis_refus_puis_ajournement(session: Session):
    demande = gtp.demande_complete(session)
    seance = gtp.seance_prete(session, demande)
    (point,) = seance.points
    for p in seance.presences:
        actes_gtp.voter(session, point, p, SensVote.POUR if p.organisation == "UIMM" else SensVote.CONTRE)
    compte = seance_facts(session, seance).decompte(seance_facts(session, seance).points[0])
    assert compte.egalite
    assert compte.pour == compte.contre == len(seance.presences) - 1
    with pytest.raises(Refus) as refus:
        actes_gtp.decider(session, point, DecisionGtp.ACCEPTEE, niveau=3)
    assert "Égalité" in refus.value.violations[0].message
    with pytest.raises(Refus) as refus:
        actes_gtp.decider(session, point, DecisionGtp.REFUSEE)
    assert codes(refus) == {"REF-03"}
    actes_gtp.decider(session, point, DecisionGtp.AJOURNEE, "Préciser les débouchés.")
    actes_gtp.clore(session, seance)
    assert (demande.etat, demande.decidee_le, demande.referentiel.etat) == (EtatDemande.AJOURNEE, None, EtatReferentiel.PROJET)
    assert demande.certification.projet
    assert demande.publications == []
    # Une demande ajournée revient, corrigée, et peut être refusée.
    actes_demandes.corriger(session, demande, {"emplois": "Mille postes par an."})
    actes_demandes.reconnaitre_complete(session, demande, JOUR)
    seconde = gtp.seance_prete(session, demande)
    gtp.decider(session, seconde, DecisionGtp.REFUSEE)
    actes_gtp.clore(session, seconde)
    assert (demande.etat, demande.decidee_le) == (EtatDemande.REFUSEE, JOUR)
    assert [p.decision for p in demande.points] == [DecisionGtp.AJOURNEE, DecisionGtp.REFUSEE]
    assert (demande.certification.projet, demande.certification.numero, demande.publications) == (True, None, [])


def test_ce_qui_ne_vient_pas_devant_le_gtp(session: Session):
    deposee, _ = actes_demandes.deposer(session, NatureDemande.CREATION, Porteur.UIMM, JOUR, titre="Fondeur")
    seance = gtp.seance_prete(session)
    with pytest.raises(Refus) as refus:
        actes_gtp.inscrire_point(session, seance, deposee)
    assert codes(refus) == {"GTP-01"}
    complete = gtp.demande_complete(session)
    hier = gtp.seance_prete(session, jour=VEILLE)
    with pytest.raises(Refus) as refus:
        actes_gtp.inscrire_point(session, hier, complete)
    assert codes(refus) == {"GTP-01"}
    demain = gtp.seance_prete(session, complete, jour=LENDEMAIN)
    gtp.decider(session, demain)
    with pytest.raises(Refus) as refus:
        actes_gtp.clore(session, demain)
    assert codes(refus) == {"GTP-01"}
    actes_gtp.annuler(session, demain)
    assert (complete.etat, demain.etat, demain.points) == (EtatDemande.COMPLETE, EtatSeance.ANNULEE, [])
    with pytest.raises(Refus):
        actes_gtp.inscrire_point(session, demain, complete)


def test_seuls_les_presents_votent_et_un_absent_perd_ses_votes(session: Session):
    demande = gtp.demande_complete(session)
    seance = gtp.seance_prete(session, demande, presentes=False)
    (point,) = seance.points
    uimm = seance.presences[0]
    with pytest.raises(Refus) as refus, session.begin_nested():
        actes_gtp.voter(session, point, uimm, SensVote.POUR)
    assert codes(refus) == {"GTP-02"}
    session.expire_all()
    actes_gtp.noter_presences(session, seance, {uimm.id: (True, "Jeanne Petit")})
    actes_gtp.voter(session, point, uimm, SensVote.POUR)
    actes_gtp.decider(session, point, DecisionGtp.ACCEPTEE, niveau=3)
    assert [v.message for v in controle.cloture_de_seance(seance_facts(session, seance))] == [
        "Aucune organisation syndicale n'est notée présente à cette séance."
    ]
    actes_gtp.noter_presences(session, seance, {uimm.id: (False, "")})
    assert (point.votes, point.decision) == ([], None)
    actes_gtp.noter_presences(session, seance, {uimm.id: (True, "")})
    actes_gtp.voter(session, point, uimm, SensVote.POUR)
    actes_gtp.voter(session, point, uimm, None)
    assert session.scalar(select(func.count()).select_from(VoteGtp).where(VoteGtp.point_id == point.id)) == 0


def test_retirer_un_point_referme_les_rangs(session: Session):
    trois = [gtp.demande_complete(session, titre=t) for t in ("Chaudronnier", "Fondeur", "Ajusteur")]
    seance = gtp.seance_prete(session, *trois)
    actes_gtp.retirer_point(session, seance.points[0])
    session.expire_all()
    assert [(p.ordre, p.demande.titre) for p in seance.points] == [(1, "Fondeur"), (2, "Ajusteur")]
    assert trois[0].etat is EtatDemande.COMPLETE


def test_clore_fige_tout(session: Session):
    demande = gtp.acceptee(session)
    point = demande.points[0]
    seance = point.seance
    for acte in (
        lambda: actes_gtp.decider(session, point, DecisionGtp.AJOURNEE, "m"),
        lambda: actes_gtp.voter(session, point, seance.presences[0], SensVote.CONTRE),
        lambda: actes_gtp.noter_presences(session, seance, {}),
        lambda: actes_gtp.clore(session, seance),
        lambda: actes_gtp.annuler(session, seance),
    ):
        with pytest.raises(Refus) as refus:
            acte()
        assert codes(refus) == {"GTP-01"}
    for sql, code in (
        (f"UPDATE vote_gtp SET sens = 'contre' WHERE point_id = {point.id}", "GTP-01"),
        (f"DELETE FROM vote_gtp WHERE point_id = {point.id}", "GTP-01"),
        (f"UPDATE point_gtp SET niveau = 8 WHERE id = {point.id}", "GTP-01"),
        (f"UPDATE presence_gtp SET presente = presente WHERE seance_id = {seance.id}", "GTP-01"),
        (f"UPDATE seance_gtp SET etat = 'en_preparation', close_le = NULL WHERE id = {seance.id}", "GTP-01"),
        (f"DELETE FROM seance_gtp WHERE id = {seance.id}", "GTP-01"),
        (f"UPDATE demande SET besoins = 'x' WHERE id = {demande.id}", "REF-03"),
        (f"DELETE FROM demande WHERE id = {demande.id}", "REF-03"),
        (f"DELETE FROM publication WHERE demande_id = {demande.id}", "REF-12"),
    ):
        with pytest.raises(DBAPIError) as erreur, session.begin_nested():
            session.execute(text(sql))
        assert controle.traduire(erreur.value).code == code, sql


def test_une_demande_ne_se_decide_pas_sans_le_gtp(session: Session):
    demande = gtp.demande_complete(session)
    for etat in ("acceptee", "refusee"):
        with pytest.raises(DBAPIError) as erreur, session.begin_nested():
            session.execute(
                update(Demande.__table__).where(Demande.__table__.c.id == demande.id).values(etat=EtatDemande(etat), decidee_le=JOUR)
            )
        assert controle.traduire(erreur.value).code == "REF-03"


def test_une_publication_se_fait_une_fois(session: Session):
    demande = gtp.acceptee(session)
    publication: Publication = demande.publications[0]
    with pytest.raises(Refus) as refus:
        actes_gtp.publier(session, publication, VEILLE, "Secrétariat")
    assert codes(refus) == {"REF-12"}
    actes_gtp.publier(session, publication, JOUR, "Secrétariat", " https://exemple.invalid/liste ")
    assert (publication.faite_le, publication.faite_par, publication.note) == (JOUR, "Secrétariat", "https://exemple.invalid/liste")
    with pytest.raises(Refus):
        actes_gtp.publier(session, publication, JOUR, "Secrétariat")


# --- révision et suppression -----------------------------------------------------------------------------------------


def test_une_revision_garde_l_identifiant_et_la_version_de_qui_est_inscrit(session: Session):
    centre = f.centre(session)
    creation = gtp.acceptee(session)
    c = creation.certification
    identifiant = c.base_identifiant
    ancien = f.inscription(session, centre, c, date_inscription=JOUR)
    revision = gtp.acceptee(session, NatureDemande.REVISION, certification=c)
    session.expire_all()
    assert c.base_identifiant == identifiant
    assert [(v.numero, v.etat) for v in c.versions] == [(1, EtatReferentiel.REMPLACE), (2, EtatReferentiel.VALIDE)]
    assert revision.referentiel.numero == 2
    assert ancien.referentiel.numero == 1
    assert revision.points[0].repertoire is None


def test_supprimee_plus_d_inscription_mais_l_engage_va_jusqu_au_certificat(session: Session):
    """SUP-03 et SUP-04, par les faits du formulaire et par l'import ; le certificat est délivré après la suppression."""
    centre = f.centre(session)
    creation = gtp.acceptee(session, jour=JOUR - dt.timedelta(days=60))
    c = creation.certification
    engage = f.inscription(session, centre, c, date_inscription=JOUR - dt.timedelta(days=30))
    suppression = gtp.acceptee(session, NatureDemande.SUPPRESSION, certification=c)
    assert (c.date_suppression, suppression.etat) == (JOUR, EtatDemande.ACCEPTEE)
    assert [p.nature.value for p in suppression.publications] == ["liste", "site", "france_competences"]
    # Le formulaire : la même porte que l'import.
    tard = f.inscription(session, centre, c, date_inscription=JOUR)
    faits = inscriptions_facts(session, [engage.id, tard.id])
    assert "SUP-03" in {v.code for v in controle.inscription(faits[tard.id])}
    assert "SUP-03" not in {v.code for v in controle.inscription(faits[engage.id])}
    # L'engagé est évalué, présenté, admis, certifié après la suppression.
    f.evaluer(session, engage)
    jury = f.jury(session, centre, date_jury=JOUR)
    f.siege(session, jury, president=True)
    f.siege(session, jury, delegation=Delegation.SYNDICALE, syndicat=f.syndicat(session))
    actes.presenter(session, jury, [engage])
    actes.ouvrir(session, jury, JOUR)
    for presentation in jury.presentations:
        f.voter_tous(session, presentation)
    actes.signer(session, jury, f.president(jury))
    (certificat,) = actes.attribuer(session, jury)
    assert (engage.etat, certificat.certification_id) == (EtatInscription.ADMISE, c.id)
    assert certificat.date_jury >= c.date_suppression


def test_on_ne_revise_ni_ne_supprime_ce_qui_ne_l_est_plus(session: Session):
    c = f.certification(session, date_suppression=VEILLE)
    for nature in (NatureDemande.REVISION, NatureDemande.SUPPRESSION):
        with pytest.raises(Refus) as refus:
            actes_demandes.deposer(session, nature, Porteur.UIMM, JOUR, certification=c, textes={"obsolescence": "x"})
        assert codes(refus) == {"REF-07"}


# --- usage ---------------------------------------------------------------------------------------------------------


def test_les_promotions_des_cinq_ans_avant_la_demande(session: Session):
    centre = f.centre(session)
    c, autre = f.certification(session), f.certification(session)
    session.execute(update(Syndicat.__table__).values(representative_au=None))
    f.jury_signe(session, centre, c)                      # le 12 mars 2026, deux candidats
    f.jury_ouvert(session, centre, c)                     # pas encore tenu : ne compte pas
    jour_du_jury = f.DATE_JURY
    assert promotions(session, c.id, jour_du_jury) == 0   # le jour même n'est pas avant
    assert promotions(session, c.id, jour_du_jury + dt.timedelta(days=1)) == 1
    assert promotions(session, c.id, jour_du_jury.replace(year=2031)) == 1
    assert promotions(session, c.id, jour_du_jury.replace(year=2031) + dt.timedelta(days=1)) == 0
    assert promotions(session, autre.id, LENDEMAIN) == 0
    sous = {u.certification.id: u for u in usages(session, dt.date(2026, 6, 1))}
    assert (sous[c.id].promotions, sous[c.id].candidats, sous[c.id].derniere) == (1, 2, jour_du_jury)
    f.jury_signe(session, centre, c)
    assert c.id not in {u.certification.id for u in usages(session, dt.date(2026, 6, 1))}
    assert c.id in {u.certification.id for u in usages(session, dt.date(2026, 6, 1), seulement_sous_le_seuil=False)}
    demande, alertes = actes_demandes.deposer(
        session, NatureDemande.SUPPRESSION, Porteur.UIMM, dt.date(2026, 6, 1), certification=c, motif_usage=True
    )
    assert [v.code for v in alertes] == ["SUP-02"]
    assert demande.motif_usage


@pytest.mark.parametrize("nombre", [1, 40])
def test_l_usage_se_compte_en_trois_requetes(session: Session, nombre: int):
    for _ in range(nombre):
        f.certification(session)
    session.flush()
    vues: list[str] = []
    ecoute = lambda *a: vues.append(a[2])  # noqa: E731
    event.listen(session.connection(), "before_cursor_execute", ecoute)
    usages(session, JOUR)
    event.remove(session.connection(), "before_cursor_execute", ecoute)
    assert len(vues) <= 3


# --- qui peut ------------------------------------------------------------------------------------------------------


def test_l_uimm_ecrit_ce_qu_elle_demande_et_rien_de_la_liste(session: Session):
    liste = f.certification(session)
    with agir_comme(Acteur("uimm", role=Role.UIMM)):
        demande, _ = actes_demandes.deposer(session, NatureDemande.CREATION, Porteur.UIMM, JOUR, titre="Fondeur")
        liste_id, projet_id = liste.id, demande.certification_id
        for geste in (
            lambda: setattr(session.get(Certification, liste_id), "titre", "Autre"),
            lambda: setattr(session.get(Certification, projet_id), "projet", False),
            lambda: session.add(SeanceGtp(date_seance=JOUR, nature=NatureSeance.REUNION)),
        ):
            geste()
            with pytest.raises(HorsPerimetre), session.begin_nested():
                session.flush()
            session.expire_all()
            session.expunge_all()
    with agir_comme(SYSTEME):
        assert session.scalar(select(Certification.titre).where(Certification.id == liste_id)) != "Autre"


@pytest.mark.parametrize("role", [Role.CLERC, Role.RESPONSABLE, Role.JURE])
def test_un_centre_ne_voit_ni_demande_nationale_ni_seance(session: Session, role: Role):
    demande = gtp.acceptee(session)
    with agir_comme(Acteur("centre", role=role, centre_id=f.centre(session).id)):
        for modele in (Demande, SeanceGtp, PointGtp, VoteGtp, Publication):
            assert session.scalar(select(func.count()).select_from(modele)) == 0, modele
    assert demande.id


# --- deux à la fois --------------------------------------------------------------------------------------------------


def test_deux_seances_closes_a_la_fois_ne_donnent_pas_le_meme_numero(moteur, ouvrir):
    with ouvrir() as session:
        seances = []
        for titre in ("Soudeur un", "Fondeur deux"):
            seance = gtp.seance_prete(session, gtp.demande_complete(session, titre=titre))
            gtp.decider(session, seance)
            seances.append(seance.id)
    depart, erreurs = threading.Barrier(2), []

    def clore(identite: int) -> None:
        try:
            with agir_comme(SYSTEME), en_ecriture(), Session(moteur) as session:
                if moteur.dialect.name == "postgresql":
                    seance = session.get(SeanceGtp, identite)
                    depart.wait(10)
                else:
                    depart.wait(10)  # sous SQLite, la transaction prend d'emblée le verrou d'écriture
                    seance = session.get(SeanceGtp, identite)
                actes_gtp.clore(session, seance)
                session.commit()
        except Exception as erreur:  # noqa: BLE001
            erreurs.append(erreur)

    fils = [threading.Thread(target=clore, args=(s,)) for s in seances]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(30)
    assert erreurs == []
    with ouvrir() as session:
        numeros = session.scalars(select(Certification.numero).where(Certification.date_creation == JOUR)).all()
        assert len(numeros) == len(set(numeros)) == 2
        assert max(numeros) - min(numeros) == 1
        blocs = [p.bloc.numero for r in session.scalars(select(Referentiel)) for p in r.blocs]
        assert len(blocs) == len(set(blocs)) == 4


def test_une_seance_refusee_rend_son_numero(moteur, ouvrir):
    with ouvrir() as session:
        seance = gtp.seance_prete(session, gtp.demande_complete(session))
        gtp.decider(session, seance)
        identite = seance.id
    with agir_comme(SYSTEME), en_ecriture(), Session(moteur) as session:
        actes_gtp.clore(session, session.get(SeanceGtp, identite))
        session.rollback()
    with ouvrir() as session:
        premier = gtp.acceptee(session, titre="Chaudronnier").certification.numero
        actes_gtp.clore(session, session.get(SeanceGtp, identite))
        numeros = session.scalars(select(Certification.numero).where(Certification.date_creation == JOUR)).all()
        assert sorted(numeros) == [premier, premier + 1]
