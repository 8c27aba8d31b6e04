"""Ce qu'un procès-verbal signé a figé ne change plus : ni par l'ORM, ni par du SQL, sur les deux moteurs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import Archive, Certificat, Journal, Jury, Presentation, ProcesVerbal, Siege, Vote, gel
from rules import actes, controle
from rules.nomenclatures import Decision, EtatJury, Famille, NatureArchive, ResultatCompetence
from tests import factories as f


def refuse(code: str, geste: Callable[[], Any], session: Session) -> None:
    """Le geste échoue dans la base, sous ce code, et le refus se traduit en français."""
    with pytest.raises(DBAPIError) as erreur, session.begin_nested():
        geste()
    assert f"{code}:gel_" in str(erreur.value.orig)
    violation = controle.traduire(erreur.value)
    assert violation is not None
    assert violation.code == code
    assert violation.message.endswith(".")
    assert "gel_" not in violation.message


@pytest.fixture
def signe(session: Session) -> Jury:
    certification, _ = f.certification_et_cqpi(session)
    return f.jury_signe(session, f.centre(session), certification)


@pytest.fixture
def ouvert(session: Session) -> Jury:
    return f.jury_ouvert(session, f.centre(session), f.certification(session))


def _sql(session: Session, instruction: str, **valeurs: Any) -> Callable[[], Any]:
    return lambda: session.execute(text(instruction), valeurs)


@pytest.mark.parametrize(
    "instruction",
    [
        "UPDATE vote SET valeur = 'NA' WHERE jury_id = :jury",
        "UPDATE vote SET valeur = valeur WHERE jury_id = :jury",
        "DELETE FROM vote WHERE jury_id = :jury",
        "UPDATE presentation SET decision = 'NA' WHERE jury_id = :jury",
        "UPDATE presentation SET motif = 'après coup' WHERE jury_id = :jury",
        "UPDATE presentation SET numero_anonyme = numero_anonyme + 50 WHERE jury_id = :jury",
        "UPDATE presentation SET proces_verbal_id = NULL WHERE jury_id = :jury",
        "DELETE FROM presentation WHERE jury_id = :jury",
        "UPDATE presentation_competence SET retenu = 'non_acquise' WHERE presentation_id = :presentation",
        "DELETE FROM presentation_competence WHERE presentation_id = :presentation",
        "UPDATE siege SET present = NOT present WHERE jury_id = :jury",
        "UPDATE siege SET voix = NOT voix WHERE jury_id = :jury",
        "DELETE FROM siege WHERE jury_id = :jury",
        "UPDATE proces_verbal SET signe_le = NULL, signataire_id = NULL WHERE jury_id = :jury",
        "UPDATE proces_verbal SET observations = 'après coup' WHERE jury_id = :jury",
        "DELETE FROM proces_verbal WHERE jury_id = :jury",
        "UPDATE jury SET date_jury = '2026-03-13' WHERE id = :jury",
        "UPDATE jury SET lieu = 'Ailleurs' WHERE id = :jury",
        "UPDATE jury SET etat = 'ouvert', clos_le = NULL WHERE id = :jury",
        "UPDATE jury SET etat = 'preparation', clos_le = NULL WHERE id = :jury",
        "DELETE FROM jury WHERE id = :jury",
    ],
)
def test_du_sql_ne_change_pas_un_jury_signe(session, signe, instruction):
    refuse("JUR-13", _sql(session, instruction, jury=signe.id, presentation=signe.presentations[0].id), session)


@pytest.mark.parametrize(
    ("table", "valeurs"),
    [
        ("siege", "jury_id, centre_id, personne_id, 'invite', NULL, false, false, false, true"),
        ("presentation_competence", None),
        ("presentation", None),
    ],
)
def test_du_sql_n_ajoute_rien_a_un_jury_signe(session, signe, table, valeurs):
    ajouts = {
        "siege": "INSERT INTO siege (jury_id, centre_id, personne_id, delegation, travail_temporaire, voix, president, "
                 "present, created_at, updated_at, version) SELECT :jury, centre_id, :personne, 'invite', false, false, "
                 "false, true, created_at, updated_at, 1 FROM siege WHERE jury_id = :jury LIMIT 1",
        "presentation_competence": "INSERT INTO presentation_competence (presentation_id, competence_id, ordre) "
                                   "SELECT :presentation, id, 99 FROM competence LIMIT 1",
        # Sans procès-verbal non plus : c'est le jury qui est clos.
        "presentation": "INSERT INTO presentation (jury_id, centre_id, inscription_id, numero_anonyme, "
                        "voix_preponderante, motif, commentaire, created_at, updated_at, version) SELECT :jury, "
                        "centre_id, :inscription, 99, false, '', '', created_at, updated_at, 1 FROM presentation "
                        "WHERE jury_id = :jury LIMIT 1",
    }
    libre = f.inscription(session, signe.centre, signe.presentations[0].inscription.certification)
    refuse(
        "JUR-13",
        _sql(session, ajouts[table], jury=signe.id, presentation=signe.presentations[0].id, inscription=libre.id,
             personne=f.personne(session, signe.centre).id),
        session,
    )


def test_une_presentation_d_ailleurs_ne_rejoint_pas_un_jury_signe(session, signe):
    autre = f.jury_pret(session, signe.centre, f.certification(session))
    refuse(
        "JUR-13",
        _sql(session, "UPDATE presentation SET jury_id = :signe, numero_anonyme = 99 WHERE jury_id = :autre "
                      "AND numero_anonyme = 1", signe=signe.id, autre=autre.id),
        session,
    )


def _vote(j: Jury) -> Vote:
    return j.presentations[0].votes[0]


@pytest.mark.parametrize(
    "geste",
    [
        lambda s, j: setattr(_vote(j), "valeur", Decision.NON_ADMIS),
        lambda s, j: s.delete(_vote(j)),
        lambda s, j: setattr(j.presentations[0], "decision", Decision.NON_ADMIS),
        lambda s, j: setattr(j.presentations[0], "motif", "après coup"),
        lambda s, j: s.delete(j.presentations[0]),
        lambda s, j: setattr(j.presentations[0].competences[0], "retenu", ResultatCompetence.NON_ACQUISE),
        lambda s, j: setattr(j.sieges[0], "present", False),
        lambda s, j: s.add(Siege(jury=j, centre_id=j.centre_id, personne=f.personne(s, j.centre),
                                 delegation="invite", voix=False)),
        lambda s, j: setattr(j.proces_verbaux[0], "observations", "après coup"),
        lambda s, j: s.delete(j.proces_verbaux[0]),
        lambda s, j: setattr(j, "lieu", "Ailleurs"),
        lambda s, j: setattr(j, "date_jury", dt.date(2026, 3, 13)),
        lambda s, j: setattr(j, "clos_le", None) or setattr(j, "etat", EtatJury.OUVERT),
        lambda s, j: s.delete(j),
    ],
    ids=["vote", "retrait d'un vote", "décision", "motif", "retrait d'une présentation", "compétence retenue", "présence",
         "ajout d'un siège", "procès-verbal", "retrait du procès-verbal", "lieu", "date", "état", "retrait du jury"],
)
def test_l_orm_ne_change_pas_un_jury_signe(session, signe, geste):
    refuse("JUR-13", lambda: (geste(session, signe), session.flush()), session)


def test_l_orm_n_ajoute_pas_de_vote_a_un_jury_signe(session, signe):
    presentation = signe.presentations[0]
    siege = f.siege(session, f.jury(session, signe.centre))
    vote = Vote(jury_id=signe.id, presentation_id=presentation.id, siege_id=siege.id, valeur=Decision.ADMIS)
    refuse("JUR-13", lambda: (session.add(vote), session.flush()), session)


def test_tout_reste_lisible_et_inchange(session, signe):
    session.expire_all()
    assert signe.etat is EtatJury.CLOS
    assert {p.decision for p in signe.presentations} == {Decision.ADMIS}
    assert {v.valeur for p in signe.presentations for v in p.votes} == {Decision.ADMIS}


@pytest.mark.parametrize(
    ("condition", "accepte"),
    [("president", True), ("NOT voix", False), ("NOT present", False)],
)
def test_ne_vote_qu_un_votant_present_d_un_jury_ouvert(session, ouvert, condition, accepte):
    f.siege(session, ouvert, voix=False, delegation="invite")
    f.siege(session, ouvert, present=False)
    nouvelle = ouvert.presentations[0]
    session.execute(text("DELETE FROM vote WHERE jury_id = :j"), {"j": ouvert.id})
    ajout = _sql(
        session,
        "INSERT INTO vote (jury_id, presentation_id, siege_id, valeur, geste, consigne_par, created_at, updated_at, version) "
        f"SELECT jury_id, :p, id, 'A', '', '', created_at, updated_at, 1 FROM siege WHERE jury_id = :j AND {condition}",
        p=nouvelle.id, j=ouvert.id,
    )
    if accepte:
        ajout()
    else:
        refuse("JUR-10", ajout, session)


def test_on_ne_vote_pas_avant_l_ouverture(session):
    pret = f.jury_pret(session, f.centre(session), f.certification(session))
    vote = Vote(jury_id=pret.id, presentation_id=pret.presentations[0].id, siege_id=f.president(pret).id,
                valeur=Decision.ADMIS)
    refuse("JUR-10", lambda: (session.add(vote), session.flush()), session)


SIGNER = "UPDATE proces_verbal SET signe_le = CURRENT_TIMESTAMP, signataire_id = :siege WHERE jury_id = :jury"


def test_on_ne_signe_pas_sans_decision(session, ouvert):
    refuse("JUR-13", _sql(session, SIGNER, siege=f.president(ouvert).id, jury=ouvert.id), session)


def test_seul_le_president_present_signe(session, ouvert):
    session.execute(text("UPDATE presentation SET decision = 'A', voix_pour = 2, voix_contre = 0 WHERE jury_id = :j"),
                    {"j": ouvert.id})
    president = f.president(ouvert)
    autre = next(s for s in ouvert.sieges if not s.president)
    refuse("JUR-13", _sql(session, SIGNER, siege=autre.id, jury=ouvert.id), session)
    session.execute(text("UPDATE siege SET present = false WHERE id = :s"), {"s": president.id})
    refuse("JUR-13", _sql(session, SIGNER, siege=president.id, jury=ouvert.id), session)
    session.execute(text("UPDATE siege SET present = true WHERE id = :s"), {"s": president.id})
    session.execute(text(SIGNER), {"siege": president.id, "jury": ouvert.id})


def test_un_proces_verbal_ne_nait_pas_signe(session, ouvert):
    instruction = (
        "INSERT INTO proces_verbal (jury_id, centre_id, certification_id, reference, signe_le, signataire_id, "
        "rectifie_id, observations, created_at, updated_at, version) SELECT jury_id, centre_id, certification_id, "
        "'NEUF', created_at, :siege, id, '', created_at, updated_at, 1 FROM proces_verbal WHERE jury_id = :jury"
    )
    refuse("JUR-13", _sql(session, instruction, siege=f.president(ouvert).id, jury=ouvert.id), session)


def test_un_jury_ne_se_clot_pas_sans_signature(session, ouvert):
    refuse("JUR-13", _sql(session, "UPDATE jury SET etat = 'clos', clos_le = CURRENT_TIMESTAMP WHERE id = :jury",
                          jury=ouvert.id), session)


def _certificat(presentation: Presentation, **champs: Any) -> Certificat:
    inscription = presentation.inscription
    return Certificat(
        **{"numero": "MC-0999999", "famille": Famille.CCPM, "presentation_id": presentation.id,
           "centre_id": presentation.centre_id, "candidat_id": inscription.candidat_id,
           "certification_id": inscription.certification_id, "date_jury": f.DATE_JURY, "code_verification": "X" * 12}
        | champs
    )


def test_pas_de_certificat_sans_proces_verbal_signe(session, ouvert):
    refuse("ATT-01", lambda: (session.add(_certificat(ouvert.presentations[0])), session.flush()), session)


def test_pas_de_certificat_pour_un_non_admis(session):
    jury = f.jury_pret(session, f.centre(session), f.certification(session))
    actes.ouvrir(session, jury, jury.date_jury)
    for presentation in jury.presentations:
        f.voter_tous(session, presentation, Decision.NON_ADMIS)
        actes.retenir(session, presentation, {}, "pièces irrecevables")
    actes.signer(session, jury, f.president(jury))
    refuse("ATT-01", lambda: (session.add(_certificat(jury.presentations[0])), session.flush()), session)


@pytest.mark.parametrize(
    "instruction", ["UPDATE certificat SET numero = 'MC-0999999'", "UPDATE certificat SET candidat_id = candidat_id",
                    "DELETE FROM certificat"]
)
def test_un_certificat_ne_change_pas(session, signe, instruction):
    refuse("ATT-01", _sql(session, instruction), session)


@pytest.mark.parametrize("instruction", ["UPDATE archive SET sha256 = sha256", "DELETE FROM archive"])
def test_une_archive_ne_change_pas(session, signe, instruction):
    f.archive(session, centre_id=signe.centre_id, proces_verbal_id=signe.proces_verbaux[0].id)
    refuse("ARC-03", _sql(session, instruction), session)


def test_l_orm_ne_change_ni_archive_ni_journal(session, signe):
    archive = f.archive(session, centre_id=signe.centre_id, proces_verbal_id=signe.proces_verbaux[0].id)
    refuse("ARC-03", lambda: (setattr(archive, "taille", 5), session.flush()), session)
    ligne = session.get(Journal, session.query(Journal).first().id)
    refuse("JOURNAL", lambda: (setattr(ligne, "acteur", "un autre"), session.flush()), session)
    refuse("JOURNAL", lambda: (session.delete(ligne), session.flush()), session)


@pytest.mark.parametrize("instruction", ["UPDATE journal SET acteur = 'un autre'", "DELETE FROM journal"])
def test_le_journal_ne_change_pas(session, signe, instruction):
    refuse("JOURNAL", _sql(session, instruction), session)


@pytest.mark.parametrize(
    "instruction",
    ["DELETE FROM compteur", "UPDATE compteur SET dernier = dernier - 1", "UPDATE compteur SET nom = 'AUTRE' WHERE nom = 'MC'"],
)
def test_un_compteur_ne_recule_pas(session, signe, instruction):
    refuse("REF-08", _sql(session, instruction), session)


def test_un_compteur_avance(session, signe):
    session.execute(text("UPDATE compteur SET dernier = dernier + 1 WHERE nom = 'MC'"))


FIGEES = sorted({g.table for g in gel.GELS})


@pytest.mark.parametrize("table", FIGEES)
def test_truncate_est_refuse(session, signe, table):
    if session.get_bind().dialect.name == "sqlite":
        # SQLite n'a pas TRUNCATE ; son équivalent passe par les déclencheurs de retrait, essayés plus haut.
        assert session.scalar(text("SELECT sqlite_version()"))
        return
    code = next(g.code for g in gel.GELS if g.table == table)
    refuse(code, _sql(session, f"TRUNCATE {table} CASCADE"), session)


@pytest.mark.parametrize(("table", "code"), [("journal", "JOURNAL"), ("vote", "JUR-13"), ("compteur", "REF-08"),
                                             ("certificat", "ATT-01")])
def test_remplacer_une_ligne_est_refuse(session, signe, table, code):
    """`INSERT OR REPLACE` ôte une ligne sans DELETE : SQLite n'y voit les déclencheurs que si on le lui demande."""
    if session.get_bind().dialect.name == "postgresql":
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(f"INSERT INTO {table} SELECT * FROM {table}"))
        return
    refuse(code, _sql(session, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"), session)


def test_les_codes_des_declencheurs_se_traduisent():
    assert {g.code for g in gel.GELS} == {cle for cle in controle._DECLENCHEURS if ":" not in cle}
    assert {cle for cle in controle._DECLENCHEURS if ":" in cle} <= {f"{g.code}:{g.nom}" for g in gel.GELS}
    assert len({g.nom for g in gel.GELS}) == len(gel.GELS)


def test_archive_et_proces_verbal_se_tiennent(session, signe):
    archive = f.archive(session, centre_id=signe.centre_id, proces_verbal_id=signe.proces_verbaux[0].id)
    session.expire_all()
    assert session.get(Archive, archive.id).nature is NatureArchive.PROCES_VERBAL
    assert session.get(ProcesVerbal, archive.proces_verbal_id).signe_le is not None
