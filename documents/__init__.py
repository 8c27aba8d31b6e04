"""Les documents du dispositif : faits → chaînes → gabarit → PDF. Tourne sans Flask ni base de données."""
