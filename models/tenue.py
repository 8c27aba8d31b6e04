"""Ce que la base tient à jour elle-même : le nom du candidat recopié sur ses inscriptions, pour trier la liste.

Trier un million d'inscriptions par le nom d'une autre table relit tout à chaque page ; recopié et indexé par centre,
il se lit dans l'ordre. La copie suit le candidat quoi qui l'écrive : formulaire, import, fusion ou SQL direct.
"""

from __future__ import annotations

_NOM = "SELECT recherche FROM candidat WHERE id = NEW.candidat_id"
_SUIVRE = "UPDATE inscription SET nom_tri = NEW.recherche WHERE candidat_id = NEW.id AND nom_tri <> NEW.recherche"

_SQLITE = (
    "CREATE TRIGGER tenue_inscription_ajout AFTER INSERT ON inscription FOR EACH ROW WHEN NEW.nom_tri = '' "
    f"BEGIN UPDATE inscription SET nom_tri = ({_NOM}) WHERE id = NEW.id; END",
    "CREATE TRIGGER tenue_inscription_candidat AFTER UPDATE OF candidat_id ON inscription FOR EACH ROW "
    f"WHEN OLD.candidat_id <> NEW.candidat_id BEGIN UPDATE inscription SET nom_tri = ({_NOM}) WHERE id = NEW.id; END",
    "CREATE TRIGGER tenue_candidat_nom AFTER UPDATE OF recherche ON candidat FOR EACH ROW "
    f"WHEN OLD.recherche <> NEW.recherche BEGIN {_SUIVRE}; END",
)
_POSTGRESQL = (
    "CREATE FUNCTION tenue_inscription() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'UPDATE' OR NEW.nom_tri = '' THEN "
    f"NEW.nom_tri := COALESCE(({_NOM}), ''); END IF; RETURN NEW; END $$",
    "CREATE TRIGGER tenue_inscription_ajout BEFORE INSERT ON inscription "
    "FOR EACH ROW EXECUTE FUNCTION tenue_inscription()",
    "CREATE TRIGGER tenue_inscription_candidat BEFORE UPDATE OF candidat_id ON inscription "
    "FOR EACH ROW EXECUTE FUNCTION tenue_inscription()",
    "CREATE FUNCTION tenue_candidat() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"{_SUIVRE}; RETURN NULL; END $$",
    "CREATE TRIGGER tenue_candidat_nom AFTER UPDATE OF recherche ON candidat "
    "FOR EACH ROW WHEN (OLD.recherche <> NEW.recherche) EXECUTE FUNCTION tenue_candidat()",
)


def instructions(moteur: str) -> list[str]:
    """Les instructions SQL qui posent ces déclencheurs sur ce moteur (`sqlite` ou `postgresql`)."""
    return list(_SQLITE if moteur == "sqlite" else _POSTGRESQL)
