"""Des fichiers comme il en arrive, et pires : chacun son verdict, rien d'à moitié écrit, aucun octet qui fasse tomber la lecture."""

from __future__ import annotations

import codecs
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from imports.inscriptions import importer
from imports.lecture import FichierRefuse, Limites, ouvrir
from models import Candidat, Centre, Inscription
from tests import factories
from tests.imports.test_inscriptions import BASE, ENTETES

Ligne = dict[str, str]


@pytest.fixture
def centre(session: Session) -> Centre:
    return factories.centre(session, code="68")


@pytest.fixture
def bonne(session: Session) -> Ligne:
    return BASE | {"certification": factories.certification(session).base_identifiant}


def csv_de(*lignes: Ligne, sep: str = ";", fin: str = "\r\n", entetes: tuple[str, ...] = ENTETES) -> str:
    return fin.join([sep.join(entetes), *(sep.join(x.get(e, "") for e in entetes) for x in lignes)]) + fin


# --- Texte : verdict attendu, lignes créées, lignes refusées, codes ---------------------------------------------------

Fabrique = Callable[[Ligne], str | bytes]
FICHIERS: list[tuple[str, Fabrique, int, int, set[str]]] = [
    ("utf-8 nu", csv_de, 1, 0, set()),
    ("utf-8 à marque", lambda b: codecs.BOM_UTF8 + csv_de(b).encode(), 1, 0, set()),
    ("utf-16 petit-boutiste", lambda b: csv_de(b).encode("utf-16"), 1, 0, set()),
    ("utf-16 gros-boutiste", lambda b: codecs.BOM_UTF16_BE + csv_de(b).encode("utf-16-be"), 1, 0, set()),
    ("windows-1252", lambda b: csv_de(b | {"prenoms": "Chloé-Maëlys"}).encode("cp1252"), 1, 0, set()),
    ("œ en windows-1252", lambda b: csv_de(b | {"nom_naissance": "Le Cœur"}).encode("cp1252"), 1, 0, set()),
    ("mac roman non dit", lambda b: csv_de(b | {"prenoms": "Zoé"}).encode("mac-roman"), 0, 1, {"L_CARACTERE"}),
    ("dos non dit", lambda b: csv_de(b | {"prenoms": "Zoé"}).encode("cp850"), 0, 1, {"L_CARACTERE"}),
    ("double encodage", lambda b: csv_de(b | {"prenoms": "ZoÃ©"}), 0, 1, {"L_CARACTERE"}),
    ("lettre perdue", lambda b: csv_de(b | {"prenoms": "Zo\ufffd"}), 0, 1, {"L_CARACTERE"}),
    ("virgules", lambda b: csv_de(b | {"adresse_entreprise": "12 rue de la Forge"}, sep=","), 1, 0, set()),
    ("tabulations", lambda b: csv_de(b, sep="\t"), 1, 0, set()),
    ("barres", lambda b: csv_de(b, sep="|"), 1, 0, set()),
    ("ligne sep=", lambda b: "sep=;\r\n" + csv_de(b), 1, 0, set()),
    ("fins de ligne Mac", lambda b: csv_de(b, fin="\r"), 1, 0, set()),
    ("fins de ligne Unix", lambda b: csv_de(b, fin="\n"), 1, 0, set()),
    ("lignes vides partout", lambda b: "\r\n\r\n" + csv_de(b).replace("\r\n", "\r\n\r\n") + "\r\n" * 50, 1, 0, set()),
    ("séparateurs de fin", lambda b: csv_de(b).replace("\r\n", ";;;\r\n"), 1, 0, set()),
    ("guillemets doublés", lambda b: csv_de(b | {"raison_sociale": '"Forges ""du Nord"""'}), 1, 0, set()),
    ("retour entre guillemets", lambda b: csv_de(b | {"adresse_entreprise": '"12 rue\r\n68100 Mulhouse"'}), 1, 0, set()),
    ("séparateur entre guillemets", lambda b: csv_de(b | {"adresse_entreprise": '"12; rue"'}), 1, 0, set()),
    ("guillemet jamais refermé", lambda b: csv_de(b | {"reference": '"R1'}), 0, 0, {"F_FORMAT"}),
    ("cellule géante", lambda b: csv_de(b | {"reference": "x" * 200_000}), 0, 0, {"F_TAILLE"}),
    ("ligne d'un million de caractères", lambda b: csv_de(b) + "x" * 2_200_000, 0, 0, {"F_TAILLE"}),
    ("octet nul", lambda b: csv_de(b | {"reference": "a\0b"}), 0, 0, {"F_NUL"}),
    ("en-tête répété dans les données", lambda b: csv_de(b, dict(zip(ENTETES, ENTETES, strict=True))), 1, 1, set()),
    ("deux en-têtes de même nom", lambda b: csv_de(b, entetes=(*ENTETES, "date_naissance")), 0, 0, {"F_AMBIGU", "F_ENTETE_MANQUANT"}),
    ("en-têtes en capitales et accents", lambda b: csv_de(b).replace("nom_naissance", "NOM DE NAISSANCE", 1).replace("prenoms", "Prénom(s)", 1), 1, 0, set()),
    ("colonne inconnue", lambda b: csv_de(b | {"religion": "aucune"}, entetes=(*ENTETES, "religion")), 1, 0, set()),
    ("une cellule de trop", lambda b: csv_de(b).rstrip() + ";de trop\r\n", 0, 1, {"L_COLONNES"}),
    ("une cellule manque", lambda b: csv_de(b).rstrip()[:-3] + "\r\n", 0, 1, {"L_COLONNES"}),
    ("espaces et insécables", lambda b: csv_de(b | {"nom_naissance": "\u00a0 Durand \u202f", "siret": " 990 000 011 00017"}), 1, 0, set()),
    ("sens de lecture renversé", lambda b: csv_de(b | {"nom_naissance": "Dur\u202eand"}), 0, 1, {"L_CARACTERE"}),
    ("espace sans chasse", lambda b: csv_de(b | {"nom_naissance": "Dur\u200band"}), 0, 1, {"L_CARACTERE"}),
    ("cyrillique", lambda b: csv_de(b | {"nom_naissance": "Durаnd"}), 0, 1, {"L_CARACTERE"}),
    ("accent décomposé", lambda b: csv_de(b | {"prenoms": "Zoe\u0301"}), 1, 0, set()),
    ("formule dans un nom", lambda b: csv_de(b | {"nom_naissance": "=1+1"}), 0, 1, {"L_CARACTERE"}),
    ("formule dans un texte libre", lambda b: csv_de(b | {"reference": "=1+1"}), 1, 0, set()),
    ("formule en erreur", lambda b: csv_de(b | {"reference": "#N/A"}), 0, 1, {"L_FORMULE"}),
    ("siret en notation scientifique", lambda b: csv_de(b | {"siret": "9,90E+13"}), 0, 1, {"L_SIRET"}),
    ("siret à clé fausse", lambda b: csv_de(b | {"siret": "99000001100018"}), 0, 1, {"INS-11"}),
    ("date de nombre nu", lambda b: csv_de(b | {"date_naissance": "24852"}), 0, 1, {"L_DATE"}),
    ("année à deux chiffres", lambda b: csv_de(b | {"date_naissance": "15/01/68"}), 0, 1, {"L_DATE"}),
    ("date impossible", lambda b: csv_de(b | {"date_naissance": "31/04/1968"}), 0, 1, {"L_DATE"}),
    ("mois d'abord", lambda b: csv_de(b | {"date_naissance": "01/15/1968"}), 0, 1, {"L_DATE"}),
    ("date ISO et heure", lambda b: csv_de(b | {"date_naissance": "1968-01-15 00:00:00"}), 1, 0, set()),
    ("date en lettres", lambda b: csv_de(b | {"date_naissance": "15 janvier 1968"}), 1, 0, set()),
    ("chiffres arabes", lambda b: csv_de(b | {"date_naissance": "١٥/٠١/١٩٦٨"}), 0, 1, {"L_DATE"}),
    ("nouveau-né inscrit", lambda b: csv_de(b | {"date_naissance": "15/01/2026"}), 0, 1, {"INS-12"}),
    ("nom de 5 000 lettres", lambda b: csv_de(b | {"nom_naissance": "a" * 5_000}), 0, 1, {"L_TROP_LONG"}),
    ("injection", lambda b: csv_de(b | {"nom_naissance": "x') -- DROP TABLE candidat"}), 0, 1, {"L_CARACTERE"}),
    ("une bonne, une fausse", lambda b: csv_de(b, b | {"prenoms": "Ève", "voie": "autre"}), 1, 1, {"L_VOIE"}),
    ("pdf", lambda _: b"%PDF-1.7 \x00\x01", 0, 0, {"F_BINAIRE"}),
    ("page web", lambda _: "<html><table><tr><td>Durand</td></tr></table></html>", 0, 0, {"F_BINAIRE"}),
    ("json", lambda b: '[{"nom_naissance": "Durand"}]', 0, 0, {"F_ENTETE_MANQUANT"}),
    ("rien", lambda _: "", 0, 0, {"F_SANS_LIGNE"}),
    ("que des blancs", lambda _: " \r\n\t\r\n", 0, 0, {"F_SANS_LIGNE"}),
    ("en-tête seul", lambda _: csv_de(), 0, 0, {"F_SANS_LIGNE"}),
    ("sans en-tête", lambda b: csv_de(b).split("\r\n", 1)[1], 0, 0, {"F_ENTETE_MANQUANT", "F_SANS_LIGNE"}),
    ("dix mille colonnes", lambda b: ";".join(f"c{n}" for n in range(10_000)) + "\r\n1\r\n", 0, 0, {"F_COLONNES"}),
]


@pytest.mark.parametrize(("nom", "fabrique", "creees", "refusees", "codes"), FICHIERS, ids=[f[0] for f in FICHIERS])
def test_verdict(
    session: Session, centre: Centre, bonne: Ligne, tmp_path: Path, nom: str, fabrique: Fabrique, creees: int, refusees: int,
    codes: set[str],
) -> None:
    contenu = fabrique(bonne)
    chemin = tmp_path / "fichier.csv"
    chemin.write_bytes(contenu if isinstance(contenu, bytes) else contenu.encode())
    rendu = importer(session, chemin, centre.id, lignes_valides=True)
    assert (rendu.creees, rendu.refusees) == (creees, refusees), (rendu.refus, list(rendu.erreurs))
    dits = {rendu.refus[0]} if rendu.refus else {e.code for e in rendu.erreurs if e.gravite == "B"}
    assert not codes or dits <= codes, dits
    assert bool(dits) == bool(codes) or refusees
    assert session.scalar(select(func.count()).select_from(Inscription)) == creees
    assert session.scalar(select(func.count()).select_from(Candidat)) == creees


# --- Classeurs ODS ----------------------------------------------------------------------------------------------------

_NS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
)


def cellule(texte: str, attributs: str = "") -> str:
    return f"<table:table-cell {attributs}><text:p>{escape(texte)}</text:p></table:table-cell>"


def rangee(*cellules: str, fois: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{fois}">{"".join(cellules)}</table:table-row>'


def table(*rangees: str, nom: str = "Feuille1", style: str = "") -> str:
    return f"<table:table table:name={quoteattr(nom)} table:style-name={quoteattr(style)}>{''.join(rangees)}</table:table>"


def ods(*tables: str, styles: str = "", contenu: str | None = None, autres: dict[str, bytes | str] | None = None) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", contenu if contenu is not None else (
            f"<office:document-content {_NS}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
        ))
        for nom, corps in (autres or {}).items():
            archive.writestr(nom, corps)
    return sortie.getvalue()


ENTETE = rangee(cellule("a"), cellule("b"), cellule("c"))


def lignes_de(tmp_path: Path, octets: bytes, **options: object) -> list[tuple[int, list[str]]]:
    chemin = tmp_path / "f.ods"
    chemin.write_bytes(octets)
    return [tuple(x) for x in ouvrir(chemin, **options)]  # type: ignore[arg-type, misc]


def test_ods_s_importe(session: Session, centre: Centre, bonne: Ligne, tmp_path: Path) -> None:
    jour = cellule("15 janv. 68", 'office:value-type="date" office:date-value="1968-01-15"')
    chemin = tmp_path / "candidats.ods"
    chemin.write_bytes(ods(table(
        rangee(*map(cellule, ENTETES)),
        rangee(*(jour if e == "date_naissance" else cellule(bonne.get(e, "")) for e in ENTETES)),
        rangee('<table:table-cell table:number-columns-repeated="16000"/>', fois=1_000_000),
    )))
    rendu = importer(session, chemin, centre.id)
    assert (rendu.creees, rendu.refusees, rendu.encodage) == (1, 0, "ods"), list(rendu.erreurs)
    assert session.scalar(select(Candidat.date_naissance)).isoformat() == "1968-01-15"  # type: ignore[union-attr]


@pytest.mark.parametrize(("une", "lue"), [
    (cellule("68 %", 'office:value-type="percentage" office:value="0.68"'), "0.68"),
    (cellule("9,90E+13", 'office:value-type="float" office:value="99000001100017"'), "99000001100017"),
    (cellule("01250", 'office:value-type="float" office:value="1250"'), "01250"),
    (cellule("25,11", 'office:value-type="float" office:value="25.109999999999999"'), "25.11"),
    (cellule("VRAI", 'office:value-type="boolean" office:boolean-value="true"'), "VRAI"),
    (cellule("01/09/26", 'office:value-type="date" office:date-value="2026-09-01T08:30:00"'), "01/09/2026 08:30:00"),
    (cellule("jamais", 'office:value-type="date" office:date-value="demain"'), "jamais"),
    ('<table:table-cell office:string-value="caché"/>', "caché"),
    ("<table:table-cell><text:p>a<text:s text:c='2'/>b<text:tab/>c<text:line-break/>d</text:p><text:p>e</text:p></table:table-cell>", "a  b\tc\nd\ne"),
    ("<table:table-cell><office:annotation><text:p>note</text:p></office:annotation><text:p>x<text:span>y</text:span></text:p></table:table-cell>", "xy"),
    ("<table:table-cell><draw:frame><text:p>dessin</text:p></draw:frame><text:p>z</text:p></table:table-cell>", "z"),
])
def test_ods_cellules(tmp_path: Path, une: str, lue: str) -> None:
    ((numero, cellules),) = lignes_de(tmp_path, ods(table(ENTETE, rangee(une, cellule("fin")))))
    assert (numero, cellules) == (2, [lue, "fin", ""])


def test_ods_repetitions_numeros_et_feuilles(tmp_path: Path) -> None:
    styles = '<style:style style:name="c"><style:table-properties table:display="false"/></style:style>'
    vide = '<table:table-cell table:number-columns-repeated="1"/>'
    octets = ods(
        table(ENTETE, rangee(cellule("cachée")), nom="A", style="c"),
        table(
            rangee(vide, fois=3), ENTETE, rangee(cellule("x", 'table:number-columns-repeated="2"')), rangee(vide, fois=10),
            "<table:table-header-rows>" + rangee(vide, cellule("y"), fois=2) + "</table:table-header-rows>", nom="B"),
        table(ENTETE, rangee(cellule("troisième")), nom="C"),
        styles=styles,
    )
    assert lignes_de(tmp_path, octets) == [(5, ["x", "x", ""]), (16, ["", "y", ""]), (17, ["", "y", ""])]
    assert lignes_de(tmp_path, octets, feuille="C") == [(2, ["troisième", "", ""])]
    with pytest.raises(FichierRefuse, match="Feuilles visibles : B, C"):
        lignes_de(tmp_path, octets, feuille="A")


_DTD = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(("octets", "code"), [
    (ods(table(ENTETE)), "F_SANS_LIGNE"),
    (ods(table()), "F_SANS_LIGNE"),
    (ods(), "F_FEUILLE"),
    (ods(contenu="<a/>"), "F_FORMAT"),
    (ods(contenu="<a>"), "F_XML"),
    (ods(contenu=f"{_DTD}<a>&b;</a>"), "F_XML"),
    (ods(contenu=""), "F_XML"),
    (ods(table(ENTETE, rangee(cellule("x")), style="c"), styles='<style:style style:name="c"><style:table-properties table:display="false"/></style:style>'), "F_FEUILLE"),
    (ods(table(ENTETE, rangee(cellule("x"))), autres={"Basic/script-lc.xml": "<x/>"}), "F_MACRO"),
    (ods(table(ENTETE, rangee(cellule("x"))), autres={"../../etc/x": "x"}), "F_FORMAT"),
    (ods(table(ENTETE), autres={"META-INF/manifest.xml": "<manifest:encryption-data/>"}), "F_FORMAT"),
    (ods(table(ENTETE), autres={"gros": b"0" * (40 * 2**20)}), "F_ZIP_BOMBE"),
    (ods(table(rangee(cellule("x", 'table:number-columns-repeated="999999999"')))), "F_COLONNES"),
    (ods(table(rangee(cellule("x", 'table:number-columns-repeated="300"')))), "F_COLONNES"),
    (ods(table(ENTETE, rangee(cellule("x"), fois=999_999_999))), "F_ZIP_BOMBE"),
    (ods(table(ENTETE, rangee(cellule("x" * 100_001)))), "F_TAILLE"),
    (ods(table(ENTETE, rangee("<table:table-cell><text:p>" + "<text:s text:c='99999'/>" * 9 + "</text:p></table:table-cell>"))), "F_TAILLE"),
    (ods(table(ENTETE, rangee(cellule("x"))))[:-60], "F_TRONQUE"),
    (b"a;b;c\n1;2;3\n", "F_FORMAT"),
    (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "F_FORMAT"),
])
def test_ods_refuses(tmp_path: Path, octets: bytes, code: str) -> None:
    debut = time.perf_counter()
    with pytest.raises(FichierRefuse) as refus:
        lignes_de(tmp_path, octets)
    assert refus.value.code == code
    assert time.perf_counter() - debut < 20


def test_ods_memoire_plate(tmp_path: Path) -> None:
    chemin = tmp_path / "f.ods"
    chemin.write_bytes(ods(table(ENTETE, *(rangee(cellule(f"v{n}"), cellule("x" * 60)) for n in range(20_000)))))
    tracemalloc.start()
    try:
        assert sum(1 for _ in ouvrir(chemin)) == 20_000
        assert tracemalloc.get_traced_memory()[1] < 6 * 2**20
    finally:
        tracemalloc.stop()


# --- Aucun octet ------------------------------------------------------------------------------------------------------

ODS = ods(table(ENTETE, rangee(cellule("Durand"), cellule("01/09/26", 'office:value-type="date" office:date-value="2026-09-01"'), cellule("é"))))
_SANS_DELAI = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_BALISES = st.sampled_from([
    "table:table", "table:table-row", "table:table-cell", "table:covered-table-cell", "text:p", "text:s", "text:tab", "office:annotation",
    "draw:frame", "office:spreadsheet", "style:style",
])
_ATTRIBUTS = st.sampled_from([
    "", 'table:name="A"', 'table:number-rows-repeated="3"', 'table:number-columns-repeated="-1"', 'table:number-columns-repeated="٣"',
    'office:value-type="float" office:value="1e400"', 'office:value-type="float" office:value="nan"', 'office:value-type="date" office:date-value="x"',
    'text:c="12345678901234567890"',
])


def _lire_borne(chemin: Path) -> None:
    dit = ("F_RIEN", "lu en entier")
    try:
        for rang, ligne in enumerate(ouvrir(chemin, limites=Limites(octets=2**20, deplie=2**24))):
            assert all(isinstance(c, str) for c in ligne.cellules)
            if rang > 20_000:
                break
    except FichierRefuse as refus:
        dit = (refus.code, refus.message)
    assert dit[0].startswith("F_")
    assert dit[1]


@_SANS_DELAI
@given(changes=st.lists(st.tuples(st.integers(0, len(ODS) - 1), st.integers(0, 255)), max_size=8), fin=st.integers(0, len(ODS)))
def test_aucun_octet_ne_fait_tomber_un_ods(tmp_path: Path, changes: list[tuple[int, int]], fin: int) -> None:
    octets = bytearray(ODS)
    for ou, valeur in changes:
        octets[ou] = valeur
    chemin = tmp_path / "f.ods"
    chemin.write_bytes(octets[: fin or None])
    _lire_borne(chemin)


_XML = st.recursive(
    st.sampled_from(["", "x", " ", "é"]),
    lambda dedans: st.builds(lambda b, a, d: f"<{b} {a}>{''.join(d)}</{b}>", _BALISES, _ATTRIBUTS, st.lists(dedans, max_size=4)),
    max_leaves=20,
)


@_SANS_DELAI
@given(corps=_XML)
def test_aucun_xml_ne_fait_tomber_un_ods(tmp_path: Path, corps: str) -> None:
    chemin = tmp_path / "f.ods"
    chemin.write_bytes(ods(contenu=f"<office:document-content {_NS}><office:spreadsheet>{table(ENTETE, corps)}</office:spreadsheet></office:document-content>"))
    _lire_borne(chemin)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(octets=st.binary(max_size=200), cellules=st.lists(st.text(max_size=20), min_size=1, max_size=len(ENTETES)))
def test_aucune_ligne_ne_laisse_de_moitie(
    session: Session, centre: Centre, bonne: Ligne, tmp_path: Path, octets: bytes, cellules: list[str]
) -> None:
    """Quoi qu'il y ait après une bonne ligne : l'import rend un verdict, et la base est entière ou intacte."""
    chemin = tmp_path / "f.csv"
    suite = ";".join('"' + c.replace('"', '""') + '"' for c in cellules).encode("utf-8", "replace")
    chemin.write_bytes(csv_de(bonne).encode() + suite + b"\r\n" + octets)
    point = session.begin_nested()
    rendu = importer(session, chemin, centre.id, lignes_valides=True)
    inscriptions = session.scalar(select(func.count()).select_from(Inscription))
    assert inscriptions == rendu.creees
    assert rendu.refus is None or rendu.creees == 0
    point.rollback()
