"""Le chemin du jury par ses actes : désigner, convoquer, informer, déplacer, remplacer, envoyer, sur les deux moteurs."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from models import (
    Commission,
    Convocation,
    DemandeDesignation,
    Departement,
    Envoi,
    InformationCommission,
    SyndicatTerritorial,
)
from models.base import PARIS, maintenant
from rules import actes, actes_convocation, actes_envois, controle
from rules.actes_envois import Resultat
from rules.collecte_convocation import chemin_facts, chemins_facts
from rules.convocation import EtatEtape, chemin
from rules.nomenclatures import (
    Delegation,
    EtatEnvoi,
    EtatJury,
    MoyenEnvoi,
    NatureEnvoi,
    ReponseDesignation,
    TypeCommission,
)
from tests import factories as f

JOUR_J = dt.date(2028, 3, 15)
LIMITE = dt.date(2028, 2, 29)
UN_JOUR = dt.timedelta(days=1)


@pytest.fixture
def jury(session):
    """Un jury du 15 mars 2028 : sa limite tombe le 29 février. Président et un patronal, nul n'est encore sollicité."""
    centre = f.centre(session, departements=[session.get(Departement, "68")])
    fait = f.jury(session, centre, date_jury=JOUR_J, motif_ouverture="")
    for president in (True, False):
        f.siege(session, fait, convoque=False, president=president, present=False,
                personne=f.personne(session, centre, courriel="membre@essai.example"))
    session.add(Commission(type=TypeCommission.CPREFP, nom=f"CPREFP {centre.code}", region_code="44", courriel="cprefp@essai.example"))
    for syndicat in session.scalars(select(f.Syndicat)):
        session.add(SyndicatTerritorial(centre=centre, syndicat=syndicat, courriel="syndicat@essai.example"))
    session.flush()
    return fait


def syndicats(session):
    return list(session.scalars(select(f.Syndicat).order_by(f.Syndicat.id)))


def commissions(session):
    return list(session.scalars(select(Commission)))


def codes(refus) -> set[str]:
    return {v.code for v in refus.value.violations}


def demander(session, jury, le=LIMITE, motif="", moyen=MoyenEnvoi.COURRIER):
    alertes = actes_convocation.demander_designation(session, jury, syndicats(session), le, moyen, motif, jour=JOUR_J)
    return alertes, list(session.scalars(select(DemandeDesignation).where(DemandeDesignation.jury_id == jury.id)
                                         .order_by(DemandeDesignation.id)))


def tout_faire(session, jury):
    """Sollicite, fait désigner, convoque et informe à temps, à la main."""
    _, demandes = demander(session, jury)
    for demande in demandes:
        actes_convocation.repondre(session, demande, ReponseDesignation.DESIGNATION, LIMITE,
                                   [f.personne(session, jury.centre, courriel="delegue@essai.example")], jour=LIMITE)
    actes_convocation.convoquer(session, jury, jury.sieges, LIMITE, MoyenEnvoi.COURRIER, jour=LIMITE)
    actes_convocation.informer(session, jury, commissions(session), LIMITE, MoyenEnvoi.COURRIER, jour=LIMITE)


def etats(session, jury, jour=LIMITE):
    return {e.cle: e.etat for e in chemin(chemin_facts(session, jury, jour))}


# --- les quinze jours --------------------------------------------------------------------------------------------------


def test_le_29_fevrier_est_a_temps_le_1er_mars_demande_un_motif(session, jury):
    assert demander(session, jury)[0] == ()
    with pytest.raises(controle.Refus) as refus:
        actes_convocation.convoquer(session, jury, jury.sieges, LIMITE + UN_JOUR, MoyenEnvoi.COURRIER, jour=JOUR_J)
    assert codes(refus) == {"JUR-02"}
    alertes = actes_convocation.convoquer(session, jury, jury.sieges, LIMITE + UN_JOUR, MoyenEnvoi.COURRIER, "Salle tardive.",
                                          jour=JOUR_J)
    assert [v.code for v in alertes] == ["JUR-02"]
    assert {c.motif_retard for c in session.scalars(select(Convocation))} == {"Salle tardive."}


def test_une_demande_par_organisation_et_une_seule_fois(session, jury):
    _, demandes = demander(session, jury)
    assert {d.syndicat_id for d in demandes} == {s.id for s in syndicats(session)}
    assert len(demander(session, jury)[1]) == len(demandes)
    assert etats(session, jury)["designations"] is EtatEtape.FAIT


def test_hors_representativite_on_ne_sollicite_pas(session, jury):
    ancien = f.syndicat(session, representative_au=dt.date(2020, 1, 1))
    with pytest.raises(controle.Refus):
        actes_convocation.demander_designation(session, jury, [ancien], LIMITE, MoyenEnvoi.COURRIER, jour=JOUR_J)


# --- les réponses ------------------------------------------------------------------------------------------------------


def test_qui_est_designe_siege_une_seule_voix_par_organisation(session, jury):
    _, demandes = demander(session, jury)
    deux = [f.personne(session, jury.centre) for _ in range(2)]
    actes_convocation.repondre(session, demandes[0], ReponseDesignation.DESIGNATION, LIMITE, deux, jour=LIMITE)
    sieges = [s for s in jury.sieges if s.syndicat_id == demandes[0].syndicat_id]
    assert [(s.personne, s.voix) for s in sieges] == [(deux[0], True), (deux[1], False)]


def test_membre_de_deux_syndicats(session, jury):
    _, demandes = demander(session, jury)
    personne = f.personne(session, jury.centre)
    actes_convocation.repondre(session, demandes[0], ReponseDesignation.DESIGNATION, LIMITE, [personne], jour=LIMITE)
    with pytest.raises(controle.Refus) as refus:
        actes_convocation.repondre(session, demandes[1], ReponseDesignation.DESIGNATION, LIMITE, [personne], jour=LIMITE)
    assert codes(refus) == {"JUR-04"}
    assert demandes[1].reponse is None
    actes_convocation.repondre(session, demandes[1], ReponseDesignation.SANS_REPONSE, LIMITE, jour=LIMITE)
    assert demandes[1].reponse is ReponseDesignation.SANS_REPONSE


# --- un jury déplacé ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [
    {"date_jury": dt.date(2028, 3, 26)}, {"lieu": "Mulhouse"}, {"heure": dt.time(2, 30)},
])
def test_deplace_ce_qui_etait_dit_redevient_a_faire(session, jury, change):
    tout_faire(session, jury)
    avant = etats(session, jury)
    assert avant["convocations"] is avant["information"] is EtatEtape.FAIT
    for champ, valeur in change.items():
        setattr(jury, champ, valeur)
    actes.deplacer(session, jury, LIMITE)
    apres = etats(session, jury)
    assert apres["convocations"] is apres["information"] is EtatEtape.A_REFAIRE
    assert (apres["designations"] is EtatEtape.A_REFAIRE) is ("date_jury" in change)
    # Rien ne s'efface, et l'ancienne date ne revient pas à la vie d'elle-même.
    assert all(c.caduque_le == LIMITE for c in session.scalars(select(Convocation)))
    (information,) = chemins_facts(session, [jury], LIMITE)[jury.id].informations
    assert len(information.changements) == 1
    actes_convocation.convoquer(session, jury, jury.sieges, LIMITE, MoyenEnvoi.COURRIER, jour=LIMITE)
    actes_convocation.informer(session, jury, commissions(session), LIMITE, MoyenEnvoi.COURRIER, jour=LIMITE)
    refait = etats(session, jury)
    assert refait["convocations"] is refait["information"] is EtatEtape.FAIT


def test_deplace_puis_remis_tout_est_a_redire(session, jury):
    tout_faire(session, jury)
    for jour in (JOUR_J + UN_JOUR, JOUR_J):
        jury.date_jury = jour
        actes.deplacer(session, jury, LIMITE)
    assert etats(session, jury)["convocations"] is EtatEtape.A_REFAIRE
    assert etats(session, jury)["designations"] is EtatEtape.A_REFAIRE


def test_un_membre_de_plus_et_la_commission_est_a_informer(session, jury):
    tout_faire(session, jury)
    f.siege(session, jury, convoque=False, present=False)
    faits = chemins_facts(session, [jury], LIMITE)[jury.id]
    assert "membre nouveau" in faits.mal_informees[0].changements[0]
    assert len(faits.sans_convocation) == 1


# --- le président absent ----------------------------------------------------------------------------------------------


def pret(session, jury):
    tout_faire(session, jury)
    certification = f.certification(session)
    inscription = f.inscription(session, jury.centre, certification)
    f.evaluer(session, inscription)
    actes.presenter(session, jury, [inscription])
    for siege in jury.sieges:
        siege.present = not siege.president
    session.flush()


def test_president_absent_puis_remplace(session, jury):
    pret(session, jury)
    with pytest.raises(controle.Refus) as refus:
        actes.ouvrir(session, jury, JOUR_J)
    assert "JUR-12" in codes(refus)
    absent = f.president(jury)
    with pytest.raises(controle.Refus) as refus:
        actes_convocation.remplacer(session, absent, f.personne(session, jury.centre), " ")
    assert codes(refus) == {"JUR-06"}
    nouveau = actes_convocation.remplacer(session, absent, f.personne(session, jury.centre), "Souffrant le matin même.")
    assert (nouveau.president, nouveau.voix, absent.president, absent.voix) == (True, True, False, False)
    assert absent.remplace_par_id == nouveau.id
    nouveau.present = True
    session.flush()
    # Le remplaçant du matin n'était pas convoqué : il s'ouvre avec un motif, qui reste.
    with pytest.raises(controle.Refus) as refus:
        actes.ouvrir(session, jury, JOUR_J)
    assert codes(refus) == {"JUR-02"}
    alertes = actes.ouvrir(session, jury, JOUR_J, "Président remplacé le matin.")
    assert {v.code for v in alertes} == {"JUR-02", "JUR-07"}
    assert (jury.etat, jury.motif_ouverture) == (EtatJury.OUVERT, "Président remplacé le matin.")


def test_un_membre_patronal_prend_la_presidence(session, jury):
    absent = f.president(jury)
    autre = next(s for s in jury.sieges if not s.president)
    assert actes_convocation.remplacer(session, absent, autre.personne, "Empêché.") is autre
    assert autre.president
    with pytest.raises(controle.Refus):
        actes_convocation.remplacer(session, absent, f.personne(session, jury.centre), "Encore.")


@pytest.mark.parametrize("delegation", [Delegation.PATRONALE, Delegation.SYNDICALE])
def test_le_travail_temporaire_se_remplace(session, jury, delegation):
    siege = f.siege(session, jury, convoque=False, delegation=delegation, travail_temporaire=True)
    nouveau = actes_convocation.remplacer(session, siege, f.personne(session, jury.centre), "Empêché.")
    assert (nouveau.travail_temporaire, nouveau.voix, siege.voix) == (True, True, False)


def test_un_membre_convoque_ne_se_retire_pas(session, jury):
    libre = f.siege(session, jury, convoque=False)
    actes_convocation.retirer_un_siege(session, libre)
    assert libre not in jury.sieges
    actes_convocation.convoquer(session, jury, jury.sieges, LIMITE, MoyenEnvoi.COURRIER, jour=LIMITE)
    with pytest.raises(controle.Refus) as refus:
        actes_convocation.retirer_un_siege(session, jury.sieges[-1])
    assert "remplacez" in refus.value.violations[0].message


def test_ouvrir_sans_rien_avoir_fait_demande_un_motif(session, jury):
    pret(session, jury)
    for siege in jury.sieges:
        siege.present = True
    jury.lieu = "Ailleurs"
    actes.deplacer(session, jury, LIMITE)
    with pytest.raises(controle.Refus) as refus:
        actes.ouvrir(session, jury, JOUR_J)
    assert codes(refus) == {"JUR-02"}


# --- les envois --------------------------------------------------------------------------------------------------------


def un_envoi(session, jury, **champs) -> Envoi:
    _, demandes = demander(session, jury, moyen=MoyenEnvoi.COURRIEL)
    envoi = session.scalars(select(Envoi).where(Envoi.demande_designation_id == demandes[0].id)).one()
    for champ, valeur in champs.items():
        setattr(envoi, champ, valeur)
    session.flush()
    return envoi


def test_par_courriel_rien_n_est_fait_tant_que_rien_n_est_parti(session, jury):
    envoi = un_envoi(session, jury)
    assert (envoi.etat, envoi.adresse) == (EtatEnvoi.A_ENVOYER, "syndicat@essai.example")
    assert etats(session, jury)["designations"] is EtatEtape.A_FAIRE
    for e in session.scalars(select(Envoi)):
        assert actes_envois.prendre(session, e)
        actes_envois.noter(session, e, Resultat(parti=True), nom_fichier="d.pdf", sha256="0" * 64)
    faits = chemins_facts(session, [jury], LIMITE)[jury.id]
    assert {d.demandee_le for d in faits.designations} == {maintenant().astimezone(PARIS).date()}


def test_un_envoi_se_prend_une_fois_et_ne_repart_pas(session, jury):
    envoi = un_envoi(session, jury)
    identite = envoi.message_id
    assert actes_envois.prendre(session, envoi) is True
    assert actes_envois.prendre(session, envoi) is False
    actes_envois.noter(session, envoi, Resultat(parti=False, erreur="Le serveur d'envoi ne répond pas."))
    assert (envoi.etat, envoi.tentatives) == (EtatEnvoi.ECHEC, 1)
    actes_envois.relancer(session, envoi)
    assert actes_envois.prendre(session, envoi) is True
    actes_envois.noter(session, envoi, Resultat(parti=True), nom_fichier="d.pdf", sha256="0" * 64)
    assert (envoi.etat, envoi.tentatives, envoi.message_id) == (EtatEnvoi.ENVOYE, 2, identite)
    for geste in (actes_envois.relancer, lambda s, e: actes_envois.noter_a_la_main(s, e, LIMITE)):
        with pytest.raises(controle.Refus) as refus:
            geste(session, envoi)
        assert codes(refus) == {"ENV-01"}
    with pytest.raises(DBAPIError), session.begin_nested():
        envoi.objet = "Autre"
        session.flush()


def test_sans_adresse_rien_ne_part_puis_la_fiche_completee(session, jury):
    for ligne in session.scalars(select(SyndicatTerritorial)):
        ligne.courriel = ""
    envoi = un_envoi(session, jury)
    with pytest.raises(controle.Refus) as refus:
        actes_envois.prendre(session, envoi)
    assert codes(refus) == {"ENV-02"}
    for ligne in session.scalars(select(SyndicatTerritorial)):
        ligne.courriel = "neuve@essai.example"
    session.flush()
    assert actes_envois.prendre(session, envoi)
    assert envoi.adresse == "neuve@essai.example"


def test_un_envoi_interrompu_ne_repart_que_par_un_geste(session, jury):
    envoi = un_envoi(session, jury)
    actes_envois.prendre(session, envoi)
    assert actes_envois.interrompus(session) == 0
    assert actes_envois.interrompus(session, maintenant() + dt.timedelta(minutes=16)) == 1
    assert envoi.etat is EtatEnvoi.INCERTAIN
    assert actes_envois.prendre(session, envoi) is False
    actes_envois.relancer(session, envoi)
    assert actes_envois.prendre(session, envoi) is True


def test_deplace_ou_annule_ce_qui_attend_ne_part_plus(session, jury):
    envoi = un_envoi(session, jury)
    jury.date_jury += UN_JOUR
    actes.deplacer(session, jury, LIMITE)
    assert envoi.etat is EtatEnvoi.ABANDONNE
    with pytest.raises(controle.Refus):
        actes_envois.relancer(session, envoi)
    demander(session, jury, moyen=MoyenEnvoi.COURRIEL)
    actes.annuler(session, jury)
    assert {e.etat for e in session.scalars(select(Envoi))} == {EtatEnvoi.ABANDONNE}


def test_une_information_remplacee_abandonne_la_precedente(session, jury):
    actes_convocation.informer(session, jury, commissions(session), LIMITE, MoyenEnvoi.COURRIEL, jour=LIMITE)
    actes_convocation.informer(session, jury, commissions(session), LIMITE, MoyenEnvoi.COURRIEL, jour=LIMITE)
    assert len(list(session.scalars(select(InformationCommission)))) == 1
    jury.lieu = "Mulhouse"
    actes.deplacer(session, jury, LIMITE)
    actes_convocation.informer(session, jury, commissions(session), LIMITE, MoyenEnvoi.COURRIEL, jour=LIMITE)
    envois = list(session.scalars(select(Envoi).where(Envoi.nature == NatureEnvoi.INFORMATION).order_by(Envoi.id)))
    assert [e.etat for e in envois] == [EtatEnvoi.ABANDONNE, EtatEnvoi.A_ENVOYER]


def test_un_motif_s_ecrit_apres_et_ne_s_efface_pas(session, jury):
    _, demandes = demander(session, jury)
    actes_convocation.motiver(session, demandes[0], "Parti le lendemain.")
    with pytest.raises(controle.Refus):
        actes_convocation.motiver(session, demandes[0], " ")
    assert demandes[0].motif_retard == "Parti le lendemain."


def test_ce_qui_manque(session, jury):
    a_demander, a_convoquer, a_informer = actes_convocation.tout_ce_qui_manque(session, jury, LIMITE)
    assert (len(a_demander), len(a_convoquer), len(a_informer)) == (len(syndicats(session)), 2, 1)
    tout_faire(session, jury)
    assert actes_convocation.tout_ce_qui_manque(session, jury, LIMITE) == ([], [], [])


def test_les_lettres_ne_se_preparent_que_signees(session, jury):
    with pytest.raises(controle.Refus):
        actes_envois.preparer_les_lettres(session, jury, [(1, False)], JOUR_J)
