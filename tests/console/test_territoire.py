"""Un clerc qui forge des identifiants dans chaque route, formulaire, recherche et export ne voit rien d'ailleurs."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from admin_views.base import DomainView
from admin_views.extensions import db
from models import (
    ActionCorrective,
    Amenagement,
    Base,
    Candidat,
    Centre,
    Certificat,
    Certification,
    CollectifVae,
    ColonneReconnue,
    Demande,
    DossierEvaluation,
    Duplicata,
    Entreprise,
    Habilitation,
    Importation,
    Inscription,
    LienVote,
    LigneImportee,
    LigneRejetee,
    Personne,
    ProcesVerbal,
    Remise,
    RetraitCapacite,
    SuspensionHabilitation,
    Transmission,
    Travail,
    Vote,
)
from models.contexte import agir_comme, en_ecriture
from rules import actes_parcours, actes_pieces, actes_rectification
from rules.nomenclatures import (
    Destinataire,
    EtatImportation,
    Famille,
    IssueLigne,
    NaturePiece,
    ObjetRectification,
    Porteur,
)
from seed.gtp import accepter
from tests import factories as f
from tests.conftest import SYSTEME, Modele, moteur_d_essai
from tests.console.conftest import Client, jeton

_VARIABLE = re.compile(r"<(?:(?P<genre>[^:>]+):)?(?P<nom>[^>]+)>")
_rang = itertools.count(1)
# Toute table du schéma qui porte un centre a des clés à forger ; le journal se lit, il ne s'atteint pas par une clé.
_BORNEES = sorted(n for n, t in Base.metadata.tables.items() if "centre_id" in t.c and "id" in t.c)
# La table d'une variable d'adresse ou d'un champ, quand elle n'en porte pas le nom.
_TABLES = {"pv": "proces_verbal", "retrait": "retrait_capacite", "action": "action_corrective", "garder": "candidat",
           "autre": "candidat", "commission": "commission_validation", "collectif": "collectif_vae", "rowid": "inscription"}
# `identite` désigne, selon l'adresse, une inscription, une habilitation, un parcours ou une attribution.
_IDENTITES = {"/documents/vae": "inscription", "/documents/habilitation": "habilitation", "/documents/parcours": "parcours",
              "/documents/attribution": "attribution_parcours"}
_CODES = ("convocation", "lettre-gtp", "recevabilite-vae", "decision-habilitation")
# Ce qu'un parcours, une remise ou une action du 69 a d'unique : nul écran du 68 ne doit le montrer.
_MARQUES = ("Régleur réservé au 69", "Soudeur soumis par le 69", "Société réservée au 69", "Salariée réservée au 69", "Collectif réservé au 69",
            "Action réservée au 69", "Remise réservée au 69", "Perte réservée au 69", "Mesures réservées au 69",
            "suspension-reservee-au-69", "piece-reservee-au-69.pdf", "import-reserve-au-69.csv", "Obsolescence réservée au 69")


@pytest.fixture(scope="module")
def modele_demonstration(modele_demonstration: tuple[Modele, str]) -> tuple[Modele, str]:
    """La démonstration, où le 69 a aussi une ligne de chaque table qu'elle ne lui donne pas."""
    modele, demonstration = modele_demonstration
    nom = f"territoire{next(_rang)}"
    moteur: Engine = moteur_d_essai(modele._neuve(nom, demonstration))
    with agir_comme(SYSTEME), en_ecriture(), Session(moteur) as session, session.begin():
        _completer(session, session.scalars(select(Centre).filter_by(code="69")).one())
    moteur.dispose()
    return modele, nom


def _completer(session: Session, centre: Centre) -> None:
    intitule, soumis, societe, salariee, collectif, action, remise, perte, mesures, suspension, piece, fichier, obsolescence = _MARQUES
    jour = f.DATE_JURY
    chez = {"centre_id": centre.id}
    f.parcours(session, centre, intitule=intitule, societe=societe)
    # Soumis, il a déjà une certification en projet ; validé, son titre et sa société sont sur la liste publique.
    actes_parcours.soumettre(session, f.parcours(session, centre, intitule=soumis, societe=societe), f.DATE_INSCRIPTION)
    valide = f.parcours(session, centre)
    actes_parcours.soumettre(session, valide, f.DATE_INSCRIPTION)
    accepter(session, session.scalars(select(Demande).filter_by(parcours_id=valide.id)).one(), f.DATE_INSCRIPTION)
    actes_parcours.attribuer(session, f.attribution_parcours(session, valide, nom=salariee), jour)
    occupees = select(Demande.certification_id)
    libre = session.scalars(select(Certification).where(
        Certification.famille == Famille.CQPM, Certification.id.not_in(occupees)
    ).order_by(Certification.id.desc())).first()
    demande = f.demande(session, centre=centre, porteur=Porteur.UIMM_TERRITORIALE, certification=libre, obsolescence=obsolescence)
    actes_pieces.joindre(session, demande, piece, b"%PDF-1.4", NaturePiece.COURRIER)
    certificat = session.scalars(select(Certificat).filter_by(**chez).order_by(Certificat.id)).first()
    session.add(Remise(certificat=certificat, remis_le=jour, destinataire=Destinataire.CANDIDAT, a=remise, **chez))
    session.add(Duplicata(certificat=certificat, numero="DU-9999999", delivre_le=jour, motif=perte, **chez))
    f.archive(session, certificat_id=certificat.id, **chez)
    sans_dossier = select(DossierEvaluation.inscription_id)
    inscription = session.scalars(select(Inscription).filter_by(**chez).where(Inscription.id.not_in(sans_dossier))).first()
    session.add(Amenagement(inscription=inscription, demande_le=jour, mesures=mesures, **chez))
    session.add(DossierEvaluation(inscription=inscription, convenu_le=jour, **chez))
    entreprise = session.scalars(select(Entreprise).filter_by(**chez)).first()
    session.add(CollectifVae(centre=centre, entreprise=entreprise, nom=collectif, ouvert_le=jour))
    importation = Importation(centre=centre, nom_fichier=fichier, empreinte="0" * 64, etat=EtatImportation.FAITE)
    session.add(LigneRejetee(importation=importation, ligne=2, cellules=["a"], erreurs=[], **chez))
    session.flush()
    session.add(LigneImportee(importation_id=importation.id, ligne=2, issue=IssueLigne.NOUVELLE, cellules=["a"], **chez))
    session.add(ColonneReconnue(nature="inscriptions", entete="en-tete reserve au 69", colonne=None, **chez))
    session.add(Travail(centre=centre, genre="controler", libelle="Travail réservé au 69"))
    habilitation = session.scalars(select(Habilitation).filter_by(**chez)).first()
    session.add(SuspensionHabilitation(habilitation=habilitation, du=jour, au=jour, motif=suspension, **chez))
    transmission = session.scalars(select(Transmission).filter_by(**chez)).first()
    session.add(ActionCorrective(transmission=transmission, libelle=action, terme=jour, **chez))
    session.add(RetraitCapacite(centre=centre, retire_le=dt.date(2001, 1, 1), rendu_le=dt.date(2002, 1, 1), motif="essai"))
    session.flush()
    _rectifier(session, centre)


def _rectifier(session: Session, centre: Centre) -> None:
    """Un rectificatif signé du 69, ses voix, le certificat qu'il annule ; un lien de vote."""
    original = session.scalars(select(ProcesVerbal).filter_by(centre_id=centre.id).where(ProcesVerbal.signe_le.is_not(None))).first()
    president = f.president(original.jury)
    rectificatif = ProcesVerbal(jury_id=original.jury_id, centre_id=centre.id, certification_id=original.certification_id,
                                reference=f"{original.reference} R1", rectifie_id=original.id, raison="Mal écrit")
    session.add_all([rectificatif, LienVote(siege_id=president.id, jury_id=original.jury_id, centre_id=centre.id, empreinte="9" * 64)])
    session.flush()
    attribuee = session.scalars(select(Certificat.presentation_id).filter_by(centre_id=centre.id, date_jury=original.jury.date_jury))
    presentation = next(p for p in original.presentations if p.id in set(attribuee))
    actes_rectification.rectifier(session, rectificatif, presentation, ObjetRectification.NOM_USAGE, "Réservée au 69")
    actes_rectification.voter_rectificatif(session, rectificatif, president, pour=True)
    actes_rectification.signer_rectificatif(session, rectificatif, president, f.DATE_JURY)


@pytest.fixture(scope="module")
def etrangers(application: Flask) -> dict[str, Any]:
    """Des clés du centre 69, et les mots qu'un clerc du 68 ne doit jamais lire."""
    with application.app_context():
        x = db.session.connection()
        centres = dict(x.exec_driver_sql("SELECT code, id FROM centre").all())
        chez_69 = centres["69"]
        i, c = Inscription.__table__.c, Candidat.__table__.c
        du_68 = set(x.scalars(select(i.candidat_id).where(i.centre_id == centres["68"])))
        lignes = x.execute(
            select(c.id, c.nom_naissance, c.prenoms, c.courriel, c.cle_identite).join(Inscription.__table__, i.candidat_id == c.id)
            .where(i.centre_id == chez_69)
        ).all()
        candidats = [r for r in lignes if r.id not in du_68]
        cles: dict[str, list[int]] = {"candidat": [r.id for r in candidats], "centre": [chez_69]}
        for nom in _BORNEES:
            t = Base.metadata.tables[nom].c
            cles[nom] = list(x.scalars(select(t.id).where(t.centre_id == chez_69).order_by(t.id).limit(3)))
        votes = Vote.__table__.c
        cles["vote"] = list(x.scalars(select(votes.id).where(votes.jury_id.in_(cles["jury"])).limit(5)))
        p, e = Personne.__table__.c, Entreprise.__table__.c
        mots = {r.courriel for r in candidats if r.courriel}
        mots |= {f"{r.nom_naissance.upper()} {r.prenoms}" for r in candidats}
        siens = {f"{n.upper()} {p}" for n, p in x.execute(select(c.nom_naissance, c.prenoms).where(c.id.in_(du_68)))}
        mots |= set(x.scalars(select(e.raison_sociale).where(e.centre_id == chez_69)))
        miens = set(x.scalars(select(e.raison_sociale).where(e.centre_id == centres["68"])))
        mots |= set(x.scalars(select(p.courriel).where(p.centre_id == chez_69, p.courriel != "")))
        # Deux personnes inventées peuvent avoir la même adresse.
        miens |= set(x.scalars(select(p.courriel).where(p.centre_id == centres["68"])))
        db.session.rollback()
    return {"cles": cles, "mots": {m for m in mots - siens - miens if len(m) > 5} | set(_MARQUES)}


def _routes(app: Flask, methode: str) -> Iterator[Rule]:
    for regle in app.url_map.iter_rules():
        if methode in (regle.methods or ()) and regle.endpoint not in {"static", "connexion.sortir"}:
            yield regle


def _table(app: Flask, regle: Rule) -> str | None:
    """La table de l'écran que sert cette route : ce que `id` y désigne."""
    vue = next((v for v in app.extensions["admin"][0]._views if v.endpoint == regle.endpoint.partition(".")[0]), None)
    return vue.model.__tablename__ if isinstance(vue, DomainView) else None


def _champs(cles: Mapping[str, list[int]]) -> dict[str, str]:
    """Tout champ qui désigne une ligne, avec une clé étrangère de sa table."""
    tables = {nom: nom for nom, liste in cles.items() if liste} | {c: t for c, t in _TABLES.items() if cles.get(t)}
    return {champ: str(cles[table][0]) for nom, table in tables.items() for champ in (nom, f"{nom}_id")}


def _adresses(app: Flask, regle: Rule, cles: Mapping[str, list[int]]) -> list[str]:
    """L'adresse de cette route pour chaque clé étrangère qu'elle peut recevoir, chacune de la table qu'elle attend."""

    def valeurs(genre: str | None, nom: str) -> list[str]:
        if genre != "int":
            return list(_CODES) if nom == "code" and "<int:" in regle.rule else ["csv"]
        debut = "/".join(regle.rule.split("/")[:3])
        table = _IDENTITES.get(debut, "") if nom == "identite" else nom.removesuffix("_id")
        return [str(v) for v in cles.get(_TABLES.get(table, table)) or cles["inscription"][:1]]

    variables = [valeurs(*v) for v in _VARIABLE.findall(regle.rule)]
    adresses = []
    for choix in itertools.product(*variables):
        suite = iter(choix)
        adresses.append(_VARIABLE.sub(lambda _, suite=suite: next(suite), regle.rule))
    par_id = cles.get(_table(app, regle) or "") or cles["inscription"][:1]
    return adresses if variables else [f"{a}?id={v}" for a in adresses for v in par_id]


def _sain(reponse: Any, etrangers: dict[str, Any], ou: str) -> None:
    corps = reponse.get_data().decode("utf-8", "replace")
    vus = [m for m in etrangers["mots"] if m in corps]
    assert not vus, f"{ou} montre {vus[:3]}"
    assert reponse.status_code < 500, f"{ou} : {reponse.status_code}"


def test_assez_de_mots_et_de_cles_pour_reconnaitre_une_fuite(etrangers: dict[str, Any]) -> None:
    assert len(etrangers["mots"]) > 40
    # La démonstration ne pose ni logo ni passage d'accrochage ailleurs ; tests/models/test_perimetre.py les éprouve.
    absents = {"logo_centre", "passage_accrochage"}
    assert [t for t in (*_BORNEES, "candidat", "vote") if not etrangers["cles"][t] and t not in absents] == []


def test_les_mots_se_voient_chez_eux(client: Client, etrangers: dict[str, Any]) -> None:
    """Sans quoi l'essai ne prouverait rien."""
    page = client("clerc69").get("/candidats/").get_data(as_text=True)
    assert any(m.split(" ")[0] in page for m in etrangers["mots"])


@pytest.mark.parametrize("compte", ["clerc68", "responsable68", "jure68", "admin"])
def test_chaque_route_en_lecture(application: Flask, client: Client, etrangers: dict[str, Any], compte: str) -> None:
    if compte != "clerc68" and application.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        pytest.skip("la barrière est la même : un compte suffit sur le second moteur")
    moi: FlaskClient = client(compte)
    cles = etrangers["cles"]
    champs = "&".join(f"{nom}={v}" for nom, v in _champs(cles).items())
    vues = 0
    for regle in _routes(application, "GET"):
        if "export" in regle.rule:
            continue  # essayés avec leurs deux formats, plus bas
        if "<" not in regle.rule:
            _sain(moi.get(regle.rule), etrangers, regle.rule)
        for adresse in _adresses(application, regle, cles):
            lien = "&" if "?" in adresse else "?"
            _sain(moi.get(f"{adresse}{lien}recherche=a&terme=a&term=a&query=a&q=a&{champs}"), etrangers, adresse)
            vues += 1
    assert vues > 250


def test_exports(application: Flask, client: Client, etrangers: dict[str, Any]) -> None:
    moi = client("clerc68")
    exports = [r.rule for r in _routes(application, "GET") if "export" in r.rule]
    assert exports
    for regle in exports:
        for genre in ("csv", "xlsx"):
            adresse = _VARIABLE.sub(genre, regle)
            _sain(moi.get(adresse), etrangers, adresse)


@pytest.mark.parametrize("compte", ["clerc68", "jure68"])
def test_chaque_route_en_ecriture(
    application_neuve: Flask, client_neuf: Client, etrangers: dict[str, Any], compte: str
) -> None:
    """Aucun envoi, avec des clés étrangères partout, ne change une ligne du centre 69."""
    moi = client_neuf(compte)
    avant = _empreinte(application_neuve)
    cles = etrangers["cles"]
    donnees = _champs(cles) | {
        "csrf_token": jeton(moi, "/compte"), "valeur": "A", "titre": "patronale", "action": "supprimer", "confirme": "1",
        "present": str(cles["siege"][0]), "le": "2026-01-15", "motif": "essai", "a": "essai", "version": "1",
    }
    for regle in _routes(application_neuve, "POST"):
        for adresse in _adresses(application_neuve, regle, cles):
            v = adresse.partition("?id=")[2] or str(cles["inscription"][0])
            _sain(moi.post(adresse, data=donnees | {"id": v, "rowid": v, "pk": v, "list_form_pk": v}), etrangers, f"POST {adresse}")
    assert _empreinte(application_neuve) == avant


def _empreinte(app: Flask) -> dict[str, list[Any]]:
    """Tout ce qui est au centre 69, ligne par ligne, sauf le journal (on y lit les essais)."""
    with app.app_context():
        x = db.session.connection()
        chez_69 = x.exec_driver_sql("SELECT id FROM centre WHERE code = '69'").scalar_one()
        etat: dict[str, list[Any]] = {}
        for nom in _BORNEES:
            if nom != "journal":
                t = Base.metadata.tables[nom]
                etat[nom] = [tuple(r) for r in x.execute(select(t).where(t.c.centre_id == chez_69).order_by(t.c.id))]
        db.session.rollback()
    return etat


# Un geste sur une ligne, désignée par l'adresse ou par `id` : (adresse, table de la ligne, ce que le formulaire envoie).
_GESTES: tuple[tuple[str, str, dict[str, str]], ...] = (
    *((f"/jury/{{}}/{g}", "jury", {}) for g in ("ouvrir", "presences", "presenter", "attribuer", "sieges", "annuler", "voter",
                                                "signer")),
    ("/suivi/jury/{}/pieces", "jury", {}),
    ("/suivi/jury/{}/transmettre", "jury", {"transmise_le": "2026-01-15", "lettre": "1"}),
    ("/suivi/dossier/{}/controler", "transmission", {"conforme": "oui"}),
    ("/suivi/action/{}/realiser", "action_corrective", {"compte_rendu": "fait"}),
    ("/suivi/capacite/{}/rendre", "retrait_capacite", {}),
    ("/certificat/{}/remettre", "certificat", {"remis_le": "2026-01-15", "destinataire": "candidat", "a": "Lui"}),
    ("/certificat/{}/duplicata", "certificat", {"motif": "perte"}),
    ("/pieces/{}/retirer", "piece", {"confirme": "1"}),
    *((f"/evaluations/{{}}/{g}", "inscription", {}) for g in ("", "avis", "acquis", "acquis/1/renoncer")),
    *((f"/imports/{{}}/{g}", "importation", {}) for g in ("confirmer", "annuler", "format", "lignes/2")),
    *((f"/travaux/{{}}/{g}", "travail", {}) for g in ("arreter",)),
    *((f"/demandes/{g}/", "demande", {}) for g in ("complete", "rendre", "abandonner", "inscrire", "pieces", "edit")),
    *((f"/parcours/{g}/", "parcours", {}) for g in ("joindre", "reviser", "soumettre", "edit", "delete")),
    *((f"/attributions-parcours/{g}/", "attribution_parcours", {"motif": "essai"}) for g in ("annuler", "edit", "delete")),
    *((f"/habilitations/{g}/", "habilitation", {}) for g in ("compte-rendu", "details", "grille", "piece", "edit", "delete")),
    *((f"/vae/{g}/", "inscription", {}) for g in ("details", "edit", "delete")),
    *((f"/vae_collectives/{g}/", "collectif_vae", {}) for g in ("details", "rattacher", "detacher", "edit", "delete")),
    *((f"/commissions_validation/{g}/", "commission_validation", {}) for g in ("details", "retirer", "edit", "delete")),
    *((f"/commissions_evaluation/{g}/", "commission_evaluation", {}) for g in ("edit", "delete")),
    *((f"/candidats/{g}/", "candidat", {}) for g in ("edit", "delete", "fusion/separer")),
    *((f"/inscriptions/{g}/", "inscription", {}) for g in ("edit", "delete")),
)


@pytest.mark.parametrize("compte", ["clerc68", "responsable68"])
def test_nul_geste_ne_porte_sur_une_ligne_d_ailleurs(
    application_neuve: Flask, client_neuf: Client, etrangers: dict[str, Any], compte: str
) -> None:
    moi = client_neuf(compte)
    avant = _empreinte(application_neuve)
    cle = jeton(moi, "/compte")
    admis = []
    for adresse, table, envoi in _GESTES:
        for v in etrangers["cles"][table]:
            suite = adresse.format(v) if "{}" in adresse else f"{adresse}?id={v}"
            code = moi.post(suite, data=envoi | {"csrf_token": cle, "id": str(v), "confirme": "1"}).status_code
            if code not in (403, 404):
                admis.append((suite, code))
    assert admis == []
    assert _empreinte(application_neuve) == avant


def test_les_pages_d_un_jury_d_ailleurs_n_existent_pas(client_neuf: Client, etrangers: dict[str, Any]) -> None:
    moi = client_neuf("clerc68")
    jury = etrangers["cles"]["jury"][0]
    assert moi.get(f"/jury/{jury}/").status_code == 404
    assert moi.get(f"/documents/jury/{jury}/certificats.pdf").status_code == 404
