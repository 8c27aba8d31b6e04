"""Rectifier un procès-verbal signé, sur les deux moteurs : l'original ne change pas, les certificats suivent."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import AnnulationCertificat, Certificat, Jury, ProcesVerbal
from models.contexte import agir_comme, en_ecriture
from rules import actes, actes_rectification, controle
from rules.nomenclatures import Decision, EtatInscription, ObjetRectification, ResultatCompetence
from tests import factories as f
from tests.conftest import SYSTEME

JOUR = dt.date(2028, 2, 29)


def codes(refus) -> set[str]:
    return {v.code for v in refus.value.violations}


def signe(session: Session, *, decision: Decision = Decision.ADMIS, non_acquises=()) -> Jury:
    """Un jury signé, ses certificats attribués, les octets de son procès-verbal conservés ; un CQPM au RNCP de deux blocs."""
    centre, certification = f.centre(session), f.certification(session, blocs=2, competences=2)
    jury = f.jury(session, centre)
    f.siege(session, jury, president=True)
    f.siege(session, jury)
    inscription = f.inscription(session, centre, certification)
    f.evaluer(session, inscription, non_acquises=non_acquises)
    actes.presenter(session, jury, [inscription])
    actes.ouvrir(session, jury, jury.date_jury)
    f.voter_tous(session, jury.presentations[0], decision)
    if decision is Decision.NON_ADMIS and not non_acquises:
        actes.retenir(session, jury.presentations[0], {}, "Pièces irrecevables.")
    actes.signer(session, jury, f.president(jury))
    actes.attribuer(session, jury)
    f.archive(session, centre_id=centre.id, proces_verbal_id=jury.proces_verbaux[0].id)
    return jury


def rectificatif(session: Session, jury: Jury, *changements) -> ProcesVerbal:
    pv = actes_rectification.ouvrir_rectificatif(session, jury.proces_verbaux[0], "Feuille de vote mal lue.")
    for objet, apres, *competence in changements:
        actes_rectification.rectifier(session, pv, jury.presentations[0], objet, apres, *competence)
    return pv


def approuver(session: Session, jury: Jury, pv: ProcesVerbal) -> None:
    for siege in jury.sieges:
        actes_rectification.voter_rectificatif(session, pv, siege, pour=True)


def numeros(session: Session, jury: Jury) -> list[str]:
    return list(session.scalars(select(Certificat.numero).where(Certificat.centre_id == jury.centre_id).order_by(Certificat.id)))


def annules(session: Session) -> set[str]:
    return set(session.scalars(select(Certificat.numero).join(AnnulationCertificat)))


def test_une_decision_rectifiee_repasse_au_vote_et_annule_le_certificat(session):
    jury = signe(session)
    (avant,) = numeros(session, jury)
    presentation, original = jury.presentations[0], jury.proces_verbaux[0]
    derniere = presentation.competences[-1]
    pv = rectificatif(session, jury, (ObjetRectification.DECISION, "NA"), (ObjetRectification.COMPETENCE, "non_acquise", derniere))
    assert pv.reference == f"{original.reference} R1"
    with pytest.raises(controle.Refus) as refus, session.begin_nested():
        actes_rectification.signer_rectificatif(session, pv, f.president(jury), JOUR)
    assert codes(refus) == {"JUR-10"}
    session.expire_all()
    approuver(session, jury, pv)
    neufs = actes_rectification.signer_rectificatif(session, pv, f.president(jury), JOUR)
    session.expire_all()
    assert (presentation.decision, presentation.inscription.etat) == (Decision.NON_ADMIS, EtatInscription.NON_ADMISE)
    assert derniere.retenu is ResultatCompetence.NON_ACQUISE
    # Le CQPM est annulé sans remplaçant ; le premier bloc, entier, a le sien (ATT-03).
    assert annules(session) == {avant}
    assert [c.bloc_id for c in neufs] == [presentation.competences[0].competence.bloc_id]
    assert (neufs[0].remplace_id, session.scalar(select(AnnulationCertificat.annule_le))) == (None, JOUR)
    assert original.rectifie_id is None
    # Rectifié de nouveau, il retrouve un CQPM, qui remplace le premier ; aucun numéro ne revient.
    encore = actes_rectification.ouvrir_rectificatif(session, original, "La première rectification se trompait.")
    actes_rectification.rectifier(session, encore, presentation, ObjetRectification.DECISION, "A")
    actes_rectification.rectifier(session, encore, presentation, ObjetRectification.COMPETENCE, "acquise", derniere)
    approuver(session, jury, encore)
    (cqpm,) = actes_rectification.signer_rectificatif(session, encore, f.president(jury), JOUR)
    assert (cqpm.bloc_id, cqpm.remplace.numero) == (None, avant)
    assert annules(session) == {avant, neufs[0].numero}
    assert len(set(numeros(session, jury))) == 3
    assert actes.attribuer(session, jury) == []


def test_une_identite_mal_ecrite_se_signe_sans_vote_et_refait_les_certificats(session):
    jury = signe(session)
    (avant,) = numeros(session, jury)
    candidat = jury.presentations[0].inscription.candidat
    pv = rectificatif(session, jury, (ObjetRectification.PRENOMS, "Jeanne Marie"), (ObjetRectification.DATE_NAISSANCE, "1994-05-13"))
    (neuf,) = actes_rectification.signer_rectificatif(session, pv, f.president(jury), JOUR)
    session.expire_all()
    assert (candidat.prenoms, candidat.date_naissance) == ("Jeanne Marie", dt.date(1994, 5, 13))
    assert "jeanne marie" in candidat.recherche
    assert (neuf.remplace.numero, annules(session)) == (avant, {avant})


def test_une_competence_sans_changer_la_decision_exige_la_coherence(session):
    jury = signe(session)
    pv = rectificatif(session, jury, (ObjetRectification.COMPETENCE, "non_acquise", jury.presentations[0].competences[0]))
    approuver(session, jury, pv)
    with pytest.raises(controle.Refus) as refus:
        actes_rectification.signer_rectificatif(session, pv, f.president(jury), JOUR)
    assert codes(refus) == {"JUR-11"}


def test_ce_qui_change_apres_le_vote_se_revote(session):
    jury = signe(session)
    pv = rectificatif(session, jury, (ObjetRectification.DECISION, "NA"))
    approuver(session, jury, pv)
    actes_rectification.rectifier(session, pv, jury.presentations[0], ObjetRectification.COMPETENCE, "non_acquise",
                                  jury.presentations[0].competences[0])
    assert pv.votes_rectificatifs == []
    actes_rectification.rectifier(session, pv, jury.presentations[0], ObjetRectification.DECISION, "A")  # comme avant : la ligne part
    assert [r.objet for r in pv.rectifications] == [ObjetRectification.COMPETENCE]


def test_ce_qu_un_rectificatif_ne_peut_pas(session):
    jury = signe(session)
    with pytest.raises(controle.Refus) as refus:
        actes_rectification.ouvrir_rectificatif(session, jury.proces_verbaux[0], "  ")
    assert codes(refus) == {"JUR-13"}
    pv = rectificatif(session, jury)
    for geste in (
        lambda: actes_rectification.ouvrir_rectificatif(session, jury.proces_verbaux[0], "encore"),
        lambda: actes_rectification.signer_rectificatif(session, pv, f.president(jury), JOUR),
        lambda: actes_rectification.rectifier(session, pv, jury.presentations[0], ObjetRectification.DECISION, "ajourné"),
    ):
        with pytest.raises(controle.Refus) as refus:
            geste()
        assert codes(refus) == {"JUR-13"}
    autre = next(s for s in jury.sieges if not s.president)
    actes_rectification.rectifier(session, pv, jury.presentations[0], ObjetRectification.NOM_USAGE, "Petit")
    with pytest.raises(controle.Refus) as refus:
        actes_rectification.signer_rectificatif(session, pv, autre, JOUR)
    assert codes(refus) == {"JUR-13"}
    actes_rectification.abandonner(session, pv)
    assert actes_rectification.ouvrir_rectificatif(session, jury.proces_verbaux[0], "Enfin").reference.endswith("R1")


def test_une_identite_deja_portee_est_dite(session):
    jury = signe(session)
    lui = jury.presentations[0].inscription.candidat
    f.candidat(session, nom_naissance=lui.nom_naissance, prenoms="Autre", date_naissance=lui.date_naissance)
    pv = rectificatif(session, jury, (ObjetRectification.PRENOMS, "Autre"))
    with pytest.raises(controle.Refus) as refus, session.begin_nested():
        actes_rectification.signer_rectificatif(session, pv, f.president(jury), JOUR)
    assert codes(refus) == {"INS-13"}


def test_la_base_n_admet_que_ce_que_dit_le_dernier_rectificatif_signe(session):
    jury = signe(session)
    presentation = jury.presentations[0]
    pv = rectificatif(session, jury, (ObjetRectification.DECISION, "NA"))

    def passer(decision):
        with session.begin_nested() as etape:
            session.execute(text("UPDATE presentation SET decision = :d WHERE id = :p"), {"d": decision, "p": presentation.id})
            etape.rollback()

    with pytest.raises(DBAPIError, match="JUR-13"):
        passer("NA")  # rien n'est signé
    session.flush()
    approuver(session, jury, pv)
    actes_rectification.signer_rectificatif(session, pv, f.president(jury), JOUR)
    with pytest.raises(DBAPIError, match="JUR-13"):
        passer("A")  # le retour en arrière n'est dit par personne
    with pytest.raises(DBAPIError, match="JUR-13"), session.begin_nested():
        session.execute(text("UPDATE rectification SET apres = 'A' WHERE proces_verbal_id = :v"), {"v": pv.id})


def test_deux_signatures_du_rectificatif_a_la_fois_une_seule_compte(moteur, ouvrir):
    with ouvrir() as session:
        jury = signe(session)
        jury_id = jury.id
        pv_id = rectificatif(session, jury, (ObjetRectification.PRENOMS, "Jeanne Marie")).id
    depart, leves = threading.Barrier(2), []

    def signer():
        depart.wait()
        try:
            with agir_comme(SYSTEME), en_ecriture(), Session(moteur) as s, s.begin():
                actes_rectification.signer_rectificatif(s, s.get(ProcesVerbal, pv_id), f.president(s.get(Jury, jury_id)), JOUR)
        except controle.Refus as refus:
            leves.append({v.code for v in refus.violations})

    fils = [threading.Thread(target=signer) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(60)
    assert leves == [{"JUR-13"}]
    with ouvrir() as session:
        assert session.scalar(select(func.count(Certificat.id))) == 2
        assert session.scalar(select(func.count(AnnulationCertificat.id))) == 1
