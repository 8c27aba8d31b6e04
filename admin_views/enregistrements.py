"""Enregistrements au RNCP et au répertoire spécifique, et codes de blocs de France compétences (FC-03)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload, selectinload

from admin_views.base import (
    Controle,
    DomainView,
    FiltreListe,
    FiltrePeriode,
    FiltreReference,
    Tableau,
    Tri,
    lien,
)
from admin_views.extensions import db
from admin_views.recherches import BLOC, CERTIFICATION, ENREGISTREMENT
from models import Certification, Enregistrement, EnregistrementBloc
from rules import controle
from rules.collecte_enregistrement import enregistrements_facts

_CERTIFICATION = joinedload(Enregistrement.certification).selectinload(Certification.enregistrements)


class EnregistrementsView(DomainView):
    """Enregistrements au RNCP et au répertoire spécifique : le GTP les tient ; R et la date du certificat en viennent."""

    ressource = "enregistrement"
    nom_pluriel = "enregistrements"
    titre_creation = "Nouvel enregistrement"
    aide_recherche = "Code RNCP ou RS"
    phrase_vide = "Aucun enregistrement n'est saisi."
    checks = Controle(enregistrements_facts, controle.enregistrement)
    column_list = ("code", "certification", "repertoire", "du", "au", "derniere_delivrance")
    column_labels: ClassVar[dict[str, str]] = {
        "code": "Code", "certification": "Certification", "repertoire": "Répertoire", "du": "Enregistrée du", "au": "Au",
        "derniere_delivrance": "Dernière délivrance possible", "source": "Source",
    }
    tris: ClassVar[dict[str, Tri]] = {
        "code": Tri((Enregistrement.code,)), "du": Tri((Enregistrement.du,)), "au": Tri((Enregistrement.au,)),
        "derniere_delivrance": Tri((Enregistrement.derniere_delivrance,)),
    }
    tri_par_defaut = ("code", False)
    filtres = (
        FiltreListe("repertoire", "Répertoire", Enregistrement.repertoire),
        FiltreReference("certification", "Certification", Enregistrement.certification_id, lookup=CERTIFICATION),
        FiltrePeriode("fin", "Fin", Enregistrement.au),
    )
    chargements = (_CERTIFICATION,)
    chargements_fiche = (_CERTIFICATION, selectinload(Enregistrement.blocs).joinedload(EnregistrementBloc.bloc))
    fiche = (("Enregistrement", ("certification", "repertoire", "code", "du", "au", "derniere_delivrance", "source")),)
    form_columns = ("certification", "repertoire", "code", "du", "au", "derniere_delivrance", "source")
    form_lookups: ClassVar[dict[str, Any]] = {"certification": CERTIFICATION}
    descriptions: ClassVar[dict[str, str]] = {
        "du": "Imprimée sur le certificat : sans elle, il est refusé.", "code": "RNCP36376, RS6717…",
        "derniere_delivrance": "Après ce jour, plus aucun certificat ne se délivre sous cette fiche.",
    }

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par code."""
        return Enregistrement.code.contains("".join(terme.split()).upper()[:20], autoescape=True)

    def tableaux(self, objet: Enregistrement) -> Sequence[Tableau]:
        """Les codes de blocs de la fiche."""
        return (
            Tableau("Blocs de la fiche", ("Code", "Libellé de la fiche", "Bloc de la branche"), [
                (lien(b, b.code), b.libelle, lien(b.bloc) if b.bloc else "à rapprocher") for b in objet.blocs
            ], "Aucun code de bloc n'est connu."),
        )


class CodesDeBlocsView(DomainView):
    """Le code de chaque bloc dans chaque fiche de France compétences (FC-03)."""

    ressource = "enregistrement"
    nom_pluriel = "codes de blocs"
    titre_creation = "Nouveau code de bloc"
    aide_recherche = "Code"
    phrase_vide = "Aucun code de bloc n'est saisi : ils viennent de France compétences."
    column_list = ("code", "libelle", "bloc", "enregistrement")
    column_labels: ClassVar[dict[str, str]] = {
        "code": "Code", "libelle": "Libellé de la fiche", "bloc": "Bloc de la branche", "enregistrement": "Fiche",
    }
    tris: ClassVar[dict[str, Tri]] = {"code": Tri((EnregistrementBloc.code,))}
    tri_par_defaut = ("code", False)
    filtres = (
        FiltreReference("enregistrement", "Fiche", EnregistrementBloc.enregistrement_id, lookup=ENREGISTREMENT),
        FiltreReference("bloc", "Bloc", EnregistrementBloc.bloc_id, lookup=BLOC),
    )
    chargements = (joinedload(EnregistrementBloc.bloc), joinedload(EnregistrementBloc.enregistrement))
    fiche = (("Code de bloc", ("enregistrement", "code", "libelle", "bloc")),)
    form_columns = ("enregistrement", "code", "libelle", "bloc")
    form_lookups: ClassVar[dict[str, Any]] = {"enregistrement": ENREGISTREMENT, "bloc": BLOC}
    descriptions: ClassVar[dict[str, str]] = {"code": "RNCP34172BC01 : le code de la fiche, BC, un rang."}
    champs_des_regles: ClassVar[dict[str, str]] = {"blocs": "code"}

    def chercher(self, terme: str) -> ColumnElement[bool] | None:
        """Par code."""
        return EnregistrementBloc.code.contains("".join(terme.split()).upper()[:20], autoescape=True)

    def juger(self, objet: EnregistrementBloc) -> Sequence[Any]:
        """La fiche entière est jugée : un bloc n'y a qu'un code."""
        fiche = objet.enregistrement_id
        return controle.exiger(
            [v for v in controle.enregistrement(enregistrements_facts(db.session(), [fiche])[fiche]) if v.code == "FC-03"]
        )


def vues() -> tuple[DomainView, ...]:
    """Les vues du module, dans l'ordre du menu."""
    domaine = "Référentiels"
    return (
        EnregistrementsView(Enregistrement, db, "Enregistrements", domaine, "enregistrements"),
        CodesDeBlocsView(EnregistrementBloc, db, "Codes de blocs", domaine, "codes-de-blocs"),
    )
