"""Les formulations que la branche donne à ses lettres : les passages, leurs champs, et ce qu'un texte peut contenir.

Un texte est du texte : des paragraphes, des champs nommés entre accolades, du gras entre deux astérisques. Rien ne s'y
exécute, rien ne s'y lit ; ce qui n'est pas un champ du passage est refusé.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from rules.noyau import Violation, evaluate, rule

LONGUEUR_MAX = 3000
"""Caractères d'un passage : une lettre tient sur sa page."""
_SOURCE = "choix de la console"
_CHAMP = re.compile(r"\{([a-z_]+)\}")
_GRAS = "**"


@dataclass(frozen=True, slots=True)
class Passage:
    """Un passage d'une lettre que la branche peut reformuler.

    `champs` : ce que la lettre y met, et ce que cela veut dire ; `exiges` : ceux que le dispositif veut dans la lettre.
    """

    document: str
    nom: str
    libelle: str
    source: str
    texte: str
    champs: dict[str, str]
    exiges: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Le code du passage : `lettre-admission.suite`."""
        return f"{self.document}.{self.nom}"


_DATE, _LIEU, _HEURE = "date du jury", "lieu du jury", "« à 9 h 30, », quand l'heure est fixée"
_DECISION = {
    "date_jury": _DATE, "lieu_jury": _LIEU, "declare": "« vous déclare », ou « déclare » et le nom du candidat pour l'entreprise",
    "admis": "« admis » ou « admise »", "candidat": "civilité, prénoms et nom du candidat",
}
_NON_ADMIS = (
    "Le jury paritaire de délibération réuni le **{date_jury}** à {lieu_jury} {declare} **non {admis}** (NA) :"
)
_P2C3 = "Partie 2, chap. 3, § "
TOUTES = "lettres"
"""Le document des passages que toutes les lettres partagent."""
_PASSAGES = (
    Passage("lettre-admission", "annonce", "La décision", f"{_P2C3}4.A",
            "Le jury paritaire de délibération réuni le **{date_jury}** à {lieu_jury} {declare} **{admis}** (A) :",
            _DECISION, ("date_jury", "declare", "admis")),
    Passage("lettre-admission", "suite", "La délivrance", f"{_P2C3}4.A",
            "Nous vous informons de la délivrance {de_quoi}. L'UIMM territoriale centre de certification transmet à l'entreprise"
            " ou au candidat l'original de chaque certificat.",
            {"de_quoi": "« de cette certification », « de ce bloc de compétences »…", "candidat": _DECISION["candidat"]},
            ("de_quoi",)),
    Passage("lettre-non-admission", "annonce", "La décision", f"{_P2C3}4.B", _NON_ADMIS, _DECISION,
            ("date_jury", "declare", "admis")),
    Passage("lettre-non-admission", "suite", "Se présenter de nouveau", f"{_P2C3}4.B",
            "Une nouvelle inscription est possible par l'un des deux modes d'accès au dispositif de certification, le parcours"
            " de formation ou la validation des acquis de l'expérience (VAE), par l'intermédiaire d'une entreprise ou d'un"
            " organisme de formation habilité, ou directement par le candidat.", {"candidat": _DECISION["candidat"]}),
    Passage("lettre-non-admission-partielle", "annonce", "La décision", f"{_P2C3}4.B", _NON_ADMIS, _DECISION,
            ("date_jury", "declare", "admis")),
    Passage("lettre-non-admission-partielle", "acces", "Accéder de nouveau à la certification", f"{_P2C3}4.B",
            "Les deux modes d'accès au dispositif de certification sont le parcours de formation et la validation des acquis de"
            " l'expérience (VAE). {delai}\n\n"
            "La réinscription sera effectuée par l'intermédiaire d'une entreprise ou d'un organisme de formation habilité, ou"
            " directement par le candidat.",
            {"delai": "la phrase qui dit le délai (5 ans ou 24 mois) et le jour où il finit"}, ("delai",)),
    Passage("lettre-non-admission-partielle", "passeport", "Le passeport", f"{_P2C3}4.B",
            "Vous avez la possibilité d'actualiser votre passeport orientation et formation en y mentionnant les compétences"
            " acquises et validées. Des modèles de passeport emploi formation sont téléchargeables sur {liens}.",
            {"liens": "les adresses des deux sites"}, ("liens",)),
    Passage("convocation", "annonce", "La convocation", f"{_P2C3}2",
            "Nous avons l'honneur de vous convoquer au jury paritaire de délibération qui se réunira le **{date_jury}{heure_jury}** à"
            " **{lieu_jury}**{au_titre}.",
            {"date_jury": _DATE, "heure_jury": _HEURE, "lieu_jury": _LIEU, "au_titre": "« , au titre de : … », « , que vous présidez… »"},
            ("date_jury", "heure_jury", "lieu_jury", "au_titre")),
    Passage("convocation", "missions", "Ce que fait le jury", f"{_P2C3}3.A",
            "Le jury paritaire de délibération :\n\n"
            "1. Vérifie que l'organisation des actions d'évaluation est conforme au dispositif et au référentiel de la"
            " certification visée ;\n\n"
            "2. Examine « la synthèse des évaluations » mise à disposition par l'UIMM territoriale centre de certification ;\n\n"
            "3. Déclare admis (**A**) ou non admis (**NA**) les candidats.\n\n"
            "L'anonymat des candidats est garanti : ils n'apparaissent pendant la délibération que par un numéro.", {}),
    Passage("demande-designation", "demande", "La demande", f"{_P2C3}1.A",
            "{centre} organise un jury paritaire de délibération le **{date_jury}** à {lieu_jury}. Conformément au dispositif des"
            " certifications professionnelles de la métallurgie (partie 2, chapitre 3, § 1.A), nous demandons à votre"
            " organisation, représentative de salariés au niveau national dans la branche ({organisation}), de désigner des"
            " représentants de la branche qualifiés pour faire partie de ce jury.",
            {"centre": "nom du centre", "date_jury": _DATE, "lieu_jury": _LIEU, "organisation": "sigle de l'organisation"},
            ("date_jury", "lieu_jury")),
    Passage("demande-designation", "designation", "Qui désigner", f"{_P2C3}1.C",
            "Votre organisation désigne un ou plusieurs représentants qualifiés. En revanche, seul un représentant par"
            " organisation syndicale siège dans le jury avec droit de vote ; vous pouvez envoyer, pour chaque jury,"
            " alternativement l'un ou l'autre de vos représentants désignés.\n\n"
            "Les représentants désignés doivent être des personnes qualifiées : elles connaissent le dispositif des"
            " certifications professionnelles. Il ne s'agit pas obligatoirement de personnes qualifiées dans les métiers"
            " concernés par les certifications visées. Ce sont des salariés appartenant à des entreprises relevant de la branche"
            " de la métallurgie.", {}),
    Passage("information-cprefp", "transmission", "La transmission", f"{_P2C3}1.F",
            "Conformément au dispositif des certifications professionnelles de la métallurgie (partie 2, chapitre 3, § 1.F), nous"
            " vous transmettons la liste des membres du jury paritaire de délibération du **{date_jury}**{heure_jury} à"
            " {lieu_jury}, ainsi que"
            " le calendrier prévisionnel des jurys de notre centre.", {"date_jury": _DATE, "heure_jury": _HEURE, "lieu_jury": _LIEU}, ("date_jury",)),
    Passage("information-cprefp", "changements", "Les changements", f"{_P2C3}1.F",
            "À chaque changement de la composition du jury, ainsi qu'à chaque changement notable du calendrier prévisionnel, nous"
            " vous informerons suivant les mêmes modalités.", {}),
    Passage("lettre-gtp", "annonce", "L'envoi des pièces", "Annexe 12",
            "En application de la validation par la commission paritaire nationale de l'emploi et de la formation professionnelle"
            " de la métallurgie {des_certifications} {enumeration}, nous vous prions de bien vouloir trouver ci-joints les"
            " informations et documents concernant le déroulement des actions de validation :\n\n"
            "– Extrait du procès-verbal de la réunion de la CPREFP ou de la commission paritaire infrarégionale (ou courriers du"
            " secrétariat et réponse à ces courriers) ;\n\n"
            "– Feuille(s) d'émargement des membres du (ou des) jury(s) paritaire(s) de délibération ;\n\n"
            "– Procès-verbaux de délibération du (ou des) jury(s) paritaire(s) de délibération.",
            {"des_certifications": "« de la certification » ou « des certifications »",
             "enumeration": "identifiant et intitulé de chaque certification"}, ("enumeration",)),
    Passage("lettre-gtp", "attestation", "L'attestation de conformité", "Annexe 12",
            "Nous attestons que l'organisation et le déroulement des actions de validation ont été conformes aux règles fixées dans"
            " le document « Dispositif des certifications professionnelles » de la commission paritaire nationale de l'emploi de"
            " la métallurgie en vigueur.", {}),
    Passage(TOUTES, "politesse", "La formule de politesse", _SOURCE,
            "Nous vous prions d'agréer, {salutation}, l'expression de nos salutations distinguées.",
            {"salutation": "« Madame », « Monsieur », « Madame, Monsieur »"}, ("salutation",)),
)
PASSAGES: dict[str, Passage] = {p.code: p for p in _PASSAGES}
"""Les passages par leur code, avec le texte de la version 0 : celui du dispositif, ou de la console à défaut."""


@dataclass(frozen=True, slots=True)
class FormulationFacts:
    """Un texte proposé pour un passage, la version dont il part et la dernière publiée."""

    passage: Passage
    texte: str
    part_de: int = 0
    derniere: int = 0
    actuel: str = ""


def normaliser(texte: str) -> str:
    """Le texte tel qu'il se garde : fins de ligne simples, forme NFC, paragraphes séparés d'une ligne vide."""
    net = unicodedata.normalize("NFC", texte.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(ligne.strip() for ligne in net.split("\n"))).strip()


@rule("FOR-01", field="texte", source=_SOURCE)
def texte_present(f: FormulationFacts) -> str | None:
    """Ni vide, ni plus long que la lettre ne le supporte."""
    if not f.texte:
        return "Écrivez le texte de ce passage."
    if len(f.texte) > LONGUEUR_MAX:
        return f"Ce texte a {len(f.texte)} caractères ; {LONGUEUR_MAX} au plus, pour que la lettre reste une lettre."
    return None


@rule("FOR-02", field="texte", source=_SOURCE)
def champs_connus(f: FormulationFacts) -> str | None:
    """Les accolades n'entourent qu'un champ de ce passage : ni calcul, ni instruction, ni champ d'une autre lettre."""
    inconnus = sorted({c for c in _CHAMP.findall(f.texte) if c not in f.passage.champs})
    if inconnus:
        nommes = ", ".join("{" + c + "}" for c in inconnus)
        admis = ", ".join("{" + c + "}" for c in f.passage.champs) or "aucun"
        return f"Champ inconnu : {nommes}. Champs de ce passage : {admis}."
    if re.search(r"[{}]", _CHAMP.sub("", f.texte)):
        return "Une accolade n'entoure qu'un nom de champ, comme {" + next(iter(f.passage.champs), "champ") + "} : retirez les autres."
    return None


@rule("FOR-03", field="texte", source=_SOURCE)
def champs_exiges(f: FormulationFacts) -> str | None:
    """Ce que le dispositif veut dans la lettre n'en disparaît pas."""
    absents = [c for c in f.passage.exiges if "{" + c + "}" not in f.texte]
    if not f.texte or not absents:
        return None
    return f"Il manque {', '.join('{' + c + '}' for c in absents)} : {f.passage.source} le veut dans la lettre."


@rule("FOR-04", field="texte", source=_SOURCE)
def gras_ferme(f: FormulationFacts) -> str | None:
    """Le gras s'ouvre et se ferme dans le même paragraphe."""
    if any(p.count(_GRAS) % 2 for p in f.texte.split("\n")):
        return "Le gras s'écrit entre deux paires d'astérisques, **comme ceci**, dans un même paragraphe."
    return None


@rule("FOR-05", field="texte", source=_SOURCE)
def derniere_version(f: FormulationFacts) -> str | None:
    """Deux personnes ne s'écrasent pas ; publier deux fois le même texte ne dit rien."""
    if f.part_de != f.derniere:
        return f"Ce passage a changé entre-temps : la version {f.derniere} a été publiée. Relisez-la avant de publier la vôtre."
    if f.texte and f.texte == f.actuel:
        return "C'est déjà le texte en vigueur : rien à publier."
    return None


ECRITURE = (texte_present, champs_connus, champs_exiges, gras_ferme)
PUBLICATION = (*ECRITURE, derniere_version)


def juger_le_texte(passage: Passage, texte: str) -> tuple[Violation, ...]:
    """Ce que les règles reprochent à un texte, avant son aperçu (FOR-01 à FOR-04)."""
    return evaluate(ECRITURE, FormulationFacts(passage, texte))


@dataclass(frozen=True, slots=True)
class Morceau:
    """Un bout de paragraphe, gras ou non ; une valeur y est telle quelle, jamais relue."""

    texte: str
    gras: bool


def composer(texte: str, valeurs: dict[str, str]) -> list[list[Morceau]]:
    """Les paragraphes d'un texte dont les champs sont remplis : les valeurs entrent après que le texte a été lu."""
    paragraphes = []
    for ligne in filter(None, texte.split("\n")):
        morceaux = []
        for rang, partie in enumerate(ligne.split(_GRAS)):
            rempli = _CHAMP.sub(lambda m: valeurs[m[1]], partie)
            if rempli:
                morceaux.append(Morceau(rempli, bool(rang % 2)))
        paragraphes.append(morceaux)
    return [p for p in paragraphes if p]
