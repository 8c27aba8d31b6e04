"""Les actes d'un référentiel, sur les deux moteurs : créer, soumettre, valider, renvoyer, remplacer un bloc."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models import BlocCompetences, Certification, Referentiel, ReferentielBloc
from models.normalisation import normaliser
from rules import actes_referentiel, controle, edition_referentiel
from rules.collecte import contexte_inscription, inscriptions_facts
from rules.collecte_referentiel import bloc_facts, version_facts
from rules.nomenclatures import EtatReferentiel, Famille
from rules.referentiel import BlocDeVersion, CompetenceDeVersion, VersionFacts
from tests import factories as f

DECISION = dt.date(2026, 6, 18)


def refuse(code: str, geste: Callable[[], Any]) -> controle.Refus:
    with pytest.raises(controle.Refus) as erreur:
        geste()
    assert {v.code for v in erreur.value.violations} == {code}
    return erreur.value


def neuve(session: Session, famille: Famille = Famille.CQPM) -> Certification:
    certification = Certification(famille=famille, titre="Soudeur d'essai", recherche=normaliser("Soudeur d'essai"))
    session.add(certification)
    session.flush()
    return certification


def projet_complet(session: Session, certification: Certification) -> Referentiel:
    version = actes_referentiel.creer_version(session, certification)
    for champ, valeur in f.TEXTES_DE_VERSION.items():
        setattr(version, champ, valeur)
    for ordre in (1, 2):
        bloc = BlocCompetences(libelle=f"Bloc neuf {ordre}", competences=[f.competence(session, 1, "Souder")])
        session.add(bloc)
        session.flush()
        session.add(ReferentielBloc(referentiel=version, bloc=bloc, ordre=ordre))
    session.flush()
    return version


def test_d_une_certification_nouvelle_a_sa_version_validee(session):
    certification = neuve(session)
    version = projet_complet(session, certification)
    assert [b.bloc.numero for b in version.blocs] == [None, None]
    assert version.blocs[0].bloc.identifiant == "BDC à numéroter"
    assert actes_referentiel.soumettre(session, version) == ()
    assert version.etat is EtatReferentiel.SOUMIS
    refuse("REF-09", lambda: actes_referentiel.soumettre(session, version))
    actes_referentiel.valider(session, version, DECISION)
    session.expire_all()
    assert (version.etat, version.valide_le) == (EtatReferentiel.VALIDE, DECISION)
    premier, second = (b.bloc.numero for b in version.blocs)
    assert second == premier + 1
    refuse("REF-03", lambda: actes_referentiel.valider(session, version, DECISION))


def test_les_numeros_d_une_liste_reprise_sont_sautes(session):
    session.add_all([BlocCompetences(numero=n, libelle="Repris") for n in (9101, 9103)])
    version = projet_complet(session, neuve(session))
    actes_referentiel.soumettre(session, version)
    actes_referentiel.valider(session, version, DECISION)
    assert [b.bloc.numero for b in version.blocs] == [9104, 9105]
    assert len(list(session.scalars(select(BlocCompetences)))) == 4


def test_soumettre_dit_tout_ce_qui_manque(session):
    version = actes_referentiel.creer_version(session, neuve(session))
    with pytest.raises(controle.Refus) as erreur:
        actes_referentiel.soumettre(session, version)
    assert {(v.code, v.champ) for v in erreur.value.violations} == {
        ("REF-02", "missions"), ("REF-02", "environnement"), ("REF-02", "interactions"), ("REF-10", "blocs"),
        ("REF-10", "conditions_admissibilite"),
    }
    assert version.etat is EtatReferentiel.PROJET


def test_une_competence_sans_criteres_ne_se_soumet_pas(session):
    version = projet_complet(session, neuve(session))
    version.blocs[1].bloc.competences[0].criteres_methodes = ""
    refus = refuse("REF-10", lambda: actes_referentiel.soumettre(session, version))
    competence = version.blocs[1].bloc.competences[0]
    assert [(v.champ, v.message.partition(" :")[0]) for v in refus.violations] == [
        (f"c{competence.id}-methodes", "Compétence 1 du bloc 2")
    ]


def test_reviser_partage_les_blocs_et_remplace_la_version(session):
    certification = f.certification(session)
    premiere = certification.versions[0]
    version = actes_referentiel.creer_version(session, certification)
    assert version.numero == 2
    assert [(b.bloc_id, b.ordre) for b in version.blocs] == [(b.bloc_id, b.ordre) for b in premiere.blocs]
    assert version.missions == premiere.missions
    refuse("REF-09", lambda: actes_referentiel.creer_version(session, certification))
    actes_referentiel.soumettre(session, version)
    refuse("REF-06", lambda: actes_referentiel.valider(session, version, f.CREATION - dt.timedelta(days=1)))
    actes_referentiel.valider(session, version, DECISION)
    assert (premiere.etat, premiere.valide_le) == (EtatReferentiel.REMPLACE, f.CREATION)
    assert version.etat is EtatReferentiel.VALIDE


def test_reviser_un_ccpm_recopie_ses_competences(session):
    certification = f.certification(session, famille=Famille.CCPM, rncp=False)
    premiere = certification.versions[0]
    version = actes_referentiel.creer_version(session, certification)
    assert [c.libelle for c in version.competences] == [c.libelle for c in premiere.competences]
    assert {c.id for c in version.competences}.isdisjoint(c.id for c in premiere.competences)
    assert {m.code for m in version.competences[0].modalites} == {"projet", "situation_reelle"}
    version.competences[0].libelle = "Autrement dit"
    session.flush()
    assert premiere.competences[0].libelle != "Autrement dit"


def test_depuis_une_autre_version(session):
    modele = f.certification(session).versions[0]
    version = actes_referentiel.creer_version(session, neuve(session), modele)
    assert (version.numero, [b.bloc_id for b in version.blocs]) == (1, [b.bloc_id for b in modele.blocs])


def test_renvoyer_rend_le_projet(session):
    version = projet_complet(session, neuve(session))
    refuse("REF-03", lambda: actes_referentiel.renvoyer(session, version))
    actes_referentiel.soumettre(session, version)
    actes_referentiel.renvoyer(session, version)
    assert version.etat is EtatReferentiel.PROJET
    actes_referentiel.soumettre(session, version)


def test_modifier_un_bloc_employe_en_fait_un_autre(session):
    certification = f.certification(session)
    ancien = certification.versions[0].blocs[0].bloc
    numero = ancien.numero
    version = actes_referentiel.creer_version(session, certification)
    nouveau = actes_referentiel.remplacer_bloc(session, version, ancien)
    assert nouveau.id != ancien.id
    assert [c.libelle for c in nouveau.competences] == [c.libelle for c in ancien.competences]
    assert (ancien.numero, nouveau.numero) == (numero, None)
    assert version.blocs[0].bloc is nouveau
    assert certification.versions[0].blocs[0].bloc is ancien
    # Seul à l'employer, le projet le modifie sans en faire un troisième.
    assert actes_referentiel.remplacer_bloc(session, version, nouveau) is nouveau
    refuse("REF-09", lambda: actes_referentiel.remplacer_bloc(session, certification.versions[0], ancien))


@pytest.mark.parametrize(
    "instruction",
    [
        "UPDATE referentiel SET missions = 'autre' WHERE id = :version",
        "UPDATE referentiel SET valide_le = '2027-01-01' WHERE id = :version",
        "UPDATE referentiel SET etat = 'projet' WHERE id = :version",
        "UPDATE referentiel SET numero = 12 WHERE id = :version",
        "DELETE FROM referentiel WHERE id = :version",
        "UPDATE referentiel_bloc SET ordre = 12 WHERE referentiel_id = :version",
        "DELETE FROM referentiel_bloc WHERE referentiel_id = :version",
        "INSERT INTO referentiel_bloc (referentiel_id, bloc_id, ordre) VALUES (:version, :libre, 12)",
        "UPDATE bloc_competences SET libelle = 'autre' WHERE id = :bloc",
        "UPDATE bloc_competences SET numero = NULL WHERE id = :bloc",
        "DELETE FROM bloc_competences WHERE id = :bloc",
        "UPDATE competence SET conditions = 'autres' WHERE bloc_id = :bloc",
        "UPDATE competence SET bloc_id = :libre WHERE id = :competence",
        "UPDATE competence SET bloc_id = :bloc WHERE bloc_id = :libre",
        "DELETE FROM competence WHERE id = :competence",
        "DELETE FROM competence_modalite WHERE competence_id = :competence",
        "UPDATE competence_modalite SET modalite_code = 'autre' WHERE competence_id = :competence",
        "INSERT INTO competence_modalite (competence_id, modalite_code) VALUES (:competence, 'autre')",
    ],
)
@pytest.mark.parametrize("remplacee", [False, True])
def test_ce_qu_une_version_validee_emploie_est_fige(session, instruction, remplacee):
    certification = f.certification(session)
    version = certification.versions[0]
    if remplacee:
        suivante = actes_referentiel.creer_version(session, certification)
        actes_referentiel.soumettre(session, suivante)
        actes_referentiel.valider(session, suivante, DECISION)
    bloc = version.blocs[0].bloc
    valeurs = {
        "version": version.id, "bloc": bloc.id, "libre": f.bloc(session).id, "competence": bloc.competences[0].id
    }
    with pytest.raises(DBAPIError) as erreur, session.begin_nested():
        session.execute(text(instruction), {c: v for c, v in valeurs.items() if f":{c}" in instruction})
    violation = controle.traduire(erreur.value)
    assert violation is not None
    assert violation.code == "REF-09"


def test_les_competences_d_un_ccpm_valide_sont_figees(session):
    version = f.certification(session, famille=Famille.CCPM, rncp=False).versions[0]
    with pytest.raises(DBAPIError) as erreur, session.begin_nested():
        session.execute(text("UPDATE competence SET libelle = 'autre' WHERE referentiel_id = :v"), {"v": version.id})
    assert controle.traduire(erreur.value).code == "REF-09"


def test_la_base_refuse_de_valider_un_bloc_sans_numero(session):
    version = projet_complet(session, neuve(session))
    with pytest.raises(DBAPIError) as erreur, session.begin_nested():
        session.execute(
            text("UPDATE referentiel SET etat = 'valide', valide_le = '2026-06-18' WHERE id = :v"), {"v": version.id}
        )
    violation = controle.traduire(erreur.value)
    assert (violation.code, violation.message) == ("REF-08", "Un bloc d'une version validée porte son numéro.")


def test_remplacer_par_insertion_ne_contourne_pas_le_gel(session):
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("INSERT OR REPLACE n'existe que sur SQLite")
    bloc = f.certification(session).versions[0].blocs[0].bloc
    for instruction in (
        "INSERT OR REPLACE INTO bloc_competences SELECT * FROM bloc_competences WHERE id = :b",
        "INSERT OR REPLACE INTO competence SELECT * FROM competence WHERE bloc_id = :b",
        "INSERT OR REPLACE INTO referentiel_bloc SELECT * FROM referentiel_bloc WHERE bloc_id = :b",
        "INSERT OR REPLACE INTO referentiel SELECT r.* FROM referentiel r JOIN referentiel_bloc x "
        "ON x.referentiel_id = r.id WHERE x.bloc_id = :b",
    ):
        with pytest.raises(DBAPIError, match="REF-09"), session.begin_nested():
            session.execute(text(instruction), {"b": bloc.id})


def vue(session: Session, version: Referentiel) -> VersionFacts:
    return version_facts(session, version.id)


def test_enregistrer_ecrit_toute_la_saisie(session):
    version = actes_referentiel.creer_version(session, neuve(session))
    competences = (
        CompetenceDeVersion("m1", "Souder à plat", conditions="En atelier.", methodes="Suit le DMOS.",
                            resultats="Sans défaut.", modalites=("projet", "inconnue")),
        CompetenceDeVersion("m2", "Souder en angle"),
    )
    saisie = replace(vue(session, version), missions="Soude.", blocs=(BlocDeVersion("n1", "Souder", competences),))
    actes_referentiel.enregistrer(session, version, saisie, version.version)
    (bloc,) = vue(session, version).blocs
    assert (version.missions, bloc.libelle, [c.libelle for c in bloc.competences]) == (
        "Soude.", "Souder", ["Souder à plat", "Souder en angle"]
    )
    assert bloc.competences[0].modalites == ("projet",)

    # Ordonner, retirer, ajouter : les mêmes lignes restent, dans l'ordre saisi.
    plat, angle = bloc.competences
    saisie = edition_referentiel.deplacer(edition_referentiel.ajouter_competence(vue(session, version), bloc.cle), angle.cle, -1)
    actes_referentiel.enregistrer(session, version, saisie, version.version)
    assert [c.cle for c in vue(session, version).blocs[0].competences][:2] == [angle.cle, plat.cle]
    saisie = edition_referentiel.retirer(vue(session, version), angle.cle)
    actes_referentiel.enregistrer(session, version, saisie, version.version)
    assert [c.libelle for c in vue(session, version).blocs[0].competences] == ["Souder à plat", ""]


def test_deux_personnes_ne_s_ecrasent_pas(session):
    version = actes_referentiel.creer_version(session, neuve(session))
    lue, saisie = version.version, vue(session, version)
    actes_referentiel.enregistrer(session, version, replace(saisie, missions="La première."), lue)
    with pytest.raises(StaleDataError):
        actes_referentiel.enregistrer(session, version, replace(saisie, missions="La seconde."), lue)
    assert version.missions == "La première."


def test_le_verrou_avance_quand_seule_une_competence_change(session):
    version = projet_complet(session, neuve(session))
    lue, saisie = version.version, vue(session, version)
    (bloc, autre) = saisie.blocs
    change = replace(bloc, competences=(replace(bloc.competences[0], libelle="Braser"),))
    actes_referentiel.enregistrer(session, version, replace(saisie, blocs=(change, autre)), lue)
    assert version.version > lue


def test_un_bloc_commun_ne_change_que_s_il_est_dit_nouveau(session):
    certification = f.certification(session)
    ancien = certification.versions[0].blocs[0].bloc
    libelle, competences = ancien.libelle, [c.libelle for c in ancien.competences]
    version = actes_referentiel.creer_version(session, certification)
    saisie = vue(session, version)
    assert [b.emplois for b in saisie.blocs] == [1, 1]
    change = replace(saisie.blocs[0], libelle="Autre", competences=(replace(saisie.blocs[0].competences[0], libelle="Autre"),))
    actes_referentiel.enregistrer(session, version, replace(saisie, blocs=(change, saisie.blocs[1])), version.version)
    assert vue(session, version).blocs == saisie.blocs
    change = replace(change, nouveau=True)
    actes_referentiel.enregistrer(session, version, replace(saisie, blocs=(change, saisie.blocs[1])), version.version)
    nouveau = vue(session, version).blocs[0]
    assert (nouveau.libelle, nouveau.numero, [c.libelle for c in nouveau.competences]) == ("Autre", None, ["Autre"])
    session.expire_all()
    assert (ancien.libelle, [c.libelle for c in ancien.competences]) == (libelle, competences)
    # Retiré, ce bloc sans numéro que rien d'autre n'emploie disparaît ; l'ancien reste.
    cle = int(nouveau.cle[1:])
    actes_referentiel.enregistrer(
        session, version, edition_referentiel.retirer(vue(session, version), nouveau.cle), version.version
    )
    assert session.get(BlocCompetences, cle) is None
    assert session.get(BlocCompetences, ancien.id) is ancien


def test_employer_le_bloc_d_un_autre_cqpm_et_l_ordonner(session):
    commun = f.certification(session).versions[0].blocs[0].bloc
    version = projet_complet(session, neuve(session))
    saisie = edition_referentiel.employer(vue(session, version), bloc_facts(commun, 1))
    saisie = edition_referentiel.deplacer(saisie, f"b{commun.id}", -1)
    actes_referentiel.enregistrer(session, version, saisie, version.version)
    assert [b.cle for b in vue(session, version).blocs].index(f"b{commun.id}") == 1
    deux_fois = edition_referentiel.employer(vue(session, version), bloc_facts(commun, 1))
    refuse("REF-11", lambda: actes_referentiel.enregistrer(session, version, deux_fois, version.version))


def test_un_niveau_9_est_refuse(session):
    certification = neuve(session)
    certification.projet = True
    version = actes_referentiel.creer_version(session, certification)
    saisie = replace(vue(session, version), niveau=9)
    refuse("REF-04", lambda: actes_referentiel.enregistrer(session, version, saisie, version.version))
    actes_referentiel.enregistrer(session, version, replace(saisie, niveau=4), version.version)
    assert certification.niveau == 4


def test_une_version_soumise_ne_s_ecrit_plus(session):
    version = projet_complet(session, neuve(session))
    saisie = vue(session, version)
    actes_referentiel.soumettre(session, version)
    refuse("REF-09", lambda: actes_referentiel.enregistrer(session, version, saisie, version.version))


def test_une_inscription_reste_jugee_sur_sa_version(session):
    """REF-09 : les blocs d'une inscription sont ceux de la version en vigueur à sa date."""
    centre, certification = f.centre(session), f.certification(session)
    ancien = certification.versions[0].blocs[0].bloc
    inscription = f.inscription(session, centre, certification, cible=ancien.identifiant)
    version = actes_referentiel.creer_version(session, certification)
    nouveau = actes_referentiel.remplacer_bloc(session, version, ancien)
    actes_referentiel.soumettre(session, version)
    actes_referentiel.valider(session, version, DECISION)
    faits = inscriptions_facts(session, [inscription.id])[inscription.id]
    assert controle.inscription(faits) == ()

    contexte = contexte_inscription(session.connection(), centre.id)
    connue = contexte.certifications[certification.id]
    veille, premiere = DECISION - dt.timedelta(days=1), certification.versions[0].id
    assert contexte.version_le(certification.id, veille).id == premiere
    assert contexte.version_le(certification.id, DECISION).id == version.id
    assert contexte.version_le(certification.id, dt.date(1990, 1, 1)).id == premiere
    assert ancien.identifiant in contexte.en_version(connue, veille).blocs
    assert ancien.identifiant not in contexte.en_version(connue, DECISION).blocs
    assert nouveau.identifiant in contexte.en_version(connue, DECISION).blocs
    # La version de l'inscription l'emporte sur celle de la date.
    assert ancien.identifiant in contexte.en_version(connue, DECISION, premiere).blocs
