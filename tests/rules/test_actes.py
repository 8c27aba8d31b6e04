"""Les actes du jury, sur les deux moteurs : de la présentation au certificat, et ce qui est refusé en chemin."""

from __future__ import annotations

import datetime as dt
import re
import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from models import Certificat, Jury, Presentation, ProcesVerbal, Vote
from models.contexte import agir_comme, en_ecriture
from rules import actes, controle
from rules.nomenclatures import (
    Decision,
    Delegation,
    EtatInscription,
    EtatJury,
    Famille,
    ResultatCompetence,
)
from rules.noyau import Gravite
from tests import factories as f
from tests.conftest import SYSTEME


@pytest.fixture
def jury(session: Session) -> Jury:
    """Un jury en préparation : président et un représentant syndical, aucun candidat."""
    jury = f.jury(session, f.centre(session))
    f.siege(session, jury, president=True)
    f.siege(session, jury, delegation=Delegation.SYNDICALE, syndicat=f.syndicat(session))
    return jury


def inscrire(session: Session, jury: Jury, nombre: int = 1, **champs):
    certification = champs.pop("certification", None) or f.certification(session)
    inscriptions = [f.inscription(session, jury.centre, certification, **champs) for _ in range(nombre)]
    for inscription in inscriptions:
        f.evaluer(session, inscription)
    return inscriptions


def codes(refus) -> set[str]:
    return {v.code for v in refus.value.violations}


def ouvert(session: Session, jury: Jury, nombre: int = 1, **champs) -> Jury:
    actes.presenter(session, jury, inscrire(session, jury, nombre, **champs))
    actes.ouvrir(session, jury, jury.date_jury)
    return jury


# --- présenter

def test_presenter_donne_des_numeros_uniques_tires_au_sort(session, jury):
    inscriptions = inscrire(session, jury, 30)
    assert actes.presenter(session, jury, inscriptions) == ()
    numeros = [p.numero_anonyme for p in jury.presentations]
    assert sorted(numeros) == list(range(1, 31))
    par_inscription = {p.inscription_id: p.numero_anonyme for p in jury.presentations}
    assert [par_inscription[i.id] for i in inscriptions] != list(range(1, 31))  # une chance sur 30! de se tromper


def test_presenter_en_deux_fois_continue_les_numeros(session, jury):
    actes.presenter(session, jury, inscrire(session, jury, 2))
    actes.presenter(session, jury, inscrire(session, jury, 2))
    assert {p.numero_anonyme for p in jury.presentations} == {1, 2, 3, 4}


def test_presenter_alerte_d_un_delai_trop_court(session, jury):
    tardive = inscrire(session, jury, date_inscription=f.DATE_JURY - dt.timedelta(days=14))
    assert [(v.code, v.gravite) for v in actes.presenter(session, jury, tardive)] == [("INS-05", Gravite.ALERTE)]


@pytest.mark.parametrize("champs", [{"etat": EtatInscription.ANNULEE}, {"date_inscription": f.DATE_JURY}])
def test_presenter_refuse_et_n_ecrit_rien(session, jury, champs):
    bonnes, mauvaise = inscrire(session, jury, 2), inscrire(session, jury, **champs)
    with pytest.raises(controle.Refus) as refus:
        actes.presenter(session, jury, [*bonnes, *mauvaise])
    assert codes(refus) == {"INS-04"}
    session.flush()
    assert jury.presentations == []


def test_on_ne_presente_pas_deux_fois(session, jury):
    inscriptions = inscrire(session, jury)
    actes.presenter(session, jury, inscriptions)
    autre = f.jury(session, jury.centre)
    with pytest.raises(controle.Refus) as refus:
        actes.presenter(session, autre, inscriptions)
    assert codes(refus) == {"JUR-08"}
    # Deux jurys à la fois : si la règle n'a pas vu l'autre, la base refuse de même.
    with pytest.raises(IntegrityError) as erreur, session.begin_nested():
        session.add(Presentation(jury=autre, inscription=inscriptions[0], centre_id=autre.centre_id, numero_anonyme=1))
        session.flush()
    assert controle.traduire(erreur.value).code == "JUR-08"


def test_on_ne_presente_pas_l_inscription_d_un_autre_centre(session, jury):
    ailleurs = f.inscription(session, f.centre(session), f.certification(session))
    f.evaluer(session, ailleurs)
    with pytest.raises(IntegrityError), session.begin_nested():
        actes.presenter(session, jury, [ailleurs])


def test_on_ne_presente_ni_ne_retire_apres_l_ouverture(session, jury):
    ouvert(session, jury)
    for geste in (
        lambda: actes.presenter(session, jury, inscrire(session, jury)),
        lambda: actes.retirer(session, jury, jury.presentations[0]),
    ):
        with pytest.raises(controle.Refus) as refus:
            geste()
        assert codes(refus) == {"JUR-13"}


def test_retirer_rend_l_inscription(session, jury):
    inscription, = inscrire(session, jury)
    actes.presenter(session, jury, [inscription])
    actes.retirer(session, jury, jury.presentations[0])
    assert session.scalar(select(func.count(Presentation.id))) == 0
    actes.presenter(session, jury, [inscription])


# --- composer, ouvrir

def test_la_composition_est_jugee_telle_qu_ecrite(session, jury):
    assert actes.verifier_composition(session, jury) == ()
    for _ in range(5):
        f.siege(session, jury)
    with pytest.raises(controle.Refus) as refus:
        actes.verifier_composition(session, jury)
    assert codes(refus) == {"JUR-03"}


def test_ouvrir_fait_un_pv_par_certification_et_pose_la_synthese(session, jury):
    actes.presenter(session, jury, inscrire(session, jury, 2))
    actes.presenter(session, jury, inscrire(session, jury, certification=f.certification(session, famille=Famille.CCPM,
                                                                                         rncp=False, competences=3)))
    assert actes.ouvrir(session, jury, jury.date_jury) == ()
    assert jury.etat is EtatJury.OUVERT
    assert jury.ouvert_le is not None
    references = [pv.reference for pv in jury.proces_verbaux]
    assert references == [f"PV {jury.centre.code}-2026-0001", f"PV {jury.centre.code}-2026-0002"]
    assert sorted(len(pv.presentations) for pv in jury.proces_verbaux) == [1, 2]
    assert sorted(len(p.competences) for p in jury.presentations) == [3, 4, 4]
    assert {c.synthese for p in jury.presentations for c in p.competences} == {ResultatCompetence.ACQUISE}
    assert all([c.ordre for c in p.competences] == list(range(1, len(p.competences) + 1)) for p in jury.presentations)


def test_la_synthese_ne_porte_que_sur_les_blocs_vises(session, jury):
    certification = f.certification(session)
    bloc = certification.versions[0].blocs[1].bloc
    ouvert(session, jury, certification=certification, cible=bloc.identifiant)
    assert {c.competence.bloc_id for c in jury.presentations[0].competences} == {bloc.id}


@pytest.mark.parametrize(
    ("changer", "code"),
    [
        (lambda s, j: setattr(f.president(j), "present", False), "JUR-12"),
        (lambda s, j: setattr(f.president(j), "president", False), "JUR-12"),
        (lambda s, j: [setattr(x, "present", False) for x in j.sieges if not x.president], "JUR-12"),
        (lambda s, j: j.presentations.clear(), "JUR-12"),
    ],
)
def test_ouvrir_refuse(session, jury, changer, code):
    actes.presenter(session, jury, inscrire(session, jury))
    changer(session, jury)
    with pytest.raises(controle.Refus) as refus:
        actes.ouvrir(session, jury, jury.date_jury)
    assert codes(refus) == {code}
    assert jury.etat is EtatJury.PREPARATION
    assert session.scalar(select(func.count(ProcesVerbal.id))) == 0


def test_ouvrir_sans_delegation_syndicale_alerte(session, jury):
    actes.presenter(session, jury, inscrire(session, jury))
    f.siege(session, jury)
    next(s for s in jury.sieges if s.delegation is Delegation.SYNDICALE).present = False
    alertes = actes.ouvrir(session, jury, jury.date_jury)
    assert [(v.code, v.gravite) for v in alertes] == [("JUR-12", Gravite.ALERTE)]


def test_on_n_ouvre_pas_avant_le_jour(session, jury):
    actes.presenter(session, jury, inscrire(session, jury))
    with pytest.raises(controle.Refus) as refus:
        actes.ouvrir(session, jury, jury.date_jury - dt.timedelta(days=1))
    assert codes(refus) == {"JUR-12"}
    actes.ouvrir(session, jury, jury.date_jury)


def test_on_n_ouvre_qu_une_fois(session, jury):
    ouvert(session, jury)
    with pytest.raises(controle.Refus) as refus:
        actes.ouvrir(session, jury, jury.date_jury)
    assert codes(refus) == {"JUR-13"}


# --- voter

def test_voter_deux_fois_ne_compte_qu_une_fois(session, jury):
    presentation = ouvert(session, jury).presentations[0]
    premier = actes.voter(session, presentation, f.president(jury), "A")
    second = actes.voter(session, presentation, f.president(jury), "A")
    assert premier is second
    assert actes.voter(session, presentation, f.president(jury), "NA").valeur is Decision.NON_ADMIS
    assert session.scalar(select(func.count(Vote.id))) == 1


@pytest.mark.parametrize("valeur", ["abstention", "", "a", "Admis"])
def test_voter_autre_chose_que_a_ou_na(session, jury, valeur):
    presentation = ouvert(session, jury).presentations[0]
    with pytest.raises(controle.Refus) as refus:
        actes.voter(session, presentation, f.president(jury), valeur)
    assert codes(refus) == {"JUR-09"}
    assert session.scalar(select(func.count(Vote.id))) == 0


def test_ne_votent_ni_l_absent_ni_l_invite_ni_l_etranger(session, jury):
    presentation = ouvert(session, jury).presentations[0]
    ailleurs = f.siege(session, f.jury(session, jury.centre))
    for siege, code in (
        (f.siege(session, jury, present=False), "JUR-10"),
        (f.siege(session, jury, delegation=Delegation.INVITE, voix=False), "JUR-05"),
        (ailleurs, "JUR-10"),
    ):
        with pytest.raises(controle.Refus) as refus:
            actes.voter(session, presentation, siege, "A")
        assert codes(refus) == {code}


def test_on_ne_vote_ni_avant_ni_apres(session, jury):
    actes.presenter(session, jury, inscrire(session, jury))
    with pytest.raises(controle.Refus) as refus:
        actes.voter(session, jury.presentations[0], f.president(jury), "A")
    assert codes(refus) == {"JUR-13"}
    with pytest.raises(controle.Refus):
        actes.retenir(session, jury.presentations[0], {}, "motif")


# --- décider, signer

def signer(session: Session, jury: Jury):
    return actes.signer(session, jury, f.president(jury))


def test_signer_arrete_les_decisions_et_clot(session, jury):
    admis, refuse = ouvert(session, jury, 2).presentations
    f.voter_tous(session, admis, Decision.ADMIS)
    f.voter_tous(session, refuse, Decision.NON_ADMIS)
    actes.retenir(session, refuse, {}, " pièces irrecevables ", " voir dossier ")
    pv, = signer(session, jury)
    assert pv.signe_le is not None
    assert pv.signataire is f.president(jury)
    assert jury.etat is EtatJury.CLOS
    assert (admis.decision, admis.voix_pour, admis.voix_contre, admis.voix_preponderante) == ("A", 2, 0, False)
    assert (refuse.decision, refuse.voix_pour, refuse.voix_contre) == ("NA", 0, 2)
    assert (refuse.motif, refuse.commentaire) == ("pièces irrecevables", "voir dossier")
    assert admis.inscription.etat is EtatInscription.ADMISE
    assert refuse.inscription.etat is EtatInscription.NON_ADMISE


@pytest.mark.parametrize(("du_president", "autre"), [("A", "NA"), ("NA", "A")])
def test_partage_la_voix_du_president_decide(session, jury, du_president, autre):
    presentation = ouvert(session, jury).presentations[0]
    for siege in jury.sieges:
        actes.voter(session, presentation, siege, du_president if siege.president else autre)
    if du_president == "NA":
        actes.retenir(session, presentation, {}, "pièce refusée")
    signer(session, jury)
    assert presentation.decision == du_president
    assert presentation.voix_preponderante
    assert (presentation.voix_pour, presentation.voix_contre) == (1, 1)


def test_partage_sans_voix_du_president_ne_decide_rien(session, jury):
    f.siege(session, jury, delegation=Delegation.SYNDICALE, syndicat=f.syndicat(session))
    presentation = ouvert(session, jury).presentations[0]
    autres = [s for s in jury.sieges if not s.president]
    actes.voter(session, presentation, autres[0], "A")
    actes.voter(session, presentation, autres[1], "NA")
    with pytest.raises(controle.Refus) as refus:
        signer(session, jury)
    assert codes(refus) == {"JUR-10", "JUR-13"}
    assert any("partage" in v.message for v in refus.value.violations)


@pytest.mark.parametrize(
    ("vote", "resultat", "attendus"),
    [("NA", None, {"JUR-11"}), ("A", ResultatCompetence.NON_ACQUISE, {"JUR-11"})],
)
def test_signer_sans_motif_d_un_ecart_est_refuse(session, jury, vote, resultat, attendus):
    presentation = ouvert(session, jury).presentations[0]
    f.voter_tous(session, presentation, vote)
    if resultat:
        actes.retenir(session, presentation, {presentation.competences[0].competence_id: resultat}, "")
    with pytest.raises(controle.Refus) as refus:
        signer(session, jury)
    assert codes(refus) == attendus


def test_contre_la_synthese_avec_motif(session, jury):
    inscription, = inscrire(session, jury)
    inscription.evaluations[0].resultat = ResultatCompetence.NON_ACQUISE
    actes.presenter(session, jury, [inscription])
    actes.ouvrir(session, jury, jury.date_jury)
    presentation = jury.presentations[0]
    f.voter_tous(session, presentation, Decision.ADMIS)
    with pytest.raises(controle.Refus) as refus, session.begin_nested():
        signer(session, jury)
    assert codes(refus) == {"JUR-11"}
    session.expire_all()
    actes.retenir(session, presentation, {c.competence_id: "acquise" for c in presentation.competences},
                  "entretien convaincant")
    signer(session, jury)
    assert presentation.decision is Decision.ADMIS


def test_sans_vote_on_ne_signe_pas(session, jury):
    ouvert(session, jury)
    with pytest.raises(controle.Refus) as refus:
        signer(session, jury)
    assert codes(refus) == {"JUR-10", "JUR-13"}


def test_seul_le_president_signe_et_une_fois(session, jury):
    presentation = ouvert(session, jury).presentations[0]
    f.voter_tous(session, presentation)
    autre = next(s for s in jury.sieges if not s.president)
    with pytest.raises(controle.Refus) as refus:
        actes.signer(session, jury, autre)
    assert codes(refus) == {"JUR-13"}
    signer(session, jury)
    with pytest.raises(controle.Refus) as refus:
        signer(session, jury)
    assert [v.message for v in refus.value.violations] == ["Ce procès-verbal est déjà signé."]


def test_un_refus_defait_ne_laisse_rien(ouvrir):
    with ouvrir() as session:
        pret = f.jury_pret(session, f.centre(session), f.certification(session))
        actes.ouvrir(session, pret, pret.date_jury)
        identite = pret.id
    with pytest.raises(controle.Refus), ouvrir() as session:
        signer(session, session.get(Jury, identite))
    with ouvrir() as session:
        jury = session.get(Jury, identite)
        assert jury.etat is EtatJury.OUVERT
        assert {p.decision for p in jury.presentations} == {None}


# --- attribuer

def test_attribuer_donne_un_numero_par_certificat_du(session):
    metallurgie, interbranches = f.certification_et_cqpi(session)
    jury = f.jury_ouvert(session, f.centre(session), metallurgie, candidats=2)
    for vote in jury.presentations[1].votes:
        vote.valeur = Decision.NON_ADMIS
    rien = {k.competence_id: ResultatCompetence.NON_ACQUISE for k in jury.presentations[1].competences}
    actes.retenir(session, jury.presentations[1], rien, "pièces irrecevables")
    signer(session, jury)
    certificats = actes.attribuer(session, jury)
    assert [(c.famille, c.certification_id) for c in certificats] == [
        (Famille.CQPM, metallurgie.id), (Famille.CQPI, interbranches.id)
    ]
    assert {c.presentation_id for c in certificats} == {jury.presentations[0].id}
    assert {c.candidat_id for c in certificats} == {jury.presentations[0].inscription.candidat_id}
    numeros = [int(re.fullmatch(r"MC-(\d{7})", c.numero)[1]) for c in certificats]
    assert numeros == [numeros[0], numeros[0] + 1]


def test_attribuer_deux_fois_ne_double_rien(session):
    jury = f.jury_signe(session, f.centre(session), f.certification(session), candidats=3)
    avant = session.scalars(select(Certificat.numero).order_by(Certificat.id)).all()
    assert len(avant) == 3
    assert actes.attribuer(session, jury) == []
    assert session.scalars(select(Certificat.numero).order_by(Certificat.id)).all() == avant
    assert actes.prendre_numeros(session, "MC", 1)[0] == int(avant[-1][3:]) + 1


def test_attribuer_avant_la_signature_est_refuse(session):
    jury = f.jury_ouvert(session, f.centre(session), f.certification(session))
    with pytest.raises(controle.Refus) as refus:
        actes.attribuer(session, jury)
    assert codes(refus) == {"ATT-01"}


def test_qui_n_a_vise_que_des_blocs_a_chacun_d_eux(session, jury):
    """ATT-01 : ni le CQPM ni le CQPI, mais un certificat par bloc visé."""
    certification, _ = f.certification_et_cqpi(session)
    blocs = [place.bloc for place in certification.versions[0].blocs]
    ouvert(session, jury, certification=certification, cible="|".join(b.identifiant for b in blocs))
    f.voter_tous(session, jury.presentations[0])
    signer(session, jury)
    certificats = actes.attribuer(session, jury)
    assert [(c.famille, c.bloc_id) for c in certificats] == [(Famille.CQPM, b.id) for b in blocs]


@pytest.mark.parametrize(("rncp", "attribues"), [(True, 1), (False, 0)])
def test_un_non_admis_garde_les_blocs_acquis_d_un_cqpm_au_rncp(session, jury, rncp, attribues):
    """ATT-03 : le premier bloc entier, non le second dont une compétence manque."""
    certification = f.certification(session, rncp=rncp, blocs=2, competences=2)
    (inscription,) = [f.inscription(session, jury.centre, certification)]
    f.evaluer(session, inscription, non_acquises=[4])
    actes.presenter(session, jury, [inscription])
    actes.ouvrir(session, jury, jury.date_jury)
    f.voter_tous(session, jury.presentations[0], Decision.NON_ADMIS)
    signer(session, jury)
    certificats = actes.attribuer(session, jury)
    assert [c.bloc_id for c in certificats] == [certification.versions[0].blocs[0].bloc_id] * attribues
    assert actes.attribuer(session, jury) == []


def test_la_base_refuse_le_certificat_d_un_bloc_non_acquis(session, jury):
    certification = f.certification(session, blocs=2, competences=2)
    inscription = f.inscription(session, jury.centre, certification)
    f.evaluer(session, inscription, non_acquises=[4])
    actes.presenter(session, jury, [inscription])
    actes.ouvrir(session, jury, jury.date_jury)
    f.voter_tous(session, jury.presentations[0], Decision.NON_ADMIS)
    signer(session, jury)
    with pytest.raises(DBAPIError) as erreur, session.begin_nested():
        session.add(Certificat(
            numero="MC-9999999", famille=Famille.CQPM, bloc_id=certification.versions[0].blocs[1].bloc_id,
            presentation_id=jury.presentations[0].id, centre_id=jury.centre_id, candidat_id=inscription.candidat_id,
            certification_id=certification.id, date_jury=jury.date_jury, code_verification=actes.code_de_verification(),
        ))
        session.flush()
    violation = controle.traduire(erreur.value)
    assert violation is not None
    assert violation.code == "ATT-01"


def test_le_code_de_verification_se_recopie():
    codes_tires = {actes.code_de_verification() for _ in range(500)}
    assert len(codes_tires) == 500
    assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{12}", c) for c in codes_tires)


# --- numéros

def test_une_transaction_defaite_rend_ses_numeros(ouvrir):
    with ouvrir() as session:
        assert list(actes.prendre_numeros(session, "ESSAI", 3)) == [1, 2, 3]
    with pytest.raises(RuntimeError), ouvrir() as session:
        assert list(actes.prendre_numeros(session, "ESSAI", 2)) == [4, 5]
        raise RuntimeError
    with ouvrir() as session:
        assert list(actes.prendre_numeros(session, "ESSAI", 1)) == [4]
        assert list(actes.prendre_numeros(session, "AUTRE", 1)) == [1]


def test_deux_preneurs_a_la_fois_ni_trou_ni_double(moteur):
    """Quatre preneurs simultanés, dont un défait une prise sur trois : la suite reste entière."""
    pris: list[int] = []
    erreurs: list[BaseException] = []
    depart = threading.Barrier(4)

    def preneur(rang: int) -> None:
        try:
            depart.wait(10)
            for tour in range(15):
                with agir_comme(SYSTEME), en_ecriture(), Session(moteur) as session:
                    numeros = list(actes.prendre_numeros(session, "MC", 1 + tour % 3))
                    if rang == 0 and tour % 3 == 0:
                        session.rollback()
                    else:
                        session.commit()
                        pris.extend(numeros)
        except BaseException as erreur:  # noqa: BLE001 (un fil ne se tait pas)
            erreurs.append(erreur)

    fils = [threading.Thread(target=preneur, args=(rang,)) for rang in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(60)
    assert erreurs == []
    assert sorted(pris) == list(range(1, len(pris) + 1))
    assert len(pris) == 4 * 30 - 5
