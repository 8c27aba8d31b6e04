"""Les organismes de formation de la démonstration, et leurs habilitations dans tous leurs états."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    BlocCompetences,
    Centre,
    Certification,
    EvenementHabilitation,
    Habilitation,
    Indicateur,
    Organisme,
)
from models.normalisation import normaliser
from rules import actes_habilitation, actes_pieces
from rules.actes_habilitation import Appreciee
from rules.nomenclatures import DecisionHabilitation, Famille, NatureEtape, NaturePiece, ResultatIndicateur
from seed.population import HABILITE_DU, ORGANISME_DE_TOUS, siret

_CABLAGE = 230
_RANG_SIRET = 500
_INSTRUCTION = dt.timedelta(days=60)
_PREUVES = (
    "Note d'analyse du besoin de trois entreprises adhérentes.",
    "Courriels d'annonce des projets de certification des deux dernières années.",
    "Procédure interne « certification de branche », version 4.",
    "Logigramme d'attribution affiché en salle des formateurs.",
    "Captures des outils du certificateur renseignés pour douze candidats.",
    "Bordereaux de recueil des données de candidats, remis quinze jours avant le jury.",
    "Grille de choix des modalités d'évaluation, visée par le centre.",
    "Fiches de situation professionnelle du plateau technique.",
    "Calendrier d'évaluation partagé avec le centre.",
    "Résultats par compétence rendus sous huit jours, trois sessions.",
    "Revue qualité annuelle et plan d'amélioration.",
    "Annuaire des titulaires et bilan d'insertion à six mois.",
)
# Une page blanche : de quoi essayer le téléchargement d'une pièce.
_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@dataclass(frozen=True, slots=True)
class _Grille:
    """Combien d'indicateurs sont appréciés, et lesquels (1 à 12) ne sont pas satisfaits, avec le commentaire."""

    apprecies: int = 12
    insatisfaits: Mapping[int, str] = field(default_factory=dict)


_TOUT = _Grille()


def habiliter_organismes(session: Session, centres: Mapping[str, Centre], aujourdhui: dt.date) -> dict[str, Organisme]:
    """Par code de centre, l'organisme qu'il habilite pour toutes les certifications ; et d'autres, dans d'autres états.

    :param centres: le premier est celui des fichiers d'exemple, dont l'organisme porte le SIRET `ORGANISME_DE_TOUS`.
    """
    return _Habilitations(session, aujourdhui, len(centres)).tout(centres)


class _Habilitations:
    """Les habilitations de la démonstration au jour donné, par les actes de la console."""

    def __init__(self, session: Session, jour: dt.date, centres: int) -> None:
        self.session, self.jour = session, jour
        self.suivants = iter(range(_RANG_SIRET + centres, 1000))

    def _neuf(self, nom: str) -> Organisme:
        return self._organisme(f"{nom} (démonstration)", siret(next(self.suivants)))

    def tout(self, centres: Mapping[str, Centre]) -> dict[str, Organisme]:
        """Les organismes de tous, puis un dossier dans chaque état."""
        principal, second, *_ = centres.values()
        pour_tout: dict[str, Organisme] = {}
        for rang, (code, centre) in enumerate(centres.items()):
            numero = siret(_RANG_SIRET + rang) if rang else ORGANISME_DE_TOUS
            pour_tout[code] = self._organisme(f"Pôle formation de {centre.ville} (démonstration)", numero)
            self._accorder(self._demander(pour_tout[code], centre, HABILITE_DU - _INSTRUCTION), HABILITE_DU)
        cablage = self.session.scalars(
            select(Certification).where(Certification.famille == Famille.CQPM, Certification.numero == _CABLAGE)
        ).one()
        bloc = self.session.scalars(select(BlocCompetences).order_by(BlocCompetences.numero).limit(1)).one()
        cable = self._neuf("Atelier-école du Câble")
        for centre in (principal, second):
            demande = self._demander(cable, centre, dt.date(2025, 1, 6), certifications=[cablage])
            self._accorder(demande, dt.date(2025, 3, 1))
        self._a_instruire(principal)
        self._suivis(principal, bloc)
        refusee = self._demander(self._neuf("Formation Expresse"), centres["59"], HABILITE_DU - _INSTRUCTION)
        self._apprecier(refusee, _Grille(insatisfaits={
            10: "Les résultats ne sont pas fournis dans les formats imposés : exemples illisibles.",
            12: "Aucun suivi des titulaires après la certification.",
        }))
        actes_habilitation.decider(self.session, refusee, DecisionHabilitation.REFUS, HABILITE_DU, jour=self.jour)
        retiree = self._demander(self._neuf("École de l'Estuaire"), centres["44"], HABILITE_DU - _INSTRUCTION)
        self._accorder(retiree, HABILITE_DU)
        actes_habilitation.retirer(self.session, retiree, dt.date(2026, 1, 1), "Cessation de l'activité de formation.")
        self._aviser()
        return pour_tout

    def _a_instruire(self, centre: Centre) -> None:
        """Une demande à chaque pas : reçue, en instruction, en attente de compléments."""
        self._demander(self._neuf("Campus des Ateliers"), centre, self.jour - dt.timedelta(days=5))
        en_cours = self._demander(self._neuf("Institut en Projet"), centre, self.jour - dt.timedelta(days=40))
        actes_habilitation.noter_etape(
            self.session, en_cours, NatureEtape.ETUDE, self.jour - dt.timedelta(days=30),
            "Dossier reçu complet, étudié à deux voix.", jour=self.jour,
        )
        self._visite(en_cours, self.jour - dt.timedelta(days=12))
        actes_habilitation.noter_etape(
            self.session, en_cours, NatureEtape.VISITE, self.jour + dt.timedelta(days=9), jour=self.jour
        )
        self._apprecier(en_cours, _Grille(apprecies=7))
        complement = self._demander(self._neuf("Centre de la Forge"), centre, self.jour - dt.timedelta(days=80))
        self._apprecier(complement, _Grille(insatisfaits={
            8: "Les situations professionnelles proposées ne sont pas celles du référentiel.",
        }))
        actes_habilitation.decider(
            self.session, complement, DecisionHabilitation.COMPLEMENT, self.jour - dt.timedelta(days=15),
            motif="Compléments attendus sous un mois.", jour=self.jour,
        )

    def _suivis(self, centre: Centre, bloc: BlocCompetences) -> None:
        """Ce qui suit une habilitation : à terme et en renouvellement, suspendue, limitée à un bloc de compétences."""
        a_terme = self._demander(self._neuf("Lycée des Métiers"), centre, dt.date(2024, 11, 4))
        self._accorder(a_terme, HABILITE_DU, self.jour + dt.timedelta(days=60))
        actes_habilitation.renouveler(self.session, a_terme, self.jour - dt.timedelta(days=10), jour=self.jour)
        suspendue = self._demander(self._neuf("Soudure Formation"), centre, dt.date(2025, 5, 5))
        self._accorder(suspendue, dt.date(2025, 7, 1))
        actes_habilitation.suspendre(
            self.session, suspendue, self.jour - dt.timedelta(days=20), "Plateau technique indisponible après un sinistre."
        )
        par_bloc = self._demander(self._neuf("Atelier du Bloc"), centre, dt.date(2025, 9, 1), blocs=[bloc])
        self._accorder(par_bloc, dt.date(2025, 11, 3))

    def _organisme(self, nom: str, numero: str) -> Organisme:
        organisme = Organisme(
            nom=nom, siret=numero, adresse="10 rue de l'Exemple, 99000 Démonstration",
            courriel="organisme@exemple.invalid", recherche=normaliser(nom), demonstration=True,
        )
        self.session.add(organisme)
        self.session.flush()
        return organisme

    def _demander(
        self, organisme: Organisme, centre: Centre, le: dt.date, *,
        certifications: Sequence[Certification] = (), blocs: Sequence[BlocCompetences] = (),
    ) -> Habilitation:
        habilitation = Habilitation(
            organisme=organisme, centre=centre, demande_le=le, certifications=list(certifications), blocs=list(blocs)
        )
        self.session.add(habilitation)
        actes_habilitation.verifier_demande(self.session, habilitation, self.jour)
        actes_pieces.joindre(self.session, habilitation, "demande.pdf", _PAGE, NaturePiece.COURRIER)
        return habilitation

    def _apprecier(self, habilitation: Habilitation, grille: _Grille) -> None:
        indicateurs = self.session.scalars(
            select(Indicateur).order_by(Indicateur.critere_numero, Indicateur.rang).limit(grille.apprecies)
        )
        actes_habilitation.apprecier(self.session, habilitation, {
            indicateur.id: Appreciee(
                ResultatIndicateur.NON_SATISFAIT if rang in grille.insatisfaits else ResultatIndicateur.SATISFAIT,
                _PREUVES[rang - 1], grille.insatisfaits.get(rang, ""),
            )
            for rang, indicateur in enumerate(indicateurs, 1)
        })
        actes_pieces.joindre(
            self.session, habilitation.appreciations[0], "analyse-du-besoin.pdf", _PAGE, NaturePiece.PREUVE_INDICATEUR
        )

    def _visite(self, habilitation: Habilitation, le: dt.date) -> None:
        etape = actes_habilitation.noter_etape(
            self.session, habilitation, NatureEtape.VISITE, le,
            "Plateau technique visité avec le responsable pédagogique : postes conformes, consignes affichées, salle "
            "d'évaluation distincte de la salle de formation.", jour=self.jour,
        )
        actes_pieces.joindre(self.session, etape, "compte-rendu-de-visite.pdf", _PAGE, NaturePiece.COMPTE_RENDU)

    def _accorder(self, habilitation: Habilitation, du: dt.date, au: dt.date | None = None) -> None:
        """Une visite, une grille satisfaite, puis la décision quinze jours avant la prise d'effet."""
        decision = du - dt.timedelta(days=15)
        self._visite(habilitation, decision - dt.timedelta(days=10))
        self._apprecier(habilitation, _TOUT)
        actes_habilitation.decider(
            self.session, habilitation, DecisionHabilitation.FAVORABLE, decision, du=du, au=au, jour=self.jour
        )

    def _aviser(self) -> None:
        """France compétences est avisée de ce qui a plus de cinq mois, sauf d'un changement : il est en retard."""
        anciens = self.session.scalars(
            select(EvenementHabilitation).where(EvenementHabilitation.le < self.jour - dt.timedelta(days=150))
            .order_by(EvenementHabilitation.id)
        ).all()
        for evenement in anciens[:-1]:
            actes_habilitation.aviser(self.session, evenement, evenement.le + dt.timedelta(days=40), jour=self.jour)
