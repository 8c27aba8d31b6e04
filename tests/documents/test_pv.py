"""Le procès-verbal (annexe 14) relu depuis le PDF."""

import re

import pytest

from documents.declarations import nom_fichier, rendre, rendre_lot
from documents.faits import DISPOSITIFS_FINANCEMENT

EN_TETES = (
    "Nom et Prénom du (ou des) candidat(s) 3",
    "Date et lieu de naissance du (ou des) candidat(s) 4",
    "Origine du Candidat",
    "SL (Salarié)",
    "DE 7 (Demandeur d'Emploi)",
    "Dispositif de financement",
    "Raison sociale",
    "Entreprise ou organisme du candidat",
    "Code NACE",
    "M (Métaux)",
    "HM (Hors métaux, dans ce cas, préciser la branche)",
    "Décision du Jury Paritaire de Délibération 5",
    "Commentaire",
)
NOTES = (
    "3 Dans ce procès-verbal, le(s) nom(s) du (ou des) candidat(s) admis ou non admis, quel que soit le secteur concerné,"
    " doi(ven)t être porté(s)",
    "4 Indiquer la ville, le département et le pays du lieu de naissance du candidat",
    "5 A : Admis, NA : Non Admis (Aucune autre valeur ne doit figurer dans cette rubrique)",
    "6 En cas d'abondement",
    "7 Pour les candidats demandeur d'emploi, il ne doit pas apparaître les éléments concernant l'entreprise (raison"
    " sociale, adresse, code NACE, secteur, convention entreprise)",
)


def test_une_page_entiere(pv, ligne, demandeur_emploi, relire):
    lignes = (
        ligne(nom_usage="Petit", abondement_cpf=True),
        ligne(
            nom_naissance="Martin", secteur="HM", branche="Plasturgie", decision="NA", commentaire="Deux blocs acquis"
        ),
        demandeur_emploi,
    )
    (page,) = relire(rendre("pv", pv(lignes=lignes)))
    for mention in (*EN_TETES, *NOTES):
        assert mention in page
    for fait in (
        "Procès-Verbal du jury paritaire de délibération",
        "Certification professionnelle : CQPM 1989 0021 R",
        "« Opérateur en maintenance industrielle »",
        "UIMM Alsace",
        "Jury réuni le 12 mars 2026 à Colmar — Président : Hélène Rœsch, directrice de production",
        "DUPONT Jeanne Nom d'usage : PETIT 12/05/1994 Mulhouse (68), France SL PDC Fonderies du Rhin"
        " 12 rue des Forges, 68100 Mulhouse 24.51 M A CPF",
        "MARTIN Jeanne 12/05/1994 Mulhouse (68), France SL PDC Fonderies du Rhin"
        " 12 rue des Forges, 68100 Mulhouse 24.51 HM Plasturgie NA Deux blocs acquis",
        "DUPONT Jeanne 12/05/1994 Mulhouse (68), France DE POEC A Signé le 13 mars 2026",
        "Signature Le Président du Jury Paritaire de Délibération Hélène Rœsch",
        "PV-2026-0042 — page 1 / 1",
    ):
        assert fait in page
    assert "PROJET" not in page
    assert "None" not in page


def test_legende_des_dix_dispositifs(pv, relire):
    (page,) = relire(rendre("pv", pv()))
    legende = page[page.index("Dispositif de financement —") :]
    assert [code for code in DISPOSITIFS_FINANCEMENT if re.search(rf"\b{code} [A-ZÉ]", legende)] == list(
        DISPOSITIFS_FINANCEMENT
    )


def test_projet_marque_sur_chaque_page(pv, relire):
    pages = relire(rendre("pv", pv(40, signe_le=None, signataire=None)))
    assert len(pages) > 1
    assert all("PROJET — non signé" in page for page in pages)
    assert "Signé le" not in pages[-1]


def test_rectificatif_dit_ce_qu_il_rectifie(pv, relire):
    (page,) = relire(rendre("pv", pv(rectifie="PV-2026-0007", raison="Un nom mal écrit", changements=("Nom : Dupond → Dupont",))))
    assert "Procès-verbal rectificatif : rectifie le procès-verbal PV-2026-0007" in page


@pytest.mark.parametrize("nombre", [1, 2, 3, 12, 33, 200])
def test_tous_les_candidats_une_fois_dans_l_ordre(pv, relire, nombre):
    pages = relire(rendre("pv", pv(nombre)))
    assert re.findall(r"NOM(\d+)X", " ".join(pages)) == [str(n) for n in range(1, nombre + 1)]
    for rang, page in enumerate(pages, start=1):
        assert f"page {rang} / {len(pages)}" in page
        assert EN_TETES[0] in page
        assert NOTES[0] in page


@pytest.mark.parametrize("nombre", range(10, 34))
def test_signature_jamais_seule_sur_sa_page(pv, relire, nombre):
    """À chaque nombre de candidats d'un tour complet de page, la signature suit au moins les deux derniers."""
    pages = relire(rendre("pv", pv(nombre)))
    assert [p.count("Signature Le Président") for p in pages] == [0] * (len(pages) - 1) + [1]
    assert len(re.findall(r"NOM\d+X", pages[-1])) >= 2


def test_nom_de_soixante_caracteres_lisible(pv, ligne, relire):
    nom = "Vandenbroucke-Saint-Étienne-du-Rouvray-de-la-Motte-Beuvronne"
    colle = "W" * 60
    (page,) = relire(rendre("pv", pv(lignes=(ligne(nom_naissance=nom), ligne(nom_naissance=colle)))))
    assert nom.upper() in page.replace("- ", "-")
    assert colle in page.replace("W W", "WW")


def test_lot_assemble_dans_l_ordre(pv, relire):
    lot = [pv(3, reference="PV-2"), pv(1, reference="PV-1")]
    pages = relire(rendre_lot("pv", lot))
    assert ["PV-2 — page 1 / 1" in pages[0], "PV-1 — page 1 / 1" in pages[1], len(pages)] == [True, True, 2]
    assert rendre_lot("pv", lot) == rendre_lot("pv", lot)


def test_memes_faits_memes_octets(pv):
    premier = rendre("pv", pv(5))
    rendre("pv", pv(6))
    assert rendre("pv", pv(5)) == premier


def test_nom_de_fichier(pv):
    assert nom_fichier("pv", pv()) == "pv_PV-2026-0042_CQPM-1989-0021-R.pdf"
