"""Publier une formulation, poser un logo : versions, dates, gel, sur les deux moteurs."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from models import Formulation, LogoCentre
from models.base import aujourd_hui
from rules import actes_papeterie as a
from rules.controle import Refus
from tests import factories as f

CODE = "lettres.politesse"


def test_une_version_ne_vaut_que_pour_les_lettres_d_apres(session):
    premiere = a.publier(session, CODE, "Bien à vous, {salutation}.", 0)
    seconde = a.publier(session, CODE, "Cordialement, {salutation}.", 1)
    assert (premiere.numero, seconde.numero) == (1, 2)
    jour = aujourd_hui()
    assert a.formulations_au(session, jour) == []
    assert [x.numero for x in a.formulations_au(session, jour + dt.timedelta(days=1))] == [2]
    assert [v.numero for v in a.versions_publiees(session, CODE)] == [2, 1]


def test_une_lettre_d_avant_garde_la_version_de_sa_date(session):
    session.add(Formulation(code=CODE, numero=1, texte="Ancienne, {salutation}.", publiee_le=dt.date(2025, 1, 1),
                            applicable_le=dt.date(2025, 1, 2)))
    session.flush()
    a.publier(session, CODE, "Neuve, {salutation}.", 1)
    assert a.formulations_au(session, dt.date(2025, 1, 1)) == []
    assert [x.numero for x in a.formulations_au(session, dt.date(2025, 1, 2))] == [1]
    assert [x.numero for x in a.formulations_au(session, aujourd_hui() + dt.timedelta(days=1))] == [2]


def test_revenir_a_un_texte_anterieur_est_une_version_de_plus(session):
    a.publier(session, CODE, "Bien à vous, {salutation}.", 0)
    a.publier(session, CODE, "Cordialement, {salutation}.", 1)
    assert a.publier(session, CODE, "Bien à vous, {salutation}.", 2).numero == 3


@pytest.mark.parametrize(("texte", "part_de", "code"), [
    ("", 0, "FOR-01"), ("Sans salutation.", 0, "FOR-03"), ("{salutation} {{ 7*7 }}", 0, "FOR-02"), ("**{salutation}", 0, "FOR-04"),
    ("Bonjour {salutation}", 4, "FOR-05"),
])
def test_un_texte_refuse_n_ecrit_rien(session, texte, part_de, code):
    with pytest.raises(Refus) as refus:
        a.publier(session, CODE, texte, part_de)
    assert code in {v.code for v in refus.value.violations}
    assert session.scalar(select(func.count()).select_from(Formulation)) == 0


def test_une_version_publiee_ne_change_plus(session):
    version = a.publier(session, CODE, "Bien à vous, {salutation}.", 0)
    version.texte = "Autre, {salutation}."
    with pytest.raises(DBAPIError, match="FOR-05"):
        session.flush()


def test_un_centre_a_un_logo_que_le_suivant_remplace(session):
    centre = f.centre(session)
    a.poser_le_logo(session, centre, b"premier", "image/png", 40, 20)
    a.poser_le_logo(session, centre, b"second", "image/svg+xml", 80, 20)
    logos = session.scalars(select(LogoCentre)).all()
    assert [(logo.contenu, logo.type_mime, logo.largeur) for logo in logos] == [(b"second", "image/svg+xml", 80)]
    a.retirer_le_logo(session, centre)
    a.retirer_le_logo(session, centre)
    assert a.logo_du_centre(session, centre.id) is None
