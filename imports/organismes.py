"""Reprendre et rendre les organismes de formation d'un centre et leurs habilitations (partie 2, chapitre 1).

Une ligne est un organisme, reconnu à son SIRET, à son numéro de déclaration d'activité ou à son nom exact, et au besoin
l'habilitation qu'il a de ce centre. Un organisme connu n'est jamais réécrit : il est national, et d'autres centres
l'emploient ; ce qui diffère est signalé. Une habilitation reprise a été décidée avant la console : elle n'a pas de grille.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from imports import cellules
from imports.cellules import CelluleRefusee
from imports.colonnes import Cartographie, Colonne, colonne
from imports.compte_rendu import sans_formule, sans_marque
from imports.ligne import LigneLue
from imports.moteur import Genre
from imports.rendu import jour_ecrit
from models import BlocCompetences, Certification, Habilitation, Organisme
from models.contexte import acteur_courant
from models.journal import situer
from models.normalisation import normaliser
from models.perimetre import decide_des_habilitations
from rules import actes_habilitation, controle
from rules.collecte import contexte_inscription, habilitations_accordees
from rules.faits import CertificationFacts, EtablissementFacts, HabilitationFacts, Periode
from rules.habilitation import DecisionFacts, DossierHabilitation
from rules.nomenclatures import DecisionHabilitation, EtatHabilitation
from rules.noyau import Gravite

_VERROU = 20_201_028
_DECLARATION = re.compile(r"\d{11}", re.ASCII)


def numero_declaration(texte: str) -> str:
    """Les chiffres d'un numéro de déclaration d'activité ; leur nombre est jugé par INS-11. Refus : L_DECLARATION."""
    compact = cellules.texte_ligne(texte).removeprefix("'").replace(" ", "")
    if not _DECLARATION.fullmatch(compact):
        raise CelluleRefusee("L_DECLARATION", f"« {compact[:40]} » n'est pas un numéro de déclaration d'activité : il a 11 chiffres.")
    return compact


def certifications(texte: str) -> tuple[str, ...]:
    """Des certifications séparées par `|`, chacune par une de ses écritures imprimées, sans répétition."""
    morceaux = (m.strip() for m in cellules.texte_ligne(texte).split("|"))
    return tuple(dict.fromkeys(filter(None, morceaux)))


def _rendue(analyse: Callable[[str], object]) -> Callable[[str], object]:
    """La même lecture, d'une cellule que l'export a pu marquer pour qu'un tableur ne l'exécute pas."""
    return lambda texte: analyse(sans_marque(texte))


COLONNES: tuple[Colonne, ...] = (
    colonne("nom*", "Nom de l'organisme", _rendue(cellules.texte_ligne), 200, "organisme|organisme de formation|raison sociale|of|dénomination"),
    colonne("siret", "SIRET", cellules.siret, 40, "n° siret|numéro siret|siret de l'organisme"),
    colonne(
        "numero_declaration", "Numéro de déclaration d'activité", numero_declaration, 40,
        "nda|n° de déclaration|numéro de déclaration|n° déclaration d'activité|déclaration d'activité",
    ),
    colonne("adresse", "Adresse", _rendue(cellules.texte_lignes), 300, "adresse postale|adresse de l'organisme"),
    colonne("courriel", "Courriel", _rendue(cellules.email), 200, "e-mail|email|mail|mél|adresse électronique"),
    colonne(
        "habilite_depuis", "Habilité depuis le", cellules.date, 60,
        "habilité le|date d'habilitation|habilitation du|début d'habilitation|date d'effet",
    ),
    colonne(
        "habilite_jusqu_au", "Habilité jusqu'au", cellules.date, 60, "fin d'habilitation|habilitation au|échéance|fin",
    ),
    colonne("certifications", "Certifications (vide : toutes)", _rendue(certifications), 4_000, "portée|pour|certification|cqpm"),
    colonne("blocs", "Blocs de compétences", cellules.blocs, 2_000, "bdc|n° bdc"),
)
"""Colonnes d'un fichier d'organismes et de leurs habilitations."""

# Le champ qu'une règle nomme est la colonne du fichier, sauf ceux-ci.
_COLONNES = {"du": "habilite_depuis", "decide_le": "habilite_depuis", "au": "habilite_jusqu_au"}


@dataclass(slots=True)
class LigneOrganisme(LigneLue):
    """Un organisme lu, et la fiche qu'il désigne déjà."""

    organisme: Organisme | None = None
    certifications: tuple[CertificationFacts, ...] = ()
    connue: bool = False

    @property
    def cles(self) -> tuple[str, ...]:
        """Ce qui désigne l'organisme : ses numéros ; à défaut, son nom."""
        numeros = tuple(filter(None, (self.texte("siret"), self.texte("numero_declaration"))))
        return numeros or (normaliser(self.texte("nom")),)

    @property
    def depuis(self) -> dt.date | None:
        """Le premier jour de l'habilitation ; rien si la ligne n'en donne pas."""
        jour: dt.date | None = self.valeurs.get("habilite_depuis")
        return jour

    @property
    def faits(self) -> HabilitationFacts:
        """L'habilitation que la ligne dit, telle que les règles la compareront aux suivantes."""
        blocs = frozenset(self.valeurs.get("blocs", ()))
        portee = frozenset(c.id for c in self.certifications)
        return HabilitationFacts(0, Periode(self.depuis, self.valeurs.get("habilite_jusqu_au")), portee if portee or blocs else None, blocs)


def lire(numero: int, cellules_lues: Sequence[str], carte: Cartographie) -> LigneOrganisme:
    """Lit les cellules d'une ligne de fichier."""
    ligne = LigneOrganisme(numero, cellules_lues)
    ligne.remplir(carte)
    return ligne


class Moteur:
    """Reconnaît, juge et écrit des organismes et leurs habilitations pour un centre."""

    def __init__(self, session: Session, centre_id: int, importation_id: int | None = None) -> None:
        """Lit une fois ce qui est connu ; sur PostgreSQL, deux imports à la fois s'attendent."""
        self.session, self.centre_id, self.importation_id = session, centre_id, importation_id
        if session.connection().dialect.name == "postgresql":
            session.execute(select(func.pg_advisory_xact_lock(_VERROU)))
        self.contexte = contexte_inscription(session.connection(), centre_id)
        self._habilite = decide_des_habilitations(acteur_courant())
        self._connus: dict[str, set[int]] = defaultdict(set)
        self._fiches: dict[int, Organisme] = {}
        for o in session.scalars(select(Organisme)):
            self._fiches[o.id] = o
            for cle in filter(None, (o.siret, o.numero_declaration, normaliser(o.nom))):
                self._connus[cle].add(o.id)
        h = Habilitation.__table__.c
        self._habilitations: dict[int, list[HabilitationFacts]] = defaultdict(list)
        for _, organisme_id, faits in habilitations_accordees(
            session.connection(), h.centre_id == centre_id,
            h.etat.in_((EtatHabilitation.ACCORDEE, EtatHabilitation.SUSPENDUE)),
        ):
            self._habilitations[organisme_id].append(faits)
        self._du_fichier: dict[str, LigneOrganisme] = {}
        self._habilitations_du_fichier: dict[int, list[HabilitationFacts]] = defaultdict(list)

    # --- juger -------------------------------------------------------------------------------------------------------

    def juger(self, saisies: Sequence[LigneOrganisme]) -> None:
        """Reconnaît l'organisme, puis juge ses numéros et son habilitation, contre la base et les lignes d'avant."""
        for ligne in saisies:
            if ligne.refusee:
                continue
            self._reconnaitre(ligne)
            ligne.violer(
                controle.etablissement(EtablissementFacts(ligne.texte("siret"), ligne.texte("numero_declaration"))), _COLONNES
            )
            self._situer(ligne)
            premiere = self._premiere(ligne)
            if ligne.depuis is not None and not ligne.refusee:
                self._juger_l_habilitation(ligne, premiere)
            elif not ligne.refusee:
                ligne.connue = ligne.organisme is not None or premiere is not ligne
                for champ in ("habilite_jusqu_au", "certifications", "blocs"):
                    if champ in ligne.valeurs:
                        ligne.reprocher("habilite_depuis", "HAB-01", "Indiquez depuis quand l'organisme est habilité.", passage="Partie 2, chap. 1")
                        break
            if not ligne.refusee:
                for cle in ligne.cles:
                    self._du_fichier.setdefault(cle, premiere)
                if ligne.depuis is not None and not ligne.connue:
                    self._habilitations_du_fichier[id(premiere)].append(ligne.faits)

    def _reconnaitre(self, ligne: LigneOrganisme) -> None:
        trouves = {i for cle in ligne.cles for i in self._connus.get(cle, ())}
        if not trouves:
            homonymes = self._connus.get(normaliser(ligne.texte("nom")), set())
            # Un nom exact suffit tant qu'aucun numéro ne dit le contraire.
            trouves = {i for i in homonymes if not (self._fiches[i].siret and ligne.texte("siret"))}
        if len(trouves) > 1:
            ligne.reprocher("nom", "L_ORGANISME", "Plusieurs organismes de la liste répondent à ces numéros ou à ce nom : précisez le SIRET.")
            return
        if trouves:
            ligne.organisme = self._fiches[trouves.pop()]
            for champ in ("nom", "siret", "numero_declaration", "adresse", "courriel"):
                ici, dit = getattr(ligne.organisme, champ) or "", ligne.texte(champ)
                if dit and dit != ici:
                    ligne.reprocher(champ, "L_DIFFERE", f"La fiche de cet organisme dit « {ici or 'rien'} » : elle est gardée telle quelle.", Gravite.ALERTE)

    def _premiere(self, ligne: LigneOrganisme) -> LigneOrganisme:
        """La première ligne du fichier qui désigne le même organisme : celle-ci, ou une d'avant."""
        return next((self._du_fichier[k] for k in ligne.cles if k in self._du_fichier), ligne)

    def _situer(self, ligne: LigneOrganisme) -> None:
        trouvees = []
        for ecriture in ligne.valeurs.get("certifications", ()):
            certification = self.contexte.certification(ecriture)
            if certification is None:
                ligne.reprocher("certifications", "L_CERTIFICATION", f"« {ecriture[:60]} » n'est pas sur la liste de la branche, ou désigne plusieurs certifications.")
            else:
                trouvees.append(certification)
        ligne.certifications = tuple(trouvees)
        for bloc in ligne.valeurs.get("blocs", ()):
            if bloc not in self.contexte.blocs:
                ligne.reprocher("blocs", "L_BLOCS", f"« {bloc} » n'est pas un bloc de compétences connu.")

    def _juger_l_habilitation(self, ligne: LigneOrganisme, premiere: LigneOrganisme) -> None:
        assert ligne.depuis is not None
        faits = ligne.faits
        connues = [
            *(self._habilitations[ligne.organisme.id] if ligne.organisme is not None else ()),
            *self._habilitations_du_fichier[id(premiere)],
        ]
        if any(_la_meme(h, faits) for h in connues):
            ligne.connue = True
            return
        if not self._habilite:
            ligne.reprocher("habilite_depuis", "HAB-02", "Le responsable du centre décide des habilitations : demandez-lui d'importer ce fichier.",
                            passage="Partie 2, chap. 1")
            return
        dossier = DossierHabilitation(
            ligne.texte("nom"), self.centre_id, EtatHabilitation.DEMANDE, ligne.depuis, self.contexte.aujourd_hui, ligne.depuis,
            faits.periode.au, ligne.certifications, faits.blocs, autres=tuple(connues),
        )
        ligne.violer(
            controle.habilitation_reprise(DecisionFacts(dossier, DecisionHabilitation.FAVORABLE, ligne.depuis)), _COLONNES
        )

    # --- écrire ------------------------------------------------------------------------------------------------------

    def ecrire(self, saisies: Sequence[LigneOrganisme], *, simuler: bool) -> tuple[int, int, int, Sequence[int]]:
        """Écrit (ou simule) : créés, habilitations d'organismes déjà connus, déjà repris, clés des organismes."""
        bonnes = [s for s in saisies if not s.refusee]
        nouvelles = [s for s in bonnes if not s.connue]
        rattachees = sum(s.organisme is not None for s in nouvelles)
        if not simuler:
            for ligne in nouvelles:
                self._ecrire(ligne)
            self.session.flush()
        cles = [s.organisme.id for s in nouvelles if s.organisme is not None and not simuler]
        return len(nouvelles), rattachees, len(bonnes) - len(nouvelles), cles

    def _ecrire(self, ligne: LigneOrganisme) -> None:
        premiere = self._premiere(ligne)
        organisme = ligne.organisme or premiere.organisme
        if organisme is None:
            organisme = Organisme(
                nom=ligne.texte("nom"), siret=ligne.texte("siret") or None,
                numero_declaration=ligne.texte("numero_declaration") or None, adresse=ligne.texte("adresse"),
                courriel=ligne.texte("courriel"), recherche=normaliser(ligne.texte("nom")),
            )
            if self.importation_id is not None:
                situer(organisme, self.importation_id, ligne.ligne)
            self.session.add(organisme)
            self.session.flush()
        ligne.organisme = premiere.organisme = organisme
        if ligne.depuis is None:
            return
        portee = [c.id for c in ligne.certifications]
        actes_habilitation.reprendre(
            self.session, organisme, self.centre_id, ligne.depuis, ligne.valeurs.get("habilite_jusqu_au"),
            self.session.scalars(select(Certification).where(Certification.id.in_(portee))).all() if portee else (),
            self.session.scalars(select(BlocCompetences).where(
                BlocCompetences.id.in_([self.contexte.blocs[b].id for b in ligne.valeurs.get("blocs", ())])
            )).all(),
            importation=(self.importation_id, ligne.ligne) if self.importation_id is not None else None,
        )


def _la_meme(une: HabilitationFacts, autre: HabilitationFacts) -> bool:
    return (une.periode, une.certifications, une.blocs) == (autre.periode, autre.certifications, autre.blocs)


FICHIER: Genre[LigneOrganisme] = Genre(
    "organismes", "Organismes", "organisme", "à reprendre", "repris", "déjà repris", COLONNES, lire, Moteur,
)


# --- rendre ----------------------------------------------------------------------------------------------------------


def exporter(session: Session, centre_id: int) -> Iterator[tuple[str, ...]]:
    """Les organismes que ce centre a habilités, en-tête d'abord, tels qu'ils se reprennent : une ligne par habilitation en vigueur.

    Une habilitation suspendue, retirée ou en instruction ne se rend pas : son histoire est dans la console.
    """
    yield tuple(c.nom for c in COLONNES)
    habilitations = session.scalars(
        select(Habilitation).join(Habilitation.organisme)
        .where(Habilitation.centre_id == centre_id, Habilitation.etat == EtatHabilitation.ACCORDEE)
        .order_by(Organisme.recherche, Habilitation.du, Habilitation.id)
        .options(
            selectinload(Habilitation.organisme), selectinload(Habilitation.blocs),
            selectinload(Habilitation.certifications).selectinload(Certification.enregistrements),
        )
    )
    for h in habilitations:
        o = h.organisme
        valeurs = (
            o.nom, o.siret or "", o.numero_declaration or "", o.adresse, o.courriel, jour_ecrit(h.du), jour_ecrit(h.au),
            " | ".join(sorted(c.base_identifiant for c in h.certifications)), ", ".join(b.identifiant for b in h.blocs),
        )
        yield tuple(sans_formule(v) for v in valeurs)
