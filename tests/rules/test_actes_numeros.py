"""REF-08 : numéros sans trou, jamais redonnés, sûrs contre deux acceptations à la fois (partie 1, chap. 1, § 3)."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import BlocCompetences, Certification
from models.contexte import agir_comme, en_ecriture
from rules import controle
from rules.actes_numeros import prendre_numero_bloc, prendre_numero_certification
from rules.nomenclatures import Famille
from tests import factories as f
from tests.conftest import SYSTEME


def creee(session, numero, famille=Famille.CQPM, annee=2026):
    certification = Certification(
        famille=famille, annee=annee, numero=numero, titre=f"Certification {numero}", recherche=f"certification {numero}"
    )
    session.add(certification)
    session.flush()
    return certification


def test_le_premier_puis_les_suivants_par_famille(session):
    assert prendre_numero_certification(session, Famille.CQPM, 2026) == 1
    creee(session, 1)
    assert prendre_numero_certification(session, Famille.CQPM, 2027) == 2
    assert prendre_numero_certification(session, Famille.CCPM, 2027) == 1


def test_le_suivant_d_un_numero_repris_plus_grand(session):
    creee(session, 355, annee=2016)
    creee(session, 34, annee=1989)
    assert prendre_numero_certification(session, Famille.CQPM, 2026) == 356
    assert prendre_numero_certification(session, Famille.CCPM, 2026) == 1
    creee(session, 400, annee=2017)
    assert prendre_numero_certification(session, Famille.CQPM, 2026) == 401


def test_un_numero_pris_puis_ote_n_est_pas_redonne(session):
    numero = prendre_numero_certification(session, Famille.CCPM, 2026)
    session.delete(creee(session, numero, Famille.CCPM))
    session.flush()
    assert prendre_numero_certification(session, Famille.CCPM, 2026) == numero + 1


def test_les_blocs_ont_leur_suite(session):
    f.bloc(session)
    plus_grand = session.scalars(select(BlocCompetences.numero)).one()
    assert [prendre_numero_bloc(session), prendre_numero_bloc(session)] == [plus_grand + 1, plus_grand + 2]


@pytest.mark.parametrize(("annee", "passe"), [(1986, False), (1987, True), (2999, True), (3000, False)])
def test_annee_du_dispositif(session, annee, passe):
    if passe:
        assert prendre_numero_certification(session, Famille.CQPM, annee) == 1
        return
    with pytest.raises(controle.Refus) as refus:
        prendre_numero_certification(session, Famille.CQPM, annee)
    assert [(v.code, v.champ) for v in refus.value.violations] == [("REF-08", "annee")]


def test_apres_9999_il_n_y_a_plus_de_numero(session):
    creee(session, 9999)
    with pytest.raises(controle.Refus) as refus:
        prendre_numero_certification(session, Famille.CQPM, 2026)
    assert refus.value.violations[0].code == "REF-08"


@pytest.mark.parametrize("change", [{"numero": 8}, {"annee": 2025}, {"famille": Famille.CCPM}])
def test_un_identifiant_donne_ne_change_plus(session, change):
    certification = creee(session, 7)
    for champ, valeur in change.items():
        setattr(certification, champ, valeur)
    with pytest.raises(DBAPIError) as erreur:
        session.flush()
    assert controle.traduire(erreur.value).code == "REF-08"
    session.rollback()


def test_un_numero_de_bloc_ne_change_plus(session):
    bloc = f.bloc(session)
    bloc.numero += 1000
    with pytest.raises(DBAPIError) as erreur:
        session.flush()
    assert controle.traduire(erreur.value).code == "REF-08"
    session.rollback()


def test_le_titre_change_et_une_reprise_sans_numero_peut_recevoir_le_sien(session):
    certification = Certification(famille=Famille.CQPM, titre="Sans numéro", recherche="sans numero")
    session.add(certification)
    session.flush()
    certification.titre, certification.annee, certification.numero = "Avec", 2026, 12
    session.flush()
    certification.titre = "Encore"
    session.flush()


def test_deux_acceptations_a_la_fois(moteur):
    """Trois connexions acceptent ensemble, l'une se défait une fois sur trois : ni double ni trou, même après reprise."""
    with agir_comme(SYSTEME), en_ecriture(), Session(moteur) as session, session.begin():
        creee(session, 41, annee=1989)
    erreurs: list[BaseException] = []
    depart = threading.Barrier(3)

    def accepter(rang: int) -> None:
        try:
            depart.wait(10)
            for tour in range(6):
                with agir_comme(SYSTEME), en_ecriture(), Session(moteur) as session:
                    creee(session, prendre_numero_certification(session, Famille.CQPM, 2026))
                    session.add(BlocCompetences(numero=prendre_numero_bloc(session), libelle="Bloc"))
                    if rang == 0 and tour % 3 == 0:
                        session.rollback()
                    else:
                        session.commit()
        except BaseException as erreur:  # noqa: BLE001 (un fil ne se tait pas)
            erreurs.append(erreur)

    fils = [threading.Thread(target=accepter, args=(rang,)) for rang in range(3)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(60)
    assert erreurs == []
    with agir_comme(SYSTEME), Session(moteur) as session:
        assert sorted(session.scalars(select(Certification.numero))) == list(range(41, 41 + 17))
        assert sorted(session.scalars(select(BlocCompetences.numero))) == list(range(1, 17))
