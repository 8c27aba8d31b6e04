"""Des lignes aux faits des papiers d'un jury, des lettres et des listes ; un nombre constant de requêtes chacun.

Comme `documents.sources` : les requêtes passent par la session, donc par le territoire de l'acteur. Chaque source rend
une liste de faits, dans l'ordre d'impression, ou `None` quand le jury n'est pas de ce territoire.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from documents.erreurs import DonneeIncoherente, DonneeManquante
from documents.faits_jury import (
    CandidatAnonyme,
    CertificationExaminee,
    CompetenceEvaluee,
    ConvocationFaits,
    DesignationFaits,
    Destinataire,
    EmargementFaits,
    EnTete,
    FormulationImprimee,
    InformationFaits,
    JuryPrevu,
    LettreGtpFaits,
    Membre,
    Seance,
    Synthese,
    SyntheseFaits,
)
from documents.faits_lettres import (
    Acquis,
    CertificationListee,
    DecisionFaits,
    ListeCertificationsFaits,
)
from documents.sources import logo_du_centre, president_du_jury
from models import (
    Candidat,
    Centre,
    Certification,
    Convocation,
    DemandeDesignation,
    Entreprise,
    InformationCommission,
    Inscription,
    Jury,
    Personne,
    Presentation,
    PresentationCompetence,
    ProcesVerbal,
    Siege,
    Syndicat,
    SyndicatTerritorial,
)
from models.referentiel import Competence
from rules.actes_papeterie import formulations_au
from rules.attribution import acquis_jusqu_au, rang_au_pv
from rules.collecte_convocation import commissions_des_centres, dit
from rules.collecte_evaluation import PiecesAnonymes, pieces_anonymes
from rules.convocation import changements, limite_de_convocation
from rules.nomenclatures import (
    Delegation,
    EtatJury,
    Famille,
    Prescripteur,
    ResultatCompetence,
    TypeCommission,
)

_FAMILLES = tuple(Famille)
F = TypeVar("F")
Cle = tuple[int, bool]
"""À qui va une lettre : la ligne dont elle parle, et si c'est la copie à qui l'a mandaté, ou à son entreprise."""


# --- le jury -------------------------------------------------------------------------------------------------------


def emargement(session: Session, jury_id: int, _jour: dt.date) -> list[EmargementFaits] | None:
    """La feuille d'émargement d'un jury (annexe 13)."""
    jury = _jury(session, jury_id)
    if jury is None:
        return None
    president = _president(jury)
    return [
        EmargementFaits(
            seance=_seance(session, jury, jury.date_jury),
            president=_nom(president.personne),
            president_qualite=president.personne.qualite,
            membres=tuple(_membre(s) for s in _membres(jury)),
            organisations_invitees=tuple(s.sigle for s in _representatives(session, jury) if s.id not in _mandants(jury)),
            mentions=_mentions(session, jury),
        )
    ]


def _mentions(session: Session, jury: Jury) -> tuple[str, ...]:
    """Ce que l'émargement dit des retards motivés et des remplacements, une phrase chacun."""
    retards: dict[tuple[str, str], list[str]] = {}
    for demande in session.scalars(
        select(DemandeDesignation).where(
            DemandeDesignation.jury_id == jury.id, DemandeDesignation.motif_retard != "", DemandeDesignation.caduque_le.is_(None)
        ).options(joinedload(DemandeDesignation.syndicat)).order_by(DemandeDesignation.id)
    ):
        fait = f"Désignation demandée le {demande.demandee_le:%d/%m/%Y}"
        retards.setdefault((fait, demande.motif_retard), []).append(str(demande.syndicat))
    personnes = {s.id: _nom(s.personne) for s in jury.sieges}
    for convocation in session.scalars(
        select(Convocation).where(Convocation.jury_id == jury.id, Convocation.motif_retard != "", Convocation.caduque_le.is_(None))
        .order_by(Convocation.id)
    ):
        fait = f"Convocation adressée le {convocation.convoque_le:%d/%m/%Y}"
        retards.setdefault((fait, convocation.motif_retard), []).append(personnes[convocation.siege_id])
    mentions = [f"{fait} à {', '.join(qui)}, moins de quinze jours avant le jury : {motif}" for (fait, motif), qui in retards.items()]
    mentions += [
        f"{_nom(s.personne)} est remplacé par {personnes[s.remplace_par_id]} : {s.motif_remplacement}"
        for s in jury.sieges if s.remplace_par_id is not None
    ]
    if jury.motif_ouverture:
        mentions.append(f"Jury ouvert malgré une désignation ou une convocation manquante : {jury.motif_ouverture}")
    return tuple(mentions)


def lettre_gtp(session: Session, jury_id: int, jour: dt.date) -> list[LettreGtpFaits] | None:
    """La lettre au GTP d'un jury dont le procès-verbal est signé (annexe 12)."""
    jury = _jury(session, jury_id)
    if jury is None:
        return None
    _exiger_signe(jury)
    return [LettreGtpFaits(_seance(session, jury, jour), jour)]


def demande_designation(session: Session, jury_id: int, jour: dt.date) -> list[DesignationFaits] | None:
    """Une demande par organisation syndicale représentative à la date du jury (partie 2, chapitre 3, § 1.A)."""
    return _sans_cle(designations_par_syndicat(session, jury_id, jour))


def designations_par_syndicat(session: Session, jury_id: int, jour: dt.date) -> list[tuple[Cle, DesignationFaits]] | None:
    """Les demandes de désignation d'un jury, chacune sous la clé de son organisation."""
    jury = _jury(session, jury_id)
    if jury is None:
        return None
    organisations = _representatives(session, jury)
    if not organisations:
        raise DonneeManquante("organisation syndicale représentative à la date du jury")
    seance, adresses = _seance(session, jury, jour), _territoriales(session, jury)
    return [
        (
            (syndicat.id, False),
            DesignationFaits(
                seance=seance,
                date_lettre=jour,
                organisation=syndicat.sigle,
                destinataire=_organisation(syndicat, adresses),
                convoquer_avant_le=limite_de_convocation(jury.date_jury),
            ),
        )
        for syndicat in organisations
    ]


def convocation(session: Session, jury_id: int, jour: dt.date) -> list[ConvocationFaits] | None:
    """Une convocation par membre, suivie de sa copie à l'organisation qui l'a mandaté (partie 2, chapitre 3, § 2)."""
    lettres = _sans_cle(convocations_par_siege(session, jury_id, jour))
    if lettres == []:
        raise DonneeManquante("membres du jury")
    return lettres


def convocations_par_siege(session: Session, jury_id: int, jour: dt.date) -> list[tuple[Cle, ConvocationFaits]] | None:
    """Les convocations d'un jury, chacune sous la clé de son siège ; vrai : la copie à l'organisation."""
    jury = _jury(session, jury_id)
    if jury is None:
        return None
    seance, adresses = _seance(session, jury, jour), _territoriales(session, jury)
    lettres = []
    for siege in _en_exercice(jury):
        personne, syndicat = siege.personne, siege.syndicat
        originale = ConvocationFaits(
            seance=seance,
            date_lettre=jour,
            destinataire=Destinataire(
                _nom(personne), tuple(filter(None, (personne.entreprise, _par_courriel(personne.courriel))))
            ),
            membre=_membre(siege),
            civilite=personne.civilite.value if personne.civilite else None,
            preside=siege.president,
            voix=siege.voix,
            organisation=syndicat.sigle if syndicat else "",
        )
        lettres.append(((siege.id, False), originale))
        if syndicat is not None:
            copie = replace(originale, destinataire=_organisation(syndicat, adresses), civilite=None, preside=False, copie=True)
            lettres.append(((siege.id, True), copie))
    return lettres


def information_cprefp(session: Session, jury_id: int, jour: dt.date) -> list[InformationFaits] | None:
    """Une lettre par commission de la région du centre : membres et calendrier (partie 2, chapitre 3, § 1.F)."""
    return _sans_cle(informations_par_commission(session, jury_id, jour))


def informations_par_commission(session: Session, jury_id: int, jour: dt.date) -> list[tuple[Cle, InformationFaits]] | None:
    """Les informations d'un jury, chacune sous la clé de sa commission."""
    jury = _jury(session, jury_id)
    if jury is None:
        return None
    commissions = commissions_des_centres(session, [jury.centre_id])[jury.centre_id]
    if not any(c.type is TypeCommission.CPREFP for c in commissions):
        raise DonneeManquante("CPREFP de la région du centre de certification")
    seance, changes = _seance(session, jury, jour), _changements_dits(session, jury)
    membres = tuple(_membre(s) for s in _en_exercice(jury))
    calendrier = tuple(
        JuryPrevu(date_jury, lieu)
        for date_jury, lieu in session.execute(
            select(Jury.date_jury, Jury.lieu)
            .where(Jury.centre_id == jury.centre_id, Jury.date_jury >= jour, Jury.etat != EtatJury.ANNULE)
            .order_by(Jury.date_jury, Jury.id)
        )
    )
    return [
        (
            (commission.id, False),
            InformationFaits(
                seance=seance,
                date_lettre=jour,
                commission=commission.nom,
                cprefp=commission.type is TypeCommission.CPREFP,
                destinataire=Destinataire(
                    f"Secrétariat de la {commission.nom}", tuple(filter(None, (_par_courriel(commission.courriel),)))
                ),
                membres=membres,
                calendrier=calendrier,
                changements=changes.get(commission.id, ()),
            ),
        )
        for commission in commissions
    ]


def _changements_dits(session: Session, jury: Jury) -> dict[int, tuple[str, ...]]:
    """Ce qui a changé depuis ce que chaque commission sait ; ce qui se dit à présent ne se compare pas à soi-même."""
    maintenant = dit(jury, jury.sieges)
    dites = session.scalars(
        select(InformationCommission).where(InformationCommission.jury_id == jury.id).order_by(InformationCommission.id)
    )
    return {i.commission_id: changements(i.dit, maintenant) for i in dites if i.empreinte != maintenant.empreinte}


def synthese_evaluations(session: Session, jury_id: int, _jour: dt.date) -> list[SyntheseFaits] | None:
    """La synthèse qu'examine le jury, par numéro et par compétence : ni nom, ni inscription n'y sont lus (JUR-08)."""
    jury = session.scalar(select(Jury).where(Jury.id == jury_id).options(joinedload(Jury.centre)))
    if jury is None:
        return None
    presentations = session.scalars(
        select(Presentation)
        .where(Presentation.jury_id == jury_id)
        .options(
            selectinload(Presentation.competences)
            .joinedload(PresentationCompetence.competence)
            .joinedload(Competence.bloc),
            joinedload(Presentation.proces_verbal)
            .joinedload(ProcesVerbal.certification)
            .options(selectinload(Certification.enregistrements), selectinload(Certification.equivalences)),
        )
        .order_by(Presentation.numero_anonyme)
    ).all()
    pieces = pieces_anonymes(session, jury_id)
    par_pv: dict[int, list[Presentation]] = {}
    for presentation in presentations:
        if presentation.proces_verbal_id is None:
            raise DonneeManquante("synthèse des évaluations (la délibération n'est pas ouverte)")
        par_pv.setdefault(presentation.proces_verbal_id, []).append(presentation)
    return [
        SyntheseFaits(
            centre=entete_du_centre(session, jury.centre, jury.date_jury),
            date_jury=jury.date_jury,
            lieu_jury=jury.lieu,
            syntheses=tuple(_synthese(lot, jury.date_jury, pieces) for _, lot in sorted(par_pv.items())),
        )
    ]


def _synthese(
    presentations: Sequence[Presentation], date_jury: dt.date, pieces: Mapping[int, PiecesAnonymes]
) -> Synthese:
    """Une certification ; ses compétences sont celles de tous, dans l'ordre de qui en a le plus."""
    proces_verbal = presentations[0].proces_verbal
    assert proces_verbal is not None
    competences: dict[int, Competence] = {}
    for presentation in sorted(presentations, key=lambda p: -len(p.competences)):
        competences |= {
            c.competence_id: c.competence for c in presentation.competences if c.competence_id not in competences
        }
    return Synthese(
        identifiant=proces_verbal.certification.identifiant_le(date_jury),
        titre=proces_verbal.certification.titre,
        competences=tuple(CompetenceEvaluee(c.code, c.libelle) for c in competences.values()),
        candidats=tuple(
            CandidatAnonyme(
                p.numero_anonyme, tuple(_resultat(p, competence) for competence in competences),
                tuple(_lettre(pieces[p.numero_anonyme], competence) for competence in competences),
                avis.libelle if (avis := pieces[p.numero_anonyme].avis) is not None else "non demandé",
            )
            for p in presentations
        ),
        modalites=_legende([pieces[p.numero_anonyme] for p in presentations]),
    )


def _lettre(pieces: PiecesAnonymes, competence_id: int) -> str:
    """La lettre d'une modalité : la première de son code ; R pour un acquis repris."""
    if competence_id in pieces.repris:
        return "R"
    modalite = pieces.modalites.get(competence_id)
    return modalite.code[:1].upper() if modalite is not None else ""


def _legende(pieces: Sequence[PiecesAnonymes]) -> tuple[tuple[str, str], ...]:
    """Ce que disent les lettres employées, dans l'ordre."""
    employees = {m.code[:1].upper(): m.court for p in pieces for m in p.modalites.values()}
    if any(p.repris for p in pieces):
        employees["R"] = "Acquis repris d'un jury antérieur"
    return tuple(sorted(employees.items()))


def _resultat(presentation: Presentation, competence_id: int) -> str | None:
    """Le résultat de la synthèse, vide s'il manque, rien si la compétence n'est pas de la cible."""
    trouve = next((c for c in presentation.competences if c.competence_id == competence_id), None)
    if trouve is None:
        return None
    return trouve.synthese.value if trouve.synthese is not None else ""


# --- les lettres à chaque candidat ---------------------------------------------------------------------------------


def decisions(session: Session, jury_id: int, _jour: dt.date) -> list[DecisionFaits] | None:
    """La lettre de chaque candidat, dans l'ordre du procès-verbal, suivie de celle de l'entreprise le cas échéant.

    L'entreprise est informée quand le candidat est son salarié, qu'elle sait sa démarche (inscrit par elle ou par un
    organisme, et non à la seule initiative du salarié), et que la lettre ne détaille pas d'acquis *(choix)*.
    """
    return _sans_cle(decisions_par_presentation(session, jury_id))


def decisions_par_presentation(session: Session, jury_id: int) -> list[tuple[Cle, DecisionFaits]] | None:
    """Les lettres de la décision, chacune sous la clé de sa présentation ; vrai : celle de l'entreprise."""
    jury = _jury(session, jury_id)
    if jury is None:
        return None
    _exiger_signe(jury)
    presentations = session.scalars(
        select(Presentation)
        .where(Presentation.jury_id == jury_id)
        .options(
            selectinload(Presentation.competences)
            .joinedload(PresentationCompetence.competence)
            .joinedload(Competence.bloc),
            joinedload(Presentation.inscription).options(
                joinedload(Inscription.candidat),
                joinedload(Inscription.entreprise),
                selectinload(Inscription.blocs),
                joinedload(Inscription.certification).options(
                    selectinload(Certification.enregistrements), selectinload(Certification.equivalences)
                ),
            ),
        )
        .order_by(Presentation.numero_anonyme)
    ).all()

    def rang(p: Presentation) -> tuple[int, str, str]:
        candidat = p.inscription.candidat
        return (p.proces_verbal_id or 0, *rang_au_pv(candidat.nom_naissance, candidat.prenoms))

    centre = entete_du_centre(session, jury.centre, jury.date_jury)
    return [
        ((p.id, faits.pour_entreprise), faits)
        for p in sorted(presentations, key=rang) for faits in _decision(jury, centre, p)
    ]


def _decision(jury: Jury, centre: EnTete, p: Presentation) -> list[DecisionFaits]:
    inscription = p.inscription
    candidat, certification, entreprise = inscription.candidat, inscription.certification, inscription.entreprise
    engage_le = inscription.date_inscription
    enregistree = certification.enregistree_le(jury.date_jury, engage_le=engage_le) is not None
    rncp = certification.famille is Famille.CQPM and enregistree
    blocs, competences = _acquis(p, rncp=rncp)
    admis = p.decision is not None and p.decision.value == "A"

    def lettre(destinataire: Destinataire, *, entreprise: bool) -> DecisionFaits:
        return DecisionFaits(
            centre=centre,
            date_jury=jury.date_jury,
            lieu_jury=jury.lieu,
            president=president_du_jury(jury),
            destinataire=destinataire,
            candidat=_civil(candidat),
            nom_fichier=f"{candidat.nom_naissance.upper()} {candidat.prenoms}",
            civilite=candidat.civilite.value if candidat.civilite else None,
            pour_entreprise=entreprise,
            identifiant=certification.identifiant_le(jury.date_jury, engage_le=engage_le),
            titre=certification.titre,
            decision=p.decision.value if p.decision else "",
            rncp=rncp,
            blocs_vises=tuple(Acquis(b.identifiant, b.libelle) for b in inscription.blocs),
            blocs_acquis=() if admis else blocs,
            competences_acquises=() if admis else competences,
            acquis_jusqu_au=None if admis else acquis_jusqu_au(jury.date_jury, rncp=rncp),
        )

    lettres = [lettre(Destinataire(_civil(candidat), _adresse(candidat)), entreprise=False)]
    partielle = lettres[0].code == "lettre-non-admission-partielle"
    sait = not inscription.sans_accord_employeur and inscription.prescripteur is not Prescripteur.CANDIDAT
    if entreprise is not None and sait and not partielle:
        lettres.append(lettre(_entreprise(entreprise), entreprise=True))
    return lettres


def _acquis(p: Presentation, *, rncp: bool) -> tuple[tuple[Acquis, ...], tuple[Acquis, ...]]:
    """Les blocs dont tout est acquis, pour un CQPM au RNCP, et les compétences acquises hors d'eux."""
    retenues = {c.competence_id: c.retenu is ResultatCompetence.ACQUISE for c in p.competences}
    par_bloc: dict[int, list[bool]] = {}
    for c in p.competences:
        if c.competence.bloc_id is not None:
            par_bloc.setdefault(c.competence.bloc_id, []).append(retenues[c.competence_id])
    complets = {bloc for bloc, acquises in par_bloc.items() if rncp and all(acquises)}
    blocs = {
        c.competence.bloc_id: Acquis(c.competence.bloc.identifiant, c.competence.bloc.libelle)
        for c in p.competences
        if c.competence.bloc is not None and c.competence.bloc_id in complets
    }
    competences = tuple(
        Acquis(c.competence.code, c.competence.libelle)
        for c in p.competences
        if retenues[c.competence_id] and c.competence.bloc_id not in complets
    )
    return tuple(blocs.values()), competences


# --- les listes ----------------------------------------------------------------------------------------------------


def liste_certifications(session: Session, au: dt.date) -> ListeCertificationsFaits:
    """Les certifications de la liste à une date : créées, non supprimées (REF-07, SUP-03)."""
    certifications = session.scalars(
        select(Certification)
        .where(
            Certification.projet.is_(False),
            or_(Certification.date_creation.is_(None), Certification.date_creation <= au),
            or_(Certification.date_suppression.is_(None), Certification.date_suppression > au),
        )
        .options(selectinload(Certification.enregistrements), selectinload(Certification.equivalences))
    ).all()
    return ListeCertificationsFaits(
        au,
        tuple(
            CertificationListee(
                famille=c.famille.value,
                identifiant=c.identifiant_le(au),
                titre=c.titre,
                niveau=c.niveau,
                enregistrements=tuple(
                    e.code
                    for e in c.enregistrements
                    if (e.du is None or e.du <= au) and (e.au is None or au <= e.au)
                ),
                creee_le=c.date_creation,
                demonstration=c.demonstration,
            )
            for c in sorted(certifications, key=lambda c: (_FAMILLES.index(c.famille), c.base_identifiant, c.titre))
        ),
    )


# --- communs -------------------------------------------------------------------------------------------------------


def _jury(session: Session, jury_id: int) -> Jury | None:
    jury = session.scalar(
        select(Jury)
        .where(Jury.id == jury_id)
        .options(
            joinedload(Jury.centre).selectinload(Centre.departements),
            selectinload(Jury.sieges).options(joinedload(Siege.personne), joinedload(Siege.syndicat)),
        )
    )
    if jury is not None and jury.etat is EtatJury.ANNULE:
        raise DonneeIncoherente("jury", "est annulé : rien ne s'en imprime")
    return jury


def _seance(session: Session, jury: Jury, le: dt.date) -> Seance:
    examinees = session.execute(
        select(Certification, func.count(Presentation.id))
        .join(Inscription, Inscription.certification_id == Certification.id)
        .join(Presentation, Presentation.inscription_id == Inscription.id)
        .where(Presentation.jury_id == jury.id)
        .group_by(Certification.id)
        .options(selectinload(Certification.enregistrements), selectinload(Certification.equivalences))
    ).all()
    certifications = sorted(
        (CertificationExaminee(c.identifiant_le(jury.date_jury), c.titre, nombre) for c, nombre in examinees),
        key=lambda c: c.identifiant,
    )
    return Seance(entete_du_centre(session, jury.centre, le), jury.date_jury, jury.lieu, tuple(certifications), jury.heure)


def _sans_cle(lettres: Sequence[tuple[Cle, F]] | None) -> list[F] | None:
    return None if lettres is None else [faits for _, faits in lettres]


def _exiger_signe(jury: Jury) -> None:
    if jury.etat is not EtatJury.CLOS:
        raise DonneeManquante("procès-verbal signé")


def _president(jury: Jury) -> Siege:
    president = next((s for s in jury.sieges if s.president), None)
    if president is None:
        raise DonneeManquante("président du jury")
    return president


def _membres(jury: Jury) -> list[Siege]:
    """Les membres, président en tête puis délégation par délégation ; les invités ne sont pas du jury (JUR-05)."""
    ordre = (Delegation.PATRONALE, Delegation.SYNDICALE)
    membres = [s for s in jury.sieges if s.delegation in ordre]
    return sorted(membres, key=lambda s: (not s.president, ordre.index(s.delegation), s.travail_temporaire, s.id))


def _en_exercice(jury: Jury) -> list[Siege]:
    """Les membres sans ceux qui sont remplacés : l'émargement les nomme encore, les lettres ne leur vont plus."""
    return [s for s in _membres(jury) if s.remplace_par_id is None]


def _mandants(jury: Jury) -> set[int | None]:
    return {s.syndicat_id for s in jury.sieges}


def _representatives(session: Session, jury: Jury) -> list[Syndicat]:
    syndicats = session.scalars(select(Syndicat).order_by(Syndicat.sigle))
    return [s for s in syndicats if s.representative_le(jury.date_jury)]


def _territoriales(session: Session, jury: Jury) -> dict[int, SyndicatTerritorial]:
    lignes = session.scalars(select(SyndicatTerritorial).where(SyndicatTerritorial.centre_id == jury.centre_id))
    return {ligne.syndicat_id: ligne for ligne in lignes}


def _organisation(syndicat: Syndicat, adresses: dict[int, SyndicatTerritorial]) -> Destinataire:
    """L'organisation territoriale d'un syndicat auprès du centre ; sans ligne quand aucune adresse n'est connue."""
    connue = adresses.get(syndicat.id)
    adresse = (connue.adresse or _par_courriel(connue.courriel)) if connue is not None else ""
    return Destinataire(syndicat.nom, ("Organisation syndicale territoriale", adresse) if adresse else ())


def _membre(siege: Siege) -> Membre:
    titre = "Président" if siege.president else siege.delegation.libelle
    if siege.travail_temporaire:
        titre += ", branche du travail temporaire"
    if siege.remplace_par_id is not None:
        titre += ", remplacé"
    elif not siege.voix:
        titre += ", sans voix"
    organisation = siege.syndicat.sigle if siege.syndicat is not None else siege.personne.entreprise
    return Membre(_nom(siege.personne), titre, organisation)


def _nom(personne: Personne) -> str:
    civilite = personne.civilite.value if personne.civilite else ""
    return " ".join(filter(None, (civilite, personne.prenoms, personne.nom.upper())))


def _civil(candidat: Candidat) -> str:
    civilite = candidat.civilite.value if candidat.civilite else ""
    return " ".join(filter(None, (civilite, candidat.prenoms, candidat.nom_naissance.upper())))


def _adresse(candidat: Candidat) -> tuple[str, ...]:
    """L'adresse postale d'un candidat ; à défaut son courriel, ou rien : la lettre lui est alors remise."""
    commune = f"{candidat.code_postal} {candidat.ville}".strip()
    return tuple(filter(None, (candidat.adresse, commune))) or tuple(filter(None, (_par_courriel(candidat.courriel),)))


def _entreprise(entreprise: Entreprise) -> Destinataire:
    return Destinataire(entreprise.raison_sociale, (entreprise.adresse,))


def _par_courriel(courriel: str) -> str:
    return f"par courriel : {courriel}" if courriel else ""


def entete_du_centre(session: Session, centre: Centre, le: dt.date) -> EnTete:
    """Le papier à lettres d'un centre, et les formulations que prend une lettre de cette date."""
    return EnTete(
        nom=centre.nom,
        adresse=centre.adresse,
        code_postal=centre.code_postal,
        ville=centre.ville,
        telephone=centre.telephone,
        courriel=centre.courriel,
        demonstration=centre.demonstration,
        logo=logo_du_centre(session, centre.id),
        formulations=tuple(FormulationImprimee(f.code, f.numero, f.texte) for f in formulations_au(session, le)),
    )


def _lettres(code: str) -> Callable[[Session, int, dt.date], list[DecisionFaits] | None]:
    def source(session: Session, jury_id: int, jour: dt.date) -> list[DecisionFaits] | None:
        toutes = decisions(session, jury_id, jour)
        return None if toutes is None else [faits for faits in toutes if faits.code == code]

    return source


PAPIERS: dict[str, Callable[[Session, int, dt.date], Sequence[object] | None]] = {
    "demande-designation": demande_designation,
    "convocation": convocation,
    "information-cprefp": information_cprefp,
    "emargement": emargement,
    "synthese-evaluations": synthese_evaluations,
    "lettre-gtp": lettre_gtp,
    "lettres": decisions,
    "lettre-admission": _lettres("lettre-admission"),
    "lettre-non-admission": _lettres("lettre-non-admission"),
    "lettre-non-admission-partielle": _lettres("lettre-non-admission-partielle"),
}
"""Ce qui se fait d'un jury (`lettres` : toutes celles des candidats), dans l'ordre du jury ; le jour est celui de l'envoi, pour ce qui n'est pas daté du jury."""
