"""L'import par tranches : personne n'attend longtemps, rien en double, ce qui est interrompu se finit (décision 024)."""

from __future__ import annotations

import itertools
import json
import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, func, select, update
from sqlalchemy.orm import Session

import imports.moteur as moteur_d_import
from bench.fichier import fabriquer
from imports.inscriptions import importer
from imports.reserve import Reserve, Vues
from models import Candidat, Certification, Entreprise, Importation, Inscription, Journal, LigneRejetee
from models.contexte import agir_comme, en_ecriture, systeme
from rules.nomenclatures import EtatImportation
from tests import factories
from tests.imports.test_inscriptions import ecrire, ligne

LIGNES = 60


@pytest.fixture
def lieu(moteur: Engine, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """Un centre, une certification, et de toutes petites tranches."""
    monkeypatch.setattr(moteur_d_import, "LOT", 10)
    monkeypatch.setattr(moteur_d_import, "_LOTS_PAR_TRANCHE", 2)
    with agir_comme(systeme("essais")), en_ecriture(), Session(moteur) as session, session.begin():
        return factories.centre(session, code="68").id, factories.certification(session).base_identifiant


def _fichier(dossier: Path, identifiant: str, *fautives: int) -> Path:
    return ecrire(dossier, [
        ligne(identifiant, nom_naissance="Durand", prenoms=f"{'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}", reference=f"R{n}",
              **({"siret": "99000001100018"} if n in fautives else {}))
        for n in range(LIGNES)
    ])


def _combien(moteur: Engine) -> tuple[int, ...]:
    with agir_comme(systeme("essais")), Session(moteur) as session:
        return tuple(session.scalar(select(func.count()).select_from(m)) or 0 for m in (Candidat, Entreprise, Inscription))


def test_par_tranches_comme_d_une_traite(moteur: Engine, lieu: tuple[int, str], tmp_path: Path) -> None:
    centre_id, identifiant = lieu
    fichier = _fichier(tmp_path, identifiant, 7)
    with agir_comme(systeme("essais")), en_ecriture(), Session(moteur) as session:
        annonce = importer(session, fichier, centre_id, simuler=True, garder=False, par_tranches=True)
        rendu = importer(session, fichier, centre_id, lignes_valides=True, par_tranches=True)
        session.commit()
        assert (annonce.creees, annonce.refusees) == (rendu.creees, rendu.refusees) == (LIGNES - 1, 1)
        assert session.get(Importation, rendu.importation).etat is EtatImportation.FAITE  # type: ignore[union-attr]
        assert session.scalar(select(func.count()).select_from(LigneRejetee)) == 1
    assert _combien(moteur) == (LIGNES - 1, 1, LIGNES - 1)


def test_tout_ou_rien_par_tranches(moteur: Engine, lieu: tuple[int, str], tmp_path: Path) -> None:
    centre_id, identifiant = lieu
    with agir_comme(systeme("essais")), en_ecriture(), Session(moteur) as session:
        rendu = importer(session, _fichier(tmp_path, identifiant, LIGNES - 1), centre_id, par_tranches=True)
        session.commit()
        assert (rendu.creees, rendu.refusees, rendu.ecrit) == (0, 1, False)
        assert session.get(Importation, rendu.importation).etat is EtatImportation.REFUSEE  # type: ignore[union-attr]
    assert _combien(moteur) == (0, 0, 0)


def test_interrompu_puis_fini(moteur: Engine, lieu: tuple[int, str], tmp_path: Path) -> None:
    """Arrêté en pleine écriture : l'import se montre en cours ; le même fichier le finit, sans rien doubler."""
    centre_id, identifiant = lieu
    fichier = _fichier(tmp_path, identifiant)

    def arreter(fait: int, _total: int) -> None:
        if fait > LIGNES:
            raise KeyboardInterrupt

    with agir_comme(systeme("essais")), en_ecriture(), Session(moteur) as session:
        with pytest.raises(KeyboardInterrupt):
            importer(session, fichier, centre_id, avancer=arreter, par_tranches=True)
        session.rollback()
        interrompu = session.scalars(select(Importation)).one_or_none()
        if moteur.dialect.name == "postgresql":
            assert interrompu is None
        else:
            assert interrompu is not None
            assert (interrompu.etat, interrompu.creees) == (EtatImportation.EN_COURS, 20)
        rendu = importer(session, fichier, centre_id, par_tranches=True)
        session.commit()
        assert (rendu.creees, rendu.deja_inscrites, rendu.refusees) == (LIGNES, 0, 0)
        importation = session.scalars(select(Importation)).one()
        assert (importation.etat, importation.creees) == (EtatImportation.FAITE, LIGNES)
        lignes = list(session.scalars(select(Inscription.importation_ligne).order_by(Inscription.importation_ligne)))
        assert lignes == list(range(2, LIGNES + 2))
    assert _combien(moteur) == (LIGNES, 1, LIGNES)


def test_inscrit_ailleurs_entre_le_jugement_et_l_ecriture(moteur: Engine, lieu: tuple[int, str], tmp_path: Path) -> None:
    """Ce que la base, changée depuis, ne permet plus est refusé et dit ; le rejet porte la ligne telle que venue."""
    centre_id, identifiant = lieu
    fichier = _fichier(tmp_path, identifiant)
    with agir_comme(systeme("essais")), en_ecriture(), Session(moteur) as session, session.begin():
        ailleurs = factories.centre(session, code="98").id
    with agir_comme(systeme("essais")), en_ecriture(), Session(moteur) as session:
        def inscrire_ailleurs(fait: int, _total: int) -> None:
            if fait == LIGNES:
                session.rollback()
                with Session(moteur) as autre, autre.begin():
                    importer(autre, ecrire(tmp_path, [ligne(identifiant, nom_naissance="Durand", prenoms="ac")], "autre.csv"), ailleurs)

        rendu = importer(session, fichier, centre_id, avancer=inscrire_ailleurs, par_tranches=True) if moteur.dialect.name == "sqlite" else None
        session.commit()
    if rendu is None:
        return
    assert (rendu.creees, rendu.refusees, rendu.ecrit) == (LIGNES - 1, 1, True)
    ((cellules, (erreur,)),) = rendu.rejets
    assert (erreur["ligne"], erreur["code"], "ac" in cellules) == (4, "INS-03", True)
    assert _combien(moteur) == (LIGNES, 2, LIGNES)


def test_les_autres_n_attendent_pas(moteur: Engine, lieu: tuple[int, str], tmp_path: Path) -> None:
    """Pendant qu'un fichier se juge, un autre écrit ; pendant qu'il s'écrit, il passe entre deux tranches."""
    centre_id, identifiant = lieu
    if moteur.dialect.name != "sqlite":
        return
    fichier = _fichier(tmp_path, identifiant)
    fait, ecrits = threading.Event(), []

    def ecrire_a_cote() -> None:
        base = sqlite3.connect(str(moteur.url.database), timeout=10, isolation_level=None)
        while not fait.is_set():
            base.execute("UPDATE centre SET version = version + 1")
            ecrits.append(time.perf_counter())
            time.sleep(0.01)
        base.close()

    autre = threading.Thread(target=ecrire_a_cote)
    autre.start()
    try:
        with agir_comme(systeme("essais")), en_ecriture(), Session(moteur) as session:
            importer(session, fichier, centre_id, par_tranches=True, avancer=lambda _fait, _total: time.sleep(0.02))
            session.commit()
    finally:
        fait.set()
        autre.join()
    assert len(ecrits) > 5
    assert max(b - a for a, b in itertools.pairwise(ecrits)) < 1.0
    assert _combien(moteur)[2] == LIGNES


def test_le_journal_est_celui_d_une_saisie(moteur: Engine, lieu: tuple[int, str], tmp_path: Path) -> None:
    """Mêmes entrées que l'ORM en écrirait : qui, quelle fiche, quel fichier, quelle ligne, quelles valeurs."""
    centre_id, identifiant = lieu
    with agir_comme(systeme("essais")), en_ecriture(), Session(moteur) as session:
        rendu = importer(session, _fichier(tmp_path, identifiant), centre_id, lignes_valides=True)
        for modele, nombre in ((Candidat, LIGNES), (Entreprise, 1), (Inscription, LIGNES)):
            entrees = session.scalars(select(Journal).where(Journal.objet == modele.__tablename__, Journal.importation_id == rendu.importation)).all()
            assert len(entrees) == nombre
            premiere = min(entrees, key=lambda e: e.importation_ligne or 0)
            fiche = session.get(modele, premiere.objet_id)
            assert (premiere.action, premiere.acteur, premiere.importation_ligne, premiere.centre_id) == ("création", "essais", 2, centre_id)
            session.execute(update(Importation).values(message="x"))
            attendu = {
                c.key: v.isoformat() if hasattr(v := getattr(fiche, c.key), "isoformat") else v
                for c in modele.__mapper__.column_attrs if c.key in (premiere.apres or {})
            }
            assert json.loads(json.dumps(attendu)) == {k: v for k, v in (premiere.apres or {}).items() if k != "importation_ligne"} | (
                {"importation_ligne": 2} if modele is Inscription else {})
        session.rollback()


def test_les_requetes_ne_suivent_pas_les_lignes(moteur: Engine, lieu: tuple[int, str], tmp_path: Path) -> None:
    centre_id, identifiant = lieu
    vues: list[str] = []
    event.listen(moteur, "before_cursor_execute", lambda _c, _k, requete, *_: vues.append(requete))
    moteur_d_import.LOT = 1_000
    with agir_comme(systeme("essais")), en_ecriture(), Session(moteur) as session:
        importer(session, _fichier(tmp_path, identifiant), centre_id)
        session.rollback()
    assert len(vues) < 60


def test_reserve_et_vues() -> None:
    reserve: Reserve[tuple[int, str]] = Reserve(3)
    for n in range(10):
        reserve.append((n, "é" * n))
    assert len(reserve) == 10
    assert list(reserve) == list(reserve) == [(n, "é" * n) for n in range(10)]
    vues = Vues()
    assert vues.deja(["a", "b"]) == set()
    assert vues.deja(["b", "c", "a"]) == {"a", "b"}
    vues.nommer({"x": ["1"]})
    vues.nommer({"x": ["2"], "y": ["3"]})
    assert vues.sens(["x", "y", "z"]) == {"x": ["1"], "y": ["3"]}


def test_le_fichier_de_mesure_est_jugeable(moteur: Engine, tmp_path: Path) -> None:
    """Le fichier du banc : 2 % de lignes fausses, des personnes qui reviennent, et rien que les règles ne connaissent."""
    fabriquer(tmp_path / "f.csv", 300)
    with agir_comme(systeme("essais")), Session(moteur) as session:
        centre_id = factories.centre(session, code="68").id
        assert session.scalar(select(func.count()).select_from(Certification)) is not None
        rendu = importer(session, tmp_path / "f.csv", centre_id, simuler=True, garder=False)
        session.rollback()
    assert rendu.lignes == 300
    assert rendu.refus is None
