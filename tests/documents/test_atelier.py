"""Les rendus dans des processus : mêmes octets, mêmes refus, un délai qui arrête."""

import threading
import time

import pytest

from documents import declarations
from documents.atelier import Atelier
from documents.erreurs import AtelierOccupe, DelaiDepasse, DocumentInconnu, DonneeManquante


@pytest.fixture(scope="module")
def atelier():
    """Un atelier d'un seul processus."""
    with Atelier(processus=1, attente=0.2) as atelier:
        yield atelier


def test_memes_octets_que_dans_le_processus(atelier, certificat, pv):
    assert atelier.rendre("certificat-cqpm", certificat()) == declarations.rendre("certificat-cqpm", certificat())
    lot = [certificat(), certificat(nom="Durand")]
    assert atelier.rendre_lot("certificat-cqpm", lot) == declarations.rendre_lot("certificat-cqpm", lot)
    assert atelier.rendre("pv", pv(3)) == declarations.rendre("pv", pv(3))


def test_un_refus_revient_tel_quel(atelier, certificat):
    with pytest.raises(DonneeManquante, match="lieu du jury"):
        atelier.rendre("certificat-cqpm", certificat(lieu_jury=""))
    with pytest.raises(DocumentInconnu, match="inconnu"):
        atelier.rendre("inconnu", certificat())


def test_le_delai_arrete_le_rendu_et_l_atelier_continue(atelier, certificat, pv):
    depart = time.monotonic()
    with pytest.raises(DelaiDepasse, match="abandonné"):
        atelier.rendre("pv", pv(1000), delai=0.5)
    assert time.monotonic() - depart < 5
    assert atelier.rendre("certificat-cqpm", certificat()).startswith(b"%PDF")


def test_atelier_occupe(atelier, certificat, pv):
    fil = threading.Thread(target=atelier.rendre, args=("pv", pv(300)))
    fil.start()
    time.sleep(0.1)
    with pytest.raises(AtelierOccupe):
        atelier.rendre("certificat-cqpm", certificat())
    fil.join()
