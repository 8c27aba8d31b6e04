"""Des règles évaluées en lot disent ce qu'elles disent une ligne à la fois (`rules.noyau.EnLot`)."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rules import controle
from rules.faits import InscriptionFacts
from rules.inscription import INSCRIPTION as REGLES_INSCRIPTION
from rules.noyau import EnLot, rule
from tests.rules.faits import INSCRIPTION


def _colonnes(lignes: list[InscriptionFacts]) -> dict[str, list[object]]:
    return {f.name: [getattr(i, f.name) for i in lignes] for f in fields(InscriptionFacts)}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_en_lot_comme_une_par_une(donnees: st.DataObject) -> None:
    """Un lot dit de chaque ligne ce que les règles en disent seules, mémoire pleine ou vidée en route."""
    possibles: dict[str, list[object]] = {
        "nom_naissance": ["", "Durand"], "date_naissance": [None, dt.date(1990, 1, 1), dt.date(2020, 1, 1)],
        "departement_naissance": ["", "68", "20"], "pays_naissance": ["", "99100", "99109"], "ne_en_france": [True, False],
        "origine": ["SL", "DE", "XX"], "financement": ["CPF", ""], "raison_sociale": ["", "Forges"], "siret": ["", "99000001100018"],
        "secteur": ["", "M", "HM", "Z"], "branche": ["", "Plasturgie"], "certification": [None, INSCRIPTION.certification],
        "voie": ["formation", "vae", "vae_branche"], "prescripteur": ["entreprise", "organisme"], "deja_ouverte": [False, True],
        "date_inscription": [None, dt.date(2026, 9, 1), dt.date(2030, 1, 1)], "sexe": ["", "F"], "blocs": [(), ("BDC 0001",)],
        "date_jury_prevu": [None, dt.date(2026, 9, 5)],
    }
    lignes = [
        replace(INSCRIPTION, **{nom: donnees.draw(st.sampled_from(v)) for nom, v in possibles.items()})
        for _ in range(donnees.draw(st.integers(1, 12)))
    ]
    en_lot = EnLot(REGLES_INSCRIPTION, borne=donnees.draw(st.sampled_from([1, 3, 1000])))
    for debut in range(0, len(lignes), 5):
        groupe = lignes[debut : debut + 5]
        cles = {"certification": [id(i.certification) for i in groupe]}
        trouvees = en_lot(_colonnes(groupe), len(groupe), cles)
        for rang, ligne in enumerate(groupe):
            assert tuple(trouvees.get(rang, ())) == controle.inscription(ligne)


def test_un_fait_lu_plus_tard_fait_oublier_les_reponses() -> None:
    """Une règle qui ne lit le second fait que selon le premier n'est jamais confondue."""

    @rule("X-01", field="b", source="essai")
    def selon(i: Any) -> str | None:
        return f"b vaut {i.b}" if i.a else None

    en_lot = EnLot((selon,))
    trouvees = en_lot({"a": [0, 0, 1, 1, 1], "b": [1, 2, 1, 2, 1]}, 5, {})
    assert {rang: v[0].message for rang, v in trouvees.items()} == {2: "b vaut 1", 3: "b vaut 2", 4: "b vaut 1"}
