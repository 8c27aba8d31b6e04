"""Les papiers d'un jury, les lettres et les listes relus depuis le PDF : mots du dispositif, refus, valeurs hostiles."""

import dataclasses
import datetime as dt

import pytest

from documents import exemples as e
from documents import lettres, listes, papiers, vae
from documents.declarations import DECLARATIONS, nom_fichier, rendre
from documents.erreurs import DonneeIncoherente, DonneeManquante
from documents.faits_jury import CandidatAnonyme, CompetenceEvaluee, Destinataire, Membre, Synthese
from documents.faits_lettres import Acquis
from tests.documents.test_hostiles import HOSTILES, sans_blanc

MENTIONS = {
    "recevabilite-vae": ("est déclarée recevable", "CERFA 12818*02", "livret 2", "commission de validation"),
    "conclusions-vae": ("Dossier VAE n° 412", "Candidat n° 7", "validation partielle", "BDC 0012"),
    "emargement": (
        "UIMM territoriale : UIMM Alsace",
        "JURY PARITAIRE DE DÉLIBÉRATION du 12 mars 2026",
        "Président : Mme Hélène RŒSCH",
        "Qualité : directrice de production",
        "Numéro et intitulé de la certification professionnelle (CQPM/CCPM)",
        "Nombre candidats",
        "CQPM 1989 0021 R Opérateur en maintenance industrielle 12",
        "La feuille d'émargement doit systématiquement faire apparaître toutes les personnes désignées pour siéger au jury"
        " paritaire de délibération, ou, à défaut de désignation, les organisations invitées.",
        "Nom et prénom des membres du jury paritaire de délibération",
        "Préciser : Nom de l'entreprise, ou UIMM, ou Organisation syndicale",
        "M. Paul MEYER Délégation syndicale CFDT",
        "Organisation invitée, sans désignation CGT",
        "Organisation invitée, sans désignation FO",
        "Signature du Président",
    ),
    "lettre-gtp": (
        "UIMM Secrétariat du GTP « Certifications » de la commission paritaire nationale de l'emploi et de la formation"
        " professionnelle de la métallurgie 56, avenue de Wagram 75854 Paris Cedex 17",
        "À Mulhouse, le 20 mars 2026",
        "Mesdames, Messieurs,",
        "En application de la validation par la commission paritaire nationale de l'emploi et de la formation"
        " professionnelle de la métallurgie des certifications CQPM 1989 0021 R « Opérateur en maintenance industrielle »,"
        " CCPM 2021 0007 « Conduite d'un îlot robotisé », nous vous prions de bien vouloir trouver ci-joints les"
        " informations et documents concernant le déroulement des actions de validation :",
        "Extrait du procès-verbal de la réunion de la CPREFP ou de la commission paritaire infrarégionale (ou courriers du"
        " secrétariat et réponse à ces courriers) ;",
        "Feuille(s) d'émargement des membres du (ou des) jury(s) paritaire(s) de délibération ;",
        "Procès-verbaux de délibération du (ou des) jury(s) paritaire(s) de délibération.",
        "Nous attestons que l'organisation et le déroulement des actions de validation ont été conformes aux règles fixées"
        " dans le document « Dispositif des certifications professionnelles » de la commission paritaire nationale de"
        " l'emploi de la métallurgie en vigueur.",
        "Nous vous prions d'agréer, Mesdames, Messieurs, l'expression de nos salutations distinguées.",
        "Signature",
    ),
    "synthese-evaluations": (
        "Synthèse des évaluations",
        "BDC 0012.2 Réaliser la tâche 2",
        "n° 1 acquise non acquise acquise 2 sur 3",
        "n° 2 acquise – – 1 sur 1",
    ),
    "demande-designation": (
        "CFDT Métallurgie Organisation syndicale territoriale 3 rue des Syndicats",
        "À Mulhouse, le 10 février 2026",
        "UIMM Alsace organise un jury paritaire de délibération le 12 mars 2026 à Colmar.",
        "représentative de salariés au niveau national dans la branche (CFDT), de désigner des représentants de la branche"
        " qualifiés pour faire partie de ce jury",
        "CCPM 2021 0007 Conduite d'un îlot robotisé 4",
        "seul un représentant par organisation syndicale siège dans le jury avec droit de vote",
        "des salariés appartenant à des entreprises relevant de la branche de la métallurgie",
        "15 jours calendaires avant sa date, soit le 25 février 2026 au plus tard",
    ),
    "convocation": (
        "M. Paul MEYER Fonderies du Rhin",
        "Monsieur,",
        "jury paritaire de délibération qui se réunira le 12 mars 2026 à Colmar, au titre de : délégation syndicale.",
        "Examine « la synthèse des évaluations » mise à disposition par l'UIMM territoriale centre de certification ;",
        "Déclare admis (A) ou non admis (NA) les candidats.",
        "également adressée à l'organisation syndicale territoriale qui vous a mandaté : CFDT.",
    ),
    "information-cprefp": (
        "Secrétariat de la CPREFP Grand Est",
        "nous vous transmettons la liste des membres du jury paritaire de délibération du 12 mars 2026 à Colmar, ainsi que"
        " le calendrier prévisionnel des jurys de notre centre",
        "inscrire à l'ordre du jour de la prochaine réunion de la commission un point d'information sur ces deux éléments",
        "M. Jean PETIT Délégation patronale UIMM",
        "12 mars 2026 Colmar 1er juin 2026 Mulhouse",
    ),
    "lettre-admission": (
        "Mme Jeanne DUPONT 5 rue des Lilas 68000 Colmar",
        "À Colmar, le 12 mars 2026",
        "vous déclare admise (A) :",
        "CQPM 1989 0021 R « Opérateur en maintenance industrielle »",
        "délivrance de cette certification",
        "Le Président du jury paritaire de délibération (ou par délégation le référent du dispositif de certifications)"
        " Hélène Rœsch",
    ),
    "lettre-non-admission": (
        "À Colmar, le 12 mars 2026",
        "vous déclare non admise (NA) :",
        "CQPM 1989 0021 R « Opérateur en maintenance industrielle »",
        "le parcours de formation ou la validation des acquis de l'expérience (VAE)",
    ),
    "lettre-non-admission-partielle": (
        "À Colmar, le 12 mars 2026",
        "vous déclare non admise (NA) : CQPM 1989 0021 R « Opérateur en maintenance industrielle »",
        "2. Blocs de compétences acquis et validés Numéro Intitulé BDC 0012 Entretien préventif",
        "BDC 0034.2 Diagnostiquer une panne",
        "le parcours de formation et la validation des acquis de l'expérience (VAE)",
        "de vous présenter à de nouvelles actions d'évaluation sur la conservation du bénéfice des compétences"
        " professionnelles acquises et validées, pendant un délai de 5 ans à compter de la date de la décision du jury"
        " paritaire de délibération, soit jusqu'au 12 mars 2031 (certification répertoriée au RNCP)",
        "La réinscription sera effectuée par l'intermédiaire d'une entreprise ou d'un organisme de formation habilité, ou"
        " directement par le candidat.",
        "d'actualiser votre passeport orientation et formation en y mentionnant les compétences acquises et validées",
        "téléchargeables sur www.moncompteformation.gouv.fr et europass.europa.eu",
    ),
    "liste-certifications": (
        "Liste des certifications établie par la branche Au 12 mars 2026 — 2 certifications",
        "CQPM 1989 0021 R Opérateur en maintenance industrielle 3 RNCP35286 01/07/1989",
        "CCPM – Certificat de compétences professionnelles de la métallurgie",
    ),
    "liste-organismes": (
        "Liste des organismes de formation habilités Au 12 mars 2026 — 2 habilitations",
        "Pôle formation SIRET 73282932000074 1 rue du Lycée UIMM Alsace 01/01/2024 CQPM 1989 0021",
        "Atelier école UIMM Lyon 01/02/2025 31/01/2027 toutes les certifications",
    ),
}
SOIXANTE = "Vandenbroucke-Saint-Étienne-du-Rouvray de la Motte-Beuvronne"
LONG = Membre(SOIXANTE, "Délégation syndicale, branche du travail temporaire, sans voix", SOIXANTE)
remplacer = dataclasses.replace


def test_chaque_code_a_son_exemple():
    declares = (*papiers.DECLARATIONS, *lettres.DECLARATIONS, *listes.DECLARATIONS, *vae.DECLARATIONS)
    assert set(MENTIONS) == {d.code for d in declares}
    assert set(e.EXEMPLES) == set(DECLARATIONS)


@pytest.mark.parametrize("code", sorted(MENTIONS))
def test_mots_du_dispositif_et_pages(relire, code):
    octets = rendre(code, e.EXEMPLES[code])
    pages = relire(octets)
    texte = " ".join(pages)
    for mention in MENTIONS[code]:
        assert mention in texte
    for rang, page in enumerate(pages, 1):
        assert f"page {rang} / {len(pages)}" in page
    assert "None" not in texte
    assert rendre(code, e.EXEMPLES[code]) == octets


def test_noms_de_fichier():
    assert nom_fichier("lettre-admission", e.DECISION) == "lettre-admission_jury-2026-03-12_DUPONT-Jeanne.pdf"
    entreprise = remplacer(e.DECISION, pour_entreprise=True)
    assert nom_fichier("lettre-admission", entreprise) == "lettre-admission_jury-2026-03-12_DUPONT-Jeanne-entreprise.pdf"
    assert nom_fichier("emargement", e.EXEMPLES["emargement"]) == "emargement_jury-2026-03-12_UIMM-Alsace.pdf"
    assert nom_fichier("liste-organismes", e.EXEMPLES["liste-organismes"]) == "liste-organismes_2026-03-12_branche.pdf"


# --- variantes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "champs", "present", "absent"),
    [
        ("lettre-admission", {"civilite": "M."}, "Monsieur,", "Madame"),
        ("lettre-admission", {"civilite": None}, "Madame, Monsieur,", "None"),
        (
            "lettre-admission",
            {"pour_entreprise": True, "destinataire": Destinataire("Fonderies du Rhin", ("12 rue des Forges",))},
            "déclare Mme Jeanne DUPONT admise (A)",
            "vous déclare",
        ),
        (
            "lettre-admission",
            {"blocs_vises": (Acquis("BDC 0012", "Entretien préventif"),)},
            "pour le bloc de compétences : BDC 0012 – Entretien préventif",
            "délivrance de cette certification",
        ),
        (
            "lettre-non-admission",
            {"pour_entreprise": True, "blocs_acquis": e.PARTIELLE.blocs_acquis},
            "déclare Mme Jeanne DUPONT non admise (NA)",
            "Entretien préventif",
        ),
        (
            "lettre-non-admission-partielle",
            {"rncp": False, "blocs_acquis": (), "acquis_jusqu_au": dt.date(2028, 3, 12)},
            "pendant un délai de 24 mois à compter de la date de la décision du jury paritaire de délibération, soit"
            " jusqu'au 12 mars 2028 (certification non répertoriée au RNCP)",
            "Blocs de compétences",
        ),
        ("demande-designation", {"date_lettre": dt.date(2026, 2, 25)}, "communiquer dès que possible", "au plus tard"),
        ("convocation", {"preside": True, "organisation": ""}, "que vous présidez", "mandaté"),
        ("convocation", {"voix": False}, "sans droit de vote", "présidez"),
        (
            "convocation",
            {"copie": True, "destinataire": e.ORGANISATION, "civilite": None},
            "Copie, pour information, de la convocation adressée à M. Paul MEYER",
            "Monsieur, Nous avons l'honneur de vous convoquer au jury paritaire de délibération qui se réunira le 13",
        ),
        (
            "information-cprefp",
            {"cprefp": False, "commission": "CPIEF du Haut-Rhin"},
            "porter ces deux éléments à la connaissance de la commission",
            "ordre du jour",
        ),
        ("emargement", {"organisations_invitees": ()}, "M. Paul MEYER", "Organisation invitée"),
        ("liste-organismes", {"centre": "UIMM Alsace"}, "Habilités par UIMM Alsace", "None"),
    ],
)
def test_variantes(relire, code, champs, present, absent):
    texte = " ".join(relire(rendre(code, remplacer(e.EXEMPLES[code], **champs))))
    assert present in texte
    assert absent not in texte


def test_champs_facultatifs_vides_sans_mention_creuse(relire):
    centre = remplacer(e.CENTRE, telephone="", courriel="")
    faits = remplacer(e.EXEMPLES["demande-designation"], seance=remplacer(e.SEANCE, centre=centre, certifications=()))
    (page,) = relire(rendre("demande-designation", faits))
    assert "Tél." not in page
    assert "Le jury examinera" not in page
    (page,) = relire(rendre("lettre-admission", remplacer(e.DECISION, destinataire=Destinataire("Mme Jeanne DUPONT"))))
    assert "Mme Jeanne DUPONT À Colmar" in page


def test_un_centre_de_demonstration_se_dit_sur_chaque_page(relire):
    faits = remplacer(e.DECISION, centre=remplacer(e.CENTRE, demonstration=True))
    assert all("document sans valeur" in page for page in relire(rendre("lettre-admission", faits)))


# --- mise en page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nombre", [1, 2, *range(8, 14), 25, 40])
def test_emargement_la_signature_suit_toujours_un_membre(relire, nombre):
    membres = tuple(remplacer(e.MANDATE, nom=f"M. Paul MEYER{n}X") for n in range(nombre))
    pages = relire(rendre("emargement", remplacer(e.EXEMPLES["emargement"], membres=membres, organisations_invitees=())))
    assert [p.count("Signature du Président") for p in pages] == [0] * (len(pages) - 1) + [1]
    assert all("Préciser : Nom de l'entreprise" in page and "MEYER" in page for page in pages)
    assert [f"MEYER{n}X" in " ".join(pages) for n in range(nombre)] == [True] * nombre


@pytest.mark.parametrize("nombre", [1, 5, 9, *range(12, 30), 80])
def test_lettre_partielle_la_signature_suit_toujours_son_paragraphe(relire, nombre):
    acquis = tuple(Acquis(f"BDC 0034.{n}", f"Diagnostiquer la panne {n}") for n in range(1, nombre + 1))
    pages = relire(rendre("lettre-non-admission-partielle", remplacer(e.PARTIELLE, competences_acquises=acquis)))
    assert "passeport orientation et formation" in pages[-1]
    assert "Hélène Rœsch (Signature)" in pages[-1]
    assert all("Numéro Intitulé" in page for page in pages if "Diagnostiquer" in page)


@pytest.mark.parametrize(("candidats", "competences"), [(1, 1), (12, 9), (12, 33), (200, 14)])
def test_synthese_chacun_une_fois_sous_ses_competences(relire, candidats, competences):
    codes = tuple(CompetenceEvaluee(f"BDC {n:04d}.1", f"Tâche {n}") for n in range(1, competences + 1))
    lignes = tuple(CandidatAnonyme(n, ("acquise",) * competences) for n in range(1, candidats + 1))
    faits = remplacer(
        e.EXEMPLES["synthese-evaluations"], syntheses=(Synthese("CQPM 1989 0021 R", "Opérateur", codes, lignes),)
    )
    pages = relire(rendre("synthese-evaluations", faits))
    texte = " ".join(pages)
    tranches = -(-competences // 14)
    assert texte.count(f" {competences} sur {competences}") == candidats * tranches
    assert all(f"n° {n} " in texte for n in range(1, candidats + 1))
    assert all("Candidat" in page for page in pages if "n° " in page)


@pytest.mark.parametrize("nombre", [1, 200])
def test_liste_en_tetes_et_famille_sur_chaque_page(relire, nombre):
    une = e.EXEMPLES["liste-certifications"].certifications[0]
    faits = remplacer(
        e.EXEMPLES["liste-certifications"],
        certifications=tuple(remplacer(une, identifiant=f"CQPM 1989 {n:04d} R") for n in range(nombre)),
    )
    pages = relire(rendre("liste-certifications", faits))
    assert all("Identifiant Intitulé Niveau" in page and "CQPM – Certificat" in page for page in pages)
    assert " ".join(pages).count("RNCP35286") == nombre


def test_noms_de_soixante_caracteres(relire):
    centre = remplacer(e.CENTRE, nom=SOIXANTE, ville=SOIXANTE)
    seance = remplacer(e.SEANCE, centre=centre, lieu_jury=SOIXANTE)
    destinataire = Destinataire(SOIXANTE, (SOIXANTE,))
    longs = {
        "emargement": {"seance": seance, "president": SOIXANTE, "membres": (LONG,)},
        "lettre-gtp": {"seance": seance},
        "demande-designation": {"seance": seance, "destinataire": destinataire},
        "convocation": {"seance": seance, "destinataire": destinataire, "membre": LONG},
        "information-cprefp": {"seance": seance, "destinataire": destinataire, "membres": (LONG,)},
        "lettre-admission": {"centre": centre, "candidat": SOIXANTE, "president": SOIXANTE, "destinataire": destinataire},
    }
    for code, champs in longs.items():
        pages = relire(rendre(code, remplacer(e.EXEMPLES[code], **champs)))
        assert len(pages) <= 2
        assert sans_blanc(" ".join(pages)).count(sans_blanc(SOIXANTE)) >= 2


# --- refus ---------------------------------------------------------------------------------------------------------

SANS_ADRESSE = remplacer(e.SEANCE, centre=remplacer(e.CENTRE, adresse=""))
SANS_CANDIDAT = remplacer(e.SEANCE, certifications=())
SYNTHESE = e.EXEMPLES["synthese-evaluations"].syntheses[0]


def synthese(*candidats):
    return {"syntheses": (remplacer(SYNTHESE, candidats=candidats),)}


@pytest.mark.parametrize(
    ("code", "champs", "donnee"),
    [
        ("emargement", {"seance": SANS_ADRESSE}, "adresse du centre de certification"),
        ("emargement", {"seance": SANS_CANDIDAT}, "candidats présentés au jury"),
        ("emargement", {"president_qualite": ""}, "qualité du président du jury"),
        ("emargement", {"membres": ()}, "membres du jury"),
        ("emargement", {"membres": (remplacer(PRES := e.PRESIDENT, organisation=""),)}, f"entreprise ou organisation de {PRES.nom}"),
        ("lettre-gtp", {"seance": SANS_CANDIDAT}, "candidats présentés au jury"),
        ("lettre-gtp", {"date_lettre": None}, "date de la lettre"),
        ("synthese-evaluations", {"syntheses": ()}, "candidats présentés au jury"),
        ("synthese-evaluations", synthese(CandidatAnonyme(4, (None, None, None))), "résultats des évaluations du candidat n° 4"),
        ("synthese-evaluations", synthese(CandidatAnonyme(4, ("acquise", "", None))),
         "résultat de la compétence BDC 0012.2 du candidat n° 4"),
        ("demande-designation", {"destinataire": Destinataire("CFDT")},
         "adresse ou courriel de l'organisation territoriale CFDT"),
        ("demande-designation", {"seance": remplacer(e.SEANCE, lieu_jury=" ")}, "lieu du jury"),
        ("convocation", {"destinataire": Destinataire("M. Paul MEYER")}, "adresse ou courriel de M. Paul MEYER"),
        ("convocation", {"copie": True, "organisation": ""}, "organisation qui a mandaté le membre"),
        ("information-cprefp", {"calendrier": ()}, "calendrier prévisionnel des jurys"),
        ("information-cprefp", {"membres": ()}, "membres du jury"),
        ("lettre-admission", {"candidat": ""}, "nom du candidat"),
        ("lettre-admission", {"president": ""}, "président du jury"),
        ("lettre-admission", {"titre": ""}, "intitulé de la certification"),
        ("lettre-admission", {"centre": remplacer(e.CENTRE, code_postal="")}, "code postal du centre de certification"),
        ("lettre-non-admission-partielle", {"acquis_jusqu_au": None}, "date jusqu'à laquelle les acquis se conservent"),
        ("lettre-non-admission-partielle", {"blocs_acquis": (Acquis("BDC 0012", ""),)}, "intitulé de BDC 0012"),
        ("liste-certifications", {"certifications": ()}, "certifications de la liste"),
        ("liste-organismes", {"organismes": ()}, "organismes habilités à cette date"),
    ],
)
def test_donnee_manquante_nommee(code, champs, donnee):
    with pytest.raises(DonneeManquante) as refus:
        rendre(code, remplacer(e.EXEMPLES[code], **champs))
    assert refus.value.donnee == donnee


@pytest.mark.parametrize(
    ("code", "champs", "donnee"),
    [
        ("lettre-gtp", {"date_lettre": dt.date(2026, 3, 11)}, "date de la lettre"),
        ("demande-designation", {"date_lettre": e.JURY}, "date de la lettre"),
        ("convocation", {"date_lettre": e.JURY}, "date de la lettre"),
        ("convocation", {"civilite": "Mlle"}, "civilité"),
        ("synthese-evaluations", synthese(CandidatAnonyme(4, ("acquise",))), "résultats du candidat n° 4"),
        ("synthese-evaluations", synthese(CandidatAnonyme(4, ("A", "acquise", "acquise"))),
         "résultat de la compétence BDC 0012.1 du candidat n° 4"),
        ("lettre-admission", {"decision": "NA"}, "lettre"),
        ("lettre-non-admission", {"decision": "A"}, "lettre"),
        ("lettre-non-admission", {"blocs_acquis": e.PARTIELLE.blocs_acquis}, "lettre"),
        ("lettre-non-admission-partielle", {"blocs_acquis": (), "competences_acquises": ()}, "lettre"),
        ("lettre-non-admission-partielle", {"rncp": False}, "blocs acquis"),
        ("lettre-admission", {"decision": "AJ"}, "décision du jury"),
    ],
)
def test_contradiction_refusee(code, champs, donnee):
    with pytest.raises(DonneeIncoherente) as refus:
        rendre(code, remplacer(e.EXEMPLES[code], **champs))
    assert refus.value.donnee == donnee


# --- hostiles ------------------------------------------------------------------------------------------------------


def hostile(objet, valeur):
    """Le même objet, chaque texte libre remplacé par la valeur ; les valeurs de liste fermée restent."""
    if dataclasses.is_dataclass(objet):
        fermes = {"decision", "civilite", "famille", "resultats", "recevabilite", "conclusion", "numero" if isinstance(objet, CandidatAnonyme) else ""}
        return remplacer(objet, **{
            c.name: hostile(getattr(objet, c.name), valeur) for c in dataclasses.fields(objet) if c.name not in fermes
        })
    if isinstance(objet, tuple):
        return tuple(hostile(o, valeur) for o in objet)
    return valeur if isinstance(objet, str) and objet else objet


@pytest.mark.parametrize("code", sorted(MENTIONS))
@pytest.mark.parametrize("valeur", HOSTILES)
def test_hostiles_imprimes_tels_quels(relire, code, valeur):
    pages = relire(rendre(code, hostile(e.EXEMPLES[code], valeur)))
    assert sans_blanc(" ".join(pages)).count(sans_blanc(valeur)) >= 3
    assert f"page {len(pages)} / {len(pages)}" in pages[-1]
