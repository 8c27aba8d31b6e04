"""De la base aux papiers d'un jury : qui reçoit quoi, l'anonymat, le territoire, des requêtes en nombre constant."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import select

from documents import archives, sources_habilitation, sources_jury
from documents.declarations import declaration_de
from documents.erreurs import DonneeIncoherente, DonneeManquante
from models import Candidat, Commission, Departement, Syndicat, SyndicatTerritorial
from models.contexte import Acteur, agir_comme
from rules import actes
from rules.attribution import acquis_jusqu_au
from rules.nomenclatures import (
    Civilite,
    Decision,
    Delegation,
    DispositifFinancement,
    EtatHabilitation,
    Famille,
    Origine,
    Prescripteur,
    Repertoire,
    ResultatCompetence,
    Role,
    TypeCommission,
)
from tests import factories as f
from tests.documents.test_sources import atelier, requetes  # noqa: F401 — fixture

JOUR = f.DATE_JURY - dt.timedelta(days=30)


@pytest.fixture
def centre(session):
    fait = f.centre(
        session, nom="UIMM Alsace", adresse="2 rue de l'Industrie", code_postal="68100", ville="Mulhouse",
        departements=list(session.scalars(select(Departement).where(Departement.code == "68"))),
    )
    session.add(Commission(type=TypeCommission.CPREFP, nom="CPREFP Grand Est", region_code="44", courriel="c@exemple.fr"))
    for syndicat in session.scalars(select(Syndicat)):
        session.add(SyndicatTerritorial(centre=fait, syndicat=syndicat, courriel=f"{syndicat.sigle.lower()}@exemple.fr"))
    session.flush()
    return fait


@pytest.fixture
def jury(session, centre):
    """Un jury en préparation : président, patronal, travail temporaire, CFDT, son suppléant, un invité."""
    def personne(nom, entreprise="Fonderies du Rhin"):
        return f.personne(session, centre, nom=nom, entreprise=entreprise, qualite="directeur", courriel=f"{nom}@exemple.fr")

    fait = f.jury(session, centre)
    cfdt = session.scalars(select(Syndicat).where(Syndicat.sigle == "CFDT")).one()
    f.siege(session, fait, personne=personne("Invité"), delegation=Delegation.INVITE, voix=False)
    f.siege(session, fait, personne=personne("Mandaté", ""), delegation=Delegation.SYNDICALE, syndicat=cfdt)
    f.siege(session, fait, personne=personne("Suppléant"), delegation=Delegation.SYNDICALE, syndicat=cfdt, voix=False)
    f.siege(session, fait, personne=personne("Intérim"), travail_temporaire=True)
    f.siege(session, fait, personne=personne("Patron"))
    f.siege(session, fait, personne=personne("Président"), president=True)
    certification = f.certification(session)
    inscriptions = [f.inscription(session, centre, certification) for _ in range(3)]
    for inscription in inscriptions:
        f.evaluer(session, inscription)
    actes.presenter(session, fait, inscriptions)
    return fait


def verifier(code, faits):
    for fait in faits:
        declaration_de(code).verifier(fait)
    return faits


def test_emargement_designes_et_organisations_sans_designe(session, jury):
    (faits,) = verifier("emargement", sources_jury.emargement(session, jury.id, JOUR))
    assert [(m.nom.split()[-1], m.titre, m.organisation) for m in faits.membres] == [
        ("PRÉSIDENT", "Président", "Fonderies du Rhin"),
        ("PATRON", "Délégation patronale", "Fonderies du Rhin"),
        ("INTÉRIM", "Délégation patronale, branche du travail temporaire", "Fonderies du Rhin"),
        ("MANDATÉ", "Délégation syndicale", "CFDT"),
        ("SUPPLÉANT", "Délégation syndicale, sans voix", "CFDT"),
    ]
    assert faits.organisations_invitees == ("CGT",)
    assert [(c.titre, c.candidats) for c in faits.seance.certifications] == [
        (jury.presentations[0].inscription.certification.titre, 3)
    ]


def test_une_demande_par_organisation_representative_le_jour_du_jury(session, jury):
    f.syndicat(session, sigle="ANCIEN", representative_au=f.DATE_JURY - dt.timedelta(days=1))
    f.syndicat(session, sigle="FUTUR", representative_du=f.DATE_JURY + dt.timedelta(days=1))
    faits = verifier("demande-designation", sources_jury.demande_designation(session, jury.id, JOUR))
    assert [x.organisation for x in faits] == ["CFDT", "CGT"]
    assert faits[0].destinataire.lignes[-1] == "par courriel : cfdt@exemple.fr"
    assert faits[0].convoquer_avant_le == f.DATE_JURY - dt.timedelta(days=15)


def test_une_organisation_sans_adresse_est_nommee(session, jury):
    f.syndicat(session, sigle="SANS", representative_au=f.DATE_JURY)
    with pytest.raises(DonneeManquante, match="SANS"):
        verifier("demande-designation", sources_jury.demande_designation(session, jury.id, JOUR))


def test_une_convocation_par_membre_et_sa_copie_a_qui_l_a_mandate(session, jury):
    faits = verifier("convocation", sources_jury.convocation(session, jury.id, JOUR))
    assert [(x.membre.nom.split()[-1], x.copie, x.preside, x.voix) for x in faits] == [
        ("PRÉSIDENT", False, True, True),
        ("PATRON", False, False, True),
        ("INTÉRIM", False, False, True),
        ("MANDATÉ", False, False, True),
        ("MANDATÉ", True, False, True),
        ("SUPPLÉANT", False, False, False),
        ("SUPPLÉANT", True, False, False),
    ]
    assert faits[4].destinataire.nom == "CFDT Métallurgie"


def test_information_membres_et_calendrier_a_venir(session, jury, centre):
    f.jury(session, centre, date_jury=JOUR - dt.timedelta(days=1), lieu="Passé")
    f.jury(session, centre, date_jury=f.DATE_JURY + dt.timedelta(days=90), lieu="Strasbourg")
    actes.annuler(session, f.jury(session, centre, date_jury=f.DATE_JURY, lieu="Annulé"))
    (faits,) = verifier("information-cprefp", sources_jury.information_cprefp(session, jury.id, JOUR))
    assert [j.lieu_jury for j in faits.calendrier] == ["Colmar", "Strasbourg"]
    assert (faits.commission, faits.cprefp, len(faits.membres)) == ("CPREFP Grand Est", True, 5)


def test_un_jury_annule_ou_d_ailleurs_ne_s_imprime_pas(session, jury, centre):
    autre = f.jury(session, centre)
    actes.annuler(session, autre)
    with pytest.raises(DonneeIncoherente, match="annulé"):
        sources_jury.convocation(session, autre.id, JOUR)
    ailleurs = Acteur("clerc d'ailleurs", role=Role.CLERC, centre_id=f.centre(session).id)
    with agir_comme(ailleurs):
        for code, source in sources_jury.PAPIERS.items():
            assert source(session, jury.id, JOUR) is None, code


def textes(objet):
    if dataclasses.is_dataclass(objet):
        return [t for c in dataclasses.fields(objet) for t in textes(getattr(objet, c.name))]
    if isinstance(objet, tuple):
        return [t for o in objet for t in textes(o)]
    return [objet] if isinstance(objet, str) else []


def test_synthese_anonyme_et_lisible_d_un_jure(session, centre):
    jury = f.jury_pret(session, centre, f.certification(session), candidats=3)
    with pytest.raises(DonneeManquante, match="n'est pas ouverte"):
        sources_jury.synthese_evaluations(session, jury.id, JOUR)
    actes.ouvrir(session, jury, jury.date_jury)
    (entiere,) = verifier("synthese-evaluations", sources_jury.synthese_evaluations(session, jury.id, JOUR))
    (synthese,) = entiere.syntheses
    assert [c.numero for c in synthese.candidats] == [1, 2, 3]
    assert {c.resultats for c in synthese.candidats} == {("acquise",) * 4}
    mots = " ".join(textes(entiere))
    assert not [n for n in session.scalars(select(Candidat.nom_naissance)) if n in mots]
    session.expire_all()
    jure = Acteur("juré", role=Role.JURE, centre_id=centre.id, jury_id=jury.id, siege_id=jury.sieges[0].id)
    with agir_comme(jure):
        assert sources_jury.synthese_evaluations(session, jury.id, JOUR) == [entiere]


def test_synthese_dit_le_resultat_qui_manque(session, centre):
    """Un jury ouvert avant que la console n'exige tous les résultats (EVA-05) n'a pas toute sa synthèse."""
    certification = f.certification(session)
    jury = f.jury_pret(session, centre, certification, candidats=2)
    actes.ouvrir(session, jury, jury.date_jury)
    second = next(p for p in jury.presentations if p.numero_anonyme == 2)
    second.competences[0].synthese = None
    session.flush()
    with pytest.raises(DonneeManquante, match=r"résultat de la compétence BDC .* du candidat n° 2"):
        verifier("synthese-evaluations", sources_jury.synthese_evaluations(session, jury.id, JOUR))


def test_synthese_d_une_cible_partielle(session, centre):
    certification = f.certification(session)
    bloc = certification.versions[0].blocs[1].bloc
    jury = f.jury_pret(session, centre, certification, candidats=1)
    partielle = f.inscription(session, centre, certification, cible=bloc.identifiant)
    f.evaluer(session, partielle)
    actes.presenter(session, jury, [partielle])
    actes.ouvrir(session, jury, jury.date_jury)
    (faits,) = sources_jury.synthese_evaluations(session, jury.id, JOUR)
    assert [c.resultats for c in faits.syntheses[0].candidats] == [
        ("acquise",) * 4, (None, None, "acquise", "acquise"),
    ]


def signe(session, centre, certification, cas):
    """Un jury signé ; `cas` : pour chaque candidat, la décision, les rangs non acquis, et des champs d'inscription."""
    jury = f.jury(session, centre)
    f.siege(session, jury, president=True)
    f.siege(session, jury)
    inscriptions = []
    for rang, (_, non_acquises, champs) in enumerate(cas):
        qui = f.candidat(
            session, nom_naissance=f"Nom{rang}x", date_naissance=dt.date(1990, 1, 1) + dt.timedelta(days=jury.id),
            civilite=Civilite.MADAME, adresse="5 rue des Lilas", code_postal="68000", ville="Colmar",
        )
        inscriptions.append(f.inscription(session, centre, certification, qui, **champs))
        f.evaluer(session, inscriptions[-1], non_acquises=non_acquises)
    actes.presenter(session, jury, inscriptions)
    actes.ouvrir(session, jury, jury.date_jury)
    for inscription, (decision, _, _) in zip(inscriptions, cas, strict=True):
        presentation = next(p for p in jury.presentations if p.inscription_id == inscription.id)
        f.voter_tous(session, presentation, decision)
    actes.signer(session, jury, f.president(jury))
    return jury


def salarie(session, centre, **champs):
    return {
        "origine": Origine.SALARIE, "entreprise": f.entreprise(session, centre), "prescripteur": Prescripteur.ENTREPRISE,
        "dispositif_financement": DispositifFinancement.PDC,
    } | champs


def test_lettres_a_qui_de_droit_dans_l_ordre(session, centre):
    certification = f.certification(session)
    jury = signe(session, centre, certification, [
        (Decision.ADMIS, (), salarie(session, centre)),
        (Decision.ADMIS, (), salarie(session, centre, sans_accord_employeur=True)),
        (Decision.ADMIS, (), salarie(session, centre, prescripteur=Prescripteur.CANDIDAT)),
        (Decision.NON_ADMIS, (1, 2, 3, 4), salarie(session, centre)),
        (Decision.NON_ADMIS, (3, 4), salarie(session, centre)),
        (Decision.ADMIS, (), {}),
    ])
    faits = sources_jury.decisions(session, jury.id, JOUR)
    for lettre in faits:
        declaration_de(lettre.code).verifier(lettre)
    assert [(x.nom_fichier.split()[0], x.code.removeprefix("lettre-"), x.pour_entreprise) for x in faits] == [
        ("NOM0X", "admission", False), ("NOM0X", "admission", True),
        ("NOM1X", "admission", False),
        ("NOM2X", "admission", False),
        ("NOM3X", "non-admission", False), ("NOM3X", "non-admission", True),
        ("NOM4X", "non-admission-partielle", False),
        ("NOM5X", "admission", False),
    ]
    assert faits[0].destinataire.lignes == ("5 rue des Lilas", "68000 Colmar")
    par_code = {code: sources_jury.PAPIERS[code](session, jury.id, JOUR) for code in sources_jury.PAPIERS if "admission" in code}
    assert {code: len(lettres) for code, lettres in par_code.items()} == {
        "lettre-admission": 5, "lettre-non-admission": 2, "lettre-non-admission-partielle": 1,
    }


def test_acquis_au_rncp_par_bloc_sinon_par_competence(session, centre):
    au_rncp, hors_rncp = f.certification(session), f.certification(session, rncp=False)
    bloc = au_rncp.versions[0].blocs[0].bloc
    lettres = []
    for certification in (au_rncp, hors_rncp):
        jury = signe(session, centre, certification, [(Decision.NON_ADMIS, (4,), {})])
        lettres += sources_jury.decisions(session, jury.id, JOUR)
    rncp, sans = lettres
    assert [a.numero for a in rncp.blocs_acquis] == [bloc.identifiant]
    assert [a.intitule for a in rncp.blocs_acquis] == [bloc.libelle]
    assert len(rncp.competences_acquises) == 1
    assert rncp.acquis_jusqu_au == dt.date(2031, 3, 12)
    assert (sans.blocs_acquis, len(sans.competences_acquises), sans.acquis_jusqu_au) == ((), 3, dt.date(2028, 3, 12))


def test_la_lettre_dit_ce_que_le_jury_retient_non_la_synthese(session, centre):
    certification = f.certification(session)
    jury = f.jury_pret(session, centre, certification, candidats=1)
    actes.ouvrir(session, jury, jury.date_jury)
    (presentation,) = jury.presentations
    f.voter_tous(session, presentation, Decision.NON_ADMIS)
    refusees = {c.competence_id: ResultatCompetence.NON_ACQUISE for c in presentation.competences}
    actes.retenir(session, presentation, refusees, "Non observées dans les conditions du référentiel.")
    actes.signer(session, jury, f.president(jury))
    (lettre,) = sources_jury.decisions(session, jury.id, JOUR)
    assert lettre.code == "lettre-non-admission"


@pytest.mark.parametrize(
    ("date_jury", "rncp", "attendu"),
    [
        (dt.date(2026, 3, 12), True, dt.date(2031, 3, 12)),
        (dt.date(2026, 3, 12), False, dt.date(2028, 3, 12)),
        (dt.date(2024, 2, 29), True, dt.date(2029, 2, 28)),
        (dt.date(2024, 2, 29), False, dt.date(2026, 2, 28)),
        (dt.date(2026, 2, 28), False, dt.date(2028, 2, 28)),
    ],
)
def test_fin_de_conservation_des_acquis(date_jury, rncp, attendu):
    assert acquis_jusqu_au(date_jury, rncp=rncp) == attendu


def test_rien_de_ce_qui_suit_la_decision_avant_la_signature(session, jury):
    for code in ("lettre-gtp", "lettres", "lettre-admission"):
        with pytest.raises(DonneeManquante, match="procès-verbal signé"):
            sources_jury.PAPIERS[code](session, jury.id, JOUR)


def test_requetes_constantes(session, centre):
    certification = f.certification(session)
    couts = []
    for nombre in (1, 12):
        jury = signe(session, centre, certification, [(Decision.ADMIS, (), {})] * nombre).id
        for code in ("emargement", "synthese-evaluations", "lettre-gtp", "lettres", "convocation", "information-cprefp"):
            with requetes(session) as vues:
                sources_jury.PAPIERS[code](session, jury, JOUR)
            couts.append((code, len(vues)))
    assert couts[: len(couts) // 2] == couts[len(couts) // 2 :]
    assert max(cout for _, cout in couts) <= 13


def test_liste_des_certifications_a_une_date(session):
    au = dt.date(2026, 3, 12)
    creee = f.certification(session, titre="Créée ce jour", date_creation=au)
    f.certification(session, titre="Pas encore", date_creation=au + dt.timedelta(days=1))
    f.certification(session, titre="Supprimée ce jour", date_suppression=au)
    encore = f.certification(session, titre="Encore un jour", date_suppression=au + dt.timedelta(days=1))
    ccpm = f.certification(session, titre="Un CCPM", famille=Famille.CCPM, rncp=False)
    creee.enregistrements[0].au = au - dt.timedelta(days=1)
    session.flush()
    faits = sources_jury.liste_certifications(session, au)
    lues = {c.titre: c for c in faits.certifications}
    assert {"Créée ce jour", "Encore un jour", "Un CCPM"} <= set(lues)
    assert not {"Pas encore", "Supprimée ce jour"} & set(lues)
    assert (lues["Créée ce jour"].enregistrements, lues["Créée ce jour"].identifiant) == ((), creee.base_identifiant)
    assert lues["Encore un jour"].identifiant == f"{encore.base_identifiant} R"
    assert encore.enregistrements[0].repertoire is Repertoire.RNCP
    familles = [c.famille for c in faits.certifications]
    assert familles == sorted(familles, key=list(Famille).index)
    assert lues["Un CCPM"].identifiant == ccpm.base_identifiant


def test_liste_des_organismes_a_une_date_et_d_un_territoire(session, centre):
    au, ailleurs = dt.date(2026, 3, 12), f.centre(session)
    certification = f.certification(session)
    f.habilitation(session, f.organisme(session, nom="En cours"), centre, certifications=[certification])
    f.habilitation(session, f.organisme(session, nom="Dernier jour"), centre, au=au)
    f.habilitation(session, f.organisme(session, nom="Hier"), centre, au=au - dt.timedelta(days=1))
    f.habilitation(session, f.organisme(session, nom="Demain"), centre, du=au + dt.timedelta(days=1))
    f.habilitation(session, f.organisme(session, nom="Retiré après"), centre, etat=EtatHabilitation.RETIREE,
                   au=au + dt.timedelta(days=9), motif="Indicateur 3 non tenu.")
    f.habilitation(session, f.organisme(session, nom="Refusé"), centre, etat=EtatHabilitation.REFUSEE, motif="Non.")
    f.habilitation(session, f.organisme(session, nom="D'ailleurs"), ailleurs)
    tous = sources_habilitation.liste_organismes(session, au)
    assert [(o.nom, o.certifications) for o in tous.organismes] == [
        ("D'ailleurs", ()), ("Dernier jour", ()), ("En cours", (certification.base_identifiant,)), ("Retiré après", ()),
    ]
    assert tous.centre == ""
    with agir_comme(Acteur("clerc", role=Role.CLERC, centre_id=centre.id)):
        siens = sources_habilitation.liste_organismes(session, au)
    assert ([o.nom for o in siens.organismes], siens.centre) == (["Dernier jour", "En cours", "Retiré après"], "UIMM Alsace")


def test_un_lot_de_lettres_en_un_pdf(session, centre, atelier, relire):  # noqa: F811
    jury = signe(session, centre, f.certification(session), [(Decision.ADMIS, (), {}), (Decision.NON_ADMIS, (1,), {})])
    lot = archives.papier(session, "lettres", jury.id, JOUR, atelier)
    pages = relire(lot.contenu)
    assert ["NOM0X" in pages[0], "admise (A)" in pages[0], "NOM1X" in pages[1], "non admise (NA)" in pages[1]] == [True] * 4
    assert lot.nom == f"lettres_jury-{jury.id}.pdf"
    une = archives.papier(session, "lettre-admission", jury.id, JOUR, atelier)
    assert une.nom == "lettre-admission_jury-2026-03-12_NOM0X-Jeanne.pdf"
    assert archives.papier(session, "lettre-non-admission", jury.id, JOUR, atelier) is None
