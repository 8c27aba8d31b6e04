"""Les VAE de la démonstration, dans chaque état, par les mêmes actes que la console."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from models import Centre, CommissionValidation, Entreprise, Inscription, MembreValidation, Personne
from rules import actes_vae
from rules.actes_vae import Conclusion
from rules.collecte_evaluation import dossiers_facts
from rules.evaluation import CompetenceVisee
from rules.nomenclatures import ConclusionVae, Recevabilite, Voie

CONSEILLERE = "Delphine Ancel (démonstration)"
_JOUR = dt.timedelta(days=1)
# Où s'arrête chaque VAE qui attend encore son jury, à tour de rôle.
_ARRETS = ("dossier", "accueil", "conclue", "livret2", "notifiee", "commission", "refusee", "decidee", "conclue")


class VaeDemonstration:
    """Mène les VAE d'un centre ; ses tirages ne dérangent pas ceux des candidats."""

    def __init__(self, session: Session, centre: Centre, president: Personne, evaluateur: Personne, aujourdhui: dt.date) -> None:
        self.session = session
        self.centre = centre
        self.president = president
        self.evaluateur = evaluateur
        self.aujourdhui = aujourdhui
        self.alea = random.Random(centre.code)  # noqa: S311
        self._commissions: dict[dt.date, CommissionValidation] = {}

    def jusqu_au_jury(self, inscription: Inscription, date_jury: dt.date, echecs: int) -> None:
        """Mène la VAE d'un candidat de ce jury jusqu'aux conclusions, avec tant de compétences non acquises."""
        fin = min(date_jury, self.aujourdhui)
        jours = self._jours(inscription.date_inscription, fin)
        self._mener([inscription], jours)
        self._convoquer([inscription], next(jours))
        visees = self._visees(inscription)
        self._conclure([inscription], set(self.alea.sample([v.id for v in visees], min(echecs, len(visees)))), visees)

    def laisser_en_chemin(self, inscriptions: Sequence[Inscription]) -> None:
        """Laisse chaque VAE à une autre étape ; celles dont le délai est passé sont réputées recevables."""
        # Les plus récentes d'abord : ce sont elles qui en sont encore au dossier.
        recentes = sorted(inscriptions, key=lambda i: (i.voie is not Voie.VAE, -i.date_inscription.toordinal()))
        for rang, inscription in enumerate(recentes):
            self._arreter(inscription, _ARRETS[rang % len(_ARRETS)])
        actes_vae.reputer(self.session, self.aujourdhui, self.centre.id)

    def _arreter(self, i: Inscription, arret: str) -> None:
        jours = self._jours(i.date_inscription, self.aujourdhui)
        session, jour = self.session, self.aujourdhui
        if arret == "dossier":
            return
        actes_vae.accueillir(session, [i], next(jours), CONSEILLERE, jour)
        recu = max(i.date_recevabilite or i.date_inscription, i.date_inscription)
        actes_vae.recevoir_dossier(session, [i], recu, jour)
        if arret == "accueil":
            return
        if arret == "refusee":
            actes_vae.decider_recevabilite(
                session, [i], Recevabilite.DEFAVORABLE, next(jours), CONSEILLERE, jour=jour,
                motif="L'expérience décrite ne couvre pas les activités du référentiel : elle porte sur la logistique.",
                recommandations="Un parcours de formation, ou une expérience d'un an dans l'activité visée.",
            )
            actes_vae.notifier(session, [i], next(jours), jour)
            return
        actes_vae.decider_recevabilite(session, [i], Recevabilite.FAVORABLE, next(jours), CONSEILLERE, jour=jour)
        if arret == "decidee":
            return
        actes_vae.notifier(session, [i], next(jours), jour)
        if arret == "notifiee":
            actes_vae.accompagner(session, [i], next(jours), "Cabinet Repères (démonstration)", jour)
            return
        actes_vae.recevoir_livret2(session, [i], next(jours), CONSEILLERE, jour)
        if arret == "livret2":
            return
        self._convoquer([i], jour + 12 * _JOUR if arret == "commission" else next(jours))
        if arret == "conclue":
            self._conclure([i], set(), self._visees(i))

    def collectif(self, entreprise: Entreprise, inscriptions: Sequence[Inscription]) -> None:
        """Une VAE de branche collective : menée ensemble jusqu'aux conclusions, une partielle parmi elles."""
        actes_vae.ouvrir_collectif(
            self.session, entreprise, f"VAE collective, {entreprise.raison_sociale}"[:120], inscriptions, self.aujourdhui
        )
        jours = self._jours(max(i.date_inscription for i in inscriptions), self.aujourdhui)
        self._mener(inscriptions, jours, accueil=False)
        self._convoquer(inscriptions, next(jours))
        *reussies, partielle = inscriptions
        self._conclure(reussies, set(), ())
        visees = self._visees(partielle)
        self._conclure([partielle], {visees[-1].id}, visees)

    def _visees(self, inscription: Inscription) -> tuple[CompetenceVisee, ...]:
        return dossiers_facts(self.session, [inscription.id])[inscription.id].competences

    def _mener(self, inscriptions: Sequence[Inscription], jours: Iterator[dt.date], *, accueil: bool = True) -> None:
        session, jour = self.session, self.aujourdhui
        if accueil:
            actes_vae.accueillir(session, inscriptions, next(jours), CONSEILLERE, jour)
        actes_vae.recevoir_dossier(session, inscriptions, next(jours), jour)
        actes_vae.decider_recevabilite(
            session, inscriptions, Recevabilite.FAVORABLE, next(jours), CONSEILLERE, jour=jour
        )
        actes_vae.notifier(session, inscriptions, next(jours), jour)
        actes_vae.recevoir_livret2(session, inscriptions, next(jours), CONSEILLERE, jour)

    def _convoquer(self, inscriptions: Sequence[Inscription], le: dt.date) -> None:
        if le not in self._commissions:
            commission = CommissionValidation(centre=self.centre, centre_id=self.centre.id, tenue_le=le, lieu=self.centre.ville)
            self.session.add(commission)
            for personne, president in ((self.president, True), (self.evaluateur, False)):
                commission.membres.append(MembreValidation(
                    centre_id=self.centre.id, personne=personne, president=president, represente_centre=president,
                    domaine=personne.qualite,
                ))
            self._commissions[le] = commission
        actes_vae.convoquer(self.session, inscriptions, self._commissions[le], self.aujourdhui)

    def _conclure(self, inscriptions: Sequence[Inscription], echecs: set[int], visees: Sequence[CompetenceVisee]) -> None:
        """Conclut : totale sans échec ; sinon partielle quand un bloc au moins reste entier, aucune à défaut."""
        acquises = {v.id for v in visees if v.id not in echecs}
        rates = {v.bloc for v in visees if v.id in echecs}
        entier = any(v.bloc not in rates for v in visees) if any(v.bloc for v in visees) else bool(acquises)
        conclusion = ConclusionVae.TOTALE if not echecs else ConclusionVae.PARTIELLE if entier else ConclusionVae.AUCUNE
        actes_vae.conclure(self.session, [
            Conclusion(i, conclusion, acquises, entretien=True, mise_en_situation=rang % 2 == 0)
            for rang, i in enumerate(inscriptions)
        ], self.aujourdhui)

    @staticmethod
    def _jours(debut: dt.date, fin: dt.date) -> Iterator[dt.date]:
        """Sept jours en ordre, de l'inscription au terme ; le même plusieurs fois quand ils sont peu."""
        pas = (fin - debut) // 7
        return (debut + rang * pas for rang in range(1, 8))
