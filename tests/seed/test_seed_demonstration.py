"""La branche de démonstration : complète, marquée, conforme aux règles, dans chaque état, une seule fois."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from imports.inscriptions import importer
from migrations.commande import migrer
from models import (
    Amenagement,
    AvisEntreprise,
    Candidat,
    Centre,
    Certificat,
    Certification,
    CommissionEvaluation,
    DossierEvaluation,
    Entreprise,
    Evaluation,
    Habilitation,
    Inscription,
    Journal,
    Jury,
    Organisme,
    Presentation,
    Siege,
    Utilisateur,
    Vote,
)
from models.base import PARIS
from models.contexte import agir_comme, en_ecriture, systeme
from models.moteur import regler
from rules.collecte import contexte_inscription, jury_facts
from rules.collecte_evaluation import dossiers_facts
from rules.controle import composition, controler_inscriptions, dossier
from rules.inscription import siret_valide
from rules.nomenclatures import (
    Decision,
    EtatHabilitation,
    EtatInscription,
    EtatJury,
    Famille,
    Origine,
    ResultatIndicateur,
    Role,
    Secteur,
    Voie,
)
from rules.noyau import bloquantes
from seed.comptes import DemonstrationRefusee
from seed.demonstration import Demonstration, demonstration
from seed.population import siret

LUNDI = dt.date(2026, 9, 7)
CHOISI = "une phrase de passe donnee"
EXEMPLES = Path(__file__).parents[3] / "shared" / "exemples"


@pytest.fixture(scope="module")
def faite(ouvrir) -> Demonstration:
    with ouvrir() as session:
        return demonstration(session, mots_de_passe={"clerc68": CHOISI}, aujourdhui=LUNDI)


@pytest.fixture
def branche(ouvrir, faite) -> Iterator[Session]:
    with ouvrir() as session:
        yield session


@pytest.fixture
def neuve(tmp_path) -> Iterator[Session]:
    """Une base neuve et une session au nom du système, jetées à la fin."""
    moteur = regler(create_engine(f"sqlite:///{tmp_path / 'neuve.db'}"))
    migrer(moteur)
    with agir_comme(systeme("essais")), en_ecriture(), Session(moteur) as session:
        yield session
    moteur.dispose()


def au_68(session: Session, etat: EtatJury) -> list[Jury]:
    return list(
        session.scalars(
            select(Jury).join(Jury.centre).where(Centre.code == "68", Jury.etat == etat).order_by(Jury.date_jury)
        )
    )


def test_elle_ne_se_fait_qu_une_fois(ouvrir, faite, branche) -> None:
    avant = branche.scalar(select(func.count()).select_from(Journal))
    encore = demonstration(branche, aujourdhui=LUNDI)
    assert not encore.creee
    assert {c.identifiant for c in encore.comptes} == {c.identifiant for c in faite.comptes}
    assert encore.mots_de_passe == {}
    assert branche.scalar(select(func.count()).select_from(Journal)) == avant


def test_tout_est_clairement_marque(branche) -> None:
    centres = branche.scalars(select(Centre)).all()
    assert {c.code for c in centres} >= {"68", "69"}
    assert len(centres) >= 4
    marques = [*centres, *branche.scalars(select(Organisme)).all(), *branche.scalars(select(Utilisateur)).all()]
    assert all("(démonstration)" in m.nom and m.courriel.endswith("@exemple.invalid") for m in marques)
    assert all(m.demonstration for m in marques if not isinstance(m, Utilisateur))
    assert all("(démonstration)" in r for r in branche.scalars(select(Entreprise.raison_sociale)))
    assert all(c.endswith("@exemple.invalid") for c in branche.scalars(select(Candidat.courriel)))
    inventees = branche.scalars(select(Certification).where(Certification.demonstration)).all()
    assert {c.famille for c in inventees} >= {Famille.CCPM, Famille.CQPI, Famille.PPC}
    assert [c.titre for c in inventees if "démonstration" not in c.titre or "démonstration" not in c.source] == []
    assert [d.code for d in next(c for c in centres if c.code == "68").departements] == ["67", "68"]


def test_les_sirets_sont_fictifs_et_valides(branche) -> None:
    sirets = [
        s for modele in (Organisme, Entreprise) for s in branche.scalars(select(modele.siret).where(modele.siret != ""))
    ]
    assert "99000000100018" in sirets
    assert len(set(sirets)) == len(sirets) >= 45
    assert [s for s in sirets if not (s.startswith("99") and siret_valide(s))] == []
    assert siret(7) != siret(8)


def test_aucune_regle_ne_reproche_rien_aux_inscriptions(branche) -> None:
    ids = branche.scalars(select(Inscription.id)).all()
    assert len(ids) > 300
    assert branche.scalar(select(func.count()).select_from(Candidat)) == 300
    # Un titulaire sans sexe connu : ce que l'accrochage demande de compléter.
    assert [v.code for _, v in controler_inscriptions(branche, ids)] == ["ACC-01"]


def test_le_controle_verrait_une_faute(branche) -> None:
    inscription = branche.scalars(
        select(Inscription).where(Inscription.etat == EtatInscription.OUVERTE, Inscription.voie == Voie.VAE)
    ).first()
    inscription.date_inscription = dt.date(2023, 12, 31)
    branche.flush()
    codes = {v.code for _, v in controler_inscriptions(branche, [inscription.id])}
    branche.rollback()
    assert "VAE-01" in codes


def test_les_candidats_sont_varies(branche) -> None:
    departements = set(branche.scalars(select(Candidat.departement_naissance_code)))
    assert departements >= {"2A", "2B", "971", "974", "975", "987", "988"}
    assert branche.scalar(select(func.count(Candidat.pays_naissance_code.distinct()))) >= 15
    assert set(branche.scalars(select(Inscription.voie))) == set(Voie)
    assert set(branche.scalars(select(Inscription.origine))) == set(Origine)
    assert len(set(branche.scalars(select(Inscription.dispositif_financement)))) == 10
    assert set(branche.scalars(select(Entreprise.secteur))) == set(Secteur)
    assert branche.scalar(select(func.count()).where(Inscription.cible != "")) > 0
    partages = branche.execute(
        select(Inscription.candidat_id).group_by(Inscription.candidat_id)
        .having(func.count(Inscription.centre_id.distinct()) > 1)
    ).all()
    assert len(partages) >= 4


def test_chaque_centre_a_un_jury_dans_chaque_etat(branche) -> None:
    par_centre: dict[str, set[EtatJury]] = {}
    for jury in branche.scalars(select(Jury)):
        par_centre.setdefault(jury.centre.code, set()).add(jury.etat)
        faits = jury_facts(branche, jury.id)
        assert bloquantes(composition(faits)) == ()
        passe = jury.date_jury <= LUNDI
        assert passe == (jury.etat in (EtatJury.OUVERT, EtatJury.CLOS)), jury
        assert jury.date_jury.weekday() < 5
    courants = {EtatJury.PREPARATION, EtatJury.OUVERT, EtatJury.CLOS}
    assert all(etats >= courants for etats in par_centre.values())
    assert EtatJury.ANNULE in par_centre["68"]


def test_le_jury_recent_du_68_a_douze_candidats(branche) -> None:
    jury = au_68(branche, EtatJury.CLOS)[-1]
    assert (LUNDI - jury.date_jury).days < 20
    decisions = Counter(p.decision for p in jury.presentations)
    assert decisions == {Decision.ADMIS: 9, Decision.NON_ADMIS: 3}
    motives = [p for p in jury.presentations if p.motif]
    assert [p.decision for p in motives] == [Decision.NON_ADMIS]
    assert [p.voix_pour for p in jury.presentations if p.voix_preponderante] == [3]
    assert all(pv.signe_le is not None and pv.signataire.president for pv in jury.proces_verbaux)
    certificats = Counter(
        branche.scalars(
            select(Certificat.famille).join(Presentation, Presentation.id == Certificat.presentation_id)
            .where(Presentation.jury_id == jury.id, Certificat.bloc_id.is_(None))
        )
    )
    # Six admis au 0021, qui porte I : un CQPM et un CQPI chacun ; trois au 0230.
    assert certificats == {Famille.CQPM: 9, Famille.CQPI: 6}


def test_le_jury_ouvert_attend_des_votes_et_le_suivant_se_prepare(branche) -> None:
    (ouvert,) = au_68(branche, EtatJury.OUVERT)
    votants = sum(1 for s in ouvert.sieges if s.voix and s.present)
    votes = Counter(branche.scalars(select(Vote.presentation_id).where(Vote.jury_id == ouvert.id, Vote.bloc_id.is_(None))))
    assert 0 < sum(votes.values()) < votants * len(ouvert.presentations)
    assert votants in votes.values()
    assert all(c.synthese is not None for p in ouvert.presentations for c in p.competences)
    (prevu,) = au_68(branche, EtatJury.PREPARATION)
    assert prevu.date_jury > LUNDI
    assert prevu.presentations
    assert not any(s.present for s in prevu.sieges)


def test_l_organisme_du_68_est_habilite_pour_tout(branche) -> None:
    organisme = branche.scalars(select(Organisme).where(Organisme.siret == "99000000100018")).one()
    habilitation = branche.scalars(select(Habilitation).where(Habilitation.organisme_id == organisme.id)).one()
    assert (habilitation.centre.code, habilitation.etat, habilitation.du) == (
        "68", EtatHabilitation.ACCORDEE, dt.date(2025, 1, 1)
    )
    assert habilitation.certifications == []
    assert [a.resultat for a in habilitation.appreciations] == [ResultatIndicateur.SATISFAIT] * 12
    assert all(a.preuve for a in habilitation.appreciations)
    etats = set(branche.scalars(select(Habilitation.etat)))
    assert etats >= {EtatHabilitation.INSTRUCTION, EtatHabilitation.REFUSEE, EtatHabilitation.RETIREE}


@pytest.mark.parametrize(("annee", "numero"), [(1989, 21), (2004, 230), (2006, 248)])
def test_les_trois_cqpm_sont_ouverts_et_enregistres(branche, annee, numero) -> None:
    cqpm = branche.scalars(
        select(Certification).where(Certification.annee == annee, Certification.numero == numero)
    ).one()
    (enregistrement,) = cqpm.enregistrements
    assert (enregistrement.du, enregistrement.au) == (dt.date(2024, 1, 1), dt.date(2029, 12, 31))
    assert enregistrement.source == "démonstration : date inventée"
    attendu = f"CQPM {annee} {numero:04d} R" + ("I" if numero == 21 else "")
    assert cqpm.identifiant_le(LUNDI) == attendu
    version, *suivantes = cqpm.versions
    assert len(suivantes) == (numero == 248)
    assert version.missions.startswith("Référentiel de démonstration")
    assert 3 <= len(version.blocs) <= 4
    for place in version.blocs:
        assert place.bloc.numero // 1000 == 9
        assert 2 <= len(place.bloc.competences) <= 4
        assert all(c.criteres_methodes and c.resultats_attendus and c.modalites for c in place.bloc.competences)
    contexte = contexte_inscription(branche.connection(), 1)
    assert contexte.certification(f"CQPM {annee} {numero:04d}").id == cqpm.id
    assert [v.id for v in contexte.versions[cqpm.id]] == [v.id for v in cqpm.versions]


def test_les_evaluations_suivent_l_inscription_et_precedent_le_jury(branche) -> None:
    lignes = branche.execute(
        select(Evaluation.date_evaluation, Inscription.date_inscription, Jury.date_jury)
        .join(Inscription, Inscription.id == Evaluation.inscription_id)
        .outerjoin(Presentation, Presentation.inscription_id == Inscription.id)
        .outerjoin(Jury, Jury.id == Presentation.jury_id)
        .where(Evaluation.acquis_de_id.is_(None))
    ).all()
    assert len(lignes) > 1000
    assert all(inscrit <= evalue < (jury or LUNDI) and evalue <= LUNDI for evalue, inscrit, jury in lignes)


def test_qui_est_presente_a_un_dossier_complet_et_des_evaluations_attendent(branche) -> None:
    presentes = set(branche.scalars(select(Presentation.inscription_id)))
    ids = branche.scalars(select(Inscription.id).where(Inscription.etat != EtatInscription.ANNULEE)).all()
    reproches = {i: bloquantes(dossier(d)) for i, d in dossiers_facts(branche, ids).items()}
    assert [reproches[i] for i in presentes if reproches[i]] == []
    assert {v.code for v in sum(reproches.values(), ())} == {"EVA-03", "EVA-05"}
    assert sum(1 for i in ids if i not in presentes and not reproches[i]) > 20
    assert branche.scalar(select(func.count()).select_from(CommissionEvaluation)) >= 24
    assert branche.scalar(select(func.count()).where(DossierEvaluation.motif_hors_situation != "")) > 0
    assert {a.value for a in branche.scalars(select(AvisEntreprise.sens))} >= {"favorable", "reserve"}
    repris = branche.scalars(select(Evaluation).where(Evaluation.acquis_de_id.is_not(None))).all()
    assert len({e.inscription_id for e in repris}) == 1
    assert len(repris) > 3


def test_un_compte_par_role_et_leurs_sieges(branche, faite) -> None:
    comptes = {c.identifiant: c for c in faite.comptes}
    lus = {u.identifiant: u for u in branche.scalars(select(Utilisateur))}
    assert set(comptes) == set(lus)
    assert {u.role for u in lus.values()} == set(Role)
    assert {i: u.centre.code for i, u in lus.items() if u.centre} == {
        "clerc68": "68", "responsable68": "68", "jure68": "68", "president68": "68", "clerc69": "69",
    }
    (ouvert,) = au_68(branche, EtatJury.OUVERT)
    for identifiant, preside in (("jure68", False), ("president68", True)):
        siege = branche.get(Siege, lus[identifiant].siege_id)
        assert (siege.jury_id, siege.president, siege.voix, siege.present) == (ouvert.id, preside, True, True)


def test_les_mots_de_passe_ouvrent_et_ne_sont_ni_courts_ni_communs(branche, faite) -> None:
    comptes = faite.comptes
    assert all(len(c.mot_de_passe) >= 14 for c in comptes)
    assert len({c.mot_de_passe for c in comptes}) == len(comptes)
    assert faite.mots_de_passe["clerc68"] == CHOISI
    for compte in comptes:
        empreinte = branche.scalar(
            select(Utilisateur.mot_de_passe).where(Utilisateur.identifiant == compte.identifiant)
        )
        assert empreinte.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert PasswordHasher().verify(empreinte, compte.mot_de_passe)
        assert compte.mot_de_passe not in repr(compte)
    apres = branche.scalars(select(Journal.apres).where(Journal.objet == "utilisateur")).all()
    assert {a["mot_de_passe"] for a in apres} == {"…"}


def test_le_journal_dit_tout(branche) -> None:
    for modele in (Candidat, Inscription, Evaluation, Vote, Certificat, Amenagement):
        ecrits = branche.scalar(select(func.count()).select_from(modele))
        journalises = branche.scalar(
            select(func.count()).where(Journal.objet == modele.__tablename__, Journal.action == "création")
        )
        assert ecrits == journalises > 0, modele.__tablename__
    assert branche.scalar(select(func.count()).where(Journal.acteur == "inconnu")) == 0


def test_deux_demonstrations_du_meme_jour_sont_les_memes(neuve, branche) -> None:
    demonstration(neuve, aujourdhui=LUNDI)
    lues = [
        session.execute(
            select(Candidat.cle_identite, Inscription.reference, Inscription.date_inscription, Inscription.etat)
            .join(Inscription, Inscription.candidat_id == Candidat.id).order_by(Inscription.reference)
        ).all()
        for session in (neuve, branche)
    ]
    assert lues[0] == lues[1]


@pytest.mark.parametrize("jour", [dt.date(2026, 2, 28), dt.date(2028, 2, 29), dt.date(2031, 1, 5)])
def test_elle_se_fait_n_importe_quel_jour(neuve, jour) -> None:
    with time_machine.travel(dt.datetime.combine(jour, dt.time(12), tzinfo=PARIS), tick=False):
        assert demonstration(neuve).creee
        ids = neuve.scalars(select(Inscription.id)).all()
        assert [v.code for _, v in controler_inscriptions(neuve, ids)] == ["ACC-01"]


def test_elle_refuse_un_mot_de_passe_ou_un_jour_qui_ne_conviennent_pas(neuve) -> None:
    for mauvais, dit in (({"clerc68": "trop court"}, "14 caractères"), ({"inconnu": CHOISI}, "inconnu")):
        with pytest.raises(DemonstrationRefusee, match=dit):
            demonstration(neuve, mots_de_passe=mauvais)
    with pytest.raises(DemonstrationRefusee, match="horloge"):
        demonstration(neuve, aujourdhui=dt.date(2025, 11, 30))
    assert neuve.scalar(select(func.count()).select_from(Journal)) == 0


@pytest.mark.parametrize(
    "deja_la",
    [
        Centre(code="57", nom="Un vrai centre"),
        Utilisateur(identifiant="admin", nom="Une vraie personne", role=Role.ADMINISTRATEUR, mot_de_passe="x"),
    ],
    ids=["centre", "compte"],
)
def test_elle_n_entre_pas_dans_une_vraie_base(neuve, deja_la) -> None:
    neuve.add(deja_la)
    neuve.flush()
    with pytest.raises(DemonstrationRefusee, match="pas neuve"):
        demonstration(neuve)
    assert neuve.scalar(select(func.count()).select_from(Candidat)) == 0


@pytest.mark.skipif(not EXEMPLES.exists(), reason="fichiers d'exemple absents de ce poste")
def test_les_fichiers_d_exemple_s_y_importent_comme_annonce(branche) -> None:
    centre_id = branche.scalar(select(Centre.id).where(Centre.code == "68"))
    attendus = [
        ("inscriptions_canonique.csv", {}, (40, 0, 0)), ("inscriptions_canonique.csv", {}, (0, 40, 0)),
        ("inscriptions_excel_cp1252.csv", {}, (0, 0, 5)),
        ("inscriptions_excel_cp1252.csv", {"lignes_valides": True}, (20, 0, 5)), ("inscriptions.xlsx", {}, (12, 0, 0)),
    ]
    for fichier, options, comptes in attendus:
        rendu = importer(branche, EXEMPLES / fichier, centre_id, **options)
        assert (rendu.creees, rendu.deja_inscrites, rendu.refusees) == comptes, fichier
        assert rendu.rattachees == 0
    branche.rollback()
