"""De la base aux faits : l'ordre du procès-verbal, la famille, un nombre de requêtes constant."""

import contextlib

import pytest
from sqlalchemy import event

from documents import archives, sources
from documents.atelier import Atelier
from models import Candidat, Certificat, Presentation
from rules.nomenclatures import Famille
from tests import factories as f

ADRESSE = "https://certifications.exemple.fr"


@contextlib.contextmanager
def requetes(session):
    """Les instructions SQL émises par le bloc."""
    vues = []

    def noter(_connexion, _curseur, instruction, *_):
        if not instruction.startswith(("SAVEPOINT", "RELEASE")):
            vues.append(instruction)

    session.flush()
    session.expire_all()
    moteur = session.get_bind().engine
    event.listen(moteur, "before_cursor_execute", noter)
    try:
        yield vues
    finally:
        event.remove(moteur, "before_cursor_execute", noter)


@pytest.fixture
def centre(session):
    return f.centre(session, adresse="2 rue de l'Industrie", code_postal="68100", ville="Mulhouse")


@pytest.fixture
def atelier():
    with Atelier(processus=2) as atelier:
        yield atelier


def test_chaque_certificat_au_modele_de_sa_famille(session, centre):
    metallurgie, interbranches = f.certification_et_cqpi(session)
    jury = f.jury_signe(session, centre, metallurgie, candidats=2)
    faits = sources.certificats(session, archives.certificats_du_jury(session, jury.id), ADRESSE)
    assert [(c.famille, c.titre) for c in faits] == [
        ("CQPM", metallurgie.titre), ("CQPI", interbranches.titre),
    ] * 2
    cqpm, cqpi = faits[:2]
    assert (cqpm.nom, cqpm.niveau, cqpm.code_rncp is None) == (cqpi.nom, 3, False)
    assert (cqpi.niveau, cqpi.code_rncp, cqpi.enregistre_rncp_le) == (None, None, None)
    assert cqpi.identifiant.startswith("CQPI ")
    archives.verifier_avant_attribution(session, archives.certificats_du_jury(session, jury.id), ADRESSE)


def test_certificats_dans_l_ordre_du_proces_verbal(session, centre):
    metallurgie, _ = f.certification_et_cqpi(session)
    jury = f.jury_signe(session, centre, metallurgie, candidats=12)
    pv = sources.proces_verbal(session, jury.proces_verbaux[0].id)
    faits = sources.certificats(session, archives.certificats_du_jury(session, jury.id), ADRESSE)
    assert [c.nom for c in faits[::2]] == [ligne.nom_naissance for ligne in pv.lignes]
    assert [c.nom for c in faits[1::2]] == [ligne.nom_naissance for ligne in pv.lignes]
    assert [c.famille for c in faits] == ["CQPM", "CQPI"] * 12


def test_requetes_constantes(session, centre):
    metallurgie, _ = f.certification_et_cqpi(session)
    couts = []
    for candidats in (1, 12):
        jury = f.jury_signe(session, centre, metallurgie, candidats=candidats).id
        with requetes(session) as vues:
            ids = archives.certificats_du_jury(session, jury)
            assert len(sources.certificats(session, ids, ADRESSE)) == 2 * candidats
        couts.append(len(vues))
    assert couts[0] == couts[1]


def test_le_lot_d_un_jury_est_archive_famille_par_famille(session, centre, atelier, relire):
    metallurgie, _ = f.certification_et_cqpi(session)
    jury = f.jury_signe(session, centre, metallurgie, candidats=2)
    lot = archives.lot_de_certificats(session, jury.id, ADRESSE, atelier)
    pages = relire(lot.contenu)
    assert ["PARITAIRE" in p for p in pages] == [True, False, False] * 2
    noms = [d.nom for d in archives.certificats(session, archives.certificats_du_jury(session, jury.id), ADRESSE, atelier)]
    assert [nom.split("_")[0] for nom in noms] == ["certificat-cqpm", "certificat-cqpi"] * 2
    # Ce que la personne devient ensuite ne change plus ce qui a été délivré.
    for candidat in session.query(Candidat).join(Certificat).join(Presentation).filter(Presentation.jury_id == jury.id):
        candidat.prenoms = "Autrement"
    session.flush()
    assert archives.lot_de_certificats(session, jury.id, ADRESSE, atelier).contenu == lot.contenu


def test_certificats_d_un_ccpm(session, centre):
    ccpm = f.certification(session, famille=Famille.CCPM, rncp=False, niveau=None)
    jury = f.jury_signe(session, centre, ccpm, candidats=1)
    (faits,) = sources.certificats(session, archives.certificats_du_jury(session, jury.id), ADRESSE)
    assert (faits.famille, faits.identifiant) == ("CCPM", ccpm.base_identifiant)
