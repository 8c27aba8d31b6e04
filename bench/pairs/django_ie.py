"""django-import-export 4.4, ses meilleurs réglages : simulation (`dry_run`), puis import, comme son écran d'administration.

    python -m bench.pairs.django_ie URL FICHIER CENTRE

`use_bulk` par paquets de 1 000, ni différences ni lignes sautées au compte rendu, une instance neuve par ligne, personnes et
entreprises créées d'avance en `bulk_create`, clés étrangères prises d'un dictionnaire : le plus rapide de ce que sa
documentation permet.
"""

from __future__ import annotations

import sys
import time
from typing import Any
from urllib.parse import urlsplit

import django
import tablib
from django.conf import settings

from bench.pairs import regles


def _base(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        reglages = "PRAGMA journal_mode=wal;PRAGMA synchronous=full;PRAGMA cache_size=-65536;"
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.removeprefix("sqlite:///"),
                "OPTIONS": {"init_command": reglages, "transaction_mode": "IMMEDIATE"}}
    u = urlsplit(url)
    return {"ENGINE": "django.db.backends.postgresql", "NAME": u.path.lstrip("/"), "USER": u.username, "HOST": u.hostname, "PORT": u.port}


URL, FICHIER, CENTRE = sys.argv[1], sys.argv[2], int(sys.argv[3])
settings.configure(DATABASES={"default": _base(URL)}, INSTALLED_APPS=["import_export"], USE_TZ=True,
                   DEFAULT_AUTO_FIELD="django.db.models.AutoField")
django.setup()

from django.core.exceptions import ValidationError  # noqa: E402 — Django se règle avant de s'importer
from django.db import connection, models  # noqa: E402
from django.utils import timezone  # noqa: E402
from import_export import fields, resources, widgets  # noqa: E402

T, N = models.TextField, models.IntegerField


class Trace(models.Model):
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    version = N(default=1)

    class Meta:
        abstract = True


def _table(nom: str) -> type:
    return type("Meta", (), {"managed": False, "app_label": "import_export", "db_table": nom})


class Candidat(Trace):  # noqa: DJ008
    sexe, nom_naissance, nom_usage, prenoms, ville_naissance = T(null=True), T(), T(), T(), T()
    date_naissance = models.DateField()
    departement_naissance_code, pays_naissance_code, courriel, telephone, adresse, code_postal, ville = T(null=True), T(), T(), T(), T(), T(), T()
    cle_identite, recherche, recherche_usage, recherche_prenoms = T(unique=True), T(), T(), T()
    Meta = _table("candidat")


class Entreprise(Trace):  # noqa: DJ008
    centre_id, siret, raison_sociale, adresse, code_nace, secteur, cle_entreprise, recherche = N(), T(), T(), T(), T(), T(), T(), T()
    Meta = _table("entreprise")


class Inscription(Trace):  # noqa: DJ008
    candidat = models.ForeignKey(Candidat, models.PROTECT)
    entreprise = models.ForeignKey(Entreprise, models.PROTECT, null=True)
    centre_id, certification_id, referentiel_id = N(), N(), N(null=True)
    cible, voie, prescripteur, origine, dispositif_financement, experience, reference, etat, nom_tri = (T() for _ in range(9))
    abondement_cpf, sans_accord_employeur, date_inscription = models.BooleanField(), models.BooleanField(), models.DateField()
    Meta = _table("inscription")


class DuDictionnaire(widgets.ForeignKeyWidget):
    """Une clé étrangère prise en mémoire, sans requête."""

    def __init__(self, modele: Any, champ: str, connus: dict[str, Any]) -> None:
        super().__init__(modele, champ)
        self.connus = connus

    def clean(self, value: Any, row: Any = None, **_: Any) -> Any:
        return self.connus[value] if value else None


class Vrai(widgets.Widget):
    """Une valeur déjà lue : la ligne jugée la donne telle quelle."""

    def clean(self, value: Any, row: Any = None, **_: Any) -> Any:
        return value


_CHAMPS = ("centre_id", "certification_id", "referentiel_id", "cible", "voie", "prescripteur", "origine", "dispositif_financement",
           "abondement_cpf", "date_inscription", "sans_accord_employeur", "experience", "reference", "etat", "nom_tri")


class Inscriptions(resources.ModelResource):
    candidat = fields.Field("candidat", "_cle", DuDictionnaire(Candidat, "cle_identite", {}))
    entreprise = fields.Field("entreprise", "_siret", DuDictionnaire(Entreprise, "siret", {}))
    for _nom in _CHAMPS:
        locals()[_nom] = fields.Field(_nom, f"_{_nom}", Vrai())
    del _nom

    class Meta:
        model = Inscription
        import_id_fields = ()
        fields = ("candidat", "entreprise", *_CHAMPS)
        use_bulk = True
        batch_size = 1000
        skip_diff = True
        skip_html_diff = True
        report_skipped = False
        force_init_instance = True

    def before_import(self, dataset: Any, **_: Any) -> None:
        with connection.cursor() as c:
            c.execute("SELECT id, famille, annee, numero FROM certification WHERE annee IS NOT NULL")
            certifications = {f"{famille} {annee} {numero:04d}": i for i, famille, annee, numero in c.fetchall()}
            c.execute("SELECT certification_id, id FROM referentiel WHERE etat = 'valide'")
            versions = dict(c.fetchall())
            c.execute("SELECT code FROM nace")
            self.ref = regles.Reference(CENTRE, certifications, versions, frozenset(x for (x,) in c.fetchall()))
        self.candidats = {c.cle_identite: c for c in Candidat.objects.only("cle_identite").iterator()}
        self.entreprises = {e.siret: e for e in Entreprise.objects.filter(centre_id=CENTRE).only("siret").iterator()}
        self.vues = set(Inscription.objects.filter(etat="ouverte").values_list("candidat_id", "certification_id"))
        self.fautes: dict[int, list[str]] = {}
        neufs, neuves = {}, {}
        for rang, valeurs in enumerate(dataset, 1):
            r = dict(zip(dataset.headers, valeurs, strict=True))
            if f := regles.fautes(r, self.ref):
                self.fautes[rang] = f
                continue
            k = regles.cle(r)
            if k not in self.candidats and k not in neufs:
                neufs[k] = Candidat(**regles.candidat(r, k))
            if r["siret"] and r["siret"] not in self.entreprises and r["siret"] not in neuves:
                neuves[r["siret"]] = Entreprise(**regles.entreprise(r, self.ref))
        Candidat.objects.bulk_create(neufs.values(), batch_size=1000)
        Entreprise.objects.bulk_create(neuves.values(), batch_size=1000)
        self.candidats |= neufs
        self.entreprises |= neuves
        self.fields["candidat"].widget = DuDictionnaire(Candidat, "cle_identite", self.candidats)
        self.fields["entreprise"].widget = DuDictionnaire(Entreprise, "siret", self.entreprises)

    def before_import_row(self, row: Any, row_number: int = 0, **_: Any) -> None:
        if f := self.fautes.get(row_number):
            raise ValidationError(dict.fromkeys(f, "valeur refusée"))
        k = regles.cle(row)
        row.update({f"_{c}": v for c, v in regles.inscription(row, self.ref).items()})
        row["_cle"], row["_siret"] = k, row["siret"]

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        quoi = (instance.candidat_id, instance.certification_id)
        if quoi in self.vues:
            return True
        self.vues.add(quoi)
        return False


def principal() -> None:
    """Simule puis importe ; imprime les deux durées."""
    debut = time.perf_counter()
    with open(FICHIER, encoding="utf-8", newline="") as f:  # noqa: PTH123
        donnees = tablib.Dataset().load(f.read(), format="csv", delimiter=";")
    Inscriptions().import_data(donnees, dry_run=True, raise_errors=False)
    milieu = time.perf_counter()
    resultat = Inscriptions().import_data(donnees, dry_run=False, raise_errors=False)
    if resultat.base_errors or resultat.row_errors():
        raise SystemExit(f"{resultat.base_errors[:1]} {resultat.row_errors()[:1]}")
    print(f"simulation {milieu - debut:.2f} s, import {time.perf_counter() - milieu:.2f} s, {len(resultat.invalid_rows)} refusées")


principal()
