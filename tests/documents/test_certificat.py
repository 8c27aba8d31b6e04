"""Le certificat de CQPM (annexe 7) relu depuis le PDF."""

import datetime as dt
import io
import re
from urllib.parse import unquote

import pypdf
import pytest
import segno

from documents.certificats import MASQUE_QR
from documents.declarations import DECLARATIONS, nom_fichier, rendre, rendre_lot
from documents.erreurs import DocumentInconnu, DonneeManquante, RenduImpossible

MENTIONS_ANNEXE_7 = (
    "Commission Paritaire Nationale de l'Emploi de la Métallurgie",
    "CERTIFICAT DE QUALIFICATION PARITAIRE DE LA MÉTALLURGIE",
    "N° Certificat MC 0001234",
    "CQPM Opérateur en maintenance industrielle*",
    "MQ 1989 0021 R",
    "(Niveau 3 selon le Cadre National des Certifications Professionnelles)",
    "Délivré à : Jeanne DUPONT",
    "Née le 12 mai 1994 à Mulhouse (68)",
    "A l'issue de la délibération du jury réuni le 12 mars 2026",
    "Fait à Colmar le 12 mars 2026",
    "Le Président du jury de délibération",
    "Le Président de l'UIMM ou, par délégation, Le Président de la Chambre Syndicale Territoriale"
    " de la métallurgie adhérente de l'UIMM (Signature)",
    "* Certification professionnelle validée par la Commission paritaire nationale de l'emploi de la métallurgie et"
    " classée selon le cadre national des certifications professionnelles suivant les règles définies par la Commission"
    " paritaire nationale de l'emploi de la métallurgie.",
    "R → Le CQPM correspondant est répertorié par France Compétences au Répertoire National des Certifications"
    " Professionnelles en date du 23/04/2021",
)
SOIXANTE = "Vandenbroucke-Saint-Étienne-du-Rouvray de la Motte-Beuvronne"
TITRE_LONG = (
    "Conducteur régleur de presse à injecter les matériaux plastiques et métalliques sous pression (option réglage)"
)


def test_mentions_de_l_annexe(certificat, relire):
    (page,) = relire(rendre("certificat-cqpm", certificat()))
    for mention in MENTIONS_ANNEXE_7:
        assert mention in page
    for fait in ("K7QD-2M9X", "CQPM 1989 0021 R", "UIMM Alsace", "Hélène Rœsch", "RNCP35286"):
        assert fait in page
    assert page.count("(Signature)") == 2
    assert "DÉMONSTRATION" not in page


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        ({"sexe": "M", "civilite": "M."}, "Né le 12 mai 1994"),
        ({"sexe": None, "civilite": "Mme"}, "Née le 12 mai 1994"),
        ({"sexe": None, "civilite": None}, "Né(e) le 12 mai 1994"),
        ({"date_naissance": dt.date(1994, 8, 1)}, "Née le 1er août 1994"),
        ({"ville_naissance": "Ajaccio", "departement_naissance": "2A"}, "à Ajaccio (2A)"),
        (
            {"ville_naissance": "Constantine", "departement_naissance": None, "pays_naissance": "Algérie"},
            "à Constantine (Algérie)",
        ),
        ({"nom": "Őszi-Țepeș", "prenoms": "Łukasz İbrahim"}, "Délivré à : Łukasz İbrahim ŐSZI-ȚEPEȘ"),
        ({"copie_demonstration": True}, "DÉMONSTRATION"),
    ],
)
def test_variantes(certificat, relire, champs, attendu):
    (page,) = relire(rendre("certificat-cqpm", certificat(**champs)))
    assert attendu in page


def test_sans_rncp_ni_niveau_aucune_mention_creuse(certificat, relire):
    faits = certificat(identifiant="CQPM 2004 0233", enregistre_rncp_le=None, code_rncp=None, niveau=None)
    (page,) = relire(rendre("certificat-cqpm", faits))
    assert "R →" not in page
    assert "(Niveau" not in page
    assert "None" not in page


def test_valeurs_longues_sur_une_page(certificat, relire):
    faits = certificat(titre=TITRE_LONG, nom=SOIXANTE, prenoms=SOIXANTE, lieu_jury=SOIXANTE, ville_naissance=SOIXANTE)
    (page,) = relire(rendre("certificat-cqpm", faits))
    assert f"CQPM {TITRE_LONG}*" in page
    assert f"{SOIXANTE} {SOIXANTE.upper()}" in page
    assert f"Fait à {SOIXANTE} le 12 mars 2026" in page


def test_texte_qui_deborde_refuse(certificat):
    with pytest.raises(RenduImpossible, match="trop long"):
        rendre("certificat-cqpm", certificat(titre="Conducteur régleur de presse " * 60))


def test_lot_une_page_chacun_dans_l_ordre(certificat, relire):
    lot = [certificat(numero=f"MC-{n:07d}", nom=f"Nom{n}x", copie_demonstration=n == 5) for n in (9, 2, 5)]
    pages = relire(rendre_lot("certificat-cqpm", lot))
    assert [n for n, page in zip((9, 2, 5), pages, strict=True) if f"MC {n:07d}" in page and f"NOM{n}X" in page] == [
        9,
        2,
        5,
    ]
    assert ["DÉMONSTRATION" in page for page in pages] == [False, False, True]


def test_lot_un_refus_refuse_tout(certificat):
    with pytest.raises(DonneeManquante, match="lieu du jury"):
        rendre_lot("certificat-cqpm", [certificat(), certificat(lieu_jury="")])


def test_lot_vide_refuse():
    with pytest.raises(DonneeManquante):
        rendre_lot("certificat-cqpm", [])


def test_memes_faits_memes_octets(certificat):
    premier = rendre("certificat-cqpm", certificat())
    rendre("certificat-cqpm", certificat(nom="Durand"))
    assert rendre("certificat-cqpm", certificat()) == premier
    assert rendre("certificat-cqpm", certificat(code_verification="AAAA-BBBB")) != premier


def modules_noirs(svg: str) -> set[tuple[int, int]]:
    """Les modules (ligne, colonne) du tracé d'un QR de segno, marge d'un module déduite."""
    noirs, x, y = set(), 0.0, 0.0
    trace = re.search(r"stroke='#000' .*?d='([^']+)'", svg)[1]
    for commande, nombres in re.findall(r"([Mmh])([-\d. ]+)", trace):
        valeurs = [float(n) for n in nombres.split()]
        if commande == "h":
            noirs |= {(int(y) - 1, int(x) - 1 + k) for k in range(int(valeurs[0]))}
            x += valeurs[0]
        else:
            x, y = valeurs if commande == "M" else (x + valeurs[0], y + valeurs[1])
    return noirs


def test_le_qr_dit_l_adresse_de_verification(certificat):
    faits = certificat()
    donnees = DECLARATIONS["certificat-cqpm"].contexte([faits])["certificats"][0]["qr"].partition(",")[2]
    matrice = segno.make(faits.url_verification, error="m", micro=False, mask=MASQUE_QR).matrix
    attendus = {(y, x) for y, rangee in enumerate(matrice) for x, noir in enumerate(rangee) if noir}
    assert modules_noirs(unquote(donnees)) == attendus


def test_metadonnees_et_page(certificat):
    lu = pypdf.PdfReader(io.BytesIO(rendre("certificat-cqpm", certificat())))
    assert lu.metadata.title == "Certificat MC-0001234 : CQPM Opérateur en maintenance industrielle"
    assert lu.trailer["/Root"]["/Lang"] == "fr"
    boite = lu.pages[0].mediabox
    assert (round(boite.width), round(boite.height)) == (842, 595)


def test_toute_police_employee_est_embarquee(certificat):
    page = pypdf.PdfReader(io.BytesIO(rendre("certificat-cqpm", certificat()))).pages[0]
    polices = {cle: ref.get_object() for cle, ref in page["/Resources"]["/Font"].items()}
    # reportlab ouvre chaque page en Helvetica sans rien écrire avec : seules comptent les polices qui ont du texte.
    incorporees = {cle for cle, police in polices.items() if "/FontFile2" in police.get("/FontDescriptor", {})}
    dessinent, courante = set(), None
    for args, op in page.get_contents().operations:
        if op == b"Tf":
            courante = str(args[0])
        elif op in (b"Tj", b"TJ") and any(args):
            dessinent.add(courante)
    assert dessinent
    assert dessinent <= incorporees


@pytest.mark.parametrize(
    ("champs", "nom"),
    [
        ({}, "certificat-cqpm_MC-0001234_DUPONT-Jeanne.pdf"),
        ({"nom": "Őszi‑Țepeș", "prenoms": "Łukasz Œ"}, "certificat-cqpm_MC-0001234_OSZI-TEPES-Lukasz-OE.pdf"),
        ({"nom": "../../etc", "prenoms": 'a"b;\nc'}, "certificat-cqpm_MC-0001234_ETC-a-b-c.pdf"),
        ({"nom": "漢", "prenoms": "字"}, "certificat-cqpm_MC-0001234_sans-nom-sans-nom.pdf"),
    ],
)
def test_nom_de_fichier(certificat, champs, nom):
    assert nom_fichier("certificat-cqpm", certificat(**champs)) == nom


def test_code_inconnu():
    with pytest.raises(DocumentInconnu, match="certificat-xyz"):
        rendre("certificat-xyz", None)
