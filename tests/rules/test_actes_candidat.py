"""Réunir deux fiches et les séparer, sur les deux moteurs : rien de perdu, rien de réécrit dans ce qui est signé."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import Candidat, Certificat, Inscription, Journal
from models.contexte import Acteur, agir_comme
from rules import actes, controle
from rules.actes_candidat import CHAMPS, conflits, defusionner, fusionner
from rules.nomenclatures import EtatInscription, Role
from tests import factories as f
from tests.rules.test_actes import codes


@pytest.fixture
def deux(session: Session) -> tuple[Candidat, Candidat]:
    """La même personne, une fois bien écrite, une fois avec un chiffre faux."""
    bonne = f.candidat(session, nom_naissance="Lefèvre", date_naissance=dt.date(1990, 5, 4), courriel="")
    fausse = f.candidat(session, nom_naissance="Lefebvre", date_naissance=dt.date(1990, 5, 14), courriel="zoe@exemple.invalid")
    return bonne, fausse


def etat(session: Session, *fiches: Candidat) -> list[tuple[object, ...]]:
    """Tout ce qu'une réunion peut changer."""
    session.expire_all()
    i = Inscription.__table__.c
    return [
        *((c.fusionne_dans_id, c.cle_identite, *(getattr(c, n) for n in CHAMPS)) for c in fiches),
        *map(tuple, session.connection().execute(select(i.id, i.candidat_id, i.etat).order_by(i.id))),
    ]


def test_reunir_puis_separer_rend_tout(session, deux):
    bonne, fausse = deux
    centre, autre = f.centre(session), f.centre(session)
    la = f.inscription(session, centre, f.certification(session), fausse)
    ailleurs = f.inscription(session, autre, f.certification(session), fausse)
    avant = etat(session, bonne, fausse)
    gardee = fusionner(session, bonne.id, fausse.id, ("courriel", "date_naissance", "nom_naissance"))
    assert (gardee.courriel, gardee.date_naissance, gardee.nom_naissance) == ("zoe@exemple.invalid", dt.date(1990, 5, 14), "Lefebvre")
    assert {la.candidat_id, ailleurs.candidat_id} == {bonne.id}
    assert la.nom_tri == "lefebvre jeanne"
    assert fausse.fusionne_dans_id == bonne.id
    j = Journal.__table__.c
    assert session.connection().scalar(select(func.count()).where(j.objet == "inscription", j.objet_id == ailleurs.id, j.centre_id == autre.id, j.action == "modification")) == 1
    assert defusionner(session, fausse.id) == []
    assert etat(session, bonne, fausse) == avant


def test_deux_inscriptions_ouvertes_demandent_un_choix(session, deux):
    bonne, fausse = deux
    centre, visee = f.centre(session), f.certification(session)
    a, b = (f.inscription(session, centre, visee, qui) for qui in deux)
    assert [(c.gardee_id, c.absorbee_id) for c in conflits(session, bonne.id, fausse.id)] == [(a.id, b.id)]
    avant = etat(session, bonne, fausse)
    for choix in ((), (a.id, b.id)):
        with pytest.raises(controle.Refus) as refus:
            fusionner(session, bonne.id, fausse.id, a_annuler=choix)
        assert codes(refus) == {"INS-03"}
    assert etat(session, bonne, fausse) == avant
    fusionner(session, bonne.id, fausse.id, a_annuler=[a.id])
    assert (a.etat, b.etat, b.candidat_id) == (EtatInscription.ANNULEE, EtatInscription.OUVERTE, bonne.id)
    defusionner(session, fausse.id)
    assert etat(session, bonne, fausse) == avant


def test_ce_qui_est_presente_a_un_jury_ne_s_annule_pas(session, deux):
    bonne, fausse = deux
    centre, visee = f.centre(session), f.certification(session)
    a, _ = (f.inscription(session, centre, visee, qui) for qui in deux)
    f.evaluer(session, a)
    actes.presenter(session, f.jury(session, centre), [a])
    with pytest.raises(controle.Refus) as refus:
        fusionner(session, bonne.id, fausse.id, a_annuler=[a.id])
    assert codes(refus) == {"INS-03"}


def test_ce_qu_un_proces_verbal_a_signe_reste_ou_il_est(session):
    centre = f.centre(session)
    f.jury_signe(session, centre, f.certification(session), candidats=1)
    certificat = session.scalars(select(Certificat).where(Certificat.centre_id == centre.id)).first()
    absorbee, gardee = certificat.candidat, f.candidat(session)
    ouverte = f.inscription(session, centre, f.certification(session), absorbee)
    fusionner(session, gardee.id, absorbee.id)
    signee = session.scalars(select(Inscription).where(Inscription.candidat_id == absorbee.id)).one()
    assert signee.etat is EtatInscription.ADMISE
    assert (certificat.candidat_id, ouverte.candidat_id) == (absorbee.id, gardee.id)
    # La fiche absorbée est figée ; un import de son état civil mène à la fiche gardée.
    with pytest.raises(DBAPIError) as erreur, session.begin_nested():
        absorbee.nom_naissance = "Autre"
        session.flush()
    assert controle.traduire(erreur.value).code == "INS-13"
    with pytest.raises(DBAPIError) as erreur, session.begin_nested():
        f.inscription(session, centre, f.certification(session), absorbee)
    assert controle.traduire(erreur.value).code == "INS-13"


def test_une_decision_venue_depuis_ne_revient_pas(session, deux):
    bonne, fausse = deux
    centre, visee = f.centre(session), f.certification(session)
    suivie = f.inscription(session, centre, visee, fausse)
    f.evaluer(session, suivie)
    fusionner(session, bonne.id, fausse.id)
    jury = f.jury(session, centre)
    f.siege(session, jury, president=True)
    f.siege(session, jury, delegation="syndicale", syndicat=f.syndicat(session))
    actes.presenter(session, jury, [suivie])
    actes.ouvrir(session, jury, jury.date_jury)
    f.voter_tous(session, jury.presentations[0])
    actes.signer(session, jury, f.president(jury))
    reste = defusionner(session, fausse.id)
    assert "procès-verbal est signé" in reste[0]
    assert suivie.candidat_id == bonne.id


def test_trois_fiches_a_la_suite(session, deux):
    bonne, fausse = deux
    troisieme = f.candidat(session)
    inscrite = f.inscription(session, f.centre(session), f.certification(session), fausse)
    avant = etat(session, bonne, fausse, troisieme)
    fusionner(session, bonne.id, fausse.id)
    fusionner(session, troisieme.id, bonne.id)
    assert (fausse.fusionne_dans_id, inscrite.candidat_id) == (troisieme.id, troisieme.id)
    with pytest.raises(controle.Refus):
        fusionner(session, bonne.id, troisieme.id)
    defusionner(session, bonne.id)
    assert (fausse.fusionne_dans_id, inscrite.candidat_id) == (bonne.id, bonne.id)
    defusionner(session, fausse.id)
    assert etat(session, bonne, fausse, troisieme) == avant
    with pytest.raises(controle.Refus):
        defusionner(session, fausse.id)


def test_ce_qui_a_change_depuis_est_garde(session, deux):
    bonne, fausse = deux
    fusionner(session, bonne.id, fausse.id, ("courriel",))
    bonne.courriel = "nouveau@exemple.invalid"
    session.flush()
    assert "courriel" in defusionner(session, fausse.id)[0]
    assert bonne.courriel == "nouveau@exemple.invalid"


def test_on_ne_reunit_que_ce_qu_on_voit(session, deux):
    bonne, fausse = deux
    ici, ailleurs = f.centre(session), f.centre(session)
    f.inscription(session, ici, f.certification(session), bonne)
    f.inscription(session, ailleurs, f.certification(session), fausse)
    session.commit()
    with agir_comme(Acteur("responsable", role=Role.RESPONSABLE, centre_id=ici.id)):
        for paire in ((bonne.id, fausse.id), (fausse.id, bonne.id), (bonne.id, bonne.id)):
            with pytest.raises(controle.Refus):
                fusionner(session, *paire)
    f.inscription(session, ici, f.certification(session), fausse)
    with agir_comme(Acteur("responsable", role=Role.RESPONSABLE, centre_id=ici.id)):
        assert fusionner(session, bonne.id, fausse.id).id == bonne.id
