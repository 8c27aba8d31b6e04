"""D'une ligne lue à un verdict : cellules → valeurs → faits → règles. Le formulaire est un lot d'une ligne."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from imports.cellules import CelluleRefusee, Memo, Refus, verifier_largeur
from imports.colonnes import INSCRIPTIONS, Cartographie
from imports.compte_rendu import Erreur
from models.normalisation import cle_entreprise, cle_identite, normaliser
from models.rapprochement import formes
from rules import controle
from rules.collecte import FRANCE, ContexteInscription
from rules.faits import CertificationFacts, InscriptionFacts, OrganismeFacts, ProcheFacts
from rules.inscription import financement_de_la_liste, lieu_de_naissance
from rules.noyau import Gravite

MEMOS = {c.nom: Memo(c.lire) for c in INSCRIPTIONS}
PAR_NOM = {c.nom: c for c in INSCRIPTIONS}
_LONGUEUR_VALEUR = 80
# Ce qu'une lecture reproche déjà au nom d'une règle.
_PASSAGES = {"INS-09": financement_de_la_liste.source, "INS-10": lieu_de_naissance.source}
_DEPARTEMENT_OUTRE_MER = ("97", "98")


@dataclass(slots=True)
class Saisie:
    """Une ligne lue : ses valeurs par colonne canonique, ses cellules telles que venues, ses erreurs de lecture."""

    ligne: int
    cellules: Sequence[str]
    valeurs: dict[str, Any] = field(default_factory=dict)
    brutes: dict[str, str] = field(default_factory=dict)
    erreurs: list[Erreur] = field(default_factory=list)
    champs_en_erreur: set[str] = field(default_factory=set)
    certification: CertificationFacts | None = None
    organisme: OrganismeFacts | None = None
    pays: str = ""
    departement: str = ""
    blocs: tuple[str, ...] = ()
    cle: str = ""
    cle_choisie: str = ""
    proches: tuple[ProcheFacts, ...] = ()
    cle_entreprise: str = ""

    def refuser(
        self, colonne: str, code: str, message: str, gravite: Gravite = Gravite.BLOQUE, passage: str = ""
    ) -> None:
        """Note une erreur de cette ligne."""
        self.erreurs.append(
            Erreur(self.ligne, colonne, self.brutes.get(colonne, "")[:_LONGUEUR_VALEUR], code, message, gravite,
                   passage or _PASSAGES.get(code, ""))
        )
        if gravite is Gravite.BLOQUE:
            self.champs_en_erreur.add(colonne)

    @property
    def refusee(self) -> bool:
        """Vrai si une erreur bloque la ligne."""
        return bool(self.champs_en_erreur)

    @property
    def alertee(self) -> bool:
        """Vrai si une règle avertit sans bloquer."""
        return any(e.gravite is Gravite.ALERTE for e in self.erreurs)

    @property
    def cible(self) -> str:
        """Les blocs visés, tels qu'enregistrés ; vide pour la certification entière."""
        return "|".join(sorted(self.blocs))

    def texte(self, colonne: str) -> str:
        """La valeur d'une colonne de texte, vide si rien n'est donné."""
        valeur = self.valeurs.get(colonne)
        return "" if valeur is None else str(valeur)


def lire_ligne(numero: int, cellules: Sequence[str], carte: Cartographie) -> Saisie:
    """Lit les cellules d'une ligne de fichier."""
    saisie = Saisie(numero, cellules)
    try:
        verifier_largeur(cellules, carte.attendues, carte.possibles)
    except CelluleRefusee as refus:
        saisie.refuser("", refus.code, refus.message)
        saisie.champs_en_erreur.add("*")
        return saisie
    nombre = len(cellules)
    for rang, colonne in carte.par_index.items():
        texte = cellules[rang] if rang < nombre else ""
        # La plupart des cellules d'un fichier sont vides : rien à en lire, sauf si la colonne est requise.
        if texte or colonne.requise:
            _lire(saisie, colonne.nom, texte)
    return saisie


def lire_formulaire(rang: int, champs: Mapping[str, str], cle: str = "") -> Saisie:
    """Lit une saisie de formulaire : noms de colonnes canoniques → texte ; `cle`, celle d'une fiche choisie."""
    saisie = Saisie(rang, (), cle_choisie=cle)
    for nom in PAR_NOM:
        _lire(saisie, nom, champs.get(nom, "") or "")
    return saisie


def _lire(saisie: Saisie, nom: str, texte: str) -> None:
    valeur = MEMOS[nom][texte]
    if texte:
        saisie.brutes[nom] = texte
    if isinstance(valeur, Refus):
        saisie.refuser(nom, valeur.code, valeur.message)
    elif valeur is not None:
        saisie.valeurs[nom] = valeur


@lru_cache(maxsize=65536)
def _departement_de(code_commune: str) -> str:
    return code_commune[:3] if code_commune.startswith(_DEPARTEMENT_OUTRE_MER) else code_commune[:2]


def situer(saisie: Saisie, contexte: ContexteInscription) -> None:
    """Rattache la saisie aux nomenclatures : certification, organisme, pays, département, blocs, clés."""
    v = saisie.valeurs
    if "*" in saisie.champs_en_erreur:
        return
    if demandee := saisie.texte("certification"):
        certification = contexte.certification(demandee)
        # Un candidat est inscrit à la version en vigueur ce jour-là : ses blocs sont ceux de cette version (REF-09).
        saisie.certification = certification and contexte.en_version(certification, v.get("date_inscription"))
    if demande := saisie.texte("organisme"):
        saisie.organisme = contexte.organisme(demande)
    if pays := saisie.texte("pays_naissance"):
        code = contexte.code_pays(pays)
        if code is None:
            saisie.refuser("pays_naissance", "INS-10", f"« {pays} » n'est pas un pays connu : vérifiez son nom.")
        saisie.pays = code or ""
    saisie.departement = saisie.texte("departement_naissance")
    if not saisie.departement and saisie.pays == FRANCE and (commune := saisie.texte("code_commune_naissance")):
        saisie.departement = _departement_de(commune)
    saisie.blocs = tuple(contexte.bloc(b) for b in v.get("blocs", ()))
    nom, prenoms, naissance, ville = (
        v.get(c) for c in ("nom_naissance", "prenoms", "date_naissance", "ville_naissance")
    )
    if nom and prenoms and naissance and ville:
        saisie.cle = cle_identite(nom, prenoms, naissance, ville)
    if saisie.cle_choisie:
        saisie.cle = saisie.cle_choisie
    if raison := saisie.texte("raison_sociale"):
        saisie.cle_entreprise = cle_entreprise(v.get("siret"), raison, saisie.texte("adresse_entreprise"))


def faits(
    saisie: Saisie, contexte: ContexteInscription, *, deja_ouverte: bool = False, proches: tuple[ProcheFacts, ...] = ()
) -> InscriptionFacts:
    """Les faits que jugent les règles, tels que la ligne les dit."""
    v, texte = saisie.valeurs, saisie.texte
    nace = texte("code_nace")
    return InscriptionFacts(
        nom_naissance=texte("nom_naissance"), prenoms=texte("prenoms"), date_naissance=v.get("date_naissance"),
        ville_naissance=texte("ville_naissance"), departement_naissance=saisie.departement,
        pays_naissance=saisie.pays, ne_en_france=saisie.pays == FRANCE,
        origine=texte("origine"), financement=texte("dispositif_financement"),
        raison_sociale=texte("raison_sociale"), adresse_entreprise=texte("adresse_entreprise"),
        siret=texte("siret"), code_nace=nace, nace_connu=nace in contexte.codes_nace,
        secteur=texte("secteur"), branche=texte("branche"),
        certification=saisie.certification, certification_demandee=texte("certification"), blocs=saisie.blocs,
        centre_id=contexte.centre_id, voie=texte("voie"), prescripteur=texte("prescripteur"),
        organisme=saisie.organisme, organisme_demande=texte("organisme"),
        date_inscription=v.get("date_inscription"), date_recevabilite=v.get("date_recevabilite"),
        experience=texte("experience"), deja_ouverte=deja_ouverte, proches=proches,
        sexe=texte("sexe"), commune_naissance=texte("code_commune_naissance"), aujourd_hui=contexte.aujourd_hui,
    )


def juger(
    saisie: Saisie, contexte: ContexteInscription, *, deja_ouverte: bool = False, proches: tuple[ProcheFacts, ...] = ()
) -> None:
    """Applique les règles de l'inscription ; une cellule illisible n'est pas reprochée une seconde fois."""
    if "*" in saisie.champs_en_erreur:
        return
    illisibles = frozenset(saisie.champs_en_erreur)
    constats = faits(saisie, contexte, deja_ouverte=deja_ouverte, proches=proches)
    for violation in controle.inscription(constats):
        if violation.champ not in illisibles:
            saisie.refuser(violation.champ, violation.code, violation.message, violation.gravite, violation.source)


def colonnes_identite(saisie: Saisie) -> dict[str, Any]:
    """Ce qui identifie une personne, aux noms des colonnes de `candidat`."""
    texte = saisie.texte
    return {
        "nom_naissance": texte("nom_naissance"), "nom_usage": texte("nom_usage"), "prenoms": texte("prenoms"),
        "date_naissance": saisie.valeurs["date_naissance"], "ville_naissance": texte("ville_naissance"),
        "cle_identite": saisie.cle,
    }


def colonnes_candidat(saisie: Saisie) -> dict[str, Any]:
    """La ligne `candidat` d'une personne encore inconnue."""
    v, texte, identite = saisie.valeurs, saisie.texte, colonnes_identite(saisie)
    return identite | formes(identite) | {
        "civilite": v.get("civilite"), "sexe": v.get("sexe"),
        "code_commune_naissance": v.get("code_commune_naissance"),
        "departement_naissance_code": saisie.departement or None, "pays_naissance_code": saisie.pays,
        "courriel": texte("email"), "telephone": texte("telephone"), "adresse": texte("adresse"),
        "code_postal": texte("code_postal"), "ville": texte("ville"),
    }


def colonnes_entreprise(saisie: Saisie, centre_id: int) -> dict[str, Any]:
    """La ligne `entreprise` d'un employeur encore inconnu du centre."""
    v, texte = saisie.valeurs, saisie.texte
    return {
        "centre_id": centre_id, "siret": v.get("siret"), "raison_sociale": texte("raison_sociale"),
        "adresse": texte("adresse_entreprise"), "code_nace": texte("code_nace"), "secteur": v["secteur"],
        "branche": v.get("branche"), "cle_entreprise": saisie.cle_entreprise,
        "recherche": normaliser(texte("raison_sociale")),
    }


def colonnes_inscription(saisie: Saisie, contexte: ContexteInscription) -> dict[str, Any]:
    """La ligne `inscription`, moins les clés du candidat et de l'entreprise."""
    v, texte = saisie.valeurs, saisie.texte
    if saisie.certification is None:
        raise LookupError("certification")
    version = contexte.version_le(saisie.certification.id, v["date_inscription"])
    return {
        "centre_id": contexte.centre_id, "certification_id": saisie.certification.id,
        "referentiel_id": version.id if version else None, "cible": saisie.cible,
        "voie": v["voie"], "prescripteur": v["prescripteur"], "origine": v["origine"],
        "dispositif_financement": v["dispositif_financement"], "abondement_cpf": bool(v.get("abondement_cpf")),
        "organisme_id": saisie.organisme.id if saisie.organisme else None, "date_inscription": v["date_inscription"],
        "sans_accord_employeur": bool(v.get("sans_accord_employeur")), "date_recevabilite": v.get("date_recevabilite"),
        "experience": texte("experience"), "reference": texte("reference"),
        "nom_tri": normaliser(f"{texte('nom_naissance')} {texte('prenoms')}"),
    }


