"""Les travaux longs, sans Flask : la console et les commandes les demandent, l'exécutant (`flask worker`) les mène."""

from travaux.execution import executer, lancer, lancer_une_fois, reprendre
from travaux.suivi import Arret, Echec, Suivi, tache

__all__ = ["Arret", "Echec", "Suivi", "executer", "lancer", "lancer_une_fois", "reprendre", "tache"]
