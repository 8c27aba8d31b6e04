"""Les fichiers d'accrochage : durée et pic de mémoire de la préparation, puis de la lecture de l'accusé.

    python -m bench.accrochage [PASSAGES] [sqlite|postgresql|tous]

La base est peuplée en lot d'un jury inventé ; chaque mesure se fait dans un processus neuf, dont on lit le pic de mémoire.
Un dixième du nombre est mesuré aussi : la mémoire ne doit pas suivre le nombre.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import Engine, create_engine, select, update
from sqlalchemy.orm import Session

from bench.base import base, preparer
from bench.doublons import fiches
from documents.accrochage import preparer as preparer_les_fichiers
from imports.accuse import lire_accuse
from models import (
    Candidat,
    Certificat,
    Certification,
    Enregistrement,
    FichierAccrochage,
    Inscription,
    Jury,
    Personne,
    Presentation,
    ProcesVerbal,
    Siege,
)
from models.base import aujourd_hui, maintenant
from models.contexte import agir_comme, en_ecriture, systeme
from models.lot import inserer
from models.moteur import regler, url_normalisee
from models.normalisation import cle_identite, normaliser
from rules import actes_accrochage
from rules.actes_accrochage import Accuse
from rules.nomenclatures import (
    Decision,
    Delegation,
    DispositifFinancement,
    EtatInscription,
    EtatJury,
    Famille,
    NatureDeposant,
    Origine,
    Prescripteur,
    Repertoire,
    Sexe,
    Voie,
)

LOT = 20_000
JURY = dt.date(2026, 3, 12)
_TRACE = {"created_at": maintenant(), "updated_at": maintenant(), "version": 1}


def peupler(moteur: Engine, centre_id: int, combien: int) -> None:
    """Un jury signé de `combien` admis à un CQPM enregistré, et leurs certificats."""
    with agir_comme(systeme("bench")), en_ecriture(), Session(moteur) as session:
        certification = session.scalars(
            select(Certification).where(Certification.famille == Famille.CQPM).order_by(Certification.id)
        ).first()
        if not certification.enregistrements:
            certification.enregistrements.append(Enregistrement(repertoire=Repertoire.RNCP, code="RNCP99999"))
        for fiche in certification.enregistrements:
            fiche.du, fiche.au = dt.date(2020, 1, 1), dt.date(2030, 1, 1)
        jury = Jury(centre_id=centre_id, date_jury=JURY, lieu="Mesure", etat=EtatJury.OUVERT, ouvert_le=maintenant())
        president = Siege(jury=jury, centre_id=centre_id, delegation=Delegation.PATRONALE, president=True, present=True,
                          personne=Personne(centre_id=centre_id, nom="Mesure", prenoms="Anne", recherche="mesure anne"))
        session.add(president)
        session.flush()
        pv = ProcesVerbal(jury=jury, centre_id=centre_id, certification_id=certification.id, reference="PV MESURE")
        session.add(pv)
        session.flush()
        x, trace = session.connection(), _TRACE
        if x.dialect.name == "sqlite":
            # Une transaction de centaines de Mo : sans cela, elle se relit sans cesse dans le journal.
            x.exec_driver_sql("PRAGMA cache_size = -600000")
        vus: set[str] = set()
        rang = 0
        lots = iter(fiches(combien * 2))
        while rang < combien:
            candidats, inscriptions, presentations = [], [], []
            for f in lots:
                cle = cle_identite(f["nom_naissance"], f["prenoms"], f["date_naissance"], f["ville_naissance"])
                if cle in vus:
                    continue
                vus.add(cle)
                rang += 1
                candidats.append(f | {
                    "id": rang, "cle_identite": cle, "recherche": normaliser(f"{f['nom_naissance']} {f['prenoms']}"),
                    "recherche_usage": "", "recherche_prenoms": "", "sexe": Sexe.FEMININ if rang % 2 else Sexe.MASCULIN,
                    "code_commune_naissance": "68224", "departement_naissance_code": "68",
                })
                inscriptions.append({"id": rang, "candidat_id": rang})
                presentations.append({"id": rang, "inscription_id": rang, "numero_anonyme": rang})
                if rang == combien or len(candidats) == LOT:
                    break
            inserer(x, Candidat.__table__, candidats, trace | {
                "pays_naissance_code": "99100", "courriel": "", "telephone": "", "adresse": "", "code_postal": "", "ville": "",
            })
            inserer(x, Inscription.__table__, inscriptions, trace | {
                "centre_id": centre_id, "certification_id": certification.id, "cible": "", "voie": Voie.FORMATION,
                "prescripteur": Prescripteur.CANDIDAT, "origine": Origine.DEMANDEUR_EMPLOI, "abondement_cpf": False,
                "dispositif_financement": DispositifFinancement.POEC, "date_inscription": dt.date(2026, 1, 15),
                "sans_accord_employeur": False, "experience": "", "reference": "", "etat": EtatInscription.ADMISE, "nom_tri": "",
            })
            inserer(x, Presentation.__table__, presentations, trace | {
                "jury_id": jury.id, "centre_id": centre_id, "proces_verbal_id": pv.id, "decision": Decision.ADMIS,
                "voix_pour": 1, "voix_contre": 0, "voix_preponderante": False, "motif": "", "commentaire": "",
            })
        x.execute(update(ProcesVerbal.__table__).values(signe_le=maintenant(), signataire_id=president.id))
        for debut in range(1, combien + 1, LOT):
            inserer(x, Certificat.__table__, [
                {"id": n, "numero": f"MC-{n:07d}", "presentation_id": n, "candidat_id": n, "code_verification": f"{n:012d}"}
                for n in range(debut, min(debut + LOT, combien + 1))
            ], trace | {"famille": Famille.CQPM, "centre_id": centre_id, "certification_id": certification.id, "date_jury": JURY})
        actes_accrochage.regler_emetteur(session, "00AAA000", "MESURE", NatureDeposant.CERTIFICATEUR)
        session.commit()


def _sortir(**mesures: float) -> None:
    # `ru_maxrss` part du pic du processus qui nous a lancés ; VmHWM n'est que le nôtre.
    pic = next(ligne for ligne in Path("/proc/self/status").read_text("ascii").splitlines() if ligne.startswith("VmHWM:"))
    print(json.dumps(mesures | {"pic_mio": int(pic.split()[1]) / 1024}))


def mesurer_la_preparation(url: str) -> None:
    with agir_comme(systeme("bench")), Session(regler(create_engine(url_normalisee(url)))) as session:
        debut = time.perf_counter()
        bilan = preparer_les_fichiers(session)
        duree = time.perf_counter() - debut
        octets = list(session.execute(select(FichierAccrochage.taille)).scalars())
    _sortir(secondes=duree, passages=bilan.passages, fichiers=len(octets), mo=sum(octets) / 1e6)


def mesurer_l_accuse(url: str) -> None:
    with agir_comme(systeme("bench")), en_ecriture(), Session(regler(create_engine(url_normalisee(url)))) as session:
        lus = 0.0
        for fichier in session.scalars(select(FichierAccrochage).order_by(FichierAccrochage.id)).all():
            numeros = [f"MC-{n:07d}" for n in range(1, fichier.passages + 1)]
            with tempfile.TemporaryDirectory() as dossier:
                chemin = Path(dossier) / "accuse.xml"
                ko = "".join(f"<passage><idTechnique>{n}</idTechnique><messageErreur>Aucun titulaire</messageErreur></passage>"
                             for n in numeros[::20])
                ok = "".join(f"<idTechnique>{n}</idTechnique>" for i, n in enumerate(numeros) if i % 20)
                chemin.write_text(f"<rapport><idFlux>{fichier.id_flux}</idFlux><PassagesKO>{ko}</PassagesKO>"
                                  f"<PassagesOK>{ok}</PassagesOK></rapport>", "utf-8")
                jour = aujourd_hui()
                debut = time.perf_counter()
                actes_accrochage.deposer(session, fichier, jour, jour)
                lu: Accuse = lire_accuse(chemin)
                actes_accrochage.lire_accuse(session, fichier, lu, jour)
                session.commit()
                lus += time.perf_counter() - debut
            break  # les suivants portent d'autres numéros : un fichier suffit à la mesure
    _sortir(secondes=lus)


def _a_part(url: str, quoi: str) -> dict[str, float]:
    sortie = subprocess.run([sys.executable, "-m", "bench.accrochage", f"--{quoi}", url], check=True, capture_output=True, text=True)
    return json.loads(sortie.stdout.splitlines()[-1])


def main(combien: int, moteurs: list[str]) -> None:
    for nom in moteurs:
        for nombre in (combien // 10, combien):
            with base(nom) as url:
                moteur, centre_id, _ = preparer(url)
                peupler(moteur, centre_id, nombre)
                moteur.dispose()
                p, a = _a_part(url, "preparation"), _a_part(url, "accuse")
                print(f"{nom:<11} {nombre:>8,} certificats : préparés, validés et conservés en {p['secondes']:.1f} s, "
                      f"{p['fichiers']:.0f} fichier(s), {p['mo']:.0f} Mo, pic {p['pic_mio']:.0f} Mio ; "
                      f"accusé lu en {a['secondes']:.1f} s, pic {a['pic_mio']:.0f} Mio", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--preparation"]:
        mesurer_la_preparation(sys.argv[2])
    elif sys.argv[1:2] == ["--accuse"]:
        mesurer_l_accuse(sys.argv[2])
    else:
        demande = sys.argv[2] if len(sys.argv) > 2 else "tous"
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000, ["sqlite", "postgresql"] if demande == "tous" else [demande])
