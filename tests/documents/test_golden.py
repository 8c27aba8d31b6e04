"""Chaque page de chaque document ressemble à son image de référence : un changement d'allure se voit en revue."""

import pytest
from PIL import Image, ImageDraw

from documents.declarations import DECLARATIONS
from tests.documents import golden


@pytest.mark.parametrize("cas", list(golden.CAS))
def test_chaque_page_ressemble_a_sa_reference(cas, tmp_path):
    vues = golden.pages(golden.CAS[cas]())
    references = sorted(golden.REFERENCES.glob(f"{cas}_[0-9][0-9].png"))
    assert [r.name for r in references] == [golden.fichier(cas, n).name for n in range(1, len(vues) + 1)]
    for reference, vue in zip(references, vues, strict=True):
        with Image.open(reference) as attendue:
            part = golden.part_differente(vue, attendue)
        if part > golden.PART:
            vue.save(tmp_path / reference.name)
        assert part <= golden.PART, (
            f"{reference.name} : {part:.2%} des points diffèrent. Vue : {tmp_path / reference.name}."
            f" Voulu ? « python -m tests.documents.golden {cas} », puis relisez l'image."
        )


def test_chaque_document_a_sa_reference_et_aucune_image_n_est_de_trop():
    assert set(DECLARATIONS) <= set(golden.CAS)
    assert {r.stem.rpartition("_")[0] for r in golden.REFERENCES.glob("*.png")} == set(golden.CAS)


def test_une_ligne_deplacee_ou_un_mot_efface_se_voit():
    """Les témoins de la tolérance : l'image même passe, un changement qu'un relecteur verrait ne passe pas."""
    (page,) = golden.pages(golden.CAS["lettre-admission"]())
    assert golden.part_differente(page, page.quantize(golden.TEINTES)) <= golden.PART
    decalee = Image.new("L", page.size, 255)
    decalee.paste(page, (0, 6))
    assert golden.part_differente(decalee, page) > golden.PART
    efface = page.copy()
    ImageDraw.Draw(efface).rectangle((40, 183, 300, 197), fill=255)
    assert golden.part_differente(efface, page) > golden.PART
