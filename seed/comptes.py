"""Les comptes de la démonstration : un par rôle, mots de passe tirés au sort ou choisis à sa création."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from models import Centre, Jury, Siege, Utilisateur
from rules.nomenclatures import Role
from seed.fichiers import declaration

LONGUEUR_MINIMALE = 14
# Identifiant → rôle, titre affiché, code du centre.
COMPTES: dict[str, tuple[Role, str, str | None]] = {
    "admin": (Role.ADMINISTRATEUR, "Administrateur", None),
    "gtp": (Role.GTP, "Secrétariat du GTP", None),
    "uimm": (Role.UIMM, "UIMM, au national", None),
    "clerc68": (Role.CLERC, "Clerc du centre 68", "68"),
    "responsable68": (Role.RESPONSABLE, "Responsable du centre 68", "68"),
    "clerc69": (Role.CLERC, "Clerc du centre 69", "69"),
    "jure68": (Role.JURE, "Juré du jury ouvert du centre 68", "68"),
    "president68": (Role.JURE, "Président du jury ouvert du centre 68", "68"),
    "dpo": (Role.DPO, "Délégué à la protection des données", None),
    "lecture": (Role.LECTURE, "Lecture seule", None),
}
_MOTS_PAR_PHRASE = 5
# Minimum de l'OWASP ; l'empreinte porte ses paramètres, la connexion les relit.
_EMPREINTE = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


class DemonstrationRefusee(Exception):
    """La base n'est pas neuve, ou un mot de passe donné ne convient pas ; rien n'a été écrit."""


@dataclass(frozen=True, slots=True)
class Compte:
    """Un compte de démonstration ; le mot de passe n'est connu qu'à sa création."""

    identifiant: str
    role: Role
    nom: str
    mot_de_passe: str | None = field(repr=False)


def verifier_mots_de_passe(choisis: Mapping[str, str]) -> Mapping[str, str]:
    """Rend les mots de passe choisis s'ils vont tous à un compte et sont assez longs.

    :raises DemonstrationRefusee: dit lesquels ne conviennent pas, sans les montrer.
    """
    if inconnus := sorted(set(choisis) - set(COMPTES)):
        raise DemonstrationRefusee(f"Aucun compte de démonstration ne porte ce nom : {', '.join(inconnus)}.")
    if courts := sorted(i for i, m in choisis.items() if len(m) < LONGUEUR_MINIMALE):
        raise DemonstrationRefusee(
            f"Mot de passe de {LONGUEUR_MINIMALE} caractères au moins pour : {', '.join(courts)}."
        )
    return choisis


def creer_comptes(
    session: Session, centres: Mapping[str, Centre], jury: Jury, choisis: Mapping[str, str]
) -> tuple[Compte, ...]:
    """Un compte par rôle ; le juré et le président siègent au jury donné.

    :param choisis: identifiant → mot de passe choisi ; les autres sont tirés au sort.
    """
    sieges: dict[str, Siege] = {
        "jure68": next(s for s in jury.sieges if s.voix and s.present and s.syndicat is not None),
        "president68": next(s for s in jury.sieges if s.president),
    }
    mots = declaration("branche")["comptes"]["mots"]
    comptes = []
    for identifiant, (role, titre, code) in COMPTES.items():
        siege = sieges.get(identifiant)
        compte = Compte(
            identifiant, role, f"{titre} (démonstration)", choisis.get(identifiant) or _phrase_de_passe(mots)
        )
        session.add(
            Utilisateur(
                identifiant=identifiant, nom=compte.nom, role=role, courriel=f"{identifiant}@exemple.invalid",
                centre=centres[code] if code else None, siege_id=siege.id if siege else None,
                mot_de_passe=_EMPREINTE.hash(compte.mot_de_passe or ""),
            )
        )
        comptes.append(compte)
    session.flush()
    return tuple(comptes)


def _phrase_de_passe(mots: list[str]) -> str:
    """Cinq mots et deux chiffres tirés au sort du système, jamais de la graine : environ quarante bits."""
    return "-".join(secrets.choice(mots) for _ in range(_MOTS_PAR_PHRASE)) + f"-{secrets.randbelow(90) + 10}"
