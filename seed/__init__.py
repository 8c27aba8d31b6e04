"""Données de départ : nomenclatures réelles, certifications connues de l'UIMM, branche de démonstration."""
