"""Mesures : des rapports dans une même exécution, jamais un essai chronométré."""
