"""Les demandes et les séances du GTP de la démonstration : deux séances closes, une à venir, une demande de chaque état."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    BlocCompetences,
    Competence,
    Demande,
    ModaliteEvaluation,
    PointGtp,
    Referentiel,
    ReferentielBloc,
    SeanceGtp,
)
from rules import actes_demandes, actes_gtp, actes_pieces
from rules.nomenclatures import DecisionGtp, Famille, NatureDemande, NaturePiece, NatureSeance, Porteur, SensVote
from seed.fichiers import declaration

_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def tenir_le_gtp(session: Session, aujourdhui: dt.date) -> None:
    """Dépose les demandes inventées, tient deux séances et prépare la suivante, par les actes de la console."""
    _Gtp(session, aujourdhui).tout()


def accepter(session: Session, demande: Demande, jour: dt.date) -> None:
    """Une séance du GTP, ce jour, où toutes les organisations acceptent la demande."""
    actes_demandes.reconnaitre_complete(session, demande, demande.deposee_le)
    seance = actes_gtp.reunir(session, NatureSeance.REUNION, jour, "Paris")
    actes_gtp.noter_presences(session, seance, {p.id: (True, "") for p in seance.presences})
    point = actes_gtp.inscrire_point(session, seance, demande)
    for presence in seance.presences:
        actes_gtp.voter(session, point, presence, SensVote.POUR)
    actes_gtp.decider(session, point, DecisionGtp.ACCEPTEE, "", None)
    actes_gtp.clore(session, seance)


class _Gtp:
    def __init__(self, session: Session, aujourdhui: dt.date) -> None:
        self.session = session
        self.aujourdhui = aujourdhui
        self.textes = declaration("gtp")
        self.modalites = list(session.scalars(select(ModaliteEvaluation).order_by(ModaliteEvaluation.code)))
        self.demandes: dict[str, Demande] = {}

    def tout(self) -> None:
        reunion = self._seance(NatureSeance.REUNION, -120, "Paris")
        for cle in ("ilots", "aspect", "plans"):
            self._inscrire(reunion, cle)
        self._decider(reunion, "ilots", DecisionGtp.ACCEPTEE)
        self._decider(reunion, "aspect", DecisionGtp.ACCEPTEE, contre=("CGT",))
        self._decider(
            reunion, "plans", DecisionGtp.REFUSEE,
            "Plusieurs certifications de montage comportent déjà cette compétence : le GTP en limite le nombre.",
        )
        actes_gtp.clore(self.session, reunion)
        self._publier("ilots", 14)
        self._publier("aspect", 15)

        consultation = self._seance(NatureSeance.CONSULTATION, -35, "")
        for cle in ("revision", "suppression", "metrologie"):
            self._inscrire(consultation, cle)
        self._decider(consultation, "revision", DecisionGtp.ACCEPTEE)
        self._decider(consultation, "suppression", DecisionGtp.ACCEPTEE, abstentions=("CGT-FO",))
        self._decider(
            consultation, "metrologie", DecisionGtp.AJOURNEE,
            "Préciser ce qui distingue cette certification du contrôle de conformité, et le nombre d'emplois.",
        )
        actes_gtp.clore(self.session, consultation)
        actes_gtp.publier(
            self.session, self.demandes["suppression"].publications[0], self._jour(-30), "Secrétariat du GTP (démonstration)"
        )

        prochaine = self._seance(NatureSeance.REUNION, 20, "Paris")
        self._inscrire(prochaine, "recyclage")
        self._completer("brasage")
        self._deposer("cables")
        self._deposer("abandonnee")
        actes_demandes.abandonner(self.session, self.demandes["abandonnee"])

    def _jour(self, jours: int) -> dt.date:
        return self.aujourdhui + dt.timedelta(days=jours)

    # --- dossiers ------------------------------------------------------------------------------------------------------

    def _deposer(self, cle: str) -> Demande:
        texte = next(t for t in self.textes["demande"] if t["cle"] == cle)
        nature = NatureDemande(texte["nature"])
        visee = self.demandes[texte["de"]].certification if "de" in texte else None
        demande, _ = actes_demandes.deposer(
            self.session, nature, Porteur.UIMM, self._jour(texte["jours"]), certification=visee,
            famille=Famille(texte.get("famille", "CQPM")), titre=f"{texte['titre']} (démonstration)" if "titre" in texte else "", niveau=texte.get("niveau"),
            motif_usage=texte.get("motif_usage", False), textes={c: texte.get(c, "") for c in actes_demandes.TEXTES},
        )
        demande.certification.demonstration, demande.certification.source = True, "démonstration : certification inventée"
        if "projet" in texte and demande.referentiel is not None:
            self._ecrire(demande.referentiel, self.textes["projet"][texte["projet"]])
        if nature is NatureDemande.REVISION and demande.referentiel is not None:
            demande.referentiel.missions = f"{demande.referentiel.missions} {texte['missions']}"
        self.demandes[cle] = demande
        return demande

    def _ecrire(self, version: Referentiel, texte: dict[str, Any]) -> None:
        version.missions = f"Référentiel de démonstration, écrit pour l'exemple. {texte['missions']}"
        version.environnement, version.interactions = texte.get("environnement", ""), texte.get("interactions", "")
        version.conditions_admissibilite = "Toutes les compétences professionnelles sont acquises et validées par le jury."
        version.blocs = [
            ReferentielBloc(
                ordre=rang, bloc=BlocCompetences(libelle=bloc["libelle"], competences=self._competences(bloc["competences"]))
            )
            for rang, bloc in enumerate(texte.get("bloc", ()), 1)
        ]
        version.competences = self._competences(texte.get("competences", ()))
        self.session.flush()

    def _competences(self, libelles: Any) -> list[Competence]:
        return [
            Competence(
                ordre=rang, libelle=libelle, connaissances="Vocabulaire, règles et risques du poste.",
                conditions="À partir d'un dossier de fabrication, sur le poste de travail.",
                criteres_methodes="Le mode opératoire est suivi et les écarts sont signalés.",
                criteres_contraintes="Les règles de sécurité sont respectées.",
                resultats_attendus="Le travail est conforme au dossier, dans le temps prévu.", modalites=self.modalites[:2],
            )
            for rang, libelle in enumerate(libelles, 1)
        ]

    def _completer(self, cle: str) -> Demande:
        demande = self._deposer(cle)
        if demande.nature is NatureDemande.CREATION:
            actes_pieces.joindre(self.session, demande, f"etude-{cle}.pdf", _PDF, NaturePiece.RAPPORT)
        actes_demandes.reconnaitre_complete(self.session, demande, demande.deposee_le + dt.timedelta(days=4))
        return demande

    # --- séances -------------------------------------------------------------------------------------------------------

    def _seance(self, nature: NatureSeance, jours: int, lieu: str) -> SeanceGtp:
        seance = actes_gtp.reunir(self.session, nature, self._jour(jours), lieu)
        noms = self.textes["representants"]
        if jours <= 0:
            actes_gtp.noter_presences(
                self.session, seance, {p.id: (True, noms.get(p.organisation, "")) for p in seance.presences}
            )
        return seance

    def _inscrire(self, seance: SeanceGtp, cle: str) -> None:
        actes_gtp.inscrire_point(self.session, seance, self._completer(cle))

    def _decider(
        self, seance: SeanceGtp, cle: str, decision: DecisionGtp, motif: str = "", *,
        contre: tuple[str, ...] = (), abstentions: tuple[str, ...] = (),
    ) -> None:
        point: PointGtp = next(p for p in seance.points if p.demande is self.demandes[cle])
        for presence in seance.presences:
            nom = presence.organisation
            sens = SensVote.CONTRE if nom in contre or decision is DecisionGtp.REFUSEE else SensVote.POUR
            if nom in abstentions or decision is DecisionGtp.AJOURNEE:
                sens = SensVote.ABSTENTION
            actes_gtp.voter(self.session, point, presence, sens)
        actes_gtp.decider(self.session, point, decision, motif, point.niveau)

    def _publier(self, cle: str, jours: int) -> None:
        for publication in self.demandes[cle].publications:
            actes_gtp.publier(
                self.session, publication, publication.ouverte_le + dt.timedelta(days=jours),
                "Secrétariat du GTP (démonstration)",
            )
