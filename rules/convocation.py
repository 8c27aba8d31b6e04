"""Le chemin d'un jury : désignations, convocations, information des commissions (partie 2, chapitre 3, § 1 et 2).

« Quinze jours calendaires avant » le 20 veut dire le 5 au plus tard ; ce sont des dates civiles, à Paris. Un acte en
retard n'est possible qu'avec un motif écrit, qui reste visible.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from rules import parametres
from rules.faits import SiegeFacts
from rules.nomenclatures import Delegation, EtatEnvoi, EtatJury, ReponseDesignation
from rules.noyau import Constat, Gravite, rule

PARTIS = frozenset({EtatEnvoi.ENVOYE, EtatEnvoi.A_LA_MAIN})


def limite_de_designation(date_jury: dt.date) -> dt.date:
    """Le dernier jour où demander de désigner (§ 1.A)."""
    return date_jury - dt.timedelta(days=parametres.DELAI_DESIGNATION.au(date_jury))


def limite_de_convocation(date_jury: dt.date) -> dt.date:
    """Le dernier jour où convoquer un membre (§ 2)."""
    return date_jury - dt.timedelta(days=parametres.DELAI_CONVOCATION.au(date_jury))


# --- un acte, à sa date ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ActeDateFacts:
    """Une demande de désignation ou une convocation, le jour où elle se fait, et le motif d'un retard."""

    fait_le: dt.date
    date_jury: dt.date
    aujourd_hui: dt.date
    motif_retard: str = ""


def _tardif(limite: dt.date, a: ActeDateFacts) -> bool:
    return a.fait_le > limite


@rule("JUR-01", field="motif_retard", source="Partie 2, chap. 3, § 1.A")
def designation_tardive_motivee(a: ActeDateFacts) -> str | None:
    """Demander moins de quinze jours avant le jury n'est possible qu'avec un motif écrit."""
    limite = limite_de_designation(a.date_jury)
    if not _tardif(limite, a) or a.motif_retard.strip():
        return None
    return f"La désignation se demande au plus tard le {limite:%d/%m/%Y} : écrivez le motif du retard."


@rule("JUR-01", field="demandee_le", source="Partie 2, chap. 3, § 1.A", gravite=Gravite.ALERTE)
def designation_tardive(a: ActeDateFacts) -> str | None:
    """Une demande tardive se dit, même motivée."""
    limite = limite_de_designation(a.date_jury)
    return f"Demande faite après le {limite:%d/%m/%Y} : le motif du retard reste au dossier." if _tardif(limite, a) else None


@rule("JUR-02", field="motif_retard", source="Partie 2, chap. 3, § 2")
def convocation_tardive_motivee(a: ActeDateFacts) -> str | None:
    """Convoquer moins de quinze jours avant le jury n'est possible qu'avec un motif écrit."""
    limite = limite_de_convocation(a.date_jury)
    if not _tardif(limite, a) or a.motif_retard.strip():
        return None
    return f"Les membres se convoquent au plus tard le {limite:%d/%m/%Y} : écrivez le motif du retard."


@rule("JUR-02", field="convoque_le", source="Partie 2, chap. 3, § 2", gravite=Gravite.ALERTE)
def convocation_tardive(a: ActeDateFacts) -> str | None:
    """Une convocation tardive se dit, même motivée."""
    limite = limite_de_convocation(a.date_jury)
    return f"Convocation faite après le {limite:%d/%m/%Y} : le motif du retard reste au dossier." if _tardif(limite, a) else None


def _hors_du_temps(a: ActeDateFacts) -> str | None:
    if a.fait_le > a.aujourd_hui:
        return f"Le {a.fait_le:%d/%m/%Y} est à venir : notez l'acte le jour où il est fait."
    if a.fait_le < parametres.meme_jour(a.date_jury, -parametres.CALENDRIER_JURYS.au(a.date_jury)):
        return f"Le {a.fait_le:%d/%m/%Y} est trop loin du jury : vérifiez l'année."
    return None


@rule("JUR-01", field="demandee_le", source="Partie 2, chap. 3, § 1.A")
def designation_plausible(a: ActeDateFacts) -> str | None:
    """Une demande se note le jour où elle est faite, ou après."""
    return _hors_du_temps(a)


@rule("JUR-02", field="convoque_le", source="Partie 2, chap. 3, § 2")
def convocation_plausible(a: ActeDateFacts) -> str | None:
    """Une convocation se note le jour où elle est faite, ou après."""
    return _hors_du_temps(a)


@rule("JUR-07", field="informee_le", source="Partie 2, chap. 3, § 1.F")
def information_plausible(a: ActeDateFacts) -> str | None:
    """Une information se note le jour où elle est donnée, ou après."""
    return _hors_du_temps(a)


# --- la réponse d'une organisation ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DesigneeFacts:
    """Une personne désignée, et les organisations au titre desquelles elle siège déjà à ce jury."""

    nom: str
    deja_pour: tuple[str, ...] = ()
    deja_autrement: str = ""


@dataclass(frozen=True, slots=True)
class ReponseFacts:
    """La réponse d'une organisation à une demande, et qui elle désigne."""

    syndicat: str
    demandee_le: dt.date
    caduque: bool
    reponse: ReponseDesignation | None
    reponse_le: dt.date
    aujourd_hui: dt.date
    designees: tuple[DesigneeFacts, ...] = ()
    deja_repondue: bool = False


@rule("JUR-01", field="reponse", source="Partie 2, chap. 3, § 1.A")
def reponse_coherente(r: ReponseFacts) -> str | None:
    """Une organisation désigne quelqu'un, ou personne ; elle répond après la demande."""
    if r.caduque:
        return "Le jury a été déplacé depuis cette demande : refaites-la d'abord."
    if r.reponse is None:
        return "Choisissez ce que l'organisation a répondu."
    if not r.demandee_le <= r.reponse_le <= r.aujourd_hui:
        return f"La réponse vient entre la demande ({r.demandee_le:%d/%m/%Y}) et aujourd'hui."
    if (r.reponse is ReponseDesignation.DESIGNATION) != bool(r.designees):
        return ("Indiquez la personne désignée." if r.reponse is ReponseDesignation.DESIGNATION
                else "Une organisation qui ne désigne pas n'a pas de représentant à inscrire.")
    return None


@rule("JUR-04", field="personne", source="Partie 2, chap. 3, § 1.C")
def designee_une_seule_fois(r: ReponseFacts) -> tuple[Constat, ...]:
    """Une personne n'a qu'un siège : membre de deux organisations, elle ne porte pas deux voix."""
    constats = []
    for d in r.designees:
        if d.deja_pour:
            constats.append(Constat("personne", f"{d.nom} siège déjà au titre de {', '.join(d.deja_pour)} : une personne ne porte "
                                                f"qu'une voix. Demandez à {r.syndicat} de désigner quelqu'un d'autre."))
        elif d.deja_autrement:
            constats.append(Constat("personne", f"{d.nom} siège déjà à ce jury ({d.deja_autrement})."))
    return tuple(constats)


# --- un remplacement --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RemplacementFacts:
    """Un siège qu'on remplace : pourquoi, par qui, et ce qu'il était."""

    nom: str
    remplacant: str
    motif: str
    deja_remplace: bool
    invite: bool
    siege_du_remplacant: str = ""


@rule("JUR-06", field="motif_remplacement", source="Partie 2, chap. 3, § 1.E (choix de la console)")
def remplacement_motive(r: RemplacementFacts) -> str | None:
    """Un membre empêché est remplacé par quelqu'un d'autre, avec un motif qui reste ; un invité ne se remplace pas."""
    if r.invite:
        return f"{r.nom} est invité : invitez quelqu'un d'autre, il n'y a pas de siège à reprendre."
    if r.deja_remplace:
        return f"{r.nom} est déjà remplacé."
    if r.siege_du_remplacant:
        return f"{r.remplacant} siège déjà à ce jury ({r.siege_du_remplacant})."
    return None if r.motif.strip() else f"Écrivez pourquoi {r.nom} est remplacé."


# --- ce qui est dit à une commission -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DitFacts:
    """Ce qu'une information dit d'un jury : sa date, son heure, son lieu, ses membres (nom, titre, organisation)."""

    date_jury: dt.date
    heure: str
    lieu: str
    membres: tuple[tuple[str, str, str], ...]

    def en_dict(self) -> dict[str, object]:
        """Tel que gardé avec l'information."""
        return {"date": self.date_jury.isoformat(), "heure": self.heure, "lieu": self.lieu,
                "membres": [list(m) for m in sorted(self.membres)]}

    @property
    def empreinte(self) -> str:
        """SHA-256 de ce qui est dit ; l'ordre des membres n'y compte pas."""
        return hashlib.sha256(json.dumps(self.en_dict(), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def changements(avant: dict[str, object], apres: DitFacts) -> tuple[str, ...]:
    """Ce qui a changé depuis ce qui a été dit, en phrases."""
    phrases = []
    maintenant = apres.en_dict()
    if avant.get("date") != maintenant["date"]:
        dite = dt.date.fromisoformat(str(avant["date"]))
        phrases.append(f"date : {dite:%d/%m/%Y} → {apres.date_jury:%d/%m/%Y}")
    phrases += [
        f"{mot} : {avant.get(cle) or 'non dit'} → {maintenant[cle] or 'non dit'}"
        for cle, mot in (("heure", "heure"), ("lieu", "lieu")) if (avant.get(cle) or "") != maintenant[cle]
    ]
    anciens = {tuple(m) for m in avant.get("membres", ()) if isinstance(m, list | tuple)}  # type: ignore[attr-defined]
    nouveaux = set(apres.membres)
    partis, venus = sorted(anciens - nouveaux), sorted(nouveaux - anciens)
    titres = {m[0]: m[1] for m in venus}
    phrases += [f"{m[0]} : {m[1]} → {titres[m[0]]}" for m in partis if titres.get(m[0], m[1]) != m[1]]
    phrases += [f"membre en moins : {m[0]}" for m in partis if titres.get(m[0], m[1]) == m[1]]
    phrases += [f"membre nouveau : {m[0]}" for m in venus if m[0] not in {p[0] for p in partis if p[1] != m[1]}]
    return tuple(phrases)


# --- le chemin entier ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DesignationFacts:
    """Une organisation représentative et sa demande : faite le (vide si rien n'est parti), sa réponse, un retard motivé."""

    syndicat_id: int
    syndicat: str
    demandee_le: dt.date | None = None
    motif_retard: str = ""
    reponse: ReponseDesignation | None = None
    reponse_le: dt.date | None = None
    en_attente: EtatEnvoi | None = None
    a_refaire: bool = False


@dataclass(frozen=True, slots=True)
class ConvoqueFacts:
    """Un membre à convoquer : fait le (vide si rien n'est parti), copie au mandant, un retard motivé."""

    siege_id: int
    nom: str
    mandant: str = ""
    convoque_le: dt.date | None = None
    copie_le: dt.date | None = None
    motif_retard: str = ""
    en_attente: EtatEnvoi | None = None
    a_refaire: bool = False


@dataclass(frozen=True, slots=True)
class InformeeFacts:
    """Une commission : informée le (vide si jamais), et ce qui a changé depuis."""

    commission_id: int
    commission: str
    informee_le: dt.date | None = None
    changements: tuple[str, ...] = ()
    en_attente: EtatEnvoi | None = None


@dataclass(frozen=True, slots=True)
class CheminFacts:
    """Un jury sur son chemin. `motif_ouverture` : pourquoi il s'ouvre malgré ce qui manque."""

    date_jury: dt.date
    etat: EtatJury
    aujourd_hui: dt.date
    sieges: tuple[SiegeFacts, ...] = ()
    designations: tuple[DesignationFacts, ...] = ()
    convocations: tuple[ConvoqueFacts, ...] = ()
    informations: tuple[InformeeFacts, ...] = ()
    candidats: int = 0
    dossiers_incomplets: int = 0
    motif_ouverture: str = ""

    @property
    def sans_demande(self) -> tuple[DesignationFacts, ...]:
        """Les organisations à qui rien n'est demandé pour cette date."""
        return tuple(d for d in self.designations if d.demandee_le is None or d.a_refaire)

    @property
    def sans_convocation(self) -> tuple[ConvoqueFacts, ...]:
        """Les membres non convoqués à cette date, en ce lieu, ou dont le mandant n'a pas sa copie."""
        return tuple(
            c for c in self.convocations
            if c.convoque_le is None or c.a_refaire or (c.mandant and c.copie_le is None)
        )

    @property
    def mal_informees(self) -> tuple[InformeeFacts, ...]:
        """Les commissions qui ignorent les membres ou le calendrier tels qu'ils sont."""
        return tuple(i for i in self.informations if i.informee_le is None or i.changements)


def _noms(noms: Sequence[str]) -> str:
    return ", ".join(noms[:6]) + (f" et {len(noms) - 6} autres" if len(noms) > 6 else "")


def _manque_de_designation(c: CheminFacts) -> str | None:
    if not c.sans_demande:
        return None
    return f"Désignation non demandée pour cette date : {_noms([d.syndicat for d in c.sans_demande])}."


def _manque_de_convocation(c: CheminFacts) -> str | None:
    if not c.sans_convocation:
        return None
    return f"Non convoqués pour cette date et ce lieu : {_noms([x.nom for x in c.sans_convocation])}."


@rule("JUR-01", field="motif_ouverture", source="Partie 2, chap. 3, § 1.A")
def organisations_sollicitees(c: CheminFacts) -> str | None:
    """Un jury ne s'ouvre sans avoir sollicité chaque organisation qu'avec un motif écrit."""
    manque = _manque_de_designation(c)
    return None if manque is None or c.motif_ouverture.strip() else f"{manque} Écrivez pourquoi le jury s'ouvre ainsi."


@rule("JUR-01", field="motif_ouverture", source="Partie 2, chap. 3, § 1.A", gravite=Gravite.ALERTE)
def organisations_non_sollicitees(c: CheminFacts) -> str | None:
    """Même motivé, le manque se dit."""
    return _manque_de_designation(c)


@rule("JUR-02", field="motif_ouverture", source="Partie 2, chap. 3, § 2")
def membres_convoques(c: CheminFacts) -> str | None:
    """Un jury ne s'ouvre avec un membre non convoqué qu'avec un motif écrit."""
    manque = _manque_de_convocation(c)
    return None if manque is None or c.motif_ouverture.strip() else f"{manque} Écrivez pourquoi le jury s'ouvre ainsi."


@rule("JUR-02", field="motif_ouverture", source="Partie 2, chap. 3, § 2", gravite=Gravite.ALERTE)
def membres_non_convoques(c: CheminFacts) -> str | None:
    """Même motivé, le manque se dit."""
    return _manque_de_convocation(c)


@rule("JUR-07", field="informations", source="Partie 2, chap. 3, § 1.F", gravite=Gravite.ALERTE)
def commissions_informees(c: CheminFacts) -> str | None:
    """La CPREFP, et la CPIEF où elle existe, sont informées des membres et du calendrier, et de chaque changement."""
    if not c.mal_informees:
        return None
    return "À informer des membres et du calendrier : " + " ; ".join(
        i.commission + (f" ({', '.join(i.changements)})" if i.changements else "") for i in c.mal_informees
    ) + "."


class EtatEtape(Enum):
    """Où en est une étape du chemin."""

    FAIT = "fait"
    A_FAIRE = "a_faire"
    EN_RETARD = "en_retard"
    A_REFAIRE = "a_refaire"

    @property
    def libelle(self) -> str:
        """Ce que lit une personne."""
        return {"fait": "Fait", "a_faire": "À faire", "en_retard": "En retard", "a_refaire": "À refaire"}[self.value]


@dataclass(frozen=True, slots=True)
class EtapeDuChemin:
    """Une étape : son ancre sur la page, où elle en est, pour quand, et ce qui manque."""

    cle: str
    libelle: str
    etat: EtatEtape
    echeance: dt.date | None = None
    detail: str = ""


def _etat(*, fait: bool, a_refaire: bool, echeance: dt.date | None, jour: dt.date) -> EtatEtape:
    if fait:
        return EtatEtape.FAIT
    if echeance is not None and jour > echeance:
        return EtatEtape.EN_RETARD
    return EtatEtape.A_REFAIRE if a_refaire else EtatEtape.A_FAIRE


def chemin(c: CheminFacts) -> tuple[EtapeDuChemin, ...]:
    """Les étapes d'un jury jusqu'à son ouverture, dans l'ordre du dispositif."""
    designer, convoquer = limite_de_designation(c.date_jury), limite_de_convocation(c.date_jury)
    attente = sum(1 for d in c.designations if d.demandee_le is not None and not d.a_refaire and d.reponse is None)
    votants = {d: sum(1 for s in c.sieges if s.delegation is d and s.voix) for d in (Delegation.PATRONALE, Delegation.SYNDICALE)}
    president = next((s for s in c.sieges if s.president), None)
    a_convoquer = len(c.convocations)

    def etape(cle: str, libelle: str, echeance: dt.date | None, detail: str, *, fait: bool, a_refaire: bool = False) -> EtapeDuChemin:
        return EtapeDuChemin(cle, libelle, _etat(fait=fait, a_refaire=a_refaire, echeance=echeance, jour=c.aujourd_hui),
                             echeance, detail)

    return (
        etape("designations", "Désignations demandées", designer,
              f"{len(c.designations) - len(c.sans_demande)} sur {len(c.designations)}"
              + (f", {attente} sans réponse" if attente else ""),
              fait=bool(c.designations) and not c.sans_demande, a_refaire=any(d.a_refaire for d in c.designations)),
        etape("composition", "Délégations", convoquer,
              f"patronale : {votants[Delegation.PATRONALE]}, syndicale : {votants[Delegation.SYNDICALE]}",
              fait=all(votants.values())),
        etape("president", "Président", c.date_jury,
              (f"{president.nom}" + (", présent" if president.present else "")) if president else "à désigner",
              fait=president is not None),
        etape("convocations", "Convocations", convoquer,
              f"{a_convoquer - len(c.sans_convocation)} sur {a_convoquer}",
              fait=bool(c.convocations) and not c.sans_convocation, a_refaire=any(x.a_refaire for x in c.convocations)),
        etape("information", "Information de la CPREFP", c.date_jury,
              f"{len(c.informations) - len(c.mal_informees)} sur {len(c.informations)}",
              fait=bool(c.informations) and not c.mal_informees, a_refaire=any(i.changements for i in c.informations)),
        etape("candidats", "Dossiers complets", c.date_jury,
              f"{c.candidats - c.dossiers_incomplets} sur {c.candidats}",
              fait=bool(c.candidats) and not c.dossiers_incomplets),
        etape("emargement", "Présences", c.date_jury, f"{sum(s.present for s in c.sieges)} présents",
              fait=any(s.president and s.present for s in c.sieges) and sum(s.present and s.voix for s in c.sieges) > 1),
    )


# --- les envois ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EnvoiFacts:
    """Un envoi qu'on veut faire partir, reprendre ou noter ; `caduc` : ce qu'il dit ne vaut plus."""

    etat: EtatEnvoi
    adresse: str = ""
    caduc: bool = False


@rule("ENV-01", field="etat", source="choix de la console")
def relance_permise(e: EnvoiFacts) -> str | None:
    """On ne renvoie que ce qui a échoué, ou dont on ne sait s'il est parti ; jamais ce qui est parti."""
    if e.etat in PARTIS:
        return "Cet envoi est déjà parti : il ne part pas deux fois."
    if e.etat is EtatEnvoi.EN_COURS:
        return "Cet envoi est en cours : attendez qu'il finisse."
    return "Cet envoi ne vaut plus : ce qu'il dit a changé." if e.caduc or e.etat is EtatEnvoi.ABANDONNE else None


@rule("ENV-02", field="adresse", source="choix de la console")
def adresse_connue(e: EnvoiFacts) -> str | None:
    """Un courriel part à une adresse ; sans elle, on imprime et on note l'envoi fait à la main."""
    nom, arobase, domaine = e.adresse.partition("@")
    if nom and arobase and "." in domaine and not any(c.isspace() or c in ",;<>\r\n" for c in e.adresse):
        return None
    return ("Ce destinataire n'a pas d'adresse électronique : complétez sa fiche, ou imprimez et notez l'envoi à la main."
            if not e.adresse else "L'adresse électronique de ce destinataire n'est pas valable : corrigez sa fiche.")


DESIGNATION = (designation_plausible, designation_tardive_motivee, designation_tardive)
REPONSE = (reponse_coherente, designee_une_seule_fois)
CONVOCATION = (convocation_plausible, convocation_tardive_motivee, convocation_tardive)
INFORMATION = (information_plausible,)
REMPLACEMENT = (remplacement_motive,)
CHEMIN = (
    organisations_sollicitees, organisations_non_sollicitees, membres_convoques, membres_non_convoques,
    commissions_informees,
)
RELANCE = (relance_permise,)
ENVOI_PAR_COURRIEL = (relance_permise, adresse_connue)
