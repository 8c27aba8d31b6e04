"""Le gabarit compilé donne ce que donne la voie simple, texte et pixels, pour chaque document qui l'emploie."""

import dataclasses
import datetime as dt
import io
import subprocess
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pypdf
import pytest
from PIL import Image, ImageChops

from documents import declarations
from documents.declarations import DECLARATIONS, rendre, rendre_chacun, rendre_lot
from documents.erreurs import GlypheManquant, RenduImpossible
from documents.exemples import AUTRES_CERTIFICATS, CERTIFICAT, DECISION, NON_ADMIS, PARTIELLE
from documents.faits_jury import Destinataire
from documents.faits_lettres import Acquis
from documents.gabarit import marque, separer
from documents.moteur import Renderer

remplacer = dataclasses.replace
ECART = 48
"""Niveaux de gris, sur 255, dont un pixel peut différer : les arrondis d'une même forme."""
SOIXANTE = "Vandenbroucke-Saint-Étienne-du-Rouvray de la Motte-Beuvronne"
TITRE_LONG = "Conducteur régleur de presse à injecter les matériaux plastiques et métalliques sous pression (option réglage)"
ENTREPRISE = remplacer(
    DECISION, pour_entreprise=True, candidat=f"Mme Jeanne {SOIXANTE.upper()}", president="Marie-Hélène de Saint-Germain",
    destinataire=Destinataire("Fonderies du Rhin", ("12 rue des Forges", "BP 12", "68100 Mulhouse")),
)
BLOCS = tuple(Acquis(f"BDC 00{n}", f"Préparer l'intervention {'et la rendre sûre ' * (n % 7)}") for n in range(10, 16))
CAS = {
    "cqpm": ("certificat-cqpm", CERTIFICAT),
    "cqpm, autres valeurs": (
        "certificat-cqpm",
        remplacer(CERTIFICAT, numero="MC-0009999", nom="Őszi-Țepeș", prenoms="Łukasz İbrahim", sexe="M", ville_naissance=SOIXANTE,
                  titre="Tuyauteur d'atelier", lieu_jury="L'Haÿ-les-Roses", url_verification="https://c.fr/verifier/AB12CD34"),
    ),
    "cqpm, titre long": ("certificat-cqpm", remplacer(CERTIFICAT, titre=TITRE_LONG, nom=SOIXANTE, prenoms=SOIXANTE)),
    "cqpm, sans mention facultative": (
        "certificat-cqpm",
        remplacer(CERTIFICAT, identifiant="CQPM 2004 0233", enregistre_rncp_le=None, code_rncp=None, niveau=None),
    ),
    "cqpm, démonstration": ("certificat-cqpm", remplacer(CERTIFICAT, copie_demonstration=True)),
    **{code: (code, faits) for code, faits in AUTRES_CERTIFICATS.items()},
    "admission": (DECISION.code, DECISION),
    "admission, autre destinataire": (
        DECISION.code,
        remplacer(DECISION, civilite="M.", candidat="M. Łukasz ŐSZI", destinataire=Destinataire("M. Łukasz ŐSZI", ("a", "b", "c"))),
    ),
    "admission, entreprise": (ENTREPRISE.code, ENTREPRISE),
    "admission, blocs": (DECISION.code, remplacer(DECISION, blocs_vises=BLOCS)),
    "non-admission": (NON_ADMIS.code, NON_ADMIS),
    "non-admission, entreprise": (NON_ADMIS.code, remplacer(ENTREPRISE, decision="NA")),
    "non-admission partielle": (PARTIELLE.code, PARTIELLE),
    "non-admission partielle, blocs": (PARTIELLE.code, remplacer(PARTIELLE, blocs_acquis=BLOCS)),
}


def simple(code, faits):
    """Le même document par xhtml2pdf d'un bout à l'autre."""
    return declarations._document(remplacer(DECLARATIONS[code], vivants=frozenset()), faits)


def texte(pdf, dossier):
    fichier = dossier / "texte.pdf"
    fichier.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", fichier, "-"], capture_output=True, check=True).stdout


def pages(pdf, dossier, nom):
    fichier = dossier / f"{nom}.pdf"
    fichier.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "72", "-gray", fichier, dossier / nom], check=True)
    return [Image.open(page) for page in sorted(dossier.glob(f"{nom}-*.pgm"))]


@pytest.fixture
def voies_simples(monkeypatch):
    """Compte les rendus complets, dans un moteur neuf."""
    faits = []
    vrai = Renderer._simple
    monkeypatch.setattr(Renderer, "_simple", lambda self, gabarit, *a, **k: (faits.append(gabarit), vrai(self, gabarit, *a, **k))[1])
    declarations._renderer.cache_clear()
    return faits


@pytest.mark.parametrize("cas", CAS)
def test_egal_a_la_voie_simple(cas, tmp_path, voies_simples):
    code, faits = CAS[cas]
    rendre(code, faits)
    voies_simples.clear()
    compile_, attendu = rendre(code, faits), simple(code, faits)
    assert len(voies_simples) == 1, "le gabarit compilé n'a pas servi"
    assert texte(compile_, tmp_path) == texte(attendu, tmp_path)
    obtenues, voulues = pages(compile_, tmp_path, "compile"), pages(attendu, tmp_path, "simple")
    assert len(obtenues) == len(voulues)
    for obtenue, voulue in zip(obtenues, voulues, strict=True):
        assert obtenue.size == voulue.size
        assert ImageChops.difference(obtenue, voulue).getextrema()[1] <= ECART


def test_chaque_document_compile_est_eprouve():
    assert {code for code, d in DECLARATIONS.items() if d.vivants} == {code for code, _ in CAS.values()}


def test_un_fond_sert_a_tous(voies_simples):
    for n in range(5):
        rendre("certificat-cqpm", remplacer(CERTIFICAT, nom=f"Nom{n}"))
    assert len(voies_simples) == 1


def test_une_ligne_de_plus_demande_un_autre_fond(voies_simples, tmp_path):
    rendre("lettre-admission", ENTREPRISE)
    court = remplacer(ENTREPRISE, candidat="M. Li", lieu_jury="Ay")
    assert texte(rendre("lettre-admission", court), tmp_path) == texte(simple("lettre-admission", court), tmp_path)
    assert len(voies_simples) == 3


def test_une_lettre_rare_passe_par_la_voie_simple(voies_simples, relire):
    rendre("certificat-cqpm", CERTIFICAT)
    (page,) = relire(rendre("certificat-cqpm", remplacer(CERTIFICAT, nom="Nguyễn")))
    assert "NGUYỄN" in page
    assert len(voies_simples) == 2


def test_un_glyphe_absent_reste_refuse():
    rendre("certificat-cqpm", CERTIFICAT)
    with pytest.raises(GlypheManquant):
        rendre("certificat-cqpm", remplacer(CERTIFICAT, nom="漢"))


def test_un_debordement_reste_refuse():
    rendre("certificat-cqpm", CERTIFICAT)
    with pytest.raises(RenduImpossible, match="trop long"):
        rendre("certificat-cqpm", remplacer(CERTIFICAT, titre="Conducteur régleur de presse " * 60))


@pytest.mark.parametrize("nom", ["<b>x</b>", "a &amp; b", "{{ 7 * 7 }}", marque(0), "QZ9999ZQ", "\\) Tj ET (", "l'été"])
def test_une_valeur_n_est_que_du_texte(nom, relire):
    (page,) = relire(rendre("certificat-cqpm", remplacer(CERTIFICAT, prenoms=nom, nom="Dupont")))
    assert f"{nom} DUPONT" in page


def test_separer_ne_prend_que_les_vivants():
    marquees, valeurs = separer({"a": "x", "b": "y", "c": {"a": "", "d": ["z"]}, "e": [{"a": "t"}]}, frozenset({"a", "d"}))
    assert marquees == {"a": marque(0), "b": "y", "c": {"a": "", "d": [marque(1)]}, "e": [{"a": marque(2)}]}
    assert valeurs == ["x", "z", "t"]


def test_memes_octets_seul_en_lot_et_dans_un_autre_processus():
    demandes = [*CAS.values(), ("certificat-cqpm", remplacer(CERTIFICAT, nom="Nguyễn"))]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as autre:
        a_l_envers = autre.submit(rendre_chacun, demandes[::-1]).result()[::-1]
    en_lot = rendre_chacun(demandes)
    declarations._renderer.cache_clear()
    seuls = [rendre(*demande) for demande in demandes]
    for nom, a, b, c in zip([*CAS, "rare"], a_l_envers, en_lot, seuls, strict=True):
        assert a == b == c, nom


def test_lot_avec_signets_et_polices_partagees():
    lot = [remplacer(CERTIFICAT, numero=f"MC-{n:07d}", nom=f"Nom{n}") for n in range(1, 31)]
    octets = rendre_lot("certificat-cqpm", lot)
    lu = pypdf.PdfReader(io.BytesIO(octets), strict=True)
    assert [signet.title[:21] for signet in lu.outline] == [f"Certificat {f.numero}" for f in lot]
    assert [lu.get_destination_page_number(signet) for signet in lu.outline] == list(range(30))
    assert len(octets) < 3 * len(rendre("certificat-cqpm", lot[0]))
    assert lu.metadata.creation_date.date() == dt.date(2026, 3, 12)
