"""Des membres qui votent de leur appareil pendant que tous suivent le décompte, sous waitress à huit fils (SQLite).

    python -m bench.deliberation [membres] [candidats] [secondes]

Chaque appareil relit son flux toutes les 1,5 s, comme le navigateur, et pose un vote par seconde ; l'écran du président
relit le décompte entier. Dit la durée des votes et des flux, et vérifie que chaque vote accepté est en base, une fois.
"""

from __future__ import annotations

import http.client
import re
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from waitress.server import create_server

from admin_views.deliberation import RECONNEXION_MS
from app import create_app
from migrations.commande import migrer
from models import Siege
from models.contexte import agir_comme, en_ecriture, systeme
from models.moteur import regler
from rules import actes, actes_deliberation
from rules.nomenclatures import Delegation
from tests import factories as f

FILS = 8


def preparer(base: Path, membres: int, candidats: int) -> tuple[int, dict[int, str]]:
    """Un jury ouvert et le jeton de chaque siège."""
    moteur = regler(create_engine(f"sqlite:///{base}"))
    migrer(moteur)
    with agir_comme(systeme("banc")), en_ecriture(), Session(moteur) as s, s.begin():
        f.nomenclatures(s)
        jury = f.jury_pret(s, f.centre(s), f.certification(s), candidats=candidats, syndicaux=membres - 1)
        actes.ouvrir(s, jury, jury.date_jury)
        jetons = {x.id: actes_deliberation.ouvrir_lien(s, x) for x in s.query(Siege).filter_by(jury_id=jury.id)
                  if x.delegation is not Delegation.INVITE}
        jury_id = jury.id
    moteur.dispose()
    return jury_id, jetons


class Appareil(threading.Thread):
    """Le téléphone d'un membre : son cookie, son jeton de formulaire, ses votes acceptés, ce que chacun a duré."""

    def __init__(self, port: int, siege: int, jeton: str, candidats: int, fin: float) -> None:
        super().__init__()
        self.port, self.siege, self.candidats, self.fin = port, siege, candidats, fin
        self.votes: list[float] = []
        self.flux: list[float] = []
        self.poses: dict[int, str] = {}
        self.refus = 0
        self.cookie = ""
        self.appeler("GET", f"/siege/{jeton}")
        page = self.appeler("GET", "/siege/")[1]
        trouve = re.search(r'data-jeton="([^"]+)"', page)
        assert trouve, page[:300]
        self.csrf = trouve[1]

    def appeler(self, methode: str, chemin: str, corps: dict[str, Any] | None = None, **entetes: str) -> tuple[int, str]:
        """Une requête, sur une connexion à elle ; rend le statut et le corps."""
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        c.request(methode, chemin, urlencode(corps) if corps else None,
                  {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"} | entetes)
        r = c.getresponse()
        if cookie := r.headers.get("Set-Cookie"):
            self.cookie = cookie.split(";")[0]
        lu = r.read().decode()
        c.close()
        return r.status, lu

    def run(self) -> None:
        """Suit et vote jusqu'à la fin."""
        vue, prochain, rang = "", 0.0, 0
        while (instant := time.monotonic()) < self.fin:
            if instant >= prochain:
                _, corps = self.appeler("GET", "/siege/flux", **{"Last-Event-ID": vue})
                self.flux.append(time.monotonic() - instant)
                vue = m[1] if (m := re.search(r"^id: (\S+)$", corps, re.MULTILINE)) else vue
                prochain = time.monotonic() + RECONNEXION_MS / 1000
            numero, valeur = rang % self.candidats + 1, "A" if (rang // self.candidats + self.siege) % 3 else "NA"
            debut = time.monotonic()
            statut, _ = self.appeler("POST", "/siege/voter", {
                "csrf_token": self.csrf, "siege": self.siege, "numero": numero, "valeur": valeur, "geste": f"{self.siege}-{rang}",
            }, Accept="application/json")
            self.votes.append(time.monotonic() - debut)
            if statut == 200:
                self.poses[numero] = valeur
            else:
                self.refus += 1
            rang += 1
            time.sleep(max(0.0, 1 - (time.monotonic() - debut)))


def dire(nom: str, durees: list[float]) -> None:
    """Médiane, 95e centile et maximum, en millisecondes."""
    centile = statistics.quantiles(durees, n=20)[-1]
    print(f"{nom} : {len(durees)}, médiane {statistics.median(durees) * 1000:.0f} ms, "
          f"95e centile {centile * 1000:.0f} ms, maximum {max(durees) * 1000:.0f} ms")


def mesurer(membres: int, candidats: int, secondes: int) -> None:
    """Joue la séance et dit ce qu'elle a coûté."""
    with tempfile.TemporaryDirectory() as dossier:
        base = Path(dossier) / "base.db"
        jury_id, jetons = preparer(base, membres, candidats)
        app = create_app({"DATABASE_URL": f"sqlite:///{base}", "SECRET_KEY": "banc", "TRUSTED_HOSTS": None, "INSTANCE": dossier})
        serveur = create_server(app, host="127.0.0.1", port=0, threads=FILS)
        threading.Thread(target=serveur.run, daemon=True).start()
        fin = time.monotonic() + secondes
        appareils = [Appareil(serveur.effective_port, s, j, candidats, fin) for s, j in jetons.items()]
        for appareil in appareils:
            appareil.start()
        for appareil in appareils:
            appareil.join()
        print(f"{membres} membres, {candidats} candidats, {secondes} s, {FILS} fils")
        dire("votes", [d for a in appareils for d in a.votes])
        dire("flux", [d for a in appareils for d in a.flux])
        moteur = create_engine(f"sqlite:///{base}")
        with moteur.connect() as x:
            en_base = {(s, n): v for s, n, v in x.execute(text(
                "SELECT v.siege_id, p.numero_anonyme, v.valeur FROM vote v JOIN presentation p ON p.id = v.presentation_id "
                "WHERE v.jury_id = :j"), {"j": jury_id})}
        attendus = {(a.siege, n): v for a in appareils for n, v in a.poses.items()}
        print(f"refusés {sum(a.refus for a in appareils)}, perdus ou doublés {len(attendus.items() ^ en_base.items())}")


if __name__ == "__main__":
    valeurs = [int(v) for v in sys.argv[1:4]] + [12, 12, 20][len(sys.argv) - 1:]
    mesurer(*valeurs)
