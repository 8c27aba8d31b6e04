"""Le sceau : une signature PAdES que pdfsig valide, jamais apposée à moitié, dont le mot de passe ne se lit nulle part."""

import datetime as dt
import json
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import undefer

from admin_views import commandes_sceau
from documents import archives, sceau
from documents.atelier import Atelier
from documents.declarations import rendre
from documents.erreurs import SceauInutilisable
from documents.exemples import CERTIFICAT
from documents.objets import ouvrir
from models import Archive, Certificat
from rules.actes_certificat import delivrer_duplicata
from tests import factories as f

MOT = "un mot de passe tenu secret"
MAINTENANT = dt.datetime.now(dt.UTC)


def pkcs(nom="UIMM Alsace, sceau d'essai", *, du=MAINTENANT - dt.timedelta(days=1), au=MAINTENANT + dt.timedelta(days=30)):
    cle = rsa.generate_private_key(65537, 2048)
    sujet = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, nom)])
    certificat = (
        x509.CertificateBuilder().subject_name(sujet).issuer_name(sujet).public_key(cle.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(du).not_valid_after(au)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **dict.fromkeys((
            "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
            "decipher_only"), False)), critical=True)
        .sign(cle, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(b"sceau", cle, certificat, None, BestAvailableEncryption(MOT.encode()))


@pytest.fixture
def sceaux(tmp_path, monkeypatch):
    """Le sceau de la branche, installé."""
    monkeypatch.setenv("SCEAUX", str(tmp_path / "sceaux"))
    monkeypatch.setenv("SCEAU_MOT_DE_PASSE_BRANCHE", MOT)
    sceau.installer("branche", pkcs())
    return tmp_path / "sceaux"


def pdfsig(pdf, dossier):
    fichier = dossier / "scelle.pdf"
    fichier.write_bytes(pdf)
    return subprocess.run(["pdfsig", "-nocert", fichier], capture_output=True, text=True, check=False).stdout


def test_pdfsig_valide_le_sceau_et_voit_une_retouche(sceaux, tmp_path):
    original = rendre("certificat-cqpm", CERTIFICAT)
    scelle = sceau.apposer(original, "branche")
    assert scelle.startswith(original)
    dit = pdfsig(scelle, tmp_path)
    assert "Signature is Valid." in dit
    assert "ETSI.CAdES.detached" in dit
    assert "UIMM Alsace, sceau d'essai" in dit
    assert "Total document signed" in dit
    place = scelle.index(b"/Lang (fr)")
    retouche = scelle[: place + 7] + b"en" + scelle[place + 9 :]
    assert "Signature is Valid." not in pdfsig(retouche, tmp_path)


def test_le_sceau_du_centre_sinon_celui_de_la_branche(sceaux, monkeypatch):
    monkeypatch.setenv("SCEAU_MOT_DE_PASSE_CENTRE_1", MOT)
    sceau.installer("CENTRE-1", pkcs("Centre 1"))
    assert [sceau.sceau_du_centre(c) for c in ("CENTRE-1", "CENTRE-2", "../branche")] == ["CENTRE-1", "branche", "branche"]
    assert [i.sujet for i in sceau.verifier()] == ["Centre 1", "UIMM Alsace, sceau d'essai"]
    assert {f.stat().st_mode & 0o777 for f in sceaux.iterdir()} == {0o600}
    monkeypatch.delenv("SCEAUX")
    assert sceau.sceau_du_centre("CENTRE-1") is None
    assert sceau.verifier() == []


@pytest.mark.parametrize(
    ("contenu", "mot", "motif"),
    [
        (pkcs(), "un autre", "ne s'ouvre pas"),
        (b"rien", MOT, "ne s'ouvre pas"),
        (pkcs(), None, "n'est pas réglé"),
        (pkcs(du=MAINTENANT - dt.timedelta(days=9), au=MAINTENANT - dt.timedelta(days=1)), MOT, "vaut du"),
    ],
)
def test_un_sceau_inutilisable_n_est_pas_installe(sceaux, monkeypatch, contenu, mot, motif):
    avant = (sceaux / "branche.p12").read_bytes()
    if mot is None:
        monkeypatch.delenv("SCEAU_MOT_DE_PASSE_BRANCHE")
    else:
        monkeypatch.setenv("SCEAU_MOT_DE_PASSE_BRANCHE", mot)
    with pytest.raises(SceauInutilisable, match=motif) as refus:
        sceau.installer("branche", contenu)
    assert MOT not in str(refus.value)
    assert "un autre" not in str(refus.value)
    assert (sceaux / "branche.p12").read_bytes() == avant
    assert [f.name for f in sceaux.iterdir()] == ["branche.p12"]


@pytest.mark.parametrize("nom", ["../ailleurs", "", "a/b", ".cache"])
def test_le_nom_d_un_sceau_n_est_pas_un_chemin(sceaux, nom):
    with pytest.raises(SceauInutilisable, match="code du centre"):
        sceau.installer(nom, pkcs())


def test_dans_l_atelier_puis_sans_sceau_pour_le_duplicata(sceaux, tmp_path):
    with Atelier(1) as atelier:
        nu, scelle = atelier.rendre_chacun(
            [("certificat-cqpm", CERTIFICAT)] * 2, sceaux=[None, "branche"]
        )
        (sceaux / "branche.p12").unlink()
        with pytest.raises(SceauInutilisable, match="n'est plus rangé"):
            atelier.rendre_chacun([("certificat-cqpm", CERTIFICAT)], sceaux=["branche"])
    assert "Signature is Valid." in pdfsig(scelle, tmp_path)
    assert nu == rendre("certificat-cqpm", CERTIFICAT)
    retire = archives.sans_sceau(scelle, "Duplicata", CERTIFICAT.date_jury)
    assert b"/ByteRange" not in retire
    assert b"/AcroForm" not in retire
    assert len(ouvrir(retire).pages) == 1
    assert archives.sans_sceau(nu, "Duplicata", CERTIFICAT.date_jury) is nu


def test_le_certificat_delivre_et_garde_est_celui_qui_est_scelle(sceaux, session, tmp_path):
    metallurgie, _ = f.certification_et_cqpi(session)
    jury = f.jury_signe(session, f.centre(session), metallurgie, candidats=1)
    ids = archives.certificats_du_jury(session, jury.id)
    with Atelier(1) as atelier:
        delivres = archives.certificats(session, ids, "https://c.exemple.fr", atelier)
        certificat = session.get(Certificat, ids[0])
        duplicata = delivrer_duplicata(session, certificat, "Original perdu par son titulaire.", certificat.date_jury)
        session.flush()
        double = archives.duplicata(session, duplicata.id, "https://c.exemple.fr", atelier)
    for document in delivres:
        assert "Signature is Valid." in pdfsig(document.contenu, tmp_path)
    gardes = session.scalars(select(Archive).where(Archive.certificat_id.in_(ids)).options(undefer(Archive.contenu)))
    assert {a.contenu for a in gardes} == {d.contenu for d in delivres}
    dit = pdfsig(double.contenu, tmp_path)
    assert dit.count("Signature Validation: Signature is Valid.") == 1
    assert "Signature #2" not in dit


def test_commandes(sceaux, tmp_path):
    application = Flask("essai")
    commandes_sceau.enregistrer(application)
    lanceur = application.test_cli_runner()
    fichier = tmp_path / "neuf.p12"
    fichier.write_bytes(pkcs("Branche, sceau neuf"))
    assert "Branche, sceau neuf, jusqu'au" in lanceur.invoke(args=["sceau", "installer", "branche", str(fichier)]).output
    assert json.loads(lanceur.invoke(args=["sceau", "verifier", "--json"]).output)[0]["sujet"] == "Branche, sceau neuf"
    refus = lanceur.invoke(args=["sceau", "installer", "ailleurs", str(fichier)])
    assert refus.exit_code == 2
    assert "SCEAU_MOT_DE_PASSE_AILLEURS" in refus.output
