"""Inscription préalable à la certification (partie 2, chapitre 2 ; annexe 14 pour les données du procès-verbal)."""

from __future__ import annotations

import re
from functools import lru_cache

from rules import parametres
from rules.faits import AmenagementFacts, EtablissementFacts, InscriptionFacts
from rules.francecompetences import delivrance_possible
from rules.nomenclatures import DispositifFinancement, Famille, Origine, Prescripteur, Secteur, Voie
from rules.noyau import Constat, Gravite, rule
from rules.suppression import aucun_engagement_apres_suppression
from rules.vae import certification_enregistree, experience_exigee, recevabilite_exigee

_FINANCEMENTS = frozenset(d.value for d in DispositifFinancement)
_VOIES = frozenset(v.value for v in Voie)
_PRESCRIPTEURS = frozenset(p.value for p in Prescripteur)
_ORIGINES = frozenset(o.value for o in Origine)
_SECTEURS = frozenset(s.value for s in Secteur)
_DEPARTEMENT = re.compile(r"0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5]|97[1-8]|98[4678]", re.ASCII)
_DECLARATION = re.compile(r"\d[\dAB]\d{9}", re.ASCII)
_SIREN_LA_POSTE = "356000000"


def departement_existe(code: str) -> bool:
    """Vrai pour 01 à 95 (sans 20), 2A, 2B, 971 à 978 et les collectivités 98x (annexe 7 : « N° Dpt »)."""
    return _DEPARTEMENT.fullmatch(code) is not None


@lru_cache(maxsize=16384)
def siret_valide(siret: str) -> bool:
    """Quatorze chiffres dont la clé de Luhn est juste ; La Poste suit sa propre règle (somme multiple de 5)."""
    if len(siret) != 14 or not siret.isascii() or not siret.isdigit() or not siret.strip("0"):
        return False
    chiffres = [int(c) for c in siret]
    if siret.startswith(_SIREN_LA_POSTE) and sum(chiffres) % 5 == 0:
        return True
    doubles = [c if rang % 2 else 2 * c - (9 if c > 4 else 0) for rang, c in enumerate(chiffres)]
    return sum(doubles) % 10 == 0


@rule("INS-01", field="certification", source="Partie 2, chap. 2")
def mentions_exigees(i: InscriptionFacts) -> tuple[Constat, ...]:
    """Candidat, certification de la liste, centre, voie, prescripteur et date : tout est donné."""
    constats = []
    if not i.nom_naissance:
        constats.append(Constat("nom_naissance", "Indiquez le nom de naissance du candidat."))
    if not i.prenoms:
        constats.append(Constat("prenoms", "Indiquez le ou les prénoms du candidat."))
    if i.date_inscription is None:
        constats.append(Constat("date_inscription", "Indiquez la date de l'inscription."))
    if i.origine not in _ORIGINES:
        constats.append(Constat("origine", "Indiquez l'origine du candidat : SL (salarié) ou DE (demandeur d'emploi)."))
    if i.certification is None:
        constats.append(
            Constat(
                "certification",
                f"« {i.certification_demandee} » n'est pas une certification de la liste de la branche."
                if i.certification_demandee
                else "Indiquez la certification visée.",
            )
        )
    elif (
        i.date_inscription is not None
        and i.certification.date_creation is not None
        and i.date_inscription < i.certification.date_creation
    ):
        constats.append(
            Constat(
                "date_inscription",
                f"{i.certification.identifiant} n'existe que depuis le {i.certification.date_creation:%d/%m/%Y}.",
            )
        )
    if i.centre_id is None:
        constats.append(Constat("centre", "Indiquez l'UIMM territoriale centre de certification."))
    if i.voie not in _VOIES:
        constats.append(Constat("voie", "Indiquez la voie d'accès : formation, vae ou vae_branche."))
    if i.prescripteur not in _PRESCRIPTEURS:
        constats.append(
            Constat("prescripteur", "Indiquez par qui l'inscription est faite : entreprise, organisme ou candidat.")
        )
    return tuple(constats)


@rule("INS-01", field="date_inscription", source="choix de la console", gravite=Gravite.ALERTE)
def date_pas_encore_venue(i: InscriptionFacts) -> str | None:
    """L'inscription est un fait : datée de l'avenir, c'est le plus souvent une faute de frappe."""
    if i.aujourd_hui is None or i.date_inscription is None or i.date_inscription <= i.aujourd_hui:
        return None
    return f"L'inscription est datée du {i.date_inscription:%d/%m/%Y}, dans l'avenir : vérifiez la date."


@rule("INS-02", field="organisme", source="Partie 2, chap. 2 ; glossaire, organisme de formation habilité")
def organisme_habilite(i: InscriptionFacts) -> str | None:
    """L'organisme est habilité par ce centre, pour cette certification ou ces blocs, le jour de l'inscription."""
    if i.organisme is None:
        if i.organisme_demande:
            return f"L'organisme « {i.organisme_demande} » n'est pas connu : vérifiez son SIRET ou son nom."
        if i.prescripteur == Prescripteur.ORGANISME:
            return "L'inscription passe par un organisme de formation : indiquez lequel."
        return None
    if i.centre_id is None or i.certification is None or i.date_inscription is None:
        return None
    manquants = i.organisme.non_couverts(i.centre_id, i.certification, i.blocs, i.date_inscription)
    if not manquants:
        return None
    return (
        f"{i.organisme.nom} n'était pas habilité par ce centre pour {', '.join(manquants)} "
        f"le {i.date_inscription:%d/%m/%Y}."
    )


@rule("INS-03", field="certification", source="Partie 2, chap. 2 (choix de la console)")
def une_seule_inscription_ouverte(i: InscriptionFacts) -> str | None:
    """Une inscription ouverte par candidat, certification et cible."""
    if not i.deja_ouverte:
        return None
    return "Ce candidat a déjà une inscription ouverte pour cette certification et cette cible."


@rule("INS-04", field="date_inscription", source="Partie 2, chap. 2")
def inscription_prealable(i: InscriptionFacts) -> str | None:
    """« inscription préalable du candidat » : avant la première évaluation et avant le jury."""
    if i.date_inscription is None:
        return None
    if i.date_premiere_evaluation is not None and i.date_inscription > i.date_premiere_evaluation:
        return (
            f"L'inscription doit précéder la première évaluation, faite le {i.date_premiere_evaluation:%d/%m/%Y}."
        )
    if i.date_jury is not None and i.date_inscription >= i.date_jury:
        return f"L'inscription doit précéder le jury du {i.date_jury:%d/%m/%Y}."
    return None


@rule("INS-05", field="date_inscription", source="Partie 2, chap. 2, § 1.A", gravite=Gravite.ALERTE)
def delai_avant_jury(i: InscriptionFacts) -> str | None:
    """Moins de quinze jours avant le jury prévu : ni la CPREFP ni l'entreprise n'ont pu être informées."""
    jury = i.date_jury_prevu or i.date_jury
    if jury is None or i.date_inscription is None:
        return None
    delai = parametres.DELAI_INFORMATION.au(i.date_inscription)
    if (jury - i.date_inscription).days >= delai:
        return None
    return (
        f"Moins de {delai} jours séparent l'inscription du jury du {jury:%d/%m/%Y} : "
        "la CPREFP et l'entreprise ne peuvent être informées à temps."
    )


@rule("INS-06", field="certification", source="Partie 2, chap. 3, § 3.B et chap. 7")
def famille_sur_inscription(i: InscriptionFacts) -> str | None:
    """On s'inscrit à un CQPM, un CCPM ou un CCPI : le CQPI vient avec son CQPM, le PPC de l'entreprise."""
    c = i.certification
    if c is None:
        return None
    if c.famille is Famille.CQPI:
        return f"{c.identifiant} s'obtient avec le CQPM qui lui correspond : inscrivez le candidat à ce CQPM."
    if c.famille is Famille.PPC:
        return f"{c.identifiant} est attribué par l'entreprise, sans jury : il ne donne pas lieu à inscription."
    return None


@rule("INS-06", field="blocs", source="Glossaire, BDC ; partie 2, chap. 3, § 3.B")
def cible_permise(i: InscriptionFacts) -> str | None:
    """Le CQPM entier, des blocs d'un CQPM enregistré au RNCP, ou le CCPM/CCPI entier."""
    c = i.certification
    if c is None or not i.blocs:
        return None
    if c.famille is not Famille.CQPM:
        return f"{c.identifiant} ne se découpe pas en blocs de compétences : laissez les blocs vides."
    if i.date_inscription is not None and not c.enregistree_au_rncp(i.date_inscription):
        return (
            f"{c.identifiant} n'est pas enregistré au RNCP le {i.date_inscription:%d/%m/%Y} : "
            "seul le CQPM entier peut être visé."
        )
    etrangers = [b for b in i.blocs if b not in c.blocs]
    if etrangers:
        return f"Ces blocs n'appartiennent pas à {c.identifiant} : {', '.join(etrangers)}."
    if len(set(i.blocs)) != len(i.blocs):
        return "Le même bloc de compétences est indiqué deux fois."
    return None


_DONNEES_ENTREPRISE = (
    ("raison_sociale", "raison sociale"),
    ("siret", "SIRET"),
    ("adresse_entreprise", "adresse de l'entreprise"),
    ("code_nace", "code NACE"),
    ("secteur", "secteur"),
    ("branche", "branche"),
)


@rule("INS-07", field="raison_sociale", source="Annexe 14, note 7")
def demandeur_emploi_sans_entreprise(i: InscriptionFacts) -> tuple[Constat, ...]:
    """Un demandeur d'emploi ne porte aucune donnée d'entreprise."""
    if i.origine != Origine.DEMANDEUR_EMPLOI:
        return ()
    return tuple(
        Constat(champ, f"Un demandeur d'emploi (DE) n'a pas d'entreprise : laissez « {libelle} » vide.")
        for champ, libelle in _DONNEES_ENTREPRISE
        if getattr(i, champ)
    )


@rule("INS-15", field="raison_sociale", source="Annexe 14")
def salarie_avec_entreprise(i: InscriptionFacts) -> tuple[Constat, ...]:
    """Un salarié nomme son entreprise : raison sociale, adresse, code NACE, secteur."""
    if i.origine != Origine.SALARIE:
        return ()
    manquants = [
        (champ, libelle)
        for champ, libelle in _DONNEES_ENTREPRISE
        if champ not in {"siret", "branche"} and not getattr(i, champ)
    ]
    return tuple(
        Constat(champ, f"Un salarié (SL) nomme son entreprise : indiquez « {libelle} ».") for champ, libelle in manquants
    )


@rule("INS-08", field="branche", source="Annexe 14")
def branche_hors_metaux(i: InscriptionFacts) -> str | Constat | None:
    """« HM (Hors métaux, dans ce cas, préciser la branche) » ; le secteur M n'en précise pas."""
    if i.secteur and i.secteur not in _SECTEURS:
        return Constat("secteur", f"« {i.secteur} » n'est pas un secteur : M (métaux) ou HM (hors métaux), rien d'autre.")
    if i.secteur == Secteur.HORS_METAUX and not i.branche:
        return "Secteur HM (hors métaux) : précisez la branche de l'entreprise."
    if i.secteur == Secteur.METAUX and i.branche:
        return "Secteur M (métaux) : la branche ne se précise que pour HM ; laissez-la vide ou corrigez le secteur."
    return None


@rule("INS-09", field="dispositif_financement", source="Annexe 14 et note 6")
def financement_de_la_liste(i: InscriptionFacts) -> str | None:
    """L'un des dix codes de l'annexe 14 ; l'abondement CPF est une mention à côté."""
    if i.financement in _FINANCEMENTS:
        return None
    return "Dispositif de financement : choisissez l'un des dix codes : " + ", ".join(
        d.value for d in DispositifFinancement
    ) + "."


@rule("INS-10", field="ville_naissance", source="Annexe 14, note 4 ; annexe 7")
def lieu_de_naissance(i: InscriptionFacts) -> tuple[Constat, ...]:
    """« Indiquer la ville, le département et le pays du lieu de naissance du candidat »."""
    constats = []
    if not i.ville_naissance:
        constats.append(Constat("ville_naissance", "Indiquez la ville de naissance."))
    if not i.pays_naissance:
        constats.append(Constat("pays_naissance", "Indiquez le pays de naissance."))
    if i.ne_en_france:
        if not i.departement_naissance:
            constats.append(
                Constat("departement_naissance", "Né en France : indiquez le département de naissance (01 à 95, 2A, 2B, 971…).")
            )
        elif not departement_existe(i.departement_naissance):
            constats.append(
                Constat("departement_naissance", f"« {i.departement_naissance} » n'est pas un département français.")
            )
    elif i.pays_naissance and i.departement_naissance:
        constats.append(
            Constat("departement_naissance", "Né hors de France : laissez le département de naissance vide.")
        )
    return tuple(constats)


@rule("INS-11", field="siret", source="choix de la console (SIRET : clé de Luhn ; NACE : nomenclature)")
def siret_et_nace(i: InscriptionFacts) -> tuple[Constat, ...]:
    """SIRET de quatorze chiffres à clé juste ; code NACE de la nomenclature."""
    constats = []
    if i.siret and not siret_valide(i.siret):
        constats.append(Constat("siret", f"Le SIRET {i.siret} est faux : vérifiez ses 14 chiffres (clé de contrôle)."))
    if i.code_nace and not i.nace_connu:
        constats.append(Constat("code_nace", f"« {i.code_nace} » n'est pas un code de la nomenclature NACE."))
    return tuple(constats)


@rule("INS-11", field="siret", source="choix de la console (SIRET : clé de Luhn ; déclaration d'activité : 11 caractères)")
def etablissement_numerote(e: EtablissementFacts) -> tuple[Constat, ...]:
    """Une fiche d'entreprise ou d'organisme : un SIRET vrai, une déclaration d'activité de onze chiffres (2A, 2B en Corse)."""
    constats = []
    if e.siret and not siret_valide(e.siret):
        constats.append(Constat("siret", "Ce SIRET est faux : vérifiez ses 14 chiffres (clé de contrôle)."))
    if e.numero_declaration and not _DECLARATION.fullmatch(e.numero_declaration):
        constats.append(Constat("numero_declaration", "Un numéro de déclaration d'activité a 11 chiffres."))
    return tuple(constats)


@rule("INS-12", field="date_naissance", source="choix de la console")
def age_a_l_inscription(i: InscriptionFacts) -> str | None:
    """Une vraie date de naissance, 14 à 100 ans avant l'inscription."""
    if i.date_naissance is None:
        return "Indiquez la date de naissance."
    jour = i.date_inscription
    if jour is None:
        return None
    if i.date_naissance > parametres.meme_jour(jour, -parametres.AGE_MINIMAL.au(jour)):
        return f"Né le {i.date_naissance:%d/%m/%Y} : le candidat aurait moins de 14 ans à l'inscription."
    if i.date_naissance < parametres.meme_jour(jour, -parametres.AGE_MAXIMAL.au(jour)):
        return f"Né le {i.date_naissance:%d/%m/%Y} : le candidat aurait plus de 100 ans à l'inscription."
    return None


@rule("INS-13", field="nom_naissance", source="choix de la console", gravite=Gravite.ALERTE)
def doublon_probable(i: InscriptionFacts) -> tuple[Constat, ...]:
    """Une fiche ressemble à cette personne : accents, nom de mariage, inversion, faute de frappe, date voisine.

    Celle d'un autre centre n'est pas montrée : on dit seulement de relire ce qui est saisi.
    """
    constats = [
        Constat(
            "nom_naissance",
            f"Peut-être déjà connue du centre : {p.nom}, né(e) le {p.date_naissance:%d/%m/%Y} à {p.ville_naissance} "
            f"({', '.join(p.motifs)}).",
        )
        for p in i.proches if p.du_centre
    ]
    if any(not p.du_centre for p in i.proches):
        constats.append(
            Constat(
                "nom_naissance",
                "Une personne très proche est connue d'un autre centre : relisez le nom, les prénoms, la date et la ville "
                "de naissance sur une pièce d'identité.",
            )
        )
    return tuple(constats)


@rule("ACC-01", field="sexe", source="Code du travail, art. R. 6113-17-2 ; Caisse des Dépôts", gravite=Gravite.ALERTE)
def pret_pour_l_accrochage(i: InscriptionFacts) -> tuple[Constat, ...]:
    """Ce que le passeport de compétences demandera : sexe, et commune de naissance du code officiel géographique."""
    constats = []
    if not i.sexe:
        constats.append(Constat("sexe", "Indiquez le sexe d'état civil : le passeport de compétences du candidat le demande."))
    if i.ne_en_france and i.ville_naissance and i.departement_naissance and not i.commune_naissance:
        constats.append(
            Constat(
                "ville_naissance",
                f"« {i.ville_naissance} » n'a pas été reconnue comme une commune de ce département : le passeport de "
                "compétences demande son code officiel géographique.",
            )
        )
    return tuple(constats)


@rule("INS-14", field="demande_le", source="Partie 2, chap. 2, § 1.B")
def compensation_demandee(a: AmenagementFacts) -> str | None:
    """« à la demande des candidats en situation de handicap » : jamais sans elle."""
    if a.demande_par_le_candidat_le is not None:
        return None
    return "Une compensation du handicap ne s'enregistre qu'à la demande du candidat : indiquez la date de sa demande."


INSCRIPTION = (
    mentions_exigees,
    date_pas_encore_venue,
    aucun_engagement_apres_suppression,
    organisme_habilite,
    une_seule_inscription_ouverte,
    inscription_prealable,
    delai_avant_jury,
    famille_sur_inscription,
    cible_permise,
    demandeur_emploi_sans_entreprise,
    salarie_avec_entreprise,
    branche_hors_metaux,
    financement_de_la_liste,
    lieu_de_naissance,
    siret_et_nace,
    age_a_l_inscription,
    doublon_probable,
    pret_pour_l_accrochage,
    delivrance_possible,
    certification_enregistree,
    experience_exigee,
    recevabilite_exigee,
)

AMENAGEMENT = (compensation_demandee,)

ETABLISSEMENT = (etablissement_numerote,)

