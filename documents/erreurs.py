"""Ce qui fait refuser un document, nommé pour la personne qui le demande.

Chaque erreur voyage entre processus (`documents.atelier`) : ses arguments suffisent à la reconstruire. Les messages
de `RenduImpossible` et de ses dérivées ne portent aucune valeur du document : ils peuvent aller au journal technique.
"""

from __future__ import annotations


class DocumentRefuse(ValueError):
    """Les faits ne permettent pas ce document ; rien n'est imprimé."""


class DonneeManquante(DocumentRefuse):
    """Une donnée exigée par l'annexe manque : elle est nommée, jamais imprimée en blanc."""

    def __init__(self, donnee: str) -> None:
        """`donnee` : nom français de ce qui manque, par exemple « lieu du jury »."""
        super().__init__(donnee)
        self.donnee = donnee

    def __str__(self) -> str:
        """Phrase montrée à l'utilisateur."""
        return f"Document refusé : il manque « {self.donnee} »."


class DonneeIncoherente(DocumentRefuse):
    """Une donnée est là, mais l'annexe ne l'admet pas ou une autre la contredit."""

    def __init__(self, donnee: str, motif: str) -> None:
        """`donnee` : nom français de la donnée ; `motif` : ce que l'annexe demande, sans répéter la valeur."""
        super().__init__(donnee, motif)
        self.donnee = donnee
        self.motif = motif

    def __str__(self) -> str:
        """Phrase montrée à l'utilisateur."""
        return f"Document refusé : « {self.donnee} » {self.motif}."


class GlypheManquant(DocumentRefuse):
    """Un caractère qu'aucune police embarquée ne sait dessiner : refusé plutôt qu'imprimé en boîte vide."""

    def __init__(self, caractere: str, champ: str) -> None:
        """`caractere` : le caractère en cause ; `champ` : le champ du gabarit qui le porte."""
        super().__init__(caractere, champ)
        self.caractere = caractere
        self.champ = champ

    def __str__(self) -> str:
        """Phrase montrée à l'utilisateur."""
        return (
            f"Document refusé : le caractère U+{ord(self.caractere):04X} de « {self.champ} » ne peut pas être imprimé."
        )


class DocumentInconnu(KeyError):
    """Aucun document ne porte ce code."""

    def __str__(self) -> str:
        """Phrase montrée à l'utilisateur."""
        return f"Aucun document ne porte le code « {self.args[0]} »."


class RenduImpossible(RuntimeError):
    """Le moteur n'a pas produit la page voulue (gabarit, ressource refusée, débordement)."""


class DelaiDepasse(RenduImpossible):
    """Le rendu a dépassé son délai ; le processus a été arrêté."""


class AtelierOccupe(RenduImpossible):
    """Tous les processus de rendu sont pris ; à réessayer."""


class SceauInutilisable(RenduImpossible):
    """Le sceau réglé ne peut pas servir (fichier, mot de passe, validité) : rien n'est délivré sans lui."""
