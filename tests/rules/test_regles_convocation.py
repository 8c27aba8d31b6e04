"""Le chemin du jury : les bornes des règles, la veille, le jour et le lendemain de chaque délai."""

from __future__ import annotations

import datetime as dt

import pytest

from rules import convocation as r
from rules.convocation import (
    ActeDateFacts,
    CheminFacts,
    ConvoqueFacts,
    DesignationFacts,
    DesigneeFacts,
    DitFacts,
    EnvoiFacts,
    EtatEtape,
    InformeeFacts,
    RemplacementFacts,
    ReponseFacts,
)
from rules.nomenclatures import EtatEnvoi, EtatJury, ReponseDesignation
from rules.noyau import Gravite
from tests.rules.faits import avec, champs, juger, patronal, president, syndical

JURY = dt.date(2026, 3, 20)
LIMITE = dt.date(2026, 3, 5)
UN_JOUR = dt.timedelta(days=1)
ACTE = ActeDateFacts(LIMITE, JURY, JURY)
DEMANDE = DesignationFacts(1, "CFDT", LIMITE)
CONVOQUE = ConvoqueFacts(1, "Anne Pic", "CFDT", LIMITE, LIMITE)
INFORMEE = InformeeFacts(1, "CPREFP Grand Est", LIMITE)
CHEMIN = CheminFacts(
    JURY, EtatJury.PREPARATION, LIMITE, (president(), syndical(2)), (DEMANDE,), (CONVOQUE,), (INFORMEE,), candidats=2
)
REPONSE = ReponseFacts("CFDT", LIMITE, caduque=False, reponse=ReponseDesignation.DESIGNATION,
                       reponse_le=LIMITE, aujourd_hui=LIMITE, designees=(DesigneeFacts("Anne Pic"),))


@pytest.mark.parametrize(
    ("date_jury", "limite"),
    [
        (dt.date(2026, 3, 20), dt.date(2026, 3, 5)),
        (dt.date(2026, 3, 15), dt.date(2026, 2, 28)),
        (dt.date(2028, 3, 15), dt.date(2028, 2, 29)),
        (dt.date(2028, 3, 14), dt.date(2028, 2, 28)),
        (dt.date(2028, 2, 29), dt.date(2028, 2, 14)),
        (dt.date(2026, 1, 10), dt.date(2025, 12, 26)),
        # De part et d'autre des changements d'heure : des jours civils, non des heures.
        (dt.date(2026, 4, 5), dt.date(2026, 3, 21)),
        (dt.date(2026, 11, 1), dt.date(2026, 10, 17)),
    ],
)
def test_quinze_jours_calendaires_avant(date_jury, limite):
    assert r.limite_de_designation(date_jury) == r.limite_de_convocation(date_jury) == limite
    a_temps = ActeDateFacts(limite, date_jury, date_jury)
    for motivee, dite in (
        (r.designation_tardive_motivee, r.designation_tardive), (r.convocation_tardive_motivee, r.convocation_tardive)
    ):
        assert champs(motivee, avec(a_temps, fait_le=limite - UN_JOUR)) == champs(motivee, a_temps) == []
        assert champs(dite, a_temps) == []
        tardif = avec(a_temps, fait_le=limite + UN_JOUR)
        (refus,) = juger(motivee, tardif)
        assert refus.gravite is Gravite.BLOQUE
        assert f"{limite:%d/%m/%Y}" in refus.message
        assert champs(motivee, avec(tardif, motif_retard="  ")) == ["motif_retard"]
        assert champs(motivee, avec(tardif, motif_retard="Jury demandé en urgence.")) == []
        (alerte,) = juger(dite, avec(tardif, motif_retard="Jury demandé en urgence."))
        assert alerte.gravite is Gravite.ALERTE


def test_les_regles_tardives_sont_nommees():
    tardif = avec(ACTE, fait_le=LIMITE + UN_JOUR)
    assert champs(r.designation_tardive_motivee, tardif) == ["motif_retard"]
    assert champs(r.designation_tardive, tardif) == ["demandee_le"]
    assert champs(r.convocation_tardive_motivee, tardif) == ["motif_retard"]
    assert champs(r.convocation_tardive, tardif) == ["convoque_le"]


def test_un_acte_se_note_le_jour_ou_il_est_fait():
    demain = avec(ACTE, fait_le=JURY + UN_JOUR)
    avant = avec(ACTE, fait_le=dt.date(2019, 1, 1))
    assert champs(r.designation_plausible, avec(ACTE, fait_le=JURY)) == []
    assert champs(r.designation_plausible, demain) == champs(r.designation_plausible, avant) == ["demandee_le"]
    assert champs(r.convocation_plausible, demain) == champs(r.convocation_plausible, avant) == ["convoque_le"]
    assert champs(r.information_plausible, demain) == champs(r.information_plausible, avant) == ["informee_le"]


@pytest.mark.parametrize(
    ("change", "fautes"),
    [
        ({}, []),
        ({"caduque": True}, ["reponse"]),
        ({"reponse": None}, ["reponse"]),
        ({"reponse_le": LIMITE - UN_JOUR}, ["reponse"]),
        ({"reponse_le": LIMITE + UN_JOUR}, ["reponse"]),
        ({"designees": ()}, ["reponse"]),
        ({"reponse": ReponseDesignation.REFUS}, ["reponse"]),
        ({"reponse": ReponseDesignation.REFUS, "designees": ()}, []),
        ({"reponse": ReponseDesignation.SANS_REPONSE, "designees": ()}, []),
    ],
)
def test_jur_01_reponse(change, fautes):
    assert champs(r.reponse_coherente, avec(REPONSE, **change)) == fautes


def test_jur_04_membre_de_deux_syndicats():
    assert champs(r.designee_une_seule_fois, REPONSE) == []
    (refus,) = juger(r.designee_une_seule_fois, avec(REPONSE, designees=(DesigneeFacts("Anne Pic", ("CGT",)),)))
    assert "CGT" in refus.message
    assert champs(r.designee_une_seule_fois, avec(REPONSE, designees=(DesigneeFacts("Anne Pic", (), "invité"),))) == ["personne"]


@pytest.mark.parametrize(
    ("change", "fautes"),
    [
        ({}, []),
        ({"motif": " "}, ["motif_remplacement"]),
        ({"deja_remplace": True}, ["motif_remplacement"]),
        ({"invite": True}, ["motif_remplacement"]),
        ({"siege_du_remplacant": "invité, sans voix"}, ["motif_remplacement"]),
    ],
)
def test_jur_06_remplacement(change, fautes):
    faits = RemplacementFacts("Anne Pic", "Paul Roy", "Souffrante.", deja_remplace=False, invite=False)
    assert champs(r.remplacement_motive, avec(faits, **change)) == fautes


@pytest.mark.parametrize("change", [
    {"designations": (avec(DEMANDE, demandee_le=None),)}, {"designations": (avec(DEMANDE, a_refaire=True),)},
])
def test_jur_01_ouvrir_sans_avoir_sollicite(change):
    manque = avec(CHEMIN, **change)
    assert champs(r.organisations_sollicitees, CHEMIN) == champs(r.organisations_non_sollicitees, CHEMIN) == []
    assert champs(r.organisations_sollicitees, manque) == ["motif_ouverture"]
    motive = avec(manque, motif_ouverture="Aucune organisation locale.")
    assert champs(r.organisations_sollicitees, motive) == []
    assert champs(r.organisations_non_sollicitees, motive) == ["motif_ouverture"]


@pytest.mark.parametrize("change", [
    {"convoque_le": None}, {"a_refaire": True}, {"copie_le": None},
])
def test_jur_02_ouvrir_sans_avoir_convoque(change):
    manque = avec(CHEMIN, convocations=(avec(CONVOQUE, **change),))
    assert champs(r.membres_convoques, CHEMIN) == champs(r.membres_non_convoques, CHEMIN) == []
    assert champs(r.membres_convoques, manque) == ["motif_ouverture"]
    motive = avec(manque, motif_ouverture="Remplaçant du matin.")
    assert champs(r.membres_convoques, motive) == []
    assert champs(r.membres_non_convoques, motive) == ["motif_ouverture"]


def test_jur_02_sans_mandant_pas_de_copie():
    assert champs(r.membres_convoques, avec(CHEMIN, convocations=(avec(CONVOQUE, mandant="", copie_le=None),))) == []


@pytest.mark.parametrize(("change", "fautes"), [
    ({}, []), ({"informee_le": None}, ["informations"]), ({"changements": ("lieu : A → B",)}, ["informations"]),
])
def test_jur_07_commissions(change, fautes):
    assert champs(r.commissions_informees, avec(CHEMIN, informations=(avec(INFORMEE, **change),))) == fautes


DIT = DitFacts(JURY, "09:30", "Colmar", (("Anne Pic", "président", "Usine"), ("Paul Roy", "délégation syndicale", "CFDT")))


def test_jur_07_l_empreinte_ne_depend_pas_de_l_ordre():
    assert DIT.empreinte == avec(DIT, membres=DIT.membres[::-1]).empreinte
    assert r.changements(DIT.en_dict(), DIT) == ()


@pytest.mark.parametrize(("change", "dit"), [
    ({"date_jury": JURY + UN_JOUR}, ("date : 20/03/2026 → 21/03/2026",)),
    ({"lieu": "Mulhouse"}, ("lieu : Colmar → Mulhouse",)),
    ({"heure": ""}, ("heure : 09:30 → non dit",)),
    ({"membres": DIT.membres[:1]}, ("membre en moins : Paul Roy",)),
    ({"membres": (("Anne Pic", "délégation patronale", "Usine"), DIT.membres[1])},
     ("Anne Pic : président → délégation patronale",)),
    ({"membres": (*DIT.membres[:1], ("Luc Bel", "délégation syndicale", "CFDT"))},
     ("membre en moins : Paul Roy", "membre nouveau : Luc Bel")),
])
def test_jur_07_tout_changement_se_dit(change, dit):
    apres = avec(DIT, **change)
    assert apres.empreinte != DIT.empreinte
    assert r.changements(DIT.en_dict(), apres) == dit


def _etats(faits: CheminFacts) -> dict[str, EtatEtape]:
    return {e.cle: e.etat for e in r.chemin(faits)}


def test_le_chemin_fait_a_faire_en_retard_a_refaire():
    fait = _etats(CHEMIN)
    assert fait["designations"] is fait["convocations"] is fait["information"] is fait["candidats"] is EtatEtape.FAIT
    vide = avec(CHEMIN, designations=(avec(DEMANDE, demandee_le=None),), convocations=(), informations=(), sieges=(), candidats=0)
    assert set(_etats(vide).values()) == {EtatEtape.A_FAIRE}
    lendemain = _etats(avec(vide, aujourd_hui=LIMITE + UN_JOUR))
    assert lendemain["designations"] is lendemain["convocations"] is EtatEtape.EN_RETARD
    assert lendemain["information"] is EtatEtape.A_FAIRE
    assert set(_etats(avec(vide, aujourd_hui=JURY + UN_JOUR)).values()) == {EtatEtape.EN_RETARD}
    deplace = _etats(avec(CHEMIN, designations=(avec(DEMANDE, a_refaire=True),), convocations=(avec(CONVOQUE, a_refaire=True),),
                          informations=(avec(INFORMEE, changements=("date",)),)))
    assert deplace["designations"] is deplace["convocations"] is deplace["information"] is EtatEtape.A_REFAIRE
    present = avec(CHEMIN, sieges=(president(present=True), patronal(2, present=True)))
    assert _etats(present)["emargement"] is EtatEtape.FAIT
    assert {e.libelle for e in EtatEtape} == {"Fait", "À faire", "En retard", "À refaire"}


@pytest.mark.parametrize("etat", EtatEnvoi)
def test_env_01_ce_qui_est_parti_ne_repart_pas(etat):
    permis = {EtatEnvoi.A_ENVOYER, EtatEnvoi.ECHEC, EtatEnvoi.INCERTAIN}
    assert (champs(r.relance_permise, EnvoiFacts(etat, "a@b.fr")) == []) is (etat in permis)
    assert champs(r.relance_permise, EnvoiFacts(etat, "a@b.fr", caduc=True)) == ["etat"]


@pytest.mark.parametrize(("adresse", "bonne"), [
    ("anne.pic@exemple.fr", True), ("", False), ("anne", False), ("@exemple.fr", False), ("anne@exemple", False),
    ("a@b.fr, c@d.fr", False), ("a@b.fr\r\nBcc: c@d.fr", False), ("Anne <a@b.fr>", False),
])
def test_env_02_une_adresse(adresse, bonne):
    assert (champs(r.adresse_connue, EnvoiFacts(EtatEnvoi.A_ENVOYER, adresse)) == []) is bonne
