"""Les actes d'une VAE sur les deux moteurs : de l'accueil aux conclusions, seul ou à plusieurs ; ce qui est refusé."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import Evaluation, Inscription, Journal, Vae
from rules import actes, actes_vae, controle
from rules.collecte_vae import vaes_facts
from rules.nomenclatures import (
    ConclusionVae,
    Delegation,
    DispositifFinancement,
    EtatInscription,
    Famille,
    Origine,
    Recevabilite,
    ResultatCompetence,
    Voie,
)
from rules.noyau import Gravite
from tests import factories as f
from tests.rules.test_collecte import requetes

LE = f.DATE_INSCRIPTION
JOUR = LE + dt.timedelta(days=40)
UN_JOUR = dt.timedelta(days=1)
QUI = "Anne Keller"


@pytest.fixture
def centre(session: Session):
    return f.centre(session)


def inscrire_vae(session: Session, centre, **champs) -> Inscription:
    champs = {"voie": Voie.VAE, "date_recevabilite": LE} | champs
    certification = champs.pop("certification", None) or f.certification(session)
    return f.inscription(session, centre, certification, **champs)


def salaries(session: Session, centre, nombre: int, entreprise=None, **champs) -> list[Inscription]:
    entreprise = entreprise or f.entreprise(session, centre)
    certification = champs.pop("certification", None) or f.certification(session, rncp=False)
    return [
        f.inscription(
            session, centre, certification, voie=Voie.VAE_BRANCHE, experience="Dix ans d'atelier.",
            origine=Origine.SALARIE, entreprise=entreprise, dispositif_financement=DispositifFinancement.PDC, **champs
        )
        for _ in range(nombre)
    ]


def mener(session: Session, inscriptions, *, accueil: bool = True, jusqu_a: str = "livret2") -> None:
    """Mène une VAE, ou plusieurs ensemble, jusqu'à cette phase comprise."""
    if accueil:
        actes_vae.accueillir(session, inscriptions, LE, QUI, JOUR)
    actes_vae.recevoir_dossier(session, inscriptions, LE, JOUR)
    actes_vae.decider_recevabilite(session, inscriptions, Recevabilite.FAVORABLE, LE + UN_JOUR, QUI, jour=JOUR)
    if jusqu_a != "decision":
        actes_vae.notifier(session, inscriptions, LE + UN_JOUR, JOUR)
        actes_vae.recevoir_livret2(session, inscriptions, LE + 2 * UN_JOUR, QUI, JOUR)


def vae_de(session: Session, inscription: Inscription) -> Vae:
    return session.scalars(select(Vae).where(Vae.inscription_id == inscription.id)).one()


def messages(refus) -> list[tuple[str, str]]:
    return [(v.code, v.champ) for v in refus.value.violations]


def resultats(session: Session, inscription: Inscription) -> list[ResultatCompetence]:
    return list(session.scalars(
        select(Evaluation.resultat).where(Evaluation.inscription_id == inscription.id).order_by(Evaluation.competence_id)
    ))


# --- un candidat


def test_de_l_accueil_aux_conclusions_puis_au_jury(session, centre):
    i = inscrire_vae(session, centre)
    mener(session, [i])
    commission = f.commission_validation(session, centre, tenue_le=LE + 3 * UN_JOUR)
    assert actes_vae.convoquer(session, [i], commission, JOUR) == ()
    actes_vae.conclure(session, [actes_vae.Conclusion(i, ConclusionVae.TOTALE, entretien=True)], JOUR)
    vae = vae_de(session, i)
    assert (vae.accueil_par, vae.decidee_par, vae.conclusion, vae.entretien) == (QUI, QUI, ConclusionVae.TOTALE, True)
    assert resultats(session, i) == [ResultatCompetence.ACQUISE] * 4
    assert {e.date_evaluation for e in i.evaluations} == {LE + 3 * UN_JOUR}
    jury = f.jury(session, centre)
    f.siege(session, jury, president=True)
    f.siege(session, jury, delegation=Delegation.SYNDICALE, syndicat=f.syndicat(session))
    assert actes.presenter(session, jury, [i]) == ()
    # Le jury examine ce que la commission a conclu.
    actes.ouvrir(session, jury, jury.date_jury)
    assert [c.synthese for c in jury.presentations[0].competences] == [ResultatCompetence.ACQUISE] * 4


def test_une_phase_laisse_sa_trace_au_journal(session, centre):
    i = inscrire_vae(session, centre)
    actes_vae.accueillir(session, [i], LE, QUI, JOUR)
    ligne = session.scalars(select(Journal).where(Journal.objet == "vae").order_by(Journal.id.desc())).first()
    assert (ligne.centre_id, ligne.apres["accueil_le"], ligne.apres["accueil_par"]) == (centre.id, LE.isoformat(), QUI)


def test_une_phase_nomme_qui_l_a_menee(session, centre):
    i = inscrire_vae(session, centre)
    with pytest.raises(controle.Refus) as refus:
        actes_vae.accueillir(session, [i], LE, "  ", JOUR)
    assert messages(refus) == [("VAE-04", "accueil_par")]


@pytest.mark.parametrize(
    ("acte", "attendu"),
    [
        (lambda s, i: actes_vae.notifier(s, [i], LE, JOUR), ("VAE-04", "notifiee_le")),
        (lambda s, i: actes_vae.recevoir_livret2(s, [i], LE, QUI, JOUR), ("VAE-04", "livret2_recu_le")),
        (lambda s, i: actes_vae.decider_recevabilite(s, [i], Recevabilite.FAVORABLE, LE, QUI, jour=JOUR), ("VAE-04", "accueil_le")),
        (lambda s, i: actes_vae.convoquer(s, [i], f.commission_validation(s, i.centre), JOUR), ("VAE-04", "commission")),
        (lambda s, i: actes_vae.conclure(s, [actes_vae.Conclusion(i, ConclusionVae.TOTALE)], JOUR), ("VAE-05", "commission")),
        (lambda s, i: actes_vae.accueillir(s, [i], JOUR + UN_JOUR, QUI, JOUR), ("VAE-04", "accueil_le")),
        (lambda s, i: actes_vae.dire_resultat(s, [i], LE, JOUR), ("VAE-06", "resultat_dit_le")),
    ],
)
def test_une_phase_hors_de_son_ordre_est_refusee_et_n_ecrit_rien(session, centre, acte, attendu):
    i = inscrire_vae(session, centre)
    with pytest.raises(controle.Refus) as refus:
        acte(session, i)
    assert attendu in messages(refus)
    session.flush()
    assert session.scalar(select(func.count()).select_from(Vae)) == 0


def test_une_inscription_en_formation_n_a_pas_de_phases(session, centre):
    i = f.inscription(session, centre, f.certification(session))
    with pytest.raises(controle.Refus) as refus:
        actes_vae.accueillir(session, [i], LE, QUI, JOUR)
    assert ("VAE-04", "phase") in messages(refus)


def test_un_refus_est_motive_notifie_et_ferme_le_jury(session, centre):
    i = inscrire_vae(session, centre)
    actes_vae.accueillir(session, [i], LE, QUI, JOUR)
    with pytest.raises(controle.Refus) as refus:
        actes_vae.decider_recevabilite(session, [i], Recevabilite.DEFAVORABLE, LE, QUI, jour=JOUR)
    assert messages(refus) == [("VAE-04", "motif")]
    actes_vae.decider_recevabilite(
        session, [i], Recevabilite.DEFAVORABLE, LE, QUI, motif="Expérience sans lien.", jour=JOUR
    )
    actes_vae.notifier(session, [i], LE, JOUR)
    for acte, champ in (
        (lambda: actes_vae.recevoir_livret2(session, [i], LE, QUI, JOUR), "livret2_recu_le"),
        (lambda: actes_vae.convoquer(session, [i], f.commission_validation(session, centre), JOUR), "commission"),
        (lambda: actes.presenter(session, f.jury(session, centre), [i]), "vae"),
    ):
        with pytest.raises(controle.Refus) as refus:
            acte()
        assert champ in {c for _, c in messages(refus)}
    with pytest.raises(controle.Refus) as refus:
        actes_vae.decider_recevabilite(session, [i], Recevabilite.FAVORABLE, LE, QUI, jour=JOUR)
    assert ("VAE-04", "recevabilite") in messages(refus)


def test_une_decision_tardive_alerte_une_fois_et_ne_peut_plus_refuser(session, centre):
    i = inscrire_vae(session, centre)
    tard = LE + dt.timedelta(days=70)
    actes_vae.accueillir(session, [i], LE, QUI, tard)
    with pytest.raises(controle.Refus) as refus:
        actes_vae.decider_recevabilite(session, [i], Recevabilite.DEFAVORABLE, tard, QUI, motif="Non.", jour=tard)
    assert ("VAE-06", "recevabilite") in messages(refus)
    alertes = actes_vae.decider_recevabilite(session, [i], Recevabilite.FAVORABLE, tard, QUI, jour=tard)
    assert [(v.code, v.gravite, v.champ) for v in alertes] == [("VAE-06", Gravite.ALERTE, "decidee_le")]
    assert [v.champ for v in actes_vae.notifier(session, [i], tard, tard)] == ["notifiee_le"]
    assert actes_vae.recevoir_livret2(session, [i], tard, QUI, tard) == ()


def test_reputer_n_inscrit_que_ce_qui_est_echu(session, centre):
    certification = f.certification(session)
    dates = (dt.date(2025, 12, 31), dt.date(2026, 1, 1))
    echue, en_cours = (inscrire_vae(session, centre, certification=certification, date_recevabilite=le) for le in dates)
    (branche,) = salaries(session, centre, 1, date_recevabilite=dates[0])
    assert actes_vae.reputer(session, dt.date(2026, 2, 28), centre.id) == []
    assert actes_vae.reputer(session, dt.date(2026, 3, 1), centre.id) == [echue.id]
    vae = vae_de(session, echue)
    assert (vae.recevabilite, vae.decidee_le) == (Recevabilite.REPUTEE, dt.date(2026, 3, 1))
    assert actes_vae.reputer(session, dt.date(2026, 3, 1), centre.id) == []
    faits = vaes_facts(session, [en_cours.id, branche.id], dt.date(2026, 3, 1))
    assert [x.recevabilite for x in faits.values()] == [None, None]
    # Réputée recevable, elle suit son cours.
    actes_vae.notifier(session, [echue], dt.date(2026, 3, 2), dt.date(2026, 3, 3))
    actes_vae.recevoir_livret2(session, [echue], dt.date(2026, 3, 3), QUI, dt.date(2026, 3, 3))


def test_reputer_trop_tot_ou_apres_une_decision_est_refuse(session, centre):
    i = inscrire_vae(session, centre)
    terme = vaes_facts(session, [i.id], JOUR)[i.id].decider_avant
    with pytest.raises(controle.Refus) as refus:
        actes_vae.inscrire_reputee(session, i, terme)
    assert messages(refus) == [("VAE-06", "recevabilite")]
    actes_vae.inscrire_reputee(session, i, terme + UN_JOUR)
    with pytest.raises(controle.Refus):
        actes_vae.inscrire_reputee(session, i, terme + UN_JOUR)


def test_la_voie_d_une_vae_decidee_ne_change_plus(session, centre):
    i = inscrire_vae(session, centre)
    mener(session, [i], jusqu_a="decision")
    with pytest.raises(DBAPIError) as erreur, session.begin_nested():
        i.voie = Voie.FORMATION
        session.flush()
    assert controle.traduire(erreur.value).code == "VAE-04"


def test_un_dossier_regularise_deplace_le_terme(session, centre):
    i = inscrire_vae(session, centre)
    complet = LE + dt.timedelta(days=20)
    actes_vae.recevoir_dossier(session, [i], complet, JOUR)
    assert vaes_facts(session, [i.id], JOUR)[i.id].decider_avant == dt.date(2026, 4, 4)
    assert i.date_recevabilite == LE


def test_une_vae_de_branche_recoit_son_dossier(session, centre):
    (i,) = salaries(session, centre, 1)
    assert vaes_facts(session, [i.id], JOUR)[i.id].decider_avant is None
    actes_vae.recevoir_dossier(session, [i], LE, JOUR)
    assert i.date_recevabilite == LE


def test_conclusion_partielle_nomme_ses_blocs(session, centre):
    i = inscrire_vae(session, centre)
    mener(session, [i])
    actes_vae.convoquer(session, [i], f.commission_validation(session, centre, tenue_le=LE + 3 * UN_JOUR), JOUR)
    premiers = [c.id for c in i.certification.versions[0].blocs[0].bloc.competences]
    with pytest.raises(controle.Refus) as refus:
        actes_vae.conclure(session, [actes_vae.Conclusion(i, ConclusionVae.PARTIELLE, premiers[:1])], JOUR)
    assert messages(refus) == [("VAE-05", "conclusion")]
    assert resultats(session, i) == []
    actes_vae.conclure(session, [actes_vae.Conclusion(i, ConclusionVae.PARTIELLE, premiers)], JOUR)
    acquise, non = ResultatCompetence.ACQUISE, ResultatCompetence.NON_ACQUISE
    assert resultats(session, i) == [acquise, acquise, non, non]
    # Tant que le jury n'a pas ouvert sa délibération, la commission peut se corriger.
    actes_vae.conclure(session, [actes_vae.Conclusion(i, ConclusionVae.AUCUNE)], JOUR)
    assert resultats(session, i) == [non] * 4


@pytest.mark.parametrize(("membres", "president"), [(1, True), (2, False)])
def test_une_commission_mal_composee_ne_conclut_pas(session, centre, membres, president):
    i = inscrire_vae(session, centre)
    mener(session, [i])
    commission = f.commission_validation(session, centre, membres=membres, tenue_le=LE + 3 * UN_JOUR)
    if not president:
        commission.membres[0].president = False
    actes_vae.convoquer(session, [i], commission, JOUR)
    with pytest.raises(controle.Refus) as refus:
        actes_vae.conclure(session, [actes_vae.Conclusion(i, ConclusionVae.TOTALE)], JOUR)
    assert messages(refus) == [("VAE-05", "membres")]


def test_sans_conclusion_on_n_est_pas_presente_au_jury(session, centre):
    i = inscrire_vae(session, centre)
    mener(session, [i])
    with pytest.raises(controle.Refus) as refus:
        actes.presenter(session, f.jury(session, centre), [i])
    assert ("VAE-05", "vae") in messages(refus)
    jury = f.jury(session, centre)
    assert actes.presenter(session, jury, [f.vae_conclue(session, inscrire_vae(session, centre))]) == ()


# --- plusieurs ensemble


def test_un_collectif_se_mene_sans_accueil(session, centre):
    inscrits = salaries(session, centre, 8)
    collectif = actes_vae.ouvrir_collectif(session, inscrits[0].entreprise, "Atelier 2026", inscrits, JOUR)
    mener(session, inscrits, accueil=False)
    actes_vae.convoquer(session, inscrits, f.commission_validation(session, centre, tenue_le=LE + 3 * UN_JOUR), JOUR)
    actes_vae.conclure(session, [actes_vae.Conclusion(i, ConclusionVae.TOTALE) for i in inscrits], JOUR)
    assert {v.conclusion for v in collectif.vaes} == {ConclusionVae.TOTALE}
    assert len(collectif.vaes) == 8
    with pytest.raises(controle.Refus) as refus:
        actes_vae.accueillir(session, inscrits, LE, QUI, JOUR)
    assert len(refus.value.violations) == 8
    assert {v.message.split(" : ")[0] for v in refus.value.violations} == {str(i.candidat) for i in inscrits}


def test_a_plusieurs_tout_ou_rien_et_chaque_faute_nommee(session, centre):
    bons = salaries(session, centre, 2)
    (sans_dossier,) = salaries(session, centre, 1, bons[0].entreprise, certification=bons[0].certification)
    tous = [*bons, sans_dossier]
    actes_vae.ouvrir_collectif(session, bons[0].entreprise, "Atelier", tous, JOUR)
    actes_vae.recevoir_dossier(session, bons, LE, JOUR)
    with pytest.raises(controle.Refus) as refus:
        actes_vae.decider_recevabilite(session, tous, Recevabilite.FAVORABLE, LE, QUI, jour=JOUR)
    assert [v.message.split(" : ")[0] for v in refus.value.violations] == [str(sans_dossier.candidat)]
    assert {vae_de(session, i).recevabilite for i in tous} == {None}


def test_un_collectif_ne_prend_que_les_salaries_de_son_entreprise_en_vae_de_branche(session, centre):
    entreprise = f.entreprise(session, centre)
    collectif = actes_vae.ouvrir_collectif(session, entreprise, "Atelier", jour=JOUR)
    ailleurs = salaries(session, centre, 1)
    individuelle = [inscrire_vae(session, centre, origine=Origine.SALARIE, entreprise=entreprise)]
    for inscrits in (ailleurs, individuelle):
        with pytest.raises(controle.Refus) as refus:
            actes_vae.rattacher(session, collectif, inscrits, JOUR)
        assert messages(refus) == [("VAE-04", "collectif")]
    siens = salaries(session, centre, 2, entreprise)
    actes_vae.rattacher(session, collectif, siens, JOUR)
    actes_vae.detacher(session, siens[:1], JOUR)
    assert [v.inscription_id for v in collectif.vaes] == [siens[1].id]


def test_mener_cinquante_candidats_coute_les_requetes_d_un_seul(session, centre):
    entreprise = f.entreprise(session, centre)
    inscrits = salaries(session, centre, 51, entreprise, certification=f.certification(session, rncp=False))
    actes_vae.ouvrir_collectif(session, entreprise, "Atelier", inscrits, JOUR)
    with requetes(session) as un:
        actes_vae.recevoir_dossier(session, inscrits[:1], LE, JOUR)
    with requetes(session) as cinquante:
        actes_vae.recevoir_dossier(session, inscrits[1:], LE, JOUR)

    def lectures(vues):
        return sum(1 for instruction in vues if instruction.lstrip().upper().startswith("SELECT"))

    assert lectures(un) == lectures(cinquante) <= 8


# --- gel


def decide(session: Session, centre) -> Inscription:
    i = f.vae_conclue(session, inscrire_vae(session, centre))
    jury = f.jury(session, centre)
    president = f.siege(session, jury, president=True)
    f.siege(session, jury, delegation=Delegation.SYNDICALE, syndicat=f.syndicat(session))
    actes.presenter(session, jury, [i])
    actes.ouvrir(session, jury, jury.date_jury)
    for siege in jury.sieges:
        actes.voter(session, jury.presentations[0], siege, "A")
    actes.signer(session, jury, president)
    return i


def test_une_fois_le_jury_signe_rien_ne_change_que_l_annonce_du_resultat(session, centre):
    i = decide(session, centre)
    assert i.etat is EtatInscription.ADMISE
    for valeurs in ({"conclusion": ConclusionVae.AUCUNE}, {"notifiee_le": LE + UN_JOUR}, {"observations": "autre"}):
        with pytest.raises(DBAPIError) as erreur, session.begin_nested():
            session.execute(update(Vae).where(Vae.inscription_id == i.id).values(**valeurs))
        assert controle.traduire(erreur.value).code == "JUR-13"
    with pytest.raises(controle.Refus):
        actes_vae.conclure(session, [actes_vae.Conclusion(i, ConclusionVae.AUCUNE)], JOUR)
    jury = f.DATE_JURY
    assert actes_vae.dire_resultat(session, [i], jury + 15 * UN_JOUR, jury + 30 * UN_JOUR) == ()
    assert [v.code for v in actes_vae.dire_resultat(session, [i], jury + 16 * UN_JOUR, jury + 30 * UN_JOUR)] == ["VAE-06"]


def test_ce_qu_une_commission_a_conclu_fige_sa_composition(session, centre):
    i = f.vae_conclue(session, inscrire_vae(session, centre))
    commission = vae_de(session, i).commission
    with pytest.raises(DBAPIError) as erreur, session.begin_nested():
        commission.membres.pop()
        session.flush()
    assert controle.traduire(erreur.value).code == "VAE-05"
    session.refresh(commission)
    with pytest.raises(DBAPIError), session.begin_nested():
        commission.tenue_le = LE + UN_JOUR
        session.flush()


@pytest.mark.parametrize("famille", [Famille.CQPM, Famille.CCPM])
def test_un_collectif_et_sa_vae_sont_du_meme_centre(session, centre, famille):
    (i,) = salaries(session, centre, 1, certification=f.certification(session, famille=famille, rncp=False))
    ailleurs = f.centre(session)
    collectif = actes_vae.ouvrir_collectif(session, f.entreprise(session, ailleurs), "Ailleurs", jour=JOUR)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.add(Vae(inscription_id=i.id, centre_id=centre.id, collectif_id=collectif.id))
        session.flush()
