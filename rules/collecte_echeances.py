"""Ce qui est dû, à qui le lit : le chemin des jurys, les transmissions, les actions correctives, les VAE, les habilitations.

Rien ici ne nomme un candidat : une échéance se lit dans un agenda. Les lignes passent par le territoire de l'acteur.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import ActionCorrective, Centre, Habilitation, Inscription, Jury, Siege, Syndicat, Transmission
from rules.collecte_convocation import chemins_facts
from rules.collecte_vae import a_echeance
from rules.convocation import EtatEtape, chemin
from rules.nomenclatures import EtatHabilitation, EtatJury
from rules.presences import PresenceFacts
from rules.transmission import echeance_de_transmission

_LIGNES_MAX = 500
_HORIZON = 60
# Ce qui se lit dans un agenda ; le reste du chemin se fait le jour du jury.
_ETAPES = frozenset({"designations", "convocations", "information"})


@dataclass(frozen=True, slots=True)
class Echeance:
    """Ce qui est dû, pour quand, sur quelle fiche (`genre` et sa clé), à quel centre."""

    le: dt.date
    quoi: str
    genre: str
    objet_id: int
    centre: str = ""


def echeances(session: Session, jour: dt.date, jusqu_au: dt.date, *, centre_id: int | None = None) -> list[Echeance]:
    """Ce qui est dû au plus tard `jusqu_au`, ce qui est en retard compris, le plus ancien d'abord.

    :param centre_id: un seul centre ; par défaut, tout ce que l'acteur peut lire.
    """
    sources = (_des_jurys, _des_transmissions, _des_actions, _des_vae, _des_habilitations)
    trouvees = [e for source in sources for e in source(session, jour, centre_id)]
    return sorted((e for e in trouvees if e.le <= jusqu_au), key=lambda e: (e.le, e.genre, e.objet_id, e.quoi))


def _des_jurys(session: Session, jour: dt.date, centre_id: int | None) -> Iterator[Echeance]:
    requete = (
        select(Jury).where(Jury.etat == EtatJury.PREPARATION).options(joinedload(Jury.centre))
        .order_by(Jury.date_jury, Jury.id).limit(_LIGNES_MAX)
    )
    jurys = list(session.scalars(requete.where(Jury.centre_id == centre_id) if centre_id is not None else requete))
    faits = chemins_facts(session, jurys, jour)
    for jury in jurys:
        centre = jury.centre.nom if jury.centre is not None else ""
        for e in chemin(faits[jury.id]):
            if e.cle in _ETAPES and e.etat is not EtatEtape.FAIT and e.echeance is not None:
                yield Echeance(e.echeance, f"{e.libelle} : jury du {jury.date_jury:%d/%m/%Y}, {e.detail}", "jury", jury.id, centre)


def _des_transmissions(session: Session, _jour: dt.date, centre_id: int | None) -> Iterator[Echeance]:
    transmis = select(Transmission.jury_id).where(Transmission.transmise_le.is_not(None))
    requete = (
        select(Jury).where(Jury.etat == EtatJury.CLOS, Jury.id.not_in(transmis)).options(joinedload(Jury.centre))
        .order_by(Jury.date_jury).limit(_LIGNES_MAX)
    )
    for jury in session.scalars(requete.where(Jury.centre_id == centre_id) if centre_id is not None else requete):
        yield Echeance(echeance_de_transmission(jury.date_jury), f"Dossier du jury du {jury.date_jury:%d/%m/%Y} à transmettre au GTP",
                       "jury", jury.id, jury.centre.nom if jury.centre is not None else "")


def _des_actions(session: Session, _jour: dt.date, centre_id: int | None) -> Iterator[Echeance]:
    requete = (
        select(ActionCorrective).where(ActionCorrective.realisee_le.is_(None)).order_by(ActionCorrective.terme).limit(_LIGNES_MAX)
        .options(joinedload(ActionCorrective.transmission).joinedload(Transmission.jury).joinedload(Jury.centre))
    )
    for action in session.scalars(requete.where(ActionCorrective.centre_id == centre_id) if centre_id is not None else requete):
        jury = action.transmission.jury
        yield Echeance(action.terme, f"Action corrective à mener : jury du {jury.date_jury:%d/%m/%Y}", "jury", jury.id,
                       jury.centre.nom if jury.centre is not None else "")


def _des_vae(session: Session, jour: dt.date, centre_id: int | None) -> Iterator[Echeance]:
    """Sans nom : la page de la VAE dit de qui il s'agit à qui peut la lire."""
    dues = a_echeance(session, jour, _HORIZON, _LIGNES_MAX)
    centres = dict(session.execute(
        select(Inscription.id, Inscription.centre_id).where(Inscription.id.in_([k for k, _, _ in dues]))
    ).all())
    noms = {c.id: c.nom for c in session.scalars(select(Centre))}
    for identite, _faits, e in dues:
        if centre_id is None or centres.get(identite) == centre_id:
            yield Echeance(e.avant, f"VAE n° {identite} : {e.quoi}", "vae", identite, noms.get(centres.get(identite, 0), ""))


def _des_habilitations(session: Session, _jour: dt.date, centre_id: int | None) -> Iterator[Echeance]:
    requete = (
        select(Habilitation).where(Habilitation.etat == EtatHabilitation.ACCORDEE, Habilitation.au.is_not(None))
        .options(joinedload(Habilitation.centre), joinedload(Habilitation.organisme)).order_by(Habilitation.au).limit(_LIGNES_MAX)
    )
    for h in session.scalars(requete.where(Habilitation.centre_id == centre_id) if centre_id is not None else requete):
        assert h.au is not None
        yield Echeance(h.au, f"Fin de l'habilitation de {h.organisme.nom}", "habilitation", h.id,
                       h.centre.nom if h.centre is not None else "")


def presences(session: Session, du: dt.date, au: dt.date, *, centre_id: int | None = None) -> list[PresenceFacts]:
    """Les représentants syndicaux des jurys clos d'une période, présents ou non, par organisation puis par date (JUR-16).

    Qui est remplacé n'y est pas : c'est son remplaçant qui siégeait.
    """
    requete = (
        select(Siege).join(Jury, Jury.id == Siege.jury_id).join(Syndicat, Syndicat.id == Siege.syndicat_id)
        .where(Jury.etat == EtatJury.CLOS, Jury.date_jury >= du, Jury.date_jury <= au, Siege.remplace_par_id.is_(None))
        .options(joinedload(Siege.personne), joinedload(Siege.syndicat), joinedload(Siege.jury).joinedload(Jury.centre))
        .order_by(Syndicat.sigle, Jury.date_jury, Siege.id)
    )
    return [
        PresenceFacts(
            s.syndicat.sigle if s.syndicat is not None else "", str(s.personne), s.personne.entreprise, s.jury.date_jury,
            s.jury.lieu, s.jury.centre.nom if s.jury.centre is not None else "", s.present, s.id,
        )
        for s in session.scalars(requete.where(Jury.centre_id == centre_id) if centre_id is not None else requete)
    ]
