"""Validation des acquis de l'expérience : ce qui se juge à l'inscription (partie 2, chapitre 2, § 2 ; annexe 6)."""

from __future__ import annotations

from rules.faits import InscriptionFacts
from rules.nomenclatures import Famille, Voie
from rules.noyau import rule


@rule("VAE-01", field="voie", source="Glossaire, VAE")
def certification_enregistree(i: InscriptionFacts) -> str | None:
    """La VAE vise une certification « répertoriée au RNCP » le jour de l'inscription."""
    if i.voie != Voie.VAE or i.certification is None or i.date_inscription is None:
        return None
    if i.certification.enregistree_au_rncp(i.date_inscription):
        return None
    return (
        f"{i.certification.identifiant} n'est pas enregistrée au RNCP le {i.date_inscription:%d/%m/%Y} : "
        "la VAE n'y donne pas accès (voir la VAE de branche)."
    )


@rule("VAE-02", field="experience", source="Glossaire, VAE de branche")
def experience_exigee(i: InscriptionFacts) -> str | None:
    """La VAE de branche vise CQPM et CCPM, avec une expérience en lien avec la certification."""
    if i.voie != Voie.VAE_BRANCHE:
        return None
    if i.certification is not None and i.certification.famille not in (Famille.CQPM, Famille.CCPM):
        return f"La VAE de branche vise les CQPM et les CCPM, non {i.certification.identifiant}."
    if not i.experience:
        return "VAE de branche : décrivez l'expérience professionnelle en lien avec la certification visée."
    return None


@rule("VAE-03", field="date_recevabilite", source="Partie 2, chap. 2, § 2.A")
def recevabilite_exigee(i: InscriptionFacts) -> str | None:
    """Le centre inscrit « dès réception [du] dossier de recevabilité » : sa date est donnée."""
    if i.voie != Voie.VAE or i.date_recevabilite is not None:
        return None
    return "VAE : indiquez la date de réception du dossier de recevabilité (CERFA 12818*02)."
