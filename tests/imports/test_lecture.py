"""Les octets comme ils arrivent : encodages, séparateurs, classeurs, fichiers piégés."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.lecture import Fichier, FichierRefuse, Ligne, Limites, ouvrir

PARTAGE = Path(__file__).parents[3] / "shared"

Ecrire = Callable[..., Path]


@pytest.fixture
def ecrire(tmp_path: Path) -> Ecrire:
    """Écrit un fichier et rend son chemin."""

    def _ecrire(contenu: bytes | str, nom: str = "essai.csv", encodage: str = "utf-8") -> Path:
        chemin = tmp_path / nom
        chemin.write_bytes(contenu.encode(encodage) if isinstance(contenu, str) else contenu)
        return chemin

    return _ecrire


def refus(chemin: Path, **options: object) -> FichierRefuse:
    """Le refus de ce fichier, à l'ouverture ou pendant la lecture."""
    with pytest.raises(FichierRefuse) as leve:
        list(ouvrir(chemin, **options))  # type: ignore[arg-type]
    return leve.value


TABLEAU = "nom;prénom\r\nCœur;Zoé\r\nÉté;Noël\r\n"
LUES = [Ligne(2, ["Cœur", "Zoé"]), Ligne(3, ["Été", "Noël"])]


@pytest.mark.parametrize(
    ("encodage", "bom", "reconnu"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8-sig", b"", "utf-8-sig"),
        ("cp1252", b"", "cp1252"),
        ("utf-16-le", b"\xff\xfe", "utf-16"),
        ("utf-16-be", b"\xfe\xff", "utf-16"),
    ],
)
def test_encodages_reconnus(ecrire: Ecrire, encodage: str, bom: bytes, reconnu: str) -> None:
    fichier = ouvrir(ecrire(bom + TABLEAU.encode(encodage)))
    assert fichier.encodage == reconnu
    assert fichier.entetes == ["nom", "prénom"]
    assert list(fichier) == LUES


@pytest.mark.parametrize("encodage", ["ISO-8859-15", "mac_roman", "UTF-16LE", "utf8"])
def test_encodages_imposes(ecrire: Ecrire, encodage: str) -> None:
    assert list(ouvrir(ecrire(TABLEAU, encodage=encodage), encodage=encodage)) == LUES


def test_un_accent_tardif_decide_de_tout_le_fichier(ecrire: Ecrire) -> None:
    debut = "nom;prénom\n".replace("é", "e") + "Petit;Anne\n" * 200_000
    assert ouvrir(ecrire(debut.encode() + "Été;Zoé\n".encode("cp1252"))).encodage == "cp1252"
    assert ouvrir(ecrire(debut + "Été;Zoé\n")).encodage == "utf-8"


def test_octet_sans_lettre_en_cp1252_reste_a_sa_ligne(ecrire: Ecrire) -> None:
    fichier = ouvrir(ecrire(b"nom;ville\nH\x8fl;Colmar\nPetit;Gu\xe9bwiller\n"))
    assert [ligne.cellules[0] for ligne in fichier] == ["H\x8fl", "Petit"]


def test_encodage_impossible(ecrire: Ecrire) -> None:
    assert refus(ecrire(TABLEAU, encodage="cp1252"), encodage="utf-8").code == "F_ENCODAGE"
    assert refus(ecrire(TABLEAU), encodage="rot13").code == "F_ENCODAGE"
    assert refus(ecrire(TABLEAU, encodage="utf-8-sig"), encodage="cp1252").code == "F_ENCODAGE"
    assert refus(ecrire(b"\xef\xbb\xbf" + TABLEAU.encode("cp1252"))).code == "F_ENCODAGE"


@pytest.mark.parametrize("separateur", [";", ",", "\t", "|"])
@pytest.mark.parametrize("fin", ["\r\n", "\n", "\r"])
def test_separateurs_et_fins_de_ligne(ecrire: Ecrire, separateur: str, fin: str) -> None:
    texte = TABLEAU.replace(";", separateur).replace("\r\n", fin)
    fichier = ouvrir(ecrire(texte))
    assert fichier.separateur == separateur
    assert list(fichier) == LUES
    annonce = ouvrir(ecrire(f"sep={separateur}{fin}{texte}"))
    assert annonce.separateur == separateur
    assert (annonce.ligne_entete, [ligne.numero for ligne in annonce]) == (2, [3, 4])


def test_separateur_impose(ecrire: Ecrire) -> None:
    chemin = ecrire("a,b;c,d\n1,2;3,4\n")
    assert ouvrir(chemin, separateur=";").entetes == ["a,b", "c,d"]
    assert ouvrir(chemin, separateur=",").entetes == ["a", "b;c", "d"]
    assert refus(chemin, separateur="x").code == "F_FORMAT"


def test_un_retour_dans_des_guillemets_decale_les_numeros(ecrire: Ecrire) -> None:
    fichier = ouvrir(ecrire('nom;adresse\r\nA;"1 rue\r\n68000"\r\n\r\n;\r\nB;"dit ""le Grand"""\r\n'))
    assert list(fichier) == [Ligne(2, ["A", "1 rue\r\n68000"]), Ligne(6, ["B", 'dit "le Grand"'])]
    assert list(fichier) == list(fichier)


def test_lignes_vides_avant_l_en_tete(ecrire: Ecrire) -> None:
    fichier = ouvrir(ecrire("\r\n;\r\nnom;ville\r\nA;B\r\n"))
    assert (fichier.ligne_entete, list(fichier)) == (3, [Ligne(4, ["A", "B"])])


def test_guillemet_jamais_referme(ecrire: Ecrire) -> None:
    leve = refus(ecrire('nom;ville\nA;B\nC;"Colmar\nD;E\nF;G\n'))
    assert leve.code == "F_FORMAT"
    assert "ligne 3" in leve.message
    assert len(list(ouvrir(ecrire('nom;ville\nTube 5" acier;B\nC;D\n')))) == 2


@pytest.mark.parametrize(
    ("contenu", "code"),
    [
        (b"", "F_SANS_LIGNE"),
        (b"\xef\xbb\xbf", "F_SANS_LIGNE"),
        (b"\r\n \r\n", "F_SANS_LIGNE"),
        (b"nom;ville\r\n", "F_SANS_LIGNE"),
        (b"nom;ville\r\n;\r\n", "F_SANS_LIGNE"),
        (b"sep=;\r\n", "F_SANS_LIGNE"),
        (b"nom;ville\nTHO\0MAS;Colmar\n", "F_NUL"),
        (TABLEAU.encode("utf-16-le"), "F_NUL"),
        (b"%PDF-1.7\n%\xe2\xe3\n", "F_BINAIRE"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "F_BINAIRE"),
        (b"  <html><table><tr><td>nom</td></tr></table>", "F_BINAIRE"),
        (b"<?xml version='1.0'?><a/>", "F_BINAIRE"),
        (bytes(range(1, 32)) * 9, "F_BINAIRE"),
        (b"PK\x03\x04" + bytes(30), "F_FORMAT"),
        (";".join(f"c{i}" for i in range(20_000)).encode() + b"\n1\n", "F_COLONNES"),
        (b"nom;ville\nA;" + b"x" * 200_000 + b"\n", "F_TAILLE"),
        (b"nom;ville\n" + b"x" * 3_000_000, "F_TAILLE"),
        (b'nom;ville\nA;"' + b'\n";"' * 5_000, "F_TAILLE"),
    ],
)
def test_fichiers_refuses(ecrire: Ecrire, contenu: bytes, code: str) -> None:
    assert refus(ecrire(contenu)).code == code


def test_utf16_sans_marque_dit_quoi_faire(ecrire: Ecrire) -> None:
    assert "utf-16-le" in refus(ecrire(TABLEAU, encodage="utf-16-le")).message


@pytest.mark.parametrize(
    ("nom", "code"), [("a.xlsm", "F_MACRO"), ("a.xls", "F_FORMAT"), ("a", "F_FORMAT"), ("a.exe", "F_FORMAT")]
)
def test_extensions(ecrire: Ecrire, nom: str, code: str) -> None:
    assert refus(ecrire(TABLEAU, nom)).code == code
    assert refus(ecrire(TABLEAU), nom=nom).code == code


def test_limite_de_taille(ecrire: Ecrire) -> None:
    assert refus(ecrire(TABLEAU), limites=Limites(octets=10)).code == "F_TAILLE"


def test_memoire_plate(ecrire: Ecrire) -> None:
    def pic(lignes: int) -> int:
        chemin = ecrire("nom;ville;reference\n" + "".join(f"Petit;Colmar;R{i}\n" for i in range(lignes)))
        tracemalloc.start()
        assert sum(1 for _ in ouvrir(chemin)) == lignes
        haut = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return haut

    assert pic(200_000) < 2 * pic(80_000)


# --- Classeurs -------------------------------------------------------------------------------------------------

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LIENS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PAQUET = "http://schemas.openxmlformats.org/package/2006"
STYLES = (
    f'<styleSheet {NS}><numFmts><numFmt numFmtId="170" formatCode="00000"/><numFmt numFmtId="171"'
    ' formatCode="[$-40C]d\\ mmmm\\ yyyy;@"/><numFmt numFmtId="172" formatCode="0#&quot; &quot;##&quot; &quot;##"/>'
    '<numFmt numFmtId="173" formatCode="0.00&quot;day&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="172"/>'
    '<xf numFmtId="173"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)


def inline(texte: str, attributs: str = "") -> str:
    """Une cellule de texte."""
    return f'<c t="inlineStr"{attributs}><is><t>{escape(texte)}</t></is></c>'


def classeur(
    lignes: str,
    *,
    feuilles: str = '<sheet name="Candidats" sheetId="1" r:id="r1"/>',
    textes: str = "",
    proprietes: str = "",
    autres: dict[str, bytes] | None = None,
    types: str = "",
    entete_xml: str = "",
) -> bytes:
    """Un classeur fabriqué partie par partie ; `lignes` est le contenu de `sheetData`."""
    parties = {
        "[Content_Types].xml": f'<Types xmlns="{PAQUET}/content-types"><Default Extension="xml" ContentType="x"/>'
        f"{types}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PAQUET}/relationships">'
        f'<Relationship Id="r1" Type="{LIENS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {NS} xmlns:r="{LIENS}">{proprietes}<sheets>{feuilles}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PAQUET}/relationships">'
        f'<Relationship Id="r1" Type="{LIENS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{LIENS}/styles" Target="/xl/styles.xml"/>'
        f'<Relationship Id="r3" Type="{LIENS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f"<sst {NS}>{textes}</sst>",
        "xl/worksheets/sheet1.xml": f"{entete_xml}<worksheet {NS}><sheetData>{lignes}</sheetData></worksheet>",
    }
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, texte in parties.items():
            archive.writestr(nom, texte)
        for nom, octets in (autres or {}).items():
            archive.writestr(nom, octets)
    return tampon.getvalue()


ENTETE = f"<row r='1'>{inline('nom')}{inline('date')}</row>"
SIMPLE = ENTETE + f"<row r='2'>{inline('A')}{inline('B')}</row>"


def lire(ecrire: Ecrire, **options: object) -> Fichier:
    """Le classeur fabriqué, ouvert."""
    return ouvrir(ecrire(classeur(**options), "essai.xlsx"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cellule", "lu"),
    [
        ('<c s="1"><v>32996</v></c>', "03/05/1990"),
        ('<c s="3"><v>32996</v></c>', "03/05/1990"),
        ('<c s="6"><v>32996.5</v></c>', "03/05/1990 12:00:00"),
        ("<c><v>32996</v></c>", "32996"),
        ('<c s="5"><v>32996</v></c>', "32996"),
        ('<c s="1"><v>60</v></c>', "60"),
        ('<c s="1"><v>1e300</v></c>', "1e+300"),
        ('<c s="2"><v>1000</v></c>', "01000"),
        ('<c s="4"><v>61234</v></c>', "061234"),
        ("<c><v>7.3282932000074E13</v></c>", "73282932000074"),
        ("<c><v>25.109999999999999</v></c>", "25.11"),
        ("<c><v>nan</v></c>", "nan"),
        ('<c t="d"><v>1990-05-03</v></c>', "1990-05-03"),
        ('<c t="b"><v>1</v></c>', "VRAI"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="s"><v>1</v></c>', "Zoé & Cie"),
        ('<c t="s"><v>2</v></c>', "Noël"),
        ('<c t="str"><f>1+1</f><v>deux</v></c>', "deux"),
        (inline("a_x000D_b_x0000_"), "a\rb_x0000_"),
        ('<c s="99999999999"><v>5</v></c>', "5"),
    ],
)
def test_cellules_de_classeur(ecrire: Ecrire, cellule: str, lu: str) -> None:
    textes = (
        "<si><t>x</t></si><si><t>Zoé &amp; Cie</t></si><si><r><t>No</t></r><r><t>ël</t></r><rPh><t>zz</t></rPh></si>"
    )
    fichier = lire(ecrire, lignes=ENTETE + f"<row r='2'>{inline('A')}{cellule}</row>", textes=textes)
    assert list(fichier) == [Ligne(2, ["A", lu])]


def test_dates_depuis_1904(ecrire: Ecrire) -> None:
    lignes = ENTETE + "<row><c><v>1</v></c><c s='1'><v>0</v></c></row>"
    ligne = next(iter(lire(ecrire, lignes=lignes, proprietes='<workbookPr date1904="1"/>')))
    assert ligne.cellules[1] == "01/01/1904"


def test_places_et_numeros_de_ligne(ecrire: Ecrire) -> None:
    lignes = (
        "<row r='3'><c r='A3' t='inlineStr'><is><t>nom</t></is></c>"
        "<c r='C3' t='inlineStr'><is><t>date</t></is></c></row>"
        f"<row r='4'/><row r='7'>{inline('B', ' r=' + chr(34) + 'C7' + chr(34))}</row>"
        f"<row r='8'>{inline('A')}</row><row>{inline('Z')}</row><row r='12'>{inline('  ')}</row>"
    )
    fichier = lire(ecrire, lignes=lignes)
    assert (fichier.format, fichier.entetes, fichier.ligne_entete) == ("xlsx", ["nom", "", "date"], 3)
    assert list(fichier) == [Ligne(7, ["", "", "B"]), Ligne(8, ["A", "", ""]), Ligne(9, ["Z", "", ""])]


def test_balises_prefixees(ecrire: Ecrire) -> None:
    octets = classeur(SIMPLE)
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        feuille = archive.read("xl/worksheets/sheet1.xml").decode()
    prefixee = feuille.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
    tampon = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as source, zipfile.ZipFile(tampon, "w") as cible:
        for nom in source.namelist():
            cible.writestr(nom, prefixee if nom.endswith("sheet1.xml") else source.read(nom))
    assert list(ouvrir(ecrire(tampon.getvalue(), "x.xlsx"))) == [Ligne(2, ["A", "B"])]


def test_la_premiere_feuille_visible(ecrire: Ecrire) -> None:
    feuilles = (
        '<sheet name="Cachée" sheetId="1" state="hidden" r:id="r9"/><sheet name="Bonne" sheetId="2" r:id="r1"/>'
        '<sheet name="Image" sheetId="3" r:id="r2"/>'
    )
    fichier = lire(ecrire, lignes=SIMPLE, feuilles=feuilles)
    assert (fichier.feuille, fichier.feuilles) == ("Bonne", ("Bonne",))
    assert refus(ecrire(classeur(SIMPLE), "a.xlsx"), feuille="Autre").code == "F_FEUILLE"


DTD = '<!DOCTYPE w [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (classeur(SIMPLE, autres={"xl/vbaProject.bin": b"x"}), "F_MACRO"),
        (classeur(SIMPLE, autres={"xl/macrosheets/sheet1.xml": b"x"}), "F_MACRO"),
        (
            classeur(SIMPLE, types='<Override PartName="/x" ContentType="application/x.macroEnabled.main+xml"/>'),
            "F_MACRO",
        ),
        (classeur(SIMPLE, autres={"xl/media/a.bin": bytes(20_000_000)}), "F_ZIP_BOMBE"),
        (classeur(SIMPLE, autres={f"xl/m{i}": b"" for i in range(2_001)}), "F_ZIP_BOMBE"),
        (classeur(SIMPLE, entete_xml=DTD), "F_XML"),
        (classeur(SIMPLE, entete_xml='<!DOCTYPE w SYSTEM "file:///etc/passwd">'), "F_XML"),
        (classeur(SIMPLE, entete_xml='<?xml version="1.0" encoding="rot13"?>'), "F_XML"),
        (classeur(SIMPLE + "<row>"), "F_XML"),
        (classeur(SIMPLE)[:900], "F_TRONQUE"),
        (b"PK\x03\x04", "F_TRONQUE"),
        (TABLEAU.encode(), "F_FORMAT"),
        (b"", "F_FORMAT"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "F_FORMAT"),
        (classeur(SIMPLE, autres={"../../ailleurs.txt": b"x"}), "F_FORMAT"),
        (classeur(SIMPLE, autres={"xl\\..\\ailleurs.txt": b"x"}), "F_FORMAT"),
        (classeur(SIMPLE, autres={"XL/workbook.xml": b"x"}), "F_FORMAT"),
        (classeur(SIMPLE, feuilles='<sheet name="A" sheetId="1" state="veryHidden" r:id="r1"/>'), "F_FEUILLE"),
        (classeur(SIMPLE, feuilles=""), "F_FEUILLE"),
        (classeur(""), "F_SANS_LIGNE"),
        (classeur(ENTETE), "F_SANS_LIGNE"),
        (classeur("<row>" + inline("c") * 300 + "</row>"), "F_COLONNES"),
        (classeur("<row>" + "<c/>" * 20_000 + inline("c") + "</row>"), "F_COLONNES"),
        (classeur("<row><c r='ZZZZ1'><v>1</v></c></row>"), "F_FORMAT"),
        (classeur("<row r='x'><c><v>1</v></c></row>"), "F_TRONQUE"),
        (classeur(ENTETE + "<row><c t='s'><v>7</v></c></row>"), "F_TRONQUE"),
        (classeur(ENTETE + f"<row>{inline('x' * 200_000)}</row>"), "F_TAILLE"),
        (classeur(ENTETE, textes=f"<si><t>{'x' * 200_000}</t></si>"), "F_TAILLE"),
    ],
)
def test_classeurs_refuses(ecrire: Ecrire, octets: bytes, code: str) -> None:
    assert refus(ecrire(octets, "essai.xlsx")).code == code


def test_une_balise_demesuree_est_refusee(ecrire: Ecrire) -> None:
    attribut = "".join(f"{i:x}" for i in range(1_200_000))
    assert refus(ecrire(classeur(f"<row a='{attribut}'/>" + SIMPLE), "a.xlsx")).code == "F_XML"


def test_un_autre_zip_n_est_pas_un_classeur(ecrire: Ecrire) -> None:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.writestr("lettre.txt", "bonjour")
    assert refus(ecrire(tampon.getvalue(), "a.xlsx")).code == "F_FORMAT"


def test_octets_alteres_dans_un_membre(ecrire: Ecrire) -> None:
    octets = bytearray(classeur(SIMPLE))
    debut = octets.find(b"xl/worksheets/sheet1.xml") + 24
    octets[debut + 10 : debut + 14] = b"\xff\xff\xff\xff"
    assert refus(ecrire(bytes(octets), "a.xlsx")).code in ("F_TRONQUE", "F_XML")


# --- N'importe quels octets ------------------------------------------------------------------------------------

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MORCEAUX = st.sampled_from(
    [b'"', b";", b",", b"\n", b"\r", b"\r\n", b"\0", b"sep=", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", b"nom"]
)


def parcourir(chemin: Path) -> None:
    """Lit tout ; seul `FichierRefuse` est permis."""
    lignes: list[Ligne] = []
    leve = None
    try:
        lignes.extend(ouvrir(chemin))
    except FichierRefuse as erreur:
        leve = erreur
    assert all(isinstance(c, str) for ligne in lignes for c in ligne.cellules)
    assert leve is None or (leve.code.startswith("F_") and leve.message.endswith("."))


@FUZZ
@given(octets=st.one_of(st.binary(max_size=400), st.lists(MORCEAUX, max_size=60).map(b"".join)))
def test_aucun_octet_ne_fait_tomber_le_texte(ecrire: Ecrire, octets: bytes) -> None:
    parcourir(ecrire(octets, "fuzz.csv"))


BON = classeur(SIMPLE, textes="<si><t>x</t></si>")


@FUZZ
@given(
    changes=st.lists(st.tuples(st.integers(0, len(BON) - 1), st.integers(0, 255)), max_size=12),
    fin=st.integers(0, len(BON)) | st.just(len(BON)),
)
def test_aucun_octet_ne_fait_tomber_le_classeur(ecrire: Ecrire, changes: list[tuple[int, int]], fin: int) -> None:
    octets = bytearray(BON)
    for place, valeur in changes:
        octets[place] = valeur
    parcourir(ecrire(bytes(octets[:fin]), "fuzz.xlsx"))


@FUZZ
@given(
    xml=st.lists(
        st.sampled_from(
            [
                "<row>",
                "</row>",
                "<c>",
                "<c t='s'>",
                "<c r='B2' s='1'>",
                "</c>",
                "<v>",
                "</v>",
                "1",
                "-1",
                "9e999",
                "x",
                "<is><t>",
                "</t></is>",
                "<row r='-5'>",
                "<rPh>",
                "</rPh>",
                "&amp;",
                "<c s='1'><v>32996</v></c>",
                "<c t='s'><v>0</v></c>",
            ]
        ),
        max_size=40,
    ).map("".join)
)
def test_aucun_xml_ne_fait_tomber_le_classeur(ecrire: Ecrire, xml: str) -> None:
    parcourir(ecrire(classeur(ENTETE + xml, textes="<si><t>x</t></si>"), "fuzz.xlsx"))


# --- Le corpus partagé, s'il est là ----------------------------------------------------------------------------


def _corpus() -> list[tuple[str, str, str]]:
    manifeste = PARTAGE / "corpus" / "manifest.csv"
    if not manifeste.exists():
        return []
    with manifeste.open(encoding="utf-8", newline="") as flux:
        return [(r["fichier"], r["verdict"], r["codes_attendus"]) for r in csv.DictReader(flux, delimiter=";")]


@pytest.mark.parametrize(("nom", "verdict", "codes"), _corpus())
def test_corpus(nom: str, verdict: str, codes: str) -> None:
    """La lecture refuse les fichiers qu'elle doit refuser, et aucun autre : colonnes et règles font le reste."""
    leve = None
    lignes: list[Ligne] = []
    try:
        lignes = list(ouvrir(PARTAGE / "corpus" / "files" / nom))
    except FichierRefuse as erreur:
        leve = erreur
    if leve is None:
        assert lignes
        assert verdict != "REJECT" or "F_ENTETE_MANQUANT" in codes
    else:
        assert verdict == "REJECT"
        assert leve.code in codes.split("|")
