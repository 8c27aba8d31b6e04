"""Lire l'accusé de traitement de la Caisse des Dépôts, en flux ; un fichier douteux est refusé en entier."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from imports.fichier import FichierRefuse
from rules.accrochage import PASSAGES_MAX
from rules.actes_accrochage import Accuse

OCTETS_MAX = 64 * 2**20
"""Un accusé de 200 000 passages tient en une trentaine de Mo."""
_PROFONDEUR = 6
_TEXTE = 1_000
_NUMERO = 255


def lire_accuse(chemin: Path) -> Accuse:
    """L'accusé d'un fichier : ce qui est accepté, ce qui est KO et pourquoi.

    :raises FichierRefuse: F_TAILLE, F_XML (mal formé), F_XML_DTD (entités, DTD), F_XML_PROFONDEUR, F_XML_FORMAT (ce
        n'est pas un accusé), F_ENCODAGE, F_DOUBLE (un passage dit deux fois).
    """
    if chemin.stat().st_size > OCTETS_MAX:
        raise FichierRefuse("F_TAILLE", f"Un accusé ne dépasse pas {OCTETS_MAX // 2**20} Mo : ce fichier n'en est pas un.")
    lecteur = _Lecteur()
    try:
        for evenement, element in iterparse(str(chemin), events=("start", "end"), forbid_dtd=True):
            lecteur.ouvre(element) if evenement == "start" else lecteur.ferme(element)
    except FichierRefuse:
        raise
    except DefusedXmlException as erreur:
        raise FichierRefuse("F_XML_DTD", "Le fichier déclare un DTD ou des entités : un accusé n'en a pas.") from erreur
    except ParseError as erreur:
        raise FichierRefuse("F_XML", f"Le fichier n'est pas un XML bien formé (ligne {erreur.position[0]}).") from erreur
    except (LookupError, ValueError) as erreur:
        raise FichierRefuse("F_ENCODAGE", "L'encodage du fichier ne se lit pas : un accusé est en UTF-8.") from erreur
    return lecteur.accuse()


class _Lecteur:
    """Suit le chemin des balises, sans leur espace de noms ; ne garde que les textes voulus, et borne tout."""

    def __init__(self) -> None:
        self.chemin: list[str] = []
        self.ouverts: list[Element] = []
        self.entete = {"nomFichier": "", "idFlux": "", "idTraitement": ""}
        self.numero = self.message = ""
        self.acceptes: set[str] = set()
        self.refuses: dict[str, str] = {}

    def ouvre(self, element: Element) -> None:
        self.chemin.append(element.tag.rpartition("}")[2])
        self.ouverts.append(element)
        if self.chemin[0] != "rapport":
            raise FichierRefuse("F_XML_FORMAT", "Ce XML n'est pas un accusé de traitement de la Caisse des Dépôts.")
        if len(self.chemin) > _PROFONDEUR:
            raise FichierRefuse("F_XML_PROFONDEUR", f"Le fichier imbrique plus de {_PROFONDEUR} balises.")
        if self.chemin[1:] == ["PassagesKO", "passage"]:
            self.numero = self.message = ""

    def ferme(self, element: Element) -> None:
        texte = " ".join((element.text or "").split())
        match self.chemin[1:]:
            case [("nomFichier" | "idFlux" | "idTraitement") as nom]:
                self.entete[nom] = texte[:_NUMERO]
            case ["PassagesOK", "idTechnique"]:
                self._retient(texte, None)
            case ["PassagesKO", "passage", "idTechnique"]:
                self.numero = texte
            case ["PassagesKO", "passage", "messageErreur"]:
                self.message = f"{self.message} ; {texte}"[:_TEXTE] if self.message else texte[:_TEXTE]
            case ["PassagesKO", "passage"]:
                self._retient(self.numero, self.message or "Refusé sans message.")
            case _:
                pass
        self.chemin.pop()
        self.ouverts.pop()
        # Ce qui est lu ne se garde pas : ni l'élément, ni sa place chez son parent.
        element.clear()
        if self.ouverts:
            self.ouverts[-1].remove(element)

    def _retient(self, numero: str, message: str | None) -> None:
        if not numero or len(numero) > _NUMERO:
            raise FichierRefuse("F_XML_FORMAT", "Un passage de l'accusé n'a pas d'identifiant technique.")
        if numero in self.acceptes or numero in self.refuses:
            raise FichierRefuse("F_DOUBLE", f"L'accusé dit deux fois ce qu'il en est du passage « {numero[:30]} ».")
        if len(self.acceptes) + len(self.refuses) >= PASSAGES_MAX:
            raise FichierRefuse("F_XML_FORMAT", f"L'accusé porte plus de {PASSAGES_MAX} passages : il n'est pas d'un seul fichier.")
        if message is None:
            self.acceptes.add(numero)
        else:
            self.refuses[numero] = message

    def accuse(self) -> Accuse:
        """L'accusé lu."""
        if not self.entete["idFlux"]:
            raise FichierRefuse("F_XML_FORMAT", "Cet accusé ne dit pas de quel flux il est : il est incomplet.")
        if not self.acceptes and not self.refuses:
            raise FichierRefuse("F_XML_FORMAT", "Cet accusé ne dit rien d'aucun passage.")
        return Accuse(self.entete["nomFichier"], self.entete["idFlux"], self.entete["idTraitement"],
                      frozenset(self.acceptes), self.refuses)
