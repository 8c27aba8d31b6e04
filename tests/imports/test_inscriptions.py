"""L'import d'inscriptions : mêmes comptes sur les deux moteurs, rien à moitié, rien en double."""

from __future__ import annotations

import csv
import datetime as dt
import io
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from imports.compte_rendu import CompteRendu, fichier_des_rejets
from imports.inscriptions import importer, inscrire
from models import Candidat, Centre, Entreprise, Importation, Inscription, Journal, LigneRejetee
from models.contexte import Acteur, agir_comme, en_ecriture, systeme
from rules import actes_habilitation, actes_referentiel
from rules.controle import controler_inscriptions
from rules.nomenclatures import EtatImportation, EtatInscription, Role
from rules.noyau import Gravite
from tests import factories

ENTETES = (
    "sexe", "nom_naissance", "prenoms", "date_naissance", "ville_naissance", "departement_naissance", "pays_naissance",
    "origine", "dispositif_financement", "raison_sociale", "siret", "adresse_entreprise", "code_nace", "secteur",
    "branche", "certification", "blocs", "voie", "prescripteur", "organisme", "date_inscription", "date_recevabilite",
    "reference",
)
BASE = {
    "sexe": "F", "nom_naissance": "Lefèvre-Martin", "prenoms": "Zoé", "date_naissance": "15/01/1968",
    "ville_naissance": "Colmar", "departement_naissance": "68", "pays_naissance": "France", "origine": "SL",
    "dispositif_financement": "PDC", "raison_sociale": "Forges d'essai", "siret": "99000001100017",
    "adresse_entreprise": "12 rue de la Forge, 68100 Mulhouse", "code_nace": "25.11", "secteur": "M",
    "voie": "formation", "prescripteur": "entreprise", "date_inscription": "01/09/2026",
}


@pytest.fixture
def centre(session: Session) -> Centre:
    return factories.centre(session, code="68")


@pytest.fixture
def identifiant(session: Session) -> str:
    return factories.certification(session).base_identifiant


def ligne(identifiant: str, **champs: str) -> dict[str, str]:
    return BASE | {"certification": identifiant} | champs


def ecrire(dossier: Path, lignes: list[dict[str, str]], nom: str = "candidats.csv", encodage: str = "utf-8") -> Path:
    chemin = dossier / nom
    with chemin.open("w", encoding=encodage, newline="") as f:
        ecrivain = csv.DictWriter(f, ENTETES, delimiter=";", restval="")
        ecrivain.writeheader()
        ecrivain.writerows(lignes)
    return chemin


def comptes(session: Session) -> tuple[int, int, int]:
    return tuple(  # type: ignore[return-value]
        session.scalar(select(func.count()).select_from(m)) for m in (Candidat, Entreprise, Inscription)
    )


def codes(compte_rendu: CompteRendu) -> list[tuple[int, str, str]]:
    return [(e.ligne, e.colonne, e.code) for e in compte_rendu.erreurs]


def test_tout_le_fichier(session: Session, centre: Centre, identifiant: str, tmp_path: Path) -> None:
    fichier = ecrire(tmp_path, [
        ligne(identifiant),
        ligne(identifiant, nom_naissance="Müller", prenoms="Yoann", origine="DE", raison_sociale="", siret="",
              adresse_entreprise="", code_nace="", secteur="", prescripteur="candidat", dispositif_financement="CPF"),
        ligne(identifiant, nom_naissance="O’Neill", ville_naissance="Dresde", departement_naissance="", pays_naissance="Allemagne"),
    ])
    rendu = importer(session, fichier, centre.id)
    assert (rendu.lignes, rendu.creees, rendu.refusees, rendu.ecrit, rendu.code_sortie) == (3, 3, 0, True, 0)
    assert comptes(session) == (3, 1, 3)
    inscription = session.scalar(select(Inscription).where(Inscription.importation_ligne == 2))
    assert inscription is not None
    assert inscription.date_inscription == dt.date(2026, 9, 1)
    assert inscription.candidat.nom_naissance == "Lefèvre-Martin"
    assert inscription.entreprise is not None
    assert inscription.entreprise.code_nace == "25.11"
    assert inscription.referentiel_id is not None
    assert inscription.etat is EtatInscription.OUVERTE
    assert not list(controler_inscriptions(session, list(session.scalars(select(Inscription.id)))))


def test_seconde_fois_rien_de_double(session: Session, centre: Centre, identifiant: str, tmp_path: Path) -> None:
    fichier = ecrire(tmp_path, [ligne(identifiant), ligne(identifiant, nom_naissance="Autre")])
    importer(session, fichier, centre.id)
    avant = comptes(session)
    rendu = importer(session, fichier, centre.id)
    assert (rendu.creees, rendu.deja_inscrites, rendu.refusees, rendu.code_sortie) == (0, 2, 0, 0)
    assert comptes(session) == avant


def test_la_meme_ligne_deux_fois_dans_le_fichier(
    session: Session, centre: Centre, identifiant: str, tmp_path: Path
) -> None:
    rendu = importer(
        session, ecrire(tmp_path, [ligne(identifiant), ligne(identifiant, nom_naissance="LEFEVRE MARTIN")]), centre.id
    )
    assert (rendu.creees, rendu.deja_inscrites) == (1, 1)
    assert comptes(session) == (1, 1, 1)


def test_une_ligne_refusee_n_ecrit_rien(session: Session, centre: Centre, identifiant: str, tmp_path: Path) -> None:
    fichier = ecrire(tmp_path, [
        ligne(identifiant), ligne(identifiant, nom_naissance="Durand", siret="99000001100018"),
    ])
    rendu = importer(session, fichier, centre.id)
    assert (rendu.creees, rendu.refusees, rendu.ecrit, rendu.code_sortie) == (0, 1, False, 1)
    assert codes(rendu) == [(3, "siret", "INS-11")]
    assert comptes(session) == (0, 0, 0)
    importation = session.get(Importation, rendu.importation)
    assert importation is not None
    assert importation.etat is EtatImportation.REFUSEE
    assert session.scalar(select(func.count()).select_from(LigneRejetee)) == 1


def test_lignes_valides(session: Session, centre: Centre, identifiant: str, tmp_path: Path) -> None:
    fichier = ecrire(tmp_path, [
        ligne(identifiant), ligne(identifiant, nom_naissance="Durand", certification="CQPM 1999 9999"),
    ])
    rendu = importer(session, fichier, centre.id, lignes_valides=True)
    assert (rendu.creees, rendu.refusees, rendu.ecrit, rendu.code_sortie) == (1, 1, True, 1)
    assert comptes(session) == (1, 1, 1)


def test_la_simulation_annonce_et_n_ecrit_rien(
    session: Session, centre: Centre, identifiant: str, tmp_path: Path
) -> None:
    fichier = ecrire(tmp_path, [ligne(identifiant), ligne(identifiant, nom_naissance="Durand"), ligne(identifiant)])
    annonce = importer(session, fichier, centre.id, simuler=True)
    assert comptes(session) == (0, 0, 0)
    fait = importer(session, fichier, centre.id)
    assert (annonce.creees, annonce.deja_inscrites) == (fait.creees, fait.deja_inscrites) == (2, 1)


def test_simulation_de_la_cli_ne_garde_rien(session: Session, centre: Centre, identifiant: str, tmp_path: Path) -> None:
    rendu = importer(session, ecrire(tmp_path, [ligne(identifiant)]), centre.id, simuler=True, garder=False)
    assert rendu.importation is None
    assert session.scalar(select(func.count()).select_from(Importation)) == 0


@pytest.mark.parametrize(("champs", "attendu"), [
    ({"origine": "DE"}, {("raison_sociale", "INS-07"), ("siret", "INS-07"), ("adresse_entreprise", "INS-07"),
                         ("code_nace", "INS-07"), ("secteur", "INS-07")}),
    ({"raison_sociale": ""}, {("raison_sociale", "INS-15")}),
    ({"secteur": "HM"}, {("branche", "INS-08")}),
    ({"branche": "Plasturgie"}, {("branche", "INS-08")}),
    ({"dispositif_financement": "Mécénat"}, {("dispositif_financement", "INS-09")}),
    ({"departement_naissance": ""}, {("departement_naissance", "INS-10")}),
    ({"pays_naissance": "Ruritanie"}, {("pays_naissance", "INS-10")}),
    ({"pays_naissance": "Allemagne"}, {("departement_naissance", "INS-10")}),
    ({"code_nace": "99.99"}, {("code_nace", "INS-11")}),
    ({"date_naissance": "02/09/2012"}, {("date_naissance", "INS-12")}),
    ({"date_naissance": "31/02/1980"}, {("date_naissance", "L_DATE")}),
    ({"prescripteur": "organisme"}, {("organisme", "INS-02")}),
    ({"organisme": "Inconnu au bataillon"}, {("organisme", "INS-02")}),
    ({"blocs": "9999"}, {("blocs", "INS-06")}),
    ({"voie": "vae"}, {("date_recevabilite", "VAE-03")}),
    ({"voie": "vae_branche"}, {("experience", "VAE-02")}),
    ({"nom_naissance": "DUРONT"}, {("nom_naissance", "L_CARACTERE")}),
    ({"origine": "Z", "siret": "123"}, {("origine", "L_ORIGINE"), ("siret", "L_SIRET")}),
])
def test_chaque_refus_porte_sa_colonne_et_son_code(
    session: Session, centre: Centre, identifiant: str, tmp_path: Path, champs: dict[str, str],
    attendu: set[tuple[str, str]],
) -> None:
    rendu = importer(session, ecrire(tmp_path, [ligne(identifiant, **champs)]), centre.id)
    assert {(e.colonne, e.code) for e in rendu.erreurs} == attendu
    assert all(e.message for e in rendu.erreurs)
    assert all(e.passage for e in rendu.erreurs if not e.code.startswith("L_"))
    assert comptes(session) == (0, 0, 0)


def test_organisme_habilite(session: Session, centre: Centre, identifiant: str, tmp_path: Path) -> None:
    organisme = factories.organisme_habilite(session, centre, siret="99000000100018")
    fichier = ecrire(tmp_path, [ligne(identifiant, prescripteur="organisme", organisme="990 000 001 00018")])
    assert importer(session, fichier, centre.id).creees == 1
    assert session.scalar(select(Inscription.organisme_id)) == organisme.id


@pytest.mark.parametrize(("jour", "refus"), [
    ("31/08/2026", ["INS-02"]), ("01/09/2026", []), ("30/09/2026", []), ("01/10/2026", ["INS-02"]), ("31/10/2026", ["INS-02"]),
    ("01/11/2026", []), ("30/11/2026", []), ("01/12/2026", ["INS-02"]),
])
def test_organisme_habilite_ce_jour_la(
    session: Session, centre: Centre, identifiant: str, tmp_path: Path, jour: str, refus: list[str]
) -> None:
    """Habilité du 1er septembre au 30 novembre, suspendu en octobre : chaque borne, et rien n'est perdu du refus."""
    organisme = factories.organisme(session, siret="99000000100018")
    habilitation = factories.habilitation(
        session, organisme, centre, du=dt.date(2026, 9, 1), au=dt.date(2026, 11, 30)
    )
    actes_habilitation.suspendre(session, habilitation, dt.date(2026, 10, 1), "Plateau fermé.")
    actes_habilitation.lever(session, habilitation, dt.date(2026, 11, 1), "Rouvert.")
    voulue = ligne(identifiant, prescripteur="organisme", organisme="99000000100018", date_inscription=jour)
    rendu = importer(session, ecrire(tmp_path, [voulue]), centre.id)
    assert [e.code for e in rendu.erreurs if e.gravite is Gravite.BLOQUE] == refus
    assert comptes(session)[2] == 1 - len(refus)
    assert [cellules for cellules, _ in rendu.rejets] == [[voulue.get(e, "") for e in ENTETES] for _ in refus]


def test_une_vae_hors_du_rncp_est_refusee(session: Session, centre: Centre, tmp_path: Path) -> None:
    hors = factories.certification(session, rncp=False).base_identifiant
    vae = {"voie": "vae", "date_recevabilite": "01/09/2026"}
    rendu = importer(session, ecrire(tmp_path, [ligne(hors, **vae)]), centre.id)
    assert codes(rendu) == [(2, "voie", "VAE-01")]
    assert comptes(session) == (0, 0, 0)


@pytest.mark.parametrize(("derniere", "alertes"), [(dt.date(2026, 8, 31), ["FC-01"]), (dt.date(2026, 9, 1), []), (None, [])])
def test_une_fiche_qui_ne_se_delivre_plus_alerte(
    session: Session, centre: Centre, tmp_path: Path, derniere: dt.date | None, alertes: list[str]
) -> None:
    """FC-01 : le CQPM se délivre sans le RNCP, l'inscription s'écrit ; le formulaire reçoit la même alerte."""
    certification = factories.certification(session)
    certification.enregistrements[0].derniere_delivrance = derniere
    session.flush()
    rendu = importer(session, ecrire(tmp_path, [ligne(certification.base_identifiant)]), centre.id)
    assert [(e.code, e.gravite) for e in rendu.erreurs] == [(code, Gravite.ALERTE) for code in alertes]
    assert rendu.creees == 1
    (par_formulaire,) = inscrire(session, centre.id, [ligne(certification.base_identifiant, nom_naissance="Kowalczyk", prenoms="Ugo")])
    assert [e.code for e in par_formulaire.alertes] == alertes
    assert par_formulaire.inscription_id is not None


def test_blocs_vises(session: Session, centre: Centre, tmp_path: Path) -> None:
    certification = factories.certification(session)
    blocs = [rb.bloc.identifiant for rb in certification.versions[0].blocs]
    fichier = ecrire(tmp_path, [ligne(certification.base_identifiant, blocs=f"{blocs[1]}, {blocs[0][4:]}")])
    assert importer(session, fichier, centre.id).creees == 1
    inscription = session.scalars(select(Inscription)).one()
    assert inscription.cible == "|".join(sorted(blocs[:2]))
    assert [b.identifiant for b in inscription.blocs] == sorted(blocs[:2])


def test_chacun_est_inscrit_a_la_version_de_sa_date(session: Session, centre: Centre, tmp_path: Path) -> None:
    """REF-09 : la veille de la révision, l'ancien bloc ; le jour même, le nouveau."""
    certification = factories.certification(session)
    premiere = certification.versions[0]
    ancien = premiere.blocs[0].bloc
    version = actes_referentiel.creer_version(session, certification)
    nouveau = actes_referentiel.remplacer_bloc(session, version, ancien)
    actes_referentiel.soumettre(session, version)
    actes_referentiel.valider(session, version, dt.date(2026, 9, 2))
    identifiant = certification.base_identifiant
    fichier = ecrire(tmp_path, [
        ligne(identifiant, blocs=ancien.identifiant, date_inscription="01/09/2026"),
        ligne(identifiant, blocs=nouveau.identifiant, date_inscription="02/09/2026", nom_naissance="Autre"),
    ])
    assert importer(session, fichier, centre.id).creees == 2
    inscrites = session.scalars(select(Inscription).order_by(Inscription.date_inscription)).all()
    assert [i.referentiel_id for i in inscrites] == [premiere.id, version.id]
    faux = ecrire(tmp_path, [
        ligne(identifiant, blocs=nouveau.identifiant, date_inscription="01/09/2026", nom_naissance="Trop tôt"),
        ligne(identifiant, blocs=ancien.identifiant, date_inscription="02/09/2026", nom_naissance="Trop tard"),
    ])
    assert [n for n, _, code in codes(importer(session, faux, centre.id)) if code == "INS-06"] == [2, 3]


def test_personne_connue_ailleurs_rattachee_sans_rien_montrer(
    session: Session, centre: Centre, tmp_path: Path
) -> None:
    autre = factories.centre(session, code="99")
    premiere, seconde = factories.certification(session), factories.certification(session)
    importer(session, ecrire(tmp_path, [ligne(premiere.base_identifiant)]), autre.id)
    rendu = importer(
        session, ecrire(tmp_path, [ligne(seconde.base_identifiant, prenoms="ZOE", nom_naissance="lefevre martin")]), centre.id
    )
    assert (rendu.creees, rendu.rattachees, rendu.alertes) == (1, 1, 0)
    assert comptes(session)[0] == 1
    clerc = Acteur("clerc", 1, Role.CLERC, centre.id)
    attendue = seconde.id
    with agir_comme(clerc):
        assert session.scalars(select(Inscription.certification_id)).all() == [attendue]


def test_ouverte_dans_un_autre_centre(session: Session, centre: Centre, identifiant: str, tmp_path: Path) -> None:
    autre = factories.centre(session, code="99")
    fichier = ecrire(tmp_path, [ligne(identifiant)])
    importer(session, fichier, autre.id)
    rendu = importer(session, fichier, centre.id)
    assert codes(rendu) == [(2, "certification", "INS-03")]
    assert "99" not in rendu.erreurs[0].message


def test_homonyme_ne_ailleurs_alerte_sans_rattacher(
    session: Session, centre: Centre, identifiant: str, tmp_path: Path
) -> None:
    importer(session, ecrire(tmp_path, [ligne(identifiant)]), centre.id)
    rendu = importer(session, ecrire(tmp_path, [ligne(identifiant, ville_naissance="Mulhouse")]), centre.id)
    assert (rendu.creees, rendu.rattachees, rendu.alertes) == (1, 0, 1)
    assert [(e.code, e.gravite) for e in rendu.erreurs] == [("INS-13", Gravite.ALERTE)]
    assert comptes(session)[0] == 2


def test_entreprise_connue_avec_d_autres_donnees(
    session: Session, centre: Centre, identifiant: str, tmp_path: Path
) -> None:
    importer(session, ecrire(tmp_path, [ligne(identifiant)]), centre.id)
    rendu = importer(
        session,
        ecrire(tmp_path, [ligne(identifiant, nom_naissance="Durand", secteur="HM", branche="Plasturgie")]), centre.id,
    )
    assert (rendu.creees, rendu.alertes) == (1, 1)
    entreprise = session.scalars(select(Entreprise)).one()
    assert (entreprise.secteur.value, entreprise.branche) == ("M", None)


def test_inscription_close_meme_fichier(session: Session, centre: Centre, identifiant: str, tmp_path: Path) -> None:
    """Un fichier déjà traité ne réinscrit pas quelqu'un dont l'inscription est close."""
    fichier = ecrire(tmp_path, [ligne(identifiant)])
    importer(session, fichier, centre.id)
    session.scalars(select(Inscription)).one().etat = EtatInscription.ADMISE
    session.flush()
    rendu = importer(session, fichier, centre.id)
    assert (rendu.creees, rendu.deja_inscrites) == (0, 1)


def test_journal_de_l_import(session: Session, centre: Centre, identifiant: str, tmp_path: Path) -> None:
    rendu = importer(session, ecrire(tmp_path, [ligne(identifiant)]), centre.id)
    lignes = session.scalars(select(Journal).where(Journal.importation_id == rendu.importation)).all()
    assert {(j.objet, j.action, j.importation_ligne) for j in lignes} == {
        ("candidat", "création", 2), ("entreprise", "création", 2), ("inscription", "création", 2)
    }
    assert all(j.centre_id == centre.id and j.acteur == "essais" for j in lignes)
    candidat = next(j for j in lignes if j.objet == "candidat")
    assert candidat.apres is not None
    assert candidat.apres["nom_naissance"] == "Lefèvre-Martin"


def test_fichier_refuse(session: Session, centre: Centre, tmp_path: Path) -> None:
    chemin = tmp_path / "faux.xlsx"
    chemin.write_bytes(b"PK pas un classeur")
    rendu = importer(session, chemin, centre.id)
    assert rendu.refus is not None
    assert rendu.code_sortie == 2
    assert rendu.en_dict()["erreurs"][0]["code"].startswith("F_")
    importation = session.get(Importation, rendu.importation)
    assert importation is not None
    assert importation.etat is EtatImportation.REFUSEE
    assert importation.message


def test_rejets_corriges_se_reimportent(session: Session, centre: Centre, identifiant: str, tmp_path: Path) -> None:
    fichier = ecrire(tmp_path, [ligne(identifiant), ligne(identifiant, nom_naissance="Durand", date_naissance="31/02/1980")])
    rendu = importer(session, fichier, centre.id, lignes_valides=True)
    rejets = "".join(fichier_des_rejets(rendu.entetes, rendu.rejets))
    lu = list(csv.DictReader(io.StringIO(rejets.removeprefix("\ufeff")), delimiter=";"))
    assert [(r["nom_naissance"], r["date_naissance"], r["codes"]) for r in lu] == [("Durand", "31/02/1980", "L_DATE")]
    corrige = tmp_path / "rejets.csv"
    corrige.write_text(rejets.replace("31/02/1980", "28/02/1980"), encoding="utf-8", newline="")
    reimporte = importer(session, corrige, centre.id)
    assert (reimporte.creees, reimporte.avertissements) == (1, [])


def test_rejets_sans_formule() -> None:
    texte = "".join(fichier_des_rejets(["nom"], [(["=cmd|calc"], [{"code": "L_CARACTERE", "message": "non"}])]))
    assert ";'=cmd" not in texte
    assert "\r\n'=cmd|calc;" in texte


def test_requetes_constantes(session: Session, centre: Centre, identifiant: str, tmp_path: Path) -> None:
    """Le nombre de requêtes suit celui des lots, non celui des lignes."""
    connexion = session.connection()
    factories.entreprise(session, centre)

    def mesurer(nombre: int) -> int:
        requetes = 0

        def compter(*_: Any) -> None:
            nonlocal requetes
            requetes += 1

        lettres = "abcdefghijklmnopqrstuvwxyz"
        lignes = [
            ligne(identifiant, nom_naissance=f"Nom{lettres[n % 26]}{lettres[n // 26]}{lettres[nombre % 26]}")
            for n in range(nombre)
        ]
        event.listen(connexion.engine, "before_cursor_execute", compter)
        try:
            importer(session, ecrire(tmp_path, lignes), centre.id)
        finally:
            event.remove(connexion.engine, "before_cursor_execute", compter)
        return requetes

    assert mesurer(350) <= mesurer(1) + 2


def test_deux_imports_des_memes_personnes_a_la_fois(moteur: Engine, tmp_path: Path) -> None:
    """L'un des deux écrit ; l'autre attend puis ne double rien, ou échoue sans rien laisser."""
    with agir_comme(systeme("essais")), en_ecriture(), Session(moteur) as session, session.begin():
        centre = factories.centre(session, code="68")
        identifiant = factories.certification(session).base_identifiant
        centre_id = centre.id
    fichier = ecrire(tmp_path, [ligne(identifiant, prenoms=f"Zoé{c}") for c in "abcdefghij"])
    echecs: list[BaseException] = []

    def lancer() -> None:
        try:
            with agir_comme(systeme("essais")), en_ecriture(), Session(moteur) as session, session.begin():
                importer(session, fichier, centre_id)
        except Exception as erreur:  # noqa: BLE001 — compté plus bas
            echecs.append(erreur)

    fils = [threading.Thread(target=lancer) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(echecs) < 2
    with agir_comme(systeme("essais")), Session(moteur) as session:
        assert comptes(session)[::2] == (10, 10)


def test_formulaire_lot_d_un(session: Session, centre: Centre, identifiant: str) -> None:
    bon, faux = inscrire(session, centre.id, [ligne(identifiant), ligne(identifiant, nom_naissance="Durand", secteur="X")])
    assert bon.inscription_id is not None
    assert not bon.erreurs
    assert faux.inscription_id is None
    assert [(e.colonne, e.code) for e in faux.erreurs] == [("secteur", "L_SECTEUR")]
    (encore,) = inscrire(session, centre.id, [ligne(identifiant)])
    assert encore.deja_inscrite
    assert encore.inscription_id is None


def test_une_personne_proche_alerte_sans_montrer_la_fiche_d_un_autre_centre(
    session: Session, centre: Centre, identifiant: str, tmp_path: Path
) -> None:
    importer(session, ecrire(tmp_path, [ligne(identifiant, nom_naissance="Lefèvre", prenoms="Zoé")]), centre.id)
    voisine = ecrire(tmp_path, [ligne(identifiant, nom_naissance="Zoe", prenoms="LEFEVRE")])
    autre = factories.centre(session, code="98")
    for lieu, decrite in ((centre, True), (autre, False)):
        rendu = importer(session, voisine, lieu.id, simuler=True, garder=False)
        (alerte,) = [e for e in rendu.erreurs if e.code == "INS-13"]
        assert ("LEFÈVRE Zoé" in alerte.message) is decrite
        assert ("inversés" in alerte.message) is decrite
    # Écrite, elle a ses propres clés ; une troisième écriture les rappelle toutes deux.
    importer(session, voisine, centre.id)
    rendu = importer(session, ecrire(tmp_path, [ligne(identifiant, nom_naissance="Lefebvre", prenoms="Zoé")]), centre.id)
    assert sum("LEFÈVRE" in e.message or "ZOE" in e.message for e in rendu.erreurs) == 2


def test_avancer_dit_ou_en_est_l_import(session: Session, centre: Centre, identifiant: str, tmp_path: Path) -> None:
    fichier = ecrire(tmp_path, [ligne(identifiant, reference=f"A{n}") for n in range(2_500)])
    vus: list[tuple[int, int]] = []
    importer(session, fichier, centre.id, simuler=True, avancer=lambda fait, total: vus.append((fait, total)))
    assert [fait for fait, _ in vus] == [2_000, 2_500]
    assert {total for _, total in vus} == {2_501}
    vus.clear()
    importer(session, fichier, centre.id, avancer=lambda fait, total: vus.append((fait, total)))
    assert [fait for fait, _ in vus] == [2_000, 2_500, 2_501]


def test_un_import_arrete_n_ecrit_rien(session: Session, centre: Centre, identifiant: str, tmp_path: Path) -> None:
    fichier = ecrire(tmp_path, [ligne(identifiant, nom_naissance=f"Durand {chr(97 + n % 26)}") for n in range(20)])

    def arreter(_fait: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importer(session, fichier, centre.id, avancer=arreter)
    assert comptes(session) == (0, 0, 0)
