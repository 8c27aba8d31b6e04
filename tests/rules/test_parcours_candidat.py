"""Où en est un candidat : la ligne de temps, ce qui manque, et la liste des présentables en un budget de requêtes."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from models import Evaluation, Inscription
from rules import actes
from rules import parcours_candidat as r
from rules.collecte_presentables import a_presenter, parcours_facts
from rules.evaluation import CompetenceVisee, DossierFacts, EvaluationFacts
from rules.nomenclatures import (
    ConclusionVae,
    Decision,
    Delegation,
    EtatInscription,
    EtatJury,
    Famille,
    Origine,
    Recevabilite,
    ResultatCompetence,
    Voie,
)
from tests import factories as f
from tests.rules.faits import JOUR, LENDEMAIN, UN_JOUR, VEILLE, avec, champs
from tests.rules.test_actes_vae import inscrire_vae
from tests.rules.test_collecte import requetes
from tests.rules.test_regles_vae import COMMISSION, VAE

ACQUISE = ResultatCompetence.ACQUISE
DOSSIER = DossierFacts(
    inscription_id=1, nom="DUPONT Jeanne", centre_id=1, certification_id=1, famille=Famille.CQPM, voie=Voie.FORMATION,
    date_inscription=JOUR - 30 * UN_JOUR, entreprise="", sans_accord_employeur=False, ouverte=True,
    competences=(CompetenceVisee(1, "BDC 0001.1", "Une"), CompetenceVisee(2, "BDC 0001.2", "Deux")),
    evaluations={k: EvaluationFacts(k, resultat=ACQUISE, date_evaluation=VEILLE) for k in (1, 2)}, avis=None,
)
PARCOURS = r.ParcoursFacts(
    inscription_id=1, nom="DUPONT Jeanne", certification_id=1, etat=EtatInscription.OUVERTE,
    date_inscription=JOUR - 30 * UN_JOUR, au=JOUR, dossier=DOSSIER,
)
CONCLUE = avec(VAE, conclusion=ConclusionVae.TOTALE)


@pytest.mark.parametrize(("jury", "attendus"), [(None, []), (JOUR, ["jury"])])
def test_jur_08_un_seul_jury(jury, attendus):
    assert champs(r.pas_deja_presente, avec(PARCOURS, date_jury=jury)) == attendus


@pytest.mark.parametrize(("le", "attendus"), [(VEILLE, []), (JOUR, []), (LENDEMAIN, ["evaluations"])])
def test_eva_05_resultats_venus(le, attendus):
    dossier = avec(DOSSIER, evaluations={1: EvaluationFacts(1, resultat=ACQUISE, date_evaluation=le)})
    assert champs(r.resultats_venus, avec(PARCOURS, dossier=dossier)) == attendus


@pytest.mark.parametrize(
    ("parcours", "attendus"),
    [
        (PARCOURS, []),
        (avec(PARCOURS, dossier=avec(DOSSIER, evaluations={})), [("EVA-05", "evaluations")]),
        (avec(PARCOURS, dossier=avec(DOSSIER, entreprise="Fonderies")), [("EVA-03", "evaluations")]),
        (avec(PARCOURS, etat=EtatInscription.ANNULEE), [("INS-04", "inscription")]),
        (avec(PARCOURS, date_inscription=JOUR), [("INS-04", "inscription")]),
        (avec(PARCOURS, date_inscription=JOUR - UN_JOUR), []),
        (avec(PARCOURS, jury_id=1, date_jury=JOUR, etat_jury=EtatJury.PREPARATION), [("JUR-08", "jury")]),
        (avec(PARCOURS, vae=CONCLUE), []),
        # Une VAE en chemin ne dit que la phase qui vient, non les résultats qu'elle n'a pas.
        (avec(PARCOURS, vae=VAE, dossier=avec(DOSSIER, evaluations={})), [("VAE-05", "vae")]),
        (avec(PARCOURS, vae=avec(VAE, recevabilite=Recevabilite.DEFAVORABLE)), [("VAE-05", "vae")]),
        (avec(PARCOURS, vae=avec(CONCLUE, commission=avec(COMMISSION, tenue_le=LENDEMAIN))), [("VAE-05", "vae")]),
    ],
)
def test_ce_qui_manque_est_nomme_et_dit_ou_cela_se_fait(parcours, attendus):
    assert [(m.code, m.ou) for m in r.manques(parcours)] == attendus
    assert r.presentable(parcours) is (attendus == [])
    assert all("DUPONT" not in m.message for m in r.manques(parcours))


def _etats(parcours) -> dict[str, bool]:
    return {j.libelle: j.fait for j in r.jalons(parcours)}


def test_la_ligne_de_temps_va_de_l_inscription_au_certificat():
    assert _etats(PARCOURS) == {
        "Inscrit": True, "Évalué": True, "Présentable": True, "Jury": False, "Décision": False, "Certificat": False,
    }
    en_jury = avec(PARCOURS, jury_id=1, date_jury=JOUR, etat_jury=EtatJury.PREPARATION)
    assert _etats(en_jury) | {"Présentable": True, "Jury": True} == _etats(en_jury)
    clos = avec(en_jury, etat_jury=EtatJury.CLOS, decision=Decision.ADMIS, certificats=("MC-0000001",))
    assert all(_etats(clos).values())
    assert r.jalons(clos)[-1].detail == "MC-0000001"
    assert "Certificat" not in _etats(avec(clos, decision=Decision.NON_ADMIS, certificats=()))


@pytest.mark.parametrize(
    ("parcours", "libelle", "fait", "detail"),
    [
        (avec(PARCOURS, vae=VAE), "VAE", False, "Conclusions : à rendre au jury"),
        (avec(PARCOURS, vae=CONCLUE), "VAE", True, "Validation totale"),
        (avec(PARCOURS, dossier=avec(DOSSIER, evaluations={})), "Évalué", False, "0 compétences sur 2"),
        (avec(PARCOURS, dossier=avec(DOSSIER, entreprise="Fonderies")), "Avis de l'entreprise", False, "à recueillir"),
        (avec(PARCOURS, dossier=avec(DOSSIER, evaluations={})), "Présentable", False, "il manque 1 point"),
        (avec(PARCOURS, dossier=avec(DOSSIER, competences=())), "Évalué", True, "référentiel sans compétence connue"),
        (avec(PARCOURS, etat=EtatInscription.ANNULEE), "Inscription annulée", True, ""),
    ],
)
def test_chaque_jalon_dit_ou_il_en_est(parcours, libelle, fait, detail):
    jalon = next(j for j in r.jalons(parcours) if j.libelle == libelle)
    assert (jalon.fait, jalon.detail) == (fait, detail)


# --- la collecte


@pytest.fixture
def centre(session: Session):
    return f.centre(session)


def test_les_presentables_d_une_date_et_ce_qui_manque_aux_autres(session, centre):
    certification = f.certification(session)
    prete, vide, presentee, tardive, conclue, en_vae, annulee = (
        f.inscription(session, centre, certification), f.inscription(session, centre, certification),
        f.inscription(session, centre, certification),
        f.inscription(session, centre, certification, date_inscription=f.DATE_JURY),
        f.vae_conclue(session, inscrire_vae(session, centre, certification=certification)),
        inscrire_vae(session, centre, certification=certification),
        f.inscription(session, centre, certification, etat=EtatInscription.ANNULEE),
    )
    for i in (prete, presentee, tardive, annulee):
        f.evaluer(session, i)
    jury = f.jury(session, centre)
    f.siege(session, jury, president=True)
    f.siege(session, jury, delegation=Delegation.SYNDICALE, syndicat=f.syndicat(session))
    actes.presenter(session, jury, [presentee])
    f.inscription(session, f.centre(session), certification)
    oui, non = a_presenter(session, f.DATE_JURY, centre_id=centre.id)
    assert {p.inscription_id for p in oui} == {prete.id, conclue.id}
    assert {p.inscription_id: [m.code for m in r.manques(p)] for p in non} == {
        vide.id: ["EVA-05"], tardive.id: ["INS-04"], en_vae.id: ["VAE-05"],
    }
    # Ce que la liste annonce, l'acte l'accepte ; ce qu'elle refuse, il le refuse.
    actes.presenter(session, jury, [prete, conclue])
    for i in (vide, tardive, en_vae):
        with pytest.raises(actes.controle.Refus):
            actes.presenter(session, jury, [i])
    autre = f.certification(session)
    assert a_presenter(session, f.DATE_JURY, centre_id=centre.id, certification_id=autre.id) == ([], [])


def test_l_avis_de_l_entreprise_manque_au_salarie(session, centre):
    i = f.inscription(session, centre, f.certification(session), origine=Origine.SALARIE, entreprise=f.entreprise(session, centre))
    (parcours,) = parcours_facts(session, [i.id], f.DATE_JURY).values()
    assert [(m.code, m.ou) for m in r.manques(parcours)] == [("EVA-05", "evaluations"), ("EVA-03", "evaluations")]


def test_cinq_mille_candidats_coutent_les_requetes_d_un_seul(session, centre):
    certification = f.certification(session, blocs=1, competences=2)
    modele = f.inscription(session, centre, certification)
    f.vae_conclue(session, inscrire_vae(session, centre, certification=f.certification(session)))
    gabarit = {k: v for k, v in session.execute(select(Inscription.__table__).where(Inscription.id == modele.id)).one()._mapping.items() if k != "id"}
    from models import Candidat
    personne = {k: v for k, v in session.execute(select(Candidat.__table__).where(Candidat.id == modele.candidat_id)).one()._mapping.items() if k != "id"}
    debut = 1_000_000
    session.connection().execute(insert(Candidat.__table__), [personne | {"id": debut + n, "cle_identite": f"essai {n}"} for n in range(4_998)])
    session.connection().execute(insert(Inscription.__table__), [gabarit | {"id": debut + n, "candidat_id": debut + n} for n in range(4_998)])
    competences = [c.id for c in certification.versions[0].blocs[0].bloc.competences]
    session.connection().execute(insert(Evaluation.__table__), [
        {"inscription_id": debut + n, "centre_id": centre.id, "competence_id": c, "date_evaluation": f.DATE_INSCRIPTION,
         "resultat": ACQUISE, "appreciation": "", "created_at": modele.created_at, "updated_at": modele.created_at, "version": 1}
        for n in range(4_000) for c in competences
    ])
    with requetes(session) as beaucoup:
        oui, non = a_presenter(session, f.DATE_JURY, centre_id=centre.id)
    assert (len(oui), len(non)) == (4_001, 999)
    session.execute(update(Inscription).where(Inscription.id >= debut).values(etat=EtatInscription.ANNULEE))
    with requetes(session) as peu:
        a_presenter(session, f.DATE_JURY, centre_id=centre.id)
    assert len(peu) == len(beaucoup) <= 20


def test_une_conclusion_contredite_par_les_evaluations_n_arrive_pas_au_jury(session, centre):
    i = f.vae_conclue(session, inscrire_vae(session, centre))
    i.evaluations[0].resultat = ResultatCompetence.NON_ACQUISE
    session.flush()
    (parcours,) = parcours_facts(session, [i.id], f.DATE_JURY).values()
    assert [(m.code, m.ou) for m in r.manques(parcours)] == [("VAE-05", "vae")]
