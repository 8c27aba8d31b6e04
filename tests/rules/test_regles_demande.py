"""Demandes et GTP : chaque règle à ses bornes (partie 1, chapitres 1 et 2)."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from rules import demande as r
from rules import gtp as g
from rules.demande import DemandeFacts
from rules.gtp import DecisionGtpFacts, InscriptionAuPointFacts, PointFacts, PublicationFacts, SeanceFacts, VoteGtpFacts
from rules.nomenclatures import DecisionGtp, EtatDemande, EtatSeance, Famille, NatureDemande, Porteur, SensVote
from rules.noyau import evaluate
from tests.rules.faits import JOUR, LENDEMAIN, VEILLE, avec, champs, juger

CREATION = DemandeFacts(
    NatureDemande.CREATION, Porteur.UIMM, Famille.CQPM, EtatDemande.DEPOSEE, VEILLE, JOUR, besoins="a", emplois="b",
    positionnement="c", preuves_usage="d", manques_du_projet=0, sur_la_liste=False, titre="Soudeur",
)
SUPPRESSION = DemandeFacts(
    NatureDemande.SUPPRESSION, Porteur.UIMM, Famille.CQPM, EtatDemande.DEPOSEE, VEILLE, JOUR, obsolescence="Procédé quitté.",
    titre="Soudeur",
)


def test_des_dossiers_sans_faute():
    for faits in (CREATION, SUPPRESSION):
        assert evaluate(r.DEPOT_DE_DEMANDE, faits) == ()
        assert evaluate(r.RECONNAISSANCE, avec(faits, complete_le=JOUR)) == ()


@pytest.mark.parametrize(("famille", "porteur", "refuse"), [
    (Famille.CQPM, Porteur.UIMM, False), (Famille.CQPM, Porteur.GTP, True), (Famille.CQPM, Porteur.UIMM_TERRITORIALE, True),
    (Famille.CCPM, Porteur.UIMM, False), (Famille.CCPM, Porteur.GTP, True),
    (Famille.CQPI, Porteur.GTP, False), (Famille.CQPI, Porteur.UIMM, True),
    (Famille.CCPI, Porteur.GTP, False), (Famille.CCPI, Porteur.UIMM, True),
    (Famille.PPC, Porteur.UIMM_TERRITORIALE, False),
])
def test_ref_01_qui_porte(famille, porteur, refuse):
    assert bool(champs(r.porteur_de_la_demande, avec(CREATION, famille=famille, porteur=porteur))) is refuse


@pytest.mark.parametrize(("titre", "refuse"), [("", True), ("  ", True), ("Soudeur", False)])
def test_ref_01_titre(titre, refuse):
    assert bool(champs(r.certification_nommee, avec(CREATION, titre=titre))) is refuse


@pytest.mark.parametrize(("jour", "refuse"), [
    (VEILLE, False), (JOUR, False), (LENDEMAIN, True), (dt.date(1986, 12, 31), True), (dt.date(1987, 1, 1), False),
])
def test_ref_01_date(jour, refuse):
    assert bool(champs(r.date_de_depot, avec(CREATION, deposee_le=jour))) is refuse


@pytest.mark.parametrize(("nature", "sur_la_liste", "supprimee", "refuse"), [
    (NatureDemande.CREATION, False, None, False), (NatureDemande.REVISION, True, None, False),
    (NatureDemande.REVISION, False, None, True), (NatureDemande.SUPPRESSION, True, None, False),
    (NatureDemande.SUPPRESSION, True, LENDEMAIN, True), (NatureDemande.REVISION, True, VEILLE, True),
])
def test_ref_07_en_vigueur(nature, sur_la_liste, supprimee, refuse):
    faits = avec(CREATION, nature=nature, sur_la_liste=sur_la_liste, supprimee_le=supprimee)
    assert bool(champs(r.certification_en_vigueur, faits)) is refuse


@pytest.mark.parametrize(("texte", "usage", "refuse"), [
    ("", False, True), ("  \n", False, True), ("Obsolète.", False, False), ("", True, False), ("Obsolète.", True, False),
])
def test_sup_01_motif(texte, usage, refuse):
    faits = avec(SUPPRESSION, obsolescence=texte, motif_usage=usage)
    assert bool(champs(r.suppression_motivee, faits)) is refuse
    assert not champs(r.suppression_motivee, avec(faits, nature=NatureDemande.CREATION))


@pytest.mark.parametrize(("promotions", "motif", "alerte"), [(0, True, False), (1, True, False), (2, True, True), (9, False, False)])
def test_sup_02_usage(promotions, motif, alerte):
    faits = avec(SUPPRESSION, promotions=promotions, motif_usage=motif)
    assert bool(champs(r.usage_sous_le_seuil, faits)) is alerte


@pytest.mark.parametrize(("nature", "voisins", "alerte"), [
    (NatureDemande.CREATION, ("CQPM 1, Soudeur",), True), (NatureDemande.CREATION, (), False),
    (NatureDemande.REVISION, ("CQPM 1, Soudeur",), False),
])
def test_ref_13_voisins(nature, voisins, alerte):
    violations = juger(r.titre_voisin, avec(CREATION, nature=nature, voisins=voisins))
    assert bool(violations) is alerte
    assert all("CQPM 1" in v.message for v in violations)


@pytest.mark.parametrize("vide", ["besoins", "emplois", "positionnement", "preuves_usage"])
def test_ref_02_quatre_points(vide):
    assert champs(r.rapport_d_opportunite, CREATION) == []
    assert champs(r.rapport_d_opportunite, avec(CREATION, **{vide: " "})) == [vide]
    assert champs(r.rapport_d_opportunite, avec(SUPPRESSION, **{vide: ""})) == []


@pytest.mark.parametrize(("manques", "refuse"), [(None, True), (0, False), (1, True), (12, True)])
def test_ref_02_projet(manques, refuse):
    assert bool(champs(r.projet_de_referentiel, avec(CREATION, manques_du_projet=manques))) is refuse
    assert champs(r.projet_de_referentiel, avec(SUPPRESSION, manques_du_projet=None)) == []


@pytest.mark.parametrize(("etat", "modifiable", "abandonnable", "rendable"), [
    (EtatDemande.DEPOSEE, True, True, False), (EtatDemande.COMPLETE, False, True, True),
    (EtatDemande.ORDRE_DU_JOUR, False, False, False), (EtatDemande.ACCEPTEE, False, False, False),
    (EtatDemande.REFUSEE, False, False, False), (EtatDemande.AJOURNEE, True, True, False),
    (EtatDemande.ABANDONNEE, False, False, False),
])
def test_ref_03_etats(etat, modifiable, abandonnable, rendable):
    faits = avec(CREATION, etat=etat)
    assert (champs(r.demande_modifiable, faits) == []) is modifiable
    assert (champs(r.pas_encore_inscrite, faits) == []) is abandonnable
    assert (champs(r.dossier_reconnu_complet, faits) == []) is rendable


@pytest.mark.parametrize(("jour", "refuse"), [
    (VEILLE - dt.timedelta(days=1), True), (VEILLE, False), (JOUR, False), (LENDEMAIN, True), (None, False),
])
def test_ref_02_date_de_completude(jour, refuse):
    assert bool(champs(r.date_de_completude, avec(CREATION, complete_le=jour))) is refuse


# --- GTP -----------------------------------------------------------------------------------------------------------

SYNDICATS = ("CFDT", "CFE-CGC", "CGT", "FO")
TOUS = frozenset({"UIMM", *SYNDICATS})


def votes(pour: str = "", contre: str = "", abstention: str = "") -> tuple[VoteGtpFacts, ...]:
    lus = ((pour, SensVote.POUR), (contre, SensVote.CONTRE), (abstention, SensVote.ABSTENTION))
    return tuple(VoteGtpFacts(o, sens) for noms, sens in lus for o in noms.split())


def decision(valeur=DecisionGtp.ACCEPTEE, vote=(), *, presentes=TOUS, **point) -> DecisionGtpFacts:
    base = PointFacts(1, "Soudeur", NatureDemande.CREATION, Famille.CQPM, vote, valeur, niveau=3)
    return DecisionGtpFacts(SeanceFacts(JOUR, EtatSeance.PREPARATION, JOUR, SYNDICATS, presentes), dataclasses.replace(base, **point))


@pytest.mark.parametrize(("vote", "compte", "adopte", "egalite"), [
    (votes("UIMM"), (4, 0, 0), True, False),
    (votes("UIMM", "CFDT CGT FO CFE-CGC"), (4, 4, 0), False, True),
    (votes("UIMM CFDT", "CGT FO CFE-CGC"), (5, 3, 0), True, False),
    (votes("CFDT CGT", "", "UIMM FO CFE-CGC"), (2, 0, 6), True, False),
    (votes("CFDT", "CGT", "UIMM"), (1, 1, 4), False, True),
    (votes("", "", "UIMM CFDT CGT FO CFE-CGC"), (0, 0, 8), False, False),
    (votes("CFDT CGT FO CFE-CGC", "UIMM"), (4, 4, 0), False, True),
    ((), (0, 0, 0), False, False),
])
def test_gtp_02_decompte(vote, compte, adopte, egalite):
    d = g.decompter(vote, len(SYNDICATS))
    assert (d.pour, d.contre, d.abstentions) == compte
    assert (d.adopte, d.egalite) == (adopte, egalite)
    assert d.exprimees == compte[0] + compte[1]


def test_gtp_02_l_uimm_a_autant_de_voix_que_toutes_les_representatives_presentes_ou_non():
    assert g.decompter(votes("UIMM", "CGT"), 4).pour == 4
    assert g.decompter(votes("UIMM", "CGT"), 5).pour == 5


@pytest.mark.parametrize(("valeur", "vote", "refuse", "mot"), [
    (DecisionGtp.ACCEPTEE, votes("UIMM CFDT", "CGT"), False, ""),
    (DecisionGtp.ACCEPTEE, votes("UIMM", "CFDT CGT FO CFE-CGC"), True, "Égalité"),
    (DecisionGtp.ACCEPTEE, votes("CFDT", "UIMM"), True, "majorité"),
    (DecisionGtp.ACCEPTEE, (), True, "Aucune voix"),
    (DecisionGtp.ACCEPTEE, votes("", "", "UIMM"), True, "Aucune voix"),
    (DecisionGtp.REFUSEE, votes("CFDT", "UIMM"), False, ""),
    (DecisionGtp.REFUSEE, votes("UIMM", "CFDT CGT FO CFE-CGC"), False, ""),
    (DecisionGtp.REFUSEE, votes("UIMM"), True, "majorité"),
    (DecisionGtp.REFUSEE, (), True, "ajournez"),
    (DecisionGtp.AJOURNEE, (), False, ""),
    (DecisionGtp.AJOURNEE, votes("UIMM"), False, ""),
    (None, (), False, ""),
])
def test_gtp_02_majorite(valeur, vote, refuse, mot):
    violations = juger(g.majorite_des_voix_exprimees, decision(valeur, vote))
    assert bool(violations) is refuse
    assert all(mot in v.message for v in violations)


@pytest.mark.parametrize(("vote", "presentes", "refuse"), [
    (votes("UIMM CGT"), TOUS, False), (votes("UIMM"), frozenset({"CGT"}), True), (votes("CGT"), frozenset({"UIMM"}), True),
    (votes("CFTC"), TOUS | {"CFTC"}, True), ((), frozenset(), False),
])
def test_gtp_02_votants(vote, presentes, refuse):
    assert bool(champs(g.vote_des_presents, decision(vote=vote, presentes=presentes))) is refuse


@pytest.mark.parametrize(("valeur", "motif", "refuse"), [
    (DecisionGtp.ACCEPTEE, "", False), (DecisionGtp.REFUSEE, "", True), (DecisionGtp.REFUSEE, "Doublon.", False),
    (DecisionGtp.AJOURNEE, "  ", True), (DecisionGtp.AJOURNEE, "À préciser.", False), (None, "", False),
])
def test_ref_03_motif(valeur, motif, refuse):
    assert bool(champs(g.refus_motive, decision(valeur, motif=motif))) is refuse


@pytest.mark.parametrize(("niveau", "famille", "nature", "valeur", "refuse"), [
    (None, Famille.CQPM, NatureDemande.CREATION, DecisionGtp.ACCEPTEE, True),
    (0, Famille.CQPM, NatureDemande.CREATION, DecisionGtp.ACCEPTEE, True),
    (1, Famille.CQPM, NatureDemande.CREATION, DecisionGtp.ACCEPTEE, False),
    (8, Famille.CQPM, NatureDemande.CREATION, DecisionGtp.ACCEPTEE, False),
    (9, Famille.CQPM, NatureDemande.CREATION, DecisionGtp.ACCEPTEE, True),
    (None, Famille.CCPM, NatureDemande.CREATION, DecisionGtp.ACCEPTEE, False),
    (None, Famille.CQPM, NatureDemande.REVISION, DecisionGtp.ACCEPTEE, False),
    (None, Famille.CQPM, NatureDemande.CREATION, DecisionGtp.REFUSEE, False),
    (9, Famille.CCPM, NatureDemande.SUPPRESSION, None, True),
])
def test_ref_04_niveau(niveau, famille, nature, valeur, refuse):
    faits = decision(valeur, votes("UIMM"), niveau=niveau, famille=famille, nature=nature, motif="m")
    assert bool(champs(g.niveau_du_cqpm, faits)) is refuse


SEANCE = SeanceFacts(JOUR, EtatSeance.PREPARATION, JOUR, SYNDICATS, TOUS,
                     (PointFacts(1, "Soudeur", NatureDemande.CREATION, Famille.CQPM, votes("UIMM"), DecisionGtp.ACCEPTEE, niveau=3),))


@pytest.mark.parametrize(("etat", "refuse"), [(EtatSeance.PREPARATION, False), (EtatSeance.CLOSE, True), (EtatSeance.ANNULEE, True)])
def test_gtp_01_etat(etat, refuse):
    assert bool(champs(g.seance_en_preparation, avec(SEANCE, etat=etat))) is refuse


@pytest.mark.parametrize(("jour", "refuse"), [(VEILLE, False), (JOUR, False), (LENDEMAIN, True)])
def test_gtp_01_close_a_sa_date(jour, refuse):
    assert bool(champs(g.seance_tenue, avec(SEANCE, date_seance=jour))) is refuse


@pytest.mark.parametrize(("jour", "refuse"), [
    (dt.date(1986, 12, 31), True), (dt.date(1987, 1, 1), False), (JOUR, False), (dt.date(2029, 3, 12), False),
    (dt.date(2029, 3, 13), True),
])
def test_gtp_01_date_plausible(jour, refuse):
    assert bool(champs(g.date_plausible, avec(SEANCE, date_seance=jour))) is refuse


def test_gtp_01_chaque_point_decide():
    assert champs(g.ordre_du_jour_decide, SEANCE) == []
    assert champs(g.ordre_du_jour_decide, avec(SEANCE, points=())) == ["points"]
    deux = (SEANCE.points[0], dataclasses.replace(SEANCE.points[0], ordre=2, decision=None))
    violations = juger(g.ordre_du_jour_decide, avec(SEANCE, points=deux))
    assert ["Point 2" in v.message for v in violations] == [True]


@pytest.mark.parametrize(("presentes", "alerte"), [
    (TOUS, False), (frozenset({"UIMM", "CGT"}), False), (frozenset({"UIMM"}), True), (frozenset({"CGT"}), True), (frozenset(), True),
])
def test_gtp_01_paritaire(presentes, alerte):
    assert bool(champs(g.seance_paritaire, avec(SEANCE, presentes=presentes))) is alerte


@pytest.mark.parametrize("etat", list(EtatDemande))
def test_gtp_01_demande_complete(etat):
    faits = InscriptionAuPointFacts(etat, VEILLE, SEANCE)
    assert (champs(g.demande_complete, faits) == []) is (etat is EtatDemande.COMPLETE)


@pytest.mark.parametrize(("complete_le", "refuse"), [(VEILLE, False), (JOUR, False), (LENDEMAIN, True), (None, False)])
def test_gtp_01_complete_avant(complete_le, refuse):
    assert bool(champs(g.complete_avant_la_seance, InscriptionAuPointFacts(EtatDemande.COMPLETE, complete_le, SEANCE))) is refuse


@pytest.mark.parametrize(("faite_le", "deja", "refuse"), [
    (VEILLE - dt.timedelta(days=1), False, True), (VEILLE, False, False), (JOUR, False, False), (LENDEMAIN, False, True),
    (JOUR, True, True),
])
def test_ref_12_publication(faite_le, deja, refuse):
    assert bool(champs(g.publication_datee, PublicationFacts(VEILLE, faite_le, deja, JOUR))) is refuse
