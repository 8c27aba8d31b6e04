"""L'import des évaluations, sur les deux moteurs : tout ou rien, rejets, idempotence, aller-retour."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from imports.compte_rendu import CompteRendu, fichier_des_rejets
from imports.evaluations import EVALUATIONS, exporter, importer
from models import Centre, Certification, Evaluation, Importation, Inscription, LigneRejetee, ModaliteEvaluation
from rules.collecte_evaluation import dossiers_facts
from rules.nomenclatures import EtatInscription, ResultatCompetence
from tests import factories as f
from tests.rules.test_collecte import requetes

ENTETES = [c.nom for c in EVALUATIONS]


@pytest.fixture
def centre(session: Session) -> Centre:
    return f.centre(session)


@pytest.fixture
def certification(session: Session) -> Certification:
    return f.certification(session)


@pytest.fixture
def inscription(session: Session, centre: Centre, certification: Certification) -> Inscription:
    return f.inscription(session, centre, certification, f.candidat(session, nom_naissance="Durand"), reference="REF-1")


def codes_des_competences(session: Session, inscription: Inscription) -> list[str]:
    return [c.code for c in dossiers_facts(session, [inscription.id])[inscription.id].competences]


def ecrire(dossier: Path, lignes: list[dict[str, str]]) -> Path:
    chemin = dossier / "evaluations.csv"
    with chemin.open("w", encoding="utf-8", newline="") as sortie:
        ecrivain = csv.DictWriter(sortie, ENTETES, delimiter=";", restval="")
        ecrivain.writeheader()
        ecrivain.writerows(lignes)
    return chemin


def ligne(code: str, **champs: str) -> dict[str, str]:
    return {
        "reference": "REF-1", "competence": code, "modalite": "Présentation de projets",
        "resultat": "A",
    } | champs


def notees(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Evaluation)) or 0


def codes(rendu: CompteRendu) -> list[tuple[int, str, str]]:
    return [(e.ligne, e.colonne, e.code) for e in rendu.erreurs]


def test_un_fichier_entier(session, centre, inscription, tmp_path) -> None:
    commission = f.commission(session, centre)
    un, deux, trois, quatre = codes_des_competences(session, inscription)
    fichier = ecrire(tmp_path, [
        ligne(un, commission=commission.reference, date_evaluation="20/01/2026", appreciation="Très bien"),
        ligne(deux.lower().replace(" ", ""), commission=commission.reference.lower(), resultat="Non acquise"),
        ligne(trois, commission="15/01/2026", resultat="acquise", modalite="projet"),
        ligne(quatre, commission="2026-01-15", resultat="NA"),
    ])
    rendu = importer(session, fichier, centre.id)
    assert (rendu.lignes, rendu.creees, rendu.refusees, rendu.ecrit, codes(rendu)) == (4, 4, 0, True, [])
    dossier = dossiers_facts(session, [inscription.id])[inscription.id]
    assert [dossier.evaluations[c.id].resultat for c in dossier.competences] == [
        ResultatCompetence.ACQUISE, ResultatCompetence.NON_ACQUISE, ResultatCompetence.ACQUISE,
        ResultatCompetence.NON_ACQUISE,
    ]
    premiere = dossier.evaluations[dossier.competences[0].id]
    assert (premiere.date_evaluation, premiere.appreciation) == (dt.date(2026, 1, 20), "Très bien")
    # Sans date, celle de la commission.
    assert dossier.evaluations[dossier.competences[1].id].date_evaluation == f.DATE_INSCRIPTION
    assert set(session.scalars(select(Evaluation.importation_ligne))) == {2, 3, 4, 5}
    importation = session.scalars(select(Importation)).one()
    assert (importation.nature, importation.creees) == ("evaluations", 4)
    # Le même fichier : rien n'est doublé, rien n'est réécrit.
    versions = session.scalars(select(Evaluation.version)).all()
    rendu = importer(session, fichier, centre.id)
    assert (rendu.creees, rendu.deja_inscrites, rendu.refusees) == (0, 4, 0)
    assert session.scalars(select(Evaluation.version)).all() == versions


def test_simuler_n_ecrit_rien(session, centre, inscription, tmp_path) -> None:
    commission = f.commission(session, centre)
    fichier = ecrire(tmp_path, [ligne(codes_des_competences(session, inscription)[0], commission=commission.reference)])
    rendu = importer(session, fichier, centre.id, simuler=True, garder=False)
    assert (rendu.creees, rendu.ecrit) == (1, False)
    assert notees(session) == 0


@pytest.mark.parametrize(
    ("champs", "colonne", "code"),
    [
        ({"competence": "BDC 9999.1"}, "competence", "EVA-01"),
        ({"modalite": "orale"}, "modalite", "EVA-01"),
        ({"modalite": "au jugé"}, "modalite", "EVA-01"),
        ({"modalite": ""}, "modalite", "EVA-01"),
        ({"commission": ""}, "commission", "EVA-02"),
        ({"commission": "CE inconnue"}, "commission", "EVA-02"),
        ({"commission": "seule"}, "commission", "EVA-02"),
        ({"date_evaluation": "14/01/2026"}, "date_evaluation", "INS-04"),
        ({"date_evaluation": "14/01/2999"}, "date_evaluation", "EVA-05"),
        ({"date_evaluation": "32/01/2026"}, "date_evaluation", "L_DATE"),
        ({"resultat": "peut-être"}, "resultat", "L_RESULTAT"),
        ({"resultat": ""}, "resultat", "L_VIDE"),
        ({"reference": "REF-9"}, "reference", "EVA-01"),
        ({"reference": "", "nom_naissance": "Dupont"}, "reference", "EVA-01"),
        ({"certification": "CQPM 1900 0001"}, "certification", "EVA-01"),
    ],
)
def test_une_ligne_fausse_dit_pourquoi(session, centre, inscription, tmp_path, champs, colonne, code) -> None:
    session.add(ModaliteEvaluation(code="orale", libelle="Épreuve orale", situation_reelle=False))
    bonne = f.commission(session, centre)
    seule = f.commission(session, centre, reference="seule", date_commission=dt.date(2026, 2, 1))
    seule.evaluateurs.pop()
    session.flush()
    un, deux = codes_des_competences(session, inscription)[:2]
    fichier = ecrire(tmp_path, [
        ligne(un, commission=bonne.reference), ligne(deux, **({"commission": bonne.reference} | champs)),
    ])
    rendu = importer(session, fichier, centre.id)
    assert (3, colonne, code) in codes(rendu), codes(rendu)
    assert (rendu.refusees, rendu.ecrit, rendu.code_sortie) == (1, False, 1)
    assert notees(session) == 0
    # Les lignes valides, les autres dans les rejets, qui se réimportent corrigés.
    rendu = importer(session, fichier, centre.id, lignes_valides=True)
    assert (rendu.creees, rendu.refusees, notees(session)) == (1, 1, 1)
    assert all(e.passage for e in rendu.erreurs if not e.code.startswith("L_"))
    rejets = "".join(fichier_des_rejets(rendu.entetes, rendu.rejets))
    assert rejets.count("\r\n") == 2
    assert code in rejets
    assert session.scalars(select(LigneRejetee.ligne).where(LigneRejetee.importation_id == rendu.importation)).all() == [3]


def test_par_identite_et_certification(session, centre, certification, tmp_path) -> None:
    qui = f.candidat(session, nom_naissance="Lefèvre", prenoms="Zoé")
    autre = f.certification(session)
    visee = f.inscription(session, centre, certification, qui)
    f.inscription(session, centre, autre, qui)
    f.inscription(session, centre, certification, qui, etat=EtatInscription.ANNULEE)
    commission = f.commission(session, centre)
    identite = {
        "reference": "", "nom_naissance": "LEFEVRE", "prenoms": "zoe", "date_naissance": "12/05/1994",
        "ville_naissance": "Mulhouse", "commission": commission.reference,
    }
    un = codes_des_competences(session, visee)[0]
    rendu = importer(session, ecrire(tmp_path, [ligne(un, **identite)]), centre.id)
    assert codes(rendu) == [(2, "nom_naissance", "EVA-01")]
    precise = identite | {"certification": certification.enregistrements[0].code}
    rendu = importer(session, ecrire(tmp_path, [ligne(un, **precise)]), centre.id)
    assert (rendu.creees, codes(rendu)) == (1, [])
    assert dossiers_facts(session, [visee.id])[visee.id].evaluees == 1


def test_la_meme_competence_deux_fois_dans_le_fichier(session, centre, inscription, tmp_path) -> None:
    commission = f.commission(session, centre)
    un = codes_des_competences(session, inscription)[0]
    rendu = importer(session, ecrire(tmp_path, [
        ligne(un, commission=commission.reference), ligne(un, commission=commission.reference, resultat="N"),
    ]), centre.id)
    assert codes(rendu) == [(3, "competence", "EVA-05")]


def test_l_inscription_d_un_autre_centre_ou_close_ne_se_note_pas(session, centre, certification, tmp_path) -> None:
    f.inscription(session, f.centre(session), certification, reference="REF-1")
    f.inscription(session, centre, certification, reference="REF-2", etat=EtatInscription.ANNULEE)
    commission = f.commission(session, centre)
    rendu = importer(session, ecrire(tmp_path, [
        ligne("BDC 1.1", commission=commission.reference), ligne("BDC 1.1", reference="REF-2"),
    ]), centre.id)
    assert codes(rendu) == [(2, "reference", "EVA-01"), (3, "reference", "JUR-13")]


def test_ce_qui_s_exporte_se_reimporte(session, centre, inscription, tmp_path) -> None:
    commission = f.commission(session, centre)
    fichier = ecrire(tmp_path, [
        ligne(c, commission=commission.reference, appreciation="=à revoir") for c in codes_des_competences(session, inscription)
    ])
    importer(session, fichier, centre.id)
    sortie = tmp_path / "export.csv"
    with sortie.open("w", encoding="utf-8", newline="") as flux:
        csv.writer(flux, delimiter=";").writerows(exporter(session, centre.id))
    texte = sortie.read_text("utf-8")
    assert texte.splitlines()[0] == ";".join(ENTETES)
    assert ";'=à revoir" in texte
    rendu = importer(session, sortie, centre.id)
    assert (rendu.lignes, rendu.deja_inscrites, rendu.creees, codes(rendu)) == (4, 4, 0, [])


def test_le_nombre_de_requetes_ne_suit_pas_celui_des_lignes(session, centre, certification, tmp_path) -> None:
    commission = f.commission(session, centre)
    couts = []
    for nombre in (1, 12):
        lignes = []
        for rang in range(nombre):
            i = f.inscription(session, centre, certification, reference=f"N{nombre}-{rang}")
            lignes += [
                ligne(c, reference=i.reference, commission=commission.reference)
                for c in codes_des_competences(session, i)
            ]
        fichier = ecrire(tmp_path, lignes)
        with requetes(session) as lues:
            rendu = importer(session, fichier, centre.id, simuler=True, garder=False)
        assert (rendu.creees, rendu.refusees) == (4 * nombre, 0)
        couts.append(len(lues))
    assert couts[0] == couts[1]
