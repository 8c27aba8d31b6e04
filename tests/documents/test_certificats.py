"""Les certificats de bloc, de CQPI, de CCPM et de CCPI (annexes 8 à 11) relus depuis le PDF."""

import pytest

from documents.declarations import nom_fichier, rendre, rendre_lot
from documents.erreurs import DonneeIncoherente, DonneeManquante, RenduImpossible

MENTIONS = {
    "certificat-bdc": (
        "Commission Paritaire Nationale de l'Emploi et de la formation professionnelle de la Métallurgie",
        "CERTIFICAT DE BLOC DE COMPÉTENCES",
        "N° Certificat MC 0001234",
        "Intitulé du Bloc de Compétences",
        "BDC Réaliser la maintenance préventive*",
        "BDC 0123",
        "Délivré à : Jeanne DUPONT",
        "Née le 12 mai 1994 à Mulhouse (68)",
        "A l'issue de la délibération du jury réuni le 12 mars 2026",
        "Fait à Colmar le 12 mars 2026",
        "Le Président de l'UIMM ou, par délégation, Le Président de la Chambre Syndicale Territoriale",
        "* Certification validée par la Commission paritaire nationale de l'emploi de la métallurgie. Le bloc de"
        " compétences correspondant est inscrit au Répertoire National des Certifications Professionnelles auprès de"
        " France Compétences en date du 23/04/2021 (RNCP35286).",
    ),
    "certificat-cqpi": (
        "Certificat de Qualification Professionnelle Interbranches",
        "N° Certificat MC 0001234",
        "CQPI Opérateur de maintenance",
        "CQPI 2008 0007",
        "Le présent certificat a été délivré à Jeanne DUPONT",
        "Sous l'égide de la commission paritaire nationale de l'emploi et de la formation",
        "A l'issue de la délibération du jury réuni le 12 mars 2026",
        "Fait à Colmar, le 12 mars 2026",
        "Le Président du jury Hélène Rœsch (signature)",
        "Le Titulaire (signature)",
    ),
    "certificat-ccpm": (
        "Commission Paritaire Nationale de l'Emploi de la Métallurgie",
        "CERTIFICAT DE COMPÉTENCES PROFESSIONNELLES DE LA MÉTALLURGIE",
        "N° Certificat MC 0001234",
        "CCPM Conduite d'un îlot robotisé*",
        "CCPM 2021 0007",
        "Délivré à : Jeanne DUPONT",
        "Née le 12 mai 1994 à Mulhouse (68)",
        "* Certification professionnelle validée par la Commission paritaire nationale de l'emploi de la métallurgie.",
    ),
    "certificat-ccpi": (
        "Certificat de Compétences Professionnelles Interbranches",
        "CCPI Tutorat en entreprise",
        "CCPI RS6717",
        "Le présent certificat a été délivré à Jeanne DUPONT",
        "Le Titulaire (signature)",
    ),
}
VERSO = {
    "certificat-cqpi": (
        "CERTIFICAT DE QUALIFICATION PROFESSIONNELLE INTER-BRANCHES",
        "Les fédérations signataires de la présente charte ont décidé de construire en commun",
        "l'articulation entre qualifications, emplois, postes ou métiers peut varier d'une entreprise à une autre.",
        "La lisibilité est ainsi une condition de l'attractivité.",
        "N.B. Pour connaître les branches professionnelles qui reconnaissent les différents CQPI, en faire la demande à"
        " la commission paritaire nationale de l'emploi de sa branche.",
    ),
    "certificat-ccpi": (
        "CERTIFICAT DE COMPÉTENCES PROFESSIONNELLES INTERBRANCHES",
        "Il a vocation à faire l'objet d'une procédure de recensement à l'Inventaire.",
        "reconnue par plusieurs Branches Professionnelles.",
        "NB : pour connaître les Branches Professionnelles qui reconnaissent les différents CCPI, contacter le"
        " secrétariat de la Commission Paritaire National Emploi Formation de sa Branche.",
    ),
}
SOIXANTE = "Vandenbroucke-Saint-Étienne-du-Rouvray de la Motte-Beuvronne"
TITRE_LONG = (
    "Conducteur régleur de presse à injecter les matériaux plastiques et métalliques sous pression (option réglage)"
)
CODES = sorted(MENTIONS)


@pytest.mark.parametrize("code", CODES)
def test_mentions_de_l_annexe(autre_certificat, relire, code):
    recto, *verso = relire(rendre(code, autre_certificat(code)))
    for mention in (*MENTIONS[code], "K7QD-2M9X", "UIMM Alsace", "Hélène Rœsch"):
        assert mention in recto
    assert len(verso) == (code in VERSO)
    for mention in VERSO.get(code, ()):
        assert mention in verso[0]
    for absente in ("None", "(Niveau", "R →", "DÉMONSTRATION"):
        assert absente not in recto


@pytest.mark.parametrize("code", CODES)
def test_valeurs_longues_sur_leur_page(autre_certificat, relire, code):
    faits = autre_certificat(
        code, titre=TITRE_LONG, nom=SOIXANTE, prenoms=SOIXANTE, lieu_jury=SOIXANTE, copie_demonstration=True
    )
    recto, *verso = relire(rendre(code, faits))
    assert TITRE_LONG in recto
    assert f"{SOIXANTE} {SOIXANTE.upper()}" in recto
    assert "DÉMONSTRATION" in recto
    assert len(verso) == (code in VERSO)


@pytest.mark.parametrize("code", CODES)
def test_lot_dans_l_ordre_recto_puis_verso(autre_certificat, relire, code):
    lot = [autre_certificat(code, numero=f"MC-{n:07d}") for n in (9, 2, 5)]
    pages = relire(rendre_lot(code, lot))
    pas = 2 if code in VERSO else 1
    assert len(pages) == 3 * pas
    assert [f"MC {n:07d}" in page for n, page in zip((9, 2, 5), pages[::pas], strict=True)] == [True] * 3
    for verso in pages[1::pas] if pas == 2 else ():
        assert VERSO[code][0] in verso


@pytest.mark.parametrize("code", CODES)
def test_texte_qui_deborde_refuse(autre_certificat, code):
    with pytest.raises(RenduImpossible, match="trop long"):
        rendre(code, autre_certificat(code, titre="Conducteur régleur de presse " * 60))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    ("champs", "donnee"),
    [
        ({"titre": ""}, "intitulé de la certification"),
        ({"identifiant": ""}, "identifiant de la certification"),
        ({"nom": " "}, "nom du candidat"),
        ({"lieu_jury": ""}, "lieu du jury"),
        ({"president_jury": ""}, "président du jury"),
        ({"code_verification": ""}, "code de vérification"),
    ],
)
def test_donnee_manquante_nommee(autre_certificat, code, champs, donnee):
    with pytest.raises(DonneeManquante) as refus:
        rendre(code, autre_certificat(code, **champs))
    assert refus.value.donnee == donnee


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    ("champs", "donnee"),
    [
        ({"famille": "CQPM"}, "famille du certificat"),
        ({"identifiant": "CQPM 1989 0021"}, "identifiant de la certification"),
    ],
)
def test_certificat_d_une_autre_famille_refuse(autre_certificat, code, champs, donnee):
    with pytest.raises(DonneeIncoherente) as refus:
        rendre(code, autre_certificat(code, **champs))
    assert refus.value.donnee == donnee


def test_un_bloc_sans_enregistrement_au_rncp_refuse(autre_certificat):
    with pytest.raises(DonneeManquante, match="enregistrement au RNCP"):
        rendre("certificat-bdc", autre_certificat("certificat-bdc", enregistre_rncp_le=None))


@pytest.mark.parametrize("code", CODES)
def test_nom_de_fichier_et_octets_reproductibles(autre_certificat, code):
    assert nom_fichier(code, autre_certificat(code)) == f"{code}_MC-0001234_DUPONT-Jeanne.pdf"
    assert rendre(code, autre_certificat(code)) == rendre(code, autre_certificat(code))
