"""Les pages de liste sur 1 000 000 d'inscriptions et 300 000 candidats : première, dernière, recherche, filtre, tri.

    python -m bench.listes [INSCRIPTIONS] [sqlite|postgresql|tous]
"""

from __future__ import annotations

import datetime as dt
import random
import re
import statistics
import sys
import time
from typing import Any

from sqlalchemy import Engine, insert, select, text

from app import create_app
from bench.base import NOMS, PRENOMS, base, preparer
from models import Candidat, Centre, Certification, Inscription
from models.base import maintenant
from models.normalisation import cle_identite, normaliser
from rules.nomenclatures import (
    DispositifFinancement,
    EtatInscription,
    Origine,
    Prescripteur,
    Voie,
)

LOT = 20_000


def _nom(n: int) -> tuple[str, str]:
    return f"{NOMS[n % 15]}{'' if n < 3000 else chr(97 + n % 26)}{chr(97 + n // 26 % 26)}", PRENOMS[n // 15 % 14]


def _recherche(n: int) -> str:
    return normaliser(" ".join(_nom(n)))


def peupler(moteur: Engine, inscriptions: int) -> tuple[int, int]:
    """Des candidats et des inscriptions inventés, demandeurs d'emploi, répartis sur tous les centres."""
    hasard = random.Random(11)
    candidats = max(1, inscriptions * 3 // 10)
    trace = {"created_at": maintenant(), "updated_at": maintenant(), "version": 1}
    with moteur.begin() as x:
        centres = list(x.scalars(select(Centre.__table__.c.id)))
        certifications = list(x.scalars(select(Certification.__table__.c.id)))
        premier = (x.scalar(select(Candidat.__table__.c.id).order_by(Candidat.__table__.c.id.desc()).limit(1)) or 0) + 1
        for debut in range(0, candidats, LOT):
            lignes: list[dict[str, Any]] = []
            for n in range(debut, min(debut + LOT, candidats)):
                nom, prenoms = _nom(n)
                naissance = dt.date(1960, 1, 1) + dt.timedelta(days=n % 16000)
                lignes.append({
                    "id": premier + n, "nom_naissance": nom, "prenoms": prenoms, "date_naissance": naissance,
                    "ville_naissance": f"Ville {n}", "pays_naissance_code": "99139", "nom_usage": "", "courriel": "",
                    "telephone": "", "adresse": "", "code_postal": "", "ville": "", "recherche_usage": "",
                    "cle_identite": cle_identite(nom, prenoms, naissance, f"Ville {n}"),
                    "recherche": _recherche(n),
                } | trace)
            x.execute(insert(Candidat.__table__), lignes)
        for debut in range(0, inscriptions, LOT):
            x.execute(insert(Inscription.__table__), [
                {
                    "centre_id": centres[n % len(centres)], "candidat_id": premier + n % candidats,
                    "certification_id": certifications[(n // candidats + n) % len(certifications)], "cible": "",
                    "voie": Voie.FORMATION, "prescripteur": Prescripteur.CANDIDAT, "origine": Origine.DEMANDEUR_EMPLOI,
                    "dispositif_financement": DispositifFinancement.CPF, "abondement_cpf": False,
                    "nom_tri": _recherche(n % candidats), "date_inscription": dt.date(2015, 1, 1) + dt.timedelta(days=hasard.randrange(4300)),
                    "sans_accord_employeur": False, "experience": "", "reference": f"L-{n}",
                    "etat": EtatInscription.OUVERTE if n % 3 == 0 else EtatInscription.NON_ADMISE,
                } | trace
                for n in range(debut, min(debut + LOT, inscriptions))
            ])
    with moteur.connect().execution_options(isolation_level="AUTOCOMMIT") as x:
        # Une base de longue date a été relue par autovacuum ; celle-ci vient d'être remplie.
        x.execute(text("VACUUM ANALYZE" if moteur.dialect.name == "postgresql" else "ANALYZE"))
        i = Inscription.__table__.c
        du_68 = select(Centre.__table__.c.id).where(Centre.__table__.c.code == "68").scalar_subquery()
        une = x.scalar(select(i.id).where(i.centre_id == du_68, i.reference.like("L-%")).limit(1))
        return len(centres), int(une or 0)


def mesurer(url: str, comptes: dict[str, str], total: int, centres: int, une: int, tours: int = 9) -> dict[str, float]:
    """La médiane, en ms, de chaque page, connecté comme clerc du centre 68."""
    app = create_app({"DATABASE_URL": url, "SECRET_KEY": "mesure", "TRUSTED_HOSTS": None})
    client = app.test_client()
    page = client.get("/connexion").get_data(as_text=True)
    jeton = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    client.post("/connexion", data={"identifiant": "clerc68", "mot_de_passe": comptes["clerc68"],
                                    "csrf_token": jeton.group(1) if jeton else ""})
    mille = total // centres // 25
    pages = {
        "première": "/inscriptions/",
        "la millième": f"/inscriptions/?page={min(1000, mille - 2)}",
        "dernière": f"/inscriptions/?page={mille - 2}",
        "recherche d'un nom": "/inscriptions/?recherche=lefevre",
        "recherche nom prénom": "/inscriptions/?recherche=martin%20zoe",
        "recherche d'une référence": "/inscriptions/?recherche=L-12000",
        "filtre, état": "/inscriptions/?etat=ouverte",
        "filtre, période": "/inscriptions/?inscrit_du=2020-01-01&inscrit_au=2020-02-01",
        "tri par nom": "/inscriptions/?tri=candidat",
        "tri par nom, décroissant": "/inscriptions/?tri=candidat&sens=desc",
        "tri par date": "/inscriptions/?tri=date_inscription&sens=desc",
        "candidats, première": "/candidats/",
        "candidats, recherche": "/candidats/?recherche=moreau",
        "fiche": f"/inscriptions/details/?id={une}",
        "formulaire": f"/inscriptions/edit/?id={une}",
    }
    resultats: dict[str, float] = {}
    for nom, adresse in pages.items():
        temps, taille = [], 0
        for _ in range(tours):
            debut = time.perf_counter()
            reponse = client.get(adresse)
            temps.append((time.perf_counter() - debut) * 1000)
            taille = len(reponse.data)
            if reponse.status_code != 200:
                raise SystemExit(f"{adresse} : {reponse.status_code}")
        resultats[nom] = statistics.median(temps)
        print(f"  {nom:<26} {statistics.median(temps):7.1f} ms   (max {max(temps):6.1f})   {taille / 1000:5.0f} ko")
    return resultats


def principal(inscriptions: int, moteurs: list[str]) -> None:
    for nom in moteurs:
        with base(nom) as url:
            moteur, _, comptes = preparer(url, avec_demonstration=True)
            debut = time.perf_counter()
            centres, une = peupler(moteur, inscriptions)
            moteur.dispose()
            print(f"{nom} : {inscriptions} inscriptions (peuplé en {time.perf_counter() - debut:.0f} s)")
            mesurer(url, comptes, inscriptions, centres, une)


if __name__ == "__main__":
    choisis = sys.argv[2] if len(sys.argv) > 2 else "tous"
    principal(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000,
        ["sqlite", "postgresql"] if choisis == "tous" else [choisis],
    )
