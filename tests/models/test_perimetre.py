"""Le territoire, sous toutes les vues : chacun ne lit et n'écrit que le sien, quelle que soit la façon de demander."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, delete, event, func, insert, inspect, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased, joinedload, selectinload, with_polymorphic

from models import (
    ActionCorrective,
    Amenagement,
    Appreciation,
    Archive,
    AttributionParcours,
    AvisEntreprise,
    Base,
    Candidat,
    CandidatCle,
    Centre,
    Certificat,
    Certification,
    CollectifVae,
    CommissionEvaluation,
    CommissionValidation,
    Demande,
    DossierEvaluation,
    Duplicata,
    Entreprise,
    EtapeInstruction,
    Evaluateur,
    Evaluation,
    EvenementHabilitation,
    Habilitation,
    Inscription,
    InscriptionBloc,
    Journal,
    Jury,
    MembreValidation,
    Organisme,
    Parcours,
    ParcoursModule,
    Personne,
    Piece,
    PointGtp,
    Presentation,
    PresentationCompetence,
    ProcesVerbal,
    Publication,
    Remise,
    SeanceGtp,
    Siege,
    Transmission,
    Utilisateur,
    Vae,
    Vote,
    VoteGtp,
    perimetre,
)
from models.base import maintenant
from models.contexte import Acteur, agir_comme, systeme
from models.journal import entree
from models.perimetre import HorsPerimetre
from rules.nomenclatures import Decision, EtatJury, ResultatCompetence, Role
from tests import factories as f

BORNES = [modele for modele, _ in perimetre.CRITERES]


@dataclass
class Monde:
    """Le petit monde et les identités de ses deux centres : le nôtre (67) et l'autre (68)."""

    session: Session
    nous: int
    autre: int

    def un(self, modele: type[Base], centre: int, *conditions: object) -> int:
        """L'identité d'une ligne de ce modèle dans ce centre, lue au nom du système."""
        with agir_comme(systeme("essais")):
            trouve = self.session.scalars(
                select(modele.id).where(modele.centre_id == centre, *conditions).order_by(modele.id)
            ).first()
        assert trouve is not None, modele
        self.session.expunge_all()
        return trouve

    def jury_ouvert(self, centre: int) -> int:
        return self.un(Jury, centre, Jury.etat == EtatJury.OUVERT)


@pytest.fixture
def monde(session_monde: Session) -> Monde:
    nous, autre = (
        session_monde.scalars(select(Centre.id).where(Centre.code == code)).one() for code in ("67", "68")
    )
    session_monde.expunge_all()
    return Monde(session_monde, nous, autre)


def clerc(monde: Monde, role: Role = Role.CLERC) -> Acteur:
    return Acteur("un clerc", role=role, centre_id=monde.nous)


def lisibles(session: Session, modele: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(modele))


def ecrit(session: Session, geste: Callable[[], object]) -> None:
    with session.begin_nested():
        geste()
        session.flush()


def refuse(session: Session, geste: Callable[[], object]) -> None:
    with pytest.raises(HorsPerimetre):
        ecrit(session, geste)


def test_tout_ce_qui_tient_a_un_centre_est_borne():
    """Un modèle nouveau qui porte un centre, une inscription ou une présentation doit dire qui le voit."""
    signes = {"centre_id", "inscription_id", "presentation_id", "jury_id", "candidat_id", "utilisateur_id"}
    connus = set(BORNES)
    # Listes nationales et publiques, ou tables que seule la connexion emploie.
    hors = {"centre_departement", "session_connexion"}
    oublies = {
        m.class_.__name__ for m in Base.registry.mappers
        if signes & {c.key for c in m.columns} and m.class_ not in connus and m.local_table.name not in hors
    }
    assert oublies == set()
    assert {m for m, _ in perimetre.CRITERES} >= {Candidat, Utilisateur}


@pytest.mark.parametrize("acteur", [None, Acteur("sans rôle"), Acteur("sans rôle, à un centre", centre_id=1)],
                         ids=["personne", "sans rôle", "sans rôle à un centre"])
@pytest.mark.parametrize("classe", BORNES, ids=lambda m: m.__name__)
def test_sans_acteur_rien_de_borne_n_est_visible(monde, classe, acteur):
    with agir_comme(acteur):
        if classe is Utilisateur and acteur is not None:
            assert monde.session.scalars(select(Utilisateur).where(Utilisateur.id.is_not(None))).all() == []
        assert monde.session.scalars(select(classe)).all() == []
        assert lisibles(monde.session, classe) == 0


def test_le_systeme_voit_tout(monde):
    with agir_comme(systeme("essais")):
        for modele in BORNES:
            assert lisibles(monde.session, modele) > 0, modele


@pytest.mark.parametrize("role", [Role.CLERC, Role.RESPONSABLE, Role.LECTURE])
@pytest.mark.parametrize("classe", [m for m in BORNES if "centre_id" in inspect(m).columns.keys()],  # noqa: SIM118
                         ids=lambda m: m.__name__)
def test_un_centre_ne_voit_que_le_sien(monde, classe, role):
    with agir_comme(clerc(monde, role)):
        vus = {o.centre_id for o in monde.session.scalars(select(classe))}
        assert vus <= {monde.nous}
    if classe not in {Utilisateur, Amenagement, Journal}:
        assert vus == {monde.nous}


def _facons(modele: type[Base], identite: int) -> dict[str, Callable[[Session], object]]:
    """Toutes les façons de demander une ligne par son identité."""
    alias = aliased(modele)
    return {
        "get": lambda s: s.get(modele, identite),
        "select": lambda s: s.scalars(select(modele).where(modele.id == identite)).first(),
        "colonne": lambda s: s.scalar(select(modele.id).where(modele.id == identite)),
        "compte": lambda s: s.scalar(select(func.count(modele.id)).where(modele.id == identite)),
        "alias": lambda s: s.scalars(select(alias).where(alias.id == identite)).first(),
        "sous-requête": lambda s: s.scalar(
            select(func.count()).select_from(select(modele.id).where(modele.id == identite).subquery())
        ),
        "exists": lambda s: s.scalar(select(select(modele.id).where(modele.id == identite).exists())),
        "query": lambda s: s.query(modele).filter_by(id=identite).first(),
        "in": lambda s: s.scalars(select(modele).where(modele.id.in_([identite]))).first(),
        "cte": lambda s: s.scalar(
            select(func.count()).select_from(select(modele.id).where(modele.id == identite).cte())
        ),
        "union": lambda s: s.execute(
            select(modele.id).where(modele.id == identite).union_all(select(modele.id).where(modele.id == identite))
        ).first(),
        "polymorphe": lambda s: s.scalars(
            select(with_polymorphic(modele, "*")).where(modele.id == identite)
        ).first(),
    }


@pytest.mark.parametrize("facon", sorted(_facons(Inscription, 1)))
@pytest.mark.parametrize("classe", [Inscription, Jury, Presentation, Siege, ProcesVerbal, Certificat, Personne,
                                    Entreprise, Evaluation, Habilitation], ids=lambda m: m.__name__)
def test_nulle_facon_de_demander_ne_montre_la_ligne_d_un_autre(monde, classe, facon):
    notre, autre = monde.un(classe, monde.nous), monde.un(classe, monde.autre)
    with agir_comme(clerc(monde)):
        assert _facons(classe, notre)[facon](monde.session)
        monde.session.expunge_all()
        assert not _facons(classe, autre)[facon](monde.session)


@pytest.mark.parametrize("facon", ["get", "select", "alias", "sous-requête"])
def test_l_essai_trouve_la_fuite_quand_la_barriere_est_otee(monde, facon):
    """Sans la barrière, les mêmes demandes montrent tout : c'est bien elle qui retient."""
    autre = monde.un(Inscription, monde.autre)
    event.remove(Session, "do_orm_execute", perimetre._restreindre)
    event.remove(Session, "before_flush", perimetre._verifier)
    try:
        with agir_comme(clerc(monde)):
            assert _facons(Inscription, autre)[facon](monde.session)
            inscription = monde.session.get(Inscription, autre)
            ecrit(monde.session, lambda: setattr(inscription, "reference", "volée"))
    finally:
        perimetre.installer()
    monde.session.expunge_all()
    with agir_comme(clerc(monde)):
        assert not _facons(Inscription, autre)[facon](monde.session)


def test_les_relations_s_arretent_a_la_frontiere(monde):
    """Un candidat est national : par lui, on n'atteint pas son inscription d'un autre centre."""
    notre = monde.un(Inscription, monde.nous)
    with agir_comme(systeme("essais")):
        candidat = monde.session.get(Inscription, notre).candidat
        certification = monde.session.scalars(select(Certification).order_by(Certification.id)).first()
        ailleurs = f.inscription(monde.session, monde.session.get(Centre, monde.autre), certification, candidat,
                                 cible=certification.versions[0].blocs[0].bloc.identifiant)
        identite, autre = candidat.id, ailleurs.id
        monde.session.expunge_all()
        assert {i.id for i in monde.session.get(Candidat, identite).inscriptions} == {notre, autre}
        monde.session.expunge_all()
    with agir_comme(clerc(monde)):
        for chargement in ((), (selectinload(Candidat.inscriptions),), (joinedload(Candidat.inscriptions),)):
            monde.session.expunge_all()
            vu = monde.session.scalars(select(Candidat).where(Candidat.id == identite).options(*chargement)).unique().one()
            assert {i.id for i in vu.inscriptions} == {notre}
        joints = select(Candidat.id, Inscription.id).join(Inscription, Inscription.candidat_id == Candidat.id)
        assert autre not in {i for _, i in monde.session.execute(joints)}
        liste = select(Candidat.id).where(Candidat.inscriptions.any(Inscription.id == autre))
        assert monde.session.scalars(liste).all() == []


def test_un_candidat_n_est_vu_que_par_une_inscription_du_centre(monde):
    with agir_comme(systeme("essais")):
        seul = f.candidat(monde.session).id
        tous = lisibles(monde.session, Candidat)
        monde.session.expunge_all()
    with agir_comme(clerc(monde)):
        vus = set(monde.session.scalars(select(Candidat.id)))
        assert 0 < len(vus) < tous
        assert seul not in vus


@pytest.mark.parametrize("role", [Role.GTP, Role.LECTURE])
def test_le_national_ne_connait_un_candidat_que_par_un_pv_signe(monde, role):
    with agir_comme(Acteur("le GTP", role=role)):
        s = monde.session
        signees = set(s.scalars(text("SELECT p.inscription_id FROM presentation p JOIN proces_verbal v "
                                     "ON v.id = p.proces_verbal_id WHERE v.signe_le IS NOT NULL")))
        assert set(s.scalars(select(Inscription.id))) == signees != set()
        assert set(s.scalars(select(Presentation.inscription_id))) == signees
        assert {i.candidat_id for i in s.scalars(select(Inscription))} == set(s.scalars(select(Candidat.id)))
        assert set(s.scalars(select(InscriptionBloc.inscription_id))) <= signees
        assert lisibles(s, Vote) == lisibles(s, Amenagement) == lisibles(s, Evaluation) == 0
        assert lisibles(s, Centre) == 3
        assert lisibles(s, Jury) == 8


def test_la_compensation_du_handicap_n_est_lue_que_du_responsable(monde):
    for role in Role:
        acteur = Acteur(role.value, role=role, centre_id=None if role in {Role.GTP, Role.UIMM, Role.ADMINISTRATEUR} else monde.nous)
        with agir_comme(acteur):
            assert lisibles(monde.session, Amenagement) == (1 if role is Role.RESPONSABLE else 0), role
            journal = set(monde.session.scalars(select(Journal.objet)))
            assert ("amenagement" in journal) is (role is Role.RESPONSABLE), role


def test_l_administrateur_ne_voit_aucun_candidat(monde):
    with agir_comme(Acteur("admin", role=Role.ADMINISTRATEUR)):
        for modele in (Candidat, Inscription, Presentation, Vote, Certificat, Archive, Evaluation, Entreprise, Personne):
            assert lisibles(monde.session, modele) == 0, modele
        assert lisibles(monde.session, Utilisateur) == 3
        assert set(monde.session.scalars(select(Journal.objet).where(Journal.centre_id.is_not(None)))) <= {"utilisateur"}


def jure(monde: Monde) -> Acteur:
    """Le président du jury ouvert de notre centre, par son compte de juré."""
    jury_id = monde.jury_ouvert(monde.nous)
    siege = monde.un(Siege, monde.nous, Siege.jury_id == jury_id, Siege.president)
    return Acteur("juré", role=Role.JURE, centre_id=monde.nous, jury_id=jury_id, siege_id=siege)


def test_un_jure_ne_voit_que_son_jury_et_aucun_nom(monde):
    acteur = jure(monde)
    with agir_comme(acteur):
        s = monde.session
        assert s.scalars(select(Jury.id)).all() == [acteur.jury_id]
        for modele in (Siege, Presentation, Vote, ProcesVerbal):
            assert {o.jury_id for o in s.scalars(select(modele))} == {acteur.jury_id}, modele
        presentations = set(s.scalars(select(Presentation.id)))
        assert {c.presentation_id for c in s.scalars(select(PresentationCompetence))} == presentations
        for modele in (Candidat, Inscription, Certificat, Archive, Entreprise, Evaluation, Journal, InscriptionBloc):
            assert lisibles(s, modele) == 0, modele
        s.expunge_all()
        assert s.scalars(select(Presentation)).first().inscription is None


@pytest.mark.parametrize("changement", [{"jury_id": None}, {"jury_id": -1}])
def test_un_jure_sans_jury_ne_voit_rien(monde, changement):
    with agir_comme(Acteur("juré", role=Role.JURE, centre_id=monde.nous, **changement)):
        for modele in (Jury, Siege, Presentation, Vote, PresentationCompetence, ProcesVerbal, Personne):
            assert lisibles(monde.session, modele) == 0, modele


# --- écrire


def test_sans_acteur_rien_ne_s_ecrit(monde):
    for acteur in (None, Acteur("sans rôle")):
        with agir_comme(acteur):
            refuse(monde.session, lambda: monde.session.add(Organisme(nom="X", recherche="x")))


def test_un_clerc_ecrit_chez_lui_et_pas_ailleurs(monde):
    s = monde.session
    with agir_comme(clerc(monde)):
        ecrit(s, lambda: s.add(Personne(centre_id=monde.nous, nom="A", prenoms="B", recherche="a b")))
        refuse(s, lambda: s.add(Personne(centre_id=monde.autre, nom="A", prenoms="B", recherche="a b")))
        refuse(s, lambda: s.add(Certification(famille="CQPM", titre="X", recherche="x")))
        refuse(s, lambda: s.add(Jury(centre_id=monde.autre, date_jury=f.DATE_JURY, lieu="X")))


def test_une_ligne_ne_demenage_pas(monde):
    """Changer le centre d'une ligne à soi, par la colonne ou par la relation, même quand l'autre est déjà lue."""
    s = monde.session
    notre = monde.un(Personne, monde.nous)
    with agir_comme(clerc(monde)):
        personne = s.get(Personne, notre)
        assert personne.centre.id == monde.nous
        refuse(s, lambda: setattr(personne, "centre_id", monde.autre))
    with agir_comme(systeme("essais")):
        ailleurs = s.get(Centre, monde.autre)
    with agir_comme(clerc(monde)):
        personne = s.get(Personne, notre)
        refuse(s, lambda: setattr(personne, "centre", ailleurs))


def test_une_ligne_d_un_autre_tenue_en_memoire_ne_se_modifie_ni_ne_se_supprime(monde):
    s = monde.session
    autre = monde.un(Personne, monde.autre)
    with agir_comme(systeme("essais")):
        tenue = s.get(Personne, autre)
    with agir_comme(clerc(monde)):
        refuse(s, lambda: setattr(tenue, "nom", "volé"))
        refuse(s, lambda: s.delete(tenue))


def test_on_n_inscrit_pas_le_candidat_d_un_autre(monde):
    s = monde.session
    inconnu = monde.un(Inscription, monde.autre)
    with agir_comme(systeme("essais")):
        candidat_id = s.get(Inscription, inconnu).candidat_id
        certification_id = s.scalars(select(Certification.id)).first()
        s.expunge_all()
    with agir_comme(clerc(monde)):
        refuse(s, lambda: s.add(Inscription(
            centre_id=monde.nous, candidat_id=candidat_id, certification_id=certification_id, voie="formation",
            prescripteur="candidat", origine="DE", dispositif_financement="POEC", date_inscription=f.DATE_INSCRIPTION,
        )))


def _etrangers(monde: Monde) -> Iterator[Base]:
    """Des lignes de chez nous qui désignent, par leur identité, une ligne d'un autre centre."""
    jury_autre, jury_nous = monde.jury_ouvert(monde.autre), monde.jury_ouvert(monde.nous)
    yield Siege(centre_id=monde.nous, jury_id=jury_autre, personne_id=monde.un(Personne, monde.nous),
                delegation="invite", voix=False)
    yield Siege(centre_id=monde.nous, jury_id=jury_nous, personne_id=monde.un(Personne, monde.autre),
                delegation="invite", voix=False)
    yield Presentation(centre_id=monde.nous, jury_id=jury_autre, numero_anonyme=99,
                       inscription_id=monde.un(Inscription, monde.nous))
    yield Evaluation(centre_id=monde.nous, inscription_id=monde.un(Inscription, monde.autre), competence_id=1,
                     date_evaluation=f.DATE_JURY, resultat=ResultatCompetence.ACQUISE)


@pytest.mark.parametrize("rang", range(4))
def test_une_reference_etrangere_est_refusee_par_la_base(monde, rang):
    """La clé étrangère composite porte le centre : la base elle-même refuse le mélange."""
    ligne = list(_etrangers(monde))[rang]
    with agir_comme(clerc(monde)), pytest.raises(IntegrityError):
        ecrit(monde.session, lambda: monde.session.add(ligne))


def test_ni_vote_ni_competence_au_jury_d_un_autre(monde):
    s = monde.session
    jury_id = monde.jury_ouvert(monde.autre)
    presentation = monde.un(Presentation, monde.autre, Presentation.jury_id == jury_id)
    siege = monde.un(Siege, monde.autre, Siege.jury_id == jury_id, Siege.voix, ~Siege.president)
    with agir_comme(clerc(monde)):
        refuse(s, lambda: s.add(Vote(jury_id=jury_id, presentation_id=presentation, siege_id=siege, valeur="A")))
        refuse(s, lambda: s.add(PresentationCompetence(presentation_id=presentation, competence_id=1, ordre=9)))


def test_un_jure_ne_vote_que_pour_son_siege(monde):
    s = monde.session
    acteur = jure(monde)
    autre_siege = monde.un(Siege, monde.nous, Siege.jury_id == acteur.jury_id, Siege.voix, ~Siege.president)
    with agir_comme(acteur):
        sans_vote = s.scalars(select(Presentation.id).where(~Presentation.votes.any())).first()
        ecrit(s, lambda: s.add(Vote(jury_id=acteur.jury_id, presentation_id=sans_vote, siege_id=acteur.siege_id,
                                    valeur=Decision.ADMIS)))
        refuse(s, lambda: s.add(Vote(jury_id=acteur.jury_id, presentation_id=sans_vote, siege_id=autre_siege,
                                     valeur=Decision.ADMIS)))
        presentation = s.get(Presentation, sans_vote)
        refuse(s, lambda: setattr(presentation, "motif", "je l'écris"))
        siege = s.get(Siege, acteur.siege_id)
        refuse(s, lambda: setattr(siege, "voix", False))


@pytest.mark.parametrize("role", [Role.LECTURE, Role.JURE, Role.GTP, Role.UIMM, Role.ADMINISTRATEUR])
def test_qui_ne_fait_que_lire_n_ecrit_pas(monde, role):
    acteur = Acteur(role.value, role=role, centre_id=None if role in {Role.GTP, Role.UIMM, Role.ADMINISTRATEUR} else monde.nous)
    with agir_comme(acteur):
        for ligne in (
            Personne(centre_id=monde.nous, nom="A", prenoms="B", recherche="a b"),
            Jury(centre_id=monde.nous, date_jury=f.DATE_JURY, lieu="X"),
            Candidat(nom_naissance="A", prenoms="B", date_naissance=dt.date(1990, 1, 1), ville_naissance="C",
                     pays_naissance_code=f.FRANCE, cle_identite="k", recherche="a"),
        ):
            refuse(monde.session, lambda ligne=ligne: monde.session.add(ligne))


@pytest.mark.parametrize("classe", [Inscription, Jury, Vote, Utilisateur, Journal, Certificat], ids=lambda m: m.__name__)
def test_une_ecriture_en_masse_ne_contourne_pas_la_barriere(monde, classe):
    """UPDATE, DELETE et INSERT de masse n'ont ni vérification objet par objet, ni journal."""
    s = monde.session
    colonne = next(c for c in inspect(classe).columns if not c.primary_key)
    with agir_comme(clerc(monde)):
        for geste in (
            lambda: s.execute(update(classe).values({colonne.key: colonne})),
            lambda: s.execute(delete(classe)),
            lambda: s.query(classe).delete(),
            lambda: s.query(classe).update({colonne.key: colonne}),
        ):
            with pytest.raises(HorsPerimetre):
                geste()
        if classe is not Journal:
            with pytest.raises(HorsPerimetre):
                s.execute(insert(classe), [{colonne.key: None}])
        s.execute(insert(Journal), [entree("essai", "personne")])


def test_chacun_son_compte(monde):
    s = monde.session
    with agir_comme(systeme("essais")):
        mien = s.scalars(select(Utilisateur.id).where(Utilisateur.identifiant == "clerc67")).one()
        voisin = s.scalars(select(Utilisateur.id).where(Utilisateur.identifiant == "clerc68")).one()
        s.expunge_all()
    moi = Acteur("clerc67", mien, Role.CLERC, monde.nous)
    with agir_comme(moi):
        assert s.scalars(select(Utilisateur.id)).all() == [mien]
        compte = s.get(Utilisateur, mien)
        ecrit(s, lambda: setattr(compte, "mot_de_passe", "$argon2id$autre"))
        for champ, valeur in (("role", Role.RESPONSABLE), ("centre_id", monde.autre), ("actif", False)):
            compte = s.get(Utilisateur, mien)
            refuse(s, lambda c=compte, k=champ, v=valeur: setattr(c, k, v))
        refuse(s, lambda: s.add(Utilisateur(identifiant="x", nom="X", role=Role.CLERC, centre_id=monde.nous,
                                            mot_de_passe="$")))
    with agir_comme(clerc(monde, Role.RESPONSABLE)):
        assert voisin not in set(s.scalars(select(Utilisateur.id)))
        ecrit(s, lambda: s.add(Utilisateur(identifiant="y", nom="Y", role=Role.CLERC, centre_id=monde.nous,
                                           mot_de_passe="$")))
        refuse(s, lambda: s.add(Utilisateur(identifiant="z", nom="Z", role=Role.CLERC, centre_id=monde.autre,
                                            mot_de_passe="$")))
        refuse(s, lambda: s.add(Utilisateur(identifiant="a", nom="A", role=Role.ADMINISTRATEUR, mot_de_passe="$")))


def test_installer_deux_fois_ne_double_rien(moteur: Engine):
    perimetre.installer()
    with agir_comme(Acteur("c", role=Role.CLERC, centre_id=1)), Session(moteur) as session:
        instruction = []
        event.listen(moteur, "before_cursor_execute", lambda *a: instruction.append(a[2]))
        session.scalars(select(Jury)).all()
    assert sum(i.count("jury.centre_id = ") for i in instruction) == 1


@pytest.mark.parametrize("table", sorted(n for n, t in Base.metadata.tables.items() if "centre_id" in t.c))
def test_le_petit_monde_a_chaque_table_dans_les_deux_centres(connexion, monde, table):
    """Sans quoi les essais de territoire ne prouveraient rien de cette table."""
    colonne = Base.metadata.tables[table].c.centre_id
    assert {monde.nous, monde.autre} <= set(connexion.scalars(select(colonne)))


@pytest.mark.parametrize("role", [Role.UIMM, Role.GTP])
def test_ce_qu_un_role_national_ne_lit_pas(monde, role):
    """L'UIMM demande et suit ses dossiers au GTP ; ni elle ni le GTP ne lisent un dossier d'évaluation ou de VAE."""
    with agir_comme(Acteur(role.value, role=role)):
        s = monde.session
        interdits = [CommissionEvaluation, Evaluateur, DossierEvaluation, AvisEntreprise, Evaluation, CollectifVae,
                     CommissionValidation, MembreValidation, Vae, Vote, Amenagement, CandidatCle]
        if role is Role.UIMM:
            interdits += [Personne, Inscription, InscriptionBloc, Candidat, Jury, Siege, Presentation, PresentationCompetence,
                          ProcesVerbal, Certificat, Archive, Remise, Duplicata, Transmission, ActionCorrective, Entreprise,
                          Habilitation, Journal, AttributionParcours]
            assert lisibles(s, Piece) > 0
            assert {p.demande_id is None for p in s.scalars(select(Piece))} == {False}
        for modele in interdits:
            assert s.scalars(select(modele)).all() == [], modele
        for modele in (Demande, SeanceGtp, PointGtp, Publication):
            assert lisibles(s, modele) > 0, modele


def test_l_administrateur_ne_lit_aucun_dossier(monde):
    with agir_comme(Acteur("admin", role=Role.ADMINISTRATEUR)):
        for modele in (Demande, Piece, SeanceGtp, VoteGtp, Vae, Remise, Duplicata, Transmission, ActionCorrective, Parcours,
                       AttributionParcours, Habilitation, Appreciation, EtapeInstruction, AvisEntreprise, DossierEvaluation):
            assert lisibles(monde.session, modele) == 0, modele


@pytest.mark.parametrize("classe", [CollectifVae, CommissionValidation, MembreValidation, Vae, CommissionEvaluation, Evaluateur,
                                    DossierEvaluation, AvisEntreprise, Remise, Transmission, ActionCorrective, Demande, Piece,
                                    Parcours, ParcoursModule, AttributionParcours, Appreciation, EtapeInstruction,
                                    EvenementHabilitation], ids=lambda m: m.__name__)
def test_une_ligne_neuve_d_un_autre_centre_ne_se_touche_pas(monde, classe):
    """Ni lue par sa clé, ni modifiée ni ôtée quand elle est tenue en mémoire, ni déménagée chez nous."""
    s = monde.session
    autre, notre = monde.un(classe, monde.autre), monde.un(classe, monde.nous)
    with agir_comme(systeme("essais")):
        tenue = s.get(classe, autre)
    with agir_comme(clerc(monde, Role.RESPONSABLE)):
        refuse(s, lambda: setattr(tenue, "created_at", maintenant()))
        refuse(s, lambda: s.delete(tenue))
        s.expunge_all()
        assert s.get(classe, autre) is None
        mienne = s.get(classe, notre)
        refuse(s, lambda: setattr(mienne, "centre_id", monde.autre))
