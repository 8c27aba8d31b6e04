"""Les identifiants tels qu'imprimés, avec ou sans espaces (partie 1, chap. 1, § 3)."""

from __future__ import annotations

import pytest

from rules.identifiants import Identifiant, lire_identifiant

N34 = Identifiant(numero=34, annee=1989, famille="CQPM")


@pytest.mark.parametrize("saisie", [
    "MQ 1989 07 54 0034", "MQ1989 07540034", "mq 1989-07-54-0034", "CQPM 1989 0034 R", "CQPM1989 0034", "CQPM 19890034 RI",
    "CQPM 1989 0034 R et I", "cqpm 1989 0034 i", "  CQPM  1989\t0034 ",
])
def test_toutes_les_ecritures_d_un_meme_identifiant(saisie):
    assert lire_identifiant(saisie) == N34


@pytest.mark.parametrize(("saisie", "attendu"), [
    ("0034", Identifiant(numero=34)), ("CQPM 0034", Identifiant(numero=34, famille="CQPM")),
    ("1991 11 69 0093", Identifiant(numero=93, annee=1991)), ("1998 02 971 0160", Identifiant(numero=160, annee=1998)),
    ("1998 02 2A 0160", Identifiant(numero=160, annee=1998)), ("CCPM 2021 0007", Identifiant(numero=7, annee=2021, famille="CCPM")),
    ("RNCP34172", Identifiant(code="RNCP34172")), ("rncp 34172", Identifiant(code="RNCP34172")),
    ("RNCP-34172", Identifiant(code="RNCP34172")), ("RS6717", Identifiant(code="RS6717")),
    ("CQPM RNCP34172", Identifiant(code="RNCP34172")), ("2004 0230", Identifiant(numero=230, annee=2004)),
])
def test_ce_que_dit_une_saisie(saisie, attendu):
    assert lire_identifiant(saisie) == attendu


@pytest.mark.parametrize("saisie", [
    "", "34", "Soudeur industriel", "CQPM", "CQPM 89 0034", "1989 13 54 0034", "RNCP", "RNCP0", "00034",
    "CQPM 1989 0034 X", "RNCP1234567", "٠٠٣٤" * 30,
])
def test_ce_qui_n_est_pas_un_identifiant(saisie):
    assert lire_identifiant(saisie) is None


def test_la_cle_est_la_meme_pour_toutes_les_ecritures():
    assert {lire_identifiant(s).cle for s in ("MQ 1989 07 54 0034", "CQPM1989 0034 R")} == {"cqpm 1989 0034"}
    assert lire_identifiant("0034").cle == "0034"
    assert lire_identifiant("rncp 34172").cle == "rncp34172"
