"""Des lignes aux faits, en un nombre constant de requêtes quel que soit le nombre de lignes.

Le collecteur lit les tables elles-mêmes (Core) : il voit la branche entière pour juger, et ne rend que des faits.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, func, or_, select
from sqlalchemy.orm import Session

from models import (
    Candidat,
    Certificat,
    Certification,
    Enregistrement,
    Entreprise,
    Equivalence,
    Evaluation,
    Habilitation,
    HabilitationBloc,
    HabilitationCertification,
    Inscription,
    InscriptionBloc,
    Jury,
    Nace,
    Organisme,
    Pays,
    Personne,
    Presentation,
    PresentationCompetence,
    ProcesVerbal,
    Referentiel,
    ReferentielBloc,
    RetraitCapacite,
    Siege,
    SuspensionHabilitation,
    Syndicat,
    Vote,
)
from models.base import aujourd_hui
from models.normalisation import normaliser
from models.referentiel import BlocCompetences, Competence
from rules.attribution import rang_au_pv
from rules.faits import (
    AttributionFacts,
    BlocFacts,
    CertificationFacts,
    CompetenceFacts,
    FicheFacts,
    HabilitationFacts,
    InscriptionFacts,
    JuryFacts,
    OrganismeFacts,
    Periode,
    PresentationFacts,
    SiegeFacts,
    VoteFacts,
    au_rncp,
)
from rules.identifiants import Identifiant, lire_identifiant
from rules.nomenclatures import EtatHabilitation, EtatReferentiel, Famille, Repertoire, ResultatCompetence

FRANCE = "99100"
# Des noms courants que la nomenclature n'a pas (formes normalisées).
_AUTRES_NOMS_DE_PAYS = {
    "fr": "france", "fra": "france", "france metropolitaine": "france", "vietnam": "viet nam",
    "republique tcheque": "tchequie", "usa": "etats unis", "etats unis d amerique": "etats unis",
    "angleterre": "royaume uni", "ecosse": "royaume uni", "grande bretagne": "royaume uni",
    "pays de galles": "royaume uni", "hollande": "pays bas", "myanmar": "birmanie",
    "belarus": "bielorussie", "rdc": "republique democratique du congo", "zaire": "republique democratique du congo",
    "congo kinshasa": "republique democratique du congo", "congo brazzaville": "congo",
    "republique du congo": "congo", "cabo verde": "cap vert", "macedoine": "macedoine du nord",
    "turkiye": "turquie", "ile maurice": "maurice", "centrafrique": "republique centrafricaine",
    "federation de russie": "russie", "bosnie": "bosnie herzegovine", "burkina": "burkina faso",
    "swaziland": "eswatini", "ex republique yougoslave de macedoine": "macedoine du nord",
    "guinee conakry": "guinee", "saint domingue": "republique dominicaine",
    "emirats": "emirats arabes unis", "republique populaire de chine": "chine", "formose": "taiwan",
}

K = TypeVar("K")
V = TypeVar("V")

c = Candidat.__table__.c
i = Inscription.__table__.c


def _groupe(paires: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    """Regroupe des paires par leur première valeur."""
    groupes: dict[K, list[V]] = defaultdict(list)
    for k, v in paires:
        groupes[k].append(v)
    return groupes


@dataclass(frozen=True, slots=True)
class BlocConnu:
    """Un bloc de compétences et sa clé en base."""

    id: int
    identifiant: str


@dataclass(frozen=True, slots=True)
class VersionConnue:
    """Une version validée d'un référentiel, en vigueur ou remplacée, et les blocs qu'elle emploie."""

    id: int
    valide_le: dt.date
    blocs: frozenset[str]


@dataclass(slots=True)
class ContexteInscription:
    """Tout ce qu'il faut savoir pour juger des inscriptions d'un centre, lu une fois.

    Les recherches rendent `None` quand rien ne répond, ou quand plusieurs répondent : on ne devine pas.
    """

    centre_id: int
    certifications: dict[int, CertificationFacts]
    organismes: dict[int, OrganismeFacts]
    versions: dict[int, tuple[VersionConnue, ...]]
    blocs: dict[str, BlocConnu]
    codes_nace: frozenset[str]
    pays: dict[str, str]
    aujourd_hui: dt.date
    _par_ecriture: dict[str, frozenset[int]]
    _organismes_par_cle: dict[str, frozenset[int]]
    _en_version: dict[tuple[int, int], CertificationFacts] = field(default_factory=dict)

    def version_le(self, certification_id: int, jour: dt.date | None) -> VersionConnue | None:
        """La version en vigueur ce jour-là (REF-09) ; avant la première connue, la première ; sans jour, la dernière."""
        versions = self.versions.get(certification_id, ())
        if jour is None:
            return versions[-1] if versions else None
        return next((v for v in reversed(versions) if v.valide_le <= jour), versions[0] if versions else None)

    def en_version(
        self, certification: CertificationFacts, jour: dt.date | None, version_id: int | None = None
    ) -> CertificationFacts:
        """La certification avec les blocs d'une version : celle qui est nommée, à défaut celle du jour (REF-09)."""
        versions = self.versions.get(certification.id, ())
        version = next((v for v in versions if v.id == version_id), None) or self.version_le(certification.id, jour)
        if version is None:
            return certification
        cle = (certification.id, version.id)
        if cle not in self._en_version:
            self._en_version[cle] = replace(certification, blocs=version.blocs)
        return self._en_version[cle]

    def certification(self, ecriture: str) -> CertificationFacts | None:
        """La certification que désigne une écriture imprimée : identifiant, ancien numéro, RNCP, titre."""
        trouvees = self._par_ecriture.get(normaliser(ecriture), frozenset())
        if not trouvees and (identifiant := lire_identifiant(ecriture)) is not None:
            trouvees = self._par_ecriture.get(identifiant.cle, frozenset())
        return self.certifications[next(iter(trouvees))] if len(trouvees) == 1 else None

    def organisme(self, ecriture: str) -> OrganismeFacts | None:
        """L'organisme que désigne un SIRET, un numéro de déclaration d'activité ou un nom exact."""
        chiffres = re.sub(r"\s", "", ecriture)
        cle = chiffres if chiffres.isascii() and chiffres.isdigit() else normaliser(ecriture)
        trouves = self._organismes_par_cle.get(cle, frozenset())
        return self.organismes[next(iter(trouves))] if len(trouves) == 1 else None

    def code_pays(self, ecriture: str) -> str | None:
        """Le code INSEE d'un pays écrit par son nom ou par son code."""
        return self.pays.get(normaliser(ecriture))

    def bloc(self, ecriture: str) -> str:
        """`bdc 12`, `BDC0012` ou `12` → `BDC 0012` ; ce qui n'est pas un numéro est rendu tel quel."""
        chiffres = normaliser(ecriture).removeprefix("bdc").strip()
        return f"BDC {int(chiffres):04d}" if chiffres.isdecimal() and len(chiffres) <= 4 else ecriture.strip()


def ecritures(
    famille: Famille, annee: int | None, numero: int | None, imprime: str | None, codes: Iterable[str], titre: str
) -> frozenset[str]:
    """Ce qui désigne une certification dans un fichier : titre, codes, numéro imprimé, et ses clés d'identifiant.

    Les autres manières d'écrire le numéro se ramènent à ces clés par `lire_identifiant`.
    """
    trouvees = {normaliser(titre), *(code.lower() for code in codes)}
    trouvees |= {code.removeprefix("RNCP") for code in codes if code.startswith("RNCP")}
    if imprime:
        trouvees.add(normaliser(imprime))
    imprime_lu = lire_identifiant(imprime) if imprime else None
    for an, num in {(annee, numero), (imprime_lu.annee, imprime_lu.numero) if imprime_lu else (None, None)}:
        if num is not None:
            dit = Identifiant(numero=num, annee=an, famille=famille.value)
            trouvees |= {dit.cle, replace(dit, annee=None).cle, replace(dit, famille=None).cle,
                         Identifiant(numero=num).cle}
    return frozenset(trouvees)


def contexte_inscription(connexion: Connection, centre_id: int) -> ContexteInscription:
    """Lit le contexte d'un centre : treize requêtes au plus, quel que soit le nombre de lignes à juger."""
    ce, en, re_, rb, bl = (m.__table__ for m in (Certification, Enregistrement, Referentiel, ReferentielBloc,
                                                 BlocCompetences))
    enregistrements = _groupe(
        (r.certification_id, r) for r in connexion.execute(select(en.c.certification_id, en.c.repertoire, en.c.code,
                                                                  en.c.du, en.c.au, en.c.derniere_delivrance))
    )
    blocs_par_version = _groupe(
        (r.referentiel_id, r.numero)
        for r in connexion.execute(select(rb.c.referentiel_id, bl.c.numero).join(bl, bl.c.id == rb.c.bloc_id)
                                  .where(bl.c.numero.is_not(None)))
    )
    versions = _groupe(
        (
            r.certification_id,
            VersionConnue(r.id, r.valide_le, frozenset(f"BDC {n:04d}" for n in blocs_par_version.get(r.id, ()))),
        )
        for r in connexion.execute(
            select(re_.c.id, re_.c.certification_id, re_.c.valide_le)
            .where(re_.c.etat.in_((EtatReferentiel.VALIDE, EtatReferentiel.REMPLACE)))
            .order_by(re_.c.valide_le, re_.c.numero)
        )
    )
    certifications: dict[int, CertificationFacts] = {}
    par_ecriture: dict[str, set[int]] = defaultdict(set)
    for r in connexion.execute(select(ce.c.id, ce.c.famille, ce.c.annee, ce.c.numero, ce.c.numero_imprime, ce.c.titre,
                                      ce.c.date_creation, ce.c.date_suppression).where(~ce.c.projet)):
        codes = [e.code for e in enregistrements.get(r.id, ())]
        if r.annee is not None:
            identifiant = f"{r.famille.value} {r.annee:04d} {r.numero:04d}"
        else:
            identifiant = f"{r.famille.value} {codes[-1]}" if codes else f"{r.famille.value} « {r.titre} »"
        certifications[r.id] = CertificationFacts(
            r.id, identifiant, r.famille, r.date_creation, r.date_suppression,
            tuple(Periode(e.du, e.au) for e in enregistrements.get(r.id, ()) if e.repertoire is Repertoire.RNCP),
            tuple(FicheFacts(e.code, Periode(e.du, e.au), e.derniere_delivrance) for e in enregistrements.get(r.id, ())),
            versions[r.id][-1].blocs if r.id in versions else frozenset(),
        )
        for ecriture in ecritures(r.famille, r.annee, r.numero, r.numero_imprime, codes, r.titre):
            par_ecriture[ecriture].add(r.id)
    return ContexteInscription(
        centre_id=centre_id,
        certifications=certifications,
        organismes=(organismes := _organismes(connexion)),
        versions={certification: tuple(lot) for certification, lot in versions.items()},
        blocs={
            f"BDC {numero:04d}": BlocConnu(identite, f"BDC {numero:04d}")
            for identite, numero in connexion.execute(
                select(bl.c.id, bl.c.numero).where(bl.c.numero.is_not(None))
            )
        },
        codes_nace=frozenset(connexion.scalars(select(Nace.__table__.c.code))),
        pays=_pays(connexion),
        aujourd_hui=aujourd_hui(),
        _par_ecriture={k: frozenset(v) for k, v in par_ecriture.items()},
        _organismes_par_cle=_cles_des_organismes(connexion, organismes),
    )


def blocs_a_viser(session: Session, centre_id: int, certification_id: int, jour: dt.date) -> list[tuple[str, str]]:
    """Les blocs d'une certification qu'une inscription datée de ce jour peut viser : code et libellé, dans l'ordre.

    Aucun si elle n'est pas enregistrée au RNCP ce jour-là (INS-06).
    """
    contexte = contexte_inscription(session.connection(), centre_id)
    visee, version = contexte.certifications.get(certification_id), contexte.version_le(certification_id, jour)
    if visee is None or version is None or not visee.enregistree_au_rncp(jour):
        return []
    rb, bl = ReferentielBloc.__table__, BlocCompetences.__table__
    lignes = session.connection().execute(
        select(bl.c.numero, bl.c.libelle).join(rb, rb.c.bloc_id == bl.c.id)
        .where(rb.c.referentiel_id == version.id, bl.c.numero.is_not(None)).order_by(rb.c.ordre)
    )
    return [(f"BDC {numero:04d}", libelle) for numero, libelle in lignes]


def _organismes(connexion: Connection) -> dict[int, OrganismeFacts]:
    og = Organisme.__table__
    habilitations = _groupe(
        (organisme_id, faits) for _, organisme_id, faits in habilitations_accordees(connexion)
    )
    return {
        r.id: OrganismeFacts(r.id, r.nom, tuple(habilitations.get(r.id, ())))
        for r in connexion.execute(select(og.c.id, og.c.nom))
    }


def habilitations_accordees(
    connexion: Connection, *conditions: ColumnElement[bool]
) -> Iterator[tuple[int, int, HabilitationFacts]]:
    """Les habilitations qui valent ou ont valu : leur clé, celle de l'organisme, leurs faits ; quatre requêtes.

    Retirée ou suspendue, une habilitation couvre encore les dates d'avant (HAB-05) : ses périodes le disent.
    """
    ha, hc, hb, su, bl = (m.__table__ for m in (Habilitation, HabilitationCertification, HabilitationBloc,
                                                SuspensionHabilitation, BlocCompetences))
    cibles = _groupe(
        (r.habilitation_id, r.certification_id)
        for r in connexion.execute(select(hc.c.habilitation_id, hc.c.certification_id))
    )
    blocs = _groupe(
        (r.habilitation_id, f"BDC {r.numero:04d}")
        for r in connexion.execute(
            select(hb.c.habilitation_id, bl.c.numero).join(bl, bl.c.id == hb.c.bloc_id).where(bl.c.numero.is_not(None))
        )
    )
    suspensions = _groupe(
        (r.habilitation_id, Periode(r.du, r.au))
        for r in connexion.execute(select(su.c.habilitation_id, su.c.du, su.c.au))
    )
    valables = (EtatHabilitation.ACCORDEE, EtatHabilitation.SUSPENDUE, EtatHabilitation.RETIREE)
    for r in connexion.execute(
        select(ha.c.id, ha.c.organisme_id, ha.c.centre_id, ha.c.du, ha.c.au).where(ha.c.etat.in_(valables), *conditions)
    ):
        limitee = r.id in cibles or r.id in blocs
        yield r.id, r.organisme_id, HabilitationFacts(
            r.centre_id, Periode(r.du, r.au), frozenset(cibles.get(r.id, ())) if limitee else None,
            frozenset(blocs.get(r.id, ())), tuple(suspensions.get(r.id, ())),
        )


def _cles_des_organismes(connexion: Connection, connus: dict[int, OrganismeFacts]) -> dict[str, frozenset[int]]:
    og = Organisme.__table__.c
    cles: dict[str, set[int]] = defaultdict(set)
    for r in connexion.execute(select(og.id, og.siret, og.numero_declaration, og.nom)):
        if r.id in connus:
            for cle in filter(None, (r.siret, r.numero_declaration, normaliser(r.nom))):
                cles[cle].add(r.id)
    return {k: frozenset(v) for k, v in cles.items()}


def _pays(connexion: Connection) -> dict[str, str]:
    p = Pays.__table__.c
    par_nom: dict[str, str] = {}
    for code, cle in connexion.execute(select(p.code, p.cle_recherche)):
        par_nom[cle] = par_nom[code] = code
    autres = {nom: par_nom[officiel] for nom, officiel in _AUTRES_NOMS_DE_PAYS.items() if officiel in par_nom}
    return autres | par_nom


def inscriptions_facts(session: Session, ids: Sequence[int]) -> dict[int, InscriptionFacts]:
    """Les faits d'inscriptions déjà en base, pour le contrôle et pour une modification.

    Un contexte par centre rencontré, puis deux requêtes.
    """
    connexion = session.connection()
    en, pr, ju, ev = Entreprise.__table__.c, Presentation.__table__, Jury.__table__, Evaluation.__table__.c
    evaluations = dict(
        connexion.execute(
            select(ev.inscription_id, func.min(ev.date_evaluation))
            .where(ev.inscription_id.in_(ids), ev.acquis_de_id.is_(None)).group_by(ev.inscription_id)
        ).all()
    )
    lignes = connexion.execute(
        select(
            i.id, i.centre_id, i.certification_id, i.referentiel_id, i.cible, i.voie, i.prescripteur, i.origine,
            i.dispositif_financement, i.organisme_id, i.date_inscription, i.date_recevabilite, i.experience,
            c.nom_naissance, c.prenoms, c.date_naissance, c.ville_naissance, c.departement_naissance_code,
            c.pays_naissance_code, c.sexe, c.code_commune_naissance, en.raison_sociale, en.adresse, en.siret, en.code_nace, en.secteur, en.branche,
            ju.c.date_jury,
        )
        .join(Candidat.__table__, c.id == i.candidat_id)
        .outerjoin(Entreprise.__table__, en.id == i.entreprise_id)
        .outerjoin(pr, pr.c.inscription_id == i.id)
        .outerjoin(ju, ju.c.id == pr.c.jury_id)
        .where(i.id.in_(ids))
    ).all()
    contextes = {centre: contexte_inscription(connexion, centre) for centre in {r.centre_id for r in lignes}}
    faits = {}
    for r in lignes:
        contexte = contextes[r.centre_id]
        faits[r.id] = InscriptionFacts(
            nom_naissance=r.nom_naissance, prenoms=r.prenoms, date_naissance=r.date_naissance,
            ville_naissance=r.ville_naissance, departement_naissance=r.departement_naissance_code or "",
            pays_naissance=r.pays_naissance_code, ne_en_france=r.pays_naissance_code == FRANCE,
            origine=r.origine.value, financement=r.dispositif_financement.value,
            raison_sociale=r.raison_sociale or "", adresse_entreprise=r.adresse or "", siret=r.siret or "",
            code_nace=r.code_nace or "", nace_connu=r.code_nace in contexte.codes_nace,
            secteur=r.secteur.value if r.secteur else "", branche=r.branche or "",
            certification=contexte.en_version(
                contexte.certifications[r.certification_id], r.date_inscription, r.referentiel_id
            ),
            certification_demandee="",
            blocs=tuple(r.cible.split("|")) if r.cible else (), centre_id=r.centre_id,
            voie=r.voie.value, prescripteur=r.prescripteur.value,
            organisme=contexte.organismes.get(r.organisme_id), organisme_demande="",
            date_inscription=r.date_inscription, date_recevabilite=r.date_recevabilite, experience=r.experience,
            date_premiere_evaluation=evaluations.get(r.id), date_jury=r.date_jury,
            sexe=r.sexe.value if r.sexe else "", commune_naissance=r.code_commune_naissance or "",
            aujourd_hui=contexte.aujourd_hui,
        )
    return faits


def jury_facts(session: Session, jury_id: int) -> JuryFacts | None:
    """Les faits d'un jury : sièges, présentations, votes, compétences ; cinq requêtes quel que soit leur nombre."""
    x = session.connection()
    ju, si, pe, sy = Jury.__table__.c, Siege.__table__.c, Personne.__table__.c, Syndicat.__table__.c
    retiree = _capacite_retiree(ju.centre_id, ju.date_jury)
    jury = x.execute(select(ju.date_jury, ju.etat, retiree.label("retiree_le")).where(ju.id == jury_id)).one_or_none()
    if jury is None:
        return None
    sieges = tuple(
        SiegeFacts(
            id=r.id, nom=f"{r.prenoms} {r.nom}", delegation=r.delegation, syndicat=r.sigle,
            syndicat_representatif=r.sigle is None or (
                r.representative_du is not None and r.representative_du <= jury.date_jury
                and (r.representative_au is None or jury.date_jury <= r.representative_au)
            ),
            travail_temporaire=r.travail_temporaire, voix=r.voix, president=r.president, present=r.present,
            remplace=r.remplace_par_id is not None,
        )
        for r in x.execute(
            select(si.id, si.remplace_par_id, si.delegation, si.travail_temporaire, si.voix, si.president, si.present, pe.nom, pe.prenoms,
                   sy.sigle, sy.representative_du, sy.representative_au)
            .join(Personne.__table__, pe.id == si.personne_id)
            .outerjoin(Syndicat.__table__, sy.id == si.syndicat_id)
            .where(si.jury_id == jury_id).order_by(si.id)
        )
    )
    return JuryFacts(
        jury.date_jury, jury.etat, sieges, _presentations(x, jury_id), capacite_retiree_le=jury.retiree_le
    )


def _capacite_retiree(centre_id: Any, jour: Any) -> Any:
    """Depuis quand la capacité d'attribuer de ce centre est retirée, ce jour-là ; vide si elle ne l'est pas."""
    r = RetraitCapacite.__table__.c
    return select(func.min(r.retire_le)).where(
        r.centre_id == centre_id, r.retire_le <= jour, or_(r.rendu_le.is_(None), r.rendu_le > jour)
    ).scalar_subquery()


def capacite_retiree_le(session: Session, centre_id: int, jour: dt.date) -> dt.date | None:
    """Depuis quand la capacité d'attribuer de ce centre est retirée, ce jour-là (SUI-02)."""
    depuis: dt.date | None = session.connection().execute(select(_capacite_retiree(centre_id, jour))).scalar()
    return depuis


def _presentations(x: Connection, jury_id: int) -> tuple[PresentationFacts, ...]:
    pr, vo, pc, co, bl = (m.__table__.c for m in (Presentation, Vote, PresentationCompetence, Competence,
                                                  BlocCompetences))
    votes = _groupe(
        ((r.presentation_id, r.bloc_id), VoteFacts(r.siege_id, r.valeur.value))
        for r in x.execute(select(vo.presentation_id, vo.bloc_id, vo.siege_id, vo.valeur).where(vo.jury_id == jury_id))
    )
    lignes = x.execute(
        select(pc.presentation_id, pc.synthese, pc.retenu, co.ordre, co.bloc_id, bl.numero)
        .join(Presentation.__table__, pr.id == pc.presentation_id)
        .join(Competence.__table__, co.id == pc.competence_id)
        .outerjoin(BlocCompetences.__table__, bl.id == co.bloc_id)
        .where(pr.jury_id == jury_id).order_by(pc.presentation_id, pc.ordre)
    ).all()
    competences = _groupe(
        (
            r.presentation_id,
            CompetenceFacts(
                f"BDC {r.numero:04d}.{r.ordre}" if r.numero is not None else f"C{r.ordre}", r.synthese, r.retenu, r.bloc_id
            ),
        )
        for r in lignes
    )
    blocs = _groupe(
        (presentation, BlocFacts(bloc, f"BDC {numero:04d}", tuple(votes.get((presentation, bloc), ()))))
        for presentation, bloc, numero in dict.fromkeys(
            (r.presentation_id, r.bloc_id, r.numero) for r in lignes if r.bloc_id is not None and r.numero is not None
        )
    )
    return tuple(
        PresentationFacts(
            r.numero_anonyme, tuple(votes.get((r.id, None), ())), tuple(competences.get(r.id, ())), r.motif,
            r.decision.value if r.decision else None, tuple(blocs.get(r.id, ())),
        )
        for r in x.execute(
            select(pr.id, pr.numero_anonyme, pr.motif, pr.decision)
            .where(pr.jury_id == jury_id).order_by(pr.numero_anonyme)
        )
    )


@dataclass(frozen=True, slots=True)
class AttributionDue:
    """Une décision et ce qu'il faut pour en faire les certificats."""

    presentation_id: int
    candidat_id: int
    certification_id: int
    interbranches_id: int | None
    faits: AttributionFacts


def attributions(session: Session, jury_id: int) -> list[AttributionDue]:
    """Les décisions d'un jury dans l'ordre du procès-verbal, avec ce qu'elles ouvrent ; six requêtes."""
    x = session.connection()
    pr, pv, ju, ce, eq, cf, ib = (m.__table__.c for m in (
        Presentation, ProcesVerbal, Jury, Certification, Equivalence, Certificat, InscriptionBloc,
    ))
    lignes = x.execute(
        select(pr.id, pr.decision, pr.proces_verbal_id, pr.inscription_id, pv.signe_le, i.candidat_id, i.certification_id,
               i.date_inscription, ce.famille, ju.date_jury, c.nom_naissance, c.prenoms)
        .join(Inscription.__table__, i.id == pr.inscription_id)
        .join(Candidat.__table__, c.id == i.candidat_id)
        .join(Certification.__table__, ce.id == i.certification_id)
        .join(Jury.__table__, ju.id == pr.jury_id)
        .outerjoin(ProcesVerbal.__table__, pv.id == pr.proces_verbal_id)
        .where(pr.jury_id == jury_id).order_by(pr.proces_verbal_id, pr.numero_anonyme)
    ).all()
    # Le tri est fait ici, comme au procès-verbal : les moteurs ne rangent pas les accents de même.
    lignes = sorted(lignes, key=lambda r: (r.proces_verbal_id or 0, *rang_au_pv(r.nom_naissance, r.prenoms)))
    deja = set(x.scalars(select(cf.presentation_id).where(cf.presentation_id.in_([r.id for r in lignes]))))
    interbranches = {
        r.certification_id: r.interbranches_id
        for r in x.execute(select(eq.certification_id, eq.interbranches_id, eq.du, eq.au))
        if lignes and r.du <= lignes[0].date_jury and (r.au is None or lignes[0].date_jury <= r.au)
    }
    vises = _groupe(
        (r.inscription_id, r.bloc_id)
        for r in x.execute(
            select(ib.inscription_id, ib.bloc_id).join(Presentation.__table__, pr.inscription_id == ib.inscription_id)
            .join(BlocCompetences.__table__, BlocCompetences.__table__.c.id == ib.bloc_id)
            .where(pr.jury_id == jury_id).order_by(BlocCompetences.__table__.c.numero)
        )
    )
    acquis = _blocs_acquis(x, jury_id)
    fiches = fiches_rncp(x, {r.certification_id for r in lignes})
    return [
        AttributionDue(
            r.id, r.candidat_id, r.certification_id, interbranches.get(r.certification_id),
            AttributionFacts(
                r.decision, r.signe_le is not None, r.id in deja, r.famille, tuple(vises.get(r.inscription_id, ())),
                acquis.get(r.id, ()), au_rncp(fiches[r.certification_id], r.date_inscription, r.date_jury),
                r.certification_id in interbranches,
            ),
        )
        for r in lignes
    ]


def fiches_rncp(x: Connection, certifications: Collection[int]) -> dict[int, list[FicheFacts]]:
    """Les fiches au RNCP de ces certifications, aucune si elles n'en ont pas ; une requête."""
    en = Enregistrement.__table__.c
    return _groupe(
        (r.certification_id, FicheFacts(r.code, Periode(r.du, r.au), r.derniere_delivrance))
        for r in x.execute(
            select(en.certification_id, en.code, en.du, en.au, en.derniere_delivrance)
            .where(en.certification_id.in_(certifications), en.repertoire == Repertoire.RNCP)
        )
    )


def _blocs_acquis(x: Connection, jury_id: int) -> dict[int, tuple[int, ...]]:
    """Par présentation, les blocs dont le jury a retenu toutes les compétences, dans l'ordre de leur numéro."""
    pr, pc, co, bl = (m.__table__.c for m in (Presentation, PresentationCompetence, Competence, BlocCompetences))
    retenues: dict[int, dict[int, bool]] = {}
    for r in x.execute(
        select(pc.presentation_id, bl.id, pc.retenu)
        .join(Presentation.__table__, pr.id == pc.presentation_id).join(Competence.__table__, co.id == pc.competence_id)
        .join(BlocCompetences.__table__, bl.id == co.bloc_id).where(pr.jury_id == jury_id).order_by(bl.numero)
    ):
        blocs = retenues.setdefault(r.presentation_id, {})
        blocs[r.id] = blocs.get(r.id, True) and r.retenu is ResultatCompetence.ACQUISE
    return {p: tuple(b for b, tous in blocs.items() if tous) for p, blocs in retenues.items()}
