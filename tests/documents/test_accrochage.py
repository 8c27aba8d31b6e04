"""Les fichiers d'accrochage : valides, bornés, d'un bloc ; ce qui repart, et ce que dit l'accusé."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from lxml import etree
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from documents import accrochage
from documents.accrochage import ESPACE, SCHEMA, contenu, preparer
from models import (
    Certificat,
    Certification,
    EnregistrementBloc,
    FichierAccrochage,
    Jury,
    PassageAccrochage,
    Presentation,
)
from models.base import aujourd_hui
from models.contexte import Acteur, agir_comme
from models.perimetre import HorsPerimetre
from rules import actes, actes_accrochage, controle
from rules.accrochage import EFFACEMENT_IDENTITE
from rules.actes_accrochage import Accuse
from rules.collecte_accrochage import a_transmettre, comptes, identites_facts
from rules.nomenclatures import Decision, EtatPassage, NatureDeposant, Role, Sexe
from rules.noyau import evaluate
from tests import factories as f
from tests.rules.test_regles_accrochage import PASSAGE

ESPACES = {"c": ESPACE}
GTP = Acteur("gtp", role=Role.GTP)


@pytest.fixture
def emetteur(session: Session) -> None:
    actes_accrochage.regler_emetteur(session, "00AAA000", "MCFCER000000", NatureDeposant.CERTIFICATEUR, "metallurgie-")


@pytest.fixture
def certification(session: Session) -> Certification:
    return f.certification(session)


@pytest.fixture
def jury(session: Session, certification: Certification, emetteur: None) -> Jury:
    """Un jury de trois admis à un CQPM du RNCP."""
    return f.jury_signe(session, f.centre(session), certification, candidats=3)


def lire(session: Session, cle: int) -> etree._Element:
    """Le fichier conservé, relu et validé d'un bloc : une autre lecture que celle qui l'a écrit."""
    lu = contenu(session, cle)
    assert lu is not None
    racine = etree.parse(io.BytesIO(lu[1]))
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(racine)
    return racine.getroot()


def textes(racine: etree._Element, chemin: str) -> list[str]:
    return [e.text for e in racine.iterfind(f".//c:{chemin}", ESPACES)]


def numeros(session: Session, jury: Jury) -> list[str]:
    p = Presentation
    return list(session.scalars(
        select(Certificat.numero).join(p, p.id == Certificat.presentation_id).where(p.jury_id == jury.id).order_by(Certificat.id)
    ))


def candidat(session: Session, numero: str):
    return session.scalars(select(Certificat).where(Certificat.numero == numero)).one().candidat


def accuse(fichier: FichierAccrochage, ok: set[str] = frozenset(), ko: dict[str, str] | None = None) -> Accuse:
    return Accuse(fichier.nom_fichier, fichier.id_flux, "51354", frozenset(ok), ko or {})


def depose(session: Session) -> FichierAccrochage:
    fichier = session.get_one(FichierAccrochage, preparer(session).fichiers[0])
    actes_accrochage.deposer(session, fichier, aujourd_hui(), aujourd_hui())
    return fichier


def test_le_fichier_est_valide_et_dit_tout(session, jury, certification):
    attendus = numeros(session, jury)
    une = candidat(session, attendus[0])
    une.nom_usage, une.prenoms = "O'Brien & <fils>", "Marie Claire, Anne"
    ailleurs = candidat(session, attendus[1])
    ailleurs.pays_naissance_code, ailleurs.departement_naissance_code, ailleurs.code_commune_naissance = "99109", None, None
    candidat(session, attendus[2]).code_commune_naissance = None
    etapes = []
    bilan = preparer(session, avancer=lambda fait, total: etapes.append((fait, total)))
    assert (bilan.passages, bilan.incomplets, len(bilan.fichiers)) == (3, 0, 1)
    assert etapes == [(3, 3)]
    racine = lire(session, bilan.fichiers[0])
    assert textes(racine, "idTechnique") == attendus
    assert textes(racine, "certification/c:code") == [certification.enregistrements[0].code]
    assert textes(racine, "certification/c:type") == ["RNCP"]
    assert set(textes(racine, "idClient")) == {"00AAA000"}
    assert textes(racine, "prenom1")[0] == "Marie Claire"
    assert textes(racine, "prenom2") == ["Anne"]
    assert textes(racine, "nomUsage")[0] == "O'Brien & <fils>"
    assert textes(racine, "codeInsee") == ["68224", "99109"]
    assert textes(racine, "codePaysNaissance") == ["109"]
    assert textes(racine, "dateDebutValidite") == [jury.date_jury.isoformat()] * 3
    fichier = session.get_one(FichierAccrochage, bilan.fichiers[0])
    assert fichier.nom_fichier == f"metallurgie-{fichier.id_flux}.xml"
    assert textes(racine, "idFlux") == [fichier.id_flux]
    assert comptes(session, centre_id=jury.centre_id) == {EtatPassage.PREPARE: 3}


def test_rien_ne_part_deux_fois(session, jury):
    preparer(session)
    second = preparer(session)
    assert (second.fichiers, second.passages, second.incomplets) == ([], 0, 0)


def test_ce_qui_est_incomplet_attend_et_se_retrouve(session, jury):
    premier, *_ = numeros(session, jury)
    qui = candidat(session, premier)
    qui.sexe = None
    assert (preparer(session).passages, session.scalar(select(func.count()).select_from(a_transmettre(session).subquery()))) == (2, 1)
    qui.sexe = Sexe.FEMININ
    bilan = preparer(session)
    assert textes(lire(session, bilan.fichiers[0]), "idTechnique") == [premier]


def test_sans_emetteur_rien_ne_se_prepare(session, certification):
    f.jury_signe(session, f.centre(session), certification)
    with pytest.raises(controle.Refus) as refus:
        preparer(session)
    assert "au nom de qui" in refus.value.violations[0].message


@pytest.mark.parametrize(
    ("client", "contrat", "prefixe", "champ"),
    [("1234567", "C", "", "id_client"), ("123456789", "C", "", "id_client"), ("é2345678", "C", "", "id_client"),
     ("00AAA000", "", "", "id_contrat"), ("00AAA000", "C" * 21, "", "id_contrat"), ("00AAA000", "C", "a/b", "prefixe_fichier")],
)
def test_un_identifiant_de_mauvaise_forme_est_refuse(session, client, contrat, prefixe, champ):
    with pytest.raises(controle.Refus) as refus:
        actes_accrochage.regler_emetteur(session, client, contrat, NatureDeposant.CERTIFICATEUR, prefixe)
    assert [v.champ for v in refus.value.violations] == [champ]


def test_un_bloc_part_sous_son_code_dans_la_fiche(session, emetteur):
    certification = f.certification(session)
    bloc = certification.versions[0].blocs[0].bloc
    centre = f.centre(session)
    inscription = f.inscription(session, centre, certification, cible=bloc.identifiant)
    f.evaluer(session, inscription)
    jury = f.jury_pret(session, centre, certification, candidats=1)
    actes.presenter(session, jury, [inscription])
    actes.ouvrir(session, jury, jury.date_jury)
    for p in jury.presentations:
        f.voter_tous(session, p)
    actes.signer(session, jury, f.president(jury))
    actes.attribuer(session, jury)
    assert (preparer(session).incomplets) == 1  # le bloc n'a pas encore de code
    fiche = certification.enregistrements[0]
    session.add(EnregistrementBloc(enregistrement=fiche, code=f"{fiche.code}BC01", bloc=bloc))
    session.flush()
    racine = lire(session, preparer(session).fichiers[0])
    assert textes(racine, "certification/c:code") == [f"{fiche.code}BC01"]
    assert textes(racine, "certification/c:type") == ["RNCP"]


def test_une_certification_sans_fiche_ne_se_depose_pas(session, emetteur):
    f.jury_signe(session, f.centre(session), f.certification(session, rncp=False))
    assert preparer(session).fichiers == []


def test_une_fiche_close_avant_l_engagement_n_a_rien_a_transmettre(session, jury, certification):
    certification.enregistrements[0].au = dt.date(2001, 1, 1)
    session.flush()
    bilan = preparer(session)
    assert (bilan.fichiers, bilan.hors_fiche) == ([], 3)


def test_les_fichiers_sont_bornes_en_passages_et_en_octets(session, certification, emetteur):
    f.jury_signe(session, f.centre(session), certification, candidats=5)
    f.jury_signe(session, f.centre(session), f.certification(session), candidats=2)
    bilan = preparer(session, passages_max=2)
    assert [session.get_one(FichierAccrochage, c).passages for c in bilan.fichiers] == [2, 2, 2, 1]
    tous = [n for c in bilan.fichiers for n in textes(lire(session, c), "idTechnique")]
    assert len(set(tous)) == 7
    for cle in bilan.fichiers:
        actes_accrochage.abandonner(session, session.get_one(FichierAccrochage, cle))
    limite = 3_500
    bilan = preparer(session, octets_max=limite)
    assert bilan.passages == 7
    assert len(bilan.fichiers) > 2
    for cle in bilan.fichiers:
        lire(session, cle)
        assert session.get_one(FichierAccrochage, cle).taille <= limite


def test_de_vrais_centres_ne_partent_pas_avec_la_demonstration(session, certification, emetteur):
    f.jury_signe(session, f.centre(session, demonstration=True), certification, candidats=1)
    vrai = f.jury_signe(session, f.centre(session), certification, candidats=1)
    assert textes(lire(session, preparer(session).fichiers[0]), "idTechnique") == numeros(session, vrai)


def test_un_ko_corrige_repart_seul(session, jury):
    un, deux, trois = numeros(session, jury)
    fichier = depose(session)
    lu = actes_accrochage.lire_accuse(session, fichier, accuse(fichier, {un}, {deux: "Aucun titulaire"}), aujourd_hui())
    assert (lu.acceptes, lu.refuses, lu.sans_reponse) == (1, 1, 1)
    assert preparer(session).fichiers == []  # un KO ne repart pas sans avoir été corrigé
    passage = session.scalars(select(PassageAccrochage).where(PassageAccrochage.id_technique == deux)).one()
    assert (passage.etat, passage.message) == (EtatPassage.KO, "Aucun titulaire")
    actes_accrochage.corriger(session, [passage])
    neuf = preparer(session)
    assert textes(lire(session, neuf.fichiers[0]), "idTechnique") == [deux]
    # Le même accusé relu ne change rien ; la suite, elle, se lit.
    relu = actes_accrochage.lire_accuse(session, fichier, accuse(fichier, {un}, {deux: "Aucun titulaire"}), aujourd_hui())
    assert (relu.acceptes, relu.refuses, relu.sans_reponse) == (0, 0, 1)
    suite = actes_accrochage.lire_accuse(session, fichier, accuse(fichier, {un, trois}), aujourd_hui())
    assert (suite.acceptes, suite.sans_reponse) == (1, 0)
    assert (fichier.acceptes, fichier.refuses) == (2, 1)


@pytest.mark.parametrize("faute", ["pas depose", "autre flux", "inconnu", "contraire"])
def test_l_accuse_d_un_autre_est_refuse_en_entier(session, jury, faute):
    un, deux, _ = numeros(session, jury)
    fichier = session.get_one(FichierAccrochage, preparer(session).fichiers[0])
    lu = accuse(fichier, {un})
    if faute != "pas depose":
        actes_accrochage.deposer(session, fichier, aujourd_hui(), aujourd_hui())
    if faute == "autre flux":
        lu = Accuse("x.xml", "autre", "1", frozenset({un}), {})
    elif faute == "inconnu":
        lu = accuse(fichier, {un, "MC-9999999"})
    elif faute == "contraire":
        actes_accrochage.lire_accuse(session, fichier, accuse(fichier, {deux}), aujourd_hui())
        lu = accuse(fichier, {un}, {deux: "KO"})
    with pytest.raises(controle.Refus) as refus:
        actes_accrochage.lire_accuse(session, fichier, lu, aujourd_hui())
    assert [v.code for v in refus.value.violations] == ["ACC-02"]
    passage = session.scalars(select(PassageAccrochage).where(PassageAccrochage.id_technique == un)).one()
    assert passage.etat is (EtatPassage.PREPARE if faute == "pas depose" else EtatPassage.DEPOSE)


def test_depose_un_fichier_ne_s_abandonne_plus(session, jury):
    fichier = depose(session)
    for acte in (lambda: actes_accrochage.abandonner(session, fichier),
                 lambda: actes_accrochage.deposer(session, fichier, aujourd_hui(), aujourd_hui())):
        with pytest.raises(controle.Refus):
            acte()


@pytest.mark.parametrize("ecart", [-1, 1, None])
def test_un_depot_se_date_entre_sa_preparation_et_aujourd_hui(session, jury, ecart):
    fichier = session.get_one(FichierAccrochage, preparer(session).fichiers[0])
    le = None if ecart is None else aujourd_hui() + dt.timedelta(ecart)
    with pytest.raises(controle.Refus) as refus:
        actes_accrochage.deposer(session, fichier, le, aujourd_hui())
    assert "date de dépôt" in refus.value.violations[0].message


def test_abandonne_un_fichier_rend_ses_passages(session, jury):
    cle = preparer(session).fichiers[0]
    actes_accrochage.abandonner(session, session.get_one(FichierAccrochage, cle))
    assert contenu(session, cle) is None
    assert preparer(session).passages == 3


def test_une_preparation_arretee_au_milieu_ne_laisse_que_des_fichiers_entiers(session, jury, monkeypatch):
    vrai, faits = accrochage.valider, []

    def tombe(chemin):
        if faits:
            raise RuntimeError("arrêt")
        faits.append(chemin)
        vrai(chemin)

    monkeypatch.setattr(accrochage, "valider", tombe)
    with pytest.raises(RuntimeError, match="arrêt"):
        preparer(session, passages_max=1)
    monkeypatch.setattr(accrochage, "valider", vrai)
    assert comptes(session, centre_id=jury.centre_id) == {EtatPassage.PREPARE: 1}
    assert preparer(session).passages == 2


def test_ce_que_voit_chacun(session, jury):
    preparer(session)
    ici, ailleurs = jury.centre_id, f.centre(session).id
    session.commit()
    with agir_comme(GTP):
        assert session.scalar(select(func.count()).select_from(FichierAccrochage)) == 1
        session.expunge_all()
    clerc = Acteur("clerc", role=Role.CLERC, centre_id=ici)
    with agir_comme(clerc):
        assert comptes(session) == {EtatPassage.PREPARE: 3}
        assert session.scalar(select(func.count()).select_from(FichierAccrochage)) == 0
        session.add(FichierAccrochage(emetteur_id=1, id_flux="x", nom_fichier="x", passages=1, sha256="0" * 64, taille=1, contenu=b"x"))
        with pytest.raises(HorsPerimetre):
            session.flush()
        session.expunge_all()
        session.rollback()
    with agir_comme(Acteur("autre", role=Role.CLERC, centre_id=ailleurs)):
        assert comptes(session) == {}


def test_le_gtp_prepare_et_lit_l_accuse(session, jury):
    session.commit()
    with agir_comme(GTP):
        fichier = depose(session)
        lu = actes_accrochage.lire_accuse(session, fichier, accuse(fichier, set(numeros(session, jury))), aujourd_hui())
        session.commit()
    assert lu.acceptes == 3


def test_la_piece_d_identite_attend_l_accrochage(session, jury):
    inscriptions = list(session.scalars(
        select(Presentation.inscription_id).join(Certificat, Certificat.presentation_id == Presentation.id)
        .where(Presentation.jury_id == jury.id).order_by(Certificat.id)
    ))
    libre = f.inscription(session, jury.centre, f.certification(session))
    jour = jury.date_jury

    def effacables(le: dt.date) -> set[int]:
        faits = identites_facts(session, [*inscriptions, libre.id], le)
        return {i for i, x in faits.items() if not evaluate(EFFACEMENT_IDENTITE, x)}

    assert effacables(jour) == set()
    fichier = depose(session)
    actes_accrochage.lire_accuse(session, fichier, accuse(fichier, {numeros(session, jury)[0]}), aujourd_hui())
    assert effacables(jour) == {inscriptions[0]}
    assert effacables(dt.date(2026, 6, 12)) == {inscriptions[0]}
    assert effacables(dt.date(2026, 6, 13)) == set(inscriptions)


def test_un_non_admis_n_a_pas_d_accrochage_a_attendre(session, emetteur):
    centre, certification = f.centre(session), f.certification(session, rncp=False)
    jury = f.jury_pret(session, centre, certification, candidats=1)
    actes.ouvrir(session, jury, jury.date_jury)
    f.voter_tous(session, jury.presentations[0], Decision.NON_ADMIS)
    jury.presentations[0].motif = "Écart motivé."
    for c in jury.presentations[0].competences:
        c.retenu = type(c.retenu).NON_ACQUISE
    actes.signer(session, jury, f.president(jury))
    cle = jury.presentations[0].inscription_id
    assert not evaluate(EFFACEMENT_IDENTITE, identites_facts(session, [cle], jury.date_jury)[cle])


def test_un_passage_tient_sur_une_ligne():
    assert "\n" not in accrochage.passage_xml(PASSAGE)
