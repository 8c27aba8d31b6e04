"""Les personnes inventées de la démonstration, telles qu'un clerc les saisirait, et l'issue qui attend chacune.

Tout est tiré d'une graine : deux démonstrations du même jour sont les mêmes, aux mots de passe, numéros anonymes et
codes de vérification près.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rules.nomenclatures import Decision

ORGANISME_DE_TOUS = "99000000100018"
HABILITE_DU = dt.date(2025, 1, 1)
CQPM_OUVERTS = ("CQPM 1989 0021", "CQPM 2004 0230", "CQPM 2006 0248")
MAINTENANCE, CABLAGE, VERIFICATION = CQPM_OUVERTS
CCPM = "CCPM 2021 9001"


def siret(rang: int) -> str:
    """Un SIRET fictif (SIREN en 9900…) dont les deux clés sont justes."""
    siren = _avec_cle(f"9900{rang:04d}")
    return _avec_cle(f"{siren}0001")


def _avec_cle(prefixe: str) -> str:
    """Ajoute le chiffre qui rend la somme de Luhn multiple de dix."""
    doubles = [2 * int(c) - (9 if c > "4" else 0) if rang % 2 == 0 else int(c)
               for rang, c in enumerate(reversed(prefixe))]
    return prefixe + str(-sum(doubles) % 10)


@dataclass(frozen=True, slots=True)
class Issue:
    """Ce qui attend un candidat devant le jury.

    :param dissidents: votants qui ne suivent pas la décision ; assez nombreux, ils font le partage des voix.
    :param echecs: compétences que les évaluations disent non acquises.
    :param motif: le jury s'écarte de la synthèse, et dit pourquoi.
    """

    decision: Decision
    dissidents: int = 0
    echecs: int = 0
    motif: str = ""


ADMIS = Issue(Decision.ADMIS)
ADMIS_DISCUTE = Issue(Decision.ADMIS, dissidents=1)
ADMIS_PAR_LE_PRESIDENT = Issue(Decision.ADMIS, dissidents=3)
ADMIS_PAR_ECART = Issue(
    Decision.ADMIS, dissidents=1, echecs=1,
    motif="L'avis de l'entreprise et le dossier montrent la compétence exercée seul depuis plus d'un an ; le jury la "
    "retient acquise.",
)
REFUSE = Issue(Decision.NON_ADMIS, echecs=3)
REFUSE_DISCUTE = Issue(Decision.NON_ADMIS, dissidents=2, echecs=1)
REFUSE_PAR_ECART = Issue(
    Decision.NON_ADMIS, dissidents=1,
    motif="La dernière compétence n'a pas été observée dans les conditions que fixe le référentiel ; le jury demande "
    "une nouvelle évaluation.",
)


@dataclass(frozen=True, slots=True)
class Groupe:
    """Des candidats d'un centre que leurs inscriptions mènent au même jury, ou à aucun (`jury` vide)."""

    jury: str
    certification: str
    issues: tuple[Issue, ...]
    debut: dt.date
    fin: dt.date


@dataclass(slots=True)
class Inscrit:
    """Une inscription à écrire, sa saisie, et ce qui l'attend."""

    reference: str
    saisie: dict[str, str]
    jury: str
    issue: Issue


@dataclass(slots=True)
class Population:
    """Tire les candidats un à un ; aucune personne ne revient deux fois."""

    alea: random.Random
    personnes: dict[str, Any]
    entreprises: list[dict[str, str]]
    _noms: set[tuple[str, str]] = field(default_factory=set)
    _rang: int = 0

    def inscrire(self, centre: dict[str, Any], organisme: str, groupes: list[Groupe]) -> Iterator[Inscrit]:
        """Les inscriptions d'un centre : celles de ses groupes, dans l'ordre."""
        for groupe in groupes:
            for issue in groupe.issues:
                self._rang += 1
                reference = f"DEMO-{self._rang:04d}"
                saisie = self._personne(centre) | self._parcours(centre, organisme, groupe)
                yield Inscrit(reference, saisie | {"reference": reference}, groupe.jury, issue)

    def reinscrire(self, inscrit: Inscrit, centre: dict[str, Any], organisme: str, groupe: Groupe) -> Inscrit:
        """La même personne, inscrite à une autre certification auprès d'un autre centre."""
        self._rang += 1
        reference = f"DEMO-{self._rang:04d}"
        parcours = self._parcours(centre, organisme, groupe)
        return Inscrit(reference, inscrit.saisie | parcours | {"reference": reference}, groupe.jury, groupe.issues[0])

    def collectif(self, centre: dict[str, Any], groupe: Groupe) -> Iterator[Inscrit]:
        """Des salariés d'une même entreprise, inscrits le même jour à une VAE de branche."""
        entreprise = self._entreprise(centre)
        for issue in groupe.issues:
            self._rang += 1
            reference = f"DEMO-{self._rang:04d}"
            parcours = self._parcours(centre, "", groupe) | entreprise | {
                "voie": "vae_branche", "prescripteur": "entreprise", "organisme": "", "origine": "SL", "blocs": "",
                "dispositif_financement": "PDC", "abondement_cpf": "", "sans_accord_employeur": "",
                "date_recevabilite": "", "experience": self.alea.choice(self.personnes["experiences"]),
                "date_inscription": _jour(groupe.debut), "reference": reference,
            }
            yield Inscrit(reference, self._personne(centre) | parcours, groupe.jury, issue)

    def _identite(self) -> tuple[bool, str, str]:
        while True:
            femme = self.alea.random() < 0.3
            nom = self.alea.choice(self.personnes["noms"])
            prenoms = self.alea.choice(self.personnes["femmes" if femme else "hommes"])
            if (nom, prenoms) not in self._noms:
                self._noms.add((nom, prenoms))
                return femme, nom, prenoms

    def membre(self) -> tuple[bool, str, str]:
        """Une personne qualifiée pour un jury : femme ou non, nom, prénoms."""
        return self._identite()

    def _personne(self, centre: dict[str, Any]) -> dict[str, str]:
        femme, nom, prenoms = self._identite()
        ville, commune, departement, pays = self.alea.choice(self.personnes["lieux"])
        naissance = dt.date(1964, 1, 1) + dt.timedelta(days=self.alea.randrange(44 * 365))
        usage = self.alea.choice(self.personnes["noms"]) if self.alea.random() < (0.3 if femme else 0.03) else ""
        return {
            "civilite": "Mme" if femme else "M.", "sexe": "F" if femme else "M",
            "nom_naissance": nom, "nom_usage": "" if usage == nom else usage, "prenoms": prenoms,
            "date_naissance": _jour(naissance), "ville_naissance": ville, "code_commune_naissance": commune,
            "departement_naissance": departement, "pays_naissance": pays,
            "email": f"candidat{self._rang:04d}@exemple.invalid",
            # 06 39 98 est réservé aux œuvres de fiction.
            "telephone": f"06 39 98 {self._rang // 100:02d} {self._rang % 100:02d}",
            "adresse": f"{self.alea.randrange(1, 120)} rue de l'Exemple",
            "code_postal": centre["code_postal"], "ville": centre["ville"],
        }

    def _parcours(self, centre: dict[str, Any], organisme: str, groupe: Groupe) -> dict[str, str]:
        alea = self.alea
        jours = (groupe.fin - groupe.debut).days
        inscrit_le = max(groupe.debut + dt.timedelta(days=alea.randrange(jours + 1)), HABILITE_DU)
        salarie = alea.random() < 0.75
        parcours = {
            "certification": groupe.certification, "date_inscription": _jour(inscrit_le), "blocs": "",
            "voie": "formation", "prescripteur": "entreprise" if salarie and alea.random() < 0.6 else "organisme",
            "origine": "SL" if salarie else "DE",
            "dispositif_financement": alea.choice(
                ("PDC", "PDC", "CP", "PA", "CPF", "CPFCA", "CPE", "CPFTP") if salarie else ("POEC", "POEI", "CPF")
            ),
            "abondement_cpf": "", "sans_accord_employeur": "", "date_recevabilite": "", "experience": "",
        } | dict.fromkeys(
            ("organisme", "raison_sociale", "siret", "adresse_entreprise", "code_nace", "secteur", "branche"), ""
        )
        if salarie:
            parcours |= self._entreprise(centre)
        tirage = alea.random()
        if tirage < 0.12 and groupe.certification in CQPM_OUVERTS:
            parcours |= {
                "voie": "vae", "prescripteur": "candidat", "date_recevabilite": parcours["date_inscription"],
                "dispositif_financement": "CVAE" if salarie else "CPF",
            }
        elif tirage < 0.2:
            parcours |= {
                "voie": "vae_branche", "prescripteur": "candidat",
                "experience": alea.choice(self.personnes["experiences"]),
            }
        elif tirage < 0.27:
            parcours |= {
                "prescripteur": "candidat", "dispositif_financement": "CPF",
                "sans_accord_employeur": "oui" if salarie else "",
            }
        elif not groupe.jury and tirage < 0.37 and groupe.certification == MAINTENANCE:
            parcours["blocs"] = alea.choice(("BDC 9002", "BDC 9001 | BDC 9004"))
        if parcours["dispositif_financement"] == "CPF" and alea.random() < 0.4:
            parcours["abondement_cpf"] = "oui"
        if parcours["prescripteur"] == "organisme" or (parcours["voie"] == "formation" and alea.random() < 0.5):
            parcours["organisme"] = organisme
        return parcours

    def _entreprise(self, centre: dict[str, Any]) -> dict[str, str]:
        rang, entreprise = self.alea.choice(list(enumerate(self.entreprises)))
        return {
            "raison_sociale": f"{entreprise['nom']} – {centre['ville']} (démonstration)",
            "siret": siret(1000 + 20 * int(centre["code"]) + rang),
            "adresse_entreprise": f"{rang + 1} rue de l'Usine, {centre['code_postal']} {centre['ville']}",
            "code_nace": entreprise["nace"], "secteur": "HM" if "branche" in entreprise else "M",
            "branche": entreprise.get("branche", ""),
        }


def _jour(jour: dt.date) -> str:
    return f"{jour:%d/%m/%Y}"
