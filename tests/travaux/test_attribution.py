"""Attribuer un jury entier dans un vrai processus qu'on tue : rien de perdu, rien de doublé, rien dit fait qui ne l'est pas."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, undefer

from documents import attribution, sources_jury
from documents.atelier import Atelier
from models import Archive, Certificat, Compteur, Jury, Presentation, ProcesVerbal, Travail
from models.contexte import agir_comme, en_ecriture
from rules import actes
from rules.nomenclatures import Decision, EtatTravail
from tests import factories as f
from tests.conftest import SYSTEME
from travaux import lancer
from travaux.attribution import GENRE

RACINE = Path(__file__).parents[2]
ADRESSE = "https://exemple.fr"
CANDIDATS = 8

_EXECUTANT = """
import sys, time
from sqlalchemy import create_engine
from documents import archives, attribution
from models import journal, perimetre
from models.moteur import regler
from travaux.worker import travailler

perimetre.installer(); journal.installer()
attribution.LOT = 3
if __name__ == "__main__":
    if sys.argv[2] == "avant":
        verifier = archives.verifier_avant_attribution
        def attendre(*args):
            verifier(*args)
            print("numéros pris, rien de validé", flush=True)
            time.sleep(60)
        archives.verifier_avant_attribution = attendre
    travailler(regler(create_engine(sys.argv[1])), {"ADRESSE_PUBLIQUE": "https://exemple.fr"})
"""


@pytest.fixture
def jury_id(ouvrir) -> int:
    """Un jury signé d'admis à un CQPM et au CQPI qui lui répond : deux certificats dus à chacun."""
    with ouvrir() as session:
        metallurgie, _ = f.certification_et_cqpi(session)
        centre = f.centre(session, adresse="1 rue", code_postal="68000")
        jury = f.jury_ouvert(session, centre, metallurgie, candidats=CANDIDATS)
        actes.signer(session, jury, f.president(jury))
        return jury.id


@pytest.fixture
def executant(adresse_base, tmp_path) -> Callable[..., subprocess.Popen[str]]:
    """Démarre un exécutant, dans son propre groupe ; tout ce qui en reste est arrêté à la fin."""
    programme = tmp_path / "executant.py"
    programme.write_text(_EXECUTANT, "utf-8")
    lances: list[subprocess.Popen[str]] = []

    def demarrer(arret: str = "") -> subprocess.Popen[str]:
        lances.append(subprocess.Popen(
            [sys.executable, str(programme), adresse_base.render_as_string(hide_password=False), arret], cwd=RACINE,
            stdout=subprocess.PIPE, text=True, start_new_session=True, env={**os.environ, "PYTHONPATH": str(RACINE)},
        ))
        return lances[-1]

    yield demarrer
    for processus in lances:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(processus.pid, signal.SIGKILL)
        processus.wait()
        processus.stdout.close()


def demander(moteur: Engine, jury_id: int) -> int:
    with agir_comme(SYSTEME), Session(moteur) as session:
        travail = lancer(session, GENRE, {"jury": jury_id}, libelle="Attribution")
        session.commit()
        return travail.id


def conserves(ouvrir) -> int:
    with ouvrir() as session:
        return session.scalar(select(func.count()).select_from(Archive).where(Archive.certificat_id.is_not(None)))


def attendre(condition: Callable[[], bool], secondes: float = 120) -> None:
    fin = time.monotonic() + secondes
    while not condition():
        assert time.monotonic() < fin, "trop long"
        time.sleep(0.05)


def etat(ouvrir, travail_id: int) -> EtatTravail:
    with ouvrir() as session:
        return session.get_one(Travail, travail_id).etat


def verifier(ouvrir, jury_id: int) -> None:
    """Des numéros sans trou depuis 1, dans l'ordre du procès-verbal ; une archive entière pour chacun, la bonne."""
    with ouvrir() as session:
        lus = session.scalars(
            select(Certificat).join(Presentation, Presentation.id == Certificat.presentation_id)
            .where(Presentation.jury_id == jury_id).order_by(Certificat.numero)
        ).all()
        assert [c.numero for c in lus] == [f"MC-{n:07d}" for n in range(1, 2 * CANDIDATS + 1)]
        assert session.get_one(Compteur, "MC").dernier == 2 * CANDIDATS
        assert len({c.code_verification for c in lus}) == len(lus)
        noms = [c.candidat.nom_naissance for c in lus[::2]]
        assert noms == sorted(noms, key=str.casefold)
        archives = session.scalars(
            select(Archive).where(Archive.certificat_id.is_not(None)).options(undefer(Archive.contenu))
        ).all()
        assert sorted(a.certificat_id for a in archives) == sorted(c.id for c in lus)
        numeros = {c.id: c.numero for c in lus}
        for a in archives:
            assert hashlib.sha256(a.contenu).hexdigest() == a.sha256
            assert numeros[a.certificat_id].replace("-", " ") in pypdf.PdfReader(io.BytesIO(a.contenu)).pages[0].extract_text()
        pv = session.scalars(select(ProcesVerbal.id).where(ProcesVerbal.jury_id == jury_id)).all()
        assert session.scalars(select(Archive.proces_verbal_id).where(Archive.proces_verbal_id.in_(pv))).all() == pv


def test_tue_trois_fois_au_hasard_rien_ne_se_perd_ni_ne_se_double(moteur, ouvrir, jury_id, executant):
    hasard = random.Random(20_201_027)
    travail_id = demander(moteur, jury_id)
    for _ in range(3):
        processus, avant = executant(), conserves(ouvrir)
        cible = avant + hasard.randint(1, 4)
        attendre(lambda c=cible: conserves(ouvrir) >= c or etat(ouvrir, travail_id) is EtatTravail.FAIT)
        time.sleep(hasard.random() / 5)
        os.killpg(processus.pid, signal.SIGKILL)
        processus.wait()
        if conserves(ouvrir) < 2 * CANDIDATS:
            assert etat(ouvrir, travail_id) is not EtatTravail.FAIT, "dit fait, et ne l'est pas"
    executant()
    attendre(lambda: etat(ouvrir, travail_id) is EtatTravail.FAIT)
    verifier(ouvrir, jury_id)
    with ouvrir() as session:
        assert session.get_one(Travail, travail_id).resultat == {"certificats": 2 * CANDIDATS, "proces_verbaux": 1, "lettres": CANDIDATS}


def test_tue_les_numeros_pris_et_non_valides_les_rend(moteur, ouvrir, jury_id, executant):
    travail_id = demander(moteur, jury_id)
    processus = executant("avant")
    assert processus.stdout.readline() == "numéros pris, rien de validé\n"
    os.killpg(processus.pid, signal.SIGKILL)
    processus.wait()
    with ouvrir() as session:
        assert session.scalar(select(func.count()).select_from(Certificat)) == 0
        assert session.get(Compteur, "MC") is None
    executant()
    attendre(lambda: etat(ouvrir, travail_id) is EtatTravail.FAIT)
    verifier(ouvrir, jury_id)


def test_deux_centres_attribuent_a_la_fois(moteur, ouvrir):
    """Deux jurys en même temps, et le même deux fois : des numéros sans trou, chacun à un seul."""
    with ouvrir() as session:
        metallurgie, _ = f.certification_et_cqpi(session)
        jurys = []
        for _ in range(3):
            jury = f.jury_ouvert(session, f.centre(session), metallurgie, candidats=5)
            actes.signer(session, jury, f.president(jury))
            jurys.append(jury.id)
    barriere, erreurs = threading.Barrier(6), []

    def attribuer(cle: int) -> None:
        try:
            with agir_comme(SYSTEME), en_ecriture(), Session(moteur) as session:
                barriere.wait()
                actes.attribuer(session, session.get_one(Jury, cle))
                session.commit()
        except Exception as erreur:  # noqa: BLE001
            erreurs.append(erreur)

    fils = [threading.Thread(target=attribuer, args=(cle,)) for cle in jurys * 2]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert erreurs == []
    with ouvrir() as session:
        lus = session.scalars(select(Certificat.numero).order_by(Certificat.numero)).all()
        assert lus == [f"MC-{n:07d}" for n in range(1, 31)]


def test_le_paquet_reunit_tout_sous_son_nom(moteur, ouvrir, jury_id):
    with ouvrir() as session:
        actes.attribuer(session, session.get_one(Jury, jury_id))
    avances: list[tuple[int, int]] = []
    with agir_comme(SYSTEME), Session(moteur) as session, Atelier() as atelier:
        fait = attribution.conserver(session, jury_id, ADRESSE, atelier, lambda fait, total: avances.append((fait, total)))
        lu = attribution.paquet(session, jury_id, f.DATE_JURY, ADRESSE, atelier)
        refait = attribution.paquet(session, jury_id, f.DATE_JURY, ADRESSE, atelier)
    assert (fait.certificats, fait.lettres) == (2 * CANDIDATS, CANDIDATS)
    assert avances[-1] == (3 * CANDIDATS + 1,) * 2
    assert [a for a, _ in avances] == sorted(a for a, _ in avances)
    with zipfile.ZipFile(io.BytesIO(lu.contenu)) as archive:
        noms = archive.namelist()
        assert len(set(noms)) == len(noms)
        tous = pypdf.PdfReader(io.BytesIO(archive.read(f"certificats_jury-{jury_id}.pdf")))
        lettres = pypdf.PdfReader(io.BytesIO(archive.read(f"lettres_jury-{jury_id}.pdf")))
        with zipfile.ZipFile(io.BytesIO(refait.contenu)) as autre:
            assert [autre.read(n) for n in noms if n.startswith("certificats/")] == [
                archive.read(n) for n in noms if n.startswith("certificats/")]
    assert len(tous.pages) == CANDIDATS * 3
    assert len(lettres.pages) == CANDIDATS
    ordre = [p.extract_text() for p in tous.pages]
    assert [f"MC {n:07d}" in ordre[3 * (n // 2)] for n in range(1, 2 * CANDIDATS, 2)] == [True] * CANDIDATS
    assert sum(n.startswith("certificats/certificat-cqpm_MC-") for n in noms) == CANDIDATS
    assert sum(n.startswith("certificats/certificat-cqpi_MC-") for n in noms) == CANDIDATS
    assert sum(n.startswith("lettres/lettre-admission_jury-2026-03-12_") for n in noms) == CANDIDATS
    assert any(n.startswith("pv_PV-") for n in noms)
    assert any(n.startswith("lettre-gtp_") for n in noms)


def test_une_lettre_qui_ne_peut_pas_s_imprimer_arrete_l_attribution_en_le_disant(moteur, ouvrir, jury_id, monkeypatch):
    with ouvrir() as session:
        actes.attribuer(session, session.get_one(Jury, jury_id))
    decisions = sources_jury.decisions
    monkeypatch.setattr(sources_jury, "decisions", lambda *a: [
        type(x)(**{c: getattr(x, c) for c in x.__slots__} | {"president": ""}) for x in decisions(*a)
    ])
    with agir_comme(SYSTEME), Session(moteur) as session, Atelier() as atelier, pytest.raises(Exception, match="président"):
        attribution.conserver(session, jury_id, ADRESSE, atelier)


def test_deux_homonymes_gardent_chacun_leur_lettre(moteur, ouvrir):
    with ouvrir() as session:
        centre, certification = f.centre(session, adresse="1 rue", code_postal="68000"), f.certification(session)
        jury = f.jury_pret(session, centre, certification, candidats=1)
        for ville in ("Colmar", "Mulhouse"):
            i = f.inscription(session, centre, certification, f.candidat(session, nom_naissance="Homonyme", ville_naissance=ville))
            f.evaluer(session, i)
            actes.presenter(session, jury, [i])
        actes.ouvrir(session, jury, jury.date_jury)
        for p in jury.presentations:
            f.voter_tous(session, p, Decision.ADMIS)
        actes.signer(session, jury, f.president(jury))
        actes.attribuer(session, jury)
        cle = jury.id
    with agir_comme(SYSTEME), Session(moteur) as session, Atelier() as atelier:
        lu = attribution.paquet(session, cle, f.DATE_JURY, ADRESSE, atelier)
    with zipfile.ZipFile(io.BytesIO(lu.contenu)) as archive:
        assert len({n for n in archive.namelist() if n.startswith("lettres/")}) == 3
