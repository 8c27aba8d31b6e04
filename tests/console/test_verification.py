"""La page publique : valide, duplicata, annulé ; rien qui se moissonne ni se devine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import event, select

from admin_views import verification
from admin_views.extensions import db
from documents.accrochage import preparer
from models import Certificat, Duplicata, Presentation, TentativeConnexion
from models.base import aujourd_hui
from models.contexte import agir_comme, en_ecriture
from rules import actes_accrochage, actes_certificat, actes_rectification, controle
from rules.collecte_accrochage import a_retirer, a_transmettre
from rules.nomenclatures import Destinataire, NatureDeposant, ObjetRectification
from tests import factories as f
from tests.conftest import SYSTEME
from tests.console.conftest import Client

INCONNU = "ABCDEFGHJKMN"


def _certificat(app: Flask) -> tuple[int, str]:
    with app.app_context(), agir_comme(SYSTEME):
        lu = db.session.scalars(select(Certificat).order_by(Certificat.id)).first()
        return lu.id, lu.code_verification


def _texte(app: Flask, code: str, ip: str = "192.0.2.1", attendu: int = 200) -> str:
    reponse = app.test_client().get(f"/verifier/{code}", environ_base={"REMOTE_ADDR": ip})
    assert reponse.status_code == attendu
    return reponse.get_data(as_text=True)


def _annuler(session) -> tuple[Certificat, Certificat]:
    """Un certificat que la rectification d'un nom annule, et celui qui le remplace ; conservé avant."""
    certification = f.certification(session, numero=9980)
    jury = f.jury_signe(session, f.centre(session, demonstration=True), certification, candidats=1)
    ancien = session.scalars(
        select(Certificat).join(Presentation, Presentation.id == Certificat.presentation_id).where(Presentation.jury_id == jury.id)
    ).one()
    f.archive(session, centre_id=jury.centre_id, certificat_id=ancien.id)
    (pv,) = jury.proces_verbaux
    f.archive(session, centre_id=jury.centre_id, proces_verbal_id=pv.id)
    actes_accrochage.regler_emetteur(session, "00AAA000", "C", NatureDeposant.CERTIFICATEUR)
    fichier = preparer(session, en_une_transaction=True).fichiers
    assert fichier
    rectificatif = actes_rectification.ouvrir_rectificatif(session, pv, "Nom mal écrit.")
    actes_rectification.rectifier(session, rectificatif, jury.presentations[0], ObjetRectification.NOM_NAISSANCE, "Dupond")
    (neuf,) = actes_rectification.signer_rectificatif(session, rectificatif, f.president(jury), aujourd_hui())
    session.expire_all()
    return ancien, neuf


def test_valide_et_duplicata(application_neuve: Flask) -> None:
    cle, code = _certificat(application_neuve)
    page = _texte(application_neuve, code)
    assert "démonstration, sans valeur" in page
    assert "Duplicata" not in page
    with application_neuve.app_context(), agir_comme(SYSTEME), en_ecriture():
        db.session.add(Duplicata(numero="DU-0000042", certificat_id=cle, delivre_le=aujourd_hui(), motif="Perte du sac à Lyon",
                                 centre_id=db.session.get_one(Certificat, cle).centre_id))
        db.session.commit()
    page = _texte(application_neuve, code)
    assert "DU-0000042" in page
    assert "Lyon" not in page


def test_annule_et_remplace(application_neuve: Flask, client_neuf: Client) -> None:
    with application_neuve.app_context(), agir_comme(SYSTEME), en_ecriture():
        ancien, neuf = _annuler(db.session())
        session = db.session()
        codes, cles = (ancien.code_verification, neuf.code_verification), (ancien.id, neuf.id)
        # Ni remise, ni duplicata, ni dépôt de ce qui est annulé ; ce qui était parti se dit.
        for acte in (
            lambda: actes_certificat.remettre(session, ancien, aujourd_hui(), Destinataire.CANDIDAT, "Elle", aujourd_hui()),
            lambda: actes_certificat.delivrer_duplicata(session, ancien, "Perte", aujourd_hui()),
        ):
            with pytest.raises(controle.Refus) as refus:
                acte()
            assert "annulé" in refus.value.violations[0].message
        dus = set(session.scalars(a_transmettre(session)))
        assert neuf.id in dus
        assert ancien.id not in dus
        assert a_retirer(session) == []
        db.session.commit()
    page = _texte(application_neuve, codes[0])
    assert "est annulé depuis le" in page
    assert "Un certificat rectifié l'a remplacé" in page
    assert codes[1] not in page
    assert "annulé" not in _texte(application_neuve, codes[1])
    fiche = client_neuf("gtp").get(f"/certificats/details/?id={cles[0]}").get_data(as_text=True)
    assert "annulé le" in fiche
    assert "remplacé par" in fiche


@contextmanager
def instructions(app: Flask) -> Iterator[list[str]]:
    """Les instructions SQL d'un bloc, sans leurs valeurs."""
    vues: list[str] = []
    with app.app_context():
        moteur = db.engine

    def noter(_c, _cur, ordre, *_):
        vues.append(ordre)

    event.listen(moteur, "before_cursor_execute", noter)
    yield vues
    event.remove(moteur, "before_cursor_execute", noter)


MAL_ECRITS = ["ABC", "0" * 12, "O" * 12, "A" * 40, "ABCDEFGHJKM1", "é" * 12, "12/34", "<script>"]


@pytest.mark.parametrize("rang", range(len(MAL_ECRITS)))
def test_inconnu_ou_mal_ecrit_rien_ne_les_distingue(application: Flask, rang: int) -> None:
    """Même page au code près, même code HTTP, mêmes requêtes : le temps non plus ne dit rien."""
    reponses, requetes = [], []
    for rang_ip, code in enumerate((INCONNU, MAL_ECRITS[rang].replace("/", ""))):
        with instructions(application) as vues:
            reponse = application.test_client().get(
                "/verifier/", query_string={"code": code}, environ_base={"REMOTE_ADDR": f"192.0.2.{10 + 2 * rang + rang_ip}"}
            )
        reponses.append((reponse.status_code, re.sub(r'nonce="[^"]*"|value="[^"]*"', "", reponse.get_data(as_text=True))))
        requetes.append(vues)
    assert reponses[0] == reponses[1]
    assert requetes[0] == requetes[1]


def test_les_codes_ne_se_suivent_pas(application: Flask) -> None:
    """Tirés au sort : aucun ne partage son début avec un autre plus que le hasard ne le ferait."""
    with application.app_context(), agir_comme(SYSTEME):
        codes = sorted(db.session.scalars(select(Certificat.code_verification)))
    assert len(set(codes)) == len(codes) > 50
    assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{12}", c) for c in codes)
    assert not any(a[:6] == b[:6] for a, b in pairwise(codes))


def test_le_frein_compte_les_echecs_et_les_essais(application_neuve: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_ESSAIS_PAR_ADRESSE", 30)
    _, code = _certificat(application_neuve)
    client = application_neuve.test_client()

    def essayer(demande: str, ip: str) -> int:
        return client.get(f"/verifier/{demande}", environ_base={"REMOTE_ADDR": ip}).status_code

    assert [essayer(INCONNU, "198.51.100.7") for _ in range(21)] == [404] * 20 + [429]
    assert essayer(code, "198.51.100.7") == 429, "freiné, même un vrai code ne répond plus"
    assert [essayer(code, "198.51.100.8") for _ in range(31)] == [200] * 30 + [429]
    # En IPv6, tout un réseau ne compte que pour un visiteur.
    assert [essayer(INCONNU, f"2001:db8:0:1::{n:x}") for n in range(1, 22)] == [404] * 20 + [429]
    assert essayer(INCONNU, "2001:db8:0:2::1") == 404
    with application_neuve.app_context():
        adresses = set(db.session.scalars(select(TentativeConnexion.empreinte_adresse)))
    assert all(re.fullmatch(r"[0-9a-f]{64}", a) for a in adresses)


def test_la_page_ne_se_garde_ni_ne_s_indexe(application: Flask) -> None:
    reponse = application.test_client().get("/verifier/")
    assert reponse.status_code == 200
    assert "noindex" in reponse.headers["X-Robots-Tag"]
    assert reponse.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in reponse.headers
