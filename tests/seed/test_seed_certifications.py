"""Les certifications réelles : chacune une fois, trouvée par toutes ses écritures."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Certification, Enregistrement
from rules.collecte import contexte_inscription
from rules.nomenclatures import Famille
from seed.certifications import charger_certifications
from seed.fichiers import lire


def test_une_certification_presente_dans_deux_listes_n_en_fait_qu_une(base_reelle) -> None:
    with base_reelle() as session:
        lus = {
            c.numero: (c.annee, c.niveau, [e.code for e in c.enregistrements])
            for c in session.scalars(select(Certification).where(Certification.numero.is_not(None)))
        }
        assert session.query(Certification).count() == 72
        assert session.query(Enregistrement).count() == 70
    assert lus == {
        2: (1988, 4, ["RNCP34572"]), 21: (1989, 3, ["RNCP36376"]), 93: (1991, 3, ["RNCP34180"]), 145: (1996, None, []),
        195: (2001, 6, ["RNCP36587"]), 210: (2002, None, []), 223: (2003, 6, ["RNCP37150"]),
        230: (2004, 3, ["RNCP36869"]), 248: (2006, 4, ["RNCP35281"]),
    }


def test_rien_n_est_invente(base_reelle) -> None:
    with base_reelle() as session:
        certifications = session.scalars(select(Certification)).all()
        assert all(c.source and c.date_creation is None and not c.demonstration for c in certifications)
        assert all(e.du is None and e.source for c in certifications for e in c.enregistrements)
        assert not any(c.titre.startswith("CQP") for c in certifications)
        codes = {e.code for c in certifications for e in c.enregistrements}
    assert codes.isdisjoint({"RNCP38622", "RNCP38901", "RNCP39104", "RNCP39718", "RNCP39883", "RNCP39954"})


def test_un_second_chargement_n_ajoute_ni_ne_corrige(base_reelle) -> None:
    with base_reelle() as session:
        session.scalar(select(Certification).where(Certification.numero == 21)).titre = "Titre corrigé par le GTP"
    with base_reelle() as session:
        assert charger_certifications(session) == {"certification": 0, "enregistrement": 0}
        corrigee = session.scalar(select(Certification).where(Certification.numero == 21))
        assert corrigee.titre == "Titre corrigé par le GTP"
        corrigee.titre = "Opérateur en maintenance industrielle"


@pytest.mark.parametrize("ligne", lire("certifications"), ids=lambda ligne: ligne["code"] or ligne["numero_imprime"])
def test_chacune_se_trouve_par_toutes_ses_ecritures(base_reelle, ligne) -> None:
    ecritures = [ligne["titre"], ligne["titre"].upper()]
    if ligne["code"]:
        ecritures += [ligne["code"], ligne["code"].lower(), ligne["code"].removeprefix("RNCP")]
        ecritures += [f"{ligne['famille']} {ligne['code']}"]
    if ligne["numero"]:
        numero = f"{int(ligne['numero']):04d}"
        ecritures += [
            numero, f"{ligne['annee']} {numero}", f"MQ {ligne['annee']} {numero}",
            f"CQPM {ligne['annee']} {numero}", f"CQPM {ligne['annee']} {numero} R",
            ligne["numero_imprime"], ligne["numero_imprime"].removeprefix("MQ "),
        ]
    with base_reelle() as session:
        contexte = contexte_inscription(session.connection(), 1)
        trouvees = {ecriture: contexte.certification(ecriture) for ecriture in ecritures}
        assert None not in trouvees.values(), [e for e, c in trouvees.items() if c is None]
        assert len({c.id for c in trouvees.values()}) == 1
        certification = session.get(Certification, next(iter(trouvees.values())).id)
        assert certification.titre == ligne["titre"]
        assert certification.famille is Famille(ligne["famille"])
