"""Fiche (annexe 3), programme (annexe 4) et attestation d'un parcours : relus, et refusés quand une donnée manque."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from documents.declarations import nom_fichier, rendre
from documents.erreurs import DonneeIncoherente, DonneeManquante
from documents.faits_parcours import (
    AttestationFaits,
    DomaineImprime,
    FicheFaits,
    ModuleImprime,
    ParcoursImprime,
    ProgrammeFaits,
)
from documents.sources_parcours import SOURCES
from models.contexte import Acteur, agir_comme
from rules import actes_parcours
from rules.nomenclatures import Role
from tests import factories as f

PARCOURS = ParcoursImprime(
    societe="Forges d'Alsace", adresse="12 rue des Forges, 68100 Mulhouse", intitule="Régleur de presses", minutes=2310, mois=6,
    version=1, etat="Validé", au=dt.date(2026, 3, 12), identifiant="PPC 2026 0007", valide_le=dt.date(2026, 3, 12),
)
DOMAINE = DomaineImprime("Réalisation", "Régler ; contrôler", "Montage\n\nRéglage", 2100, "Tuteur")
FICHE = FicheFaits(PARCOURS, "Opérateurs", "Les acquis du parcours", (DOMAINE, dataclasses.replace(DOMAINE, domaine="Technologies", minutes=210)))
MODULE = ModuleImprime(1, "Découvrir", "Situer le poste", 1260, "interne", "")
PROGRAMME = ProgrammeFaits(
    PARCOURS, (MODULE, dataclasses.replace(MODULE, phase=2, module="Approfondir", minutes=1050, nature="externe", organisme="AFPI"))
)
ATTESTATION = AttestationFaits(
    parcours=PARCOURS, numero=3, nom="Rœsch", prenoms="Hélène", date_naissance=dt.date(1990, 5, 1), attestation="Sait régler",
    acquis=(("Réalisation", "Régler"),), organisme="Évaluateurs réunis", evalue_le=dt.date(2026, 5, 4),
    attribue_le=dt.date(2026, 5, 12), emploi="Régleuse", cotation="Groupe C, classe 6", attribuee=True, annulee=False,
)


def change(faits, **champs):
    return dataclasses.replace(faits, **champs)


def parcours(faits, **champs):
    return change(faits, parcours=change(faits.parcours, **champs))


def test_la_fiche_porte_ses_rubriques_ses_colonnes_et_ses_huit_notes(relire):
    (page,) = relire(rendre("fiche-ppc", FICHE))
    for attendu in (
        "Société :", "Forges d'Alsace", "Adresse :", "Intitulé du parcours :", "Régleur de presses", "Public visé (1) :",
        "Durée du parcours et sur quelle période (2) :", "38 h 30, sur 6 mois", "Attestation des acquis de formation (3) :",
        "Domaine (4)", "Compétences finales visées (5)", "Contenus (6)", "d'heures (7)", "Intervenants (8)", "35 h", "3 h 30",
        "PPC 2026 0007 — validé par le GTP « Certifications » le 12 mars 2026",
        "(3) exemple d'attestation remise à l'issue du parcours au salarié", "(8) intervenants externes et/ou internes",
    ):
        assert attendu in page
    assert [page.count(f"({n}) ") for n in range(1, 9)].count(0) == 0


def test_un_projet_se_dit_projet(relire):
    (page,) = relire(rendre("fiche-ppc", parcours(FICHE, valide_le=None, identifiant="", etat="Projet", version=2)))
    assert "Projet, au 12 mars 2026 — version 2" in page
    assert "validé" not in page


@pytest.mark.parametrize(("faits", "manque"), [
    (parcours(FICHE, societe=""), "société"), (parcours(FICHE, adresse=""), "adresse de la société"),
    (parcours(FICHE, intitule=" "), "intitulé du parcours"), (change(FICHE, public_vise=""), "public visé"),
    (parcours(FICHE, minutes=0), "durée du parcours"), (parcours(FICHE, mois=None), "période du parcours"),
    (change(FICHE, attestation=""), "attestation des acquis de formation"), (change(FICHE, domaines=()), "domaines du parcours"),
    *((change(FICHE, domaines=(DOMAINE, change(DOMAINE, **{champ: 0 if champ == "minutes" else ""}))), nom) for champ, nom in (
        ("domaine", "domaine, ligne 2"), ("competences", "compétences finales visées, ligne 2"), ("contenus", "contenus, ligne 2"),
        ("minutes", "nombre d'heures, ligne 2"), ("intervenants", "intervenants, ligne 2"),
    )),
])
def test_une_fiche_incomplete_est_refusee_par_le_nom_de_ce_qui_manque(faits, manque):
    with pytest.raises(DonneeManquante) as refus:
        rendre("fiche-ppc", faits)
    assert refus.value.donnee == manque


def test_une_fiche_dont_les_heures_ne_s_accordent_pas_est_refusee():
    with pytest.raises(DonneeIncoherente):
        rendre("fiche-ppc", parcours(FICHE, minutes=2311))


def test_le_programme_va_par_phases_avec_leurs_totaux(relire):
    (page,) = relire(rendre("programme", PROGRAMME))
    for attendu in (
        "PROGRAMME DE FORMATION :", "Nombre d'HEURES DE FORMATION :", "38 h 30", "MODULES", "OBJECTIFS DES MODULES DÉTAILLÉS",
        "PHASE 1 Nombre d'heures total 21 h", "PHASE 2 Nombre d'heures total 17 h 30", "Interne", "Externe", "AFPI",
    ):
        assert attendu in page


@pytest.mark.parametrize(("modules", "manque"), [
    ((), "modules du programme de formation"), ((change(MODULE, module=""),), "module, ligne 1"),
    ((change(MODULE, objectifs=""),), "objectifs, ligne 1"), ((change(MODULE, minutes=0),), "durée, ligne 1"),
    ((MODULE, change(MODULE, nature="externe")), "organisme de formation, ligne 2"),
])
def test_un_programme_incomplet_est_refuse(modules, manque):
    with pytest.raises(DonneeManquante) as refus:
        rendre("programme", change(PROGRAMME, modules=modules))
    assert refus.value.donnee == manque


def test_une_longue_fiche_repete_ses_en_tetes(relire):
    lignes = tuple(change(DOMAINE, domaine=f"Domaine {n}", minutes=60, contenus="Contenu détaillé. " * 20) for n in range(1, 25))
    pages = relire(rendre("fiche-ppc", parcours(change(FICHE, domaines=lignes), minutes=24 * 60)))
    assert len(pages) > 2
    avec_lignes = [p for p in pages if "Domaine 1" in p or "Contenu détaillé" in p]
    assert all("Compétences finales visées (5)" in p for p in avec_lignes)
    assert f"page {len(pages)} / {len(pages)}" in pages[-1]


def test_l_attestation_dit_qui_quoi_quand_et_la_cotation(relire):
    (page,) = relire(rendre("attestation-ppc", ATTESTATION))
    for attendu in (
        "Hélène RŒSCH", "né(e) le 1er mai 1990", "Régleur de presses", "PPC 2026 0007", "Évaluateurs réunis",
        "organisme dûment habilité par l'entreprise", "12 mai 2026", "Régleuse", "Groupe C, classe 6", "attestation n° 3",
    ):
        assert attendu in page
    assert "jury" not in page
    assert nom_fichier("attestation-ppc", ATTESTATION) == "attestation-ppc_PPC-2026-0007-3_ROESCH-Helene.pdf"


@pytest.mark.parametrize("change_", [{"attribuee": False}, {"annulee": True}])
def test_rien_ne_s_atteste_sans_attribution(change_):
    with pytest.raises(DonneeIncoherente):
        rendre("attestation-ppc", change(ATTESTATION, **change_))


@pytest.mark.parametrize("champ", ["nom", "prenoms", "organisme", "emploi", "cotation"])
def test_une_attestation_incomplete_est_refusee(champ):
    with pytest.raises(DonneeManquante):
        rendre("attestation-ppc", change(ATTESTATION, **{champ: ""}))


def test_les_faits_viennent_de_la_base_dans_le_territoire(session, relire):
    p = f.parcours_valide(session, f.centre(session))
    a = actes_parcours.attribuer(session, f.attribution_parcours(session, p), f.DATE_JURY)
    cles = {"fiche-ppc": p.id, "programme": p.id, "attestation-ppc": a.id}
    for code, cle in cles.items():
        pages = relire(rendre(code, SOURCES[code](session, cle, f.DATE_JURY)))
        assert p.intitule in pages[0]
        assert p.certification.base_identifiant in " ".join(pages)
    ailleurs = Acteur("autre", role=Role.CLERC, centre_id=f.centre(session).id)
    session.expunge_all()
    with agir_comme(ailleurs):
        assert [source(session, cles[code], f.DATE_JURY) for code, source in SOURCES.items()] == [None, None, None]
