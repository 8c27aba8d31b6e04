"""Les envois contre un vrai serveur SMTP sur cette machine : pris, refusés, coupés ; et jamais deux fois."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import io
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from documents.atelier import Atelier
from documents.courriel import Courriel, ReglageRefuse, Serveur, envoyer, message, serveur
from documents.expedition import a_expedier, expedier
from documents.icalendrier import Evenement, calendrier
from models import Commission, Departement, Envoi, Syndicat, SyndicatTerritorial, Travail
from models.contexte import Acteur, agir_comme
from rules import actes_convocation, actes_envois
from rules.nomenclatures import EtatEnvoi, EtatTravail, MoyenEnvoi, NatureEnvoi, Role, TypeCommission
from tests import factories as f
from travaux import executer, lancer

INSTANT = dt.datetime(2028, 2, 29, 9, 30, tzinfo=dt.UTC)
JOUR_J = dt.date(2096, 3, 15)


class Boite:
    """Ce qu'un serveur reçoit, et ce qu'il répond à chaque étape ; `coupe` : il raccroche sans répondre au contenu."""

    def __init__(self) -> None:
        self.recus: list[email.message.EmailMessage] = []
        self.rcpt = self.mail = self.data = ""
        self.coupe = False

    async def handle_MAIL(self, _server, _session, envelope, address, _options):  # noqa: N802 le nom qu'attend aiosmtpd
        if self.mail:
            return self.mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        self.recus.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        if self.coupe:
            server.transport.abort()
            return None
        return self.data or "250 OK"


@contextmanager
def serveur_d_essai(boite: Boite, **reglages) -> Iterator[Serveur]:
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        port = libre.getsockname()[1]
    poste = Controller(boite, hostname="127.0.0.1", port=port, **reglages)
    poste.start()
    try:
        yield Serveur("127.0.0.1", "console@essai.example", port, tls="non", delai=10)
    finally:
        poste.stop()


@pytest.fixture
def boite() -> Boite:
    return Boite()


@pytest.fixture(scope="module")
def atelier() -> Iterator[Atelier]:
    with Atelier(processus=1) as a:
        yield a


COURRIEL = Courriel("<un@certifications>", "anne@essai.example", "Anne Pic", "Convocation : été 2028", "Bonjour.\n", "UIMM d'essai")


def test_un_message_part_et_garde_son_identite(boite):
    with serveur_d_essai(boite) as s:
        assert envoyer(s, COURRIEL, INSTANT).parti
    (recu,) = boite.recus
    assert recu["Message-ID"] == "<un@certifications>"
    assert recu["Subject"] == "Convocation : été 2028"
    assert recu["To"] == "Anne Pic <anne@essai.example>"
    assert recu.get_content().strip() == "Bonjour."


@pytest.mark.parametrize(("etape", "reponse", "dit"), [
    ("mail", "451 plus tard", "(code 451) : réessayez plus tard"),
    ("mail", "550 non", "(code 550) : corrigez avant de renvoyer"),
    ("rcpt", "450 anne@essai.example occupee", "l'adresse du destinataire (code 450)"),
    ("rcpt", "550 anne@essai.example inconnue", "l'adresse du destinataire (code 550)"),
    ("data", "452 plein", "le message (code 452)"),
    ("data", "554 refus", "le message (code 554)"),
])
def test_un_refus_se_dit_sans_repeter_l_adresse(boite, etape, reponse, dit):
    setattr(boite, etape, reponse)
    with serveur_d_essai(boite) as s:
        resultat = envoyer(s, COURRIEL, INSTANT)
    assert (resultat.parti, resultat.incertain) == (False, False)
    assert dit in resultat.erreur
    assert "anne" not in resultat.erreur.lower()


def test_coupe_apres_le_contenu_nul_ne_sait(boite):
    boite.coupe = True
    with serveur_d_essai(boite) as s:
        resultat = envoyer(s, COURRIEL, INSTANT)
    assert (resultat.parti, resultat.incertain) == (False, True)
    assert "peut-être parti" in resultat.erreur


def test_personne_ne_repond():
    with serveur_d_essai(Boite()) as s:
        port = s.port
    resultat = envoyer(Serveur("127.0.0.1", "console@essai.example", port, tls="non", delai=2), COURRIEL, INSTANT)
    assert (resultat.parti, resultat.incertain, resultat.erreur) == (False, False, "Le serveur d'envoi ne répond pas.")


def test_un_serveur_qui_ne_chiffre_pas_est_refuse_quand_on_le_demande(boite):
    with serveur_d_essai(boite) as s:
        resultat = envoyer(Serveur(s.hote, s.expediteur, s.port, "starttls", delai=10), COURRIEL, INSTANT)
    assert "chiffrer" in resultat.erreur
    assert boite.recus == []


def test_identifiant_refuse(boite):
    refuse = {"authenticator": lambda *_: AuthResult(success=False, handled=False), "auth_require_tls": False}
    with serveur_d_essai(boite, **refuse) as s:
        resultat = envoyer(Serveur(s.hote, s.expediteur, s.port, "non", "moi", "faux", 10), COURRIEL, INSTANT)
    assert "identifiant ou le mot de passe" in resultat.erreur
    assert "faux" not in resultat.erreur


def test_les_reglages():
    assert serveur({}) is None
    assert serveur({"SMTP_HOTE": "h", "SMTP_EXPEDITEUR": "a@b.fr"}) == Serveur("h", "a@b.fr", 587, "starttls")
    assert serveur({"SMTP_HOTE": "h", "SMTP_EXPEDITEUR": "a@b.fr", "SMTP_TLS": "tls"}).port == 465
    for faux in ({"SMTP_TLS": "oui"}, {"SMTP_EXPEDITEUR": ""}, {"SMTP_PORT": "smtp"}):
        with pytest.raises(ReglageRefuse):
            serveur({"SMTP_HOTE": "h", "SMTP_EXPEDITEUR": "a@b.fr"} | faux)


@pytest.mark.parametrize("champ", ["objet", "destinataire", "centre"])
def test_un_retour_a_la_ligne_ne_fait_pas_un_en_tete(champ):
    from dataclasses import replace

    m = message(replace(COURRIEL, **{champ: "Bonjour\r\nBcc: autre@essai.example"}), "console@essai.example", INSTANT)
    assert m["Bcc"] is None
    assert "\nBcc:" not in m.as_string().partition("\n\n")[0]


# --- le rendez-vous ------------------------------------------------------------------------------------------------------


def _deplie(texte: str) -> list[str]:
    assert all(len(ligne.encode()) <= 75 for ligne in texte.split("\r\n"))
    assert texte.endswith("END:VCALENDAR\r\n")
    return texte.replace("\r\n ", "").split("\r\n")


@pytest.mark.parametrize(("jour", "heure"), [
    (dt.date(2026, 3, 28), dt.time(9)), (dt.date(2026, 3, 29), dt.time(9)), (dt.date(2026, 10, 25), dt.time(9)),
    (dt.date(2028, 2, 29), dt.time(14, 30)),
])
def test_l_heure_d_ete_est_celle_de_paris(jour, heure):
    lignes = _deplie(calendrier([Evenement("u", jour, "Jury", heure)], INSTANT))
    assert f"DTSTART;TZID=Europe/Paris:{jour:%Y%m%d}T{heure:%H%M}00" in lignes
    assert "TZID:Europe/Paris" in lignes
    # Ce que dit la zone jointe est ce que dit la base des fuseaux, ce jour-là à cette heure.
    decalage = dt.datetime.combine(jour, heure, ZoneInfo("Europe/Paris")).strftime("%z")
    ete = "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU" in lignes and dt.date(jour.year, 3, 29) <= jour < dt.date(jour.year, 10, 25)
    assert decalage == ("+0200" if ete else "+0100")


def test_un_texte_ne_sort_pas_de_sa_ligne():
    e = Evenement("u", dt.date(2028, 2, 29), "Jury; salle, \\ 2\nEND:VEVENT", lieu="é" * 200, suite=7, annule=True, rappel_jours=2)
    lignes = _deplie(calendrier([e], INSTANT, nom="Mes échéances"))
    assert lignes.count("END:VEVENT") == 1
    assert "SUMMARY:Jury\\; salle\\, \\\\ 2\\nEND:VEVENT" in lignes
    assert f"LOCATION:{'é' * 200}" in lignes
    assert {"SEQUENCE:7", "STATUS:CANCELLED", "DTSTART;VALUE=DATE:20280229", "DTEND;VALUE=DATE:20280301"} <= set(lignes)


# --- les envois d'un jury --------------------------------------------------------------------------------------------------


@pytest.fixture
def jury(ouvrir):
    """Un jury de 2096, sollicité, convoqué et dont la commission est informée par courriel : tout attend de partir."""
    with ouvrir() as session:
        centre = f.centre(session, departements=[session.get(Departement, "68")], adresse="1 rue de l'Essai", code_postal="68000",
                          courriel="centre@essai.example")
        syndicats = list(session.scalars(select(Syndicat)))
        session.add_all([
            Commission(type=TypeCommission.CPREFP, nom="CPREFP d'essai", region_code="44", courriel="cprefp@essai.example"),
            *(SyndicatTerritorial(centre=centre, syndicat=s, courriel=f"{s.sigle.lower()}@essai.example") for s in syndicats),
        ])
        jury = f.jury(session, centre, date_jury=JOUR_J, heure=dt.time(9, 30))
        personne = {"entreprise": "Usine", "courriel": "membre@essai.example"}
        f.siege(session, jury, convoque=False, president=True, personne=f.personne(session, centre, **personne))
        f.siege(session, jury, convoque=False, delegation="syndicale", syndicat=syndicats[0],
                personne=f.personne(session, centre, entreprise="Usine", courriel="delegue@essai.example"))
        jour = dt.date(2096, 2, 1)
        moyen = MoyenEnvoi.COURRIEL
        actes_convocation.demander_designation(session, jury, syndicats, jour, moyen, jour=jour)
        actes_convocation.convoquer(session, jury, jury.sieges, jour, moyen, jour=jour)
        actes_convocation.informer(session, jury, list(session.scalars(select(Commission))), jour, moyen, jour=jour)
        return jury.id


def etats(ouvrir: Callable, jury_id: int) -> dict[NatureEnvoi, set[EtatEnvoi]]:
    with ouvrir() as session:
        trouves: dict[NatureEnvoi, set[EtatEnvoi]] = {}
        for e in session.scalars(select(Envoi).where(Envoi.jury_id == jury_id)):
            trouves.setdefault(e.nature, set()).add(e.etat)
        return trouves


def faire_partir(ouvrir, jury_id, s, atelier):
    with ouvrir() as session:
        ids = a_expedier(session, jury_id)
    return expedier(ouvrir, ids, s, atelier)


def test_tout_part_une_fois_avec_son_document(ouvrir, jury, boite, atelier):
    with serveur_d_essai(boite) as s:
        bilan = faire_partir(ouvrir, jury, s, atelier)
        assert (bilan.partis, bilan.echecs, bilan.incertains) == (6, 0, 0)
        assert faire_partir(ouvrir, jury, s, atelier).partis == 0
    assert len(boite.recus) == len({r["Message-ID"] for r in boite.recus}) == 6
    assert set().union(*etats(ouvrir, jury).values()) == {EtatEnvoi.ENVOYE}
    convocation = next(r for r in boite.recus if "membre@essai.example" in r["To"])
    assert convocation["Reply-To"].endswith("<centre@essai.example>")
    pdf, ics = convocation.iter_attachments()
    texte = " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf.get_content())).pages).split())
    assert "convoquer" in texte
    assert "9 h 30" in texte
    agenda = ics.get_content().replace("\r\n", "\n")
    assert "DTSTART;TZID=Europe/Paris:20960315T093000" in agenda
    assert f"UID:jury-{jury}@" in agenda
    assert all("@essai.example" not in a.get_filename() for r in boite.recus for a in r.iter_attachments())


def test_un_destinataire_refuse_n_arrete_pas_les_autres_et_se_relance(ouvrir, jury, boite, atelier):
    async def selon_l_adresse(_server, _session, envelope, address, _options):
        if address.startswith("cprefp"):
            return "550 inconnu"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    boite.handle_RCPT = selon_l_adresse
    with serveur_d_essai(boite) as s:
        bilan = faire_partir(ouvrir, jury, s, atelier)
        assert (bilan.partis, bilan.echecs) == (5, 1)
        assert str(bilan) == "5 partis, 1 en échec"
        # Ce qui a échoué ne repart pas de lui-même.
        assert faire_partir(ouvrir, jury, s, atelier).partis == 0
        with ouvrir() as session:
            echec = session.scalars(select(Envoi).where(Envoi.etat == EtatEnvoi.ECHEC)).one()
            assert "550" in echec.erreur
            actes_envois.relancer(session, echec)
        del boite.handle_RCPT
    with serveur_d_essai(boite) as s:
        assert faire_partir(ouvrir, jury, s, atelier).partis == 1
    assert len(boite.recus) == 6


def test_une_coupure_laisse_l_envoi_incertain(ouvrir, jury, boite, atelier):
    boite.coupe = True
    with serveur_d_essai(boite) as s:
        bilan = faire_partir(ouvrir, jury, s, atelier)
        assert bilan.incertains == 6
        assert faire_partir(ouvrir, jury, s, atelier).incertains == 0
    assert set().union(*etats(ouvrir, jury).values()) == {EtatEnvoi.INCERTAIN}


def test_deux_executants_n_envoient_qu_une_fois(ouvrir, jury, boite, atelier):
    with ouvrir() as session:
        ids = a_expedier(session, jury)
    with serveur_d_essai(boite) as s:
        premier, second = expedier(ouvrir, ids, s, atelier), expedier(ouvrir, ids, s, atelier)
    assert (premier.partis, second.partis, len(boite.recus)) == (6, 0, 6)


def test_le_travail_les_fait_partir_au_nom_de_qui_le_demande(ouvrir, moteur, jury, boite):
    with ouvrir() as session:
        centre_id = session.get(f.Jury, jury).centre_id
        compte = f.utilisateur(session, Role.CLERC, centre=session.get(f.Centre, centre_id))
        clerc = Acteur(compte.nom, compte.id, Role.CLERC, centre_id)

    def mener(reglages) -> Travail:
        with agir_comme(clerc), Session(moteur) as session:
            identite = lancer(session, "envois", {"jury_id": jury}, libelle="Envois").id
            session.commit()
        executer(moteur, identite, reglages)
        with ouvrir() as session:
            fait = session.get(Travail, identite)
            session.expunge(fait)
            return fait

    sans = mener({})
    assert (sans.etat, "Aucun serveur" in sans.message) == (EtatTravail.ECHEC, True)
    with serveur_d_essai(boite) as s:
        reglages = {"SMTP_HOTE": s.hote, "SMTP_PORT": str(s.port), "SMTP_TLS": "non", "SMTP_EXPEDITEUR": s.expediteur}
        assert mener(reglages).etat is EtatTravail.FAIT
        assert mener(reglages).etat is EtatTravail.FAIT
    assert len(boite.recus) == 6
    assert set().union(*etats(ouvrir, jury).values()) == {EtatEnvoi.ENVOYE}


def test_une_donnee_manquante_est_un_echec_nomme(ouvrir, jury, boite, atelier):
    with ouvrir() as session:
        session.get(f.Jury, jury).centre.adresse = ""
    with serveur_d_essai(boite) as s:
        assert faire_partir(ouvrir, jury, s, atelier).echecs == 6
    with ouvrir() as session:
        erreurs = set(session.scalars(select(Envoi.erreur)))
    assert erreurs == {"Document refusé : il manque « adresse du centre de certification »."}
    assert boite.recus == []


