"""La décision d'habilitation et l'attestation, relues dans leurs PDF ; conservées octet pour octet à la décision."""

from __future__ import annotations

import datetime as dt
import io
import re

import pypdf
import pytest
import time_machine
from sqlalchemy import select

from documents import archives, sources_habilitation
from documents.declarations import nom_fichier, rendre
from documents.erreurs import DonneeIncoherente, DonneeManquante
from documents.exemples import CENTRE
from documents.faits_habilitation import (
    AttestationHabilitationFaits,
    DecisionHabilitationFaits,
    IndicateurImprime,
    OrganismeImprime,
)
from models import Archive
from rules import actes_habilitation as a
from rules.nomenclatures import DecisionHabilitation, NatureArchive, NatureEtape
from tests import factories as f
from tests.documents.test_sources import atelier  # noqa: F401 — fixture
from tests.rules.faits import avec

JOUR = dt.date(2026, 3, 12)
AFPI = OrganismeImprime("AFPI Alsace", "77564141600116", "42680000068", "31 rue François-Spoerry, 68100 Mulhouse")

# Les habilitations d'essai sont de l'an 2000 : on s'y place avant que leurs documents ne soient plus conservés.
_AVANT_LE_TERME = time_machine.travel(dt.datetime(2005, 3, 1, 12, tzinfo=dt.UTC), tick=False)



def _indicateurs(*insatisfaits: str, sauf: str = "") -> tuple[IndicateurImprime, ...]:
    return tuple(
        IndicateurImprime(
            f"Critère {c}", code, f"Capacité du prestataire n° {code}",
            None if code == sauf else "non_satisfait" if code in insatisfaits else "satisfait", f"Preuve {code}",
            f"Manque au {code}." if code in insatisfaits else "",
        )
        for c in range(1, 7) for r in (1, 2) if (code := f"{c}.{r}")
    )


DECISION = DecisionHabilitationFaits(
    CENTRE, AFPI, "favorable", dt.date(2026, 1, 5), JOUR, dt.date(2026, 4, 1), dt.date(2029, 3, 31),
    ("CQPM 1989 0021 « Opérateur régleur »",), _indicateurs(), (dt.date(2026, 2, 10),),
)
ATTESTATION = AttestationHabilitationFaits(
    CENTRE, AFPI, dt.date(2026, 4, 1), None, JOUR, (), en_vigueur=True
)


def _texte(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf)).pages))


def test_une_decision_favorable_dit_les_douze_indicateurs():
    texte = _texte(rendre("decision-habilitation", DECISION))
    for dit in ("AFPI Alsace", "SIRET 77564141600116", "est habilité à compter du 1er avril 2026", "31 mars 2029",
                "CQPM 1989 0021 « Opérateur régleur »", "visite sur site le 10 février 2026", "12 mars 2026"):
        assert dit in texte, dit
    assert all(f"{i.code} {i.libelle}" in texte for i in DECISION.indicateurs)
    assert texte.count("Satisfait") == 12
    assert nom_fichier("decision-habilitation", DECISION) == "decision-habilitation_2026-03-12_AFPI-Alsace.pdf"


@pytest.mark.parametrize(("decision", "dit"), [("refus", "est refusée"), ("complement", "compléter votre dossier")])
def test_un_refus_dit_le_motif_de_chaque_indicateur(decision, dit):
    faits = avec(DECISION, decision=decision, indicateurs=_indicateurs("2.1", "5.2"), du=None, au=None)
    texte = _texte(rendre("decision-habilitation", faits))
    assert dit in texte
    assert "Indicateur 2.1 — Manque au 2.1." in texte
    assert "Indicateur 5.2 — Manque au 5.2." in texte
    assert texte.count("Non satisfait") == 2


@pytest.mark.parametrize(
    ("champs", "erreur", "donnee"),
    [
        ({"indicateurs": ()}, DonneeManquante, "grille des douze indicateurs"),
        ({"indicateurs": _indicateurs(sauf="3.1")}, DonneeManquante, "résultat de l'indicateur 3.1"),
        ({"indicateurs": _indicateurs("4.2")}, DonneeIncoherente, "indicateur 4.2"),
        ({"du": None}, DonneeManquante, "date d'effet de l'habilitation"),
        ({"centre": avec(CENTRE, adresse="")}, DonneeManquante, "adresse du centre de certification"),
        ({"decision": "refus", "indicateurs": tuple(avec(i, commentaire="") for i in _indicateurs("1.1"))},
         DonneeManquante, "motif de l'indicateur 1.1"),
    ],
)
def test_une_decision_incomplete_est_refusee_par_son_nom(champs, erreur, donnee):
    with pytest.raises(erreur) as refus:
        rendre("decision-habilitation", avec(DECISION, **champs))
    assert refus.value.donnee == donnee


def test_l_attestation_dit_par_qui_pour_quoi_depuis_quand():
    pdf = rendre("attestation-habilitation", ATTESTATION)
    texte = _texte(pdf)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    for dit in ("UIMM Alsace", "AFPI Alsace", "depuis le 1er avril 2026", "toutes les certifications"):
        assert dit in texte, dit
    assert "jusqu'au 31 mars 2029" in _texte(rendre("attestation-habilitation", avec(ATTESTATION, au=dt.date(2029, 3, 31))))
    with pytest.raises(DonneeIncoherente):
        rendre("attestation-habilitation", avec(ATTESTATION, en_vigueur=False))


@pytest.fixture
def centre(session):
    return f.centre(session, nom="UIMM Alsace", adresse="2 rue de l'Industrie", code_postal="68100", ville="Mulhouse")


def test_les_faits_viennent_du_dossier(session, centre):
    demande = f.demande_d_habilitation(session, centre, certifications=[f.certification(session, titre="Régleur")])
    assert sources_habilitation.decision(session, demande.id) is None
    a.noter_etape(session, demande, NatureEtape.VISITE, demande.demande_le, "Visite faite.")
    f.apprecier_tout(session, demande, non_satisfaits=(10,))
    a.decider(session, demande, DecisionHabilitation.COMPLEMENT, demande.demande_le)
    complement = sources_habilitation.decision(session, demande.id)
    assert (complement.decision, complement.visites) == ("complement", (demande.demande_le,))
    f.apprecier_tout(session, demande)
    a.decider(session, demande, DecisionHabilitation.FAVORABLE, demande.demande_le)
    favorable = sources_habilitation.decision(session, demande.id)
    assert favorable.decision == "favorable"
    assert len(favorable.indicateurs) == 12
    assert "« Régleur »" in favorable.portee[0]
    assert sources_habilitation.attestation(session, demande.id).en_vigueur


@_AVANT_LE_TERME
def test_la_decision_se_conserve_et_l_attestation_s_eteint(session, centre, atelier):  # noqa: F811
    h = f.habilitation_decidee(session, centre)
    archives.conserver_l_habilitation(session, h.id, atelier)
    conservees = {x.nature: x for x in session.scalars(select(Archive).where(Archive.habilitation_id == h.id))}
    assert set(conservees) == {NatureArchive.DECISION_HABILITATION, NatureArchive.ATTESTATION_HABILITATION}
    assert conservees[NatureArchive.DECISION_HABILITATION].conserver_jusqu_au == dt.date(2020, 1, 1)
    premiere = archives.habilitation(session, "decision-habilitation", h.id, atelier)
    # Ce que l'organisme devient ne change plus ce qui a été décidé.
    h.organisme.nom = "Renommé depuis"
    session.flush()
    assert archives.habilitation(session, "decision-habilitation", h.id, atelier).contenu == premiere.contenu
    a.retirer(session, h, dt.date(2001, 1, 1), "Cessation.")
    assert archives.habilitation(session, "decision-habilitation", h.id, atelier).contenu == premiere.contenu
    with pytest.raises(DonneeIncoherente):
        archives.habilitation(session, "attestation-habilitation", h.id, atelier)


@_AVANT_LE_TERME
def test_une_reprise_n_a_pas_de_decision_a_imprimer(session, centre, atelier):  # noqa: F811
    h = f.habilitation(session, f.organisme(session), centre)
    with pytest.raises(DonneeManquante):
        archives.habilitation(session, "decision-habilitation", h.id, atelier)
    assert archives.habilitation(session, "attestation-habilitation", h.id, atelier) is not None


def test_la_liste_nationale_suit_les_suspensions(session, centre):
    h = f.habilitation_decidee(session, centre)
    a.suspendre(session, h, dt.date(2001, 3, 1), "essai")
    a.lever(session, h, dt.date(2001, 5, 1), "essai")

    def nombre(jour: dt.date) -> int:
        return len([o for o in sources_habilitation.liste_organismes(session, jour).organismes if o.nom == h.organisme.nom])

    jours = (dt.date(2001, 2, 28), dt.date(2001, 3, 1), dt.date(2001, 4, 30), dt.date(2001, 5, 1))
    assert [nombre(j) for j in jours] == [1, 0, 0, 1]
