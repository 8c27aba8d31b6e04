"""Les commandes : mêmes comptes, mêmes refus et mêmes documents que la console."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pypdf
import pytest
from flask import Flask
from sqlalchemy import text

from admin_views.extensions import db
from models import Certificat
from models.contexte import agir_comme, en_ecriture
from rules import actes_certificat
from tests.conftest import SYSTEME
from tests.console.conftest import connecter
from tests.imports.test_inscriptions import BASE, ENTETES

EXEMPLES = Path(__file__).parents[3] / "shared" / "exemples"


def _lancer(app: Flask, *args: str, saisie: str | None = None) -> Any:
    return app.test_cli_runner().invoke(args=list(args), input=saisie)


def _fichier(dossier: Path, *noms: str, **champs: str) -> Path:
    chemin = dossier / "inscriptions.csv"
    with chemin.open("w", encoding="utf-8", newline="") as f:
        ecrivain = csv.DictWriter(f, ENTETES, delimiter=";", restval="")
        ecrivain.writeheader()
        ecrivain.writerows(
            BASE | {"nom_naissance": nom, "certification": "CQPM 1989 0021", "code_nace": "25.62"} | champs for nom in noms
        )
    return chemin


def _compter(app: Flask, table: str) -> int:
    with app.app_context():
        return db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def _un(app: Flask, requete: str) -> Any:
    with app.app_context():
        return db.session.execute(text(requete)).first()


def test_importer_deux_fois(application_neuve: Flask, tmp_path: Path) -> None:
    fichier = _fichier(tmp_path, "Premier", "Second")
    attendus = ({"creees": 2, "deja_inscrites": 0}, {"creees": 0, "deja_inscrites": 2})
    for attendu in attendus:
        resultat = _lancer(application_neuve, "importer", "inscriptions", str(fichier), "--centre", "68", "--json")
        assert resultat.exit_code == 0, resultat.output
        lu = json.loads(resultat.stdout)
        assert set(lu) >= {"fichier", "encodage", "separateur", "lignes", "creees", "rattachees", "deja_inscrites",
                           "alertes", "refusees", "erreurs", "duree_s", "importation"}
        assert {k: lu[k] for k in attendu} == attendu
        assert (lu["lignes"], lu["refusees"], lu["separateur"]) == (2, 0, ";")


def test_une_fiche_qui_ne_se_delivre_plus_alerte_sans_refuser(application_neuve: Flask, tmp_path: Path) -> None:
    with application_neuve.app_context(), agir_comme(SYSTEME):
        db.session.execute(text(
            "UPDATE enregistrement SET derniere_delivrance = '2026-08-31' WHERE certification_id IN "
            "(SELECT id FROM certification WHERE famille = 'CQPM' AND annee = 1989 AND numero = 21)"
        ))
        db.session.commit()
    fichier = str(_fichier(tmp_path, "Premier"))
    resultat = _lancer(application_neuve, "importer", "inscriptions", fichier, "--centre", "68")
    assert resultat.exit_code == 0
    assert "1 inscriptions créées ; 0 déjà inscrites ; 1 avec alerte ; 0 refusées" in resultat.stdout
    assert "[FC-01 · Code du travail" in resultat.stdout


@pytest.mark.skipif(not EXEMPLES.is_dir(), reason="les fichiers d'exemple ne sont pas à côté du dépôt")
def test_fichiers_d_exemple(application_neuve: Flask) -> None:
    def importer(nom: str, *options: str) -> tuple[int, dict[str, Any]]:
        resultat = _lancer(application_neuve, "importer", "inscriptions", str(EXEMPLES / nom), "--centre", "68", "--json", *options)
        return resultat.exit_code, json.loads(resultat.stdout)

    for creees, deja in ((40, 0), (0, 40)):
        code, lu = importer("inscriptions_canonique.csv")
        assert (code, lu["creees"], lu["deja_inscrites"], lu["refusees"]) == (0, creees, deja, 0)
    code, lu = importer("inscriptions_excel_cp1252.csv")
    assert (code, lu["creees"], lu["refusees"], lu["encodage"]) == (1, 0, 5, "cp1252")
    assert [(e["ligne"], e["code"]) for e in lu["erreurs"]] == [
        (5, "INS-07"), (9, "INS-08"), (13, "L_DATE"), (17, "INS-11"), (21, "INS-01")
    ]
    code, lu = importer("inscriptions_excel_cp1252.csv", "--lignes-valides")
    assert (code, lu["creees"], lu["refusees"]) == (1, 20, 5)
    code, lu = importer("inscriptions.xlsx")
    assert (code, lu["creees"], lu["encodage"]) == (0, 12, "xlsx")


def test_simuler_n_ecrit_rien(application_neuve: Flask, tmp_path: Path) -> None:
    avant = (_compter(application_neuve, "inscription"), _compter(application_neuve, "importation"))
    resultat = _lancer(
        application_neuve, "importer", "inscriptions", str(_fichier(tmp_path, "Premier")), "--centre", "68", "--simuler"
    )
    assert resultat.exit_code == 0
    assert "1 inscriptions à créer" in resultat.output
    assert (_compter(application_neuve, "inscription"), _compter(application_neuve, "importation")) == avant


def test_rejets(application_neuve: Flask, tmp_path: Path) -> None:
    rejets = tmp_path / "rejets.csv"
    resultat = _lancer(
        application_neuve, "importer", "inscriptions", str(_fichier(tmp_path, "Premier", siret="99000001100018")),
        "--centre", "68", "--rejets", str(rejets),
    )
    assert resultat.exit_code == 1
    assert "INS-11" in resultat.output
    assert "Rien n'a été écrit" in resultat.output
    lignes = list(csv.DictReader(io.StringIO(rejets.read_text("utf-8-sig")), delimiter=";"))
    assert [(x["nom_naissance"], x["codes"]) for x in lignes] == [("Premier", "INS-11")]


def test_fichier_refuse_et_centre_inconnu(application_neuve: Flask, tmp_path: Path) -> None:
    faux = tmp_path / "faux.csv"
    faux.write_bytes(b"nom;prenom\nDupont;Jean\n")
    resultat = _lancer(application_neuve, "importer", "inscriptions", str(faux), "--centre", "68", "--json")
    assert resultat.exit_code == 2
    assert json.loads(resultat.stdout)["erreurs"][0]["code"] == "F_ENTETE_MANQUANT"
    resultat = _lancer(application_neuve, "importer", "inscriptions", str(faux), "--centre", "ZZ")
    assert resultat.exit_code == 2
    assert "Aucun centre" in resultat.output


def test_documents(application: Flask, tmp_path: Path) -> None:
    with application.app_context():
        jury, numero, admis = db.session.execute(text(
            "SELECT p.jury_id, min(c.numero), count(*) FROM certificat c JOIN presentation p ON p.id = c.presentation_id "
            "JOIN certification k ON k.id = c.certification_id WHERE c.famille = 'CQPM' AND k.numero = 21 "
            "AND c.bloc_id IS NULL GROUP BY p.jury_id ORDER BY count(*) DESC"
        )).first()  # type: ignore[misc]
        bloc = db.session.execute(text("SELECT min(numero) FROM certificat WHERE bloc_id IS NOT NULL")).scalar_one()
    pv, lot, un = tmp_path / "pv.pdf", tmp_path / "certificats.pdf", tmp_path / "un.pdf"
    assert _lancer(application, "document", "pv", str(jury), "-o", str(pv)).exit_code == 0
    assert _lancer(application, "document", "lot", "certificats", str(jury), "-o", str(lot)).exit_code == 0
    assert _lancer(application, "document", "certificat-cqpm", numero, "-o", str(un)).exit_code == 0
    texte = "".join(p.extract_text() for p in pypdf.PdfReader(pv).pages)
    assert "Procès-Verbal" in texte
    assert "CQPM 1989 0021" in texte
    assert len(pypdf.PdfReader(lot).pages) >= admis
    assert numero.replace("-", " ") in pypdf.PdfReader(un).pages[0].extract_text()
    assert _lancer(application, "document", "certificat-bdc", bloc, "-o", str(un)).exit_code == 0
    assert bloc.replace("-", " ") in pypdf.PdfReader(un).pages[0].extract_text()
    # Le numéro d'un certificat de bloc n'est pas celui d'un CQPM, ni l'inverse.
    assert _lancer(application, "document", "certificat-cqpm", bloc, "-o", str(un)).exit_code == 2
    assert _lancer(application, "document", "certificat-bdc", numero, "-o", str(un)).exit_code == 2
    resultat = _lancer(application, "document", "pv", "999999", "-o", str(pv))
    assert resultat.exit_code == 2
    assert _lancer(application, "document", "poeme", "1", "-o", str(pv)).exit_code == 2


def test_duplicata(application_neuve: Flask, tmp_path: Path) -> None:
    fait = tmp_path / "duplicata.pdf"
    original, cle = _un(application_neuve, "SELECT numero, id FROM certificat WHERE famille = 'CQPM' AND bloc_id IS NULL ORDER BY id")
    # Un duplicata se tire de l'original conservé : le faire le conserve.
    assert _lancer(application_neuve, "document", "certificat-cqpm", original, "-o", str(fait)).exit_code == 0
    with application_neuve.app_context(), agir_comme(SYSTEME), en_ecriture():
        certificat = db.session.get(Certificat, cle)
        numero = actes_certificat.delivrer_duplicata(db.session(), certificat, "Perdu", dt.date(2026, 11, 1)).numero
        db.session.commit()
    resultat = _lancer(application_neuve, "document", "duplicata", numero, "-o", str(fait))
    assert resultat.exit_code == 0, resultat.output
    page = pypdf.PdfReader(fait).pages[0].extract_text()
    assert numero in page
    assert original.replace("-", " ") in page
    assert _lancer(application_neuve, "document", "duplicata", "DU-9999999", "-o", str(fait)).exit_code == 2


def test_utilisateurs(application_neuve: Flask) -> None:
    mot = "bateau-cerise-nuage-orage"
    refus = _lancer(application_neuve, "utilisateur", "creer", "paul", "--nom", "Paul", "--role", "clerc", "--centre", "68",
                    saisie="court\ncourt\n")
    assert refus.exit_code == 2
    assert "14 caractères" in refus.output
    cree = _lancer(application_neuve, "utilisateur", "creer", "Paul", "--nom", "Paul", "--role", "clerc", "--centre", "68",
                   saisie=f"{mot}\n{mot}\n")
    assert cree.exit_code == 0, cree.output
    assert mot not in cree.output
    client = connecter(application_neuve, "paul", mot)
    assert client.get("/inscriptions/").status_code == 200
    assert _lancer(application_neuve, "utilisateur", "desactiver", "paul").exit_code == 0
    assert client.get("/inscriptions/").status_code == 303
    double = _lancer(application_neuve, "utilisateur", "creer", "paul", "--nom", "Paul", "--role", "gtp")
    assert double.exit_code == 2


def test_controler(application: Flask) -> None:
    resultat = _lancer(application, "controler", "--json")
    assert resultat.exit_code == 0, resultat.output
    lu = json.loads(resultat.stdout)
    assert lu["inscriptions"] >= 300
    assert not [c for c in lu["constats"] if c["gravite"] == "B"]


def test_init_db_rejouee(application_neuve: Flask) -> None:
    avant = _compter(application_neuve, "commune")
    resultat = _lancer(application_neuve, "init-db")
    assert resultat.exit_code == 0, resultat.output
    assert _compter(application_neuve, "commune") == avant


def test_les_parcours_en_commande(application_neuve, tmp_path):
    app = application_neuve
    lus = {p["etat"]: p for p in json.loads(_lancer(app, "parcours", "liste", "--json").output)}
    assert lus["valide"]["identifiant"].startswith("PPC ")
    assert lus["projet"]["identifiant"] is None
    assert "Contrôleur de pièces forgées" not in _lancer(app, "parcours", "liste", "--etat", "valide").output
    projet = str(lus["projet"]["id"])
    vu = json.loads(_lancer(app, "parcours", "voir", projet, "--json").output)
    assert [x["point"] for x in vu["dossier"] if not x["fait"]] == [
        "Courrier de l'entreprise", "Fiche du parcours", "Avis des représentants du personnel, ou absence de CSE",
        "Référentiel d'évaluation",
    ]
    assert "reste  Courrier de l'entreprise" in _lancer(app, "parcours", "voir", projet).output
    for args in (("voir", "9999"), ("voir", "abc")):
        assert _lancer(app, "parcours", *args).exit_code == 2
    fiche = tmp_path / "fiche.pdf"
    assert _lancer(app, "document", "fiche-ppc", str(lus["valide"]["id"]), "-o", str(fiche)).exit_code == 0
    assert "Régleur de presses à injecter" in pypdf.PdfReader(fiche).pages[0].extract_text()
    refus = _lancer(app, "document", "fiche-ppc", projet, "-o", str(fiche))
    assert (refus.exit_code, "il manque" in refus.output) == (2, True)
