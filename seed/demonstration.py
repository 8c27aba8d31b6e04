"""La branche de démonstration : une branche inventée, clairement marquée, par les mêmes règles que la vraie.

Elle n'entre que dans une base neuve, et une seule fois : ses dates inventées n'ont rien à faire à côté de vraies.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from imports.inscriptions import inscrire
from models import (
    Amenagement,
    Centre,
    Departement,
    Inscription,
    Jury,
    Personne,
    Referentiel,
    RetraitCapacite,
    Syndicat,
    SyndicatTerritorial,
    Utilisateur,
)
from models.normalisation import normaliser
from rules import controle
from rules.actes_evaluation import reprendre_acquis
from rules.faits import AmenagementFacts
from rules.nomenclatures import VOIES_VAE, Civilite, EtatInscription
from seed.accrochage import accrocher, coder_les_blocs
from seed.certifications import charger_certifications
from seed.comptes import COMPTES, Compte, DemonstrationRefusee, creer_comptes, verifier_mots_de_passe
from seed.conservation import suspensions
from seed.evaluations import DOMAINES, Calendrier, evaluer
from seed.fichiers import declaration
from seed.gtp import tenir_le_gtp
from seed.jurys import Membres, annuler, composer, convoquer, deliberer, designer, laisser_en_chemin, presenter
from seed.nomenclatures import charger_nomenclatures
from seed.organismes import habiliter_organismes
from seed.parcours import ouvrir_parcours
from seed.population import (
    ADMIS,
    ADMIS_DISCUTE,
    ADMIS_PAR_ECART,
    ADMIS_PAR_LE_PRESIDENT,
    CABLAGE,
    CCPM,
    MAINTENANCE,
    ORGANISME_DE_TOUS,
    REFUSE,
    REFUSE_DISCUTE,
    REFUSE_PAR_ECART,
    VERIFICATION,
    Groupe,
    Inscrit,
    Issue,
    Population,
)
from seed.referentiels import ouvrir_certifications
from seed.suivi import corriger, transmettre
from seed.vae import VaeDemonstration

PRINCIPAL = "68"
COLLECTIF = 8
_ANNULES = (PRINCIPAL, "13")
# Avant, les inscriptions du plus ancien jury précéderaient les habilitations.
_PREMIER_JOUR = dt.date(2025, 12, 1)


@dataclass(frozen=True, slots=True)
class Demonstration:
    """Ce qui vient d'être créé (`creee`), ou ce qui était déjà là."""

    creee: bool
    comptes: tuple[Compte, ...]

    @property
    def mots_de_passe(self) -> dict[str, str]:
        """Identifiant → mot de passe des comptes qui viennent d'être créés ; à montrer une fois."""
        return {c.identifiant: c.mot_de_passe for c in self.comptes if c.mot_de_passe is not None}


@dataclass(frozen=True, slots=True)
class _Dates:
    """Les dates de la démonstration, toutes comptées depuis le jour où elle est créée."""

    aujourdhui: dt.date

    def jury(self, nom: str) -> dt.date:
        """Un jour ouvré : passé pour un jury tenu, à venir pour un jury en préparation."""
        ecart = {"ancien": -160, "clos": -12, "ouvert": 0, "preparation": 24, "annule": 10}[nom]
        return _jour_ouvre(self.aujourdhui + dt.timedelta(days=ecart), sens=1 if ecart > 0 else -1)

    def calendrier(self) -> Calendrier:
        """Quand siègent les commissions d'évaluation."""
        return Calendrier(self.aujourdhui, self.jury, lambda jour: _jour_ouvre(jour, sens=-1))

    def groupe(self, jury: str, certification: str, *issues: Issue) -> Groupe:
        """Des inscriptions assez anciennes pour que chacun ait été informé quinze jours avant son jury."""
        fin = self.jury(jury) if jury else self.aujourdhui
        debut, dernier = (150, 34) if jury else (90, 1)
        return Groupe(
            jury, certification, issues, fin - dt.timedelta(days=debut), fin - dt.timedelta(days=dernier)
        )


def _jour_ouvre(jour: dt.date, *, sens: int) -> dt.date:
    while jour.weekday() > 4:
        jour += dt.timedelta(days=sens)
    return jour


def demonstration(
    session: Session,
    *,
    mots_de_passe: Mapping[str, str] | None = None,
    aujourdhui: dt.date | None = None,
    graine: int = 68,
) -> Demonstration:
    """Crée la branche de démonstration, nomenclatures et certifications comprises ; déjà là, ne fait rien.

    :param mots_de_passe: identifiant → mot de passe choisi (quatorze caractères au moins) ; les autres sont tirés.
    :param aujourdhui: le jour d'où se comptent les dates des jurys ; ce jour-ci par défaut.
    :raises DemonstrationRefusee: la base tient déjà un centre, un référentiel ou un compte de même nom ; un mot de
        passe est trop court, ou n'est celui d'aucun compte ; le jour est antérieur au premier possible.

    L'appelant déclare l'acteur et valide la transaction.
    """
    centres = session.scalars(select(Centre)).all()
    comptes = session.scalars(select(Utilisateur).where(Utilisateur.identifiant.in_(COMPTES))).all()
    if centres and all(c.demonstration for c in centres):
        return Demonstration(creee=False, comptes=tuple(Compte(c.identifiant, c.role, c.nom, None) for c in comptes))
    if centres or comptes or session.scalar(select(Referentiel.id).limit(1)) is not None:
        raise DemonstrationRefusee(
            "Cette base n'est pas neuve (centres, comptes ou référentiels) : la démonstration n'y entre pas."
        )
    dates = _Dates(aujourdhui or dt.date.today())
    if dates.aujourdhui < _PREMIER_JOUR:
        raise DemonstrationRefusee(
            f"La démonstration se crée à partir du {_PREMIER_JOUR:%d/%m/%Y} : vérifiez l'horloge."
        )
    choisis = verifier_mots_de_passe(mots_de_passe or {})
    charger_nomenclatures(session)
    charger_certifications(session)
    ouvrir_certifications(session, dates.aujourdhui)
    coder_les_blocs(session)
    # Deux fois les mêmes personnes : c'est voulu ; aucun secret n'en est tiré.
    alea = random.Random(graine)  # noqa: S311
    return Demonstration(creee=True, comptes=_Fabrique(session, dates, alea).tout(choisis))


class _Fabrique:
    """Fabrique la branche, du centre au certificat."""

    def __init__(self, session: Session, dates: _Dates, alea: random.Random) -> None:
        self.session = session
        self.dates = dates
        self.alea = alea
        self.textes = declaration("branche")
        self.population = Population(alea, self.textes["personnes"], self.textes["entreprise"])
        self.syndicats = [
            s for s in session.scalars(select(Syndicat).order_by(Syndicat.id))
            if s.representative_le(dates.aujourdhui)
        ]
        self.centres: dict[str, Centre] = {}

    def tout(self, mots_de_passe: Mapping[str, str]) -> tuple[Compte, ...]:
        """Toute la branche ; rend les comptes à afficher."""
        for texte in self.textes["centre"]:
            self.centres[texte["code"]] = self._centre(texte)
        organismes = habiliter_organismes(self.session, self.centres, self.dates.aujourdhui)
        inscrits: dict[str, list[tuple[Inscrit, Inscription]]] = {}
        for texte in self.textes["centre"]:
            code = texte["code"]
            groupes = self._groupes(code, texte["candidats"])
            liste = list(self.population.inscrire(texte, organismes[code].siret or "", groupes))
            if code != PRINCIPAL:
                # Des personnes d'ailleurs, inscrites aussi au centre principal : un candidat est national.
                principal, groupe = self.textes["centre"][0], self.dates.groupe("", CCPM, ADMIS)
                autres = [i for i in liste if i.saisie["certification"] != CCPM][-2:]
                connues = [self.population.reinscrire(i, principal, ORGANISME_DE_TOUS, groupe) for i in autres]
                self._inscrire(self.centres[PRINCIPAL], connues)
            inscrits[code] = self._inscrire(self.centres[code], liste)
            self._evaluer(code, inscrits[code])
            self._mener_les_vae(code, inscrits[code])
        self._amenager([inscription for _, inscription in inscrits[PRINCIPAL][-2:]])
        jurys = {code: self._jurys(code, inscrits[code]) for code in self.centres}
        self._transmettre(jurys)
        accrocher(self.session, jurys[PRINCIPAL]["ancien"], jurys[PRINCIPAL]["clos"], self.dates.aujourdhui)
        self._reprendre(inscrits[PRINCIPAL])
        self._annuler_des_inscriptions(inscrits)
        suspensions(self.session)
        ouvrir_parcours(self.session, self.centres[PRINCIPAL], self.dates.aujourdhui)
        tenir_le_gtp(self.session, self.dates.aujourdhui)
        return creer_comptes(self.session, self.centres, jurys[PRINCIPAL]["ouvert"], mots_de_passe)

    # --- centres -------------------------------------------------------------------------------------

    def _centre(self, texte: dict[str, Any]) -> Centre:
        departements = self.session.scalars(select(Departement).where(Departement.code.in_(texte["departements"])))
        code = texte["code"]
        centre = Centre(
            code=code, nom=texte["nom"], adresse=texte["adresse"], code_postal=texte["code_postal"],
            ville=texte["ville"], courriel=f"centre{code}@exemple.invalid", telephone="01 99 00 00 00",
            demonstration=True, departements=list(departements),
        )
        self.session.add(centre)
        self.session.flush()
        self.session.add_all(
            SyndicatTerritorial(
                centre=centre, centre_id=centre.id, syndicat=s,
                courriel=f"{normaliser(s.sigle).replace(' ', '-')}.{code}@exemple.invalid",
            )
            for s in self.syndicats
        )
        if code == "13":
            self.session.add(
                RetraitCapacite(
                    centre=centre, centre_id=centre.id, retire_le=dt.date(2025, 3, 3), rendu_le=dt.date(2025, 5, 12),
                    motif="Démonstration : actions correctives non menées dans le délai, puis menées.",
                )
            )
        return centre

    # --- candidats, inscriptions, évaluations ----------------------------------------------------------------------

    def _groupes(self, code: str, candidats: int) -> list[Groupe]:
        """Qui va devant quel jury ; le reste des candidats attend le sien."""
        groupe = self.dates.groupe
        if code == PRINCIPAL:
            groupes = [
                groupe("ancien", VERIFICATION, ADMIS, ADMIS, ADMIS_PAR_ECART, ADMIS, REFUSE),
                groupe("ancien", MAINTENANCE, ADMIS, ADMIS, REFUSE_DISCUTE),
                groupe("clos", MAINTENANCE, *[ADMIS] * 4, ADMIS_DISCUTE, ADMIS_PAR_LE_PRESIDENT),
                groupe("clos", MAINTENANCE, REFUSE, REFUSE_PAR_ECART),
                groupe("clos", CABLAGE, *[ADMIS] * 3, REFUSE_DISCUTE),
                groupe("ouvert", CABLAGE, ADMIS, ADMIS_DISCUTE, REFUSE, ADMIS),
                groupe("ouvert", MAINTENANCE, ADMIS, REFUSE_DISCUTE, ADMIS),
                groupe("ouvert", CCPM, ADMIS, ADMIS),
                groupe("preparation", MAINTENANCE, *[ADMIS] * 4),
                groupe("preparation", VERIFICATION, *[ADMIS] * 3, REFUSE),
                groupe("preparation", CCPM, ADMIS, ADMIS),
            ]
        else:
            groupes = [
                groupe("clos", MAINTENANCE, ADMIS, ADMIS_DISCUTE, ADMIS, REFUSE),
                groupe("clos", CABLAGE, ADMIS, REFUSE_DISCUTE, ADMIS),
                groupe("ouvert", VERIFICATION, ADMIS, ADMIS_DISCUTE, REFUSE),
                groupe("ouvert", CABLAGE, ADMIS, ADMIS),
                groupe("preparation", MAINTENANCE, *[ADMIS] * 3, REFUSE),
                groupe("preparation", VERIFICATION, ADMIS, ADMIS),
            ]
        restants = candidats - sum(len(g.issues) for g in groupes) - (COLLECTIF if code == PRINCIPAL else 0)
        certifications = self.alea.choices((MAINTENANCE, CABLAGE, VERIFICATION, CCPM), weights=(4, 4, 2, 1), k=restants)
        return groupes + [groupe("", c, ADMIS) for c in certifications]

    def _inscrire(self, centre: Centre, inscrits: list[Inscrit]) -> list[tuple[Inscrit, Inscription]]:
        """Écrit les saisies par le moteur d'import ; un refus est une faute de ce module, jamais tue."""
        faits = inscrire(self.session, centre.id, [i.saisie for i in inscrits])
        refus = [(i.reference, e.code, e.message) for i, f in zip(inscrits, faits, strict=True) for e in f.erreurs]
        if refus or any(f.inscription_id is None for f in faits):
            raise ValueError(f"inscriptions de démonstration refusées : {refus}")
        cles = [f.inscription_id for f in faits]
        par_cle = {i.id: i for i in self.session.scalars(select(Inscription).where(Inscription.id.in_(cles)))}
        return [(inscrit, par_cle[cle]) for inscrit, cle in zip(inscrits, cles, strict=True) if cle is not None]

    def _evaluer(self, code: str, inscrits: list[tuple[Inscrit, Inscription]]) -> None:
        """Les commissions du centre, leurs résultats, les avis des entreprises."""
        centre = self.centres[code]
        evaluateurs = [
            self._personne(centre, *self._tirer(), domaine, "Ateliers du Modèle") for domaine in DOMAINES
        ]
        # En VAE, les résultats sont ceux que conclut la commission de validation.
        formation = [(inscrit, i) for inscrit, i in inscrits if i.voie not in VOIES_VAE]
        evaluer(self.session, centre, formation, evaluateurs, self.dates.calendrier(), self.alea)

    def _reprendre(self, inscrits: list[tuple[Inscrit, Inscription]]) -> None:
        """Un non-admis du plus ancien jury revient, et garde ce qu'il avait acquis (ATT-04)."""
        refuse = next(
            inscrit for inscrit, inscription in inscrits
            if inscrit.jury == "ancien" and inscription.etat is EtatInscription.NON_ADMISE
        )
        principal = self.textes["centre"][0]
        groupe = self.dates.groupe("", refuse.saisie["certification"], ADMIS)
        revenu = self.population.reinscrire(refuse, principal, ORGANISME_DE_TOUS, groupe)
        ((_, inscription),) = self._inscrire(self.centres[PRINCIPAL], [revenu])
        reprendre_acquis(self.session, inscription.id, jour=self.dates.aujourdhui)

    def _mener_les_vae(self, code: str, inscrits: list[tuple[Inscrit, Inscription]]) -> None:
        """Jusqu'aux conclusions qui va devant un jury, à une autre étape chacun des autres ; un collectif au principal."""
        centre = self.centres[code]
        representante = self._personne(
            centre, Civilite.MADAME, "Ancel", "Delphine", "Responsable des certifications", centre.nom
        )
        evaluateur = self._personne(centre, Civilite.MONSIEUR, "Nardin", "Pascal", "Expert métier", "Ateliers du Modèle")
        self.session.flush()
        vae = VaeDemonstration(self.session, centre, representante, evaluateur, self.dates.aujourdhui)
        en_vae = [(inscrit, i) for inscrit, i in inscrits if i.voie in VOIES_VAE]
        for inscrit, inscription in en_vae:
            if inscrit.jury:
                vae.jusqu_au_jury(inscription, self.dates.jury(inscrit.jury), inscrit.issue.echecs)
        vae.laisser_en_chemin([i for inscrit, i in en_vae if not inscrit.jury])
        if code == PRINCIPAL:
            texte = self.textes["centre"][0]
            groupe = self.dates.groupe("", MAINTENANCE, *[ADMIS] * COLLECTIF)
            salaries = [i for _, i in self._inscrire(centre, list(self.population.collectif(texte, groupe)))]
            entreprise = salaries[0].entreprise
            assert entreprise is not None
            vae.collectif(entreprise, salaries)

    def _amenager(self, inscriptions: list[Inscription]) -> None:
        mesures_demandees = ("Tiers-temps aux évaluations.", "Poste assis, pauses fréquentes.")
        for inscription, mesures in zip(inscriptions, mesures_demandees, strict=True):
            demande = inscription.date_inscription
            controle.exiger(controle.amenagement(AmenagementFacts(demande, mesures)))
            self.session.add(
                Amenagement(inscription_id=inscription.id, centre_id=inscription.centre_id, demande_le=demande,
                            mesures=f"Démonstration : {mesures}")
            )
        self.session.flush()

    def _annuler_des_inscriptions(self, inscrits: dict[str, list[tuple[Inscrit, Inscription]]]) -> None:
        """Un candidat par centre a renoncé."""
        for liste in inscrits.values():
            renonce = next(inscription for inscrit, inscription in liste if not inscrit.jury)
            renonce.etat = EtatInscription.ANNULEE
        self.session.flush()

    # --- jurys -----------------------------------------------------------------------------------------------------

    def _membres(self, code: str) -> Membres:
        centre = self.centres[code]
        texte = next(c for c in self.textes["centre"] if c["code"] == code)
        qualites = self.textes["qualites"]
        civilite, prenoms, nom, qualite = texte["president"]
        president = self._personne(centre, Civilite(civilite), nom, prenoms, qualite, f"Usine de {centre.ville}")

        def tirer(qualite: str, entreprise: str) -> Personne:
            return self._personne(centre, *self._tirer(), qualite, entreprise)

        patronaux = [tirer(q, "Ateliers du Modèle") for q in qualites["patronale"]]
        return Membres(
            president, patronaux[:2], patronaux[2],
            [(tirer(q, s.sigle), s) for q, s in zip(qualites["syndicale"], self.syndicats, strict=True)],
            tirer(qualites["invite"], "Pôle formation"),
        )

    def _tirer(self) -> tuple[Civilite, str, str]:
        """Une personne qualifiée que nul autre n'est : civilité, nom, prénoms."""
        femme, nom, prenoms = self.population.membre()
        return Civilite.MADAME if femme else Civilite.MONSIEUR, nom, prenoms

    def _personne(
        self, centre: Centre, civilite: Civilite, nom: str, prenoms: str, qualite: str, entreprise: str
    ) -> Personne:
        rang = normaliser(f"{prenoms} {nom}").replace(" ", ".")
        personne = Personne(
            centre=centre, centre_id=centre.id, civilite=civilite, nom=nom, prenoms=prenoms, qualite=qualite,
            entreprise=f"{entreprise} (démonstration)" if entreprise else "", courriel=f"{rang}@exemple.invalid",
            recherche=normaliser(f"{nom} {prenoms}"),
        )
        self.session.add(personne)
        return personne

    def _transmettre(self, jurys: dict[str, dict[str, Jury]]) -> None:
        """L'ancien jury du centre principal est contrôlé et corrigé ; le dernier d'un autre attend le contrôle du GTP."""
        ancien = transmettre(self.session, jurys[PRINCIPAL]["ancien"], 45)
        corriger(self.session, ancien, ancien.jury.date_jury + dt.timedelta(days=60))
        autre = next(code for code in jurys if code != PRINCIPAL)
        transmettre(self.session, jurys[autre]["clos"], 7)

    def _jurys(self, code: str, inscrits: list[tuple[Inscrit, Inscription]]) -> dict[str, Jury]:
        """Les jurys d'un centre, chacun mené jusqu'à son état."""
        membres, jour = self._membres(code), self.dates.aujourdhui
        jurys: dict[str, Jury] = {}
        for nom in dict.fromkeys(inscrit.jury for inscrit, _ in inscrits if inscrit.jury):
            jury = composer(
                self.session, self.centres[code], membres, self.dates.jury(nom), temporaire=nom == "ancien"
            )
            designer(self.session, jury, membres, jour, toutes=nom != "preparation")
            if nom != "preparation":
                convoquer(self.session, jury, jour, presents=True)
            candidats = [(inscrit, inscription) for inscrit, inscription in inscrits if inscrit.jury == nom]
            presenter(self.session, jury, [inscription for _, inscription in candidats])
            if nom != "preparation":
                issues = {inscription.id: inscrit.issue for inscrit, inscription in candidats}
                deliberer(self.session, jury, issues, jusqu_au_bout=nom != "ouvert")
            jurys[nom] = jury
        if code == "69":
            laisser_en_chemin(self.session, self.centres[code], membres, jour)
        if code in _ANNULES:
            annuler(self.session, composer(self.session, self.centres[code], membres, self.dates.jury("annule")))
        return jurys
