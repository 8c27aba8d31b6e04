"""Les fichiers d'accrochage : écrits en flux, validés contre le schéma de la Caisse des Dépôts, conservés tels quels.

La mémoire ne grandit ni avec le nombre de passages, ni avec la taille du fichier ; la base n'est tenue en écriture que
le temps de conserver un fichier et ses passages, d'un bloc.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast
from xml.sax.saxutils import escape

from lxml import etree
from sqlalchemy import Select, Table, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, undefer

from models import Certificat, EmetteurAccrochage, FichierAccrochage, PassageAccrochage
from models.base import PARIS, maintenant
from models.contexte import en_ecriture, en_lecture
from models.lot import inserer
from rules import controle
from rules.accrochage import (
    FRANCE,
    LONGUEUR_NOM,
    OCTETS_MAX,
    PASSAGES_MAX,
    PREPARATION,
    PassageFacts,
    initiative,
    modalite_d_acces,
    prenoms_separes,
    voie_d_acces_vae,
)
from rules.actes_accrochage import emetteur_en_vigueur
from rules.collecte_accrochage import Fiches, a_transmettre, passages_facts, tranches
from rules.nomenclatures import EtatPassage
from rules.noyau import bloquantes, evaluate

SCHEMA = Path(__file__).parent / "schemas" / "cpf-1.1.2.xsd"
ESPACE = "urn:cdc:cpf:pc5:schema:1.0.0"
_LOT = 10_000
_VIDE = 'xsi:nil="true"'

Avancer = Callable[[int, int], None]


@dataclass(slots=True)
class Preparation:
    """Ce qu'une préparation a donné : les fichiers conservés, leurs passages, et ce qui reste à compléter."""

    fichiers: list[int] = field(default_factory=list)
    passages: int = 0
    incomplets: int = 0
    hors_fiche: int = 0
    """Certificats dont la certification n'avait pas de fiche le jour du jury : rien à transmettre."""


def preparer(
    session: Session, *, jusqu_au: dt.date | None = None, instant: dt.datetime | None = None, avancer: Avancer | None = None,
    passages_max: int = PASSAGES_MAX, octets_max: int = OCTETS_MAX, en_une_transaction: bool = False,
) -> Preparation:
    """Met dans un ou plusieurs fichiers tout ce qui est prêt ; ce qui est incomplet attend.

    Valide la transaction en cours avant de lire, et chaque fichier dès qu'il est conservé : arrêtée au milieu, une
    préparation laisse des fichiers entiers, et la suivante prend le reste.

    :param jusqu_au: ne prend que les jurys tenus jusqu'à ce jour ; tous par défaut.
    :param instant: l'heure que portent les fichiers ; maintenant par défaut.
    :param en_une_transaction: ne valide rien, l'appelant le fera (démonstration).
    :raises Refus: ACC-02, personne n'a dit au nom de qui la branche dépose, ou une autre préparation vient d'être faite.
    """
    emetteur = emetteur_en_vigueur(session)
    instant = instant or maintenant()
    requete = a_transmettre(session)
    if jusqu_au is not None:
        requete = requete.where(Certificat.date_jury <= jusqu_au)
    valide = session.flush if en_une_transaction else session.commit
    valide()
    bilan = Preparation()
    with tempfile.TemporaryDirectory(prefix="accrochage-") as dossier:
        brouillons = _brouillons(session, requete, Path(dossier), bilan, avancer, valide)
        session.refresh(emetteur)
        for partie in _parties(Path(dossier), brouillons, _entete(emetteur, instant), passages_max, octets_max):
            valider(partie.chemin)
            bilan.fichiers.append(_conserver(session, partie, emetteur.id, instant, valide))
            bilan.passages += partie.passages
    return bilan


def contenu(session: Session, fichier_id: int) -> tuple[str, bytes] | None:
    """Le nom et le XML d'un fichier, octet pour octet ; rien s'il n'est pas de ce territoire.

    :raises RuntimeError: les octets relus n'ont plus leur empreinte.
    """
    fichier = session.scalar(
        select(FichierAccrochage).where(FichierAccrochage.id == fichier_id).options(undefer(FichierAccrochage.contenu))
    )
    if fichier is None:
        return None
    xml = gzip.decompress(fichier.contenu)
    if hashlib.sha256(xml).hexdigest() != fichier.sha256:
        raise RuntimeError(fichier.nom_fichier)
    return fichier.nom_fichier, xml


def valider(chemin: Path) -> None:
    """Valide un fichier contre le schéma, en flux.

    :raises lxml.etree.XMLSyntaxError: le fichier n'est pas celui que décrit le schéma.
    """
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    passages = etree.iterparse(
        str(chemin), tag=f"{{{ESPACE}}}passageCertification", schema=schema, resolve_entities=False, no_network=True,
        load_dtd=False, huge_tree=True,
    )
    for _, element in passages:
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def passage_xml(p: PassageFacts) -> str:
    """Un passage, sur une ligne, dans l'espace de noms par défaut ; les faits ont passé `PREPARATION`."""
    prenom, *autres = prenoms_separes(p.prenoms)
    ne = p.date_naissance
    return "".join((
        "<passageCertification>",
        _element("idTechnique", p.numero),
        "<obtentionCertification>PAR_ADMISSION</obtentionCertification><donneeCertifiee>true</donneeCertifiee>",
        _element("dateDebutValidite", f"{p.date_jury:%Y-%m-%d}"),
        f"<dateFinValidite {_VIDE}/><presenceNiveauLangueEuro>false</presenceNiveauLangueEuro>"
        "<presenceNiveauNumeriqueEuro>false</presenceNiveauNumeriqueEuro>"
        f"<scoring {_VIDE}/><mentionValidee {_VIDE}/><modalitesInscription>",
        _element("modaliteAcces", modalite_d_acces(p)),
        _element("voieAccessVAE", voie) if (voie := voie_d_acces_vae(p)) else "",
        _element("initiativeInscription", initiative(p)),
        _element("dateInscription", f"{p.date_inscription:%Y-%m-%d}"),
        "</modalitesInscription><identificationTitulaire><titulaire>",
        _element("nomNaissance", p.nom_naissance),
        _element("nomUsage", p.nom_usage) if p.nom_usage else f"<nomUsage {_VIDE}/>",
        _element("prenom1", prenom), *(_element(f"prenom{rang}", autre) for rang, autre in enumerate(autres, 2)),
        f"<anneeNaissance>{ne.year}</anneeNaissance><moisNaissance>{ne.month}</moisNaissance>"
        f"<jourNaissance>{ne.day}</jourNaissance>",
        _element("sexe", p.sexe or ""),
        _lieu(p),
        "</titulaire></identificationTitulaire></passageCertification>",
    ))


def _lieu(p: PassageFacts) -> str:
    """La commune par son code, le pays par le sien pour qui est né ailleurs ; à défaut, le libellé seul."""
    code = p.commune if p.pays == FRANCE else p.pays
    lieu = f"<codeInseeNaissance><codeInsee>{escape(code)}</codeInsee></codeInseeNaissance>" if code else (
        f"<codePostalNaissance><codePostal {_VIDE}/></codePostalNaissance>")
    pays = "" if p.pays == FRANCE else (
        _element("codePaysNaissance", p.pays[2:]) + _element("libellePaysNaissance", p.libelle_pays[:LONGUEUR_NOM]))
    return f"<codeCommuneNaissance>{lieu}</codeCommuneNaissance>{_element('libelleCommuneNaissance', p.ville[:LONGUEUR_NOM])}{pays}"


def _element(nom: str, texte: str) -> str:
    return f"<{nom}>{escape(texte)}</{nom}>"


# --- des certificats aux fichiers ----------------------------------------------------------------------------------


def _brouillons(
    session: Session, requete: Select[Any], dossier: Path, bilan: Preparation, avancer: Avancer | None,
    valide: Callable[[], None],
) -> list[tuple[str, str]]:
    """Écrit chaque passage prêt dans le brouillon de son code, une ligne chacun ; rend les couples répertoire et code."""
    codes: dict[tuple[str, str], IO[str]] = {}
    try:
        with en_lecture():
            fiches = Fiches(session)
            total = session.scalar(select(func.count()).select_from(requete.subquery())) or 0
            fait = 0
            for ids in tranches(session, requete):
                faits = passages_facts(session, fiches, ids)
                valide()
                bilan.hors_fiche += len(ids) - len(faits)
                for p in faits.values():
                    if bloquantes(evaluate(PREPARATION, p)):
                        bilan.incomplets += 1
                        continue
                    cle = (p.repertoire, p.code)
                    if cle not in codes:
                        codes[cle] = (dossier / f"{p.code}.lignes").open("w", encoding="utf-8", newline="\n")
                    codes[cle].write(f"{p.certificat_id}\t{p.centre_id}\t{p.numero}\t{passage_xml(p)}\n")
                fait += len(ids)
                if avancer is not None:
                    avancer(fait, total)
            valide()
    finally:
        for brouillon in codes.values():
            brouillon.close()
    return sorted(codes)


@dataclass(frozen=True, slots=True)
class _Entete:
    """Ce que porte chaque fichier d'une préparation : au nom de qui, à quelle heure."""

    id_client: str
    id_contrat: str
    nature: str
    horodatage: str


def _entete(emetteur: EmetteurAccrochage, instant: dt.datetime) -> _Entete:
    return _Entete(emetteur.id_client, emetteur.id_contrat, emetteur.nature.value,
                   instant.astimezone(PARIS).isoformat(timespec="seconds"))


@dataclass(slots=True)
class _Partie:
    """Un fichier en cours : son XML sur disque, et l'index des certificats qu'il porte."""

    id_flux: str
    chemin: Path
    index: Path
    passages: int = 0


class _Redaction:
    """Écrit une partie : en-tête, une certification par code, ses passages, pied ; compte les octets."""

    def __init__(self, dossier: Path, entete: _Entete) -> None:
        self.partie = _Partie(str(uuid.uuid4()), dossier / f"{uuid.uuid4()}.xml", dossier / f"{uuid.uuid4()}.index")
        self.xml = self.partie.chemin.open("wb")
        self.index = self.partie.index.open("w", encoding="utf-8", newline="\n")
        self.nature = entete.nature
        self.octets = 0
        self.code = ""
        self._ecrire(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<flux xmlns="{ESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"{_element('idFlux', self.partie.id_flux)}{_element('horodatage', entete.horodatage)}"
            f"<emetteur>{_element('idClient', entete.id_client)}<certificateurs><certificateur>"
            f"{_element('idClient', entete.id_client)}{_element('idContrat', entete.id_contrat)}<certifications>\n"
        )

    _FIN_CODE = "</passageCertifications></certification>\n"
    _FIN = "</certifications></certificateur></certificateurs></emetteur></flux>\n"

    def _ecrire(self, texte: str) -> None:
        octets = texte.encode()
        self.xml.write(octets)
        self.octets += len(octets)

    def place(self, texte: str, octets_max: int) -> bool:
        """Vrai si ce passage tient encore, balises de fin comprises."""
        return self.octets + len(texte.encode()) + 400 <= octets_max

    def ajouter(self, repertoire: str, code: str, reperes: str, texte: str) -> None:
        """Ajoute un passage ; un nouveau code ouvre une certification."""
        if code != self.code:
            if self.code:
                self._ecrire(self._FIN_CODE)
            self._ecrire(
                f"<certification>{_element('type', repertoire)}{_element('code', code)}"
                f"<natureDeposant>{self.nature}</natureDeposant><passageCertifications>\n"
            )
            self.code = code
        self._ecrire(texte)
        self.index.write(f"{reperes}\n")
        self.partie.passages += 1

    def clore(self) -> _Partie:
        """Écrit les balises de fin."""
        self._ecrire(self._FIN_CODE + self._FIN)
        self.fermer()
        return self.partie

    def fermer(self) -> None:
        """Ferme les deux fichiers."""
        self.xml.close()
        self.index.close()


def _parties(
    dossier: Path, codes: list[tuple[str, str]], entete: _Entete, passages_max: int, octets_max: int
) -> Iterator[_Partie]:
    """Les fichiers, l'un après l'autre : ni plus de passages, ni plus d'octets que la Caisse des Dépôts n'en admet."""
    redaction: _Redaction | None = None
    try:
        for repertoire, code in codes:
            with (dossier / f"{code}.lignes").open(encoding="utf-8", newline="\n") as lignes:
                for ligne in lignes:
                    reperes, _, texte = ligne.rpartition("\t")
                    if redaction is not None and (
                        redaction.partie.passages >= passages_max or not redaction.place(texte, octets_max)
                    ):
                        yield redaction.clore()
                        redaction = None
                    redaction = redaction or _Redaction(dossier, entete)
                    redaction.ajouter(repertoire, code, reperes, texte)
        if redaction is not None:
            yield redaction.clore()
    finally:
        if redaction is not None:
            redaction.fermer()


def _conserver(
    session: Session, partie: _Partie, emetteur_id: int, instant: dt.datetime, valide: Callable[[], None]
) -> int:
    """Conserve un fichier et ses passages, ensemble ou pas du tout."""
    comprime = partie.chemin.with_suffix(".gz")
    empreinte = hashlib.sha256()
    with partie.chemin.open("rb") as xml, gzip.GzipFile(comprime, "wb", compresslevel=6, mtime=0) as sortie:
        while morceau := xml.read(2**20):
            empreinte.update(morceau)
            sortie.write(morceau)
    taille, octets = partie.chemin.stat().st_size, comprime.read_bytes()
    valide()
    try:
        with en_ecriture():
            emetteur = session.get_one(EmetteurAccrochage, emetteur_id)
            fichier = FichierAccrochage(
                emetteur=emetteur, id_flux=partie.id_flux, nom_fichier=f"{emetteur.prefixe_fichier}{partie.id_flux}.xml",
                passages=partie.passages, sha256=empreinte.hexdigest(), taille=taille, contenu=octets, cree_le=instant,
            )
            session.add(fichier)
            session.flush()
            with partie.index.open(encoding="utf-8") as index:
                reperes = (ligne.rstrip("\n").split("\t") for ligne in index)
                while lot := list(islice(reperes, _LOT)):
                    lignes: list[dict[str, Any]] = [
                        {"certificat_id": int(certificat), "centre_id": int(centre), "id_technique": numero}
                        for certificat, centre, numero in lot
                    ]
                    inserer(session.connection(), cast("Table", PassageAccrochage.__table__), lignes,
                            {"fichier_id": fichier.id, "etat": EtatPassage.PREPARE, "message": ""})
            cle = fichier.id
            valide()
    except DBAPIError as erreur:
        session.rollback()
        violation = controle.traduire(erreur)
        if violation is None:
            raise
        raise controle.Refus((violation,)) from erreur
    partie.chemin.unlink()
    comprime.unlink()
    return cle

