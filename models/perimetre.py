"""Le territoire, imposé une seule fois sous toutes les vues.

Chaque instruction ORM d'une session est restreinte à ce que l'acteur peut voir, et chaque objet écrit est
vérifié : un clerc ne voit et ne touche que les lignes de son centre, un juré que son jury (schema.md,
« Territory »). Sans acteur déclaré, rien de borné n'est visible.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import Alias, ColumnElement, Select, and_, event, false, inspect, or_, select, true
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from models import (
    accrochage,
    acteurs,
    attribution,
    candidat,
    conservation,
    convocation,
    deliberation,
    demande,
    evaluation,
    habilitation,
    jury,
    papeterie,
    parcours,
    piece,
    rectification,
    referentiel,
    suivi,
    traces,
    travail,
    vae,
)
from models.contexte import Acteur, acteur_courant
from rules.nomenclatures import Famille, Role

Critere = Callable[[Acteur], ColumnElement[bool]]

_PERSONNELS = frozenset({Role.CLERC, Role.RESPONSABLE, Role.LECTURE})
_NATIONAUX = frozenset({Role.GTP, Role.UIMM, Role.LECTURE})
_PURGEURS = frozenset({Role.GTP, Role.DPO})
_DU_CENTRE = frozenset({Role.CLERC, Role.RESPONSABLE})


class HorsPerimetre(Exception):
    """Une écriture vise une ligne hors du territoire de l'acteur."""


def _autre(modele: Any) -> Alias:
    """La table d'un modèle sous un autre nom : une restriction ne se confond pas avec la requête qu'elle restreint."""
    table: Alias = modele.__table__.alias()
    return table


def _par_centre(modele: Any, *, national: bool = True) -> Critere:
    """Bornée au centre ; les rôles nationaux voient tout (`national`) ou rien."""

    def critere(a: Acteur) -> ColumnElement[bool]:
        if a.centre_id is not None:
            return modele.centre_id == a.centre_id if a.role in _PERSONNELS else false()
        return true() if national and a.role in (Role.GTP, Role.LECTURE) else false()

    return critere


def _presentations_signees(colonne: Any) -> Select[Any]:
    """Ce que le GTP connaît des candidats : ceux d'un procès-verbal signé (securite.md, rôles)."""
    p, v = _autre(jury.Presentation), _autre(jury.ProcesVerbal)
    signees = p.join(v, v.c.id == p.c.proces_verbal_id)
    return select(p.c[colonne]).select_from(signees).where(v.c.signe_le.is_not(None))


def _inscription(a: Acteur) -> ColumnElement[bool]:
    if a.centre_id is not None:
        return candidat.Inscription.centre_id == a.centre_id if a.role in _PERSONNELS else false()
    if a.role in (Role.GTP, Role.LECTURE):
        return candidat.Inscription.id.in_(_presentations_signees("inscription_id"))
    return false()


def _candidat(a: Acteur) -> ColumnElement[bool]:
    i = _autre(candidat.Inscription)
    if a.centre_id is not None and a.role in _PERSONNELS:
        # Une fiche réunie à une autre se lit comme elle : ses inscriptions y sont passées.
        vus = select(i.c.id).where(
            i.c.candidat_id.in_((candidat.Candidat.id, candidat.Candidat.fusionne_dans_id)), i.c.centre_id == a.centre_id
        )
    elif a.centre_id is None and a.role in (Role.GTP, Role.LECTURE):
        vus = select(i.c.id).where(
            i.c.candidat_id == candidat.Candidat.id, i.c.id.in_(_presentations_signees("inscription_id"))
        )
    else:
        return false()
    return vus.exists()


def _du_jury(modele: Any, colonne: str) -> Critere:
    def critere(a: Acteur) -> ColumnElement[bool]:
        if a.role is Role.JURE:
            return getattr(modele, colonne) == a.jury_id if a.jury_id is not None else false()
        if a.centre_id is not None:
            return modele.centre_id == a.centre_id if a.role in _PERSONNELS else false()
        return true() if a.role in (Role.GTP, Role.LECTURE) else false()

    return critere


def _presentation(a: Acteur) -> ColumnElement[bool]:
    if a.role in (Role.GTP, Role.LECTURE) and a.centre_id is None:
        return jury.Presentation.id.in_(_presentations_signees("id"))
    return _du_jury(jury.Presentation, "jury_id")(a)


def _presentation_competence(a: Acteur) -> ColumnElement[bool]:
    p = _autre(jury.Presentation)
    visible = select(p.c.id)
    if a.role is Role.JURE:
        visible = visible.where(p.c.jury_id == a.jury_id) if a.jury_id is not None else visible.where(false())
    elif a.centre_id is not None and a.role in _PERSONNELS:
        visible = visible.where(p.c.centre_id == a.centre_id)
    elif a.role in (Role.GTP, Role.LECTURE) and a.centre_id is None:
        visible = _presentations_signees("id")
    else:
        return false()
    return jury.PresentationCompetence.presentation_id.in_(visible)


def _travail(a: Acteur) -> ColumnElement[bool]:
    """Un travail est à qui l'a demandé, et à son centre."""
    sien = travail.Travail.auteur_id == a.utilisateur_id if a.utilisateur_id is not None else false()
    if a.centre_id is not None and a.role in _PERSONNELS:
        return or_(sien, travail.Travail.centre_id == a.centre_id)
    return sien


def _vote(a: Acteur) -> ColumnElement[bool]:
    j = _autre(jury.Jury)
    if a.role is Role.JURE:
        return jury.Vote.jury_id == a.jury_id if a.jury_id is not None else false()
    if a.centre_id is not None and a.role in _PERSONNELS:
        return jury.Vote.jury_id.in_(select(j.c.id).where(j.c.centre_id == a.centre_id))
    return false()


def _inscription_bloc(a: Acteur) -> ColumnElement[bool]:
    i = _autre(candidat.Inscription)
    if a.centre_id is not None and a.role in _PERSONNELS:
        visible = select(i.c.id).where(i.c.centre_id == a.centre_id)
    elif a.centre_id is None and a.role in (Role.GTP, Role.LECTURE):
        visible = _presentations_signees("inscription_id")
    else:
        return false()
    return candidat.InscriptionBloc.inscription_id.in_(visible)


def _centre(a: Acteur) -> ColumnElement[bool]:
    if a.role is None:
        return false()
    return acteurs.Centre.id == a.centre_id if a.centre_id is not None else true()


def _personne(a: Acteur) -> ColumnElement[bool]:
    if a.role is Role.JURE:
        s = _autre(jury.Siege)
        return acteurs.Personne.id.in_(select(s.c.personne_id).where(s.c.jury_id == a.jury_id))
    return _par_centre(acteurs.Personne)(a)


def _utilisateur(a: Acteur) -> ColumnElement[bool]:
    u = acteurs.Utilisateur
    if a.role is Role.ADMINISTRATEUR:
        return true()
    soi = u.id == a.utilisateur_id
    return or_(soi, u.centre_id == a.centre_id) if a.role is Role.RESPONSABLE else soi


def _abonnement(a: Acteur) -> ColumnElement[bool]:
    """Chacun ne voit que son propre lien de calendrier."""
    return acteurs.AbonnementCalendrier.utilisateur_id == a.utilisateur_id if a.utilisateur_id is not None else false()


def _amenagement(a: Acteur) -> ColumnElement[bool]:
    if a.role is Role.RESPONSABLE and a.centre_id is not None:
        return candidat.Amenagement.centre_id == a.centre_id
    return false()


def _journal(a: Acteur) -> ColumnElement[bool]:
    j = traces.Journal
    if a.centre_id is not None:
        visible = j.centre_id == a.centre_id if a.role in (Role.CLERC, Role.RESPONSABLE) else false()
        # La compensation du handicap ne se lit pas par le journal non plus (INS-14).
        return visible if a.role is Role.RESPONSABLE else visible & (j.objet != "amenagement")
    if a.role is Role.ADMINISTRATEUR:
        return j.centre_id.is_(None) | (j.objet == "utilisateur")
    if a.role is Role.DPO:
        return true()
    return j.centre_id.is_(None) & (j.objet != "utilisateur") if a.role is Role.GTP else false()


def _demande(a: Acteur) -> ColumnElement[bool]:
    d = demande.Demande
    if a.centre_id is not None:
        return d.centre_id == a.centre_id if a.role in _PERSONNELS else false()
    return true() if a.role in _NATIONAUX else false()


def _piece(a: Acteur) -> ColumnElement[bool]:
    p = piece.Piece
    if a.centre_id is not None:
        # Le document d'identité d'un candidat ne se voit que de qui instruit son inscription.
        lue = true() if a.role in _DU_CENTRE else p.inscription_id.is_(None)
        return and_(p.centre_id == a.centre_id, lue) if a.role in _PERSONNELS else false()
    if a.role is Role.UIMM:
        return p.demande_id.is_not(None)
    return p.inscription_id.is_(None) if a.role in _NATIONAUX else false()


def _suspension(a: Acteur) -> ColumnElement[bool]:
    """Qui tient la purge voit toutes les suspensions ; un centre, les siennes et celles de ses candidats."""
    s, i = conservation.ConservationSuspendue, _autre(candidat.Inscription)
    if a.centre_id is None:
        return true() if a.role in _PURGEURS else false()
    if a.role not in _PERSONNELS:
        return false()
    return or_(s.centre_id == a.centre_id, s.candidat_id.in_(select(i.c.candidat_id).where(i.c.centre_id == a.centre_id)))


def _purge(a: Acteur) -> ColumnElement[bool]:
    return true() if a.centre_id is None and a.role in _PURGEURS else false()


def _gtp(a: Acteur) -> ColumnElement[bool]:
    """Ce qui se passe au GTP se lit au niveau national."""
    return true() if a.centre_id is None and a.role in _NATIONAUX else false()


def _depots(a: Acteur) -> ColumnElement[bool]:
    """Un fichier porte des candidats de toute la branche : il ne se lit qu'au niveau national."""
    return true() if a.centre_id is None and a.role in (Role.GTP, Role.LECTURE) else false()


CRITERES: tuple[tuple[type[Any], Critere], ...] = (
    (acteurs.Centre, _centre),
    (acteurs.RetraitCapacite, _par_centre(acteurs.RetraitCapacite)),
    (papeterie.LogoCentre, _par_centre(papeterie.LogoCentre)),
    (acteurs.Entreprise, _par_centre(acteurs.Entreprise)),
    (acteurs.SyndicatTerritorial, _par_centre(acteurs.SyndicatTerritorial)),
    (acteurs.Personne, _personne),
    (acteurs.Utilisateur, _utilisateur),
    (habilitation.Habilitation, _par_centre(habilitation.Habilitation)),
    *((m, _par_centre(m)) for m in (
        habilitation.Appreciation, habilitation.EtapeInstruction, habilitation.SuspensionHabilitation,
        habilitation.EvenementHabilitation,
    )),
    (candidat.Candidat, _candidat),
    # Les clés de rapprochement ne se lisent pas : elles diraient d'un inconnu s'il est de la branche.
    (candidat.CandidatCle, lambda _: false()),
    (candidat.Inscription, _inscription),
    (candidat.InscriptionBloc, _inscription_bloc),
    (candidat.Amenagement, _amenagement),
    (candidat.Evaluation, _par_centre(candidat.Evaluation, national=False)),
    (vae.CollectifVae, _par_centre(vae.CollectifVae, national=False)),
    (vae.CommissionValidation, _par_centre(vae.CommissionValidation, national=False)),
    (vae.MembreValidation, _par_centre(vae.MembreValidation, national=False)),
    (vae.Vae, _par_centre(vae.Vae, national=False)),
    (evaluation.CommissionEvaluation, _par_centre(evaluation.CommissionEvaluation, national=False)),
    (evaluation.Evaluateur, _par_centre(evaluation.Evaluateur, national=False)),
    (evaluation.DossierEvaluation, _par_centre(evaluation.DossierEvaluation, national=False)),
    (evaluation.AvisEntreprise, _par_centre(evaluation.AvisEntreprise, national=False)),
    (jury.Jury, _du_jury(jury.Jury, "id")),
    (jury.Siege, _du_jury(jury.Siege, "jury_id")),
    (jury.ProcesVerbal, _du_jury(jury.ProcesVerbal, "jury_id")),
    (jury.Presentation, _presentation),
    (jury.PresentationCompetence, _presentation_competence),
    (jury.Vote, _vote),
    (convocation.DemandeDesignation, _par_centre(convocation.DemandeDesignation)),
    (convocation.Convocation, _par_centre(convocation.Convocation)),
    (convocation.InformationCommission, _par_centre(convocation.InformationCommission)),
    # Un envoi nomme un candidat : il ne se lit que du centre.
    (convocation.Envoi, _par_centre(convocation.Envoi, national=False)),
    (acteurs.AbonnementCalendrier, _abonnement),
    (deliberation.LienVote, _par_centre(deliberation.LienVote, national=False)),
    (rectification.Rectification, _par_centre(rectification.Rectification)),
    (rectification.VoteRectificatif, _par_centre(rectification.VoteRectificatif)),
    (rectification.AnnulationCertificat, _par_centre(rectification.AnnulationCertificat)),
    (attribution.Certificat, _par_centre(attribution.Certificat)),
    (attribution.Archive, _par_centre(attribution.Archive)),
    (attribution.Remise, _par_centre(attribution.Remise)),
    (attribution.Duplicata, _par_centre(attribution.Duplicata)),
    (accrochage.EmetteurAccrochage, _depots),
    (accrochage.FichierAccrochage, _depots),
    (accrochage.PassageAccrochage, _par_centre(accrochage.PassageAccrochage)),
    (suivi.Transmission, _par_centre(suivi.Transmission)),
    (suivi.ActionCorrective, _par_centre(suivi.ActionCorrective)),
    (demande.Demande, _demande),
    (piece.Piece, _piece),
    *((m, _gtp) for m in (
        demande.SeanceGtp, demande.PresenceGtp, demande.PointGtp, demande.VoteGtp, demande.ReleveDecisions,
        demande.Publication,
    )),
    (parcours.Parcours, _par_centre(parcours.Parcours)),
    (parcours.ParcoursDomaine, _par_centre(parcours.ParcoursDomaine)),
    (parcours.ParcoursModule, _par_centre(parcours.ParcoursModule)),
    (parcours.AttributionParcours, _par_centre(parcours.AttributionParcours)),
    (traces.Importation, _par_centre(traces.Importation, national=False)),
    (traces.LigneRejetee, _par_centre(traces.LigneRejetee, national=False)),
    (traces.LigneImportee, _par_centre(traces.LigneImportee, national=False)),
    (traces.ColonneReconnue, _par_centre(traces.ColonneReconnue, national=False)),
    (travail.Travail, _travail),
    (traces.Journal, _journal),
    (conservation.ConservationSuspendue, _suspension),
    (conservation.Purge, _purge),
    (conservation.PurgeLigne, _purge),
)

_NATIONAL = frozenset({Role.GTP})
_VOTANTS = _DU_CENTRE | {Role.JURE}
_PORTEURS = _NATIONAL | {Role.UIMM}

# Qui peut écrire quoi ; ce qui n'est pas nommé ici n'est écrit que par la CLI (nomenclatures, archives du moteur).
ECRITURES: dict[type[Any], frozenset[Role]] = {
    acteurs.Centre: frozenset({Role.ADMINISTRATEUR, Role.RESPONSABLE}),
    acteurs.RetraitCapacite: _NATIONAL,
    papeterie.LogoCentre: frozenset({Role.RESPONSABLE}),
    papeterie.Formulation: _NATIONAL,
    acteurs.Entreprise: _DU_CENTRE,
    acteurs.Organisme: _DU_CENTRE | _NATIONAL,
    acteurs.Syndicat: _NATIONAL,
    acteurs.SyndicatTerritorial: _DU_CENTRE,
    acteurs.Commission: _NATIONAL,
    acteurs.Personne: _DU_CENTRE,
    acteurs.Utilisateur: frozenset(Role),
    referentiel.Certification: _PORTEURS | _DU_CENTRE,
    referentiel.Enregistrement: _NATIONAL,
    referentiel.EnregistrementBloc: _NATIONAL,
    referentiel.Equivalence: _NATIONAL,
    referentiel.Referentiel: _PORTEURS,
    referentiel.ReferentielBloc: _PORTEURS,
    referentiel.BlocCompetences: _PORTEURS,
    referentiel.Competence: _PORTEURS,
    demande.Demande: _PORTEURS | _DU_CENTRE,
    demande.SeanceGtp: _NATIONAL,
    demande.PresenceGtp: _NATIONAL,
    demande.PointGtp: _NATIONAL,
    demande.VoteGtp: _NATIONAL,
    demande.ReleveDecisions: _NATIONAL,
    demande.Publication: _NATIONAL,
    piece.Piece: _PORTEURS | _DU_CENTRE,
    conservation.ConservationSuspendue: _PURGEURS | {Role.RESPONSABLE},
    conservation.Purge: _PURGEURS,
    conservation.PurgeLigne: _PURGEURS,
    habilitation.Habilitation: _DU_CENTRE,
    habilitation.Appreciation: _DU_CENTRE,
    habilitation.EtapeInstruction: _DU_CENTRE,
    habilitation.SuspensionHabilitation: frozenset({Role.RESPONSABLE}),
    habilitation.EvenementHabilitation: _NATIONAL | {Role.RESPONSABLE},
    candidat.Candidat: _DU_CENTRE,
    candidat.Inscription: _DU_CENTRE,
    candidat.Amenagement: frozenset({Role.RESPONSABLE}),
    candidat.Evaluation: _DU_CENTRE,
    vae.CollectifVae: _DU_CENTRE,
    vae.CommissionValidation: _DU_CENTRE,
    vae.MembreValidation: _DU_CENTRE,
    vae.Vae: _DU_CENTRE,
    evaluation.CommissionEvaluation: _DU_CENTRE,
    evaluation.Evaluateur: _DU_CENTRE,
    evaluation.DossierEvaluation: _DU_CENTRE,
    evaluation.AvisEntreprise: _DU_CENTRE,
    jury.Jury: _DU_CENTRE,
    jury.Siege: _DU_CENTRE,
    jury.ProcesVerbal: _DU_CENTRE,
    jury.Presentation: _DU_CENTRE,
    jury.PresentationCompetence: _DU_CENTRE,
    jury.Vote: _VOTANTS,
    convocation.DemandeDesignation: _DU_CENTRE,
    convocation.Convocation: _DU_CENTRE,
    convocation.InformationCommission: _DU_CENTRE,
    convocation.Envoi: _DU_CENTRE,
    acteurs.AbonnementCalendrier: frozenset(Role),
    deliberation.LienVote: _DU_CENTRE,
    rectification.Rectification: _DU_CENTRE,
    rectification.VoteRectificatif: _DU_CENTRE,
    rectification.AnnulationCertificat: _DU_CENTRE,
    attribution.Remise: _DU_CENTRE,
    attribution.Duplicata: frozenset({Role.RESPONSABLE}),
    # La branche dépose pour tous ; le centre dit ce qu'il a corrigé.
    accrochage.EmetteurAccrochage: _NATIONAL,
    accrochage.FichierAccrochage: _NATIONAL,
    accrochage.PassageAccrochage: _NATIONAL | _DU_CENTRE,
    suivi.Transmission: _DU_CENTRE | _NATIONAL,
    suivi.ActionCorrective: _DU_CENTRE | _NATIONAL,
    # Le GTP attribue à la place d'un centre dont la capacité est retirée (SUI-02, rules.actes).
    attribution.Certificat: _DU_CENTRE | _NATIONAL,
    attribution.Archive: _DU_CENTRE,
    attribution.Compteur: _DU_CENTRE | _NATIONAL,
    # Le centre écrit le parcours ; le GTP n'en change que l'état.
    parcours.Parcours: _DU_CENTRE | _NATIONAL,
    parcours.ParcoursDomaine: _DU_CENTRE,
    parcours.ParcoursModule: _DU_CENTRE,
    parcours.AttributionParcours: _DU_CENTRE,
    travail.Travail: frozenset(Role),
    traces.Importation: _DU_CENTRE,
    traces.Reception: _NATIONAL,
    traces.LigneRejetee: _DU_CENTRE,
    traces.LigneImportee: _DU_CENTRE,
    traces.ColonneReconnue: _DU_CENTRE,
    traces.Journal: frozenset(Role),
    acteurs.SessionConnexion: frozenset(Role),
    acteurs.TentativeConnexion: frozenset(Role),
}


@lru_cache(maxsize=4096)
def _options(acteur: Acteur | None) -> tuple[LoaderCriteriaOption, ...]:
    """Les restrictions d'un acteur, faites une fois : SQLAlchemy met alors en cache les instructions restreintes."""
    return tuple(
        with_loader_criteria(modele, critere(acteur) if acteur is not None else false(), include_aliases=True)
        for modele, critere in CRITERES
    )


_BORNES = frozenset(modele for modele, _ in CRITERES)


def _restreindre(etat: ORMExecuteState) -> None:
    acteur = acteur_courant()
    if (acteur is not None and acteur.national) or etat.execution_options.get("sans_perimetre"):
        return
    if etat.is_select and not etat.is_column_load:
        etat.statement = etat.statement.options(*_options(acteur))
    elif etat.is_insert or etat.is_update or etat.is_delete:
        # Une écriture en masse échappe à `_verifier` et au journal : seul le journal s'écrit ainsi.
        modele = etat.bind_mapper.class_ if etat.bind_mapper is not None else None
        if modele in _BORNES and not (etat.is_insert and modele is traces.Journal):
            raise HorsPerimetre(modele.__name__)


def _centres_de(session: Session, objet: Any) -> set[int | None]:
    """Tous les centres que désigne un objet à écrire : sa relation, sa colonne, ou la présentation dont il dépend."""
    if isinstance(objet, jury.Vote | jury.PresentationCompetence):
        presentation = objet.presentation
        if presentation is None:
            lue = select(jury.Presentation.centre_id).where(jury.Presentation.id == objet.presentation_id)
            return {session.scalar(lue)}
        return _centres_de(session, presentation)
    relie = getattr(objet, "centre", None)
    colonne = getattr(objet, "centre_id", None)
    return {c for c in (relie.id if relie is not None else None, colonne) if c is not None}


def _compte_autorise(acteur: Acteur, compte: acteurs.Utilisateur, centres: set[int | None]) -> bool:
    """L'administrateur tient tous les comptes, le responsable ceux de son centre, chacun son mot de passe."""
    if compte.id is not None and compte.id == acteur.utilisateur_id:
        # Nul ne change ses propres droits : ni pour s'élever, ni pour s'enfermer dehors.
        attributs = inspect(compte).attrs
        return not any(attributs[c].history.has_changes() for c in ("role", "centre_id", "siege_id", "actif"))
    if acteur.role is Role.ADMINISTRATEUR:
        return True
    return acteur.role is Role.RESPONSABLE and centres == {acteur.centre_id}


def _decide(objet: habilitation.Habilitation) -> bool:
    """Vrai si l'écriture décide une habilitation, ou change une habilitation décidée : le responsable seul le peut."""
    attributs = inspect(objet).attrs
    if not any(attributs[c.key].history.has_changes() for c in inspect(type(objet)).column_attrs):
        return False
    histoire = attributs.etat.history
    return any(e is not None and e.decidee for e in (*histoire.unchanged, *histoire.added, *histoire.deleted))


def _demandable(session: Session, acteur: Acteur, objet: referentiel.Certification | demande.Demande) -> bool:
    """L'UIMM demande, un centre demande un parcours : ce qui est sur la liste ne s'écrit que par le GTP."""
    if acteur.role is not Role.UIMM and objet.famille is not Famille.PPC:
        return False
    if isinstance(objet, demande.Demande):
        return acteur.centre_id is None or _centres_de(session, objet) == {acteur.centre_id}
    return bool(objet.projet) and not inspect(objet).attrs.projet.history.deleted


_DEMANDE_UN_TRAVAIL = ("genre", "parametres", "auteur_id", "centre_id", "unicite")


def _demande_par(acteur: Acteur, objet: travail.Travail) -> bool:
    """Un travail s'exécute au nom de qui le demande, et ce qui est demandé ne change plus."""
    etat = inspect(objet)
    if etat.pending:
        return objet.auteur_id is not None and objet.auteur_id == acteur.utilisateur_id
    return not any(etat.attrs[c].history.has_changes() for c in _DEMANDE_UN_TRAVAIL)


def _autorise(session: Session, acteur: Acteur, objet: Any) -> bool:  # noqa: C901, PLR0911 une réponse par genre d'objet
    """Vrai si cet acteur peut écrire cet objet là où il est."""
    if acteur.role is None or acteur.role not in ECRITURES.get(type(objet), ()):
        return False
    if isinstance(objet, acteurs.Utilisateur):
        return _compte_autorise(acteur, objet, _centres_de(session, objet))
    if isinstance(objet, acteurs.AbonnementCalendrier):
        return objet.utilisateur_id == acteur.utilisateur_id
    if isinstance(objet, acteurs.Centre):
        return acteur.centre_id is None or objet.id == acteur.centre_id
    if isinstance(objet, referentiel.Certification | demande.Demande) and acteur.role is not Role.GTP:
        return _demandable(session, acteur, objet)
    if isinstance(objet, habilitation.Habilitation) and not decide_des_habilitations(acteur) and _decide(objet):
        return False
    if isinstance(objet, piece.Piece):
        return acteur.centre_id is None or _centres_de(session, objet) == {acteur.centre_id}
    if isinstance(objet, travail.Travail) and not _demande_par(acteur, objet):
        return False
    if isinstance(objet, jury.Vote) and acteur.role is Role.JURE:
        return (objet.siege.id if objet.siege is not None else objet.siege_id) == acteur.siege_id
    if isinstance(objet, candidat.Inscription) and inspect(objet).attrs.candidat_id.history.added:
        connu = session.scalar(select(candidat.Candidat.id).where(candidat.Candidat.id == objet.candidat_id))
        if objet.candidat_id is not None and connu is None:
            return False
    # Les clés étrangères composites portent le centre : une ligne dont il viendra au moment d'écrire est
    # vérifiée par la base elle-même.
    return acteur.centre_id is None or _centres_de(session, objet) <= {acteur.centre_id}


def decide_des_habilitations(acteur: Acteur | None) -> bool:
    """Vrai pour qui écrit une habilitation décidée : le responsable du centre, ou la console pour toute la branche."""
    return acteur is not None and (acteur.national or acteur.role is Role.RESPONSABLE)


def _verifier(session: Session, _flush: UOWTransaction, _instances: Any) -> None:
    acteur = acteur_courant()
    if acteur is not None and acteur.national:
        return
    with session.no_autoflush:
        for objet in (*session.new, *session.dirty, *session.deleted):
            if objet in session.dirty and not session.is_modified(objet):
                continue
            if acteur is None or not _autorise(session, acteur, objet):
                raise HorsPerimetre(type(objet).__name__)


def installer(classe_session: type[Session] = Session) -> None:
    """Pose la barrière sur toutes les sessions de cette classe (une fois par processus)."""
    if not event.contains(classe_session, "do_orm_execute", _restreindre):
        event.listen(classe_session, "do_orm_execute", _restreindre)
        event.listen(classe_session, "before_flush", _verifier)
