"""Les gestes de la séance, sur les deux moteurs : votes, blocs, liens, président absent, procès-verbaux l'un après l'autre."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from models import Certificat, Jury, LienVote, Vote
from models.contexte import agir_comme, en_ecriture
from rules import actes, actes_deliberation, controle
from rules.actes_deliberation import siege_du_lien
from rules.collecte_deliberation import changes, deliberation, en_texte, revisions
from rules.nomenclatures import Decision, Delegation, EtatInscription, EtatJury, ResultatCompetence
from tests import factories as f
from tests.conftest import SYSTEME


def codes(refus) -> set[str]:
    return {v.code for v in refus.value.violations}


def ouvert(session: Session, *, certifications: int = 1, candidats: int = 2, non_acquises=(), **reglages) -> Jury:
    """Un jury ouvert : président, deux syndicats ; chaque certification a deux blocs de deux compétences."""
    centre = f.centre(session)
    jury = f.jury(session, centre)
    f.siege(session, jury, president=True)
    for _ in range(2):
        f.siege(session, jury, delegation=Delegation.SYNDICALE, syndicat=f.syndicat(session))
    for _ in range(certifications):
        certification = f.certification(session, blocs=2, competences=2, **reglages)
        inscriptions = [f.inscription(session, centre, certification) for _ in range(candidats)]
        for i in inscriptions:
            f.evaluer(session, i, non_acquises=non_acquises)
        actes.presenter(session, jury, inscriptions)
    actes.ouvrir(session, jury, jury.date_jury)
    return jury


def blocs(presentation) -> list[int]:
    return sorted({c.competence.bloc_id for c in presentation.competences})


# --- voter

def test_le_meme_geste_renvoye_ne_compte_qu_une_fois(session):
    presentation = (jury := ouvert(session)).presentations[0]
    siege = f.president(jury)
    premier = actes.voter(session, presentation, siege, "A", vu=0, geste="g1")
    encore = actes.voter(session, presentation, siege, "A", vu=0, geste="g1")
    assert (premier.id, encore.version) == (encore.id, 1)
    actes.voter(session, presentation, siege, "NA", vu=1, geste="g2")
    # Un paquet en retard : la clé du premier geste est dépassée, la version aussi ; rien ne revient en arrière.
    with pytest.raises(actes.VoteChange) as refus:
        actes.voter(session, presentation, siege, "A", vu=0, geste="g1")
    assert refus.value.vote.valeur is Decision.NON_ADMIS
    assert session.scalar(select(func.count(Vote.id)).where(Vote.presentation_id == presentation.id)) == 1


def test_un_vote_change_par_un_autre_se_dit(session):
    presentation = (jury := ouvert(session)).presentations[0]
    siege = f.president(jury)
    vote = actes.voter(session, presentation, siege, "A", vu=0)
    actes.voter(session, presentation, siege, "NA")
    with pytest.raises(actes.VoteChange) as refus:
        actes.voter(session, presentation, siege, "A", vu=1)
    assert refus.value.vote is vote
    assert "NA, consigné par essais" in refus.value.violations[0].message
    # Ce qu'on voulait est déjà écrit : ce n'est pas un conflit.
    assert actes.voter(session, presentation, siege, "NA", vu=0).version == 2


def test_voter_bloc_par_bloc(session):
    jury = ouvert(session, candidats=1, non_acquises=[4])
    presentation = jury.presentations[0]
    premier, second = blocs(presentation)
    for siege in jury.sieges:
        actes.voter(session, presentation, siege, "NA")
        actes.voter(session, presentation, siege, "A", bloc_id=premier)
        actes.voter(session, presentation, siege, "NA", bloc_id=second)
    vue = deliberation(session, jury.id)
    (candidat,) = vue.candidats
    assert [(b.id, d.decision, d.pour) for b, d in candidat.blocs] == [
        (premier, Decision.ADMIS, 3), (second, Decision.NON_ADMIS, 0)]
    assert (candidat.decompte.pour, candidat.decompte.contre) == (0, 3)  # les voix des blocs ne s'y ajoutent pas
    actes.signer(session, jury, f.president(jury))
    assert [c.bloc_id for c in actes.attribuer(session, jury)] == [premier]  # ATT-03


def test_un_bloc_decide_contre_la_synthese_se_retient_competence_par_competence_et_se_motive(session):
    jury = ouvert(session, candidats=1, non_acquises=[4])
    presentation = jury.presentations[0]
    second = blocs(presentation)[1]
    for siege in jury.sieges:
        actes.voter(session, presentation, siege, "NA")
        actes.voter(session, presentation, siege, "A", bloc_id=second)
    toutes = [c.competence_id for c in presentation.competences if c.competence.bloc_id == second]
    for retenues in ({}, dict.fromkeys(toutes, "acquise")):
        actes.retenir(session, presentation, retenues, "")
        with pytest.raises(controle.Refus) as refus, session.begin_nested():
            actes.signer(session, jury, f.president(jury))
        assert codes(refus) == {"JUR-11"}
        session.expire_all()
    actes.retenir(session, presentation, dict.fromkeys(toutes, "acquise"), "Entretien probant.")
    # Tout est alors acquis : la décision « non admis » s'écarte aussi de ce qui est retenu, mais elle est motivée.
    actes.signer(session, jury, f.president(jury))
    assert {c.retenu for c in presentation.competences} == {ResultatCompetence.ACQUISE}


def test_on_ne_vote_pas_sur_le_bloc_d_un_autre(session):
    jury, ailleurs = ouvert(session, candidats=1), f.bloc(session)
    with pytest.raises(controle.Refus) as refus:
        actes.voter(session, jury.presentations[0], f.president(jury), "A", bloc_id=ailleurs.id)
    assert codes(refus) == {"JUR-10"}


def test_deux_fenetres_qui_retiennent_la_seconde_est_prevenue(session):
    presentation = (jury := ouvert(session)).presentations[0]
    version = presentation.version
    actes.retenir(session, presentation, {}, "un motif", version=version)
    with pytest.raises(controle.Refus) as refus:
        actes.retenir(session, presentation, {}, "un autre", version=version)
    assert codes(refus) == {"JUR-11"}
    assert (presentation.motif, jury.etat) == ("un motif", EtatJury.OUVERT)


# --- la révision

def test_la_revision_dit_qui_a_change(session):
    jury = ouvert(session, candidats=3)
    numeros = [p.numero_anonyme for p in jury.presentations]
    tete, avant = revisions(session, jury.id)
    vue = en_texte(tete, avant)
    assert changes(vue, tete, avant) is None
    assert changes("", tete, avant) == set(numeros)
    assert changes("n'importe quoi", tete, avant) == set(numeros)
    actes.voter(session, jury.presentations[1], f.president(jury), "A")
    actes.retenir(session, jury.presentations[2], {}, "motif")
    assert changes(vue, *revisions(session, jury.id)) == {jury.presentations[1].numero_anonyme, jury.presentations[2].numero_anonyme}
    neuve = en_texte(*revisions(session, jury.id))
    actes.voter(session, jury.presentations[1], f.president(jury), "NA")
    assert changes(neuve, *revisions(session, jury.id)) == {jury.presentations[1].numero_anonyme}
    f.president(jury).present = False
    session.flush()
    assert changes(en_texte(tete, revisions(session, jury.id)[1]), *revisions(session, jury.id)) == set(numeros)


# --- liens

def test_un_lien_ouvre_son_siege_et_meurt_avec_la_seance(session):
    jury = ouvert(session, candidats=1)
    siege = jury.sieges[1]
    jeton = actes_deliberation.ouvrir_lien(session, siege)
    assert jeton not in str(session.execute(text("SELECT * FROM lien_vote")).all())
    vu = siege_du_lien(session, jeton)
    assert (vu.siege_id, vu.jury_id, vu.voix, vu.etat) == (siege.id, jury.id, True, EtatJury.OUVERT)
    assert (vu.acteur.siege_id, vu.acteur.national) == (siege.id, False)
    neuf = actes_deliberation.ouvrir_lien(session, siege)
    assert siege_du_lien(session, jeton) is None
    f.voter_tous(session, jury.presentations[0])
    actes.signer(session, jury, f.president(jury))
    assert siege_du_lien(session, neuf) is None
    assert session.scalar(select(func.count()).where(LienVote.revoque_le.is_(None), LienVote.jury_id == jury.id)) == 0
    with pytest.raises(controle.Refus) as refus:
        actes_deliberation.ouvrir_lien(session, siege)
    assert codes(refus) == {"JUR-13"}


def test_ni_invite_ni_suppleant_n_ont_de_lien(session):
    jury = ouvert(session)
    for siege in (f.siege(session, jury, delegation=Delegation.INVITE, voix=False), f.siege(session, jury, voix=False)):
        with pytest.raises(controle.Refus) as refus:
            actes_deliberation.ouvrir_lien(session, siege)
        assert codes(refus) == {"JUR-05"}


def test_revoquer_un_lien(session):
    jury = ouvert(session)
    jeton = actes_deliberation.ouvrir_lien(session, jury.sieges[1])
    assert actes_deliberation.revoquer_lien(session, jury.sieges[1])
    assert siege_du_lien(session, jeton) is None
    assert not actes_deliberation.revoquer_lien(session, jury.sieges[1])


def test_un_jury_annule_ne_garde_aucun_lien(session):
    jury = f.jury_pret(session, f.centre(session), f.certification(session))
    jeton = actes_deliberation.ouvrir_lien(session, f.president(jury))
    actes.annuler(session, jury)
    assert siege_du_lien(session, jeton) is None


def test_emarger_de_son_appareil_le_jour_venu(session):
    jury = f.jury_pret(session, f.centre(session), f.certification(session))
    siege = jury.sieges[1]
    siege.present = False
    jeton = actes_deliberation.ouvrir_lien(session, siege)
    lien = siege_du_lien(session, jeton)
    veille = jury.date_jury - dt.timedelta(days=1)
    with pytest.raises(controle.Refus) as refus:
        actes_deliberation.emarger(session, siege, lien.lien_id, veille)
    assert codes(refus) == {"JUR-12"}
    actes_deliberation.emarger(session, siege, lien.lien_id, jury.date_jury)
    quand = session.get(LienVote, lien.lien_id).emarge_le
    actes_deliberation.emarger(session, siege, lien.lien_id, jury.date_jury)
    assert siege.present
    assert session.get(LienVote, lien.lien_id).emarge_le == quand


# --- président absent

def test_un_president_qui_part_ne_tranche_plus_et_un_autre_est_designe(session):
    jury = ouvert(session, candidats=1)
    presentation, (president, un, deux) = jury.presentations[0], jury.sieges
    actes.voter(session, presentation, un, "A")
    actes.voter(session, presentation, deux, "NA")
    president.present = False
    session.flush()
    with pytest.raises(controle.Refus) as refus, session.begin_nested():
        actes.signer(session, jury, president)
    assert codes(refus) == {"JUR-10", "JUR-13"}
    session.expire_all()
    with pytest.raises(controle.Refus) as refus, session.begin_nested():
        actes_deliberation.designer_president(session, jury, un)  # un syndical ne préside pas
    assert codes(refus) == {"JUR-06"}
    session.expire_all()
    autre = f.siege(session, jury)
    actes_deliberation.designer_president(session, jury, autre)
    actes.voter(session, presentation, autre, "A")
    actes.signer(session, jury, autre)
    assert (presentation.decision, presentation.voix_pour) == (Decision.ADMIS, 2)


def test_membre_de_deux_syndicats_une_seule_voix(session):
    """JUR-04 : la même personne ne siège qu'une fois ; un second siège de son organisation est sans voix, donc sans lien."""
    jury = f.jury_pret(session, f.centre(session), f.certification(session))
    tenu = jury.sieges[1]
    suppleant = f.siege(session, jury, delegation=Delegation.SYNDICALE, syndicat=tenu.syndicat, voix=False)
    actes.verifier_composition(session, jury)
    with pytest.raises(controle.Refus) as refus:
        actes_deliberation.ouvrir_lien(session, suppleant)
    assert codes(refus) == {"JUR-05"}
    with pytest.raises(Exception, match="personne_id"), session.begin_nested():
        f.siege(session, jury, delegation=Delegation.SYNDICALE, syndicat=f.syndicat(session), personne=tenu.personne)


# --- un procès-verbal après l'autre

def test_chaque_proces_verbal_se_signe_a_son_tour(session):
    jury = ouvert(session, certifications=2)
    premier, second = jury.proces_verbaux
    siens = [p for p in jury.presentations if p.proces_verbal_id == premier.id]
    autres = [p for p in jury.presentations if p.proces_verbal_id == second.id]
    for p in siens:
        f.voter_tous(session, p)
    actes.signer(session, jury, f.president(jury), premier)
    assert (premier.signe_le is not None, second.signe_le, jury.etat) == (True, None, EtatJury.OUVERT)
    assert {p.inscription.etat for p in siens} == {EtatInscription.ADMISE}
    assert {p.decision for p in autres} == {None}
    with pytest.raises(controle.Refus) as refus:
        actes.voter(session, siens[0], f.president(jury), "NA")
    assert codes(refus) == {"JUR-13"}
    with pytest.raises(controle.Refus) as refus:
        actes.signer(session, jury, f.president(jury), premier)
    assert codes(refus) == {"JUR-13"}
    for p in autres:
        f.voter_tous(session, p, Decision.NON_ADMIS)
        actes.retenir(session, p, {}, "Pièces irrecevables.")
    actes.signer(session, jury, f.president(jury), second)
    assert jury.etat is EtatJury.CLOS
    assert {p.inscription.etat for p in autres} == {EtatInscription.NON_ADMISE}
    assert {c.presentation_id for c in actes.attribuer(session, jury) if c.bloc_id is None} == {p.id for p in siens}


# --- deux connexions

def _ensemble(moteur, gestes):
    """Chaque geste dans sa connexion, au même instant ; rend ce que chacun a levé."""
    depart, leves = threading.Barrier(len(gestes)), []

    def jouer(geste):
        depart.wait()
        try:
            with agir_comme(SYSTEME), en_ecriture(), Session(moteur) as session, session.begin():
                geste(session)
        except Exception as erreur:  # noqa: BLE001 l'essai compare ce qui est levé
            leves.append(erreur)

    fils = [threading.Thread(target=jouer, args=(g,)) for g in gestes]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(60)
    assert not any(fil.is_alive() for fil in fils)
    return leves


def _en_base(ouvrir, **reglages) -> tuple[int, list[int], list[int]]:
    with ouvrir() as session:
        jury = ouvert(session, **reglages)
        return jury.id, [s.id for s in jury.sieges], [p.id for p in jury.presentations]


def test_deux_appareils_votent_a_la_fois_pour_le_meme_siege(moteur, ouvrir):
    jury_id, sieges, presentations = _en_base(ouvrir, candidats=1)

    def voter(valeur):
        def geste(session):
            presentation = session.get(Jury, jury_id).presentations[0]
            siege = next(s for s in presentation.jury.sieges if s.id == sieges[0])
            actes.voter(session, presentation, siege, valeur, vu=0, geste=f"g-{valeur}")
        return geste

    leves = _ensemble(moteur, [voter("A"), voter("NA")])
    assert [type(e) for e in leves] == [actes.VoteChange]  # le second a vu le premier
    with ouvrir() as session:
        assert session.scalar(select(func.count(Vote.id)).where(Vote.presentation_id == presentations[0])) == 1


def test_chacun_vote_a_la_fois_aucun_vote_perdu(moteur, ouvrir):
    jury_id, sieges, presentations = _en_base(ouvrir, candidats=4)

    def voter(siege_id):
        def geste(session):
            jury = session.get(Jury, jury_id)
            siege = next(s for s in jury.sieges if s.id == siege_id)
            for presentation in jury.presentations:
                actes.voter(session, presentation, siege, "A", vu=0, geste=f"{siege_id}-{presentation.id}")
        return geste

    assert _ensemble(moteur, [voter(s) for s in sieges] * 2) == []
    with ouvrir() as session:
        votes = session.scalar(select(func.count(Vote.id)).where(Vote.jury_id == jury_id))
    assert votes == len(sieges) * len(presentations)


def test_deux_signatures_a_la_fois_une_seule_signe(moteur, ouvrir):
    jury_id, _sieges, _ = _en_base(ouvrir, candidats=2)
    with ouvrir() as session:
        for presentation in session.get(Jury, jury_id).presentations:
            f.voter_tous(session, presentation)

    def signer(session):
        jury = session.get(Jury, jury_id)
        actes.signer(session, jury, f.president(jury))

    leves = _ensemble(moteur, [signer, signer])
    assert len(leves) == 1
    assert {v.code for v in leves[0].violations} == {"JUR-13"}
    with ouvrir() as session:
        jury = session.get(Jury, jury_id)
        assert jury.etat is EtatJury.CLOS
        assert len(actes.attribuer(session, jury)) == 2
        assert session.scalar(select(func.count(Certificat.id)).where(Certificat.centre_id == jury.centre_id)) == 2


def test_un_vote_et_une_signature_a_la_fois_le_decompte_signe_est_celui_des_votes(moteur, ouvrir):
    """Le verrou du jury : un vote est compté, ou refusé parce que c'est signé ; jamais entre les deux."""
    jury_id, _sieges, _presentations = _en_base(ouvrir, candidats=1)
    with ouvrir() as session:
        jury = session.get(Jury, jury_id)
        actes.voter(session, jury.presentations[0], f.president(jury), "A")

    def voter(session):
        jury = session.get(Jury, jury_id)
        actes.voter(session, jury.presentations[0], jury.sieges[1], "A")

    def signer(session):
        jury = session.get(Jury, jury_id)
        actes.signer(session, jury, f.president(jury))

    leves = _ensemble(moteur, [voter, signer])
    with ouvrir() as session:
        presentation = session.get(Jury, jury_id).presentations[0]
        votes = session.scalar(select(func.count(Vote.id)).where(Vote.presentation_id == presentation.id))
        assert presentation.voix_pour == votes == 2 - len(leves)
        assert all(isinstance(e, controle.Refus) for e in leves)
