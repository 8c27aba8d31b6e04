"""L'open data de France compétences : vraies fiches, fichiers hostiles, mémoire plate."""

from __future__ import annotations

import datetime as dt
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from imports.fichier import LIMITES, FichierRefuse
from imports.francecompetences import lire_fiches
from rules.actes_enregistrement import titre_compare

DONNEES = Path(__file__).parents[3] / "shared" / "donnees" / "rncp"
TETE = '<?xml version="1.0" encoding="UTF-8"?><FICHES><VERSION_FLUX>4.1</VERSION_FLUX>'
FICHE = (
    "<FICHE><NUMERO_FICHE>RNCP{code}</NUMERO_FICHE><INTITULE>CQP Soudeur(euse) industriel</INTITULE>"
    "<NOMENCLATURE_EUROPE><NIVEAU>NIV3</NIVEAU></NOMENCLATURE_EUROPE>"
    "<CERTIFICATEURS><CERTIFICATEUR><SIRET_CERTIFICATEUR>78471719100018</SIRET_CERTIFICATEUR></CERTIFICATEUR></CERTIFICATEURS>"
    "<BLOCS_COMPETENCES><BLOC_COMPETENCES><CODE>RNCP{code}BC01</CODE><LIBELLE>Souder</LIBELLE></BLOC_COMPETENCES></BLOCS_COMPETENCES>"
    "<DATE_DECISION>01/02/2023</DATE_DECISION><DATE_FIN_ENREGISTREMENT>31/12/2026</DATE_FIN_ENREGISTREMENT>"
    "<DATE_LIMITE_DELIVRANCE>30/06/2027</DATE_LIMITE_DELIVRANCE><ACTIF>Oui</ACTIF></FICHE>"
)


def toutes(_fiche):
    return True


def ecrit(tmp_path: Path, contenu: str | bytes, nom: str = "fiches.xml") -> Path:
    chemin = tmp_path / nom
    chemin.write_bytes(contenu.encode() if isinstance(contenu, str) else contenu)
    return chemin


def code_du_refus(chemin: Path, **reglages) -> str:
    with pytest.raises(FichierRefuse) as refus:
        lire_fiches(chemin, toutes, **reglages)
    assert refus.value.message
    return refus.value.code


@pytest.mark.skipif(not DONNEES.exists(), reason="échantillons de France compétences absents")
def test_les_vraies_fiches_du_rncp_et_du_rs():
    rncp = lire_fiches(DONNEES / "export_fiches_RNCP_fixture.xml", toutes)
    assert rncp.lues == len(rncp.fiches) == 12
    une = next(f for f in rncp.fiches if f.code == "RNCP40344")
    assert (une.au, une.derniere_delivrance, une.niveau, une.anciennes) == (
        dt.date(2028, 3, 28), dt.date(2032, 3, 28), 4, ("RNCP37507",)
    )
    assert all(code.startswith(f.code + "BC") for f in rncp.fiches for code, _ in f.blocs)
    rs = lire_fiches(DONNEES / "export_fiches_RS_fixture.xml", toutes)
    assert rs.lues == 8
    amiante = next(f for f in rs.fiches if f.code == "RS6232")
    assert (amiante.active, amiante.du, amiante.derniere_delivrance) == (False, dt.date(2023, 1, 25), dt.date(2026, 7, 25))


def test_une_fiche_lue(tmp_path):
    lecture = lire_fiches(ecrit(tmp_path, TETE + FICHE.format(code=34172) + "</FICHES>"), toutes)
    fiche = lecture.fiches[0]
    assert (fiche.code, fiche.niveau, fiche.active) == ("RNCP34172", 3, True)
    assert (fiche.du, fiche.au, fiche.derniere_delivrance) == (dt.date(2023, 2, 1), dt.date(2026, 12, 31), dt.date(2027, 6, 30))
    assert fiche.blocs == (("RNCP34172BC01", "Souder"),)
    assert titre_compare(fiche.intitule) == titre_compare("Soudeur industriel")


@pytest.mark.parametrize(("contenu", "code"), [
    ("", "F_TRONQUE"),
    (TETE + FICHE.format(code=1)[:-30], "F_TRONQUE"),
    (TETE, "F_TRONQUE"),
    (TETE + "</FICHES>", "F_SANS_LIGNE"),
    ("<FICHES><FICHE></FICHE></FICHES>", "F_XML_VERSION"),
    ("<FICHES><VERSION_FLUX>3.0</VERSION_FLUX><FICHE/></FICHES>", "F_XML_VERSION"),
    ("<html><body/></html>", "F_XML_FORMAT"),
    ("numero;intitule\n1;2\n", "F_XML"),
    (TETE + "<FICHE></FICHES>", "F_XML"),
    ('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + TETE[38:] + "</FICHES>", "F_XML_DTD"),
    ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><FICHES/>', "F_XML_DTD"),
    (TETE + "<FICHE>" * 40, "F_XML_PROFONDEUR"),
    (TETE + '<FICHE a="' + "x" * 6_000_000 + '"/></FICHES>', "F_XML_JETON"),
    ('<?xml version="1.0" encoding="klingon"?><FICHES/>', "F_ENCODAGE"),
    (TETE.encode() + b"<FICHE><INTITULE>\xff\xfe</INTITULE></FICHE></FICHES>", "F_XML"),
    (TETE + "&inconnue;</FICHES>", "F_XML"),
])
def test_hostile_ou_abime_refuse_par_son_code(tmp_path, contenu, code):
    assert code_du_refus(ecrit(tmp_path, contenu)) == code


def test_trop_gros_trop_de_fiches(tmp_path, monkeypatch):
    chemin = ecrit(tmp_path, TETE + "".join(FICHE.format(code=n) for n in range(1, 400)) + "</FICHES>")
    assert code_du_refus(chemin, limites=replace(LIMITES, deplie=100_000)) == "F_TAILLE"
    monkeypatch.setattr("imports.francecompetences._RETENUES", 10)
    assert code_du_refus(chemin) == "F_XML_FICHES"


def test_archives(tmp_path):
    contenu = TETE + FICHE.format(code=34172) + "</FICHES>"
    bon = tmp_path / "export.zip"
    with zipfile.ZipFile(bon, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("fiches.xml", contenu)
    assert lire_fiches(bon, toutes).lues == 1
    deux = tmp_path / "deux.zip"
    with zipfile.ZipFile(deux, "w") as z:
        z.writestr("a.xml", contenu)
        z.writestr("b.xml", contenu)
    assert code_du_refus(deux) == "F_ZIP"
    bombe = tmp_path / "bombe.zip"
    with zipfile.ZipFile(bombe, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("fiches.xml", TETE + " " * 30_000_000 + "</FICHES>")
    assert code_du_refus(bombe) == "F_ZIP_BOMBE"
    assert code_du_refus(ecrit(tmp_path, b"PK\x03\x04abc", "faux.zip")) == "F_ZIP"
    assert code_du_refus(ecrit(tmp_path, contenu, "fiches.csv")) == "F_FORMAT"


def test_memoire_plate(tmp_path):
    """Dix fois plus de fiches ne prennent pas plus de mémoire quand aucune n'est gardée."""
    pics = []
    for nombre in (300, 3_000):
        chemin = ecrit(tmp_path, TETE + "".join(FICHE.format(code=n) for n in range(1, nombre)) + "</FICHES>", f"{nombre}.xml")
        tracemalloc.start()
        assert lire_fiches(chemin, lambda _: False).fiches == []
        pics.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert pics[1] < pics[0] * 1.3 + 200_000
