"""Les règles du dispositif : fonctions pures, chacune avec son code et le passage qu'elle applique."""
