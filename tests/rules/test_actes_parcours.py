"""Les actes des parcours certifiants, sur les deux moteurs : du dossier à l'attribution, et ce qui est refusé en chemin."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from documents import sources_jury
from models import AttributionParcours, Centre, Certification, Demande, Parcours, ParcoursDomaine, SeanceGtp
from models.contexte import Acteur, agir_comme
from models.perimetre import HorsPerimetre
from rules import actes_demandes, actes_gtp, actes_parcours, actes_pieces, controle
from rules.collecte_parcours import parcours_facts
from rules.nomenclatures import (
    AvisCse,
    DecisionGtp,
    EtatDemande,
    EtatReferentiel,
    Famille,
    NatureDemande,
    NaturePiece,
    NaturePublication,
    NatureSeance,
    Porteur,
    ResultatParcours,
    Role,
    SensVote,
)
from tests import factories as f
from tests.rules.test_collecte import requetes

JOUR = f.DATE_JURY
VEILLE = JOUR - dt.timedelta(days=1)


@pytest.fixture
def centre(session: Session) -> Centre:
    return f.centre(session)


def codes(refus) -> set[str]:
    return {v.code for v in refus.value.violations}


def test_du_dossier_a_la_liste(session, centre):
    parcours = f.parcours(session, centre)
    assert actes_parcours.soumettre(session, parcours, VEILLE) == ()
    assert (parcours.etat, parcours.soumis_le, parcours.decide) == (EtatReferentiel.SOUMIS, VEILLE, True)
    certification = actes_parcours.valider_parcours(session, parcours, JOUR)
    assert (certification.famille, certification.date_creation, certification.annee) == (Famille.PPC, JOUR, JOUR.year)
    assert certification.identifiant_le(JOUR) == f"PPC {JOUR.year} {certification.numero:04d}"
    assert certification.titre == f"{parcours.intitule} – Ateliers d'essai"
    listees = {c.identifiant for c in sources_jury.liste_certifications(session, JOUR).certifications}
    assert certification.identifiant_le(JOUR) in listees
    assert certification.identifiant_le(JOUR) not in {
        c.identifiant for c in sources_jury.liste_certifications(session, VEILLE).certifications
    }


def test_les_numeros_se_suivent_sans_trou(session, centre):
    un = f.parcours_valide(session, centre)
    refuse = f.parcours(session, centre)
    with pytest.raises(controle.Refus):
        actes_parcours.valider_parcours(session, refuse, JOUR)
    deux = f.parcours_valide(session, centre)
    assert deux.certification.numero == un.certification.numero + 1


@pytest.mark.parametrize(("change", "code"), [
    ({"minutes": 2101}, "PPC-05"), ({"public_vise": ""}, "PPC-02"), ({"evaluation_criteres": ""}, "PPC-03"),
    ({"avis_cse": None}, "PPC-02"), ({"avis_cse": AvisCse.FAVORABLE, "avis_cse_le": VEILLE}, "PPC-02"),
])
def test_un_dossier_incomplet_ne_se_soumet_pas(session, centre, change, code):
    parcours = f.parcours(session, centre, **change)
    with pytest.raises(controle.Refus) as refus:
        actes_parcours.soumettre(session, parcours, JOUR)
    assert codes(refus) == {code}
    assert parcours.etat is EtatReferentiel.PROJET


def test_sans_courrier_rien_ne_se_soumet_et_l_avis_joint_suffit(session, centre):
    parcours = f.parcours(session, centre, avis_cse=AvisCse.DEFAVORABLE, avis_cse_le=VEILLE)
    (courrier,) = actes_pieces.pieces_du_dossier(session, parcours)
    actes_pieces.retirer(session, courrier)
    with pytest.raises(controle.Refus) as refus:
        actes_parcours.soumettre(session, parcours, JOUR)
    assert {v.champ for v in refus.value.violations} == {"pieces"}
    for nature in (NaturePiece.COURRIER, NaturePiece.AVIS_CSE):
        actes_pieces.joindre(session, parcours, "piece.pdf", b"%PDF-1.4", nature)
    actes_parcours.soumettre(session, parcours, JOUR)
    with pytest.raises(controle.Refus) as refus:
        actes_pieces.joindre(session, parcours, "tard.pdf", b"%PDF-1.4", NaturePiece.AUTRE)
    assert codes(refus) == {"PIE-06"}


def test_un_programme_different_alerte_et_passe(session, centre):
    parcours = f.parcours(session, centre)
    parcours.modules[0].minutes += 60
    assert [v.code for v in actes_parcours.soumettre(session, parcours, JOUR)] == ["PPC-05"]


def test_le_gtp_ne_decide_que_de_ce_qui_est_soumis(session, centre):
    parcours = f.parcours(session, centre)
    for acte in (lambda: actes_parcours.valider_parcours(session, parcours, JOUR), lambda: actes_parcours.renvoyer(session, parcours, "non")):
        with pytest.raises(controle.Refus) as refus:
            acte()
        assert codes(refus) == {"PPC-03"}
    actes_parcours.soumettre(session, parcours, JOUR)
    with pytest.raises(controle.Refus):
        actes_parcours.valider_parcours(session, parcours, VEILLE)
    with pytest.raises(controle.Refus):
        actes_parcours.renvoyer(session, parcours, " ")
    actes_parcours.renvoyer(session, parcours, "Heures à revoir")
    assert (parcours.etat, parcours.soumis_le, parcours.motif_renvoi) == (EtatReferentiel.PROJET, None, "Heures à revoir")
    actes_parcours.soumettre(session, parcours, JOUR)
    assert parcours.motif_renvoi == ""


def test_une_revision_garde_l_identifiant_et_remplace_a_sa_validation(session, centre):
    un = f.parcours_valide(session, centre)
    deux = actes_parcours.reviser(session, un)
    assert (deux.numero, deux.etat, deux.certification_id) == (2, EtatReferentiel.PROJET, un.certification_id)
    assert [d.domaine for d in deux.domaines] == [d.domaine for d in un.domaines]
    with pytest.raises(controle.Refus) as refus:
        actes_parcours.reviser(session, un)
    assert codes(refus) == {"PPC-03"}
    deux.intitule = "Régleur expert"
    actes_pieces.joindre(session, deux, "courrier.pdf", b"%PDF-1.4", NaturePiece.COURRIER)
    actes_parcours.soumettre(session, deux, JOUR)
    certification = actes_parcours.valider_parcours(session, deux, JOUR)
    assert certification is un.certification
    assert (un.etat, deux.etat) == (EtatReferentiel.REMPLACE, EtatReferentiel.VALIDE)
    assert certification.titre.startswith("Régleur expert")
    with pytest.raises(controle.Refus):
        actes_parcours.reviser(session, un)
    # Un salarié reste sur la version qu'il a suivie.
    ancienne = actes_parcours.attribuer(session, f.attribution_parcours(session, un), JOUR)
    assert actes_parcours.attribuer(session, f.attribution_parcours(session, deux), JOUR).numero == ancienne.numero + 1


@pytest.mark.parametrize(("geste", "etat"), [
    *((g, e) for g in ("rubrique", "ligne", "ajout", "retrait", "suppression") for e in ("soumis", "valide")),
    ("retour", "valide"),
])
def test_soumis_ou_valide_le_contenu_est_fige(session, centre, geste, etat):
    parcours = f.parcours(session, centre)
    actes_parcours.soumettre(session, parcours, JOUR)
    if etat == "valide":
        actes_parcours.valider_parcours(session, parcours, JOUR)
    d, p = ParcoursDomaine.__table__, Parcours.__table__
    gestes = {
        "rubrique": update(p).where(p.c.id == parcours.id).values(adresse="ailleurs"),
        "ligne": update(d).where(d.c.parcours_id == parcours.id).values(minutes=1),
        "ajout": d.insert().values(parcours_id=parcours.id, centre_id=centre.id, ordre=9, domaine="x", competences="",
                                   contenus="", minutes=0, intervenants="", version=1, created_at=dt.datetime.now(dt.UTC),
                                   updated_at=dt.datetime.now(dt.UTC)),
        "retrait": d.delete().where(d.c.parcours_id == parcours.id),
        "retour": update(p).where(p.c.id == parcours.id).values(etat="projet", valide_le=None),
        "suppression": p.delete().where(p.c.id == parcours.id),
    }
    with pytest.raises(IntegrityError, match=r"PPC-03|PIE-06") as erreur, session.begin_nested():
        session.connection().execute(gestes[geste])
    assert controle.traduire(erreur.value) is not None


def test_enregistrer_ce_qui_n_est_plus_un_projet_est_refuse(session, centre):
    parcours = f.parcours(session, centre)
    actes_parcours.enregistrer(session, parcours)
    actes_parcours.soumettre(session, parcours, JOUR)
    with pytest.raises(controle.Refus) as refus:
        actes_parcours.enregistrer(session, parcours)
    assert codes(refus) == {"PPC-03"}


def test_l_entreprise_attribue_puis_une_erreur_s_annule(session, centre):
    parcours = f.parcours_valide(session, centre)
    un = actes_parcours.attribuer(session, f.attribution_parcours(session, parcours, nom="Gérard", prenoms="Ève"), JOUR)
    assert (un.numero, un.centre_id, un.atteste) == (1, centre.id, True)
    with pytest.raises(controle.Refus) as refus:
        actes_parcours.attribuer(session, f.attribution_parcours(session, parcours, nom="GERARD", prenoms="Eve"), JOUR)
    assert codes(refus) == {"PPC-04"}
    with pytest.raises(controle.Refus):
        actes_parcours.annuler(session, un, " ", JOUR)
    actes_parcours.annuler(session, un, "Erreur de date", JOUR)
    assert not un.atteste
    with pytest.raises(controle.Refus):
        actes_parcours.annuler(session, un, "Encore", JOUR)
    deux = actes_parcours.attribuer(session, f.attribution_parcours(session, parcours, nom="Gérard", prenoms="Ève"), JOUR)
    assert deux.numero == 2


@pytest.mark.parametrize("change", [
    {"cotation": ""}, {"organisme_evaluation": ""}, {"attribue_le": JOUR + dt.timedelta(days=1)},
    {"evalue_le": JOUR + dt.timedelta(days=1)}, {"habilite_le": None}, {"resultat": None}, {"nom": ""},
    {"attribue_le": f.CREATION - dt.timedelta(days=1)},
])
def test_une_attribution_fautive_n_ecrit_rien(session, centre, change):
    parcours = f.parcours_valide(session, centre)
    with pytest.raises(controle.Refus) as refus:
        actes_parcours.attribuer(session, f.attribution_parcours(session, parcours, **change), JOUR)
    assert codes(refus) == {"PPC-04"}
    assert session.scalar(select(AttributionParcours.id).where(AttributionParcours.parcours_id == parcours.id)) is None


def test_rien_ne_s_attribue_avant_la_validation(session, centre):
    parcours = f.parcours(session, centre)
    with pytest.raises(controle.Refus):
        actes_parcours.attribuer(session, f.attribution_parcours(session, parcours), JOUR)


def test_une_non_attribution_se_garde_et_n_empeche_pas_la_suivante(session, centre):
    parcours = f.parcours_valide(session, centre)
    change = {"nom": "Roux", "emploi": "", "cotation": "", "resultat": ResultatParcours.NON_ATTRIBUEE}
    un = actes_parcours.attribuer(session, f.attribution_parcours(session, parcours, **change), JOUR)
    assert not un.atteste
    assert actes_parcours.attribuer(session, f.attribution_parcours(session, parcours, nom="Roux"), JOUR).atteste


@pytest.mark.parametrize("valeurs", [{"nom": "Autre"}, {"cotation": "Classe 9"}, {"attribue_le": VEILLE}, {"numero": 7}])
def test_une_attribution_ecrite_ne_change_plus(session, centre, valeurs):
    attribution = actes_parcours.attribuer(
        session, f.attribution_parcours(session, f.parcours_valide(session, centre), evalue_le=f.CREATION), JOUR
    )
    a = AttributionParcours.__table__
    with pytest.raises(IntegrityError, match="PPC-04"), session.begin_nested():
        session.connection().execute(update(a).where(a.c.id == attribution.id).values(**valeurs))
    with pytest.raises(IntegrityError, match="PPC-04"), session.begin_nested():
        session.connection().execute(a.delete().where(a.c.id == attribution.id))


def test_un_centre_n_ecrit_que_le_sien_et_le_gtp_pas_la_fiche(session, centre):
    parcours = f.parcours(session, centre)
    ailleurs = Acteur("autre", role=Role.CLERC, centre_id=f.centre(session).id)
    session.flush()
    with agir_comme(ailleurs):
        assert session.scalar(select(Parcours.id).where(Parcours.id == parcours.id)) is None
    with agir_comme(Acteur("gtp", role=Role.GTP)):
        assert session.scalar(select(Parcours.id).where(Parcours.id == parcours.id)) == parcours.id
        with pytest.raises(HorsPerimetre), session.begin_nested():
            parcours.domaines[0].domaine = "Autre"
            session.flush()


def test_le_gtp_valide_lui_meme(session, centre):
    parcours = f.parcours(session, centre)
    actes_parcours.soumettre(session, parcours, JOUR)
    with agir_comme(Acteur("gtp", role=Role.GTP)):
        certification = actes_parcours.valider_parcours(session, parcours, JOUR)
    assert session.get(Certification, certification.id) is certification


@pytest.mark.parametrize("combien", [1, 20])
def test_les_faits_en_quatre_requetes(session, centre, combien):
    ids = [f.parcours(session, centre).id for _ in range(combien)]
    with requetes(session) as faites:
        faits = parcours_facts(session, ids, JOUR)
    assert len(faits) == combien
    assert len(faites) == 4
    assert all(p.courrier and p.minutes_des_domaines == 2100 and len(p.modules) == 2 for p in faits.values())


# --- devant le GTP


def demande_de(session: Session, parcours: Parcours) -> Demande:
    return session.scalars(select(Demande).where(Demande.parcours_id == parcours.id).order_by(Demande.id.desc())).first()


def decider(session: Session, demande: Demande, decision: DecisionGtp, motif: str = "") -> SeanceGtp:
    actes_demandes.reconnaitre_complete(session, demande, JOUR)
    seance = actes_gtp.reunir(session, NatureSeance.REUNION, JOUR, "Paris")
    actes_gtp.noter_presences(session, seance, {p.id: (True, "") for p in seance.presences})
    point = actes_gtp.inscrire_point(session, seance, demande)
    sens = {DecisionGtp.ACCEPTEE: SensVote.POUR, DecisionGtp.REFUSEE: SensVote.CONTRE}.get(decision, SensVote.ABSTENTION)
    for presence in seance.presences:
        actes_gtp.voter(session, point, presence, sens)
    actes_gtp.decider(session, point, decision, motif, None)
    actes_gtp.clore(session, seance)
    return seance


def test_soumettre_depose_la_demande_et_la_seance_valide(session, centre):
    parcours = f.parcours(session, centre)
    actes_parcours.soumettre(session, parcours, VEILLE)
    demande = demande_de(session, parcours)
    assert (demande.porteur, demande.nature, demande.centre_id) == (Porteur.UIMM_TERRITORIALE, NatureDemande.CREATION, centre.id)
    assert parcours.certification.projet
    assert parcours.certification.base_identifiant == "PPC (en projet)"
    assert actes_demandes.ce_qui_manque(session, demande) == ()
    decider(session, demande, DecisionGtp.ACCEPTEE)
    assert (parcours.etat, parcours.valide_le, demande.etat) == (EtatReferentiel.VALIDE, JOUR, EtatDemande.ACCEPTEE)
    assert (parcours.certification.projet, parcours.certification.date_creation) == (False, JOUR)
    assert [p.nature for p in demande.publications] == [NaturePublication.LISTE]


@pytest.mark.parametrize("decision", [DecisionGtp.REFUSEE, DecisionGtp.AJOURNEE])
def test_refuse_ou_ajourne_il_revient_au_centre_puis_devant_le_gtp(session, centre, decision):
    parcours = f.parcours(session, centre)
    actes_parcours.soumettre(session, parcours, VEILLE)
    premiere = demande_de(session, parcours)
    decider(session, premiere, decision, "Heures à revoir.")
    assert (parcours.etat, parcours.motif_renvoi) == (EtatReferentiel.PROJET, "Heures à revoir.")
    assert {v.champ for v in actes_demandes.ce_qui_manque(session, premiere)} == {"referentiel"}
    parcours.intitule = "Régleur refait"
    actes_parcours.soumettre(session, parcours, JOUR)
    seconde = demande_de(session, parcours)
    assert (seconde is premiere) is (decision is DecisionGtp.AJOURNEE)
    decider(session, seconde, DecisionGtp.ACCEPTEE)
    assert parcours.certification.titre == "Régleur refait – Ateliers d'essai"
    assert parcours.certification.date_creation == JOUR


def test_le_secretariat_rend_un_dossier_et_le_centre_le_soumet_de_nouveau(session, centre):
    parcours = f.parcours(session, centre)
    actes_parcours.soumettre(session, parcours, VEILLE)
    demande = demande_de(session, parcours)
    actes_demandes.reconnaitre_complete(session, demande, JOUR)
    actes_demandes.rendre(session, demande)
    assert (parcours.etat, demande.etat) == (EtatReferentiel.PROJET, EtatDemande.DEPOSEE)
    with pytest.raises(controle.Refus):
        actes_demandes.reconnaitre_complete(session, demande, JOUR)
    actes_parcours.soumettre(session, parcours, JOUR)
    assert demande_de(session, parcours) is demande
    actes_demandes.reconnaitre_complete(session, demande, JOUR)


def test_un_clerc_soumet_lui_meme_mais_ne_demande_rien_d_autre(session, centre):
    parcours = f.parcours(session, centre)
    clerc = Acteur("clerc", role=Role.CLERC, centre_id=centre.id)
    with agir_comme(clerc):
        actes_parcours.soumettre(session, parcours, JOUR)
        with pytest.raises(HorsPerimetre), session.begin_nested():
            session.add(Certification(famille=Famille.CQPM, titre="CQPM", projet=True, recherche="cqpm"))
            session.flush()
        with pytest.raises(HorsPerimetre), session.begin_nested():
            parcours.certification.projet = False
            session.flush()
