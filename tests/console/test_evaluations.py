"""Évaluer par la console : commissions, page d'une inscription, grille, avis, acquis ; qui peut, qui ne peut pas."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from admin_views.extensions import db
from models import AvisEntreprise, Centre, CommissionEvaluation, Evaluation, Inscription, Personne, Presentation
from models.base import aujourd_hui
from models.contexte import agir_comme, systeme
from rules.collecte_evaluation import acquis_facts, dossiers_facts
from rules.evaluation import DossierFacts, dispense_d_avis
from rules.nomenclatures import EtatInscription, ResultatCompetence, Voie
from tests.console.conftest import Client, confirmer_un_fichier, jeton, verifier_un_fichier


def _envoyer(client: FlaskClient, adresse: str, **donnees: object) -> tuple[int, str]:
    reponse = client.post(adresse, data={"csrf_token": jeton(client, "/compte")} | donnees, follow_redirects=True)
    return reponse.status_code, html.unescape(reponse.get_data(as_text=True))


def _centre(code: str = "68") -> int:
    return db.session.scalars(select(Centre.id).where(Centre.code == code)).one()


def _a_evaluer(app: Flask, code: str = "68") -> list[DossierFacts]:
    """Les dossiers ouverts, en formation, que rien n'a encore évalués et que nul jury n'attend."""
    with app.app_context(), agir_comme(systeme("essais")):
        ids = db.session.scalars(
            select(Inscription.id).where(
                Inscription.centre_id == _centre(code), Inscription.etat == EtatInscription.OUVERTE,
                Inscription.voie == Voie.FORMATION, Inscription.id.not_in(select(Presentation.inscription_id)),
            )
        ).all()
        trouves = [d for d in dossiers_facts(db.session(), ids).values() if d.competences and not d.evaluations]
    assert len(trouves) > 2
    return trouves


def _commission(client: FlaskClient, app: Flask) -> int:
    with app.app_context(), agir_comme(systeme("essais")):
        personnes = db.session.scalars(select(Personne.id).where(Personne.centre_id == _centre()).limit(2)).all()
    code, page = _envoyer(
        client, "/commissions_evaluation/new/", date_commission=aujourd_hui().isoformat(), lieu="Mulhouse",
        personne_1=str(personnes[0]), domaine_1="Soudage", personne_2=str(personnes[1]), domaine_2="Contrôle",
    )
    assert code == 200
    trouvee = re.search(r"(CE 68-\d{4}-\d{4})", page)
    assert trouvee
    with app.app_context(), agir_comme(systeme("essais")):
        return db.session.scalars(
            select(CommissionEvaluation.id).where(CommissionEvaluation.reference == trouvee.group(1))
        ).one()


def _relu(app: Flask, inscription_id: int) -> DossierFacts:
    with app.app_context(), agir_comme(systeme("essais")):
        return dossiers_facts(db.session(), [inscription_id])[inscription_id]


# --- les commissions


@pytest.mark.parametrize(
    ("saisie", "dit"),
    [
        ({}, "EVA-02"),
        ({"personne_1": 0, "domaine_1": "Soudage"}, "un seul membre"),
        ({"personne_1": 0, "domaine_1": "Soudage", "personne_2": 0, "domaine_2": "Contrôle"}, "un seul membre"),
        ({"personne_1": 0, "domaine_1": "Soudage", "personne_2": 1, "domaine_2": ""}, "Indiquez le domaine qui qualifie"),
        ({"domaine_1": "Soudage"}, "Indiquez de qui est ce domaine."),
        ({"personne_1": 0, "domaine_1": "S", "personne_2": 1, "domaine_2": "C", "lieu": ""}, "Indiquez le lieu."),
    ],
)
def test_une_commission_incomplete_est_refusee(application_neuve: Flask, client_neuf: Client, saisie, dit) -> None:
    clerc = client_neuf("clerc68")
    with application_neuve.app_context(), agir_comme(systeme("essais")):
        personnes = db.session.scalars(select(Personne.id).where(Personne.centre_id == _centre()).limit(2)).all()
        avant = db.session.query(CommissionEvaluation).count()
    champs = {k: str(personnes[v]) if k.startswith("personne") else v for k, v in saisie.items()}
    code, page = _envoyer(
        clerc, "/commissions_evaluation/new/", **{"date_commission": "2026-01-05", "lieu": "Mulhouse"} | champs
    )
    assert code == 422
    assert dit in page
    with application_neuve.app_context(), agir_comme(systeme("essais")):
        assert db.session.query(CommissionEvaluation).count() == avant


def test_une_commission_qui_a_evalue_garde_deux_membres(application_neuve: Flask, client_neuf: Client) -> None:
    clerc = client_neuf("clerc68")
    with application_neuve.app_context(), agir_comme(systeme("essais")):
        commission = db.session.scalars(
            select(CommissionEvaluation).where(CommissionEvaluation.centre_id == _centre()).order_by(CommissionEvaluation.id)
        ).first()
        identite, version = commission.id, commission.version
        membres = [(str(e.personne_id), e.domaine) for e in commission.evaluateurs]
    page = clerc.get(f"/commissions_evaluation/edit/?id={identite}").get_data(as_text=True)
    assert all(html.escape(domaine) in page for _, domaine in membres)
    commun = {"date_commission": "2026-01-05", "lieu": "Colmar", "version_lue": str(version)}
    code, page = _envoyer(
        clerc, f"/commissions_evaluation/edit/?id={identite}", **commun, personne_1=membres[0][0], domaine_1="Soudage"
    )
    assert code == 422
    assert "EVA-02" in page
    code, page = _envoyer(
        clerc, f"/commissions_evaluation/edit/?id={identite}", **commun,
        personne_1=membres[0][0], domaine_1="Autre domaine", personne_2=membres[1][0], domaine_2=membres[1][1],
    )
    assert code == 200
    assert "Autre domaine" in page
    # Une seconde personne, restée sur l'ancienne version, est avertie.
    code, page = _envoyer(
        clerc, f"/commissions_evaluation/edit/?id={identite}", **commun,
        personne_1=membres[0][0], domaine_1="S", personne_2=membres[1][0], domaine_2="C",
    )
    assert code == 409


# --- la page d'une inscription


def test_une_inscription_jusqu_a_tout_evalue(application_neuve: Flask, client_neuf: Client) -> None:
    app, clerc = application_neuve, client_neuf("clerc68")
    commission = _commission(clerc, app)
    dossier = next(d for d in _a_evaluer(app) if dispense_d_avis(d) is None)
    adresse = f"/evaluations/{dossier.inscription_id}/"
    page = html.unescape(clerc.get(adresse).get_data(as_text=True))
    assert all(c.code in page for c in dossier.competences)
    assert "EVA-03" in page
    assert "EVA-05" in page
    # Un résultat sans modalité ni commission : refusé à côté de sa compétence, la saisie reste.
    premiere = dossier.competences[0]
    code, page = _envoyer(clerc, adresse, **{f"resultat-{premiere.id}": "acquise", f"appreciation-{premiere.id}": "Rien perdu"})
    assert code == 422
    assert "EVA-01" in page
    assert "EVA-02" in page
    assert "Rien perdu" in page
    assert _relu(app, dossier.inscription_id).evaluations == {}
    # Une modalité que le référentiel ne prévoit pas.
    autre = next(c for c in dossier.competences if len(c.modalites) < 3)
    interdite = ({"observation", "questionnement", "projet"} - {m.code for m in autre.modalites}).pop()
    code, page = _envoyer(clerc, adresse, **{f"modalite-{autre.id}": interdite})
    assert code == 422
    assert "le référentiel ne prévoit pas cette modalité" in page
    # Tout, en une fois : commission et date données pour tous.
    saisie = {"commission_defaut": str(commission), "convenu_le": aujourd_hui().isoformat()}
    for c in dossier.competences:
        saisie |= {f"modalite-{c.id}": c.modalites[0].code, f"resultat-{c.id}": "acquise", f"version-{c.id}": "0"}
    code, page = _envoyer(clerc, adresse, **saisie)
    assert code == 200, page
    relu = _relu(app, dossier.inscription_id)
    assert relu.evaluees == len(dossier.competences)
    assert {e.date_evaluation for e in relu.evaluations.values()} == {aujourd_hui()}
    assert relu.convenu_le == aujourd_hui()
    assert "EVA-05" not in page
    assert "EVA-03" in page
    # L'avis de l'entreprise : incomplet, puis donné ; alors tout est évalué.
    code, page = _envoyer(clerc, f"{adresse}avis", sens="favorable", auteur="Paul Tuteur", fonction="", date_avis="")
    assert code == 422
    assert "EVA-03" in page
    assert 'value="Paul Tuteur"' in page
    code, page = _envoyer(
        clerc, f"{adresse}avis", sens="reserve", auteur="Paul Tuteur", fonction="Tuteur",
        date_avis=aujourd_hui().isoformat(), commentaire="À revoir",
    )
    assert code == 200
    assert "Tout est évalué" in page
    assert _relu(app, dossier.inscription_id).avis.commentaire == "À revoir"


def test_deux_personnes_sur_la_meme_competence(application_neuve: Flask, client_neuf: Client) -> None:
    app, clerc = application_neuve, client_neuf("clerc68")
    commission, dossier = _commission(clerc, app), _a_evaluer(app)[0]
    adresse, c = f"/evaluations/{dossier.inscription_id}/", dossier.competences[0]
    saisie = {
        "commission_defaut": str(commission), f"modalite-{c.id}": c.modalites[0].code, f"version-{c.id}": "0",
    }
    assert _envoyer(clerc, adresse, **saisie, **{f"resultat-{c.id}": "acquise"})[0] == 200
    autre = client_neuf("responsable68")
    code, page = _envoyer(autre, adresse, **saisie, **{f"resultat-{c.id}": "non_acquise"})
    assert code == 422
    assert "Quelqu'un d'autre vient de noter « acquise »" in page
    assert _relu(app, dossier.inscription_id).resultat(c.id) is ResultatCompetence.ACQUISE
    version = re.search(rf'name="version-{c.id}" value="(\d+)"', page).group(1)
    assert version != "0"
    code, _ = _envoyer(autre, adresse, **saisie | {f"version-{c.id}": version}, **{f"resultat-{c.id}": "non_acquise"})
    assert code == 200
    assert _relu(app, dossier.inscription_id).resultat(c.id) is ResultatCompetence.NON_ACQUISE


@pytest.mark.parametrize("date", ["n'importe quoi", "2026-13-45"])
def test_une_date_illisible_ne_perd_rien(application_neuve: Flask, client_neuf: Client, date) -> None:
    clerc, dossier = client_neuf("clerc68"), _a_evaluer(application_neuve)[0]
    c = dossier.competences[0]
    code, page = _envoyer(
        clerc, f"/evaluations/{dossier.inscription_id}/",
        **{f"date-{c.id}": date, f"resultat-{c.id}": "acquise", f"appreciation-{c.id}": "gardée"},
    )
    assert code == 422
    assert "ne se lit pas" in page
    assert "gardée" in page


# --- la grille


def test_un_groupe_en_grille(application_neuve: Flask, client_neuf: Client) -> None:
    app, clerc = application_neuve, client_neuf("clerc68")
    commission = _commission(clerc, app)
    tous = _a_evaluer(app)
    certification = max({d.certification_id for d in tous}, key=lambda c: sum(d.certification_id == c for d in tous))
    groupe = [d for d in tous if d.certification_id == certification][:4]
    ids = [str(d.inscription_id) for d in groupe]
    page = clerc.get("/evaluations/grille", query_string={"rowid": ids}).get_data(as_text=True)
    cases = re.findall(r'name="(r-\d+-\d+)"', page)
    assert len(cases) == sum(len(d.competences) for d in groupe)
    saisie = dict.fromkeys(cases, "A") | {f"l-{nom}": ":0" for nom in cases}
    # Sans commission, et une case illisible : chacune est dite, rien n'est écrit ni perdu.
    code, page = _envoyer(clerc, "/evaluations/grille", rowid=ids, **saisie | {cases[0]: "Z"})
    assert code == 422
    assert "tapez A (acquise) ou N (non acquise)" in page
    code, page = _envoyer(clerc, "/evaluations/grille", rowid=ids, **saisie)
    assert code == 422
    assert page.count('aria-invalid="true"') == len(cases)
    assert "EVA-02" in page
    assert all(not _relu(app, d.inscription_id).evaluations for d in groupe)
    # Tout d'un geste, à la date de la commission.
    code, page = _envoyer(clerc, "/evaluations/grille", rowid=ids, commission=str(commission), **saisie | {cases[1]: "na"})
    assert code == 200, page
    assert f"{len(cases)} résultats enregistrés." in page
    relus = [_relu(app, d.inscription_id) for d in groupe]
    assert all(d.evaluees == len(d.competences) for d in relus)
    assert sum(e.resultat is ResultatCompetence.NON_ACQUISE for d in relus for e in d.evaluations.values()) == 1
    assert {e.commission_id for d in relus for e in d.evaluations.values()} == {commission}
    # Effacer une case garde la modalité convenue ; l'ancienne version est refusée.
    premier = relus[0]
    nom = cases[0]
    code, page = _envoyer(clerc, "/evaluations/grille", rowid=ids, **{nom: "", f"l-{nom}": "A:7"})
    assert code == 422
    assert "Quelqu'un d'autre vient de noter" in page
    code, page = _envoyer(clerc, "/evaluations/grille", rowid=ids, **{nom: "", f"l-{nom}": "A:1"})
    assert code == 200
    efface = _relu(app, premier.inscription_id).evaluations[int(nom.rpartition("-")[2])]
    assert (efface.resultat, efface.date_evaluation, bool(efface.modalite)) == (None, None, True)


def test_la_grille_d_un_groupe_par_certification_et_periode(application_neuve: Flask, client_neuf: Client) -> None:
    app, clerc = application_neuve, client_neuf("clerc68")
    dossier = _a_evaluer(app)[0]
    jour = dossier.date_inscription.isoformat()
    demande = {"certification": dossier.certification_id, "du": jour, "au": jour}
    page = clerc.get("/evaluations/grille", query_string=demande).get_data(as_text=True)
    assert f"r-{dossier.inscription_id}-" in page
    assert clerc.get("/evaluations/grille", query_string=demande | {"au": "hier"}).status_code == 400
    reponse = clerc.get("/evaluations/grille", query_string={"rowid": "999999"})
    assert reponse.status_code == 303
    assert clerc.post("/inscriptions/action/", data={
        "csrf_token": jeton(clerc, "/compte"), "action": "grille", "rowid": str(dossier.inscription_id),
    }).location.endswith(f"/evaluations/grille?rowid={dossier.inscription_id}")


# --- les acquis


def test_un_acquis_se_reprend_et_se_rend(application_neuve: Flask, client_neuf: Client) -> None:
    app, clerc = application_neuve, client_neuf("clerc68")
    with app.app_context(), agir_comme(systeme("essais")):
        repris = db.session.scalars(select(Evaluation).where(Evaluation.acquis_de_id.is_not(None))).first()
        inscription, competence = repris.inscription_id, repris.competence_id
        nombre = len(acquis_facts(db.session(), [inscription])[inscription])
    adresse = f"/evaluations/{inscription}/"
    page = clerc.get(adresse).get_data(as_text=True)
    assert page.count("acquis repris du") == nombre
    assert "PV 68-" in page
    code, page = _envoyer(clerc, f"{adresse}acquis/{competence}/renoncer")
    assert code == 200
    assert "Reprendre l'acquis" in page
    assert competence not in _relu(app, inscription).evaluations
    code, page = _envoyer(clerc, f"{adresse}acquis")
    assert "1 compétence reprise." in page
    assert _relu(app, inscription).evaluations[competence].repris_du is not None


# --- qui peut


@pytest.mark.parametrize("compte", ["gtp", "uimm", "lecture", "admin", "jure68", "president68"])
def test_nul_autre_que_le_centre(application: Flask, client: Client, compte) -> None:
    personne = client(compte)
    for adresse in ("/evaluations/", "/evaluations/1/", "/evaluations/grille?rowid=1", "/commissions_evaluation/"):
        assert personne.get(adresse).status_code == 403, adresse


def test_un_autre_centre_n_existe_pas(application_neuve: Flask, client_neuf: Client) -> None:
    app, clerc = application_neuve, client_neuf("clerc68")
    ailleurs = _a_evaluer(app, "69")[0]
    for adresse in ("", "avis", "acquis"):
        code, _ = _envoyer(clerc, f"/evaluations/{ailleurs.inscription_id}/{adresse}", sens="favorable")
        assert code == 404
    page = clerc.get("/evaluations/grille", query_string={"rowid": ailleurs.inscription_id}, follow_redirects=True)
    assert ailleurs.nom not in page.get_data(as_text=True)
    # La commission d'un autre centre n'évalue pas ici.
    dossier = _a_evaluer(app)[0]
    with app.app_context(), agir_comme(systeme("essais")):
        etrangere = db.session.scalars(
            select(CommissionEvaluation.id).where(CommissionEvaluation.centre_id == _centre("69"))
        ).first()
        avis = db.session.query(AvisEntreprise).count()
    c = dossier.competences[0]
    code, page = _envoyer(
        clerc, f"/evaluations/{dossier.inscription_id}/",
        **{f"resultat-{c.id}": "acquise", f"modalite-{c.id}": c.modalites[0].code, f"commission-{c.id}": str(etrangere),
           f"date-{c.id}": aujourd_hui().isoformat()},
    )
    assert code == 422
    assert "n'est pas une commission d'évaluation de ce centre" in page
    with app.app_context(), agir_comme(systeme("essais")):
        assert db.session.query(AvisEntreprise).count() == avis


def test_la_compensation_du_handicap_au_responsable_seul(application_neuve: Flask, client_neuf: Client) -> None:
    dossier = _a_evaluer(application_neuve)[0]
    adresse = f"/evaluations/{dossier.inscription_id}/"
    assert "Compensation du handicap" in client_neuf("responsable68").get(adresse).get_data(as_text=True)
    assert "handicap" not in client_neuf("clerc68").get(adresse).get_data(as_text=True)


# --- l'import


def test_importer_un_fichier_d_evaluations(application_neuve: Flask, client_neuf: Client) -> None:
    app, clerc = application_neuve, client_neuf("clerc68")
    commission, dossier = _commission(clerc, app), _a_evaluer(app)[0]
    with app.app_context(), agir_comme(systeme("essais")):
        reference = db.session.scalars(select(Inscription.reference).where(Inscription.id == dossier.inscription_id)).one()
        nom = db.session.scalars(select(CommissionEvaluation.reference).where(CommissionEvaluation.id == commission)).one()
    page = clerc.get("/imports/?genre=evaluations").get_data(as_text=True)
    assert "Importer des évaluations" in page
    assert clerc.get("/imports/?genre=autre").status_code == 404
    assert b"competence" in clerc.get("/imports/modele.csv?genre=evaluations").data
    assert clerc.get("/imports/modele.xlsx?genre=evaluations").data[:2] == b"PK"
    premiere, seconde = dossier.competences[:2]
    texte = "reference;competence;modalite;resultat;commission\n" + "".join(
        f"{reference};{c.code};{modalite};A;{nom}\n"
        for c, modalite in ((premiere, premiere.modalites[0].code), (seconde, "au jugé"))
    )
    numero, page = verifier_un_fichier(app, clerc, texte.encode(), "e.csv", "evaluations")
    assert "EVA-01" in page
    assert "Importer seulement les 1 lignes valides" in page
    assert _relu(app, dossier.inscription_id).evaluations == {}
    _, page = confirmer_un_fichier(app, clerc, numero, lignes_valides=True)
    assert re.search(r"Notés</dt><dd>1<", page)
    assert _relu(app, dossier.inscription_id).evaluees == 1
    assert "Évaluations" in clerc.get("/imports/").get_data(as_text=True)
