"""Une habilitation à l'écran : qui instruit, qui décide, ce qui se refuse à côté de ce qui l'explique."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from admin_views.extensions import db
from models import Appreciation, EvenementHabilitation, Habilitation, Indicateur, Organisme, Piece
from models.base import aujourd_hui
from models.contexte import agir_comme
from rules.nomenclatures import EtatHabilitation, ResultatIndicateur
from tests.conftest import SYSTEME
from tests.console.conftest import Client, jeton
from tests.fichiers import EXE, PDF
from tests.imports.test_inscriptions import BASE


@pytest.fixture
def lire(application_neuve: Flask) -> Any:
    """Lit la base au nom du système."""

    def lit(requete: Any) -> Any:
        with application_neuve.app_context(), agir_comme(SYSTEME):
            trouve = db.session.execute(requete).all()
            db.session.rollback()
            return trouve

    return lit


def _cle(lire: Any, nom: str) -> int:
    h, o = Habilitation.__table__.c, Organisme.__table__.c
    (trouve,), *_ = lire(
        select(h.id).join(Organisme.__table__, o.id == h.organisme_id).where(o.nom.like(f"{nom}%")).order_by(h.id)
    )
    return int(trouve)


def _etat(lire: Any, cle: int) -> EtatHabilitation:
    h = Habilitation.__table__.c
    return lire(select(h.etat).where(h.id == cle))[0][0]


def _grille(lire: Any, resultat: str = "satisfait", **changements: str) -> dict[str, str]:
    saisie = {}
    for (cle,) in lire(select(Indicateur.__table__.c.id)):
        saisie |= {f"resultat_{cle}": resultat, f"preuve_{cle}": f"Pièce {cle}", f"commentaire_{cle}": "", f"version_{cle}": "0"}
    return saisie | changements


def _envoyer(client: FlaskClient, adresse: str, donnees: dict[str, Any]) -> Any:
    return client.post(adresse, data={"csrf_token": jeton(client, "/compte")} | donnees, content_type="multipart/form-data")


def _geste(client: FlaskClient, cle: int, geste: str, **champs: str) -> Any:
    champs = {f"{geste}-{nom}": valeur for nom, valeur in champs.items()}
    return _envoyer(client, f"/habilitations/details/?id={cle}", {"geste": geste} | champs)


def test_de_la_grille_partielle_a_la_decision(client_neuf: Client, lire: Any) -> None:
    clerc, responsable = client_neuf("clerc68"), client_neuf("responsable68")
    cle, jour = _cle(lire, "Campus des Ateliers"), aujourd_hui().isoformat()
    (dernier,), *_ = reversed(lire(select(Indicateur.__table__.c.id).order_by(Indicateur.__table__.c.id)))
    partielle = _grille(lire, **{f"resultat_{dernier}": "", f"preuve_{dernier}": ""})
    assert _envoyer(clerc, f"/habilitations/grille/?id={cle}", partielle).status_code == 303
    assert _etat(lire, cle) is EtatHabilitation.INSTRUCTION
    page = clerc.get(f"/habilitations/details/?id={cle}").get_data(as_text=True)
    assert "Indicateur 6.2 : il n&#39;est pas encore apprécié" in page
    assert 'name="decision-decide_le"' not in page
    # Le clerc ne décide pas, même en forgeant la demande.
    assert _geste(clerc, cle, "decision", decision="favorable", decide_le=jour).status_code == 403
    refus = _geste(responsable, cle, "decision", decision="favorable", decide_le=jour)
    assert refus.status_code == 422
    dit = refus.get_data(as_text=True)
    assert "Indicateur 6.2" in dit
    assert "HAB-02" in dit
    a = Appreciation.__table__.c
    versions = {f"version_{i}": str(v) for i, v in lire(select(a.indicateur_id, a.version).where(a.habilitation_id == cle))}
    assert _envoyer(clerc, f"/habilitations/grille/?id={cle}", _grille(lire) | versions).status_code == 303
    assert _geste(responsable, cle, "decision", decision="favorable", decide_le=jour).status_code == 303
    assert _etat(lire, cle) is EtatHabilitation.ACCORDEE
    # Décidée : la grille se lit, ne s'écrit plus.
    assert _envoyer(clerc, f"/habilitations/grille/?id={cle}", _grille(lire, "non_satisfait") | versions).status_code in (303, 422)
    resultats = {r for (r,) in lire(select(a.resultat).where(a.habilitation_id == cle))}
    assert resultats == {ResultatIndicateur.SATISFAIT}
    assert clerc.get(f"/habilitations/edit/?id={cle}").status_code == 200
    modifiee = _envoyer(clerc, f"/habilitations/edit/?id={cle}", {"demande_le": "2020-01-01"})
    assert modifiee.status_code in (409, 422)


def test_une_saisie_fausse_ou_depassee_ne_se_perd_pas(client_neuf: Client, lire: Any) -> None:
    clerc, cle = client_neuf("clerc68"), _cle(lire, "Institut en Projet")
    (premier,), *_ = lire(select(Indicateur.__table__.c.id).order_by(Indicateur.__table__.c.id))
    saisie = {f"resultat_{premier}": "non_satisfait", f"preuve_{premier}": "x" * 1001,
              f"commentaire_{premier}": "Commentaire à garder", f"version_{premier}": "1"}
    reponse = _envoyer(clerc, f"/habilitations/grille/?id={cle}", saisie)
    page = reponse.get_data(as_text=True)
    assert reponse.status_code == 422
    assert "dépasse 1000 caractères" in page
    assert "Commentaire à garder" in page
    depassee = _envoyer(clerc, f"/habilitations/grille/?id={cle}", saisie | {f"preuve_{premier}": "P", f"version_{premier}": "9"})
    assert depassee.status_code == 422
    assert "changé entre-temps" in depassee.get_data(as_text=True)
    assert _envoyer(clerc, f"/habilitations/grille/?id={cle}", saisie | {f"resultat_{premier}": "peut-être"}).status_code == 400


def test_une_piece_par_indicateur_verifiee_a_ses_octets(client_neuf: Client, lire: Any) -> None:
    clerc, cle = client_neuf("clerc68"), _cle(lire, "Campus des Ateliers")
    (premier,), *_ = lire(select(Indicateur.__table__.c.id).order_by(Indicateur.__table__.c.id))
    base = {f"resultat_{premier}": "satisfait", f"preuve_{premier}": "", f"commentaire_{premier}": "", f"version_{premier}": "0",
            "nature_piece": "preuve_indicateur"}
    faux = _envoyer(clerc, f"/habilitations/grille/?id={cle}", base | {f"piece_{premier}": (io.BytesIO(EXE), "preuve.pdf")})
    assert faux.status_code == 422
    assert "PIE-04" in faux.get_data(as_text=True)
    assert lire(select(Appreciation.__table__.c.id).where(Appreciation.__table__.c.habilitation_id == cle)) == []
    juste = _envoyer(clerc, f"/habilitations/grille/?id={cle}", base | {f"piece_{premier}": (io.BytesIO(PDF), "preuve.pdf")})
    assert juste.status_code == 303
    a, p = Appreciation.__table__.c, Piece.__table__.c
    (preuve, piece), = lire(select(a.preuve, p.id).join(Piece.__table__, p.appreciation_id == a.id).where(a.habilitation_id == cle))
    assert preuve == "preuve.pdf"
    assert clerc.get(f"/pieces/{piece}").data == PDF
    assert client_neuf("clerc69").get(f"/pieces/{piece}").status_code == 404


def test_etape_visite_et_piece_du_dossier(client_neuf: Client, lire: Any) -> None:
    clerc, cle, jour = client_neuf("clerc68"), _cle(lire, "Campus des Ateliers"), aujourd_hui().isoformat()
    refus = _geste(clerc, cle, "etape", nature="visite", faite_le=jour, compte_rendu="")
    assert refus.status_code == 422
    assert "HAB-03" in refus.get_data(as_text=True)
    assert _geste(clerc, cle, "etape", nature="visite", faite_le=jour, compte_rendu="Ateliers visités.").status_code == 303
    assert "Ateliers visités." in clerc.get(f"/habilitations/details/?id={cle}").get_data(as_text=True)
    envoi = {"nature_piece": "courrier", "piece": (io.BytesIO(PDF), "lettre.pdf")}
    assert _envoyer(clerc, f"/habilitations/piece/?id={cle}", envoi).status_code == 303
    assert "lettre.pdf" in clerc.get(f"/habilitations/details/?id={cle}").get_data(as_text=True)
    institut = _cle(lire, "Institut en Projet")
    page = clerc.get(f"/habilitations/details/?id={institut}").get_data(as_text=True)
    etape = re.findall(r'name="etape" value="(\d+)"', page)[-1]
    envoi = {"etape": etape, "compte_rendu": "Reportée d'une semaine."}
    assert _envoyer(clerc, f"/habilitations/compte-rendu/?id={institut}", envoi).status_code == 303
    assert "Reportée d" in clerc.get(f"/habilitations/details/?id={institut}").get_data(as_text=True)


def test_suspendre_lever_retirer_renouveler(client_neuf: Client, lire: Any) -> None:
    responsable, clerc, jour = client_neuf("responsable68"), client_neuf("clerc68"), aujourd_hui().isoformat()
    cle = _cle(lire, "Atelier-école du Câble")
    assert _geste(clerc, cle, "suspension", le=jour, motif="essai").status_code == 403
    assert _geste(responsable, cle, "suspension", le=jour, motif="").status_code == 422
    assert _geste(responsable, cle, "suspension", le=jour, motif="Sinistre.").status_code == 303
    assert _etat(lire, cle) is EtatHabilitation.SUSPENDUE
    tot = _geste(responsable, cle, "levee", le=jour, motif="Réparé.")
    assert tot.status_code == 422
    assert "HAB-05" in tot.get_data(as_text=True)
    assert _geste(clerc, cle, "renouvellement", demande_le=jour).status_code == 303
    assert _geste(responsable, cle, "retrait", le=jour, motif="Cessation.").status_code == 303
    assert _etat(lire, cle) is EtatHabilitation.RETIREE


def test_une_demande_par_bloc(client_neuf: Client, lire: Any) -> None:
    clerc = client_neuf("clerc68")
    (organisme,), *_ = lire(select(Organisme.__table__.c.id).where(Organisme.__table__.c.nom.like("Campus%")))
    envoi = {"organisme": str(organisme), "demande_le": aujourd_hui().isoformat(), "blocs": "1, BDC 9999"}
    faux = _envoyer(clerc, "/habilitations/new/", envoi)
    assert faux.status_code == 422
    assert "BDC 9999" in faux.get_data(as_text=True)
    h = Habilitation.__table__.c
    avant = len(lire(select(h.id)))
    (numero,), *_ = lire(select(db.text("numero")).select_from(db.text("bloc_competences WHERE numero IS NOT NULL")).limit(1))
    assert _envoyer(clerc, "/habilitations/new/", envoi | {"blocs": str(numero)}).status_code == 303
    assert len(lire(select(h.id))) == avant + 1


def test_l_avis_a_france_competences(client_neuf: Client, lire: Any) -> None:
    gtp, clerc = client_neuf("gtp"), client_neuf("clerc68")
    e = EvenementHabilitation.__table__.c
    page = gtp.get("/changements_habilitations/?avis=retard").get_data(as_text=True)
    assert "en retard" in page
    dus = [c for (c,) in lire(select(e.id).where(e.avise_le.is_(None), e.le <= aujourd_hui()))]
    assert len(dus) > 1
    envoi = {"avise_le": aujourd_hui().isoformat(), "version_lue": "1"}
    assert _envoyer(clerc, f"/changements_habilitations/edit/?id={dus[0]}", envoi).status_code == 403
    assert _envoyer(gtp, f"/changements_habilitations/edit/?id={dus[0]}", envoi).status_code == 303
    groupe = {"action": "aviser", "rowid": [str(c) for c in dus[1:]], "confirme": "1"}
    assert _envoyer(clerc, "/changements_habilitations/action/", groupe).status_code == 403
    assert _envoyer(gtp, "/changements_habilitations/action/", groupe).status_code == 303
    assert lire(select(e.id).where(e.avise_le.is_(None), e.le <= aujourd_hui())) == []
    export = gtp.get("/changements_habilitations/export/csv/?colonnes=le&colonnes=organisme&colonnes=siret&colonnes=avis")
    assert "donné le" in export.get_data(as_text=True)


@pytest.mark.parametrize("compte", ["gtp", "lecture", "uimm", "admin", "jure68"])
def test_qui_n_instruit_pas(client_neuf: Client, lire: Any, compte: str) -> None:
    moi, cle = client_neuf(compte), _cle(lire, "Campus des Ateliers")
    assert _envoyer(moi, f"/habilitations/grille/?id={cle}", _grille(lire)).status_code == 403
    assert _geste(moi, cle, "decision", decision="refus").status_code == 403


def test_un_autre_centre_ne_voit_rien(client_neuf: Client, lire: Any) -> None:
    cle = _cle(lire, "Campus des Ateliers")
    for adresse in ("grille", "piece", "compte-rendu"):
        assert _envoyer(client_neuf("clerc69"), f"/habilitations/{adresse}/?id={cle}", {}).status_code == 404


def test_la_decision_imprime_et_conserve_ses_documents(client_neuf: Client, lire: Any) -> None:
    clerc, responsable = client_neuf("clerc68"), client_neuf("responsable68")
    cle, jour = _cle(lire, "Campus des Ateliers"), aujourd_hui().isoformat()
    _envoyer(clerc, f"/habilitations/grille/?id={cle}", _grille(lire))
    assert clerc.get(f"/documents/habilitation/{cle}/decision-habilitation.pdf").status_code == 404
    _geste(responsable, cle, "decision", decision="favorable", decide_le=jour)
    natures = lire(db.text("SELECT nature FROM archive WHERE habilitation_id = :h").bindparams(h=cle))
    assert sorted(n for (n,) in natures) == ["attestation_habilitation", "decision_habilitation"]
    for code in ("decision-habilitation", "attestation-habilitation"):
        reponse = clerc.get(f"/documents/habilitation/{cle}/{code}.pdf")
        assert reponse.status_code == 200
        assert "Campus des Ateliers" in pypdf.PdfReader(io.BytesIO(reponse.data)).pages[0].extract_text()
        assert client_neuf("clerc69").get(f"/documents/habilitation/{cle}/{code}.pdf").status_code == 404
    assert clerc.get(f"/documents/habilitation/{cle}/autre.pdf").status_code == 404


def test_la_liste_publique_des_organismes(application: Flask) -> None:
    anonyme = application.test_client()
    page = anonyme.get("/liste/organismes")
    assert page.status_code == 200
    assert "Pôle formation de" in page.get_data(as_text=True)
    lignes = anonyme.get("/liste/organismes.json?date=2025-12-31").get_json()["lignes"]
    noms = {x["organisme"] for x in lignes}
    assert any(n.startswith("École de l'Estuaire") for n in noms)
    assert not any(n.startswith(("Formation Expresse", "Institut en Projet")) for n in noms)
    apres = anonyme.get("/liste/organismes.json?date=2026-01-01").get_json()["lignes"]
    assert not any(x["organisme"].startswith("École de l'Estuaire") for x in apres)
    assert {"siret", "centre", "pour", "habilite_le", "prend_fin_le"} <= lignes[0].keys()
    assert "SIRET" not in anonyme.get("/liste/organismes.csv").get_data(as_text=True).splitlines()[1]
    assert anonyme.get("/liste/organismes.json?date=hier").status_code == 400


def test_les_commandes(application_neuve: Flask, lire: Any, tmp_path: Any) -> None:
    def lancer(*args: str) -> Any:
        return application_neuve.test_cli_runner().invoke(args=["habilitation", *args])

    cle = str(_cle(lire, "Institut en Projet"))
    vue = json.loads(lancer("voir", cle, "--json").stdout)
    assert vue["etat"] == "instruction"
    assert sum(r is None for r in vue["indicateurs"].values()) == 5
    refus = lancer("decider", cle, "favorable", "--json")
    assert refus.exit_code == 1
    assert "Indicateur 6.2" in refus.stderr
    assert "HAB-02" in refus.stderr
    liste = json.loads(lancer("liste", "--le", "2025-12-31", "--json").stdout)
    assert any(o["organisme"].startswith("École de l'Estuaire") for o in liste["organismes"])
    cable = str(_cle(lire, "Atelier-école du Câble"))
    retiree = json.loads(lancer("retirer", cable, "--le", "2026-06-01", "--motif", "Cessation.", "--json").stdout)
    assert (retiree["etat"], retiree["au"]) == ("retiree", "2026-05-31")
    assert lancer("retirer", cable, "--le", "2026-06-01", "--motif", "Encore.").exit_code == 1
    assert lancer("voir", "999999").exit_code == 2
    sortie = tmp_path / "decision.pdf"
    fait = application_neuve.test_cli_runner().invoke(args=["document", "decision-habilitation", cable, "-o", str(sortie)])
    assert fait.exit_code == 0, fait.output
    assert sortie.read_bytes().startswith(b"%PDF")


def test_un_organisme_non_habilite_est_refuse_a_l_inscription(application_neuve: Flask, lire: Any, tmp_path: Any) -> None:
    (siret,), *_ = lire(select(Organisme.__table__.c.siret).where(Organisme.__table__.c.nom.like("Institut en Projet%")))
    fichier = tmp_path / "candidats.csv"
    ligne = BASE | {"nom_naissance": "Refusé", "certification": "CQPM 1989 0021", "code_nace": "25.62",
                    "prescripteur": "organisme", "organisme": siret}
    fichier.write_text(";".join(ligne) + "\n" + ";".join(ligne.values()) + "\n", "utf-8")
    rendu = application_neuve.test_cli_runner().invoke(
        args=["importer", "inscriptions", str(fichier), "--centre", "68", "--simuler", "--json"]
    )
    assert rendu.exit_code == 1
    erreurs = json.loads(rendu.stdout)["erreurs"]
    assert [(e["colonne"], e["code"]) for e in erreurs] == [("organisme", "INS-02")]


def test_la_recherche_montre_d_abord_les_habilites(client_neuf: Client) -> None:
    clerc = client_neuf("clerc68")
    trouves = [x["texte"] for x in clerc.get("/inscriptions/ajax/lookup/?name=organisme&query=").get_json()]
    dits = ["non habilité" in t for t in trouves]
    assert not dits[0]
    assert any(dits)
    assert dits == sorted(dits)
    (institut,) = clerc.get("/inscriptions/ajax/lookup/?name=organisme&query=institut").get_json()
    assert institut["texte"].endswith("– non habilité")
