"""Tableau de bord par rôle : ce qui attend, ce qui vient, ce qui s'est fait ; chaque nombre est un lien."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from admin_views import accrochage, chemin_jury, habilitations, statistiques, suivi
from admin_views.base import PageView, Tableau, exige, lien, pastille, texte
from admin_views.droits import Droit, peut
from admin_views.extensions import db
from models import (
    Certificat,
    Certification,
    Demande,
    Habilitation,
    Importation,
    Inscription,
    Jury,
    Presentation,
    Publication,
    SeanceGtp,
    Utilisateur,
)
from models.base import aujourd_hui
from rules.collecte_vae import a_echeance
from rules.nomenclatures import (
    Decision,
    EtatDemande,
    EtatHabilitation,
    EtatImportation,
    EtatInscription,
    EtatJury,
    EtatSeance,
    Porteur,
    Role,
)

_COMPTE_MAX = 10_000
_PROCHAINS = 8
# Une VAE qui approche de ses deux mois se voit trois semaines avant.
_HORIZON = 21


@dataclass(frozen=True, slots=True)
class Nombre:
    """Un nombre du tableau de bord et la liste qu'il ouvre."""

    valeur: str
    libelle: str
    adresse: str


@dataclass(frozen=True, slots=True)
class AFaire:
    """Une action qui attend."""

    texte: str
    adresse: str
    grave: bool = False


class TableauDeBord(PageView):
    """La première page de chacun."""

    ressource = "accueil"

    def __init__(self) -> None:
        super().__init__("Tableau de bord", "Tableau de bord", "admin", "/", static_url_path="/static/admin")

    @expose("/")
    @exige(Droit.LIRE)
    def index(self) -> ResponseReturnValue:
        """Ce que son rôle attend de voir."""
        tableaux = []
        if self._lit("jury"):
            tableaux.append(self._jurys())
        if self._lit("import"):
            tableaux.append(self._imports())
        return self.render(
            "admin/tableau_de_bord.html", titre="Tableau de bord", nombres=self._nombres(), a_faire=self._a_faire(),
            tableaux=tableaux, raccourcis=self._raccourcis(), figure=statistiques.figures_du_tableau_de_bord(),
        )

    @staticmethod
    def _lit(ressource: str, droit: Droit = Droit.LIRE) -> bool:
        return peut(current_user.role, ressource, droit)

    def _nombres(self) -> list[Nombre]:
        comptes = []
        # Le GTP ne lit que les inscriptions des procès-verbaux signés : aucune n'est plus ouverte.
        if self._lit("inscription") and current_user.role is not Role.GTP:
            ouvertes = select(Inscription.id).where(Inscription.etat == EtatInscription.OUVERTE)
            comptes.append((ouvertes, "inscriptions ouvertes", url_for("inscriptions.index_view", etat="ouverte")))
        if self._lit("jury") and current_user.role is not Role.JURE:
            a_venir = select(Jury.id).where(Jury.etat.in_((EtatJury.PREPARATION, EtatJury.OUVERT)))
            comptes.append((a_venir, "jurys à tenir", url_for("jurys.index_view", date_jury_du=aujourd_hui())))
        if self._lit("certificat"):
            comptes.append((select(Certificat.id), "certificats délivrés", url_for("certificats.index_view")))
        if self._lit("habilitation"):
            accordees = select(Habilitation.id).where(Habilitation.etat == EtatHabilitation.ACCORDEE)
            comptes.append((accordees, "habilitations accordées", url_for("habilitations.index_view", etat="accordee")))
        if self._lit("certification"):
            sur_la_liste = select(Certification.id).where(~Certification.projet)
            comptes.append((sur_la_liste, "certifications", url_for("certifications.index_view", projet="non")))
        if self._lit("utilisateur"):
            actifs = select(Utilisateur.id).where(Utilisateur.actif.is_(True))
            comptes.append((actifs, "comptes actifs", url_for("utilisateurs.index_view", actif="oui")))
        if not comptes:
            return []
        bornes = [
            select(func.count()).select_from(r.limit(_COMPTE_MAX + 1).subquery()).scalar_subquery() for r, _, _ in comptes
        ]
        valeurs = db.session.execute(select(*bornes)).one()
        return [
            Nombre(f"{v:,}".replace(",", "\u202f") if v <= _COMPTE_MAX else "> 10\u202f000", nom, adresse)
            for v, (_, nom, adresse) in zip(valeurs, comptes, strict=True)
        ]

    def _jurys(self) -> Tableau:
        jurys = db.session.scalars(
            select(Jury).where(Jury.etat.in_((EtatJury.PREPARATION, EtatJury.OUVERT))).order_by(Jury.date_jury, Jury.id)
            .limit(_PROCHAINS).options(joinedload(Jury.centre))
        )
        lignes = [
            (lien(j, texte(j.date_jury)), j.lieu, j.centre.nom if j.centre is not None else "", pastille(j.etat))
            for j in jurys
        ]
        suite = ("Tous les jurys", url_for("jurys.index_view")) if current_user.role is not Role.JURE else None
        return Tableau("Prochains jurys", ("Date", "Lieu", "Centre", "État"), lignes, "Aucun jury à venir.", suite)

    def _imports(self) -> Tableau:
        imports = db.session.scalars(select(Importation).order_by(Importation.id.desc()).limit(_PROCHAINS))
        return Tableau("Imports récents", ("Fichier", "Le", "État", "Créées", "Refusées"), [
            (_lien_import(i), texte(i.created_at), pastille(i.etat), str(i.creees), str(i.refusees)) for i in imports
        ], "Aucun fichier importé.", ("Importer un fichier", url_for("imports.liste")))

    def _a_faire(self) -> list[AFaire]:
        """Ce qui attend une main, le plus ancien d'abord."""
        attend: list[AFaire] = []
        if self._lit("jury", Droit.MODIFIER):
            jour = aujourd_hui()
            passes = db.session.scalars(
                select(Jury).where(Jury.etat.in_((EtatJury.PREPARATION, EtatJury.OUVERT)), Jury.date_jury < jour)
                .order_by(Jury.date_jury).limit(_PROCHAINS)
            )
            attend += [
                AFaire(f"{j} : {j.etat.libelle.lower()}, la date est passée.", url_for("jury.page", jury_id=j.id), grave=True)
                for j in passes
            ]
            attend += self._certificats_a_faire()
        if self._lit("seance_gtp", Droit.MODIFIER):
            attend += self._au_gtp()
        if self._lit("demande", Droit.CREER) and current_user.role is Role.UIMM:
            attend += self._demandes((EtatDemande.DEPOSEE, EtatDemande.AJOURNEE), Porteur.UIMM, "dossier à compléter")
        if self._lit("vae", Droit.MODIFIER):
            attend += [
                AFaire(f"VAE de {faits.nom} : {e.quoi} avant le {texte(e.avant)}.",
                       url_for("vae.details_view", id=identite), grave=e.en_retard)
                for identite, faits, e in a_echeance(db.session(), aujourd_hui(), _HORIZON, _PROCHAINS)
            ]
        if self._lit("import"):
            simules = db.session.scalars(
                select(Importation).where(Importation.etat == EtatImportation.SIMULEE).order_by(Importation.id).limit(_PROCHAINS)
            )
            attend += [
                AFaire(f"Import « {i.nom_fichier} » : vérifié, pas encore confirmé.",
                       url_for("imports.resultat", importation_id=i.id))
                for i in simules
            ]
        attend += [AFaire(*x) for module in (suivi, chemin_jury, habilitations, accrochage) for x in module.a_faire()]
        return attend

    @staticmethod
    def _demandes(etats: tuple[EtatDemande, ...], porteur: Porteur | None, quoi: str) -> list[AFaire]:
        requete = select(Demande).where(Demande.etat.in_(etats)).order_by(Demande.deposee_le, Demande.id).limit(_PROCHAINS)
        if porteur is not None:
            requete = requete.where(Demande.porteur == porteur)
        demandes = db.session.scalars(
            requete.options(joinedload(Demande.certification).selectinload(Certification.enregistrements))
        )
        return [AFaire(f"{d} : {quoi}.", url_for("demandes.details_view", id=d.id)) for d in demandes]

    def _au_gtp(self) -> list[AFaire]:
        """Séances à clore, publications à faire, demandes à instruire ou à mettre à l'ordre du jour."""
        seances = db.session.scalars(
            select(SeanceGtp).where(SeanceGtp.etat == EtatSeance.PREPARATION, SeanceGtp.date_seance < aujourd_hui())
            .order_by(SeanceGtp.date_seance).limit(_PROCHAINS)
        )
        publications = db.session.scalars(
            select(Publication).where(Publication.faite_le.is_(None)).order_by(Publication.ouverte_le, Publication.id)
            .limit(_PROCHAINS)
            .options(joinedload(Publication.demande).joinedload(Demande.certification).selectinload(Certification.enregistrements))
        )
        return [
            *(AFaire(f"{s} du GTP : à clore, la date est passée.", url_for("seances.details_view", id=s.id), grave=True)
              for s in seances),
            *(AFaire(f"Publication à faire, {p.nature.libelle} : {p.demande}.",
                     url_for("demandes.details_view", id=p.demande_id, _anchor="publications")) for p in publications),
            *self._demandes((EtatDemande.DEPOSEE,), None, "demande à instruire"),
            *self._demandes((EtatDemande.COMPLETE,), None, "à mettre à l'ordre du jour"),
        ]

    @staticmethod
    def _certificats_a_faire() -> list[AFaire]:
        dus = db.session.execute(
            select(Jury.id, Jury.date_jury, func.count(Presentation.id))
            .join(Presentation, Presentation.jury_id == Jury.id)
            .outerjoin(Certificat, Certificat.presentation_id == Presentation.id)
            .where(Jury.etat == EtatJury.CLOS, Presentation.decision == Decision.ADMIS, Certificat.id.is_(None))
            .group_by(Jury.id, Jury.date_jury).order_by(Jury.date_jury).limit(_PROCHAINS)
        )
        return [
            AFaire(f"Jury du {texte(jour)} : les certificats de {nombre} admis sont à attribuer.",
                   url_for("jury.page", jury_id=cle, _anchor="certificats"))
            for cle, jour, nombre in dus
        ]

    def _raccourcis(self) -> list[tuple[str, str]]:
        liens = []
        if self._lit("inscription", Droit.CREER):
            liens.append(("Inscrire un candidat", url_for("inscriptions.create_view")))
            liens.append(("Importer un fichier", url_for("imports.liste")))
        if self._lit("jury", Droit.CREER):
            liens.append(("Préparer un jury", url_for("jurys.create_view")))
        if self._lit("demande", Droit.CREER):
            liens.append(("Déposer une demande", url_for("demandes.create_view")))
        if self._lit("seance_gtp", Droit.CREER):
            liens.append(("Préparer une séance du GTP", url_for("seances.create_view")))
        if self._lit("utilisateur", Droit.CREER):
            liens.append(("Créer un compte", url_for("utilisateurs.create_view")))
        return liens


def _lien_import(importation: Importation) -> object:
    return Markup('<a href="{}">{}</a>').format(
        url_for("imports.resultat", importation_id=importation.id), importation.nom_fichier
    )
