"""Demandes de création, de révision et de suppression : qui les porte, ce que contient le dossier, où elles en sont.

Partie 1, chapitres 1 et 2. Le champ d'un constat est celui du formulaire de la demande.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.nomenclatures import EtatDemande, Famille, NatureDemande, Porteur
from rules.noyau import Constat, Gravite, rule
from rules.parametres import PERIODE_D_USAGE, PREMIERE_CERTIFICATION, PROMOTIONS_MIN

_CHAP_1 = "Partie 1, chap. 1"
_CHAP_2 = "Partie 1, chap. 2"

POINTS_DU_RAPPORT = (
    ("besoins", "Les besoins des entreprises et du secteur d'activités"),
    ("emplois", "Les perspectives d'emplois et les emplois visés"),
    ("positionnement", "La place parmi les diplômes, titres et certifications existants"),
    ("preuves_usage", "Des éléments probants de l'utilisation des compétences"),
)
"""Les quatre points du rapport d'opportunité (partie 1, chapitre 1, § 1.B) : champ et ce qu'il expose."""

_PORTEURS = {
    Famille.CQPM: Porteur.UIMM, Famille.CCPM: Porteur.UIMM, Famille.CQPI: Porteur.GTP, Famille.CCPI: Porteur.GTP,
    Famille.PPC: Porteur.UIMM_TERRITORIALE,
}


@dataclass(frozen=True, slots=True)
class DemandeFacts:
    """Une demande et son dossier.

    `manques_du_projet` compte ce qui manque au projet de référentiel (`None` : pas de projet) ; `sur_la_liste` et
    `supprimee_le` parlent de la certification visée ; `promotions` est son usage, compté à la date de la demande.
    """

    nature: NatureDemande
    porteur: Porteur
    famille: Famille
    etat: EtatDemande
    deposee_le: dt.date
    aujourd_hui: dt.date
    besoins: str = ""
    emplois: str = ""
    positionnement: str = ""
    preuves_usage: str = ""
    obsolescence: str = ""
    motif_usage: bool = False
    manques_du_projet: int | None = None
    sur_la_liste: bool = True
    supprimee_le: dt.date | None = None
    promotions: int = 0
    voisins: tuple[str, ...] = ()
    titre: str = ""
    complete_le: dt.date | None = None


@rule("REF-01", field="famille", source=f"{_CHAP_1}, § 1.A ; glossaire, CQPI et CCPI")
def porteur_de_la_demande(d: DemandeFacts) -> str | None:
    """Une demande de CQPM ou de CCPM est portée par l'UIMM ; le GTP propose les certifications interbranches."""
    attendu = _PORTEURS[d.famille]
    if d.porteur is attendu:
        return None
    if attendu is Porteur.UIMM_TERRITORIALE:
        return "Un parcours certifiant se demande depuis sa page, par l'UIMM territoriale."
    if attendu is Porteur.UIMM:
        return f"Une demande de {d.famille.value} est portée par l'UIMM, au national."
    return f"Une demande de {d.famille.value} est proposée par le GTP « Certifications »."


@rule("REF-01", field="titre", source=f"{_CHAP_1}, § 1")
def certification_nommee(d: DemandeFacts) -> str | None:
    """On demande la création d'une certification qui a un titre."""
    return "Donnez le titre de la certification demandée." if not d.titre.strip() else None


@rule("REF-01", field="deposee_le", source=f"{_CHAP_1}, § 1")
def date_de_depot(d: DemandeFacts) -> str | None:
    """Une demande se reçoit un jour passé, ou aujourd'hui."""
    if PREMIERE_CERTIFICATION <= d.deposee_le <= d.aujourd_hui:
        return None
    return f"La demande se reçoit entre le {PREMIERE_CERTIFICATION:%d/%m/%Y} et aujourd'hui."


@rule("REF-07", field="certification", source=f"{_CHAP_1}, § 2.D ; chap. 2")
def certification_en_vigueur(d: DemandeFacts) -> str | None:
    """On révise ou supprime une certification de la liste, qu'aucune décision n'a supprimée."""
    if d.nature is NatureDemande.CREATION:
        return None
    if not d.sur_la_liste:
        return "Cette certification n'est pas encore sur la liste : seule une création peut être demandée."
    if d.supprimee_le is not None:
        return f"Cette certification est déjà supprimée, depuis le {d.supprimee_le:%d/%m/%Y}."
    return None


@rule("SUP-01", field="obsolescence", source=f"{_CHAP_2}, § 1.A")
def suppression_motivee(d: DemandeFacts) -> str | None:
    """La demande est motivée : compétences obsolètes, usage, ou les deux."""
    if d.nature is not NatureDemande.SUPPRESSION or d.obsolescence.strip() or d.motif_usage:
        return None
    return "Motivez la suppression : décrivez l'obsolescence des compétences, ou cochez l'usage insuffisant."


@rule("SUP-02", field="motif_usage", source=f"{_CHAP_2}, § 1.A", gravite=Gravite.ALERTE)
def usage_sous_le_seuil(d: DemandeFacts) -> str | None:
    """« deux promotions sur les cinq dernières années » : au-dessus, l'usage ne motive pas une suppression."""
    seuil = PROMOTIONS_MIN.au(d.deposee_le)
    if d.nature is not NatureDemande.SUPPRESSION or not d.motif_usage or d.promotions < seuil:
        return None
    return (
        f"L'usage n'est pas sous le seuil : {d.promotions} promotions sur les {PERIODE_D_USAGE.au(d.deposee_le)} années "
        f"qui précèdent la demande, pour {seuil} attendues."
    )


@rule("REF-13", field="titre", source=f"{_CHAP_1}, § 1.A et 2.A", gravite=Gravite.ALERTE)
def titre_voisin(d: DemandeFacts) -> str | None:
    """Le GTP limite le nombre de certifications et veille à leur complémentarité : il voit les titres voisins."""
    if d.nature is not NatureDemande.CREATION or not d.voisins:
        return None
    return "Ce titre ressemble à celui de certifications de la liste : " + " ; ".join(d.voisins) + "."


@rule("REF-02", field="besoins", source=f"{_CHAP_1}, § 1.B")
def rapport_d_opportunite(d: DemandeFacts) -> tuple[Constat, ...]:
    """L'instruction ne commence que sur un rapport d'opportunité en quatre points."""
    if d.nature is NatureDemande.SUPPRESSION or d.famille is Famille.PPC:
        return ()
    return tuple(
        Constat(champ, f"Rapport d'opportunité, point {rang} : exposez {libelle[0].lower()}{libelle[1:]}.")
        for rang, (champ, libelle) in enumerate(POINTS_DU_RAPPORT, 1) if not getattr(d, champ).strip()
    )


@rule("REF-02", field="referentiel", source=f"{_CHAP_1}, § 1.B ; annexes 1 et 2")
def projet_de_referentiel(d: DemandeFacts) -> str | None:
    """Le dossier contient un projet de référentiel complet, de la forme de sa famille."""
    if d.nature is NatureDemande.SUPPRESSION or d.manques_du_projet == 0:
        return None
    if d.famille is Famille.PPC:
        return "Le dossier du parcours n'est pas complet, ou n'est plus soumis : voyez sa page."
    if d.manques_du_projet is None:
        return "Joignez un projet de référentiel à la demande."
    s = "s" if d.manques_du_projet > 1 else ""
    return f"Le projet de référentiel n'est pas complet : il y manque {d.manques_du_projet} point{s}."


@rule("REF-03", field="etat", source=f"{_CHAP_1}, § 2")
def demande_modifiable(d: DemandeFacts) -> str | None:
    """Le dossier se modifie tant que le secrétariat ne l'a pas reconnu complet, ou après un ajournement."""
    if d.etat in (EtatDemande.DEPOSEE, EtatDemande.AJOURNEE):
        return None
    return f"Cette demande est « {d.etat.libelle.lower()} » : son dossier ne se modifie plus."


@rule("REF-02", field="complete_le", source=f"{_CHAP_1}, § 1.B")
def date_de_completude(d: DemandeFacts) -> str | None:
    """Un dossier est reconnu complet entre son dépôt et aujourd'hui."""
    if d.complete_le is None or d.deposee_le <= d.complete_le <= d.aujourd_hui:
        return None
    return f"Un dossier déposé le {d.deposee_le:%d/%m/%Y} est reconnu complet entre cette date et aujourd'hui."


@rule("REF-03", field="etat", source=f"{_CHAP_1}, § 2")
def pas_encore_inscrite(d: DemandeFacts) -> str | None:
    """Une demande à l'ordre du jour appartient à la séance : on l'en retire d'abord."""
    if d.etat in (EtatDemande.DEPOSEE, EtatDemande.COMPLETE, EtatDemande.AJOURNEE):
        return None
    return f"Cette demande est « {d.etat.libelle.lower()} » : retirez-la d'abord de l'ordre du jour." if (
        d.etat is EtatDemande.ORDRE_DU_JOUR
    ) else f"Cette demande est « {d.etat.libelle.lower()} » : elle ne change plus."


@rule("REF-03", field="etat", source=f"{_CHAP_1}, § 2")
def dossier_reconnu_complet(d: DemandeFacts) -> str | None:
    """On rend au porteur un dossier reconnu complet, pas un autre."""
    return None if d.etat is EtatDemande.COMPLETE else "Seul un dossier reconnu complet se rend à son porteur."


DEPOT_DE_DEMANDE = (
    porteur_de_la_demande, certification_nommee, date_de_depot, certification_en_vigueur, suppression_motivee,
    usage_sous_le_seuil, titre_voisin,
)
CORRECTION = (demande_modifiable, *DEPOT_DE_DEMANDE)
COMPLETUDE = (suppression_motivee, rapport_d_opportunite, projet_de_referentiel)
RECONNAISSANCE = (demande_modifiable, date_de_completude, certification_en_vigueur, *COMPLETUDE)
ABANDON = (pas_encore_inscrite,)
RENVOI = (dossier_reconnu_complet,)
