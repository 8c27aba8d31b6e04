"""La conservation (partie 2, chapitre 6) : termes au même jour, ce qui part à 2, 5, 20 et 42 ans, et ce qui reste.

L'horloge de la base s'avance en réécrivant ses déclencheurs (`tests.horloge`) ; un essai garde la vraie.
"""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import (
    Amenagement,
    Archive,
    AvisEntreprise,
    Base,
    Candidat,
    Certificat,
    Duplicata,
    Evaluation,
    Inscription,
    Journal,
    Jury,
    Piece,
    Presentation,
    Purge,
    Remise,
    SceauJournal,
    Vote,
    terme,
)
from models.base import aujourd_hui
from models.journal import entree
from rules import actes, actes_conservation, actes_journal, actes_pieces, actes_suivi, conservation, parametres
from rules.accrochage import echeance_d_accrochage
from rules.collecte_conservation import SOURCES, cles, lignes, source_de, tableau
from rules.conservation import DUREES, PurgeFacts, echu
from rules.controle import Refus, traduire
from rules.nomenclatures import (
    Decision,
    Destinataire,
    EtatInscription,
    EtatPurge,
    NaturePiece,
    NaturePurge,
    ResultatCompetence,
)
from rules.noyau import evaluate
from rules.parametres import meme_jour
from tests import factories as f
from tests.horloge import avancer
from tests.models.monde import PDF
from tests.rules.faits import champs

JURY = f.DATE_JURY
LENDEMAIN = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("depart", "nature", "attendu"),
    [
        (dt.date(2026, 3, 12), NaturePurge.ECHEC, dt.date(2028, 3, 12)),
        (dt.date(2024, 2, 29), NaturePurge.ECHEC, dt.date(2026, 2, 28)),
        (dt.date(2024, 2, 29), NaturePurge.PARTIELLE, dt.date(2029, 2, 28)),
        (dt.date(2024, 2, 29), NaturePurge.JURY, dt.date(2044, 2, 29)),
        (dt.date(2024, 2, 29), NaturePurge.CERTIFICATS, dt.date(2066, 2, 28)),
        (dt.date(2023, 2, 28), NaturePurge.ECHEC, dt.date(2025, 2, 28)),
        (dt.date(2026, 3, 12), NaturePurge.IDENTITE, dt.date(2026, 3, 12)),
    ],
)
def test_terme_au_meme_jour(depart, nature, attendu):
    fin = DUREES[nature].terme(depart)
    assert fin == attendu
    assert [echu(fin, fin + dt.timedelta(days=n)) for n in (-1, 0, 1)] == [False, False, True]


def test_la_base_et_les_regles_ont_les_memes_durees():
    assert {n: d.duree.valeurs[-1][1] for n, d in DUREES.items() if d.duree and n is not NaturePurge.HABILITATION} == {
        NaturePurge.CERTIFICATS: terme.CERTIFICAT, NaturePurge.JURY: terme.JURY, NaturePurge.PARTIELLE: terme.PARTIELLE,
        NaturePurge.ECHEC: terme.ECHEC, NaturePurge.IMPORT: terme.IMPORT, NaturePurge.JOURNAL: terme.JOURNAL,
    }
    assert parametres.DELAI_ACCROCHAGE.valeurs[-1][1] == terme.ACCROCHAGE
    assert set(DUREES) == set(NaturePurge) == {s.nature for s in SOURCES}
    assert all(d.source and d.depuis and d.combien for d in DUREES.values())


@pytest.mark.parametrize("annees", [0, 2, 5, 20, 42])
def test_la_base_juge_le_terme_comme_les_regles(session: Session, annees: int):
    """Tous les jours autour de la fin de février et de l'année, sur chaque moteur."""
    moteur = session.get_bind().dialect.name
    jour = ":jour" if moteur == "sqlite" else "CAST(:jour AS date)"
    depart = "d" if moteur == "sqlite" else "CAST(d AS date)"
    requete = text(f"SELECT {terme.traduire(terme.echu('d', annees), moteur, jour).replace(' d ', f' {depart} ')} "
                   f"FROM (SELECT {':d' if moteur == 'sqlite' else 'CAST(:d AS date)'} AS d) AS x")
    departs = [dt.date(a, m, j) for a in (2023, 2024) for m, j in ((2, 27), (2, 28), (3, 1), (12, 31), (1, 1))]
    for d in (*departs, dt.date(2024, 2, 29)):
        fin = meme_jour(d, annees)
        for ecart in range(-3, 4):
            le = fin + dt.timedelta(days=ecart)
            assert bool(session.scalar(requete, {"d": d.isoformat(), "jour": le.isoformat()})) is echu(fin, le), (d, le)


@pytest.mark.parametrize(
    ("date_jury", "dernier"),
    [(dt.date(2026, 3, 12), dt.date(2026, 6, 12)), (dt.date(2025, 11, 30), dt.date(2026, 2, 28)), (dt.date(2023, 11, 30), dt.date(2024, 2, 29))],
)
def test_les_trois_mois_de_l_accrochage_sont_les_memes_dans_la_base(session: Session, date_jury, dernier):
    assert echeance_d_accrochage(date_jury) == dernier
    moteur = session.get_bind().dialect.name
    cast = (lambda x: x) if moteur == "sqlite" else (lambda x: f"CAST({x} AS date)")
    requete = text(f"SELECT {terme.traduire(terme.echu_mois('d', 3), moteur, cast(':jour'))} FROM (SELECT {cast(':d')} AS d) AS x")
    for ecart in (-1, 0, 1):
        le = dernier + dt.timedelta(days=ecart)
        assert bool(session.scalar(requete, {"d": date_jury.isoformat(), "jour": le.isoformat()})) is (ecart > 0)


# --- Les règles, à leurs bornes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changement", "attendu"),
    [
        ({}, []),
        ({"au": JURY + LENDEMAIN}, ["ARC-21"]),
        ({"au": JURY - LENDEMAIN}, []),
        ({"nombre": 0, "confirmation": 0}, ["ARC-21"]),
        ({"etat": EtatPurge.EXECUTEE}, ["ARC-21"]),
        ({"etat": EtatPurge.ECARTEE}, ["ARC-21"]),
        ({"confirmation": 2}, ["ARC-22"]),
        ({"confirmation": None}, ["ARC-22"]),
        ({"decidee_par": "gtp"}, ["ARC-23"]),
    ],
)
def test_arc_21_a_23_purge(changement, attendu):
    faits = {"au": JURY, "le": JURY, "nombre": 3, "etat": EtatPurge.PROPOSEE, "confirmation": 3, "proposee_par": "gtp",
             "decidee_par": "dpo"} | changement
    faits = PurgeFacts(**faits)
    assert [v.code for v in evaluate(conservation.EXECUTION, faits)] == attendu
    assert bool(champs(conservation.purge_possible, faits)) is ("ARC-21" in attendu)
    assert bool(champs(conservation.purge_confirmee, faits)) is ("ARC-22" in attendu)
    assert bool(champs(conservation.deux_personnes, faits)) is ("ARC-23" in attendu)


# --- Une base pleine, avancée dans le temps ------------------------------------------------------------------------

class Monde:
    """Un jury signé : un admis, un non-admis qui garde une compétence, un non-admis sans rien ; et un jury plus récent."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.centre = f.centre(session)
        self.certification, _ = f.certification_et_cqpi(session)
        self.jury = f.jury(session, self.centre)
        f.siege(session, self.jury, president=True)
        for _ in range(2):
            f.siege(session, self.jury, delegation="syndicale", syndicat=f.syndicat(session))
        self.admis, self.partiel, self.echec = (
            self._inscrire(*non_acquises) for non_acquises in ((), (1,), (1, 2, 3, 4, 5, 6))
        )
        actes.presenter(session, self.jury, [self.admis, self.partiel, self.echec])
        actes.ouvrir(session, self.jury, JURY)
        for presentation in self.jury.presentations:
            admis = presentation.inscription is self.admis
            f.voter_tous(session, presentation, Decision.ADMIS if admis else Decision.NON_ADMIS)
            presentation.commentaire = "Bon parcours"
        actes.signer(session, self.jury, f.president(self.jury))
        actes.attribuer(session, self.jury)
        self._conserver()
        self.ouverte = self._inscrire()
        self.recent = f.jury_signe(session, self.centre, self.certification)
        session.flush()

    def _inscrire(self, *non_acquises: int) -> Inscription:
        faite = f.inscription(self.session, self.centre, self.certification)
        f.evaluer(self.session, faite, non_acquises=non_acquises)
        f.avis(self.session, faite, commentaire="Sérieux")
        for e in self.session.scalars(select(Evaluation).filter_by(inscription_id=faite.id)):
            e.appreciation = "Gestes sûrs"
        for nature in (NaturePiece.IDENTITE, NaturePiece.EVALUATION):
            actes_pieces.joindre(self.session, faite, "CNI Dupont.pdf", PDF, nature)
        self.session.add(Amenagement(inscription=faite, centre_id=self.centre.id, demande_le=f.DATE_INSCRIPTION, mesures="tiers-temps"))
        self.session.flush()
        return faite

    def _conserver(self) -> None:
        dossier = actes_suivi.dossier_de_transmission(self.session, self.jury)
        actes_pieces.joindre(self.session, dossier, "emargement.pdf", PDF, NaturePiece.EMARGEMENT)
        actes_suivi.transmettre(self.session, self.jury, JURY, lettre_prete=True)
        vingt, quarante = meme_jour(JURY, 20), meme_jour(JURY, 42)
        centre = {"centre_id": self.centre.id}
        f.archive(self.session, proces_verbal_id=self.jury.proces_verbaux[0].id, conserver_jusqu_au=vingt, **centre)
        f.archive(self.session, transmission_id=dossier.id, conserver_jusqu_au=vingt, **centre)
        for c in self.session.scalars(select(Certificat).filter_by(candidat_id=self.admis.candidat_id)):
            f.archive(self.session, certificat_id=c.id, conserver_jusqu_au=quarante, **centre)
            self.session.add(Remise(certificat_id=c.id, remis_le=JURY, destinataire=Destinataire.CANDIDAT, a="Elle-même", **centre))
        premier = self.session.scalars(select(Certificat).filter_by(candidat_id=self.admis.candidat_id)).first()
        duplicata = Duplicata(numero="DU-0000001", certificat_id=premier.id, delivre_le=JURY, motif="Perte", **centre)
        self.session.add(duplicata)
        self.session.flush()
        f.archive(self.session, duplicata_id=duplicata.id, conserver_jusqu_au=quarante, **centre)

    def photo(self) -> dict[str, list[tuple]]:
        """Toutes les lignes de toutes les tables, telles quelles."""
        self.session.flush()
        return {
            nom: [tuple(r) for r in self.session.execute(select(table).order_by(*table.primary_key))]
            for nom, table in Base.metadata.tables.items() if nom not in ("purge", "purge_ligne", "sceau_journal")
        }

    def appreciations(self, inscription: Inscription) -> list[str]:
        return list(self.session.scalars(select(Evaluation.appreciation).filter_by(inscription_id=inscription.id)))


@pytest.fixture
def monde(session: Session) -> Monde:
    return Monde(session)


@pytest.fixture
def le(session: Session, monkeypatch):
    """Avance l'horloge de la base et celle de la console."""

    def avance(jour: dt.date) -> dt.date:
        avancer(session.connection(), jour)
        monkeypatch.setattr(actes_conservation, "aujourd_hui", lambda: jour)
        return jour

    return avance


def _purger(session: Session, jour: dt.date) -> Purge:
    purge = actes_conservation.proposer(session, jour)
    with actes_conservation.au_nom_de("dpo"):
        return actes_conservation.executer(session, purge, purge.nombre)


def _quoi(session: Session, jour: dt.date) -> dict[tuple[str, str], int]:
    return {(e.duree.nature.value, e.objet): e.nombre for e in tableau(session, jour)}


def _changees(avant: dict, apres: dict) -> set[str]:
    return {nom for nom in avant if avant[nom] != apres[nom]}


def _cles_tiennent(session: Session) -> None:
    connexion = session.connection()
    if connexion.dialect.name == "sqlite":
        assert connexion.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    for table in inspect(connexion).get_table_names():
        for cle in inspect(connexion).get_foreign_keys(table):
            ici = " AND ".join(f"a.{c} = b.{r}" for c, r in zip(cle["constrained_columns"], cle["referred_columns"], strict=True))
            pleines = " AND ".join(f"a.{c} IS NOT NULL" for c in cle["constrained_columns"])
            orphelines = session.scalar(text(
                f"SELECT count(*) FROM {table} a WHERE {pleines} AND NOT EXISTS (SELECT 1 FROM {cle['referred_table']} b WHERE {ici})"
            ))
            assert orphelines == 0, (table, cle["name"])


def test_rien_n_est_echu_avant_l_issue(session: Session, monde: Monde):
    veille = JURY - LENDEMAIN
    # Le jury est signé : ce qui ne sert qu'à préparer n'a plus de raison d'être ; le reste attend son terme.
    assert {code for code, _ in _quoi(session, veille)} <= {"ARC-01", "ARC-02"}
    ouverte = {p.id for p in session.scalars(select(Piece).filter_by(inscription_id=monde.ouverte.id))}
    assert not ouverte & {c for s in SOURCES if s.objet == "piece" for c, _ in cles(session, s, JURY)}


def test_a_2_5_20_et_42_ans(session: Session, monde: Monde, le):
    depart = monde.photo()
    actes_journal.sceller(session)

    # Le jour du jury : documents de préparation ; le document d'identité des non-admis, celui des admis trois mois après.
    jour = le(JURY)
    _purger(session, jour)
    natures = [p.nature for p in session.scalars(select(Piece).filter_by(inscription_id=monde.admis.id))]
    assert natures == [NaturePiece.IDENTITE]
    assert not list(session.scalars(select(Piece).filter_by(inscription_id=monde.echec.id)))
    assert len(list(session.scalars(select(Piece).filter_by(inscription_id=monde.ouverte.id)))) == 2
    assert set(monde.appreciations(monde.admis)) == {""}
    assert set(monde.appreciations(monde.partiel)) == set(monde.appreciations(monde.echec)) == {"Gestes sûrs"}
    assert session.scalar(select(Amenagement).filter_by(inscription_id=monde.ouverte.id)).mesures == "tiers-temps"

    _purger(session, le(dt.date(2026, 6, 13)))
    assert not list(session.scalars(select(Piece).filter_by(inscription_id=monde.admis.id)))

    # Deux ans : les appréciations d'un échec, le lendemain du terme seulement.
    deux = meme_jour(JURY, 2)
    assert not tableau(session, deux)
    assert {n for n, _ in _quoi(session, deux + LENDEMAIN)} == {"ARC-05"}
    avant = monde.photo()
    _purger(session, le(deux + LENDEMAIN))
    assert _changees(avant, monde.photo()) == {"evaluation", "avis_entreprise", "journal"}
    assert set(monde.appreciations(monde.echec)) == {""}
    assert set(monde.appreciations(monde.partiel)) == {"Gestes sûrs"}

    cinq = meme_jour(JURY, 5)
    assert not tableau(session, cinq)
    avant = monde.photo()
    _purger(session, le(cinq + LENDEMAIN))
    assert _changees(avant, monde.photo()) == {"evaluation", "avis_entreprise", "journal"}
    assert set(monde.appreciations(monde.partiel)) == {""}
    assert set(monde.appreciations(monde.ouverte)) == {"Gestes sûrs"}

    vingt = meme_jour(JURY, 20)
    assert not tableau(session, vingt)
    avant = monde.photo()
    _purger(session, le(vingt + LENDEMAIN))
    assert _changees(avant, monde.photo()) == {
        "archive", "piece", "vote", "presentation", "candidat", "candidat_cle", "inscription", "journal", "dossier_evaluation",
    } - {t for t in ("dossier_evaluation",) if not avant[t]}
    assert not list(session.scalars(select(Vote)))
    assert {p.nature for p in session.scalars(select(Piece))} == {NaturePiece.IDENTITE, NaturePiece.EVALUATION}
    assert monde.echec.candidat.efface_le == vingt + LENDEMAIN
    assert monde.admis.candidat.efface_le is None
    assert monde.ouverte.candidat.efface_le is None
    assert session.scalar(select(Archive).where(Archive.certificat_id.is_not(None)).limit(1)) is not None

    quarante = meme_jour(JURY, 42)
    assert not tableau(session, quarante)
    _purger(session, le(quarante + LENDEMAIN))
    assert not list(session.scalars(select(Archive)))
    assert not list(session.scalars(select(Remise)))
    assert not list(session.scalars(select(Duplicata)))

    # Ce qui reste : des comptes et des numéros, plus une personne ; la seule nommée a une inscription ouverte.
    assert {c.id for c in session.scalars(select(Candidat)) if c.efface_le is None} == {monde.ouverte.candidat_id}
    _cles_tiennent(session)
    apres = monde.photo()
    for table in ("inscription", "presentation", "certificat", "jury", "proces_verbal", "presentation_competence", "evaluation"):
        assert len(apres[table]) == len(depart[table]), table
    decisions = select(Presentation.decision).order_by(Presentation.id)
    assert [d.value for d in session.scalars(decisions)][:3] == ["A", "NA", "NA"]
    efface = session.get(Candidat, monde.admis.candidat_id)
    assert (efface.nom_naissance, efface.ville_naissance, efface.courriel) == ("Effacé", "Effacé", "")
    noms = [str(monde.ouverte.candidat.nom_naissance)]
    restes = [str(r) for table in apres.values() for r in table]
    for ligne in depart["candidat"]:
        nom = next(v for v in ligne if isinstance(v, str) and v.startswith("Dupont"))
        trouve = [r for r in restes if nom in r]
        assert bool(trouve) is (nom in noms), (nom, trouve[:2])
    assert actes_journal.verifier(session).alteres == ()
    assert not tableau(session, quarante + LENDEMAIN)


def test_la_vraie_horloge_de_la_base(session: Session):
    """Sans avancer l'horloge : la veille et le jour du terme résistent, le lendemain cède."""
    passe = meme_jour(aujourd_hui(), -2)
    essais = []
    for jours in (-1, 0, 1):
        centre, certification = f.centre(session), f.certification(session)
        date = passe + dt.timedelta(days=jours)
        jury = f.jury(session, centre, date_jury=date)
        f.siege(session, jury, president=True)
        f.siege(session, jury, delegation="syndicale", syndicat=f.syndicat(session))
        inscription = f.inscription(session, centre, certification, date_inscription=date - dt.timedelta(days=60))
        f.evaluer(session, inscription, non_acquises=range(1, 9))
        for e in session.scalars(select(Evaluation).filter_by(inscription_id=inscription.id)):
            e.appreciation, e.date_evaluation = "Gestes sûrs", date - dt.timedelta(days=20)
        session.flush()
        actes.presenter(session, jury, [inscription])
        actes.ouvrir(session, jury, date)
        f.voter_tous(session, jury.presentations[0], Decision.NON_ADMIS)
        actes.signer(session, jury, f.president(jury))
        essais.append((jours, inscription.id))
    for jours, inscription in essais:
        geste = text("UPDATE evaluation SET appreciation = '' WHERE inscription_id = :i").bindparams(i=inscription)
        if jours < 0:
            session.execute(geste)
        else:
            with pytest.raises(DBAPIError) as erreur, session.begin_nested():
                session.execute(geste)
            assert traduire(erreur.value).code == "JUR-13"


@pytest.mark.parametrize("avance", ["-", "veille", "terme"])
@pytest.mark.parametrize(
    "geste",
    [
        "DELETE FROM archive WHERE certificat_id IS NOT NULL",
        "UPDATE archive SET conserver_jusqu_au = '2000-01-01'",
        "DELETE FROM archive WHERE proces_verbal_id IS NOT NULL",
        "DELETE FROM certificat", "UPDATE certificat SET date_jury = '1980-01-01'", "UPDATE jury SET date_jury = '1980-01-01'",
        "DELETE FROM proces_verbal", "DELETE FROM jury WHERE etat = 'clos'", "DELETE FROM duplicata",
        "DELETE FROM vote", "UPDATE presentation SET commentaire = ''",
        "UPDATE evaluation SET appreciation = '' WHERE inscription_id IN (SELECT inscription_id FROM presentation WHERE decision = 'NA')",
        "DELETE FROM avis_entreprise WHERE inscription_id IN (SELECT inscription_id FROM presentation WHERE decision = 'NA')",
        "DELETE FROM piece WHERE transmission_id IS NOT NULL",
        "DELETE FROM piece WHERE inscription_id IN (SELECT id FROM inscription WHERE etat = 'ouverte')",
        "UPDATE piece SET inscription_id = (SELECT min(inscription_id) FROM presentation) WHERE nature = 'identite'",
        "DELETE FROM evaluation WHERE inscription_id IN (SELECT inscription_id FROM presentation)", "DELETE FROM inscription",
        "UPDATE candidat SET efface_le = '2026-01-01' WHERE id IN (SELECT candidat_id FROM certificat)",
        "DELETE FROM candidat", "UPDATE journal SET avant = NULL, apres = NULL", "DELETE FROM journal", "UPDATE journal SET acteur = 'x'",
    ],
)
def test_aucun_detour_avant_le_terme(session: Session, monde: Monde, le, geste: str, avance: str):
    """Effacer, reculer le terme, ôter ce dont il dépend : refusé jusqu'au dernier jour, sur les deux moteurs."""
    if avance != "-":
        courte = "appreciation = ''" in geste or "avis_entreprise" in geste
        fin = meme_jour(JURY, 2 if courte else 20)
        le(fin if avance == "terme" else fin - LENDEMAIN)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(geste))


def test_ni_vider_ni_remplacer(session: Session, monde: Monde, le):
    le(meme_jour(JURY, 60))
    moteur = session.get_bind().dialect.name
    for table in ("archive", "piece", "candidat", "evaluation", "vote", "journal", "purge", "conservation_suspendue"):
        geste = f"TRUNCATE {table} CASCADE" if moteur == "postgresql" else f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
        if moteur == "sqlite" and table in ("candidat", "evaluation", "vote", "purge", "conservation_suspendue"):
            continue  # essayés par leur déclencheur (test_gel_chacun) : ici la table est vide, ou la ligne reste la même
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(geste))


def test_une_suspension_retient_ce_qui_est_echu(session: Session, monde: Monde, le):
    jour = le(meme_jour(JURY, 50))
    candidat, jury = monde.admis.candidat, monde.recent
    suspensions = [actes_conservation.suspendre(session, candidat, "Recours"), actes_conservation.suspendre(session, jury, "Contrôle")]
    retenus = sum(e.retenus for e in tableau(session, jour))
    assert retenus > 0
    assert any(x.retenue for s in SOURCES for x in lignes(session, s, jour))
    _purger(session, jour)
    assert candidat.efface_le is None
    assert session.scalar(select(Archive).where(Archive.certificat_id.is_not(None)).limit(1)) is not None
    assert session.scalar(select(Archive).where(Archive.proces_verbal_id == monde.jury.proces_verbaux[0].id)) is not None
    assert list(session.scalars(select(Vote).filter_by(jury_id=jury.id)))
    assert monde.partiel.candidat.efface_le == jour
    for geste in ("DELETE FROM archive", "DELETE FROM vote", f"UPDATE candidat SET efface_le = '{jour}' WHERE id = {candidat.id}"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(geste))
    for suspension in suspensions:
        actes_conservation.lever(session, suspension)
    _purger(session, jour)
    assert candidat.efface_le == jour
    # Les entrées que ces purges ont elles-mêmes écrites sont datées de la vraie horloge.
    assert {e.objet for e in tableau(session, jour)} <= {"journal"}
    _cles_tiennent(session)


def test_une_suspension_dit_pourquoi(session: Session, monde: Monde):
    with pytest.raises(Refus) as refus:
        actes_conservation.suspendre(session, monde.admis.candidat, "  ")
    assert [v.code for v in refus.value.violations] == ["ARC-20"]


def test_la_purge_laisse_un_acte_sans_donnee_personnelle(session: Session, monde: Monde, le):
    jour = le(meme_jour(JURY, 2) + LENDEMAIN)
    purge = _purger(session, jour)
    assert (purge.etat, purge.decidee_par, purge.au) == (EtatPurge.EXECUTEE, "dpo", jour)
    ecrit = str([[x.nature, x.objet, x.nombre, x.du, x.au, x.cles, x.empreinte] for x in purge.lignes])
    for personne in session.scalars(select(Candidat)):
        assert personne.nom_naissance not in ecrit
    ligne = next(x for x in purge.lignes if x.objet == "evaluation" and x.nature is NaturePurge.ECHEC)
    assert ligne.empreinte == actes_conservation.empreinte(ligne.nature, ligne.objet, ligne.cles)
    assert ligne.nombre == len(ligne.cles)
    with pytest.raises(Refus):
        actes_conservation.executer(session, purge, purge.nombre)


def test_une_purge_ne_touche_que_ce_qu_elle_a_arrete(session: Session, monde: Monde, le):
    """Ce qui devient échu après la proposition attend la suivante ; ce qui est retenu depuis est laissé."""
    jour = le(meme_jour(JURY, 2) + LENDEMAIN)
    purge = actes_conservation.proposer(session, jour, [NaturePurge.ECHEC])
    assert {x.nature for x in purge.lignes} == {NaturePurge.ECHEC}
    actes_conservation.suspendre(session, monde.echec.candidat, "Recours")
    with actes_conservation.au_nom_de("dpo"):
        actes_conservation.executer(session, purge, purge.nombre)
    assert purge.lignes == []
    assert set(monde.appreciations(monde.echec)) == {"Gestes sûrs"}


def test_on_ne_purge_ni_d_avance_ni_seul(session: Session, monde: Monde, le):
    le(JURY)
    with pytest.raises(Refus) as refus:
        actes_conservation.proposer(session, JURY + LENDEMAIN)
    assert [v.code for v in refus.value.violations] == ["ARC-21"]
    purge = actes_conservation.proposer(session, JURY)
    with pytest.raises(Refus) as refus:
        actes_conservation.executer(session, purge, purge.nombre)
    assert [v.code for v in refus.value.violations] == ["ARC-23"]
    with pytest.raises(Refus), actes_conservation.au_nom_de("dpo"):
        actes_conservation.executer(session, purge, purge.nombre + 1)
    with pytest.raises(Refus):
        actes_conservation.ecarter(session, purge, "")
    actes_conservation.ecarter(session, purge, "Un recours est attendu")
    assert purge.etat is EtatPurge.ECARTEE


def test_une_restauration_rejoue_les_purges(session: Session, monde: Monde, le):
    """Défaire la purge comme une sauvegarde plus ancienne la défait, puis la rejouer d'après son registre."""
    jour = le(meme_jour(JURY, 20) + LENDEMAIN)
    with session.begin_nested() as avant:
        _purger(session, jour)
        registre = actes_conservation.registre(session)
        purgee = monde.photo()
        avant.rollback()
    session.expire_all()
    assert session.get(Candidat, monde.echec.candidat_id).efface_le is None
    effacees = actes_conservation.rejouer(session, registre)
    assert effacees == sum(x["nombre"] for x in registre[0]["lignes"])
    rejouee = monde.photo()
    assert _changees(purgee, rejouee) <= {"journal", "candidat"}
    assert not tableau(session, jour)
    assert actes_conservation.rejouer(session, registre) == 0
    registre[0]["purge"] = 99
    registre[0]["lignes"][0]["cles"].append(1)
    with pytest.raises(Refus) as refus:
        actes_conservation.rejouer(session, registre)
    assert [v.code for v in refus.value.violations] == ["ARC-24"]


def test_le_journal_altere_se_voit(session: Session, monde: Monde, le):
    session.execute(insert(Journal), [entree("essai", "centre", n) for n in range(2_500)])
    assert actes_journal.sceller(session) >= 2
    assert actes_journal.sceller(session) == 0
    assert actes_journal.verifier(session).alteres == ()
    connexion = session.connection()
    if connexion.dialect.name == "sqlite":
        connexion.exec_driver_sql("DROP TRIGGER gel_journal_modification")
    else:
        connexion.exec_driver_sql("DROP TRIGGER gel_journal_modification ON journal")
    bloc = session.scalars(select(SceauJournal.bloc).order_by(SceauJournal.bloc.desc())).first()
    session.execute(text(f"UPDATE journal SET acteur = 'un autre' WHERE id = {bloc * actes_journal.TAILLE + 500}"))
    assert actes_journal.verifier(session).alteres == (bloc,)
    le(JURY)
    with pytest.raises(Refus) as refus:
        _purger(session, JURY)
    assert [v.code for v in refus.value.violations] == ["JOURNAL"]


def test_le_tableau_se_compte_par_centre(session: Session, monde: Monde):
    autre = f.centre(session)
    f.jury_signe(session, autre, monde.certification)
    jour = meme_jour(JURY, 50)
    partout, ici, la = (sum(e.nombre for e in tableau(session, jour, c)) for c in (None, monde.centre.id, autre.id))
    assert la > 0
    assert partout >= ici + la
    source = source_de("ARC-11", "candidat")
    assert source is not None
    vues = lignes(session, source, jour, monde.centre.id, limite=2)
    assert len(vues) == 2
    assert all(x.centre == monde.centre.nom and x.qui and x.terme >= x.depart for x in vues)
    assert lignes(session, source, jour, monde.centre.id, limite=2, saut=1)[0] == vues[1]


def test_une_inscription_annulee_rend_ses_pieces(session: Session, monde: Monde, le):
    monde.ouverte.etat = EtatInscription.ANNULEE
    session.flush()
    _purger(session, le(aujourd_hui()))
    assert not list(session.scalars(select(Piece).filter_by(inscription_id=monde.ouverte.id)))
    assert set(monde.appreciations(monde.ouverte)) == {""}
    assert monde.ouverte.candidat.efface_le is None
    deux = meme_jour(monde.ouverte.updated_at.date(), 2) + 2 * LENDEMAIN
    _purger(session, le(deux))
    assert session.get(Candidat, monde.ouverte.candidat_id).efface_le == deux


def test_le_nom_d_un_fichier_ne_nomme_personne(session: Session, monde: Monde):
    noms = {p.nom for p in session.scalars(select(Piece).where(Piece.inscription_id.is_not(None)))}
    assert noms == {"document-d-identite-1.pdf", "document-d-evaluation-2.pdf"}


def test_retirer_la_piece_d_identite(session: Session, monde: Monde):
    piece = session.scalars(select(Piece).filter_by(inscription_id=monde.ouverte.id)).first()
    with pytest.raises(Refus) as refus:
        actes_pieces.retirer(session, piece)
    assert [v.code for v in refus.value.violations] == ["ACC-03"]
    piece = session.scalars(select(Piece).filter_by(inscription_id=monde.echec.id)).first()
    actes_pieces.retirer(session, piece)
    assert session.get(Piece, piece.id) is None
    assert session.scalar(select(Jury.date_jury).filter_by(id=monde.jury.id)) == JURY
    assert ResultatCompetence.ACQUISE in {k.retenu for p in monde.jury.presentations for k in p.competences}
    assert session.scalars(select(AvisEntreprise)).first() is not None
