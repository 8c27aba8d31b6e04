"""Les papiers d'un jury : émargement (annexe 13), lettre au GTP (annexe 12), désignations, convocations, information.

Des faits aux chaînes des gabarits ; la synthèse des évaluations, anonyme, est ici aussi.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

from documents.faits import LogoImprime
from documents.faits_jury import (
    CandidatAnonyme,
    CertificationExaminee,
    ConvocationFaits,
    DesignationFaits,
    Destinataire,
    EmargementFaits,
    EnTete,
    InformationFaits,
    LettreGtpFaits,
    Membre,
    Seance,
    Synthese,
    SyntheseFaits,
    verifier_convocation,
    verifier_designation,
    verifier_emargement,
    verifier_information,
    verifier_lettre_gtp,
    verifier_synthese,
)
from documents.forme import Declaration, F, ascii_plat, coupe, date_en_lettres
from documents.moteur import Contexte, Valeur
from rules.formulation import PASSAGES, TOUTES, Morceau, composer

SECRETARIAT_DU_GTP = (
    "UIMM",
    "Secrétariat du GTP « Certifications »",
    "de la commission paritaire nationale",
    "de l'emploi et de la formation",
    "professionnelle de la métallurgie",
    "56, avenue de Wagram",
    "75854 Paris Cedex 17",
)
"""L'adresse qu'imprime l'annexe 12."""
COMPETENCES_PAR_TABLE = 14
"""Colonnes de résultats d'une table de la synthèse, sur A4 paysage ; au-delà, une table de plus."""
LARGEUR_SYNTHESE, LARGEUR_NUMERO, LARGEUR_TOTAL, LARGEUR_AVIS = 277, 24, 24, 26
# Un paragraphe numéroté ou tireté se met en retrait.
_ARTICLE = re.compile(r"(\d{1,2}\.|[–—•])\s")
PETIT = 0.5
"""Échelle du logo en tête d'un tableau, où il n'a pas la place d'une lettre."""
RESULTATS = {"acquise": "acquise", "non_acquise": "non acquise", None: "–"}


def entete(centre: EnTete) -> dict[str, Valeur]:
    """Le papier à lettres d'un centre, prêt à imprimer."""
    telephone = f"Tél. {centre.telephone}" if centre.telephone else ""
    adresse = f"{centre.adresse}, {centre.code_postal} {centre.ville}"
    return {
        "nom": centre.nom,
        "coordonnees": " · ".join(filter(None, (adresse, telephone, centre.courriel))),
        "demonstration": "centre de démonstration : document sans valeur" if centre.demonstration else "",
        "logo": logo(centre.logo),
    }


def logo(image: LogoImprime | None) -> dict[str, Valeur]:
    """Un logo prêt à imprimer, ou rien : l'en-tête est alors tout typographique."""
    if image is None:
        return {}
    return {
        "source": image.source, "largeur": f"{image.largeur:g}mm", "hauteur": f"{image.hauteur:g}mm",
        "petite_largeur": f"{image.largeur * PETIT:.2f}mm", "petite_hauteur": f"{image.hauteur * PETIT:.2f}mm",
    }


def passages(centre: EnTete, document: str, valeurs: dict[str, str]) -> dict[str, Valeur]:
    """Les passages d'un document, dans les termes que la branche leur donnait à sa date, prêts à imprimer."""
    choisis = {f.code: f.texte for f in centre.formulations}
    return {
        p.nom: [
            {"article": "article" if _ARTICLE.match(morceaux[0].texte) else "",
             "morceaux": _morceaux(morceaux)}
            for morceaux in composer(choisis.get(p.code, p.texte), valeurs)
        ]
        for p in PASSAGES.values() if p.document == document
    }


def _morceaux(morceaux: Sequence[Morceau]) -> list[Valeur]:
    """Les bouts d'un paragraphe ; l'espace entre deux est dite, car une valeur perd celles de ses bords."""
    avant = [m.texte for m in (Morceau("", gras=False), *morceaux)]
    return [
        {"texte": m.texte, "gras": "gras" if m.gras else "",
         "espace": "espace" if m.texte.startswith(" ") or precedent.endswith(" ") else ""}
        for precedent, m in zip(avant, morceaux, strict=False)
    ]


def versions_prises(centre: EnTete, document: str) -> str:
    """Les versions des passages reformulés d'un document : ce qu'une archive garde à côté de ses octets."""
    prises = (f for f in centre.formulations if PASSAGES[f.code].document in (document, TOUTES))
    return ", ".join(f"{f.code} v{f.numero}" for f in prises)


def lettre(
    centre: EnTete, date: dt.date, destinataire: Destinataire, salutation: str, objet: str = "", lieu: str = ""
) -> dict[str, Valeur]:
    """Ce que toute lettre porte : en-tête, destinataire, lieu et date, objet, salutation et formule de fin.

    `lieu` : d'où la lettre est écrite, la ville du centre par défaut.
    """
    return {
        "centre": entete(centre),
        "destinataire": [destinataire.nom, *destinataire.lignes],
        "lieu": lieu or centre.ville,
        "date_lettre": date_en_lettres(date),
        "objet": objet,
        "salutation": f"{salutation},",
        "commun": passages(centre, TOUTES, {"salutation": salutation}),
    }


def salutation(civilite: str | None) -> str:
    """« Madame », « Monsieur », ou les deux quand la civilité n'est pas connue."""
    return {"M.": "Monsieur", "Mme": "Madame"}.get(civilite or "", "Madame, Monsieur")


def _seance(seance: Seance) -> dict[str, Valeur]:
    return {
        "date_jury": date_en_lettres(seance.date_jury),
        "lieu_jury": seance.lieu_jury,
        "certifications_examinees": [_certification(c) for c in seance.certifications],
    }


def _quand(seance: Seance) -> dict[str, str]:
    heure = f" à {seance.heure.hour} h {seance.heure:%M}".removesuffix(" 00") + "," if seance.heure is not None else ""
    return {"date_jury": date_en_lettres(seance.date_jury), "lieu_jury": seance.lieu_jury, "heure_jury": heure}


def _certification(certification: CertificationExaminee) -> dict[str, Valeur]:
    return {
        "identifiant": certification.identifiant,
        "titre": certification.titre,
        "candidats": str(certification.candidats),
    }


def _membre(membre: Membre, colonnes: tuple[float, float, float], corps: float) -> dict[str, Valeur]:
    nom, titre, organisation = colonnes
    return {
        "nom": coupe(membre.nom, nom, corps),
        "titre": coupe(membre.titre, titre, corps),
        "organisation": coupe(membre.organisation, organisation, corps),
    }


def _contexte_emargement(lot: Sequence[EmargementFaits]) -> Contexte:
    (faits,) = lot
    invitees = [Membre("", "Organisation invitée, sans désignation", o) for o in faits.organisations_invitees]
    *premiers, dernier = (_membre(m, (66, 66, 60), 9.5) for m in (*faits.membres, *invitees))
    return _seance(faits.seance) | {
        "centre": entete(faits.seance.centre),
        "president": faits.president,
        "president_qualite": faits.president_qualite,
        "membres": premiers,
        "dernier": [dernier],
        "mentions": list(faits.mentions),
    }


def _contexte_lettre_gtp(lot: Sequence[LettreGtpFaits]) -> Contexte:
    (faits,) = lot
    enumeration = ", ".join(f"{c.identifiant} « {c.titre} »" for c in faits.seance.certifications)
    plusieurs = len(faits.seance.certifications) > 1
    nom, *lignes = SECRETARIAT_DU_GTP
    destinataire = Destinataire(nom, tuple(lignes))
    return (
        lettre(faits.seance.centre, faits.date_lettre, destinataire, "Mesdames, Messieurs")
        | _seance(faits.seance)
        | {
            "passages": passages(
                faits.seance.centre, "lettre-gtp",
                {"enumeration": enumeration, "des_certifications": "des certifications" if plusieurs else "de la certification"},
            )
        }
    )


def _contexte_designation(lot: Sequence[DesignationFaits]) -> Contexte:
    (faits,) = lot
    demande = "Nous vous remercions de nous communiquer {} les nom, prénoms, entreprise et coordonnées de chaque personne désignée."
    reponse = demande.format("dès que possible")
    if faits.date_lettre < faits.convoquer_avant_le:
        limite = date_en_lettres(faits.convoquer_avant_le)
        reponse = (
            f"Les membres du jury sont convoqués 15 jours calendaires avant sa date, soit le {limite} au plus tard. "
            + demande.format("auparavant")
        )
    objet = f"demande de désignation, jury paritaire de délibération du {date_en_lettres(faits.seance.date_jury)}"
    return (
        lettre(faits.seance.centre, faits.date_lettre, faits.destinataire, "Madame, Monsieur", objet)
        | _seance(faits.seance)
        | {
            "reponse": reponse,
            "passages": passages(
                faits.seance.centre, "demande-designation",
                _quand(faits.seance) | {"centre": faits.seance.centre.nom, "organisation": faits.organisation},
            ),
        }
    )


def _contexte_convocation(lot: Sequence[ConvocationFaits]) -> Contexte:
    (faits,) = lot
    objet = f"convocation au jury paritaire de délibération du {date_en_lettres(faits.seance.date_jury)}"
    au_titre = f", au titre de : {faits.membre.titre[:1].lower()}{faits.membre.titre[1:]}"
    if faits.preside:
        au_titre = ", que vous présidez sur désignation du centre"
    elif not faits.voix:
        au_titre += ", sans droit de vote"
    mandat = ""
    if faits.organisation:
        mandat = (
            "La présente convocation est également adressée à l'organisation syndicale territoriale qui vous a"
            f" mandaté : {faits.organisation}."
        )
    copie = f"Copie, pour information, de la convocation adressée à {faits.membre.nom}" if faits.copie else ""
    return (
        lettre(faits.seance.centre, faits.date_lettre, faits.destinataire, salutation(faits.civilite), objet)
        | _seance(faits.seance)
        | {
            "copie": copie, "mandat": mandat,
            "passages": passages(faits.seance.centre, "convocation", _quand(faits.seance) | {"au_titre": au_titre}),
        }
    )


def _contexte_information(lot: Sequence[InformationFaits]) -> Contexte:
    (faits,) = lot
    demande = (
        "Nous vous prions d'inscrire à l'ordre du jour de la prochaine réunion de la commission un point d'information"
        " sur ces deux éléments."
        if faits.cprefp
        else "Nous vous prions de porter ces deux éléments à la connaissance de la commission."
    )
    objet = f"composition et calendrier prévisionnel des jurys paritaires de délibération, information de la {faits.commission}"
    return (
        lettre(faits.seance.centre, faits.date_lettre, faits.destinataire, "Madame, Monsieur", objet)
        | _seance(faits.seance)
        | {
            "demande": demande,
            "passages": passages(faits.seance.centre, "information-cprefp", _quand(faits.seance)),
            "membres_du_jury": [_membre(m, (56, 56, 54), 9.5) for m in faits.membres],
            "changements": list(faits.changements),
            "calendrier": [{"date": date_en_lettres(j.date_jury), "lieu": j.lieu_jury} for j in faits.calendrier],
        }
    )


def _contexte_synthese(lot: Sequence[SyntheseFaits]) -> Contexte:
    (faits,) = lot
    return {
        "centre": entete(faits.centre),
        "date_jury": date_en_lettres(faits.date_jury),
        "lieu_jury": faits.lieu_jury,
        "syntheses": [_synthese(s) for s in faits.syntheses],
        "largeur_numero": f"{LARGEUR_NUMERO}mm",
        "largeur_total": f"{LARGEUR_TOTAL}mm",
        "largeur_avis": f"{LARGEUR_AVIS}mm",
    }


def _synthese(synthese: Synthese) -> dict[str, Valeur]:
    """Une certification : sa légende, puis ses tables, par tranches de compétences."""
    tranches: list[Valeur] = []
    for debut in range(0, len(synthese.competences), COMPETENCES_PAR_TABLE):
        fin = min(debut + COMPETENCES_PAR_TABLE, len(synthese.competences))
        largeur = min(30.0, (LARGEUR_SYNTHESE - LARGEUR_NUMERO - LARGEUR_TOTAL - LARGEUR_AVIS) / (fin - debut))
        lignes: list[Valeur] = [
            {
                "numero": f"n° {candidat.numero}",
                "resultats": [
                    {"texte": RESULTATS[r], "classe": "non" if r == "non_acquise" else "oui", "modalite": m}
                    for r, m in zip(
                        candidat.resultats[debut:fin], _completees(candidat, len(synthese.competences))[debut:fin],
                        strict=True,
                    )
                ],
                "avis": candidat.avis or "—",
                "total": f"{candidat.resultats.count('acquise')} sur {sum(r is not None for r in candidat.resultats)}",
            }
            for candidat in synthese.candidats
        ]
        tranches.append(
            {
                "codes": [c.code for c in synthese.competences[debut:fin]],
                "largeur": f"{largeur:.2f}mm",
                "lignes": lignes,
            }
        )
    return {
        "identifiant": synthese.identifiant,
        "titre": synthese.titre,
        "competences": [{"code": c.code, "libelle": c.libelle} for c in synthese.competences],
        "modalites": " ; ".join(f"{lettre} : {libelle}" for lettre, libelle in synthese.modalites),
        "tranches": tranches,
    }


def _completees(candidat: CandidatAnonyme, nombre: int) -> tuple[str, ...]:
    """Une lettre de modalité par compétence, vide où elle n'est pas connue."""
    return (*candidat.modalites, *[""] * (nombre - len(candidat.modalites)))



def _declarer(
    code: str,
    annexe: str,
    intitule: str,
    verifier: Callable[[F], None],
    contexte: Callable[[Sequence[F]], Contexte],
    dates: Callable[[F], tuple[dt.date, dt.date]],
    a_qui: Callable[[F], str],
) -> Declaration[F]:
    """Un papier : `dates` donne celle du jury et celle du document, `a_qui` le destinataire ou le centre."""
    return Declaration(
        code=code,
        intitule=intitule,
        annexe=annexe,
        gabarit=f"{code}.html",
        verifier=verifier,
        contexte=contexte,
        titre=lambda faits: f"{intitule} : jury du {date_en_lettres(dates(faits)[0])}",
        date=lambda faits: dates(faits)[1],
        fichier=lambda faits: (f"jury-{dates(faits)[0]:%Y-%m-%d}", ascii_plat(a_qui(faits))),
    )


DECLARATIONS: tuple[Declaration[Any], ...] = (
    _declarer(
        "emargement",
        "annexe 13",
        "Feuille d'émargement du jury paritaire de délibération",
        verifier_emargement,
        _contexte_emargement,
        lambda f: (f.seance.date_jury, f.seance.date_jury),
        lambda f: f.seance.centre.nom,
    ),
    _declarer(
        "lettre-gtp",
        "annexe 12",
        "Lettre d'information du GTP « Certifications »",
        verifier_lettre_gtp,
        _contexte_lettre_gtp,
        lambda f: (f.seance.date_jury, f.date_lettre),
        lambda f: f.seance.centre.nom,
    ),
    _declarer(
        "synthese-evaluations",
        "partie 2, chapitre 3, § 3.A",
        "Synthèse des évaluations",
        verifier_synthese,
        _contexte_synthese,
        lambda f: (f.date_jury, f.date_jury),
        lambda f: f.centre.nom,
    ),
    _declarer(
        "demande-designation",
        "partie 2, chapitre 3, § 1.A",
        "Demande de désignation aux organisations syndicales",
        verifier_designation,
        _contexte_designation,
        lambda f: (f.seance.date_jury, f.date_lettre),
        lambda f: f.organisation,
    ),
    _declarer(
        "convocation",
        "partie 2, chapitre 3, § 2",
        "Convocation du jury paritaire de délibération",
        verifier_convocation,
        _contexte_convocation,
        lambda f: (f.seance.date_jury, f.date_lettre),
        lambda f: f.destinataire.nom,
    ),
    _declarer(
        "information-cprefp",
        "partie 2, chapitre 3, § 1.F",
        "Information de la CPREFP",
        verifier_information,
        _contexte_information,
        lambda f: (f.seance.date_jury, f.date_lettre),
        lambda f: f.commission,
    ),
)
