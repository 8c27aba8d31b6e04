"""Les formulations dans les lettres : celle de la date, imprimée telle quelle, et jamais interprétée."""

import dataclasses

import pytest

from documents import exemples as e
from documents.declarations import DECLARATIONS, rendre
from documents.faits_jury import FormulationImprimee
from documents.papiers import versions_prises
from rules.formulation import PASSAGES, TOUTES
from tests.documents.test_hostiles import HOSTILES, sans_blanc

remplacer = dataclasses.replace


def avec(code: str, *formulations: tuple[str, str]):
    """L'exemple d'une lettre, aux formulations données."""
    centre = remplacer(e.CENTRE, formulations=tuple(FormulationImprimee(c, 1, t) for c, t in formulations))
    return e.specimen(e.EXEMPLES[code], formulations=centre.formulations)


@pytest.mark.parametrize("code", [p.code for p in PASSAGES.values()])
def test_chaque_passage_reformule_se_lit_dans_sa_lettre(relire, code):
    passage = PASSAGES[code]
    assert passage.document in (*DECLARATIONS, TOUTES)
    lettre = "lettre-gtp" if passage.document == TOUTES else passage.document
    texte = "Mots **neufs** de la branche" + "".join(f" ; {{{c}}}" for c in passage.champs) + ".\n\n1. Et un second paragraphe."
    page = " ".join(relire(rendre(lettre, avec(lettre, (code, texte)))))
    assert "Mots neufs de la branche" in page
    assert "1. Et un second paragraphe." in page
    assert "{" not in page
    assert "**" not in page


@pytest.mark.parametrize("valeur", [h for h in HOSTILES if not set(h) & set("{}")])
def test_une_formulation_hostile_est_du_texte(relire, valeur):
    page = " ".join(relire(rendre("lettre-admission", avec("lettre-admission", ("lettre-admission.suite", f"{valeur} {{de_quoi}}")))))
    assert sans_blanc(valeur).replace("**", "") in sans_blanc(page)
    assert "page 1 / 1" in page


def test_l_archive_dit_les_versions_qu_elle_porte():
    centre = remplacer(e.CENTRE, formulations=(
        FormulationImprimee("lettre-gtp.attestation", 3, "x"), FormulationImprimee("lettres.politesse", 2, "{salutation}"),
        FormulationImprimee("convocation.annonce", 1, "y"),
    ))
    assert versions_prises(centre, "lettre-gtp") == "lettre-gtp.attestation v3, lettres.politesse v2"
    assert versions_prises(e.CENTRE, "lettre-gtp") == ""
