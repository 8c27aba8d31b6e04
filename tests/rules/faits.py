"""Des faits sans faute, dont chaque essai change un champ ; et la table des règles à couvrir."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from rules.faits import (
    AttributionFacts,
    CandidatureFacts,
    CertificationFacts,
    CompetenceFacts,
    HabilitationFacts,
    InscriptionFacts,
    JuryFacts,
    OrganismeFacts,
    Periode,
    PresentationFacts,
    SiegeFacts,
    VoteFacts,
)
from rules.nomenclatures import Decision, Delegation, EtatInscription, EtatJury, Famille, ResultatCompetence
from rules.noyau import Rule, Violation

JOUR = dt.date(2026, 3, 12)
UN_JOUR = dt.timedelta(days=1)
VEILLE, LENDEMAIN = JOUR - UN_JOUR, JOUR + UN_JOUR

CQPM = CertificationFacts(
    1, "CQPM 1989 0021", Famille.CQPM, date_creation=dt.date(1989, 1, 1),
    enregistrements_rncp=(Periode(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),), blocs=frozenset({"BDC 0001", "BDC 0002"}),
)
CCPM = CertificationFacts(2, "CCPM 2015 0004", Famille.CCPM)

# Un demandeur d'emploi, en formation, de lui-même : la plus courte inscription sans faute.
INSCRIPTION = InscriptionFacts(
    nom_naissance="Dupont", prenoms="Jeanne", date_naissance=dt.date(1994, 5, 12), ville_naissance="Mulhouse",
    departement_naissance="68", pays_naissance="99100", ne_en_france=True, origine="DE", financement="POEC",
    raison_sociale="", adresse_entreprise="", siret="", code_nace="", nace_connu=False, secteur="", branche="",
    certification=CQPM, certification_demandee="CQPM 1989 0021", blocs=(), centre_id=68, voie="formation",
    prescripteur="candidat", organisme=None, organisme_demande="", date_inscription=JOUR, sexe="F", commune_naissance="68224", aujourd_hui=JOUR,
)
SALARIE = dataclasses.replace(
    INSCRIPTION, origine="SL", financement="PDC", raison_sociale="Fonderies du Rhin",
    adresse_entreprise="12 rue des Forges, 68100 Mulhouse", code_nace="24.51", nace_connu=True, secteur="M",
)

ACQUISE, NON_ACQUISE = ResultatCompetence.ACQUISE, ResultatCompetence.NON_ACQUISE


def avec(faits: Any, **champs: Any) -> Any:
    return dataclasses.replace(faits, **champs)


def habilite(*, centre_id: int = 68, du: dt.date | None = JOUR, au: dt.date | None = JOUR,
             certifications: frozenset[int] | None = None) -> OrganismeFacts:
    return OrganismeFacts(5, "AFPI Alsace", (HabilitationFacts(centre_id, Periode(du, au), certifications),))


def president(**champs: Any) -> SiegeFacts:
    return avec(SiegeFacts(1, "Hélène Martin", Delegation.PATRONALE, president=True, present=True), **champs)


def patronal(identite: int, **champs: Any) -> SiegeFacts:
    return avec(SiegeFacts(identite, f"Patronal {identite}", Delegation.PATRONALE, present=True), **champs)


def syndical(identite: int, **champs: Any) -> SiegeFacts:
    siege = SiegeFacts(identite, f"Syndical {identite}", Delegation.SYNDICALE, syndicat=f"S{identite}", present=True)
    return avec(siege, **champs)


def invite(identite: int, **champs: Any) -> SiegeFacts:
    return avec(SiegeFacts(identite, f"Invité {identite}", Delegation.INVITE, voix=False, present=True), **champs)


def presente(numero: int | None = 1, votes: dict[int, str] | None = None, **champs: Any) -> PresentationFacts:
    exprimes = {1: "A", 2: "A"} if votes is None else votes
    return avec(PresentationFacts(numero, tuple(VoteFacts(s, v) for s, v in exprimes.items())), **champs)


def competence(synthese: ResultatCompetence | None = ACQUISE, retenu: ResultatCompetence | None = ACQUISE,
               code: str = "BDC 0001.1", bloc_id: int | None = None) -> CompetenceFacts:
    return CompetenceFacts(code, synthese, retenu, bloc_id)


# Président, un syndical, un candidat : prêt à ouvrir.
JURY = JuryFacts(JOUR, EtatJury.PREPARATION, (president(), syndical(2)), (presente(),))
OUVERT = avec(JURY, etat=EtatJury.OUVERT)
CANDIDATURE = CandidatureFacts("DUPONT Jeanne", EtatInscription.OUVERTE, JOUR - dt.timedelta(days=15), JOUR)
ATTRIBUTION = AttributionFacts(Decision.ADMIS, pv_signe=True, deja_delivre=False, famille=Famille.CQPM)


def juger(regle: Rule, faits: object) -> tuple[Violation, ...]:
    """Les violations d'une règle, chacune complète : message français, passage, code de la règle."""
    violations = regle(faits)
    for violation in violations:
        assert violation.code == regle.code
        assert violation.gravite is regle.gravite
        assert violation.champ
        assert violation.source == regle.source
        assert len(violation.message) > 15
        assert violation.message[0].isupper() or violation.message[0] == "«"
        assert violation.message.rstrip()[-1] in ".…)", violation.message
        assert str(violation).endswith(f"[{regle.code} · {regle.source}]")
    return violations


def champs(regle: Rule, faits: object) -> list[str]:
    return [v.champ for v in juger(regle, faits)]
