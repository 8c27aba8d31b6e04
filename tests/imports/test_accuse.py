"""L'accusé de traitement : ce qui se lit, et ce qui est refusé en entier."""

from __future__ import annotations

from pathlib import Path

import pytest

from imports import accuse
from imports.accuse import lire_accuse
from imports.fichier import FichierRefuse

ESPACE = "urn:cdc:cpf:pc5:rapport:schema"


def rapport(ok: tuple[str, ...] = (), ko: dict[str, str] | None = None, flux: str = "flux-1", prefixe: str = "ns2:") -> str:
    refuses = "".join(
        f"<passage><idTechnique>{n}</idTechnique><messageErreur>{m}</messageErreur></passage>" for n, m in (ko or {}).items()
    )
    racine = f'{prefixe}rapport xmlns{":" + prefixe[:-1] if prefixe else ""}="{ESPACE}"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{racine}><nomFichier>{flux}.xml</nomFichier><idFlux>{flux}</idFlux>'
        f"<idTraitement>51354</idTraitement><PassagesKO>{refuses}</PassagesKO>"
        f"<PassagesOK>{''.join(f'<idTechnique>{n}</idTechnique>' for n in ok)}</PassagesOK></{prefixe}rapport>"
    )


def ecrire(dossier: Path, contenu: str | bytes) -> Path:
    chemin = dossier / "accuse.xml"
    chemin.write_bytes(contenu.encode() if isinstance(contenu, str) else contenu)
    return chemin


@pytest.mark.parametrize("prefixe", ["ns2:", ""])
def test_un_accuse_se_lit(tmp_path, prefixe):
    lu = lire_accuse(ecrire(tmp_path, rapport(("MC-1", "MC-2"), {"MC-3": "Plusieurs titulaires &amp; homonymes"}, prefixe=prefixe)))
    assert (lu.id_flux, lu.id_traitement, lu.nom_fichier) == ("flux-1", "51354", "flux-1.xml")
    assert lu.acceptes == {"MC-1", "MC-2"}
    assert lu.refuses == {"MC-3": "Plusieurs titulaires & homonymes"}


def test_plusieurs_messages_d_un_passage_se_gardent(tmp_path):
    contenu = rapport((), {"MC-3": "Un</messageErreur><messageErreur>Deux"})
    assert lire_accuse(ecrire(tmp_path, contenu)).refuses == {"MC-3": "Un ; Deux"}


SECRET = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
BOMBE = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("contenu", "code"),
    [
        ("", "F_XML"),
        ("pas du xml", "F_XML"),
        (rapport(("MC-1",))[:-20], "F_XML"),
        ("<flux xmlns='urn:cdc:cpf:pc5:schema:1.0.0'><idFlux>a</idFlux></flux>", "F_XML_FORMAT"),
        (rapport(("MC-1",), flux=""), "F_XML_FORMAT"),
        (rapport(), "F_XML_FORMAT"),
        (rapport(("MC-1", "MC-1")), "F_DOUBLE"),
        (rapport(("MC-1",), {"MC-1": "KO"}), "F_DOUBLE"),
        (rapport(("",)), "F_XML_FORMAT"),
        (rapport(("MC-1",)).replace("?>", f"?>{SECRET}", 1), "F_XML_DTD"),
        (rapport(("&b;",)).replace("?>", f"?>{BOMBE}", 1), "F_XML_DTD"),
        ("<rapport>" + "<a>" * 20 + "</a>" * 20 + "</rapport>", "F_XML_PROFONDEUR"),
        (rapport(("MC-1",)).replace("UTF-8", "inconnu"), "F_"),
        (rapport(("MC-é",)).encode("latin-1"), "F_"),
    ],
    ids=range(14),
)
def test_ce_qui_n_est_pas_un_accuse_est_refuse(tmp_path, contenu, code):
    with pytest.raises(FichierRefuse) as refus:
        lire_accuse(ecrire(tmp_path, contenu))
    assert refus.value.code.startswith(code)
    assert "passwd" not in refus.value.message


def test_un_accuse_demesure_n_est_pas_lu(tmp_path, monkeypatch):
    monkeypatch.setattr(accuse, "OCTETS_MAX", 100)
    with pytest.raises(FichierRefuse, match="ne dépasse pas"):
        lire_accuse(ecrire(tmp_path, rapport(("MC-1",))))
    monkeypatch.setattr(accuse, "OCTETS_MAX", 10**6)
    monkeypatch.setattr(accuse, "PASSAGES_MAX", 1)
    with pytest.raises(FichierRefuse, match="plus de 1 passages"):
        lire_accuse(ecrire(tmp_path, rapport(("MC-1", "MC-2"))))
