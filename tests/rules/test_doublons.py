"""Ce qui se ressemble, à la lettre et au jour près ; ce que la base retrouve, et ce qu'elle ne montre pas."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Candidat, CandidatCle
from models.normalisation import cle_identite
from models.rapprochement import cles_de, completer, son
from rules.collecte_doublons import identite, proches
from rules.doublons import distance, ressemblance
from tests import factories as f

LIGNE = {
    "nom_naissance": "de la Lefèvre", "nom_usage": "", "prenoms": "Marie-Zoé", "date_naissance": dt.date(1990, 5, 4),
    "ville_naissance": "Saint-Louis",
}


def ligne(**champs):
    change = LIGNE | champs
    return change | {"cle_identite": cle_identite(*(change[c] for c in ("nom_naissance", "prenoms", "date_naissance", "ville_naissance")))}


@pytest.mark.parametrize(("a", "b", "borne", "attendu"), [
    ("martin", "martin", 1, 0), ("martin", "martn", 1, 1), ("martin", "matrin", 1, 1), ("martin", "martine", 1, 1),
    ("martin", "mratni", 2, 2), ("martin", "marin", 0, 1), ("martin", "durand", 2, 3), ("", "ab", 1, 2), ("ab", "", 2, 2),
])
def test_distance_bornee(a, b, borne, attendu):
    assert distance(a, b, borne) == distance(b, a, borne) == attendu


VOISINES = [
    ({"nom_naissance": "LEFEVRE", "prenoms": "marie zoe", "ville_naissance": "ST LOUIS CEDEX"}, "écrits autrement"),
    ({"ville_naissance": "Mulhouse"}, "ville de naissance différente"),
    ({"nom_naissance": "Lefèvre", "ville_naissance": "Mulhouse"}, "ville de naissance différente"),
    ({"nom_naissance": "Lefèvre-Martin"}, "nom composé écrit en partie"),
    ({"nom_naissance": "Martin", "nom_usage": "Lefèvre", "ville_naissance": "Mulhouse"}, "nom d'usage"),
    ({"nom_naissance": "Martin"}, "même prénom, même date et même ville"),
    ({"nom_naissance": "Marie-Zoé", "prenoms": "Lefèvre"}, "nom et prénoms inversés"),
    ({"nom_naissance": "Lefbvre", "ville_naissance": "Mulhouse"}, "nom à une faute de frappe près"),
    ({"prenoms": "Marie-Zéo", "ville_naissance": "Mulhouse"}, "prénom à une faute de frappe près"),
    ({"prenoms": "Marie", "ville_naissance": "Mulhouse"}, "prénoms donnés en partie"),
    ({"date_naissance": dt.date(1990, 4, 5)}, "jour et mois de naissance inversés"),
    ({"date_naissance": dt.date(1990, 5, 14)}, "date de naissance à un chiffre près"),
    ({"date_naissance": dt.date(1980, 5, 4)}, "date de naissance à un chiffre près"),
]
ETRANGERES = [
    {"nom_naissance": "Martin", "ville_naissance": "Mulhouse"},
    {"nom_naissance": "Martin", "prenoms": "Paul"},
    {"date_naissance": dt.date(1990, 4, 5), "ville_naissance": "Mulhouse"},
    {"date_naissance": dt.date(1990, 6, 15)},
    {"date_naissance": dt.date(1990, 5, 14), "nom_naissance": "Lefbvre"},
    {"nom_naissance": "Lbfbvra", "ville_naissance": "Mulhouse"},
]


@pytest.mark.parametrize(("champs", "motif"), VOISINES, ids=[m for _, m in VOISINES])
def test_une_meme_personne_autrement_ecrite(session: Session, champs, motif):
    """Les règles la reconnaissent dans les deux sens, et les clés de la base la retrouvent."""
    motifs = ressemblance(identite(ligne(**champs)), identite(ligne()))
    assert motif in " ; ".join(motifs or ())
    assert ressemblance(identite(ligne()), identite(ligne(**champs))) is not None
    connue = f.candidat(session, **LIGNE)
    trouvee, = proches(session.connection(), {"x": ligne(**champs)}, None)["x"]
    assert (trouvee.candidat_id, trouvee.motifs) == (connue.id, motifs)


@pytest.mark.parametrize("champs", ETRANGERES)
def test_deux_personnes_ne_se_confondent_pas(session: Session, champs):
    assert ressemblance(identite(ligne(**champs)), identite(ligne())) is None
    f.candidat(session, **LIGNE)
    assert proches(session.connection(), {"x": ligne(**champs)}, None) == {}


def test_la_meme_ecriture_est_la_meme_personne_non_un_doublon(session: Session):
    f.candidat(session, **LIGNE)
    assert proches(session.connection(), {"x": ligne(prenoms="MARIE ZOÉ")}, None) == {}


def test_une_fiche_d_un_autre_centre_est_dite_telle(session: Session):
    ici, ailleurs, visee = f.centre(session), f.centre(session), f.certification(session)
    connue = f.candidat(session, **LIGNE)
    f.inscription(session, ailleurs, visee, connue)
    cherchee = {"x": ligne(nom_naissance="Lefebvre")}
    vues = [proches(session.connection(), cherchee, c.id)["x"][0].du_centre for c in (ici, ailleurs)]
    assert vues == [False, True]
    assert proches(session.connection(), cherchee, ici.id, {connue.id}) == {}


def test_les_cles_suivent_l_etat_civil(session: Session):
    k = CandidatCle.__table__.c
    candidat = f.candidat(session, **LIGNE)

    def posees() -> set[int]:
        return set(session.connection().scalars(select(k.cle).where(k.candidat_id == candidat.id)))

    assert posees() == cles_de(ligne())
    candidat.nom_usage, candidat.date_naissance = "Martin", dt.date(1990, 4, 5)
    session.flush()
    assert posees() == cles_de(ligne(nom_usage="Martin", date_naissance=dt.date(1990, 4, 5)))


def test_completer_pose_les_cles_d_une_base_ancienne(session: Session):
    k = CandidatCle.__table__.c
    candidats = [f.candidat(session) for _ in range(3)]
    session.connection().execute(delete(CandidatCle).where(k.candidat_id != candidats[0].id))
    anciennes = session.query(Candidat).count() - 1
    assert completer(session.connection(), lot=1) == anciennes
    assert completer(session.connection()) == 0
    for candidat in candidats:
        lue = {c: getattr(candidat, c) for c in LIGNE}
        assert set(session.connection().scalars(select(k.cle).where(k.candidat_id == candidat.id))) == cles_de(lue)


@pytest.mark.parametrize(("mots", "entendu"), [
    (("philippe", "filipe", "philip"), "filip"), (("lefebvre", "lefebvres"), "lefebvr"), (("martineau", "martino"), "martino"),
    (("haller", "aller"), "aler"), (("lucas", "lukas"), "luka"),
])
def test_son(mots, entendu):
    assert {son(m) for m in mots} == {entendu}
