"""Enregistrements au RNCP et au répertoire spécifique : ce qu'en exige France compétences (FC-01, FC-03, ENR)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from rules.faits import FicheFacts, InscriptionFacts
from rules.noyau import Constat, Gravite, rule

_CODE = {"RNCP": re.compile(r"RNCP[1-9]\d{0,5}", re.ASCII), "RS": re.compile(r"RS[1-9]\d{0,5}", re.ASCII)}
_SOURCE = "Code du travail, R. 6113-16 ; France compétences"


@dataclass(frozen=True, slots=True)
class BlocDeFicheFacts:
    """Un code de bloc d'une fiche et le BDC de la branche qui lui répond, s'il est rapproché."""

    code: str
    bloc: str | None = None


@dataclass(frozen=True, slots=True)
class EnregistrementFacts:
    """Un enregistrement, ses codes de blocs, et les autres enregistrements de la même certification."""

    repertoire: str
    fiche: FicheFacts
    autres: tuple[FicheFacts, ...] = ()
    blocs: tuple[BlocDeFicheFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Fiche:
    """Une fiche du RNCP ou du RS, réduite à ce que la branche tient ; les dates absentes ou illisibles sont vides.

    `du` : la date d'effet, à défaut celle de la décision d'enregistrement. `blocs` : code → libellé.
    """

    code: str
    intitule: str
    abrege: str = ""
    niveau: int | None = None
    active: bool = True
    du: dt.date | None = None
    au: dt.date | None = None
    derniere_delivrance: dt.date | None = None
    certificateurs: tuple[str, ...] = ()
    anciennes: tuple[str, ...] = ()
    blocs: tuple[tuple[str, str], ...] = ()


@rule("FC-01", field="date_inscription", source=_SOURCE, gravite=Gravite.ALERTE)
def delivrance_possible(i: InscriptionFacts) -> str | None:
    """Pas d'inscription qui ne pourrait être délivrée à temps ; un parcours engagé continue (alerte)."""
    c = i.certification
    if c is None or i.date_inscription is None or not c.fiches:
        return None
    terme = max(i.date_inscription, i.date_jury_prevu or i.date_inscription)
    # Une fiche renouvelée laisse la place à la suivante : une seule qui peut encore délivrer suffit.
    if any(f.peut_delivrer(terme) for f in c.fiches):
        return None
    fin, code = max((f.derniere_delivrance or dt.date.min, f.code) for f in c.fiches)
    return (
        f"{code} ne se délivre plus après le {fin:%d/%m/%Y} : "
        f"le certificat de {c.identifiant} ne pourrait pas être délivré sous cet enregistrement."
    )


@rule("ENR-01", field="code", source="France compétences")
def code_du_repertoire(e: EnregistrementFacts) -> str | None:
    """RNCP ou RS, suivi d'un à six chiffres, sans zéro devant."""
    if _CODE[e.repertoire].fullmatch(e.fiche.code):
        return None
    return f"« {e.fiche.code} » n'est pas un code {e.repertoire} : il s'écrit {e.repertoire}34172, sans espace."


@rule("ENR-02", field="au", source="France compétences")
def dates_dans_l_ordre(e: EnregistrementFacts) -> Constat | None:
    """Début, fin, puis dernière délivrance, qui ne précède pas la fin."""
    f = e.fiche
    if f.periode.du is not None and f.periode.au is not None and f.periode.au < f.periode.du:
        return Constat("au", "La fin de l'enregistrement précède son début.")
    borne = f.periode.au or f.periode.du
    if f.derniere_delivrance is not None and borne is not None and f.derniere_delivrance < borne:
        return Constat("derniere_delivrance", f"La dernière délivrance ne peut pas précéder le {borne:%d/%m/%Y}.")
    return None


@rule("ENR-03", field="du", source="France compétences", gravite=Gravite.ALERTE)
def sans_chevauchement(e: EnregistrementFacts) -> str | None:
    """Deux fiches du même répertoire en vigueur ensemble : R est imprimé au titre de la première."""
    du, au = e.fiche.periode.du or dt.date.min, e.fiche.periode.au or dt.date.max
    memes = [
        a.code for a in e.autres
        if (a.periode.du or dt.date.min) <= au and du <= (a.periode.au or dt.date.max)
    ]
    if not memes:
        return None
    return f"Cet enregistrement et {', '.join(memes)} sont en vigueur en même temps : vérifiez leurs dates."


@rule("FC-03", field="blocs", source=_SOURCE)
def un_code_par_bloc(e: EnregistrementFacts) -> str | None:
    """« RNCPnnnnnBCnn » : le code de la fiche et un rang ; un BDC n'en a qu'un dans une fiche."""
    forme = re.compile(re.escape(e.fiche.code) + r"BC\d{2}", re.ASCII)
    faux = [b.code for b in e.blocs if not forme.fullmatch(b.code)]
    if faux:
        return f"Un code de bloc s'écrit {e.fiche.code}BC01 : {', '.join(faux)} n'en est pas un."
    rapproches = [b.bloc for b in e.blocs if b.bloc is not None]
    doubles = sorted({b for b in rapproches if rapproches.count(b) > 1})
    if doubles:
        return f"{', '.join(doubles)} a deux codes dans la fiche {e.fiche.code} : un bloc n'en a qu'un."
    return None


ENREGISTREMENT = (code_du_repertoire, dates_dans_l_ordre, sans_chevauchement, un_code_par_bloc)
