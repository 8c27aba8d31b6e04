"""Les actes de l'évaluation, sur les deux moteurs : noter, convenir, l'avis, reprendre un acquis, ce qui se fige."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import Evaluation, Inscription, PresentationCompetence
from models.contexte import Acteur, agir_comme
from models.perimetre import HorsPerimetre
from rules import actes, actes_evaluation, controle
from rules.actes_evaluation import Bilan, Note, RefusDeNotes
from rules.collecte_evaluation import acquis_facts, commissions_facts, dossiers_facts, pieces_anonymes
from rules.evaluation import AvisFacts
from rules.nomenclatures import Decision, EtatInscription, Origine, ResultatCompetence, Role, SensAvis
from tests import factories as f
from tests.rules.test_collecte import requetes

ACQUISE, NON_ACQUISE = ResultatCompetence.ACQUISE, ResultatCompetence.NON_ACQUISE
JOUR = f.DATE_JURY


@pytest.fixture
def monde(session: Session):
    centre, certification = f.centre(session), f.certification(session)
    return centre, certification, f.commission(session, centre)


def notes(session: Session, inscription: Inscription, commission, **champs) -> list[Note]:
    """De quoi tout noter acquis, par la commission."""
    valeurs = {
        "modalite": "projet", "resultat": ACQUISE, "date_evaluation": f.DATE_INSCRIPTION, "commission_id": commission.id,
    } | champs
    dossier = dossiers_facts(session, [inscription.id])[inscription.id]
    return [Note(inscription.id, c.id, **valeurs) for c in dossier.competences]


def test_noter_tout_ou_rien(session, monde):
    centre, certification, commission = monde
    inscription = f.inscription(session, centre, certification)
    toutes = notes(session, inscription, commission)
    fausse = [*toutes[:3], Note(inscription.id, toutes[3].competence_id, resultat=ACQUISE)]
    with pytest.raises(RefusDeNotes) as refus:
        actes_evaluation.noter(session, fausse, JOUR)
    assert set(refus.value.par_note) == {3}
    assert {v.code for v in refus.value.par_note[3]} == {"EVA-01", "EVA-02", "EVA-05"}
    assert session.scalar(select(func.count()).select_from(Evaluation)) == 0
    assert actes_evaluation.noter(session, toutes, JOUR) == Bilan(4, 0)
    assert actes_evaluation.noter(session, toutes, JOUR) == Bilan(0, 4)
    assert dossiers_facts(session, [inscription.id])[inscription.id].evaluees == 4
    # Vide, une note efface.
    effacee = Note(inscription.id, toutes[0].competence_id, version_lue=1)
    assert actes_evaluation.noter(session, [effacee], JOUR) == Bilan(1, 0)
    assert dossiers_facts(session, [inscription.id])[inscription.id].evaluees == 3


def test_une_note_depassee_est_dite_et_rien_n_est_ecrit(session, monde):
    centre, certification, commission = monde
    inscription = f.inscription(session, centre, certification)
    premiere = notes(session, inscription, commission, version_lue=0)[0]
    actes_evaluation.noter(session, [premiere], JOUR)
    autre = notes(session, inscription, commission, version_lue=0, resultat=NON_ACQUISE)[0]
    with pytest.raises(RefusDeNotes) as refus:
        actes_evaluation.noter(session, [autre], JOUR)
    assert [v.code for v in refus.value.par_note[0]] == ["VERSION"]
    # La même chose, notée en même temps par deux personnes, n'est pas un conflit.
    assert actes_evaluation.noter(session, [premiere], JOUR) == Bilan(0, 1)


def test_un_autre_centre_ne_note_pas(session, monde):
    _, certification, commission = monde
    ailleurs = f.centre(session)
    inscription = f.inscription(session, ailleurs, certification)
    toutes = notes(session, inscription, commission)
    with pytest.raises(RefusDeNotes) as refus:
        actes_evaluation.noter(session, toutes, JOUR)
    assert {v.code for v in refus.value.violations} == {"EVA-02"}
    clerc = Acteur("clerc", role=Role.CLERC, centre_id=commission.centre_id)
    with agir_comme(clerc), pytest.raises(HorsPerimetre):
        actes_evaluation.noter(session, toutes, JOUR)


def test_presenter_exige_un_dossier_complet(session, monde):
    centre, certification, commission = monde
    jury = f.jury(session, centre)
    salarie = f.inscription(
        session, centre, certification, origine=Origine.SALARIE, entreprise=f.entreprise(session, centre),
        dispositif_financement="PDC",
    )
    with pytest.raises(controle.Refus) as refus:
        actes.presenter(session, jury, [salarie])
    assert {v.code for v in refus.value.violations} == {"EVA-03", "EVA-05"}
    actes_evaluation.noter(session, notes(session, salarie, commission), JOUR)
    with pytest.raises(controle.Refus) as refus:
        actes.presenter(session, jury, [salarie])
    assert [v.code for v in refus.value.violations] == ["EVA-03"]
    assert salarie.entreprise.raison_sociale in refus.value.violations[0].message
    avis = AvisFacts(f.DATE_INSCRIPTION, "Paul Tuteur", "Tuteur", SensAvis.DEFAVORABLE)
    actes_evaluation.donner_avis(session, salarie.id, avis, JOUR)
    alertes = actes.presenter(session, jury, [salarie])
    # La situation réelle était permise et n'a pas été choisie : alerte, jusqu'à ce que le motif soit écrit.
    assert [v.code for v in alertes] == ["EVA-04"]
    actes_evaluation.convenir(session, salarie.id, f.DATE_INSCRIPTION, "Site fermé.")
    assert actes.verifier_candidatures(session, jury) == ()
    with pytest.raises(controle.Refus) as refus:
        actes_evaluation.convenir(session, salarie.id, None, "Autre chose.", version_lue=0)
    assert [v.code for v in refus.value.violations] == ["VERSION"]
    # Les pièces que lit le jury n'ont pas de nom.
    assert pieces_anonymes(session, jury.id)[1].avis is SensAvis.DEFAVORABLE


def test_la_synthese_ne_change_plus_une_fois_le_jury_ouvert(session, monde):
    centre, certification, commission = monde
    jury = f.jury_ouvert(session, centre, certification)
    inscription = jury.presentations[0].inscription
    with pytest.raises(RefusDeNotes) as refus:
        actes_evaluation.noter(session, notes(session, inscription, commission, resultat=NON_ACQUISE), JOUR)
    assert {v.code for v in refus.value.violations} == {"JUR-13"}


@pytest.mark.parametrize(
    ("instruction", "code"),
    [
        ("UPDATE evaluation SET resultat = 'non_acquise' WHERE inscription_id = :i", "JUR-13"),
        ("UPDATE evaluation SET appreciation = 'après coup' WHERE inscription_id = :i", "JUR-13"),
        ("DELETE FROM evaluation WHERE inscription_id = :i", "JUR-13"),
        ("UPDATE avis_entreprise SET sens = 'defavorable' WHERE inscription_id = :i", "JUR-13"),
    ],
)
def test_du_sql_ne_change_pas_ce_qui_est_decide(session, monde, instruction, code):
    centre, certification, _ = monde
    jury = f.jury_pret(session, centre, certification)
    inscription = jury.presentations[0].inscription
    f.avis(session, inscription)
    actes.ouvrir(session, jury, jury.date_jury)
    for p in jury.presentations:
        f.voter_tous(session, p)
    actes.signer(session, jury, f.president(jury))
    with pytest.raises(DBAPIError) as erreur, session.begin_nested():
        session.execute(text(instruction), {"i": inscription.id})
    assert controle.traduire(erreur.value).code == code
    # Au terme de sa conservation, l'appréciation s'efface ; elle seule.
    session.execute(text("UPDATE evaluation SET appreciation = '' WHERE inscription_id = :i"), {"i": inscription.id})


def test_une_commission_qui_a_evalue_garde_deux_membres(session, monde):
    centre, certification, commission = monde
    inscription = f.inscription(session, centre, certification)
    actes_evaluation.noter(session, notes(session, inscription, commission), JOUR)
    with pytest.raises(DBAPIError) as erreur, session.begin_nested():
        session.execute(text("DELETE FROM evaluateur WHERE commission_id = :c"), {"c": commission.id})
    assert controle.traduire(erreur.value).code == "EVA-02"
    seule = f.commission(session, centre)
    session.execute(
        text("DELETE FROM evaluateur WHERE id = (SELECT min(id) FROM evaluateur WHERE commission_id = :c)"), {"c": seule.id}
    )
    with pytest.raises(DBAPIError) as erreur, session.begin_nested():
        session.execute(
            text("UPDATE evaluation SET commission_id = :c WHERE inscription_id = :i"), {"c": seule.id, "i": inscription.id}
        )
    assert controle.traduire(erreur.value).code == "EVA-02"


# --- les acquis


def refuse(session: Session, centre, certification, qui, non_acquises=(1,), date_jury=f.DATE_JURY) -> Inscription:
    """Un candidat qu'un jury signé n'a pas admis : tout est acquis, sauf ces rangs."""
    jury = f.jury(session, centre, date_jury=date_jury)
    f.siege(session, jury, president=True)
    f.siege(session, jury)
    inscription = f.inscription(
        session, centre, certification, qui, date_inscription=date_jury - dt.timedelta(days=60)
    )
    f.evaluer(session, inscription, non_acquises=non_acquises)
    for e in session.scalars(select(Evaluation).where(Evaluation.inscription_id == inscription.id)):
        e.date_evaluation = date_jury
    session.flush()
    actes.presenter(session, jury, [inscription])
    actes.ouvrir(session, jury, date_jury)
    f.voter_tous(session, jury.presentations[0], Decision.NON_ADMIS)
    actes.signer(session, jury, f.president(jury))
    assert inscription.etat is EtatInscription.NON_ADMISE
    return inscription


@pytest.mark.parametrize(
    ("rncp", "apres", "repris"),
    [(False, dt.date(2028, 3, 12), 3), (False, dt.date(2028, 3, 13), 0), (True, dt.date(2031, 3, 12), 3),
     (True, dt.date(2031, 3, 13), 0)],
)
def test_un_acquis_se_reprend_dans_son_delai(session, rncp, apres, repris):
    centre, certification, qui = f.centre(session), f.certification(session, rncp=rncp), f.candidat(session)
    refuse(session, centre, certification, qui)
    # Il revient, dans un autre centre : l'acquis est le sien.
    revenu = f.inscription(session, f.centre(session), certification, qui, date_inscription=apres)
    acquis = acquis_facts(session, [revenu.id])[revenu.id]
    assert len(acquis) == 3
    assert {a.rncp for a in acquis} == {rncp}
    assert actes_evaluation.reprendre_acquis(session, revenu.id, jour=apres) == repris
    dossier = dossiers_facts(session, [revenu.id])[revenu.id]
    assert dossier.evaluees == repris
    assert {e.repris_du for e in dossier.evaluations.values()} == ({f.DATE_JURY} if repris else set())
    if not repris:
        with pytest.raises(controle.Refus) as refus:
            actes_evaluation.reprendre_acquis(session, revenu.id, {acquis[0].competence_id}, apres)
        assert [v.code for v in refus.value.violations] == ["ATT-04"]
        return
    provenances = set(session.scalars(select(Evaluation.acquis_de_id).where(Evaluation.inscription_id == revenu.id)))
    assert provenances <= set(session.scalars(select(PresentationCompetence.id)))
    assert actes_evaluation.reprendre_acquis(session, revenu.id, jour=apres) == 0
    # INS-04 ne compare pas la date de l'ancien jury à la nouvelle inscription.
    assert [v for _, v in controle.controler_inscriptions(session, [revenu.id]) if v.code == "INS-04"] == []
    actes_evaluation.renoncer_a_l_acquis(session, revenu.id, acquis[0].competence_id)
    assert dossiers_facts(session, [revenu.id])[revenu.id].evaluees == repris - 1


def test_un_acquis_suit_la_personne_dont_les_fiches_sont_reunies(session):
    centre, certification = f.centre(session), f.certification(session)
    ancienne, gardee = f.candidat(session), f.candidat(session)
    refuse(session, centre, certification, ancienne)
    ancienne.fusionne_dans_id = gardee.id
    session.flush()
    revenu = f.inscription(session, centre, certification, gardee, date_inscription=dt.date(2026, 4, 1))
    assert len(acquis_facts(session, [revenu.id])[revenu.id]) == 3
    inconnu = f.inscription(session, centre, certification, date_inscription=dt.date(2026, 4, 1))
    assert acquis_facts(session, [inconnu.id])[inconnu.id] == ()


def test_un_jury_non_signe_n_acquiert_rien(session):
    centre, certification = f.centre(session), f.certification(session)
    jury = f.jury_ouvert(session, centre, certification)
    qui = jury.presentations[0].inscription.candidat
    jury.presentations[0].inscription.etat = EtatInscription.NON_ADMISE
    session.flush()
    revenu = f.inscription(session, centre, certification, qui, date_inscription=dt.date(2026, 4, 1))
    assert acquis_facts(session, [revenu.id])[revenu.id] == ()


def test_le_nombre_de_requetes_ne_suit_pas_celui_des_inscriptions(session, monde):
    centre, certification, _ = monde
    couts = []
    for nombre in (1, 20):
        inscriptions = [f.inscription(session, centre, certification) for _ in range(nombre)]
        for inscription in inscriptions:
            f.evaluer(session, inscription)
        ids = [i.id for i in inscriptions]
        with requetes(session) as lues:
            assert len(dossiers_facts(session, ids)) == nombre
            acquis_facts(session, ids)
            commissions_facts(session, centre.id)
        couts.append(len(lues))
    assert couts[0] == couts[1]
