"""L'engagement se juge à la date de l'inscription : suppression, fin d'enregistrement, retrait d'habilitation."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from documents.sources import certificats
from documents.sources_jury import decisions
from imports.inscriptions import inscrire
from models import Certification, Inscription
from rules import actes, actes_habilitation, actes_vae, controle
from rules.actes_evaluation import reprendre_acquis
from rules.actes_vae import Conclusion
from rules.collecte import inscriptions_facts
from rules.collecte_evaluation import acquis_facts
from rules.nomenclatures import ConclusionVae, Decision, Delegation, EtatInscription, Voie
from rules.noyau import bloquantes
from tests import factories as f
from tests.imports.test_inscriptions import BASE

FIN = f.DATE_INSCRIPTION + dt.timedelta(days=30)
VEILLE = FIN - dt.timedelta(days=1)
DATES = {"veille": VEILLE, "jour": FIN}
assert FIN < f.DATE_JURY


def supprimer(session: Session, certification: Certification) -> None:
    certification.date_suppression = FIN
    session.flush()


def finir(session: Session, certification: Certification, derniere: dt.date | None = None) -> None:
    """L'enregistrement au RNCP vaut jusqu'à la veille."""
    (fiche,) = certification.enregistrements
    fiche.au, fiche.derniere_delivrance = VEILLE, derniere
    session.flush()


def jury(session: Session, centre):
    prepare = f.jury(session, centre)
    f.siege(session, prepare, president=True)
    f.siege(session, prepare, delegation=Delegation.SYNDICALE, syndicat=f.syndicat(session))
    return prepare


def deliberer(session: Session, centre, inscription: Inscription, decision: Decision):
    """De la présentation à l'attribution ; rend les certificats."""
    seance = jury(session, centre)
    actes.presenter(session, seance, [inscription])
    actes.ouvrir(session, seance, seance.date_jury)
    f.voter_tous(session, seance.presentations[0], decision)
    actes.signer(session, seance, f.president(seance))
    return seance, actes.attribuer(session, seance)


@pytest.mark.parametrize("quand", DATES)
def test_on_n_engage_plus_a_partir_du_jour(session: Session, quand: str) -> None:
    """Par la porte du formulaire et de l'import : la veille passe, le jour est refusé avec son code."""
    centre = f.centre(session)
    supprimee, finie, gardee = (f.certification(session) for _ in range(3))
    supprimer(session, supprimee)
    finir(session, finie)
    habilitation = f.habilitation_decidee(session, centre)
    habilitation.organisme.siret = "99000000100018"
    actes_habilitation.retirer(session, habilitation, FIN, "Cessation.")
    commun = BASE | {"date_inscription": f"{DATES[quand]:%d/%m/%Y}"}
    saisies = [
        commun | {"nom_naissance": "Un", "certification": supprimee.base_identifiant},
        commun | {"nom_naissance": "Deux", "certification": finie.base_identifiant, "voie": "vae",
                  "date_recevabilite": commun["date_inscription"]},
        commun | {"nom_naissance": "Trois", "certification": gardee.base_identifiant, "prescripteur": "organisme",
                  "organisme": "99000000100018"},
        commun | {"nom_naissance": "Quatre", "certification": finie.base_identifiant,
                  "blocs": finie.versions[0].blocs[0].bloc.identifiant},
        commun | {"nom_naissance": "Cinq", "certification": finie.base_identifiant},
    ]
    refus = [[(e.colonne, e.code) for e in x.erreurs] for x in inscrire(session, centre.id, saisies)]
    if quand == "veille":
        assert refus == [[], [], [], [], []]
    else:
        assert refus == [
            [("date_inscription", "SUP-03")], [("voie", "VAE-01")], [("organisme", "INS-02")], [("blocs", "INS-06")], [],
        ]


def test_qui_s_est_engage_avant_va_au_bout(session: Session) -> None:
    """Supprimée, plus enregistrée, organisme retiré : l'inscription d'avant se juge encore sans reproche et se certifie."""
    centre, certification = f.centre(session), f.certification(session)
    habilitation = f.habilitation_decidee(session, centre)
    inscription = f.inscription(session, centre, certification, organisme=habilitation.organisme)
    supprimer(session, certification)
    finir(session, certification)
    actes_habilitation.retirer(session, habilitation, FIN, "Cessation.")
    f.evaluer(session, inscription)
    assert bloquantes(controle.inscription(inscriptions_facts(session, [inscription.id])[inscription.id])) == ()
    _, certificats_faits = deliberer(session, centre, inscription, Decision.ADMIS)
    assert len(certificats_faits) == 1
    (faits,) = certificats(session, [certificats_faits[0].id], "https://exemple.invalid")
    assert faits.identifiant.endswith(" R")
    assert faits.code_rncp == certification.enregistrements[0].code
    assert inscription.etat is EtatInscription.ADMISE


@pytest.mark.parametrize(("derniere", "blocs"), [
    (None, 1), (f.DATE_JURY, 1), (f.DATE_JURY - dt.timedelta(days=1), 0),
])
def test_les_blocs_acquis_d_un_parcours_engage_au_rncp(session: Session, derniere: dt.date | None, blocs: int) -> None:
    """ATT-03, ATT-04 : la fiche finie porte encore qui s'y est engagé, tant qu'elle se délivre ; la lettre dit de même."""
    centre, certification = f.centre(session), f.certification(session)
    qui = f.candidat(session)
    inscription = f.inscription(session, centre, certification, qui)
    finir(session, certification, derniere)
    f.evaluer(session, inscription, non_acquises=[4])
    seance, faits = deliberer(session, centre, inscription, Decision.NON_ADMIS)
    assert [c.bloc_id for c in faits] == [certification.versions[0].blocs[0].bloc_id] * blocs
    (lettre,) = decisions(session, seance.id, seance.date_jury)
    assert (lettre.rncp, len(lettre.blocs_acquis)) == (bool(blocs), blocs)
    assert lettre.acquis_jusqu_au == f.DATE_JURY.replace(year=f.DATE_JURY.year + (5 if blocs else 2))
    if faits:
        (certificat,) = certificats(session, [faits[0].id], "https://exemple.invalid")
        assert certificat.code_rncp == certification.enregistrements[0].code
    suivante = f.inscription(session, centre, certification, qui, date_inscription=dt.date(2028, 3, 13))
    acquis = acquis_facts(session, [suivante.id])[suivante.id]
    assert {a.rncp for a in acquis} == {bool(blocs)}
    assert reprendre_acquis(session, suivante.id, jour=dt.date(2028, 3, 14)) == (3 if blocs else 0)


@pytest.mark.parametrize("du", [None, f.CREATION])
@pytest.mark.parametrize("finie", [False, True])
def test_une_vae_engagee_se_valide_par_blocs(session: Session, du: dt.date | None, *, finie: bool) -> None:
    """VAE-05 : par blocs entiers si la fiche portait l'inscription, même finie depuis ou reprise sans date d'effet."""
    centre, certification = f.centre(session), f.certification(session)
    certification.enregistrements[0].du = du
    inscription = f.inscription(session, centre, certification, voie=Voie.VAE, date_recevabilite=f.DATE_INSCRIPTION)
    f.vae_conclue(session, inscription)
    vae = inscription.vae
    vae.conclusion, vae.commission = None, f.commission_validation(session, centre, tenue_le=FIN)
    for evaluation in list(inscription.evaluations):
        session.delete(evaluation)
    if finie:
        finir(session, certification)
    session.flush()
    session.expire_all()
    competences = [c.id for place in certification.versions[0].blocs for c in place.bloc.competences]
    with pytest.raises(controle.Refus) as refus:
        actes_vae.conclure(session, [Conclusion(inscription, ConclusionVae.PARTIELLE, competences[:1])], FIN)
    assert {v.code for v in refus.value.violations} == {"VAE-05"}
    actes_vae.conclure(session, [Conclusion(inscription, ConclusionVae.PARTIELLE, competences[:2])], FIN)
    assert session.scalar(select(Inscription.etat).where(Inscription.id == inscription.id)) is EtatInscription.OUVERTE
